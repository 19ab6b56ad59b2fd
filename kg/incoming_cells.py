"""What the readers of incoming files share: the lines of a sheet, the limits of a cell, and what is refused."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kg.errors import KgError
from kg.issue import Issue

LONGEST = 4000
"""Characters of a cell; the longest of the tables has 463 in November 2026."""

MOST = 50_000
"""Rows of a file."""

NOT_SHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]+")


class Refused(KgError):
    """A file or a cell that is not taken, with the place of the fault: line (0: the whole file), rule and column."""

    def __init__(self, line: int, rule: str, message: str, hint: str, column: str = "") -> None:
        super().__init__(message, hint)
        self.line, self.rule, self.column = line, rule, column

    def issue(self, name: str) -> Issue:
        """The same as a finding about the file of that name."""
        return Issue(name, self.line, self.column, self.rule, self.message, self.hint)


@dataclass(frozen=True)
class Entry:
    """One row of a file: its line (0: none), and the cells of the columns that the file has."""

    line: int
    cells: dict[str, str]

    def faults(self) -> Iterator[Refused]:
        """What is wrong with cells whatever their column: their length, and signs that nobody sees."""
        for column, cell in self.cells.items():
            if len(cell) > LONGEST:
                yield Refused(
                    self.line,
                    "long",
                    f"the cell has {len(cell):,} characters",
                    f"write at most {LONGEST:,}; leave the rest to the source",
                    column,
                )
            elif NOT_SHOWN.search(cell):
                yield Refused(
                    self.line,
                    "control-character",
                    "the cell holds a line break or an invisible character",
                    "write it in one line of visible letters",
                    column,
                )


@dataclass
class Sheet:
    """The cells of a file, line by line.

    Attributes:
        lines: number and cells of each line, read once.
        ragged: whether a line with fewer cells than the heading is a mistake, as in CSV.
        found: what the reader finds wrong with single cells; complete when all lines have been read.
    """

    lines: Iterable[tuple[int, list[str]]]
    ragged: bool
    found: list[Refused] = field(default_factory=list)

    def issues(self, name: str) -> Iterator[Issue]:
        """What the reader has found wrong so far; each is given once."""
        while self.found:
            yield self.found.pop(0).issue(name)


def shown(text: str, most: int = 60) -> str:
    """A text of a stranger's for a message: without signs that a terminal or a page would obey, and not longer than a line."""
    clean = " ".join(NOT_SHOWN.sub(" ", text[: 4 * most]).split())
    return clean if len(clean) <= most else clean[: most - 1] + "…"
