"""Findings about the parts of a divided graph, put together: what is missing in one part may stand in another.

A part holds the rows of its own countries and what they lean on (see `kg.parts`). So a shape that finds
two rows which contradict each other is right in any part, but one that finds a row missing, such as the
other party of a treaty, is right only if every part that holds the record misses it. Where not all of
those were judged, nothing is known.
"""

from collections import defaultdict
from pathlib import Path

from rdflib import SH, Graph

from kg import shacl
from kg.issue import Issue
from kg.parts import Parts
from kg.tables import Catalogue
from kg.vocab import local


def together(found: dict[int, list[Issue]], shapes: Path, catalogue: Catalogue, division: Parts) -> set[Issue]:
    """What is true of the whole among what was found in the parts.

    Args:
        found: the findings of each part that was judged, by its number.
        shapes: the folder of shapes.
        catalogue: the tables of the graph.
        division: which row is in which part.
    """
    if len(division.countries) == 1:
        return {issue for issues in found.values() for issue in issues}
    doubtful = _about_missing(shapes)
    sure = {issue for issues in found.values() for issue in issues if issue.rule not in doubtful}
    missing: defaultdict[tuple[str, int, str], dict[int, Issue]] = defaultdict(dict)
    for number, issues in found.items():
        for issue in issues:
            if issue.rule in doubtful:
                missing[issue.file, issue.row, issue.rule][number] = issue
    rows = {(file, row) for file, row, _ in missing}
    holders = {
        (table.file, line): division.of(table, row)
        for table in catalogue.tables.values()
        if any(file == table.file for file, _ in rows)
        for line, row in catalogue.rows(table.name)
        if (table.file, line) in rows
    }
    everywhere = range(len(division.countries))
    for (file, line, _), said in missing.items():
        parts = holders.get((file, line))
        if said.keys() >= set(everywhere if parts is None else parts):
            sure |= set(said.values())
    return sure


def _about_missing(folder: Path) -> set[str]:
    """The names of the shapes whose query looks for a row that is missing."""
    graph = Graph()
    for file in sorted(folder.glob("*.ttl")):
        graph.parse(file)
    return {
        local(str(shape))
        for shape, constraint in graph.subject_objects(SH.sparql)
        for query in graph.objects(constraint, SH.select)
        if shacl.looks_for_missing(str(query))
    }
