"""Routes and hubs: legs, positions along them and the weakest leg, on the made-up world and on the real graph."""

import csv
import dataclasses
import datetime
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg import queries, reason, statements, tables
from kg.cli import main
from kg.errors import NotFound, UsageError
from kg.labels import Labels
from kg.published import Graph
from kg.routes import WORST, Atlas, Hub, Route, Standing, age_months, outline, positions_table, table
from kg.settings import read
from kg.store import Row, Store
from kg.vocab import local
from web import create_app

ROOT = Path(__file__).parent.parent
ASK = ROOT / "queries" / "ask"
TODAY = datetime.date(2026, 6, 1)
REAL_DAY = datetime.date(2026, 11, 24)


def atlas(store: Store, matter: str = "mla", day: datetime.date = TODAY) -> Atlas:
    return Atlas(store, ASK, matter, day, 24)


def ask(store: Store, name: str, day: datetime.date = TODAY, **given: str) -> list[Row]:
    query = queries.find(ASK, name)
    if any(parameter.name == "day" for parameter in query.parameters):
        given["day"] = str(day)
    return store.select(query.bind(query.values(given, day, 24)))


def numbers(**counts: int) -> dict[str, int]:
    return dict.fromkeys(WORST, 0) | {name.replace("_", "-"): count for name, count in counts.items()}


def with_rows(folder: Path, table: str, *rows: dict[str, str]) -> Store:
    """The made-up world with further rows; their source is that of the table's first row where they name none."""
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        known = list(csv.DictReader(file))
    about = {name: known[0][name] for name in ("source", "checked", "checked_by", "confidence")}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(known[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows([*known, *(dict.fromkeys(known[0], "") | about | row for row in rows)])
    return built(folder)


def built(folder: Path) -> Store:
    store = Store.memory()
    store.load_quads("".join(statements.everything(tables.load(folder))).encode("utf-8"))
    for rule in reason.rules(ROOT / "queries" / "rules"):
        store.update(rule.read_text("utf-8"))
    return store


def test_legs_stand_in_order_and_alternatives_share_a_step(world):
    legs = atlas(world).route("cocaine-ecu").legs
    assert [(leg.order, leg.from_country, leg.to_country) for leg in legs] == [
        (1, "COL", "ECU"),
        (2, "ECU", "BEL"),
        (2, "ECU", "FRA"),
    ]


def test_a_leg_names_hubs_means_and_its_best_evidence_first(world):
    leg = atlas(world).route("cocaine-ecu").legs[1]
    assert leg.hubs == ("beanr", "ecgye")
    assert leg.modes == ("sea-container",)
    assert [one.source.confidence for one in leg.evidence] == ["high", "low"]
    assert leg.confidence == "high"
    assert [one.age_months for one in leg.evidence] == [5, None]  # a study of 2025, a newspaper without a date


def test_a_leg_without_a_report_rests_on_its_own_source(world):
    leg = atlas(world).route("cocaine-ecu").legs[2]
    assert [(one.source.title, one.mode, one.from_hub) for one in leg.evidence] == [
        ("Study of trafficking routes", "", "")
    ]
    assert (leg.hubs, leg.confidence) == ((), "medium")


def test_route_legs_gives_no_leg_of_another_route(world):
    rows = ask(world, "route-legs", route="hashish-mar")
    assert [(local(row["from"]), local(row["to"]), local(row["mode"])) for row in rows] == [("MAR", "FRA", "sea-other")]
    assert len(ask(world, "route-legs")) == 7  # six legs, one of them with two reports


def test_positions_are_those_of_the_member_states_reached_towards_third_countries(world):
    route = atlas(world).route("cocaine-ecu")
    assert route.destinations == ("BEL", "FRA")
    assert {stop.country: stop.positions for stop in route.countries} == {
        "COL": (Standing("BEL", "covered", "dedicated"), Standing("FRA", "sectoral-only", "sectoral")),
        "ECU": (Standing("BEL", "unverified", None), Standing("FRA", "confirmed-gap", None)),
    }


def test_a_member_state_on_a_route_is_no_third_country(world):
    route = atlas(world).route("herb-alb")
    assert [stop.country for stop in route.countries] == ["ALB"]
    assert route.destinations == ("FRA", "HRV")
    assert [(leg.from_country, leg.to_country) for leg in route.legs] == [("ALB", "HRV"), ("HRV", "FRA")]


def test_before_it_joined_a_country_on_the_route_is_a_third_country(world):
    route = atlas(world, day=datetime.date(2012, 1, 1)).route("herb-alb")
    assert [stop.country for stop in route.countries] == ["ALB", "HRV"]
    assert route.destinations == ("FRA",)


def test_the_weakest_country_is_covered_by_the_fewest_member_states(world):
    weakest = atlas(world).route("cocaine-ecu").weakest
    assert weakest is not None
    assert (weakest.country, weakest.leg) == ("ECU", "cocaine-ecu-2-ecu-bel")
    assert (weakest.status, weakest.grade, weakest.confidence) == ("confirmed-gap", None, "high")
    assert weakest.numbers == numbers(confirmed_gap=1, unverified=1)
    assert weakest.reached == 2


def test_the_matter_changes_what_is_weakest(world):
    weakest = atlas(world, "extradition").route("cocaine-ecu").weakest
    assert weakest is not None
    # France has a complete list of extradition treaties that does not name Ecuador; Belgium's knowledge is of 2015
    assert (weakest.country, weakest.numbers) == ("ECU", numbers(confirmed_gap=1, unverified=1))
    covered = {stop.country: stop.numbers() for stop in atlas(world, "extradition").route("cocaine-ecu").countries}
    assert covered["COL"] == numbers(covered=1, sectoral_only=1)


def test_of_equally_covered_countries_the_one_with_a_confirmed_gap_is_weakest(world_folder):
    gap = {
        "id": "fra-col-mla-2026",
        "member_state": "FRA",
        "country": "MAR",
        "matter": "police",
        "finding": "none-exists",
        "as_of": "2026-02",
    }
    leg = {
        "id": "hashish-mar-2-usa-fra",
        "route": "hashish-mar",
        "step": "2",
        "from_country": "ARE",
        "to_country": "FRA",
    }
    before = atlas(with_rows(world_folder, "leg", leg), "police").route("hashish-mar").weakest
    assert before is not None
    assert (before.country, before.status) == ("ARE", "unverified")  # both unverified: the first by code
    after = atlas(with_rows(world_folder, "absence", gap), "police").route("hashish-mar").weakest
    assert after is not None
    assert (after.country, after.status, after.leg) == ("MAR", "confirmed-gap", "hashish-mar-1-mar-fra")


def test_a_country_that_no_leg_leaves_has_the_first_leg_that_reaches_it(world_folder):
    leg = {
        "id": "hashish-mar-2-fra-are",
        "route": "hashish-mar",
        "step": "2",
        "from_country": "FRA",
        "to_country": "ARE",
    }
    weakest = atlas(with_rows(world_folder, "leg", leg), "police").route("hashish-mar").weakest
    assert weakest is not None
    assert (weakest.country, weakest.leg) == ("ARE", "hashish-mar-2-fra-are")


def test_a_route_that_reaches_no_member_state_has_no_weakest_leg(world_folder):
    route = {"id": "gold-are", "name": "Gold", "commodity": "cash"}
    with_rows(world_folder, "route", route)
    leg = {"id": "gold-are-1-mar-are", "route": "gold-are", "step": "1", "from_country": "MAR", "to_country": "ARE"}
    found = atlas(with_rows(world_folder, "leg", leg)).route("gold-are")
    assert (found.weakest, found.destinations, found.countries) == (None, (), ())
    assert [one.id for one in found.legs] == ["gold-are-1-mar-are"]


def test_news_only_is_a_route_of_which_every_record_is_of_low_confidence(world_folder):
    assert [route.id for route in atlas(built(world_folder)).routes if route.news_only] == []
    low = {"confidence": "low", "source": "newspaper"}
    with_rows(world_folder, "route", {"id": "rumour", "name": "Rumour", "commodity": "cash"} | low)
    leg = {"id": "rumour-1-mar-fra", "route": "rumour", "step": "1", "from_country": "MAR", "to_country": "FRA"} | low
    store = with_rows(world_folder, "leg", leg)
    assert [route.id for route in atlas(store).routes if route.news_only] == ["rumour"]
    report = {"id": "rumour-1-mar-fra-1", "leg": "rumour-1-mar-fra", "confidence": "medium"}
    assert not atlas(with_rows(world_folder, "leg_evidence", report)).route("rumour").news_only


def test_a_hub_has_the_legs_countries_and_member_states_of_its_routes(world):
    hub = atlas(world).hub("ecgye")
    assert (hub.name, hub.country, hub.locode, hub.kind) == ("Guayaquil", "ECU", "ECGYE", "seaport")
    assert [leg.id for leg in hub.legs] == ["cocaine-ecu-1-col-ecu", "cocaine-ecu-2-ecu-bel"]
    assert [stop.country for stop in hub.countries] == ["COL", "ECU"]
    assert hub.destinations == ("BEL", "FRA")
    assert hub.weakest is not None
    assert (hub.weakest.country, hub.weakest.leg) == ("ECU", "cocaine-ecu-2-ecu-bel")
    assert hub.weakest.numbers == numbers(confirmed_gap=1, unverified=1)
    assert hub.routes == (("cocaine-ecu", "Colombia to Belgium through Ecuador", "cocaine"),)


def test_a_hub_has_no_country_that_only_its_route_passes(world):
    assert [stop.country for stop in atlas(world).hub("beanr").countries] == ["ECU"]
    assert [stop.country for stop in atlas(world).hub("pepelow").countries] == ["ALB"]


def test_weakest_leg_at_hub_has_one_row_a_hub_with_a_report(world):
    found = {local(row["hub"]): local(row["country"]) for row in ask(world, "weakest-leg-at-hub")}
    assert found == {"aldrz": "ALB", "beanr": "ECU", "ecgye": "ECU", "pepelow": "ALB"}


def test_hubs_and_routes_are_listed_as_recorded(world):
    assert {local(row["hub"]) for row in ask(world, "hubs")} == {"aldrz", "beanr", "ecgye", "pepelow"}
    assert [local(row["country"]) for row in ask(world, "hubs", hub="aldrz")] == ["ALB"]
    assert {local(row["route"]) for row in ask(world, "routes")} == {"cocaine-ecu", "hashish-mar", "herb-alb"}


@pytest.mark.parametrize("identifier", ["nowhere", "coc"])
def test_what_is_not_there_is_not_found(world, identifier):
    with pytest.raises(NotFound):
        atlas(world).route(identifier)
    with pytest.raises(NotFound):
        atlas(world).hub(identifier)


def test_an_unknown_matter_and_a_hostile_name_are_refused(world):
    with pytest.raises(UsageError):
        atlas(world, "colour")
    with pytest.raises(UsageError):
        atlas(world).route("x> } #")


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("", None),
        ("2026-06-02", None),
        ("2026", None),
        ("2026-06-01", 0),
        ("2026-05-02", 0),
        ("2026-05-01", 1),
        ("2025", 5),
        ("2016-03", 122),
    ],
)
def test_the_age_of_a_source_counts_from_the_last_day_it_can_mean(as_of, expected):
    assert age_months(as_of, TODAY) == expected


def test_the_outline_and_the_tables_say_the_figures(world):
    found, labels = atlas(world), Labels(world)
    text = outline(found.route("cocaine-ecu"), "mla", TODAY, labels)
    assert "or  Ecuador -> France" in text
    assert (
        "weakest: Ecuador, leg cocaine-ecu-2-ecu-bel (confidence high): of 2 member states 1 confirmed-gap, 1 unverified"
        in text
    )
    [row] = [one for one in table(found.routes, labels) if one["route"] == "cocaine-ecu"]
    assert (row["weakest_country"], row["confirmed-gap"], row["covered"], row["news_only"]) == ("ECU", 1, 0, "no")
    assert len(positions_table(found.route("cocaine-ecu"), labels)) == 4


def plain_weakest(found: Route | Hub) -> tuple[str, dict[str, int]] | None:
    """The rule in plain Python: fewest covered, most confirmed gaps, most signed, most unverified, first by code."""
    if not found.countries:
        return None
    stop = min(
        found.countries,
        key=lambda one: (
            one.numbers()["covered"],
            *(-one.numbers()[status] for status in ("confirmed-gap", "signed-not-in-force", "unverified")),
            one.country,
        ),
    )
    return stop.country, stop.numbers()


@pytest.mark.parametrize("matter", ["mla", "extradition", "transfer", "e-evidence"])
def test_on_the_real_graph_the_weakest_is_what_the_rule_says(graph: Graph, matter):
    found = atlas(graph.store, matter, REAL_DAY)
    assert len(found.routes) > 50
    hubs = [found.hub(local(row["hub"])) for row in ask(graph.store, "hubs", REAL_DAY)[::10]]
    for one in [*found.routes, *hubs]:
        expected = (one.weakest.country, one.weakest.numbers) if one.weakest else None
        assert expected == plain_weakest(one), one.id


@pytest.mark.parametrize("matter", ["mla", "extradition", "transfer", "police-data", "e-evidence"])
@pytest.mark.parametrize("day", ["2026-11-24", "2015-06-01"])
def test_on_the_real_graph_positions_on_routes_are_those_of_the_matrix(graph: Graph, matter, day):
    when = datetime.date.fromisoformat(day)
    every = {
        (row["member_state"], row["country"]): (row["status"], row.get("grade", ""))
        for row in ask(graph.store, "positions", when, matter=matter)
    }
    rows = ask(graph.store, "route-positions", when, matter=matter)
    assert len(rows) > 300
    for row in rows:
        pair = (local(row["member_state"]), local(row["country"]))
        assert (local(row["status"]), local(row.get("grade", ""))) == every[pair]


def test_most_real_routes_say_where_they_are_weakest(graph: Graph):
    rows = ask(graph.store, "weakest-leg", REAL_DAY)
    assert len(rows) == len({row["route"] for row in rows}) == len(ask(graph.store, "routes"))
    assert sum("country" in row for row in rows) > 0.8 * len(rows)
    assert 10 < sum(row["news_only"] == "true" for row in rows) < 50


def test_the_command_shows_routes_a_route_and_a_hub(published_home, monkeypatch):
    monkeypatch.setenv("COOPKG_HOME", str(published_home))

    def run(*options: str) -> str:
        result = CliRunner().invoke(main, ["routes", *options, "--as-of", str(REAL_DAY)])
        assert result.exit_code == 0, result.output
        return result.output

    assert "weakest_country" in run()
    assert "rests on news or single finds only" in run("coc-mar", "--matter", "extradition")
    assert json.loads(run("coc-mar", "--format", "json"))["weakest"]["numbers"].keys() == set(WORST)
    assert run("--hub", "beanr", "--format", "csv").startswith("country,country_name,member_state")
    assert CliRunner().invoke(main, ["routes", "coc-mar", "--hub", "beanr"]).exit_code == 2


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pages_show_legs_positions_and_the_weakest_leg(published_home, language):
    client = create_app(dataclasses.replace(read({}), home=published_home)).test_client()

    def page(address: str, status: int = 200) -> str:
        answer = client.get(
            f"{address}{'&' if '?' in address else '?'}lang={language}", headers={"Accept": "text/html"}
        )
        assert answer.status_code == status
        return answer.get_data(as_text=True)

    listed = page("/routes")
    assert listed.count('href="/routes/') >= 50
    assert ("single finds only" if language == "en" else "sources isolées seulement") in listed
    one = page("/routes/coc-mar?matter=extradition&day=2026-11-24")
    assert "/hubs/beanr" in one
    assert "/position/BEL/MAR/extradition" in one
    assert ("months old" if language == "en" else "vieux de") in one
    assert "/routes/coc-mar" in page("/hubs/beanr")
    assert "/routes/coc-mar" in page("/country/MAR")
    page("/routes/nowhere", 404)
    page("/hubs/nowhere", 404)
    page("/routes?matter=colour", 400)
    page("/routes?colour=red", 400)
