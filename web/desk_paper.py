"""Lines of the gap desk as a brief in PDF: each with its evidence, sources as numbered notes, then the method."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kg import typeset
from kg.desk_files import SHEETS, Sheet, check_length, heads_of
from kg.desk_rows import COLUMNS
from kg.gaps import Ranked
from kg.languages import spoken
from kg.positions import Source
from kg.statuses import STATUSES
from web.profile.paper import FONTS, confidence
from web.text import decimals, long_day, number, say

TEMPLATE = Path(__file__).parent / "templates" / "gaps.typ"
SHOWN = ("need", "lack", "present_funding", "envelope", "since", "shared_by")
"""What a line says below its heading, beside remark, status and score."""


def pdf(sheet: Sheet, ranked: Sequence[Ranked]) -> bytes:
    """The brief.

    Args:
        sheet: the lines with their sources and method, as the other formats get them.
        ranked: the gaps of the lines, in the same order.

    Raises:
        UsageError: more lines than a brief holds.
        KgError: as `kg.typeset.pdf`.
    """
    check_length("pdf", sheet)
    return typeset.pdf(TEMPLATE, paper(sheet, ranked), FONTS)


def paper(sheet: Sheet, ranked: Sequence[Ranked]) -> dict[str, Any]:
    """What the template shows, in the reader's language."""
    numbers = {source: place for place, (source, _) in enumerate(sheet.sources, 1)}
    heads = dict(zip(COLUMNS, heads_of(sheet.language), strict=True))
    day, graph = sheet.rows[0]["day"] if sheet.rows else None, sheet.meta["graph"]
    dated = long_day(day) if day else sheet.meta["day"]
    return {
        "language": sheet.language,
        "title": sheet.title,
        "kicker": f"{dated} · {say('Graph')} {graph[:12]}",
        "footer": f"coopkg · {dated} · {say('Graph')} {graph[:12]} · "
        + say("Cooperation on reciprocity under national law is not recorded.")
        + (f" {sheet.meta['footnote']}" if "footnote" in sheet.meta else ""),
        "summary": [_counted(sheet), say("desk unverified")],
        "words": {"status": heads["status_meaning"], "why": heads["why"]},
        "none": "" if sheet.rows else say("There are no lines."),
        "lines": [_line(row, one, numbers, heads, dated) for row, one in zip(sheet.rows, ranked, strict=True)],
        "sources": {
            "title": spoken(SHEETS, sheet.language)[1],
            "notes": [_note(source, place) for source, place in numbers.items()],
        },
        "method": {"title": spoken(SHEETS, sheet.language)[2], "rows": [list(pair) for pair in sheet.method]},
    }


def _counted(sheet: Sheet) -> str:
    """How many lines there are, by status."""
    counts = {status: sum(row["status"] == status for row in sheet.rows) for status in STATUSES["en"]}
    parts = [(say(f"verdict {status}"), count) for status, count in counts.items() if count]
    return "; ".join(f"{name}: {number(count)}" for name, count in [(say("Number of lines"), len(sheet.rows)), *parts])


def _line(row: Any, one: Ranked, numbers: dict[Source, int], heads: dict[str, str], dated: str) -> dict[str, Any]:
    gap = one.gap
    cited = {
        "need": sorted({numbers[source] for source in gap.need.sources}),
        "lack": sorted({numbers[source] for source in gap.lack_sources}),
    }
    score = "–" if row["score"] is None else decimals(f"{row['score']:.1f}")
    if row["score_most"] not in (None, row["score"]):
        score += " " + say("to %(most)s", most=decimals(f"{row['score_most']:.1f}"))
    rank = say("Rank") + f" {number(row['rank'])}"
    if row["rank"] != row["standard_rank"]:
        rank += f" ({say('standard %(rank)s', rank=number(row['standard_rank']))})"
    return {
        "title": f"{row['line']}. " + " – ".join(filter(None, (row["member_state_name"], row["country_name"]))),
        "about": " · ".join(filter(None, (row["gap"], row["matter"], row["subject"]))),
        "status": row["status"],
        "status_words": say(f"verdict {row['status']}"),
        "meaning": row["status_meaning"],
        "figures": f"{say('Score')} {score} · {rank}",
        "remark": row["remark"],
        "facts": [
            {"name": heads[name], "text": str(row[name]), "notes": cited.get(name, [])}
            for name in SHOWN
            if row[name] not in (None, "")
        ],
        "why": row["why"],
        "origin": f"{dated} · {say('Graph')} {row['graph'][:12]}",
    }


def _note(source: Source, place: int) -> dict[str, Any]:
    about = [say("as of %(day)s", day=source.as_of) if source.as_of else "", confidence(source.confidence)]
    return {"number": place, "title": source.title, "url": source.url, "about": ", ".join(filter(None, about))}
