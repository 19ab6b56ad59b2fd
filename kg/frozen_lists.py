"""The results of the project's own lists: gaps, the matrix, a position, the ledger, routes."""

from dataclasses import fields
from typing import Any

from kg import ledger, queries, routes
from kg.asked import Asked, Result, shown
from kg.dates import day as day_from
from kg.errors import UsageError
from kg.funding import funding
from kg.gaps import Filter, Finder, ranked_table, reweighed, table
from kg.languages import spoken
from kg.matrix import matrix, sources
from kg.positions import Source, position
from kg.published import Graph
from kg.queries import Query


def answer(graph: Graph, asked: Asked) -> Result:
    """The answer of a build to one of these lists.

    Raises:
        UsageError: a value that the build does not know.
        NotFound: an unknown route or hub.
    """
    return {"gaps": _gaps, "ledger": _ledger, "matrix": _matrix, "position": _position, "routes": _routes}[asked.name](
        graph, asked
    )


def _gaps(graph: Graph, asked: Asked) -> Result:
    finder, folder = Finder(graph.store, graph.queries, asked.stale_months), graph.queries / "ask"
    wanted = Filter(**{one.name: asked.parameters.get(one.name, "") for one in fields(Filter)})
    weights = finder.weights().changed(
        {name[2:]: value for name, value in asked.parameters.items() if name.startswith("w.")}
    )
    found, kinds, labels = finder.find(wanted, asked.day), finder.kinds(), graph.labels(asked.language)
    paid = funding(graph.store, folder, asked.day)
    if weights.differ(finder.weights()):
        rows = ranked_table(reweighed(found, weights), kinds, labels, asked.language, paid)
    else:
        rows = table(found, kinds, labels, asked.language, paid)
    read = {source for gap in found for source in (*gap.need.sources, *gap.lack_sources)}
    chosen = [kinds[wanted.kind]] if wanted.kind else list(kinds.values())
    texts = {query.name: _text(query, asked) for query in chosen}
    title = spoken({"en": "Gaps", "fr": "Lacunes"}, asked.language)
    return shown(asked, title, list(rows[0]) if rows else [], rows, texts, read)


def _matrix(graph: Graph, asked: Asked) -> Result:
    folder = graph.queries / "ask"
    found = matrix(graph.store, folder, asked.parameters["matter"], asked.day, asked.stale_months)
    rows = found.rows(graph.labels(asked.language))
    read = {cited.source for cited in sources(graph.store, folder, found)}
    texts = {"positions": _text(queries.find(folder, "positions"), asked)}
    title = spoken({"en": "Matrix", "fr": "Matrice"}, asked.language)
    return shown(asked, title, list(rows[0]) if rows else [], rows, texts, read)


def _position(graph: Graph, asked: Asked) -> Result:
    folder, given = graph.queries / "ask", asked.parameters
    found = position(
        graph.store, folder, given["member_state"], given["country"], given["matter"], asked.day, asked.stale_months
    )
    columns = ["what", "status", "grade", "instrument", "title", "scope", "from", "to", "declaration", "proof", "url"]
    rows: list[dict[str, Any]] = [{"what": "position", "status": found.status, "grade": found.grade}]
    for basis in found.bases:
        said = {"grade": basis.grade, "instrument": basis.instrument, "title": basis.title, "scope": basis.scope}
        proof = {"declaration": basis.declaration, "proof": " ".join(basis.proof), "url": _urls(basis.sources)}
        rows.append({"what": "basis", **said, "from": basis.since, "to": basis.until, **proof})
    for one in found.pending:
        rows.append(
            {"what": "signature", "status": one.status, "instrument": one.instrument, "title": one.title}
            | {"from": one.signed, "url": _urls(one.sources)}
        )
    for absence in found.absences:
        age = "fresh" if absence.fresh else "too long ago to count"
        rows.append({"what": "absence", "status": age, "from": absence.as_of, "url": _urls(absence.sources)})
    lists = [one.sources for one in found.bases] + [one.sources for one in found.pending]
    read = {source for sources in [*lists, *(one.sources for one in found.absences)] for source in sources}
    names = ("profile-positions", "bases", "pending", "absences")
    texts = {name: _text(queries.find(folder, name), asked) for name in names}
    title = "{} → {}, {}".format(given["member_state"], given["country"], given["matter"])
    return shown(asked, title, columns, rows, texts, read)


def _ledger(graph: Graph, asked: Asked) -> Result:
    """What changed from the day `from` to the day asked about."""
    finder = Finder(graph.store, graph.queries, asked.stale_months)
    wanted = ledger.Wanted(**{one.name: asked.parameters.get(one.name, "") for one in fields(ledger.Wanted)})
    found = ledger.changes(finder, wanted, day_from(asked.parameters["from"]), asked.day)
    rows = ledger.table(found, finder.kinds(), graph.labels(asked.language), asked.language)
    read = {source for change in found for event in change.events for source in event.sources}
    texts = {query.name: _text(query, asked) for query in finder.kinds().values()} if wanted.what != "positions" else {}
    if wanted.what != "gaps" and not wanted.kind:
        texts["positions"] = _text(queries.find(graph.queries / "ask", "positions"), asked)
    title = spoken({"en": "What changed", "fr": "Ce qui a changé"}, asked.language)
    return shown(asked, title, list(rows[0]) if rows else [], rows, texts, read)


def _routes(graph: Graph, asked: Asked) -> Result:
    """All routes, or those of a commodity, with their weakest leg; the positions along one route or at one hub."""
    folder, given = graph.queries / "ask", asked.parameters
    atlas, labels = (
        routes.Atlas(graph.store, folder, given["matter"], asked.day, asked.stale_months),
        graph.labels(asked.language),
    )
    if one := given.get("route", "") or given.get("hub", ""):
        found: list[Any] = [atlas.route(one) if "route" in given else atlas.hub(one)]
        rows = routes.positions_table(found[0], labels)
    else:
        wanted, known = given.get("commodity", ""), {route.commodity for route in atlas.routes}
        if wanted and wanted not in known:
            raise UsageError(f"there is no route of '{wanted[:40]}'", f"write one of {', '.join(sorted(known))}")
        found = [route for route in atlas.routes if wanted in ("", route.commodity)]
        rows = routes.table(found, labels)
    read = {report.source for one in found for leg in one.legs for report in leg.evidence}
    texts = {
        name: _text(queries.find(folder, name), asked)
        for name in ("weakest-leg-at-hub" if "hub" in given else "weakest-leg",)
    }
    title = spoken({"en": "Trafficking routes", "fr": "Routes de trafic"}, asked.language)
    return shown(asked, title, list(rows[0]) if rows else [], rows, texts, read)


def _urls(read: tuple[Source, ...]) -> str:
    return " ".join(source.url for source in read)


def _text(query: Query, asked: Asked) -> str:
    """A query as a list of several runs it: those of the list's parameters that it has, and the day."""
    given = {"day": str(asked.day), **asked.parameters}
    own = {one.name: given[one.name] for one in query.parameters if one.name in given}
    return query.bind(query.values(own, asked.day, asked.stale_months))
