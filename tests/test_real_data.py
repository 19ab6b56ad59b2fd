"""The real tables. A test that fails here says what a curator has to mend."""

import datetime
import shutil
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from kg import check, tables
from kg.languages import EU_LANGUAGES
from kg.table_words import FRENCH
from kg.tables import Catalogue, Table
from kg.tidy import tidy
from kg.vocab import COOP, RDF_TYPE, expand

SEEDS = Path(__file__).parent.parent / "seeds"
CATALOGUE = tables.load(SEEDS)
FACTS = [table for table in CATALOGUE.tables.values() if table.name not in ("source", "code", "score_weight", "intake")]
EU_27 = {
    *("AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC", "HRV", "HUN"),
    *("IRL", "ITA", "LTU", "LUX", "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "SWE"),
}


def named(table: Table) -> str:
    return table.name


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return CATALOGUE


@pytest.fixture(scope="module")
def rows(catalogue: Catalogue) -> dict[str, list[tuple[int, dict[str, str]]]]:
    return {name: list(catalogue.rows(name)) for name in catalogue.tables}


def test_check_has_no_finding(catalogue):
    assert [str(issue) for issue in check.issues(catalogue)] == []


def test_tidy_changes_nothing(tmp_path):
    for path in [*SEEDS.glob("*.csv"), SEEDS / "datapackage.json"]:
        shutil.copy(path, tmp_path)
    assert tidy(tables.load(tmp_path)) == ([], [])
    assert all((tmp_path / path.name).read_bytes() == path.read_bytes() for path in SEEDS.glob("*.csv"))


@pytest.mark.parametrize("table", CATALOGUE.tables.values(), ids=named)
def test_the_number_of_rows_is_within_bounds(table, rows):
    assert table.minimum <= len(rows[table.name]) <= table.maximum


@pytest.mark.parametrize("table", CATALOGUE.tables.values(), ids=named)
def test_the_bounds_are_close_enough_to_notice_a_loss(table, rows):
    count = len(rows[table.name])
    assert table.minimum >= count // 2
    assert table.maximum <= max(3 * count, 10)


def test_every_source_cited_exists_and_every_source_is_cited(rows):
    sources = {row["id"] for _, row in rows["source"]}
    cited = {row["source"] for table in FACTS for _, row in rows[table.name]}
    assert cited - sources == set()
    assert sources - cited == set()


def test_every_source_can_be_read_again(rows):
    wrong = [row["id"] for _, row in rows["source"] if not row["url"].startswith(("https://", "http://"))]
    assert wrong == []


def test_no_two_sources_have_the_same_address_and_title(rows):
    seen = Counter((row["url"], row["title"], row["as_of"]) for _, row in rows["source"])
    assert [key for key, times in seen.items() if times > 1] == []


@pytest.mark.parametrize("table", FACTS, ids=named)
def test_every_fact_says_where_it_was_read_when_by_whom_and_how_sure_it_is(table, rows):
    silent = [
        f"{table.file}:{line}:{name}"
        for line, row in rows[table.name]
        for name in ("source", "checked", "checked_by", "confidence")
        if not row[name]
    ]
    assert silent == []


@pytest.mark.parametrize("table", FACTS, ids=named)
def test_confidence_is_high_medium_or_low(table, rows):
    assert {row["confidence"] for _, row in rows[table.name]} <= {"high", "medium", "low"}


def test_nothing_was_checked_before_the_facts_were_gathered_or_after_today(rows):
    days = {row["checked"] for table in FACTS for _, row in rows[table.name]}
    assert min(days) >= "2026-01-01"
    assert max(days) <= str(datetime.date.today())


@pytest.mark.parametrize("table", [table for table in FACTS if table.rdf_class], ids=named)
def test_every_row_of_low_confidence_is_marked_so_in_the_graph(table, rows, graph):
    low = sum(row["confidence"] == "low" for _, row in rows[table.name])
    [found] = graph.store.select(
        f"SELECT (COUNT(?row) AS ?n) WHERE {{ ?row <{RDF_TYPE}> <{expand(table.rdf_class)}> ; "
        f"<{COOP}hasConfidence> <https://w3id.org/coopkg/code/confidence/low> }}"
    )
    assert int(found["n"]) == low


@pytest.mark.parametrize("table", CATALOGUE.tables.values(), ids=named)
def test_no_identifier_stands_twice(table, rows):
    seen = Counter(tuple(row[name] for name in table.key) for _, row in rows[table.name])
    assert [key for key, times in seen.items() if times > 1] == []


def test_no_two_rows_of_any_tables_share_an_iri(catalogue, rows):
    expected = sum(len(rows[table.name]) for table in catalogue.tables.values() if table.rdf_class)
    assert len(catalogue.locate()) == expected


@pytest.mark.parametrize("table", [table for table in CATALOGUE.tables.values() if table.rdf_class], ids=named)
def test_every_row_is_a_record_in_the_graph(table, rows, graph):
    [found] = graph.store.select(
        f"SELECT (COUNT(DISTINCT ?row) AS ?n) WHERE {{ GRAPH <https://w3id.org/coopkg/graph/seeds/{table.name}> "
        f"{{ ?row <{RDF_TYPE}> <{expand(table.rdf_class)}> }} }}"
    )
    assert int(found["n"]) == len(rows[table.name])


def test_no_name_of_a_country_mixes_alphabets(rows):
    for _, row in rows["country_name"]:
        for language in EU_LANGUAGES:
            alphabets = {unicodedata.name(letter).split()[0] for letter in row[language] if letter.isalpha()}
            assert len(alphabets) == 1, (row["country"], language, row[language])


def test_the_union_has_27_members_and_had_28_before(rows):
    eu = [row for _, row in rows["group_membership"] if row["group"] == "eu"]
    assert {row["country"] for row in eu if not row["until"]} == EU_27
    assert [(row["country"], row["until"]) for row in eu if row["until"]] == [("GBR", "2020-01-31")]


def test_kosovo_carries_the_footnote_of_the_union(rows):
    [kosovo] = [row for _, row in rows["country"] if row["alpha3"] == "XKX"]
    assert kosovo["former_code"] == "1A0"
    assert "UNSCR 1244/1999" in kosovo["note"]


def test_every_code_in_use_is_listed_and_every_list_is_used(catalogue, rows):
    listed = {row["scheme"] for _, row in rows["code"]}
    used = {column.scheme for table in catalogue.tables.values() for column in table.columns if column.scheme}
    assert used - listed == set()
    assert listed - used <= {"grade", "position-status", "matter", "scope", "indicator"}  # the first two are computed
    columns = {column.property for column in catalogue.tables["crime_index"].columns}
    indicators = {f"indicator:{row['notation']}" for _, row in rows["code"] if row["scheme"] == "indicator"}
    assert {name for name in columns if name.startswith("indicator:")} == indicators, "each is a column"


@pytest.mark.parametrize(("language", "words"), [("en", str), ("fr", FRENCH.get)])
def test_a_column_of_scores_has_the_name_of_its_indicator(language, words, catalogue, rows):
    listed = [row for _, row in rows["code"] if row["scheme"] == "indicator"]
    labels = {f"indicator:{row['notation']}": row[f"label_{language}"] for row in listed}
    scores = [column for column in catalogue.tables["crime_index"].columns if column.property in labels]
    assert len(scores) > 30
    assert [column.name for column in scores if words(column.title).lower() != labels[column.property].lower()] == []


def test_every_code_has_a_name_in_seven_languages(rows):
    names = [f"label_{language}" for language in ("de", "en", "es", "fr", "it", "nl", "sv")]
    assert [row["notation"] for _, row in rows["code"] if not all(row[name] for name in names)] == []


def test_no_two_codes_of_a_list_have_one_name(rows):
    for language in ("de", "en", "es", "fr", "it", "nl", "sv"):
        names = [(row["scheme"], row[f"label_{language}"]) for _, row in rows["code"]]
        assert [name for name in names if names.count(name) > 1] == []


def test_a_treaty_in_force_has_a_day_for_which_a_source_says_so(rows):
    assert [
        row["id"] for _, row in rows["participation"] if row["status"] == "in-force" and not row["status_as_of"]
    ] == []


def test_only_a_convention_may_wait_for_its_first_party(rows):
    with_party = {row["agreement"] for _, row in rows["participation"]}
    without = [row for _, row in rows["agreement"] if row["id"] not in with_party]
    assert {row["kind"] for row in without} <= {"multilateral-convention"}
    assert len(without) <= 4


def test_a_bilateral_treaty_has_at_most_two_parties(rows):
    bilateral = {row["id"] for _, row in rows["agreement"] if row["kind"] == "bilateral-treaty"}
    parties = Counter(row["agreement"] for _, row in rows["participation"] if row["agreement"] in bilateral)
    assert [agreement for agreement, number in parties.items() if number > 2] == []


def test_no_party_stands_twice_in_an_agreement_at_the_same_time(rows):
    seen = Counter(
        (row["agreement"], row["country"], row["organisation"], row["since"]) for _, row in rows["participation"]
    )
    assert [key for key, times in seen.items() if times > 1] == []


def test_every_citation_speaks_of_a_column_of_its_table(catalogue, rows):
    wrong = [
        f"citation.csv:{line}:field: {row['field']}"
        for line, row in rows["citation"]
        if row["field"] and row["field"] not in catalogue.tables[row["table"]].header
    ]
    assert wrong == []
