"""Days whose clean partition was not built of the raw files that stand there now.

Sensors watch the newest days; what changes in older ones is found here. This looks at every day of
a source (one LIST a day), so it is for a weekly schedule or a question by hand, never for a tick.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from lakehouse.aws.account import Account
from lakehouse.aws.catalog import Catalog, Pointer
from lakehouse.aws.errors import NotFound
from lakehouse.aws.inventory import (
    DayFiles,
    day_version,
    days_to_read,
    newest_days,
    take_inventory,
)
from lakehouse.aws.s3 import S3
from lakehouse.source import LogSource

Why = Literal["never built", "raw files changed", "raw files removed"]


@dataclass(frozen=True)
class StaleDay:
    """A day to build again, and why."""

    source: str
    day: date
    why: Why


def stale_days(
    s3: S3, catalog: Catalog, account: Account, source: LogSource, last: date
) -> list[StaleDay]:
    """The stale days of a source up to `last`, in order."""
    try:
        pointers = catalog.pointers(account.database, source.clean_table)
    except NotFound:
        pointers = {}
    built = {date.fromisoformat(day) for day in pointers}
    landed = newest_days(s3, account, source, None, last)
    days = sorted({*landed, *(day for day in built if day <= last)})
    files = take_inventory(s3, account, source, days_to_read(source, days))
    found = {day: _why(source, day, files, pointers.get(day.isoformat())) for day in days}
    return [StaleDay(source.name, day, why) for day, why in found.items() if why]


def _why(
    source: LogSource, day: date, files: Mapping[date, DayFiles], pointer: Pointer | None
) -> Why | None:
    if pointer is None:
        return "never built"
    if pointer.raw_version == day_version(source, day, files):
        return None
    left = any(files[file_day].files for file_day in source.file_days(day))
    return "raw files changed" if left else "raw files removed"
