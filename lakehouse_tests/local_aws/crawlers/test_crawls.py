"""What is told of crawls: states, LastCrawl, metrics, history, log lines, and why they failed."""

import gzip
import json
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from lakehouse_tests.local_aws.crawlers.lake import CSV, JSON, Client, Lake


def test_a_crawl_is_told_by_its_crawler_its_history_and_its_metrics(lake: Lake) -> None:
    lake.put(**{"logs/d=1/a.csv": CSV})
    name = lake.crawl("logs/")
    last = lake.glue.get_crawler(Name=name)["Crawler"]["LastCrawl"]
    crawl = lake.glue.list_crawls(CrawlerName=name)["Crawls"][0]
    assert last == {
        "Status": "SUCCEEDED",
        "LogGroup": "/aws-glue/crawlers",
        "LogStream": name,
        "MessagePrefix": crawl["CrawlId"],
        "StartTime": crawl["StartTime"],
    }
    assert (crawl["State"], crawl["MessagePrefix"]) == ("COMPLETED", crawl["CrawlId"])
    assert json.loads(crawl["Summary"]) == {"PARTITION": {"ADD": 1}, "TABLE": {"ADD": 1}}
    assert crawl["EndTime"] >= crawl["StartTime"]
    metrics = lake.glue.get_crawler_metrics(CrawlerNameList=[name])["CrawlerMetricsList"]
    seconds = metrics[0].pop("LastRuntimeSeconds")
    assert seconds > 0
    assert metrics == [
        {
            "CrawlerName": name,
            "TimeLeftSeconds": 0.0,
            "StillEstimating": False,
            "MedianRuntimeSeconds": seconds,
            "TablesCreated": 1,
            "TablesUpdated": 0,
            "TablesDeleted": 0,
        }
    ]


def messages(client: Client, crawler: str) -> list[str]:
    found = client("logs").get_log_events(
        logGroupName="/aws-glue/crawlers", logStreamName=crawler, startFromHead=True
    )
    return [event["message"] for event in found["events"]]


def test_the_log_of_a_crawl_has_the_lines_of_glue(lake: Lake, client: Client) -> None:
    """Lines as logs of real crawls have them."""
    lake.put(**{"logs/d=1/a.csv": CSV, "logs/d=2/a.csv": CSV, "users/a.json": JSON})
    name = lake.crawl()
    lake.delete("logs/d=2/a.csv", "users/a.json")
    lake.put(**{"users/b.csv": b"words\n"})
    lake.crawl_again(name)
    first, second = [
        crawl["MessagePrefix"]
        for crawl in reversed(lake.glue.list_crawls(CrawlerName=name)["Crawls"])
    ]
    policy = '{"UpdateBehavior":"UPDATE_IN_DATABASE","DeleteBehavior":"DEPRECATE_IN_DATABASE"}'
    assert messages(client, name) == [
        f"[{first}] BENCHMARK : Running Start Crawl for Crawler {name}",
        f"[{first}] BENCHMARK : Classification complete, writing results to database "
        f"{lake.database}",
        f"[{first}] INFO : Crawler configured with SchemaChangePolicy {policy}.",
        f"[{first}] INFO : Created table logs in database {lake.database}",
        f"[{first}] INFO : Created 2 partitions of table logs in database {lake.database}",
        f"[{first}] INFO : Created table users in database {lake.database}",
        f"[{first}] BENCHMARK : Finished writing to Catalog",
        f"[{first}] INFO : Run Summary For PARTITION:",
        f"[{first}] INFO : ADD: 2",
        f"[{first}] INFO : Run Summary For TABLE:",
        f"[{first}] INFO : ADD: 2",
        f"[{first}] BENCHMARK : Crawler has finished running and is in state READY",
        f"[{second}] BENCHMARK : Running Start Crawl for Crawler {name}",
        f"[{second}] BENCHMARK : Classification complete, writing results to database "
        f"{lake.database}",
        f"[{second}] INFO : Crawler configured with SchemaChangePolicy {policy}.",
        f"[{second}] INFO : Updated table logs in database {lake.database}",
        f"[{second}] INFO : Found partition of table logs with partition values [2] with no "
        "matching schema at the partition's S3 location",
        f"[{second}] INFO : Updated table users in database {lake.database}",
        f"[{second}] BENCHMARK : Finished writing to Catalog",
        f"[{second}] INFO : Run Summary For TABLE:",
        f"[{second}] INFO : UPDATE: 2",
        f"[{second}] BENCHMARK : Crawler has finished running and is in state READY",
    ]


def test_a_file_that_cannot_be_read_is_a_warning(lake: Lake, client: Client) -> None:
    lake.put(**{"logs/a.csv.gz": gzip.compress(CSV), "logs/b.csv.gz": gzip.compress(CSV)[:-9]})
    lake.put(**{"broken/a.parquet": b"PAR1 and no footer"})
    name = lake.crawl()
    assert {
        table: lake.table(table)["Parameters"]["classification"] for table in lake.tables()
    } == {
        "broken": "UNKNOWN",
        "logs": "csv",
    }
    warnings = [line.partition("] ")[2] for line in messages(client, name) if "WARN" in line]
    assert [line.partition(": The ")[0] for line in warnings] == [
        f"WARN : s3://{lake.name}/broken/a.parquet",
        f"WARN : s3://{lake.name}/logs/b.csv.gz",
    ]


def test_a_target_that_cannot_be_read_fails_the_crawl_with_the_reason(
    lake: Lake, client: Client
) -> None:
    name = lake.crawler()
    targets = {"S3Targets": [{"Path": "s3://no-such-bucket-anywhere/"}]}
    lake.glue.update_crawler(Name=name, Targets=targets)
    last = lake.run(name)
    reason = "The specified bucket does not exist (NoSuchBucket)"
    assert (last["Status"], last["ErrorMessage"]) == ("FAILED", reason)
    crawl = lake.glue.list_crawls(CrawlerName=name)["Crawls"][0]
    assert (crawl["State"], crawl["ErrorMessage"]) == ("FAILED", reason)
    assert messages(client, name)[1].endswith(f"ERROR : {reason}")
    with pytest.raises(lake.glue.exceptions.EntityNotFoundException):
        lake.tables()


@pytest.mark.parametrize(
    ("database", "table", "reason"),
    [
        ("none", "t", "Database none not found. (EntityNotFoundException)"),
        ("default", "none", "Table none not found. (EntityNotFoundException)"),
        ("default", "nowhere", "Table nowhere has no location to crawl. (InvalidInputException)"),
    ],
)
def test_a_catalog_target_that_is_not_there_fails_the_crawl_with_the_reason(
    lake: Lake, database: str, table: str, reason: str
) -> None:
    lake.glue.create_database(DatabaseInput={"Name": lake.database})
    lake.glue.create_table(
        DatabaseName=lake.database,
        TableInput={"Name": "nowhere", "StorageDescriptor": {"Columns": []}},
    )
    name = f"c-{uuid4().hex[:8]}"
    database = lake.database if database == "default" else database
    target = {"DatabaseName": database, "Tables": [table]}
    policy = {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"}
    targets = {"CatalogTargets": [target]}
    lake.glue.create_crawler(Name=name, Role="r", Targets=targets, SchemaChangePolicy=policy)
    assert lake.run(name)["ErrorMessage"] == reason


def test_a_classifier_that_was_deleted_fails_the_crawl(lake: Lake) -> None:
    classifier = f"k-{uuid4().hex[:8]}"
    lake.glue.create_classifier(CsvClassifier={"Name": classifier, "Delimiter": "~"})
    name = lake.crawler(Classifiers=[classifier])
    lake.glue.delete_classifier(Name=classifier)
    reason = f"Classifier {classifier} not found. (EntityNotFoundException)"
    assert lake.run(name)["ErrorMessage"] == reason


def test_an_empty_prefix_is_no_table_and_no_failure(lake: Lake) -> None:
    lake.crawl("nothing/here/")
    assert lake.tables() == []


def test_crawls_are_listed_in_pages_and_by_filters(lake: Lake) -> None:
    name = lake.crawl()
    lake.crawl_again(name)
    lake.glue.update_crawler(
        Name=name, Targets={"S3Targets": [{"Path": "s3://no-such-bucket-anywhere/"}]}
    )
    lake.run(name)

    def listed(*filters: tuple[str, str, str], **more: Any) -> dict[str, Any]:
        given = [
            {"FieldName": field, "FilterOperator": operator, "FieldValue": value}
            for field, operator, value in filters
        ]
        answer: dict[str, Any] = lake.glue.list_crawls(CrawlerName=name, Filters=given, **more)
        return answer

    failed, second, first = listed()["Crawls"]
    assert [crawl["State"] for crawl in (failed, second, first)] == [
        "FAILED",
        "COMPLETED",
        "COMPLETED",
    ]
    page = listed(MaxResults=2)
    rest = listed(MaxResults=2, NextToken=page["NextToken"])
    assert (page["Crawls"], rest["Crawls"]) == ([failed, second], [first])
    millis = str(int(second["StartTime"].timestamp() * 1000))
    for filters, expected in [
        ([("STATE", "EQ", "COMPLETED")], [second, first]),
        ([("STATE", "NE", "COMPLETED")], [failed]),
        ([("CRAWL_ID", "EQ", second["CrawlId"])], [second]),
        ([("START_TIME", "GE", millis), ("STATE", "EQ", "COMPLETED")], [second]),
        ([("START_TIME", "LT", millis)], [first]),
        ([("END_TIME", "GT", "0")], [failed, second, first]),
        ([("DPU_HOUR", "LE", "1")], [failed, second, first]),
        ([("DPU_HOUR", "GT", "1")], []),
    ]:
        assert listed(*filters)["Crawls"] == expected, filters


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"FieldName": "STATE", "FilterOperator": "GT", "FieldValue": "x"}, "EQ and NE"),
        ({"FieldName": "START_TIME", "FilterOperator": "GT", "FieldValue": "x"}, "not a number"),
    ],
)
def test_filters_that_make_no_sense_are_refused(
    lake: Lake, entry: dict[str, str], reason: str
) -> None:
    with pytest.raises(ClientError, match=reason):
        lake.glue.list_crawls(CrawlerName=lake.crawler(), Filters=[entry])
