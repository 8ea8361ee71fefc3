"""Builders of date and time functions: units, zones, patterns.

See `builder` for what a builder is. Source: Trino "Date and time functions", checked 2026-11.
"""

from collections.abc import Callable
from dataclasses import replace

from lakehouse.local_aws.athena import time_formats
from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.builder import TEMPORAL, Builder, unexpected, written
from lakehouse.local_aws.athena.casts import cast
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.typed import Typed, coerce, fail, local_time, plus_interval, zoned
from lakehouse.local_aws.athena.types import Type

_UNITS = ("millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year")


_DATE_UNITS = ("day", "week", "month", "quarter", "year")


def _unit(value: Typed, allowed: tuple[str, ...], where: str) -> str:
    unit = written(value, "A time unit").lower()
    if unit not in allowed:
        raise QueryError("INVALID_FUNCTION_ARGUMENT", f"{where}'{unit}' is not a valid field")
    return unit


def _date(args: list[Typed], where: str) -> Typed:
    if len(args) != 1:
        raise unexpected("date", args, where, "date(timestamp(p)), date(varchar)")
    return cast(args[0], t.DATE, where)


def _date_trunc(args: list[Typed], where: str) -> Typed:
    if len(args) != 2 or args[1].type.name not in TEMPORAL:
        raise unexpected(
            "date_trunc",
            args,
            where,
            "date_trunc(varchar(x), date), date_trunc(varchar(x), timestamp(p))",
        )
    kind = args[1].type
    unit = _unit(args[0], _DATE_UNITS if kind.name == "date" else _UNITS, where)
    cut = f"date_trunc('{unit}', {local_time(args[1])})"
    return Typed(f"CAST({cut} AS DATE)" if kind.name == "date" else zoned(cut, kind), kind)


def _date_add(args: list[Typed], where: str) -> Typed:
    if len(args) != 3 or args[2].type.name not in TEMPORAL or args[1].type.name not in t.INTEGERS:
        raise unexpected(
            "date_add",
            args,
            where,
            "date_add(varchar(x), bigint, date), date_add(varchar(x), bigint, timestamp(p))",
        )
    kind = args[2].type
    unit = _unit(args[0], _DATE_UNITS if kind.name == "date" else _UNITS, where)
    return plus_interval(args[2], f"to_{unit}s(CAST({args[1].sql} AS {_interval_number(unit)}))")


def _interval_number(unit: str) -> str:
    return (
        "BIGINT"
        if unit in ("hour", "minute")
        else ("DOUBLE" if unit in ("second", "millisecond") else "INTEGER")
    )


def _date_diff(args: list[Typed], where: str) -> Typed:
    common = t.common_type(args[1].type, args[2].type) if len(args) == 3 else None
    if common is None or common.name not in TEMPORAL:
        raise unexpected(
            "date_diff",
            args,
            where,
            "date_diff(varchar(x), date, date), date_diff(varchar(x), timestamp(p), timestamp(p))",
        )
    unit = _unit(args[0], _DATE_UNITS if common.name == "date" else _UNITS, where)
    one, two = (coerce(a, common) for a in args[1:])
    return Typed(f"date_sub('{unit}', {one.sql}, {two.sql})", t.BIGINT)


def _from_unixtime(args: list[Typed], where: str) -> Typed:
    if not args or len(args) > 2 or not t.is_numeric(args[0].type):
        raise unexpected(
            "from_unixtime",
            args,
            where,
            "from_unixtime(double), from_unixtime(double, varchar(x))",
        )
    kind = (
        t.TIMESTAMP_TZ
        if len(args) == 1
        else replace(t.TIMESTAMP_TZ, zone=written(args[1], "A time zone"))
    )
    seconds = coerce(args[0], t.DOUBLE).sql
    return Typed(f"to_timestamp(round({seconds} * 1000) / 1000)", kind)


def _to_unixtime(args: list[Typed], where: str) -> Typed:
    if len(args) != 1 or args[0].type.name not in TEMPORAL:
        raise unexpected(
            "to_unixtime",
            args,
            where,
            "to_unixtime(timestamp(p)), to_unixtime(timestamp(p) with time zone)",
        )
    return Typed(f"epoch({args[0].sql})", t.DOUBLE)


def _from_iso8601_timestamp(args: list[Typed], where: str) -> Typed:
    if len(args) != 1 or args[0].type.name != "varchar":
        raise unexpected("from_iso8601_timestamp", args, where, "from_iso8601_timestamp(varchar)")
    text = args[0].sql
    clock = r"[0-9]{2}(:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?"
    pattern = t.duckdb_string(rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(T{clock})?")
    bad = fail(
        "INVALID_FUNCTION_ARGUMENT", f"'Invalid format: \"' || {text} || '\"'", t.TIMESTAMP_TZ
    )
    padded = f"regexp_replace({text}, 'T([0-9]{{2}})(Z|[+-]|$)', 'T\\1:00\\2')"
    sql = (
        f"CASE WHEN {text} IS NULL THEN NULL WHEN regexp_full_match({text}, {pattern}) "
        f"THEN CAST({padded} AS TIMESTAMPTZ) ELSE {bad} END"
    )
    return Typed(sql, t.TIMESTAMP_TZ)


def _from_iso8601_date(args: list[Typed], where: str) -> Typed:
    return _date(args, where)


def _date_format(args: list[Typed], where: str) -> Typed:
    return _formatted("date_format", args, where, time_formats.from_mysql)


def _format_datetime(args: list[Typed], where: str) -> Typed:
    return _formatted("format_datetime", args, where, time_formats.from_joda)


def _formatted(name: str, args: list[Typed], where: str, pattern: Callable[[str], str]) -> Typed:
    if len(args) != 2 or args[0].type.name not in TEMPORAL or args[1].type.name != "varchar":
        raise unexpected(
            name,
            args,
            where,
            f"{name}(timestamp(p), varchar(x)), {name}(timestamp(p) with time zone, varchar(x))",
        )
    text = t.duckdb_string(pattern(written(args[1], "A date format")))
    return Typed(f"strftime({local_time(args[0])}, {text})", t.VARCHAR)


def _date_parse(args: list[Typed], where: str) -> Typed:
    return _parsed("date_parse", args, where, time_formats.from_mysql, t.TIMESTAMP)


def _parse_datetime(args: list[Typed], where: str) -> Typed:
    return _parsed("parse_datetime", args, where, time_formats.from_joda, t.TIMESTAMP_TZ)


def _parsed(
    name: str, args: list[Typed], where: str, pattern: Callable[[str], str], kind: Type
) -> Typed:
    if len(args) != 2 or any(a.type.name not in ("varchar", "unknown") for a in args):
        raise unexpected(name, args, where, f"{name}(varchar(x), varchar(y))")
    text = t.duckdb_string(pattern(written(args[1], "A date format")))
    bad = fail("INVALID_FUNCTION_ARGUMENT", f"'Invalid format: \"' || {args[0].sql} || '\"'", kind)
    parsed = f"CAST(try_strptime({args[0].sql}, {text}) AS {t.duckdb_name(kind)})"
    sql = f"CASE WHEN {args[0].sql} IS NOT NULL THEN coalesce({parsed}, {bad}) END"
    return Typed(sql, kind)


def _to_iso8601(args: list[Typed], where: str) -> Typed:
    if len(args) != 1 or args[0].type.name not in TEMPORAL:
        raise unexpected("to_iso8601", args, where, "to_iso8601(date), to_iso8601(timestamp(p))")
    if args[0].type.name == "date":
        return Typed(f"CAST({args[0].sql} AS VARCHAR)", t.VARCHAR)
    text = f"strftime({local_time(args[0])}, '%Y-%m-%dT%H:%M:%S.%g')"
    if args[0].type.name == "timestamp with time zone":
        if args[0].type.zone != "UTC":
            raise not_supported("to_iso8601 in another zone than UTC")
        text += " || 'Z'"
    return Typed(text, t.VARCHAR)


def _part(name: str, template: str) -> Builder:
    def build(args: list[Typed], where: str) -> Typed:
        if len(args) != 1 or args[0].type.name not in (*TEMPORAL, "time"):
            raise unexpected(name, args, where, f"{name}(date), {name}(timestamp(p))")
        return Typed(f"CAST({template.format(local_time(args[0]))} AS BIGINT)", t.BIGINT)

    return build


def _last_day(args: list[Typed], where: str) -> Typed:
    if len(args) != 1 or args[0].type.name not in TEMPORAL:
        raise unexpected("last_day_of_month", args, where, "last_day_of_month(date)")
    return Typed(f"last_day({local_time(args[0])})", t.DATE)


def _now(args: list[Typed], where: str) -> Typed:
    if args:
        raise unexpected("now", args, where, "now()")
    return Typed("date_trunc('millisecond', now())", t.TIMESTAMP_TZ)


def at_timezone(args: list[Typed], where: str) -> Typed:
    """`value AT TIME ZONE 'zone'`: the same moment, shown in that zone."""
    if len(args) != 2 or args[0].type.name not in ("timestamp", "timestamp with time zone"):
        raise unexpected(
            "at_timezone", args, where, "at_timezone(timestamp(p) with time zone, varchar(x))"
        )
    value = coerce(args[0], t.TIMESTAMP_TZ)
    return value.as_type(replace(t.TIMESTAMP_TZ, zone=written(args[1], "A time zone")))


def _with_timezone(args: list[Typed], where: str) -> Typed:
    if len(args) != 2 or args[0].type.name != "timestamp":
        raise unexpected("with_timezone", args, where, "with_timezone(timestamp(p), varchar(x))")
    kind = replace(t.TIMESTAMP_TZ, zone=written(args[1], "A time zone"))
    return Typed(zoned(args[0].sql, kind), kind)


TIME_BUILDERS: dict[str, Builder] = {
    "date": _date,
    "date_trunc": _date_trunc,
    "date_add": _date_add,
    "date_diff": _date_diff,
    "from_unixtime": _from_unixtime,
    "to_unixtime": _to_unixtime,
    "from_iso8601_timestamp": _from_iso8601_timestamp,
    "from_iso8601_date": _from_iso8601_date,
    "date_format": _date_format,
    "format_datetime": _format_datetime,
    "date_parse": _date_parse,
    "parse_datetime": _parse_datetime,
    "to_iso8601": _to_iso8601,
    "last_day_of_month": _last_day,
    "now": _now,
    "at_timezone": at_timezone,
    "with_timezone": _with_timezone,
    "year": _part("year", "year({0})"),
    "quarter": _part("quarter", "quarter({0})"),
    "month": _part("month", "month({0})"),
    "week": _part("week", "weekofyear({0})"),
    "day": _part("day", "day({0})"),
    "day_of_week": _part("day_of_week", "isodow({0})"),
    "day_of_year": _part("day_of_year", "dayofyear({0})"),
    "year_of_week": _part("year_of_week", "isoyear({0})"),
    "hour": _part("hour", "hour({0})"),
    "minute": _part("minute", "minute({0})"),
    "second": _part("second", "second({0})"),
    "millisecond": _part("millisecond", "millisecond({0}) % 1000"),
}
