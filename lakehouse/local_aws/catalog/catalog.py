"""The Glue Data Catalog of one account and region, durable in State.

`Catalog` merges the operations on databases, tables and partitions, checks what is common to all
of them (CatalogId, features that are not here) and offers the few calls that the crawler and Athena
make in-process. What each entity does is in `databases`, `tables` and
`partitions`.
"""

from collections.abc import Mapping
from typing import Any

from lakehouse.local_aws.catalog.databases import Databases
from lakehouse.local_aws.catalog.partitions import Partitions
from lakehouse.local_aws.catalog.records import Document, invalid_input, not_found
from lakehouse.local_aws.catalog.tables import Tables
from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.state import State

_UNSUPPORTED = (
    "TransactionId",
    "QueryAsOfTime",
    "OpenTableFormatInput",
    "UpdateOpenTableFormatInput",
    "ViewUpdateAction",
)


class Catalog:
    """The Data Catalog operations as Glue answers them: AWS-shaped dicts in and out."""

    def __init__(self, state: State, scope: str) -> None:
        self.state = state
        self.scope = scope
        self._account = scope.split("/")[0]
        self._databases = Databases(state, scope)
        self._tables = Tables(state, scope, self._databases)
        self._partitions = Partitions(state, scope, self._tables)

    def operations(self) -> Mapping[str, Operation]:
        """Name every API operation of the catalog."""
        parts = (self._databases, self._tables, self._partitions)
        return {
            name: self._checked(operation)
            for part in parts
            for name, operation in part.operations().items()
        }

    def database(self, name: str) -> Document:
        """Return the Database. Raises EntityNotFoundException."""
        return self._databases.get(name)

    def databases(self) -> list[Document]:
        """Return every Database, by name."""
        return self._databases.all()

    def create_database(self, name: str) -> None:
        """Create an empty database. Raises AlreadyExistsException."""
        self._databases.create({"DatabaseInput": {"Name": name}})

    def table(self, database: str, name: str) -> Document:
        """Return the Table. Raises EntityNotFoundException for it or its database."""
        return self._tables.get(database, name)

    def tables(self, database: str) -> list[Document]:
        """Return every Table of a database, by name. Raises EntityNotFoundException."""
        return self._tables.all(database)

    def partitions(
        self, database: str, table: str, expression: str | None = None
    ) -> list[Document]:
        """Return the Partitions of a table that a GetPartitions expression is true for."""
        return self._partitions.all(database, table, expression)

    def put_table(self, database: str, table_input: dict[str, Any]) -> None:
        """Create the table or replace its definition; partitions stay."""
        self._tables.put(database, table_input)

    def delete_table(self, database: str, name: str) -> None:
        """Delete the table with its partitions. Raises EntityNotFoundException."""
        self._tables.delete({"DatabaseName": database, "Name": name})

    def put_partitions(self, database: str, table: str, inputs: list[dict[str, Any]]) -> None:
        """Create or replace partitions, all or none, without a limit on their number."""
        self._partitions.put_many(database, table, inputs)

    def delete_partitions(self, database: str, table: str, values: list[list[str]]) -> None:
        """Delete partitions, all or none; those that are not there are no error."""
        self._partitions.delete_many(database, table, values)

    def _checked(self, operation: Operation) -> Operation:
        def answer(body: dict[str, Any]) -> dict[str, Any]:
            self._check(body)
            return operation(body)

        return answer

    def _check(self, body: Mapping[str, Any]) -> None:
        """Refuse another account's catalog and what this catalog has no notion of."""
        catalog_id = body.get("CatalogId") or self._account
        if catalog_id != self._account:
            raise not_found(f"Catalog {catalog_id} not found.")
        for field in _UNSUPPORTED:
            if body.get(field):
                raise invalid_input(f"{field} is not supported by the local AWS.")
