"""New raw files become runs: one sensor and one daily schedule per source.

The cursor holds a version for each recent day; a day whose version moved gets one run request,
whose run key contains the version: a changed file always triggers, an unchanged one never does,
and a tick that crashed before its cursor was kept asks for the same keys again.
A tick is bounded: the newest days only, and at most `MAX_REQUESTS` requests.
Sensors that read a queue instead of listing stand in `event_sensors`.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

import dagster as dg
from dagster_aws.s3 import S3Resource

from lakehouse.aws.account import Account
from lakehouse.aws.inventory import (
    DayFiles,
    day_version,
    days_to_read,
    newest_days,
    take_inventory,
)
from lakehouse.aws.s3 import S3
from lakehouse.pipeline.partitions import last_closed_day
from lakehouse.source import LogSource

# A job or schedule that is resolved when the definitions are; Dagster exports no name for either.
Unresolved = Any

WINDOW_DAYS = 14
MAX_REQUESTS = 10
TICK_SECONDS = 60


@dataclass(frozen=True)
class Seen:
    """A cursor: versions of the days that were requested, in the order of their requests.

    `number` counts the ticks that requested runs. It is part of the run keys, because Dagster never
    runs a key twice: a file replaced and then restored has a version that was run before.
    `waiting` are, for a sensor that reads a queue, days over the limit of a tick and days whose
    partition does not exist yet: the day has not closed.
    """

    number: int = 0
    days: Mapping[str, str] = field(default_factory=dict)
    waiting: tuple[str, ...] = ()

    @classmethod
    def read(cls, cursor: str | None) -> "Seen":
        """The cursor that the last tick left; empty before the first."""
        found = json.loads(cursor) if cursor else {}
        return cls(**{**found, "waiting": tuple(found.get("waiting", ()))})

    @property
    def oldest_of_window(self) -> date | None:
        """The oldest of the newest days, if a whole window of them was seen; else None."""
        return date.fromisoformat(min(self.days)) if len(self.days) >= WINDOW_DAYS else None

    def written(self) -> str:
        """The cursor as text."""
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Tick:
    """What a tick decided: days to run with their versions, all that changed, the next cursor."""

    requested: Mapping[str, str]
    changed: frozenset[str]
    seen: Seen


def decide(
    source: LogSource, days: Iterable[date], files: Mapping[date, DayFiles], seen: Seen
) -> Tick:
    """Compare the versions of `days` with those seen; pure. `files` covers their late days too.

    Days over `MAX_REQUESTS` wait for the next tick.
    """
    versions = {day.isoformat(): day_version(source, day, files) for day in days}
    changed = {d: version for d, version in versions.items() if seen.days.get(d) != version}
    now = dict(sorted(changed.items())[:MAX_REQUESTS])
    kept = {d: version for d, version in seen.days.items() if d not in now}
    after = Seen(seen.number + bool(now), {**kept, **now}, seen.waiting)
    return Tick(now, frozenset(changed), after)


def remember(seen: Seen, days: Iterable[date]) -> Seen:
    """A listing's cursor knows the days that were listed, no others."""
    listed = {day.isoformat() for day in days}
    return replace(seen, days={day: v for day, v in seen.days.items() if day in listed})


def raw_files_sensor(source: LogSource, account: Account, job: Unresolved) -> dg.SensorDefinition:
    """Watches the newest days' prefixes and requests a run for each changed day."""

    @dg.sensor(
        name=f"{source.name}_raw_files",
        job=job,
        minimum_interval_seconds=TICK_SECONDS,
        description=f"Runs a day of {source.name} when its raw files are added, replaced or "
        f"removed; looks at the newest {WINDOW_DAYS} days under {source.raw.path} that have "
        "closed.",
    )
    def raw_files(context: dg.SensorEvaluationContext, s3: S3Resource) -> dg.SensorResult:
        client = S3(s3.get_client())
        # Files that a wrong clock put into days to come take no place in the window.
        last = last_closed_day(source)
        seen = Seen.read(context.cursor)
        newest = newest_days(client, account, source, WINDOW_DAYS, last, seen.oldest_of_window)
        files = take_inventory(client, account, source, days_to_read(source, newest))
        tick = decide(source, newest, files, seen)
        return sensor_result(source, tick, remember(tick.seen, newest))

    return raw_files


def closed_days(source: LogSource) -> Callable[[date], bool]:
    """Whether a day has a partition: it does not before the source starts, nor before it closed."""
    last = last_closed_day(source)
    return lambda day: source.start_date <= day <= last


def sensor_result(source: LogSource, tick: Tick, seen: Seen) -> dg.SensorResult:
    """The tick's run requests, and the cursor to be kept with them."""
    return dg.SensorResult(
        run_requests=list(_requests(source, tick)),
        cursor=seen.written(),
        skip_reason=None if tick.requested else f"no raw file of {source.name} changed",
    )


def _requests(source: LogSource, tick: Tick) -> Iterator[dg.RunRequest]:
    for day, version in tick.requested.items():
        key = f"{source.name}:{day}:{version}:{tick.seen.number}"
        yield dg.RunRequest(run_key=key, partition_key=day)


def daily_schedule(job: Unresolved, source: LogSource) -> Unresolved:
    """Materializes the day that has just closed, at 01:00 UTC."""
    return dg.build_schedule_from_partitioned_job(
        job,
        name=f"{source.name}_daily",
        hour_of_day=1,
        description=f"Materializes the day of {source.name} that has just closed, at 01:00 UTC.",
    )
