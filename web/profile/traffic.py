"""Traffic: the routes that pass the country, what it is known as, what was seized, and how the crime index scores it."""

from dataclasses import dataclass

from kg.gaps import CONFIDENCE
from kg.inferred import QUESTION, grouped
from kg.store import Row
from kg.vocab import local
from web.profile.asking import Asking


@dataclass(frozen=True)
class Route:
    """A route as it touches the country.

    Attributes:
        id: its identifier.
        name: its name.
        commodity: name of what it carries.
        trend: name of its trend, or empty.
        description: what is said of it.
        roles: names of the recorded roles of the country on it.
        before: codes and names of the countries it comes from.
        after: codes and names of the countries it goes on to.
        hubs: identifiers and names of its hubs in the country.
        legs: codes of the two countries of every leg, also of those elsewhere.
        modes: names of the modes of transport here.
        notes: numbers of the notes.
    """

    id: str
    name: str
    commodity: str
    trend: str
    description: str
    roles: tuple[str, ...]
    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]
    hubs: tuple[tuple[str, str], ...]
    legs: tuple[tuple[str, str], ...]
    modes: tuple[str, ...]
    notes: tuple[int, ...]


@dataclass(frozen=True)
class Role:
    """What a country is known as in the trade of a commodity."""

    commodity: str
    roles: tuple[str, ...]
    notes: tuple[int, ...]


@dataclass(frozen=True)
class Type:
    """What the reasoner classifies the country as: the term, its name, and the IRI and source note of each record that makes it so."""

    term: str
    name: str
    records: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True)
class Seizure:
    """What was seized of a commodity in the latest year recorded; `hub` is identifier and name of the place, where one is named."""

    commodity: str
    what: str
    year: str
    hub: tuple[str, str] | None
    notes: tuple[int, ...]


@dataclass(frozen=True)
class Score:
    """One score of the Global Organized Crime Index."""

    indicator: str
    name: str
    year: str
    score: str


def routes(asking: Asking) -> tuple[Route, ...]:
    """The routes that touch the country, by commodity."""
    groups: dict[str, list[Row]] = {}
    for row in asking.ask("profile-routes"):
        groups.setdefault(row["route"], []).append(row)
    routes = [_route(asking, rows) for rows in groups.values()]
    return tuple(sorted(routes, key=lambda route: (route.commodity, route.name)))


def _route(asking: Asking, rows: list[Row]) -> Route:
    here = asking.country.iri
    arriving = [row for row in rows if row["to"] == here]
    leaving = [row for row in rows if row["from"] == here]
    roles = {row["to_role"] for row in arriving if "to_role" in row} | {
        row["from_role"] for row in leaving if "from_role" in row
    }
    hubs = {row["to_hub"] for row in arriving if "to_hub" in row} | {
        row["from_hub"] for row in leaving if "from_hub" in row
    }
    neighbours = [
        tuple(
            sorted(
                {(local(row[side]), asking.name(row[side])) for row in found}
                - {(asking.country.code, asking.name(here))},
                key=lambda pair: pair[1],
            )
        )
        for found, side in ((arriving, "from"), (leaving, "to"))
    ]
    cited = sorted(arriving + leaving, key=lambda row: CONFIDENCE[local(row["confidence"])])
    numbers = asking.notes.cite(rows[:1], "route_source", "route_confidence") + asking.notes.cite(cited[:1])
    return Route(
        local(rows[0]["route"]),
        rows[0]["name"],
        asking.name(rows[0]["commodity"]),
        asking.name(rows[0].get("trend", "")),
        rows[0].get("description", ""),
        asking.names(roles),
        neighbours[0],
        neighbours[1],
        tuple(sorted(((local(hub), asking.name(hub)) for hub in hubs), key=lambda pair: pair[1])),
        tuple(sorted({(local(row["from"]), local(row["to"])) for row in rows})),
        asking.names({row["mode"] for row in arriving + leaving if "mode" in row}),
        tuple(sorted(set(numbers))),
    )


def roles(asking: Asking) -> tuple[Role, ...]:
    """What the country is known as, by commodity."""
    groups: dict[str, list[Row]] = {}
    for row in asking.ask("profile-roles"):
        groups.setdefault(row["commodity"], []).append(row)
    return tuple(
        sorted(
            (
                Role(asking.name(commodity), asking.names({row["role"] for row in rows}), asking.notes.cite(rows))
                for commodity, rows in groups.items()
            ),
            key=lambda role: role.commodity,
        )
    )


def types(asking: Asking) -> tuple[Type, ...]:
    """What the country is classified as, each with the records that are enough for it."""
    return tuple(
        Type(
            one.type,
            asking.name(one.type),
            tuple(
                (
                    why.record,
                    asking.notes.cite([{"source": why.source, "confidence": why.confidence, "checked": why.checked}]),
                )
                for why in one.because
            ),
        )
        for one in grouped(asking.ask(QUESTION))
    )


def seizures(asking: Asking) -> tuple[Seizure, ...]:
    """The latest year on record for each commodity and kind of finding, within ten years before the day."""
    groups: dict[tuple[str, str, str], list[Row]] = {}
    for row in asking.ask("profile-seizures"):
        if asking.day.year - 10 <= int(row["year"]) <= asking.day.year:
            groups.setdefault((row["commodity"], row["kind"], row["unit"]), []).append(row)
    found = []
    for (commodity, kind, unit), rows in groups.items():
        year = max(row["year"] for row in rows)
        best = max(
            (row for row in rows if row["year"] == year),
            key=lambda row: (-CONFIDENCE[local(row["confidence"])], float(row["quantity"])),
        )
        found.append(
            Seizure(
                asking.name(commodity),
                f"{float(best['quantity']):,.0f}".replace(",", "\u202f") + f" {asking.name(unit)}, {asking.name(kind)}",
                year,
                (local(best["hub"]), asking.name(best["hub"])) if "hub" in best else None,
                asking.notes.cite([best]),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.commodity, one.what)))


def scores(asking: Asking) -> tuple[Score, ...]:
    """The main scores of the latest year up to the day, then the three worst markets."""
    rows = [row for row in asking.ask("profile-index") if int(row["year"]) <= asking.day.year]
    year = max((row["year"] for row in rows), default="")
    latest = {local(row["indicator"]): row for row in rows if row["year"] == year}
    markets = sorted(
        (
            name
            for name in latest
            if name.endswith(("-trade", "-trafficking", "-crimes", "-smuggling", "-racketeering"))
        ),
        key=lambda name: (-float(latest[name]["score"]), name),
    )[:4]
    main = ["criminality", "resilience", "international-cooperation", "law-enforcement"]
    return tuple(
        Score(name, asking.name(latest[name]["indicator"]), year, f"{float(latest[name]['score']):.1f}")
        for name in [*main, *markets]
        if name in latest
    )
