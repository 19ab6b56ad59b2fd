"""The stewards' desk in a real browser, with and without JavaScript: a file is checked, a proposal is made and imported."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import with_the_rest, world_seeds
from serving import served

from kg import importing, proposals, settings, tables
from kg.steward import Steward
from web import create_app

CHROMIUM = Path("/usr/bin/chromium")
HEADER = "id,partnership,title,date,place,outcome,source,locator,checked,checked_by,confidence,note"

sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium: apt-get install chromium")


@pytest.fixture(scope="module")
def site(world_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a live server over the made-up world."""
    folder = tmp_path_factory.mktemp("desk-browser")
    world_seeds(folder / "seeds")
    of_world = settings.read({"COOPKG_HOME": str(world_home)})
    app = create_app(of_world)
    app.extensions["steward"] = worker = Steward(of_world, with_the_rest(folder), seconds=60)
    with served(app) as address:
        yield address
    worker.close()


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def tab(request: pytest.FixtureRequest, site: str) -> Iterator[Any]:
    """A page that may complain of nothing."""
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        complaints: list[str] = []
        page = browser.new_context(java_script_enabled=request.param, viewport={"width": 390, "height": 844}).new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("request", lambda one: None if one.url.startswith((site, "data:")) else complaints.append(one.url))
        yield page
        browser.close()
        assert complaints == []


def test_a_file_is_checked(tab: Any, site: str, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(f"{HEADER}\nclasi-9,clasi,Ninth,14/07/2017,Quito,,gazette,,2026-06-01,a test,high,\n", "utf-8")
    tab.goto(f"{site}/check?lang=fr")
    tab.locator("#table").select_option("event")
    tab.locator("#file").set_input_files(str(file))
    tab.locator("form.desk button").click()
    assert "ressemble à une date réécrite par le tableur" in tab.locator("#findings").inner_text()
    file.write_text(file.read_text("utf-8").replace("14/07/2017", "2017-07-14"), "utf-8")
    tab.locator("#file").set_input_files(str(file))
    tab.locator("form.desk button").click()
    assert "1 lignes nouvelles" in tab.locator("#numbers").inner_text()
    assert tab.locator("#effect").count() == 1
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_proposal_is_made_and_imported(tab: Any, site: str, tmp_path: Path) -> None:
    tab.goto(f"{site}/propose?lang=en")
    tab.locator('dl.tables a[href^="/propose/event"]').click()
    for name, value in [("id", "clasi-9"), ("title", "Ninth"), ("date", "soon"), ("checked", "2026-06-01")]:
        tab.locator(f"#f-{name}").fill(value)
    tab.locator("#f-partnership").fill("clasi")
    tab.locator("#f-source").fill("gazette")
    tab.locator("#f-checked_by").fill("a test")
    tab.locator("#f-confidence").select_option("high")
    tab.locator("button[name=look]").click()
    assert "'soon' is not a date" in tab.locator("#e-date").inner_text()
    tab.locator("#f-date").fill("2026-05")
    tab.locator("button[name=look]").click()
    assert "1 rows new" in tab.locator("#numbers").inner_text()
    tab.locator("#author").fill("Ana Example")
    tab.locator("#reason").fill("It was held.")
    with tab.expect_download() as download:
        tab.locator("button[name=finish]").click()
    seeds = world_seeds(tmp_path / "seeds")
    proposal = proposals.read(tables.load(seeds), Path(download.value.path()).read_bytes())
    assert importing.apply(proposals.plan(seeds, proposal)) == ["event.csv"]
    assert "clasi-9,clasi,Ninth,2026-05" in (seeds / "event.csv").read_text("utf-8")
