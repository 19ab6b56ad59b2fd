"""What changed for the country between two days: the ledger, with the same change of many member states in one line."""

import datetime
from dataclasses import dataclass

from kg.ledger import Change, Wanted
from kg.positions import Source
from kg.vocab import CODE, COUNTRY
from web.profile.asking import Asking


@dataclass(frozen=True)
class Turn:
    """The same change for one or more member states.

    Attributes:
        what: the matter, or the title of the kind of gap.
        gap: whether it is a gap and no position.
        members: codes and names of the member states; none where a gap is about no single one.
        before: verdict on the earlier day; empty where there was no such pair or gap.
        after: verdict on the later day; empty where there is none.
        day: day of the deciding event, or empty where none is recorded.
        events: what did it: key of `kg.event_words`, name of what it happened to, the day.
        sources: the best source of each event.
    """

    what: str
    gap: bool
    members: tuple[tuple[str, str], ...]
    before: str
    after: str
    day: str
    events: tuple[tuple[str, str, str], ...]
    sources: tuple[Source, ...]


def turns(asking: Asking, first: datetime.date, last: datetime.date) -> tuple[Turn, ...]:
    """What differs between two days, positions first, by the day of what did it (undated last).

    Args:
        asking: the country; its own day does not matter.
        first: the earlier day.
        last: the later day.

    Raises:
        UsageError: the days are the wrong way round or out of reach.
    """
    groups: dict[tuple[object, ...], list[Change]] = {}
    for change in asking.reading.ledger(Wanted(country=asking.country.code), first, last):
        key = (change.what, change.kind, change.matter, change.subject, _states(change), change.events)
        groups.setdefault(key, []).append(change)
    found = [_turn(asking, same) for same in groups.values()]
    return tuple(sorted(found, key=lambda one: (one.gap, one.day or "9999", one.what)))


def _states(change: Change) -> tuple[str, str]:
    return change.before_grade or change.before, change.after_grade or change.after


def _turn(asking: Asking, same: list[Change]) -> Turn:
    one = same[0]
    kinds = asking.reading.kinds
    matter = asking.name(f"{CODE}matter/{one.matter}") if one.matter else ""
    if one.kind:
        about = [asking.name(one.subject)] if one.subject else [matter] if matter else []
        what = ": ".join([kinds[one.kind].titles.get(asking.language, kinds[one.kind].title), *about])
    else:
        what = matter
    return Turn(
        what,
        one.what == "gap",
        tuple(
            sorted(
                (
                    (change.member_state, asking.name(COUNTRY + change.member_state))
                    for change in same
                    if change.member_state
                ),
                key=lambda pair: pair[1],
            )
        ),
        *_states(one),
        one.day,
        tuple((event.what, asking.name(event.about) if event.about else event.name, event.day) for event in one.events),
        tuple(dict.fromkeys(event.sources[0] for event in one.events if event.sources)),
    )
