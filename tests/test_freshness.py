"""Facts that were last checked long ago: which, in which order, with the link, as command and page."""

import csv
import dataclasses
import datetime
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from kg.freshness import Freshness, freshness, table
from kg.labels import Labels
from kg.settings import read
from kg.store import Store
from kg.vocab import ID
from web import create_app

ASK = Path(__file__).parent.parent / "queries" / "ask"
CHECKED = datetime.date(2026, 6, 1)


@pytest.fixture
def later(world: Store) -> Freshness:
    return freshness(world, ASK, datetime.date(2028, 6, 2), 24)


def test_what_was_checked_as_long_ago_as_the_setting_allows_is_fresh(world: Store) -> None:
    assert freshness(world, ASK, datetime.date(2028, 6, 1), 24).stale == ()
    assert freshness(world, ASK, CHECKED, 24).stale == ()


def test_a_day_later_every_record_is_listed_once_with_its_link(world: Store, later: Freshness) -> None:
    records = [one.record for one in later.stale]
    assert len(records) == len(set(records)) == later.total
    assert all(one.source.url.startswith("http") and one.checked == "2026-06-01" for one in later.stale)


def test_what_most_positions_hang_on_comes_first(later: Freshness) -> None:
    numbers = [one.positions for one in later.stale]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[0] > numbers[-1] == 0


def test_the_number_is_that_of_the_positions_that_rest_on_the_record(world: Store, later: Freshness) -> None:
    by_record = {one.record.removeprefix(ID): one.positions for one in later.stale}
    # Belgium and Colombia have a treaty on legal assistance: one position, for each party, for the treaty and its clause
    for record in ("participation/bel-col-mla-bel", "participation/bel-col-mla-col", "agreement/bel-col-mla"):
        assert by_record[record] == 1, record
    assert {by_record[record] for record in by_record if record.startswith("route/")} == {0}
    assert max(by_record.values()) == by_record["agreement/untoc"]


def test_an_absence_counts_for_every_member_state_that_it_is_about(world: Store, later: Freshness) -> None:
    absences = [one for one in later.stale if one.table == "absence"]
    assert absences
    assert all(one.positions >= 1 for one in absences)


def test_a_row_says_what_to_look_up_and_where(world: Store, later: Freshness) -> None:
    first = table(later.stale, Labels(world))[0]
    assert list(first) == [
        "positions", "table", "record", "name", "checked", "source", "source_url", "source_as_of", "locator", "confidence",
    ]  # fmt: skip
    assert first["source_url"].startswith("http")


def test_the_command_gives_table_csv_and_json(world_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOPKG_HOME", str(world_home))

    def run(*options: str) -> str:
        result = CliRunner().invoke(main, ["freshness", *options])
        assert result.exit_code == 0, result.output
        return result.stdout

    assert run("--as-of", "2026-06-02").startswith("no rows")
    assert "checked_before=2026-06-02" in run("--as-of", "2028-06-02")
    rows = list(csv.DictReader(io.StringIO(run("--as-of", "2028-06-02", "--format", "csv"))))
    data = json.loads(run("--as-of", "2026-07-02", "--months", "1", "--format", "json"))
    assert [row["record"] for row in rows][:1] == [data["rows"][0]["record"]]
    assert {row["export_rows"] for row in rows} == {str(len(rows))}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_shows_the_first_and_the_files_give_all(world_home: Path, language: str) -> None:
    client = create_app(dataclasses.replace(read({}), home=world_home)).test_client()
    html = client.get(f"/freshness?lang={language}&day=2028-06-02", headers={"Accept": "text/html"}).get_data(
        as_text=True
    )
    assert ("Faits à vérifier de nouveau" in html) == (language == "fr")
    assert ("Facts to check again" in html) == (language == "en")
    assert 'rel="noreferrer"' in html
    none = client.get(f"/freshness?lang={language}&day=2026-06-02", headers={"Accept": "text/html"})
    assert none.status_code == 200
    data = client.get("/freshness.json?day=2028-06-02").get_json()
    rows = list(csv.DictReader(io.StringIO(client.get("/freshness.csv?day=2028-06-02").get_data(as_text=True))))
    assert len(rows) == len(data["rows"]) == int(data["meta"]["rows"])
    assert client.get("/freshness.pdf").status_code == 404
    assert client.get("/freshness?colour=red").status_code == 400
    assert client.get("/freshness?day=tomorrow").status_code == 400
