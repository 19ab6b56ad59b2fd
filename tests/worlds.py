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
a figure, complete list, opt-out or group of shared things alone is not copied, because its key or its
meaning would meet the first one. Ledgers of the intake are left out: they stay out of the graph.

Dates of a copied record move back together by 0 to 90 days, or by whole months or years where one of
them is printed so, drawn from a seed: the order within a record and "not in the future" stay true.
The day a row was checked stays.

Letters alone give 17,576 codes of countries, too few for a hundred worlds, so new countries have a
code with a digit, as the EU's own table has some; `new_codes` lifts the one check in Python that stands in
the way, and datapackage.json in the new folder has wider patterns for codes and no expected sizes. The
CLDR has no names for made-up countries, so those have none, and a graph of them is built without the
shapes in `REFUSED_BY`.
"""

import argparse
import csv
import datetime
import itertools
import json
import random
import string
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest import mock

from kg import dates, ids, tables
from kg.tables import Catalogue, Table
from kg.tidy import sort_key
from kg.vocab import COUNTRY

ROOT = Path(__file__).parent.parent
SHARED = {"source", "code", "organisation"}
"""Tables whose rows all worlds share."""

GROUPS = "country-group"
"""The code list of groups of countries."""

ONLY_WITH = {"group_membership", "completeness", "opt_out", "citation"}
"""Tables with identifiers of which a row is copied only where it names a copied record; the same holds
for every table whose key is made of other columns."""

LEFT_OUT = {"intake"}
REFUSED_BY = "country.ttl"
"""The shapes of countries: they ask for capital letters and names in the CLDR, which made-up countries lack."""

DATES = {"interval", "partial-date"}
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
        self.disputed = {(row["table"], row["record"]) for _, row in catalogue.rows("citation") if row["value"]}
        self.groups = {row["group"] for _, row in catalogue.rows("group_membership") if row["country"] not in self.home}
        """Groups with a third country in them."""
        self.kept: dict[str, set[str]] = {}  # records of the tables in ONLY_WITH that all worlds share
        for name, table in catalogue.tables.items():
            if name in ONLY_WITH:
                self.kept[name] = {row[table.key[0]] for _, row in catalogue.rows(name) if not self.copied(table, row)}

    def copied(self, table: Table, row: dict[str, str]) -> bool:
        """Whether each world has a row of its own for this one."""
        if table.name == "code":
            return row["scheme"] == GROUPS and row["notation"] in self.groups
        if table.name in SHARED:
            return False
        if table.name == "country":
            return row["alpha3"] not in self.home
        independent = table.key == ("id",) and table.name not in ONLY_WITH
        return independent or any(
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


def references(table: Table, row: dict[str, str]) -> list[tuple[str, str]]:
    """The records that a row names, as table and identifier (one that is no record of a table: `""`)."""
    found = []
    for column in table.columns:
        if column.form == "cited":
            found += [(row["table"], row[column.name])]
        elif column.form in ("country", "record"):
            found += [(column.table, value) for value in column.values(row[column.name])]
    return found


def _write(catalogue: Catalogue, table: Table, folder: Path, worlds: int, names: _Names, seed: int) -> int:
    draw = random.Random(f"{seed}/{table.name}")
    rows = []
    if table.name not in LEFT_OUT:
        for _, row in catalogue.rows(table.name):
            rows.append([row[name] for name in table.header])
            if names.copied(table, row):
                rows += [_copy(table, row, world, names, draw) for world in range(1, worlds)]
    key = [table.header.index(name) for name in table.key]
    rows.sort(key=lambda row: sort_key([row[place] for place in key]))
    with (folder / table.file).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([table.header, *rows])
    return len(rows)


def _copy(table: Table, row: dict[str, str], world: int, names: _Names, draw: random.Random) -> list[str]:
    copy = dict(row)
    for column in table.columns:
        cell = row[column.name]
        if column.form == "cited":
            copy[column.name] = names.of(row["table"], cell, world)
        elif cell and column.form in ("country", "record"):
            copy[column.name] = "; ".join(names.of(column.table, value, world) for value in column.values(cell))
        elif cell and column.form == "code" and column.scheme == GROUPS:
            copy[column.name] = "; ".join(names.group(value, world) for value in column.values(cell))
    if table.name == "country":
        copy |= {"alpha3": names.of("country", row["alpha3"], world), "alpha2": f"{row['alpha2']}{world:03}"}
        copy |= {"numeric": "", "former_code": "", "wikidata": ""}
    elif table.name == "code":
        copy |= {name: names.group(row[name], world) for name in ("notation", "broader")}
    elif table.key == ("id",):
        copy["id"] = names.of(table.name, row["id"], world)
    if (table.name, row.get("id", "")) not in names.disputed:
        copy |= earlier({column.name: row[column.name] for column in table.columns if column.form in DATES}, draw)
    return list(copy.values())


def earlier(cells: dict[str, str], draw: random.Random) -> dict[str, str]:
    """The dates of one record, moved back together in the unit of the least precise of them."""
    precision = min((len(cell) for cell in cells.values() if cell), default=0)
    if not precision:
        return {}
    steps = draw.randint(0, {4: 1, 7: 3, 10: 90}[precision])
    return {name: _back(cell, precision, steps) for name, cell in cells.items() if cell}


def _back(cell: str, precision: int, steps: int) -> str:
    first = dates.partial(cell).earliest
    if precision == 10:
        return str(first - datetime.timedelta(days=steps))
    months = first.year * 12 + first.month - 1 - steps * (12 if precision == 4 else 1)
    day = min(first.day, 28) if len(cell) == 10 else 1
    return str(datetime.date(months // 12, months % 12 + 1, day))[: len(cell)]


def _package(source: Path, folder: Path) -> None:
    """The description of the tables, with room for many rows and for the codes of new countries."""
    package = json.loads((source / "datapackage.json").read_text("utf-8"))
    for resource in package["resources"]:
        resource["assertions"] = {"min": 0, "max": 10**9}
        for field in resource["schema"]["fields"]:
            if resource["name"] == "country" and field["name"] in ("alpha2", "alpha3"):
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
