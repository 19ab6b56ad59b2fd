"""Shapes and hygiene queries over the graph, as findings."""

from pathlib import Path

import pyshacl
from pyshacl import graph_abstraction
from rdflib import RDF, SH, Graph, Literal, URIRef
from rdflib.term import Node

from kg import queries
from kg.issue import Issue
from kg.store import Store
from kg.vocab import local

# pySHACL asks `datagraph or shapes` for every result; without a truth value of its own the wrapper of
# an Oxigraph store counts all its statements each time.
for wrapper in (graph_abstraction.OxigraphDataGraph, graph_abstraction.OxigraphStore):
    wrapper.__bool__ = lambda self: True


def shapes(store: Store, files: list[Path], rows: dict[str, tuple[str, int]]) -> list[Issue]:
    """Holds the graph against shapes.

    Args:
        store: the graph (embedded).
        files: Turtle files of shapes.
        rows: file and line of the row behind each IRI, to name the row in a finding.

    Returns:
        One finding a violation (error) or recommendation (warning), in English.
    """
    graph = Graph()
    for file in files:
        graph.parse(file)
    _, report, _ = pyshacl.validate(store.embedded, shacl_graph=graph, inference="none", advanced=False)
    return sorted(_issue(report, result, rows) for result in report.subjects(RDF.type, SH.ValidationResult))


def _issue(report: Graph, result: Node, rows: dict[str, tuple[str, int]]) -> Issue:
    focus = str(report.value(result, SH.focusNode))
    file, line = rows.get(focus, ("graph", 0))
    path = report.value(result, SH.resultPath)
    messages = [message for message in report.objects(result, SH.resultMessage) if isinstance(message, Literal)]
    message = next(
        (str(text) for text in messages if text.language == "en"),
        str(messages[0]) if messages else "it does not fit its shape",
    )
    shape = local(str(report.value(result, SH.sourceShape)))
    severity = report.value(result, SH.resultSeverity)
    return Issue(
        file,
        line,
        local(path) if isinstance(path, URIRef) else "",
        shape,
        f"{local(focus)}: {message}",
        "",
        "error" if severity == SH.Violation else "warning",
    )


def hygiene(store: Store, folder: Path) -> list[Issue]:
    """Runs the queries in `queries/checks`; every row is an error."""
    found = []
    for query in queries.library(folder).values():
        for row in store.select(query.text):
            found.append(
                Issue(
                    "graph", 0, "", query.name, f"{query.title}: {' '.join(row.values())[:300]}", query.questions["en"]
                )
            )
    return sorted(found)
