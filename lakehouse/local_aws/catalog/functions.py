"""User-defined functions of databases: kept and given back; nothing here runs them.

AWS accepts all five calls (https://github.com/floci-io/floci/issues/1186, checked 2026-11); the
words of errors are chosen after those of tables.
"""

import time
from typing import Any

from lakehouse.local_aws.catalog.databases import Databases
from lakehouse.local_aws.catalog.paging import in_chunks, page, page_size, start_key
from lakehouse.local_aws.catalog.records import (
    FUNCTION_KIND,
    SEPARATOR,
    Document,
    already_exists,
    entity_name,
    invalid_input,
    key_of,
    not_found,
)
from lakehouse.local_aws.catalog.tables import name_pattern
from lakehouse.local_aws.dispatch import Operation, stored
from lakehouse.local_aws.state import State

_PAGE = 100


class Functions:
    """The user-defined functions of one account and region."""

    def __init__(self, state: State, scope: str, databases: Databases) -> None:
        self._state = state
        self._scope = scope
        self._databases = databases
        self._account = scope.split("/")[0]

    def operations(self) -> dict[str, Operation]:
        """Name the API operations that this class answers."""
        return {
            "CreateUserDefinedFunction": stored(self.create, "no query can call it"),
            "GetUserDefinedFunction": stored(self.get_one),
            "GetUserDefinedFunctions": stored(self.get_page),
            "UpdateUserDefinedFunction": stored(self.update),
            "DeleteUserDefinedFunction": stored(self.delete),
        }

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer CreateUserDefinedFunction."""
        given = body["FunctionInput"]
        if "FunctionName" not in given:
            raise invalid_input("FunctionName is required.")
        with self._state.transaction():
            key = self._key(body["DatabaseName"], given["FunctionName"])
            if self._state.get(self._scope, FUNCTION_KIND, key):
                raise already_exists("Function already exists.")
            self._put(key, given, time.time())
        return {}

    def get_one(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetUserDefinedFunction."""
        _, function = self._get(body["DatabaseName"], body["FunctionName"])
        return {"UserDefinedFunction": function}

    def get_page(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetUserDefinedFunctions, of one database or of all."""
        database = body.get("DatabaseName")
        prefix = self._databases.get(database)["Name"] + SEPARATOR if database else ""
        matches = name_pattern(body["Pattern"]).fullmatch
        kind = body.get("FunctionType")
        entries = in_chunks(
            lambda after, count: self._state.list(self._scope, FUNCTION_KIND, prefix, after, count),
            start_key(body),
        )
        wanted = (
            (key, function)
            for key, function in entries
            if matches(function["FunctionName"]) and kind in (None, function.get("FunctionType"))
        )
        return page(wanted, "UserDefinedFunctions", page_size(body, _PAGE))

    def update(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer UpdateUserDefinedFunction: the input replaces the definition; the name stays."""
        with self._state.transaction():
            key, current = self._get(body["DatabaseName"], body["FunctionName"])
            given = {**body["FunctionInput"], "FunctionName": current["FunctionName"]}
            self._put(key, given, current["CreateTime"])
        return {}

    def delete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer DeleteUserDefinedFunction."""
        key, _ = self._get(body["DatabaseName"], body["FunctionName"])
        self._state.delete(self._scope, FUNCTION_KIND, key)
        return {}

    def _key(self, database: str, name: str) -> str:
        return key_of(self._databases.get(database)["Name"], entity_name(name, "functionName"))

    def _get(self, database: str, name: str) -> tuple[str, Document]:
        key = self._key(database, name)
        found = self._state.get(self._scope, FUNCTION_KIND, key)
        if found is None:
            raise not_found(f"Function {name} not found.")
        return key, found

    def _put(self, key: str, given: Document, created: float) -> None:
        database, name = key.split(SEPARATOR)
        fixed = {"FunctionName": name, "DatabaseName": database, "CatalogId": self._account}
        function = {**given, **fixed, "CreateTime": created}
        self._state.put(self._scope, FUNCTION_KIND, key, function)
