"""Gaps: one row for each thing that is missing, with the evidence for the need and for the lack.

What counts as a gap is said by the queries in `queries/gaps`, one kind a file; here the rows of all
kinds become one list, filtered, explained and put in order.
"""

import datetime
import functools
import itertools
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, overload

from kg import figures, funding, queries, score
from kg.errors import UsageError
from kg.funding import Funding
from kg.ids import country_iri
from kg.labels import Labels
from kg.languages import spoken
from kg.positions import Source, check_country
from kg.queries import Query
from kg.score import Part, Score, Weights
from kg.store import Row, Store
from kg.vocab import CODE, COOP, COUNTRY, local

STATUSES = ["confirmed-gap", "signed-not-in-force", "unverified"]
CONFIDENCE = {"high": 0, "medium": 1, "low": 2}


@dataclass(frozen=True)
class Need:
    """Why a country matters: the routes through it, its roles, and the sources of both, best first."""

    routes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True)
class Gap:
    """One gap.

    Attributes:
        kind: name of the query that found it.
        status: `confirmed-gap`, `signed-not-in-force` or `unverified`.
        country: alpha-3 code of the focus country.
        member_state: alpha-3 code where the gap is that of one member state, else empty.
        matter: notation of the matter, else empty.
        subject: IRI of the convention, line, mandate, body or hub that the gap is about, else empty.
        since: the day since which the gap is known to exist, else empty.
        lack: IRI of the record that shows the lack; empty where nobody has looked.
        lack_name: name of that record, or of what it is about.
        lack_sources: where that record was read.
        need: the evidence for the need.
        parts: the parts of the score, each with its figure; they do not depend on weights.
        score: the score under the weights that the list was made with.
        shares: number of member states that have this gap, this one included; 0 where it is nobody's alone.
    """

    kind: str
    status: str
    country: str
    member_state: str
    matter: str
    subject: str
    since: str
    lack: str
    lack_name: str
    lack_sources: tuple[Source, ...]
    need: Need
    parts: tuple[Part, ...] = ()
    score: Score = score.UNSCORED
    shares: int = 0


@dataclass(frozen=True)
class Ranked:
    """A gap in a list of other weights: its rank there, its rank and score under the standard weights.

    `move` is how many places it rose (negative: fell).
    """

    gap: Gap
    rank: int
    standard_rank: int
    standard_score: float | None

    @property
    def move(self) -> int:
        """Places risen against the standard order."""
        return self.standard_rank - self.rank


@dataclass(frozen=True)
class Filter:
    """Which gaps are asked for; an empty value does not restrict. `region` is a notation of `country-group`."""

    kind: str = ""
    country: str = ""
    member_state: str = ""
    region: str = ""
    status: str = ""


DAYS_KEPT = 16
"""Days of which a finder keeps the statistics."""


@dataclass(frozen=True)
class Finder:
    """Finds gaps in one graph.

    Attributes:
        store: the graph.
        folder: the folder of queries, with `gaps` and `ask` in it.
        stale_months: age after which a known absence no longer counts.
    """

    store: Store
    folder: Path
    stale_months: int
    _statistics: dict[tuple[datetime.date, float], figures.Statistics] = field(
        default_factory=dict, repr=False, compare=False
    )
    """Read once a day asked about: the graph does not change, and they are the largest part of a score."""

    def kinds(self) -> dict[str, Query]:
        """The kinds of gap by name."""
        return queries.library(self.folder / "gaps")

    def find(self, wanted: Filter, day: datetime.date, given: dict[str, str] | None = None) -> list[Gap]:
        """The gaps of a day under the standard weights, highest score first (then by country, kind, member state).

        Args:
            wanted: which gaps.
            day: the day asked about.
            given: further parameters of the kind (only where `wanted` names one).

        Raises:
            UsageError: an unknown kind, status, country or region.
        """
        self._check(wanted)
        kinds = self.kinds()
        chosen = [kinds[wanted.kind]] if wanted.kind else list(kinds.values())
        asked = {"day": str(day)} | ({"country": wanted.country} if wanted.country else {}) | (given or {})
        rows = [(query.name, row) for query in chosen for row in self._rows(query, asked, day)]
        needs = self.needs(wanted.country)
        evidence = self.evidence({row["lack"] for _, row in rows if "lack" in row})
        found = [
            Gap(
                kind,
                local(row["status"]),
                local(row["country"]),
                local(row.get("member_state", "")),
                local(row.get("matter", kinds[kind].matter)),
                row.get("subject", ""),
                row.get("since", ""),
                row.get("lack", ""),
                *evidence.get(row.get("lack", ""), ("", ())),
                needs.get(row["country"], Need()),
            )
            for kind, row in rows
        ]
        scored = self._scored(found, day, wanted.country)
        return sorted(self._kept(scored, wanted), key=_order)

    def statuses(self, wanted: Filter, day: datetime.date) -> dict[tuple[str, str, str, str, str], str]:
        """The status of every gap of a day by kind, country, member state, matter and subject, for comparing days.

        Raises:
            UsageError: an unknown kind, status, country or region.
        """
        self._check(wanted)
        kinds = self.kinds()
        asked = {"day": str(day)} | ({"country": wanted.country} if wanted.country else {})
        found = [
            Gap(
                kind,
                local(row["status"]),
                local(row["country"]),
                local(row.get("member_state", "")),
                local(row.get("matter", query.matter)),
                row.get("subject", ""),
                "",
                "",
                "",
                (),
                Need(),
            )
            for kind, query in kinds.items()
            if not wanted.kind or kind == wanted.kind
            for row in self._rows(query, asked, day)
        ]
        return {
            (gap.kind, gap.country, gap.member_state, gap.matter, gap.subject): gap.status
            for gap in self._kept(found, wanted)
        }

    def keep(self, gaps: list[Gap], wanted: Filter) -> list[Gap]:
        """Those of the gaps that a filter lets through, in their order.

        Raises:
            UsageError: an unknown kind, status, country or region.
        """
        self._check(wanted)
        return self._kept(gaps, wanted)

    def _kept(self, gaps: list[Gap], wanted: Filter) -> list[Gap]:
        country, member = (local(country_iri(code)) if code else "" for code in (wanted.country, wanted.member_state))
        region = self.region(wanted.region) if wanted.region else set()
        return [
            gap
            for gap in gaps
            if (not wanted.kind or gap.kind == wanted.kind)
            and (not wanted.status or gap.status == wanted.status)
            and (not country or gap.country == country)
            and (not member or gap.member_state in ("", member))
            and (not wanted.region or gap.country in region)
        ]

    def weights(self) -> Weights:
        """The standard numbers of the score, from the table `score_weight`."""
        return figures.weights(self.store, self.folder / "ask")

    def _scored(self, gaps: list[Gap], day: datetime.date, country: str) -> list[Gap]:
        """The gaps with their scores; they must be all that there are of their kind and country, for those that share one."""
        weights = self.weights()
        asked = day, weights.of("seizures", "years")
        statistics = self._statistics.get(asked)
        if statistics is None:
            if len(self._statistics) >= DAYS_KEPT:
                self._statistics.clear()
            statistics = self._statistics[asked] = figures.statistics(self.store, self.folder / "ask", day, weights)
        known = figures.read(self.store, self.folder / "ask", day, statistics, country)
        sharing: dict[tuple[str, str, str], dict[str, bool]] = {}
        for gap in gaps:
            if gap.member_state:
                surely = sharing.setdefault((gap.kind, gap.country, gap.matter), {})
                surely[gap.member_state] = surely.get(gap.member_state, False) or gap.status != "unverified"
        need = functools.cache(lambda code: score.need(known.traffic.get(code, score.NOTHING), known.largest, weights))
        shares = weights.shares

        @functools.cache  # most gaps of a country are alike: twenty times fewer scores than gaps
        def scored(country: str, status: str, left: str, sure: int, having: int) -> tuple[tuple[Part, ...], Score, int]:
            parts = (
                *need(country),
                score.status(status, weights),
                score.grade(left, weights) if left else score.not_applicable("grade"),
                score.shared(sure, having - sure, known.member_states) if having else score.not_applicable("shared"),
            )
            return parts, score.total(parts, shares), having

        def of(gap: Gap) -> tuple[tuple[Part, ...], Score, int]:
            having = sharing.get((gap.kind, gap.country, gap.matter), {}) if gap.member_state else {}
            left = known.grade(gap.member_state, gap.country, gap.matter) if gap.member_state and gap.matter else ""
            return scored(gap.country, gap.status, left, sum(having.values()), len(having))

        return [
            replace(gap, parts=parts, score=value, shares=having)
            for gap, (parts, value, having) in ((gap, of(gap)) for gap in gaps)
        ]

    def needs(self, country: str = "") -> dict[str, Need]:
        """The evidence for the need, by country IRI: of all countries, or of the one with this alpha-3 code."""
        query = queries.find(self.folder / "ask", "need")
        groups: dict[str, list[Row]] = {}
        for row in self.store.select(query.bind({"country": country or "any"})):
            if row["kind"] == "route" or local(row["role"]) != "destination":
                groups.setdefault(row["country"], []).append(row)
        return {iri: _need(rows) for iri, rows in groups.items()}

    def _rows(self, query: Query, asked: dict[str, str], day: datetime.date) -> list[Row]:
        """The rows of a kind; `country` is passed on where the query can be narrowed by it."""
        names = {parameter.name for parameter in query.parameters}
        own = {name: value for name, value in asked.items() if name in names or name != "country"}
        return self.store.select(query.bind(query.values(own, day, self.stale_months)))

    def _check(self, wanted: Filter) -> None:
        kinds = self.kinds()
        if wanted.kind and wanted.kind not in kinds:
            raise UsageError(f"there is no kind of gap '{wanted.kind[:60]}'", f"write one of {', '.join(kinds)}")
        if wanted.status and wanted.status not in STATUSES:
            raise UsageError(f"there is no status '{wanted.status[:60]}'", f"write one of {', '.join(STATUSES)}")
        for code in (wanted.country, wanted.member_state):
            if code:
                check_country(self.store, code)
        if wanted.region and wanted.region not in (known := regions(self.store)):
            raise UsageError(f"there is no region '{wanted.region[:60]}'", f"write one of {', '.join(known)}")

    def region(self, notation: str) -> set[str]:
        """The alpha-3 codes of the countries in a group."""
        return {
            local(row["country"])
            for row in self.store.select(
                f"SELECT ?country WHERE {{ ?membership <{COOP}hasGroup> <{CODE}country-group/{notation}> ; "
                f"<{COOP}hasParticipant> ?country }}"
            )
        }

    def evidence(self, records: set[str]) -> dict[str, tuple[str, tuple[Source, ...]]]:
        """Name and sources of records, by IRI."""
        if not records:
            return {}
        text = queries.find(self.folder / "ask", "evidence").text
        values = " ".join(f"<{record}>" for record in sorted(records))
        names: dict[str, str] = {}
        found: dict[str, set[Source]] = {}
        for row in self.store.select(text.replace("{ agreement:untoc }", f"{{ {values} }}")):
            names[row["record"]] = row["name"]
            found.setdefault(row["record"], set()).add(Source.of(row))
        return {record: (names[record], best_first(sources)) for record, sources in found.items()}


def regions(store: Store) -> list[str]:
    """The notations of the country groups that can be filtered by."""
    return sorted(
        {
            local(row["group"])
            for row in store.select(
                "SELECT DISTINCT ?group WHERE { ?group <http://www.w3.org/2004/02/skos/core#inScheme> <https://w3id.org/coopkg/code/country-group> }"
            )
        }
    )


def best_first(sources: Iterable[Source]) -> tuple[Source, ...]:
    """Sources in order of confidence, then of date, newest first."""
    newest = sorted(sources, key=lambda source: (source.as_of, source.url), reverse=True)
    return tuple(sorted(newest, key=lambda source: CONFIDENCE[source.confidence]))


def table(
    gaps: list[Gap],
    kinds: dict[str, Query],
    labels: Labels,
    language: str = "en",
    paid: Mapping[str, Funding] | None = None,
) -> list[dict[str, Any]]:
    """The gaps as flat rows for tables: codes and names side by side, the best sources written out.

    Args:
        gaps: the gaps.
        kinds: the kinds of gap by name.
        labels: names of things.
        language: `en` or `fr`.
        paid: what reaches each country; without it, the columns on funding are left out.
    """
    countries = {gap.country for gap in gaps} if paid is not None else set()
    money = {code: funding.columns(paid or {}, code, language) for code in countries}
    columns = {name: _columns(parts) for name, parts in {id(gap.parts): gap.parts for gap in gaps}.items()}
    return [
        {
            "kind": gap.kind,
            "gap": spoken(kinds[gap.kind].titles, language),
            "score": gap.score.value,
            "score_most": gap.score.most,
            "status": gap.status,
            "country": gap.country,
            "country_name": labels.of(COUNTRY + gap.country),
            "member_state": gap.member_state,
            "member_state_name": labels.of(COUNTRY + gap.member_state) if gap.member_state else "",
            "matter": gap.matter,
            "subject": labels.of(gap.subject) if gap.subject else "",
            "since": gap.since,
            "routes": len(gap.need.routes),
            "need": "; ".join([*gap.need.routes, *gap.need.roles]),
            "need_sources": " ".join(source.url for source in gap.need.sources[:3]),
            "lack": _lack(gap),
            "lack_sources": " ".join(source.url for source in gap.lack_sources[:3]),
            "shared_by": gap.shares or None,
            **money.get(gap.country, {}),
            **columns[id(gap.parts)],
        }
        for gap in gaps
    ]


def ranked_table(
    ranked: Sequence[Ranked],
    kinds: dict[str, Query],
    labels: Labels,
    language: str = "en",
    paid: Mapping[str, Funding] | None = None,
) -> list[dict[str, Any]]:
    """The same for a list under other weights, with the change of rank in front."""
    return [
        {"rank": one.rank, "standard_rank": one.standard_rank, "move": one.move, **row}
        for one, row in zip(ranked, table([one.gap for one in ranked], kinds, labels, language, paid), strict=True)
    ]


def _columns(parts: tuple[Part, ...]) -> dict[str, Any]:
    """The parts of a score as columns: the share from 0 to 1 (empty: unknown, or does not apply) and the figure behind it."""
    return {
        column: cell
        for part in parts
        for column, cell in (
            (f"{part.name}_value", part.least / score.WHOLE if part.known else None),
            (f"{part.name}_figure", part.figure),
        )
    }


def _lack(gap: Gap) -> str:
    """What shows the lack, in words: the record, else the first source that states an absence, else that there is none."""
    if not gap.lack:
        return "no record: nobody has looked, or too long ago"
    return gap.lack_name or f"none exists, according to: {gap.lack_sources[0].title}"


class Ordered(Sequence[Ranked]):
    """Gaps with their ranks in one order or another, each made when it is asked for: a page shows fifty of thousands.

    Args:
        gaps: the gaps in their standard order.
        places: their places in that list, in the order in which they are to stand; None: in the standard order.
        scores: other scores than their own, by the identity of the parts of a gap.
    """

    def __init__(
        self, gaps: Sequence[Gap], places: Sequence[int] | None = None, scores: Mapping[int, Score] | None = None
    ) -> None:
        self._gaps, self._scores = gaps, scores
        self._places = range(len(gaps)) if places is None else places

    def __len__(self) -> int:
        return len(self._gaps)

    @overload
    def __getitem__(self, place: int) -> Ranked: ...

    @overload
    def __getitem__(self, place: slice) -> list[Ranked]: ...

    def __getitem__(self, place: int | slice) -> Ranked | list[Ranked]:
        if isinstance(place, slice):
            return [self[one] for one in range(len(self))[place]]
        standard = self._places[place]
        gap, rank = self._gaps[standard], range(len(self))[place] + 1
        now = replace(gap, score=self._scores[id(gap.parts)]) if self._scores else gap
        return Ranked(now, rank, standard + 1, gap.score.value)

    def of(self, gap: Gap) -> Ranked | None:
        """The line of a gap of the standard list; None where that does not have it."""
        place = self._rank_of.get(id(gap))
        return None if place is None else self[place]

    @functools.cached_property
    def _rank_of(self) -> dict[int, int]:
        return {id(self._gaps[standard]): place for place, standard in enumerate(self._places)}


def reweighed(gaps: Sequence[Gap], weights: Weights) -> Ordered:
    """A list in the order of other weights, with the change of rank.

    Args:
        gaps: the list in its standard order.
        weights: the weights to order it by.
    """
    shares = weights.shares
    scores = {id(parts): score.total(parts, shares) for parts in {id(gap.parts): gap.parts for gap in gaps}.values()}
    of_parts: dict[int, list[int]] = {}  # gaps with the same parts have one score, now as before: they are in order
    for place, gap in enumerate(gaps):
        of_parts.setdefault(id(gap.parts), []).append(place)
    alike: dict[float, list[list[int]]] = {}
    for parts, found in of_parts.items():
        points = scores[parts].value
        alike.setdefault(-1.0 if points is None else points, []).append(found)
    places: list[int] = []
    for points in sorted(alike, reverse=True):
        one, *others = alike[points]
        places += sorted(itertools.chain(one, *others), key=lambda at: _name(gaps[at])) if others else one
    return Ordered(gaps, places, scores)


_name = operator.attrgetter("country", "kind", "member_state", "matter", "subject", "lack")
"""What gaps of one score are ordered by."""


def _order(gap: Gap) -> tuple[Any, ...]:
    """Highest score first, then by country, kind and member state; gaps without a score come last."""
    points = -1.0 if gap.score.value is None else gap.score.value
    return (-points, *_name(gap))


def _need(rows: list[Row]) -> Need:
    routes = {f"{row['name']} ({local(row['commodity'])})" for row in rows if row["kind"] == "route"}
    roles = {f"{local(row['role'])} of {local(row['commodity'])}" for row in rows if row["kind"] == "role"}
    return Need(tuple(sorted(routes)), tuple(sorted(roles)), best_first({Source.of(row) for row in rows}))
