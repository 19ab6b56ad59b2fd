"""The shapes: each accepts the made-up world, and each refuses one record of it, spoilt, with its English message."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import RDF, SH, URIRef

from kg import reason, shacl, statements, tables, validate
from kg.issue import Issue, errors
from kg.store import Store
from kg.vocab import CODE, COOP, COUNTRY, ID, ONTOLOGY_GRAPH, XSD, expand, local

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "shapes").glob("*.ttl"))
ONE, OTHER = ox.Literal("spoilt"), ox.Literal("spoilt too")
PLANTED = ox.NamedNode("https://w3id.org/coopkg/graph/planted")


def all_shapes() -> rdflib.Graph:
    graph = rdflib.Graph()
    for file in FILES:
        graph.parse(file)
    return graph


SHAPES = all_shapes()
PROPERTY_SHAPES = sorted(SHAPES.subjects(RDF.type, SH.PropertyShape))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The made-up world with all that the rules derive; a test that changes it undoes what it did."""
    folder = tmp_path_factory.mktemp("shapes") / "seeds"
    shutil.copytree(ROOT / "tests" / "data" / "world", folder)
    for name in ("datapackage.json", "code.csv"):
        shutil.copy(ROOT / "seeds" / name, folder / name)
    store = Store.memory()
    store.load_quads("".join(statements.everything(tables.load(folder))).encode("utf-8"))
    for file in sorted((ROOT / "ontology").glob("*.ttl")):
        store.embedded.bulk_load(path=str(file), format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(ONTOLOGY_GRAPH))
    for rule in reason.rules(ROOT / "queries" / "rules"):
        store.update(rule.read_text("utf-8"))
    return store


def targets(shape: rdflib.term.Node) -> list[str]:
    return sorted(shacl.kinds(SHAPES, shape))


def english(shape: rdflib.term.Node) -> str:
    return next(str(text) for text in SHAPES.objects(shape, SH.message) if getattr(text, "language", "") == "en")


def paths(shape: rdflib.term.Node) -> tuple[list[str], bool]:
    """The properties on a shape's path, and whether they lead to the focus."""
    path = SHAPES.value(shape, SH.path)
    inverse = SHAPES.value(path, SH.inversePath)
    alternatives = SHAPES.value(path, SH.alternativePath)
    if inverse is not None:
        return [str(inverse)], True
    if alternatives is not None:
        return [str(part) for part in rdflib.collection.Collection(SHAPES, alternatives)], False
    return [str(path)], False


def alone(shape: rdflib.term.Node, folder: Path) -> Path:
    """A file with one property shape and nothing else."""
    file = folder / "shape.ttl"
    SHAPES.cbd(shape).serialize(file, format="turtle")
    return file


def spoils(store: ox.Store, shape: rdflib.term.Node, focus: ox.NamedNode) -> Iterator[tuple[list, list]]:
    """Ways to spoil what a shape looks at, as quads to remove and quads to add; one of them must break it."""
    names, inverse = paths(shape)
    nodes = [ox.NamedNode(name) for name in names]
    there = [
        quad
        for node in nodes
        for quad in store.quads_for_pattern(None if inverse else focus, node, focus if inverse else None)
    ]
    yield there, []
    if not inverse:
        yield [], [ox.Quad(focus, nodes[0], ONE, PLANTED), ox.Quad(focus, nodes[0], OTHER, PLANTED)]
        yield there, [ox.Quad(focus, nodes[0], ONE, PLANTED)]
        yield there, [ox.Quad(focus, nodes[0], ox.NamedNode("urn:spoilt"), PLANTED)]
        yield there, [ox.Quad(focus, nodes[0], date("9999-12-31"), PLANTED)]


def judged_with(store: Store, file: Path, remove: list[ox.Quad], add: list[ox.Quad]) -> list[Issue]:
    """What a file of shapes says while some quads are away and others there."""
    for quad in remove:
        store.embedded.remove(quad)
    store.embedded.extend(add)
    try:
        return validate.shapes(store, [file], {})
    finally:
        for quad in add:
            store.embedded.remove(quad)
        store.embedded.extend(remove)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_the_world_fits_every_shape(file, world):
    assert [str(issue) for issue in errors(validate.shapes(world, [file], {}))] == []


@pytest.mark.parametrize("shape", PROPERTY_SHAPES, ids=local)
def test_a_shape_refuses_a_spoilt_record_of_each_target_with_its_message(shape, world, tmp_path):
    file = alone(shape, tmp_path)
    severity = "error" if (shape, SH.severity, SH.Violation) in SHAPES else "warning"
    for target in targets(shape)[:3]:
        said = {
            (issue.message, issue.severity, issue.rule)
            for focus in members(world, target)[:3]
            for remove, add in spoils(world.embedded, shape, focus)
            for issue in judged_with(world, file, remove, add)
        }
        focus = members(world, target)[1 if "before" in shape else 0]  # the first agreement has not entered into force
        assert (f"{local(focus.value)}: {english(shape)}", severity, local(str(shape))) in said


def members(world: Store, target: str) -> list[ox.NamedNode]:
    kind = ox.NamedNode(str(RDF.type))
    return sorted(
        {quad.subject for quad in world.embedded.quads_for_pattern(None, kind, ox.NamedNode(target))}, key=str
    )


def date(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + "date"))


def decimal(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(XSD + "decimal"))


@pytest.mark.parametrize(
    ("record", "property_", "value", "shape"),
    [
        ("posting/hrv-alb-police", "untilLatest", date("2013-12-31"), "Interval-since-earliest"),
        ("hub/beanr", "http://www.w3.org/2003/01/geo/wgs84_pos#lat", decimal("91"), "Hub-latitude"),
        ("hub/beanr", "http://www.w3.org/2003/01/geo/wgs84_pos#long", decimal("-181"), "Hub-longitude"),
        (
            "seizure/ecu-cocaine-2024-1",
            "http://purl.org/linked-data/sdmx/2009/measure#obsValue",
            decimal("-1"),
            "Seizure-quantity",
        ),
        ("crime-index/col-2025", CODE + "indicator/criminality", decimal("11"), "CrimeIndex-score"),
        ("allocation/drugs-ports-ecu", "amountEuro", decimal("-1"), "Allocation-amount-eur"),
        ("leg/herb-alb-1-alb-hrv", "endsAt", ox.NamedNode(COUNTRY + "Croatia"), "Leg-to-country"),
        ("agreement/untoc", "http://purl.org/dc/terms/type", ox.NamedNode(CODE + "matter/mla"), "Agreement-kind"),
        ("participation/untoc-mar", "hasParticipant", ox.NamedNode(ID + "agreement/untoc"), "Participation-party"),
        ("source/gazette", "https://schema.org/url", ox.NamedNode("javascript:alert(1)"), "Source-url"),
        ("agreement/untoc", "https://schema.org/startDate", ox.Literal("29 September 2003"), "Agreement-since"),
    ],
)
def test_a_value_that_cannot_be_is_refused(record, property_, value, shape, world):
    focus = ox.NamedNode(ID + record)
    node = ox.NamedNode(property_ if property_.startswith("http") else COOP + property_)
    there = list(world.embedded.quads_for_pattern(focus, node, None))
    assert there
    file = next(file for file in FILES if f"shape:{shape}\n" in file.read_text("utf-8"))
    found = judged_with(world, file, there, [ox.Quad(focus, node, value, there[0].graph_name)])
    assert shape in {issue.rule for issue in found}
    assert judged_with(world, file, [], []) == []


@pytest.mark.parametrize(
    ("record", "property_", "value"),
    [
        ("seizure/bel-cocaine-2024-1", "hasOrganisation", ID + "organisation/eu"),
        ("seizure/eu-cocaine-2024-1", "hasCountry", COUNTRY + "BEL"),
    ],
)
def test_a_figure_is_not_for_a_country_and_an_organisation_at_once(record, property_, value, world):
    both = ox.Quad(ox.NamedNode(ID + record), ox.NamedNode(COOP + property_), ox.NamedNode(value), PLANTED)
    found = judged_with(world, ROOT / "shapes" / "route.ttl", [], [both])
    assert [issue.rule for issue in found] == ["Seizure-area"]


@pytest.mark.parametrize(
    ("property_", "value", "rule"),
    [
        ("hasCountry", COUNTRY + "ECU", "Declaration-party"),
        ("inMatter", CODE + "matter/mla", "Declaration-provision"),
        ("hasAgreement", ID + "agreement/mla-convention", "Declaration-provision"),
    ],
)
def test_a_declaration_needs_a_party_and_a_provision_that_leaves_it_to_a_declaration(property_, value, rule, world):
    focus = ox.NamedNode(ID + "declaration/untoc-col-extradition")
    node = ox.NamedNode(COOP + property_)
    there = list(world.embedded.quads_for_pattern(focus, node, None))
    file = ROOT / "shapes" / "agreement.ttl"
    found = judged_with(world, file, there, [ox.Quad(focus, node, ox.NamedNode(value), PLANTED)])
    assert rule in {issue.rule for issue in found}
    assert all(issue.severity == "error" and ": write a" in issue.message for issue in found)
    assert judged_with(world, file, [], []) == []


def test_a_finding_names_the_row_it_comes_from(world):
    focus = ox.NamedNode(ID + "agreement/untoc")
    world.embedded.add(quad := ox.Quad(focus, ox.NamedNode(COOP + "depositary"), ONE, PLANTED))
    try:
        [issue] = validate.shapes(world, [ROOT / "shapes" / "agreement.ttl"], {focus.value: ("agreement.csv", 14)})
    finally:
        world.embedded.remove(quad)
    assert str(issue) == (
        "agreement.csv:14:depositary: untoc: Depositary: write one text as the source prints it, or leave the cell empty."
    )


def test_what_a_finding_says_is_the_same_every_time(world):
    file = ROOT / "shapes" / "recommended.ttl"
    first, second = ([str(issue) for issue in validate.shapes(world, [file], {})] for _ in range(2))
    assert first == second
    assert any("Evidence: add at least one row" in text for text in first)


def test_every_record_class_of_datapackage_json_is_a_target():
    package = json.loads((ROOT / "seeds" / "datapackage.json").read_text("utf-8"))
    classes = {expand(resource["rdf"]["class"]) for resource in package["resources"] if "rdf" in resource}
    assert len(classes) == 32
    assert classes - {str(target) for target in SHAPES.objects(None, SH.targetClass)} == set()


def test_every_target_is_a_class_that_tables_or_rules_make(world):
    made = {row["class"] for row in world.select("SELECT DISTINCT ?class WHERE { ?record a ?class }")}
    assert {str(target) for target in SHAPES.objects(None, SH.targetClass)} - made == set()


def test_every_required_column_has_a_shape_that_requires_it():
    package = json.loads((ROOT / "seeds" / "datapackage.json").read_text("utf-8"))
    required = {
        (target, path)
        for shape in PROPERTY_SHAPES
        if SHAPES.value(shape, SH.minCount) is not None and (shape, SH.severity, SH.Violation) in SHAPES
        for target in targets(shape)
        for path in paths(shape)[0]
    }
    lacking = [
        f"{resource['name']}.{field['name']}"
        for resource in package["resources"]
        if "rdf" in resource
        for field in resource["schema"]["fields"]
        if field.get("constraints", {}).get("required")
        and "rdf" in field
        and (expand(resource["rdf"]["class"]), expand(field["rdf"]["property"])) not in required
    ]
    assert lacking == []


def test_every_property_shape_belongs_to_one_node_shape_and_has_a_target():
    groups = [shape for node in SHAPES.subjects(RDF.type, SH.NodeShape) for shape in SHAPES.objects(node, SH.property)]
    assert sorted(groups) == PROPERTY_SHAPES
    assert [shape for shape in PROPERTY_SHAPES if not targets(shape)] == []


@pytest.mark.parametrize("words", ["name", "description", "message"])
def test_every_property_shape_speaks_english_and_french(words):
    silent = [
        local(str(shape))
        for shape in PROPERTY_SHAPES
        if sorted(text.language for text in SHAPES.objects(shape, SH[words])) != ["en", "fr"]
    ]
    assert silent == []


def test_every_path_is_a_property_that_the_ontology_declares():
    ontology = rdflib.Graph()
    for file in (ROOT / "ontology").glob("*.ttl"):
        ontology.parse(file)
    used = {path for shape in PROPERTY_SHAPES for path in paths(shape)[0]}
    assert [path for path in used if (URIRef(path), RDF.type, None) not in ontology] == []


def test_a_sample_of_the_computed_bases_of_the_real_graph_fits_its_shape(graph):
    sample = ox.Store()
    for kind, number in (("CooperationBasis", 500), ("PendingBasis", 100)):
        rows = graph.store.select(f"SELECT ?basis WHERE {{ ?basis a <{COOP}{kind}> }} ORDER BY ?basis")
        assert len(rows) > number
        for row in rows[:: len(rows) // number][:number]:
            sample.extend(graph.store.embedded.quads_for_pattern(ox.NamedNode(row["basis"]), None, None))
    store = Store(sample)
    assert [str(issue) for issue in validate.shapes(store, [ROOT / "shapes" / "basis.ttl"], {})] == []


def test_the_sample_would_show_a_basis_that_ends_before_it_begins(world):
    [row] = world.select(f"SELECT ?basis ?to WHERE {{ ?basis a <{COOP}CooperationBasis> ; <{COOP}to> ?to }} LIMIT 1")
    focus, node = ox.NamedNode(row["basis"]), ox.NamedNode(COOP + "to")
    there = list(world.embedded.quads_for_pattern(focus, node, None))
    found = judged_with(
        world, ROOT / "shapes" / "basis.ttl", there, [ox.Quad(focus, node, date("0002-01-01"), PLANTED)]
    )
    assert "CooperationBasis-from" in {issue.rule for issue in found}


@pytest.mark.parametrize("shape", ["Absence-as-of", "Absence-finding", "Record-checked", "Record-source"])
def test_an_absence_needs_what_a_record_needs_unless_a_rule_made_it(shape, world):
    file = next(file for file in FILES if f"shape:{shape}\n" in file.read_text("utf-8"))
    focus = ox.NamedNode(ID + "absence/planted")
    bare = [ox.Quad(focus, ox.NamedNode(str(RDF.type)), ox.NamedNode(COOP + "Absence"), PLANTED)]
    made = ox.Quad(focus, ox.NamedNode(expand("prov:wasInfluencedBy")), ox.NamedNode(ID + "rule/60-absences"), PLANTED)
    assert shape in {issue.rule for issue in judged_with(world, file, [], bare)}
    assert shape not in {issue.rule for issue in judged_with(world, file, [], [*bare, made])}
