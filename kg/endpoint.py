"""Strangers' queries in worker processes that are killed past a limit.

pyoxigraph cannot stop a running query and follows SERVICE to any address. So each query runs in a
process of its own pool with a limit on time and memory; once the graph is open, the process may open
no file and no socket any more. An answer is complete or refused, never cut.
"""

import io
import multiprocessing
import os
import resource
import signal
import threading
from concurrent.futures import TimeoutError as LateAnswer
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from pebble import ProcessExpired, ProcessPool

from kg import guard
from kg.errors import LimitReached, QueryError, StoreError
from kg.settings import Settings

TABLES = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
}
TRIPLES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}
ALIASES = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/plain": "application/n-triples",
}


@dataclass(frozen=True)
class Answer:
    """A complete answer: its bytes, their media type, and the number of rows or triples."""

    body: bytes
    media_type: str
    rows: int


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
        # as many wait as run, so that strangers' queries never take all of the site's threads
        self._places = threading.BoundedSemaphore(2 * settings.query_workers)

    def open(self, path: Path) -> ProcessPool:
        """The pool for the graph in a folder, started where it is not running."""
        with self._lock:
            if self._pool is None or self._path != path or not self._pool.active:
                if self._pool is not None:
                    self._pool.close()
                self._path = path
                self._pool = ProcessPool(
                    self._settings.query_workers,
                    context=multiprocessing.get_context("spawn"),
                    initializer=_open,
                    initargs=(str(path), self._settings.query_megabytes),
                )
            return self._pool

    def query(self, path: Path, text: str, accept: str) -> Answer:
        """The answer of the graph in a folder to a stranger's query.

        Args:
            path: folder of the store.
            text: the query.
            accept: the media types wanted, as in an HTTP Accept header.

        Raises:
            Refused: an update, SERVICE or LOAD.
            QueryError: the query cannot be read or evaluated.
            LimitReached: it went past a limit, or too many others are running; nothing of the answer is given.
        """
        if not self._places.acquire(blocking=False):
            raise LimitReached("too many queries are running at the moment", "send yours again in a few seconds")
        try:
            return self._run(path, text, accept)
        finally:
            self._places.release()

    def _run(self, path: Path, text: str, accept: str) -> Answer:
        limits = self._settings
        future = self.open(path).schedule(
            _answer, args=[text, accept, limits.query_rows, limits.query_bytes], timeout=limits.query_seconds
        )
        try:
            answer: Answer = future.result()
            return answer
        except LateAnswer:
            raise LimitReached(
                f"the query ran longer than {limits.query_seconds} seconds and was stopped",
                "restrict it, or ask for less at a time",
            ) from None
        except (MemoryError, ProcessExpired):
            raise LimitReached(
                f"the query needed more than {limits.query_megabytes} MB of memory and was stopped",
                "restrict it, or ask for less at a time",
            ) from None

    def close(self) -> None:
        """Stops the workers."""
        with self._lock:
            if self._pool is not None:
                self._pool.stop()
                self._pool.join()
                self._pool = None


_store: ox.Store | None = None


def _open(path: str, megabytes: int) -> None:
    """In a worker: opens the graph, then gives up all means to open anything else."""
    global _store
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


def _answer(text: str, accept: str, most_rows: int, most_bytes: int) -> Answer:
    """In a worker: checks the query, counts its rows, then writes them; past a limit it raises."""
    guard.check(text)
    if _store is None:
        raise StoreError("the graph is not open", "try again")
    rows = 1
    result = _run(text)
    if not isinstance(result, ox.QueryBoolean):
        rows = sum(1 for _ in islice(result, most_rows + 1))
        if rows > most_rows:
            raise LimitReached(
                f"the answer has more than {most_rows} rows",
                "restrict it, or page through it by ORDER BY, LIMIT and OFFSET",
            )
        result = _run(text)  # a result can be read once; rows are counted first so that a cut answer is never written
    offered: dict[str, Any] = TRIPLES if isinstance(result, ox.QueryTriples) else TABLES
    if isinstance(result, ox.QueryBoolean):
        offered = {
            media_type: form
            for media_type, form in TABLES.items()
            if form in (ox.QueryResultsFormat.JSON, ox.QueryResultsFormat.XML)
        }
    media_type = negotiate(accept, list(offered))
    out = _Limited(most_bytes)
    result.serialize(out, format=offered[media_type])
    return Answer(out.getvalue(), media_type, rows)


def _run(text: str) -> Any:
    try:
        return _store.query(text, use_default_graph_as_union=True)  # type: ignore[union-attr]
    except SyntaxError as fault:
        raise QueryError(f"the query cannot be read: {fault}", "check its syntax against SPARQL 1.1") from None
    except (ValueError, RuntimeError, OSError) as fault:
        raise QueryError(f"the query cannot be answered: {str(fault)[:200]}", "ask in another way") from None


class _Limited(io.BytesIO):
    """A buffer that refuses to grow past a number of bytes."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def write(self, data: Any, /) -> int:
        if self.tell() + len(data) > self._most:
            raise LimitReached(f"the answer has more than {self._most} bytes", "restrict it, or ask for less at a time")
        return super().write(data)


def negotiate(accept: str, offered: list[str]) -> str:
    """The offered media type that the Accept header ranks highest; the first one where it names none of them."""
    wanted = []
    for place, part in enumerate(accept.split(",")):
        name, *options = [piece.strip().lower() for piece in part.split(";")]
        quality = next((option[2:] for option in options if option.startswith("q=")), "1")
        weight = float(quality) if quality.replace(".", "", 1).isdecimal() else 0.0
        wanted.append((-weight, place, ALIASES.get(name, name)))
    return next((name for weight, _, name in sorted(wanted) if weight < 0 and name in offered), offered[0])
