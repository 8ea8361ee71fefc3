# ruff: noqa: E501 - tables, one row a line
"""The function table: aggregates and window functions; `@sum(...)` marks DuckDB's aggregate call.

Aggregates whose type depends on more than their arguments' types stand in `aggregate_builders`.
Source: Trino "Aggregate functions", "Window functions", checked 2026-11.
"""

from lakehouse.local_aws.athena.function_row import Rows

_QUANTILE = "the exact value of the column at that rank (Athena's is approximate)"
_COUNTED = "an exact count (Athena's is approximate)"
_PAIR = "{{'k': {0}, 'v': {1}}}"
_PAIRS = f"list_filter(@list({_PAIR}), lambda _ae: _ae.k IS NOT NULL)"
_KNOWN = "list_filter(@list({0}), lambda _ae: _ae IS NOT NULL)"


def _ordered(direction: str) -> str:
    by_y = "list_filter(@list({{'y': {1}, 'x': {0}}}), lambda _ae: _ae.y IS NOT NULL)"
    return f"list_transform(list_sort({by_y}, '{direction}')[1:{{2}}], lambda _ae: _ae.x)"


AGGREGATES: Rows = {
    "count": [("-> bigint", "@count(*)"), ("T -> bigint", "@count({0})")],
    "count_if": [("boolean -> bigint", "@count(CASE WHEN {0} THEN 1 END)")],
    "min": [("T -> T", "@min({0})"), ("T, bigint -> array(T)", "@min({0}, {1})")],
    "max": [("T -> T", "@max({0})"), ("T, bigint -> array(T)", "@max({0}, {1})")],
    "max_by": [("T, U -> T", "@arg_max_null({0}, {1})"), ("T, U, bigint -> array(T)", _ordered("DESC"))],
    "min_by": [("T, U -> T", "@arg_min_null({0}, {1})"), ("T, U, bigint -> array(T)", _ordered("ASC"))],
    "arbitrary": [("T -> T", "@any_value({0})")],
    "bool_and": [("boolean -> boolean", "@bool_and({0})")],
    "bool_or": [("boolean -> boolean", "@bool_or({0})")],
    "array_agg": [("T -> array(T)", "@list({0})")],
    "map_agg": [("K, V -> map(K,V)", f"unique_map({_PAIRS})")],
    "multimap_agg": [("K, V -> map(K,array(V))", f"grouped_pairs({_PAIRS})")],
    "map_union": [("map(K,V) -> map(K,V)", f"united_maps({_KNOWN})")],
    "histogram": [("K -> map(K,bigint)", "CAST(@histogram({0}) AS {result})")],
    "approx_distinct": [
        ("T -> bigint", "@count(DISTINCT {0})", _COUNTED),
        ("T, double -> bigint", "@count(DISTINCT {0})", _COUNTED),
    ],
    "approx_most_frequent": [("bigint, T, bigint -> map(T,bigint)", "frequent_values(@histogram({1}), {0})", _COUNTED)],
    "approx_percentile": [
        ("N, double -> N", "@quantile_disc({0}, percentile({1}))", _QUANTILE),
        ("N, array(double) -> array(N)", "@quantile_disc({0}, list_transform({1}, lambda _pe: percentile(_pe)))", _QUANTILE),
        ("N, double, double -> N", "CAST(py_weighted_percentile(@list({0}), @list({1}), {2}) AS {result})", _QUANTILE),
        ("N, double, array(double) -> array(N)", "CAST(py_weighted_percentiles(@list({0}), @list({1}), {2}) AS {result})", _QUANTILE),
    ],
    "numeric_histogram": [
        ("bigint, double -> map(double,double)", "py_numeric_histogram({0}, list_filter(@list({1}), lambda _ae: _ae IS NOT NULL), NULL)", "buckets are merged once, over all values"),
        ("bigint, double, double -> map(double,double)", "py_numeric_histogram({0}, @list({1}), @list({2}))", "buckets are merged once, over all values"),
    ],
    "checksum": [
        (f"{kind} -> varbinary", f"py_checksum_{kind}(@list({{0}}))") for kind in ("bigint", "double", "varchar", "varbinary")
    ],
    "geometric_mean": [("double -> double", "@geomean({0})")],
    "bitwise_and_agg": [("bigint -> bigint", "@bit_and({0})")],
    "bitwise_or_agg": [("bigint -> bigint", "@bit_or({0})")],
    "bitwise_xor_agg": [("bigint -> bigint", "@bit_xor({0})")],
    "stddev_samp": [("double -> double", "@stddev_samp({0})")],
    "stddev_pop": [("double -> double", "@stddev_pop({0})")],
    "var_samp": [("double -> double", "@var_samp({0})")],
    "var_pop": [("double -> double", "@var_pop({0})")],
    "kurtosis": [("double -> double", "@kurtosis({0})")],
    "skewness": [("double -> double", "(@skewness({0}) * (@count({0}) - 2) / sqrt(@count({0}) * (@count({0}) - 1e0)))")],
    "entropy": [("double -> double", "(log2(@sum({0})) - @sum(CASE WHEN {0} > 0 THEN {0} * log2({0}) ELSE 0 END) / @sum({0}))")],
    **{
        name: [("double, double -> double", f"@{name}({{0}}, {{1}})")]
        for name in ("corr", "covar_pop", "covar_samp", "regr_slope", "regr_intercept")
    },
}  # fmt: skip

WINDOWS: Rows = {
    **{n: [("-> bigint", f"@{n}()")] for n in ("row_number", "rank", "dense_rank")},
    **{n: [("-> double", f"@{n}()")] for n in ("percent_rank", "cume_dist")},
    "ntile": [("bigint -> bigint", "@ntile({0})")],
    **{
        n: [
            ("T -> T", f"@{n}({{0}}{{nulls}})"),
            ("T, bigint -> T", f"@{n}({{0}}, row_offset({{1}}, 0){{nulls}})"),
            ("T, bigint, T -> T", f"@{n}({{0}}, row_offset({{1}}, 0), {{2}}{{nulls}})"),
        ]
        for n in ("lag", "lead")
    },
    **{n: [("T -> T", f"@{n}({{0}}{{nulls}})")] for n in ("first_value", "last_value")},
    "nth_value": [("T, bigint -> T", "@nth_value({0}, row_offset({1}, 1){nulls})")],
}
