"""Archived versions of tables: read, list, delete.

A table holds its current version; `tables` archives the one before.
"""

from collections.abc import Iterator
from typing import Any

from lakehouse.local_aws.catalog.paging import invalid_token, page, page_size, start_key
from lakehouse.local_aws.catalog.records import (
    SEPARATOR,
    VERSION_KIND,
    Document,
    error_detail,
    invalid_input,
    key_of,
    not_found,
)
from lakehouse.local_aws.catalog.tables import Tables, version_key
from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import State

_PAGE = 100


class TableVersions:
    """The versions of the tables of one account and region."""

    def __init__(self, state: State, scope: str, tables: Tables) -> None:
        self._state = state
        self._scope = scope
        self._tables = tables

    def operations(self) -> dict[str, Operation]:
        """Name the API operations that this class answers."""
        return {
            "GetTableVersion": self.get,
            "GetTableVersions": self.get_page,
            "DeleteTableVersion": self.delete,
            "BatchDeleteTableVersion": self.batch_delete,
        }

    def get(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetTableVersion; without VersionId the current one."""
        table = self._tables.get(body["DatabaseName"], body["TableName"])
        wanted = str(_number(body.get("VersionId") or table["VersionId"]))
        if wanted == table["VersionId"]:
            return {"TableVersion": {"Table": table, "VersionId": wanted}}
        found = self._state.get(
            self._scope, VERSION_KIND, version_key({**table, "VersionId": wanted})
        )
        if found is None:
            raise not_found("Version not found.")
        return {"TableVersion": {"Table": found, "VersionId": wanted}}

    def get_page(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetTableVersions, the newest first."""
        table = self._tables.get(body["DatabaseName"], body["TableName"])
        start = start_key(body)
        if start and not start.isdecimal():
            raise invalid_token()
        newest = int(start) if start else int(table["VersionId"]) + 1
        entries = (
            (version["VersionId"], {"Table": version, "VersionId": version["VersionId"]})
            for version in self._newest_first(table)
            if int(version["VersionId"]) < newest
        )
        return page(entries, "TableVersions", page_size(body, _PAGE))

    def delete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer DeleteTableVersion for an archived version."""
        table = self._tables.get(body["DatabaseName"], body["TableName"])
        version = str(_number(body["VersionId"]))
        if version == table["VersionId"]:
            raise invalid_input("The current version of a table cannot be deleted.")
        key = version_key({**table, "VersionId": version})
        if not self._state.delete(self._scope, VERSION_KIND, key):
            raise not_found("Version not found.")
        return {}

    def batch_delete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer BatchDeleteTableVersion: what cannot be deleted is an entry of Errors."""
        self._tables.get(body["DatabaseName"], body["TableName"])
        errors = []
        for version in body["VersionIds"]:
            try:
                self.delete({**body, "VersionId": version})
            except AwsError as error:
                entry = {"TableName": body["TableName"], "VersionId": version}
                errors.append({**entry, "ErrorDetail": error_detail(error)})
        return {"Errors": errors}

    def _newest_first(self, table: Document) -> Iterator[Document]:
        yield table
        prefix = key_of(table["DatabaseName"], table["Name"]) + SEPARATOR
        archived = self._state.list(self._scope, VERSION_KIND, prefix=prefix)
        yield from (body for _, body in reversed(archived))


def _number(version: str) -> int:
    if not version.isdecimal() or len(version) > 10:
        raise invalid_input(f"The version id {version} is not valid.")
    return int(version)
