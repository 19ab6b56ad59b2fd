"""From rows to statements: every table as N-Quads, one named graph a table.

N-Quads text is the form in which statements travel here: any store loads it fast, and sorted lines of
it make the digest of a graph.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache

from kg import dates
from kg.ids import country_iri
from kg.tables import Catalogue, Column, Table, code_iri
from kg.vocab import BOUNDS, CODE, NAMES_GRAPH, PREF_LABEL, RDF_TYPE, XSD, expand, seeds_graph

ESCAPES = {number: f"\\u{number:04X}" for number in (*range(32), 127)} | str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
)
"""What a literal escapes, as the store does when it gives it back."""

OF_ROW = {"cited": "table", "column": "table", "broader": "scheme"}
"""The other column that a value's statements depend on, by form."""

KEPT = 4096
"""Values of a column of which the statements are kept: most columns have few different ones."""

NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')


def literal(text: str, datatype: str = "", language: str = "") -> str:
    """A literal in N-Quads, with the XML Schema datatype (local name) or language given."""
    suffix = f"@{language}" if language else f"^^<{XSD}{datatype}>" if datatype else ""
    return f'"{text.translate(ESCAPES)}"{suffix}'


def number(text: str) -> str:
    """A whole or decimal number in the form in which the store gives it back: 25.2 for 25.20, 5 for 5.0."""
    return f"{Decimal(text).normalize() + 0:f}"


def iri(text: str) -> str:
    """An IRI in N-Quads; characters that no IRI may hold are percent-encoded."""
    return "<" + NOT_IN_IRI.sub(lambda match: f"%{ord(match[0]):02X}", text) + ">"


def of_table(catalogue: Catalogue, table: Table) -> Iterator[str]:
    """The statements of one table, an N-Quads line each."""
    for _, lines in by_row(catalogue, table):
        yield from lines


def by_row(catalogue: Catalogue, table: Table) -> Iterator[tuple[dict[str, str], list[str]]]:
    """The rows of one table, each with its statements, an N-Quads line each."""
    make = _maker(catalogue, table)
    for _, row in catalogue.rows(table.name):
        yield row, make(row)


def of_row(catalogue: Catalogue, table: Table, row: dict[str, str]) -> list[str]:
    """The statements that one row makes, an N-Quads line each.

    Args:
        catalogue: the tables; no file of them is read.
        table: the row's table.
        row: a cell for every column, such as the checks accept.
    """
    return _maker(catalogue, table)(row)


def _maker(catalogue: Catalogue, table: Table) -> Callable[[dict[str, str]], list[str]]:
    """What makes statements of a table's rows: prefixed names are looked up once for all rows."""
    graph, kind = iri(seeds_graph(table.name)), f"<{RDF_TYPE}> {iri(expand(table.rdf_class))}"
    properties = [(column, _ends(catalogue, column, graph)) for column in table.columns if column.property]

    def make(row: dict[str, str]) -> list[str]:
        subject = iri(table.row_iri(row))
        lines = [f"{subject} {kind} {graph} .\n"]
        for column, ends in properties:
            for value in column.values(row[column.name]):
                lines += [
                    subject + end for end in ends(value, row[OF_ROW[column.form]] if column.form in OF_ROW else "")
                ]
        return lines

    return make


def _ends(catalogue: Catalogue, column: Column, graph: str) -> Callable[[str, str], tuple[str, ...]]:
    """What makes the ends of lines, from the property on, of a column's values; those of the last values are kept."""
    prop = f"<{expand(column.property)}>"

    def ends(value: str, other: str) -> tuple[str, ...]:
        return tuple(
            f" {stem} {object_} {graph} .\n" for stem, object_ in _pairs(catalogue, column, prop, value, other)
        )

    return lru_cache(KEPT)(ends)


def schemes(catalogue: Catalogue) -> Iterator[str]:
    """The code lists themselves, as SKOS concept schemes; and of codes that stand over a column, that they are properties."""
    graph = iri(seeds_graph("code"))
    properties = {
        expand(column.property) for table in catalogue.tables.values() for column in table.columns if column.property
    }
    for code in sorted(name for name in properties if name.startswith(CODE)):
        yield f"{iri(code)} <{RDF_TYPE}> {iri(expand('qb:MeasureProperty'))} {graph} .\n"
    for scheme in sorted({row["scheme"] for _, row in catalogue.rows("code")}):
        yield f"{iri(CODE + scheme)} <{RDF_TYPE}> {iri(expand('skos:ConceptScheme'))} {graph} .\n"
        yield f"{iri(CODE + scheme)} <{PREF_LABEL}> {literal(scheme.replace('-', ' '), language='en')} {graph} .\n"


def country_names(catalogue: Catalogue) -> Iterator[tuple[dict[str, str], list[str]]]:
    """The rows of `country_name`, each with the names of its country, which stand in a graph of their own."""
    languages = [column for column in catalogue.tables["country_name"].columns if column.language]
    for _, row in catalogue.rows("country_name"):
        yield (
            row,
            [
                f"{iri(country_iri(row['country']))} <{PREF_LABEL}> {literal(row[column.name], language=column.language)}"
                f" {iri(NAMES_GRAPH)} .\n"
                for column in languages
                if row[column.name]
            ],
        )


def sources_of_names(catalogue: Catalogue) -> Iterator[str]:
    """Where the names of countries are from, as statements about the graph that holds them."""
    for source in sorted({row["source"] for _, row in catalogue.rows("country_name")}):
        record = iri(catalogue.record_iri("source", source))
        yield f"{iri(NAMES_GRAPH)} <{expand('prov:hadPrimarySource')}> {record} {iri(NAMES_GRAPH)} .\n"


def pieces(catalogue: Catalogue) -> Iterator[tuple[Table | None, dict[str, str], list[str]]]:
    """The statements of all tables, the country names and the code lists, row by row.

    Returns:
        The table and the row, and the statements made of it; no table for what comes of no single row.
    """
    for table in catalogue.tables.values():
        if table.rdf_class:
            for row, lines in by_row(catalogue, table):
                yield table, row, lines
    country = catalogue.tables["country"]
    for row, lines in country_names(catalogue):  # a name goes where its country goes
        yield country, dict.fromkeys(country.header, "") | {"alpha3": row["country"], "checked": row["checked"]}, lines
    yield None, {}, [*schemes(catalogue), *sources_of_names(catalogue)]


def everything(catalogue: Catalogue) -> Iterator[str]:
    """The statements of all tables, the code lists and the country names."""
    for _, _, lines in pieces(catalogue):
        yield from lines


def _pairs(catalogue: Catalogue, column: Column, prop: str, value: str, other: str) -> list[tuple[str, str]]:
    """The property and object pairs that one value makes; a date to compare makes three.

    Args:
        catalogue: the tables; no file of them is read.
        column: the value's column.
        prop: its property, in N-Quads.
        value: the value.
        other: the cell of the column that `OF_ROW` names, else empty.
    """
    match column.form:
        case "text":
            return [(prop, literal(value, language=column.language))]
        case "iri":
            return [(prop, iri(value))]
        case "code":
            return [(prop, iri(code_iri(column.scheme, value)))]
        case "country":
            return [(prop, iri(country_iri(value)))]
        case "record":
            return [(prop, iri(catalogue.record_iri(column.table, value)))]
        case "cited":
            return [(prop, iri(catalogue.record_iri(other, value)))]
        case "column":
            cited = next((one for one in catalogue.tables[other].columns if one.name == value), None)
            about = (
                [(f"<{expand('schema:propertyID')}>", iri(expand(cited.property)))] if cited and cited.property else []
            )
            return [(prop, literal(value)), *about]
        case "scheme":
            return [(prop, iri(CODE + value))]
        case "broader":
            return [(prop, iri(code_iri(other, value)))]
        case "date" | "partial-date":
            return [(prop, literal(value, dates.partial(value).datatype))]
        case "interval":
            date = dates.partial(value)
            bounds = zip(BOUNDS[column.property], (date.earliest, date.latest), strict=True)
            return [
                (prop, literal(value, date.datatype)),
                *((f"<{expand(bound)}>", literal(str(day), "date")) for bound, day in bounds if bound),
            ]
        case "year":
            return [(prop, literal(value, "gYear"))]
        case "integer" | "decimal":
            return [(prop, literal(number(value), column.form))]
        case "boolean":
            return [(prop, literal("true" if value == "yes" else "false", "boolean"))]
    raise AssertionError(f"datapackage.json: column {column.name} has the unknown form {column.form}")
