"""The generator of larger seeds keeps the distributions of the real ones, and gives the same tables each time."""

import itertools
from collections import Counter
from pathlib import Path

import pytest
import worlds

from kg import check, dates, tables
from kg.tables import Catalogue

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture(scope="module")
def real() -> Catalogue:
    return tables.load(SEEDS)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    folder = tmp_path_factory.mktemp("worlds") / "seeds"
    worlds.generate(SEEDS, folder, 2)
    return tables.load(folder)


def column(catalogue: Catalogue, table: str, *names: str) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in names) for _, row in catalogue.rows(table)]


def sizes(catalogue: Catalogue, table: str, *names: str) -> Counter[int]:
    """How many things have how many rows: agreements by number of parties, routes by number of legs, and so on."""
    return Counter(Counter(key for key in column(catalogue, table, *names) if all(key)).values())


def twice(counter: Counter[int]) -> Counter[int]:
    return counter + counter


@pytest.mark.parametrize(
    ("table", "of"),
    [
        ("participation", ("agreement",)),
        ("provision", ("agreement",)),
        ("leg", ("route",)),
        ("leg_evidence", ("leg",)),
        ("membership", ("partnership",)),
        ("event", ("partnership",)),
        ("allocation", ("funding_line",)),
        ("seizure", ("hub",)),
    ],
)
def test_every_copy_has_as_many_parts_as_the_original(
    real: Catalogue, two: Catalogue, table: str, of: tuple[str, ...]
) -> None:
    assert sizes(two, table, *of) == twice(sizes(real, table, *of))


@pytest.mark.parametrize("table", ["participation", "country_role", "crime_index", "seizure", "mandate", "absence"])
def test_every_new_third_country_has_as_many_rows_as_the_old_one(real: Catalogue, two: Catalogue, table: str) -> None:
    home = {row["country"] for _, row in real.rows("group_membership") if row["group"] == "eu"}

    def third(catalogue: Catalogue) -> Counter[int]:
        return Counter(
            Counter(code for (code,) in column(catalogue, table, "country") if code and code not in home).values()
        )

    assert third(two) == twice(third(real))


@pytest.mark.parametrize("table", ["source", "code", "organisation", "opt_out", "score_weight"])
def test_what_all_worlds_share_stands_once(real: Catalogue, two: Catalogue, table: str) -> None:
    def shared(catalogue: Catalogue) -> list[dict[str, str]]:
        return [row for _, row in catalogue.rows(table) if row.get("scheme") != "country-group"]

    assert shared(two) == shared(real)


def test_no_region_grows(real: Catalogue, two: Catalogue) -> None:
    home = {code for group, code in column(real, "group_membership", "group", "country") if group == "eu"}
    before, after = (list(column(one, "group_membership", "group", "country")) for one in (real, two))
    sizes, third = Counter(group for group, _ in before), Counter(group for group, code in before if code not in home)
    assert Counter(group for group, _ in after) == sizes + Counter({f"{group}-w001": third[group] for group in third})


def test_member_states_stay_and_third_countries_double(real: Catalogue, two: Catalogue) -> None:
    home = {code for group, code in column(real, "group_membership", "group", "country") if group == "eu"}
    before, after = ({code for (code,) in column(catalogue, "country", "alpha3")} for catalogue in (real, two))
    assert len(after - home) == 2 * len(before - home)
    assert before < after
    assert {code for group, code in column(two, "group_membership", "group", "country") if group == "eu"} == home
    assert all(len(code) == 3 and not code.isalpha() for code in after - before)


def test_a_copied_agreement_binds_the_member_states_and_the_new_countries(two: Catalogue) -> None:
    parties = {
        (code, organisation)
        for agreement, code, organisation in column(two, "participation", "agreement", "country", "organisation")
        if agreement == "eu-usa-mla-2003-w001"
    }
    parties = parties or {
        (code, organisation)
        for agreement, code, organisation in column(two, "participation", "agreement", "country", "organisation")
        if agreement == "untoc-w001"
    }
    codes = {code for code, _ in parties if code}
    assert {"FRA", "BEL"} <= codes
    assert "COL" not in codes
    assert any(not code.isalpha() for code in codes)


def test_what_names_shared_things_alone_stands_once(real: Catalogue, two: Catalogue) -> None:
    home = {code for group, code in column(real, "group_membership", "group", "country") if group == "eu"}

    def among_member_states(catalogue: Catalogue) -> Counter[tuple[str, ...]]:
        postings = column(catalogue, "posting", "member_state", "country")
        roles = [role for role in column(catalogue, "country_role", "country", "commodity", "role") if role[0] in home]
        return Counter([*(posting for posting in postings if posting[1] in home), *roles])

    assert among_member_states(two) == among_member_states(real) != Counter()


def test_every_title_is_its_own(two: Catalogue) -> None:
    for table, name in (("partnership", "name"), ("route", "name"), ("funding_line", "name")):
        titles = [title for (title,) in column(two, table, name)]
        assert len(set(titles)) == len(titles)


def test_the_real_rows_stand_unchanged_among_the_copies(real: Catalogue, two: Catalogue) -> None:
    for name in real.tables.keys() - worlds.LEFT_OUT:
        kept = {tuple(row.values()) for _, row in two.rows(name)}
        assert {tuple(row.values()) for _, row in real.rows(name)} <= kept, name


def test_the_copies_pass_the_checks_of_the_tables(tmp_path: Path, world_folder: Path) -> None:
    worlds.generate(world_folder, tmp_path / "three", 3)
    with worlds.new_codes():
        assert [str(issue) for issue in check.issues(tables.load(tmp_path / "three"))] == []


def test_real_copies_pass_our_own_checks(two: Catalogue) -> None:
    with worlds.new_codes():
        assert [str(issue) for issue in check.rows(two) if issue.severity == "error"] == []


def test_the_same_seed_gives_the_same_tables_and_another_one_other_dates(tmp_path: Path, world_folder: Path) -> None:
    for name, seed in (("one", 1), ("same", 1), ("other", 2)):
        worlds.generate(world_folder, tmp_path / name, 2, seed)

    def content(name: str) -> dict[str, bytes]:
        return {file.name: file.read_bytes() for file in (tmp_path / name).iterdir()}

    assert content("one") == content("same")
    different = {name for name, text in content("one").items() if content("other")[name] != text}
    assert "participation.csv" in different
    assert not different & {"source.csv", "country.csv", "crime_index.csv", "datapackage.json"}


@pytest.mark.parametrize(
    ("before", "after"), [("2012-03-25", "2012-03-15"), ("2012-03-05", "2012-03-01"), ("2012-03", "2012-03"), ("", "")]
)
def test_a_day_moves_within_its_month(before: str, after: str) -> None:
    assert worlds.earlier(before, 10) == after


def test_no_date_comes_before_another_that_did_not_before() -> None:
    printed = ["2011-12-31", "2012", "2012-01", "2012-01-01", "2012-01-10", "2012-01-31", "2012-02", "2012-02-29"]
    bounds = [dates.partial(cell) for cell in printed]
    moved = [dates.partial(worlds.earlier(cell, 9)) for cell in printed]
    for (one, one_moved), (other, other_moved) in itertools.product(zip(bounds, moved, strict=True), repeat=2):
        if one.latest >= other.earliest:
            assert one_moved.latest >= other_moved.earliest
