"""The profile and the gaps as data, and the state of the service."""

import dataclasses
import json

from flask import Blueprint, Flask, Response, g, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from kg import export
from kg.errors import NotFound
from kg.explain import Explanation, of_position
from kg.funding import funding
from kg.gaps import ranked_table, reweighed, table
from kg.labels import KOSOVO_FOOTNOTE
from kg.languages import spoken
from kg.positions import NOT_RECORDED
from kg.provenance import as_json, as_jsonld
from kg.settings import DATA
from kg.vocab import COUNTRY
from web import links, openapi
from web.api_paths import paths
from web.country import profile_of
from web.pages import asked_weights, gap_filter, why_of
from web.reading import day_of, reader

api = Blueprint("api", __name__)
WRITERS = {
    "csv": (export.gap_csv, "text/csv"),
    "json": (export.gap_json, "application/json"),
    "xlsx": (export.gap_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
EXPLAINED = {"json": (as_json, "application/json"), "jsonld": (as_jsonld, "application/ld+json")}


def init_app(app: Flask) -> None:
    """Adds the addresses of data."""
    app.register_blueprint(api)
    openapi.add(app, paths)


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
    profile = dataclasses.asdict(profile_of(reading, known, day))
    kosovo = reading.labels(g.language).of(f"{COUNTRY}XKX").rstrip("*")
    named = kosovo in json.dumps(profile, ensure_ascii=False)
    footnote = {"footnote": spoken(KOSOVO_FOOTNOTE, g.language)} if named else {}
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
        meta["footnote"] = "* " + spoken(KOSOVO_FOOTNOTE, g.language)
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
