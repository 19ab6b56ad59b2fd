"""Generated requests to /sparql: queries by a small grammar, and what becomes of them when they are spoilt.

    python tests/fuzz.py [--requests 10000] [--seed N] [--home FOLDER]

sends that many to a small graph (or to the built graph of a home folder) and checks every answer by
`check`: complete or refused with one sentence, never a 5xx, never a traceback, never a hang. The tests run
a few hundred of the same; what was ever found stays as a case in `tests/test_protocol_fuzz.py`.
"""

import argparse
import csv
import dataclasses
import io
import json
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import hypothesis
from flask.testing import FlaskClient
from hypothesis import strategies as st
from serving import publish
from werkzeug.test import TestResponse

from kg.settings import read
from web import create_app
from web.protocol import FORMS

SECONDS = 1
"""Time limit of a query here; so a hang shows."""
GRACE = 6.0
QUADS = "".join(f'<http://e/{n}> <http://e/p{n % 3}> "{n}" <http://e/g{n % 2}> .\n' for n in range(60))

variables = st.sampled_from(["?s", "?p", "?o", "?x", "$y"])
iris = st.sampled_from(["<http://e/1>", "<http://e/p0>", "a", "<id/relative>", "e:p1", "<urn:x>", "e:é"])
numbers = st.sampled_from(["1", "-1.5", "1e400", "0", "99999999999999999999999999", ".5"])
strings = st.one_of(
    st.sampled_from(
        ['"x"', "'SERVICE'", '"x"@en', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>', '"""a\n"b"""', '"\\u0022"']
    ),
    st.text(max_size=8).map(lambda text: json.dumps(text, ensure_ascii=False)),
)
terms = st.one_of(
    variables, iris, numbers, strings, st.sampled_from(["_:b", "[]", "true", "(1 2)", "[ a 1 ]", "<http://e/\\u00e9>"])
)
paths = st.recursive(
    st.one_of(iris, variables),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["/", "|"]), inner).map("".join),
        st.tuples(inner, st.sampled_from("*+?")).map(lambda pair: f"({pair[0]}){pair[1]}"),
        inner.map(lambda path: f"^({path})"),
        inner.map(lambda path: f"!({path})"),
    ),
    max_leaves=4,
)
triples = st.tuples(st.one_of(variables, iris, variables, terms), paths, terms).map(
    lambda parts: " ".join(parts) + " ."
)
CALLS = {
    0: ["NOW", "RAND", "UUID", "STRUUID", "BNODE"],
    1: [
        "STR",
        "LANG",
        "DATATYPE",
        "IRI",
        "BNODE",
        "ABS",
        "CEIL",
        "ROUND",
        "STRLEN",
        "UCASE",
        "ENCODE_FOR_URI",
        "YEAR",
        "TZ",
        "MD5",
        "SHA512",
        "isIRI",
        "COALESCE",
        "COUNT",
        "SUM",
    ],
    2: [
        "CONTAINS",
        "SUBSTR",
        "REGEX",
        "STRDT",
        "STRLANG",
        "sameTerm",
        "CONCAT",
        "COALESCE",
        "STRAFTER",
        "langMatches",
        "<http://e/f>",
    ],
    3: ["IF", "REPLACE", "SUBSTR", "REGEX", "COALESCE"],
}
"""Functions by number of arguments."""
expressions = st.recursive(
    st.one_of(variables, numbers, strings, iris),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).flatmap(
            lambda given: st.sampled_from(CALLS[len(given)]).map(lambda name: f"{name}({', '.join(given)})")
        ),
        st.tuples(
            inner, st.sampled_from(["=", "!=", "<", ">=", "+", "-", "*", "/", "&&", "||", "IN", "NOT IN"]), inner
        ).map(lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"),
        inner.map(lambda text: f"!({text})"),
    ),
    max_leaves=6,
)


def _groups(inner: Any) -> Any:
    return st.lists(
        st.one_of(
            triples,
            inner,
            st.tuples(st.sampled_from(["OPTIONAL", "MINUS", "GRAPH ?g", "GRAPH <http://e/g0>", "FILTER EXISTS", "SERVICE ?x", "SERVICE SILENT <http://127.0.0.1:9/>"]), inner).map(" ".join),
            st.tuples(inner, inner).map(" UNION ".join),
            expressions.map(lambda text: f"FILTER ({text})"),
            st.tuples(expressions, variables).map(lambda pair: f"BIND ({pair[0]} AS {pair[1]})"),
            st.lists(terms, max_size=3).map(lambda values: f"VALUES ?x {{ {' '.join(values)} }}"),
            inner.map(lambda group: f"{{ SELECT * {group} LIMIT 3 }}"),
        ),
        max_size=3,
    ).map(lambda parts: "{ " + " ".join(parts) + " }")  # fmt: skip


groups = st.recursive(
    st.lists(triples, max_size=2).map(lambda parts: "{ " + " ".join(parts) + " }"), _groups, max_leaves=6
)
tails = st.sampled_from(["", "", "LIMIT 5", "OFFSET 2", "ORDER BY ?s DESC(?o)", "GROUP BY ?s", "GROUP BY ?s HAVING (COUNT(*) > 1)", "VALUES ?s { UNDEF }", "LIMIT 99999999999999999999"])  # fmt: skip
heads = st.sampled_from(
    [
        "SELECT *",
        "SELECT DISTINCT ?s ?o",
        "SELECT (COUNT(*) AS ?n)",
        "SELECT (RAND() AS ?r) ?s",
        "ASK",
        "CONSTRUCT { ?s ?p ?o }",
        "CONSTRUCT { [] <relative> ?o }",
        "DESCRIBE ?s",
        "DESCRIBE <http://e/1>",
        "DELETE",
        "INSERT { ?s ?p ?o }",
        "LOAD <http://127.0.0.1:9/>",
        "SELECT ?s FROM <http://e/g0>",
        "ASK FROM NAMED <http://e/g1>",
    ]
)
well_formed = st.tuples(heads, groups, tails).map(
    lambda parts: f"PREFIX e: <http://e/> {parts[0]} {parts[1]} {parts[2]}"
)


@st.composite
def spoilt(draw: Any) -> str:
    """A query with a piece taken out, doubled, or replaced by anything."""
    text = draw(well_formed)
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, len(text)))
    between = draw(
        st.sampled_from(["", text[start:end] * 2, "{" * 40, "(" * 12, "#", "\x00", "\\u007B", "\ufffe", "\r", "'''"])
        | st.text(max_size=10)
    )
    return str(text[:start] + between + text[end:])


simple = st.tuples(
    st.sampled_from(["SELECT *", "SELECT ?s", "SELECT DISTINCT ?o", "ASK", "CONSTRUCT { ?s ?p ?o }", "DESCRIBE ?s", "SELECT (COUNT(*) AS ?n)"]),
    st.lists(
        st.tuples(st.sampled_from(["?s", "<http://e/1>"]), paths, st.one_of(variables, iris, numbers, strings)).map(" ".join),
        max_size=3,
    ).map(" . ".join),
    st.one_of(st.just(""), expressions.map(lambda text: f"FILTER ({text})"), expressions.map(lambda text: f"BIND ({text} AS ?b)")),
    st.sampled_from(["", "LIMIT 5", "OFFSET 2", "ORDER BY ?s", "LIMIT 0"]),
).map(lambda parts: f"PREFIX e: <http://e/> {parts[0]} {{ {parts[1]} {parts[2]} }} {parts[3]}")  # fmt: skip
queries = st.one_of(simple, simple, simple, well_formed, spoilt(), st.text(max_size=60))
accepts = st.one_of(
    st.sampled_from(["*/*", "", "text/html", "application/json", "text/csv;q=2", "text/turtle;q=.5, text/csv", "application/sparql-results+xml", ";;,q=", "text/csv;q=1e999"]),
    st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20),
)  # fmt: skip
forms = st.one_of(st.just(""), st.sampled_from([*FORMS, "table", "ttl", "text/csv"]), st.text(max_size=5))


@st.composite
def requests(draw: Any) -> dict[str, Any]:
    """A request as werkzeug's test client takes it."""
    query, manner = draw(queries), draw(st.sampled_from(["GET", "GET", "form", "direct", "wrong"]))
    asked: dict[str, Any] = {
        "path": draw(st.sampled_from(["/sparql", "/sparql", "/sparql/", "/sparql.csv", "/sparql.json"]))
    }
    given = {name: draw(values) for name, values in {"format": forms, "rows": st.sampled_from(["", "", "3", "0", "x"]), "cursor": st.sampled_from(["", "", "x", "0" * 16 + ".1." + "0" * 32]), "default-graph-uri": st.sampled_from(["http://e/g0", "x", "urn:y"]) , "named-graph-uri": st.text(max_size=4)}.items() if draw(st.integers(0, 9)) == 9}  # fmt: skip
    bytes_of = query.encode("utf-8", "surrogatepass")
    if manner == "GET":
        asked["query_string"] = "&".join([f"query={quote(bytes_of)}", *(f"{name}={quote(value, errors='replace')}" for name, value in given.items())])  # fmt: skip
    elif manner == "form":
        asked |= {"method": "POST", "data": {"query": query.encode("utf-8", "replace").decode(), **{n: v.encode("utf-8", "replace").decode() for n, v in given.items()}}}  # fmt: skip
    else:
        kind = "application/sparql-query" if manner == "direct" else draw(st.sampled_from(["", "text/plain", "application/json", "application/sparql-query; charset=x", "multipart/form-data"]))  # fmt: skip
        asked |= {"method": "POST", "data": bytes_of, "content_type": kind}
    return asked | {
        "headers": {"Accept": draw(accepts), "If-None-Match": draw(st.sampled_from(["", "*", 'W/"x"', "x"]))}
    }


def check(answer: TestResponse, took: float) -> None:
    """What holds of every answer: complete or refused, in time, in plain words."""
    text = answer.get_data(as_text=True)
    assert took < SECONDS + GRACE, f"took {took:.1f} s"
    assert answer.status_code in (200, 304, 400, 403, 413, 415, 422), f"{answer.status_code} {text[:300]}"
    assert "Traceback" not in text
    if answer.status_code == 304 or answer.mimetype == "text/html":
        return
    if answer.status_code >= 400:
        said = json.loads(text)
        assert (said["ok"], said["status"]) == (False, answer.status_code)
        assert 10 < len(said["error"]) < 700
        assert "\n" not in said["error"].strip()
    elif "Coopkg-Rows" in answer.headers:
        rows = int(answer.headers["Coopkg-Rows"])
        if answer.mimetype == "application/sparql-results+json":
            data = json.loads(text)
            assert rows == (1 if "boolean" in data else len(data["results"]["bindings"]))
        elif answer.mimetype == "text/csv":
            assert rows == len(list(csv.reader(io.StringIO(text, newline="")))) - 1 or text.startswith("\r\n")


def ask(client: FlaskClient, request: dict[str, Any]) -> TestResponse:
    """Sends a request and checks the answer."""
    started = time.monotonic()
    answer = client.open(**request)
    check(answer, time.monotonic() - started)
    return answer


def main() -> None:
    """The long run."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--requests", type=int, default=10_000)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--home", type=Path, help="home folder with a built graph; else a small graph is asked")
    given = arguments.parse_args()
    count: Counter[int] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder)
        if not given.home:
            publish(home, QUADS.encode())
        app = create_app(dataclasses.replace(read({}), home=home, query_seconds=SECONDS, query_workers=1))
        client = app.test_client()
        ask(client, {"path": "/sparql", "query_string": {"query": "ASK {}"}})

        @hypothesis.seed(given.seed)
        @hypothesis.settings(max_examples=given.requests, deadline=None, database=None, suppress_health_check=list(hypothesis.HealthCheck), phases=[hypothesis.Phase.generate, hypothesis.Phase.shrink])  # fmt: skip
        @hypothesis.given(requests())
        def run(request: dict[str, Any]) -> None:
            nonlocal slowest
            started = time.monotonic()
            count[ask(client, request).status_code] += 1
            slowest = max(slowest, time.monotonic() - started)

        started = time.monotonic()
        run()
        print(f"{count.total()} requests in {time.monotonic() - started:.0f} s, the slowest {slowest:.2f} s")
        print(", ".join(f"{status}: {number}" for status, number in sorted(count.items())))
        app.extensions["reader"].endpoint.close()


if __name__ == "__main__":
    main()
