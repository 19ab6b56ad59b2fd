"""Positions: known answers with their sources on the real graph, and how an answer is made up on the small world."""

import csv
import datetime
from collections import Counter
from pathlib import Path

import pytest

from kg.errors import UsageError
from kg.positions import NOT_RECORDED, Position, check_pair, is_member, position, sovereign_member
from kg.published import Graph
from kg.store import Store

QUERIES = Path(__file__).parent.parent / "queries" / "ask"
KNOWN = list(csv.DictReader((Path(__file__).parent / "data" / "known_positions.csv").read_text("utf-8").splitlines()))


def ask(store: Store, member_state: str, country: str, matter: str, day: str, stale_months: int = 24) -> Position:
    return position(store, QUERIES, member_state, country, matter, datetime.date.fromisoformat(day), stale_months)


def pair(row: dict[str, str]) -> str:
    return f"{row['member_state']}-{row['country']}-{row['matter']}-{row['as_of']}"


@pytest.mark.parametrize("row", [row for row in KNOWN if row["status"] != "error"], ids=pair)
def test_a_known_position_comes_out_right(graph: Graph, row: dict[str, str]) -> None:
    found = ask(graph.store, row["member_state"], row["country"], row["matter"], row["as_of"])
    assert (found.status, found.grade or "") == (row["status"], row["grade"]), row["remark"]
    of_that_grade = {basis.instrument for basis in found.bases if basis.grade == row["grade"]}
    assert set(filter(None, row["instrument"].split("; "))) <= of_that_grade


@pytest.mark.parametrize("row", [row for row in KNOWN if row["status"] == "error"], ids=pair)
def test_a_pair_that_is_none_on_that_day_is_an_error_with_exit_code_2(graph: Graph, row: dict[str, str]) -> None:
    with pytest.raises(UsageError) as caught:
        ask(graph.store, row["member_state"], row["country"], row["matter"], row["as_of"])
    assert caught.value.exit_code == 2
    assert "member state of the European Union on" in caught.value.message


def test_the_known_positions_span_all_statuses_grades_and_matters() -> None:
    statuses, grades = (Counter(row[name] for row in KNOWN) for name in ("status", "grade"))
    assert len(KNOWN) >= 100
    assert min(statuses[name] for name in ("covered", "sectoral-only", "signed-not-in-force", "unverified")) >= 10
    assert statuses["confirmed-gap"] >= 5
    assert min(grades[name] for name in ("dedicated", "sectoral", "arrangement")) >= 10
    assert {row["matter"] for row in KNOWN} == {"mla", "extradition", "transfer", "police-data", "judicial-data"}
    assert all(row["source"].startswith("http") and row["remark"] for row in KNOWN)


def test_the_same_pair_changes_its_status_with_the_day() -> None:
    days: dict[tuple[str, str, str], set[str]] = {}
    for row in KNOWN:
        days.setdefault((row["member_state"], row["country"], row["matter"]), set()).add(row["status"])
    assert sum(len(statuses) > 1 for statuses in days.values()) >= 20


def test_the_record_has_the_keys_that_are_promised(world: Store) -> None:
    record = ask(world, "BEL", "COL", "mla", "2026-05-31").record()
    assert list(record) == [
        "member_state",
        "country",
        "matter",
        "as_of",
        "status",
        "grade",
        "bases",
        "pending",
        "absences",
        "note",
    ]
    assert set(record["bases"][0]) >= {"instrument", "title", "grade", "from", "until", "sources"}
    assert set(record["bases"][0]["sources"][0]) == {"title", "url", "as_of", "confidence"}
    assert record["note"] == NOT_RECORDED


def test_every_basis_has_its_interval_its_proof_and_its_sources(world: Store) -> None:
    found = ask(world, "BEL", "COL", "mla", "2026-05-31")
    dedicated, sectoral = found.bases
    assert (dedicated.instrument, dedicated.since, dedicated.until) == ("bel-col-mla", "2012-03-01", None)
    assert dedicated.proof == ("bel-col-mla-bel", "bel-col-mla-col")
    assert [source.confidence for source in dedicated.sources] == ["high"]
    assert (sectoral.instrument, sectoral.scope, sectoral.since) == ("untoc", "organised-crime", "2004-09-10")


def test_the_strongest_basis_decides_and_the_others_are_shown(world: Store) -> None:
    found = ask(world, "BEL", "ALB", "mla", "2026-05-31")
    assert (found.status, found.grade) == ("covered", "dedicated")
    assert [basis.grade for basis in found.bases] == ["dedicated", "sectoral"]


def test_a_convention_that_a_state_may_refuse_shows_what_the_country_has_declared(world: Store) -> None:
    def declared(country: str, day: str) -> list[str | None]:
        bases = ask(world, "FRA", country, "extradition", day).bases
        return [basis.declaration for basis in bases if basis.instrument == "untoc"]

    assert declared("COL", "2026-06-01") == ["takes-as-basis"]
    assert declared("ALB", "2010-12-31") == [], "refused until withdrawn"
    assert declared("ALB", "2011-01-01") == ["not-recorded"], "what was withdrawn no longer speaks"
    assert {basis.declaration for basis in ask(world, "FRA", "COL", "mla", "2026-06-01").bases} == {None}


def test_an_ended_basis_shows_its_end_while_it_holds(world: Store) -> None:
    assert [basis.until for basis in ask(world, "FRA", "USA", "extradition", "2002-01-31").bases] == ["2002-01-31"]
    assert [basis.instrument for basis in ask(world, "FRA", "USA", "extradition", "2002-02-01").bases] == [
        "fra-usa-extradition-1996"
    ]


def test_a_sectoral_basis_decides_even_where_an_absence_is_known(world: Store) -> None:
    found = ask(world, "DNK", "ARE", "mla", "2026-05-31")
    assert (found.status, found.grade) == ("sectoral-only", "sectoral")
    assert [(absence.as_of, absence.fresh) for absence in found.absences] == [("2025-09-30", True)]


def test_an_instrument_signed_is_shown_beside_the_basis_that_decides(world: Store) -> None:
    found = ask(world, "BEL", "ARE", "extradition", "2026-05-31")
    assert found.status == "sectoral-only"
    assert [(one.instrument, one.status, one.signed) for one in found.pending] == [
        ("bel-are-extradition", "signed-not-in-force", "2021-12-09")
    ]


def test_a_signature_without_a_seen_entry_is_unverified_and_names_the_instrument(world: Store) -> None:
    found = ask(world, "FRA", "ECU", "transfer", "2026-05-31")
    assert (found.status, found.grade, found.bases) == ("unverified", None, ())
    assert [(one.instrument, one.status) for one in found.pending] == [("fra-ecu-transfer", "entry-not-seen")]


def test_a_fresh_absence_is_a_confirmed_gap(world: Store) -> None:
    found = ask(world, "FRA", "ECU", "mla", "2026-05-31")
    assert found.status == "confirmed-gap"
    assert [(absence.as_of, absence.fresh) for absence in found.absences] == [("2026-01-15", True)]
    assert found.absences[0].sources[0].url.startswith("http")


def test_an_absence_counts_from_its_day_and_for_as_long_as_the_setting_says(world: Store) -> None:
    statuses = {day: ask(world, "FRA", "ECU", "mla", day).status for day in ("2026-01-14", "2026-01-15", "2028-01-15")}
    assert statuses == {
        "2026-01-14": "unverified",
        "2026-01-15": "confirmed-gap",
        "2028-01-15": "confirmed-gap",
    }
    assert ask(world, "FRA", "ECU", "mla", "2028-01-16").status == "unverified"
    assert ask(world, "FRA", "ECU", "mla", "2026-05-31", stale_months=4).status == "unverified"


def test_a_stale_absence_is_shown_but_does_not_count(world: Store) -> None:
    found = ask(world, "BEL", "ECU", "extradition", "2026-05-31")
    assert found.status == "unverified"
    assert [(absence.as_of, absence.fresh) for absence in found.absences] == [("2015-12-31", False)]


def test_an_absence_without_a_member_state_holds_for_all(world: Store) -> None:
    assert {ask(world, one, "MAR", "judicial-data", "2026-05-31").status for one in ("BEL", "FRA", "HRV")} == {
        "confirmed-gap"
    }


def test_codes_are_read_in_any_case_and_kosovo_by_its_former_code(world: Store) -> None:
    assert ask(world, "bel", "col", "mla", "2026-05-31").member_state == "BEL"
    assert ask(world, "HRV", "1A0", "mla", "2026-05-31").status == "unverified"


@pytest.mark.parametrize(
    ("member_state", "country", "matter", "day", "message"),
    [
        ("ZZZ", "COL", "mla", "2026-05-31", "no country with the code 'ZZZ'"),
        ("BEL", "QQQ", "mla", "2026-05-31", "no country with the code 'QQQ'"),
        ("BE", "COL", "mla", "2026-05-31", "'BE' is not a country code"),
        ("BEL", "COL", "mlaa", "2026-05-31", "no matter 'mlaa'"),
        ("ALB", "COL", "mla", "2026-05-31", "ALB was no member state"),
        ("HRV", "COL", "mla", "2013-06-30", "HRV was no member state"),
        ("GBR", "COL", "mla", "2020-02-01", "GBR was no member state"),
        ("BEL", "HRV", "mla", "2013-07-01", "HRV was a member state"),
        ("BEL", "GBR", "mla", "2020-01-31", "GBR was a member state"),
        ("BEL", "BEL", "mla", "2026-05-31", "BEL was a member state"),
    ],
)
def test_what_cannot_be_asked_is_a_plain_error(
    world: Store, member_state: str, country: str, matter: str, day: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        ask(world, member_state, country, matter, day)
    assert caught.value.exit_code == 2
    assert caught.value.hint


def test_membership_counts_from_its_first_to_its_last_day(world: Store) -> None:
    days = [datetime.date.fromisoformat(day) for day in ("1972-12-31", "1973-01-01", "2020-01-31", "2020-02-01")]
    assert [is_member(world, "GBR", day) for day in days] == [False, True, True, False]


def test_a_state_that_left_is_a_third_country_from_the_next_day(world: Store) -> None:
    check_pair(world, "BEL", "GBR", datetime.date(2020, 2, 1))
    assert ask(world, "BEL", "GBR", "mla", "2020-02-01").status == "covered"


@pytest.mark.parametrize(
    ("territory", "day", "sovereign"),
    [("GLP", "2026-06-01", "FRA"), ("GRL", "2026-06-01", "DNK"), ("GIB", "2020-01-31", "GBR")],
)
def test_a_territory_of_a_member_state_has_no_position(world: Store, territory: str, day: str, sovereign: str) -> None:
    with pytest.raises(UsageError, match=f"{territory} was a territory of {sovereign} on {day}") as caught:
        ask(world, "BEL", territory, "mla", day)
    assert caught.value.exit_code == 2


def test_a_territory_is_a_third_country_once_its_state_has_left(world: Store) -> None:
    assert sovereign_member(world, "GIB", datetime.date(2020, 2, 1)) is None
    assert ask(world, "BEL", "GIB", "mla", "2020-02-01").status == "unverified"


def test_a_state_that_joined_later_was_a_third_country_before(world: Store) -> None:
    assert ask(world, "BEL", "HRV", "mla", "2013-06-30").status == "covered"
