"""The Data Catalog as a job asks for it: tables, columns and partitions through boto3.

Reading data is catalog_source.py, writing the catalog catalog_sink.py. boto3 finds the endpoint.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import boto3

from .gluetypes import Field
from .refusal import unsupported
from .spark_types import type_named

Document = Mapping[str, Any]
_FORMATS = {
    "json": "json",
    "glueparquet": "parquet",
    "parquet": "parquet",
    "orc": "orc",
    "csv": "csv",
    "lazysimple": "csv",
}
"""Words in classification, SerDe and input format, and the format they mean."""


def get_table(database: str, name: str) -> Document:
    """A table. Raises botocore's EntityNotFoundException."""
    table: Document = boto3.client("glue").get_table(DatabaseName=database, Name=name)["Table"]
    return table


def get_partitions(table: Document, expression: str | None = None) -> Iterator[Document]:
    """The partitions of a table, those only that a catalog expression selects."""
    glue: Any = boto3.client("glue")
    pages = glue.get_paginator("get_partitions")
    wanted = {"Expression": expression} if expression else {}
    names = {"DatabaseName": table["DatabaseName"], "TableName": table["Name"]}
    for page in pages.paginate(**names, **wanted):
        yield from page["Partitions"]


def column_types(database: str, name: str) -> dict[str, str]:
    """Column -> type, the partition keys' too."""
    table = get_table(database, name)
    columns = [*table["StorageDescriptor"]["Columns"], *table.get("PartitionKeys", [])]
    return {column["Name"]: column["Type"] for column in columns}


def fields_of(columns: Sequence[Mapping[str, str]]) -> list[Field]:
    """Columns of the catalog as fields."""
    return [Field(column["Name"], type_named(column["Type"])) for column in columns]


def table_format(table: Document) -> str:
    """json, csv, parquet or orc. Raises NotImplementedError for any other format."""
    storage = table["StorageDescriptor"]
    hints = [
        table.get("Parameters", {}).get("classification", ""),
        storage.get("SerdeInfo", {}).get("SerializationLibrary", ""),
        storage.get("InputFormat", ""),
    ]
    text = " ".join(hints).lower()
    for word, format_ in _FORMATS.items():
        if word in text:
            return format_
    shown = ", ".join(hint for hint in hints if hint)
    raise unsupported(f"table {table['Name']}: its format {shown}")


def table_settings(table: Document) -> dict[str, str]:
    """The parameters of SerDe, storage and table, the last ones winning."""
    storage = table["StorageDescriptor"]
    serde = storage.get("SerdeInfo", {}).get("Parameters", {})
    return {**serde, **storage.get("Parameters", {}), **table.get("Parameters", {})}
