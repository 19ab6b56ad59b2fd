"""The headers of every answer, and its compression."""

import dataclasses
import gzip

import pytest
from flask.testing import FlaskClient
from sights import FILES, PAGES

from kg.settings import read
from web import create_app
from web.headers import HEADERS

GZIP = {"Accept": "text/html", "Accept-Encoding": "gzip"}


@pytest.fixture(scope="module")
def client(world_home) -> FlaskClient:
    return create_app(dataclasses.replace(read({}), home=world_home)).test_client()


def test_every_endpoint_is_a_known_page_or_a_file(client):
    assert set(client.application.view_functions) == (PAGES.keys() - {"error"}) | FILES


@pytest.mark.parametrize(
    "address", ["/", "/country/COL", "/nowhere", "/gaps.csv", "/countries.json", "/health", "/static/site.css"]
)
def test_every_answer_has_all_headers(client, address):
    with client.get(address, headers=GZIP) as answer:
        for name, value in HEADERS.items():
            assert answer.headers[name] == value, name
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_the_policy_allows_the_site_itself_and_nothing_written_into_a_page(client):
    policy = dict(part.split(" ", 1) for part in client.get("/").headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"
    assert {sources for name, sources in policy.items() if name.endswith("-src")} == {
        "'none'",
        "'self'",
        "'self' data:",
    }
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"


def test_what_other_sites_may_read_they_may_also_embed(client):
    answer = client.get("/sparql?query=ASK%7B%7D", headers={"Accept": "application/sparql-results+json"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_browsers_are_bound_to_https_only_where_it_is_spoken(client):
    assert "Strict-Transport-Security" not in client.get("/").headers
    secure = client.get("/", base_url="https://localhost").headers
    assert secure["Strict-Transport-Security"].startswith("max-age=31536000")


@pytest.mark.parametrize("address", ["/country/COL", "/static/site.css", "/gaps.json"])
def test_text_is_compressed_where_the_reader_takes_it(client, address):
    with client.get(address, headers=GZIP) as packed, client.get(address, headers={"Accept": "text/html"}) as plain:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert gzip.decompress(packed.data) == plain.data
        assert "Content-Encoding" not in plain.headers
        assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)


def test_a_page_for_somebody_in_particular_is_not_compressed(client):
    somebody = client.application.test_client()
    somebody.set_cookie("steward", "someone")
    answer = somebody.get("/about", headers=GZIP)
    assert "Content-Encoding" not in answer.headers


def test_files_of_the_site_are_kept_under_an_address_that_changes_with_them(client):
    html = client.get("/about").get_data(as_text=True)
    address = html.split('href="/static/site.css', 1)[1].split('"')[0]
    assert address.startswith("?v=")
    with client.get(f"/static/site.css{address}") as answer:
        assert "immutable" in answer.headers["Cache-Control"]
    with client.get("/static/site.css") as answer:
        assert "immutable" not in answer.headers.get("Cache-Control", "")


def test_a_compressed_file_is_not_sent_again(client):
    with client.get("/static/site.css", headers=GZIP) as first:
        tag = first.headers["ETag"]
    with client.get("/static/site.css", headers={**GZIP, "If-None-Match": tag}) as second:
        assert second.status_code == 304
