"""Money: the funding lines that have reached, reach and will reach the country, and the envelopes that name its region."""

from dataclasses import dataclass

from kg import dates
from kg.store import Row
from kg.vocab import local
from web.profile.asking import Asking

NO_END = "9999"
STATES = ("active", "to-come", "ended")


@dataclass(frozen=True)
class Funding:
    """A funding line.

    Attributes:
        id: its identifier.
        name: its name.
        programme: the programme it is part of, or empty.
        instrument: name of the instrument that pays, or empty.
        framework: notation of the financial framework, or empty.
        subject: name of its subject, or empty.
        implementer: who carries it out, or empty.
        budget: euro of the whole line, as text, or empty.
        share: euro of the country's own share, as text, or empty.
        through: name of the region by which it reaches the country; empty where the country is named.
        since: its beginning as printed, or empty.
        until: its end as printed, or empty.
        first: the first day that its beginning can mean; empty where none is recorded.
        last: its last day; where no end is recorded, that of its framework.
        state: `active`, `to-come` or `ended` on the day asked about.
        notes: numbers of the notes.
    """

    id: str
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
    first: str
    last: str
    state: str
    notes: tuple[int, ...]

    @property
    def active(self) -> bool:
        """Whether it pays on the day."""
        return self.state == "active"


@dataclass(frozen=True)
class Envelope:
    """An envelope whose name names the region of the country: its name, framework, euro as text, name of its status."""

    name: str
    framework: str
    amount: str
    status: str
    proposed: bool
    notes: tuple[int, ...]

    @property
    def years(self) -> tuple[str, str]:
        """The first and the last year of its framework."""
        return self.framework[:4], self.framework[-4:]


def funding(asking: Asking) -> tuple[Funding, ...]:
    """The lines: running ones first, those to come, those that have ended; each kind by its end."""
    groups: dict[str, list[Row]] = {}
    for row in asking.ask("profile-funding"):
        groups.setdefault(row["line"], []).append(row)
    found = [_line(asking, rows) for rows in groups.values()]
    return tuple(sorted(found, key=lambda one: (STATES.index(one.state), one.last, one.name)))


def _line(asking: Asking, rows: list[Row]) -> Funding:
    day, framework = str(asking.day), local(rows[0].get("framework", ""))
    ends = f"{framework[-4:] or NO_END}-12-31"

    def state(one: Row) -> str:
        past, early = one.get("until_latest", ends) < day, one.get("since_latest", "") > day
        return "ended" if past else "to-come" if early else "active"

    row = min(rows, key=lambda one: (STATES.index(state(one)), "through" in one))
    longest = max((one for one in rows if state(one) == state(row)), key=lambda one: one.get("until_latest", ends))
    first = str(dates.partial(row["since"]).earliest) if "since" in row else ""
    return Funding(
        local(row["line"]),
        row["name"],
        row.get("programme", ""),
        asking.name(row.get("instrument", "")),
        framework,
        asking.name(row.get("subject", "")),
        "; ".join(sorted({one["implementer"] for one in rows if "implementer" in one})),
        row.get("budget", ""),
        row.get("amount", ""),
        asking.name(row["through"]) if "through" in row else "",
        row.get("since", ""),
        longest.get("until", ""),
        first,
        longest.get("until_latest", ends),
        state(row),
        tuple(sorted({*asking.notes.cite([row]), *asking.notes.cite([row], "line_source", "line_confidence")})),
    )


def envelopes(asking: Asking) -> tuple[Envelope, ...]:
    """The envelopes of frameworks that have not ended on the day, by framework, the largest first."""
    found = [
        Envelope(
            row["name"],
            local(row["framework"]),
            row["amount"],
            asking.name(row["status"]),
            local(row["status"]) == "proposed",
            asking.notes.cite([row]),
        )
        for row in sorted(asking.ask("profile-envelopes"), key=lambda row: row["envelope"])
        if local(row["framework"])[-4:] >= str(asking.day.year)
    ]
    return tuple(sorted(found, key=lambda one: (one.framework, -float(one.amount), one.name)))
