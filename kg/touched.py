"""What a few changed rows would open, close or change, without deriving the whole graph anew.

A basis, or an instrument on its way, between two countries follows from what those two took part in and
from what is common to all. So the rules that make them run over a graph that holds, of all that countries
took part in, only what a changed country and its possible partners did; every other rule and every
question runs over the whole. A row about an agreement (its own, a provision, the participation of a union)
touches the countries that take part in it; one about a leg, a hub or a seizure there touches the countries
of the place, whose gaps may rest on bases and on places alike. The tests compare the outcome with that of
the whole derivation.
"""

import datetime
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kg import ledger, reason, statements
from kg.gaps import Filter, Finder
from kg.ids import country_iri
from kg.ledger import Change as Changed
from kg.store import Store
from kg.tables import Catalogue
from kg.vocab import CODE, COUNTRY, GRAPH, local, seeds_graph

COUNTRY_OF = {
    "absence": "coop:hasCountry",
    "completeness": "coop:hasMemberState",
    "declaration": "coop:hasCountry",
    "opt_out": "coop:hasMemberState",
}
"""The tables whose rows bear on all pairs of one country, with the property that names it."""

AGREEMENT_OF = {"participation": "coop:hasAgreement", "provision": "dcterms:isPartOf"}
"""The tables whose rows speak of an agreement, besides `agreement`, with the property that names it."""

PLACE_OF = {"hub": ("coop:hasCountry",), "leg": ("coop:startsAt", "coop:endsAt")}
"""The tables of places where a gap of a country may be, with the properties that name the country."""

EVERYWHERE = {"code", "country", "organisation"}
"""The tables whose rows may bear on any pair; a membership of the European Union does too, others on none."""

BEARING = {*COUNTRY_OF, *AGREEMENT_OF, *PLACE_OF, *EVERYWHERE, "agreement", "group_membership", "seizure"}
"""The tables that bear on what is computed for a pair; rows of any other touch no pair at all."""

PAIRS = re.compile(r"\bgraph:(?:bases|pending)\b")
"""What a rule or a question names that makes or reads something computed for a pair of countries."""

MOST = 60
"""With more countries than these, to derive everything takes less time."""

Position = tuple[str, str, str]
Gap = tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Touched:
    """The countries (EU codes) that changed rows touch.

    Attributes:
        alone: those of which any pair may be another.
        parties: those of which pairs among themselves may be.
    """

    alone: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Seen:
    """Positions and gaps of a day, right for the pairs that were touched: status and grade, and status."""

    positions: dict[Position, tuple[str, str]]
    gaps: dict[Gap, str]

    def differences(self, after: "Seen") -> list[Changed]:
        """What is different in another state of the facts."""
        moved = [
            Changed("position", "", matter, country, member, "", *old, *new)
            for member, country, matter in self.positions.keys() | after.positions.keys()
            if (old := self.positions.get((member, country, matter), ("", "")))
            != (new := after.positions.get((member, country, matter), ("", "")))
        ]
        return ledger.in_order([*moved, *ledger.between(self.gaps, after.gaps)])


def touched(facts: Store, before: bytes, after: bytes) -> Touched | None:
    """The countries that changed rows touch; None where the rows may touch any, or more than are worth telling apart.

    Args:
        facts: the facts, before the change or after it.
        before: what they say of the rows before it, as N-Quads.
        after: what they say of them after it.
    """
    rows = Store.memory()
    rows.add(before)
    rows.add(after)
    tables = {graph for graph in BEARING if rows.size(seeds_graph(graph))}
    if tables & EVERYWHERE or _values(rows, "group_membership", "coop:hasGroup", [f"{CODE}country-group/eu"]):
        return None
    if _values(rows, "completeness", "coop:hasOrganisation"):
        return None
    alone = {one for table in tables & COUNTRY_OF.keys() for one in _values(rows, table, COUNTRY_OF[table])}
    both = (facts, rows)
    spoken = {one for table in ("agreement", "provision") if table in tables for one in _agreements(rows, table)}
    if spoken & _listed(both):
        return None
    took = _values(rows, "participation", "coop:hasParticipant")
    alone |= {one for one in took if one.startswith(COUNTRY)}
    if any(not one.startswith(COUNTRY) for one in took):
        spoken |= _agreements(rows, "participation")
    else:
        spoken |= {one for one in _agreements(rows, "participation") if _first_of_parent(facts, rows, one)}
    parties = {one for store in both for one in _parties(store, _following(both, spoken)) if one.startswith(COUNTRY)}
    parties |= {
        one for table in tables & PLACE_OF.keys() for end in PLACE_OF[table] for one in _values(rows, table, end)
    }
    parties |= {one for store in both for one in _places(store, _values(rows, "seizure", "dcterms:spatial"))}
    if len(alone | parties) > MOST:
        return None
    return Touched(frozenset(map(local, alone)), frozenset(map(local, parties)))


def _select(store: Store, pattern: str) -> set[str]:
    prefixes = (
        "PREFIX coop: <https://w3id.org/coopkg/def#> PREFIX dcterms: <http://purl.org/dc/terms/> "
        "PREFIX adms: <http://www.w3.org/ns/adms#> PREFIX finding: <https://w3id.org/coopkg/code/completeness-finding/> "
        "PREFIX status: <https://w3id.org/coopkg/code/treaty-status/> PREFIX seeds: <https://w3id.org/coopkg/graph/seeds/>"
    )
    return {row["it"] for row in store.select(f"{prefixes} SELECT DISTINCT ?it WHERE {{ {pattern} }}")}


def _values(store: Store, table: str, property_: str, among: Iterable[str] = ()) -> set[str]:
    found = _select(store, f"GRAPH seeds:{table} {{ ?row {property_} ?it }}")
    return found & set(among) if among else found


def _agreements(rows: Store, table: str) -> set[str]:
    """The agreements that rows of a table are, or speak of."""
    if table == "agreement":
        return _select(rows, "GRAPH seeds:agreement { ?it ?property ?value }")
    return _values(rows, table, AGREEMENT_OF[table])


def _listed(stores: tuple[Store, Store]) -> set[str]:
    """The agreements of bodies with a list said to be complete: which countries it does not name may change for all."""
    lists = "GRAPH seeds:completeness { ?list coop:hasFinding finding:complete-list ; coop:hasOrganisation ?it }"
    bodies = " ".join(f"<{one}>" for store in stores for one in _select(store, lists))
    made = f"VALUES ?body {{ {bodies} }} GRAPH seeds:agreement {{ ?it coop:hasOrganisation ?body }}"
    return {one for store in stores for one in _select(store, made)}


def _first_of_parent(facts: Store, rows: Store, agreement: str) -> bool:
    """Whether a changed participation may be all that is known of the parties of an agreement that others supplement."""
    if not _select(facts, f"GRAPH seeds:agreement {{ ?it coop:supplements <{agreement}> }}"):
        return False
    bound = f"GRAPH seeds:participation {{ ?it coop:hasAgreement <{agreement}> ; adms:status status:in-force }}"
    changed = _select(rows, f"GRAPH seeds:participation {{ ?it coop:hasAgreement <{agreement}> }}")
    return not _select(facts, bound) - changed


def _following(stores: tuple[Store, Store], agreements: set[str]) -> set[str]:
    """Agreements with those whose bases follow from theirs: what supplements them, and what they replace."""
    found, new = set(agreements), set(agreements)
    while new:
        known = " ".join(f"<{one}>" for one in sorted(new))
        linked = (
            f"VALUES ?from {{ {known} }} GRAPH seeds:agreement {{ {{ ?it coop:supplements ?from }} UNION "
            "{ ?from dcterms:replaces ?it } }"
        )
        new = {one for store in stores for one in _select(store, linked)} - found
        found |= new
    return found


def _places(store: Store, hubs: set[str]) -> set[str]:
    known = " ".join(f"<{one}>" for one in sorted(hubs))
    return _select(store, f"VALUES ?hub {{ {known} }} GRAPH seeds:hub {{ ?hub coop:hasCountry ?it }}")


def _parties(store: Store, agreements: set[str]) -> set[str]:
    known = " ".join(f"<{one}>" for one in sorted(agreements))
    return _select(
        store,
        f"VALUES ?of {{ {known} }} GRAPH seeds:participation {{ ?row coop:hasAgreement ?of ; coop:hasParticipant ?it }}",
    )


class Touching:
    """The facts of a graph, ready to be changed for a moment.

    Args:
        facts: the facts, with nothing derived; they are changed and put back.
        catalogue: the tables that the facts come from.
        queries: the folder of rules and questions.
        stale_months: age in months after which knowledge of an absence counts as unverified.
    """

    def __init__(self, facts: Store, catalogue: Catalogue, queries: Path, stale_months: int) -> None:
        self._facts, self._finder = facts, Finder(facts, queries, stale_months)
        self._rules = [rule.read_text("utf-8") for rule in reason.rules(queries / "rules")]
        self._of_pairs = {name for name, query in self._finder.kinds().items() if PAIRS.search(query.text)}
        self._of: dict[str, bytes] = {}
        table = catalogue.tables["participation"]
        for row, lines in statements.by_row(catalogue, table):
            if row["country"]:
                code = local(country_iri(row["country"]))
                self._of[code] = self._of.get(code, b"") + "".join(lines).encode("utf-8")
        self._gaps: tuple[Finder, datetime.date, dict[Gap, str]] | None = None

    def ready(self, now: Finder, day: datetime.date) -> None:
        """Finds the gaps of a day in a derived graph, which are kept until another day or graph is asked about."""
        if self._gaps is None or self._gaps[:2] != (now, day):
            self._gaps = now, day, now.statuses(Filter(), day)

    @contextmanager
    def changed(self, before: bytes, after: bytes) -> Iterator[None]:
        """While the facts say something else of some rows.

        Args:
            before: what they say of the rows, as N-Quads.
            after: what they would say.
        """
        self._facts.remove(before)
        self._facts.add(after)
        try:
            yield
        finally:
            self._facts.remove(after)
            self._facts.add(before)

    def seen_in(self, now: Finder, which: Touched, day: datetime.date) -> Seen:
        """Positions and gaps of a day in a graph that holds all that its rules conclude."""
        self.ready(now, day)
        assert self._gaps is not None
        states, partners, _ = self._sides(which, day)
        return Seen(_positions(now, states, partners, day), self._right(self._gaps[2], states, partners))

    def seen(self, which: Touched, day: datetime.date) -> Seen:
        """Positions and gaps of a day if the facts were as they are now.

        Args:
            which: the countries that changed rows touch.
            day: the day asked about.
        """
        states, partners, members = self._sides(which, day)
        found = Seen({}, {})
        if partners or not states:
            found = self._part(members | partners, set(), partners, day)
        if states:
            more = self._part((self._of.keys() - members) | states, states, set(), day)
            found = Seen(found.positions | more.positions, found.gaps | more.gaps)
        return found

    def _sides(self, which: Touched, day: datetime.date) -> tuple[set[str], set[str], set[str]]:
        """The member states of which any pair may be another, the third countries touched, and all member states."""
        members = self._members(day)
        return set(which.alone & members), set((which.alone | which.parties) - members), members

    def _members(self, day: datetime.date) -> set[str]:
        rows = self._facts.select(f"""
            PREFIX coop: <https://w3id.org/coopkg/def#>
            SELECT ?country ?joined ?left WHERE {{ GRAPH <{GRAPH}seeds/group_membership> {{
              ?membership coop:hasGroup <https://w3id.org/coopkg/code/country-group/eu> ; coop:hasParticipant ?country ; coop:sinceLatest ?joined .
              OPTIONAL {{ ?membership coop:untilEarliest ?left }} }} }}""")
        on = str(day)
        return {local(row["country"]) for row in rows if row["joined"] <= on <= row.get("left", on)}

    def _right(self, gaps: dict[Gap, str], states: set[str], partners: set[str]) -> dict[Gap, str]:
        """Of gaps that are right for the pairs of some countries only those, and all of the other kinds."""
        sides = states and {"", *states}
        return {
            key: status
            for key, status in gaps.items()
            if key[0] not in self._of_pairs or key[1] in partners or key[2] in sides
        }

    def _part(self, kept: Iterable[str], states: set[str], partners: set[str], day: datetime.date) -> Seen:
        with self._derived(set(kept)):
            gaps = self._finder.statuses(Filter(), day)
            return Seen(_positions(self._finder, states, partners, day), self._right(gaps, states, partners))

    @contextmanager
    def _derived(self, kept: set[str]) -> Iterator[None]:
        """While the rules' conclusions are among the facts: those on pairs from the participations of some countries only."""
        own = set(self._facts.graphs())
        others = b"".join(quads for code, quads in self._of.items() if code not in kept)
        away = b""
        try:
            for text in self._rules:
                if PAIRS.search(text) and not away:
                    self._facts.remove(away := others)
                if not PAIRS.search(text) and away:
                    self._facts.add(away)
                    away = b""
                self._facts.update(text)
            self._facts.add(away)
            away = b""
            yield
        finally:
            self._facts.add(away)
            for graph in set(self._facts.graphs()) - own:
                self._facts.update(f"DROP GRAPH <{graph}>")


def _positions(
    finder: Finder, states: Iterable[str], partners: Iterable[str], day: datetime.date
) -> dict[Position, tuple[str, str]]:
    found: dict[Position, tuple[str, str]] = {}
    for code in sorted(partners):
        found |= ledger.positions(finder, ledger.Wanted(country=code), day)
    for code in sorted(states):
        found |= ledger.positions(finder, ledger.Wanted(member_state=code), day)
    return found
