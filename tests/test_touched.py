"""What a few changed rows would do, worked out on a part of the graph: the same as on the whole, for random changes."""

import datetime
import random
import re
from pathlib import Path

import pytest
from conftest import ROOT, with_rows, with_the_rest, world_seeds

from kg import effect
from kg.importing import Change, Row
from kg.labels import Labels
from kg.published import Graph, Published
from kg.steward import Bench, _quads
from kg.store import Store
from kg.touched import BEARING, PAIRS, Touched, touched
from kg.vocab import ID, seeds_graph

TABLES = [
    "absence", "agreement", "allocation", "declaration", "funding_line", "mandate", "opt_out", "participation",
    "posting", "provision", "route", "leg", "membership", "hub", "seizure",
]  # fmt: skip
"""Tables whose rows are changed at random: all that bear on a pair, and some that do not."""

REQUIRED = {"country", "agreement", "matter", "scope", "kind", "title", "member_state", "finding", "funding_line"}

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
    quads = _quads(bench, tuple(changes))
    which = touched(bench.facts, *quads)
    assert which is not None
    once = bench.touching.seen_in(bench.now, which, day)
    with bench.touching.changed(*quads):
        return once.differences(bench.touching.seen(which, day))


def changed(bench: Bench, table: str, pick: random.Random, number: int) -> Change:
    """A row of a table with another country, agreement, status, matter, day or end, in place or as a further row."""
    rows = [row for _, row in bench.catalogue.rows(table)]
    before = pick.choice(rows)
    after = dict(before)
    for name in pick.sample(sorted(after.keys() - {"id", "source", "checked", "checked_by", "confidence"}), 3):
        values = sorted({row[name] for row in rows} - ({""} if before[name] and name in REQUIRED else set()))
        if name not in ("note", "locator") and values:
            after[name] = pick.choice(values)
    if table == "participation":  # one party, a country or a union
        after["organisation"] = "" if after["country"] else after["organisation"] or "eu"
    if table == "participation" and pick.random() < 0.7:  # most of the others mean nothing: ended before they began
        after |= {"status": "in-force", "since": pick.choice(["2005-03", "2014-02-01", ""]), "until": ""}
    if pick.random() < 0.5:
        after["id"] = f"planted-{number}"
        return Change(table, "planted.csv", 2, (after["id"],), None, after)
    return Change(table, "planted.csv", 2, (after["id"],), before, after)


def random_changes(bench: Bench, seed: int) -> list[Change]:
    pick = random.Random(seed)
    tables = [
        pick.choice(["participation", "participation", "agreement", "provision", *TABLES])
        for _ in range(pick.choice([1, 1, 2]))
    ]
    found = {change.key: change for change in (changed(bench, name, pick, n) for n, name in enumerate(tables))}
    return list(found.values())


def test_random_changes_have_the_effect_that_the_whole_derivation_finds(world_bench: Bench) -> None:
    found = []
    for seed in range(60):
        changes, day = random_changes(world_bench, seed), DAYS[seed % len(DAYS)]
        if touched(world_bench.facts, *_quads(world_bench, tuple(changes))) is None:
            continue
        found.append(part(world_bench, changes, day))
        assert found[-1] == whole(world_bench, changes, day), f"seed {seed}: {changes}"
    assert len(found) >= 45
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


def of(bench: Bench, table: str, **cells: str) -> Touched | None:
    """What the first row of a table with these cells touches when it is written again."""
    row = first(bench, table, **cells)
    return touched(bench.facts, *_quads(bench, (Change(table, "planted.csv", 2, ("planted",), None, row),)))


def first(bench: Bench, table: str, **cells: str) -> Row:
    return next(row for _, row in bench.catalogue.rows(table) if all(row[name] == cells[name] for name in cells))


def test_rows_touch_the_countries_that_they_or_their_agreement_bind(world_bench: Bench) -> None:
    assert of(world_bench, "participation", agreement="bel-col-mla", country="COL") == Touched(frozenset({"COL"}))
    both = Touched(parties=frozenset({"BEL", "COL"}))
    assert of(world_bench, "agreement", id="bel-col-mla") == both
    assert of(world_bench, "provision", agreement="bel-col-mla") == both
    assert of(world_bench, "opt_out", organisation="europol") == Touched(frozenset({"DNK"}))
    assert of(world_bench, "allocation", country="COL") == Touched(), "no pair hangs on money"
    union = of(world_bench, "participation", organisation="eu")
    assert union is not None
    assert union.parties
    assert not union.alone


def test_a_row_that_was_of_another_country_touches_both(world_bench: Bench) -> None:
    moved = first(world_bench, "participation", agreement="bel-col-mla", country="COL")
    change = Change("participation", "a.csv", 2, ("x",), moved, {**moved, "country": "ECU"})
    assert touched(world_bench.facts, *_quads(world_bench, (change,))) == Touched(frozenset({"COL", "ECU"}))


@pytest.mark.parametrize(
    ("table", "cells"), [("country", {"alpha3": "COL"}), ("group_membership", {"group": "eu"}), ("organisation", {})]
)
def test_a_row_that_bears_on_any_pair_touches_all(world_bench: Bench, table: str, cells: dict[str, str]) -> None:
    assert of(world_bench, table, **cells) is None


def test_an_agreement_of_a_body_with_a_complete_list_touches_all(world_bench: Bench) -> None:
    listed = {row["organisation"] for _, row in world_bench.catalogue.rows("completeness")} - {""}
    bodies = {row["organisation"] for _, row in world_bench.catalogue.rows("agreement")} & listed
    assert bodies
    assert of(world_bench, "agreement", organisation=min(bodies)) is None


def test_what_is_first_known_of_the_parties_of_a_parent_touches_those_of_its_protocol(world_folder: Path) -> None:
    """Until then nothing is cut: see `queries/rules/15-protocols.ru`."""

    def took(agreement: str, country: str) -> dict[str, str]:
        name = f"{agreement}-{country.lower()}"
        return {"id": name, "agreement": agreement, "country": country, "status": "in-force", "since": "2005"}

    kind = {"kind": "multilateral-convention"}
    agreements = [
        {"id": "parent", "title": "Parent"} | kind,
        {"id": "protocol", "title": "Protocol", "supplements": "parent"} | kind,
    ]
    parties = [took("protocol", "ALB"), took("protocol", "MAR"), took("parent", "COL")]
    facts = with_rows(world_folder, agreement=agreements, participation=parties)

    def record(name: str) -> bytes:
        return facts.of_record(f"{ID}participation/{name}", seeds_graph("participation"))

    assert touched(facts, record("parent-col"), b"") == Touched(frozenset({"COL"}), frozenset({"ALB", "COL", "MAR"}))
    assert touched(facts, record("protocol-alb"), b"") == Touched(frozenset({"ALB"}))
    more = with_rows(world_folder, participation=[took("parent", "ALB")])
    assert touched(more, record("parent-col"), b"") == Touched(frozenset({"COL"}))


def test_a_convention_of_most_of_the_world_touches_all(real_bench: Bench) -> None:
    assert of(real_bench, "agreement", id="untoc") is None
    treaty = of(real_bench, "agreement", kind="bilateral-treaty")
    assert treaty is not None
    assert len(treaty.parties) == 2


def test_only_the_tables_that_bear_on_a_pair_are_read_for_one() -> None:
    """What else a rule, or a question for positions and gaps of pairs, reads would have to be named in `BEARING`."""
    folder = ROOT / "queries"
    files = [*(folder / "rules").glob("*.ru"), *(folder / "gaps").glob("*.rq")]
    texts = {file.stem: file.read_text("utf-8") for file in files}
    bearing = [
        text
        for name, text in texts.items()
        if PAIRS.search(text) or name in ("10-intervals", "15-protocols", "50-routes", "60-absences")
    ]
    bearing += [(folder / "ask" / f"{name}.rq").read_text("utf-8") for name in ("positions", "profile-positions")]
    read = {table for text in bearing for table in re.findall(r"seeds:([a-z_]+)", text)}
    assert read - {"membership"} <= BEARING, "a partnership's membership has an interval and makes no basis"


def test_the_rules_that_make_something_for_a_pair_stand_together() -> None:
    """The participations of others are away while they run, and nothing between them reads those of all."""
    pairs = [bool(PAIRS.search(rule.read_text("utf-8"))) for rule in sorted((ROOT / "queries" / "rules").glob("*.ru"))]
    assert pairs[pairs.index(True) : len(pairs) - pairs[::-1].index(True)] == [True] * sum(pairs)
