"""Countries side by side: choosing, sections, differences, files, and nonsense."""

import csv
import dataclasses
import io
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from kg.settings import read
from web import create_app
from web.profile.sidebyside import CELLS, SECTIONS, Line

HTML = {"Accept": "text/html"}
DAY = "2026-11-23"
PAIR = f"c=COL&c=ECU&day={DAY}&lang=en"


@pytest.fixture(scope="module")
def app(published_home: Path) -> Flask:
    return create_app(dataclasses.replace(read({}), home=published_home))


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 200, answer.get_data(as_text=True)[-500:]
    return answer.get_data(as_text=True)


def rows(client: FlaskClient, query: str) -> list[dict[str, str]]:
    return client.get(f"/compare.json?{query}").get_json()["rows"]


def test_every_section_has_its_cells_and_its_place_in_the_profile(client):
    assert list(CELLS) == list(SECTIONS)
    for section in SECTIONS:
        html = page(client, f"/compare?{PAIR}&section={section}")
        for code, anchor in set(re.findall(r'<td><a href="/country/(\w+)\?[^"]*#([\w-]+)"', html)):
            assert f'id="{anchor}"' in page(client, f"/country/{code}?day={DAY}"), (section, anchor)


def test_values_are_those_of_the_profiles(client):
    found = {row["item"]: row for row in rows(client, f"{PAIR}&section=positions")}
    for code, name in (("COL", "Colombia"), ("ECU", "Ecuador")):
        tallies = client.get(f"/country/{code}.json?day={DAY}&lang=en").get_json()["tallies"]
        extradition = next(tally for tally in tallies if tally["matter"] == "extradition")
        assert found["Extradition and surrender: Treaty"][f"{code} {name}"] == len(extradition["members"]["dedicated"])
    by_member = rows(client, f"{PAIR}&section=member-states")
    assert len(by_member) == 27 * 6
    spain = next(row for row in by_member if row["item"].startswith("Spain: Extradition"))
    assert spain["COL Colombia"] == "Treaty"


def test_differences_are_marked_by_a_sign_and_words_and_can_be_shown_alone(client):
    html = page(client, f"/compare?{PAIR}")
    assert html.count('<tr class="differs">') == html.count("≠</span>") > 10
    assert "differs:</span>" in html
    alone = rows(client, f"{PAIR}&only=differences")
    every = rows(client, PAIR)
    assert alone == [row for row in every if row["differs"] == "yes"]
    assert len(alone) < len(every)
    assert {row["differs"] for row in every} == {"yes", "no"}


def test_a_line_differs_where_one_has_nothing():
    assert Line("routes", "x", ("1", ""), ("", "")).differs
    assert not Line("routes", "x", ("1", "1", "1"), ("", "", "")).differs


def test_five_countries_on_a_phone_and_in_french(client):
    html = page(client, f"/compare?c=COL&c=ECU&c=ALB&c=XKX&c=MAR&day={DAY}&lang=fr")
    assert html.count('<th scope="col"><a href="/country/') % 5 == 0
    assert "Pays côte à côte" in html
    assert "Kosovo" in html
    assert "1244" in html


def test_files_carry_what_was_asked_and_counts_as_numbers(client):
    answer = client.get(f"/compare.csv?{PAIR}&section=funding")
    assert "compare-COL-ECU-funding" in answer.headers["Content-Disposition"]
    found = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert found[0]["export_day"] == DAY
    assert len(found[0]["export_graph"]) == 64
    assert "reciprocity" in found[0]["export_note"]
    book = load_workbook(io.BytesIO(client.get(f"/compare.xlsx?{PAIR}&section=positions").get_data()))
    assert isinstance(book["rows"]["C2"].value, int)
    assert book["rows"].freeze_panes == "A2"


def test_nothing_chosen_yet_is_a_form(client):
    for address in ("/compare?lang=en", "/compare?c=COL&lang=en", "/compare?c=&c=&lang=en"):
        html = page(client, address)
        assert "Choose two to five countries." in html
        assert html.count('name="c"') == 5


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("c=COL&c=DEU", 400),
        ("c=COL&c=GLP", 400),
        ("c=COL&c=ECU&c=PER&c=BOL&c=CHL&c=BRA", 400),
        ("c=COL&c=ZZZ", 404),
        ("c=COL&c=ECU&section=everything", 404),
        ("c=COL&c=ECU&only=some", 400),
        ("c=COL&c=ECU&colour=red", 400),
        ("c=COL&c=ECU&day=never", 400),
        ("&".join(["c=COL"] * 21), 400),
    ],
)
def test_nonsense_is_said(client, query, status):
    assert client.get(f"/compare?{query}", headers=HTML).status_code == status


def test_a_file_needs_two_countries_and_a_known_form(client):
    assert client.get("/compare.csv?c=COL").status_code == 400
    assert client.get("/compare.exe?c=COL&c=ECU").status_code == 404


def test_a_country_named_twice_counts_once(client):
    assert "Choose two to five countries." in page(client, "/compare?c=COL&c=col&lang=en")
