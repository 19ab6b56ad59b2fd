"""Where two sources give different values for one cell of one record, and which of the two is used.

The row of a table carries the value that is used; what another source says stands in `citation.csv`.

**What contradicts.** Values of columns that can be compared: dates, codes, countries, records, numbers, yes
and no. Not an empty cell, nor the status `entry-not-seen`: who says nothing contradicts nobody. Not the same
date less precisely printed (2010 and 2010-09-20). Not another wording. Not a value that is about something
else: a status on another day, a budget of another scope (`QUALIFIERS`).

**Which is used.** The surer source: the issuer's own page (`high`) over a government or reference work
(`medium`) over news (`low`). Of two equally sure ones the newer, by the date of the source; a dated one over
an undated one. Where neither is surer or newer, the row's own value stays.

`queries/ask/contradictions.rq` asks the graph the same; a test holds the two against each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from kg.issue import Issue
from kg.tables import Catalogue, Column

COMPARABLE = {"interval", "partial-date", "date", "code", "country", "record", "integer", "year", "decimal", "boolean"}
"""Forms of columns whose values can contradict each other (see `kg.tables.Column`)."""

ABOUT_THE_ROW = {"source", "checked", "confidence"}
"""Columns that say where and how surely the row was read, not what is so."""

QUALIFIERS = {
    "status": ("status_as_of",),
    "entries": ("as_of",),
    "budget_eur": ("budget_scope", "price_basis"),
    "amount_eur": ("price_basis",),
}
"""What a value is about: two values of which this differs do not contradict each other, and by itself it claims nothing."""

SILENT = {"", "entry-not-seen"}
"""Values that say that the source says nothing."""

CONFIDENCE = {"high": 3, "medium": 2, "low": 1}


@dataclass(frozen=True)
class Said:
    """What one source says: the value as printed, the source's identifier, its date as printed (empty: undated), the confidence."""

    value: str
    source: str
    as_of: str
    confidence: str


@dataclass(frozen=True)
class Contradiction:
    """Two sources that differ about one cell.

    Attributes:
        table: name of the table.
        line: line of the row in its file.
        record: identifier of the row.
        field: name of the column.
        own: what the row says.
        other: what the citation says.
        stronger: 1 where the row's source is the stronger one, -1 where the citation's is, 0 where neither is.
    """

    table: str
    line: int
    record: str
    field: str
    own: Said
    other: Said
    stronger: int


def comparable(column: Column) -> bool:
    """Whether two values of a column can contradict each other."""
    return (
        column.form in COMPARABLE
        and not column.many
        and column.name not in ABOUT_THE_ROW
        and column.name not in chain(*QUALIFIERS.values())
    )


def contradictions(catalogue: Catalogue) -> Iterator[Contradiction]:
    """All contradictions in the tables of a folder, in the order of `citation.csv`."""
    if "citation" not in catalogue.tables:
        return
    cited = [row for _, row in catalogue.rows("citation") if row["field"] and not _torn(row)]
    dated = {row["id"]: row["as_of"] for _, row in catalogue.rows("source")}
    used = [catalogue.tables[name] for name in sorted({row["table"] for row in cited} & set(catalogue.tables))]
    rows = {
        one.name: {row[one.key[0]]: (line, row) for line, row in catalogue.rows(one.name) if not _torn(row)}
        for one in used
        if len(one.key) == 1
    }
    said = {(row["table"], row["record"], row["source"], row["field"]): row["value"] for row in cited}
    for citation in cited:
        table, field = citation["table"], citation["field"]
        line, row = rows.get(table, {}).get(citation["record"], (0, {}))
        column = next((one for one in catalogue.tables[table].columns if one.name == field), None) if row else None
        if column is None or not comparable(column) or not differ(row[field], citation["value"]):
            continue
        if any(
            (qualifier := said.get((table, citation["record"], citation["source"], about), ""))
            and qualifier != row.get(about)
            for about in QUALIFIERS.get(field, ())
        ):
            continue
        own = Said(row[field], row["source"], dated.get(row["source"], ""), row["confidence"])
        other = Said(citation["value"], citation["source"], dated.get(citation["source"], ""), citation["confidence"])
        yield Contradiction(table, line, citation["record"], field, own, other, stronger(own, other))


def differ(one: str, other: str) -> bool:
    """Whether two cells of one column contradict each other."""
    if one in SILENT or other in SILENT or one == other:
        return False
    if _number(one) is not None and _number(one) == _number(other):
        return False
    return not (one.startswith(f"{other}-") or other.startswith(f"{one}-"))


def stronger(one: Said, other: Said) -> int:
    """1 where the first is used by the rule, -1 where the second is, 0 where the rule cannot tell."""
    surer = CONFIDENCE.get(one.confidence, 0) - CONFIDENCE.get(other.confidence, 0)
    if surer:
        return 1 if surer > 0 else -1
    if one.as_of.startswith(other.as_of) or other.as_of.startswith(one.as_of):
        # the same day, or a year and a day in it; an undated source is older than any
        return bool(one.as_of) - bool(other.as_of) if not (one.as_of and other.as_of) else 0
    return 1 if one.as_of > other.as_of else -1


def issues(catalogue: Catalogue) -> list[Issue]:
    """One error for each row that carries a value which the rule would not use."""
    return [
        Issue(
            catalogue.tables[one.table].file,
            one.line,
            one.field,
            "contradiction",
            f"'{one.own.value}' ({_words(one.own)}) is not what the stronger source says: '{one.other.value}' ({_words(one.other)})",
            "write that value and its source here and move this one to citation.csv"
            + (
                f", or cite in {' or '.join(QUALIFIERS[one.field])} what else the source speaks of"
                if one.field in QUALIFIERS
                else ""
            ),
        )
        for one in contradictions(catalogue)
        if one.stronger < 0
    ]


def _words(said: Said) -> str:
    return f"{said.source}, {said.confidence}, {said.as_of or 'undated'}"


def _torn(row: dict[str, str]) -> bool:
    """Whether a row has too many or too few cells, which another check says."""
    return None in row or None in row.values()


def _number(cell: str) -> Decimal | None:
    return Decimal(cell) if cell.replace(".", "", 1).isdecimal() else None
