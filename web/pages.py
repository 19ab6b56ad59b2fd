"""The pages: each fills one frozen record and renders the template that the record names."""

import datetime
from collections import Counter
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from flask import Blueprint, Flask, Response, g, redirect, render_template, request
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from kg import explain
from kg.errors import NotFound, UsageError
from kg.explain import Explanation
from kg.gaps import Filter, Gap, Ordered, Ranked, reweighed
from kg.knowledge import Coverage
from kg.labels import KOSOVO_FOOTNOTE
from kg.languages import spoken
from kg.positions import Position
from kg.positions import position as position_of
from kg.queries import Query
from kg.regions import HEADINGS, TERRITORIES
from kg.score import PARTS, Code, Part, Weights, spelled
from kg.settings import DATA
from kg.vocab import CODE, COUNTRY, ID
from web import delivery, links, menu, text
from web.profile.notes import Note, Notes
from web.profile.positions import MATTERS, VERDICTS
from web.reading import Reading, day_of, reader
from web.why import Teller, View

pages = Blueprint("pages", __name__)
PAGE_ROWS = 50
EXAMPLES = ("COL", "MAR", "ALB")
"""Countries of the three regions that come first: Latin America, Africa, the Western Balkans."""
QUESTIONS = ("route-pairs-without-basis", "pairs-on-un-convention-only", "coverage-growth", "not-known")
STATUSES = ["confirmed-gap", "signed-not-in-force", "unverified"]


@dataclass(frozen=True)
class Page:
    """What every page has.

    Attributes:
        title: title of the page.
        day: the day asked about.
        digest: digest of the graph.
    """

    template: ClassVar[str]
    title: str
    day: datetime.date
    digest: str


@dataclass(frozen=True)
class Home(Page):
    """The start page: how much is known, rows per table, the span of checks, and the kinds of gap with their counts by status.

    Attributes:
        examples: codes of countries that open a profile.
        questions: name and title of some saved questions.
    """

    template = "home.html"
    known: Coverage
    examples: tuple[str, ...]
    questions: list[tuple[str, str]]
    numbers: list[tuple[str, int]]
    oldest: str
    newest: str
    kinds: list[tuple[str, str, str, dict[str, int]]]
    totals: dict[str, int]


@dataclass(frozen=True)
class CountryLine:
    """One country in the list."""

    code: str
    alpha2: str
    name: str
    state: bool
    member: bool
    routes: int
    confirmed: int


@dataclass(frozen=True)
class Countries(Page):
    """The list of countries by region; `found` are the matches of a search, best first."""

    template = "countries.html"
    q: str
    found: list[CountryLine]
    regions: list[tuple[str, str, list[CountryLine]]]
    total: int


@dataclass(frozen=True)
class OtherValue:
    """What another source says against a record: column and value as printed, why the record's own is used, the notes."""

    field: str
    used: str
    value: str
    why: str
    notes: tuple[int, ...]


@dataclass(frozen=True)
class ProofLine:
    """One record that proves a basis: whose, with its dates as printed, and what other sources say against them."""

    record: str
    who: str
    action: str
    signed: str
    since: str
    until: str
    status: str
    status_as_of: str
    checked: str
    locator: str
    note: str
    notes: tuple[int, ...]
    others: tuple[OtherValue, ...]


@dataclass(frozen=True)
class PositionPage(Page):
    """The position of one pair."""

    template = "position.html"
    member_name: str
    country_name: str
    matter_name: str
    verdict: str
    found: Position
    proofs: dict[str, list[ProofLine]]
    notes: tuple[Note, ...]
    others: list[tuple[str, str]]


@dataclass(frozen=True)
class WeightLine:
    """The weight of one part of the score: the standard one, and the one that the address asks for (empty: none)."""

    part: str
    standard: str
    asked: str


@dataclass(frozen=True)
class WhyPage(Page):
    """Why a gap is listed; `country` is its alpha-3 code, `files` are addresses and names of the same as data."""

    template = "why.html"
    country: str
    view: View
    files: list[tuple[str, str]]


@dataclass(frozen=True)
class GapsPage(Page):
    """The list of gaps: one page of rows, the number of all, the weights of its order, and what the pick lists offer."""

    template = "gaps.html"
    wanted: Filter
    chosen: dict[str, str]
    rows: list[Ranked]
    weights: list[WeightLine]
    kept: dict[str, str]
    changed: tuple[str, ...]
    total: int
    first: int
    page: int
    pages: int
    counts: dict[str, int]
    kind: Query | None
    kinds: dict[str, str]
    countries: list[tuple[str, str]]
    member_states: list[tuple[str, str]]
    regions: list[tuple[str, str]]


@dataclass(frozen=True)
class About(Page):
    """How the site comes to what it says."""

    template = "about.html"
    stale_months: int


def init_app(app: Flask) -> None:
    """Adds the pages, what templates may use, and the footnote where it is due."""
    app.register_blueprint(pages)
    app.context_processor(
        lambda: {
            "links": links,
            "menu": menu,
            "_": text.speaker(),
            "language": g.language,
            "languages": text.MENU,
            "name": _name,
            "code_name": _code_name,
            "matters": MATTERS,
            "verdicts": VERDICTS,
            "figure": _figure,
            "score_of": _score_of,
            "decimals": lambda value: text.decimals(f"{value:.1f}"),
            "names_of": lambda parts: ", ".join(_code_name("score-part", part) for part in parts),
            "statuses": STATUSES,
            "long_day": text.long_day,
            "number": text.number,
            "euro": text.euro,
        }
    )
    app.after_request(_finish)


def _finish(response: AnyResponse) -> AnyResponse:
    """Puts the footnote on every page that names Kosovo."""
    if response.mimetype == "text/html" and not response.is_streamed and not response.headers.get("Content-Encoding"):
        html = response.get_data(as_text=True)
        note = (
            f'<p class="footnote">* {spoken(KOSOVO_FOOTNOTE, g.get("language", "en"))}</p>'.replace("'", "&#39;")
            if "Kosovo" in html
            else ""
        )
        response.set_data(html.replace("<!-- footnote -->", note))
        response.vary.add("Accept-Language")
    return response


def _name(iri_or_code: str) -> str:
    """The name of a country code or of any IRI, for templates."""
    return reader().current().labels(g.language).of(iri_or_code if "/" in iri_or_code else COUNTRY + iri_or_code)


def _code_name(scheme: str, notation: str) -> str:
    """The name of a value of a code list, for templates."""
    return reader().current().labels(g.language).of(f"{CODE}{scheme}/{notation}")


def _figure(part: Part) -> str:
    """The figure behind a part of a score, in the reader's language, for templates."""

    def name(code: Code) -> str:
        return _code_name(*code)

    return text.decimals(text.say(part.words, **spelled(part.facts, name)))


def _score_of(gap: Gap) -> Markup:
    """The score of a gap with its parts, for templates: the same on every page, and kept, because lists hold many."""
    cells = reader().current().cells
    key = g.language, repr((gap.score, gap.parts))  # all that is shown; figures of another day differ
    return cells.get(key, lambda: Markup(render_template("_score.html", gap=gap)))


def _show(page: Page) -> str:
    return render_template(page.template, **{entry.name: getattr(page, entry.name) for entry in fields(page)})


@pages.get("/")
@delivery.kept
def home() -> str:
    """The start page."""
    reading, day = reader().current(), datetime.date.today()
    built = reading.graph.built
    counts = {kind: dict.fromkeys(STATUSES, 0) for kind in reading.kinds}
    for gap in reading.gaps(day):
        counts[gap.kind][gap.status] += 1
    tables = ["country", "agreement", "participation", "route", "posting", "partnership", "funding_line", "source"]
    numbers = [(table, int(built["counts"].get(table, 0))) for table in tables]
    numbers.insert(3, ("bases", int(built["bases"])))
    kinds = [
        (kind, _title(query), spoken(query.questions, g.language), counts[kind])
        for kind, query in reading.kinds.items()
    ]
    totals = {status: sum(of_kind[status] for of_kind in counts.values()) for status in STATUSES}
    return _show(
        Home(
            text.say("What Europe can ask of the world, and what is missing"),
            day,
            reading.graph.digest,
            reading.memory.get(("known", day), reading.knowledge(day).total),
            tuple(code for code in EXAMPLES if code in reading.countries),
            [(name, _title(reading.questions[name])) for name in QUESTIONS if name in reading.questions],
            numbers,
            str(built["oldest_check"]),
            str(built["newest_check"]),
            kinds,
            totals,
        )
    )


@pages.get("/countries")
@delivery.kept
def countries() -> str | AnyResponse:
    """All countries, or those that a search finds."""
    reading, day, q = reader().current(), day_of(request.args.get("day", "")), request.args.get("q", "").strip()
    labels, members, needs = reading.labels(g.language), reading.members("eu", day), {}
    confirmed: dict[str, int] = {}
    for gap in reading.gaps(datetime.date.today()):
        needs[gap.country] = len(gap.need.routes)
        confirmed[gap.country] = confirmed.get(gap.country, 0) + (gap.status == "confirmed-gap")
    lines = {
        code: CountryLine(
            code,
            known.alpha2,
            labels.of(known.iri),
            known.state,
            code in members,
            needs.get(code, 0),
            confirmed.get(code, 0),
        )
        for code, known in reading.countries.items()
    }
    found = [lines[code] for code in reading.search(q)] if q else []
    groups: dict[str, list[CountryLine]] = {}
    for code, line in sorted(lines.items(), key=lambda pair: text.sort_key(pair[1].name)):
        groups.setdefault("eu" if line.member else reading.countries[code].heading, []).append(line)
    own = {"eu": text.say("Member states of the European Union"), TERRITORIES: text.say("Territories")}
    regions = [
        (
            region,
            own.get(region) or labels.of(f"{CODE}country-group/{region}"),
            groups[region],
        )
        for region in [*HEADINGS, "eu"]
        if region in groups
    ]
    return _show(Countries(text.say("Countries"), day, reading.graph.digest, q, found, regions, len(lines)))


@pages.get("/position/<member_state>/<code>/<matter>")
@delivery.kept
def position(member_state: str, code: str, matter: str) -> str | AnyResponse:
    """The position of one pair in one matter."""
    reading, day = reader().current(), day_of(request.args.get("day", ""))
    ours, theirs = reading.country(member_state), reading.country(code)
    if matter not in reading.matters:
        raise NotFound(f"there is no matter '{matter[:60]}'", f"write one of {', '.join(reading.matters)}")
    if (ours.code, theirs.code) != (member_state, code):
        return redirect(links.position(ours.code, theirs.code, matter, day), 301)
    found = position_of(
        reading.graph.store,
        DATA / "queries" / "ask",
        ours.code,
        theirs.code,
        matter,
        day,
        reading.settings.stale_months,
    )
    labels, notes = reading.labels(g.language), Notes(reading.sources)
    proofs: dict[str, list[ProofLine]] = {}
    for row in sorted(
        reading.ask("profile-proofs", day, member_state=ours.code, country=theirs.code, matter=matter),
        key=lambda row: (row["instrument"], row["proof"]),
    ):
        proofs.setdefault(row["instrument"].rpartition("/")[2], []).append(
            ProofLine(
                row["proof"].removeprefix(ID),
                labels.of(row["participant"]),
                labels.of(row["action"]) if "action" in row else "",
                row.get("signed", ""),
                row.get("since", ""),
                row.get("until", ""),
                labels.of(row["status"]) if "status" in row else "",
                row.get("status_as_of", ""),
                row["checked"],
                row.get("locator", ""),
                row.get("note", ""),
                notes.cite([row]),
                tuple(
                    OtherValue(
                        other["field"],
                        other["value"],
                        other["other_value"],
                        other["why"],
                        notes.cite([other], "other_source", "other_confidence"),
                    )
                    for other in reading.contradictions.get(row["proof"], ())
                ),
            )
        )
    names = labels.of(ours.iri), labels.of(theirs.iri), labels.of(f"{CODE}matter/{matter}")
    verdict = found.grade if found.grade and found.status in ("covered", "sectoral-only") else found.status
    others = [
        (other, labels.of(f"{CODE}matter/{other}")) for other in [*MATTERS, *(() if matter in MATTERS else (matter,))]
    ]
    return _show(
        PositionPage(
            f"{names[0]} – {names[1]}: {names[2]}",
            day,
            reading.graph.digest,
            *names,
            verdict,
            found,
            proofs,
            notes.entries(),
            others,
        )
    )


@pages.get("/gaps")
@delivery.kept
def gaps() -> str | AnyResponse:
    """The list of gaps."""
    wanted = gap_filter()
    said = {name: value for name, value in request.args.items() if value.strip()}
    if said.get("day") == str(datetime.date.today()):
        del said["day"]  # the form always names a day: that of today means whatever day it is
    if len(said) < len(request.args):
        return redirect(links.to("pages.gaps", **said))
    reading, day = reader().current(), day_of(request.args.get("day", ""))
    page_text = request.args.get("page", "1")
    if not (page_text.isascii() and page_text.isdigit() and 0 < len(page_text) < 7 and int(page_text) > 0):
        raise UsageError(f"the page '{page_text[:20]}' is no page number", "write a whole number from 1")
    asked = asked_weights()
    weights = reading.weights.changed(asked)
    changed = weights.differ(reading.weights)
    page, found = int(page_text), reading.wanted(day, wanted)
    last = max(1, -(-len(found) // PAGE_ROWS))
    if page > last:
        raise NotFound(f"there is no page {page}", f"the list has {last} page{'s' if last > 1 else ''}")
    every = (
        reading.wanted(day, Filter(wanted.kind, wanted.country, wanted.member_state, wanted.region))
        if wanted.status
        else found
    )
    counted = Counter(gap.status for gap in every)
    counts = {status: counted[status] for status in STATUSES}
    labels, members = reading.labels(g.language), reading.members("eu", day)
    named = sorted(
        ((code, labels.of(known.iri)) for code, known in reading.countries.items()),
        key=lambda pair: text.sort_key(pair[1]),
    )
    kept = {f"w.{part}": weight for part, weight in asked.items()}
    chosen = {field.name: getattr(wanted, field.name) for field in fields(wanted)} | kept
    return _show(
        GapsPage(
            text.say("Gaps"),
            day,
            reading.graph.digest,
            wanted,
            chosen,
            _page_of(found, page, weights if changed else None),
            [WeightLine(part, f"{float(reading.weights.weight(part)):g}", asked.get(part, "")) for part in PARTS],
            kept,
            changed,
            len(found),
            (page - 1) * PAGE_ROWS + 1,
            page,
            last,
            counts,
            reading.kinds.get(wanted.kind),
            {kind: _title(query) for kind, query in reading.kinds.items()},
            [pair for pair in named if pair[0] not in members],
            [pair for pair in named if pair[0] in members],
            [(region, labels.of(f"{CODE}country-group/{region}")) for region in reading.regions],
        )
    )


@pages.get("/why/<kind>")
@delivery.kept
def why(kind: str) -> str:
    """Why a gap is listed: its rule, the facts it rests on, and the need."""
    reading, day = reader().current(), day_of(request.args.get("day", ""))
    gap, found = why_of(kind, day)
    return _show(
        WhyPage(
            text.say("Why: %(what)s", what=spoken(found.rule.titles, g.language)),
            day,
            reading.graph.digest,
            gap.country,
            Teller(reading.labels(g.language), g.language).view(found),
            [(links.why_file(form, gap, day), words) for form, words in (("json", "JSON"), ("jsonld", "JSON-LD"))],
        )
    )


def why_of(kind: str, day: datetime.date) -> tuple[Gap, Explanation]:
    """The gap of this kind that the address names, and why it is one.

    Raises:
        UsageError: the address has a name that says nothing here, names no country, or fits several gaps.
        NotFound: there is no such kind or gap.
    """
    reading: Reading = reader().current()
    for name in request.args:
        if name not in {"country", "member_state", "matter", "subject", "day", "lang"}:
            raise UsageError(f"'{name[:40]}' says nothing here", "name country, member_state, matter, subject or day")
    if kind not in reading.kinds:
        raise NotFound(f"there is no kind of gap '{kind[:60]}'", f"there are {', '.join(reading.kinds)}")
    given = {name: request.args.get(name, "").strip() for name in ("country", "member_state")}
    if not given["country"]:
        raise UsageError("the address names no country", "write ?country=, for example COL")
    codes = {name: reading.country(code).code for name, code in given.items() if code}
    gaps = reading.wanted(day, Filter(kind, **codes))
    gap = explain.gap_of(gaps, request.args.get("matter", ""), request.args.get("subject", ""))
    return gap, explain.of_gap(reading.finder, gap, day)


@pages.get("/about")
@delivery.kept
def about() -> str:
    """How the site comes to what it says."""
    reading = reader().current()
    return _show(About(text.say("About"), datetime.date.today(), reading.graph.digest, reading.settings.stale_months))


def gap_filter() -> Filter:
    """The filter that the address names.

    Raises:
        UsageError: the address has a name that is no filter.
    """
    names = {field.name for field in fields(Filter)}
    for name in request.args:
        if name not in names | {"day", "page", "lang"} and not name.startswith("w."):
            raise UsageError(
                f"there is no filter '{name[:40]}'",
                f"there are {', '.join(sorted(names))}, day, page and the weights w.{', w.'.join(PARTS)}",
            )
    wanted = Filter(**{name: request.args.get(name, "").strip() for name in names})
    reading: Reading = reader().current()
    codes: dict[str, Any] = {
        name: reading.country(value).code for name in ("country", "member_state") if (value := getattr(wanted, name))
    }
    return Filter(**{**{name: getattr(wanted, name) for name in names}, **codes})


def asked_weights() -> dict[str, str]:
    """The weights that the address asks for (`w.routes` and so on), as text by part."""
    return {
        name.removeprefix("w."): value.strip()
        for name, value in request.args.items()
        if name.startswith("w.") and value.strip()
    }


def _page_of(found: list[Gap], page: int, weights: Weights | None) -> list[Ranked]:
    """The rows of one page, in the order of other weights where there are any."""
    ordered = reweighed(found, weights) if weights else Ordered(found)
    return ordered[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]


def _title(query: Query) -> str:
    return spoken(query.titles, g.language)


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page that is no record of its own, such as the query page."""
    return Response(render_template(template, **values), status)
