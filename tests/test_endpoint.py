"""Strangers' queries: answered whole, or refused; and no worker reaches past its graph."""

import csv
import http.server
import json
import multiprocessing
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import rdflib

from kg import answers, endpoint, settings
from kg.endpoint import Endpoint, Question
from kg.errors import Busy, LimitReached, QueryError, Refused
from kg.store import Store

JSON = "application/sparql-results+json"
LIMITS = replace(
    settings.read({}), query_seconds=2, query_megabytes=400, query_rows=1500, query_bytes=1_000_000, query_workers=1
)
ALL = "SELECT ?s ?v { ?s <http://example.org/value> ?v }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s <http://example.org/value> ?v }"
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ROWS = 1000


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph on disk with a thousand numbers in a named graph."""
    folder = tmp_path_factory.mktemp("endpoint") / "store"
    store = Store.create(folder)
    store.load_quads(
        "".join(
            f'<http://example.org/{number}> <http://example.org/value> "{number}" <http://example.org/graph> .\n'
            for number in range(ROWS)
        ).encode()
    )
    store.finish()
    return folder


@pytest.fixture(scope="module")
def service() -> Iterator[Endpoint]:
    service = Endpoint(LIMITS)
    yield service
    service.close()


@pytest.fixture
def limited() -> Iterator[Any]:
    """Makes endpoints with other limits."""
    made: list[Endpoint] = []

    def make(**limits: int) -> Endpoint:
        made.append(Endpoint(replace(LIMITS, **limits)))
        return made[-1]

    yield make
    for service in made:
        service.close()


@pytest.fixture
def trap() -> Iterator[tuple[str, list[str]]]:
    """A web server on this machine, and the list of the requests that reach it."""
    hits: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_POST = do_GET  # noqa: N815 (the name is the library's)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", hits
    server.shutdown()
    thread.join()
    server.server_close()


def number(service: Endpoint, path: Path) -> str:
    return json.loads(service.query(path, COUNT, JSON).body)["results"]["bindings"][0]["n"]["value"]


def unguarded(path: str, text: str) -> str:
    """In a process of its own: what the worker's own functions do with a query that nobody has checked."""
    endpoint._open(path, 400)
    try:
        return f"{sum(1 for _ in endpoint._run(Question(text), False))} rows"
    except (OSError, QueryError) as fault:
        return str(fault)


def test_a_query_sees_the_union_of_all_graphs(service: Endpoint, path: Path) -> None:
    answer = service.query(path, ALL, JSON)
    assert answer.rows == len(json.loads(answer.body)["results"]["bindings"]) == ROWS


@pytest.mark.parametrize(
    ("text", "accept", "given"),
    [
        (ALL, JSON, JSON),
        (ALL, "application/json", JSON),
        (ALL, "application/sparql-results+xml", "application/sparql-results+xml"),
        (ALL, "text/csv", "text/csv"),
        (ALL, "text/tab-separated-values", "text/tab-separated-values"),
        (ALL, "text/csv;q=0.5, application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        (ALL, "*/*", JSON),
        (ALL, "", JSON),
        (ALL, "image/png", JSON),
        (ALL, "text/csv;q=0", JSON),
        (ALL, "TEXT/CSV;Q=1", "text/csv"),
        (ALL, "text/csv;q=abc, application/json;q=0.1", JSON),
        ("ASK { ?s ?p ?o }", "text/csv", JSON),
        ("ASK { ?s ?p ?o }", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "", "text/turtle"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "text/plain", "application/n-triples"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", JSON, "text/turtle"),
        ("DESCRIBE <http://example.org/1>", "application/ld+json", "application/ld+json"),
        ("DESCRIBE <http://example.org/1>", "application/rdf+xml", "application/rdf+xml"),
    ],
)
def test_the_answer_has_the_media_type_that_was_asked_for(
    service: Endpoint, path: Path, text: str, accept: str, given: str
) -> None:
    assert service.query(path, text, accept).media_type == given


def test_every_form_of_a_table_holds_all_rows(service: Endpoint, path: Path) -> None:
    comma, tab = (service.query(path, ALL, form).body.decode() for form in ("text/csv", "text/tab-separated-values"))
    tree = ElementTree.fromstring(service.query(path, ALL, "application/sparql-results+xml").body)
    assert len(list(csv.DictReader(comma.splitlines()))) == ROWS
    assert len(tab.splitlines()) == ROWS + 1
    assert len(tree.findall(".//{*}result")) == ROWS


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own, for JSON-LD
@pytest.mark.parametrize("form", sorted(answers.TRIPLES))
def test_every_form_of_triples_holds_all_of_them(service: Endpoint, path: Path, form: str) -> None:
    answer = service.query(path, "CONSTRUCT WHERE { ?s ?p ?o }", form)
    assert len(rdflib.Graph().parse(answer.body, format=form)) == answer.rows == ROWS


def test_an_update_is_refused(service: Endpoint, path: Path) -> None:
    with pytest.raises(Refused):
        service.query(path, "DELETE WHERE { ?s ?p ?o }", JSON)
    assert number(service, path) == str(ROWS)


@pytest.mark.parametrize("text", ["SELECT * { SERVICE <{url}> { ?s ?p ?o } }", "LOAD <{url}>"])
def test_a_query_that_calls_elsewhere_is_refused_and_calls_nobody(
    service: Endpoint, path: Path, trap: tuple[str, list[str]], text: str
) -> None:
    url, hits = trap
    with pytest.raises(Refused):
        service.query(path, text.replace("{url}", url), JSON)
    assert hits == []


def test_a_query_that_gets_past_the_guard_still_calls_nobody(path: Path, trap: tuple[str, list[str]]) -> None:
    url, hits = trap
    text = f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}"
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        said = process.submit(unguarded, str(path), text).result()
    assert hits == []
    assert "rows" not in said
    with pytest.raises(OSError, match="404"):
        list(ox.Store().query(text))
    assert len(hits) == 1, "the trap works: the same query reaches it from a process without limits"


@pytest.mark.parametrize("text", ["SELECT *\n{ ?s ?p }", "SELECT * { nowhere:a ?p ?o }", "", "\x00"])
def test_a_query_that_cannot_be_read_is_a_plain_error(service: Endpoint, path: Path, text: str) -> None:
    with pytest.raises(QueryError) as caught:
        service.query(path, text, JSON)
    assert caught.value.status == 400
    assert caught.value.hint


def test_past_the_time_limit_the_query_dies_and_the_next_one_is_answered(service: Endpoint, path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(LimitReached, match="longer than 2 seconds"):
        service.query(path, CROSS, JSON)
    assert 2 <= time.monotonic() - begun < 4
    assert number(service, path) == str(ROWS)


def test_past_the_memory_limit_the_query_dies_and_the_next_one_is_answered(limited: Any, path: Path) -> None:
    service = limited(query_megabytes=50, query_seconds=60)
    with pytest.raises(LimitReached, match="more than 50 MB"):
        service.query(path, "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f", JSON)
    assert number(service, path) == str(ROWS)


@pytest.mark.parametrize("text", [ALL, "CONSTRUCT WHERE { ?s ?p ?o }"])
def test_an_answer_past_the_row_limit_is_refused_whole(limited: Any, path: Path, text: str) -> None:
    with pytest.raises(LimitReached, match="more than 999 rows"):
        limited(query_rows=ROWS - 1).query(path, text, JSON)


def test_an_answer_at_the_row_limit_is_given(limited: Any, path: Path) -> None:
    assert limited(query_rows=ROWS).query(path, ALL, JSON).rows == ROWS


def test_an_answer_past_the_byte_limit_is_refused_whole(limited: Any, path: Path) -> None:
    service = limited(query_bytes=2000)
    with pytest.raises(LimitReached, match="more than 2000 bytes"):
        service.query(path, ALL, JSON)
    assert len(service.query(path, f"{ALL} LIMIT 5", JSON).body) < 2000


def test_another_graph_gets_a_pool_of_its_own(service: Endpoint, path: Path, tmp_path: Path) -> None:
    other = Store.create(tmp_path / "store")
    other.load_quads(b'<http://example.org/1> <http://example.org/value> "1" <http://example.org/graph> .\n')
    other.finish()
    del other
    assert number(service, path) == str(ROWS)
    assert number(service, tmp_path / "store") == "1"
    assert number(service, path) == str(ROWS)


def test_a_limit_and_a_refusal_have_the_status_that_the_site_gives() -> None:
    assert [kind("x").status for kind in (Busy, LimitReached, Refused, QueryError)] == [503, 422, 403, 400]


def test_a_query_too_many_is_told_to_come_again_and_does_not_wait(
    limited: Any, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With 6 threads two queries are taken in: one runs, one waits for its turn and is then told to come again."""
    monkeypatch.setattr(endpoint, "PATIENCE", 2)
    service = limited(query_workers=1, query_seconds=4, threads=6)
    outcomes: list[str] = []

    def ask() -> None:
        with pytest.raises((LimitReached, Busy)) as stopped:
            service.query(path, CROSS, "*/*")
        outcomes.append(stopped.value.message)

    waiting = [threading.Thread(target=ask) for _ in range(2)]
    for thread in waiting:
        thread.start()
    time.sleep(0.5)
    started = time.monotonic()
    with pytest.raises(Busy, match="too many queries are running"):
        service.query(path, "ASK {}", "*/*")
    assert time.monotonic() - started < 0.5
    for thread in waiting:
        thread.join()
    assert [outcome.split(" and ")[0] for outcome in outcomes] == [
        "too many queries are running at the moment",
        "the query ran longer than 4 seconds",
    ]
    assert service.query(path, "ASK {}", "*/*").rows == 1


def test_a_rush_of_short_queries_waits_for_its_turn_and_is_answered(limited: Any, path: Path) -> None:
    service = limited(query_workers=1, threads=60)
    with ThreadPoolExecutor(20) as rush:
        answers = list(rush.map(lambda _: service.query(path, COUNT, "text/csv").body, range(60)))
    assert answers == [f"n\r\n{ROWS}\r\n".encode()] * 60
