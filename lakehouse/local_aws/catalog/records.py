"""Documents of the Glue Data Catalog: what a stored database, table or partition looks like.

Pure: names, keys, what inputs may not ask for, and the constructors that turn an API input into the
document that the API returns. Lengths and patterns are AWS's model's (`validation`); reading and
writing belongs to `databases`, `tables` and `partition_store`.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.validation import checked_value

Document = dict[str, Any]

SEPARATOR = "\x1f"
DATABASE_KIND = "glue_database"
TABLE_KIND = "glue_table"
VERSION_KIND = "glue_table_version"
PARTITION_KIND = "glue_partition"
PARTITION_INDEX_KIND = "glue_partition_index"
TABLE_STATISTICS_KIND = "glue_table_statistics"
PARTITION_STATISTICS_KIND = "glue_partition_statistics"
FUNCTION_KIND = "glue_function"

OF_TABLE_KINDS = (
    VERSION_KIND,
    PARTITION_INDEX_KIND,
    TABLE_STATISTICS_KIND,
    PARTITION_STATISTICS_KIND,
)
"""What is deleted with its table, beside the partitions."""

_DATABASE_FIELDS = ("Description", "LocationUri", "Parameters", "CreateTableDefaultPermissions")
_TABLE_FIELDS = (
    "Description",
    "Owner",
    "LastAccessTime",
    "LastAnalyzedTime",
    "StorageDescriptor",
    "ViewOriginalText",
    "ViewExpandedText",
    "TableType",
    "Parameters",
)
_PARTITION_FIELDS = ("LastAccessTime", "StorageDescriptor", "Parameters", "LastAnalyzedTime")
_UNSUPPORTED_INPUTS = (
    "TargetDatabase",
    "FederatedDatabase",
    "TargetTable",
    "FederatedTable",
    "ViewDefinition",
)
_EVERYBODY = {
    "Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"},
    "Permissions": ["ALL"],
}
"""What AWS puts into databases of an account that does not use Lake Formation."""


def not_found(what: str) -> AwsError:
    """Build the error for an entity that the catalog does not have."""
    return AwsError("EntityNotFoundException", what)


def already_exists(what: str) -> AwsError:
    """Build the error for an entity that the catalog has already."""
    return AwsError("AlreadyExistsException", what)


def invalid_input(message: str) -> AwsError:
    """Build Glue's error for an input that is well-formed but not acceptable."""
    return AwsError("InvalidInputException", message)


def not_supported(field: str) -> AwsError:
    """Build the refusal of a part of an input that asks for what is not here."""
    return invalid_input(f"{field} is not supported by the local AWS.")


def entity_name(value: str, path: str = "name") -> str:
    """Return the name as the catalog stores it: lower case, 1 to 255 characters, one line.

    Source: https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html ("For Hive
    compatibility, this is folded to lowercase when it is stored"), checked 2026-11.
    """
    return str(checked_value("glue", "NameString", value, path)).lower()


def key_of(*parts: str) -> str:
    """Join the parts of a composite key."""
    return SEPARATOR.join(parts)


def refuse_unsupported_inputs(given: Mapping[str, Any]) -> None:
    """Refuse what needs services that are not here: links, federation, multi-dialect views."""
    for field in _UNSUPPORTED_INPUTS:
        if given.get(field):
            raise not_supported(field)
    if given.get("StorageDescriptor", {}).get("SchemaReference"):
        raise not_supported("SchemaReference")


def database_document(given: Mapping[str, Any], account: str) -> Document:
    """Build a new Database from a DatabaseInput."""
    refuse_unsupported_inputs(given)
    return {
        "Name": entity_name(given["Name"], "databaseInput.name"),
        "CreateTableDefaultPermissions": [_EVERYBODY],
        **_present(given, _DATABASE_FIELDS),
        "CreateTime": time.time(),
        "CatalogId": account,
    }


def table_document(given: Mapping[str, Any], database: str, account: str) -> Document:
    """Build a new Table, version 0, from a TableInput."""
    refuse_unsupported_inputs(given)
    now = time.time()
    table = {
        "Name": entity_name(given["Name"], "tableInput.name"),
        "DatabaseName": database,
        **_present(given, _TABLE_FIELDS),
        "Retention": given.get("Retention", 0),
        "PartitionKeys": _partition_keys(given.get("PartitionKeys") or []),
        "CreateTime": now,
        "UpdateTime": now,
        "CreatedBy": f"arn:aws:iam::{account}:root",
        "IsRegisteredWithLakeFormation": False,
        "IsMultiDialectView": False,
        "CatalogId": account,
        "VersionId": "0",
    }
    return _with_complete_descriptor(table)


def updated_table(current: Mapping[str, Any], given: Mapping[str, Any]) -> Document:
    """Build the next version of a Table: a TableInput replaces everything it can carry."""
    fresh = table_document(given, current["DatabaseName"], current["CatalogId"])
    fresh["CreateTime"] = current["CreateTime"]
    fresh["CreatedBy"] = current["CreatedBy"]
    fresh["VersionId"] = str(int(current["VersionId"]) + 1)
    return fresh


def partition_document(given: Mapping[str, Any], table: Mapping[str, Any]) -> Document:
    """Build a Partition of `table` from a PartitionInput; its values must fit the table's keys."""
    refuse_unsupported_inputs(given)
    partition = {
        "Values": checked_values(given.get("Values") or [], table),
        "DatabaseName": table["DatabaseName"],
        "TableName": table["Name"],
        "CreationTime": time.time(),
        **_present(given, _PARTITION_FIELDS),
        "CatalogId": table["CatalogId"],
    }
    return _with_complete_descriptor(partition)


def checked_values(values: Sequence[str], table: Mapping[str, Any]) -> list[str]:
    """Return partition values after checking that they are as many as the table's keys."""
    if len(values) != len(table["PartitionKeys"]):
        raise invalid_input(
            "The number of partition keys do not match the number of partition values"
        )
    for value in values:
        if any(character < " " for character in value):
            raise invalid_input("Partition values must not contain control characters.")
    return list(values)


def error_detail(error: AwsError) -> Document:
    """Build the ErrorDetail of one entry of a batch call."""
    return {"ErrorCode": error.code, "ErrorMessage": error.message}


def _partition_keys(given: Sequence[Mapping[str, Any]]) -> list[Document]:
    """Source: https://github.com/apache/incubator-xtable/pull/697, checked 2026-11."""
    if any(key.get("Parameters") for key in given):
        raise invalid_input("Parameters not supported for partition columns")
    return [dict(key) for key in given]


def _present(given: Mapping[str, Any], fields: Sequence[str]) -> Document:
    return {field: given[field] for field in fields if given.get(field) is not None}


def _with_complete_descriptor(document: Document) -> Document:
    """Fill the flags of a StorageDescriptor that Glue returns even when they were not given."""
    descriptor = document.get("StorageDescriptor")
    if descriptor is not None:
        defaults = {"Compressed": False, "NumberOfBuckets": 0, "StoredAsSubDirectories": False}
        document["StorageDescriptor"] = {**defaults, **descriptor}
    return document
