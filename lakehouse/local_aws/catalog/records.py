"""Documents of the Glue Data Catalog: what a stored database, table or partition looks like.

Pure: names, keys, checks of inputs and the constructors that turn an API input into the document
that the API returns. Reading and writing them belongs to `databases`, `tables` and
`partitions`; the expression language of GetPartitions to `partition_filter`.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from lakehouse.local_aws.errors import AwsError

Document = dict[str, Any]

SEPARATOR = "\x1f"
DATABASE_KIND = "glue_database"
TABLE_KIND = "glue_table"
VERSION_KIND = "glue_table_version"
PARTITION_KIND = "glue_partition"

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
_UNSUPPORTED_INPUTS = ("TargetDatabase", "FederatedDatabase", "TargetTable", "ViewDefinition")


def not_found(what: str) -> AwsError:
    """Build the error for an entity that the catalog does not have."""
    return AwsError("EntityNotFoundException", what)


def already_exists(what: str) -> AwsError:
    """Build the error for an entity that the catalog has already."""
    return AwsError("AlreadyExistsException", what)


def invalid_input(message: str) -> AwsError:
    """Build Glue's error for an input that is well-formed but not acceptable."""
    return AwsError("InvalidInputException", message)


def constraint_error(field: str, constraint: str) -> AwsError:
    """Build the error with which AWS answers a request that breaks a length or range."""
    return AwsError(
        "ValidationException",
        f"1 validation error detected: Value at '{field}' failed to satisfy constraint: "
        f"Member must {constraint}",
    )


def at_most(field: str, entries: Sequence[Any], limit: int) -> None:
    """Refuse a batch longer than the API's limit."""
    if len(entries) > limit:
        raise constraint_error(field, f"have length less than or equal to {limit}")


def entity_name(value: str, field: str = "name") -> str:
    """Return the name as the catalog stores it: lower case, 1 to 255 characters, one line.

    Source: https://docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html ("For Hive
    compatibility, this is folded to lowercase when it is stored"), checked 2026-11.
    """
    if not value:
        raise constraint_error(field, "have length greater than or equal to 1")
    if len(value) > 255:
        raise constraint_error(field, "have length less than or equal to 255")
    if any(ord(character) < 0x20 and character != "\t" for character in value):
        raise constraint_error(field, "satisfy regular expression pattern: single-line string")
    return value.lower()


def key_of(*parts: str) -> str:
    """Join the parts of a composite key."""
    return SEPARATOR.join(parts)


def refuse_unsupported_inputs(given: Mapping[str, Any]) -> None:
    """Refuse what needs services that are not here: links, federation, multi-dialect views."""
    for field in _UNSUPPORTED_INPUTS:
        if given.get(field):
            raise invalid_input(f"{field} is not supported by the local AWS.")


def database_document(given: Mapping[str, Any], account: str) -> Document:
    """Build a new Database from a DatabaseInput."""
    refuse_unsupported_inputs(given)
    return {
        "Name": entity_name(given["Name"], "databaseInput.name"),
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
        "PartitionKeys": [dict(key) for key in given.get("PartitionKeys") or []],
        "CreateTime": now,
        "UpdateTime": now,
        "CreatedBy": f"arn:aws:iam::{account}:root",
        "IsRegisteredWithLakeFormation": False,
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
        if any(ord(character) < 0x20 for character in value):
            raise invalid_input("Partition values must not contain control characters.")
    return list(values)


def error_detail(error: AwsError) -> Document:
    """Build the ErrorDetail of one entry of a batch call."""
    return {"ErrorCode": error.code, "ErrorMessage": error.message}


def _present(given: Mapping[str, Any], fields: Sequence[str]) -> Document:
    return {field: given[field] for field in fields if given.get(field) is not None}


def _with_complete_descriptor(document: Document) -> Document:
    """Fill the flags of a StorageDescriptor that Glue returns even when they were not given."""
    descriptor = document.get("StorageDescriptor")
    if descriptor is not None:
        defaults = {"Compressed": False, "NumberOfBuckets": 0, "StoredAsSubDirectories": False}
        document["StorageDescriptor"] = {**defaults, **descriptor}
    return document
