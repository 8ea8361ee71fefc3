"""Charts as SVG text: stacked bars and lines per day, drawn by pure functions.

A chart is readable by itself: title, description, axes with units, a legend for several series.
Colours are CSS classes; `page` gives them for a document, `STYLE` for a picture on its own. What
is drawn stands in `sections` and in the pipeline's metadata.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate
from typing import Final, Literal

from lakehouse.report.numbers import Unit, number_text

WIDTH, HEIGHT = 380, 190
LEFT, RIGHT, TOP, BOTTOM = 48, 8, 30, 22
LEGEND_COLUMNS, LEGEND_ROW = 2, 16
COLOURS: Final = ("#3b7dd8", "#e08a1e", "#2a9d74", "#c2519b", "#8667d1", "#7d8794")
MAX_SERIES: Final = len(COLOURS)
STYLE: Final = (
    "text{font:11px system-ui,sans-serif;fill:#7d8794}"
    ".title{font-size:13px;font-weight:600}"
    ".grid{stroke:#7d8794;stroke-opacity:.3}"
    + "".join(
        f".bar{n}{{fill:{colour}}}.line{n}{{stroke:{colour};fill:none;stroke-width:2}}"
        for n, colour in enumerate(COLOURS)
    )
)


@dataclass(frozen=True)
class Series:
    """Values of one name, one a day; None where there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Chart:
    """What is drawn: `MAX_SERIES` series at most over the same days (ISO dates)."""

    title: str
    description: str
    days: tuple[str, ...]
    series: tuple[Series, ...]
    kind: Literal["bars", "lines"] = "bars"
    unit: Unit = "count"


def svg(chart: Chart, name: str, style: str = "") -> str:
    """The chart as an SVG element; `name` makes its ids unique in a document.

    A picture that stands alone needs `style=STYLE`.
    """
    top = _ceiling(_highest(chart))
    legend = list(_legend(chart)) if len(chart.series) > 1 else []
    height = HEIGHT + LEGEND_ROW * math.ceil(len(legend) / 2 / LEGEND_COLUMNS)
    marks = _bars(chart, top) if chart.kind == "bars" else _lines(chart, top)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" '
        f'height="{height}" role="img" aria-labelledby="{name}-t {name}-d">',
        f'<title id="{name}-t">{escape(chart.title)}</title>',
        f'<desc id="{name}-d">{escape(chart.description)}</desc>',
        f"<style>{style}</style>" if style else "",
        f'<text class="title" x="{LEFT}" y="16">{escape(chart.title)}</text>',
        *_grid(chart, top),
        *marks,
        *_day_labels(chart.days),
        *legend,
        "</svg>",
    ]
    return "".join(parts)


def _highest(chart: Chart) -> float:
    days = zip(*(series.values for series in chart.series), strict=True)
    present = [[value for value in day if value is not None] for day in days]
    combine = sum if chart.kind == "bars" else max
    return max((combine(values) for values in present if values), default=0.0)


def _ceiling(highest: float) -> float:
    """The next round number above: 1, 2, 2.5, 5 or 10 times a power of ten."""
    if highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    return next(step * power for step in (1, 2, 2.5, 5, 10, 20) if step * power >= highest)


def _x(days: int, index: int) -> float:
    """The middle of a day's slot."""
    return LEFT + (WIDTH - LEFT - RIGHT) * (index + 0.5) / max(days, 1)


def _y(value: float, top: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)


def _grid(chart: Chart, top: float) -> Iterator[str]:
    for part in (0.0, 0.5, 1.0):
        y = _y(top * part, top)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        text = number_text(top * part, chart.unit, short=True)
        yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{escape(text)}</text>'


def _bars(chart: Chart, top: float) -> Iterator[str]:
    count = len(chart.days)
    width = max((WIDTH - LEFT - RIGHT) / max(count, 1) * 0.8, 0.5)
    for index in range(count):
        values = [series.values[index] or 0.0 for series in chart.series]
        x = _x(count, index) - width / 2
        for number, (value, end) in enumerate(zip(values, accumulate(values), strict=True)):
            if value > 0:
                y = _y(end, top)
                height = _y(end - value, top) - y
                yield (
                    f'<rect class="bar{number}" x="{x:.1f}" y="{y:.1f}" '
                    f'width="{width:.1f}" height="{max(height, 0.5):.1f}"/>'
                )


def _lines(chart: Chart, top: float) -> Iterator[str]:
    for number, series in enumerate(chart.series):
        for run in _runs(series.values):
            points = [(_x(len(chart.days), i), _y(series.values[i] or 0.0, top)) for i in run]
            if len(points) == 1:
                ((x, y),) = points
                yield f'<circle class="bar{number}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
            else:
                path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
                yield f'<polyline class="line{number}" points="{path}"/>'


def _runs(values: Sequence[float | None]) -> Iterator[list[int]]:
    """Indexes of values that follow each other without a gap."""
    run: list[int] = []
    for index, value in enumerate(values):
        if value is not None:
            run.append(index)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _day_labels(days: Sequence[str]) -> Iterator[str]:
    last = len(days) - 1
    if last > 0:
        yield f'<text x="{LEFT}" y="{HEIGHT - 6}">{days[0]}</text>'
        yield f'<text x="{WIDTH - RIGHT}" y="{HEIGHT - 6}" text-anchor="end">{days[last]}</text>'
    if last >= 6 or last == 0:
        x = _x(len(days), last // 2)
        yield f'<text x="{x:.1f}" y="{HEIGHT - 6}" text-anchor="middle">{days[last // 2]}</text>'


def _legend(chart: Chart) -> Iterator[str]:
    width = (WIDTH - LEFT - RIGHT) / LEGEND_COLUMNS
    room = int((width - 16) / 5.6)  # characters of 11 px text
    for number, series in enumerate(chart.series):
        row, column = divmod(number, LEGEND_COLUMNS)
        x, y = LEFT + width * column, HEIGHT + LEGEND_ROW * row
        name = series.name if len(series.name) <= room else f"{series.name[: room - 1]}\u2026"
        yield f'<rect class="bar{number}" x="{x:.1f}" y="{y}" width="9" height="9"/>'
        yield f'<text x="{x + 13:.1f}" y="{y + 9}">{escape(name)}</text>'
