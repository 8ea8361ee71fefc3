"""Times in Python: parsing and formatting by Joda's and MySQL's patterns, ISO 8601, durations.

Patterns are read in `time_formats`; DuckDB does the common ones itself (see `time_builders`).
Source: Trino "Date and time functions", Joda's DateTimeFormat, checked 2026-11.
"""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from lakehouse.local_aws.athena import zones
from lakehouse.local_aws.athena.python_function import PythonFunction, failure
from lakehouse.local_aws.athena.text_casts import zoned_text
from lakehouse.local_aws.athena.time_parsing import Parsed, parse
from lakehouse.local_aws.athena.time_patterns import formatted, joda, mysql

_ISO_DATE = re.compile(r"([+-]?\d{4,})(?:-W(\d\d?)(?:-(\d))?|-(\d{3})|-(\d\d?)(?:-(\d\d?))?)?")
_ISO_TIME = re.compile(
    r"(\d\d?)(?::(\d\d?)(?::(\d\d?)(?:[.,](\d{1,12}))?)?)?(Z|[+-]\d\d(?::?\d\d)?)?"
)
_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*")
_SECONDS = {"ns": "1e-9", "us": "1e-6", "ms": "1e-3", "s": "1", "m": "60", "h": "3600",
            "d": "86400"}  # fmt: skip
_UNITS = (("week", 604800), ("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1))
Zoned = dict[str, Any]  # the struct of a value with its own zone: at, zone


def iso_date(text: str) -> date:
    """from_iso8601_date: calendar, week and ordinal dates."""
    found = _ISO_DATE.fullmatch(text)
    if found is None:
        raise failure(f'Invalid format: "{text}"')
    return _iso_date(found, text)


def _iso_date(found: re.Match[str], text: str) -> date:
    year = int(found.group(1))
    try:
        if found.group(2):
            return date.fromisocalendar(year, int(found.group(2)), int(found.group(3) or 1))
        if found.group(4):
            day = date(year, 1, 1) + timedelta(days=int(found.group(4)) - 1)
            if day.year != year or found.group(4) == "000":
                raise ValueError("no such day")
            return day
        return date(year, int(found.group(5) or 1), int(found.group(6) or 1))
    except (ValueError, OverflowError) as error:
        raise failure(f'Cannot parse "{text}": Value is out of range') from error


def iso_timestamp(text: str) -> Zoned:
    """from_iso8601_timestamp; without a zone it is UTC, the session's."""
    day_text, sign, clock = text.partition("T")
    day = _ISO_DATE.fullmatch(day_text)
    time = _ISO_TIME.fullmatch(clock) if clock else None
    if day is None or (sign and clock and time is None):
        raise failure(f'Invalid format: "{text}"')
    local = datetime.combine(_iso_date(day, text), datetime.min.time())
    zone = "UTC"
    if time is not None:
        hours, minutes, seconds = (int(time.group(i) or 0) for i in (1, 2, 3))
        if hours > 23 or minutes > 59 or seconds > 59:
            raise failure(f'Cannot parse "{text}": Value is out of range')
        micros = int((time.group(4) or "0")[:3].ljust(6, "0"))
        local += timedelta(hours=hours, minutes=minutes, seconds=seconds, microseconds=micros)
        zone = _known_zone(time.group(5) or "UTC")
    return zoned(local, zone)


def _known_zone(name: str) -> str:
    known = zones.canonical(name)
    if known is None:
        raise failure(f"Time zone not supported: {name}", "NOT_SUPPORTED")
    return known


def zoned(local: datetime, zone: str) -> Zoned:
    """The struct of a local time in a zone."""
    return {"at": local.replace(tzinfo=zones.python_zone(zone)).astimezone(UTC), "zone": zone}


def known_zone(name: str) -> str:
    """The canonical name of a zone that a query computes."""
    return _known_zone(name)


def date_parse(text: str, pattern: str) -> datetime:
    """date_parse."""
    return _parsed(text, parse(text, mysql(pattern))).local


def parse_datetime(text: str, pattern: str) -> Zoned:
    """parse_datetime."""
    found = _parsed(text, parse(text, joda(pattern)))
    return zoned(found.local, found.zone or "UTC")


def _parsed(text: str, found: Parsed | int) -> Parsed:
    if isinstance(found, Parsed):
        return found
    words = f'Invalid format: "{text}"'
    if 0 < found < len(text):
        words += f' is malformed at "{text[found:]}"'
    elif found >= len(text) > 0:
        words += " is too short"
    raise failure(words)


def format_datetime(local: datetime, zone: str, pattern: str) -> str:
    """format_datetime of a local time shown in `zone`."""
    return formatted(local, zone, joda(pattern))


def date_format(local: datetime, pattern: str) -> str:
    """date_format."""
    return formatted(local, "UTC", mysql(pattern))


def offset_minutes(at: datetime, zone: str) -> int:
    """How many minutes a zone is east of UTC at a moment."""
    offset = at.astimezone(zones.python_zone(zone)).utcoffset() or timedelta(0)
    return int(offset.total_seconds() // 60)


def iso_offset(at: datetime, zone: str) -> str:
    """`Z` or `+05:30` as to_iso8601 writes it."""
    name = zones.offset_name(offset_minutes(at, zone))
    return "Z" if name == "UTC" else name


def zoned_cast(text: str, unit: int) -> Zoned:
    """CAST of a text to a zoned time, rounded to `unit` microseconds."""
    found = zoned_text(text)
    if found is None:
        raise failure(
            f"Value cannot be cast to timestamp with time zone: {text}", "INVALID_CAST_ARGUMENT"
        )
    local, zone = found
    rest = (local.microsecond + unit // 2) % unit - unit // 2
    return zoned(local - timedelta(microseconds=rest), zone)


def interval_text(millis: int) -> str:
    """An interval day to second: `2 03:00:00.000`."""
    sign, rest = "-" if millis < 0 else "", abs(millis)
    days, rest = divmod(rest, 86_400_000)
    hours, rest = divmod(rest, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{sign}{days} {hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"


def months_text(months: int) -> str:
    """An interval year to month: `3-5`."""
    return f"{'-' if months < 0 else ''}{abs(months) // 12}-{abs(months) % 12}"


def parse_duration(text: str) -> timedelta:
    """parse_duration: `42.8ms`; rounded to milliseconds."""
    found = _DURATION.fullmatch(text)
    if found is None:
        raise failure(f"duration is not a valid data duration string: {text}")
    if found.group(2) not in _SECONDS:
        raise failure(f"Unknown time unit: {found.group(2)}")
    seconds = Decimal(found.group(1)) * Decimal(_SECONDS[found.group(2)])
    return timedelta(
        milliseconds=int((seconds * 1000).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    )


def human_readable_seconds(seconds: float) -> str:
    """`1 hour, 2 minutes, 42 seconds`."""
    if seconds != seconds or seconds in (float("inf"), float("-inf")):
        raise failure("Invalid argument found: " + ("NaN" if seconds != seconds else "Infinity"))
    rest = abs(int(Decimal(seconds).quantize(Decimal(1), rounding=ROUND_HALF_UP)))
    parts: list[str] = []
    for unit, size in _UNITS:
        count, rest = divmod(rest, size)
        if count or (unit == "second" and not parts):
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
    return ", ".join(parts)


_ZONED = {"at": "TIMESTAMPTZ", "zone": "VARCHAR"}
_TEXTS = ("VARCHAR", "VARCHAR")
FUNCTIONS: dict[str, PythonFunction] = {
    "py_iso_date": PythonFunction(("VARCHAR",), "DATE", iso_date),
    "py_iso_timestamp": PythonFunction(("VARCHAR",), _ZONED, iso_timestamp),
    "py_known_zone": PythonFunction(("VARCHAR",), "VARCHAR", known_zone),
    "py_date_parse": PythonFunction(_TEXTS, "TIMESTAMP", date_parse),
    "py_parse_datetime": PythonFunction(_TEXTS, _ZONED, parse_datetime),
    "py_format_datetime": PythonFunction(("TIMESTAMP", *_TEXTS), "VARCHAR", format_datetime),
    "py_date_format": PythonFunction(("TIMESTAMP", "VARCHAR"), "VARCHAR", date_format),
    "py_offset_minutes": PythonFunction(("TIMESTAMPTZ", "VARCHAR"), "BIGINT", offset_minutes),
    "py_iso_offset": PythonFunction(("TIMESTAMPTZ", "VARCHAR"), "VARCHAR", iso_offset),
    "py_zoned_cast": PythonFunction(("VARCHAR", "BIGINT"), _ZONED, zoned_cast),
    "py_interval_text": PythonFunction(("BIGINT",), "VARCHAR", interval_text),
    "py_months_text": PythonFunction(("BIGINT",), "VARCHAR", months_text),
    "py_parse_duration": PythonFunction(("VARCHAR",), "INTERVAL", parse_duration),
    "py_human_readable_seconds": PythonFunction(("DOUBLE",), "VARCHAR", human_readable_seconds),
}
