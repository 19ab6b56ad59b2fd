"""Every rule of the sheet has an example in `tests/data/invalid`: `<rule>-<what>.<table>.csv`, put in the place of
that table of the made-up world. What `coopkg check` says about it is compared letter by letter.
"""

import ast
import datetime
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kg import check, tables
from kg.errors import SeedError
from kg.issue import Issue, errors
from kg.tables import Catalogue

SEEDS = Path(__file__).parent.parent / "seeds"
WORLD = Path(__file__).parent / "data" / "world"
INVALID = Path(__file__).parent / "data" / "invalid"
TODAY = datetime.date(2026, 6, 1)

CASES = {
    "address-javascript.partnership.csv": [
        "partnership.csv:2:website: 'javascript:alert(1)' is not an address of the web; write a whole address, https://..., without blanks",
    ],
    "address-not-whole.partnership.csv": [
        "partnership.csv:3:website: 'www.clasi.example' is not an address of the web; write a whole address, https://..., without blanks",
    ],
    "blank-row.event.csv": [
        "event.csv:3: the row is empty; delete it",
        "event.csv:4:date: '2023-13' is not a date: there is no month 13; write 2023 or 2023-01 to 2023-12",
    ],
    "blanks-at-the-end.event.csv": [
        "event.csv:2:title: 'Third meeting ' has a blank too many; write 'Third meeting'",
    ],
    "blanks-doubled.event.csv": [
        "event.csv:2:title: 'Third  meeting' has a blank too many; write 'Third meeting'",
    ],
    "cells-too-few.event.csv": [
        "event.csv:2: the row has too many or too few cells; put a cell that holds a comma between double quotes",
    ],
    "cells-too-many.event.csv": [
        "event.csv:2: the row has too many or too few cells; put a cell that holds a comma between double quotes",
    ],
    "code.country_role.csv": [
        "country_role.csv:2:role: 'origin' is not in the list role; write one of destination, hub, source, transit",
    ],
    "column-order.route_flow.csv": [
        "route_flow.csv:1: the columns stand in another order; run `coopkg tidy`",
    ],
    "contradiction-newer.citation.csv": [
        "agreement.csv:14:signed: '2000-11-15' (depositary, high, 2026-04-01) is not what the stronger source says: '2000-12-12' (gazette, high, 2026-06-01); write that value and its source here and move this one to citation.csv",
    ],
    "contradiction-surer.citation.csv": [
        "agreement.csv:9:signed: '2015' (newspaper, low, undated) is not what the stronger source says: '2016-01' (gazette, high, 2026-06-01); write that value and its source here and move this one to citation.csv",
    ],
    "control-character-line-break.event.csv": [
        "event.csv:3:title: the cell holds a line break or an invisible character; write it in one line of visible letters",
    ],
    "control-character-zero-width.event.csv": [
        "event.csv:2:title: the cell holds a line break or an invisible character; write it in one line of visible letters",
    ],
    "date-in-words.event.csv": [
        "event.csv:2:date: 'spring 2023' is not a date; write 2017, 2017-07 or 2017-07-14",
    ],
    "date-no-such-day.event.csv": [
        "event.csv:2:date: '2023-02-30' is not a date: that month has 28 days; write 2023-02-28, 2023-02 or 2023",
    ],
    "date-no-such-month.event.csv": [
        "event.csv:2:date: '2023-13' is not a date: there is no month 13; write 2023 or 2023-01 to 2023-12",
    ],
    "date-not-a-single-day.event.csv": [
        "event.csv:2:checked: '2026-06' is not a single day; write the day, for example 2026-06-01",
    ],
    "duplicate-identifier.event.csv": [
        "event.csv:3: a row with this key stands above already; delete one of the two, or correct the key",
        "event.csv:3:id: 'clasi-1' stands above already; give each row its own value; identifiers are never used again",
    ],
    "duplicate-key.crime_index.csv": [
        "crime_index.csv:3: a row with this key stands above already; delete one of the two, or correct the key",
    ],
    "encoding-latin-1.event.csv": [
        "event.csv:2: the file is not UTF-8; save it again as UTF-8",
    ],
    "encoding-mark.route_flow.csv": [
        "route_flow.csv:1: the file begins with a byte-order mark; run `coopkg tidy`",
    ],
    "form-negative-number.route_flow.csv": [
        "route_flow.csv:2:detections: '-120' does not have the form of this column; Number of detections.",
    ],
    "form-outcome.intake.csv": [
        "intake.csv:2:outcome: 'lost' does not have the form of this column; in: became a record of its own; merged: became part of a record that other rows made too; out: left out.",
    ],
    "form-year.route_flow.csv": [
        "route_flow.csv:2:year: '20240' does not have the form of this column; Calendar year.",
    ],
    "formula.event.csv": [
        "event.csv:2:title: '=cmd|/C calc' is what a spreadsheet takes for a formula; begin it with a letter or a digit",
    ],
    "future-checked.event.csv": [
        "event.csv:2:checked: 2026-06-02 lies in the future; write a day up to 2026-06-01",
    ],
    "future-signed.participation.csv": [
        "participation.csv:2:signed: 2030 lies in the future; write a day up to 2026-06-01",
    ],
    "header-missing.route_flow.csv": [
        "route_flow.csv:1: the column note is missing; write id,route,year,detections,source,locator,checked,checked_by,confidence,note",
    ],
    "header-not-declared.route_flow.csv": [
        "route_flow.csv:1: the column remark is not declared; write id,route,year,detections,source,locator,checked,checked_by,confidence,note",
    ],
    "header-of-an-empty-file.route_flow.csv": [
        "route_flow.csv:1: the column checked is missing; the column checked_by is missing; the column confidence is missing; the column detections is missing; the column id is missing; the column locator is missing; the column note is missing; the column route is missing; the column source is missing; the column year is missing; write id,route,year,detections,source,locator,checked,checked_by,confidence,note",
    ],
    "header-twice.route_flow.csv": [
        "route_flow.csv:1: a column stands twice; write id,route,year,detections,source,locator,checked,checked_by,confidence,note",
    ],
    "identifier-capital.event.csv": [
        "event.csv:2:id: 'Clasi-1' is not an identifier; write lower-case letters, digits and hyphens only",
    ],
    "identifier-underscore.event.csv": [
        "event.csv:2:id: 'clasi_1' is not an identifier; write lower-case letters, digits and hyphens only",
    ],
    "interval-since-before-signed.participation.csv": [
        "participation.csv:2:since: since 2000-11-30 lies before signed 2000-12; write a date from 2000-12 on, or correct signed",
    ],
    "interval-until-before-since.declaration.csv": [
        "declaration.csv:2:until: until 2014 lies before since 2015-06-01; write a date from 2015-06-01 on, or correct since",
    ],
    "interval-until-before-since.opt_out.csv": [
        "opt_out.csv:2:until: until 2016 lies before since 2017-05-01; write a date from 2017-05-01 on, or correct since",
    ],
    "line-ends.route_flow.csv": [
        "route_flow.csv:1: lines do not end with LF alone; run `coopkg tidy`",
    ],
    "one-of-two-both.seizure.csv": [
        "seizure.csv:2:country: a figure is for either a country or an organisation; fill one of the two columns; make a row for each figure",
    ],
    "one-of-two-neither.seizure.csv": [
        "seizure.csv:2:country: a figure is for either a country or an organisation; fill one of the two columns; make a row for each figure",
    ],
    "one-party-none.membership.csv": [
        "membership.csv:2:country: a row names one party, either a country or an organisation; fill one of the two columns; make a row for each party",
    ],
    "one-party-two.participation.csv": [
        "participation.csv:2:country: a row names one party, either a country or an organisation; fill one of the two columns; make a row for each party",
    ],
    "order.event.csv": [
        "event.csv:3:id: the row with clasi-1 stands too late; run `coopkg tidy`",
    ],
    "placeholder-n-a.event.csv": [
        "event.csv:2:place: 'n/a' stands for something not known; leave the cell empty",
    ],
    "placeholder-reference-error.event.csv": [
        "event.csv:2:place: '#REF!' stands for something not known; leave the cell empty",
    ],
    "placeholder-unknown.event.csv": [
        "event.csv:2:place: 'Unknown' stands for something not known; leave the cell empty",
    ],
    "reason.intake.csv": [
        "intake.csv:2:reason: a row that was left out has no reason; say why in a few words",
    ],
    "reference-country.country_role.csv": [
        "country_role.csv:2:country: 'ABC' is not in country.csv; write an identifier that the table has, or add the row there first",
    ],
    "reference-in-a-list.posting.csv": [
        "posting.csv:2:covers: 'ECU;USA' is not in country.csv; separate values by '; ' and write codes that the table has",
    ],
    "reference-of-a-citation.citation.csv": [
        "citation.csv:2:record: there is no 'bel-per-mla' in agreement.csv; write a table and an identifier of that table",
    ],
    "reference-route.route_flow.csv": [
        "route_flow.csv:2:route: 'cocaine-per' is not in route.csv; write an identifier that the table has, or add the row there first",
    ],
    "reference-to-the-same-table.agreement.csv": [
        "agreement.csv:15:supplements: 'palermo' is not in this table; write an identifier that the table has, or add the row there first",
    ],
    "required-identifier.event.csv": [
        "event.csv:2:id: the cell is empty; Identifier of the event: lower-case letters, digits and hyphens; never changed, never used again.",
    ],
    "required-source.event.csv": [
        "event.csv:2:source: the cell is empty; Where the fact was read.",
    ],
    "separator-semicolon.route_flow.csv": [
        "route_flow.csv:1: cells are not separated by commas; run `coopkg tidy`",
    ],
    "separator-tab.route_flow.csv": [
        "route_flow.csv:1: cells are not separated by commas; run `coopkg tidy`",
    ],
    "spreadsheet-day-of-two-meanings.event.csv": [
        "event.csv:2:date: '07/08/2017' looks like a date rewritten by the spreadsheet; write the year first: 2017-07-14",
    ],
    "spreadsheet-day.event.csv": [
        "event.csv:2:date: '14/07/2017' looks like a date rewritten by the spreadsheet; write 2017-07-14",
    ],
    "spreadsheet-month.event.csv": [
        "event.csv:2:date: 'juil-17' looks like a date rewritten by the spreadsheet; write 2017, 2017-07 or 2017-07-14",
    ],
    "spreadsheet-number.route_flow.csv": [
        "route_flow.csv:2:detections: '1E+05' looks like a number rewritten by the spreadsheet; write all its digits",
    ],
    "spreadsheet-serial-number.event.csv": [
        "event.csv:2:date: '43000' looks like a date rewritten by the spreadsheet; write 2017, 2017-07 or 2017-07-14",
    ],
    "too-few.event.csv": [
        "event.csv: the table has 1 rows, a sound one at least 2; find out what was lost before lowering `assertions.min`",
    ],
    "too-many.event.csv": [
        "event.csv: warning: the table has 4 rows, more than the 3 expected; look whether rows came in twice, then raise `assertions.max`",
    ],
    "type-decimal-comma.seizure.csv": [
        "seizure.csv:2:quantity: '44,2' is not of the type of this column; write digits with a decimal point",
    ],
    "type-digits-of-another-script.route_flow.csv": [
        "route_flow.csv:2:year: '２０２４' is not of the type of this column; write a whole number, digits only",
    ],
    "type-infinite.seizure.csv": [
        "seizure.csv:2:quantity: 'INF' is not of the type of this column; write digits with a decimal point",
    ],
    "type-words.route_flow.csv": [
        "route_flow.csv:2:detections: 'about 120' is not of the type of this column; write a whole number, digits only",
    ],
    "type-yes-or-no.agreement.csv": [
        "agreement.csv:4:personal_data: 'true' is not of the type of this column; write yes or no",
    ],
}


def no_file(folder: Path) -> None:
    (folder / "route_flow.csv").unlink()


def reference_to_no_table(folder: Path) -> None:
    change_table(
        folder, "opt_out", lambda table: table["schema"]["foreignKeys"][0]["reference"].update(resource="pact")
    )


def import_cut_off(folder: Path) -> None:
    (folder / check.JOURNAL).write_text('["event.csv"]', "utf-8")


FOLDERS = {
    import_cut_off: ["import.journal: an import was cut off before its end; run `coopkg import --finish`"],
    no_file: ["route_flow.csv: the table is missing; restore the file, if only with its header"],
    reference_to_no_table: [
        'opt_out.csv: The data resource has an error: failed to handle a foreign key for resource "opt_out" '
        'as resource "pact" does not exist; compare the row with datapackage.json'
    ],
}
"""What no single CSV can show: a change of the folder and what is said about it."""


def change_table(folder: Path, name: str, change: Callable[[dict], None]) -> None:
    path = folder / "datapackage.json"
    content = json.loads(path.read_text("utf-8"))
    change(next(resource for resource in content["resources"] if resource["name"] == name))
    path.write_text(json.dumps(content), "utf-8")


def checked(folder: Path) -> list[Issue]:
    return check.issues(tables.load(folder), TODAY)


def put(example: str, folder: Path) -> None:
    """Puts an example into a world folder; tables of `too-few` and `too-many` are expected to have two or three rows."""
    rule, table, _ = example.split(".")
    if rule.startswith("too-"):
        change_table(folder, table, lambda resource: resource.update(assertions={"min": 2, "max": 3}))
    shutil.copy(INVALID / example, folder / f"{table}.csv")


def test_the_world_has_no_finding(world_catalogue: Catalogue):
    assert check.issues(world_catalogue, TODAY) == []


@pytest.fixture(scope="session")
def findings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Issue]]:
    """What is said about each example, in a folder of only the tables that its own leads to: a tenth of the time."""
    return {example: checked(small_folder(example, tmp_path_factory.mktemp("small"))) for example in CASES}


def small_folder(example: str, folder: Path) -> Path:
    package = json.loads((SEEDS / "datapackage.json").read_text("utf-8"))
    resources = {resource["name"]: resource for resource in package["resources"]}
    needed = {"code", example.split(".")[1]} | ({"agreement"} if "citation" in example else set())
    while more := {
        key["reference"]["resource"] for name in needed for key in resources[name]["schema"].get("foreignKeys", [])
    } - {*needed, ""}:
        needed |= more
    for name in needed:
        shutil.copy((SEEDS if name == "code" else WORLD) / f"{name}.csv", folder)
    package["resources"] = [
        resources[name] | {"assertions": {"min": 0, "max": 1000}} for name in resources if name in needed
    ]
    (folder / "datapackage.json").write_text(json.dumps(package), "utf-8")
    put(example, folder)
    return folder


@pytest.mark.parametrize("example", CASES)
def test_an_example_is_found_with_its_place_and_what_to_write_instead(example, findings):
    assert [str(issue) for issue in findings[example]] == CASES[example]


@pytest.mark.parametrize("example", CASES)
def test_an_example_is_named_after_the_rule_it_breaks(example, findings):
    assert any(example.startswith(issue.rule) for issue in findings[example])


@pytest.mark.parametrize("spoil", FOLDERS, ids=lambda spoil: spoil.__name__)
def test_a_folder_that_lacks_something_is_found(spoil, world_folder):
    spoil(world_folder)
    assert [str(issue) for issue in checked(world_folder)] == FOLDERS[spoil]


def test_every_file_of_examples_has_its_messages():
    assert {path.name for path in INVALID.iterdir()} == set(CASES)


def rules_in(module: str) -> Iterator[str]:
    """The rule names that a module can give: fourth of an `Issue`, second of `issue(...)`, first of a finding in a
    tuple of three, second of a finding in a tuple of four."""
    tree = ast.parse((Path(check.__file__).parent / f"{module}.py").read_text("utf-8"))
    for node in ast.walk(tree):
        names: list[ast.expr] = []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            names = {"Issue": node.args[3:4], "issue": node.args[1:2]}.get(node.func.id, [])
        elif isinstance(node, ast.Yield | ast.Return) and isinstance(node.value, ast.Tuple):
            names = node.value.elts[len(node.value.elts) - 3 :][:1]
        elif isinstance(node, ast.Lambda) and isinstance(node.body, ast.Tuple):
            names = node.body.elts[:1]
        for name in names:
            yield from (
                part.value for part in ast.walk(name) if isinstance(part, ast.Constant) and isinstance(part.value, str)
            )


def test_every_rule_that_check_and_tidy_can_name_has_an_example(findings, world_folder):
    shown = {issue.rule for found in findings.values() for issue in found}
    for spoil in FOLDERS:
        folder = world_folder.parent / spoil.__name__
        shutil.copytree(world_folder, folder)
        spoil(folder)
        shown |= {issue.rule for issue in checked(folder)}
    named = {*rules_in("check"), *rules_in("contradictions"), *rules_in("tidy")}
    assert len(named) >= 29
    assert named == shown


def test_the_rules_about_layout_are_rules():
    assert set(rules_in("check")) > check.LAYOUT


def test_all_findings_come_at_once_sorted_by_place(world_folder):
    for example in ("placeholder-n-a.event.csv", "code.country_role.csv", "type-words.route_flow.csv"):
        put(example, world_folder)
    assert [issue.file for issue in checked(world_folder)] == ["country_role.csv", "event.csv", "route_flow.csv"]


def test_the_rows_are_not_looked_at_while_a_file_cannot_be_read(world_folder):
    put("line-ends.route_flow.csv", world_folder)
    put("placeholder-n-a.event.csv", world_folder)
    assert [issue.rule for issue in checked(world_folder)] == ["line-ends"]


def test_too_many_rows_are_a_warning_and_too_few_an_error(world_folder):
    put("too-many.event.csv", world_folder)
    assert errors(checked(world_folder)) == []
    put("too-few.event.csv", world_folder)
    assert len(errors(checked(world_folder))) == 1


def test_nothing_lies_in_the_future_on_the_day_itself(world_folder):
    put("future-checked.event.csv", world_folder)
    assert check.issues(tables.load(world_folder), datetime.date(2026, 6, 2)) == []


@pytest.mark.parametrize("column", ["signed", "bound", "status_as_of", "checked"])
def test_what_has_happened_does_not_lie_in_the_future(column, world_catalogue):
    field = next(field for field in world_catalogue.tables["participation"].columns if field.name == column)
    found = list(check._cell(field, "2026-06-02", check.Known(world_catalogue), TODAY))
    assert found == [("future", "2026-06-02 lies in the future", "write a day up to 2026-06-01")]
    assert list(check._cell(field, "2026-06-01", check.Known(world_catalogue), TODAY)) == []


def test_a_year_that_has_begun_is_not_the_future(world_folder):
    path = world_folder / "participation.csv"
    path.write_text(path.read_text("utf-8").replace(",signature,2026-03-01,", ",signature,2026,"), "utf-8")
    assert checked(world_folder) == []


def test_today_is_the_day_by_default(world_folder):
    tomorrow = datetime.date.today() + datetime.timedelta(days=1)
    path = world_folder / "event.csv"
    path.write_text(path.read_text("utf-8").replace("2026-06-01", str(tomorrow), 1), "utf-8")
    assert {issue.rule for issue in check.issues(tables.load(world_folder))} == {"future"}


def test_an_entry_into_force_and_an_end_may_be_announced(world_folder):
    path = world_folder / "opt_out.csv"
    path.write_text(path.read_text("utf-8").replace("2017-05-01,,", "2030-05-01,2031,"), "utf-8")
    assert checked(world_folder) == []


def test_a_date_less_precise_than_another_may_stand_beside_it(world_folder):
    path = world_folder / "opt_out.csv"
    path.write_text(path.read_text("utf-8").replace("2017-05-01,,", "2017-05-01,2017,"), "utf-8")
    assert checked(world_folder) == []


def test_namibia_is_not_a_placeholder(world_folder):
    path = world_folder / "country.csv"
    lines = path.read_text("utf-8").replace("MAR,MA,504", "MAR,NA,516")
    path.write_text(lines, "utf-8")
    assert checked(world_folder) == []


@pytest.mark.parametrize("cell", ["May 2019 declaration", "Mayo", "Section 3e", "1e", "NATO", "X-ray ports"])
def test_words_that_only_resemble_placeholders_or_dates_are_left_alone(cell, world_folder):
    path = world_folder / "event.csv"
    path.write_text(path.read_text("utf-8").replace("Quito", cell), "utf-8")
    assert checked(world_folder) == []


def test_a_quotation_mark_that_is_never_closed_is_a_finding_however_long_the_file(world_folder):
    path = world_folder / "crime_index.csv"
    header, first, *rest = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([header, first + '"', *rest * 500]), "utf-8")
    assert [(issue.file, issue.column, issue.rule) for issue in checked(world_folder)] == [
        ("crime_index.csv", "note", "control-character")
    ]


def test_every_line_is_named_as_an_editor_counts_it(world_folder):
    path = world_folder / "event.csv"
    lines = path.read_text("utf-8").split("\n")
    path.write_text("\n".join([lines[0], "", "", lines[1].replace("Brussels", "?")]) + "\n", "utf-8")
    assert [(issue.row, issue.rule) for issue in checked(world_folder)] == [
        (2, "blank-row"),
        (3, "blank-row"),
        (4, "placeholder"),
    ]


def test_a_description_that_is_no_table_schema_is_a_plain_error(world_folder):
    package = world_folder / "datapackage.json"
    package.write_text(package.read_text("utf-8").replace('"type": "integer"', '"type": "whole"'), "utf-8")
    with pytest.raises(SeedError, match=r"datapackage\.json is no table schema"):
        checked(world_folder)
