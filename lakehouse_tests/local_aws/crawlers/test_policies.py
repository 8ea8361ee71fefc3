"""What crawlers change when data changed: SchemaChangePolicy and the CrawlerOutput behaviours.

Source of the behaviours: https://docs.aws.amazon.com/glue/latest/dg/crawler-configuration.html and
crawler-schema-changes-prevent.html (checked 2026-11).
"""

import gzip
import json
from typing import Any

import pytest

from lakehouse_tests.local_aws.crawlers.lake import CSV, JSON, WIDER_CSV, Lake

OTHER_CSV = b"id,score\n1,2.5\n2,3.5\n"
LOG = {"UpdateBehavior": "LOG"}


def output(**behaviors: str) -> str:
    """Write a Configuration: output(Tables="MergeNewColumns")."""
    parts = {part: {"AddOrUpdateBehavior": behavior} for part, behavior in behaviors.items()}
    return json.dumps({"Version": 1.0, "CrawlerOutput": parts})


MERGE = output(Tables="MergeNewColumns")
INHERIT = output(Partitions="InheritFromTable")


def test_a_second_crawl_of_the_same_data_changes_nothing(lake: Lake) -> None:
    lake.put(**{"logs/d=1/a.csv": CSV})
    crawler = lake.crawl("logs/")
    before = (lake.table("logs"), lake.partitions("logs"))
    lake.crawl_again(crawler)
    assert (lake.table("logs"), lake.partitions("logs")) == before
    crawl = lake.glue.list_crawls(CrawlerName=crawler)["Crawls"][0]
    assert json.loads(crawl["Summary"]) == {}


@pytest.mark.parametrize(
    ("options", "columns"),
    [
        ({}, {"id": "bigint", "score": "double"}),
        ({"SchemaChangePolicy": LOG}, {"id": "bigint", "name": "string"}),
        ({"Configuration": MERGE}, {"id": "bigint", "name": "string", "score": "double"}),
        (
            {"Configuration": MERGE, "SchemaChangePolicy": LOG},
            {"id": "bigint", "name": "string", "score": "double"},
        ),
    ],
    ids=["update", "log", "merge new columns", "merging goes before log"],
)
def test_a_changed_schema_is_written_as_the_policy_says(
    lake: Lake, options: dict[str, Any], columns: dict[str, str]
) -> None:
    lake.put(**{"logs/a.csv": CSV})
    crawler = lake.crawl("logs/", **options)
    lake.put(**{"logs/a.csv": OTHER_CSV})
    lake.crawl_again(crawler)
    assert lake.columns("logs") == columns


@pytest.mark.parametrize(
    ("configuration", "columns"),
    [
        (None, {"id": "bigint", "meta": "struct<v:double>"}),
        (MERGE, {"id": "int", "meta": "struct<os:string,v:double>"}),
    ],
    ids=["update", "merge new columns"],
)
def test_types_change_and_nested_fields_are_added(
    lake: Lake, configuration: str | None, columns: dict[str, str]
) -> None:
    lake.put(**{"logs/a.json": JSON})
    options = {"Configuration": configuration} if configuration else {}
    crawler = lake.crawl("logs/", **options)
    lake.put(**{"logs/a.json": b'{"id": 3000000000, "meta": {"v": 1.5}}\n'})
    lake.crawl_again(crawler)
    assert lake.columns("logs") == columns


@pytest.mark.parametrize(
    ("files", "attribute"),
    [
        ({"logs/a.csv": JSON}, "classification"),
        ({"logs/a.csv": gzip.compress(CSV)}, "compressionType"),
        ({"logs/a.csv": CSV.replace(b",", b";")}, "delimiter"),
    ],
    ids=["classification", "compression", "delimiter"],
)
def test_merging_deprecates_a_table_whose_format_changed(
    lake: Lake, files: dict[str, bytes], attribute: str
) -> None:
    lake.put(**{"logs/a.csv": CSV})
    crawler = lake.crawl("logs/", Configuration=MERGE)
    before = lake.table("logs")
    lake.put(**files)
    lake.crawl_again(crawler)
    table = lake.table("logs")
    mark = table["Parameters"].pop("DEPRECATED_BY_CRAWLER")
    assert mark.isdecimal()
    assert (table["Parameters"], table["StorageDescriptor"]) == (
        before["Parameters"],
        before["StorageDescriptor"],
    )


@pytest.mark.parametrize(
    ("options", "columns"),
    [
        ({}, {"1": ["id", "score"], "2": ["id", "name"]}),
        ({"SchemaChangePolicy": LOG}, {"1": ["id", "name"], "2": ["id", "name"]}),
    ],
    ids=["update", "log"],
)
def test_new_partitions_are_always_added_and_changed_ones_as_the_policy_says(
    lake: Lake, options: dict[str, Any], columns: dict[str, list[str]]
) -> None:
    lake.put(**{"logs/d=1/a.csv": CSV})
    grouping = {"TableGroupingPolicy": "CombineCompatibleSchemas"}
    combined = json.dumps({"Version": 1.0, "Grouping": grouping})
    crawler = lake.crawl("logs/", Configuration=combined, **options)
    lake.put(**{"logs/d=1/a.csv": OTHER_CSV, "logs/d=2/a.csv": CSV})
    lake.crawl_again(crawler)
    assert lake.partition_columns("logs") == columns


def test_an_update_removes_what_the_crawler_did_not_set_if_the_schema_changed(lake: Lake) -> None:
    lake.put(**{"logs/d=1/a.csv": CSV})
    crawler = lake.crawl("logs/")
    by_hand(lake)
    lake.put(**{"logs/d=1/b.csv": CSV})
    lake.crawl_again(crawler)
    table = lake.table("logs")
    assert table["StorageDescriptor"]["Columns"][0]["Comment"] == "the key"
    assert (table["Parameters"]["team"], table["Parameters"]["objectCount"]) == ("ann", "2")
    lake.put(**{"logs/d=1/a.csv": WIDER_CSV, "logs/d=1/b.csv": WIDER_CSV})
    lake.crawl_again(crawler)
    table = lake.table("logs")
    assert table["StorageDescriptor"]["Columns"] == [
        {"Name": "id", "Type": "bigint"},
        {"Name": "name", "Type": "string"},
        {"Name": "score", "Type": "double"},
    ]
    assert "team" not in table["Parameters"]
    assert (table["Description"], table["PartitionKeys"]) == (
        "by hand",
        [{"Name": "d", "Type": "int"}],
    )


def test_merging_keeps_what_people_set(lake: Lake) -> None:
    lake.put(**{"logs/d=1/a.csv": CSV})
    crawler = lake.crawl("logs/", Configuration=MERGE)
    by_hand(lake)
    lake.put(**{"logs/d=1/a.csv": WIDER_CSV})
    lake.crawl_again(crawler)
    table = lake.table("logs")
    assert table["StorageDescriptor"]["Columns"] == [
        {"Name": "id", "Type": "bigint", "Comment": "the key"},
        {"Name": "name", "Type": "string"},
        {"Name": "score", "Type": "double"},
    ]
    assert table["Parameters"]["team"] == "ann"


def test_merging_applies_to_partitions(lake: Lake) -> None:
    lake.put(**{"logs/d=1/a.json": b'{"a": 1, "b": {"x": 1}}', "logs/d=2/a.json": b'{"a": 1}'})
    crawler = lake.crawl("logs/", Configuration=MERGE)
    lake.put(**{"logs/d=1/a.json": b'{"a": "x", "b": {"y": 1}, "c": 1}'})
    lake.crawl_again(crawler)
    columns = lake.partitions("logs")["1"]["StorageDescriptor"]["Columns"]
    assert [(column["Name"], column["Type"]) for column in columns] == [
        ("a", "int"),
        ("b", "struct<x:int,y:int>"),
        ("c", "int"),
    ]


def by_hand(lake: Lake) -> None:
    """Change a crawled table as its owner would."""
    table = lake.table("logs")
    table["StorageDescriptor"]["Columns"][0]["Comment"] = "the key"
    lake.glue.update_table(
        DatabaseName=lake.database,
        TableInput={
            "Name": "logs",
            "Description": "by hand",
            "PartitionKeys": [{"Name": "d", "Type": "int"}],
            "StorageDescriptor": table["StorageDescriptor"],
            "Parameters": {**table["Parameters"], "team": "ann"},
        },
    )


def test_partitions_may_inherit_from_their_table(lake: Lake) -> None:
    lake.put(**{"logs/d=1/a.csv": CSV, "logs/d=2/a.csv": WIDER_CSV})
    lake.crawl("logs/", Configuration=INHERIT)
    wide = ["id", "name", "score"]
    assert lake.partition_columns("logs") == {"1": wide, "2": wide}


def test_a_change_of_the_table_reaches_partitions_that_inherit_even_when_updates_are_logged(
    lake: Lake,
) -> None:
    lake.put(**{"logs/d=1/a.csv": CSV})
    crawler = lake.crawl("logs/", Configuration=INHERIT, SchemaChangePolicy=LOG)
    table = lake.table("logs")
    descriptor = table["StorageDescriptor"]
    descriptor["SerdeInfo"] = {
        "SerializationLibrary": "org.apache.hadoop.hive.serde2.OpenCSVSerde",
        "Parameters": {"separatorChar": ","},
    }
    given = {name: table[name] for name in ("Name", "PartitionKeys", "Parameters")}
    given["StorageDescriptor"] = descriptor
    lake.glue.update_table(DatabaseName=lake.database, TableInput=given)
    lake.put(**{"logs/d=2/a.csv": WIDER_CSV})
    lake.crawl_again(crawler)
    assert lake.table("logs")["StorageDescriptor"]["SerdeInfo"] == descriptor["SerdeInfo"]
    inherited = [entry["StorageDescriptor"] for entry in lake.partitions("logs").values()]
    assert [len(entry["Columns"]) for entry in inherited] == [2, 2]
    assert [entry["SerdeInfo"] for entry in inherited] == [descriptor["SerdeInfo"]] * 2


def test_a_table_whose_folders_have_another_depth_now_has_other_keys(lake: Lake) -> None:
    lake.put(**{"logs/d=1/a.csv": CSV})
    crawler = lake.crawl("logs/")
    lake.delete("logs/d=1/a.csv")
    lake.put(**{"logs/d=1/h=1/a.csv": CSV})
    lake.crawl_again(crawler)
    assert (lake.keys("logs"), list(lake.partitions("logs"))) == (["d", "h"], ["1/1"])
    assert lake.indexes("logs") == {"crawler_partition_index": ["d", "h"]}


@pytest.mark.parametrize(
    ("behaviour", "tables", "partitions"),
    [
        ("DELETE_FROM_DATABASE", {"logs": False}, ["1"]),
        ("DEPRECATE_IN_DATABASE", {"gone": True, "logs": False}, ["1", "2"]),
        ("LOG", {"gone": False, "logs": False}, ["1", "2"]),
    ],
)
def test_vanished_data_is_treated_as_the_policy_says(
    lake: Lake, behaviour: str, tables: dict[str, bool], partitions: list[str]
) -> None:
    lake.put(**{"logs/d=1/a.csv": CSV, "logs/d=2/a.csv": CSV, "gone/a.json": JSON})
    crawler = lake.crawl(SchemaChangePolicy={"DeleteBehavior": behaviour})
    lake.delete("logs/d=2/a.csv", "gone/a.json")
    lake.crawl_again(crawler)
    deprecated = "DEPRECATED_BY_CRAWLER"
    found = {name: deprecated in lake.table(name)["Parameters"] for name in lake.tables()}
    assert (found, list(lake.partitions("logs"))) == (tables, partitions)


def test_a_deprecated_table_is_a_table_again_when_its_data_is_back(lake: Lake) -> None:
    lake.put(**{"logs/a.csv": CSV})
    crawler = lake.crawl("logs/")
    lake.delete("logs/a.csv")
    lake.crawl_again(crawler)
    assert "DEPRECATED_BY_CRAWLER" in lake.table("logs")["Parameters"]
    lake.put(**{"logs/a.csv": CSV})
    lake.crawl_again(crawler)
    assert "DEPRECATED_BY_CRAWLER" not in lake.table("logs")["Parameters"]


def test_tables_of_others_are_never_retired(lake: Lake) -> None:
    lake.put(**{"logs/a.csv": CSV})
    lake.crawl("logs/")
    location = {"Columns": [], "Location": f"s3://{lake.name}/logs/gone/"}
    theirs = {"Name": "theirs", "StorageDescriptor": location}
    lake.glue.create_table(DatabaseName=lake.database, TableInput=theirs)
    lake.crawl("logs/", SchemaChangePolicy={"DeleteBehavior": "DELETE_FROM_DATABASE"})
    assert lake.tables() == ["logs", "theirs"]
