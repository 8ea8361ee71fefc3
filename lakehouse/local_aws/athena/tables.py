"""Tables of the catalog become DuckDB relations: shapes, chosen partitions, listed objects.

A scan reads the objects under the locations of the partitions that its conditions keep, and nothing
else. How text is taken apart belongs to `serdes`, Parquet's footers to `parquet_files`.
"""

import copy
import json
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from lakehouse.local_aws.athena import projection, system_tables
from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.partition_schemas import check_schema
from lakehouse.local_aws.athena.projection import Select
from lakehouse.local_aws.athena.scans import Scan, TableColumn, TableShape
from lakehouse.local_aws.athena.serdes import StoredColumn
from lakehouse.local_aws.athena.storage_formats import SERDES, format_of
from lakehouse.local_aws.athena.system_tables import Suffix
from lakehouse.local_aws.athena.table_sql import (
    PATH,
    DataFile,
    Group,
    Relation,
    empty,
    group_sql,
    partition_keys,
    partition_value,
    stored_columns,
)
from lakehouse.local_aws.athena.view_definitions import view_of
from lakehouse.local_aws.errors import AwsError

Document = dict[str, Any]
_STRING = re.compile(r"'(?:[^']|'')+'")
_NAME = re.compile(r"\w+")


@dataclass(frozen=True)
class Partition:
    """A partition to read: its values and its StorageDescriptor."""

    values: tuple[str, ...]
    storage: Document


class CatalogReader(Protocol):
    """The Data Catalog, as queries read it."""

    def database(self, name: str) -> Document: ...  # noqa: D102

    def table(self, database: str, name: str) -> Document: ...  # noqa: D102

    def partitions(  # noqa: D102
        self, database: str, table: str, expression: str | None = None
    ) -> list[Document]: ...

    def databases(self) -> list[Document]: ...  # noqa: D102

    def tables(self, database: str) -> list[Document]: ...  # noqa: D102


class ObjectLister(Protocol):
    """The object store, as queries read it."""

    def list(self, bucket: str, prefix: str = "") -> Sequence[Any]: ...  # noqa: D102


class CatalogTables:
    """The catalog's tables for one query; unqualified names stand in `database`."""

    def __init__(self, catalog: CatalogReader, objects: ObjectLister, database: str) -> None:
        self.catalog = catalog
        self.objects = objects
        self.default = database
        self._known: dict[tuple[str, str], Document] = {}
        self._known_partitions: dict[tuple[str, str, str | None], list[Document]] = {}

    def shape(self, database: str | None, name: str, where: str) -> TableShape:
        """A table's shape, as translation needs it."""
        database = database or self.default
        if database == system_tables.SCHEMA:
            return system_tables.schema_shape(name, where)
        suffix = system_tables.suffix_of(name)
        if suffix is not None:
            return self._suffix_shape(database, name, suffix, where)
        table = self.table(database, name, where)
        if table.get("TableType") == "VIRTUAL_VIEW":
            view = view_of(table)
            return TableShape(database, name, view_query=view.sql, view=view)
        columns = [TableColumn(c.name, c.type) for c in stored_columns(table)]
        keys = [TableColumn(c.name, c.type, True) for c in partition_keys(table)]
        return TableShape(
            database, name, (*columns, *keys, TableColumn(PATH, t.VARCHAR, hidden=True))
        )

    def _suffix_shape(self, database: str, name: str, suffix: Suffix, where: str) -> TableShape:
        table = self.table(database, suffix.table, where)
        if suffix.what == "partitions":
            return system_tables.partitions_shape(database, name, table, where)
        return system_tables.properties_shape(database, name, table)

    def within(self, database: str) -> "CatalogTables":
        """The same tables, with another database for unqualified names."""
        inner = copy.copy(self)
        inner.default = database
        return inner

    def table(self, database: str, name: str, where: str = "") -> Document:
        """A table of the catalog, the same one however often it is asked for.

        QueryError SCHEMA_NOT_FOUND or TABLE_NOT_FOUND.
        """
        if (database, name) not in self._known:
            self._known[database, name] = self._table(database, name, where)
        return self._known[database, name]

    def _table(self, database: str, name: str, where: str) -> Document:
        try:
            return self.catalog.table(database, name)
        except AwsError as error:
            if error.code != "EntityNotFoundException":
                raise
        try:
            self.catalog.database(database)
        except AwsError as error:
            raise QueryError(
                "SCHEMA_NOT_FOUND", f"{where}Schema '{database}' does not exist"
            ) from error
        raise QueryError(
            "TABLE_NOT_FOUND", f"{where}Table 'awsdatacatalog.{database}.{name}' does not exist"
        )

    def relation(self, scan: Scan, select: Select, named: Container[str]) -> Relation:
        """The relation of a scan over the objects of the partitions it keeps.

        Of the table's columns only those in `named` are in it, which spares DuckDB work and a
        query the errors of columns that it does not read.
        """
        if scan.shape.database == system_tables.SCHEMA:
            return system_tables.schema_relation(scan.name, scan.shape, self.catalog)
        suffix = system_tables.suffix_of(scan.shape.name)
        if suffix is not None:
            return self._suffix_relation(scan, suffix, select)
        table = self.table(scan.shape.database, scan.shape.name)
        groups = [g for g in self._groups(table, scan, select) if g.files]
        parts = [group_sql(f"{scan.name} {i}", table, g, named) for i, g in enumerate(groups)]
        sql = " UNION ALL ".join(p.sql for p in parts) if parts else empty(scan.shape)
        return Relation(
            scan.name,
            sql,
            {name: stream for p in parts for name, stream in p.streams.items()},
            sum(p.text_bytes for p in parts),
            tuple(f for p in parts for f in p.parquet),
        )

    def _suffix_relation(self, scan: Scan, suffix: Suffix, select: Select) -> Relation:
        if suffix.what == "partitions":
            values = [p.values for p in self.partitions(scan, select)]
            return system_tables.partitions_relation(scan.name, scan.shape, values)
        table = self.table(scan.shape.database, suffix.table)
        return system_tables.properties_relation(scan.name, scan.shape, table)

    def partitions(self, scan: Scan, select: Select) -> list[Partition]:
        """The partitions that a scan reads, from the catalog or by projection."""
        suffix = system_tables.suffix_of(scan.shape.name)
        name = suffix.table if suffix else scan.shape.name
        table = self.table(scan.shape.database, name)
        keys = partition_keys(table)
        if not keys:
            return [Partition((), table["StorageDescriptor"])]
        if projection.is_enabled(table):
            return _projected(table, keys, scan, select)
        found = self._partitions(scan.shape.database, name, narrowing(scan, keys))
        return [
            Partition(tuple(p["Values"]), p["StorageDescriptor"])
            for p in _kept(found, keys, scan, select)
        ]

    def _partitions(self, database: str, name: str, expression: str | None) -> list[Document]:
        asked = (database, name, expression)
        if asked not in self._known_partitions:
            self._known_partitions[asked] = self.catalog.partitions(*asked)
        return self._known_partitions[asked]

    def _groups(self, table: Document, scan: Scan, select: Select) -> list[Group]:
        merged: dict[str, Group] = {}
        for partition in self.partitions(scan, select):
            check_schema(table, partition.storage, partition.values)
            group = self._group(partition.storage, table, partition.values)
            label = json.dumps([group.format, sorted(group.parameters.items())])
            files = merged[label].files if label in merged else ()
            merged[label] = Group(group.format, group.parameters, (*files, *group.files))
        return list(merged.values())

    def _group(self, storage: Document, table: Document, values: tuple[str, ...]) -> Group:
        serde = storage.get("SerdeInfo") or table["StorageDescriptor"].get("SerdeInfo") or {}
        library = serde.get("SerializationLibrary") or ""
        input_format = storage.get("InputFormat") or ""
        stored_as = format_of(library, input_format)
        if stored_as is None:
            words = f"SerDe {library or '(none)'}, input format {input_format or '(none)'}"
            raise not_supported(words if library in SERDES else words.partition(",")[0])
        location = storage.get("Location") or table["StorageDescriptor"].get("Location") or ""
        parameters = dict(serde.get("Parameters") or {})
        return Group(stored_as, parameters, tuple(self.files(location, values)))

    def files(self, location: str, values: tuple[str, ...] = ()) -> list[DataFile]:
        """The data objects under a location: no empty ones, none hidden by `_` or `.`."""
        bucket, prefix = split_location(location)
        try:
            listed = self.objects.list(bucket, prefix)
        except AwsError as error:
            raise QueryError(
                "HIVE_FILESYSTEM_ERROR", f"{error.message} (Path: {location})"
            ) from error
        return [
            DataFile(o.path, f"s3://{bucket}/{o.key}", o.key, o.size, o.etag, values)
            for o in listed
            if o.size and not any(p[:1] in ("_", ".") for p in o.key[len(prefix) :].split("/"))
        ]


def split_location(location: str) -> tuple[str, str]:
    """Bucket and key prefix (ending in `/` unless empty) of an `s3://` location."""
    scheme, _, rest = location.partition("://")
    if scheme not in ("s3", "s3a", "s3n") or not rest:
        raise QueryError("HIVE_METASTORE_ERROR", f"Table location is not an S3 path: '{location}'")
    bucket, _, prefix = rest.partition("/")
    return bucket, prefix if not prefix or prefix.endswith("/") else f"{prefix}/"


def _projected(
    table: Document, keys: list[StoredColumn], scan: Scan, select: Select
) -> list[Partition]:
    rules = projection.projection_of(table, keys)
    storage = table["StorageDescriptor"]
    return [
        Partition(values, {**storage, "Location": projection.location_of(rules, values)})
        for values in projection.partition_values(rules, scan, select)
    ]


def narrowing(scan: Scan, keys: Sequence[StoredColumn]) -> str | None:
    """What the catalog is asked for instead of all partitions: a GetPartitions expression, or None.

    It is true for every partition that the scan's conditions keep, and maybe for more. A day is
    then found beside years of others without reading these.
    """
    for key in keys:
        for texts in scan.pinned.get(key.name, []):
            plain = all(_STRING.fullmatch(text) for text in texts)
            if plain and key.type == t.VARCHAR and _NAME.fullmatch(key.name):
                return f'"{key.name}" IN ({", ".join(texts)})'
    return None


def _kept(
    partitions: list[Document], keys: list[StoredColumn], scan: Scan, select: Select
) -> list[Document]:
    if not partitions or not scan.conditions:
        return partitions
    names = ", ".join(t.duckdb_identifier(k.name) for k in keys)
    rows = ", ".join(_partition_row(i, p["Values"], keys) for i, p in enumerate(partitions))
    condition = " AND ".join(scan.conditions)
    sql = f"SELECT i FROM (VALUES {rows}) AS p(i, {names}) WHERE {condition} ORDER BY i"
    return [partitions[i] for i in select(sql)]


def _partition_row(index: int, values: Sequence[str], keys: Sequence[StoredColumn]) -> str:
    typed = (partition_value(v, k) for v, k in zip(values, keys, strict=True))
    return f"({index}, {', '.join(typed)})"
