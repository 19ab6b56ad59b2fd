"""`coopkg tidy`: repairs the layout that spreadsheets leave behind. Values are carried across untouched."""

import csv
import io
from pathlib import Path

from kg.issue import Issue
from kg.tables import Catalogue, Table


def tidy(catalogue: Catalogue) -> tuple[list[str], list[Issue]]:
    """Rewrites tables whose layout is off: encoding mark, separator, line ends, order of columns and rows.

    Returns:
        The names of the files rewritten, and findings for the files left alone because a repair would
        have to guess (a column missing or unknown, a row with too many or too few cells, not UTF-8).
    """
    rewritten: list[str] = []
    issues: list[Issue] = []
    for table in catalogue.tables.values():
        path = catalogue.folder / table.file
        if not path.is_file():
            continue
        before = path.read_bytes()
        after = _layout(table, before, issues)
        if after is not None and after != before:
            _replace(path, after)
            rewritten.append(table.file)
    return rewritten, issues


def _replace(path: Path, content: bytes) -> None:
    """Writes beside the file and renames, so that a killed run leaves the old or the new file."""
    beside = path.with_name(path.name + ".tidy")
    beside.write_bytes(content)
    beside.replace(path)


def _layout(table: Table, content: bytes, issues: list[Issue]) -> bytes | None:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        issues.append(
            Issue(
                table.file,
                0,
                "",
                "encoding",
                "the file is not UTF-8",
                "save it again as UTF-8; tidy cannot know which letters were meant",
            )
        )
        return None
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    lines = [(reader.line_num, row) for row in reader if any(row)]
    rows = [row for _, row in lines]
    header = rows[0] if rows else []
    if sorted(header) != sorted(table.header):
        missing, unknown = sorted(set(table.header) - set(header)), sorted(set(header) - set(table.header))
        parts = [
            f"missing: {', '.join(missing)}" if missing else "",
            f"not declared: {', '.join(unknown)}" if unknown else "",
        ]
        message = (
            "the columns are not those of the table ("
            + ("; ".join(part for part in parts if part) or "one stands twice")
            + ")"
        )
        issues.append(Issue(table.file, 1, "", "header", message, f"write {','.join(table.header)}"))
        return None
    for line, row in lines[1:]:
        if len(row) != len(header):
            issues.append(
                Issue(
                    table.file,
                    line,
                    "",
                    "cells",
                    f"the row has {len(row)} cells, the header {len(header)}",
                    "put a cell that holds a separator between double quotes",
                )
            )
            return None
    place = [header.index(name) for name in table.header]
    key = [table.header.index(name) for name in table.key]
    ordered = sorted(([row[i] for i in place] for row in rows[1:]), key=lambda row: sort_key([row[i] for i in key]))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([table.header, *ordered])
    return out.getvalue().encode("utf-8")


def sort_key(values: list[str]) -> list[tuple[int, str]]:
    """The order of rows: by key, numbers as numbers."""
    return [(int(value), "") if value.isdecimal() else (0, value) for value in values]
