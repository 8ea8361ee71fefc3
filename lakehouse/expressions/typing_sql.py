r"""From a raw string to a typed value: one strict Spark SQL expression per column type.

The value is NULL when the string does not say exactly a value of the type; Spark's own lenient
casts ('3.5' to 3, '1d' to 1.0, 'T12:00' to today) are guarded away. Blanks around a value that is
not a string are ignored. Timestamps without a zone are UTC; digits beyond microseconds are cut.
Only texts are built here: nothing is run, and reasons for rejection are `lakehouse.plan`'s.
"""

from typing import Final

from sqlglot import exp

from lakehouse.column_types import decimal_digits, is_nested

COMBINED_TIME: Final = "dd/MMM/yyyy:HH:mm:ss Z"

_NUMBER: Final = r"\A\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?\s*\z"
_DATE: Final = r"\A\s*(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}\s*\z"
_ISO8601: Final = (
    r"\A\s*(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}"
    r"(:[0-9]{2}([.][0-9]{1,9})?)?(Z|[+-][0-9]{2}:[0-9]{2})?\s*\z"
)
_FIRST_SECOND: Final = -62135596800  # 0001-01-01T00:00:00Z
_LAST_SECOND: Final = 253402300799  # 9999-12-31T23:59:59Z


def spark_literal(text: str) -> str:
    """A Spark SQL string literal; Spark reads backslashes inside quotes, so they are doubled."""
    return exp.Literal.string(text).sql("spark")


def typed(raw: str, column_type: str, time_format: str | None = None) -> str:
    """Spark SQL giving the value of type `column_type` that the string expression `raw` says.

    `time_format` is a timestamp column's: None or iso8601, epoch_seconds, epoch_millis, or a
    DateTimeFormatter pattern. Structs and arrays are read from JSON text.
    """
    if is_nested(column_type):
        return f"{_nested(raw, column_type)}.v"
    if column_type.startswith("decimal"):
        return _decimal(raw, column_type)
    if column_type == "timestamp":
        return _timestamp(raw, time_format or "iso8601")
    if column_type == "double":
        value = f"TRY_CAST({raw} AS DOUBLE)"
        return _when(f"{_like(raw, _NUMBER)} AND ABS({value}) <= 1.7976931348623157E308D", value)
    if column_type == "boolean":
        return f"CASE LOWER(TRIM({raw})) WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END"
    if column_type == "date":
        return _when(_like(raw, _DATE), f"TRY_CAST({raw} AS DATE)")
    if column_type in ("int", "bigint"):  # TRY_CAST refuses fractions and overflow
        return f"TRY_CAST({raw} AS {column_type.upper()})"
    return raw


def present(raw: str, column_type: str) -> str:
    """Spark SQL: whether `raw` says anything; a blank string is nothing but to a string column."""
    if column_type == "string":
        return f"{raw} IS NOT NULL"
    return f"COALESCE(TRIM({raw}) <> '', FALSE)"


def well_typed(raw: str, column_type: str, value: str) -> str:
    """Spark SQL: whether `value`, made by `typed` from a present `raw`, is a good one."""
    if is_nested(column_type):
        parsed = _nested(raw, column_type)
        return f"({parsed}.bad IS NULL AND {parsed}.v IS NOT NULL)"
    return f"{value} IS NOT NULL"


def _nested(raw: str, column_type: str) -> str:
    """JSON text wrapped in an object, so that garbage after the value is an error of the parser."""
    schema = spark_literal(f"v {column_type}, bad string")
    options = (
        "MAP('mode', 'PERMISSIVE', 'columnNameOfCorruptRecord', 'bad', "
        "'allowNonNumericNumbers', 'false')"
    )
    return f"FROM_JSON(CONCAT('{{\"v\":', {raw}, '}}'), {schema}, {options})"


def _decimal(raw: str, column_type: str) -> str:
    """Digits beyond the scale are not rounded away: both readings must agree."""
    precision, scale = decimal_digits(column_type)
    value = f"TRY_CAST({raw} AS {column_type.upper()})"
    wide = f"DECIMAL(38,{38 - (precision - scale)})"
    exact = f"TRY_CAST({value} AS {wide}) = TRY_CAST({raw} AS {wide})"
    return _when(f"{_like(raw, _NUMBER)} AND {exact}", value)


def _timestamp(raw: str, time_format: str) -> str:
    if time_format == "epoch_seconds":
        return _epoch(raw, per_second=1)
    if time_format == "epoch_millis":
        return _epoch(raw, per_second=1000)
    if time_format == "iso8601":
        return _iso8601(raw)
    value = f"TRY_TO_TIMESTAMP(TRIM({raw}), {spark_literal(time_format)})"
    return _when(_within_years(value), value)


def _iso8601(raw: str) -> str:
    """Spark looks zones up slowly: UTC's Z is cut off. Only a zone can lead out of the years."""
    value = f"TRY_CAST(TRIM(TRAILING 'Z' FROM {raw}) AS TIMESTAMP)"
    ends = " OR ".join(f"CONTAINS({raw}, '{day}')" for day in ("0001-01-01", "9999-12-31"))
    checked = f"(NOT ({ends}) OR {_within_years(value)})"
    return _when(f"{_like(raw, _ISO8601)} AND {checked}", value)


def _epoch(raw: str, *, per_second: int) -> str:
    number = f"TRY_CAST({raw} AS DECIMAL(32,12))"
    first, last = _FIRST_SECOND * per_second, (_LAST_SECOND + 1) * per_second
    bounds = f"{number} >= {first} AND {number} < {last}"
    micros = f"CAST(FLOOR({number} * {1_000_000 // per_second}) AS BIGINT)"
    return _when(f"{_like(raw, _NUMBER)} AND {bounds}", f"TIMESTAMP_MICROS({micros})")


def _within_years(value: str) -> str:
    return f"UNIX_SECONDS({value}) BETWEEN {_FIRST_SECOND} AND {_LAST_SECOND}"


def _like(raw: str, pattern: str) -> str:
    return f"{raw} RLIKE {spark_literal(pattern)}"


def _when(condition: str, value: str) -> str:
    return f"CASE WHEN {condition} THEN {value} END"
