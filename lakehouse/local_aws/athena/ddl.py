"""Executes DDL against the Data Catalog: databases, tables, views, partitions, SHOW and DESCRIBE.

A statement answers with lines of text (`<id>.txt`). Reading DDL belongs to `ddl_syntax`; moving
rows to `unload`. Source: AWS "DDL statements" and results of the service, checked 2026-11.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote

from lakehouse.local_aws.athena import hive_statements as hive
from lakehouse.local_aws.athena.catalog_inputs import partition_input, table_input, view_input
from lakehouse.local_aws.athena.ddl_alter import AlterExecutor, values_of
from lakehouse.local_aws.athena.ddl_text import repaired
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.show import EXECUTION_ERROR, DdlResult
from lakehouse.local_aws.athena.statements import CreateView, DropView
from lakehouse.local_aws.athena.tables import split_location
from lakehouse.local_aws.athena.types import Type
from lakehouse.local_aws.errors import AwsError

Document = dict[str, Any]


class DdlExecutor(AlterExecutor):
    """Executes one statement for a query whose database is `database`."""

    def execute(self, statement: hive.HiveStatement | DropView) -> DdlResult:
        """Do it. QueryError in Athena's words when it cannot be done."""
        method = getattr(self, f"_{type(statement).__name__.lower()}")
        try:
            result: DdlResult = method(statement)
        except AwsError as error:
            raise _failed(error) from error
        return result

    # databases

    def _createdatabase(self, statement: hive.CreateDatabase) -> DdlResult:
        body: Document = {"Name": statement.name, "Parameters": statement.properties}
        body |= {"Description": statement.comment} if statement.comment else {}
        body |= {"LocationUri": statement.location} if statement.location else {}
        try:
            self._call("CreateDatabase", DatabaseInput=body)
        except AwsError as error:
            if not (statement.if_not_exists and error.code == "AlreadyExistsException"):
                raise
        return DdlResult()

    def _dropdatabase(self, statement: hive.DropDatabase) -> DdlResult:
        try:
            tables = self.catalog.tables(statement.name)
        except AwsError as error:
            if statement.if_exists and error.code == "EntityNotFoundException":
                return DdlResult()
            words = f"SemanticException [Error 10072]: Database does not exist: {statement.name}"
            raise QueryError("", f"FAILED: {words}") from error
        if tables and not statement.cascade:
            words = f"Database {statement.name} is not empty. One or more tables exist."
            raise QueryError(
                "",
                f"{EXECUTION_ERROR}InvalidOperationException(message:{words})",
            )
        self._call("DeleteDatabase", Name=statement.name)
        return DdlResult()

    # tables

    def _createtable(self, statement: hive.CreateTable) -> DdlResult:
        if statement.properties.get("table_type", "").lower() == "iceberg":
            raise not_supported("Iceberg tables")
        split_location(statement.location)
        _check_names(statement)
        return self.create(
            self.database_of(statement.table), table_input(statement), statement.if_not_exists
        )

    def create(self, database: str, body: Document, if_not_exists: bool) -> DdlResult:
        """Create a table in the catalog."""
        try:
            self._call("CreateTable", DatabaseName=database, TableInput=body)
        except AwsError as error:
            if error.code == "AlreadyExistsException" and if_not_exists:
                return DdlResult()
            raise
        return DdlResult()

    def _droptable(self, statement: hive.DropTable) -> DdlResult:
        try:
            self._call(
                "DeleteTable",
                DatabaseName=self.database_of(statement.table),
                Name=statement.table.name,
            )
        except AwsError as error:
            if not (statement.if_exists and error.code == "EntityNotFoundException"):
                raise
        return DdlResult()

    # views

    def create_view(self, statement: CreateView, columns: Sequence[tuple[str, Type]]) -> DdlResult:
        """Store a view as Athena does: its query, base64 in ViewOriginalText."""
        database = self.database_of(statement.view)
        body = view_input(statement, columns, database)
        try:
            existing = self.catalog.table(database, statement.view.name)
        except AwsError:
            existing = None
        if existing is not None and (
            existing.get("TableType") != "VIRTUAL_VIEW" or not statement.replace
        ):
            raise QueryError(
                "ALREADY_EXISTS", f"View already exists: '{database}.{statement.view.name}'"
            )
        operation = "CreateTable" if existing is None else "UpdateTable"
        try:
            self._call(operation, DatabaseName=database, TableInput=body)
        except AwsError as error:
            raise _failed(error) from error
        return DdlResult()

    def _dropview(self, statement: DropView) -> DdlResult:
        database = self.database_of(statement.view)
        try:
            table = self.catalog.table(database, statement.view.name)
        except AwsError as error:
            if statement.if_exists:
                return DdlResult()
            raise QueryError(
                "TABLE_NOT_FOUND", f"View '{database}.{statement.view.name}' does not exist"
            ) from error
        if table.get("TableType") != "VIRTUAL_VIEW":
            raise QueryError(
                "GENERIC_USER_ERROR", f"'{database}.{statement.view.name}' is not a view"
            )
        self.catalog.delete_table(database, statement.view.name)
        return DdlResult()

    # partitions

    def _addpartitions(self, statement: hive.AddPartitions) -> DdlResult:
        table = self._table(statement.table)
        database, name = self.database_of(statement.table), statement.table.name
        known = {tuple(p["Values"]) for p in self.catalog.partitions(database, name)}
        inputs = []
        for spec in statement.partitions:
            values = values_of(table, spec)
            if tuple(values) in known:
                if statement.if_not_exists:
                    continue
                raise QueryError(
                    "",
                    f"{EXECUTION_ERROR}AlreadyExistsException(message:Partition already exists.)",
                )
            inputs.append(partition_input(table, values, spec.location))
        self.catalog.put_partitions(database, name, inputs)
        return DdlResult()

    def _droppartitions(self, statement: hive.DropPartitions) -> DdlResult:
        table = self._table(statement.table)
        database, name = self.database_of(statement.table), statement.table.name
        known = {tuple(p["Values"]) for p in self.catalog.partitions(database, name)}
        values = [values_of(table, spec) for spec in statement.partitions]
        missing = [v for v in values if tuple(v) not in known]
        if missing and not statement.if_exists:
            raise QueryError(
                "", f"FAILED: SemanticException [Error 10006]: Partition not found ({missing[0]})"
            )
        self.catalog.delete_partitions(database, name, [v for v in values if tuple(v) in known])
        return DdlResult()

    def _repairtable(self, statement: hive.RepairTable) -> DdlResult:
        table = self._table(statement.table)
        database, name = self.database_of(statement.table), statement.table.name
        keys = [key["Name"].lower() for key in table.get("PartitionKeys") or []]
        partitions = self.catalog.partitions(database, name)
        known = {tuple(p["Values"]) for p in partitions}
        location = table["StorageDescriptor"]["Location"]
        found = {v: f for v, f in self._folders(location, keys).items() if v not in known}
        inputs = [partition_input(table, list(v), f) for v, f in found.items()]
        self.catalog.put_partitions(database, name, inputs)
        empty = [tuple(p["Values"]) for p in partitions if self._is_empty(p)]
        return DdlResult(repaired(name, keys, list(found), empty))

    def _is_empty(self, partition: Document) -> bool:
        bucket, prefix = split_location(partition["StorageDescriptor"]["Location"])
        return not self.objects.list(bucket, prefix, limit=1)

    def _folders(self, location: str, keys: list[str]) -> dict[tuple[str, ...], str]:
        bucket, prefix = split_location(location)
        found: dict[tuple[str, ...], str] = {}
        for stored in self.objects.list(bucket, prefix):
            parts = stored.key[len(prefix) :].split("/")[: len(keys)]
            pairs = [part.partition("=") for part in parts]
            if len(parts) == len(keys) and [p[0].lower() for p in pairs] == keys:
                values = tuple(unquote(p[2]) for p in pairs)
                found.setdefault(values, f"s3://{bucket}/{prefix}{'/'.join(parts)}")
        return found


def _check_names(statement: hive.CreateTable) -> None:
    """QueryError in Hive's words for a name that stands twice."""
    columns = [column.name.lower() for column in statement.columns]
    for name in columns:
        if columns.count(name) > 1:
            words = f"FAILED: SemanticException [Error 10036]: Duplicate column name: {name}"
            raise QueryError("", words)
    if set(columns) & {key.name.lower() for key in statement.partition_keys}:
        words = "FAILED: SemanticException [Error 10035]: Column repeated in partitioning columns"
        raise QueryError("", words)


def _failed(error: AwsError) -> QueryError:
    name = error.code.removesuffix("Exception")
    if name == "EntityNotFound":
        return QueryError("", f"FAILED: SemanticException {error.message}")
    return QueryError("", f"{EXECUTION_ERROR}{error.code}(message:{error.message})")
