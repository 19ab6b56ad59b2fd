"""The profile and the comparison in a real browser: print, day picker, links of the summary, at two widths."""

import re
from pathlib import Path
from typing import Any

import pytest

CHROMIUM = Path("/usr/bin/chromium")
pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium: apt-get install chromium")


def opened(browser: Any, site: str, width: int = 1280, **options: Any) -> tuple[Any, list[str]]:
    """A page, and the list that its complaints go to: requests to other hosts and errors of the console."""
    tab = browser.new_context(viewport={"width": width, "height": 844}, **options).new_page()
    complaints: list[str] = []
    tab.on(
        "request",
        lambda request: None if request.url.startswith((site, "data:")) else complaints.append(request.url),
    )
    tab.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    return tab, complaints


@pytest.mark.parametrize(
    "address",
    [
        "/country/COL?lang=en",
        "/country/ALB?lang=fr",
        "/country/MAR?lang=fr",
        "/country/BRA?lang=fr",
        "/country/XKX?lang=en",
    ],
)
def test_a_profile_prints_on_two_pages(browser, site, address):
    tab, complaints = opened(browser, site)
    tab.goto(site + address)
    printed = tab.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", printed)) == 2
    tab.emulate_media(media="print")
    assert tab.locator("nav.anchors").is_hidden()
    assert tab.locator("section#sources li:visible").count() > 5
    cited = set(tab.locator("main .cite a:visible").all_inner_texts())
    kept = {item.get_attribute("value") for item in tab.locator("section#sources li:visible").all()}
    assert cited <= kept
    assert complaints == []


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("address", ["/country/COL?since=2015-01-01", "/compare?c=COL&c=ECU&c=ALB", "/compare"])
def test_pages_fit_the_screen(browser, site, address, width):
    tab, complaints = opened(browser, site, width)
    tab.goto(site + address)
    wide, screen = tab.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert wide <= screen
    assert complaints == []


def test_a_number_opens_the_rows_it_counts_without_javascript(browser, site):
    tab, _ = opened(browser, site, java_script_enabled=False)
    tab.goto(f"{site}/country/COL?lang=en")
    assert tab.locator("#rows-mla-sectoral").is_hidden()
    tab.locator('.summary a[href="#rows-mla-sectoral"]').click()
    assert tab.locator("#rows-mla-sectoral").is_visible()


def test_keyboard_picks_a_day_and_sees_what_changed(browser, site):
    tab, complaints = opened(browser, site)
    tab.goto(f"{site}/country/COL?lang=en")
    tab.locator("#since").fill("2012-01-01")
    tab.locator("#since").press("Enter")
    tab.wait_for_url("**since=2012-01-01**")
    assert "Convention on Cybercrime" in tab.locator("#changes").inner_text()
    tab.locator("#day").fill("2013-01-01")
    tab.locator("#day").press("Enter")
    tab.wait_for_url("**day=2013-01-01**")
    assert "1 January 2013" in tab.locator("#h-ask").inner_text()
    assert complaints == []


def test_countries_are_chosen_and_compared_by_keyboard(browser, site):
    tab, complaints = opened(browser, site, 390)
    tab.goto(f"{site}/compare?lang=en")
    for place, name in (("1", "Colombia"), ("2", "Ecuador")):
        tab.locator(f"#c{place}").focus()
        tab.keyboard.type(name)
    tab.locator("main form button").press("Enter")
    tab.wait_for_url("**c=COL**")
    assert tab.locator("tr.differs").count() > 10
    assert "≠" in tab.locator("tr.differs").first.inner_text()
    assert complaints == []
