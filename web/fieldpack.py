"""The command `coopkg export field-pack`: profiles of some countries in one file that needs no network and no server.

The profiles are those of the site, with the legal bases behind every cell of the table of positions. Links within the
pack lead to each other, sources stay links to their addresses, all other links become plain words. The file forbids
itself every request: its Content-Security-Policy allows only the one style sheet and the one script written into it.
"""

import base64
import datetime
import hashlib
from dataclasses import dataclass
from pathlib import Path

import click
from flask import Flask, g, render_template
from markupsafe import Markup

from kg.errors import KgError, UsageError
from kg.labels import KOSOVO_FOOTNOTE
from kg.languages import spoken
from kg.settings import read
from kg.vocab import CODE, local
from web import country, create_app, text
from web.profile.positions import MATTERS
from web.reading import Country, Reading, day_of, reader
from web.standalone import standalone

STATIC = Path(__file__).parent / "static"
STYLES = ("vendor/bootstrap-reboot.min.css", "site.css", "maps.css", "profile.css", "fieldpack.css")
"""The style sheets of a profile; the file carries no typeface and takes one of the machine's."""
GRADES = ("dedicated", "arrangement", "sectoral")
MOST = 60
"""The most countries of one file: beyond, a browser on an old machine no longer turns its pages."""


@dataclass(frozen=True)
class BasisLine:
    """One instrument that is a basis in one matter: its grade, scopes, the member states with the day since when, and sources (title, address, day, confidence)."""

    title: str
    grade: str
    scopes: tuple[str, ...]
    declarations: tuple[str, ...]
    since: tuple[tuple[str, tuple[str, ...]], ...]
    states: int
    sources: tuple[tuple[str, str, str, str], ...]


@dataclass(frozen=True)
class Leaf:
    """One country of the pack: `names` are its names and codes in all languages, folded, for the search; `size` is in bytes."""

    code: str
    name: str
    names: str
    html: Markup
    size: int


@dataclass(frozen=True)
class Pack:
    """A file: its text, and bytes by country."""

    html: str
    sizes: dict[str, int]


def pack(app: Flask, codes: list[str], language: str, day: datetime.date) -> Pack:
    """The file for some countries.

    Args:
        app: the site.
        codes: alpha-3 codes, in the order of the file.
        language: one of `web.text.LANGUAGES`.
        day: the day asked about.

    Raises:
        UsageError: no country is named, or too many.
        NotFound: a code is no country's.
    """
    with app.test_request_context(f"/?lang={language}"):
        app.preprocess_request()
        reading = reader().current()
        known = list(dict.fromkeys(reading.country(code) for code in codes))
        if not 0 < len(known) <= MOST:
            raise UsageError(f"{len(known)} countries were named", f"write 1 to {MOST}, such as COL,ECU")
        inside = {one.code for one in known}
        names = reading.names()
        digest = reading.graph.digest
        label = reading.labels(language).of
    leaves = []
    for one in known:
        with app.test_request_context(f"/country/{one.code}?lang={language}&day={day}"):
            app.preprocess_request()
            page = app.make_response(country.show(code=one.code)).get_data(as_text=True)
            bases = render_template("_bases.html", code=one.code, matters=_bases(reading, one, day))
            html = standalone(page, one.code, inside) + standalone(
                f'<article class="profile">{bases}</article>', one.code, inside
            )
        leaves.append(Leaf(one.code, label(one.iri), " | ".join(names[one.code]), Markup(html), len(html.encode())))
    style = _style()
    script = (STATIC / "fieldpack.js").read_text("utf-8")
    with app.test_request_context(f"/?lang={language}"):
        app.preprocess_request()
        html = render_template(
            "fieldpack.html",
            leaves=leaves,
            hubs={label(iri): known for iri, known in reading.index.names("hub").items()},
            day=day,
            made=datetime.date.today(),
            digest=digest,
            style=Markup(style),
            script=Markup(script),
            style_hash=_hash(style),
            script_hash=_hash(script),
            kosovo=spoken(KOSOVO_FOOTNOTE, language) if any("Kosovo" in leaf.html for leaf in leaves) else "",
        )
    return Pack(html, {leaf.code: leaf.size for leaf in leaves})


def _style() -> str:
    """All style sheets as one, with the picture that they name inside."""
    icon = base64.b64encode((STATIC / "icon.svg").read_bytes()).decode()
    style = "\n".join((STATIC / sheet).read_text("utf-8") for sheet in STYLES)
    return style.replace("icon.svg", f"data:image/svg+xml;base64,{icon}")


def _hash(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


def _bases(reading: Reading, known: Country, day: datetime.date) -> list[tuple[str, str, list[BasisLine]]]:
    """By matter (notation and name): the instruments that bind the country with member states, strongest first."""
    if {known.code, known.sovereign} & reading.members("eu", day):
        return []
    labels = reading.labels(g.language)
    found: dict[tuple[str, str, str], dict[str, dict[str, None]]] = {}
    for state in sorted(reading.members("eu", day)):
        for row in reading.ask("bases", day, member_state=state, country=known.code, matter="any"):
            key = local(row["matter"]), local(row["grade"]), row["title"]
            line = found.setdefault(key, {name: {} for name in ("scopes", "declarations", "since", "sources")})
            line["scopes"][labels.of(row["scope"])] = None
            if "declaration" in row:
                line["declarations"][labels.of(row["declaration"])] = None
            line["since"][f"{row['from']} {state}"] = None
            line["sources"][
                "\t".join(
                    (row["source_title"], row["source_url"], row.get("source_as_of", ""), local(row["confidence"]))
                )
            ] = None
    lines: dict[str, list[BasisLine]] = {matter: [] for matter in MATTERS}
    for (matter, grade, title), parts in sorted(found.items(), key=lambda item: (GRADES.index(item[0][1]), item[0][2])):
        since: dict[str, list[str]] = {}
        for entry in sorted(parts["since"]):
            since.setdefault(entry.partition(" ")[0], []).append(entry.partition(" ")[2])
        lines.setdefault(matter, []).append(
            BasisLine(
                title,
                grade,
                tuple(parts["scopes"]),
                tuple(parts["declarations"]),
                tuple((on, tuple(states)) for on, states in since.items()),
                len({entry.partition(" ")[2] for entry in parts["since"]}),
                tuple((*source.split("\t"),) for source in parts["sources"]),  # type: ignore[misc]
            )
        )
    return [(matter, labels.of(f"{CODE}matter/{matter}"), lines[matter]) for matter in lines]


@click.group("export")
def export() -> None:
    """Write files to take along."""


@export.command("field-pack")
@click.option("--countries", required=True, metavar="ISO3,ISO3", help="Countries of the pack, for example COL,ECU.")
@click.option("--as-of", "as_of", metavar="DATE", default="", help="Day asked about; default: today.")
@click.option("--language", type=click.Choice(text.LANGUAGES), default="en", help="Language of the file.")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write.")
def field_pack(countries: str, as_of: str, language: str, output: Path) -> None:
    """Profiles with search and sources in one HTML file, for use without any network or server."""
    try:
        day = day_of(as_of)
        made = pack(create_app(read()), [code.strip() for code in countries.split(",") if code.strip()], language, day)
    except KgError as problem:
        click.echo(f"coopkg: {problem}", err=True)
        raise SystemExit(problem.exit_code) from None
    output.write_text(made.html, "utf-8")
    for code, size in made.sizes.items():
        click.echo(f"{code} {size / 1000:,.0f} kB", err=True)
    click.echo(
        f"{output}: {len(made.html.encode()) / 1000:,.0f} kB, {len(made.sizes)} countries, as of {day}", err=True
    )
