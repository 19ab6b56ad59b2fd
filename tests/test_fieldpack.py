"""The field pack: one file, no network, and nothing that a name could smuggle in."""

import dataclasses
import datetime
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from serving import publish
from sights import AXE, CHROMIUM, chromium

from kg.published import Published
from kg.settings import read
from web import create_app
from web.fieldpack import field_pack, pack
from web.standalone import standalone

HOSTILE = """</title></script><script>document.title='taken'</script><img src=x onerror=alert(1)>"&'"""


def run(home: Path, *arguments: str):
    return CliRunner().invoke(field_pack, arguments, env={"COOPKG_HOME": str(home)})


@pytest.fixture(scope="module")
def file(world_home, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("pack") / "pack.html"
    result = run(world_home, "--countries", "COL,ECU", "--as-of", "2026-06-01", "-o", str(path))
    assert result.exit_code == 0, result.output
    return path


def test_the_command_states_the_size_of_each_country(world_home, tmp_path):
    path = tmp_path / "pack.html"
    result = run(world_home, "--countries", "COL, ALB", "--as-of", "2026-06-01", "-o", str(path))
    sizes = dict(re.findall(r"^([A-Z]{3}) ([\d,]+) kB$", result.output, re.M))
    assert list(sizes) == ["COL", "ALB"]
    assert f"{path}: {path.stat().st_size / 1000:,.0f} kB, 2 countries, as of 2026-06-01" in result.output
    assert f'<a href="#COL">Colombia</a> <span class="quiet">{sizes["COL"]} kB</span>' in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--countries", "COL,FOO"], "there is no country with the code 'FOO'"),
        (["--countries", ","], "0 countries were named; write 1 to 60"),
        (["--countries", "COL", "--as-of", "2026-02-30"], "2026-02-30"),
    ],
)
def test_wrong_use_is_one_sentence_and_writes_nothing(world_home, tmp_path, arguments, words):
    result = run(world_home, *arguments, "-o", str(tmp_path / "pack.html"))
    assert result.exit_code == 2
    assert words in result.output
    assert list(tmp_path.iterdir()) == []


def test_the_same_graph_gives_the_same_file(world_home, file, tmp_path):
    again = tmp_path / "again.html"
    run(world_home, "--countries", "COL,ECU", "--as-of", "2026-06-01", "-o", str(again))
    assert again.read_bytes() == file.read_bytes()


def test_no_address_of_the_site_is_left_and_every_place_linked_is_there(file):
    html = file.read_text("utf-8")
    linked = set(re.findall(r'<a[^>]* href="([^"]*)"', html))
    ids = re.findall(r'\sid="([^"]*)"', html)
    assert {link for link in linked if not link.startswith(("#", "http://", "https://"))} == set()
    assert {link[1:] for link in linked if link.startswith("#")} - set(ids) == set()
    assert {one for one in ids if ids.count(one) > 1} <= {"to-leg", "to-weak"}
    assert "<form" not in html
    assert "<link" not in html


def test_it_has_profiles_bases_and_sources(file):
    html = file.read_text("utf-8")
    bases = html.split('id="COL-bases-mla"')[1].split("</table>")[0]
    assert "Convention on mutual legal assistance between Belgium and Colombia" in bases
    assert "2012-03-01</span> BEL" in bases
    assert 'id="COL-sources"' in html
    assert 'id="ECU-sources"' in html
    assert 'href="#COL-bases-extradition"' in html, "cells of the table of positions lead to the bases"


def test_it_speaks_french_and_answers_for_its_day(world_home, tmp_path):
    path = tmp_path / "pack.html"
    run(world_home, "--countries", "COL", "--as-of", "2011-01-01", "--language", "fr", "-o", str(path))
    html = path.read_text("utf-8")
    assert '<html lang="fr">' in html
    assert "1 janvier 2011" in html
    assert "2012-03-01</span> BEL" not in html


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ('<a href="javascript:alert(1)">a</a>', "<a>a</a>"),
        ('<a href=" java\nscript:alert(1)">a</a>', "<a>a</a>"),
        ('<a href="//evil.example/">a</a>', "<a>a</a>"),
        ('<a href="http://[">a</a>', "<a>a</a>"),
        ('<a href="data:text/html,x">a</a>', "<a>a</a>"),
        ('<p onclick="x()" style="color:red" class="a">b</p>', '<p class="a">b</p>'),
        ('<img src="https://evil.example/x.png"><script>x</script><iframe src="x"></iframe>c', "c"),
        ("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ('<p title="&quot;&gt;&lt;script&gt;">d</p>', '<p title="&quot;&gt;&lt;script&gt;">d</p>'),
        ('<a href="/country/ECU?day=2020-01-01">e</a>', '<a href="#ECU">e</a>'),
        ('<a href="/country/PER">e</a>', "<a>e</a>"),
        ('<a href="#funding">f</a><i id="funding"></i>', '<a href="#COL-funding">f</a><i id="COL-funding"></i>'),
        ('<a href="/position/BEL/COL/mla">g</a>', '<a href="#COL-bases-mla">g</a>'),
        ('<form><p>h</p><input name="x"></form><p class="noprint">i <a>j</a></p>k', "k"),
    ],
)
def test_pieces_of_a_page_for_a_file_that_stands_alone(given, left):
    page = f'<p>before</p><article class="profile">{given}</article><p>after</p>'
    assert standalone(page, "COL", {"COL", "ECU"}) == left


@pytest.fixture(scope="module")
def hostile(world_home, tmp_path_factory) -> str:
    """A pack of a graph in which a country and a treaty have names that would like to be elements."""
    home = tmp_path_factory.mktemp("hostile")
    quads = Published(world_home).current().store.dump().decode("utf-8")
    name = '"' + HOSTILE.replace("\\", "\\\\").replace('"', '\\"') + '"'
    publish(
        home, quads.replace('"Colombia"', name).replace('between Belgium and Colombia"', f"{name[1:]}").encode("utf-8")
    )
    app = create_app(dataclasses.replace(read({}), home=home))
    return pack(app, ["COL"], "en", datetime.date(2026, 6, 1)).html


def test_hostile_names_stay_text(hostile):
    assert "&lt;img src=x onerror=alert(1)&gt;" in hostile
    assert "<img" not in hostile
    assert hostile.count("<script") == 1


in_a_browser = pytest.mark.skipif(not (CHROMIUM.exists() and AXE.exists()), reason="no Chromium, or no front end")


@pytest.fixture(scope="module")
def tab_of():
    with chromium() as browser:

        def opened(path: Path, width: int = 1280):
            context = browser.new_context(
                viewport={"width": width, "height": 844}, offline=True, reduced_motion="reduce"
            )
            tab, complaints = context.new_page(), []
            tab.on(
                "request",
                lambda one: (
                    None
                    if one.url.split("#")[0] == path.as_uri() or one.url.startswith("data:")
                    else complaints.append(one.url)
                ),
            )
            tab.on("console", lambda message: complaints.append(message.text))
            tab.on("pageerror", lambda error: complaints.append(str(error)))
            tab.goto(path.as_uri())
            return tab, complaints

        yield opened


@in_a_browser
@pytest.mark.parametrize("width", [1280, 390])
def test_search_by_keyboard_finds_names_misspelt_and_words(tab_of, file, width):
    tab, complaints = tab_of(file, width)
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.locator("#find").focus()
    tab.keyboard.type("equador")
    assert tab.locator("#found li").first.inner_text() == "Ecuador"
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.url.endswith("#ECU")
    tab.locator("#find").fill("kolumbien")
    assert tab.locator("#found li").first.inner_text() == "Colombia"
    tab.locator("#find").fill("assistance between belgium and colombia")
    assert "between Belgium and Colombia" in tab.locator("#found li").first.inner_text()
    for elsewhere in ("santiago de gua", "Γκουαγιακίλος"):  # the last sigma has a small letter of its own
        tab.locator("#find").fill(elsewhere)
        assert "Guayaquil" in tab.locator("#found li").first.inner_text(), "a hub by a name that it has elsewhere"
    tab.locator("#find").fill("xyzzy")
    assert "Nothing in this file" in tab.locator("#count").inner_text()
    assert complaints == []


@in_a_browser
def test_axe_finds_nothing(tab_of, file):
    tab, complaints = tab_of(file)
    tab.evaluate("document.querySelectorAll('details').forEach((box) => { box.open = true })")
    tab.evaluate(f"{AXE.read_text('utf-8')}; 0")
    for scheme in ("light", "dark"):
        tab.emulate_media(color_scheme=scheme)
        assert (
            tab.evaluate("axe.run().then((found) => found.violations.map((one) => [one.id, one.nodes[0].html]))") == []
        )
    assert complaints == []


@in_a_browser
def test_hostile_names_do_nothing(tab_of, hostile, tmp_path):
    path = tmp_path / "hostile.html"
    path.write_text(hostile, "utf-8")
    tab, complaints = tab_of(path)
    tab.locator("#find").fill("onerror")
    assert "<img src=x" in tab.locator("#found").inner_text()
    assert "taken" not in tab.title().split("·")[-1]
    assert tab.locator("article img, article script, #found img").count() == 0
    assert complaints == []


@in_a_browser
def test_the_file_forbids_itself_the_network(tab_of, file):
    tab, complaints = tab_of(file)
    tab.evaluate("{ const image = new Image(); image.src = 'https://example.org/x.png'; }")
    tab.wait_for_timeout(200)
    assert any("Content Security Policy" in one for one in complaints)
