"""Builders of date and time functions: units, zones, parts.

Times from and to texts stand in `time_text_builders`; see `builder` for what a builder is.
Source: Trino "Date and time functions", checked 2026-11.
"""

from dataclasses import replace

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena import zones
from lakehouse.local_aws.athena.builder import Builder, unexpected, written
from lakehouse.local_aws.athena.casts import cast
from lakehouse.local_aws.athena.coercion import common_type
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.typed import (
    Typed,
    coerce,
    in_zone,
    local_time,
    moment,
    plus_interval,
    with_moment,
    zone_name,
    zoned,
)

_CLOCK = ("millisecond", "second", "minute", "hour")
_CALENDAR = ("day", "week", "month", "quarter", "year")
_UNITS = {
    "date": _CALENDAR,
    "time": _CLOCK,
    "timestamp": (*_CLOCK, *_CALENDAR),
    "timestamp with time zone": (*_CLOCK, *_CALENDAR),
}


def _unit(value: Typed, kind: t.Type) -> str:
    unit = written(value, "A time unit").lower()
    if unit not in _UNITS[kind.name]:
        noun = {"date": "DATE", "time": "TIME"}.get(kind.name, "TIMESTAMP")
        raise QueryError("INVALID_FUNCTION_ARGUMENT", f"'{unit}' is not a valid {noun} field")
    return unit


def known_zone(name: str) -> str:
    """A written zone by its canonical name. QueryError when there is none."""
    known = zones.canonical(name)
    if known is None:
        raise QueryError("NOT_SUPPORTED", f"Time zone not supported: {name}")
    return known


def _date(args: list[Typed], where: str) -> Typed:
    if len(args) != 1:
        raise unexpected("date", args, where, "date(timestamp(p)), date(varchar)")
    return cast(args[0], t.DATE, where)


def _date_trunc(args: list[Typed], where: str) -> Typed:
    if len(args) != 2 or args[1].type.name not in _UNITS:
        expected = "date_trunc(varchar(x), date), date_trunc(varchar(x), timestamp(p))"
        raise unexpected("date_trunc", args, where, expected)
    kind = args[1].type
    unit = _unit(args[0], kind)
    if kind.name == "time":
        day = f"(TIMESTAMP '1970-01-01' + to_microseconds(epoch_us({args[1].sql})))"
        return Typed(f"CAST(date_trunc('{unit}', {day}) AS TIME)", kind)
    cut = f"date_trunc('{unit}', {local_time(args[1])})"
    if kind.name == "date":
        return Typed(f"CAST({cut} AS DATE)", kind)
    return zoned(cut, args[1])


_EXACT = {"second": 1_000_000, "millisecond": 1000}  # microseconds


def _date_add(args: list[Typed], where: str) -> Typed:
    numbers = len(args) == 3 and args[1].type.name in (*t.INTEGERS, "unknown")
    if not numbers or args[2].type.name not in _UNITS:
        expected = "date_add(varchar(x), bigint, date), date_add(varchar(x), bigint, timestamp(p))"
        raise unexpected("date_add", args, where, expected)
    unit = _unit(args[0], args[2].type)
    return plus_interval(args[2], _interval(args[1].sql, unit), elapsed=unit in _CLOCK)


def _interval(number: str, unit: str) -> str:
    if unit in _EXACT:  # DuckDB's own are of doubles, and lose milliseconds in far years
        return f"to_microseconds(CAST({number} AS BIGINT) * {_EXACT[unit]})"
    return f"to_{unit}s(CAST({number} AS {'BIGINT' if unit in _CLOCK else 'INTEGER'}))"


def _date_diff(args: list[Typed], where: str) -> Typed:
    common = common_type(args[1].type, args[2].type) if len(args) == 3 else None
    if common is None or common.name not in _UNITS:
        expected = "date_diff(varchar(x), date, date), " + (
            "date_diff(varchar(x), timestamp(p), timestamp(p))"
        )
        raise unexpected("date_diff", args, where, expected)
    unit = _unit(args[0], common)
    one, two = (coerce(a, common) for a in args[1:])
    if unit in _CALENDAR:  # calendars are those of the zone; both are seen in the first one's
        if common.name == "timestamp with time zone":
            two = with_moment(moment(two).sql, one)
        return Typed(f"date_sub('{unit}', {local_time(one)}, {local_time(two)})", t.BIGINT)
    return Typed(f"date_sub('{unit}', {moment(one).sql}, {moment(two).sql})", t.BIGINT)


def _from_unixtime(args: list[Typed], where: str) -> Typed:
    if len(args) not in (1, 2, 3) or not t.is_numeric(args[0].type):
        expected = "from_unixtime(double), from_unixtime(double, varchar(x)), " + (
            "from_unixtime(double, bigint, bigint)"
        )
        raise unexpected("from_unixtime", args, where, expected)
    seconds = coerce(args[0], t.DOUBLE).sql
    at = Typed(f"to_timestamp(round({seconds} * 1000) / 1000)", t.TIMESTAMP_TZ)
    if len(args) == 1:
        return at
    if len(args) == 2:
        return at_timezone([at, args[1]], where)
    hours, minutes = (int(written(a, "An offset")) for a in args[1:])
    total = hours * 60 + minutes
    if abs(total) > zones.MOST_MINUTES:
        raise QueryError("INVALID_FUNCTION_ARGUMENT", f"Invalid offset minutes {total}")
    return at.as_type(replace(at.type, zone=zones.offset_name(total)))


def _to_unixtime(args: list[Typed], where: str) -> Typed:
    if len(args) != 1 or args[0].type.name not in t.TEMPORAL:
        expected = "to_unixtime(timestamp(p)), to_unixtime(timestamp(p) with time zone)"
        raise unexpected("to_unixtime", args, where, expected)
    return Typed(f"epoch({moment(args[0]).sql})", t.DOUBLE)


_PART_KINDS = {
    "hour": "time", "minute": "time", "second": "time", "millisecond": "time",
}  # fmt: skip


def _part(name: str, template: str) -> Builder:
    def build(args: list[Typed], where: str) -> Typed:
        kind = args[0].type.name if len(args) == 1 else ""
        if kind.startswith("interval"):
            return Typed(_interval_part(name, args[0], where), t.BIGINT)
        fits = kind in ("timestamp", "timestamp with time zone") or (
            kind == ("time" if name in _PART_KINDS else "date")
        )
        if not fits:
            expected = f"{name}(date), {name}(timestamp(p))"
            raise unexpected(name, args, where, expected)
        return Typed(f"CAST({template.format(local_time(args[0]))} AS BIGINT)", t.BIGINT)

    return build


_DAY_PARTS = {
    "day": "// 86400000", "hour": "// 3600000 % 24", "minute": "// 60000 % 60",
    "second": "// 1000 % 60", "millisecond": "% 1000",
}  # fmt: skip


def _interval_part(name: str, value: Typed, where: str) -> str:
    if value.type.name == "interval day to second" and name in _DAY_PARTS:
        return f"(interval_millis({value.sql}) {_DAY_PARTS[name]})"
    if value.type.name == "interval year to month" and name in ("year", "month"):
        return f"(interval_months({value.sql}) {'// 12' if name == 'year' else '% 12'})"
    raise unexpected(name, [value], where, f"{name}(date), {name}(timestamp(p))")


def _zone_part(name: str, template: str) -> Builder:
    def build(args: list[Typed], where: str) -> Typed:
        if len(args) != 1 or args[0].type.name != "timestamp with time zone":
            raise unexpected(name, args, where, f"{name}(timestamp(p) with time zone)")
        minutes = f"py_offset_minutes({moment(args[0]).sql}, {zone_name(args[0])})"
        return Typed(template.format(minutes), t.BIGINT)

    return build


def _last_day(args: list[Typed], where: str) -> Typed:
    if len(args) != 1 or args[0].type.name not in t.TEMPORAL:
        raise unexpected("last_day_of_month", args, where, "last_day_of_month(date)")
    return Typed(f"last_day({local_time(args[0])})", t.DATE)


def now(precision: int) -> Typed:
    """The start of the query."""
    cut = {0: "second", 3: "millisecond", 6: "microsecond"}.get(precision)
    if cut is None:
        raise not_supported(f"The current time with {precision} digits of a second")
    return Typed(f"date_trunc('{cut}', now())", t.timestamp_tz(precision))


def _now(args: list[Typed], where: str) -> Typed:
    if args:
        raise unexpected("now", args, where, "now()")
    return now(3)


def at_timezone(args: list[Typed], where: str) -> Typed:
    """`value AT TIME ZONE 'zone'`: the same moment, shown in that zone."""
    kinds = ("timestamp", "timestamp with time zone")
    named = len(args) == 2 and args[1].type.name in t.TEXTS
    if not named or args[0].type.name not in kinds:
        expected = "at_timezone(timestamp(p) with time zone, varchar(x))"
        raise unexpected("at_timezone", args, where, expected)
    precision = args[0].type.params[0]
    at = moment(coerce(args[0], t.timestamp_tz(precision, args[0].type.zone)))
    if args[1].literal is not None:
        return at.as_type(t.timestamp_tz(precision, known_zone(args[1].literal)))
    packed = f"{{'at': {at.sql}, 'zone': py_known_zone({args[1].sql})}}"
    there = f"{at.sql} IS NOT NULL AND {args[1].sql} IS NOT NULL"
    return Typed(f"CASE WHEN {there} THEN {packed} END", t.timestamp_tz(precision, t.OWN_ZONE))


def _with_timezone(args: list[Typed], where: str) -> Typed:
    if len(args) != 2 or args[0].type.name != "timestamp" or args[1].type.name not in t.TEXTS:
        raise unexpected("with_timezone", args, where, "with_timezone(timestamp(p), varchar(x))")
    precision = args[0].type.params[0]
    if args[1].literal is not None:
        zone = known_zone(args[1].literal)
        return Typed(in_zone(args[0].sql, zone), t.timestamp_tz(precision, zone))
    zone_sql = f"py_known_zone({args[1].sql})"
    packed = f"{{'at': zoned_moment({args[0].sql}, {zone_sql}), 'zone': {zone_sql}}}"
    there = f"{args[0].sql} IS NOT NULL AND {args[1].sql} IS NOT NULL"
    return Typed(f"CASE WHEN {there} THEN {packed} END", t.timestamp_tz(precision, t.OWN_ZONE))


def _timezone(args: list[Typed], where: str) -> Typed:
    if len(args) != 1 or args[0].type.name != "timestamp with time zone":
        raise unexpected("timezone", args, where, "timezone(timestamp(p) with time zone)")
    name = zone_name(args[0])
    return Typed(name, t.VARCHAR)


def _to_milliseconds(args: list[Typed], where: str) -> Typed:
    if len(args) != 1 or args[0].type != t.DAY_INTERVAL:
        expected = "to_milliseconds(interval day to second)"
        raise unexpected("to_milliseconds", args, where, expected)
    return Typed(f"interval_millis({args[0].sql})", t.BIGINT)


TIME_BUILDERS: dict[str, Builder] = {
    "date": _date,
    "date_trunc": _date_trunc,
    "date_add": _date_add,
    "date_diff": _date_diff,
    "from_unixtime": _from_unixtime,
    "to_unixtime": _to_unixtime,
    "last_day_of_month": _last_day,
    "now": _now,
    "at_timezone": at_timezone,
    "with_timezone": _with_timezone,
    "timezone": _timezone,
    "to_milliseconds": _to_milliseconds,
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
    "timezone_hour": _zone_part("timezone_hour", "({0} // 60)"),
    "timezone_minute": _zone_part("timezone_minute", "({0} % 60)"),
}
