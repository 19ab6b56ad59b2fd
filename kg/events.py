"""What the records say happened between two days, found again by what it can have changed.

Every event is a record of the graph with a day; the questions `queries/ask/ledger-*.rq` find them, and
nothing here composes one. Where a source only says that a treaty is in force, the event is that this was
first seen, never that the treaty entered into force then.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from kg import dates, queries
from kg.positions import Source
from kg.records import bound
from kg.statuses import VERDICTS
from kg.store import Row, Store
from kg.vocab import CODE, COUNTRY, local

ENDINGS = {"ended", "membership-ended", "posting-ended", "line-ended", "framework-ended"}
BEGINNINGS = {"entered-into-force", "first-seen-in-force", "membership-began", "posting-began", "line-began"}

RECORDS = {
    "funding-ends": {"line-began", "line-ended"},
    "mandate-without-result": {"mandate-given", "mandate-closed", "mandate-aged", "went-stale"},
    "no-active-funding": {"line-began", "line-ended", "framework-ended"},
    "no-asset-recovery-network": {"membership-began", "membership-ended"},
    "no-posting": {"posting-began", "posting-ended", "absence-known", "went-stale"},
}
"""The kinds of event that bear on a kind of gap; those of a kind not named here: what happens to agreements and to what is known of them."""

EXISTING = {"funding-ends", "mandate-without-result"}
"""Kinds whose rows are about something that there is: they open when it begins, and close when it ends."""

AGREEMENTS = {"entered-into-force", "first-seen-in-force", "ended", "signed", "absence-known", "went-stale"}
GROUPS = {"clasi-lacks": "https://w3id.org/coopkg/id/partnership/clasi"}
"""Kinds about the members of a partnership: to join or to leave it opens and closes their rows."""


@dataclass(frozen=True, order=True)
class Event:
    """Something that happened, as the records have it.

    Attributes:
        day: the day, as YYYY-MM-DD; of an end the last day; of a date printed without a day the last one
            that a beginning, and the first one that an end, can mean.
        what: a key of `kg.event_words.WORDS`.
        about: IRI of the instrument, partnership or line that it happened to, else empty.
        printed: the date as the source prints it, else empty.
        records: IRIs of the records that say so.
        name: name of what it happened to; where it has none, title of the source that says so.
        sources: where the records were read, best first.
    """

    day: str
    what: str
    about: str
    printed: str = ""
    records: tuple[str, ...] = ()
    name: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Scope:
    """What is asked for: two days, and the codes (upper case, empty: all) to which the questions are narrowed.

    Attributes:
        first: the earlier day.
        last: the later day.
        stale_months: age after which knowledge of an absence no longer counts.
        country: alpha-3 code of the third country.
        member_state: alpha-3 code of the member state.
        matter: notation of the matter.
    """

    first: datetime.date
    last: datetime.date
    stale_months: int
    country: str = ""
    member_state: str = ""
    matter: str = ""


class Events:
    """The events between two days.

    Args:
        store: the graph.
        folder: the folder of saved questions, `queries/ask`.
        scope: what is asked for.
        subjects: IRIs of what the gaps are about whose events will be asked for; lists of parties are read of these only.
    """

    def __init__(self, store: Store, folder: Path, scope: Scope, subjects: set[str]) -> None:
        self._store, self._folder, self._scope = store, folder, scope
        self._last = str(scope.last)
        self._first = str(scope.first)
        self._peers: dict[str, set[str]] = defaultdict(set)
        for row in self._ask("ledger-peers"):
            self._peers[row["kind"]].add(row["country"])
        self._bases: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
        for row in self._ask("ledger-bases"):
            self._bases[row["member_state"], row["country"], row["matter"]].append(row)
        self._pending: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self._ask("ledger-signatures"):
            self._pending[row["country"], row["matter"]].append(row)
        self._known: dict[tuple[str, str], list[Row]] = defaultdict(list)
        self._lists: list[Row] = []
        for row in self._ask("ledger-knowledge", about=subjects):
            if "country" in row and "matter" in row:
                self._known[row["country"], row["matter"]].append(row)
            else:
                self._lists.append(row)
        self._unions: dict[str, list[Row]] = defaultdict(list)
        self._relations: dict[str, list[Row]] = defaultdict(list)
        iri = COUNTRY + scope.country
        compared = {iri} | {other for countries in self._peers.values() if iri in countries for other in countries}
        among = {"country": compared} if scope.country else {}
        for row in [*self._ask("ledger-relations", **among), *self._ask("ledger-funding")]:
            target = self._unions if row["what"] in ("joined-eu", "left-eu") else self._relations
            target[row["country"]].append(row)
        self._endings: dict[str, list[Row]] = defaultdict(list)
        ended = {row["about"] for rows in self._bases.values() for row in rows if row["event"] == "ended"}
        for row in self._ask("ledger-ends", about=ended):
            self._endings[row["about"]].append(row)
        self._parties: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
        self._of_party: dict[str, list[Row]] = defaultdict(list)
        if scope.country:
            self._read_parties(party=compared)
            self._read_parties(
                proof={row["record"] for rows in self._bases.values() for row in rows if "record" in row}
            )
            self._read_parties(proof={row.get("above", "") for rows in self._parties.values() for row in rows})
        else:
            self._add_parties(self._ask("ledger-parties"))

    def _read_parties(self, **only: set[str]) -> None:
        """Reads what happened to these parties, or to these participations that were not read before."""
        read = {proof for proof, _, _ in self._parties} | {""}
        self._add_parties(self._ask("ledger-parties", **{name: iris - read for name, iris in only.items()}))

    def _add_parties(self, rows: list[Row]) -> None:
        for row in rows:
            self._of_party[row["party"]].append(row)
            if row["what"] != "signed":
                self._parties[row["proof"], "ended" if row["what"] == "ended" else "began", row["on"]].append(row)

    def _ask(self, name: str, **only: set[str]) -> list[Row]:
        scope = self._scope
        given = {
            "from_day": str(scope.first),
            "day": str(scope.last),
            "known_before": str(dates.months_before(scope.first, scope.stale_months)),
            "country": scope.country,
            "member_state": scope.member_state,
            "matter": scope.matter,
        }
        query = queries.find(self._folder, name)
        own = {one.name: given[one.name] for one in query.parameters if given.get(one.name)}
        text = query.bind(query.values(own, scope.last, scope.stale_months))
        for variable, iris in only.items():
            text = bound(text, variable, sorted(iris))
        return self._store.select(text)

    # What changed a pair

    def of_position(self, member: str, country: str, matter: str, before: str, after: str) -> tuple[Event, ...]:
        """The events that changed the position of a pair, oldest first.

        Args:
            member: alpha-3 code of the member state.
            country: alpha-3 code of the third country.
            matter: notation of the matter.
            before: verdict on the earlier day (see `kg.statuses.VERDICTS`), empty where the two were no pair.
            after: verdict on the later day.
        """
        pair = COUNTRY + member, COUNTRY + country, f"{CODE}matter/{matter}"
        if not before or not after:
            return _merged(self._of_union(pair[0]) + self._of_union(pair[1]))
        begun = self._begun(pair, {after})
        if VERDICTS.index(after) < VERDICTS.index(before):
            return _merged(begun or self._ended(pair, {before}))
        return _merged(self._ended(pair, {before}) + begun)

    def of_gap(
        self, kind: str, member: str, country: str, matter: str, subject: str, before: str, after: str
    ) -> tuple[Event, ...]:
        """The events that opened, closed or changed a gap, oldest first.

        Args:
            kind: kind of the gap.
            member: alpha-3 code of the member state, or empty.
            country: alpha-3 code of the focus country.
            matter: notation of the matter, or empty.
            subject: IRI of what the gap is about, or empty.
            before: status on the earlier day, empty where there was no such gap.
            after: status on the later day, empty where there is none any more.
        """
        union = self._of_union(COUNTRY + country) + (self._of_union(COUNTRY + member) if member else [])
        if union and not (before and after):
            return _merged(union)
        if member and matter:
            pair = COUNTRY + member, COUNTRY + country, f"{CODE}matter/{matter}"
            return _merged(self._of_pair_gap(kind, pair, subject, before, after))
        return _merged(self._of_country_gap(kind, member, COUNTRY + country, matter, subject, before, after))

    def _of_pair_gap(self, kind: str, pair: tuple[str, str, str], subject: str, before: str, after: str) -> list[Event]:
        general, limited = {"dedicated", "arrangement"}, {"sectoral"} if kind == "sectoral-only" else set()
        if before and after:
            return self._begun(pair, {after}) or self._ended(pair, {before})
        if after:
            signed = [event for event in self._begun(pair, {after}) if event.about == subject] if subject else []
            return self._ended(pair, general) + self._begun(pair, limited) + signed
        return self._begun(pair, general) + self._ended(pair, limited)

    def _of_union(self, iri: str) -> list[Event]:
        return [_event(row, about=row.get("about", iri)) for row in self._unions[iri]]  # of a territory, its sovereign

    def _begun(self, pair: tuple[str, str, str], states: set[str]) -> list[Event]:
        """What made one of these verdicts hold on the later day."""
        member, country, matter = pair
        found = [
            event
            for row in self._bases[pair]
            if row["event"] == "began" and local(row["grade"]) in states and row.get("to", self._last) >= self._last
            for event in self._of_basis(row)
        ]
        for row in self._pending[country, matter]:
            how = local(row["status"])
            state = "unverified" if how == "entry-not-seen" else how
            holds = row["event"] == "began" and row.get("to", self._last) >= self._last
            if holds and state in states and row.get("member_state", member) == member:
                found.append(_event(row, what="entry-not-seen" if state == "unverified" else "signed"))
        if "confirmed-gap" in states:
            found += self._of_knowledge(pair, "absence-known")
        return found

    def _ended(self, pair: tuple[str, str, str], states: set[str]) -> list[Event]:
        """What made one of these verdicts, which held on the earlier day, hold no longer."""
        member, country, matter = pair
        found = [
            event
            for row in self._bases[pair]
            if row["event"] == "ended" and local(row["grade"]) in states and row["from"] <= self._first
            for event in self._of_basis(row)
        ]
        for row in self._pending[country, matter]:
            if (
                row["event"] == "ended"
                and local(row["status"]) in states
                and row["from"] <= self._first
                and row.get("member_state", member) == member
            ):
                found += [
                    event
                    for basis in self._bases[pair]
                    if basis["about"] == row["about"]
                    for event in self._of_basis(basis)
                ]
        if "confirmed-gap" in states:
            found += self._of_knowledge(pair, "went-stale")
        return found

    def _of_knowledge(self, pair: tuple[str, str, str], what: str) -> list[Event]:
        member, country, matter = pair
        return [
            self._knowledge(row)
            for row in self._known[country, matter]
            if row["what"] == what and row.get("member_state", member) == member
        ]

    def _knowledge(self, row: Row) -> Event:
        """The event of a statement of absence: the day it speaks for, or the first day on which it no longer counts."""
        if row["what"] == "absence-known":
            return _event(row)
        day = dates.day(row["on"])
        stale = dates.first_day_past(day, self._scope.stale_months)
        return replace(_event(row), day=str(stale), printed="")

    def _of_basis(self, row: Row) -> list[Event]:
        """The events behind the beginning or the end of a basis: of the party that came last, or left first."""
        record, about = row.get("record", ""), row["about"]
        if "/declaration/" in record:
            return [
                Event(row["on"], "refused" if row["event"] == "ended" else "refusal-withdrawn", about, "", (record,))
            ]
        if "/group-membership/" in record:
            return [Event(row["on"], "joined-eu" if row["event"] == "began" else "left-eu", about, "", (record,))]
        for party in self._parties.get((record, row["event"], row["on"]), ()):
            above = self._parties.get((party.get("above", ""), row["event"], row["on"]), [party])[0]
            return [_event(above)]
        return self._of_other_end(row) or [Event(row["on"], "ended", about, "", (row["basis"],))]

    def _of_other_end(self, row: Row) -> list[Event]:
        """An opt-out that begins the day after a basis ended, or a later treaty that replaced it then."""
        after = str(dates.day(row["on"]) + datetime.timedelta(days=1))
        pair = row["member_state"], row["country"], row["matter"]
        newer = {basis["about"] for basis in self._bases[pair] if basis["event"] == "began" and basis["from"] == after}
        return [
            _event({**row, **ending})
            if ending["what"] == "opted-out"
            else Event(row["on"], "replaced", row["about"], "", (ending["record"],))
            for ending in self._endings[row["about"]]
            if (ending.get("on"), ending.get("member_state")) == (after, row["member_state"])
            or (ending["what"] == "replaced" and ending["record"] in newer)
        ]

    # What changed a country

    def _of_country_gap(
        self, kind: str, member: str, country: str, matter: str, subject: str, before: str, after: str
    ) -> list[Event]:
        wanted = RECORDS.get(kind, AGREEMENTS)
        if before and after:
            allowed = wanted - BEGINNINGS - ENDINGS
        elif bool(after) == (kind in EXISTING):
            allowed = wanted - ENDINGS - {"mandate-closed", "went-stale", "absence-known"}
        else:
            allowed = wanted - BEGINNINGS - {"mandate-given", "mandate-aged", "went-stale", "absence-known"}
        if bool(after) != bool(before) and kind == "signed-not-in-force":
            allowed = {"signed"} if after else BEGINNINGS
        iri = COUNTRY + member if member else ""
        found = [
            self._knowledge(row) if row["what"] == "went-stale" else _event(row, about=row.get("about", row["record"]))
            for row in [*self._relations[country], *self._of_agreements(country, kind, matter, subject), *self._lists]
            if row["what"] in allowed and _bears(row, country, iri, kind, subject)
        ]
        if before and after:
            return found
        joined = [
            _event(row)
            for row in self._relations[country]
            if row.get("about") == GROUPS.get(kind, "none") and row["what"] in ("membership-began", "membership-ended")
        ]
        return found + joined or self._of_peers(kind, country, matter, subject)

    def _of_peers(self, kind: str, country: str, matter: str, subject: str) -> list[Event]:
        """What happened to the others, where the share of them that have something makes a gap."""
        others = self._peers[kind] - {country}
        bound = [
            _event(row, what="peer-unbound" if row["what"] == "ended" else "peer-bound", about=row["about"])
            for other in others
            for row in self._of_agreements(other, kind, matter, subject)
            if row["what"] in BEGINNINGS | {"ended"}
        ]
        moved = [
            _event(row, what="peer-joined" if row["what"] == "membership-began" else "peer-left")
            for other in others
            for row in self._relations[other]
            if row.get("about") == GROUPS.get(kind, "none") and row["what"] in ("membership-began", "membership-ended")
        ]
        return bound + moved

    def _of_agreements(self, country: str, kind: str, matter: str, subject: str) -> list[Row]:
        """What happened to a country in the agreement that a gap is about, or in those that serve its matter."""
        if kind in RECORDS:
            return []
        served = f"{CODE}matter/{matter}" if matter else ""
        body = subject if "/organisation/" in subject else ""
        rows = [
            row
            for row in self._of_party[country]
            if row["about"] == subject
            or (served and row.get("matter") == served and row.get("body", "") == (body or row.get("body", "")))
        ]
        return rows + [row for row in self._known[country, served] if "member_state" not in row]


def _bears(row: Row, country: str, member: str, kind: str, subject: str) -> bool:
    """Whether a record of a country, or a list, is about what a gap is about."""
    if "postings" in row:
        return kind == "no-posting" and row.get("member_state") == member
    if kind in ("funding-ends", "mandate-without-result"):
        return row["record"] == subject
    if kind == "no-posting":
        return row.get("member_state") == member
    if kind == "no-asset-recovery-network":
        return row.get("topic") == "asset recovery"
    if kind in RECORDS or "party" in row or "matter" in row:
        return True
    return bool(subject) and row.get("about") == subject and row.get("country", country) == country


def _event(row: Row, what: str = "", about: str = "") -> Event:
    return Event(
        row["on"], what or row["what"], about or row.get("about", ""), row.get("printed", ""), (row["record"],)
    )


def _merged(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events without repetition: what happened to one thing on one day is one event, told by all its records.

    Where one party's day of entry into force is known and the other was only seen to be bound from that
    same day, the day is known: neither could be bound to the other before.
    """
    groups: dict[tuple[str, str, str], list[Event]] = {}
    for event in events:
        groups.setdefault((event.day, event.what, event.about), []).append(event)
    kept = {
        (day, what, about): same
        for (day, what, about), same in groups.items()
        if what != "first-seen-in-force" or (day, "entered-into-force", about) not in groups
    }
    return tuple(
        replace(
            same[0],
            printed=min(event.printed for event in same),
            records=tuple(sorted({record for event in same for record in event.records})),
        )
        for _, same in sorted(kept.items())
    )
