"""What a request asks of the query service, by the SPARQL 1.1 Protocol: the query, its graphs, the form of the answer, the page of it.

Everything that the protocol does not allow is refused with one sentence; nothing is guessed.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from flask import Request

from kg.answers import Page
from kg.errors import KgError, Refused, UsageError
from kg.guard import LONGEST

FORMS = {
    "json": "application/sparql-results+json, application/ld+json",
    "xml": "application/sparql-results+xml, application/rdf+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "rdfxml": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
"""What a name of a form means, for tables and for triples."""
SAME = {"ttl": "turtle", "n3": "turtle", "nt": "ntriples", "rdf": "rdfxml", "rdf+xml": "rdfxml", "json-ld": "jsonld"}
MEDIA_TYPES = {kind.strip(): kind.strip() for kinds in FORMS.values() for kind in kinds.split(",")}
GRAPHS = 100
"""Most graphs that a request may name."""
READ = "application/sparql-query"
CHANGE = "application/sparql-update"
FORM = "application/x-www-form-urlencoded"


class WrongType(KgError):
    """A body of a media type, encoding or character set that the protocol does not know. HTTP 415."""

    status = 415


@dataclass(frozen=True)
class Asked:
    """What a request asks.

    Attributes:
        query: the query; None where there is none.
        forms: names of the forms wanted, best first, each one of `FORMS`, a media type, or `table` for the page;
            empty where the Accept header decides. Some clients name one form by several names.
        default_graphs: IRIs given as default-graph-uri.
        named_graphs: IRIs given as named-graph-uri.
        rows: rows of a page; 0 where the whole answer is wanted.
        cursor: where the page begins; empty for the first.
    """

    query: str | None
    forms: tuple[str, ...]
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]
    rows: int
    cursor: str

    def accept(self, header: str) -> str:
        """The media types wanted: those of the forms, else those of the Accept header."""
        return ", ".join(FORMS.get(name, name) for name in self.forms) or header or "*/*"

    def key(self, digest: str) -> str:
        """What names a graph and what is asked of it, in hexadecimal; the same for all pages and forms."""
        parts = [digest, self.query or "", *("default", *self.default_graphs), *("named", *self.named_graphs)]
        return hashlib.sha256("\0".join(parts).encode("utf-8")).hexdigest()

    def page(self, digest: str) -> Page | None:
        """The page wanted of the graph with a digest; None for the whole answer.

        Raises:
            UsageError: the cursor does not fit.
        """
        return Page.read(self.rows, self.key(digest)[:16], self.cursor) if self.rows else None


def read(request: Request, suffix: str, most_rows: int) -> Asked:
    """What a request asks.

    Args:
        request: the request.
        suffix: what stands behind the dot of its address; empty where there is none.
        most_rows: most rows of a page.

    Raises:
        Refused: it carries an update.
        UsageError: it is not as the protocol wants it.
        WrongType: its body is of the wrong media type.
    """
    given = _parameters(request)
    if "update" in given or request.mimetype == CHANGE:
        raise Refused(
            "this endpoint answers questions; it takes no updates and loads nothing",
            "send SELECT, ASK, CONSTRUCT or DESCRIBE",
        )
    queries = given.get("query", [])
    if request.method == "POST" and request.mimetype == READ:
        queries = [*queries, _text(request.get_data(), "body")]
    if len(queries) > 1:
        raise UsageError("there is more than one query", "send one at a time")
    query = queries[0] if queries and queries[0].strip() else None
    if query and len(query) > LONGEST:
        raise UsageError(f"the query is longer than {LONGEST:,} characters", "shorten it")
    default_graphs, named_graphs = (tuple(given.get(f"{kind}-graph-uri", [])) for kind in ("default", "named"))
    if len(default_graphs) + len(named_graphs) > GRAPHS:
        raise UsageError(f"the request names more than {GRAPHS} graphs", "name fewer, or none for the union of all")
    for iri in default_graphs + named_graphs:
        _check_graph(iri)
    rows = _one(given, "rows")
    if rows and not (rows.isascii() and rows.isdigit() and 0 < int(rows[:9]) <= most_rows):
        raise UsageError(f"a page cannot have '{rows[:20]}' rows", f"write a number from 1 to {most_rows}")
    cursor = _one(given, "cursor")
    if cursor and not rows:
        raise UsageError("a cursor needs the number of rows of a page", "add rows= as in the Link header")
    return Asked(
        query,
        _forms([suffix] if suffix else [name for name in given.get("format", []) if name]),
        default_graphs,
        named_graphs,
        int(rows or 0),
        cursor,
    )


def _parameters(request: Request) -> dict[str, list[str]]:
    """The parameters of the address and of a form, by name."""
    _text(unquote_to_bytes(request.query_string), "address")
    sources: Iterable[tuple[str, list[str]]] = request.args.lists()
    if request.method == "POST" and (request.mimetype or request.get_data()):
        _check_type(request)
        if request.mimetype == FORM:
            _text(unquote_to_bytes(request.get_data(cache=True, parse_form_data=False)), "form")
            sources = [*sources, *request.form.lists()]
    given: dict[str, list[str]] = {}
    for name, values in sources:
        given.setdefault(name, []).extend(values)
    return given


def _check_type(request: Request) -> None:
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise WrongType("the body is compressed", "send it as it is")
    if request.mimetype not in (READ, CHANGE, FORM):
        raise WrongType(
            f"a body of type '{request.mimetype[:60]}' is no query",
            f"send a form ({FORM}) with the field query, or the query itself as {READ}",
        )
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
        raise WrongType("the body is not declared as UTF-8", "send it as UTF-8")


def _text(data: bytes, place: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"the {place} is not written in UTF-8", "send it as UTF-8") from None


def _check_graph(iri: str) -> None:
    scheme, colon, rest = iri.partition(":")
    if not (colon and rest and scheme[:1].isalpha() and scheme.isascii() and scheme.replace("+", "a").isalnum()) or any(
        char <= " " or char in '<>"{}|\\^`' for char in iri
    ):
        raise UsageError(f"'{iri[:60]}' is no absolute IRI of a graph", "write one such as http://example.org/graph")


def _one(given: dict[str, list[str]], name: str) -> str:
    values = given.get(name, [])
    if len(values) > 1:
        raise UsageError(f"there is more than one {name}", "write one")
    return values[0] if values else ""


def _forms(names: list[str]) -> tuple[str, ...]:
    wanted = [SAME.get(name.lower(), name.lower()).replace(" ", "+") for name in names]
    known = tuple(name for name in wanted if name == "table" or name in FORMS or name in MEDIA_TYPES)
    if names and not known:
        raise UsageError(f"there is no format '{names[0][:20]}'", f"write one of {', '.join(FORMS)}")
    return known
