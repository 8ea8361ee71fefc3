"""What a report shows of a source: which charts and tables, made of its figures alone.

Generic over sources: measures that add up are bars per day, ratios are lines, measures that do not
add up are lines of the largest groups. How they look stands in `charts` and `page`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lakehouse.report.charts import MAX_SERIES, Chart, Series
from lakehouse.report.figures import (
    OUTCOMES,
    DayBytes,
    DayMetrics,
    Number,
    SourceFigures,
    Value,
    ratio,
)
from lakehouse.report.numbers import Unit, number_text

DOLLARS_PER_TB = 5.0  # https://aws.amazon.com/athena/pricing/ (checked 2026-11)
LINES_SHOWN = 5
_UNUSED = ("rejected", "filtered", "duplicates", "other_day")

Group = tuple[Value, ...]
Days = Mapping[str, DayMetrics]


@dataclass(frozen=True)
class Table:
    """Cells as text; the first `labels` columns are words, the others numbers."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    labels: int = 1


@dataclass(frozen=True)
class Section:
    """A heading, a sentence, charts and tables."""

    title: str
    words: str
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()


def unit_of(measure: str) -> Unit:
    """The unit in which a measure is written, told from its name."""
    return "bytes" if measure.endswith("bytes") else "count"


def chart_table(chart: Chart) -> Table:
    """The numbers behind a chart."""
    rows = tuple(
        (day, *(number_text(series.values[at], chart.unit) for series in chart.series))
        for at, day in enumerate(chart.days)
    )
    return Table(chart.title, ("day", *(series.name for series in chart.series)), rows)


def sections(source: SourceFigures) -> list[Section]:
    """All sections of a source that has published days."""
    return [daily(source), groups(source), quality(source), cost(source)]


def tiles(source: SourceFigures) -> list[tuple[str, str]]:
    """The figures at the head of a source: name and value over all days."""
    found = [(name, number_text(total, unit_of(name))) for name, total in _totals(source).items()]
    found += [(name, number_text(value, "share")) for name, value in _ratios(source).items()]
    raw, rejected = (
        sum(day.outcomes[name] for day in source.quality.values()) for name in ("raw", "rejected")
    )
    return [*found, ("rows rejected", number_text(rejected / raw if raw else None, "share"))]


def daily(source: SourceFigures) -> Section:
    """Each additive measure and each ratio per day: for web logs requests, errors, error rate."""
    return Section(
        "Per day",
        f"Sums over all groups of {source.metrics_table}.",
        (
            *_total_charts(source.name, source.metrics),
            *_ratio_charts(source.name, source.metrics),
        ),
    )


def trend(source: str, metrics: Days) -> Chart | None:
    """The one chart that says most: the first ratio per day, else the first total."""
    return next(_ratio_charts(source, metrics), None) or next(_total_charts(source, metrics), None)


def _total_charts(source: str, metrics: Days) -> Iterator[Chart]:
    for name in _names(day.totals for day in metrics.values()):
        values = tuple(_float(day.totals[name]) for day in metrics.values())
        words = f"Bars: {name} of {source} on each day."
        yield Chart(name, words, tuple(metrics), (Series(name, values),), "bars", unit_of(name))


def _ratio_charts(source: str, metrics: Days) -> Iterator[Chart]:
    for name in _names(day.ratios for day in metrics.values()):
        values = tuple(day.ratios[name] for day in metrics.values())
        words = f"Line: {name} of {source} on each day."
        yield Chart(name, words, tuple(metrics), (Series(name, values),), "lines", "share")


def groups(source: SourceFigures) -> Section:
    """The largest groups: their share of each day, what does not add up, totals as a table."""
    ranked = _ranked(source)
    by = ", ".join(source.group_by) or "day"
    words = f"The {len(ranked)} largest groups by {source.size}, per {by} and day."
    charts = (*_stacks(source, ranked), *_group_lines(source, ranked))
    return Section(f"By {by}", words, charts, (_group_table(source, ranked),))


def _ranked(source: SourceFigures) -> list[Group]:
    sizes: dict[Group, float] = {}
    for item in source.groups:
        sizes[item.group] = sizes.get(item.group, 0.0) + (_float(item.measures[source.size]) or 0.0)
    return sorted(sizes, key=lambda group: -sizes[group])


def _stacks(source: SourceFigures, ranked: Sequence[Group]) -> Iterator[Chart]:
    """One chart of stacked bars; with several group columns, one for each value of the first."""
    facets: dict[Group, list[Group]] = {}
    for group in ranked:
        facets.setdefault(group[:1] if len(group) > 1 else (), []).append(group)
    for facet, members in facets.items():
        of = f" of {source.group_by[0]} {label(facet)}" if facet else ""
        # The values of a second column have the same colour in each chart.
        shown = sorted(members[:MAX_SERIES], key=label) if facet else members[:MAX_SERIES]
        series = [_series(source, group, source.size, group[len(facet) :]) for group in shown]
        words = f"Stacked bars: {source.size}{of} on each day, by {', '.join(source.group_by)}."
        title = f"{source.size}{of}"
        days, unit = tuple(source.metrics), unit_of(source.size)
        yield Chart(title, words, days, tuple(series), "bars", unit)


def _group_lines(source: SourceFigures, ranked: Sequence[Group]) -> Iterator[Chart]:
    """Measures that do not add up, such as percentiles: a line for each of the largest groups."""
    first = next(iter(source.metrics.values()))
    known = {*first.totals, *first.ratios}
    for name in _names(item.measures for item in source.groups):
        if name in known or not any(_is_number(item.measures[name]) for item in source.groups):
            continue
        shown = ranked[:LINES_SHOWN]
        series = [_series(source, group, name, group) for group in shown]
        words = f"Lines: {name} on each day, for each of the {len(shown)} largest groups."
        yield Chart(name, words, tuple(source.metrics), tuple(series), "lines", unit_of(name))


def _series(source: SourceFigures, group: Group, measure: str, shown: Group) -> Series:
    values = {i.day: _float(i.measures[measure]) for i in source.groups if i.group == group}
    return Series(label(shown) or measure, tuple(values.get(day) for day in source.metrics))


def _group_table(source: SourceFigures, ranked: Sequence[Group]) -> Table:
    first = next(iter(source.metrics.values()))
    names = _names(item.measures for item in source.groups)
    rows = tuple(
        (*(label((part,)) for part in group), *_group_cells(source, group, names, first))
        for group in ranked
    )
    words = "Largest groups, summed over the days; what does not add up as its range of days"
    return Table(words, (*source.group_by, *names), rows, len(source.group_by))


def _group_cells(
    source: SourceFigures, group: Group, names: Iterable[str], first: DayMetrics
) -> Iterator[str]:
    items = [item for item in source.groups if item.group == group]
    sums = {name: _sum(item.measures[name] for item in items) for name in first.totals}
    for name in names:
        values = [v for item in items if isinstance(v := item.measures[name], Number)]
        if name in sums:
            yield number_text(sums[name], unit_of(name))
        elif name in source.ratios:
            top, bottom = source.ratios[name]
            yield number_text(ratio(sums[top], sums[bottom]), "share")
        else:
            yield _span(min(values), max(values), unit_of(name)) if values else number_text(None)


def _sum(values: Iterable[Value]) -> Number | None:
    numbers = [value for value in values if isinstance(value, Number)]
    return sum(numbers[1:], numbers[0]) if numbers else None


def _span(low: Number, high: Number, unit: Unit) -> str:
    texts = number_text(low, unit), number_text(high, unit)
    return texts[0] if texts[0] == texts[1] else f"{texts[0]} to {texts[1]}"


def quality(source: SourceFigures) -> Section:
    """Rows by outcome per day and why rows were rejected, from the runs' own records."""
    days = tuple(source.quality)
    series = tuple(
        Series(name.replace("_", " "), tuple(float(source.quality[d].outcomes[name]) for d in days))
        for name in _UNUSED
    )
    words = f"Stacked bars: rows of {source.name} on each day that are not in the clean table."
    chart = Chart("rows left out", words, days, series)
    rows = tuple(
        (day, *(number_text(found.outcomes[name]) for name in OUTCOMES))
        for day, found in source.quality.items()
    )
    columns = ("day", *(name.replace("_", " ") for name in OUTCOMES))
    table = Table("Rows by outcome", columns, rows)
    said = (
        "raw = clean + rejected + filtered + duplicates + other day; "
        "late rows come from later files."
    )
    if source.unpublished:
        said += f" Not published, though there are raw files: {', '.join(source.unpublished)}."
    return Section("Data quality", said, (chart,), (table, _reasons(source)))


def _reasons(source: SourceFigures) -> Table:
    counts: dict[str, int] = {}
    for day in source.quality.values():
        for reason, count in day.reasons.items():
            counts[reason] = counts.get(reason, 0) + count
    listed = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    rows = tuple((reason, number_text(count)) for reason, count in listed)
    return Table("Rejected rows by reason", ("reason", "rows"), rows)


def cost(source: SourceFigures) -> Section:
    """Bytes that a query scans in the raw files against those that the metrics' query scanned."""
    days = tuple(source.bytes)
    raw = Series(f"raw {source.raw_format}", _each(source.bytes, lambda day: day.raw))
    scanned = Series("clean Parquet", _each(source.bytes, lambda day: day.scanned))
    words = f"Lines: bytes scanned for one day of {source.name}, in raw files and in Parquet."
    chart = Chart("bytes scanned", words, days, (raw, scanned), "lines", "bytes")
    said = (
        "Text is scanned whole, whatever a query asks for; of Parquet only the columns that the "
        f"metrics need. Athena at ${DOLLARS_PER_TB:g} per TB (AWS bills 10 MB a query at least)."
    )
    return Section("Cost of the metrics' query", said, (chart,), (_cost_table(source),))


def _each(
    days: Mapping[str, DayBytes], value: Callable[[DayBytes], int | None]
) -> tuple[float | None, ...]:
    return tuple(_float(value(day)) for day in days.values())


def _cost_table(source: SourceFigures) -> Table:
    known = [day for day in source.bytes.values() if day.scanned is not None]
    raw, scanned = sum(day.raw for day in known), sum(day.scanned or 0 for day in known)
    rows = tuple(
        (name, number_text(size, "bytes"), number_text(size / 1e12 * DOLLARS_PER_TB, "dollars"))
        for name, size in ((f"raw {source.raw_format}", raw), ("clean Parquet", scanned))
    )
    caption = f"{len(known)} days"
    if scanned:
        caption += f": {raw / scanned:,.0f} times less" if raw >= scanned else ""
    return Table(caption, ("scanned from", "bytes", "dollars"), rows)


def label(group: Group) -> str:
    """A group's values as words."""
    return " / ".join("NULL" if part is None else str(part) for part in group)


def _totals(source: SourceFigures) -> dict[str, Number | None]:
    days = source.metrics.values()
    return {name: _sum(day.totals[name] for day in days) for name in _names(d.totals for d in days)}


def _ratios(source: SourceFigures) -> dict[str, float | None]:
    totals = _totals(source)
    return {
        name: ratio(totals[top], totals[bottom]) for name, (top, bottom) in source.ratios.items()
    }


def _names(days: Iterable[Mapping[str, object]]) -> list[str]:
    return list(dict.fromkeys(name for day in days for name in day))


def _is_number(value: Value) -> bool:
    return isinstance(value, Number)


def _float(value: Value) -> float | None:
    return float(value) if isinstance(value, Number) else None
