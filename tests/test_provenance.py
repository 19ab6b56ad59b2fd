"""Explanations as JSON-LD: it parses, a reader of PROV-O finds the chain in it, and it says nothing of its own."""

import datetime
import json
import random
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import PROV, RDF, Graph, Literal, URIRef

from kg import explain, provenance, queries
from kg.errors import UsageError
from kg.explain import Explanation
from kg.gaps import Filter, Finder
from kg.published import Graph as Published
from kg.store import Store
from kg.vocab import COOP, ID, local

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # raised by rdflib's own parser

QUERIES = Path(__file__).parent.parent / "queries"
DAY = datetime.date(2026, 6, 1)
MEMBERS = "AUT BEL BGR CYP CZE DEU DNK ESP EST FIN FRA GRC HRV HUN IRL ITA LTU LUX LVA MLT NLD POL PRT ROU SVK SVN SWE"
PREFIXES = f"""
PREFIX coop: <{COOP}>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX id: <{ID}>
PREFIX prov: <{PROV}>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX adms: <http://www.w3.org/ns/adms#>
PREFIX schema: <https://schema.org/>
"""


def parsed(found: Explanation, monkeypatch: pytest.MonkeyPatch) -> Graph:
    """The JSON-LD as a graph, its literals as they are written."""
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    return Graph().parse(data=provenance.as_jsonld(found), format="json-ld")


def position(store: Store, member: str, country: str, matter: str, day: datetime.date = DAY) -> Explanation:
    return explain.of_position(store, QUERIES, member, country, matter, day, 24)


def gap(store: Store, kind: str, country: str, member: str = "") -> Explanation:
    finder = Finder(store, QUERIES, 24)
    return explain.of_gap(finder, finder.find(Filter(kind, country, member), DAY)[0], DAY)


@pytest.fixture
def covered(world: Store, monkeypatch: pytest.MonkeyPatch) -> Graph:
    return parsed(position(world, "BEL", "ALB", "mla"), monkeypatch)


def rows(graph: Graph, text: str) -> list[tuple[str, ...]]:
    return sorted(tuple(str(value) for value in row) for row in graph.query(PREFIXES + text))  # type: ignore[union-attr]


def test_the_conclusion_says_who_asks_whom_for_what_on_which_day_and_how_it_stands(covered: Graph) -> None:
    (row,) = rows(
        covered,
        """SELECT ?ours ?theirs ?matter ?status ?grade ?day { ?position a prov:Entity ; coop:hasMemberState ?ours ;
             coop:hasCountry ?theirs ; coop:inMatter ?matter ; adms:status ?status ; coop:hasGrade ?grade ; dcterms:valid ?day }""",
    )
    assert [local(value) for value in row] == ["BEL", "ALB", "mla", "covered", "dedicated", "2026-06-01"]


def test_the_conclusion_leads_by_derivation_to_the_sources(covered: Graph) -> None:
    found = rows(
        covered,
        """SELECT DISTINCT ?record ?title ?url { ?position dcterms:valid ?day ; prov:wasDerivedFrom+ ?record .
             ?record prov:hadPrimarySource ?source . ?source a dcterms:BibliographicResource ; skos:prefLabel ?title ; schema:url ?url }""",
    )
    assert [(row[0].removeprefix(ID), row[1]) for row in found] == [
        ("agreement/mla-convention", "List of parties kept by the depositary"),
        ("group-membership/eu-bel", "Gazette of the made-up world"),
        ("participation/mla-convention-alb", "List of parties kept by the depositary"),
        ("participation/mla-convention-bel", "List of parties kept by the depositary"),
        ("provision/mla-convention-mla", "List of parties kept by the depositary"),
    ]


def test_what_was_looked_at_and_not_rested_on_was_used_but_not_derived_from(covered: Graph) -> None:
    used = rows(
        covered,
        """SELECT ?fact { ?position dcterms:valid ?day ; prov:wasGeneratedBy ?run . ?run prov:used ?fact .
             ?fact a coop:CooperationBasis MINUS { ?position prov:wasDerivedFrom ?fact } }""",
    )
    assert [local(row[0]) for row in used] == ["untoc-bel.untoc.offences"]


def test_every_step_names_its_rule_by_a_qualified_association(covered: Graph) -> None:
    found = rows(
        covered,
        """SELECT ?made ?plan ?title { ?made prov:wasGeneratedBy ?run . ?run a prov:Activity ;
             prov:qualifiedAssociation [ a prov:Association ; prov:agent ?agent ; prov:hadPlan ?plan ] .
             ?agent a prov:SoftwareAgent . ?plan a prov:Plan ; dcterms:title ?title FILTER (LANG(?title) = "en") }""",
    )
    made = {(local(row[0]), local(row[1])) for row in found}
    assert made >= {
        ("bel.alb.mla.2026-06-01", "profile-positions"),
        ("mla-convention.mla-convention-alb.mla", "20-bases-between-parties"),
        ("interval", "10-intervals"),
    }
    assert len(list(covered.subject_objects(PROV.wasGeneratedBy))) == len(found)


def test_the_fact_that_decided_a_day_has_that_day_as_its_role(covered: Graph) -> None:
    found = rows(
        covered,
        """SELECT ?made ?entity { ?made a coop:CooperationBasis ; prov:wasGeneratedBy ?run .
             ?run prov:qualifiedUsage [ a prov:Usage ; prov:entity ?entity ; prov:hadRole coop:from ] }""",
    )
    assert (
        f"{ID}basis/mla-convention.mla-convention-alb.mla",
        f"{ID}participation/mla-convention-alb#interval",
    ) in found
    assert not [row for row in found if "mla-convention-bel#interval" in row[1]]


@pytest.mark.parametrize("what", ["position", "gap"])
def test_only_terms_of_prov_o_are_used_and_as_it_says(what: str, world: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    found = (
        gap(world, "no-dedicated-extradition", "ARE", "BEL") if what == "gap" else position(world, "HRV", "USA", "mla")
    )
    graph = parsed(found, monkeypatch)
    terms = {str(term) for triple in graph for term in triple if str(term).startswith(str(PROV))}
    known = {str(PROV[name]) for name in PROV.__annotations__}
    assert terms <= known
    assert len(terms) >= 14
    entities, activities = set(graph.subjects(RDF.type, PROV.Entity)), set(graph.subjects(RDF.type, PROV.Activity))
    assert entities & activities == set(), "PROV-O says that nothing is both"
    ranges = {
        PROV.wasGeneratedBy: (entities, activities),
        PROV.used: (activities, entities),
        PROV.wasDerivedFrom: (entities, entities),
        PROV.hadPrimarySource: (entities, entities),
        PROV.specializationOf: (entities, entities),
        PROV.hadPlan: (set(graph.subjects(RDF.type, PROV.Association)), set(graph.subjects(RDF.type, PROV.Plan))),
        PROV.entity: (set(graph.subjects(RDF.type, PROV.Usage)), entities),
    }
    for property_, (domain, range_) in ranges.items():
        pairs = list(graph.subject_objects(property_))
        assert pairs, property_
        assert {one for one, _ in pairs} <= domain, property_
        assert {other for _, other in pairs} <= range_, property_


def test_the_need_of_a_gap_is_a_thing_of_its_own_that_the_gap_does_not_follow_from(
    world: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph = parsed(gap(world, "no-dedicated-mla", "ECU", "FRA"), monkeypatch)
    found = rows(
        graph,
        """SELECT ?record { ?gap dcterms:valid ?day ; dcterms:relation ?need . ?need prov:wasDerivedFrom ?record
             MINUS { ?gap prov:wasDerivedFrom+ ?record } }""",
    )
    assert f"{ID}route/cocaine-ecu" in {row[0] for row in found}


def test_a_gap_that_nobody_verified_is_derived_from_nothing(world: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    found = gap(world, "no-dedicated-mla", "ECU", "BEL")
    assert list(parsed(found, monkeypatch).objects(URIRef(found.iri), PROV.wasDerivedFrom)) == []


def test_the_same_explanation_gives_the_same_bytes(world: Store) -> None:
    first, second = (position(world, "BEL", "COL", "mla") for _ in range(2))
    assert provenance.as_jsonld(first) == provenance.as_jsonld(second)
    assert provenance.as_json(first) == provenance.as_json(second)


def test_the_json_holds_the_chain(world: Store) -> None:
    data = json.loads(provenance.as_json(position(world, "BEL", "COL", "mla")))
    assert (data["status"], data["day"], data["known_since"]) == ("covered", "2026-06-01", "2024-06-01")
    basis = data["evidence"][0]["fact"]
    assert [rule["iri"] for rule in basis["rules"]] == [f"{ID}rule/20-bases-between-parties"]
    assert {used["table"] for used in basis["uses"]} == {"agreement", "group_membership", "intervals", "provision"}


# Nothing is said that the derivation did not produce


@pytest.fixture(scope="module")
def said(graph: Published) -> set[tuple[str, str, str]]:
    """Every literal of the real graph."""
    return {
        (quad.object.value, quad.object.datatype.value, quad.object.language or "")
        for quad in graph.store.embedded
        if isinstance(quad.object, ox.Literal)
    }


def own_words(found: Explanation) -> set[str]:
    """The values of a conclusion, and the help of its question's parameters."""
    return {
        *(field.value.text for field in found.values),
        *(given.value.text for given in found.given),
        *(given.help for given in found.given),
    }


def invented(found: Explanation, said: set[tuple[str, str, str]], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    strings = (str(rdflib.XSD.string), str(RDF.langString))
    own = own_words(found)
    return [
        repr(literal)
        for literal in parsed(found, monkeypatch).objects()
        if isinstance(literal, Literal)
        and str(literal) not in own
        and (
            str(literal),
            str(literal.datatype or (strings[1] if literal.language else strings[0])),
            literal.language or "",
        )
        not in said
    ]


def test_no_literal_of_fifty_positions_is_invented(
    graph: Published, said: set[tuple[str, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, left = random.Random(3), 50
    countries = sorted(
        local(row["country"])
        for row in graph.store.select(
            "SELECT ?country { GRAPH <https://w3id.org/coopkg/graph/seeds/country> { ?country a <https://schema.org/Country> } }"
        )
    )
    statuses = set()
    while left:
        matter = chance.choice(["mla", "extradition", "transfer", "police", "police-data", "e-evidence"])
        day = datetime.date(chance.choice([2005, 2018, 2026]), 11, 1)
        try:
            found = position(graph.store, chance.choice(MEMBERS.split()), chance.choice(countries), matter, day)
        except UsageError:
            continue  # a pair that is none on that day
        left -= 1
        statuses.add(found.status)
        assert invented(found, said, monkeypatch) == []
    assert {"covered", "sectoral-only", "unverified"} <= statuses


def test_no_literal_of_any_kind_of_gap_is_invented(
    graph: Published, said: set[tuple[str, str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    finder = Finder(graph.store, QUERIES, 24)
    gaps = finder.find(Filter(), DAY)
    for kind in queries.library(QUERIES / "gaps"):
        one = random.Random(kind).choice([gap for gap in gaps if gap.kind == kind])
        assert invented(explain.of_gap(finder, one, DAY), said, monkeypatch) == [], kind


def test_an_invented_literal_would_be_found(world: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert invented(position(world, "BEL", "COL", "mla"), set(), monkeypatch) != []


def test_on_the_real_graph_every_computed_day_has_an_input_that_decided_it(graph: Published) -> None:
    chance = random.Random(5)
    for country in ("ALB", "BRA", "CHE", "COL", "GBR", "MAR", "SRB", "USA"):
        for member in chance.sample(MEMBERS.split(), 3):
            found = position(graph.store, member, country, chance.choice(["mla", "extradition", "police"]))
            facts = [one.fact for one in found.evidence]
            while facts:
                fact = facts.pop()
                facts += fact.uses
                assert fact.table, fact.iri
                assert all(rule.titles for rule in fact.rules), fact.iri
                for day in fact.days:
                    assert day.value == "0001-01-01" or any(one.decides for one in day.inputs), (fact.iri, day)
