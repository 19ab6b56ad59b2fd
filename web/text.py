"""Words in the reader's language, through Flask-Babel: which language, the interface's own words, dates, numbers, amounts.

The English text is the key of a message, so that templates can be read; keys such as `verdict dedicated`
have their English in the English catalogue. A catalogue is read as it is edited, from
`web/translations/LANGUAGE/LC_MESSAGES/messages.po`: nothing has to be compiled. Names of things come from the
graph, never from here.
"""

import functools
import io
import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from babel import Locale, numbers
from babel.core import negotiate_locale
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_compact_currency, format_currency, get_decimal_symbol, get_group_symbol
from babel.support import Translations
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, Domain, format_date, get_locale, get_translations, gettext

from kg.errors import UsageError
from kg.languages import EU_LANGUAGES, INTERFACE

LANGUAGES = INTERFACE
CATALOGUES = Path(__file__).parent / "translations"
BRITISH = "en_GB"
"""The locale of English: the European Union writes `23 November 2026` and `A, B and C`."""
MENU = [(code, str(Locale.parse(code).language_name).capitalize()) for code in LANGUAGES]
"""Each language with its name in itself."""


class _Catalogues(Domain):  # type: ignore[misc]
    """The words of a request, from the catalogue as it is edited."""

    def get_translations(self) -> Any:
        return catalogue(language())


class _Babel(Babel):  # type: ignore[misc]
    domain_instance = functools.cached_property(lambda _: _Catalogues())


def init_app(app: Flask) -> None:
    """Chooses the language of every request."""
    app.before_request(_choose)
    app.add_template_filter(inside)
    _Babel(app, default_locale=BRITISH, locale_selector=_locale, configure_jinja=False)


@functools.cache
def catalogue(language: str) -> Any:
    """The words of the interface in a language, with the English ones to fall back on."""
    path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return catalogue("en")
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    found = Translations(compiled)
    if language != "en":
        found.add_fallback(catalogue("en"))
    return found


def _choose() -> None:
    """The language of `?lang=`, else what the browser prefers, else English; data have names in more languages than pages.

    Raises:
        UsageError: the address asks for a language that the site does not speak.
    """
    preferred = list(request.accept_languages.values())
    g.language, g.language_chosen = negotiate_locale(preferred, LANGUAGES, sep="-") or "en", False
    wanted = request.args.get("lang", "")
    known = EU_LANGUAGES if request.path.endswith(".json") else LANGUAGES
    if wanted and wanted not in known:
        raise UsageError(f"the site does not speak '{wanted[:20]}'", f"write one of {', '.join(known)}")
    if wanted:
        g.language, g.language_chosen = wanted, True


def _locale() -> str:
    return BRITISH if language() == "en" else language()


def language() -> str:
    """The language of the request."""
    return str(g.get("language", "en")) if has_request_context() else "en"


def say(message: str, **values: Any) -> str:
    """A message of the interface in the reader's language, with its values put in; English where it is not translated."""
    return str(gettext(message, **values))


def speaker() -> Callable[..., str]:
    """What `say` does, for one request: quicker where many words are said."""
    find = get_translations().gettext

    def spoken(message: str, **values: Any) -> str:
        words: str = find(message)
        return words % values if values else words

    return spoken


def mark(message: str) -> str:
    """The message as it is: what is said later is marked where it is written, so that the catalogues have it."""
    return message


def inside(words: str) -> str:
    """A status or a sentence's beginning within a sentence: its first letter small, so that German nouns keep theirs."""
    return words[:1].lower() + words[1:]


def has(key: str) -> bool:
    """Whether the interface has a text for a key."""
    return say(key) != key


def long_day(day: date) -> str:
    """A day in words: 23 November 2026."""
    return str(format_date(day, "long"))


def number(value: float) -> str:
    """A number with its thousands apart."""
    return _number(value, _locale())


@functools.lru_cache(5000)
def _number(value: float, locale: str) -> str:
    """The same, kept: a page of gaps says some hundred numbers, and most of them again and again."""
    return str(numbers.format_decimal(value, locale=locale))


def decimals(words: str) -> str:
    """A figure in English, with its numbers written as the reader's language does."""
    signs = {",": get_group_symbol(get_locale()), ".": get_decimal_symbol(get_locale())}
    return re.sub(r"(?<=\d)[.,](?=\d)", lambda sign: signs[sign[0]], words)


def euro(amount: str) -> str:
    """An amount of euro, rounded as people say it; empty where there is none."""
    if not amount:
        return ""
    value, locale = float(amount), get_locale()
    digits = 2 if value < 1e7 or 1e9 <= value < 1e10 else 1
    if locale.language == "en":
        return _english_euro(value, digits)
    if value >= 1e6:
        return str(format_compact_currency(value, "EUR", locale=locale, fraction_digits=digits))
    return str(format_currency(value, "EUR", _whole(locale), locale, currency_digits=False))


def _english_euro(value: float, digits: int) -> str:
    """EUR 9.6 billion, EUR 350 000: as section 7.3.3 of the Union's Interinstitutional style guide has it."""
    for word, size in (("billion", 1e9), ("million", 1e6)):
        if value >= size:
            return f"EUR\N{NO-BREAK SPACE}{round(value / size, digits):.15g}\N{NO-BREAK SPACE}{word}"
    return f"EUR\N{NO-BREAK SPACE}{value:,.0f}".replace(",", "\N{NO-BREAK SPACE}")


@functools.cache
def _whole(locale: Locale) -> str:
    """The pattern of an amount without cents."""
    return str(locale.currency_formats["standard"].pattern.replace(".00", ""))


def listed(names: Sequence[str]) -> str:
    """Names in a row: A, B and C."""
    return str(format_list(names, locale=get_locale()))


@functools.lru_cache(20_000)
def sort_key(name: str) -> str:
    """What names are sorted by: their letters without accents and case."""
    return "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char)).casefold()
