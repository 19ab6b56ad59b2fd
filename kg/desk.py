"""The gap desk: all gaps of a day by facets, with how many each value of a facet would leave.

A facet is one way to look at a gap. Values of one facet are alternatives; what is chosen in several facets must
hold together. The count beside a value is the number of gaps that choosing it in its facet would show.
"""

import base64
import functools
import hashlib
import operator
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg import queries
from kg.errors import UsageError
from kg.funding import NOTHING, Funding
from kg.gaps import Finder, Gap
from kg.vocab import local

FACETS = ("region", "country", "member_state", "kind", "matter", "status", "route", "funding", "envelope")
"""What gaps are arranged by, in the order in which it is shown."""

OF_COUNTRY = ("region", "country", "route", "funding", "envelope")
"""Facets that are alike for all gaps of one country."""

NONE = "none"
"""The value of gaps that have nothing of a facet: no matter, no single member state, no route, no money."""

CLIFF = "2028"
"""The first year of the next financial framework: money that ends before it ends with the present one."""

FUNDING = ("none", "before-2028", "2028-or-later")
"""Present funding of the country: no active line recorded, the last one ends before 2028, or one runs longer."""

Chosen = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Selection:
    """What passes a choice.

    Attributes:
        gaps: the gaps, in the order of the board.
        counts: by facet, how many gaps each of its values would show beside what is chosen in the other facets.
    """

    gaps: list[Gap]
    counts: dict[str, Counter[str]]


class Board:
    """All gaps of a day with the values of their facets.

    Args:
        finder: finds what routes a country lies on.
        gaps: all gaps of the day, in their standard order.
        paid: what reaches each country, by alpha-3 code.
        groups: the alpha-3 codes of each group of countries, by notation.
    """

    def __init__(
        self, finder: Finder, gaps: Sequence[Gap], paid: Mapping[str, Funding], groups: Mapping[str, frozenset[str]]
    ) -> None:
        self.gaps = gaps
        self.paid = paid
        self.routes: dict[str, str] = {}
        routes: dict[str, set[str]] = {}
        need = queries.find(finder.folder / "ask", "need")
        for row in finder.store.select(need.bind({"country": "any"})):
            if row["kind"] == "route":
                routes.setdefault(local(row["country"]), set()).add(local(row["record"]))
                self.routes[local(row["record"])] = row["name"]
        self.envelopes = {local(one.record): one.name for found in paid.values() for one in found.envelopes}
        self._values: dict[str, dict[str, frozenset[str]]] = {}
        for country in {gap.country for gap in gaps}:
            found = paid.get(country, NOTHING)
            self._values[country] = {
                "region": frozenset(group for group, codes in groups.items() if country in codes) or frozenset({NONE}),
                "country": frozenset({country}),
                "route": frozenset(routes.get(country, {NONE})),
                "funding": frozenset({_funding(found)}),
                "envelope": frozenset(local(one.record) for one in found.envelopes) or frozenset({NONE}),
            }

    @functools.cached_property
    def by_id(self) -> dict[str, Gap]:
        """Every gap by its short name."""
        return {identifier(gap): gap for gap in reversed(self.gaps)}

    @functools.cached_property
    def _bits(self) -> dict[str, dict[str, int]]:
        """By facet and value, the gaps that have it: one number, in which each gap has a bit at its place."""
        size = len(self.gaps) // 8 + 1
        found: dict[str, dict[str, bytearray]] = {facet: {} for facet in FACETS}
        for place, gap in enumerate(self.gaps):
            byte, bit = place >> 3, 1 << (place & 7)
            for facet, values in found.items():
                for value in self.values(gap, facet):
                    if value not in values:
                        values[value] = bytearray(size)
                    values[value][byte] |= bit
        return {
            facet: {value: int.from_bytes(bits, "little") for value, bits in values.items()}
            for facet, values in found.items()
        }

    def values(self, gap: Gap, facet: str) -> frozenset[str]:
        """The values of a gap in a facet; one at least."""
        if facet in OF_COUNTRY:
            return self._values[gap.country][facet]
        return _single(getattr(gap, facet))

    def known(self, facet: str) -> set[str]:
        """Every value that a gap of the day has in a facet."""
        return set(self._bits[facet])

    def select(self, chosen: Chosen) -> Selection:
        """The gaps that have one of the values chosen in each facet, and the counts of all values.

        Args:
            chosen: values by facet; a facet without values does not restrict.

        Raises:
            UsageError: there is no such facet.
        """
        for facet in chosen:
            if facet not in FACETS:
                raise UsageError(f"there is no facet '{facet[:40]}'", f"there are {', '.join(FACETS)}")
        every = (1 << len(self.gaps)) - 1
        passing = {
            facet: functools.reduce(operator.or_, (self._bits[facet].get(value, 0) for value in values), 0)
            for facet, values in chosen.items()
            if values
        }
        counts = {}
        for facet in FACETS:
            beside = [bits for other, bits in passing.items() if other != facet]
            mask = functools.reduce(operator.and_, beside, every)
            counts[facet] = Counter(
                {value: number for value, bits in self._bits[facet].items() if (number := (mask & bits).bit_count())}
            )
        kept = functools.reduce(operator.and_, passing.values(), every)
        return Selection([gap for gap, bit in zip(self.gaps, f"{kept:b}"[::-1], strict=False) if bit == "1"], counts)


def identifier(gap: Gap) -> str:
    """The short name of a gap, ten letters and digits: the same for as long as it is the same gap, in any graph."""
    text = "\n".join((gap.kind, gap.country, gap.member_state, gap.matter, gap.subject))
    return base64.b32encode(hashlib.sha256(text.encode("utf-8")).digest()[:6]).decode("ascii").rstrip("=").lower()


@functools.cache
def _single(value: str) -> frozenset[str]:
    return frozenset({value or NONE})


def _funding(found: Funding) -> str:
    if found.end is None:
        return FUNDING[0]
    return FUNDING[1] if str(found.end) < CLIFF else FUNDING[2]
