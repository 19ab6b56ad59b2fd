"""What a few changed rows would open, close or change, without deriving the whole graph anew.

A basis, or an instrument on its way, between two countries follows from what those two took part in and
from what is common to all. So the rules that make them run over a graph that holds, of all that countries
took part in, only what a changed country and its possible partners did; every other rule and every
question runs over the whole. The tests compare the outcome with that of the whole derivation.
"""

import datetime
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kg import reason, statements
from kg.gaps import Filter, Finder
from kg.ids import country_iri
from kg.importing import Change
from kg.ledger import Change as Changed
from kg.ledger import Moment, Wanted, between, differences, in_order
from kg.store import Store
from kg.tables import Catalogue
from kg.vocab import GRAPH, local

COUNTRY_OF = {
    "absence": "country",
    "agency_presence": "country",
    "country_role": "country",
    "declaration": "country",
    "mandate": "country",
    "opt_out": "member_state",
    "participation": "country",
    "posting": "country",
}
"""The tables whose rows speak of one country, with the column that names it; a change of any other may touch everything."""

PAIRS = re.compile(r"\bgraph:(?:bases|pending)\b")
"""What a rule or a question names that makes or reads something computed for a pair of countries."""


def countries(changes: Iterable[Change]) -> set[str] | None:
    """The countries (EU codes) that changed rows speak of; None where the rows may touch any country."""
    found = set()
    for change in changes:
        column = COUNTRY_OF.get(change.table)
        for row in (change.before, change.after):
            if row is not None:
                if column is None or not row[column]:
                    return None
                found.add(local(country_iri(row[column])))
    return found


class Touching:
    """The facts of a graph, ready to be changed for a moment.

    Args:
        facts: the facts, with nothing derived; they are changed and put back.
        catalogue: the tables that the facts come from.
        rules: the folder of rules.
        now: the graph to compare with.
    """

    def __init__(self, facts: Store, catalogue: Catalogue, rules: Path, now: Finder) -> None:
        self._facts, self._now = facts, now
        self._rules = [rule.read_text("utf-8") for rule in reason.rules(rules)]
        self._of: dict[str, bytes] = {}
        table = catalogue.tables["participation"]
        for row, lines in statements.by_row(catalogue, table):
            if row["country"]:
                code = local(country_iri(row["country"]))
                self._of[code] = self._of.get(code, b"") + "".join(lines).encode("utf-8")
        self._gaps: tuple[datetime.date, dict[tuple[str, str, str, str, str], str]] | None = None

    def ready(self, day: datetime.date) -> None:
        """Finds the gaps of a day in the graph to compare with, which are kept until another day is asked about."""
        if self._gaps is None or self._gaps[0] != day:
            self._gaps = day, self._now.statuses(Filter(), day)

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

    def effect(self, touched: set[str], day: datetime.date) -> list[Changed]:
        """What would open, close or change on a day if the facts were as they are now, as `kg.effect.effect` gives it.

        Args:
            touched: the countries that the changed rows speak of (see `countries`).
            day: the day asked about.
        """
        members = self._members(day)
        states, partners = touched & members, touched - members
        found: set[Changed] = set()
        if partners or not states:
            found |= set(self._differences(members | partners, partners, set(), day))
        if states:
            found |= set(self._differences((self._of.keys() - members) | states, set(), states, day))
        return in_order(found)

    def _members(self, day: datetime.date) -> set[str]:
        rows = self._facts.select(f"""
            PREFIX coop: <https://w3id.org/coopkg/def#>
            SELECT ?country ?joined ?left WHERE {{ GRAPH <{GRAPH}seeds/group_membership> {{
              ?membership coop:hasGroup <https://w3id.org/coopkg/code/country-group/eu> ; coop:hasParticipant ?country ; coop:sinceLatest ?joined .
              OPTIONAL {{ ?membership coop:untilEarliest ?left }} }} }}""")
        on = str(day)
        return {local(row["country"]) for row in rows if row["joined"] <= on <= row.get("left", on)}

    def _differences(
        self, kept: Iterable[str], partners: set[str], states: set[str], day: datetime.date
    ) -> Iterator[Changed]:
        """The differences between the graph as it is and the changed facts, where pairs are right for `partners` and `states`."""
        finder = Finder(self._facts, self._now.folder, self._now.stale_months)
        once, then = Moment(self._now, day), Moment(finder, day)
        self.ready(day)
        assert self._gaps is not None
        of_pairs = {name for name, query in finder.kinds().items() if PAIRS.search(query.text)}
        with self._derived(set(kept)):
            for code in partners:
                yield from differences(Wanted(what="positions", country=code), once, then)
            for code in states:
                yield from differences(Wanted(what="positions", member_state=code), once, then)
            for change in between(self._gaps[1], finder.statuses(Filter(), day)):
                right = change.country in partners or change.member_state in (states and {"", *states})
                if right or change.kind not in of_pairs:
                    yield change

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
