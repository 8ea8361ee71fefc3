"""Partition projection of dates: the range, its steps, and Java's date patterns. Pure.

Source: AWS "Supported types for partition projection", checked 2026-11. `NOW` is cut to what the
format shows (chosen), so that a range of relative bounds holds whole days.
"""

import calendar
import re
from datetime import datetime, timedelta

from lakehouse.local_aws.athena.errors import QueryError

_TOKEN = re.compile(r"'((?:[^']|'')*)'|(([a-zA-Z])\3*)|([^a-zA-Z'])")
_FIELDS = {
    "yyyy": ("%Y", r"[0-9]{4}"), "uuuu": ("%Y", r"[0-9]{4}"), "yy": ("%y", r"[0-9]{2}"),
    "MM": ("%m", r"[0-9]{2}"), "dd": ("%d", r"[0-9]{2}"), "HH": ("%H", r"[0-9]{2}"),
    "mm": ("%M", r"[0-9]{2}"), "ss": ("%S", r"[0-9]{2}"), "DDD": ("%j", r"[0-9]{3}"),
    "M": ("%-m", r"[0-9]{1,2}"), "d": ("%-d", r"[0-9]{1,2}"), "H": ("%-H", r"[0-9]{1,2}"),
    "MMM": ("%b", r"[A-Za-z]{3}"),
}  # fmt: skip
_RELATIVE = re.compile(
    r"\s*NOW\s*(([+-])\s*([0-9]+)\s*(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?\s*)?", re.I
)
_SECONDS = {"WEEK": 604800.0, "DAY": 86400.0, "HOUR": 3600.0, "MINUTE": 60.0, "SECOND": 1.0,
            "MILLISECOND": 0.001}  # fmt: skip
MOST_VALUES = 1_000_000


def values(column: str, properties: dict[str, str], now: datetime) -> list[str]:
    """The partition values of a column whose projection is `date`, in order; `now` is in UTC.

    `properties` are those of the column: range, format, interval, interval.unit.
    """
    pattern = _strptime(column, _needed(column, properties, "format"))
    bounds = _needed(column, properties, "range").split(",")
    if len(bounds) != 2:
        raise _invalid(column, "range", "needs to be a list of two dates")
    low, high = (_bound(column, text, pattern, now) for text in bounds)
    amount, unit = _interval(column, properties, pattern)
    found: list[str] = []
    for step in range(MOST_VALUES + 1):
        value = _plus(low, step * amount, unit)
        if value > high:
            return found
        found.append(value.strftime(pattern))
    raise _invalid(column, "range", f"gives more than {MOST_VALUES} values")


def _needed(column: str, properties: dict[str, str], name: str) -> str:
    if not properties.get(name):
        words = f"Missing required property: 'projection.{column}.{name}'"
        raise QueryError("INVALID_TABLE_PROPERTY", _words(column, words))
    return properties[name]


def _words(column: str, words: str) -> str:
    return f"Column projection for column '{column}' failed. {words}"


def _invalid(column: str, name: str, words: str) -> QueryError:
    text = _words(column, f"Property: 'projection.{column}.{name}' {words}")
    return QueryError("INVALID_TABLE_PROPERTY", text)


def _strptime(column: str, java: str) -> str:
    """A Java date pattern as Python's."""
    found, position = [], 0
    while position < len(java):
        match = _TOKEN.match(java, position)
        if match is None:
            raise _invalid(column, "format", f"'{java}' is not a valid date pattern")
        quoted, letters, _, literal = match.groups()
        if letters is not None and letters not in _FIELDS:
            raise _invalid(column, "format", f"'{java}' is not supported by the local AWS")
        plain = literal if literal is not None else (quoted or "'").replace("''", "'")
        found.append(_FIELDS[letters][0] if letters is not None else plain.replace("%", "%%"))
        position = match.end()
    return "".join(found)


def _bound(column: str, text: str, pattern: str, now: datetime) -> datetime:
    relative = _RELATIVE.fullmatch(text)
    parser = pattern.replace("%-", "%")
    if relative is None:
        try:
            return datetime.strptime(text, parser)
        except ValueError as error:
            raise _invalid(column, "range", f"'{text}' does not have the format") from error
    moment = now.replace(tzinfo=None)
    if relative.group(1):
        sign = -1 if relative.group(2) == "-" else 1
        moment = _plus(moment, sign * int(relative.group(3)), relative.group(4).upper())
    return datetime.strptime(moment.strftime(pattern), parser)


def _interval(column: str, properties: dict[str, str], pattern: str) -> tuple[int, str]:
    amount = properties.get("interval", "1").strip()
    unit = properties.get("interval.unit", "").strip().upper().removesuffix("S")
    finer = any(field in pattern for field in ("%H", "%-H", "%M", "%S"))
    if not unit and not finer and any(f in pattern for f in ("%d", "%-d", "%j")):
        unit = "DAY"
    elif not unit and not finer and any(f in pattern for f in ("%m", "%-m", "%b")):
        unit = "MONTH"
    if not unit:
        _needed(column, properties, "interval.unit")
    if unit not in _SECONDS and unit not in ("YEAR", "MONTH"):
        raise _invalid(column, "interval.unit", "is not a unit of time")
    if not amount.isdigit() or int(amount) < 1:
        raise _invalid(column, "interval", "needs to be a positive integer")
    return int(amount), unit


def _plus(moment: datetime, amount: int, unit: str) -> datetime:
    if unit in _SECONDS:
        return moment + timedelta(seconds=amount * _SECONDS[unit])
    months = moment.year * 12 + moment.month - 1 + amount * (12 if unit == "YEAR" else 1)
    year, month = divmod(months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)
