"""Lines of the gap desk as files: CSV, XLSX, ODS and DOCX, each with its sources and the method in it.

The same lines give the same bytes. Text that begins like a formula is text in every format, and begins with an
apostrophe in CSV, which has no types.
"""

import datetime
import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.shared import Cm, Pt
from odfdo import Cell, Table
from odfdo import Document as Sheets
from odfdo import Row as Line
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter

from kg.desk_rows import COLUMNS
from kg.errors import UsageError
from kg.export import EPOCH, gap_csv, head, text_cell, written
from kg.languages import spoken
from kg.positions import Source

FEWER = {"ods": 2000, "docx": 200, "pdf": 200}
"""The most lines that a format takes: a longer document is of no use to a reader, and takes long to write."""

SHEETS = {"en": ("Lines", "Sources", "Method"), "fr": ("Lignes", "Sources", "Méthode")}
SOURCE_HEADS = {
    "en": ("Number", "Title", "URL", "As of", "Confidence", "Lines that rest on it"),
    "fr": ("Numéro", "Titre", "URL", "État au", "Confiance", "Lignes qui en dépendent"),
}
SOURCE_WIDTHS = (9, 70, 70, 12, 12, 12)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
"""Characters that no XML file may hold."""


@dataclass(frozen=True)
class Sheet:
    """What is written.

    Attributes:
        title: its title.
        rows: the lines, as `kg.desk_rows.rows` gives them.
        sources: every source with the number of lines that rest on it.
        method: how the lines came about, as pairs of name and text.
        meta: what every line of a CSV file says of the whole, as `kg.export.meta` gives it.
        language: `en` or `fr`.
    """

    title: str
    rows: Sequence[Mapping[str, Any]]
    sources: Sequence[tuple[Source, int]]
    method: Sequence[tuple[str, str]]
    meta: Mapping[str, str]
    language: str = "en"


def write(form: str, sheet: Sheet) -> bytes:
    """The file.

    Args:
        form: `csv`, `xlsx`, `ods` or `docx`.
        sheet: what is written.

    Raises:
        UsageError: no such format, or too many lines for it.
    """
    if form not in WRITERS:
        raise UsageError(f"there is no format '{form[:20]}'", f"take one of {', '.join(WRITERS)}")
    check_length(form, sheet)
    return WRITERS[form](sheet)


def check_length(form: str, sheet: Sheet) -> None:
    """Makes sure that a format takes so many lines.

    Raises:
        UsageError: it does not.
    """
    if len(sheet.rows) > FEWER.get(form, len(sheet.rows)):
        raise UsageError(
            f"{len(sheet.rows):,} lines are too many for {form.upper()}, which takes {FEWER[form]:,}",
            "narrow the list, put the lines that matter into the basket, or take xlsx or csv",
        )


def _csv(sheet: Sheet) -> bytes:
    return gap_csv([{name: _plain(cell) for name, cell in row.items()} for row in sheet.rows], dict(sheet.meta))


def _xlsx(sheet: Sheet) -> bytes:
    book, names = Workbook(write_only=True), spoken(SHEETS, sheet.language)
    lines = book.create_sheet(names[0])
    lines.freeze_panes = "A2"
    lines.auto_filter.ref = f"A1:{get_column_letter(len(COLUMNS))}{len(sheet.rows) + 1}"
    _widths(lines, [width for _, _, width in COLUMNS.values()])
    lines.append([head(lines, text) for text in heads_of(sheet.language)])
    for row in sheet.rows:
        lines.append([_typed(lines, cell) for cell in row.values()])
    sources = book.create_sheet(names[1])
    sources.freeze_panes, sources.auto_filter.ref = "A2", f"A1:F{len(sheet.sources) + 1}"
    _widths(sources, SOURCE_WIDTHS)
    sources.append([head(sources, text) for text in spoken(SOURCE_HEADS, sheet.language)])
    for cells in _source_rows(sheet):
        sources.append([_typed(sources, cell) for cell in cells])
    method = book.create_sheet(names[2])
    _widths(method, (30, 120))
    for name, text in sheet.method:
        cell = WriteOnlyCell(method, value=_clean(text))
        cell.data_type, cell.alignment = "s", Alignment(wrap_text=True, vertical="top")
        method.append([head(method, name), cell])
    return written(book)


def _ods(sheet: Sheet) -> bytes:
    book = Sheets("spreadsheet")
    book.body.clear()
    tables = (
        [heads_of(sheet.language), *(list(row.values()) for row in sheet.rows)],
        [list(spoken(SOURCE_HEADS, sheet.language)), *_source_rows(sheet)],
        [list(pair) for pair in sheet.method],
    )
    for name, rows in zip(spoken(SHEETS, sheet.language), tables, strict=True):
        table = Table(name)
        for place, cells in enumerate(rows):
            line = Line()
            line.set_cells([_cell(value) for value in cells])
            table.set_row(place, line, clone=False)
        book.body.append(table)
    book.meta.title = _clean(sheet.title)
    book.meta.creation_date = book.meta.date = EPOCH.replace(tzinfo=None)
    book.meta.generator = "coopkg"
    out = io.BytesIO()
    book.save(out)
    return _undated(out.getvalue())


def _docx(sheet: Sheet) -> bytes:
    document = Document()
    section = document.sections[0]
    section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(1.6)
    document.styles["Normal"].font.size = Pt(9)
    document.core_properties.title, document.core_properties.author = _clean(sheet.title), "coopkg"
    document.core_properties.comments = ""
    document.core_properties.created = document.core_properties.modified = EPOCH.replace(tzinfo=None)
    heads = dict(zip(COLUMNS, heads_of(sheet.language), strict=True))
    document.add_heading(_clean(sheet.title), 0)
    for name, text in sheet.method[:4]:
        _labelled(document, name, text)
    for row in sheet.rows:
        who = " – ".join(str(row[name]) for name in ("member_state_name", "country_name") if row[name])
        what = " · ".join(str(row[name]) for name in ("gap", "subject", "matter") if row[name])
        document.add_heading(_clean(f"{row['line']}. {who}: {what}"), 2)
        if row["remark"]:
            document.add_paragraph(_clean(str(row["remark"])), "Intense Quote")
        for name in DOCX_SHOWN:
            if row[name] not in (None, ""):
                _labelled(document, heads[name], str(_plain(row[name])))
    document.add_heading(spoken(SHEETS, sheet.language)[1], 1)
    for number, title, url, as_of, confidence, _ in _source_rows(sheet):
        document.add_paragraph(_clean(f"{number}. {title} ({as_of}; {confidence}) {url}"))
    document.add_heading(spoken(SHEETS, sheet.language)[2], 1)
    for name, text in sheet.method:
        _labelled(document, name, text)
    out = io.BytesIO()
    document.save(out)
    return _undated(out.getvalue())


DOCX_SHOWN = [
    "status", "status_meaning", "score", "since", "need", "need_sources", "lack", "lack_sources",
    "present_funding", "funding_end", "envelope", "day", "why", "graph",
]  # fmt: skip
"""What the brief says of each line below its heading."""

WRITERS = {"csv": _csv, "xlsx": _xlsx, "ods": _ods, "docx": _docx}
"""The writer of each format."""


def _labelled(document: Any, name: str, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(1)
    paragraph.add_run(f"{_clean(name)}: ").bold = True
    paragraph.add_run(_clean(text))


def heads_of(language: str) -> list[str]:
    """The headings of the columns."""
    return [names[language == "fr"] for *names, _ in COLUMNS.values()]


def _source_rows(sheet: Sheet) -> list[list[Any]]:
    undated = "undated" if sheet.language == "en" else "sans date"
    return [
        [number, one.title, one.url, one.as_of or undated, one.confidence, lines]
        for number, (one, lines) in enumerate(sheet.sources, 1)
    ]


def _typed(sheet: Any, value: Any) -> Any:
    """A cell of the type of its value; text is always text."""
    if isinstance(value, datetime.date):
        cell = WriteOnlyCell(sheet, value=value)
        cell.number_format = "yyyy-mm-dd"
        return cell
    return text_cell(sheet, _clean(value)) if isinstance(value, str) else value


def _cell(value: Any) -> Cell:
    """The same in an OpenDocument table, where a formula is an attribute of its own and text can never be one."""
    if value is None:
        return Cell()
    return Cell(_clean(value), cell_type="string") if isinstance(value, str) else Cell(value)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, datetime.date) else value


def _clean(text: str) -> str:
    return CONTROL.sub("", text)


def _widths(sheet: Any, widths: Sequence[float]) -> None:
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def _undated(content: bytes) -> bytes:
    """An archive with its files as they are, and without the time of writing; the first file stays the first, unpacked."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename, EPOCH.timetuple()[:6])
            new.writestr(info, old.read(entry), entry.compress_type)
    return out.getvalue()
