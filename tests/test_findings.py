"""Findings of all kinds as one list, in every format, with the row of the table that they come from."""

import csv
import io
import json
import os
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from rdflib import RDF, RDFS, SH, Graph

from kg import entry, findings, inspection, reason, tables, validate
from kg.cli import main
from kg.issue import Issue
from kg.ontology import ontology
from kg.store import Store
from kg.vocab import BASE, BOUNDS, ID, ONTOLOGY_GRAPH, expand

ROOT = Path(__file__).parent.parent
FOUND = [
    Issue("event.csv", 3, "date", "date", "'2026-13' is not a date", "write 2026"),
    Issue("event.csv", 0, "", "too-many", "=the table has 4 rows", "look whether rows came in twice", "warning"),
    Issue(
        "hub.csv", 2, "latitude", "Hub-latitude", "beanr: Latitude: write one number", "", "error",
        BASE + "id/hub/beanr", "http://www.w3.org/2003/01/geo/wgs84_pos#lat", str(SH.MaxInclusiveConstraintComponent),
    ),
    Issue("graph", 0, "", "basis-incomplete", "a basis lacks a part", "which?"),
]  # fmt: skip

SARIF = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"enum": ["2.1.0"]},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "additionalProperties": False,
                "properties": {
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "tool": {"type": "object", "required": ["driver"]},
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message"],
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": {"type": "object", "required": ["text"]},
                                "locations": {
                                    "type": "array",
                                    "items": {
                                        "type": "object",
                                        "additionalProperties": False,
                                        "properties": {
                                            "physicalLocation": {
                                                "type": "object",
                                                "required": ["artifactLocation"],
                                                "properties": {
                                                    "region": {
                                                        "type": "object",
                                                        "properties": {"startLine": {"type": "integer", "minimum": 1}},
                                                    }
                                                },
                                            },
                                            "logicalLocations": {"type": "array", "items": {"type": "object"}},
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        },
    },
}
"""The part of the schema of SARIF 2.1.0 that our log uses."""


def test_the_table_is_one_line_a_finding() -> None:
    assert findings.as_table(FOUND).decode().splitlines() == [str(issue) for issue in FOUND]


def test_csv_has_every_finding_and_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(findings.as_csv(FOUND).decode())))
    assert [(row["file"], row["row"], row["severity"]) for row in rows] == [
        (issue.file, str(issue.row), issue.severity) for issue in FOUND
    ]
    assert rows[1]["message"] == "'=the table has 4 rows"


def test_json_counts_errors_and_warnings() -> None:
    data = json.loads(findings.as_json(FOUND))
    assert (data["errors"], data["warnings"]) == (3, 1)
    assert data["findings"][2]["record"] == BASE + "id/hub/beanr"
    assert list(data["findings"][0]) == findings.COLUMNS


@pytest.mark.parametrize("found", [FOUND, []], ids=["some", "none"])
def test_sarif_fits_its_schema_and_points_to_lines(found: list[Issue]) -> None:
    log = json.loads(findings.as_sarif(found))
    jsonschema.validate(log, SARIF)
    results = log["runs"][0]["results"]
    assert len(results) == len(found)
    for result, issue in zip(results, found, strict=True):
        assert log["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == issue.rule
        place = result["locations"][0].get("physicalLocation", {})
        assert place.get("region", {}).get("startLine", 0) == issue.row
        assert place.get("artifactLocation", {}).get("uri", "seeds/graph") == f"seeds/{issue.file}"


@pytest.mark.parametrize("found", [FOUND, []], ids=["some", "none"])
def test_sarif_fits_the_official_schema(found: list[Issue]) -> None:
    file = Path(os.environ.get("COOPKG_SUITES", "/nowhere")) / "sarif" / "sarif-2.1.0.json"
    if not file.is_file():
        pytest.skip("the schema is not there: COOPKG_SUITES=... python tests/fetch_suites.py sarif")
    schema = json.loads(file.read_text("utf-8"))
    jsonschema.Draft7Validator(schema).validate(json.loads(findings.as_sarif(found)))


def test_the_report_in_rdf_is_one_of_shacl() -> None:
    graph = Graph().parse(data=findings.as_ttl(FOUND), format="turtle")
    (report,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert [bool(value) for value in graph.objects(report, SH.conforms)] == [False]
    results = list(graph.objects(report, SH.result))
    assert len(results) == len(FOUND)
    for result in results:
        for property_ in (SH.focusNode, SH.resultSeverity, SH.sourceConstraintComponent, SH.resultMessage):
            assert len(list(graph.objects(result, property_))) == 1
    (spoilt,) = graph.subjects(SH.sourceConstraintComponent, SH.MaxInclusiveConstraintComponent)
    assert str(graph.value(spoilt, RDFS.seeAlso)) == BASE + "seeds/hub.csv#row=2"
    assert str(graph.value(spoilt, SH.focusNode)) == BASE + "id/hub/beanr"
    empty = Graph().parse(data=findings.as_ttl([]), format="turtle")
    assert [bool(value) for value in empty.objects(None, SH.conforms)] == [True]


def spoilt(folder: Path, table: str, old: str, new: str) -> int:
    """Changes a table and gives the line of the change."""
    path = folder / f"{table}.csv"
    before = path.read_text("utf-8")
    assert before.count(old) == 1
    path.write_text(before.replace(old, new), "utf-8")
    return before[: before.index(old)].count("\n") + 1


def test_a_finding_of_a_shape_names_row_and_column_of_the_table(world_folder: Path) -> None:
    catalogue = tables.load(world_folder)
    line, row = next(catalogue.rows("hub"))
    wrong = Issue(
        "graph", 0, "lat", "x", "m", "", record=catalogue.tables["hub"].row_iri(row), property=expand("wgs84:lat")
    )
    (issue,) = findings.placed([wrong], catalogue.locate(), catalogue)
    assert (issue.file, issue.row, issue.column) == ("hub.csv", line, "latitude")


def test_a_computed_date_and_a_record_of_no_table_are_placed_as_far_as_they_can_be(world_folder: Path) -> None:
    catalogue = tables.load(world_folder)
    since = next(one for one in catalogue.tables["participation"].columns if one.name == "since")
    late = Issue(
        "graph",
        0,
        "x",
        "x",
        "m",
        "",
        record=BASE + "id/participation/none",
        property=expand(next(filter(None, BOUNDS[since.property]))),
    )
    other = Issue("graph", 0, "x", "x", "m", "", record=BASE + "id/basis/none", property=expand(since.property))
    placed = {issue.record: issue for issue in findings.placed([late, other], {}, catalogue)}
    assert (placed[late.record].file, placed[late.record].column) == ("graph", "since")
    assert placed[other.record] == other


def test_the_whole_inspection_finds_nothing_in_the_world_but_warnings(world_folder: Path) -> None:
    found = inspection.inspect(world_folder, ROOT)
    assert [str(issue) for issue in found if issue.severity == "error"] == []


def test_shapes_and_hygiene_name_the_row_in_one_list(world_folder: Path) -> None:
    first, second = (row["id"] for _, row in list(tables.load(world_folder).rows("agreement"))[:2])
    path = world_folder / "agreement.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    for row in rows:
        row["replaces"] = {first: second, second: first}.get(row["id"], row["replaces"])
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), "utf-8")
    found = inspection.inspect(world_folder, ROOT)
    circle = [(issue.file, issue.row) for issue in found if issue.rule == "agreement-before-itself"]
    assert {("agreement.csv", 2), ("agreement.csv", 3)} <= set(circle)


@pytest.mark.parametrize("form", list(findings.WRITERS))
def test_the_command_gives_every_format_and_its_exit_code(form: str, world_folder: Path, tmp_path: Path) -> None:
    line = spoilt(world_folder, "event", "Quito", "n/a")
    file = tmp_path / "out"
    result = CliRunner().invoke(main, ["check", str(world_folder), "--format", form, "-o", str(file)])
    assert result.exit_code == 1
    text = file.read_text("utf-8")
    assert "placeholder" in text or form == "table"
    assert str(line) in text


def test_one_entry_is_held_against_the_shapes_as_the_whole_graph_would_be(world: Store, world_folder: Path) -> None:
    catalogue, shapes = tables.load(world_folder), entry.Shapes(ROOT)
    table = catalogue.tables["hub"]
    row = next(catalogue.rows("hub"))[1] | {"latitude": "91"}
    before = sorted(world.dump().splitlines())
    found = entry.judge(shapes, world, catalogue, table, row)
    assert ("error", "latitude") in {(issue.severity, issue.column) for issue in findings.placed(found, {}, catalogue)}
    french = entry.judge(shapes, world, catalogue, table, row, "fr")
    assert {issue.rule for issue in french} == {issue.rule for issue in found}
    assert {issue.message for issue in french} != {issue.message for issue in found}
    assert sorted(world.dump().splitlines()) == before


@pytest.mark.parametrize("table", ["participation", "agreement", "posting", "leg", "declaration", "event", "absence"])
def test_one_entry_gets_the_findings_that_all_entries_get(table: str, world: Store, world_folder: Path) -> None:
    catalogue, shapes = tables.load(world_folder), entry.Shapes(ROOT)
    files = [file for file in sorted((ROOT / "shapes").glob("*.ttl")) if file.name != entry.COMPUTED]
    every = validate.shapes(world, files, {})
    for _, row in catalogue.rows(table):
        iri = catalogue.tables[table].row_iri(row)
        assert shapes.judge(world, [iri]) == sorted(issue for issue in every if issue.record == iri)


def test_an_entry_is_judged_by_the_shapes_whose_query_chooses_it(world: Store) -> None:
    shapes, absence = entry.Shapes(ROOT), f"{ID}absence/planted"
    world.add(f"<{absence}> <{RDF.type}> <{expand('coop:Absence')}> <urn:planted> .\n".encode())
    read = {issue.rule for issue in shapes.judge(world, [absence])}
    world.add(f"<{absence}> <{expand('prov:wasInfluencedBy')}> <{ID}rule/60-absences> <urn:planted> .\n".encode())
    computed = {issue.rule for issue in shapes.judge(world, [absence])}
    assert read - computed == {f"Record-{part}" for part in ("checked", "checked-by", "confidence", "source")} | {
        "Absence-as-of",
        "Absence-finding",
    }


def test_a_scratch_copy_of_the_published_graph_leaves_it_alone(world_home: Path, tmp_path: Path) -> None:
    from kg.published import Published

    graph = Published(world_home).current()
    copy = Store.scratch(graph.path, world_home / "scratch-test" / "copy")
    size = len(graph.store)
    copy.add(b"<urn:a> <urn:b> <urn:c> <urn:d> .\n")
    assert (len(copy), len(graph.store)) == (size + 1, size)
    assert len(Store.open(graph.path)) == size


def test_a_contradiction_that_the_reasoner_finds_names_the_row(world_folder: Path) -> None:
    catalogue = tables.load(world_folder)
    line, row = next(catalogue.rows("hub"))
    hub, route = catalogue.tables["hub"].row_iri(row), expand(catalogue.tables["route"].rdf_class)
    store = Store.memory()
    store.load_triples(ontology(ROOT / "ontology"), ONTOLOGY_GRAPH)
    for kind in (route, expand(catalogue.tables["hub"].rdf_class)):
        store.add(f"<{hub}> <{RDF.type}> <{kind}> <urn:planted> .\n".encode())
    found = reason.inconsistencies(reason.object_triples(store.dump()))
    placed = findings.placed(found, catalogue.locate(), catalogue)
    assert [(issue.file, issue.row, issue.rule) for issue in placed] == [("hub.csv", line, "inconsistent")]
    assert "exclude each other" in placed[0].message
