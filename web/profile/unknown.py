"""What is missing, and what is not known: gaps by kind, lists that were read in full, looks that are too old."""

from dataclasses import dataclass

from kg.store import Row
from kg.vocab import ID, local
from web.profile.asking import Asking
from web.text import say


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


def gaps(asking: Asking) -> tuple[GapCount, ...]:
    """The gaps that concern the country, counted by kind."""
    counts: dict[str, dict[str, int]] = {}
    for kind, status in asking.reading.gap_statuses(asking.day, asking.country.code):
        of_kind = counts.setdefault(kind, {})
        of_kind[status] = of_kind.get(status, 0) + 1
    kinds = asking.reading.kinds
    return tuple(
        GapCount(kind, kinds[kind].titles.get(asking.language, kinds[kind].title), counts[kind])
        for kind in kinds
        if kind in counts
    )


def lists(asking: Asking, topics: set[str]) -> tuple[Unknown, ...]:
    """Complete lists on some topics that were read and could have named the country, with the day they stand for."""
    found = []
    for row in asking.ask("profile-completeness"):
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
            and row.get("as_of_latest", "") <= str(asking.day)
        ):
            found.append((topic, row.get("as_of_latest", ""), row))
    return tuple(
        Unknown(topic, f"{row['title']} ({_age(row, asking.known_since)})", True, asking.notes.cite([row]))
        for topic, _, row in sorted(found, key=lambda one: (one[0], one[1], one[2]["list"]))
    )


def stale(asking: Asking) -> tuple[Unknown, ...]:
    """Absences that were found too long ago to count, by matter and day, with the member states they are about."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in asking.ask("profile-absences"):
        if row["as_of"] < asking.known_since:
            groups.setdefault((row["matter"], row["as_of"]), []).append(row)
    return tuple(
        Unknown(
            asking.name(matter),
            f"{as_of}: {', '.join(asking.names({row['member_state'] for row in rows if 'member_state' in row})) or asking.name(ID + 'organisation/eu')}",
            True,
            asking.notes.cite(rows),
        )
        for (matter, as_of), rows in sorted(groups.items())
    )


def _age(row: Row, known_since: str) -> str:
    """For which day a list stands, and whether it is too old to count."""
    if "as_of" not in row:
        return say("undated")
    return row["as_of"] if row["as_of_latest"] >= known_since else f"{row['as_of']}, {say('too old to count')}"
