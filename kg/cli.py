"""The command `coopkg`: parse, call, print, exit code. 0 fine, 1 findings or failure, 2 wrong use."""

import datetime
import json
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg import dates, explain, export, matrix_files, plan, queries, regions, score, settings, tables
from kg.closes import NOTE, closing, steps, steps_table
from kg.errors import KgError, UsageError
from kg.freshness import freshness
from kg.freshness import table as freshness_table
from kg.funding import funding
from kg.gaps import Filter, Finder, ranked_table, reweighed, table
from kg.incoming_cells import shown
from kg.inferred import inferred
from kg.inferred import text as inferred_text
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
from kg.published import Graph, Published
from kg.routes import Atlas, positions_table
from kg.routes import outline as route_outline
from kg.routes import table as route_table
from kg.statuses import LETTERS, VERDICTS
from kg.store import Store

if TYPE_CHECKING:
    from kg.importing import Plan

QUERIES = settings.DATA / "queries"
DAY = click.option("--as-of", "as_of", metavar="DATE", help="Day asked about, for example 2026-01-01; default: today.")
OUT = click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; default: the terminal."
)
GRAPH = click.option(
    "--graph", "digest", default="", metavar="DIGEST", help="An earlier build that is kept; default: the current one."
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
@click.option("--all", "everything", is_flag=True, help="Also ask shapes, hygiene queries and HermiT, as a build does.")
@click.option("--format", "form", type=click.Choice(["table", "json", "csv", "sarif", "ttl"]), default="table")
@OUT
def check(folder: Path, everything: bool, form: str, output: Path | None) -> None:
    """Check the tables and name every finding with its place."""
    from kg import findings, inspection  # here, because the reasoners take seconds to import
    from kg.check import issues

    found = inspection.inspect(folder, settings.DATA) if everything else issues(tables.load(folder))
    _deliver(findings.WRITERS[form](found), {"rows": str(len(found))}, form, output)
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


@explain_group.command("type")
@click.option("--country", required=True, metavar="ISO3", help="Country that is classified, for example COL.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def explain_type(country: str, form: str) -> None:
    """What the reasoner classifies a country as, and the records that make it so."""
    store = _graph()[0]
    found = inferred(store, QUERIES, country)
    if form == "json":
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1))
    else:
        click.echo(inferred_text(store, country, found), nl=False)


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


@main.command("plan")
@click.option("--measures", type=int, metavar="NUMBER", help="How many steps may be taken.")
@click.option("--budget", default="", metavar="NUMBER", help="How much may be spent, in a unit of your own.")
@click.option("--cost", multiple=True, metavar="STEP=NUMBER", help="Cost of a convention, eu-treaty or agency step; 1.")
@click.option("--country", default="", metavar="ISO3", help="Only this third country.")
@click.option("--region", default="", metavar="CODE", help="Only this group of countries, for example western-balkans.")
@click.option("--kind", default="", help="Only gaps of this kind count.")
@click.option("--status", default="", help="Only confirmed-gap, signed-not-in-force or unverified gaps count.")
@click.option(
    "--weights",
    "weights_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Other weights of the score, from a CSV file with the columns part and weight.",
)
@DAY
@click.option("--format", "form", type=click.Choice(["table", "csv", "json", "xlsx"]), default="table")
@OUT
def plan_command(
    measures: int | None,
    budget: str,
    cost: tuple[str, ...],
    country: str,
    region: str,
    kind: str,
    status: str,
    weights_file: Path | None,
    as_of: str | None,
    form: str,
    output: Path | None,
) -> None:
    """Choose the steps that together close the most weighted gaps, within a number of measures or a budget."""
    (store, name), day = _graph(), _day(as_of)
    finder = Finder(store, QUERIES, settings.read().stale_months)
    standard = finder.weights()
    weights = standard.changed(score.given(weights_file.read_bytes())) if weights_file else standard
    gaps = finder.find(Filter(kind=kind, country=country.upper(), region=region, status=status), day)
    if weights_file:
        gaps = [one.gap for one in reweighed(gaps, weights)]
    rows = {(one.kind, one.country, one.member_state, one.matter, one.subject): one.status for one in gaps}
    limit = plan.number(budget, "the budget") if budget else None
    found = plan.plan(closing(finder, rows, day), plan.points_of(gaps), measures, limit, plan.costs(_parameters(cost)))
    lines = plan.plan_table(found, Labels(store))
    given = {"country": country, "region": region, "kind": kind, "status": status}
    given |= {"measures": str(measures or ""), "budget": budget, "cost": " ".join(cost)}
    said = (
        f"The steps close {found.points:,.1f} of {found.whole:,.1f} points. In this case that is at least "
        f"{math.floor(100 * found.sure)} % of what the best choice within the limit could close; in every case it is "
        f"at least {math.floor(100 * found.general)} %. {NOTE}"
    )
    meta = export.meta(name, day, len(lines), "plan", given) | {"weights": weights.described(standard), "note": said}
    _write(lines, meta, form, output)
    if form == "table":
        click.echo(said, err=bool(output))


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
    finder = Finder(store, QUERIES, settings.read().stale_months)
    try:
        with effect.with_tables(folder, dict(changed)) as seeds:
            found, names = effect.of_tables(finder, seeds, day)
    except effect.InvalidTables as problem:
        _print_issues(problem.issues)
        sys.exit(problem.exit_code)
    rows = effect.table(found, finder.kinds(), Labels(store), names)
    given = {"folder": str(folder), "tables": ", ".join(sorted(table for table, _ in changed))}
    meta = export.meta(name, day, len(rows), "effect", given)
    _write(effect.brief(rows) if form == "table" else rows, meta, form, output)


@main.command("import")
@click.argument("table", default="")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option(
    "--into",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=settings.DATA / "seeds",
    help="Folder of tables; default: those of the project.",
)
@click.option("--yes", is_flag=True, help="Write it; without this, only show what would change.")
@click.option("--finish", is_flag=True, help="Complete an import that was cut off.")
@DAY
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table")
def import_command(
    table: str, file: Path | None, folder: Path, yes: bool, finish: bool, as_of: str | None, form: str
) -> None:
    """Take rows of TABLE from FILE (.csv, .xlsx, .ttl), or a proposal: show what would change, and write it with --yes.

    A proposal is the only argument: coopkg import proposal.json
    """
    from kg import importing, preview  # here, because the checks take a second to import

    if finish:
        done = importing.finish(folder)
        click.echo("completed" if done else "there was nothing to complete", err=True)
        return
    day = _day(as_of)
    planned = _planned(table, file, folder)
    seen = None
    if planned.sound and planned.changes:
        seen = preview.preview(planned, settings.DATA, day, settings.read().stale_months)
        planned = planned.with_issues(seen.issues)
    kinds = queries.library(QUERIES / "gaps")
    found = preview.report(planned, seen, kinds)
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        click.echo(preview.text(found))
    if not planned.sound:
        sys.exit(1)
    if yes and planned.changes:
        written = importing.apply(planned)
        click.echo(f"written: {', '.join(written)}; next: coopkg build", err=True)
    elif planned.changes:
        click.echo("nothing was written; with --yes it is", err=True)


def _planned(table: str, file: Path | None, folder: Path) -> "Plan":
    """The plan of an import: of a file for a table, or of a proposal that is the only argument."""
    from kg import importing, proposals
    from kg.incoming import read

    catalogue = tables.load(folder)
    if file is None:
        path = Path(table)
        if not path.is_file():
            raise UsageError("there is nothing to import", "write a table and a file, or the file of a proposal")
        proposal = proposals.read(catalogue, path.read_bytes())
        click.echo(
            f"proposed by {shown(proposal.author)} on {proposal.made}: {shown(proposal.reason, 500)} (graph {proposal.graph[:12]})",
            err=True,
        )
        return proposals.plan(folder, proposal)
    if table not in catalogue.tables:
        raise UsageError(f"there is no table '{shown(table)}'", f"write one of {', '.join(sorted(catalogue.tables))}")
    return importing.plan(folder, {table: read(catalogue, catalogue.tables[table], file.name, file.read_bytes())})


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


@main.command("freshness")
@DAY
@click.option("--months", type=click.IntRange(1), help="Age in months; default: the setting COOPKG_STALE_MONTHS.")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json", "xlsx"]), default="table")
@OUT
def freshness_command(as_of: str | None, months: int | None, form: str, output: Path | None) -> None:
    """List facts that were last checked long ago, what most positions hang on first, with the link to look up again."""
    (store, name), day = _graph(), _day(as_of)
    limit = months or settings.read().stale_months
    found = freshness(store, QUERIES / "ask", day, limit)
    rows = freshness_table(found.stale, Labels(store))
    given = {"months": str(limit), "checked_before": str(found.known_since), "of": str(found.total)}
    _write(rows, export.meta(name, day, len(rows), "freshness", given), form, output)


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


@main.command("bundle")
@click.argument("name")
@click.option("-p", "--param", multiple=True, metavar="KEY=VALUE", help="A parameter of the question.")
@DAY
@GRAPH
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File; default: named for you.")
def bundle_command(name: str, param: tuple[str, ...], as_of: str | None, digest: str, output: Path | None) -> None:
    """Write a result with its question, build and sources into one file that can be checked again.

    NAME is a saved question, a kind of gap, or gaps, ledger, matrix, position, routes or sparql.
    """
    from kg import asked, bundle, frozen

    read = settings.read()
    graph = Published(read.home).build(digest) if digest else Published(read.home).current()
    question = asked.ask(graph, name, _parameters(param), _day(as_of), read.stale_months)
    with strangers(read) as run:
        result = frozen.answer(graph, question, run)
    path = output or Path(bundle.file_name(question))
    path.write_bytes(bundle.write(result, graph))
    click.echo(f"{path}: {len(result.rows)} rows", err=True)


@main.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--today", is_flag=True, help="Ask the build published now, even where the bundle's own is kept.")
@click.option("--rows", "most", type=click.IntRange(0), default=20, help="Differing rows to show; default: 20.")
def verify_command(file: Path, today: bool, most: int) -> None:
    """Run the question of a bundle again and compare; exit code 1 where the rows differ."""
    from kg import bundle, verify

    read = settings.read()
    with strangers(read) as run:
        verdict = verify.verify(bundle.load(file), Published(read.home), run, today)
    click.echo("\n".join(verify.told(verdict, most)))
    sys.exit(0 if verdict.same else 1)


@main.command()
@GRAPH
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), help="Folder to copy the files to.")
def dump(digest: str, output: Path | None) -> None:
    """Write the whole graph as N-Quads, TriG and JSON-LD, packed, with their SHA-256."""
    from kg import dumps

    published = Published(settings.read().home)
    for path in dumps.copied(published, digest or published.current().digest, output):
        click.echo(path)


@main.command("library")
@click.option("--check", "run", is_flag=True, help="Hold every question against its stated rows, and time it.")
@click.option(
    "--store", "other", metavar="ADDRESS", help="Ask this SPARQL endpoint too, and say where its rows differ."
)
def library_command(run: bool, other: str | None) -> None:
    """List the saved questions; with --check, run their stated rows and keep when each passed and how long it took.

    With --store, ask every question of the graph built here and of an endpoint that holds the same graph.
    """
    from kg import expected  # here, because the rules take a second to import

    folder, home = QUERIES, settings.read().home
    if other:
        sys.exit(_beside(other))
    saved = expected.every(folder)
    if run:
        found = expected.check_all(folder, home, lambda line: click.echo(line, err=True))
        failed = sum(bool(one.failures) for one in found.values())
        rows = sum(one.must + one.must_not for one in found.values())
        click.echo(f"{len(found)} questions, {rows} stated rows, {failed} questions failed")
        sys.exit(1 if failed else 0)
    record = expected.read_record(home)
    for name, query in saved.items():
        one = record.get(name)
        state = "not run" if one is None else "fails" if one.failures else f"passed {one.passed_on}"
        click.echo(f"{name}: {query.title} ({state})")


def _beside(address: str) -> int:
    """Compares the graph built here with an endpoint; 1 where a question is answered otherwise."""
    from kg import stores

    read = settings.read()
    here, there = Published(read.home).current().store, Store.remote(address)
    asked = differ = 0
    for one in stores.compare(here, there, QUERIES, datetime.date.today(), read.stale_months):
        asked += 1
        differ += not one.same
        click.echo(f"{one}  ({one.milliseconds[0]:.0f} and {one.milliseconds[1]:.0f} ms)")
    click.echo(f"{asked} questions asked of both, {differ} answered otherwise by {address}")
    return 1 if differ else 0


@main.command("settings")
def settings_command() -> None:
    """List the settings, their environment variables and the values in force."""
    read = settings.read()
    for setting in settings.SETTINGS:
        click.echo(f"COOPKG_{setting.name.upper()}={getattr(read, setting.name)}  {setting.help}")


for point in entry_points(group="coopkg.commands"):
    main.add_command(point.load())


@contextmanager
def strangers(read: settings.Settings) -> Iterator[Callable[[Graph, str], bytes]]:
    """What runs a query that is not the project's own, within the limits of the settings; for `kg.frozen`."""
    from kg.endpoint import Endpoint  # here, because no other command starts workers
    from kg.frozen import ACCEPT

    endpoint = Endpoint(read)
    try:
        yield lambda graph, text: endpoint.query(graph.path, text, ACCEPT).body
    finally:
        endpoint.close()


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
