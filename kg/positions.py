"""The position of a member state towards a third country: what rests on which basis, with its proof."""

import datetime
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kg import dates, queries
from kg.errors import UsageError
from kg.ids import country_iri
from kg.store import Row, Store
from kg.vocab import local

SIGNATURE_NOT_SEEN = "0001-01-01"
"""The day of a signature that was not seen, as `queries/rules/40-pending.ru` writes it."""

NOT_RECORDED = "Cooperation on reciprocity under national law is not recorded."


@dataclass(frozen=True)
class Source:
    """Where a statement can be read again; `as_of` as printed, empty where the source is undated."""

    title: str
    url: str
    as_of: str
    confidence: str

    @classmethod
    def of(cls, row: Row) -> "Source":
        """The source that a row names in the columns that the saved questions share."""
        return cls(row["source_title"], row["source_url"], row.get("source_as_of", ""), local(row["confidence"]))


@dataclass(frozen=True)
class Basis:
    """One basis: instrument, grade, days between which it certainly holds (`until` None: no end known).

    `declaration` is None for an instrument that a state cannot refuse as a basis; otherwise what the
    country has declared, a notation of `declaration-finding`, or `not-recorded`.
    """

    instrument: str
    title: str
    grade: str
    scope: str
    since: str
    until: str | None
    declaration: str | None
    proof: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Pending:
    """An instrument that is signed (`signed` None: day not seen), or whose entry into force was not seen."""

    instrument: str
    title: str
    status: str
    signed: str | None
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class KnownAbsence:
    """Somebody looked on `as_of` and found none; `fresh` while it counts on the day asked about."""

    as_of: str
    fresh: bool
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Position:
    """What a member state can ask of a third country in a matter on a day."""

    member_state: str
    country: str
    matter: str
    as_of: str
    status: str
    grade: str | None
    bases: tuple[Basis, ...]
    pending: tuple[Pending, ...]
    absences: tuple[KnownAbsence, ...]

    def record(self) -> dict[str, Any]:
        """The position as plain data for JSON; a basis has the keys `from` and `until`."""
        data = asdict(self)
        for basis in data["bases"]:
            basis["from"] = basis.pop("since")
        return {**data, "note": NOT_RECORDED}


def check_country(store: Store, code: str) -> None:
    """Makes sure that the graph knows a country with this alpha-3 code.

    Raises:
        UsageError: it does not.
    """
    if store.select(f"ASK {{ <{country_iri(code)}> a <https://schema.org/Country> }}")[0]["ask"] != "true":
        raise UsageError(
            f"there is no country with the code '{code}'",
            "write the ISO 3166-1 alpha-3 code, for example COL (Kosovo*: XKX)",
        )


def check_pair(store: Store, member_state: str, country: str, day: datetime.date) -> None:
    """Makes sure that on that day the one is a member state and the other a third country.

    Raises:
        UsageError: a code is unknown, or the two have other roles on that day.
    """
    for code in (member_state, country):
        check_country(store, code)
    if not is_member(store, member_state, day):
        raise UsageError(
            f"{member_state.upper()} was no member state of the European Union on {day}",
            "name a member state of that day",
        )
    if is_member(store, country, day):
        raise UsageError(
            f"{country.upper()} was a member state of the European Union on {day}",
            "name a third country, or another day",
        )
    if (sovereign := sovereign_member(store, country, day)) is not None:
        raise UsageError(
            f"{country.upper()} was a territory of {sovereign} on {day}, so no third country",
            f"name a third country; what {sovereign} has agreed with others may extend to its territory, "
            "which is not recorded",
        )


def check_matter(store: Store, matter: str) -> None:
    """Makes sure that the code list `matter` has this notation.

    Raises:
        UsageError: it has not.
    """
    if matter not in (known := matters(store)):
        raise UsageError(f"there is no matter '{matter[:60]}'", f"write one of {', '.join(sorted(known))}")


def matters(store: Store) -> list[str]:
    """The notations of all matters, in the order of their code list."""
    rows = store.select("""
        PREFIX schema: <https://schema.org/>
        PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
        SELECT ?matter ?ordinal WHERE {
          ?matter skos:inScheme <https://w3id.org/coopkg/code/matter> . OPTIONAL { ?matter schema:position ?ordinal }
        }""")
    return [
        local(row["matter"]) for row in sorted(rows, key=lambda row: (int(row.get("ordinal", "99")), row["matter"]))
    ]


def is_member(store: Store, code: str, day: datetime.date) -> bool:
    """Whether the country with this alpha-3 code is a member state of the European Union on a day."""
    return any(
        row["joined"] <= str(day) <= row.get("left", dates.OPEN_END)
        for row in store.select(f"""
        PREFIX coop: <https://w3id.org/coopkg/def#>
        PREFIX group: <https://w3id.org/coopkg/code/country-group/>
        SELECT ?joined ?left WHERE {{
          ?membership coop:hasGroup group:eu ; coop:hasParticipant <{country_iri(code)}> ; coop:sinceLatest ?joined .
          OPTIONAL {{ ?membership coop:untilEarliest ?left }}
        }}""")
    )


def sovereign_member(store: Store, code: str, day: datetime.date) -> str | None:
    """The alpha-3 code of the member state that a territory belongs to on a day; None for everything else.

    Such a territory is no third country: Articles 349 and 355 of the Treaty on the Functioning of the European
    Union make it a part of the Union, or its Annex II one of a member state's overseas countries and territories.

    Args:
        store: the graph.
        code: alpha-3 code of the territory.
        day: the day asked about.
    """
    rows = store.select(f"""
        PREFIX coop: <https://w3id.org/coopkg/def#>
        SELECT ?sovereign WHERE {{
          GRAPH <https://w3id.org/coopkg/graph/seeds/country> {{ <{country_iri(code)}> coop:hasSovereign ?sovereign }}
        }}""")
    return next((found for row in rows if is_member(store, found := local(row["sovereign"]), day)), None)


def position(
    store: Store, folder: Path, member_state: str, country: str, matter: str, day: datetime.date, stale_months: int
) -> Position:
    """The position of one pair.

    Args:
        store: the graph.
        folder: the folder of saved questions, `queries/ask`.
        member_state: alpha-3 code of the member state.
        country: alpha-3 code of the third country.
        matter: notation in the code list `matter`.
        day: the day asked about.
        stale_months: age after which a known absence no longer counts.

    Raises:
        UsageError: an unknown code, or a pair that is none on that day.
    """
    check_matter(store, matter)
    check_pair(store, member_state, country, day)
    given = {"day": str(day), "member_state": member_state, "country": country, "matter": matter}

    def ask(name: str) -> list[Row]:
        query = queries.find(folder, name)
        own = {parameter.name: given[parameter.name] for parameter in query.parameters if parameter.name in given}
        return store.select(query.bind(query.values(own, day, stale_months)))

    verdict = next(
        row
        for row in ask("profile-positions")
        if row["member_state"] == country_iri(member_state) and local(row["matter"]) == matter
    )
    known_since = str(dates.months_before(day, stale_months))
    absences = [KnownAbsence(row["as_of"], row["as_of"] >= known_since, (Source.of(row),)) for row in ask("absences")]
    return Position(
        member_state.upper(),
        country.upper(),
        matter,
        str(day),
        local(verdict["status"]),
        local(verdict["grade"]) if "grade" in verdict else None,
        tuple(_bases(ask("bases"))),
        tuple(_pending(ask("pending"))),
        tuple(absences),
    )


def _bases(rows: list[Row]) -> list[Basis]:
    """Bases from their rows, one a proof; strongest first, then oldest."""
    groups: dict[tuple[str, str, str | None], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["instrument"], row["from"], row.get("to")), []).append(row)
    bases = [
        Basis(
            local(instrument),
            rows[0]["title"],
            local(rows[0]["grade"]),
            local(rows[0]["scope"]),
            since,
            until,
            _declaration(rows[0]),
            tuple(sorted({local(row["proof"]) for row in rows})),
            tuple(sorted({Source.of(row) for row in rows}, key=lambda source: source.url)),
        )
        for (instrument, since, until), rows in groups.items()
    ]
    order = {"dedicated": 1, "arrangement": 2, "sectoral": 3}
    return sorted(bases, key=lambda basis: (order[basis.grade], basis.since, basis.instrument))


def _declaration(row: Row) -> str | None:
    return local(row.get("declaration", "not-recorded")) if "condition" in row else None


def _pending(rows: list[Row]) -> list[Pending]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["instrument"], []).append(row)
    return [
        Pending(
            local(instrument),
            rows[0]["title"],
            local(rows[0]["status"]),
            None if rows[0]["signed"] == SIGNATURE_NOT_SEEN else rows[0]["signed"],
            tuple(sorted({Source.of(row) for row in rows}, key=lambda source: source.url)),
        )
        for instrument, rows in sorted(groups.items())
    ]
