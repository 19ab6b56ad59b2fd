"""The matrix on the site: member states beside third countries in one matter, as a page and as files of what the page shows."""

import datetime
import threading
from collections import Counter
from dataclasses import dataclass, fields
from typing import ClassVar

from flask import Blueprint, Flask, Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from kg import matrix_files
from kg.errors import NotFound, UsageError
from kg.languages import spoken
from kg.matrix import Matrix, sign
from kg.positions import matters
from kg.regions import HEADINGS, TERRITORIES, of_region
from kg.settings import DATA
from kg.statuses import LETTERS, VERDICTS
from kg.vocab import CODE
from web import delivery, links, text
from web.pages import Page, page
from web.reading import Reading, day_of, reader

matrix = Blueprint("matrix", __name__)
CLASSES = dict(zip(VERDICTS, "daswgu", strict=True))
"""The class of a cell in the style sheet: one letter, because a page has six thousand of them."""

FILTERS = ("region", "member_state", "verdict")
COALITION = "coalition-soc"
"""The group of member states that can be chosen together: the Coalition against serious and organised crime."""

ONE_AT_A_TIME = threading.Lock()
"""A workbook of all matters takes seconds; one is made at a time, so that others go on answering beside it."""


@dataclass(frozen=True)
class Line:
    """One country: its code and name, how the address of each position with it ends, and class and text of each cell."""

    code: str
    name: str
    rest: str
    cells: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Region:
    """The states of one region, or the territories of all: notation, name, the lines, and how many of the positions are covered."""

    code: str
    name: str
    lines: list[Line]
    covered: int
    cells: int


@dataclass(frozen=True)
class Years:
    """The years to go through: the one shown, the first and the last, and the day asked about in those that have a link."""

    shown: int
    first: int
    last: int
    steps: list[tuple[int, datetime.date]]
    before: tuple[int, datetime.date] | None
    after: tuple[int, datetime.date] | None


@dataclass(frozen=True)
class MatrixPage(Page):
    """One matter on one day.

    Attributes:
        chosen: what the address narrows the matrix to, by name.
        picks: name, label and values with their words of each filter.
        before: how the address of every position begins.
    """

    template: ClassVar[str] = "matrix.html"
    matter: str
    matter_name: str
    choices: list[tuple[str, str]]
    chosen: dict[str, str]
    picks: list[tuple[str, str, list[tuple[str, str]]]]
    years: Years
    members: list[tuple[str, str]]
    countries: int
    legend: list[tuple[str, str, str, int]]
    before: str
    regions: list[Region]


def init_app(app: Flask) -> None:
    """Adds the addresses of the matrix."""
    app.register_blueprint(matrix)


def asked() -> tuple[list[str], datetime.date, dict[str, str]]:
    """The matters, the day and the filters of the address.

    Raises:
        UsageError: the address has a name that is none of the matrix, or a day that is none.
    """
    known = ("day", "lang", "matter", *FILTERS)
    for name in request.args:
        if name not in known:
            raise UsageError(f"there is no filter '{name[:40]}'", f"there are {', '.join(known)}")
    matters_asked = [one.strip() for one in request.args.getlist("matter")]
    filters = {name: request.args.get(name, "").strip() for name in FILTERS}
    return list(dict.fromkeys(filter(None, matters_asked))), day_of(request.args.get("day", "").strip()), filters


def narrowed(reading: Reading, found: Matrix, filters: dict[str, str]) -> Matrix:
    """The part of a matrix that filters let through.

    Args:
        filters: `region`, `member_state` (a code, or `coalition-soc` for the coalition's members) and `verdict`; empty: all.

    Raises:
        UsageError: one of them is none.
    """
    state, within = filters["member_state"], None
    if filters["region"]:
        within = of_region({region: frozenset(reading.ever(region)) for region in reading.regions}, filters["region"])
    ours = reading.ever(COALITION) if state == COALITION else None
    return found.narrowed("" if ours is not None else state, within, ours, filters["verdict"])


@matrix.get("/matrix")
@delivery.kept
def show() -> Response | AnyResponse:
    """The matrix of one matter."""
    if any(not value.strip() for value in request.args.values()):
        return redirect(
            links.to("matrix.show", **{name: value for name, value in request.args.items() if value.strip()})
        )
    reading, (chosen, day, filters) = reader().current(), asked()
    whole = reading.matrix(chosen[0] if chosen else "mla", day)
    found = narrowed(reading, whole, filters)
    labels = reading.labels(g.language)
    names = {matter: labels.of(f"{CODE}matter/{matter}") for matter in matters(reading.graph.store)}
    verdicts = [cell.verdict for cell in found.cells.values()]
    before, regions = _regions(reading, found)
    values = MatrixPage(
        text.say("What each member state can ask of each third country"),
        day,
        reading.graph.digest,
        found.matter,
        names[found.matter],
        list(names.items()),
        filters,
        _picks(reading, whole),
        _years(reading, day),
        [(code, labels.of(reading.countries[code].iri)) for code in found.member_states],
        len(found.countries),
        [
            (CLASSES[verdict], spoken(LETTERS, g.language)[verdict], verdict, verdicts.count(verdict))
            for verdict in VERDICTS
        ],
        before,
        regions,
    )
    return page(values.template, **{field.name: getattr(values, field.name) for field in fields(values)})


def _picks(reading: Reading, whole: Matrix) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """What each filter can be set to."""
    labels = reading.labels(g.language)

    def group(notation: str) -> tuple[str, str]:
        return notation, labels.of(f"{CODE}country-group/{notation}")

    states = [(code, labels.of(reading.countries[code].iri)) for code in whole.member_states]
    return [
        ("region", text.say("Region"), [group(region) for region in reading.regions]),
        (
            "member_state",
            text.say("Member state"),
            [group(COALITION), *sorted(states, key=lambda one: text.sort_key(one[1]))],
        ),
        (
            "verdict",
            text.say("Countries with a position that is"),
            [(verdict, text.say(f"verdict {verdict}")) for verdict in VERDICTS],
        ),
    ]


def _years(reading: Reading, day: datetime.date) -> Years:
    """The years from the beginning of the Union to now: the last day of each, of this year today."""
    today = datetime.date.today()
    first = reading.first_of("eu").year

    def one(year: int) -> tuple[int, datetime.date]:
        return year, today if year == today.year else datetime.date(year, 12, 31)

    steps = sorted({first, *(year for year in range(first, today.year) if year % 10 == 0), today.year})
    return Years(
        day.year,
        first,
        today.year,
        [one(year) for year in steps],
        one(min(day.year - 1, today.year)) if day.year > first else None,
        one(max(day.year + 1, first)) if day.year < today.year else None,
    )


def _regions(reading: Reading, found: Matrix) -> tuple[str, list[Region]]:
    """How addresses begin, and the lines by region in the order of the list of countries; territories of all regions come last."""
    labels = reading.labels(g.language)
    before, between, after = links.positions_of(found.matter, found.day)
    looks = {cell: (CLASSES[cell.verdict], sign(cell, g.language)) for cell in set(found.cells.values())}
    groups: dict[str, list[Line]] = {}
    covered: Counter[str] = Counter()
    for code in sorted(found.countries, key=lambda code: text.sort_key(labels.of(reading.countries[code].iri))):
        known = reading.countries[code]
        cells = [(member, *looks[found.cells[member, code]]) for member in found.member_states]
        line = Line(code, labels.of(known.iri), f"{between}{code}{after}", cells)
        group = known.heading
        groups.setdefault(group, []).append(line)
        covered[group] += sum(found.cells[member, code].status == "covered" for member in found.member_states)
    return before, [
        Region(
            region,
            text.say("Territories") if region == TERRITORIES else labels.of(f"{CODE}country-group/{region}"),
            groups[region],
            covered[region],
            len(groups[region]) * len(found.member_states),
        )
        for region in HEADINGS
        if region in groups
    ]


@matrix.get("/matrix.<form>")
def file(form: str) -> Response:
    """Matrices as a file that says what was asked of which graph; a workbook has all matters where none is named."""
    if form not in matrix_files.FORMS:
        raise NotFound(f"the matrix is not given as '{form[:20]}'", f"take one of {', '.join(matrix_files.FORMS)}")
    reading, (chosen, day, filters) = reader().current(), asked()
    store, labels = reading.graph.store, reading.labels(g.language)
    with ONE_AT_A_TIME:
        wanted = chosen or (matters(store) if form == "xlsx" else ["mla"])
        found = [narrowed(reading, reading.matrix(one, day), filters) for one in wanted]
        about = matrix_files.about(reading.graph.digest, found, filters)
        content = matrix_files.write(form, found, store, DATA / "queries" / "ask", about, labels, g.language)
    parts = [*(chosen if form == "xlsx" else [one.matter for one in found]), *filter(None, filters.values())]
    name = "-".join(["matrix", *parts, str(day)])
    return Response(
        content,
        mimetype=matrix_files.FORMS[form],
        headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'},
    )
