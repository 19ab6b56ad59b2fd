"""The page to write a query on, and its answer as a table."""

import datetime
import json
from typing import Any

from flask import Response, g, request

from kg.endpoint import Question
from kg.errors import KgError, NotFound
from kg.languages import spoken
from web import text
from web.pages import page
from web.protocol import FORMS, Asked
from web.reading import reader
from web.views import named, views

SHOWN = 500
SHOWN_BYTES = 200_000
EXAMPLE = """PREFIX coop: <https://w3id.org/coopkg/def#>
PREFIX schema: <https://schema.org/>
PREFIX country: <http://publications.europa.eu/resource/authority/country/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?title ?since WHERE {
  ?participation coop:hasParticipant country:COL ; coop:hasAgreement ?agreement ; schema:startDate ?since .
  ?agreement skos:prefLabel ?title .
}
ORDER BY DESC(?since)
LIMIT 50"""


def write(saved: str) -> Response:
    """The page to write a query on, with a saved question filled in where one is named.

    Raises:
        NotFound: there is no such question.
    """
    reading = reader().current()
    library = {**reading.questions, **reading.kinds}
    if saved and saved not in library:
        raise NotFound(f"there is no saved question '{saved[:60]}'", f"there are {', '.join(library)}")
    chosen = library.get(saved)
    return _page(
        chosen.text if chosen else EXAMPLE,
        note=chosen.notes.get(g.language, chosen.notes.get("en", "")) if chosen else "",
    )


def filled(query: str, note: str) -> Response:
    """The page with a query on it that was not asked yet, and how to read its answer."""
    return _page(query, note=note)


def answered(asked: Asked) -> Response:
    """The answer as a table on the page, or what is wrong above the query."""
    query = asked.query or ""
    try:
        answer = reader().endpoint.ask(
            reader().current().graph.path,
            Question(
                query,
                "application/sparql-results+json, text/turtle;q=0.9",
                default_graphs=asked.default_graphs,
                named_graphs=asked.named_graphs,
            ),
            request.headers.get("Coopkg-Run", ""),
        )
    except KgError as problem:
        return _page(query, status=problem.status, problem=str(problem))
    if "json" not in answer.media_type:
        if len(answer.body) > SHOWN_BYTES:
            note = text.say("The answer is too long to be shown here; ask for turtle to take all of it")
            return _page(query, problem=note, count=answer.rows)
        return _page(query, triples=answer.body.decode("utf-8"), count=answer.rows)
    result: dict[str, Any] = json.loads(answer.body)
    if "boolean" in result:
        return _page(query, columns=["ask"], rows=[{"ask": {"value": str(result["boolean"]).lower()}}], count=1)
    columns = result["head"]["vars"]
    found = result["results"]["bindings"]
    return _page(
        query,
        columns=columns,
        rows=named(reader().current(), columns, found[:SHOWN]),
        drawn=views(reader().current(), columns, found),
        count=len(found),
    )


def _page(query: str, status: int = 200, **values: Any) -> Response:
    reading = reader().current()
    given: dict[str, Any] = {
        "columns": [],
        "rows": [],
        "drawn": None,
        "count": None,
        "triples": "",
        "problem": "",
        "note": "",
        "shown": SHOWN,
        **values,
    }
    saved, kinds = (
        [(name, spoken(question.titles, g.language)) for name, question in library.items()]
        for library in (reading.questions, reading.kinds)
    )
    return page(
        "sparql.html",
        status,
        title=text.say("Query"),
        query=query,
        saved=saved,
        kinds=kinds,
        digest=reading.graph.digest,
        day=datetime.date.today(),
        settings=reading.settings,
        forms=list(FORMS),
        **given,
    )
