"""The search: what is found by which words, in which order; the page, the data, and the field in the header."""

import re
import time

import pytest
from sights import AXE, CHROMIUM, FOUND, watched

from kg.errors import UsageError
from kg.vocab import COUNTRY
from web import create_app, index
from web.index import Index

THINGS = [
    ("country", f"{COUNTRY}COL"),
    ("country", f"{COUNTRY}TUR"),
    ("agreement", "https://w3id.org/coopkg/id/agreement/untoc"),
    ("hub", "https://w3id.org/coopkg/id/hub/beanr"),
    ("funding_line", "https://w3id.org/coopkg/id/funding-line/elpaccto-2"),
]
NAMES = {
    THINGS[0][1]: [("name", "Colombia"), ("name", "Kolumbien"), ("name", "Κολομβία"), ("code", "CO")],
    THINGS[1][1]: [("name", "Türkiye"), ("name", "Turkije"), ("code", "TR")],
    THINGS[2][1]: [("name", "United Nations Convention against Transnational Organized Crime"), ("name", "UNTOC")],
    THINGS[3][1]: [("name", "Antwerp"), ("code", "BEANR"), ("more", "Belgium")],
    THINGS[4][1]: [("name", "EL PAcCTO 2.0"), ("code", "32021R1148")],
}


def of(found: list[index.Found]) -> list[str]:
    return [one.iri.rpartition("/")[2] for one in found]


@pytest.mark.parametrize(
    ("typed", "best"),
    [
        ("kolumbien", "COL"),
        ("KOLUMBIA", "COL"),
        ("κολομβια", "COL"),
        ("co", "COL"),
        ("turkey", "TUR"),
        ("turkiye", "TUR"),
        ("untoc", "untoc"),
        ("convention organized crime", "untoc"),
        ("united nation conventoin", "untoc"),
        ("beanr", "beanr"),
        ("be anr", "beanr"),
        ("antwrep", "beanr"),
        ("port of antwerp belgium", "beanr"),
        ("elpaccto", "elpaccto-2"),
        ("el paccto", "elpaccto-2"),
        ("32021R1148", "elpaccto-2"),
    ],
)
def test_what_is_typed_finds_what_is_meant(typed, best):
    assert of(Index(THINGS, NAMES).find(typed))[0] == best


@pytest.mark.parametrize("typed", ["", "  ", "?!", "xyzzyq", "32021R9999", "zz"])
def test_what_nothing_is_called_finds_nothing(typed):
    assert Index(THINGS, NAMES).find(typed) == []


def test_kinds_narrow_and_a_long_text_is_refused():
    known = Index(THINGS, NAMES)
    assert of(known.find("untoc", ("country", "hub"))) == []
    with pytest.raises(UsageError, match="longer than 100"):
        known.find("a" * 101)


def test_a_country_comes_before_what_only_names_it():
    names = {**NAMES, THINGS[2][1]: [("name", "Treaty with Turkey")]}
    assert of(Index(THINGS, names).find("turkey"))[0] == "TUR"


@pytest.fixture(scope="module")
def client(published_home):
    import dataclasses

    from kg.settings import read

    return create_app(dataclasses.replace(read({}), home=published_home)).test_client()


@pytest.mark.parametrize(
    ("typed", "kind", "name"),
    [
        ("colombie", "country", "Colombia"),
        ("BEANR", "hub", "Antwerp"),
        ("anvers", "hub", "Antwerp"),
        ("amberes", "hub", "Antwerp"),
        ("Αμβέρσα", "hub", "Antwerp"),
        ("gênes", "hub", "Genoa"),
        ("genova", "hub", "Genoa"),
        ("flushing", "hub", "Vlissingen"),
        ("el pireo", "hub", "Piraeus"),
        ("lisbonne", "hub", "Lisbon airport"),
        ("untoc", "agreement", "United Nations Convention against Transnational Organized Crime"),
        ("ameripol", "partnership", "Comunidad de Policías de América"),
        ("europol", "organisation", "European Union Agency for Law Enforcement Cooperation"),
        ("1148", "funding_line", "Border Management and Visa Instrument 2021-2027"),
        ("coc-mar", "route", ""),
    ],
)
def test_every_kind_is_found_by_name_or_code(client, typed, kind, name):
    answer = client.get("/search.json", query_string={"q": typed, "lang": "en"}).get_json()
    found = next(one for one in answer["found"] if one["kind"] == kind)
    assert found["name"].startswith(name)
    assert answer["counts"][kind] >= 1
    assert answer["total"] == sum(answer["counts"].values())
    assert client.get(found["address"]).status_code == 200


def test_the_page_groups_by_kind_with_counts(client):
    html = client.get("/search?q=colombia&lang=en").get_data(as_text=True)
    counts = client.get("/search.json?q=colombia").get_json()["counts"]
    shown = dict(re.findall(r'<h2 id="(\w+)">[^<]*<small>([\d,]+)</small>', html))
    assert {kind: int(count.replace(",", "")) for kind, count in shown.items()} == counts
    assert len(counts) >= 3
    one = client.get("/search?q=colombia&kind=hub&lang=en").get_data(as_text=True)
    assert re.findall(r'<h2 id="(\w+)">', one) == ["hub"]
    assert one.count('href="/hubs/') == counts["hub"]


@pytest.mark.parametrize(("language", "words"), [("en", "Try fewer or other words"), ("fr", "Essayez moins de mots")])
def test_nothing_found_says_so_and_what_to_try(client, language, words):
    html = client.get(f"/search?q=xyzzyq&lang={language}").get_data(as_text=True)
    assert words in html
    assert "xyzzyq" in html


def test_what_is_typed_is_shown_as_text(client):
    html = client.get("/search", query_string={"q": "<b>x</b>"}).get_data(as_text=True)
    assert "<b>x</b>" not in html
    assert "&lt;b&gt;x&lt;/b&gt;" in html


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/search?q=a&kind=planet", "write one of country"),
        ("/search.json?q=a&limit=0", "write a number from 1 to 50"),
        ("/search.json?q=a&limit=x", "write a number from 1 to 50"),
        ("/search?question=a", "says nothing here"),
        ("/search?q=" + "a" * 101, "longer than 100"),
    ],
)
def test_bad_addresses_are_refused_plainly(client, address, words):
    answer = client.get(address, headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert words in answer.get_json()["error"]


def test_kosovo_has_its_asterisk_and_its_footnote(client):
    html = client.get("/search?q=kosovo&lang=en").get_data(as_text=True)
    assert "Kosovo*" in html
    assert "1244" in html


def test_the_search_is_described(client):
    paths = client.get("/openapi.json").get_json()["paths"]
    asked = {one["name"] for one in paths["/search.json"]["get"]["parameters"]}
    assert asked == {"q", "kind", "limit", "lang"}


def test_an_answer_takes_less_than_twenty_milliseconds(client):
    """Of the processor: how long a reader waits on a busy machine is what `tests/bench_pages.py` measures."""
    client.get("/search.json?q=warm")
    for typed in ("united nations convention", "extradition colombia", "a", "european", "kolumbein"):
        taken = []
        for _ in range(7):
            started = time.process_time()
            client.get("/search.json", query_string={"q": typed})
            taken.append(time.process_time() - started)
        assert min(taken) < 0.02, typed


needs_browser = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="there is no /usr/bin/chromium: apt-get install chromium"
)


@needs_browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_field_is_a_combobox_by_keyboard(browser, site, width, scheme):
    tab, complaints = watched(browser, site, width, color_scheme=scheme)
    tab.goto(f"{site}/about?lang=en")
    field = tab.locator("#finder-q")
    tab.keyboard.press("/")
    assert field.evaluate("(one) => one === document.activeElement")
    assert field.get_attribute("role") == "combobox"
    tab.keyboard.type("antwrep")
    tab.wait_for_selector("#finder-found [role=option]")
    assert field.get_attribute("aria-expanded") == "true"
    assert field.get_attribute("aria-activedescendant") is None
    tab.keyboard.press("ArrowDown")
    active = tab.locator(f"#{field.get_attribute('aria-activedescendant')}")
    assert active.get_attribute("aria-selected") == "true"
    assert "Antwerp" in active.inner_text()
    box = tab.locator("#finder-found").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    if AXE.exists():
        tab.evaluate(f"{AXE.read_text('utf-8')}; 0")
        assert tab.evaluate(FOUND, None) == []
    tab.keyboard.press("Escape")
    assert tab.locator("#finder-found").is_hidden()
    assert field.get_attribute("aria-expanded") == "false"
    assert field.input_value() == "antwrep"
    tab.keyboard.press("ArrowDown")
    tab.wait_for_selector("#finder-found [role=option]")
    tab.keyboard.press("ArrowUp")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    tab.wait_for_url(re.compile("/hubs/beanr"))
    assert complaints == []
    tab.context.close()


@needs_browser
def test_enter_without_a_choice_leads_to_the_page_and_so_does_no_javascript(browser, site):
    for scripts in (True, False):
        tab, complaints = watched(browser, site, 390, java_script_enabled=scripts)
        tab.goto(f"{site}/?lang=fr")
        tab.locator("#finder-q").fill("xyzzyq")
        tab.keyboard.press("Enter")
        tab.wait_for_url(re.compile("/search.*q=xyzzyq"))
        assert "Essayez moins de mots" in tab.locator("main").inner_text()
        assert "lang=fr" in tab.url
        assert complaints == []
        tab.context.close()


@needs_browser
def test_the_slash_is_a_letter_where_one_writes(browser, site):
    tab, _ = watched(browser, site, 1280)
    tab.goto(f"{site}/countries?lang=en")
    tab.locator("main input[name=q]").focus()
    tab.keyboard.press("/")
    assert tab.locator("main input[name=q]").input_value() == "/"
    tab.context.close()


@needs_browser
@pytest.mark.parametrize("width", [1280, 390])
def test_menus_open_and_close_by_keyboard(browser, site, width):
    tab, complaints = watched(browser, site, width)
    tab.goto(f"{site}/about?lang=en")
    summary = tab.locator("details.menu:has(nav.all) > summary")
    summary.focus()
    tab.keyboard.press("Enter")
    box = tab.locator("nav.all").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.getAttribute('href')").startswith("/countries")
    tab.keyboard.press("Escape")
    assert tab.locator("nav.all").is_hidden()
    assert summary.evaluate("(one) => one === document.activeElement")
    assert complaints == []
    tab.context.close()
