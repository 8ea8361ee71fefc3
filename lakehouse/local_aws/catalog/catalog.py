"""The Glue Data Catalog of one account and region, durable in State.

`Catalog` merges the operations on databases, tables, partitions and what belongs to them, checks
what is common to all of them (CatalogId, features that are not here) and offers the few calls that
crawlers, jobs and Athena make in-process. What each entity does is in its own module.
"""

import functools
from collections.abc import Mapping
from typing import Any

from lakehouse.local_aws.catalog.catalog_settings import CatalogSettings
from lakehouse.local_aws.catalog.column_statistics import ColumnStatistics
from lakehouse.local_aws.catalog.connections import Connections
from lakehouse.local_aws.catalog.databases import Databases
from lakehouse.local_aws.catalog.functions import Functions
from lakehouse.local_aws.catalog.partitions import Partitions
from lakehouse.local_aws.catalog.records import Document, not_found, not_supported
from lakehouse.local_aws.catalog.table_search import TableSearch
from lakehouse.local_aws.catalog.table_versions import TableVersions
from lakehouse.local_aws.catalog.tables import Tables
from lakehouse.local_aws.dispatch import JsonService, Operation, wrapped
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import State

_UNSUPPORTED = (
    "TransactionId",
    "QueryAsOfTime",
    "OpenTableFormatInput",
    "UpdateOpenTableFormatInput",
    "ViewUpdateAction",
)
_CATALOG_FIELDS = ("CatalogId", "ParentCatalogId")


class Catalog:
    """The Data Catalog operations as Glue answers them: AWS-shaped dicts in and out."""

    def __init__(self, state: State, scope: str) -> None:
        self.state = state
        self.scope = scope
        self._account, self._region = scope.split("/")
        self._databases = Databases(state, scope)
        self._tables = Tables(state, scope, self._databases)
        self._partitions = Partitions(state, scope, self._tables)
        parts: tuple[JsonService, ...] = (
            self._databases,
            self._tables,
            TableVersions(state, scope, self._tables),
            TableSearch(self._databases, self._tables),
            self._partitions,
            ColumnStatistics(state, scope, self._tables),
            Functions(state, scope, self._databases),
            Connections(state, scope),
            CatalogSettings(state, scope),
        )
        self._operations = {
            name: wrapped(operation, functools.partial(self._checked, name))
            for part in parts
            for name, operation in part.operations().items()
        }

    def operations(self) -> Mapping[str, Operation]:
        """Name every API operation of the catalog."""
        return self._operations

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

    def _checked(self, name: str, operation: Operation) -> Operation:
        def answer(body: dict[str, Any]) -> dict[str, Any]:
            self._check(name, body)
            return operation(body)

        return answer

    def _check(self, operation: str, body: Mapping[str, Any]) -> None:
        """Refuse another account's catalog and what this catalog has no notion of."""
        for field in _CATALOG_FIELDS:
            catalog_id = body.get(field, self._account)
            if catalog_id != self._account:
                raise self._other_catalog(operation, catalog_id)
        for field in _UNSUPPORTED:
            if body.get(field):
                raise not_supported(field)

    def _other_catalog(self, operation: str, catalog_id: str) -> AwsError:
        """The answer for another catalog: that of another account exists, but is not ours to use.

        The words are those of IAM where no resource policy lets an account in.
        """
        if not (catalog_id.isdecimal() and len(catalog_id) == 12):
            return not_found(f"Catalog {catalog_id} not found.")
        user = f"arn:aws:iam::{self._account}:root"
        resource = f"arn:aws:glue:{self._region}:{catalog_id}:catalog"
        return AwsError(
            "AccessDeniedException",
            f"User: {user} is not authorized to perform: glue:{operation} on resource: {resource} "
            f"because no resource-based policy allows the glue:{operation} action",
        )
