"""The gap desk: all kinds of gaps in one list, with facets, weights, groups, a basket, a plan, and files of exactly that."""

import dataclasses
import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import Blueprint, Flask, current_app, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from kg import closes, frozen, plan
from kg.desk import FACETS, FUNDING, NONE, Board, Selection, identifier
from kg.desk_files import FEWER
from kg.errors import Gone, NotFound, UsageError
from kg.funding import NOTHING, Funding, funding
from kg.gaps import Finder, Ordered, Ranked, reweighed
from kg.joint import Joint, shared
from kg.languages import spoken
from kg.plan import Plan
from kg.regions import groups
from kg.score import PARTS, Weights
from kg.vocab import CODE
from web import delivery, links, text
from web.desk_state import State, read
from web.pages import Page, WeightLine, page
from web.reading import Reading, day_of, reader

desk = Blueprint("desk", __name__)
ROWS = 50
BOARDS = 4
FORMS = {
    "csv": ("CSV", "text/csv"),
    "xlsx": ("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ods": ("ODS", "application/vnd.oasis.opendocument.spreadsheet"),
    "docx": ("Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "pdf": ("PDF", "application/pdf"),
}
SCHEMES = {"region": "country-group", "matter": "matter"}
RECORDS = {"route": "route", "envelope": "envelope"}
NAMES = {
    "region": text.mark("Region"),
    "country": text.mark("Country"),
    "member_state": text.mark("Member state"),
    "kind": text.mark("Kind"),
    "matter": text.mark("Matter"),
    "status": text.mark("Status"),
    "route": text.mark("Route"),
    "funding": text.mark("Present funding"),
    "envelope": text.mark("Envelope 2028-2034"),
}


@dataclass(frozen=True)
class Value:
    """One value of a facet: its notation, its name, how many gaps it would show, whether it is chosen."""

    value: str
    name: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """One facet with its values, those with most gaps first."""

    name: str
    title: str
    values: list[Value]


@dataclass(frozen=True)
class LineOf:
    """One line: its short name, the gap with its ranks, what pays for the country, whether it is in the basket, its remark."""

    id: str
    ranked: Ranked
    paid: Funding
    held: bool
    remark: str = ""


@dataclass(frozen=True)
class Group:
    """A gap that several member states share, with the short names of its lines."""

    joint: Joint
    ids: str


@dataclass(frozen=True)
class DeskPage(Page):
    """The desk.

    Attributes:
        state: what the address says.
        facets: what gaps are narrowed by.
        weights: the weights, each with its standard.
        changed: the parts whose weight is not the standard one.
        rows: one page of the list; empty where it is grouped.
        joint: one page of the groups.
        basket: the lines in the basket, in its order.
        lost: short names in the basket that are no gap on this day.
        planned: the steps of a plan, where one was asked for.
        link: the address that gives this very state of this very graph again.
        kept: whether the graph is the one of today.
        forms: the formats of files with their names.
        refused: those that do not take the whole list, with the most lines that they take.
    """

    template: ClassVar[str] = "desk.html"
    state: State
    facets: list[Facet]
    weights: list[WeightLine]
    changed: tuple[str, ...]
    rows: list[LineOf]
    joint: list[Group]
    basket: list[LineOf]
    lost: list[str]
    planned: Plan | None
    total: int
    everything: int
    first: int
    page: int
    pages: int
    kinds: dict[str, str]
    link: str
    kept: bool
    forms: dict[str, str]
    refused: dict[str, int]


def init_app(app: Flask) -> None:
    """Adds the desk and its files."""
    app.register_blueprint(desk)
    app.extensions["desk"] = {}


@desk.get("/desk")
@delivery.kept
def show() -> AnyResponse:
    """The desk as a page."""
    reading = reading_asked()
    standard = {part: f"{float(reading.weights.weight(part)):g}" for part in PARTS}
    state = read(request.args, standard)
    if (kept := _canonical(state)) is not None:
        return redirect(kept, 302)
    day = day_of(state.plain.get("day", ""))
    board, selection, ranked, weights = asked(reading, state, day)
    changed = weights.differ(reading.weights)
    grouped = state.plain.get("group", "") == "shared"
    together = shared((one.gap for one in ranked), 2) if grouped else []
    number, last = _page(state.plain.get("page", ""), len(together) if grouped else len(ranked))
    shown = slice((number - 1) * ROWS, number * ROWS)
    basket, lost = basket_of(board, state, ranked, weights)
    absolute = {**state.values(), "day": str(day), "graph": reading.graph.digest, "lang": g.language}
    values = DeskPage(
        text.say("Gap desk"),
        day,
        reading.graph.digest,
        state,
        [_facet(reading, board, selection, state, facet) for facet in FACETS],
        [WeightLine(part, standard[part], state.weights.get(part, standard[part])) for part in PARTS],
        changed,
        [] if grouped else [_line(board, one, state) for one in ranked[shown]],
        _groups(together[shown], ranked) if grouped else [],
        basket,
        lost,
        _plan(reading, state, ranked, day),
        len(together) if grouped else len(ranked),
        len(board.gaps),
        shown.start + 1,
        number,
        last,
        {kind: spoken(query.titles, g.language) for kind, query in reading.kinds.items()},
        request.url_root.rstrip("/") + links.to("desk.show", **absolute).removeprefix(request.script_root),
        reading.graph.digest == reader().current().graph.digest,
        {form: words for form, (words, _) in FORMS.items()},
        {form: most for form, most in FEWER.items() if len(ranked) > most},
    )
    return page(values.template, **{field.name: getattr(values, field.name) for field in dataclasses.fields(values)})


def reading_asked() -> Reading:
    """The graph of today, or the kept build that the address names.

    Raises:
        UsageError: the address names no build.
        Gone: the build is not kept, or speaks another version of the vocabulary.
    """
    current, digest = reader().current(), request.args.get("graph", "").strip()
    if not digest or digest == current.graph.digest:
        return current
    try:
        graph = reader().build(digest)
    except NotFound as problem:
        raise Gone(problem.message, "leave graph= out of the address to ask the build of today") from None
    if frozen.vocabulary(graph).partition(".")[0] != frozen.vocabulary(current.graph).partition(".")[0]:
        raise Gone(f"the build {digest[:12]} speaks another version of the vocabulary", "ask the build of today")
    kept: dict[str, Reading] = current_app.extensions["desk"]
    if digest not in kept:
        kept.clear()
        reading = Reading(graph, reader().settings)
        reading.finder = Finder(graph.store, graph.queries, reading.settings.stale_months)
        kept[digest] = reading
    return kept[digest]


def _canonical(state: State) -> str | None:
    """The address of the state, where the one that was asked for says it otherwise: with buttons, or empty values."""
    number = request.args.get("at" if {"add", "drop"} & set(request.args) else "page", "")
    values = {**state.values(), "page": "" if number == "1" else number, "lang": request.args.get("lang", "")}
    if values.get("day") == str(datetime.date.today()) and "graph" not in values:
        del values["day"]  # the form always names a day: that of today means whatever day it is
    wanted = {name: value if isinstance(value, list) else [value] for name, value in values.items() if value}
    asked = {name: sorted(found) if name in FACETS else found for name, found in request.args.lists()}
    if asked == wanted:
        return None
    anchor = "#basket" if {"add", "drop"} & set(request.args) else ""
    return links.to("desk.show", **values) + anchor


def asked(reading: Reading, state: State, day: datetime.date) -> tuple[Board, Selection, Ordered, Weights]:
    """The board of a day, what the state selects, in the order of its weights."""
    board = board_of(reading, day)
    for facet, values in state.chosen.items():
        if strange := sorted(set(values) - _possible(reading, board, facet)):
            raise UsageError(f"the facet {facet} has no value '{strange[0][:60]}'", "choose one that the page offers")
    weights = reading.weights.changed(state.weights)
    selection = board.select({facet: frozenset(values) for facet, values in state.chosen.items()})
    if weights.differ(reading.weights):
        return board, selection, reweighed(selection.gaps, weights), weights
    return board, selection, Ordered(selection.gaps), weights


def board_of(reading: Reading, day: datetime.date) -> Board:
    """All gaps of a day by facets; the last few days asked about are kept by the memory of the reading."""

    def make() -> Board:
        store = reading.graph.store
        paid = funding(store, reading.finder.folder / "ask", day)
        named = {name: codes for name, codes in groups(store).items() if name in reading.regions}
        return Board(reading.finder, reading.gaps(day), paid, named)

    return reading.memory.get(("desk", day), make)


def _possible(reading: Reading, board: Board, facet: str) -> set[str]:
    """The values that a facet may have on any day: those without a gap on this day show none, and that is an answer."""
    known = {
        "region": set(reading.regions),
        "country": set(reading.countries),
        "member_state": set(reading.countries),
        "kind": set(reading.kinds),
        "matter": set(reading.matters),
        "status": {"confirmed-gap", "signed-not-in-force", "unverified"},
        "route": set(board.routes),
        "funding": set(FUNDING),
        "envelope": set(board.envelopes),
    }
    return known[facet] | {NONE}


def _facet(reading: Reading, board: Board, selection: Selection, state: State, facet: str) -> Facet:
    counts, chosen = selection.counts[facet], set(state.chosen.get(facet, ()))
    values = [
        Value(value, _named(reading, board, facet, value), counts[value], value in chosen)
        for value in {*counts, *chosen}
    ]
    order = sorted(values, key=lambda one: (not one.chosen, -one.count, text.sort_key(one.name)))
    return Facet(facet, text.say(NAMES[facet]), order)


def _named(reading: Reading, board: Board, facet: str, value: str) -> str:
    labels = reading.labels(g.language)
    if value == NONE:
        return text.say(f"desk none {facet}")
    if facet in ("country", "member_state"):
        return labels.of(reading.countries[value].iri)
    if facet == "kind":
        return spoken(reading.kinds[value].titles, g.language)
    if facet == "status":
        return text.say(f"verdict {value}")
    if facet == "funding":
        return text.say(f"desk funding {value}")
    if facet in RECORDS:
        return (board.routes if facet == "route" else board.envelopes).get(value, value)
    return labels.of(f"{CODE}{SCHEMES[facet]}/{value}")


def _line(board: Board, one: Ranked, state: State) -> LineOf:
    name = identifier(one.gap)
    paid = board.paid.get(one.gap.country, NOTHING)
    return LineOf(name, one, paid, name in state.basket, state.remarks.get(name, ""))


def basket_of(board: Board, state: State, ranked: Ordered, weights: Weights) -> tuple[list[LineOf], list[str]]:
    """The lines of the basket with their ranks in the whole list of the day, and the names that are no gap then."""
    held = [board.by_id[name] for name in state.basket if name in board.by_id]
    lines = [ranked.of(gap) for gap in held]
    if None in lines:  # the list is narrowed to less than the basket holds: the rank is that among all gaps of the day
        every = reweighed(board.gaps, weights)
        lines = [line or every.of(gap) for line, gap in zip(lines, held, strict=True)]
    lost = [name for name in state.basket if name not in board.by_id]
    return [_line(board, line, state) for line in lines if line], lost


def _groups(together: Sequence[Joint], ranked: Sequence[Ranked]) -> list[Group]:
    """The groups with the short names of the lines of each."""
    wanted: dict[tuple[str, str, str], list[str]] = {(one.kind, one.country, one.matter): [] for one in together}
    for one in ranked:
        key = one.gap.kind, one.gap.country, one.gap.matter
        if key in wanted and one.gap.member_state:
            wanted[key].append(identifier(one.gap))
    return [Group(one, ".".join(wanted[one.kind, one.country, one.matter])) for one in together]


def _plan(reading: Reading, state: State, ranked: Sequence[Ranked], day: datetime.date) -> Plan | None:
    measures, budget = state.plain.get("measures", ""), state.plain.get("budget", "")
    if not measures and not budget:
        return None
    if measures and not (measures.isascii() and measures.isdigit() and len(measures) < 6):
        raise UsageError(f"'{measures[:20]}' is no number of measures", f"write a number from 1 to {plan.MOST}")
    gaps = [one.gap for one in ranked]
    rows = {(one.kind, one.country, one.member_state, one.matter, one.subject): one.status for one in gaps}
    return plan.plan(
        closes.closing(reading.finder, rows, day),
        plan.points_of(gaps),
        int(measures) if measures else None,
        plan.number(budget, "the budget") if budget else None,
        plan.costs(state.costs),
    )


def _page(given: str, rows: int) -> tuple[int, int]:
    last = max(1, -(-rows // ROWS))
    if not given:
        return 1, last
    if not (given.isascii() and given.isdigit() and 0 < len(given) < 7 and int(given) > 0):
        raise UsageError(f"the page '{given[:20]}' is no page number", "write a whole number from 1")
    if int(given) > last:
        raise NotFound(f"there is no page {int(given)}", f"the list has {last} page{'s' if last > 1 else ''}")
    return int(given), last
