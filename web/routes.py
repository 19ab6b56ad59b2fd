"""Routes and hubs on the site: legs in order, positions along them, the weakest leg, and the evidence."""

from dataclasses import dataclass, fields
from typing import ClassVar

from flask import Blueprint, Flask, Response, g, request

from kg.errors import NotFound, UsageError
from kg.routes import Atlas, Hub, Leg, Route
from kg.vocab import CODE, ID
from web import links, text
from web.pages import Page, page
from web.reading import Reading, day_of, reader

routes = Blueprint("routes", __name__)


@dataclass(frozen=True)
class RoutesPage(Page):
    """All routes by commodity (its name and the routes)."""

    template: ClassVar[str] = "routes.html"
    matter: str
    all_matters: list[tuple[str, str]]
    commodities: list[tuple[str, list[Route]]]
    news_only: int


@dataclass(frozen=True)
class WayPage(Page):
    """One route or one hub: `steps` are its legs, alternatives together."""

    template: ClassVar[str] = "route.html"
    matter: str
    all_matters: list[tuple[str, str]]
    found: Route | Hub
    is_hub: bool
    here: str
    steps: list[tuple[str, int, list[Leg]]]


def init_app(app: Flask) -> None:
    """Adds the addresses."""
    app.register_blueprint(routes)


@routes.get("/routes")
def show() -> Response:
    """All routes with their weakest leg."""
    reading, atlas = _asked()
    labels = reading.labels(g.language)
    groups: dict[str, list[Route]] = {}
    for route in atlas.routes:
        groups.setdefault(labels.of(f"{CODE}commodity/{route.commodity}"), []).append(route)
    return _page(
        RoutesPage(
            text.say("Trafficking routes"),
            atlas.day,
            reading.graph.digest,
            atlas.matter,
            _matters(reading),
            sorted(groups.items(), key=lambda pair: text.sort_key(pair[0])),
            sum(route.news_only for route in atlas.routes),
        )
    )


@routes.get("/routes/<identifier>")
def route(identifier: str) -> Response:
    """One route."""
    reading, atlas = _asked()
    found = next((one for one in atlas.routes if one.id == identifier), None)
    if found is None:
        raise NotFound(f"there is no route '{identifier[:60]}'", "choose one of the list of routes")
    return _way(reading, atlas, found, links.route(identifier))


@routes.get("/hubs/<identifier>")
def hub(identifier: str) -> Response:
    """One hub."""
    reading, atlas = _asked()
    return _way(reading, atlas, atlas.hub(identifier), links.hub(identifier))


def _way(reading: Reading, atlas: Atlas, found: Route | Hub, here: str) -> Response:
    steps: dict[tuple[str, int], list[Leg]] = {}
    for leg in found.legs:
        steps.setdefault((leg.route, leg.order), []).append(leg)
    return _page(
        WayPage(
            found.name,
            atlas.day,
            reading.graph.digest,
            atlas.matter,
            _matters(reading),
            found,
            isinstance(found, Hub),
            here,
            [(route, order, legs) for (route, order), legs in steps.items()],
        )
    )


def _page(values: Page) -> Response:
    labels = reader().current().labels(g.language)
    shown = {field.name: getattr(values, field.name) for field in fields(values)}
    return page(values.template, **shown, hub_name=lambda identifier: labels.of(f"{ID}hub/{identifier}"))


def _matters(reading: Reading) -> list[tuple[str, str]]:
    labels = reading.labels(g.language)
    return [(matter, labels.of(f"{CODE}matter/{matter}")) for matter in reading.matters]


def _asked() -> tuple[Reading, Atlas]:
    """The reading, and the routes in the matter and on the day that the address names.

    Raises:
        UsageError: the address names something else, an unknown matter, or a day that is none.
    """
    for name in request.args:
        if name not in {"day", "matter", "lang"}:
            raise UsageError(f"there is no choice '{name[:40]}'", "there are day, lang, matter")
    reading = reader().current()
    matter = request.args.get("matter", "").strip() or "mla"
    return reading, reading.atlas(matter, day_of(request.args.get("day", "").strip()))
