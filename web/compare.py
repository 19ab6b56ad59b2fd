"""Two to five countries side by side, as a page and as files: any section, differences marked."""

import datetime
from dataclasses import dataclass, fields
from typing import Any, ClassVar

from flask import Blueprint, Flask, Response, g, request

from kg import export
from kg.errors import NotFound, UsageError
from kg.labels import KOSOVO_FOOTNOTE
from kg.languages import spoken
from kg.positions import NOT_RECORDED
from web import delivery, text
from web.country import profile_of
from web.pages import Page, page
from web.profile import Profile
from web.profile.sidebyside import SECTIONS, WHOLE, Line, lines
from web.reading import Reading, day_of, reader

compare = Blueprint("compare", __name__)
FEWEST, MOST = 2, 5
FORMS = {
    "csv": "text/csv",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


EXAMPLES = (("COL", "ECU", "PER"), ("ALB", "MKD", "SRB"), ("DZA", "MAR", "TUN"))
"""Neighbours on the same routes, offered where nothing is chosen."""


@dataclass(frozen=True)
class ComparePage(Page):
    """Countries side by side; `asked` is False where too few countries are chosen yet."""

    template: ClassVar[str] = "compare.html"
    asked: bool
    chosen: list[tuple[str, str]]
    slots: list[str]
    choices: list[tuple[str, str]]
    all_sections: list[tuple[str, str]]
    section: str
    only: bool
    groups: list[tuple[str, list[Line]]]
    total: int
    differing: int
    examples: list[tuple[str, ...]]


@dataclass(frozen=True)
class Wanted:
    """What an address asks for: alpha-3 codes, the day, a section or all, and whether only differences are shown."""

    codes: list[str]
    day: datetime.date
    section: str
    only: bool


def init_app(app: Flask) -> None:
    """Adds the addresses."""
    app.register_blueprint(compare)


def asked(reading: Reading) -> Wanted:
    """What the address asks for.

    Raises:
        UsageError: too many countries, a member state, or a name that says nothing here.
        NotFound: there is no such country or section.
    """
    for name in request.args:
        if name not in ("c", "day", "section", "only", "lang"):
            raise UsageError(f"'{name[:40]}' says nothing here", "there are c, day, section and only")
    day = day_of(request.args.get("day", "").strip())
    given = [code.strip() for code in request.args.getlist("c") if code.strip()]
    if len(given) > 4 * MOST:
        raise UsageError(f"{len(given)} countries are too many", f"name {FEWEST} to {MOST}")
    codes = list(dict.fromkeys(reading.country(code).code for code in given))
    if len(codes) > MOST:
        raise UsageError(f"{len(codes)} countries are too many to compare", f"name {FEWEST} to {MOST}")
    members = reading.members("eu", day)
    for code in codes:
        if {code, reading.countries[code].sovereign} & members:
            raise UsageError(f"{code} is a member state of that day, or a part of one", "name third countries")
    section, only = request.args.get("section", "").strip(), request.args.get("only", "").strip()
    if section and section not in SECTIONS:
        raise NotFound(f"there is no section '{section[:40]}'", f"write one of {', '.join(SECTIONS)}")
    if only not in ("", "differences"):
        raise UsageError(f"'{only[:40]}' says nothing here", "write only=differences")
    return Wanted(codes, day, section, bool(only))


def _found(reading: Reading, wanted: Wanted) -> tuple[list[Profile], list[Line], int]:
    """The profiles, the rows that are shown, and the number of all rows."""
    profiles = [profile_of(reading, reading.country(code), wanted.day) for code in wanted.codes]
    every = lines(profiles, [wanted.section] if wanted.section else WHOLE)
    return profiles, [line for line in every if line.differs or not wanted.only], len(every)


@compare.get("/compare")
@delivery.kept
def show() -> Response:
    """Countries side by side."""
    reading = reader().current()
    wanted = asked(reading)
    enough = len(wanted.codes) >= FEWEST
    _, shown, total = _found(reading, wanted) if enough else ([], [], 0)
    labels, members = reading.labels(g.language), reading.members("eu", wanted.day)
    choices = sorted(
        (
            (code, labels.of(known.iri))
            for code, known in reading.countries.items()
            if not {code, known.sovereign} & members
        ),
        key=lambda pair: text.sort_key(pair[1]),
    )
    groups: dict[str, list[Line]] = {}
    for line in shown:
        groups.setdefault(line.section, []).append(line)
    values = ComparePage(
        text.say("Countries side by side"),
        wanted.day,
        reading.graph.digest,
        enough,
        [(code, labels.of(reading.countries[code].iri)) for code in wanted.codes],
        [*wanted.codes, *[""] * (MOST - len(wanted.codes))],
        choices,
        [(name, text.say(words)) for name, words in SECTIONS.items()],
        wanted.section,
        wanted.only,
        [(text.say(SECTIONS[section]), of_section) for section, of_section in groups.items()],
        total,
        sum(line.differs for line in shown),
        [codes for codes in EXAMPLES if set(codes) <= set(reading.countries)],
    )
    return page(values.template, **{one.name: getattr(values, one.name) for one in fields(values)})


@compare.get("/compare.<form>")
def file(form: str) -> Response:
    """The same as a file that says what was asked of which graph.

    Raises:
        UsageError: fewer than two countries.
    """
    if form not in FORMS:
        raise NotFound(f"the comparison is not given as '{form[:20]}'", f"take one of {', '.join(FORMS)}")
    reading = reader().current()
    wanted = asked(reading)
    if len(wanted.codes) < FEWEST:
        raise UsageError("one country is not enough to compare", "name two to five: ?c=COL&c=ECU")
    profiles, shown, _ = _found(reading, wanted)
    rows: list[dict[str, Any]] = [
        {
            "section": text.say(SECTIONS[line.section]),
            "item": line.item,
            **{
                f"{profile.code} {profile.name}": _typed(value)
                for profile, value in zip(profiles, line.values, strict=True)
            },
            "differs": text.say("yes") if line.differs else text.say("no"),
        }
        for line in shown
    ]
    given = {"c": ", ".join(wanted.codes), "section": wanted.section, "only": "differences" if wanted.only else ""}
    meta = export.meta(reading.graph.digest, wanted.day, len(rows), "compare", given)
    if form == "csv":
        meta["note"] = NOT_RECORDED
    if form == "csv" and "XKX" in wanted.codes:
        meta["footnote"] = "* " + spoken(KOSOVO_FOOTNOTE, g.language)
    name = "-".join(["compare", *wanted.codes, *([wanted.section] if wanted.section else []), str(wanted.day)])
    return Response(
        export.WRITERS[form](rows, meta),
        mimetype=FORMS[form],
        headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'},
    )


def _typed(value: str) -> str | int:
    """A count as a number, so that a spreadsheet can add and sort; all else as text."""
    return int(value) if value.isascii() and value.isdigit() else value
