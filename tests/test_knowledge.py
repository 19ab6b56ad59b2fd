"""What is known of what is known: each cell of the made-up world, the look-ups, the command and the page on the real graph."""

import dataclasses
import datetime
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg import queries
from kg.cli import main
from kg.errors import UsageError
from kg.knowledge import GROUPINGS, Knowledge, again_table, coverage_table, knowledge, next_table
from kg.labels import Labels
from kg.published import Graph
from kg.settings import read
from kg.store import Row, Store
from kg.vocab import local
from web import create_app

QUERIES = Path(__file__).parent.parent / "queries"
TODAY = datetime.date(2026, 6, 1)


@pytest.fixture
def known(world: Store) -> Knowledge:
    return knowledge(world, QUERIES, TODAY, 24)


@pytest.fixture(scope="module")
def real(graph: Graph) -> Knowledge:
    return knowledge(graph.store, QUERIES, datetime.date(2026, 11, 24), 24)


def ask(store: Store, name: str, day: datetime.date = TODAY) -> list[Row]:
    query = queries.find(QUERIES / "ask", name)
    return store.select(query.bind(query.values({"day": str(day)} if query.parameters else {}, day, 24)))


@pytest.mark.parametrize(
    ("matter", "member_state", "country", "status", "verified", "again"),
    [
        ("mla", "BEL", "COL", "covered", True, False),
        ("mla", "DNK", "ARE", "sectoral-only", True, False),  # somebody looked in 2025-09 and found no treaty
        ("mla", "BEL", "ARE", "sectoral-only", False, False),  # a convention holds, nobody looked for a treaty
        ("mla", "FRA", "ECU", "confirmed-gap", True, False),
        ("mla", "BEL", "ECU", "unverified", False, False),
        ("extradition", "BEL", "ECU", "unverified", False, True),  # looked for in 2015
        ("extradition", "BEL", "ARE", "sectoral-only", False, False),
        ("transfer", "BEL", "COL", "unverified", False, True),  # a complete list of 2019 does not name it
        ("transfer", "FRA", "ECU", "unverified", False, False),  # entry into force not seen
        ("police-data", "HRV", "ECU", "signed-not-in-force", True, False),
        ("judicial-data", "BEL", "MAR", "confirmed-gap", True, False),
    ],
)
def test_a_cell_is_verified_when_nothing_is_left_to_look_up(
    known, matter, member_state, country, status, verified, again
):
    [cell] = [one for one in known.cells if one[:3] == (matter, member_state, country)]
    assert cell[3:] == (status, verified, again)


def test_an_absence_that_grew_old_is_no_longer_known(world):
    later = knowledge(world, QUERIES, datetime.date(2028, 3, 1), 24)
    cells = {cell[:3]: cell[3:] for cell in later.cells}
    assert cells["mla", "FRA", "ECU"] == ("unverified", False, True)
    assert cells["mla", "DNK", "ARE"] == ("sectoral-only", False, True)
    assert cells["police-data", "HRV", "ECU"] == ("signed-not-in-force", True, False)  # seen on 2026-05-01
    assert cells["mla", "BEL", "COL"] == ("covered", True, False)


def test_a_signature_that_was_seen_too_long_ago_is_to_be_looked_at_again(world):
    later = knowledge(world, QUERIES, datetime.date(2028, 6, 1), 24)
    cells = {cell[:3]: cell[3:] for cell in later.cells}
    assert cells["police-data", "HRV", "ECU"] == ("signed-not-in-force", False, True)
    assert any("agreement/eu-ecu-data" in record for one in later.again for record in one.records)


def test_territories_and_member_states_are_no_cells(known):
    assert {cell.country for cell in known.cells} == {"ALB", "ARE", "COL", "ECU", "GBR", "MAR", "USA", "XKX"}
    assert {cell.member_state for cell in known.cells} == {"BEL", "DNK", "FRA", "HRV"}


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_every_grouping_counts_every_cell_once(known, grouping):
    groups, total = known.by(grouping), known.total()
    for name in ("cells", "verified", "answered", "again"):
        assert sum(getattr(one, name) for one in groups) == getattr(total, name)
    assert total.cells == len(known.cells) == sum(total.statuses.values())
    assert total.answered == total.cells - total.statuses["unverified"]


def test_verified_and_answered_are_different_numbers(known):
    [mla] = [one for one in known.by("matter") if one.group == "mla"]
    verified = mla.statuses["covered"] + mla.statuses["confirmed-gap"] + 1  # and Denmark with the Emirates
    assert (mla.verified, mla.answered) == (verified, mla.cells - mla.statuses["unverified"])
    assert mla.verified < mla.answered


def test_another_grouping_is_refused(known):
    with pytest.raises(UsageError, match="no grouping 'colour'"):
        known.by("colour")


def test_a_look_up_weighs_each_cell_by_the_need_of_its_country(known):
    [transfers] = [
        one
        for one in known.next
        if (one.kind, one.member_state, one.matter) == ("list-of-member-state", "BEL", "transfer")
    ]
    # ALB, COL, ECU and MAR have a route and a role each; ARE, GBR, USA and XKX have none
    assert (transfers.cells, transfers.weight) == (8, 4 * 3 + 4 * 1)
    assert transfers.countries == ("ALB", "COL", "ECU", "MAR", "ARE", "GBR", "USA", "XKX")


def test_what_matters_most_comes_first(known):
    assert [one.weight for one in known.next] == sorted((one.weight for one in known.next), reverse=True)


def test_the_list_of_bodies_settles_a_matter_for_all_member_states(known):
    [data] = [one for one in known.next if one.matter == "police-data"]
    assert data.kind == "list-of-body"
    assert [local(subject) for subject in data.subjects] == ["eu", "europol"]
    assert "ECU" not in data.countries  # signed, and a fresh source says not in force


def test_a_matter_without_instruments_is_to_be_reviewed_first(known):
    assert {one.kind for one in known.next if one.matter == "joint-investigation"} == {"provisions-of-matter"}


def test_an_entry_into_force_not_seen_is_one_look_up(known):
    found = {local(one.subjects[0]): one for one in known.next if one.kind == "entry-into-force"}
    assert found.keys() == {"fra-ecu-transfer"}
    assert (found["fra-ecu-transfer"].cells, found["fra-ecu-transfer"].weight) == (1, 3)


def test_a_verified_cell_is_in_no_look_up(known):
    [mla] = [one for one in known.next if (one.member_state, one.matter) == ("DNK", "mla")]
    assert "ARE" not in mla.countries
    assert "MAR" in mla.countries


def test_a_source_that_grew_old_is_listed_apart_with_its_address(known):
    assert [(one.source.url, [local(record) for record in one.records], one.cells) for one in known.again] == [
        ("https://ministry.example/old", ["bel-ecu-extradition-2015", "bel-transfer-2019"], 9)
    ]


def test_looked_for_gives_absences_of_any_age_and_none_of_the_future(world):
    found = {
        (local(row["matter"]), local(row.get("member_state", "")), local(row["country"]), local(row["record"]))
        for row in ask(world, "looked-for")
    }
    assert ("extradition", "BEL", "ECU", "bel-ecu-extradition-2015") in found
    assert ("transfer", "BEL", "COL", "bel-transfer-2019") in found
    assert ("judicial-data", "", "MAR", "eu-mar-judicial-data-2026-02-01") in found
    assert not [one for one in found if one[:3] == ("mla", "BEL", "ECU")]
    before = ask(world, "looked-for", datetime.date(2018, 1, 1))
    assert {local(row["record"]) for row in before} == {"bel-ecu-extradition-2015"}


def test_on_its_way_gives_what_is_signed_on_the_day(world):
    def found(day: datetime.date) -> set[tuple[str, str, str, str]]:
        return {
            (local(row["instrument"]), local(row.get("member_state", "")), local(row["country"]), local(row["status"]))
            for row in ask(world, "on-its-way", day)
        }

    assert ("eu-ecu-data", "", "ECU", "signed-not-in-force") in found(TODAY)
    assert ("fra-ecu-transfer", "FRA", "ECU", "entry-not-seen") in found(TODAY)
    assert not [one for one in found(TODAY) if one[0] in ("bel-col-mla", "europol-alb")]
    assert not [one for one in found(datetime.date(2026, 2, 28)) if one[0] == "eu-ecu-data"]
    assert ("bel-col-mla", "BEL", "COL", "signed-not-in-force") in found(datetime.date(2011, 1, 1))


def test_bodies_of_matters_leaves_out_matters_with_treaties_of_states(world):
    assert {(local(row["matter"]), local(row["body"])) for row in ask(world, "bodies-of-matters")} == {
        ("police-data", "eu"),
        ("police-data", "europol"),
    }


def test_tables_have_the_same_columns_in_every_row(known, world):
    labels = Labels(world)
    for rows in (
        coverage_table([known.total(), *known.by("region")], "region", labels),
        next_table(known.next, labels),
        again_table(known.again, labels),
    ):
        assert rows
        assert {tuple(row) for row in rows} == {tuple(rows[0])}


def test_the_real_graph_has_more_answers_than_verified_cells(real):
    total = real.total()
    assert total.cells > 35_000
    assert 0.05 * total.cells < total.verified < total.answered < 0.7 * total.cells
    assert {one.group for one in real.by("member-state")} >= {"BEL", "FRA", "PRT"}
    assert len(real.next) > 100
    assert all(one.source.url.startswith("http") for one in real.again)


def test_the_command_gives_each_list(published_home, monkeypatch):
    monkeypatch.setenv("COOPKG_HOME", str(published_home))
    rows = {}
    for options in ([], ["--by", "region"], ["--next"], ["--again"]):
        result = CliRunner().invoke(main, ["knowledge", *options, "--as-of", "2026-11-24", "--format", "json"])
        assert result.exit_code == 0, result.output
        rows[tuple(options)] = json.loads(result.output)["rows"]
    assert rows[()][0]["group"] == "all"
    assert rows["--by", "region"][0] == rows[()][0]
    assert rows["--next",][0]["rank"] == 1
    assert rows["--again",][0]["source_url"].startswith("http")
    refused = CliRunner().invoke(main, ["knowledge", "--next", "--again"])
    assert refused.exit_code == 2
    assert "ask for one of them" in refused.output


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_shows_the_numbers_and_the_files_give_all_rows(published_home, language):
    client = create_app(dataclasses.replace(read({}), home=published_home)).test_client()
    answer = client.get(f"/knowledge?lang={language}&day=2026-11-24", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    html = answer.get_data(as_text=True)
    assert 'id="contradictions"' in html
    assert "eu-act-1" in html or "EU-ACT" in html
    assert ("look up" in html.lower()) == (language == "en")
    for wanted in [*GROUPINGS, "next", "again"]:
        for form in ("csv", "json"):
            file = client.get(f"/knowledge.{form}?list={wanted}&day=2026-11-24&lang={language}")
            assert file.status_code == 200
    assert client.get("/knowledge.json?list=colour").status_code == 400
    assert client.get("/knowledge.pdf").status_code == 404
    assert client.get("/knowledge?colour=red").status_code == 400
