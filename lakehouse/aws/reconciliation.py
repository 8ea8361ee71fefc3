"""Is every row accounted for? The job's manifest against the tables themselves.

Counts come from Athena, one grouped query a table, and only for the days asked for. What a failed
comparison means for a run stands in `pipeline.checks`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lakehouse.aws.account import Account
from lakehouse.aws.athena import Athena
from lakehouse.aws.catalog import Catalog
from lakehouse.aws.publish import run_of
from lakehouse.aws.run_records import DayCounts, RunRecords
from lakehouse.source import LogSource
from lakehouse.sql import additive_measures, clean_totals, metrics_totals, rows_per_day


@dataclass(frozen=True)
class Comparison:
    """One number that must be equal in two places: `expected` by the manifest, `actual` found."""

    what: str
    expected: int | Decimal
    actual: int | Decimal

    @property
    def equal(self) -> bool:
        """Whether both places agree."""
        return self.expected == self.actual


@dataclass(frozen=True)
class DayReconciliation:
    """All comparisons of one day; `counts` is None where the day was never published."""

    day: str
    counts: DayCounts | None
    comparisons: tuple[Comparison, ...]

    @property
    def passed(self) -> bool:
        """Whether there is a manifest and every comparison holds."""
        return self.counts is not None and all(item.equal for item in self.comparisons)


@dataclass(frozen=True)
class Reconciler:
    """Compares published days with their manifests."""

    account: Account
    catalog: Catalog
    athena: Athena
    records: RunRecords

    def reconcile(self, source: LogSource, days: Sequence[str]) -> list[DayReconciliation]:
        """Compare raw, clean and rejected rows of each day with its run's manifest."""
        counts = self.counts(source, days)
        raw_table = self.catalog.table(self.account.database, source.raw_table)
        raw, clean, rejected = (
            self._count(table, days) if self.catalog.table(self.account.database, table) else {}
            for table in (source.raw_table, source.clean_table, source.rejected_table)
        )
        return [
            DayReconciliation(
                day,
                counts.get(day),
                compare(
                    counts.get(day),
                    raw.get(day, 0),
                    clean.get(day, 0),
                    rejected.get(day, 0),
                    skips_header(raw_table),
                ),
            )
            for day in days
        ]

    def counts(self, source: LogSource, days: Sequence[str]) -> dict[str, DayCounts]:
        """The manifest's counts of each published day, through the partition's own run."""
        locations = self.catalog.locations(self.account.database, source.clean_table, days)
        manifests = {
            run: self.records.manifest(source, run) or {}
            for run in {run_of(location) for location in locations.values()}
        }
        found = {day: manifests[run_of(location)].get(day) for day, location in locations.items()}
        return {day: counts for day, counts in found.items() if counts is not None}

    def totals(self, source: LogSource, days: Sequence[str]) -> dict[str, tuple[Comparison, ...]]:
        """Each day's additive measures: summed over the clean rows and over the metrics' groups.

        A day without rows in either table has totals of 0 there.
        """
        expected = self._by_day(clean_totals(source, self.account.database, days))
        actual = self._by_day(metrics_totals(source, self.account.database, days))
        names = additive_measures(source)
        return {
            day: tuple(
                Comparison(
                    f"total {name}",
                    expected.get(day, {}).get(name, Decimal()),
                    actual.get(day, {}).get(name, Decimal()),
                )
                for name in names
            )
            for day in days
        }

    def _by_day(self, sql: str) -> dict[str, dict[str, Decimal]]:
        return {
            str(row.pop("event_date")): {name: Decimal(total or 0) for name, total in row.items()}
            for row in self.athena.query(sql).records()
        }

    def _count(self, table: str, days: Sequence[str]) -> Mapping[str, int]:
        result = self.athena.query(rows_per_day(self.account.database, table, days))
        return {str(row["event_date"]): int(row["row_count"] or 0) for row in result.records()}


def skips_header(table: Mapping[str, Any] | None) -> bool:
    """Whether a raw table leaves out one header line a file (the crawler says if it saw one)."""
    return str((table or {}).get("Parameters", {}).get("skip.header.line.count", "0")) != "0"


def compare(
    counts: DayCounts | None, raw: int, clean: int, rejected: int, header_skipped: bool
) -> tuple[Comparison, ...]:
    """The comparisons of one day.

    The raw table counts every line but the first of each file if it skips headers, so header
    lines that it does not skip are expected there.
    """
    if counts is None:
        return ()
    skipped = min(counts.raw_files, counts.header_lines) if header_skipped else 0
    return (
        Comparison("rows in the raw files", counts.raw + counts.header_lines - skipped, raw),
        Comparison("rows in the clean table", counts.published, clean),
        Comparison("rows in the rejected table", counts.rejected, rejected),
        Comparison("raw rows without an outcome", 0, counts.unaccounted),
    )
