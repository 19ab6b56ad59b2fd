"""The matrix: the positions of all member states of a day towards all third countries, in one matter.

A cell says what `kg.positions` says of the pair, without the proof: status, strongest grade, number of bases.
"""

import datetime
from collections.abc import Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kg import queries
from kg.errors import UsageError
from kg.labels import Labels
from kg.languages import spoken
from kg.positions import Source, check_matter
from kg.statuses import LETTERS, VERDICTS
from kg.store import Row, Store
from kg.vocab import COUNTRY, local

SHOWN_BY = {
    "covered": "basis",
    "sectoral-only": "basis",
    "signed-not-in-force": "signature",
    "confirmed-gap": "absence",
}
"""Which kind of record decides a status; where nobody has looked there is none, and an entry not seen decides nothing."""


@dataclass(frozen=True)
class Cell:
    """The position of one pair.

    Attributes:
        status: `covered`, `sectoral-only`, `signed-not-in-force`, `confirmed-gap` or `unverified`.
        grade: grade of the strongest basis, None where there is no basis.
        bases: number of bases of any grade that hold on the day.
    """

    status: str
    grade: str | None
    bases: int

    @property
    def verdict(self) -> str:
        """One of `kg.statuses.VERDICTS`: the grade where a basis decides, else the status."""
        return self.grade or self.status


@dataclass(frozen=True)
class Matrix:
    """The cells of one matter on one day.

    Attributes:
        matter: notation of the matter.
        day: the day asked about.
        stale_months: age after which a known absence no longer counts.
        member_states: alpha-3 codes of the member states of that day, sorted.
        countries: alpha-3 codes of the third countries of that day, sorted.
        cells: the cell of each pair, by member state and country.
    """

    matter: str
    day: datetime.date
    stale_months: int
    member_states: tuple[str, ...]
    countries: tuple[str, ...]
    cells: dict[tuple[str, str], Cell]

    def narrowed(
        self,
        member_state: str = "",
        countries: Collection[str] | None = None,
        members: Collection[str] | None = None,
        verdict: str = "",
    ) -> "Matrix":
        """The part of some member states and some countries.

        Args:
            member_state: alpha-3 code in any case; empty: all.
            countries: alpha-3 codes; those that are no third countries of the day fall out. None: all.
            members: alpha-3 codes; those that are no member states of the day fall out. None: all.
            verdict: one of `kg.statuses.VERDICTS`: only countries towards which at least one of the member states
                has it; their other cells stay. Empty: all.

        Raises:
            UsageError: the state was no member state on the day, or there is no such verdict.
        """
        chosen = member_state.upper()
        if chosen and chosen not in self.member_states:
            raise UsageError(
                f"{chosen[:20]} was no member state of the European Union on {self.day}",
                "name a member state of that day by its ISO 3166-1 alpha-3 code, for example BEL",
            )
        if verdict and verdict not in VERDICTS:
            raise UsageError(f"there is no position '{verdict[:40]}'", f"write one of {', '.join(VERDICTS)}")
        ours = tuple(
            code
            for code in self.member_states
            if (not chosen or code == chosen) and (members is None or code in members)
        )
        kept = tuple(
            code
            for code in self.countries
            if (countries is None or code in countries)
            and (not verdict or any(self.cells[member, code].verdict == verdict for member in ours))
        )
        cells = {(member, country): self.cells[member, country] for member in ours for country in kept}
        return Matrix(self.matter, self.day, self.stale_months, ours, kept, cells)

    def record(self) -> dict[str, Any]:
        """The matrix as plain data for JSON; the cells by member state, then by country."""
        return {
            "matter": self.matter,
            "day": str(self.day),
            "member_states": list(self.member_states),
            "countries": list(self.countries),
            "cells": {
                member: {country: asdict(self.cells[member, country]) for country in self.countries}
                for member in self.member_states
            },
        }

    def rows(self, labels: Labels) -> list[dict[str, Any]]:
        """One row a cell, with codes and names side by side, for CSV."""
        names = {code: labels.of(COUNTRY + code) for code in (*self.member_states, *self.countries)}
        return [
            {
                "matter": self.matter,
                "member_state": member,
                "member_state_name": names[member],
                "country": country,
                "country_name": names[country],
                "status": cell.status,
                "grade": cell.grade or "",
                "bases": cell.bases,
            }
            for (member, country), cell in sorted(self.cells.items())
        ]

    def wide(self, labels: Labels, language: str = "en") -> list[dict[str, Any]]:
        """One row a country and one column a member state, with the signs of `sign`, for a terminal."""
        return [
            {"country": country, "name": labels.of(COUNTRY + country)}
            | {member: sign(self.cells[member, country], language) for member in self.member_states}
            for country in self.countries
        ]


@dataclass(frozen=True)
class Cited:
    """A source behind a matrix: what it shows (`basis`, `signature` or `absence`) and for how many cells."""

    source: Source
    shows: str
    cells: int


def sign(cell: Cell, language: str = "en") -> str:
    """A cell in as few letters as can be: `T3`, a treaty among three bases."""
    return spoken(LETTERS, language)[cell.verdict] + (str(cell.bases) if cell.bases else "")


def matrix(store: Store, folder: Path, matter: str, day: datetime.date, stale_months: int) -> Matrix:
    """The matrix of one matter.

    Args:
        store: the graph.
        folder: the folder of saved questions, `queries/ask`.
        matter: notation in the code list `matter`.
        day: the day asked about.
        stale_months: age after which a known absence no longer counts.

    Raises:
        UsageError: there is no such matter.
    """
    check_matter(store, matter)
    made: dict[tuple[str, ...], Cell] = {}  # few cells differ: one of each is enough
    cells = {}
    for row in _ask(store, folder, "positions", matter, day, stale_months):
        said = row["status"], row.get("grade", ""), row["bases"]
        if said not in made:
            made[said] = Cell(said[0], said[1] or None, int(said[2]))
        cells[row["member_state"], row["country"]] = made[said]
    members, countries = ({pair[place] for pair in cells} for place in (0, 1))
    return Matrix(matter, day, stale_months, tuple(sorted(members)), tuple(sorted(countries)), cells)


def sources(store: Store, folder: Path, found: Matrix) -> list[Cited]:
    """The sources behind the cells of a matrix, those behind most cells first.

    A cell that rests on bases counts for the sources of all its bases; one that is decided by a signature or
    by a known absence counts for the sources of that.

    Args:
        store: the graph that the matrix is of.
        folder: the folder of saved questions, `queries/ask`.
        found: the matrix, whole or narrowed.
    """
    cells: dict[tuple[str, Source], set[tuple[str, str]]] = {}
    for row in _ask(store, folder, "matrix-sources", found.matter, found.day, found.stale_months):
        country, shows = local(row["country"]), row["shows"]
        for member in (local(row["member_state"]),) if "member_state" in row else found.member_states:
            cell = found.cells.get((member, country))
            if cell and SHOWN_BY.get(cell.status) == shows:
                cells.setdefault((shows, Source.of(row)), set()).add((member, country))
    cited = [Cited(source, shows, len(pairs)) for (shows, source), pairs in cells.items()]
    order = list(dict.fromkeys(SHOWN_BY.values()))
    return sorted(cited, key=lambda one: (order.index(one.shows), -one.cells, one.source.url, str(one.source)))


def _ask(store: Store, folder: Path, name: str, matter: str, day: datetime.date, stale_months: int) -> list[Row]:
    query = queries.find(folder, name)
    return store.select(query.bind(query.values({"matter": matter, "day": str(day)}, day, stale_months)))
