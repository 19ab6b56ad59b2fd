"""Generated requests: SPARQL by a grammar (tests/fuzz.py), and everything in our OpenAPI document by schemathesis.

Here a bounded number of each. `python tests/fuzz.py` sends 10,000 of the first kind, and
`COOPKG_FUZZ=2000 pytest tests/test_protocol_fuzz.py` as many, and a thirtieth for each operation.
"""

import dataclasses
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fuzz
import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from serving import publish

from kg.settings import read
from web import create_app

EXAMPLES = int(os.environ.get("COOPKG_FUZZ", "150"))
BOUNDED = settings(
    max_examples=EXAMPLES, deadline=None, database=None, derandomize="COOPKG_FUZZ" not in os.environ,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    unsupported_method,
]
FOUND = {
    "the store explains itself in several lines": "SELECT * {  } GROUP BY ?s",
    "a relative IRI, which the protocol allows": "CONSTRUCT { <s> <p> 1 } WHERE {}",
    "a negated path that the parser does not know": "ASK { ?s !(^(<http://e/p0>)*) ?o }",
    "nested so deep that the parser gives up": "SELECT * { " + "{" * 3000 + "}" * 3000 + " }",
    "parentheses for which the parser needs exponential time": "SELECT * { FILTER ("
    + "(" * 30
    + "1"
    + ")" * 30
    + ") }",
    "a limit larger than any number": "SELECT * { ?s ?p ?o } LIMIT 99999999999999999999999",
    "a number larger than any number": "SELECT (1e400 * 99999999999999999999999999 AS ?x) {}",
    "a character that is none": "SELECT ('\ufffe' AS ?x) {}",
    "a null": "SELECT ('\x00' AS ?x) {}",
    "a regular expression that explodes": f"ASK {{ FILTER REGEX('{'a' * 40}!', '^(a+)+$') }}",
    "a regular expression of great size": "ASK { FILTER REGEX('a', 'a{1000}{1000}{1000}') }",
    "a text that grows": "SELECT (CONCAT(" + ", ".join(["STR(?o)"] * 300) + ") AS ?x) { ?s ?p ?o . ?a ?b ?c }",
    "triples of the same blank node": "CONSTRUCT { _:b ?p _:b } { ?s ?p ?o }",
    "service by a variable": "ASK { ?s ?p ?x SERVICE SILENT ?x { ?a ?b ?c } }",
}
"""What fuzzing or thinking about it has found; every one is answered whole or refused plainly."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    home = tmp_path_factory.mktemp("fuzz")
    publish(home, fuzz.QUADS.encode())
    app = create_app(dataclasses.replace(read({}), home=home, query_seconds=fuzz.SECONDS, query_workers=1))
    fuzz.ask(app.test_client(), {"path": "/sparql", "query_string": {"query": "ASK {}"}})
    yield app
    app.extensions["reader"].endpoint.close()


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.mark.parametrize("query", FOUND.values(), ids=FOUND)
@pytest.mark.parametrize("form", ["", "csv", "xml"])
def test_what_was_found_is_answered_plainly(client: FlaskClient, query: str, form: str) -> None:
    fuzz.ask(client, {"path": "/sparql", "method": "POST", "data": {"query": query, "format": form}})


@pytest.mark.parametrize("name", ["named-graph-uri", "format", "rows", "cursor"])
def test_a_line_break_in_a_parameter_stays_out_of_the_sentence(client: FlaskClient, name: str) -> None:
    answer = fuzz.ask(client, {"path": "/sparql", "query_string": {"query": "ASK {}", "rows": "1", name: "x\ny"}})
    assert answer.status_code == 400


def test_a_generated_request_is_answered_whole_or_refused_plainly(client: FlaskClient) -> None:
    @BOUNDED
    @given(fuzz.requests())
    def run(request: dict[str, Any]) -> None:
        fuzz.ask(client, request)

    run()


@pytest.fixture(scope="module")
def site(world_home: Path) -> Iterator[Flask]:
    """The whole site, on the made-up world."""
    app = create_app(dataclasses.replace(read({}), home=world_home, query_seconds=fuzz.SECONDS, query_workers=1))
    yield app
    app.extensions["reader"].endpoint.close()


@pytest.fixture
def document(site: Flask) -> Any:
    return schemathesis.openapi.from_wsgi("/openapi.json", site)


@pytest.mark.parametrize("mode", GenerationMode)
def test_every_operation_of_the_openapi_document_keeps_to_it(document: Any, mode: GenerationMode) -> None:
    operations = [result.ok() for result in document.get_all_operations()]
    assert len(operations) > 10
    for operation in operations:
        if mode is GenerationMode.NEGATIVE and not list(operation.iter_parameters()):
            continue  # nothing can be wrong about it

        @settings(BOUNDED, max_examples=max(EXAMPLES // 30, 1))
        @given(operation.as_strategy(generation_mode=mode))
        def run(case: schemathesis.Case) -> None:
            case.call_and_validate(checks=CHECKS, headers={"Accept-Encoding": "identity"})

        run()


@pytest.mark.parametrize(
    "address",
    [
        "/country/COL?day=1956-04-27",
        "/country/COL.pdf?day=1956-04-27",
        "/country/FRA?day=1956-04-27",
    ],
)
def test_what_was_found_of_the_rest_of_the_site_is_answered(site: Flask, address: str) -> None:
    assert site.test_client().get(address).status_code == 200


def test_the_openapi_document_is_valid_and_names_what_exists(site: Flask, document: Any) -> None:
    document.validate()
    data = site.test_client().get("/openapi.json").get_json()
    adapter = site.url_map.bind("localhost")
    for path, item in data["paths"].items():
        for method in item:
            adapter.match(re.sub(r"{\w+}", "x", path), method.upper())
