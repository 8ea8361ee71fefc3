"""What people look at in a materialization besides counts: sample rows, totals, the daily chart.

A few queries for a whole run, never one a day, after its days are published. If one fails (a work
group's limit on bytes, say) the run goes on without them and says so in its log.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import dagster as dg

from lakehouse.aws.clean_table import CleanRun
from lakehouse.aws.daily_metrics import MetricsRun
from lakehouse.aws.publish import run_location, written_files
from lakehouse.aws.samples import Rejected
from lakehouse.errors import LakehouseError
from lakehouse.pipeline import metadata
from lakehouse.pipeline.services import Services
from lakehouse.report.figures import DayMetrics
from lakehouse.source import LogSource
from lakehouse.source_fields import PARTITION_KEY

SAMPLE_ROWS = 5
TREND_DAYS = 30

Warn = Callable[[str], None]
ByDay = dict[str, dict[str, Any]]


@contextmanager
def unless_it_fails(what: str, warn: Warn) -> Iterator[None]:
    """Go on without `what` where the platform fails to read it; `warn` is told why."""
    try:
        yield
    except LakehouseError as error:
        warn(f"no {what} in the metadata: {error}")


def clean_days(services: Services, source: LogSource, run: CleanRun, warn: Warn) -> ByDay:
    """Metadata of each published day of a run of the job: counts, files, rows to look at."""
    published = run.outcome.published
    written = run_location(services.account, source.clean_table, run.outcome.run_id)
    sizes = written_files(services.s3, written)
    examples: Mapping[str, Mapping[str, Rejected]] = {}
    if with_rejected := [day for day in published if run.days[day].rejected]:
        with unless_it_fails("examples of rejected rows", warn):
            examples = services.samples.rejected(source, with_rejected)
    found = {
        day: metadata.clean_metadata(
            run.days[day], place, sizes.get(day, (0, 0)), examples.get(day, {})
        )
        for day, place in published.items()
    }
    if newest := max(published, default=None):
        with unless_it_fails("sample rows", warn):
            rows = services.samples.clean_rows(source, newest, SAMPLE_ROWS)
            found[newest] |= metadata.sample_metadata(source.column_types, rows)
    return found


def metrics_days(services: Services, source: LogSource, run: MetricsRun, warn: Warn) -> ByDay:
    """Metadata of each day of a metrics run: totals, the largest groups, the chart up to it."""
    found: ByDay = {
        day: {"location": dg.MetadataValue.path(place)} for day, place in run.locations.items()
    }
    if not found:
        return found
    prefixes = {place.rpartition(f"{PARTITION_KEY}=")[0] for place in run.locations.values()}
    sizes = {day: s for p in prefixes for day, s in written_files(services.s3, p).items()}
    with unless_it_fails("totals and largest groups", warn):
        days = services.metrics_reader.per_day(source, trend_days(found))
        groups = services.metrics_reader.first_groups(source, found, SAMPLE_ROWS)
        for day in found:
            totals = days.get(day, DayMetrics(0, {}, {}))
            size = sizes.get(day, (0, 0))
            found[day] |= metadata.metrics_metadata(source, totals, groups.get(day, []), size)
            found[day] |= metadata.trend_metadata(source.name, up_to(days, day))
    return found


def trend_days(days: Iterable[str]) -> list[str]:
    """The days that the charts of `days` show: each day and those before it, `TREND_DAYS` in all.

    Metrics tables are small: a month of one is some kilobytes.
    """
    shown = {
        date.fromisoformat(day) - timedelta(days=back) for day in days for back in range(TREND_DAYS)
    }
    return sorted(day.isoformat() for day in shown)


def up_to(days: Mapping[str, DayMetrics], last: str) -> dict[str, DayMetrics]:
    """Those of `days` that the chart of `last` shows."""
    shown = trend_days([last])
    return {day: days[day] for day in shown if day in days}
