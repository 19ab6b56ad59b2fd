"""The numbered notes of a page: which source stands behind a fact, how sure it is, when it was last checked."""

from collections.abc import Iterable
from dataclasses import dataclass

from kg.positions import Source
from kg.store import Row
from kg.vocab import local


@dataclass(frozen=True)
class Note:
    """One entry of the notes: a source as cited with one confidence, and the last day it was checked."""

    number: int
    source: Source
    checked: str


class Notes:
    """Numbers sources in the order in which facts cite them.

    Args:
        sources: every source by its IRI.
    """

    def __init__(self, sources: dict[str, Source]) -> None:
        self._sources = sources
        self._numbers: dict[tuple[str, str], int] = {}
        self._checked: dict[tuple[str, str], str] = {}

    def cite(self, rows: Iterable[Row], source: str = "source", confidence: str = "confidence") -> tuple[int, ...]:
        """The numbers of the sources of some rows."""
        numbers = []
        for row in rows:
            if source in row:
                key = (row[source], local(row.get(confidence, "")))
                numbers.append(self._numbers.setdefault(key, len(self._numbers) + 1))
                self._checked[key] = max(self._checked.get(key, ""), row.get("checked", ""))
        return tuple(sorted(set(numbers)))

    def entries(self) -> tuple[Note, ...]:
        """The notes in order."""
        return tuple(
            Note(number, Source(known.title, known.url, known.as_of, confidence), self._checked[iri, confidence])
            for (iri, confidence), number in self._numbers.items()
            for known in [self._sources[iri]]
        )
