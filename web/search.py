"""The search of the header: a page of what was found by kind, and the same as JSON for what is shown while one types."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from flask import Blueprint, Flask, Response, g, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from kg.errors import UsageError
from kg.vocab import local
from web import links, openapi, text
from web.index import KINDS, LONGEST, Found
from web.openapi import parameter, responses
from web.pages import Page, page
from web.reading import Reading, day_of, reader

search = Blueprint("search", __name__)
SHOWN = 12
"""How many of a kind the page shows before one asks for all of that kind."""
SUGGESTED = 8
MOST = 50


@dataclass(frozen=True)
class Hit:
    """One thing found: its kind, its name, what tells it from others of like name, its address."""

    kind: str
    name: str
    about: str
    address: str


@dataclass(frozen=True)
class Group:
    """What was found of a kind: how many, and the first of them."""

    kind: str
    count: int
    hits: list[Hit]


@dataclass(frozen=True)
class SearchPage(Page):
    """What was found for a text, by kind; `kind` is the one that was asked for alone, or empty."""

    template: ClassVar[str] = "search.html"
    q: str
    kind: str
    total: int
    groups: list[Group]


def init_app(app: Flask) -> None:
    """Adds the addresses of the search."""
    app.register_blueprint(search)
    openapi.add(app, paths)


@search.get("/search")
def show() -> AnyResponse:
    """What was found, as a page."""
    q, kind, _ = _asked({"q", "kind", "lang"})
    reading = reader().current()
    found = reading.index.find(q)
    counts = Counter(one.kind for one in found)
    groups = [
        Group(one, counts[one], _hits(reading, [hit for hit in found if hit.kind == one][: None if kind else SHOWN]))
        for one in KINDS
        if counts[one] and kind in ("", one)
    ]
    title = text.say("Search: %(text)s", text=q) if q else text.say("Search")
    values = SearchPage(title, day_of(""), reading.graph.digest, q, kind, len(found), groups)
    return page(values.template, **{one.name: getattr(values, one.name) for one in fields(values)})


@search.get("/search.json")
def suggest() -> Response:
    """The best of what was found, as data."""
    q, kind, limit = _asked({"q", "kind", "limit", "lang"})
    reading = reader().current()
    found = reading.index.find(q, (kind,) if kind else KINDS)
    return jsonify(
        q=q,
        total=len(found),
        counts=Counter(one.kind for one in found),
        found=[
            {"kind": hit.kind, "kind_name": text.say(f"kind {hit.kind}"), "name": hit.name, "about": hit.about}
            | {"address": hit.address}
            for hit in _hits(reading, found[:limit])
        ],
    )


def _asked(names: set[str]) -> tuple[str, str, int]:
    """The text, the kind and the limit that the address asks for.

    Raises:
        UsageError: it says something else, or a kind or limit that is none.
    """
    if strange := sorted(set(request.args) - names):
        raise UsageError(f"'{strange[0][:40]}' says nothing here", f"there are {', '.join(sorted(names))}")
    q, kind, limit = (request.args.get(name, "").strip() for name in ("q", "kind", "limit"))
    if kind and kind not in KINDS:
        raise UsageError(f"nothing is of the kind '{kind[:40]}'", f"write one of {', '.join(KINDS)}")
    if limit and not (limit.isascii() and limit.isdigit() and 0 < int(limit[:6]) <= MOST):
        raise UsageError(f"'{limit[:20]}' is no limit", f"write a number from 1 to {MOST}")
    return " ".join(q.split()), kind, int(limit or SUGGESTED)


def _hits(reading: Reading, found: list[Found]) -> list[Hit]:
    labels = reading.labels(g.language)
    hits = []
    for one in found:
        facts = [labels.of(fact) if "://" in fact else fact for fact in reading.about.get(one.iri, ())]
        code = [local(one.iri)] if one.kind == "country" else []
        hits.append(Hit(one.kind, labels.of(one.iri), ", ".join([*code, *facts]), _address(one)))
    return hits


def _address(one: Found) -> str:
    name = local(one.iri)
    made: dict[str, Callable[[str], str]] = {
        "country": links.country,
        "hub": links.hub,
        "route": links.route,
        "funding_line": links.funding_line,
    }
    return made[one.kind](name) if one.kind in made else links.page_of(one.iri)


def paths() -> dict[str, Any]:
    """The search as a path item of OpenAPI."""
    hit = {name: {"type": "string"} for name in ("kind", "kind_name", "name", "about", "address")}
    answer = {
        "type": "object",
        "required": ["q", "total", "counts", "found"],
        "properties": {
            "q": {"type": "string"},
            "total": {"type": "integer", "description": "How many things were found."},
            "counts": {
                "type": "object",
                "additionalProperties": {"type": "integer"},
                "description": "The same by kind.",
            },
            "found": {"type": "array", "items": {"type": "object", "required": list(hit), "properties": hit}},
        },
    }
    return {
        "/search.json": {
            "get": {
                "operationId": "search",
                "summary": "Countries, agreements, partnerships, hubs, routes, funding lines and organisations by name or code, best first.",
                "parameters": [
                    parameter(
                        "q",
                        "query",
                        {"type": "string", "maxLength": LONGEST},
                        "A name in any EU language, words of it, or a code.",
                    ),
                    parameter("kind", "query", {"enum": list(KINDS)}, "One kind only."),
                    parameter(
                        "limit",
                        "query",
                        {"type": "integer", "minimum": 1, "maximum": MOST},
                        f"At most so many; {SUGGESTED} where it is missing.",
                    ),
                    parameter("lang", "query", {"enum": list(text.LANGUAGES)}, "Language of names and words."),
                ],
                "responses": responses({"application/json": answer}, 400, 503),
            }
        }
    }
