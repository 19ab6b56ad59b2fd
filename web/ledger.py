"""The ledger on the site: what opened, closed or changed status between two days, as a page and as files."""

import datetime
from dataclasses import asdict, dataclass, fields, replace
from typing import ClassVar

from flask import Blueprint, Flask, Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from kg import dates, export
from kg.errors import NotFound, UsageError
from kg.event_words import NONE, WORDS
from kg.events import Event
from kg.labels import KOSOVO_FOOTNOTE
from kg.languages import spoken
from kg.ledger import Change, Wanted, table
from kg.positions import NOT_RECORDED
from kg.vocab import CODE
from web import delivery, links, text
from web.pages import PAGE_ROWS, Page, page
from web.reading import Reading, day_of, reader

ledger = Blueprint("ledger", __name__)
MEDIA = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
USUAL = (12, 24, 60)
"""Months before the later day."""
FILTERS = [field.name for field in fields(Wanted)]


@dataclass(frozen=True)
class LedgerPage(Page):
    """Two days, the filters, and one page of the changes between them; `asked` is False where no earlier day is named.

    `usual` are earlier days that the page offers.
    """

    template: ClassVar[str] = "ledger.html"
    asked: bool
    first: datetime.date | None
    wanted: Wanted
    chosen: dict[str, str]
    rows: list[Change]
    total: int
    start: int
    page: int
    pages: int
    undated: int
    words: dict[str, str]
    none: str
    kinds: dict[str, str]
    countries: list[tuple[str, str]]
    member_states: list[tuple[str, str]]
    regions: list[tuple[str, str]]
    all_matters: list[tuple[str, str]]
    usual: list[datetime.date]


def init_app(app: Flask) -> None:
    """Adds the addresses of the ledger."""
    app.register_blueprint(ledger)


def asked() -> tuple[Wanted, datetime.date | None, datetime.date]:
    """The filters, the earlier day (None: none named) and the later day (default: today) of the address.

    Raises:
        UsageError: the address has a name that is no filter, or a day that is none.
        NotFound: an unknown country.
    """
    for name in request.args:
        if name not in {*FILTERS, "from", "to", "page", "lang"}:
            raise UsageError(f"there is no filter '{name[:40]}'", f"there are {', '.join(FILTERS)}, from, to and page")
    reading = reader().current()
    wanted = Wanted(**{name: request.args.get(name, "").strip() for name in FILTERS})
    wanted = replace(
        wanted,
        country=reading.country(wanted.country).code if wanted.country else "",
        member_state=reading.country(wanted.member_state).code if wanted.member_state else "",
    )
    first = request.args.get("from", "").strip()
    return wanted, day_of(first) if first else None, day_of(request.args.get("to", "").strip())


@ledger.get("/ledger")
@delivery.kept
def show() -> Response | AnyResponse:
    """The ledger between two days."""
    if any(not value.strip() for value in request.args.values()):
        kept = {name: value for name, value in request.args.items() if value.strip()}
        return redirect(links.to("ledger.show", **kept))
    reading, (wanted, first, last) = reader().current(), asked()
    number = request.args.get("page", "1")
    if not (number.isascii() and number.isdigit() and 0 < len(number) < 7 and int(number) > 0):
        raise UsageError(f"the page '{number[:20]}' is no page number", "write a whole number from 1")
    found = reading.ledger(wanted, first, last) if first else []
    place, pages = int(number), max(1, -(-len(found) // PAGE_ROWS))
    if place > pages:
        raise NotFound(f"there is no page {place}", f"the list has {pages} page{'s' if pages > 1 else ''}")
    values = LedgerPage(
        text.say("What changed"),
        last,
        reading.graph.digest,
        first is not None,
        first,
        wanted,
        {name: value for name, value in asdict(wanted).items() if value},
        found[(place - 1) * PAGE_ROWS : place * PAGE_ROWS],
        len(found),
        (place - 1) * PAGE_ROWS + 1,
        place,
        pages,
        sum(not change.events for change in found),
        spoken(WORDS, g.language),
        spoken(NONE, g.language),
        {kind: spoken(query.titles, g.language) for kind, query in reading.kinds.items()},
        *_choices(reading, last),
        [dates.months_before(last, months) for months in USUAL],
    )
    return page(values.template, **{field.name: getattr(values, field.name) for field in fields(values)}, about=_about)


def _choices(
    reading: Reading, day: datetime.date
) -> tuple[list[tuple[str, str]], list[tuple[str, str]], list[tuple[str, str]], list[tuple[str, str]]]:
    """What the pick lists offer: countries, member states, regions and matters, with their names."""
    labels = reading.labels(g.language)
    named = sorted(
        ((code, labels.of(known.iri)) for code, known in reading.countries.items()),
        key=lambda pair: text.sort_key(pair[1]),
    )
    ever = reading.ever("eu")
    members = reading.members("eu", day)
    return (
        [pair for pair in named if pair[0] not in members],
        [pair for pair in named if pair[0] in ever],
        [(region, labels.of(f"{CODE}country-group/{region}")) for region in reading.regions],
        [(matter, labels.of(f"{CODE}matter/{matter}")) for matter in reading.matters],
    )


def _about(event: Event) -> str:
    """What an event happened to, by name."""
    return reader().current().labels(g.language).of(event.about) if event.about else event.name


@ledger.get("/ledger.<form>")
def file(form: str) -> Response:
    """The whole ledger as a file that says what was asked of which graph."""
    if form not in MEDIA:
        raise NotFound(f"the ledger is not given as '{form[:20]}'", f"take one of {', '.join(MEDIA)}")
    reading, (wanted, first, last) = reader().current(), asked()
    if first is None:
        raise UsageError("the address names no earlier day", "write ?from=, for example 2020-01-01")
    rows = table(reading.ledger(wanted, first, last), reading.kinds, reading.labels(g.language), g.language)
    chosen = {name: value for name, value in asdict(wanted).items() if value}
    meta = export.meta(reading.graph.digest, last, len(rows), "ledger", {"from": str(first), **chosen})
    if form == "csv":
        meta["note"] = NOT_RECORDED
        if any("Kosovo" in str(value) for row in rows for value in row.values()):
            meta["footnote"] = "* " + spoken(KOSOVO_FOOTNOTE, g.language)
    name = "-".join(["ledger", *chosen.values(), str(first), str(last)])
    return Response(
        export.WRITERS[form](rows, meta),
        mimetype=MEDIA[form],
        headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'},
    )
