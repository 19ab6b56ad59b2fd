"""The pages of the site, one example address or more for each, and a browser that watches what they ask for."""

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from serving import served

from kg.settings import read
from web import create_app

CHROMIUM = Path("/usr/bin/chromium")
AXE = Path(__file__).parent.parent / "web" / "frontend" / "tools" / "axe.min.js"

FOUND = """(only) => axe.run(document, only ? {runOnly: only, resultTypes: ['violations']} : {resultTypes: ['violations']})
    .then((found) => found.violations.map((one) => `${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(' | ')}`))"""
"""What axe-core finds on a page, in full or by some of its rules: each with the elements that it concerns."""

PAGES = {
    "pages.home": ["/"],
    "search.show": ["/search", "/search?q=kolumbien", "/search?q=xyzzyq"],
    "pages.countries": ["/countries", "/countries?q=kolumbien"],
    "country.show": ["/country/COL", "/country/XKX", "/country/DEU", "/country/GUF", "/country/COL?since=2020-01-01"],
    "compare.show": ["/compare", "/compare?c=COL&c=ECU"],
    "pages.position": ["/position/BEL/COL/mla", "/position/FRA/DZA/extradition"],
    "pages.gaps": ["/gaps", "/gaps?kind=no-dedicated-mla&region=latin-america"],
    "pages.why": ["/why/no-dedicated-mla?country=COL&member_state=BEL&matter=mla"],
    "desk.show": ["/desk", "/desk?region=latin-america&measures=3"],
    "funding.show": ["/funding"],
    "funding.line": ["/funding/ameripol-ue-1"],
    "matrix.show": ["/matrix", "/matrix?region=western-balkans&matter=extradition"],
    "routes.show": ["/routes"],
    "routes.route": ["/routes/coc-mar"],
    "routes.hub": ["/hubs/beanr"],
    "knowledge.show": ["/knowledge"],
    "freshness.show": ["/freshness", "/freshness?day=2029-01-01"],
    "ledger.show": ["/ledger", "/ledger?from=2024-01-01&to=2026-01-01&country=COL"],
    "library.index": ["/library"],
    "library.show": ["/library/coverage-growth", "/library/routes-through"],
    "catalogue.show": ["/data"],
    "pages.about": ["/about"],
    "sparql.answer": ["/sparql", "/sparql?query=SELECT+*+WHERE+%7B+GRAPH+%3Fg+%7B%3Fs+%3Fp+%3Fo%7D+%7D+LIMIT+5"],
    "linked.page_of_thing": ["/page/def", "/page/id/agreement/untoc"],
    "steward.check": ["/check"],
    "steward.propose": ["/propose"],
    "steward.row": ["/propose/event"],
    "results.show": ["/result/gaps?kind=no-dedicated-mla&country=COL"],
    "error": ["/country/NOWHERE", "/nowhere"],
}
"""Addresses of all pages by the endpoint that answers them, with and without what their forms ask for."""

FILES = {
    *(
        "catalogue.atom",
        "catalogue.dump",
        "catalogue.ldes",
        "catalogue.ldes_page",
        "catalogue.robots",
        "catalogue.void",
    ),
    *("api.countries", "api.country", "api.gaps", "api.health", "api.position_json", "api.position_jsonld"),
    *(
        "api.why_json",
        "api.why_jsonld",
        "compare.file",
        "country.pdf",
        "desk_file.file",
        "editor.cancel",
        "editor.open_saved",
    ),
    *("editor.words", "freshness.file", "knowledge.file", "ledger.file", "library.file", "library.index_file"),
    *("linked.document", "linked.thing", "matrix.file", "openapi.document", "search.suggest", "sparql.slash", "static"),
}
"""Endpoints that answer with a file or send the reader on, never with a page of their own."""

HEAVY = {"sparql.answer", "routes.show", "routes.route", "routes.hub"}
"""The editor and the pages of maps, which may weigh more than the others."""


def addresses(*languages: str) -> list[str]:
    """All pages in some languages."""
    return [
        f"{page}{'&' if '?' in page else '?'}lang={language}"
        for pages in PAGES.values()
        for page in pages
        for language in languages
    ]


@contextmanager
def site_of(home: Path) -> Iterator[str]:
    """The site of a home folder over HTTP; gives its address without a slash at the end."""
    with served(create_app(dataclasses.replace(read({}), home=home))) as address:
        yield address.rstrip("/")


@contextmanager
def chromium() -> Iterator[Any]:
    """Debian's Chromium, driven by Playwright."""
    from playwright.sync_api import sync_playwright  # here, because those who only list pages need no browser

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


def watched(browser: Any, site: str, width: int, **options: Any) -> tuple[Any, list[str]]:
    """A page, and the list of its complaints: requests to other hosts, and errors of scripts and of the policy."""
    context = browser.new_context(
        viewport={"width": width, "height": 844}, locale="en-GB", reduced_motion="reduce", **options
    )
    context.set_default_timeout(120_000)  # the first reader of a page waits for all that it is made of
    tab, complaints = context.new_page(), []
    tab.on(
        "request",
        lambda request: None if request.url.startswith((f"{site}/", "data:")) else complaints.append(request.url),
    )
    tab.on(
        "console",
        lambda message: (
            complaints.append(message.text)
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    return tab, complaints
