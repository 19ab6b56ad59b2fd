"""What every section of a profile needs to ask: the graph, the country, the day, names, and one list of notes."""

import datetime
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from kg.dates import OPEN_END
from kg.labels import Labels
from kg.store import Row
from kg.vocab import CODE
from web.profile.notes import Notes
from web.reading import Country, Reading

BESIDE = ThreadPoolExecutor(4, "profile")
"""Asks the questions of one profile beside each other."""


class Asking:
    """One country on one day, in one language.

    Args:
        reading: the graph.
        country: the country.
        day: the day asked about.
        language: the language of names.
    """

    def __init__(self, reading: Reading, country: Country, day: datetime.date, language: str) -> None:
        self.reading, self.country, self.day, self.language = reading, country, day, language
        self.labels: Labels = reading.labels(language)
        self.notes = Notes(reading.sources)
        self._answers: dict[str, list[Row]] = {}
        self._coming: dict[str, Future[list[Row]]] = {}

    def ahead(self, names: Iterable[str]) -> None:
        """Asks some questions beside each other, the slowest first; the store answers several at a time."""
        for name in names:
            self._coming[name] = BESIDE.submit(self._answer, name)

    def ask(self, name: str) -> list[Row]:
        """The answer to a saved question about the country, asked once."""
        if name not in self._answers:
            coming = self._coming.pop(name, None)
            self._answers[name] = coming.result() if coming else self._answer(name)
        return self._answers[name]

    def _answer(self, name: str) -> list[Row]:
        return self.reading.ask(name, self.day, country=self.country.code)

    def name(self, iri: str) -> str:
        """The name of a thing; empty where there is none."""
        return self.labels.of(iri) if iri else ""

    def names(self, iris: Iterable[str]) -> tuple[str, ...]:
        """The names of things, in alphabetical order."""
        return tuple(sorted(self.name(iri) for iri in iris))

    def code_name(self, scheme: str, notation: str) -> str:
        """The name of a value of a code list."""
        return self.labels.of(f"{CODE}{scheme}/{notation}") if notation else ""

    def on_day(self, row: Row) -> bool:
        """Whether a dated relation may hold on the day: nothing in its dates speaks against it."""
        return row.get("since_latest", "") <= str(self.day) <= row.get("until_earliest", OPEN_END)

    @property
    def known_since(self) -> str:
        """The oldest day for which the knowledge of an absence still counts."""
        return str(self.reading.known_since(self.day))
