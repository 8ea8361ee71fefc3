"""Reading the metrics tables: each day's totals and its groups, as numbers.

Everything a person looks at (metadata, the report) is computed by Athena from the metrics tables
alone, which are small: never from clean or raw rows.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lakehouse.aws.athena import Athena, QueryResult
from lakehouse.report.figures import DayMetrics, GroupDay, Value, ratio
from lakehouse.source import LogSource
from lakehouse.source_fields import PARTITION_KEY
from lakehouse.sql import (
    GROUPS,
    additive_measures,
    first_groups,
    largest_groups,
    metrics_per_day,
    ratio_measures,
)

_INTEGERS = ("tinyint", "smallint", "integer", "bigint")


def typed(text: str | None, kind: str) -> Value:
    """A cell of an Athena result as a number where its type is one; else the text."""
    if text is None:
        return None
    if kind in _INTEGERS:
        return int(text)
    if kind.startswith("decimal"):
        return Decimal(text)
    return float(text) if kind in ("double", "float", "real") else text


def typed_rows(result: QueryResult) -> Iterator[dict[str, Any]]:
    """Each row by column name, its cells `typed`."""
    for row in result.rows:
        cells = zip(result.columns, row, strict=True)
        yield {name: typed(text, kind) for (name, kind), text in cells}


@dataclass(frozen=True)
class MetricsReader:
    """Queries over metrics tables, one each whatever the number of days."""

    athena: Athena

    def per_day(self, source: LogSource, days: Iterable[str]) -> dict[str, DayMetrics]:
        """Each day that has rows, in order."""
        rows = typed_rows(self.athena.query(metrics_per_day(source, self.athena.database, days)))
        found = {row[PARTITION_KEY]: _day(source, row) for row in rows}
        return dict(sorted(found.items()))

    def first_groups(
        self, source: LogSource, days: Iterable[str], limit: int
    ) -> dict[str, list[GroupDay]]:
        """The `limit` largest groups of each day, the largest first."""
        found: dict[str, list[GroupDay]] = {}
        sql = first_groups(source, self.athena.database, days, limit)
        for item in self._groups(source, sql):
            found.setdefault(item.day, []).append(item)
        return found

    def largest_groups(
        self, source: LogSource, days: Iterable[str], limit: int
    ) -> tuple[GroupDay, ...]:
        """Every day of the `limit` groups that are the largest over all days; by day and size."""
        return tuple(
            self._groups(source, largest_groups(source, self.athena.database, days, limit))
        )

    def _groups(self, source: LogSource, sql: str) -> Iterator[GroupDay]:
        for row in typed_rows(self.athena.query(sql)):
            group = tuple(row[name] for name in source.metrics.group_by)
            measures = {name: row[name] for name in source.metrics.measures}
            yield GroupDay(row[PARTITION_KEY], group, measures)


def _day(source: LogSource, row: Mapping[str, Any]) -> DayMetrics:
    totals = {name: row[name] for name in additive_measures(source)}
    ratios = {
        name: ratio(totals[top], totals[bottom])
        for name, (top, bottom) in ratio_measures(source).items()
    }
    return DayMetrics(int(row[GROUPS]), totals, ratios)
