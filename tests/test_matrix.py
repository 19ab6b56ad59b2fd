"""The matrix: which cells the small world has and has not, and on the real graph the same as position after position."""

import csv
import dataclasses
import datetime
import io
import random
import re
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from flask.testing import FlaskClient

from kg import dates
from kg.errors import UsageError
from kg.labels import Labels
from kg.matrix import Cell, Matrix, matrix, sign, sources
from kg.positions import matters, position
from kg.published import Graph
from kg.regions import REGIONS, groups, of_region, region_of
from kg.settings import read
from kg.store import Store
from web import create_app

QUERIES = Path(__file__).parent.parent / "queries" / "ask"
DAY = "2026-05-31"
SAMPLE = random.Random(3)
DAYS = ["1998-06-01", "2007-02-15", "2013-07-01", "2019-12-31", "2024-02-29", "2026-11-23", "2031-01-01"]
MATTERS = ["mla", "extradition", "transfer", "police", "police-data", "judicial-data", "e-evidence", "asset-recovery"]
QUESTIONS = [(matter, SAMPLE.choice(DAYS)) for matter in MATTERS] + [
    ("mla", "2026-11-23"),
    ("extradition", "2020-02-01"),
]


def ask(store: Store, matter: str, day: str = DAY, stale_months: int = 24) -> Matrix:
    return matrix(store, QUERIES, matter, datetime.date.fromisoformat(day), stale_months)


@pytest.mark.parametrize(
    ("matter", "member_state", "country", "cell"),
    [
        ("mla", "BEL", "COL", Cell("covered", "dedicated", 2)),
        ("mla", "DNK", "COL", Cell("sectoral-only", "sectoral", 1)),
        ("mla", "FRA", "ECU", Cell("confirmed-gap", None, 0)),
        ("mla", "BEL", "XKX", Cell("unverified", None, 0)),
        ("extradition", "FRA", "COL", Cell("covered", "dedicated", 2)),
        ("police-data", "BEL", "ALB", Cell("covered", "arrangement", 1)),
        ("police-data", "DNK", "ALB", Cell("unverified", None, 0)),
        ("police-data", "FRA", "ECU", Cell("signed-not-in-force", None, 0)),
        ("transfer", "FRA", "ECU", Cell("unverified", None, 0)),
    ],
)
def test_a_cell_has_status_strongest_grade_and_number_of_bases(
    world: Store, matter: str, member_state: str, country: str, cell: Cell
) -> None:
    assert ask(world, matter).cells[member_state, country] == cell


def test_there_is_one_cell_for_each_member_state_and_third_country_of_the_day(world: Store) -> None:
    found = ask(world, "mla")
    assert found.member_states == ("BEL", "DNK", "FRA", "HRV")
    assert found.countries == ("ALB", "ARE", "COL", "ECU", "GBR", "GIB", "MAR", "USA", "XKX")
    assert set(found.cells) == {(member, country) for member in found.member_states for country in found.countries}


def test_a_territory_of_a_member_state_is_no_third_country(world: Store) -> None:
    before, after = ask(world, "mla", "2020-01-31"), ask(world, "mla", "2020-02-01")
    assert ("GIB" in before.countries, "GIB" in after.countries) == (False, True)
    assert {"GLP", "GRL"} & {*before.countries, *before.member_states, *after.countries, *after.member_states} == set()
    assert "GRL" in ask(world, "mla", "1972-12-31").countries


def test_who_is_a_member_state_depends_on_the_day(world: Store) -> None:
    before, after = ask(world, "mla", "2012-06-01"), ask(world, "mla", "2018-05-31")
    assert ("HRV" in before.countries, "HRV" in after.member_states) == (True, True)
    assert ("GBR" in before.member_states, "GBR" in after.countries) == (True, False)
    assert ask(world, "mla", "1951-01-01").cells == {}


def test_a_known_absence_counts_as_long_as_the_setting_says(world: Store) -> None:
    assert ask(world, "mla", "2028-01-16").cells["FRA", "ECU"].status == "unverified"
    assert ask(world, "mla", "2028-01-16", stale_months=36).cells["FRA", "ECU"].status == "confirmed-gap"


def test_an_unknown_matter_is_refused(world: Store) -> None:
    with pytest.raises(UsageError, match="there is no matter 'tea'"):
        ask(world, "tea")


def test_a_matrix_can_be_narrowed(world: Store) -> None:
    found = ask(world, "mla").narrowed("bel", {"COL", "ECU", "BEL", "QQQ"})
    assert (found.member_states, found.countries) == (("BEL",), ("COL", "ECU"))
    assert set(found.cells) == {("BEL", "COL"), ("BEL", "ECU")}
    with pytest.raises(UsageError, match="USA was no member state"):
        ask(world, "mla").narrowed("USA")


def test_the_record_and_the_rows_hold_the_same_cells(world: Store) -> None:
    found = ask(world, "mla")
    record, rows = found.record(), found.rows(Labels(world))
    assert record["cells"]["BEL"]["COL"] == {"status": "covered", "grade": "dedicated", "bases": 2}
    assert len(rows) == len(found.cells) == sum(len(line) for line in record["cells"].values())
    for row in rows:
        cell = record["cells"][row["member_state"]][row["country"]]
        assert (row["status"], row["grade"] or None, row["bases"]) == (cell["status"], cell["grade"], cell["bases"])
    (kosovo,) = {row["country_name"] for row in rows if row["country"] == "XKX"}
    assert kosovo == "Kosovo*"


def test_the_wide_form_has_a_line_a_country_and_a_column_a_member_state(world: Store) -> None:
    lines = {line["country"]: line for line in ask(world, "mla").wide(Labels(world))}
    assert list(lines["COL"]) == ["country", "name", "BEL", "DNK", "FRA", "HRV"]
    assert (lines["COL"]["BEL"], lines["COL"]["DNK"], lines["ECU"]["FRA"], lines["XKX"]["BEL"]) == (
        "T2",
        "C1",
        "G",
        "?",
    )
    assert sign(Cell("sectoral-only", "sectoral", 4), "fr") == "I4"


def test_sources_count_the_cells_that_rest_on_them(world: Store) -> None:
    cited = {(one.shows, one.source.title): one for one in sources(world, QUERIES, ask(world, "mla"))}
    depositary = cited["basis", "List of parties kept by the depositary"]
    assert depositary.cells == sum(cell.bases > 0 for cell in ask(world, "mla").cells.values())
    assert (depositary.source.url, depositary.source.confidence) == ("https://depositary.example/parties", "high")
    assert cited["absence", "Circular of the ministry of justice of France"].cells == 1
    assert not any(shows == "signature" for shows, _ in cited)


def test_sources_of_a_signature_of_the_union_count_for_every_member_state(world: Store) -> None:
    (signature,) = (one for one in sources(world, QUERIES, ask(world, "police-data")) if one.shows == "signature")
    assert (signature.cells, signature.source.title) == (4, "Gazette of the made-up world")


def test_sources_of_a_narrowed_matrix_are_those_of_its_cells(world: Store) -> None:
    found = sources(world, QUERIES, ask(world, "mla").narrowed("FRA", {"ECU"}))
    assert [(one.shows, one.cells) for one in found] == [("absence", 1)]
    assert sources(world, QUERIES, ask(world, "mla").narrowed("BEL", {"XKX"})) == []


# the real graph


@pytest.mark.parametrize(("matter", "day"), QUESTIONS)
def test_a_cell_says_what_the_position_says(graph: Graph, matter: str, day: str) -> None:
    found = ask(graph.store, matter, day)
    assert len(found.cells) == len(found.member_states) * len(found.countries) > 1000
    random_ones = random.Random(f"{matter} {day}")
    of_each: dict[Cell, list[tuple[str, str]]] = {}
    for pair in sorted(found.cells):
        of_each.setdefault(found.cells[pair], []).append(pair)
    pairs = [random_ones.choice(alike) for alike in list(of_each.values())[:8]]
    pairs += random_ones.sample(sorted(found.cells), 20 - len(pairs))
    for member, country in pairs:
        one = position(graph.store, QUERIES, member, country, matter, found.day, 24)
        assert found.cells[member, country] == Cell(one.status, one.grade, len(one.bases)), (member, country)


@pytest.mark.parametrize("matter", ["mla", "transfer", "e-evidence", "police-data"])
def test_every_cell_with_a_status_of_its_own_has_a_source(graph: Graph, matter: str) -> None:
    found = ask(graph.store, matter, "2026-11-23")
    for member in ("BEL", "PRT"):
        for country in ("COL", "USA", "ALB", "XKX", "ARE"):
            cell, cited = found.cells[member, country], sources(graph.store, QUERIES, found.narrowed(member, {country}))
            assert bool(cited) == (cell.status != "unverified"), (member, country, cell)


def test_every_proof_is_in_a_table_whose_sources_are_read(graph: Graph) -> None:
    text = (QUERIES / "matrix-sources.rq").read_text("utf-8")
    proven = graph.store.select("""
        PREFIX coop: <https://w3id.org/coopkg/def#>
        PREFIX graph: <https://w3id.org/coopkg/graph/>
        PREFIX prov: <http://www.w3.org/ns/prov#>
        SELECT DISTINCT ?table WHERE {
          { SELECT DISTINCT ?proof WHERE { VALUES ?computed { graph:bases graph:pending graph:absences } GRAPH ?computed { ?of coop:hasProof ?proof } } }
          GRAPH ?table { ?proof prov:hadPrimarySource ?source }
        }""")
    tables = {row["table"].rsplit("/", 1)[-1] for row in proven}
    assert tables >= {"participation", "group_membership", "completeness"}
    assert {table for table in tables if f"seeds:{table} " not in text} == set()


def test_regions_hold_every_third_country(graph: Graph) -> None:
    known, found = groups(graph.store), ask(graph.store, "mla", "2026-11-23")
    assert {region_of(known, country) for country in found.countries} <= set(REGIONS)
    assert region_of(known, "COL") == "latin-america"
    assert region_of(known, "ALB") == "western-balkans"
    assert "XKX" in of_region(known, "western-balkans")
    with pytest.raises(UsageError, match="there is no region 'moon'"):
        of_region(known, "moon")


def test_matters_come_in_the_order_of_their_list(graph: Graph) -> None:
    assert matters(graph.store)[:3] == ["mla", "extradition", "transfer"]
    assert len(matters(graph.store)) == 9


def test_the_day_a_known_absence_must_be_from_is_that_of_the_setting(graph: Graph) -> None:
    found = ask(graph.store, "transfer", "2026-11-23", stale_months=1200)
    assert dates.months_before(found.day, 1200) < datetime.date(1950, 1, 1)
    gaps, usual = (
        {pair for pair, cell in one.cells.items() if cell.status == "confirmed-gap"}
        for one in (found, ask(graph.store, "transfer", "2026-11-23"))
    )
    assert usual < gaps


@pytest.fixture(scope="module")
def client(published_home: Path) -> FlaskClient:
    return create_app(dataclasses.replace(read({}), home=published_home)).test_client()


def shown(client: FlaskClient, address: str) -> tuple[list[str], list[str], dict[tuple[str, str], str]]:
    """Member states, countries and the text of each cell of a page."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    html = answer.get_data(as_text=True)
    cells = re.findall(r'<td class=[daswgu]><a href="/position/(\w+)/(\w+)/[^"]+">([^<]+)</a>', html)
    countries = re.findall(r'<th scope="row"><a href="/country/(\w+)', html)
    return re.findall(r"<th scope=\"col\"><abbr[^>]*>(\w+)", html), countries, {(one, two): n for one, two, n in cells}


@pytest.mark.parametrize(
    "filters",
    ["region=western-balkans", "member_state=coalition-soc", "verdict=sectoral", "member_state=BEL&verdict=unverified"],
)
def test_files_hold_what_the_page_shows(client: FlaskClient, filters: str) -> None:
    address = f"matter=extradition&day=2026-06-01&lang=en&{filters}"
    members, countries, cells = shown(client, f"/matrix?{address}")
    assert cells
    lines = [
        line
        for line in client.get(f"/matrix.csv?{address}").get_data(as_text=True).splitlines()
        if not line.startswith("#")
    ]
    rows = list(csv.DictReader(lines))
    assert {(row["member_state"], row["country"]) for row in rows} == cells.keys()
    assert set(members) == {row["member_state"] for row in rows}
    assert set(countries) == {row["country"] for row in rows}
    data = client.get(f"/matrix.json?{address}").get_json()["meta"]
    assert data["rows"] in (len(cells), str(len(cells)))
    value = filters.split("&", 1)[0].split("=")[1]
    assert value in client.get(f"/matrix.csv?{address}").get_data(as_text=True)
    book = client.get(f"/matrix.xlsx?{address}")
    assert value in book.headers["Content-Disposition"]
    sheet = openpyxl.load_workbook(io.BytesIO(book.data)).worksheets[0]
    text = {str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value is not None}
    assert set(members) <= text


def test_filters_narrow_as_they_say(client: FlaskClient) -> None:
    everything = shown(client, "/matrix?matter=extradition&day=2026-06-01")
    balkans = shown(client, "/matrix?matter=extradition&day=2026-06-01&region=western-balkans")
    assert set(balkans[1]) == {"ALB", "BIH", "MKD", "MNE", "SRB", "XKX"}
    assert balkans[0] == everything[0]
    coalition = shown(client, "/matrix?matter=extradition&day=2026-06-01&member_state=coalition-soc")
    assert coalition[0] == ["BEL", "DEU", "ESP", "FRA", "ITA", "NLD", "SWE"]
    one = shown(client, "/matrix?matter=extradition&day=2026-06-01&member_state=BEL&verdict=unverified&lang=en")
    wanted = {
        country for (member, country), words in everything[2].items() if member == "BEL" and words.startswith("?")
    }
    assert wanted
    assert set(one[1]) == wanted


def test_territories_stand_behind_the_states_of_all_regions(client: FlaskClient) -> None:
    html = client.get("/matrix?matter=mla&day=2026-06-01&lang=en").get_data(as_text=True)
    groups = re.findall(r'<tr class="group" id="([^"]+)">(.*?)</tbody>', html, re.DOTALL)
    assert groups[-1][0] == "territories"
    assert ["/country/GIB" in lines for _, lines in groups] == [False] * (len(groups) - 1) + [True]
    assert "/country/ALB" not in groups[-1][1]


def test_the_years_are_links_that_keep_the_filters(client: FlaskClient) -> None:
    html = client.get("/matrix?day=2010-12-31&region=west-africa&matter=mla&lang=en").get_data(as_text=True)
    nav = html[html.index('<nav class="anchors years"') :]
    found = re.findall(r'<a href="([^"]+)"[^>]*>([^<]+)</a>', nav[: nav.index("</nav>")])
    assert [words for _, words in found][:2] == ["‹ 2009", "1958"]
    assert found[-1][1] == "2011 ›"
    for address, words in found:
        year = re.sub(r"\D", "", words)
        assert "region=west-africa" in address
        assert f"day={year}-12-31" in address or int(year) == datetime.date.today().year
    assert 'href="' + found[0][0] + '" rel="prev"' in html
    members, _, cells = shown(client, unescape(found[1][0]))
    assert members == ["BEL", "DEU", "FRA", "ITA", "LUX", "NLD"]
    assert cells


def test_a_filter_that_lets_nothing_through_says_so(client: FlaskClient) -> None:
    address = "matter=mla&day=2026-06-01&region=western-balkans&verdict=signed-not-in-force&lang=en"
    html = client.get(f"/matrix?{address}").get_data(as_text=True)
    assert "None of the third countries chosen" in html
    assert "<table" not in html
    for form in ("csv", "json", "xlsx"):
        assert client.get(f"/matrix.{form}?{address}").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    ["region=atlantis", "member_state=COL", "member_state=%00", "verdict=fine", "verdict=%27%3E", "country=COL"],
)
def test_a_filter_that_is_none_is_refused(client: FlaskClient, wrong: str) -> None:
    for path in ("/matrix", "/matrix.csv", "/matrix.xlsx"):
        assert client.get(f"{path}?{wrong}").status_code == 400
