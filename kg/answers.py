"""An answer as bytes: counted while it is written, in the form asked for, whole or one page of it.

An answer is first written as lines, one a row: TSV for tables, N-Triples for triples, in which no value
can hold a line break. So its rows are counted as they come, without running the query twice, and a page
is a number of lines. Other forms are then made from the lines. A cursor holds the hash of all the lines
before it: where the query, run again, does not give the same lines first, the next page is refused.
"""

import hashlib
import io
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox

from kg.errors import LimitReached, UsageError
from kg.vocab import PREFIXES

TABLES = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
BOOLEANS = {name: TABLES[name] for name in ("application/sparql-results+json", "application/sparql-results+xml")}
TRIPLES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
ALIASES = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/plain": "application/n-triples",
    "text/n3": "text/turtle",
    "application/x-turtle": "text/turtle",
}
SHORTEST = 1000
"""Bytes from which an answer is worth compressing."""
NOT_IN_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
CURSOR = re.compile(r"([0-9a-f]{16})\.([0-9]{1,12})\.([0-9a-f]{32})")


@dataclass(frozen=True)
class Page:
    """A part of an answer.

    Attributes:
        rows: most rows of the page.
        key: what names graph and query, 16 hexadecimal digits; a cursor of another one is refused.
        start: rows before the page.
        seen: hash of these rows.
    """

    rows: int
    key: str
    start: int = 0
    seen: str = hashlib.sha256().hexdigest()[:32]

    @classmethod
    def read(cls, rows: int, key: str, cursor: str) -> "Page":
        """The page that a cursor asks for; the first one where it is empty.

        Raises:
            UsageError: the cursor is none of ours, or belongs to another query or graph.
        """
        if not cursor:
            return cls(rows, key)
        parts = CURSOR.fullmatch(cursor)
        if not parts:
            raise UsageError("the cursor cannot be read", "take it from the Link header of the page before")
        if parts[1] != key:
            raise UsageError(
                "the cursor belongs to another query, or the graph has changed since", "begin again without a cursor"
            )
        return cls(rows, key, int(parts[2]), parts[3])


@dataclass(frozen=True)
class Answer:
    """A complete answer, or a page of one.

    Attributes:
        body: its bytes.
        media_type: their media type.
        rows: number of rows or triples in it; 1 for a yes or no.
        start: rows before it.
        cursor: where the next page begins; empty where none follows.
        milliseconds: from the reading of the query to the last byte of the answer.
        compressed: whether the bytes are gzip.
    """

    body: bytes
    media_type: str
    rows: int
    start: int = 0
    cursor: str = ""
    milliseconds: float = 0.0
    compressed: bool = False


class Full(Exception):
    """More rows follow than are wanted."""


class Lines:
    """A file to write lines to: passes over those before the page, keeps the page, and stops after it.

    Args:
        headers: lines at the beginning that are no rows.
        start: rows to pass over.
        most: rows to keep.
    """

    def __init__(self, headers: int, start: int, most: int) -> None:
        self.kept = bytearray()
        self._headers, self._start, self._left, self._most = headers, start, start, most
        self._hash = hashlib.sha256()
        self.before = ""
        self.rows = 0
        if not start:
            self.before = self.seen

    @property
    def seen(self) -> str:
        """Hash of all rows up to here."""
        return self._hash.hexdigest()[:32]

    def write(self, data: Any, /) -> int:
        """Takes a piece, which may end in the middle of a line."""
        piece = bytes(data)
        if self._headers:
            piece = self._keep_headers(piece)
        if piece and self._left:
            piece = self._pass_over(piece)
        if piece:
            self._keep(piece)
        return len(data)

    def flush(self) -> None:
        """Nothing to do: the lines are in memory."""

    def _keep_headers(self, piece: bytes) -> bytes:
        head, end, rest = piece.partition(b"\n")
        self.kept += head + end
        self._headers -= len(end)
        return rest

    def _pass_over(self, piece: bytes) -> bytes:
        passed, rest = _cut(piece, self._left)
        self._hash.update(passed)
        self._left -= passed.count(b"\n")
        if not self._left:
            self.before = self.seen
        return rest

    def _keep(self, piece: bytes) -> None:
        wanted, rest = _cut(piece, self._most - self.rows)
        self.rows += wanted.count(b"\n")
        self._hash.update(wanted)
        self.kept += wanted
        if rest:
            raise Full


def _cut(piece: bytes, lines: int) -> tuple[bytes, bytes]:
    """A piece divided after a number of line breaks; all of it in front where it has fewer."""
    if piece.count(b"\n") < lines:
        return piece, b""
    rest = piece.split(b"\n", lines)[-1] if lines else piece
    return piece[: len(piece) - len(rest)], rest


class Limited(io.BytesIO):
    """A buffer that refuses to grow past a number of bytes."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: Any, /) -> int:
        """Takes a piece.

        Raises:
            LimitReached: it is the one too many.
        """
        if self.tell() + len(data) > self._most:
            raise LimitReached(
                f"the answer has more than {self._most} bytes",
                "restrict it, or take it in pages: add rows=1000 and follow the Link header",
            )
        return super().write(data)


def write(
    result: Any, accept: str, strict: bool, most_rows: int, most_bytes: int, page: Page | None
) -> tuple[bytes, str, int, str]:
    """The bytes of a result.

    Args:
        result: what pyoxigraph gave: a table, triples, or a yes or no.
        accept: the media types wanted, as in an HTTP Accept header.
        strict: whether another form than those wanted is an error; else the usual one is given.
        most_rows: rows past which an answer is refused.
        most_bytes: bytes past which it is refused.
        page: the part wanted; None for the whole.

    Returns:
        The bytes, their media type, the number of rows, and the cursor of the next page (empty: none).

    Raises:
        LimitReached: past a limit, or a cursor whose rows before it are not the same any more.
        UsageError: there is no such form for this kind of answer.
    """
    if isinstance(result, ox.QueryBoolean):
        media_type, out = negotiate(accept, list(BOOLEANS), strict), Limited(most_bytes)
        result.serialize(out, format=BOOLEANS[media_type])
        return out.getvalue(), media_type, 1, ""
    triples = isinstance(result, ox.QueryTriples)
    media_type = negotiate(accept, list(TRIPLES if triples else TABLES), strict)
    lines, more = _lines(result, triples, most_rows, page)
    body = _in_form(bytes(lines.kept), media_type, most_bytes)
    if media_type.endswith("xml") and NOT_IN_XML.search(body):
        raise UsageError("the answer holds a character that XML cannot carry", "ask for JSON or TSV")
    if page is None or not more:
        return body, media_type, lines.rows, ""
    return body, media_type, lines.rows, f"{page.key}.{page.start + lines.rows}.{lines.seen}"


def _lines(result: Any, triples: bool, most_rows: int, page: Page | None) -> tuple[Lines, bool]:
    """The lines of a result or of a page of it, and whether more follow."""
    most = min(page.rows, most_rows) if page else most_rows
    lines, more = Lines(0 if triples else 1, page.start if page else 0, most), False
    try:
        result.serialize(lines, format=ox.RdfFormat.N_TRIPLES if triples else ox.QueryResultsFormat.TSV)
    except Full:
        more = True
    if page and lines.before != page.seen:
        raise LimitReached(
            "the rows before this page came in another order than before",
            "add ORDER BY with all columns to the query and begin again",
        )
    if more and not page:
        raise LimitReached(
            f"the answer has more than {most_rows} rows",
            f"restrict it, or take it in pages: add rows={most_rows} and follow the Link header",
        )
    return lines, more


def _in_form(lines: bytes, media_type: str, most_bytes: int) -> bytes:
    """Lines of TSV or N-Triples in the form wanted."""
    out = Limited(most_bytes)
    if media_type in ("text/tab-separated-values", "application/n-triples"):
        out.write(lines)
    elif media_type in TRIPLES:
        ox.serialize(ox.parse(lines, format=ox.RdfFormat.N_TRIPLES), out, format=TRIPLES[media_type], prefixes=PREFIXES)
    else:
        found = ox.parse_query_results(lines, format=ox.QueryResultsFormat.TSV)
        found.serialize(out, format=TABLES[media_type])
    return out.getvalue()


def negotiate(accept: str, offered: list[str], strict: bool = False) -> str:
    """The offered media type that an Accept header ranks highest.

    Args:
        accept: the header.
        offered: media types, the usual one first.
        strict: whether to refuse instead of taking the usual one where the header names none of them.

    Raises:
        UsageError: `strict`, and none is named.
    """
    wanted = []
    for place, part in enumerate(accept.split(",")):
        name, *options = [piece.strip().lower() for piece in part.split(";")]
        quality = next((option[2:] for option in options if option.startswith("q=")), "1")
        weight = float(quality) if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{0,9})?|\.[0-9]{1,9}", quality) else 0.0
        wanted.append((-weight, place, ALIASES.get(name, name)))
    found = next((name for weight, _, name in sorted(wanted) if weight < 0 and name in offered), "")
    if strict and not found:
        raise UsageError("an answer of this kind is not given in that form", f"ask for one of {', '.join(offered)}")
    return found or offered[0]


def stated(body: bytes, media_type: str, statement: str) -> bytes:
    """An answer that says of itself how many rows of which graph it holds, where its form has a place for that.

    That place is the `link` of a head of results (a `data:` IRI), or a comment. CSV, TSV and JSON-LD have none.

    Args:
        body: the answer.
        media_type: its media type.
        statement: what it is to say; without line break, `--`, `<` and `&`.
    """
    link = "data:text/plain," + quote(statement)
    if media_type == "application/sparql-results+json":
        rest = body.removeprefix(b'{"head":{')
        return b'{"head":{"link":["%s"]' % link.encode() + (b"" if rest.startswith(b"}") else b",") + rest
    if media_type == "application/sparql-results+xml":
        tag = f'<link href="{link}"/></head>'.encode()
        return body.replace(b"<head/>", b"<head></head>", 1).replace(b"</head>", tag, 1)
    if media_type == "application/rdf+xml":
        head, end, rest = body.partition(b"?>")
        return head + end + f"\n<!-- {statement} -->".encode() + rest
    if media_type in ("text/turtle", "application/n-triples"):
        return f"# {statement}\n".encode() + body
    return body


def named_alike(ntriples: bytes) -> list[tuple[str, str, str]]:
    """Triples as the terms that N-Triples writes, sorted; blank nodes get the same names whatever the store called them."""
    found = ox.Dataset(ox.Quad(*quad.triple) for quad in ox.parse(ntriples, format=ox.RdfFormat.N_TRIPLES))
    found.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted((str(quad.subject), str(quad.predicate), str(quad.object)) for quad in found)
