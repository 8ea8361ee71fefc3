"""Tables and table versions of the Glue Data Catalog.

A table holds its current version; UpdateTable archives the one before unless SkipArchive is set.
Databases belong to `databases`, partitions to `partitions`.
"""

import re
from typing import Any

from lakehouse.local_aws.catalog.databases import Databases
from lakehouse.local_aws.catalog.paging import page, page_size, start_key
from lakehouse.local_aws.catalog.records import (
    PARTITION_KIND,
    SEPARATOR,
    TABLE_KIND,
    VERSION_KIND,
    Document,
    already_exists,
    at_most,
    entity_name,
    error_detail,
    invalid_input,
    key_of,
    not_found,
    table_document,
    updated_table,
)
from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import State

_PAGE = 100
_BATCH = 100


class Tables:
    """The tables of one account and region."""

    def __init__(self, state: State, scope: str, databases: Databases) -> None:
        self._state = state
        self._scope = scope
        self._databases = databases
        self._account = scope.split("/")[0]

    def operations(self) -> dict[str, Operation]:
        """Name the API operations that this class answers."""
        return {
            "CreateTable": self.create,
            "GetTable": lambda body: {"Table": self.get(body["DatabaseName"], body["Name"])},
            "GetTables": self.get_page,
            "UpdateTable": self.update,
            "DeleteTable": self.delete,
            "BatchDeleteTable": self.batch_delete,
            "GetTableVersion": self.get_version,
            "GetTableVersions": self.get_versions,
            "DeleteTableVersion": self.delete_version,
            "BatchDeleteTableVersion": self.batch_delete_version,
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
        if body.get("PartitionIndexes"):
            raise invalid_input("PartitionIndexes is not supported by the local AWS.")
        with self._state.transaction():
            database = self._databases.get(body["DatabaseName"])["Name"]
            table = table_document(body["TableInput"], database, self._account)
            key = key_of(database, table["Name"])
            if self._state.get(self._scope, TABLE_KIND, key):
                raise already_exists("Table already exists.")
            self._state.put(self._scope, TABLE_KIND, key, table)
        return {}

    def get_page(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetTables, filtered by a name pattern."""
        prefix = self._databases.get(body["DatabaseName"])["Name"] + SEPARATOR
        pattern = name_pattern(body.get("Expression") or "*")
        entries = self._state.list(self._scope, TABLE_KIND, prefix=prefix, after=start_key(body))
        wanted = (entry for entry in entries if pattern.fullmatch(entry[1]["Name"]))
        return page(wanted, "TableList", page_size(body, _PAGE))

    def update(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer UpdateTable: the input replaces the definition, the version number grows."""
        given = body["TableInput"]
        with self._state.transaction():
            current = self.get(body["DatabaseName"], given["Name"])
            if body.get("VersionId") not in (None, current["VersionId"]):
                raise AwsError(
                    "ConcurrentModificationException",
                    "Update table failed due to concurrent modifications.",
                )
            if not body.get("SkipArchive"):
                self._state.put(self._scope, VERSION_KIND, _version_key(current), current)
            key = key_of(current["DatabaseName"], current["Name"])
            self._state.put(self._scope, TABLE_KIND, key, updated_table(current, given))
        return {}

    def put(self, database: str, given: dict[str, Any]) -> None:
        """Create the table, or replace it if it is there."""
        with self._state.transaction():
            key = key_of(self._databases.get(database)["Name"], entity_name(given["Name"]))
            exists = self._state.get(self._scope, TABLE_KIND, key) is not None
            write = self.update if exists else self.create
            write({"DatabaseName": database, "TableInput": given})

    def delete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer DeleteTable, with its versions and partitions."""
        with self._state.transaction():
            table = self.get(body["DatabaseName"], body["Name"])
            key = key_of(table["DatabaseName"], table["Name"])
            for kind in (VERSION_KIND, PARTITION_KIND):
                inside = self._state.list(self._scope, kind, prefix=key + SEPARATOR)
                self._state.delete_many(self._scope, kind, [found for found, _ in inside])
            self._state.delete(self._scope, TABLE_KIND, key)
        return {}

    def batch_delete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer BatchDeleteTable: what is not there is an entry of Errors."""
        names = body["TablesToDelete"]
        at_most("tablesToDelete", names, _BATCH)
        database = self._databases.get(body["DatabaseName"])["Name"]
        errors = []
        for name in names:
            try:
                self.delete({"DatabaseName": database, "Name": name})
            except AwsError as error:
                errors.append({"TableName": name, "ErrorDetail": error_detail(error)})
        return {"Errors": errors}

    def get_version(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetTableVersion; without VersionId the current one."""
        table = self.get(body["DatabaseName"], body["TableName"])
        wanted = body.get("VersionId") or table["VersionId"]
        for version in self._versions(table):
            if version["VersionId"] == wanted:
                return {"TableVersion": version}
        raise not_found(f"Table version {wanted} not found.")

    def get_versions(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetTableVersions, the newest first."""
        table = self.get(body["DatabaseName"], body["TableName"])
        start = start_key(body)
        versions = self._versions(table)
        if start:
            versions = [entry for entry in versions if int(entry["VersionId"]) < int(start)]
        entries = ((entry["VersionId"], entry) for entry in versions)
        return page(entries, "TableVersions", page_size(body, _PAGE))

    def delete_version(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer DeleteTableVersion for an archived version."""
        table = self.get(body["DatabaseName"], body["TableName"])
        if body["VersionId"] == table["VersionId"]:
            raise invalid_input("The current version of a table cannot be deleted.")
        key = _version_key({**table, "VersionId": body["VersionId"]})
        if not self._state.delete(self._scope, VERSION_KIND, key):
            raise not_found(f"Table version {body['VersionId']} not found.")
        return {}

    def batch_delete_version(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer BatchDeleteTableVersion: what cannot be deleted is an entry of Errors."""
        at_most("versionIds", body["VersionIds"], _BATCH)
        errors = []
        for version in body["VersionIds"]:
            try:
                self.delete_version({**body, "VersionId": version})
            except AwsError as error:
                entry = {"TableName": body["TableName"], "VersionId": version}
                errors.append({**entry, "ErrorDetail": error_detail(error)})
        return {"Errors": errors}

    def _versions(self, table: Document) -> list[Document]:
        prefix = key_of(table["DatabaseName"], table["Name"]) + SEPARATOR
        archived = self._state.list(self._scope, VERSION_KIND, prefix=prefix)
        newest_first = [table, *(body for _, body in reversed(archived))]
        return [{"Table": body, "VersionId": body["VersionId"]} for body in newest_first]


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


def _version_key(table: Document) -> str:
    return key_of(table["DatabaseName"], table["Name"], f"{int(table['VersionId']):010d}")
