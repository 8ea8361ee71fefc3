"""Databases of the Glue Data Catalog: create, read, list, update, delete.

Deleting a database deletes its tables, partitions and functions too, as Glue does.
Tables belong to `tables`, partitions to `partitions`.
"""

from typing import Any

from lakehouse.local_aws.catalog.paging import page, page_size, start_key
from lakehouse.local_aws.catalog.partition_store import PartitionStore
from lakehouse.local_aws.catalog.records import (
    DATABASE_KIND,
    FUNCTION_KIND,
    OF_TABLE_KINDS,
    SEPARATOR,
    TABLE_KIND,
    Document,
    already_exists,
    database_document,
    entity_name,
    invalid_input,
    not_found,
)
from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.state import State

_PAGE = 100


class Databases:
    """The databases of one account and region."""

    def __init__(self, state: State, scope: str) -> None:
        self._state = state
        self._scope = scope
        self._account = scope.split("/")[0]
        self._partitions = PartitionStore(state, scope)

    def operations(self) -> dict[str, Operation]:
        """Name the API operations that this class answers."""
        return {
            "CreateDatabase": self.create,
            "GetDatabase": lambda body: {"Database": self.get(body["Name"])},
            "GetDatabases": self.get_page,
            "UpdateDatabase": self.update,
            "DeleteDatabase": self.delete,
        }

    def get(self, name: str) -> Document:
        """Return the Database. Raises EntityNotFoundException."""
        found = self._state.get(self._scope, DATABASE_KIND, entity_name(name))
        if found is None:
            raise not_found(f"Database {name} not found.")
        return found

    def all(self) -> list[Document]:
        """Return every Database, by name."""
        return [body for _, body in self._state.list(self._scope, DATABASE_KIND)]

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer CreateDatabase."""
        database = database_document(body["DatabaseInput"], self._account)
        with self._state.transaction():
            if self._state.get(self._scope, DATABASE_KIND, database["Name"]):
                raise already_exists("Database already exists.")
            self._state.put(self._scope, DATABASE_KIND, database["Name"], database)
        return {}

    def get_page(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetDatabases. There are no databases shared by other accounts here."""
        attributes = body.get("AttributesToGet")
        if attributes is not None and "NAME" not in attributes:
            raise invalid_input("AttributesToGet must include NAME.")
        if body.get("ResourceShareType") in ("FOREIGN", "FEDERATED"):
            return {"DatabaseList": []}
        size = page_size(body, _PAGE)
        after = start_key(body)
        entries = self._state.list(self._scope, DATABASE_KIND, after=after, limit=size + 1)
        answer = page(entries, "DatabaseList", size)
        if attributes is not None:
            shown = [{"Name": entry["Name"]} for entry in answer["DatabaseList"]]
            answer["DatabaseList"] = shown
        return answer

    def update(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer UpdateDatabase: the input replaces the definition; the name must stay.

        As AWS says (https://github.com/floci-io/floci/issues/1229, checked 2026-11).
        """
        fresh = database_document(body["DatabaseInput"], self._account)
        with self._state.transaction():
            current = self.get(body["Name"])
            if fresh["Name"] != current["Name"]:
                raise invalid_input("Database cannot be renamed")
            fresh["CreateTime"] = current["CreateTime"]
            self._state.put(self._scope, DATABASE_KIND, current["Name"], fresh)
        return {}

    def delete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer DeleteDatabase, with all that is in it."""
        with self._state.transaction():
            name = self.get(body["Name"])["Name"]
            self._partitions.delete_below(name)
            for kind in (TABLE_KIND, FUNCTION_KIND, *OF_TABLE_KINDS):
                self._state.delete_below(self._scope, kind, name + SEPARATOR)
            self._state.delete(self._scope, DATABASE_KIND, name)
        return {}
