"""Results that can be cited: what was asked, of which build, and the answer that this very build gives.

A result is named by its question, all parameters, the day and the digest of the graph. Whoever has the
build can answer again; nothing else is kept. The questions are a saved question or a kind of gap by its
name, `gaps` (the scored list), `matrix`, `position`, and `sparql` (a query of one's own).
"""

import datetime
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from kg import queries
from kg.cited import sources_of
from kg.dates import day as day_from
from kg.errors import Gone, NotFound, QueryError, UsageError
from kg.funding import funding
from kg.gaps import Filter, Finder, ranked_table, reweighed, table
from kg.ids import country_iri
from kg.languages import INTERFACE
from kg.matrix import matrix, sources
from kg.positions import Source, position
from kg.published import Graph
from kg.queries import Query
from kg.settings import DATA
from kg.store import Row
from kg.vocab import COOP, COUNTRY, expand

LISTS = {
    "gaps": ("kind", "country", "member_state", "region", "status"),
    "matrix": ("matter",),
    "position": ("member_state", "country", "matter"),
    "sparql": ("query",),
}
"""The questions that are no single saved one, with their parameters; `gaps` also takes `w.<part>`, a weight."""

RESERVED = ("graph", "day", "stale_months", "lang")
"""What the address of a result holds besides the parameters."""

VERSION = re.compile(r'owl:versionInfo\s+"([^"]+)"')

Run = Callable[[Graph, str], bytes]
"""Runs a query on a graph within limits; gives SPARQL JSON. Raises QueryError and its kind."""


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
        return Asked(name, dict(sorted(_whole(name, chosen).items())), day, stale_months, language, graph.digest)
    query = find(graph, name)
    known = {parameter.name for parameter in query.parameters}
    values = query.values(chosen | ({"day": str(day)} if "day" in known else {}), day, stale_months)
    query.bind(values)  # so that a value that cannot be is refused here
    values.pop("day", None)
    return Asked(name, values, day, stale_months, language, graph.digest)


def _whole(name: str, given: dict[str, str]) -> dict[str, str]:
    """The parameters of one of `LISTS`, all that it needs, with country codes as the graph has them.

    Raises:
        UsageError: one that it does not have, or one missing.
    """
    for one in given:
        if one not in LISTS[name] and not (name == "gaps" and one.startswith("w.")):
            raise UsageError(f"{name} has no parameter '{one[:40]}'", f"it has {', '.join(LISTS[name])}")
    chosen = {"matter": "mla", **given} if name == "matrix" else dict(given)
    if missing := [one for one in LISTS[name] if name in ("position", "sparql") and one not in chosen]:
        raise UsageError(f"{name} needs the parameter {missing[0]}", f"it has {', '.join(LISTS[name])}")
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


def answer(graph: Graph, asked: Asked, run: Run) -> Result:
    """The answer of a build.

    Args:
        graph: the build; its digest is that of `asked`, or another one to compare with.
        asked: the question.
        run: runs the query of a saved question or of one's own.

    Raises:
        UsageError: a value that the build does not know.
        NotFound: a question that the build does not have.
        Gone: the build speaks another major version of the vocabulary than this program.
        QueryError: a query of one's own that cannot be run.
    """
    _readable(graph)
    if asked.name in LISTS:
        _whole(asked.name, asked.parameters)
    match asked.name:
        case "gaps":
            return _gaps(graph, asked)
        case "matrix":
            return _matrix(graph, asked)
        case "position":
            return _position(graph, asked)
        case "sparql":
            return of_text(graph, asked, asked.parameters["query"], run)
    query = find(graph, asked.name)
    # a saved question can be asked so widely that it takes a minute: within limits, as a stranger's
    return of_text(graph, asked, bound(query, asked), run, query.titles.get(asked.language, query.title))


def _readable(graph: Graph) -> None:
    """Makes sure that the build speaks the vocabulary that this program reads.

    Raises:
        Gone: it was made with another major version; its answers would come out empty.
    """
    of_build = vocabulary(graph)
    own = VERSION.search((DATA / "ontology" / "core.ttl").read_text("utf-8"))
    if own and of_build.partition(".")[0] != own[1].partition(".")[0]:
        raise Gone(
            f"the build {graph.digest[:12]} speaks version {of_build or 'unknown'} of the vocabulary, this program {own[1]}",
            "ask the build of today, or run the version of the program that made that build",
        )


def vocabulary(graph: Graph) -> str:
    """The version of the vocabulary that a build speaks; empty where it names none."""
    rows = graph.store.select(f"SELECT ?version {{ <{COOP[:-1]}> <{expand('owl:versionInfo')}> ?version }}")
    return rows[0]["version"] if rows else ""


def bound(query: Query, asked: Asked) -> str:
    """The text of a saved question with the values of `asked` in place."""
    known = {parameter.name for parameter in query.parameters}
    return query.bind(asked.parameters | ({"day": str(asked.day)} if "day" in known else {}))


def of_text(graph: Graph, asked: Asked, text: str, run: Run, title: str = "SPARQL") -> Result:
    """The answer to one query, which need not be the project's own.

    Raises:
        QueryError: it cannot be run, or makes triples instead of rows.
    """
    try:
        found: dict[str, Any] = json.loads(run(graph, text))
    except ValueError:
        raise QueryError("the query makes triples, not a table", "use SELECT or ASK") from None
    if "boolean" in found:
        return _result(graph, asked, title, ["ask"], [{"ask": str(found["boolean"]).lower()}], {asked.name: text})
    rows = [{name: cell["value"] for name, cell in row.items()} for row in found["results"]["bindings"]]
    return _result(graph, asked, title, found["head"]["vars"], rows, {asked.name: text})


def _gaps(graph: Graph, asked: Asked) -> Result:
    finder, folder = Finder(graph.store, graph.queries, asked.stale_months), graph.queries / "ask"
    wanted = Filter(**{one.name: asked.parameters.get(one.name, "") for one in fields(Filter)})
    weights = finder.weights().changed(
        {name[2:]: value for name, value in asked.parameters.items() if name.startswith("w.")}
    )
    found, kinds, labels = finder.find(wanted, asked.day), finder.kinds(), graph.labels(asked.language)
    paid = funding(graph.store, folder, asked.day)
    if weights.differ(finder.weights()):
        rows = ranked_table(reweighed(found, weights), kinds, labels, asked.language, paid)
    else:
        rows = table(found, kinds, labels, asked.language, paid)
    read = {source for gap in found for source in (*gap.need.sources, *gap.lack_sources)}
    chosen = [kinds[wanted.kind]] if wanted.kind else list(kinds.values())
    texts = {query.name: _text(query, asked) for query in chosen}
    title = "Gaps" if asked.language == "en" else "Lacunes"
    return _shown(asked, title, list(rows[0]) if rows else [], rows, texts, read)


def _matrix(graph: Graph, asked: Asked) -> Result:
    folder = graph.queries / "ask"
    found = matrix(graph.store, folder, asked.parameters["matter"], asked.day, asked.stale_months)
    rows = found.rows(graph.labels(asked.language))
    read = {cited.source for cited in sources(graph.store, folder, found)}
    texts = {"positions": _text(queries.find(folder, "positions"), asked)}
    title = "Matrix" if asked.language == "en" else "Matrice"
    return _shown(asked, title, list(rows[0]) if rows else [], rows, texts, read)


def _position(graph: Graph, asked: Asked) -> Result:
    folder, given = graph.queries / "ask", asked.parameters
    found = position(
        graph.store, folder, given["member_state"], given["country"], given["matter"], asked.day, asked.stale_months
    )
    columns = ["what", "status", "grade", "instrument", "title", "scope", "from", "to", "declaration", "proof", "url"]
    rows: list[dict[str, Any]] = [{"what": "position", "status": found.status, "grade": found.grade}]
    for basis in found.bases:
        said = {"grade": basis.grade, "instrument": basis.instrument, "title": basis.title, "scope": basis.scope}
        proof = {"declaration": basis.declaration, "proof": " ".join(basis.proof), "url": _urls(basis.sources)}
        rows.append({"what": "basis", **said, "from": basis.since, "to": basis.until, **proof})
    for one in found.pending:
        rows.append(
            {"what": "signature", "status": one.status, "instrument": one.instrument, "title": one.title}
            | {"from": one.signed, "url": _urls(one.sources)}
        )
    for absence in found.absences:
        age = "fresh" if absence.fresh else "too long ago to count"
        rows.append({"what": "absence", "status": age, "from": absence.as_of, "url": _urls(absence.sources)})
    lists = [one.sources for one in found.bases] + [one.sources for one in found.pending]
    read = {source for sources in [*lists, *(one.sources for one in found.absences)] for source in sources}
    names = ("profile-positions", "bases", "pending", "absences")
    texts = {name: _text(queries.find(folder, name), asked) for name in names}
    title = "{} → {}, {}".format(given["member_state"], given["country"], given["matter"])
    return _shown(asked, title, columns, rows, texts, read)


def _urls(read: tuple[Source, ...]) -> str:
    return " ".join(source.url for source in read)


def _text(query: Query, asked: Asked) -> str:
    """A query as a list of several runs it: those of the list's parameters that it has, and the day."""
    given = {"day": str(asked.day), **asked.parameters}
    own = {one.name: given[one.name] for one in query.parameters if one.name in given}
    return query.bind(query.values(own, asked.day, asked.stale_months))


def _result(
    graph: Graph, asked: Asked, title: str, columns: list[str], rows: list[Row], texts: dict[str, str]
) -> Result:
    cells = {cell for row in rows for cell in row.values()}
    return _shown(asked, title, columns, rows, texts, sources_of(graph, cells))


def _shown(
    asked: Asked,
    title: str,
    columns: list[str],
    rows: list[Any],
    texts: dict[str, str],
    read: set[Source],
) -> Result:
    lines = tuple(tuple("" if row.get(column) is None else str(row.get(column)) for column in columns) for row in rows)
    unique = {
        (source.url, source.title, source.as_of): Source(source.title, source.url, source.as_of, "") for source in read
    }
    return Result(asked, title, tuple(columns), lines, texts, tuple(source for _, source in sorted(unique.items())))


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


def folder_digest(folder: Path, pattern: str) -> str:
    """SHA-256 of the files of a folder, each by name and content, empty where there are none."""
    digest = hashlib.sha256()
    files = sorted(folder.glob(pattern))
    for file in files:
        digest.update(file.name.encode("utf-8") + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest() if files else ""
