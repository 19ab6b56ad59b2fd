"""What a few changed rows would do, worked out on a part of the graph: the same as on the whole, for random changes."""

import datetime
import random
from pathlib import Path

import pytest
from conftest import ROOT, with_the_rest, world_seeds

from kg import effect
from kg.importing import Change, Row
from kg.labels import Labels
from kg.published import Graph, Published
from kg.steward import Bench, _quads
from kg.store import Store
from kg.touched import COUNTRY_OF, PAIRS, countries

DAYS = [datetime.date(2026, 6, 1), datetime.date(2016, 1, 1), datetime.date(2012, 6, 1)]
"""The second has the United Kingdom among the member states, the third has Croatia among the others."""


@pytest.fixture(scope="module")
def world_bench(world_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("touched")
    world_seeds(folder / "seeds")
    return Bench(Published(world_home).current().path, with_the_rest(folder), 24)


def whole(bench: Bench, changes: list[Change], day: datetime.date) -> list[effect.Change]:
    """The effect by deriving everything, as `coopkg effect` does."""
    before, after = _quads(bench, tuple(changes))
    candidate = Store.memory()
    candidate.load_quads(bench.facts.dump())
    candidate.remove(before)
    candidate.add(after)
    effect.derive(candidate, bench.data / "queries" / "rules")
    return effect.effect(bench.now, candidate, day)


def part(bench: Bench, changes: list[Change], day: datetime.date) -> list[effect.Change]:
    touched = countries(changes)
    assert touched is not None
    with bench.touching.changed(*_quads(bench, tuple(changes))):
        return bench.touching.effect(touched, day)


def changed(bench: Bench, table: str, pick: random.Random, number: int) -> Change:
    """A row of a table with another country, agreement, status, matter, day or end, in place or as a further row."""
    rows = [row for _, row in bench.catalogue.rows(table)]
    before = pick.choice(rows)
    column = COUNTRY_OF[table]
    if not before[column]:
        before = pick.choice([row for row in rows if row[column]])
    after = dict(before)
    for name in pick.sample(sorted(after.keys() - {"id", "source", "checked", "checked_by", "confidence"}), 3):
        values = sorted({row[name] for row in rows} - ({""} if name == column else set()))
        if name not in ("organisation", "note", "locator"):
            after[name] = pick.choice(values)
    if table == "participation" and pick.random() < 0.7:  # most of the others mean nothing: ended before they began
        after |= {"status": "in-force", "since": pick.choice(["2005-03", "2014-02-01", ""]), "until": ""}
    if pick.random() < 0.5:
        after["id"] = f"planted-{number}"
        return Change(table, "planted.csv", 2, (after["id"],), None, after)
    return Change(table, "planted.csv", 2, (after["id"],), before, after)


def random_changes(bench: Bench, seed: int) -> list[Change]:
    pick = random.Random(seed)
    tables = [
        pick.choice(["participation", "participation", *sorted(COUNTRY_OF)]) for _ in range(pick.choice([1, 1, 2]))
    ]
    found = {change.key: change for change in (changed(bench, name, pick, n) for n, name in enumerate(tables))}
    return list(found.values())


def test_random_changes_have_the_effect_that_the_whole_derivation_finds(world_bench: Bench) -> None:
    found = []
    for seed in range(36):
        changes, day = random_changes(world_bench, seed), DAYS[seed % len(DAYS)]
        found.append(part(world_bench, changes, day))
        assert found[-1] == whole(world_bench, changes, day), f"seed {seed}: {changes}"
    assert sum(bool(effects) for effects in found) >= 8  # the others change what decides nothing
    assert {change.what for effects in found for change in effects} == {"gap", "position"}


@pytest.fixture(scope="module")
def real_bench(graph: Graph) -> Bench:
    return Bench(graph.path, ROOT, 24)


@pytest.mark.parametrize("seed", [1, 2])
def test_random_changes_of_the_real_tables_too(seed: int, real_bench: Bench) -> None:
    pick = random.Random(seed)
    change = changed(real_bench, "participation", pick, 0)
    assert part(real_bench, [change], DAYS[0]) == whole(real_bench, [change], DAYS[0])


def test_the_facts_are_afterwards_as_they_were(world_bench: Bench) -> None:
    before = sorted(world_bench.facts.dump().splitlines())
    part(world_bench, random_changes(world_bench, 5), DAYS[0])
    assert sorted(world_bench.facts.dump().splitlines()) == before
    assert Labels(world_bench.facts).of("http://publications.europa.eu/resource/authority/country/COL") == "Colombia"


def test_a_row_that_speaks_of_no_single_country_may_touch_all(world_bench: Bench) -> None:
    def first(table: str, **cells: str) -> Row:
        return next(
            row for _, row in world_bench.catalogue.rows(table) if all(row[name] == cells[name] for name in cells)
        )

    def change(table: str, row: Row) -> Change:
        return Change(table, "planted.csv", 2, ("planted",), None, row)

    assert countries([change("participation", first("participation", organisation="eu"))]) is None
    assert countries([change("agreement", first("agreement"))]) is None
    moved = first("participation", country="COL")
    assert countries([Change("participation", "a.csv", 2, ("x",), moved, {**moved, "country": "PER"})]) == {
        "COL",
        "PER",
    }


def test_the_rules_that_make_something_for_a_pair_stand_together() -> None:
    """The participations of others are away while they run, and nothing between them reads those of all."""
    pairs = [bool(PAIRS.search(rule.read_text("utf-8"))) for rule in sorted((ROOT / "queries" / "rules").glob("*.ru"))]
    assert pairs[pairs.index(True) : len(pairs) - pairs[::-1].index(True)] == [True] * sum(pairs)
