r"""From a raw string to a typed value in Athena SQL: the twin of `typing_sql`; a test compares.

Same rules, other engine: a value is NULL when the string does not say exactly a value of the type.
Athena keeps milliseconds (its tables' timestamps have no more), so `finer` tells which values
would lose digits. What is read is always a column's name: an engine may compute an expression once
for each mention. What cannot be read alike stands in `lakehouse.clean_query_limits`.
"""

from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from lakehouse.column_types import decimal_digits

_BLANKS: Final = r"[ \t\n\x0B\f\r]"  # what Spark's patterns call \s
_CONTROLS: Final = r"[\x00-\x20\x7f]"  # what Spark's casts cut from both ends of an integer
_NUMBER: Final = r"\A[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?\z"
_INTEGER: Final = rf"\A{_CONTROLS}*[+-]?[0-9]+{_CONTROLS}*\z"
_DATE: Final = r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z"
_ISO8601: Final = (
    r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9]"
    r"(:[0-5][0-9]([.][0-9]{1,9})?)?(Z|[+-](0[0-9]|1[0-7]):[0-5][0-9]|[+-]18:00)?\z"
)
_MONTHS: Final = (
    *("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
)
_YEAR: Final = r"(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_LOG_TIME: Final = (
    rf"\A *([0-9]{{2}}/[A-Za-z]{{3}}/{_YEAR}:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9] "
    r"[+-](?:(?:0[0-9]|1[0-7])[0-5][0-9]|1800)) *\z"
)
_FINER: Final = r"[.][0-9]{3}[0-9]*[1-9]"
_TRUE: Final = r"\A *[Tt][Rr][Uu][Ee] *\z"
_FALSE: Final = r"\A *[Ff][Aa][Ll][Ss][Ee] *\z"
_FIRST: Final = "TIMESTAMP '0001-01-01 00:00:00.000'"
_LAST: Final = "TIMESTAMP '9999-12-31 23:59:59.999'"
_EPOCH: Final = "TIMESTAMP '1970-01-01 00:00:00.000'"
_FIRST_SECOND: Final = -62135596800  # 0001-01-01T00:00:00Z
_LAST_SECOND: Final = 253402300799  # 9999-12-31T23:59:59Z
_TYPES: Final = {"string": "varchar", "int": "integer"}


@dataclass(frozen=True)
class RawField:
    """Names of the columns that hold a raw field and what is made of it."""

    raw: str
    text: str
    """`trimmed`; of an access log's time, that `in_iso8601`."""
    whole: str
    """The `whole` number, for a column of integers."""
    clock: str
    """The text `without_zone`, for a column of ISO 8601 times."""
    moment: str
    """The `moment` of the clock."""


def athena_literal(text: str) -> str:
    """An Athena SQL string literal."""
    return exp.Literal.string(text).sql("athena")


def athena_name(name: str) -> str:
    """A quoted identifier."""
    return exp.to_identifier(name, quoted=True).sql("athena")


def athena_type(column_type: str) -> str:
    """A (normal, plain) column type as queries write it."""
    return _TYPES.get(column_type, column_type)


def trimmed(raw: str) -> str:
    """The text without blanks at its ends, as the other functions here want it.

    All blanks come before "!": most texts are seen to have none without a pattern.
    """
    plain = f"substr({raw}, 1, 1) > ' ' AND substr({raw}, -1) > ' '"
    ends = athena_literal(rf"\A{_BLANKS}+|{_BLANKS}+\z")
    return f"CASE WHEN {plain} THEN {raw} ELSE regexp_replace({raw}, {ends}) END"


def access_log_time(raw: str) -> str:
    """The text if it is a time as access logs have it, 31/Jan/2026:10:20:30 +0000, or NULL.

    Days that no month has are left to the cast.
    """
    return f"regexp_extract({raw}, {athena_literal(_LOG_TIME)}, 1)"


def in_iso8601(time: str) -> str:
    """An `access_log_time` as ISO 8601 writes it; NULL for a month that is none."""
    months = " ".join(
        f"WHEN {athena_literal(name)} THEN '{number:02}'" for number, name in enumerate(_MONTHS, 1)
    )
    month = f"CASE lower(substr({time}, 4, 3)) {months} END"
    return (
        f"concat(substr({time}, 8, 4), '-', {month}, '-', substr({time}, 1, 2), 'T', "
        f"substr({time}, 13, 8), substr({time}, 22, 3), ':', substr({time}, 25, 2))"
    )


def without_zone(text: str) -> str:
    """The clock of a `trimmed` ISO 8601 text: what ends with Z, +hh:mm or -hh:mm loses that."""
    return (
        f"CASE WHEN substr({text}, -1) = 'Z' THEN substr({text}, 1, length({text}) - 1) "
        f"WHEN substr({text}, -6, 1) IN ('+', '-') THEN substr({text}, 1, length({text}) - 6) "
        f"ELSE {text} END"
    )


def moment(clock: str) -> str:
    """A clock `without_zone`, to the millisecond, as Athena's own cast reads it."""
    return f"replace(substr({clock}, 1, 23), 'T', ' ')"


def whole(raw: str, column_type: str) -> str:
    """The integer that a raw text says to Athena's own cast."""
    return f"TRY_CAST({raw} AS {athena_type(column_type)})"


def typed(field: RawField, column_type: str, time_format: str | None = None) -> str:
    """Athena SQL giving the value of type `column_type` that a raw field says.

    `time_format` is None or iso8601, epoch_seconds or epoch_millis.
    """
    raw, text = field.raw, field.text
    if column_type in ("int", "bigint"):
        return _integer(field, athena_type(column_type))
    if column_type == "double":
        return _when(_like(text, _NUMBER), f"TRY_CAST({text} AS double)")
    if column_type == "boolean":
        return f"CASE WHEN {_like(raw, _TRUE)} THEN TRUE WHEN {_like(raw, _FALSE)} THEN FALSE END"
    if column_type == "date":
        known = f"{_like(text, _DATE)} AND substr({text}, 1, 4) <> '0000'"
        return _when(known, f"TRY_CAST({text} AS date)")
    if column_type == "timestamp":
        return _timestamp(field, time_format or "iso8601")
    if column_type.startswith("decimal"):
        return _decimal(text, column_type)
    return raw


def present(raw: str, column_type: str) -> str:
    """Athena SQL: whether `raw` says anything; a blank string is nothing but to a string column."""
    if column_type == "string":
        return f"{raw} IS NOT NULL"
    return f"COALESCE(replace({raw}, ' ', '') <> '', FALSE)"


def finer(field: RawField, time_format: str | None = None) -> str:
    """Athena SQL: whether the time that is said (if any) has digits beyond milliseconds."""
    per_second = {"epoch_seconds": 1, "epoch_millis": 1000}.get(time_format or "")
    if per_second is None:
        return f"(length({field.clock}) > 23 AND {_like(field.clock, _FINER)})"
    micros = f"floor({_epoch_number(field.text)} * {1_000_000 // per_second})"
    return f"COALESCE(mod({micros}, 1000) <> 0, FALSE)"


def _integer(field: RawField, kind: str) -> str:
    """Athena's cast takes digits of all scripts and no blanks; Spark's the other way about."""
    raw = field.raw
    digits = f"regexp_extract({raw}, '[+-]?[0-9]+')"
    plain = f"length(to_utf8({raw})) = length({raw}) AND {field.whole} IS NOT NULL"
    slow = f"WHEN {_like(raw, _INTEGER)} THEN TRY_CAST({digits} AS {kind})"
    return f"CASE WHEN {plain} THEN {field.whole} {slow} END"


def _decimal(text: str, column_type: str) -> str:
    """Digits beyond the scale are not rounded away: both readings must agree."""
    precision, scale = decimal_digits(column_type)
    value, wide = f"TRY_CAST({text} AS {column_type})", f"decimal(38,{38 - (precision - scale)})"
    exact = f"TRY_CAST({value} AS {wide}) = TRY_CAST({text} AS {wide})"
    return _when(f"{_like(text, _NUMBER)} AND {exact}", value)


def _timestamp(field: RawField, time_format: str) -> str:
    text = field.text
    if time_format == "epoch_seconds":
        return _epoch(text, per_second=1)
    if time_format == "epoch_millis":
        return _epoch(text, per_second=1000)
    value = f"TRY_CAST({field.moment} AS timestamp)"
    hours, minutes = f"substr({text}, -5, 2)", f"substr({text}, -2)"
    ahead = f"TRY_CAST({hours} AS bigint) * 60 + TRY_CAST({minutes} AS bigint)"
    signed = f"CASE WHEN substr({text}, -6, 1) = '+' THEN -({ahead}) ELSE {ahead} END"
    moved = f"date_add('minute', {signed}, {value})"
    in_utc = f"length({field.clock}) + 6 > length({text})"
    return _when(_like(text, _ISO8601), f"CASE WHEN {in_utc} THEN {value} ELSE {moved} END")


def within_range(value: str, column_type: str, time_format: str | None) -> str:
    """The column `value`, made by `typed`, or NULL where it is infinite or outside the years."""
    if column_type == "double":
        return _when(f"abs({value}) <= 1.7976931348623157E308", value)
    if column_type == "timestamp" and time_format in (None, "iso8601"):
        return _when(f"{value} BETWEEN {_FIRST} AND {_LAST}", value)
    return value


def _epoch(text: str, *, per_second: int) -> str:
    number = _epoch_number(text)
    first, last = _FIRST_SECOND * per_second, (_LAST_SECOND + 1) * per_second
    millis = f"CAST(floor({number} * {1000 // per_second}) AS bigint)"
    bounds = f"{number} >= {first} AND {number} < {last}"
    moment = f"date_add('millisecond', {millis}, {_EPOCH})"
    return _when(f"{_like(text, _NUMBER)} AND {bounds}", moment)


def _epoch_number(text: str) -> str:
    return f"TRY_CAST({text} AS decimal(32,12))"


def _like(raw: str, pattern: str) -> str:
    return f"regexp_like({raw}, {athena_literal(pattern)})"


def _when(condition: str, value: str) -> str:
    return f"CASE WHEN {condition} THEN {value} END"
