"""Casts from and to JSON, scalars and nested types.

All pure. Source: Trino "Cast to JSON", "Cast from JSON" and its JsonUtil, checked 2026-11.
"""

from collections.abc import Callable

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.text_casts import from_text, to_text
from lakehouse.local_aws.athena.typed import Typed, row_field
from lakehouse.local_aws.athena.types import Type

Cast = Callable[[Typed, Type, str], Typed]


def to_json(value: Typed, where: str) -> Typed:
    """CAST(value AS json)."""
    return Typed(_json_text(value, where), t.JSON)


def _json_text(value: Typed, where: str) -> str:
    """SQL of the JSON text of a value, NULL for NULL."""
    name = value.type.name
    if name == "json":
        return value.sql
    if name in ("varchar", "char"):
        return f"py_json_text({value.sql})"
    if name in ("boolean", *t.INTEGERS, "decimal"):
        return f"CAST({value.sql} AS VARCHAR)"
    if name in ("double", "real"):
        return f"py_json_text_of_number(CAST({value.sql} AS DOUBLE))"
    if name in ("date", "timestamp", "timestamp with time zone", "time"):
        return f"('\"' || {to_text(value, t.VARCHAR, where).sql} || '\"')"
    if value.type.items:
        return _NESTED[name](value, where)
    if name == "unknown":
        return "CAST(NULL AS VARCHAR)"
    raise QueryError("TYPE_MISMATCH", f"{where}Cannot cast {value.type} to json")


def _array_text(value: Typed, where: str) -> str:
    item = _json_text(Typed("_je", value.type.items[0]), where)
    items = f"list_transform({value.sql}, lambda _je: coalesce({item}, 'null'))"
    return f"('[' || array_to_string({items}, ',') || ']')"


def _map_text(value: Typed, where: str) -> str:
    key_type, item_type = value.type.items
    if key_type.name not in ("varchar", "char", "boolean", "unknown", *t.NUMBERS):
        raise QueryError("TYPE_MISMATCH", f"{where}Cannot cast {value.type} to json")
    key = f"py_json_text({to_text(Typed('_je.k', key_type), t.VARCHAR, where).sql})"
    item = _json_text(Typed("_je.v", item_type), where)
    sorted_entries = (
        f"list_sort(list_transform(map_entries({value.sql}), "
        "lambda _je: {'k': _je.key, 'v': _je.value}))"
    )
    pair = f"{key} || ':' || coalesce({item}, 'null')"
    items = f"list_transform({sorted_entries}, lambda _je: {pair})"
    return f"('{{' || array_to_string({items}, ',') || '}}')"


def _row_text(value: Typed, where: str) -> str:
    parts = []
    for index, name in enumerate(value.type.names):
        item = _json_text(row_field(value, index), where)
        key = t.duckdb_string('"' + (name or "").replace('"', '\\"') + '":')
        parts.append(f"{key} || coalesce({item}, 'null')")
    inner = " || ',' || ".join(parts)
    return f"CASE WHEN {value.sql} IS NOT NULL THEN '{{' || {inner} || '}}' END"


_NESTED = {"array": _array_text, "map": _map_text, "row": _row_text}


def from_json(value: Typed, target: Type, where: str, cast: Cast) -> Typed:
    """CAST(json AS target)."""
    name = t.duckdb_string(str(target))
    if target.name == "array":
        item = from_json(Typed("_jc", t.JSON), target.items[0], where, cast)
        sql = f"list_transform(py_json_elements({value.sql}, {name}), lambda _jc: {item.sql})"
        return Typed(sql, target)
    if target.name == "map":
        return _map_from_json(value, target, where, cast)
    if target.name == "row":
        return _row_from_json(value, target, where, cast)
    if target.name == "json":
        return value
    if target.name not in ("varchar", "char", "boolean", *t.NUMBERS):
        raise QueryError("TYPE_MISMATCH", f"{where}Cannot cast json to {target}")
    return _scalar_from_json(value, target, where)


def _scalar_from_json(value: Typed, target: Type, where: str) -> Typed:
    name = t.duckdb_string(target.name.upper())
    if target.name in ("varchar", "char"):
        text = Typed(f"py_json_scalar({value.sql}, {name})", t.VARCHAR)
        return to_text(text, target, where)
    text = Typed(f"py_json_number({value.sql}, {name})", t.VARCHAR)
    if target.name == "boolean":
        return from_text(text, target, where)
    return from_text(text, target, where)


def _map_from_json(value: Typed, target: Type, where: str, cast: Cast) -> Typed:
    key = cast(Typed("_jc.key", t.VARCHAR), target.items[0], where)
    item = from_json(Typed("_jc.value", t.JSON), target.items[1], where, cast)
    entries = f"map_entries(py_json_entries({value.sql}, {t.duckdb_string(str(target))}))"
    pair = f"lambda _jc: {{'k': {key.sql}, 'v': {item.sql}}}"
    return Typed(f"map_from_entries(list_transform({entries}, {pair}))", target)


def _row_from_json(value: Typed, target: Type, where: str, cast: Cast) -> Typed:
    names = ", ".join(t.duckdb_string(n or "") for n in target.names)
    fields = f"py_json_fields({value.sql}, {t.duckdb_string(str(target))}, [{names}])"
    parts = []
    for index, kind in enumerate(target.items):
        item = from_json(Typed(f"_jr[{index + 1}]", t.JSON), kind, where, cast)
        parts.append(f"{t.duckdb_identifier(t.field_name(target, index))} := {item.sql}")
    packed = f"CASE WHEN _jr IS NOT NULL THEN struct_pack({', '.join(parts)}) END"
    return Typed(f"list_transform([{fields}], lambda _jr: {packed})[1]", target)
