"""The Data Catalog's inputs that statements ask for: TableInput, PartitionInput, StorageDescriptor.

Pure; sending them belongs to `ddl` and `run`.
"""

from collections.abc import Sequence
from typing import Any

from lakehouse.local_aws.athena import hive_statements as hive
from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.partition_paths import escaped
from lakehouse.local_aws.athena.statements import CreateView
from lakehouse.local_aws.athena.types import Type
from lakehouse.local_aws.athena.view_definitions import encoded

Document = dict[str, Any]


def partition_input(table: Document, values: list[str], location: str | None) -> Document:
    """The PartitionInput of values; without a location it stands under the table's."""
    storage = dict(table["StorageDescriptor"])
    keys = [key["Name"].lower() for key in table.get("PartitionKeys") or []]
    base = str(storage.get("Location", "")).rstrip("/")
    folder = "/".join(f"{k}={escaped(v)}" for k, v in zip(keys, values, strict=True))
    storage["Location"] = location or f"{base}/{folder}"
    return {"Values": values, "StorageDescriptor": storage}


def glue_columns(columns: Sequence[hive.Column]) -> list[Document]:
    """Columns as the Data Catalog keeps them."""
    return [
        {"Name": c.name, "Type": c.glue_type, **({"Comment": c.comment} if c.comment else {})}
        for c in columns
    ]


def storage_descriptor(
    columns: Sequence[Document], location: str, row_format: hive.RowFormat
) -> Document:
    """The StorageDescriptor of a table."""
    return {
        "Columns": list(columns),
        "Location": location,
        "InputFormat": row_format.input_format,
        "OutputFormat": row_format.output_format,
        "Compressed": False,
        "NumberOfBuckets": -1,
        "SerdeInfo": {
            "SerializationLibrary": row_format.library,
            "Parameters": dict(row_format.parameters),
        },
        "BucketColumns": [],
        "SortColumns": [],
        "Parameters": {},
        "StoredAsSubDirectories": False,
    }


def table_input(statement: hive.CreateTable) -> Document:
    """The TableInput of CREATE EXTERNAL TABLE."""
    body: Document = {
        "Name": statement.table.name,
        "StorageDescriptor": storage_descriptor(
            glue_columns(statement.columns), statement.location, statement.row_format
        ),
        "PartitionKeys": glue_columns(statement.partition_keys),
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", **statement.properties},
    }
    return body | ({"Description": statement.comment} if statement.comment else {})


def view_input(
    statement: CreateView, columns: Sequence[tuple[str, Type]], database: str
) -> Document:
    """The TableInput of a view."""
    return {
        "Name": statement.view.name,
        "TableType": "VIRTUAL_VIEW",
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
        "PartitionKeys": [],
        "ViewOriginalText": encoded(statement.query_text, database, columns),
        "ViewExpandedText": "/* Presto View */",
        "StorageDescriptor": {
            "Columns": [{"Name": n, "Type": t.glue_name(k)} for n, k in columns],
            "Location": "",
            "SerdeInfo": {},
        },
    }
