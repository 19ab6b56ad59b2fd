"""The query editor and the library in a real browser: completion, faults at their place, pictures, cancel, keyboard, no script."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import served

from kg.settings import read
from web import create_app

CHROMIUM = Path("/usr/bin/chromium")
VENDOR = Path(__file__).parent.parent / "web" / "static" / "vendor"
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"

pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium: apt-get install chromium"),
    pytest.mark.skipif(not (VENDOR / "editor.js").exists(), reason="no front end: python web/frontend/build.py"),
]


@pytest.fixture(scope="module")
def site(world_home: Path) -> Iterator[str]:
    """The address of a live server whose queries may run for half a minute."""
    app = create_app(dataclasses.replace(read({}), home=world_home, query_seconds=30, query_workers=2))
    with served(app) as address:
        yield address
    app.extensions["library"].close()


def opened(browser: Any, site: str, address: str, width: int = 1280, **options: Any) -> tuple[Any, list[str]]:
    """A page, and the list that its complaints go to: requests to other hosts, refusals of the content policy, errors."""
    tab = browser.new_context(viewport={"width": width, "height": 900}, locale="en-GB", **options).new_page()
    complaints: list[str] = []
    tab.on(
        "request",
        lambda request: (
            None if request.url.startswith((site, "data:")) else complaints.append(f"request to {request.url}")
        ),
    )
    tab.on(
        "console",
        lambda message: (
            complaints.append(message.text) if message.type == "error" and "400" not in message.text else None
        ),
    )
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto(site + address)
    return tab, complaints


def write(tab: Any, text: str) -> None:
    """Replaces what stands in the editor, as a person would."""
    tab.locator("#editor .cm-content").click()
    tab.keyboard.press("Control+a")
    tab.keyboard.insert_text(text)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "address",
    ["/library", "/library/positions?day=2026-06-01", "/library/coverage-growth", "/library/hubs?lang=fr", "/sparql"],
)
def test_pages_are_clean_and_fit_the_screen(browser, site, address, width):
    tab, complaints = opened(browser, site, address, width)
    tab.wait_for_load_state("networkidle")
    wide, screen = tab.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= screen
    assert complaints == []


def test_the_editor_completes_terms_countries_and_declares_the_prefix(browser, site):
    tab, complaints = opened(browser, site, "/sparql")
    tab.wait_for_load_state("networkidle")
    write(tab, "SELECT * { ?x a ")
    tab.keyboard.type("Agreem", delay=30)
    tab.locator(".cm-tooltip-autocomplete li", has_text="coop:Agreement").first.wait_for()
    write(tab, "SELECT * { ?x ?p ")
    tab.keyboard.type("Colom", delay=30)
    tab.locator(".cm-tooltip-autocomplete li", has_text="country:COL").first.wait_for()
    tab.wait_for_timeout(150)
    tab.keyboard.press("Enter")
    text = tab.locator("#query").input_value()
    assert text.startswith("PREFIX country: <http://publications.europa.eu/resource/authority/country/>\n")
    assert "?p country:COL" in text
    assert complaints == []


def test_an_answer_comes_as_table_and_picture_by_keyboard_alone(browser, site):
    tab, complaints = opened(browser, site, "/sparql")
    write(
        tab,
        "SELECT ?country (7 AS ?n) { VALUES ?country { <http://publications.europa.eu/resource/authority/country/COL> } }",
    )
    tab.keyboard.press("Control+Enter")
    tab.locator("#result td", has_text="Colombia").wait_for()
    assert tab.locator("#map path.step-5").count() == 1
    assert tab.evaluate("document.activeElement.id") == "result"
    assert complaints == []


def test_tab_leaves_the_editor(browser, site):
    tab, _ = opened(browser, site, "/sparql")
    tab.locator("#editor .cm-content").click()
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.id") == "format"


def test_a_fault_is_marked_where_it_is(browser, site):
    tab, complaints = opened(browser, site, "/sparql")
    write(tab, "SELECT * {\n  ?a ?b ?c .\n  ?a ?b ) .\n}")
    tab.keyboard.press("Control+Enter")
    tab.locator("#result .problem").wait_for()
    tab.locator("#editor .cm-lint-marker-error").wait_for()
    line = tab.locator("#editor .cm-activeLine").inner_text()
    assert line == "  ?a ?b ) ."
    assert complaints == []


def test_cancel_ends_the_query_on_the_server(browser, site):
    tab, complaints = opened(browser, site, "/sparql")
    for _ in range(6):  # more runaways than there are places: each must have been ended to let the next begin
        write(tab, RUNAWAY)
        tab.keyboard.press("Control+Enter")
        tab.wait_for_function("!document.querySelector('button.cancel').disabled")
        tab.wait_for_timeout(400)
        tab.locator("button.cancel").click()
        tab.locator(".state-of-run", has_text="Cancelled.").wait_for()
    write(tab, "SELECT (1 + 1 AS ?two) {}")
    tab.keyboard.press("Control+Enter")
    tab.locator("#result td", has_text="2").wait_for(timeout=10_000)
    assert complaints == []


def test_a_share_link_opens_the_same_query_with_its_answer(browser, site):
    tab, _ = opened(browser, site, "/sparql")
    write(tab, "SELECT (40 + 2 AS ?shared) {}")
    tab.locator("button.share").click()
    address = tab.locator("input.link").input_value()
    assert address.startswith(f"{site}/sparql?query=SELECT")
    other, complaints = opened(browser, site, address.removeprefix(site))
    assert other.locator("#result td").inner_text() == "42"
    assert "40 + 2" in other.locator("#editor .cm-content").inner_text()
    assert complaints == []


def test_a_saved_question_goes_from_its_page_into_the_editor(browser, site):
    tab, complaints = opened(browser, site, "/library/positions?day=2026-06-01")
    tab.locator("#f-matter").select_option("extradition")
    tab.locator("#parameters button").click()
    tab.wait_for_url("**matter=extradition**")
    tab.get_by_text("Open in the editor").click()
    assert "/matter/extradition>" in tab.locator("#query").input_value()
    tab.locator("button.ask").click()
    tab.locator("#result td").first.wait_for()
    assert complaints == []


def test_all_of_it_works_without_a_script(browser, site):
    tab, _ = opened(browser, site, "/library/hubs", java_script_enabled=False)
    tab.locator("#f-hub").select_option("beanr")
    tab.locator("#parameters button").click()
    assert tab.locator("#answer small").inner_text().startswith("1 row")
    assert tab.locator("#map circle").count() == 1
    tab.goto(f"{site}/sparql")
    assert tab.locator("button.cancel").is_hidden()
    tab.locator("#query").fill("SELECT (1 + 1 AS ?two) {}")
    tab.locator("button.ask").click()
    assert tab.locator("#result td").inner_text() == "2"
