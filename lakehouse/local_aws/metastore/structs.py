"""Databases, tables and partitions: the Data Catalog's documents as Hive's structs, and back.

Pure, field by field as AWS's own catalog client for Hive does it (github.com/awslabs/
aws-glue-data-catalog-client-for-apache-hive-metastore, package `converters`, checked 2026-11).
What Hive has no field for (descriptions of tables, column parameters) does not reach Spark.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from lakehouse.local_aws.metastore.interface import hive

Document = dict[str, Any]
HiveStruct = Any
"""A struct of the Thrift interface; its classes are made from the file at run time."""

DDL_TIME = "transient_lastDdlTime"
_VIEW_FIELDS = (("ViewOriginalText", "viewOriginalText"), ("ViewExpandedText", "viewExpandedText"))


def hive_database(database: Mapping[str, Any]) -> HiveStruct:
    """A Database of the catalog for Hive; without a location it has the empty one, as on AWS."""
    return hive().Database(
        name=database["Name"],
        description=database.get("Description"),
        locationUri=database.get("LocationUri", ""),
        parameters=database.get("Parameters", {}),
    )


def database_input(database: HiveStruct) -> Document:
    """The DatabaseInput of a Hive database."""
    given = {
        "Name": database.name,
        "Description": database.description,
        "LocationUri": database.locationUri,
        "Parameters": database.parameters,
    }
    return _given(given)


def hive_table(table: Mapping[str, Any]) -> HiveStruct:
    """A Table of the catalog for Hive."""
    return hive().Table(
        tableName=table["Name"],
        dbName=table["DatabaseName"],
        owner=table.get("Owner"),
        createTime=int(table.get("CreateTime", 0)),
        lastAccessTime=int(table.get("LastAccessTime", 0)),
        retention=table.get("Retention", 0),
        sd=_hive_descriptor(table.get("StorageDescriptor", {})),
        partitionKeys=_fields(table.get("PartitionKeys", [])),
        parameters=table.get("Parameters", {}),
        viewOriginalText=table.get("ViewOriginalText"),
        viewExpandedText=table.get("ViewExpandedText"),
        tableType=table.get("TableType"),
    )


def table_input(table: HiveStruct) -> Document:
    """The TableInput of a Hive table."""
    given = {
        "Name": table.tableName,
        "Owner": table.owner,
        "Retention": table.retention or 0,
        "StorageDescriptor": _descriptor(table.sd),
        "PartitionKeys": _columns(table.partitionKeys or []),
        "Parameters": table.parameters or {},
        "ViewOriginalText": table.viewOriginalText,
        "ViewExpandedText": table.viewExpandedText,
        "TableType": table.tableType,
        "LastAccessTime": table.lastAccessTime or None,
    }
    return _given(given)


def hive_partition(partition: Mapping[str, Any]) -> HiveStruct:
    """A Partition of the catalog for Hive."""
    return hive().Partition(
        values=partition["Values"],
        dbName=partition["DatabaseName"],
        tableName=partition["TableName"],
        createTime=int(partition.get("CreationTime", 0)),
        lastAccessTime=int(partition.get("LastAccessTime", 0)),
        sd=_hive_descriptor(partition.get("StorageDescriptor", {})),
        parameters=partition.get("Parameters", {}),
    )


def partition_input(partition: HiveStruct) -> Document:
    """The PartitionInput of a Hive partition."""
    given = {
        "Values": partition.values,
        "StorageDescriptor": _descriptor(partition.sd),
        "Parameters": partition.parameters or {},
        "LastAccessTime": partition.lastAccessTime or None,
    }
    return _given(given)


def _hive_descriptor(storage: Mapping[str, Any]) -> HiveStruct:
    serde = storage.get("SerdeInfo", {})
    return hive().StorageDescriptor(
        cols=_fields(storage.get("Columns", [])),
        location=storage.get("Location"),
        inputFormat=storage.get("InputFormat"),
        outputFormat=storage.get("OutputFormat"),
        compressed=storage.get("Compressed", False),
        numBuckets=storage.get("NumberOfBuckets", 0),
        serdeInfo=hive().SerDeInfo(
            name=serde.get("Name"),
            serializationLib=serde.get("SerializationLibrary"),
            parameters=serde.get("Parameters", {}),
        ),
        bucketCols=storage.get("BucketColumns", []),
        sortCols=[
            hive().Order(col=column["Column"], order=column["SortOrder"])
            for column in storage.get("SortColumns", [])
        ],
        parameters=storage.get("Parameters", {}),
        storedAsSubDirectories=storage.get("StoredAsSubDirectories", False),
    )


def _descriptor(storage: HiveStruct) -> Document:
    serde = storage.serdeInfo or hive().SerDeInfo()
    given = {
        "Columns": _columns(storage.cols or []),
        "Location": storage.location,
        "InputFormat": storage.inputFormat,
        "OutputFormat": storage.outputFormat,
        "Compressed": bool(storage.compressed),
        "NumberOfBuckets": storage.numBuckets or 0,
        "SerdeInfo": _given(
            {
                "Name": serde.name,
                "SerializationLibrary": serde.serializationLib,
                "Parameters": serde.parameters or {},
            }
        ),
        "BucketColumns": storage.bucketCols or [],
        "SortColumns": [
            {"Column": column.col, "SortOrder": column.order} for column in storage.sortCols or []
        ],
        "Parameters": storage.parameters or {},
        "StoredAsSubDirectories": bool(storage.storedAsSubDirectories),
    }
    return _given(given)


def _fields(columns: Sequence[Mapping[str, Any]]) -> list[HiveStruct]:
    schema = hive().FieldSchema
    return [
        schema(name=column["Name"], type=column.get("Type"), comment=column.get("Comment"))
        for column in columns
    ]


def _columns(fields: Sequence[HiveStruct]) -> list[Document]:
    return [
        _given({"Name": field.name, "Type": field.type, "Comment": field.comment})
        for field in fields
    ]


def _given(document: Mapping[str, Any]) -> Document:
    """Only what has a value: a field that is not set is not sent."""
    return {name: value for name, value in document.items() if value is not None}
