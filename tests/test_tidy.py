import csv
import io
from pathlib import Path

import pytest

from kg import check, tables
from kg.issue import Issue
from kg.tidy import sort_key, tidy


def values(path: Path, separator: str = ",") -> list[list[tuple[str, str]]]:
    """The rows of a table as sets of column and value, in no order."""
    reader = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""), delimiter=separator)
    return sorted(sorted(row.items()) for row in reader)


def with_mark(content: bytes) -> bytes:
    return b"\xef\xbb\xbf" + content


def with_crlf(content: bytes) -> bytes:
    return content.replace(b"\n", b"\r\n")


def separated_by(separator: str, content: bytes) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows(csv.reader(io.StringIO(content.decode())))
    return out.getvalue().encode()


def with_semicolons(content: bytes) -> bytes:
    return separated_by(";", content)


def with_tabs(content: bytes) -> bytes:
    return separated_by("\t", content)


def with_columns_reversed(content: bytes) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(row[::-1] for row in csv.reader(io.StringIO(content.decode())))
    return out.getvalue().encode()


def with_rows_reversed(content: bytes) -> bytes:
    header, *rows = content.splitlines(keepends=True)
    return b"".join([header, *rows[::-1]])


def with_all_cells_quoted(content: bytes) -> bytes:
    out = io.StringIO()
    rows = csv.reader(io.StringIO(content.decode()))
    csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    return out.getvalue().encode()


def with_blank_rows(content: bytes) -> bytes:
    return content.replace(b"\n", b"\n\n") + b",,,,\n"


def without_last_line_end(content: bytes) -> bytes:
    return content.removesuffix(b"\n")


def with_all_that_excel_does(content: bytes) -> bytes:
    return with_mark(with_crlf(with_semicolons(with_columns_reversed(with_rows_reversed(content)))))


DAMAGE = [
    with_mark,
    with_crlf,
    with_semicolons,
    with_tabs,
    with_columns_reversed,
    with_rows_reversed,
    with_all_cells_quoted,
    with_blank_rows,
    without_last_line_end,
    with_all_that_excel_does,
]


def test_tables_in_order_are_left_alone(world_catalogue):
    before = {path: path.stat().st_mtime_ns for path in world_catalogue.folder.iterdir()}
    assert tidy(world_catalogue) == ([], [])
    assert before == {path: path.stat().st_mtime_ns for path in world_catalogue.folder.iterdir()}


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("name", ["event", "posting", "crime_index", "funding_line"])
def test_layout_is_repaired_byte_for_byte(damage, name, world_catalogue):
    path = world_catalogue.folder / f"{name}.csv"
    sound = path.read_bytes()
    path.write_bytes(damage(sound))
    assert path.read_bytes() != sound
    assert tidy(world_catalogue) == ([f"{name}.csv"], [])
    assert path.read_bytes() == sound


def test_after_tidy_check_is_clean(world_catalogue):
    for table in world_catalogue.tables.values():
        path = world_catalogue.folder / table.file
        path.write_bytes(with_all_that_excel_does(path.read_bytes()))
    assert check.rows(world_catalogue)
    rewritten, issues = tidy(world_catalogue)
    assert rewritten == [table.file for table in world_catalogue.tables.values()]
    assert issues == []
    assert check.issues(world_catalogue) == []


@pytest.mark.parametrize(
    "value",
    [
        " n/a ",
        "14/07/2017",
        "1E+05",
        "007",
        "one; two",
        "a, b",
        'said "so"',
        "two\nlines",
        "tab\there",
        "Curaçao\u00a0\u200b",
        "e\u0301",
        "=1+1",
        "NULL",
    ],
)
def test_values_are_carried_across_untouched_however_wrong_they_are(value, world_catalogue):
    path = world_catalogue.folder / "event.csv"
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
    rows[1][rows[0].index("outcome")] = value
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    path.write_text(out.getvalue(), "utf-8", newline="")
    before = values(path)
    path.write_bytes(with_columns_reversed(path.read_bytes()))
    assert tidy(world_catalogue) == (["event.csv"], [])
    assert values(path) == before


def test_tidy_twice_is_tidy_once(world_catalogue):
    path = world_catalogue.folder / "event.csv"
    path.write_bytes(with_all_that_excel_does(path.read_bytes()))
    tidy(world_catalogue)
    assert tidy(world_catalogue) == ([], [])


def test_a_table_with_a_header_alone_is_left_alone(world_catalogue):
    path = world_catalogue.folder / "event.csv"
    path.write_text(path.read_text("utf-8").split("\n")[0] + "\n", "utf-8")
    assert tidy(world_catalogue) == ([], [])


def test_a_table_that_is_missing_is_not_made_up(world_catalogue):
    (world_catalogue.folder / "event.csv").unlink()
    assert tidy(world_catalogue) == ([], [])
    assert not (world_catalogue.folder / "event.csv").exists()


HEADER = "id,partnership,title,date,place,outcome,source,locator,checked,checked_by,confidence,note"
ROW = "clasi-1,clasi,Meeting,2024,Quito,,gazette,,2026-06-01,test writer,high,"
GUESSES = {
    "column missing": (
        f"{HEADER.replace(',note', '')}\n{ROW[:-1]}\n".encode(),
        f"event.csv:1: the columns are not those of the table (missing: note); write {HEADER}",
    ),
    "column not declared": (
        f"{HEADER},remark\n{ROW},\n".encode(),
        f"event.csv:1: the columns are not those of the table (not declared: remark); write {HEADER}",
    ),
    "column renamed": (
        f"{HEADER.replace('note', 'remark')}\n{ROW}\n".encode(),
        f"event.csv:1: the columns are not those of the table (missing: note; not declared: remark); write {HEADER}",
    ),
    "column twice": (
        f"{HEADER},note\n{ROW},\n".encode(),
        f"event.csv:1: the columns are not those of the table (one stands twice); write {HEADER}",
    ),
    "cell too many": (
        f"{HEADER}\n{ROW.replace('Quito', 'Quito, Ecuador')}\n".encode(),
        "event.csv:2: the row has 13 cells, the header 12; put a cell that holds a separator between double quotes",
    ),
    "cell too few": (
        f"{HEADER}\n{ROW}\n{ROW[:-1]}\n".encode(),
        "event.csv:3: the row has 11 cells, the header 12; put a cell that holds a separator between double quotes",
    ),
    "not UTF-8": (
        f"{HEADER}\n{ROW.replace('Meeting', 'Réunion')}\n".encode("latin-1"),
        "event.csv: the file is not UTF-8; save it again as UTF-8; tidy cannot know which letters were meant",
    ),
}


@pytest.mark.parametrize("case", GUESSES)
def test_a_file_is_left_alone_where_a_repair_would_have_to_guess(case, world_catalogue):
    content, message = GUESSES[case]
    path = world_catalogue.folder / "event.csv"
    path.write_bytes(content)
    rewritten, issues = tidy(world_catalogue)
    assert rewritten == []
    assert [str(issue) for issue in issues] == [message]
    assert path.read_bytes() == content


def test_a_file_that_cannot_be_repaired_does_not_keep_others_from_it(world_catalogue):
    (world_catalogue.folder / "event.csv").write_bytes(GUESSES["column missing"][0])
    posting = world_catalogue.folder / "posting.csv"
    posting.write_bytes(with_crlf(posting.read_bytes()))
    rewritten, issues = tidy(world_catalogue)
    assert rewritten == ["posting.csv"]
    assert [type(issue) for issue in issues] == [Issue]


def test_nothing_is_left_beside_the_tables(world_catalogue):
    names = {path.name for path in world_catalogue.folder.iterdir()}
    path = world_catalogue.folder / "event.csv"
    path.write_bytes(with_crlf(path.read_bytes()))
    tidy(world_catalogue)
    assert {path.name for path in world_catalogue.folder.iterdir()} == names


def test_the_row_of_a_finding_is_the_line_of_the_file(world_catalogue):
    path = world_catalogue.folder / "event.csv"
    path.write_text(f"{HEADER}\n\n\n{ROW},\n", "utf-8")
    _, issues = tidy(world_catalogue)
    assert issues[0].row == 4


def test_rows_are_ordered_by_key_and_numbers_as_numbers():
    assert sorted([["b", "10"], ["b", "9"], ["a", "11"]], key=sort_key) == [["a", "11"], ["b", "9"], ["b", "10"]]


def test_tables_in_an_order_of_numbers_are_sorted_as_numbers(world_catalogue):
    path = world_catalogue.folder / "intake.csv"
    path.write_text("file,line,outcome,table,record,reason\na,10,in,,,\na,9,in,,,\n", "utf-8")
    tidy(tables.load(world_catalogue.folder))
    assert path.read_text("utf-8") == "file,line,outcome,table,record,reason\na,9,in,,,\na,10,in,,,\n"
