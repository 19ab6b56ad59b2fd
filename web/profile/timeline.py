"""The time line of the money: where each bar begins and ends, so that a template can draw it."""

import datetime
from dataclasses import dataclass
from typing import NamedTuple

from web.profile.money import NO_END, Envelope, Funding

LEFT, WIDTH, ROW, HEAD = 330.0, 960.0, 24.0, 30.0
"""In the units of the drawing: where the years begin, its width, the height of a row and of the head."""

BEFORE, AFTER = 3, 8
"""The most years shown before and after the day."""

LABEL = 46
"""The most signs of a name that fit beside the bars."""


@dataclass(frozen=True)
class Bar:
    """One bar: name, whole name, x, y, width, class of look, whether its beginning and end are recorded, target of its link."""

    label: str
    title: str
    x: float
    y: float
    width: float
    look: str
    open_start: bool
    open_end: bool
    target: str


@dataclass(frozen=True)
class Timeline:
    """The drawing: its size, the years with their x, the x of the day, and the bars."""

    width: float
    height: float
    left: float
    years: tuple[tuple[int, float], ...]
    today: float
    bars: tuple[Bar, ...]


def timeline(lines: tuple[Funding, ...], envelopes: tuple[Envelope, ...], day: datetime.date) -> Timeline | None:
    """The time line of what pays now and what is to come; None where there is nothing to draw.

    Args:
        lines: the lines; those that have ended are left out.
        envelopes: the envelopes.
        day: the day asked about.
    """
    shown = [line for line in lines if line.state != "ended"]
    if not shown and not envelopes:
        return None
    starts = [_first(line, day) for line in shown] + [f"{one.years[0]}-01-01" for one in envelopes]
    ends = [line.last for line in shown if line.last[:4] != NO_END] + [f"{one.years[1]}-12-31" for one in envelopes]
    first = max(min([*starts, str(day)])[:4], str(day.year - BEFORE))
    last = min(max([*ends, str(day)])[:4], str(day.year + AFTER))
    scale = Scale(int(first), int(last))
    spans = [
        Span(line.name, f"line-{line.id}", line.state, _first(line, day), line.last, not line.since, not line.until)
        for line in shown
    ] + [
        Span(
            f"{one.name} ({one.status})",
            "envelopes",
            "envelope",
            f"{one.years[0]}-01-01",
            f"{one.years[1]}-12-31",
            False,
            False,
        )
        for one in envelopes
    ]
    years = tuple((year, scale.x(f"{year}-01-01")) for year in range(scale.first, scale.last + 1))
    bars = tuple(_bar(span, place, scale) for place, span in enumerate(spans))
    return Timeline(WIDTH, HEAD + ROW * len(bars) + 6, LEFT, years, scale.x(str(day)), bars)


class Span(NamedTuple):
    """What a bar stands for: name, target of its link, look, first and last day, and whether those are not recorded."""

    name: str
    target: str
    look: str
    first: str
    last: str
    open_start: bool
    open_end: bool


@dataclass(frozen=True)
class Scale:
    """Years to x: the first and the last year shown, both whole."""

    first: int
    last: int

    def x(self, day: str) -> float:
        """Where a day stands; what lies outside is put on the edge."""
        begin = datetime.date(self.first, 1, 1).toordinal()
        end = datetime.date(self.last + 1, 1, 1).toordinal()
        share = (datetime.date.fromisoformat(day).toordinal() - begin) / (end - begin)
        return round(LEFT + min(max(share, 0), 1) * (WIDTH - LEFT), 1)


def _first(line: Funding, day: datetime.date) -> str:
    """Where a bar begins: where no beginning is recorded, with its framework, else with the day."""
    return line.first or (f"{line.framework[:4]}-01-01" if line.framework else str(day))


def _bar(span: Span, place: int, scale: Scale) -> Bar:
    left, right = scale.x(span.first), scale.x(span.last)
    return Bar(
        span.name if len(span.name) <= LABEL else f"{span.name[: LABEL - 1]}…",
        span.name,
        left,
        HEAD + ROW * place,
        max(right - left, 3.0),
        span.look,
        span.open_start,
        span.open_end,
        span.target,
    )
