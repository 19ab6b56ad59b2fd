"""What is made from a build on request: dumps and comparisons of builds, which are kept beside it, and its counts.

Each takes seconds and most of a core, so one process makes them, one at a time, while the site goes on
answering; a site that has just started begins with them by itself. A few readers wait; others are told to come back.
"""

import atexit
import fcntl
import functools
import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as Late
from pathlib import Path
from typing import Any, TypeVar, cast

from flask import current_app

from kg import describe, dumps, revisions
from kg.errors import Busy, KgError
from kg.published import Published

Made = TypeVar("Made")
PATIENCE = 60
"""Seconds that a reader waits."""


class Maker:
    """The process that makes things, started with the first of them.

    Args:
        home: the folder of the setting `home`.
        waiting: how many readers may wait at the same time.
    """

    def __init__(self, home: Path, waiting: int = 2) -> None:
        self.home = home
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(waiting)
        self._jobs: dict[Any, Future[Any]] = {}

    @functools.cached_property
    def _process(self) -> ProcessPoolExecutor:
        process = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), _begin)
        atexit.register(process.shutdown, cancel_futures=True)
        return process

    def made(self, digest: str) -> list[dumps.Dump]:
        """The dumps of a build that are there, as `kg.dumps.made`."""
        return dumps.made(Published(self.home), digest)

    def dumps(self, digest: str) -> list[dumps.Dump]:
        """The dumps of a build that is kept.

        Raises:
            NotFound: it is not kept.
            StoreError: they cannot be written.
            Busy: they are being made, and too many wait for them.
        """
        return self.made(digest) or self._wait(_dumps, self.home, digest)

    def revisions(self) -> list[revisions.Revision]:
        """What each kept build changed, as `kg.revisions.revisions`."""
        known = tuple(kept.digest for kept in Published(self.home).kept())
        return self._wait(_revisions, self.home, known)

    def statistics(self, digest: str) -> describe.Statistics:
        """The counts of a build that is kept."""
        return self._wait(_statistics, self.home, digest)

    def prepare(self, digest: str) -> None:
        """Begins to make counts, dumps and comparisons of a build, so that they are there before anybody asks."""
        self._process.submit(_prepare, self.home, digest)

    def close(self) -> None:
        """Ends the process."""
        if "_process" in self.__dict__:
            self._process.shutdown(cancel_futures=True)

    def _wait(self, make: Callable[[Path, Any], Made], home: Path, key: Any) -> Made:
        if not self._places.acquire(blocking=False):
            raise Busy("others are waiting for this to be made", "come back in a minute")
        try:
            with self._lock:
                job = self._jobs.get((make, key))
                if job is None or (job.done() and (job.cancelled() or job.exception())):
                    self._jobs = {known: one for known, one in self._jobs.items() if known[0] is not make}
                    job = self._jobs[make, key] = self._process.submit(make, home, key)
            return cast(Made, job.result(PATIENCE))
        except Late:
            raise Busy("this is still being made", "come back in a minute") from None
        finally:
            self._places.release()


def _begin() -> None:
    """In the process: gives way to the site, and ends with it, also where the site is killed."""
    os.nice(10)
    threading.Thread(target=_end_with_the_site, daemon=True).start()


def _end_with_the_site() -> None:
    site = multiprocessing.parent_process()
    if site is not None:
        site.join()
        os._exit(1)


def _dumps(home: Path, digest: str) -> list[dumps.Dump]:
    return dumps.make(Published(home), digest)


def _statistics(home: Path, digest: str) -> describe.Statistics:
    return describe.kept(Published(home), digest)


def _prepare(home: Path, digest: str) -> None:
    """Makes what is missing beside a build, unless another process of the site is at it."""
    published = Published(home)
    try:
        published.beside(digest).mkdir(parents=True, exist_ok=True)
        with (published.beside(digest) / "preparing").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            describe.kept(published, digest)
            dumps.make(published, digest)
            revisions.revisions(home)
    except (OSError, KgError):
        return  # it is made when somebody asks for it


def _revisions(home: Path, known: tuple[str, ...]) -> list[revisions.Revision]:
    return revisions.revisions(home)


def maker() -> Maker:
    """The maker of the application that answers."""
    return cast(Maker, current_app.extensions["maker"])
