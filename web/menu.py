"""The menu of the site: what stands in the header, and all pages by what they are for."""

from dataclasses import dataclass

from flask import request

from web import links
from web.text import say


@dataclass(frozen=True)
class Entry:
    """One link: its address, its words, whether the page shown is that page or belongs to it."""

    address: str
    words: str
    here: bool


def first() -> list[Entry]:
    """The links of the header, in the order in which most people need them."""
    return [
        _entry(links.countries(), say("Countries"), "pages.countries", "country.", "pages.position"),
        _entry(links.matrix(), say("Matrix"), "matrix."),
        _entry(links.routes(), say("Routes"), "routes."),
        _entry(links.desk(), say("Gap desk"), "desk."),
        _entry(links.funding(), say("Funding"), "funding."),
        _entry(links.library(), say("Library"), "library."),
    ]


def groups() -> list[tuple[str, list[Entry]]]:
    """All pages, by what they are for."""
    countries, matrix, routes, desk, funding, library = first()
    return [
        (
            say("Countries"),
            [
                countries,
                _entry(links.compare(), say("Countries side by side"), "compare."),
                matrix,
                routes,
                _entry(links.ledger(), say("Changes"), "ledger."),
            ],
        ),
        (
            say("Gaps and money"),
            [desk, _entry(links.gaps(), say("List of gaps"), "pages.gaps", "pages.why"), funding],
        ),
        (
            say("Questions and data"),
            [
                library,
                _entry(links.sparql(), say("Query (SPARQL)"), "sparql."),
                _entry(links.data(), say("Data to take away"), "catalogue."),
            ],
        ),
        (
            say("Behind the facts"),
            [
                _entry(links.knowledge(), say("What is known"), "knowledge."),
                _entry(links.freshness(), say("What to check again"), "freshness."),
                _entry(links.check(), say("Check rows"), "steward.check"),
                _entry(links.propose(), say("Propose a change"), "steward.propose", "steward.row"),
                _entry(links.about(), say("How to read this"), "pages.about"),
            ],
        ),
    ]


def _entry(address: str, words: str, *endpoints: str) -> Entry:
    endpoint = request.endpoint or ""
    here = any(endpoint == one or (one.endswith(".") and endpoint.startswith(one)) for one in endpoints)
    return Entry(address, words, here)
