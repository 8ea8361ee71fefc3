"""Stored text becomes typed values: DuckDB SQL for the SerDes whose lines SQL can take apart.

LazySimpleSerDe splits on its delimiter and nothing else: no quoting, bad values are NULL, missing
columns are NULL, extra ones are ignored. The JSON SerDes find fields case-insensitively. All pure.
Source: Hive's LazySimpleSerDe and Trino's JSON line deserializers, checked 2026-11.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.errors import not_supported
from lakehouse.local_aws.athena.typed import fail
from lakehouse.local_aws.athena.types import Type

_ESCAPED_DELIMITER, _ESCAPED_ESCAPE = "\ue000", "\ue001"
_INTEGER = r"[+-]?[0-9]+"
_FLOAT = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|NaN|[+-]?Infinity"
_TIMESTAMP = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(\.[0-9]{1,9})?)?"
_ISO_TIMESTAMP = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?"
    r"(Z|[+-][0-9]{2}:?[0-9]{2})?"
)


@dataclass(frozen=True)
class StoredColumn:
    """A column as the catalog declares it, lower-cased."""

    name: str
    type: Type


def _matches(sql: str, pattern: str) -> str:
    return f"regexp_full_match({sql}, {t.duckdb_string(pattern)})"


def scalar(sql: str, kind: Type) -> str:
    """The value of a text, NULL when it is no value of that type."""
    name, target = kind.name, t.duckdb_name(kind)
    if name in ("varchar", "char"):
        cut = f"left({sql}, {kind.params[0]})" if kind.params else sql
        return f"rpad({cut}, {kind.params[0]}, ' ')" if name == "char" else cut
    if name in t.INTEGERS:
        return f"CASE WHEN {_matches(sql, _INTEGER)} THEN TRY_CAST({sql} AS {target}) END"
    if name in ("double", "real", "decimal"):
        return f"CASE WHEN {_matches(f'trim({sql})', _FLOAT)} THEN TRY_CAST({sql} AS {target}) END"
    if name == "boolean":
        return f"CASE lower({sql}) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END"
    if name == "date":
        return f"CASE WHEN {_matches(sql, _TIMESTAMP)} THEN TRY_CAST(left({sql}, 10) AS DATE) END"
    if name == "timestamp":
        return f"CASE WHEN {_matches(sql, _TIMESTAMP)} THEN TRY_CAST({sql} AS TIMESTAMP) END"
    raise not_supported(f"A text column of type {kind}")


# LazySimpleSerDe


def delimited(columns: Sequence[StoredColumn], parameters: dict[str, str]) -> list[str]:
    """The columns' SQL over `parts`, the list of a line's fields (see `delimited_parts`)."""
    null = t.duckdb_string(parameters.get("serialization.null.format", "\\N"))
    separators = _separators(parameters)
    found = []
    for index, column in enumerate(columns, 1):
        text = f"nullif(parts[{index}], {null})"
        found.append(_lazy(_unescaped(text, parameters), column.type, separators, null))
    return found


def delimited_parts(line: str, parameters: dict[str, str]) -> str:
    """SQL of the list of a line's fields."""
    delimiter = _separators(parameters)[0]
    escape = parameters.get("escape.delim")
    if escape:
        line = f"replace({line}, {t.duckdb_string(escape * 2)}, {t.duckdb_string(_ESCAPED_ESCAPE)})"
        pair = f"{t.duckdb_string(escape + delimiter)}, {t.duckdb_string(_ESCAPED_DELIMITER)}"
        line = f"replace({line}, {pair})"
    return f"string_split({line}, {t.duckdb_string(delimiter)})"


def _unescaped(text: str, parameters: dict[str, str]) -> str:
    escape = parameters.get("escape.delim")
    if not escape:
        return text
    delimiter = _separators(parameters)[0]
    text = f"replace({text}, {t.duckdb_string(_ESCAPED_DELIMITER)}, {t.duckdb_string(delimiter)})"
    text = f"replace({text}, {t.duckdb_string(escape)}, '')"
    return f"replace({text}, {t.duckdb_string(_ESCAPED_ESCAPE)}, {t.duckdb_string(escape)})"


def _separators(parameters: dict[str, str]) -> list[str]:
    first = parameters.get("field.delim") or parameters.get("serialization.format") or "\x01"
    first = "\x01" if first == "1" and "field.delim" not in parameters else first
    second = parameters.get("collection.delim") or parameters.get("colelction.delim") or "\x02"
    return [first, second, parameters.get("mapkey.delim") or "\x03", *map(chr, range(4, 9))]


def _lazy(text: str, kind: Type, separators: list[str], null: str, level: int = 1) -> str:
    if not kind.items:
        return scalar(text, kind)
    split = f"string_split({text}, {t.duckdb_string(separators[level])})"
    if kind.name == "array":
        item = _lazy(f"nullif(e{level}, {null})", kind.items[0], separators, null, level + 1)
        body = f"list_transform({split}, lambda e{level}: {item})"
        return f"CASE WHEN {text} = '' THEN [] WHEN {text} IS NOT NULL THEN {body} END"
    if kind.name == "row":
        parts = ", ".join(
            f"{t.duckdb_identifier(t.field_name(kind, i))} := "
            + _lazy(f"nullif({split}[{i + 1}], {null})", item, separators, null, level + 1)
            for i, item in enumerate(kind.items)
        )
        return f"CASE WHEN {text} IS NOT NULL THEN struct_pack({parts}) END"
    if kind.name == "map":
        return _lazy_map(text, kind, separators, null, level)
    raise not_supported(f"A delimited column of type {kind}")


def _lazy_map(text: str, kind: Type, separators: list[str], null: str, level: int) -> str:
    entries = f"string_split({text}, {t.duckdb_string(separators[level])})"
    pair = f"string_split(m{level}, {t.duckdb_string(separators[level + 1])})"
    key, value = (
        _lazy(f"nullif({pair}[{i}], {null})", item, separators, null, level + 2)
        for i, item in enumerate(kind.items, 1)
    )
    keys = f"list_transform({entries}, lambda m{level}: {key})"
    values = f"list_transform({entries}, lambda m{level}: {value})"
    empty = f"CAST(MAP {{}} AS {t.duckdb_name(kind)})"
    built = f"map({keys}, {values})"
    return f"CASE WHEN {text} = '' THEN {empty} WHEN {text} IS NOT NULL THEN {built} END"


# OpenCSVSerde


def open_csv_value(text: str, kind: Type, index: int) -> str:
    """The value of a field: days and milliseconds for dates and times, strict numbers."""
    if kind.name in ("varchar", "char"):
        return scalar(text, kind)
    if kind.name == "boolean":
        return f"(lower({text}) = 'true')"
    value = {
        "date": f"DATE '1970-01-01' + TRY_CAST({text} AS INTEGER)",
        "timestamp": f"CAST(epoch_ms(TRY_CAST({text} AS BIGINT)) AS TIMESTAMP)",
    }.get(kind.name) or scalar(text, kind)
    first, rest = "Error parsing field value '", f"' for field {index}: For input string: \""
    words = f"{t.duckdb_string(first)} || {text} || {t.duckdb_string(rest)} || {text} || '\"'"
    bad = fail("HIVE_BAD_DATA", words, kind)
    return f"CASE WHEN {text} IS NOT NULL AND ({value}) IS NULL THEN {bad} ELSE {value} END"


# JSON


def json_structure(columns: Sequence[StoredColumn], mapping: dict[str, str]) -> str:
    """The structure for json_transform: texts at the leaves, so nothing is converted silently."""
    fields = ", ".join(
        f"{_quoted(mapping.get(c.name, c.name))}: {_json_type(c.type)}" for c in columns
    )
    return "{" + fields + "}"


def _quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _json_type(kind: Type) -> str:
    if kind.name == "row":
        fields = zip(kind.names, kind.items, strict=True)
        return "{" + ", ".join(f"{_quoted(n or '')}: {_json_type(i)}" for n, i in fields) + "}"
    if kind.name == "array":
        return f"[{_json_type(kind.items[0])}]"
    if kind.name == "map":
        return '"JSON"'
    return '"VARCHAR"'


def json_column(value: str, kind: Type, strict: bool, depth: int = 0) -> str:
    """SQL of a column from its part of the transformed line."""
    if kind.name == "row":
        parts = []
        for index, item in enumerate(kind.items):
            name = t.field_name(kind, index)
            part = json_column(
                f"struct_extract({value}, {t.duckdb_string(name)})", item, strict, depth
            )
            parts.append(f"{t.duckdb_identifier(name)} := {part}")
        return f"CASE WHEN {value} IS NOT NULL THEN struct_pack({', '.join(parts)}) END"
    if kind.name == "array":
        each = json_column(f"e{depth}", kind.items[0], strict, depth + 1)
        return value if each == f"e{depth}" else f"list_transform({value}, lambda e{depth}: {each})"
    if kind.name == "map":
        return _json_map(value, kind, strict, depth)
    return _json_scalar(value, kind, strict)


def _json_map(value: str, kind: Type, strict: bool, depth: int) -> str:
    if kind.items[0].name != "varchar":
        raise not_supported(f"A JSON column of type {kind}")
    item = kind.items[1]
    structure = t.duckdb_string(_json_type(item))
    part = f"json_transform(json_extract({value}, '$.\"' || k{depth} || '\"'), {structure})"
    if not item.items:
        part = f"json_extract_string({value}, '$.\"' || k{depth} || '\"')"
    inner = json_column(part, item, strict, depth + 1)
    keys = f"json_keys({value})"
    built = f"map({keys}, list_transform({keys}, lambda k{depth}: {inner}))"
    return f"CASE WHEN {value} IS NOT NULL AND json_type({value}) = 'OBJECT' THEN {built} END"


def _json_scalar(text: str, kind: Type, strict: bool) -> str:
    if kind.name == "timestamp":
        zoned = f"timezone('UTC', TRY_CAST(replace({text}, ' ', 'T') AS TIMESTAMPTZ))"
        value = (
            f"CASE WHEN {_matches(text, _ISO_TIMESTAMP)} THEN {zoned} ELSE {scalar(text, kind)} END"
        )
    elif kind.name in t.INTEGERS:
        whole = f"regexp_extract({text}, '^([+-]?[0-9]+)(\\.[0-9]*)?$', 1)"
        value = f"TRY_CAST({whole} AS {t.duckdb_name(kind)})"
    else:
        value = scalar(text, kind)
    if not strict or kind.name == "varchar":
        return value
    bad = fail("HIVE_BAD_DATA", f"'Error Parsing a column in the table: ' || {text}", kind)
    return f"CASE WHEN {text} IS NOT NULL AND ({value}) IS NULL THEN {bad} ELSE {value} END"


def json_object(line: str, structure: str, ignore_malformed: bool) -> str:
    """SQL of a line as a struct; a malformed line fails the query or is a row of NULLs."""
    empty = f"json_transform('{{}}', {t.duckdb_string(structure)})"
    text = f"trim({line}, ' ' || chr(9))"
    parsed = f"json_transform({text}, {t.duckdb_string(structure)})"
    message = f"'Row is not a valid JSON Object - JSONException: ' || left({line}, 200)"
    raised = fail("HIVE_CURSOR_ERROR", message, t.INTEGER)
    bad = f"CASE WHEN CAST({raised} AS BOOLEAN) THEN {empty} END"
    return (
        f"CASE WHEN {text} = '' THEN {empty} WHEN json_valid({text}) AND starts_with({text}, '{{') "
        f"THEN {parsed} ELSE {empty if ignore_malformed else bad} END"
    )
