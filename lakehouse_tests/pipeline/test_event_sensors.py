"""A sensor that S3 tells of raw files through a queue of the local AWS."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import dagster as dg
import pytest

from lakehouse.aws.account import Account
from lakehouse.aws.raw_events import RawEvents
from lakehouse.pipeline.build import build_definitions
from lakehouse.pipeline.event_sensors import REMEMBERED_DAYS, messages_wanted, next_cursor
from lakehouse.pipeline.sensors import MAX_REQUESTS, Seen, Tick
from lakehouse.resources import resources_for
from lakehouse_tests.sources import built_in

pytestmark = pytest.mark.soak  # waits for messages to be seen again

WEB = built_in("web_logs")  # late_days: 1
ACCOUNT = Account(prefix="events", database="events", raw_events=True)
HIDDEN = 1  # seconds for which a received message is hidden
RECEIVES = 4  # before a message is given up
Client = Callable[..., Any]


class Queue:
    """The raw bucket, the source's queue with its dead-letter queue, and the sensor."""

    def __init__(self, client: Client, instance: dg.DagsterInstance) -> None:
        self.s3, self.sqs, self.instance = client("s3"), client("sqs"), instance
        self.s3.create_bucket(Bucket=ACCOUNT.raw_bucket)
        self.dead, dead_arn = self._create(ACCOUNT.dead_letter_queue)
        redrive = {"deadLetterTargetArn": dead_arn, "maxReceiveCount": str(RECEIVES)}
        attributes = {"VisibilityTimeout": str(HIDDEN), "RedrivePolicy": json.dumps(redrive)}
        self.url, arn = self._create(ACCOUNT.raw_queue("web_logs"), attributes)
        events = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]
        self.s3.put_bucket_notification_configuration(
            Bucket=ACCOUNT.raw_bucket,
            NotificationConfiguration={
                "QueueConfigurations": [{"QueueArn": arn, "Events": events}]
            },
        )
        repository = build_definitions([WEB], ACCOUNT).get_repository_def()
        self.sensor = repository.get_sensor_def("web_logs_raw_files")

    def _create(self, name: str, attributes: dict[str, str] | None = None) -> tuple[str, str]:
        url = self.sqs.create_queue(QueueName=name, Attributes=attributes or {})["QueueUrl"]
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return str(url), str(found["Attributes"]["QueueArn"])

    def put(self, day: date | str, name: str, body: bytes = b"x") -> None:
        key = f"logs/event_date={day}/{name}"
        self.s3.put_object(Bucket=ACCOUNT.raw_bucket, Key=key, Body=body)

    def tick(self, cursor: str | None) -> tuple[list[tuple[str, str]], str]:
        """Run keys with their days, and the cursor."""
        time.sleep(HIDDEN + 0.2)  # what an earlier tick received is seen again
        with dg.build_sensor_context(
            self.instance, cursor=cursor, resources=resources_for(ACCOUNT)
        ) as context:
            found = self.sensor(context)
        assert isinstance(found, dg.SensorResult)
        requests = [(str(r.run_key), str(r.partition_key)) for r in found.run_requests or []]
        return requests, str(found.cursor)

    def depth(self, url: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)
        return sum(int(found["Attributes"][name]) for name in names)


@pytest.fixture(scope="module")
def queue(client: Client) -> Iterator[Queue]:
    with dg.instance_for_test() as instance:
        yield Queue(client, instance)


def test_a_file_runs_its_days_once_and_its_message_goes_when_the_cursor_is_kept(
    queue: Queue,
) -> None:
    queue.put("2026-01-03", "a b+c.csv")  # a key that S3 encodes
    first, cursor = queue.tick(None)
    assert [day for _, day in first] == ["2026-01-02", "2026-01-03"]
    assert queue.depth(queue.url) == 1  # S3's own test message is gone

    again, _ = queue.tick(None)  # the first tick crashed before its cursor was kept
    assert again == first

    assert queue.tick(cursor) == ([], cursor)
    assert queue.depth(queue.url) == 0


def test_duplicates_and_other_keys_ask_for_nothing(queue: Queue) -> None:
    queue.put("2026-01-05", "a.csv")
    _, cursor = queue.tick(None)
    queue.put("2026-01-05", "a.csv")
    queue.put("2026-01-05", "_SUCCESS")
    queue.put("2026-02-31", "a.csv")
    queue.s3.put_object(Bucket=ACCOUNT.raw_bucket, Key="elsewhere/a.csv", Body=b"")
    assert queue.tick(cursor) == ([], cursor)
    assert queue.depth(queue.url) == 0


def test_a_replaced_and_a_removed_file_run_their_days(queue: Queue) -> None:
    queue.put("2026-01-07", "a.csv", b"1")
    _, cursor = queue.tick(None)
    queue.put("2026-01-07", "a.csv", b"2")
    replaced, cursor = queue.tick(cursor)
    assert [day for _, day in replaced] == ["2026-01-06", "2026-01-07"]
    queue.s3.delete_object(Bucket=ACCOUNT.raw_bucket, Key="logs/event_date=2026-01-07/a.csv")
    removed, cursor = queue.tick(cursor)
    assert [day for _, day in removed] == ["2026-01-06", "2026-01-07"]
    assert queue.tick(cursor) == ([], cursor)
    assert queue.depth(queue.url) == 0


def test_a_file_of_a_day_that_has_not_closed_waits_in_the_cursor(queue: Queue) -> None:
    ahead = date(2999, 1, 2)
    queue.put(ahead, "a.csv")
    requests, cursor = queue.tick(None)
    waiting = [str(ahead - timedelta(days=1)), str(ahead)]
    assert (requests, json.loads(cursor)["waiting"]) == ([], waiting)
    assert queue.tick(cursor) == ([], cursor)
    assert queue.depth(queue.url) == 0


def test_a_message_that_cannot_be_read_ends_in_the_dead_letter_queue(queue: Queue) -> None:
    queue.sqs.send_message(QueueUrl=queue.url, MessageBody="not from S3")
    queue.put("2026-01-09", "a.csv")
    found, cursor = queue.tick(None)
    assert [day for _, day in found] == ["2026-01-08", "2026-01-09"]
    for _ in range(RECEIVES):
        _, cursor = queue.tick(cursor)
    assert (queue.depth(queue.url), queue.depth(queue.dead)) == (0, 1)


def test_days_over_the_limit_of_a_tick_wait_in_the_cursor_not_in_the_queue(queue: Queue) -> None:
    dead = queue.depth(queue.dead)
    files = [date(2026, 2, 1) + timedelta(days=2 * number) for number in range(30)]
    for day in files:
        queue.put(day, "a.csv")
    asked, cursor = [], None
    ticks = 2 * len(files) // MAX_REQUESTS
    assert ticks > RECEIVES  # as often as that no message may be received
    for _ in range(ticks):
        found, cursor = queue.tick(cursor)
        assert len(found) == MAX_REQUESTS
        asked += [day for _, day in found]
    assert asked == [str(day - timedelta(days=n)) for day in files for n in (1, 0)]
    assert queue.tick(cursor) == ([], cursor)
    assert (queue.depth(queue.url), queue.depth(queue.dead)) == (0, dead)


def test_messages_in_any_order_and_again_ask_for_what_stands_there_once(queue: Queue) -> None:
    queue.put("2026-05-05", "a.csv", b"1")
    queue.put("2026-05-05", "a.csv", b"2")
    answer = queue.sqs.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10)
    for message in [*reversed(answer["Messages"]), *answer["Messages"]]:
        queue.sqs.send_message(QueueUrl=queue.url, MessageBody=message["Body"])
    found, cursor = queue.tick(None)
    assert [day for _, day in found] == ["2026-05-04", "2026-05-05"]
    assert queue.tick(cursor) == ([], cursor)
    assert queue.depth(queue.url) == 0


def test_a_message_that_sqs_does_not_delete_is_named_and_the_others_go(queue: Queue) -> None:
    queue.put("2026-05-09", "a.csv")
    events = RawEvents(ACCOUNT, queue.sqs)
    (event,) = events.receive(WEB, 1)
    (words,) = events.delete(WEB, [replace(event, message_id="m", receipt="expired"), event])
    assert words.startswith(f"message m of {ACCOUNT.raw_queue('web_logs')} was not deleted: ")
    assert "ReceiptHandleIsInvalid" in words
    assert queue.depth(queue.url) == 0


@pytest.mark.parametrize(("backlog", "wanted"), [(0, 1000), (199, 1000), (200, 0)])
def test_nothing_is_received_while_many_days_wait_for_their_turn(backlog: int, wanted: int) -> None:
    first = date(2026, 1, 1)
    days = [str(first + timedelta(days=number)) for number in range(300)]
    seen = Seen(waiting=tuple(days))
    assert messages_wanted(seen, lambda day: (day - first).days < backlog) == wanted


def test_the_cursor_remembers_the_days_requested_last() -> None:
    days = {f"day {n}": "v" for n in range(REMEMBERED_DAYS + 1)}
    kept = next_cursor(Tick({}, frozenset(), Seen(7, days)), ["day 9"])
    assert (len(kept.days), "day 0" in kept.days) == (REMEMBERED_DAYS, False)
    assert (kept.number, kept.waiting) == (7, ("day 9",))
