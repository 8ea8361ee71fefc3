"""Executes DDL against the Data Catalog: databases, tables, views, partitions, SHOW and DESCRIBE.

A statement answers with lines of text (`<id>.txt`). Reading DDL belongs to `ddl_syntax`; moving rows to
`unload`. Source: AWS "DDL statements" and results of the service, checked 2026-11.
"""

import base64
import fnmatch
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from lakehouse.local_aws.athena import hive_statements as hive
from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.ddl_text import create_statement, described
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.partition_paths import escaped
from lakehouse.local_aws.athena.statement import CreateView, DropView
from lakehouse.local_aws.athena.tables import VIEW_MARK, split_location
from lakehouse.local_aws.athena.types import Type
from lakehouse.local_aws.errors import AwsError

Document = dict[str, Any]


@dataclass(frozen=True)
class DdlResult:
    """Lines of the answer and its columns' names."""

    lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


class DdlExecutor:
    """Executes one statement for a query whose database is `database`."""

    def __init__(self, catalog: Any, objects: Any, database: str) -> None:
        self.catalog = catalog
        self.objects = objects
        self.default = database

    def execute(self, statement: hive.HiveStatement | DropView) -> DdlResult:
        """Do it. QueryError in Athena's words when it cannot be done."""
        method = getattr(self, f"_{type(statement).__name__.lower()}")
        try:
            result: DdlResult = method(statement)
        except AwsError as error:
            raise _failed(error) from error
        return result

    def _call(self, operation: str, **body: Any) -> Document:
        answer: Document = self.catalog.operations()[operation](body)
        return answer

    def database_of(self, name: hive.Name) -> str:
        """The database a name stands in."""
        return name.database or self.default

    def _table(self, name: hive.Name) -> Document:
        try:
            table: Document = self.catalog.table(self.database_of(name), name.name)
        except AwsError as error:
            if error.code != "EntityNotFoundException":
                raise
            words = f"Table not found: {self.database_of(name)}.{name.name}"
            raise QueryError("", f"FAILED: SemanticException [Error 10001]: {words}") from error
        return table

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
                f"FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. InvalidOperationException(message:{words})",
            )
        self._call("DeleteDatabase", Name=statement.name)
        return DdlResult()

    # tables

    def _createtable(self, statement: hive.CreateTable) -> DdlResult:
        if statement.properties.get("table_type", "").lower() == "iceberg":
            raise not_supported("Iceberg tables")
        split_location(statement.location)
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

    def _setproperties(self, statement: hive.SetProperties) -> DdlResult:
        table = self._table(statement.table)
        body = {k: v for k, v in table.items() if k in _TABLE_INPUT_KEYS}
        body["Parameters"] = {**table.get("Parameters", {}), **statement.properties}
        self._call("UpdateTable", DatabaseName=self.database_of(statement.table), TableInput=body)
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
            values = _values(table, spec)
            if tuple(values) in known:
                if statement.if_not_exists:
                    continue
                raise QueryError(
                    "",
                    "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. AlreadyExistsException(message:Partition already exists.)",
                )
            inputs.append(partition_input(table, values, spec.location))
        self.catalog.put_partitions(database, name, inputs)
        return DdlResult()

    def _droppartitions(self, statement: hive.DropPartitions) -> DdlResult:
        table = self._table(statement.table)
        database, name = self.database_of(statement.table), statement.table.name
        known = {tuple(p["Values"]) for p in self.catalog.partitions(database, name)}
        values = [_values(table, spec) for spec in statement.partitions]
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
        known = {tuple(p["Values"]) for p in self.catalog.partitions(database, name)}
        location = table["StorageDescriptor"]["Location"]
        found = {v: f for v, f in self._folders(location, keys).items() if v not in known}
        self.catalog.put_partitions(
            database, name, [partition_input(table, list(v), f) for v, f in found.items()]
        )
        labels = [
            "/".join(f"{k}={v}" for k, v in zip(keys, values, strict=True)) for values in found
        ]
        added = [f"Repair: Added partition to metastore {name}:{label}" for label in labels]
        missing = "\t".join(f"{name}:{label}" for label in labels)
        return DdlResult(
            tuple([f"Partitions not in metastore:\t{missing}", *added] if labels else [])
        )

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

    # SHOW and DESCRIBE

    def _show(self, statement: hive.Show) -> DdlResult:
        if statement.what == "databases":
            return DdlResult(
                _like([d["Name"] for d in self.catalog.databases()], statement.pattern),
                ("database_name",),
            )
        database = statement.database or self.default
        tables = self.catalog.tables(database)
        views = statement.what == "views"
        names = [x["Name"] for x in tables if not views or x.get("TableType") == "VIRTUAL_VIEW"]
        return DdlResult(_like(names, statement.pattern), ("views" if views else "tab_name",))

    def _showtable(self, statement: hive.ShowTable) -> DdlResult:
        table = self._table(statement.table)
        if statement.what == "partitions":
            return self._partitions(statement.table, table)
        columns = [
            *table["StorageDescriptor"].get("Columns", []),
            *(table.get("PartitionKeys") or []),
        ]
        if statement.what == "columns":
            return DdlResult(tuple(f"{c['Name']:<20}" for c in columns), ("field",))
        if statement.what == "properties":
            lines = tuple(f"{k}\t{v}" for k, v in sorted(table.get("Parameters", {}).items()))
            return DdlResult(lines, ("prpt_name", "prpt_value"))
        if statement.what == "create":
            return DdlResult(create_statement(table), ("createtab_stmt",))
        return DdlResult(described(table), ("col_name", "data_type", "comment"))

    def _partitions(self, name: hive.Name, table: Document) -> DdlResult:
        keys = [key["Name"] for key in table.get("PartitionKeys") or []]
        if not keys:
            raise QueryError(
                "",
                f"FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. Table {self.database_of(name)}.{name.name} is not a partitioned table",
            )
        partitions = self.catalog.partitions(self.database_of(name), name.name)
        lines = (
            "/".join(f"{k}={escaped(v)}" for k, v in zip(keys, p["Values"], strict=True))
            for p in partitions
        )
        return DdlResult(tuple(sorted(lines)), ("partition",))


_TABLE_INPUT_KEYS = (
    "Name", "Description", "Owner", "Retention", "StorageDescriptor", "PartitionKeys",
    "ViewOriginalText", "ViewExpandedText", "TableType", "Parameters",
)  # fmt: skip


def _failed(error: AwsError) -> QueryError:
    prefix = "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. "
    name = error.code.removesuffix("Exception")
    if name == "EntityNotFound":
        return QueryError("", f"FAILED: SemanticException {error.message}")
    return QueryError("", f"{prefix}{error.code}(message:{error.message})")


def _like(names: Sequence[str], pattern: str | None) -> tuple[str, ...]:
    if pattern is None:
        return tuple(sorted(names))
    choices = pattern.lower().split("|")
    return tuple(sorted(n for n in names if any(fnmatch.fnmatchcase(n, c) for c in choices)))


def _values(table: Document, spec: hive.PartitionSpec) -> list[str]:
    keys = [key["Name"].lower() for key in table.get("PartitionKeys") or []]
    if sorted(spec.values) != sorted(keys):
        words = (
            f"Partition spec {spec.values} contains non-partition columns or lacks some of {keys}"
        )
        raise QueryError("", f"FAILED: SemanticException [Error 10098]: {words}")
    return [spec.values[key] for key in keys]


def partition_input(table: Document, values: list[str], location: str | None) -> Document:
    """The PartitionInput of values; without a location it stands under the table's."""
    storage = dict(table["StorageDescriptor"])
    keys = [key["Name"].lower() for key in table.get("PartitionKeys") or []]
    base = str(storage.get("Location", "")).rstrip("/")
    folder = "/".join(f"{k}={escaped(v)}" for k, v in zip(keys, values, strict=True))
    storage["Location"] = location or f"{base}/{folder}"
    return {"Values": values, "StorageDescriptor": storage}


def _glue_columns(columns: Sequence[hive.Column]) -> list[Document]:
    return [
        {"Name": c.name, "Type": c.glue_type, **({"Comment": c.comment} if c.comment else {})}
        for c in columns
    ]


def storage_descriptor(
    columns: Sequence[Document], location: str, row_format: hive.RowFormat
) -> Document:
    """The StorageDescriptor of a table."""
    return {
        "Columns": list(columns),
        "Location": location,
        "InputFormat": row_format.input_format,
        "OutputFormat": row_format.output_format,
        "Compressed": False,
        "NumberOfBuckets": -1,
        "SerdeInfo": {
            "SerializationLibrary": row_format.library,
            "Parameters": dict(row_format.parameters),
        },
        "BucketColumns": [],
        "SortColumns": [],
        "Parameters": {},
        "StoredAsSubDirectories": False,
    }


def table_input(statement: hive.CreateTable) -> Document:
    """The TableInput of CREATE EXTERNAL TABLE."""
    body: Document = {
        "Name": statement.table.name,
        "StorageDescriptor": storage_descriptor(
            _glue_columns(statement.columns), statement.location, statement.row_format
        ),
        "PartitionKeys": _glue_columns(statement.partition_keys),
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", **statement.properties},
    }
    return body | ({"Description": statement.comment} if statement.comment else {})


def view_input(
    statement: CreateView, columns: Sequence[tuple[str, Type]], database: str
) -> Document:
    """The TableInput of a view."""
    definition = {
        "originalSql": statement.query_text,
        "catalog": "awsdatacatalog",
        "schema": database,
        "columns": [{"name": n, "type": t.trino_name(k)} for n, k in columns],
    }
    encoded = base64.b64encode(json.dumps(definition).encode()).decode()
    return {
        "Name": statement.view.name,
        "TableType": "VIRTUAL_VIEW",
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
        "PartitionKeys": [],
        "ViewOriginalText": f"{VIEW_MARK}{encoded} */",
        "ViewExpandedText": "/* Presto View */",
        "StorageDescriptor": {
            "Columns": [{"Name": n, "Type": t.glue_name(k)} for n, k in columns],
            "Location": "",
            "SerdeInfo": {},
        },
    }
