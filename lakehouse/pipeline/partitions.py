"""Days as Dagster's partitions: the definition of a source's days, and a run's days.

A run covers one day or, as a backfill, a whole range; assets and checks read their days here.
"""

from collections.abc import Sequence
from datetime import date

import dagster as dg

from lakehouse.source import LogSource


def daily_partitions(source: LogSource) -> dg.DailyPartitionsDefinition:
    """One partition per UTC day since the source's start date."""
    return dg.DailyPartitionsDefinition(start_date=source.start_date.isoformat())


def days_of(keys: Sequence[str]) -> list[date]:
    """Partition keys as dates, in order."""
    return sorted(date.fromisoformat(key) for key in keys)
