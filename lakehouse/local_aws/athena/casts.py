"""CAST and TRY_CAST as Trino does them, where DuckDB's own cast would answer otherwise.

Only explicit conversions; implicit ones belong to `typed`. All pure.
Source: Trino "Conversion functions" and the cast operators of its types, checked 2026-11.
"""

from dataclasses import replace

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.typed import Typed, coerce, fail, local_time, row_field
from lakehouse.local_aws.athena.types import Type

_TEMPORAL = ("date", "timestamp", "timestamp with time zone")
_FLOAT = r"\s*[+-]?(([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|NaN|Infinity)[dDfF]?\s*"
_CLOCK = r"( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]+)?)?)?"
_PATTERNS = {
    "tinyint": r"[+-]?[0-9]+",
    "smallint": r"[+-]?[0-9]+",
    "integer": r"[+-]?[0-9]+",
    "bigint": r"[+-]?[0-9]+",
    "real": _FLOAT,
    "double": _FLOAT,
    "decimal": r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*",
    "boolean": r"(?i)(t|f|1|0|true|false)",
    "date": r"\s*[+-]?[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}\s*",
    "timestamp": rf"\s*[0-9]{{4,}}-[0-9]{{1,2}}-[0-9]{{1,2}}{_CLOCK}\s*",
    "timestamp with time zone": (
        rf"\s*[0-9]{{4,}}-[0-9]{{1,2}}-[0-9]{{1,2}}{_CLOCK}"
        r"( ?([+-][0-9:]+|Z|UTC|[A-Za-z_]+/[A-Za-z_/]+))?\s*"
    ),
    "time": r"[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]+)?)?",
}
_NAMES = {"varchar": "", "char": ""}


def cast(value: Typed, target: Type, where: str = "") -> Typed:
    """CAST(value AS target). QueryError TYPE_MISMATCH when no such cast exists."""
    source = value.type
    if source == target or source.name == "unknown":
        return coerce(value, target)
    if target.name in ("varchar", "char"):
        return _to_text(value, target, where)
    if source.name in ("varchar", "char"):
        return _from_text(value, target, where)
    if source.name == "json" or target.name == "json":
        return _json(value, target, where)
    if source.items:
        return _nested(value, target, where)
    return _plain(value, target, where)


def _refuse(source: Type, target: Type, where: str) -> QueryError:
    return QueryError("TYPE_MISMATCH", f"{where}Cannot cast {source} to {target}")


def _to_text(value: Typed, target: Type, where: str) -> Typed:
    source, name = value.type, value.type.name
    if name in ("double", "real"):
        sql = double_text(value.sql)
    elif name == "timestamp":
        sql = f"strftime({value.sql}, '%Y-%m-%d %H:%M:%S.%g')"
    elif name == "timestamp with time zone":
        zone = t.duckdb_string(" " + source.zone)
        sql = f"strftime({local_time(value)}, '%Y-%m-%d %H:%M:%S.%g') || {zone}"
    elif name == "json":
        sql = f"json_extract_string({value.sql}, '$')"
    elif source.items or name in ("varbinary",):
        raise _refuse(source, target, where)
    else:
        sql = f"CAST({value.sql} AS VARCHAR)"
    if target.params:
        sql = f"left({sql}, {target.params[0]})"
    if target.name == "char":
        sql = f"rpad({sql}, {target.params[0] if target.params else 1}, ' ')"
    return Typed(sql, target, value.literal if not target.params else None)


def double_text(sql: str) -> str:
    """A double's text as Java and Trino write it: 1.0, 1.0E10, 1.5E-7."""
    text = f"CAST({sql} AS VARCHAR)"
    return f"CASE WHEN {sql} IS NULL THEN NULL ELSE trino_double({text}) END"


def _from_text(value: Typed, target: Type, where: str) -> Typed:
    if target.name == "json":
        return Typed(f"CAST(to_json({value.sql}) AS VARCHAR)", target)
    if target.name == "varbinary" or target.items:
        raise _refuse(value.type, target, where)
    kind = t.duckdb_name(target)
    pattern = t.duckdb_string(_PATTERNS[target.name])
    text = value.sql
    clean = f"rtrim(trim({text}), 'dDfF')" if target.name in ("double", "real") else text
    bad = _bad_cast(text, target)
    sql = (
        f"CASE WHEN {text} IS NULL THEN NULL WHEN regexp_full_match({text}, {pattern}) "
        f"AND TRY_CAST({clean} AS {kind}) IS NOT NULL THEN CAST({clean} AS {kind}) ELSE {bad} END"
    )
    return Typed(sql, target)


def _bad_cast(text: str, target: Type) -> str:
    if target.name in _TEMPORAL:
        words = f"'Value cannot be cast to {target.name}: ' || {text}"
        return fail("INVALID_CAST_ARGUMENT", words, target)
    name = target.name.upper() if target.name != "integer" else "INT"
    plain = f"'Cannot cast ''' || {text} || ''' to {name}'"
    return fail("INVALID_CAST_ARGUMENT", plain, target)


def _json(value: Typed, target: Type, where: str) -> Typed:
    if target.name == "json":
        source = (
            value if not value.type.name.startswith("timestamp") else _to_text(value, t.VARCHAR, "")
        )
        return Typed(f"CAST(to_json({source.sql}) AS VARCHAR)", target)
    if target.items:
        kind = t.duckdb_name(target)
        return Typed(f"CAST(CAST({value.sql} AS JSON) AS {kind})", target)
    if target.name in _TEMPORAL:
        raise _refuse(value.type, target, where)
    return replace(
        _from_text(Typed(f"json_extract_string({value.sql}, '$')", t.VARCHAR), target, where)
    )


def _nested(value: Typed, target: Type, where: str) -> Typed:
    source = value.type
    if source.name != target.name or len(source.items) != len(target.items):
        raise _refuse(source, target, where)
    if source.name == "row":
        names = (t.duckdb_identifier(t.field_name(target, i)) for i in range(len(target.items)))
        items = (cast(row_field(value, i), kind, where) for i, kind in enumerate(target.items))
        parts = [f"{name} := {item.sql}" for name, item in zip(names, items, strict=True)]
        packed = f"struct_pack({', '.join(parts)})"
        return Typed(f"CASE WHEN {value.sql} IS NOT NULL THEN {packed} END", target)
    if source.name == "array":
        item = cast(Typed("_le", source.items[0]), target.items[0], where)
        return Typed(f"list_transform({value.sql}, lambda _le: {item.sql})", target)
    if [t.duckdb_name(i) for i in source.items] == [t.duckdb_name(i) for i in target.items]:
        return value.as_type(target)
    raise not_supported(f"{where}CAST from {source} to {target}")


def _plain(value: Typed, target: Type, where: str) -> Typed:
    source = value.type
    numbers = t.is_numeric(source) or source.name == "boolean"
    if numbers and (t.is_numeric(target) or target.name == "boolean"):
        return _number(value, target)
    if source.name in _TEMPORAL and target.name in _TEMPORAL:
        return _temporal(value, target)
    if source.name.startswith("timestamp") and target.name == "time":
        return Typed(f"CAST({local_time(value)} AS TIME)", target)
    raise _refuse(source, target, where)


def _number(value: Typed, target: Type) -> Typed:
    fractional = value.type.name in ("double", "real", "decimal")
    kind = t.duckdb_name(target)
    sql = f"round({value.sql})" if fractional and target.name in t.INTEGERS else value.sql
    return Typed(f"CAST({sql} AS {kind})", target)


def _temporal(value: Typed, target: Type) -> Typed:
    if target.name == "timestamp with time zone":
        return coerce(value, target)
    return Typed(f"CAST({local_time(value)} AS {t.duckdb_name(target)})", target)


def try_cast(value: Typed, target: Type, where: str = "") -> Typed:
    """TRY_CAST: NULL instead of an error."""
    return Typed(f"TRY({cast(value, target, where).sql})", target)
