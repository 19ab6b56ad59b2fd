"""The words of the interface: complete in every language, none left over, and every kind of page in each language."""

import dataclasses
import re
from collections.abc import Iterator
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import catalogues
import pytest
from babel.messages.pofile import read_po
from flask import Flask, g
from flask.testing import FlaskClient
from sights import PAGES

from kg.languages import EU_LANGUAGES, INTERFACE, spoken
from kg.settings import read
from web import create_app, text

HTML = {"Accept": "text/html"}
PLACES = re.compile(r"%\(\w+\)s|\{\w+\}|%%")


@pytest.fixture(scope="module")
def app(published_home: Path) -> Flask:
    # far from its limit of time, a saved question answers on a busy machine too
    return create_app(dataclasses.replace(read({}), home=published_home, query_seconds=120))


@pytest.fixture(scope="module")
def client(app: Flask) -> Iterator[FlaskClient]:
    yield app.test_client()
    app.extensions["reader"].endpoint.close()


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    return catalogues.read("en")


def test_each_language_of_the_interface_has_a_catalogue_and_no_other_has() -> None:
    assert {path.name for path in catalogues.CATALOGUES.iterdir()} == set(INTERFACE)
    assert set(INTERFACE) <= set(EU_LANGUAGES)


@pytest.mark.parametrize("language", [one for one in INTERFACE if one != "en"])
def test_every_message_is_translated_and_none_is_left_over(language: str, english: dict[str, str]) -> None:
    texts = catalogues.read(language)
    wanted = catalogues.said() | set(english)
    assert sorted(wanted - set(texts)) == [], "make words, then translate what it names"
    assert sorted(set(texts) - wanted) == [], "make words takes out what nobody says"
    assert sorted(message for message, words in texts.items() if not words) == []
    for message, words in texts.items():
        source = english.get(message, message)
        assert set(PLACES.findall(words)) == set(PLACES.findall(source)), message
        assert words == words.rstrip(), message
        assert source.endswith(".") == words.endswith("."), message


@pytest.mark.parametrize("language", INTERFACE)
def test_a_catalogue_is_written_as_the_command_writes_it(language: str, tmp_path: Path, monkeypatch) -> None:
    path = catalogues.path(language)
    with path.open("rb") as file:
        assert not [message.id for message in read_po(file, language) if message.id and message.fuzzy]
    texts = catalogues.read(language)
    monkeypatch.setattr(catalogues, "CATALOGUES", tmp_path)
    catalogues.write(language, texts)
    assert catalogues.path(language).read_text("utf-8") == path.read_text("utf-8")


def test_the_english_catalogue_has_keys_alone_and_one_or_more_for_each_place_that_makes_them(english) -> None:
    stems, said = catalogues.stems(), catalogues.said()
    keys = {key for key in english if catalogues.keyed(english, key)}
    assert sorted(set(english) - keys - said) == []
    assert sorted(stem for stem in stems if not any(key.startswith(f"{stem} ") for key in keys)) == []
    assert all(english.values())


class Missing(NullTranslations):
    """Stands behind the catalogues and notes what none of them has."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def gettext(self, message: str) -> str:
        self.asked.append(message)
        return message


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> Missing:
    found = Missing()
    monkeypatch.setattr(text.catalogue("en"), "_fallback", found)
    return found


@pytest.mark.parametrize("language", [one for one in INTERFACE if one != "en"])
def test_every_kind_of_page_answers_in_each_language_and_has_all_its_words(
    client: FlaskClient, missing: Missing, language: str
) -> None:
    for address in [page for pages in PAGES.values() for page in pages]:
        answer = client.get(
            f"{address}{'&' if '?' in address else '?'}lang={language}", headers=HTML, follow_redirects=True
        )
        html = answer.get_data(as_text=True)
        assert answer.status_code == (404 if "nowhere" in address.lower() else 200), (address, html[:300])
        assert f'<html lang="{language}">' in html, address
    # A property without a name of its own is asked for, and shown as it is; "%(status)s" has no words.
    assert sorted({one for one in missing.asked if not one.startswith("property ")} - {"%(status)s"}) == []


@pytest.mark.parametrize("language", INTERFACE)
@pytest.mark.parametrize(
    "address",
    [
        "/gaps.csv?kind=no-dedicated-mla&region=western-balkans",
        "/gaps.xlsx?kind=no-dedicated-mla&region=western-balkans",
        "/matrix.xlsx?region=western-balkans",
        "/matrix.csv?region=western-balkans",
        "/desk.csv?region=western-balkans&kind=no-dedicated-mla",
        "/desk.xlsx?region=western-balkans&kind=no-dedicated-mla",
        "/desk.ods?country=ALB&kind=no-dedicated-mla",
        "/desk.docx?country=ALB&kind=no-dedicated-mla",
        "/country/ALB.pdf",
        "/country/XKX.json",
        "/compare.xlsx?c=ALB&c=XKX",
        "/ledger.csv?from=2024-01-01&to=2026-01-01&country=ALB",
        "/knowledge.csv?list=next",
        "/freshness.csv",
        "/why/no-dedicated-mla.json?country=COL&member_state=BEL&matter=mla",
        "/library/coverage-growth.csv",
        "/editor/words.json",
    ],
)
def test_every_kind_of_file_answers_in_each_language(client: FlaskClient, address: str, language: str) -> None:
    answer = client.get(f"{address}{'&' if '?' in address else '?'}lang={language}")
    assert answer.status_code == 200, answer.get_data(as_text=True)[:300]
    assert answer.get_data()


def test_an_unknown_language_is_refused_with_those_that_there_are(client: FlaskClient) -> None:
    for address, known in (("/countries", INTERFACE), ("/countries.json?q=a", EU_LANGUAGES)):
        answer = client.get(f"{address}{'&' if '?' in address else '?'}lang=xx", headers=HTML)
        words = answer.get_data(as_text=True)
        assert answer.status_code == 400
        assert "the site does not speak" in words.lower() or "The site does not speak" in words
        assert f"rite one of {', '.join(known)}" in words


@pytest.mark.parametrize("language", EU_LANGUAGES)
def test_data_have_the_names_of_countries_in_every_language_of_the_union(client: FlaskClient, language: str) -> None:
    answer = client.get(f"/country/DEU.json?lang={language}")
    assert answer.status_code == 200
    names = {
        "bg": "Германия",
        "de": "Deutschland",
        "el": "Γερμανία",
        "ga": "An Ghearmáin",
        "fi": "Saksa",
        "mt": "Il-Ġermanja",
    }
    assert answer.get_json()["name"] == names.get(language, answer.get_json()["name"])


def test_the_menu_of_languages_keeps_the_address_and_names_each_in_itself(client: FlaskClient) -> None:
    html = client.get("/compare?c=COL&c=ECU&day=2026-06-01&lang=fr", headers=HTML).get_data(as_text=True)
    menu = html[html.index('<nav class="languages"') :]
    menu = menu[: menu.index("</nav>")]
    found = re.findall(r'<a href="([^"]+)" lang="(\w\w)" hreflang="(\w\w)"( aria-current="true")?>([^<]+)</a>', menu)
    assert [(lang, hreflang) for _, lang, hreflang, _, _ in found] == [(one, one) for one in INTERFACE]
    assert [lang for _, lang, _, current, _ in found if current] == ["fr"]
    assert [own for *_, own in found][:2] == ["English", "Français"]
    for address, lang, *_ in found:
        assert address == f"/compare?c=COL&amp;c=ECU&amp;day=2026-06-01&amp;lang={lang}"


def test_a_preferred_language_of_the_browser_is_spoken(client: FlaskClient) -> None:
    for accepted, language in (("fr-BE, de;q=0.5", "fr"), ("xx", "en"), ("pt, fr;q=0.2", "fr")):
        html = client.get("/about", headers={**HTML, "Accept-Language": accepted}).get_data(as_text=True)
        assert f'<html lang="{language}">' in html, accepted


@pytest.mark.parametrize(
    ("language", "amounts"),
    [
        ("en", ("EUR 1.25 billion", "EUR 12.3 million", "EUR 350 000")),
        ("fr", ("1,25 Md €", "12,3 M €", "350 000 €")),
        ("de", ("1,25 Mrd. €", "12,3 Mio. €", "350.000 €")),
        ("nl", ("€ 1,25 mld.", "€ 12,3 mln.", "€ 350.000")),
        ("sv", ("1,25 md €", "12,3 mn €", "350 000 €")),
    ],
)
def test_amounts_are_written_as_the_language_does(app: Flask, language: str, amounts: tuple[str, ...]) -> None:
    with app.test_request_context("/"):
        g.language = language
        found = [text.euro(one) for one in ("1250000000", "12340000.0", "350000")]
        assert [" ".join(one.split()) for one in found] == list(amounts)
        assert text.euro("") == ""


@pytest.mark.parametrize(
    ("language", "row", "figure"),
    [
        ("en", "A, B and C", "1,234.5 of 12"),
        ("fr", "A, B et C", "1\u202f234,5 of 12"),
        ("de", "A, B und C", "1.234,5 of 12"),
    ],
)
def test_lists_figures_and_days_are_written_as_the_language_does(
    app: Flask, language: str, row: str, figure: str
) -> None:
    with app.test_request_context("/"):
        g.language = language
        assert [text.listed(["A"]), text.listed(["A", "B", "C"])] == ["A", row]
        assert text.decimals("1,234.5 of 12") == figure


def test_a_text_in_no_language_of_the_reader_is_english() -> None:
    texts: dict[str, Any] = {"en": "a", "fr": "b"}
    assert [spoken(texts, one) for one in ("en", "fr", "sv")] == ["a", "b", "a"]
