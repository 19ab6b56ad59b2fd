"""The pipeline: check, load, derive, close, prove, validate, publish.

Everything happens in a folder aside. Validation and the proof of consistency need only the facts, so
they run in processes of their own while the main one derives. Nothing is published unless all agree.
"""

import fcntl
import hashlib
import json
import multiprocessing
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from kg import check, reason, statements, tables, validate
from kg.errors import BuildError
from kg.issue import Issue, errors
from kg.ontology import ontology
from kg.published import Published
from kg.reason import CLOSURE_GRAPH
from kg.settings import Settings
from kg.store import Store
from kg.tables import Catalogue
from kg.vocab import COOP, GRAPH, ONTOLOGY_GRAPH

COMPUTED = "basis.ttl"
"""Shapes of the computed bases: 60,000 nodes that one rule writes alike. The test suite holds them
against their shape; a build asks the hygiene query `basis-incomplete` instead, which takes a moment."""

FIGURES = "route.ttl"
"""Shapes that hold for most of the records, the figures of seizures and of the crime index among them."""

WORKERS = 2
"""Processes beside the main one; it writes and derives meanwhile, so two cores are busy."""

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
        ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn")) as workers,
    ):
        say("check", "")
        catalogue = tables.load(data / "seeds")
        found = check.rows(catalogue)
        _stop_at(found)
        counts = {name: sum(1 for _ in catalogue.rows(name)) for name in catalogue.tables}
        say("check", f"{len(counts)} tables, {sum(counts.values()):,} rows, {len(found)} warnings")

        say("load", "")
        store = Store.memory()
        store.load_quads("".join(statements.everything(catalogue)).encode("utf-8"))
        store.load_triples(ontology(data / "ontology"), ONTOLOGY_GRAPH)
        facts = store.dump()
        (aside / "facts.nq").write_bytes(facts)
        judgements = _judge(workers, catalogue, data, aside / "facts.nq", reason.object_triples(facts, reason.FIGURES))
        closing = workers.submit(reason.closure, reason.object_triples(facts))
        say("load", f"{len(store):,} statements in {len(store.graphs())} graphs")

        writer = threading.Thread(target=_write, args=(aside / "store", facts))
        writer.start()
        for rule in reason.rules(data / "queries" / "rules"):
            say("derive", "")
            before = len(store)
            store.update(rule.read_text("utf-8"))
            say("derive", f"{rule.stem}: {len(store) - before:,} statements")
        say("close", "")
        before = len(store)
        store.load_triples(closing.result(), CLOSURE_GRAPH)
        closure = len(store) - before
        say("close", f"{closure:,} statements by OWL 2 RL")

        say("write", "")
        writer.join()
        quads = sorted(store.dump().splitlines(keepends=True))
        digest = hashlib.sha256(b"".join(quads)).hexdigest()
        _write(aside / "store", b"".join(set(quads).difference(facts.splitlines(keepends=True))), last=True)
        summary = _summary(store, digest, counts, closure)
        (aside / "summary.json").write_text(json.dumps(asdict(summary), indent=1) + "\n", "utf-8")
        say("write", f"{summary.statements:,} statements, {summary.bases:,} bases, digest {digest[:12]}")

        say("validate", "")
        found += validate.hygiene(store, data / "queries" / "checks")
        for judgement in judgements:
            found = check.merge(found, judgement.result())
        _stop_at(found)
        say("validate", f"tables, shapes, hygiene and HermiT agree, {len(found)} warnings")

        say("publish", "")
        (aside / "facts.nq").unlink()
        folder = Published(settings.home).publish(aside, digest, settings.keep)
        say("publish", str(folder))
        return summary, sorted(found)


def _judge(
    workers: ProcessPoolExecutor, catalogue: Catalogue, data: Path, facts: Path, triples: bytes
) -> list[Future[list[Issue]]]:
    """Starts HermiT, two halves of the shapes and the table schema, the slow ones first.

    HermiT gets the facts without the tables of figures, whose rows are alike; the test suite gives it all.
    """
    shapes = [file for file in sorted((data / "shapes").glob("*.ttl")) if file.name != COMPUTED]
    figures = [file for file in shapes if file.name == FIGURES]
    others = [file for file in shapes if file.name != FIGURES]
    return [
        workers.submit(reason.inconsistencies, triples),
        workers.submit(validate.of_file, facts, figures, data / "seeds"),
        workers.submit(validate.of_file, facts, others, data / "seeds"),
        workers.submit(check.schema, catalogue.of_graph()),
    ]


def _write(path: Path, quads: bytes, last: bool = False) -> None:
    """Writes quads to the store on disk; the last time also brings it into the form that reads fastest."""
    store = Store.create(path)
    store.load_quads(quads)
    if last:
        store.finish()


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
