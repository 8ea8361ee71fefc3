# ruff: noqa: E501 - tables, one row a line
"""The table of functions: what exists, with which argument types, and its DuckDB expression.

One row per signature; what needs more than a template stands in `function_builders` (scalars) or
`lambdas`. A function that is in no table does not exist. `note` says where a result is approximate.
Source: Trino "Functions and operators" and Athena's engine version 3, checked 2026-11.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from lakehouse.local_aws.athena.function_builders import BUILDERS
from lakehouse.local_aws.athena.text_builders import url_part

Kind = Literal["scalar", "aggregate", "window"]


@dataclass(frozen=True)
class Function:
    """One signature of a function and the DuckDB template of its call."""

    name: str
    signature: str
    sql: str
    kind: Kind = "scalar"
    note: str = "exact"


_SPACE = "(' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13))"
_SCALARS: dict[str, list[tuple[str, ...]]] = {
    # conditional
    "nullif": [("T, T -> T", "nullif({0}, {1})")],
    # strings
    "lower": [("varchar -> varchar", "lower({0})")],
    "upper": [("varchar -> varchar", "upper({0})")],
    "length": [("varchar -> bigint", "length({0})"), ("varbinary -> bigint", "octet_length({0})")],
    "char_length": [("varchar -> bigint", "length({0})")],
    "trim": [("varchar -> varchar", f"trim({{0}}, {_SPACE})")],
    "ltrim": [("varchar -> varchar", f"ltrim({{0}}, {_SPACE})")],
    "rtrim": [("varchar -> varchar", f"rtrim({{0}}, {_SPACE})")],
    "reverse": [("varchar -> varchar", "reverse({0})"), ("array(T) -> array(T)", "list_reverse({0})")],
    "replace": [
        ("varchar, varchar -> varchar", "replace({0}, {1}, '')"),
        ("varchar, varchar, varchar -> varchar", "replace({0}, {1}, {2})"),
    ],
    "strpos": [("varchar, varchar -> bigint", "strpos({0}, {1})")],
    "starts_with": [("varchar, varchar -> boolean", "starts_with({0}, {1})")],
    "split": [("varchar, varchar -> array(varchar)", "string_split({0}, {1})")],
    "split_part": [
        ("varchar, varchar, bigint -> varchar", "list_extract(string_split({0}, {1}), {2})")
    ],
    "lpad": [("varchar, bigint, varchar -> varchar", "lpad({0}, CAST({1} AS INTEGER), {2})")],
    "rpad": [("varchar, bigint, varchar -> varchar", "rpad({0}, CAST({1} AS INTEGER), {2})")],
    "chr": [("bigint -> varchar", "chr(CAST({0} AS INTEGER))")],
    "codepoint": [("varchar -> integer", "unicode({0})")],
    "translate": [("varchar, varchar, varchar -> varchar", "translate({0}, {1}, {2})")],
    "levenshtein_distance": [("varchar, varchar -> bigint", "levenshtein({0}, {1})")],
    "hamming_distance": [("varchar, varchar -> bigint", "hamming({0}, {1})")],
    "to_utf8": [("varchar -> varbinary", "encode({0})")],
    "from_utf8": [("varbinary -> varchar", "decode({0})")],
    # regular expressions
    "regexp_like": [("varchar, varchar -> boolean", "regexp_matches({0}, {1})")],
    "regexp_extract": [
        (
            "varchar, varchar -> varchar",
            "CASE WHEN regexp_matches({0}, {1}) THEN regexp_extract({0}, {1}) END",
        ),
        (
            "varchar, varchar, bigint -> varchar",
            "CASE WHEN regexp_matches({0}, {1}) THEN regexp_extract({0}, {1}, CAST({2} AS INTEGER)) END",
        ),
    ],
    "regexp_extract_all": [
        ("varchar, varchar -> array(varchar)", "regexp_extract_all({0}, {1})"),
        ("varchar, varchar, bigint -> array(varchar)", "regexp_extract_all({0}, {1}, CAST({2} AS INTEGER))"),
    ],
    "regexp_count": [("varchar, varchar -> bigint", "len(regexp_extract_all({0}, {1}))")],
    "regexp_split": [("varchar, varchar -> array(varchar)", "string_split_regex({0}, {1})")],
    # URLs
    "url_extract_protocol": [("varchar -> varchar", url_part("protocol"))],
    "url_extract_host": [("varchar -> varchar", url_part("host"))],
    "url_extract_port": [("varchar -> bigint", f"TRY_CAST({url_part('port')} AS BIGINT)")],
    "url_extract_path": [("varchar -> varchar", f"coalesce({url_part('path')}, '')")],
    "url_extract_query": [("varchar -> varchar", url_part("query"))],
    "url_extract_fragment": [("varchar -> varchar", url_part("fragment"))],
    "url_decode": [("varchar -> varchar", "url_decode(replace({0}, '+', '%20'))")],
    "url_encode": [
        (
            "varchar -> varchar",
            "replace(replace(replace(url_encode({0}), '%20', '+'), '~', '%7E'), '%2A', '*')",
        )
    ],
    # numbers
    "abs": [("N -> N", "abs({0})")],
    "sign": [("double -> double", "CAST(sign({0}) AS DOUBLE)"), ("I -> I", "sign({0})")],
    "ceil": [("I -> I", "{0}"), ("double -> double", "ceil({0})")],
    "floor": [("I -> I", "{0}"), ("double -> double", "floor({0})")],
    "truncate": [("double -> double", "trunc({0})")],
    "sqrt": [("double -> double", "CASE WHEN {0} < 0 THEN CAST('NaN' AS DOUBLE) ELSE sqrt({0}) END")],
    "cbrt": [("double -> double", "cbrt({0})")],
    "exp": [("double -> double", "exp({0})")],
    "ln": [("double -> double", "CASE WHEN {0} > 0 THEN ln({0}) WHEN {0} = 0 THEN CAST('-inf' AS DOUBLE) "
            "WHEN {0} < 0 THEN CAST('NaN' AS DOUBLE) END")],
    "log2": [("double -> double", "log2({0})")],
    "log10": [("double -> double", "log10({0})")],
    "log": [("double, double -> double", "ln({1}) / ln({0})")],
    "power": [("double, double -> double", "pow({0}, {1})")],
    "pi": [("-> double", "pi()")],
    "e": [("-> double", "exp(1e0)")],
    "random": [("-> double", "random()")],
    "degrees": [("double -> double", "degrees({0})")],
    "radians": [("double -> double", "radians({0})")],
    **{f: [("double -> double", f"{f}({{0}})")]
       for f in ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh")},
    "atan2": [("double, double -> double", "atan2({0}, {1})")],
    "is_nan": [("double -> boolean", "isnan({0})")],
    "is_finite": [("double -> boolean", "isfinite({0})")],
    "is_infinite": [("double -> boolean", "isinf({0})")],
    "nan": [("-> double", "CAST('NaN' AS DOUBLE)")],
    "infinity": [("-> double", "CAST('inf' AS DOUBLE)")],
    "bitwise_and": [("bigint, bigint -> bigint", "({0} & {1})")],
    "bitwise_or": [("bigint, bigint -> bigint", "({0} | {1})")],
    "bitwise_xor": [("bigint, bigint -> bigint", "xor({0}, {1})")],
    "bitwise_not": [("bigint -> bigint", "(~{0})")],
    # binary and hashes
    "to_hex": [("varbinary -> varchar", "hex({0})")],
    "from_hex": [("varchar -> varbinary", "unhex({0})")],
    "to_base64": [("varbinary -> varchar", "to_base64({0})")],
    "from_base64": [("varchar -> varbinary", "from_base64({0})")],
    **{f: [("varbinary -> varbinary", f"unhex({f}({{0}}))")] for f in ("md5", "sha1", "sha256")},
    # JSON
    "json_parse": [("varchar -> json", "CAST(json({0}) AS VARCHAR)")],
    "json_format": [("json -> varchar", "{0}")],
    "json_array_length": [("varchar -> bigint", "json_array_length({0})")],
    # arrays and maps
    "cardinality": [("array(T) -> bigint", "len({0})"), ("map(K,V) -> bigint", "cardinality({0})")],
    "contains": [("array(T), T -> boolean", "list_contains({0}, {1})")],
    "element_at": [
        ("array(T), bigint -> T", "list_extract({0}, {1})"),
        ("map(K,V), K -> V", "map_extract_value({0}, {1})"),
    ],
    "array_position": [("array(T), T -> bigint", "coalesce(list_position({0}, {1}), 0)")],
    "array_sort": [("array(T) -> array(T)", "list_sort({0}, 'ASC', 'NULLS LAST')")],
    "array_distinct": [
        ("array(T) -> array(T)", "list_filter({0}, lambda _le, _li: list_position({0}, _le) = _li)")
    ],
    "array_max": [("array(T) -> T", "CASE WHEN len(list_filter({0}, lambda _le: _le IS NULL)) = 0 THEN list_max({0}) END")],
    "array_min": [("array(T) -> T", "CASE WHEN len(list_filter({0}, lambda _le: _le IS NULL)) = 0 THEN list_min({0}) END")],
    "array_union": [("array(T), array(T) -> array(T)", "list_distinct(list_concat({0}, {1}))")],
    "array_intersect": [("array(T), array(T) -> array(T)", "list_intersect({0}, {1})")],
    "array_except": [("array(T), array(T) -> array(T)", "list_distinct(list_filter({0}, lambda _le: NOT list_contains({1}, _le)))")],
    "array_remove": [("array(T), T -> array(T)", "list_filter({0}, lambda _le: _le <> {1})")],
    "arrays_overlap": [("array(T), array(T) -> boolean", "list_has_any({0}, {1})")],
    "slice": [("array(T), bigint, bigint -> array(T)", "list_slice({0}, {1}, {1} + {2} - 1)")],
    "repeat": [("T, bigint -> array(T)", "list_transform(range({1}), lambda _le: {0})")],
    "map_keys": [("map(K,V) -> array(K)", "map_keys({0})")],
    "map_values": [("map(K,V) -> array(V)", "map_values({0})")],
    "map_concat": [("map(K,V), map(K,V)... -> map(K,V)", "map_concat({all})")],
    "map": [("array(K), array(V) -> map(K,V)", "map({0}, {1})")],
}  # fmt: skip

ALIASES = {
    "ceiling": "ceil", "character_length": "char_length", "pow": "power", "rand": "random",
    "substring": "substr", "day_of_month": "day", "dow": "day_of_week", "doy": "day_of_year",
    "week_of_year": "week", "yow": "year_of_week", "any_value": "arbitrary", "every": "bool_and",
    "variance": "var_samp", "stddev": "stddev_samp",
}  # fmt: skip

_DOUBLES = ("stddev_samp", "stddev_pop", "var_samp", "var_pop", "kurtosis", "skewness")
_PAIRS = ("corr", "covar_pop", "covar_samp", "regr_slope", "regr_intercept")
_UNIQUE_FIRST = (
    "map_from_entries(list_filter(list(struct_pack(k := {0}, v := {1})) FILTER ({0} IS NOT NULL), "
    "lambda _le, _li: list_position(list_transform(list(struct_pack(k := {0})) FILTER ({0} IS NOT NULL), "
    "lambda _lx: _lx.k), _le.k) = _li))"
)
_QUANTILE = "exact: a value of the column at that rank (Athena's is approximate)"
_AGGREGATES: dict[str, list[tuple[str, ...]]] = {
    "count": [("-> bigint", "count(*)"), ("T -> bigint", "count({0})")],
    "count_if": [("boolean -> bigint", "count(CASE WHEN {0} THEN 1 END)")],
    "sum": [
        ("bigint -> bigint", "CAST(sum({0}) AS BIGINT)"),
        ("decimal -> decimal", "sum({0})"),
        ("real -> real", "CAST(sum({0}) AS FLOAT)"),
        ("double -> double", "sum({0})"),
    ],
    "avg": [
        ("bigint -> double", "avg({0})"),
        ("decimal -> decimal", "avg({0})"),
        ("real -> real", "CAST(avg({0}) AS FLOAT)"),
        ("double -> double", "avg({0})"),
    ],
    "min": [("T -> T", "min({0})"), ("T, bigint -> array(T)", "min({0}, {1})")],
    "max": [("T -> T", "max({0})"), ("T, bigint -> array(T)", "max({0}, {1})")],
    "max_by": [("T, U -> T", "arg_max_null({0}, {1})"), ("T, U, bigint -> array(T)", "arg_max({0}, {1}, {2})")],
    "min_by": [("T, U -> T", "arg_min_null({0}, {1})"), ("T, U, bigint -> array(T)", "arg_min({0}, {1}, {2})")],
    "arbitrary": [("T -> T", "any_value({0})")],
    "bool_and": [("boolean -> boolean", "bool_and({0})")],
    "bool_or": [("boolean -> boolean", "bool_or({0})")],
    "array_agg": [("T -> array(T)", "list({0})")],
    "map_agg": [("K, V -> map(K,V)", _UNIQUE_FIRST)],
    "histogram": [("K -> map(K,bigint)", "CAST(histogram({0}) AS {result})")],
    "approx_distinct": [
        ("T -> bigint", "count(DISTINCT {0})", "exact (Athena's is approximate)"),
        ("T, double -> bigint", "count(DISTINCT {0})", "exact (Athena's is approximate)"),
    ],
    "approx_percentile": [
        ("N, double -> N", "quantile_disc({0}, {1})", _QUANTILE),
        ("N, array(double) -> array(N)", "quantile_disc({0}, {1})", _QUANTILE),
    ],
    "geometric_mean": [("double -> double", "geomean({0})")],
    "bitwise_and_agg": [("bigint -> bigint", "bit_and({0})")],
    "bitwise_or_agg": [("bigint -> bigint", "bit_or({0})")],
    **{name: [("double -> double", f"{name}({{0}})")] for name in _DOUBLES},
    **{name: [("double, double -> double", f"{name}({{0}}, {{1}})")] for name in _PAIRS},
}  # fmt: skip

_WINDOWS: dict[str, list[tuple[str, ...]]] = {
    **{n: [("-> bigint", f"{n}()")] for n in ("row_number", "rank", "dense_rank")},
    **{n: [("-> double", f"{n}()")] for n in ("percent_rank", "cume_dist")},
    "ntile": [("bigint -> bigint", "ntile({0})")],
    **{
        n: [
            ("T -> T", f"{n}({{0}}{{nulls}})"),
            ("T, bigint -> T", f"{n}({{0}}, {{1}}{{nulls}})"),
            ("T, bigint, T -> T", f"{n}({{0}}, {{1}}, {{2}}{{nulls}})"),
        ]
        for n in ("lag", "lead")
    },
    **{n: [("T -> T", f"{n}({{0}}{{nulls}})")] for n in ("first_value", "last_value")},
    "nth_value": [("T, bigint -> T", "nth_value({0}, {1}{nulls})")],
}


@cache
def table() -> Mapping[str, tuple[Function, ...]]:
    """Every function by its name (aliases included), builders excluded."""
    kinds: tuple[tuple[Kind, Mapping[str, list[tuple[str, ...]]]], ...] = (
        ("scalar", _SCALARS),
        ("aggregate", _AGGREGATES),
        ("window", _WINDOWS),
    )
    found = {
        name: tuple(Function(name, row[0], row[1], kind, *row[2:]) for row in rows)
        for kind, functions in kinds
        for name, rows in functions.items()
    }
    return found | {alias: found[name] for alias, name in ALIASES.items() if name in found}


def exists(name: str) -> bool:
    """Whether a plain function of that name is in the table or has a builder."""
    return name in table() or ALIASES.get(name, name) in BUILDERS


def kind_of(name: str) -> Kind:
    """Scalar, aggregate or window."""
    rows = table().get(name)
    return rows[0].kind if rows else "scalar"
