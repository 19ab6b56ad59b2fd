"""The lines of the gap desk as they are handed on: each with evidence, source, day, status and graph of its own."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kg import funding
from kg.funding import Funding
from kg.gaps import Gap, Ranked
from kg.labels import KOSOVO_FOOTNOTE, Labels
from kg.languages import spoken
from kg.positions import Source
from kg.queries import Query
from kg.statuses import STATUSES
from kg.vocab import CODE, COUNTRY

COLUMNS = {
    "line": ("Line", "Ligne", 6),
    "remark": ("Remark", "Remarque", 40),
    "gap": ("Gap", "Lacune", 38),
    "country": ("Code", "Code", 7),
    "country_name": ("Third country", "Pays tiers", 22),
    "member_state": ("Code of the member state", "Code de l'État membre", 9),
    "member_state_name": ("Member state", "État membre", 16),
    "matter": ("Matter", "Matière", 22),
    "subject": ("About", "Objet", 34),
    "status": ("Status", "Statut", 18),
    "status_meaning": ("What the status means", "Signification du statut", 44),
    "score": ("Score", "Score", 8),
    "score_most": ("Score at most", "Score au plus", 8),
    "rank": ("Rank", "Rang", 8),
    "standard_rank": ("Rank under the standard weights", "Rang selon les poids standard", 10),
    "since": ("Since", "Depuis", 12),
    "routes": ("Routes", "Routes", 8),
    "need": ("Evidence of the need", "Preuve du besoin", 50),
    "need_sources": ("Sources of the need", "Sources du besoin", 50),
    "lack": ("Evidence of the lack", "Preuve du manque", 44),
    "lack_sources": ("Sources of the lack", "Sources du manque", 50),
    "shared_by": ("Member states that share it", "États membres qui la partagent", 10),
    "present_funding": ("Present funding of the country", "Financement actuel du pays", 50),
    "funding_end": ("Last day of funding", "Dernier jour de financement", 12),
    "envelope": ("Envelopes that name the region", "Enveloppes qui nomment la région", 50),
    "day": ("Day asked about", "Date demandée", 12),
    "why": ("Why it is listed", "Pourquoi elle figure", 30),
    "graph": ("Graph", "Graphe", 16),
}
"""Name of each column in a heading, in English and French, and its width."""

WORDS = {
    "en": {
        "no need": "no route and no role recorded",
        "no lack": "no record: nobody has looked, or too long ago",
        "absence": "none exists, according to: %s",
        "no source": "no source: nobody has looked, or too long ago",
        "no need source": "no source: nothing recorded",
        "as of": "as of",
        "undated": "undated",
        "high": "high confidence",
        "medium": "medium confidence",
        "low": "low confidence",
    },
    "fr": {
        "no need": "aucune route et aucun rôle enregistrés",
        "no lack": "aucun enregistrement : personne n'a vérifié, ou il y a trop longtemps",
        "absence": "il n'en existe pas, selon : %s",
        "no source": "aucune source : personne n'a vérifié, ou il y a trop longtemps",
        "no need source": "aucune source : rien d'enregistré",
        "as of": "état au",
        "undated": "sans date",
        "high": "confiance élevée",
        "medium": "confiance moyenne",
        "low": "confiance faible",
    },
}


def rows(
    ranked: Sequence[Ranked],
    remarks: Mapping[str, str],
    name_of: Callable[[Gap], str],
    why: Callable[[Gap], str],
    kinds: Mapping[str, Query],
    labels: Labels,
    paid: Mapping[str, Funding],
    day: datetime.date,
    graph: str,
    language: str = "en",
) -> list[dict[str, Any]]:
    """The lines as rows: texts, numbers (int, float), days (datetime.date); None where a cell says nothing.

    Args:
        ranked: the gaps with their ranks, in their order.
        remarks: what the reader wrote beside a gap, by its short name.
        name_of: gives the short name of a gap.
        why: gives the address that says why a gap is listed.
        kinds: the kinds of gap by name.
        labels: names in the language.
        paid: what reaches each country.
        day: the day asked about.
        graph: digest of the graph.
        language: `en` or `fr`.
    """
    words = spoken(WORDS, language)
    found = []
    for line, one in enumerate(ranked, 1):
        gap = one.gap
        money = funding.columns(paid, gap.country, language)
        lack = gap.lack_name or (words["absence"] % gap.lack_sources[0].title if gap.lack_sources else words["no lack"])
        cells = {
            "line": line,
            "remark": remarks.get(name_of(gap), ""),
            "gap": spoken(kinds[gap.kind].titles, language),
            "country": gap.country,
            "country_name": labels.of(COUNTRY + gap.country),
            "member_state": gap.member_state,
            "member_state_name": labels.of(COUNTRY + gap.member_state) if gap.member_state else "",
            "matter": labels.of(f"{CODE}matter/{gap.matter}") if gap.matter else "",
            "subject": labels.of(gap.subject) if gap.subject else "",
            "status": gap.status,
            "status_meaning": spoken(STATUSES, language)[gap.status],
            "score": gap.score.value,
            "score_most": gap.score.most,
            "rank": one.rank,
            "standard_rank": one.standard_rank,
            "since": day_or_text(gap.since),
            "routes": len(gap.need.routes),
            "need": "; ".join([*gap.need.routes, *gap.need.roles]) or words["no need"],
            "need_sources": sources(gap.need.sources, language) or words["no need source"],
            "lack": lack,
            "lack_sources": sources(gap.lack_sources, language) or words["no source"],
            "shared_by": gap.shares or None,
            **money,
            "funding_end": day_or_text(money["funding_end"]),
            "day": day,
            "why": why(gap),
            "graph": graph,
        }
        found.append({name: cells[name] for name in COLUMNS})
    return found


def sources(given: Sequence[Source], language: str) -> str:
    """The best three sources in words: title, day, confidence and address of each."""
    words = spoken(WORDS, language)
    return "; ".join(
        f"{one.title} ({words['as of'] + ' ' + one.as_of if one.as_of else words['undated']}, "
        f"{words.get(one.confidence, one.confidence)}) {one.url}"
        for one in given[:3]
    )


def cited(ranked: Sequence[Ranked]) -> list[tuple[Source, int]]:
    """Every source behind some lines with the number of lines that rest on it, most lines first."""
    counted: dict[Source, int] = {}
    for one in ranked:
        for source in {*one.gap.need.sources, *one.gap.lack_sources}:
            counted[source] = counted.get(source, 0) + 1
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0].title, pair[0].url, pair[0].confidence))


def day_or_text(text: str) -> datetime.date | str | None:
    """A whole day as a date, so that a spreadsheet can sort by it; a month or a year as printed; None for nothing."""
    try:
        return datetime.date.fromisoformat(text) if len(text) == 10 else text or None
    except ValueError:
        return text


def footnote(found: Sequence[Mapping[str, Any]], language: str) -> str:
    """The footnote on Kosovo where a line names it, else nothing."""
    named = any("Kosovo" in str(value) for row in found for value in row.values())
    return f"* Kosovo: {spoken(KOSOVO_FOOTNOTE, language)}" if named else ""
