"""What catalogues, crawlers and followers read: VoID, DCAT-AP, dumps, the feed and the stream, robots.txt."""

import dataclasses
import gzip
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from flask.testing import FlaskClient
from rdflib.namespace import DCAT, DCTERMS, RDF, VOID

from kg import catalogue, describe, dumps, feeds, revisions
from kg.published import Published
from kg.settings import read
from kg.vocab import BASE, expand
from web import create_app
from web.beside import Maker

SITE = "https://example.org/coopkg/"
ATOM = "{http://www.w3.org/2005/Atom}"
SUITES = os.environ.get("COOPKG_SUITES", "")
TREE, LDES = rdflib.Namespace("https://w3id.org/tree#"), rdflib.Namespace("https://w3id.org/ldes#")


@pytest.fixture(scope="module")
def client(two_builds: tuple[Path, str, str]) -> Iterator[FlaskClient]:
    app = create_app(dataclasses.replace(read({}), home=two_builds[0]))
    yield app.test_client()
    app.extensions["maker"].close()


@pytest.fixture(scope="module")
def void(two_builds: tuple[Path, str, str]) -> rdflib.Graph:
    graph = Published(two_builds[0]).current()
    return describe.void(graph, describe.statistics(graph.store), SITE, [SITE + "dump"])


def described(home: Path) -> rdflib.Graph:
    published = Published(home)
    graph = published.current()
    return catalogue.catalogue(graph, published.kept(), SITE, dumps.made(published, graph.digest))


def turtle(client: FlaskClient, address: str) -> rdflib.Graph:
    answer = client.get(address, headers={"Accept": "text/turtle"})
    assert (answer.status_code, answer.mimetype) == (200, "text/turtle"), answer.get_data(as_text=True)
    return rdflib.Graph().parse(data=answer.get_data(as_text=True), format="turtle")


# VoID


def test_void_counts_what_the_graph_holds(void: rdflib.Graph, two_builds: tuple[Path, str, str]) -> None:
    store = Published(two_builds[0]).current().store
    lines = {line.rsplit(b" <", 1)[0] for line in store.dump().splitlines()}
    assert int(void.value(describe.DATASET, VOID.triples)) == len(lines)
    for part in void.objects(describe.DATASET, VOID.classPartition):
        of_class = void.value(part, VOID["class"])
        rows = store.select(f"SELECT DISTINCT ?s {{ ?s a <{of_class}> }}")
        assert int(void.value(part, VOID.entities)) == len(rows)
    for part in void.objects(describe.DATASET, VOID.propertyPartition):
        rows = store.select(f"SELECT DISTINCT ?s ?o {{ ?s <{void.value(part, VOID.property)}> ?o }}")
        assert int(void.value(part, VOID.distinctSubjects)) == len({row["s"] for row in rows})
    for part in void.objects(describe.DATASET, VOID.propertyPartition):
        mark = f" <{void.value(part, VOID.property)}> ".encode()
        said = {line for line in lines if line.partition(b" ")[2].startswith(mark.lstrip())}
        assert int(void.value(part, VOID.triples)) == len(said)


def test_void_has_every_class_and_property_that_is_used(void: rdflib.Graph, two_builds: tuple[Path, str, str]) -> None:
    store = Published(two_builds[0]).current().store
    of_class = {str(void.value(part, VOID["class"])) for part in void.objects(describe.DATASET, VOID.classPartition)}
    assert of_class == {row["c"] for row in store.select("SELECT DISTINCT ?c { ?s a ?c }")}
    used = {str(void.value(part, VOID.property)) for part in void.objects(describe.DATASET, VOID.propertyPartition)}
    assert used == {row["p"] for row in store.select("SELECT DISTINCT ?p { ?s ?p ?o }")}
    assert {str(one) for one in void.objects(describe.DATASET, VOID.subset)} == set(store.graphs())


def test_void_says_which_properties_the_things_of_a_class_have(void: rdflib.Graph) -> None:
    part = void.value(None, VOID["class"], rdflib.URIRef(expand("coop:Agreement")))
    properties = {str(void.value(one, VOID.property)) for one in void.objects(part, VOID.propertyPartition)}
    assert expand("skos:prefLabel") in properties
    assert expand("coop:hasGrade") not in properties


def test_the_well_known_address_answers_in_every_form(client: FlaskClient) -> None:
    found = turtle(client, "/.well-known/void")
    assert (describe.DATASET, RDF.type, VOID.Dataset) in found
    assert (describe.DATASET, RDF.type, DCAT.Dataset) in found
    for suffix, form in (
        ("nt", ox.RdfFormat.N_TRIPLES),
        ("jsonld", ox.RdfFormat.JSON_LD),
        ("rdf", ox.RdfFormat.RDF_XML),
    ):
        answer = client.get(f"/.well-known/void.{suffix}")
        assert len(list(ox.parse(answer.get_data(), format=form))) == len(found)


# DCAT-AP


@pytest.fixture(scope="module")
def dcat_ap() -> rdflib.Graph:
    """SEMIC's own shapes."""
    path = Path(SUITES) / "dcat-ap" / "releases" / "3.0.0" / "shacl" / "dcat-ap-SHACL.ttl"
    if not SUITES or not path.is_file():
        pytest.skip("SEMIC's shapes are not there: run tests/fetch_suites.py dcat-ap and set COOPKG_SUITES")
    return rdflib.Graph().parse(path)


@pytest.mark.parametrize("dumped", [False, True])
def test_the_catalogue_is_valid_dcat_ap_3(
    dcat_ap: rdflib.Graph, two_builds: tuple[Path, str, str], dumped: bool
) -> None:
    if dumped:
        dumps.make(Published(two_builds[0]), two_builds[2])
    conforms, _, report = pyshacl.validate(described(two_builds[0]), shacl_graph=dcat_ap)
    assert conforms, report


def test_semics_shapes_would_find_a_dataset_without_a_title(
    dcat_ap: rdflib.Graph, two_builds: tuple[Path, str, str]
) -> None:
    found = described(two_builds[0])
    found.remove((describe.DATASET, DCTERMS.title, None))
    assert not pyshacl.validate(found, shacl_graph=dcat_ap)[0]


def test_the_catalogue_names_service_files_licence_and_terms_of_sources(two_builds: tuple[Path, str, str]) -> None:
    found = described(two_builds[0])
    service = found.value(None, RDF.type, DCAT.DataService)
    assert (service, DCAT.servesDataset, describe.DATASET) in found
    assert str(found.value(service, DCAT.endpointURL)) == SITE + "sparql"
    addresses = {str(found.value(one, DCAT.downloadURL)) for one in found.objects(describe.DATASET, DCAT.distribution)}
    assert addresses == {f"{SITE}dumps/{two_builds[2]}/coopkg.{form}.gz" for form in ("nq", "trig", "jsonld")}
    for one in found.objects(describe.DATASET, DCAT.distribution):
        assert found.value(one, DCTERMS.license) == describe.LICENCE
    assert "The sources keep their own terms" in str(list(found.objects(catalogue.RIGHTS, None)))


# dumps


def test_dumps_hold_the_whole_graph_and_their_checksums(two_builds: tuple[Path, str, str]) -> None:
    home, _, digest = two_builds
    published = Published(home)
    quads = len(published.current().store)
    forms = {"nq": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG, "jsonld": ox.RdfFormat.JSON_LD}
    made = dumps.make(published, digest)
    assert [dump.form for dump in made] == list(forms)
    for dump in made:
        packed = dump.path.read_bytes()
        assert (hashlib.sha256(packed).hexdigest(), len(packed)) == (dump.sha256, dump.size)
        assert len(set(ox.parse(gzip.decompress(packed), format=forms[dump.form]))) == quads


def test_the_n_quads_are_the_very_graph_that_the_digest_names(two_builds: tuple[Path, str, str]) -> None:
    home, older, newer = two_builds
    for digest in (older, newer):
        path = dumps.make(Published(home), digest)[0].path
        assert hashlib.sha256(gzip.decompress(path.read_bytes())).hexdigest() == digest


def test_the_same_graph_gives_the_same_files(two_builds: tuple[Path, str, str]) -> None:
    home, _, digest = two_builds
    published = Published(home)
    first = [dump.sha256 for dump in dumps.make(published, digest)]
    (published.beside(digest) / dumps.SUMS).unlink()
    assert dumps.made(published, digest) == []
    assert [dump.sha256 for dump in dumps.make(published, digest)] == first


def test_dumps_are_given_over_http_with_their_sums(client: FlaskClient, two_builds: tuple[Path, str, str]) -> None:
    digest = two_builds[2]
    with client.get(f"/dumps/{digest}/SHA256SUMS") as answer:
        sums = [line.split("  ") for line in answer.get_data(as_text=True).splitlines()]
    assert len(sums) == 3
    for sha256, name in sums:
        with client.get(f"/dumps/{digest}/{name}") as answer:
            assert hashlib.sha256(answer.get_data()).hexdigest() == sha256
            assert answer.mimetype == "application/gzip"
            assert "Content-Encoding" not in answer.headers


@pytest.mark.parametrize("name", ["nothing.nq.gz", "..%2Fsummary.json", "SHA256SUMS.1"])
def test_no_other_file_is_given(client: FlaskClient, two_builds: tuple[Path, str, str], name: str) -> None:
    assert client.get(f"/dumps/{two_builds[2]}/{name}").status_code == 404
    assert client.get(f"/dumps/{'0' * 64}/coopkg.nq.gz").status_code == 404
    assert client.get(f"/dumps/../{two_builds[2]}/coopkg.nq.gz").status_code == 404


def test_who_comes_while_others_wait_is_told_to_come_back(two_builds: tuple[Path, str, str], tmp_path: Path) -> None:
    app = create_app(dataclasses.replace(read({}), home=two_builds[0]))
    app.extensions["maker"] = Maker(two_builds[0], waiting=0)
    answer = app.test_client().get("/ldes")
    assert answer.status_code == 503
    assert "Come back" in answer.get_data(as_text=True)


# changes


def test_revisions_name_what_came_changed_and_went(two_builds: tuple[Path, str, str]) -> None:
    home, older, newer = two_builds
    (found,) = revisions.revisions(home)
    assert (found.digest, found.before) == (newer, older)
    assert set(found.changes) == {
        ("changed", "participation", BASE + "id/participation/bel-col-mla-col"),
        ("removed", "posting", BASE + "id/posting/hrv-alb-police"),
        ("added", "seizure", BASE + "id/seizure/mar-cannabis-resin-2024-1"),
    }
    assert revisions.revisions(home) == [found]  # now from the file beside the build


def test_the_feed_has_an_entry_a_build(client: FlaskClient, two_builds: tuple[Path, str, str]) -> None:
    answer = client.get("/changes.atom")
    feed = ElementTree.fromstring(answer.get_data())
    assert answer.mimetype == "application/atom+xml"
    for element in ("id", "title", "updated", "author", "rights"):
        assert feed.find(ATOM + element) is not None
    (entry,) = feed.findall(ATOM + "entry")
    assert entry.findtext(ATOM + "title") == f"Build {two_builds[2][:12]}: 1 added, 1 changed, 1 removed"
    assert BASE + "id/posting/hrv-alb-police" in (entry.findtext(ATOM + "summary") or "")


def test_a_follower_of_the_stream_finds_every_version(client: FlaskClient, two_builds: tuple[Path, str, str]) -> None:
    root = turtle(client, "/ldes")
    stream = root.value(None, RDF.type, LDES.EventStream)
    timestamp, version_of = (root.value(stream, LDES[name]) for name in ("timestampPath", "versionOfPath"))
    (relation,) = root.objects(root.value(stream, TREE.view), TREE.relation)
    assert (relation, RDF.type, TREE.GreaterThanOrEqualToRelation) in root
    page = turtle(client, str(root.value(relation, TREE.node)).removeprefix("http://localhost"))
    members = list(page.objects(stream, TREE.member))
    assert {str(page.value(member, version_of)).removeprefix(BASE) for member in members} == {
        "id/participation/bel-col-mla-col",
        "id/posting/hrv-alb-police",
        "id/seizure/mar-cannabis-resin-2024-1",
    }
    for member in members:
        assert page.value(member, timestamp) >= root.value(relation, TREE.value)
        gone = (member, RDF.type, root.value(stream, LDES.versionDeleteObject)) in page
        assert gone == (page.value(member, version_of) == rdflib.URIRef(BASE + "id/posting/hrv-alb-police"))
        assert gone or (member, rdflib.URIRef(expand("coop:hasConfidence")), None) in page


def test_the_stream_has_pages(two_builds: tuple[Path, str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "PAGE", 2)
    (found,) = revisions.revisions(two_builds[0])
    graph = Published(two_builds[0]).current()
    pages = [feeds.page(found, number, graph, SITE) for number in (1, 2)]
    assert [len(set(page.objects(None, TREE.member))) for page in pages] == [2, 1]
    assert len(set(feeds.stream([found], SITE).objects(None, TREE.node))) == 2


@pytest.mark.parametrize("page", ["0", "2", "99999999999999999999"])
def test_there_is_no_page_beyond_the_last(client: FlaskClient, two_builds: tuple[Path, str, str], page: str) -> None:
    assert client.get(f"/ldes/{two_builds[2]}/{page}").status_code == 404
    assert client.get(f"/ldes/{two_builds[1]}/1").status_code == 404


def test_a_home_with_one_build_has_an_empty_stream_and_feed(world_home: Path) -> None:
    assert revisions.revisions(world_home) == []
    assert len(list(feeds.stream([], SITE).objects(None, TREE.relation))) == 0


# the rest


def test_robots_are_told_what_to_leave(client: FlaskClient) -> None:
    text = client.get("/robots.txt").get_data(as_text=True)
    assert "Disallow: /sparql" in text
    assert "Disallow: /\n" not in text


@pytest.mark.parametrize(
    ("language", "words"), [("en", "The sources keep their own terms"), ("fr", "gardent leurs propres conditions")]
)
def test_the_page_about_the_data_states_licence_builds_and_files(
    client: FlaskClient, two_builds: tuple[Path, str, str], language: str, words: str
) -> None:
    html = client.get(f"/data?lang={language}").get_data(as_text=True)
    assert words in html
    assert "CC BY 4.0" in html
    assert all(digest in html for digest in two_builds[1:])
    assert f"/dumps/{two_builds[2]}/coopkg.trig.gz" in html


def test_what_was_made_beside_a_build_goes_with_it(tmp_path: Path) -> None:
    published = Published(tmp_path)
    for number in range(3):
        aside = tmp_path / "aside-test"
        aside.mkdir()
        (aside / "summary.json").write_text('{"digest": ""}', "utf-8")
        published.publish(aside, f"{number}" * 64, 2)
        published.beside(f"{number}" * 64).mkdir(parents=True)
    assert {folder.name[0] for folder in (tmp_path / "beside").iterdir()} == {"1", "2"}
    assert [kept.digest[0] for kept in published.kept()] == ["2", "1"]
