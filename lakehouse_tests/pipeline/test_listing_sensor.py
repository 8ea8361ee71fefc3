"""The sensor that lists: over a large bucket, after a crash, with files that change and go."""

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.remote_origin import InProcessCodeLocationOrigin
from dagster._core.test_utils import create_test_daemon_workspace_context, freeze_time
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.workspace.load_target import InProcessWorkspaceLoadTarget
from dagster._daemon.sensor import execute_sensor_iteration
from dagster_aws.s3 import S3Resource

from lakehouse.aws.account import Account
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.pipeline.build import build_definitions
from lakehouse.pipeline.sensors import MAX_REQUESTS, WINDOW_DAYS
from lakehouse.resources import resources_for
from lakehouse.source import LogSource
from lakehouse_tests.faulty_aws import FaultyAws, faulty_aws
from lakehouse_tests.local_aws.servers import running
from lakehouse_tests.pipeline.listing_definitions import ACCOUNT, SENSOR
from lakehouse_tests.sources import built_in

Client = Callable[..., Any]

FIRST = date(2023, 1, 1)
DAYS = 1000
FILES = 3  # a day
LARGE = Account(prefix="large", database="large")


class Sensor:
    """The listing sensor of web_logs, ticked by hand."""

    def __init__(
        self, source: LogSource, account: Account, instance: dg.DagsterInstance, s3: Any = None
    ) -> None:
        repository = build_definitions([source], account).get_repository_def()
        self.sensor = repository.get_sensor_def(f"{source.name}_raw_files")
        self.instance = instance
        self.resources = resources_for(account) | ({"s3": s3} if s3 else {})

    def tick(self, cursor: str | None) -> tuple[list[str], str]:
        """The days requested, and the cursor."""
        with dg.build_sensor_context(
            self.instance, cursor=cursor, resources=self.resources
        ) as context:
            found = self.sensor(context)
        assert isinstance(found, dg.SensorResult)
        return [str(r.partition_key) for r in found.run_requests or []], str(found.cursor)


def fill(data_dir: Path, bucket: str, days: int, files: int) -> None:
    """A data directory with `files` small raw files on each of `days` days."""
    store = ObjectStore(data_dir)
    store.create_bucket(bucket)
    root = store.bucket_dir(bucket)
    for number in range(days):
        folder = root / f"logs/event_date={FIRST + timedelta(days=number)}"
        folder.mkdir(parents=True)
        for at in range(files):
            (folder / f"{at:05}.csv").write_bytes(b"timestamp\n")
    store.adopt(bucket)
    store.close()


@contextmanager
def over_a_large_bucket(
    data_dir: Path, days: int, files: int
) -> Iterator[tuple[Sensor, FaultyAws, Any]]:
    """A sensor of a bucket with days x files keys, the proxy that counts its calls, and S3."""
    fill(data_dir, LARGE.raw_bucket, days, files)
    source = built_in("web_logs").model_copy(update={"start_date": FIRST})
    with running(data_dir) as server, faulty_aws(f"http://127.0.0.1:{server.port}") as proxy:
        s3 = S3Resource(
            endpoint_url=proxy.endpoint_url,
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        with dg.instance_for_test() as instance:
            yield Sensor(source, LARGE, instance, s3), proxy, server.client("s3")


def lists(proxy: FaultyAws) -> int:
    """LIST calls since the last time this was asked."""
    with proxy.lock:
        (count,) = {sum(proxy.calls.values())}
        assert all(f"GET /{LARGE.raw_bucket}?list-type=2" in call for call in proxy.calls)
        proxy.calls.clear()
    return count


@pytest.mark.soak
def test_a_tick_over_a_thousand_days_lists_only_the_window(tmp_path: Path) -> None:
    with over_a_large_bucket(tmp_path / "aws", DAYS, FILES) as (sensor, proxy, s3):
        newest = [str(FIRST + timedelta(days=n)) for n in range(DAYS - WINDOW_DAYS, DAYS)]
        of_a_tick = 2  # the day folders; the window and its late day, which share a page
        first, cursor = sensor.tick(None)
        assert (first, lists(proxy)) == (newest[:MAX_REQUESTS], of_a_tick)
        second, cursor = sensor.tick(cursor)
        assert (second, lists(proxy)) == (newest[MAX_REQUESTS:], of_a_tick)
        assert sensor.tick(cursor) == ([], cursor)
        assert lists(proxy) == of_a_tick
        assert list(json.loads(cursor)["days"]) == newest
        assert len(cursor) < 100 * WINDOW_DAYS

        late = FIRST + timedelta(days=DAYS - 5)
        s3.put_object(Bucket=LARGE.raw_bucket, Key=f"logs/event_date={late}/late.csv", Body=b"")
        old = f"logs/event_date={FIRST}/late.csv"  # found by maintenance/stale_partitions
        s3.put_object(Bucket=LARGE.raw_bucket, Key=old, Body=b"")
        found, _ = sensor.tick(cursor)
        assert (found, lists(proxy)) == ([str(late - timedelta(days=1)), str(late)], of_a_tick)


class Bucket:
    """A raw bucket and what is done to it."""

    def __init__(self, client: Client, account: Account) -> None:
        self.s3, self.name = client("s3"), account.raw_bucket
        self.s3.create_bucket(Bucket=self.name)

    def put(self, day: date | str, body: bytes, name: str = "a.csv") -> None:
        self.s3.put_object(Bucket=self.name, Key=f"logs/event_date={day}/{name}", Body=body)

    def delete(self, day: str, name: str = "a.csv") -> None:
        self.s3.delete_object(Bucket=self.name, Key=f"logs/event_date={day}/{name}")


@pytest.mark.slow
def test_replaced_and_deleted_files_run_exactly_the_days_they_belong_to(client: Client) -> None:
    account = Account(prefix="listed", database="listed")
    bucket = Bucket(client, account)
    with dg.instance_for_test() as instance:
        sensor = Sensor(built_in("web_logs"), account, instance)
        for number in (3, 5, 7, 9):
            bucket.put(f"2026-01-{number:02}", b"old")
        days, cursor = sensor.tick(None)
        assert days == ["2026-01-03", "2026-01-05", "2026-01-07", "2026-01-09"]

        bucket.put("2026-01-05", b"new")  # of the same size
        days, cursor = sensor.tick(cursor)
        assert days == ["2026-01-05"]  # the 4th has no folder: it was never built

        bucket.put("2026-01-07", b"b", "b.csv")
        assert sensor.tick(cursor)[0] == ["2026-01-07"]
        bucket.delete("2026-01-07", "b.csv")  # before the tick's cursor was kept
        assert sensor.tick(cursor) == ([], cursor)

        bucket.put("2026-01-08", b"x")
        days, cursor = sensor.tick(cursor)
        assert days == ["2026-01-07", "2026-01-08"]  # late rows of the 7th may stand there


@pytest.mark.slow
def test_files_of_days_that_have_not_closed_wait_and_take_no_place_in_the_window(
    client: Client,
) -> None:
    account = Account(prefix="ahead", database="ahead")
    bucket = Bucket(client, account)
    today = datetime.now(UTC).date()
    closed = min(today - timedelta(days=2), date(2026, 1, 20))
    for day in (closed, *(today + timedelta(days=n) for n in range(1, WINDOW_DAYS + 3))):
        bucket.put(day, b"x")
    with dg.instance_for_test() as instance:
        sensor = Sensor(built_in("web_logs"), account, instance)
        days, cursor = sensor.tick(None)
        assert days == [str(closed)]
        assert sensor.tick(cursor) == ([], cursor)


def daemon(instance: dg.DagsterInstance, at: datetime, crash: str = "") -> None:
    """One iteration of Dagster's sensor daemon, which dies at a point of the sensor's tick."""
    origin = InProcessCodeLocationOrigin(
        LoadableTargetOrigin(module_name="lakehouse_tests.pipeline.listing_definitions")
    )
    flags: Any = {SENSOR: {crash: RuntimeError("crash")}} if crash else None
    with (
        create_test_daemon_workspace_context(
            InProcessWorkspaceLoadTarget(origin), instance
        ) as workspace,
        freeze_time(at),
    ):
        if not instance.all_instigator_state():
            (sensor,) = [
                sensor
                for location in workspace.create_request_context().code_locations
                for repository in location.get_repositories().values()
                for sensor in repository.get_sensors()
                if sensor.name == SENSOR
            ]
            instance.start_sensor(sensor)
        logger = logging.Logger("daemon")
        list(execute_sensor_iteration(workspace, logger, None, None, debug_crash_flags=flags))


def runs_of(instance: dg.DagsterInstance) -> list[str]:
    """The day of each run that was launched."""
    return sorted(
        run.tags["dagster/partition"]
        for run in instance.get_runs()
        if run.status != dg.DagsterRunStatus.NOT_STARTED
    )


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore:Property `ScheduleDefinition.environment_vars`")  # Dagster's
@pytest.mark.parametrize("crash", ["RUN_IDS_RESERVED", "RUN_CREATED", "RUN_LAUNCHED"])
def test_a_crash_between_tick_and_run_loses_no_day_and_runs_none_twice(
    client: Client, crash: str
) -> None:
    bucket = client("s3")
    bucket.create_bucket(Bucket=ACCOUNT.raw_bucket)
    days = ["2026-01-03", "2026-01-05"]
    for day in days:
        key = f"logs/event_date={day}/a.csv"
        bucket.put_object(Bucket=ACCOUNT.raw_bucket, Key=key, Body=crash.encode())
    launcher = {"module": "dagster._core.test_utils", "class": "MockedRunLauncher"}
    with dg.instance_for_test({"run_launcher": launcher}) as instance:
        now = datetime.now(UTC)
        daemon(instance, now, crash)
        assert runs_of(instance) != days
        for minutes in (2, 4, 6):
            daemon(instance, now + timedelta(minutes=minutes))
        assert runs_of(instance) == days
