"""The score: by hand on the made-up world, laws that must hold for any figures, other weights, and the page that explains it."""

import csv
import datetime
import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import figures, queries, reason, score, statements, tables
from kg.errors import UsageError
from kg.gaps import Filter, Finder, Gap, reweighed, table
from kg.labels import Labels
from kg.published import Graph
from kg.score import PARTS, Largest, Part, Traffic, Weights
from kg.store import Store
from kg.vocab import local

ROOT = Path(__file__).parent.parent
QUERIES = ROOT / "queries"
DOCUMENT = ROOT / "docs" / "score.md"
DAY = datetime.date(2026, 6, 1)


def weights_of(folder: Path) -> Weights:
    with (folder / "score_weight.csv").open(encoding="utf-8", newline="") as file:
        return Weights({(row["part"], row["item"]): Fraction(row["value"]) for row in csv.DictReader(file)})


STANDARD = weights_of(ROOT / "seeds")
MADE_UP = weights_of(ROOT / "tests" / "data" / "world")


def find(store: Store, kind: str = "", **wanted: str) -> list[Gap]:
    return Finder(store, QUERIES, 24).find(Filter(kind, **wanted), DAY)


def figures_of(store: Store, day: datetime.date, numbers: Weights, country: str = "") -> figures.Figures:
    ask = QUERIES / "ask"
    return figures.read(store, ask, day, figures.statistics(store, ask, day, numbers), country)


def values(gap: Gap) -> dict[str, int | None]:
    return {part.name: part.least if part.known else None for part in gap.parts}


# By hand, on the made-up world


def test_a_gap_of_a_country_is_scored_as_by_hand(world: Store) -> None:
    """One route seen with high confidence (1 of 2), transit (0.5 x 0.5 of 2), one drug of two, the largest seizure, 7.1 of 10."""
    (gap,) = find(world, "not-party-to-convention", country="ECU", status="confirmed-gap")
    need = {"routes": 500, "roles": 125, "commodity": 500, "seizures": 1000, "index": 710, "trend": None}
    assert values(gap) == {**need, "status": 1000, "grade": None, "shared": None}
    assert [part.name for part in gap.parts if not part.applies] == ["grade", "shared"]
    assert gap.score.value == 54.2, "(2 x 0.5 + 0.125 + 0.5 + 1 + 0.71 + 1) / 8"
    assert gap.score.most == 66.7, "and 1 / 8 for the trend that nobody knows"
    assert gap.score.points == (12.5, 1.6, 6.3, 12.5, 8.9, 0.0, 12.5, None, None)
    assert gap.shares == 0


def test_a_gap_of_a_pair_is_scored_as_by_hand(world: Store) -> None:
    (gap,) = [gap for gap in find(world, "no-dedicated-mla", country="ECU") if gap.member_state == "FRA"]
    assert (values(gap)["grade"], values(gap)["shared"]) == (1000, 250), "nothing left; known of one of four"
    assert gap.shares == 4
    assert (gap.score.value, gap.score.most) == (55.9, 73.4), "5.585 and 7.335 of 10, halves upwards"


def test_a_convention_that_is_left_halves_the_grade(world: Store) -> None:
    (gap,) = [gap for gap in find(world, "no-dedicated-mla", country="ARE") if gap.member_state == "DNK"]
    assert values(gap)["grade"] == 500
    assert [part.figure for part in gap.parts if part.name == "grade"] == ["left: sectoral"]


def test_the_trend_is_the_change_between_two_editions(world: Store) -> None:
    (gap,) = find(world, "no-europol-data", country="COL")
    assert values(gap)["trend"] == 750, "half of what counts as a full rise"
    assert values(gap)["seizures"] is None, "no national figure"
    assert gap.score.value == 53.5, "(2 x 0.5 + 0.25 + 0.5 + 0.78 + 0.75 + 1) / 8"


def test_each_part_shows_its_figure(world: Store) -> None:
    (gap,) = [gap for gap in find(world, "no-dedicated-mla", country="ECU") if gap.member_state == "FRA"]
    assert [part.figure for part in gap.parts] == [
        "1 recorded, 0 of them of low confidence only; counted as 1",
        "cocaine (transit); counted as 0.25",
        "cocaine; counted as 1",
        "210.0 t of cocaine in 2024; largest of any country: 210.0 t",
        "7.1 of 10 in 2025",
        "no figure",
        "confirmed-gap",
        "no basis recorded",
        "known of 1, unverified of 3, of 4 member states",
    ]


def test_figures_of_ports_and_of_the_union_are_left_out_and_nothing_is_added_up(world: Store) -> None:
    known = figures_of(world, DAY, MADE_UP)
    assert known.traffic["BEL"].seizures == (Largest("cocaine", "kg", 44200.0, "2024"),)
    assert known.traffic["ECU"].seizures == (Largest("cocaine", "kg", 210000.0, "2024"),)
    assert known.largest == {("cocaine", "kg"): 210000.0, ("cannabis-resin", "kg"): 250000.0}


def test_figures_follow_the_day(world: Store) -> None:
    before = figures_of(world, datetime.date(2022, 6, 1), MADE_UP)
    assert before.traffic["ECU"].seizures == ()
    assert before.traffic["COL"].index == {}
    assert figures_of(world, datetime.date(2030, 1, 1), MADE_UP).traffic["MAR"].seizures == ()
    assert before.grade("BEL", "MAR", "mla") == "sectoral"
    assert figures_of(world, datetime.date(1990, 1, 1), MADE_UP).grade("BEL", "MAR", "mla") == "nothing"


def test_figures_of_one_country_are_those_of_all_for_it(world: Store) -> None:
    every = figures_of(world, DAY, MADE_UP)
    one = figures_of(world, DAY, MADE_UP, "ECU")
    assert (one.traffic["ECU"], one.largest, one.member_states) == (every.traffic["ECU"], every.largest, 4)
    assert [gap for gap in find(world) if gap.country == "ECU"] == find(world, country="ECU")


def test_an_agency_arrangement_that_is_left_counts_before_a_convention() -> None:
    left = {("COL", "police"): {"sectoral": frozenset({"BEL", "FRA"}), "arrangement": frozenset({"BEL"})}}
    known = figures.Figures({}, {}, left, 27)
    grades = [known.grade(member, "COL", "police") for member in ("BEL", "FRA", "DNK")]
    assert grades == ["arrangement", "sectoral", "nothing"]


MATTERS = ["mla", "extradition", "transfer", "police", "e-evidence"]


def sectoral_by_position(store: Store, matter: str, day: datetime.date) -> set[tuple[str, str]]:
    question = queries.find(QUERIES / "ask", "positions")
    rows = store.select(question.bind(question.values({"matter": matter, "day": str(day)}, day, 24)))
    return {(local(row["member_state"]), local(row["country"])) for row in rows if row.get("grade") == "sectoral"}


def assert_grades_are_those_of_positions(store: Store, matter: str, day: datetime.date, gaps: list[Gap]) -> None:
    known, sectoral = figures_of(store, day, STANDARD), sectoral_by_position(store, matter, day)
    pairs = {(gap.member_state, gap.country) for gap in gaps if gap.member_state and gap.matter == matter}
    assert {pair for pair in pairs if known.grade(*pair, matter) == "sectoral"} == pairs & sectoral


@pytest.mark.parametrize("matter", MATTERS)
@pytest.mark.parametrize("day", ["2000-01-01", "2012-02-29", "2019-06-01", "2026-06-01"])
def test_the_grade_that_is_left_is_that_of_the_position(world: Store, matter: str, day: str) -> None:
    on = datetime.date.fromisoformat(day)
    assert_grades_are_those_of_positions(world, matter, on, Finder(world, QUERIES, 24).find(Filter(), on))


def test_on_the_real_graph_the_grade_that_is_left_is_that_of_the_position(graph: Graph) -> None:
    found = Finder(graph.store, QUERIES, 24).find(Filter(), DAY)
    for matter in MATTERS:
        assert_grades_are_those_of_positions(graph.store, matter, DAY, found)


def test_unverified_is_unknown_and_not_zero() -> None:
    unverified = score.status("unverified", STANDARD)
    assert (unverified.least, unverified.most, unverified.known) == (0, 1000, False)


def test_gaps_are_in_order_of_score_then_country_kind_and_member_state(world: Store) -> None:
    found = find(world)
    keys = [(-(gap.score.value or 0), gap.country, gap.kind, gap.member_state) for gap in found]
    assert keys == sorted(keys)
    assert len({gap.score.value for gap in found}) > 5


def test_a_file_has_a_column_for_the_value_and_the_figure_of_each_part(world: Store) -> None:
    found = find(world, "not-party-to-convention", country="ECU", status="confirmed-gap")
    (row,) = table(found, Finder(world, QUERIES, 24).kinds(), Labels(world))
    assert (row["score"], row["score_most"], row["shared_by"]) == (54.2, 66.7, None)
    assert (row["routes_value"], row["trend_value"], row["trend_figure"]) == (0.5, None, "no figure")
    assert (row["grade_value"], row["grade_figure"]) == (None, "does not apply")


# Laws

SHARES = st.fixed_dictionaries({part: st.integers(0, 40) for part in PARTS})
PARTS_OF_A_GAP = st.tuples(
    *(
        st.tuples(st.integers(0, 1000), st.integers(0, 1000), st.booleans()).map(
            lambda drawn, name=name: Part(name, min(drawn[:2]), max(drawn[:2]), "", applies=drawn[2])  # type: ignore[misc]
        )
        for name in PARTS
    )
)
CONFIDENCE = st.sampled_from(["high", "medium", "low"])
COMMODITY = st.sampled_from(["cocaine", "heroin", "cash", "cannabis-herb"])
TRAFFIC = st.builds(
    Traffic,
    st.dictionaries(st.text("abc", min_size=1, max_size=3), CONFIDENCE, max_size=8),
    st.dictionaries(st.tuples(COMMODITY, st.sampled_from(["source", "transit", "hub", "destination"])), CONFIDENCE),
    st.frozensets(COMMODITY),
    st.lists(
        st.builds(Largest, COMMODITY, st.just("kg"), st.floats(0, 1e6), st.just("2023")),
        max_size=3,
        unique_by=lambda figure: figure.commodity,
    ).map(tuple),
    st.dictionaries(st.sampled_from([2021, 2023, 2025]), st.floats(1, 10)),
)
LARGEST = {(commodity, "kg"): 1e6 for commodity in ("cocaine", "heroin", "cash", "cannabis-herb")}


@given(TRAFFIC)
def test_every_part_lies_between_nothing_and_all(traffic: Traffic) -> None:
    parts = score.need(traffic, LARGEST, STANDARD)
    assert [part.name for part in parts] == list(PARTS[:6])
    assert all(0 <= part.least <= part.most <= 1000 for part in parts)
    assert all(part.figure for part in parts)


@given(PARTS_OF_A_GAP, SHARES)
def test_a_score_lies_between_0_and_100_and_below_what_it_could_be(
    parts: tuple[Part, ...], shares: dict[str, int]
) -> None:
    found = score.total(parts, shares)
    if found.value is None:
        assert sum(shares[part.name] for part in parts if part.applies) == 0
    else:
        assert found.most is not None
        assert 0 <= found.value <= found.most <= 100


def total(traffic: Traffic) -> float:
    value = score.total(score.need(traffic, LARGEST, STANDARD), STANDARD.shares).value
    assert value is not None
    return value


@given(TRAFFIC, CONFIDENCE, COMMODITY)
def test_one_more_route_never_lowers_the_score(traffic: Traffic, confidence: str, commodity: str) -> None:
    more = Traffic(
        {**traffic.routes, "new": confidence},
        traffic.roles,
        traffic.carried | {commodity},
        traffic.seizures,
        traffic.index,
    )
    assert total(more) >= total(traffic)


@given(TRAFFIC, COMMODITY, st.sampled_from(["source", "transit", "hub", "destination"]))
def test_one_more_role_never_lowers_the_score(traffic: Traffic, commodity: str, role: str) -> None:
    known = {(commodity, role): "low", **traffic.roles}
    assert total(Traffic(traffic.routes, known, traffic.carried, traffic.seizures, traffic.index)) >= total(traffic)


@given(TRAFFIC, st.floats(0, 1e6))
def test_a_larger_seizure_never_lowers_the_score(traffic: Traffic, amount: float) -> None:
    more = (*traffic.seizures, Largest("cocaine", "kg", amount, "2024"))
    assert total(Traffic(traffic.routes, traffic.roles, traffic.carried, more, traffic.index)) >= total(traffic)


@given(PARTS_OF_A_GAP, SHARES, st.sampled_from(range(len(PARTS))), st.integers(0, 1000))
def test_a_part_of_weight_0_has_no_influence(
    parts: tuple[Part, ...], shares: dict[str, int], place: int, other: int
) -> None:
    name = PARTS[place]
    changed = (*parts[:place], Part(name, other, other, ""), *parts[place + 1 :])
    without = {**shares, name: 0}
    assert score.total(parts, without).value == score.total(changed, without).value


@given(PARTS_OF_A_GAP, SHARES, st.integers(1, 12), st.integers(1, 12))
def test_scaling_all_weights_changes_nothing(
    parts: tuple[Part, ...], shares: dict[str, int], up: int, down: int
) -> None:
    def scaled(factor: Fraction) -> score.Score:
        weights = Weights({(part, "weight"): share * factor for part, share in shares.items()})
        return score.total(parts, weights.shares)

    assert scaled(Fraction(up, down)) == scaled(Fraction(1))


@given(PARTS_OF_A_GAP, SHARES)
def test_learning_what_was_unknown_leads_into_the_range_that_was_shown(
    parts: tuple[Part, ...], shares: dict[str, int]
) -> None:
    before = score.total(parts, shares)
    for known in ([part.least for part in parts], [part.most for part in parts]):
        after = score.total(
            tuple(Part(part.name, n, n, "", applies=part.applies) for part, n in zip(parts, known, strict=True)), shares
        )
        assert after.value in (before.value, before.most)


# Every number comes from the table


def rebuilt(folder: Path) -> Store:
    store = Store.memory()
    store.load_quads("".join(statements.everything(tables.load(folder))).encode("utf-8"))
    for rule in reason.rules(QUERIES / "rules"):
        store.update(rule.read_text("utf-8"))
    return store


EVERYTHING = Traffic(
    {"a": "high", "b": "medium", "c": "low"},
    {
        ("cocaine", "source"): "high",
        ("cocaine", "transit"): "medium",
        ("cocaine", "hub"): "low",
        ("heroin", "destination"): "high",
    },
    frozenset(code for part, code in STANDARD.numbers if part == "commodity" and code not in ("weight", "full")),
    (Largest("cocaine", "kg", 1e5, "2024"),),
    {2023: 5.0, 2025: 5.1},
)


def everything(weights: Weights) -> Iterator[int]:
    """Every value that the score can take from the table."""
    yield from (part.least for part in score.need(EVERYTHING, LARGEST, weights))
    falling = Traffic(index={2023: 5.1, 2025: 5.0})
    yield from (part.least for part in score.need(falling, LARGEST, weights))
    yield from (score.status(name, weights).least for name in ("confirmed-gap", "signed-not-in-force"))
    yield from (score.grade(name, weights).least for name in ("nothing", "sectoral", "arrangement"))
    yield from weights.shares.values()


@pytest.mark.parametrize("key", sorted(STANDARD.numbers.keys() - {("seizures", "years")}), ids="-".join)
def test_every_number_of_the_table_changes_a_score_and_none_is_missing(key: tuple[str, str]) -> None:
    large = {
        ("commodity", "full"): Fraction(100),
        ("roles", "full"): Fraction(100),
        ("roles", "destination"): Fraction(1, 2),
    }
    numbers = {**STANDARD.numbers, **large}
    other = Fraction(1) if key == ("trend", "years") else numbers[key] * Fraction(3, 4)
    assert list(everything(Weights(numbers))) != list(everything(Weights({**numbers, key: other})))
    without = {name: number for name, number in STANDARD.numbers.items() if name != key}
    with pytest.raises(
        UsageError, match=f"no number '{key[1]}' for the part '{key[0]}'; add the row to seeds/score_weight.csv"
    ):
        list(everything(Weights(without)))


def test_the_years_of_seizures_come_from_the_table(world: Store) -> None:
    short = Weights({**MADE_UP.numbers, ("seizures", "years"): Fraction(2)})
    assert figures_of(world, DAY, short).traffic["MAR"].seizures == ()
    assert figures_of(world, DAY, MADE_UP).traffic["MAR"].seizures != ()
    without = Weights({key: number for key, number in MADE_UP.numbers.items() if key != ("seizures", "years")})
    with pytest.raises(UsageError, match="no number 'years'"):
        figures_of(world, DAY, without)


def test_changing_the_table_changes_the_list(world_folder: Path, world: Store) -> None:
    path = world_folder / "score_weight.csv"
    path.write_text(
        path.read_text("utf-8").replace("status,signed-not-in-force,0.5", "status,signed-not-in-force,1"), "utf-8"
    )
    (before,) = find(world, "no-europol-data", country="ECU")
    (after,) = find(rebuilt(world_folder), "no-europol-data", country="ECU")
    assert (values(before)["status"], values(after)["status"]) == (500, 1000)
    assert (before.score.value or 0) < (after.score.value or 0)


# Other weights


def test_other_weights_change_the_order_and_the_moves_say_how(world: Store) -> None:
    found = find(world)
    ranked = reweighed(found, MADE_UP.changed(dict.fromkeys(PARTS, "0") | {"status": "1"}))
    assert {one.gap.score.value for one in ranked[:3]} == {100.0}
    assert [one.rank for one in ranked] == list(range(1, len(found) + 1))
    assert sorted(one.standard_rank for one in ranked) == [one.rank for one in ranked]
    assert any(one.move > 0 for one in ranked)
    assert any(one.move < 0 for one in ranked)
    assert sum(one.move for one in ranked) == 0
    assert all(found[one.standard_rank - 1].score.value == one.standard_score for one in ranked)
    assert all(found[one.standard_rank - 1].lack == one.gap.lack for one in ranked)


def test_the_standard_weights_change_nothing(world: Store) -> None:
    found = find(world)
    assert [one.gap for one in reweighed(found, MADE_UP.changed({}))] == found


def test_a_gap_without_a_part_that_counts_has_no_score_and_comes_last(world: Store) -> None:
    ranked = reweighed(find(world), MADE_UP.changed(dict.fromkeys(PARTS, "0") | {"shared": "1"}))
    assert ranked[0].gap.score.value is not None
    assert ranked[-1].gap.score == score.Score(None, None, (None,) * 9)


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ({"roads": "1"}, "no part 'roads'; write one of routes, roles"),
        ({"routes": "-1"}, "the weight of routes is '-1'; write a number from 0 to 10"),
        ({"routes": "10.5"}, "the weight of routes is '10.5'"),
        ({"routes": "1e1"}, "the weight of routes is '1e1'"),
        ({"routes": "nan"}, "the weight of routes is 'nan'"),
        ({"routes": "٣"}, "the weight of routes is"),
        ({"routes": ""}, "the weight of routes is ''"),
        (dict.fromkeys(PARTS, "0"), "every part has the weight 0"),
    ],
)
def test_weights_that_cannot_be_right_are_refused(given_: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        STANDARD.changed(given_)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"part;weight\nroutes;1\n", "other columns; write part,weight"),
        (b"part,weight\nroutes,1\nroutes,2\n", "says 'routes' twice"),
        (b"part,weight\nroutes\n", "says 'routes' twice, or not with one weight"),
        (b"part,weight\nroutes,1,2\n", "not with one weight"),
        (b"part,weight\nroutes,\xe9\n", "not written in UTF-8"),
        (b"", "other columns"),
    ],
)
def test_a_file_of_weights_that_cannot_be_read_is_refused(content: bytes, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        score.given(content)


def test_a_file_of_weights_is_read_with_the_mark_of_a_spreadsheet() -> None:
    assert score.given(b"\xef\xbb\xbfpart,weight\r\nroutes,2\r\nstatus,0.5\r\n") == {"routes": "2", "status": "0.5"}


def test_exports_say_which_weights_were_used() -> None:
    assert STANDARD.described(STANDARD).startswith("routes=4; roles=2;")
    assert STANDARD.described(STANDARD).endswith("(standard)")
    assert STANDARD.changed({"routes": "0.5"}).described(STANDARD).endswith("(changed: routes)")
    assert STANDARD.changed({"routes": "4"}).described(STANDARD).endswith("(standard)")


# The document


def between(text: str, name: str) -> str:
    return text.split(f"<!-- {name} -->\n")[1].split(f"<!-- /{name} -->")[0]


def test_the_document_names_every_part_with_its_weight_and_numbers() -> None:
    rows = re.findall(r"^\| (\w+) \| ([\d.]+) \|.*\| ([^|]*)\|$", between(DOCUMENT.read_text("utf-8"), "parts"), re.M)
    assert [row[0] for row in rows] == list(PARTS)
    for part, weight, named in rows:
        assert Fraction(weight) == STANDARD.weight(part)
        items = {item for of, item in STANDARD.numbers if of == part and item != "weight"}
        assert items == set(re.findall(r"`([a-z-]+)`", named)) or (part == "commodity" and "one for each" in named)


def test_the_numbers_of_the_graph_are_those_of_the_table(graph: Graph) -> None:
    assert figures.weights(graph.store, QUERIES / "ask") == STANDARD


def example(graph: Graph) -> str:
    """The example of the document, computed from the graph with arithmetic of its own."""
    found = Finder(graph.store, QUERIES, 24).find(
        Filter("no-dedicated-extradition", country="MAR", member_state="NLD"), datetime.date(2026, 11, 23)
    )
    (gap,) = [gap for gap in found if gap.member_state == "NLD"]
    lines = [
        "The Netherlands have no extradition treaty in force with Morocco; as of 2026-11-23 one is signed "
        "(kind `no-dedicated-extradition`).",
        "",
        "| part | figure | value | weight | value × weight |",
        "|---|---|---:|---:|---:|",
    ]
    sums = {"least": Decimal(0), "most": Decimal(0)}
    whole = sum(Decimal(str(float(STANDARD.weight(part.name)))) for part in gap.parts)
    for part in gap.parts:
        weight = Decimal(str(float(STANDARD.weight(part.name))))
        low, high = Decimal(part.least) / 1000, Decimal(part.most) / 1000
        sums["least"] += low * weight
        sums["most"] += high * weight
        value = f"{low.normalize():f}" + (f" (to {high.normalize():f})" if high != low else "")
        lines.append(
            f"| {part.name} | {part.figure} | {value} | {weight.normalize():f} | {(low * weight).normalize():f} |"
        )
    scores = {name: (100 * total / whole).quantize(Decimal("0.1"), ROUND_HALF_UP) for name, total in sums.items()}
    assert (gap.score.value, gap.score.most) == (float(scores["least"]), float(scores["most"]))
    lines.append("")
    lines.append(
        f"Score: 100 × {sums['least'].normalize():f} / {whole.normalize():f} = **{scores['least']}**; "
        f"at most 100 × {sums['most'].normalize():f} / {whole.normalize():f} = {scores['most']}."
    )
    return "\n".join(lines) + "\n"


def test_the_example_of_the_document_is_true(graph: Graph) -> None:
    assert between(DOCUMENT.read_text("utf-8"), "example") == example(graph), (
        "put the text on the right into docs/score.md"
    )


def test_on_the_real_graph_scores_tell_gaps_apart(graph: Graph) -> None:
    found = Finder(graph.store, QUERIES, 24).find(Filter(), datetime.date(2026, 11, 23))
    marks = [gap.score.value for gap in found if gap.score.value is not None]
    assert len(marks) == len(found)
    assert len(set(marks)) > 300
    assert max(marks) > 60
    assert min(marks) < 15
    assert all(len(gap.parts) == len(PARTS) for gap in found)
