"""The stewards' desk: *Check* says what rows would mean, *Propose* makes a file of proposed rows.

The site is read-only, and so is the desk: it takes rows, answers, and forgets them. Nothing is stored and no one
is signed in, so a forged request can do nothing that an honest one could not, and no token guards the forms.
Uploads stay in memory; the work is done in a process that is killed past a limit (`kg.steward`).
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, fields
from io import BytesIO
from typing import IO, Any, ClassVar, cast

from flask import Blueprint, Flask, Request, Response, current_app, request

from kg import issue_words, proposals, tables
from kg.errors import KgError, NotFound, UsageError
from kg.incoming_cells import shown
from kg.issue import Issue
from kg.proposals import Proposal, Proposed
from kg.settings import DATA
from kg.steward import Looked, Steward, Upload
from kg.tables import Catalogue, Table
from web import forms, text
from web.forms import Block
from web.pages import Page, page
from web.reading import reader

steward = Blueprint("steward", __name__)

LARGEST = 4 << 20
"""Bytes of an upload here. The command takes more; a site that many use holds many at once in memory."""

SHOWN = 100
"""Rows of each list on a page."""


class TooLarge(KgError):
    """An upload past the limit. HTTP 413."""

    status = 413


class InMemory(Request):
    """A request whose files never touch the disk."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


@dataclass(frozen=True)
class CheckPage(Page):
    """What somebody's rows would mean: the tables to choose from, what was sent, and what was found (None: nothing was sent)."""

    template: ClassVar[str] = "check.html"
    tables: list[tuple[str, str]]
    chosen: str
    pasted: str
    problem: KgError | None
    looked: Looked | None
    findings: list[Issue]
    limit: int


@dataclass(frozen=True)
class TablesPage(Page):
    """The tables that rows can be proposed for: name, title, what a row says."""

    template: ClassVar[str] = "propose.html"
    tables: list[tuple[str, str, str]]


@dataclass(frozen=True)
class FormPage(Page):
    """The form for a row, and what was found about it.

    Attributes:
        table: name of the table.
        about: what a row of it says.
        key: the key of the row that is changed, a part a column; empty for a new one.
        q: what rows are searched for.
        rows: rows that the search finds: key and a line of text.
        block: the fields of the row.
        others: fields of rows that it may point to and that are not there yet.
        author: name as typed.
        reason: as typed.
        problem: why the form cannot be taken at all.
        looked: what was found; None where nothing was asked.
        findings: what stands at no field.
    """

    template: ClassVar[str] = "propose_row.html"
    table: str
    about: str
    key: tuple[str, ...]
    q: str
    rows: list[tuple[tuple[str, ...], str]]
    block: Block
    others: list[Block]
    author: str
    reason: str
    problem: KgError | None
    looked: Looked | None
    findings: list[Issue]


def init_app(app: Flask) -> None:
    """Adds the pages and the worker behind them."""
    app.request_class = InMemory
    app.extensions["steward"] = Steward(app.extensions["reader"].settings, DATA)
    app.register_blueprint(steward)


def prepare(app: Flask) -> None:
    """Lets whoever opens a page of the desk start its worker, which reads the tables before rows come."""

    def opened() -> None:
        if request.blueprint == steward.name and request.method == "GET":
            _worker().open(reader().current().graph.path)

    app.before_request(opened)


def _worker() -> Steward:
    return cast(Steward, current_app.extensions["steward"])


@steward.before_request
def _limits() -> None:
    """Lets larger requests in than the rest of the site takes, up to a limit that is told before anything is read.

    Raises:
        TooLarge: the request says that it is larger.
    """
    most = LARGEST + (64 << 10)  # what a form adds around a file
    if (request.content_length or 0) > most:
        raise TooLarge(
            text.say("the rows are larger than %(megabytes)s MB", megabytes=LARGEST >> 20),
            text.say("Send them in several files; the command `coopkg import` takes larger ones."),
        )
    request.max_content_length = request.max_form_memory_size = most


@steward.route("/check", methods=["GET", "POST"])
def check() -> Response:
    """What rows would mean: findings, and the effect on positions and gaps."""
    catalogue = tables.load(_worker().seeds)
    chosen, pasted, looked, problem = "", "", None, None
    if request.method == "POST":
        chosen, pasted = request.form.get("table", ""), request.form.get("rows", "")
        try:
            looked = _looked(_sent(catalogue, chosen, pasted))
        except KgError as found:
            problem = _said(found)
    values = CheckPage(
        text.say("Check rows"),
        datetime.date.today(),
        reader().current().graph.digest,
        [(table.name, forms.words(table.title)) for table in _of_graph(catalogue)],
        chosen,
        pasted,
        problem,
        looked,
        _translated(looked.issues) if looked else [],
        LARGEST >> 20,
    )
    return _shown(values, problem)


def _sent(catalogue: Catalogue, chosen: str, pasted: str) -> Upload:
    """The file or the pasted rows of a request.

    Raises:
        UsageError: there are none or both, or no table is chosen.
    """
    file = request.files.get("file")
    content = file.read() if file else b""
    if bool(content) == bool(pasted.strip()):
        problem = "there are both a file and pasted rows" if content else "there are no rows"
        raise UsageError(problem, "choose a file, or paste rows with their heading")
    name = (file.filename or "") if file and content else "rows.ttl" if pasted.lstrip()[:1] in "@<" else "rows.csv"
    content = content or pasted.strip("\r\n").encode("utf-8", "replace")
    if not proposals.is_proposal(content):
        if not chosen:
            raise UsageError("no table is chosen", "choose the table that the rows are for")
        if chosen not in catalogue.tables:
            raise UsageError(f"there is no table '{shown(chosen)}'", "choose a table")
    return Upload(chosen, name, content)


@steward.get("/propose")
def propose() -> Response:
    """The tables that rows can be proposed for."""
    values = TablesPage(
        text.say("Propose a change"),
        datetime.date.today(),
        reader().current().graph.digest,
        [
            (table.name, forms.words(table.title), forms.words(table.description))
            for table in _of_graph(tables.load(_worker().seeds))
        ],
    )
    return _shown(values)


@steward.route("/propose/<name>", methods=["GET", "POST"])
def row(name: str) -> Response:
    """The form for one row: empty, or filled from a row that is there."""
    catalogue = tables.load(_worker().seeds)
    table = next((one for one in _of_graph(catalogue) if one.name == name), None)
    if table is None:
        raise NotFound(f"no rows can be proposed for '{shown(name)}'", "choose a table at /propose")
    key = tuple(request.args.getlist("key"))
    before = _before(catalogue, table, key) if key else None
    sent = request.form if request.method == "POST" else None
    block, others = forms.blocks(catalogue, table, before, sent)
    author, reason = (" ".join(sent.get(part, "").split()) if sent else "" for part in ("author", "reason"))
    looked, problem, findings = None, None, list[Issue]()
    if sent is not None:
        given = [one for one in [block, *others] if one.given]
        rows = tuple(Proposed(one.table, one.before, one.cells) for one in given)
        proposal = Proposal(author, datetime.date.today(), reason, reader().current().graph.digest, rows)
        try:
            looked = _looked(proposal, with_effect="finish" not in sent)
            findings = forms.place(_translated(looked.issues), given)
            if "finish" in sent and looked.sound and looked.changes:
                return _file(catalogue, table, proposal)
        except KgError as found:
            problem = _said(found)
    q = " ".join(request.args.get("q", "").split())[:100]
    values = FormPage(
        forms.words(table.title),
        datetime.date.today(),
        reader().current().graph.digest,
        name,
        forms.words(table.description),
        key,
        q,
        _search(catalogue, table, q) if q else [],
        block,
        others,
        author,
        reason,
        problem,
        looked,
        findings,
    )
    return _shown(values, problem)


def _file(catalogue: Catalogue, table: Table, proposal: Proposal) -> Response:
    """The proposal to take away.

    Raises:
        UsageError: the name of the author or the reason is missing or cannot be read.
    """
    content = proposals.write(proposal)
    proposals.read(catalogue, content)  # what is given out is what the steward's side takes
    name = f"proposal-{table.name}-{proposal.made}.json"
    return Response(
        content,
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"},
    )


def _of_graph(catalogue: Catalogue) -> list[Table]:
    """The tables of the graph; the others are the project's own book-keeping."""
    return [table for table in catalogue.tables.values() if table.rdf_class]


def _before(catalogue: Catalogue, table: Table, key: tuple[str, ...]) -> dict[str, str]:
    """The row with this key.

    Raises:
        NotFound: there is none.
    """
    for _, found in catalogue.rows(table.name):
        if tuple(found[name] for name in table.key) == key:
            return found
    raise NotFound(f"there is no row '{shown(' '.join(key))}' in {table.file}", "search for it, or propose a new one")


def _search(catalogue: Catalogue, table: Table, q: str) -> list[tuple[tuple[str, ...], str]]:
    """The first rows whose cells hold all words of a search: key and cells."""
    words, found = q.casefold().split(), list[tuple[tuple[str, ...], str]]()
    for _, cells in catalogue.rows(table.name):
        line = " · ".join(cell for cell in cells.values() if cell)
        if all(word in line.casefold() for word in words):
            found.append((tuple(cells[name] for name in table.key), shown(line, 200)))
            if len(found) == SHOWN:
                break
    return found


def _looked(rows: Upload | Proposal, with_effect: bool = True) -> Looked:
    return _worker().look(reader().current().graph.path, rows, datetime.date.today(), text.language(), with_effect)


def _translated(issues: Iterable[Issue]) -> list[Issue]:
    """Findings in the reader's language; those of the shapes speak it already."""
    return [issue_words.in_language(issue, text.language()) for issue in issues]


def _said(problem: KgError) -> KgError:
    """A refusal in the reader's language, with its status."""
    words = KgError(*(issue_words.words(part, text.language()) for part in (problem.message, problem.hint)))
    words.status = problem.status
    return words


def _shown(values: Page, problem: KgError | None = None) -> Response:
    given: dict[str, Any] = {field.name: getattr(values, field.name) for field in fields(values)}
    answer = page(values.template, status=problem.status if problem else 200, shown_rows=SHOWN, **given)
    answer.headers["Cache-Control"] = "no-store"  # a form that was sent stays with who sent it
    return answer
