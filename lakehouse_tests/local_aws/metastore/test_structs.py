"""Data Catalog documents as Hive's structs and back: nothing of what Hive knows is lost."""

from typing import Any

import pytest

from lakehouse.local_aws.catalog.records import (
    database_document,
    partition_document,
    table_document,
)
from lakehouse.local_aws.metastore.structs import (
    database_input,
    hive_database,
    hive_partition,
    hive_table,
    partition_input,
    table_input,
)

STORAGE: dict[str, Any] = {
    "Columns": [
        {"Name": "id", "Type": "bigint", "Comment": "the key"},
        {"Name": "m", "Type": "struct<a:string>"},
    ],
    "Location": "s3://lake/t/",
    "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    "Compressed": True,
    "NumberOfBuckets": 4,
    "SerdeInfo": {
        "Name": "s",
        "SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe",
        "Parameters": {"paths": "id"},
    },
    "BucketColumns": ["id"],
    "SortColumns": [{"Column": "id", "SortOrder": 1}],
    "Parameters": {"CrawlerSchemaDeserializerVersion": "1.0"},
    "StoredAsSubDirectories": False,
}
EMPTY_STORAGE: dict[str, Any] = {
    "Columns": [],
    "Compressed": False,
    "NumberOfBuckets": 0,
    "SerdeInfo": {"Parameters": {}},
    "BucketColumns": [],
    "SortColumns": [],
    "Parameters": {},
    "StoredAsSubDirectories": False,
}
TABLE: dict[str, Any] = {
    "Name": "t",
    "Owner": "me",
    "Retention": 3,
    "StorageDescriptor": STORAGE,
    "PartitionKeys": [{"Name": "day", "Type": "date", "Comment": "of the event"}],
    "Parameters": {"classification": "json", "EXTERNAL": "TRUE"},
    "TableType": "EXTERNAL_TABLE",
    "LastAccessTime": 1_700_000_000,
}
VIEW: dict[str, Any] = {
    "Name": "v",
    "Retention": 0,
    "StorageDescriptor": EMPTY_STORAGE,
    "PartitionKeys": [],
    "Parameters": {"comment": "a view"},
    "ViewOriginalText": "SELECT 1",
    "ViewExpandedText": "SELECT 1",
    "TableType": "VIRTUAL_VIEW",
}


@pytest.mark.parametrize(
    "given",
    [
        {"Name": "d", "LocationUri": "s3://lake/d", "Description": "x", "Parameters": {"a": "b"}},
        {"Name": "d", "LocationUri": "", "Parameters": {}},
    ],
)
def test_a_database_there_and_back(given: dict[str, Any]) -> None:
    assert database_input(hive_database(database_document(given, "1"))) == given


@pytest.mark.parametrize("given", [TABLE, VIEW])
def test_a_table_there_and_back(given: dict[str, Any]) -> None:
    hive = hive_table(table_document(given, "d", "1"))
    assert table_input(hive) == given
    assert (hive.dbName, hive.createTime > 0) == ("d", True)


def test_a_partition_there_and_back() -> None:
    given = {
        "Values": ["2026-01-01"],
        "StorageDescriptor": STORAGE,
        "Parameters": {"numRows": "3"},
        "LastAccessTime": 1_700_000_000,
    }
    table = table_document(TABLE, "d", "1")
    hive = hive_partition(partition_document(given, table))
    assert partition_input(hive) == given
    assert (hive.dbName, hive.tableName) == ("d", "t")
