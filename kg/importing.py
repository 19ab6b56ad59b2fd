"""Rows from a file into the tables: what would change, and the change itself, whole or not at all.

A plan says which rows are new, changed or the same, holds the tables as they would be and what the checks find
about them. It writes nothing. Rows that the file does not name keep every byte.
"""

import csv
import datetime
import fcntl
import hashlib
import io
import json
import os
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from kg import check, statements, tables
from kg.effect import with_tables
from kg.errors import KgError, SeedError
from kg.incoming import Incoming
from kg.issue import Issue, errors
from kg.store import Store
from kg.tables import Catalogue, Table
from kg.tidy import sort_key
from kg.vocab import seeds_graph

ASIDE = ".import"
"""Ending of a table that is written but not yet in its place."""

Row = dict[str, str]


class Conflict(KgError):
    """The tables are not as they were when the change was planned. Exit code 1, HTTP 409."""

    status = 409
    exit_code = 1


@dataclass(frozen=True)
class Change:
    """One row that is new or changed.

    Attributes:
        table: name of the table.
        file: name of the file that the row comes from.
        line: its line there, 0 where it has none.
        key: the cells that say which row it is.
        before: the row of the table; None for a new one.
        after: the row as it would be, a cell for every column.
    """

    table: str
    file: str
    line: int
    key: tuple[str, ...]
    before: Row | None
    after: Row

    @property
    def kind(self) -> str:
        """`new` or `changed`."""
        return "changed" if self.before else "new"

    def differing(self) -> dict[str, tuple[str, str]]:
        """The cells that change, old and new, by column; of a new row all that are filled."""
        before = self.before or {}
        return {name: (before.get(name, ""), cell) for name, cell in self.after.items() if cell != before.get(name, "")}


@dataclass(frozen=True)
class Plan:
    """What an import would do.

    Attributes:
        seeds: the folder of tables.
        changes: rows that are new or changed, in the order of the files.
        same: number of rows that are in the tables already as they stand in the file.
        issues: findings about the files and the tables as they would be; an error forbids the import.
        contents: the tables as they would be, by name.
        digests: SHA-256 of those tables as they are now, by name.
    """

    seeds: Path
    changes: tuple[Change, ...]
    same: int
    issues: tuple[Issue, ...]
    contents: dict[str, bytes]
    digests: dict[str, str]

    @property
    def sound(self) -> bool:
        """Whether nothing forbids the import."""
        return not errors(list(self.issues))

    def with_issues(self, more: Iterable[Issue]) -> "Plan":
        """The plan with more findings about it."""
        return replace(self, issues=tuple(sorted({*self.issues, *more})))

    def rows(self) -> list[dict[str, str]]:
        """The changes as flat rows, one a cell that changes."""
        return [
            {
                "change": change.kind,
                "table": change.table,
                "row": " ".join(change.key),
                "column": column,
                "before": old,
                "after": new,
            }
            for change in self.changes
            for column, (old, new) in change.differing().items()
        ]


def quads(facts: Store, catalogue: Catalogue, changes: Iterable[Change]) -> tuple[bytes, bytes]:
    """What facts say of rows that change, and what they would say, as N-Quads."""
    before, after = b"", list[str]()
    for change in changes:
        table = catalogue.tables[change.table]
        if table.rdf_class:
            before += facts.of_record(table.row_iri(change.after), seeds_graph(table.name))
            after += statements.of_row(catalogue, table, change.after)
    return before, "".join(after).encode("utf-8")


def plan(
    seeds: Path,
    incoming: Mapping[str, Incoming],
    today: datetime.date | None = None,
    sound: frozenset[str] = frozenset(),
) -> Plan:
    """What importing files would do.

    Args:
        seeds: the folder of tables.
        incoming: what was read for each table, by its name.
        today: the day after which nothing can have happened; the current day by default.
        sound: tables of the folder that have no finding as they are (an import takes no row away).

    Raises:
        SeedError: the folder is none of tables, or a table cannot be read.
    """
    catalogue = tables.load(seeds)
    issues = [issue for one in incoming.values() for issue in one.issues]
    changes: list[Change] = []
    contents, digests, same = {}, {}, 0
    for name, one in incoming.items():
        table, held = catalogue.tables[name], Held(catalogue, catalogue.tables[name])
        found, problems, known = _changes(table, held, one)
        issues += problems
        same += known
        changes += found
        if found:
            contents[name], digests[name] = held.changed(found), held.digest
    if errors(issues) or not changes:
        return Plan(seeds, tuple(changes), same, tuple(sorted(issues)), {}, {})
    with _overlaid(seeds, contents) as folder:
        issues += _checked(catalogue, folder, changes, today, sound)
    return Plan(seeds, tuple(changes), same, tuple(sorted(issues)), contents, digests)


class Held:
    """A table's file in pieces, so that rows can be put in without touching others.

    Args:
        catalogue: the tables.
        table: the table.
    """

    def __init__(self, catalogue: Catalogue, table: Table) -> None:
        self.table = table
        try:
            content = (catalogue.folder / table.file).read_bytes()
            self.digest = hashlib.sha256(content).hexdigest()
            self.pieces: list[str] = []
            self.rows: list[Row] = []
            self._read(_lines(content.decode("utf-8")))
        except (OSError, UnicodeDecodeError, csv.Error):
            raise SeedError(f"{table.file} cannot be read", "run `coopkg check` and mend the table first") from None
        self.places = {self._key(row): number for number, row in enumerate(self.rows)}

    def _read(self, lines: list[str]) -> None:
        reader = csv.reader(lines)
        header = next(reader, [])
        place = reader.line_num
        self.pieces.append("".join(lines[:place]))
        for cells in reader:
            self.pieces.append("".join(lines[place : reader.line_num]))
            self.rows.append(dict(zip(header, cells, strict=False)))
            place = reader.line_num

    def row(self, key: tuple[str, ...]) -> Row | None:
        """The row with this key, or None."""
        return self.rows[self.places[key]] if key in self.places else None

    def changed(self, changes: list[Change]) -> bytes:
        """The file with rows put in their place; every other row as it was, byte for byte."""
        pieces, order = list(self.pieces), [sort_key(list(self._key(row))) for row in self.rows]
        added: list[tuple[int, list[tuple[int, str]], str]] = []
        for change in changes:
            key = self._key(change.after)
            if key in self.places:
                pieces[self.places[key] + 1] = self._text(change.after)
            else:
                added.append((bisect_right(order, sort_key(list(key))), sort_key(list(key)), self._text(change.after)))
        if added and not pieces[-1].endswith("\n"):
            pieces[-1] += "\n"
        for place, _, text in sorted(added, reverse=True):
            pieces.insert(place + 1, text)
        return "".join(pieces).encode("utf-8")

    def _key(self, row: Row) -> tuple[str, ...]:
        return tuple(row.get(name, "") for name in self.table.key)

    def _text(self, row: Row) -> str:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerow([row[name] for name in self.table.header])
        return out.getvalue()


def _lines(text: str) -> list[str]:
    """The lines of a text by LF alone: other signs that Python takes for ends of lines may stand in a cell."""
    return [line + "\n" for line in text.split("\n")[:-1]] + [line for line in text.split("\n")[-1:] if line]


def _changes(table: Table, held: Held, one: Incoming) -> tuple[list[Change], list[Issue], int]:
    """The rows of a file that are new or changed, what is wrong with their keys, and the number of those that are the same."""
    changes, issues, same = [], [], 0
    seen: dict[tuple[str, ...], int] = {}
    for entry in one.entries:
        key = tuple(entry.cells.get(name, "") for name in table.key)
        empty = [name for name, cell in zip(table.key, key, strict=True) if not cell.strip()]
        if empty:
            issues.append(
                Issue(
                    one.name,
                    entry.line,
                    empty[0],
                    "required",
                    "the cell is empty",
                    "it says which row is meant: fill it",
                )
            )
            continue
        if key in seen:
            where = f"in line {seen[key]} already" if seen[key] else "twice"
            issues.append(
                Issue(
                    one.name,
                    entry.line,
                    table.key[0],
                    "duplicate",
                    f"the row stands {where}",
                    "delete one of the two, or correct the key",
                )
            )
            continue
        seen[key] = entry.line
        before = held.row(key)
        after = {name: entry.cells.get(name, before[name] if before else "") for name in table.header}
        if after == before:
            same += 1
        else:
            changes.append(Change(table.name, one.name, entry.line, key, before, after))
    return changes, issues, same


@contextmanager
def _overlaid(seeds: Path, contents: Mapping[str, bytes]) -> Iterator[Path]:
    """A folder of tables for a moment: those of `seeds`, with some replaced."""
    with TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"{name}.csv" for name in contents}
        for name, file in files.items():
            file.write_bytes(contents[name])
        with with_tables(seeds, files) as overlaid:
            yield overlaid


@contextmanager
def as_planned(planned: Plan) -> Iterator[Path]:
    """A folder of tables for a moment, as they would be after the import."""
    with _overlaid(planned.seeds, planned.contents) as folder:
        yield folder


def _checked(
    catalogue: Catalogue, folder: Path, changes: list[Change], today: datetime.date | None, sound: frozenset[str]
) -> list[Issue]:
    """The findings about the tables as they would be, those about rows of a file with their place there."""
    candidate = Catalogue(folder, catalogue.tables)
    changed = {change.table for change in changes}
    found = check.rows(candidate, today, sound - changed)
    if not any(issue.rule in check.LAYOUT for issue in found):
        found = check.merge(found, check.schema(candidate, changed))
    places = _places(candidate, changes)
    return [
        replace(issue, file=change.file, row=change.line) if (change := places.get((issue.file, issue.row))) else issue
        for issue in found
    ]


def _places(candidate: Catalogue, changes: list[Change]) -> dict[tuple[str, int], Change]:
    """The change behind each line of the tables as they would be."""
    by_key = {(change.table, *change.key): change for change in changes}
    return {
        (candidate.tables[name].file, line): change
        for name in {change.table for change in changes}
        for line, row in candidate.rows(name)
        if None not in row and (change := by_key.get((name, *(row[key] for key in candidate.tables[name].key))))
    }


def apply(planned: Plan) -> list[str]:
    """Writes what was planned: all of it, or nothing.

    Every table is written aside and put in its place by one rename. Where there are several, a journal says
    which; an import that is killed between two renames is completed by `finish`, and until then the checks
    refuse the tables.

    Returns:
        The names of the files written.

    Raises:
        Conflict: there are errors, a table has changed since, or another import is under way.
    """
    if not planned.sound:
        raise Conflict(
            f"the rows have {len(errors(list(planned.issues)))} errors; nothing was written",
            "mend them and import again",
        )
    catalogue = tables.load(planned.seeds)
    files = {catalogue.tables[name].file: content for name, content in planned.contents.items()}
    with _alone(planned.seeds):
        _finish(planned.seeds)
        for name, digest in planned.digests.items():
            now = hashlib.sha256((planned.seeds / catalogue.tables[name].file).read_bytes()).hexdigest()
            if now != digest:
                raise Conflict(f"{name}.csv has changed since; nothing was written", "import again")
        for file, content in files.items():
            _write(planned.seeds / (file + ASIDE), content)
        if len(files) > 1:
            journal = planned.seeds / check.JOURNAL
            _write(journal.with_suffix(".begun"), json.dumps(sorted(files)).encode("utf-8"))
            journal.with_suffix(".begun").replace(journal)
            _finish(planned.seeds)
        for file in files:
            if len(files) == 1:
                (planned.seeds / (file + ASIDE)).replace(planned.seeds / file)
        _sync(planned.seeds)
    return sorted(files)


def finish(seeds: Path) -> bool:
    """Completes an import that was killed, or removes what it left behind.

    Returns:
        Whether there was anything to complete.

    Raises:
        Conflict: an import is under way.
    """
    with _alone(seeds):
        return _finish(seeds)


def _finish(seeds: Path) -> bool:
    journal = seeds / check.JOURNAL
    begun = journal.exists()
    if begun:
        for file in json.loads(journal.read_text("utf-8")):
            aside = seeds / (file + ASIDE)
            if aside.exists():
                aside.replace(seeds / file)
        _sync(seeds)
        journal.unlink()
    for left in [*seeds.glob(f"*.csv{ASIDE}"), journal.with_suffix(".begun")]:
        left.unlink(missing_ok=True)
    return begun


def _write(path: Path, content: bytes) -> None:
    """Writes a file so that it is on the disk before anything is renamed."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Brings the names in a folder to the disk."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """While no other import runs in this folder."""
    number = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("another import is under way in this folder", "wait for it and import again") from None
        yield
    finally:
        os.close(number)
