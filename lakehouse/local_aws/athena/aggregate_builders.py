"""Aggregates whose result's type depends on more than a template can say: sums and averages.

A builder's SQL carries the marks of `function_row` where DISTINCT, ORDER BY, FILTER and OVER go.
Source: Trino "Aggregate functions", checked 2026-11.
"""

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.builder import Builder, unexpected
from lakehouse.local_aws.athena.function_row import marked
from lakehouse.local_aws.athena.typed import Typed, decimal_unit

_KINDS = "bigint), {0}(decimal(p, s)), {0}(double), {0}(interval day to second), " + (
    "{0}(interval year to month), {0}(real"
)


def _sum(args: list[Typed], where: str) -> Typed:
    kind = args[0].type if len(args) == 1 else t.UNKNOWN
    sql = args[0].sql if args else ""
    if kind.name in (*t.INTEGERS, "unknown") and len(args) == 1:
        return Typed(marked(f"CAST(@sum(CAST({sql} AS BIGINT)) AS BIGINT)"), t.BIGINT)
    if kind.name == "decimal":
        kind = t.decimal(38, kind.params[1])
        return Typed(marked(f"CAST(@sum({sql}) AS {t.duckdb_name(kind)})"), kind)
    if kind.name == "real":
        return Typed(marked(f"CAST(@sum({sql}) AS FLOAT)"), kind)
    if kind.name == "double":
        return Typed(marked(f"@sum({sql})"), kind)
    if kind == t.DAY_INTERVAL:
        total = f"CAST(@sum(interval_millis({sql})) AS BIGINT)"
        return Typed(marked(f"to_milliseconds({total})"), kind)
    if kind == t.YEAR_INTERVAL:
        return Typed(marked(f"to_months(CAST(@sum(interval_months({sql})) AS INTEGER))"), kind)
    raise unexpected("sum", args, where, f"sum({_KINDS.format('sum')})")


def _avg(args: list[Typed], where: str) -> Typed:
    kind = args[0].type if len(args) == 1 else t.UNKNOWN
    sql = args[0].sql if args else ""
    if kind.name in (*t.INTEGERS, "double", "unknown") and len(args) == 1:
        return Typed(marked(f"@avg(CAST({sql} AS DOUBLE))"), t.DOUBLE)
    if kind.name == "decimal":
        return Typed(_decimal_average(sql, kind), kind)
    if kind.name == "real":
        return Typed(marked(f"CAST(@avg({sql}) AS FLOAT)"), kind)
    if kind.name == "interval day to second":
        millis = f"CAST(@avg(interval_millis({sql})) AS BIGINT)"
        return Typed(marked(f"to_milliseconds({millis})"), kind)
    raise unexpected("avg", args, where, f"avg({_KINDS.format('avg')})")


def _decimal_average(sql: str, kind: t.Type) -> str:
    """Exact: the sum in the smallest units, divided and rounded half away from zero."""
    scale = kind.params[1]
    unscaled = f"CAST({sql} * CAST(1{'0' * scale} AS DECIMAL({scale + 1}, 0)) AS HUGEINT)"
    quotient = marked(f"rounded_divide(@sum({unscaled}), CAST(@count({sql}) AS HUGEINT))")
    unit = f"CAST({decimal_unit(scale)} AS DECIMAL({scale + 1}, {scale}))"
    counted = marked(f"@count({sql})")
    made = f"CAST(CAST({quotient} AS DECIMAL(38, 0)) * {unit} AS {t.duckdb_name(kind)})"
    return f"CASE WHEN {counted} > 0 THEN {made} END"


AGGREGATE_BUILDERS: dict[str, Builder] = {"sum": _sum, "avg": _avg}
