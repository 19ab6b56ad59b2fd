"""The ontology: its form, its words, what its axioms give, and the hygiene queries that watch over it."""

import json
import re
from html import unescape
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Literal, URIRef

from kg import reason, statements, tables, validate
from kg.settings import read
from kg.store import Store
from kg.tables import Catalogue
from kg.vocab import BOUNDS, CODE, COOP, COUNTRY, GRAPH, ID, ONTOLOGY_GRAPH, expand
from web import create_app

ROOT = Path(__file__).parent.parent
CHECKS = ROOT / "queries" / "checks"
TURTLE = sorted([*(ROOT / "ontology").glob("*.ttl"), *(ROOT / "shapes").glob("*.ttl")])
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
HEADER = URIRef("https://w3id.org/coopkg/def")
VANN = rdflib.Namespace("http://purl.org/vocab/vann/")
BIBO = rdflib.Namespace("http://purl.org/ontology/bibo/")
LANGUAGES = {"de", "en", "es", "fr", "it", "nl", "sv"}
MOST_OWN_TERMS = 63
"""Own terms that the ontology may have; a further notion has to take the place of another, or be a code."""


@pytest.fixture(scope="module")
def ontology() -> rdflib.Graph:
    graph = rdflib.Graph()
    for file in (ROOT / "ontology").glob("*.ttl"):
        graph.parse(file)
    return graph


def own_terms(ontology: rdflib.Graph) -> dict[str, URIRef]:
    """Every own term with its kind."""
    return {
        str(term): kind for kind in KINDS for term in ontology.subjects(RDF.type, kind) if str(term).startswith(COOP)
    }


def defined(ontology: rdflib.Graph) -> set[str]:
    """The classes that only the reasoner gives members to."""
    return {str(kind) for kind in ontology.objects(None, OWL.allValuesFrom) if isinstance(kind, URIRef)}


def triples(store: Store) -> bytes:
    """Everything in a store as N-Triples, literals too."""
    return b"".join(line[: line.rindex(b" <")] + b" .\n" for line in store.dump().splitlines())


def plant(store: Store, text: str, graph: str = GRAPH + "planted") -> None:
    prefixes = "".join(
        f"PREFIX {prefix}: <{namespace}>\n"
        for prefix, namespace in {
            "coop": COOP,
            "agreement": ID + "agreement/",
            "id": ID,
            "country": COUNTRY,
            "code": CODE,
            "owl": str(OWL),
            "rdfs": str(RDFS),
            "skos": str(SKOS),
            "xsd": "http://www.w3.org/2001/XMLSchema#",
        }.items()
    )
    store.update(f"{prefixes} INSERT DATA {{ GRAPH <{graph}> {{ {text} }} }}")


@pytest.mark.parametrize("file", TURTLE, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_file_is_in_canonical_form(file):
    assert rdflib.Graph().parse(file).serialize(format="longturtle", canon=True) == file.read_text("utf-8")


FOOPS = {
    "OM1": {
        DCTERMS.title: LANGUAGES,
        DCTERMS.description: LANGUAGES,
        DCTERMS.license: None,
        OWL.versionIRI: None,
        DCTERMS.creator: None,
        VANN.preferredNamespaceUri: None,
    },
    "OM2": {
        VANN.preferredNamespacePrefix: None,
        OWL.versionInfo: None,
        DCTERMS.created: None,
        DCTERMS.bibliographicCitation: None,
        DCTERMS.contributor: None,
    },
    "OM3": {
        DCTERMS.publisher: None,
        URIRef("https://schema.org/logo"): None,
        BIBO.status: None,
        DCTERMS.source: None,
        DCTERMS.issued: None,
        OWL.priorVersion: None,
    },
    "versions": {DCTERMS.modified: None, OWL.incompatibleWith: None},
}
"""What FOOPS! looks for in a header, by check: once, or once in each language. OM3 also looks for a DOI: there is none."""


@pytest.mark.parametrize(
    ("check", "property_"),
    [(check, property_) for check, wanted in FOOPS.items() for property_ in wanted],
    ids=lambda value: re.split("[/#]", str(value))[-1],
)
def test_the_header_is_complete(ontology, check, property_):
    values, languages = list(ontology.objects(HEADER, property_)), FOOPS[check][property_]
    assert {value.language for value in values} == languages if languages else len(values) == 1


def test_the_logo_and_the_licence_are_addresses_and_the_site_has_the_logo(ontology, world_home):
    logo = str(ontology.value(HEADER, URIRef("https://schema.org/logo")))
    assert str(ontology.value(HEADER, DCTERMS.license)).startswith("https://creativecommons.org/licenses/")
    client = create_app(read({"COOPKG_HOME": str(world_home)})).test_client()
    with client.get(logo.removeprefix("https://w3id.org/coopkg")) as answer:
        assert answer.mimetype == "image/svg+xml"


def test_the_header_names_its_namespace_and_version_without_contradiction(ontology):
    assert str(ontology.value(HEADER, VANN.preferredNamespaceUri)) == COOP
    assert str(ontology.value(HEADER, VANN.preferredNamespacePrefix)) == "coop"
    version = str(ontology.value(HEADER, OWL.versionInfo))
    assert str(ontology.value(HEADER, OWL.versionIRI)) == f"{HEADER}/{version}"
    assert f"version {version}" in str(ontology.value(HEADER, DCTERMS.bibliographicCitation))


def test_every_own_term_has_one_label_and_one_definition_in_each_language(ontology):
    """VOC3 and VOC4 of FOOPS!, in seven languages."""
    wrong = [
        f"{term} {words} {language}"
        for term in own_terms(ontology)
        for words in (SKOS.prefLabel, SKOS.definition)
        for language in LANGUAGES
        if sum(text.language == language for text in ontology.objects(URIRef(term), words)) != 1
    ]
    assert wrong == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_of_every_term_has_its_words_its_questions_and_an_example(ontology, language, world_home):
    client = create_app(read({"COOPKG_HOME": str(world_home)})).test_client()
    without_example = set()
    for term in own_terms(ontology):
        html = unescape(client.get(f"/page/def/term/{term.removeprefix(COOP)}?lang={language}").get_data(as_text=True))
        for property_ in (SKOS.prefLabel, SKOS.definition, SKOS.scopeNote):
            texts = [text for text in ontology.objects(URIRef(term), property_) if text.language == language]
            assert all(str(text) in html for text in texts), f"{term} {property_}"
        for question in ontology.objects(URIRef(term), DCTERMS.isRequiredBy):
            assert any(str(text) in html for text in ontology.objects(question, SKOS.prefLabel)), f"{term} {question}"
        if "<h2>Examples from the data</h2>" not in html and "<h2>Exemples tirés des données</h2>" not in html:
            without_example.add(term.removeprefix(COOP))
    assert without_example == set()


def test_every_own_term_has_exactly_one_kind(ontology):
    kinds = [term for kind in KINDS for term in ontology.subjects(RDF.type, kind) if str(term).startswith(COOP)]
    assert len(kinds) == len(set(kinds))


def test_everything_that_datapackage_json_maps_to_is_declared(ontology):
    package = json.loads((ROOT / "seeds" / "datapackage.json").read_text("utf-8"))
    classes, properties = set(), set()
    for resource in package["resources"]:
        classes |= {resource["rdf"]["class"]} if "rdf" in resource else set()
        for field in resource["schema"]["fields"]:
            if "rdf" in field:
                printed = field["rdf"]["property"]
                properties |= {printed}
                if field["rdf"]["as"] == "interval":
                    properties |= {bound for bound in BOUNDS[printed] if bound}
    declared = {
        kind: {str(term) for term in ontology.subjects(RDF.type, kind)} for kind in (*KINDS, OWL.AnnotationProperty)
    }
    assert [name for name in classes if expand(name) not in declared[OWL.Class]] == []
    known = set().union(*(terms for kind, terms in declared.items() if kind != OWL.Class))
    codes = {
        line[1 : line.index(">")]
        for line in statements.schemes(tables.load(ROOT / "seeds"))
        if "MeasureProperty" in line
    }
    assert len(codes) > 30
    assert [name for name in properties if expand(name) not in known | codes] == []


def test_a_column_of_values_maps_to_a_datatype_property_and_a_reference_to_an_object_property(ontology):
    package = json.loads((ROOT / "seeds" / "datapackage.json").read_text("utf-8"))
    links = {"code", "country", "record", "cited", "iri", "scheme", "broader"}
    kinds = own_terms(ontology)
    wrong = [
        f"{resource['name']}.{field['name']}"
        for resource in package["resources"]
        for field in resource["schema"]["fields"]
        if field.get("rdf", {}).get("property", "").startswith("coop:")
        and (kinds[expand(field["rdf"]["property"])] == OWL.ObjectProperty) != (field["rdf"]["as"] in links)
    ]
    assert wrong == []


def test_the_readme_lists_every_own_term_exactly_once_with_its_label(ontology):
    text = (ROOT / "ontology" / "README.md").read_text("utf-8")
    listed = re.findall(r"^\| `coop:(\w+)` \| (.+?) \| .+ \|$", text, re.MULTILINE)
    labels = {
        term.removeprefix(COOP): str(label)
        for term in own_terms(ontology)
        for label in ontology.objects(URIRef(term), SKOS.prefLabel)
        if isinstance(label, Literal) and label.language == "en"
    }
    assert len(listed) == len(labels)
    assert dict(listed) == labels


def test_the_own_terms_are_few(ontology):
    assert len(own_terms(ontology).keys() - defined(ontology)) <= MOST_OWN_TERMS


def test_the_questions_in_the_ontology_are_those_of_the_readme_and_of_the_documentation(ontology):
    required = URIRef("http://purl.org/dc/terms/isRequiredBy")
    said = {
        str(term).removeprefix(COOP): {
            str(question).rsplit("/", 1)[-1] for question in ontology.objects(term, required)
        }
        for term in ontology.subjects(required)
    }
    text = (ROOT / "ontology" / "README.md").read_text("utf-8")
    listed = re.findall(r"^\| `coop:(\w+)` \| .+? \| (.+?) \|$", text, re.MULTILINE)
    assert said == {term: set(answers.split(", ")) for term, answers in listed}
    documented = re.findall(r"^\| ([LAPS]\d+\..*?) \|", (ROOT / "docs" / "questions.md").read_text("utf-8"), re.M)
    questions = set(ontology.subjects(RDF.type, URIRef("https://schema.org/Question")))
    words = [text for question in questions for text in ontology.objects(question, SKOS.prefLabel)]
    assert sorted(str(text) for text in words if text.language == "en") == sorted(documented)
    assert sum(text.language == "fr" for text in words) == len(questions) == 32


def test_every_own_term_answers_a_question_that_exists():
    text = (ROOT / "ontology" / "README.md").read_text("utf-8")
    known = {f"{letter}{n}" for letter, last in (("L", 10), ("A", 11), ("P", 7), ("S", 4)) for n in range(1, last + 1)}
    answers = re.findall(r"^\| `coop:\w+` \| .+? \| (.+?) \|$", text, re.MULTILINE)
    assert answers
    assert [line for line in answers if not set(line.split(", ")) <= known] == []


def test_every_term_of_another_vocabulary_that_the_tables_use_is_explained():
    package = json.loads((ROOT / "seeds" / "datapackage.json").read_text("utf-8"))
    used = {resource["rdf"]["class"] for resource in package["resources"] if "rdf" in resource}
    used |= {
        field["rdf"]["property"]
        for resource in package["resources"]
        for field in resource["schema"]["fields"]
        if "rdf" in field
    }
    text = (ROOT / "ontology" / "README.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `((?!coop:)[\w-]+:\w+)` \| .+ \| .+ \|$", text, re.MULTILINE))
    assert {name for name in used if not name.startswith(("coop:", "indicator:"))} == listed


def test_the_readme_counts_the_terms(ontology):
    kinds = list(own_terms(ontology).values())
    text = (ROOT / "ontology" / "README.md").read_text("utf-8")
    counts = re.search(r"(\d+) classes, (\d+) object properties, (\d+) datatype properties", text)
    assert counts
    assert [int(number) for number in counts.groups()] == [kinds.count(kind) for kind in KINDS]


def test_every_own_class_but_the_top_and_the_computed_ones_has_a_parent_that_is_declared(ontology):
    classes = {term for term, kind in own_terms(ontology).items() if kind == OWL.Class}
    parents = {str(parent) for term in classes for parent in ontology.objects(URIRef(term), RDFS.subClassOf)}
    assert {parent for parent in parents if parent.startswith(COOP)} <= classes


PLANTED = {
    "agreement-before-itself": "agreement:untoc coop:supplements agreement:untoc-som .",
    "citation-without-field": "id:citation\\/planted a coop:Citation ; <https://schema.org/value> 'other' .",
    "class-not-declared": "id:planted a coop:Nonsense .",
    "definition-form": "coop:Agreement skos:definition 'Thing without a stop'@en .",
    "definition-names-itself": "coop:Agreement skos:definition 'Thing that is an agreement.'@en .",
    "deprecated-in-use": "coop:depositary owl:deprecated true .",
    "in-force-before-entry": (
        "id:planted a coop:Participation ; <http://www.w3.org/ns/adms#status> <https://w3id.org/coopkg/code/treaty-status/in-force> ; "
        "coop:sinceEarliest '2027-01-01'^^xsd:date ; coop:statusAsOfLatest '2026-01-01'^^xsd:date ."
    ),
    "label-used-twice": "coop:planted a owl:DatatypeProperty ; skos:prefLabel 'AGREEMENT'@en .",
    "owl2rl": "coop:Agreement rdfs:subClassOf [ owl:onProperty coop:hasScope ; owl:someValuesFrom skos:Concept ] .",
    "property-not-declared": "id:planted coop:nonsense 1 .",
    "score-weight-missing": (
        "<https://w3id.org/coopkg/code/commodity/planted> skos:inScheme <https://w3id.org/coopkg/code/commodity> ; "
        "skos:notation 'planted' ."
    ),
    "term-name-form": "coop:planted a owl:Class .",
    "term-without-home": "coop:Planted a owl:Class .",
    "territory-without-sovereign": (
        "id:planted a <https://schema.org/Country> ; "
        "<http://purl.org/dc/terms/type> <https://w3id.org/coopkg/code/country-kind/overseas-territory> ."
    ),
    "term-without-words": "coop:Planted a owl:Class ; skos:prefLabel 'planted'@en ; skos:definition 'Thing.'@en .",
}


def test_every_hygiene_query_has_a_violation_to_find():
    assert {file.stem for file in CHECKS.glob("*.rq")} == {*PLANTED, "basis-incomplete"}


def test_the_world_is_clean(world):
    assert validate.hygiene(world, CHECKS) == []


def test_the_published_graph_is_clean(graph):
    assert [str(issue) for issue in validate.hygiene(graph.store, CHECKS)] == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_hygiene_query_finds_what_was_planted(name, world):
    plant(world, PLANTED[name])
    found = [issue for issue in validate.hygiene(world, CHECKS) if issue.rule == name]
    assert len(found) >= 1
    assert all(issue.severity == "error" and issue.message and issue.hint.endswith("?") for issue in found)


@pytest.mark.parametrize("part", ["hasMemberState", "hasCountry", "inMatter", "restsOn", "hasGrade", "from"])
def test_a_basis_that_lacks_a_part_is_found(part, world):
    bases = GRAPH + "bases"
    world.update(
        f"DELETE {{ GRAPH <{bases}> {{ ?basis <{COOP}{part}> ?value }} }} WHERE {{ "
        f"{{ SELECT ?basis WHERE {{ GRAPH <{bases}> {{ ?basis a <{COOP}CooperationBasis> }} }} ORDER BY ?basis LIMIT 1 }} "
        f"GRAPH <{bases}> {{ ?basis <{COOP}{part}> ?value }} }}"
    )
    assert "basis-incomplete" in {issue.rule for issue in validate.hygiene(world, CHECKS)}


def test_a_term_of_another_vocabulary_is_left_alone(world):
    plant(world, "<https://example.org/Term> a owl:Class . id:planted a <https://example.org/Term> .")
    assert validate.hygiene(world, CHECKS) == []


def test_hermit_finds_the_world_consistent(world):
    assert reason.inconsistencies(reason.object_triples(world.dump())) == []


@pytest.mark.parametrize(
    "contradiction",
    [
        "country:BEL a coop:Agreement .",
        "<https://w3id.org/coopkg/id/posting/bel-col-police> a coop:Mandate .",
        "<https://w3id.org/coopkg/id/group-membership/eu-bel> a <http://www.w3.org/ns/org#Membership> .",
        "<https://w3id.org/coopkg/id/absence/planted> a coop:Absence , coop:Route .",
    ],
)
def test_hermit_finds_a_contradiction(contradiction, world):
    plant(world, contradiction)
    [issue] = reason.inconsistencies(reason.object_triples(world.dump()))
    assert (issue.rule, issue.severity) == ("inconsistent", "error")
    assert "which exclude each other; mend the row" in str(issue)
    assert issue.record in contradiction or issue.record.endswith("BEL")


def test_hermit_finds_a_class_that_can_have_no_member(world):
    plant(
        world,
        "coop:Planted a owl:Class ; rdfs:subClassOf coop:Agreement , <https://schema.org/Country> .",
        ONTOLOGY_GRAPH,
    )
    [issue] = reason.inconsistencies(reason.object_triples(world.dump()))
    assert issue.rule == "unsatisfiable"
    assert "Planted" in issue.message


def test_hermit_finds_the_real_graph_consistent(graph):
    computed = tuple(GRAPH + name for name in ("bases", "pending", "absences", "closure"))
    assert reason.inconsistencies(reason.object_triples(graph.store.dump(), computed)) == []


def as_triples(quads: bytes) -> set[str]:
    return set(quads.decode("utf-8").replace(f"<{reason.CLOSURE_GRAPH}> .", ".").splitlines())


def closure(store: Store) -> set[str]:
    return as_triples(reason.closure(reason.object_triples(store.dump())))


def test_the_closure_gives_the_superclasses_of_a_record(world):
    plant(world, "coop:GroupMembership rdfs:subClassOf coop:Planted .", ONTOLOGY_GRAPH)
    lines = closure(world)
    subject = f"<{ID}group-membership/eu-bel>"
    assert {line for line in lines if line.startswith(f"{subject} <{RDF.type}> <{COOP}")} == {
        f"{subject} <{RDF.type}> <{COOP}Planted> ."
    }


def test_the_closure_follows_a_transitive_property(world):
    plant(world, "agreement:untoc coop:supplements agreement:mla-convention .")
    assert f"<{ID}agreement/untoc-som> <{COOP}supplements> <{ID}agreement/mla-convention> ." in closure(world)


def test_the_closure_says_nothing_that_is_said_already_and_nothing_of_everything(world):
    lines = closure(world)
    assert lines & set(triples(world).decode("utf-8").splitlines()) == set()
    assert not any("owl#Thing" in line or "rdf-schema#Resource" in line or "sameAs" in line for line in lines)


def test_the_closure_of_a_published_graph_is_in_it(graph):
    [row] = graph.store.select(
        f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{reason.CLOSURE_GRAPH}> {{ ?country a <{COOP}TransitCountry> }} }}"
    )
    assert int(row["n"]) > 50


def test_leaving_values_out_leaves_no_conclusion_out(world):
    values = {  # the closure prints every object as an IRI, so the values that were there come back so
        f"<{quad.subject.value}> <{quad.predicate.value}> <{quad.object.value}> ."
        for quad in world.embedded
        if isinstance(quad.object, ox.Literal)
    }
    whole = as_triples(reason.closure(triples(world)))
    assert whole - values == closure(world)
    assert len(whole - values) > 50


def test_the_properties_that_the_reasoners_do_not_see_have_no_axiom(ontology):
    axioms = {
        RDFS.subPropertyOf,
        RDFS.domain,
        RDFS.range,
        OWL.inverseOf,
        OWL.equivalentProperty,
        OWL.propertyChainAxiom,
    }
    for name in reason.WITHOUT_AXIOMS:
        term = URIRef(name.decode())
        assert set(ontology.predicates(term)) & axioms == set()
        assert set(ontology.objects(term, RDF.type)) <= {OWL.ObjectProperty}
        assert set(ontology.subjects(OWL.onProperty, term)) == set()


def test_literals_and_named_graphs_are_what_object_triples_leaves_out(world_catalogue: Catalogue):
    quads = (
        b'<urn:a> <urn:p> "text" <urn:g> .\n'
        b"<urn:a> <urn:p> <urn:b> <urn:g> .\n"
        b"<urn:a> <urn:p> <urn:c> <urn:figures> .\n"
        b"<urn:a> <https://w3id.org/coopkg/def#hasConfidence> <urn:high> <urn:g> .\n"
    )
    assert reason.object_triples(quads, ("urn:figures",)) == b"<urn:a> <urn:p> <urn:b> .\n"
