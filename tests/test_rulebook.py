"""The rules and saved questions as things of the graph."""

import hashlib
from pathlib import Path

import pytest

from kg import derivation, explain, queries
from kg.errors import QueryError
from kg.rulebook import rule_iri, rulebook
from kg.store import Store
from kg.vocab import ID

QUERIES = Path(__file__).parent.parent / "queries"
PLANS = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""


def test_every_rule_and_saved_question_is_a_plan_with_its_words_and_the_digest_of_its_text(world: Store) -> None:
    rows = world.select(
        PLANS
        + """SELECT ?plan ?title ?question ?digest { GRAPH <https://w3id.org/coopkg/graph/rules> {
            ?plan a prov:Plan ; schema:sha256 ?digest ; dcterms:title ?title ; dcterms:description ?question }
            FILTER (LANG(?title) = "en" && LANG(?question) = "en") }"""
    )
    found = {row["plan"]: (row["title"], row["question"], row["digest"]) for row in rows}
    files = {
        f"{ID}{path}/{file.stem}": file
        for folder, path in (("rules", "rule"), ("ask", "query"), ("gaps", "query"))
        for file in (QUERIES / folder).iterdir()
    }
    assert found.keys() == files.keys()
    assert len(rows) == len(files)
    for plan, file in files.items():
        query = queries.load(file)
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        assert found[plan] == (query.title, query.questions["en"], digest)


def test_words_in_french_are_kept_apart_from_those_in_english(world: Store) -> None:
    rows = world.select(
        PLANS + f"SELECT ?title {{ <{ID}query/no-dedicated-mla> dcterms:title ?title FILTER (LANG(?title) = 'fr') }}"
    )
    assert [row["title"] for row in rows] == ["Pas de base dédiée pour l'entraide judiciaire"]


def test_the_rules_that_explanations_name_exist() -> None:
    named = {
        derivation.INTERVALS,
        derivation.PROTOCOLS,
        derivation.DECLARATIONS,
        derivation.REPLACEMENT,
        explain.ROUTES,
    }
    assert named <= {rule_iri(file.stem) for file in (QUERIES / "rules").glob("*.ru")}


@pytest.mark.parametrize(
    ("graph", "rules"),
    [("intervals", [derivation.INTERVALS, derivation.PROTOCOLS]), ("routes", [explain.ROUTES])],
)
def test_a_graph_without_the_name_of_its_rule_is_written_by_those_rules_alone(graph: str, rules: list[str]) -> None:
    writing = f"INSERT {{ GRAPH graph:{graph} "
    assert [
        rule_iri(file.stem) for file in sorted((QUERIES / "rules").glob("*.ru")) if writing in file.read_text()
    ] == rules


def test_what_rules_make_names_the_rule_that_made_it(world: Store) -> None:
    rows = world.select("""
        PREFIX coop: <https://w3id.org/coopkg/def#>
        PREFIX prov: <http://www.w3.org/ns/prov#>
        SELECT ?made ?rule { VALUES ?class { coop:CooperationBasis coop:PendingBasis coop:Absence }
          GRAPH ?graph { ?made a ?class } FILTER (!STRSTARTS(STR(?graph), "https://w3id.org/coopkg/graph/seeds/"))
          OPTIONAL { ?made prov:wasInfluencedBy ?rule . ?rule a prov:Plan } }""")
    assert len(rows) > 20
    assert [row for row in rows if "rule" not in row] == []


def test_a_rule_without_a_question_is_refused(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "10-one.ru").write_text("#+ title: One\nDELETE WHERE { ?a ?b ?c }\n")
    with pytest.raises(QueryError, match="no title or no question"):
        rulebook(tmp_path)
