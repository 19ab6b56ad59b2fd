"""Rows for a table from a file as people save it: CSV, a workbook (XLSX) or Turtle.

Nothing is guessed. What a spreadsheet program leaves behind and what has one meaning only is taken as it is
meant: semicolons or tabs, a byte-order mark, UTF-16, columns in another order or left out, capitals in a
heading, empty rows and columns at the end. Everything else is a finding that says what to write instead.

The content comes from anywhere, so sizes are looked at before anything is unpacked, and no finding repeats
more of a cell than a line holds.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from kg import incoming_turtle, incoming_xlsx
from kg.incoming_cells import MOST, Entry, Refused, Sheet, shown
from kg.issue import Issue
from kg.tables import Catalogue, Table

LARGEST = 10 << 20
"""Bytes of a file; all tables together have ten million."""

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
ZIP = b"PK\x03\x04"
SEPARATOR = re.compile(r"sep=(.)", re.IGNORECASE)


@dataclass(frozen=True)
class Incoming:
    """What a file holds for a table.

    Attributes:
        name: name of the file, for findings.
        entries: its rows; none where the file as a whole cannot be taken.
        issues: what is wrong with the file or with single cells, before the rules of the table are asked.
    """

    name: str
    entries: tuple[Entry, ...]
    issues: tuple[Issue, ...]


def read(catalogue: Catalogue, table: Table, name: str, content: bytes) -> Incoming:
    """The rows that a file holds for a table.

    Args:
        catalogue: the tables, for what Turtle points to.
        table: the table that the rows are for.
        name: name of the file; only its ending is looked at, and only to tell Turtle from CSV.
        content: the whole file.
    """
    short = shown(PurePath(name).name) or "file"
    try:
        if len(content) > LARGEST:
            raise Refused(
                0, "size", f"the file has {len(content) >> 20} MB", f"take at most {LARGEST >> 20} MB at a time"
            )
        if content.startswith(OLD_OFFICE):
            raise Refused(
                0,
                "file",
                "this is an old or a protected workbook",
                "save it as XLSX without a password, or as CSV UTF-8",
            )
        if content.startswith(ZIP):
            sheet = incoming_xlsx.sheet(table, content)
        elif name.lower().endswith((".ttl", ".nt")):
            entries, issues = incoming_turtle.entries(catalogue, table, short, content)
            return judged(short, (Entry(0, cells) for cells in entries), issues)
        else:
            sheet = _csv(table, content)
        return _rows(table, short, sheet)
    except Refused as refusal:
        return Incoming(short, (), (refusal.issue(short),))


def judged(name: str, entries: Iterable[Entry], issues: Iterable[Issue] = ()) -> Incoming:
    """Rows from any reader: those with cells that no table can hold become findings."""
    found, kept = list(issues), []
    for entry in entries:
        faults = [fault.issue(name) for fault in entry.faults()]
        found += faults
        if not faults:
            kept.append(entry)
    return Incoming(name, tuple(kept), tuple(found))


def _csv(table: Table, content: bytes) -> Sheet:
    """The cells of a CSV file."""
    try:
        utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        text = content.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise Refused(
            line,
            "encoding",
            "the file is not UTF-8",
            "save it again as CSV UTF-8; nobody can know which letters were meant",
        ) from None
    start = 0
    first, _, rest = text.partition("\n")
    told = SEPARATOR.fullmatch(first.strip())
    if told:
        separator, text, start = told[1], rest, 1
    else:
        heading = next((line for line in text.splitlines() if line.strip()), "")
        names = set(table.header)
        separator = max(
            ",;\t", key=lambda mark: (len(names & {_folded(cell) for cell in heading.split(mark)}), heading.count(mark))
        )
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)

    def lines() -> Iterator[tuple[int, list[str]]]:
        try:
            for row in reader:
                yield reader.line_num + start, row
        except csv.Error as problem:
            raise Refused(
                reader.line_num + start,
                "file",
                f"the file cannot be read as CSV: {problem}",
                "save it again as CSV UTF-8",
            ) from None

    return Sheet(lines(), ragged=True)


def _rows(table: Table, name: str, sheet: Sheet) -> Incoming:
    """The rows below the heading, with the findings about headings and sizes."""
    issues: list[Issue] = []
    columns: list[str] = []
    entries: list[Entry] = []
    for line, cells in sheet.lines:
        if not any(cell.strip() for cell in cells):
            continue
        if not columns:
            columns = _heading(table, line, cells)
            continue
        if len(entries) >= MOST:
            raise Refused(line, "size", f"the file has more than {MOST} rows", "take them in several files")
        try:
            entries.append(Entry(line, _row(columns, line, cells, sheet.ragged)))
        except Refused as refusal:
            issues.append(refusal.issue(name))
    if not columns:
        raise Refused(
            0, "file", "the file is empty", f"write the heading {','.join(table.header)} and the rows below it"
        )
    if not entries and not issues:
        raise Refused(0, "file", "there are no rows below the heading", "write at least one")
    return judged(name, entries, [*issues, *sheet.issues(name)])


def _heading(table: Table, line: int, cells: Sequence[str]) -> list[str]:
    """The column of the table that each heading names; empty for a column without a heading."""
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    known = {_folded(column): column for column in table.header}
    found = [known.get(_folded(cell), cell.strip()) for cell in cells]
    if not set(found) & set(table.header):
        raise Refused(
            line,
            "header",
            f"the first row is not the heading of {table.name}: {shown(', '.join(found))}",
            f"write the heading {','.join(table.header)}; a title above it has to go",
        )
    for place, cell in enumerate(found, 1):
        if not cell:
            raise Refused(
                line,
                "header",
                f"column {place} has no heading, as when headings are merged",
                "unmerge the cells and give each column the name of one column of the table",
            )
    unknown = [cell for cell in found if cell not in table.header]
    if unknown:
        raise Refused(
            line,
            "header",
            f"the column {shown(unknown[0])} is not one of {table.name}",
            f"delete it, or name it as one of {', '.join(table.header)}",
        )
    twice = next((cell for cell in found if found.count(cell) > 1), "")
    if twice:
        raise Refused(line, "header", f"the column {twice} stands twice", "delete one of the two")
    missing = [column for column in table.key if column not in found]
    if missing:
        raise Refused(line, "header", f"the column {missing[0]} is missing", "add it: it says which row is meant")
    return found


def _row(columns: list[str], line: int, cells: Sequence[str], ragged: bool) -> dict[str, str]:
    """The cells of a row by column.

    Raises:
        Refused: there are too many or, in CSV, too few.
    """
    full = list(cells)
    while len(full) > len(columns) and not full[-1].strip():
        full.pop()
    if len(full) > len(columns) or (ragged and len(full) < len(columns)):
        raise Refused(
            line,
            "cells",
            f"the row has {len(full)} cells, the heading {len(columns)}",
            "put a cell that holds a separator between double quotes",
        )
    return dict(zip(columns, full + [""] * (len(columns) - len(full)), strict=True))


def _folded(text: str) -> str:
    return text.strip().strip('"').casefold()
