"""Channels: the bodies of the Union with their instruments and presence, and the liaison posts of member states."""

from dataclasses import dataclass

from kg import dates
from kg.dates import OPEN_END
from kg.store import Row
from kg.vocab import ID, local
from web.profile.asking import Asking
from web.reading import pick

BODIES = ["europol", "eurojust", "eppo", "frontex", "cepol", "euda", "eu"]
"""The bodies that every profile speaks of, even where nothing is recorded."""

BODY_MATTERS = {"europol": "police-data", "eurojust": "judicial-data"}
"""The matter that stands for a body in the records of what is known to be absent."""


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
    """A liaison officer, contact point or connection, or a mandate: what it is, its dates and remarks"""

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


def bodies(asking: Asking, member: bool) -> tuple[tuple[Body, ...], tuple[Instrument, ...]]:
    """The bodies of the Union with what each has with the country, and the conventions of the country.

    Args:
        asking: the country and the day.
        member: whether the country is in the Union itself, so that a body without anything is left out.
    """
    instruments: dict[str, list[Instrument]] = {}
    conventions = []
    for row in asking.ask("profile-participations"):
        kind = local(row["kind"])
        if kind == "bilateral-treaty" or not (status := _status(asking, row)):
            continue
        instrument = Instrument(
            row["title"],
            row.get("short_title", ""),
            asking.name(row["kind"]),
            status,
            row.get("since", ""),
            row.get("until", ""),
            row.get("signed", ""),
            row.get("personal_data", ""),
            row.get("note", ""),
            asking.notes.cite([row]),
        )
        if kind == "multilateral-convention":
            conventions.append(instrument)
        else:
            instruments.setdefault(local(row.get("organisation", ID + "organisation/eu")), []).append(instrument)
    presence: dict[str, list[Link]] = {}
    for row in asking.ask("profile-presence"):
        if asking.on_day(row):
            presence.setdefault(local(row["organisation"]), []).append(
                Link(
                    asking.name(row["kind"]),
                    row.get("since", ""),
                    row.get("until", ""),
                    row.get("note", ""),
                    asking.notes.cite([row]),
                )
            )
    mandates: dict[str, list[Link]] = {}
    for row in asking.ask("profile-mandates"):
        if asking.on_day(row):
            remark = ", ".join(
                part
                for part in (asking.name(row.get("status", "")), row.get("status_as_of", ""), row.get("celex", ""))
                if part
            )
            mandates.setdefault(local(row["organisation"]), []).append(
                Link(row["title"], row.get("since", ""), row.get("until", ""), remark, asking.notes.cite([row]))
            )
    looked = _looked(asking)
    codes = pick({*instruments, *presence, *mandates} | ({*BODIES} if not member else set()), BODIES)
    return tuple(
        Body(
            code,
            asking.name(f"{ID}organisation/{code}"),
            _short(asking, code),
            _sorted(instruments.get(code, [])),
            tuple(presence.get(code, [])),
            tuple(mandates.get(code, [])),
            *looked.get(BODY_MATTERS.get(code, ""), ("", ())),
        )
        for code in codes
    ), _sorted(conventions)


def _short(asking: Asking, code: str) -> str:
    return {
        "europol": "Europol",
        "eurojust": "Eurojust",
        "eppo": "EPPO",
        "frontex": "Frontex",
        "cepol": "CEPOL",
        "euda": "EUDA",
    }.get(code, asking.name(f"{ID}organisation/{code}"))


def _status(asking: Asking, row: Row) -> str:
    """The state of a participation on the day, a notation of `treaty-status`; empty where it began later."""
    status, day = local(row.get("status", "entry-not-seen")), str(asking.day)
    signed = dates.partial(row["signed"]).latest if "signed" in row else None
    if "from" in row:
        if row["from"] > day:
            return "signed-not-in-force" if signed and str(signed) <= day else ""
        return "in-force" if row.get("to", OPEN_END) >= day else "ended"
    return "" if signed and str(signed) > day else status


def _looked(asking: Asking) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Day and notes of the newest absence that counts, by matter, of those that hold for all member states."""
    newest: dict[str, Row] = {}
    for row in asking.ask("profile-absences"):
        if "member_state" not in row and asking.known_since <= row["as_of"] <= str(asking.day):
            newest[local(row["matter"])] = max(row, newest.get(local(row["matter"]), row), key=lambda one: one["as_of"])
    return {matter: (row["as_of"], asking.notes.cite([row])) for matter, row in newest.items()}


def postings(asking: Asking) -> tuple[Posting, ...]:
    """The liaison posts that the country has or is covered by, those in the country first."""
    found = [
        Posting(
            local(row["member_state"]),
            asking.name(row["member_state"]),
            asking.name(row["kind"]),
            "" if row["seat"] == asking.country.iri else local(row["seat"]),
            "" if row["seat"] == asking.country.iri else asking.name(row["seat"]),
            row.get("since", ""),
            row.get("until", ""),
            row.get("note", ""),
            asking.notes.cite([row]),
        )
        for row in sorted(asking.ask("profile-postings"), key=lambda row: row["posting"])
        if asking.on_day(row)
    ]
    return tuple(sorted(found, key=lambda one: (bool(one.seat), one.member_name, one.kind)))


def _sorted(found: list[Instrument]) -> tuple[Instrument, ...]:
    """Instruments in force first, then those signed, then the rest; oldest first."""
    order = ["in-force", "signed-not-in-force", "entry-not-seen", "suspended", "ended"]
    return tuple(sorted(found, key=lambda one: (order.index(one.status), one.since, one.title)))
