"""The ledger: what changes and what does not between two days, and the event that is named for it."""

import datetime
from pathlib import Path

import pytest
from conftest import with_rows
from hypothesis import given, settings
from hypothesis import strategies as any_

from kg import dates, queries
from kg.errors import UsageError
from kg.event_words import NONE, WORDS
from kg.events import Event
from kg.gaps import Finder
from kg.labels import Labels
from kg.ledger import Change, Wanted, brief, changes, table
from kg.positions import SIGNATURE_NOT_SEEN
from kg.published import Graph, Published
from kg.store import Store
from kg.vocab import local

QUERIES = Path(__file__).parent.parent / "queries"
Key = tuple[str, str, str, str, str, str]


def ledger(store: Store, first: str, last: str, stale_months: int = 24, **wanted: str) -> list[Change]:
    day = datetime.date.fromisoformat
    return changes(Finder(store, QUERIES, stale_months), Wanted(**wanted), day(first), day(last))


def pair(found: list[Change], member: str, country: str, matter: str, kind: str = "") -> Change:
    (one,) = [
        change
        for change in found
        if (change.member_state, change.country, change.matter, change.kind) == (member, country, matter, kind)
    ]
    return one


def told(change: Change) -> list[tuple[str, str, str]]:
    return [(event.day, event.what, local(event.about)) for event in change.events]


def states(change: Change) -> tuple[str, str]:
    return change.before_grade or change.before, change.after_grade or change.after


def treaty(name: str, member: str, country: str, matter: str, party: dict[str, str]) -> dict[str, list[dict[str, str]]]:
    """The rows of a bilateral treaty whose parties have these cells."""
    return {
        "agreement": [{"id": name, "title": f"Treaty {name}", "kind": "bilateral-treaty"}],
        "provision": [{"id": f"{name}-{matter}", "agreement": name, "matter": matter, "scope": "general"}],
        "participation": [
            {"id": f"{name}-{code.lower()}", "agreement": name, "country": code, "status_as_of": "2026-05-01"} | party
            for code in (member, country)
        ],
    }


# Positions: each kind of event


def test_a_treaty_that_entered_into_force(world: Store) -> None:
    found = ledger(world, "2012-02-29", "2012-03-01", what="positions")
    assert [(change.member_state, change.country, change.matter) for change in found] == [("BEL", "COL", "mla")]
    assert states(found[0]) == ("sectoral", "dedicated")
    assert told(found[0]) == [("2012-03-01", "entered-into-force", "bel-col-mla")]
    assert {local(record) for record in found[0].events[0].records} == {"bel-col-mla-bel", "bel-col-mla-col"}
    assert [source.confidence for source in found[0].events[0].sources] == ["high"]


def test_nothing_changes_where_nothing_is_recorded(world: Store) -> None:
    assert ledger(world, "2012-03-01", "2012-03-02") == []


def test_a_treaty_only_seen_in_force_is_never_said_to_enter_into_force(world: Store) -> None:
    change = pair(ledger(world, "2020-02-28", "2020-02-29"), "FRA", "COL", "extradition")
    assert states(change) == ("sectoral", "dedicated")
    assert told(change) == [("2020-02-29", "first-seen-in-force", "fra-col-extradition")]
    assert change.events[0].printed == "2020-02"
    assert "may be older" in WORDS["en"]["first-seen-in-force"]


def test_a_treaty_in_force_in_a_year_shows_the_year_as_printed(world_folder: Path) -> None:
    party = {"since": "2009", "status": "in-force"}
    store = with_rows(world_folder, **treaty("bel-mar-transfer-new", "BEL", "MAR", "transfer", party))
    assert ledger(store, "2009-01-01", "2009-12-30", matter="transfer", what="positions") == []
    change = pair(ledger(store, "2009-01-01", "2010-01-01", what="positions"), "BEL", "MAR", "transfer")
    assert told(change) == [("2009-12-31", "entered-into-force", "bel-mar-transfer-new")]
    assert change.events[0].printed == "2009"


def test_the_day_of_the_agreement_itself_counts_where_a_party_has_none(world_folder: Path) -> None:
    rows = treaty("fra-mar-police-new", "FRA", "MAR", "police", {"status": "in-force", "status_as_of": "2001"})
    rows["agreement"][0]["since"] = "2005-04-01"
    store = with_rows(world_folder, **rows)
    change = pair(ledger(store, "2005-03-31", "2005-04-01", what="positions"), "FRA", "MAR", "police")
    assert told(change) == [("2005-04-01", "entered-into-force", "fra-mar-police-new")]
    assert [local(record) for record in change.events[0].records] == ["fra-mar-police-new"]


def test_a_treaty_that_ended_names_its_last_day(world_folder: Path) -> None:
    party = {"since": "2000-01-01", "until": "2010-06-30", "status": "ended"}
    store = with_rows(world_folder, **treaty("bel-mar-transfer-old", "BEL", "MAR", "transfer", party))
    assert ledger(store, "2010-06-29", "2010-06-30", what="positions") == []
    found = ledger(store, "2010-06-30", "2010-07-01", what="positions")
    assert states(pair(found, "BEL", "MAR", "transfer")) == ("dedicated", "unverified")
    assert told(pair(found, "BEL", "MAR", "transfer")) == [("2010-06-30", "ended", "bel-mar-transfer-old")]


def test_a_treaty_that_came_and_went_between_the_days_leaves_no_line(world_folder: Path) -> None:
    party = {"since": "2000-01-01", "until": "2010-06-30", "status": "ended"}
    store = with_rows(world_folder, **treaty("bel-mar-transfer-old", "BEL", "MAR", "transfer", party))
    assert ledger(store, "1999-12-31", "2010-07-01", country="MAR", matter="transfer", what="positions") == []


def test_a_treaty_that_replaces_another_the_next_day_changes_no_position(world: Store) -> None:
    assert ledger(world, "2002-01-31", "2002-02-01", country="USA", matter="extradition") == []


def test_a_later_treaty_that_ends_a_basis_is_named(world_folder: Path) -> None:
    old = treaty("bel-usa-police-old", "BEL", "USA", "police", {"since": "1990-01-01", "status": "in-force"})
    new = treaty(
        "bel-usa-police-new", "BEL", "USA", "police", {"since": "2005-01-01", "until": "2005-12-31", "status": "ended"}
    )
    new["agreement"][0]["replaces"] = "bel-usa-police-old"
    store = with_rows(world_folder, **{name: old[name] + new[name] for name in old})
    change = pair(ledger(store, "2004-12-31", "2006-01-01", what="positions"), "BEL", "USA", "police")
    assert states(change)[0] == "dedicated"
    assert told(change)[0] == ("2004-12-31", "replaced", "bel-usa-police-old")
    assert [local(record) for record in change.events[0].records] == ["bel-usa-police-new"]


def test_an_instrument_signed(world: Store) -> None:
    found = ledger(world, "2026-02-28", "2026-03-01", country="ECU", what="positions")
    assert {(change.member_state, change.matter, *states(change)) for change in found} == {
        (member, "police-data", "unverified", "signed-not-in-force") for member in ("BEL", "FRA", "DNK", "HRV")
    }
    assert {event for change in found for event in told(change)} == {("2026-03-01", "signed", "eu-ecu-data")}


def test_a_country_that_joins_the_union_becomes_a_member_and_ceases_to_be_a_third_country(world: Store) -> None:
    found = ledger(world, "2013-06-30", "2013-07-01", what="positions")
    assert {(change.member_state, change.change) for change in found if change.member_state == "HRV"} == {
        ("HRV", "opened")
    }
    assert {(change.country, change.change) for change in found if change.member_state != "HRV"} == {("HRV", "closed")}
    assert {event for change in found for event in told(change)} == {("2013-07-01", "joined-eu", "HRV")}
    assert {local(record) for change in found for event in change.events for record in event.records} == {"eu-hrv"}


def test_a_country_that_leaves_the_union_becomes_a_third_country(world: Store) -> None:
    found = ledger(world, "2020-01-31", "2020-02-01", what="positions")
    assert states(pair(found, "BEL", "GBR", "mla")) == ("", "dedicated")
    assert pair(found, "GBR", "USA", "mla").change == "closed"
    assert {event for change in found for event in told(change)} == {("2020-01-31", "left-eu", "GBR")}


def test_an_absence_becomes_known_and_later_goes_stale(world: Store) -> None:
    known = pair(ledger(world, "2026-01-14", "2026-01-15"), "FRA", "ECU", "mla")
    assert (states(known), told(known)) == (
        ("unverified", "confirmed-gap"),
        [("2026-01-15", "absence-known", "")],
    )
    stale = pair(ledger(world, "2028-01-15", "2028-01-16"), "FRA", "ECU", "mla")
    assert (states(stale), told(stale)) == (("confirmed-gap", "unverified"), [("2028-01-16", "went-stale", "")])
    assert [local(record) for record in stale.events[0].records] == ["fra-ecu-mla-2026-01-15"]
    early = pair(ledger(world, "2026-05-15", "2026-05-16", stale_months=4), "FRA", "ECU", "mla")
    assert told(early) == [("2026-05-16", "went-stale", "")], "the setting decides"


def test_an_absence_that_came_and_went_stale_between_the_days_leaves_no_line(world: Store) -> None:
    assert ledger(world, "2026-01-01", "2029-01-01", country="ECU", member_state="FRA", matter="mla") == []


def test_an_opt_out_ends_the_basis_of_the_state_that_opts_out_alone(world: Store) -> None:
    found = ledger(world, "2017-04-30", "2017-05-01", what="positions")
    assert {(change.member_state, change.country, *states(change)) for change in found} == {
        ("DNK", "ALB", "arrangement", "unverified")
    } | {(change.member_state, change.country, *states(change)) for change in found if change.matter == "police"}
    assert told(pair(found, "DNK", "ALB", "police-data")) == [("2017-05-01", "opted-out", "europol-alb")]
    assert {change.member_state for change in found} == {"DNK"}


def test_a_declaration_refuses_a_basis_and_its_withdrawal_brings_it_back(world: Store) -> None:
    refused = pair(ledger(world, "2015-05-31", "2015-06-01"), "BEL", "MAR", "extradition")
    assert (states(refused), told(refused)) == (("sectoral", "unverified"), [("2015-05-31", "refused", "untoc")])
    back = pair(ledger(world, "2010-12-31", "2011-01-01", what="positions"), "BEL", "ALB", "extradition")
    assert (states(back), told(back)) == (
        ("unverified", "sectoral"),
        [("2011-01-01", "refusal-withdrawn", "untoc")],
    )


# Gaps: each kind of record


def test_a_treaty_closes_the_gap_of_its_pair(world: Store) -> None:
    found = ledger(world, "2012-02-29", "2012-03-01", what="gaps")
    assert {(change.kind, change.change) for change in found} == {
        ("no-dedicated-mla", "closed"),
        ("sectoral-only", "closed"),
        ("signed-not-in-force", "closed"),
    }
    assert {event for change in found for event in told(change)} == {
        ("2012-03-01", "entered-into-force", "bel-col-mla")
    }


def test_a_signature_changes_the_status_of_a_gap_whose_position_stays(world: Store) -> None:
    found = ledger(world, "2021-12-08", "2021-12-09")
    change = pair(found, "BEL", "ARE", "extradition", "no-dedicated-extradition")
    assert states(change) == ("unverified", "signed-not-in-force")
    assert told(change) == [("2021-12-09", "signed", "bel-are-extradition")]
    assert not [change for change in found if change.what == "position"], "untoc covers some offences on both days"


def test_a_funding_line_that_ends_is_a_gap_of_the_next_day_also_in_the_future(world: Store) -> None:
    found = ledger(world, "2027-12-31", "2028-01-01", kind="no-active-funding")
    assert {(change.country, *states(change)) for change in found} == {
        ("COL", "", "unverified"),
        ("ECU", "", "unverified"),
    }
    assert ("2027-12-31", "line-ended", "drugs-latin-america") in told(found[0])
    assert ledger(world, "2027-06-01", "2027-12-31", kind="no-active-funding") == []


def test_another_line_that_ends_makes_no_second_gap(world_folder: Path) -> None:
    line = {
        "id": "maghreb-new",
        "name": "Maghreb",
        "framework": "2021-2027",
        "since": "2024-06-01",
        "until": "2024-09-30",
    }
    store = with_rows(
        world_folder,
        funding_line=[line],
        allocation=[{"id": "maghreb-new-mar", "funding_line": "maghreb-new", "country": "MAR"}],
    )
    assert ledger(store, "2024-05-01", "2025-01-01", kind="no-active-funding", country="MAR") == []
    (closed,) = ledger(store, "2024-05-01", "2024-07-01", kind="no-active-funding", country="MAR")
    assert (closed.change, told(closed)) == ("closed", [("2024-06-01", "line-began", "maghreb-new")])


def test_a_line_without_an_end_ends_with_its_framework(world_folder: Path) -> None:
    line = {"id": "albania-open", "name": "Open", "framework": "2021-2027", "since": "2023"}
    store = with_rows(
        world_folder,
        funding_line=[line],
        allocation=[{"id": "albania-open-alb", "funding_line": "albania-open", "country": "ALB"}],
    )
    found = ledger(store, "2027-12-31", "2028-12-31", kind="no-active-funding", country="ALB")
    assert found == [], "the second phase of the police line runs to the end of 2028"
    (opened,) = ledger(store, "2027-12-31", "2029-01-01", kind="no-active-funding", country="ALB")
    assert ("2027-12-31", "framework-ended", "albania-open") in told(opened)
    assert opened.day == "2028-12-31"


def test_a_posting_that_ends_opens_a_gap(world: Store) -> None:
    (opened,) = [
        change for change in ledger(world, "2022-12-31", "2023-01-01", kind="no-posting") if change.country == "ALB"
    ]
    assert (opened.member_state, opened.change) == ("HRV", "opened")
    assert [(event.day, event.what) for event in opened.events] == [("2022-12-31", "posting-ended")]


def test_a_mandate_grows_old(world: Store) -> None:
    (opened,) = ledger(world, "2023-03-30", "2023-03-31", kind="mandate-without-result")
    assert (opened.country, told(opened)) == ("MAR", [("2023-03-31", "mandate-aged", "eurojust-mar")])


def test_a_network_joined_closes_the_gap_and_another_partnership_does_not(world_folder: Path) -> None:
    rows = [
        {"id": "arin-ecu-new", "partnership": "arin", "country": "ECU", "role": "member", "since": "2023-05-01"},
        {
            "id": "wb-forum-ecu-new",
            "partnership": "wb-forum",
            "country": "ECU",
            "role": "observer",
            "since": "2023-05-01",
        },
    ]
    (closed,) = ledger(
        with_rows(world_folder, membership=rows), "2023-04-30", "2023-05-01", kind="no-asset-recovery-network"
    )
    assert (closed.country, told(closed)) == ("ECU", [("2023-05-01", "membership-began", "arin")])


def test_an_accession_to_a_convention_closes_its_gap(world: Store) -> None:
    found = ledger(world, "2004-09-02", "2004-09-03", kind="not-party-to-convention")
    assert [(change.country, local(change.subject), change.change) for change in found] == [("COL", "untoc", "closed")]
    assert told(found[0]) == [("2004-09-03", "entered-into-force", "untoc")]


def test_a_complete_list_that_goes_stale_changes_the_status(world: Store) -> None:
    found = ledger(world, "2028-04-01", "2028-04-02", kind="not-party-to-convention", country="ECU")
    changed = [change for change in found if local(change.subject) == "untoc"]
    assert [states(change) for change in changed] == [("confirmed-gap", "unverified")]
    assert told(changed[0]) == [("2028-04-02", "went-stale", "untoc")]


def test_what_the_others_gain_can_open_a_gap(world_folder: Path) -> None:
    row = {"id": "clasi-usa-new", "partnership": "clasi", "country": "USA", "role": "member", "since": "2024-06-01"}
    store = with_rows(world_folder, membership=[row])
    found = ledger(store, "2024-05-31", "2024-06-01", kind="clasi-lacks", country="ECU")
    opened = {local(change.subject): told(change) for change in found}
    assert opened["untoc"] == [("2024-06-01", "peer-joined", "clasi")]


# Filters, wording, errors


def test_filters_keep_what_they_name(world: Store) -> None:
    days = "2010-01-01", "2026-06-01"
    everything = ledger(world, *days)
    assert {change.what for change in everything} == {"position", "gap"}
    for name, wanted in {
        "country": {"country": "col"},
        "member_state": {"member_state": "BEL"},
        "matter": {"matter": "mla"},
        "kind": {"kind": "no-posting"},
        "what": {"what": "gaps"},
        "region": {"region": "latin-america"},
    }.items():
        kept = ledger(world, *days, **wanted)
        allowed = {
            "country": lambda change: change.country == "COL",
            "member_state": lambda change: change.member_state in ("BEL", ""),
            "matter": lambda change: change.matter == "mla",
            "kind": lambda change: change.kind == "no-posting",
            "what": lambda change: change.what == "gap",
            "region": lambda change: change.country in ("COL", "ECU"),
        }[name]
        assert kept, name
        assert kept == [change for change in everything if allowed(change)], name


@pytest.mark.parametrize(
    ("first", "last", "wanted", "message"),
    [
        ("2026-01-01", "2026-01-01", {}, "is not before"),
        ("2026-01-02", "2026-01-01", {}, "name the earlier day first"),
        ("2026-01-01", "2999-01-01", {}, "out of reach"),
        ("2025-01-01", "2026-01-01", {"matter": "mlat"}, "there is no matter 'mlat'"),
        ("2025-01-01", "2026-01-01", {"kind": "no-cake"}, "there is no kind of gap 'no-cake'"),
        ("2025-01-01", "2026-01-01", {"region": "atlantis"}, "there is no region 'atlantis'"),
        ("2025-01-01", "2026-01-01", {"country": "ZZZ"}, "no country"),
        ("2025-01-01", "2026-01-01", {"what": "cakes"}, "write positions or gaps"),
        ("2025-01-01", "2026-01-01", {"what": "positions", "kind": "no-posting"}, "leaves positions out"),
    ],
)
def test_what_cannot_be_answered_is_refused(
    world: Store, first: str, last: str, wanted: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        ledger(world, first, last, **wanted)


def test_the_table_says_when_no_event_is_recorded(world: Store) -> None:
    kinds, labels = queries.library(QUERIES / "gaps"), Labels(world)
    bare = Change("gap", "no-posting", "", "COL", "FRA", "", "", "", "unverified", "")
    (row,) = table([bare], kinds, labels, "fr")
    assert (row["events"], row["day"], row["change"]) == ("aucun événement daté enregistré", "", "opened")
    assert row["gap"] == kinds["no-posting"].titles["fr"]
    assert NONE["en"] == "no dated event recorded"


def test_the_table_writes_events_and_sources_out(world: Store) -> None:
    found = ledger(world, "2012-02-29", "2012-03-01", what="positions")
    (row,) = table(found, queries.library(QUERIES / "gaps"), Labels(world))
    title = "Convention on mutual legal assistance between Belgium and Colombia"
    assert row["events"] == f"2012-03-01: {title}, entered into force"
    assert row["event_sources"] == "https://gazette.example/treaties"
    assert brief([row])[0]["before"] == "sectoral"


def test_every_event_has_words_in_both_languages() -> None:
    assert WORDS["en"].keys() == WORDS["fr"].keys()


def test_of_many_that_ended_the_last_decides_and_of_many_that_began_the_first() -> None:
    events = (Event("2020-01-01", "x", ""), Event("2021-01-01", "x", ""))
    lost = Change("position", "", "mla", "COL", "BEL", "", "covered", "dedicated", "unverified", "", events)
    won = Change("position", "", "mla", "COL", "BEL", "", "unverified", "", "covered", "dedicated", events)
    opened = Change("gap", "no-active-funding", "", "COL", "", "", "", "", "unverified", "", events)
    assert (lost.day, won.day, opened.day) == ("2021-01-01", "2020-01-01", "2021-01-01")


@given(any_.dates(datetime.date(1950, 1, 1), datetime.date(2090, 1, 1)), any_.integers(1, 120))
def test_the_first_day_past_is_the_first_on_which_the_date_is_too_old(date: datetime.date, months: int) -> None:
    past = dates.first_day_past(date, months)
    assert dates.months_before(past, months) > date
    assert dates.months_before(past - datetime.timedelta(days=1), months) <= date


# Any days


@pytest.fixture(scope="module")
def standing(world_home: Path) -> Store:
    return Published(world_home).current().store


DAYS = any_.lists(
    any_.dates(datetime.date(1985, 1, 1), datetime.date(2032, 1, 1))
    | any_.sampled_from(
        [
            datetime.date.fromisoformat(text) + datetime.timedelta(days=shift)
            for text in (
                "2010-02-01",
                "2012-03-01",
                "2013-07-01",
                "2017-05-01",
                "2020-02-01",
                "2026-03-01",
                "2028-02-01",
            )
            for shift in (-1, 0)
        ]
    ),
    min_size=3,
    max_size=3,
    unique=True,
).map(sorted)


def ends(found: list[Change]) -> dict[Key, tuple[tuple[str, str], tuple[str, str]]]:
    return {
        (one.what, one.kind, one.country, one.member_state, one.matter, one.subject): (
            (one.before, one.before_grade),
            (one.after, one.after_grade),
        )
        for one in found
    }


@settings(max_examples=25, deadline=None)
@given(DAYS)
def test_two_ledgers_in_a_row_make_the_ledger_of_the_whole(standing: Store, days: list[datetime.date]) -> None:
    first, middle, last = map(str, days)
    early, late, whole = (ends(ledger(standing, *span)) for span in ((first, middle), (middle, last), (first, last)))
    joined = {
        key: (early.get(key, late.get(key))[0], late.get(key, early.get(key))[1])  # type: ignore[index]
        for key in early.keys() | late.keys()
    }
    assert {key: ends for key, ends in joined.items() if ends[0] != ends[1]} == whole


@settings(max_examples=25, deadline=None)
@given(DAYS)
def test_every_change_of_a_position_names_a_recorded_event_between_the_days(
    standing: Store, days: list[datetime.date]
) -> None:
    first, _, last = map(str, days)
    for change in ledger(standing, first, last, what="positions"):
        assert change.events, change
    for change in ledger(standing, first, last):
        for event in change.events:
            assert first <= event.day <= last
            assert event.day != SIGNATURE_NOT_SEEN
            assert event.records
            assert event.sources, event


# The real graph


def test_the_ledger_of_one_country_is_what_the_whole_ledger_says_of_it(graph: Graph) -> None:
    whole = ledger(graph.store, "2019-06-01", "2026-11-01")
    for country in ("ALB", "COL", "GBR", "MAR"):  # two of them are compared with others
        own = [change for change in whole if change.country == country]
        assert own == ledger(graph.store, "2019-06-01", "2026-11-01", country=country) != []


def test_the_united_kingdom_leaves(graph: Graph) -> None:
    found = ledger(graph.store, "2020-01-31", "2020-02-01", matter="mla", what="positions")
    assert {change.change for change in found if change.country == "GBR"} == {"opened"}
    assert len({change.member_state for change in found if change.country == "GBR"}) == 27
    assert {change.change for change in found if change.member_state == "GBR"} == {"closed"}
    assert {event for change in found for event in told(change)} == {("2020-01-31", "left-eu", "GBR")}


def test_croatia_joins(graph: Graph) -> None:
    found = ledger(graph.store, "2013-06-30", "2013-07-01", matter="extradition", what="positions")
    assert {change.change for change in found if change.country == "HRV"} == {"closed"}
    assert len({change.member_state for change in found if change.country == "HRV"}) == 27
    assert {change.change for change in found if change.member_state == "HRV"} == {"opened"}
    assert {event[1] for change in found for event in told(change)} == {"joined-eu"}


def test_the_second_convention_of_colombia_on_cybercrime_is_an_entry_into_force(graph: Graph) -> None:
    change = pair(ledger(graph.store, "2020-06-30", "2020-07-01", country="COL"), "FIN", "COL", "e-evidence")
    assert states(change)[1] == "dedicated"
    assert told(change) == [("2020-07-01", "entered-into-force", "cets185")]


def test_coverage_grows_by_region_and_year(graph: Graph) -> None:
    query = queries.find(QUERIES / "ask", "coverage-growth")
    given = {"from_year": "2012", "to_year": "2013", "region": "western-balkans", "matter": "mla"}
    rows = graph.store.select(query.bind(query.values(given, datetime.date(2026, 6, 1), 24)))
    assert {row["year"] for row in rows} == {"2012", "2013"}
    assert {local(row["region"]) for row in rows} == {"western-balkans"}


def test_coverage_of_a_year_is_that_of_its_last_day(world: Store) -> None:
    query = queries.find(QUERIES / "ask", "coverage-growth")
    given = {"from_year": "2011", "to_year": "2013", "matter": "mla"}
    rows = world.select(query.bind(query.values(given, datetime.date(2026, 6, 1), 24)))
    pairs = {(row["year"], local(row["region"])): int(row["pairs"]) for row in rows}
    assert pairs.get(("2011", "latin-america"), 0) == 0
    assert pairs["2012", "latin-america"] == 1, "Belgium and Colombia since 2012-03-01"
    balkans = {year: pairs[year, "western-balkans"] for year in ("2012", "2013")}
    assert balkans == {"2012": 4, "2013": 5}, "Croatia became a member state in between"
