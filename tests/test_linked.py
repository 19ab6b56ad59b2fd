"""Linked data: every IRI of the project answers with a page or with RDF, and countries say what they are called elsewhere."""

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from flask.testing import FlaskClient
from rdflib.compare import isomorphic

from kg.published import Published
from kg.settings import read
from kg.vocab import BASE, COUNTRY, expand
from web import create_app
from web.things import SUFFIXES

THINGS = [
    "id/agreement/bel-col-mla",
    "id/participation/bel-col-mla-col",
    "id/source/gazette",
    "code/matter",
    "code/matter/mla",
    "def",
    "shape",
    "shape/Agreement",
    "graph/ontology",
    "graph/seeds/agreement",
    "dataset",
    "catalogue",
    "project",
]
FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
}


@pytest.fixture(scope="module")
def client(world_home: Path) -> Iterator[FlaskClient]:
    app = create_app(dataclasses.replace(read({}), home=world_home))
    yield app.test_client()
    app.extensions["maker"].close()


def graph(client: FlaskClient, address: str, suffix: str) -> rdflib.Graph:
    answer = client.get(address)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.mimetype == SUFFIXES[suffix]
    triples = (quad.triple for quad in ox.parse(answer.get_data(), format=FORMATS[suffix]))
    return rdflib.Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")


def some_iri(home: Path, kind: str) -> str:
    store = Published(home).current().store
    rows = store.select(f"SELECT ?s {{ ?s ?p ?o FILTER (STRSTARTS(STR(?s), '{BASE}id/{kind}/')) }} LIMIT 1")
    return rows[0]["s"].removeprefix(BASE)


@pytest.mark.parametrize("path", THINGS)
def test_an_iri_sends_people_to_a_page_and_programs_to_rdf(client: FlaskClient, path: str) -> None:
    to_page = client.get(f"/{path}", headers={"Accept": "text/html,*/*;q=0.1"})
    assert to_page.status_code == 303
    assert "Accept" in to_page.headers["Vary"]
    assert client.get(to_page.headers["Location"], headers={"Accept": "text/html"}).mimetype == "text/html"
    for suffix, form in SUFFIXES.items():
        to_rdf = client.get(f"/{path}", headers={"Accept": f"{form}, text/html;q=0.5"})
        assert (to_rdf.status_code, to_rdf.headers["Location"]) == (303, f"/rdf/{path}.{suffix}")
        assert client.get(f"/{path}.{suffix}").headers["Location"] == f"/rdf/{path}.{suffix}"


def test_nodes_of_the_vocabulary_without_a_name_of_their_own_resolve_too(client: FlaskClient, world_home: Path) -> None:
    rows = (
        Published(world_home)
        .current()
        .store.select(f"SELECT DISTINCT ?s {{ ?s ?p ?o FILTER (STRSTARTS(STR(?s), '{BASE}genid/')) }} LIMIT 3")
    )
    assert rows
    for row in rows:
        test_an_iri_sends_people_to_a_page_and_programs_to_rdf(client, row["s"].removeprefix(BASE))


@pytest.mark.parametrize("path", THINGS)
def test_all_forms_of_rdf_say_the_same_and_speak_of_the_thing(client: FlaskClient, path: str) -> None:
    said = {suffix: graph(client, f"/rdf/{path}.{suffix}", suffix) for suffix in SUFFIXES}
    assert all(isomorphic(said["nt"], one) for one in said.values())
    if path not in ("graph/ontology", "graph/seeds/agreement", "shape"):
        assert (rdflib.URIRef(BASE + path), None, None) in said["nt"]


def test_a_record_says_what_the_graph_says(client: FlaskClient, world_home: Path) -> None:
    iri = BASE + "id/agreement/bel-col-mla"
    rows = Published(world_home).current().store.select(f"SELECT DISTINCT ?p ?o {{ <{iri}> ?p ?o }}")
    said = graph(client, "/rdf/id/agreement/bel-col-mla.nt", "nt")
    assert {(str(p), str(o)) for _, p, o in said} == {(row["p"], row["o"]) for row in rows}


def test_a_code_list_comes_with_its_codes(client: FlaskClient) -> None:
    said = graph(client, "/rdf/code/matter.ttl", "ttl")
    assert (rdflib.URIRef(BASE + "code/matter/mla"), rdflib.URIRef(expand("skos:prefLabel")), None) in said


def test_a_named_graph_that_is_too_large_says_so_and_where_to_get_it(world_home: Path) -> None:
    app = create_app(dataclasses.replace(read({}), home=world_home, query_rows=10))
    text = app.test_client().get("/rdf/graph/seeds/agreement.ttl").get_data(as_text=True)
    assert "too many for one answer" in text
    assert "/data" in text


def test_a_derived_record_with_dots_in_its_name_has_a_page_and_rdf(client: FlaskClient, world_home: Path) -> None:
    path = some_iri(world_home, "basis")
    assert "." in path
    assert client.get(f"/{path}", headers={"Accept": "text/html"}).headers["Location"] == f"/page/{path}"
    assert (rdflib.URIRef(BASE + path), None, None) in graph(client, f"/rdf/{path}.jsonld", "jsonld")


def test_routes_hubs_and_questions_have_their_own_pages(client: FlaskClient, world_home: Path) -> None:
    for kind, page in (("route", "/routes/"), ("hub", "/hubs/"), ("query", "/")):
        path = some_iri(world_home, kind)
        place = client.get(f"/{path}", headers={"Accept": "text/html"}).headers["Location"]
        assert place.startswith(page)
        assert path.rpartition("/")[2] in place
        assert client.get(place, headers={"Accept": "text/html"}).status_code == 200


def test_the_page_of_a_thing_shows_values_and_who_names_it(client: FlaskClient) -> None:
    html = client.get("/page/id/agreement/bel-col-mla?lang=en").get_data(as_text=True)
    assert "Convention on mutual legal assistance between Belgium and Colombia" in html
    assert 'href="/page/id/participation/bel-col-mla-col?lang=en"' in html
    assert 'href="/rdf/id/agreement/bel-col-mla.ttl"' in html
    assert "Ce qui en est dit" in client.get("/page/id/agreement/bel-col-mla?lang=fr").get_data(as_text=True)


def test_a_record_without_a_name_is_called_by_what_it_is_about(client: FlaskClient, world_home: Path) -> None:
    def heading(path: str, language: str) -> str:
        return re.findall("<h1>(.*)</h1>", client.get(f"/page/{path}?lang={language}").get_data(as_text=True))[0]

    treaty = "Convention on mutual legal assistance between Belgium and Colombia"
    assert heading("id/participation/bel-col-mla-col", "en") == f"{treaty} · Colombia"
    assert heading("id/participation/bel-col-mla-bel", "fr").endswith(" · Belgique")
    assert heading("id/agreement/bel-col-mla", "en") == treaty
    citation = some_iri(world_home, "citation").rpartition("/")[2]
    assert heading(f"id/citation/{citation}", "en") == citation, "it is about nothing named"


def test_the_vocabulary_has_an_anchor_for_every_term_of_its_own(client: FlaskClient, world_home: Path) -> None:
    html = client.get("/page/def").get_data(as_text=True)
    rows = (
        Published(world_home)
        .current()
        .store.select(f"""
        SELECT DISTINCT ?term {{ GRAPH <{BASE}graph/ontology> {{ ?term a ?kind ; <{expand("skos:definition")}> ?words }}
        FILTER (STRSTARTS(STR(?term), "{BASE}def#")) }}""")
    )
    assert {row["term"].partition("#")[2] for row in rows} == set(re.findall(r'<tr id="([^"]+)"', html))


def test_a_term_with_its_hash_is_within_the_document_that_its_iri_leads_to(client: FlaskClient) -> None:
    said = graph(client, "/rdf/def.ttl", "ttl")
    assert (rdflib.URIRef(expand("coop:Agreement")), rdflib.URIRef(expand("skos:definition")), None) in said


@pytest.mark.parametrize(
    "path",
    [
        "id/agreement/no-such",
        "id/agreement/x%3E%20%7B%7D",
        "id/agreement/" + "a" * 5000,
        "id",
        "code/nothing",
        "shape/Nothing",
        "graph/nothing",
        "def/99.0.0",
        "build/" + "0" * 64,
        "id/../../etc/passwd",
        "id/agreement/bel-col-mla.ttl.ttl",
    ],
)
def test_what_the_graph_does_not_know_is_not_found(client: FlaskClient, path: str) -> None:
    for address in (f"/{path}", f"/page/{path}", f"/rdf/{path}.ttl"):
        answer = client.get(address, headers={"Accept": "text/turtle"})
        assert answer.status_code == 404, address
        assert "Traceback" not in answer.get_data(as_text=True)


def test_a_form_that_nobody_has_is_not_acceptable(client: FlaskClient) -> None:
    assert client.get("/id/agreement/bel-col-mla", headers={"Accept": "image/png"}).status_code == 406


def test_a_country_answers_programs_in_rdf_at_its_page(client: FlaskClient) -> None:
    answer = client.get("/country/COL", headers={"Accept": "text/turtle"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/rdf/country/COL.ttl")
    said = graph(client, "/rdf/country/COL.ttl", "ttl")
    wikidata = rdflib.URIRef("http://www.wikidata.org/entity/Q739")
    assert (rdflib.URIRef(COUNTRY + "COL"), rdflib.URIRef(expand("skos:exactMatch")), wikidata) in said
    assert client.get("/country/COL", headers={"Accept": "text/html,*/*"}).status_code == 200
    assert client.get("/country/COL", headers={"Accept": "*/*"}).status_code == 200


def test_a_country_shows_what_it_is_called_elsewhere_as_links(client: FlaskClient) -> None:
    html = client.get("/country/COL?lang=en", headers={"Accept": "text/html"}).get_data(as_text=True)
    for address, words in (
        (COUNTRY + "COL", "COL"),
        ("http://www.wikidata.org/entity/Q739", "Q739"),
        ("https://www.iso.org/obp/ui/#iso:code:3166:CO", "CO · COL"),
        ("https://unstats.un.org/unsd/methodology/m49/", "170"),
    ):
        assert re.search(f'<a href="{re.escape(address)}"[^>]*>{words}</a>', html)


def test_kosovo_has_no_link_to_a_standard_that_does_not_list_it(client: FlaskClient) -> None:
    html = client.get("/country/XKX?lang=en", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert "in use, not of ISO 3166-1" in html
    assert "iso.org" not in html


def test_rdf_is_tagged_by_the_graph_and_told_unchanged(client: FlaskClient) -> None:
    first = client.get("/rdf/id/agreement/bel-col-mla.ttl")
    again = client.get("/rdf/id/agreement/bel-col-mla.ttl", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert 'rel="license"' in first.headers["Link"]


def test_every_term_has_a_page_in_the_readers_language_with_examples(client: FlaskClient) -> None:
    listed = client.get("/page/def?lang=fr").get_data(as_text=True)
    assert 'href="/page/def/term/TransitCountry?lang=fr"' in listed
    page = client.get("/page/def/term/TransitCountry?lang=fr").get_data(as_text=True)
    assert "pays de transit" in page
    assert "doorvoerland" not in page
    assert "Exemples tirés des données" in page
    assert "/country/ECU" in page
    assert "/page/id/" in client.get("/page/def/term/hasCountry").get_data(as_text=True)
    for unknown in ("Nothing", "Transit%3E", "a" * 400, ""):
        assert client.get(f"/page/def/term/{unknown}").status_code == 404
