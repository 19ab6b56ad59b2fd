"""The ledger: which positions and gaps opened, closed or changed status between two days, and what did it.

The state of one day is compared with that of another by the same questions that answer for a day, so the
ledger can say nothing else than they do; the events come from the records alone (see `kg.events`).
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from kg import queries
from kg.dates import OPEN_END
from kg.errors import UsageError
from kg.event_words import NONE, WORDS
from kg.events import Event, Events, Scope
from kg.gaps import Filter, Finder
from kg.ids import country_iri
from kg.labels import Labels
from kg.languages import spoken
from kg.positions import check_matter, is_member, matters, sovereign_member
from kg.queries import Query
from kg.statuses import VERDICTS
from kg.vocab import CODE, COUNTRY, local

FIRST_DAY = datetime.date(1900, 1, 1)
LAST_DAY = datetime.date(2100, 12, 31)

EVIDENCE_ONLY = {"no-active-funding"}
"""Kinds whose subject is the latest evidence, not what the gap is about: another line that ended makes no other gap."""


@dataclass(frozen=True)
class Wanted:
    """Which changes are asked for; an empty value does not restrict.

    Attributes:
        country: alpha-3 code of the third country.
        member_state: alpha-3 code of the member state; gaps of all of them stay in.
        region: notation of `country-group`.
        matter: notation of `matter`.
        kind: kind of gap; leaves positions out.
        what: `positions` or `gaps`.
    """

    country: str = ""
    member_state: str = ""
    region: str = ""
    matter: str = ""
    kind: str = ""
    what: str = ""


class Moment(NamedTuple):
    """A graph (with the queries and the staleness setting) on a day."""

    finder: Finder
    day: datetime.date


@dataclass(frozen=True)
class Change:
    """One position or gap that differs between two days, or between two graphs.

    Attributes:
        what: `position` or `gap`.
        kind: kind of the gap, empty for a position.
        matter: notation of the matter, or empty.
        country: alpha-3 code of the third country.
        member_state: alpha-3 code of the member state, or empty.
        subject: IRI of what a gap is about, or empty.
        before: status on the earlier day; empty where there was no such pair or gap.
        before_grade: grade of the strongest basis on the earlier day, or empty.
        after: status on the later day; empty where there is no such pair or gap.
        after_grade: grade of the strongest basis on the later day, or empty.
        events: what did it, oldest first; empty where the graph names no dated event.
    """

    what: str
    kind: str
    matter: str
    country: str
    member_state: str
    subject: str
    before: str
    before_grade: str
    after: str
    after_grade: str
    events: tuple[Event, ...] = ()

    @property
    def change(self) -> str:
        """`opened`, `closed` or `changed`; of a position, `opened` and `closed` say that the two became or ceased to be a pair."""
        return "changed" if self.before and self.after else "opened" if self.after else "closed"

    @property
    def day(self) -> str:
        """The day of the event that decided it, empty where none is recorded: of many that began the first, of many that ended the last."""
        if not self.events:
            return ""
        states = self.before_grade or self.before, self.after_grade or self.after
        if not all(states):
            lost = self.what == "gap" and self.change == "opened"
        else:
            lost = VERDICTS.index(states[1]) > VERDICTS.index(states[0])
        return self.events[-1 if lost else 0].day


def check(finder: Finder, wanted: Wanted, first: datetime.date, last: datetime.date) -> None:
    """Makes sure that a ledger can be kept.

    Raises:
        UsageError: the days are the wrong way round or out of reach, or a name is unknown.
    """
    if first >= last:
        raise UsageError(f"{first} is not before {last}", "name the earlier day first")
    if not FIRST_DAY <= first < last <= LAST_DAY:
        raise UsageError(f"the days {first} and {last} are out of reach", f"write days from {FIRST_DAY} to {LAST_DAY}")
    if wanted.what not in ("", "positions", "gaps"):
        raise UsageError(f"there is no part '{wanted.what[:40]}'", "write positions or gaps")
    if wanted.kind and wanted.what == "positions":
        raise UsageError("a kind of gap leaves positions out", "ask for gaps, or name no kind")
    if wanted.matter:
        check_matter(finder.store, wanted.matter)
    finder.keep([], _filter(wanted))


def changes(finder: Finder, wanted: Wanted, first: datetime.date, last: datetime.date) -> list[Change]:
    """What differs between two days, by the day of the deciding event (undated last), then by country and member state.

    Args:
        finder: the graph, the queries and the staleness setting.
        wanted: which changes.
        first: the earlier day.
        last: the later day, which may lie in the future.

    Raises:
        UsageError: as `check`.
    """
    check(finder, wanted, first, last)
    wanted = replace(
        wanted,
        country=local(country_iri(wanted.country)) if wanted.country else "",
        member_state=local(country_iri(wanted.member_state)) if wanted.member_state else "",
    )
    differ = list(differences(wanted, Moment(finder, first), Moment(finder, last)))
    happened = Events(
        finder.store,
        finder.folder / "ask",
        Scope(first, last, finder.stale_months, wanted.country, wanted.member_state, wanted.matter),
        {change.subject for change in differ if change.subject},
    )
    found = [replace(change, events=_events(happened, change)) for change in differ]
    return in_order(_told(finder, found))


def positions(finder: Finder, wanted: Wanted, day: datetime.date) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Status and grade (notations, the grade may be empty) of every pair of a day, by member state, country and matter."""
    store, folder = finder.store, finder.folder / "ask"
    chosen = [wanted.matter] if wanted.matter else matters(store)
    found = {}
    if not wanted.country:
        query = queries.find(folder, "positions")
        for matter in chosen:
            given = {"day": str(day), "matter": matter} | (
                {"member_state": wanted.member_state} if wanted.member_state else {}
            )
            for row in store.select(query.bind(query.values(given, day, finder.stale_months))):
                pair = local(row["member_state"]), local(row["country"]), matter
                found[pair] = local(row["status"]), local(row.get("grade", ""))
    elif not is_member(store, wanted.country, day) and not sovereign_member(store, wanted.country, day):
        query = queries.find(folder, "profile-positions")
        given = {"day": str(day), "country": wanted.country}
        for row in store.select(query.bind(query.values(given, day, finder.stale_months))):
            pair = local(row["member_state"]), wanted.country, local(row["matter"])
            if pair[0] == (wanted.member_state or pair[0]) and pair[2] in chosen:
                found[pair] = local(row["status"]), local(row.get("grade", ""))
    return found


def differences(wanted: Wanted, before: Moment, after: Moment) -> Iterator[Change]:
    """What differs between two moments, in no order and without events.

    Args:
        wanted: which changes; codes in upper case.
        before: the graph and day to start from.
        after: the graph and day to compare with: another day of the same graph, or another graph.

    Raises:
        UsageError: an unknown kind, country or region.
    """
    if wanted.what != "gaps" and not wanted.kind:
        yield from _positions(wanted, before, after)
    if wanted.what != "positions":
        yield from _gaps(wanted, before, after)


def _positions(wanted: Wanted, before: Moment, after: Moment) -> Iterator[Change]:
    within = after.finder.region(wanted.region) if wanted.region else None
    once, then = (positions(moment.finder, wanted, moment.day) for moment in (before, after))
    for pair in once.keys() | then.keys():
        old, new = once.get(pair, ("", "")), then.get(pair, ("", ""))
        member, country, matter = pair
        if old != new and (within is None or country in within):
            yield Change("position", "", matter, country, member, "", *old, *new)


def _gaps(wanted: Wanted, before: Moment, after: Moment) -> Iterator[Change]:
    once, then = (moment.finder.statuses(_filter(wanted), moment.day) for moment in (before, after))
    for change in between(once, then):
        if not wanted.matter or change.matter == wanted.matter:
            yield change


def between(
    once: dict[tuple[str, str, str, str, str], str], then: dict[tuple[str, str, str, str, str], str]
) -> Iterator[Change]:
    """What differs between two lists of gaps, each as `kg.gaps.Finder.statuses` gives it, in no order."""
    once, then = _by_identity(once), _by_identity(then)
    for identity in once.keys() | then.keys():
        old, new = once.get(identity, ""), then.get(identity, "")
        kind, country, member, matter, subject = identity
        if old != new:
            yield Change("gap", kind, matter, country, member, subject, old, "", new, "")


def _events(happened: Events, change: Change) -> tuple[Event, ...]:
    pair = change.member_state, change.country, change.matter
    if change.what == "position":
        states = change.before_grade or change.before, change.after_grade or change.after
        return happened.of_position(*pair, *states)
    return happened.of_gap(change.kind, *pair, change.subject, change.before, change.after)


def _by_identity(found: dict[tuple[str, str, str, str, str], str]) -> dict[tuple[str, str, str, str, str], str]:
    """Status by what makes a gap the same on two days."""
    return {
        (kind, country, member, matter, "" if kind in EVIDENCE_ONLY else subject): status
        for (kind, country, member, matter, subject), status in found.items()
    }


def _told(finder: Finder, found: list[Change]) -> Iterator[Change]:
    """The changes with the names and the sources of their events."""
    records = {record for change in found for event in change.events for record in event.records}
    evidence = finder.evidence(records)
    told: dict[Event, Event] = {}
    for change in found:
        for event in change.events:
            if event not in told:
                known = [evidence[record] for record in event.records if record in evidence]
                sources = tuple(dict.fromkeys(source for _, of_record in known for source in of_record))
                name = next((name for name, _ in known if name), sources[0].title if sources else "")
                told[event] = replace(event, name=name, sources=sources)
        yield replace(change, events=tuple(told[event] for event in change.events))


def _filter(wanted: Wanted) -> Filter:
    return Filter(wanted.kind, wanted.country, wanted.member_state, wanted.region)


def in_order(found: Iterable[Change]) -> list[Change]:
    """Changes by the day of the deciding event (undated last), then by country and member state."""
    return sorted(found, key=_order)


def _order(change: Change) -> tuple[str, ...]:
    return (
        change.day or OPEN_END,
        change.country,
        change.member_state,
        change.what,
        change.matter,
        change.kind,
        change.subject,
    )


def sentence(event: Event, labels: Labels, language: str = "en") -> str:
    """An event in words: the day, what it happened to, what happened, and the date as printed where that is no day."""
    name = labels.of(event.about) if event.about else event.name
    printed = f" ({event.printed})" if event.printed and event.printed != event.day else ""
    return f"{event.day}{printed}: {name}, {spoken(WORDS, language)[event.what]}"


def table(found: list[Change], kinds: dict[str, Query], labels: Labels, language: str = "en") -> list[dict[str, Any]]:
    """The changes as flat rows for tables: codes and names side by side, events and their best sources written out."""
    return [
        {
            "what": change.what,
            "change": change.change,
            "day": change.day,
            "country": change.country,
            "country_name": labels.of(COUNTRY + change.country),
            "member_state": change.member_state,
            "member_state_name": labels.of(COUNTRY + change.member_state) if change.member_state else "",
            "matter": change.matter,
            "matter_name": labels.of(f"{CODE}matter/{change.matter}") if change.matter else "",
            "kind": change.kind,
            "gap": spoken(kinds[change.kind].titles, language) if change.kind else "",
            "subject": labels.of(change.subject) if change.subject else "",
            "before": change.before,
            "before_grade": change.before_grade,
            "after": change.after,
            "after_grade": change.after_grade,
            "events": "; ".join(sentence(event, labels, language) for event in change.events) or spoken(NONE, language),
            "event_records": " ".join(dict.fromkeys(record for event in change.events for record in event.records)),
            "event_sources": " ".join(
                dict.fromkeys(source.url for event in change.events for source in event.sources[:3])
            ),
        }
        for change in found
    ]


def brief(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The columns of `table` that a terminal is wide enough for."""
    return [
        {
            "day": row["day"],
            "what": row["kind"] or row["what"],
            "country": row["country"],
            "member_state": row["member_state"],
            "matter": row["matter"],
            "before": row["before_grade"] or row["before"] or "none",
            "after": row["after_grade"] or row["after"] or "none",
            "subject": row["subject"],
            "events": row["events"],
        }
        for row in rows
    ]
