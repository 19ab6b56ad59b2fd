"""What a stranger's rows would mean, worked out in a process that is killed past a limit, and kept nowhere.

The site takes rows from anybody: files, pasted lines, forms. Reading them, holding them against rules and
shapes and deriving the graph anew takes seconds and memory, so it happens in one worker beside those for
strangers' queries; whoever finds it taken is told to come again. Files that it needs meanwhile lie in
memory where the machine offers that, and are removed even when the worker is killed.
"""

import datetime
import functools
import hashlib
import multiprocessing
import os
import resource
import signal
import tempfile
import threading
import time
from concurrent.futures import TimeoutError as LateAnswer
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pebble import ProcessExpired, ProcessPool

from kg import check, effect, importing, incoming, proposals, queries, tables
from kg.endpoint import end, ends_with_the_process
from kg.entry import Shapes
from kg.errors import Busy, LimitReached
from kg.findings import placed
from kg.gaps import Finder
from kg.importing import Change
from kg.issue import Issue
from kg.labels import Labels
from kg.proposals import Proposal
from kg.settings import Settings
from kg.store import Store
from kg.touched import Touching, touched
from kg.vocab import seeds_graph

SECONDS = 10
"""Time for findings and effect together; what takes longer is stopped."""

MEGABYTES = 2048
"""Memory for one look beyond what the worker holds anyway: a graph of a million statements takes 800."""

WAITING = 1
"""How many may wait for the one that is looked at; each holds a thread of the site."""

IN_MEMORY = Path("/dev/shm")


@dataclass(frozen=True)
class Upload:
    """A file of somebody's: the table that its rows are for, its name, and its content. A proposal names its tables itself."""

    table: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Looked:
    """What is to be said about somebody's rows.

    Attributes:
        changes: rows that would be new or changed.
        same: number of rows that are in the tables already.
        issues: findings of tables and shapes.
        effect: positions and gaps that would change, as `kg.effect.table` gives them; None where it was not asked
            for, there are errors, no row changes, or it took too long.
        late: whether the effect was left out because it took too long.
    """

    changes: tuple[Change, ...]
    same: int
    issues: tuple[Issue, ...]
    effect: list[dict[str, Any]] | None = None
    late: bool = False

    @property
    def sound(self) -> bool:
        """Whether nothing forbids the import."""
        return not any(issue.severity == "error" for issue in self.issues)


class Steward:
    """The worker that looks at strangers' rows.

    Args:
        settings: how old the knowledge of an absence may be.
        data: the folder with `seeds`, `shapes`, `ontology` and `queries`.
        seconds: the limit of time for one look.
    """

    def __init__(self, settings: Settings, data: Path, seconds: float = SECONDS) -> None:
        self._settings, self.data, self._seconds = settings, data, seconds
        self._lock = threading.Lock()
        self._pool: ProcessPool | None = None
        self._path: Path | None = None
        self._places = threading.BoundedSemaphore(1 + WAITING)

    @property
    def seeds(self) -> Path:
        """The folder of tables."""
        return self.data / "seeds"

    def open(self, path: Path) -> ProcessPool:
        """The pool for the published graph in a folder; where it is not running it is started, and reads the tables."""
        with self._lock:
            if self._pool is None or self._path != path or not self._pool.active:
                if self._pool is not None:
                    self._pool.close()
                context = multiprocessing.get_context("forkserver")
                # the process that all workers are forked from is one for the whole site, and made for the queries
                context.set_forkserver_preload(["kg.endpoint"])
                self._path = path
                self._pool = ProcessPool(
                    1, context=context, initializer=_open, initargs=(path, self.data, self._settings.stale_months)
                )
                ends_with_the_process(self._pool)
                self._pool.schedule(_ready)  # who comes first need not wait for it
            return self._pool

    def look(
        self, path: Path, rows: Upload | Proposal, day: datetime.date, language: str = "en", with_effect: bool = True
    ) -> Looked:
        """What is to be said about rows; nothing of them is kept.

        Args:
            path: folder of the published graph.
            rows: a file or a proposal.
            day: the day on which positions and gaps are compared.
            language: of the shapes' messages and of names, `en` or `fr`.
            with_effect: whether to work out positions and gaps that would change.

        Raises:
            UsageError: the file is a proposal that cannot be read.
            LimitReached: it takes too long or too much memory to read.
            Busy: too many others are asking.
        """
        if not self._places.acquire(blocking=False):
            raise Busy("others are having their rows checked at the moment", "send yours again in a few seconds")
        try:
            with tempfile.TemporaryDirectory(dir=_in_memory()) as folder:
                return self._look(self.open(path), folder, rows, day, language, with_effect)
        finally:
            self._places.release()

    def _look(
        self,
        pool: ProcessPool,
        folder: str,
        rows: Upload | Proposal,
        day: datetime.date,
        language: str,
        with_effect: bool,
    ) -> Looked:
        _within(pool, None, _ready, folder)  # a worker that has just begun reads the tables first
        end = time.monotonic() + self._seconds
        looked: Looked = _within(pool, end, _read, rows, language)
        if not (with_effect and looked.sound and looked.changes):
            return looked
        try:
            return replace(looked, effect=_within(pool, end, _effect, looked.changes, day, language))
        except LimitReached:
            return replace(looked, late=True)

    def close(self) -> None:
        """Stops the worker."""
        with self._lock:
            if self._pool is not None:
                end(self._pool)
                self._pool = None


def _within(pool: ProcessPool, end: float | None, work: Any, *arguments: Any) -> Any:
    """What the worker gives, unless it takes longer than until `end` or too much memory; then it is killed."""
    timeout = max(0.1, end - time.monotonic()) if end else None
    try:
        return pool.schedule(work, args=arguments, timeout=timeout).result()
    except (LateAnswer, MemoryError, ProcessExpired):
        raise LimitReached(
            "the rows took too long or too much memory to look at", "send fewer rows at a time"
        ) from None


def _in_memory() -> str | None:
    return str(IN_MEMORY) if IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK) else None


class Bench:
    """What the worker holds ready: the facts, the shapes, and the graph to compare with.

    Args:
        path: folder of the published graph.
        data: the folder with `seeds`, `shapes`, `ontology` and `queries`.
        stale_months: age in months after which knowledge of an absence counts as unverified.
    """

    def __init__(self, path: Path, data: Path, stale_months: int) -> None:
        self.data, self.stamp = data, stamp(data / "seeds")
        self.catalogue = tables.load(data / "seeds")
        found = {issue.file for issue in check.rows(self.catalogue)}
        self.sound = frozenset(table.name for table in self.catalogue.tables.values() if table.file not in found)
        of_graph = self.catalogue.of_graph()
        self.facts = effect.facts_of(of_graph)
        self.shapes = Shapes(data)
        published = Store.open(path)
        # Tables may be ahead of the published graph; then others' changes would be shown as the effect of these rows.
        fits = all(_digest(self.facts, name) == _digest(published, name) for name in of_graph.tables)
        now = published if fits else effect.derived(of_graph, data / "queries" / "rules")
        self.now = Finder(now, data / "queries", stale_months)
        self.touching = Touching(self.facts, of_graph, data / "queries", stale_months)
        self.touching.ready(self.now, datetime.date.today())
        self.labels = functools.cache(lambda language: Labels(self.facts, language))
        self.kinds = queries.library(data / "queries" / "gaps")


def stamp(seeds: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes when a table does."""
    files = [*seeds.glob("*.csv"), seeds / "datapackage.json"]
    return tuple((file.name, (said := file.stat()).st_mtime_ns, said.st_size) for file in sorted(files))


def _digest(store: Store, table: str) -> bytes:
    return hashlib.sha256(b"".join(sorted(store.dump_graph(seeds_graph(table)).splitlines(True)))).digest()


_bench: Bench | None = None
_made_from: tuple[Path, Path, int] | None = None


def _open(path: Path, data: Path, stale_months: int) -> None:
    """In the worker: makes it give way to the site, and die at once when it is told to."""
    global _made_from
    os.nice(19)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # pebble's own handler waits for the work that it is to stop
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _made_from = (path, data, stale_months)


def _ready(folder: str | None = None) -> None:
    """In the worker: reads the tables where they are not read yet or have changed, then limits memory."""
    global _bench
    assert _made_from is not None
    tempfile.tempdir = folder
    if _bench is None or _bench.stamp != stamp(_made_from[1] / "seeds"):
        most = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        _bench = None
        _bench = Bench(*_made_from)
        used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (used + MEGABYTES * 1024 * 1024, most))


def _held() -> Bench:
    assert _bench is not None
    return _bench


def _read(rows: Upload | Proposal, language: str) -> Looked:
    """In the worker: what tables and shapes find."""
    bench = _held()
    seeds, catalogue = bench.data / "seeds", bench.catalogue
    if isinstance(rows, Upload) and proposals.is_proposal(rows.content):
        rows = proposals.read(catalogue, rows.content)
    if isinstance(rows, Proposal):
        planned = proposals.plan(seeds, rows, sound=bench.sound)
    else:
        table = catalogue.tables[rows.table]
        read = incoming.read(catalogue, table, rows.name, rows.content)
        planned = importing.plan(seeds, {rows.table: read}, sound=bench.sound)
    issues = list(planned.issues)
    if planned.sound and planned.changes:
        issues += _shapes(bench, planned.changes, language)
    return Looked(planned.changes, planned.same, tuple(sorted(issues)))


def _shapes(bench: Bench, changes: tuple[Change, ...], language: str) -> list[Issue]:
    """What the shapes find about rows, with their place in the file; the facts are afterwards as they were."""
    changed = {
        table.row_iri(one.after): one for one in changes if (table := bench.catalogue.tables[one.table]).rdf_class
    }
    with bench.touching.changed(*_quads(bench, changes)):
        found = bench.shapes.judge(bench.facts, list(changed), language)
    return placed(found, {iri: (one.file, one.line) for iri, one in changed.items()}, bench.catalogue)


def _quads(bench: Bench, changes: tuple[Change, ...]) -> tuple[bytes, bytes]:
    return importing.quads(bench.facts, bench.catalogue, changes)


def _effect(changes: tuple[Change, ...], day: datetime.date, language: str) -> list[dict[str, Any]]:
    """In the worker: positions and gaps that would change."""
    bench = _held()
    quads, names = _quads(bench, changes), bench.labels(language)
    which = touched(bench.facts, *quads)
    once = bench.touching.seen_in(bench.now, which, day) if which is not None else None
    with bench.touching.changed(*quads):
        if which is None or once is None:
            candidate = Store.memory()
            candidate.load_quads(bench.facts.dump())
            effect.derive(candidate, bench.data / "queries" / "rules")
            found = effect.effect(bench.now, candidate, day)
        else:
            found = once.differences(bench.touching.seen(which, day))
        return effect.table(found, bench.kinds, names, Labels(bench.facts, language) if found else names, language)
