"""Publishing: a run's files become the table's partitions by pointing the catalog at them.

A run writes under `<table>/<run id>/event_date=<day>/`, a prefix of its own; until the catalog
points there no reader sees it, and the old files stay whole. What no partition points to any more
is for vacuum, never for a run, to remove.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from lakehouse.aws.account import Account
from lakehouse.aws.catalog import Catalog, partition_input

PARQUET = {
    "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    "SerdeInfo": {
        "SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
        "Parameters": {"serialization.format": "1"},
    },
}
PARTITION_KEYS = [{"Name": "event_date", "Type": "string"}]


def run_location(account: Account, table: str, run_id: str) -> str:
    """The prefix that belongs to one run of one table, ending with `/`."""
    return f"s3://{account.clean_bucket}/{table}/{run_id}/"


def day_location(run: str, day: str) -> str:
    """Where a run puts one day's files."""
    return f"{run}event_date={day}/"


def run_of(location: str) -> str:
    """The run id in a partition's location."""
    return location.rstrip("/").split("/")[-2]


def parquet_table(
    account: Account, name: str, description: str, columns: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """TableInput of a published table; its own location holds no files, its partitions' do."""
    return {
        "Name": name,
        "Description": description,
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": PARTITION_KEYS,
        "StorageDescriptor": {
            **PARQUET,
            "Columns": [dict(column) for column in columns],
            "Location": f"s3://{account.clean_bucket}/{name}/",
        },
        "Parameters": {"EXTERNAL": "TRUE", "classification": "parquet"},
    }


def publish(
    catalog: Catalog,
    account: Account,
    table: Mapping[str, Any],
    run: str,
    days: Iterable[str],
    raw_versions: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """Point the partition of each day at the run's files; day -> location."""
    locations = {day: day_location(run, day) for day in days}
    descriptor = table["StorageDescriptor"]
    inputs = [
        partition_input(descriptor, day, place, raw_versions.get(day, ""))
        for day, place in locations.items()
    ]
    catalog.point(account.database, table["Name"], inputs)
    return locations
