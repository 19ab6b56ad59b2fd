"""The shapes that look at several records or at lists: each has an example that fits and one that breaks it.

The examples lie in `tests/data/shapes`, a file a family, two named graphs a shape. Shapes of one property
have theirs in `test_shapes.py`: the made-up world fits each, and a spoilt record of it breaks each.
"""

from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import DCTERMS, OWL, RDF, SH

from kg import shacl, validate
from kg.issue import errors
from kg.store import Store
from kg.vocab import local

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "shapes").glob("*.ttl"))
EXAMPLES = ROOT / "tests" / "data" / "shapes"
EXAMPLE = "https://example.org/"


def shapes_of(file: Path) -> dict[str, rdflib.Graph]:
    """The shapes of a file that look further than one property, each alone."""
    graph = rdflib.Graph().parse(file)
    nodes = {*graph.subjects(SH.sparql), *graph.subjects(SH.target)} - {*graph.subjects(SH.path)}
    return {local(str(node)): graph.cbd(node) for node in nodes}


SHAPES = {(file.stem, name): graph for file in FILES for name, graph in sorted(shapes_of(file).items())}


def example(family: str, name: str, kind: str) -> Store:
    """One of the two examples of a shape, in a store of its own."""
    everything = ox.Store()
    everything.load(path=str(EXAMPLES / f"{family}.trig"), format=ox.RdfFormat.TRIG)
    graph = ox.NamedNode(f"{EXAMPLE}{name}/{kind}")
    alone = ox.Store()
    alone.extend(everything.quads_for_pattern(None, None, None, graph))
    assert len(alone) > 0, f"tests/data/shapes/{family}.trig has no {kind} for {name}"
    return Store(alone)


def judged(store: Store, shape: rdflib.Graph, language: str = "en") -> list[validate.Issue]:
    return validate.of_report(store, shacl.report(store, shape), {}, language)


@pytest.mark.parametrize(("family", "name"), SHAPES)
def test_the_example_that_fits_has_a_record_to_judge_and_no_finding(family, name):
    store, shape = example(family, name, "fits"), SHAPES[family, name]
    classes = [str(target) for target in shape.objects(None, SH.targetClass)]
    judges = [row for kind in classes for row in store.select(f"SELECT ?record WHERE {{ ?record a <{kind}> }}")]
    assert judges or family == "lists"
    assert [str(issue) for issue in judged(store, shape)] == []


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(("family", "name"), SHAPES)
def test_the_example_that_breaks_it_is_found_and_told_in_both_languages(family, name, language):
    shape = SHAPES[family, name]
    found = judged(example(family, name, "breaks"), shape, language)
    assert {issue.rule for issue in found} == {name}
    expected = "error" if (None, SH.severity, SH.Violation) in shape else "warning"
    [template] = [text for text in shape.objects(None, SH.message) if text.language == language]
    begin = str(template).partition("{")[0]
    for issue in found:
        assert issue.severity == expected
        assert issue.record
        assert issue.message.startswith(f"{local(issue.record)}: {begin}")
        assert "{" not in issue.message
        assert "http" not in issue.message


@pytest.mark.parametrize(
    ("family", "name"), [key for key, graph in SHAPES.items() if any(graph.objects(None, SH.sparql))]
)
def test_a_query_asked_once_finds_what_it_finds_when_asked_for_each(family, name, monkeypatch):
    store, shape = example(family, name, "breaks"), SHAPES[family, name]
    assert all(shacl.separable(str(query)) for query in shape.objects(None, SH.select))
    each = judged(store, shape)
    monkeypatch.setattr(shacl, "FEW", 0)
    assert judged(store, shape) == each != []


def test_a_query_that_needs_its_focus_node_bound_is_asked_for_each():
    assert not shacl.separable("SELECT $this WHERE { ?other a <urn:C> . FILTER (?other = $this) }")
    assert not shacl.separable("SELECT $this WHERE { $this a <urn:C> { SELECT ?x WHERE { ?x a <urn:D> } LIMIT 1 } }")
    assert not shacl.separable("SELECT $this WHERE { $this a <urn:C> . { FILTER (!BOUND($this)) } UNION { } }")


def test_no_example_is_left_over():
    written = {
        (file.stem, *graph.value.removeprefix(EXAMPLE).split("/"))
        for file in EXAMPLES.glob("*.trig")
        for graph in loaded(file).named_graphs()
    }
    assert written == {(*key, kind) for key in SHAPES for kind in ("fits", "breaks")}


def loaded(file: Path) -> ox.Store:
    store = ox.Store()
    store.load(path=str(file), format=ox.RdfFormat.TRIG)
    return store


@pytest.mark.parametrize("words", [SH.name, SH.description, SH.message])
def test_every_such_shape_speaks_english_and_french(words):
    silent = [
        name
        for (_, name), graph in SHAPES.items()
        if sorted(text.language for text in graph.objects(None, words)) != ["en", "fr"]
    ]
    assert silent == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_says_how_severe_its_shapes_are(file):
    graph = rdflib.Graph().parse(file)
    header = graph.value(None, RDF.type, OWL.Ontology)
    words = {text.language: str(text) for text in graph.objects(header, DCTERMS.description)}
    assert sorted(words) == ["en", "fr"]
    severities = set(graph.objects(None, SH.severity))
    if words["en"].startswith("Should: "):
        assert severities <= {SH.Warning, SH.Info}
    else:
        assert words["en"].startswith(("Must: ", "From an authority list: "))
        assert severities == {SH.Violation}


def test_a_code_in_no_list_is_found_in_the_row_that_uses_it():
    store = example("lists", "List-code", "breaks")
    treaty = "https://w3id.org/coopkg/id/example/treaty"
    report = shacl.report(store, SHAPES["lists", "List-code"])
    [issue] = validate.of_report(store, report, {treaty: ("agreement.csv", 7)})
    assert (issue.file, issue.row) == ("agreement.csv", 7)
    assert issue.message.startswith("bilateral-treaty: Code: this value is in no code list")


def test_the_real_graph_breaks_no_shape_that_stops_a_build(graph):
    files = [
        file for file in FILES if file.stem in ("agreement", "doubtful", "finding", "funding", "lists", "relation")
    ]
    found = validate.shapes(graph.store, files, {})
    assert [str(issue) for issue in errors(found)] == []
    assert {"Agreement-signed-sunday", "Posting-host", "Agreement-in-parts"} & {issue.rule for issue in found}
