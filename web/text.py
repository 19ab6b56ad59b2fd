"""Words in the reader's language: which language, the interface's own words, dates, numbers and amounts.

The English text is the key of a message, so that templates can be read; keys such as `verdict dedicated`
have their English in `WORDS["en"]`. Names of things come from the graph, never from here.
"""

import datetime
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from flask import Flask, g, has_request_context, request

from kg.errors import UsageError
from web.words import WORDS

LANGUAGES = ("en", "fr")


def init_app(app: Flask) -> None:
    """Chooses the language of every request."""
    app.before_request(_choose)


def _choose() -> None:
    """The language of `?lang=`, else what the browser prefers, else English.

    Raises:
        UsageError: the address asks for a language that the site does not speak.
    """
    g.language, g.language_chosen = request.accept_languages.best_match(LANGUAGES, "en"), False
    wanted = request.args.get("lang", "")
    if wanted and wanted not in LANGUAGES:
        raise UsageError(f"the site does not speak '{wanted[:20]}'", f"write one of {', '.join(LANGUAGES)}")
    if wanted:
        g.language, g.language_chosen = wanted, True


def language() -> str:
    """The language of the request."""
    return str(g.get("language", "en")) if has_request_context() else "en"


def say(message: str, **values: Any) -> str:
    """A message of the interface in the reader's language, with its values put in; English where it is not translated."""
    words = WORDS[language()].get(message) or WORDS["en"].get(message) or message
    return words % values if values else words


def has(message: str) -> bool:
    """Whether the interface has a text for a key."""
    return message in WORDS["en"] or message in WORDS[language()]


def long_day(day: datetime.date) -> str:
    """A day in words: 23 November 2026."""
    return str(format_date(day, "d MMMM y", locale=language()))


def number(value: float) -> str:
    """A number with its thousands apart."""
    return str(format_decimal(value, locale=language()))


def decimals(words: str) -> str:
    """A figure in English, with its numbers written as the reader's language does."""
    if language() == "en":
        return words
    return re.sub(r"(?<=\d)\.(?=\d)", ",", re.sub(r"(?<=\d),(?=\d)", "\u202f", words))


def euro(amount: str) -> str:
    """An amount of euro, rounded as people say it; empty where there is none."""
    if not amount:
        return ""
    value = float(amount)
    for size, unit in ((1e9, "bn"), (1e6, "m")):
        if value >= size:
            text = format_decimal(round(value / size, 2 if value < 10 * size else 1), locale=language())
            return f"€{text} {unit}" if language() == "en" else f"{text} {'Md' if unit == 'bn' else 'M'}\u202f€"
    text = format_decimal(round(value), locale=language())
    return f"€{text}" if language() == "en" else f"{text}\u202f€"


def listed(names: Sequence[str]) -> str:
    """Names in a row: A, B and C."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {say('and')} {names[-1]}"


def sort_key(name: str) -> str:
    """What names are sorted by: their letters without accents and case."""
    return "".join(char for char in unicodedata.normalize("NFKD", name) if not unicodedata.combining(char)).casefold()
