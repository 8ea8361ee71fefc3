"""Writing a frame and its table: new tables, new partitions, changed columns (enableUpdateCatalog).

Rules from "Updating the schema, and adding new partitions in the Data Catalog using AWS Glue ETL
jobs" (https://docs.aws.amazon.com/glue/latest/dg/update-from-job.html, checked 2026-11). Requests
are composed by pure functions; the data is written before the catalog knows of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import boto3
from pyspark.sql import functions as F  # noqa: N812  Spark's own convention

from .catalog import Document
from .gluetypes import StructType
from .hadoop_files import partition_folder
from .nodes import Typed
from .paths import quoted
from .refusal import unsupported
from .s3_sink import Target, write
from .spark_types import to_spark

UpdateBehavior = Literal["UPDATE_IN_DATABASE", "LOG"]
_BATCH = 100  # partitions in one BatchCreatePartition
_TEXT = {
    "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
}
_PARQUET = {
    "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
}
_SERDES = {
    "csv": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
    "json": "org.openx.data.jsonserde.JsonSerDe",
    "parquet": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
}
_KEY_TYPE = "string"
_NULL = "__HIVE_DEFAULT_PARTITION__"


class CatalogMismatch(Exception):
    """The catalog's table cannot take the frame: other partition keys, other columns, no writer."""


@dataclass(frozen=True)
class CatalogUpdate:
    """Which table to keep true, and how."""

    database: str
    table: str
    behavior: UpdateBehavior


def write_and_update(frame: Typed, where: Target, update: CatalogUpdate) -> None:
    """Write the rows, then create or change the table and add the partitions that are new."""
    if where.format not in _SERDES:
        raise unsupported(f"enableUpdateCatalog with format {where.format!r}")
    glue: Any = boto3.client("glue")
    table = _existing(glue, update)
    if table is not None:
        check_table(table, frame.type, where, update.behavior)
    values = _partition_values(frame, where.partition_keys)
    write(frame, where)
    if table is None:
        table = table_input(update.table, frame.type, where)
        glue.create_table(DatabaseName=update.database, TableInput=table)
    elif where.partition_keys and update.behavior == "UPDATE_IN_DATABASE":
        table = updated_table(table, frame.type, where)
        glue.update_table(DatabaseName=update.database, TableInput=table)
    _add_partitions(glue, update, frame, where, table, values)


def table_input(name: str, kind: StructType, where: Target) -> dict[str, Any]:
    """The TableInput of a new table; its partition keys are strings, as their folders' names."""
    return {
        "Name": name.lower(),
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"classification": where.format, **_parameters(where)},
        "PartitionKeys": [{"Name": key.lower(), "Type": _KEY_TYPE} for key in where.partition_keys],
        "StorageDescriptor": storage(kind, where, where.path),
    }


def updated_table(table: Document, kind: StructType, where: Target) -> dict[str, Any]:
    """The TableInput of a table with the columns of a frame; the rest stays."""
    kept = ("Name", "Description", "Owner", "Retention", "PartitionKeys", "TableType", "Parameters")
    descriptor = {**table["StorageDescriptor"], "Columns": columns(kind, where.partition_keys)}
    return {**{key: table[key] for key in kept if key in table}, "StorageDescriptor": descriptor}


def storage(kind: StructType, where: Target, location: str) -> dict[str, Any]:
    """The StorageDescriptor of a new table or of a partition of it."""
    options = dict(where.spark_options)
    serde = {"field.delim": options["sep"]} if where.format == "csv" else {}
    return {
        "Columns": columns(kind, where.partition_keys),
        "Location": location,
        **(_PARQUET if where.format == "parquet" else _TEXT),
        "SerdeInfo": {
            "SerializationLibrary": _SERDES[where.format],
            "Parameters": {**serde, "serialization.format": options.get("sep", "1")},
        },
    }


def columns(kind: StructType, keys: Sequence[str]) -> list[dict[str, str]]:
    """The columns of a frame in the catalog: lower-case names, Hive's types, no partition keys."""
    return [
        {"Name": field.name.lower(), "Type": to_spark(field.dataType).simpleString()}
        for field in kind
        if field.name not in keys
    ]


def check_table(table: Document, kind: StructType, where: Target, behavior: UpdateBehavior) -> None:
    """Raise CatalogMismatch if the documented restrictions keep a frame from a table."""
    keys = [key["Name"] for key in table.get("PartitionKeys", [])]
    wanted = [key.lower() for key in where.partition_keys]
    if keys != wanted:
        raise CatalogMismatch(f"partitionKeys {wanted} are not those of the table: {keys}")
    parameters = table.get("Parameters", {})
    plain = parameters.get("useGlueParquetWriter") != "true"
    if plain and where.format == parameters.get("classification") == "parquet":
        raise CatalogMismatch(f"table {table['Name']} needs the property useGlueParquetWriter=true")
    if behavior == "LOG":
        _check_subset(table, columns(kind, where.partition_keys))


def _check_subset(table: Document, wanted: Iterable[Mapping[str, str]]) -> None:
    known = {column["Name"]: column["Type"] for column in table["StorageDescriptor"]["Columns"]}
    new = [c["Name"] for c in wanted if known.get(c["Name"]) != c["Type"]]
    if new:
        raise CatalogMismatch(
            f"updateBehavior LOG: the table has no such columns: {', '.join(new)}"
        )


def _parameters(where: Target) -> dict[str, str]:
    options = dict(where.spark_options)
    if where.format == "parquet":
        return {"useGlueParquetWriter": "true"}
    if where.format == "csv" and options["header"] == "true":
        return {"skip.header.line.count": "1"}
    return {}


def _existing(glue: Any, update: CatalogUpdate) -> Document | None:
    try:
        table: Document = glue.get_table(DatabaseName=update.database, Name=update.table)["Table"]
    except glue.exceptions.EntityNotFoundException:
        glue.get_database(Name=update.database)  # a missing database is an error before the write
        return None
    return table


def _partition_values(frame: Typed, keys: Sequence[str]) -> list[list[str | None]]:
    """The distinct values of the partition keys, as Spark writes them into folders' names."""
    if not keys:
        return []
    texts = [F.col(quoted(key)).cast("string").alias(key) for key in keys]
    return [list(row) for row in frame.data.select(*texts).distinct().collect()]


def _add_partitions(
    glue: Any,
    update: CatalogUpdate,
    frame: Typed,
    where: Target,
    table: Mapping[str, Any],
    values: Sequence[Sequence[str | None]],
) -> None:
    session = frame.data.sparkSession
    inputs = []
    for found in sorted(values, key=repr):
        pairs = list(zip(where.partition_keys, found, strict=True))
        folders = [partition_folder(session, key, value) for key, value in pairs]
        location = "/".join([where.path.rstrip("/"), *folders, ""])
        names = [
            folder.partition("=")[2] if v is None else v
            for folder, (_, v) in zip(folders, pairs, strict=True)
        ]
        descriptor = {**table["StorageDescriptor"], "Location": location}
        inputs.append({"Values": names, "StorageDescriptor": descriptor})
    for start in range(0, len(inputs), _BATCH):
        answer = glue.batch_create_partition(
            DatabaseName=update.database,
            TableName=update.table,
            PartitionInputList=inputs[start : start + _BATCH],
        )
        _raise_failures(answer.get("Errors", []))


def _raise_failures(errors: Iterable[Mapping[str, Any]]) -> None:
    """A partition that is there already is as it should be; anything else fails the job."""
    for error in errors:
        detail = error["ErrorDetail"]
        if detail["ErrorCode"] != "AlreadyExistsException":
            raise CatalogMismatch(f"partition {error['PartitionValues']}: {detail['ErrorMessage']}")
