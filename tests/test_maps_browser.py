"""Matrix and maps in a real browser, wide and narrow: by mouse, by keyboard, and without a script."""

import datetime
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
VENDOR = Path(__file__).parent.parent / "web" / "static" / "vendor"
WIDTHS = [1280, 390]
FOCUSED = (
    "[document.activeElement.closest('tr').cells[0].textContent, document.activeElement.closest('td, th').cellIndex]"
)

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium: apt-get install chromium"),
    pytest.mark.skipif(not (VENDOR / "map.js").exists(), reason="no front end: python web/frontend/build.py"),
]


@pytest.fixture
def visit(browser: Any, site: str) -> Iterator[Any]:
    """Opens an address; in the end no page may have asked another host for anything, or complained."""
    complaints: list[str] = []
    contexts: list[Any] = []

    def heard(request: Any) -> None:
        if not request.url.startswith((site, "data:")):
            complaints.append(f"request to {request.url}")

    def opened(address: str, width: int = 1280, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 844}, locale="en-GB", **options)
        contexts.append(context)
        tab = context.new_page()
        tab.on("request", heard)
        tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.goto(site + address)
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize(
    "address",
    [
        "/matrix?region=western-balkans&member_state=coalition-soc",
        "/matrix?lang=fr&day=1999-12-31",
        "/matrix?region=western-balkans&verdict=signed-not-in-force&day=2026-06-01",
        "/routes?commodity=cocaine",
        "/routes/coc-mar?lang=fr",
        "/hubs/beanr",
    ],
)
def test_pages_fit_the_screen(visit, address, width):
    wide, screen = visit(address, width).evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= screen


@pytest.mark.parametrize("width", WIDTHS)
def test_arrow_keys_walk_the_matrix_and_enter_opens_the_proof(visit, width):
    tab = visit("/matrix?matter=extradition&day=2026-06-01&lang=en", width)
    assert tab.locator("table.grid tbody a[tabindex='0']").count() == 1
    tab.locator(".scroll.tall").focus()
    tab.keyboard.press("Tab")
    assert tab.evaluate(FOCUSED) == ["Argentina", 0]
    for key, where in [
        ("ArrowRight", ["Argentina", 1]),
        ("ArrowDown", ["Belize", 1]),
        ("ArrowLeft", ["Belize", 0]),
        ("ArrowLeft", ["Belize", 0]),
        ("End", ["Belize", 27]),
        ("ArrowRight", ["Belize", 27]),
        ("ArrowUp", ["Argentina", 27]),
        ("ArrowUp", ["Argentina", 27]),
        ("Home", ["Argentina", 0]),
    ]:
        tab.keyboard.press(key)
        assert tab.evaluate(FOCUSED) == where, key
    tab.keyboard.press("Control+End")
    last = tab.evaluate(FOCUSED)
    assert last[1] == 27
    tab.keyboard.press("PageUp")
    assert tab.evaluate(FOCUSED)[0] != last[0]
    head = tab.locator("table.grid thead th").first.bounding_box()
    cell = tab.evaluate("(({x, y, bottom}) => ({x, y, bottom}))(document.activeElement.getBoundingClientRect())")
    assert cell["y"] >= head["y"] + head["height"] - 1, "the cell is hidden by the header"
    assert cell["x"] >= head["x"] + head["width"] - 1, "the cell is hidden by the names"
    assert cell["bottom"] <= 844
    tab.keyboard.press("Control+Home")
    tab.keyboard.press("ArrowRight")
    words = tab.evaluate("document.activeElement.getAttribute('aria-label')")
    assert words.startswith("Austria – Argentina: ")
    assert tab.locator(".reading").inner_text() == words
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/position/AUT/ARG/extradition**")


def test_a_screen_reader_finds_a_grid_with_names_of_rows_and_columns(visit):
    tab = visit("/matrix?matter=mla&region=western-balkans&day=2026-06-01&lang=en")
    grid = tab.get_by_role("grid")
    assert grid.get_by_role("columnheader").count() == 28
    assert grid.get_by_role("row").count() == 1 + 1 + 6
    assert grid.get_by_role("gridcell").count() == 1 + 6 * 27
    assert grid.get_by_role("rowheader", name="Kosovo*").count() == 1


def test_the_pointer_reads_a_cell_out(visit):
    tab = visit("/matrix?matter=mla&day=2026-06-01&lang=en")
    tab.locator("td a[href*='/position/FRA/COL/mla']").hover()
    assert tab.locator(".reading").inner_text().startswith("France – Colombia: ")


@pytest.mark.parametrize("width", WIDTHS)
def test_the_slider_goes_through_the_years_without_leaving_the_page(visit, width):
    tab = visit("/matrix?matter=mla&region=latin-america&lang=en", width)
    tab.evaluate("window.stayed = true")
    tab.locator("#year").focus()
    tab.keyboard.press("Home")
    sync_api.expect(tab.locator("table.grid thead abbr")).to_have_count(6)
    assert tab.locator(".slider output").inner_text() == "1958"
    assert tab.locator("#day").input_value() == "1958-12-31"
    assert tab.url.endswith("day=1958-12-31")
    assert "region=latin-america" in tab.url
    assert "1958: 0 positions covered" in tab.locator(".slid").inner_text()
    tab.keyboard.press("End")
    sync_api.expect(tab.locator("table.grid thead abbr")).to_have_count(27)
    assert "day=" not in tab.url
    assert tab.evaluate("window.stayed")
    tab.locator("table.grid tbody a[tabindex='0']").focus()
    tab.keyboard.press("ArrowDown")
    assert tab.evaluate(FOCUSED)[0] == "Belize"


@pytest.mark.parametrize("width", WIDTHS)
def test_without_a_script_filters_years_and_cells_work(visit, width):
    tab = visit("/matrix?lang=en", width, java_script_enabled=False)
    assert tab.locator("#year").is_hidden()
    tab.locator("#region").select_option("western-balkans")
    tab.locator("#member_state").select_option("BEL")
    tab.locator("#filters button").click()
    assert tab.locator("table.grid tbody tr:not(.group)").count() == 6
    tab.locator(".years a", has_text="2010").click()
    assert "day=2010-12-31" in tab.url
    assert tab.locator("#region").input_value() == "western-balkans"
    tab.locator("td a[href*='/BEL/ALB/']").click()
    assert "Belgium – Albania" in tab.title()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scripts", [True, False])
def test_country_hub_and_leg_on_the_map_lead_to_their_pages(visit, width, scripts):
    tab = visit("/routes/coc-mar?lang=en", width, java_script_enabled=scripts)
    tab.locator("svg a[href^='/hubs/maptm'] circle").first.click()
    assert "/hubs/" in tab.url
    tab.go_back()
    tab.locator("svg a[href^='/country/BRA'] .land").first.click(position={"x": 40, "y": 40} if width > 400 else None)
    assert "/country/BRA" in tab.url
    tab.go_back()
    if scripts:
        # In the middle of the line, which is wider to the pointer than to the eye.
        x, y = tab.evaluate(
            "(() => { const path = document.querySelector('svg a.weak .hit'); path.scrollIntoView({block: 'center'});"
            " const at = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM()); return [at.x, at.y] })()"
        )
        tab.mouse.click(x, y)
    else:
        tab.locator("svg a.way.weak").first.dispatch_event("click")
    tab.wait_for_url("**/routes/coc-mar**#**")
    assert "weakest leg" in tab.locator("tr:target").inner_text()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_map_comes_closer_by_button_key_and_wheel(visit, width):
    tab = visit("/routes?commodity=cocaine&lang=en", width)
    sheet = tab.locator("svg .moving")
    scale = "Number(/scale\\(([^)]+)\\)/.exec(document.querySelector('svg .moving').getAttribute('transform') ?? 'scale(1)')[1])"
    tab.get_by_role("button", name="Closer").focus()
    tab.keyboard.press("Enter")
    assert tab.evaluate(scale) == pytest.approx(1.6)
    before = sheet.get_attribute("transform")
    tab.keyboard.press("ArrowRight")
    assert sheet.get_attribute("transform") != before
    tab.keyboard.press("+")
    assert tab.evaluate(scale) == pytest.approx(2.56)
    tab.keyboard.press("0")
    assert tab.evaluate(scale) == 1
    tab.locator("svg").hover()
    tab.mouse.wheel(0, 200)
    assert tab.evaluate(scale) == 1, "the wheel alone scrolls the page"
    tab.locator("svg").hover()
    tab.keyboard.down("Control")
    tab.mouse.wheel(0, -200)
    tab.keyboard.up("Control")
    sync_api.expect(sheet).to_have_attribute("transform", re.compile(r"scale\((1\.[^0]|[2-9])"))


def test_a_route_reached_in_the_list_is_lit_on_the_map(visit):
    tab = visit("/routes?commodity=cocaine&lang=en")
    tab.locator("tr[data-lights='coc-mar'] th a").first.focus()
    assert tab.locator("svg a.way.on").count() == tab.locator("svg a.way[data-group='coc-mar']").count() > 0
    tab.locator("h1").click()
    tab.evaluate("document.activeElement.blur()")
    assert tab.locator("svg a.way.on").count() == 0


def test_the_map_is_passed_over_by_the_tab_key(visit):
    tab = visit("/routes?commodity=captagon&lang=en")
    tab.locator("a[href='#list']").focus()
    inside = 0
    for _ in range(12):
        tab.keyboard.press("Tab")
        inside += tab.evaluate("Boolean(document.activeElement.closest('svg'))")
    assert inside == 0


def test_today_is_the_day_of_the_last_year(visit):
    tab = visit("/matrix?lang=en")
    assert tab.locator("#year").get_attribute("max") == str(datetime.date.today().year)
