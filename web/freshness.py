"""Facts that were last checked long ago, on the site: what most positions hang on first, with the link to look up again."""

import datetime
from dataclasses import dataclass, fields
from typing import ClassVar

from flask import Blueprint, Flask, Response, g, request

from kg import export
from kg.errors import NotFound, UsageError
from kg.freshness import Freshness, Stale, name, table
from kg.vocab import ID
from web import delivery, text
from web.pages import Page, page
from web.reading import day_of, reader

freshness = Blueprint("freshness", __name__)
MEDIA = {"csv": "text/csv", "json": "application/json"}
SHOWN = 100
"""Rows on the page; the files have all."""


@dataclass(frozen=True)
class FreshnessPage(Page):
    """The first records (each with its name), and the numbers of all."""

    template: ClassVar[str] = "freshness.html"
    months: int
    found: Freshness
    shown: list[tuple[str, Stale]]


def init_app(app: Flask) -> None:
    """Adds the addresses."""
    app.register_blueprint(freshness)


@freshness.get("/freshness")
@delivery.kept
def show() -> Response:
    """What has to be looked up again on a day."""
    day, reading = _day(), reader().current()
    found, labels = reading.freshness(day), reading.labels(g.language)
    values = FreshnessPage(
        text.say("Facts to check again"),
        day,
        reading.graph.digest,
        reading.settings.stale_months,
        found,
        [(name(one.record, labels) or one.record.removeprefix(ID), one) for one in found.stale[:SHOWN]],
    )
    return page(values.template, **{field.name: getattr(values, field.name) for field in fields(values)})


@freshness.get("/freshness.<form>")
def file(form: str) -> Response:
    """All of them as a file."""
    if form not in MEDIA:
        raise NotFound(f"what has to be checked again is not given as '{form[:20]}'", f"take one of {', '.join(MEDIA)}")
    day, reading = _day(), reader().current()
    found = reading.freshness(day)
    rows = table(found.stale, reading.labels(g.language))
    given = {"months": str(reading.settings.stale_months), "checked_before": str(found.known_since)}
    meta = export.meta(reading.graph.digest, day, len(rows), "freshness", given)
    return Response(
        export.WRITERS[form](rows, meta),
        mimetype=MEDIA[form],
        headers={"Content-Disposition": f'attachment; filename="freshness-{day}.{form}"'},
    )


def _day() -> datetime.date:
    """The day of the address.

    Raises:
        UsageError: the address names something else, or a day that is none.
    """
    for key in request.args:
        if key not in {"day", "lang"}:
            raise UsageError(f"there is no choice '{key[:40]}'", "there are day, lang")
    return day_of(request.args.get("day", "").strip())
