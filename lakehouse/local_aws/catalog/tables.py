"""Tables of the Glue Data Catalog: create, read, list, update, delete.

Archived versions belong to `table_versions`, databases to `databases`, partitions to `partitions`.
"""

import re
from collections.abc import Mapping
from typing import Any

from lakehouse.local_aws.catalog.databases import Databases
from lakehouse.local_aws.catalog.paging import in_chunks, page, page_size, start_key
from lakehouse.local_aws.catalog.partition_indexes import PartitionIndexes
from lakehouse.local_aws.catalog.partition_store import PartitionStore
from lakehouse.local_aws.catalog.records import (
    OF_TABLE_KINDS,
    SEPARATOR,
    TABLE_KIND,
    VERSION_KIND,
    Document,
    already_exists,
    entity_name,
    error_detail,
    invalid_input,
    key_of,
    not_found,
    not_supported,
    table_document,
    updated_table,
)
from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import State

_PAGE = 100
_SHOWN_ATTRIBUTES = {"NAME": "Name", "TABLE_TYPE": "TableType"}


class Tables:
    """The tables of one account and region."""

    def __init__(self, state: State, scope: str, databases: Databases) -> None:
        self._state = state
        self._scope = scope
        self._databases = databases
        self._account = scope.split("/")[0]
        self._partitions = PartitionStore(state, scope)
        self._indexes = PartitionIndexes(state, scope)

    def operations(self) -> dict[str, Operation]:
        """Name the API operations that this class answers."""
        return {
            "CreateTable": self.create,
            "GetTable": self.get_one,
            "GetTables": self.get_page,
            "UpdateTable": self.update,
            "DeleteTable": self.delete,
            "BatchDeleteTable": self.batch_delete,
        }

    def get(self, database: str, name: str) -> Document:
        """Return the Table. Raises EntityNotFoundException for it or its database."""
        key = key_of(entity_name(database, "databaseName"), entity_name(name))
        found = self._state.get(self._scope, TABLE_KIND, key)
        if found is None:
            self._databases.get(database)
            raise not_found(f"Table {name} not found.")
        return found

    def all(self, database: str) -> list[Document]:
        """Return every Table of a database, by name."""
        prefix = self._databases.get(database)["Name"] + SEPARATOR
        return [body for _, body in self._state.list(self._scope, TABLE_KIND, prefix=prefix)]

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer CreateTable."""
        given = _table_input(body)
        with self._state.transaction():
            database = self._databases.get(body["DatabaseName"])["Name"]
            table = table_document(given, database, self._account)
            key = key_of(database, table["Name"])
            if self._state.get(self._scope, TABLE_KIND, key):
                raise already_exists("Table already exists.")
            self._state.put(self._scope, TABLE_KIND, key, table)
            for index in body.get("PartitionIndexes") or []:
                self._indexes.create(table, index)
        return {}

    def get_one(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetTable."""
        table = self.get(body["DatabaseName"], body["Name"])
        return {"Table": _shown(table, body.get("AttributesToGet"))}

    def get_page(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetTables, filtered by a name pattern."""
        prefix = self._databases.get(body["DatabaseName"])["Name"] + SEPARATOR
        matches = name_pattern(body.get("Expression") or "*").fullmatch
        attributes = body.get("AttributesToGet")
        entries = in_chunks(
            lambda after, count: self._state.list(self._scope, TABLE_KIND, prefix, after, count),
            start_key(body),
        )
        wanted = (
            (key, _shown(table, attributes)) for key, table in entries if matches(table["Name"])
        )
        return page(wanted, "TableList", page_size(body, _PAGE))

    def update(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer UpdateTable: the input replaces the definition, the version number grows.

        The version before is archived unless SkipArchive is set.
        """
        given = _table_input(body)
        with self._state.transaction():
            current = self.get(body["DatabaseName"], given["Name"])
            if body.get("VersionId") not in (None, current["VersionId"]):
                raise AwsError(
                    "ConcurrentModificationException",
                    "Update table failed due to concurrent modifications.",
                )
            fresh = updated_table(current, given)
            key = key_of(current["DatabaseName"], current["Name"])
            if not body.get("SkipArchive"):
                self._state.put(self._scope, VERSION_KIND, version_key(current), current)
            self._state.put(self._scope, TABLE_KIND, key, fresh)
            if _key_types(fresh) != _key_types(current):
                self._partitions.retype(fresh)
        return {}

    def put(self, database: str, given: dict[str, Any]) -> None:
        """Create the table, or replace it if it is there."""
        with self._state.transaction():
            key = key_of(self._databases.get(database)["Name"], entity_name(given["Name"]))
            exists = self._state.get(self._scope, TABLE_KIND, key) is not None
            write = self.update if exists else self.create
            write({"DatabaseName": database, "TableInput": given})

    def delete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer DeleteTable, with its versions, partitions, indexes and statistics."""
        with self._state.transaction():
            table = self.get(body["DatabaseName"], body["Name"])
            key = key_of(table["DatabaseName"], table["Name"])
            self._partitions.delete_below(table["DatabaseName"], table["Name"])
            for kind in OF_TABLE_KINDS:
                self._state.delete_below(self._scope, kind, key + SEPARATOR)
            self._state.delete(self._scope, TABLE_KIND, key)
        return {}

    def batch_delete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer BatchDeleteTable: what is not there is an entry of Errors.

        Their words lack the full stop (https://github.com/floci-io/floci/issues/1203).
        """
        errors = []
        with self._state.transaction():
            database = self._databases.get(body["DatabaseName"])["Name"]
            for name in body["TablesToDelete"]:
                try:
                    self.delete({"DatabaseName": database, "Name": name})
                except AwsError as error:
                    worded = AwsError(error.code, error.message.removesuffix("."))
                    errors.append({"TableName": name, "ErrorDetail": error_detail(worded)})
        return {"Errors": errors}


def version_key(table: Mapping[str, Any]) -> str:
    """The key of a table's version; keys of versions sort as their numbers do."""
    return key_of(table["DatabaseName"], table["Name"], f"{int(table['VersionId']):010d}")


def name_pattern(expression: str) -> re.Pattern[str]:
    """Compile the Expression of GetTables: a regular expression in which a lone `*` is any text.

    Glue's reference calls it a regular expression, while its clients (awswrangler among them) send
    Hive's `prefix*`; both mean here what their authors expect.
    """
    loose = re.sub(r"(?<![.\])\\])\*", ".*", expression)
    try:
        return re.compile(loose, re.IGNORECASE)
    except re.error as error:
        raise invalid_input(f"The expression is not a valid pattern: {expression}") from error


def _table_input(body: Mapping[str, Any]) -> dict[str, Any]:
    """The TableInput of a request, which AWS's model does not require. A table keeps its name."""
    given: dict[str, Any] | None = body.get("TableInput")
    if given is None:
        raise invalid_input("TableInput is required.")
    if body.get("Name", given["Name"]).lower() != given["Name"].lower():
        raise invalid_input("Name must be the name in TableInput.")
    return given


def _shown(table: Document, attributes: list[str] | None) -> Document:
    """A table, or the few of its fields that AttributesToGet asks for."""
    if attributes is None or attributes == ["DEFAULT"]:
        return table
    if "NAME" not in attributes:
        raise invalid_input("AttributesToGet must include NAME.")
    for attribute in attributes:
        if attribute not in _SHOWN_ATTRIBUTES:
            raise not_supported(attribute)
    fields = [_SHOWN_ATTRIBUTES[attribute] for attribute in attributes]
    return {field: table[field] for field in fields if field in table}


def _key_types(table: Mapping[str, Any]) -> list[str]:
    return [str(key.get("Type")) for key in table["PartitionKeys"]]
