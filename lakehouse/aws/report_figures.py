"""The figures of a report: metrics tables by Athena, rows by outcome from the runs' records.

Two queries a source, over the metrics table alone; bytes of raw files come from a listing of the
days, bytes scanned from what publishing kept with each partition. No raw or clean row is read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from lakehouse.aws.account import Account
from lakehouse.aws.catalog import Catalog, Pointer
from lakehouse.aws.errors import NotFound
from lakehouse.aws.inventory import take_inventory
from lakehouse.aws.metrics_reader import MetricsReader
from lakehouse.aws.reconciliation import Reconciler
from lakehouse.aws.run_records import DayCounts
from lakehouse.aws.s3 import S3
from lakehouse.report.figures import (
    OUTCOMES,
    DayBytes,
    DayMetrics,
    DayQuality,
    GroupDay,
    Report,
    SourceFigures,
)
from lakehouse.source import LogSource
from lakehouse.sql import ratio_measures, size_measure

GROUPS_SHOWN = 12


def days_between(first: date, last: date) -> list[date]:
    """first..last, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def quality_of(counts: Mapping[str, DayCounts]) -> dict[str, DayQuality]:
    """Rows by outcome as a report shows them."""
    return {
        day: DayQuality({name: getattr(found, name) for name in OUTCOMES}, dict(found.reasons))
        for day, found in sorted(counts.items())
    }


@dataclass(frozen=True)
class ReportFigures:
    """Gathers what a report says."""

    account: Account
    s3: S3
    catalog: Catalog
    reader: MetricsReader
    reconciler: Reconciler

    def report(self, sources: Iterable[LogSource], first: date, last: date) -> Report:
        """The days first..last of every source; the days before a source starts are left out."""
        found = [
            self._source(source, days_between(max(first, source.start_date), last))
            for source in sources
        ]
        return Report(first.isoformat(), last.isoformat(), tuple(found))

    def _source(self, source: LogSource, days: Sequence[date]) -> SourceFigures:
        keys = [day.isoformat() for day in days]
        raw = {
            day.isoformat(): files.bytes
            for day, files in take_inventory(self.s3, self.account, source, days).items()
            if files.files
        }
        clean = self._pointers(source.clean_table, keys)
        pointers = self._pointers(source.metrics_table, keys)
        metrics, groups = self._metrics(source, sorted(pointers))
        return SourceFigures(
            name=source.name,
            description=source.description.strip(),
            metrics_table=f"{self.account.database}.{source.metrics_table}",
            raw_format=source.raw.format,
            group_by=source.metrics.group_by,
            size=size_measure(source),
            metrics=metrics,
            ratios=ratio_measures(source),
            groups=groups,
            quality=quality_of(self.reconciler.counts(source, sorted(clean)) if clean else {}),
            bytes={d: DayBytes(raw.get(d, 0), pointers[d].scanned) for d in sorted(pointers)},
            unpublished=tuple(day for day in raw if day not in clean),
        )

    def _pointers(self, table: str, days: Sequence[str]) -> dict[str, Pointer]:
        try:
            return self.catalog.pointers_of(self.account.database, table, days)
        except NotFound:
            return {}

    def _metrics(
        self, source: LogSource, days: Sequence[str]
    ) -> tuple[Mapping[str, DayMetrics], tuple[GroupDay, ...]]:
        if not days:
            return {}, ()
        largest = self.reader.largest_groups(source, days, GROUPS_SHOWN)
        return self.reader.per_day(source, days), largest
