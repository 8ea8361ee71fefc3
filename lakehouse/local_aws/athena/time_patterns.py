"""Date and time patterns as data: Joda's letters and MySQL's specifiers become the same elements.

Reading a pattern and writing a time by it; reading a time stands in `time_parsing`. All pure.
Source: Joda's DateTimeFormat, Trino's DateTimeFunctions, checked 2026-11.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from lakehouse.local_aws.athena import zones
from lakehouse.local_aws.athena.python_function import failure

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Element:
    """A field with its width (digits at least, or letters of the pattern), or a literal text."""

    field: str
    width: int = 1
    text: str = ""


Pattern = tuple[Element, ...]

_JODA_NUMBERS = {
    "C": "century", "x": "week_year", "w": "week", "e": "weekday", "y": "year", "Y": "year",
    "D": "day_of_year", "d": "day", "K": "hour0_11", "h": "hour1_12", "H": "hour", "k": "hour1_24",
    "m": "minute", "s": "second", "S": "fraction",
}  # fmt: skip
_MYSQL = {
    "a": Element("weekday_short"), "b": Element("month_short"), "c": Element("month"),
    "d": Element("day", 2), "e": Element("day"), "f": Element("micros", 6),
    "H": Element("hour", 2), "h": Element("hour1_12", 2), "I": Element("hour1_12", 2),
    "i": Element("minute", 2), "j": Element("day_of_year", 3), "k": Element("hour"),
    "l": Element("hour1_12"), "M": Element("month_name"), "m": Element("month", 2),
    "p": Element("half_day"), "S": Element("second", 2), "s": Element("second", 2),
    "v": Element("week", 2), "W": Element("weekday_name"), "x": Element("week_year", 4),
    "Y": Element("year", 4), "y": Element("year2020", 2), "%": Element("literal", text="%"),
}  # fmt: skip
_MYSQL_LONG = {"r": "%h:%i:%s %p", "T": "%H:%i:%s"}


@lru_cache(maxsize=512)
def mysql(pattern: str) -> Pattern:
    """A MySQL pattern; some specifiers are not supported by Trino either."""
    parts: list[Element] = []
    for letter, text in re.findall(r"%(.)|([^%]+|%$)", pattern, flags=re.S):
        if letter and letter in "DUuVwX":
            raise failure(f"%{letter} not currently supported in date format string")
        if letter in _MYSQL_LONG:
            parts += mysql(_MYSQL_LONG[letter])
        elif letter:
            parts.append(_MYSQL.get(letter, Element("literal", text=letter)))
        else:
            parts.append(Element("literal", text=text))
    return tuple(parts)


@lru_cache(maxsize=512)
def joda(pattern: str) -> Pattern:
    """A Joda pattern."""
    parts = re.findall(r"'((?:[^']|'')*)'|(([A-Za-z])\3*)|([^A-Za-z']+)", pattern)
    return tuple(_joda_part(quoted, letters, other) for quoted, letters, _, other in parts)


def _joda_part(quoted: str, letters: str, other: str) -> Element:
    if not letters:
        return Element("literal", text=other or quoted.replace("''", "'") or "'")
    letter, width = letters[0], len(letters)
    if letter in "yYx" and width == 2:
        return Element("year_pivot", 2)
    if letter in _JODA_NUMBERS:
        return Element(_JODA_NUMBERS[letter], width)
    if letter == "M":
        return Element("month" if width < 3 else "month_short" if width == 3 else "month_name",
                       width)  # fmt: skip
    if letter == "E":
        return Element("weekday_name" if width > 3 else "weekday_short", width)
    if letter == "Z":
        return Element("offset" if width == 1 else "offset_colon" if width == 2 else "zone_id")
    if letter in "aGz":
        return Element({"a": "half_day", "G": "era", "z": "zone_name"}[letter], width)
    raise failure(f"Illegal pattern component: {letters}")


def formatted(local: datetime, zone: str, pattern: Pattern) -> str:
    """A local time in words of the pattern; `zone` is the one it is shown in."""
    return "".join(_written(local, zone, element) for element in pattern)


def _written(local: datetime, zone: str, element: Element) -> str:
    field, width = element.field, element.width
    if field == "literal":
        return element.text
    if field in _NUMBERS:
        return str(_NUMBERS[field](local)).zfill(width)
    if field == "fraction":
        return f"{local.microsecond // 1000:03}000000"[:width].ljust(width, "0")
    if field == "micros":
        return f"{local.microsecond // 1000:03}000"
    if field in ("offset", "offset_colon", "zone_id", "zone_name"):
        return _zone_text(local, zone, field, width)
    return _word(local, field)


_NUMBERS: dict[str, Callable[[datetime], int]] = {
    "century": lambda t: t.year // 100,
    "year": lambda t: t.year,
    "year2020": lambda t: t.year % 100,
    "year_pivot": lambda t: t.year % 100,
    "week_year": lambda t: t.isocalendar()[0],
    "week": lambda t: t.isocalendar()[1],
    "weekday": lambda t: t.isoweekday(),
    "month": lambda t: t.month,
    "day_of_year": lambda t: t.timetuple().tm_yday,
    "day": lambda t: t.day,
    "hour": lambda t: t.hour,
    "hour0_11": lambda t: t.hour % 12,
    "hour1_12": lambda t: t.hour % 12 or 12,
    "hour1_24": lambda t: t.hour or 24,
    "minute": lambda t: t.minute,
    "second": lambda t: t.second,
}


def _word(local: datetime, field: str) -> str:
    if field.startswith("month"):
        name = MONTHS[local.month - 1]
    elif field.startswith("weekday"):
        name = DAYS[local.weekday()]
    else:
        return {"half_day": "AM" if local.hour < 12 else "PM", "era": "AD"}[field]
    return name[:3] if field.endswith("short") else name


def _zone_text(local: datetime, zone: str, field: str, width: int) -> str:
    moment = local.replace(tzinfo=zones.python_zone(zone))
    if field == "zone_id":
        return zone
    if field == "zone_name":
        known = isinstance(moment.tzinfo, ZoneInfo) and width < 4
        return (moment.tzname() or zone) if known else zone
    minutes = int((moment.utcoffset() or timedelta(0)).total_seconds() // 60)
    sign, minutes = "-" if minutes < 0 else "+", abs(minutes)
    return f"{sign}{minutes // 60:02}{':' if field == 'offset_colon' else ''}{minutes % 60:02}"
