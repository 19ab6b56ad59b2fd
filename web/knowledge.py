"""How much is known, on the site: shares of verified positions, what to look up next, and where sources contradict each other."""

import datetime
from dataclasses import dataclass, fields
from typing import ClassVar

from flask import Blueprint, Flask, Response, g, request

from kg import export
from kg.errors import NotFound, UsageError
from kg.knowledge import GROUPINGS, Again, Coverage, LookUp, again_table, coverage_table, next_table
from kg.labels import KOSOVO_FOOTNOTE
from kg.languages import spoken
from kg.positions import NOT_RECORDED
from kg.vocab import CODE, COUNTRY, ID, local
from web import delivery, text
from web.pages import Page, page
from web.profile.notes import Note, Notes
from web.reading import day_of, reader

knowledge = Blueprint("knowledge", __name__)
MEDIA = {"csv": "text/csv", "json": "application/json"}
LISTS = [*GROUPINGS, "next", "again"]
SHOWN = 25
"""Rows of the list of look-ups on the page; the files have all."""


@dataclass(frozen=True)
class Conflict:
    """Two sources that differ about one value: the record's name, the column, both values with the numbers of their notes, and why the first is used."""

    record: str
    field: str
    used: str
    used_notes: tuple[int, ...]
    other: str
    other_notes: tuple[int, ...]
    why: str


@dataclass(frozen=True)
class KnowledgePage(Page):
    """Coverage of all cells and by group (name and numbers), the first look-ups, what to look at again, and the contradictions."""

    template: ClassVar[str] = "knowledge.html"
    months: int
    all_cells: Coverage
    groups: list[tuple[str, str, list[tuple[str, Coverage]]]]
    look_ups: list[LookUp]
    look_up_count: int
    again: list[Again]
    conflicts: list[Conflict]
    notes: tuple[Note, ...]


def init_app(app: Flask) -> None:
    """Adds the addresses."""
    app.register_blueprint(knowledge)


@knowledge.get("/knowledge")
@delivery.kept
def show() -> Response:
    """How much is known on a day."""
    day = _day({"day", "lang"})
    reading = reader().current()
    found, labels, notes = reading.knowledge(day), reading.labels(g.language), Notes(reading.sources)
    stems = {"member-state": COUNTRY, "region": f"{CODE}country-group/", "matter": f"{CODE}matter/"}
    titles = {
        "matter": text.mark("By matter"),
        "region": text.mark("By region"),
        "member-state": text.mark("By member state"),
    }
    groups = [
        (grouping, text.say(title), [(labels.of(stems[grouping] + one.group), one) for one in found.by(grouping)])
        for grouping, title in titles.items()
    ]
    conflicts = [
        Conflict(
            labels.of(record) if labels.of(record) != local(record) else record.removeprefix(ID),
            row["field"],
            row["value"],
            notes.cite([row]),
            row["other_value"],
            notes.cite([row], "other_source", "other_confidence"),
            row["why"],
        )
        for record, rows in sorted(reading.contradictions.items())
        for row in rows
    ]
    values = KnowledgePage(
        text.say("What we know, and what to look up next"),
        day,
        reading.graph.digest,
        reading.settings.stale_months,
        found.total(),
        groups,
        list(found.next[:SHOWN]),
        len(found.next),
        list(found.again),
        conflicts,
        notes.entries(),
    )
    return page(values.template, **{field.name: getattr(values, field.name) for field in fields(values)})


@knowledge.get("/knowledge.<form>")
def file(form: str) -> Response:
    """One of the lists as a file: coverage by group, what to look up next, or what to look at again."""
    if form not in MEDIA:
        raise NotFound(f"what is known is not given as '{form[:20]}'", f"take one of {', '.join(MEDIA)}")
    day, wanted = _day({"day", "lang", "list"}), request.args.get("list", "matter")
    if wanted not in LISTS:
        raise UsageError(f"there is no list '{wanted[:40]}'", f"write one of {', '.join(LISTS)}")
    reading = reader().current()
    found, labels = reading.knowledge(day), reading.labels(g.language)
    if wanted == "next":
        rows = next_table(found.next, labels)
    elif wanted == "again":
        rows = again_table(found.again, labels)
    else:
        rows = coverage_table([found.total(), *found.by(wanted)], wanted, labels)
    meta = export.meta(reading.graph.digest, day, len(rows), "knowledge", {"list": wanted})
    if form == "csv":
        meta["note"] = NOT_RECORDED
        if any("Kosovo" in str(value) for row in rows for value in row.values()):
            meta["footnote"] = "* " + spoken(KOSOVO_FOOTNOTE, g.language)
    name = f"knowledge-{wanted}-{day}.{form}"
    return Response(
        export.WRITERS[form](rows, meta),
        mimetype=MEDIA[form],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _day(known: set[str]) -> datetime.date:
    """The day of the address.

    Raises:
        UsageError: the address names something else, or a day that is none.
    """
    for name in request.args:
        if name not in known:
            raise UsageError(f"there is no choice '{name[:40]}'", f"there are {', '.join(sorted(known))}")
    return day_of(request.args.get("day", "").strip())
