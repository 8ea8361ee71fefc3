"""The UTC day of a time as it stands in a raw file.

Here: reading the day out of a text in each format a source may name (ISO 8601, epoch seconds or
milliseconds, a Java DateTimeFormatter pattern), fast enough for every line of a big file. Not
here: finding the text in a line; typing columns (the Spark job does that).
"""

import math
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from lakehouse.errors import LakehouseError

DayReader = Callable[[str], date | None]
"""Text of a time -> its UTC day; None when the text is no such time."""

_ISO: Final = (
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?:[T ](?P<hour>\d\d):(?P<minute>\d\d)"
    r"(?::\d\d(?:[.,]\d+)?)? ?(?P<offset>Z|[+-]\d\d(?::?\d\d)?)?)?"
)
_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
_FIELDS: Final = ("year", "month", "day", "hour", "hour12", "half", "minute", "offset")
_SECONDS_PER_UNIT: Final = {"epoch_seconds": 1, "epoch_millis": 1000}

# Pattern letter -> (field it gives or None, regex by number of letters; 0: any number).
_LETTERS: Final[dict[str, tuple[str | None, dict[int, str]]]] = {
    "y": ("year", {2: r"\d\d", 0: r"\d{4}"}),
    "u": ("year", {2: r"\d\d", 0: r"\d{4}"}),
    "M": ("month", {1: r"\d\d?", 2: r"\d\d", 3: "[A-Za-z]{3}", 4: "[A-Za-z]{3,9}"}),
    "L": ("month", {1: r"\d\d?", 2: r"\d\d", 3: "[A-Za-z]{3}", 4: "[A-Za-z]{3,9}"}),
    "d": ("day", {1: r"\d\d?", 2: r"\d\d"}),
    "H": ("hour", {1: r"\d\d?", 2: r"\d\d"}),
    "h": ("hour12", {1: r"\d\d?", 2: r"\d\d"}),
    "a": ("half", {1: "[AaPp][Mm]"}),
    "m": ("minute", {1: r"\d\d?", 2: r"\d\d"}),
    "s": (None, {1: r"\d\d?", 2: r"\d\d"}),
    "S": (None, {0: r"\d+"}),
    "E": (None, {0: "[A-Za-z]+"}),
    "X": ("offset", {1: r"Z|[+-]\d\d(?:\d\d)?", 2: r"Z|[+-]\d{4}", 3: r"Z|[+-]\d\d:\d\d"}),
    "x": ("offset", {1: r"[+-]\d\d(?:\d\d)?", 2: r"[+-]\d{4}", 3: r"[+-]\d\d:\d\d"}),
    "Z": ("offset", {1: r"[+-]\d{4}", 2: r"[+-]\d{4}", 3: r"[+-]\d{4}", 5: r"Z|[+-]\d\d:\d\d"}),
}


class TimeFormatError(LakehouseError):
    """A time pattern uses something whose day cannot be read."""


def day_reader(time_format: str | None) -> DayReader:
    """The reader of a column's format: None is ISO 8601; a time without zone is UTC.

    Raises TimeFormatError for a pattern with a letter that is not understood.
    """
    if time_format in _SECONDS_PER_UNIT:
        return _epoch_reader(_SECONDS_PER_UNIT[time_format])
    if time_format in (None, "iso8601"):
        return _regex_reader(_ISO)
    return _regex_reader(pattern_regex(time_format))


def _epoch_reader(units_per_second: int) -> DayReader:
    units_per_day = 86_400 * units_per_second

    def read(text: str) -> date | None:
        try:
            return date(1970, 1, 1) + timedelta(days=math.floor(float(text) / units_per_day))
        except (ValueError, OverflowError):
            return None

    return read


def _regex_reader(regex: str) -> DayReader:
    # A field the format does not have is a group that never matches.
    absent = "".join(f"(?P<{name}>(?!))?" for name in _FIELDS if f"(?P<{name}>" not in regex)
    compiled = re.compile(regex + absent, re.ASCII)

    def read(text: str) -> date | None:
        match = compiled.fullmatch(text.strip())
        return None if match is None else _utc_day(*match.group(*_FIELDS))

    return read


@lru_cache(maxsize=65_536)
def _utc_day(
    year: str | None,
    month: str | None,
    day: str | None,
    hour: str | None,
    hour12: str | None,
    half: str | None,
    minute: str | None,
    offset: str | None,
) -> date | None:
    """The UTC day of a time's fields; None when they are no time (a 31st of June)."""
    if year is None or month is None or day is None:
        return None
    try:
        noon = 12 if half and half.lower() == "pm" else 0
        hours = int(hour) if hour else int(hour12 or 0) % 12 + noon
        full_year = int(year) + (2000 if len(year) == 2 else 0)
        moment = datetime(full_year, _month(month), int(day), hours, int(minute or 0))
        return (moment - _offset(offset)).date()
    except (ValueError, OverflowError):
        return None


def _month(text: str) -> int:
    return int(text) if text.isdigit() else _MONTHS.index(text[:3].lower()) + 1


def _offset(text: str | None) -> timedelta:
    if text in (None, "", "Z"):
        return timedelta()
    digits = text.replace(":", "")
    size = timedelta(hours=int(digits[1:3]), minutes=int(digits[3:5] or 0))
    return -size if digits[0] == "-" else size


@lru_cache
def pattern_regex(pattern: str) -> str:
    """A DateTimeFormatter pattern as a regex with named groups for the fields of the day.

    Letters as in Java 17's java.time.format.DateTimeFormatter (checked 2026-11), `[...]` optional,
    text in quotes or without meaning taken literally. Raises TimeFormatError for other letters.
    """
    regex = "".join(_token_regex(token.group(), pattern) for token in _TOKEN.finditer(pattern))
    for name in ("year", "month", "day"):
        if regex.count(f"(?P<{name}>") != 1:
            raise TimeFormatError(f"time pattern '{pattern}' must have one {name}")
    try:
        re.compile(regex)
    except re.error as error:
        raise TimeFormatError(f"time pattern '{pattern}' is not understood: {error}") from error
    return regex


_TOKEN: Final = re.compile(r"'(?:[^']|'')*'|([A-Za-z])\1*|.", re.DOTALL)


def _token_regex(token: str, pattern: str) -> str:
    letter = token[0]
    if letter == "'" and len(token) > 1:
        return re.escape(token[1:-1].replace("''", "'") or "'")
    if letter in "[]":
        return "(?:" if letter == "[" else ")?"
    if not (letter.isascii() and letter.isalpha()):
        return re.escape(token)
    field, by_length = _LETTERS.get(letter, (None, {}))
    regex = by_length.get(len(token), by_length.get(0))
    if regex is None:
        raise TimeFormatError(
            f"time pattern '{pattern}': the day cannot be read from '{token}'; "
            f"the letters understood are {' '.join(_LETTERS)}"
        )
    return f"(?:{regex})" if field is None else f"(?P<{field}>{regex})"
