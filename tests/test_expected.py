"""Every saved question states rows that it must and must not return, and gives them; the check notices what is otherwise."""

import dataclasses
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg import expected, queries
from kg.cli import main
from kg.errors import QueryError, UsageError
from kg.expected import Expected
from kg.store import Store

FOLDER = Path(__file__).parent.parent / "queries"
SAVED = expected.every(FOLDER)


@pytest.fixture(scope="module")
def made_up() -> Store:
    return expected.world()


@pytest.mark.parametrize("name", SAVED)
def test_a_question_states_rows_of_both_kinds_and_gives_them(made_up: Store, name: str) -> None:
    stated = expected.expected(FOLDER, SAVED[name])
    assert {one.must for one in stated} == {True, False}, "it needs a row that must be there and one that must not"
    assert expected.check(made_up, SAVED[name], stated).failures == []


@pytest.mark.parametrize("name", SAVED)
def test_stated_cells_are_columns_of_the_question(made_up: Store, name: str) -> None:
    for one in expected.expected(FOLDER, SAVED[name]):
        assert all(f"?{column}" in SAVED[name].text for column in one.cells), "a misspelt column could never agree"


def test_every_file_of_rows_belongs_to_a_question() -> None:
    assert {path.stem for path in (FOLDER / "expected").glob("*.csv")} <= SAVED.keys()


def test_a_missing_row_and_a_row_too_many_are_told(made_up: Store) -> None:
    query = SAVED["positions"]
    stated = [
        Expected(True, {}, {"member_state": "GBR"}, "nobody told the question"),
        Expected(False, {"day": "2012-02-29"}, {"member_state": "BEL", "country": "COL"}, "of no reason"),
        Expected(True, {}, {"member_state": "BEL", "country": "COL", "status": "covered"}, "there is a treaty"),
    ]
    found = expected.check(made_up, query, stated)
    assert found.failures == [
        "there is no row member_state GBR, although nobody told the question",
        "there is a row member_state BEL, country COL (day=2012-02-29), although of no reason",
    ]
    assert (found.must, found.must_not, found.passed_on) == (2, 1, "")
    assert found.milliseconds > 0


def test_a_row_that_states_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "expected").mkdir()
    (tmp_path / "expected" / "positions.csv").write_text("given,answer,country,because\n,maybe,COL,so\n", "utf-8")
    with pytest.raises(UsageError, match="states nothing"):
        expected.expected(tmp_path, SAVED["positions"])


def test_two_questions_of_one_name_are_refused(tmp_path: Path) -> None:
    for part in expected.PARTS:
        (tmp_path / part).mkdir()
        (tmp_path / part / "same.rq").write_text(SAVED["hubs"].text, "utf-8")
    with pytest.raises(QueryError, match="two questions have the name same"):
        expected.every(tmp_path)


def test_the_record_keeps_when_a_question_last_passed(made_up: Store, tmp_path: Path) -> None:
    query = SAVED["hubs"]
    passed = expected.check(made_up, query, expected.expected(FOLDER, query))
    expected.write_record(tmp_path, {"hubs": passed})
    failed = expected.check(made_up, query, [Expected(True, {}, {"hub": "atlantis"}, "it is on no map")])
    expected.write_record(tmp_path, {"hubs": failed})
    kept = expected.read_record(tmp_path)["hubs"]
    assert kept.failures
    assert kept.passed_on == passed.on != ""
    assert kept.sha256 != passed.sha256, "the stated rows are others"


def test_a_change_of_the_text_is_noticed() -> None:
    query = SAVED["hubs"]
    stated = expected.expected(FOLDER, query)
    changed = dataclasses.replace(query, text=query.text + "\n# another")
    assert expected.digest(query, stated) != expected.digest(changed, stated)


def test_a_record_that_cannot_be_read_counts_as_none(tmp_path: Path) -> None:
    (tmp_path / expected.RECORD).write_text('{"hubs": {"other": 1}}', "utf-8")
    assert expected.read_record(tmp_path) == {}
    assert expected.read_record(tmp_path / "nowhere") == {}


def test_the_command_checks_all_and_says_what_it_found(
    world_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COOPKG_HOME", str(tmp_path))
    listed = CliRunner().invoke(main, ["library"])
    assert "hubs: Hubs (not run)" in listed.output
    found = CliRunner().invoke(main, ["library", "--check"])
    assert found.exit_code == 0, found.output
    assert f"{len(SAVED)} questions" in found.output
    assert "no graph is published here" in found.output
    assert expected.read_record(tmp_path).keys() == SAVED.keys()
    assert "hubs: Hubs (passed 20" in CliRunner().invoke(main, ["library"]).output


def test_a_failing_question_makes_the_command_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOPKG_HOME", str(tmp_path))
    wrong = [Expected(True, {}, {"hub": "atlantis"}, "it is on no map")]
    monkeypatch.setattr(expected, "expected", lambda folder, query: wrong if query.name == "hubs" else [])
    monkeypatch.setattr(expected, "every", lambda folder: {name: SAVED[name] for name in ("hubs", "routes")})
    found = CliRunner().invoke(main, ["library", "--check"])
    assert found.exit_code == 1
    assert "hubs: there is no row hub atlantis, although it is on no map" in found.output
    assert "routes: states no rows" in found.output


def test_the_published_graph_is_asked_too(world_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "graphs").symlink_to(world_home / "graphs")
    (tmp_path / "current").symlink_to((world_home / "current").readlink())
    monkeypatch.setattr(expected, "every", lambda folder: {"hubs": queries.find(FOLDER / "ask", "hubs")})
    found = expected.check_all(FOLDER, tmp_path, lambda line: None)["hubs"]
    assert (found.graph_rows, len(found.graph)) == (4, 64)
