"""Forms for rows, made from `datapackage.json`: fields with help and pick lists, and findings at their fields."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from flask import g

from kg import issue_words, shapes_files
from kg.issue import Issue
from kg.labels import Labels
from kg.tables import Catalogue, Column, Table
from kg.vocab import CODE, COUNTRY, expand
from web import text
from web.reading import reader

LONGEST_LIST = 4000
"""Rows of a table that are offered as a list; of a longer one the identifier is typed."""

NOT_MADE = {"country", "code"}
"""Tables whose rows are no part of a proposal for another: they are closed lists."""


@dataclass
class Field:
    """One field.

    Attributes:
        name: its name in the form.
        column: name of the column.
        title: heading.
        help: what to write.
        kind: `choice`, `list` (pick or type), `date` or `text`.
        value: what stands in it.
        options: what can be picked: value and name.
        required: whether it must be filled.
        fixed: whether it says which row is meant and cannot be changed.
        asked: what the shapes ask of it.
        of: the table that a list is of.
        makes: the table in which a missing row can be proposed along, or empty.
        findings: what was found about it.
    """

    name: str
    column: str
    title: str
    help: str
    kind: str
    value: str
    options: list[tuple[str, str]]
    required: bool
    fixed: bool
    asked: list[str] = field(default_factory=list)
    of: str = ""
    makes: str = ""
    findings: list[Issue] = field(default_factory=list)


@dataclass
class Block:
    """The fields of one row.

    Attributes:
        table: name of the table.
        title: heading.
        fields: its fields.
        before: the row as it is; None for a new one.
        given: whether it is part of the proposal.
    """

    table: str
    title: str
    fields: list[Field]
    before: dict[str, str] | None
    given: bool

    @property
    def cells(self) -> dict[str, str]:
        """The row as it would be."""
        return {one.column: one.value for one in self.fields}

    @property
    def wrong(self) -> bool:
        """Whether something was found about one of its fields."""
        return any(one.findings for one in self.fields)


def words(english: str) -> str:
    """A heading or description of `datapackage.json` in the reader's language."""
    return issue_words.words(english, text.language())


def blocks(
    catalogue: Catalogue, table: Table, before: dict[str, str] | None, sent: Mapping[str, str] | None
) -> tuple[Block, list[Block]]:
    """The form for a row, and one for each table that it may point to in which the row is not there yet.

    Args:
        catalogue: the tables.
        table: the row's table.
        before: the row as it is; None for a new one.
        sent: the values that were sent; None for a form not filled yet.
    """
    pointed = [column.table for column in table.columns if column.form == "record"]
    names = [name for name in dict.fromkeys([*pointed, "source"]) if name not in {*NOT_MADE, table.name}]
    lists = Lists(catalogue)
    main = _block(lists, table, "", before, sent, set(names))
    others = [_block(lists, catalogue.tables[name], f"new-{name}-", None, sent, set()) for name in names]
    for other in others:
        other.given = any(one.value for one in other.fields)
    return main, others


class Lists:
    """What can be picked for a column; each list is made once a form.

    Args:
        catalogue: the tables.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._made: dict[tuple[str, str], list[tuple[str, str]]] = {}

    def of(self, column: Column) -> list[tuple[str, str]]:
        """Values and names, sorted by name."""
        key = (column.form, column.scheme or column.table)
        if key not in self._made:
            self._made[key] = self._make(column)
        return self._made[key]

    def _make(self, column: Column) -> list[tuple[str, str]]:
        labels = reader().current().labels(g.language)
        if column.form == "boolean":
            return [("yes", text.say("yes")), ("no", text.say("no"))]
        if column.form == "code":
            codes = (row for _, row in self._catalogue.rows("code") if row["scheme"] == column.scheme)
            return [(row["notation"], _called(labels, row)) for row in codes]
        if column.table == "country":
            found = [(row["alpha3"], labels.of(COUNTRY + row["alpha3"])) for _, row in self._catalogue.rows("country")]
            return sorted(found, key=lambda option: text.sort_key(option[1]))
        if column.form == "record" and column.table in self._catalogue.tables:
            table = self._catalogue.tables[column.table]
            name = next((one for one in ("title", "title_en", "name", "name_en") if one in table.header), table.key[0])
            found = [(row[table.key[0]], row[name]) for _, row in self._catalogue.rows(column.table)]
            return sorted(found, key=lambda option: text.sort_key(option[1])) if len(found) <= LONGEST_LIST else []
        return []


def _called(labels: Labels, row: Mapping[str, str]) -> str:
    """The name of a row of a code list; a row that is newer than the graph has its English one."""
    iri = f"{CODE}{row['scheme']}/{row['notation']}"
    return labels.of(iri) if labels.has(iri) else row["label_en"]


def _block(
    lists: Lists,
    table: Table,
    prefix: str,
    before: dict[str, str] | None,
    sent: Mapping[str, str] | None,
    made: set[str],
) -> Block:
    def value(column: Column) -> str:
        if before and column.name in table.key:
            return before[column.name]
        if sent is not None:
            return sent.get(prefix + column.name, "").strip()
        return before[column.name] if before else ""

    found = [
        Field(
            prefix + column.name,
            column.name,
            words(column.title),
            words(column.description),
            _kind(column, options := lists.of(column)),
            value(column),
            options,
            column.required or column.name in table.key,
            before is not None and column.name in table.key,
            _asked(table, column),
            column.table,
            column.table if column.table in made else "",
        )
        for column in table.columns
    ]
    return Block(table.name, words(table.title), found, before, True)


def _asked(table: Table, column: Column) -> list[str]:
    """What the shapes ask of a column, in the reader's language."""
    if not (table.rdf_class and column.property):
        return []
    shapes = reader().current().graph.shapes
    return shapes_files.messages(shapes, expand(table.rdf_class), expand(column.property), text.language())


def _kind(column: Column, options: list[tuple[str, str]]) -> str:
    if column.many:
        return "text"
    if column.form in ("code", "boolean", "country") or column.table == "country":
        return "choice"
    return "list" if options else "date" if column.form == "date" else "text"


def place(issues: Iterable[Issue], given: list[Block]) -> list[Issue]:
    """Puts findings at their fields.

    Args:
        issues: findings about a proposal, whose rows are counted from 1.
        given: the rows of the proposal in their order.

    Returns:
        Those that stand at no field.
    """
    rest = []
    for issue in issues:
        block = given[issue.row - 1] if 0 < issue.row <= len(given) else None
        of_row = block is not None and issue.file == f"{block.table} (proposal)"
        fields = [one for one in block.fields if one.column in issue.column.split(", ")] if block and of_row else []
        for one in fields:
            one.findings.append(issue)
        if not fields:
            rest.append(issue)
    return rest
