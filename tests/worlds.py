"""A generator of larger seeds: the real tables copied k times, with everything that counts in proportion.

    python tests/worlds.py K FOLDER

The result is a folder of tables as `seeds/` is one. World 0 is the real tables. Each further world has
third countries, agreements, routes, hubs, partnerships, funding lines and all other records of its own,
and country groups of its own (a region does not grow), which refer to one another as the real ones do;
all worlds share the member states (those of any day) and their groups, the organisations, the other code
lists and the sources. A member state's participation is
copied for each world's copy of the agreement. So parties per agreement, legs per route, figures per
country stay exactly as they are, and pairs and their bases grow by k.

What follows from sharing: what a world's copy says of shared things alone (a convention between two
member states, which matters where one of them joined the Union later) comes k times for the same pair;
a figure, posting, complete list, opt-out or group of shared things alone is not copied, because it would
say the same as the first one. What has a title gets the number of its world behind it. Ledgers of the
intake are left out: they stay out of the graph.

In each world days move towards the first of their month, by a number of days drawn from a seed; months
and years stay. So of two dates none comes before the other that did not before, whatever they are
printed like and whichever records they stand in, and "not in the future" stays true. The day a row was
checked stays.

Letters alone give 17,576 codes of countries, too few for a hundred worlds, so new countries have a
code with a digit, as the EU's own table has some; `new_codes` lifts the one check in Python that stands in
the way, and datapackage.json in the new folder has wider patterns for codes and no expected sizes. The
graph of new countries is built without the shapes in `REFUSED_BY`.
"""

import argparse
import csv
import itertools
import json
import random
import re
import string
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest import mock

from kg import ids, tables
from kg.tables import Catalogue, Table
from kg.tidy import sort_key
from kg.vocab import COUNTRY

ROOT = Path(__file__).parent.parent
SHARED = {"source", "code", "organisation", "mapping"}
"""Tables whose rows all worlds share."""

GROUPS = "country-group"
"""The code list of groups of countries."""

TITLE = "skos:prefLabel"
"""The property of titles. A row with a title is copied; any other, and a list that is complete for
something, only where it names a copied record."""

LISTS = "completeness"

LEFT_OUT = {"intake"}
REFUSED_BY = "country.ttl"
"""The shapes of countries: they ask for capital letters."""

DATES = {"interval", "partial-date"}
DISPUTED = ("citation", "value")
"""The column of what another source says, a date for the most part: it moves as the record it speaks of."""

DAY = re.compile(r"\d{4}-\d\d-\d\d")
SEED = 20261124


def generate(source: Path, folder: Path, worlds: int, seed: int = SEED) -> dict[str, int]:
    """Writes the tables of `worlds` worlds.

    Args:
        source: a folder of tables, `seeds`.
        folder: where the new ones go; it must not exist.
        worlds: how many worlds in all, the real one included; at most 130.
        seed: what the moves of dates are drawn from.

    Returns:
        The number of rows written, by table.
    """
    folder.mkdir(parents=True)
    catalogue = tables.load(source)
    _package(source, folder)
    names = _Names(catalogue, worlds)
    return {name: _write(catalogue, table, folder, worlds, names, seed) for name, table in catalogue.tables.items()}


@contextmanager
def new_codes() -> Iterator[None]:
    """Lets every module take any code of three letters and digits, for as long as the block lasts; other checks stay."""

    def country_iri(code: str) -> str:
        code = code.strip().upper()
        return COUNTRY + code if len(code) == 3 and code.isalnum() and not code.isalpha() else real(code)

    real = ids.country_iri
    with ExitStack() as stack:
        for module in list(sys.modules.values()):
            if getattr(module, "country_iri", None) is real:
                stack.enter_context(mock.patch.object(module, "country_iri", country_iri))
        yield


class _Names:
    """Which records are copied, and what the copies are called."""

    def __init__(self, catalogue: Catalogue, worlds: int) -> None:
        self.home = {row["country"] for _, row in catalogue.rows("group_membership") if row["group"] == "eu"}
        third = [row["alpha3"] for _, row in catalogue.rows("country") if row["alpha3"] not in self.home]
        codes = (a + b + c for a, b, c in itertools.product(string.digits + string.ascii_uppercase, repeat=3))
        fresh = (code for code in codes if not code.isalpha() and code not in ids.FORMER)
        self.codes = {(code, world): next(fresh) for world in range(1, worlds) for code in third}
        self.groups = {row["group"] for _, row in catalogue.rows("group_membership") if row["country"] not in self.home}
        """Groups with a third country in them."""
        self.titled = {name for name, table in catalogue.tables.items() if titles(table)} - SHARED - {LISTS}
        self.kept: dict[str, set[str]] = {}  # records that all worlds share
        shared = True
        while shared:  # what names only those is one of them
            shared = False
            for name, table in catalogue.tables.items():
                if table.key == ("id",) and name not in SHARED | self.titled | LEFT_OUT:
                    kept = {row["id"] for _, row in catalogue.rows(name) if not self.copied(table, row)}
                    shared |= kept != self.kept.get(name, set())
                    self.kept[name] = kept

    def copied(self, table: Table, row: dict[str, str]) -> bool:
        """Whether each world has a row of its own for this one."""
        if table.name == "code":
            return row["scheme"] == GROUPS and row["notation"] in self.groups
        if table.name in SHARED:
            return False
        if table.name == "country":
            return row["alpha3"] not in self.home
        return table.name in self.titled or any(
            self.of(target, value, 1) != value for target, value in references(table, row) if value
        )

    def of(self, table: str, identifier: str, world: int) -> str:
        """What a record of the real tables is called in a world."""
        if not world or table in SHARED or identifier in self.kept.get(table, ()):
            return identifier
        if table == "country":
            return self.codes.get((identifier, world), identifier)
        return f"{identifier}-w{world:03}"

    def group(self, notation: str, world: int) -> str:
        """What a country group is called in a world."""
        return f"{notation}-w{world:03}" if world and notation in self.groups else notation


def titles(table: Table) -> list[str]:
    """The columns that hold titles of records."""
    return [column.name for column in table.columns if table.rdf_class and column.property == TITLE]


def references(table: Table, row: dict[str, str]) -> list[tuple[str, str]]:
    """The records that a row is about, as table and identifier; those that it lists besides are none of them."""
    named = [column for column in table.columns if column.form in ("country", "record", "cited") and not column.many]
    return [(row["table"] if column.form == "cited" else column.table, row[column.name]) for column in named]


def _write(catalogue: Catalogue, table: Table, folder: Path, worlds: int, names: _Names, seed: int) -> int:
    draw = random.Random(seed)
    moves = [draw.randint(0, 27) for _ in range(worlds)]
    rows = []
    if table.name not in LEFT_OUT:
        for _, row in catalogue.rows(table.name):
            rows.append([row[name] for name in table.header])
            if names.copied(table, row):
                rows += [_copy(table, row, world, names, moves[world]) for world in range(1, worlds)]
    key = [table.header.index(name) for name in table.key]
    rows.sort(key=lambda row: sort_key([row[place] for place in key]))
    with (folder / table.file).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([table.header, *rows])
    return len(rows)


def _copy(table: Table, row: dict[str, str], world: int, names: _Names, days: int) -> list[str]:
    copy = dict(row)
    for column in table.columns:
        cell = row[column.name]
        if column.form == "cited":
            copy[column.name] = names.of(row["table"], cell, world)
        elif cell and column.form in ("country", "record"):
            copy[column.name] = "; ".join(names.of(column.table, value, world) for value in column.values(cell))
        elif cell and column.form == "code" and column.scheme == GROUPS:
            copy[column.name] = "; ".join(names.group(value, world) for value in column.values(cell))
        elif column.form in DATES or (table.name, column.name) == DISPUTED:
            copy[column.name] = earlier(cell, days)
        elif cell and column.property == TITLE:
            copy[column.name] = f"{cell} ({world})"
    if table.name == "country":
        copy |= {"alpha3": names.of("country", row["alpha3"], world), "alpha2": f"{row['alpha2']}{world:03}"}
        copy |= {"numeric": "", "former_code": "", "wikidata": ""}
    elif table.name == "code":
        copy |= {name: names.group(row[name], world) for name in ("notation", "broader")}
    elif table.key == ("id",):
        copy["id"] = names.of(table.name, row["id"], world)
    return list(copy.values())


def earlier(cell: str, days: int) -> str:
    """A full date some days earlier, but in the same month; any other cell as it is."""
    return f"{cell[:8]}{max(int(cell[8:]) - days, 1):02}" if DAY.fullmatch(cell) else cell


def _package(source: Path, folder: Path) -> None:
    """The description of the tables, with room for many rows and for the codes of new countries."""
    package = json.loads((source / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        resource["assertions"] = {"min": 0, "max": 10**9}
        for field in resource["schema"]["fields"]:
            if field.get("constraints", {}).get("pattern") in ("[A-Z]{2}", "[A-Z]{3}"):
                field["constraints"]["pattern"] = "[A-Z0-9]{2,5}"
    (folder / "datapackage.json").write_text(json.dumps(package), "utf-8")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("worlds", type=int)
    arguments.add_argument("folder", type=Path)
    given = arguments.parse_args()
    print(f"{sum(generate(ROOT / 'seeds', given.folder, given.worlds).values()):,} rows")


if __name__ == "__main__":
    main()
