"""What an import would mean: the shapes' findings about its rows, and the positions and gaps that would change.

Both need the graph as it would be. What the rows touch of it is made in memory by the rules of the build;
nothing is kept.
"""

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg import effect, importing, tables
from kg.entry import Shapes
from kg.export import text_table
from kg.findings import placed, record
from kg.gaps import Finder
from kg.importing import Plan
from kg.incoming_cells import shown
from kg.issue import Issue
from kg.labels import Labels
from kg.ledger import Change
from kg.queries import Query
from kg.touched import Touching, touched

SHOWN = 100
"""Rows that a terminal gets of each list; the JSON has all."""


@dataclass(frozen=True)
class Preview:
    """What an import would mean.

    Attributes:
        issues: findings of the shapes about rows that are new or changed, with their place in the file.
        changes: positions and gap lines that would open, close or change.
        before: names in the graph as it is.
        after: names in the graph as it would be.
    """

    issues: tuple[Issue, ...]
    changes: tuple[Change, ...]
    before: Labels
    after: Labels


def preview(planned: Plan, data: Path, day: datetime.date, stale_months: int) -> Preview:
    """What an import would mean on a day, compared with the graph that the tables give as they are now.

    Args:
        planned: a plan without errors.
        data: the folder that holds `shapes` and `queries`.
        day: the day asked about.
        stale_months: age in months after which knowledge of an absence counts as unverified.

    Raises:
        SeedError: the folder of the plan is none of tables.
    """
    catalogue, queries = tables.load(planned.seeds).of_graph(), data / "queries"
    facts, shapes = effect.facts_of(catalogue), Shapes(data)
    touching, names = Touching(facts, catalogue, queries, stale_months), Labels(facts)
    records = [
        change for change in planned.changes if (table := catalogue.tables.get(change.table)) and table.rdf_class
    ]
    changed = {catalogue.tables[change.table].row_iri(change.after): change for change in records}
    quads = importing.quads(facts, catalogue, records)
    which = touched(facts, *quads)
    once = touching.seen(which, day) if which is not None else None
    whole = Finder(effect.derived(catalogue, queries / "rules"), queries, stale_months) if which is None else None
    with touching.changed(*quads):
        found = shapes.judge(facts, list(changed))
        if which is not None and once is not None:
            differences = once.differences(touching.seen(which, day))
        new_names = Labels(facts)
        if whole is not None:
            effect.derive(facts, queries / "rules")
            differences = effect.effect(whole, facts, day)
    places = {iri: (change.file, change.line) for iri, change in changed.items()}
    return Preview(tuple(placed(found, places, catalogue)), tuple(differences), names, new_names)


def report(planned: Plan, seen: Preview | None, kinds: dict[str, Query]) -> dict[str, Any]:
    """A plan and what it means as plain data: numbers, findings, cells that change, positions and gaps that change.

    Args:
        planned: the plan.
        seen: what it means; None where it has errors or changes nothing.
        kinds: the kinds of gap by name.
    """
    new = sum(change.kind == "new" for change in planned.changes)
    return {
        "new": new,
        "changed": len(planned.changes) - new,
        "same": planned.same,
        "findings": [record(issue) for issue in planned.issues],
        "cells": planned.rows(),
        "effect": effect.table(list(seen.changes), kinds, seen.before, seen.after) if seen else None,
    }


def text(found: dict[str, Any]) -> str:
    """The same for a terminal; values of the file are shown without signs that a terminal would obey."""
    lines = [f"{found['new']} rows new, {found['changed']} changed, {found['same']} the same"]
    if found["findings"]:
        lines += ["", *(str(Issue(**finding)) for finding in found["findings"])]
    if found["cells"]:
        cells = [{name: shown(cell, 100) for name, cell in row.items()} for row in found["cells"]]
        lines += ["", text_table(cells[:SHOWN], 40)]
        lines += [f"... and {len(cells) - SHOWN} more cells"] if len(cells) > SHOWN else []
    if found["effect"] is not None:
        rows = effect.brief(found["effect"])
        lines += [
            "",
            f"{len(rows)} positions and gap lines would change" if rows else "no position and no gap line would change",
        ]
        lines += [text_table(rows[:SHOWN])] if rows else []
        lines += [f"... and {len(rows) - SHOWN} more"] if len(rows) > SHOWN else []
    return "\n".join(lines)
