"""The data to take away: what a catalogue and a crawler read, the dumps, and the feeds of changes."""

from dataclasses import dataclass, fields
from typing import ClassVar

from flask import Blueprint, Flask, Response, request, send_file, url_for
from rdflib import Graph as Rdf
from werkzeug.wrappers import Response as AnyResponse

from kg import catalogue as dcat
from kg import describe, dumps, feeds
from kg.errors import NotFound
from kg.languages import spoken
from kg.published import Kept
from kg.revisions import Revision
from web import text
from web.beside import Maker, maker
from web.linked import catalogue_of
from web.pages import Page, page
from web.reading import day_of, reader
from web.things import SUFFIXES

catalogue = Blueprint("catalogue", __name__)
FORMS = {form: suffix for suffix, form in SUFFIXES.items()}
CLOSED = ("/sparql", "/result/", "/dumps/", "/ldes", "/rdf/", "/gaps", "/ledger", "/matrix", "/position/", "/why/")
"""What robots are asked to leave: answers that are made for each asker, in endless number."""


@dataclass(frozen=True)
class BuildLine:
    """One build: what is known of it, and whether it is the one published now."""

    kept: Kept
    current: bool


@dataclass(frozen=True)
class DataPage(Page):
    """What can be taken away; `files` are form, address, size in bytes and SHA-256 of the dumps, as far as made."""

    template: ClassVar[str] = "data.html"
    files: list[tuple[str, str, int | None, str]]
    builds: list[BuildLine]
    terms: str
    keep: int


def init_app(app: Flask) -> None:
    """Adds the addresses, and the process that makes dumps and comparisons."""
    app.register_blueprint(catalogue)
    app.extensions["maker"] = Maker(app.extensions["reader"].settings.home)


@catalogue.get("/data")
def show() -> Response:
    """The page about the data."""
    reading = reader().current()
    digest = reading.graph.digest
    made = {dump.form: dump for dump in maker().made(digest)}
    files = [
        (
            form,
            _dump(digest, form),
            made[form].size if form in made else None,
            made[form].sha256 if form in made else "",
        )
        for form in dumps.FORMS
    ]
    values = DataPage(
        text.say("Data"),
        day_of(""),
        digest,
        files,
        [BuildLine(kept, kept.digest == digest) for kept in reader().kept().values()],
        spoken(dcat.TERMS, text.language()),
        reading.settings.keep,
    )
    return page(values.template, **{field.name: getattr(values, field.name) for field in fields(values)})


def _dump(digest: str, form: str) -> str:
    return url_for("catalogue.dump", digest=digest, name=dumps.file_name(form))


@catalogue.get("/.well-known/void")
@catalogue.get("/.well-known/void.<any(ttl, nt, jsonld, rdf):suffix>")
def void(suffix: str = "") -> AnyResponse:
    """The graph in VoID."""
    reading = reader().current()
    addresses = [dcat.dump_address(request.url_root, reading.graph.digest, form) for form in dumps.FORMS]
    found = describe.void(reading.graph, maker().statistics(reading.graph.digest), request.url_root, addresses)
    return _rdf(found + catalogue_of(reading), suffix)


@catalogue.get("/ldes")
def ldes() -> AnyResponse:
    """The stream of changes: its root."""
    return _rdf(feeds.stream(maker().revisions(), request.url_root))


@catalogue.get("/ldes/<digest>/<int:number>")
def ldes_page(digest: str, number: int) -> AnyResponse:
    """One page of the stream."""
    one = _revision(digest)
    if not 1 <= number <= feeds.pages(one):
        raise NotFound(f"the build {digest[:12]} fills {feeds.pages(one)} pages of the stream", "begin at /ldes")
    answer = _rdf(feeds.page(one, number, reader().build(digest), request.url_root))
    answer.cache_control.immutable = True
    return answer


def _revision(digest: str) -> Revision:
    for one in maker().revisions():
        if one.digest == digest:
            return one
    raise NotFound(f"no change of a build '{digest[:12]}' is kept", "begin at /ldes")


@catalogue.get("/changes.atom")
def atom() -> AnyResponse:
    """The changes as an Atom feed."""
    kept = next(iter(reader().kept().values()), None)
    if kept is None:
        reader().current()  # says that nothing is built
        raise NotFound("no build is kept", "run `coopkg build`")
    answer = Response(
        feeds.atom(maker().revisions(), request.url_root, kept.published), mimetype="application/atom+xml"
    )
    answer.add_etag()
    return answer.make_conditional(request)


@catalogue.get("/dumps/<digest>/<name>")
def dump(digest: str, name: str) -> AnyResponse:
    """A dump of a build that is kept, or the checksums of its dumps."""
    if digest not in reader().kept():
        raise NotFound(f"the build {digest[:12]} is not kept here", "the page /data lists those that are")
    found = maker().dumps(digest)
    paths = {one.path.name: one.path for one in found} | {dumps.SUMS: found[0].path.with_name(dumps.SUMS)}
    if name not in paths:
        raise NotFound(f"there is no dump '{name[:40]}'", f"take one of {', '.join(paths)}")
    sums = {one.path.name: one.sha256 for one in found}
    kind = "text/plain" if name == dumps.SUMS else "application/gzip"
    answer = send_file(
        paths[name], kind, as_attachment=kind != "text/plain", conditional=True, etag=sums.get(name, digest)
    )
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.cache_control.immutable = True
    return answer


@catalogue.get("/robots.txt")
def robots() -> Response:
    """What crawlers are asked to leave alone."""
    lines = ["User-agent: *", *(f"Disallow: {request.script_root}{path}" for path in CLOSED), "Allow: /", ""]
    return Response("\n".join(lines), mimetype="text/plain")


def _rdf(found: Rdf, suffix: str = "") -> AnyResponse:
    form = SUFFIXES[suffix] if suffix else request.accept_mimetypes.best_match(list(FORMS), "text/turtle")
    answer = Response(
        describe.written(found, form), content_type=f"{form}; charset=utf-8" if form == "text/turtle" else form
    )
    answer.vary.add("Accept")
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Link"] = f'<{describe.LICENCE}>; rel="license"'
    answer.add_etag()
    return answer.make_conditional(request)
