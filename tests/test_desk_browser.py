"""The gap desk in a browser: sliders change the order without a button, and the basket lives in the address."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright
from serving import served

from kg.settings import read
from web import create_app

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium: apt-get install chromium")


@pytest.fixture(scope="module")
def address(published_home: Path) -> Iterator[str]:
    with served(create_app(dataclasses.replace(read({}), home=published_home))) as site:
        yield site


@pytest.fixture(params=[1280, 390])
def tab(request: pytest.FixtureRequest, address: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": request.param, "height": 900})
        tab.set_default_timeout(10_000)
        said: list[str] = []
        tab.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda problem: said.append(str(problem)))
        tab.on("request", lambda one: None if one.url.startswith((address, "data:")) else said.append(one.url))
        yield tab
        browser.close()
        assert said == []


@pytest.mark.parametrize("language", ["", "&lang=en"])
def test_a_slider_changes_the_order_and_the_basket_is_kept_in_the_address(tab: Page, address: str, language: str):
    tab.goto(f"{address}/desk?region=latin-america{language}")
    tab.locator("summary", has_text="Weights of the score").click()
    tab.locator('input[name="w.routes"]').focus()
    for _ in range(6):
        tab.keyboard.press("ArrowRight")
    tab.wait_for_url(lambda url: "w.routes=7" in url)
    tab.locator(".notice", has_text="The order follows other weights").wait_for()
    assert tab.evaluate("document.activeElement.name") == "w.routes", "the keyboard stays where it was"
    tab.locator("#list ~ * button[name=add]").first.click()
    tab.locator("#basket tbody input").wait_for()
    tab.locator("#basket tbody input").fill("ask them again")
    tab.locator("#basket button", has_text="Keep the remarks").click()
    tab.wait_for_url(lambda url: "ask+them+again" in url)
    tab.reload()
    assert tab.locator("#basket tbody input").input_value() == "ask them again"
    tab.goto(f"{address}/desk?lang=en")
    tab.locator("#again a").click()
    assert tab.locator("#basket tbody input").input_value() == "ask them again"
    assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
