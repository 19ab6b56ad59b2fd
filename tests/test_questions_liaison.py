"""The questions of the liaison officer, on the made-up world: rows that each must and must not return.

The table in `docs/questions.md` says which query or command answers which question; it is held against
both here.
"""

import datetime
import re
from pathlib import Path

import click
import pytest

from kg import queries
from kg.cli import main
from kg.effect import graph_of
from kg.gaps import Finder
from kg.knowledge import knowledge
from kg.ledger import Wanted, changes
from kg.positions import position
from kg.published import Graph, Published
from kg.store import Row, Store
from kg.vocab import local

ROOT = Path(__file__).parent.parent
QUERIES = ROOT / "queries"
DOCUMENT = (ROOT / "docs" / "questions.md").read_text("utf-8")
DAY = "2026-06-01"
LIAISON = [
    "agency-data",
    "profile-postings",
    "routes-through",
    "partnerships",
    "funding",
    "side-by-side",
    "signed",
    "not-known",
]


@pytest.fixture(scope="module")
def made_up(world_home: Path) -> Store:
    return Published(world_home).current().store


def ask(store: Store, name: str, **given: str) -> list[Row]:
    """The rows of a saved question, IRIs by their last part."""
    query = queries.find(QUERIES / "ask", name)
    own = {"day": DAY} | given if any(one.name == "day" for one in query.parameters) else given
    rows = store.select(query.bind(query.values(own, datetime.date(2026, 6, 1), 24)))
    return [{key: cell if "url" in key else local(cell) for key, cell in row.items()} for row in rows]


def of(rows: list[Row], *columns: str) -> set[tuple[str, ...]]:
    return {tuple(row.get(column, "") for column in columns) for row in rows}


# L1: legal bases


def test_bases_come_strongest_first_with_since_scope_and_source(made_up: Store) -> None:
    found = position(made_up, QUERIES / "ask", "BEL", "COL", "mla", datetime.date(2026, 6, 1), 24)
    told = [(one.instrument, one.grade, one.scope, one.since, one.declaration) for one in found.bases]
    assert told == [
        ("bel-col-mla", "dedicated", "general", "2012-03-01", None),
        ("untoc", "sectoral", "organised-crime", "2004-09-10", None),
    ]
    assert [source.url for source in found.bases[0].sources] == ["https://gazette.example/treaties"]


def test_a_basis_says_what_the_country_declared_and_a_refused_one_is_none(made_up: Store) -> None:
    day = datetime.date(2026, 6, 1)
    asked = position(made_up, QUERIES / "ask", "BEL", "COL", "extradition", day, 24)
    assert [(one.instrument, one.declaration) for one in asked.bases] == [("untoc", "takes-as-basis")]
    assert position(made_up, QUERIES / "ask", "BEL", "MAR", "extradition", day, 24).bases == ()


def test_the_same_bases_as_rows_and_none_before_they_hold(made_up: Store) -> None:
    given = {"member_state": "BEL", "country": "COL", "matter": "mla"}
    assert of(ask(made_up, "bases", **given), "instrument") == {("bel-col-mla",), ("untoc",)}
    assert of(ask(made_up, "bases", **given, day="2012-02-29"), "instrument") == {("untoc",)}


# L2: agencies and personal data


def test_an_agency_may_exchange_data_while_its_instrument_holds(made_up: Store) -> None:
    columns = "what", "body", "record", "since"
    assert of(ask(made_up, "agency-data", country="ALB"), *columns) == {
        ("may-exchange", "europol", "europol-alb", "2014-08-22"),
        ("negotiation", "eurojust", "eurojust-alb", "2025-11-01"),
    }
    before = ask(made_up, "agency-data", country="ALB", day="2014-08-21")
    assert of(before, *columns) == {("signed", "europol", "europol-alb", "2013-12-09")}
    assert ask(made_up, "agency-data", country="ALB", day="2013-12-08") == []


def test_an_instrument_that_allows_no_personal_data_is_left_out(made_up: Store) -> None:
    assert ask(made_up, "agency-data", country="COL") == []


def test_a_negotiation_ends_with_the_signature(made_up: Store) -> None:
    columns = "what", "body", "record"
    assert of(ask(made_up, "agency-data", country="ECU"), *columns) == {("signed", "eu", "eu-ecu-data")}
    before = ask(made_up, "agency-data", country="ECU", day="2026-02-28")
    assert of(before, *columns) == {("negotiation", "europol", "europol-ecu")}
    assert ask(made_up, "agency-data", country="ECU", day="2023-05-14") == []


def test_not_recorded_is_another_thing_than_no(world_folder: Path) -> None:
    table = world_folder / "agreement.csv"
    table.write_text(table.read_text("utf-8").replace("2010-02-09,,,,,no,", "2010-02-09,,,,,,"), "utf-8")
    store = graph_of(world_folder, QUERIES / "rules")
    found = ask(store, "agency-data", country="COL")
    assert of(found, "what", "body", "record") == {("not-recorded", "europol", "europol-col")}


# L3: postings


def test_postings_in_a_country_and_covering_it_from_elsewhere(made_up: Store) -> None:
    columns = "posting", "member_state", "seat", "kind", "until"
    found = of(ask(made_up, "profile-postings", country="ECU"), *columns)
    assert found == {("fra-col-police", "FRA", "COL", "police", "")}
    found = of(ask(made_up, "profile-postings", country="COL"), "posting")
    assert found == {("bel-col-police",), ("fra-col-police",)}
    found = of(ask(made_up, "profile-postings", country="XKX"), *columns)
    assert found == {("hrv-alb-police", "HRV", "ALB", "police", "2022-12-31")}
    assert of(ask(made_up, "profile-postings", country="MAR"), "kind") == {("magistrate",)}


# L4: routes


def test_a_route_shows_what_comes_before_and_after_a_country(made_up: Store) -> None:
    found = ask(made_up, "routes-through", country="ECU")
    columns = "route", "side", "role", "hub", "neighbour", "neighbour_hub", "confidence", "source"
    assert of(found, *columns) == {
        ("cocaine-ecu", "before", "transit", "ecgye", "COL", "", "high", "route-study"),
        ("cocaine-ecu", "after", "transit", "ecgye", "BEL", "beanr", "high", "route-study"),
        ("cocaine-ecu", "after", "", "", "BEL", "beanr", "low", "newspaper"),
        ("cocaine-ecu", "after", "", "", "FRA", "", "medium", "route-study"),
    }
    assert of(found, "hub", "hub_name") == {("ecgye", "Guayaquil"), ("", "")}


def test_a_route_has_nothing_before_the_country_where_it_begins(made_up: Store) -> None:
    found = of(ask(made_up, "routes-through", country="ALB"), "route", "side", "neighbour", "neighbour_hub")
    assert found == {("herb-alb", "after", "HRV", "pepelow")}
    assert ask(made_up, "routes-through", country="USA") == []


# L5: partnerships


def test_partnerships_of_a_day_name_the_last_decision_not_the_last_meeting(made_up: Store) -> None:
    columns = "partnership", "role", "since", "decided", "event_title", "outcome"
    founded = "2022-03-02", "Founding of the committee", "declaration signed"
    assert of(ask(made_up, "partnerships", country="ECU"), *columns) == {("clasi", "member", "2022-03-02", *founded)}
    assert of(ask(made_up, "partnerships", country="ECU", day="2024-06-01"), *columns) == {
        ("clasi", "member", "2022-03-02", *founded),
        ("clasi", "presidency", "2024-01", *founded),
    }
    assert ask(made_up, "partnerships", country="ECU", day="2022-03-01") == []


def test_a_partnership_without_a_decision_stands_and_one_that_ended_does_not(made_up: Store) -> None:
    found = of(ask(made_up, "partnerships", country="COL"), "partnership", "decided")
    assert found == {("clasi", "2022-03-02"), ("arin", "")}
    assert ask(made_up, "partnerships", country="MAR") == []


# L6: funding


def test_funding_lines_name_end_implementers_and_subject(made_up: Store) -> None:
    columns = "line", "through", "last_day", "end_recorded", "implementer", "subject", "amount"
    line = "2027-12-31", "true", "Expertise France; FIIAPP", "drugs"
    assert of(ask(made_up, "funding", country="COL"), *columns) == {
        ("drugs-latin-america", "", *line, "4000000"),
        ("drugs-latin-america", "latin-america", *line, ""),
    }
    found = of(ask(made_up, "funding", country="ECU"), "line", "through", "implementer")
    assert found == {
        ("drugs-latin-america", "latin-america", "Expertise France; FIIAPP"),
        ("drugs-ports", "", "UNODC"),
    }


def test_a_funding_line_counts_up_to_its_last_day(made_up: Store) -> None:
    assert of(ask(made_up, "funding", country="MAR", day="2024-03-31"), "line") == {("judicial-maghreb",)}
    assert ask(made_up, "funding", country="MAR", day="2024-04-01") == []
    assert of(ask(made_up, "funding", country="XKX", day="2026-09-30"), "line") == {("police-balkans",)}
    assert ask(made_up, "funding", country="XKX", day="2026-10-01") == []


def test_a_line_without_an_end_counts_up_to_that_of_its_framework(world_folder: Path) -> None:
    table = world_folder / "funding_line.csv"
    table.write_text(table.read_text("utf-8").replace("2023-01,2026-12,UNODC", "2023-01,,UNODC"), "utf-8")
    store = graph_of(world_folder, QUERIES / "rules")
    found = of(ask(store, "funding", country="ECU", day="2027-12-31"), "line", "last_day", "end_recorded")
    assert ("drugs-ports", "2027-12-31", "false") in found
    assert ask(store, "funding", country="ECU", day="2028-01-01") == []


# L7: what changed


def test_the_ledger_of_a_country_has_its_changes_and_no_others(made_up: Store) -> None:
    days = datetime.date(2012, 2, 29), datetime.date(2012, 3, 1)
    found = changes(Finder(made_up, QUERIES, 24), Wanted("COL", what="positions"), *days)
    assert [(one.member_state, one.matter, one.after_grade) for one in found] == [("BEL", "mla", "dedicated")]
    assert changes(Finder(made_up, QUERIES, 24), Wanted("ECU", what="positions"), *days) == []


# L8: side by side


def beside(store: Store, **given: str) -> dict[tuple[str, str], tuple[str, str, str]]:
    rows = ask(store, "side-by-side", **given)
    found = {
        (row["section"], row["item"]): (row["country_value"], row["other_value"], row["third_value"]) for row in rows
    }
    assert len(found) == len(rows)
    return found


def test_two_countries_side_by_side(made_up: Store) -> None:
    found = beside(made_up, country="COL", other="ECU")
    expected = {
        ("covered", "mla"): ("1", "", ""),
        ("covered", "extradition"): ("1", "", ""),
        ("limited", "extradition"): ("4", "", ""),
        ("convention", "untoc"): ("2004-09-03", "", ""),
        ("agency", "europol strategic-agreement"): ("2010-02-09", "", ""),
        ("agency-signed", "eu data-agreement"): ("", "signed-not-in-force", ""),
        ("partnership", "clasi"): ("member", "member", ""),
        ("partnership", "arin"): ("member", "", ""),
        ("posting", "police"): ("2", "1", ""),
        ("funding", "drugs"): ("1", "1", ""),
        ("funding", "ports"): ("", "1", ""),
        ("route", "cocaine"): ("1", "1", ""),
        ("role", "cocaine source"): ("yes", "", ""),
        ("role", "cocaine transit"): ("", "yes", ""),
        ("index", "criminality"): ("7.8", "7.1", ""),
    }
    assert {key: found.get(key) for key in expected} == expected
    assert not any(third for *_, third in found.values())
    assert ("route", "cannabis-herb") not in found
    assert ("convention", "untoc-som") not in found  # a protocol without its convention binds nobody


def test_a_third_country_gets_its_own_column_and_the_day_counts(made_up: Store) -> None:
    found = beside(made_up, country="COL", other="ECU", third="MAR", day="2012-02-29")
    assert ("covered", "mla") not in found
    assert found["route", "cannabis-resin"] == ("", "", "1")
    assert found["convention", "untoc"] == ("2004-09-03", "", "2003-09-29")
    assert ("index", "criminality") not in found
    assert ("agency-signed", "eu data-agreement") not in found


def test_only_member_states_of_the_day_are_counted(made_up: Store) -> None:
    assert beside(made_up, country="USA", other="ECU")["limited", "mla"][0] == "4"
    assert beside(made_up, country="USA", other="ECU", day="2019-06-01")["limited", "mla"][0] == "5"


# L9: signed, not in force


def test_what_a_country_signed_that_is_not_in_force(made_up: Store) -> None:
    columns = "instrument", "counterpart", "status", "signed"
    signed = "eu-ecu-data", "eu", "signed-not-in-force", "2026-03-01"
    unseen = "fra-ecu-transfer", "FRA", "entry-not-seen", "2015"
    assert of(ask(made_up, "signed", country="ECU"), *columns) == {signed, unseen}
    assert of(ask(made_up, "signed", country="ECU", day="2026-02-28"), *columns) == {unseen}
    assert ask(made_up, "signed", country="ECU", day="2015-12-30") == []
    assert of(ask(made_up, "signed", country="ARE"), *columns) == {
        ("bel-are-extradition", "BEL", "signed-not-in-force", "2021-12-09")
    }


def test_a_treaty_in_force_was_only_signed_before(made_up: Store) -> None:
    columns = "instrument", "counterpart", "status"
    found = of(ask(made_up, "signed", country="COL", day="2012-02-29"), *columns)
    assert found == {("bel-col-mla", "BEL", "signed-not-in-force")}
    assert ask(made_up, "signed", country="COL", day="2012-03-01") == []
    assert ask(made_up, "signed", country="COL", day="2010-02-08") == []


def test_a_convention_counts_only_as_the_country_itself_signed_it(world_folder: Path) -> None:
    table = world_folder / "participation.csv"
    row = "untoc-are,untoc,ARE,,ratification,,,2007-06-06,,in-force,"
    assert row in table.read_text("utf-8")
    signed = "untoc-are,untoc,ARE,,signature,2002-12-09,,,,signed-not-in-force,"
    table.write_text(table.read_text("utf-8").replace(row, signed), "utf-8")
    store = graph_of(world_folder, QUERIES / "rules")
    columns = "instrument", "counterpart", "participation"
    assert ("untoc", "", "untoc-are") in of(ask(store, "signed", country="ARE"), *columns)
    assert ask(store, "signed", country="COL") == []


# L10: not known


@pytest.mark.parametrize("country", ["ALB", "ARE", "COL", "ECU", "GBR", "MAR", "USA", "XKX"])
@pytest.mark.parametrize("day", [DAY, "2020-06-01", "2028-06-01"])
def test_positions_not_known_are_those_that_the_report_of_knowledge_counts(
    made_up: Store, country: str, day: str
) -> None:
    cells = knowledge(made_up, QUERIES, datetime.date.fromisoformat(day), 24).cells
    counted = {(one.matter, one.member_state) for one in cells if one.country == country and not one.verified}
    rows = [row for row in ask(made_up, "not-known", country=country, day=day) if "matter" in row]
    assert of(rows, "matter", "member_state") == counted
    assert len(rows) == len(counted)


def test_what_is_not_known_says_why(made_up: Store) -> None:
    columns = "what", "matter", "member_state", "record", "as_of"
    found = of(ask(made_up, "not-known", country="ECU"), *columns)
    assert ("too-long-ago", "extradition", "BEL", "", "2015-12-31") in found
    assert any(row[:4] == ("entry-not-seen", "transfer", "FRA", "fra-ecu-transfer") for row in found)
    assert ("nobody-looked", "mla", "BEL", "", "") in found
    assert not [row for row in found if row[1:3] == ("mla", "FRA")]
    assert of(ask(made_up, "not-known", country="MAR"), *columns) & {
        ("negotiation-old", "", "", "eurojust-mar", "2021-03-31")
    }


def test_what_nobody_has_entered_is_named_as_that(made_up: Store) -> None:
    def nothing(country: str) -> set[tuple[str, ...]]:
        rows = ask(made_up, "not-known", country=country)
        return of([row for row in rows if row["what"] == "nothing-recorded"], "subject")

    assert nothing("ECU") == {("agency-presence",)}
    assert nothing("GIB") >= {("agreement",), ("posting",), ("route",), ("index",)}


def test_records_checked_too_long_ago_are_named_when_they_are(made_up: Store) -> None:
    def old(day: str) -> set[tuple[str, ...]]:
        rows = ask(made_up, "not-known", country="COL", day=day)
        return of([row for row in rows if row["what"] == "checked-long-ago"], "record")

    assert old(DAY) == set()
    assert {("bel-col-mla-col",), ("bel-col-police",), ("arin-col-member",)} <= old("2028-06-02")
    assert ("untoc-mar",) not in old("2028-06-02")


# S1: weak facts


def test_facts_of_low_confidence_or_checked_long_ago(made_up: Store) -> None:
    found = of(ask(made_up, "weak-facts"), "why", "record")
    assert ("low-confidence", "fra-mar-magistrate") in found
    assert {why for why, _ in found} == {"low-confidence"}
    assert ("low-confidence", "bel-col-mla-col") not in found
    assert ("checked-long-ago", "bel-col-mla-col") in of(ask(made_up, "weak-facts", day="2028-06-02"), "why", "record")


# The real graph, and the document


@pytest.mark.parametrize("name", LIAISON)
@pytest.mark.parametrize("country", ["COL", "ALB"])
def test_every_question_has_an_answer_on_the_real_graph(graph: Graph, name: str, country: str) -> None:
    assert ask(graph.store, name, country=country)


def test_every_query_and_kind_named_in_the_document_exists() -> None:
    for part in ("ask", "gaps"):
        named = set(re.findall(rf"coopkg {part} ([a-z][a-z0-9-]+)", DOCUMENT))
        assert named
        assert named - set(queries.library(QUERIES / part)) == set()


def test_every_command_named_in_the_document_exists_with_its_options() -> None:
    for text in re.findall(r"`coopkg ([^`]+)`", DOCUMENT):
        words = text.split()
        command = main.commands[words[0]]
        options = {
            option
            for parameter in command.params
            if isinstance(parameter, click.Option)
            for option in (*parameter.opts, *parameter.secondary_opts)
        }
        assert {word for word in words if word.startswith("-")} <= options, text


def test_every_parameter_named_in_the_document_exists() -> None:
    for part, name, given in re.findall(r"`coopkg (ask|gaps) ([a-z][a-z0-9-]+)([^`]*)`", DOCUMENT):
        query = queries.find(QUERIES / part, name)
        written = dict(pair.split("=") for pair in re.findall(r"-p (\S+)", given))
        query.bind(query.values(written, datetime.date(2026, 6, 1), 24))


def test_every_saved_question_has_a_place_in_the_document() -> None:
    named = set(re.findall(r"coopkg ask ([a-z0-9-]+)", DOCUMENT)) | set(re.findall(r"`([a-z0-9-]+)`", DOCUMENT))
    assert set(queries.library(QUERIES / "ask")) - named == set()


def test_every_question_has_a_row() -> None:
    rows = re.findall(r"^\| ([LAPS]\d+)\. .*? \| (.*?) \|", DOCUMENT, re.M)
    assert all("`coopkg " in answer for _, answer in rows)
    wanted = {f"L{n}" for n in range(1, 11)} | {f"A{n}" for n in range(1, 12)} | {f"S{n}" for n in range(1, 5)}
    assert wanted | {"P1", "P2", "P3", "P4", "P5", "P7"} <= {number for number, _ in rows}
