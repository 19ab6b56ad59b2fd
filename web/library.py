"""The library: a page and an address of data for every saved question, with the same parameters.

Answers come from worker processes of the library's own, under the limits of public queries: some
questions can be asked so widely that they would take a minute, and nobody else shall wait for that.
"""

import datetime
import json
from dataclasses import dataclass, fields
from typing import Any, ClassVar, cast
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, current_app, g, render_template, request, url_for

from kg import dates, expected, export
from kg.endpoint import Endpoint, Question
from kg.errors import KgError, NotFound, UsageError
from kg.expected import Checked, Expected
from kg.languages import spoken
from kg.queries import Query
from kg.settings import DATA
from kg.vocab import CODE
from web import delivery, library_paths, links, openapi, text
from web.library_rdf import FORMS as RDF_FORMS
from web.library_rdf import described
from web.pages import Page
from web.picks import Field, form
from web.reading import Reading, day_of, reader
from web.snippets import Snippet, snippets
from web.views import STATUSES, Rows, Views, named, views

library = Blueprint("library", __name__)
SHOWN = 500
"""Rows in a table on a page; files hold all."""
TABLE = "application/sparql-results+json"
FILES = {
    "json": (export.gap_json, "application/json"),
    "csv": (export.gap_csv, "text/csv"),
    "tsv": (export.gap_tsv, "text/tab-separated-values"),
    "xlsx": (export.gap_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
TEXT = ("rq", "application/sparql-query")
RESERVED = ("lang",)


@dataclass(frozen=True)
class Found:
    """An answer: columns, all rows, and how long it took."""

    columns: list[str]
    rows: Rows
    milliseconds: float


@dataclass(frozen=True)
class LibraryPage(Page):
    """All questions: name, title, question and state of the last check, by part (questions and kinds of gap)."""

    template: ClassVar[str] = "library.html"
    parts: list[tuple[str, bool, list[tuple[str, str, str, str]]]]
    checked: int


@dataclass(frozen=True)
class QuestionPage(Page):
    """One question, its form, and its answer; `problem` stands where there is no answer."""

    template: ClassVar[str] = "question.html"
    query_name: str
    question: str
    note: str
    is_gap: bool
    fields: list[Field]
    problem: str
    found: Found | None
    views: Views | None
    shown: Rows
    values: dict[str, str]
    files: list[tuple[str, str]]
    permalink: str
    cite: str
    snippets: list[Snippet]
    stated: list[Expected]
    record: Checked | None
    current: bool


INNER = ("explain", "ledger", "profile", "score")
"""How the names of questions begin that serve a page of the site: readers seldom ask them by themselves."""


def init_app(app: Flask) -> None:
    """Adds the addresses, and the drawing of answers for other pages."""
    app.register_blueprint(library)
    openapi.add(app, library_paths.paths)
    app.extensions["library"] = Endpoint(app.extensions["reader"].settings)
    app.jinja_env.globals["views_of"] = lambda columns, rows: views(reader().current(), columns, rows)
    app.jinja_env.globals["verdict_iri"] = lambda status: f"{CODE}position-status/{status}"


@library.get("/library")
def index() -> Response:
    """All questions; as RDF where the reader takes no page."""
    wanted = request.accept_mimetypes.best_match(["text/html", *(kind for kind in RDF_FORMS.values())], "text/html")
    if wanted != "text/html":
        return _rdf("", wanted)
    reading = reader().current()
    record = expected.read_record(reading.settings.home)
    inner = {name for name in reading.questions if name.partition("-")[0] in INNER}
    parts = [
        (words, folded, [_line(query, record.get(query.name)) for query in saved])
        for words, folded, saved in (
            (text.say("Questions"), False, [one for name, one in reading.questions.items() if name not in inner]),
            (text.say("Kinds of gap"), False, list(reading.kinds.values())),
            (text.say("Questions that pages are made of"), True, [reading.questions[name] for name in sorted(inner)]),
        )
    ]
    title, today = text.say("Query library"), datetime.date.today()
    return _page(LibraryPage(title, today, reading.graph.digest, parts, len(record)), 200)


@library.get("/library.<suffix>")
def index_file(suffix: str) -> Response:
    """The library described in RDF."""
    if suffix not in RDF_FORMS:
        raise NotFound(f"the library is not given as '{suffix[:20]}'", f"take one of {', '.join(RDF_FORMS)}")
    return _rdf("", RDF_FORMS[suffix])


@library.get("/library/<name>")
def show(name: str) -> delivery.Answer:
    """One question with its answer; as data where the reader takes no page."""
    kinds = {kind: suffix for suffix, (_, kind) in FILES.items()}
    rdf = {kind: suffix for suffix, kind in RDF_FORMS.items()}
    wanted = request.accept_mimetypes.best_match(["text/html", *kinds, *rdf, TABLE, TEXT[1]], "text/html")
    if wanted != "text/html":
        suffix = (kinds | rdf | {TABLE: "srj", TEXT[1]: TEXT[0]})[wanted]
        answer = file(name, suffix)
        answer.headers["Vary"] = "Accept"
        return answer
    return _shown(name=name)


def _checked() -> str:
    """What the page says beside the answer and is no part of the graph: the last check of all questions."""
    return repr(expected.read_record(reader().current().settings.home))


@delivery.kept_beside(_checked)
def _shown(name: str) -> Response:
    reading, query = _named(name)
    problem, status, found, drawn, shown = "", 200, None, None, list[Any]()
    try:
        values, day = _values(reading, query)
        found = _answer(reading, query, values)
        drawn = views(reading, found.columns, found.rows)
        shown = named(reading, found.columns, found.rows[:SHOWN])
    except KgError as fault:
        problem, status = str(fault), fault.status
        values, day = query.values({}, datetime.date.today(), reading.settings.stale_months), datetime.date.today()
    record = expected.read_record(reading.settings.home).get(name)
    stated = expected.expected(DATA / "queries", query)
    given = _pinned(values, day)
    address = {
        suffix: f"{url_for('library.file', name=name, suffix=suffix, _external=True)}?{urlencode(given)}".rstrip("?")
        for suffix in (*FILES, *RDF_FORMS, TEXT[0])
    }
    title = spoken(query.titles, g.language)
    return _page(
        QuestionPage(
            title,
            day,
            reading.graph.digest,
            name,
            spoken(query.questions, g.language),
            query.notes.get(g.language, query.notes.get("en", "")),
            name in reading.kinds,
            form(reading, query, values, g.language),
            problem,
            found,
            drawn,
            shown,
            values,
            [(suffix.upper(), address[suffix]) for suffix in (*FILES, TEXT[0])],
            f"{url_for('library.show', name=name, _external=True)}?{urlencode(given)}".rstrip("?"),
            links.result(name, day, **{one: value for one, value in values.items() if one != "day"}),
            snippets(name, address, url_for("sparql.answer", _external=True).rstrip("/")),
            stated,
            record,
            record is not None and record.sha256 == expected.digest(query, stated),
        ),
        status,
    )


@library.get("/library/<name>.<suffix>")
def file(name: str, suffix: str) -> Response:
    """The answer to a question as a file, its text with the parameters filled in (`rq`), or its description in RDF.

    Raises:
        NotFound: there is no such question or form.
        UsageError: a parameter that cannot be right.
    """
    if suffix in RDF_FORMS:
        _named(name)
        return _rdf(name, RDF_FORMS[suffix])
    if suffix not in (*FILES, TEXT[0], "srj"):
        known = ", ".join([*FILES, "srj", TEXT[0], *RDF_FORMS])
        raise NotFound(f"an answer is not given as '{suffix[:20]}'", f"take one of {known}")
    reading, query = _named(name)
    values, day = _values(reading, query)
    if suffix == TEXT[0]:
        return _data(query.bind(values).encode("utf-8"), f"{TEXT[1]}; charset=utf-8", f"{name}.rq")
    if suffix == "srj":
        answer = _asked(reading, query, values)
        return _data(answer.body, TABLE, f"{name}.srj", answer.rows)
    found = _answer(reading, query, values)
    rows = flat(found, reading.labels(g.language).of)
    write, media_type = FILES[suffix]
    body = write(rows, export.meta(reading.graph.digest, day, len(rows), name, values))
    media_type += "; charset=utf-8" if media_type.startswith("text/") else ""
    return _data(body, media_type, f"{name}-{day}.{suffix}", len(rows))


def flat(found: Found, label: Any) -> list[dict[str, str]]:
    """The rows with the same columns in each; beside every column of IRIs one with their names, `<column>_name`.

    Args:
        found: the answer.
        label: the name of an IRI.
    """
    named = {
        name
        for name in found.columns
        if f"{name}_name" not in found.columns
        and any(row.get(name, {}).get("type") == "uri" and not name.endswith("url") for row in found.rows)
    }
    return [
        {
            key: value
            for name in found.columns
            for key, value in (
                (name, row.get(name, {}).get("value", "")),
                *([(f"{name}_name", label(row[name]["value"]) if name in row else "")] if name in named else []),
            )
        }
        for row in found.rows
    ]


def asked_of(name: str) -> tuple[Query, dict[str, str]]:
    """A question and all its parameters, as the address gives them.

    Raises:
        NotFound: there is no such question.
        UsageError: a parameter that cannot be right.
    """
    reading, query = _named(name)
    return query, _values(reading, query)[0]


def _named(name: str) -> tuple[Reading, Query]:
    reading = reader().current()
    query = reading.questions.get(name) or reading.kinds.get(name)
    if query is None:
        raise NotFound(f"there is no saved question '{name[:60]}'", "choose one of the library")
    return reading, query


def _values(reading: Reading, query: Query) -> tuple[dict[str, str], datetime.date]:
    """All parameters that the address gives, with defaults for the rest, and the day asked about.

    Raises:
        UsageError: a parameter that the question does not have, that stands twice, or that cannot be right.
    """
    for name, every in request.args.lists():
        if len(every) > 1:
            raise UsageError(f"there is more than one {name[:40]}", "write one")
    given = {name: value.strip() for name, value in request.args.items() if name not in RESERVED and value.strip()}
    for name, value in given.items():
        if len(value) > 100:
            raise UsageError(f"{name[:40]} is longer than 100 characters", "write a code, a day or a number")
    values = query.values(given, day_of(""), reading.settings.stale_months)
    for parameter in query.parameters:
        parameter.term(values[parameter.name])
        if parameter.kind == "country" and values[parameter.name] != "any":
            values[parameter.name] = reading.country(values[parameter.name]).code
        if parameter.kind == "date":
            values[parameter.name] = str(day_of(values[parameter.name]))
    return values, dates.day(values["day"]) if "day" in values else day_of("")


def _pinned(values: dict[str, str], day: datetime.date) -> dict[str, str]:
    """The parameters of an address that goes on meaning the same: nothing is left to a default."""
    chosen = {"lang": g.language} if g.language_chosen else {}
    return {**values, **chosen}


def _asked(reading: Reading, query: Query, values: dict[str, str]) -> Any:
    pool = cast(Endpoint, current_app.extensions["library"])
    return pool.ask(reading.graph.path, Question(query.bind(values), TABLE))


def _answer(reading: Reading, query: Query, values: dict[str, str]) -> Found:
    answer = _asked(reading, query, values)
    content = json.loads(answer.body)
    rows = sorted(
        content["results"]["bindings"],
        key=lambda row: [row.get(name, {}).get("value", "") for name in content["head"]["vars"]],
    )
    return Found(content["head"]["vars"], rows, answer.milliseconds)


def _data(body: bytes, media_type: str, name: str, rows: int | None = None) -> Response:
    headers = {
        "Content-Disposition": f'inline; filename="{name}"',
        "Access-Control-Allow-Origin": "*",
        "Coopkg-Graph": reader().current().graph.digest,
        "Access-Control-Expose-Headers": "Coopkg-Graph, Coopkg-Rows, Coopkg-Complete, Content-Disposition",
    }
    if rows is not None:
        headers |= {"Coopkg-Rows": str(rows), "Coopkg-Complete": "true"}
    return Response(body, content_type=media_type, headers=headers)


def _rdf(name: str, media_type: str) -> Response:
    reading = reader().current()
    endpoint = url_for("sparql.answer", _external=True).rstrip("/")
    suffix = next(suffix for suffix, kind in RDF_FORMS.items() if kind == media_type)
    body = described(reading, name, endpoint, media_type)
    answer = _data(body, f"{media_type}; charset=utf-8", f"{name or 'library'}.{suffix}")
    answer.headers["Vary"] = "Accept"
    return answer


def _line(query: Query, record: Checked | None) -> tuple[str, str, str, str]:
    state = "" if record is None else "fails" if record.failures else "passed" if record.passed_on else ""
    return (
        query.name,
        spoken(query.titles, g.language),
        spoken(query.questions, g.language),
        state,
    )


def _page(values: Page, status: int) -> Response:
    shown = {entry.name: getattr(values, entry.name) for entry in fields(values)}
    return Response(render_template(values.template, **shown, statuses=STATUSES), status)
