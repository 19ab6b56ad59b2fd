"""The ledger as a command, a page and files, on the real graph."""

import csv
import dataclasses
import io
import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from openpyxl import load_workbook

from kg.cli import main
from kg.settings import read
from web import create_app

SPAN = "from=2020-06-30&to=2020-07-01&country=COL"
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(published_home: Path) -> FlaskClient:
    return create_app(dataclasses.replace(read({}), home=published_home)).test_client()


@pytest.fixture
def run(published_home: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COOPKG_HOME", str(published_home))
    monkeypatch.delenv("COOPKG_STORE", raising=False)
    return lambda *words: CliRunner().invoke(main, ["ledger", *words])


def test_the_page_names_the_change_and_the_event(client: FlaskClient) -> None:
    html = client.get(f"/ledger?{SPAN}", headers=HTML).get_data(as_text=True)
    assert "entered into force" in html
    assert "e-evidence" in html or "lectronic evidence" in html
    assert "Colombia" in html
    french = client.get(f"/ledger?{SPAN}&lang=fr", headers=HTML).get_data(as_text=True)
    assert "entré en vigueur" in french
    assert "entered into force" not in french


def test_the_page_without_days_asks_for_them(client: FlaskClient) -> None:
    html = client.get("/ledger", headers=HTML).get_data(as_text=True)
    assert 'name="from"' in html
    assert "<tbody>" not in html


def test_a_profile_leads_to_what_changed_there(client: FlaskClient) -> None:
    html = client.get("/country/COL?lang=en", headers=HTML).get_data(as_text=True)
    assert re.search(r'href="/country/COL\?[^"]*since=20\d\d-\d\d-\d\d[^"]*#changes"', html)
    html = client.get("/country/COL?day=2020-07-01&since=2018-07-01", headers=HTML).get_data(as_text=True)
    (query,) = re.findall(r'href="/ledger\?([^"]+)"', html)
    assert set(query.split("&amp;")) == {"from=2018-07-01", "to=2020-07-01", "country=COL"}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/ledger?from=2026-01-01&to=2025-01-01", 400),
        ("/ledger?from=yesterday", 400),
        ("/ledger?from=2020-01-01&colour=red", 400),
        ("/ledger?from=2020-01-01&matter=cake", 400),
        ("/ledger?from=2020-01-01&country=ZZZ", 404),
        (f"/ledger?{SPAN}&page=99", 404),
        (f"/ledger?{SPAN}&page=0", 400),
        (f"/ledger.pdf?{SPAN}", 404),
        ("/ledger.csv", 400),
    ],
)
def test_nonsense_is_refused(client: FlaskClient, address: str, status: int) -> None:
    assert client.get(address, headers=HTML).status_code == status


def test_the_files_hold_the_same_rows(client: FlaskClient) -> None:
    data = json.loads(client.get(f"/ledger.json?{SPAN}").data)
    lines = list(csv.DictReader(io.StringIO(client.get(f"/ledger.csv?{SPAN}").get_data(as_text=True))))
    book = load_workbook(io.BytesIO(client.get(f"/ledger.xlsx?{SPAN}").data))
    assert data["rows"]
    assert len(data["rows"]) == len(lines) == book["rows"].max_row - 1 == int(data["meta"]["rows"])
    assert data["meta"]["parameters"] == "from=2020-06-30; country=COL"
    assert [row["events"] for row in data["rows"]] == [line["events"] for line in lines]
    cited = {cell.value for cell in book["sources"]["A"][1:]}
    assert cited == {url for row in data["rows"] for url in row["event_sources"].split()} != set()


def test_the_command_prints_the_ledger(run) -> None:
    answer = run("--from", "2020-06-30", "--to", "2020-07-01", "--country", "COL", "--positions")
    assert answer.exit_code == 0, answer.output
    assert "2020-07-01" in answer.output
    assert "from=2020-06-30; country=COL; what=positions" in answer.output


def test_the_command_parts_positions_from_gaps(run) -> None:
    words = "--from", "2020-06-30", "--to", "2020-07-01", "--country", "COL", "--format", "json"
    both, positions, gaps = (
        json.loads(run(*words, *flag).output)["rows"] for flag in ((), ("--positions",), ("--gaps",))
    )
    assert {row["what"] for row in positions} == {"position"}
    assert {row["what"] for row in gaps} <= {"gap"}
    assert len(both) == len(positions) + len(gaps)


def test_the_command_refuses_days_the_wrong_way_round(run) -> None:
    answer = run("--from", "2026-01-01", "--to", "2025-01-01")
    assert answer.exit_code == 2
    assert "2026-01-01 is not before 2025-01-01; name the earlier day first" in answer.output


def test_a_funding_line_that_ends_in_2027_is_a_gap_in_2028(run) -> None:
    words = "--from", "2027-06-01", "--to", "2028-01-01", "--kind", "no-active-funding", "--format", "json"
    rows = json.loads(run(*words).output)["rows"]
    assert {row["country"] for row in rows} >= {"COL"}
    assert {row["change"] for row in rows} == {"opened"}
    assert all("2027-12-31" in row["events"] for row in rows)
