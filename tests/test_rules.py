"""The rules: what follows from the made-up world, rule by rule, and against a slow model of bases in plain Python."""

import csv
from pathlib import Path

import pytest
from conftest import derived

from kg.published import Graph
from kg.store import Row, Store
from kg.vocab import local

RULES = Path(__file__).parent.parent / "queries" / "rules"
PREFIXES = """
PREFIX coop: <https://w3id.org/coopkg/def#>
PREFIX country: <http://publications.europa.eu/resource/authority/country/>
PREFIX graph: <https://w3id.org/coopkg/graph/>
PREFIX id: <https://w3id.org/coopkg/id/>
PREFIX adms: <http://www.w3.org/ns/adms#>
"""
OPEN = "9999-12-31"
BASIS = ("member", "country", "matter", "agreement", "grade", "from", "to")


def select(store: Store, text: str) -> list[Row]:
    return [{name: local(value) for name, value in row.items()} for row in store.select(PREFIXES + text)]


def interval(store: Store, table: str, identifier: str) -> list[tuple[str, str]]:
    rows = select(
        store,
        f"SELECT ?from ?to {{ GRAPH graph:intervals {{ <https://w3id.org/coopkg/id/{table}/{identifier}> coop:from ?from OPTIONAL {{ <https://w3id.org/coopkg/id/{table}/{identifier}> coop:to ?to }} }} }}",
    )
    return [(row["from"], row.get("to", OPEN)) for row in rows]


def bases(store: Store) -> set[tuple[str, str, str, str, str, str, str]]:
    """Member state, country, matter, agreement, grade, from and to of each basis."""
    rows = select(
        store,
        """SELECT ?member ?country ?matter ?agreement ?grade ?from ?to { GRAPH graph:bases { ?basis a coop:CooperationBasis ;
             coop:hasMemberState ?member ; coop:hasCountry ?country ; coop:inMatter ?matter ; coop:restsOn ?agreement ;
             coop:hasGrade ?grade ; coop:from ?from OPTIONAL { ?basis coop:to ?to } } }""",
    )
    return {tuple(row.get(name, OPEN) for name in BASIS) for row in rows}  # type: ignore[misc]


def spans(store: Store, member: str, country: str, agreement: str, matter: str = "") -> list[tuple[str, str]]:
    return sorted(
        basis[5:]
        for basis in bases(store)
        if (basis[0], basis[1], basis[3]) == (member, country, agreement) and basis[2].startswith(matter)
    )


def pending(store: Store) -> set[tuple[str, ...]]:
    """Member state (empty: all of them), country, agreement, status, from and to of each instrument on its way."""
    rows = select(
        store,
        """SELECT ?member ?country ?agreement ?status ?from ?to { GRAPH graph:pending { ?pending a coop:PendingBasis ;
             coop:hasCountry ?country ; coop:restsOn ?agreement ; adms:status ?status ; coop:from ?from
             OPTIONAL { ?pending coop:to ?to } OPTIONAL { ?pending coop:hasMemberState ?member } } }""",
    )
    names = ("member", "country", "agreement", "status", "from", "to")
    return {tuple(row.get(name, OPEN if name == "to" else "") for name in names) for row in rows}


def absences(store: Store, of_list: str) -> set[str]:
    rows = select(
        store,
        f"SELECT ?country {{ GRAPH graph:absences {{ ?absence coop:hasProof <https://w3id.org/coopkg/id/completeness/{of_list}> ; coop:hasCountry ?country }} }}",
    )
    return {row["country"] for row in rows}


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(folder: Path, table: str, content: list[dict[str, str]]) -> None:
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(content[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(content)


def change(folder: Path, table: str, identifier: str, **cells: str) -> None:
    content = rows(folder, table)
    assert sum(row["id"] == identifier for row in content) == 1
    write(folder, table, [{**row, **cells} if row["id"] == identifier else row for row in content])


# Intervals


def test_an_interval_runs_from_the_recorded_day_and_stays_open(world: Store) -> None:
    assert interval(world, "participation", "untoc-col") == [("2004-09-03", OPEN)]


def test_a_party_only_seen_in_force_counts_from_the_day_on_which_it_was_seen(world: Store) -> None:
    assert interval(world, "participation", "fra-col-extradition-col") == [("2020-02-29", OPEN)]


def test_a_party_was_not_seen_in_force_after_the_day_of_checking(world_folder: Path) -> None:
    change(world_folder, "participation", "fra-col-extradition-col", status_as_of="2026")
    assert interval(derived(world_folder), "participation", "fra-col-extradition-col") == [("2026-06-01", OPEN)]


def test_a_partial_beginning_counts_from_its_last_day_and_a_partial_end_up_to_its_first(world_folder: Path) -> None:
    change(world_folder, "participation", "untoc-col", since="2005", until="2019-06", status="ended")
    assert interval(derived(world_folder), "participation", "untoc-col") == [("2005-12-31", "2019-06-01")]


def test_nobody_is_bound_before_the_agreement_itself_is_in_force(world_folder: Path) -> None:
    change(world_folder, "participation", "untoc-alb", since="2002-08-21")
    assert interval(derived(world_folder), "participation", "untoc-alb") == [("2003-09-29", OPEN)]


def test_nobody_is_bound_after_the_agreement_itself_has_ended(world_folder: Path) -> None:
    change(world_folder, "agreement", "untoc", until="2020-01-01")
    change(world_folder, "participation", "untoc-col", until="2021-01-01")
    store = derived(world_folder)
    assert interval(store, "participation", "untoc-alb") == [("2003-09-29", "2020-01-01")]
    assert interval(store, "participation", "untoc-col") == [("2004-09-03", "2020-01-01")]


def test_a_party_that_left_on_a_known_day_was_bound_until_then(world: Store) -> None:
    assert interval(world, "participation", "fra-usa-extradition-1909-usa") == [("1911-07-27", "2002-01-31")]


@pytest.mark.parametrize(
    "party", ["hrv-alb-police-alb", "bel-are-extradition-are", "fra-ecu-transfer-ecu", "eu-ecu-data-eu"]
)
def test_an_end_nobody_knows_or_an_entry_nobody_saw_gives_no_interval(world: Store, party: str) -> None:
    assert interval(world, "participation", party) == []


def test_memberships_and_opt_outs_have_intervals_too(world: Store) -> None:
    assert interval(world, "group-membership", "eu-gbr") == [("1973-01-01", "2020-01-31")]
    assert interval(world, "membership", "clasi-ecu-presidency") == [("2024-01-31", "2024-12-01")]
    assert interval(world, "opt-out", "europol-dnk") == [("2017-05-01", OPEN)]


# Bases between parties


def test_a_basis_begins_with_the_later_of_the_two_parties(world: Store) -> None:
    assert spans(world, "BEL", "COL", "untoc", "mla") == [("2004-09-10", OPEN)]
    assert spans(world, "BEL", "ARE", "untoc", "mla") == [("2007-06-06", OPEN)]


def test_a_basis_ends_with_the_earlier_of_the_two_parties(world_folder: Path) -> None:
    change(world_folder, "participation", "untoc-bel", until="2015-03-01")
    change(world_folder, "participation", "untoc-col", until="2014-02-01")
    store = derived(world_folder)
    assert spans(store, "BEL", "COL", "untoc", "mla") == [("2004-09-10", "2014-02-01")]
    assert spans(store, "BEL", "ALB", "untoc", "mla") == [("2004-09-10", "2015-03-01")]


def test_parties_that_were_never_bound_on_the_same_day_have_no_basis(world_folder: Path) -> None:
    change(world_folder, "participation", "untoc-bel", until="2004-09-02", since="2003-10-01")
    assert spans(derived(world_folder), "BEL", "COL", "untoc") == []


def test_parties_bound_together_for_one_day_have_a_basis_for_that_day(world_folder: Path) -> None:
    change(world_folder, "participation", "untoc-bel", until="2004-09-03", since="2003-10-01")
    assert spans(derived(world_folder), "BEL", "COL", "untoc", "mla") == [("2004-09-03", "2004-09-03")]


def test_a_replaced_treaty_gives_way_on_the_day_of_the_new_one(world: Store) -> None:
    assert spans(world, "FRA", "USA", "fra-usa-extradition-1909") == [("1911-07-27", "2002-01-31")]
    assert spans(world, "FRA", "USA", "fra-usa-extradition-1996") == [("2002-02-01", OPEN)]


def test_a_treaty_that_ended_on_a_day_nobody_knows_is_no_basis(world: Store) -> None:
    assert not [basis for basis in bases(world) if basis[3] == "hrv-alb-police"]


def test_an_agreement_without_a_provision_is_no_basis(world: Store) -> None:
    assert not [basis for basis in bases(world) if basis[3] == "untoc-som"]


def test_a_basis_of_general_scope_covers_its_matter_and_one_for_some_offences_does_not(world: Store) -> None:
    found = select(
        world,
        """SELECT ?agreement ?grade ?covered { GRAPH graph:bases { ?basis coop:hasMemberState country:BEL ;
             coop:hasCountry country:ALB ; coop:inMatter <https://w3id.org/coopkg/code/matter/mla> ;
             coop:restsOn ?agreement ; coop:hasGrade ?grade . OPTIONAL { ?basis coop:covers ?covered } } }
           ORDER BY ?agreement""",
    )
    assert found == [
        {"agreement": "mla-convention", "grade": "dedicated", "covered": "mla"},
        {"agreement": "untoc", "grade": "sectoral"},
    ]


def test_a_basis_points_to_the_participations_that_prove_it(world: Store) -> None:
    proofs = select(
        world,
        """SELECT ?proof { GRAPH graph:bases { ?basis coop:restsOn <https://w3id.org/coopkg/id/agreement/bel-col-mla> ;
             coop:hasProof ?proof } } ORDER BY ?proof""",
    )
    assert [row["proof"] for row in proofs] == ["bel-col-mla-bel", "bel-col-mla-col"]


def sides(store: Store, name: str) -> tuple[set[str], set[str], set[str]]:
    """The member states, countries and proofs of a basis."""
    found = []
    for property_ in ("hasMemberState", "hasCountry", "hasProof"):
        pattern = f"GRAPH graph:bases {{ <https://w3id.org/coopkg/id/basis/{name}> coop:{property_} ?it }}"
        found.append({row["it"] for row in select(store, f"SELECT ?it {{ {pattern} }}")})
    return found[0], found[1], found[2]


def test_who_joins_a_convention_shares_one_basis_with_all_that_were_parties_before(world: Store) -> None:
    states, countries, proofs = sides(world, "untoc.untoc-are.offences")
    assert (states, countries) == ({"BEL", "DNK", "FRA", "GBR", "HRV"}, {"ARE"})
    assert proofs == {"untoc-are", "untoc-bel", "untoc-dnk", "untoc-fra", "untoc-gbr", "untoc-hrv"}
    states, countries, proofs = sides(world, "untoc-bel.untoc.offences")
    assert (states, countries) == ({"BEL"}, {"ALB", "COL", "DNK", "HRV", "MAR"}), (
        "Denmark and Croatia were third countries once"
    )
    assert proofs == {"untoc-bel", "untoc-alb", "untoc-col", "untoc-dnk", "untoc-hrv", "untoc-mar"}


def test_no_basis_has_several_on_both_sides(graph: Graph) -> None:
    sides = [
        f"SELECT DISTINCT ?basis {{ GRAPH graph:bases {{ ?basis coop:{side} ?one , ?two }} FILTER (?one != ?two) }}"
        for side in ("hasMemberState", "hasCountry")
    ]
    states, countries = ({row["basis"] for row in select(graph.store, query)} for query in sides)
    assert len(states) > 500
    assert len(countries) > 100
    assert not states & countries


def test_parties_of_one_day_share_the_basis_of_the_country(world_folder: Path) -> None:
    change(world_folder, "participation", "untoc-bel", since="2007-06-06")
    store = derived(world_folder)
    assert sides(store, "untoc.untoc-are.offences")[0] >= {"BEL", "FRA"}
    assert "ARE" not in sides(store, "untoc-bel.untoc.offences")[1]
    assert spans(store, "BEL", "ARE", "untoc", "mla") == [("2007-06-06", OPEN)]


def test_a_party_that_leaves_ends_the_bases_of_its_own_pairs_alone(world_folder: Path) -> None:
    change(world_folder, "participation", "untoc-fra", until="2020-01-01", status="ended")
    store = derived(world_folder)
    assert sides(store, "untoc.untoc-are.offences.until-2020-01-01")[:2] == ({"FRA"}, {"ARE"})
    assert "FRA" not in sides(store, "untoc.untoc-are.offences")[0]
    assert spans(store, "BEL", "ARE", "untoc", "mla") == [("2007-06-06", OPEN)]
    assert spans(store, "FRA", "ARE", "untoc", "mla") == [("2007-06-06", "2020-01-01")]


def test_a_country_that_refuses_stands_alone_in_the_matter_that_it_refuses(world: Store) -> None:
    assert sides(world, "untoc-bel.untoc-alb.extradition")[:2] == ({"BEL"}, {"ALB"})
    assert sides(world, "untoc-bel.untoc.extradition")[1] == {"COL", "DNK", "HRV"}
    assert "ALB" in sides(world, "untoc-bel.untoc.offences")[1]


def test_a_refusal_withdrawn_in_the_last_century_ends_on_the_day_after(world_folder: Path) -> None:
    for party in ("untoc-alb", "untoc-fra"):
        change(world_folder, "participation", party, since="1990-01-01")
    change(world_folder, "agreement", "untoc", since="1990-01-01")
    change(world_folder, "declaration", "untoc-alb-extradition", since="1991-01-01", until="1999-12-31")
    assert ("2000-01-01", OPEN) in spans(derived(world_folder), "FRA", "ALB", "untoc")


def test_a_state_has_a_basis_with_one_that_joined_later_or_has_left_but_with_no_other_member(world: Store) -> None:
    pairs = {basis[:2] for basis in bases(world)}
    assert {("BEL", "HRV"), ("FRA", "DNK"), ("HRV", "GBR"), ("DNK", "GBR")} <= pairs
    assert pairs.isdisjoint({("BEL", "FRA"), ("FRA", "BEL"), ("HRV", "DNK"), ("HRV", "BEL"), ("DNK", "FRA")})


def test_only_states_that_are_or_were_members_have_bases(world: Store) -> None:
    assert {basis[0] for basis in bases(world)} == {"BEL", "DNK", "FRA", "GBR", "HRV"}


# Bases through the European Union and its bodies


def test_a_treaty_of_the_union_binds_from_its_entry_into_force(world: Store) -> None:
    assert spans(world, "BEL", "USA", "eu-usa-mla") == [("2010-02-01", OPEN)]


def test_a_treaty_of_the_union_binds_a_new_member_from_its_accession(world: Store) -> None:
    assert spans(world, "HRV", "USA", "eu-usa-mla") == [("2013-07-01", OPEN)]


def test_a_treaty_of_the_union_ends_for_a_member_with_its_leaving(world: Store) -> None:
    assert spans(world, "GBR", "USA", "eu-usa-mla") == [("2010-02-01", "2020-01-31")]


def test_an_opt_out_from_the_first_day_leaves_no_basis(world: Store) -> None:
    assert spans(world, "DNK", "USA", "eu-usa-mla") == []


def test_an_opt_out_from_a_body_ends_the_bases_on_its_instruments_the_day_before(world: Store) -> None:
    assert spans(world, "DNK", "ALB", "europol-alb") == [("2014-08-22", "2017-04-30")]
    assert spans(world, "DNK", "COL", "europol-col") == [("2010-02-09", "2017-04-30")]
    assert spans(world, "FRA", "ALB", "europol-alb") == [("2014-08-22", OPEN)]


def test_of_two_opt_outs_the_earlier_one_ends_the_basis(world_folder: Path) -> None:
    general = next(row for row in rows(world_folder, "opt_out") if row["id"] == "europol-dnk")
    special = {
        **general,
        "id": "europol-alb-dnk",
        "organisation": "",
        "agreement": "europol-alb",
        "since": "2018-01-01",
    }
    write(world_folder, "opt_out", [*rows(world_folder, "opt_out"), special])
    assert spans(derived(world_folder), "DNK", "ALB", "europol-alb") == [("2014-08-22", "2017-04-30")]


def test_a_treaty_of_the_union_is_dedicated_and_an_instrument_of_an_agency_an_arrangement(world: Store) -> None:
    grades = {(basis[3], basis[4]) for basis in bases(world) if basis[3].startswith("eu")}
    assert grades == {("eu-usa-mla", "dedicated"), ("europol-alb", "arrangement"), ("europol-col", "arrangement")}


def test_the_union_itself_as_party_to_a_convention_binds_no_member_that_is_none(world_folder: Path) -> None:
    write(
        world_folder, "participation", [row for row in rows(world_folder, "participation") if row["id"] != "untoc-fra"]
    )
    assert spans(derived(world_folder), "FRA", "COL", "untoc") == []


def test_a_basis_through_the_union_is_proved_by_both_parties_and_the_membership(world: Store) -> None:
    proofs = select(
        world,
        """SELECT ?proof { GRAPH graph:bases { ?basis coop:hasMemberState country:HRV ; coop:hasProof ?proof ;
             coop:restsOn <https://w3id.org/coopkg/id/agreement/eu-usa-mla> } } ORDER BY ?proof""",
    )
    assert {row["proof"] for row in proofs} == {"eu-hrv", "eu-usa-mla-eu", "eu-usa-mla-usa"}


# Signed, or of unknown entry into force


def test_a_basis_was_pending_from_its_signature_to_the_day_before_it_began(world: Store) -> None:
    mine = {row for row in pending(world) if row[2] == "bel-col-mla"}
    assert mine == {("BEL", "COL", "bel-col-mla", "signed-not-in-force", "2010-05-04", "2012-02-29")}


def test_a_signed_treaty_is_pending_without_an_end(world: Store) -> None:
    assert ("BEL", "ARE", "bel-are-extradition", "signed-not-in-force", "2021-12-09", OPEN) in pending(world)


def test_an_entry_nobody_saw_is_pending_as_such_from_the_last_day_the_signature_can_mean(world: Store) -> None:
    assert ("FRA", "ECU", "fra-ecu-transfer", "entry-not-seen", "2015-12-31", OPEN) in pending(world)


def test_a_signed_treaty_of_the_union_is_pending_once_for_all_members(world: Store) -> None:
    assert {row for row in pending(world) if row[2] == "eu-ecu-data"} == {
        ("", "ECU", "eu-ecu-data", "signed-not-in-force", "2026-03-01", OPEN)
    }


def test_a_treaty_of_the_union_was_pending_from_its_signature_to_the_day_before_it_began(world: Store) -> None:
    assert {row for row in pending(world) if row[2] == "eu-usa-mla"} == {
        ("", "USA", "eu-usa-mla", "signed-not-in-force", "2003-06-25", "2010-01-31")
    }


def test_one_party_of_unknown_entry_makes_the_pair_one_of_unknown_entry(world_folder: Path) -> None:
    change(world_folder, "participation", "bel-are-extradition-bel", status="entry-not-seen")
    assert {row[3] for row in pending(derived(world_folder)) if row[2] == "bel-are-extradition"} == {"entry-not-seen"}


def test_an_ended_treaty_and_a_convention_for_some_offences_are_never_pending(world_folder: Path) -> None:
    change(world_folder, "participation", "untoc-are", since="", status="signed-not-in-force")
    agreements = {row[2] for row in pending(derived(world_folder))}
    assert agreements.isdisjoint({"hrv-alb-police", "untoc"})


def test_a_pending_instrument_points_to_bases_that_cover_its_matter_and_to_no_sectoral_one(world: Store) -> None:
    found = select(
        world,
        """SELECT ?agreement ?other { GRAPH graph:pending { ?pending coop:restsOn ?agreement ; coop:hasAlternative ?basis ;
             coop:hasMemberState country:BEL } GRAPH graph:bases { ?basis coop:restsOn ?other } }""",
    )
    assert {(row["agreement"], row["other"]) for row in found} == {("bel-col-mla", "bel-col-mla")}


# Routes


def test_a_route_touches_the_countries_of_its_legs_and_leads_to_the_member_states_that_they_reach(world: Store) -> None:
    touched = select(world, "SELECT ?country { GRAPH graph:routes { ?country coop:isOnRoute id:route\\/cocaine-ecu } }")
    reached = select(world, "SELECT ?member { GRAPH graph:routes { id:route\\/herb-alb coop:leadsTo ?member } }")
    assert {row["country"] for row in touched} == {"COL", "ECU", "BEL", "FRA"}
    assert {row["member"] for row in reached} == {"HRV", "FRA"}


# Absences


def test_a_complete_list_of_treaties_implies_the_absence_of_all_others(world: Store) -> None:
    assert absences(world, "fra-extradition-2026-02-01") == {"ECU", "XKX"}


def test_a_list_without_entries_implies_the_absence_of_all_states_but_the_state_itself(world: Store) -> None:
    states = {"ALB", "ARE", "COL", "DNK", "ECU", "FRA", "GBR", "HRV", "MAR", "USA", "XKX"}
    assert absences(world, "bel-transfer-2019") == states


def test_a_complete_list_of_a_body_implies_the_absence_of_its_agreement_for_all_member_states(world: Store) -> None:
    found = absences(world, "europol-operational-2026-03-01")
    assert {"COL", "ECU", "MAR", "USA", "XKX", "ARE"} <= found
    assert "ALB" not in found
    assert not select(
        world,
        "SELECT ?one { GRAPH graph:absences { ?absence coop:hasMemberState ?one ; coop:hasProof id:completeness\\/europol-operational-2026-03-01 } }",
    )


@pytest.mark.parametrize("of_list", ["hrv-mla-2024", "clasi-2026", "untoc-2026-04-01", "bel-postings-2026-05"])
def test_a_partial_list_a_number_and_a_list_of_another_kind_imply_nothing(world: Store, of_list: str) -> None:
    assert absences(world, of_list) == set()


def test_a_territory_is_never_said_to_lack_a_treaty(world: Store) -> None:
    assert not [
        row
        for row in select(world, "SELECT ?c { GRAPH graph:absences { ?a coop:hasCountry ?c } }")
        if row["c"] == "GIB"
    ]


def test_an_implied_absence_is_of_the_day_of_its_list(world: Store) -> None:
    days = select(
        world,
        "SELECT DISTINCT ?day { GRAPH graph:absences { ?a coop:hasProof id:completeness\\/bel-transfer-2019 ; coop:statusAsOfLatest ?day } }",
    )
    assert days == [{"day": "2019-12-31"}]
