"""The matrix on the site: all member states beside all third countries in one matter, as a page and as files."""

import datetime
import threading
from dataclasses import dataclass, fields
from typing import ClassVar

from flask import Blueprint, Flask, Response, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from kg import matrix_files
from kg.errors import NotFound, UsageError
from kg.matrix import Matrix, sign
from kg.positions import matters
from kg.regions import REGIONS
from kg.settings import DATA
from kg.statuses import LETTERS, VERDICTS
from kg.vocab import CODE
from web import links, text
from web.pages import Page, page
from web.reading import Reading, day_of, reader

matrix = Blueprint("matrix", __name__)
CLASSES = dict(zip(VERDICTS, "daswgu", strict=True))
"""The class of a cell in the style sheet: one letter, because a page has six thousand of them."""

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
class MatrixPage(Page):
    """One matter on one day; `before` is how the address of every position begins."""

    template: ClassVar[str] = "matrix.html"
    matter: str
    matter_name: str
    choices: list[tuple[str, str]]
    members: list[tuple[str, str]]
    countries: int
    legend: list[tuple[str, str, str, int]]
    before: str
    regions: list[tuple[str, str, list[Line]]]


def init_app(app: Flask) -> None:
    """Adds the addresses of the matrix."""
    app.register_blueprint(matrix)


def asked() -> tuple[list[str], datetime.date]:
    """The matters and the day of the address.

    Raises:
        UsageError: the address has a name that is none of the matrix, or a day that is none.
    """
    for name in request.args:
        if name not in ("matter", "day", "lang"):
            raise UsageError(f"there is no filter '{name[:40]}'", "there are matter and day")
    chosen = [one.strip() for one in request.args.getlist("matter")]
    return list(dict.fromkeys(filter(None, chosen))), day_of(request.args.get("day", "").strip())


@matrix.get("/matrix")
def show() -> Response | AnyResponse:
    """The matrix of one matter."""
    if any(not value.strip() for value in request.args.values()):
        return redirect(
            links.to("matrix.show", **{name: value for name, value in request.args.items() if value.strip()})
        )
    reading, (chosen, day) = reader().current(), asked()
    found = reading.matrix(chosen[0] if chosen else "mla", day)
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
        [(code, labels.of(reading.countries[code].iri)) for code in found.member_states],
        len(found.countries),
        [(CLASSES[verdict], LETTERS[g.language][verdict], verdict, verdicts.count(verdict)) for verdict in VERDICTS],
        before,
        regions,
    )
    return page(values.template, **{field.name: getattr(values, field.name) for field in fields(values)})


def _regions(reading: Reading, found: Matrix) -> tuple[str, list[tuple[str, str, list[Line]]]]:
    """How addresses begin, and the lines by region in the order of the list of countries."""
    labels = reading.labels(g.language)
    before, between, after = links.positions_of(found.matter, found.day)
    looks = {cell: (CLASSES[cell.verdict], sign(cell, g.language)) for cell in set(found.cells.values())}
    groups: dict[str, list[Line]] = {}
    for code in sorted(found.countries, key=lambda code: text.sort_key(labels.of(reading.countries[code].iri))):
        known = reading.countries[code]
        cells = [(member, *looks[found.cells[member, code]]) for member in found.member_states]
        line = Line(code, labels.of(known.iri), f"{between}{code}{after}", cells)
        groups.setdefault(known.region or "other", []).append(line)
    return before, [
        (region, labels.of(f"{CODE}country-group/{region}"), groups[region]) for region in REGIONS if region in groups
    ]


@matrix.get("/matrix.<form>")
def file(form: str) -> Response:
    """Matrices as a file that says what was asked of which graph; a workbook has all matters where none is named."""
    if form not in matrix_files.FORMS:
        raise NotFound(f"the matrix is not given as '{form[:20]}'", f"take one of {', '.join(matrix_files.FORMS)}")
    reading, (chosen, day) = reader().current(), asked()
    store, labels = reading.graph.store, reading.labels(g.language)
    with ONE_AT_A_TIME:
        found = [reading.matrix(one, day) for one in chosen or (matters(store) if form == "xlsx" else ["mla"])]
        about = matrix_files.about(reading.graph.digest, found, {})
        content = matrix_files.write(form, found, store, DATA / "queries" / "ask", about, labels, g.language)
    name = "-".join(["matrix", *(chosen if form == "xlsx" else [one.matter for one in found]), str(day)])
    return Response(
        content,
        mimetype=matrix_files.FORMS[form],
        headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'},
    )
