"""Linked data: every IRI of the project answers by 303 to a page, or to RDF in the form that the reader takes.

`https://w3id.org/coopkg/id/...` redirects to `/id/...` here; `/page/id/...` is for people, `/rdf/id/....ttl`
for programs. A suffix on the IRI itself chooses as well. Countries keep the IRI of the EU's authority table;
their page answers programs in the same way.
"""

from collections.abc import Callable

from flask import Blueprint, Flask, Response, redirect, request
from rdflib import Graph as Rdf
from werkzeug.exceptions import NotAcceptable
from werkzeug.wrappers import Response as AnyResponse

from kg import catalogue, describe, shapes_files
from kg.errors import NotFound
from kg.store import converted
from kg.vocab import BASE, ONTOLOGY_GRAPH, expand, local
from web import links, things
from web.beside import maker
from web.reading import Reading, reader
from web.things import SUFFIXES

linked = Blueprint("linked", __name__)
KINDS = "<any(id, code, def, genid, shape, graph, build, dataset, catalogue, project):kind>"
OWN_PAGES: dict[str, Callable[[str], str]] = {
    "id/route/": links.route,
    "id/hub/": links.hub,
    "id/query/": links.library,
}
NOT_OF_GRAPH = ("dataset", "catalogue", "project")
"""What the catalogue describes, not the graph."""

LONGEST = 300


def init_app(app: Flask) -> None:
    """Adds the addresses of things."""
    app.register_blueprint(linked)
    app.before_request(_country_as_rdf)
    app.context_processor(lambda: {"identifiers": things.identifiers})


@linked.get(f"/{KINDS}")
@linked.get(f"/{KINDS}.<any(ttl, nt, jsonld, rdf, html):ending>")
@linked.get(f"/{KINDS}/<path:rest>")
def thing(kind: str, rest: str = "", ending: str = "") -> AnyResponse:
    """Sends a reader of an IRI to the page about it, or to RDF."""
    path = f"{kind}/{rest}" if rest else f"{kind}.{ending}" if ending else kind
    stem, _, suffix = path.rpartition(".")
    if suffix in (*SUFFIXES, "html") and not _known(reader().current(), path):
        path = stem
    else:
        suffix = ""
    if not _known(reader().current(), path):
        raise _unknown(path)
    return _sent(path, suffix or _wanted())


def _wanted() -> str:
    """The suffix of the form that the reader takes; `html` for a page."""
    forms = {"text/html": "html", **{form: suffix for suffix, form in SUFFIXES.items()}}
    chosen = request.accept_mimetypes.best_match(list(forms)) if request.accept_mimetypes else "text/html"
    if chosen is None:
        raise NotAcceptable(f"write one of {', '.join(forms)} in the Accept header")
    return forms[chosen]


def _sent(path: str, suffix: str) -> AnyResponse:
    if suffix != "html":
        place = links.rdf(path, suffix)
    else:
        place = next((show(path.removeprefix(own)) for own, show in OWN_PAGES.items() if path.startswith(own)), "")
        if path in NOT_OF_GRAPH or path.startswith("build/"):
            place = links.data()
        place = place or links.to("linked.page_of_thing", path=path)
    answer = redirect(place, 303)
    answer.vary.add("Accept")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _country_as_rdf() -> AnyResponse | None:
    """Sends a program that asks for a country's profile in RDF to what the graph says about the country."""
    if request.endpoint != "country.show" or request.method not in ("GET", "HEAD") or not request.accept_mimetypes:
        return None
    forms = {form: suffix for suffix, form in SUFFIXES.items()}
    chosen = request.accept_mimetypes.best_match(["text/html", "application/json", *forms], "text/html")
    if chosen not in forms:
        return None
    known = reader().current().country((request.view_args or {})["code"])
    return _sent(f"country/{known.code}", forms[chosen])


def _unknown(path: str) -> NotFound:
    return NotFound(f"the graph says nothing of {BASE}{path[:LONGEST]}", "look for it by its name, or ask in SPARQL")


def _known(reading: Reading, path: str) -> bool:
    """Whether the build knows the thing with this path."""
    kind = path.partition("/")[0]
    if path in (*NOT_OF_GRAPH, "def", "shape"):
        return True
    if kind == "build":
        return path.removeprefix("build/") in reader().kept()
    if kind == "def":
        return path == f"def/{things.version(reading)}" or things.is_term(reading, path)
    if kind == "shape":
        return BASE + path in shapes_files.names(reading.graph.shapes)
    if kind == "graph":
        return BASE + path in reading.graph.store.graphs()
    if len(path) > LONGEST or not links.PATH.fullmatch(path):
        return False
    return reading.graph.store.select(f"ASK {{ <{BASE}{path}> ?p ?o }}")[0]["ask"] == "true"


@linked.get("/rdf/<path:path>.<any(ttl, nt, jsonld, rdf):suffix>")
def document(path: str, suffix: str) -> AnyResponse:
    """What the graph says about a thing, as RDF."""
    reading, form = reader().current(), SUFFIXES[suffix]
    if path.startswith("country/"):
        body = _country(reading, reading.country(path.removeprefix("country/")).iri, form)
    elif not _known(reading, path):
        raise _unknown(path)
    else:
        body = _rdf(reading, path, form)
    answer = Response(body, content_type=f"{form}; charset=utf-8" if form.startswith("text/") else form)
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Link"] = f'<{describe.LICENCE}>; rel="license"'
    answer.add_etag()
    return answer.make_conditional(request)


def _rdf(reading: Reading, path: str, form: str) -> bytes:
    store, iri = reading.graph.store, BASE + path
    kind = path.partition("/")[0]
    if kind == "def":
        return store.statements(form, [], ONTOLOGY_GRAPH)
    if kind == "shape":
        return shapes_files.about(reading.graph.shapes, "" if path == "shape" else iri, form)
    if kind == "graph":
        most = reading.settings.query_rows
        size = store.size(iri)
        if size <= most:
            return store.statements(form, [], iri)
        found = describe.large(iri, size, request.url_root)
        return describe.written(found, form)
    if kind == "build":
        kept = reader().kept()[path.removeprefix("build/")]
        return describe.written(describe.build(kept, request.url_root), form)
    if path in NOT_OF_GRAPH:
        return describe.written(catalogue_of(reading), form)
    members = store.select(f"SELECT ?code {{ ?code <{expand('skos:inScheme')}> <{iri}> }}") if kind == "code" else []
    return store.statements(form, [iri, *(row["code"] for row in members)])


def catalogue_of(reading: Reading) -> Rdf:
    """The catalogue of the build that is published now."""
    made = maker().made(reading.graph.digest)
    return catalogue.catalogue(reading.graph, list(reader().kept().values()), request.url_root, made)


def _country(reading: Reading, iri: str, form: str) -> bytes:
    """What the graph says about a country, with its Wikidata item as a link."""
    lines = reading.graph.store.statements("application/n-triples", [iri]).decode("utf-8")
    for row in reading.graph.store.select(f"SELECT ?item {{ <{iri}> <{expand('schema:identifier')}> ?item }}"):
        lines += f"<{iri}> <{expand('skos:exactMatch')}> <http://www.wikidata.org/entity/{local(row['item'])}> .\n"
    return converted(lines.encode("utf-8"), form)


@linked.get("/page/<path:path>")
def page_of_thing(path: str) -> AnyResponse:
    """What the graph says about a thing, for people."""
    reading = reader().current()
    if not _known(reading, path):
        raise _unknown(path)
    if path in NOT_OF_GRAPH or path.startswith("build/"):
        return redirect(links.data())
    return things.show(reading, path)
