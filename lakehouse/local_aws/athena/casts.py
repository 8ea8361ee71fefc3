"""CAST and TRY_CAST as Trino does them, where DuckDB's own cast would answer otherwise.

Only explicit conversions; implicit ones belong to `typed`, those of JSON to `json_casts`. All pure.
Source: Trino "Conversion functions" and the cast operators of its types, checked 2026-11.
"""

from dataclasses import replace

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.json_casts import from_json, to_json
from lakehouse.local_aws.athena.text_casts import from_text, to_text, tried_from_text
from lakehouse.local_aws.athena.typed import (
    Typed,
    coerce,
    fail,
    guarded,
    local_time,
    row_field,
    zoned,
)
from lakehouse.local_aws.athena.types import Type

_LIMITS = {"tinyint": 2**7, "smallint": 2**15, "integer": 2**31, "bigint": 2**63}


def cast(value: Typed, target: Type, where: str = "") -> Typed:
    """CAST(value AS target). QueryError TYPE_MISMATCH when no such cast exists."""
    source = value.type
    if source.name == "unknown":
        return Typed(f"CAST({value.sql} AS {t.duckdb_name(target)})", target)
    if source == target:
        return value
    if target.name == "json":
        return to_json(value, where)
    if source.name == "json":
        return from_json(value, target, where, cast)
    if target.name in ("varchar", "char"):
        return to_text(value, target, where)
    if source.name in ("varchar", "char"):
        return from_text(value, target, where)
    if source.items:
        return _nested(value, target, where)
    return _plain(value, target, where)


def _refuse(source: Type, target: Type, where: str) -> QueryError:
    return QueryError("TYPE_MISMATCH", f"{where}Cannot cast {source} to {target}")


def _nested(value: Typed, target: Type, where: str) -> Typed:
    source = value.type
    if source.name != target.name or len(source.items) != len(target.items):
        raise _refuse(source, target, where)
    if source.name == "row":
        return _row(value, target, where)
    if source.name == "array":
        item = cast(Typed("_ce", source.items[0]), target.items[0], where)
        return Typed(f"list_transform({value.sql}, lambda _ce: {item.sql})", target)
    if [t.duckdb_name(i) for i in source.items] == [t.duckdb_name(i) for i in target.items]:
        return value.as_type(target)
    key = cast(Typed("_ce.key", source.items[0]), target.items[0], where)
    item = cast(Typed("_ce.value", source.items[1]), target.items[1], where)
    pair = f"lambda _ce: {{'k': {key.sql}, 'v': {item.sql}}}"
    return Typed(f"map_from_entries(list_transform(map_entries({value.sql}), {pair}))", target)


def _row(value: Typed, target: Type, where: str) -> Typed:
    names = (t.duckdb_identifier(t.field_name(target, i)) for i in range(len(target.items)))
    items = (cast(row_field(value, i), kind, where) for i, kind in enumerate(target.items))
    parts = [f"{name} := {item.sql}" for name, item in zip(names, items, strict=True)]
    packed = f"struct_pack({', '.join(parts)})"
    return Typed(f"CASE WHEN {value.sql} IS NOT NULL THEN {packed} END", target)


def _plain(value: Typed, target: Type, where: str) -> Typed:
    source = value.type
    numbers = t.is_numeric(source) or source.name == "boolean"
    if numbers and (t.is_numeric(target) or target.name == "boolean"):
        return _number(value, target)
    if source.name in t.TEMPORAL and target.name in t.TEMPORAL:
        return _temporal(value, target)
    if source.name == "timestamp" and target.name == "time":
        return Typed(f"CAST({local_time(value)} AS TIME)", target)
    if source.name == "timestamp with time zone" and target.name == "time":
        return Typed(f"CAST({local_time(value)} AS TIME)", target)
    if source.name == target.name == "time":
        return _rounded(value, target)
    if {source.name, target.name} == {"ipaddress", "varbinary"}:
        checked = source.name == "varbinary"
        return Typed(f"py_bytes_to_address({value.sql})" if checked else value.sql, target)
    if {source.name, target.name} == {"uuid", "varbinary"}:
        return _uuid(value, target)
    raise _refuse(source, target, where)


def _uuid(value: Typed, target: Type) -> Typed:
    if target.name == "varbinary":
        return Typed(f"unhex(replace(CAST({value.sql} AS VARCHAR), '-', ''))", target)
    return Typed(f"CAST(hex({value.sql}) AS UUID)", target)


def _number(value: Typed, target: Type) -> Typed:
    kind = t.duckdb_name(target)
    if target.name in t.INTEGERS and value.type.name in ("double", "real"):
        return Typed(_integer_of_double(value, target), target)
    if target.name in t.INTEGERS and value.type.name == "decimal":
        return Typed(f"CAST(round({value.sql}) AS {kind})", target)
    return Typed(f"CAST({value.sql} AS {kind})", target)


def _integer_of_double(value: Typed, target: Type) -> str:
    text = f"CAST({value.sql} AS VARCHAR)"
    source, name, limit = value.type.name, target.name, _LIMITS[target.name]
    if name == "bigint":
        bad = fail("INVALID_CAST_ARGUMENT", f"'Unable to cast ' || {text} || ' to bigint'", target)
        large = bad
    else:
        words = t.duckdb_string(f"Cannot cast {source} NaN to {name}")
        bad = fail("INVALID_CAST_ARGUMENT", words, target)
        words = f"{t.duckdb_string(f'Out of range for {name}: ')} || {text}"
        large = fail("NUMERIC_VALUE_OUT_OF_RANGE", words, target)
    rounded = f"round({value.sql})"
    fits = f"{rounded} >= -{float(limit)!r} AND {rounded} < {float(limit)!r}"
    return (
        f"CASE WHEN isnan({value.sql}) THEN {bad} WHEN {fits} "
        f"THEN CAST({rounded} AS {t.duckdb_name(target)}) WHEN {value.sql} IS NOT NULL "
        f"THEN {large} END"
    )


def _temporal(value: Typed, target: Type) -> Typed:
    if target.name == "timestamp with time zone":
        wide = coerce(value, replace(target, params=value.type.params or target.params))
        return _rounded(wide, target)
    if target.name == "date":
        return Typed(f"CAST({local_time(value)} AS DATE)", target)
    if value.type.name == "date":
        return Typed(f"CAST({value.sql} AS TIMESTAMP)", target)
    return _rounded(Typed(local_time(value), t.timestamp(value.type.params[0])), target)


def _rounded(value: Typed, target: Type) -> Typed:
    """A time with fewer digits of a second, rounded half up."""
    kind = replace(target, zone=value.type.zone)
    if target.params[0] >= min(value.type.params[0], 6):
        return value.as_type(kind)
    unit = 10 ** (6 - target.params[0])
    if target.name == "time":
        return Typed(f"rounded_clock({value.sql}, {unit})", kind)
    local = local_time(value)
    return zoned(f"rounded_time({local}, {unit})", value.as_type(kind))


def try_cast(value: Typed, target: Type, where: str = "") -> Typed:
    """TRY_CAST: NULL instead of an error of the cast."""
    if value.type.name in ("varchar", "char") and (made := tried_from_text(value, target)):
        return made
    return guarded(cast(value, target, where), value.sql)
