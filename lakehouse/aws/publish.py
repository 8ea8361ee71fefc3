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
from lakehouse.aws.s3 import S3
from lakehouse.errors import LakehouseError

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


def written_files(s3: S3, run: str) -> dict[str, tuple[int, int]]:
    """Day -> number of files and their bytes under a run's prefix: one listing for all days."""
    bucket, _, prefix = run.removeprefix("s3://").partition("/")
    found: dict[str, tuple[int, int]] = {}
    for item in s3.objects(bucket, prefix):
        day = item.key.removeprefix(prefix).partition("/")[0].removeprefix("event_date=")
        files, size = found.get(day, (0, 0))
        found[day] = (files + 1, size + item.size)
    return found


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


class TypeChanged(LakehouseError):
    """A column is declared with another type than published partitions have."""


def changed_types(
    present: Mapping[str, Any], wanted: Mapping[str, Any]
) -> list[tuple[str, str, str]]:
    """(column, type it has, type it should get) of each column whose type differs."""
    has, gets = _types(present), _types(wanted)
    return [(name, has[name], kind) for name, kind in gets.items() if has.get(name, kind) != kind]


def _types(table: Mapping[str, Any]) -> dict[str, str]:
    return {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}


def ensure_published_table(
    catalog: Catalog, account: Account, wanted: Mapping[str, Any]
) -> dict[str, Any]:
    """Create the table or give it new columns; the table as wanted.

    Old partitions have NULL in a new column. They cannot be read with another type, so a changed
    one raises `TypeChanged` while there are partitions.
    """
    name = wanted["Name"]
    present = catalog.table(account.database, name)
    changed = changed_types(present, wanted) if present else []
    if changed and catalog.has_partitions(account.database, name):
        column, has, gets = changed[0]
        raise TypeChanged(
            f"{account.database}.{name}: column {column} is {has} in published days and declared "
            f"{gets} now; queries over both would fail (HIVE_PARTITION_SCHEMA_MISMATCH). Give the "
            f"column another name, or DROP TABLE {account.database}.{name} and build its days again"
        )
    return catalog.ensure_table(account.database, wanted)


def publish(
    catalog: Catalog,
    account: Account,
    table: Mapping[str, Any],
    run: str,
    days: Iterable[str],
    raw_versions: Mapping[str, str] = MappingProxyType({}),
    scanned: int | None = None,
) -> dict[str, str]:
    """Point the partition of each day at the run's files; day -> location.

    `raw_versions` are kept with each day, `scanned` is the bytes that Athena scanned per day.
    """
    locations = {day: day_location(run, day) for day in days}
    descriptor = table["StorageDescriptor"]
    inputs = [
        partition_input(descriptor, day, place, raw_versions.get(day, ""), scanned)
        for day, place in locations.items()
    ]
    catalog.point(account.database, table["Name"], inputs)
    return locations
