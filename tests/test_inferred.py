"""What the reasoner makes of the ontology's definitions, and the contradictions that it or a shape finds."""

import json
from pathlib import Path

import owlrl
import pytest
import rdflib
from click.testing import CliRunner
from rdflib import OWL

from kg import reason, validate
from kg.cli import main
from kg.errors import UsageError
from kg.inferred import inferred
from kg.published import Published
from kg.settings import read
from kg.store import Store
from kg.vocab import CODE, COOP, COUNTRY, ID, PREFIXES, RDF_TYPE
from web import create_app

ROOT = Path(__file__).parent.parent
SHAPES = sorted((ROOT / "shapes").glob("*.ttl"))
PREAMBLE = "".join(f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in PREFIXES.items())
PLANTED = ID + "planted"


def plant(store: Store, text: str) -> Store:
    store.update(
        f"{PREAMBLE} PREFIX id: <{ID}> PREFIX code: <{CODE}> INSERT DATA {{ GRAPH graph:planted {{ {text} }} }}"
    )
    return store


def types(store: Store, code: str) -> set[str]:
    """The own classes that the closure gives a country."""
    lines = reason.closure(reason.object_triples(store.dump())).decode("utf-8").splitlines()
    start = f"<{COUNTRY}{code}> <{RDF_TYPE}> <{COOP}"
    return {line.removeprefix(start).partition(">")[0] for line in lines if line.startswith(start)}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ECU", {"TransitCountry"}),
        ("COL", {"SourceCountry"}),
        ("MAR", {"SourceCountry", "CandidatePartner"}),
        ("ALB", {"SourceCountry", "CandidatePartner"}),
        ("USA", {"CandidatePartner"}),
        ("FRA", {"DestinationCountry"}),
        ("HRV", {"TransitCountry"}),
        ("GBR", set()),
    ],
)
def test_countries_are_classified_by_their_records(code, expected, world):
    assert types(world, code) == expected


def test_a_record_less_is_a_type_less(world):
    world.update(
        f"DELETE {{ GRAPH ?g {{ ?s ?p ?o }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER (?s = <{ID}mandate/eurojust-mar>) }}"
    )
    assert types(world, "MAR") == {"SourceCountry"}


def test_the_codes_that_reach_the_reasoner_are_those_that_definitions_name():
    graph = rdflib.Graph().parse(ROOT / "ontology" / "core.ttl")
    assert {str(value) for value in graph.objects(None, OWL.hasValue)} == {CODE + one for one in reason.CLASSIFYING}


def test_no_record_is_said_to_be_of_a_nameless_class(world):
    assert reason.NAMELESS not in reason.closure(reason.object_triples(world.dump())).decode("utf-8")


def test_every_type_has_a_record_and_every_record_its_type(graph):
    found = {
        (row["country"], row["type"])
        for row in graph.store.select(
            f"SELECT ?country ?type {{ GRAPH <{reason.CLOSURE_GRAPH}> {{ ?country a ?type }} FILTER (STRSTARTS(STR(?country), '{COUNTRY}')) }}"
        )
    }
    codes = sorted({country.removeprefix(COUNTRY) for country, _ in found})
    told = {(COUNTRY + code, one.type) for code in codes for one in inferred(graph.store, ROOT / "queries", code)}
    assert told == found
    assert len(found) > 100


def test_the_closure_is_that_of_owlrl(world):
    """owlrl is the reference written from the rules of the standard; `reasonable` is what the build uses."""
    given = reason.object_triples(world.dump())
    graph = rdflib.Graph().parse(data=given.decode("utf-8"), format="nt")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    before = set(given.decode("utf-8").splitlines())
    lines = {
        line
        for line in reason._worth_saying([(s, p, o) for s, p, o in graph if isinstance(o, rdflib.URIRef)])
        if line not in before
    }
    ours = {
        line.replace(f"<{reason.CLOSURE_GRAPH}> .", ".") for line in reason.closure(given).decode("utf-8").splitlines()
    }
    assert ours == lines
    assert len(ours) > 50


BY_REASONER = {
    "a country that is an agreement": "country:BEL a coop:Agreement .",
    "a posting that is a mandate": "<https://w3id.org/coopkg/id/posting/bel-col-police> a coop:Mandate .",
    "an absence that is a route": "id:planted a coop:Absence , coop:Route .",
    "a mandate to negotiate with an organisation": (
        "id:planted a coop:Mandate ; adms:status code:mandate-status\\/authorised ; coop:hasCountry organisation:europol ."
    ),
    "an agreement that is a transit country": (
        "id:planted a coop:CountryRole ; dcterms:type code:role\\/transit ; coop:hasCountry agreement:untoc ."
    ),
    "a report whose leg ends in a hub instead of a country": (
        "id:planted a coop:LegEvidence ; coop:hasRoleAtEnd code:role\\/destination ; dcterms:subject id:planted-leg . "
        "id:planted-leg a coop:Leg ; coop:endsAt id:hub\\/beanr . id:hub\\/beanr a coop:Hub ."
    ),
}

BY_SHAPE = {
    "a host of a liaison officer that is a member state on that day": (
        "Posting-host",
        "id:planted a coop:Posting ; coop:hasMemberState country:BEL ; coop:hasCountry country:FRA ; coop:checked '2026-06-01'^^xsd:date ; "
        "coop:sinceEarliest '2020-01-01'^^xsd:date ; coop:sinceLatest '2020-01-01'^^xsd:date .",
    ),
    "a mandate with a country that is a member state": (
        "Mandate-third-country",
        "id:planted a coop:Mandate ; coop:hasOrganisation organisation:eurojust ; coop:hasCountry country:FRA ; "
        "dcterms:valid '2020-01-01'^^xsd:date .",
    ),
    "a bilateral treaty with one party": (
        "Agreement-one-party",
        "id:planted a coop:Agreement ; dcterms:type kind:bilateral-treaty . id:planted-one a coop:Participation ; "
        "coop:hasAgreement id:planted ; coop:hasParticipant country:BEL .",
    ),
    "a bilateral treaty between two member states": (
        "Agreement-both-members",
        "id:planted a coop:Agreement ; dcterms:type kind:bilateral-treaty ; dcterms:created '2015-01-01'^^xsd:date ; "
        "coop:signedEarliest '2015-01-01'^^xsd:date ; coop:signedLatest '2015-01-01'^^xsd:date . "
        "id:planted-one a coop:Participation ; coop:hasAgreement id:planted ; coop:hasParticipant country:BEL . "
        "id:planted-two a coop:Participation ; coop:hasAgreement id:planted ; coop:hasParticipant country:FRA .",
    ),
    "a posting of a country that is no member state": (
        "Posting-member-state-then",
        "id:planted a coop:Posting ; coop:hasMemberState country:USA ; coop:hasCountry country:COL ; coop:checked '2026-06-01'^^xsd:date ; "
        "coop:sinceEarliest '2020-01-01'^^xsd:date ; coop:sinceLatest '2020-01-01'^^xsd:date .",
    ),
    "an interval that ends before it begins": (
        "Interval-since-earliest",
        "id:planted a coop:Posting ; coop:hasMemberState country:BEL ; coop:hasCountry country:COL ; "
        "schema:startDate '2020-01-01'^^xsd:date ; schema:endDate '2019-01-01'^^xsd:date ; "
        "coop:sinceEarliest '2020-01-01'^^xsd:date ; coop:sinceLatest '2020-01-01'^^xsd:date ; "
        "coop:untilEarliest '2019-01-01'^^xsd:date ; coop:untilLatest '2019-01-01'^^xsd:date .",
    ),
    "the same fact under two identifiers": (
        "Posting-twice",
        "id:planted a coop:Posting ; coop:hasMemberState country:BEL ; coop:hasCountry country:COL ; "
        "dcterms:type code:posting-kind\\/planted . id:planted-two a coop:Posting ; coop:hasMemberState country:BEL ; "
        "coop:hasCountry country:COL ; dcterms:type code:posting-kind\\/planted .",
    ),
}


@pytest.mark.parametrize("kind", BY_REASONER)
def test_hermit_finds_a_planted_contradiction(kind, world):
    [issue] = reason.inconsistencies(reason.object_triples(plant(world, BY_REASONER[kind]).dump()))
    assert issue.rule == "inconsistent"
    assert "exclude each other" in issue.message


@pytest.mark.parametrize("kind", BY_SHAPE)
def test_a_shape_finds_a_planted_contradiction(kind, world):
    rule, text = BY_SHAPE[kind]
    before = set(validate.shapes(world, SHAPES, {}))
    found = {issue for issue in validate.shapes(plant(world, text), SHAPES, {}) if issue not in before}
    assert rule in {issue.rule for issue in found}


def test_there_are_ten_kinds_of_contradiction():
    assert len(BY_REASONER) + len(BY_SHAPE) >= 10


def test_the_command_names_type_definition_record_and_source(world_home, monkeypatch):
    monkeypatch.setenv("COOPKG_HOME", str(world_home))
    said = CliRunner().invoke(main, ["explain", "type", "--country", "ecu"]).output
    assert "Ecuador is a transit country" in said
    assert "because ecu-cocaine-transit-1: kind transit (source " in said
    assert ", leg cocaine-ecu-1-col-ecu (" in said
    found = json.loads(CliRunner().invoke(main, ["explain", "type", "--country", "ECU", "--format", "json"]).output)
    assert [one["type"] for one in found] == [COOP + "TransitCountry"]
    none = CliRunner().invoke(main, ["explain", "type", "--country", "GBR"]).output
    assert "does not mean that it is none" in none


def test_a_country_that_is_none_is_refused(world_home):
    store = Published(world_home).current().store
    with pytest.raises(UsageError, match="there is no country with the code"):
        inferred(store, ROOT / "queries", "QQQ")
    with pytest.raises(UsageError, match="not a country code"):
        inferred(store, ROOT / "queries", "COL> a")


def test_the_profile_shows_types_with_their_records(world_home):
    client = create_app(read({"COOPKG_HOME": str(world_home)})).test_client()
    html = client.get("/country/ECU?lang=en").get_data(as_text=True)
    assert "Classified by the definitions of the vocabulary" in html
    assert "/page/def/term/TransitCountry" in html
    assert "/page/id/country-role/ecu-cocaine-transit-1" in html
    assert "résulte de" in client.get("/country/ECU?lang=fr").get_data(as_text=True)
    assert 'id="types"' not in client.get("/country/GBR?lang=en").get_data(as_text=True)
