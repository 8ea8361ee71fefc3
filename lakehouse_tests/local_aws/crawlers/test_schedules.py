"""Schedules: their states through boto3, and what is started at which time, without waiting."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lakehouse_tests.local_aws.crawlers.lake import CSV, Lake
from lakehouse_tests.local_aws.crawlers.shop import Shop

NIGHTLY = "cron(0 1 * * ? *)"


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def schedule(lake: Lake, crawler: str) -> Any:
    return lake.glue.get_crawler(Name=crawler)["Crawler"].get("Schedule")


def test_a_schedule_is_set_paused_resumed_and_removed(lake: Lake) -> None:
    crawler = lake.crawler(Schedule=NIGHTLY)
    assert schedule(lake, crawler) == {"ScheduleExpression": NIGHTLY, "State": "SCHEDULED"}
    lake.glue.stop_crawler_schedule(CrawlerName=crawler)
    assert schedule(lake, crawler) == {"ScheduleExpression": NIGHTLY, "State": "NOT_SCHEDULED"}
    lake.glue.start_crawler_schedule(CrawlerName=crawler)
    assert schedule(lake, crawler)["State"] == "SCHEDULED"
    weekly = "cron(0 1 ? * SUN *)"
    lake.glue.update_crawler_schedule(CrawlerName=crawler, Schedule=weekly)
    assert schedule(lake, crawler) == {"ScheduleExpression": weekly, "State": "SCHEDULED"}
    lake.glue.update_crawler(Name=crawler, Schedule="")
    assert schedule(lake, crawler) is None


@pytest.mark.parametrize(
    ("expression", "operation", "code"),
    [
        ("", "start_crawler_schedule", "NoScheduleException"),
        ("", "stop_crawler_schedule", "SchedulerNotRunningException"),
        (NIGHTLY, "start_crawler_schedule", "SchedulerRunningException"),
    ],
)
def test_schedules_refuse_what_they_are_already(
    lake: Lake, expression: str, operation: str, code: str
) -> None:
    crawler = lake.crawler(Schedule=expression)
    with pytest.raises(ClientError) as refused:
        getattr(lake.glue, operation)(CrawlerName=crawler)
    assert refused.value.response["Error"]["Code"] == code
    with pytest.raises(lake.glue.exceptions.EntityNotFoundException):
        getattr(lake.glue, operation)(CrawlerName="none")


def test_an_expression_that_cannot_be_read_is_refused(lake: Lake) -> None:
    crawler = lake.crawler(Schedule=NIGHTLY)
    with pytest.raises(lake.glue.exceptions.InvalidInputException, match="must be cron"):
        lake.glue.update_crawler_schedule(CrawlerName=crawler, Schedule="0 1 * * *")
    assert schedule(lake, crawler)["ScheduleExpression"] == NIGHTLY


def test_what_is_due_is_started(shop: Shop) -> None:
    shop.put(**{"t/a.csv": CSV})
    shop.create(Schedule="cron(0 1 * * ? *)")
    schedules = shop.service.schedules
    assert schedules.start_due(at("2026-01-01 00:50"), at("2026-01-01 00:59:59")) == []
    assert schedules.start_due(at("2026-01-01 00:50"), at("2026-01-01 01:00")) == ["c"]
    assert shop.wait()["Status"] == "SUCCEEDED"
    assert schedules.start_due(at("2026-01-01 01:00"), at("2026-01-01 23:00")) == []
    shop.call["StopCrawlerSchedule"]({"CrawlerName": "c"})
    assert schedules.start_due(at("2026-01-01 01:00"), at("2026-01-03 01:00")) == []
    assert len(shop.call["ListCrawls"]({"CrawlerName": "c"})["Crawls"]) == 1


def test_a_crawler_that_still_runs_misses_its_time(shop: Shop) -> None:
    shop.put(**{"t/a.csv": CSV})
    shop.create(Schedule=NIGHTLY)
    shop.objects.gate.clear()
    shop.start()
    assert shop.service.schedules.start_due(at("2026-01-01 00:50"), at("2026-01-01 01:00")) == []
    shop.objects.gate.set()
    assert shop.wait()["Status"] == "SUCCEEDED"


def test_the_thread_starts_crawlers_by_its_clock_also_after_a_restart(tmp_path: Path) -> None:
    first = Shop(tmp_path, clock=lambda: at("2026-01-01 00:50"))
    first.put(**{"t/a.csv": CSV})
    first.create(Schedule=NIGHTLY)
    first.close()
    times = iter([at("2026-01-01 00:59:59")])
    second = Shop(tmp_path, clock=lambda: next(times, at("2026-01-01 01:00")))
    deadline = time.monotonic() + 30
    while not second.call["ListCrawls"]({"CrawlerName": "c"})["Crawls"]:
        assert time.monotonic() < deadline, "the schedule started nothing"
        time.sleep(0.01)
    assert second.wait()["Status"] == "SUCCEEDED"
    second.close()
