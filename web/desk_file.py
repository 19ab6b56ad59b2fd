"""The gap desk as files: the list as it is narrowed and ordered, or the basket with its remarks, with sources and method."""

from collections.abc import Sequence

from flask import Blueprint, Flask, Response, g, request
from werkzeug.wrappers import Response as AnyResponse

from kg import desk_files, desk_rows, export
from kg.desk import identifier
from kg.errors import UsageError
from kg.gaps import Ranked
from kg.languages import spoken
from kg.positions import NOT_RECORDED
from kg.score import PARTS
from kg.statuses import STATUSES
from web import desk_paper, links, text
from web.desk import FORMS, NAMES, asked, basket_of, reading_asked
from web.desk_state import read
from web.reading import Reading, day_of

desk_file = Blueprint("desk_file", __name__)


def init_app(app: Flask) -> None:
    """Adds the files of the desk."""
    app.register_blueprint(desk_file)


@desk_file.get("/desk.<any(csv, xlsx, ods, docx, pdf):form>")
def file(form: str) -> AnyResponse:
    """The list as it is narrowed and ordered, or the basket with its remarks (`of=basket`), as a file."""
    reading = reading_asked()
    state = read(request.args, {part: f"{float(reading.weights.weight(part)):g}" for part in PARTS})
    day = day_of(state.plain.get("day", ""))
    board, _, ranked, weights = asked(reading, state, day)
    if (of := state.plain.get("of", "")) not in ("", "basket"):
        raise UsageError(f"there is no file of '{of[:20]}'", "write of=basket, or leave it out for the whole list")
    chosen: Sequence[Ranked] = ranked
    if of:
        lines, lost = basket_of(board, state, ranked, weights)
        if lost:
            raise UsageError(
                f"{len(lost)} of the lines in the basket are no gaps on {day}", "take them out on the page of the desk"
            )
        chosen = [line.ranked for line in lines]
    link = request.url_root.rstrip("/") + links.to(
        "desk.show", **{**state.values(of=""), "day": str(day), "graph": reading.graph.digest, "lang": g.language}
    ).removeprefix(request.script_root)
    labels, digest = reading.labels(g.language), reading.graph.digest
    rows = desk_rows.rows(
        chosen,
        state.remarks,
        identifier,
        lambda gap: request.url_root.rstrip("/") + links.why(gap, day).removeprefix(request.script_root),
        reading.kinds,
        labels,
        board.paid,
        day,
        digest,
        g.language,
    )
    given = {facet: " ".join(values) for facet, values in state.chosen.items()}
    meta = export.meta(digest, day, len(rows), f"desk {of}".strip(), given)
    meta |= {"weights": weights.described(reading.weights), "link": link, "note": NOT_RECORDED}
    if note := desk_rows.footnote(rows, g.language):
        meta["footnote"] = note
    title = text.say("Gaps: the lines chosen") if of else text.say("Gaps")
    sheet = desk_files.Sheet(title, rows, desk_rows.cited(chosen), _method(reading, meta), meta, g.language)
    content = desk_paper.pdf(sheet, chosen) if form == "pdf" else desk_files.write(form, sheet)
    answer = Response(content, mimetype=FORMS[form][1])
    answer.headers["Content-Disposition"] = f'attachment; filename="gaps{"-" + of if of else ""}-{day}.{form}"'
    return answer


def _method(reading: Reading, meta: dict[str, str]) -> list[tuple[str, str]]:
    """How the lines came about, as pairs of name and text."""
    say = text.say
    chosen = "; ".join(f"{say(NAMES[name])}: {' '.join(values)}" for name, values in _facets_of(meta))
    return [
        (say("Day asked about"), meta["day"]),
        (say("Graph"), meta["graph"]),
        (say("Chosen"), chosen or say("everything")),
        (say("The same again"), meta["link"]),
        (say("Number of lines"), meta["rows"]),
        (say("Weights of the score"), meta["weights"]),
        (say("Score"), say("desk score")),
        *(
            (say(f"verdict {one}"), spoken(STATUSES, g.language)[one])
            for one in ("confirmed-gap", "signed-not-in-force")
        ),
        (say("verdict unverified"), spoken(STATUSES, g.language)["unverified"]),
        (say("Age limit"), say("desk age", months=reading.settings.stale_months)),
        (say("Present funding"), say("desk paid")),
        (say("Envelope 2028-2034"), say("desk envelope")),
        (say("Not recorded"), say(NOT_RECORDED)),
        *(((say("Footnote"), meta["footnote"]),) if "footnote" in meta else ()),
    ]


def _facets_of(meta: dict[str, str]) -> list[tuple[str, list[str]]]:
    pairs = [part.partition("=") for part in meta["parameters"].split("; ") if "=" in part]
    return [(name, values.split()) for name, _, values in pairs]
