"""The query service at /sparql: what the SPARQL 1.1 Protocol asks, answered whole or refused.

The answer says of itself in its headers which query of which graph it answers, with how many rows, and
how long that took. It is weakly tagged by query and graph, so that a client that has it is told so
without the query being run. Other sites' pages may ask too (CORS); nothing here knows who asks.
"""

import hashlib
import re
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, request
from werkzeug.wrappers import Response as AnyResponse

from kg.answers import Answer
from kg.endpoint import Question
from kg.errors import UsageError
from kg.service import described
from web import openapi, protocol, query_page
from web.protocol import Asked
from web.reading import Reading, reader
from web.sparql_paths import paths

sparql = Blueprint("sparql", __name__)
METHODS = "GET, HEAD, POST, OPTIONS"
EXPOSED = "Coopkg-Complete, Coopkg-Elapsed-Ms, Coopkg-Graph, Coopkg-Query, Coopkg-Rows, Content-Disposition, ETag, Link, Retry-After"
CHANGING = re.compile(r"\b(now|rand|uuid|struuid)\b", re.IGNORECASE)
"""Functions whose value is another each time."""
SUFFIX = {
    "application/sparql-results+json": "json",
    "application/sparql-results+xml": "xml",
    "text/csv": "csv",
    "text/tab-separated-values": "tsv",
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
}
AGAIN = "5"
"""Seconds after which a query that was not begun may be sent again."""


def init_app(app: Flask) -> None:
    """Adds the service."""
    app.register_blueprint(sparql)
    app.after_request(_open_to_all)
    openapi.add(app, paths)


@sparql.route("/sparql", methods=["GET", "POST", "OPTIONS"], provide_automatic_options=False)
@sparql.route("/sparql/", endpoint="slash", methods=["GET", "POST", "OPTIONS"], provide_automatic_options=False)
@sparql.route("/sparql.<suffix>", methods=["GET", "POST", "OPTIONS"], provide_automatic_options=False)
def answer(suffix: str = "") -> Response:
    """Answers a query in the form asked for; without a query, describes the service or shows the page to write one on."""
    if request.method == "OPTIONS":
        return Response(status=204, headers={"Allow": METHODS}, mimetype="text/plain")
    reading = reader().current()
    asked = protocol.read(request, suffix, reading.settings.query_rows)
    browser = "text/html" in request.headers.get("Accept", "") and asked.forms in ((), ("table",))
    if asked.query is None:
        if request.method == "POST" or asked.rows or suffix:
            raise UsageError(
                "there is no query",
                "send one as ?query=, as a form field query, or as a body of type application/sparql-query",
            )
        return query_page.write(request.args.get("saved", "")) if browser else _description(reading)
    if browser and not asked.rows:
        return query_page.answered(asked)
    if "table" in asked.forms:
        raise UsageError("a table is for people", f"write one of {', '.join(protocol.FORMS)}")
    return _answered(reading, asked)


def _answered(reading: Reading, asked: Asked) -> Response:
    assert asked.query is not None
    digest = reading.graph.digest
    accept, tag = asked.accept(request.headers.get("Accept", "")), ""
    headers = {"Vary": "Accept, Accept-Encoding", "Cache-Control": "no-cache"}
    if not CHANGING.search(asked.query):
        parts = [asked.key(digest), accept, str(asked.rows), asked.cursor]
        tag = hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
        headers["ETag"] = f'W/"{tag}"'
    known = request.if_none_match
    if tag and request.method in ("GET", "HEAD") and not known.star_tag and known.contains_weak(tag):
        return Response(status=304, headers=headers, mimetype="text/plain")
    question = Question(
        asked.query,
        accept,
        bool(asked.forms),
        asked.default_graphs,
        asked.named_graphs,
        asked.page(digest),
        digest,
        request.accept_encodings["gzip"] > 0,
    )
    found = reader().endpoint.ask(reading.graph.path, question)
    headers |= _said(found, question, digest)
    if found.compressed:
        headers["Content-Encoding"] = "gzip"
    if found.cursor:
        headers["Link"] = f'<{_next(asked, found.cursor)}>; rel="next"'
    return Response(found.body, content_type=_content_type(found.media_type), headers=headers)


def _said(found: Answer, question: Question, digest: str) -> dict[str, str]:
    """What an answer says of itself."""
    name = f"answer-{found.rows}-rows-{digest[:12]}-{question.hash[:12]}.{SUFFIX[found.media_type]}"
    return {
        "Coopkg-Complete": "page" if question.page and (found.cursor or found.start) else "true",
        "Coopkg-Rows": str(found.rows),
        "Coopkg-Graph": digest,
        "Coopkg-Query": question.hash,
        "Coopkg-Elapsed-Ms": str(found.milliseconds),
        "Content-Disposition": f'inline; filename="{name}"',
    }


def _next(asked: Asked, cursor: str) -> str:
    """The address of the next page, as a GET request; a query sent by POST stays out of it and is to be sent again."""
    given = {
        "query": asked.query if request.method != "POST" else None,
        "default-graph-uri": asked.default_graphs,
        "named-graph-uri": asked.named_graphs,
        "format": asked.forms,
        "rows": asked.rows,
        "cursor": cursor,
    }
    return f"{request.base_url}?{urlencode({name: value for name, value in given.items() if value}, doseq=True)}"


def _content_type(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _description(reading: Reading) -> Response:
    body, media_type = described(reading.graph.store, request.base_url, request.headers.get("Accept", ""))
    return Response(body, content_type=_content_type(media_type), headers={"Vary": "Accept"})


def _open_to_all(response: AnyResponse) -> AnyResponse:
    """Lets pages of other sites ask and read, also what went wrong."""
    if request.path.startswith("/sparql"):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = EXPOSED
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = METHODS
            response.headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Content-Type, If-None-Match"
            response.headers["Access-Control-Max-Age"] = "86400"
        if response.status_code == 503:
            response.headers["Retry-After"] = AGAIN
    return response
