"""The matrix as files: opened again, the values, colours and words are those of the matrix."""

import csv
import datetime
import io
import json
import time
from pathlib import Path

import openpyxl
import pytest

from kg import matrix_files
from kg.labels import Labels
from kg.matrix import Cell, Cited, Matrix, matrix
from kg.positions import Source
from kg.regions import arrangement
from kg.statuses import GRADES, LETTERS, SHORT, STATUSES, VERDICTS
from kg.store import Store
from kg.workbook import COLOURS, SHEETS, WORDS, workbook

QUERIES = Path(__file__).parent.parent / "queries" / "ask"
DAY = datetime.date(2026, 5, 31)


def found(store: Store) -> list[Matrix]:
    return [matrix(store, QUERIES, matter, DAY, 24) for matter in ("mla", "police-data")]


def made(store: Store, form: str, language: str = "en", day: datetime.date = DAY) -> bytes:
    matrices = [matrix(store, QUERIES, matter, day, 24) for matter in ("mla", "police-data")]
    about = matrix_files.about("ab" * 32, matrices, {"region": ""})
    return matrix_files.write(form, matrices, store, QUERIES, about, Labels(store, language), language)


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def test_a_workbook_has_a_sheet_a_matter_and_three_that_explain(world: Store) -> None:
    assert opened(made(world, "xlsx")).sheetnames == ["mla", "police-data", "Legend", "Sources", "About"]
    assert opened(made(world, "xlsx", "fr")).sheetnames[2:] == ["Légende", "Sources", "À propos"]


def test_every_cell_of_a_sheet_is_the_cell_of_the_matrix(world: Store) -> None:
    book = opened(made(world, "xlsx"))
    for one in found(world):
        sheet = book[one.matter]
        head = [cell.value for cell in sheet[3]]
        assert head == ["Region", "Third country", "Code", *one.member_states]
        assert sheet.max_row == 3 + len(one.countries)
        for row in sheet.iter_rows(min_row=4):
            for place, member in enumerate(head[3:], 3):
                cell = one.cells[member, row[2].value]
                assert row[place].value == f"{SHORT['en'][cell.verdict]} {cell.bases or ''}".strip()
                assert row[place].fill.fgColor.rgb == f"00{COLOURS[cell.verdict][0]}"
                assert row[place].font.color.rgb == f"00{COLOURS[cell.verdict][1]}"


def test_a_sheet_keeps_names_and_codes_in_view_and_can_be_filtered(world: Store) -> None:
    sheet = opened(made(world, "xlsx"))["mla"]
    assert sheet.freeze_panes == "D4"
    assert sheet.auto_filter.ref == f"A3:G{3 + len(found(world)[0].countries)}"
    assert sheet.print_title_rows == "$2:$3"
    assert [cell.value for cell in sheet[2]][3:] == ["Belgium", "Denmark", "France", "Croatia"]
    assert "Kosovo*" in [row[1].value for row in sheet.iter_rows(min_row=4)]
    assert sheet["A1"].value.startswith("Mutual legal assistance, 2026-05-31")


def test_countries_stand_by_region(world: Store) -> None:
    regions = [row[0].value for row in opened(made(world, "xlsx"))["mla"].iter_rows(min_row=4)]
    assert regions[:2] == ["Latin America", "Latin America"]
    assert len([name for place, name in enumerate(regions) if name not in regions[:place]]) == len(
        [place for place, name in enumerate(regions) if place == 0 or regions[place - 1] != name]
    )


def test_territories_stand_behind_the_states_of_all_regions_as_on_the_page(world: Store) -> None:
    rows = [[cell.value for cell in row[:3]] for row in opened(made(world, "xlsx"))["mla"].iter_rows(min_row=4)]
    assert [code for heading, _, code in rows if heading == "Territories"] == ["GIB"]
    assert rows[-1][2] == "GIB"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_legend_explains_every_verdict_status_and_grade(world: Store, language: str) -> None:
    sheet = opened(made(world, "xlsx", language))[SHEETS[language][0]]
    rows = [[cell.value or "" for cell in row[:4]] for row in sheet.iter_rows(min_row=2, max_row=7)]
    assert [row[0].split(" n")[0] for row in rows[:3]] == [SHORT[language][verdict] for verdict in VERDICTS[:3]]
    assert {row[1].split(":")[0] for row in rows} == set(STATUSES[language])
    assert {row[2].split(":")[0] for row in rows if row[2]} == set(GRADES[language])
    assert all(row[3].startswith(STATUSES[language][row[1].split(":")[0]]) for row in rows)
    colours = [row[0].fill.fgColor.rgb for row in sheet.iter_rows(min_row=2, max_row=7)]
    assert colours == [f"00{COLOURS[verdict][0]}" for verdict in VERDICTS]


def test_the_sources_are_listed_with_what_rests_on_them(world: Store) -> None:
    rows = list(opened(made(world, "xlsx"))["Sources"].iter_rows(values_only=True))
    assert rows[0][:3] == ("Matter", "What it shows", "Cells that rest on it")
    assert (
        "mla",
        "a basis in force",
        24,
        "List of parties kept by the depositary",
        "https://depositary.example/parties",
        "2026-04-01",
        WORDS["en"]["confidence high"],
    ) in rows
    assert ("police-data", "a signature without entry into force", 4) in [row[:3] for row in rows]


def test_a_workbook_says_day_graph_limits_and_the_footnote(world: Store) -> None:
    about = dict(opened(made(world, "xlsx"))["About"].iter_rows(values_only=True))
    assert about["Day asked about"] == "2026-05-31"
    assert about["Graph"] == "ab" * 32
    assert about["Parameters"] == "matter=mla, police-data; stale_months=24"
    assert "24 months" in about["Age limit"]
    assert "reciprocity" in about["Not recorded"]
    assert "UNSCR 1244/1999" in about["* Kosovo"]


@pytest.mark.parametrize("form", sorted(matrix_files.FORMS))
def test_the_same_graph_gives_the_same_bytes_a_second_later(world: Store, form: str) -> None:
    first = made(world, form)
    time.sleep(1.1)
    assert made(world, form) == first


@pytest.mark.parametrize("form", sorted(matrix_files.FORMS))
def test_a_day_without_cells_is_no_error(world: Store, form: str) -> None:
    content = made(world, form, day=datetime.date(1951, 1, 1))
    if form == "xlsx":
        assert opened(content)["mla"]["A4"].value == WORDS["en"]["none"]


def test_a_title_that_begins_like_a_formula_stays_text(world: Store) -> None:
    source = Source('=HYPERLINK("http://example.org","x")', "+1", "-1", "low")
    one = Matrix("mla", DAY, 24, ("BEL",), ("COL",), {("BEL", "COL"): Cell("covered", "dedicated", 1)})
    meta = {"graph": "=1", "day": "", "rows": "@1", "parameters": "-1"}
    book = opened(workbook([(one, [Cited(source, "basis", 1)])], arrangement(world), Labels(world), meta))
    assert [cell.data_type for cell in book["Sources"][2]] == ["s", "s", "n", "s", "s", "s", "s"]
    assert book["Sources"]["D2"].value == source.title
    assert {cell.data_type for row in book["About"].iter_rows() for cell in row} == {"s"}


def test_csv_has_a_line_a_cell_with_its_origin(world: Store) -> None:
    lines = list(csv.DictReader(io.StringIO(made(world, "csv").decode("utf-8"))))
    assert len(lines) == sum(len(one.cells) for one in found(world))
    (line,) = (row for row in lines if (row["matter"], row["member_state"], row["country"]) == ("mla", "BEL", "COL"))
    assert (line["status"], line["grade"], line["bases"]) == ("covered", "dedicated", "2")
    assert (line["member_state_name"], line["country_name"]) == ("Belgium", "Colombia")
    assert (line["export_day"], line["export_rows"]) == ("2026-05-31", str(len(lines)))
    assert "reciprocity" in line["export_note"]
    assert "UNSCR" in line["export_footnote"]


def test_json_holds_the_matrices_and_what_their_words_mean(world: Store) -> None:
    data = json.loads(made(world, "json", "fr"))
    assert [one["matter"] for one in data["matrices"]] == ["mla", "police-data"]
    assert data["matrices"][0] == found(world)[0].record()
    assert data["statuses"] == STATUSES["fr"]
    assert data["grades"] == GRADES["fr"]
    assert data["meta"]["parameters"] == "matter=mla, police-data; stale_months=24"


def luminance(colour: str) -> float:
    """Relative luminance of a colour, as the Web Content Accessibility Guidelines define it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("verdict", VERDICTS)
def test_ink_is_legible_on_its_fill(verdict: str) -> None:
    dark, light = sorted(luminance(colour) for colour in COLOURS[verdict])
    assert (light + 0.05) / (dark + 0.05) >= 6


def test_no_two_verdicts_share_a_word_a_letter_or_a_colour() -> None:
    for names in (*SHORT.values(), *LETTERS.values(), COLOURS):
        assert list(names) == VERDICTS
        assert len(set(names.values())) == len(VERDICTS)


def test_every_word_is_said_in_both_languages() -> None:
    assert WORDS["en"].keys() == WORDS["fr"].keys()
    assert STATUSES["en"].keys() == STATUSES["fr"].keys()
    assert GRADES["en"].keys() == GRADES["fr"].keys()
