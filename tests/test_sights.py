"""Every page in a real browser: nothing that keeps anyone out (axe-core), nothing from elsewhere, and light to load."""

from typing import Any

import pytest
from sights import AXE, CHROMIUM, FOUND, HEAVY, PAGES, addresses, watched

from kg.languages import INTERFACE

pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium: apt-get install chromium"),
    pytest.mark.skipif(not AXE.exists(), reason="no front end: python web/frontend/build.py"),
]
KILOBYTES = 300


@pytest.mark.parametrize("address", addresses("en", "fr"))
def test_axe_finds_nothing_in_light_and_dark(browser, site, address):
    tab, complaints = watched(browser, site, 1280, color_scheme="light")
    tab.goto(site + address)
    tab.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true })")
    tab.evaluate(f"{AXE.read_text('utf-8')}; 0")
    assert tab.evaluate(FOUND, None) == []
    tab.emulate_media(color_scheme="dark")
    assert tab.evaluate(FOUND, ["color-contrast", "link-in-text-block"]) == []
    assert complaints == []
    tab.context.close()


@pytest.mark.parametrize("language", [one for one in INTERFACE if one not in ("en", "fr")])
def test_axe_finds_nothing_on_main_pages_in_the_other_languages_and_no_word_is_wider_than_a_phone(
    browser, site, language
):
    tab, complaints = watched(browser, site, 390)
    for address in ("/", "/country/COL", "/matrix?region=western-balkans", "/desk?region=western-balkans"):
        tab.goto(f"{site}{address}{'&' if '?' in address else '?'}lang={language}")
        assert tab.evaluate("document.documentElement.scrollWidth") <= 390, address
        tab.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true })")
        tab.evaluate(f"{AXE.read_text('utf-8')}; 0")
        assert tab.evaluate(FOUND, None) == [], address
    assert complaints == []
    tab.context.close()


def test_the_menu_of_languages_works_by_keyboard_and_without_scripts(browser, site):
    tab, _ = watched(browser, site, 390, java_script_enabled=False)
    tab.goto(f"{site}/compare?c=COL&c=ECU&lang=en")
    tab.focus("nav.languages summary")
    for key in ("Enter", *["Tab"] * (INTERFACE.index("de") + 1), "Enter"):
        tab.keyboard.press(key)
    tab.wait_for_url("**/compare?c=COL&c=ECU&lang=de")
    assert tab.locator("html").get_attribute("lang") == "de"
    assert tab.locator("nav.languages summary").inner_text() == "Deutsch"
    tab.context.close()


def test_axe_would_find_what_is_wrong(browser, site):
    tab, _ = watched(browser, site, 1280)
    tab.goto(f"{site}/about")
    tab.evaluate("document.querySelector('main').append(document.createElement('input'))")
    tab.evaluate(f"{AXE.read_text('utf-8')}; 0")
    assert any(found.startswith("label") for found in tab.evaluate(FOUND, None))
    tab.context.close()


@pytest.mark.parametrize("endpoint", sorted(PAGES.keys() - HEAVY))
def test_no_page_weighs_more_than_300_kilobytes(browser, site, endpoint):
    for address in PAGES[endpoint]:
        tab, _ = watched(browser, site, 1280)
        loaded: list[Any] = []
        tab.on("requestfinished", lambda request, kept=loaded: kept.append(request))
        tab.goto(site + address, wait_until="networkidle")
        weight = sum(request.sizes()["responseBodySize"] for request in loaded)
        assert 0 < weight <= KILOBYTES * 1000, {request.url: request.sizes()["responseBodySize"] for request in loaded}
        tab.context.close()
