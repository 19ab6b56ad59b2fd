"""Strangers' queries in worker processes that are killed past a limit.

pyoxigraph cannot stop a running query and follows SERVICE to any address. So each query runs in a
process of its own pool with a limit on time and memory; once the graph is open, the process may open
no file and no socket any more, and it yields the processor to the site. An answer is complete or
refused, never cut.
"""

import functools
import gzip
import hashlib
import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import TimeoutError as LateAnswer
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from pebble import ProcessExpired, ProcessPool

from kg import answers, guard, runs
from kg.answers import Answer, Page
from kg.errors import Busy, Cancelled, LimitReached, QueryError, StoreError
from kg.settings import Settings
from kg.vocab import BASE

SMALLER = "restrict it, or ask for less at a time"
PATIENCE = 5
"""Seconds that a query waits for its turn: long enough for a rush of short ones, too short to gather behind endless ones."""


@dataclass(frozen=True)
class Question:
    """What a stranger asks.

    Attributes:
        text: the query.
        accept: the media types wanted, as in an HTTP Accept header.
        strict: whether another form than those wanted is an error.
        default_graphs: IRIs of the graphs whose union is asked; they and `named_graphs` replace what the
            query says itself. With neither, the union of all graphs is asked.
        named_graphs: IRIs of the graphs that GRAPH sees.
        page: the part of the answer that is wanted; None for the whole.
        graph: digest of the graph, for what the answer says of itself; empty to have it say nothing.
        compress: whether the answer may be gzip.
    """

    text: str
    accept: str = "*/*"
    strict: bool = False
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    page: Page | None = None
    graph: str = ""
    compress: bool = False

    @functools.cached_property
    def hash(self) -> str:
        """SHA-256 of the query, in hexadecimal."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()


class Endpoint:
    """The pool of workers for one graph at a time; a new graph gets a new pool.

    Args:
        settings: limits and number of workers.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._path: Path | None = None
        self._pool: ProcessPool | None = None
        # the site has three pools (today's build, the library, earlier builds): a third of its threads for each
        self._places = threading.BoundedSemaphore(max(1, settings.threads // 3))
        self._turns = threading.BoundedSemaphore(settings.query_workers)

    def open(self, path: Path) -> ProcessPool:
        """The pool for the graph in a folder, started where it is not running."""
        with self._lock:
            if self._pool is None or self._path != path or not self._pool.active:
                if self._pool is not None:
                    self._pool.close()
                self._path = path
                self._pool = ProcessPool(
                    self._settings.query_workers,
                    context=_context(),
                    initializer=_open,
                    initargs=(str(path), self._settings.query_megabytes),
                )
                ends_with_the_process(self._pool)
            return self._pool

    def query(self, path: Path, text: str, accept: str) -> Answer:
        """The answer to a query, in the form that an Accept header names; see `ask`."""
        return self.ask(path, Question(text, accept))

    def ask(self, path: Path, question: Question, run: str = "") -> Answer:
        """The answer of the graph in a folder to a stranger's question.

        Args:
            path: folder of the store.
            question: what is asked.
            run: a name drawn at random under which `kg.runs.end` ends it; empty where nobody will.

        Raises:
            Refused: an update, SERVICE or LOAD.
            QueryError: the query cannot be read or evaluated.
            UsageError: the form asked for is none of this kind of answer.
            LimitReached: it went past a limit; nothing of the answer is given.
            Busy: too many others are running or waiting, or none of those running has ended within `PATIENCE`.
            Cancelled: somebody has ended the run.
        """
        with _place(self._places), _place(self._turns, PATIENCE):
            return self._run(path, question, run)

    def _run(self, path: Path, question: Question, run: str) -> Answer:
        limits = self._settings
        future = self.open(path).schedule(
            _answer,
            args=[question, limits.query_rows, limits.query_bytes, limits.query_seconds],
            timeout=limits.query_seconds,
        )
        try:
            answer: Answer = _wait(future, run) if run else future.result()
            return answer
        except LateAnswer:
            raise LimitReached(
                f"the query ran longer than {limits.query_seconds} seconds and was stopped", SMALLER
            ) from None
        except (MemoryError, ProcessExpired):
            raise LimitReached(
                f"the query needed more than {limits.query_megabytes} MB of memory and was stopped", SMALLER
            ) from None

    def close(self) -> None:
        """Stops the workers."""
        with self._lock:
            if self._pool is not None:
                end(self._pool)
                self._pool = None


def ends_with_the_process(pool: ProcessPool) -> None:
    """Ends a pool before its process ends; else it begins workers anew as they are ended, and the process waits for them."""
    Finalize(None, end, [pool], exitpriority=10)


def end(pool: ProcessPool) -> None:
    """Stops the workers of a pool, whatever they are at, and waits until they are gone."""
    pool.stop()
    pool.join()


@contextmanager
def _place(places: threading.Semaphore, patience: float = 0) -> Iterator[None]:
    """Holds one of a number of places; without patience, only one that is free at once.

    Raises:
        Busy: none is free in time.
    """
    if not places.acquire(blocking=patience > 0, timeout=patience or None):
        raise Busy("too many queries are running at the moment", "send yours again in a few seconds")
    try:
        yield
    finally:
        places.release()


def _wait(future: Any, run: str) -> Answer:
    """The answer, unless the run is ended before it is there: then the worker is killed.

    Raises:
        Cancelled: it was.
    """
    with runs.named(run) as file:
        try:
            while file.exists():
                try:
                    answer: Answer = future.result(timeout=0.1)
                    return answer
                except LateAnswer:
                    if future.done():  # else it is this wait that is over, not the time of the query
                        raise
        finally:
            future.cancel()
    raise Cancelled("the query was cancelled", "ask again")


def _context() -> Any:
    """How workers come into being: forked from a process that has read this module and nothing else.

    So a worker that takes the place of a killed one costs the machine milliseconds, not the start of
    Python and the import of the parser.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    return context


_store: ox.Store | None = None


def _open(path: str, megabytes: int) -> None:
    """In a worker: opens the graph, then gives up all means to open anything else, and its place in the queue for the processor."""
    global _store
    os.nice(19)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # pebble's own handler waits for the query that it is to stop
    _store = ox.Store.read_only(path)
    for _ in islice(_store, 1):
        pass
    used = (
        int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        if Path("/proc/self/statm").exists()
        else 0
    )
    limit = used + megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (1, 1))  # number 0 is taken; at 0 poll(), by which it gets work, fails


_check = functools.lru_cache(256)(guard.check)


def _answer(question: Question, most_rows: int, most_bytes: int, seconds: int) -> Answer:
    """In a worker: answers, or is ended by the system itself where the site, which would end it, is gone."""
    signal.alarm(seconds + 2)
    try:
        return _answered(question, most_rows, most_bytes)
    finally:
        signal.alarm(0)


def _answered(question: Question, most_rows: int, most_bytes: int) -> Answer:
    """Checks the query, runs it once, and writes its rows; past a limit it raises."""
    started = time.perf_counter()
    own_graphs = _check(question.text)
    if _store is None:
        raise StoreError("the graph is not open", "try again")
    try:
        result = _run(question, own_graphs)
        body, media_type, rows, cursor = answers.write(
            result, question.accept, question.strict, most_rows, most_bytes, question.page
        )
    except SyntaxError as fault:
        raise QueryError(f"the query cannot be read: {_plain(fault)}", "check its syntax against SPARQL 1.1") from None
    except (ValueError, RuntimeError, OSError) as fault:
        raise QueryError(f"the query cannot be answered: {_plain(fault)}", "ask in another way") from None
    took = round((time.perf_counter() - started) * 1000, 1)
    start = question.page.start if question.page else 0
    if question.graph:
        body = answers.stated(body, media_type, _statement(question, start, rows, bool(cursor), took))
    compressed = question.compress and len(body) >= answers.SHORTEST
    return Answer(
        gzip.compress(body, 5, mtime=0) if compressed else body, media_type, rows, start, cursor, took, compressed
    )


def _plain(fault: Exception) -> str:
    """The words of the store in one line."""
    return " ".join(str(fault).split())[:200]


def _statement(question: Question, start: int, rows: int, more: bool, took: float) -> str:
    if start or more:
        part = f"rows {start + 1} to {start + rows}, {'more follow' if more else 'the last'}"
    else:
        part = f"complete, rows: {rows}"
    return f"{part}; graph {question.graph}; query SHA-256 {question.hash}; {took} ms"


def _run(question: Question, own_graphs: bool) -> Any:
    assert _store is not None
    if question.default_graphs or question.named_graphs:
        return _store.query(
            question.text,
            base_iri=BASE,
            default_graph=[ox.NamedNode(iri) for iri in question.default_graphs],
            named_graphs=[ox.NamedNode(iri) for iri in question.named_graphs],
        )
    return _store.query(question.text, base_iri=BASE, use_default_graph_as_union=not own_graphs)
