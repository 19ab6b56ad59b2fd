"""Results that can be cited: permanent addresses, bundles, and bundles run again, honest and hostile ones."""

import dataclasses
import io
import json
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from kg import asked as questions
from kg import bundle, cli, frozen, verify
from kg.dates import day
from kg.endpoint import Endpoint
from kg.errors import Gone, KgError, Refused, UsageError
from kg.frozen import ACCEPT, Run
from kg.published import Published
from kg.settings import read
from web import create_app

DAY = day("2026-06-01")
QUESTIONS = {
    "bases": {"member_state": "BEL", "country": "COL"},
    "no-dedicated-mla": {},
    "gaps": {"country": "COL"},
    "matrix": {"matter": "mla"},
    "position": {"member_state": "BEL", "country": "COL", "matter": "mla"},
    "ledger": {"from": "2000-01-01", "country": "COL"},
    "routes": {"matter": "mla"},
    "sparql": {"query": "SELECT ?s ?o { ?s a <https://w3id.org/coopkg/def#Posting> ; ?p ?o } ORDER BY ?s ?o"},
}
Builds = tuple[Path, str, str]


@pytest.fixture(scope="module")
def run(two_builds: Builds) -> Iterator[Run]:
    endpoint = Endpoint(dataclasses.replace(read({}), home=two_builds[0], query_workers=1))
    yield lambda graph, text: endpoint.query(graph.path, text, ACCEPT).body
    endpoint.close()


@pytest.fixture(scope="module")
def client(two_builds: Builds) -> Iterator[FlaskClient]:
    app = create_app(dataclasses.replace(read({}), home=two_builds[0]))
    yield app.test_client()
    for name in ("maker", "earlier"):
        app.extensions[name].close()
    app.extensions["reader"].endpoint.close()


def made(builds: Builds, run: Run, name: str, digest: str = "", given: dict[str, str] | None = None) -> bytes:
    """The bundle of a question, of the newer build where no digest is given."""
    graph = Published(builds[0]).build(digest or builds[2])
    asked = questions.ask(graph, name, QUESTIONS[name] if given is None else given, DAY, 24)
    return bundle.write(frozen.answer(graph, asked, run), graph)


def spoilt(content: bytes, name: str, change: bytes | None) -> bytes:
    """The bundle with one file changed, or taken out, and everything else as it was."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        if change is not None:
            new.writestr(name, change)
    return out.getvalue()


def files(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


TRIPLES = (
    "CONSTRUCT { [] <http://e/of> ?s . ?s <http://e/note> [ <http://e/text> ?o ] } "
    "{ ?s a <https://w3id.org/coopkg/def#Posting> ; ?p ?o }",
    "DESCRIBE <http://publications.europa.eu/resource/authority/country/COL>",
)


@pytest.mark.parametrize("query", TRIPLES, ids=["CONSTRUCT", "DESCRIBE"])
def test_triples_are_cited_like_rows_and_their_blank_nodes_keep_their_names(
    two_builds: Builds, run: Run, query: str
) -> None:
    given = {"query": query}
    content = made(two_builds, run, "sparql", given=given)
    found = bundle.read(content)
    assert found.columns == ("subject", "predicate", "object")
    assert found.rows
    assert content == made(two_builds, run, "sparql", given=given)
    assert verify.verify(found, Published(two_builds[0]), run).same


def test_a_ledger_and_a_route_are_cited_whole(two_builds: Builds, run: Run) -> None:
    ledger = bundle.read(made(two_builds, run, "ledger"))
    assert "2000-01-01" in ledger.asked.link
    assert {row[ledger.columns.index("country")] for row in ledger.rows} == {"COL"}
    graph = Published(two_builds[0]).build(two_builds[2])
    every = bundle.read(made(two_builds, run, "routes"))
    one = every.rows[0][every.columns.index("route")]
    along = frozen.answer(graph, questions.ask(graph, "routes", {"route": one}, DAY, 24), run)
    assert along.rows
    assert along.sources
    with pytest.raises(UsageError, match="by a route or by a hub"):
        questions.ask(graph, "routes", {"route": one, "hub": "beanr"}, DAY, 24)
    with pytest.raises(UsageError, match="ledger needs the parameter from"):
        questions.ask(graph, "ledger", {}, DAY, 24)
    with pytest.raises(UsageError, match="there is no route of 'tea'"):
        frozen.answer(graph, questions.ask(graph, "routes", {"commodity": "tea"}, DAY, 24), run)


@pytest.mark.parametrize(
    "address", ["ledger?from=2000-01-01&country=COL", "routes?matter=mla", "sparql?query=ASK%7B%7D"]
)
def test_the_site_answers_them_at_their_permanent_address(client: FlaskClient, address: str) -> None:
    answer = client.get(f"/result/{address}&day=2026-06-01", follow_redirects=True)
    assert answer.status_code == 200
    assert "graph=" in answer.request.query_string.decode()


# what a bundle holds


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_bundle_run_again_on_its_build_is_identical(two_builds: Builds, run: Run, name: str) -> None:
    content = made(two_builds, run, name)
    found = verify.verify(bundle.read(content), Published(two_builds[0]), run)
    assert (found.same, found.same_build, found.reordered, found.remarks) == (True, True, False, ())
    assert found.rows > 0
    assert content == made(two_builds, run, name)  # the same result, the same bytes


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_bundle_names_question_day_build_shapes_rows_and_checksums(two_builds: Builds, run: Run, name: str) -> None:
    content = files(made(two_builds, run, name))
    record = json.loads(content["result.json"])
    assert (record["question"], record["day"], record["graph"]) == (name, "2026-06-01", two_builds[2])
    assert record["rows"] == len(list(bundle.as_table(content["rows.csv"].decode()))) - 1
    assert len(record["shapes"]) == 64
    assert record["stale_months"] == 24
    assert record["graph"] in record["link"]
    assert set(record["files"]) == set(content) - {"ro-crate-metadata.json", "result.json"}
    assert any(file.startswith("queries/") for file in content)


def test_the_metadata_is_an_ro_crate(two_builds: Builds, run: Run) -> None:
    """What the specification of RO-Crate 1.1 says MUST be there."""
    content = files(made(two_builds, run, "bases"))
    crate = json.loads(content["ro-crate-metadata.json"])
    assert crate["@context"] == "https://w3id.org/ro/crate/1.1/context"
    things = {thing["@id"]: thing for thing in crate["@graph"]}
    assert len(things) == len(crate["@graph"])
    descriptor = things["ro-crate-metadata.json"]
    assert descriptor["@type"] == "CreativeWork"
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert descriptor["about"] == {"@id": "./"}
    root = things["./"]
    assert root["@type"] == "Dataset"
    assert all(root[key] for key in ("name", "description", "datePublished", "license"))
    assert {part["@id"] for part in root["hasPart"]} == set(content) - {"ro-crate-metadata.json"}
    for part in root["hasPart"]:
        assert "File" in things[part["@id"]]["@type"]
        assert int(things[part["@id"]]["contentSize"]) == len(content[part["@id"]])

    def named(value: object) -> Iterator[str]:
        if isinstance(value, list):
            for one in value:
                yield from named(one)
        elif isinstance(value, dict) and set(value) == {"@id"}:
            yield value["@id"]

    mentioned = {one for thing in crate["@graph"] for value in thing.values() for one in named(value)}
    assert mentioned - set(things) == {"https://w3id.org/ro/crate/1.1"}


def test_a_bundle_names_the_sources_of_what_the_rows_name(two_builds: Builds, run: Run) -> None:
    content = files(made(two_builds, run, "position"))
    addresses = {line[1] for line in bundle.as_table(content["sources.csv"].decode())[1:]}
    cited = {line[-1] for line in bundle.as_table(content["rows.csv"].decode())[1:] if line[-1]}
    assert addresses == {address for cell in cited for address in cell.split(" ")}
    assert addresses
    assert addresses <= {thing["@id"] for thing in json.loads(content["ro-crate-metadata.json"])["@graph"]}


def test_a_record_in_a_row_leads_to_its_source_and_a_basis_to_that_of_its_proof(two_builds: Builds, run: Run) -> None:
    for kind in ("Posting", "CooperationBasis"):
        query = f"SELECT ?s {{ ?s a <https://w3id.org/coopkg/def#{kind}> }}"
        if not Published(two_builds[0]).current().store.select(query):
            continue
        content = files(made(two_builds, run, "sparql", given={"query": query}))
        assert len(bundle.as_table(content["sources.csv"].decode())) > 1


def test_where_kosovo_is_named_the_footnote_of_the_union_stands(two_builds: Builds, run: Run) -> None:
    with_it = files(made(two_builds, run, "matrix"))
    without = files(made(two_builds, run, "bases"))
    assert b"UNSCR 1244/1999" in with_it["ro-crate-metadata.json"]
    assert b"UNSCR 1244/1999" not in without["ro-crate-metadata.json"]


def test_cells_are_no_formulas(two_builds: Builds, run: Run) -> None:
    content = made(two_builds, run, "sparql", given={"query": 'SELECT ("=1+1" AS ?x) {}'})
    assert files(content)["rows.csv"] == b"x\n'=1+1\n"
    assert verify.verify(bundle.read(content), Published(two_builds[0]), run).same


# run again


def test_an_earlier_build_that_is_kept_answers_as_it_did(two_builds: Builds, run: Run) -> None:
    home, older, newer = two_builds
    then, now = (made(two_builds, run, "bases", digest) for digest in (older, newer))
    assert b"2012-03-01" in files(then)["rows.csv"]
    assert b"2012-04-01" in files(now)["rows.csv"]
    found = verify.verify(bundle.read(then), Published(home), run)
    assert (found.same, found.graph) == (True, older)


def test_another_build_shows_the_rows_that_differ(two_builds: Builds, run: Run) -> None:
    home, older, newer = two_builds
    found = verify.verify(bundle.read(made(two_builds, run, "bases", older)), Published(home), run, today=True)
    assert (found.same, found.same_build, found.graph) == (False, False, newer)
    assert {row[5] for row in found.gone} == {"2012-03-01"}
    assert {row[5] for row in found.new} == {"2012-04-01"}
    told = verify.told(found, 1)
    assert told[0].startswith("different: ")
    assert told[1].startswith("- ")
    assert told[2] == f"and {len(found.gone) + len(found.new) - 1} more rows"


def test_a_build_that_is_not_kept_is_said_and_today_asked(two_builds: Builds, world_home: Path, run: Run) -> None:
    only = Published(world_home)
    content = made(two_builds, run, "matrix", two_builds[2])
    assert only.current().digest != two_builds[2]
    found = verify.verify(bundle.read(content), only, run)
    assert found.graph == only.current().digest
    assert found.remarks[0].startswith("the build that the bundle names is not kept here")


def test_rows_changed_by_hand_are_found(two_builds: Builds, run: Run) -> None:
    content = made(two_builds, run, "position")
    rows = files(content)["rows.csv"].replace(b"covered", b"sectoral-only", 1)
    found = verify.verify(bundle.read(spoilt(content, "rows.csv", rows)), Published(two_builds[0]), run)
    assert not found.same
    assert found.remarks == ("rows.csv is not as it was when the bundle was made",)


def test_rows_in_another_order_are_the_same_rows_and_said(two_builds: Builds, run: Run) -> None:
    content = made(two_builds, run, "gaps")
    head, *lines = files(content)["rows.csv"].decode().splitlines(True)
    turned = spoilt(content, "rows.csv", "".join([head, *reversed(lines)]).encode())
    found = verify.verify(bundle.read(turned), Published(two_builds[0]), run)
    assert (found.same, found.reordered) == (True, True)
    assert "in another order" in verify.told(found, 5)[-1]


def test_a_query_changed_since_is_run_as_the_bundle_has_it(two_builds: Builds, run: Run) -> None:
    content = made(two_builds, run, "bases")
    query = files(content)["queries/bases.rq"].replace(b"ORDER BY", b"# other words\nORDER BY")
    found = verify.verify(bundle.read(spoilt(content, "queries/bases.rq", query)), Published(two_builds[0]), run)
    assert found.same
    assert any("the bundle's own query was run" in remark for remark in found.remarks)


def test_a_build_of_another_version_of_the_vocabulary_is_not_asked(
    two_builds: Builds, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology" / "core.ttl").write_text('<a:a> owl:versionInfo "99.0.0" .', "utf-8")
    monkeypatch.setattr(frozen, "DATA", tmp_path)
    with pytest.raises(Gone, match=r"speaks version .* of the vocabulary, this program 99\.0\.0"):
        made(two_builds, run, "position")


def test_a_build_that_cannot_be_read_any_more_is_said_plainly_and_today_offered(
    client: FlaskClient, two_builds: Builds, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = made(two_builds, run, "position", two_builds[1])
    of_query = made(two_builds, run, "bases", two_builds[1])
    address = permalink(client, "position").replace(two_builds[2], two_builds[1])
    client.application.extensions["results"].clear()
    real = frozen.vocabulary
    monkeypatch.setattr(frozen, "vocabulary", lambda g: "0.1.0" if g.digest == two_builds[1] else real(g))
    html = get(client, address, 410).get_data(as_text=True)
    assert "speaks version 0.1.0 of the vocabulary" in html
    assert "The answer to the same question" in html
    found = verify.verify(bundle.read(content), Published(two_builds[0]), run)
    assert (found.graph, found.same) == (two_builds[2], False)
    assert "the build published now was asked" in found.remarks[0]
    # a query of the bundle's own needs nothing of this program's vocabulary
    assert verify.verify(bundle.read(of_query), Published(two_builds[0]), run).same_build


# hostile files


def bomb() -> bytes:
    """A small file that unpacks to more than any bundle."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rows.csv", b"0" * (bundle.UNPACKED + 1))
    return out.getvalue()


def lying_bomb() -> bytes:
    """The same, with a header that says that it is small."""
    content = bytearray(bomb())
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = content.rindex(mark) + place
        content[start : start + 4] = struct.pack("<I", 10)
    return bytes(content)


def crowd() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(bundle.MOST_FILES + 1):
            archive.writestr(f"queries/{number}.rq", "")
    return out.getvalue()


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x05\x06" + b"\0" * 18, b"no zip at all" * 100, b"\0" * 10_000])
def test_what_is_no_bundle_gets_a_plain_message(content: bytes) -> None:
    with pytest.raises(UsageError):
        bundle.read(content)


@pytest.mark.parametrize("make", [bomb, lying_bomb, crowd])
def test_a_bomb_does_not_go_off(make) -> None:
    content = make()
    assert len(content) < 1_000_000
    with pytest.raises(UsageError):
        bundle.read(content)


@pytest.mark.parametrize(
    "name",
    [
        "../rows.csv",
        "/etc/passwd",
        "queries/../../evil.rq",
        "queries/a/b.rq",
        "queries/.rq",
        "C:\\rows.csv",
        "rows.csv\0.txt",
        "evil.py",
        "queries/é.rq",
    ],
)
def test_a_name_that_no_bundle_holds_is_refused(two_builds: Builds, run: Run, name: str, tmp_path: Path) -> None:
    content = made(two_builds, run, "position")
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(zipfile.ZipInfo("placeholder"), b"x")
        archive.infolist()[-1].filename = name
    with pytest.raises(UsageError):
        bundle.read(out.getvalue())


@pytest.mark.parametrize("name", ["ro-crate-metadata.json", "result.json", "rows.csv"])
def test_a_bundle_without_a_part_is_refused(two_builds: Builds, run: Run, name: str) -> None:
    with pytest.raises(UsageError, match=name):
        bundle.read(spoilt(made(two_builds, run, "position"), name, None))


@pytest.mark.parametrize(
    "record",
    [
        b"",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b"\xff",
        b'{"question": "bases"}',
        {"stale_months": 1e400},
        {"stale_months": "x"},
        {"stale_months": 0},
        {"day": "0001-01-01"},
        {"day": "tomorrow"},
        {"parameters": {"member_state": 1}},
        {"parameters": []},
        {"language": "xx"},
        {"question": "../../secret"},
        {"question": "no-such"},
        {"graph": "../../.."},
        {"graph": ["a"]},
        {"files": 7},
        {"parameters": {"member_state": "BEL", "country": "> . } DROP ALL #", "matter": "mla"}},
        {"parameters": {"member_state": "BEL", "country": "COL", "matter": "mla> ; a ?x }"}},
        {"parameters": {}},
    ],
)
def test_a_record_that_is_none_gets_a_plain_message_or_none_of_its_wishes(two_builds: Builds, run: Run, record) -> None:
    content = made(two_builds, run, "position")
    if isinstance(record, dict):
        record = json.dumps(json.loads(files(content)["result.json"]) | record).encode()
    said: list[str] = []
    try:
        verdict = verify.verify(bundle.read(spoilt(content, "result.json", record)), Published(two_builds[0]), run)
        said += verdict.remarks  # without checksums every file is said to differ
    except KgError as problem:
        said.append(str(problem))
    assert said
    assert all(0 < len(text) < 1000 for text in said)


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { <a:a> <a:b> <a:c> }",
        "DROP ALL",
        "LOAD <http://127.0.0.1:1/>",
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { SERVICE SILENT ?where { ?s ?p ?o } }",
    ],
)
def test_a_query_that_does_more_than_read_is_refused(two_builds: Builds, run: Run, query: str) -> None:
    content = spoilt(made(two_builds, run, "bases"), "queries/bases.rq", query.encode())
    with pytest.raises(Refused):
        bundle.read(content)
    content = made(two_builds, run, "sparql")
    record = json.loads(files(content)["result.json"])
    record["parameters"]["query"] = query
    with pytest.raises(Refused):
        bundle.read(spoilt(content, "result.json", json.dumps(record).encode()))


# the command


def command(home: Path, *arguments: str) -> object:
    return CliRunner().invoke(cli.main, list(arguments), env={"COOPKG_HOME": str(home), "COOPKG_STORE": ""})


def test_the_command_writes_and_verifies_with_exit_codes(two_builds: Builds, tmp_path: Path) -> None:
    home, older, _ = two_builds
    path = str(tmp_path / "bases.zip")
    pair = ["-p", "member_state=BEL", "-p", "country=COL", "--as-of", "2026-06-01"]
    assert command(home, "bundle", "bases", *pair, "--graph", older, "-o", path).exit_code == 0
    same = command(home, "verify", path)
    assert (same.exit_code, same.stdout.startswith("identical: ")) == (0, True)
    other = command(home, "verify", path, "--today")
    assert other.exit_code == 1
    assert "different: " in other.stdout
    assert "\n- " in other.stdout
    assert "\n+ " in other.stdout
    (tmp_path / "no.zip").write_bytes(b"no bundle")
    wrong = command(home, "verify", str(tmp_path / "no.zip"))
    assert (wrong.exit_code, "Traceback" in wrong.output) == (2, False)


def test_the_command_writes_dumps_into_a_folder(two_builds: Builds, tmp_path: Path) -> None:
    assert command(two_builds[0], "dump", "-o", str(tmp_path / "out")).exit_code == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *(f"coopkg.{form}.gz" for form in ("nq", "trig", "jsonld")),
        "SHA256SUMS",
    }


# on the site


def get(client: FlaskClient, address: str, status: int = 200):
    answer = client.get(address, headers={"Accept": "text/html"})
    assert answer.status_code == status, answer.get_data(as_text=True)[:1000]
    return answer


def permalink(client: FlaskClient, name: str) -> str:
    given = {**QUESTIONS[name], "day": "2026-06-01", "lang": "en"}
    answer = client.get(f"/result/{name}", query_string=given)
    assert answer.status_code == 302
    return answer.headers["Location"]


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_permanent_address_names_question_parameters_day_and_build(
    client: FlaskClient, two_builds: Builds, name: str
) -> None:
    address = permalink(client, name)
    for part in (f"/result/{name}?", "day=2026-06-01", "stale_months=24", f"graph={two_builds[2]}"):
        assert part in address
    html = get(client, address).get_data(as_text=True)
    assert f'value="http://localhost{address}"'.replace("&", "&amp;") in html
    assert "which is published now" in html


def test_the_rows_on_the_site_are_those_of_the_bundle(client: FlaskClient, two_builds: Builds, run: Run) -> None:
    address = permalink(client, "bases")
    content = get(client, address.replace("/bases?", "/bases.zip?")).get_data()
    assert verify.verify(bundle.read(content), Published(two_builds[0]), run).same
    assert files(content)["rows.csv"] == files(made(two_builds, run, "bases"))["rows.csv"]
    record = json.loads(files(content)["result.json"])
    assert record["link"] == "http://localhost" + address
    rows = json.loads(get(client, address.replace("/bases?", "/bases.json?")).get_data())
    assert (rows["meta"]["graph"], len(rows["rows"])) == (two_builds[2], record["rows"])
    assert get(client, address.replace("/bases?", "/bases.csv?")).mimetype == "text/csv"


@pytest.mark.parametrize("name", ["bases", "position", "sparql"])
def test_a_kept_build_answers_as_it_did(client: FlaskClient, two_builds: Builds, name: str) -> None:
    _, older, newer = two_builds
    address = permalink(client, name)
    now = get(client, address).get_data(as_text=True)
    then = get(client, address.replace(newer, older)).get_data(as_text=True)
    assert "an earlier one that is kept" in then
    assert "The answer of today" in then
    old, new = ("2012-03-01", "2012-04-01") if name != "sparql" else ("hrv-alb-police", "no-such-text")
    assert old in then
    assert old not in now
    assert new in now or name == "sparql"


def test_a_build_that_is_not_kept_is_said_plainly_and_today_offered(client: FlaskClient, two_builds: Builds) -> None:
    gone = "0" * 64
    address = permalink(client, "bases").replace(two_builds[2], gone)
    html = get(client, address, 410).get_data(as_text=True)
    assert "no longer kept" in html
    assert gone[:12] in html
    today = html.partition("<main")[2].partition('<a href="/result/bases')[2].partition('"')[0].replace("&amp;", "&")
    followed = get(client, "/result/bases" + today, 302).headers["Location"]
    assert f"graph={two_builds[2]}" in followed
    assert "country=COL" in followed
    problem = client.get(address.replace("/bases?", "/bases.csv?"))
    assert (problem.status_code, problem.mimetype) == (410, "application/json")


def test_nothing_is_stored_for_a_result(client: FlaskClient, two_builds: Builds) -> None:
    def state() -> set[tuple[str, int]]:
        return {(str(path), path.stat().st_mtime_ns) for path in two_builds[0].rglob("*") if path.is_file()}

    before = state()
    for name in QUESTIONS:
        get(client, permalink(client, name))
    assert state() == before


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/result/no-such", 404),
        ("/result/bases?no=such", 400),
        ("/result/bases?graph=x", 400),
        ("/result/bases?graph=../../..", 400),
        ("/result/bases?country=%3E%7D", 400),
        ("/result/bases?stale_months=0", 400),
        ("/result/bases?stale_months=99999999999999999999", 400),
        ("/result/bases?day=0001-01-01", 400),
        ("/result/position", 400),
        ("/result/position?member_state=BEL&country=BEL&matter=x", 400),
        ("/result/gaps?w.none=1", 400),
        ("/result/sparql", 400),
        ("/result/sparql?query=DROP+ALL", 403),
        ("/result/sparql?query=nonsense", 400),
        ("/result/..%2f..%2fetc", 404),
    ],
)
def test_nonsense_gets_one_plain_sentence(client: FlaskClient, address: str, status: int) -> None:
    answer = client.get(address, headers={"Accept": "text/html"}, follow_redirects=True)
    assert answer.status_code == status
    assert "Traceback" not in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "page", ["/gaps?country=COL&w.routes=2", "/matrix?matter=mla", "/position/BEL/COL/mla?day=2026-06-01"]
)
def test_pages_lead_to_their_permanent_address(client: FlaskClient, page: str) -> None:
    html = get(client, page + "&lang=en").get_data(as_text=True)
    address = (
        html.replace("Cite the whole matrix", "Cite this result")
        .partition("Cite this result")[0]
        .rpartition('href="')[2]
        .partition('"')[0]
        .replace("&amp;", "&")
    )
    assert urlsplit(address).path.startswith("/result/")
    assert client.get(address, follow_redirects=True).status_code == 200
