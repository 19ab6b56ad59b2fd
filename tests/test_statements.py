import datetime

import pyoxigraph as ox
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as any_

from kg import statements, tables
from kg.labels import KOSOVO_FOOTNOTE, Labels
from kg.languages import EU_LANGUAGES
from kg.statements import iri, literal
from kg.store import Store
from kg.tables import Catalogue, Column
from kg.vocab import BOUNDS, COOP, COUNTRY, ID, NAMES_GRAPH, PREF_LABEL, RDF_TYPE, XSD, seeds_graph

CODE = "https://w3id.org/coopkg/code/"
NAMED_BY = "gazette"
SKOS = "http://www.w3.org/2004/02/skos/core#"
PROPERTY = "<https://schema.org/startDate>"
HOSTILE = [
    'say "no"',
    "back\\slash",
    "line\nbreak",
    "carriage\rreturn",
    "tab\there",
    'end" . <urn:a> <urn:b> <urn:c> .\n',
    "\\u0041",
    "\x00\x01\x1b",
    "\u202eright to left",
    "Türkiye, Čeština, Ελλάδα, 中文, العربية",
    "emoji 🚔 and beyond",
    "<b>&amp;</b>",
    "'; DROP",
    "{{ 7 * 7 }}",
    "\u2028\u2029",
    "\ufeffmark",
    "x" * 10_000,
    "a@en",
    "^^<urn:x>",
]


def quads(text: str) -> list[ox.Quad]:
    return list(ox.parse(text.encode("utf-8"), format=ox.RdfFormat.N_QUADS))


def column(form: str, **more: object) -> Column:
    settings = {"scheme": "", "table": "", "language": "", "many": False, "required": False} | more
    return Column("cell", "", "", "schema:startDate", form, **settings)  # type: ignore[arg-type]


def pairs(catalogue: Catalogue, form: str, value: str, other: str = "", **more: object):
    return statements._pairs(catalogue, column(form, **more), PROPERTY, value, other)


@pytest.mark.parametrize(
    ("form", "value", "more", "expected"),
    [
        ("text", "Bogotá", {}, '"Bogotá"'),
        ("text", "accord", {"language": "fr"}, '"accord"@fr'),
        ("iri", "https://example.org/a?b=c&d#e", {}, "<https://example.org/a?b=c&d#e>"),
        ("code", "mla", {"scheme": "matter"}, f"<{CODE}matter/mla>"),
        ("country", "COL", {"table": "country"}, f"<{COUNTRY}COL>"),
        ("country", "XKX", {"table": "country"}, f"<{COUNTRY}XKX>"),
        ("record", "untoc", {"table": "agreement"}, f"<{ID}agreement/untoc>"),
        ("record", "herb-alb-1-alb-hrv", {"table": "leg"}, f"<{ID}leg/herb-alb-1-alb-hrv>"),
        ("scheme", "matter", {}, f"<{CODE}matter>"),
        ("date", "2026-06-01", {}, f'"2026-06-01"^^<{XSD}date>'),
        ("partial-date", "2026", {}, f'"2026"^^<{XSD}gYear>'),
        ("partial-date", "2026-06", {}, f'"2026-06"^^<{XSD}gYearMonth>'),
        ("year", "2024", {}, f'"2024"^^<{XSD}gYear>'),
        ("integer", "120", {}, f'"120"^^<{XSD}integer>'),
        ("decimal", "44.20", {}, f'"44.2"^^<{XSD}decimal>'),
        ("decimal", "-0.0", {}, f'"0"^^<{XSD}decimal>'),
        ("decimal", "1200", {}, f'"1200"^^<{XSD}decimal>'),
        ("integer", "007", {}, f'"7"^^<{XSD}integer>'),
        ("boolean", "yes", {}, f'"true"^^<{XSD}boolean>'),
        ("boolean", "no", {}, f'"false"^^<{XSD}boolean>'),
    ],
)
def test_a_cell_becomes_the_value_that_its_column_declares(world_catalogue, form, value, more, expected):
    assert pairs(world_catalogue, form, value, **more) == [(PROPERTY, expected)]


@pytest.mark.parametrize(
    ("value", "datatype", "earliest", "latest"),
    [
        ("2012", "gYear", "2012-01-01", "2012-12-31"),
        ("2012-02", "gYearMonth", "2012-02-01", "2012-02-29"),
        ("2012-02-10", "date", "2012-02-10", "2012-02-10"),
    ],
)
def test_a_date_to_compare_becomes_what_is_printed_and_its_earliest_and_latest_day(
    world_catalogue, value, datatype, earliest, latest
):
    assert pairs(world_catalogue, "interval", value) == [
        (PROPERTY, f'"{value}"^^<{XSD}{datatype}>'),
        (f"<{COOP}sinceEarliest>", f'"{earliest}"^^<{XSD}date>'),
        (f"<{COOP}sinceLatest>", f'"{latest}"^^<{XSD}date>'),
    ]


def test_a_citation_points_to_the_record_of_its_own_row(world_catalogue):
    assert pairs(world_catalogue, "cited", "XKX", "country") == [(PROPERTY, f"<{COUNTRY}XKX>")]
    assert pairs(world_catalogue, "cited", "untoc", "agreement") == [(PROPERTY, f"<{ID}agreement/untoc>")]


def test_a_broader_code_stands_in_the_same_list(world_catalogue):
    assert pairs(world_catalogue, "broader", "eu-treaty", "agreement-kind") == [
        (PROPERTY, f"<{CODE}agreement-kind/eu-treaty>")
    ]


def test_a_form_that_nobody_wrote_is_a_fault_of_datapackage_json(world_catalogue):
    with pytest.raises(AssertionError, match="column cell has the unknown form colour"):
        pairs(world_catalogue, "colour", "red")


def test_every_form_of_datapackage_json_is_known(world_catalogue):
    forms = {column.form for table in world_catalogue.tables.values() for column in table.columns if column.property}
    values = {"date": "2026-06-01", "partial-date": "2026", "interval": "2026", "country": "COL"}
    others = {"cited": "agreement", "column": "agreement", "broader": "matter"}
    for form in forms:
        other = others.get(form, "")
        assert pairs(world_catalogue, form, values.get(form, "1"), other, table="agreement", scheme="matter")


@pytest.mark.parametrize("text", HOSTILE)
def test_text_of_any_kind_comes_back_as_it_was(text):
    [quad] = quads(f"<urn:s> <urn:p> {literal(text)} <urn:g> .\n")
    assert quad.object == ox.Literal(text)


@given(any_.text(any_.characters(exclude_categories=["Cs"])))
def test_no_text_leaves_its_literal(text):
    [quad] = quads(f"<urn:s> <urn:p> {literal(text, language='fr')} <urn:g> .\n")
    assert (quad.object.value, quad.object.language) == (text, "fr")


@given(any_.text(any_.characters(exclude_categories=["Cs"])))
def test_a_text_is_written_as_the_store_writes_it(text):
    line = f"<urn:s> <urn:p> {literal(text, language='fr')} <urn:g> .\n"
    assert stored(line) == line.encode("utf-8")


@given(any_.decimals(min_value=-(10**9), max_value=10**9, places=5))
def test_a_number_is_written_as_the_store_writes_it(value):
    line = f"<urn:s> <urn:p> {literal(statements.number(str(value)), 'decimal')} <urn:g> .\n"
    assert stored(line) == line.encode("utf-8")


def test_the_facts_are_written_as_the_store_writes_them():
    lines = sorted(
        "".join(statements.everything(tables.load(ROOT / "seeds").of_graph())).encode("utf-8").splitlines(True)
    )
    store = Store.memory()
    store.load_quads(b"".join(lines))
    assert sorted(store.dump().splitlines(True)) == lines


def stored(line: str) -> bytes:
    store = Store.memory()
    store.load_quads(line.encode("utf-8"))
    return store.dump()


@pytest.mark.parametrize("text", HOSTILE)
def test_an_address_of_any_kind_stays_one_iri(text):
    [quad] = quads(f"<urn:s> <urn:p> {iri('https://example.org/' + text)} <urn:g> .\n")
    assert quad.object.value.startswith("https://example.org/")


def test_what_no_iri_may_hold_is_percent_encoded():
    assert iri('https://example.org/a b<c>"d"\\e') == "<https://example.org/a%20b%3Cc%3E%22d%22%5Ce>"


def test_hostile_text_in_a_table_is_a_value_and_nothing_else(world_folder, world_catalogue):
    path = world_folder / "event.csv"
    evil = 'x"" . <urn:evil> <urn:evil> <urn:evil> .\n<urn:s> <urn:p> ""'
    path.write_text(path.read_text("utf-8").replace("Quito", f'"{evil}"'), "utf-8")
    found = quads("".join(statements.of_table(world_catalogue, world_catalogue.tables["event"])))
    assert evil.replace('""', '"') in {quad.object.value for quad in found}
    assert not any("evil" in quad.subject.value + quad.predicate.value for quad in found)


def test_a_row_says_its_class_and_its_filled_cells_in_the_graph_of_its_table(world_catalogue):
    table = world_catalogue.tables["route_flow"]
    subject = ox.NamedNode(ID + "route-flow/cocaine-ecu-2024")
    found = [quad for quad in quads("".join(statements.of_table(world_catalogue, table))) if quad.subject == subject]
    assert {quad.graph_name.value for quad in found} == {seeds_graph("route_flow")}
    assert {(quad.predicate.value, str(quad.object)) for quad in found} == {
        (RDF_TYPE, "<https://schema.org/Observation>"),
        ("http://purl.org/dc/terms/subject", f"<{ID}route/cocaine-ecu>"),
        ("http://purl.org/linked-data/sdmx/2009/dimension#refPeriod", f'"2024"^^<{XSD}gYear>'),
        ("http://purl.org/linked-data/sdmx/2009/measure#obsValue", f'"120"^^<{XSD}integer>'),
        ("http://www.w3.org/ns/prov#hadPrimarySource", f"<{ID}source/route-study>"),
        (COOP + "checked", f'"2026-06-01"^^<{XSD}date>'),
        ("http://purl.org/dc/elements/1.1/contributor", '"test writer"'),
        (COOP + "hasConfidence", f"<{CODE}confidence/high>"),
    }


def test_a_cell_of_several_values_makes_a_statement_for_each(world):
    covered = world.select(f"SELECT ?c WHERE {{ <{ID}posting/fra-col-police> <https://schema.org/areaServed> ?c }}")
    assert {row["c"] for row in covered} == {COUNTRY + "ECU", COUNTRY + "USA"}


def test_every_statement_is_valid_n_quads(world_catalogue):
    text = "".join(statements.everything(world_catalogue))
    assert len(quads(text)) == text.count("\n")


def test_every_iri_is_one_that_a_strict_reader_takes(world_catalogue):
    text = "".join(statements.everything(world_catalogue)).encode("utf-8")
    assert list(ox.parse(text, format=ox.RdfFormat.N_QUADS, lenient=False))


def test_the_same_tables_give_the_same_statements(world_catalogue):
    assert list(statements.everything(world_catalogue)) == list(statements.everything(world_catalogue))


def test_the_ledger_makes_no_statement(world_catalogue):
    assert "treaties.csv" not in "".join(statements.everything(world_catalogue))


def test_every_filled_cell_with_a_property_makes_a_statement(world_catalogue):
    table = world_catalogue.tables["participation"]
    mapped = [column for column in table.columns if column.property]
    cells = sum(
        1 + (sum(map(bool, BOUNDS[column.property])) if column.form == "interval" else 0)
        for _, row in world_catalogue.rows("participation")
        for column in mapped
        if row[column.name]
    )
    rows = sum(1 for _ in world_catalogue.rows("participation"))
    assert len(list(statements.of_table(world_catalogue, table))) == rows + cells


def test_code_lists_are_schemes_with_a_name(world_catalogue):
    found = quads("".join(statements.schemes(world_catalogue)))
    kinds = {quad.subject.value for quad in found if quad.object == ox.NamedNode(SKOS + "ConceptScheme")}
    assert kinds == {CODE + row["scheme"] for _, row in world_catalogue.rows("code")}
    assert ox.Literal("agreement kind", language="en") in {quad.object for quad in found}


def test_a_code_belongs_to_a_scheme_that_is_declared(world):
    rows = world.select(
        f"SELECT ?code WHERE {{ ?code <{SKOS}inScheme> ?scheme "
        f"FILTER NOT EXISTS {{ ?scheme a <{SKOS}ConceptScheme> }} }}"
    )
    assert rows == []


def test_countries_have_names_in_the_24_languages_of_the_union(world):
    assert len(set(EU_LANGUAGES)) == 24
    rows = world.select(
        f"SELECT ?country ?name (LANG(?name) AS ?language) "
        f"WHERE {{ GRAPH <{NAMES_GRAPH}> {{ ?country <{PREF_LABEL}> ?name }} }}"
    )
    languages: dict[str, list[str]] = {}
    for row in rows:
        languages.setdefault(row["country"], []).append(row["language"])
    assert len(languages) == 15
    assert all(sorted(found) == sorted(EU_LANGUAGES) for found in languages.values())


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ("COL", "en", "Colombia"),
        ("COL", "fr", "Colombie"),
        ("COL", "el", "Κολομβία"),
        ("BEL", "nl", "België"),
        ("HRV", "hr", "Hrvatska"),
        ("XKX", "de", "Kosovo"),
        ("XKX", "pl", "Kosowo"),
        ("MAR", "ga", "Maracó"),
    ],
)
def test_a_country_is_named_in_a_language(world, code, language, name):
    rows = world.select(
        f"SELECT ?name WHERE {{ <{COUNTRY}{code}> <{PREF_LABEL}> ?name FILTER (LANG(?name) = '{language}') }}"
    )
    assert [row["name"] for row in rows] == [name]


def test_the_names_say_where_they_are_from(world):
    rows = world.select(
        f"SELECT ?source {{ GRAPH <{NAMES_GRAPH}> {{ <{NAMES_GRAPH}> <http://www.w3.org/ns/prov#hadPrimarySource> ?source }} }}"
    )
    assert [row["source"].rpartition("/")[2] for row in rows] == [NAMED_BY]


def test_kosovo_keeps_its_former_code_and_the_wording_of_the_union(world):
    [row] = world.select(
        f"SELECT ?former ?note WHERE {{ <{COUNTRY}XKX> <http://www.w3.org/2004/02/skos/core#hiddenLabel> ?former ; <{SKOS}note> ?note }}"
    )
    assert row == {"former": "1A0", "note": KOSOVO_FOOTNOTE["en"]}


def test_kosovo_carries_an_asterisk_and_nobody_else_does(world):
    labels = Labels(world)
    assert labels.of(COUNTRY + "XKX") == "Kosovo*"
    assert labels.of(COUNTRY + "ALB") == "Albania"


def test_a_name_falls_back_to_english_and_then_to_the_identifier(world):
    assert Labels(world, "fr").of(CODE + "matter") == Labels(world, "en").of(CODE + "matter") == "matter"
    assert Labels(world, "fr").of(COUNTRY + "COL") == "Colombie"
    assert Labels(world, "fr").of(ID + "agreement/nowhere") == "nowhere"


def test_dates_to_compare_are_real_days(world):
    rows = world.select(f"SELECT DISTINCT ?day WHERE {{ ?row <{COOP}sinceEarliest>|<{COOP}untilLatest> ?day }}")
    assert len(rows) > 20
    assert all(datetime.date.fromisoformat(row["day"]) for row in rows)


def test_statements_load_into_a_store_without_loss(world_catalogue):
    text = "".join(statements.everything(world_catalogue))
    store = Store.memory()
    store.load_quads(text.encode("utf-8"))
    assert len(store) == len(set(text.splitlines()))
