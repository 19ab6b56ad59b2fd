"""W3C's SHACL test suite through our validation, on the embedded store.

The suite is fetched by `python tests/fetch_suites.py data-shapes`; without it these tests are skipped.
Compared are the results of a report: focus node, path, value, severity, constraint component and shape.
"""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlparse

import pyoxigraph as ox
import pytest
from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError, ValidationFailure
from rdflib import RDF, SH, XSD, BNode, Graph, Literal, Namespace
from rdflib.collection import Collection
from rdflib.term import Node

from kg import shacl
from kg.store import Store

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
SHT = Namespace("http://www.w3.org/ns/shacl-test#")
FOLDER = Path(os.environ.get("COOPKG_SUITES", "/nowhere")) / "data-shapes" / "data-shapes-test-suite" / "tests"
COMPARED = (SH.focusNode, SH.resultPath, SH.value, SH.resultSeverity, SH.sourceConstraintComponent, SH.sourceShape)
REFUSED = (ConstraintLoadError, ReportableRuntimeError, ShapeLoadError, ValidationFailure, NotImplementedError)

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason="the suite is not there: COOPKG_SUITES=... python tests/fetch_suites.py data-shapes"
)


def parsed(file: Path) -> Graph:
    return Graph().parse(file, format="turtle", publicID=file.as_uri())


def entries() -> Iterator[Path]:
    """The files of the suite that hold a test of core SHACL or of SHACL-SPARQL."""
    for part in ("core", "sparql"):
        for file in sorted((FOLDER / part).rglob("*.ttl")):
            if "sht:Validate" in file.read_text("utf-8"):
                yield file


def graph_of(node: Node | None) -> Graph:
    return parsed(Path(urlparse(str(node)).path))


def said(graph: Graph, report: Node | None = None) -> Counter[tuple[object, ...]]:
    """The results of a report, as often as each is there; blank nodes are all alike."""
    results = graph.objects(report, SH.result)
    return Counter(tuple(plain(graph, graph.value(result, part)) for part in COMPARED) for result in results)


def plain(graph: Graph, node: Node | None) -> object:
    if isinstance(node, Literal) and node.language is None:
        return Literal(str(node), datatype=node.datatype or XSD.string)  # a text with and without type is one in RDF
    if not isinstance(node, BNode):
        return node
    if graph.value(node, RDF.first) is not None:
        return tuple(plain(graph, part) for part in Collection(graph, node))
    paths = (SH.inversePath, SH.alternativePath, SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath)
    found = [(path, plain(graph, value)) for path in paths for value in graph.objects(node, path)]
    return tuple(found) or "blank"


def judged(data: Graph, shapes: Graph) -> Graph | None:
    """Our report, or nothing where the shapes are refused."""
    store = ox.Store()
    store.load(data.serialize(format="nt", encoding="utf-8"), format=ox.RdfFormat.N_TRIPLES)
    try:
        return shacl.report(Store(store), shapes)
    except REFUSED:
        return None


def agrees(file: Path) -> bool:
    graph = parsed(file)
    [test] = graph.subjects(RDF.type, SHT.Validate)
    action, result = graph.value(test, MF.action), graph.value(test, MF.result)
    data = graph_of(graph.value(action, SHT.dataGraph))
    shapes = graph_of(graph.value(action, SHT.shapesGraph))
    report = judged(data, shapes)
    if result == SHT.Failure or report is None:
        return (result == SHT.Failure) == (report is None)
    return said(report) == said(graph, result)


NOT_YET = {
    "core/property/datatype-ill-formed": "found, but the store gives the value back as xsd:integer, not as xsd:byte",
    "core/property/uniqueLang-002": "rdflib reads true where the shapes say 1; pySHACL knows of it only in files it reads",
    "sparql/node/prefixes-001": "pySHACL does not follow owl:imports from sh:prefixes; the file's own prefixes hide it",
    "sparql/pre-binding/shapesGraph-001": "pySHACL has no $shapesGraph, which SHACL leaves to each processor",
}
"""The cases that fail, and why. pySHACL alone, on a graph of rdflib, fails the second and the last."""


def name_of(file: Path) -> str:
    return str(file.relative_to(FOLDER).with_suffix(""))


@pytest.mark.parametrize("file", [file for file in entries() if name_of(file) not in NOT_YET], ids=name_of)
def test_a_case_of_the_suite(file):
    assert agrees(file)


@pytest.mark.parametrize("name", NOT_YET)
def test_a_case_that_fails_still_fails(name):
    try:
        good = agrees(FOLDER / f"{name}.ttl")
    except SyntaxError:
        good = False
    assert not good, f"{name} passes now: take it off the list"


def test_the_suite_is_whole():
    assert len(list(entries())) == 121
