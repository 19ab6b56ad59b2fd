"""The map of the routes through a country: its legs, the countries on them, and its hubs with what was seized there."""

import datetime

from kg.labels import Labels
from web import atlas, links
from web.atlas import Picture, Spot, Stretch, Tint
from web.profile import Profile
from web.reading import Reading


def route_map(reading: Reading, profile: Profile, labels: Labels, day: datetime.date) -> Picture | None:
    """The map; None where no route passes, or the outlines were not built.

    Args:
        reading: the graph, for coordinates.
        profile: the profile of the country.
        labels: names in the reader's language.
        day: the day that links lead to.
    """
    if not profile.routes:
        return None
    names: dict[tuple[str, str], list[str]] = {}
    for route in profile.routes:
        for leg in route.legs:
            names.setdefault(leg, []).append(route.name)
    near = {code for leg in names if profile.code in leg for code in leg}
    lands = {
        code: Tint(
            "land-here" if code == profile.code else "land-next" if code in near else "land-far",
            labels.of(reading.countries[code].iri),
            links.country(code, day),
        )
        for leg in names
        for code in leg
    }
    stretches = []
    for (start, end), routes in sorted(names.items()):
        ends = atlas.middle_of(start), atlas.middle_of(end)
        if ends[0] and ends[1]:
            stretches.append(
                Stretch(
                    ends[0],
                    ends[1],
                    "leg" if profile.code in (start, end) else "leg-far",
                    f"{lands[start].title} → {lands[end].title}: {', '.join(sorted(routes))}",
                    "#routes",
                )
            )
    return atlas.picture(lands, stretches, _spots(reading, profile, day))


def _spots(reading: Reading, profile: Profile, day: datetime.date) -> list[Spot]:
    places = atlas.hubs(reading)
    seized: dict[str, list[str]] = {}
    names = dict(hub for route in profile.routes for hub in route.hubs)
    for one in profile.seizures:
        if one.hub:
            names.setdefault(*one.hub)
            seized.setdefault(one.hub[0], []).append(f"{one.commodity} {one.year}: {one.what}")
    return [
        Spot(
            *places[hub],
            "hub-seized" if hub in seized else "hub",
            "; ".join([name, *seized.get(hub, ())]),
            links.hub(hub, day),
        )
        for hub, name in sorted(names.items())
        if hub in places
    ]
