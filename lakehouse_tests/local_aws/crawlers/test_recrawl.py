"""Recrawls: what is read again, new folders only, S3 events; size, stops and restarts."""

import json
import shutil
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from lakehouse.local_aws.errors import AwsError
from lakehouse_tests.local_aws.crawlers.lake import CSV, JSON, WIDER_CSV, Client, Lake
from lakehouse_tests.local_aws.crawlers.shop import BUCKET, ListQueue, Shop

OTHER_CSV = b"x,y\n1,2.5\n2,3.5\n"
NEW_FOLDERS: dict[str, Any] = {"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"}}
EVENTS: dict[str, Any] = {"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVENT_MODE"}}
QUEUE = "arn:aws:sqs:us-east-1:123456789012:events"
DEAD = "arn:aws:sqs:us-east-1:123456789012:dead"


def test_a_recrawl_reads_only_what_changed(shop: Shop) -> None:
    shop.put(**{f"t/d={day}/{n}.csv": CSV for day in range(3) for n in range(2)})
    shop.create()
    shop.crawl()
    assert len(shop.objects.opened) == 6
    shop.put(**{"t/d=3/0.csv": CSV, "t/d=1/1.csv": WIDER_CSV})
    shop.crawl()
    assert shop.objects.opened == ["t/d=1/0.csv", "t/d=1/1.csv", "t/d=3/0.csv"]
    assert (shop.tables(), len(shop.partitions())) == ({"t": ["id", "name", "score"]}, 4)
    shop.crawl()
    assert shop.objects.opened == []


def test_what_was_crawled_is_remembered_after_a_restart(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.put(**{"t/d=1/a.json": b'{"a": {"b": [{"c": 1}]}, "n": null}', "t/d=2/a.json": JSON})
    shop.create(Configuration=json.dumps({"Version": 1, "Grouping": {
        "TableGroupingPolicy": "CombineCompatibleSchemas"}}))  # fmt: skip
    shop.crawl()
    before = shop.catalog.table("d", "t")
    shop.close()
    shop = Shop(tmp_path)
    shop.catalog.delete_table("d", "t")
    shop.crawl()
    after = shop.catalog.table("d", "t")
    assert shop.objects.opened == []
    assert after["StorageDescriptor"] == before["StorageDescriptor"]
    shop.close()


def test_a_deleted_crawler_forgets(shop: Shop) -> None:
    shop.put(**{"t/a.csv": CSV})
    shop.create()
    shop.crawl()
    shop.call["DeleteCrawler"]({"Name": "c"})
    shop.create()
    shop.crawl()
    assert shop.objects.opened == ["t/a.csv"]


def test_new_folders_alone_are_read_and_written(shop: Shop) -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/incremental-crawls.html"""
    shop.put(**{"t/month=Jan/a.csv": CSV, "t/month=Feb/a.csv": CSV})
    shop.create(**NEW_FOLDERS)
    shop.crawl()
    shop.catalog.delete_partitions("d", "t", [["Jan"]])
    shop.objects.delete(BUCKET, "t/month=Feb/a.csv")
    shop.put(**{"t/month=Jan/b.csv": CSV, "t/month=Mar/a.csv": WIDER_CSV})
    shop.put(**{"t/month=Apr/a.csv": OTHER_CSV, "t/month=May/x=1/a.csv": CSV})
    shop.crawl()
    assert shop.objects.opened == [
        "t/month=Apr/a.csv",
        "t/month=Mar/a.csv",
        "t/month=May/x=1/a.csv",
    ]
    assert shop.partitions() == [["Feb"], ["Mar"]]
    assert shop.tables() == {"t": ["id", "name"]}
    skipped = [line for line in shop.lines if line.startswith("WARN")]
    assert skipped == [
        f"WARN : Schema or folders of s3://{BUCKET}/t/{folder} do not match its table, skipping it"
        for folder in ("month=Apr", "month=May/x=1")
    ]
    shop.put(**{"t/month=Jun/a.csv": CSV})
    shop.crawl()
    assert (shop.objects.opened, shop.partitions()) == (
        ["t/month=Jun/a.csv"],
        [["Feb"], ["Jun"], ["Mar"]],
    )


def s3_event(name: str, key: str, bucket: str = BUCKET) -> str:
    record = {"eventName": name, "s3": {"bucket": {"name": bucket}, "object": {"key": key}}}
    return json.dumps({"Records": [record]})


@pytest.fixture
def event_shop(shop: Shop) -> tuple[Shop, ListQueue]:
    """A crawler in event mode that has listed once, and its queue."""
    queue = shop.queues[QUEUE] = ListQueue()
    shop.queues[DEAD] = ListQueue()
    shop.put(**{f"t/d={day}/a.csv": CSV for day in range(4)})
    shop.create(target={"EventQueueArn": QUEUE, "DlqEventQueueArn": DEAD}, **EVENTS)
    shop.crawl()
    return shop, queue


def test_events_name_the_folders_that_are_listed_and_read(
    event_shop: tuple[Shop, ListQueue],
) -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/crawler-s3-event-notifications.html"""
    shop, queue = event_shop
    assert "INFO : Crawl is not running in S3 event mode" in shop.lines
    shop.put(**{"t/d=4/a b.csv": CSV, "t/d=9/unsaid.csv": CSV})
    queue.send('{"Event": "s3:TestEvent"}')
    queue.send(s3_event("ObjectCreated:Put", "t/d%3D4/a+b.csv"))
    queue.send(json.dumps({"Message": s3_event("ObjectCreated:Copy", "t/d%3D0/a.csv")}))
    queue.send(s3_event("ObjectCreated:Put", "elsewhere/a.csv"))
    queue.send(s3_event("ObjectCreated:Put", "t/d%3D3/a.csv", bucket="other"))
    shop.crawl()
    assert shop.objects.opened == ["t/d=4/a b.csv"]
    assert shop.objects.listed == ["t/d=0/a.csv", "t/d=4/a b.csv"]
    assert shop.partitions() == [["0"], ["1"], ["2"], ["3"], ["4"]]
    assert "INFO : The crawl is running by consuming Amazon S3 events." in shop.lines
    assert queue.messages == {}


def test_events_of_removed_objects_are_treated_as_the_policy_says(
    event_shop: tuple[Shop, ListQueue],
) -> None:
    shop, queue = event_shop
    policy = {"DeleteBehavior": "DELETE_FROM_DATABASE"}
    shop.call["UpdateCrawler"]({"Name": "c", "SchemaChangePolicy": policy})
    shop.objects.delete(BUCKET, "t/d=2/a.csv")
    queue.send(s3_event("ObjectRemoved:Delete", "t/d%3D2/a.csv"))
    shop.crawl()
    assert (shop.objects.opened, shop.partitions()) == ([], [["0"], ["1"], ["3"]])


def test_folders_in_a_folder_that_an_event_names_are_not_listed(shop: Shop) -> None:
    queue = shop.queues[QUEUE] = ListQueue()
    shop.put(**{"t/a.csv": CSV, "t/z.csv": CSV})
    shop.put(**{f"t/old/d={day}/a.csv": CSV for day in range(20)})
    shop.create(target={"EventQueueArn": QUEUE}, **EVENTS)
    shop.crawl()
    shop.put(**{"t/b.csv": WIDER_CSV})
    queue.send(s3_event("ObjectCreated:Put", "t/b.csv"))
    shop.crawl()
    assert "t/old/d=9/a.csv" not in shop.objects.listed
    assert shop.objects.opened == ["t/a.csv", "t/b.csv", "t/z.csv"]
    assert shop.tables() == {"old": ["id", "name"], "t": ["id", "name", "score"]}


def test_without_events_nothing_is_listed(event_shop: tuple[Shop, ListQueue]) -> None:
    shop, _ = event_shop
    shop.put(**{"t/d=9/unsaid.csv": CSV})
    shop.crawl()
    assert (shop.objects.listed, len(shop.partitions())) == ([], 4)


def test_a_changed_crawler_lists_once_more(event_shop: tuple[Shop, ListQueue]) -> None:
    shop, queue = event_shop
    queue.send(s3_event("ObjectCreated:Put", "t/d%3D0/a.csv"))
    combined = {"Version": 1, "Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"}}
    shop.call["UpdateCrawler"]({"Name": "c", "Configuration": json.dumps(combined)})
    shop.put(**{"t/d=9/unsaid.csv": CSV})
    shop.crawl()
    assert (len(shop.partitions()), len(queue.messages)) == (5, 1)
    shop.crawl()
    assert (shop.objects.listed, queue.messages) == (["t/d=0/a.csv"], {})


def test_what_is_no_event_goes_to_the_dead_letter_queue(
    event_shop: tuple[Shop, ListQueue],
) -> None:
    shop, queue = event_shop
    for body in ("words", '{"Records": [{}]}', "[1]"):
        queue.send(body)
    shop.crawl()
    assert queue.messages == {}
    assert list(shop.queues[DEAD].messages.values()) == ["words", '{"Records": [{}]}', "[1]"]


def test_events_stay_in_the_queue_when_the_crawl_fails(event_shop: tuple[Shop, ListQueue]) -> None:
    shop, queue = event_shop
    threshold = {"Version": 1, "CrawlerOutput": {"Tables": {"TableThreshold": 1}}}
    shop.call["UpdateCrawler"]({"Name": "c", "Configuration": json.dumps(threshold)})
    shop.crawl()
    shop.put(**{"t/d=8/a.json": JSON})
    queue.send(s3_event("ObjectCreated:Put", "t/d%3D8/a.json"))
    shop.start()
    assert shop.wait()["Status"] == "FAILED"
    assert (len(queue.messages), queue.hidden) == (1, set())


def test_a_queue_that_does_not_exist_fails_the_crawl(event_shop: tuple[Shop, ListQueue]) -> None:
    shop, _ = event_shop
    del shop.queues[QUEUE]
    shop.start()
    assert "NonExistentQueue" in shop.wait()["ErrorMessage"]


@pytest.mark.parametrize("kind", ["S3Targets", "CatalogTargets"])
def test_events_of_a_bucket_reach_the_crawler_through_sqs(
    lake: Lake, client: Client, kind: str
) -> None:
    sqs = client("sqs")
    url = sqs.create_queue(QueueName=f"q-{uuid4().hex[:8]}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    queue = arn["Attributes"]["QueueArn"]
    notification = {"QueueArn": queue, "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]}
    lake.s3.put_bucket_notification_configuration(
        Bucket=lake.name, NotificationConfiguration={"QueueConfigurations": [notification]}
    )
    lake.put(**{"logs/d=1/a.csv": CSV})
    options: dict[str, Any] = dict(EVENTS)
    if kind == "CatalogTargets":
        lake.crawl("logs/")
        target = {"DatabaseName": lake.database, "Tables": ["logs"], "EventQueueArn": queue}
        log = {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"}
        options |= {"Targets": {kind: [target]}, "SchemaChangePolicy": log}
        crawler = lake.crawl(**options)
    else:
        crawler = lake.crawl("logs/", target={"EventQueueArn": queue}, **options)
    lake.put(**{"logs/d=2/a ü.csv": CSV})
    lake.crawl_again(crawler)
    assert list(lake.partitions("logs")) == ["1", "2"]
    left = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert left["ApproximateNumberOfMessages"] == "0"
    assert left["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_a_crawl_ends_when_its_log_cannot_be_written(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.put(**{"t/a.csv": CSV})
    shop.create()
    shop.lines = None  # type: ignore[assignment]
    shop.crawl()
    assert shop.tables() == {"t": ["id", "name"]}
    assert "Running Start Crawl for Crawler c" in caplog.text


@pytest.mark.soak
def test_ten_thousand_objects_in_365_partitions_are_crawled_in_seconds(shop: Shop) -> None:
    """In processor seconds: what else the machine does must not fail it."""
    files = {f"t/d={n % 365:03d}/{n}.csv": CSV for n in range(10_000)}
    shop.fill(files)
    shop.create()
    started = time.process_time()
    shop.crawl()
    assert time.process_time() - started < 10
    assert (len(shop.objects.opened), len(shop.partitions())) == (10_000, 365)
    shop.put(**{"t/d=365/a.csv": CSV})
    started = time.process_time()
    shop.crawl()
    assert time.process_time() - started < 2
    assert (shop.objects.opened, len(shop.partitions())) == (["t/d=365/a.csv"], 366)


def test_a_running_crawler_refuses_to_start_and_can_be_stopped(shop: Shop) -> None:
    shop.put(**{f"t/d={number}/a.csv": CSV for number in range(3)})
    shop.create()
    shop.objects.gate.clear()
    with pytest.raises(AwsError) as idle:
        shop.call["StopCrawler"]({"Name": "c"})
    assert idle.value.code == "CrawlerNotRunningException"
    shop.start()
    for operation in ("StartCrawler", "UpdateCrawler", "DeleteCrawler"):
        with pytest.raises(AwsError) as running:
            shop.call[operation]({"Name": "c"})
        assert running.value.code == "CrawlerRunningException"
    running_crawler = shop.status()
    assert (running_crawler["State"], running_crawler["CrawlElapsedTime"] >= 0) == ("RUNNING", True)
    metrics = shop.call["GetCrawlerMetrics"]({"CrawlerNameList": ["c"]})["CrawlerMetricsList"]
    assert metrics[0]["StillEstimating"] is True
    shop.call["StopCrawler"]({"Name": "c"})
    with pytest.raises(AwsError) as stopping:
        shop.call["StopCrawler"]({"Name": "c"})
    assert (stopping.value.code, shop.status()["State"]) == ("CrawlerStoppingException", "STOPPING")
    shop.objects.gate.set()
    assert shop.wait()["Status"] == "CANCELLED"
    assert shop.catalog.databases() == []
    crawls = shop.call["ListCrawls"]({"CrawlerName": "c"})["Crawls"]
    assert [crawl["State"] for crawl in crawls] == ["STOPPED"]


def test_a_crawl_cut_short_by_a_kill_is_reported_as_failed(tmp_path: Path) -> None:
    killed = Shop(tmp_path / "killed")
    killed.put(**{f"t/d={number}/a.csv": CSV for number in range(3)})
    killed.create()
    killed.objects.gate.clear()
    killed.start()
    shutil.copytree(tmp_path / "killed", tmp_path / "left")  # what a kill now would leave behind
    killed.objects.gate.set()
    killed.wait()
    killed.close()
    shop = Shop(tmp_path / "left")
    crawler = shop.status()
    assert (crawler["State"], crawler["LastCrawl"]["Status"]) == ("READY", "FAILED")
    assert "interrupted" in crawler["LastCrawl"]["ErrorMessage"]
    shop.crawl()
    assert len(shop.partitions()) == 3
    shop.close()
