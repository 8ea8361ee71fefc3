"""Tables of the catalog become DuckDB relations: shapes, chosen partitions, listed objects.

A scan reads the objects under the locations of the partitions that its conditions keep, and nothing
else. How text is taken apart belongs to `serdes`, Parquet's footers to `parquet_files`.
"""

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.scans import Scan, TableColumn, TableShape
from lakehouse.local_aws.athena.serdes import StoredColumn
from lakehouse.local_aws.athena.storage_formats import SERDES
from lakehouse.local_aws.athena.table_sql import (
    DataFile,
    Group,
    Relation,
    empty,
    group_sql,
    partition_keys,
    partition_value,
    stored_columns,
)
from lakehouse.local_aws.errors import AwsError

VIEW_MARK = "/* Presto View: "
Document = dict[str, Any]
KeepPartitions = Callable[[str], list[int]]  # SQL selecting indexes of partitions -> the indexes


class CatalogReader(Protocol):
    """The Data Catalog, as queries read it."""

    def database(self, name: str) -> Document: ...  # noqa: D102

    def table(self, database: str, name: str) -> Document: ...  # noqa: D102

    def partitions(self, database: str, table: str) -> list[Document]: ...  # noqa: D102


class ObjectLister(Protocol):
    """The object store, as queries read it."""

    def list(self, bucket: str, prefix: str = "") -> Sequence[Any]: ...  # noqa: D102


class CatalogTables:
    """The catalog's tables for one query; unqualified names stand in `database`."""

    def __init__(self, catalog: CatalogReader, objects: ObjectLister, database: str) -> None:
        self.catalog = catalog
        self.objects = objects
        self.default = database

    def shape(self, database: str | None, name: str, where: str) -> TableShape:
        """A table's shape, as translation needs it."""
        database = database or self.default
        table = self.table(database, name, where)
        if table.get("TableType") == "VIRTUAL_VIEW":
            return TableShape(database, name, view_query=view_query(table))
        columns = [TableColumn(c.name, c.type) for c in stored_columns(table)]
        keys = [TableColumn(c.name, c.type, True) for c in partition_keys(table)]
        return TableShape(
            database, name, (*columns, *keys, TableColumn("$path", t.VARCHAR, hidden=True))
        )

    def table(self, database: str, name: str, where: str = "") -> Document:
        """A table of the catalog. QueryError SCHEMA_NOT_FOUND or TABLE_NOT_FOUND."""
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

    def relation(self, scan: Scan, keep: KeepPartitions) -> Relation:
        """The relation of a scan over the objects of the partitions it keeps."""
        table = self.table(scan.shape.database, scan.shape.name)
        groups = [g for g in self._groups(table, scan, keep) if g.files]
        parts = [group_sql(f"{scan.name} {i}", table, g) for i, g in enumerate(groups)]
        sql = " UNION ALL ".join(p.sql for p in parts) if parts else empty(scan.shape)
        return Relation(
            scan.name,
            sql,
            {name: stream for p in parts for name, stream in p.streams.items()},
            sum(p.text_bytes for p in parts),
            tuple(f for p in parts for f in p.parquet),
        )

    def _groups(self, table: Document, scan: Scan, keep: KeepPartitions) -> list[Group]:
        keys = partition_keys(table)
        if table.get("Parameters", {}).get("projection.enabled", "").lower() == "true":
            raise not_supported("Partition projection")
        if not keys:
            return [self._group(table["StorageDescriptor"], table, ())]
        partitions = self.catalog.partitions(scan.shape.database, scan.shape.name)
        kept = _kept(partitions, keys, scan, keep)
        merged: dict[str, Group] = {}
        for partition in kept:
            group = self._group(partition["StorageDescriptor"], table, tuple(partition["Values"]))
            label = json.dumps([group.format, sorted(group.parameters.items())])
            files = merged[label].files if label in merged else ()
            merged[label] = Group(group.format, group.parameters, (*files, *group.files))
        return list(merged.values())

    def _group(self, storage: Document, table: Document, values: tuple[str, ...]) -> Group:
        serde = storage.get("SerdeInfo") or table["StorageDescriptor"].get("SerdeInfo") or {}
        library = serde.get("SerializationLibrary") or ""
        if library not in SERDES:
            raise not_supported(f"SerDe {library or '(none)'}")
        location = storage.get("Location") or table["StorageDescriptor"].get("Location") or ""
        parameters = dict(serde.get("Parameters") or {})
        return Group(SERDES[library], parameters, tuple(self.files(location, values)))

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


def view_query(table: Document) -> str:
    """The SQL of a view, as Athena stores it in the catalog."""
    text = table.get("ViewOriginalText") or ""
    if not text.startswith(VIEW_MARK):
        raise QueryError("INVALID_VIEW", f"View '{table['Name']}' is not an Athena view")
    encoded = text.removeprefix(VIEW_MARK).removesuffix(" */")
    return str(json.loads(base64.b64decode(encoded))["originalSql"])


def _kept(
    partitions: list[Document], keys: list[StoredColumn], scan: Scan, keep: KeepPartitions
) -> list[Document]:
    if not partitions or not scan.conditions:
        return partitions
    names = ", ".join(t.duckdb_identifier(k.name) for k in keys)
    rows = ", ".join(_partition_row(i, p["Values"], keys) for i, p in enumerate(partitions))
    condition = " AND ".join(scan.conditions)
    return [
        partitions[i]
        for i in keep(
            f"SELECT i FROM (VALUES {rows}) AS p(i, {names}) WHERE {condition} ORDER BY i"
        )
    ]


def _partition_row(index: int, values: Sequence[str], keys: Sequence[StoredColumn]) -> str:
    typed = (partition_value(v, k.type) for v, k in zip(values, keys, strict=True))
    return f"({index}, {', '.join(typed)})"
