"""New raw files become runs, told by S3 through a queue: for buckets too large to be listed.

A message stays in the queue until a tick finds that an earlier one, whose cursor was kept, asked
for the version that it tells of, or put its day among those that wait: what a crashed tick had
received is received again, and no message is received so often that SQS gives it up. Duplicates
and messages out of order change nothing, because versions come from S3 itself. A message that
cannot be read is left for SQS to move to the dead-letter queue.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date

import dagster as dg
from dagster_aws.s3 import S3Resource

from lakehouse.aws.account import Account
from lakehouse.aws.inventory import days_to_read, take_inventory
from lakehouse.aws.raw_events import RawEvent, RawEvents
from lakehouse.aws.s3 import S3
from lakehouse.pipeline.sensors import (
    TICK_SECONDS,
    Seen,
    Tick,
    Unresolved,
    closed_days,
    decide,
    sensor_result,
)
from lakehouse.resources import QueueResource
from lakehouse.source import LogSource

MAX_MESSAGES = 1000  # of one tick
MAX_WAITING = 200  # days that wait for their turn; while there are more, no message is received
REMEMBERED_DAYS = 400  # in the cursor: those requested last


def raw_events_sensor(source: LogSource, account: Account, job: Unresolved) -> dg.SensorDefinition:
    """Reads the source's queue and requests a run for each day whose files changed."""

    @dg.sensor(
        name=f"{source.name}_raw_files",
        job=job,
        minimum_interval_seconds=TICK_SECONDS,
        description=f"Runs a day of {source.name} when S3 tells of files added, replaced or "
        f"removed under {source.raw.path}, through the queue {account.raw_queue(source.name)}.",
    )
    def raw_files(
        context: dg.SensorEvaluationContext, s3: S3Resource, queues: QueueResource
    ) -> dg.SensorResult:
        queue, seen = RawEvents(account, queues.get_client()), Seen.read(context.cursor)
        closed = closed_days(source)
        events = queue.receive(source, messages_wanted(seen, closed))
        for event in events:
            if event.days is None:
                context.log.warning(f"message {event.message_id} is not from S3; it is left alone")
        told = days_to_look_at(source, events, seen)
        days = [day for day in told if closed(day)]
        files = take_inventory(S3(s3.get_client()), account, source, days_to_read(source, days))
        tick = decide(source, days, files, seen)
        waiting = days_that_wait(tick, (day for day in told if not closed(day)))
        for words in queue.delete(source, settled(source, events, tick, seen, waiting)):
            context.log.warning(f"{words}; it will be received again")
        return sensor_result(source, tick, next_cursor(tick, waiting))

    return raw_files


def days_to_look_at(source: LogSource, events: Iterable[RawEvent], seen: Seen) -> list[date]:
    """The days whose rows may stand in the files told of, and those that waited."""
    told = {day for event in events for file_day in event.days or () for day in
            source.event_days(file_day)}  # fmt: skip
    waited = {date.fromisoformat(day) for day in seen.waiting}
    return sorted(day for day in told | waited if day >= source.start_date)


def messages_wanted(seen: Seen, closed: Callable[[date], bool]) -> int:
    """How many messages a tick receives: none while many days wait for their turn."""
    backlog = sum(closed(date.fromisoformat(day)) for day in seen.waiting)
    return MAX_MESSAGES if backlog < MAX_WAITING else 0


def days_that_wait(tick: Tick, open_days: Iterable[date]) -> tuple[str, ...]:
    """The changed days over the limit of this tick, and those that have not closed yet."""
    return tuple(sorted({*tick.changed - set(tick.requested), *map(str, open_days)}))


def settled(
    source: LogSource, events: Iterable[RawEvent], tick: Tick, seen: Seen, waiting: Iterable[str]
) -> list[RawEvent]:
    """The messages for which the cursor that was kept has all that they tell."""
    unkept = {*tick.requested, *waiting} - set(seen.waiting)
    return [
        event
        for event in events
        if event.days is not None
        and not any(
            day.isoformat() in unkept
            for file_day in event.days
            for day in source.event_days(file_day)
        )
    ]


def next_cursor(tick: Tick, waiting: Sequence[str]) -> Seen:
    """The days requested last, and those that wait: for their turn, or to close."""
    last = dict(list(tick.seen.days.items())[-REMEMBERED_DAYS:])
    return replace(tick.seen, days=last, waiting=tuple(waiting))
