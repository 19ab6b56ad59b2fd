"""Answers as files: CSV, JSON and XLSX. Each says from which graph, for which day and question, and how many rows it has."""

import csv
import datetime
import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter

from kg.statuses import STATUSES

Rows = list[dict[str, Any]]

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would take for a formula."""

STATUS_WORDS = STATUSES["en"]

REMARKS = [
    "Cooperation on reciprocity under national law is not recorded.",
    "* Kosovo: this designation is without prejudice to positions on status, and is in line with UNSCR 1244/1999 and the ICJ Opinion on the Kosovo declaration of independence.",
    "Lists of gaps are ordered by score: what the recorded figures say for closing a gap, from 0 to 100. score_most is how high it could come if everything unknown spoke for it. docs/score.md says how it is computed, and its limits.",
]

EPOCH = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
"""A fixed date in place of the time of writing, so that the same answer gives the same bytes."""


def meta(graph: str, day: datetime.date, rows: int, query: str, given: dict[str, str]) -> dict[str, str]:
    """What every export says about itself.

    Args:
        graph: digest of the graph, or address of the endpoint, that was asked.
        day: the day asked about.
        rows: number of rows of the whole answer.
        query: name of the question.
        given: its parameters.
    """
    chosen = "; ".join(f"{name}={value}" for name, value in given.items() if value) or "none"
    return {"graph": graph, "day": str(day), "rows": str(rows), "query": query, "parameters": chosen}


def gap_csv(rows: Rows, meta: dict[str, str], separator: str = ",") -> bytes:
    """Rows as CSV (UTF-8, LF); every line ends with the cells of `meta`, so that no line loses its origin.

    The names of those cells begin with `export_`, so that they meet no column of an answer. Cells that a
    spreadsheet would take for a formula begin with an apostrophe.
    """
    origin = {f"export_{name}": value for name, value in meta.items()}
    out = io.StringIO()
    names = [*(rows[0] if rows else {}), *origin]
    writer = csv.DictWriter(out, names, delimiter=separator)
    writer.writeheader()
    for row in rows:
        writer.writerow({name: neutral(value) for name, value in {**row, **origin}.items()})
    return out.getvalue().replace("\r\n", "\n").encode("utf-8")  # written with CRLF, so that a lone CR is quoted


def gap_tsv(rows: Rows, meta: dict[str, str]) -> bytes:
    """The same with tabs between the cells."""
    return gap_csv(rows, meta, "\t")


def gap_json(rows: Rows, meta: dict[str, str]) -> bytes:
    """Rows as JSON: `meta`, `statuses` (what they mean), `remarks` and `rows`."""
    return (
        json.dumps(
            {"meta": meta, "statuses": STATUS_WORDS, "remarks": REMARKS, "rows": rows}, ensure_ascii=False, indent=1
        )
        + "\n"
    ).encode("utf-8")


def gap_xlsx(rows: Rows, meta: dict[str, str]) -> bytes:
    """Rows as a workbook: sheet `rows` (frozen header, filters), sheet `sources` and sheet `about`."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("rows")
    names = list(rows[0]) if rows else ["no rows"]
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(names))}{len(rows) + 1}"
    for place, name in enumerate(names, 1):
        sheet.column_dimensions[get_column_letter(place)].width = {
            "gap": 40,
            "need": 60,
            "lack": 50,
            "need_sources": 40,
            "lack_sources": 40,
            "subject": 40,
            "events": 80,
            "event_sources": 40,
        }.get(name, 16)
    sheet.append([head(sheet, name) for name in names])
    for row in rows:
        sheet.append([text_cell(sheet, row[name]) for name in names])
    sources = book.create_sheet("sources")
    sources.column_dimensions["A"].width = 120
    sources.append([head(sources, "source")])
    for url in sorted(
        {
            url
            for row in rows
            for name in ("lack_sources", "need_sources", "event_sources")
            for url in str(row.get(name, "")).split()
        }
    ):
        sources.append([text_cell(sources, url)])
    about = book.create_sheet("about")
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 24, 110
    for name, text in [*meta.items(), *STATUS_WORDS.items(), *(("remark", remark) for remark in REMARKS)]:
        about.append([head(about, name), text_cell(about, text)])
    return written(book)


WRITERS: dict[str, Callable[[Rows, dict[str, str]], bytes]] = {"csv": gap_csv, "json": gap_json, "xlsx": gap_xlsx}
"""The writer of each file format."""


def neutral(value: Any) -> Any:
    """The value, with an apostrophe before text that a spreadsheet would take for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def head(sheet: Any, text: str) -> WriteOnlyCell:
    """A cell of a header; always text, whatever it begins with."""
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="DDE5F2")
    return cell


def text_cell(sheet: Any, value: Any) -> Any:
    """What to append for a value: text that begins like a formula becomes a cell of type text, the rest stays as it is."""
    if not (isinstance(value, str) and value.startswith(FORMULA)):
        return value
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell


def written(book: Workbook) -> bytes:
    """The file of a workbook, without the time of writing in its archive and its properties."""
    book.properties.creator = "coopkg"
    book.properties.created = book.properties.modified = EPOCH.replace(tzinfo=None)
    file, out = io.BytesIO(), io.BytesIO()
    book.save(file)
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", old.read(name))
            new.writestr(zipfile.ZipInfo(name, EPOCH.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def text_table(rows: Rows, width: int = 60) -> str:
    """Rows as aligned columns for a terminal; longer cells end with an ellipsis (use another format for whole values)."""
    if not rows:
        return "no rows"
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [
        names,
        *(
            [_short(str(row.get(name, "") if row.get(name) is not None else ""), width) for name in names]
            for row in rows
        ),
    ]
    widths = [max(len(line[place]) for line in lines) for place in range(len(names))]
    lines.insert(1, ["-" * size for size in widths])
    return "\n".join(
        "  ".join(cell.ljust(size) for cell, size in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
