"""What crawlers make of S3 prefixes and catalog tables: the tables and partitions they write."""

import gzip
import json
from typing import Any
from uuid import uuid4

import pytest

from lakehouse_tests.local_aws.crawlers.lake import ACCESS_LOG, CSV, JSON, WIDER_CSV, Lake


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
        library = descriptor["SerdeInfo"].get("SerializationLibrary", "").rpartition(".")[2]
        parameters = descriptor["Parameters"]
        formats[name] = (parameters["classification"], library, parameters["compressionType"])
    assert formats == {
        "csv": ("csv", "LazySimpleSerDe", "none"),
        "json": ("json", "JsonSerDe", "none"),
        "access": ("combined_apache", "GrokSerDe", "gzip"),
        "unknown": ("UNKNOWN", "", "none"),
    }


def test_files_that_do_not_fit_in_one_folder_are_tables_of_their_own(lake: Lake) -> None:
    lake.put(**{"mixed/a.csv": CSV, "mixed/b.json": JSON})
    lake.crawl("mixed/")
    assert lake.tables() == ["a_csv", "b_json"]
    location = lake.table("a_csv")["StorageDescriptor"]["Location"]
    assert location == f"s3://{lake.name}/mixed/a.csv"


def test_an_include_path_may_name_one_file(lake: Lake) -> None:
    lake.put(**{"logs/a.csv": CSV, "logs/b.json": JSON})
    lake.crawl("logs/a.csv")
    assert lake.tables() == ["a_csv"]
    table = lake.table("a_csv")
    assert table["StorageDescriptor"]["Location"] == f"s3://{lake.name}/logs/a.csv"
    assert (lake.columns("a_csv"), lake.keys("a_csv")) == ({"id": "bigint", "name": "string"}, [])


def test_exclusions_hidden_names_and_empty_objects_are_left_out(lake: Lake) -> None:
    files = {"logs/a.csv": CSV, "logs/b.json": JSON, "logs/tmp/c.json": JSON, "logs/_SUCCESS": b"x"}
    lake.put(**files, **{"logs/.hidden": b"x", "logs/d/": b"", "logs/empty.csv": b""})
    lake.crawl("logs/", target={"Exclusions": ["*.json", "tmp/**"]})
    parameters = lake.table("logs")["Parameters"]
    assert (lake.tables(), parameters["objectCount"]) == (["logs"], "1")
    root = f"s3://{lake.name}/logs/"
    assert json.loads(parameters["exclusions"]) == [f"{root}*.json", f"{root}tmp/**"]


def test_several_targets_are_crawled_and_a_sample_of_each_folder_is_read(lake: Lake) -> None:
    lake.put(**{"a/1.csv": CSV, "a/2.csv": WIDER_CSV, "b/1.json": JSON})
    targets = [
        {"Path": f"s3://{lake.name}/a/", "SampleSize": 1},
        {"Path": f"s3://{lake.name}/b/"},
    ]
    lake.crawl(Targets={"S3Targets": targets})
    assert lake.tables() == ["a", "b"]
    assert lake.columns("a") == {"id": "bigint", "name": "string"}
    assert lake.table("a")["Parameters"]["objectCount"] == "2"


def test_a_table_of_another_place_keeps_its_name(lake: Lake) -> None:
    lake.put(**{"a/logs/x.csv": CSV, "b/logs/x.csv": CSV})
    lake.crawl("a/logs/")
    lake.crawl("b/logs/")
    first, second = lake.tables()
    assert (first, second[:5], len(second)) == ("logs", "logs_", 37)


GROUPED = [
    ({}, {"year_2017": [], "year_2018": []}),
    ({"TableGroupingPolicy": "CombineCompatibleSchemas"}, {"table1": ["year"]}),
    ({"TableLevelConfiguration": 2}, {"table1": ["year"]}),
    ({"TableLevelConfiguration": 3}, {"year_2017": [], "year_2018": []}),
]


@pytest.mark.parametrize(("grouping", "tables"), GROUPED, ids=[str(g) for g, _ in GROUPED])
def test_the_two_years_of_the_page_are_grouped_as_configured(
    lake: Lake, grouping: dict[str, Any], tables: dict[str, list[str]]
) -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/crawler-grouping-policy.html and table-level."""
    lake.put(
        **{
            "table1/year=2017/data1.json": b'{"A": 1, "B": 2}',
            "table1/year=2018/data2.json": b'{"C": 3, "D": 4}',
        }
    )
    lake.crawl("table1/", Configuration=json.dumps({"Version": 1.0, "Grouping": grouping}))
    assert {name: lake.keys(name) for name in lake.tables()} == tables
    if "table1" in tables:
        assert lake.columns("table1") == {"a": "int", "b": "int", "c": "int", "d": "int"}


def test_more_tables_than_the_threshold_fail_the_crawl_and_write_nothing(lake: Lake) -> None:
    lake.put(**{"a/1.csv": CSV, "b/1.json": JSON})
    output = {"Tables": {"TableThreshold": 1}}
    last = lake.run(
        lake.crawler(Configuration=json.dumps({"Version": 1.0, "CrawlerOutput": output}))
    )
    assert last["Status"] == "FAILED"
    assert last["ErrorMessage"].startswith(
        "The number of tables detected by crawler: 2 is greater than the table threshold value "
        "provided: 1. Failing crawler without writing to Data Catalog."
    )
    with pytest.raises(lake.glue.exceptions.EntityNotFoundException):
        lake.tables()


def test_tables_without_a_database_are_in_the_default_one(lake: Lake) -> None:
    """https://docs.aws.amazon.com/glue/latest/dg/crawler-running.html"""
    lake.put(**{f"{lake.database}/a.csv": CSV})
    name = f"c-{uuid4().hex[:8]}"
    targets = {"S3Targets": [{"Path": f"s3://{lake.name}/{lake.database}/"}]}
    lake.glue.create_crawler(Name=name, Role="r", Targets=targets)
    lake.crawl_again(name)
    table = lake.glue.get_table(DatabaseName="default", Name=lake.database)["Table"]
    assert table["Parameters"]["UPDATED_BY_CRAWLER"] == name


@pytest.mark.parametrize(
    ("configuration", "indexes"),
    [
        ({}, {"crawler_partition_index": ["d", "h"]}),
        ({"CreatePartitionIndex": True}, {"crawler_partition_index": ["d", "h"]}),
        ({"CreatePartitionIndex": False}, {}),
    ],
    ids=str,
)
def test_new_partitioned_tables_have_an_index_unless_it_is_not_wanted(
    lake: Lake, configuration: dict[str, Any], indexes: dict[str, list[str]]
) -> None:
    lake.put(**{"logs/d=1/h=1/a.csv": CSV, "flat/a.json": JSON})
    lake.crawl(Configuration=json.dumps({"Version": 1.0, **configuration}))
    assert (lake.indexes("logs"), lake.indexes("flat")) == (indexes, {})


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
        },
    )
    return lake, catalog_crawler(lake, "web_raw")


def catalog_crawler(lake: Lake, *tables: str) -> str:
    crawler = f"c-{uuid4().hex[:8]}"
    lake.glue.create_crawler(
        Name=crawler,
        Role="role",
        Targets={"CatalogTargets": [{"DatabaseName": lake.database, "Tables": list(tables)}]},
        SchemaChangePolicy={"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"},
    )
    return crawler


def test_a_catalog_table_is_given_its_schema_in_place(day_table: tuple[Lake, str]) -> None:
    lake, crawler = day_table
    lake.put(**{"logs/event_date=2026-01-01/a.json": JSON, "logs/event_date=2026-01-02/a": CSV})
    lake.crawl_again(crawler)
    table = lake.table("web_raw")
    assert lake.columns("web_raw") == {"id": "int", "meta": "struct<os:string>"}
    descriptor = table["StorageDescriptor"]
    assert descriptor["Location"] == f"s3://{lake.name}/logs/event_date=2026-01-01/"
    assert descriptor["SerdeInfo"] == {
        "SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe",
        "Parameters": {"paths": "id,meta"},
    }
    assert (table["PartitionKeys"], table["Description"]) == ([], "by hand")
    assert table["Parameters"]["classification"] == "json"
    assert lake.tables() == ["web_raw"]


def test_a_catalog_table_whose_location_moves_is_crawled_where_it_is(
    day_table: tuple[Lake, str],
) -> None:
    lake, crawler = day_table
    lake.put(**{"logs/event_date=2026-01-01/a": CSV, "logs/event_date=2026-01-02/a": WIDER_CSV})
    lake.crawl_again(crawler)
    table = lake.table("web_raw")
    table["StorageDescriptor"]["Location"] = f"s3://{lake.name}/logs/event_date=2026-01-02/"
    given = {"Name": "web_raw", "StorageDescriptor": table["StorageDescriptor"]}
    lake.glue.update_table(DatabaseName=lake.database, TableInput=given)
    lake.crawl_again(crawler)
    assert list(lake.columns("web_raw")) == ["id", "name", "score"]


@pytest.mark.parametrize("files", [{}, {"logs/event_date=2026-01-01/a": b"words\n"}], ids=str)
def test_a_catalog_table_without_known_files_stays_as_it_is(
    day_table: tuple[Lake, str], files: dict[str, bytes]
) -> None:
    lake, crawler = day_table
    lake.put(**files)
    before = lake.table("web_raw")
    lake.crawl_again(crawler)
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
    lake.put(**{"logs/d=2026-01-01/a.csv": CSV, "logs/d=2026-01-02/a.csv": WIDER_CSV})
    lake.put(**{"logs/a.csv": CSV, "logs/d=2026-01-02/h=1/a.csv": CSV})
    lake.crawl_again(catalog_crawler(lake, "by_hand"))
    assert lake.table("by_hand")["PartitionKeys"] == [{"Name": "d", "Type": "date"}]
    assert list(lake.columns("by_hand")) == ["id", "name", "score"]
    locations = [p["StorageDescriptor"]["Location"] for p in lake.partitions("by_hand").values()]
    assert locations == [f"s3://{lake.name}/logs/d=2026-01-0{day}/" for day in (1, 2)]
