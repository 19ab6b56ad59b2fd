"""The graph: embedded Oxigraph, or any SPARQL 1.1 endpoint. The only module that knows either."""

import json
import os
import shutil
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

import pyoxigraph as ox
from SPARQLWrapper import JSON, POST, SELECT, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from kg.errors import QueryError, StoreError, UsageError
from kg.vocab import PREFIXES

Row = dict[str, str]
"""One row of an answer: variable to IRI or lexical form; variables without a value are absent."""


FORMS = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
"""The forms of RDF by media type."""

FEW = 2000
"""Triples of a short answer."""

DUMPS = {
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/trig": ox.RdfFormat.TRIG,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
"""The forms that keep named graphs apart."""


class Store:
    """A graph that can be asked. Queries see the union of all named graphs.

    Open one with `memory`, `create`, `open` or `remote`.
    """

    def __init__(self, embedded: ox.Store | None, endpoint: str = "") -> None:
        self._embedded = embedded
        self.endpoint = endpoint

    @classmethod
    def memory(cls) -> "Store":
        """An empty graph in memory."""
        return cls(ox.Store())

    @classmethod
    def create(cls, path: Path) -> "Store":
        """A new graph on disk, for writing."""
        return cls(ox.Store(str(path)))

    @classmethod
    def open(cls, path: Path) -> "Store":
        """A finished graph on disk, for reading; any number of processes may read it.

        Raises:
            StoreError: there is no graph in that folder.
        """
        try:
            return cls(ox.Store.read_only(str(path)))
        except OSError as problem:
            raise StoreError(f"the graph in {path} cannot be opened: {problem}", "run `coopkg build`") from None

    @classmethod
    def scratch(cls, path: Path, folder: Path) -> "Store":
        """A copy of a finished graph to try things on, made at once: it shares the large files, which are never rewritten.

        Args:
            path: the finished graph.
            folder: where the copy goes; it must not exist, and lie on the same disk.

        Raises:
            StoreError: there is no graph in that folder, or the copy cannot be made.
        """
        try:
            folder.mkdir(parents=True)
            for file in path.iterdir():
                if file.suffix == ".sst":
                    os.link(file, folder / file.name)
                elif file.name != "LOCK":
                    shutil.copyfile(file, folder / file.name)
            return cls(ox.Store(str(folder)))
        except OSError as problem:
            raise StoreError(f"the graph in {path} cannot be copied: {problem}", "run `coopkg build`") from None

    @classmethod
    def remote(cls, endpoint: str) -> "Store":
        """A graph behind a SPARQL endpoint whose default graph is the union of its named graphs."""
        return cls(None, endpoint)

    @property
    def is_embedded(self) -> bool:
        """Whether the graph is here and not behind an endpoint."""
        return self._embedded is not None

    @property
    def embedded(self) -> ox.Store:
        """The Oxigraph store, for validation.

        Raises:
            StoreError: the graph is remote.
        """
        if self._embedded is None:
            raise StoreError("this needs the embedded graph", "unset COOPKG_STORE")
        return self._embedded

    def load_quads(self, quads: bytes) -> None:
        """Adds N-Quads of the project's own making; their IRIs are not checked again, which halves the time."""
        self.embedded.bulk_load(quads, format=ox.RdfFormat.N_QUADS, lenient=True)

    def load_file(self, path: Path) -> None:
        """Adds a file of N-Quads of the project's own making, as `load_quads` does."""
        self.embedded.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS, lenient=True)

    def load_triples(self, ntriples: bytes, graph: str) -> None:
        """Adds N-Triples to a named graph."""
        self.embedded.bulk_load(ntriples, format=ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(graph))

    def update(self, text: str) -> None:
        """Runs a SPARQL update of the project's own.

        Raises:
            QueryError: the text is no SPARQL update.
        """
        try:
            self.embedded.update(text)
        except SyntaxError as problem:
            raise QueryError(f"the update cannot be read: {problem}") from None

    def finish(self) -> None:
        """Writes everything to disk in the form that reads fastest."""
        self.embedded.flush()
        self.embedded.optimize()

    def __len__(self) -> int:
        return len(self.embedded)

    def dump(self) -> bytes:
        """The graph as N-Quads, in no particular order."""
        return self.embedded.dump(format=ox.RdfFormat.N_QUADS)  # type: ignore[return-value]

    def dump_to(self, out: BinaryIO, form: str) -> None:
        """Writes the graph with its named graphs to a file in one of `DUMPS`."""
        self.embedded.dump(out, format=DUMPS[form])

    def dump_graph(self, graph: str) -> bytes:
        """One named graph as N-Quads, in no particular order."""
        return self.triples(graph).replace(b" .\n", f" <{graph}> .\n".encode())

    def triples(self, graph: str) -> bytes:
        """One named graph as N-Triples, in no particular order."""
        found: bytes = self.embedded.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(graph))  # type: ignore[assignment]
        return found

    def statements(self, form: str, iris: Iterable[str], graph: str = "") -> bytes:
        """What the graph, or one named graph, says about things, as RDF without graph names.

        Args:
            form: a media type of `FORMS`.
            iris: the things; none: all things.
            graph: the named graph; empty: all of them, each statement once.
        """
        name = ox.NamedNode(graph) if graph else None
        things: list[ox.NamedNode | None] = [ox.NamedNode(iri) for iri in iris]
        return serialised(
            {
                quad.triple
                for thing in things or [None]
                for quad in self.embedded.quads_for_pattern(thing, None, None, name)
            },
            form,
        )

    def graphs(self) -> list[str]:
        """The IRIs of the named graphs, sorted."""
        return sorted(graph.value for graph in self.embedded.named_graphs())

    def size(self, graph: str) -> int:
        """The number of statements of a named graph."""
        return int(self.select(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")[0]["n"])

    def select(self, text: str) -> list[Row]:
        """The rows of a SELECT query; an ASK query gives one row `{"ask": "true"}` or `"false"`.

        Raises:
            QueryError: the query cannot be read or is neither SELECT nor ASK.
            StoreError: the graph does not answer.
        """
        if self._embedded is None:
            return self._select_remote(text)
        try:
            answer: Any = self._embedded.query(text, use_default_graph_as_union=True)
            if isinstance(answer, ox.QueryBoolean):
                return [{"ask": "true" if answer else "false"}]
            if not isinstance(answer, ox.QuerySolutions):
                raise QueryError("the query makes triples, not a table", "use SELECT or ASK")
            names = [variable.value for variable in answer.variables]
            return [
                {name: term.value for name, term in zip(names, row, strict=True) if term is not None} for row in answer
            ]
        except SyntaxError as problem:
            raise QueryError(f"the query cannot be read: {problem}") from None
        except OSError as problem:
            raise StoreError(f"the graph does not answer: {problem}") from None

    def add(self, quads: bytes) -> None:
        """Adds a few N-Quads of the project's own making, each at once visible."""
        self.embedded.extend(ox.parse(quads, format=ox.RdfFormat.N_QUADS, lenient=True))

    def of_record(self, iri: str, graph: str) -> bytes:
        """What one named graph says about a thing, as N-Quads."""
        found = self.embedded.quads_for_pattern(ox.NamedNode(iri), None, None, ox.NamedNode(graph))
        return "".join(f"{quad} .\n" for quad in found).encode("utf-8")

    def remove(self, quads: bytes) -> None:
        """Removes N-Quads; those that are not there are passed over."""
        for quad in ox.parse(quads, format=ox.RdfFormat.N_QUADS, lenient=True):
            self.embedded.remove(quad)

    def variables(self, text: str) -> list[str]:
        """The names of the columns that a SELECT query gives, in order (embedded only)."""
        answer: Any = self.embedded.query(text, use_default_graph_as_union=True)
        return [variable.value for variable in answer.variables]

    def _select_remote(self, text: str) -> list[Row]:
        client = SPARQLWrapper(self.endpoint, returnFormat=JSON)
        client.setMethod(POST)
        client.setQuery(text)
        client.queryType = SELECT  # it guesses from the text, comments included, and takes "additional" for an update
        try:
            answer: Any = client.queryAndConvert()
        except (SPARQLWrapperException, OSError, json.JSONDecodeError) as problem:
            raise StoreError(
                f"{self.endpoint} does not answer: {str(problem)[:300]}", "check COOPKG_STORE and the endpoint's log"
            ) from None
        if "boolean" in answer:
            return [{"ask": str(answer["boolean"]).lower()}]
        return [{name: _lexical(cell) for name, cell in row.items()} for row in answer["results"]["bindings"]]


def _lexical(cell: dict[str, str]) -> str:
    """A value as the embedded graph writes it: engines write the same number as 2, 02 or 2.0."""
    kind, value = cell.get("datatype", "").removeprefix(PREFIXES["xsd"]), cell["value"]
    try:
        if kind == "integer":
            return str(int(value))
        if kind == "decimal":
            return f"{Decimal(value):f}".rstrip("0").rstrip(".") if "." in value else str(int(value))
    except (ValueError, ArithmeticError):
        return value
    return {"1": "true", "0": "false"}.get(value, value) if kind == "boolean" else value


def triples_of(turtle: bytes) -> list[tuple[str, str, str, str | None]]:
    """The triples of a stranger's Turtle or N-Triples: IRIs of subject and property, the value, and its language (None: it is an IRI).

    Raises:
        UsageError: it cannot be read, or has nodes without an IRI.
    """
    found = []
    try:
        for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE):
            value = quad.object
            if not isinstance(quad.subject, ox.NamedNode) or not isinstance(value, ox.NamedNode | ox.Literal):
                raise UsageError("the file has a node without an IRI", "give each record its IRI")
            language = None if isinstance(value, ox.NamedNode) else value.language or ""
            found.append((quad.subject.value, quad.predicate.value, value.value, language))
    except (SyntaxError, ValueError) as problem:
        raise UsageError(f"the file cannot be read as Turtle: {str(problem)[:200]}", "check its syntax") from None
    return found


def serialised(triples: Iterable[ox.Triple], form: str) -> bytes:
    """Triples in one of `FORMS`, sorted, so that the same triples give the same bytes."""
    ordered = sorted(triples, key=str)
    if form != "text/turtle":
        data: bytes = ox.serialize(ordered, format=FORMS[form])  # type: ignore[assignment]
        return data
    # a short answer names no prefix that it does not use; a long one is not searched for them
    text = "\n".join(map(str, ordered)) if len(ordered) < FEW else ""
    used = {name: space for name, space in PREFIXES.items() if not text or space in text}
    data = ox.serialize(ordered, format=FORMS[form], prefixes=used)  # type: ignore[assignment]
    lines = data.split(b"\n", len(used))
    return b"\n".join([*sorted(lines[: len(used)]), *lines[len(used) :]])


def converted(ntriples: bytes, form: str) -> bytes:
    """N-Triples in one of `FORMS`."""
    return serialised((quad.triple for quad in ox.parse(ntriples, format=ox.RdfFormat.N_TRIPLES)), form)
