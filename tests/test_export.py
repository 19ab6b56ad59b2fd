"""Answers as files: every line says where it comes from, and no cell becomes a formula."""

import csv
import datetime
import io
import json
import time
import zipfile

import openpyxl
import pytest

from kg import export

META = export.meta("ab" * 32, datetime.date(2026, 6, 1), 2, "gaps", {"country": "ECU"})
ORIGIN = {f"export_{name}": value for name, value in META.items()}
ROWS = [
    {
        "kind": "no-dedicated-mla",
        "country_name": "Équateur",
        "routes": 2,
        "need": 'a "quoted" name, with a comma\nand a line',
        "need_sources": "https://example.org/1 https://example.org/2",
        "lack_sources": "",
    },
    {
        "kind": "no-posting",
        "country_name": "Kosovo*",
        "routes": 0,
        "need": "",
        "need_sources": "",
        "lack_sources": "https://example.org/2",
    },
]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1", '=HYPERLINK("http://example.org","x")']


def parsed(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_csv_parses_back_to_the_same_rows() -> None:
    back = parsed(export.gap_csv(ROWS, META))
    assert [{name: row[name] for name in ROWS[0]} for row in back] == [
        {name: str(value) for name, value in row.items()} for row in ROWS
    ]


def test_every_line_of_csv_carries_the_graph_the_day_and_the_question() -> None:
    assert [{name: row[name] for name in ORIGIN} for row in parsed(export.gap_csv(ROWS, META))] == [ORIGIN, ORIGIN]


def test_csv_is_utf8_with_plain_line_ends() -> None:
    content = export.gap_csv(ROWS, META)
    assert "Équateur".encode() in content
    assert b"\r" not in content


def test_csv_without_rows_has_a_header_only() -> None:
    assert export.gap_csv([], META) == b"export_graph,export_day,export_rows,export_query,export_parameters\n"


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_in_csv_is_made_harmless(text: str) -> None:
    (row,) = parsed(export.gap_csv([{"need": text}], {"query": text}))
    assert row == {"need": f"'{text}", "export_query": f"'{text}"}


def test_numbers_and_plain_text_are_not_touched() -> None:
    assert [export.neutral(value) for value in (-1, 0, "a=1", "", "2026-01-01")] == [-1, 0, "a=1", "", "2026-01-01"]


def test_json_holds_rows_meta_and_what_a_status_means() -> None:
    data = json.loads(export.gap_json(ROWS, META))
    assert data["rows"] == ROWS
    assert data["meta"] == META
    assert set(data["statuses"]) == {
        "covered",
        "sectoral-only",
        "confirmed-gap",
        "signed-not-in-force",
        "unverified",
    }
    assert any("reciprocity" in remark for remark in data["remarks"])
    assert any("UNSCR 1244/1999" in remark for remark in data["remarks"])


def test_a_workbook_has_a_frozen_header_and_a_filter_over_all_rows() -> None:
    sheet = opened(export.gap_xlsx(ROWS, META))["rows"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:F3"
    assert [cell.value for cell in sheet[1]] == list(ROWS[0])
    assert [sheet.cell(2, 2).value, sheet.cell(2, 3).value] == ["Équateur", 2]


@pytest.mark.parametrize("text", [text for text in FORMULAS if text.strip() == text])
def test_a_formula_in_a_workbook_stays_text(text: str) -> None:
    cell = opened(export.gap_xlsx([{"need": text}], META))["rows"]["A2"]
    assert (cell.data_type, cell.value) == ("s", text)


def test_a_workbook_lists_each_source_once() -> None:
    sheet = opened(export.gap_xlsx(ROWS, META))["sources"]
    assert [row[0] for row in sheet.iter_rows(values_only=True)] == [
        "source",
        "https://example.org/1",
        "https://example.org/2",
    ]


def test_a_workbook_says_where_it_comes_from_and_what_a_status_means() -> None:
    about = dict(opened(export.gap_xlsx(ROWS, META))["about"].iter_rows(values_only=True))
    assert META.items() <= about.items()
    assert set(export.STATUS_WORDS) <= set(about)


def test_a_workbook_without_rows_opens() -> None:
    assert opened(export.gap_xlsx([], META))["rows"]["A1"].value == "no rows"


@pytest.mark.parametrize("form", sorted(export.WRITERS))
def test_the_same_answer_gives_the_same_bytes_a_second_later(form: str) -> None:
    first = export.WRITERS[form](ROWS, META)
    time.sleep(1.1)
    assert export.WRITERS[form](ROWS, META) == first


def test_no_file_in_a_workbook_names_the_time_of_writing() -> None:
    with zipfile.ZipFile(io.BytesIO(export.gap_xlsx(ROWS, META))) as book:
        assert {entry.date_time for entry in book.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        assert b"2000-01-01" in book.read("docProps/core.xml")
        assert time.strftime("%Y-%m-%dT").encode() not in book.read("docProps/core.xml")


def test_a_table_for_the_terminal_is_aligned_and_shortens_long_cells() -> None:
    lines = export.text_table([{"a": "x" * 70, "b": 1}, {"a": None, "c": "z"}]).splitlines()
    assert lines[0].split() == ["a", "b", "c"]
    assert lines[2].startswith("x" * 59 + "…  1")
    assert lines[3].split() == ["z"]
    assert export.text_table([]) == "no rows"
