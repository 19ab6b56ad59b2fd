"""The cells of a workbook (XLSX), read without unpacking more than a table can hold.

A workbook is an archive of XML. Its directory says how large each part is when unpacked, and no more than
that is ever read; so a bomb is refused by what it says of itself, or cut off where it lies. Parts that
declare entities are refused, because they can grow while they are read.
"""

import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import openpyxl

from kg.incoming_cells import MOST, Refused, Sheet, shown
from kg.tables import Column, Table

UNPACKED = 40 << 20
"""Bytes of all parts together when unpacked; the largest table, 30,000 rows, takes 12 MB."""

DENSEST = 100
"""How many times larger than packed a part of more than a megabyte may be; tables reach 40."""

PARTS = 300
COLUMNS = 200
ROWS = MOST + 50
"""Lines of a sheet that are looked at: headings and empty lines are among them."""

MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]{1,3})(\d{1,7})")
FILLED = re.compile(
    rb"<(?:\w+:)?row\s[^>]*?r=\"(\d+)\"[^>]*>(?:\s*<(?:\w+:)?c\b[^>]*/>)*\s*<(?:\w+:)?c\b[^>]*[^>/]>"
    rb"|<(?:\w+:)?c\s[^>]*?r=\"[A-Z]{1,3}(\d+)\"[^>]*>\s*<(?:\w+:)?(?:v|is|f)\b"
)
"""A row with a cell that is not empty, or such a cell, that says in which line it stands."""

SAVE_AGAIN = "open it in a spreadsheet program and save it again as XLSX, or as CSV UTF-8"
EXACT = 10**15
"""Whole numbers from here on have lost digits in a spreadsheet."""


def sheet(table: Table, content: bytes) -> Sheet:
    """The cells of the sheet that holds the rows of a table.

    Args:
        table: the table; a sheet of its name is preferred, otherwise the only sheet that is not empty is taken.
        content: the workbook.

    Raises:
        Refused: it is no workbook, too large, or it is not clear which sheet is meant.
    """
    _check_parts(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about what a workbook has beside cells
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            chosen = _chosen(table, book)
    except Refused:
        raise
    except Exception as problem:  # openpyxl raises whatever its parsers do
        raise _broken(problem) from None
    path = getattr(chosen, "_worksheet_path", "")
    result = Sheet((), ragged=False)
    result.lines = _lines(table, chosen, result.found, *_extent(content, path))
    return result


def _check_parts(content: bytes) -> None:
    """Looks at the archive's directory, and for entity declarations in its parts.

    Raises:
        Refused: something in it is too large or not as spreadsheet programs write it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > PARTS:
                raise Refused(0, "size", f"the workbook has {len(parts)} parts", SAVE_AGAIN)
            if sum(part.file_size for part in parts) > UNPACKED:
                raise Refused(
                    0,
                    "size",
                    f"unpacked the workbook has more than {UNPACKED >> 20} MB",
                    "save the rows alone, as CSV UTF-8, in several files",
                )
            for part in parts:
                if part.file_size > 1 << 20 and part.file_size > DENSEST * max(part.compress_size, 1):
                    raise Refused(
                        0,
                        "size",
                        f"a part of the workbook grows more than {DENSEST} times when it is unpacked",
                        "save the rows alone, as CSV UTF-8",
                    )
                if part.flag_bits & 1 or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise Refused(0, "file", "the workbook is protected or packed in an unusual way", SAVE_AGAIN)
            names = {part.filename for part in parts}
            if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
                raise Refused(0, "file", "this is an archive, but no XLSX workbook", SAVE_AGAIN)
            for part in parts:
                text = archive.read(part).replace(b"\0", b"")  # as if it were UTF-8: it may be UTF-16
                if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                    raise Refused(0, "file", "the workbook declares XML entities", SAVE_AGAIN)
    except Refused:
        raise
    except (
        Exception
    ) as problem:  # a broken archive raises BadZipFile, zlib.error, struct.error, NotImplementedError ...
        raise _broken(problem) from None


def _broken(problem: Exception) -> Refused:
    return Refused(
        0, "file", f"the workbook cannot be read: {shown(str(problem)) or type(problem).__name__}", SAVE_AGAIN
    )


def _chosen(table: Table, book: Any) -> Any:
    """The sheet that is meant."""
    sheets = list(book.worksheets)
    named = [one for one in sheets if one.title.casefold() == table.name.casefold()]
    filled = named or [one for one in sheets if _has_cells(one)]
    if len(filled) > 1:
        names = shown(", ".join(one.title for one in filled))
        raise Refused(
            0,
            "file",
            f"the workbook has {len(filled)} sheets with cells: {names}",
            f"name the one that holds the rows {table.name}",
        )
    if not filled:
        raise Refused(0, "file", "the workbook is empty", "write the heading and the rows below it")
    return filled[0]


def _has_cells(one: Any) -> bool:
    return any(
        value is not None for row in one.iter_rows(max_row=50, max_col=COLUMNS, values_only=True) for value in row
    )


def _extent(content: bytes, path: str) -> tuple[int, int]:
    """The first line of a merged cell (0: there is none), and the last line with a filled cell that says where it is."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        try:
            text = archive.read(path.lstrip("/"))
        except KeyError:
            return 0, 0
    merged = min((int(match[2]) for match in MERGED.finditer(text)), default=0)
    return merged, max((int((match[1] or match[2])[:12]) for match in FILLED.finditer(text)), default=0)


def _lines(table: Table, one: Any, found: list[Refused], merged: int, last: int) -> Iterator[tuple[int, list[str]]]:
    """Number and texts of each line."""
    if merged:
        raise Refused(
            merged,
            "merged",
            "the sheet has merged cells",
            "unmerge them (in the heading, too) and write into each cell what it says",
        )
    if last > ROWS:
        raise Refused(
            0, "size", f"the sheet has cells below line {ROWS}", "delete them, or take the rows in several files"
        )
    columns: list[Column | None] = []
    known = {column.name.casefold(): column for column in table.columns}
    try:
        # one row and one column more than allowed, so that what is too much is seen and not cut off
        for line, row in enumerate(one.iter_rows(max_row=ROWS + 1, max_col=COLUMNS + 1), 1):
            if len(row) > COLUMNS and row[COLUMNS].value is not None:
                raise Refused(
                    line,
                    "size",
                    f"the sheet has more than {COLUMNS} columns",
                    "delete what does not belong to the table",
                )
            texts = [_text(cell, columns[place] if place < len(columns) else None) for place, cell in enumerate(row)]
            for place, (_, message, hint) in enumerate(texts):
                if message:
                    column = columns[place] if place < len(columns) else None
                    found.append(Refused(line, "spreadsheet", message, hint, column.name if column else ""))
            if not columns and any(text.strip() for text, _, _ in texts):
                columns = [known.get(text.strip().casefold()) for text, _, _ in texts]
            yield line, [text for text, _, _ in texts]
    except Refused:
        raise
    except Exception as problem:  # openpyxl raises whatever its parsers do
        raise _broken(problem) from None


def _text(cell: Any, column: Column | None) -> tuple[str, str, str]:
    """The text of a cell as the table would have it, and, where it cannot be taken, message and hint."""
    value = cell.value
    if value is None:
        return "", "", ""
    if cell.data_type == "f":
        return "", "the cell holds a formula", "write its value: copy the column and paste it as values"
    if cell.data_type == "e":
        return "", f"the cell holds the error {shown(str(value), 20)}", "write the value, or leave the cell empty"
    if isinstance(value, bool):
        yes_or_no = column is not None and column.form == "boolean"
        return ("yes" if value else "no") if yes_or_no else str(value).upper(), "", ""
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime.datetime | datetime.date):
        return _date(value, str(cell.number_format or ""), column)
    if isinstance(value, datetime.time | datetime.timedelta):
        return "", "the cell holds a time of day", "format the column as text and write the value again"
    return str(value), "", ""


def _number(value: int | float) -> tuple[str, str, str]:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if abs(value) >= EXACT or value != value:
        return "", "the cell holds a number that has lost digits", "format the column as text and write the value again"
    return (str(value) if isinstance(value, int) else format(Decimal(repr(value)), "f")), "", ""


def _date(value: datetime.date, form: str, column: Column | None) -> tuple[str, str, str]:
    """A date cell as printed: to the month where its format shows no day, which is how a spreadsheet keeps 2017-07."""
    if column is None or column.form not in ("date", "partial-date", "interval"):
        return "", "the spreadsheet has made a date of the cell", "format the column as text and write the value again"
    if isinstance(value, datetime.datetime):
        if value.time() != datetime.time():
            return "", "the cell holds a day with a time of day", "write the day alone, for example 2017-07-14"
        value = value.date()
    letters = re.sub(r"\"[^\"]*\"|\[[^\]]*\]|\\.", "", form.lower().split(";")[0])
    if "d" in letters or not ("m" in letters or "y" in letters):
        return value.isoformat(), "", ""
    if "m" not in letters:
        return "", "the cell shows a year but holds a day", "format the column as text and write the year again"
    if value.day != 1:
        return (
            "",
            f"the cell shows a month but holds the day {value}",
            "format the column as text and write the date again",
        )
    return value.isoformat()[:7], "", ""
