"""Gaps that several member states share: candidates for a joint action, the widest shared first."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kg.errors import UsageError
from kg.gaps import Gap
from kg.labels import Labels
from kg.languages import spoken
from kg.queries import Query
from kg.vocab import COUNTRY


@dataclass(frozen=True)
class Joint:
    """One gap of several member states.

    Attributes:
        kind: name of the kind of gap.
        country: alpha-3 code of the third country.
        matter: notation of the matter, or empty.
        member_states: alpha-3 codes of those that have the gap, in alphabetical order.
        confirmed: how many of them have it as a confirmed gap.
        signed: how many have an instrument that is signed and not in force.
        unverified: how many positions nobody has looked up.
        score: the highest score of its rows under the weights of the list, from 0 to 100, or none.
    """

    kind: str
    country: str
    matter: str
    member_states: tuple[str, ...]
    confirmed: int
    signed: int
    unverified: int
    score: float | None


def shared(gaps: Iterable[Gap], least: int) -> list[Joint]:
    """The gaps that at least so many member states have, most member states first, then by score, country and kind.

    A member state with several rows of one kind towards one country and matter counts once, with the surest of them.

    Args:
        gaps: a list of gaps; those that are nobody's alone are left out.
        least: fewest member states.

    Raises:
        UsageError: `least` is below 2, which nobody shares.
    """
    if least < 2:
        raise UsageError(f"{least} member states share nothing", "ask for 2 or more, for example --shared 3")
    rank = {"confirmed-gap": 0, "signed-not-in-force": 1, "unverified": 2}
    groups: dict[tuple[str, str, str], dict[str, str]] = {}
    scores: dict[tuple[str, str, str], float] = {}
    for gap in gaps:
        if not gap.member_state:
            continue
        key = (gap.kind, gap.country, gap.matter)
        states = groups.setdefault(key, {})
        states[gap.member_state] = min(states.get(gap.member_state, gap.status), gap.status, key=lambda one: rank[one])
        if gap.score.value is not None:
            scores[key] = max(scores.get(key, 0.0), gap.score.value)
    found = []
    for (kind, country, matter), states in groups.items():
        if len(states) >= least:
            counted = [list(states.values()).count(status) for status in rank]
            points = scores.get((kind, country, matter))
            found.append(
                Joint(kind, country, matter, tuple(sorted(states)), counted[0], counted[1], counted[2], points)
            )
    return sorted(
        found, key=lambda one: (-len(one.member_states), -(one.score or 0), one.country, one.kind, one.matter)
    )


def joint_table(
    found: list[Joint], kinds: dict[str, Query], labels: Labels, language: str = "en"
) -> list[dict[str, Any]]:
    """Shared gaps as flat rows for tables, a gap a row."""
    return [
        {
            "kind": one.kind,
            "gap": spoken(kinds[one.kind].titles, language),
            "country": one.country,
            "country_name": labels.of(COUNTRY + one.country),
            "matter": one.matter,
            "number": len(one.member_states),
            "member_states": " ".join(one.member_states),
            "confirmed_gap": one.confirmed,
            "signed_not_in_force": one.signed,
            "unverified": one.unverified,
            "score": one.score,
        }
        for one in found
    ]
