"""The brief as PDF: the rows of `brief` as texts for the Typst template."""

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.labels import KOSOVO_FOOTNOTE, Labels
from kg.languages import spoken
from kg.vocab import CODE
from web.profile import Profile
from web.profile.brief import Brief
from web.profile.channels import Body, Instrument
from web.profile.positions import VERDICTS
from web.profile.summary import summary
from web.text import euro, has, language, long_day, say

TEMPLATE = Path(__file__).parent.parent / "templates" / "brief.typ"
FONTS = Path(__file__).parent.parent / "static" / "vendor" / "source-sans-3" / "print"
LONG = 110
"""The most signs of a text in a cell; longer ones end with an ellipsis, and are whole on the page."""

Data = dict[str, Any]


@dataclass(frozen=True)
class Origin:
    """What the brief was made from: names, digest of the graph, the day."""

    labels: Labels
    digest: str
    day: datetime.date


def paper(profile: Profile, brief: Brief, origin: Origin, size: float = 8.0) -> Data:
    """What the template shows, in the reader's language.

    Args:
        profile: the profile.
        brief: the rows that there is room for.
        origin: what it was made from.
        size: size of the type in points.
    """
    day = long_day(origin.day)
    kosovo = f" * {spoken(KOSOVO_FOOTNOTE, language())}" if "Kosovo" in str(profile) else ""
    return {
        "language": language(),
        "size": size,
        "title": profile.name,
        "kicker": " · ".join(part for part in (profile.code, profile.region, day) if part),
        "footer": f"coopkg · {profile.code} · {day} · {say('Graph')} {origin.digest[:12]} · "
        + say("Cooperation on reciprocity under national law is not recorded.")
        + kosovo,
        "summary": [sentence.striptags() for sentence in summary(profile, origin.day)],
        "words": {verdict: say(f"verdict {verdict}") for verdict in VERDICTS},
        "grid": _grid(profile),
        "tables": [table for table in _tables(profile, brief, origin) if table["rows"]],
        "lists": _lists(profile, brief, origin),
        "sources": {
            "title": say("Sources"),
            "notes": [
                {
                    "number": note.number,
                    "title": short(note.source.title),
                    "url": note.source.url,
                    "about": ", ".join(
                        part
                        for part in (
                            say("as of %(day)s", day=note.source.as_of) if note.source.as_of else "",
                            say("checked %(day)s", day=note.checked) if note.checked else "",
                            confidence(note.source.confidence),
                        )
                        if part
                    ),
                }
                for note in brief.notes
            ],
        },
    }


def short(text: str) -> str:
    """A text that fits into a cell."""
    return text if len(text) <= LONG else f"{text[: LONG - 1]}…"


def confidence(notation: str) -> str:
    """How sure a source is, in words; empty where it goes without saying."""
    key = f"confidence {notation}"
    return say(key) if notation and has(key) else ""


def _grid(profile: Profile) -> Data:
    return {
        "title": say("What can be asked"),
        "head": [say(f"short {tally.matter}") for tally in profile.tallies],
        "rows": [{"name": row.name, "cells": [cell.verdict for cell in row.cells]} for row in profile.members],
        "note": say("The member states of the coalition against serious and organised crime come first."),
    }


def _row(cells: list[str], notes: tuple[int, ...]) -> Data:
    return {"cells": [short(cell) or "–" for cell in cells], "notes": notes}


def _table(title: str, head: list[str], widths: list[float], rows: list[Data]) -> Data:
    return {"title": title, "head": head, "widths": widths, "rows": rows}


def _tables(profile: Profile, brief: Brief, origin: Origin) -> list[Data]:
    return [
        _table(
            say("Channels: bodies of the European Union"),
            [say("Body"), say("Instruments"), say("Presence"), say("Negotiations")],
            [1, 3, 2, 2],
            [
                _row(
                    [
                        body.short,
                        "; ".join(_instrument(one, origin) for one in body.instruments if one in brief.instruments)
                        or (say("none: a complete list of %(day)s", day=body.looked) if body.looked else ""),
                        "; ".join(one.what for one in body.presence),
                        "; ".join(f"{one.what} ({one.remark})" if one.remark else one.what for one in body.mandates),
                    ],
                    _of_body(body, brief),
                )
                for body in profile.bodies
                if not body.empty or body.looked
            ],
        ),
        _table(
            say("Liaison officers and magistrates of member states"),
            [say("Member state"), say("Post"), say("Seat")],
            [1, 2, 2],
            [
                _row([one.member_name, one.kind, one.seat_name or say("in the country")], one.notes)
                for one in brief.postings
            ],
        ),
        _table(
            say("Trafficking routes"),
            [say("Route"), say("Role here"), say("Comes from"), say("Goes on to"), say("Hubs here")],
            [3, 1.4, 1.6, 1.6, 1.6],
            [
                _row(
                    [
                        f"{route.name} ({route.commodity})",
                        ", ".join(route.roles),
                        ", ".join(name for _, name in route.before),
                        ", ".join(name for _, name in route.after),
                        ", ".join(name for _, name in route.hubs),
                    ],
                    route.notes,
                )
                for route in brief.routes
            ],
        ),
        _table(
            say("Partnerships and networks"),
            [say("Partnership"), say("Role"), say("Since"), say("Last event")],
            [2, 1.3, 0.8, 3],
            [
                _row(
                    [
                        one.short or one.name,
                        one.role,
                        one.since,
                        f"{one.event_date}: {one.event}" if one.event else "",
                    ],
                    one.notes,
                )
                for one in brief.partnerships
            ],
        ),
        _table(
            say("Funding now and to come"),
            [say("Line"), say("For"), say("Budget of the line"), say("Begins"), say("Ends")],
            [3, 1.6, 1, 0.8, 1.2],
            [
                _row(
                    [
                        one.name,
                        one.subject,
                        euro(one.budget),
                        one.since,
                        one.until or (say("framework to %(year)s", year=one.framework[-4:]) if one.framework else ""),
                    ],
                    one.notes,
                )
                for one in brief.funding
            ],
        ),
        _table(
            say("Signed, not known to be in force"),
            [say("Instrument"), say("With"), say("Status"), say("Signed")],
            [4, 1.4, 1.6, 0.8],
            [
                _row(
                    [
                        one.title,
                        ", ".join(one.counterparts) or say("many parties"),
                        origin.labels.of(f"{CODE}treaty-status/{one.status}"),
                        one.signed,
                    ],
                    one.notes,
                )
                for one in brief.signed
            ],
        ),
    ]


def _of_body(body: Body, brief: Brief) -> tuple[int, ...]:
    """The notes of what the row of a body shows."""
    shown = [one.notes for one in body.instruments if one in brief.instruments]
    shown += [one.notes for one in (*body.presence, *body.mandates)]
    if not body.instruments:
        shown.append(body.looked_notes)
    return tuple(sorted({number for numbers in shown for number in numbers}))


def _instrument(one: Instrument, origin: Origin) -> str:
    dated = f", {say('since %(day)s', day=one.since)}" if one.since else ""
    data = f", {say('personal data')}" if one.personal_data == "true" else ""
    return f"{one.short or one.title} ({origin.labels.of(f'{CODE}treaty-status/{one.status}')}{dated}{data})"


def _lists(profile: Profile, brief: Brief, origin: Origin) -> list[Data]:
    unverified = [(tally, tally.count("unverified")) for tally in profile.tallies]
    return [
        {
            "title": say("Multilateral conventions"),
            "items": [
                {
                    "text": (one.short or one.title)
                    + (f", {say('since %(day)s', day=one.since)}" if one.since else ""),
                    "notes": one.notes,
                }
                for one in brief.conventions
            ],
        },
        {
            "title": say("Contact networks"),
            "items": [{"text": one.short or one.name, "notes": one.notes} for one in profile.networks],
        },
        {
            "title": say("Under negotiation"),
            "items": [
                {
                    "text": f"{one.title} ({', '.join(part for part in (one.state, one.as_of) if part)})",
                    "notes": one.notes,
                }
                for one in profile.negotiations
            ],
        },
        {
            "title": say("Envelopes that name the region"),
            "items": [
                {"text": f"{one.framework}: {one.name}, {euro(one.amount)} ({one.status})", "notes": one.notes}
                for one in profile.envelopes
            ],
        },
        {
            "title": say("Missing"),
            "items": [{"text": f"{kind.title}: {kind.total}", "notes": []} for kind in profile.gaps],
        },
        {
            "title": say("Read in full, without the country"),
            "items": [{"text": one.text, "notes": one.notes} for one in brief.looked],
        },
        {
            "title": say("What we do not know"),
            "items": [
                {
                    "text": say("%(matter)s: %(count)s positions unverified", matter=tally.name, count=count),
                    "notes": [],
                }
                for tally, count in unverified
                if count
            ],
        },
    ]
