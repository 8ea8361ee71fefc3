"""Builders of functions on arrays, maps and rows whose result's type a template cannot say.

See `builder` for what a builder is; functions with lambdas stand in `lambdas`.
Source: Trino "Array functions", "Map functions", checked 2026-11.
"""

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.builder import Builder, unexpected
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.typed import Typed, coerce, fail, row_field


def _flatten(args: list[Typed], where: str) -> Typed:
    kind = args[0].type if len(args) == 1 else t.UNKNOWN
    if kind.name != "array" or kind.items[0].name not in ("array", "unknown"):
        raise unexpected("flatten", args, where, "flatten(array(array(E)))")
    return Typed(f"flatten({args[0].sql})", kind.items[0])


_MOST_ENTRIES = 10_000  # of a sequence


def _sequence(args: list[Typed], where: str) -> Typed:
    expected = (
        "sequence(bigint, bigint), sequence(bigint, bigint, bigint), sequence(date, date), "
        "sequence(date, date, interval day to second), sequence(timestamp(p), timestamp(p), ...)"
    )
    if len(args) not in (2, 3):
        raise unexpected("sequence", args, where, expected)
    start, stop = args[0], args[1]
    if all(a.type.name in t.INTEGERS for a in args):
        step = (
            args[2].sql
            if len(args) == 3
            else f"(CASE WHEN {start.sql} <= {stop.sql} THEN 1 ELSE -1 END)"
        )
        entries = f"(CAST({stop.sql} AS HUGEINT) - {start.sql}) // nullif({step}, 0) + 1"
        return _stepped(start, stop, step, t.BIGINT, "0", entries)
    kind = start.type
    named = kind.name in ("date", "timestamp") and stop.type.name == kind.name
    stepped = len(args) == 3 and args[2].type.name.startswith("interval")
    if not named or not (stepped or (len(args) == 2 and kind.name == "date")):
        raise unexpected("sequence", args, where, expected)
    onwards = f"{start.sql} <= {stop.sql}"
    one_day = f"(CASE WHEN {onwards} THEN INTERVAL '1' DAY ELSE INTERVAL '-1' DAY END)"
    step = args[2].sql if stepped else one_day
    entries = f"len(generate_series({start.sql}, {stop.sql}, {step}))"
    return _stepped(start, stop, step, kind, "INTERVAL '0' DAY", entries)


def _stepped(start: Typed, stop: Typed, step: str, kind: t.Type, zero: str, entries: str) -> Typed:
    """The values from `start` to `stop`; `entries` is SQL of how many they are."""
    result = t.array_of(kind)
    never = fail("INVALID_FUNCTION_ARGUMENT", "'step must not be zero'", result)
    order = "'sequence stop value should be greater than or equal to start value if step is " + (
        "greater than zero otherwise stop should be less than or equal to start'"
    )
    wrong = fail("INVALID_FUNCTION_ARGUMENT", order, result)
    words = f"'result of sequence function must not have more than {_MOST_ENTRIES} entries'"
    many = fail("INVALID_FUNCTION_ARGUMENT", words, result)
    series = f"generate_series({start.sql}, {stop.sql}, {step})"
    sql = (
        f"CASE WHEN {step} = {zero} THEN {never} "
        f"WHEN ({step} > {zero} AND {start.sql} > {stop.sql}) "
        f"OR ({step} < {zero} AND {start.sql} < {stop.sql}) THEN {wrong} "
        f"WHEN {entries} > {_MOST_ENTRIES} THEN {many} "
        f"ELSE CAST({series} AS {t.duckdb_name(result)}) END"
    )
    return Typed(sql, result)


def _row(args: list[Typed], where: str) -> Typed:  # noqa: ARG001
    kind = t.row_of([(None, a.type) for a in args])
    parts = ", ".join(f'"field{i}" := {a.sql}' for i, a in enumerate(args))
    return Typed(f"struct_pack({parts})", kind)


def _typeof(args: list[Typed], where: str) -> Typed:
    if len(args) != 1:
        raise unexpected("typeof", args, where, "typeof(T)")
    return Typed(t.duckdb_string(str(args[0].type)), t.VARCHAR)


def _map_entries(args: list[Typed], where: str) -> Typed:
    kind = args[0].type if len(args) == 1 else t.UNKNOWN
    if kind.name != "map":
        raise unexpected("map_entries", args, where, "map_entries(map(K,V))")
    entry = t.row_of([(None, kind.items[0]), (None, kind.items[1])])
    pair = "struct_pack(field0 := _le.key, field1 := _le.value)"
    sql = f"list_transform(map_entries({args[0].sql}), lambda _le: {pair})"
    return Typed(sql, t.array_of(entry))


def _map(args: list[Typed], where: str) -> Typed:
    if not args:
        return Typed("MAP {}", t.map_of(t.UNKNOWN, t.UNKNOWN))
    if len(args) != 2 or any(a.type.name != "array" for a in args):
        raise unexpected("map", args, where, "map(), map(array(K), array(V))")
    kind = t.map_of(args[0].type.items[0], args[1].type.items[0])
    keys, values = args[0].sql, args[1].sql
    uneven = fail(
        "INVALID_FUNCTION_ARGUMENT", "'Key and value arrays must be the same length'", kind
    )
    empty = fail("INVALID_FUNCTION_ARGUMENT", "'map key cannot be null'", kind)
    sql = (
        f"CASE WHEN len({keys}) <> len({values}) THEN {uneven} "
        f"WHEN has_null({keys}) THEN {empty} ELSE "
        f"map(CAST({keys} AS {t.duckdb_name(args[0].type)}), "
        f"CAST({values} AS {t.duckdb_name(args[1].type)})) END"
    )
    return Typed(sql, kind)


def _pairs(name: str, args: list[Typed], where: str) -> tuple[str, t.Type]:
    kind = args[0].type if len(args) == 1 else t.UNKNOWN
    if kind.name != "array" or kind.items[0].name != "row" or len(kind.items[0].items) != 2:
        raise unexpected(name, args, where, f"{name}(array(row(K,V)))")
    one, two = (row_field(Typed("_le", kind.items[0]), i).sql for i in (0, 1))
    return f"list_transform({args[0].sql}, lambda _le: {{'k': {one}, 'v': {two}}})", kind.items[0]


def _map_from_entries(args: list[Typed], where: str) -> Typed:
    pairs, row = _pairs("map_from_entries", args, where)
    return Typed(f"map_from_entries({pairs})", t.map_of(*row.items))


def _multimap_from_entries(args: list[Typed], where: str) -> Typed:
    pairs, row = _pairs("multimap_from_entries", args, where)
    kind = t.map_of(row.items[0], t.array_of(row.items[1]))
    return Typed(f"grouped_pairs({pairs})", kind)


def _element_at(args: list[Typed], where: str) -> Typed:
    expected = "element_at(array(E), bigint), element_at(map(K,V), K)"
    if len(args) != 2 or args[0].type.name not in ("array", "map"):
        raise unexpected("element_at", args, where, expected)
    base, index = args
    if base.type.name == "map":
        key = coerce(index, base.type.items[0]).sql
        return Typed(f"map_extract_value({base.sql}, {key})", base.type.items[1])
    if index.type.name not in t.INTEGERS:
        raise unexpected("element_at", args, where, expected)
    kind = base.type.items[0]
    found = f"list_extract({base.sql}, {index.sql})"
    if index.literal is not None and index.literal.lstrip("-") != "0":
        return Typed(found, kind)
    zero = fail("INVALID_FUNCTION_ARGUMENT", "'SQL array indices start at 1'", kind)
    return Typed(f"CASE WHEN {index.sql} = 0 THEN {zero} ELSE {found} END", kind)


def _slice(args: list[Typed], where: str) -> Typed:
    if len(args) != 3 or args[0].type.name != "array":
        raise unexpected("slice", args, where, "slice(array(E), bigint, bigint)")
    base, start, size = (a.sql for a in args)
    kind = args[0].type
    zero = fail("INVALID_FUNCTION_ARGUMENT", "'SQL array indices start at 1'", kind)
    negative = fail(
        "INVALID_FUNCTION_ARGUMENT", "'length must be greater than or equal to 0'", kind
    )
    first = f"(CASE WHEN {start} < 0 THEN len({base}) + {start} + 1 ELSE {start} END)"
    cut = f"CASE WHEN {first} < 1 THEN {base}[1:0] ELSE {base}[{first}:{first} + {size} - 1] END"
    sql = f"CASE WHEN {start} = 0 THEN {zero} WHEN {size} < 0 THEN {negative} ELSE {cut} END"
    return Typed(sql, kind)


def _trim_array(args: list[Typed], where: str) -> Typed:
    if len(args) != 2 or args[0].type.name != "array":
        raise unexpected("trim_array", args, where, "trim_array(array(E), bigint)")
    base, count, kind = args[0].sql, args[1].sql, args[0].type
    words = f"'size must not exceed array cardinality ' || len({base}) || ': ' || {count}"
    large = fail("INVALID_FUNCTION_ARGUMENT", words, kind)
    below = f"'size must not be negative: ' || {count}"
    negative = fail("INVALID_FUNCTION_ARGUMENT", below, kind)
    sql = (
        f"CASE WHEN {count} < 0 THEN {negative} WHEN {count} > len({base}) THEN {large} "
        f"ELSE {base}[1:len({base}) - {count}] END"
    )
    return Typed(sql, kind)


def _zip(args: list[Typed], where: str) -> Typed:
    if len(args) < 2 or any(a.type.name != "array" for a in args):
        raise unexpected("zip", args, where, "zip(array(T1), array(T2))")
    kind = t.row_of([(None, a.type.items[0]) for a in args])
    sizes = ", ".join(f"len({a.sql})" for a in args)
    parts = ", ".join(f'"field{i}" := ({a.sql})[_zi]' for i, a in enumerate(args))
    nulls = " OR ".join(f"{a.sql} IS NULL" for a in args)
    made = f"list_transform(range(1, greatest({sizes}) + 1), lambda _zi: struct_pack({parts}))"
    return Typed(f"CASE WHEN NOT ({nulls}) THEN {made} END", t.array_of(kind))


def _array_sort(args: list[Typed], where: str) -> Typed:
    kind = args[0].type if len(args) == 1 else t.UNKNOWN
    if kind.name != "array":
        raise unexpected("array_sort", args, where, "array_sort(array(E))")
    if kind.items[0].name in ("map", "json"):
        raise QueryError("FUNCTION_NOT_FOUND", f"{where}{kind.items[0]} is not orderable")
    return Typed(f"list_sort({args[0].sql}, 'ASC', 'NULLS LAST')", kind)


NESTED_BUILDERS: dict[str, Builder] = {
    "flatten": _flatten,
    "sequence": _sequence,
    "row": _row,
    "typeof": _typeof,
    "map_entries": _map_entries,
    "map": _map,
    "map_from_entries": _map_from_entries,
    "multimap_from_entries": _multimap_from_entries,
    "element_at": _element_at,
    "slice": _slice,
    "trim_array": _trim_array,
    "zip": _zip,
    "array_sort": _array_sort,
}
