"""The score of a gap: what the recorded figures say for closing it, part by part. Arithmetic only, no graph.

A part is a share from 0 to 1 of what the part can say, with the figure behind it. The score is the weighted mean of
the parts, times 100. What is not known adds nothing; `most` says how high the score could come if
everything unknown turned out to speak for closing the gap. A part that cannot apply to a kind of gap
is left out of the mean. Every number comes from the table `score_weight`; `docs/score.md` explains it.
"""

import csv
import io
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from kg.errors import UsageError

PARTS = ("routes", "roles", "commodity", "seizures", "index", "trend", "status", "grade", "shared")
"""The parts in the order in which they are shown: need, then lack."""

WHOLE = 1000
"""Parts are counted in thousandths, so that sums are exact and a reader can redo them by hand."""

NUMBER = re.compile(r"[0-9]{1,2}(\.[0-9]{1,3})?")
HIGHEST = 10
"""The largest weight that may be asked for; only the ratio of weights matters."""

Code = tuple[str, str]
"""Scheme and notation of a code, named by whoever shows it."""

Namer = Callable[[Code], str]


@dataclass(frozen=True)
class Weights:
    """The numbers of the score by part and item, as the table gives them.

    Attributes:
        numbers: weights, limits, and values of codes.
    """

    numbers: Mapping[tuple[str, str], Fraction]

    def of(self, part: str, item: str) -> float:
        """One number.

        Raises:
            UsageError: the table does not have it.
        """
        return float(self._exact(part, item))

    def weight(self, part: str) -> Fraction:
        """How much a part counts."""
        return self._exact(part, "weight")

    @property
    def shares(self) -> dict[str, int]:
        """The weights as the smallest whole numbers of the same ratio: weights of one ratio are one weighting."""
        weights = {part: self.weight(part) for part in PARTS}
        scale = math.lcm(*(weight.denominator for weight in weights.values()))
        whole = {part: int(weight * scale) for part, weight in weights.items()}
        common = math.gcd(*whole.values()) or 1
        return {part: number // common for part, number in whole.items()}

    def changed(self, given: Mapping[str, str]) -> "Weights":
        """These numbers with other weights.

        Args:
            given: weight, as text, by part.

        Raises:
            UsageError: an unknown part, no number from 0 to 10, or no weight above 0 is left.
        """
        for part, text in given.items():
            if part not in PARTS:
                raise UsageError(f"the score has no part '{part[:40]}'", f"write one of {', '.join(PARTS)}")
            if not NUMBER.fullmatch(text) or Fraction(text) > HIGHEST:
                raise UsageError(
                    f"the weight of {part} is '{text[:20]}'",
                    f"write a number from 0 to {HIGHEST}, with a decimal point and at most three decimals",
                )
        new = Weights({**self.numbers, **{(part, "weight"): Fraction(text) for part, text in given.items()}})
        if not any(new.shares.values()):
            raise UsageError("every part has the weight 0", "give at least one part a weight above 0")
        return new

    def differ(self, standard: "Weights") -> tuple[str, ...]:
        """The parts whose weight is not the standard one."""
        return tuple(part for part in PARTS if self.weight(part) != standard.weight(part))

    def described(self, standard: "Weights") -> str:
        """The weights in one line, for exports: `routes=4; roles=2; ... (standard)`."""
        changed = self.differ(standard)
        line = "; ".join(f"{part}={float(self.weight(part)):g}" for part in PARTS)
        return f"{line} (changed: {', '.join(changed)})" if changed else f"{line} (standard)"

    def _exact(self, part: str, item: str) -> Fraction:
        try:
            return self.numbers[part, item]
        except KeyError:
            raise UsageError(
                f"the score has no number '{item}' for the part '{part}'",
                "add the row to seeds/score_weight.csv and build again",
            ) from None


@dataclass(frozen=True)
class Part:
    """One part of a score.

    Attributes:
        name: one of `PARTS`.
        least: what is known to speak for closing the gap, in thousandths.
        most: what could speak for it once everything is known, in thousandths; equal to `least` where all is known.
        words: the figure in words, with places for `facts`.
        facts: numbers, text, and codes to be named.
        applies: whether the part can be asked of this kind of gap at all.
    """

    name: str
    least: int
    most: int
    words: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    applies: bool = True

    @property
    def known(self) -> bool:
        """Whether there is a figure."""
        return self.applies and (self.least, self.most) != (0, WHOLE)

    @property
    def figure(self) -> str:
        """The figure in English, codes by their notation."""
        return self.words % spelled(self.facts, lambda code: code[1])


@dataclass(frozen=True)
class Score:
    """A score from 0 to 100 with one decimal, and how high it could come; None where no part with a weight applies."""

    value: float | None
    most: float | None
    points: tuple[float | None, ...]


@dataclass(frozen=True)
class Largest:
    """The largest quantity that one country reports for one year, of a commodity in one measure (kg or pieces)."""

    commodity: str
    measure: str
    amount: float
    year: str


@dataclass(frozen=True)
class Traffic:
    """What is recorded of one country.

    Attributes:
        routes: confidence of the best evidence, by route.
        roles: confidence, by commodity and role.
        carried: commodities of the routes.
        seizures: the largest national figure of each commodity and measure.
        index: value of the crime index, by edition.
    """

    routes: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[tuple[str, str], str] = field(default_factory=dict)
    carried: frozenset[str] = frozenset()
    seizures: tuple[Largest, ...] = ()
    index: Mapping[int, float] = field(default_factory=dict)


NOTHING = Traffic()
UNSCORED = Score(None, None, ())
NO_FIGURE = "no figure"
DOES_NOT_APPLY = "does not apply"
NO_BASIS = "no basis recorded"


def given(content: bytes) -> dict[str, str]:
    """Weights by part, from a CSV file (UTF-8) with the columns `part` and `weight`.

    Raises:
        UsageError: it is no such file, a part stands twice, or a row has no weight.
    """
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig")))
    except UnicodeDecodeError:
        raise UsageError("the file of weights is not written in UTF-8", "save it as CSV in UTF-8") from None
    if reader.fieldnames != ["part", "weight"]:
        raise UsageError("the file of weights has other columns", "write part,weight into its first line")
    found: dict[str, str] = {}
    for row in reader:
        part, weight = (row["part"] or "").strip(), (row["weight"] or "").strip()
        if part in found or not weight or None in row:
            raise UsageError(
                f"the file of weights says '{part[:40]}' twice, or not with one weight",
                "write each part once, as routes,4",
            )
        found[part] = weight
    return found


def need(traffic: Traffic, largest: Mapping[tuple[str, str], float], weights: Weights) -> tuple[Part, ...]:
    """The parts that say why a country matters.

    Args:
        traffic: what is recorded of the country.
        largest: the largest figure of any country, by commodity and measure.
        weights: the numbers of the score.
    """
    return (
        _routes(traffic, weights),
        _roles(traffic, weights),
        _commodity(traffic, weights),
        _seizures(traffic, largest, weights),
        _index(traffic, weights),
        _trend(traffic, weights),
    )


def status(found: str, weights: Weights) -> Part:
    """How surely something is lacking; nothing is known where nobody has looked."""
    facts = {"status": ("position-status", found)}
    if found == "unverified":
        return Part("status", 0, WHOLE, "%(status)s", facts)
    return _known("status", weights.of("status", found), "%(status)s", facts)


def grade(left: str, weights: Weights) -> Part:
    """What is left between the two in the matter: `nothing`, or a grade."""
    if left == "nothing":
        return _known("grade", weights.of("grade", left), NO_BASIS, {})
    return _known("grade", weights.of("grade", left), "left: %(grade)s", {"grade": ("grade", left)})


def shared(sure: int, unverified: int, everyone: int) -> Part:
    """How many member states share a gap.

    Args:
        sure: those of which the lack is known.
        unverified: those of which nobody has looked.
        everyone: all member states.
    """
    facts = {"sure": sure, "unverified": unverified, "all": everyone}
    words = "known of %(sure)s, unverified of %(unverified)s, of %(all)s member states"
    return Part("shared", _thousandths(sure / everyone), _thousandths((sure + unverified) / everyone), words, facts)


def not_applicable(name: str) -> Part:
    """A part that cannot be asked of this kind of gap."""
    return Part(name, 0, 0, DOES_NOT_APPLY, applies=False)


def total(parts: tuple[Part, ...], shares: Mapping[str, int]) -> Score:
    """The score of a gap: the mean of the parts that apply, weighted by whole numbers (see `Weights.shares`)."""
    whole = sum(shares[part.name] for part in parts if part.applies)
    if not whole:
        return Score(None, None, (None,) * len(parts))
    sums = [sum(shares[part.name] * value(part) for part in parts if part.applies) for value in (_least, _most)]
    points = tuple(_tenths(shares[part.name] * part.least, whole) if part.applies else None for part in parts)
    return Score(_tenths(sums[0], whole), _tenths(sums[1], whole), points)


def spelled(facts: Mapping[str, Any], name: Namer) -> dict[str, str]:
    """The facts of a part as text: codes named, pairs of codes as `cocaine (transit)`."""
    return {key: _spell(value, name) for key, value in facts.items()}


def amount(quantity: float, measure: str) -> str:
    """A quantity as people say it: `41.2 t`, `850 kg`, `3,000 pieces`."""
    if measure == "kg" and quantity >= 1000:
        return f"{quantity / 1000:,.1f} t"
    return f"{quantity:,.0f} {measure}"


def _routes(traffic: Traffic, weights: Weights) -> Part:
    if not traffic.routes:
        return _unknown("routes")
    counted = sum(weights.of("routes", confidence) for confidence in sorted(traffic.routes.values()))
    low = sum(confidence == "low" for confidence in traffic.routes.values())
    facts = {"count": len(traffic.routes), "low": low, "counted": f"{counted:g}"}
    words = "%(count)s recorded, %(low)s of them of low confidence only; counted as %(counted)s"
    return _known("routes", counted / weights.of("routes", "full"), words, facts)


def _roles(traffic: Traffic, weights: Weights) -> Part:
    if not traffic.roles:
        return _unknown("roles")
    counted = sum(
        weights.of("roles", role) * weights.of("roles", confidence)
        for (_, role), confidence in sorted(traffic.roles.items())
    )
    facts = {
        "roles": [(("commodity", commodity), ("role", role)) for commodity, role in sorted(traffic.roles)],
        "counted": f"{counted:g}",
    }
    return _known("roles", counted / weights.of("roles", "full"), "%(roles)s; counted as %(counted)s", facts)


def _commodity(traffic: Traffic, weights: Weights) -> Part:
    """Goods for which a role counts nothing (by default those that end in the country) are left out."""
    named = {commodity for commodity, role in traffic.roles if weights.of("roles", role)}
    carried = sorted(traffic.carried | named)
    if not carried:
        return _unknown("commodity")
    counted = sum(weights.of("commodity", code) for code in carried)
    facts = {"commodities": [("commodity", code) for code in carried], "counted": f"{counted:g}"}
    words = "%(commodities)s; counted as %(counted)s"
    return _known("commodity", counted / weights.of("commodity", "full"), words, facts)


def _seizures(traffic: Traffic, largest: Mapping[tuple[str, str], float], weights: Weights) -> Part:
    """The commodity whose largest figure comes closest to the largest of any country decides."""
    if not traffic.seizures:
        return _unknown("seizures")
    decades = weights.of("seizures", "decades")

    def share(figure: Largest) -> float:
        if not figure.amount:
            return 0.0
        return 1 - math.log10(largest[figure.commodity, figure.measure] / figure.amount) / decades

    best = max(traffic.seizures, key=lambda figure: (share(figure), figure.amount, figure.commodity))
    facts = {
        "amount": amount(best.amount, best.measure),
        "commodity": ("commodity", best.commodity),
        "year": best.year,
        "largest": amount(largest[best.commodity, best.measure], best.measure),
    }
    return _known(
        "seizures", share(best), "%(amount)s of %(commodity)s in %(year)s; largest of any country: %(largest)s", facts
    )


def _index(traffic: Traffic, weights: Weights) -> Part:
    if not traffic.index:
        return _unknown("index")
    newest, full = max(traffic.index), weights.of("index", "full")
    facts = {"score": f"{traffic.index[newest]:g}", "full": f"{full:g}", "year": newest}
    return _known("index", traffic.index[newest] / full, "%(score)s of %(full)s in %(year)s", facts)


def _trend(traffic: Traffic, weights: Weights) -> Part:
    newest = max(traffic.index, default=0)
    before = min((year for year in traffic.index if newest - weights.of("trend", "years") <= year), default=newest)
    if before == newest:
        return _unknown("trend")
    change = traffic.index[newest] - traffic.index[before]
    steady, share = weights.of("trend", "steady"), max(-1.0, min(1.0, change / weights.of("trend", "full")))
    facts = {"old": f"{traffic.index[before]:g}", "before": before, "new": f"{traffic.index[newest]:g}", "year": newest}
    return _known(
        "trend",
        steady + share * (1 - steady if share > 0 else steady),
        "%(old)s in %(before)s, %(new)s in %(year)s",
        facts,
    )


def _known(name: str, value: float, words: str, facts: Mapping[str, Any]) -> Part:
    thousandths = _thousandths(value)
    return Part(name, thousandths, thousandths, words, facts)


def _unknown(name: str) -> Part:
    return Part(name, 0, WHOLE, NO_FIGURE)


def _thousandths(value: float) -> int:
    return math.floor(max(0.0, min(1.0, value)) * WHOLE + 0.5)


def _least(part: Part) -> int:
    return part.least


def _most(part: Part) -> int:
    return part.most


def _tenths(weighted: int, whole: int) -> float:
    """Points of 100 with one decimal: a thousandth of the whole is a tenth of a point; halves are rounded up."""
    return (2 * weighted + whole) // (2 * whole) / 10


def _spell(value: Any, name: Namer) -> str:
    if isinstance(value, list):
        return ", ".join(_spell(one, name) for one in value)
    if isinstance(value, tuple) and isinstance(value[0], tuple):
        return f"{name(value[0])} ({name(value[1])})"
    return name(value) if isinstance(value, tuple) else str(value)
