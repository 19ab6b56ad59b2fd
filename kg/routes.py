"""Trafficking routes and hubs: their legs in order, the positions along them, and where each is weakest.

**Member states reached** by a route are those in which one of its legs ends. **Positions** are those of these
member states towards every third country on the route; member states are no third countries, so legs inside the
Union are shown without one.

**Weakest.** The weakest country is the third country towards which the fewest of the member states reached are
covered. Of several it is the one with most confirmed gaps, then the one with most instruments only signed, then
the one with most positions unverified, then the first by code. The weakest leg is the first leg that leaves that
country; where none does, the first that reaches it. The reason is the figures: how many of the member states have
which status, the worst status among them (in the order of `WORST`) and the strongest grade.
`queries/ask/weakest-leg.rq` and `weakest-leg-at-hub.rq` decide so; this module only puts together what they give.

**At a hub** the legs are those of which a report names the hub, the countries those at their ends, and the member
states reached those of the routes of these legs.

**News only** are a route or a hub of which every record is of low confidence: news or a single find.
"""

import datetime
import functools
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kg import dates, queries
from kg.errors import NotFound
from kg.gaps import CONFIDENCE
from kg.labels import Labels
from kg.positions import NOT_RECORDED, Source, check_matter
from kg.store import Row, Store
from kg.vocab import CODE, COUNTRY, ID, local

WORST = ["confirmed-gap", "signed-not-in-force", "unverified", "sectoral-only", "covered"]


@dataclass(frozen=True)
class Evidence:
    """One report of a leg.

    Attributes:
        source: where it was read, with its confidence.
        age_months: whole months from the date of the source to the day asked about; None where it is undated or younger than the day.
        mode: notation of the means, else empty.
        from_hub: identifier of the hub it starts at, else empty.
        to_hub: identifier of the hub it ends at, else empty.
    """

    source: Source
    age_months: int | None
    mode: str
    from_hub: str
    to_hub: str


@dataclass(frozen=True)
class Leg:
    """One leg; legs of one route with the same `order` are alternatives.

    Attributes:
        id: identifier of the leg.
        route: identifier of its route.
        order: its step in the route.
        from_country: alpha-3 code.
        to_country: alpha-3 code.
        hubs: identifiers of the hubs that its reports name.
        modes: notations of the means that its reports name.
        evidence: the reports, surest and newest first; where there are none, the source of the leg itself.
        confidence: the best confidence among them.
    """

    id: str
    route: str
    order: int
    from_country: str
    to_country: str
    hubs: tuple[str, ...]
    modes: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    confidence: str


@dataclass(frozen=True)
class Standing:
    """The position of one member state towards a country: status, and grade where a basis holds (else None)."""

    member_state: str
    status: str
    grade: str | None


@dataclass(frozen=True)
class Stop:
    """One third country on a route or at a hub, with its position towards each member state reached."""

    country: str
    positions: tuple[Standing, ...]

    def numbers(self) -> dict[str, int]:
        """How many of the member states reached have which status."""
        return {status: sum(one.status == status for one in self.positions) for status in WORST}


@dataclass(frozen=True)
class Weakest:
    """The weakest country and leg, and why.

    Attributes:
        country: alpha-3 code of the weakest country.
        leg: identifier of the weakest leg.
        status: the worst status that a member state reached has towards it.
        grade: the strongest grade that one has, None where there is no basis at all.
        numbers: how many of the member states reached have which status.
        confidence: the best confidence among the reports of the leg.
    """

    country: str
    leg: str
    status: str
    grade: str | None
    numbers: dict[str, int]
    confidence: str

    @property
    def reached(self) -> int:
        """The number of member states reached."""
        return sum(self.numbers.values())


@dataclass(frozen=True)
class Route:
    """One route with its positions in one matter on one day.

    Attributes:
        id: identifier.
        name: name.
        commodity: notation of the commodity.
        description: how the source tells it, else empty.
        trend: notation of the trend, else empty.
        source: where the route was read.
        legs: its legs in order.
        destinations: alpha-3 codes of the member states reached.
        countries: the third countries on it, in the order in which the legs pass them.
        weakest: None where it reaches no member state or has no third country on it.
        news_only: whether every record of it is of low confidence.
    """

    id: str
    name: str
    commodity: str
    description: str
    trend: str
    source: Source
    legs: tuple[Leg, ...]
    destinations: tuple[str, ...]
    countries: tuple[Stop, ...]
    weakest: Weakest | None
    news_only: bool

    def record(self) -> dict[str, Any]:
        """The route as plain data for JSON."""
        return {**asdict(self), "note": NOT_RECORDED}


@dataclass(frozen=True)
class Hub:
    """One hub, with the legs that pass it; the other attributes as those of a route.

    Attributes:
        locode: UN/LOCODE, else empty.
        country: alpha-3 code of the country in which it lies.
        kind: notation of its kind.
        routes: identifier, name and commodity of each route that passes it.
    """

    id: str
    name: str
    locode: str
    country: str
    kind: str
    routes: tuple[tuple[str, str, str], ...]
    legs: tuple[Leg, ...]
    destinations: tuple[str, ...]
    countries: tuple[Stop, ...]
    weakest: Weakest | None
    news_only: bool

    def record(self) -> dict[str, Any]:
        """The hub as plain data for JSON."""
        return {**asdict(self), "note": NOT_RECORDED}


class Atlas:
    """The routes and hubs of one graph, in one matter on one day.

    Args:
        store: the graph.
        folder: the folder of saved questions, `queries/ask`.
        matter: notation in the code list `matter`.
        day: the day asked about.
        stale_months: age after which a known absence no longer counts.

    Raises:
        UsageError: there is no such matter.
    """

    def __init__(self, store: Store, folder: Path, matter: str, day: datetime.date, stale_months: int) -> None:
        check_matter(store, matter)
        self._store, self._folder, self._stale_months = store, folder, stale_months
        self.matter, self.day = matter, day

    @functools.cached_property
    def routes(self) -> list[Route]:
        """All routes, by commodity and name; read once."""
        return self._routes("any")

    def route(self, identifier: str) -> Route:
        """One route.

        Raises:
            NotFound: there is none with this identifier.
            UsageError: the text cannot be an identifier.
        """
        found = self._routes(identifier)
        if not found:
            raise NotFound(f"there is no route '{identifier[:60]}'", "`coopkg routes` lists them")
        return found[0]

    def hub(self, identifier: str) -> Hub:
        """One hub.

        Raises:
            NotFound: there is none with this identifier.
            UsageError: the text cannot be an identifier.
        """
        found = {local(row["hub"]): row for row in self._ask("hubs", hub=identifier)}
        if not found:
            raise NotFound(f"there is no hub '{identifier[:60]}'", "the hubs are in `coopkg ask hubs`")
        row = found[identifier]
        named = {one.id: one for one in self.routes}
        legs = _in_order(leg for route in named.values() for leg in route.legs if identifier in leg.hubs)
        passing = [named[route] for route in sorted({leg.route for leg in legs})]
        ends = {(leg.route, country) for leg in legs for country in (leg.from_country, leg.to_country)}
        standings = {
            (stop.country, one.member_state): one
            for route in passing
            for stop in route.countries
            if (route.id, stop.country) in ends
            for one in stop.positions
        }
        verdict = self._at_hubs.get(identifier, {"news_only": "false"})
        return Hub(
            identifier,
            row["name"],
            row.get("locode", ""),
            local(row["country"]),
            local(row["kind"]),
            tuple((route.id, route.name, route.commodity) for route in passing),
            legs,
            tuple(sorted({member for _, member in standings})),
            _stops(legs, standings),
            _weakest(verdict, legs),
            verdict["news_only"] == "true",
        )

    @functools.cached_property
    def _at_hubs(self) -> dict[str, Row]:
        """The weakest leg at each hub; of all at once, because one takes as long."""
        return {local(row["hub"]): row for row in self._ask("weakest-leg-at-hub", hub="any")}

    def _routes(self, identifier: str) -> list[Route]:
        legs: dict[str, list[Row]] = {}
        for row in self._ask("route-legs", route=identifier):
            legs.setdefault(row["route"], []).append(row)
        standings: dict[str, dict[tuple[str, str], Standing]] = {}
        for row in self._ask("route-positions", route=identifier):
            member = local(row["member_state"])
            one = Standing(member, local(row["status"]), local(row["grade"]) if "grade" in row else None)
            standings.setdefault(row["route"], {})[local(row["country"]), member] = one
        verdicts = {row["route"]: row for row in self._ask("weakest-leg", route=identifier)}
        found = [
            self._route(
                row, self._legs(legs.get(row["route"], [])), standings.get(row["route"], {}), verdicts[row["route"]]
            )
            for row in self._ask("routes", route=identifier)
        ]
        return sorted(found, key=lambda route: (route.commodity, route.name, route.id))

    def _route(
        self, row: Row, legs: tuple[Leg, ...], standings: dict[tuple[str, str], Standing], verdict: Row
    ) -> Route:
        return Route(
            local(row["route"]),
            row["name"],
            local(row["commodity"]),
            row.get("description", ""),
            local(row.get("trend", "")),
            Source.of(row),
            legs,
            tuple(sorted({member for _, member in standings})),
            _stops(legs, standings),
            _weakest(verdict, legs),
            verdict["news_only"] == "true",
        )

    def _legs(self, rows: list[Row]) -> tuple[Leg, ...]:
        """The legs of one route from their reports."""
        groups: dict[str, list[Row]] = {}
        for row in rows:
            groups.setdefault(row["leg"], []).append(row)
        return _in_order(self._leg(reports) for reports in groups.values())

    def _leg(self, rows: list[Row]) -> Leg:
        evidence = [self._evidence(row) for row in rows]
        newest = sorted(evidence, key=lambda one: (one.source.as_of, one.source.url, one.mode), reverse=True)
        ordered = tuple(sorted(newest, key=lambda one: CONFIDENCE[one.source.confidence]))
        first = rows[0]
        return Leg(
            local(first["leg"]),
            local(first["route"]),
            int(first["step"]),
            local(first["from"]),
            local(first["to"]),
            tuple(sorted({hub for one in evidence for hub in (one.from_hub, one.to_hub) if hub})),
            tuple(sorted({one.mode for one in evidence if one.mode})),
            ordered,
            ordered[0].source.confidence,
        )

    def _evidence(self, row: Row) -> Evidence:
        source = Source.of(row)
        hubs = (local(row.get(side, "")) for side in ("from_hub", "to_hub"))
        return Evidence(source, age_months(source.as_of, self.day), local(row.get("mode", "")), *hubs)

    def _ask(self, name: str, **given: str) -> list[Row]:
        query = queries.find(self._folder, name)
        known = {parameter.name for parameter in query.parameters}
        own = {"day": str(self.day), "matter": self.matter, **given}
        asked = {name: value for name, value in own.items() if name in known}
        return self._store.select(query.bind(query.values(asked, self.day, self._stale_months)))


def age_months(as_of: str, day: datetime.date) -> int | None:
    """Whole months from the last day that a date of a source can mean to `day`; None of an undated or a later source."""
    if not as_of:
        return None
    last = dates.partial(as_of).latest
    months = (day.year - last.year) * 12 + day.month - last.month - (day.day < last.day)
    return months if months >= 0 else None


def _in_order(legs: Iterable[Leg]) -> tuple[Leg, ...]:
    return tuple(sorted(legs, key=lambda leg: (leg.route, leg.order, leg.from_country, leg.to_country)))


def _stops(legs: Iterable[Leg], standings: dict[tuple[str, str], Standing]) -> tuple[Stop, ...]:
    """The third countries in the order in which the legs pass them."""
    passed = dict.fromkeys(country for leg in legs for country in (leg.from_country, leg.to_country))
    towards: dict[str, list[Standing]] = {}
    for (country, _), one in sorted(standings.items()):
        towards.setdefault(country, []).append(one)
    return tuple(Stop(country, tuple(towards[country])) for country in passed if country in towards)


def _weakest(verdict: Row, legs: tuple[Leg, ...]) -> Weakest | None:
    if "country" not in verdict:
        return None
    leg = local(verdict["leg"])
    return Weakest(
        local(verdict["country"]),
        leg,
        local(verdict["status"]),
        local(verdict["grade"]) if "grade" in verdict else None,
        {status: int(verdict[status.replace("-", "_")]) for status in WORST},
        next(one.confidence for one in legs if one.id == leg),
    )


def table(found: Iterable[Route], labels: Labels) -> list[dict[str, Any]]:
    """One row a route: where it is weakest and why."""
    return [
        {
            "commodity": route.commodity,
            "route": route.id,
            "name": route.name,
            "legs": len(route.legs),
            "destinations": " ".join(route.destinations),
            "countries": " ".join(stop.country for stop in route.countries),
            **_reason(route.weakest, labels),
            "news_only": "yes" if route.news_only else "no",
        }
        for route in found
    ]


def _reason(weakest: Weakest | None, labels: Labels) -> dict[str, Any]:
    names = ["weakest_country", "weakest_country_name", "weakest_leg", "status", "grade", *WORST, "confidence"]
    if weakest is None:
        return dict.fromkeys(names, "")
    values = [weakest.country, labels.of(COUNTRY + weakest.country), weakest.leg, weakest.status, weakest.grade or ""]
    return dict(zip(names, [*values, *(weakest.numbers[status] for status in WORST), weakest.confidence], strict=True))


def positions_table(found: Route | Hub, labels: Labels) -> list[dict[str, Any]]:
    """One row a third country and member state reached, in the order of the countries."""
    return [
        {
            "country": stop.country,
            "country_name": labels.of(COUNTRY + stop.country),
            "member_state": one.member_state,
            "member_state_name": labels.of(COUNTRY + one.member_state),
            "status": one.status,
            "grade": one.grade or "",
        }
        for stop in found.countries
        for one in stop.positions
    ]


def outline(found: Route | Hub, matter: str, day: datetime.date, labels: Labels) -> str:
    """A route or a hub as text for a terminal."""

    def country(code: str) -> str:
        return labels.of(COUNTRY + code)

    lines = [f"{found.name} [{found.id}], {matter}, as of {day}"]
    if found.news_only:
        lines.append("rests on news or single finds only")
    order = (0, "")
    for leg in found.legs:
        again = (leg.order, leg.route) == order
        order = (leg.order, leg.route)
        over = f" by {', '.join(labels.of(f'{ID}hub/{hub}') for hub in leg.hubs)}" if leg.hubs else ""
        means = f", {', '.join(labels.of(f'{CODE}mode/{mode}') for mode in leg.modes)}" if leg.modes else ""
        route = f" [{leg.route}]" if isinstance(found, Hub) else ""
        lines.append(
            f"  {'or' if again else leg.order:>2}  {country(leg.from_country)} -> {country(leg.to_country)}{over}{means}{route}"
        )
        for one in leg.evidence:
            age = "undated" if not one.source.as_of else f"as of {one.source.as_of}"
            old = f", {one.age_months} months old" if one.age_months is not None else ""
            lines.append(
                f"        {one.source.title} <{one.source.url}>, {age}{old}, confidence {one.source.confidence}"
            )
    reached = ", ".join(country(code) for code in found.destinations) or "none"
    lines.append(f"member states reached: {reached}")
    for stop in found.countries:
        counts = ", ".join(f"{count} {status}" for status, count in stop.numbers().items() if count)
        lines.append(f"  {country(stop.country)}: {counts}")
    if found.weakest:
        weakest = found.weakest
        counts = ", ".join(f"{count} {status}" for status, count in weakest.numbers.items() if count)
        lines.append(
            f"weakest: {country(weakest.country)}, leg {weakest.leg} (confidence {weakest.confidence}): of {weakest.reached} member states {counts}"
        )
    else:
        lines.append("weakest: none, for no member state is reached from a third country")
    return "\n".join([*lines, NOT_RECORDED])
