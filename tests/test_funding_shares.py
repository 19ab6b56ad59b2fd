"""A line's share for a country may begin and end on days of its own: what then reaches whom, until when, and what is missing."""

import datetime
import random
from pathlib import Path

import pytest
from conftest import ROOT, with_rows

from kg import dates, funding, inspection, queries
from kg.gaps import Finder
from kg.ledger import Wanted, changes
from kg.store import Row, Store
from kg.vocab import local
from web.funding import _reach

QUERIES = ROOT / "queries"
BROAD = {
    "id": "broad",
    "name": "Broad",
    "programme": "Broad",
    "framework": "2021-2027",
    "since": "2024-01-01",
    "until": "2027-06-30",
    "subject": "judicial",
}
SHARES = [
    {"id": "broad-mar", "funding_line": "broad", "country": "MAR", "since": "2025-01", "until": "2025-12"},
    {"id": "broad-alb", "funding_line": "broad", "country": "ALB"},
]


@pytest.fixture
def store(world_folder: Path) -> Store:
    return with_rows(world_folder, funding_line=[BROAD], allocation=SHARES)


def ask(store: Store, name: str, day: str, part: str = "ask", **given: str) -> list[Row]:
    query, on = queries.find(QUERIES / part, name), datetime.date.fromisoformat(day)
    own = {"day": day} if any(one.name == "day" for one in query.parameters) else {}
    return store.select(query.bind(query.values(own | given, on, 24)))


def told(rows: list[Row], *columns: str) -> set[tuple[str, ...]]:
    return {tuple(local(row.get(column, "")) for column in columns) for row in rows}


def test_a_share_counts_between_its_own_days(store: Store) -> None:
    def lines(country: str, day: str) -> set[tuple[str, ...]]:
        return told(ask(store, "funding", day, country=country), "line", "since", "last_day", "end_recorded")

    assert lines("MAR", "2025-06-15") == {("broad", "2025-01", "2025-12-31", "true")}
    assert lines("MAR", "2025-01-30") == lines("MAR", "2026-01-01") == set()
    assert ("broad", "2024-01-01", "2027-06-30", "true") in lines("ALB", "2026-01-01")


def test_a_country_whose_share_has_ended_has_no_active_line(store: Store) -> None:
    def gaps(day: str) -> set[tuple[str, ...]]:
        rows = ask(store, "no-active-funding", day, "gaps", country="MAR")
        return told(rows, "country", "subject", "since")

    assert gaps("2025-06-15") == set()
    assert gaps("2026-06-01") == {("MAR", "broad", "2025-12-31")}
    assert gaps("2024-06-01") == {("MAR", "judicial-maghreb", "2024-03-31")}, "the share has not begun"
    assert told(ask(store, "no-active-funding", "2026-06-01", "gaps"), "country") == {("MAR",)}


def test_a_line_ends_for_a_country_with_its_share(world_folder: Path) -> None:
    following = BROAD | {"id": "broad-2", "name": "Broad 2", "since": "2025-02-01", "until": "2027-12-31"}
    shares = [
        *SHARES,
        {"id": "broad-2-mar", "funding_line": "broad-2", "country": "MAR", "until": "2025-06-30"},
        {"id": "broad-2-alb", "funding_line": "broad-2", "country": "ALB"},
    ]
    store = with_rows(world_folder, funding_line=[BROAD, following], allocation=shares)
    rows = told(ask(store, "funding-ends", "2025-06-15", "gaps"), "country", "subject", "since")
    assert ("MAR", "broad", "2025-12-31") in rows, "the later line of the programme ends earlier for Morocco"
    assert ("ALB", "broad-2", "2027-12-31") in rows
    assert not {row for row in rows if row[:2] in {("ALB", "broad"), ("MAR", "broad-2")}}, "another one follows"
    early = told(ask(store, "funding-ends", "2024-06-01", "gaps"), "country", "subject")
    assert ("MAR", "broad") not in early, "the share has not begun"


def test_the_ledger_dates_a_gap_by_the_share(store: Store) -> None:
    def ledger(first: str, last: str) -> list[tuple[str, str, list[tuple[str, str, str]]]]:
        days = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
        found = changes(Finder(store, QUERIES, 24), Wanted("MAR", kind="no-active-funding"), *days)
        return [
            (one.change, one.day, [(event.what, local(event.records[0]), event.printed) for event in one.events])
            for one in found
        ]

    assert ledger("2024-06-01", "2025-06-01") == [("closed", "2025-01-31", [("line-began", "broad", "2025-01")])]
    assert ledger("2025-06-01", "2026-06-01") == [("opened", "2025-12-31", [("line-ended", "broad", "2025-12")])]


def test_what_reaches_a_country_and_the_comparison_know_it_too(store: Store) -> None:
    def ends(day: str) -> list[datetime.date]:
        found = funding.funding(store, QUERIES / "ask", datetime.date.fromisoformat(day))
        return [line.end for line in found.get("MAR", funding.NOTHING).lines]

    assert ends("2025-06-15") == [datetime.date(2025, 12, 31)]
    assert ends("2026-06-01") == []

    def judicial(day: str) -> list[str]:
        rows = ask(store, "side-by-side", day, country="MAR", other="ALB")
        return [
            row["country_value"] for row in rows if row["section"] == "funding" and local(row["item"]) == "judicial"
        ]

    assert (judicial("2025-06-15"), judicial("2026-06-01")) == (["1"], [""])
    shown = ask(store, "profile-funding", "2026-06-01", country="MAR")
    assert ("broad", "2025-01", "2025-12", "2025-12-31") in told(shown, "line", "since", "until", "until_latest")
    reach = told(ask(store, "funding-reach", "2026-06-01", line="broad"), "country", "since", "until", "end")
    assert reach == {("MAR", "2025-01", "2025-12", "2025-12-31"), ("ALB", "", "", "")}


def test_an_end_of_a_share_is_known_where_that_of_the_line_is_not(world_folder: Path) -> None:
    line = {"id": "open", "name": "Open", "framework": "2014-2020", "since": "2018"}
    shares = [
        {"id": "open-mar", "funding_line": "open", "country": "MAR", "until": "2025-12-31"},
        {"id": "open-alb", "funding_line": "open", "country": "ALB"},
    ]
    store = with_rows(world_folder, funding_line=[line], allocation=shares)
    columns = "line", "last_day", "end_recorded"
    assert told(ask(store, "funding", "2025-12-31", country="MAR"), *columns) == {("open", "2025-12-31", "true")}
    assert told(ask(store, "funding", "2020-12-31", country="ALB"), *columns) == {("open", "2020-12-31", "false")}
    assert ask(store, "funding", "2021-01-01", country="ALB") == []


def test_of_several_shares_the_one_that_lasts_longest_counts(world_folder: Path) -> None:
    shares = [
        {"id": "broad-ecu", "funding_line": "broad", "country": "ECU", "until": "2024-12-31"},
        {"id": "broad-region", "funding_line": "broad", "region": "Latin America", "group": "latin-america"},
    ]
    store = with_rows(world_folder, funding_line=[BROAD], allocation=shares)
    rows = ask(store, "funding-ends", "2024-06-01", "gaps", country="ECU")
    assert ("broad", "2027-06-30") in told(rows, "subject", "since")
    assert ("broad", "2024-12-31") not in told(rows, "subject", "since")
    (line,) = [
        one
        for one in funding.funding(store, QUERIES / "ask", datetime.date(2024, 6, 1))["ECU"].lines
        if one.name == "Broad"
    ]
    assert line.end == datetime.date(2027, 6, 30)


def test_the_page_of_a_line_tells_the_state_of_each_share() -> None:
    source = {"source": "s", "source_title": "S", "source_url": "https://example.org/", "confidence": "high"}
    line = {"from": "2024-01-01", "until": "2027-06", "last_day": "2027-06-30"}
    own = source | {"since": "2025", "from": "2025-12-31", "until": "2026", "end": "2026-12-31"}

    def state(rows: list[Row], day: str, of: Row = line) -> tuple[str, str, str, str]:
        found = _reach("MAR", rows, of, day)
        return found.state, found.since, found.until, found.last

    assert state([own], "2025-06-01") == ("to-come", "2025", "2026", "2026-12-31")
    assert state([own], "2027-01-01") == ("ended", "2025", "2026", "2026-12-31")
    assert state([source], "2027-01-01") == ("active", "", "", "2027-06-30")
    assert state([own, source | {"through": "region"}], "2026-06-01") == ("active", "", "", "2027-06-30")
    unended = {"from": "2024-01-01", "last_day": "2027-12-31"}
    assert state([own | {"end": "2028-06-30"}], "2028-01-01", unended) == ("active", "2025", "2026", "2028-06-30")
    assert state([own | {"end": "2028-06-30"}], "2026-06-01")[3] == "2027-06-30", "never longer than the line"


def late(text: str) -> str:
    return str(dates.partial(text).latest)


def holds(line: dict[str, str], share: dict[str, str], day: str) -> bool:
    """In plain words: both have begun, and neither has ended; without any end the framework's counts."""
    begun = all(late(one["since"]) <= day for one in (line, share) if one["since"])
    ends = [late(one["until"]) for one in (line, share) if one["until"]] or [f"{line['framework'][-4:]}-12-31"]
    return begun and day <= min(ends)


def test_random_lines_and_shares_reach_whom_a_plain_reading_says(world_folder: Path) -> None:
    pick = random.Random(4)
    begins, stops = ["", "2022", "2022-06", "2023-01-15"], ["", "2024", "2024-06", "2025-03-15"]
    lines = [
        {"id": f"l-{n}", "name": f"Line {n}", "framework": pick.choice(["2014-2020", "2021-2027"])}
        | {"since": pick.choice(begins), "until": pick.choice(stops), "subject": "judicial"}
        for n in range(40)
    ]
    shares = [
        {"id": f"s-{n}", "funding_line": pick.choice(lines)["id"], "country": pick.choice(["MAR", "USA", "ARE"])}
        | {"since": pick.choice(begins), "until": pick.choice(stops)}
        for n in range(80)
    ]
    store = with_rows(world_folder, funding_line=lines, allocation=shares)
    of = {line["id"]: line for line in lines}
    found = 0
    for day in ("2021-06-01", "2022-06-30", "2023-02-01", "2024-06-30", "2024-07-01", "2025-03-15", "2027-12-31"):
        for country in ("MAR", "USA", "ARE"):
            own = {
                share["funding_line"]
                for share in shares
                if share["country"] == country and holds(of[share["funding_line"]], share, day)
            }
            rows = ask(store, "funding-of-countries", day, country=country)
            assert {local(row["record"]) for row in rows if row["what"] == "line"} - {"judicial-maghreb"} == own
            assert {row[0] for row in told(ask(store, "funding", day, country=country), "line")} - {
                "judicial-maghreb"
            } == own
            found += len(own)
        bare = told(ask(store, "no-active-funding", day, "gaps", topic="judicial", country="MAR"), "country")
        paying = told(ask(store, "funding", day, country="MAR"), "line")
        assert bool(bare) == (not paying)
    assert found > 50


def test_a_row_whose_share_outlasts_its_line_is_found_in_its_place(world_folder: Path) -> None:
    path = world_folder / "allocation.csv"
    text = path.read_text("utf-8")
    assert text.count("2026-10-01,2028-12-31") == 1
    path.write_text(text.replace("2026-10-01,2028-12-31", "2026-10-01,2029-01"), "utf-8")
    (issue,) = [one for one in inspection.inspect(world_folder, ROOT) if one.severity == "error"]
    assert (issue.rule, issue.file, issue.row) == ("Allocation-period", "allocation.csv", 7)
    assert "from 2026-10-01 to 2028-12-31" in issue.message
