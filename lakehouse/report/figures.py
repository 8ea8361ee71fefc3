"""What a report says, as values: the metrics of each day, their groups, rows by outcome, bytes.

Records only. Where the numbers come from stands in `lakehouse.aws.report_figures`, how they are
drawn in `charts` and `page`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

Number = int | float | Decimal
Value = Number | str | None

OUTCOMES = ("raw", "clean", "rejected", "filtered", "duplicates", "other_day", "late")


def ratio(top: Number | None, bottom: Number | None) -> float | None:
    """top / bottom; None where there is nothing to divide by."""
    return None if top is None or not bottom else float(top) / float(bottom)


@dataclass(frozen=True)
class DayMetrics:
    """One day over all its groups: how many there are, additive measures summed, ratios of sums.

    A ratio is None on a day whose denominator is 0.
    """

    groups: int
    totals: Mapping[str, Number | None]
    ratios: Mapping[str, float | None]


@dataclass(frozen=True)
class GroupDay:
    """One row of a metrics table: a group on a day, with all its measures."""

    day: str
    group: tuple[Value, ...]
    measures: Mapping[str, Value]


@dataclass(frozen=True)
class DayQuality:
    """Rows of one published day by outcome (`OUTCOMES`), and rejected rows by reason."""

    outcomes: Mapping[str, int]
    reasons: Mapping[str, int]


@dataclass(frozen=True)
class DayBytes:
    """Bytes of a day's raw files, and the bytes that the query of its metrics scanned.

    A query over text reads whole files, so `raw` is what any query on the raw table would scan.
    `scanned` is the day's equal share of the query that covered it; None where it is not known.
    """

    raw: int
    scanned: int | None


@dataclass(frozen=True)
class SourceFigures:
    """Everything the report says of one source; every mapping is by day, in order.

    `size` names the measure by which groups are called large, `ratios` the numerator and the
    denominator of each measure that is a quotient of two that add up. `unpublished` are days with
    raw files that no table shows.
    """

    name: str
    description: str
    metrics_table: str
    raw_format: str
    group_by: tuple[str, ...]
    size: str
    metrics: Mapping[str, DayMetrics]
    ratios: Mapping[str, tuple[str, str]]
    groups: tuple[GroupDay, ...]
    quality: Mapping[str, DayQuality]
    bytes: Mapping[str, DayBytes]
    unpublished: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """The days first..last (ISO dates) of every source."""

    first: str
    last: str
    sources: tuple[SourceFigures, ...]
