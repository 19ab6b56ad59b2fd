"""Partnerships and networks: role, dates, and what was last decided there."""

from dataclasses import dataclass

from kg.store import Row
from kg.vocab import local
from web.profile.asking import Asking

NETWORKS = {"network", "judicial-network", "police-organisation"}
"""The kinds of partnership through which people find each other: they count as channels too."""


@dataclass(frozen=True)
class Partnership:
    """A partnership or network: role, dates, and the last event up to the day; `network` where it is one of contact points."""

    id: str
    name: str
    short: str
    kind: str
    network: bool
    role: str
    since: str
    until: str
    event: str
    event_date: str
    notes: tuple[int, ...]


def partnerships(asking: Asking) -> tuple[Partnership, ...]:
    """The partnerships and networks that the country may be in on the day."""
    events: dict[str, Row] = {}
    for row in asking.ask("profile-events"):
        known = events.get(row["partnership"])
        events[row["partnership"]] = row if known is None or row["date_latest"] > known["date_latest"] else known
    found = []
    for row in asking.ask("profile-partnerships"):
        if asking.on_day(row):
            event = events.get(row["partnership"], {})
            found.append(
                Partnership(
                    local(row["partnership"]),
                    row["name"],
                    row.get("short_name", ""),
                    asking.name(row.get("kind", "")),
                    local(row.get("kind", "")) in NETWORKS,
                    asking.name(row.get("role", "")),
                    row.get("since", ""),
                    row.get("until", ""),
                    event.get("title", ""),
                    event.get("date", ""),
                    asking.notes.cite([row, event] if event else [row]),
                )
            )
    return tuple(sorted(found, key=lambda one: (one.short or one.name).casefold()))
