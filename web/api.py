"""Everything that is no page: the query endpoint, the profile and the gaps as data, and the state of the service."""

import dataclasses
import datetime
import json
from typing import Any

from flask import Blueprint, Flask, Response, g, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from kg import export
from kg.errors import KgError, NotFound, UsageError
from kg.explain import Explanation, of_position
from kg.funding import funding
from kg.gaps import ranked_table, reweighed, table
from kg.guard import LONGEST
from kg.labels import KOSOVO_FOOTNOTE
from kg.positions import NOT_RECORDED
from kg.provenance import as_json, as_jsonld
from kg.settings import DATA
from web import links, text
from web import profile as profiles
from web.pages import asked_weights, gap_filter, page, why_of
from web.reading import day_of, reader

api = Blueprint("api", __name__)
WRITERS = {
    "csv": (export.gap_csv, "text/csv"),
    "json": (export.gap_json, "application/json"),
    "xlsx": (export.gap_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
EXPLAINED = {"json": (as_json, "application/json"), "jsonld": (as_jsonld, "application/ld+json")}
FORMS = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "rdfxml": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
SHOWN = 500
EXAMPLE = """PREFIX coop: <https://w3id.org/coopkg/def#>
PREFIX country: <http://publications.europa.eu/resource/authority/country/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?title ?since WHERE {
  ?participation coop:hasParticipant country:COL ; coop:participatesIn ?agreement ; coop:since ?since .
  ?agreement skos:prefLabel ?title .
}
ORDER BY DESC(?since)
LIMIT 50"""


def init_app(app: Flask) -> None:
    """Adds the addresses of data."""
    app.register_blueprint(api)


@api.get("/health")
def health() -> Response:
    """Whether the graph answers: its digest and number of statements."""
    graph = reader().current().graph
    return jsonify(
        ok=graph.store.select("ASK { ?s ?p ?o }")[0]["ask"] == "true",
        digest=graph.digest,
        statements=graph.built["statements"],
    )


@api.get("/countries.json")
def countries() -> Response:
    """The codes of the countries that a search finds, best first."""
    return jsonify(codes=reader().current().search(request.args.get("q", "")))


@api.get("/country/<code>.json")
def country(code: str) -> Response | AnyResponse:
    """One country's profile as data: the same records as the page shows."""
    reading, day = reader().current(), day_of(request.args.get("day", ""))
    known = reading.country(code)
    if known.code != code:
        return redirect(links.country_json(known.code, day), 301)
    profile = dataclasses.asdict(profiles.read(reading, known, day, g.language))
    footnote = {"footnote": KOSOVO_FOOTNOTE[g.language]} if "Kosovo" in json.dumps(profile) else {}
    return jsonify(graph=reading.graph.digest, note=NOT_RECORDED, **footnote, **profile)


@api.get("/gaps.<form>")
def gaps(form: str) -> Response:
    """All gaps that the filters let through, as a file that says what was asked of which graph."""
    if form not in WRITERS:
        raise NotFound(f"the list of gaps is not given as '{form[:20]}'", f"take one of {', '.join(WRITERS)}")
    reading, day, wanted = reader().current(), day_of(request.args.get("day", "")), gap_filter()
    weights = reading.weights.changed(asked_weights())
    changed, found = weights.differ(reading.weights), reading.wanted(day, wanted)
    naming = reading.kinds, reading.labels(g.language), g.language
    paid = funding(reading.graph.store, DATA / "queries" / "ask", day)
    rows = ranked_table(reweighed(found, weights), *naming, paid) if changed else table(found, *naming, paid)
    chosen = {name: value for name, value in dataclasses.asdict(wanted).items() if value}
    query = f"gaps {chosen.pop('kind', '')}".strip()
    meta = export.meta(reading.graph.digest, day, len(rows), query, chosen)
    meta["weights"] = weights.described(reading.weights)
    if form == "csv":
        meta["note"] = NOT_RECORDED
    if form == "csv" and any(
        "Kosovo" in str(value)
        for row in rows
        for value in (row["country_name"], row["subject"], row["need"], row["lack"])
    ):
        meta["footnote"] = "* " + KOSOVO_FOOTNOTE[g.language]
    write, media_type = WRITERS[form]
    name = "-".join([*query.split(), *chosen.values(), *(["weighed"] if changed else []), str(day)])
    return Response(
        write(rows, meta), mimetype=media_type, headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    )


@api.get("/position/<member_state>/<code>/<matter>.json")
def position_json(member_state: str, code: str, matter: str) -> Response:
    """Why a position is what it is, as data."""
    return _explained("json", _why_position(member_state, code, matter))


@api.get("/position/<member_state>/<code>/<matter>.jsonld")
def position_jsonld(member_state: str, code: str, matter: str) -> Response:
    """The same in the terms of PROV-O."""
    return _explained("jsonld", _why_position(member_state, code, matter))


@api.get("/why/<kind>.json")
def why_json(kind: str) -> Response:
    """Why a gap is listed, as data."""
    return _explained("json", why_of(kind, day_of(request.args.get("day", "")))[1])


@api.get("/why/<kind>.jsonld")
def why_jsonld(kind: str) -> Response:
    """The same in the terms of PROV-O."""
    return _explained("jsonld", why_of(kind, day_of(request.args.get("day", "")))[1])


def _why_position(member_state: str, code: str, matter: str) -> Explanation:
    reading, day = reader().current(), day_of(request.args.get("day", ""))
    codes = [reading.country(one).code for one in (member_state, code)]
    if matter not in reading.matters:
        raise NotFound(f"there is no matter '{matter[:60]}'", f"write one of {', '.join(reading.matters)}")
    months = reading.settings.stale_months
    return of_position(reading.graph.store, DATA / "queries", codes[0], codes[1], matter, day, months)


def _explained(form: str, found: Explanation) -> Response:
    write, media_type = EXPLAINED[form]
    return Response(write(found), mimetype=media_type)


@api.route("/sparql", methods=["GET", "POST"])
def sparql() -> Response:
    """Answers a read-only query in the form asked for; without a query, the page to write one on."""
    query, form = _asked()
    browser = "text/html" in request.headers.get("Accept", "")
    if query is None:
        if request.method == "POST" or not (browser or request.headers.get("Accept", "*/*") == "*/*"):
            raise UsageError(
                "there is no query",
                "send one as ?query=, as a form field query, or as a body of type application/sparql-query",
            )
        return _write()
    if len(query) > LONGEST:
        raise UsageError(f"the query is longer than {LONGEST:,} characters", "shorten it")
    if browser and form in ("", "table"):
        return _on_page(query)
    answer = reader().endpoint.query(
        reader().current().graph.path, query, FORMS[form] if form in FORMS else request.headers.get("Accept", "*/*")
    )
    return Response(answer.body, content_type=answer.media_type, headers={"Access-Control-Allow-Origin": "*"})


def _asked() -> tuple[str | None, str]:
    """The query of the request and the form it names; None where there is no query."""
    if request.method == "POST" and request.mimetype == "application/sparql-query":
        try:
            return request.get_data().decode("utf-8"), request.args.get("format", "")
        except UnicodeDecodeError:
            raise UsageError("the query is not written in UTF-8", "send it as UTF-8") from None
    if request.method == "POST" and request.mimetype == "application/sparql-update":
        return request.get_data(as_text=True), ""
    given = request.form if request.method == "POST" else request.args
    if "update" in given:
        return given["update"], ""
    form = given.get("format", request.args.get("format", ""))
    if form and form != "table" and form not in FORMS:
        raise UsageError(f"there is no format '{form[:20]}'", f"write one of {', '.join(FORMS)}")
    query = given.get("query")
    return (query if query and query.strip() else None), form


def _write() -> Response:
    """The page to write a query on, with a saved question filled in where one is named."""
    reading, saved = reader().current(), request.args.get("saved", "")
    library = {**reading.questions, **reading.kinds}
    if saved and saved not in library:
        raise NotFound(f"there is no saved question '{saved[:60]}'", f"there are {', '.join(library)}")
    chosen = library.get(saved)
    return _page(
        chosen.text if chosen else EXAMPLE,
        note=chosen.notes.get(g.language, chosen.notes.get("en", "")) if chosen else "",
    )


def _on_page(query: str) -> Response:
    """The answer as a table on the page, or what is wrong above the query."""
    try:
        answer = reader().endpoint.query(reader().current().graph.path, query, FORMS["json"] + ", text/turtle;q=0.9")
    except KgError as problem:
        return _page(query, status=problem.status, problem=str(problem))
    if "json" not in answer.media_type:
        return _page(query, triples=answer.body.decode("utf-8")[:200_000], count=answer.rows)
    result: dict[str, Any] = json.loads(answer.body)
    if "boolean" in result:
        return _page(query, columns=["ask"], rows=[[{"value": str(result["boolean"]).lower()}]], count=1)
    columns = result["head"]["vars"]
    found = result["results"]["bindings"]
    return _page(
        query,
        columns=columns,
        rows=[[row.get(column, {}) for column in columns] for row in found[:SHOWN]],
        count=len(found),
    )


def _page(query: str, status: int = 200, **values: Any) -> Response:
    reading = reader().current()
    given: dict[str, Any] = {
        "columns": [],
        "rows": [],
        "count": None,
        "triples": "",
        "problem": "",
        "note": "",
        "shown": SHOWN,
        **values,
    }
    saved, kinds = (
        [(name, question.titles.get(g.language, question.title)) for name, question in library.items()]
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
