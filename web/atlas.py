"""Maps of the world as SVG, drawn on the server: countries that are coloured and linked, lines between places, spots.

The outlines are made when the front end is built (`web/frontend/world.mjs`); the template `_atlas.html` writes a
`Picture` down. A place is a pair of x and y on a sheet of `WIDTH`, plate carrée, so that x and y follow from
longitude and latitude alone. Where the front end was not built, there is no picture, and pages show their tables.
"""

import functools
import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.vocab import ID, expand, local
from web.reading import Reading

WORLD = Path(__file__).parent / "static" / "vendor" / "world.json"
WIDTH = 1000
SMALLEST = 120
"""The narrowest part of the sheet that a zoomed map shows: a small country is seen among its neighbours."""
BEND = 0.16
"""How far a line swings out, in parts of its length; lines between the same places swing out further one by one."""

Place = tuple[float, float]


@dataclass(frozen=True)
class Tint:
    """How a country is shown: class of colour, words shown with it, and where it leads (empty: nowhere)."""

    colour: str
    title: str = ""
    href: str = ""


@dataclass(frozen=True)
class Land:
    """A country on the map: its outline (else a dot at x and y), and how it is shown."""

    code: str
    path: str
    x: float
    y: float
    tint: Tint


@dataclass(frozen=True)
class Stretch:
    """A line to be drawn from one place to another: class, words, address, and the name of the group that is lit together."""

    start: Place
    end: Place
    colour: str
    title: str = ""
    href: str = ""
    group: str = ""


@dataclass(frozen=True)
class Line:
    """A line on the map: the SVG path, and what it is."""

    path: str
    stretch: Stretch


@dataclass(frozen=True)
class Spot:
    """A spot on the map: x, y, class, words, and where it leads."""

    x: float
    y: float
    colour: str
    title: str = ""
    href: str = ""


@dataclass(frozen=True)
class Picture:
    """A map: the part of the sheet shown (x, y, width, height), outlines without meaning, and all that means something."""

    box: tuple[float, float, float, float]
    ground: str
    lands: tuple[Land, ...]
    lines: tuple[Line, ...]
    spots: tuple[Spot, ...]

    @property
    def dot(self) -> float:
        """The radius of a dot, so that it looks the same on a zoomed map."""
        return round(4 * self.box[2] / WIDTH, 2)


@functools.cache
def world() -> dict[str, Any]:
    """The outlines by alpha-3 code: `shapes` as SVG paths, `points` of countries too small for one, `middles` of all; empty where the front end was not built."""
    return dict(json.loads(WORLD.read_text("utf-8"))) if WORLD.is_file() else {}


def place_of(latitude: float, longitude: float) -> Place:
    """Where a point of the earth (degrees) is on the sheet."""
    scale = WIDTH / 360
    return round((longitude + 180) * scale, 1), round((world().get("north", 90) - latitude) * scale, 1)


def middle_of(code: str) -> Place | None:
    """Where the middle of a country's largest part is, None where no outline is known."""
    found = world().get("middles", {}).get(code)
    return (found[0], found[1]) if found else None


@functools.lru_cache(2)
def places(reading: Reading) -> dict[str, Place]:
    """Where everything is that has coordinates, by IRI; kept for the last two graphs."""
    rows = reading.graph.store.select(
        f"SELECT ?one ?lat ?long {{ ?one <{expand('wgs84:lat')}> ?lat ; <{expand('wgs84:long')}> ?long }}"
    )
    return {row["one"]: place_of(float(row["lat"]), float(row["long"])) for row in rows}


def hubs(reading: Reading) -> dict[str, Place]:
    """Where the hubs are, by identifier."""
    return {local(iri): place for iri, place in places(reading).items() if iri.startswith(f"{ID}hub/")}


def picture(
    lands: Mapping[str, Tint],
    stretches: Iterable[Stretch] = (),
    spots: Iterable[Spot] = (),
    zoomed: bool = True,
) -> Picture | None:
    """A map.

    Args:
        lands: how countries are shown, by alpha-3 code; all others are ground.
        stretches: lines; those between the same two places are drawn beside each other.
        spots: spots, drawn last.
        zoomed: whether only the part of the world is shown in which something is marked.

    Returns:
        None where the outlines were not built, or nothing that was given has a place.
    """
    outlines = world()
    if not outlines:
        return None
    shapes, points = outlines["shapes"], outlines["points"]
    drawn = [
        Land(code, "" if code in points else shapes[code], x, y, tint)
        for code, tint in sorted(lands.items())
        if code in shapes or code in points
        for x, y in (points.get(code, (0, 0)),)
    ]
    drawn.sort(key=lambda land: not land.path)  # dots lie on top of outlines
    lines, pins = _lines(stretches), tuple(spots)
    if not (drawn or lines or pins):
        return None
    marked = [place for code in lands if (place := middle_of(code))] + [(spot.x, spot.y) for spot in pins]
    marked += [place for line in lines for place in (line.stretch.start, line.stretch.end)]
    around = any(_wraps(line.stretch) for line in lines)
    whole = (0.0, 0.0, float(WIDTH), float(outlines["height"]))
    box = _box(marked, outlines["height"]) if zoomed and marked and not around else whole
    ground = "".join(path for code, path in shapes.items() if code not in lands or code in points)
    return Picture(box, ground, tuple(drawn), lines, pins)


def _box(marked: list[Place], height: int) -> tuple[float, float, float, float]:
    """The part of the sheet around some places, twice as wide as high, not past its edges."""
    (left, right), (top, bottom) = ((min(axis), max(axis)) for axis in zip(*marked, strict=True))
    wide = min(float(WIDTH), max(SMALLEST, 1.3 * (right - left), 2 * 1.4 * (bottom - top)))
    high = min(float(height), wide / 2)
    x = min(max((left + right - wide) / 2, 0), WIDTH - wide)
    y = min(max((top + bottom - high) / 2, 0), height - high)
    return round(x, 1), round(y, 1), round(wide, 1), round(high, 1)


def _lines(stretches: Iterable[Stretch]) -> tuple[Line, ...]:
    beside: dict[tuple[Place, Place], int] = {}
    lines = []
    for stretch in stretches:
        if stretch.start == stretch.end:
            continue
        ends = stretch.start, stretch.end
        beside[ends] = beside.get(ends, 0) + 1
        lines.append(Line(_path(stretch, BEND * (1 + 0.35 * (beside[ends] - 1))), stretch))
    return tuple(lines)


def _wraps(stretch: Stretch) -> bool:
    """Whether the short way round leaves the sheet at one side."""
    return abs(stretch.end[0] - stretch.start[0]) > WIDTH / 2


def _path(stretch: Stretch, bend: float) -> str:
    """A curve that always swings out to the same side of its direction; over the edge of the sheet it is drawn twice."""
    (x, y), (to_x, to_y) = stretch.start, stretch.end
    if _wraps(stretch):
        to_x += math.copysign(WIDTH, x - to_x)
    middle_x, middle_y = (x + to_x) / 2 + bend * (to_y - y), (y + to_y) / 2 - bend * (to_x - x)

    def curve(shift: float) -> str:
        return f"M{x + shift:.1f},{y:.1f}Q{middle_x + shift:.1f},{middle_y:.1f} {to_x + shift:.1f},{to_y:.1f}"

    return curve(0) + (curve(math.copysign(WIDTH, x - to_x)) if _wraps(stretch) else "")
