"""The state of the gap desk: all of it stands in the address, nothing is kept by the server.

Facets repeat their name (`region=caribbean&region=latin-america`); `w.PART` is a weight; `b` holds the short names of
the lines in the basket, joined by points, and `r.NAME` the remark beside one; `cost.KIND` is what a step costs.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from kg.desk import FACETS
from kg.errors import UsageError
from kg.plan import KINDS
from kg.score import PARTS

IDENTIFIER = re.compile(r"[a-z2-7]{10}")
LINES = 200
"""The most lines in a basket, so that its address stays one that browsers and mail take."""
LETTERS = 400
"""The most letters of a remark."""
PLAIN = ("day", "graph", "group", "of", "measures", "budget", "lang", "page")


@dataclass(frozen=True)
class State:
    """What the address says.

    Attributes:
        chosen: values by facet.
        weights: weights by part of the score, as text.
        basket: the short names of the lines in the basket, in the order in which they were put there.
        remarks: remark by short name.
        costs: cost by kind of step, as text.
        plain: everything else by name: `day`, `graph`, `group` (`shared`), `of` (`basket`), `measures`, `budget`.
    """

    chosen: dict[str, list[str]]
    weights: dict[str, str]
    basket: tuple[str, ...]
    remarks: dict[str, str]
    costs: dict[str, str]
    plain: dict[str, str]

    def values(self, **changes: str) -> dict[str, str | list[str]]:
        """The state as the values of an address, some of the plain ones changed; pages are not kept."""
        plain = {name: value for name, value in self.plain.items() if name not in ("page", "lang")} | changes
        return {
            **self.chosen,
            **{f"w.{part}": weight for part, weight in self.weights.items()},
            **{f"cost.{kind}": cost for kind, cost in self.costs.items()},
            **{name: value for name, value in plain.items() if value},
            **({"b": ".".join(self.basket)} if self.basket else {}),
            **{f"r.{name}": self.remarks[name] for name in self.basket if name in self.remarks},
        }

    def without(self, facet: str, value: str) -> dict[str, str | list[str]]:
        """The values of an address in which one value of a facet is not chosen any more."""
        return {**self.values(), facet: [one for one in self.chosen[facet] if one != value]}


def read(given: MultiDict[str, str], standard: Mapping[str, str]) -> State:
    """The state in the values of an address.

    Args:
        given: the values.
        standard: the standard weight of each part, as text; a weight that is the same is left out.

    Raises:
        UsageError: a name that says nothing here, or a basket or remark that is none.
    """
    for name in given:
        kind, _, rest = name.partition(".")
        known = name in (*FACETS, *PLAIN, "b", "add", "drop", "at")
        if not (known or (kind, rest in PARTS) == ("w", True) or (kind == "cost" and rest in KINDS) or kind == "r"):
            raise UsageError(f"'{name[:40]}' says nothing here", f"there are {', '.join((*FACETS, *PLAIN))}, w.PART")
    values = {name: given.get(name, "").strip() for name in given}
    remarks = {name[2:]: " ".join(text.split()) for name, text in values.items() if name.startswith("r.") and text}
    if any(len(text) > LETTERS for text in remarks.values()):
        raise UsageError("a remark is too long", f"write at most {LETTERS} letters")
    basket = _added(values)
    return State(
        {facet: found for facet in FACETS if (found := _values(given.getlist(facet)))},
        {part: weight for part in PARTS if (weight := values.get(f"w.{part}", "")) and weight != standard[part]},
        basket,
        {name: remarks[name] for name in basket if name in remarks},
        {kind: cost for kind in KINDS if (cost := values.get(f"cost.{kind}", "")) and cost != "1"},
        {name: values[name] for name in PLAIN if values.get(name)},
    )


def _values(given: Iterable[str]) -> list[str]:
    return sorted({value.strip() for value in given} - {""})


def _added(values: Mapping[str, str]) -> tuple[str, ...]:
    """The basket, with what a button adds to it or takes from it."""
    named = [*values.get("b", "").split("."), *values.get("add", "").split(".")]
    gone = set(values.get("drop", "").split("."))
    basket = tuple(name for name in dict.fromkeys(named) if name and name not in gone)
    if strange := [name for name in basket if not IDENTIFIER.fullmatch(name)]:
        raise UsageError(f"'{strange[0][:40]}' is no line of the list", "put lines into the basket by their button")
    if len(basket) > LINES:
        raise UsageError(f"the basket would have {len(basket)} lines", f"it holds {LINES}; hand them on and begin anew")
    return basket
