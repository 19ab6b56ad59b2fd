import json
import subprocess
import sys

import pytest

from kg import tables
from kg.errors import SeedError, UsageError
from kg.tables import Catalogue, code_iri
from kg.vocab import COUNTRY

ID = "https://w3id.org/coopkg/id/"


def test_a_folder_without_datapackage_is_refused(tmp_path):
    with pytest.raises(SeedError) as refusal:
        tables.load(tmp_path)
    assert str(refusal.value) == f"there is no {tmp_path / 'datapackage.json'}; name a folder of tables"
    assert refusal.value.exit_code == 1


def test_a_datapackage_that_is_no_json_is_refused(tmp_path):
    (tmp_path / "datapackage.json").write_text("{", "utf-8")
    with pytest.raises(SeedError, match="is no JSON") as refusal:
        tables.load(tmp_path)
    assert refusal.value.hint == "compare it with the last good version in git"


def test_the_catalogue_keeps_the_order_of_datapackage_json(world_folder):
    declared = json.loads((world_folder / "datapackage.json").read_text("utf-8"))
    assert list(tables.load(world_folder).tables) == [resource["name"] for resource in declared["resources"]]


def test_a_table_knows_its_columns_key_class_and_bounds(world_catalogue: Catalogue):
    table = world_catalogue.tables["crime_index"]
    assert table.file == "crime_index.csv"
    assert table.header[:4] == ["country", "year", "criminality", "criminal_markets"]
    assert table.key == ("country", "year")
    assert table.rdf_class == "qb:Observation"
    assert (table.minimum, table.maximum) == (0, 1000)


def test_a_column_knows_what_it_becomes(world_catalogue: Catalogue):
    columns = {column.name: column for column in world_catalogue.tables["participation"].columns}
    assert (columns["status"].form, columns["status"].scheme, columns["status"].required) == (
        "code",
        "treaty-status",
        True,
    )
    assert (columns["agreement"].form, columns["agreement"].table) == ("record", "agreement")
    assert (columns["id"].property, columns["note"].required) == ("", False)


def test_an_empty_cell_has_no_values(world_catalogue: Catalogue):
    assert all(column.values("") == [] for table in world_catalogue.tables.values() for column in table.columns)


def test_a_cell_of_several_values_is_split_and_another_is_not(world_catalogue: Catalogue):
    columns = {column.name: column for column in world_catalogue.tables["posting"].columns}
    assert columns["covers"].values("ECU; USA") == ["ECU", "USA"]
    assert columns["note"].values("first; second") == ["first; second"]


def test_rows_come_with_their_line_in_the_file(world_catalogue: Catalogue):
    assert [(line, row["id"]) for line, row in world_catalogue.rows("route")] == [
        (2, "cocaine-ecu"),
        (3, "hashish-mar"),
        (4, "herb-alb"),
    ]


@pytest.mark.parametrize(
    ("table", "row", "iri"),
    [
        ("agreement", {"id": "untoc"}, ID + "agreement/untoc"),
        ("group_membership", {"id": "eu-bel"}, ID + "group-membership/eu-bel"),
        ("country", {"alpha3": "BEL"}, COUNTRY + "BEL"),
        ("code", {"scheme": "matter", "notation": "mla"}, "https://w3id.org/coopkg/code/matter/mla"),
        (
            "crime_index",
            {"country": "COL", "year": "2025"},
            ID + "crime-index/col-2025",
        ),
    ],
)
def test_a_row_has_the_iri_of_its_template(world_catalogue: Catalogue, table, row, iri):
    assert world_catalogue.tables[table].row_iri(row) == iri


@pytest.mark.parametrize(
    ("table", "identifier", "iri"),
    [
        ("country", "COL", COUNTRY + "COL"),
        ("country", "1A0", COUNTRY + "XKX"),
        ("agreement", "untoc", ID + "agreement/untoc"),
        ("leg_evidence", "cocaine-ecu-1-col-ecu-1", ID + "leg-evidence/cocaine-ecu-1-col-ecu-1"),
    ],
)
def test_a_reference_leads_to_the_iri_of_the_row_it_names(world_catalogue: Catalogue, table, identifier, iri):
    assert world_catalogue.record_iri(table, identifier) == iri


def test_a_reference_to_a_country_needs_a_country_code(world_catalogue: Catalogue):
    with pytest.raises(UsageError):
        world_catalogue.record_iri("country", "Colombia")


def test_references_and_rows_agree_on_every_iri_of_the_world(world_catalogue: Catalogue):
    for table in world_catalogue.tables.values():
        if len(table.key) == 1 and table.rdf_class:
            for _, row in world_catalogue.rows(table.name):
                assert world_catalogue.record_iri(table.name, row[table.key[0]]) == table.row_iri(row)


def test_no_two_rows_of_the_world_share_an_iri(world_catalogue: Catalogue):
    rows = sum(
        1 for table in world_catalogue.tables.values() if table.rdf_class for _ in world_catalogue.rows(table.name)
    )
    assert len(world_catalogue.locate()) == rows


def test_locate_names_file_and_line_of_a_row(world_catalogue: Catalogue):
    assert world_catalogue.locate()[ID + "route/hashish-mar"] == ("route.csv", 3)


def test_the_ledger_stays_out_of_the_graph(world_catalogue: Catalogue):
    assert world_catalogue.tables["intake"].rdf_class == ""
    assert "intake.csv" not in {file for file, _ in world_catalogue.locate().values()}


def test_code_iri_puts_the_notation_into_its_list():
    assert code_iri("grade", "dedicated") == "https://w3id.org/coopkg/code/grade/dedicated"


def test_a_cell_longer_than_python_reads_by_default_is_read(world_folder):
    """A quotation mark that is never closed makes one cell of the rest of the file."""
    (world_folder / "event.csv").write_text("id,note\nlong," + "x" * 200_000 + "\n", "utf-8")
    code = (
        "from pathlib import Path; from kg import tables; "
        f"print([len(row['note']) for _, row in tables.load(Path({str(world_folder)!r})).rows('event')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[200000]\n"


def test_lines_are_counted_as_an_editor_counts_them(world_folder):
    (world_folder / "event.csv").write_text('id\n\nfirst\n"sec\nond"\nthird\n', "utf-8")
    assert [(line, row["id"]) for line, row in tables.load(world_folder).rows("event")] == [
        (3, "first"),
        (5, "sec\nond"),
        (6, "third"),
    ]
