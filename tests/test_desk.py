"""The gap desk and the pages of funding on the real graph: facets, weights, groups, basket, plan, links and files."""

import csv
import dataclasses
import datetime
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from docx import Document
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from kg import desk, desk_files, desk_rows
from kg.funding import NOTHING, Envelope, Funding, Line
from kg.gaps import Gap, Need
from kg.positions import Source
from kg.settings import read
from web import create_app

DAY = "2026-11-23"
HTML = {"Accept": "text/html"}
FORMULA = '=HYPERLINK("http://elsewhere.example";"x")'
SOFFICE = shutil.which("soffice")
PDFTOTEXT = shutil.which("pdftotext")


@pytest.fixture(scope="module")
def app(published_home: Path) -> Flask:
    return create_app(dataclasses.replace(read({}), home=published_home))


@pytest.fixture(scope="module")
def client(app: Flask):
    yield app.test_client()
    app.extensions["reader"].endpoint.close()


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == status, answer.get_data(as_text=True)[:400]
    return answer.get_data(as_text=True)


def ids(html: str) -> list[str]:
    return re.findall(r'name="add" value="([a-z2-7]{10})"', html)


def total(html: str) -> int:
    return int(re.search(r"<strong>([\d,]+)</strong> of", html)[1].replace(",", ""))


def count(html: str, facet: str, value: str) -> int:
    found = re.search(rf'name="{facet}" value="{value}"[^>]*>.*?<span class="quiet">([\d,]+)</span>', html)
    return int(found[1].replace(",", ""))


def file(client: FlaskClient, form: str, query: str) -> bytes:
    answer = client.get(f"/desk.{form}?{query}")
    assert answer.status_code == 200, answer.get_data(as_text=True)[:300]
    return answer.data


@pytest.fixture(scope="module")
def basket(client: FlaskClient) -> str:
    """The address of a basket of three lines, one remark of which begins like a formula."""
    first = ids(page(client, f"/desk?day={DAY}"))
    return f"day={DAY}&b={'.'.join(first[:3])}&r.{first[0]}=%3DHYPERLINK(%22http://elsewhere.example%22;%22x%22)"


@pytest.mark.parametrize(
    ("facet", "value"),
    [
        ("region", "latin-america"),
        ("country", "COL"),
        ("member_state", "BEL"),
        ("kind", "no-dedicated-mla"),
        ("matter", "extradition"),
        ("status", "confirmed-gap"),
        ("route", "coc-mar"),
        ("funding", "before-2028"),
        ("envelope", "2028-2034-global-europe-enlargement-countries-as-reported-1"),
    ],
)
def test_the_count_beside_a_value_is_what_choosing_it_shows(client, facet, value):
    before = page(client, f"/desk?day={DAY}&region=western-balkans&region=latin-america")
    if facet == "region":
        before = page(client, f"/desk?day={DAY}")
        after = page(client, f"/desk?day={DAY}&region={value}")
    else:
        after = page(client, f"/desk?day={DAY}&region=western-balkans&region=latin-america&{facet}={value}")
    assert total(after) == count(before, facet, value)
    assert 0 < total(after) < total(page(client, f"/desk?day={DAY}"))


def test_a_facet_counts_its_own_values_beside_the_one_chosen(client):
    html = page(client, f"/desk?day={DAY}&status=confirmed-gap")
    assert count(html, "status", "unverified") == count(page(client, f"/desk?day={DAY}"), "status", "unverified")


def test_other_weights_change_the_order_and_say_by_how_much(client):
    html = page(client, f"/desk?day={DAY}&region=latin-america&w.routes=0&w.index=10")
    assert re.search(r"[▲▼]&nbsp;\d+", html)
    assert "The order follows other weights than the standard ones" in html
    standard = page(client, f"/desk?day={DAY}&region=latin-america")
    assert "▲" not in standard
    assert ids(html) != ids(standard)


def test_sliders_at_their_standard_are_left_out_of_the_address(client):
    html = page(client, "/desk")
    sliders = re.findall(r'type="range"[^>]*name="(w\.[a-z]+)" value="([\d.]+)"', html)
    assert len(sliders) == 9
    answer = client.get("/desk", query_string=dict(sliders), headers=HTML)
    assert (answer.status_code, answer.location) == (302, "/desk")


def test_groups_are_gaps_of_several_member_states(client):
    html = page(client, f"/desk?day={DAY}&group=shared&region=latin-america")
    numbers = [int(one) for one in re.findall(r"<summary><strong>(\d+)</strong></summary>", html)]
    assert numbers == sorted(numbers, reverse=True)
    assert min(numbers) >= 2


def test_a_button_puts_a_line_into_the_basket_and_takes_it_out(client):
    one, two = ids(page(client, f"/desk?day={DAY}"))[:2]
    answer = client.get(f"/desk?day={DAY}&b={one}&add={two}&r.{one}=ask+them&w.routes=9", headers=HTML)
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer.location).query) == {
        "day": [DAY], "b": [f"{one}.{two}"], f"r.{one}": ["ask them"], "w.routes": ["9"],
    }  # fmt: skip
    html = page(client, answer.location)
    assert 'value="ask them"' in html
    gone = client.get(f"/desk?b={one}.{two}&r.{one}=ask+them&drop={one}", headers=HTML)
    assert parse_qs(urlsplit(gone.location).query) == {"b": [two]}, "its remark goes with it"


def test_the_lasting_link_gives_the_same_state_again(client, basket):
    html = page(client, f"/desk?{basket}&region=latin-america&w.routes=9&measures=3")
    link = re.search(r'<a href="([^"]*graph=[^"]*)">', html)[1].replace("&amp;", "&")
    again = page(client, link.removeprefix("http://localhost"))
    assert "lang=en" in link
    rows = re.compile(r"<tbody>.*?</tbody>", re.S)
    plain = [re.sub(r"[?&](amp;)?lang=en", "", "".join(rows.findall(text))) for text in (html, again)]
    assert plain[0] == plain[1]


def test_a_build_that_is_not_kept_is_said_to_be_gone(client):
    assert "not kept here" in page(client, f"/desk?graph={'0' * 64}", 410)


@pytest.mark.parametrize(
    "query",
    ["kind=zzz", "colour=red", "b=<script>", "w.routes=11", "w.colour=1", "page=0", "measures=x", "measures=0",
     "budget=0", "budget=1&measures=1", "cost.x=1", f"r.abcdefghij={'x' * 401}", "graph=x", "day=2026-02-30"],
)  # fmt: skip
def test_nonsense_is_refused_in_words(client, query):
    html = page(client, f"/desk?{query}", 400)
    assert "<script>" not in html.split("<main")[1]


def test_a_plan_stands_on_the_desk(client):
    html = page(client, f"/desk?day={DAY}&region=latin-america&measures=4")
    section = html.split('<h2 id="plan">')[1].split("</section>")[0]
    assert len(re.findall(r"<tr><td>\d+</td>", section)) == 4
    assert "at least 63 %" in section


def test_each_line_shows_what_could_pay(client):
    html = page(client, f"/desk?day={DAY}&country=COL&funding=before-2028&funding=2028-or-later")
    assert 'href="/funding/' in html.split('id="list"')[1]


def test_every_line_of_a_file_has_its_origin(client, basket):
    rows = list(csv.DictReader(io.StringIO(file(client, "csv", f"of=basket&{basket}").decode())))
    assert len(rows) == 3
    for row in rows:
        filled = ("need", "need_sources", "lack", "lack_sources", "status", "day", "graph", "why", "export_link")
        assert all(row[name] for name in filled), row
        assert len(row["graph"]) == 64
        assert row["day"] == DAY
    assert rows[0]["remark"].startswith("'=HYPERLINK")
    assert sum(bool(row["remark"]) for row in rows) == 1


def test_the_workbook_is_typed_frozen_filtered_and_has_sources_and_method(client, basket):
    book = load_workbook(io.BytesIO(file(client, "xlsx", f"of=basket&{basket}")))
    assert book.sheetnames == ["Lines", "Sources", "Method"]
    lines = book["Lines"]
    assert lines.freeze_panes == "A2"
    assert lines.auto_filter.ref.startswith("A1:")
    place = {name: number for number, name in enumerate(desk_rows.COLUMNS)}
    row = next(lines.iter_rows(min_row=2))
    assert isinstance(row[place["score"]].value, int | float)
    assert isinstance(row[place["day"]].value, datetime.datetime)
    assert row[place["remark"]].data_type == "s"
    assert row[place["remark"]].value.startswith("=HYPERLINK")
    assert book["Sources"].max_row > 1
    assert any("graph=" in str(cell.value) for cell in book["Method"]["B"])


def test_the_files_hold_what_the_page_shows(client):
    query = f"day={DAY}&region=western-balkans&status=confirmed-gap&w.routes=9"
    rows = list(csv.DictReader(io.StringIO(file(client, "csv", query).decode())))
    assert len(rows) == total(page(client, f"/desk?{query}"))
    assert {row["status"] for row in rows} == {"confirmed-gap"}
    assert [int(row["rank"]) for row in rows] == list(range(1, len(rows) + 1))


def test_the_brief_has_remark_sources_and_method(client, basket):
    text = "\n".join(one.text for one in Document(io.BytesIO(file(client, "docx", f"of=basket&{basket}"))).paragraphs)
    for words in (FORMULA, "Sources", "Method", "Evidence of the lack", DAY):
        assert words in text


def words_of(pdf: bytes) -> str:
    done = subprocess.run([str(PDFTOTEXT), "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode("utf-8")


@pytest.mark.skipif(PDFTOTEXT is None, reason="pdftotext is not installed (apt-get install poppler-utils)")
@pytest.mark.parametrize(("language", "method"), [("en", "Method"), ("fr", "Méthode")])
def test_the_brief_as_pdf_has_every_line_with_its_proof(client, basket, language, method):
    query = f"of=basket&{basket}&lang={language}"
    content = file(client, "pdf", query)
    assert content == file(client, "pdf", query), "the same lines give the same bytes"
    text = words_of(content)
    flat = " ".join(text.split())
    rows = list(csv.DictReader(io.StringIO(file(client, "csv", query).decode())))
    heads = {name: str(words[language == "fr"]) for name, words in desk_rows.COLUMNS.items()}
    assert len(rows) == 3
    for row in rows:
        assert f"{row['line']}. " in text
        assert row["country_name"] in flat
        assert row["graph"][:12] in text
        assert row["need"].split(";")[0] in flat
    assert FORMULA in text, "a remark is text, whatever it begins with"
    for name in ("status_meaning", "need", "lack"):
        assert text.count(heads[name]) >= 3
    assert method in text
    assert "graph=" in flat.replace(" ", ""), "the address that gives the same again"
    cited = {one for row in rows for one in re.findall(r"https?://[^\s;]+", row["need_sources"] + row["lack_sources"])}
    shown = text.replace("\n", "").replace(" ", "")
    assert cited
    assert sum(address[:30] in shown for address in cited) == len(cited), "every source is a numbered note"


def test_a_brief_of_nothing_says_so(client):
    assert file(client, "pdf", f"of=basket&day={DAY}").startswith(b"%PDF-")


def test_opendocument_has_types_and_no_formula(client, basket):
    content = zipfile.ZipFile(io.BytesIO(file(client, "ods", f"of=basket&{basket}"))).read("content.xml").decode()
    assert 'office:value-type="date"' in content
    assert 'office:value-type="float"' in content
    assert "table:formula" not in content


def test_a_list_too_long_for_a_format_is_refused_whole(client):
    answer = client.get(f"/desk.docx?day={DAY}")
    assert answer.status_code == 400
    assert "too many for DOCX" in answer.get_json()["error"]
    answer = client.get(f"/desk.pdf?day={DAY}", headers={"Accept": "application/json"})
    assert "too many for PDF" in answer.get_json()["error"]
    html = page(client, f"/desk?day={DAY}&lang=en")
    assert 'href="/desk.csv' in html
    assert 'href="/desk.pdf' not in html, "what would be refused is not offered"
    assert "PDF (≤ 200)" in html
    assert 'href="/desk.pdf' in page(client, f"/desk?day={DAY}&region=western-balkans&status=confirmed-gap")


@pytest.mark.parametrize("form", ["xlsx", "ods", "docx", "csv"])
@pytest.mark.skipif(
    SOFFICE is None, reason="LibreOffice is not installed (apt-get install libreoffice-calc libreoffice-writer)"
)
def test_libreoffice_opens_the_file_without_a_warning(client, basket, form, tmp_path):
    (tmp_path / f"gaps.{form}").write_bytes(file(client, form, f"of=basket&{basket}"))
    to = "txt:Text" if form == "docx" else "csv"
    done = subprocess.run(
        [str(SOFFICE), "--headless", f"-env:UserInstallation=file://{tmp_path}/profile",
         "--convert-to", to, "--outdir", str(tmp_path / "out"), str(tmp_path / f"gaps.{form}")],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    lines = (done.stdout + done.stderr).replace(str(tmp_path), "").splitlines()
    said = [line for line in lines if "javaldx" not in line]  # that one is about a missing Java, not about the file
    assert said
    assert not re.search(r"warn|error|repair|corrupt|could not", "".join(said), re.IGNORECASE), said
    text = (tmp_path / "out" / f"gaps.{to[:3]}").read_text("utf-8-sig")
    assert "HYPERLINK(" in text
    assert DAY in text


def gap(**changes: str) -> Gap:
    plain = dict.fromkeys(("member_state", "matter", "subject", "since", "lack", "lack_name"), "")
    return Gap(
        **(
            {"kind": "k", "status": "unverified", "country": "COL"}
            | plain
            | {"lack_sources": (), "need": Need()}
            | changes
        )
    )


def test_the_short_name_tells_gaps_apart_and_does_not_hang_on_their_state():
    assert desk.identifier(gap()) == desk.identifier(gap(status="confirmed-gap", since="2020"))
    assert len({desk.identifier(one) for one in (gap(), gap(matter="mla"), gap(member_state="mla"))}) == 3


def test_money_that_ends_with_2027_ends_before_2028():
    def paid(last: str) -> str:
        return desk._funding(Funding((Line("x", "", datetime.date.fromisoformat(last), True),)))

    assert [paid("2027-12-31"), paid("2028-01-01"), desk._funding(NOTHING)] == ["before-2028", "2028-or-later", "none"]
    assert desk._funding(Funding((), (Envelope("x", "1", "proposed"),))) == "none", "an envelope pays nobody yet"


def test_characters_that_no_file_may_hold_are_left_out():
    source = Source("a\x00b", "https://example.org", "", "high")
    sheet = desk_files.Sheet("t\x01", [], [(source, 1)], [("=x", "\x02y")] * 4, {"graph": "g"})
    for form in ("xlsx", "ods", "docx"):
        assert zipfile.is_zipfile(io.BytesIO(desk_files.write(form, sheet)))
        assert desk_files.write(form, sheet) == desk_files.write(form, sheet)


def test_funding_narrows_by_region_country_subject_and_period(client):
    def lines(query: str) -> int:
        return int(re.search(r'id="lines">[^<]*<small>(\d+)', page(client, f"/funding?day={DAY}&{query}"))[1])

    everything = lines("")
    for query in ("region=latin-america", "country=COL", "subject=drugs", "period=active", "period=ends-before-2028"):
        assert 0 < lines(query) < everything, query
    assert lines("period=active") + lines("period=to-come") + lines("period=ended") == everything


def test_funding_shows_cliffs_and_both_frameworks(client):
    html = page(client, f"/funding?day={DAY}")
    assert 'id="e-2021-2027"' in html
    assert 'id="e-2028-2034"' in html
    assert "proposed" in html.split('id="e-2028-2034"')[1]
    assert re.search(r'id="cliffs">[^<]*<small>[1-9]', html)


def test_a_line_says_whom_it_reaches(client):
    link = re.search(
        r'href="(/funding/[a-z0-9-]+\?day=[^"]*|/funding/[a-z0-9-]+)"', page(client, "/funding?country=COL")
    )[1]
    assert "/country/COL" in page(client, link)
    assert "no funding line" in page(client, "/funding/nothing", 404)


@pytest.mark.parametrize("query", ["region=x", "country=x", "subject=x", "period=x", "colour=red"])
def test_filters_of_funding_that_say_nothing_are_refused(client, query):
    answer = client.get(f"/funding?{query}", headers=HTML)
    assert answer.status_code in (400, 404)


@pytest.mark.parametrize(
    "address", [f"/desk?day={DAY}&measures=2", f"/funding?day={DAY}", f"/desk?day={DAY}&group=shared"]
)
def test_every_word_of_the_pages_has_its_french(client, address):
    assert '<html lang="fr">' in page(client, f"{address}&lang=fr")
