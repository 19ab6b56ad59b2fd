"""The site as `coopkg serve` runs it: over HTTP, by several processes, until it is told to stop."""

import contextlib
import gzip
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest

from kg.settings import read
from web import create_app
from web.delivery import kept

FIND = "SELECT ?name { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?name } LIMIT 3"


def family(pid: int) -> set[int]:
    """The processes that a process has begun, and those that these have begun, and so on."""
    of: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if words[0] != "Z":
            of.setdefault(int(words[1]), []).append(int(stat.parent.name))
    found: set[int] = set()
    begun = [pid]
    while begun:
        children = of.get(begun.pop(), [])
        found.update(children)
        begun += children
    return found


def get(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("GET", path, headers=headers)
    answer = line.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    line.close()
    return found


@pytest.fixture(scope="module")
def served(world_home: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The port and the process of a running site."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "COOPKG_HOME": str(world_home), "COOPKG_PROCESSES": "2"}
    command = [sys.executable, "-c", "from web.serve import serve; serve()", "--port", str(port)]
    site = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                get(port, "/health")
                break
            except OSError:
                time.sleep(0.1)
        yield port, site
    finally:
        site.terminate()
        site.wait(30)


def test_a_connection_is_kept_for_many_requests(served):
    line = http.client.HTTPConnection("127.0.0.1", served[0], timeout=30)
    line.connect()
    kept_open = line.sock
    for _ in range(5):
        line.request("GET", "/health")
        answer = line.getresponse()
        assert answer.read().startswith(b"{")
        assert line.sock is kept_open
    line.close()


def test_addresses_and_bodies_arrive_as_they_were_sent(served):
    port = served[0]
    assert get(port, "/sparql.json?query=ASK%7B%7D&x=%ff")[0] == 400
    assert get(port, "/country/%E9%FF")[0] == 404
    query = f"ASK {{}} # {'é' * 9000}"
    assert get(port, f"/sparql.json?query={quote(query)}")[0] == 200
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("POST", "/sparql", query.encode(), {"Content-Type": "application/sparql-query"})
    assert line.getresponse().status == 200
    line.close()
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    with contextlib.suppress(BrokenPipeError):  # it may answer before all of it was sent
        line.request("POST", "/sparql", b" " * 1_000_001, {"Content-Type": "application/sparql-query"})
    assert line.getresponse().status == 413
    line.close()


def test_a_rush_of_clients_is_answered(served):
    with ThreadPoolExecutor(24) as clients:
        answers = list(clients.map(lambda _: get(served[0], f"/sparql.csv?query={quote(FIND)}")[0], range(120)))
    assert answers == [200] * 120


def test_a_profile_is_made_once_and_is_the_same_packed_and_plain(served):
    plain = get(served[0], "/country/COL")
    packed = get(served[0], "/country/COL", **{"Accept-Encoding": "gzip"})
    again = get(served[0], "/country/COL", **{"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed[2]) == plain[2] == gzip.decompress(again[2])
    assert plain[1]["etag"] == packed[1]["etag"] == again[1]["etag"]
    assert {"Accept-Encoding", "Accept-Language"} <= set(again[1]["vary"].split(", "))
    assert again[1]["content-security-policy"] == plain[1]["content-security-policy"]
    known = get(served[0], "/country/COL", **{"If-None-Match": plain[1]["etag"]})
    assert (known[0], known[2]) == (304, b"")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks into /proc")
def test_nothing_runs_on_when_the_site_is_told_to_stop(served):
    port, site = served
    assert get(port, "/sparql.json?query=ASK%7B%7D")[0] == 200
    begun = family(site.pid)
    assert len(begun) > 4, "two processes, and workers for queries"
    site.send_signal(signal.SIGTERM)
    assert site.wait(10) == 0, "before it is killed"
    ended = time.monotonic() + 10
    while (left := {pid for pid in begun if Path(f"/proc/{pid}").exists()}) and time.monotonic() < ended:
        time.sleep(0.1)
    assert left == set()


def test_a_kept_page_is_made_again_for_another_language_address_or_reader(world_home):
    app, made = create_app(read({"COOPKG_HOME": str(world_home)})), []

    def view() -> object:
        made.append(1)
        return app.response_class("<p>page</p>")

    app.add_url_rule("/kept", "kept", kept(view))
    client = app.test_client(use_cookies=False)
    for path, headers, times in [
        ("/kept", {}, 1),
        ("/kept", {}, 1),
        ("/kept?lang=fr", {}, 2),
        ("/kept", {"Accept-Language": "fr"}, 3),
        ("/kept", {"Host": "example.org"}, 4),
        ("/kept", {"Cookie": "a=b"}, 5),
        ("/kept", {"Cookie": "a=b"}, 6),
        ("/kept", {"Accept-Encoding": "gzip"}, 6),
    ]:
        answer = client.get(path, headers=headers)
        body = gzip.decompress(answer.data) if answer.content_encoding == "gzip" else answer.data
        assert (body, len(made)) == (b"<p>page</p>", times), (path, headers)


def test_other_answers_are_tagged_by_their_content(world_home):
    client = create_app(read({"COOPKG_HOME": str(world_home)})).test_client()
    first = client.get("/countries.json?q=col")
    assert client.get("/countries.json?q=col", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.get("/countries.json?q=alb", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    assert "ETag" not in client.get("/country/XXX").headers
