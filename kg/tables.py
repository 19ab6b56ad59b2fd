"""The tables of `seeds/`, as `datapackage.json` describes them: columns, keys, and what each becomes in RDF."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import SeedError
from kg.ids import country_iri
from kg.vocab import BASE, CODE

csv.field_size_limit(2**27)  # a quotation mark that is never closed makes one cell of the rest of the file


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: header of the column.
        title: heading for people.
        description: what to write into it.
        property: prefixed name of the RDF property; empty where the column makes no statement.
        form: how a cell becomes a value: text, iri, code, country, record, cited, column, scheme,
            broader, date, partial-date, interval, integer, year, decimal or boolean.
        scheme: the code list of a `code` column.
        table: the table that a `country` or `record` column points to.
        language: language tag of a text, if it has one.
        many: whether the cell holds several values, separated by `; `.
        required: whether the cell must be filled.
    """

    name: str
    title: str
    description: str
    property: str
    form: str
    scheme: str
    table: str
    language: str
    many: bool
    required: bool

    def values(self, cell: str) -> list[str]:
        """The values in a cell; none where it is empty."""
        if not cell:
            return []
        return cell.split("; ") if self.many else [cell]


@dataclass(frozen=True)
class Table:
    """One table.

    Attributes:
        name: name of the table; its file is `<name>.csv`.
        title: heading for people.
        description: what a row says.
        rdf_class: prefixed name of the class of a row; empty where a row is no record of its own.
        iri: template of a row's IRI.
        columns: the columns in order.
        key: names of the columns that identify a row.
        minimum: fewest rows a sound table has; fewer stop the build.
        maximum: most rows expected; more are a warning.
    """

    name: str
    title: str
    description: str
    rdf_class: str
    iri: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    minimum: int
    maximum: int

    @property
    def file(self) -> str:
        """Name of the table's file."""
        return f"{self.name}.csv"

    @property
    def states(self) -> bool:
        """Whether the rows make statements."""
        return any(column.property for column in self.columns)

    @property
    def header(self) -> list[str]:
        """Names of the columns in order."""
        return [column.name for column in self.columns]

    def row_iri(self, row: dict[str, str]) -> str:
        """The IRI of the thing that a row describes."""
        iri = self.iri.format(**row)
        return iri if iri.startswith("http") else BASE + (iri if self.name == "code" else iri.lower())


@dataclass(frozen=True)
class Catalogue:
    """All tables of one folder, in the order of `datapackage.json`."""

    folder: Path
    tables: dict[str, Table]

    def rows(self, name: str) -> Iterator[tuple[int, dict[str, str]]]:
        """The rows of a table with their line (the header is line 1)."""
        with (self.folder / self.tables[name].file).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            yield from ((reader.line_num, row) for row in reader)

    def of_graph(self) -> "Catalogue":
        """The catalogue without the tables that stay out of the graph."""
        return Catalogue(self.folder, {name: table for name, table in self.tables.items() if table.states})

    def record_iri(self, table: str, identifier: str) -> str:
        """The IRI of the row of `table` that has this identifier."""
        if table == "country":
            return country_iri(identifier)
        return BASE + self.tables[table].iri.format(id=identifier)

    def locate(self) -> dict[str, tuple[str, int]]:
        """File and line of the row behind each IRI, to name the row that a finding comes from."""
        return {
            table.row_iri(row): (table.file, line)
            for table in self.tables.values()
            if table.rdf_class
            for line, row in self.rows(table.name)
        }


def code_iri(scheme: str, notation: str) -> str:
    """The IRI of a value of a code list."""
    return f"{CODE}{scheme}/{notation}"


def load(folder: Path) -> Catalogue:
    """The catalogue that `folder/datapackage.json` describes.

    Raises:
        SeedError: the file is missing or is no JSON.
    """
    path = folder / "datapackage.json"
    try:
        package = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SeedError(f"there is no {path}", "name a folder of tables") from None
    except ValueError as problem:
        raise SeedError(f"{path} is no JSON: {problem}", "compare it with the last good version in git") from None
    tables = [_table(resource) for resource in package["resources"]]
    return Catalogue(folder, {table.name: table for table in tables})


def _table(resource: dict[str, Any]) -> Table:
    rdf, schema, size = resource.get("rdf", {}), resource["schema"], resource["assertions"]
    columns = tuple(_column(field) for field in schema["fields"])
    return Table(
        resource["name"],
        resource["title"],
        resource["description"],
        rdf.get("class", ""),
        rdf.get("iri", ""),
        columns,
        tuple(schema["primaryKey"]),
        size["min"],
        size["max"],
    )


def _column(field: dict[str, Any]) -> Column:
    rdf = field.get("rdf", {})
    return Column(
        field["name"],
        field["title"],
        field["description"],
        rdf.get("property", ""),
        rdf.get("as", "text"),
        rdf.get("scheme", ""),
        rdf.get("table", ""),
        rdf.get("lang", ""),
        rdf.get("list", False),
        field.get("constraints", {}).get("required", False),
    )
