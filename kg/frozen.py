"""Results that can be cited: what was asked, of which build, and the answer that this very build gives.

A result is named by its question, all parameters, the day and the digest of the graph. Whoever has the
build can answer again; nothing else is kept. The questions are a saved question or a kind of gap by its
name, `gaps` (the scored list), `ledger` (what changed between two days), `matrix`, `position`, `routes`, and
`sparql` (a query of one's own).
"""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kg import frozen_lists
from kg.answers import named_alike
from kg.asked import LISTS, Asked, Result, bound, find, shown, whole
from kg.cited import sources_of
from kg.errors import Gone
from kg.published import Graph
from kg.settings import DATA
from kg.store import Row
from kg.vocab import COOP, expand

VERSION = re.compile(r'owl:versionInfo\s+"([^"]+)"')

Run = Callable[[Graph, str], bytes]
"""Runs a query on a graph within limits, by the Accept header `ACCEPT`. Raises QueryError and its kind."""

ACCEPT = "application/sparql-results+json, application/n-triples;q=0.9"
"""The forms of an answer that are read here: tables and triples."""

TRIPLE = ("subject", "predicate", "object")


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
        whole(asked.name, asked.parameters)
    if asked.name == "sparql":
        return of_text(graph, asked, asked.parameters["query"], run)
    if asked.name in LISTS:
        return frozen_lists.answer(graph, asked)
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


def of_text(graph: Graph, asked: Asked, text: str, run: Run, title: str = "SPARQL") -> Result:
    """The answer to one query, which need not be the project's own; triples are rows of subject, predicate and object.

    Raises:
        QueryError: it cannot be run.
    """
    body = run(graph, text)
    try:
        found: dict[str, Any] = json.loads(body)
    except ValueError:
        rows = [dict(zip(TRIPLE, terms, strict=True)) for terms in named_alike(body)]
        return _result(graph, asked, title, list(TRIPLE), rows, {asked.name: text})
    if "boolean" in found:
        return _result(graph, asked, title, ["ask"], [{"ask": str(found["boolean"]).lower()}], {asked.name: text})
    rows = [{name: cell["value"] for name, cell in row.items()} for row in found["results"]["bindings"]]
    return _result(graph, asked, title, found["head"]["vars"], rows, {asked.name: text})


def _result(
    graph: Graph, asked: Asked, title: str, columns: list[str], rows: list[Row], texts: dict[str, str]
) -> Result:
    cells = {cell.strip("<>") for row in rows for cell in row.values()}  # triples have their IRIs in brackets
    return shown(asked, title, columns, rows, texts, sources_of(graph, cells))


def folder_digest(folder: Path, pattern: str) -> str:
    """SHA-256 of the files of a folder, each by name and content, empty where there are none."""
    digest = hashlib.sha256()
    files = sorted(folder.glob(pattern))
    for file in files:
        digest.update(file.name.encode("utf-8") + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest() if files else ""
