"""The three scenes that the site is made for, end to end and by keyboard alone, on a wide and a narrow screen.

Any request to another host, and any error that a script or the policy reports, fails the scene.
"""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from sights import CHROMIUM, watched

VENDOR = Path(__file__).parent.parent / "web" / "static" / "vendor"
WIDTHS = [1280, 390]

pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium: apt-get install chromium"),
    pytest.mark.skipif(not (VENDOR / "editor.js").exists(), reason="no front end: python web/frontend/build.py"),
]


def reach(tab: Any, selector: str, most: int = 1500, outlined: bool = True) -> None:
    """Presses Tab until the focus is on what a selector names and can be seen there, by its outline if it has one of its own."""
    for _ in range(most):
        tab.keyboard.press("Tab")
        if tab.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            box = tab.evaluate(
                "(() => { const box = document.activeElement.getBoundingClientRect(); return [box.width, box.height] })()"
            )
            assert min(box) > 0, f"{selector} has the focus and cannot be seen"
            outline = tab.evaluate(
                "getComputedStyle(document.activeElement).outlineStyle + getComputedStyle(document.activeElement).boxShadow"
            )
            assert not outlined or outline != "nonenone", f"nothing shows that {selector} has the focus"
            return
    raise AssertionError(f"{most} presses of Tab do not lead to {selector}")


def follow(tab: Any, selector: str, address: str) -> None:
    """Reaches a link or button, presses Enter, and waits for the page that it opens."""
    reach(tab, selector)
    tab.keyboard.press("Enter")
    tab.wait_for_url(re.compile(address))


@pytest.mark.parametrize("width", WIDTHS)
def test_a_liaison_officer_ten_minutes_before_a_meeting(browser, site, width):
    tab, complaints = watched(browser, site, width, accept_downloads=True)
    tab.goto(f"{site}/?lang=en")
    tab.keyboard.press("/")
    tab.keyboard.type("kolumbien")
    tab.wait_for_selector("#finder-found [role=option]")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    tab.wait_for_url(re.compile("/country/COL"))
    assert "mutual legal assistance" in tab.locator(".summary").inner_text()
    follow(tab, "#ask td a[href*='/position/BEL/COL/mla']", "/position/BEL/COL/mla")
    assert "Belgium – Colombia" in tab.title()
    assert tab.locator("#sources li").count() > 0
    tab.go_back()  # Alt and the left arrow belong to the browser, which has no window here
    tab.wait_for_url(re.compile("/country/COL"))
    reach(tab, "a[href*='/COL.pdf']")
    address = tab.evaluate("document.activeElement.href")
    brief = tab.request.get(address)
    assert brief.headers["content-type"] == "application/pdf"
    assert brief.body().startswith(b"%PDF-")
    assert complaints == []


@pytest.mark.parametrize("width", WIDTHS)
def test_an_analyst_with_three_tabs(browser, site, width):
    first, complaints = watched(browser, site, width)
    first.goto(f"{site}/library?lang=en")
    follow(first, "main a[href*='/library/coverage-growth']", "/library/coverage-growth")
    reach(first, "select[name=region]")
    first.keyboard.type("Western B")
    first.keyboard.press("Tab")
    reach(first, "main form button")
    first.keyboard.press("Enter")
    first.wait_for_url(re.compile("region=western-balkans"))
    rows = first.locator("table tbody tr").count()
    assert rows > 0
    reach(first, "a[href*='.csv']")
    table = first.request.get(first.evaluate("document.activeElement.href")).text()
    assert "western-balkans" in table

    second, others = watched(browser, site, width)
    second.goto(f"{site}/matrix?lang=en&region=western-balkans&matter=extradition")
    reach(second, "table.grid a")
    second.keyboard.press("ArrowRight")
    second.keyboard.press("Enter")
    second.wait_for_url(re.compile("/position/[A-Z]{3}/[A-Z]{3}/extradition"))

    third, more = watched(browser, site, width)
    third.goto(f"{site}/sparql?lang=en")
    reach(third, "#editor", outlined=False)
    third.keyboard.press("Control+a")
    third.keyboard.type("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    third.keyboard.press("Control+Enter")
    third.wait_for_selector(".answer-rows tbody td, #answer tbody td")
    assert int(re.sub(r"\D", "", third.locator(".answer-rows tbody td, #answer tbody td").first.inner_text())) > 10_000
    assert complaints + others + more == []


@pytest.mark.parametrize("width", WIDTHS)
def test_a_planner_who_will_be_contradicted_in_the_room(browser, site, width):
    tab, complaints = watched(browser, site, width)
    tab.goto(f"{site}/desk?lang=en")
    reach(tab, "details.facet:has(input[name=region]) > summary")
    tab.keyboard.press("Enter")
    reach(tab, "input[name=region][value=latin-america]")
    tab.keyboard.press("Space")
    tab.keyboard.press("Enter")
    tab.wait_for_url(re.compile("region=latin-america"))
    reach(tab, "button[name=add]")
    chosen = tab.evaluate("document.activeElement.value")
    tab.keyboard.press("Enter")
    tab.wait_for_url(re.compile(r"[?&]b="))
    reach(tab, f"input[name='r.{chosen}']")
    tab.keyboard.type("ask the desk officer")
    tab.keyboard.press("Enter")
    tab.wait_for_url(re.compile("ask(\\+|%20)the(\\+|%20)desk(\\+|%20)officer"))
    kept = tab.url

    again, others = watched(browser, site, width)
    again.goto(kept)
    assert again.locator(f"input[name='r.{chosen}']").input_value() == "ask the desk officer"
    reach(again, "a[href*='/desk.csv']")
    text = again.request.get(again.evaluate("document.activeElement.href")).text()
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    assert any("ask the desk officer" in row for row in rows)
    follow(again, "a[href*='/why/']", "/why/")
    assert again.locator("main a[href^='http']").count() > 0, "the sources of the line"
    assert complaints + others == []
