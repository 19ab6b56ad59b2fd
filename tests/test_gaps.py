"""Gaps: each kind on the made-up world, what may be filtered, and the size of each kind on the real graph."""

import datetime
from pathlib import Path

import pytest
from conftest import with_rows

from kg import gaps
from kg.errors import UsageError
from kg.gaps import Filter, Finder, Gap
from kg.labels import Labels
from kg.published import Graph
from kg.store import Store
from kg.vocab import local

QUERIES = Path(__file__).parent.parent / "queries"
TODAY = "2026-06-01"
EXPECTED = {
    "clasi-lacks": (15, 80),
    "funding-ends": (25, 200),
    "hub-without-agreement": (8, 60),
    "mandate-without-result": (12, 60),
    "no-active-funding": (18, 80),
    "no-asset-recovery-network": (8, 60),
    "no-dedicated-extradition": (3000, 4600),
    "no-dedicated-mla": (3000, 4600),
    "no-dedicated-transfer": (2700, 4600),
    "no-eurojust-agreement": (30, 130),
    "no-europol-data": (30, 130),
    "no-posting": (140, 600),
    "not-party-to-convention": (45, 170),
    "sectoral-only": (3000, 4600),
    "signed-not-in-force": (600, 2600),
    "western-balkans-lacks": (10, 50),
}
"""Fewest and most rows of each kind on the real graph: about half and twice what it gave in November 2026."""


def find(
    store: Store, kind: str = "", day: str = TODAY, given: dict[str, str] | None = None, **wanted: str
) -> list[Gap]:
    return Finder(store, QUERIES, 24).find(Filter(kind, **wanted), datetime.date.fromisoformat(day), given)


def pairs(found: list[Gap]) -> set[tuple[str, str, str]]:
    return {(gap.member_state, gap.country, gap.status) for gap in found}


def about(found: list[Gap]) -> set[tuple[str, str, str]]:
    return {(gap.country, local(gap.subject), gap.status) for gap in found}


# Pairs without a dedicated basis


def test_no_dedicated_mla_lists_pairs_without_one_and_tells_known_from_unknown(world: Store) -> None:
    found = pairs(find(world, "no-dedicated-mla"))
    assert {("FRA", "ECU", "confirmed-gap"), ("DNK", "ARE", "confirmed-gap"), ("BEL", "ECU", "unverified")} <= found
    listed = {pair[:2] for pair in found}
    assert listed.isdisjoint({("BEL", "COL"), ("BEL", "ALB"), ("FRA", "USA"), ("HRV", "GBR")})
    assert ("DNK", "USA") in listed, "Denmark takes no part in the treaty of the Union"


def test_no_dedicated_mla_asks_member_states_and_third_countries_of_that_day_only(world: Store) -> None:
    now = {pair[:2] for pair in pairs(find(world, "no-dedicated-mla"))}
    assert {pair[0] for pair in now} == {"BEL", "FRA", "DNK", "HRV"}
    assert {pair[1] for pair in now}.isdisjoint({"BEL", "FRA", "DNK", "HRV", "GIB"})
    then = {pair[:2] for pair in pairs(find(world, "no-dedicated-mla", "1999-08-04"))}
    assert ("BEL", "HRV") in then
    assert ("GBR", "COL") in then


def test_no_dedicated_extradition_shows_the_signed_treaty_and_the_complete_list(world: Store) -> None:
    found = find(world, "no-dedicated-extradition")
    assert {
        ("BEL", "ARE", "signed-not-in-force"),
        ("FRA", "ECU", "confirmed-gap"),
        ("FRA", "XKX", "confirmed-gap"),
        ("BEL", "ECU", "unverified"),
        ("FRA", "MAR", "unverified"),
    } <= pairs(found)
    assert {gap.country for gap in found if gap.member_state == "FRA"}.isdisjoint({"COL", "USA"})
    (signed,) = [gap for gap in found if gap.status == "signed-not-in-force"]
    assert (signed.since, signed.lack_name) == (
        "2021-12-09",
        "Treaty on extradition between Belgium and the United Arab Emirates",
    )


def test_no_dedicated_extradition_before_and_after_a_treaty_was_seen_in_force(world: Store) -> None:
    assert ("FRA", "COL", "unverified") in pairs(find(world, "no-dedicated-extradition", "2020-02-28"))
    assert "COL" not in {
        gap.country for gap in find(world, "no-dedicated-extradition", "2020-02-29", member_state="FRA")
    }


def test_no_dedicated_transfer_names_the_treaty_whose_entry_nobody_saw(world: Store) -> None:
    found = find(world, "no-dedicated-transfer")
    (seen,) = [gap for gap in found if gap.lack]
    assert (seen.member_state, seen.country, seen.status, seen.since) == ("FRA", "ECU", "unverified", "2015-12-31")
    assert not [gap for gap in found if gap.status == "confirmed-gap"], "the list of Belgium is of 2019"


def test_a_list_of_treaties_confirms_while_it_is_fresh(world: Store) -> None:
    confirmed = [gap for gap in find(world, "no-dedicated-transfer", "2021-12-31") if gap.status == "confirmed-gap"]
    assert {gap.member_state for gap in confirmed} == {"BEL"}
    assert {gap.since for gap in confirmed} == {"2019-12-31"}
    assert all(gap.lack_sources for gap in confirmed)
    assert not [gap for gap in find(world, "no-dedicated-transfer", "2022-01-01") if gap.status == "confirmed-gap"]


def test_sectoral_only_lists_pairs_of_one_convention_without_a_dedicated_basis(world: Store) -> None:
    found = pairs(find(world, "sectoral-only"))
    assert {("BEL", "MAR", "unverified"), ("DNK", "ARE", "confirmed-gap"), ("DNK", "USA", "unverified")} <= found
    listed = {pair[:2] for pair in found}
    assert listed.isdisjoint({("BEL", "COL"), ("BEL", "ALB"), ("FRA", "ECU"), ("BEL", "XKX")})


def test_sectoral_only_ends_with_a_dedicated_treaty(world: Store) -> None:
    days = {day: pairs(find(world, "sectoral-only", day, country="COL")) for day in ("2012-02-29", "2012-03-01")}
    assert ("BEL", "COL", "unverified") in days["2012-02-29"]
    assert "BEL" not in {pair[0] for pair in days["2012-03-01"]}


def test_signed_not_in_force_lists_what_is_on_its_way(world: Store) -> None:
    assert {(gap.member_state, *about([gap]).pop()) for gap in find(world, "signed-not-in-force")} == {
        ("BEL", "ARE", "bel-are-extradition", "signed-not-in-force"),
        ("FRA", "ECU", "fra-ecu-transfer", "unverified"),
        ("", "ECU", "eu-ecu-data", "signed-not-in-force"),
    }


def test_signed_not_in_force_holds_from_the_signature_until_the_day_before_entry(world: Store) -> None:
    days = ("2010-05-03", "2010-05-04", "2012-02-29", "2012-03-01")
    listed = [
        any(local(gap.subject) == "bel-col-mla" for gap in find(world, "signed-not-in-force", day)) for day in days
    ]
    assert listed == [False, True, True, False]


# Countries on routes


def test_no_eurojust_agreement_lists_route_countries_and_confirms_the_known_absence(world: Store) -> None:
    assert about(find(world, "no-eurojust-agreement")) == {
        ("ALB", "eurojust", "unverified"),
        ("COL", "eurojust", "unverified"),
        ("ECU", "eurojust", "unverified"),
        ("MAR", "eurojust", "confirmed-gap"),
    }


def test_no_europol_data_leaves_out_who_has_an_agreement_and_tells_signed_from_absent(world: Store) -> None:
    found = find(world, "no-europol-data")
    assert about(found) == {
        ("COL", "europol", "confirmed-gap"),
        ("ECU", "europol", "signed-not-in-force"),
        ("MAR", "europol", "confirmed-gap"),
    }
    between = find(world, "no-europol-data", "2014-08-21", country="ALB")
    assert [(gap.status, local(gap.lack)) for gap in between] == [("signed-not-in-force", "europol-alb-alb")]


def test_hub_without_agreement_lists_hubs_with_seizures_in_third_countries(world_folder: Path, world: Store) -> None:
    assert find(world, "hub-without-agreement") == [], "the only hub with a seizure lies in a member state"
    seizure = {"commodity": "cocaine", "year": "2025", "quantity": "5", "unit": "t", "finding": "seized-in-country"}
    ecuador = with_rows(
        world_folder, seizure=[dict(id="ecu-cocaine-2025-ecgye-1", country="ECU", hub="ecgye", **seizure)]
    )
    assert [(gap.country, local(gap.subject)) for gap in find(ecuador, "hub-without-agreement")] == [("ECU", "ecgye")]
    albania = with_rows(
        world_folder, seizure=[dict(id="alb-cocaine-2025-aldrz-1", country="ALB", hub="aldrz", **seizure)]
    )
    assert "ALB" not in {gap.country for gap in find(albania, "hub-without-agreement")}


def test_a_hub_has_the_status_that_its_country_has_without_it(world_folder: Path) -> None:
    seizure = {"commodity": "cocaine", "year": "2025", "quantity": "5", "unit": "t", "finding": "seized-in-country"}
    store = with_rows(
        world_folder, seizure=[dict(id="ecu-cocaine-2025-ecgye-1", country="ECU", hub="ecgye", **seizure)]
    )
    (hub,) = find(store, "hub-without-agreement")
    (country,) = find(store, "no-europol-data", country="ECU")
    assert hub.status == country.status == "signed-not-in-force"


def test_no_posting_lists_member_states_at_the_end_of_a_route_without_anybody_there(world: Store) -> None:
    assert pairs(find(world, "no-posting")) == {
        ("BEL", "ECU", "confirmed-gap"),
        ("FRA", "ALB", "unverified"),
        ("HRV", "ALB", "unverified"),
    }
    assert ("HRV", "ALB") not in {pair[:2] for pair in pairs(find(world, "no-posting", "2022-12-31"))}


def test_not_party_to_convention_confirms_by_the_complete_list_only(world: Store) -> None:
    found = about(find(world, "not-party-to-convention"))
    assert ("ECU", "untoc", "confirmed-gap") in found
    assert ("ECU", "uncac", "unverified") in found
    assert {(country, subject) for country, subject, _ in found}.isdisjoint({("COL", "untoc"), ("ALB", "untoc")})
    assert ("ECU", "untoc-som", "unverified") in found, "a party to the protocol that is not seen in its parent"
    assert {country for country, _, _ in found} == {"ALB", "COL", "ECU", "MAR"}, (
        "no member state, nobody off the routes"
    )
    assert ("ECU", "untoc", "unverified") in about(find(world, "not-party-to-convention", "2026-03-31"))


def test_no_asset_recovery_network_lists_route_countries_in_none(world: Store) -> None:
    assert about(find(world, "no-asset-recovery-network")) == {
        (country, "", "unverified") for country in ("ALB", "ECU", "MAR")
    }


# Groups


def test_clasi_lacks_lists_what_most_of_the_others_have(world: Store) -> None:
    assert ("ECU", "untoc", "confirmed-gap") in about(find(world, "clasi-lacks", given={"percent": "40"}))
    assert find(world, "clasi-lacks", given={"percent": "90"}) == []


def test_an_observer_that_has_left_is_no_member_of_clasi(world: Store) -> None:
    assert "MAR" not in {gap.country for gap in find(world, "clasi-lacks", given={"percent": "30"})}


def test_western_balkans_lacks_lists_what_most_of_the_region_have(world: Store) -> None:
    assert find(world, "western-balkans-lacks") == [], "one of two is not most of them"
    found = about(find(world, "western-balkans-lacks", given={"percent": "40"}))
    assert found == {
        ("XKX", "untoc", "confirmed-gap"),
        ("XKX", "mla-convention", "unverified"),
        ("XKX", "europol", "unverified"),
    }


# Mandates and money


def test_mandate_without_result_lists_old_mandates_and_tells_seen_from_unseen(world: Store) -> None:
    assert about(find(world, "mandate-without-result")) == {
        ("USA", "eu-usa-e-evidence", "confirmed-gap"),
        ("MAR", "eurojust-mar", "unverified"),
    }


def test_mandate_without_result_counts_the_years_to_the_day(world: Store) -> None:
    def listed(day: str, years: str = "2") -> bool:
        found = find(world, "mandate-without-result", day, {"years": years})
        return any(local(gap.subject) == "eu-usa-e-evidence" for gap in found)

    assert [listed("2021-06-05"), listed("2021-06-06"), listed("2021-06-06", "3")] == [False, True, False]


def test_a_mandate_that_led_to_an_agreement_is_no_gap_from_that_day(world: Store) -> None:
    listed = [
        any(local(gap.subject) == "europol-ecu" for gap in find(world, "mandate-without-result", day))
        for day in ("2026-02-28", "2026-03-01")
    ]
    assert listed == [True, False]


def test_no_active_funding_names_the_last_line_that_reached_the_country(world: Store) -> None:
    assert [(gap.country, local(gap.subject), gap.since) for gap in find(world, "no-active-funding")] == [
        ("MAR", "judicial-maghreb", "2024-03-31")
    ]
    assert find(world, "no-active-funding", "2024-03-31", country="MAR") == []


def test_a_day_in_the_future_makes_a_funding_gap(world: Store) -> None:
    assert {gap.country for gap in find(world, "no-active-funding", "2028-01-01")} == {"COL", "ECU", "MAR"}
    assert {gap.country for gap in find(world, "no-active-funding", "2029-01-01")} == {"ALB", "COL", "ECU", "MAR"}


def test_funding_ends_lists_lines_without_a_later_one_for_that_country(world: Store) -> None:
    found = about(find(world, "funding-ends"))
    assert ("XKX", "police-balkans", "unverified") in found
    assert ("ALB", "police-balkans", "unverified") not in found, "a second phase follows"
    assert ("ECU", "drugs-ports", "unverified") in found
    assert "judicial-maghreb" not in {subject for _, subject, _ in found}, "it has ended already"


def test_funding_ends_looks_as_far_as_the_horizon(world: Store) -> None:
    found = about(find(world, "funding-ends", given={"horizon": "2026-12-31"}))
    assert {subject for _, subject, _ in found} == {"police-balkans", "drugs-ports"}


def test_a_country_reached_directly_and_by_its_region_is_listed_once(world: Store) -> None:
    assert [local(gap.subject) for gap in find(world, "funding-ends", country="COL")] == ["drugs-latin-america"]


# What every gap has


def test_no_gap_is_listed_twice(world: Store) -> None:
    for kind in sorted(EXPECTED.keys() - {"funding-ends"}):
        keys = [(gap.country, gap.member_state, gap.matter, gap.subject) for gap in find(world, kind)]
        assert len(keys) == len(set(keys)), kind


def test_need_is_the_routes_and_roles_of_the_country_with_their_sources(world: Store) -> None:
    (gap,) = find(world, "not-party-to-convention", country="ECU", status="confirmed-gap")
    assert len(gap.need.routes) == 1
    assert gap.need.roles == ("transit of cocaine",)
    assert gap.need.sources
    assert all(source.url.startswith("http") for source in gap.need.sources)


def test_a_confirmed_gap_has_its_record_and_sources_and_an_unlooked_one_has_none(world: Store) -> None:
    found = find(world)
    confirmed = [gap for gap in found if gap.status == "confirmed-gap"]
    assert confirmed
    assert all(gap.lack and gap.lack_sources and gap.since for gap in confirmed)
    assert all(not gap.lack_sources for gap in found if not gap.lack)


def test_all_kinds_together_are_the_sum_of_each(world: Store) -> None:
    assert len(find(world)) == sum(len(find(world, kind)) for kind in EXPECTED)


def test_the_same_question_gives_the_same_list(world: Store) -> None:
    assert find(world) == find(world)


# Filters


def test_filters_restrict_and_can_be_combined(world: Store) -> None:
    assert {gap.country for gap in find(world, country="ECU")} == {"ECU"}
    assert {gap.status for gap in find(world, status="confirmed-gap")} == {"confirmed-gap"}
    assert {gap.country for gap in find(world, region="western-balkans")} == {"ALB", "XKX"}
    both = find(world, country="ECU", status="confirmed-gap", member_state="FRA")
    assert {(gap.country, gap.status) for gap in both} == {("ECU", "confirmed-gap")}
    assert "no-dedicated-mla" in {gap.kind for gap in both}


def test_the_gaps_of_a_member_state_include_those_of_all_of_them(world: Store) -> None:
    assert {gap.member_state for gap in find(world, member_state="BEL")} == {"BEL", ""}


def test_kosovo_is_found_by_its_former_code_too(world: Store) -> None:
    assert find(world, country="1A0") == find(world, country="XKX") != []


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"kind": "no-such"}, "no kind of gap 'no-such'; write one of clasi-lacks"),
        ({"status": "open"}, "no status 'open'; write one of confirmed-gap"),
        ({"country": "QQQ"}, "no country with the code 'QQQ'"),
        ({"country": "COL> } #"}, "is not a country code"),
        ({"member_state": "QQQ"}, "no country with the code 'QQQ'"),
        ({"region": "atlantis"}, "no region 'atlantis'; write one of"),
    ],
)
def test_a_filter_that_cannot_be_right_is_refused(world: Store, wanted: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        find(world, **wanted)
    assert caught.value.exit_code == 2


def test_a_parameter_that_the_kind_does_not_have_is_refused(world: Store) -> None:
    with pytest.raises(UsageError, match="no-posting has no parameter 'percent'"):
        find(world, "no-posting", given={"percent": "10"})


# Tables


def test_a_table_has_codes_names_and_sources_side_by_side(world: Store) -> None:
    kinds = Finder(world, QUERIES, 24).kinds()
    (row,) = gaps.table(find(world, "no-posting", member_state="BEL"), kinds, Labels(world))
    assert (row["country"], row["country_name"], row["member_state_name"]) == ("ECU", "Ecuador", "Belgium")
    assert row["gap"] == kinds["no-posting"].title
    assert row["lack"] == "Police liaison officers of Belgium"
    assert row["lack_sources"].startswith("http")
    assert row["routes"] == 1


def test_a_table_speaks_the_language_asked_for_and_marks_kosovo(world: Store) -> None:
    kinds = Finder(world, QUERIES, 24).kinds()
    rows = gaps.table(find(world, "sectoral-only"), kinds, Labels(world, "fr"), "fr")
    assert {row["gap"] for row in rows} == {"Ne repose que sur une convention limitée à certaines infractions"}
    kosovo = gaps.table(find(world, "no-dedicated-mla", country="XKX"), kinds, Labels(world))
    assert {row["country_name"] for row in kosovo} == {"Kosovo*"}
    assert {row["lack"] for row in kosovo} == {"no record: nobody has looked, or too long ago"}


# The real graph


def test_every_kind_has_its_expected_size_stated() -> None:
    assert set(EXPECTED) == {path.stem for path in (QUERIES / "gaps").glob("*.rq")}
    assert len(EXPECTED) >= 12


@pytest.mark.parametrize("kind", EXPECTED)
def test_each_kind_returns_rows_within_bounds_on_the_real_graph(graph: Graph, kind: str) -> None:
    found = find(graph.store, kind, "2026-11-23")
    fewest, most = EXPECTED[kind]
    assert fewest <= len(found) <= most
    keys = [(gap.country, gap.member_state, gap.matter, gap.subject) for gap in found]
    assert len(keys) == len(set(keys))
    assert all(gap.lack_sources for gap in found if gap.lack)
    assert all(gap.lack for gap in found if gap.status != "unverified")


def test_a_gap_of_an_agency_says_signed_until_the_day_of_entry_into_force_as_the_position_does(graph: Graph) -> None:
    """Eurojust and Albania signed on 5 October 2018; their agreement entered into force on 1 November 2019."""
    states = {
        day: [gap.status for gap in find(graph.store, "no-eurojust-agreement", day, country="ALB")]
        for day in ("2018-10-04", "2018-10-05", "2019-10-31", "2019-11-01")
    }
    assert states == {
        "2018-10-04": ["unverified"],
        "2018-10-05": ["signed-not-in-force"],
        "2019-10-31": ["signed-not-in-force"],
        "2019-11-01": [],
    }


def test_on_the_real_graph_some_gaps_are_confirmed_and_the_highest_score_comes_first(graph: Graph) -> None:
    found = find(graph.store, "not-party-to-convention", "2026-11-23")
    assert {gap.status for gap in found} == set(gaps.STATUSES)
    scores = [gap.score.value or 0.0 for gap in found]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 60
