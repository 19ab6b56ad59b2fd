"""Funding: lines with their ends and whom they reach, what ends before 2028, and the envelopes of the frameworks."""

import datetime
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from flask import Blueprint, Flask, g, request
from werkzeug.wrappers import Response as AnyResponse

from kg.desk import CLIFF
from kg.errors import NotFound, UsageError
from kg.gaps import Filter, Gap
from kg.positions import Source
from kg.regions import groups
from kg.store import Row
from kg.vocab import CODE, COUNTRY, local
from web import delivery, links, text
from web.pages import Page, page
from web.reading import Reading, day_of, reader

funding = Blueprint("funding", __name__)
PERIODS = ("active", "to-come", "ended", "ends-before-2028")
FRAMEWORKS = ("2021-2027", "2028-2034")
FILTERS = ("region", "country", "subject", "period")


@dataclass(frozen=True)
class Reach:
    """A country that a line reaches.

    Attributes:
        country: its code.
        through: the groups by which; empty where the country is named.
        amount: its own share in euro as text, or empty.
        since: the beginning of its own share as printed, or empty.
        until: the end of its own share as printed, or empty.
        last: the last day on which the line reaches it.
        state: `active`, `to-come` or `ended` on the day.
        sources: where it was read.
    """

    country: str
    through: tuple[str, ...]
    amount: str
    since: str
    until: str
    last: str
    state: str
    sources: tuple[Source, ...]

    @property
    def cliff(self) -> bool:
        """Whether the line reaches it on the day, or later, and no longer in 2028."""
        return self.state != "ended" and self.last < CLIFF


@dataclass(frozen=True)
class Line:
    """A funding line.

    Attributes:
        id: its identifier.
        name: its name.
        programme: the programme it is part of, or empty.
        instrument: IRI of the instrument, or empty.
        framework: notation of the financial framework.
        subject: IRI of its subject, or empty.
        budget: euro of the whole line as text, or empty.
        price_basis: IRI of the prices of that amount, or empty.
        since: its beginning as printed, or empty.
        last: its last day; that of the framework where `recorded` is false.
        recorded: whether a source gives its end.
        state: `active`, `to-come` or `ended` on the day.
        source: where it was read.
        checked: the day it was checked.
        reach: whom it reaches, by code.
    """

    id: str
    name: str
    programme: str
    instrument: str
    framework: str
    subject: str
    budget: str
    price_basis: str
    since: str
    last: str
    recorded: bool
    state: str
    source: Source
    checked: str
    reach: tuple[Reach, ...]

    @property
    def cliff(self) -> bool:
        """Whether it pays on the day, or later, and ends before 2028."""
        return self.state != "ended" and self.last < CLIFF

    @property
    def shares_differ(self) -> bool:
        """Whether its share for a country begins or ends on a day of its own."""
        return any(one.since or one.until for one in self.reach)


@dataclass(frozen=True)
class Envelope:
    """An envelope: name, framework, euro as text, IRIs of the price basis (or empty) and of its status, the groups it names, source."""

    name: str
    framework: str
    amount: str
    price_basis: str
    status: str
    groups: tuple[str, ...]
    source: Source
    checked: str


@dataclass(frozen=True)
class FundingPage(Page):
    """The lines that pass the filters, what falls away before 2028, and the envelopes by framework.

    Attributes:
        chosen: value by filter.
        picks: name, label and values with their words of each filter.
        lines: the lines, those that pay first, by their end.
        cliffs: lines (as name and identifier) with the countries for which no later line is recorded, and the end.
        bare: codes of countries that some line reaches on the day and none after 2027.
        envelopes: envelopes by framework, the largest first.
    """

    template: ClassVar[str] = "funding.html"
    chosen: dict[str, str]
    picks: list[tuple[str, str, list[tuple[str, str]]]]
    lines: list[Line]
    cliffs: list[tuple[str, str, str, list[str]]]
    bare: list[str]
    envelopes: list[tuple[str, list[Envelope]]]


@dataclass(frozen=True)
class LinePage(Page):
    """One line with all that it reaches."""

    template: ClassVar[str] = "funding_line.html"
    line: Line


def init_app(app: Flask) -> None:
    """Adds the pages of funding."""
    app.register_blueprint(funding)


@funding.get("/funding")
@delivery.kept
def show() -> AnyResponse:
    """The lines, the cliffs and the envelopes."""
    for name in request.args:
        if name not in (*FILTERS, "day", "lang"):
            raise UsageError(f"there is no filter '{name[:40]}'", f"there are {', '.join(FILTERS)}, day")
    reading, day = reader().current(), day_of(request.args.get("day", "").strip())
    chosen = {name: request.args.get(name, "").strip() for name in FILTERS}
    every = lines_of(reading, day)
    region = _region(reading, chosen["region"])
    country = reading.country(chosen["country"]).code if chosen["country"] else ""
    subjects = sorted({line.subject for line in every if line.subject})
    if chosen["subject"] and chosen["subject"] not in {local(one) for one in subjects}:
        raise UsageError(
            f"no line is on '{chosen['subject'][:40]}'", f"write one of {', '.join(local(one) for one in subjects)}"
        )
    if chosen["period"] and chosen["period"] not in PERIODS:
        raise UsageError(f"there is no period '{chosen['period'][:40]}'", f"write one of {', '.join(PERIODS)}")

    def passes(line: Line) -> bool:
        reached = [
            one
            for one in line.reach
            if (not chosen["region"] or one.country in region) and one.country == (country or one.country)
        ]
        narrowed = bool(chosen["region"] or country)
        return (
            (not narrowed or bool(reached))
            and (not chosen["subject"] or local(line.subject) == chosen["subject"])
            and (
                not chosen["period"]
                or any(
                    one.cliff if chosen["period"] == PERIODS[3] else one.state == chosen["period"]
                    for one in (reached if narrowed else [line])
                )
            )
        )

    found = [line for line in every if passes(line)]
    wanted = region if chosen["region"] else set(reading.countries)
    wanted = wanted & ({country} if country else wanted)
    labels = reading.labels(g.language)
    reached = sorted({one.country for line in every for one in line.reach}, key=lambda code: labels.of(COUNTRY + code))
    picks = [
        ("region", text.say("Region"), [(one, labels.of(f"{CODE}country-group/{one}")) for one in reading.regions]),
        ("country", text.say("Country"), [(code, labels.of(COUNTRY + code)) for code in reached]),
        ("subject", text.say("Subject"), [(local(one), labels.of(one)) for one in subjects]),
        ("period", text.say("Period"), [(one, text.say(f"period {one}")) for one in PERIODS]),
    ]
    values = FundingPage(
        text.say("Funding"),
        day,
        reading.graph.digest,
        chosen | {"country": country},
        picks,
        found,
        _cliffs(reading, day, {line.id: line for line in found}, wanted),
        _bare(found, wanted),
        [(one, envelopes_of(reading, day, one)) for one in FRAMEWORKS],
    )
    return page(values.template, **_fields(values))


@funding.get("/funding/<identifier>")
@delivery.kept
def line(identifier: str) -> AnyResponse:
    """One line: what it is, and whom it reaches."""
    reading, day = reader().current(), day_of(request.args.get("day", "").strip())
    found = {one.id: one for one in lines_of(reading, day)}
    if identifier not in found:
        raise NotFound(f"there is no funding line '{identifier[:60]}'", f"choose one at {links.funding()}")
    values = LinePage(found[identifier].name, day, reading.graph.digest, found[identifier])
    return page(values.template, **_fields(values))


def lines_of(reading: Reading, day: datetime.date) -> list[Line]:
    """All lines as they stand on a day: those that pay first, then those to come, those that have ended; by their end."""
    return reading.memory.get(("funding lines", day), lambda: _lines(reading, day))


def _lines(reading: Reading, day: datetime.date) -> list[Line]:
    reach: dict[str, dict[str, list[Row]]] = {}
    for row in reading.ask("funding-reach", day):
        reach.setdefault(row["line"], {}).setdefault(local(row["country"]), []).append(row)
    found: dict[str, Line] = {}
    for row in sorted(reading.ask("funding-lines", day), key=lambda row: (row["line"], row["last_day"])):
        last = row["last_day"]
        reached = tuple(_reach(code, rows, row, str(day)) for code, rows in sorted(reach.get(row["line"], {}).items()))
        found[row["line"]] = Line(
            local(row["line"]),
            row["name"],
            row.get("programme", ""),
            row.get("instrument", ""),
            local(row["framework"]),
            row.get("subject", ""),
            row.get("budget", ""),
            row.get("price_basis", ""),
            row.get("since", ""),
            last,
            row["end_recorded"] == "true",
            _state(row.get("from", ""), last, str(day)),
            Source.of(row),
            row["checked"],
            reached,
        )
    return sorted(found.values(), key=lambda one: (PERIODS.index(one.state), one.last, one.name))


def _state(first: str, last: str, day: str) -> str:
    return "ended" if last < day else "to-come" if first > day else "active"


def _reach(code: str, rows: list[Row], line: Row, day: str) -> Reach:
    """A country that a line reaches, by one or several shares: what holds on the day counts, of that what lasts longest."""

    def period(share: Row) -> tuple[str, str]:
        last = min(share.get("end", line["last_day"]), line["last_day"]) if "until" in line else share.get("end", "")
        last = last or line["last_day"]
        return _state(max(share.get("from", ""), line.get("from", "")), last, day), last

    best = max(sorted(rows, key=str), key=lambda share: (-PERIODS.index(period(share)[0]), period(share)[1]))
    state, last = period(best)
    return Reach(
        code,
        tuple(sorted({one["through"] for one in rows if "through" in one})),
        next((one["amount"] for one in rows if "amount" in one and "through" not in one), ""),
        best.get("since", ""),
        best.get("until", ""),
        last,
        state,
        tuple(sorted({Source.of(one) for one in rows}, key=lambda source: source.url)),
    )


def _region(reading: Reading, notation: str) -> set[str]:
    if notation and notation not in reading.regions:
        raise UsageError(f"there is no region '{notation[:60]}'", f"write one of {', '.join(reading.regions)}")
    return set(groups(reading.graph.store).get(notation, ()))


def _cliffs(
    reading: Reading, day: datetime.date, shown: dict[str, Line], wanted: set[str]
) -> list[tuple[str, str, str, list[str]]]:
    """What the kind of gap `funding-ends` says: lines that end before 2028 with no later one for the same country."""
    ending: dict[tuple[str, str], list[str]] = {}
    for gap in _ends(reading, day):
        if local(gap.subject) in shown and gap.country in wanted:
            ending.setdefault((local(gap.subject), gap.since), []).append(gap.country)
    rows = [(shown[one].name, one, last, sorted(codes)) for (one, last), codes in ending.items()]
    return sorted(rows, key=lambda row: (row[2], row[0]))


def _ends(reading: Reading, day: datetime.date) -> list[Gap]:
    """The gaps of that kind, found without those of all other kinds."""
    return reading.memory.get(("funding ends", day), lambda: reading.finder.find(Filter("funding-ends"), day))


def _bare(found: list[Line], wanted: set[str]) -> list[str]:
    """The countries that a line reaches now, or will, and none after 2027."""
    reached = [one for line in found for one in line.reach]
    paid = {one.country for one in reached if one.state != "ended"}
    later = {one.country for one in reached if one.last >= CLIFF}
    return sorted((paid - later) & wanted)


def envelopes_of(reading: Reading, day: datetime.date, framework: str) -> list[Envelope]:
    """The envelopes of a framework, the largest first."""
    return reading.memory.get(("envelopes", day, framework), lambda: _envelopes(reading, day, framework))


def _envelopes(reading: Reading, day: datetime.date, framework: str) -> list[Envelope]:
    rows: dict[str, list[Row]] = {}
    for row in reading.ask("envelopes", day, framework=framework):
        rows.setdefault(row["envelope"], []).append(row)
    found = [
        Envelope(
            of[0]["name"],
            framework,
            of[0]["amount"],
            of[0].get("price_basis", ""),
            of[0]["status"],
            tuple(sorted({one["group"] for one in of if "group" in one})),
            Source.of(of[0]),
            of[0]["checked"],
        )
        for of in rows.values()
    ]
    return sorted(found, key=lambda one: (-float(one.amount), one.name))


def _fields(values: Page) -> dict[str, Any]:
    return {field.name: getattr(values, field.name) for field in fields(values)}
