"""One entry held against the shapes, on a graph of any size, in the time a form needs to answer.

Looking for everything that a shape targets takes seconds on a large graph. Here the entry is known, so only
the shapes that target it are asked, and only about it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from rdflib import RDFS, SH, Graph, URIRef
from rdflib.term import Node

from kg import shacl, statements, validate
from kg.issue import Issue
from kg.store import Store
from kg.tables import Catalogue, Table
from kg.vocab import RDF_TYPE, seeds_graph

COMPUTED = "basis.ttl"
"""Shapes of what the rules derive; no entry is of these classes."""


@dataclass(frozen=True)
class Target:
    """What a shape is about: `kind` is the local name of the SHACL property, `value` its value."""

    shape: str
    kind: str
    value: str


class Shapes:
    """The shapes of a folder, ready to judge single records.

    Args:
        data: the folder that holds `shapes` and `ontology`.
    """

    def __init__(self, data: Path) -> None:
        self._graph, ontology = Graph(), Graph()
        for file in sorted((data / "shapes").glob("*.ttl")):
            if file.name != COMPUTED:
                self._graph.parse(file)
        for file in sorted((data / "ontology").glob("*.ttl")):
            ontology.parse(file)
        self._above = {
            str(kind): {str(above) for above in ontology.transitive_objects(kind, RDFS.subClassOf)}
            for kind in set(ontology.subjects(RDFS.subClassOf))
        }
        self._targets = [
            Target(str(shape), kind, str(value))
            for kind in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
            for shape, value in self._graph.subject_objects(SH[kind])
        ]
        self._choices = [
            (str(shape), query, kind)
            for shape in set(self._graph.subjects(SH.target))
            for query, kind in shacl.choices(self._graph, shape).items()
        ]
        self._parts: dict[tuple[str, ...], Graph] = {}

    def judge(self, store: Store, records: Iterable[str], language: str = "en") -> list[Issue]:
        """What the shapes find about some records.

        Args:
            store: the graph (embedded) that holds them and what they point to.
            records: their IRIs.
            language: of the messages, `en` or `fr`.
        """
        groups: dict[tuple[str, ...], list[str]] = {}
        for record in dict.fromkeys(records):
            groups.setdefault(self._of(store, record), []).append(record)
        return sorted(
            issue
            for chosen, focus in groups.items()
            if chosen
            for issue in validate.of_report(store, shacl.report(store, self._part(chosen), focus, chosen), {}, language)
        )

    def _of(self, store: Store, record: str) -> tuple[str, ...]:
        """The shapes that target a record."""
        about = store.select(f"SELECT ?property ?value WHERE {{ {statements.iri(record)} ?property ?value }}")
        kinds = {row["value"] for row in about if row["property"] == RDF_TYPE}
        kinds |= {above for kind in kinds for above in self._above.get(kind, ())}
        properties = {row["property"] for row in about}
        objects = {target.value for target in self._targets if target.kind == "targetObjectsOf"}
        pointed = {
            name
            for name in objects
            if store.select(f"ASK {{ ?subject <{name}> {statements.iri(record)} }}") == [{"ask": "true"}]
        }
        known = {
            "targetClass": kinds,
            "targetNode": {record},
            "targetSubjectsOf": properties,
            "targetObjectsOf": pointed,
        }
        found = {target.shape for target in self._targets if target.value in known[target.kind]}
        found |= {
            shape for shape, query, kind in self._choices if kind in kinds and shacl.chooses(store, query, record)
        }
        return tuple(sorted(found))

    def _part(self, chosen: tuple[str, ...]) -> Graph:
        """The shapes chosen and all that they refer to, as a graph of their own; kept."""
        if chosen not in self._parts:
            part, seen = Graph(), set[Node]()
            waiting: list[Node] = [URIRef(shape) for shape in chosen]
            while waiting:
                node = waiting.pop()
                if node in seen:
                    continue
                seen.add(node)
                for triple in self._graph.triples((node, None, None)):
                    part.add(triple)
                    waiting += [triple[2]] if (triple[2], None, None) in self._graph else []
            self._parts[chosen] = part
        return self._parts[chosen]


def judge(
    shapes: Shapes, store: Store, catalogue: Catalogue, table: Table, row: dict[str, str], language: str = "en"
) -> list[Issue]:
    """What the shapes would find about a row if it were in the graph, which is afterwards as it was.

    Args:
        shapes: the shapes.
        store: a graph that can be written to and that nobody else asks meanwhile (see `Store.scratch`).
        catalogue: the tables; no file of them is read.
        table: the row's table, one that is part of the graph.
        row: a cell for every column, such as the table's checks accept.
        language: of the messages, `en` or `fr`.
    """
    record, graph = table.row_iri(row), seeds_graph(table.name)
    before = store.of_record(record, graph)
    after = "".join(statements.of_row(catalogue, table, row)).encode("utf-8")
    store.remove(before)
    store.add(after)
    try:
        return shapes.judge(store, [record], language)
    finally:
        store.remove(after)
        store.add(before)
