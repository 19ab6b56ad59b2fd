"""What people and programs feel of the site: the query library over HTTP beside peers, many clients, runaway queries.

    python tests/bench_site.py --home FOLDER [--limit 20] [--server waitress|gunicorn|granian] [--only QUESTION ...] [--skip PART ...]

Library: every saved question with its standard parameters, asked of /library/NAME.srj, of a bare `oxigraph
serve` and of `rdflib-endpoint` with the same graph, on kept connections. Ours and oxigraph are asked in turns
and the best of each counts, so that what else the machine does touches both alike; ours gzips nothing here,
since oxigraph does not. rdflib gets a hundred times our time for a question, 5 seconds at least and the limit
at most; one that it has not answered then counts as answered then. Clients: 1, 8 and 64 on a profile, a saved question and
a query; the site has the first two cores that the bench may use, the clients the others. Runaway: `tests/runaway.py`.
"""

import argparse
import contextlib
import datetime
import functools
import http.client
import json
import math
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import rdflib
import runaway
from processor import below, settle, spent

from kg import describe, dumps, queries, revisions
from kg.published import Published

ROOT = Path(__file__).parent.parent
STALE_MONTHS = 24
CLIENTS = (1, 8, 64)
JSON = "application/sparql-results+json"
QUERY = "SELECT ?s ?name { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?name } LIMIT 10"
PAGES = {
    "profile page": "/country/COL",
    "saved question": "/library/bases.json?member_state=FRA&country=ARE&day=2026-01-01",
    "SPARQL query": f"/sparql.json?query={quote(QUERY)}",
}
SERVERS = {
    "granian": [sys.executable, "-c", "from web.serve import serve; serve()", "--port"],
    "gunicorn": [sys.executable, "-m", "gunicorn", "-k", "gthread", "-w2", "--threads=96", "web.serve:site()", "-b"],
    "waitress": [sys.executable, "-m", "waitress", "--threads=96", "--call", "web.serve:site", "--port"],
}
"""How each server runs the site; the last argument is the port. `gunicorn` is to be installed for this."""
PROCESS: dict[int, int] = {}
"""The process of each server that runs, by port."""
AIM = 100
"""How many times faster than rdflib-endpoint the median question is to be."""
RDFLIB_ENDPOINT = "rdflib-endpoint, in memory"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextlib.contextmanager
def running(command: list[str], home: Path, ready: str, cores: set[int]) -> Iterator[int]:
    """A server on a free port, from its first answer to the end of the block; gives the port."""
    port = free_port()
    place = f"127.0.0.1:{port}" if command[-1] in ("-b", "--bind") else str(port)
    server = subprocess.Popen(
        [*command, place],
        env={"COOPKG_QUERY_SECONDS": "60", **os.environ, "COOPKG_HOME": str(home), "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, cores),
    )
    PROCESS[port] = server.pid
    try:
        for _ in range(600):
            try:
                ask(http.client.HTTPConnection("127.0.0.1", port, timeout=10), "GET", ready)
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


def alike() -> None:
    """Gives all servers the priority of this program: our workers yield to everything else on the machine, the peer does not."""
    own = os.getpriority(os.PRIO_PROCESS, 0)
    for child in below(os.getpid()):
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, child, own)


def work(deed: Callable[[], object], port: int, times: int = 5) -> float:
    """The processor time of a deed, which what else the machine does hardly changes: the mean of a few, after one for nothing."""
    deed()
    before = spent(PROCESS[port])
    for _ in range(times):
        deed()
    return (spent(PROCESS[port]) - before) / times


def prepare(home: Path) -> None:
    """Makes what the site would make by itself after its start, which would disturb what is measured."""
    published = Published(home)
    digest = published.current().digest
    describe.kept(published, digest)
    dumps.make(published, digest)
    revisions.revisions(home)


def ask(line: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None) -> bytes:
    """The body of an answer with status 200."""
    headers = {"Accept": JSON} | ({"Content-Type": "application/sparql-query"} if body else {})
    line.request(method, path, body, headers)
    answer = line.getresponse()
    found = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{method} {path[:80]} was answered {answer.status}: {found[:200]!r}")
    return found


def best(*deeds: Callable[[], object], seconds: float = 3, most: int = 15) -> list[float]:
    """The least milliseconds of each deed, done in turns: a few times, or as often as a number of seconds allows."""
    taken: list[list[float]] = [[] for _ in deeds]
    until = time.perf_counter() + seconds
    while len(taken[0]) < 3 or (len(taken[0]) < most and time.perf_counter() < until):
        for deed, times in zip(deeds, taken, strict=True):
            started = time.perf_counter()
            deed()
            times.append((time.perf_counter() - started) * 1000)
    return [min(times) for times in taken]


def of_rdflib(dataset: rdflib.Dataset, text: str, limit: int) -> float | None:
    """Milliseconds of rdflib-endpoint for a query, in a child process that ends with the limit; None past it."""
    port = free_port()
    child = os.fork()
    if child == 0:
        import uvicorn  # the peer's own server; needed nowhere else
        from rdflib_endpoint import SparqlEndpoint

        signal.alarm(limit + 120)  # so that it ends with this program; its own start takes a while
        uvicorn.run(SparqlEndpoint(graph=dataset, path="/"), port=port, log_level="critical")
        os._exit(0)
    try:
        for _ in range(1200):  # it imports its server first
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=limit)
        started = time.perf_counter()
        ask(line, "GET", "/?" + urlencode({"query": text}))
        return (time.perf_counter() - started) * 1000
    except TimeoutError:
        return None
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def library(home: Path, limit: int, rdflib_too: bool, only: list[str], cpu: bool) -> None:
    """Every saved question, or only some, ours beside its peers."""
    graph, today, cores = Published(home).current(), datetime.date.today(), os.sched_getaffinity(0)
    saved = queries.library(ROOT / "queries" / "ask") | queries.library(ROOT / "queries" / "gaps")
    dataset = rdflib.Dataset(default_union=True)
    if rdflib_too:
        started = time.perf_counter()
        dataset.parse(data=graph.store.dump(), format="nquads")
        print(f"rdflib has read the graph in {time.perf_counter() - started:.0f} s")
    oxigraph = [str(Path(sys.executable).parent / "oxigraph"), "serve-read-only", "--union-default-graph"]
    oxigraph += ["--location", str(graph.path), "--bind"]
    fine, lost, slower, faster = 0, 0, list[float](), list[float]()
    with (
        running(SERVERS["granian"], home, "/health", cores) as port,
        running(oxigraph, home, "/query?query=ASK%7B%7D", cores) as bare,
    ):
        time.sleep(3)
        settle(PROCESS[port])
        for port_ in (port, bare):  # so that the workers are there
            for _ in range(4):
                with contextlib.suppress(RuntimeError, OSError):
                    ask(
                        http.client.HTTPConnection("127.0.0.1", port_),
                        "GET",
                        "/library/hubs.srj" if port_ == port else "/query?query=ASK%7B%7D",
                    )
        alike()
        print(f"\n{'library over HTTP, ms':<32}{'coopkg':>9}{'oxigraph':>10}{'at most':>9}{RDFLIB_ENDPOINT:>28}")
        for name, query in saved.items():
            if only and name not in only:
                continue
            values = query.values({}, today, STALE_MONTHS)
            text = query.bind(values)
            path = f"/library/{name}.srj?{urlencode(values)}"
            # one connection a question: a server closes one that waits while rdflib is asked
            lines = [http.client.HTTPConnection("127.0.0.1", one, timeout=120) for one in (port, bare)]
            try:
                mine = functools.partial(ask, lines[0], "GET", path)
                peers = functools.partial(ask, lines[1], "POST", "/query", text.encode())
                ours, theirs = (work(mine, port), work(peers, bare)) if cpu else best(mine, peers)
            except RuntimeError as refused:
                print(f"{name:<32} not measured: {refused}")
                lost += 1
                continue
            allowed = 1.5 * theirs + 2
            fine += ours <= allowed
            slower.append(ours / theirs)
            said = ""
            if rdflib_too:
                patience = min(limit, max(5, math.ceil(ours * AIM / 1000)))
                peer = of_rdflib(dataset, text, patience)
                faster.append((peer or patience * 1000) / ours)
                said = f"{peer:.0f}" if peer else f"none in {patience} s"
                said += f" ({'' if peer else 'over '}{faster[-1]:.0f}x)"
            mark = "" if ours <= allowed else "  <- over"
            print(f"{name:<32}{ours:>9.1f}{theirs:>10.1f}{allowed:>9.1f}{said:>28}{mark}", flush=True)
    print(f"{fine} of {len(slower)} within 1.5 times oxigraph serve plus 2 ms; not measured: {lost}")
    print(f"the median question takes {statistics.median(slower):.2f} times as long as with oxigraph serve")
    if faster:
        print(f"and is {statistics.median(faster):.0f} times faster than with rdflib-endpoint (aim: {AIM})")


def clients(home: Path, server: str, seconds: float) -> None:
    """Many clients at once."""
    cores = sorted(os.sched_getaffinity(0))
    theirs = set(cores[2:]) or set(cores)
    print(
        f"\n{f'{server}, two cores':<26}{'clients':>8}{'a second':>10}{'p50':>9}{'p95':>9}{'p99 ms':>9}{'refused':>9}"
    )
    with running(SERVERS[server], home, "/health", set(cores[:2])) as port:
        time.sleep(3)
        settle(PROCESS[port])
        for name, path in PAGES.items():
            for count in CLIENTS:
                command = [sys.executable, str(ROOT / "tests" / "load.py"), f"http://127.0.0.1:{port}{path}"]
                done = subprocess.run(
                    [*command, "--clients", str(count), "--seconds", str(seconds)],
                    stdout=subprocess.PIPE,
                    check=True,
                    preexec_fn=lambda: os.sched_setaffinity(0, theirs),
                )
                found = json.loads(done.stdout)
                numbers = "".join(f"{found[part]:>9.1f}" for part in ("p50", "p95", "p99"))
                print(f"{name:<26}{count:>8}{found['rate']:>10}{numbers}{found['refused']:>9}", flush=True)


def main(arguments: list[str] | None = None) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="home folder with a built graph")
    parser.add_argument("--limit", type=int, default=20, help="most seconds that rdflib-endpoint gets for one question")
    parser.add_argument("--seconds", type=float, default=5, help="of each row of clients")
    parser.add_argument("--only", nargs="*", default=[], metavar="QUESTION", help="saved questions; else all")
    parser.add_argument("--cpu", action="store_true", help="compare processor time; for a machine that does other work")
    parser.add_argument("--server", choices=list(SERVERS), default="granian")
    parser.add_argument("--skip", nargs="*", default=[], choices=["library", "rdflib", "clients", "runaway"])
    given = parser.parse_args(arguments)
    prepare(given.home)
    if "library" not in given.skip:
        library(given.home, given.limit, "rdflib" not in given.skip, given.only, given.cpu)
    if "clients" not in given.skip:
        clients(given.home, given.server, given.seconds)
    if "runaway" not in given.skip:
        print()
        runaway.main(["--home", str(given.home)])


if __name__ == "__main__":
    main()
