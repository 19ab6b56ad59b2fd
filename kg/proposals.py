"""A proposal: rows that somebody would add or change, in one file that can be sent, looked at and imported.

`docs/proposals.md` describes the format. A proposal carries each row as it was when it was made, so that it is
refused where the tables say something else by now.
"""

import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kg import dates, importing, tables
from kg.errors import UsageError
from kg.importing import Plan
from kg.incoming import LARGEST, Incoming, judged
from kg.incoming_cells import MOST, NOT_SHOWN, Entry, shown
from kg.issue import Issue
from kg.tables import Catalogue

FORMAT = "coopkg-proposal/1"
DIGEST = re.compile(r"[0-9a-f]{64}")
COMPARE = "compare the file with docs/proposals.md"

Row = dict[str, str]


@dataclass(frozen=True)
class Proposed:
    """One row: the name of its table, the row as it was (None: it is new), and the row as it would be."""

    table: str
    before: Row | None
    after: Row


@dataclass(frozen=True)
class Proposal:
    """What somebody proposes.

    Attributes:
        author: name as typed.
        made: the day on which it was made.
        reason: why, in the author's words.
        graph: digest of the graph that it was made against.
        rows: the rows.
    """

    author: str
    made: datetime.date
    reason: str
    graph: str
    rows: tuple[Proposed, ...]


def write(proposal: Proposal) -> bytes:
    """The proposal as a file; the same proposal gives the same bytes."""
    content = {
        "format": FORMAT,
        "author": proposal.author,
        "made": str(proposal.made),
        "reason": proposal.reason,
        "graph": proposal.graph,
        "rows": [{"table": row.table, "before": row.before, "after": row.after} for row in proposal.rows],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def is_proposal(content: bytes) -> bool:
    """Whether a file says of itself that it is a proposal."""
    return (
        content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")
        and FORMAT.split("/")[0].encode("ascii") in content[:200]
    )


def read(catalogue: Catalogue, content: bytes) -> Proposal:
    """The proposal in a file.

    Args:
        catalogue: the tables that it is for.
        content: the whole file.

    Raises:
        UsageError: it is no proposal of this format, too large, or names tables or columns that there are not.
    """
    if len(content) > LARGEST:
        raise UsageError(f"the proposal has {len(content) >> 20} MB", f"propose at most {LARGEST >> 20} MB at a time")
    try:
        data = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_once)
    except (ValueError, RecursionError) as problem:
        raise UsageError(f"the proposal cannot be read: {shown(str(problem))}", COMPARE) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise UsageError(f"the file is no proposal of the format {FORMAT}", COMPARE)
    unknown = sorted(set(data) - {"format", "author", "made", "reason", "graph", "rows"})
    if unknown:
        raise UsageError(f"the proposal has an unknown part '{shown(unknown[0])}'", COMPARE)
    rows = data.get("rows")
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST:
        raise UsageError("the proposal has no rows, or too many", f"propose 1 to {MOST} rows")
    graph = _text(data, "graph", 64)
    if not DIGEST.fullmatch(graph):
        raise UsageError("the proposal does not name the graph that it was made against", COMPARE)
    return Proposal(
        _text(data, "author", 200),
        dates.day(_text(data, "made", 10)),
        _text(data, "reason", 2000),
        graph,
        tuple(_proposed(catalogue, number, row) for number, row in enumerate(rows, 1)),
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON whose names differ.

    Raises:
        ValueError: a name stands twice, of which readers would take this or that one.
    """
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return found


def _text(data: Mapping[str, Any], name: str, most: int) -> str:
    value = data.get(name)
    if (
        not isinstance(value, str)
        or not value.strip()
        or len(value) > most
        or NOT_SHOWN.search(value.replace("\n", " "))
    ):
        raise UsageError(
            f"the proposal's part '{name}' is missing or cannot be read", f"write a text of 1 to {most} visible letters"
        )
    return value


def _proposed(catalogue: Catalogue, number: int, row: Any) -> Proposed:
    if not isinstance(row, dict) or set(row) != {"table", "before", "after"}:
        raise UsageError(f"row {number} of the proposal has not the parts table, before and after", COMPARE)
    table = catalogue.tables.get(row["table"]) if isinstance(row["table"], str) else None
    if table is None:
        raise UsageError(f"row {number} of the proposal: there is no table '{shown(str(row['table']))}'", COMPARE)
    for part in ("before", "after"):
        cells = row[part]
        if part == "before" and cells is None:
            continue
        if not isinstance(cells, dict) or not all(isinstance(cell, str) for cell in cells.values()):
            raise UsageError(f"row {number} of the proposal: '{part}' is no row of texts", COMPARE)
        wrong = sorted(set(cells) ^ set(table.header))
        if wrong:
            raise UsageError(
                f"row {number} of the proposal: the column {shown(wrong[0])} is missing or is not one of {table.name}",
                f"give every column a cell: {', '.join(table.header)}",
            )
    if row["before"] and [row["before"][name] for name in table.key] != [row["after"][name] for name in table.key]:
        raise UsageError(f"row {number} of the proposal changes what says which row it is", "propose a new row instead")
    return Proposed(table.name, row["before"], row["after"])


def plan(
    seeds: Path, proposal: Proposal, today: datetime.date | None = None, sound: frozenset[str] = frozenset()
) -> Plan:
    """What importing a proposal would do; where the tables are newer and say something else, a finding says so.

    Args:
        seeds: the folder of tables.
        proposal: the proposal.
        today: the day after which nothing can have happened; the current day by default.
        sound: tables of the folder that have no finding as they are.

    Raises:
        SeedError: the folder is none of tables.
    """
    catalogue = tables.load(seeds)
    incoming: dict[str, Incoming] = {}
    for name in dict.fromkeys(row.table for row in proposal.rows):
        entries = [Entry(number, row.after) for number, row in enumerate(proposal.rows, 1) if row.table == name]
        incoming[name] = judged(f"{name} (proposal)", entries)
    planned = importing.plan(seeds, incoming, today, sound)
    conflicts = [
        issue for number, row in enumerate(proposal.rows, 1) if (issue := _conflict(catalogue, planned, number, row))
    ]
    if not conflicts:
        return planned
    return replace(planned, issues=tuple(sorted([*planned.issues, *conflicts])), contents={}, digests={})


def _conflict(catalogue: Catalogue, planned: Plan, number: int, row: Proposed) -> Issue | None:
    """Why a row can no longer be taken as it was meant."""
    table = catalogue.tables[row.table]
    key = tuple(row.after[name] for name in table.key)
    now = next(
        (change.before for change in planned.changes if (change.table, change.key) == (row.table, key)), row.after
    )
    where, rule, hint = f"{row.table} (proposal)", "conflict", "look at the row as it is now and propose again"
    if now == row.before or now == row.after:
        return None
    if now is None:
        return Issue(where, number, table.key[0], rule, "the row that it changes is no longer there", hint)
    if row.before is None:
        return Issue(
            where,
            number,
            table.key[0],
            rule,
            "another row has come under this identifier",
            "choose another identifier, or start from that row",
        )
    column = next(name for name in table.header if now[name] != row.before[name])
    return Issue(
        where,
        number,
        column,
        rule,
        f"the table says '{shown(now[column])}' by now, not '{shown(row.before[column])}'",
        hint,
    )
