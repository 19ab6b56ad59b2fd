"""What a stranger may ask: anything that only reads this graph."""

import pytest

from kg import guard
from kg.errors import QueryError, Refused

UPDATES = [
    "INSERT DATA { <a:a> <a:b> <a:c> }",
    "DELETE WHERE { ?s ?p ?o }",
    "DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
    "LOAD <http://example.org/data.ttl>",
    "LOAD SILENT <http://example.org/data.ttl> INTO GRAPH <a:g>",
    "load <file:///etc/passwd>",
    "CLEAR ALL",
    "DROP GRAPH <a:g>",
    "CREATE GRAPH <a:g>",
    "COPY <a:g> TO <a:h>",
    "PREFIX a: <http://a/> INSERT DATA { a:a a:b a:c } ; LOAD <http://example.org/>",
]
SERVICES = {
    "constant": "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }",
    "variable": "SELECT * { ?s ?p ?where SERVICE ?where { ?a ?b ?c } }",
    "prefixed": "PREFIX e: <http://example.org/> SELECT * { SERVICE e:sparql { ?s ?p ?o } }",
    "silent": "SELECT * { SERVICE SILENT <http://example.org/> { ?s ?p ?o } }",
    "odd case": "SELECT * { sErViCe sIlEnT <http://example.org/> { ?s ?p ?o } }",
    "no blanks": "SELECT*{SERVICE<http://example.org/>{?s?p?o}}",
    "comment between": "SELECT * { SERVICE # here\n <http://example.org/> { ?s ?p ?o } }",
    "nested service": "SELECT * { GRAPH ?g { OPTIONAL { { SERVICE <http://example.org/> { ?s ?p ?o } } } } }",
    "union": "SELECT * { { ?s ?p ?o } UNION { SERVICE <http://example.org/> { ?s ?p ?o } } }",
    "minus": "SELECT * { ?s ?p ?o MINUS { SERVICE <http://example.org/> { ?s ?p ?o } } }",
    "subselect": "SELECT * { { SELECT ?s { SERVICE <http://example.org/> { ?s ?p ?o } } } }",
    "filter exists": "SELECT * { ?s ?p ?o FILTER EXISTS { SERVICE <http://example.org/> { ?s ?p ?o } } }",
    "filter not exists": "SELECT * { ?s ?p ?o FILTER (1 = 1 && NOT EXISTS { SERVICE <http://example.org/> { ?s ?p ?o } }) }",
    "bind exists": "SELECT * { BIND (EXISTS { SERVICE <http://example.org/> { ?s ?p ?o } } AS ?x) }",
    "select expression": "SELECT (IF(EXISTS { SERVICE <http://example.org/> { ?s ?p ?o } }, 1, 2) AS ?x) { }",
    "having": "SELECT ?s { ?s ?p ?o } GROUP BY ?s HAVING (EXISTS { SERVICE <http://example.org/> { ?s ?p ?o } })",
    "order by": "SELECT ?s { ?s ?p ?o } ORDER BY (EXISTS { SERVICE <http://example.org/> { ?s ?p ?o } })",
    "ask": "ASK { SERVICE <http://example.org/> { ?s ?p ?o } }",
    "construct": "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }",
    "describe": "DESCRIBE ?s WHERE { SERVICE <http://example.org/> { ?s ?p ?o } }",
    "after a comment that a carriage return ends": "SELECT * { #\rSERVICE <http://example.org/> { ?s ?p ?o }\n}",
    "after a quote written as an escape": (
        'SELECT * { BIND ("\\u0022 AS ?a) BIND (" AS ?b) SERVICE <http://example.org/> { ?s ?p ?o }'
        ' BIND (" AS ?c) #" AS ?d)\n}'
    ),
    "after a quote written as a long escape": (
        'SELECT * { BIND ("\\U00000022 AS ?a) BIND (" AS ?b) SERVICE <http://example.org/> { ?s ?p ?o }'
        ' BIND (" AS ?c) #" AS ?d)\n}'
    ),
}
HARMLESS = {
    "string": 'SELECT * { ?s ?p "SERVICE <http://example.org/> { ?s ?p ?o }" }',
    "long string": 'SELECT * { ?s ?p """\nSERVICE <http://example.org/> { }\n""" }',
    "comment": "SELECT * { # SERVICE <http://example.org/> { ?s ?p ?o }\n ?s ?p ?o }",
    "iri": "SELECT * { <http://example.org/SERVICE#LOAD> ?p ?o }",
    "local name": "PREFIX service: <http://example.org/> SELECT * { service:SERVICE ?p service:load }",
    "variable": "SELECT ?SERVICE ?load { ?SERVICE ?load ?insert }",
    "escape in a string": 'SELECT * { ?s ?p "caf\\u00e9 \\\\ \\n \\U0001F600" }',
    "escaped backslash": 'SELECT * { ?s ?p "C:\\\\users" }',
    "carriage return": "SELECT * {\r\n ?s ?p ?o # all\r\n}\r\n",
    "from": "SELECT * FROM <http://example.org/g> FROM NAMED <http://example.org/h> { ?s ?p ?o }",
    "path": "PREFIX a: <http://a/> SELECT * { ?s (a:b|^a:c)+/a:d* ?o }",
    "aggregate": "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p HAVING (COUNT(*) > 1) ORDER BY DESC(?n) LIMIT 3",
    "values": "SELECT * { VALUES (?a ?b) { (1 UNDEF) } }",
}


@pytest.mark.parametrize("text", UPDATES)
def test_an_update_is_refused_as_one(text: str) -> None:
    with pytest.raises(Refused, match="takes no updates and loads nothing"):
        guard.check(text)


@pytest.mark.parametrize("text", SERVICES.values(), ids=SERVICES)
def test_service_is_refused_wherever_it_stands(text: str) -> None:
    with pytest.raises(Refused, match="SERVICE is not allowed"):
        guard.check(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { \\u0053ERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT * { \\U00000053ERVICE <http://example.org/> { ?s ?p ?o } }",
        "\\u0049NSERT DATA { <a:a> <a:b> <a:c> }",
    ],
)
def test_a_keyword_written_with_escapes_does_not_pass(text: str) -> None:
    with pytest.raises(QueryError):
        guard.check(text)


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_a_query_that_only_reads_passes(text: str) -> None:
    guard.check(text)


def test_a_syntax_error_is_named_with_its_place() -> None:
    with pytest.raises(QueryError, match="line 2, column"):
        guard.check("SELECT *\n{ ?s ?p }")


@pytest.mark.parametrize(
    "text", ["", "hello", "SELECT", "{" * 50_000, "SELECT * { " + "{" * 5_000 + "}" * 5_000 + " }"]
)
def test_nonsense_is_a_plain_error(text: str) -> None:
    with pytest.raises(QueryError, match="cannot be read"):
        guard.check(text)


def test_a_text_that_is_too_long_is_not_even_read() -> None:
    with pytest.raises(QueryError, match="100001 characters"):
        guard.check(" " * (guard.LONGEST + 1))
