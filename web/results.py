"""Results that can be cited: `/result/NAME?...&day=...&graph=...`, answered by the very build that the address names.

An address without build or day leads to one that names both. Where a build is no longer kept, the page
says so and leads to the answer of today. Nothing is stored for it.
"""

import dataclasses
import json
import threading
from dataclasses import dataclass, fields
from typing import ClassVar

from flask import Blueprint, Flask, Response, current_app, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from kg import asked as questions
from kg import bundle, export, frozen
from kg.asked import Asked, Result
from kg.endpoint import Endpoint
from kg.errors import Gone, NotFound, UsageError
from kg.published import Graph
from web import links, text
from web.pages import Page, page
from web.reading import day_of, reader

results = Blueprint("results", __name__)
FORMS = {"csv": "text/csv", "json": "application/json", "zip": "application/zip"}
SHOWN = 500
KEPT = 8
ONE_AT_A_TIME = threading.Lock()
"""A list of all gaps takes seconds; one result is made at a time, so that others go on answering beside it."""


@dataclass(frozen=True)
class ResultPage(Page):
    """A result: what was asked, the first rows, whether the build is the one of today, and its files."""

    template: ClassVar[str] = "result.html"
    result: Result
    rows: list[tuple[tuple[str, str], ...]]
    current: bool
    link: str
    today: str
    files: list[tuple[str, str]]


@dataclass(frozen=True)
class GonePage(Page):
    """A result of a build that is not kept: its digest, how many builds are kept, and the address of today's answer."""

    template: ClassVar[str] = "gone.html"
    graph: str
    keep: int
    today: str
    reason: str


def init_app(app: Flask) -> None:
    """Adds the addresses of results."""
    app.register_blueprint(results)
    app.extensions["results"] = {}
    app.extensions["earlier"] = Endpoint(dataclasses.replace(app.extensions["reader"].settings, query_workers=1))


@results.get("/result/<name>")
@results.get("/result/<name>.<any(csv, json, zip):form>")
def show(name: str, form: str = "") -> AnyResponse:
    """A result as a page, as rows, or as a bundle."""
    given = {key: value for key, value in request.args.items() if key not in questions.RESERVED and value.strip()}
    digest, day = request.args.get("graph", "").strip(), day_of(request.args.get("day", "").strip())
    months = _months(request.args.get("stale_months", "").strip())
    graph = reader().current().graph
    if digest and digest != graph.digest:
        try:
            graph = reader().build(digest)
        except NotFound:
            return _gone(name, form, digest, given)
    asked = questions.ask(graph, name, given, day, months, g.language)
    if not _whole(asked):
        return redirect(_address(asked, form), 302)
    try:
        result = _result(graph, asked)
    except Gone as problem:
        if graph.digest == reader().current().graph.digest:
            raise
        return _gone(name, form, digest, given, problem.message)
    if form:
        return _file(result, graph, form)
    return _page(result, graph)


def _months(given: str) -> int:
    if not given:
        return reader().settings.stale_months
    if not (given.isascii() and given.isdigit() and 0 < int(given[:9]) < 1200):
        raise UsageError(f"stale_months is '{given[:20]}'", "write a number of months, from 1 to 1199")
    return int(given)


def _whole(asked: Asked) -> bool:
    """Whether the address of the request names all that the answer depends on."""
    own = {name: value for name, value in asked.parameters.items() if value}
    last = {"day": str(asked.day), "stale_months": str(asked.stale_months), "lang": asked.language}
    return {**own, **last, "graph": asked.graph} == request.args.to_dict()


def _address(asked: Asked, form: str = "") -> str:
    """The permanent address of a result below the site's own."""
    name, _, query = asked.link.removeprefix("result/").partition("?")
    return f"{request.script_root}/result/{name}{'.' + form if form else ''}?{query}"


def _today(asked: Asked, form: str = "") -> str:
    """The same question to the build and the day of today."""
    own = {key: value for key, value in asked.parameters.items() if value and key != "known_since"}
    return links.to("results.show", name=asked.name, form=form or None, lang=asked.language, **own)


def _result(graph: Graph, asked: Asked) -> Result:
    """The answer; the last few are kept, since whoever reads a page often takes its files."""
    if asked.name not in questions.LISTS or asked.name == "sparql":  # limited by the workers that run it
        return frozen.answer(graph, asked, _run)
    made: dict[str, Result] = current_app.extensions["results"]
    with ONE_AT_A_TIME:
        if asked.link not in made:
            found = frozen.answer(graph, asked, _run)
            while len(made) >= KEPT:
                del made[next(iter(made))]
            made[asked.link] = found
        return made[asked.link]


def _run(graph: Graph, query: str) -> bytes:
    """Runs a stranger's query, on an earlier build by workers of its own."""
    current = graph.digest == reader().current().graph.digest
    endpoint: Endpoint = reader().endpoint if current else current_app.extensions["earlier"]
    return endpoint.query(graph.path, query, frozen.ACCEPT).body


def _page(result: Result, graph: Graph) -> AnyResponse:
    asked, labels = result.asked, graph.labels(g.language)

    def shown(cell: str) -> tuple[str, str]:
        place = links.page_of(cell)
        return (labels.of(cell), place) if place else (cell, "")

    values = ResultPage(
        result.title,
        asked.day,
        asked.graph,
        result,
        [tuple(shown(cell) for cell in row) for row in result.rows[:SHOWN]],
        asked.graph == reader().current().graph.digest,
        request.url_root + asked.link,
        _today(asked),
        [(form, _address(asked, form)) for form in FORMS],
    )
    return page(values.template, **{field.name: getattr(values, field.name) for field in fields(values)})


def _gone(name: str, form: str, digest: str, given: dict[str, str], reason: str = "") -> AnyResponse:
    """The build is not kept, or cannot be read any more (`reason`): says so, and leads to today's answer."""
    own = {key: value for key, value in given.items() if key != "known_since"}
    today, keep = links.to("results.show", name=name, form=form or None, **own), reader().settings.keep
    if form:
        raise Gone(
            reason or f"the build {digest[:12]} is not kept here, or was never made here; this site keeps {keep}",
            f"the answer of today is at {today}",
        )
    values = GonePage(text.say("This build is no longer kept"), day_of(""), "", digest, keep, today, reason)
    return page(values.template, 410, **{field.name: getattr(values, field.name) for field in fields(values)})


def _file(result: Result, graph: Graph, form: str) -> AnyResponse:
    """The rows as CSV or JSON, or the bundle; each says of what question and build it is."""
    asked, name = result.asked, bundle.file_name(result.asked)
    if form == "zip":
        body = bundle.write(result, graph, request.url_root)
    else:
        meta = export.meta(asked.graph, asked.day, len(result.rows), asked.name, asked.parameters)
        meta |= {"link": request.url_root + asked.link, "stale_months": str(asked.stale_months)}
        meta["note"] = " ".join(bundle.notes(result))
        rows = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
        body = export.gap_csv(rows, meta) if form == "csv" else _json(rows, meta)
        name = name.removesuffix("crate.zip") + form
    answer = Response(body, mimetype=FORMS[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.add_etag()
    return answer.make_conditional(request)


def _json(rows: list[dict[str, str]], meta: dict[str, str]) -> bytes:
    return (json.dumps({"meta": meta, "rows": rows}, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
