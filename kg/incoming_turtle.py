"""Records in Turtle as rows of a table: the way back from statements to cells.

A record is taken only if the statements that its row would make are those in the file; so nothing that the
file says is lost without a word. Statements that the graph would add (the days between which a date lies)
may be there or not.
"""

import re
from collections.abc import Iterable

from kg import statements
from kg.errors import UsageError
from kg.incoming_cells import LONGEST, MOST, Refused, shown
from kg.issue import Issue
from kg.store import triples_of
from kg.tables import Catalogue, Column, Table
from kg.vocab import BASE, CODE, COUNTRY, RDF_TYPE, expand, local

Statement = tuple[str, str, str | None]
"""Property, value, and the language of the value: empty for a text without one, None for an IRI."""


def entries(catalogue: Catalogue, table: Table, name: str, content: bytes) -> tuple[list[dict[str, str]], list[Issue]]:
    """The rows that the records of a file make, and what is wrong with them.

    Raises:
        Refused: the file cannot be read, or its table cannot be written in Turtle.
    """
    if not table.rdf_class or any(column.form in ("cited", "column") for column in table.columns):
        raise Refused(0, "file", f"{table.name} is not taken from Turtle", "write it as CSV or XLSX")
    try:
        triples = triples_of(content)
    except UsageError as problem:
        raise Refused(0, "file", shown(problem.message, 200), problem.hint) from None
    records: dict[str, list[Statement]] = {}
    for subject, property_, value, language in triples:
        records.setdefault(subject, []).append((property_, value, language))
    if len(records) > MOST:
        raise Refused(0, "size", f"the file has more than {MOST} records", "take them in several files")
    if not records:
        raise Refused(0, "file", "the file is empty", f"write records of the class {table.rdf_class}")
    rows, issues = [], []
    for subject, said in records.items():
        row, problems = _row(catalogue, table, subject, said)
        rows.append(row)
        issues += [
            Issue(name, 0, column, rule, f"{shown(local(subject))}: {message}", hint, record=shown(subject, 200))
            for column, rule, message, hint in problems
        ]
    return rows, issues


def _row(
    catalogue: Catalogue, table: Table, subject: str, said: list[Statement]
) -> tuple[dict[str, str], list[tuple[str, str, str, str]]]:
    """The row of one record, and findings: column, rule, message, hint."""
    row = dict.fromkeys(table.header, "") | _of_iri(table, subject)
    kinds = {value for property_, value, _ in said if property_ == RDF_TYPE}
    if expand(table.rdf_class) not in kinds:
        return row, [
            (
                "",
                "class",
                f"it is not of the class {table.rdf_class}",
                "put records of other tables into files of their own",
            )
        ]
    for column in table.columns:
        if column.property:
            values = sorted(
                {
                    cell
                    for property_, value, language in said
                    if property_ == expand(column.property) and (cell := _cell(catalogue, column, row, value, language))
                }
            )
            row[column.name] = "; ".join(values) if column.many else (values[0] if len(values) == 1 else "")
            if len(values) > 1 and not column.many:
                return row, [(column.name, "cells", f"it has {len(values)} values", "write one")]
    return row, list(_lost(catalogue, table, subject, row, said))


def _of_iri(table: Table, subject: str) -> dict[str, str]:
    """The cells that stand in a record's IRI."""
    pattern = re.escape(table.iri if table.iri.startswith("http") else BASE + table.iri)
    match = re.fullmatch(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", pattern), subject)
    return {name: cell for name, cell in match.groupdict().items() if len(match.groupdict()) == 1} if match else {}


def _cell(catalogue: Catalogue, column: Column, row: dict[str, str], value: str, language: str | None) -> str:
    """The cell that a value stands for; empty where the column cannot hold it."""
    stems = {
        "code": f"{CODE}{column.scheme}/",
        "country": COUNTRY,
        "scheme": CODE,
        "broader": f"{CODE}{row.get('scheme', '')}/",
        "record": catalogue.record_iri(column.table, "")
        if column.form == "record" and column.table != "country"
        else COUNTRY,
    }
    is_iri = language is None
    if column.form in stems:
        stem = stems[column.form]
        return value.removeprefix(stem) if is_iri and value.startswith(stem) else ""
    if is_iri != (column.form == "iri") or (language or "") != column.language:
        return ""
    if column.form == "boolean":
        return {"true": "yes", "1": "yes", "false": "no", "0": "no"}.get(value, value)
    return value


def _lost(
    catalogue: Catalogue, table: Table, subject: str, row: dict[str, str], said: list[Statement]
) -> Iterable[tuple[str, str, str, str]]:
    """A finding for each statement that the row would not make, and for a record whose row would be another's."""
    long = [(name, cell) for name, cell in row.items() if len(cell) > LONGEST]
    for name, cell in long:
        yield (
            name,
            "long",
            f"the cell has {len(cell):,} characters",
            f"write at most {LONGEST:,}; leave the rest to the source",
        )
    if long:
        return
    try:
        iri, made = table.row_iri(row), "".join(statements.of_row(catalogue, table, row))
    except (KeyError, UsageError, ValueError):
        return  # the rules of the table say which cell is wrong
    if iri != subject:
        yield "", "identifier", "its IRI is not the one that its values make", f"write {shown(iri, 200)}"
        return
    columns = {expand(column.property): column.name for column in table.columns if column.property}
    for property_, value, language in said:
        term = statements.iri(value) if language is None else statements.literal(value, language=language)
        if f"<{property_}> {term}" not in made and property_ != RDF_TYPE:
            column = columns.get(property_, "")
            where = f"the column {column}" if column else f"a column of {table.name}"
            yield (
                column,
                "cells",
                f"the statement {shown(local(property_))} {shown(value)} does not fit {where}",
                "compare it with datapackage.json, or leave it out",
            )
