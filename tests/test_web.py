"""The site on the real graph: pages, filters, files, words, headers, and what it does with nonsense."""

import csv
import dataclasses
import datetime
import gzip
import io
import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from werkzeug.test import TestResponse

from kg.settings import read
from web import create_app
from web.profile.positions import verdict

PAGES = [
    "/",
    "/countries",
    "/country/COL",
    "/country/XKX",
    "/country/DEU",
    "/position/BEL/COL/mla",
    "/gaps",
    "/ledger",
    "/matrix",
    "/matrix?matter=transfer&day=2019-06-01",
    "/routes",
    "/routes/coc-mar",
    "/hubs/beanr",
    "/knowledge",
    "/freshness",
    "/freshness?day=2029-01-01",
    "/sparql",
    "/about",
]
HTML = {"Accept": "text/html"}
DAY = "2026-11-23"


@pytest.fixture(scope="module")
def app(published_home: Path) -> Flask:
    return create_app(dataclasses.replace(read({}), home=published_home, query_seconds=5))


@pytest.fixture(scope="module")
def client(app: Flask):
    yield app.test_client()
    app.extensions["reader"].endpoint.close()


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    return answer.get_data(as_text=True)


def ask(client: FlaskClient, query: str, accept: str = "application/sparql-results+json") -> TestResponse:
    return client.post("/sparql", data={"query": query}, headers={"Accept": accept})


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("address", PAGES)
def test_every_page_answers_in_both_languages(client, address, language):
    html = page(client, f"{address}{'&' if '?' in address else '?'}lang={language}")
    assert f'<html lang="{language}">' in html
    assert "<!-- footnote -->" not in html


@pytest.mark.parametrize("address", PAGES)
def test_a_page_that_is_kept_is_the_one_that_would_be_made(client, address):
    somebody = client.application.test_client()
    somebody.set_cookie("somebody", "in-particular")  # a reader with a cookie gets a page of his own
    for _ in range(2):
        kept, made = (one.get(address, headers={"Accept": "text/html"}) for one in (client, somebody))
        assert (kept.status_code, kept.get_data(as_text=True)) == (made.status_code, made.get_data(as_text=True))


@pytest.mark.parametrize("address", PAGES)
def test_no_page_loads_anything_from_elsewhere(client, address):
    html = page(client, address)
    assert re.findall(r"<(?:link|script|img|iframe)[^>]*(?:href|src)=\"(?:https?:)?//", html) == []
    assert re.findall(r"\sstyle=\"|<style|\son[a-z]+=\"", html) == []


def test_every_file_a_page_names_is_there(client):
    for address in re.findall(r"<(?:link|script)[^>]*(?:href|src)=\"(/static/[^\"]+)", page(client, "/")):
        with client.get(address) as answer:
            assert answer.status_code == 200, address


def test_headers_forbid_everything_from_elsewhere(client):
    headers = client.get("/", headers=HTML).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_start_page_counts_and_says_what_is_not_recorded(client):
    html = page(client, "/?lang=en")
    assert "legal bases derived" in html
    assert "reciprocity" in html
    assert "/gaps?kind=no-dedicated-mla" in html


def test_profile_names_the_europol_agreement_with_its_source(client):
    html = page(client, "/country/COL?lang=en")
    assert "Agreement on Operational and Strategic Cooperation between Colombia and Europol" in html
    assert "/position/BEL/COL/mla" in html
    assert html.count("/position/") == 27 * 6
    assert 'id="note-1"' in html
    assert "reciprocity" in html
    assert "Global Initiative Against Transnational Organized Crime" in html


def test_every_note_that_a_profile_cites_is_there(client):
    html = page(client, "/country/COL")
    assert set(re.findall(r'href="#(note-\d+)"', html)) == set(re.findall(r'id="(note-\d+)"', html))


def test_profile_of_another_day(client):
    assert "/position/GBR/COL/mla" in page(client, "/country/COL?day=2019-06-01")
    assert "/position/GBR/COL/mla" not in page(client, f"/country/COL?day={DAY}")


def test_a_member_state_of_the_day_is_no_third_country(client):
    assert "/position/" not in page(client, "/country/DEU")
    assert "/position/" not in page(client, "/country/GBR?day=2019-06-01")
    assert "/position/" in page(client, f"/country/GBR?day={DAY}")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("GLP", "a part of France to which the Treaties of the European Union apply"),
        ("GRL", "an overseas country or territory of Denmark"),
        ("FRO", "a territory of Denmark, a member state of the European Union, and not part of the Union"),
    ],
)
def test_a_territory_of_a_member_state_says_why_it_has_no_positions(client, code, words):
    html = page(client, f"/country/{code}")
    assert words in html
    assert "/position/" not in html
    assert "third country</p>" not in html
    assert client.get(f"/position/BEL/{code}/mla").status_code == 400


def test_the_territory_of_a_state_that_left_is_a_third_country_since(client):
    assert "/position/" not in page(client, "/country/GIB?day=2019-06-01")
    assert "/position/" in page(client, f"/country/GIB?day={DAY}")


def test_former_code_and_lower_case_lead_to_the_page(client):
    assert client.get("/country/1A0").headers["Location"].endswith("/country/XKX")
    assert client.get("/country/col").headers["Location"].endswith("/country/COL")


def test_profile_table_agrees_with_the_saved_question_and_the_position(client, app):
    data = client.get("/country/COL.json").get_json()
    rows = {row["code"]: {cell["matter"]: cell["verdict"] for cell in row["cells"]} for row in data["members"]}
    assert len(rows) == 27
    assert [row["coalition"] for row in data["members"]].index(False) == 7
    with app.app_context():
        reading = app.extensions["reader"].current()
        for matter in ("mla", "extradition", "police"):
            for row in reading.ask("positions", datetime.date.today(), country="COL", matter=matter):
                assert rows[row["member_state"][-3:]][matter] == verdict(row)


def test_position_shows_bases_with_proofs(client):
    html = page(client, "/position/BEL/COL/mla?lang=en")
    assert "United Nations Convention against Transnational Organized Crime" in html
    assert "participation/untoc-bel" in html
    assert "reciprocity" in html


def test_position_of_no_pair_is_plainly_refused(client):
    assert "COL was no member state" in page(client, f"/position/COL/BEL/mla?day={DAY}", 400)
    assert "There is no matter" in page(client, "/position/BEL/COL/tea", 404)


def test_kosovo_carries_its_footnote_wherever_it_is_named(client):
    for language, words in (("en", "UNSCR 1244/1999"), ("fr", "résolution 1244")):
        for address in ("/country/XKX", "/countries", "/gaps?country=XKX", "/position/BEL/XKX/mla"):
            html = page(client, f"{address}{'&' if '?' in address else '?'}lang={language}")
            assert "Kosovo*" in html
            assert words in html
    assert "1244" not in page(client, "/country/PER?lang=en")
    assert "1244" in client.get("/gaps.csv?country=XKX").get_data(as_text=True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("kolumbia", "COL"),
        ("Columbia", "COL"),
        ("cote d'ivoire", "CIV"),
        ("Elfenbeinküste", "CIV"),
        ("elfenbein", "CIV"),  # the German name begins otherwise, the Danish and the Swedish nearly so
        ("Κολομβία", "COL"),
        ("turkiye", "TUR"),
        ("XKX", "XKX"),
        ("pe", "PER"),
        ("Албания", "ALB"),
    ],
)
def test_search_forgives(client, text, code):
    assert code in client.get("/countries.json", query_string={"q": text}).get_json()["codes"]


def test_search_page_works_without_javascript(client):
    html = page(client, "/countries?q=kolumbia")
    found = html[html.index('id="found"') : html.index("</ul>", html.index('id="found"'))]
    assert re.findall(r'data-code="(\w+)"', found) == ["COL"]


def test_gap_filters_and_counts(client):
    every = client.get("/gaps.json").get_json()["rows"]
    some = client.get("/gaps.json?country=COL&status=unverified").get_json()["rows"]
    assert 0 < len(some) < len(every)
    assert {row["country"] for row in some} == {"COL"}
    assert {row["status"] for row in some} == {"unverified"}
    region = client.get("/gaps.json?region=western-balkans&kind=no-eurojust-agreement").get_json()["rows"]
    assert {row["country"] for row in region} <= {"ALB", "BIH", "MKD", "MNE", "SRB", "XKX"}


def test_gap_list_shows_fifty_rows_and_names_the_total(client):
    total = len(client.get("/gaps.json").get_json()["rows"])
    html = page(client, "/gaps?lang=en")
    assert html.count('<th scope="row"><a href="/country/') == 50
    assert f"of {total:,}" in html
    last = -(-total // 50)
    assert html.count('rel="next"') == 1
    assert 'rel="next"' not in page(client, f"/gaps?page={last}")
    page(client, f"/gaps?page={last + 1}", 404)


def test_empty_filters_fall_out_of_the_address(client):
    answer = client.get("/gaps?kind=&country=COL&status=&day=")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/gaps?country=COL"


def test_downloads_hold_the_same_rows_and_say_what_was_asked(client):
    address = "country=COL&status=unverified"
    rows = client.get(f"/gaps.json?{address}").get_json()
    assert rows["meta"]["rows"] == str(len(rows["rows"]))
    assert rows["meta"]["parameters"] == "country=COL; status=unverified"
    table = list(csv.DictReader(io.StringIO(client.get(f"/gaps.csv?{address}").get_data(as_text=True))))
    assert len(table) == len(rows["rows"])
    assert table[0]["export_graph"] == rows["meta"]["graph"]
    book = client.get(f"/gaps.xlsx?{address}")
    assert "attachment" in book.headers["Content-Disposition"]
    assert load_workbook(io.BytesIO(book.data))["rows"].max_row == len(table) + 1


def test_weights_in_the_address_change_the_order_and_are_kept(client):
    address = "kind=no-europol-data&w.index=10&w.status=0"
    standard = client.get("/gaps.json?kind=no-europol-data").get_json()
    other = client.get(f"/gaps.json?{address}").get_json()
    ranks = {row["country"]: rank for rank, row in enumerate(standard["rows"], 1)}
    assert [row["standard_rank"] for row in other["rows"]] == [ranks[row["country"]] for row in other["rows"]]
    assert all(row["move"] == row["standard_rank"] - row["rank"] for row in other["rows"])
    assert any(row["move"] for row in other["rows"])
    scores = [row["score"] for row in other["rows"]]
    assert scores == sorted(scores, reverse=True)
    assert other["meta"]["weights"].endswith("(changed: index, status)")
    assert standard["meta"]["weights"].endswith("(standard)")
    html = page(client, f"/gaps?{address}&lang=en")
    assert "other weights than the standard ones: crime index, status" in html
    assert re.search(r"[▲▼]&nbsp;\d", html)
    assert "/gaps.csv?kind=no-europol-data&amp;w.index=10&amp;w.status=0" in html.replace("&amp;lang=en", "")
    assert 'name="w.index" value="10" placeholder="2"' in html
    assert "other weights than the standard ones" not in page(client, "/gaps?kind=no-europol-data&w.index=2&lang=en")


def test_a_score_shows_its_parts(client):
    row = client.get("/gaps.json?kind=no-europol-data").get_json()["rows"][0]
    html = page(client, "/gaps?kind=no-europol-data&lang=en")
    assert f"<strong>{row['score']}</strong>" in html
    assert row["index_figure"] in html
    french = page(client, "/gaps?kind=no-europol-data&lang=fr")
    assert f"<strong>{row['score']}</strong>".replace(".", ",") in french
    assert "indice de criminalité" in french


def test_matrix_has_a_cell_a_pair_that_leads_to_its_proof(client, app):
    html = page(client, "/matrix?matter=extradition&day=2026-06-01&lang=en")
    with app.app_context():
        rows = (
            app.extensions["reader"]
            .current()
            .ask("positions", datetime.date.fromisoformat("2026-06-01"), matter="extradition")
        )
    cells = dict(re.findall(r'<td class=[daswgu]><a href="(/position/[^"]+)">([TACSG?]\d*)</a>', html))
    assert len(cells) == len(rows) == html.count("/position/") > 27 * 190
    letters = {"dedicated": "T", "arrangement": "A", "sectoral": "C"}
    letters |= {"signed-not-in-force": "S", "confirmed-gap": "G", "unverified": "?"}
    for row in rows:
        address = f"/position/{row['member_state']}/{row['country']}/extradition?day=2026-06-01&amp;lang=en"
        number = row["bases"] if row["bases"] != "0" else ""
        assert cells[address] == letters[verdict(row)] + number
    page(client, unescape(next(iter(cells))))


def test_matrix_page_is_light_and_names_regions_and_choices(client):
    html = page(client, "/matrix?lang=fr")
    assert len(gzip.compress(html.encode())) < 100_000
    assert '<option value="mla" selected>' in html
    assert html[: html.index("</select>")].count("<option") == 9
    assert html.index('id="latin-america"') < html.index('id="caribbean"') < html.index('id="oceania"')
    assert "UNSCR" in page(client, "/matrix?lang=en")
    assert html.count("<tr><th") == 1 + len(client.get("/matrix.json").get_json()["matrices"][0]["countries"])


def test_matrix_of_a_day_without_a_union_says_so(client):
    html = page(client, "/matrix?day=1950-06-01&lang=en")
    assert "there was no European Union" in html
    assert "<table" not in html


def test_matrix_files_hold_the_cells_of_the_page(client):
    data = client.get(f"/matrix.json?matter=transfer&day={DAY}").get_json()
    (one,) = data["matrices"]
    table = list(
        csv.DictReader(io.StringIO(client.get(f"/matrix.csv?matter=transfer&day={DAY}").get_data(as_text=True)))
    )
    assert len(table) == len(one["member_states"]) * len(one["countries"]) == int(data["meta"]["rows"])
    assert {(row["member_state"], row["country"], row["status"]) for row in table} == {
        (member, country, cell["status"]) for member, line in one["cells"].items() for country, cell in line.items()
    }
    answer = client.get(f"/matrix.xlsx?matter=transfer&day={DAY}&lang=fr")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="matrix-transfer-{DAY}.xlsx"'
    book = load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["transfer", "Légende", "Sources", "À propos"]
    assert book["transfer"].max_row == 3 + len(one["countries"])


def test_health(client):
    data = client.get("/health").get_json()
    assert data["ok"] is True
    assert len(data["digest"]) == 64
    assert data["statements"] > 100_000


@pytest.mark.parametrize(
    ("accept", "begins"),
    [
        ("application/sparql-results+json", b"{"),
        ("application/sparql-results+xml", b"<?xml"),
        ("text/csv", b"n"),
        ("text/tab-separated-values", b"?n"),
    ],
)
def test_sparql_answers_in_the_form_asked_for(client, accept, begins):
    answer = ask(client, "SELECT (COUNT(*) AS ?n) WHERE { ?c a <https://schema.org/Country> }", accept)
    assert answer.status_code == 200
    assert answer.mimetype == accept
    assert answer.data.startswith(begins)


def test_sparql_by_get_and_by_body(client):
    query = "SELECT ?s WHERE { ?s a <https://schema.org/Country> } LIMIT 3"
    assert (
        len(
            client.get("/sparql", query_string={"query": query}, headers={"Accept": "application/json"}).get_json(
                force=True
            )["results"]["bindings"]
        )
        == 3
    )
    assert (
        client.post(
            "/sparql", data=query, content_type="application/sparql-query", headers={"Accept": "text/csv"}
        ).data.count(b"\n")
        == 4
    )


def test_sparql_page_shows_an_answer_and_a_saved_question(client):
    assert "profile-routes" in page(client, "/sparql")
    assert "#+ title: Positions" in page(client, "/sparql?saved=positions")
    page(client, "/sparql?saved=nothing", 404)
    shown = client.post(
        "/sparql", data={"query": "SELECT ?x WHERE { VALUES ?x { '<b>bold</b>' } }", "format": "table"}, headers=HTML
    )
    assert "&lt;b&gt;bold" in shown.get_data(as_text=True)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("INSERT DATA { <a:a> <a:b> <a:c> }", 403),
        ("LOAD <http://example.org/>", 403),
        ("SELECT * WHERE { SERVICE <http://example.org/sparql> { ?s ?p ?o } }", 403),
        ("SELECT * WHERE { ?s ?p", 400),
        ("SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", 422),
        ("SELECT * WHERE { ?s ?p ?o }", 422),
    ],
)
def test_sparql_refuses_plainly(client, query, status):
    answer = ask(client, query)
    assert answer.status_code == status
    data = answer.get_json()
    assert data["ok"] is False
    assert data["status"] == status
    assert data["error"] == data["errors"][0]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/country/QQQ", 404),
        ("/country/%3Cscript%3E", 404),
        ("/country/COL?day=2026-02-30", 400),
        ("/country/COL?day=0001-01-01", 400),
        ("/country/COL?day=" + "9" * 5000, 400),
        ("/country/COL?lang=xx", 400),
        ("/countries?q=" + "a" * 5000, 400),
        ("/countries.json?q=" + "a" * 101, 400),
        ("/gaps?page=0", 400),
        ("/gaps?page=-1", 400),
        ("/gaps?page=%C2%B2", 400),
        ("/gaps?page=9999999999999", 400),
        ("/gaps?page=99999", 404),
        ("/gaps?kind=../x", 400),
        ("/gaps?country=QQQ", 404),
        ("/gaps?region=moon", 400),
        ("/gaps?status=fine", 400),
        ("/gaps?colour=red", 400),
        ("/gaps?w.roads=1", 400),
        ("/gaps?w.routes=11", 400),
        ("/gaps?w.routes=-1", 400),
        ("/gaps?w.routes=many", 400),
        ("/gaps.csv?w.routes=1e1", 400),
        ("/gaps?endpoint=&_scheme=javascript", 400),
        ("/nothing?_scheme=javascript&_external=1&endpoint=x", 404),
        ("/gaps.pdf", 404),
        ("/matrix.pdf", 404),
        ("/matrix?matter=tea", 400),
        ("/matrix?matter=%27%7D", 400),
        ("/matrix?colour=red", 400),
        ("/matrix?day=soon", 400),
        ("/matrix.csv?day=0001-01-01", 400),
        ("/gaps.csv?day=soon", 400),
        ("/position/XXX/COL/mla", 404),
        ("/position/BEL/COL/%27%7D", 404),
        ("/nothing", 404),
        ("/country/COL?day=%00", 400),
        ("/sparql?format=pdf&query=ASK%20%7B%7D", 400),
        ("/static/../pages.py", 404),
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_nonsense_is_answered_plainly(client, address, status, accept):
    answer = client.get(address, headers={"Accept": accept})
    assert answer.status_code == status, answer.get_data(as_text=True)[:400]
    assert "Traceback" not in answer.get_data(as_text=True)
    assert "<script>alert" not in answer.get_data(as_text=True)
    if accept == "application/json":
        assert answer.get_json()["status"] == status


def test_an_address_cannot_steer_the_links_of_its_page(client):
    html = page(client, "/?_scheme=javascript&_external=1&endpoint=x&q=%22%3E%3Cscript%3E")
    assert "javascript:" not in html
    assert "<script>" not in html


def test_wrong_method_and_size(client):
    assert client.post("/gaps").status_code == 405
    assert client.post("/sparql", data="x" * 2_000_000, content_type="application/sparql-query").status_code == 413
    assert client.post("/sparql", data={"query": "x" * 150_000}).status_code == 400
    assert client.post("/sparql", data=b"\xff\xfe", content_type="application/sparql-query").status_code == 400
    assert client.post("/sparql", headers={"Accept": "application/json"}).status_code == 400


def test_nothing_built_is_said_plainly(tmp_path):
    client = create_app(dataclasses.replace(read({}), home=tmp_path)).test_client()
    answer = client.get("/", headers=HTML)
    assert answer.status_code == 503
    assert "coopkg build" in answer.get_data(as_text=True)
    assert client.get("/health").get_json()["ok"] is False


def test_same_word_for_the_same_kosovo_rule(client):
    assert client.get("/country/XKX.json?lang=en").get_json()["footnote"].startswith("This designation")
