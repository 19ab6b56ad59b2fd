"""What is signed and not in force, and what is being negotiated."""

from dataclasses import dataclass

from kg.store import Row
from kg.vocab import ID, local
from web.profile.asking import Asking

DONE = "concluded"
"""The state of a mandate that has led to an agreement: it is no negotiation any more."""


@dataclass(frozen=True)
class Signed:
    """An instrument that is not known to be in force.

    Attributes:
        title: its title.
        kind: name of its kind.
        counterparts: names of the member states or bodies on the other side; none for a convention of many parties.
        status: notation of `treaty-status`: `signed-not-in-force` or `entry-not-seen`.
        signed: day of signature as printed, or empty.
        as_of: the last day for which a source gives that status, as printed.
        notes: numbers of the notes.
    """

    title: str
    kind: str
    counterparts: tuple[str, ...]
    status: str
    signed: str
    as_of: str
    notes: tuple[int, ...]


@dataclass(frozen=True)
class Negotiation:
    """A mandate to negotiate that is open on the day: the body it is for, its name, since when as printed, and its last state."""

    body: str
    title: str
    since: str
    state: str
    as_of: str
    celex: str
    notes: tuple[int, ...]


def signed(asking: Asking) -> tuple[Signed, ...]:
    """What is signed, what is known not to be in force first, then by the day of signature."""
    groups: dict[str, list[Row]] = {}
    for row in asking.ask("signed"):
        groups.setdefault(row["instrument"], []).append(row)
    found = []
    for rows in groups.values():
        sides = {row["counterpart"] for row in rows if "counterpart" in row}
        states = {local(row["status"]) for row in rows}
        found.append(
            Signed(
                rows[0]["title"],
                asking.name(rows[0]["kind"]),
                asking.names(sides),
                "signed-not-in-force" if "signed-not-in-force" in states else "entry-not-seen",
                max(row.get("signed", "") for row in rows),
                max(row.get("status_as_of", "") for row in rows),
                asking.notes.cite(sorted(rows, key=lambda row: (row["participation"], row["source"]))),
            )
        )
    return tuple(sorted(found, key=lambda one: (one.status == "entry-not-seen", one.signed, one.title)))


def negotiations(asking: Asking) -> tuple[Negotiation, ...]:
    """The mandates that are open on the day, the oldest first."""
    found = [
        Negotiation(
            asking.name(row["organisation"]) if "organisation" in row else asking.name(f"{ID}organisation/eu"),
            row["title"],
            row.get("since", ""),
            asking.name(row.get("status", "")),
            row.get("status_as_of", ""),
            row.get("celex", ""),
            asking.notes.cite([row]),
        )
        for row in sorted(asking.ask("profile-mandates"), key=lambda row: row["mandate"])
        if asking.on_day(row) and local(row.get("status", "")) != DONE and "result" not in row
    ]
    return tuple(sorted(found, key=lambda one: (one.since or "9999", one.title)))
