"""Builders of functions between times and texts: patterns of Joda and MySQL, ISO 8601.

DuckDB does the common patterns; what it cannot read or write goes to Python (`python_time`), which
also says what is wrong with a text. Source: Trino "Date and time functions", checked 2026-11.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.builder import Builder, unexpected
from lakehouse.local_aws.athena.python_time import iso_timestamp
from lakehouse.local_aws.athena.time_formats import read_pattern, written_pattern
from lakehouse.local_aws.athena.time_patterns import Pattern, joda, mysql
from lakehouse.local_aws.athena.typed import Typed, local_time, moment, zone_name

_ISO = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?Z?"


def _from_iso8601_timestamp(args: list[Typed], where: str) -> Typed:
    if len(args) != 1 or args[0].type.name not in t.TEXTS:
        raise unexpected("from_iso8601_timestamp", args, where, "from_iso8601_timestamp(varchar)")
    text = args[0].sql
    if args[0].literal is not None:
        return _known_timestamp(args[0].literal)
    quick = f"TRY_CAST(CASE WHEN regexp_full_match({text}, '{_ISO}') THEN rtrim({text}, 'Z') || 'Z' END AS TIMESTAMPTZ)"  # noqa: E501
    packed = f"CASE WHEN {quick} IS NOT NULL THEN {{'at': {quick}, 'zone': 'UTC'}} END"
    return Typed(f"coalesce({packed}, py_iso_timestamp({text}))", t.ZONED)


def _known_timestamp(text: str) -> Typed:
    """A written time: its zone is known now; a wrong text fails when the query runs."""
    try:
        found = iso_timestamp(text)
    except ValueError:
        sql = f"py_iso_timestamp({t.duckdb_string(text)})"
        return Typed(f"struct_extract({sql}, 'at')", t.TIMESTAMP_TZ)
    at = t.duckdb_string(found["at"].isoformat(sep=" "))
    return Typed(f"CAST({at} AS TIMESTAMPTZ)", replace(t.TIMESTAMP_TZ, zone=found["zone"]))


def _from_iso8601_date(args: list[Typed], where: str) -> Typed:
    if len(args) != 1 or args[0].type.name not in t.TEXTS:
        raise unexpected("from_iso8601_date", args, where, "from_iso8601_date(varchar)")
    return Typed(f"py_iso_date({args[0].sql})", t.DATE)


def _formatted(name: str, args: list[Typed], where: str, read: Callable[[str], Pattern]) -> Typed:
    kinds = t.TEMPORAL
    if len(args) != 2 or args[0].type.name not in kinds or args[1].type.name not in t.TEXTS:
        expected = f"{name}(timestamp(p), varchar(x)), " + (
            f"{name}(timestamp(p) with time zone, varchar(x))"
        )
        raise unexpected(name, args, where, expected)
    value = args[0]
    local = f"CAST({local_time(value)} AS TIMESTAMP)"
    if args[1].literal is not None:
        quick = _quick(args[1].literal, read, written_pattern)
        if quick is not None:
            return Typed(f"strftime({local}, {t.duckdb_string(quick)})", t.VARCHAR)
    if name == "date_format":
        return Typed(f"py_date_format({local}, {args[1].sql})", t.VARCHAR)
    zone = zone_name(value) if value.type.name == "timestamp with time zone" else "'UTC'"
    return Typed(f"py_format_datetime({local}, {zone}, {args[1].sql})", t.VARCHAR)


def _quick(
    pattern: str, read: Callable[[str], Pattern], made: Callable[[Pattern], str | None]
) -> str | None:
    """A strftime pattern; None when DuckDB cannot, or Trino would not."""
    try:
        return made(read(pattern))
    except ValueError:
        return None


def _date_format(args: list[Typed], where: str) -> Typed:
    return _formatted("date_format", args, where, mysql)


def _format_datetime(args: list[Typed], where: str) -> Typed:
    return _formatted("format_datetime", args, where, joda)


def _check_texts(name: str, args: list[Typed], where: str) -> None:
    if len(args) != 2 or any(a.type.name not in t.TEXTS for a in args):
        raise unexpected(name, args, where, f"{name}(varchar(x), varchar(y))")


def _date_parse(args: list[Typed], where: str) -> Typed:
    _check_texts("date_parse", args, where)
    slow = f"py_date_parse({args[0].sql}, {args[1].sql})"
    quick = _quick(args[1].literal, mysql, read_pattern) if args[1].literal is not None else None
    if quick is None:
        return Typed(slow, t.TIMESTAMP)
    parsed = f"try_strptime({args[0].sql}, {t.duckdb_string(quick)})"
    return Typed(f"coalesce({parsed}, {slow})", t.TIMESTAMP)


def _parse_datetime(args: list[Typed], where: str) -> Typed:
    _check_texts("parse_datetime", args, where)
    slow = f"py_parse_datetime({args[0].sql}, {args[1].sql})"
    if args[1].literal is None or re.search("[zZ]", re.sub("'[^']*'", "", args[1].literal)):
        return Typed(slow, t.ZONED)
    plain = f"struct_extract({slow}, 'at')"
    quick = _quick(args[1].literal, joda, read_pattern)
    if quick is None:
        return Typed(plain, t.TIMESTAMP_TZ)
    parsed = f"timezone('UTC', try_strptime({args[0].sql}, {t.duckdb_string(quick)}))"
    return Typed(f"coalesce({parsed}, {plain})", t.TIMESTAMP_TZ)


def _to_iso8601(args: list[Typed], where: str) -> Typed:
    if len(args) != 1 or args[0].type.name not in t.TEMPORAL:
        raise unexpected("to_iso8601", args, where, "to_iso8601(date), to_iso8601(timestamp(p))")
    if args[0].type.name == "date":
        return Typed(f"CAST({args[0].sql} AS VARCHAR)", t.VARCHAR)
    digits = args[0].type.params[0]
    second = "%S" if digits == 0 else "%S.%f" if digits > 3 else "%S.%g"
    text = f"strftime({local_time(args[0])}, '%Y-%m-%dT%H:%M:{second}')"
    if args[0].type.name == "timestamp with time zone":
        text += f" || py_iso_offset({moment(args[0]).sql}, {zone_name(args[0])})"
    return Typed(text, t.VARCHAR)


TIME_TEXT_BUILDERS: dict[str, Builder] = {
    "from_iso8601_timestamp": _from_iso8601_timestamp,
    "from_iso8601_date": _from_iso8601_date,
    "date_format": _date_format,
    "format_datetime": _format_datetime,
    "date_parse": _date_parse,
    "parse_datetime": _parse_datetime,
    "to_iso8601": _to_iso8601,
}
