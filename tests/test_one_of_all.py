"""A question asked about one thing gives the rows that the list of all has about it.

Many saved questions have two ways to their answer: of all things the tables are read, of one it is looked up
(`docs/performance.md`). Here the two are held against each other, on the real graph.
"""

import datetime
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import queries
from kg.published import Graph
from kg.queries import Query
from kg.store import Row
from kg.vocab import local

FOLDER = Path(__file__).parent.parent / "queries"
STALE_MONTHS = 24
ASKED = 12
"""Things that each question is asked about, each on a day of its own."""

WIDER = {
    "ledger-knowledge": "lists of parties and postings have no country of their own",
    "ledger-relations": "who joined or left the Union changes the pairs of every country",
}
"""Questions about one thing that also give rows about none or about others, each with the reason; these rows are left out."""


def narrowed() -> Iterator[tuple[Query, str]]:
    """The saved questions that list all things of a kind unless they are asked about one, each with that parameter."""
    for folder in (FOLDER / "ask", FOLDER / "gaps"):
        for query in queries.library(folder).values():
            columns = re.findall(r"\?(\w+)", query.text.partition("SELECT")[2].splitlines()[0])
            for parameter in query.parameters:
                if parameter.default == "any" and parameter.name in columns:
                    yield query, parameter.name


QUESTIONS = list(narrowed())


def asked(graph: Graph, query: Query, day: datetime.date, **given: str) -> list[Row]:
    return graph.store.select(query.bind(query.values(given, day, STALE_MONTHS)))


def about(chosen: str, name: str, rows: list[Row]) -> list[Row]:
    return [row for row in rows if name in row and local(row[name]) == chosen]


def plain(rows: list[Row]) -> list[list[tuple[str, str]]]:
    """Rows in an order of their own; a cell that joins several words has them in an order of its own too."""
    return sorted(sorted((name, " ".join(sorted(value.split(" ")))) for name, value in row.items()) for row in rows)


@pytest.mark.parametrize(("query", "name"), QUESTIONS, ids=[f"{query.name}-{name}" for query, name in QUESTIONS])
def test_one_is_answered_as_in_the_list_of_all(query: Query, name: str, graph: Graph) -> None:
    dice = random.Random(f"{query.name} {name}")
    for _ in range(ASKED):
        day = datetime.date(2012, 1, 1) + datetime.timedelta(days=dice.randrange(5500))
        every = asked(graph, query, day)
        if not every:
            continue
        chosen = dice.choice(sorted({local(row[name]) for row in every if name in row}))
        one = asked(graph, query, day, **{name: chosen})
        if query.name in WIDER:
            one = about(chosen, name, one)
        assert plain(one) == plain(about(chosen, name, every)), f"{name} {chosen} on {day}"
