"""Explanations: the facts and the deciding days, on the made-up world; that nothing is missing from the chain."""

import csv
import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import explain, queries, reason, statements, tables
from kg.derivation import Fact
from kg.errors import KgError, NotFound, UsageError
from kg.explain import Evidence, Explanation
from kg.gaps import Filter, Finder
from kg.ontology import ontology
from kg.outline import outline
from kg.positions import position
from kg.rulebook import rulebook
from kg.store import Store
from kg.vocab import ONTOLOGY_GRAPH, local

ROOT = Path(__file__).parent.parent
QUERIES = ROOT / "queries"
DAY = datetime.date(2026, 6, 1)


def built(folder: Path) -> Store:
    """The tables of a folder with everything that the rules derive, and the rules themselves."""
    store = Store.memory()
    store.load_quads("".join(statements.everything(tables.load(folder))).encode("utf-8"))
    store.load_triples(ontology(ROOT / "ontology"), ONTOLOGY_GRAPH)
    store.load_quads(rulebook(QUERIES))
    for rule in reason.rules(QUERIES / "rules"):
        store.update(rule.read_text("utf-8"))
    return store


def read(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(folder: Path, table: str, rows: list[dict[str, str]], header: list[str]) -> None:
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def change(folder: Path, table: str, identifier: str, **cells: str) -> None:
    rows = read(folder, table)
    write(folder, table, [{**row, **cells} if row["id"] == identifier else row for row in rows], list(rows[0]))


def why(store: Store, member: str, country: str, matter: str, day: datetime.date = DAY) -> Explanation:
    return explain.of_position(store, QUERIES, member, country, matter, day, 24)


def why_gap(
    store: Store, kind: str, country: str, member: str = "", matter: str = "", subject: str = ""
) -> Explanation:
    finder = Finder(store, QUERIES, 24)
    gap = explain.gap_of(finder.find(Filter(kind, country, member), DAY), matter, subject)
    return explain.of_gap(finder, gap, DAY)


def deciding(found: Explanation) -> list[tuple[str, str, str]]:
    return [(one.kind, one.state, one.fact.id) for one in found.deciding]


def other(found: Explanation) -> list[tuple[str, str, str]]:
    return [(one.kind, one.state, one.fact.id) for one in found.evidence if not one.decides]


def chain(fact: Fact) -> Iterator[Fact]:
    """A fact with all that it follows from."""
    yield fact
    for used in fact.uses:
        yield from chain(used)


def recorded(evidence: list[Evidence]) -> set[tuple[str, str]]:
    """Table and identifier of the records that evidence rests on."""
    return {(fact.table, fact.id) for one in evidence for fact in chain(one.fact) if fact.source}


def days(fact: Fact, property_: str) -> list[tuple[str, str, str, bool]]:
    """Of whom, of what, which day, and whether it decided: the inputs of a computed day."""
    return [
        (one.fact.split("/id/")[1], local(one.property), one.value, one.decides)
        for day in fact.days
        if local(day.property) == property_
        for one in day.inputs
    ]


# Positions


def test_a_covered_position_rests_on_the_treaty_its_parties_its_provision_and_membership(world: Store) -> None:
    found = why(world, "BEL", "COL", "mla")
    assert (found.status, found.rule.name) == ("covered", "profile-positions")
    assert deciding(found) == [("basis", "holds", "bel-col-mla-bel.bel-col-mla-col.mla")]
    assert recorded(found.deciding) == {
        ("agreement", "bel-col-mla"),
        ("group_membership", "eu-bel"),
        ("participation", "bel-col-mla-bel"),
        ("participation", "bel-col-mla-col"),
        ("provision", "bel-col-mla-mla"),
    }
    assert other(found) == [
        ("basis", "holds", "untoc-bel.untoc.offences"),
        ("pending", "ended", "bel.bel-col-mla-col.mla"),
    ]
    signed = found.evidence[-1].fact
    assert days(signed, "from") == [("participation/bel-col-mla-col", "signedLatest", "2010-05-04", True)]
    assert days(signed, "to") == [("basis/bel-col-mla-bel.bel-col-mla-col.mla", "from", "2012-03-01", True)]
    (basis,) = [one.fact for one in found.deciding]
    assert [rule.name for rule in basis.rules] == ["20-bases-between-parties"]
    assert basis.rules[0].titles["en"] == "Cooperation bases between two parties of one agreement"


def test_removing_any_fact_that_the_only_basis_rests_on_changes_the_conclusion(world_folder: Path) -> None:
    before = position(built(world_folder), QUERIES / "ask", "BEL", "COL", "mla", DAY, 24)
    named = recorded(why(built(world_folder), "BEL", "COL", "mla").deciding)
    assert (before.status, len(named)) == ("covered", 5)
    for table, identifier in named:
        rows = read(world_folder, table)
        write(world_folder, table, [row for row in rows if row["id"] != identifier], list(rows[0]))
        try:
            after = position(built(world_folder), QUERIES / "ask", "BEL", "COL", "mla", DAY, 24).status
        except KgError as error:
            after = str(error)
        assert after != "covered", f"{table} {identifier} makes no difference"
        write(world_folder, table, rows, list(rows[0]))


def test_the_later_of_the_two_parties_decides_the_first_day(world: Store) -> None:
    (basis,) = [one.fact for one in why(world, "BEL", "ALB", "mla").deciding]
    assert days(basis, "from") == [
        ("participation/mla-convention-alb#interval", "from", "2000-07-03", True),
        ("participation/mla-convention-bel#interval", "from", "1975-11-11", False),
    ]
    intervals = {fact.iri: fact for fact in basis.uses if fact.table == "intervals"}
    (albania,) = [fact for iri, fact in intervals.items() if "alb" in iri]
    assert days(albania, "from") == [
        ("agreement/mla-convention", "sinceLatest", "1962-06-12", False),
        ("participation/mla-convention-alb", "sinceLatest", "2000-07-03", True),
    ]
    assert [rule.name for rule in albania.rules] == ["10-intervals"]


def test_the_entry_into_force_of_the_treaty_itself_decides_where_it_is_later(world_folder: Path) -> None:
    change(world_folder, "participation", "untoc-alb", since="2002-08-21")
    basis = next(one.fact for one in why(built(world_folder), "FRA", "ALB", "extradition").deciding)
    (albania,) = [fact for fact in basis.uses if fact.iri.endswith("untoc-alb#interval")]
    assert days(albania, "from") == [
        ("agreement/untoc", "sinceLatest", "2003-09-29", True),
        ("participation/untoc-alb", "sinceLatest", "2002-08-21", False),
    ]


def test_a_party_only_seen_in_force_shows_the_day_on_which_it_was_seen(world: Store) -> None:
    basis = next(one.fact for one in why(world, "FRA", "COL", "extradition").deciding)
    (colombia,) = [fact for fact in basis.uses if fact.iri.endswith("-col#interval")]
    assert days(colombia, "from") == [
        ("participation/fra-col-extradition-col", "checked", "2026-06-01", False),
        ("participation/fra-col-extradition-col", "statusAsOfLatest", "2020-02-29", True),
    ]


def test_a_treaty_of_the_union_counts_from_the_membership_where_that_is_later(world: Store) -> None:
    found = why(world, "HRV", "USA", "mla")
    (basis,) = [one.fact for one in found.deciding]
    assert [rule.name for rule in basis.rules] == ["30-bases-through-union"]
    assert ("group-membership/eu-hrv#interval", "from", "2013-07-01", True) in days(basis, "from")
    assert [one[3] for one in days(basis, "from")].count(True) == 1
    assert ("group_membership", "eu-hrv") in recorded(found.deciding)


def test_an_opt_out_decides_the_last_day(world_folder: Path) -> None:
    change(world_folder, "opt_out", "eu-usa-mla-dnk", since="2015-05-01")
    found = why(built(world_folder), "DNK", "USA", "mla")
    (basis,) = [one for one in found.evidence if "30-bases-through-union" in [rule.name for rule in one.fact.rules]]
    assert (basis.state, basis.decides, basis.fact.value("https://w3id.org/coopkg/def#to")) == (
        "ended",
        False,
        "2015-04-30",
    )
    assert days(basis.fact, "to") == [("opt-out/eu-usa-mla-dnk#interval", "from", "2015-05-01", True)]


def test_a_basis_that_has_ended_or_not_begun_is_shown_but_decides_nothing(world: Store) -> None:
    now = why(world, "FRA", "USA", "extradition")
    assert deciding(now) == [
        ("basis", "holds", "fra-usa-extradition-1996-fra.fra-usa-extradition-1996-usa.extradition")
    ]
    assert ("basis", "ended", "fra-usa-extradition-1909-fra.fra-usa-extradition-1909-usa.extradition") in other(now)
    then = why(world, "FRA", "USA", "extradition", datetime.date(1990, 1, 1))
    assert [one[1] for one in deciding(then)] == ["holds"]
    assert {one[1] for one in other(then)} >= {"not-yet"}


def test_a_treaty_that_replaces_another_decides_its_last_day(world_folder: Path) -> None:
    for party in ("fra", "usa"):
        change(world_folder, "participation", f"fra-usa-extradition-1909-{party}", until="2010-01-01")
    change(world_folder, "agreement", "fra-usa-extradition-1909", until="")
    found = why(built(world_folder), "FRA", "USA", "extradition")
    (old,) = [one.fact for one in found.evidence if one.kind == "basis" and one.state == "ended"]
    new = "basis/fra-usa-extradition-1996-fra.fra-usa-extradition-1996-usa.extradition"
    assert days(old, "to") == [
        (new, "from", "2002-02-01", True),
        ("participation/fra-usa-extradition-1909-fra#interval", "to", "2010-01-01", False),
        ("participation/fra-usa-extradition-1909-usa#interval", "to", "2010-01-01", False),
    ]
    assert [rule.name for rule in old.rules] == ["20-bases-between-parties", "32-replacement"]


def test_a_declaration_decides_when_a_convention_ceases_to_be_a_basis_or_begins(world: Store) -> None:
    (refused,) = [one for one in why(world, "FRA", "MAR", "extradition").evidence if one.kind == "basis"]
    assert (refused.state, refused.decides) == ("ended", False)
    assert days(refused.fact, "to") == [("declaration/untoc-mar-extradition", "sinceEarliest", "2015-06-01", True)]
    (withdrawn,) = [one.fact for one in why(world, "BEL", "ALB", "extradition").deciding]
    assert [one for one in days(withdrawn, "from") if one[3]] == [
        ("declaration/untoc-alb-extradition", "untilLatest", "2010-12-31", True)
    ]
    assert [rule.name for rule in withdrawn.rules] == ["20-bases-between-parties", "31-declarations"]
    (taken,) = [one.fact for one in why(world, "BEL", "COL", "extradition").deciding]
    assert "declaration" not in {fact.table for fact in taken.uses}


def test_a_protocol_counts_while_its_parent_does(world_folder: Path) -> None:
    rows = read(world_folder, "provision")
    new = {**rows[0], "id": "untoc-som-mla", "agreement": "untoc-som", "matter": "mla", "scope": "organised-crime"}
    write(world_folder, "provision", [*rows, new], list(rows[0]))
    rows = read(world_folder, "participation")
    parties = [row for row in rows if row["id"] == "untoc-som-ecu"]
    write(
        world_folder, "participation", [*rows, {**parties[0], "id": "untoc-som-are", "country": "ARE"}], list(rows[0])
    )
    found = why(built(world_folder), "BEL", "ARE", "mla")
    (basis,) = [one.fact for one in found.deciding if "untoc-som" in one.fact.id]
    (party,) = [fact for fact in basis.uses if fact.iri.endswith("untoc-som-are#interval")]
    assert days(party, "from") == [
        ("participation/untoc-are#interval", "from", "2007-06-06", True),
        ("agreement/untoc-som", "sinceLatest", "2004-01-28", False),
        ("participation/untoc-som-are", "sinceLatest", "2004-01-28", False),
    ]
    assert [rule.name for rule in party.rules] == ["10-intervals", "15-protocols"]


def test_a_position_that_rests_on_a_convention_for_certain_offences_only(world: Store) -> None:
    found = why(world, "BEL", "ARE", "mla")
    assert (found.status, deciding(found)) == ("sectoral-only", [("basis", "holds", "untoc.untoc-are.offences")])
    assert ("provision", "untoc-mla") in recorded(found.deciding)
    assert days(found.deciding[0].fact, "from") == [
        ("participation/untoc-are#interval", "from", "2007-06-06", True),
        ("participation/untoc-bel#interval", "from", "2004-09-10", False),
    ]


def test_of_a_basis_that_others_share_only_what_concerns_the_pair_is_shown(world: Store) -> None:
    (basis,) = [one.fact for one in why(world, "BEL", "ARE", "mla").deciding]
    assert basis.id == "untoc.untoc-are.offences"
    named = {(local(field.property), local(field.value.text)) for field in basis.fields if field.value.is_iri}
    assert {value for name, value in named if name in ("hasMemberState", "hasCountry")} == {"BEL", "ARE"}
    assert {value for name, value in named if name == "hasProof"} == {"untoc-bel", "untoc-are"}
    assert {used.id for used in basis.uses if used.table == "group_membership"} == {"eu-bel"}


def test_a_signed_instrument_of_the_union_shows_who_signed_and_when(world: Store) -> None:
    found = why(world, "BEL", "ECU", "police-data")
    assert (found.status, deciding(found)) == (
        "signed-not-in-force",
        [("pending", "holds", "eu-ecu-data-ecu.police-data")],
    )
    pending = found.deciding[0].fact
    assert [rule.name for rule in pending.rules] == ["40-pending"]
    assert days(pending, "from") == [("participation/eu-ecu-data-ecu", "signedLatest", "2026-03-01", True)]
    assert ("participation", "eu-ecu-data-ecu") in recorded(found.deciding)


def test_a_confirmed_gap_rests_on_a_fresh_absence_with_its_age(world: Store) -> None:
    found = why(world, "FRA", "ECU", "mla")
    assert (found.status, deciding(found)) == ("confirmed-gap", [("absence", "counts", "fra-ecu-mla-2026-01-15")])
    (one,) = found.deciding
    assert (one.age, str(found.known_since), one.fact.rules) == (4, "2024-06-01", ())
    assert one.fact.source is not None
    assert one.fact.source.title == "Circular of the ministry of justice of France"


def test_a_confirmed_gap_may_rest_on_a_complete_list_that_does_not_name_the_country(world: Store) -> None:
    found = why(world, "FRA", "ECU", "extradition")
    (one,) = found.deciding
    assert (found.status, one.kind, one.state) == ("confirmed-gap", "absence", "counts")
    assert [rule.name for rule in one.fact.rules] == ["60-absences"]
    assert recorded(found.deciding) == {("completeness", "fra-extradition-2026-02-01")}
    assert days(one.fact, "statusAsOfLatest") == [
        ("completeness/fra-extradition-2026-02-01", "statusAsOfLatest", "2026-02-01", True)
    ]


def test_an_absence_that_is_too_old_is_shown_but_confirms_nothing(world: Store) -> None:
    found = why(world, "BEL", "ECU", "extradition")
    assert (found.status, deciding(found)) == ("unverified", [])
    (one,) = [one for one in found.evidence if one.kind == "absence"]
    assert (one.state, one.age) == ("too-old", 125)


def test_where_nobody_has_looked_only_a_list_that_is_not_complete_may_be_shown(world: Store) -> None:
    assert (why(world, "BEL", "ECU", "mla").status, why(world, "BEL", "ECU", "mla").evidence) == ("unverified", ())
    assert other(why(world, "HRV", "ECU", "mla")) == [("list", "incomplete", "hrv-mla-2024")]


def test_an_instrument_whose_entry_nobody_saw_leaves_the_position_unverified(world: Store) -> None:
    found = why(world, "FRA", "ECU", "transfer")
    assert (found.status, [one[:2] for one in deciding(found)]) == ("unverified", [("pending", "holds")])


@pytest.mark.parametrize("pair", [("BEL", "FRA", "mla"), ("GBR", "COL", "mla"), ("BEL", "COL", "nonsense")])
def test_what_is_no_position_is_refused(world: Store, pair: tuple[str, str, str]) -> None:
    with pytest.raises(UsageError):
        why(world, *pair)


def test_an_explanation_gives_the_status_and_grade_of_the_position(world: Store) -> None:
    for member in ("BEL", "DNK", "FRA", "HRV"):
        for country in ("ALB", "ARE", "COL", "ECU", "GBR", "MAR", "USA", "XKX"):
            for matter in ("mla", "extradition", "transfer", "police-data"):
                found = why(world, member, country, matter)
                said = position(world, QUERIES / "ask", member, country, matter, DAY, 24)
                grade = {local(field.property): local(field.value.text) for field in found.values}.get("hasGrade")
                assert (found.status, grade) == (said.status, said.grade)
                assert bool(found.deciding) or found.status == "unverified"


def test_the_verdict_is_asked_of_the_question_that_positions_ask(world: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    find = queries.find
    monkeypatch.setattr(queries, "find", lambda folder, name: asked.append(name) or find(folder, name))
    position(world, QUERIES / "ask", "BEL", "COL", "mla", DAY, 24)
    assert explain.VERDICT in asked


# Gaps


def test_a_gap_of_a_pair_shows_the_question_the_lack_and_the_need(world: Store) -> None:
    found = why_gap(world, "no-dedicated-mla", "ECU", "FRA")
    assert (found.status, found.rule.name) == ("confirmed-gap", "no-dedicated-mla")
    assert deciding(found) == [("absence", "counts", "fra-ecu-mla-2026-01-15")]
    assert [(local(day.property), day.value) for day in found.days] == [("startDate", "2026-01-15")]
    assert [(local(one.property), one.decides) for one in found.days[0].inputs] == [("statusAsOfLatest", True)]
    assert found.need is not None
    assert {(fact.table, fact.id) for fact in found.need.uses} == {
        ("country_role", "ecu-cocaine-transit-1"),
        ("leg", "cocaine-ecu-1-col-ecu"),
        ("leg", "cocaine-ecu-2-ecu-bel"),
        ("leg", "cocaine-ecu-2-ecu-fra"),
        ("leg_evidence", "cocaine-ecu-1-col-ecu-1"),
        ("leg_evidence", "cocaine-ecu-2-ecu-bel-1"),
        ("leg_evidence", "cocaine-ecu-2-ecu-bel-2"),
        ("route", "cocaine-ecu"),
    }
    assert all(fact.source for fact in found.need.uses)


def test_a_gap_that_nobody_has_verified_rests_on_nothing(world: Store) -> None:
    found = why_gap(world, "no-dedicated-mla", "ECU", "BEL")
    assert (found.status, found.deciding, found.days) == ("unverified", [], ())
    assert found.status_word.value("http://www.w3.org/2004/02/skos/core#definition").startswith("Nobody has looked")


def test_a_gap_with_a_signed_treaty_shows_it_beside_the_convention_that_serves(world: Store) -> None:
    found = why_gap(world, "no-dedicated-extradition", "ARE", "BEL")
    assert (found.status, [one[:2] for one in deciding(found)]) == ("signed-not-in-force", [("pending", "holds")])
    assert recorded(found.deciding) >= {
        ("participation", "bel-are-extradition-are"),
        ("participation", "bel-are-extradition-bel"),
        ("agreement", "bel-are-extradition"),
    }
    assert ("basis", "holds", "untoc.untoc-are.extradition") in other(found)
    assert [(day.value, [one.decides for one in day.inputs]) for day in found.days] == [("2021-12-09", [True])]


def test_a_gap_about_a_convention_rests_on_the_list_of_its_parties(world: Store) -> None:
    found = why_gap(world, "not-party-to-convention", "ECU", subject="untoc")
    assert (found.status, deciding(found)) == ("confirmed-gap", [("list", "counts", "untoc-2026-04-01")])
    assert [(day.value, [one.decides for one in day.inputs]) for day in found.days] == [("2026-04-01", [True])]


def test_a_gap_about_postings_rests_on_the_complete_list_of_a_member_state(world: Store) -> None:
    found = why_gap(world, "no-posting", "ECU", "BEL")
    assert (found.status, deciding(found)) == ("confirmed-gap", [("list", "counts", "bel-postings-2026-05")])


def test_a_gap_about_a_mandate_rests_on_the_mandate(world: Store) -> None:
    found = why_gap(world, "mandate-without-result", "USA")
    assert deciding(found) == [("record", "", "eu-usa-e-evidence")]
    assert [(local(one.property), one.decides) for one in found.days[0].inputs] == [
        ("statusAsOfLatest", False),
        ("sinceLatest", True),
    ]


def test_a_gap_about_a_body_shows_its_list_of_agreements(world: Store) -> None:
    found = why_gap(world, "no-europol-data", "MAR")
    assert [one[0] for one in deciding(found)] == ["absence"]
    assert ("completeness", "europol-operational-2026-03-01") in recorded(found.deciding)


def test_the_parts_of_the_score_are_those_of_the_gap(world: Store) -> None:
    found = why_gap(world, "no-dedicated-mla", "ECU", "FRA")
    (gap,) = Finder(world, QUERIES, 24).find(Filter("no-dedicated-mla", "ECU", "FRA"), DAY)
    assert (found.score, found.parts) == (gap.score, gap.parts)
    assert found.parts


def test_several_gaps_that_fit_are_told_apart_by_what_is_named(world: Store) -> None:
    with pytest.raises(UsageError, match="name the member state, one of BEL, DNK, FRA, HRV"):
        why_gap(world, "no-dedicated-mla", "ECU")
    with pytest.raises(UsageError, match="name the subject"):
        why_gap(world, "not-party-to-convention", "ECU")
    with pytest.raises(NotFound):
        why_gap(world, "no-dedicated-mla", "COL", "BEL")


# As text


def test_the_text_tells_every_fact_once_with_source_and_rule(world: Store) -> None:
    text = outline(why(world, "BEL", "COL", "mla"))
    assert text.count("by rule/20-bases-between-parties") == 2
    assert text.count("  participation untoc-col\n") == 1
    assert "group_membership eu-bel (above)" in text
    assert "participation/untoc-bel#interval from 2004-09-10, decides" in text
    assert (
        "source: Gazette of the made-up world <https://gazette.example/treaties>, asOf 2026-06-01, confidence high"
        in text
    )


def test_the_text_shows_dates_as_printed_and_not_their_bounds(world_folder: Path) -> None:
    change(world_folder, "participation", "untoc-col", since="2005")
    text = outline(why(built(world_folder), "BEL", "COL", "mla"))
    line = next(line for line in text.splitlines() if "hasParticipant COL" in line and "agreement/untoc" in line)
    assert "startDate 2005;" in line
    assert "Latest" not in line
    assert "participation/untoc-col sinceLatest 2005-12-31, decides" in text
