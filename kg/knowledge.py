"""How much is known: of all positions of a day, which are settled, which are not, and what to look up next.

A **cell** is the position of one member state towards one third state in one matter (territories are left out:
lists of treaties name states). Two numbers are kept apart.

- **answered**: something is known, so the status is another than `unverified`.
- **verified**: nothing is left to look up. A cell is verified when it is `covered`; `confirmed-gap`;
  `signed-not-in-force` by a source that is fresh; or `sectoral-only` where somebody has also looked for a treaty
  made for the matter and found none. A pair that rests on a convention for certain offences while nobody has
  looked for such a treaty is answered, but not verified.

Knowledge that there is none, or that an instrument is not in force, is fresh for as long as the staleness setting
says. Afterwards the cell counts as not verified and is listed apart, to **look again**. A basis in force does
not grow stale: its end is a fact of its own.

A **look-up** is one thing that one person can do. Its weight is the sum over the cells that it would settle:
each counts 1, and 1 more for each recorded route through the country and each recorded role of it in trafficking
(other than destination). Look-ups overlap: each says what it would settle by itself.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from kg import dates, queries, regions
from kg.errors import UsageError
from kg.gaps import Finder
from kg.labels import Labels
from kg.positions import Source, matters
from kg.store import Row, Store
from kg.vocab import CODE, COOP, COUNTRY, ID, local

GROUPINGS = ["member-state", "region", "matter"]
LOOK_UPS = ["list-of-member-state", "list-of-body", "provisions-of-matter", "entry-into-force"]
DOUBT = "entry-not-seen"


class Cell(NamedTuple):
    """One cell: the pair by alpha-3 codes, the status, whether it is verified, and whether it was until its source grew old."""

    matter: str
    member_state: str
    country: str
    status: str
    verified: bool
    again: bool


@dataclass(frozen=True)
class Coverage:
    """What is known of a group of cells.

    Attributes:
        group: alpha-3 code of a member state, notation of a region or matter; empty for all cells.
        cells: number of all cells.
        verified: those in which nothing is left to look up.
        answered: those with a status other than `unverified`.
        again: those not verified only because their source has grown too old.
        statuses: number of cells by status.
    """

    group: str
    cells: int
    verified: int
    answered: int
    again: int
    statuses: dict[str, int]


@dataclass(frozen=True)
class LookUp:
    """One thing to look up.

    Attributes:
        kind: `list-of-member-state`, all treaties of a member state in a matter; `list-of-body`, all agreements
            of the bodies of the European Union in a matter that only they make agreements in;
            `provisions-of-matter`, which instruments serve a matter in which none is recorded at all;
            `entry-into-force`, whether an instrument is in force.
        member_state: alpha-3 code, else empty.
        matter: notation, empty for an instrument.
        subjects: IRIs of the bodies or of the instrument, else none.
        cells: number of cells that it would settle.
        weight: how much they matter (see the head of this module).
        countries: alpha-3 codes of the countries of those cells, the weightiest first.
    """

    kind: str
    member_state: str
    matter: str
    subjects: tuple[str, ...]
    cells: int
    weight: int
    countries: tuple[str, ...]


@dataclass(frozen=True)
class Again:
    """A source that has grown too old.

    Attributes:
        source: where to look again.
        as_of: the newest day for which it was recorded to speak.
        records: IRIs of the absences, lists and instruments that rest on it.
        cells: number of cells that would be verified if it still says the same.
        weight: how much they matter.
        countries: alpha-3 codes of the countries of those cells, the weightiest first.
    """

    source: Source
    as_of: str
    records: tuple[str, ...]
    cells: int
    weight: int
    countries: tuple[str, ...]


@dataclass(frozen=True)
class Knowledge:
    """Everything that is known about what is known on a day.

    Attributes:
        day: the day asked about.
        known_since: the oldest day for which the knowledge of an absence still counts.
        cells: every cell.
        next: what to look up, the weightiest first.
        again: what to look at again, the weightiest first.
        regions: notation of the region of each country.
    """

    day: datetime.date
    known_since: datetime.date
    cells: tuple[Cell, ...]
    next: tuple[LookUp, ...]
    again: tuple[Again, ...]
    regions: dict[str, str]

    def total(self) -> Coverage:
        """What is known of all cells."""
        return _coverage("", self.cells)

    def by(self, grouping: str) -> list[Coverage]:
        """What is known by `member-state`, `region` or `matter`, in alphabetical order of the groups.

        Raises:
            UsageError: there is no such grouping.
        """
        if grouping not in GROUPINGS:
            raise UsageError(f"there is no grouping '{grouping[:40]}'", f"write one of {', '.join(GROUPINGS)}")
        groups: dict[str, list[Cell]] = {}
        for cell in self.cells:
            key = {"member-state": cell.member_state, "matter": cell.matter}.get(grouping) or self.regions[cell.country]
            groups.setdefault(key, []).append(cell)
        return [_coverage(group, cells) for group, cells in sorted(groups.items())]


def knowledge(store: Store, folder: Path, day: datetime.date, stale_months: int) -> Knowledge:
    """What is known on a day, and what to look up next.

    Args:
        store: the graph.
        folder: the folder of queries, with `ask` in it.
        day: the day asked about.
        stale_months: age after which a known absence or signature no longer counts.
    """
    finder = _Finder(store, folder, day, stale_months)
    return finder.knowledge()


class _Finder:
    """Reads what is needed once, then judges every cell."""

    def __init__(self, store: Store, folder: Path, day: datetime.date, stale_months: int) -> None:
        self.store, self.folder, self.day, self.stale_months = store, folder, day, stale_months
        self.known_since = dates.months_before(day, stale_months)
        needs = Finder(store, folder, stale_months).needs()
        self.weights = {local(iri): 1 + len(need.routes) + len(need.roles) for iri, need in needs.items()}
        self.looked = _by_pair(self.ask("looked-for"))
        self.pending = _by_pair(self.ask("on-its-way"))
        self.bodies: dict[str, list[str]] = {}
        for row in self.ask("bodies-of-matters"):
            self.bodies.setdefault(local(row["matter"]), []).append(row["body"])
        self.served = {
            local(row["matter"])
            for row in store.select(f"SELECT DISTINCT ?matter WHERE {{ ?provision <{COOP}inMatter> ?matter }}")
        }

    def ask(self, name: str, **given: str) -> list[Row]:
        query = queries.find(self.folder / "ask", name)
        if any(parameter.name == "day" for parameter in query.parameters):
            given["day"] = str(self.day)
        return self.store.select(query.bind(query.values(given, self.day, self.stale_months)))

    def knowledge(self) -> Knowledge:
        states = {
            local(row["country"])
            for row in self.store.select(
                f"SELECT ?country WHERE {{ ?country <http://purl.org/dc/terms/type> <{CODE}country-kind/state> }}"
            )
        }
        cells = tuple(
            self.judge(matter, local(row["member_state"]), local(row["country"]), local(row["status"]))
            for matter in matters(self.store)
            for row in self.ask("positions", matter=matter)
            if local(row["country"]) in states
        )
        known = regions.groups(self.store)
        return Knowledge(
            self.day,
            self.known_since,
            cells,
            tuple(self.next(cells)),
            tuple(self.look_again(cells)),
            {country: regions.region_of(known, country) for country in sorted(states)},
        )

    def judge(self, matter: str, member_state: str, country: str, status: str) -> Cell:
        """The cell of one position."""
        absences = [row["as_of"] for row in _of_pair(self.looked, matter, member_state, country)]
        signatures = [row["seen"] for row in _of_pair(self.pending, matter, member_state, country)]
        seen = {"signed-not-in-force": signatures, "sectoral-only": absences, "unverified": absences}.get(status, [])
        fresh = any(day >= str(self.known_since) for day in seen)
        verified = status in ("covered", "confirmed-gap") or (status != "unverified" and fresh)
        return Cell(matter, member_state, country, status, verified, bool(seen) and not verified and not fresh)

    def next(self, cells: Iterable[Cell]) -> list[LookUp]:
        """What to look up: lists for all cells that are not verified, entries into force where they are in doubt."""
        groups: dict[tuple[str, str, str, tuple[str, ...]], set[Cell]] = {}
        for cell in cells:
            if cell.verified:
                continue
            groups.setdefault(self.list_for(cell), set()).add(cell)
            for row in _of_pair(self.pending, cell.matter, cell.member_state, cell.country):
                if local(row["status"]) == DOUBT:
                    groups.setdefault(("entry-into-force", "", "", (row["instrument"],)), set()).add(cell)
        found = [LookUp(*key, len(group), self.weight(group), self.countries(group)) for key, group in groups.items()]
        return sorted(
            found, key=lambda one: (-one.weight, -one.cells, one.kind, one.matter, one.member_state, one.subjects)
        )

    def list_for(self, cell: Cell) -> tuple[str, str, str, tuple[str, ...]]:
        """Kind, member state, matter and subjects of the list that would settle a cell."""
        if cell.matter not in self.served:
            return "provisions-of-matter", "", cell.matter, ()
        if bodies := self.bodies.get(cell.matter):
            return "list-of-body", "", cell.matter, tuple(sorted(bodies))
        return "list-of-member-state", cell.member_state, cell.matter, ()

    def look_again(self, cells: Iterable[Cell]) -> list[Again]:
        """The sources that have grown too old, with the cells that would be verified if they still say the same."""
        groups: dict[Source, set[Cell]] = {}
        records: dict[Source, set[tuple[str, str]]] = {}
        for cell in cells:
            if not cell.again:
                continue
            old = self.pending if cell.status == "signed-not-in-force" else self.looked
            for row in _of_pair(old, cell.matter, cell.member_state, cell.country):
                source = Source.of(row)
                groups.setdefault(source, set()).add(cell)
                records.setdefault(source, set()).add(
                    (row.get("seen") or row["as_of"], row.get("instrument") or row["record"])
                )
        found = [
            Again(
                source,
                max(records[source])[0],
                tuple(sorted({record for _, record in records[source]})),
                len(group),
                self.weight(group),
                self.countries(group),
            )
            for source, group in groups.items()
        ]
        return sorted(found, key=lambda one: (-one.weight, -one.cells, one.source.url, one.source.title))

    def weight(self, cells: Iterable[Cell]) -> int:
        return sum(self.weights.get(cell.country, 1) for cell in cells)

    def countries(self, cells: Iterable[Cell]) -> tuple[str, ...]:
        """The countries of some cells, those with the greatest weight first."""
        return tuple(sorted({cell.country for cell in cells}, key=lambda code: (-self.weights.get(code, 1), code)))


def _by_pair(rows: list[Row]) -> dict[tuple[str, str, str], list[Row]]:
    """Rows by matter, member state (empty: all of them) and country."""
    found: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        key = local(row["matter"]), local(row.get("member_state", "")), local(row["country"])
        found.setdefault(key, []).append(row)
    return found


def _of_pair(rows: dict[tuple[str, str, str], list[Row]], matter: str, member_state: str, country: str) -> list[Row]:
    """The rows of one pair, those of all member states among them."""
    return [*rows.get((matter, member_state, country), ()), *rows.get((matter, "", country), ())]


def _coverage(group: str, cells: Iterable[Cell]) -> Coverage:
    every = list(cells)
    statuses = dict.fromkeys(("covered", "sectoral-only", "signed-not-in-force", "confirmed-gap", "unverified"), 0)
    for cell in every:
        statuses[cell.status] += 1
    return Coverage(
        group,
        len(every),
        sum(cell.verified for cell in every),
        len(every) - statuses["unverified"],
        sum(cell.again for cell in every),
        statuses,
    )


def coverage_table(found: list[Coverage], grouping: str, labels: Labels) -> list[dict[str, Any]]:
    """Coverage as flat rows: code and name of the group, then the numbers; shares in percent with one decimal."""
    stem = {"member-state": COUNTRY, "region": f"{CODE}country-group/", "matter": f"{CODE}matter/"}.get(grouping, "")
    return [
        {
            "group": one.group or "all",
            "name": labels.of(stem + one.group) if one.group else "all",
            "cells": one.cells,
            "verified": one.verified,
            "verified_percent": percent(one.verified, one.cells),
            "answered": one.answered,
            "answered_percent": percent(one.answered, one.cells),
            "look_again": one.again,
            **one.statuses,
        }
        for one in found
    ]


def next_table(found: Iterable[LookUp], labels: Labels) -> list[dict[str, Any]]:
    """Look-ups as flat rows, numbered in their order, with the first ten countries by name."""
    return [
        {
            "rank": rank,
            "look_up": one.kind,
            "member_state": one.member_state,
            "member_state_name": labels.of(COUNTRY + one.member_state) if one.member_state else "",
            "matter": one.matter,
            "matter_name": labels.of(f"{CODE}matter/{one.matter}") if one.matter else "",
            "subject": " ".join(subject.removeprefix(ID) for subject in one.subjects),
            "subject_name": "; ".join(labels.of(subject) for subject in one.subjects),
            "cells": one.cells,
            "weight": one.weight,
            "countries": named(one.countries, labels),
        }
        for rank, one in enumerate(found, 1)
    ]


def again_table(found: Iterable[Again], labels: Labels) -> list[dict[str, Any]]:
    """What to look at again as flat rows, with the source's address."""
    return [
        {
            "source": one.source.title,
            "source_url": one.source.url,
            "confidence": one.source.confidence,
            "as_of": one.as_of,
            "records": " ".join(record.removeprefix(ID) for record in one.records),
            "cells": one.cells,
            "weight": one.weight,
            "countries": named(one.countries, labels),
        }
        for one in found
    ]


def named(codes: tuple[str, ...], labels: Labels, most: int = 10) -> str:
    """The names of the first countries, with the number of the others."""
    names = "; ".join(labels.of(COUNTRY + code) for code in codes[:most])
    return f"{names}; +{len(codes) - most}" if len(codes) > most else names


def percent(part: int, whole: int) -> str:
    """A share in percent with one decimal; empty of nothing."""
    return f"{100 * part / whole:.1f}" if whole else ""
