"""A country's profile: its sections, the links of its numbers, the change of day, the brief, on the real graph and on made-up rows."""

import dataclasses
import datetime
import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask, g
from flask.testing import FlaskClient

from kg.gaps import Filter
from kg.positions import Source
from kg.settings import read
from web import create_app
from web.profile import Profile
from web.profile import read as profile_of
from web.profile.brief import NOTES, brief
from web.profile.money import Envelope, Funding
from web.profile.notes import Notes
from web.profile.summary import summary
from web.profile.timeline import LEFT, WIDTH, timeline

HTML = {"Accept": "text/html"}
DAY = datetime.date(2026, 11, 23)


@pytest.fixture(scope="module")
def app(published_home: Path) -> Flask:
    return create_app(dataclasses.replace(read({}), home=published_home))


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="module")
def colombia(app: Flask) -> Profile:
    return made(app, "COL")


def made(app: Flask, code: str, language: str = "en") -> Profile:
    with app.test_request_context("/"):
        g.language = language
        reading = app.extensions["reader"].current()
        return profile_of(reading, reading.country(code), DAY, language)


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address, headers=HTML)
    assert answer.status_code == 200, answer.get_data(as_text=True)[-500:]
    return answer.get_data(as_text=True)


def section(html: str, name: str) -> str:
    return html.split(f'<section id="{name}"', 1)[1].split("</section>", 1)[0]


@pytest.mark.parametrize("code", ["COL", "ALB", "XKX", "TUV"])
def test_every_number_of_the_summary_leads_to_its_rows(client, code):
    html = page(client, f"/country/{code}?day={DAY}&lang=en")
    said = html.split('<div class="summary">', 1)[1].split('<p class="noprint">', 1)[0]
    for target in re.findall(r'href="#([^"]+)"', said):
        assert f'id="{target}"' in html, target
    for address in re.findall(r'href="(/[^"]+)"', said):
        assert client.get(unescape(address), headers=HTML).status_code == 200, address
    bare = re.sub(r"<a [^>]*>[^<]*</a>", "", said)
    bare = re.sub(
        r"\d{1,2} [A-Z][a-z]+ \d{4}|(complete list of|before|from) \d{4}(-\d\d)*", "", re.sub(r"<[^>]+>", "", bare)
    )
    assert set(re.findall(r"\d+", bare)) <= {"0"}, bare


def test_a_number_of_the_summary_counts_what_it_leads_to(client, colombia):
    html = page(client, f"/country/COL?day={DAY}&lang=en")
    for tally in colombia.tallies:
        for verdict, who in tally.members.items():
            if who:
                row = html.split(f'id="rows-{tally.matter}-{verdict}"', 1)[1].split("</li>", 1)[0]
                assert f"<strong>{len(who)}</strong>" in row
                assert len(who) == 27 or all(name in unescape(row) for _, name in who)
    said = html.split('<div class="summary">', 1)[1]
    linked = dict(re.findall(r'<a href="#(routes|seizures|postings|partnerships|signed|negotiations)">(\d+)</a>', said))
    assert int(linked["routes"]) == section(html, "routes").count("/routes/")
    assert int(linked["partnerships"]) == len(colombia.partnerships)
    assert int(linked["postings"]) == len(colombia.postings)


def test_gaps_of_the_summary_are_those_of_the_list(client):
    html = page(client, f"/country/COL?day={DAY}&lang=en")
    for status in ("confirmed-gap", "unverified"):
        number, address = re.search(
            rf'<a href="(/gaps\?[^"]*status={status}[^"]*)">(\d+)</a>', html.split("Gaps: ", 1)[1]
        ).group(2, 1)
        listed = client.get(unescape(address).replace("/gaps?", "/gaps.json?")).get_json()
        assert listed["meta"]["rows"] == number


def test_what_is_signed_and_what_is_negotiated(client):
    html = section(page(client, f"/country/COL?day={DAY}&lang=en"), "signed")
    assert "Second Additional Protocol to the Convention on Cybercrime" in html
    assert "signed, not in force" in html
    assert "Authorisation to open negotiations on cooperation with Eurojust" in html


def test_no_look_of_a_later_day_counts_on_an_earlier_one(app, client):
    day = datetime.date(2010, 1, 1)
    for code in ("MEX", "BRA", "PER"):
        html = page(client, f"/country/{code}?day={day}&lang=en")
        for year in re.findall(r"a complete list of (\d{4})", html):
            assert int(year) <= day.year


def test_map_shows_the_country_its_legs_and_its_hubs(client, colombia):
    html = section(page(client, "/country/COL?lang=en"), "routes")
    assert '<svg viewBox="' in html
    assert html.count("land-here") >= 1
    assert "Colombia → Belgium" in html
    hubs = {hub for route in colombia.routes for hub, _ in route.hubs}
    assert hubs
    assert all(f'href="/hubs/{hub}' in html for hub in hubs)
    assert "Boundaries" in html


def test_day_picker_changes_the_day_and_shows_what_changed(client):
    assert 'id="changes"' not in page(client, "/country/COL?lang=en")
    html = page(client, f"/country/COL?day={DAY}&since=2012-01-01&lang=en")
    assert 'name="since" value="2012-01-01"' in html
    changes = section(html, "changes")
    assert "from 1 January 2012 to 23 November 2026" in changes
    assert "electronic evidence" in changes
    assert "Convention on Cybercrime" in changes
    earlier = section(page(client, "/country/COL?day=2012-01-01&lang=en"), "changes")
    assert "from 1 January 2012 to" in earlier
    same = client.get(f"/country/COL?day={DAY}&since={DAY}", headers=HTML)
    assert same.status_code == 200
    assert 'id="changes"' not in same.get_data(as_text=True)


def test_changes_are_those_of_the_ledger(client):
    html = page(client, "/country/ALB?day=2026-11-23&since=2019-01-01&lang=en")
    ledger = client.get("/ledger.json?country=ALB&from=2019-01-01&to=2026-11-23").get_json()["rows"]
    counted = sum(
        int(members.split(" – ")[0]) if " – " in members else 1
        for members in re.findall(r"</th>\s*<td>(.*?)</td>", section(html, "changes"), re.DOTALL)
    )
    assert counted == len(ledger) > 0


@pytest.mark.parametrize("query", ["since=tomorrow", "day=2026-13-01", "sicne=2020-01-01", "since=0001-01-01"])
def test_nonsense_in_the_address_is_said(client, query):
    assert client.get(f"/country/COL?{query}", headers=HTML).status_code == 400


def test_funding_to_come_and_ended_are_told_apart(app):
    line = Funding(
        "a", "A", "", "", "2021-2027", "", "", "", "", "", "2027", "2029-06", "2027-01-01", "2029-06-30", "to-come", ()
    )
    old = dataclasses.replace(line, id="b", name="B", first="2018-01-01", last="2020-12-31", state="ended")
    open_ended = dataclasses.replace(
        line, id="c", name="C" * 60, until="", since="", first="", last="2027-12-31", state="active"
    )
    drawn = timeline((open_ended, line, old), (Envelope("E", "2028-2034", "5", "proposed", True, ()),), DAY)
    assert [bar.target for bar in drawn.bars] == ["line-c", "line-a", "envelopes"]
    first, second, third = drawn.bars
    assert (first.open_start, first.open_end, second.open_end) == (True, True, False)
    assert first.label.endswith("…")
    assert first.x < drawn.today < second.x < third.x
    assert all(bar.x >= LEFT and bar.x + bar.width <= WIDTH + 3 for bar in drawn.bars)
    assert timeline((old,), (), DAY) is None


def test_time_line_stands_above_the_table_with_the_same_lines(client):
    html = section(page(client, f"/country/ALB?day={DAY}&lang=en"), "funding")
    drawn = set(re.findall(r'<a href="#(line-[^"]+)"', html))
    assert drawn
    assert all(f'<tr id="{target}"' in html for target in drawn)
    assert html.index("<svg") < html.index("<table")
    assert "proposed" in html


def test_brief_has_no_more_notes_than_fit_and_cites_none_that_it_leaves_out(app, colombia):
    shown = brief(colombia)
    assert 0 < len(shown.notes) <= NOTES
    numbers = {note.number for note in shown.notes}
    for rows in (shown.routes, shown.funding, shown.signed, shown.partnerships, shown.postings, shown.conventions):
        assert rows
        assert {number for one in rows for number in one.notes} <= numbers
    crowded = dataclasses.replace(
        colombia,
        routes=tuple(
            dataclasses.replace(route, notes=tuple(range(place * 9, place * 9 + 9)))
            for place, route in enumerate(colombia.routes)
        ),
    )
    assert len(brief(crowded).routes) < len(shown.routes)


@pytest.mark.parametrize(
    ("address", "words"), [("/country/COL.pdf?lang=en", b"Colombia"), ("/countries/ALB.pdf?lang=fr", b"Albanie")]
)
def test_brief_as_pdf_has_at_most_two_pages(client, address, words):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    content = answer.get_data()
    assert content.startswith(b"%PDF-")
    assert pages(content) == 2
    assert b"SourceSans3" in content
    assert client.get(address).get_data() == content


def pages(pdf: bytes) -> int:
    return max(
        int(count)
        for count in re.findall(rb"/Type\s*/Pages\b.*?/Count (\d+)|/Count (\d+)", pdf, re.DOTALL)
        for count in count
        if count
    )


def test_fullest_briefs_fit_two_pages(app, client):
    reading = app.extensions["reader"].current()
    with app.test_request_context("/?lang=fr"):
        g.language = "fr"
        fullest = sorted(
            (code for code, known in reading.countries.items() if known.state),
            key=lambda code: -len(reading.ask("profile-participations", DAY, country=code)),
        )[:6]
    for code in [*fullest, "BRA", "MAR", "TUR", "XKX"]:
        assert pages(client.get(f"/country/{code}.pdf?lang=fr").get_data()) <= 2, code


def test_markup_in_the_facts_is_no_command_in_the_pdf(colombia, app):
    from kg.typeset import pdf
    from web.profile.paper import FONTS, TEMPLATE, Origin, paper

    with app.test_request_context("/"):
        g.language = "en"
        labels = app.extensions["reader"].current().labels("en")
        hostile = dataclasses.replace(colombia, name='#panic("x") $ ] #read("/etc/passwd") <b>')
        content = pdf(TEMPLATE, paper(hostile, brief(hostile), Origin(labels, "0" * 64, DAY)), FONTS)
    assert content.startswith(b"%PDF-")


def test_names_are_escaped_in_the_summary(colombia, app):
    with app.test_request_context("/"):
        g.language = "en"
        posts = tuple(dataclasses.replace(one, member_name="<script>") for one in colombia.postings)
        said = " ".join(summary(dataclasses.replace(colombia, postings=posts), DAY))
    assert "<script>" not in said
    assert "&lt;script&gt;" in said


def test_notes_are_numbered_once_and_keep_the_last_check():
    notes = Notes({"s": Source("S", "https://example.org/", "", "")})
    row = {"source": "s", "confidence": "https://w3id.org/coopkg/code/confidence/high", "checked": "2026-01-01"}
    assert notes.cite([row]) == (1,)
    assert notes.cite([row | {"checked": "2026-02-01"}]) == (1,)
    assert [(note.number, note.checked) for note in notes.entries()] == [(1, "2026-02-01")]


def test_page_is_small(client):
    import gzip

    for code in ("COL", "ALB", "TUR", "DEU"):
        assert len(gzip.compress(page(client, f"/country/{code}").encode("utf-8"))) < 300_000


@pytest.mark.parametrize("code", ["COL", "ALB", "MAR"])
def test_gaps_are_counted_alike_whether_they_are_kept_or_not(app, code):
    reading = app.extensions["reader"].current()
    day = datetime.date(2022, 5, 4)
    counted = sorted(reading.gap_statuses(day, code))
    listed = sorted((gap.kind, gap.status) for gap in reading.finder.find(Filter(country=code), day))
    assert counted == listed != []
