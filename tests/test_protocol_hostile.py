"""Over HTTP: queries that never end take nothing from anybody else, and every limit is told in one sentence."""

import dataclasses
import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from serving import publish, served

from kg.settings import read
from web import create_app

QUADS = "".join(f'<http://e/{n}> <http://e/value> "{n}" <http://e/g> .\n' for n in range(500))
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HUNGRY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"
SECONDS = 4
LONELY = """
import dataclasses, sys, threading, time
from pathlib import Path
from kg.endpoint import Endpoint
from kg.published import Published
from kg.settings import read
service, path = Endpoint(dataclasses.replace(read(), query_workers=1)), Published(Path(sys.argv[1])).current().path
service.query(path, "ASK {}", "*/*")
threading.Thread(target=service.query, args=(path, sys.argv[2], "*/*")).start()
time.sleep(0.7)
print("running", flush=True)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("hostile")
    publish(home, QUADS.encode())
    limits = {"query_seconds": SECONDS, "query_megabytes": 100, "query_rows": 1000, "query_bytes": 60_000}
    with served(
        create_app(dataclasses.replace(read({}), home=home, query_workers=10, threads=36, **limits))
    ) as address:
        yield address


def ask(site: str, query: str, path: str = "/sparql.json") -> tuple[int, str, dict[str, str]]:
    """Status, text and headers of an answer."""
    try:
        with urllib.request.urlopen(f"{site}{path}?query={urllib.parse.quote(query)}", timeout=60) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, json.loads(refusal.read())["error"], dict(refusal.headers)


def alive() -> dict[int, tuple[int, int]]:
    """Parent and niceness of every process by its number, the dead ones left out."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if fields[0] != "Z":
            found[int(folder.name)] = (int(fields[1]), int(fields[16]))
    return found


def family(pid: int) -> dict[int, int]:
    """Niceness of a process and of all that descend from it."""
    processes, members = alive(), {pid}
    while more := {child for child, (parent, _) in processes.items() if parent in members} - members:
        members |= more
    return {member: processes[member][1] for member in members if member in processes}


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (ENDLESS, f"The query ran longer than {SECONDS} seconds and was stopped; restrict it, or ask for less at a time"),
        (HUNGRY, "The query needed more than 100 MB of memory and was stopped; restrict it, or ask for less at a time"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f }", "The answer has more than 1000 rows; restrict it, or take it in pages: add rows=1000 and follow the Link header"),
        ("SELECT ?a ?c ('" + "x" * 200 + "' AS ?x) { ?a ?b ?c }", "The answer has more than 60000 bytes; restrict it, or take it in pages: add rows=1000 and follow the Link header"),
    ],
    ids=["time", "memory", "rows", "bytes"],
)  # fmt: skip
def test_each_limit_says_which_it_is_and_what_to_do(site: str, query: str, sentence: str) -> None:
    status, said, _ = ask(site, query)
    assert (status, said) == (422, sentence)
    assert ask(site, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "/sparql.csv")[1].split() == ["n", "500"]


def test_a_page_of_an_answer_past_the_limit_of_bytes_is_given(site: str) -> None:
    query = "SELECT ?a ?c ('" + "x" * 200 + "' AS ?x) { ?a ?b ?c }"
    with urllib.request.urlopen(f"{site}/sparql.csv?rows=100&query={urllib.parse.quote(query)}") as answer:
        assert answer.headers["Coopkg-Rows"] == "100"
        assert 'rel="next"' in answer.headers["Link"]


def test_while_ten_queries_run_away_everything_else_is_answered(site: str) -> None:
    outcomes: list[tuple[int, str]] = []
    running = [threading.Thread(target=lambda: outcomes.append(ask(site, ENDLESS)[:2])) for _ in range(10)]
    started = time.monotonic()
    for thread in running:
        thread.start()
    time.sleep(1)
    while time.monotonic() - started < SECONDS - 1:
        before = time.monotonic()
        with urllib.request.urlopen(f"{site}/health", timeout=10) as answer:
            assert json.load(answer)["ok"] is True
        with urllib.request.urlopen(f"{site}/sparql", timeout=10) as answer:
            assert b"sparql-service-description#Service" in answer.read()
        assert time.monotonic() - before < 2
        assert outcomes == [], "they are still running"
        time.sleep(0.2)
    for thread in running:
        thread.join()
    assert {status for status, _ in outcomes} == {422}
    assert all(f"longer than {SECONDS} seconds" in said for _, said in outcomes)
    assert time.monotonic() - started < SECONDS + 6
    assert ask(site, "ASK {}")[0] == 200


def test_the_query_too_many_is_told_when_to_come_again(site: str) -> None:
    """With 36 threads at most 12 queries are taken in, so that pages always find a thread."""
    running = [threading.Thread(target=ask, args=(site, ENDLESS)) for _ in range(12)]
    for thread in running:
        thread.start()
    time.sleep(1)
    status, said, headers = ask(site, "ASK {}")
    assert (status, headers["Retry-After"]) == (503, "5")
    assert said == "Too many queries are running at the moment; send yours again in a few seconds"
    for thread in running:
        thread.join()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks into /proc")
def test_no_query_runs_on_when_the_site_is_gone(tmp_path: Path) -> None:
    publish(tmp_path, QUADS.encode())
    environment = {**os.environ, "COOPKG_HOME": str(tmp_path), "COOPKG_QUERY_SECONDS": "2"}
    site = subprocess.Popen(
        [sys.executable, "-c", LONELY, str(tmp_path), ENDLESS], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert site.stdout is not None
    with site, site.stdout:
        assert site.stdout.readline() == "running\n"
        workers = {pid for pid, nice in family(site.pid).items() if nice == 19 and pid != site.pid}
        assert workers
        site.kill()
    ended = time.monotonic() + 8
    while workers & set(alive()) and time.monotonic() < ended:
        time.sleep(0.1)
    assert workers & set(alive()) == set()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks into /proc")
def test_the_workers_leave_the_processor_to_the_site(site: str) -> None:
    ask(site, "ASK {}")
    assert sum(nice == 19 for nice in family(os.getpid()).values()) >= 10
