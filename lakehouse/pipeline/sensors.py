"""New raw files become runs: one sensor and one daily schedule per source.

The cursor holds a version for each recent day; a day whose version moved gets one run request,
whose run key contains the version: a changed file always triggers, an unchanged one never does,
and a tick that crashed before its cursor was kept asks for the same keys again.
A tick is bounded: the newest days only, and at most `MAX_REQUESTS` requests.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import dagster as dg
from dagster_aws.s3 import S3Resource

from lakehouse.aws.account import Account
from lakehouse.aws.inventory import DayFiles, days_to_read, newest_days, take_inventory
from lakehouse.aws.s3 import S3
from lakehouse.source import LogSource

# A job or schedule that is resolved when the definitions are; Dagster exports no name for either.
Unresolved = Any

WINDOW_DAYS = 14
MAX_REQUESTS = 10
TICK_SECONDS = 60


@dataclass(frozen=True)
class Tick:
    """What a tick decided: the days to run with their versions, and the next cursor.

    `number` counts the ticks that requested runs. It is part of the run keys, because Dagster never
    runs a key twice: a file replaced and then restored has a version that was run before.
    """

    changed: Mapping[str, str]
    number: int
    cursor: str


def decide(
    source: LogSource, days: Iterable[date], files: Mapping[date, DayFiles], cursor: str | None
) -> Tick:
    """Compare the versions of `days` with the cursor's; pure. `files` covers their late days too.

    The version of a day covers the files of its late days too, so a change in the files of D
    moves the versions of D - late_days .. D. Days over `MAX_REQUESTS` wait for the next tick.
    """
    before: dict[str, Any] = json.loads(cursor) if cursor else {"number": 0, "days": {}}
    seen: dict[str, str] = before["days"]
    versions = {
        day.isoformat(): "-".join(files[file_day].version for file_day in source.file_days(day))
        for day in days
    }
    changed = {day: version for day, version in versions.items() if seen.get(day) != version}
    now = dict(sorted(changed.items())[:MAX_REQUESTS])
    kept = {day: version for day, version in seen.items() if day in versions}
    number: int = before["number"] + bool(now)
    after = {"number": number, "days": {**kept, **now}}
    return Tick(now, number, json.dumps(after, sort_keys=True))


def raw_files_sensor(source: LogSource, account: Account, job: Unresolved) -> dg.SensorDefinition:
    """Watches the newest days' prefixes and requests a run for each changed day."""

    @dg.sensor(
        name=f"{source.name}_raw_files",
        job=job,
        minimum_interval_seconds=TICK_SECONDS,
        description=f"Runs a day of {source.name} when its raw files are added, replaced or "
        f"removed; looks at the newest {WINDOW_DAYS} days under {source.raw.path}.",
    )
    def raw_files(context: dg.SensorEvaluationContext, s3: S3Resource) -> dg.SensorResult:
        client = S3(s3.get_client())
        newest = newest_days(client, account, source, WINDOW_DAYS)
        files = take_inventory(client, account, source, days_to_read(source, newest))
        tick = decide(source, newest, files, context.cursor)
        return dg.SensorResult(
            run_requests=list(_requests(source, tick)),
            cursor=tick.cursor,
            skip_reason=None if tick.changed else f"no raw file of {source.name} changed",
        )

    return raw_files


def _requests(source: LogSource, tick: Tick) -> Iterator[dg.RunRequest]:
    for day, version in tick.changed.items():
        key = f"{source.name}:{day}:{version}:{tick.number}"
        yield dg.RunRequest(run_key=key, partition_key=day)


def daily_schedule(job: Unresolved, source: LogSource) -> Unresolved:
    """Materializes the day that has just closed, at 01:00 UTC."""
    return dg.build_schedule_from_partitioned_job(
        job,
        name=f"{source.name}_daily",
        hour_of_day=1,
        description=f"Materializes the day of {source.name} that has just closed, at 01:00 UTC.",
    )
