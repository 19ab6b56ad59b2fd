"""`make bench`: measured times on the real graph, each beside a peer's in the same run, as a ratio.

    python tests/bench.py [--limit SECONDS] [--growth 10,100]

Build: the whole pipeline, beside rdflib only parsing the same facts. Gap queries: the best of seven,
beside the same question asked of the raw facts in rdflib, which has to derive first what the query
reads (the rules are those in queries/rules); a question that rdflib has not answered within the limit
(600 s by default) says so. Site: from the command to the first answer, beside the bare import of Flask.
Then the site over HTTP (`tests/bench_site.py`): the library beside oxigraph serve and rdflib-endpoint,
many clients, runaway queries; and every page with its first byte, first paint and weight (`tests/bench_pages.py`). Growth: the same for graphs of 10 and 100 times the facts (`tests/growth.py`; about an hour and 60 GB of
disk for 100, some ten minutes for `--growth 10`; `--growth 0` leaves it out).
Machines are noisy: read the ratios. `taskset -c 0,1 make bench` shows what two cores do.
"""

import argparse
import datetime
import functools
import itertools
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import bench_pages
import bench_site
import growth
import rdflib
from rdflib import Dataset

from kg import build, entry, ontology, queries, reason, settings, shacl, statements, tables
from kg.published import Published
from kg.store import Store
from kg.vocab import ONTOLOGY_GRAPH, seeds_graph

ROOT = Path(__file__).parent.parent
TODAY = datetime.date(2026, 11, 23)
STALE_MONTHS = 24
MILLION = 1_000_000


def seconds(deed: Callable[[], object]) -> float:
    started = time.perf_counter()
    deed()
    return time.perf_counter() - started


def row(name: str, ours: float, peer: float | None, peer_name: str, rows: str = "") -> None:
    """One line of the table; a peer that did not answer has no ratio."""
    theirs, ratio = (f"{peer:10.3f} s", f"{peer / ours:8.1f}x") if peer is not None else ("  no answer", "        -")
    print(f"{name:<28} {ours:8.3f} s {theirs} {ratio}  {peer_name} {rows}", flush=True)


def raw_facts() -> tuple[Dataset, float]:
    """The facts and the ontology in rdflib, without anything derived, and the seconds the parsing took."""
    quads = "".join(statements.everything(tables.load(ROOT / "seeds")))
    dataset = Dataset(default_union=True)
    took = seconds(lambda: dataset.parse(data=quads, format="nquads"))
    dataset.graph(ONTOLOGY_GRAPH).parse(data=ontology.ontology(ROOT / "ontology"), format="nt")
    return dataset, took


def rules_for(text: str) -> list[Path]:
    """The rules that write the graphs a query reads, and those that these rules read in turn."""
    files = reason.rules(ROOT / "queries" / "rules")
    texts = {file: file.read_text("utf-8") for file in files}
    wanted = set(re.findall(r"graph:[a-z]+", text))
    for _ in files:
        for source in texts.values():
            if set(re.findall(r"INSERT \{ GRAPH (graph:[a-z]+)", source)) & wanted:
                wanted |= set(re.findall(r"graph:[a-z]+", source))
    return [file for file in files if set(re.findall(r"INSERT \{ GRAPH (graph:[a-z]+)", texts[file])) & wanted]


def asked_of_raw_facts(dataset: Dataset, text: str, limit: int) -> tuple[float | None, int]:
    """Seconds and rows of a question that rdflib answers from the raw facts, in a child process with a limit."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(limit)
        started = time.perf_counter()
        for rule in rules_for(text):
            dataset.update(rule.read_text("utf-8"))
        count = len(list(dataset.query(text)))
        os.write(writer, f"{time.perf_counter() - started} {count}".encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    answer = os.read(reader, 100).decode().split()
    os.close(reader)
    return (float(answer[0]), int(answer[1])) if answer else (None, 0)


def site_ready(home: Path) -> float:
    """Seconds from `coopkg serve` to the first profile that it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "COOPKG_HOME": str(home), "COOPKG_PORT": str(port)}
    started = time.perf_counter()
    server = subprocess.Popen(
        [str(Path(sys.executable).parent / "coopkg"), "serve"], env=environment, stdout=subprocess.DEVNULL
    )
    try:
        while time.perf_counter() - started < 30:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health") as answer:
                    assert answer.status == 200
                return time.perf_counter() - started
            except OSError:
                time.sleep(0.01)
        raise TimeoutError("the site did not answer within 30 s")
    finally:
        server.terminate()
        server.wait()


def entries(path: Path, folder: Path) -> None:
    """One line for the slowest of a few entries of each table, held against the shapes on a million statements."""
    store, shapes, catalogue = Store.scratch(path, folder), entry.Shapes(ROOT), tables.load(ROOT / "seeds")
    copied, number = store.dump_graph(seeds_graph("participation")), 0
    while len(store) < MILLION:
        number += 1
        store.load_quads(copied.replace(b"/id/participation/", f"/id/participation/copy-{number}-".encode()))
    store.finish()  # as a published graph is
    slowest, name, iri = 0.0, "", ""
    for table in (table for table in catalogue.of_graph().tables.values() if table.rdf_class):
        for _, cells in itertools.islice(catalogue.rows(table.name), 5):
            judge = functools.partial(entry.judge, shapes, store, catalogue, table, cells)
            if (took := min(seconds(judge) for _ in range(7))) > slowest:
                slowest, name, iri = took, table.name, table.row_iri(cells)
    files = rdflib.Graph()
    for file in (ROOT / "shapes").glob("*.ttl"):
        files.parse(file)
    peer = seconds(lambda: shacl.report(store, files, [iri]))
    row("one entry, a million", slowest, peer, "pySHACL told the node, not the shapes", f"slowest: {name}")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--limit", type=int, default=600, help="seconds that rdflib gets for one question")
    arguments.add_argument("--growth", default=growth.SIZES, help="sizes to measure growth at; 0 for none")
    given = arguments.parse_args()
    limit = given.limit
    print(f"{len(os.sched_getaffinity(0))} cores; ours, the peer's, how many times longer the peer takes\n")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        took = seconds(lambda: build.build(ROOT, settings.read({"COOPKG_HOME": folder}), lambda step, text: None))
        dataset, parsing = raw_facts()
        row("build", took, parsing, "rdflib, parsing the facts only")
        importing = seconds(lambda: subprocess.run([sys.executable, "-c", "import flask"], check=True))
        row("site ready", site_ready(home), importing, "python -c 'import flask'")
        graph = Published(home).current()
        entries(graph.path, home / "scratch")
        store = graph.store
        for query in queries.library(ROOT / "queries" / "gaps").values():
            text = query.bind(query.values({}, TODAY, STALE_MONTHS))
            count = len(store.select(text))
            best = min(seconds(lambda text=text: store.select(text)) for _ in range(7))  # type: ignore[misc]
            peer, peer_rows = asked_of_raw_facts(dataset, text, limit)
            note = f"{count} rows" if peer is None or peer_rows == count else f"{count} rows, rdflib {peer_rows}"
            row(query.name, best, peer, "rdflib, raw facts", note)
        bench_site.main(["--home", folder])
        print()
        bench_pages.main(["--home", folder, "--paint"])
    if given.growth != "0":
        print()
        growth.main(given.growth)


if __name__ == "__main__":
    main()
