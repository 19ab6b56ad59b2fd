"""The query service as path items of OpenAPI."""

from typing import Any

from kg.answers import TABLES, TRIPLES
from web.openapi import parameter, responses
from web.protocol import FORM, FORMS, READ

TEXT = {"type": "string"}
IRIS = {"type": "array", "items": {"type": "string", "format": "iri"}, "maxItems": 100}
QUERY = {"type": "string", "minLength": 1, "maxLength": 100_000}
HEADERS = {
    "Coopkg-Complete": "true: the answer is whole; page: it is one page of an answer.",
    "Coopkg-Rows": "Number of rows or triples in it.",
    "Coopkg-Graph": "Digest of the graph that was asked (SHA-256).",
    "Coopkg-Query": "SHA-256 of the query.",
    "Coopkg-Elapsed-Ms": "Milliseconds from the reading of the query to the last byte.",
    "ETag": "Weak tag of query and graph; missing where the query asks for the time or for chance.",
    "Link": "The next page, as rel=next, where one follows.",
}
ERRORS = (400, 403, 413, 415, 422, 503)


def paths() -> dict[str, Any]:
    """The path items."""
    given = [
        parameter("default-graph-uri", "query", IRIS, "Graphs whose union is asked, instead of all."),
        parameter("named-graph-uri", "query", IRIS, "Graphs that GRAPH sees, instead of all."),
        parameter("format", "query", {"enum": list(FORMS)}, "Form of the answer, instead of the Accept header."),
        parameter("rows", "query", {"type": "integer", "minimum": 1, "maximum": 1000}, "Rows of a page."),
        parameter("cursor", "query", TEXT, "Where the page begins: from the Link header of the page before."),
    ]
    content = {kind: {} if kind.endswith("json") else TEXT for kind in (*TABLES, *TRIPLES)}
    # without a query, GET describes the service: that answer has none of these headers
    headers = {name: {"description": words, "schema": TEXT} for name, words in HEADERS.items()}
    answers = responses(content, *ERRORS, headers=headers)
    form = {"type": "object", "properties": {"query": QUERY}, "required": ["query"]}
    return {
        "/sparql": {
            "get": {
                "operationId": "askByGet",
                "summary": "Answers a SPARQL 1.1 query: SELECT, ASK, CONSTRUCT or DESCRIBE. An answer is complete or refused.",
                "parameters": [parameter("query", "query", QUERY, "The query.", required=True), *given],
                "responses": answers | {"304": {"description": "The answer that you have is still right."}},
            },
            "post": {
                "operationId": "askByPost",
                "summary": "The same, with the query as a form or as the body.",
                "parameters": given,
                "requestBody": {
                    "required": True,
                    "content": {FORM: {"schema": form}, READ: {"schema": QUERY}},
                },
                "responses": answers,
            },
        }
    }
