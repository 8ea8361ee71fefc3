"""The ErrorType numbers of Athena's error catalog, by the names of errors.

The catalog gives each number a meaning ("1110: Provided table or view does not exist") but no error
names; which name belongs to which meaning is chosen here.
Source: AWS "Athena error catalog", checked 2026-11.
"""

USER_ERROR, INTERNAL_ERROR = 1000, 100
_NAMES: dict[int, tuple[str, ...]] = {
    0: ("EXCEEDED_LOCAL_MEMORY_LIMIT", "EXCEEDED_MEMORY_LIMIT"),
    200: ("GENERIC_INTERNAL_ERROR", "INTERNAL_ERROR_QUERY_ENGINE"),
    204: ("HIVE_METASTORE_ERROR",),
    1001: (
        "HIVE_BAD_DATA",
        "HIVE_CURSOR_ERROR",
        "HIVE_CANNOT_OPEN_SPLIT",
        "INVALID_CAST_ARGUMENT",
        "DIVISION_BY_ZERO",
        "NUMERIC_VALUE_OUT_OF_RANGE",
        "SUBQUERY_MULTIPLE_ROWS",
    ),
    1003: ("",),  # DDL: Hive's messages carry no name
    1004: (
        "HIVE_PARTITION_SCHEMA_MISMATCH",
        "HIVE_INVALID_METADATA",
        "HIVE_COLUMN_ORDER_MISMATCH",
        "HIVE_INVALID_PARTITION_VALUE",
    ),
    1006: (
        "SYNTAX_ERROR",
        "COLUMN_NOT_FOUND",
        "AMBIGUOUS_NAME",
        "TYPE_MISMATCH",
        "EXPRESSION_NOT_AGGREGATE",
        "EXPRESSION_NOT_SCALAR",
        "NESTED_AGGREGATION",
        "INVALID_COLUMN_REFERENCE",
        "MISMATCHED_COLUMN_ALIASES",
        "DUPLICATE_COLUMN_NAME",
        "COLUMN_NAME_NOT_SPECIFIED",
        "INVALID_PARAMETER_USAGE",  # seen: https://github.com/aws/aws-sdk-js-v3/issues/3837
    ),
    1008: ("HIVE_TOO_MANY_OPEN_PARTITIONS", "HIVE_EXCEEDED_PARTITION_LIMIT"),
    1009: ("HIVE_PATH_ALREADY_EXISTS", "TABLE_ALREADY_EXISTS", "ALREADY_EXISTS"),
    1100: ("CONSTRAINT_VIOLATION",),
    1101: ("INVALID_PROPERTY",),
    1103: ("INVALID_TABLE_PROPERTY",),
    1106: ("INVALID_FUNCTION_ARGUMENT",),
    1107: ("INVALID_VIEW", "VIEW_IS_STALE", "VIEW_IS_RECURSIVE"),
    1109: ("HIVE_FILESYSTEM_ERROR",),
    1110: ("TABLE_NOT_FOUND",),
    1200: ("NOT_SUPPORTED",),
    1300: ("NOT_FOUND",),
    1301: ("SCHEMA_NOT_FOUND", "CATALOG_NOT_FOUND"),
    1303: ("FUNCTION_NOT_FOUND",),
}
ERROR_TYPES = {name: number for number, names in _NAMES.items() for name in names}
