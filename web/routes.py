"""Routes and hubs on the site: legs in order, on the map and as a list, positions along them, the weakest leg, and the evidence."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import ClassVar

from flask import Blueprint, Flask, g, render_template, request

from kg.errors import NotFound, UsageError
from kg.routes import Atlas, Hub, Leg, Route
from kg.vocab import CODE, COUNTRY, ID
from web import atlas as maps
from web import delivery, links, text
from web.pages import Page
from web.reading import Reading, day_of, reader

routes = Blueprint("routes", __name__)


@dataclass(frozen=True)
class RoutesPage(Page):
    """Routes by commodity (its name and the routes), of one commodity where `commodity` names one; `choices` are notation, name and number of routes of each; `unplaced` are hubs that the map cannot show."""

    template: ClassVar[str] = "routes.html"
    matter: str
    all_matters: list[tuple[str, str]]
    commodity: str
    choices: list[tuple[str, str, int]]
    commodities: list[tuple[str, list[Route]]]
    news_only: int
    picture: maps.Picture | None
    unplaced: list[str]


@dataclass(frozen=True)
class WayPage(Page):
    """One route or one hub: `steps` are its legs, alternatives together; `weak` are the weakest legs."""

    template: ClassVar[str] = "route.html"
    matter: str
    all_matters: list[tuple[str, str]]
    found: Route | Hub
    is_hub: bool
    here: str
    steps: list[tuple[str, int, list[Leg]]]
    weak: set[str]
    picture: maps.Picture | None
    unplaced: list[str]


def init_app(app: Flask) -> None:
    """Adds the addresses."""
    app.register_blueprint(routes)


@routes.get("/routes")
@delivery.kept
def show() -> str:
    """All routes, or those of one commodity, with their weakest leg."""
    reading, atlas = _asked("commodity")
    labels = reading.labels(g.language)
    counts = Counter(route.commodity for route in atlas.routes)
    names = {commodity: labels.of(f"{CODE}commodity/{commodity}") for commodity in counts}
    chosen = request.args.get("commodity", "").strip()
    if chosen and chosen not in names:
        raise UsageError(f"there is no route of '{chosen[:40]}'", f"write one of {', '.join(sorted(names))}")
    shown = [route for route in atlas.routes if chosen in ("", route.commodity)]
    groups: dict[str, list[Route]] = {}
    for route in shown:
        groups.setdefault(names[route.commodity], []).append(route)
    return _page(
        RoutesPage(
            text.say("Trafficking routes"),
            atlas.day,
            reading.graph.digest,
            atlas.matter,
            _matters(reading),
            chosen,
            sorted(
                ((commodity, names[commodity], count) for commodity, count in counts.items()),
                key=lambda one: (-one[2], text.sort_key(one[1])),
            ),
            sorted(groups.items(), key=lambda pair: text.sort_key(pair[0])),
            sum(route.news_only for route in shown),
            _picture(reading, atlas, shown, zoomed=bool(chosen)),
            _unplaced(reading, shown),
        )
    )


@routes.get("/routes/<identifier>")
@delivery.kept
def route(identifier: str) -> str:
    """One route."""
    reading, atlas = _asked()
    found = next((one for one in atlas.routes if one.id == identifier), None)
    if found is None:
        raise NotFound(f"there is no route '{identifier[:60]}'", "choose one of the list of routes")
    return _way(reading, atlas, found, links.route(identifier))


@routes.get("/hubs/<identifier>")
@delivery.kept
def hub(identifier: str) -> str:
    """One hub."""
    reading, atlas = _asked()
    return _way(reading, atlas, atlas.hub(identifier), links.hub(identifier))


def _way(reading: Reading, atlas: Atlas, found: Route | Hub, here: str) -> str:
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
            {found.weakest.leg} if found.weakest else set(),
            _picture(reading, atlas, [found]),
            _unplaced(reading, [found]),
        )
    )


def _picture(reading: Reading, atlas: Atlas, found: Iterable[Route | Hub], zoomed: bool = True) -> maps.Picture | None:
    """The legs and hubs of some routes, or those at one hub, on the map: each leg leads to its line, each country and hub to its page."""
    labels, places, found = reading.labels(g.language), maps.hubs(reading), list(found)
    weakest = Counter(one.weakest.country for one in found if one.weakest)
    weak = {one.weakest.leg for one in found if one.weakest}
    here = {one.id for one in found if isinstance(one, Hub)}
    members = {member for one in found for member in one.destinations}
    legs = [leg for one in found for leg in one.legs]
    routes_of = {one.id: one.name for one in atlas.routes}

    def tint(code: str) -> maps.Tint:
        name = labels.of(COUNTRY + code)
        if code in weakest:
            many = text.say("weakest on %(count)s routes", count=weakest[code])
            words = many if weakest[code] > 1 else text.say("weakest on a route")
            return maps.Tint("weakest", f"{name}: {words}", links.country(code, atlas.day))
        return maps.Tint("reached" if code in members else "passed", name, links.country(code, atlas.day))

    return maps.picture(
        {code: tint(code) for leg in legs for code in (leg.from_country, leg.to_country)},
        sorted(
            (
                maps.Stretch(
                    start,
                    end,
                    "weak" if leg.id in weak else "leg",
                    _title(leg, routes_of[leg.route], leg.id in weak, reading),
                    links.leg(leg.route, leg.id, atlas.day, atlas.matter),
                    leg.route,
                )
                for leg in legs
                for start, end in _ends(leg, places)
            ),
            key=lambda one: one.colour == "weak",
        ),
        [
            maps.Spot(
                *places[hub],
                "here" if hub in here else "hub",
                labels.of(f"{ID}hub/{hub}"),
                links.hub(hub, atlas.day, atlas.matter),
            )
            for hub in sorted({hub for leg in legs for hub in leg.hubs} & places.keys())
        ],
        zoomed,
    )


def _unplaced(reading: Reading, found: Iterable[Route | Hub]) -> list[str]:
    """The hubs of which no coordinates are recorded: they are not on the map, and it says so."""
    return sorted({hub for one in found for leg in one.legs for hub in leg.hubs} - maps.hubs(reading).keys())


def _ends(leg: Leg, places: dict[str, maps.Place]) -> list[tuple[maps.Place, maps.Place]]:
    """From where to where a leg is drawn: between the hubs that its evidence names, else the middles of its countries."""
    middles = maps.middle_of(leg.from_country), maps.middle_of(leg.to_country)
    named = {(one.from_hub, one.to_hub) for one in leg.evidence if one.from_hub or one.to_hub} or {("", "")}
    found = ((places.get(one, middles[0]), places.get(other, middles[1])) for one, other in sorted(named))
    return list(dict.fromkeys((start, end) for start, end in found if start and end))


def _title(leg: Leg, route: str, weak: bool, reading: Reading) -> str:
    labels = reading.labels(g.language)
    ends = " → ".join(labels.of(COUNTRY + code) for code in (leg.from_country, leg.to_country))
    return f"{route}: {ends}" + (f" ({text.say('weakest leg')})" if weak else "")


def _page(values: Page) -> str:
    labels = reader().current().labels(g.language)
    shown = {field.name: getattr(values, field.name) for field in fields(values)}
    return render_template(values.template, **shown, hub_name=lambda identifier: labels.of(f"{ID}hub/{identifier}"))


def _matters(reading: Reading) -> list[tuple[str, str]]:
    labels = reading.labels(g.language)
    return [(matter, labels.of(f"{CODE}matter/{matter}")) for matter in reading.matters]


def _asked(*more: str) -> tuple[Reading, Atlas]:
    """The reading, and the routes in the matter and on the day that the address names.

    Args:
        more: what else the address may name.

    Raises:
        UsageError: the address names something else, an unknown matter, or a day that is none.
    """
    known = sorted({"day", "matter", "lang", *more})
    for name in request.args:
        if name not in known:
            raise UsageError(f"there is no choice '{name[:40]}'", f"there are {', '.join(known)}")
    reading = reader().current()
    matter = request.args.get("matter", "").strip() or "mla"
    return reading, reading.atlas(matter, day_of(request.args.get("day", "").strip()))
