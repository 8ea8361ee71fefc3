# ruff: noqa: E501 - tables, one row a line
"""The function table: numbers, bits, distributions.

Builders stand in `number_builders`. Source: Trino "Mathematical functions", "Bitwise functions",
checked 2026-11.
"""

from lakehouse.local_aws.athena.function_row import Rows

_NAN = "CAST('NaN' AS DOUBLE)"
_SHIFTS = {"tinyint": 8, "smallint": 16, "integer": 32, "bigint": 64}

MATH: Rows = {
    "abs": [("N -> N", "abs({0})")],
    "sqrt": [("double -> double", f"CASE WHEN {{0}} < 0 THEN {_NAN} ELSE sqrt({{0}}) END")],
    "cbrt": [("double -> double", "py_cbrt({0})")],
    "exp": [("double -> double", "exp({0})")],
    "ln": [("double -> double", f"CASE WHEN {{0}} < 0 THEN {_NAN} ELSE ln({{0}}) END")],
    "log2": [("double -> double", f"CASE WHEN {{0}} < 0 THEN {_NAN} ELSE log2({{0}}) END")],
    "log10": [("double -> double", f"CASE WHEN {{0}} < 0 THEN {_NAN} ELSE log10({{0}}) END")],
    "log": [("double, double -> double", "float_divide(ln({1}), ln({0}))")],
    "power": [("double, double -> double", "pow({0}, {1})")],
    "pi": [("-> double", "pi()")],
    "e": [("-> double", "exp(1e0)")],
    "degrees": [("double -> double", "degrees({0})")],
    "radians": [("double -> double", "radians({0})")],
    **{
        f: [("double -> double", f"{f}({{0}})")]
        for f in ("sin", "cos", "tan", "atan", "sinh", "cosh", "tanh")
    },
    **{
        f: [("double -> double", f"CASE WHEN abs({{0}}) > 1 OR isnan({{0}}) THEN {_NAN} ELSE {f}({{0}}) END")]
        for f in ("asin", "acos")
    },
    "atan2": [("double, double -> double", "atan2({0}, {1})")],
    "is_nan": [("double -> boolean", "isnan({0})"), ("real -> boolean", "isnan({0})")],
    "is_finite": [("double -> boolean", "isfinite({0})")],
    "is_infinite": [("double -> boolean", "isinf({0})")],
    "nan": [("-> double", _NAN)],
    "infinity": [("-> double", "CAST('inf' AS DOUBLE)")],
    "width_bucket": [
        ("double, double, double, bigint -> bigint", "py_width_bucket({0}, {1}, {2}, {3})"),
        ("double, array(double) -> bigint", "py_bucket_of({0}, {1})"),
    ],
    "to_base": [("bigint, bigint -> varchar", "py_to_base({0}, {1})")],
    "from_base": [("varchar, bigint -> bigint", "py_from_base({0}, {1})")],
    "normal_cdf": [("double, double, double -> double", "py_normal_cdf({0}, {1}, {2})", "within 1e-15")],
    "inverse_normal_cdf": [("double, double, double -> double", "py_inverse_normal_cdf({0}, {1}, {2})", "within 1e-9")],
    "wilson_interval_lower": [("bigint, bigint, double -> double", "py_wilson({0}, {1}, {2}, -1)")],
    "wilson_interval_upper": [("bigint, bigint, double -> double", "py_wilson({0}, {1}, {2}, 1)")],
    "cosine_similarity": [
        ("array(double), array(double) -> double", "list_cosine_similarity({0}, {1})"),
        ("map(varchar,double), map(varchar,double) -> double", "map_cosine({0}, {1})"),
    ],
    "cosine_distance": [("array(double), array(double) -> double", "list_cosine_distance({0}, {1})")],
    "euclidean_distance": [("array(double), array(double) -> double", "list_distance({0}, {1})")],
    "dot_product": [("array(double), array(double) -> double", "list_dot_product({0}, {1})")],
}  # fmt: skip

BITS: Rows = {
    "bitwise_and": [("bigint, bigint -> bigint", "({0} & {1})")],
    "bitwise_or": [("bigint, bigint -> bigint", "({0} | {1})")],
    "bitwise_xor": [("bigint, bigint -> bigint", "xor({0}, {1})")],
    "bitwise_not": [("bigint -> bigint", "(~{0})")],
    "bitwise_left_shift": [
        (f"{kind}, bigint -> {kind}", f"shifted_left({{0}}, {{1}}, {bits})") for kind, bits in _SHIFTS.items()
    ],
    "bitwise_right_shift": [
        (f"{kind}, bigint -> {kind}", f"shifted_right({{0}}, {{1}}, {bits})") for kind, bits in _SHIFTS.items()
    ],
    "bitwise_right_shift_arithmetic": [
        (f"{kind}, bigint -> {kind}", f"CAST(CAST({{0}} AS BIGINT) >> least({{1}}, 63) AS {name})")
        for kind, name in (("tinyint", "TINYINT"), ("smallint", "SMALLINT"), ("integer", "INTEGER"), ("bigint", "BIGINT"))
    ],
    "bit_count": [("bigint, bigint -> bigint", "counted_bits({0}, {1})")],
}  # fmt: skip

NUMBER_FUNCTIONS: Rows = {**MATH, **BITS}
