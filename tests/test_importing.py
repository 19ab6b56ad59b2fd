"""`coopkg import`: files as people save them, hostile ones, and the change itself: whole or not at all."""

import csv
import datetime
import io
import json
import os
import random
import re
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from kg import check, importing, incoming, proposals, statements, tables
from kg.cli import main
from kg.incoming import Incoming
from kg.issue import errors

TODAY = datetime.date(2026, 6, 1)
HEADER = "id,partnership,title,date,place,outcome,source,locator,checked,checked_by,confidence,note"
NEW = ["clasi-9", "clasi", "Ninth meeting", "2026-05", "Quito", "", "gazette", "", "2026-06-01", "a test", "high", ""]


def read(folder: Path, content: bytes | str, name: str = "rows.csv", table: str = "event") -> Incoming:
    catalogue = tables.load(folder)
    raw = content.encode("utf-8") if isinstance(content, str) else content
    return incoming.read(catalogue, catalogue.tables[table], name, raw)


def planned(folder: Path, one: Incoming, table: str = "event") -> importing.Plan:
    return importing.plan(folder, {table: one}, TODAY)


def said(plan: importing.Plan) -> list[str]:
    return [str(issue) for issue in plan.issues]


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def book(rows: list[list[object]], title: str = "Sheet1", formats: dict[str, str] | None = None) -> bytes:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for place, form in (formats or {}).items():
        sheet[place].number_format = form
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def row_of(folder: Path, table: str = "event") -> dict[str, str]:
    return next(row for _, row in tables.load(folder).rows(table))


def cells(**changed: str) -> list[str]:
    return list((dict(zip(HEADER.split(","), NEW, strict=True)) | changed).values())


# files as people save them


@pytest.mark.parametrize(
    "content",
    [
        f"{HEADER}\n{','.join(NEW)}\n".encode(),
        f"\ufeff{HEADER}\r\n{','.join(NEW)}\r\n".encode(),
        f"sep=;\n{HEADER}\n{','.join(NEW)}\n".replace(",", ";").encode(),
        f"{HEADER}\n{','.join(NEW)}\n".replace(",", "\t").encode("utf-16"),
        f"{HEADER.upper()},,\n\n{','.join(NEW)},,\n,,,,,,,,,,,,,\n".encode(),
    ],
    ids=["plain", "mark and CRLF", "semicolons", "UTF-16 with tabs", "capitals and empty columns"],
)
def test_what_spreadsheets_leave_behind_is_understood(content: bytes, world_folder: Path) -> None:
    plan = planned(world_folder, read(world_folder, content))
    assert said(plan) == []
    assert [(change.kind, change.after["title"]) for change in plan.changes] == [("new", "Ninth meeting")]


def test_a_workbook_is_read_with_its_dates_and_numbers(world_folder: Path) -> None:
    values: list[object] = [*NEW]
    values[3], values[8] = datetime.date(2026, 5, 1), datetime.datetime(2026, 6, 1)
    content = book([HEADER.split(","), values], formats={"D2": "mmm-yy", "I2": "dd/mm/yyyy"})
    plan = planned(world_folder, read(world_folder, content, "rows.xlsx"))
    assert said(plan) == []
    assert plan.changes[0].after == dict(zip(HEADER.split(","), NEW, strict=True))


def test_of_several_sheets_the_one_with_the_name_of_the_table_is_taken(world_folder: Path) -> None:
    workbook = openpyxl.load_workbook(io.BytesIO(book([HEADER.split(","), NEW], "event")))
    workbook.create_sheet("remarks").append(["mind the gap"])
    out = io.BytesIO()
    workbook.save(out)
    assert len(read(world_folder, out.getvalue(), "rows.xlsx").entries) == 1
    workbook["event"].title = "data"
    out = io.BytesIO()
    workbook.save(out)
    (issue,) = read(world_folder, out.getvalue(), "rows.xlsx").issues
    assert str(issue) == (
        "rows.xlsx: the workbook has 2 sheets with cells: data, remarks; name the one that holds the rows event"
    )


def merged() -> bytes:
    workbook = openpyxl.load_workbook(io.BytesIO(book([HEADER.split(","), NEW])))
    workbook.active.merge_cells("C1:D1")
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (lambda: merged(), "rows.xlsx:1: the sheet has merged cells; unmerge them (in the heading, too)"),
        (
            lambda: book([HEADER.split(","), cells(title="=1+1")]),
            "rows.xlsx:2:title: the cell holds a formula; write its value",
        ),
        (
            lambda: book([HEADER.split(","), [*NEW[:2], datetime.date(2026, 1, 2), *NEW[3:]]]),
            "rows.xlsx:2:title: the spreadsheet has made a date of the cell; format the column as text",
        ),
        (
            lambda: book([HEADER.split(","), [*NEW[:3], datetime.date(2026, 1, 2), *NEW[4:]]], formats={"D2": "yyyy"}),
            "rows.xlsx:2:date: the cell shows a year but holds a day; format the column as text",
        ),
        (lambda: book([["Events of 2026"], HEADER.split(","), NEW]), "rows.xlsx:1: the first row is not the heading"),
        (lambda: b"PK\x03\x04 no archive", "rows.xlsx: the workbook cannot be read: "),
        (lambda: b"\xd0\xcf\x11\xe0 old", "rows.xlsx: this is an old or a protected workbook; save it as XLSX"),
    ],
    ids=["merged", "formula", "date in a text", "year", "title above", "broken", "old"],
)
def test_a_workbook_that_has_two_meanings_is_refused_with_a_clear_word(content, message, world_folder: Path) -> None:
    plan = planned(world_folder, read(world_folder, content(), "rows.xlsx"))
    assert not plan.sound
    assert plan.contents == {}
    assert any(text.startswith(message) for text in said(plan)), said(plan)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "rows.csv: the file is empty"),
        (HEADER, "rows.csv: there are no rows below the heading"),
        ("name,when\nx,y", "rows.csv:1: the first row is not the heading of event: name, when"),
        (f"{HEADER},colour\n", "rows.csv:1: the column colour is not one of event"),
        (HEADER.replace("title", "") + "\n", "rows.csv:1: column 3 has no heading, as when headings are merged"),
        (f"{HEADER},title\n", "rows.csv:1: the column title stands twice"),
        ("title\nx\n", "rows.csv:1: the column id is missing; add it: it says which row is meant"),
        (f"{HEADER}\nclasi-9,clasi\n", "rows.csv:2: the row has 2 cells, the heading 12"),
        ("id,title\nclasi-1,a\nclasi-1,b\n", "rows.csv:3:id: the row stands in line 2 already"),
        ("id,title\n,a\n", "rows.csv:2:id: the cell is empty; it says which row is meant: fill it"),
        (b"id,title\nclasi-1,caf\xe9\n", "rows.csv:2: the file is not UTF-8; save it again as CSV UTF-8"),
        (
            "id,date\nclasi-1,14/07/2017\n",
            "rows.csv:2:date: '14/07/2017' looks like a date rewritten by the spreadsheet; write 2017-07-14",
        ),
        (
            "id,title\nclasi-1,=HYPERLINK(1)\n",
            "rows.csv:2:title: '=HYPERLINK(1)' is what a spreadsheet takes for a formula",
        ),
        ("id,title\nclasi-1,a\x1b[2Jb\n", "rows.csv:2:title: the cell holds a line break or an invisible character"),
        (
            "id,title\nclasi-1," + "x" * 4001 + "\n",
            "rows.csv:2:title: the cell has 4,001 characters; write at most 4,000",
        ),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_place_in_the_file(content, message, world_folder: Path) -> None:
    before = snapshot(world_folder)
    plan = planned(world_folder, read(world_folder, content))
    assert any(text.startswith(message) for text in said(plan)), said(plan)
    assert not plan.sound
    with pytest.raises(importing.Conflict):
        importing.apply(plan)
    assert snapshot(world_folder) == before


# Turtle


@pytest.mark.parametrize("table", ["event", "participation", "agreement", "crime_index", "posting", "hub", "code"])
def test_every_row_of_the_world_comes_back_from_its_own_statements(table: str, world_folder: Path) -> None:
    catalogue = tables.load(world_folder)
    lines = statements.of_table(catalogue, catalogue.tables[table])
    turtle = "".join(re.sub(r" <[^<>]*> \.$", " .", line, flags=re.M) for line in lines)
    plan = planned(world_folder, read(world_folder, turtle, "rows.ttl", table), table)
    assert said(plan) == []
    assert (plan.changes, plan.same) == ((), sum(1 for _ in catalogue.rows(table)))


@pytest.mark.parametrize(
    ("turtle", "message"),
    [
        ("this is no Turtle", "the file cannot be read as Turtle"),
        ("[] a <urn:x> .", "the file has a node without an IRI"),
        ("", "the file is empty"),
        ("<urn:x> a <urn:y> .", "it is not of the class"),
        (
            "<https://w3id.org/coopkg/id/event/clasi-1> a <{kind}> ; <urn:colour> 'red' .",
            "the statement urn:colour red does not fit a column",
        ),
    ],
)
def test_turtle_that_does_not_fit_is_refused(turtle: str, message: str, world_folder: Path) -> None:
    kind = statements.expand(tables.load(world_folder).tables["event"].rdf_class)
    plan = planned(world_folder, read(world_folder, turtle.replace("{kind}", kind), "rows.ttl"))
    assert not plan.sound
    assert any(message in text for text in said(plan)), said(plan)


# the change itself


def test_only_the_cells_given_change_and_other_rows_keep_every_byte(world_folder: Path) -> None:
    path = world_folder / "event.csv"
    path.write_bytes(path.read_bytes().replace(b"Quito", b'"Quito"'))  # as no writer of ours would quote it
    before = path.read_bytes().splitlines(keepends=True)
    first = row_of(world_folder)
    plan = planned(world_folder, read(world_folder, f"id,outcome\n{first['id']},Agreed\n"))
    assert said(plan) == []
    assert plan.rows() == [
        {
            "change": "changed",
            "table": "event",
            "row": first["id"],
            "column": "outcome",
            "before": first["outcome"],
            "after": "Agreed",
        }
    ]
    assert path.read_bytes().splitlines(keepends=True) == before
    assert importing.apply(plan) == ["event.csv"]
    after = path.read_bytes().splitlines(keepends=True)
    assert [line for line in after if line not in before] == [line for line in after if b"Agreed" in line]
    assert [line for line in before if line not in after] == [
        line for line in before if line.startswith(first["id"].encode())
    ]
    again = planned(world_folder, read(world_folder, f"id,outcome\n{first['id']},Agreed\n"))
    assert (again.changes, again.same) == ((), 1)


def test_new_rows_stand_where_tidy_would_put_them(world_folder: Path) -> None:
    rows = [cells(id=name) for name in ("zzz", "aaa", "clasi-1-b")]
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([HEADER.split(","), *rows])
    importing.apply(planned(world_folder, read(world_folder, out.getvalue())))
    assert check.issues(tables.load(world_folder), TODAY) == []
    assert {"zzz", "aaa", "clasi-1-b"} <= {row["id"] for _, row in tables.load(world_folder).rows("event")}


def test_a_table_that_has_changed_since_the_plan_is_left_alone(world_folder: Path) -> None:
    plan = planned(world_folder, read(world_folder, f"{HEADER}\n{','.join(NEW)}\n"))
    (world_folder / "event.csv").write_bytes((world_folder / "event.csv").read_bytes() + b"\n")
    before = snapshot(world_folder)
    with pytest.raises(importing.Conflict, match="has changed since"):
        importing.apply(plan)
    assert snapshot(world_folder) == before


def two_tables(folder: Path) -> importing.Plan:
    source = row_of(folder, "source") | {"id": "zz-new", "title": "A new source"}
    event = dict(zip(HEADER.split(","), NEW, strict=True)) | {"source": "zz-new"}
    rows = (proposals.Proposed("event", None, event), proposals.Proposed("source", None, source))
    return proposals.plan(folder, proposals.Proposal("Ana", TODAY, "news", "0" * 64, rows), TODAY)


KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
import test_importing
plan = test_importing.two_tables(Path(sys.argv[1]))
assert plan.sound, plan.issues
left = int(sys.argv[2])
def counted(deed):
    def do(*arguments, **named):
        global left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return deed(*arguments, **named)
    return do
for name in ("replace", "unlink"):
    setattr(Path, name, counted(getattr(Path, name)))
os.fsync = counted(os.fsync)
from kg import importing
importing.apply(plan)
"""


@pytest.mark.parametrize("deeds", [0, 1, 2, 3, 4, 5, 6, 7, 99])
def test_an_import_that_is_killed_has_written_nothing_or_can_be_completed(deeds: int, world_folder: Path) -> None:
    before = snapshot(world_folder)
    whole = before | {f"{name}.csv": content for name, content in two_tables(world_folder).contents.items()}
    command = [sys.executable, "-c", KILLED, str(world_folder), str(deeds), str(Path(__file__).parent)]
    ended = subprocess.run(command, env={**os.environ}, check=False, capture_output=True)
    assert ended.returncode == (0 if deeds == 99 else -signal.SIGKILL), ended.stderr.decode()
    now = snapshot(world_folder)
    if check.JOURNAL in now:  # begun for good: the tables are refused until it is completed
        found = check.issues(tables.load(world_folder), TODAY)
        assert [issue.rule for issue in found] == ["unfinished"]
        assert importing.finish(world_folder)
    else:
        importing.finish(world_folder)
    after = snapshot(world_folder)
    assert after in (before, whole)
    assert after == (whole if check.JOURNAL in now or deeds == 99 else after)
    assert check.issues(tables.load(world_folder), TODAY) == []


# proposals


def test_a_proposal_is_read_as_it_was_written(world_folder: Path) -> None:
    rows = (proposals.Proposed("event", row_of(world_folder), row_of(world_folder) | {"outcome": "Agreed"}),)
    proposal = proposals.Proposal("Ana Exámple", TODAY, "The minutes are out.", "ab" * 32, rows)
    content = proposals.write(proposal)
    assert proposals.is_proposal(content)
    assert proposals.read(tables.load(world_folder), content) == proposal
    plan = proposals.plan(world_folder, proposal, TODAY)
    assert said(plan) == []
    importing.apply(plan)
    assert row_of(world_folder)["outcome"] == "Agreed"
    again = proposals.plan(world_folder, proposal, TODAY)
    assert (again.sound, again.changes, again.same) == (True, (), 1)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ({"outcome": "Other"}, {"outcome": "Agreed"}, "event (proposal):1:outcome: the table says '"),
        (None, {"outcome": "Agreed"}, "event (proposal):1:id: another row has come under this identifier"),
        ({"id": "gone"}, {"id": "gone"}, "event (proposal):1:id: the row that it changes is no longer there"),
    ],
)
def test_a_proposal_that_the_tables_have_overtaken_is_refused(before, after, message, world_folder: Path) -> None:
    row = row_of(world_folder)
    proposed = proposals.Proposed("event", None if before is None else row | before, row | {"outcome": "New"} | after)
    plan = proposals.plan(world_folder, proposals.Proposal("Ana", TODAY, "news", "0" * 64, (proposed,)), TODAY)
    assert not plan.sound
    assert plan.contents == {}
    assert any(text.startswith(message) for text in said(plan)), said(plan)


@pytest.mark.parametrize(
    "change",
    [
        {"format": "coopkg-proposal/2"},
        {"author": ""},
        {"author": "a\x1b[2J"},
        {"author": "\ud800"},
        {"made": "yesterday"},
        {"reason": 7},
        {"graph": "x"},
        {"rows": []},
        {"rows": [7]},
        {"rows": [{"table": "nothing", "before": None, "after": {}}]},
        {"rows": [{"table": ["event"], "before": None, "after": {}}]},
        {"rows": [{"table": "event", "before": None, "after": {"id": "x"}}]},
        {"rows": [{"table": "event", "before": [], "after": {}}]},
        {"more": "things"},
    ],
    ids=str,
)
def test_a_file_that_is_no_proposal_is_refused_in_plain_words(change, world_folder: Path) -> None:
    row = row_of(world_folder)
    good = {"format": proposals.FORMAT, "author": "Ana", "made": "2026-06-01", "reason": "news", "graph": "0" * 64}
    good |= {"rows": [{"table": "event", "before": None, "after": row}]}  # type: ignore[dict-item]
    catalogue = tables.load(world_folder)
    assert proposals.read(catalogue, json.dumps(good).encode()).author == "Ana"
    with pytest.raises(proposals.UsageError) as refused:
        proposals.read(catalogue, json.dumps(good | change).encode())
    assert refused.value.hint
    str(refused.value).encode("utf-8")


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b'{"a":1,"a":2}', b"\xff", b"{" + b" " * (11 << 20)])
def test_what_is_no_json_is_refused_in_plain_words(content: bytes, world_folder: Path) -> None:
    with pytest.raises(proposals.UsageError):
        proposals.read(tables.load(world_folder), content)


# hostile input

SIGNS = [
    "=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\x00", "\x1b[31m", "a\nb", "a\r\nb", "\u202eevil", "\ufeff", "’;--",
    "<script>alert(1)</script>", "../../etc/passwd", "javascript:alert(1)", "http://[::1", "9" * 3999, "9" * 5000,
    "1e999", "NaN", "-0", "٣٤", "0000-00-00", "2026-02-30", "9999-12-31", "2026-13", "14/07/2017", "juil-17", "x" * 4001,
    "; ; ;", ";", '"', '"""', "'", "{{7*7}}", "%s%n", "\\", "\\u0000", "NULL", "a" * 300, " ", "  a  ", "🏴", "é" * 50, "",
]  # fmt: skip


def hostile(generator: random.Random) -> str:
    if generator.random() < 0.7:
        return generator.choice(SIGNS)
    return "".join(
        chr(generator.choice([generator.randrange(32, 127), generator.randrange(0x20, 0xD800)]))
        for _ in range(generator.randrange(12))
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_thousand_hostile_rows_give_plain_messages_and_no_change(seed: int, world_folder: Path) -> None:
    generator, catalogue = random.Random(seed), tables.load(world_folder)
    before, count = snapshot(world_folder), 0
    for table in catalogue.tables.values():
        good = [row for _, row in catalogue.rows(table.name)]
        if not good:
            continue
        rows = []
        for number in range(9):
            row = dict(generator.choice(good))
            for column in generator.sample(table.header, generator.randrange(1, len(table.header) + 1)):
                row[column] = hostile(generator)
            row[table.key[0]] = row[table.key[0]] or f"hostile-{number}"
            rows.append(row)
        rows.append(dict(good[0]) | {table.header[-1]: "\x1b]0;hostile\x07"})  # never to be taken
        count += len(rows)
        out = io.StringIO()
        writer = csv.DictWriter(out, table.header)
        writer.writeheader()
        writer.writerows(rows)
        plan = planned(world_folder, read(world_folder, out.getvalue(), "rows.csv", table.name), table.name)
        assert errors(list(plan.issues))
        for issue in plan.issues:
            text = str(issue)
            assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e]", text), text
            assert len(text) < 6000
            assert issue.message
            assert issue.hint
        with pytest.raises(importing.Conflict):
            importing.apply(plan)
    assert count * 4 >= 1000
    assert snapshot(world_folder) == before


def archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return out.getvalue()


def with_part(name: str, change) -> bytes:
    with zipfile.ZipFile(io.BytesIO(book([HEADER.split(","), NEW]))) as file:
        parts = {part: file.read(part) for part in file.namelist()}
    return archive(parts | {name: change(parts.get(name, b""))})


SHEET = "xl/worksheets/sheet1.xml"
BOMBS = {
    "a sheet of 100 MB": (
        lambda: with_part(SHEET, lambda _: b" " * (100 << 20)),
        "unpacked the workbook has more than 40 MB",
    ),
    "a part that grows": (
        lambda: with_part("xl/sharedStrings.xml", lambda _: b"A" * (10 << 20)),
        "grows more than 100 times",
    ),
    "entities": (
        lambda: with_part(
            SHEET, lambda text: b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>' + text.split(b"?>")[-1]
        ),
        "the workbook declares XML entities",
    ),
    "entities in UTF-16": (
        lambda: with_part(SHEET, lambda _: '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16")),
        "the workbook declares XML entities",
    ),
    "no workbook": (lambda: archive({"a.txt": b"a"}), "this is an archive, but no XLSX workbook"),
    "rows without end": (
        lambda: with_part(SHEET, lambda text: text.replace(b'<row r="2"', b'<row r="99999999999"')),
        "the sheet has cells below line 50050",
    ),
    "broken XML": (lambda: with_part(SHEET, lambda text: text[:200]), "the workbook cannot be read"),
    "many parts": (lambda: archive({f"{n}.xml": b"" for n in range(400)}), "the workbook has 400 parts"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_it_is_unpacked(name: str, world_folder: Path) -> None:
    make, message = BOMBS[name]
    content = make()
    found = read(world_folder, content, "rows.xlsx")
    assert any(message in str(issue) for issue in found.issues), found.issues
    assert not found.entries or name == "rows without end"


def test_a_cell_of_ten_megabytes_is_refused_in_csv_and_in_a_workbook(world_folder: Path) -> None:
    long = "".join(random.Random(1).choices("abcdefghij", k=10 << 20))
    (issue,) = read(world_folder, f"id,title\nclasi-1,{long}\n").issues
    assert str(issue) == "rows.csv: the file has 10 MB; take at most 10 MB at a time"
    (issue,) = read(world_folder, f"id,title\nclasi-1,{long[: 9 << 20]}\n").issues
    assert str(issue).startswith("rows.csv:2:title: the cell has 9,437,184 characters; write at most 4,000")
    inline = b'<c r="C2" t="inlineStr"><is><t>' + long[: 9 << 20].encode() + b"</t></is></c>"
    content = with_part(SHEET, lambda text: re.sub(rb'<c r="C2".*?</c>', lambda _: inline, text))
    issues = read(world_folder, content, "rows.xlsx").issues
    assert [issue.rule for issue in issues] == ["long"]


# the command


@pytest.fixture
def command(world_folder: Path, world_home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COOPKG_HOME", str(world_home))

    def run(*arguments: object) -> Result:
        return CliRunner().invoke(main, ["import", *map(str, arguments), "--into", str(world_folder)])

    return run


def test_the_command_shows_rows_and_effect_and_writes_only_when_told(
    command, world_folder: Path, tmp_path: Path
) -> None:
    first = next(row for _, row in tables.load(world_folder).rows("participation") if row["id"] == "untoc-alb")
    file = tmp_path / "mine.csv"
    file.write_text(f"id,status,since\n{first['id']},signed-not-in-force,\n", "utf-8")
    before = snapshot(world_folder)
    shown = command("participation", file, "--as-of", "2026-06-01", "--format", "json")
    assert shown.exit_code == 0, shown.output
    data = json.loads(shown.stdout)
    assert (data["new"], data["changed"], data["same"]) == (0, 1, 0)
    assert {(cell["row"], cell["column"]) for cell in data["cells"]} == {
        ("untoc-alb", "status"),
        ("untoc-alb", "since"),
    }
    assert {row["country"] for row in data["effect"]} == {"ALB"}
    assert snapshot(world_folder) == before
    written = command("participation", file, "--as-of", "2026-06-01", "--yes")
    assert written.exit_code == 0, written.output
    assert "positions and gap lines would change" in written.stdout
    assert snapshot(world_folder) != before


def test_a_finding_of_a_shape_names_line_and_column_of_the_file(command, tmp_path: Path, world_folder: Path) -> None:
    file = tmp_path / "mine.csv"
    first = row_of(world_folder, "hub")
    file.write_text(f"id,latitude\n{first['id']},91\n", "utf-8")
    result = command("hub", file)
    assert result.exit_code == 1
    assert "mine.csv:2:latitude" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["nothing", __file__], "there is no table 'nothing'"), ([], "there is nothing to import"), (["--finish"], "")],
)
def test_the_command_refuses_what_it_cannot_do(arguments, message, command) -> None:
    result = command(*arguments)
    assert result.exit_code == (2 if message else 0)
    assert message in result.output
