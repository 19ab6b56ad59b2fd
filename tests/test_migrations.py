"""Graphs built with the terms of earlier versions of the ontology, brought to the next version."""

import json
import re
from pathlib import Path

import pytest

from kg.store import Store
from kg.vocab import CODE, COOP, COUNTRY, GRAPH, ID, ONTOLOGY_GRAPH, expand

ROOT = Path(__file__).parent.parent
README = (ROOT / "ontology" / "README.md").read_text("utf-8")
MIGRATIONS = {
    step: (ROOT / "queries" / "migrations" / f"{step}.ru").read_text("utf-8") for step in ("1-to-2", "2-to-3", "3-to-4")
}
TABLES = {
    step: re.findall(
        r"^\| `coop:(\w+)` \| (.+) \|$",
        README.split(f"## From version {step.replace('-to-', ' to version ')}\n")[1].split("\n## ")[0],
        re.MULTILINE,
    )
    for step in MIGRATIONS
}
"""What the README says that each term became: its name and the words of the other column."""


def migrated(statements: str, graph: str = GRAPH + "seeds/any", step: str = "1-to-2") -> set[tuple[str, str, str]]:
    """The statements (Turtle without prefixes) of one graph, after the migration, shortened."""
    store = Store.memory()
    heads = "".join(
        f"PREFIX {name}: <{iri}>\n" for name, iri in {"v1": COOP, "id": ID, "code": CODE, "country": COUNTRY}.items()
    )
    store.update(f"{heads} INSERT DATA {{ GRAPH <{graph}> {{ {statements} }} }}")
    store.update(MIGRATIONS[step])
    return {
        (row["s"].removeprefix(ID), row["p"].removeprefix(COOP), row["o"].removeprefix(COOP))
        for row in store.select("SELECT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }")
    }


@pytest.mark.parametrize(
    ("before", "property_", "value"),
    [
        ("id:a v1:hasKind code:x", "dcterms:type", CODE + "x"),
        ("id:a v1:participatesIn id:b", "coop:hasAgreement", ID + "b"),
        ("id:a <http://www.w3.org/ns/prov#wasGeneratedBy> id:rule", "prov:wasInfluencedBy", ID + "rule"),
        ("id:a v1:servesMatter code:mla", "coop:inMatter", CODE + "mla"),
        ("id:a v1:since '2017-07'", "schema:startDate", "2017-07"),
        ("id:a v1:dateLatest '2017-07-31'", "coop:sinceLatest", "2017-07-31"),
        ("id:a a v1:Posting ; v1:covers country:PER", "schema:areaServed", COUNTRY + "PER"),
        ("id:a a v1:CooperationBasis ; v1:covers code:mla", "coop:covers", CODE + "mla"),
        ("id:a a v1:PartnershipMembership ; v1:hasMember country:PER", "org:member", COUNTRY + "PER"),
        ("id:a a v1:GroupMembership ; v1:hasMember country:BEL", "coop:hasParticipant", COUNTRY + "BEL"),
        ("id:a a v1:PartnershipMembership ; v1:isMembershipIn id:b", "org:organization", ID + "b"),
        ("id:a a v1:GroupMembership ; v1:isMembershipIn code:eu", "coop:hasGroup", CODE + "eu"),
        ("id:a a v1:CountryRole ; v1:hasRole code:transit", "dcterms:type", CODE + "transit"),
        ("id:a a v1:Envelope ; v1:date '2025'", "dcterms:issued", "2025"),
        ("id:a a v1:Event ; v1:date '2025'", "schema:startDate", "2025"),
        ("id:a a v1:Country", "rdf:type", "https://schema.org/Country"),
        ("id:a v1:isAboutProperty v1:hasStatus", "schema:propertyID", "http://www.w3.org/ns/adms#status"),
        ("id:a v1:cites <https://w3id.org/coopkg/id/posting/x> ; v1:isAboutProperty v1:covers",
         "schema:propertyID", expand("schema:areaServed")),
        ("id:a v1:hasParticipant country:PER", "coop:hasParticipant", COUNTRY + "PER"),
    ],
)  # fmt: skip
def test_a_statement_of_version_1_becomes_one_of_version_2(before, property_, value):
    after = migrated(before)
    assert ("a", expand(property_).removeprefix(COOP), value) in after
    assert len(after) == 1 + before.count(";")


def test_what_version_2_does_not_have_goes():
    assert migrated("id:a a v1:Record , v1:Finding , v1:Membership ; v1:statusAsOfEarliest '2020-01-01'") == set()


@pytest.mark.parametrize(
    ("before", "property_", "value"),
    [
        ("id:a a v1:Completeness ; v1:hasPostingKind code:posting-kind\\/police", "dcterms:type", CODE + "posting-kind/police"),
        ("id:a a v1:LegEvidence ; v1:hasMode code:mode\\/sea", "dcterms:type", CODE + "mode/sea"),
        ("id:a a v1:Provision ; v1:hasCondition code:x", "dcterms:requires", CODE + "x"),
        ("id:a v1:restsOn id:b ; a v1:ImpliedAbsence", "rdf:type", "Absence"),
        ("id:a <https://schema.org/propertyID> v1:hasMode", "schema:propertyID", expand("dcterms:type")),
        ("id:a <https://schema.org/propertyID> v1:hasPostingKind", "schema:propertyID", expand("dcterms:type")),
        ("id:a <https://schema.org/propertyID> v1:hasCondition", "schema:propertyID", expand("dcterms:requires")),
        ("id:a a v1:Posting ; v1:hasGrade code:x", "coop:hasGrade", CODE + "x"),
    ],
)  # fmt: skip
def test_a_statement_of_version_2_becomes_one_of_version_3(before, property_, value):
    after = migrated(before, step="2-to-3")
    assert ("a", expand(property_).removeprefix(COOP), value) in after
    assert len(after) == 1 + before.count(";")


def test_what_version_3_does_not_have_goes():
    left = migrated("id:a a v1:DatedRelation , v1:Posting", step="2-to-3")
    assert {kind for _, _, kind in left} == {"Posting"}


def test_the_scores_of_an_edition_become_one_observation():
    score = """id:crime-index\\/col-2025-{0} a <https://schema.org/Rating> ; v1:hasCountry country:COL ;
        <http://purl.org/linked-data/sdmx/2009/dimension#refPeriod> 2025 ; <http://purl.org/dc/terms/subject> code:indicator\\/{0} ;
        <https://schema.org/ratingValue> {1} ; v1:hasConfidence code:confidence\\/medium . """
    after = migrated(score.format("criminality", 7.8) + score.format("resilience", 5.6), step="3-to-4")
    assert after == {
        (CODE + "indicator/criminality", expand("rdf:type"), expand("qb:MeasureProperty")),
        (CODE + "indicator/resilience", expand("rdf:type"), expand("qb:MeasureProperty")),
        ("crime-index/col-2025", expand("rdf:type"), expand("qb:Observation")),
        ("crime-index/col-2025", "hasCountry", COUNTRY + "COL"),
        ("crime-index/col-2025", expand("sdmx-dimension:refPeriod"), "2025"),
        ("crime-index/col-2025", CODE + "indicator/criminality", "7.8"),
        ("crime-index/col-2025", CODE + "indicator/resilience", "5.6"),
        ("crime-index/col-2025", "hasConfidence", CODE + "confidence/medium"),
    }


@pytest.mark.parametrize("step", MIGRATIONS)
def test_the_graph_of_the_ontology_is_left_for_the_files_of_the_new_version(step):
    assert migrated("v1:hasKind a v1:Thing", ONTOLOGY_GRAPH, step) == set()


@pytest.mark.parametrize("step", MIGRATIONS)
def test_every_term_that_the_readme_names_is_in_the_migration(step):
    assert [name for name, _ in TABLES[step] if f"coop:{name}" not in MIGRATIONS[step]] == []


def test_the_table_in_the_readme_is_the_migration():
    assert len(TABLES["1-to-2"]) > 80
    migration = MIGRATIONS["1-to-2"]
    for old, new in TABLES["1-to-2"]:
        targets = re.findall(r"`([\w-]+:\w+)`", new)
        pairs = [f"(coop:{old} {target})" in migration for target in targets]
        by_class = [re.search(rf"\(coop:\w+ coop:{old} {target}\)", migration) is not None for target in targets]
        kept = [target == f"coop:{old}" for target in targets]
        assert all(any(found) for found in zip(pairs, by_class, kept, strict=True)), old


def test_no_term_that_was_renamed_is_used_any_more():
    renamed = {name for rows in TABLES.values() for name, _ in rows} - {"covers"}
    package = json.loads((ROOT / "seeds" / "datapackage.json").read_text("utf-8"))
    files = [*ROOT.glob("queries/*/*.r[qu]"), *ROOT.glob("shapes/*.ttl"), *ROOT.glob("kg/*.py"), *ROOT.glob("web/*.py")]
    for file in files:
        if file.parent.name != "migrations":
            text = file.read_text("utf-8")
            used = set(re.findall(r"(?:\bcoop:|https://w3id\.org/coopkg/def#|\{COOP\})(\w+)", text))
            assert used & renamed == set(), file.name
    assert not {name for name in renamed if f'"coop:{name}"' in json.dumps(package)}
