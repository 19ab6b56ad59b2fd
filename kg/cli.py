"""The command `coopkg`: parse, call, print, exit code. 0 fine, 1 findings or failure, 2 wrong use."""

import datetime
import json
import sys
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import click

from kg import dates, export, queries, settings, tables
from kg.errors import KgError, UsageError
from kg.gaps import Filter, Finder, table
from kg.issue import Issue, errors
from kg.labels import Labels
from kg.positions import Position, position
from kg.published import Published
from kg.store import Store

QUERIES = settings.DATA / "queries"
DAY = click.option("--as-of", "as_of", metavar="DATE", help="Day asked about, for example 2026-01-01; default: today.")
OUT = click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; default: the terminal."
)


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


@main.command("gaps")
@click.argument("kind", default="")
@click.option("--country", default="", metavar="ISO3", help="Only this third country.")
@click.option("--member-state", default="", metavar="ISO3", help="Only this member state, and gaps of all of them.")
@click.option("--region", default="", metavar="CODE", help="Only this group of countries, for example western-balkans.")
@click.option("--status", default="", help="Only confirmed-gap, signed-not-in-force or unverified.")
@DAY
@click.option("--format", "form", type=click.Choice(["table", "csv", "json", "xlsx"]), default="table")
@click.option("-p", "--param", multiple=True, metavar="KEY=VALUE", help="A further parameter of the kind.")
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
    output: Path | None,
) -> None:
    """List what is missing, with status, need, lack and sources; KIND restricts to one kind."""
    if param and not kind:
        raise UsageError("a parameter belongs to one kind of gap", "name the kind before it")
    (store, name), day = _graph(), _day(as_of)
    finder = Finder(store, QUERIES, settings.read().stale_months)
    found = finder.find(Filter(kind, country.upper(), member_state.upper(), region, status), day, _parameters(param))
    rows = table(found, finder.kinds(), Labels(store))
    given = {"country": country, "member_state": member_state, "region": region, "status": status}
    question = f"gaps {kind}".strip()
    _write(rows, export.meta(name, day, len(rows), question, given | _parameters(param)), form, output)


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
    if output:
        output.write_bytes(content)
        click.echo(f"{output}: {meta['rows']} rows", err=True)
    elif form == "xlsx" and sys.stdout.isatty():
        raise UsageError("a workbook cannot be shown on a terminal", "name a file with -o gaps.xlsx")
    else:
        click.echo(content, nl=False)


def _position_text(found: Position) -> str:
    lines = [
        f"{found.member_state} -> {found.country}, {found.matter}, as of {found.as_of}: {found.status}"
        + (f" ({found.grade})" if found.grade else "")
    ]
    for basis in found.bases:
        lines.append(
            f"  {basis.grade:<11} {basis.title} [{basis.instrument}], {basis.scope}, holds at least since {basis.since}"
            + (f" until {basis.until}" if basis.until else "")
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
