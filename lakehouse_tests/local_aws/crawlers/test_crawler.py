"""Crawlers through boto3: what they make of S3 prefixes and catalog tables, and how they end."""

import gzip
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.crawlers.crawler import CrawlerService
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.state import State

Client = Callable[..., Any]

SCOPE = "123456789012/us-east-1"
CSV = b"id,name\n1,ann\n2,bob\n"
WIDER_CSV = b"id,name,score\n1,ann,1.5\n2,bob,2.5\n"
JSON = b'{"id": 1, "meta": {"os": "x"}}\n{"id": 2, "meta": {"os": "y"}}\n'
ACCESS_LOG = (
    b'83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 200 203023 "-" "curl"\n'
)


class Lake:
    """A bucket, a database and crawlers of one test."""

    def __init__(self, client: Client) -> None:
        self.s3 = client("s3")
        self.glue = client("glue")
        self.name = f"crawl-{uuid4().hex[:8]}"
        self.database = self.name.replace("-", "_")
        self.s3.create_bucket(Bucket=self.name)

    def put(self, **files: bytes) -> None:
        for key, body in files.items():
            self.s3.put_object(Bucket=self.name, Key=key, Body=body)

    def delete(self, key: str) -> None:
        self.s3.delete_object(Bucket=self.name, Key=key)

    def crawler(self, path: str = "", target: dict[str, Any] | None = None, **options: Any) -> str:
        """Create a crawler of an S3 path in the bucket and return its name."""
        name = f"c-{uuid4().hex[:8]}"
        self.glue.create_crawler(
            Name=name,
            Role="role",
            DatabaseName=self.database,
            Targets={"S3Targets": [{"Path": f"s3://{self.name}/{path}", **(target or {})}]},
            **options,
        )
        return name

    def run(self, name: str) -> dict[str, Any]:
        """Start a crawler and return its LastCrawl when it is READY again."""
        self.glue.start_crawler(Name=name)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            crawler = self.glue.get_crawler(Name=name)["Crawler"]
            if crawler["State"] == "READY":
                last: dict[str, Any] = crawler["LastCrawl"]
                return last
            time.sleep(0.01)
        raise TimeoutError(name)

    def crawl(self, path: str = "", **options: Any) -> str:
        """Create a crawler, let it succeed, and return its name."""
        name = self.crawler(path, **options)
        assert self.run(name)["Status"] == "SUCCEEDED"
        return name

    def table(self, name: str) -> dict[str, Any]:
        table: dict[str, Any] = self.glue.get_table(DatabaseName=self.database, Name=name)["Table"]
        return table

    def tables(self) -> list[str]:
        found = self.glue.get_tables(DatabaseName=self.database)["TableList"]
        return [table["Name"] for table in found]

    def columns(self, name: str) -> dict[str, str]:
        columns = self.table(name)["StorageDescriptor"]["Columns"]
        return {column["Name"]: column["Type"] for column in columns}

    def partitions(self, name: str) -> dict[str, dict[str, Any]]:
        found = self.glue.get_partitions(DatabaseName=self.database, TableName=name)
        return {"/".join(entry["Values"]): entry for entry in found["Partitions"]}


@pytest.fixture
def lake(client: Client) -> Lake:
    return Lake(client)


def test_a_prefix_of_partitions_becomes_a_table_as_glue_writes_it(lake: Lake) -> None:
    lake.put(**{f"logs/event_date=2026-01-0{day}/a.csv": CSV for day in (1, 2)})
    crawler = lake.crawl("logs/", TablePrefix="Raw_")
    table = lake.table("raw_logs")
    parameters = {
        "CrawlerSchemaDeserializerVersion": "1.0",
        "CrawlerSchemaSerializerVersion": "1.0",
        "UPDATED_BY_CRAWLER": crawler,
        "areColumnsQuoted": "false",
        "averageRecordSize": "10",
        "classification": "csv",
        "columnsOrdered": "true",
        "compressionType": "none",
        "delimiter": ",",
        "objectCount": "2",
        "recordCount": "4",
        "sizeKey": "40",
        "skip.header.line.count": "1",
        "typeOfData": "file",
    }
    assert table["StorageDescriptor"] == {
        "Columns": [{"Name": "id", "Type": "bigint"}, {"Name": "name", "Type": "string"}],
        "Location": f"s3://{lake.name}/logs/",
        "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
        "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        "Compressed": False,
        "NumberOfBuckets": -1,
        "SerdeInfo": {
            "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
            "Parameters": {"field.delim": ","},
        },
        "BucketColumns": [],
        "SortColumns": [],
        "Parameters": parameters,
        "StoredAsSubDirectories": False,
    }
    assert table["Parameters"] == parameters
    assert table["PartitionKeys"] == [{"Name": "event_date", "Type": "string"}]
    assert (table["TableType"], table["Owner"]) == ("EXTERNAL_TABLE", "owner")
    locations = {
        values: entry["StorageDescriptor"]["Location"]
        for values, entry in lake.partitions("raw_logs").items()
    }
    root = f"s3://{lake.name}/logs/"
    assert locations == {
        "2026-01-01": f"{root}event_date=2026-01-01/",
        "2026-01-02": f"{root}event_date=2026-01-02/",
    }


def test_every_format_gets_its_serde(lake: Lake) -> None:
    lake.put(
        **{
            "csv/a.csv": CSV,
            "json/a.json": JSON,
            "access/a.log.gz": gzip.compress(ACCESS_LOG),
            "unknown/a.txt": b"words\n",
        }
    )
    lake.crawl()
    formats = {}
    for name in lake.tables():
        descriptor = lake.table(name)["StorageDescriptor"]
        library = descriptor["SerdeInfo"]["SerializationLibrary"].rpartition(".")[2]
        parameters = descriptor["Parameters"]
        formats[name] = (parameters["classification"], library, parameters["compressionType"])
    assert formats == {
        "csv": ("csv", "LazySimpleSerDe", "none"),
        "json": ("json", "JsonSerDe", "none"),
        "access": ("combined_apache", "GrokSerDe", "gzip"),
        "unknown": ("UNKNOWN", "LazySimpleSerDe", "none"),
    }


def test_files_that_do_not_fit_in_one_folder_are_tables_of_their_own(lake: Lake) -> None:
    lake.put(**{"mixed/a.csv": CSV, "mixed/b.json": JSON})
    lake.crawl("mixed/")
    assert lake.tables() == ["a_csv", "b_json"]
    location = lake.table("a_csv")["StorageDescriptor"]["Location"]
    assert location == f"s3://{lake.name}/mixed/a.csv"


def test_exclusions_hidden_names_and_empty_objects_are_left_out(lake: Lake) -> None:
    files = {"logs/a.csv": CSV, "logs/b.json": JSON, "logs/tmp/c.json": JSON, "logs/_SUCCESS": b"x"}
    lake.put(**files, **{"logs/.hidden": b"x", "logs/d/": b"", "logs/empty.csv": b""})
    lake.crawl("logs/", target={"Exclusions": ["*.json", "tmp/**"]})
    assert lake.table("logs")["Parameters"]["objectCount"] == "1"


def test_a_table_of_another_place_keeps_its_name(lake: Lake) -> None:
    lake.put(**{"a/logs/x.csv": CSV, "b/logs/x.csv": CSV})
    lake.crawl("a/logs/")
    lake.crawl("b/logs/")
    first, second = lake.tables()
    assert (first, second[:5], len(second)) == ("logs", "logs_", 37)


def test_a_second_crawl_of_the_same_data_changes_nothing(lake: Lake) -> None:
    lake.put(**{"logs/d=1/a.csv": CSV})
    crawler = lake.crawl("logs/")
    before = (lake.table("logs"), lake.partitions("logs"))
    assert lake.run(crawler)["Status"] == "SUCCEEDED"
    assert (lake.table("logs"), lake.partitions("logs")) == before


@pytest.mark.parametrize(
    ("options", "columns"),
    [
        ({}, {"id": "bigint", "score": "double"}),
        ({"SchemaChangePolicy": {"UpdateBehavior": "LOG"}}, {"id": "bigint", "name": "string"}),
        (
            {
                "Configuration": json.dumps(
                    {
                        "Version": 1.0,
                        "CrawlerOutput": {"Tables": {"AddOrUpdateBehavior": "MergeNewColumns"}},
                    }
                )
            },
            {"id": "bigint", "name": "string", "score": "double"},
        ),
    ],
    ids=["update", "log", "merge new columns"],
)
def test_a_changed_schema_is_written_as_the_policy_says(
    lake: Lake, options: dict[str, Any], columns: dict[str, str]
) -> None:
    lake.put(**{"logs/a.csv": CSV})
    crawler = lake.crawl("logs/", **options)
    lake.put(**{"logs/a.csv": b"id,score\n1,2.5\n2,3.5\n"})
    lake.run(crawler)
    assert lake.columns("logs") == columns


def test_new_partitions_are_added_even_when_updates_are_logged(lake: Lake) -> None:
    lake.put(**{"logs/d=1/a.csv": CSV})
    crawler = lake.crawl("logs/", SchemaChangePolicy={"UpdateBehavior": "LOG"})
    lake.put(**{"logs/d=2/a.csv": CSV})
    lake.run(crawler)
    assert list(lake.partitions("logs")) == ["1", "2"]


def test_comments_and_parameters_of_people_stay(lake: Lake) -> None:
    lake.put(**{"logs/a.csv": CSV})
    crawler = lake.crawl("logs/")
    table = lake.table("logs")
    table["StorageDescriptor"]["Columns"][0]["Comment"] = "the key"
    lake.glue.update_table(
        DatabaseName=lake.database,
        TableInput={
            "Name": "logs",
            "Description": "by hand",
            "StorageDescriptor": table["StorageDescriptor"],
            "Parameters": {**table["Parameters"], "owner": "ann"},
        },
    )
    lake.put(**{"logs/a.csv": WIDER_CSV})
    lake.run(crawler)
    table = lake.table("logs")
    assert table["StorageDescriptor"]["Columns"] == [
        {"Name": "id", "Type": "bigint", "Comment": "the key"},
        {"Name": "name", "Type": "string"},
        {"Name": "score", "Type": "double"},
    ]
    assert (table["Description"], table["Parameters"]["owner"]) == ("by hand", "ann")


def test_partitions_may_inherit_from_their_table(lake: Lake) -> None:
    lake.put(**{"logs/d=1/a.csv": CSV, "logs/d=2/a.csv": WIDER_CSV})
    output = {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}}
    lake.crawl("logs/", Configuration=json.dumps({"Version": 1.0, "CrawlerOutput": output}))
    for entry in lake.partitions("logs").values():
        columns = [column["Name"] for column in entry["StorageDescriptor"]["Columns"]]
        assert columns == ["id", "name", "score"]


@pytest.mark.parametrize(
    ("behaviour", "tables", "partitions"),
    [
        ("DELETE_FROM_DATABASE", {"logs": False}, {"1": False}),
        ("DEPRECATE_IN_DATABASE", {"gone": True, "logs": False}, {"1": False, "2": True}),
        ("LOG", {"gone": False, "logs": False}, {"1": False, "2": False}),
    ],
)
def test_vanished_data_is_treated_as_the_policy_says(
    lake: Lake, behaviour: str, tables: dict[str, bool], partitions: dict[str, bool]
) -> None:
    lake.put(**{"logs/d=1/a.csv": CSV, "logs/d=2/a.csv": CSV, "gone/a.json": JSON})
    crawler = lake.crawl(SchemaChangePolicy={"DeleteBehavior": behaviour})
    lake.delete("logs/d=2/a.csv")
    lake.delete("gone/a.json")
    lake.run(crawler)
    deprecated = "DEPRECATED_BY_CRAWLER"
    found = {name: deprecated in lake.table(name)["Parameters"] for name in lake.tables()}
    assert found == tables
    values = {v: deprecated in p.get("Parameters", {}) for v, p in lake.partitions("logs").items()}
    assert values == partitions


@pytest.fixture
def day_table(lake: Lake) -> tuple[Lake, str]:
    """A table without columns at one day's folder, and a crawler of it as a catalog target."""
    lake.glue.create_database(DatabaseInput={"Name": lake.database})
    location = f"s3://{lake.name}/logs/event_date=2026-01-01/"
    lake.glue.create_table(
        DatabaseName=lake.database,
        TableInput={
            "Name": "web_raw",
            "Description": "by hand",
            "StorageDescriptor": {"Columns": [], "Location": location},
            "Parameters": {"mine": "yes"},
        },
    )
    crawler = f"c-{uuid4().hex[:8]}"
    lake.glue.create_crawler(
        Name=crawler,
        Role="role",
        Targets={"CatalogTargets": [{"DatabaseName": lake.database, "Tables": ["web_raw"]}]},
        SchemaChangePolicy={"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"},
    )
    return lake, crawler


def test_a_catalog_table_is_given_its_schema_in_place(day_table: tuple[Lake, str]) -> None:
    lake, crawler = day_table
    lake.put(**{"logs/event_date=2026-01-01/a.json": JSON, "logs/event_date=2026-01-02/a": CSV})
    assert lake.run(crawler)["Status"] == "SUCCEEDED"
    table = lake.table("web_raw")
    assert lake.columns("web_raw") == {"id": "int", "meta": "struct<os:string>"}
    descriptor = table["StorageDescriptor"]
    assert descriptor["Location"] == f"s3://{lake.name}/logs/event_date=2026-01-01/"
    assert descriptor["SerdeInfo"] == {
        "SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe",
        "Parameters": {"paths": "id,meta"},
    }
    assert (table["PartitionKeys"], table["Description"]) == ([], "by hand")
    assert (table["Parameters"]["mine"], table["Parameters"]["classification"]) == ("yes", "json")
    assert lake.tables() == ["web_raw"]


def test_a_catalog_table_without_files_stays_as_it_is(day_table: tuple[Lake, str]) -> None:
    lake, crawler = day_table
    before = lake.table("web_raw")
    assert lake.run(crawler)["Status"] == "SUCCEEDED"
    assert lake.table("web_raw") == before


def test_a_partitioned_catalog_table_gets_its_partitions(lake: Lake) -> None:
    lake.glue.create_database(DatabaseInput={"Name": lake.database})
    lake.glue.create_table(
        DatabaseName=lake.database,
        TableInput={
            "Name": "by_hand",
            "StorageDescriptor": {"Columns": [], "Location": f"s3://{lake.name}/logs"},
            "PartitionKeys": [{"Name": "d", "Type": "date"}],
        },
    )
    lake.put(**{"logs/d=2026-01-01/a.csv": CSV, "logs/d=2026-01-02/a.csv": CSV})
    lake.glue.create_crawler(
        Name=lake.name,
        Role="role",
        Targets={"CatalogTargets": [{"DatabaseName": lake.database, "Tables": ["by_hand"]}]},
        SchemaChangePolicy={"DeleteBehavior": "LOG"},
    )
    assert lake.run(lake.name)["Status"] == "SUCCEEDED"
    assert lake.table("by_hand")["PartitionKeys"] == [{"Name": "d", "Type": "date"}]
    locations = [p["StorageDescriptor"]["Location"] for p in lake.partitions("by_hand").values()]
    assert locations == [f"s3://{lake.name}/logs/d=2026-01-0{day}/" for day in (1, 2)]


def test_a_target_that_cannot_be_read_fails_the_crawl_with_the_reason(
    lake: Lake, day_table: tuple[Lake, str]
) -> None:
    lake.put(**{"logs/good/a.csv": CSV, "logs/broken/a.csv.gz": gzip.compress(CSV)[:-9]})
    broken = lake.run(lake.crawler("logs/"))
    assert broken["Status"] == "FAILED"
    assert f"s3://{lake.name}/logs/broken/a.csv.gz: The gzip file cannot" in broken["ErrorMessage"]
    no_bucket = lake.crawler()
    targets = {"S3Targets": [{"Path": "s3://no-such-bucket-anywhere/"}]}
    lake.glue.update_crawler(Name=no_bucket, Targets=targets)
    last = lake.run(no_bucket)
    assert (last["Status"], last["ErrorMessage"]) == (
        "FAILED",
        "The specified bucket does not exist (NoSuchBucket)",
    )
    _, gone = day_table
    lake.glue.delete_table(DatabaseName=lake.database, Name="web_raw")
    assert lake.run(gone)["ErrorMessage"] == "Table web_raw not found. (EntityNotFoundException)"
    assert lake.tables() == []


def test_what_happened_is_told_by_crawls_and_metrics(lake: Lake) -> None:
    lake.put(**{"logs/a.csv": CSV})
    name = lake.crawl("logs/")
    crawl = lake.glue.list_crawls(CrawlerName=name)["Crawls"][0]
    assert crawl["State"] == "COMPLETED"
    assert json.loads(crawl["Summary"])["TablesCreated"] == 1
    metrics = lake.glue.get_crawler_metrics(CrawlerNameList=[name])["CrawlerMetricsList"][0]
    assert (metrics["CrawlerName"], metrics["TablesCreated"], metrics["TablesUpdated"]) == (
        name,
        1,
        0,
    )
    assert name in lake.glue.list_crawlers()["CrawlerNames"]
    assert name in [entry["Name"] for entry in lake.glue.get_crawlers()["Crawlers"]]
    found = lake.glue.batch_get_crawlers(CrawlerNames=[name, "none"])
    assert ([c["Name"] for c in found["Crawlers"]], found["CrawlersNotFound"]) == ([name], ["none"])


def test_a_crawler_is_shown_as_glue_shows_it(lake: Lake) -> None:
    name = lake.crawler("logs", Description="d")
    crawler = lake.glue.get_crawler(Name=name)["Crawler"]
    assert crawler.pop("CreationTime") == crawler.pop("LastUpdated")
    assert crawler == {
        "Name": name,
        "Role": "role",
        "Description": "d",
        "DatabaseName": lake.database,
        "Targets": {
            "S3Targets": [{"Path": f"s3://{lake.name}/logs", "Exclusions": []}],
            "JdbcTargets": [],
            "MongoDBTargets": [],
            "DynamoDBTargets": [],
            "CatalogTargets": [],
            "DeltaTargets": [],
        },
        "Classifiers": [],
        "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
        "SchemaChangePolicy": {
            "UpdateBehavior": "UPDATE_IN_DATABASE",
            "DeleteBehavior": "DEPRECATE_IN_DATABASE",
        },
        "LineageConfiguration": {"CrawlerLineageSettings": "DISABLE"},
        "LakeFormationConfiguration": {"UseLakeFormationCredentials": False, "AccountId": ""},
        "State": "READY",
        "CrawlElapsedTime": 0,
        "Version": 1,
    }
    lake.glue.update_crawler(Name=name, Description="e")
    updated = lake.glue.get_crawler(Name=name)["Crawler"]
    assert (updated["Description"], updated["Version"]) == ("e", 2)
    lake.glue.delete_crawler(Name=name)
    with pytest.raises(lake.glue.exceptions.EntityNotFoundException):
        lake.glue.get_crawler(Name=name)


TABLE_LEVEL = json.dumps({"Version": 1.0, "Grouping": {"TableLevelConfiguration": 2}})
REFUSED = [
    ({"Schedule": "cron(0 1 * * ? *)"}, "Schedule is not supported"),
    ({"Classifiers": ["mine"]}, "Classifiers is not supported"),
    ({"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVENT_MODE"}}, "CRAWL_EVENT_MODE"),
    ({"RecrawlPolicy": {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"}}, "CRAWL_NEW_FOLDERS_ONLY"),
    ({"Targets": {"JdbcTargets": [{"Path": "db/%"}]}}, "JdbcTargets is not supported"),
    ({"Targets": {"DynamoDBTargets": [{"Path": "t"}]}}, "DynamoDBTargets is not supported"),
    ({"Targets": {}}, "needs at least one target"),
    ({"Targets": {"S3Targets": [{"Path": "file:///tmp"}]}}, "is not an Amazon S3 path"),
    (
        {"Targets": {"S3Targets": [{"Path": "s3://b/", "EventQueueArn": "arn"}]}},
        "S3Target.EventQueueArn is not supported",
    ),
    ({"Targets": {"S3Targets": [{"Path": "s3://b/", "SampleSize": 250}]}}, "SampleSize"),
    (
        {"Targets": {"CatalogTargets": [{"DatabaseName": "d", "Tables": ["t"]}]}},
        "The DeleteBehavior of a crawler with catalog targets must be LOG",
    ),
    ({"Configuration": "{"}, "not valid JSON"),
    ({"Configuration": "{}"}, '"Version": 1.0'),
    ({"Configuration": TABLE_LEVEL}, "Configuration Grouping is not supported"),
    ({"LineageConfiguration": {"CrawlerLineageSettings": "ENABLE"}}, "ENABLE is not supported"),
]


@pytest.mark.parametrize(("options", "reason"), REFUSED, ids=[reason for _, reason in REFUSED])
def test_what_no_crawl_here_obeys_is_refused(
    lake: Lake, options: dict[str, Any], reason: str
) -> None:
    targets = {"S3Targets": [{"Path": f"s3://{lake.name}/"}]}
    request = {"Role": "r", "DatabaseName": "d", "Targets": targets, **options}
    with pytest.raises(ClientError) as refused:
        lake.glue.create_crawler(Name="refused", **request)
    error = refused.value.response["Error"]
    assert error["Code"] == "InvalidInputException"
    assert reason in error["Message"]
    with pytest.raises(lake.glue.exceptions.EntityNotFoundException):
        lake.glue.get_crawler(Name="refused")


class Shop:
    """A crawler service of its own over a data directory, for what needs a restart or size."""

    def __init__(self, root: Path) -> None:
        self.objects = ObjectStore(root)
        self.state = State(root / "state.db")
        self.catalog = Catalog(self.state, SCOPE)
        self.service = CrawlerService(self.state, SCOPE, self.catalog, self.objects)
        self.call = self.service.operations()

    def fill(self, partitions: int, folder: str = "t") -> None:
        self.objects.create_bucket("big")
        for number in range(partitions):
            path = self.objects.bucket_dir("big") / folder / f"d={number:05d}" / "a.csv"
            path.parent.mkdir(parents=True)
            path.write_bytes(CSV)
        self.objects.adopt("big")
        targets = {"S3Targets": [{"Path": "s3://big/t/"}]}
        self.call["CreateCrawler"](
            {"Name": "c", "Role": "r", "DatabaseName": "d", "Targets": targets}
        )

    def status(self) -> dict[str, Any]:
        crawler: dict[str, Any] = self.call["GetCrawler"]({"Name": "c"})["Crawler"]
        return crawler

    def wait(self) -> dict[str, Any]:
        while self.status()["State"] != "READY":
            time.sleep(0.01)
        last: dict[str, Any] = self.status()["LastCrawl"]
        return last

    def close(self) -> None:
        self.service.close()
        self.objects.close()
        self.state.close()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path)
    yield shop
    shop.close()


def test_ten_thousand_partitions_are_crawled_in_seconds(shop: Shop) -> None:
    shop.fill(10_000)
    started = time.monotonic()
    shop.call["StartCrawler"]({"Name": "c"})
    assert shop.wait()["Status"] == "SUCCEEDED"
    assert time.monotonic() - started < 20
    partitions = shop.catalog.partitions("d", "t", "d >= '09998'")
    assert [entry["Values"] for entry in partitions] == [["09998"], ["09999"]]


def test_a_running_crawler_refuses_to_start_and_can_be_stopped(shop: Shop) -> None:
    shop.fill(2_000)
    with pytest.raises(AwsError) as idle:
        shop.call["StopCrawler"]({"Name": "c"})
    assert idle.value.code == "CrawlerNotRunningException"
    shop.call["StartCrawler"]({"Name": "c"})
    for operation in ("StartCrawler", "UpdateCrawler", "DeleteCrawler"):
        with pytest.raises(AwsError) as running:
            shop.call[operation]({"Name": "c"})
        assert running.value.code == "CrawlerRunningException"
    assert shop.status()["State"] == "RUNNING"
    shop.call["StopCrawler"]({"Name": "c"})
    assert shop.wait()["Status"] == "CANCELLED"
    assert shop.catalog.databases() == []
    crawls = shop.call["ListCrawls"]({"CrawlerName": "c"})["Crawls"]
    assert [crawl["State"] for crawl in crawls] == ["STOPPED"]


def test_a_crawl_cut_short_by_the_server_is_reported_as_failed(tmp_path: Path) -> None:
    shop = Shop(tmp_path)
    shop.fill(2_000)
    shop.call["StartCrawler"]({"Name": "c"})
    shop.close()
    shop = Shop(tmp_path)
    crawler = shop.status()
    assert (crawler["State"], crawler["LastCrawl"]["Status"]) == ("READY", "FAILED")
    assert "interrupted" in crawler["LastCrawl"]["ErrorMessage"]
    shop.call["StartCrawler"]({"Name": "c"})
    assert shop.wait()["Status"] == "SUCCEEDED"
    shop.close()
