"""Shapes and hygiene queries over the graph, as findings."""

from pathlib import Path

from rdflib import SH, Graph, Literal, URIRef
from rdflib.term import Node

from kg import queries, shacl, statements
from kg.issue import Issue
from kg.store import Store
from kg.vocab import CODE, COUNTRY, ID, local


def shapes(store: Store, files: list[Path], rows: dict[str, tuple[str, int]], language: str = "en") -> list[Issue]:
    """Holds the graph against shapes.

    Args:
        store: the graph (embedded).
        files: Turtle files of shapes.
        rows: file and line of the row behind each IRI, to name the row in a finding.
        language: of the messages, `en` or `fr`.

    Returns:
        One finding a violation (error) or recommendation (warning).
    """
    graph = Graph()
    for file in files:
        graph.parse(file)
    return of_report(store, shacl.report(store, graph), rows, language)


def of_report(store: Store, report: Graph, rows: dict[str, tuple[str, int]], language: str = "en") -> list[Issue]:
    """The results of a validation report as findings; the other arguments as of `shapes`."""
    return sorted(_issue(store, report, result, rows, language) for result in report.objects(None, SH.result))


def _issue(store: Store, report: Graph, result: Node, rows: dict[str, tuple[str, int]], language: str) -> Issue:
    focus = str(report.value(result, SH.focusNode))
    file, line = rows.get(focus) or _first_use(store, focus, rows)
    path = report.value(result, SH.resultPath)
    messages = [message for message in report.objects(result, SH.resultMessage) if isinstance(message, Literal)]
    message = next(
        (str(text) for tongue in (language, "en") for text in messages if text.language == tongue),
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
        focus,
        str(path) if isinstance(path, URIRef) else "",
        str(report.value(result, SH.sourceConstraintComponent)),
    )


def _first_use(store: Store, iri: str, rows: dict[str, tuple[str, int]]) -> tuple[str, int]:
    """The first row that names something which has no row itself, such as a code that is in no list."""
    used = (
        row["record"] for row in store.select(f"SELECT ?record WHERE {{ ?record ?property {statements.iri(iri)} }}")
    )
    return min((rows[record] for record in used if record in rows), default=("graph", 0))


def hygiene(store: Store, folder: Path) -> list[Issue]:
    """Runs the queries in `queries/checks`; every row is an error."""
    found = []
    for query in queries.library(folder).values():
        for row in store.select(query.text):
            found.append(
                Issue(
                    "graph",
                    0,
                    "",
                    query.name,
                    f"{query.title}: {' '.join(row.values())[:300]}",
                    query.questions["en"],
                    record=next((value for value in row.values() if value.startswith((ID, COUNTRY, CODE))), ""),
                )
            )
    return sorted(found)
