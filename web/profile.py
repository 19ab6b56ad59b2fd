"""One country's profile, read from the graph into records that pages and data share.

Every fact carries the numbers of its notes; the notes at the end name source, date and confidence.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg import dates
from kg.dates import OPEN_END
from kg.gaps import CONFIDENCE, Filter
from kg.labels import Labels
from kg.positions import Source
from kg.store import Row
from kg.vocab import CODE, COUNTRY, ID, local
from web.reading import Country, Reading, pick
from web.text import say

MATTERS = ["mla", "extradition", "transfer", "police", "e-evidence", "asset-recovery"]
"""The matters in which one member state asks one country, in the order of the table."""

VERDICTS = ["dedicated", "arrangement", "sectoral", "signed-not-in-force", "confirmed-gap", "unverified"]
"""What a cell of the table can say, strongest first."""

BODIES = ["europol", "eurojust", "eppo", "frontex", "cepol", "euda", "eu"]
"""The bodies that every profile speaks of, even where nothing is recorded."""

BODY_MATTERS = {"europol": "police-data", "eurojust": "judicial-data"}
"""The matter that stands for a body in the records of what is known to be absent."""


@dataclass(frozen=True)
class Note:
    """One entry of the notes: a source as cited with one confidence, and the last day it was checked."""

    number: int
    source: Source
    checked: str


class Notes:
    """Numbers sources in the order in which facts cite them."""

    def __init__(self, sources: dict[str, Source]) -> None:
        self._sources = sources
        self._numbers: dict[tuple[str, str], int] = {}
        self._checked: dict[tuple[str, str], str] = {}

    def cite(self, rows: Iterable[Row], source: str = "source", confidence: str = "confidence") -> tuple[int, ...]:
        """The numbers of the sources of some rows."""
        numbers = []
        for row in rows:
            if source in row:
                key = (row[source], local(row.get(confidence, "")))
                numbers.append(self._numbers.setdefault(key, len(self._numbers) + 1))
                self._checked[key] = max(self._checked.get(key, ""), row.get("checked", ""))
        return tuple(sorted(set(numbers)))

    def entries(self) -> tuple[Note, ...]:
        """The notes in order."""
        return tuple(
            Note(number, Source(known.title, known.url, known.as_of, confidence), self._checked[iri, confidence])
            for (iri, confidence), number in self._numbers.items()
            for known in [self._sources[iri]]
        )


@dataclass(frozen=True)
class Cell:
    """The position of one member state in one matter: `verdict` is one of `VERDICTS`."""

    matter: str
    verdict: str


@dataclass(frozen=True)
class MemberRow:
    """One member state's line of the table."""

    code: str
    name: str
    coalition: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Tally:
    """How many member states have which position in a matter, and which of them, by verdict."""

    matter: str
    name: str
    members: dict[str, tuple[str, ...]]

    def count(self, *verdicts: str) -> int:
        """The number of member states with one of these positions."""
        return sum(len(self.members[verdict]) for verdict in verdicts)


@dataclass(frozen=True)
class Instrument:
    """An agreement or convention as it stands for the country: dates as printed."""

    title: str
    short: str
    kind: str
    status: str
    since: str
    until: str
    signed: str
    personal_data: str
    note: str
    notes: tuple[int, ...]

    @property
    def holds(self) -> bool:
        """Whether it is in force on the day."""
        return self.status == "in-force"


@dataclass(frozen=True)
class Link:
    """A liaison officer, contact point or connection, or a mandate: what it is, its dates and remarks."""

    what: str
    since: str
    until: str
    remark: str
    notes: tuple[int, ...]


@dataclass(frozen=True)
class Body:
    """A body of the European Union: its instruments, presence and mandates with the country; `looked` says who found none."""

    code: str
    name: str
    short: str
    instruments: tuple[Instrument, ...]
    presence: tuple[Link, ...]
    mandates: tuple[Link, ...]
    looked: str
    looked_notes: tuple[int, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing at all is recorded."""
        return not (self.instruments or self.presence or self.mandates)


@dataclass(frozen=True)
class Route:
    """A route as it touches the country: names of neighbours before and after, hubs in the country, recorded roles."""

    id: str
    name: str
    commodity: str
    trend: str
    description: str
    roles: tuple[str, ...]
    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]
    hubs: tuple[str, ...]
    modes: tuple[str, ...]
    notes: tuple[int, ...]


@dataclass(frozen=True)
class Role:
    """What a country is known as in the trade of a commodity."""

    commodity: str
    roles: tuple[str, ...]
    notes: tuple[int, ...]


@dataclass(frozen=True)
class Posting:
    """A liaison post; `seat` is empty where it is in the country itself, else code and name of the country it is in."""

    member_state: str
    member_name: str
    kind: str
    seat: str
    seat_name: str
    since: str
    until: str
    note: str
    notes: tuple[int, ...]


@dataclass(frozen=True)
class Partnership:
    """A partnership or network: role, dates, and the last event up to the day."""

    name: str
    short: str
    kind: str
    role: str
    since: str
    until: str
    event: str
    event_date: str
    notes: tuple[int, ...]


@dataclass(frozen=True)
class Funding:
    """A funding line: `through` names the region by which it reaches the country, amounts are in euro, dates as printed."""

    name: str
    programme: str
    instrument: str
    framework: str
    subject: str
    implementer: str
    budget: str
    share: str
    through: str
    since: str
    until: str
    active: bool
    notes: tuple[int, ...]


@dataclass(frozen=True)
class Score:
    """One score of the Global Organized Crime Index."""

    indicator: str
    name: str
    year: str
    score: str


@dataclass(frozen=True)
class Seizure:
    """What was seized of a commodity in the latest years recorded."""

    commodity: str
    what: str
    year: str
    notes: tuple[int, ...]


@dataclass(frozen=True)
class Unknown:
    """Something that is not known: `looked` tells a look without result from nobody having looked."""

    topic: str
    text: str
    looked: bool
    notes: tuple[int, ...]


@dataclass(frozen=True)
class GapCount:
    """How many gaps of a kind concern the country, by status."""

    kind: str
    title: str
    counts: dict[str, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Profile:
    """All that is recorded about one country on a day; for a member state of that day the table is empty."""

    code: str
    alpha2: str
    name: str
    region: str
    state: bool
    member: bool
    day: str
    members: tuple[MemberRow, ...]
    tallies: tuple[Tally, ...]
    bodies: tuple[Body, ...]
    conventions: tuple[Instrument, ...]
    routes: tuple[Route, ...]
    roles: tuple[Role, ...]
    seizures: tuple[Seizure, ...]
    scores: tuple[Score, ...]
    postings: tuple[Posting, ...]
    partnerships: tuple[Partnership, ...]
    funding: tuple[Funding, ...]
    gaps: tuple[GapCount, ...]
    lists: tuple[Unknown, ...]
    stale: tuple[Unknown, ...]
    notes: tuple[Note, ...] = field(default=())

    def tally(self, matter: str) -> Tally:
        """The tally of one matter."""
        return next(tally for tally in self.tallies if tally.matter == matter)

    def body(self, code: str) -> Body:
        """One of `BODIES`."""
        return next(body for body in self.bodies if body.code == code)

    @property
    def low(self) -> int:
        """How many sources are cited with low confidence."""
        return sum(note.source.confidence == "low" for note in self.notes)


def read(reading: Reading, country: Country, day: datetime.date, language: str) -> Profile:
    """The profile of a country.

    Args:
        reading: the graph.
        country: the country.
        day: the day asked about.
        language: the language of names.
    """
    reader = _Reader(reading, country, day, language)
    member = country.code in reading.members("eu", day)
    members = () if member else reader.members()
    bodies, conventions = reader.bodies(member)
    routes, roles = reader.routes(), reader.roles()
    postings, partnerships, funding = reader.postings(), reader.partnerships(), reader.funding()
    empty = {"postings": not postings, "partnerships": not partnerships, "treaties": not member}
    topics = {topic for topic, wanted in empty.items() if wanted}
    return Profile(
        country.code,
        country.alpha2,
        reader.labels.of(country.iri),
        reader.code_name("country-group", country.region),
        country.state,
        member,
        str(day),
        members,
        reader.tallies(members),
        bodies,
        conventions,
        routes,
        roles,
        reader.seizures(),
        reader.scores(),
        postings,
        partnerships,
        funding,
        () if member else reader.gaps(),
        reader.lists(topics),
        reader.stale(),
        reader.notes.entries(),
    )


def verdict(row: Row) -> str:
    """One of `VERDICTS` for a row of the question profile-positions."""
    status = local(row["status"])
    return local(row["grade"]) if status in ("covered", "sectoral-only") else status


def _sorted(found: list[Instrument]) -> tuple[Instrument, ...]:
    """Instruments in force first, then those signed, then the rest; oldest first."""
    order = ["in-force", "signed-not-in-force", "entry-not-seen", "suspended", "ended"]
    return tuple(sorted(found, key=lambda one: (order.index(one.status), one.since, one.title)))


def _age(row: Row, known_since: str) -> str:
    """For which day a list stands, and whether it is too old to count."""
    if "as_of" not in row:
        return say("undated")
    return row["as_of"] if row["as_of_latest"] >= known_since else f"{row['as_of']}, {say('too old to count')}"


class _Reader:
    """Reads the parts of one profile; all parts share one list of notes."""

    def __init__(self, reading: Reading, country: Country, day: datetime.date, language: str) -> None:
        self.reading, self.country, self.day, self.language = reading, country, day, language
        self.labels: Labels = reading.labels(language)
        self.notes = Notes(reading.sources)

    def ask(self, name: str) -> list[Row]:
        return self.reading.ask(name, self.day, country=self.country.code)

    def name(self, iri: str) -> str:
        return self.labels.of(iri) if iri else ""

    def code_name(self, scheme: str, notation: str) -> str:
        return self.labels.of(f"{CODE}{scheme}/{notation}") if notation else ""

    def on_day(self, row: Row) -> bool:
        """Whether a dated relation may hold on the day: nothing in its dates speaks against it."""
        return row.get("since_latest", "") <= str(self.day) <= row.get("until_earliest", OPEN_END)

    def members(self) -> tuple[MemberRow, ...]:
        verdicts = {
            (local(row["member_state"]), local(row["matter"])): verdict(row) for row in self.ask("profile-positions")
        }
        coalition = self.reading.members("coalition-soc", self.day)
        codes = sorted(
            {code for code, _ in verdicts}, key=lambda code: (code not in coalition, self.labels.of(COUNTRY + code))
        )
        return tuple(
            MemberRow(
                code,
                self.labels.of(COUNTRY + code),
                code in coalition,
                tuple(Cell(matter, verdicts[code, matter]) for matter in MATTERS),
            )
            for code in codes
        )

    def tallies(self, members: tuple[MemberRow, ...]) -> tuple[Tally, ...]:
        return (
            tuple(
                Tally(
                    matter,
                    self.code_name("matter", matter),
                    {
                        wanted: tuple(row.name for row in members if row.cells[place].verdict == wanted)
                        for wanted in VERDICTS
                    },
                )
                for place, matter in enumerate(MATTERS)
            )
            if members
            else ()
        )

    def bodies(self, member: bool) -> tuple[tuple[Body, ...], tuple[Instrument, ...]]:
        instruments: dict[str, list[Instrument]] = {}
        conventions = []
        for row in self.ask("profile-participations"):
            kind = local(row["kind"])
            if kind == "bilateral-treaty" or not (status := self._status(row)):
                continue
            instrument = Instrument(
                row["title"],
                row.get("short_title", ""),
                self.name(row["kind"]),
                status,
                row.get("since", ""),
                row.get("until", ""),
                row.get("signed", ""),
                row.get("personal_data", ""),
                row.get("note", ""),
                self.notes.cite([row]),
            )
            if kind == "multilateral-convention":
                conventions.append(instrument)
            else:
                instruments.setdefault(local(row.get("organisation", ID + "organisation/eu")), []).append(instrument)
        presence: dict[str, list[Link]] = {}
        for row in self.ask("profile-presence"):
            if self.on_day(row):
                presence.setdefault(local(row["organisation"]), []).append(
                    Link(
                        self.name(row["kind"]),
                        row.get("since", ""),
                        row.get("until", ""),
                        row.get("note", ""),
                        self.notes.cite([row]),
                    )
                )
        mandates: dict[str, list[Link]] = {}
        for row in self.ask("profile-mandates"):
            if self.on_day(row):
                remark = ", ".join(
                    part
                    for part in (self.name(row.get("status", "")), row.get("status_as_of", ""), row.get("celex", ""))
                    if part
                )
                mandates.setdefault(local(row["organisation"]), []).append(
                    Link(row["title"], row.get("since", ""), row.get("until", ""), remark, self.notes.cite([row]))
                )
        looked = self._looked()
        codes = pick({*instruments, *presence, *mandates} | ({*BODIES} if not member else set()), BODIES)
        return tuple(
            Body(
                code,
                self.name(f"{ID}organisation/{code}"),
                self._short(code),
                _sorted(instruments.get(code, [])),
                tuple(presence.get(code, [])),
                tuple(mandates.get(code, [])),
                *looked.get(BODY_MATTERS.get(code, ""), ("", ())),
            )
            for code in codes
        ), _sorted(conventions)

    def _short(self, code: str) -> str:
        return {
            "europol": "Europol",
            "eurojust": "Eurojust",
            "eppo": "EPPO",
            "frontex": "Frontex",
            "cepol": "CEPOL",
            "euda": "EUDA",
        }.get(code, self.name(f"{ID}organisation/{code}"))

    def _status(self, row: Row) -> str:
        """The state of a participation on the day, a notation of `treaty-status`; empty where it began later."""
        status, day = local(row.get("status", "entry-not-seen")), str(self.day)
        signed = dates.partial(row["signed"]).latest if "signed" in row else None
        if "from" in row:
            if row["from"] > day:
                return "signed-not-in-force" if signed and str(signed) <= day else ""
            return "in-force" if row.get("to", OPEN_END) >= day else "ended"
        return "" if signed and str(signed) > day else status

    def _looked(self) -> dict[str, tuple[str, tuple[int, ...]]]:
        """Day and notes of the newest absence that counts, by matter, of those that hold for all member states."""
        known_since = str(self.reading.known_since(self.day))
        newest: dict[str, Row] = {}
        for row in self._absences:
            if "member_state" not in row and row["as_of"] >= known_since:
                newest[local(row["matter"])] = max(
                    row, newest.get(local(row["matter"]), row), key=lambda one: one["as_of"]
                )
        return {matter: (row["as_of"], self.notes.cite([row])) for matter, row in newest.items()}

    @property
    def _absences(self) -> list[Row]:
        if not hasattr(self, "_absence_rows"):
            self._absence_rows = self.ask("profile-absences")
        return self._absence_rows

    def routes(self) -> tuple[Route, ...]:
        groups: dict[str, list[Row]] = {}
        for row in self.ask("profile-routes"):
            groups.setdefault(row["route"], []).append(row)
        routes = [self._route(rows) for rows in groups.values()]
        return tuple(sorted(routes, key=lambda route: (route.commodity, route.name)))

    def _route(self, rows: list[Row]) -> Route:
        here = self.country.iri
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
                    {(local(row[side]), self.name(row[side])) for row in found}
                    - {(self.country.code, self.name(here))},
                    key=lambda pair: pair[1],
                )
            )
            for found, side in ((arriving, "from"), (leaving, "to"))
        ]
        cited = sorted(arriving + leaving, key=lambda row: CONFIDENCE[local(row["confidence"])])
        numbers = self.notes.cite(rows[:1], "route_source", "route_confidence") + self.notes.cite(cited[:1])
        return Route(
            local(rows[0]["route"]),
            rows[0]["name"],
            self.name(rows[0]["commodity"]),
            self.name(rows[0].get("trend", "")),
            rows[0].get("description", ""),
            self._names(roles),
            neighbours[0],
            neighbours[1],
            self._names(hubs),
            self._names({row["mode"] for row in arriving + leaving if "mode" in row}),
            tuple(sorted(set(numbers))),
        )

    def _names(self, iris: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(self.name(iri) for iri in iris))

    def roles(self) -> tuple[Role, ...]:
        groups: dict[str, list[Row]] = {}
        for row in self.ask("profile-roles"):
            groups.setdefault(row["commodity"], []).append(row)
        return tuple(
            sorted(
                (
                    Role(self.name(commodity), self._names({row["role"] for row in rows}), self.notes.cite(rows))
                    for commodity, rows in groups.items()
                ),
                key=lambda role: role.commodity,
            )
        )

    def seizures(self) -> tuple[Seizure, ...]:
        """The latest year on record for each commodity and kind of finding, within ten years before the day."""
        groups: dict[tuple[str, str, str], list[Row]] = {}
        for row in self.ask("profile-seizures"):
            if self.day.year - 10 <= int(row["year"]) <= self.day.year:
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
                    self.name(commodity),
                    f"{float(best['quantity']):,.0f}".replace(",", "\u202f") + f" {self.name(unit)}, {self.name(kind)}",
                    year,
                    self.notes.cite([best]),
                )
            )
        return tuple(sorted(found, key=lambda one: (one.commodity, one.what)))

    def scores(self) -> tuple[Score, ...]:
        """The main scores of the latest year up to the day, then the three worst markets."""
        rows = [row for row in self.ask("profile-index") if int(row["year"]) <= self.day.year]
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
            Score(name, self.name(latest[name]["indicator"]), year, f"{float(latest[name]['score']):.1f}")
            for name in [*main, *markets]
            if name in latest
        )

    def postings(self) -> tuple[Posting, ...]:
        found = [
            Posting(
                local(row["member_state"]),
                self.name(row["member_state"]),
                self.name(row["kind"]),
                "" if row["seat"] == self.country.iri else local(row["seat"]),
                "" if row["seat"] == self.country.iri else self.name(row["seat"]),
                row.get("since", ""),
                row.get("until", ""),
                row.get("note", ""),
                self.notes.cite([row]),
            )
            for row in sorted(self.ask("profile-postings"), key=lambda row: row["posting"])
            if self.on_day(row)
        ]
        return tuple(sorted(found, key=lambda one: (bool(one.seat), one.member_name, one.kind)))

    def partnerships(self) -> tuple[Partnership, ...]:
        events: dict[str, Row] = {}
        for row in self.ask("profile-events"):
            known = events.get(row["partnership"])
            events[row["partnership"]] = row if known is None or row["date_latest"] > known["date_latest"] else known
        found = []
        for row in self.ask("profile-partnerships"):
            if self.on_day(row):
                event = events.get(row["partnership"], {})
                found.append(
                    Partnership(
                        row["name"],
                        row.get("short_name", ""),
                        self.name(row.get("kind", "")),
                        self.name(row.get("role", "")),
                        row.get("since", ""),
                        row.get("until", ""),
                        event.get("title", ""),
                        event.get("date", ""),
                        self.notes.cite([row, event] if event else [row]),
                    )
                )
        return tuple(sorted(found, key=lambda one: (one.short or one.name).casefold()))

    def funding(self) -> tuple[Funding, ...]:
        groups: dict[str, list[Row]] = {}
        for row in self.ask("profile-funding"):
            groups.setdefault(row["line"], []).append(row)
        found = []
        for rows in groups.values():
            row = min(rows, key=lambda one: "through" in one)
            last = row.get("until_latest") or f"{local(row.get('framework', '')).rpartition('-')[2] or '9999'}-12-31"
            if row.get("since_latest", "") > str(self.day):
                continue
            found.append(
                Funding(
                    row["name"],
                    row.get("programme", ""),
                    self.name(row.get("instrument", "")),
                    local(row.get("framework", "")),
                    self.name(row.get("subject", "")),
                    row.get("implementer", ""),
                    row.get("budget", ""),
                    row.get("amount", ""),
                    self.name(row["through"]) if "through" in row else "",
                    row.get("since", ""),
                    row.get("until", ""),
                    last >= str(self.day),
                    tuple(sorted({*self.notes.cite([row]), *self.notes.cite([row], "line_source", "line_confidence")})),
                )
            )
        found.sort(key=lambda one: (not one.active, one.until or one.framework[-4:], one.name))
        return tuple(found)

    def gaps(self) -> tuple[GapCount, ...]:
        counts: dict[str, dict[str, int]] = {}
        for gap in self.reading.wanted(self.day, Filter(country=self.country.code)):
            of_kind = counts.setdefault(gap.kind, {})
            of_kind[gap.status] = of_kind.get(gap.status, 0) + 1
        kinds = self.reading.kinds
        return tuple(
            GapCount(kind, kinds[kind].titles.get(self.language, kinds[kind].title), counts[kind])
            for kind in kinds
            if kind in counts
        )

    def lists(self, topics: set[str]) -> tuple[Unknown, ...]:
        """Complete lists on some topics that were read and could have named the country, with the day they stand for."""
        known_since, found = str(self.reading.known_since(self.day)), []
        for row in self.ask("profile-completeness"):
            topic = (
                "postings"
                if "posting_kind" in row
                else "partnerships"
                if "partnership" in row
                else "treaties"
                if "member_state" in row
                else ""
            )
            if (
                topic in topics
                and local(row["finding"]) == "complete-list"
                and row.get("as_of_latest", "") <= str(self.day)
            ):
                found.append((topic, row.get("as_of_latest", ""), row))
        return tuple(
            Unknown(topic, f"{row['title']} ({_age(row, known_since)})", True, self.notes.cite([row]))
            for topic, _, row in sorted(found, key=lambda one: (one[0], one[1], one[2]["list"]))
        )

    def stale(self) -> tuple[Unknown, ...]:
        """Absences that were found too long ago to count, by matter and day, with the member states they are about."""
        known_since = str(self.reading.known_since(self.day))
        groups: dict[tuple[str, str], list[Row]] = {}
        for row in self._absences:
            if row["as_of"] < known_since:
                groups.setdefault((row["matter"], row["as_of"]), []).append(row)
        return tuple(
            Unknown(
                self.name(matter),
                f"{as_of}: {', '.join(self._names({row['member_state'] for row in rows if 'member_state' in row})) or self.name(ID + 'organisation/eu')}",
                True,
                self.notes.cite(rows),
            )
            for (matter, as_of), rows in sorted(groups.items())
        )
