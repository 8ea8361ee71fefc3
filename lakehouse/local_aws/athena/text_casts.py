"""Casts from and to texts: what Trino reads as a number, a time, an address, and how it writes one.

Other casts stand in `casts`. All pure. Source: Trino's cast operators of VARCHAR, checked 2026-11.
"""

import re
from dataclasses import replace
from datetime import date, datetime

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena import zones
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.typed import Typed, fail, in_zone, local_time, zone_name
from lakehouse.local_aws.athena.types import Type

_FLOAT = r"\s*[+-]?(([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|NaN|Infinity)[dDfF]?\s*"
_DAY = r"[+-]?[0-9]{4,}-[0-9]{1,2}-[0-9]{1,2}"
_CLOCK = r"[0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{1,12})?)?"
_ZONE = r"[+-][0-9]{1,2}(:?[0-9]{2})?|[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*"
_PATTERNS = {
    **dict.fromkeys(t.INTEGERS, r"[+-]?[0-9]+"),
    "real": _FLOAT,
    "double": _FLOAT,
    "decimal": r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?",
    "boolean": r"(?i)(t|f|1|0|true|false)",
    "date": rf"\s*{_DAY}\s*",
    "timestamp": rf"\s*{_DAY}( {_CLOCK})?\s*",
    "timestamp with time zone": rf"\s*{_DAY}( {_CLOCK})?( ?({_ZONE}))?\s*",
    "time": _CLOCK,
    "uuid": r"(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
}
_SPLIT = re.compile(rf"\s*({_DAY})(?:\s+({_CLOCK}))?\s*((?:{_ZONE})?)\s*")


def _refuse(source: Type, target: Type, where: str) -> QueryError:
    return QueryError("TYPE_MISMATCH", f"{where}Cannot cast {source} to {target}")


def to_text(value: Typed, target: Type, where: str) -> Typed:
    """A value as VARCHAR or CHAR."""
    source = value.type
    if source.items or source.name == "varbinary":
        raise _refuse(source, target, where)
    sql = _text(value)
    if not target.params:
        return Typed(sql, target, value.literal)
    size = target.params[0]
    if target.name == "char":
        return Typed(f"rpad(left({sql}, {size}), {size}, ' ')", target)
    if source.name in ("varchar", "char"):
        return Typed(f"left({sql}, {size})", target)
    return Typed(_fitting(sql, target), target)


def _text(value: Typed) -> str:
    name = value.type.name
    if name in ("varchar", "char"):
        return value.sql
    if name in ("double", "real"):
        text = f"CAST({value.sql} AS VARCHAR)"
        return f"CASE WHEN {value.sql} IS NOT NULL THEN double_cast_text({text}) END"
    if name == "timestamp":
        return _clock_text(value.sql, value.type, "%Y-%m-%d ")
    if name == "time":
        return _clock_text(f"(TIMESTAMP '1970-01-01' + to_microseconds(epoch_us({value.sql})))",
                           value.type, "")  # fmt: skip
    if name == "timestamp with time zone":
        local = _clock_text(local_time(value), value.type, "%Y-%m-%d ")
        return f"{local} || ' ' || {zone_name(value)}"
    if name == "ipaddress":
        return f"py_address_text({value.sql})"
    if name == "interval day to second":
        return f"py_interval_text(interval_millis({value.sql}))"
    if name == "interval year to month":
        return f"py_months_text(interval_months({value.sql}))"
    return f"CAST({value.sql} AS VARCHAR)"


def _clock_text(sql: str, kind: Type, day: str) -> str:
    precision = min(kind.params[0], 6)
    text = f"strftime({sql}, '{day}%H:%M:%S{'.%f' if precision else ''}')"
    cut = 6 - precision
    return f"({text})[:-{cut + 1}]" if precision and cut else text


def _fitting(sql: str, target: Type) -> str:
    """A text of a number or time that must fit VARCHAR(n)."""
    words = f"'Value ' || {sql} || ' cannot be represented as varchar({target.params[0]})'"
    bad = fail("INVALID_CAST_ARGUMENT", words, target)
    return f"CASE WHEN length({sql}) > {target.params[0]} THEN {bad} ELSE {sql} END"


def from_text(value: Typed, target: Type, where: str) -> Typed:
    """A text read as another type."""
    if target.name == "varbinary":
        return Typed(f"encode({value.sql})", target)
    if target.items or target.name.startswith("interval"):
        raise _refuse(value.type, target, where)
    if target.name == "ipaddress":
        return Typed(f"py_to_address({value.sql})", target)
    if target.name == "timestamp with time zone":
        return _zoned_from_text(value, target)
    if target.name == "date" and _is_day(value.literal):
        return Typed(f"CAST({value.sql} AS DATE)", target)
    matches, read = _reading(value.sql, target)
    sql = (
        f"CASE WHEN {value.sql} IS NULL THEN NULL WHEN {matches} "
        f"AND {read} IS NOT NULL THEN {read} ELSE {_bad_cast(value, target)} END"
    )
    return Typed(sql, target)


def _is_day(literal: str | None) -> bool:
    """Whether a written text says a day as most do: no query needs to look at it again."""
    try:
        return literal is not None and date.fromisoformat(literal).isoformat() == literal
    except ValueError:
        return False


def tried_from_text(value: Typed, target: Type) -> Typed | None:
    """A text read as another type, NULL if it is none; None where TRY must guard the cast.

    Where a cast fails inside TRY, DuckDB computes all rows of its block one by one.
    """
    if target.name not in _PATTERNS or target.name == "timestamp with time zone":
        return None
    matches, read = _reading(value.sql, target)
    return Typed(f"CASE WHEN {matches} THEN {read} END", target)


def _reading(text: str, target: Type) -> tuple[str, str]:
    """SQL of whether a text is written as values of a type are, and of the value, NULL if none."""
    matches = f"regexp_full_match({text}, {t.duckdb_string(_PATTERNS[target.name])})"
    read = f"TRY_CAST({text} AS {t.duckdb_name(target)})"
    if target.name in ("double", "real"):  # Java's suffixes, which few texts have
        plain = f"TRY_CAST(rtrim(trim({text}), 'dDfF') AS {t.duckdb_name(target)})"
        read = f"coalesce({read}, {plain})"
    if target.name in ("timestamp", "time") and target.params[0] < 6:
        macro = "rounded_time" if target.name == "timestamp" else "rounded_clock"
        read = f"{macro}({read}, {10 ** (6 - target.params[0])})"
    return matches, read


def _bad_cast(value: Typed, target: Type) -> str:
    text, name = value.sql, target.name.upper()
    if target.name in (*t.TEMPORAL, "time"):
        words = f"'Value cannot be cast to {target.name}: ' || {text}"
    elif target.name == "decimal":
        number = f"regexp_full_match({text}, {t.duckdb_string(_PATTERNS['decimal'])})"
        why = f"CASE WHEN {number} THEN 'Value too large.' ELSE 'Value is not a number.' END"
        words = f"'Cannot cast VARCHAR ''' || {text} || ''' to {trino_decimal(target)}. ' || {why}"
    elif target.name == "uuid":
        words = f"'Cannot cast value to UUID: ' || {text}"
    elif target.name == "boolean":
        words = f"'Cannot cast ''' || {text} || ''' to BOOLEAN'"
    else:
        words = f"'Cannot cast ''' || {text} || ''' to {'INT' if name == 'INTEGER' else name}'"
    return fail("INVALID_CAST_ARGUMENT", words, target)


def trino_decimal(kind: Type) -> str:
    """`DECIMAL(5, 2)` as in the words of errors."""
    return f"DECIMAL({kind.params[0]}, {kind.params[1]})"


def _zoned_from_text(value: Typed, target: Type) -> Typed:
    if value.literal is not None:
        found = zoned_literal(value.literal, target.params[0])
        if found is not None:
            return found
    unit = 10 ** (6 - min(target.params[0], 6))
    return Typed(f"py_zoned_cast({value.sql}, {unit})", replace(target, zone=t.OWN_ZONE))


def zoned_literal(text: str, precision: int) -> Typed | None:
    """A written time with its zone, known when the query is translated; None if it is none."""
    found = zoned_text(text)
    if found is None:
        return None
    local, zone = found
    moment = t.duckdb_string(local.isoformat(sep=" "))
    return Typed(in_zone(f"TIMESTAMP {moment}", zone), t.timestamp_tz(precision, zone), text)


def _zone_of(text: str) -> str:
    rest = re.sub(_DAY, "", text.strip(), count=1).strip()
    clock = re.match(_CLOCK, rest)
    return rest[clock.end() :].strip() if clock else rest


def _local_of(text: str) -> datetime | None:
    rest = text.strip()
    day = re.match(_DAY, rest)
    if day is None:
        return None
    clock = re.match(rf"\s+({_CLOCK})", rest[day.end() :])
    try:
        year, month, number = (int(p) for p in day.group().split("-"))
        parts = (clock.group(1) if clock else "0:0").split(":")
        second, _, fraction = (parts[2] if len(parts) > 2 else "0").partition(".")
        micros = int(fraction[:6].ljust(6, "0") or 0)
        return datetime(year, month, number, int(parts[0]), int(parts[1]), int(second), micros)
    except ValueError:
        return None


def zoned_text(text: str) -> tuple[datetime, str] | None:
    """The local time and the zone of a text, or None when it is no zoned time."""
    local, name = _local_of(text), _zone_of(text)
    zone = zones.canonical(name or "UTC")
    if local is None or zone is None or _SPLIT.fullmatch(text) is None:
        return None
    return local, zone
