"""Which steps to take first: with so many measures, or with so much to spend, the set that closes the most weighted gaps.

Finding the very best set takes more time than there is (it is the problem of maximum coverage), so the plan takes
again and again the step that adds most. Two things are known of what comes out:

* In general: with a number of measures it closes at least 1 - 1/e (63 %) of what the best set of as many would
  (Nemhauser, Wolsey and Fisher 1978). With a budget, where the better of the two is taken of that order by points per
  cost and of the single best step, it is at least half of that, 31 % (Khuller, Moss and Naor 1999).
* In this case: no set can close more than what is closed already and the largest additions that are left. `Plan.sure`
  says which share of that the plan closes, and is most often far above the general number.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kg.closes import Key, Step, steps_table
from kg.errors import UsageError
from kg.gaps import Gap
from kg.labels import Labels

KINDS = ("convention", "eu-treaty", "agency")
"""The kinds of step."""

MOST = 500
"""The most measures that a plan may have."""

GENERAL = {"measures": 1 - 1 / math.e, "budget": (1 - 1 / math.e) / 2}
"""The share of the best set that is reached in every case."""


@dataclass(frozen=True)
class Choice:
    """One step of a plan.

    Attributes:
        step: the step.
        cost: what it costs, in the unit of the budget; 1 where measures are counted.
        rows: how many rows it closes that no step before it closed.
        points: the scores of those rows, added up.
        closed: the scores of all rows closed so far, added up.
    """

    step: Step
    cost: Fraction
    rows: int
    points: float
    closed: float


@dataclass(frozen=True)
class Plan:
    """Steps in the order in which they should be taken.

    Attributes:
        choices: the steps.
        whole: the scores of all rows that any step would close, added up.
        sure: the plan closes at least this share of what the best set would, from 0 to 1.
        general: the share that this way of choosing reaches in every case.
    """

    choices: tuple[Choice, ...]
    whole: float
    sure: float
    general: float

    @property
    def points(self) -> float:
        """The scores of all rows that the plan closes, added up."""
        return self.choices[-1].closed if self.choices else 0.0


def points_of(gaps: Sequence[Gap]) -> dict[Key, int]:
    """The tenths of points of each row under the weights of a list; rows that differ in their record alone count once."""
    found: dict[Key, int] = {}
    for gap in gaps:
        key = gap.kind, gap.country, gap.member_state, gap.matter, gap.subject
        found[key] = max(
            found.get(key, 0), round(10 * (gap.score.value or 0))
        )  # whole, so that order of adding is nothing
    return found


def costs(given: Mapping[str, str]) -> dict[str, Fraction]:
    """What a step of each kind costs, 1 where nothing is given; the facts hold no costs, so they are the planner's.

    Raises:
        UsageError: an unknown kind of step, or no number above 0.
    """
    for kind in given:
        if kind not in KINDS:
            raise UsageError(f"there is no kind of step '{kind[:40]}'", f"write one of {', '.join(KINDS)}")
    return {kind: number(given[kind], f"the cost of {kind}") if kind in given else Fraction(1) for kind in KINDS}


def number(text: str, what: str) -> Fraction:
    """A number above 0 with at most three decimals.

    Raises:
        UsageError: it is none.
    """
    whole, _, decimals = text.partition(".")
    if not (text.isascii() and (whole + decimals).isdigit() and whole and len(whole) < 10 and len(decimals) < 4):
        raise UsageError(f"{what} is '{text[:20]}'", "write a number above 0, with a decimal point, for example 2.5")
    if not (found := Fraction(text.rstrip("."))):
        raise UsageError(f"{what} is 0", "write a number above 0")
    return found


def plan(
    steps: Sequence[Step],
    points: Mapping[Key, int],
    measures: int | None = None,
    budget: Fraction | None = None,
    cost: Mapping[str, Fraction] | None = None,
) -> Plan:
    """The steps to take, each the one that adds most to those before it.

    Args:
        steps: all steps there are, as `kg.closes.closing` gives them.
        points: the tenths of points of each row that counts, as `points_of` gives them.
        measures: how many steps may be taken.
        budget: how much may be spent, in place of a number of measures.
        cost: what a step of each kind costs, where there is a budget.

    Raises:
        UsageError: neither or both are given, or a number of measures that is too small or too large.
    """
    if (measures is None) == (budget is None):
        raise UsageError("a plan needs a limit", "give either a number of measures or a budget")
    if measures is not None and not 1 <= measures <= MOST:
        raise UsageError(f"{measures} is no number of measures", f"write a number from 1 to {MOST}")
    room = budget if budget is not None else Fraction(measures or 0)
    price = {kind: (cost or {}).get(kind, Fraction(1)) if budget is not None else Fraction(1) for kind in KINDS}
    chosen = _greedy(steps, points, room, price)
    if budget is not None:
        singles = [_taken([step], points, price) for step in steps if price[step.step] <= room]
        chosen = max([chosen, *singles], key=lambda found: found[-1].closed if found else 0.0)
    bound = min(_bound(steps, points, room, price, chosen[:place]) for place in {0, len(chosen)})
    reached = 10 * chosen[-1].closed if chosen else 0.0
    whole = sum(points.get(row, 0) for row in set().union(*(step.closed for step in steps)))
    general = GENERAL["measures" if budget is None else "budget"]
    sure = max(general, min(1.0, reached / bound)) if bound else 1.0
    return Plan(tuple(chosen), whole / 10, sure, general)


def _greedy(
    steps: Sequence[Step], points: Mapping[Key, int], room: Fraction, price: Mapping[str, Fraction]
) -> list[Choice]:
    """Takes the step with the most new points per cost that still fits, until none adds anything."""
    closed: set[Key] = set()
    chosen: list[Step] = []
    left = {place: _gain(step, points, closed) for place, step in enumerate(steps)}
    while left:
        left = {place: gain for place, gain in left.items() if gain > 0 and price[steps[place].step] <= room}
        order = sorted(left, key=lambda place: (-left[place] / float(price[steps[place].step]), place))
        best, most = -1, 0.0
        for place in order:  # what a step adds only falls, so those that once added less need no second look
            cost = float(price[steps[place].step])
            if best >= 0 and left[place] / cost <= most:
                break
            left[place] = _gain(steps[place], points, closed)
            if left[place] / cost > most:
                best, most = place, left[place] / cost
        if best < 0:
            break
        chosen.append(steps[best])
        closed |= steps[best].closed
        room -= price[steps[best].step]
        del left[best]
    return _taken(chosen, points, price)


def _taken(steps: Sequence[Step], points: Mapping[Key, int], price: Mapping[str, Fraction]) -> list[Choice]:
    """Steps in their order, each with what it adds."""
    closed: set[Key] = set()
    total, found = 0, []
    for step in steps:
        new = step.closed - closed
        gain = sum(points.get(row, 0) for row in new)
        total += gain
        closed |= new
        found.append(Choice(step, price[step.step], len(new), gain / 10, total / 10))
    return found


def _gain(step: Step, points: Mapping[Key, int], closed: set[Key]) -> int:
    return sum(points.get(row, 0) for row in step.closed - closed)


def _bound(
    steps: Sequence[Step],
    points: Mapping[Key, int],
    room: Fraction,
    price: Mapping[str, Fraction],
    chosen: Sequence[Choice],
) -> float:
    """What no set can exceed: what is closed, and the room filled with the largest additions, parts of them allowed."""
    closed: set[Key] = set().union(*(choice.step.closed for choice in chosen))
    total = float(sum(points.get(row, 0) for row in closed))
    gains = [(_gain(step, points, closed), float(price[step.step])) for step in steps if price[step.step] <= room]
    left = float(room)
    for gain, cost in sorted(gains, key=lambda pair: -pair[0] / pair[1]):
        share = min(1.0, left / cost)
        total += gain * share
        left -= cost * share
        if left <= 0:
            break
    return total


def plan_table(found: Plan, labels: Labels) -> list[dict[str, Any]]:
    """A plan as flat rows for tables, a step a row, in the order of the plan."""
    rows = steps_table([choice.step for choice in found.choices], labels)
    return [
        {
            "order": place,
            **{name: row[name] for name in ("step", "country", "country_name", "instrument", "instrument_name")},
            "cost": float(choice.cost),
            "closes_new": choice.rows,
            "points_new": choice.points,
            "points_so_far": choice.closed,
            "share_so_far": round(choice.closed / found.whole, 4) if found.whole else 0.0,
            "closes_alone": row["closes"],
            "confirmed_gap": row["confirmed_gap"],
            "unverified": row["unverified"],
            "matters": row["matters"],
            "member_states": row["member_states"],
        }
        for place, (choice, row) in enumerate(zip(found.choices, rows, strict=True), 1)
    ]
