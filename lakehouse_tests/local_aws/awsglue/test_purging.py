"""purge_s3_path and purge_table: what is old goes, with the partitions that lose all of it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lakehouse.local_aws.awsglue.context import GlueContext

Client = Callable[[str], Any]
pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::ResourceWarning")]


def keys(s3: Any, bucket: str) -> list[str]:
    return [found["Key"] for found in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def test_a_path_is_purged_of_what_is_older_than_the_period(
    glue: "GlueContext", client: Client
) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="purge-path")
    for key in ("logs/a", "logs/deep/b", "logs2/c"):
        s3.put_object(Bucket="purge-path", Key=key, Body=b"x")
    glue.purge_s3_path("s3://purge-path/logs")
    glue.purge_s3_path("s3://purge-path/logs/", {"retentionPeriod": 1})
    glue.purge_s3_path(
        "s3://purge-path/logs/", {"retentionPeriod": 0, "excludeStorageClasses": ["STANDARD"]}
    )
    assert keys(s3, "purge-path") == ["logs/a", "logs/deep/b", "logs2/c"]
    manifest = {"retentionPeriod": 0, "manifestFilePath": "s3://purge-path/manifest/"}
    glue.purge_s3_path("s3://purge-path/logs/", manifest, "ctx")
    assert keys(s3, "purge-path") == [
        "logs2/c",
        "manifest/ctx/Failed.csv",
        "manifest/ctx/Success.csv",
    ]
    body = s3.get_object(Bucket="purge-path", Key="manifest/ctx/Success.csv")["Body"].read()
    assert body == b"s3://purge-path/logs/a\r\ns3://purge-path/logs/deep/b\r\n"


def test_a_table_loses_the_partitions_that_a_predicate_selects(
    glue: "GlueContext", client: Client
) -> None:
    s3, catalog = client("s3"), client("glue")
    s3.create_bucket(Bucket="purge-table")
    catalog.create_database(DatabaseInput={"Name": "purge"})
    place = {"Columns": [{"Name": "id", "Type": "int"}]}
    catalog.create_table(
        DatabaseName="purge",
        TableInput={
            "Name": "days",
            "PartitionKeys": [{"Name": "month", "Type": "string"}],
            "StorageDescriptor": {**place, "Location": "s3://purge-table/days/"},
        },
    )
    for month in ("march", "april"):
        location = f"days/month={month}/"
        s3.put_object(Bucket="purge-table", Key=f"{location}a", Body=b"x")
        found = {**place, "Location": f"s3://purge-table/{location}"}
        partition = {"Values": [month], "StorageDescriptor": found}
        catalog.create_partition(DatabaseName="purge", TableName="days", PartitionInput=partition)
    options = {"partitionPredicate": "(month=='march')", "retentionPeriod": 0}
    glue.purge_table("purge", "days", options)
    left = catalog.get_partitions(DatabaseName="purge", TableName="days")["Partitions"]
    assert [partition["Values"] for partition in left] == [["april"]]
    assert keys(s3, "purge-table") == ["days/month=april/a"]
    with pytest.raises(NotImplementedError, match="purge_table: option dryRun"):
        glue.purge_table("purge", "days", {"dryRun": True})
