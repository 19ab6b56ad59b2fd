"""Plans: the greedy choice, what is said of it against the best set, and what cannot be asked."""

import itertools
import random
from fractions import Fraction

import pytest

from kg import plan
from kg.closes import Step
from kg.errors import UsageError


def step(country: str, *rows: str, kind: str = "convention") -> Step:
    return Step(kind, country, country, closed={("kind", row, "", "", "") for row in rows})


def points(**of: int) -> dict[tuple[str, str, str, str, str], int]:
    return {("kind", row, "", "", ""): tenths for row, tenths in of.items()}


def best(steps, known, room, price) -> float:
    """The most that any set within the room closes, by trying all of them."""
    found = 0
    for size in range(len(steps) + 1):
        for chosen in itertools.combinations(steps, size):
            if sum(price[one.step] for one in chosen) <= room:
                closed = set().union(*(one.closed for one in chosen))
                found = max(found, sum(known.get(row, 0) for row in closed))
    return found / 10


def test_a_row_that_two_steps_close_counts_once():
    found = plan.plan([step("A", "x", "y"), step("B", "y", "z")], points(x=100, y=300, z=50), measures=2)
    assert [(one.step.country, one.rows, one.points, one.closed) for one in found.choices] == [
        ("A", 2, 40.0, 40.0),
        ("B", 1, 5.0, 45.0),
    ]
    assert found.whole == 45.0
    assert found.sure == 1.0


def test_a_step_that_adds_nothing_is_not_taken():
    found = plan.plan([step("A", "x", "y"), step("B", "y"), step("C", "nobody")], points(x=1, y=1), measures=3)
    assert [one.step.country for one in found.choices] == ["A"]


def test_a_budget_takes_the_better_of_cheap_steps_and_one_large_one():
    steps = [step("A", "a", kind="agency"), step("B", "b", kind="eu-treaty")]
    prices = plan.costs({"agency": "1", "eu-treaty": "10"})
    found = plan.plan(steps, points(a=20, b=100), budget=Fraction(10), cost=prices)
    assert [one.step.country for one in found.choices] == ["B"], "by points per cost alone it would be A"


@pytest.mark.parametrize("seed", range(60))
def test_what_is_said_of_the_best_set_holds(seed):
    chance = random.Random(seed)
    rows = [f"r{number}" for number in range(12)]
    known = points(**{row: chance.randrange(0, 900) for row in rows})
    steps = [
        step(str(number), *chance.sample(rows, chance.randrange(1, 6)), kind=chance.choice(plan.KINDS))
        for number in range(8)
    ]
    prices = plan.costs({kind: str(chance.randrange(1, 5)) for kind in plan.KINDS})
    room = Fraction(chance.randrange(1, 9))
    for found, most in (
        (plan.plan(steps, known, measures=int(room)), best(steps, known, room, plan.costs({}))),
        (plan.plan(steps, known, budget=room, cost=prices), best(steps, known, room, prices)),
    ):
        assert sum(one.cost for one in found.choices) <= room
        assert found.points >= found.sure * most - 1e-9
        assert found.sure >= found.general


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "needs a limit"),
        ({"measures": 1, "budget": Fraction(1)}, "needs a limit"),
        ({"measures": 0}, "no number of measures"),
        ({"measures": 501}, "no number of measures"),
    ],
)
def test_a_plan_without_a_limit_that_can_be_is_refused(asked, message):
    with pytest.raises(UsageError, match=message):
        plan.plan([], {}, **asked)


@pytest.mark.parametrize(
    "given", [{"treaty": "1"}, {"agency": "0"}, {"agency": "-1"}, {"agency": "1e9"}, {"agency": "²"}]
)
def test_a_cost_that_is_none_is_refused(given):
    with pytest.raises(UsageError):
        plan.costs(given)
