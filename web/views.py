"""Pictures of an answer, where it has one: a map, a chart, a diagram of what goes with what.

All are drawn on the server as SVG, so that they need no script; beside each stands the table with the same rows.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from kg.vocab import CODE, COUNTRY, expand, local
from web import atlas
from web.reading import Reading

Cell = dict[str, str]
"""One cell as in SPARQL JSON: `type` (uri, literal, bnode) and `value`, perhaps `datatype`."""
Rows = list[dict[str, Cell]]

STATUSES = ("covered", "sectoral-only", "signed-not-in-force", "confirmed-gap", "unverified")
NUMBERS = {expand(f"xsd:{name}") for name in ("integer", "decimal", "double", "float", "int", "long")}
BOOLEAN = expand("xsd:boolean")
NOT_MEASURES = {"year", "step", "from_year", "to_year", "lat", "long"}
BARS, SERIES, NODES, EDGES = 40, 8, 45, 400
"""The most that a picture shows; more cannot be read. Of bars and lines the largest are shown, and it is said."""


@dataclass(frozen=True)
class Mark:
    """A country or place on the map: SVG path (else a dot at x, y), its IRI, class of colour, and what it stands for."""

    path: str
    x: float
    y: float
    iri: str
    colour: str
    value: str


@dataclass(frozen=True)
class Map:
    """A map: `by` is what colours it (`status`, `truth`, `number` or `rows`), `legend` are classes of colour with their words."""

    width: int
    height: int
    column: str
    by: str
    ground: list[str]
    marks: list[Mark]
    legend: list[tuple[str, str]]


@dataclass(frozen=True)
class Bar:
    """One bar: its cells, its value, and its length out of 100."""

    cells: tuple[Cell, ...]
    value: float
    length: float


@dataclass(frozen=True)
class Line:
    """One line of a chart over years: its cells, points as SVG wants them, and its last value."""

    cells: tuple[Cell, ...]
    points: str
    value: float
    colour: int


@dataclass(frozen=True)
class Chart:
    """Bars, or lines over years; `of` is the number of bars or lines that there would be."""

    measure: str
    bars: list[Bar] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    years: tuple[int, int] = (0, 0)
    top: float = 0
    of: int = 0


@dataclass(frozen=True)
class Diagram:
    """What goes with what: two columns of nodes (IRI, height) and edges between them (height left, height right, rows)."""

    left_name: str
    right_name: str
    height: int
    left: list[tuple[str, int]]
    right: list[tuple[str, int]]
    edges: list[tuple[int, int, int]]


@dataclass(frozen=True)
class Views:
    """The pictures of an answer; None where one makes no sense."""

    map: Map | None
    chart: Chart | None
    diagram: Diagram | None


def views(reading: Reading, columns: list[str], rows: Rows) -> Views:
    """The pictures that an answer has.

    Args:
        reading: the graph, for codes and coordinates.
        columns: names of its columns.
        rows: its rows; all of them.
    """
    rows = named(reading, columns, rows)
    return Views(_map(reading, columns, rows), _chart(columns, rows), _diagram(columns, rows))


def named(reading: Reading, columns: list[str], rows: Rows) -> Rows:
    """The rows with IRIs in place of codes, where a column holds nothing but codes of countries or of statuses.

    Some questions answer with codes, because a table of ten thousand IRIs takes long to write.
    """

    def iris(name: str) -> dict[str, str]:
        values = {row[name]["value"] for row in rows if name in row and row[name]["type"] != "uri"}
        if not values:
            return {}
        if values <= reading.countries.keys():
            return {code: reading.countries[code].iri for code in values}
        return {code: f"{CODE}position-status/{code}" for code in values} if values <= set(STATUSES) else {}

    known = {name: found for name in columns if (found := iris(name))}
    if not known:
        return rows
    return [
        {
            name: {"type": "uri", "value": known[name][cell["value"]]} if cell["value"] in known.get(name, ()) else cell
            for name, cell in row.items()
        }
        for row in rows
    ]


def _countries(columns: list[str], rows: Rows) -> list[str]:
    """The columns that hold countries, the one named country first, member states last."""
    found = [name for name in columns if any(row.get(name, {}).get("value", "").startswith(COUNTRY) for row in rows)]
    return sorted(found, key=lambda name: (name != "country", name == "member_state", columns.index(name)))


def _measures(columns: list[str], rows: Rows) -> list[str]:
    return [
        name
        for name in columns
        if name not in NOT_MEASURES
        and any(name in row for row in rows)
        and all(row[name].get("datatype") in NUMBERS for row in rows if name in row)
    ]


def _map(reading: Reading, columns: list[str], rows: Rows) -> Map | None:
    outline = atlas.world()
    if not outline or not rows:
        return None
    places = atlas.places(reading)
    spots = next((name for name in columns if any(row.get(name, {}).get("value") in places for row in rows)), "")
    named = _countries(columns, rows)
    if not named and not spots:
        return None
    column = spots or named[0]
    groups: dict[str, list[dict[str, Cell]]] = {}
    for row in rows:
        if column in row:
            groups.setdefault(row[column]["value"], []).append(row)
    by, values = _values(columns, rows, groups)
    colours, legend = _colours(by, values)
    marks = [
        _mark(
            outline,
            places,
            iri,
            colours[iri],
            f"{values[iri]:g}" if isinstance(values[iri], float) else str(values[iri]),
        )
        for iri in sorted(groups)
    ]
    drawn = [mark for mark in marks if mark]
    if not drawn:
        return None
    return Map(outline["width"], outline["height"], column, by, list(outline["shapes"].values()), drawn, legend)


def _values(columns: list[str], rows: Rows, groups: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """What colours each country: its status, its yes or no, or its number where it has one row, else the number of its rows."""
    single = all(len(group) == 1 for group in groups.values())
    if single and all(local(group[0].get("status", {}).get("value", "")) in STATUSES for group in groups.values()):
        return "status", {iri: local(group[0]["status"]["value"]) for iri, group in groups.items()}
    truths = [
        name for name in columns if all(group[0].get(name, {}).get("datatype") == BOOLEAN for group in groups.values())
    ]
    if single and truths:
        return "truth", {iri: f"{truths[0]}: {group[0][truths[0]]['value']}" for iri, group in groups.items()}
    measures = _measures(columns, rows)
    if single and measures:
        return "number", {
            iri: float(group[0].get(measures[0], {"value": "0"})["value"]) for iri, group in groups.items()
        }
    return "rows", {iri: float(len(group)) for iri, group in groups.items()}


def _colours(by: str, values: dict[str, Any]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The class of each value and the legend: a colour a status, else up to five steps with about as many countries each."""
    if by == "status":
        used = [status for status in STATUSES if status in values.values()]
        return {iri: f"v-{status}" for iri, status in values.items()}, [(f"v-{status}", status) for status in used]
    if by == "truth":
        colours = {words: "v-covered" if words.endswith("true") else "v-unverified" for words in values.values()}
        return {iri: colours[words] for iri, words in values.items()}, [
            (colours[words], words) for words in sorted(colours)
        ]
    numbers = sorted(values.values())
    bounds = sorted({numbers[min(len(numbers) - 1, len(numbers) * step // 5)] for step in range(5)})
    places = {iri: sum(value >= bound for bound in bounds) for iri, value in values.items()}
    shift = 5 - len(bounds)
    legend = []
    for place, bound in enumerate(bounds, 1):
        inside = [values[iri] for iri, found in places.items() if found == place]
        words = f"{bound:g}" if max(inside) == bound else f"{bound:g} – {max(inside):g}"
        legend.append((f"step-{place + shift}", words))
    return {iri: f"step-{place + shift}" for iri, place in places.items()}, legend


def _mark(
    outline: dict[str, Any],
    places: dict[str, atlas.Place],
    iri: str,
    colour: str,
    value: str,
) -> Mark | None:
    if iri in places:
        return Mark("", *places[iri], iri, colour, value)
    code = iri.removeprefix(COUNTRY)
    path, (x, y) = outline["shapes"].get(code, ""), outline["points"].get(code, (0, 0))
    return Mark(path, x, y, iri, colour, value) if path or x else None


def _chart(columns: list[str], rows: Rows) -> Chart | None:
    measures = _measures(columns, rows)
    if not measures or ("status" in columns and len(rows) > BARS):
        return _tally(rows) if "status" in columns else None
    measure, known = measures[0], [row for row in rows if measures[0] in row]
    kept = [
        name
        for name in columns
        if name not in measures and name not in ("source", "confidence", "year") and any(name in row for row in rows)
    ]
    naming = [name for name in kept if all(local(row.get(name, {}).get("value", "")) for row in known)][:2] or kept[:1]
    years = {row["year"]["value"] for row in known if "year" in row}
    if len(years) > 2 and all(year.isdigit() for year in years):
        return _lines(measure, naming, known, (min(map(int, years)), max(map(int, years))))
    if len(known) < 2:
        return None
    largest = sorted(known, key=lambda row: -float(row[measure]["value"]))[:BARS]
    top = max(float(row[measure]["value"]) for row in largest) or 1
    bars = [
        Bar(tuple(row[name] for name in naming if name in row), value, round(100 * max(value, 0) / top, 1))
        for row in largest
        for value in (float(row[measure]["value"]),)
    ]
    return Chart(measure, bars, top=top, of=len(known))


def _tally(rows: Rows) -> Chart | None:
    """How many rows have which status."""
    counts = Counter(row["status"]["value"] for row in rows if "status" in row)
    if len(counts) < 2:
        return None
    top = max(counts.values())
    order = sorted(counts, key=lambda iri: -counts[iri])
    bars = [Bar(({"type": "uri", "value": iri},), counts[iri], round(100 * counts[iri] / top, 1)) for iri in order]
    return Chart("", bars, top=top, of=len(bars))


def _lines(measure: str, naming: list[str], rows: Rows, years: tuple[int, int]) -> Chart:
    series: dict[tuple[str, ...], dict[int, float]] = {}
    cells: dict[tuple[str, ...], tuple[Cell, ...]] = {}
    for row in rows:
        key = tuple(row.get(name, {}).get("value", "") for name in naming)
        cells[key] = tuple(row[name] for name in naming if name in row)
        values = series.setdefault(key, {})
        year = int(row["year"]["value"])
        values[year] = values.get(year, 0) + float(row[measure]["value"])
    largest = sorted(series, key=lambda key: (-max(series[key].values()), key))[:SERIES]
    top = max(max(series[key].values()) for key in largest) or 1
    wide = 900 / max(1, years[1] - years[0])
    lines = [
        Line(
            cells[key],
            " ".join(
                f"{(year - years[0]) * wide:.1f},{300 - 280 * value / top:.1f}"
                for year, value in sorted(series[key].items())
            ),
            series[key][max(series[key])],
            place,
        )
        for place, key in enumerate(largest)
    ]
    return Chart(measure, lines=lines, years=years, top=top, of=len(series))


def _diagram(columns: list[str], rows: Rows) -> Diagram | None:
    """Countries of one column beside those of another, joined where a row names both."""
    named = sorted(_countries(columns, rows), key=columns.index)[:2]
    if len(named) < 2:
        return None
    pairs = Counter(
        (row[named[0]]["value"], row[named[1]]["value"]) for row in rows if named[0] in row and named[1] in row
    )
    sides = [sorted({pair[side] for pair in pairs}) for side in (0, 1)]
    if not pairs or len(pairs) > EDGES or max(map(len, sides)) > NODES:
        return None
    height = 22 * max(map(len, sides)) + 20
    heights = [
        {iri: round(20 + (height - 30) * (place + 0.5) / len(side) - 5) for place, iri in enumerate(side)}
        for side in sides
    ]
    return Diagram(
        named[0],
        named[1],
        height,
        list(heights[0].items()),
        list(heights[1].items()),
        [(heights[0][one], heights[1][other], count) for (one, other), count in sorted(pairs.items())],
    )
