"""`coopkg check`: every finding about the tables, with its place and what to write instead.

What Table Schema can express (types, patterns, required cells, keys, foreign keys) is checked by the
library frictionless against `datapackage.json`; here is what it cannot: the file's layout, real days,
intervals, code lists, placeholders, order, and cells that a spreadsheet has rewritten.
"""

import datetime
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from frictionless import FrictionlessException, Package
from frictionless import errors as table_schema

from kg import contradictions, dates
from kg.errors import SeedError
from kg.issue import Issue
from kg.tables import Catalogue, Column, Table
from kg.tidy import sort_key

PLACEHOLDERS = {
    "unknown",
    "unbekannt",
    "inconnu",
    "n/a",
    "na",
    "n.a.",
    "none",
    "null",
    "nil",
    "tbd",
    "tbc",
    "-",
    "--",
    "?",
    "??",
    "x",
    "#n/a",
    "#ref!",
    "#value!",
}
SPREADSHEET_MONTH = re.compile(
    r"(?i)(\d{1,2}[-. ])?(jan|feb|fev|fév|mar|mär|apr|avr|may|mai|jun|jui|jul|aug|aou|aoû|sep|oct|okt|nov|dec|dez|déc)[a-zéûä]*\.?[-. ]\d{2,4}"
)
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
SPREADSHEET_NUMBER = re.compile(r"\d(?:[.,]\d+)?[eE][+-]?\d+")
SPREADSHEET_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{2,4})")
KEPT = 4096
"""Cells of a column of which the findings are kept: most columns have few different ones."""

FORMULA = ("=", "+", "-", "@")
"""How a cell begins that a spreadsheet would compute."""

ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
JOURNAL = "import.journal"
"""File that stands in a folder of tables while an import of several is under way."""

LAYOUT = {"unfinished", "file", "encoding-mark", "encoding", "line-ends", "separator", "column-order", "header"}
"""Rules about a file as a whole; while one is broken its rows are not looked at."""

PAST_ONLY = {"checked", "signed", "bound", "status_as_of"}
"""Date columns that say what has happened; an entry into force or an end may be announced."""


def issues(catalogue: Catalogue, today: datetime.date | None = None) -> list[Issue]:
    """All findings about the tables in a folder, sorted by file, row and column.

    Args:
        catalogue: the tables.
        today: the day after which nothing can have happened; the current day by default.
    """
    found = rows(catalogue, today)
    if any(issue.rule in LAYOUT for issue in found):
        return found
    return merge(found, schema(catalogue))


def rows(catalogue: Catalogue, today: datetime.date | None = None, sound: frozenset[str] = frozenset()) -> list[Issue]:
    """The findings of our own checks; only those about the layout where a file cannot be read as its table.

    Args:
        catalogue: the tables.
        today: the day after which nothing can have happened; the current day by default.
        sound: tables that were looked at before and are unchanged; what they point to has lost no row since.
    """
    layout = [issue for table in catalogue.tables.values() for issue in _layout(catalogue.folder, table)]
    if (catalogue.folder / JOURNAL).exists():
        hint = "run `coopkg import --finish`"
        layout.append(Issue(JOURNAL, 0, "", "unfinished", "an import was cut off before its end", hint))
    if layout:
        return sorted(layout)
    known = Known(catalogue)
    day = today or datetime.date.today()
    new = (table for table in catalogue.tables.values() if table.name not in sound)
    found = (issue for table in new for issue in _rows(catalogue, table, known, day))
    return sorted([*found, *contradictions.issues(catalogue)])


def schema(catalogue: Catalogue, names: set[str] | None = None) -> list[Issue]:
    """The findings of frictionless against `datapackage.json`, in our words.

    Args:
        catalogue: the tables.
        names: only these tables, and those that they point to; by default all.
    """
    if names is None:
        return sorted(_table_schema(catalogue))
    found, new = set(names), set(names)
    while new:
        new = {column.table for name in new for column in catalogue.tables[name].columns if column.table} - found
        found |= new
    needed = {name: table for name, table in catalogue.tables.items() if name in found}
    return sorted(_table_schema(Catalogue(catalogue.folder, needed))) if needed else []


def merge(own: list[Issue], others: list[Issue]) -> list[Issue]:
    """Both lists as one; where both speak of a cell, our own words are kept."""
    said = {(issue.file, issue.row, issue.column) for issue in own}
    torn = {(issue.file, issue.row) for issue in own if issue.rule == "cells"}  # its cells stand in wrong columns
    rest = (issue for issue in others if (issue.file, issue.row) not in torn)
    return sorted({*own, *(issue for issue in rest if (issue.file, issue.row, issue.column) not in said)})


class Known:
    """What other tables hold: identifiers by table, notations by code list."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.records: dict[str, set[str]] = {}
        self.codes: dict[str, set[str]] = {}
        for table in catalogue.tables.values():
            if len(table.key) == 1:
                self.records[table.name] = {row[table.key[0]] for _, row in catalogue.rows(table.name)}
        for _, row in catalogue.rows("code"):
            self.codes.setdefault(row["scheme"], set()).add(row["notation"])


def _layout(folder: Path, table: Table) -> Iterator[Issue]:
    """Findings that make a file unreadable as the table; `coopkg tidy` mends most of them."""
    path = folder / table.file

    def issue(row: int, rule: str, message: str, hint: str) -> Issue:
        return Issue(table.file, row, "", rule, message, hint)

    if not path.is_file():
        yield issue(0, "file", "the table is missing", "restore the file, if only with its header")
        return
    content = path.read_bytes()
    if content.startswith(b"\xef\xbb\xbf"):
        yield issue(1, "encoding-mark", "the file begins with a byte-order mark", "run `coopkg tidy`")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        yield issue(line, "encoding", "the file is not UTF-8", "save it again as UTF-8")
        return
    if "\r" in text:
        yield issue(
            text[: text.index("\r")].count("\n") + 1, "line-ends", "lines do not end with LF alone", "run `coopkg tidy`"
        )
    header = text.split("\n", 1)[0].rstrip("\r")
    if header != ",".join(table.header):
        if sorted(re.split("[;\t,]", header)) == sorted(table.header):
            other = ";" in header or "\t" in header
            yield issue(
                1,
                "separator" if other else "column-order",
                "cells are not separated by commas" if other else "the columns stand in another order",
                "run `coopkg tidy`",
            )
        else:
            unknown = sorted(set(header.split(",")) - {*table.header, ""})
            missing = sorted(set(table.header) - set(header.split(",")))
            words = [f"the column {name} is not declared" for name in unknown] + [
                f"the column {name} is missing" for name in missing
            ]
            yield issue(1, "header", "; ".join(words) or "a column stands twice", f"write {','.join(table.header)}")


def _rows(catalogue: Catalogue, table: Table, known: Known, today: datetime.date) -> Iterator[Issue]:
    before: list[tuple[int, str]] = []
    count = 0

    def judge(column: Column) -> Callable[[str], tuple[tuple[str, str, str], ...]]:
        return lru_cache(KEPT)(lambda cell: tuple(_cell(column, cell, known, today)))

    judges = [(column, judge(column)) for column in table.columns]
    for number, row in catalogue.rows(table.name):
        count += 1
        if None in row or None in row.values():
            yield Issue(
                table.file,
                number,
                "",
                "cells",
                "the row has too many or too few cells",
                "put a cell that holds a comma between double quotes",
            )
            continue
        key = sort_key([row[name] for name in table.key])
        if key < before and all(row[name] for name in table.key):
            yield Issue(
                table.file,
                number,
                table.key[0],
                "order",
                f"the row with {' '.join(row[name] for name in table.key)} stands too late",
                "run `coopkg tidy`",
            )
        before = key
        for column, judged in judges:
            if cell := row[column.name]:
                for finding in judged(cell):
                    yield Issue(table.file, number, column.name, *finding)
        yield from (Issue(table.file, number, *finding) for finding in _row(table, row, known))
    if count < table.minimum:
        yield Issue(
            table.file,
            0,
            "",
            "too-few",
            f"the table has {count} rows, a sound one at least {table.minimum}",
            "find out what was lost before lowering `assertions.min`",
        )
    if count > table.maximum:
        yield Issue(
            table.file,
            0,
            "",
            "too-many",
            f"the table has {count} rows, more than the {table.maximum} expected",
            "look whether rows came in twice, then raise `assertions.max`",
            "warning",
        )


def _cell(column: Column, cell: str, known: Known, today: datetime.date) -> Iterator[tuple[str, str, str]]:
    """Findings (rule, message, hint) about one filled cell; the first one that applies."""
    if CONTROL.search(cell):
        yield (
            "control-character",
            "the cell holds a line break or an invisible character",
            "write it in one line of visible letters",
        )
    elif cell != cell.strip() or "  " in cell:
        yield "blanks", f"'{cell}' has a blank too many", f"write '{' '.join(cell.split())}'"
    elif column.form == "text" and cell.startswith(FORMULA) and cell.strip("-") and not NUMBER.fullmatch(cell):
        yield "formula", f"'{cell}' is what a spreadsheet takes for a formula", "begin it with a letter or a digit"
    elif cell.lower() in PLACEHOLDERS and column.form != "code" and column.name != "alpha2":  # NA is Namibia
        yield "placeholder", f"'{cell}' stands for something not known", "leave the cell empty"
    elif column.form in ("date", "partial-date", "interval"):
        yield from _date(column, cell, today)
    elif column.form in ("integer", "year", "decimal") and SPREADSHEET_NUMBER.fullmatch(cell):
        yield "spreadsheet", f"'{cell}' looks like a number rewritten by the spreadsheet", "write all its digits"
    elif column.form in ("integer", "year", "decimal") and not NUMBER.fullmatch(cell):
        hint = "write digits with a decimal point" if column.form == "decimal" else "write a whole number, digits only"
        yield "type", f"'{cell}' is not of the type of this column", hint
    elif column.form == "iri" and not ADDRESS.fullmatch(cell):
        yield "address", f"'{cell}' is not an address of the web", "write a whole address, https://..., without blanks"
    elif column.form == "code":
        for value in column.values(cell):
            if value not in known.codes.get(column.scheme, set()):
                yield (
                    "code",
                    f"'{value}' is not in the list {column.scheme}",
                    f"write one of {', '.join(sorted(known.codes.get(column.scheme, set())))}",
                )
    elif column.many and column.table:
        for value in column.values(cell):
            if value not in known.records[column.table]:
                yield (
                    "reference",
                    f"'{value}' is not in {column.table}.csv",
                    "separate values by '; ' and write codes that the table has",
                )


def _date(column: Column, cell: str, today: datetime.date) -> Iterator[tuple[str, str, str]]:
    day = SPREADSHEET_DAY.fullmatch(cell)
    if day:
        a, b, year = day.groups()
        hint = (
            f"write {year}-{int(b):02}-{int(a):02}"
            if int(a) > 12 and int(b) <= 12 and len(year) == 4
            else "write the year first: 2017-07-14"
        )
        yield "spreadsheet", f"'{cell}' looks like a date rewritten by the spreadsheet", hint
    elif (
        SPREADSHEET_MONTH.fullmatch(cell) or SPREADSHEET_NUMBER.fullmatch(cell) or (cell.isdecimal() and len(cell) == 5)
    ):
        yield (
            "spreadsheet",
            f"'{cell}' looks like a date rewritten by the spreadsheet",
            "write 2017, 2017-07 or 2017-07-14",
        )
    else:
        try:
            date = dates.partial(cell)
        except ValueError as problem:
            message, _, hint = str(problem).partition("; ")
            yield "date", message, hint or "write a day of the calendar"
            return
        if column.form == "date" and date.earliest != date.latest:
            yield "date", f"'{cell}' is not a single day", f"write the day, for example {date.earliest}"
        elif column.name in PAST_ONLY and date.earliest > today:
            yield "future", f"{cell} lies in the future", f"write a day up to {today}"


def _row(table: Table, row: dict[str, str], known: Known) -> Iterator[tuple[str, str, str, str]]:
    """Findings (column, rule, message, hint) about cells that do not fit together."""
    for end, begin in (("until", "since"), ("since", "signed")):
        if row.get(end) and row.get(begin):
            late, early = _latest(row[end]), _earliest(row[begin])
            if late and early and late < early:
                yield (
                    end,
                    "interval",
                    f"{end} {row[end]} lies before {begin} {row[begin]}",
                    f"write a date from {row[begin]} on, or correct {begin}",
                )
    if (
        table.name in ("participation", "membership")
        and bool(row["country"]) == bool(row["organisation"])
        and not row["note"]
    ):
        yield (
            "country",
            "one-party",
            "a row names one party, either a country or an organisation",
            "fill one of the two columns; make a row for each party",
        )
    if table.name == "seizure" and bool(row["country"]) == bool(row["organisation"]):
        yield (
            "country",
            "one-of-two",
            "a figure is for either a country or an organisation",
            "fill one of the two columns; make a row for each figure",
        )
    if table.name == "citation" and row["record"] not in known.records.get(row["table"], set()):
        yield (
            "record",
            "reference",
            f"there is no '{row['record']}' in {row['table']}.csv",
            "write a table and an identifier of that table",
        )
    if table.name == "intake" and row["outcome"] == "out" and not row["reason"]:
        yield "reason", "reason", "a row that was left out has no reason", "say why in a few words"


def _earliest(cell: str) -> datetime.date | None:
    try:
        return dates.partial(cell).earliest
    except ValueError:
        return None


def _latest(cell: str) -> datetime.date | None:
    try:
        return dates.partial(cell).latest
    except ValueError:
        return None


def _table_schema(catalogue: Catalogue) -> Iterator[Issue]:
    """The findings of frictionless, in our words."""
    try:
        package = Package.from_descriptor(str(catalogue.folder / "datapackage.json"))
        for name in set(package.resource_names) - set(catalogue.tables):
            package.remove_resource(name)
        report = package.validate()
    except FrictionlessException as problem:
        raise SeedError(
            f"datapackage.json is no table schema: {problem}", "compare it with the last good version in git"
        ) from None
    for task in report.tasks:
        table = catalogue.tables[task.name]
        columns = {column.name: column for column in table.columns}
        for error in task.errors:
            if isinstance(error, table_schema.PrimaryKeyError) and "None" in error.note:
                continue  # an empty key: the cell is required, which is said already
            words = WORDS.get(type(error))
            if words is None:
                yield Issue(
                    table.file,
                    getattr(error, "row_number", 0) or 0,
                    "",
                    "table-schema",
                    error.message,
                    "compare the row with datapackage.json",
                )
                continue
            name = getattr(error, "field_name", None) or ""
            rule, message, hint = words(error, columns.get(name))
            if isinstance(error, table_schema.ForeignKeyError):
                name = ", ".join(error.field_names)
            yield Issue(table.file, getattr(error, "row_number", 0) or 0, name, rule, message, hint)


def _constraint(error: table_schema.ConstraintError, column: Column | None) -> tuple[str, str, str]:
    if "required" in error.note:
        return "required", "the cell is empty", column.description if column else "fill it"
    if column and column.name in ("id", "notation", "scheme"):
        return "identifier", f"'{error.cell}' is not an identifier", "write lower-case letters, digits and hyphens only"
    return "form", f"'{error.cell}' does not have the form of this column", column.description if column else error.note


def _type(error: table_schema.TypeError, column: Column | None) -> tuple[str, str, str]:
    form = column.form if column else ""
    hints = {
        "boolean": "write yes or no",
        "decimal": "write digits with a decimal point",
        "iri": "write a whole address, https://...",
    }
    return (
        "type",
        f"'{error.cell}' is not of the type of this column",
        hints.get(form, "write a whole number, digits only"),
    )


def _cells(error: table_schema.CellError, column: Column | None) -> tuple[str, str, str]:
    return "cells", "the row has too many or too few cells", "put a cell that holds a comma between double quotes"


WORDS: dict[type, Callable[..., tuple[str, str, str]]] = {
    table_schema.ConstraintError: _constraint,
    table_schema.TypeError: _type,
    table_schema.ExtraCellError: _cells,
    table_schema.MissingCellError: _cells,
    table_schema.BlankRowError: lambda error, column: ("blank-row", "the row is empty", "delete it"),
    table_schema.UniqueError: lambda error, column: (
        "duplicate",
        f"'{error.cell}' stands above already",
        "give each row its own value; identifiers are never used again",
    ),
    table_schema.PrimaryKeyError: lambda error, column: (
        "duplicate",
        "a row with this key stands above already",
        "delete one of the two, or correct the key",
    ),
    table_schema.ForeignKeyError: lambda error, column: (
        "reference",
        f"'{', '.join(error.field_cells)}' is not in {error.reference_name + '.csv' if error.reference_name else 'this table'}",
        "write an identifier that the table has, or add the row there first",
    ),
}
