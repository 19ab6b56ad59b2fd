"""Findings as people and programs take them: with the row and column of the table, and as CSV, JSON, SARIF or RDF.

Checks of the tables, shapes, hygiene queries and the reasoner all give `kg.issue.Issue`. `placed` gives those
that speak of a record the place of its row; the writers are the same for all.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from rdflib import RDF, RDFS, SH, BNode, Graph, Literal, URIRef

from kg.issue import Issue, errors
from kg.tables import Catalogue, Table
from kg.vocab import BASE, BOUNDS, PREFIXES, expand, local

COLUMNS = ["severity", "file", "row", "column", "rule", "message", "hint", "record"]
SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
SHAPE = BASE + "shape/"
CHECK = BASE + "check/"
SEEDS = "seeds/"
"""Where the tables are for a reader of a report: below the root of the repository."""

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def placed(found: Iterable[Issue], rows: dict[str, tuple[str, int]], catalogue: Catalogue) -> list[Issue]:
    """Findings with the file, row and column of the record and property that they speak of, sorted.

    Args:
        found: findings.
        rows: file and line of the row behind each IRI.
        catalogue: the tables; no file of them is read.
    """
    return sorted(_placed(issue, rows, catalogue) for issue in found)


def _placed(issue: Issue, rows: dict[str, tuple[str, int]], catalogue: Catalogue) -> Issue:
    table = table_of(catalogue, issue.record) if issue.record else None
    if table is None:
        return issue
    file, row = rows.get(issue.record, (issue.file, issue.row))
    column = _column(table, issue.property) if issue.property else ""
    return replace(issue, file=file, row=row, column=column or issue.column)


def table_of(catalogue: Catalogue, iri: str) -> Table | None:
    """The table whose rows have such IRIs."""
    stems = {stem: table for table in catalogue.tables.values() if table.rdf_class and (stem := _stem(table))}
    fitting = [stem for stem in stems if iri.startswith(stem)]
    return stems[max(fitting, key=len)] if fitting else None


def _stem(table: Table) -> str:
    """What the IRIs of a table's rows begin with."""
    template = table.iri.split("{")[0]
    return template if template.startswith("http") else BASE + template


def _column(table: Table, property_: str) -> str:
    """The column that makes statements with a property, or dates computed from it; empty where none does."""
    named = [(expand(column.property), column.name) for column in table.columns if column.property]
    exact = [name for iri, name in named if iri == property_]
    printed = [expand(of) for of, bounds in BOUNDS.items() for bound in bounds if bound and expand(bound) == property_]
    return next(iter(exact or [name for iri, name in named if iri in printed]), "")


def record(issue: Issue) -> dict[str, Any]:
    """A finding as plain data."""
    return {name: getattr(issue, name) for name in COLUMNS}


def as_table(found: list[Issue]) -> bytes:
    """One line a finding, as an editor can jump to it."""
    return "".join(f"{issue}\n" for issue in found).encode("utf-8")


def as_csv(found: list[Issue]) -> bytes:
    """One row a finding; a text that a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for issue in found:
        cells = record(issue).items()
        writer.writerow({name: f"'{cell}" if str(cell).startswith(FORMULA) else cell for name, cell in cells})
    return out.getvalue().encode("utf-8")


def as_json(found: list[Issue]) -> bytes:
    """An object with the numbers of errors and warnings, and the findings."""
    stopping = len(errors(found))
    data = {"errors": stopping, "warnings": len(found) - stopping, "findings": [record(issue) for issue in found]}
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def as_sarif(found: list[Issue]) -> bytes:
    """A log of SARIF 2.1.0, which code hosts show beside the lines of a change."""
    rules = sorted({issue.rule for issue in found})
    driver = {
        "name": "coopkg",
        "rules": [{"id": rule, "shortDescription": {"text": rule.replace("-", " ")}} for rule in rules],
    }
    results = [
        {
            "ruleId": issue.rule,
            "ruleIndex": rules.index(issue.rule),
            "level": issue.severity,
            "message": {"text": f"{issue.message}; {issue.hint}" if issue.hint else issue.message},
            "locations": [_location(issue)],
        }
        for issue in found
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return (json.dumps(log, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _location(issue: Issue) -> dict[str, Any]:
    place: dict[str, Any] = {}
    if is_table(issue.file):
        place["physicalLocation"] = {"artifactLocation": {"uri": SEEDS + quote(issue.file)}}
        if issue.row:
            place["physicalLocation"]["region"] = {"startLine": issue.row}
    name = issue.record or ":".join(part for part in (issue.file, issue.column) if part)
    if not place or issue.column:
        place["logicalLocations"] = [{"name": issue.column or local(name), "fullyQualifiedName": name}]
    return place


def is_table(file: str) -> bool:
    """Whether a finding's file is one, and not a part of the build such as `graph`."""
    return "." in file


def as_ttl(found: list[Issue]) -> bytes:
    """A validation report of the W3C's SHACL. A row of a table is named by RFC 7111, as in `participation.csv#row=12`.

    What no shape has found has the rule of coopkg as its constraint component.
    """
    graph, report = Graph(), BNode("report")
    for prefix in ("coop", "rdfs", "sh"):
        graph.bind(prefix, PREFIXES[prefix])
    graph.add((report, RDF.type, SH.ValidationReport))
    graph.add((report, SH.conforms, Literal(not found)))
    for number, issue in enumerate(found):
        result = BNode(f"result{number:06}")
        row = BASE + SEEDS + quote(issue.file) + (f"#row={issue.row}" if issue.row else "")
        graph.add((report, SH.result, result))
        graph.add((result, RDF.type, SH.ValidationResult))
        graph.add((result, SH.focusNode, URIRef(issue.record or row)))
        graph.add((result, SH.resultSeverity, SH.Violation if issue.severity == "error" else SH.Warning))
        graph.add((result, SH.sourceConstraintComponent, URIRef(issue.component or CHECK + quote(issue.rule))))
        text = f"{issue.message}; {issue.hint}" if issue.hint else issue.message
        graph.add((result, SH.resultMessage, Literal(text, lang="en")))
        if issue.component:
            graph.add((result, SH.sourceShape, URIRef(SHAPE + quote(issue.rule))))
        if issue.property:
            graph.add((result, SH.resultPath, URIRef(issue.property)))
        if is_table(issue.file):
            graph.add((result, RDFS.seeAlso, URIRef(row)))
    return graph.serialize(format="turtle", encoding="utf-8")


WRITERS: dict[str, Callable[[list[Issue]], bytes]] = {
    "table": as_table,
    "json": as_json,
    "csv": as_csv,
    "sarif": as_sarif,
    "ttl": as_ttl,
}
"""The writer of each format."""
