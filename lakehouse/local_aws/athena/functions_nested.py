# ruff: noqa: E501 - tables, one row a line
"""The function table: arrays and maps.

Functions with lambdas stand in `lambdas`. Source: Trino "Array functions", "Map functions",
checked 2026-11.
"""

from lakehouse.local_aws.athena.function_row import Rows

_UNORDERED = "exact; the order of the elements may differ"

NESTED_FUNCTIONS: Rows = {
    "cardinality": [("array(T) -> bigint", "len({0})"), ("map(K,V) -> bigint", "cardinality({0})")],
    "contains": [
        ("array(T), T -> boolean", "contained({0}, {1})"),
        ("varchar, ipaddress -> boolean", "py_network_contains({0}, {1})"),
    ],
    "array_position": [
        ("array(T), T -> bigint", "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN coalesce(list_position({0}, {1}), 0) END"),
        ("array(T), T, bigint -> bigint", "instance_position({0}, {1}, {2})"),
    ],
    "array_distinct": [("array(T) -> array(T)", "distinct_values({0})")],
    "array_max": [("array(T) -> T", "CASE WHEN NOT has_null({0}) THEN list_max({0}) END")],
    "array_min": [("array(T) -> T", "CASE WHEN NOT has_null({0}) THEN list_min({0}) END")],
    "array_union": [("array(T), array(T) -> array(T)", "distinct_values(list_concat({0}, {1}))")],
    "array_intersect": [("array(T), array(T) -> array(T)", "common_values({0}, {1})", _UNORDERED)],
    "array_except": [("array(T), array(T) -> array(T)", "other_values({0}, {1})", _UNORDERED)],
    "array_remove": [("array(T), T -> array(T)", "list_filter({0}, lambda _re: _re <> {1} OR _re IS NULL)")],
    "arrays_overlap": [("array(T), array(T) -> boolean", "overlapping({0}, {1})")],
    "array_first": [("array(T) -> T", "list_extract({0}, 1)")],
    "array_last": [("array(T) -> T", "list_extract({0}, -1)")],
    "array_histogram": [("array(K) -> map(K,bigint)", "counted_values({0})")],
    "repeat": [("T, bigint -> array(T)", "list_transform(range(repetitions({1})), lambda _re: {0})")],
    "shuffle": [("array(T) -> array(T)", "list_transform(list_sort(list_transform({0}, lambda _se: {{'r': random(), 'e': _se}})), lambda _se: _se.e)")],
    "combinations": [("array(T), bigint -> array(array(T))", "list_transform(py_combinations(len({0}), {1}), lambda _co: list_transform(_co, lambda _ci: list_extract({0}, _ci)))")],
    "ngrams": [("array(T), bigint -> array(array(T))", "grams({0}, {1})")],
    "contains_sequence": [("array(T), array(T) -> boolean", "has_sequence({0}, {1})")],
    "map_keys": [("map(K,V) -> array(K)", "map_keys({0})")],
    "map_values": [("map(K,V) -> array(V)", "map_values({0})")],
    "map_concat": [("map(K,V), map(K,V)... -> map(K,V)", "map_concat({all})")],
}  # fmt: skip
