"""The graph: embedded Oxigraph, or any SPARQL 1.1 endpoint. The only module that knows either."""

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from SPARQLWrapper import JSON, POST, SELECT, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

from kg.errors import QueryError, StoreError

Row = dict[str, str]
"""One row of an answer: variable to IRI or lexical form; variables without a value are absent."""


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
    def remote(cls, endpoint: str) -> "Store":
        """A graph behind a SPARQL endpoint whose default graph is the union of its named graphs."""
        return cls(None, endpoint)

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

    def dump_graph(self, graph: str) -> bytes:
        """One named graph as N-Quads, in no particular order."""
        triples: bytes = self.embedded.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.NamedNode(graph))  # type: ignore[assignment]
        return triples.replace(b" .\n", f" <{graph}> .\n".encode())

    def graphs(self) -> list[str]:
        """The IRIs of the named graphs, sorted."""
        return sorted(graph.value for graph in self.embedded.named_graphs())

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
        return [{name: cell["value"] for name, cell in row.items()} for row in answer["results"]["bindings"]]
