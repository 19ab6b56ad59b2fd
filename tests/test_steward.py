"""The stewards' desk: what rows would mean, proposals made in a form, hostile uploads, and that nothing is kept."""

import io
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from conftest import with_the_rest, world_seeds
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from kg import importing, proposals, settings, steward, tables
from kg.errors import LimitReached
from kg.settings import Settings
from kg.steward import IN_MEMORY, Steward
from kg.vocab import expand
from web import create_app
from web.steward import LARGEST

HEADER = "id,partnership,title,date,place,outcome,source,locator,checked,checked_by,confidence,note"
NEW = "clasi-9,clasi,Ninth meeting,2026-05,Quito,,gazette,,2026-06-01,a test,high,"
ROW = dict(zip(HEADER.split(","), NEW.split(","), strict=True))


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tables of the made-up world and the real rules."""
    folder = tmp_path_factory.mktemp("desk")
    world_seeds(folder / "seeds")
    return with_the_rest(folder)


@pytest.fixture(scope="module")
def of_world(world_home: Path) -> Settings:
    return settings.read({"COOPKG_HOME": str(world_home)})


@pytest.fixture(scope="module")
def client(data: Path, of_world: Settings) -> Iterator[FlaskClient]:
    app = create_app(of_world)
    app.extensions["steward"] = worker = Steward(of_world, data, seconds=60)
    yield app.test_client()
    worker.close()


def check(client: FlaskClient, rows: bytes | str = "", name: str = "rows.csv", table: str = "event", **more: str):
    content = rows.encode("utf-8") if isinstance(rows, str) else rows
    form = {"table": table, **more, **({"file": FileStorage(io.BytesIO(content), name)} if content else {})}
    return sent(client, "/check?lang=en", form)


def sent(client: FlaskClient, address: str, form: dict[str, object]) -> TestResponse:
    """The answer to a form with a file; encoded here, because the client would use a temporary file for a large one."""
    boundary, body = encode_multipart(form)
    return client.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def words(answer: TestResponse) -> str:
    """The text of the page's main part."""
    html = answer.get_data(as_text=True)
    main = html[html.index("<main") : html.index("</main>")]
    return " ".join(unescape(re.sub(r"<(datalist|select).*?</\1>|<[^>]*>", " ", main, flags=re.S)).split())


# check


def test_pasted_rows_are_checked_with_their_effect(client: FlaskClient) -> None:
    answer = client.post("/check?lang=en", data={"table": "event", "rows": f"{HEADER}\n{NEW}"})
    assert answer.status_code == 200
    assert "1 rows new, 0 changed, 0 the same; 0 findings." in words(answer)
    assert "No position and no gap line would change." in words(answer)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_change_of_a_participation_shows_the_positions_that_it_changes(client: FlaskClient, data: Path) -> None:
    row = next(row for _, row in tables.load(data / "seeds").rows("participation") if row["id"] == "bel-col-mla-col")
    text = ",".join(row) + "\n" + ",".join({**row, "until": "2026-05-15"}.values())
    answer = check(client, text, table="participation")
    assert "0 rows new, 1 changed" in words(answer)
    assert re.search(r"[1-9]\d* positions and gap lines would change", words(answer))
    assert "Colombia" in words(answer)
    french = client.post("/check?lang=fr", data={"table": "participation", "rows": text})
    assert "Colombie" in words(french)
    assert re.search(r"[1-9]\d* positions et lignes de lacunes changeraient", words(french))


def test_findings_name_the_place_and_speak_the_readers_language(client: FlaskClient) -> None:
    rows = f"{HEADER}\n{NEW.replace('2026-05', '14/07/2017').replace('gazette', 'nowhere')}"
    english = words(check(client, rows))
    assert (
        "rows.csv, row 2, date '14/07/2017' looks like a date rewritten by the spreadsheet write 2017-07-14" in english
    )
    assert "rows.csv, row 2, source 'nowhere' is not in source.csv" in english
    french = words(client.post("/check?lang=fr", data={"table": "event", "rows": rows}))
    assert "« 14/07/2017 » ressemble à une date réécrite par le tableur écrivez 2017-07-14" in french
    assert "« nowhere » n'est pas dans source.csv" in french


@pytest.mark.parametrize("form", ["xlsx", "ttl", "json"])
def test_workbooks_turtle_and_proposals_are_taken(client: FlaskClient, data: Path, form: str) -> None:
    table = tables.load(data / "seeds").tables["event"]
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(HEADER.split(","))
    book.active.append(NEW.split(","))
    out = io.BytesIO()
    book.save(out)
    row = {"table": "event", "before": None, "after": ROW}
    proposal = {
        "format": proposals.FORMAT, "author": "Ana", "made": "2026-06-01", "reason": "r", "graph": "0" * 64, "rows": [row]
    }  # fmt: skip
    content = {
        "xlsx": out.getvalue(),
        "json": json.dumps(proposal).encode(),
        "ttl": f"<{table.row_iri(ROW)}> a <{expand(table.rdf_class)}> .".encode(),
    }[form]
    answer = check(client, content, f"rows.{form}", table="" if form == "json" else "event")
    assert answer.status_code == 200
    assert ("1 rows new, 0 changed, 0 the same; 0 findings." in words(answer)) == (form != "ttl")
    if form == "ttl":
        assert "the cell is empty" in words(answer)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "There are no rows."),
        ({"table": "event"}, "There are no rows."),
        ({"rows": "id\nx"}, "No table is chosen."),
        ({"rows": "id\nx", "table": "nothing"}, "There is no table 'nothing'."),
    ],
)
def test_a_form_that_lacks_something_is_shown_again_with_a_plain_word(client, form, said) -> None:
    answer = client.post("/check?lang=en", data=form)
    assert answer.status_code == 400
    assert said in words(answer)


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<x/>")
        archive.writestr("xl/workbook.xml", b"\0" * (100 << 20))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.xlsx", bomb, "unpacked the workbook has more than 40 MB"),
        ("a.csv", lambda: f"{HEADER}\n{NEW}".replace("Quito", "x" * (3 << 20)), "the cell has 3,145,728 characters"),
        ("a.csv", lambda: f"{HEADER}\n{NEW.replace('Quito', '=HYPERLINK(1)')}", "is what a spreadsheet takes for a formula"),
        ("a.csv", lambda: f"{HEADER}\n{NEW.replace('Quito', 'a' + chr(27) + '[2J')}", "an invisible character"),
        ("a.csv", lambda: "iso,nombre\nCOL,Colombia", "the first row is not the heading of event"),
        ("a.csv", lambda: "id,title\n" + "clasi-1,x\n" * 200_000, "the file has more than 50000 rows"),
        ("a.csv", lambda: bytes(range(256)) * 500, "the file is not UTF-8"),
        ("a.xlsx", lambda: b"PK\x03\x04" + bytes(range(256)) * 50, "the workbook cannot be read"),
        ("a.ttl", lambda: "<http://evil.example/x> a <http://evil.example/Thing> .", "it is not of the class"),
        ("a.ttl", lambda: "@prefix x: <", "the file cannot be read as Turtle"),
        ("a.json", lambda: '{"format": "coopkg-proposal/1", "rows": [', "The proposal cannot be read"),
        ("../../etc/<script>alert(1)</script>.csv", lambda: "x", "the first row is not the heading of event"),
    ],
    ids=["bomb", "cell", "formula", "control", "table", "rows", "junk", "no archive", "IRIs", "Turtle", "JSON", "name"],
)  # fmt: skip
def test_hostile_uploads_get_plain_messages(client: FlaskClient, name, content, said) -> None:
    answer = check(client, content(), name)
    assert answer.status_code in (200, 400)
    assert said in words(answer)
    assert "<script>alert" not in answer.get_data(as_text=True)
    assert "1 rows new, 0 changed, 0 the same; 0 findings." not in words(answer)


@pytest.mark.parametrize("address", ["/check", "/propose/event"])
def test_an_upload_past_the_limit_is_refused_before_it_is_read(client: FlaskClient, address: str) -> None:
    answer = sent(
        client, f"{address}?lang=fr", {"file": FileStorage(io.BytesIO(b"x" * (LARGEST + (1 << 17))), "a.csv")}
    )
    assert answer.status_code == 413
    assert "Les lignes dépassent 4 Mo" in words(answer)


def test_nothing_is_kept_even_when_the_worker_is_killed(data: Path, of_world: Settings) -> None:
    app = create_app(of_world)
    app.extensions["steward"] = worker = Steward(of_world, data, seconds=0.001)
    before, tables_before = set(IN_MEMORY.glob("tmp*")), {path: path.read_bytes() for path in data.glob("seeds/*")}
    answer = check(app.test_client(), f"{HEADER}\n{NEW}")
    worker.close()
    assert answer.status_code == 422
    assert "The rows took too long or too much memory to look at" in words(answer)
    assert set(IN_MEMORY.glob("tmp*")) <= before
    assert {path: path.read_bytes() for path in data.glob("seeds/*")} == tables_before


def test_of_ten_uploads_at_once_most_are_sent_away_and_the_site_answers(client: FlaskClient) -> None:
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(check(client.application.test_client(), f"{HEADER}\n{NEW}").status_code))
        for _ in range(10)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    assert client.get("/about").status_code == 200
    for thread in threads:
        thread.join()
    assert set(answers) == {200, 503}
    assert answers.count(503) >= 6


# propose


def test_every_table_has_a_form_in_both_languages(client: FlaskClient, data: Path) -> None:
    records = [table for table in tables.load(data / "seeds").tables.values() if table.rdf_class]
    for table in records:
        for language in ("en", "fr"):
            answer = client.get(f"/propose/{table.name}?lang={language}")
            assert answer.status_code == 200
            assert answer.get_data(as_text=True).count('id="f-') >= len(table.columns)
            assert f"/propose/{table.name}" in client.get("/propose").get_data(as_text=True)


def test_the_form_has_help_and_pick_lists(client: FlaskClient) -> None:
    html = client.get("/propose/event?lang=fr").get_data(as_text=True)
    assert "Le jour où quelqu&#39;un a lu la source pour cette ligne." in html
    assert '<option value="gazette">' in html
    assert re.search(r'<select[^>]*name="confidence"', html)
    assert 'href="#new-source"' in html
    source = client.get("/propose/source?lang=en").get_data(as_text=True)
    assert '<span class="asked">Title: write one text as the source prints it.</span>' in source


def test_a_table_or_row_that_is_not_there_is_said_so(client: FlaskClient) -> None:
    assert client.get("/propose/intake").status_code == 404
    assert client.get("/propose/event?key=no-such").status_code == 404
    assert client.get("/propose/event?key=a&key=b").status_code == 404


def test_a_row_is_found_and_its_form_filled(client: FlaskClient, data: Path) -> None:
    row = next(row for _, row in tables.load(data / "seeds").rows("event"))
    html = client.get("/propose/event", query_string={"q": row["title"].upper()}).get_data(as_text=True)
    assert f"/propose/event?key={row['id']}" in html
    html = client.get("/propose/event", query_string={"key": row["id"]}).get_data(as_text=True)
    assert f'value="{row["title"]}"' in unescape(html)


def test_messages_stand_at_their_field_in_the_readers_language(client: FlaskClient) -> None:
    answer = client.post("/propose/event?lang=fr", data={**ROW, "date": "14/07/2017", "look": "yes"})
    html = answer.get_data(as_text=True)
    (at_date,) = re.findall(r'<ul class="wrong" id="e-date">(.*?)</ul>', html, re.S)
    assert "« 14/07/2017 » ressemble à une date réécrite par le tableur" in at_date
    assert re.search(r'name="date" value="14/07/2017"[^>]*aria-invalid="true"', html)
    assert 'id="findings"' not in html


def test_the_effect_is_shown_before_finishing(client: FlaskClient) -> None:
    answer = client.post("/propose/event?lang=en", data={**ROW, "look": "yes"})
    assert "1 rows new, 0 changed, 0 the same; 0 findings." in words(answer)
    assert "No position and no gap line would change." in words(answer)


def finished(client: FlaskClient, address: str, **form: str) -> TestResponse:
    return client.post(address, data={"author": "Ana  Example", "reason": "It was held.", "finish": "yes", **form})


def test_a_proposal_is_given_out_that_the_steward_can_import(client: FlaskClient, data: Path, tmp_path: Path) -> None:
    answer = finished(client, "/propose/event", **ROW)
    assert answer.status_code == 200, words(answer)
    assert answer.mimetype == "application/json"
    assert "attachment" in answer.headers["Content-Disposition"]
    seeds = world_seeds(tmp_path / "seeds")
    proposal = proposals.read(tables.load(seeds), answer.data)
    assert (proposal.author, proposal.reason) == ("Ana Example", "It was held.")
    assert proposal.graph == client.application.extensions["reader"].current().graph.digest
    assert importing.apply(proposals.plan(seeds, proposal)) == ["event.csv"]
    assert NEW in (seeds / "event.csv").read_text("utf-8")


def test_a_reference_that_is_not_there_is_made_along(client: FlaskClient) -> None:
    new = {"id": "new-page", "title": "A new page", "url": "https://example.org/new"}
    form = {**ROW, "source": "new-page", **{f"new-source-{name}": cell for name, cell in new.items()}}
    answer = finished(client, "/propose/event", **form)
    assert answer.mimetype == "application/json", words(answer)
    assert [row["table"] for row in json.loads(answer.data)["rows"]] == ["event", "source"]
    answer = finished(client, "/propose/event", **{**form, "new-source-url": "nowhere"})
    assert 'id="e-new-source-url"' in answer.get_data(as_text=True)


def test_a_changed_row_keeps_its_key_and_carries_the_row_as_it_was(client: FlaskClient, data: Path) -> None:
    row = next(row for _, row in tables.load(data / "seeds").rows("event"))
    answer = finished(client, f"/propose/event?key={row['id']}", **{**row, "id": "another", "place": "Elsewhere"})
    (only,) = json.loads(answer.data)["rows"]
    assert only == {"table": "event", "before": row, "after": {**row, "place": "Elsewhere"}}
    same = finished(client, f"/propose/event?key={row['id']}&lang=en", **row)
    assert "there is nothing to propose" in words(same)


@pytest.mark.parametrize(("part", "said"), [("author", "Votre nom manque"), ("reason", "Le motif manque")])
def test_a_proposal_without_name_or_reason_is_not_given_out(client, part, said) -> None:
    answer = finished(client, "/propose/event?lang=fr", **{**ROW, part: " "})
    assert answer.status_code == 400
    assert said in words(answer)
    assert 'value="Ninth meeting"' in answer.get_data(as_text=True)


def test_hostile_forms_are_answered_plainly(client: FlaskClient) -> None:
    for cell in ("\x00\x1b[2J", "<script>alert(1)</script>", "=1+1", "x" * 5000, "{{ 7*7 }}", "\ud800"):
        form = {name: cell.encode("utf-8", "surrogatepass") for name in [*ROW, "new-source-id", "nothing", "author"]}
        answer = client.post("/propose/event?lang=fr", data={**form, "look": "yes"})
        assert answer.status_code in (200, 400)
        assert "<script>alert" not in answer.get_data(as_text=True)


def test_an_effect_that_takes_too_long_is_said_to_be_left_out(data, of_world, monkeypatch) -> None:
    app = create_app(of_world)
    app.extensions["steward"] = worker = Steward(of_world, data, seconds=60)
    within = steward._within

    def late(pool, end, work, *arguments):
        if work is steward._effect:
            raise LimitReached("late", "")
        return within(pool, end, work, *arguments)

    monkeypatch.setattr(steward, "_within", late)
    answer = words(check(app.test_client(), f"{HEADER}\n{NEW}"))
    worker.close()
    assert "The effect on positions and gaps is left out: it took too long to work out." in answer
    assert "1 rows new" in answer


def test_the_limit_is_not_that_of_the_rest_of_the_site(client: FlaskClient) -> None:
    assert client.post("/sparql", data={"query": "x" * 2_000_000}).status_code == 413
