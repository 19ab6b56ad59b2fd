"""The pipeline: check, load, derive, close, prove, validate, publish.

Everything happens in a folder aside, and travels between the steps in files of N-Quads, so that the
memory a build takes depends on the largest part of the facts (see `kg.parts`), not on all of them.
Worker processes conclude from the facts and judge them while a thread writes to disk. Nothing is
published unless all agree.
"""

import fcntl
import gc
import json
import multiprocessing
import os
import re
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain, zip_longest
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

from kg import check, digest, parts, reason, statements, tables, whole, worker
from kg.errors import BuildError
from kg.issue import Issue, errors
from kg.ontology import ontology
from kg.parts import Parts
from kg.published import Published
from kg.rulebook import rulebook
from kg.settings import Settings
from kg.store import Store
from kg.tables import Catalogue
from kg.vocab import ONTOLOGY_GRAPH

PIECE = 200 << 20
"""Bytes of facts that are sorted at a time, some million statements: as many as the store sorts at a time."""

PAUSE = 0.02
"""Seconds between two looks for files that have come."""

MANY = 4
"""Files still to come with which the writer waits until it has a whole piece."""

Say = Callable[[str, str], None]
"""Called with a step and what it has done; with an empty text when the step begins."""


@dataclass(frozen=True)
class Summary:
    """What a build did, as written beside the graph and printed.

    Attributes:
        digest: SHA-256 of the sorted N-Quads.
        counts: rows of each table.
        statements: number of quads.
        bases: pairs of a member state and a third country, once for each basis that the two have.
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


def build(
    data: Path, settings: Settings, say: Say, part_rows: int = parts.ROWS, judged: int | None = None
) -> tuple[Summary, list[Issue]]:
    """Builds the graph from the folders `seeds`, `ontology`, `shapes` and `queries` in `data` and publishes it.

    Args:
        data: the folder that holds them.
        settings: where the graph goes and how many are kept.
        say: told about each step.
        part_rows: rows of the parts that larger tables are divided into.
        judged: how many parts shapes and HermiT look at; all by default. For measurements only: the
            facts of the others are published unproved.

    Returns:
        The summary, and the warnings that did not stop the build.

    Raises:
        FindingsError: there are findings that stop it; nothing was published.
        BuildError: another build is running in the same home folder.
    """
    cores = len(os.sched_getaffinity(0))
    with (
        _alone(settings.home) as aside,
        ProcessPoolExecutor(
            max(3, cores - 1), mp_context=_ready(), initializer=gc.disable, max_tasks_per_child=1
        ) as pool,
        Writer(aside / "store") as writer,
    ):
        say("check", "")
        say("load", "")
        catalogue = tables.load(data / "seeds")
        dividing = pool.submit(parts.divide, catalogue.of_graph(), _tables_read(data), part_rows)
        checking = pool.submit(_checked, catalogue)
        schema = pool.submit(check.schema, catalogue.of_graph())
        work = aside / "work"
        work.mkdir()
        division = dividing.result()
        facts = Facts(work, len(division.countries))
        settled: list[Path] = []
        settling = []
        try:
            for piece in facts.write(catalogue, division, data):
                settled.append(work / f"settled-{len(settled)}.nq")
                settling.append(pool.submit(worker.settle, piece, settled[-1]))
                writer.add(settled[-1], settling[-1])
        except Exception:
            _stop_at(checking.result()[0])  # which says what is wrong with the table, and where
            raise
        found, counts = checking.result()
        _stop_at(found)
        say("check", f"{len(counts)} tables, {sum(counts.values()):,} rows, {len(found)} warnings")
        say("load", f"{facts.lines:,} statements in {len(division.countries)} parts")

        say("derive", "")
        numbers = _spread([sum(file.stat().st_size for file in facts.of(n)) for n in range(len(division.countries))])
        derived, closed = ([work / f"{name}-{number}.nq" for number in numbers] for name in ("derived", "closed"))
        concluding = [
            pool.submit(worker.conclude, facts.of(number), data, division.countries[number], file)
            for number, file in zip(numbers, derived, strict=True)
        ]
        closing = [
            pool.submit(worker.close, facts.first(number), file) for number, file in zip(numbers, closed, strict=True)
        ]
        judging = [pool.submit(worker.judge, facts.of(number), data) for number in _last(numbers, judged)]
        making: list[Future[Any]] = [*concluding, *closing]
        for file, made in zip([*derived, *closed], making, strict=True):
            writer.add(file, made)
        writer.complete()
        for piece, job in zip(facts.pieces, settling, strict=True):
            job.result()
            facts.drop(piece)
        for number, *jobs in zip_longest(numbers[::-1], concluding[::-1], closing[::-1], judging[::-1]):
            for job in filter(None, jobs):
                job.add_done_callback(partial(facts.drop_part, number, jobs))
        concluded = [part.result() for part in concluding]
        for name, count in sum((Counter(part.rules) for part in concluded), Counter[str]()).items():
            say("derive", f"{name}: {count:,} statements")

        say("close", "")
        for job in closing:
            job.result()
        closure = digest.of_sorted(closed)[1]
        say("close", f"{closure:,} statements by OWL 2 RL")

        say("write", "")
        name, lines = digest.of_sorted([*settled, *derived, *closed])
        summary = Summary(
            name,
            counts,
            lines,
            sum(part.bases for part in concluded),
            sum(part.pending for part in concluded),
            sum(part.absences for part in concluded),
            closure,
            facts.oldest_check,
            facts.newest_check,
        )
        for kept in ("queries", "shapes"):  # so that a result of this build can be asked for again later
            shutil.copytree(data / kept, aside / kept)
        (aside / "summary.json").write_text(json.dumps(asdict(summary), indent=1) + "\n", "utf-8")
        writer.finish()
        said = {number: part.result() for number, part in zip(_last(numbers, judged), judging, strict=True)}
        seen = whole.together(said, data / "shapes", catalogue.of_graph(), division)
        seen.update(*(part.issues for part in concluded))
        shutil.rmtree(work, ignore_errors=True)  # the last parts may be going at this moment
        say("write", f"{summary.statements:,} statements, {summary.bases:,} bases, digest {name[:12]}")

        say("validate", "")
        found = check.merge(found, schema.result()) + sorted(seen)
        _stop_at(found)
        say("validate", f"tables, shapes, hygiene and HermiT agree, {len(found)} warnings")

        say("publish", "")
        folder = Published(settings.home).publish(aside, name, settings.keep)
        say("publish", str(folder))
        return summary, sorted(found)


def _checked(catalogue: Catalogue) -> tuple[list[Issue], dict[str, int]]:
    """The findings of our own checks, and the number of rows of each table; no number where a table cannot be read."""
    found = check.rows(catalogue)
    if errors(found):
        return found, {}
    return found, {name: sum(1 for _ in catalogue.rows(name)) for name in catalogue.tables}


def _ready() -> BaseContext:
    """A process forked from one that has imported the reasoners and pySHACL already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["kg.build"])
    return context


def _last(numbers: list[int], count: int | None) -> list[int]:
    """The last numbers, as many as `count`, or all."""
    return numbers if count is None else numbers[len(numbers) - count :]


def _spread(sizes: list[int]) -> list[int]:
    """The numbers of parts in an order in which those far above the middle size do not come together."""
    order = sorted(range(len(sizes)), key=lambda number: -sizes[number])
    large = sum(1 for size in sizes if size > 2 * sorted(sizes)[len(sizes) // 2])
    light = order[large:]
    step = len(light) // max(large, 1)
    first = [number for place in range(large) for number in (order[place], *light[place * step : (place + 1) * step])]
    return first + light[large * step :]


def _tables_read(data: Path) -> set[str]:
    """The tables that rules and hygiene queries name."""
    asking = [*reason.rules(data / "queries" / "rules"), *(data / "queries" / "checks").glob("*.rq")]
    return {name for file in asking for name in re.findall(r"seeds:(\w+)", file.read_text("utf-8"))}


class Facts:
    """The facts in files of N-Quads: all of them once, in pieces; and where there are several parts, each part's own.

    Attributes:
        pieces: the files that hold all facts.
        lines: statements written.
        oldest_check: the earliest day on which a row was last checked.
        newest_check: the latest such day.
    """

    def __init__(self, folder: Path, count: int) -> None:
        self.folder = folder
        self.pieces: list[Path] = []
        self.lines = 0
        self.oldest_check = self.newest_check = ""
        self._common = folder / "common.nq"
        self._parts = [folder / f"part-{number}.nq" for number in range(count)] if count > 1 else []
        self._again = [folder / f"again-{number}.nq" for number in range(len(self._parts))]

    def of(self, number: int) -> list[Path]:
        """The files that hold the facts of a part."""
        return [*self.first(number), *self._again[number : number + 1]]

    def first(self, number: int) -> list[Path]:
        """Those files of a part that hold facts of no other part, or of other parts for third countries only.

        A part for member states has most facts in common with parts for third countries. They stand
        there with all that they lean on, so that what the closure adds to them need not be found again.
        """
        return [self._common, self._parts[number]] if self._parts else self.pieces

    def write(self, catalogue: Catalogue, division: Parts, data: Path) -> Iterator[Path]:
        """Writes the statements of all tables, the ontology and the rules.

        Returns:
            The pieces, each as soon as it is whole; the parts are whole after the last one.
        """
        schema = Store.memory()
        schema.load_triples(ontology(data / "ontology"), ONTOLOGY_GRAPH)
        schema.load_quads(rulebook(data / "queries"))
        days: set[str] = set()
        with ExitStack() as stack:
            common = stack.enter_context(self._common.open("wb"))
            own, again = (
                [stack.enter_context(file.open("wb")) for file in files] for files in (self._parts, self._again)
            )
            piece = stack.enter_context(self._next().open("wb"))
            for table, row, lines in chain([(None, {}, [schema.dump().decode("utf-8")])], statements.pieces(catalogue)):
                text = "".join(lines).encode("utf-8")
                self.lines += text.count(worker.NEWLINE)
                days.add(row.get("checked", ""))
                if piece.tell() > PIECE:
                    piece.close()
                    yield self.pieces[-1]
                    piece = stack.enter_context(self._next().open("wb"))
                piece.write(text)
                if self._parts:
                    numbers = division.of(table, row) if table else None
                    if numbers is None:
                        common.write(text)
                        continue
                    abroad = numbers[-1] >= division.home
                    for number in numbers:
                        (again if abroad and number < division.home else own)[number].write(text)
        self.oldest_check, self.newest_check = min(days - {""}, default=""), max(days)
        yield self.pieces[-1]

    def drop(self, piece: Path) -> None:
        """Removes a piece that is sorted now, where the parts have files of their own."""
        if self._parts:
            piece.unlink()

    def drop_part(self, number: int, jobs: list[Future[Any] | None], _: Future[Any]) -> None:
        """Removes the file of a part when all jobs that read it are done."""
        if self._parts and all(job is None or job.done() for job in jobs):
            self._parts[number].unlink(missing_ok=True)
            self._again[number].unlink(missing_ok=True)

    def _next(self) -> Path:
        self.pieces.append(self.folder / f"facts-{len(self.pieces)}.nq")
        return self.pieces[-1]


class Writer:
    """Writes files of N-Quads to a store on disk in a thread of its own, as they come.

    Where many are to come, it waits until it has as much as the store sorts at a time, because the store
    merges afterwards what it has sorted. The store releases Python's lock while it writes, so the build
    goes on meanwhile. Left before it has finished, it writes no more.
    """

    def __init__(self, path: Path) -> None:
        self._store = Store.create(path)
        self._making: dict[Path, Future[Any]] = {}
        self._complete = threading.Event()
        self._left = threading.Event()
        self._thread = ThreadPoolExecutor(1)
        self._writing = self._thread.submit(self._write)

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *_: object) -> None:
        self._left.set()
        self._thread.shutdown()

    def add(self, file: Path, job: Future[Any]) -> None:
        """Announces a file and the job that makes it; if the job fails, nothing more is written."""
        self._making[file] = job

    def _write(self) -> None:
        while not self._left.wait(PAUSE):
            last = self._complete.is_set()
            waiting = dict(self._making)
            for job in waiting.values():
                if job.done() and (job.cancelled() or job.exception()):
                    job.result()
            ready = [file for file in waiting if file.exists()]
            enough = len(waiting) - len(ready) < MANY or sum(file.stat().st_size for file in ready) >= PIECE
            if ready and enough:
                self._load(ready)
                for file in ready:
                    del self._making[file]
            if last and not self._making:
                self._store.finish()
                return

    def _load(self, files: list[Path]) -> None:
        """Gives files to the store in one lot: as one file, which it reads by itself while Python goes on."""
        if len(files) == 1:
            return self._store.load_file(files[0])
        lot = files[0].with_suffix(".lot")
        with lot.open("wb") as joined:
            for file in files:
                with file.open("rb") as part:
                    shutil.copyfileobj(part, joined)
        self._store.load_file(lot)
        lot.unlink()

    def complete(self) -> None:
        """Says that no more files will be announced; once all are written, the store gets the form that reads fastest."""
        self._complete.set()

    def finish(self) -> None:
        """Waits until that is done, and closes the store."""
        self._writing.result()
        del self._store


def _stop_at(found: list[Issue]) -> None:
    if errors(found):
        raise FindingsError(sorted(errors(found)))


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
