"""What INSERT INTO and CREATE TABLE AS mean for columns and the catalog. Pure.

Running them belongs to `run`, writing objects to `unload`.
"""

from typing import Any

from lakehouse.local_aws.athena import storage_formats
from lakehouse.local_aws.athena.catalog_inputs import storage_descriptor
from lakehouse.local_aws.athena.coercion import common_type
from lakehouse.local_aws.athena.engine import Plan
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.hive_statements import Name
from lakehouse.local_aws.athena.tables import split_location
from lakehouse.local_aws.athena.translate import Translation
from lakehouse.local_aws.athena.types import (
    Type,
    duckdb_identifier,
    duckdb_name,
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
        common_type(kind, wanted[n]) is not None for n, kind in given.items()
    )
    if not fits:
        table = ", ".join(str(wanted[n]) for n in order)
        query = ", ".join(str(k) for k in translation.types)
        raise QueryError(
            "TYPE_MISMATCH",
            f"Insert query has mismatched column types: Table: [{table}], Query: [{query}]",
        )
    values = (duckdb_identifier(n) if n in given else "NULL" for n, _ in declared)
    columns = ", ".join(
        f"CAST({value} AS {duckdb_name(k)}) AS {duckdb_identifier(n)}"
        for value, (n, k) in zip(values, declared, strict=True)
    )
    inner = ", ".join(duckdb_identifier(n) for n in order)
    sql = f"SELECT {columns} FROM ({plan.sql}) AS q({inner})"
    names = tuple(n for n, _ in declared)
    return Translation(
        translation.sql, names, tuple(k for _, k in declared), translation.scans
    ), Plan(sql, plan.relations)


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
