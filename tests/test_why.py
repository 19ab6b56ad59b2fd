"""Explanations where readers meet them: the command, and the pages and files of the site."""

import dataclasses
import json
from pathlib import Path

import pytest
import rdflib
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from rdflib import PROV

from kg import cli, explain
from kg.settings import read
from web import create_app
from web.text import catalogue

POSITION = [
    "explain",
    "position",
    "--member-state",
    "BEL",
    "--country",
    "COL",
    "--matter",
    "mla",
    "--as-of",
    "2026-06-01",
]
GAP = ["explain", "gap", "no-dedicated-mla", "--country", "ECU", "--member-state", "FRA", "--as-of", "2026-06-01"]
HTML = {"Accept": "text/html"}


@pytest.fixture(autouse=True)
def of_the_world(world_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command asks the made-up world."""
    monkeypatch.setenv("COOPKG_HOME", str(world_home))
    monkeypatch.delenv("COOPKG_STORE", raising=False)


@pytest.fixture
def client(world_home: Path) -> FlaskClient:
    return create_app(dataclasses.replace(read({}), home=world_home)).test_client()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.main, arguments)


# The command


def test_the_command_prints_the_chain_of_a_position() -> None:
    result = run(*POSITION)
    assert result.exit_code == 0, result.output
    first, second, *_ = result.stdout.splitlines()
    assert first.startswith("position: hasMemberState BEL, hasCountry COL, inMatter mla, status covered")
    assert second == "  status covered: A basis of general scope is in force."
    assert "rests on: 1\n  bases bel-col-mla-bel.bel-col-mla-col.mla [holds]\n" in result.stdout


def test_the_command_prints_the_chain_of_a_gap() -> None:
    result = run(*GAP)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("gap: hasMemberState FRA, hasCountry ECU")
    assert "rests on: 1\n  absence fra-ecu-mla-2026-01-15 [counts 4 months]\n" in result.stdout
    assert "\nneed: 8\n" in result.stdout


@pytest.mark.parametrize("of", [POSITION, GAP])
def test_the_command_gives_json_and_writes_it_to_a_file(of: list[str], tmp_path: Path) -> None:
    file = tmp_path / "why.json"
    shown = run(*of, "--format", "json")
    assert run(*of, "--format", "json", "-o", str(file)).stdout == ""
    assert json.loads(shown.stdout) == json.loads(file.read_text("utf-8"))
    assert json.loads(shown.stdout)["day"] == "2026-06-01"


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize("of", [POSITION, GAP])
def test_the_command_gives_json_ld(of: list[str]) -> None:
    graph = rdflib.Graph().parse(data=run(*of, "--format", "jsonld").stdout, format="json-ld")
    assert len(set(graph.subject_objects(PROV.wasGeneratedBy))) > 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["explain", "gap", "nonsense", "--country", "ECU"], "there is no kind of gap 'nonsense'"),
        (GAP[:5], "name the member state, one of BEL, DNK, FRA, HRV"),
        ([*POSITION[:3], "FRA", *POSITION[4:5], "BEL", *POSITION[6:]], "BEL was a member state"),
    ],
)
def test_wrong_use_says_what_to_write_instead(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


# The site


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:400]
    return answer.get_data(as_text=True)


def test_every_line_of_the_list_of_gaps_leads_to_its_why(client: FlaskClient) -> None:
    html = page(client, "/gaps?day=2026-06-01&country=ECU")
    links = [part.split('"')[0].replace("&amp;", "&") for part in html.split('href="/why/')[1:]]
    assert len(links) == len(client.get("/gaps.json?day=2026-06-01&country=ECU").get_json()["rows"]) > 20
    for link in links:
        assert client.get(f"/why/{link}", headers=HTML).status_code == 200, link


def test_the_page_shows_rule_evidence_and_need(client: FlaskClient) -> None:
    html = page(client, "/why/no-dedicated-mla?country=ECU&member_state=FRA&day=2026-06-01")
    for text in (
        "Why: No dedicated basis for mutual legal assistance",
        "Absence is known, from a source that is fresh on the day asked about.",
        "absence/fra-ecu-mla-2026-01-15",
        "Circular of the ministry of justice of France",
        "route/cocaine-ecu",
        "counts on this day",
        "4 months",
    ):
        assert text in html


def test_the_page_begins_with_the_conclusion_and_ends_with_the_identifiers(client: FlaskClient) -> None:
    html = page(client, "/why/no-dedicated-mla?country=ECU&member_state=FRA&day=2026-06-01")
    order = [
        "France – Ecuador",
        "Absence is known, from a source that is fresh on the day asked about.",
        "What it rests on",
        "Circular of the ministry of justice of France",
        "Why the country matters",
        "The rule in words",
        "Which member states have no treaty of general scope",
        "Every step, with its identifiers",
        "<code>query/no-dedicated-mla</code>",
    ]
    places = [html.index(text) for text in order]
    assert places == sorted(places)
    before = html[: places[-2]]
    assert "rule/" not in before
    assert "query/" not in before


def test_what_holds_although_there_is_a_gap_and_what_no_record_says_is_told_at_once(client: FlaskClient) -> None:
    html = page(client, "/why/no-dedicated-mla?country=MAR&member_state=BEL&day=2026-06-01")
    assert "In force on this day: Convention against organised crime" in html
    assert (
        html.index("In force on this day")
        < html.index("What it rests on")
        < html.index("checked 20", html.index("<main"))
    )
    assert "No record says that there is none" in html


def test_the_page_speaks_french_with_the_words_of_the_graph(client: FlaskClient) -> None:
    html = page(client, "/why/no-dedicated-extradition?country=ARE&member_state=BEL&day=2026-06-01&lang=fr")
    for text in (
        "Pourquoi : Pas de base dédiée pour l&#39;extradition",
        "Sur quoi repose ce constat",
        "Découle de",
        "décide",
        "Émirats arabes unis",
        "signé",
    ):
        assert text in html
    for text in (">What it rests on", ">decides<", ">see above<", "property prefLabel", "state holds"):
        assert text not in html


def test_the_words_for_states_and_for_terms_of_others_exist_in_both_languages() -> None:
    states = ["holds", "ended", "not-yet", "counts", "too-old", "later", "incomplete"]
    source = Path(explain.__file__).read_text("utf-8")
    for state in states:
        assert f'"{state}"' in source
        key = f"state {state}"
        assert len({key, catalogue("en").gettext(key), catalogue("fr").gettext(key)}) == 3


def test_a_position_can_be_had_as_json_and_json_ld(client: FlaskClient) -> None:
    html = page(client, "/position/BEL/COL/mla?day=2026-06-01")
    for form, media_type in (("json", "application/json"), ("jsonld", "application/ld+json")):
        address = f"/position/BEL/COL/mla.{form}?day=2026-06-01"
        assert f'href="{address}"' in html
        answer = client.get(address)
        assert (answer.status_code, answer.mimetype) == (200, media_type)
        assert "20-bases-between-parties" in answer.get_data(as_text=True)


@pytest.mark.parametrize("form", ["json", "jsonld"])
def test_a_gap_can_be_had_as_json_and_json_ld(client: FlaskClient, form: str) -> None:
    html = page(client, "/why/no-dedicated-mla?country=ECU&member_state=FRA&day=2026-06-01")
    address = f"/why/no-dedicated-mla.{form}?country=ECU&member_state=FRA&matter=mla&day=2026-06-01"
    assert f'href="{address.replace("&", "&amp;")}"' in html
    assert "fra-ecu-mla-2026-01-15" in client.get(address).get_data(as_text=True)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/why/nonsense?country=ECU", 404),
        ("/why/no-dedicated-mla", 400),
        ("/why/no-dedicated-mla?country=ECU", 400),
        ("/why/no-dedicated-mla?country=ECU&nonsense=1", 400),
        ("/why/no-dedicated-mla?country=QQQ", 404),
        ("/why/no-dedicated-mla?country=COL&member_state=BEL", 404),
        ("/why/no-dedicated-mla.json?country=ECU", 400),
        ("/position/BEL/COL/nonsense.json", 404),
        ("/position/BEL/FRA/mla.jsonld", 400),
    ],
)
def test_nonsense_is_refused_as_the_reader_asked(client: FlaskClient, address: str, status: int) -> None:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == status
    assert (answer.mimetype == "application/json") == (".json" in address)
