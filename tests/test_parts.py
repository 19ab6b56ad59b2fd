"""Working on parts of the facts gives what working on the whole gives."""

from pathlib import Path

import pytest

from kg import build, parts, reason, settings, statements, tables, worker
from kg.issue import Issue
from kg.ontology import ontology
from kg.parts import Parts
from kg.store import Store
from kg.tables import Catalogue
from kg.vocab import ID, ONTOLOGY_GRAPH

ROOT = Path(__file__).parent.parent
COUNTRY = "http://publications.europa.eu/resource/authority/country/"
READ = {"agreement", "completeness", "group_membership", "opt_out", "participation", "provision"}


def built(data: Path, home: Path, part_rows: int) -> tuple[build.Summary, list[Issue]]:
    return build.build(data, settings.read({"COOPKG_HOME": str(home)}), lambda step, text: None, part_rows)


def silently(data: Path, home: Path, part_rows: int) -> build.Summary:
    return built(data, home, part_rows)[0]


@pytest.fixture(scope="module")
def real() -> Catalogue:
    return tables.load(ROOT / "seeds").of_graph()


@pytest.fixture(scope="module")
def divided(real: Catalogue) -> Parts:
    return parts.divide(real, READ, 3000)


def places(catalogue: Catalogue, division: Parts, table: str, **cells: str) -> set[int]:
    """The parts of the rows with these cells; of every part where a row goes everywhere."""
    found: set[int] = set()
    for _, row in catalogue.rows(table):
        if all(row[name] == cell for name, cell in cells.items()):
            numbers = division.of(catalogue.tables[table], row)
            found |= set(range(len(division.countries)) if numbers is None else numbers)
    assert found, f"no row of {table} has {cells}"
    return found


def part_of(division: Parts, code: str) -> int:
    (number,) = (number for number, codes in enumerate(division.countries) if code in codes)
    return number


@pytest.mark.parametrize("part_rows", [3, 40])
def test_a_world_built_in_parts_is_the_world_built_whole(world_data: Path, tmp_path: Path, part_rows: int) -> None:
    assert built(world_data, tmp_path / "parts", part_rows) == built(world_data, tmp_path / "whole", parts.ROWS)


def test_a_party_that_is_missing_everywhere_is_missing_from_a_graph_built_in_parts(
    world_data: Path, tmp_path: Path
) -> None:
    table = world_data / "seeds" / "participation.csv"
    rows = table.read_text("utf-8").splitlines(keepends=True)
    table.write_text("".join(row for row in rows if not row.startswith("bel-col-mla-bel,")), "utf-8")
    found = [built(world_data, tmp_path / str(size), size)[1] for size in (3, parts.ROWS)]
    assert found[0] == found[1]
    assert [issue.record for issue in found[0] if issue.rule == "Agreement-one-party"] == [ID + "agreement/bel-col-mla"]


@pytest.mark.parametrize("part_rows", [3, 10])
def test_what_only_looks_missing_from_the_parts_that_were_judged_stops_no_build(
    world_data: Path, tmp_path: Path, part_rows: int
) -> None:
    say, home = (lambda step, text: None), settings.read({"COOPKG_HOME": str(tmp_path)})
    whole = build.build(world_data, home, say)
    assert build.build(world_data, home, say, part_rows, judged=1)[0] == whole[0]


def test_the_real_graph_built_in_parts_is_the_graph_built_whole(published_home: Path, tmp_path: Path) -> None:
    whole = (published_home / "current").readlink().name
    assert silently(ROOT, tmp_path, 6000).digest == whole


def test_the_real_tables_are_one_part(real: Catalogue) -> None:
    whole = parts.divide(real, READ)
    assert len(whole.countries) == 1
    assert {row["alpha3"] for _, row in real.rows("country")} == whole.countries[0]
    assert places(real, whole, "agreement", id="untoc") == {0}


def test_every_country_is_in_one_part_and_member_states_are_by_themselves(real: Catalogue, divided: Parts) -> None:
    everyone = [code for codes in divided.countries for code in codes]
    assert sorted(everyone) == sorted({row["alpha3"] for _, row in real.rows("country")})
    home = {row["country"] for _, row in real.rows("group_membership") if row["group"] == "eu"}
    assert all(codes <= home or not codes & home for codes in divided.countries)
    assert len(divided.countries) > 3


def test_a_third_party_stands_in_its_own_part_and_a_member_state_follows_the_agreement(
    real: Catalogue, divided: Parts
) -> None:
    untoc = places(real, divided, "agreement", id="untoc")
    assert places(real, divided, "participation", agreement="untoc", country="COL") == {part_of(divided, "COL")}
    assert places(real, divided, "participation", agreement="untoc", country="FRA") == untoc
    assert places(real, divided, "provision", agreement="untoc") == untoc
    assert {part_of(divided, "COL"), part_of(divided, "FRA")} <= untoc


def test_a_bilateral_treaty_stands_with_its_two_parties_only(real: Catalogue, divided: Parts) -> None:
    (row,) = (row for _, row in real.rows("agreement") if row["id"] == "be-alb-police-2005")
    assert divided.of(real.tables["agreement"], row) == sorted({part_of(divided, "ALB"), part_of(divided, "BEL")})


def test_what_leans_on_nothing_is_in_every_part(real: Catalogue, divided: Parts) -> None:
    everywhere = set(range(len(divided.countries)))
    assert places(real, divided, "group_membership", group="eu", country="FRA") == everywhere
    assert places(real, divided, "code", scheme="matter", notation="mla") == everywhere
    assert places(real, divided, "organisation", id="eurojust") == everywhere
    assert places(real, divided, "country", alpha3="FRA") == everywhere
    assert places(real, divided, "crime_index", country="FRA") == {part_of(divided, "FRA")}, "no rule reads it"


def test_every_record_that_a_row_names_is_in_its_parts(real: Catalogue, divided: Parts) -> None:
    def numbers(table: str, row: dict[str, str]) -> set[int]:
        found = divided.of(real.tables[table], row)
        return set(range(len(divided.countries)) if found is None else found)

    where = {
        (name, row[table.key[0]]): numbers(name, row)
        for name, table in real.tables.items()
        if len(table.key) == 1
        for _, row in real.rows(name)
    }
    lost = [
        (name, row[table.key[0]], column.name)
        for name, table in real.tables.items()
        for _, row in real.rows(name)
        for column in table.columns
        if column.form in ("country", "record", "cited")
        for value in column.values(row[column.name])
        for target in [row["table"] if column.form == "cited" else column.table or "country"]
        if not numbers(name, row) <= where[target, value]
    ]
    assert lost == []


def test_of_a_part_its_own_conclusions_are_kept() -> None:
    def conclusion(name: str, code: str) -> list[bytes]:
        has_country = "https://w3id.org/coopkg/def#hasCountry"
        return [f"<{name}> <{has_country}> <{COUNTRY}{code}> <g> .\n".encode(), f"<{name}> <p> <o> <g> .\n".encode()]

    about_none = [b"<i> <https://w3id.org/coopkg/def#from> <d> <g> .\n"]
    lines = [*conclusion("a", "COL"), *conclusion("b", "PER"), *about_none]
    assert worker.own(lines, ["COL", "BRA"]) == [*conclusion("a", "COL"), *about_none]


def test_nothing_follows_from_figures(real: Catalogue) -> None:
    schema = Store.memory()
    schema.load_triples(ontology(ROOT / "ontology"), ONTOLOGY_GRAPH)
    facts = schema.dump() + "".join(statements.everything(real)).encode("utf-8")
    without = reason.closure(reason.object_triples(facts, reason.FIGURES))
    assert reason.closure(reason.object_triples(facts)) == without != b""
