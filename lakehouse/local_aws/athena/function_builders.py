"""Functions whose DuckDB expression depends on their arguments' types or written values.

A builder takes translated arguments and returns the translated call; plain templates stand in
`functions`, functions with lambdas in `lambdas`. All pure.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from lakehouse.local_aws.athena import time_formats
from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.casts import cast
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.operators import arithmetic
from lakehouse.local_aws.athena.typed import Typed, coerce, fail, local_time, plus_interval, zoned
from lakehouse.local_aws.athena.types import Type

Builder = Callable[[list[Typed], str], Typed]

_URL = r"^(?:{protocol}:)?(?://{host}(?::{port})?)?{path}(?:\?{query})?(?:#{fragment})?"
_URL_PARTS = {
    "protocol": r"[^:/?#]+", "host": r"[^/?#:]*", "port": r"\d+", "path": r"[^?#]*",
    "query": r"[^#]*", "fragment": r".*",
}  # fmt: skip
JSON_SCALAR = "varchar -> {0}"
_UNITS = ("millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year")
_DATE_UNITS = ("day", "week", "month", "quarter", "year")
_TEMPORAL = ("date", "timestamp", "timestamp with time zone")


def url_part(part: str) -> str:
    """Template of a URL's part (RFC 3986, appendix B); NULL when it is absent."""
    groups = {k: f"({v})" if k == part else f"(?:{v})" for k, v in _URL_PARTS.items()}
    pattern = _URL.format(**groups).replace("{", "{{").replace("}", "}}")
    return f"nullif(regexp_extract({{0}}, {t.duckdb_string(pattern)}, 1), '')"


def _unexpected(name: str, args: list[Typed], where: str, expected: str) -> QueryError:
    given = ", ".join(str(a.type) for a in args)
    words = f"{where}Unexpected parameters ({given}) for function {name}. Expected: {expected}"
    return QueryError("FUNCTION_NOT_FOUND", words)


def _written(value: Typed, what: str) -> str:
    if value.literal is None:
        raise not_supported(f"{what} that is not written as a literal")
    return value.literal


def _unit(value: Typed, allowed: tuple[str, ...], where: str) -> str:
    unit = _written(value, "A time unit").lower()
    if unit not in allowed:
        raise QueryError("INVALID_FUNCTION_ARGUMENT", f"{where}'{unit}' is not a valid field")
    return unit


def _concat(args: list[Typed], where: str) -> Typed:
    kinds = {a.type.name for a in args}
    if len(args) >= 2 and kinds <= {"varchar", "char", "unknown"}:
        return Typed(f"({' || '.join(a.sql for a in args)})", t.VARCHAR)
    if len(args) >= 2 and kinds == {"array"}:
        return Typed(f"list_concat({', '.join(a.sql for a in args)})", args[0].type)
    raise _unexpected(
        "concat", args, where, "concat(array(E), E) E, concat(varchar), concat(varbinary)"
    )


def _concat_ws(args: list[Typed], where: str) -> Typed:
    if len(args) == 2 and args[1].type.name == "array":
        return Typed(f"array_to_string({args[1].sql}, {args[0].sql})", t.VARCHAR)
    if len(args) < 2 or any(a.type.name not in ("varchar", "unknown") for a in args):
        raise _unexpected(
            "concat_ws",
            args,
            where,
            "concat_ws(varchar, array(varchar)), concat_ws(varchar, varchar)",
        )
    return Typed(f"concat_ws({', '.join(a.sql for a in args)})", t.VARCHAR)


def _substr(args: list[Typed], where: str) -> Typed:
    if len(args) not in (2, 3) or args[0].type.name not in ("varchar", "char", "unknown"):
        raise _unexpected(
            "substr", args, where, "substr(varchar(x), bigint), substr(varchar(x), bigint, bigint)"
        )
    text, start = args[0].sql, args[1].sql
    if any(a.type.name not in t.INTEGERS for a in args[1:]):
        raise _unexpected(
            "substr", args, where, "substr(varchar(x), bigint), substr(varchar(x), bigint, bigint)"
        )
    size = f", greatest({args[2].sql}, 0)" if len(args) == 3 else ""
    cut = f"substring({text}, {start}{size})"
    if args[1].literal and args[1].literal.isdigit() and int(args[1].literal) > 0:
        return Typed(cut, t.VARCHAR)
    return Typed(
        f"CASE WHEN {start} = 0 OR -({start}) > length({text}) THEN '' ELSE {cut} END", t.VARCHAR
    )


def _regexp_replace(args: list[Typed], where: str) -> Typed:
    if len(args) not in (2, 3) or any(a.type.name not in ("varchar", "unknown") for a in args):
        raise _unexpected(
            "regexp_replace", args, where, "regexp_replace(varchar, varchar, varchar)"
        )
    replacement = "''"
    if len(args) == 3:
        java = _written(args[2], "A replacement in regexp_replace")
        replacement = t.duckdb_string(_java_replacement(java))
    return Typed(f"regexp_replace({args[0].sql}, {args[1].sql}, {replacement}, 'g')", t.VARCHAR)


def _java_replacement(java: str) -> str:
    def part(match: re.Match[str]) -> str:
        if match.group(1):
            return f"\\{match.group(1)}"
        if match.group(2):
            raise not_supported("A named group in a replacement of regexp_replace")
        character = match.group(3) or match.group(0)
        return "\\\\" if character == "\\" else character

    return re.sub(r"\$(\d)|\$\{(\w+)\}|\\(.)", part, java, flags=re.S)


def _date(args: list[Typed], where: str) -> Typed:
    if len(args) != 1:
        raise _unexpected("date", args, where, "date(timestamp(p)), date(varchar)")
    return cast(args[0], t.DATE, where)


def _date_trunc(args: list[Typed], where: str) -> Typed:
    if len(args) != 2 or args[1].type.name not in _TEMPORAL:
        raise _unexpected(
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
    if len(args) != 3 or args[2].type.name not in _TEMPORAL or args[1].type.name not in t.INTEGERS:
        raise _unexpected(
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
    if common is None or common.name not in _TEMPORAL:
        raise _unexpected(
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
        raise _unexpected(
            "from_unixtime",
            args,
            where,
            "from_unixtime(double), from_unixtime(double, varchar(x)), from_unixtime(double, bigint, bigint)",
        )
    kind = (
        t.TIMESTAMP_TZ
        if len(args) == 1
        else replace(t.TIMESTAMP_TZ, zone=_written(args[1], "A time zone"))
    )
    seconds = coerce(args[0], t.DOUBLE).sql
    return Typed(f"to_timestamp(round({seconds} * 1000) / 1000)", kind)


def _to_unixtime(args: list[Typed], where: str) -> Typed:
    if len(args) != 1 or args[0].type.name not in _TEMPORAL:
        raise _unexpected(
            "to_unixtime",
            args,
            where,
            "to_unixtime(timestamp(p)), to_unixtime(timestamp(p) with time zone)",
        )
    return Typed(f"epoch({args[0].sql})", t.DOUBLE)


def _from_iso8601_timestamp(args: list[Typed], where: str) -> Typed:
    if len(args) != 1 or args[0].type.name != "varchar":
        raise _unexpected("from_iso8601_timestamp", args, where, "from_iso8601_timestamp(varchar)")
    text = args[0].sql
    pattern = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}(:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?"
    bad = fail(
        "INVALID_FUNCTION_ARGUMENT", f"'Invalid format: \"' || {text} || '\"'", t.TIMESTAMP_TZ
    )
    padded = f"regexp_replace({text}, 'T([0-9]{{2}})(Z|[+-]|$)', 'T\\1:00\\2')"
    sql = (
        f"CASE WHEN {text} IS NULL THEN NULL WHEN regexp_full_match({text}, {t.duckdb_string(pattern)}) "
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
    if len(args) != 2 or args[0].type.name not in _TEMPORAL or args[1].type.name != "varchar":
        raise _unexpected(
            name,
            args,
            where,
            f"{name}(timestamp(p), varchar(x)), {name}(timestamp(p) with time zone, varchar(x))",
        )
    text = t.duckdb_string(pattern(_written(args[1], "A date format")))
    return Typed(f"strftime({local_time(args[0])}, {text})", t.VARCHAR)


def _date_parse(args: list[Typed], where: str) -> Typed:
    return _parsed("date_parse", args, where, time_formats.from_mysql, t.TIMESTAMP)


def _parse_datetime(args: list[Typed], where: str) -> Typed:
    return _parsed("parse_datetime", args, where, time_formats.from_joda, t.TIMESTAMP_TZ)


def _parsed(
    name: str, args: list[Typed], where: str, pattern: Callable[[str], str], kind: Type
) -> Typed:
    if len(args) != 2 or any(a.type.name not in ("varchar", "unknown") for a in args):
        raise _unexpected(name, args, where, f"{name}(varchar(x), varchar(y))")
    text = t.duckdb_string(pattern(_written(args[1], "A date format")))
    bad = fail("INVALID_FUNCTION_ARGUMENT", f"'Invalid format: \"' || {args[0].sql} || '\"'", kind)
    parsed = f"CAST(try_strptime({args[0].sql}, {text}) AS {t.duckdb_name(kind)})"
    sql = f"CASE WHEN {args[0].sql} IS NULL THEN NULL WHEN {parsed} IS NULL THEN {bad} ELSE {parsed} END"
    return Typed(sql, kind)


def _to_iso8601(args: list[Typed], where: str) -> Typed:
    if len(args) != 1 or args[0].type.name not in _TEMPORAL:
        raise _unexpected("to_iso8601", args, where, "to_iso8601(date), to_iso8601(timestamp(p))")
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
        if len(args) != 1 or args[0].type.name not in (*_TEMPORAL, "time"):
            raise _unexpected(name, args, where, f"{name}(date), {name}(timestamp(p))")
        return Typed(f"CAST({template.format(local_time(args[0]))} AS BIGINT)", t.BIGINT)

    return build


def _last_day(args: list[Typed], where: str) -> Typed:
    if len(args) != 1 or args[0].type.name not in _TEMPORAL:
        raise _unexpected("last_day_of_month", args, where, "last_day_of_month(date)")
    return Typed(f"last_day({local_time(args[0])})", t.DATE)


def _now(args: list[Typed], where: str) -> Typed:
    if args:
        raise _unexpected("now", args, where, "now()")
    return Typed("date_trunc('millisecond', now())", t.TIMESTAMP_TZ)


def at_timezone(args: list[Typed], where: str) -> Typed:
    """`value AT TIME ZONE 'zone'`: the same moment, shown in that zone."""
    if len(args) != 2 or args[0].type.name not in ("timestamp", "timestamp with time zone"):
        raise _unexpected(
            "at_timezone", args, where, "at_timezone(timestamp(p) with time zone, varchar(x))"
        )
    value = coerce(args[0], t.TIMESTAMP_TZ)
    return value.as_type(replace(t.TIMESTAMP_TZ, zone=_written(args[1], "A time zone")))


def _with_timezone(args: list[Typed], where: str) -> Typed:
    if len(args) != 2 or args[0].type.name != "timestamp":
        raise _unexpected("with_timezone", args, where, "with_timezone(timestamp(p), varchar(x))")
    kind = replace(t.TIMESTAMP_TZ, zone=_written(args[1], "A time zone"))
    return Typed(zoned(args[0].sql, kind), kind)


def _round(args: list[Typed], where: str) -> Typed:
    if len(args) not in (1, 2) or not t.is_numeric(args[0].type):
        raise _unexpected(
            "round", args, where, "round(double), round(double, integer), round(decimal(p, s))"
        )
    kind = args[0].type
    digits = args[1].sql if len(args) == 2 else "0"
    if kind.name != "decimal":
        rounded = (
            f"round({args[0].sql}, CAST({digits} AS INTEGER))"
            if len(args) == 2
            else f"round({args[0].sql})"
        )
        return Typed(
            rounded if kind.name not in t.INTEGERS or len(args) == 2 else args[0].sql, kind
        )
    precision, scale = kind.params
    if len(args) == 1:
        kind = t.decimal(min(38, precision - scale + min(1, scale)), 0)
        return Typed(f"CAST(round({args[0].sql}) AS {t.duckdb_name(kind)})", kind)
    kind = t.decimal(min(38, precision + 1), scale)
    return Typed(
        f"CAST(round({args[0].sql}, CAST({digits} AS INTEGER)) AS {t.duckdb_name(kind)})", kind
    )


def _extreme(name: str) -> Builder:
    def build(args: list[Typed], where: str) -> Typed:
        common = args[0].type if args else t.UNKNOWN
        for arg in args[1:]:
            found = t.common_type(common, arg.type)
            if found is None:
                raise _unexpected(name, args, where, f"{name}(E, E)")
            common = found
        if not args:
            raise _unexpected(name, args, where, f"{name}(E, E)")
        values = [coerce(a, common).sql for a in args]
        nulls = " OR ".join(f"{v} IS NULL" for v in values)
        return Typed(f"CASE WHEN {nulls} THEN NULL ELSE {name}({', '.join(values)}) END", common)

    return build


def _mod(args: list[Typed], where: str) -> Typed:
    if len(args) != 2:
        raise _unexpected("mod", args, where, "mod(bigint, bigint), mod(double, double)")
    return arithmetic("%", args[0], args[1], where)


def _json_path(value: Typed) -> str:
    path = _written(value, "A JSON path")
    path = re.sub(r"\[\"((?:[^\"\\]|\\.)*)\"\]", r'."\1"', path)
    path = re.sub(r"\['([^']*)'\]", r'."\1"', path)
    if not re.fullmatch(r'\$(\.[A-Za-z0-9_\-:@/]+|\."[^"]*"|\[\d+\])*', path):
        raise not_supported(f"The JSON path '{path}'")
    path = re.sub(r"\.([A-Za-z0-9_\-:@/]+)(?=[.\[]|$)", r'."\1"', path)
    return t.duckdb_string(path)


def _json_extract(args: list[Typed], where: str) -> Typed:
    text, path = _json_arguments("json_extract", args, where)
    return Typed(
        f"CASE WHEN json_valid({text}) THEN CAST(json_extract({text}, {path}) AS VARCHAR) END",
        t.JSON,
    )


def _json_extract_scalar(args: list[Typed], where: str) -> Typed:
    text, path = _json_arguments("json_extract_scalar", args, where)
    sql = (
        f"CASE WHEN json_valid({text}) AND json_type({text}, {path}) NOT IN ('OBJECT', 'ARRAY') "
        f"THEN json_extract_string({text}, {path}) END"
    )
    return Typed(sql, t.VARCHAR)


def _json_arguments(name: str, args: list[Typed], where: str) -> tuple[str, str]:
    if len(args) != 2 or args[0].type.name not in ("varchar", "json", "unknown"):
        raise _unexpected(
            name, args, where, f"{name}(varchar(x), JsonPath), {name}(json, JsonPath)"
        )
    return args[0].sql, _json_path(args[1])


def _array_join(args: list[Typed], where: str) -> Typed:
    if len(args) not in (2, 3) or args[0].type.name != "array":
        raise _unexpected(
            "array_join",
            args,
            where,
            "array_join(array(T), varchar), array_join(array(T), varchar, varchar)",
        )
    item = cast(Typed("_le", args[0].type.items[0]), t.VARCHAR, where)
    text = f"coalesce({item.sql}, {args[2].sql})" if len(args) == 3 else item.sql
    return Typed(
        f"array_to_string(list_transform({args[0].sql}, lambda _le: {text}), {args[1].sql})",
        t.VARCHAR,
    )


def _flatten(args: list[Typed], where: str) -> Typed:
    if len(args) != 1 or args[0].type.name != "array" or args[0].type.items[0].name != "array":
        raise _unexpected("flatten", args, where, "flatten(array(array(E)))")
    return Typed(f"flatten({args[0].sql})", args[0].type.items[0])


def _sequence(args: list[Typed], where: str) -> Typed:
    if len(args) not in (2, 3):
        raise _unexpected("sequence", args, where, "sequence(bigint, bigint), sequence(date, date)")
    if all(a.type.name in t.INTEGERS for a in args):
        step = (
            args[2].sql
            if len(args) == 3
            else f"CASE WHEN {args[0].sql} <= {args[1].sql} THEN 1 ELSE -1 END"
        )
        return Typed(f"generate_series({args[0].sql}, {args[1].sql}, {step})", t.array_of(t.BIGINT))
    kind = args[0].type
    if kind.name not in ("date", "timestamp") or args[1].type.name != kind.name:
        raise _unexpected("sequence", args, where, "sequence(bigint, bigint), sequence(date, date)")
    step = args[2].sql if len(args) == 3 else "INTERVAL '1' DAY"
    series = f"generate_series({args[0].sql}, {args[1].sql}, {step})"
    return Typed(f"CAST({series} AS {t.duckdb_name(kind)}[])", t.array_of(kind))


def _row(args: list[Typed], where: str) -> Typed:
    kind = t.row_of([(None, a.type) for a in args])
    parts = ", ".join(f'"field{i}" := {a.sql}' for i, a in enumerate(args))
    return Typed(f"struct_pack({parts})", kind)


def _typeof(args: list[Typed], where: str) -> Typed:
    return Typed(t.duckdb_string(str(args[0].type)), t.VARCHAR)


def _map_entries(args: list[Typed], where: str) -> Typed:
    kind = args[0].type
    if kind.name != "map":
        raise _unexpected("map_entries", args, where, "map_entries(map(K,V))")
    entry = t.row_of([(None, kind.items[0]), (None, kind.items[1])])
    sql = f"list_transform(map_entries({args[0].sql}), lambda _le: struct_pack(field0 := _le.key, field1 := _le.value))"
    return Typed(sql, t.array_of(entry))


BUILDERS: dict[str, Builder] = {
    "concat": _concat,
    "concat_ws": _concat_ws,
    "substr": _substr,
    "regexp_replace": _regexp_replace,
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
    "round": _round,
    "greatest": _extreme("greatest"),
    "least": _extreme("least"),
    "mod": _mod,
    "json_extract": _json_extract,
    "json_extract_scalar": _json_extract_scalar,
    "array_join": _array_join,
    "flatten": _flatten,
    "sequence": _sequence,
    "row": _row,
    "typeof": _typeof,
    "map_entries": _map_entries,
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
