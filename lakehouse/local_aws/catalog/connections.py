"""Connections: kept and given back; nothing here connects to anything.

The words of errors are chosen after those of tables.
"""

import time
from collections.abc import Mapping
from typing import Any

from lakehouse.local_aws.catalog.paging import in_chunks, page, page_size, start_key
from lakehouse.local_aws.catalog.records import (
    Document,
    already_exists,
    error_detail,
    not_found,
    not_supported,
)
from lakehouse.local_aws.dispatch import Operation, stored
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import State

_KIND = "glue_connection"
_PAGE = 1000
_UNSUPPORTED = ("AuthenticationConfiguration", "ValidateCredentials")
_UNKEPT = ("ValidateForComputeEnvironments", *_UNSUPPORTED)


class Connections:
    """The connections of one account and region."""

    def __init__(self, state: State, scope: str) -> None:
        self._state = state
        self._scope = scope
        self._account = scope.split("/")[0]

    def operations(self) -> dict[str, Operation]:
        """Name the API operations that this class answers."""
        note = "no crawler or job uses it"
        return {
            "CreateConnection": stored(self.create, note),
            "GetConnection": stored(self.get_one),
            "GetConnections": stored(self.get_page),
            "UpdateConnection": stored(self.update),
            "DeleteConnection": stored(self.delete),
            "BatchDeleteConnection": stored(self.batch_delete),
        }

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer CreateConnection."""
        given = body["ConnectionInput"]
        with self._state.transaction():
            if self._state.get(self._scope, _KIND, given["Name"]):
                raise already_exists("Connection already exists.")
            self._put(given, time.time())
        return {"CreateConnectionStatus": "READY"}

    def get_one(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetConnection."""
        return {"Connection": _shown(self._get(body["Name"]), body)}

    def get_page(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetConnections."""
        entries = in_chunks(
            lambda after, count: self._state.list(self._scope, _KIND, "", after, count),
            start_key(body),
        )
        wanted = (
            (key, _shown(entry, body))
            for key, entry in entries
            if _matches(entry, body.get("Filter", {}))
        )
        return page(wanted, "ConnectionList", page_size(body, _PAGE))

    def update(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer UpdateConnection: the input replaces the definition; the name stays."""
        with self._state.transaction():
            current = self._get(body["Name"])
            given = {**body["ConnectionInput"], "Name": current["Name"]}
            self._put(given, current["CreationTime"])
        return {}

    def delete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer DeleteConnection."""
        self._get(body["ConnectionName"])
        self._state.delete(self._scope, _KIND, body["ConnectionName"])
        return {}

    def batch_delete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer BatchDeleteConnection: what is not there is an entry of Errors."""
        deleted: list[str] = []
        errors: dict[str, Document] = {}
        for name in body["ConnectionNameList"]:
            try:
                self.delete({"ConnectionName": name})
                deleted.append(name)
            except AwsError as error:
                errors[name] = error_detail(error)
        return {"Succeeded": deleted, "Errors": errors}

    def _get(self, name: str) -> Document:
        found = self._state.get(self._scope, _KIND, name)
        if found is None:
            raise not_found(f"Connection {name} not found.")
        return found

    def _put(self, given: Mapping[str, Any], created: float) -> None:
        for field in _UNSUPPORTED:
            if given.get(field):
                raise not_supported(field)
        connection = {
            **{field: value for field, value in given.items() if field not in _UNKEPT},
            "CreationTime": created,
            "LastUpdatedTime": time.time(),
            "LastUpdatedBy": f"arn:aws:iam::{self._account}:root",
            "Status": "READY",
            "ConnectionSchemaVersion": 1,
        }
        self._state.put(self._scope, _KIND, given["Name"], connection)


def _matches(connection: Document, wanted: Mapping[str, Any]) -> bool:
    kinds = (None, connection["ConnectionType"])
    versions = (None, connection["ConnectionSchemaVersion"])
    criteria = set(wanted.get("MatchCriteria") or [])
    return (
        wanted.get("ConnectionType") in kinds
        and wanted.get("ConnectionSchemaVersion") in versions
        and criteria <= set(connection.get("MatchCriteria") or [])
    )


def _shown(connection: Document, body: Mapping[str, Any]) -> Document:
    if not body.get("HidePassword"):
        return connection
    properties = connection["ConnectionProperties"]
    kept = {name: value for name, value in properties.items() if "PASSWORD" not in name}
    return {**connection, "ConnectionProperties": kept}
