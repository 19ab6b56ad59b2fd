"""The command: what each part prints, in which form, and with which exit code."""

import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from kg import cli, settings
from kg.published import Published

DAY = ["--as-of", "2026-06-01"]
PAIR = ["position", "--member-state", "FRA", "--country", "ECU"]


@pytest.fixture(autouse=True)
def of_the_world(world_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command asks the made-up world."""
    monkeypatch.setenv("COOPKG_HOME", str(world_home))
    monkeypatch.delenv("COOPKG_STORE", raising=False)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


def rows(result: Result) -> list[dict[str, str]]:
    assert result.exit_code == 0, result.output
    return list(csv.DictReader(io.StringIO(result.stdout)))


def refused(result: Result, message: str, code: int = 2) -> None:
    assert result.exit_code == code
    assert message in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.output


def test_every_command_has_a_help_that_ends_with_a_full_stop() -> None:
    commands = {"check", "tidy", "build", "position", "matrix", "gaps", "ask", "query", "settings"}
    assert set(cli.main.commands) >= commands
    for name in commands:
        result = run(name, "--help")
        assert result.exit_code == 0
        assert (cli.main.commands[name].help or "").endswith(".")


@pytest.mark.parametrize("arguments", [["no-such"], ["gaps", "--no-such"], ["position"], ["query", "no-such-file.rq"]])
def test_wrong_use_has_exit_code_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


# position


def test_position_tells_status_instruments_and_what_is_not_recorded() -> None:
    result = run("position", "--member-state", "BEL", "--country", "COL", "--matter", "mla", *DAY)
    assert result.exit_code == 0
    assert "BEL -> COL, mla, as of 2026-06-01: covered (dedicated)" in result.stdout
    assert "[bel-col-mla], general, holds at least since 2012-03-01" in result.stdout
    assert "proof: bel-col-mla-bel, bel-col-mla-col" in result.stdout
    assert "source: " in result.stdout
    assert "reciprocity" in result.stdout


def test_position_tells_what_is_signed_and_what_is_known_to_be_absent() -> None:
    signed = run(*PAIR, "--matter", "transfer", *DAY).stdout
    absent = run(*PAIR, "--matter", "mla", *DAY).stdout
    stale = run("position", "--member-state", "BEL", "--country", "ECU", "--matter", "extradition", *DAY).stdout
    assert "entry-not-seen" in signed
    assert "[fra-ecu-transfer], signed 2015-12-31" in signed
    assert "confirmed-gap" in absent
    assert "none exists as of 2026-01-15: " in absent
    assert "none exists as of 2015-12-31 (too long ago to count): " in stale


def test_position_as_json_has_the_keys_that_are_promised() -> None:
    result = run("position", "--member-state", "BEL", "--country", "COL", "--matter", "mla", *DAY, "--format", "json")
    data = json.loads(result.stdout)
    assert set(data) >= {"member_state", "country", "matter", "as_of", "status", "grade", "bases"}
    assert set(data["bases"][0]) >= {"instrument", "title", "grade", "from", "until", "sources"}
    assert set(data["bases"][0]["sources"][0]) == {"title", "url", "as_of", "confidence"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--matter", "mla", "--as-of", "2026"], "'2026' is not a single day; write a day, for example 2026-01-01"),
        (["--matter", "mla", "--as-of", "2026-02-30"], "'2026-02-30' is not a date"),
        (["--matter", "love"], "there is no matter 'love'; write one of"),
        (["--matter", "mla", "--country", "QQQ"], "there is no country with the code 'QQQ'"),
        (["--matter", "mla", "--country", "BEL"], "BEL was a member state of the European Union on"),
        (["--matter", "mla", "--member-state", "USA"], "USA was no member state of the European Union on"),
    ],
)
def test_position_refuses_what_cannot_be_asked(arguments: list[str], message: str) -> None:
    refused(run(*PAIR, *DAY, *arguments), f"coopkg: {message}")


# matrix


def test_matrix_as_a_table_has_a_letter_and_a_number_a_cell_and_says_what_they_mean(world_home: Path) -> None:
    result = run("matrix", *DAY)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[1].split() == ["country", "name", "BEL", "DNK", "FRA", "HRV"]
    (colombia,) = (line.split() for line in lines if line.startswith("COL"))
    assert colombia == ["COL", "Colombia", "T2", "C1", "C1", "C1"]
    assert "T treaty, A agency, C certain offences only, S signed, G confirmed gap, ? unverified" in result.stdout
    assert "reciprocity" in result.stdout
    digest = Published(world_home).current().digest[:12]
    assert lines[-1] == f"36 cells, matter=mla; stale_months=24, as of 2026-06-01, graph {digest}"


def test_matrix_takes_matters_a_member_state_and_a_region() -> None:
    found = rows(
        run(
            *("matrix", "--matter", "mla", "--matter", "extradition", "--member-state", "bel"),
            *("--region", "western-balkans", *DAY, "--format", "csv"),
        )
    )
    assert {(row["matter"], row["member_state"], row["country"]) for row in found} == {
        (matter, "BEL", country) for matter in ("mla", "extradition") for country in ("ALB", "XKX")
    }
    assert found[0]["export_parameters"] == (
        "matter=mla, extradition; member_state=BEL; region=western-balkans; stale_months=24"
    )


def test_matrix_as_json_is_of_one_matter_and_as_a_workbook_of_all(tmp_path: Path) -> None:
    data = json.loads(run("matrix", *DAY, "--format", "json").stdout)
    assert [one["matter"] for one in data["matrices"]] == ["mla"]
    assert data["matrices"][0]["cells"]["FRA"]["ECU"] == {"status": "confirmed-gap", "grade": None, "bases": 0}
    file = tmp_path / "matrix.xlsx"
    assert run("matrix", *DAY, "--format", "xlsx", "-o", file).exit_code == 0
    names = openpyxl.load_workbook(file).sheetnames
    assert (names[:3], names[-3:], len(names)) == (
        ["mla", "extradition", "transfer"],
        ["Legend", "Sources", "About"],
        12,
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--matter", "tea"], "there is no matter 'tea'; write one of"),
        (["--member-state", "USA"], "USA was no member state of the European Union on 2026-06-01"),
        (["--region", "moon"], "there is no region 'moon'; write one of"),
        (["--as-of", "2026"], "'2026' is not a single day"),
    ],
)
def test_matrix_refuses_what_cannot_be_asked(arguments: list[str], message: str) -> None:
    refused(run("matrix", *DAY, *arguments), f"coopkg: {message}")


# gaps


def test_gaps_as_a_table_ends_with_the_number_of_rows_and_the_graph(world_home: Path) -> None:
    result = run("gaps", "no-posting", *DAY)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1].startswith(
        "3 rows, gaps no-posting, parameters: none, as of 2026-06-01, graph "
    )
    assert Published(world_home).current().digest[:12] in result.stdout


def test_gaps_as_csv_carries_the_question_on_every_line(world_home: Path) -> None:
    found = rows(run("gaps", "--country", "ecu", "--status", "confirmed-gap", *DAY, "--format", "csv"))
    assert {row["country"] for row in found} == {"ECU"}
    assert {row["export_day"] for row in found} == {"2026-06-01"}
    assert {row["export_graph"] for row in found} == {Published(world_home).current().digest}
    assert {row["export_rows"] for row in found} == {str(len(found))}
    assert {(row["export_query"], row["export_parameters"]) for row in found} == {
        ("gaps", "country=ecu; status=confirmed-gap")
    }


def test_gaps_without_a_kind_are_those_of_all_kinds() -> None:
    assert len({row["kind"] for row in rows(run("gaps", *DAY, "--format", "csv"))}) >= 12


def test_gaps_take_filters_and_further_parameters() -> None:
    by_region = rows(run("gaps", "--region", "western-balkans", *DAY, "--format", "csv"))
    assert {row["country"] for row in by_region} == {"ALB", "XKX"}
    by_state = rows(run("gaps", "--member-state", "BEL", *DAY, "--format", "csv"))
    assert {row["member_state"] for row in by_state} == {"BEL", ""}
    near = rows(run("gaps", "funding-ends", "-p", "horizon=2026-10-01", *DAY, "--format", "csv"))
    assert {row["country"] for row in near} == {"XKX"}
    assert near[0]["export_query"] == "gaps funding-ends"
    assert near[0]["export_parameters"] == "horizon=2026-10-01"


def test_gaps_under_other_weights_show_the_change_of_order(tmp_path: Path) -> None:
    file = tmp_path / "weights.csv"
    file.write_text("part,weight\nindex,10\nstatus,0\n", "utf-8")
    standard = rows(run("gaps", "no-europol-data", *DAY, "--format", "csv"))
    found = rows(run("gaps", "no-europol-data", *DAY, "--weights", file, "--format", "csv"))
    assert [row["country"] for row in standard] == ["COL", "MAR", "ECU"]
    assert [row["country"] for row in found] == ["COL", "ECU", "MAR"], "Ecuador has the higher index"
    moves = [(row["rank"], row["standard_rank"], row["move"]) for row in found]
    assert moves == [("1", "1", "0"), ("2", "3", "1"), ("3", "2", "-1")]
    assert found[0]["export_weights"].endswith("(changed: index, status)")
    assert standard[0]["export_weights"].endswith("(standard)")
    assert "rank" not in standard[0]
    assert "routes_figure" in found[0]
    assert "routes_figure" not in run("gaps", "no-europol-data", *DAY, "--weights", file).stdout


def test_gaps_with_an_unknown_part_name_those_that_there_are(tmp_path: Path) -> None:
    file = tmp_path / "weights.csv"
    file.write_text("part,weight\nroads,1\n", "utf-8")
    refused(run("gaps", "--weights", file, *DAY), "coopkg: the score has no part 'roads'; write one of routes, roles")


def test_gaps_as_json_and_as_a_workbook_hold_the_same_rows(tmp_path: Path) -> None:
    data = json.loads(run("gaps", "no-posting", *DAY, "--format", "json").stdout)
    assert len(data["rows"]) == 3
    result = run("gaps", "no-posting", *DAY, "--format", "xlsx", "-o", tmp_path / "gaps.xlsx")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "3 rows" in result.stderr
    sheet = openpyxl.load_workbook(tmp_path / "gaps.xlsx")["rows"]
    assert [cell.value for cell in sheet[1]] == list(data["rows"][0])
    assert sheet.max_row == 4


def test_a_file_holds_what_the_terminal_would_show(tmp_path: Path) -> None:
    shown = run("gaps", "no-posting", *DAY, "--format", "csv").stdout_bytes
    run("gaps", "no-posting", *DAY, "--format", "csv", "-o", tmp_path / "gaps.csv")
    assert (tmp_path / "gaps.csv").read_bytes() == shown


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no-such"], "there is no kind of gap 'no-such'; write one of"),
        (["--status", "open"], "there is no status 'open'"),
        (["--country", "QQQ"], "there is no country with the code 'QQQ'"),
        (["--region", "atlantis"], "there is no region 'atlantis'"),
        (["--as-of", "tomorrow"], "'tomorrow' is not a date; write a day"),
        (["-p", "horizon=2030-01-01"], "a parameter belongs to one kind of gap; name the kind before it"),
        (["funding-ends", "-p", "horizon"], "'horizon' is no parameter; write -p key=value"),
        (["funding-ends", "-p", "percent=3"], "funding-ends has no parameter 'percent'"),
    ],
)
def test_gaps_refuse_what_cannot_be_asked(arguments: list[str], message: str) -> None:
    refused(run("gaps", *arguments), f"coopkg: {message}")


# ask and query


def test_ask_without_a_name_lists_the_questions_and_their_parameters() -> None:
    result = run("ask")
    assert result.exit_code == 0
    assert "bases: On which bases can a member state ask a third country on a day" in result.stdout
    assert "    -p member_state=BEL  The member state that asks." in result.stdout
    names = [line.split(":")[0] for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert names == sorted(path.stem for path in (cli.QUERIES / "ask").glob("*.rq"))


def test_ask_answers_with_given_parameters_and_says_which(world_home: Path) -> None:
    found = rows(run("ask", "bases", "-p", "country=ALB", "-p", "day=2026-06-01", "--format", "csv"))
    assert {row["title"] for row in found} == {
        "Convention on mutual legal assistance in criminal matters",
        "Convention against organised crime",
        "Operational agreement between Europol and Albania",
    }
    assert found[0]["export_day"] == "2026-06-01"
    assert "country=ALB" in found[0]["export_parameters"]


def test_ask_gives_the_same_columns_in_every_row() -> None:
    data = json.loads(run("ask", "positions", "-p", "day=2026-06-01", "--format", "json").stdout)
    assert len({tuple(row) for row in data["rows"]}) == 1


def test_ask_without_rows_says_so() -> None:
    assert run("ask", "bases", "-p", "country=XKX").stdout.startswith("no rows\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["no-such"], "there is no query 'no-such'; there are absences, "),
        (["bases", "-p", "colour=red"], "bases has no parameter 'colour'"),
        (["bases", "-p", "day=any"], "'any' is not a date"),
        (["bases", "-p", "matter=mla> } #"], "matter is 'mla> } #'"),
    ],
)
def test_ask_refuses_what_cannot_be_asked(arguments: list[str], message: str) -> None:
    refused(run("ask", *arguments), f"coopkg: {message}")


def test_query_runs_a_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "mine.rq"
    file.write_text("SELECT (COUNT(*) AS ?n) { ?a a <https://w3id.org/coopkg/def#Agreement> }", "utf-8")
    (row,) = rows(run("query", file, "--format", "csv"))
    assert row["n"] == "14"
    assert row["export_query"] == "mine.rq"
    file.write_text("ASK { ?a a <https://w3id.org/coopkg/def#Agreement> }", "utf-8")
    assert rows(run("query", file, "--format", "csv"))[0]["ask"] == "true"


@pytest.mark.parametrize("text", ["SELECT * { ?s ?p }", "CONSTRUCT WHERE { ?s ?p ?o }", "DELETE WHERE { ?s ?p ?o }"])
def test_query_refuses_what_gives_no_table(tmp_path: Path, text: str) -> None:
    (tmp_path / "mine.rq").write_text(text, "utf-8")
    refused(run("query", tmp_path / "mine.rq"), "coopkg: the query ")


# check, tidy, build


def test_check_passes_sound_tables_and_says_what_comes_next(world_folder: Path) -> None:
    result = run("check", world_folder)
    assert result.exit_code == 0
    assert "0 errors" in result.stderr
    assert "next: coopkg build" in result.stderr


def test_check_names_every_finding_with_its_place(world_folder: Path) -> None:
    path = world_folder / "hub.csv"
    path.write_text(path.read_text("utf-8").replace(",ECU,seaport,", ",QQQ,harbour,"), "utf-8")
    result = run("check", world_folder)
    assert result.exit_code == 1
    assert "hub.csv:4:country: " in result.stdout
    assert "hub.csv:4:kind: 'harbour' is not in the list hub-kind" in result.stdout
    assert "next" not in result.stderr


def test_tidy_repairs_the_layout_and_then_has_nothing_to_do(world_folder: Path) -> None:
    run("tidy", world_folder)
    path = world_folder / "hub.csv"
    sound = path.read_bytes()
    path.write_bytes(b"\xef\xbb\xbf" + sound.replace(b"\n", b"\r\n"))
    result = run("tidy", world_folder)
    assert result.exit_code == 0
    assert "hub.csv: layout repaired" in result.stdout
    assert path.read_bytes() == sound
    assert "0 files rewritten; next: coopkg check" in run("tidy", world_folder).stderr


@pytest.mark.parametrize("command", ["check", "tidy"])
def test_a_folder_without_tables_is_a_plain_error(command: str, tmp_path: Path) -> None:
    refused(run(command, tmp_path), "coopkg: there is no ", code=1)


def test_build_publishes_and_says_what_it_did_in_numbers(
    world_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DATA", world_data)
    monkeypatch.setenv("COOPKG_HOME", str(tmp_path / "home"))
    result = run("build")
    assert result.exit_code == 0, result.output
    digest = Published(tmp_path / "home").current().digest
    assert result.stdout.rstrip().endswith(f"graph {digest}")
    assert "cooperation bases" in result.stdout
    assert ": warning: " not in result.stdout
    assert "check     34 tables, " in result.stderr


def test_build_lists_warnings_when_asked(world_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATA", world_data)
    monkeypatch.setenv("COOPKG_HOME", str(tmp_path / "home"))
    result = run("build", "--warnings")
    listed = [line for line in result.stdout.splitlines() if ": warning: " in line]
    assert f" {len(listed)} warnings, graph " in result.stdout
    assert any(line.startswith("agreement.csv:") for line in listed)


def test_build_names_what_to_mend_and_publishes_nothing(
    world_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DATA", world_data)
    monkeypatch.setenv("COOPKG_HOME", str(tmp_path / "home"))
    path = world_data / "seeds" / "hub.csv"
    path.write_text(path.read_text("utf-8").replace(",seaport,", ",harbour,"), "utf-8")
    result = run("build")
    assert result.exit_code == 1
    assert "hub.csv:2:kind: 'harbour' is not in the list hub-kind; write one of" in result.stdout
    assert "nothing was published" in result.stderr
    assert not (tmp_path / "home" / "current").exists()


# settings


def test_settings_lists_every_setting_with_its_value_and_help(world_home: Path) -> None:
    lines = run("settings").stdout.splitlines()
    assert [line.split("=")[0] for line in lines] == [f"COOPKG_{one.name.upper()}" for one in settings.SETTINGS]
    assert lines[0].startswith(f"COOPKG_HOME={world_home}  ")


def test_a_setting_that_cannot_be_right_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOPKG_KEEP", "many")
    refused(run("settings"), "coopkg: COOPKG_KEEP is 'many'; write a positive whole number")


def test_without_a_graph_the_command_says_what_to_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOPKG_HOME", str(tmp_path))
    refused(run("gaps"), "run `coopkg build`", code=1)


def test_a_remote_graph_that_does_not_answer_is_a_plain_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOPKG_STORE", "http://127.0.0.1:9/sparql")
    refused(run(*PAIR, "--matter", "mla", *DAY), "http://127.0.0.1:9/sparql does not answer", code=1)
