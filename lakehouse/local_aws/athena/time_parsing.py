"""Reading a time by a pattern (see `time_patterns`), as Joda's parser does. All pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from lakehouse.local_aws.athena import zones
from lakehouse.local_aws.athena.time_patterns import DAYS, MONTHS, Element, Pattern

_OFFSET = re.compile(r"[+-]\d{2}(?::?\d{2})?|Z")
_ZONE = re.compile(r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+)*|[+-]\d{2}:?\d{2}")
_RANGES = {
    "month": (1, 12), "day": (1, 31), "hour": (0, 23), "minute": (0, 59), "second": (0, 59),
    "hour1_12": (1, 12), "hour0_11": (0, 11), "hour1_24": (1, 24), "day_of_year": (1, 366),
    "week": (1, 53), "weekday": (1, 7),
}  # fmt: skip


@dataclass(frozen=True)
class Parsed:
    """A local time and the zone the text named."""

    local: datetime
    zone: str | None


Values = dict[str, int | str]


def parse(text: str, pattern: Pattern) -> Parsed | int:
    """The time of a text, or the position where it does not fit the pattern."""
    values: Values = {}
    position = 0
    for index, element in enumerate(pattern):
        following = pattern[index + 1] if index + 1 < len(pattern) else None
        end = _read(text, position, element, following, values)
        if end is None:
            return position
        position = end
    if position < len(text):
        return position
    try:
        zone = values.get("zone")
        return Parsed(_local(values), str(zone) if zone is not None else None)
    except (ValueError, OverflowError):
        return 0


def _read(
    text: str, start: int, element: Element, following: Element | None, values: Values
) -> int | None:
    field = element.field
    if field == "literal":
        same = text[start : start + len(element.text)].lower() == element.text.lower()
        return start + len(element.text) if same else None
    if field in ("month_short", "month_name"):
        return _read_name(text, start, MONTHS, "month", values)
    if field in ("weekday_short", "weekday_name"):
        return _read_name(text, start, DAYS, "weekday", values)
    if field == "half_day":
        half = text[start : start + 2].upper()
        values["half"] = half
        return start + 2 if half in ("AM", "PM") else None
    if field in ("fraction", "micros"):
        return _read_fraction(text, start, element, values)
    if field in ("offset", "offset_colon", "zone_id", "zone_name"):
        return _read_zone(text, start, field, values)
    if field == "era":
        return start + 2 if text[start : start + 2].upper() == "AD" else None
    return _read_number(text, start, element, following, values)


def _read_name(
    text: str, start: int, names: tuple[str, ...], field: str, values: Values
) -> int | None:
    rest = text[start:].lower()
    for index, name in enumerate(names, 1):
        for spelling in (name.lower(), name[:3].lower()):
            if rest.startswith(spelling):
                values[field] = index
                return start + len(spelling)
    return None


def _read_fraction(text: str, start: int, element: Element, values: Values) -> int | None:
    most = 9 if element.field == "micros" else element.width
    digits = re.compile(rf"\d{{1,{most}}}").match(text, start)
    if digits is None:
        return None
    values["millis"] = int(digits.group()[:3].ljust(3, "0"))
    return digits.end()


def _read_zone(text: str, start: int, field: str, values: Values) -> int | None:
    found = (_OFFSET if field.startswith("offset") else _ZONE).match(text, start)
    zone = zones.canonical(found.group()) if found else None
    if found is None or zone is None:
        return None
    values["zone"] = zone
    return found.end()


def _read_number(
    text: str, start: int, element: Element, following: Element | None, values: Values
) -> int | None:
    field = element.field
    glued = following is not None and following.field not in ("literal",) and _is_number(following)
    if field in ("year", "week_year"):
        most = element.width if glued else 9
    else:
        most = max(element.width if glued else 2, 3 if field == "day_of_year" else 1)
    signed = "-?" if field in ("year", "week_year") else ""
    digits = re.compile(rf"{signed}\d{{1,{most}}}").match(text, start)
    if digits is None:
        return None
    number = int(digits.group())
    low, high = _RANGES.get(field, (number, number))
    if not low <= number <= high:
        return None
    values[_key(field)] = _full_year(field, number)
    return digits.end()


def _is_number(element: Element) -> bool:
    return element.field not in (
        "month_short", "month_name", "weekday_short", "weekday_name", "half_day", "offset",
        "offset_colon", "zone_id", "zone_name", "era",
    )  # fmt: skip


def _key(field: str) -> str:
    return "year" if field.startswith("year") else field


def _full_year(field: str, number: int) -> int:
    if field == "year2020":  # MySQL's: 1970 to 2069
        return number + (2000 if number < 70 else 1900)
    if field == "year_pivot":  # Joda's two digits: the years around now; chosen: as MySQL's
        return number + (2000 if number < 70 else 1900)
    return number


def _local(values: Values) -> datetime:
    day = _day(values)
    clock = timedelta(
        hours=_hour(values),
        minutes=int(values.get("minute", 0)),
        seconds=int(values.get("second", 0)),
        milliseconds=int(values.get("millis", 0)),
    )
    return datetime.combine(day, datetime.min.time()) + clock


def _day(values: Values) -> date:
    if "week_year" in values or "week" in values:
        year = int(values.get("week_year", values.get("year", 1970)))
        week, weekday = int(values.get("week", 1)), int(values.get("weekday", 1))
        return date.fromisocalendar(year, week, weekday)
    year = int(values.get("year", 1970))
    if "day_of_year" in values:
        found = date(year, 1, 1) + timedelta(days=int(values["day_of_year"]) - 1)
        if found.year != year:
            raise ValueError("no such day of the year")
        return found
    return date(year, int(values.get("month", 1)), int(values.get("day", 1)))


def _hour(values: Values) -> int:
    half = 12 if values.get("half") == "PM" else 0
    if "hour" in values:
        return int(values["hour"])
    if "hour1_24" in values:
        return int(values["hour1_24"]) % 24
    if "hour1_12" in values:
        return int(values["hour1_12"]) % 12 + half
    return int(values.get("hour0_11", 0)) + half
