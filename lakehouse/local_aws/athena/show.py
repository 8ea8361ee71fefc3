"""SHOW and DESCRIBE: questions about the Data Catalog, and what all DDL shares.

The texts they print stand in `ddl_text`; statements that change something in `ddl`.
Source: results of the service, checked 2026-11.
"""

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lakehouse.local_aws.athena import hive_statements as hive
from lakehouse.local_aws.athena.ddl_text import (
    create_statement,
    described,
    described_column,
    view_statement,
)
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.partition_paths import escaped
from lakehouse.local_aws.athena.view_definitions import view_of
from lakehouse.local_aws.errors import AwsError

Document = dict[str, Any]
EXECUTION_ERROR = (
    "FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. "
)


@dataclass(frozen=True)
class DdlResult:
    """Lines of the answer and its columns' names."""

    lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


class ShowExecutor:
    """Answers questions for a query whose database is `database`."""

    def __init__(self, catalog: Any, objects: Any, database: str) -> None:
        self.catalog = catalog
        self.objects = objects
        self.default = database

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
        if statement.what == "columns":
            columns = table["StorageDescriptor"].get("Columns", [])
            names = [c["Name"] for c in (*columns, *(table.get("PartitionKeys") or []))]
            return DdlResult(tuple(f"{name:<20}" for name in names), ("field",))
        if statement.what == "properties":
            return self._properties(statement, table)
        return DdlResult(self._created(statement, table), ("createtab_stmt",))

    def _properties(self, statement: hive.ShowTable, table: Document) -> DdlResult:
        known = table.get("Parameters", {})
        if statement.key is None:
            lines = tuple(f"{k}\t{v}" for k, v in sorted(known.items()))
        elif statement.key in known:
            lines = (known[statement.key],)
        else:
            name = f"{self.database_of(statement.table)}.{statement.table.name}"
            lines = (f"Table {name} does not have property: {statement.key}",)
        return DdlResult(lines, ("prpt_name", "prpt_value"))

    def _created(self, statement: hive.ShowTable, table: Document) -> tuple[str, ...]:
        name = f"{self.database_of(statement.table)}.{statement.table.name}"
        is_view = table.get("TableType") == "VIRTUAL_VIEW"
        if is_view != (statement.what == "create_view"):
            wanted = "table" if is_view else "view"
            raise QueryError("", f"FAILED: SemanticException {name} is not a {wanted}")
        return view_statement(name, view_of(table)) if is_view else create_statement(table)

    def _describe(self, statement: hive.Describe) -> DdlResult:
        table = self._table(statement.table)
        columns = ("col_name", "data_type", "comment")
        if statement.column is None:
            return DdlResult(described(table, statement.style), columns)
        return DdlResult(described_column(table, statement.column), columns)

    def _partitions(self, name: hive.Name, table: Document) -> DdlResult:
        keys = [key["Name"] for key in table.get("PartitionKeys") or []]
        if not keys:
            words = f"Table {self.database_of(name)}.{name.name} is not a partitioned table"
            raise QueryError("", f"{EXECUTION_ERROR}{words}")
        partitions = self.catalog.partitions(self.database_of(name), name.name)
        lines = (
            "/".join(f"{k}={escaped(v)}" for k, v in zip(keys, p["Values"], strict=True))
            for p in partitions
        )
        return DdlResult(tuple(sorted(lines)), ("partition",))


def _like(names: Sequence[str], pattern: str | None) -> tuple[str, ...]:
    if pattern is None:
        return tuple(sorted(names))
    choices = pattern.lower().split("|")
    return tuple(sorted(n for n in names if any(fnmatch.fnmatchcase(n, c) for c in choices)))
