"""Trino's operators on typed values: arithmetic, comparison, concatenation, with Trino's refusals.

What a node of the tree means belongs to `expressions`. All pure.
Source: Trino "Mathematical functions and operators", "Decimal functions and operators", checked
2026-11.
"""

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.coercion import as_decimal, common_type
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.typed import (
    Typed,
    coerce,
    decimal_unit,
    moment,
    plus_interval,
    row_field,
)
from lakehouse.local_aws.athena.types import Type

_TEMPORAL = (*t.TEMPORAL, "time")
_INTERVALS = ("interval day to second", "interval year to month")


def mismatch(operator: str, left: Typed, right: Typed, where: str) -> QueryError:
    """TYPE_MISMATCH in Trino's words."""
    return QueryError(
        "TYPE_MISMATCH", f"{where}Cannot apply operator: {left.type} {operator} {right.type}"
    )


def unify(values: list[Typed], words: str, where: str) -> list[Typed]:
    """All values in their common type; TYPE_MISMATCH with `words` when there is none."""
    common = values[0].type
    for value in values[1:]:
        found = common_type(common, value.type)
        if found is None:
            kinds = ", ".join(dict.fromkeys(str(v.type) for v in values))
            raise QueryError(
                "TYPE_MISMATCH",
                f"{where}{words} must be the same type or coercible to a common type. Cannot find "
                f"common type between {common} and {value.type}, all types (without duplicates): "
                f"[{kinds}]",
            )
        common = found
    return [coerce(value, common) for value in values]


def comparison(operator: str, left: Typed, right: Typed, where: str) -> Typed:
    """`=`, `<>`, `<`, ... and IS [NOT] DISTINCT FROM."""
    common = common_type(left.type, right.type)
    equality = operator in ("=", "<>") or "DISTINCT" in operator
    if common is None or (common.name in ("map", "json") and not equality):
        raise mismatch(operator, left, right, where)
    one, two = (moment(coerce(v, common)).sql for v in (left, right))
    if common.name == "map":  # the order of the entries does not count
        one, two = (f"list_sort(map_entries({v}))" for v in (one, two))
    if operator in ("=", "<>") and common.name in ("array", "row"):
        same = _equal(Typed(one, common), Typed(two, common))
        return Typed(same if operator == "=" else f"(NOT {same})", t.BOOLEAN)
    sides = ((left.literal, one), (right.literal, two))
    return Typed(_compared(operator, sides, common), t.BOOLEAN)


def _equal(one: Typed, two: Typed, depth: int = 0) -> str:
    """Equality in which a NULL inside a row or an array makes it unknown (DuckDB: equal)."""
    if one.type.name == "row":
        count = len(one.type.items)
        fields = (_equal(row_field(one, i), row_field(two, i), depth) for i in range(count))
        return f"({' AND '.join(fields)})"
    if one.type.name == "array":
        item, at = one.type.items[0], f"_eq{depth}"
        left, right = (Typed(f"list_extract({v.sql}, {at})", item) for v in (one, two))
        each = f"lambda {at}: {_equal(left, right, depth + 1)}"
        places = f"range(1, len({one.sql}) + 1)"
        return (
            f"CASE WHEN len({one.sql}) <> len({two.sql}) THEN FALSE WHEN {two.sql} IS NOT NULL "
            f"THEN all_true(list_transform({places}, {each})) END"
        )
    return f"({moment(one).sql} = {moment(two).sql})"


_AGAINST_NAN = {"<": (1,), "<=": (1,), ">": (0,), ">=": (0,), "=": (0,), "<>": (0,)}


def _compared(
    operator: str, sides: tuple[tuple[str | None, str], tuple[str | None, str]], common: Type
) -> str:
    """The comparison; NaN, DuckDB's greatest number, is neither less, equal nor greater."""
    plain = f"{sides[0][1]} {operator} {sides[1][1]}"
    tested = _AGAINST_NAN.get(operator, ()) if common.name in ("double", "real") else ()
    if operator in ("=", "<>") and any(literal for literal, _ in sides):
        tested = ()
    checks = [f"isnan({sides[i][1]})" for i in tested if not sides[i][0]]
    if not checks:
        return f"({plain})"
    return f"({plain} OR {checks[0]})" if operator == "<>" else f"({plain} AND NOT {checks[0]})"


def arithmetic(operator: str, left: Typed, right: Typed, where: str) -> Typed:
    """`+ - * / %` on numbers, dates and intervals."""
    if left.type.name in (*_TEMPORAL, *_INTERVALS) or right.type.name in (*_TEMPORAL, *_INTERVALS):
        return _temporal(operator, left, right, where)
    common = common_type(left.type, right.type)
    if common is None or not (t.is_numeric(common) or common.name == "unknown"):
        raise mismatch(operator, left, right, where)
    if common.name == "decimal":
        return _decimal(operator, left, right)
    one, two = coerce(left, common).sql, coerce(right, common).sql
    if common.name in ("double", "real") and operator in "/%":
        kind = t.duckdb_name(common)
        return Typed(_float_division(operator, one, two, kind), common)
    return Typed(f"({one} {'//' if operator == '/' else operator} {two})", common)


def _float_division(operator: str, one: str, two: str, kind: str) -> str:
    return f"CAST({'float_divide' if operator == '/' else 'float_modulo'}({one}, {two}) AS {kind})"


def _decimal(operator: str, left: Typed, right: Typed) -> Typed:
    one, two = (coerce(v, as_decimal(v.type)) for v in (left, right))
    (p1, s1), (p2, s2) = one.type.params, two.type.params
    if operator == "/":
        return _decimal_division(one, two)
    if operator == "*":
        kind = t.decimal(min(38, p1 + p2), s1 + s2)
    elif operator == "%":
        kind = t.decimal(min(p2 - s2, p1 - s1) + max(s1, s2), max(s1, s2))
    else:
        kind = t.decimal(min(38, max(p1 - s1, p2 - s2) + max(s1, s2) + 1), max(s1, s2))
    return Typed(f"CAST({one.sql} {operator} {two.sql} AS {t.duckdb_name(kind)})", kind)


def _decimal_division(one: Typed, two: Typed) -> Typed:
    (p1, s1), s2 = one.type.params, two.type.params[1]
    scale = max(s1, s2)
    kind = t.decimal(min(38, p1 + s2 + max(0, s2 - s1)), scale)
    shift = f"CAST(1{'0' * (scale - s1 + s2)} AS HUGEINT)"
    quotient = f"rounded_divide({_unscaled(one)} * {shift}, {_unscaled(two)})"
    unit = f"CAST({decimal_unit(scale)} AS DECIMAL({scale + 1}, {scale}))"
    sql = f"CAST(CAST({quotient} AS DECIMAL(38, 0)) * {unit} AS {t.duckdb_name(kind)})"
    return Typed(sql, kind)


def _unscaled(value: Typed) -> str:
    scale = value.type.params[1]
    wide = f"CAST({value.sql} AS DECIMAL(38, {scale}))"
    return f"CAST({wide} * CAST(1{'0' * scale} AS DECIMAL({scale + 1}, 0)) AS HUGEINT)"


def _temporal(operator: str, left: Typed, right: Typed, where: str) -> Typed:
    kinds = (left.type.name, right.type.name)
    if operator == "+" and kinds[0] in _INTERVALS and kinds[1] in _TEMPORAL:
        left, right, kinds = right, left, (kinds[1], kinds[0])
    if operator in "+-" and kinds[0] in _TEMPORAL and kinds[1] in _INTERVALS:
        days = right.type == t.DAY_INTERVAL
        if (left.type.name == "time" and not days) or (
            left.type.name == "date" and days and not _is_whole_days(right)
        ):
            raise mismatch(operator, left, right, where)
        return plus_interval(left, right.sql, operator, elapsed=days)
    if operator == "-" and kinds[0] in _TEMPORAL and kinds[1] in _TEMPORAL:
        return _difference(left, right, where)
    if operator == "-" and kinds[0] == kinds[1]:
        return Typed(f"({left.sql} - {right.sql})", left.type)
    if operator in "+-" and kinds[0] == kinds[1] and kinds[0] in _INTERVALS:
        return Typed(f"({left.sql} {operator} {right.sql})", left.type)
    number = right if kinds[0] in _INTERVALS else left
    if operator in "*/" and t.is_numeric(number.type) and (operator == "*" or number is right):
        return _scaled(operator, left if kinds[0] in _INTERVALS else right, number)
    raise mismatch(operator, left, right, where)


def _is_whole_days(value: Typed) -> bool:
    """Whether a written interval has no part of a day (others are only seen when they run)."""
    return "MILLISECOND" not in value.sql


def _difference(left: Typed, right: Typed, where: str) -> Typed:
    common = common_type(left.type, right.type)
    if common is None:
        raise mismatch("-", left, right, where)
    one, two = (moment(coerce(v, common)).sql for v in (left, right))
    if common.name == "date":
        return Typed(f"to_days(CAST({one} - {two} AS INTEGER))", t.DAY_INTERVAL)
    if common.name == "time":
        return Typed(f"to_microseconds(epoch_us({one}) - epoch_us({two}))", t.DAY_INTERVAL)
    micros = f"epoch_us({one}) - epoch_us({two})"
    return Typed(f"to_milliseconds(({micros}) // 1000)", t.DAY_INTERVAL)


def _scaled(operator: str, interval: Typed, number: Typed) -> Typed:
    factor = f"CAST({number.sql} AS DOUBLE)"
    if interval.type == t.YEAR_INTERVAL:
        months = f"CAST(interval_months({interval.sql}) {operator} {factor} AS INTEGER)"
        return Typed(f"to_months({months})", interval.type)
    millis = f"CAST(trunc(interval_millis({interval.sql}) {operator} {factor}) AS BIGINT)"
    return Typed(f"to_milliseconds({millis})", interval.type)
