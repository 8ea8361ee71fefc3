"""AWS's cron expressions: reading `cron(15 12 * * ? *)` and finding the next time, in UTC.

Pure. Six fields: minutes, hours, day of month, month, day of week (1 is Sunday), year. One of the
two day fields is `?`. Every time is in seconds since 1970.

Source: https://docs.aws.amazon.com/glue/latest/dg/monitor-data-warehouse-schedule.html (checked
2026-11), also for the least distance of five minutes. `#`, which EventBridge has, is accepted.
"""

import calendar
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

_EXPRESSION = re.compile(r"cron\((.*)\)")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_LEAST_MINUTES = 5
_HOUR = 60

DayTest = Callable[[datetime], bool]


@dataclass(frozen=True)
class _Field:
    """One of the six fields: its name, range, and the names that stand for numbers."""

    name: str
    low: int
    high: int
    names: Mapping[str, int]


_NO_NAMES: Mapping[str, int] = {}
_MINUTES = _Field("Minutes", 0, 59, _NO_NAMES)
_HOURS = _Field("Hours", 0, 23, _NO_NAMES)
_DAY_OF_MONTH = _Field("Day-of-month", 1, 31, _NO_NAMES)
_MONTH = _Field("Month", 1, 12, {name: number for number, name in enumerate(_MONTHS, 1)})
_DAY_OF_WEEK = _Field("Day-of-week", 1, 7, {name: number for number, name in enumerate(_DAYS, 1)})
_YEAR = _Field("Year", 1970, 2199, _NO_NAMES)


@dataclass(frozen=True)
class Cron:
    """A schedule: the minutes, hours, months and years it has, and which days."""

    minutes: Sequence[int]
    hours: Sequence[int]
    months: frozenset[int]
    years: Sequence[int]
    is_day: DayTest


def parse_cron(expression: str) -> Cron:
    """Read an expression. Raises ValueError, with words for the user, for one that AWS refuses."""
    match = _EXPRESSION.fullmatch(expression.strip())
    fields = match.group(1).split() if match else []
    if len(fields) != 6:
        raise ValueError(
            f"The schedule expression {expression} is not valid: it must be cron(Minutes Hours "
            "Day-of-month Month Day-of-week Year)."
        )
    minutes, hours, day, month, weekday, year = (field.upper() for field in fields)
    cron = Cron(
        _numbers(minutes, _MINUTES),
        _numbers(hours, _HOURS),
        frozenset(_numbers(month, _MONTH)),
        _numbers(year, _YEAR),
        _day_test(day, weekday),
    )
    _check_rate(cron, expression)
    return cron


def next_time(cron: Cron, after: float) -> float | None:
    """Return the first time of a schedule that is later than `after`, None if there is none."""
    start = datetime.fromtimestamp(after, UTC).replace(second=0, microsecond=0)
    start += timedelta(minutes=1)
    for day in _days(cron, start):
        earliest = start if day.date() == start.date() else day
        for hour in cron.hours:
            for minute in cron.minutes:
                time = day.replace(hour=hour, minute=minute)
                if time >= earliest:
                    return time.timestamp()
    return None


def _days(cron: Cron, start: datetime) -> Iterator[datetime]:
    """Yield the midnights of the schedule's days, from the day of `start` on."""
    for year in cron.years:
        for month in range(1, 13) if year >= start.year else ():
            if month not in cron.months or (year, month) < (start.year, start.month):
                continue
            for number in range(1, calendar.monthrange(year, month)[1] + 1):
                day = datetime(year, month, number, tzinfo=UTC)
                if day.date() >= start.date() and cron.is_day(day):
                    yield day


def _numbers(text: str, field: _Field) -> list[int]:
    """Read a field of numbers, names, lists, ranges, `*` and increments."""
    return sorted({number for part in text.split(",") for number in _part(part, field)})


def _part(text: str, field: _Field) -> range:
    whole, slash, step = text.partition("/")
    low, dash, high = whole.partition("-")
    first = field.low if low == "*" else _number(low, field)
    last = field.high if low == "*" or (slash and not dash) else first
    last = _number(high, field) if dash else last
    if first > last or (slash and not (step.isdecimal() and int(step) > 0)):
        raise _invalid(text, field)
    return range(first, last + 1, int(step) if slash else 1)


def _number(text: str, field: _Field) -> int:
    number = field.names.get(text, int(text) if text.isdecimal() else -1)
    if not field.low <= number <= field.high:
        raise _invalid(text, field)
    return number


def _day_test(day: str, weekday: str) -> DayTest:
    if (day == "?") == (weekday == "?"):
        raise ValueError(
            "The schedule expression is not valid: exactly one of Day-of-month and Day-of-week "
            "must be ?."
        )
    parts = (weekday if day == "?" else day).split(",")
    tests = [_weekday_test(part) if day == "?" else _month_day_test(part) for part in parts]
    return lambda date: any(test(date) for test in tests)


def _month_day_test(text: str) -> DayTest:
    """Read a day of the month: numbers, `L` the last, `LW` the last weekday, `15W` the nearest."""
    if text == "L":
        return lambda date: date.day == _last_day(date)
    if text == "LW":
        return lambda date: date.day == _nearest_weekday(date, _last_day(date))
    if text.endswith("W"):
        number = _number(text[:-1], _DAY_OF_MONTH)
        return lambda date: date.day == _nearest_weekday(date, min(number, _last_day(date)))
    numbers = set(_part(text, _DAY_OF_MONTH))
    return lambda date: date.day in numbers


def _weekday_test(text: str) -> DayTest:
    """Read a day of the week: numbers, `L` Saturday, `6L` the last Friday, `6#3` the third."""
    if text == "L":
        return lambda date: _weekday(date) == 7
    if text.endswith("L"):
        number = _number(text[:-1], _DAY_OF_WEEK)
        return lambda date: _weekday(date) == number and date.day > _last_day(date) - 7
    if "#" in text:
        name, _, nth = text.partition("#")
        number, which = _number(name, _DAY_OF_WEEK), _number(nth, _Field("Week", 1, 5, _NO_NAMES))
        return lambda date: _weekday(date) == number and (date.day - 1) // 7 + 1 == which
    numbers = set(_part(text, _DAY_OF_WEEK))
    return lambda date: _weekday(date) in numbers


def _weekday(date: datetime) -> int:
    """Return 1 for Sunday to 7 for Saturday."""
    return date.isoweekday() % 7 + 1


def _last_day(date: datetime) -> int:
    return calendar.monthrange(date.year, date.month)[1]


def _nearest_weekday(date: datetime, day: int) -> int:
    """Return the weekday of the month that is nearest to a day of it."""
    weekday = date.replace(day=day).isoweekday()
    if weekday == 6:
        return day - 1 if day > 1 else day + 2
    if weekday == 7:
        return day + 1 if day < _last_day(date) else day - 2
    return day


def _check_rate(cron: Cron, expression: str) -> None:
    """Refuse rates faster than five minutes, also from the end of an hour to the next one."""
    gaps = [later - earlier for earlier, later in pairwise(cron.minutes)]
    if any((hour + 1) % 24 in cron.hours for hour in cron.hours):
        gaps.append(cron.minutes[0] + _HOUR - cron.minutes[-1])
    if gaps and min(gaps) < _LEAST_MINUTES:
        raise ValueError(
            f"The schedule expression {expression} is not valid: rates faster than "
            f"{_LEAST_MINUTES} minutes are not supported."
        )


def _invalid(text: str, field: _Field) -> ValueError:
    return ValueError(
        f"The schedule expression is not valid: {text or 'nothing'} is no value of {field.name}."
    )
