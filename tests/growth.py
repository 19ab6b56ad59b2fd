"""How time, memory and answers grow: the real graph beside graphs of 10 and 100 times its facts.

Part of `make bench` (`tests/bench.py --growth 10,100`); on its own:

    python tests/growth.py [--growth 10,100] [--limit SECONDS] [--folder FOLDER]

For each size the seeds are generated (`tests/worlds.py`), built by the pipeline of `coopkg build`, and
asked the same questions, each in a process of its own that is ended at the limit. Graphs in a folder that
is named stay there and are asked again the next time. A time is the best of some runs after one that warms
up; beside the seconds that went by stand those that the processor worked, of a build those of all its
processes. Where other work runs on the machine, the second hardly changes and the first does. Memory of a question is the highest resident memory of its process,
pages of the graph's files included, which the system takes back when it needs them; memory of the build
is the highest sum over all its processes, shared pages counted once.

Growth is between the two largest sizes: the exponent of time is log(ratio of the processor's seconds) /
log(ratio of the sizes), that of the answer likewise; 1 is in proportion to the facts. A mark stands where the
time grew more than 20 percent faster than the answer, and by more than five milliseconds: a tree of a hundred
times the size is two steps deeper. The first question is the store's own share: two properties read whole and joined.

The generated graphs are built as the real one is, except that shapes and HermiT look at the first of
their parts only (`judged=1`); rules, closure, hygiene queries and the checks of all tables run on all
of it.
"""

import argparse
import datetime
import json
import math
import multiprocessing
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import worlds

from kg import build, explain, ledger, matrix, positions, queries, settings
from kg.gaps import Filter, Finder
from kg.published import Graph, Published

ROOT = Path(__file__).parent.parent
QUERIES = ROOT / "queries"
TODAY = datetime.date(2026, 11, 23)
TEN_YEARS_AGO = datetime.date(2016, 11, 23)
STALE_MONTHS = 24
SIZES = "10,100"
TOLERATED = 1.2
"""How many times faster than its answer the time of a question may grow."""

NOTICEABLE = 0.005
"""Seconds beyond what its answer accounts for, up to which a question gets no mark."""

ONE = {"country": "COL", "route": "coc-bra", "hub": "brssz", "partnership": "clasi"}
"""What saved questions are asked about that can be asked about one thing: parameter and value."""

STORE = "two properties read and joined"
BARE = """
    PREFIX coop: <https://w3id.org/coopkg/def#>
    PREFIX graph: <https://w3id.org/coopkg/graph/>
    SELECT ?basis ?member_state ?country WHERE {
      { SELECT ?basis ?member_state WHERE { GRAPH graph:bases { ?basis coop:hasMemberState ?member_state } } }
      { SELECT ?basis ?country WHERE { GRAPH graph:bases { ?basis coop:hasCountry ?country } } }
    }"""
"""The least that the store does for a list of pairs: two properties read whole and joined. What it grows by, no list can undercut."""


@dataclass(frozen=True)
class Measure:
    """Seconds that went by, rows of the answer (0 where there is none to count), highest memory in MiB, seconds of the processor."""

    seconds: float
    rows: int
    memory: int
    worked: float


def questions(graph: Graph) -> dict[str, Callable[[], int]]:
    """What is asked of each graph: a name, and what asks it and gives the number of rows."""
    store, ask = graph.store, QUERIES / "ask"
    finder = Finder(store, QUERIES, STALE_MONTHS)

    def rows(query: queries.Query, **given: str) -> Callable[[], int]:
        text = query.bind(query.values(given, TODAY, STALE_MONTHS))
        return lambda: len(store.select(text))

    def of_ledger(**wanted: str) -> Callable[[], int]:
        return lambda: len(ledger.changes(finder, ledger.Wanted(**wanted), TEN_YEARS_AGO, TODAY))

    def why() -> int:
        found = finder.find(Filter(kind="no-dedicated-mla", country="COL"), TODAY)
        return len(explain.of_gap(finder, found[0], TODAY).evidence)

    pair = (store, ask, "BEL", "COL", "mla", TODAY, STALE_MONTHS)
    saved = queries.library(ask)
    about_one = {
        f"{name}, one {p.name}": rows(query, **{p.name: ONE[p.name]})
        for name, query in saved.items()
        for p in query.parameters
        if p.name in ONE
    }
    return {
        STORE: lambda: len(store.select(BARE)),
        **{f"gaps {name}": rows(query) for name, query in queries.library(QUERIES / "gaps").items()},
        "gaps, all kinds, scored": lambda: len(finder.find(Filter(), TODAY)),
        "positions, one matter": rows(queries.find(ask, "positions"), matter="mla"),
        "positions of a country": rows(queries.find(ask, "profile-positions"), country="COL"),
        "position of a pair": lambda: len(positions.position(*pair).bases),
        "matrix, one matter": lambda: len(matrix.matrix(store, ask, "mla", TODAY, STALE_MONTHS).cells),
        "ledger, 10 years, a country": of_ledger(country="COL"),
        "ledger, 10 years, a matter": of_ledger(matter="mla", what="positions"),
        "explanation of a position": lambda: len(explain.of_position(store, QUERIES, *pair[2:]).evidence),
        "explanation of a gap": why,
        **about_one,
    }


def asked(home: Path, name: str, runs: int, limit: int) -> Measure | None:
    """A question to the graph of a home folder, in a process of its own; None where the limit ended it."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        signal.alarm(limit)
        try:
            ask = questions(Published(home).current())[name]
            count, best, worked = ask(), math.inf, math.inf
            for _ in range(runs):
                started, begun = time.perf_counter(), time.process_time()
                ask()
                best, worked = (min(best, time.perf_counter() - started), min(worked, time.process_time() - begun))
            os.write(writer, json.dumps([best, count, _peak(os.getpid()), worked]).encode())
        except Exception:
            traceback.print_exc()
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as answer:
        text = answer.read()
    return Measure(*json.loads(text)) if text else None


def data(folder: Path, size: int) -> Path:
    """Makes a folder from which a graph of so many times the facts can be built; for 1 the real one."""
    if size == 1:
        return ROOT
    made = folder / f"data-{size}"
    (made / "shapes").mkdir(parents=True)
    for name in ("ontology", "queries"):
        (made / name).symlink_to(ROOT / name)
    for shape in (ROOT / "shapes").glob("*.ttl"):
        if shape.name != worlds.REFUSED_BY:
            (made / "shapes" / shape.name).symlink_to(shape)
    worlds.generate(ROOT / "seeds", made / "seeds", size)
    return made


def built(data: Path, home: Path, judged: int | None) -> Measure:
    """Builds a graph in a process of its own."""
    process = multiprocessing.get_context("spawn").Process(target=_build, args=(data, home, judged))
    started = time.perf_counter()
    with sampled(process) as used:
        process.join()
    if process.exitcode:
        raise SystemExit(f"the build of {data} failed")
    statements = Published(home).current().built["statements"]
    return Measure(time.perf_counter() - started, statements, used.memory, used.worked)


def _build(data: Path, home: Path, judged: int | None) -> None:
    with worlds.new_codes():
        build.build(
            data,
            settings.read({"COOPKG_HOME": str(home)}),
            build.timed(lambda line: print(f"  {line}", file=sys.stderr, flush=True), lambda step: None),
            judged=judged,
        )


@dataclass
class Use:
    """What a process and all that it started have used so far: highest memory in MiB, seconds of the processor."""

    memory: int = 0
    worked: float = 0


@contextmanager
def sampled(process: multiprocessing.process.BaseProcess) -> Iterator[Use]:
    """Runs a process and looks every two seconds at what it uses."""
    use, done = Use(), threading.Event()

    def sample() -> None:
        while not done.wait(2):
            pids = family(process.pid)
            use.memory = max(use.memory, sum(_shared(pid) for pid in pids) // 1024)
            use.worked = max(use.worked, sum(_worked(pid) for pid in pids))

    process.start()
    thread = threading.Thread(target=sample)
    thread.start()
    try:
        yield use
    finally:
        done.set()
        thread.join()


def family(pid: int | None) -> list[int]:
    """A process and those that it started, and so on."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended meanwhile
            continue
    found = [pid] if pid else []
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def _shared(pid: int) -> int:
    """Resident memory in KiB, pages that several processes share counted in parts."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)


def _worked(pid: int) -> float:
    """Seconds that a process, and those of its own that have ended, kept the processor busy."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _peak(pid: int) -> int:
    """The highest resident memory of a process so far, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) // 1024


def exponent(small: float, large: float, ratio: float) -> float | None:
    """By which power of the size something grew; None where it was nothing."""
    return math.log(large / small) / math.log(ratio) if small and large else None


def line(name: str, sizes: list[int], found: list[Measure | None], store: float = 0) -> str:
    """One line of the table: the two times at each size, memory at the largest size, rows, the two exponents and the mark.

    Args:
        name: what was measured.
        sizes: times the facts of the real graph.
        found: a measure for each size; none where there was no answer.
        store: how the store's own reading and joining grows; 0 where that is not known.
    """
    times = " ".join(f"{one.seconds:10.3f} {one.worked:10.3f}" if one else f"{'no answer':>21}" for one in found)
    rows = " ".join(f"{one.rows:11,}" if one else f"{'-':>11}" for one in found)
    memory = f"{found[-1].memory:7,}" if found[-1] else f"{'-':>7}"
    growth = ""
    if len(found) > 1 and found[-2] and found[-1]:
        ratio = sizes[-1] / sizes[-2]
        of_time = exponent(found[-2].worked, found[-1].worked, ratio)
        of_rows = exponent(found[-2].rows, found[-1].rows, ratio)
        growth = " ".join(f"{one:6.2f}" if one is not None else f"{'-':>6}" for one in (of_time, of_rows))
        grown = growing(found[-2], found[-1])
        if grown > TOLERATED and found[-1].worked * (1 - 1 / grown) > NOTICEABLE:
            growth += "  faster than its answer"
            growth += " and than the store" if store and grown > TOLERATED * store else ""
    return f"{name:<42} {times} {memory} {rows}  {growth}".rstrip()


def growing(small: Measure, large: Measure) -> float:
    """How many times faster than its answer the time of a question grew."""
    rows = large.rows / small.rows if small.rows and large.rows else 1
    return large.worked / small.worked / rows


def table(sizes: list[int], limit: int, folder: Path) -> None:
    """Generates and builds what is not in the folder, asks, and prints a line for each measure."""
    homes = {size: folder / f"home-{size}" for size in sizes}
    head = " ".join(f"{f'{size}x, s':>10} {'worked, s':>10}" for size in sizes)
    rows = " ".join(f"{f'rows {size}x':>11}" for size in sizes)
    print(f"{'growth':<42} {head} {'MiB':>7} {rows}  {'time':>6} {'rows':>6}")
    builds: list[Measure | None] = []
    for size in sizes:
        if Published(homes[size]).kept():
            print(f"built before: {homes[size]}", file=sys.stderr)
            continue
        made = data(folder, size)
        builds.append(built(made, homes[size], None if size == 1 else 1))
        if made != ROOT:
            shutil.rmtree(made)
    if len(builds) == len(sizes):
        print(line("build (rows: statements)", sizes, builds), flush=True)
    store = 0.0
    for name in questions(Published(homes[1]).current()):
        found = [asked(homes[size], name, 5 if size == 1 else 3 if size <= 10 else 1, limit) for size in sizes]
        print(line(name, sizes, found, store), flush=True)
        if name == STORE and len(found) > 1 and found[-2] and found[-1]:
            store = growing(found[-2], found[-1])


def main(growth: str = SIZES, limit: int = 120, folder: Path | None = None) -> None:
    """Prints the table for the real graph and the sizes named, such as `10,100`."""
    sizes = [1, *(int(size) for size in growth.split(",") if size)]
    with ExitStack() as stack:
        stack.enter_context(worlds.new_codes())
        table(sizes, limit, folder or Path(stack.enter_context(tempfile.TemporaryDirectory())))


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--growth", default=SIZES, help="times the facts of the real graph")
    arguments.add_argument("--limit", type=int, default=120, help="seconds that one question gets")
    arguments.add_argument(
        "--folder", type=Path, help="where the graphs go and stay; 100x takes some 25 GB for a while"
    )
    main(**vars(arguments.parse_args()))
