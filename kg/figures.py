"""The figures behind the score, read from the graph by the saved questions `queries/ask/score-*.rq`."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

from kg import queries
from kg.ids import country_iri
from kg.score import Largest, Traffic, Weights
from kg.store import Row, Store
from kg.vocab import local

Key = TypeVar("Key")

SURE = {"high": 0, "medium": 1, "low": 2}
"""Confidences, best first."""


@dataclass(frozen=True)
class Figures:
    """What is recorded on a day.

    Attributes:
        traffic: what is recorded of each country, by alpha-3 code.
        largest: the largest seizure of any country, by commodity and measure.
        left: the member states that have a basis of a grade, by country, matter and grade; best grade first.
        member_states: number of member states.
    """

    traffic: dict[str, Traffic]
    largest: dict[tuple[str, str], float]
    left: dict[tuple[str, str], dict[str, frozenset[str]]]
    member_states: int

    def grade(self, member_state: str, country: str, matter: str) -> str:
        """The grade that is left between two in a matter, `nothing` where there is none."""
        by_grade = self.left.get((country, matter), {})
        return next((name for name in ("arrangement", "sectoral") if member_state in by_grade.get(name, ())), "nothing")


def weights(store: Store, folder: Path) -> Weights:
    """The standard numbers of the score.

    Args:
        store: the graph.
        folder: the folder of saved questions, `queries/ask`.
    """
    rows = store.select(queries.find(folder, "score-weights").text)
    return Weights({(local(row["part"]), row["item"]): Fraction(row["number"]) for row in rows})


@dataclass(frozen=True)
class Statistics:
    """What statistics say of all countries on a day; one country's figures mean something beside the others' only.

    Attributes:
        seizures: the largest figure of each commodity and measure, by country.
        largest: the largest of any country, by commodity and measure.
        index: the crime index by country and year of the edition.
        member_states: number of member states.
    """

    seizures: dict[str, list[Largest]]
    largest: dict[tuple[str, str], float]
    index: dict[str, dict[int, float]]
    member_states: int


def statistics(store: Store, folder: Path, day: datetime.date, numbers: Weights) -> Statistics:
    """The statistics of a day.

    Args:
        store: the graph.
        folder: the folder of saved questions, `queries/ask`.
        day: the day asked about.
        numbers: the numbers of the score; they say how many years of seizures count.
    """
    years = f"{numbers.of('seizures', 'years'):g}"
    seizures = _largest(_ask(store, folder, day, "score-seizures", years=years))
    largest: dict[tuple[str, str], float] = {}
    for figures in seizures.values():
        for figure in figures:
            key = figure.commodity, figure.measure
            largest[key] = max(largest.get(key, 0.0), figure.amount)
    index: dict[str, dict[int, float]] = {}
    for row in _ask(store, folder, day, "score-index"):
        index.setdefault(local(row["country"]), {})[int(row["year"])] = float(row["score"])
    return Statistics(seizures, largest, index, int(_ask(store, folder, day, "score-member-states")[0]["count"]))


def read(store: Store, folder: Path, day: datetime.date, known: Statistics, country: str = "") -> Figures:
    """The figures of a day.

    Args:
        store: the graph.
        folder: the folder of saved questions, `queries/ask`.
        day: the day asked about.
        known: the statistics of that day.
        country: alpha-3 code of the only country asked about; empty for all.
    """
    only = {"country": country} if country else {}
    seizures, index = known.seizures, known.index
    left: dict[tuple[str, str], dict[str, frozenset[str]]] = {}
    for row in _ask(store, folder, day, "score-grades", **only):
        by_grade = left.setdefault((local(row["country"]), local(row["matter"])), {})
        by_grade[local(row["grade"])] = frozenset(row["member_states"].split())
    routes, roles, carried = _traffic(_ask(store, folder, day, "score-traffic", **only))
    asked = {local(country_iri(country))} if country else routes.keys() | roles.keys() | seizures.keys() | index.keys()
    traffic = {
        code: Traffic(
            routes.get(code, {}),
            roles.get(code, {}),
            frozenset(carried.get(code, ())),
            tuple(seizures.get(code, ())),
            index.get(code, {}),
        )
        for code in asked
    }
    return Figures(traffic, known.largest, left, known.member_states)


def _ask(store: Store, folder: Path, day: datetime.date, name: str, **given: str) -> list[Row]:
    query = queries.load(folder / f"{name}.rq")
    own = given | {"day": str(day)} if any(one.name == "day" for one in query.parameters) else given
    return store.select(query.bind(query.values(own, day, 1)))  # no question of the score knows staleness


def _largest(rows: Iterable[Row]) -> dict[str, list[Largest]]:
    """The largest figure of each commodity and measure, by country; of two equal ones the newer."""
    best: dict[tuple[str, str, str], Largest] = {}
    for row in rows:
        figure = Largest(local(row["commodity"]), row["measure"], float(row["amount"]), row["year"])
        key = local(row["country"]), figure.commodity, figure.measure
        if key not in best or (figure.amount, figure.year) > (best[key].amount, best[key].year):
            best[key] = figure
    found: dict[str, list[Largest]] = {}
    for (country, _, _), figure in sorted(best.items()):
        found.setdefault(country, []).append(figure)
    return found


def _traffic(
    rows: Iterable[Row],
) -> tuple[dict[str, dict[str, str]], dict[str, dict[tuple[str, str], str]], dict[str, set[str]]]:
    """Routes and roles with their best confidence, and the commodities of the routes, by country."""
    routes: dict[str, dict[str, str]] = {}
    roles: dict[str, dict[tuple[str, str], str]] = {}
    carried: dict[str, set[str]] = {}
    for row in rows:
        country, commodity = local(row["country"]), local(row["commodity"])
        confidence = local(row["confidence"])
        if "route" in row:
            _better(routes.setdefault(country, {}), local(row["route"]), confidence)
            carried.setdefault(country, set()).add(commodity)
        else:
            _better(roles.setdefault(country, {}), (commodity, local(row["role"])), confidence)
    return routes, roles, carried


def _better(known: dict[Key, str], key: Key, confidence: str) -> None:
    if key not in known or SURE[confidence] < SURE[known[key]]:
        known[key] = confidence
