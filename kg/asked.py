"""A question with everything that its answer depends on, by which a result is named (see `kg.frozen`)."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from kg import queries
from kg.dates import day as day_from
from kg.errors import NotFound, UsageError
from kg.ids import country_iri
from kg.languages import INTERFACE
from kg.positions import Source
from kg.published import Graph
from kg.queries import Query
from kg.vocab import COUNTRY

LISTS = {
    "gaps": ("kind", "country", "member_state", "region", "status"),
    "ledger": ("from", "country", "member_state", "region", "matter", "kind", "what"),
    "matrix": ("matter",),
    "position": ("member_state", "country", "matter"),
    "routes": ("matter", "commodity", "route", "hub"),
    "sparql": ("query",),
}
"""The questions that are no single saved one, with their parameters; `gaps` also takes `w.<part>`, a weight."""

NEEDED = {"position": LISTS["position"], "sparql": LISTS["sparql"], "ledger": ("from",)}
"""The parameters that have no default."""

RESERVED = ("graph", "day", "stale_months", "lang")
"""What the address of a result holds besides the parameters."""


@dataclass(frozen=True)
class Asked:
    """One question with everything that its answer depends on.

    Attributes:
        name: name of a saved question or kind of gap, or one of `LISTS`.
        parameters: every parameter with its value; none is left to a default.
        day: the day asked about.
        stale_months: age after which a known absence no longer counts.
        language: language of the words in the rows, `en` or `fr`.
        graph: digest of the graph.
    """

    name: str
    parameters: dict[str, str]
    day: datetime.date
    stale_months: int
    language: str
    graph: str

    @property
    def link(self) -> str:
        """The permanent address of the result below that of a site, without `/` in front."""
        own = {name: value for name, value in self.parameters.items() if value}
        last = {"day": self.day, "stale_months": self.stale_months, "lang": self.language, "graph": self.graph}
        return f"result/{self.name}?{urlencode({**own, **last})}"


@dataclass(frozen=True)
class Result:
    """The whole answer.

    Attributes:
        asked: the question.
        title: its title in the language asked for.
        columns: names of the columns.
        rows: one text a column.
        texts: the SPARQL that was run, with all values in place, by name.
        sources: the sources of what the rows name, sorted by address.
    """

    asked: Asked
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    texts: dict[str, str]
    sources: tuple[Source, ...]


def ask(
    graph: Graph, name: str, given: Mapping[str, str], day: datetime.date, stale_months: int, language: str = "en"
) -> Asked:
    """A question with every parameter set.

    Args:
        graph: the build that is asked.
        name: as in `Asked`.
        given: parameters that are not left to their default.
        day: the day asked about.
        stale_months: as in `Asked`.
        language: as in `Asked`.

    Raises:
        NotFound: there is no such question in this build.
        UsageError: a parameter that the question does not have, or a value that it cannot have.
    """
    chosen = {name: value.strip() for name, value in given.items() if value.strip()}
    if name in LISTS:
        return Asked(name, dict(sorted(whole(name, chosen).items())), day, stale_months, language, graph.digest)
    query = find(graph, name)
    known = {parameter.name for parameter in query.parameters}
    values = query.values(chosen | ({"day": str(day)} if "day" in known else {}), day, stale_months)
    query.bind(values)  # so that a value that cannot be is refused here
    values.pop("day", None)
    return Asked(name, values, day, stale_months, language, graph.digest)


def whole(name: str, given: dict[str, str]) -> dict[str, str]:
    """The parameters of one of `LISTS`, all that it needs, with country codes as the graph has them.

    Raises:
        UsageError: one that it does not have, or one missing.
    """
    for one in given:
        if one not in LISTS[name] and not (name == "gaps" and one.startswith("w.")):
            raise UsageError(f"{name} has no parameter '{one[:40]}'", f"it has {', '.join(LISTS[name])}")
    chosen = {"matter": "mla", **given} if name in ("matrix", "routes") else dict(given)
    if missing := [one for one in NEEDED.get(name, ()) if one not in chosen]:
        raise UsageError(f"{name} needs the parameter {missing[0]}", f"it has {', '.join(LISTS[name])}")
    if name == "ledger":
        chosen["from"] = str(day_from(chosen["from"]))
    if "route" in chosen and "hub" in chosen:
        raise UsageError("routes are asked for by a route or by a hub", "name one of them")
    for one in ("country", "member_state"):
        if one in chosen:
            chosen[one] = country_iri(chosen[one]).removeprefix(COUNTRY)
    return chosen


def find(graph: Graph, name: str) -> Query:
    """The saved question or kind of gap as this build has it.

    Raises:
        NotFound: it has none of that name.
    """
    for folder in ("ask", "gaps"):
        if name in {path.stem for path in (graph.queries / folder).glob("*.rq")}:
            return queries.load(graph.queries / folder / f"{name}.rq")
    raise NotFound(
        f"the build {graph.digest[:12]} has no question '{name[:60]}'",
        f"name a saved question, a kind of gap, or {', '.join(LISTS)}",
    )


def bound(query: Query, asked: Asked) -> str:
    """The text of a saved question with the values of `asked` in place."""
    known = {parameter.name for parameter in query.parameters}
    return query.bind(asked.parameters | ({"day": str(asked.day)} if "day" in known else {}))


def of_record(record: Mapping[str, Any]) -> Asked:
    """The question in a record such as `as_record` makes.

    Raises:
        UsageError: the record is none.
    """
    try:
        given, months = record["parameters"], record["stale_months"]
        if not (isinstance(given, dict) and all(isinstance(value, str) for value in given.values())):
            raise TypeError
        name, language, digest = (str(record[key]) for key in ("question", "language", "graph"))
        if language not in INTERFACE or not 0 < int(months) < 1200:
            raise ValueError
        day = day_from(str(record["day"]))
        if not 1900 <= day.year <= 2200:
            raise ValueError
        return Asked(name, dict(given), day, int(months), language, digest)
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError):
        raise UsageError(
            "the record of the result cannot be read", "take the bundle again from the site or the command"
        ) from None


def as_record(asked: Asked) -> dict[str, Any]:
    """The question as plain data for JSON."""
    return {
        "question": asked.name,
        "parameters": asked.parameters,
        "day": str(asked.day),
        "stale_months": asked.stale_months,
        "language": asked.language,
        "graph": asked.graph,
    }


def shown(
    asked: Asked,
    title: str,
    columns: list[str],
    rows: list[Any],
    texts: dict[str, str],
    read: set[Source],
) -> Result:
    """A result whose cells are texts and whose sources stand once each, in order."""
    lines = tuple(tuple("" if row.get(column) is None else str(row.get(column)) for column in columns) for row in rows)
    unique = {
        (source.url, source.title, source.as_of): Source(source.title, source.url, source.as_of, "") for source in read
    }
    return Result(asked, title, tuple(columns), lines, texts, tuple(source for _, source in sorted(unique.items())))
