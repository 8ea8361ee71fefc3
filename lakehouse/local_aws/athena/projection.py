"""Partition projection: a table's partitions calculated from its properties, not looked up.

Each column's values are first narrowed by the conditions on it alone, then combined. Partitions of
the catalog are ignored; values outside a range give no rows and no error.
Source: AWS "Partition projection with Amazon Athena", checked 2026-11.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lakehouse.local_aws.athena import date_projection
from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.partition_paths import escaped
from lakehouse.local_aws.athena.scans import Scan
from lakehouse.local_aws.athena.serdes import StoredColumn

Document = dict[str, Any]
Select = Callable[[str], list[Any]]  # SQL of one column -> its values
MOST_PARTITIONS = 1_000_000


@dataclass(frozen=True)
class Projection:
    """The projection of one table: its keys, and the properties of each."""

    table: str
    keys: tuple[StoredColumn, ...]
    properties: dict[str, dict[str, str]]
    template: str


def is_enabled(table: Document) -> bool:
    """Whether a table's partitions are projected."""
    parameters = table.get("Parameters") or {}
    return str(parameters.get("projection.enabled", "")).strip().lower() == "true"


def projection_of(table: Document, keys: Sequence[StoredColumn]) -> Projection:
    """A table's projection. QueryError when a key has none."""
    parameters = {k.lower(): v for k, v in (table.get("Parameters") or {}).items()}
    name = f"{table['DatabaseName']}.{table['Name']}"
    prefixes = {key.name: f"projection.{key.name}." for key in keys}
    missing = [k.name for k in keys if f"{prefixes[k.name]}type" not in parameters]
    if missing:
        words = (
            f"Table {name} is configured for partition projection, but the following partition "
            f"columns are missing projection configuration: [{', '.join(missing)}] (table {name})"
        )
        raise QueryError("HIVE_METASTORE_ERROR", words)
    properties = {
        key: {k.removeprefix(p): v for k, v in parameters.items() if k.startswith(p)}
        for key, p in prefixes.items()
    }
    location = str(table["StorageDescriptor"].get("Location", "")).rstrip("/")
    default = f"{location}/{'/'.join(f'{k.name}=${{{k.name}}}' for k in keys)}/"
    template = parameters.get("storage.location.template") or default
    absent = [k.name for k in keys if f"${{{k.name}}}" not in template]
    if absent:
        words = f"storage.location.template lacks a placeholder for: [{', '.join(absent)}]"
        raise QueryError("INVALID_TABLE_PROPERTY", words)
    return Projection(name, tuple(keys), properties, template)


def location_of(projection: Projection, values: Sequence[str]) -> str:
    """The location of the partition with these values."""
    place = projection.template
    for key, value in zip(projection.keys, values, strict=True):
        place = place.replace(f"${{{key.name}}}", escaped(value) if "=" in place else value)
    return place


def partition_values(
    projection: Projection, scan: Scan, select: Select, now: datetime | None = None
) -> list[tuple[str, ...]]:
    """The values of the partitions that a scan's conditions keep."""
    moment = now or datetime.now(UTC)
    own, shared = _split_conditions(scan.conditions, projection.keys)
    columns = []
    for key in projection.keys:
        candidates = _candidates(key, projection.properties[key.name], scan, select, moment)
        columns.append(_narrowed(key, candidates, own[key.name], select))
    count = 1
    for column in columns:
        count *= len(column)
    if count > MOST_PARTITIONS:
        words = f"The projection of {projection.table} gives more than {MOST_PARTITIONS} partitions"
        raise QueryError("HIVE_EXCEEDED_PARTITION_LIMIT", words)
    rows = list(itertools.product(*columns))
    return _kept(projection.keys, rows, shared, select)


def _split_conditions(
    conditions: Sequence[str], keys: Sequence[StoredColumn]
) -> tuple[dict[str, list[str]], list[str]]:
    """Conditions that speak of one key alone, by key, and the others."""
    own: dict[str, list[str]] = {key.name: [] for key in keys}
    shared: list[str] = []
    for condition in conditions:
        named = [k.name for k in keys if f"p.{t.duckdb_identifier(k.name)}" in condition]
        (own[named[0]] if len(named) == 1 else shared).append(condition)
    return own, shared


def _candidates(
    key: StoredColumn, properties: dict[str, str], scan: Scan, select: Select, now: datetime
) -> list[str]:
    kind = properties["type"].strip().lower()
    if kind == "enum":
        return _property(key.name, properties, "values").split(",")
    if kind == "integer":
        return _integers(key.name, properties)
    if kind == "date":
        return date_projection.values(key.name, properties, now)
    if kind == "injected":
        return _injected(key, scan, select)
    words = f"Property: 'projection.{key.name}.type' has the unknown value '{properties['type']}'"
    raise QueryError("INVALID_TABLE_PROPERTY", words)


def _property(column: str, properties: dict[str, str], name: str) -> str:
    if not properties.get(name):
        words = (
            f"Column projection for column '{column}' failed. "
            f"Missing required property: 'projection.{column}.{name}'"
        )
        raise QueryError("INVALID_TABLE_PROPERTY", words)
    return properties[name]


def _integers(column: str, properties: dict[str, str]) -> list[str]:
    try:
        low, high = (int(part) for part in _property(column, properties, "range").split(","))
        step = int(properties.get("interval", "1"))
        digits = int(properties.get("digits", "0"))
        numbers = range(low, high + 1, step)
    except ValueError as error:
        words = f"Column projection for column '{column}' failed. Its properties are no integers"
        raise QueryError("INVALID_TABLE_PROPERTY", words) from error
    if step < 1 or len(numbers) > MOST_PARTITIONS:
        words = f"Column projection for column '{column}' failed. It gives too many values"
        raise QueryError("INVALID_TABLE_PROPERTY", words)
    return [f"{'-' if n < 0 else ''}{abs(n):0{digits}d}" for n in numbers]


def _injected(key: StoredColumn, scan: Scan, select: Select) -> list[str]:
    pinned = scan.pinned.get(key.name, [])
    if not pinned:
        words = (
            f"For the injected projected partition column {key.name}, the WHERE clause must "
            "contain only static equality conditions, and at least one such condition must be "
            "present."
        )
        raise QueryError("CONSTRAINT_VIOLATION", words)
    texts = ", ".join(f"CAST({sql} AS VARCHAR)" for sql in pinned[0])
    found = select(f"SELECT DISTINCT unnest([{texts}])")
    return sorted(str(value) for value in found if value is not None)


def _narrowed(
    key: StoredColumn, candidates: list[str], conditions: list[str], select: Select
) -> list[str]:
    return [row[0] for row in _kept((key,), [(c,) for c in candidates], conditions, select)]


def _kept(
    keys: Sequence[StoredColumn],
    rows: list[tuple[str, ...]],
    conditions: Sequence[str],
    select: Select,
) -> list[tuple[str, ...]]:
    if not rows or not conditions:
        return rows
    columns = []
    for index, key in enumerate(keys):
        texts = ", ".join(t.duckdb_string(row[index]) for row in rows)
        columns.append(
            f"CAST(unnest([{texts}]) AS {t.duckdb_name(key.type)}) "
            f"AS {t.duckdb_identifier(key.name)}"
        )
    source = f"SELECT unnest(range({len(rows)})) AS i, {', '.join(columns)}"
    where = " AND ".join(conditions)
    indexes = select(f"SELECT i FROM ({source}) AS p WHERE {where} ORDER BY i")
    return [rows[index] for index in indexes]
