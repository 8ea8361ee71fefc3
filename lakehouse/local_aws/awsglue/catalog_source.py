"""Reading a table of the Glue Data Catalog with Spark: which files, which format, which schema.

The catalog decides everything: columns and types, the format (classification, SerDe), and the
locations of table or partitions. A value that does not fit its column fails the job: rows are
never lost or nulled silently. Written for Spark inside a job; boto3 finds the endpoint itself.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from typing import Any

import boto3
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812  Spark's own convention

Table = Mapping[str, Any]


def read_table(
    session: SparkSession,
    database: str,
    name: str,
    partition_predicate: str | None = None,
    push_down_predicate: str | None = None,
) -> DataFrame:
    """A table with its partition columns. Predicates: Glue's expression, Spark SQL.

    Raises NotImplementedError for a format that is not supported.
    """
    table: Table = boto3.client("glue").get_table(DatabaseName=database, Name=name)["Table"]
    keys = table.get("PartitionKeys", [])
    if not keys:
        return _read(session, table, table["StorageDescriptor"])
    parts = [
        _with_values(_read(session, table, part["StorageDescriptor"]), keys, part["Values"])
        for part in _partitions(database, name, partition_predicate)
    ]
    empty = session.createDataFrame([], _schema([*_columns(table), *keys]))
    frame = reduce(DataFrame.unionByName, parts) if parts else empty
    return frame.where(push_down_predicate) if push_down_predicate else frame


def table_format(table: Table) -> str:
    """json, csv, parquet or orc. Raises NotImplementedError for any other format."""
    storage = table["StorageDescriptor"]
    hints = [
        table.get("Parameters", {}).get("classification", ""),
        storage.get("SerdeInfo", {}).get("SerializationLibrary", ""),
        storage.get("InputFormat", ""),
    ]
    text = " ".join(hints).lower()
    names = {"json": "json", "parquet": "parquet", "orc": "orc", "csv": "csv", "lazysimple": "csv"}
    for word, format_ in names.items():
        if word in text:
            return format_
    raise NotImplementedError(
        f"awsglue: table {table['Name']} has a format that is not supported by the local AWS: "
        f"{', '.join(hint for hint in hints if hint)}"
    )


def data_paths(location: str) -> list[str]:
    """What Spark has to read for a location: nothing if no object is there.

    The root of a bucket is given as its folders and files, because Spark's mount has no root.
    """
    bucket, _, prefix = location.partition("://")[2].partition("/")
    prefix = prefix and f"{prefix.rstrip('/')}/"
    pages = boto3.client("s3").get_paginator("list_objects_v2")
    if prefix:
        found = pages.paginate(Bucket=bucket, Prefix=prefix, PaginationConfig={"MaxItems": 1})
        return [f"s3://{bucket}/{prefix}"] if any("Contents" in page for page in found) else []
    keys: list[str] = []
    for page in pages.paginate(Bucket=bucket, Delimiter="/"):
        keys += [entry["Prefix"] for entry in page.get("CommonPrefixes", [])]
        keys += [entry["Key"] for entry in page.get("Contents", [])]
    return [f"s3://{bucket}/{key}" for key in keys if not key.startswith(("_", "."))]


def _partitions(database: str, name: str, expression: str | None) -> list[Mapping[str, Any]]:
    pages = boto3.client("glue").get_paginator("get_partitions")
    wanted: dict[str, Any] = {"Expression": expression} if expression else {}
    found: list[Mapping[str, Any]] = []
    for page in pages.paginate(DatabaseName=database, TableName=name, **wanted):
        found += page["Partitions"]
    return found


def _read(session: SparkSession, table: Table, storage: Mapping[str, Any]) -> DataFrame:
    schema = _schema(_columns(table))
    paths = data_paths(storage["Location"])
    if not paths:
        return session.createDataFrame([], schema)
    format_ = table_format(table)
    reader = session.read.option("recursiveFileLookup", "true")
    if format_ in ("parquet", "orc"):
        return reader.schema(schema).format(format_).load(paths)
    options = _csv_options(table) if format_ == "csv" else {}
    return reader.options(mode="FAILFAST", **options).schema(schema).format(format_).load(paths)


def _csv_options(table: Table) -> dict[str, str]:
    storage = table["StorageDescriptor"]
    serde = storage.get("SerdeInfo", {}).get("Parameters", {})
    settings = {**serde, **storage.get("Parameters", {}), **table.get("Parameters", {})}
    return {
        "sep": settings.get("separatorChar", settings.get("field.delim", ",")),
        "quote": settings.get("quoteChar", '"'),
        "escape": settings.get("escapeChar", "\\"),
        "header": str(settings.get("skip.header.line.count", "0") == "1").lower(),
    }


def _columns(table: Table) -> Sequence[Mapping[str, str]]:
    columns: Sequence[Mapping[str, str]] = table["StorageDescriptor"]["Columns"]
    return columns


def _schema(columns: Sequence[Mapping[str, str]]) -> str:
    """Glue's column types are Hive's, which Spark reads as they are."""
    return ", ".join(f"`{column['Name']}` {column['Type']}" for column in columns)


def _with_values(
    frame: DataFrame, keys: Sequence[Mapping[str, str]], values: Sequence[str]
) -> DataFrame:
    added = {
        key["Name"]: F.lit(value).cast(key["Type"]) for key, value in zip(keys, values, strict=True)
    }
    return frame.withColumns(added)
