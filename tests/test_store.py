"""The graph: in memory, on disk and behind an endpoint, with the same answers everywhere."""

import datetime
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import queries
from kg.errors import QueryError, StoreError
from kg.gaps import Filter, Finder
from kg.positions import position
from kg.published import Graph
from kg.store import Row, Store

QUERIES = Path(__file__).parent.parent / "queries"
DAY = datetime.date(2026, 6, 1)
QUADS = b"""<http://example.org/a> <http://example.org/p> "caf\xc3\xa9"@fr <http://example.org/g> .
<http://example.org/a> <http://example.org/p> "2"^^<http://www.w3.org/2001/XMLSchema#integer> <http://example.org/h> .
_:b <http://example.org/q> <http://example.org/a> <http://example.org/g> .
"""
SERVER = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin")


@pytest.fixture
def small() -> Store:
    store = Store.memory()
    store.load_quads(QUADS)
    return store


@pytest.fixture(scope="module")
def remote(graph: Graph, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The real graph behind another server, loaded from N-Quads."""
    if SERVER is None:
        pytest.skip("the executable of the package oxigraph is not installed")
    folder = tmp_path_factory.mktemp("remote")
    quads = folder / "graph.nq"
    quads.write_bytes(graph.store.dump())
    subprocess.run([SERVER, "load", "-l", folder / "store", "-f", quads], check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    server = subprocess.Popen(
        [SERVER, "serve", "-l", folder / "store", "-b", place, "--union-default-graph"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://{place}/")
        yield Store.remote(f"http://{place}/query")
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(address).close()
            return
        except urllib.error.URLError:
            time.sleep(0.05)
    raise AssertionError(f"{address} does not answer")


def sorted_rows(rows: list[Row]) -> list[Row]:
    """Rows in an order of their own; which of several equal proofs a query samples is the engine's to choose."""
    return sorted(({**row, "lack": ""} for row in rows), key=lambda row: sorted(row.items()))


def test_rows_are_lexical_forms_and_leave_out_what_has_no_value(small: Store) -> None:
    rows = small.select("SELECT ?v ?none { <http://example.org/a> <http://example.org/p> ?v } ORDER BY STR(?v)")
    assert rows == [{"v": "2"}, {"v": "café"}]


def test_a_query_sees_all_named_graphs_at_once(small: Store) -> None:
    assert small.select("ASK { ?b <http://example.org/q> ?a . ?a <http://example.org/p> 2 }") == [{"ask": "true"}]
    assert small.select("ASK { ?a <http://example.org/p> 3 }") == [{"ask": "false"}]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * { ?s ?p }", "cannot be read"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "makes triples"),
        ("INSERT DATA { <a:a> <a:b> 1 }", "cannot be read"),
    ],
)
def test_a_query_that_gives_no_table_is_refused(small: Store, text: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        small.select(text)


def test_an_update_changes_the_graph_and_a_query_is_no_update(small: Store) -> None:
    small.update("INSERT DATA { GRAPH <http://example.org/new> { <a:a> <a:b> 1 } }")
    assert len(small) == 4
    with pytest.raises(QueryError, match="the update cannot be read"):
        small.update("SELECT * { ?s ?p ?o }")


def test_graphs_and_columns_are_listed_in_order(small: Store) -> None:
    assert small.graphs() == ["http://example.org/g", "http://example.org/h"]
    assert small.variables("SELECT ?z ?a { ?a ?b ?z }") == ["z", "a"]


def test_a_dump_loads_back_to_the_same_graph(small: Store) -> None:
    again = Store.memory()
    again.load_quads(small.dump())
    assert len(again) == 3
    assert again.graphs() == small.graphs()


def test_a_finished_graph_on_disk_is_read_by_any_number_of_readers_and_cannot_be_changed(tmp_path: Path) -> None:
    written = Store.create(tmp_path / "store")
    written.load_quads(QUADS)
    written.finish()
    del written
    one, other = Store.open(tmp_path / "store"), Store.open(tmp_path / "store")
    assert len(one) == len(other) == 3
    with pytest.raises(RuntimeError, match="read-write"):
        one.update("INSERT DATA { <a:a> <a:b> 1 }")
    assert len(other) == 3


def test_a_folder_without_a_graph_is_a_plain_error(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"cannot be opened.*run `coopkg build`"):
        Store.open(tmp_path / "nothing")


def test_what_needs_the_embedded_graph_says_so_of_a_remote_one() -> None:
    with pytest.raises(StoreError, match="needs the embedded graph; unset COOPKG_STORE"):
        Store.remote("http://127.0.0.1:9/sparql").dump()


def test_a_server_that_is_not_there_is_a_plain_error() -> None:
    with pytest.raises(StoreError, match=r"does not answer.*check COOPKG_STORE"):
        Store.remote("http://127.0.0.1:9/sparql").select("ASK { ?s ?p ?o }")


def test_a_query_that_the_server_refuses_is_a_plain_error(remote: Store) -> None:
    with pytest.raises(StoreError, match="does not answer"):
        remote.select("SELECT * { ?s ?p }")


def test_a_server_answers_ask_like_the_embedded_graph(remote: Store) -> None:
    assert remote.select("ASK { ?s a <https://schema.org/Country> }") == [{"ask": "true"}]


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("positions", {"member_state": "FRA"}),
        ("positions", {"matter": "police-data", "day": "2014-06-01"}),
        ("bases", {"member_state": "DEU", "country": "GBR"}),
        ("bases", {"member_state": "ESP", "country": "NGA", "day": "2025-03-19"}),
        ("absences", {"country": "SUR"}),
        ("pending", {"country": "BRA"}),
    ],
)
def test_a_server_gives_the_same_rows_to_a_saved_question(
    graph: Graph, remote: Store, name: str, given: dict[str, str]
) -> None:
    query = queries.find(QUERIES / "ask", name)
    text = query.bind(query.values(given, DAY, 24))
    rows = graph.store.select(text)
    assert rows
    assert sorted_rows(remote.select(text)) == sorted_rows(rows)


def test_a_server_gives_the_same_position(graph: Graph, remote: Store) -> None:
    day = datetime.date(2024, 6, 1)
    here, there = (
        position(store, QUERIES / "ask", "BEL", "MKD", "mla", day, 24).record() for store in (graph.store, remote)
    )
    assert here["status"] == "covered"
    assert there == here


@pytest.mark.parametrize("kind", ["no-europol-data", "not-party-to-convention", "signed-not-in-force"])
def test_a_server_gives_the_same_gaps(graph: Graph, remote: Store, kind: str) -> None:
    here, there = (Finder(store, QUERIES, 24).find(Filter(kind=kind), DAY) for store in (graph.store, remote))
    assert here
    assert there == here
