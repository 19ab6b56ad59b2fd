"""What the reasoner classifies a country as, and the records that make it so by the ontology's definitions."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kg import queries
from kg.ids import country_iri
from kg.labels import Labels
from kg.positions import check_country
from kg.store import Row, Store
from kg.vocab import expand, local

QUESTION = "inferred-types"
"""The saved question that joins the closure to the records; it reads the definitions from the ontology."""


@dataclass(frozen=True)
class Because:
    """A record that is enough for a type.

    Attributes:
        record: its IRI.
        leg: IRI of the leg that it reports on, through which it leads to the country; else empty.
        property: IRI of the property that the definition names.
        value: IRI of the value that the definition names.
        source: IRI of the source.
        confidence: notation: high, medium or low.
        checked: the day on which the record was checked.
    """

    record: str
    leg: str
    property: str
    value: str
    source: str
    confidence: str
    checked: str


@dataclass(frozen=True)
class Inferred:
    """A defined class that a country belongs to, with the records, best confidence first."""

    type: str
    because: tuple[Because, ...]


def inferred(store: Store, folder: Path, country: str) -> list[Inferred]:
    """What a country is classified as.

    Args:
        store: a published graph.
        folder: the folder `queries`.
        country: alpha-3 code.

    Returns:
        The defined classes by name; none where no record makes it one, which does not mean that it is none.

    Raises:
        UsageError: the graph knows no country with this code.
    """
    check_country(store, country)
    query = queries.load(folder / "ask" / f"{QUESTION}.rq")
    return grouped(store.select(query.bind({"country": country})))


def grouped(rows: list[Row]) -> list[Inferred]:
    """The answer to the saved question about one country, by type."""
    types: dict[str, set[Because]] = {}
    for row in rows:
        types.setdefault(row["type"], set()).add(
            Because(
                row["record"],
                row.get("leg", ""),
                row["property"],
                row["value"],
                row["source"],
                local(row["confidence"]),
                row["checked"],
            )
        )
    order = ("high", "medium", "low")
    return [
        Inferred(kind, tuple(sorted(found, key=lambda one: (order.index(one.confidence), one.record))))
        for kind, found in sorted(types.items())
    ]


def text(store: Store, country: str, found: Sequence[Inferred]) -> str:
    """The same as lines for a terminal: the type, its definition, and a line a record."""
    labels = Labels(store)
    lines = []
    for one in found:
        definition = store.select(
            f"SELECT ?d {{ <{one.type}> <{expand('skos:definition')}> ?d FILTER (LANG(?d) = 'en') }}"
        )[0]["d"]
        lines += [f"{labels.of(country_iri(country))} is a {labels.of(one.type)}", f"  {definition}"]
        for why in one.because:
            through = f", leg {local(why.leg)}" if why.leg else ""
            lines.append(
                f"  because {local(why.record)}: {labels.of(why.property)} {labels.of(why.value)}{through}"
                f" (source {labels.of(why.source)}, confidence {why.confidence}, checked {why.checked})"
            )
    if not lines:
        lines = ["no record makes it one of the defined notions; that does not mean that it is none"]
    return "\n".join(lines) + "\n"
