"""Parquet objects as a DuckDB relation: columns by name, types checked, absent columns NULL.

Also says what reading footers costs DuckDB, so that it can be taken off the bytes scanned.
Source: Trino's Hive connector (parquet.use-column-names=true, as Athena), checked 2026-11.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import QueryError, no_such_split, not_supported
from lakehouse.local_aws.athena.serdes import StoredColumn
from lakehouse.local_aws.athena.types import Type

_TAIL = 16384  # bytes that DuckDB reads from a file's end to find its footer


class ParquetObject(Protocol):
    """An object with Parquet data."""

    @property
    def path(self) -> object: ...  # noqa: D102

    @property
    def uri(self) -> str: ...  # noqa: D102

    @property
    def size(self) -> int: ...  # noqa: D102

    @property
    def etag(self) -> str: ...  # noqa: D102


@dataclass(frozen=True)
class Footer:
    """What a file's footer says: columns (lower-cased name -> name, type), length in bytes.

    `leaves`: compressed bytes of each leaf, by its lower-cased path (`place.list.element.city`).
    """

    columns: dict[str, tuple[str, pa.DataType]]
    length: int
    leaves: dict[str, int]


@dataclass(frozen=True)
class ParquetSource:
    """The relation that reads the files, and the SQL of each column that is read over it."""

    sql: str
    columns: dict[str, str]


@lru_cache(maxsize=65536)
def _footer(path: str, uri: str, size: int, etag: str) -> Footer:  # noqa: ARG001 - part of the cache's key
    try:
        metadata = pq.read_metadata(path)
    except FileNotFoundError as error:
        raise no_such_split(uri) from error
    except (pa.ArrowInvalid, OSError) as error:
        raise QueryError(
            "HIVE_CANNOT_OPEN_SPLIT", f"Error opening Hive split {uri}: Not a valid Parquet file"
        ) from error
    schema = metadata.schema.to_arrow_schema()
    columns = {f.name.lower(): (f.name, f.type) for f in schema}
    leaves: dict[str, int] = {}
    for index in range(metadata.num_columns):
        path = metadata.schema.column(index).path.lower()
        leaves[path] = sum(
            metadata.row_group(group).column(index).total_compressed_size
            for group in range(metadata.num_row_groups)
        )
    return Footer(columns, metadata.serialized_size + 8, leaves)


def footer(file: ParquetObject) -> Footer:
    """A file's footer, kept as long as the object is the same."""
    return _footer(str(file.path), file.uri, file.size, file.etag)


def footer_bytes(file: ParquetObject) -> int:
    """Bytes that DuckDB reads to learn a file's footer."""
    return min(file.size, max(_TAIL, footer(file).length))


def source(
    files: Sequence[ParquetObject],
    declared: Sequence[StoredColumn],
    named: Container[str],
    by_index: bool = False,
) -> ParquetSource:
    """The relation over the files, with the declared columns that are in `named`.

    QueryError HIVE_BAD_DATA when the stored type of one of them does not fit.
    """
    footers = [footer(file) for file in files]
    names = _by_index(footers, declared) if by_index else {c.name: c.name for c in declared}
    columns = [c for c in declared if c.name in named]
    stored: dict[str, list[pa.DataType]] = {c.name: [] for c in columns}
    for file, found in zip(files, footers, strict=True):
        for column in columns:
            if names[column.name] in found.columns:
                _, kind = found.columns[names[column.name]]
                _check(column, kind, file)
                stored[column.name].append(kind)
    paths = ", ".join(t.duckdb_string(str(file.path)) for file in files)
    same = all(f.columns.keys() == footers[0].columns.keys() for f in footers)
    mixed = not same or any(len(set(map(str, kinds))) > 1 for kinds in stored.values())
    sql = f"read_parquet([{paths}], union_by_name={str(mixed).lower()}, hive_partitioning=false)"
    read = {c.name: _column(c, names[c.name], stored[c.name]) for c in columns}
    return ParquetSource(sql, read)


def _by_index(footers: list[Footer], columns: Sequence[StoredColumn]) -> dict[str, str]:
    """The stored name of each declared column by its position (`parquet.column.index.access`)."""
    orders = {tuple(found.columns) for found in footers}
    if len(orders) > 1:
        raise not_supported("Columns by index over Parquet files whose columns are named apart")
    order = next(iter(orders), ())
    return {c.name: order[i] if i < len(order) else "" for i, c in enumerate(columns)}


def _column(column: StoredColumn, stored: str, kinds: list[pa.DataType]) -> str:
    target, name = t.duckdb_name(column.type), t.duckdb_identifier(stored)
    if not kinds:
        return f"CAST(NULL AS {target})"
    first = kinds[0]
    if pa.types.is_timestamp(first) and column.type.name == "timestamp":
        return f"timezone('UTC', {name})" if first.tz else f"CAST({name} AS TIMESTAMP)"
    if all(_plain_name(kind) == column.type.name for kind in kinds):
        return name
    return f"CAST({name} AS {target})"


def _plain_name(kind: pa.DataType) -> str:
    names = {
        "bool": "boolean", "date32[day]": "date", "float": "real", "int16": "smallint",
        "int32": "integer", "int64": "bigint", "int8": "tinyint", "string": "varchar",
    }  # fmt: skip
    return names.get(str(kind), str(kind))


_FITS = {
    "int8": t.INTEGERS, "int16": t.INTEGERS, "int32": (*t.INTEGERS, "decimal"),
    "int64": (*t.INTEGERS, "decimal"), "uint8": t.INTEGERS, "uint16": t.INTEGERS,
    "uint32": t.INTEGERS, "uint64": t.INTEGERS, "float": ("real", "double"),
    "double": ("real", "double"), "bool": ("boolean",), "date32[day]": ("date",),
    "string": ("varchar", "char", "varbinary"), "large_string": ("varchar", "char", "varbinary"),
    "binary": ("varchar", "char", "varbinary"), "null": (),
}  # fmt: skip


def _check(column: StoredColumn, kind: pa.DataType, file: ParquetObject) -> None:
    if not fits(kind, column.type):
        words = (
            f"Field {column.name}'s type {str(kind).upper()} in parquet file {file.uri} is "
            f"incompatible with type {column.type} defined in table schema"
        )
        raise QueryError("HIVE_BAD_DATA", words)


def fits(kind: pa.DataType, target: Type) -> bool:
    """Whether stored values of an Arrow type can be read as a declared type."""
    if pa.types.is_null(kind):
        return True
    if pa.types.is_timestamp(kind):
        return target.name == "timestamp"
    if pa.types.is_decimal(kind):
        return target.name == "decimal"
    if pa.types.is_struct(kind):
        return target.name == "row"
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return target.name == "array"
    if pa.types.is_map(kind):
        return target.name == "map"
    return target.name in _FITS.get(str(kind), ())
