"""The pipeline: check, load, derive, close, prove, validate, publish.

Everything happens in a folder aside. Closure, shapes and the proof of consistency need only the facts,
so a second process works on them while the main one derives and a thread writes to disk: two cores are
busy. Nothing is published unless all agree.
"""

import fcntl
import hashlib
import json
import multiprocessing
import os
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from multiprocessing.context import BaseContext
from pathlib import Path

from kg import check, reason, statements, tables, validate
from kg.errors import BuildError
from kg.issue import Issue, errors
from kg.ontology import ontology
from kg.published import Published
from kg.settings import Settings
from kg.store import Store
from kg.vocab import COOP, GRAPH, ONTOLOGY_GRAPH

COMPUTED = "basis.ttl"
"""Shapes of the computed bases: 60,000 nodes that one rule writes alike. The test suite holds them
against their shape; a build asks the hygiene query `basis-incomplete` instead, which takes a moment."""

NEWLINE = b"\n"

Say = Callable[[str, str], None]
"""Called with a step and what it has done; with an empty text when the step begins."""


@dataclass(frozen=True)
class Summary:
    """What a build did, as written beside the graph and printed.

    Attributes:
        digest: SHA-256 of the sorted N-Quads.
        counts: rows of each table.
        statements: number of quads.
        bases: cooperation bases derived.
        pending: pairs with an instrument signed or of unknown entry into force.
        absences: absences that follow from complete lists.
        closure: statements added by the OWL 2 RL closure.
        oldest_check: the earliest day on which a row was last checked.
        newest_check: the latest such day.
    """

    digest: str
    counts: dict[str, int]
    statements: int
    bases: int
    pending: int
    absences: int
    closure: int
    oldest_check: str
    newest_check: str


class FindingsError(BuildError):
    """A build that found something to mend; `issues` says what."""

    def __init__(self, issues: list[Issue]) -> None:
        super().__init__(
            f"{len(issues)} findings; nothing was published, the graph that was there goes on serving",
            "mend them and build again",
        )
        self.issues = issues


def build(data: Path, settings: Settings, say: Say) -> tuple[Summary, list[Issue]]:
    """Builds the graph from the folders `seeds`, `ontology`, `shapes` and `queries` in `data` and publishes it.

    Args:
        data: the folder that holds them.
        settings: where the graph goes and how many are kept.
        say: told about each step.

    Returns:
        The summary, and the warnings that did not stop the build.

    Raises:
        FindingsError: there are findings that stop it; nothing was published.
        BuildError: another build is running in the same home folder.
    """
    with (
        _alone(settings.home) as aside,
        ProcessPoolExecutor(1, mp_context=_ready()) as worker,
    ):
        say("check", "")
        catalogue = tables.load(data / "seeds")
        schema = worker.submit(check.schema, catalogue.of_graph())
        found = check.rows(catalogue)
        _stop_at(found)
        counts = {name: sum(1 for _ in catalogue.rows(name)) for name in catalogue.tables}
        say("check", f"{len(counts)} tables, {sum(counts.values()):,} rows, {len(found)} warnings")

        say("load", "")
        store = Store.memory()
        store.load_quads("".join(statements.everything(catalogue)).encode("utf-8"))
        store.load_triples(ontology(data / "ontology"), ONTOLOGY_GRAPH)
        facts, asserted = store.dump(), set(store.graphs())
        (aside / "facts.nq").write_bytes(facts)
        closing = worker.submit(_close, aside / "facts.nq")
        judging = worker.submit(_judge, aside / "facts.nq", data)
        say("load", f"{len(store):,} statements in {len(store.graphs())} graphs")

        writer = Writer(aside / "store")
        writer.add(facts)
        for rule in reason.rules(data / "queries" / "rules"):
            say("derive", "")
            before = len(store)
            store.update(rule.read_text("utf-8"))
            say("derive", f"{rule.stem}: {len(store) - before:,} statements")
        derived = b"".join(store.dump_graph(graph) for graph in store.graphs() if graph not in asserted)
        writer.add(derived)

        say("close", "")
        closure = closing.result()
        store.load_quads(closure)
        writer.add(closure)
        say("close", f"{closure.count(NEWLINE):,} statements by OWL 2 RL")

        say("write", "")
        digest = hashlib.sha256(b"".join(sorted((facts + derived + closure).splitlines(keepends=True)))).hexdigest()
        summary = _summary(store, digest, counts, closure.count(NEWLINE))
        (aside / "summary.json").write_text(json.dumps(asdict(summary), indent=1) + "\n", "utf-8")
        found += validate.hygiene(store, data / "queries" / "checks")
        writer.finish()
        say("write", f"{summary.statements:,} statements, {summary.bases:,} bases, digest {digest[:12]}")

        say("validate", "")
        found = check.merge(found, schema.result()) + judging.result()
        _stop_at(found)
        say("validate", f"tables, shapes, hygiene and HermiT agree, {len(found)} warnings")

        say("publish", "")
        (aside / "facts.nq").unlink()
        folder = Published(settings.home).publish(aside, digest, settings.keep)
        say("publish", str(folder))
        return summary, sorted(found)


def _ready() -> BaseContext:
    """A process forked from one that has imported the reasoners and pySHACL already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["kg.build"])
    return context


def _close(facts: Path) -> bytes:
    """In the worker: the OWL 2 RL closure of the facts in a file."""
    return reason.closure(reason.object_triples(facts.read_bytes()))


def _judge(facts: Path, data: Path) -> list[Issue]:
    """In the worker: what shapes and HermiT find about the facts in a file.

    HermiT gets them without the tables of figures, whose rows are alike; the test suite gives it all.
    """
    quads = facts.read_bytes()
    store = Store.memory()
    store.load_quads(quads)
    shapes = [file for file in sorted((data / "shapes").glob("*.ttl")) if file.name != COMPUTED]
    found = validate.shapes(store, shapes, tables.load(data / "seeds").locate())
    return found + reason.inconsistencies(reason.object_triples(quads, reason.FIGURES))


class Writer:
    """Writes quads to a store on disk in a thread of its own, in the order in which they are added.

    The store releases Python's lock while it writes, so the build goes on meanwhile.
    """

    def __init__(self, path: Path) -> None:
        self._store = Store.create(path)
        self._thread = ThreadPoolExecutor(1)
        self._jobs: list[Future[None]] = []

    def add(self, quads: bytes) -> None:
        """Queues N-Quads."""
        self._jobs.append(self._thread.submit(self._store.load_quads, quads))

    def finish(self) -> None:
        """Waits for what was queued, brings the store into the form that reads fastest, and closes it."""
        for job in self._jobs:
            job.result()
        self._thread.shutdown()
        self._store.finish()
        del self._store


def _stop_at(found: list[Issue]) -> None:
    if errors(found):
        raise FindingsError(sorted(errors(found)))


def _summary(store: Store, digest: str, counts: dict[str, int], closure: int) -> Summary:
    def count(pattern: str) -> int:
        return int(
            store.select(
                f"PREFIX coop: <{COOP}> PREFIX graph: <{GRAPH}> SELECT (COUNT(*) AS ?n) WHERE {{ {pattern} }}"
            )[0]["n"]
        )

    checked = store.select(
        f"PREFIX coop: <{COOP}> SELECT (MIN(?day) AS ?oldest) (MAX(?day) AS ?newest) WHERE {{ ?row coop:checked ?day }}"
    )[0]
    return Summary(
        digest,
        counts,
        len(store),
        count("GRAPH graph:bases { ?x a coop:CooperationBasis }"),
        count("GRAPH graph:pending { ?x a coop:PendingBasis }"),
        count("GRAPH graph:absences { ?x a coop:ImpliedAbsence }"),
        closure,
        checked.get("oldest", ""),
        checked.get("newest", ""),
    )


@contextmanager
def _alone(home: Path) -> Iterator[Path]:
    """A fresh folder aside, while no other build runs; what a killed build left behind is removed."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BuildError(
                f"another build is running in {home}", "wait for it, or set COOPKG_HOME to another folder"
            ) from None
        for left in home.glob("aside-*"):
            shutil.rmtree(left, ignore_errors=True)
        for left in home.glob("current.*"):
            left.unlink()
        aside = home / f"aside-{os.getpid()}"
        aside.mkdir()
        try:
            yield aside
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def timed(say: Callable[[str], None], write: Callable[[str], None]) -> Say:
    """A `Say` that writes one line a step with the seconds it took; `say` gets the lines, `write` what is going on."""
    started: dict[str, float] = {}

    def tell(step: str, text: str) -> None:
        if not text:
            started[step] = time.monotonic()
            write(step)
        else:
            say(f"{step:<9} {text}  ({time.monotonic() - started[step]:.1f} s)")

    return tell
