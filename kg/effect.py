"""What a changed entry would do: which positions and gaps open, close or change if these tables were published.

The tables are checked, loaded and derived in memory by the rules of the build; shapes and HermiT are left to
the build, and nothing is published. The comparison is that of the ledger, of two graphs on one day. Where few
rows differ, only what they touch is derived (see `kg.touched`).
"""

import datetime
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kg import check, reason, statements, tables
from kg.errors import KgError, UsageError
from kg.gaps import Finder
from kg.issue import Issue, errors
from kg.labels import Labels
from kg.ledger import Change, Moment, Wanted, differences, in_order
from kg.ledger import table as ledger_table
from kg.queries import Query
from kg.rulebook import RULES_GRAPH, rule_iri
from kg.store import Store
from kg.tables import Catalogue
from kg.touched import Touching, touched
from kg.vocab import seeds_graph

DATED = {"day", "events", "event_records", "event_sources"}
"""Columns of the ledger that speak of dated events; an entry that is not saved yet is none."""


class InvalidTables(KgError):
    """The tables have errors; `issues` says which. Exit code 1."""

    exit_code = 1

    def __init__(self, issues: list[Issue]) -> None:
        super().__init__(f"the tables have {len(issues)} errors", "mend them and ask again")
        self.issues = issues


@contextmanager
def with_tables(seeds: Path, changed: dict[str, Path]) -> Iterator[Path]:
    """A folder of tables for a moment: those of `seeds`, with some files replaced by others.

    Args:
        seeds: the folder of tables; it stays as it is.
        changed: a file by the name of the table that it replaces.

    Raises:
        UsageError: there is no table of that name.
        SeedError: the folder is none of tables.
    """
    known = tables.load(seeds).tables
    for name in changed:
        if name not in known:
            raise UsageError(f"there is no table '{name[:40]}'", f"write one of {', '.join(sorted(known))}")
    with tempfile.TemporaryDirectory() as folder:
        for path in [seeds / "datapackage.json", *(seeds / table.file for table in known.values())]:
            if path.exists():
                shutil.copyfile(path, Path(folder) / path.name)
        for name, file in changed.items():
            shutil.copyfile(file, Path(folder) / known[name].file)
        yield Path(folder)


def facts_of(catalogue: Catalogue) -> Store:
    """A graph in memory: the facts of tables without errors, and nothing that follows from them."""
    store = Store.memory()
    store.load_quads("".join(statements.everything(catalogue)).encode("utf-8"))
    return store


def derived(catalogue: Catalogue, rules: Path) -> Store:
    """A graph in memory: the facts of the tables and what the rules conclude from them.

    Args:
        catalogue: tables without errors.
        rules: the folder of rules.
    """
    store = facts_of(catalogue)
    derive(store, rules)
    return store


def derive(store: Store, rules: Path) -> None:
    """Adds what the rules of a folder conclude from the facts of a graph."""
    for rule in reason.rules(rules):
        store.update(rule.read_text("utf-8"))


def graph_of(seeds: Path, rules: Path) -> Store:
    """The graph that the tables in a folder would give.

    Args:
        seeds: the folder of tables.
        rules: the folder of rules.

    Raises:
        InvalidTables: the tables have errors.
        SeedError: the folder is none of tables.
    """
    catalogue = tables.load(seeds)
    if found := errors(check.issues(catalogue)):
        raise InvalidTables(found)
    return derived(catalogue.of_graph(), rules)


def of_tables(published: Finder, seeds: Path, day: datetime.date) -> tuple[list[Change], Labels]:
    """What would open, close or change on a day if the tables in a folder were published, and the names they give.

    Args:
        published: the graph as it is, with queries and staleness setting.
        seeds: the folder of tables.
        day: the day asked about.

    Raises:
        InvalidTables: the tables have errors.
        SeedError: the folder is none of tables.
    """
    rules = published.folder / "rules"
    if not (published.store.is_embedded and _same_rules(published.store, rules)):
        candidate = graph_of(seeds, rules)
        return effect(published, candidate, day), Labels(candidate)
    whole = tables.load(seeds)
    if errors(check.rows(whole)):
        raise InvalidTables(errors(check.issues(whole)))
    catalogue = whole.of_graph()
    facts = facts_of(catalogue)
    records = differing(published.store, facts, catalogue)
    if not records:
        return [], Labels(facts)
    if errors(check.schema(whole, set(records))):  # the other tables were checked when they were published
        raise InvalidTables(errors(check.issues(whole)))
    before, after = (
        b"".join(store.of_record(one, seeds_graph(name)) for name, known in records.items() for one in known)
        for store in (published.store, facts)
    )
    which = touched(facts, before, after)
    if which is None:
        derive(facts, rules)
        return effect(published, facts, day), Labels(facts)
    touching = Touching(facts, catalogue, published.folder, published.stale_months)
    once = touching.seen_in(published, which, day)
    return once.differences(touching.seen(which, day)), Labels(facts)


def differing(one: Store, other: Store, catalogue: Catalogue) -> dict[str, list[str]]:
    """The records (IRIs) of which two graphs do not say the same, by table; tables without one are left out."""
    found = {}
    for name in catalogue.tables:
        said = set(one.triples(seeds_graph(name)).split(b"\n"))
        said.symmetric_difference_update(other.triples(seeds_graph(name)).split(b"\n"))
        if lines := said - {b""}:
            found[name] = sorted({line[1 : line.index(b">")].decode("utf-8") for line in lines})
    return found


def _same_rules(published: Store, rules: Path) -> bool:
    """Whether a graph was derived by the rules of a folder."""
    rows = published.select(f"SELECT ?rule ?value WHERE {{ GRAPH <{RULES_GRAPH}> {{ ?rule ?property ?value }} }}")
    mine = {
        (rule_iri(rule.stem), hashlib.sha256(rule.read_text("utf-8").encode("utf-8")).hexdigest())
        for rule in reason.rules(rules)
    }
    theirs = {(row["rule"], row["value"]) for row in rows}
    return mine <= theirs and {rule for rule, _ in mine} == {
        rule for rule, _ in theirs if rule.startswith(rule_iri(""))
    }


def effect(published: Finder, candidate: Store, day: datetime.date) -> list[Change]:
    """What would open, close or change on a day, by country and member state.

    Args:
        published: the graph as it is, with queries and staleness setting.
        candidate: the graph as it would be.
        day: the day asked about.
    """
    after = Finder(candidate, published.folder, published.stale_months)
    return in_order(differences(Wanted(), Moment(published, day), Moment(after, day)))


def table(
    found: list[Change], kinds: dict[str, Query], before: Labels, after: Labels, language: str = "en"
) -> list[dict[str, Any]]:
    """The changes as flat rows; what closes has the names of the published graph, everything else those of the other."""
    rows = (
        row
        for change in found
        for row in ledger_table([change], kinds, before if change.change == "closed" else after, language)
    )
    return [{name: value for name, value in row.items() if name not in DATED} for row in rows]


def brief(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The columns of `table` that a terminal is wide enough for."""
    return [
        {
            "change": row["change"],
            "what": row["kind"] or row["what"],
            "country": row["country"],
            "member_state": row["member_state"],
            "matter": row["matter"],
            "before": row["before_grade"] or row["before"] or "none",
            "after": row["after_grade"] or row["after"] or "none",
            "subject": row["subject"],
        }
        for row in rows
    ]
