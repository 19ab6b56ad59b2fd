"""The command `coopkg`: parse, call, print, exit code. 0 fine, 1 findings or failure, 2 wrong use."""

import datetime
import json
import sys
from dataclasses import asdict
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click

from kg import dates, explain, export, matrix_files, queries, regions, score, settings, tables
from kg.closes import NOTE, steps, steps_table
from kg.errors import KgError, UsageError
from kg.funding import funding
from kg.gaps import Filter, Finder, ranked_table, reweighed, table
from kg.issue import Issue, errors
from kg.joint import joint_table, shared
from kg.knowledge import GROUPINGS, again_table, coverage_table, knowledge, next_table
from kg.labels import Labels
from kg.ledger import Wanted, brief, changes
from kg.ledger import table as ledger_table
from kg.matrix import Matrix, matrix
from kg.outline import outline
from kg.positions import NOT_RECORDED, Position, matters, position
from kg.provenance import as_json, as_jsonld
from kg.published import Published
from kg.routes import Atlas, positions_table
from kg.routes import outline as route_outline
from kg.routes import table as route_table
from kg.statuses import LETTERS, VERDICTS
from kg.store import Store

QUERIES = settings.DATA / "queries"
DAY = click.option("--as-of", "as_of", metavar="DATE", help="Day asked about, for example 2026-01-01; default: today.")
OUT = click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; default: the terminal."
)

EXPLAINED = {"text": outline, "json": as_json, "jsonld": as_jsonld}


class Command(click.Group):
    """A group whose errors are one sentence and a hint, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KgError as error:
            click.echo(f"coopkg: {error}", err=True)
            ctx.exit(error.exit_code)


@click.group(cls=Command)
@click.version_option(package_name="coopkg")
def main() -> None:
    """The knowledge graph of cooperation with third countries against serious and organised crime."""


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=settings.DATA / "seeds")
def check(folder: Path) -> None:
    """Check the tables and name every finding with its place."""
    from kg.check import issues  # here, because it takes a second to import and no other command needs it

    found = issues(tables.load(folder))
    _print_issues(found)
    click.echo(
        f"{len(errors(found))} errors, {len(found) - len(errors(found))} warnings"
        + ("; next: coopkg build" if not errors(found) else ""),
        err=True,
    )
    sys.exit(1 if errors(found) else 0)


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=settings.DATA / "seeds")
def tidy(folder: Path) -> None:
    """Repair the layout that a spreadsheet leaves behind; values stay as they are."""
    from kg.tidy import tidy as repair

    rewritten, found = repair(tables.load(folder))
    for name in rewritten:
        click.echo(f"{name}: layout repaired")
    _print_issues(found)
    click.echo(f"{len(rewritten)} files rewritten; next: coopkg check", err=True)
    sys.exit(1 if found else 0)


@main.command()
@click.option("--warnings", "show", is_flag=True, help="Also list what is desirable but missing; it stops no build.")
def build(show: bool) -> None:
    """Build the graph from the tables and publish it, if every check agrees."""
    from kg import build as building  # here, because the reasoners take seconds to import

    tty = sys.stderr.isatty()
    tell = building.timed(
        lambda line: click.echo(("\r\x1b[K" if tty else "") + line, err=True),
        lambda step: click.echo(f"{step} ...", err=True, nl=False) if tty else None,
    )
    try:
        summary, warnings = building.build(settings.DATA, settings.read(), tell)
    except building.FindingsError as failure:
        click.echo("", err=True)
        _print_issues(failure.issues)
        raise
    if show:
        _print_issues(warnings)
    click.echo(
        f"{summary.statements:,} statements, {summary.bases:,} cooperation bases, {summary.pending:,} pending, {len(warnings)} warnings, graph {summary.digest}"
    )


@main.command("position")
@click.option("--member-state", required=True, metavar="ISO3", help="Member state that asks, for example BEL.")
@click.option("--country", required=True, metavar="ISO3", help="Third country that is asked, for example COL.")
@click.option("--matter", required=True, help="What is asked for, for example mla or extradition.")
@DAY
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
def position_command(member_state: str, country: str, matter: str, as_of: str | None, form: str) -> None:
    """What a member state can ask of a third country on a day, and what proves it."""
    found = position(
        _graph()[0], QUERIES / "ask", member_state, country, matter, _day(as_of), settings.read().stale_months
    )
    click.echo(json.dumps(found.record(), ensure_ascii=False, indent=1) if form == "json" else _position_text(found))


@main.group("explain")
def explain_group() -> None:
    """Print why a position or a gap is what it is: facts, rules, conclusion, sources."""


@explain_group.command("position")
@click.option("--member-state", required=True, metavar="ISO3", help="Member state that asks, for example BEL.")
@click.option("--country", required=True, metavar="ISO3", help="Third country that is asked, for example COL.")
@click.option("--matter", required=True, help="What is asked for, for example mla or extradition.")
@DAY
@click.option("--format", "form", type=click.Choice(list(EXPLAINED)), default="text")
@OUT
def explain_position(
    member_state: str, country: str, matter: str, as_of: str | None, form: str, output: Path | None
) -> None:
    """Why a position is what it is."""
    months = settings.read().stale_months
    _explained(
        explain.of_position(_graph()[0], QUERIES, member_state, country, matter, _day(as_of), months), form, output
    )


@explain_group.command("gap")
@click.argument("kind")
@click.option("--country", required=True, metavar="ISO3", help="Third country that the gap is about.")
@click.option("--member-state", default="", metavar="ISO3", help="Member state, where the gap is that of one.")
@click.option("--matter", default="", help="Matter, where several gaps of the kind fit.")
@click.option("--subject", default="", metavar="ID", help="Convention, line, body or hub, where several gaps fit.")
@DAY
@click.option("--format", "form", type=click.Choice(list(EXPLAINED)), default="text")
@OUT
def explain_gap(
    kind: str,
    country: str,
    member_state: str,
    matter: str,
    subject: str,
    as_of: str | None,
    form: str,
    output: Path | None,
) -> None:
    """Why a gap is listed, with the need, the lack and their sources."""
    finder, day = Finder(_graph()[0], QUERIES, settings.read().stale_months), _day(as_of)
    found = finder.find(Filter(kind, country.upper(), member_state.upper()), day)
    _explained(explain.of_gap(finder, explain.gap_of(found, matter, subject), day), form, output)


def _explained(found: explain.Explanation, form: str, output: Path | None) -> None:
    text = EXPLAINED[form](found)
    if output:
        output.write_text(text, "utf-8")
    else:
        click.echo(text, nl=False)


@main.command("gaps")
@click.argument("kind", default="")
@click.option("--country", default="", metavar="ISO3", help="Only this third country.")
@click.option("--member-state", default="", metavar="ISO3", help="Only this member state, and gaps of all of them.")
@click.option("--region", default="", metavar="CODE", help="Only this group of countries, for example western-balkans.")
@click.option("--status", default="", help="Only confirmed-gap, signed-not-in-force or unverified.")
@DAY
@click.option("--format", "form", type=click.Choice(["table", "csv", "json", "xlsx"]), default="table")
@click.option("-p", "--param", multiple=True, metavar="KEY=VALUE", help="A further parameter of the kind.")
@click.option(
    "--weights",
    "weights_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Order by other weights, from a CSV file with the columns part and weight, and show who moved.",
)
@click.option("--shared", "least", type=int, metavar="NUMBER", help="Only gaps of so many member states, a gap a row.")
@click.option("--framework", default="", metavar="YEARS", help="Whose envelopes are shown; default: 2028-2034.")
@OUT
def gaps_command(
    kind: str,
    country: str,
    member_state: str,
    region: str,
    status: str,
    as_of: str | None,
    form: str,
    param: tuple[str, ...],
    weights_file: Path | None,
    least: int | None,
    framework: str,
    output: Path | None,
) -> None:
    """List what is missing, highest score first, with need, lack and funding; KIND restricts to one kind."""
    if param and not kind:
        raise UsageError("a parameter belongs to one kind of gap", "name the kind before it")
    (store, name), day = _graph(), _day(as_of)
    finder = Finder(store, QUERIES, settings.read().stale_months)
    found = finder.find(Filter(kind, country.upper(), member_state.upper(), region, status), day, _parameters(param))
    standard = finder.weights()
    weights = standard.changed(score.given(weights_file.read_bytes())) if weights_file else standard
    naming = finder.kinds(), Labels(store)
    paid = funding(store, QUERIES / "ask", day, framework, country)
    ranked = reweighed(found, weights) if weights_file else []
    if least is not None:
        rows = joint_table(shared([one.gap for one in ranked] or found, least), *naming)
    else:
        rows = ranked_table(ranked, *naming, paid=paid) if weights_file else table(found, *naming, paid=paid)
    if form == "table":  # the parts are for files: a terminal is not wide enough
        rows = [{name: row[name] for name in row if not name.endswith(("_value", "_figure"))} for row in rows]
    given = {"country": country, "member_state": member_state, "region": region, "status": status}
    given |= {"shared": str(least or ""), "framework": framework}
    question = f"gaps {kind}".strip()
    meta = export.meta(name, day, len(rows), question, given | _parameters(param))
    _write(rows, meta | {"weights": weights.described(standard)}, form, output)


@main.command("closes")
@click.option("--country", default="", metavar="ISO3", help="Only this third country.")
@click.option("--region", default="", metavar="CODE", help="Only this group of countries, for example western-balkans.")
@click.option("--kind", default="", help="Only gaps of this kind count.")
@click.option("--status", default="", help="Only confirmed-gap, signed-not-in-force or unverified gaps count.")
@click.option("--limit", type=click.IntRange(1), default=20, help="Number of steps shown; default: 20.")
@DAY
@click.option("--format", "form", type=click.Choice(["table", "csv", "json", "xlsx"]), default="table")
@OUT
def closes_command(
    country: str,
    region: str,
    kind: str,
    status: str,
    limit: int,
    as_of: str | None,
    form: str,
    output: Path | None,
) -> None:
    """List the single steps (a ratification, a treaty of the Union, an agency's agreement) that close most gaps."""
    (store, name), day = _graph(), _day(as_of)
    finder = Finder(store, QUERIES, settings.read().stale_months)
    found = steps(finder, Filter(kind=kind, country=country.upper(), region=region, status=status), day)
    rows = steps_table(found[:limit], Labels(store))
    given = {"country": country, "region": region, "kind": kind, "status": status, "limit": str(limit)}
    meta = export.meta(name, day, len(rows), "closes", given)
    _write(rows, meta | {"note": NOTE}, form, output)
    if form == "table":
        click.echo(NOTE, err=bool(output))


@main.command("matrix")
@click.option(
    "--matter",
    multiple=True,
    help="What is asked for, for example mla; may be repeated. Default: mla, in a workbook all.",
)
@DAY
@click.option("--member-state", default="", metavar="ISO3", help="Only this member state.")
@click.option("--region", default="", metavar="CODE", help="Only this group of countries, for example western-balkans.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json", "xlsx"]), default="table")
@OUT
def matrix_command(
    matter: tuple[str, ...], as_of: str | None, member_state: str, region: str, form: str, output: Path | None
) -> None:
    """Show what every member state can ask of every third country on a day."""
    (store, name), day, folder = _graph(), _day(as_of), QUERIES / "ask"
    chosen = list(dict.fromkeys(matter)) or (matters(store) if form == "xlsx" else ["mla"])
    within = regions.of_region(regions.groups(store), region) if region else None
    found = [
        matrix(store, folder, one, day, settings.read().stale_months).narrowed(member_state, within) for one in chosen
    ]
    about, labels = (
        matrix_files.about(name, found, {"member_state": member_state.upper(), "region": region}),
        Labels(store),
    )
    if form == "table":
        _deliver(_matrix_text(found, about, labels).encode("utf-8"), about, form, output)
    else:
        _deliver(matrix_files.write(form, found, store, folder, about, labels), about, form, output)


@main.command("ledger")
@click.option("--from", "first", required=True, metavar="DATE", help="The earlier day, for example 2020-01-01.")
@click.option("--to", "last", metavar="DATE", help="The later day, also in the future; default: today.")
@click.option("--country", default="", metavar="ISO3", help="Only this third country.")
@click.option("--member-state", default="", metavar="ISO3", help="Only this member state, and gaps of all of them.")
@click.option("--region", default="", metavar="CODE", help="Only this group of countries, for example western-balkans.")
@click.option("--matter", default="", help="Only this matter, for example mla or extradition.")
@click.option("--kind", default="", help="Only this kind of gap.")
@click.option("--positions/--gaps", "only", default=None, help="Only positions, or only gaps; default: both.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json", "xlsx"]), default="table")
@OUT
def ledger_command(
    first: str,
    last: str | None,
    country: str,
    member_state: str,
    region: str,
    matter: str,
    kind: str,
    only: bool | None,
    form: str,
    output: Path | None,
) -> None:
    """List what opened, closed or changed status between two days, and the recorded events that did it."""
    part = "" if only is None else "positions" if only else "gaps"
    wanted, days = Wanted(country, member_state, region, matter, kind, part), (dates.day(first), _day(last))
    store, name = _graph()
    finder = Finder(store, QUERIES, settings.read().stale_months)
    rows = ledger_table(changes(finder, wanted, *days), finder.kinds(), Labels(store))
    meta = export.meta(name, days[1], len(rows), "ledger", {"from": str(days[0])} | asdict(wanted))
    _write(brief(rows) if form == "table" else rows, meta, form, output)


@main.command("effect")
@click.argument(
    "folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=settings.DATA / "seeds"
)
@click.option(
    "--table",
    "changed",
    type=(str, click.Path(exists=True, dir_okay=False, path_type=Path)),
    multiple=True,
    metavar="NAME FILE",
    help="A table of FOLDER to be replaced by this file, for example participation my.csv; may be repeated.",
)
@DAY
@click.option("--format", "form", type=click.Choice(["table", "csv", "json", "xlsx"]), default="table")
@OUT
def effect_command(
    folder: Path, changed: tuple[tuple[str, Path], ...], as_of: str | None, form: str, output: Path | None
) -> None:
    """List which positions and gaps would open, close or change if the tables in FOLDER were published."""
    from kg import effect  # here, because the checks take a second to import

    day, (store, name) = _day(as_of), _graph()
    try:
        with effect.with_tables(folder, dict(changed)) as seeds:
            candidate = effect.graph_of(seeds, QUERIES / "rules")
    except effect.InvalidTables as problem:
        _print_issues(problem.issues)
        sys.exit(problem.exit_code)
    finder = Finder(store, QUERIES, settings.read().stale_months)
    rows = effect.table(effect.effect(finder, candidate, day), finder.kinds(), Labels(store), Labels(candidate))
    given = {"folder": str(folder), "tables": ", ".join(sorted(table for table, _ in changed))}
    meta = export.meta(name, day, len(rows), "effect", given)
    _write(effect.brief(rows) if form == "table" else rows, meta, form, output)


@main.command("routes")
@click.argument("route", default="")
@click.option("--hub", default="", metavar="ID", help="Instead of a route: a hub, for example beanr.")
@click.option("--matter", default="mla", help="What is asked for, for example mla or extradition.")
@DAY
@click.option("--format", "form", type=click.Choice(["table", "json", "csv"]), default="table")
@OUT
def routes_command(route: str, hub: str, matter: str, as_of: str | None, form: str, output: Path | None) -> None:
    """List routes with their weakest leg; of one ROUTE or hub, show legs, positions and evidence."""
    if route and hub:
        raise UsageError("a route and a hub are two questions", "name one of them")
    (store, name), day = _graph(), _day(as_of)
    atlas, labels = Atlas(store, QUERIES / "ask", matter, day, settings.read().stale_months), Labels(store)
    one = atlas.route(route) if route else atlas.hub(hub) if hub else None
    rows = positions_table(one, labels) if one else route_table(atlas.routes, labels)
    meta = export.meta(name, day, len(rows), "routes", {"route": route, "hub": hub, "matter": matter})
    if one and form == "table":
        _deliver((route_outline(one, matter, day, labels) + "\n").encode("utf-8"), meta, form, output)
    elif one and form == "json":
        content = json.dumps({"meta": meta, **one.record()}, ensure_ascii=False, indent=1) + "\n"
        _deliver(content.encode("utf-8"), meta, form, output)
    else:
        _write(rows, meta, form, output)


@main.command("knowledge")
@click.option("--by", type=click.Choice(GROUPINGS), default="matter", help="What to count by; default: matter.")
@click.option("--next", "to_look_up", is_flag=True, help="List what to look up next, what matters most first.")
@click.option("--again", is_flag=True, help="List the sources that have grown too old, to look at again.")
@DAY
@click.option("--format", "form", type=click.Choice(["table", "csv", "json", "xlsx"]), default="table")
@OUT
def knowledge_command(
    by: str, to_look_up: bool, again: bool, as_of: str | None, form: str, output: Path | None
) -> None:
    """Say how many positions are verified, of all, and what to look up next."""
    if to_look_up and again:
        raise UsageError("--next and --again are two lists", "ask for one of them")
    (store, name), day = _graph(), _day(as_of)
    found, labels = knowledge(store, QUERIES, day, settings.read().stale_months), Labels(store)
    if to_look_up or again:
        rows = next_table(found.next, labels) if to_look_up else again_table(found.again, labels)
    else:
        rows = coverage_table([found.total(), *found.by(by)], by, labels)
    given = {"list": "next" if to_look_up else "again" if again else by}
    _write(rows, export.meta(name, day, len(rows), "knowledge", given), form, output)


@main.command()
@click.argument("name", default="")
@click.option("-p", "--param", multiple=True, metavar="KEY=VALUE", help="A parameter of the question.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json", "xlsx"]), default="table")
@OUT
def ask(name: str, param: tuple[str, ...], form: str, output: Path | None) -> None:
    """Ask a saved question; without a NAME, list them with their parameters."""
    if not name:
        for query in queries.library(QUERIES / "ask").values():
            click.echo(f"{query.name}: {query.questions['en']}")
            for parameter in query.parameters:
                click.echo(f"    -p {parameter.name}={parameter.default}  {parameter.help}")
        return
    query = queries.find(QUERIES / "ask", name)
    today = datetime.date.today()
    values = query.values(_parameters(param), today, settings.read().stale_months)
    store, graph = _graph()
    rows: export.Rows = [dict(row) for row in store.select(query.bind(values))]
    _write(
        _even(rows),
        export.meta(graph, dates.day(values["day"]) if "day" in values else today, len(rows), name, values),
        form,
        output,
    )


@main.command("query")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["table", "csv", "json", "xlsx"]), default="table")
@OUT
def query_command(file: Path, form: str, output: Path | None) -> None:
    """Run a SPARQL file (SELECT or ASK) of your own."""
    store, graph = _graph()
    rows: export.Rows = [dict(row) for row in store.select(file.read_text("utf-8"))]
    _write(_even(rows), export.meta(graph, datetime.date.today(), len(rows), file.name, {}), form, output)


@main.command("settings")
def settings_command() -> None:
    """List the settings, their environment variables and the values in force."""
    read = settings.read()
    for setting in settings.SETTINGS:
        click.echo(f"COOPKG_{setting.name.upper()}={getattr(read, setting.name)}  {setting.help}")


for point in entry_points(group="coopkg.commands"):
    main.add_command(point.load())


def _graph() -> tuple[Store, str]:
    """The graph to ask and its name for exports: the endpoint of the settings, else the one published and its digest."""
    read = settings.read()
    if read.store:
        return Store.remote(read.store), read.store
    graph = Published(read.home).current()
    return graph.store, graph.digest


def _day(text: str | None) -> datetime.date:
    return dates.day(text) if text else datetime.date.today()


def _parameters(given: tuple[str, ...]) -> dict[str, str]:
    for pair in given:
        if "=" not in pair:
            raise UsageError(f"'{pair}' is no parameter", "write -p key=value")
    return dict(pair.split("=", 1) for pair in given)


def _even(rows: export.Rows) -> export.Rows:
    """The rows with the same columns in each, empty where a row has no value."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [{name: row.get(name, "") for name in names} for row in rows]


def _write(rows: export.Rows, meta: dict[str, str], form: str, output: Path | None) -> None:
    if form == "table":
        content = (
            export.text_table(rows)
            + f"\n\n{meta['rows']} rows, {meta['query']}, parameters: {meta['parameters']}, as of {meta['day']}, graph {meta['graph'][:12]}\n"
        ).encode("utf-8")
    else:
        content = export.WRITERS[form](rows, meta)
    _deliver(content, meta, form, output)


def _deliver(content: bytes, meta: dict[str, str], form: str, output: Path | None) -> None:
    """Writes an answer to a file, and then says how many rows it has, or to the terminal."""
    if output:
        output.write_bytes(content)
        click.echo(f"{output}: {meta['rows']} rows", err=True)
    elif form == "xlsx" and sys.stdout.isatty():
        raise UsageError("a workbook cannot be shown on a terminal", "name a file with -o gaps.xlsx")
    else:
        click.echo(content, nl=False)


def _matrix_text(found: list[Matrix], about: dict[str, str], labels: Labels) -> str:
    """Matrices as tables of letters, with what the letters stand for."""
    words = ["treaty", "agency", "certain offences only", "signed", "confirmed gap", "unverified"]
    letters = ", ".join(f"{LETTERS['en'][verdict]} {word}" for verdict, word in zip(VERDICTS, words, strict=True))
    parts = [f"{matrix.matter}\n{export.text_table(matrix.wide(labels), 30)}" for matrix in found]
    last = f"{about['rows']} cells, {about['parameters']}, as of {about['day']}, graph {about['graph'][:12]}"
    meaning = f"{letters}; the number is that of all bases in force"
    return "\n\n".join([*parts, f"{meaning}\n{NOT_RECORDED}\n{last}"]) + "\n"


def _position_text(found: Position) -> str:
    lines = [
        f"{found.member_state} -> {found.country}, {found.matter}, as of {found.as_of}: {found.status}"
        + (f" ({found.grade})" if found.grade else "")
    ]
    for basis in found.bases:
        lines.append(
            f"  {basis.grade:<11} {basis.title} [{basis.instrument}], {basis.scope}, holds at least since {basis.since}"
            + (f" until {basis.until}" if basis.until else "")
            + (f", declaration on the convention as a basis: {basis.declaration}" if basis.declaration else "")
        )
        lines.append(f"              proof: {', '.join(basis.proof)}")
        lines += [
            f"              source: {source.title} <{source.url}>, as of {source.as_of or 'undated'}, confidence {source.confidence}"
            for source in basis.sources
        ]
    for pending in found.pending:
        lines.append(
            f"  {pending.status:<11} {pending.title} [{pending.instrument}], signed {pending.signed or 'on a day not seen'}"
        )
        lines += [f"              source: {source.title} <{source.url}>" for source in pending.sources]
    for absence in found.absences:
        lines.append(
            f"  none exists as of {absence.as_of}"
            + ("" if absence.fresh else " (too long ago to count)")
            + f": {absence.sources[0].title} <{absence.sources[0].url}>"
        )
    return "\n".join([*lines, found.record()["note"]])


def _print_issues(found: list[Issue]) -> None:
    for issue in found:
        click.echo(str(issue))
