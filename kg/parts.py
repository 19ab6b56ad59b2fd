"""The facts in parts that fit into memory one by one.

What the rules conclude is about one asked country at a time (`coop:hasCountry`), or about records that
stand together anyway. So a large set of tables is divided by countries: a part has some of them, every
row that names one of those, and whatever such rows lean on. Each part concludes about its own countries
alone, and all of them together give what working on the whole would give; a test holds the two against
each other, so a rule that looks further than that is found out.

A row goes where the third countries go that it names. One that names none follows the records that it
names: a member state's participation follows its agreement, an agreement the countries that take part.
What leans on nothing is in every part if a rule asks for it (code lists, organisations, membership of the
European Union, complete lists), in the first one if none does (envelopes). So the few rows that a rule needs are
in a part, and a row may be in several parts.
"""

from dataclasses import dataclass
from typing import NamedTuple

from kg.tables import Catalogue, Table

ROWS = 20_000
"""Rows that a part may have; up to twice as many stay whole. All tables have 16,000 in November 2026."""

SHARING = 10
"""How many times as many rows a part for member states may have: two of them lean on the same agreements, so that many
small parts would hold the same rows many times."""

ALONE = {"source", "code", "organisation"}
"""Tables that others lean on and that lean on nothing; every part has them whole."""

Row = dict[str, str]


@dataclass(frozen=True)
class Parts:
    """Which row goes into which part.

    Attributes:
        countries: the alpha-3 codes that each part answers for; every country is in one of them.
        home: how many of the parts, from the first on, answer for member states.
    """

    countries: tuple[frozenset[str], ...]
    home: int = 0
    _plan: "_Plan | None" = None

    def of(self, table: Table, row: Row) -> list[int] | None:
        """The numbers of the parts that get a row; None stands for all of them."""
        return self._plan.numbers(table, row) if self._plan else None


def divide(catalogue: Catalogue, read: set[str], size: int = ROWS) -> Parts:
    """Divides tables into parts.

    Args:
        catalogue: the tables of the graph.
        read: names of the tables that rules and hygiene queries name.
        size: rows that a part may have, as far as countries can be separated.

    Returns:
        One part for tables of up to twice `size` rows, otherwise as many as it takes.
    """
    everyone = frozenset(row["alpha3"] for _, row in catalogue.rows("country"))
    if sum(1 for name in catalogue.tables for _ in catalogue.rows(name)) <= 2 * size:
        return Parts((everyone,))
    plan = _Plan(catalogue, read, size)
    home = sum(1 for codes in plan.countries if codes <= plan.home)
    return Parts(tuple(plan.countries), home, plan)


class _Plan:
    """Sets of parts as bits of a number: of each country, and of each record that other rows name."""

    def __init__(self, catalogue: Catalogue, read: set[str], size: int) -> None:
        self.read = read
        self.home = {row["country"] for _, row in catalogue.rows("group_membership") if row["group"] == "eu"}
        self.links = {name: _links(table) for name, table in catalogue.tables.items()}
        self.countries = self._group(catalogue, size)
        self.place = {code: 1 << number for number, codes in enumerate(self.countries) for code in codes}
        self.all = (1 << len(self.countries)) - 1
        named = {link.table for links in self.links.values() for link in links}
        self.leant_on = named - {""}
        self.records: dict[str, dict[str, int]] = {name: {} for name in self.leant_on}
        if "" in named:
            for _, row in catalogue.rows("citation"):
                self.records.setdefault(row["table"], {})[row["record"]] = 0
        self._witnesses(catalogue)
        self._follow(catalogue)

    def numbers(self, table: Table, row: Row) -> list[int] | None:
        """The parts of a row; None for all of them."""
        bits = self._bits(table, row)
        return None if bits == self.all else [n for n in range(len(self.countries)) if bits >> n & 1]

    def _bits(self, table: Table, row: Row) -> int:
        if table.name in ALONE or (table.name == "country" and row["alpha3"] in self.home):
            return self.all
        third, home, leant_on = self._sums(table, row)
        if not third and table.name in self.read and self._leans_on_nothing(table, row):
            return self.all
        return third or leant_on or home or 1

    def _leans_on_nothing(self, table: Table, row: Row) -> bool:
        """Whether a row stands for itself: it follows no record, and its table is none that others follow."""
        followed = any(row[link.column] for link in self.links[table.name] if link.follows and link.table != "country")
        return not followed and table.name not in self.leant_on

    def _sums(self, table: Table, row: Row) -> tuple[int, int, int]:
        """The parts of a row by the third countries it names, by its member states, and by what it leans on.

        The first and the third hold those of the rows that name this one.
        """
        stored = self.records[table.name].get(row[table.key[0]], 0) if table.name in self.records else 0
        third = home = 0
        leant_on = stored
        if table.name == "country":
            third = self.place[row["alpha3"]]
        for link in self.links[table.name]:
            for value in row[link.column].split("; ") if row[link.column] else ():
                if link.table == "country":
                    if value in self.home:
                        home |= self.place.get(value, 0)
                    else:
                        third |= self.place.get(value, 0)
                elif link.follows:
                    leant_on |= self.records.get(link.table or row["table"], {}).get(value, 0)
        return third and third | stored, home, leant_on

    def _follow(self, catalogue: Catalogue) -> None:
        """Lets records follow the rows that name them, and rows the records they lean on, until nothing moves."""
        names = [name for name in catalogue.tables if name not in ALONE]
        moved = True
        while moved:
            moved = False
            for name in names:
                table = catalogue.tables[name]
                for _, row in catalogue.rows(name):
                    third, home, leant_on = self._sums(table, row)
                    bits = third or leant_on | home
                    if name in self.records:
                        moved |= self._add(name, row[table.key[0]], bits)
                    for link in self.links[name]:
                        for value in row[link.column].split("; ") if row[link.column] else ():
                            moved |= self._add(link.table or row["table"], value, bits)
            names = [name for name in names if any(link.table != "country" for link in self.links[name])]

    def _add(self, table: str, identifier: str, bits: int) -> bool:
        """Adds parts to a record; whether it had not had them all."""
        known = self.records.get(table, {})
        before = known.get(identifier, 0)
        if before | bits == before or (table == "country" and identifier in self.home):
            return False
        known[identifier] = before | bits
        return table in self.records

    def _group(self, catalogue: Catalogue, rows: int) -> list[frozenset[str]]:
        """Countries in groups that about so many rows name; member states by themselves."""
        weight = {row["alpha3"]: 1 for _, row in catalogue.rows("country")}
        for name, links in self.links.items():
            columns = [link.column for link in links if link.table == "country"]
            for _, row in catalogue.rows(name) if columns else ():
                for code in {row[column] for column in columns} & weight.keys():
                    weight[code] += 1
        groups: list[list[str]] = []
        for codes, size in (
            ([code for code in weight if code in self.home], rows * SHARING),
            ([code for code in weight if code not in self.home], rows),
        ):
            room = 0
            for code in codes:
                if room < weight[code]:
                    groups.append([])
                    room = size
                groups[-1].append(code)
                room -= weight[code]
        return [frozenset(group) for group in groups]

    def _witnesses(self, catalogue: Catalogue) -> None:
        """One agreement of each body, kind and matter is in every part: a rule asks what a body's agreements serve."""
        bodies = {row["id"]: (row["organisation"], row["kind"]) for _, row in catalogue.rows("agreement")}
        seen = set()
        for _, row in catalogue.rows("provision"):
            body, kind = bodies.get(row["agreement"], ("", ""))
            if body and (body, kind, row["matter"]) not in seen:
                seen.add((body, kind, row["matter"]))
                self._add("agreement", row["agreement"], self.all)


class _Link(NamedTuple):
    """A column that names countries or records.

    Attributes:
        column: its name.
        table: the table that it names; empty where the row says which.
        follows: whether a row goes where the named record goes, unless it names third countries. Where
            a row must name a record (an agreement, a leg), it follows that one only.
    """

    column: str
    table: str
    follows: bool


def _links(table: Table) -> list[_Link]:
    links = [
        column
        for column in table.columns
        if column.form in ("country", "record", "cited") and column.table not in ALONE
    ]
    records = [column for column in links if column.form != "country"]
    must = [column.name for column in records if column.required] or [column.name for column in records]
    return [
        _Link(column.name, "" if column.form == "cited" else column.table or "country", column.name in must)
        for column in links
    ]
