"""The same questions asked of two stores: does another engine give the same rows?

SPARQL leaves three things to the engine: the order of what GROUP_CONCAT joins, which of several equal proofs
SAMPLE takes (the column `lack`), and how STR writes a decimal (9 or 9.0). Everything else must be the same.
"""

import datetime
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg import expected
from kg.errors import KgError
from kg.queries import Query
from kg.store import Row, Store

JOINED = re.compile(r"GROUP_CONCAT\s*\([^()]*(?:\([^()]*\)[^()]*)*\)\s*AS\s*\?(\w+)", re.IGNORECASE)
DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")
Line = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Compared:
    """One question with one set of parameters, asked of two stores.

    Attributes:
        name: name of the question.
        given: the parameters that were not left to their default.
        rows: number of rows of the first store.
        lacks: rows that only the first gives, each as sorted pairs of column and value.
        others: rows that only the second gives.
        problem: why the second does not answer; empty where it does.
        milliseconds: times of the two answers.
    """

    name: str
    given: dict[str, str]
    rows: int
    lacks: tuple[Line, ...]
    others: tuple[Line, ...]
    problem: str
    milliseconds: tuple[float, float]

    @property
    def same(self) -> bool:
        """Whether both give the same rows."""
        return not (self.lacks or self.others or self.problem)

    def __str__(self) -> str:
        given = f" ({'; '.join(f'{name}={value}' for name, value in self.given.items())})" if self.given else ""
        if self.problem:
            return f"{self.name}{given}: {self.problem}"
        if self.same:
            return f"{self.name}{given}: the same {self.rows} rows"
        first = next(iter(self.lacks or self.others))
        shown = ", ".join(f"{name} {value}" for name, value in first)
        return (
            f"{self.name}{given}: of {self.rows} rows {len(self.lacks)} are missing, {len(self.others)} others are there; "
            f"{'missing' if self.lacks else 'there'}: {shown}"
        )


def compare(here: Store, there: Store, folder: Path, day: datetime.date, months: int) -> Iterator[Compared]:
    """Asks every question of the library, with its defaults and with every set of parameters in its stated rows.

    Args:
        here: the store to go by.
        there: the other one, with the same statements.
        folder: the folder `queries`.
        day: the day asked about.
        months: age after which a known absence no longer counts.
    """
    for query in expected.every(folder).values():
        asked: list[dict[str, str]] = [{}]
        asked += [one.given for one in expected.expected(folder, query)]
        for given in (one for number, one in enumerate(asked) if one not in asked[:number]):
            yield compared(here, there, query, given, day, months)


def compared(
    here: Store, there: Store, query: Query, given: dict[str, str], day: datetime.date, months: int
) -> Compared:
    """Asks one question of both; arguments as those of `compare`."""
    joined = set(JOINED.findall(query.text))
    began = time.perf_counter()
    ours = expected.answer(here, query, given, day, months)
    between, theirs, problem = time.perf_counter(), list[Row](), ""
    try:
        theirs = expected.answer(there, query, given, day, months)
    except KgError as fault:
        problem = str(fault)
    took = (round((between - began) * 1000, 1), round((time.perf_counter() - between) * 1000, 1))
    one, other = (Counter(_line(row, joined) for row in rows) for rows in (ours, theirs))
    if problem:
        return Compared(query.name, given, len(ours), (), (), problem, took)
    lacks, others = tuple(sorted((one - other).elements())), tuple(sorted((other - one).elements()))
    return Compared(query.name, given, len(ours), lacks, others, "", took)


def _line(row: Row, joined: set[str]) -> Line:
    """A row as it is compared."""
    cells = {}
    for name, value in row.items():
        if name in joined:
            value = " ".join(sorted(value.split()))
        elif DECIMAL.fullmatch(value):
            value = value.rstrip("0").rstrip(".")
        cells[name] = "some" if name == "lack" else value
    return tuple(sorted(cells.items()))
