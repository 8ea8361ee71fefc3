"""What INSERT INTO and CREATE TABLE AS mean for columns and the catalog. Pure.

Running them belongs to `run`, writing objects to `unload`.
"""

from typing import Any

from lakehouse.local_aws.athena import storage_formats
from lakehouse.local_aws.athena.catalog_inputs import storage_descriptor
from lakehouse.local_aws.athena.coercion import coerces
from lakehouse.local_aws.athena.engine import Plan
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.hive_statements import Name
from lakehouse.local_aws.athena.tables import split_location
from lakehouse.local_aws.athena.translate import Translation
from lakehouse.local_aws.athena.typed import Typed, coerce, fail
from lakehouse.local_aws.athena.types import (
    Type,
    duckdb_identifier,
    duckdb_name,
    duckdb_string,
    glue_name,
)
from lakehouse.local_aws.athena.write_targets import Target

Document = dict[str, Any]
_COMPRESSION = {
    "PARQUET": "parquet.compression",
    "ORC": "orc.compress",
    "TEXTFILE": "write.compression",
    "JSON": "write.compression",
}


def as_declared(
    translation: Translation, plan: Plan, declared: list[tuple[str, Type]], named: tuple[str, ...]
) -> tuple[Translation, Plan]:
    """The plan with its columns in the order and types of the table."""
    order = list(named) or [name for name, _ in declared]
    given = dict(zip(order, translation.types, strict=False))
    wanted = dict(declared)
    unknown = [n for n in order if n not in wanted]
    if unknown:
        raise QueryError(
            "COLUMN_NOT_FOUND", f"Insert column name does not exist in target table: {unknown[0]}"
        )
    fits = len(order) == len(translation.types) and all(
        _inserts(kind, wanted[n]) for n, kind in given.items()
    )
    if not fits:
        table = ", ".join(str(wanted[n]) for n in order)
        query = ", ".join(str(k) for k in translation.types)
        raise QueryError(
            "TYPE_MISMATCH",
            f"Insert query has mismatched column types: Table: [{table}], Query: [{query}]",
        )
    columns = ", ".join(
        f"{_stored(n, given.get(n), k)} AS {duckdb_identifier(n)}" for n, k in declared
    )
    inner = ", ".join(duckdb_identifier(n) for n in order)
    sql = f"SELECT {columns} FROM ({plan.sql}) AS q({inner})"
    names = tuple(n for n, _ in declared)
    return Translation(
        translation.sql, names, tuple(k for _, k in declared), translation.scans
    ), Plan(sql, plan.relations)


def _inserts(source: Type, target: Type) -> bool:
    """Whether a value goes into a column without a cast of the user's."""
    if source.items and target.items:
        same = source.name == target.name and len(source.items) == len(target.items)
        return same and all(map(_inserts, source.items, target.items))
    texts = {source.name, target.name} <= {"varchar", "char"}
    return texts or coerces(source, target)


def _stored(name: str, source: Type | None, target: Type) -> str:
    """SQL of a column as the table declares it; a text that is too long fails the query."""
    if source is None:
        return f"CAST(NULL AS {duckdb_name(target)})"
    value = duckdb_identifier(name)
    sql = f"CAST({coerce(Typed(value, source), target).sql} AS {duckdb_name(target)})"
    if target.name != "varchar" or not target.params or target.params == source.params:
        return sql
    size = target.params[0]
    words = f"Cannot truncate non-space characters when casting from {source} to {target} on INSERT"
    bad = fail("INVALID_CAST_ARGUMENT", duckdb_string(words), target)
    return f"CASE WHEN length(rtrim({value}, ' ')) > {size} THEN {bad} ELSE left({sql}, {size}) END"


def as_typed(translation: Translation, plan: Plan) -> Plan:
    """The plan with its columns in the types of the query, also where all values are NULL."""
    inner = [duckdb_identifier(f"c{i}") for i in range(len(translation.names))]
    columns = ", ".join(
        f"CAST({i} AS {duckdb_name(kind)}) AS {duckdb_identifier(name)}"
        for i, (name, kind) in zip(inner, translation.columns, strict=True)
    )
    return Plan(f"SELECT {columns} FROM ({plan.sql}) AS q({', '.join(inner)})", plan.relations)


def table_of(name: Name, columns: tuple[tuple[str, Type], ...], target: Target) -> Document:
    """The TableInput of CREATE TABLE AS."""
    glue = [{"Name": n, "Type": glue_name(k)} for n, k in columns]
    stored = glue[: len(glue) - len(target.partitioned_by)]
    split_location(target.location)
    return {
        "Name": name.name,
        "StorageDescriptor": storage_descriptor(
            stored, target.location, storage_formats.written(target.format, target.delimiter)
        ),
        "PartitionKeys": glue[len(stored) :],
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {
            "EXTERNAL": "TRUE",
            "has_encrypted_data": "false",
            _COMPRESSION[target.format]: target.compression,
        },
    }
