"""Tables about tables: information_schema, `"t$partitions"` and `"t$properties"`, from the catalog.

Source: AWS "Query the AWS Glue Data Catalog" and Trino's Hive connector, checked 2026-11.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.scans import TableColumn, TableShape
from lakehouse.local_aws.athena.table_sql import Relation, declared_columns, empty
from lakehouse.local_aws.athena.type_syntax import parse_type
from lakehouse.local_aws.athena.types import TypeSyntaxError
from lakehouse.local_aws.athena.view_definitions import view_of

Document = dict[str, Any]
SCHEMA = "information_schema"
_CATALOG = "awsdatacatalog"
_TABLES = {
    "schemata": ("catalog_name", "schema_name"),
    "tables": ("table_catalog", "table_schema", "table_name", "table_type"),
    "views": ("table_catalog", "table_schema", "table_name", "view_definition"),
    "columns": (
        "table_catalog", "table_schema", "table_name", "column_name", "ordinal_position",
        "column_default", "is_nullable", "data_type", "comment", "extra_info",
    ),
}  # fmt: skip
_Value = str | int | None


class CatalogLister(Protocol):
    """The Data Catalog, as information_schema shows it."""

    def databases(self) -> list[Document]: ...  # noqa: D102

    def tables(self, database: str) -> list[Document]: ...  # noqa: D102


@dataclass(frozen=True)
class Suffix:
    """A name such as `t$partitions`: the table, and what of it."""

    table: str
    what: str


def suffix_of(name: str) -> Suffix | None:
    """The parts of `t$partitions` or `t$properties`; None for a plain name."""
    table, _, what = name.rpartition("$")
    return Suffix(table, what) if table and what in ("partitions", "properties") else None


def schema_shape(name: str, where: str) -> TableShape:
    """The shape of a table of information_schema. QueryError TABLE_NOT_FOUND."""
    if name not in _TABLES:
        words = f"{where}Table '{_CATALOG}.{SCHEMA}.{name}' does not exist"
        raise QueryError("TABLE_NOT_FOUND", words)
    columns = (
        TableColumn(n, t.BIGINT if n == "ordinal_position" else t.VARCHAR) for n in _TABLES[name]
    )
    return TableShape(SCHEMA, name, tuple(columns))


def schema_relation(name: str, shape: TableShape, catalog: CatalogLister) -> Relation:
    """The rows of a table of information_schema."""
    rows = {
        "schemata": _schemata,
        "tables": _tables,
        "views": _views,
        "columns": _columns,
    }[shape.name](catalog)
    return Relation(name, _values(shape, list(rows)))


def _all_tables(catalog: CatalogLister) -> Iterator[tuple[str, Document]]:
    for database in catalog.databases():
        for table in catalog.tables(database["Name"]):
            yield database["Name"], table


def _schemata(catalog: CatalogLister) -> Iterator[Sequence[_Value]]:
    for database in [*(d["Name"] for d in catalog.databases()), SCHEMA]:
        yield _CATALOG, database


def _is_view(table: Document) -> bool:
    return table.get("TableType") == "VIRTUAL_VIEW"


def _tables(catalog: CatalogLister) -> Iterator[Sequence[_Value]]:
    for database, table in _all_tables(catalog):
        yield _CATALOG, database, table["Name"], "VIEW" if _is_view(table) else "BASE TABLE"
    for name in sorted(_TABLES):
        yield _CATALOG, SCHEMA, name, "BASE TABLE"


def _views(catalog: CatalogLister) -> Iterator[Sequence[_Value]]:
    for database, table in _all_tables(catalog):
        if _is_view(table):
            with suppress(QueryError):  # a view of another engine is not among them
                yield _CATALOG, database, table["Name"], view_of(table).sql


def _columns(catalog: CatalogLister) -> Iterator[Sequence[_Value]]:
    for database, table in _all_tables(catalog):
        stored = table.get("StorageDescriptor", {}).get("Columns") or []
        keys = table.get("PartitionKeys") or []
        for position, column in enumerate([*stored, *keys], 1):
            kind = _type_name(column)
            if kind is None:
                continue
            extra = "partition key" if position > len(stored) else None
            comment = column.get("Comment")
            shown = (table["Name"], column["Name"], position, None, "YES", kind, comment, extra)
            yield (_CATALOG, database, *shown)


def _type_name(column: Document) -> str | None:
    """A column's type; None for one that is none: Trino leaves out columns that it cannot read."""
    try:
        return str(parse_type(column.get("Type", "string").lower()))
    except TypeSyntaxError:
        return None


def partitions_shape(database: str, name: str, table: Document, where: str) -> TableShape:
    """The shape of `"t$partitions"`. QueryError TABLE_NOT_FOUND for a table without keys."""
    keys = declared_columns(table.get("PartitionKeys") or [])
    if not keys:
        words = f"{where}Table '{_CATALOG}.{database}.{name}' does not exist"
        raise QueryError("TABLE_NOT_FOUND", words)
    return TableShape(database, name, tuple(TableColumn(k.name, k.type, True) for k in keys))


def properties_shape(database: str, name: str, table: Document) -> TableShape:
    """The shape of `"t$properties"`: a column for each property."""
    names = sorted({name.lower() for name in table.get("Parameters") or {}})
    return TableShape(database, name, tuple(TableColumn(n, t.VARCHAR) for n in names))


def partitions_relation(
    name: str, shape: TableShape, partitions: Sequence[Sequence[str]]
) -> Relation:
    """The values of partitions as rows."""
    null = "__HIVE_DEFAULT_PARTITION__"
    rows = [[None if value == null else value for value in values] for values in partitions]
    return Relation(name, _values(shape, rows))


def properties_relation(name: str, shape: TableShape, table: Document) -> Relation:
    """The properties of a table as one row."""
    properties = {name.lower(): value for name, value in (table.get("Parameters") or {}).items()}
    return Relation(name, _values(shape, [[properties[c.name] for c in shape.columns]]))


def _values(shape: TableShape, rows: Sequence[Sequence[_Value]]) -> str:
    if not rows or not shape.columns:
        return empty(shape)
    lines = ", ".join(f"({', '.join(map(_literal, row))})" for row in rows)
    names = [t.duckdb_identifier(column.name) for column in shape.columns]
    typed = ", ".join(
        f"CAST({n} AS {t.duckdb_name(c.type)}) AS {n}"
        for n, c in zip(names, shape.columns, strict=True)
    )
    return f"SELECT {typed} FROM (VALUES {lines}) AS v({', '.join(names)})"


def _literal(value: _Value) -> str:
    if value is None:
        return "NULL"
    return str(value) if isinstance(value, int) else t.duckdb_string(value)
