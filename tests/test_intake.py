"""The ledger: what became of every row of the facts that the tables were first filled from.

Where the original files are at hand, the environment variable COOPKG_FACTS names their folder and the
ledger is compared with them too.
"""

import csv
import os
from collections import Counter
from pathlib import Path

import pytest

from kg import tables
from kg.tables import Catalogue

SEEDS = Path(__file__).parent.parent / "seeds"
Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return tables.load(SEEDS)


@pytest.fixture(scope="module")
def ledger(catalogue: Catalogue) -> Rows:
    return [row for _, row in catalogue.rows("intake")]


@pytest.fixture(scope="module")
def facts() -> Path:
    folder = os.environ.get("COOPKG_FACTS", "")
    if not folder:
        pytest.skip("COOPKG_FACTS names no folder with the original files of facts")
    return Path(folder)


def block(name: str) -> list[str]:
    """The lines of the table that stands between two marks in `seeds/README.md`."""
    text = (SEEDS / "README.md").read_text("utf-8")
    return text.split(f"<!-- {name} -->\n")[1].split(f"<!-- /{name} -->")[0].splitlines()


def rows_of(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def identifiers(catalogue: Catalogue) -> dict[str, set[str]]:
    """The identifiers in each table; the parts of a key of several columns are joined by hyphens."""
    return {
        table.name: {"-".join(row[name] for name in table.key) for _, row in catalogue.rows(table.name)}
        for table in catalogue.tables.values()
    }


def test_every_line_of_a_file_is_in_the_ledger_exactly_once(ledger):
    lines: dict[str, list[int]] = {}
    for row in ledger:
        lines.setdefault(row["file"], []).append(int(row["line"]))
    assert len(lines) == 25
    wrong = [file for file, found in lines.items() if sorted(found) != list(range(2, len(found) + 2))]
    assert wrong == []


def test_every_record_that_the_ledger_names_exists(ledger, catalogue):
    known = identifiers(catalogue)
    lost = [
        f"{row['file']}:{row['line']}: {row['table']} {row['record']}"
        for row in ledger
        if row["outcome"] != "out" and row["record"] not in known.get(row["table"], set())
    ]
    assert lost == []


def test_what_was_left_out_names_no_record(ledger):
    assert [row for row in ledger if row["outcome"] == "out" and (row["table"] or row["record"])] == []


def test_what_was_merged_or_left_out_has_a_reason_and_what_came_in_needs_none(ledger):
    assert [row for row in ledger if (row["outcome"] == "in") == bool(row["reason"])] == []


def test_no_two_rows_claim_to_have_made_the_same_record(ledger):
    made = Counter((row["table"], row["record"]) for row in ledger if row["outcome"] == "in")
    assert [record for record, times in made.items() if times > 1] == []


def test_a_row_is_merged_into_a_record_that_another_row_made(ledger):
    made = {(row["table"], row["record"]) for row in ledger if row["outcome"] == "in"}
    assert [row for row in ledger if row["outcome"] == "merged" and (row["table"], row["record"]) not in made] == []


def test_what_was_merged_as_a_citation_is_one(ledger, catalogue):
    cited = {(row["table"], row["record"]) for _, row in catalogue.rows("citation")}
    claimed = {(row["table"], row["record"]) for row in ledger if "kept as a citation" in row["reason"]}
    assert claimed - cited == set()


def test_the_count_in_the_readme_equals_a_recount(ledger):
    recount = {}
    for file in sorted({row["file"] for row in ledger}):
        own = [row for row in ledger if row["file"] == file]
        outcomes = Counter(row["outcome"] for row in own)
        reasons = "; ".join(sorted({row["reason"] for row in own if row["outcome"] == "out"}))
        recount[file] = (
            f"| {file} | {len(own)} | {outcomes['in']} | {outcomes['merged']} | {outcomes['out']} | {reasons} |"
        )
    head, _, *lines = block("intake")
    assert head == "| file | rows | in | merged | out | left out because |"
    assert [" ".join(line.split()) for line in lines] == [" ".join(line.split()) for line in recount.values()]


def test_the_list_of_tables_in_the_readme_equals_the_tables(catalogue):
    expected = [
        f"| {table.name} | {table.description} | {sum(1 for _ in catalogue.rows(table.name))} |"
        for table in catalogue.tables.values()
    ]
    head, _, *lines = block("tables")
    assert head == "| name | what a row says | rows |"
    assert lines == expected


def test_every_table_file_is_declared_and_every_declared_table_has_a_file(catalogue):
    assert {path.name for path in SEEDS.glob("*.csv")} == {table.file for table in catalogue.tables.values()}


def test_the_ledger_speaks_of_every_file_of_facts(ledger, facts):
    assert {path.name for path in facts.glob("*.csv")} == {row["file"] for row in ledger}


def test_the_ledger_has_a_line_for_every_row_of_the_facts(ledger, facts):
    counted = {path.name: len(rows_of(path)) for path in facts.glob("*.csv")}
    assert counted == dict(Counter(row["file"] for row in ledger))


def test_nothing_was_left_out_for_being_of_high_or_medium_confidence(ledger, facts):
    out = {(row["file"], int(row["line"])) for row in ledger if row["outcome"] == "out"}
    strong = [
        f"{path.name}:{line}"
        for path in facts.glob("*.csv")
        for line, row in enumerate(rows_of(path), 2)
        if (path.name, line) in out and row.get("confidence") in ("high", "medium")
    ]
    assert strong == []


def test_what_came_in_with_low_confidence_is_marked_so_or_rests_on_a_better_source(ledger, facts, catalogue):
    confidence = {
        (table.name, "-".join(row[name] for name in table.key)): row["confidence"]
        for table in catalogue.tables.values()
        for _, row in catalogue.rows(table.name)
        if "confidence" in row
    }
    cited = {(row["table"], row["record"]) for _, row in catalogue.rows("citation")}
    came_in = {(row["file"], int(row["line"])): row for row in ledger if row["outcome"] == "in"}
    risen = []
    for path in facts.glob("*.csv"):
        for line, fact in enumerate(rows_of(path), 2):
            row = came_in.get((path.name, line))
            if row and fact.get("confidence") == "low":
                record = (row["table"], row["record"])
                if confidence[record] != "low" and record not in cited:
                    risen.append(record)
    assert risen == []
