"""What each saved question must and must not answer about a made-up world, and when it last did.

`queries/expected/NAME.csv` states the rows of one question: `given` (parameters, `name=value; name=value`),
`answer` (`yes`: such a row must be there, `no`: none may be), columns of the answer (an empty cell says
nothing about its column; an IRI may be written by its last part), and `because`. The made-up world is
a few rows a table, small enough to be worked out by hand; `queries/expected/world` adds rows to its tables.
"""

import csv
import datetime
import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from kg import reason, statements, tables
from kg.errors import QueryError, StoreError, UsageError
from kg.ontology import ontology
from kg.published import Graph, Published
from kg.queries import Query, library
from kg.rulebook import rulebook
from kg.settings import DATA
from kg.store import Row, Store
from kg.vocab import ONTOLOGY_GRAPH, local

WORLD = DATA / "tests" / "data" / "world" if (DATA / "tests").is_dir() else DATA / "world"
"""The tables of the made-up world: in the checkout with the tests, in an installed copy with the other data."""

DAY = datetime.date(2026, 6, 1)
"""The day that the questions are asked about where a row gives no other."""

MONTHS = 24
"""Age at which an absence no longer counts, whatever the setting says: the rows were worked out with it."""

RECORD = "library.json"
"""File of the home folder that keeps what the last check found."""

PARTS = ("ask", "gaps")


@dataclass(frozen=True)
class Expected:
    """One stated row: whether it must be there, under which parameters, the cells that count, and why."""

    must: bool
    given: dict[str, str]
    cells: dict[str, str]
    because: str

    def __str__(self) -> str:
        cells = ", ".join(f"{name} {value}" for name, value in self.cells.items())
        given = "; ".join(f"{name}={value}" for name, value in self.given.items())
        return f"{'there is no row' if self.must else 'there is a row'} {cells or 'of any kind'}{f' ({given})' if given else ''}"


@dataclass(frozen=True)
class Checked:
    """What a check of one question found.

    Attributes:
        sha256: digest of the question's text and of its stated rows, by which a later change is noticed.
        must: number of rows that must be there.
        must_not: number of rows that must not.
        failures: what was otherwise, one sentence each; none where it passed.
        milliseconds: time that its answers about the made-up world took.
        on: when it ran, as ISO 8601 in UTC.
        passed_on: when it last passed; empty where it never has.
        graph: digest of the published graph that it was also asked of, with its defaults; empty where there was none.
        graph_milliseconds: time that this answer took.
        graph_rows: number of its rows.
    """

    sha256: str
    must: int
    must_not: int
    failures: list[str]
    milliseconds: float
    on: str
    passed_on: str
    graph: str = ""
    graph_milliseconds: float = 0.0
    graph_rows: int = 0


def every(folder: Path) -> dict[str, Query]:
    """All questions of the library, `ask` and `gaps`, by name.

    Args:
        folder: the folder `queries`.

    Raises:
        QueryError: two have one name, so that an address could mean either.
    """
    found: dict[str, Query] = {}
    for part in PARTS:
        for name, query in library(folder / part).items():
            if name in found:
                raise QueryError(f"two questions have the name {name}", "rename one of the files")
            found[name] = query
    return found


def expected(folder: Path, query: Query) -> list[Expected]:
    """The rows stated for a question; none where it has no file.

    Args:
        folder: the folder `queries`.

    Raises:
        UsageError: the file states nothing that could be checked.
    """
    path = folder / "expected" / f"{query.name}.csv"
    if not path.is_file():
        return []
    found = []
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row.get("answer") not in ("yes", "no") or not row.get("because"):
                raise UsageError(
                    f"{path.name} has a row that states nothing", "write yes or no into answer, and a because"
                )
            given = dict(pair.strip().split("=", 1) for pair in row["given"].split(";") if pair.strip())
            cells = {name: value for name, value in row.items() if value and name not in ("given", "answer", "because")}
            found.append(Expected(row["answer"] == "yes", given, cells, row["because"]))
    return found


def world() -> Store:
    """The made-up world with everything that the reasoner and the rules derive."""
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder) / "seeds"
        shutil.copytree(WORLD, seeds)
        for name in ("datapackage.json", "code.csv"):
            shutil.copy(DATA / "seeds" / name, seeds / name)
        for more in sorted((DATA / "queries" / "expected" / "world").glob("*.csv")):
            with (seeds / more.name).open("a", encoding="utf-8") as table:
                table.writelines(more.read_text("utf-8").splitlines(keepends=True)[1:])
        store = Store.memory()
        store.load_quads("".join(statements.everything(tables.load(seeds))).encode("utf-8"))
    store.load_triples(ontology(DATA / "ontology"), ONTOLOGY_GRAPH)
    store.load_quads(rulebook(DATA / "queries"))
    store.load_quads(reason.closure(reason.object_triples(store.dump())))
    for rule in reason.rules(DATA / "queries" / "rules"):
        store.update(rule.read_text("utf-8"))
    return store


def answer(store: Store, query: Query, given: dict[str, str], day: datetime.date, months: int) -> list[Row]:
    """The rows of a question on a day, with the parameters given and defaults for the rest."""
    takes_day = any(parameter.name == "day" for parameter in query.parameters)
    values = query.values(({"day": str(day)} if takes_day else {}) | given, day, months)
    return store.select(query.bind(values))


def agrees(row: Row, cells: dict[str, str]) -> bool:
    """Whether a row has these cells; an IRI may be named by its last part."""
    return all(value in (row.get(name, ""), local(row.get(name, ""))) for name, value in cells.items())


def check(store: Store, query: Query, stated: list[Expected]) -> Checked:
    """Asks a question of the made-up world and holds the answers against the rows stated.

    Args:
        store: the made-up world.
        query: the question.
        stated: its rows.
    """
    failures, answers, seconds = [], {}, 0.0
    for one in stated:
        key = tuple(one.given.items())
        if key not in answers:
            began = time.perf_counter()
            answers[key] = answer(store, query, one.given, DAY, MONTHS)
            seconds += time.perf_counter() - began
        if any(agrees(row, one.cells) for row in answers[key]) != one.must:
            failures.append(f"{one}, although {one.because}")
    now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    return Checked(
        digest(query, stated),
        sum(one.must for one in stated),
        sum(not one.must for one in stated),
        failures,
        round(seconds * 1000, 1),
        now,
        now if stated and not failures else "",
    )


def check_all(folder: Path, home: Path, tell: Callable[[str], None]) -> dict[str, Checked]:
    """Checks every question, asks the published graph each with its defaults, and keeps what was found in the home folder.

    Args:
        folder: the folder `queries`.
        home: the folder of the setting `home`.
        tell: takes one line for every row that is not as stated, and for every question that states none.
    """
    store, found = world(), {}
    try:
        graph: Graph | None = Published(home).current()
    except StoreError:
        graph = None
        tell("no graph is published here: times are those of the made-up world only")
    for name, query in every(folder).items():
        stated = expected(folder, query)
        one = check(store, query, stated)
        if not stated:
            tell(f"{name}: states no rows")
        for failure in one.failures:
            tell(f"{name}: {failure}")
        if graph:
            began = time.perf_counter()
            rows = len(answer(graph.store, query, {}, datetime.date.today(), MONTHS))
            took = round((time.perf_counter() - began) * 1000, 1)
            one = replace(one, graph=graph.digest, graph_milliseconds=took, graph_rows=rows)
        found[name] = one
    write_record(home, found)
    return found


def digest(query: Query, stated: list[Expected]) -> str:
    """SHA-256 of what a check depends on: the text of the question and its stated rows."""
    content = json.dumps([query.text, [asdict(one) for one in stated]], ensure_ascii=False)
    return hashlib.sha256(content.encode("utf-8")).hexdigest()


def read_record(home: Path) -> dict[str, Checked]:
    """What the last check found, by question; nothing where none was run."""
    try:
        content = json.loads((home / RECORD).read_text("utf-8"))
        return {name: Checked(**entry) for name, entry in content.items()}
    except (OSError, ValueError, TypeError):
        return {}


def write_record(home: Path, found: dict[str, Checked]) -> None:
    """Keeps what a check found; a question that fails now keeps the time when it last passed."""
    before = read_record(home)
    kept = {
        name: {**asdict(one), "passed_on": one.passed_on or (before[name].passed_on if name in before else "")}
        for name, one in found.items()
    }
    home.mkdir(parents=True, exist_ok=True)
    aside = home / f"{RECORD}.new"
    aside.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    aside.replace(home / RECORD)
