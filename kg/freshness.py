"""Facts that were last checked long ago, what matters most first: where to look each up again, and what hangs on it.

A position hangs on a record if the record is among what proves its status on the day asked about: the parties to
its bases, the agreement and the provision they rest on, an instrument signed, a source or list that names none.
Records on which no position hangs (routes, figures, funding) come last.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg import dates, queries
from kg.labels import Labels
from kg.positions import Source
from kg.store import Store
from kg.vocab import GRAPH, ID, local

SEEDS = GRAPH + "seeds/"


@dataclass(frozen=True)
class Stale:
    """A record that was last checked long ago.

    Attributes:
        record: its IRI.
        table: name of its table.
        checked: the day on which it was last checked.
        source: where to look it up again.
        locator: the place in the source, or empty.
        positions: number of positions (matter, member state, country) that hang on it.
    """

    record: str
    table: str
    checked: str
    source: Source
    locator: str
    positions: int


@dataclass(frozen=True)
class Freshness:
    """What is no longer fresh on a day.

    Attributes:
        day: the day asked about.
        known_since: records checked before this day are listed.
        stale: the records, those with the most positions first, then those checked longest ago.
        total: number of records with a checking date.
    """

    day: datetime.date
    known_since: datetime.date
    stale: tuple[Stale, ...]
    total: int


def freshness(store: Store, folder: Path, day: datetime.date, stale_months: int) -> Freshness:
    """The records whose checking date is older than the setting.

    Args:
        store: the graph.
        folder: the folder of saved questions, `queries/ask`.
        day: the day asked about.
        stale_months: age in months after which a record has to be looked up again.
    """
    query = queries.find(folder, "freshness")
    given = {"day": str(day), "known_since": str(dates.months_before(day, stale_months))}
    rows = store.select(query.bind(query.values(given, day, stale_months)))
    positions = _positions(store, folder, day, {row["record"] for row in rows})
    sources, places = (_sources(store), _places(store)) if rows else ({}, {})
    found = []
    for row in rows:
        title, url, as_of = sources[row["source"]]
        found.append(
            Stale(
                row["record"],
                row["table"].removeprefix(SEEDS),
                row["checked"],
                Source(title, url, as_of, local(row["confidence"])),
                places.get(row["record"], ""),
                len(positions.get(row["record"], ())),
            )
        )
    return Freshness(
        day,
        dates.months_before(day, stale_months),
        tuple(sorted(found, key=lambda one: (-one.positions, one.checked, one.table, one.record))),
        _total(store, day),
    )


def _positions(store: Store, folder: Path, day: datetime.date, old: set[str]) -> dict[str, set[tuple[str, str, str]]]:
    """The positions (matter, member state, country) that hang on each of some records."""
    found: dict[str, set[tuple[str, str, str]]] = {}
    if not old:
        return found
    query, members, provisions = queries.find(folder, "hanging"), _members(store, day), _provisions(store)
    for row in store.select(query.bind(query.values({"day": str(day), "country": "any"}, day, 1))):
        instrument = row.get("instrument", "")
        records = [row["record"], instrument, *provisions.get((instrument, row["matter"]), ())]
        for record in records:
            if record in old:
                states = [row["member_state"]] if "member_state" in row else members
                found.setdefault(record, set()).update((row["matter"], state, row["country"]) for state in states)
    return found


def _provisions(store: Store) -> dict[tuple[str, str], list[str]]:
    """The provisions of each agreement for each matter."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in store.select("""
            PREFIX coop: <https://w3id.org/coopkg/def#>
            PREFIX dcterms: <http://purl.org/dc/terms/>
            PREFIX seeds: <https://w3id.org/coopkg/graph/seeds/>
            SELECT ?record ?agreement ?matter WHERE {
              GRAPH seeds:provision { ?record dcterms:isPartOf ?agreement ; coop:inMatter ?matter }
            }"""):
        found.setdefault((row["agreement"], row["matter"]), []).append(row["record"])
    return found


def _sources(store: Store) -> dict[str, tuple[str, str, str]]:
    """Title, address and date of every source."""
    rows = store.select("""
        PREFIX dcterms: <http://purl.org/dc/terms/>
        PREFIX schema: <https://schema.org/>
        PREFIX seeds: <https://w3id.org/coopkg/graph/seeds/>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?source ?title ?url ?as_of WHERE {
          GRAPH seeds:source { ?source skos:prefLabel ?title ; schema:url ?url . OPTIONAL { ?source dcterms:valid ?as_of } }
        }""")
    return {row["source"]: (row["title"], row["url"], row.get("as_of", "")) for row in rows}


def _places(store: Store) -> dict[str, str]:
    """The place in its source of every record that names one."""
    rows = store.select("""
        PREFIX bibo: <http://purl.org/ontology/bibo/>
        SELECT ?record ?locator WHERE { GRAPH ?table { ?record bibo:locator ?locator } }""")
    return {row["record"]: row["locator"] for row in rows}


def _members(store: Store, day: datetime.date) -> list[str]:
    """The IRIs of the member states of a day: an absence may be that of all of them."""
    rows = store.select(f"""
        PREFIX coop: <https://w3id.org/coopkg/def#>
        PREFIX group: <https://w3id.org/coopkg/code/country-group/>
        PREFIX graph: <https://w3id.org/coopkg/graph/>
        PREFIX seeds: <https://w3id.org/coopkg/graph/seeds/>
        PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
        SELECT DISTINCT ?member WHERE {{
          GRAPH seeds:group_membership {{ ?membership coop:hasGroup group:eu ; coop:hasParticipant ?member }}
          GRAPH graph:intervals {{ ?membership coop:from ?from . OPTIONAL {{ ?membership coop:to ?to }} }}
          FILTER (?from <= "{day}"^^xsd:date && !(BOUND(?to) && ?to < "{day}"^^xsd:date))
        }}""")
    return [row["member"] for row in rows]


def _total(store: Store, day: datetime.date) -> int:
    """Number of records that had been checked by a day."""
    (row,) = store.select(f"""
        PREFIX coop: <https://w3id.org/coopkg/def#>
        PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
        SELECT (COUNT(?record) AS ?count) WHERE {{
          GRAPH ?table {{ ?record coop:checked ?checked }} FILTER (?checked <= "{day}"^^xsd:date)
        }}""")
    return int(row["count"])


def table(found: Iterable[Stale], labels: Labels) -> list[dict[str, Any]]:
    """Records as flat rows: what it is, what hangs on it, when it was checked, and where to look it up again."""
    return [
        {
            "positions": one.positions,
            "table": one.table,
            "record": one.record.removeprefix(ID),
            "name": name(one.record, labels),
            "checked": one.checked,
            "source": one.source.title,
            "source_url": one.source.url,
            "source_as_of": one.source.as_of,
            "locator": one.locator,
            "confidence": one.source.confidence,
        }
        for one in found
    ]


def name(record: str, labels: Labels) -> str:
    """The name of a record; empty where it has none of its own."""
    found = labels.of(record)
    return "" if found == local(record) else found
