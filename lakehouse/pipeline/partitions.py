"""Days as Dagster's partitions: the definition of a source's days, and a run's days.

A run covers one day or, as a backfill, a whole range; assets and checks read their days here.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import dagster as dg

from lakehouse.source import LogSource


def daily_partitions(source: LogSource) -> dg.DailyPartitionsDefinition:
    """One partition per UTC day since the source's start date."""
    return dg.DailyPartitionsDefinition(start_date=source.start_date.isoformat())


def last_closed_day(source: LogSource) -> date:
    """The newest day that has a partition; before the source's first day has closed, the eve."""
    key = daily_partitions(source).get_last_partition_key()
    return date.fromisoformat(key) if key else source.start_date - timedelta(days=1)


def days_of(keys: Sequence[str]) -> list[date]:
    """Partition keys as dates, in order."""
    return sorted(date.fromisoformat(key) for key in keys)


def span_of(days: Sequence[date]) -> str:
    """The first and the last of some days, in words."""
    return f"{days[0]}" if len(days) == 1 else f"{days[0]} to {days[-1]}"
