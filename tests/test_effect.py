"""`coopkg effect`: what tables not yet published would open, close or change."""

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.published import Published

DAY = "2026-06-01"
ROW = "untoc-alb,untoc,ALB,,ratification,,,2003-09-29,,in-force,2026-04-01,depositary,,2026-06-01,test writer,high,\n"
"""A participation of the made-up world; its country lies on a route."""

NEXT = "untoc-eu,untoc,,eu,"
"""Where the row of a country of the same convention would stand."""

GAP = "opened", "not-party-to-convention", "", "ALB"


@pytest.fixture(autouse=True)
def home(world_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COOPKG_HOME", str(world_home))
    return world_home


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["effect", *map(str, arguments), "--as-of", DAY])


def rows(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout.removeprefix("\ufeff"))))


def edited(folder: Path, table: str, old: str, new: str) -> None:
    path = folder / f"{table}.csv"
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def told(found: list[dict[str, str]]) -> set[tuple[str, str, str, str]]:
    return {(row["change"], row["kind"] or row["matter"], row["member_state"], row["country"]) for row in found}


def test_the_published_tables_change_nothing(world_folder: Path) -> None:
    assert run(world_folder).stdout.startswith("no rows\n")


def test_a_participation_that_goes_opens_a_gap(world_folder: Path) -> None:
    edited(world_folder, "participation", ROW, "")
    found = rows(run(world_folder, "--format", "csv"))
    assert GAP in told(found)
    assert {row["country"] for row in found} == {"ALB"}
    gap = next(row for row in found if row["kind"] == "not-party-to-convention")
    assert (gap["before"], gap["after"], gap["subject"]) == ("", "confirmed-gap", "Convention against organised crime")
    positions = {row["member_state"]: row for row in found if row["what"] == "position"}
    assert set(positions) == {"BEL", "DNK", "FRA", "HRV"}
    assert {row["matter"] for row in positions.values()} == {"extradition"}  # for mla a general convention remains
    assert (positions["BEL"]["before"], positions["BEL"]["after"]) == ("sectoral-only", "unverified")
    assert positions["FRA"]["after"] == "confirmed-gap"  # its list of extradition treaties names none


def test_a_participation_that_is_added_closes_a_gap_and_changes_positions(world_folder: Path) -> None:
    edited(world_folder, "participation", NEXT, ROW.replace("untoc-alb", "untoc-ecu").replace("ALB", "ECU") + NEXT)
    found = rows(run(world_folder, "--format", "csv"))
    assert ("closed", "not-party-to-convention", "", "ECU") in told(found)
    assert ("changed", "mla", "BEL", "ECU") in told(found)
    assert {row["country"] for row in found} == {"ECU"}
    position = next(
        row for row in found if row["what"] == "position" and row["member_state"] == "BEL" and row["matter"] == "mla"
    )
    assert (position["before"], position["after"], position["after_grade"]) == (
        "unverified",
        "sectoral-only",
        "sectoral",
    )


def test_one_table_alone_is_laid_over_a_folder_that_stays_as_it_is(world_folder: Path, tmp_path: Path) -> None:
    path, mine = world_folder / "participation.csv", tmp_path / "mine.csv"
    mine.write_text(path.read_text("utf-8").replace(ROW, ""), "utf-8")
    before = path.read_bytes()
    found = rows(run(world_folder, "--table", "participation", mine, "--format", "csv"))
    assert GAP in told(found)
    assert "tables=participation" in found[0]["export_parameters"]
    assert path.read_bytes() == before


def test_what_closes_keeps_the_name_that_only_the_published_graph_knows(world_folder: Path) -> None:
    gone = "eurojust-mar,eurojust,MAR,Cooperation of Eurojust with Morocco,2021-03,,authorised,2021-03,,,newspaper,,2026-06-01,test writer,low,\n"
    edited(world_folder, "mandate", gone, "")
    found = rows(run(world_folder, "--format", "csv"))
    assert told(found) == {("closed", "mandate-without-result", "", "MAR")}
    assert found[0]["subject"] == "Cooperation of Eurojust with Morocco"


def test_the_terminal_and_json_say_the_same(world_folder: Path, home: Path) -> None:
    edited(world_folder, "participation", ROW, "")
    text = run(world_folder).stdout
    assert any(line.split()[:3] == ["opened", "not-party-to-convention", "ALB"] for line in text.splitlines())
    assert ", effect, parameters: " in text
    data = json.loads(run(world_folder, "--format", "json").stdout)
    assert GAP in told(data["rows"])
    assert f"\n{len(data['rows'])} rows, effect" in text
    assert data["meta"]["graph"] == Published(home).current().digest


def test_tables_with_errors_give_their_findings_and_nothing_else(world_folder: Path) -> None:
    edited(world_folder, "participation", ROW, ROW.replace(",ALB,", ",QQQ,"))
    result = run(world_folder)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines
    assert all(line.startswith("participation.csv:") and ":country: " in line for line in lines)
    assert result.stderr == ""


def test_an_unknown_table_and_a_folder_without_tables_are_plain_errors(world_folder: Path, tmp_path: Path) -> None:
    result = run(world_folder, "--table", "treaties", world_folder / "event.csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("coopkg: there is no table 'treaties'; write one of absence, ")
    (tmp_path / "empty").mkdir()
    result = run(tmp_path / "empty")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("coopkg: there is no ")


def test_nothing_is_published(world_folder: Path, home: Path) -> None:
    before = Published(home).current().digest, sorted(path.name for path in home.iterdir())
    edited(world_folder, "participation", ROW, "")
    run(world_folder)
    assert (Published(home).current().digest, sorted(path.name for path in home.iterdir())) == before
