"""/sparql and the SPARQL 1.1 Protocol: W3C's own tests, where they were fetched, and ours of the same behaviour."""

import csv
import dataclasses
import gzip
import hashlib
import io
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import rdflib
from flask import Flask
from flask.testing import FlaskClient
from rdflib import RDF, Namespace, URIRef
from rdflib.collection import Collection
from serving import publish
from werkzeug.test import TestResponse

from kg.settings import read
from web import create_app

SUITES = Path(os.environ.get("COOPKG_SUITES", "nowhere"))
W3C = SUITES / "rdf-tests/sparql/sparql11/protocol/manifest.ttl"
NAMES = SUITES / "protocol-names/manifest.ttl"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
DATA = "http://kasei.us/2009/09/sparql/data/"
"""Graphs that W3C's tests presuppose: data1 to data3, each of which says what it is."""
QUADS = "".join(
    f"<{DATA}data{number}.rdf> <{RDF.type}> <http://xmlns.com/foaf/0.1/Document> <{DATA}data{number}.rdf> .\n"
    for number in (1, 2, 3)
) + "".join(f'<http://e/{n:03}> <http://e/value> "{n}\\n, \\"line\\"" <http://e/numbers> .\n' for n in range(500))
TYPES = "SELECT ?s { ?s a ?type } ORDER BY ?s"
VALUES = "SELECT ?s ?v { ?s <http://e/value> ?v }"
TRIPLES = "CONSTRUCT WHERE { ?s <http://e/value> ?v }"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
JSON = "application/sparql-results+json"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("protocol")
    publish(folder, QUADS.encode())
    return folder


@pytest.fixture(scope="module")
def app(home: Path) -> Iterator[Flask]:
    app = create_app(dataclasses.replace(read({}), home=home, query_seconds=5, query_rows=400, query_workers=1))
    yield app
    app.extensions["reader"].endpoint.close()


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def get(
    client: FlaskClient, query: str, suffix: str = "", headers: dict[str, str] | None = None, **more: Any
) -> TestResponse:
    given = {name.replace("_", "-"): value for name, value in more.items()}
    return client.get(f"/sparql{suffix}", query_string={"query": query, **given}, headers=headers or {})


def seen(answer: TestResponse) -> list[str]:
    """The numbers of the documents in an answer to `TYPES`."""
    assert answer.status_code == 200, answer.text
    return [row["s"]["value"][-5] for row in json.loads(answer.data)["results"]["bindings"]]


def refused(answer: TestResponse, status: int, words: str = "") -> None:
    assert answer.status_code == status, answer.text
    data = json.loads(answer.data)
    assert data["ok"] is False
    assert words.lower() in data["error"].lower()
    assert "\n" not in data["error"]


# W3C's tests


def w3c() -> list[Any]:
    """Every test of the manifest by name: its requests, each with what is expected of the answer."""
    if not W3C.is_file():
        return [
            pytest.param(None, marks=pytest.mark.skip(reason="COOPKG_SUITES has no rdf-tests: tests/fetch_suites.py"))
        ]
    graph = rdflib.Graph().parse(W3C, format="turtle")
    found = []
    for entry in Collection(graph, next(graph.objects(None, MF.entries))):
        action = graph.value(entry, MF.action)
        requests = [_request(graph, node) for node in Collection(graph, graph.value(action, HT.requests))]
        found.append(pytest.param(requests, id=str(entry).partition("#")[2]))
    return found


def _request(graph: rdflib.Graph, node: Any) -> dict[str, Any]:
    headers = (
        {
            str(graph.value(header, HT.fieldName)): str(graph.value(header, HT.fieldValue))
            for header in Collection(graph, graph.value(node, HT.headers))
        }
        if graph.value(node, HT.headers)
        else {}
    )
    body, response = graph.value(node, HT.body), graph.value(node, HT.resp)
    encoding = str(graph.value(body, CNT.characterEncoding)) if body else "utf-8"
    return {
        "method": str(graph.value(node, HT.methodName)),
        "path": str(graph.value(node, HT.absolutePath)),
        "headers": headers,
        "data": str(graph.value(body, CNT.chars)).encode(encoding) if body else None,
        "status": {str(status)[-3] for status in graph.objects(response, MF.expectedStatus)},
        "boolean": graph.value(response, MF.expectedBoolean),
        "format": str(graph.value(response, MF.expectedFormat) or ""),
    }


@pytest.mark.parametrize("requests", w3c())
def test_w3c_protocol(request: pytest.FixtureRequest, client: FlaskClient, requests: list[dict[str, Any]]) -> None:
    for one in requests:
        answer = client.open(one["path"], method=one["method"], headers=one["headers"], data=one["data"])
        if request.node.callspec.id.startswith("update_"):
            # what a service without updates owes to an update, and to the questions that follow it
            if "update" in (one["headers"].get("content-type", "") + (one["data"] or b"").decode()[:7]):
                refused(answer, 403, "takes no updates")
            continue
        assert str(answer.status_code)[0] in one["status"], answer.text
        if one["boolean"] is not None:
            assert json.loads(answer.data)["boolean"] is one["boolean"].toPython()
        if one["format"] == "tabular":
            assert "bindings" in json.loads(answer.data)["results"]
        if one["format"] == "RDF":
            assert len(rdflib.Graph().parse(answer.data, format=answer.mimetype)) >= 0
        if answer.status_code >= 400:
            refused(answer, answer.status_code)


SELECT, ASK = "SELECT ?s { ?s ?p ?o } LIMIT 1", "ASK {}"
TABLE, GRAPH = "application/sparql-results+json", "text/turtle"


def _ask(numbers: str, named: bool = False) -> str:
    """Whether documents of these numbers are there, in one graph or each in some named one."""
    each = [f"<{DATA}data{number}.rdf> a ?type{number}" for number in numbers]
    return "ASK { " + " ".join(f"GRAPH ?g{n} {{ {one} }}" if named else f"{one} ." for n, one in enumerate(each)) + " }"


def _graphs(query: str, default: str = "", named: str = "") -> str:
    given = [("default-graph-uri", f"{DATA}data{n}.rdf") for n in default]
    return urlencode([("query", query), *given, *(("named-graph-uri", f"{DATA}data{n}.rdf") for n in named)])


def _form(data: str) -> dict[str, Any]:
    return {"method": "POST", "data": data, "content_type": FORM}


def _direct(data: Any, kind: str = DIRECT, **more: Any) -> dict[str, Any]:
    return {"method": "POST", "data": data, "content_type": kind, **more}


BOTH = f"ASK {{ <{DATA}data3.rdf> a ?a . GRAPH ?g {{ <{DATA}data1.rdf> a ?b }} }}"
UPDATE = "application/sparql-update"
OWN: dict[str, tuple[dict[str, Any], str]] = {
    "query_post_form": (_form("query=ASK%20%7B%7D"), "true"),
    "query_post_direct": (_direct(ASK), "true"),
    "query_get": ({"query_string": {"query": ASK}}, "true"),
    "query_dataset_default_graphs_get": ({"query_string": _graphs(_ask("12"), "12")}, "true"),
    "query_dataset_default_graphs_post": (_direct(_ask("12"), query_string=_graphs("", "12").removeprefix("query=&")), "true"),
    "query_dataset_named_graphs_get": ({"query_string": _graphs(_ask("12", True), "", "12")}, "true"),
    "query_dataset_named_graphs_post": (_direct(_ask("12", True), query_string=_graphs("", "", "12").removeprefix("query=&")), "true"),
    "query_dataset_full": ({"query_string": _graphs(BOTH, "3", "12")}, "true"),
    "query_multiple_dataset": ({"query_string": _graphs(f"ASK FROM <{DATA}data3.rdf> {{ <{DATA}data1.rdf> a ?type }}", "1")}, "true"),
    "query_content_type_select": ({"query_string": {"query": SELECT}}, TABLE),
    "query_content_type_ask": ({"query_string": {"query": ASK}}, TABLE),
    "query_content_type_describe": ({"query_string": {"query": "DESCRIBE <http://e/001>"}}, GRAPH),
    "query_content_type_construct": ({"query_string": {"query": f"{TRIPLES} LIMIT 1"}}, GRAPH),
    "bad_query_method": ({"method": "PUT", "query_string": {"query": ASK}}, "405"),
    "bad_multiple_queries": ({"query_string": "query=ASK%7B%7D&query=SELECT%20*%7B%7D"}, "400"),
    "bad_query_wrong_media_type": (_direct(ASK, "text/plain"), "415"),
    "bad_query_missing_form_type": ({"method": "POST", "data": b"query=ASK%20%7B%7D"}, "415"),
    "bad_query_missing_direct_type": ({"method": "POST", "data": b"ASK {}"}, "415"),
    "bad_query_non_utf8": (_direct("ASK {}".encode("utf-16"), f"{DIRECT}; charset=UTF-16"), "415"),
    "bad_query_syntax": ({"query_string": {"query": "ASK {"}}, "400"),
    "update_dataset_default_graph": (_direct("INSERT {} WHERE {}", UPDATE, query_string={"using-graph-uri": DATA}), "403"),
    "update_dataset_default_graphs": (_direct("INSERT {} WHERE {}", UPDATE, query_string={"using-graph-uri": [DATA, "http://e/"]}), "403"),
    "update_dataset_named_graphs": (_direct("INSERT {} WHERE {}", UPDATE, query_string={"using-named-graph-uri": DATA}), "403"),
    "update_dataset_full": (_direct("INSERT {} WHERE {}", UPDATE, query_string={"using-graph-uri": DATA, "using-named-graph-uri": DATA}), "403"),
    "update_post_form": (_form("update=CLEAR%20ALL"), "403"),
    "update_post_direct": (_direct("CLEAR ALL", UPDATE), "403"),
    "update_base_uri": (_direct("BASE <http://e/> INSERT DATA { <s> <p> 1 }", UPDATE), "403"),
    "bad_update_get": ({"query_string": {"update": "CLEAR ALL"}}, "403"),
    "bad_multiple_updates": (_form("update=CLEAR%20NAMED&update=CLEAR%20DEFAULT"), "403"),
    "bad_update_wrong_media_type": (_direct("CLEAR NAMED", "text/plain"), "415"),
    "bad_update_missing_form_type": ({"method": "POST", "data": b"update=CLEAR%20NAMED"}, "415"),
    "bad_update_non_utf8": (_direct("CLEAR NAMED".encode("utf-16"), f"{UPDATE}; charset=UTF-16"), "415"),
    "bad_update_syntax": (_form("update=CLEAR%20XYZ"), "403"),
    "bad_update_dataset_conflict": (_form("using-named-graph-uri=http%3A%2F%2Fe%2F&update=INSERT%20%7B%7D%20USING%20%3Chttp%3A%2F%2Fe%2F%3E%20WHERE%20%7B%7D"), "403"),
}  # fmt: skip
"""A request of our own for every case of W3C's suite, by its name there, and what is answered: a boolean, a form, or a refusal."""


@pytest.mark.parametrize(("request_", "wanted"), OWN.values(), ids=OWN)
def test_every_case_of_the_protocol_suite_in_our_own_words(
    client: FlaskClient, request_: dict[str, Any], wanted: str
) -> None:
    answer = client.open("/sparql", **request_)
    if wanted.isdigit():
        refused(answer, int(wanted))
    elif wanted == "true":
        assert answer.status_code == 200, answer.text
        assert json.loads(answer.data)["boolean"] is True
    else:
        assert (answer.status_code, answer.mimetype) == (200, wanted)


def test_no_case_of_the_protocol_suite_is_left_out() -> None:
    if not NAMES.is_file():
        pytest.skip("COOPKG_SUITES has no protocol-names: tests/fetch_suites.py")
    graph = rdflib.Graph().parse(NAMES, format="turtle")
    entries = Collection(graph, next(graph.objects(None, MF.entries)))
    assert {str(entry).partition("#")[2] for entry in entries} == set(OWN)


# ours: how a query comes in


@pytest.mark.parametrize("path", ["/sparql", "/sparql/", "/sparql.json"])
def test_a_query_comes_by_get_by_form_and_by_body(client: FlaskClient, path: str) -> None:
    assert seen(client.get(path, query_string={"query": TYPES})) == ["1", "2", "3"]
    assert seen(client.post(path, data={"query": TYPES})) == ["1", "2", "3"]
    assert seen(client.post(path, data=TYPES, content_type=DIRECT)) == ["1", "2", "3"]
    assert seen(client.post(path, data=TYPES, content_type=f"{DIRECT}; charset=UTF-8")) == ["1", "2", "3"]


def test_letters_beyond_ascii_come_through(client: FlaskClient) -> None:
    text = "SELECT ('né \U0001f600' AS ?x) {}"
    for answer in (
        get(client, text),
        client.post("/sparql", data={"query": text}),
        client.post("/sparql", data=text.encode(), content_type=DIRECT),
    ):
        assert json.loads(answer.data)["results"]["bindings"][0]["x"]["value"] == "né \U0001f600"


@pytest.mark.parametrize(
    ("request_", "status", "words"),
    [
        ({"query_string": "query=ASK%7B%7D&query=ASK%7B%7D"}, 400, "more than one query"),
        ({"method": "POST", "data": "query=ASK%7B%7D&query=ASK%7B%7D", "content_type": FORM}, 400, "more than one query"),
        ({"method": "POST", "query_string": "query=ASK%7B%7D", "data": "ASK {}", "content_type": DIRECT}, 400, "more than one query"),
        ({"method": "POST", "data": "ASK {}"}, 415, "is no query"),
        ({"method": "POST", "data": "ASK {}", "content_type": "text/plain"}, 415, "is no query"),
        ({"method": "POST", "data": {"query": "ASK {}"}, "content_type": "multipart/form-data"}, 415, "is no query"),
        ({"method": "POST", "data": "ASK {}".encode("utf-16"), "content_type": f"{DIRECT}; charset=UTF-16"}, 415, "UTF-8"),
        ({"method": "POST", "data": b"ASK { ?\xff ?p ?o }", "content_type": DIRECT}, 400, "UTF-8"),
        ({"method": "POST", "data": b"query=ASK%20%7B%22%FF%22%7D", "content_type": FORM}, 400, "UTF-8"),
        ({"query_string": "query=ASK%20%7B%22%FF%22%7D"}, 400, "UTF-8"),
        ({"method": "POST", "data": gzip.compress(b"ASK {}"), "content_type": DIRECT, "headers": {"Content-Encoding": "gzip"}}, 415, "compressed"),
        ({"method": "POST", "content_type": FORM}, 400, "there is no query"),
        ({"method": "POST", "data": " ", "content_type": DIRECT}, 400, "there is no query"),
        ({"method": "POST"}, 400, "there is no query"),
        ({"path": "/sparql.csv"}, 400, "there is no query"),
        ({"query_string": {"query": "ASK {"}}, 400, "cannot be read at line 1, column"),
        ({"query_string": {"query": "ASK { <http://e/ x> ?p ?o }"}}, 400, "cannot be read"),
        ({"query_string": {"query": "x" * 100_001}}, 400, "longer than 100,000 characters"),
        ({"query_string": {"query": "ASK {}", "default-graph-uri": "not an iri"}}, 400, "no absolute IRI"),
        ({"query_string": {"query": "ASK {}", "named-graph-uri": ""}}, 400, "no absolute IRI"),
        ({"query_string": {"query": "ASK {}", "named-graph-uri": ["http://e/"] * 101}}, 400, "more than 100 graphs"),
        ({"query_string": {"query": "ASK {}", "format": "pdf"}}, 400, "there is no format 'pdf'"),
        ({"path": "/sparql.pdf", "query_string": {"query": "ASK {}"}}, 400, "there is no format 'pdf'"),
        ({"query_string": {"query": "ASK {}", "format": "table"}}, 400, "a table is for people"),
        ({"query_string": {"query": "ASK {}", "format": "csv"}}, 400, "not given in that form"),
        ({"query_string": {"query": TRIPLES + " LIMIT 1", "format": "tsv"}}, 400, "not given in that form"),
        ({"query_string": {"query": TYPES, "format": "turtle"}}, 400, "not given in that form"),
        ({"query_string": "query=ASK%7B%7D&rows=1&rows=2"}, 400, "more than one rows"),
    ],
)  # fmt: skip
def test_what_the_protocol_does_not_allow_is_refused_with_one_sentence(
    client: FlaskClient, request_: dict[str, Any], status: int, words: str
) -> None:
    refused(client.open(**{"path": "/sparql", **request_}), status, words)


@pytest.mark.parametrize(
    "request_",
    [
        {"query_string": {"update": "CLEAR ALL"}},
        {"method": "POST", "data": {"update": "CLEAR ALL"}},
        {"method": "POST", "data": {"update": "CLEAR XYZ"}},
        {"method": "POST", "data": "update=CLEAR+NAMED&update=CLEAR+DEFAULT", "content_type": FORM},
        {"method": "POST", "data": {"update": "INSERT DATA {}", "using-graph-uri": "http://e/"}},
        {"method": "POST", "data": "CLEAR ALL", "content_type": "application/sparql-update"},
        {"query_string": {"query": "CLEAR ALL"}},
        {"method": "POST", "data": "LOAD <http://example.org/>", "content_type": DIRECT},
    ],
)
def test_an_update_is_refused_however_it_comes(client: FlaskClient, request_: dict[str, Any]) -> None:
    refused(client.open("/sparql", **request_), 403, "takes no updates and loads nothing")
    assert get(client, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", ".csv").data == b"n\r\n503\r\n"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_another_method_is_refused_and_the_right_ones_are_named(client: FlaskClient, method: str) -> None:
    answer = client.open(
        "/sparql", method=method, query_string={"query": "ASK {}"}, headers={"Accept": "application/json"}
    )
    refused(answer, 405)
    assert {"GET", "POST"} <= set(answer.headers["Allow"].replace(",", " ").split())


# ours: which graphs are asked


@pytest.mark.parametrize("by", ["GET", "POST form", "POST direct"])
@pytest.mark.parametrize(
    ("graphs", "query", "documents"),
    [
        ({}, TYPES, "123"),
        ({"default-graph-uri": ["data1"]}, TYPES, "1"),
        ({"default-graph-uri": ["data1", "data2"]}, TYPES, "12"),
        ({"named-graph-uri": ["data1"]}, TYPES, ""),
        ({"named-graph-uri": ["data1", "data3"]}, "SELECT ?s { GRAPH ?g { ?s a ?type } } ORDER BY ?s", "13"),
        ({"default-graph-uri": ["data1"]}, "SELECT ?s { GRAPH ?g { ?s a ?type } }", ""),
        ({"default-graph-uri": ["data3"], "named-graph-uri": ["data1"]}, "SELECT ?s { { ?s a ?t } UNION { GRAPH ?g { ?s a ?t } } } ORDER BY ?s", "13"),
        ({}, f"SELECT ?s FROM <{DATA}data2.rdf> {{ ?s a ?type }}", "2"),
        ({}, f"SELECT ?s FROM NAMED <{DATA}data2.rdf> {{ ?s a ?type }}", ""),
        ({}, f"SELECT ?s FROM NAMED <{DATA}data2.rdf> {{ GRAPH ?g {{ ?s a ?type }} }}", "2"),
        ({"default-graph-uri": ["data1"]}, f"SELECT ?s FROM <{DATA}data2.rdf> {{ ?s a ?type }}", "1"),
        ({"default-graph-uri": ["nowhere"]}, TYPES, ""),
    ],
)  # fmt: skip
def test_the_request_names_the_graphs_and_outranks_the_query(
    client: FlaskClient, by: str, graphs: dict[str, list[str]], query: str, documents: str
) -> None:
    given = urlencode({name: [f"{DATA}{one}.rdf" for one in names] for name, names in graphs.items()}, doseq=True)
    if by == "GET":
        answer = client.get(f"/sparql?{given}&query={quote(query)}")
    elif by == "POST form":
        answer = client.post("/sparql", data=f"{given}&query={quote(query)}", content_type=FORM)
    else:
        answer = client.post(f"/sparql?{given}", data=query, content_type=DIRECT)
    assert "".join(seen(answer)) == documents


# ours: the form of the answer


@pytest.mark.parametrize(
    ("query", "name", "media_type"),
    [
        (TYPES, "json", JSON),
        (TYPES, "xml", "application/sparql-results+xml"),
        (TYPES, "csv", "text/csv"),
        (TYPES, "tsv", "text/tab-separated-values"),
        ("ASK {}", "json", JSON),
        ("ASK {}", "xml", "application/sparql-results+xml"),
        (TRIPLES, "turtle", "text/turtle"),
        (TRIPLES, "ttl", "text/turtle"),
        (TRIPLES, "nt", "application/n-triples"),
        (TRIPLES, "ntriples", "application/n-triples"),
        (TRIPLES, "rdf", "application/rdf+xml"),
        (TRIPLES, "rdfxml", "application/rdf+xml"),
        (TRIPLES, "xml", "application/rdf+xml"),
        (TRIPLES, "jsonld", "application/ld+json"),
        (TRIPLES, "json", "application/ld+json"),
        ("DESCRIBE <http://e/001>", "ttl", "text/turtle"),
    ],
)
def test_the_form_is_chosen_by_suffix_by_format_and_by_accept(
    client: FlaskClient, query: str, name: str, media_type: str
) -> None:
    limited = query if "DESCRIBE" in query or "ASK" in query else f"{query} LIMIT 3"
    answers = [
        get(client, limited, f".{name}"),
        get(client, limited, format=name),
        get(client, limited, f".{name}", {"Accept": "text/html"}),
        get(client, limited, format=media_type),
        get(client, limited, headers={"Accept": media_type}),
    ]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert {answer.mimetype for answer in answers} == {media_type}
    assert {answer.headers["Coopkg-Rows"] for answer in answers} == {"1" if limited == query else "3"}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own, for JSON-LD
def test_describe_and_construct_give_rdf_whatever_is_asked_for(client: FlaskClient) -> None:
    for query in (f"{TRIPLES} LIMIT 1", "DESCRIBE <http://e/001>"):
        for accept in ("", "*/*", JSON, "text/html;q=0.1, text/csv", "application/ld+json", "application/rdf+xml"):
            answer = client.post(
                "/sparql",
                data={"query": query, "format": "" if "html" not in accept else "turtle"},
                headers={"Accept": accept},
            )
            assert len(rdflib.Graph().parse(answer.data, format=answer.mimetype)) == 1


def test_a_form_may_be_named_several_times_and_the_best_known_name_counts(client: FlaskClient) -> None:
    assert (
        client.get(f"/sparql?format=pdf&format=tsv&format=csv&query={quote(TYPES)}").mimetype
        == "text/tab-separated-values"
    )


def test_a_relative_iri_is_read_from_the_base_of_our_own(client: FlaskClient) -> None:
    assert b"<https://w3id.org/coopkg/id/x>" in get(client, "CONSTRUCT { <id/x> <p> 1 } {}", ".nt").data


# ours: what an answer says of itself


def test_an_answer_says_how_many_rows_of_which_graph_it_is(client: FlaskClient, app: Flask) -> None:
    digest, query = app.extensions["reader"].current().graph.digest, f"{VALUES} LIMIT 7"
    answer = get(client, query, ".csv")
    assert len(list(csv.DictReader(io.StringIO(answer.data.decode(), newline="")))) == 7
    assert answer.headers["Coopkg-Complete"] == "true"
    assert answer.headers["Coopkg-Rows"] == "7"
    assert answer.headers["Coopkg-Graph"] == digest
    assert answer.headers["Coopkg-Query"] == hashlib.sha256(query.encode()).hexdigest()
    assert 0 < float(answer.headers["Coopkg-Elapsed-Ms"]) < 5000
    assert (
        f"answer-7-rows-{digest[:12]}-{answer.headers['Coopkg-Query'][:12]}.csv"
        in answer.headers["Content-Disposition"]
    )
    assert set(re.findall(r"Coopkg-[\w-]+", str(answer.headers))) <= set(
        answer.headers["Access-Control-Expose-Headers"].split(", ")
    )


@pytest.mark.parametrize("form", ["json", "xml", "turtle", "ntriples", "rdfxml"])
def test_the_file_itself_says_it_too(client: FlaskClient, form: str) -> None:
    answer = get(client, f"{VALUES if form in ('json', 'xml') else TRIPLES} LIMIT 7", format=form)
    if form == "json":
        (text,) = json.loads(answer.data)["head"]["link"]
    elif form == "xml":
        text = ElementTree.fromstring(answer.data).find(".//{*}head/{*}link").attrib["href"]  # type: ignore[union-attr]
    else:
        text = answer.data.decode().splitlines()[1 if form == "rdfxml" else 0]
    assert "complete, rows: 7; " in unquote(text)
    assert f"graph {answer.headers['Coopkg-Graph']}; query SHA-256 {answer.headers['Coopkg-Query']}" in unquote(text)
    assert f"{answer.headers['Coopkg-Elapsed-Ms']} ms" in unquote(text)


@pytest.mark.parametrize("form", ["json", "xml", "csv", "tsv", "turtle", "ntriples", "rdfxml", "jsonld"])
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
def test_every_form_holds_the_same_rows(client: FlaskClient, form: str) -> None:
    """The answer is written once as lines and then turned into its form: line breaks, quotes and commas must survive."""
    expected = {(f"http://e/{n:03}", f'{n}\n, "line"') for n in range(300, 400)}
    pattern = "{ ?s <http://e/value> ?v FILTER (?s >= <http://e/300> && STR(?s) >= 'http://e/300' && STR(?s) < 'http://e/400') }".replace(
        "?s >= <http://e/300> && ", ""
    )
    table = form in ("json", "xml", "csv", "tsv")
    answer = get(
        client, f"SELECT ?s ?v {pattern}" if table else f"CONSTRUCT {{ ?s <http://e/value> ?v }} {pattern}", format=form
    )
    if form == "csv":
        found = {(row["s"], row["v"]) for row in csv.DictReader(io.StringIO(answer.data.decode(), newline=""))}
    elif table:
        rows = ox.parse_query_results(answer.data, format=getattr(ox.QueryResultsFormat, form.upper()))
        found = {(row["s"].value, row["v"].value) for row in rows}  # type: ignore[union-attr]
    else:
        found = {(str(s), str(v)) for s, _, v in rdflib.Graph().parse(answer.data, format=answer.mimetype)}
    assert found == expected
    assert answer.headers["Coopkg-Rows"] == "100"


def test_the_number_of_rows_is_right_where_rows_have_no_columns(client: FlaskClient) -> None:
    assert get(client, "SELECT * {}").headers["Coopkg-Rows"] == "1"
    assert get(client, "SELECT * { FILTER (false) }").headers["Coopkg-Rows"] == "0"
    assert get(client, "SELECT ?x { VALUES ?y { 1 2 3 } }", ".csv").headers["Coopkg-Rows"] == "3"


def test_what_xml_cannot_carry_is_refused_in_xml_only(client: FlaskClient) -> None:
    query = 'SELECT ("a\\u0001b" AS ?x) {}'.replace("\\u0001", "\x01")
    refused(get(client, query, ".xml"), 400, "a character that XML cannot carry")
    assert json.loads(get(client, query, ".json").data)["results"]["bindings"][0]["x"]["value"] == "a\x01b"


# ours: tags, compression, other sites


def test_who_has_the_answer_is_told_so_without_the_query_being_run(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = get(client, TYPES).headers["ETag"]
    assert tag.startswith('W/"')
    monkeypatch.setattr(app.extensions["reader"].endpoint, "ask", None)
    answer = get(client, TYPES, headers={"If-None-Match": f'"other", {tag}'})
    assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", tag)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Accept" in answer.headers["Vary"]


def test_another_query_form_graph_or_set_of_graphs_has_another_tag(client: FlaskClient, home: Path) -> None:
    tag = get(client, TYPES).headers["ETag"]
    others = [
        get(client, f"{TYPES} "),
        get(client, TYPES, ".xml"),
        get(client, TYPES, rows="2"),
        get(client, TYPES, default_graph_uri=f"{DATA}data1.rdf"),
    ]
    assert len({tag, *(answer.headers["ETag"] for answer in others)}) == 5
    assert get(client, TYPES, headers={"If-None-Match": others[0].headers["ETag"]}).status_code == 200
    assert client.post("/sparql", data={"query": TYPES}, headers={"If-None-Match": tag}).status_code == 200
    assert get(client, TYPES, headers={"If-None-Match": "*"}).status_code == 200


def test_a_new_graph_has_another_tag(tmp_path: Path) -> None:
    publish(tmp_path, QUADS.encode())
    app = create_app(dataclasses.replace(read({}), home=tmp_path, query_workers=1))
    client = app.test_client()
    tag = get(client, TYPES).headers["ETag"]
    publish(tmp_path, QUADS.replace("data3.rdf>", "data4.rdf>").encode())
    answer = get(client, TYPES, headers={"If-None-Match": tag})
    assert seen(answer) == ["1", "2", "4"]
    assert answer.headers["ETag"] != tag
    app.extensions["reader"].endpoint.close()


@pytest.mark.parametrize(
    "query", ["SELECT (NOW() AS ?x) {}", "SELECT (rand #\n() AS ?x) {}", "SELECT (STRUUID() AS ?x) {}"]
)
def test_a_query_that_asks_for_time_or_chance_has_no_tag(client: FlaskClient, query: str) -> None:
    assert "ETag" not in get(client, query).headers


@pytest.mark.parametrize("form", ["json", "csv", "tsv"])
def test_an_answer_is_compressed_for_who_takes_it(client: FlaskClient, form: str) -> None:
    plain = get(client, f"{VALUES} LIMIT 100", format=form)
    packed = get(client, f"{VALUES} LIMIT 100", format=form, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(plain.data) / 3
    strip = re.compile(rb"%3B%20[\d.]+%20ms")
    assert strip.sub(b"", gzip.decompress(packed.data)) == strip.sub(b"", plain.data)
    assert "Content-Encoding" not in get(client, "ASK {}", headers={"Accept-Encoding": "gzip"}).headers
    assert "Content-Encoding" not in get(client, f"{VALUES} LIMIT 100", headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_pages_of_other_sites_may_ask(client: FlaskClient) -> None:
    asked = {
        "Origin": "https://example.org",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }
    before = client.options("/sparql", headers=asked)
    assert before.status_code == 204
    assert before.headers["Access-Control-Allow-Origin"] == "*"
    assert {"GET", "POST"} <= set(before.headers["Access-Control-Allow-Methods"].split(", "))
    assert "Content-Type" in before.headers["Access-Control-Allow-Headers"]
    assert "POST" in before.headers["Allow"]
    for answer in (get(client, "ASK {}"), get(client, "ASK {"), client.put("/sparql"), client.get("/sparql")):
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Access-Control-Allow-Origin" not in client.get("/about").headers


# ours: pages of a large answer


def test_a_large_answer_comes_in_pages_that_add_up(client: FlaskClient) -> None:
    refused(get(client, VALUES, ".csv"), 422, "more than 400 rows; restrict it, or take it in pages: add rows=400")
    address, rows, sizes = f"/sparql.csv?query={quote(VALUES)}&rows=200", [], []
    while address:
        answer = client.get(address)
        assert answer.status_code == 200
        rows += list(csv.reader(io.StringIO(answer.data.decode(), newline="")))[1:]
        sizes.append(answer.headers["Coopkg-Rows"])
        assert answer.headers["Coopkg-Complete"] == "page"
        found = re.fullmatch(r'<http://localhost(.*)>; rel="next"', answer.headers.get("Link", ""))
        address = found[1] if found else ""
    assert sizes == ["200", "200", "100"]
    assert len(rows) == len({tuple(row) for row in rows}) == 500


def test_triples_come_in_pages_too_also_by_post(client: FlaskClient) -> None:
    found, cursor = set(), ""
    for _ in range(3):
        answer = client.post(
            "/sparql",
            data={"query": TRIPLES, "format": "turtle", "rows": "200", **({"cursor": cursor} if cursor else {})},
        )
        found |= set(rdflib.Graph().parse(answer.data, format="turtle"))
        cursor = answer.headers.get("Link", "cursor=>").partition("cursor=")[2].partition(">")[0]
        assert "query=" not in answer.headers.get("Link", "")
    assert len(found) == 500
    assert cursor == ""


def test_pages_end_where_the_answer_ends(client: FlaskClient) -> None:
    whole = get(client, f"{VALUES} LIMIT 200", rows="200")
    assert whole.headers["Coopkg-Complete"] == "true"
    assert "Link" not in whole.headers


def cursor_of(client: FlaskClient, query: str) -> str:
    return get(client, query, rows="10").headers["Link"].partition("cursor=")[2].partition(">")[0]


def test_a_page_says_which_part_it_is(client: FlaskClient) -> None:
    answer = get(client, VALUES, ".json", rows="10", cursor=cursor_of(client, VALUES))
    assert "rows 11 to 20, more follow; graph " in unquote(json.loads(answer.data)["head"]["link"][0])


@pytest.mark.parametrize(
    ("more", "status", "words"),
    [
        ({"rows": "0"}, 400, "a page cannot have '0' rows"),
        ({"rows": "401"}, 400, "write a number from 1 to 400"),
        ({"rows": "9" * 5000}, 400, "a page cannot have"),
        ({"rows": "²"}, 400, "a page cannot have"),
        ({"rows": "-1"}, 400, "a page cannot have"),
        ({"cursor": "x"}, 400, "a cursor needs the number of rows"),
        ({"rows": "10", "cursor": "x"}, 400, "the cursor cannot be read"),
        (
            {"rows": "10", "cursor": "0" * 16 + ".10." + "0" * 32},
            400,
            "belongs to another query, or the graph has changed",
        ),
    ],
)
def test_a_page_that_cannot_be_is_refused(client: FlaskClient, more: dict[str, str], status: int, words: str) -> None:
    refused(get(client, VALUES, **more), status, words)


def test_a_cursor_serves_its_own_query_only(client: FlaskClient) -> None:
    refused(get(client, f"{VALUES} ", rows="10", cursor=cursor_of(client, VALUES)), 400, "belongs to another query")


def test_where_the_order_is_not_the_same_again_the_next_page_is_refused(client: FlaskClient) -> None:
    changing = "SELECT ?s (RAND() AS ?x) { ?s <http://e/value> ?v }"
    refused(
        get(client, changing, rows="10", cursor=cursor_of(client, changing)), 422, "came in another order than before"
    )
    key, start, seen_hash = cursor_of(client, VALUES).split(".")
    refused(get(client, VALUES, rows="10", cursor=f"{key}.{int(start) + 1}.{seen_hash}"), 422, "another order")
    refused(get(client, VALUES, rows="10", cursor=f"{key}.999999999999.{seen_hash}"), 422, "another order")


# ours: the description of the service


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize(
    "accept", ["*/*", "", "text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples", JSON]
)
def test_without_a_query_the_service_describes_itself(client: FlaskClient, accept: str) -> None:
    """The three tests of W3C's service-description suite: it is RDF, names this very endpoint, and keeps to the schema."""
    answer = client.get("/sparql", headers={"Accept": accept} if accept else {})
    assert answer.mimetype == (accept if "/" in accept and accept not in ("*/*", JSON) else "text/turtle")
    graph = rdflib.Graph().parse(answer.data, format=answer.mimetype)
    service = URIRef("http://localhost/sparql")
    assert (service, SD.endpoint, service) in graph
    assert (service, RDF.type, SD.Service) in graph
    assert (service, SD.feature, SD.UnionDefaultGraph) in graph
    dataset = graph.value(service, SD.defaultDataset)
    assert (dataset, RDF.type, SD.Dataset) in graph
    assert (graph.value(dataset, SD.defaultGraph), RDF.type, SD.Graph) in graph
    named = {str(graph.value(node, SD.name)) for node in graph.objects(dataset, SD.namedGraph)}
    assert named == {f"{DATA}data{number}.rdf" for number in (1, 2, 3)} | {"http://e/numbers"}
    formats = {str(one).rsplit("/", 1)[1] for one in graph.objects(service, SD.resultFormat)}
    assert {"SPARQL_Results_JSON", "SPARQL_Results_CSV", "Turtle", "JSON-LD"} <= formats


def test_a_browser_without_a_query_gets_the_page(client: FlaskClient) -> None:
    assert client.get("/sparql", headers={"Accept": "text/html,*/*;q=0.8"}).mimetype == "text/html"


def test_the_page_shows_triples_whole_or_says_that_it_does_not(client: FlaskClient) -> None:
    def shown(query: str) -> str:
        return get(client, query, headers={"Accept": "text/html"}).text

    assert "http://e/007" in shown("DESCRIBE <http://e/007>")
    long = shown(
        "CONSTRUCT { ?s ?p ?x } { ?s ?p ?v . BIND (CONCAT("
        + ", ".join(["STR(?s)"] * 120)
        + ") AS ?x) FILTER (?p = <http://e/value> && STR(?s) < 'http://e/300') }"
    )
    assert "too long to be shown here" in long
    assert "<pre" not in long


# ours: behind a proxy


@pytest.mark.parametrize("stripped", [True, False])
def test_behind_a_proxy_on_a_path_every_address_is_the_public_one(home: Path, stripped: bool) -> None:
    app = create_app(
        dataclasses.replace(read({}), home=home, query_workers=1, address="https://data.example.org/coop/")
    )
    client, before = app.test_client(), "" if stripped else "/coop"
    hostile = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "ftp"}
    described = rdflib.Graph().parse(client.get(f"{before}/sparql", headers=hostile).data, format="turtle")
    assert set(described.objects(None, SD.endpoint)) == {URIRef("https://data.example.org/coop/sparql")}
    answer = client.get(f"{before}/sparql.csv", query_string={"query": VALUES, "rows": "10"}, headers=hostile)
    assert answer.headers["Link"].startswith("<https://data.example.org/coop/sparql.csv?query=")
    html = client.get(f"{before}/sparql", headers={"Accept": "text/html", **hostile}).text
    places = re.findall(r'(?:href|src|action)="(?!#)([^"]*)"', html)
    assert len(places) > 10
    assert [place for place in places if not place.startswith("/coop/")] == []
    style = next(place for place in places if "site.css" in place)
    with client.get(style) as found:
        assert found.status_code == 200
    assert client.get(f"{before}/openapi.json").get_json()["servers"] == [{"url": "/coop"}]
    app.extensions["reader"].endpoint.close()


@pytest.mark.parametrize("address", ["example.org", "ftp://example.org/", "https:///x", "https://example.org/?x=1"])
def test_an_address_that_is_none_is_refused_at_the_start(home: Path, address: str) -> None:
    with pytest.raises(Exception, match="write an address such as"):
        create_app(dataclasses.replace(read({}), home=home, address=address))


@pytest.mark.parametrize("host", ['a">b', "a b", "a/b\\c", "x" * 5000])
def test_a_hostile_host_does_no_harm(client: FlaskClient, host: str) -> None:
    answer = client.get("/sparql", headers={"Host": host, "Accept": "text/turtle"})
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        rdflib.Graph().parse(answer.data, format="turtle")
