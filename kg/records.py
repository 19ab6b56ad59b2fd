"""Records read whole: every statement that the graph makes about a thing, with the table or rule graph that makes it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg import queries
from kg.store import Store
from kg.vocab import GRAPH, ONTOLOGY_GRAPH, RDF_TYPE, XSD

NOT_FACTS = {ONTOLOGY_GRAPH, GRAPH + "closure", GRAPH + "names"}
"""Graphs whose statements are no record of a table and no result of a rule."""


@dataclass(frozen=True, order=True)
class Term:
    """An IRI, or a literal with its datatype (an IRI) or language."""

    text: str
    datatype: str = ""
    language: str = ""

    @property
    def is_iri(self) -> bool:
        """Whether it is an IRI: a literal has a datatype or a language."""
        return not (self.datatype or self.language)


def date(text: str) -> Term:
    """A calendar day as a literal."""
    return Term(text, XSD + "date")


@dataclass(frozen=True, order=True)
class Field:
    """One statement about a record: the IRI of the property, and the value."""

    property: str
    value: Term


@dataclass(frozen=True)
class Part:
    """What one named graph says about a thing: `table` is the table's name, or `bases`, `intervals` and so on."""

    iri: str
    table: str
    types: tuple[str, ...]
    fields: tuple[Field, ...]

    def value(self, property_: str) -> str:
        """The first value of a property, empty where there is none."""
        return next((field.value.text for field in self.fields if field.property == property_), "")

    def values(self, property_: str) -> tuple[str, ...]:
        """All values of a property."""
        return tuple(field.value.text for field in self.fields if field.property == property_)


class Records:
    """Records of one graph by IRI, each read once.

    Args:
        store: the graph.
        folder: the folder of saved questions, `queries/ask`.
    """

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._text = queries.load(folder / "explain-records.rq").text
        self._parts: dict[str, dict[str, Part]] = {}

    def read(self, iris: Iterable[str]) -> None:
        """Reads those of the records that were not read before, in one question."""
        new = sorted({iri for iri in iris if iri} - self._parts.keys())
        if not new:
            return
        rows = self._store.select(bound(self._text, "record", new))
        found: dict[tuple[str, str], list[Field]] = {}
        for row in rows:
            if row["graph"] not in NOT_FACTS:
                value = Term(row["value"], row.get("type", ""), row.get("language", ""))
                found.setdefault((row["record"], row["graph"]), []).append(Field(row["property"], value))
        self._parts |= {iri: {} for iri in new}
        for (iri, graph), fields in sorted(found.items()):
            table = graph.removeprefix(GRAPH).removeprefix("seeds/")
            types = tuple(sorted(field.value.text for field in fields if field.property == RDF_TYPE))
            rest = tuple(sorted(field for field in fields if field.property != RDF_TYPE))
            self._parts[iri][table] = Part(iri, table, types, rest)

    def parts(self, iri: str) -> dict[str, Part]:
        """What each graph says about a thing that was read; nothing where no graph speaks of it."""
        return self._parts[iri]


def bound(text: str, variable: str, iris: Iterable[str]) -> str:
    """A query with these IRIs in place of those of its lines `VALUES ?variable { ... }`."""
    before, *rest = text.split(f"VALUES ?{variable} {{")
    values = " ".join(f"<{iri}>" for iri in iris)
    return before + "".join(f"VALUES ?{variable} {{ {values} }}{part.partition('}')[2]}" for part in rest)
