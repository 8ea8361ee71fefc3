"""DuckDB's failures in Athena's names and words.

The translation of a message stands in one table; errors that we raised through DuckDB (see
`typed.fail`) carry their own name.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import duckdb

from lakehouse.local_aws.athena.errors import SYSTEM, QueryCancelled, QueryError, no_such_split
from lakehouse.local_aws.athena.typed import MARK

_OURS = re.compile(rf"{MARK}([A-Z_]+): (.*?)(?:' to INT32|{MARK}|$)", re.S)
_GROUPING = re.compile(r'column "?(.*?)"? must appear in the GROUP BY clause', re.S)
_OVERFLOW = re.compile(r"Overflow in (\w+) of (\w+)(?:\(.*?\))? \((.*?)\)!", re.S)
_OUT_OF_DECIMAL = re.compile(r"Overflow in \w+ of DECIMAL")
_DECIMAL = re.compile(
    r"(?:Could not cast|Casting) value \"?([^\s\"]+)\"? to (?:type )?DECIMAL\((\d+), ?(\d+)\)"
)
_RANGE = re.compile(r"with value (\S+) can't be cast .* destination type (INT\d+)", re.S)
_WIDTHS = {"INT8": "tinyint", "INT16": "smallint", "INT32": "integer", "INT64": "bigint"}
_WORDS: tuple[tuple[str, str, str], ...] = (
    ("Division by zero", "DIVISION_BY_ZERO", "Division by zero"),
    ("Overflow in", "NUMERIC_VALUE_OUT_OF_RANGE", ""),
    ("out of range", "NUMERIC_VALUE_OUT_OF_RANGE", ""),
    ("Argument for ntile", "INVALID_FUNCTION_ARGUMENT", "Buckets must be greater than 0"),
    ("Overflow on", "NUMERIC_VALUE_OUT_OF_RANGE", ""),
    ("Like pattern must not end with escape", "INVALID_FUNCTION_ARGUMENT",
     "Escape character must be followed by '%', '_' or the escape character itself"),
    ("Escape string must be", "INVALID_FUNCTION_ARGUMENT",
     "Escape string must be a single character"),
    ("Malformed JSON", "INVALID_FUNCTION_ARGUMENT", "Cannot convert value to JSON"),
    ("Could not convert", "INVALID_CAST_ARGUMENT", ""),
    ("Map keys must be unique", "INVALID_FUNCTION_ARGUMENT", "Duplicate map keys are not allowed"),
    ("More than one row returned by a subquery", "SUBQUERY_MULTIPLE_ROWS",
     "Scalar sub-query has returned multiple rows"),
    ("Cannot open file", "HIVE_CANNOT_OPEN_SPLIT", no_such_split().message),
    ("No files found that match", "HIVE_CANNOT_OPEN_SPLIT", no_such_split().message),
    ("aggregates", "EXPRESSION_NOT_SCALAR", ""),
    ("aggregate function calls cannot be nested", "NESTED_AGGREGATION", ""),
)  # fmt: skip


class Cancellable(Protocol):
    """What knows whether its query was stopped."""

    cancelled: bool


@contextmanager
def translated(session: Cancellable) -> Iterator[None]:
    """Turn DuckDB's exceptions into QueryError, or QueryCancelled after a stop."""
    try:
        yield
    except duckdb.InterruptException as error:
        raise QueryCancelled from error
    except duckdb.OutOfMemoryException as error:
        words = "Query exhausted resources at this scale factor"
        raise QueryError("EXCEEDED_LOCAL_MEMORY_LIMIT", words) from error
    except duckdb.Error as error:
        if session.cancelled:
            raise QueryCancelled from error
        raise query_error(str(error)) from error


def query_error(message: str) -> QueryError:
    """The QueryError of a DuckDB message."""
    ours = _OURS.search(message)
    if ours:
        return QueryError(ours.group(1), ours.group(2))
    grouping = _GROUPING.search(message)
    if grouping:
        words = (
            f"'{grouping.group(1)}' must be an aggregate expression or appear in GROUP BY clause"
        )
        return QueryError("EXPRESSION_NOT_AGGREGATE", words)
    if _OUT_OF_DECIMAL.search(message):
        return QueryError("NUMERIC_VALUE_OUT_OF_RANGE", "Decimal overflow")
    overflow = _OVERFLOW.search(message)
    if overflow:
        action, bits, values = overflow.groups()
        words = f"{_WIDTHS.get(bits, 'decimal')} {action} overflow: {values}"
        return QueryError("NUMERIC_VALUE_OUT_OF_RANGE", words)
    ranged = _RANGE.search(message)
    if ranged and ranged.group(2) in _WIDTHS:
        words = f"Out of range for {_WIDTHS[ranged.group(2)]}: {ranged.group(1)}"
        return QueryError("NUMERIC_VALUE_OUT_OF_RANGE", words)
    decimal = _DECIMAL.search(message)
    if decimal:
        value, precision, scale = decimal.groups()
        words = f"Cannot cast '{value}' to DECIMAL({precision}, {scale})"
        return QueryError("INVALID_CAST_ARGUMENT", words)
    plain = message.split("\n\n")[0].split("\nLINE ")[0]
    for part, name, words in _WORDS:
        if part in message:
            return QueryError(name, words or plain.partition(": ")[2] or plain)
    if "invalid perl operator" in message or "regex" in message.lower():
        return QueryError("INVALID_FUNCTION_ARGUMENT", plain)
    return QueryError("GENERIC_INTERNAL_ERROR", plain, SYSTEM)
