"""The languages of names and of the interface, and how a text is chosen from those in several languages."""

from collections.abc import Mapping
from typing import TypeVar

EU_LANGUAGES = (
    *("bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "ga", "hr"),
    *("hu", "it", "lt", "lv", "mt", "nl", "pl", "pt", "ro", "sk", "sl", "sv"),
)
"""The 24 official languages of the European Union, in which countries have names."""

INTERFACE = ("en", "fr", "de", "es", "it", "nl", "sv")
"""The languages that the interface speaks, in the order of its menu."""

Text = TypeVar("Text")


def spoken(texts: Mapping[str, Text], language: str) -> Text:
    """Of texts by language the one in a language; the English one where there is none."""
    return texts[language] if language in texts else texts["en"]
