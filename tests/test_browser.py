"""The site in a real browser, on a wide and a narrow screen."""

import dataclasses
import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import served

from kg.settings import read
from web import create_app

CHROMIUM = Path("/usr/bin/chromium")
PAGES = [
    "/",
    "/countries",
    "/country/COL",
    "/country/XKX",
    "/country/DEU",
    "/position/BEL/COL/mla",
    "/gaps",
    "/sparql",
    "/about",
    "/country/COL?lang=fr",
    "/matrix",
    "/matrix?lang=fr",
    "/routes",
    "/routes/coc-mar?lang=fr",
    "/hubs/beanr",
    "/knowledge",
]

pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium: apt-get install chromium")


@pytest.fixture(scope="module")
def site(published_home: Path) -> Iterator[str]:
    """The address of a live server."""
    app = create_app(dataclasses.replace(read({}), home=published_home))
    app.extensions["reader"].current().warm(datetime.date.today())
    with served(app) as address:
        yield address


def watched(browser: Any, site: str, width: int, **options: Any) -> tuple[Any, list[str]]:
    """A page, and the list that its complaints go to: requests to other hosts and errors of the console."""
    tab = browser.new_context(viewport={"width": width, "height": 844}, **options).new_page()
    complaints: list[str] = []
    tab.on(
        "request",
        lambda request: (
            None if request.url.startswith((site, "data:")) else complaints.append(f"request to {request.url}")
        ),
    )
    tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    return tab, complaints


@pytest.mark.parametrize("width", [1280, 390])
def test_pages_are_clean_and_fit_the_screen(browser, site, width):
    tab, complaints = watched(browser, site, width)
    for address in PAGES:
        tab.goto(site + address)
        wide, screen = tab.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= screen, f"{address} is {wide} wide on {screen}"
    assert complaints == []


def test_search_as_you_type(browser, site):
    tab, complaints = watched(browser, site, 1280)
    tab.goto(f"{site}/countries")
    tab.locator("#q").press_sequentially("elfenbein", delay=10)
    tab.wait_for_selector('#found li[data-code="CIV"]')
    assert tab.locator("#all").is_hidden()
    tab.locator("#q").fill("zzzzzz")
    tab.wait_for_selector("#nothing:not([hidden])")
    tab.locator("#q").fill("")
    tab.wait_for_selector("#all:not([hidden])")
    assert complaints == []


def test_everything_works_without_javascript(browser, site):
    tab, _ = watched(browser, site, 1280, java_script_enabled=False)
    tab.goto(f"{site}/countries")
    tab.locator("#q").fill("kolumbia")
    tab.locator("#find button").click()
    tab.locator('#found a[href^="/country/COL"]').click()
    assert tab.locator("h1").inner_text() == "Colombia"


def test_keyboard_reaches_and_uses_the_filters(browser, site):
    tab, _ = watched(browser, site, 1280)
    tab.goto(f"{site}/gaps")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    for _ in range(20):
        if tab.evaluate("document.activeElement.id") == "kind":
            break
        tab.keyboard.press("Tab")
    tab.keyboard.type("Funding line that ends")
    tab.keyboard.press("Enter") if tab.evaluate("document.activeElement.id") != "kind" else tab.locator(
        "#filters button"
    ).press("Enter")
    tab.wait_for_url("**/gaps?kind=funding-ends")
    assert "Funding line that ends" in tab.locator("h1").inner_text()


def test_the_matrix_keeps_its_header_in_view_and_leads_to_the_proof(browser, site):
    tab, complaints = watched(browser, site, 1280)
    tab.goto(f"{site}/matrix?matter=extradition&lang=en")
    tab.locator("#oceania").scroll_into_view_if_needed()
    head = tab.locator("thead abbr", has_text="FRA")
    assert 0 <= head.bounding_box()["y"] < 40
    tab.locator('td a[href*="/position/FRA/AUS/extradition"]').click()
    assert "France – Australia" in tab.title()
    assert complaints == []


def test_dark_and_print(browser, site):
    tab, complaints = watched(browser, site, 1280, color_scheme="dark")
    tab.goto(f"{site}/country/COL")
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 23, 30)"
    tab.emulate_media(media="print")
    assert tab.locator("nav.anchors").is_hidden()
    assert complaints == []
