"""ALTER TABLE and ALTER DATABASE: properties, locations, columns, renamed partitions.

Adding and dropping partitions belongs to `ddl`.
Source: AWS "DDL statements", checked 2026-11; what Hive says to a wrong column is chosen.
"""

from typing import Any

from lakehouse.local_aws.athena import hive_statements as hive
from lakehouse.local_aws.athena.catalog_inputs import glue_columns
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.show import EXECUTION_ERROR, DdlResult, ShowExecutor
from lakehouse.local_aws.athena.tables import split_location
from lakehouse.local_aws.errors import AwsError

Document = dict[str, Any]
_TABLE_INPUT_KEYS = (
    "Name", "Description", "Owner", "Retention", "StorageDescriptor", "PartitionKeys",
    "ViewOriginalText", "ViewExpandedText", "TableType", "Parameters",
)  # fmt: skip


class AlterExecutor(ShowExecutor):
    """Changes a table or database of a query whose database is `database`."""

    def _update(self, name: hive.Name, **changes: Any) -> DdlResult:
        table = self._table(name)
        body = {k: v for k, v in table.items() if k in _TABLE_INPUT_KEYS} | changes
        self._call("UpdateTable", DatabaseName=self.database_of(name), TableInput=body)
        return DdlResult()

    def _setproperties(self, statement: hive.SetProperties) -> DdlResult:
        known = self._table(statement.table).get("Parameters", {})
        return self._update(statement.table, Parameters={**known, **statement.properties})

    def _setdatabaseproperties(self, statement: hive.SetDatabaseProperties) -> DdlResult:
        try:
            known = self.catalog.database(statement.name)
        except AwsError as error:
            words = f"SemanticException [Error 10072]: Database does not exist: {statement.name}"
            raise QueryError("", f"FAILED: {words}") from error
        keys = ("Name", "Description", "LocationUri", "CreateTableDefaultPermissions")
        body = {k: known[k] for k in keys if k in known}
        body["Parameters"] = {**known.get("Parameters", {}), **statement.properties}
        self._call("UpdateDatabase", Name=statement.name, DatabaseInput=body)
        return DdlResult()

    def _setlocation(self, statement: hive.SetLocation) -> DdlResult:
        split_location(statement.location)
        table = self._table(statement.table)
        if statement.partition is None:
            storage = {**table["StorageDescriptor"], "Location": statement.location}
            return self._update(statement.table, StorageDescriptor=storage)
        found = self._partition(statement.table, table, statement.partition)
        storage = {**found["StorageDescriptor"], "Location": statement.location}
        self._put_partition(statement.table, found, {"StorageDescriptor": storage})
        return DdlResult()

    def _renamepartition(self, statement: hive.RenamePartition) -> DdlResult:
        table = self._table(statement.table)
        found = self._partition(statement.table, table, statement.old)
        values = values_of(table, statement.new)
        self._put_partition(statement.table, found, {"Values": values})
        return DdlResult()

    def _put_partition(self, name: hive.Name, found: Document, changes: Document) -> None:
        keys = ("Values", "StorageDescriptor", "Parameters")
        self._call(
            "UpdatePartition",
            DatabaseName=self.database_of(name),
            TableName=name.name,
            PartitionValueList=found["Values"],
            PartitionInput={k: found[k] for k in keys if k in found} | changes,
        )

    def _partition(self, name: hive.Name, table: Document, spec: hive.PartitionSpec) -> Document:
        values = values_of(table, spec)
        for partition in self.catalog.partitions(self.database_of(name), name.name):
            if partition["Values"] == values:
                found: Document = partition
                return found
        label = "/".join(f"{k}={v}" for k, v in spec.values.items())
        words = f"SemanticException [Error 10006]: Partition not found {{{label}}}"
        raise QueryError("", f"FAILED: {words}")

    # columns

    def _altercolumns(self, statement: hive.AlterColumns) -> DdlResult:
        table = self._table(statement.table)
        known = [] if statement.replace else table["StorageDescriptor"].get("Columns", [])
        return self._set_columns(statement.table, table, [*known, *glue_columns(statement.columns)])

    def _changecolumn(self, statement: hive.ChangeColumn) -> DdlResult:
        table = self._table(statement.table)
        columns = list(table["StorageDescriptor"].get("Columns", []))
        index = _index(columns, statement.old)
        changed = glue_columns([statement.column])[0]
        if statement.column.comment is None and columns[index].get("Comment"):
            changed["Comment"] = columns[index]["Comment"]
        columns[index] = changed
        if statement.after is not None:
            del columns[index]
            place = _index(columns, statement.after) + 1 if statement.after else 0
            columns.insert(place, changed)
        return self._set_columns(statement.table, table, columns)

    def _set_columns(self, name: hive.Name, table: Document, columns: list[Document]) -> DdlResult:
        keys = [key["Name"].lower() for key in table.get("PartitionKeys") or []]
        names = [*(column["Name"].lower() for column in columns), *keys]
        twice = next((n for n in names if names.count(n) > 1), None)
        if twice is not None:
            raise QueryError("", f"{EXECUTION_ERROR}Duplicate column name: {twice}")
        storage = {**table["StorageDescriptor"], "Columns": columns}
        return self._update(name, StorageDescriptor=storage)


def _index(columns: list[Document], name: str) -> int:
    for index, column in enumerate(columns):
        if column["Name"].lower() == name:
            return index
    raise QueryError("", f"{EXECUTION_ERROR}Invalid column reference {name}")


def values_of(table: Document, spec: hive.PartitionSpec) -> list[str]:
    """A partition's values in the order of the keys. QueryError when they are not all there."""
    keys = [key["Name"].lower() for key in table.get("PartitionKeys") or []]
    if sorted(spec.values) != sorted(keys):
        words = (
            f"Partition spec {spec.values} contains non-partition columns or lacks some of {keys}"
        )
        raise QueryError("", f"FAILED: SemanticException [Error 10098]: {words}")
    return [spec.values[key] for key in keys]
