"""Time zones by Trino's names: `UTC`, `+05:30`, `America/Los_Angeles`.

Which zone a value is shown in belongs to `typed`. Source: Trino's TimeZoneKey, checked 2026-11.
"""

import re
from datetime import UTC, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_OFFSET = re.compile(r"(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d{2}))?")
_UTC_NAMES = ("UTC", "Z", "UT", "GMT", "Zulu", "UCT", "Etc/UTC", "+00:00", "-00:00", "GMT0")
MOST_MINUTES = 14 * 60


def canonical(name: str) -> str | None:
    """The name as Trino shows it, or None when there is no such zone."""
    if name in _UTC_NAMES:
        return "UTC"
    found = _OFFSET.fullmatch(name)
    if found:
        minutes = int(found.group(2)) * 60 + int(found.group(3) or 0)
        if minutes > MOST_MINUTES or int(found.group(3) or 0) > 59:
            return None
        return offset_name(minutes if found.group(1) == "+" else -minutes)
    return name if _exists(name) else None


@lru_cache(maxsize=1024)
def _exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def offset_name(minutes: int) -> str:
    """`+05:30` for 330."""
    if minutes == 0:
        return "UTC"
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def fixed_minutes(name: str) -> int | None:
    """Minutes east of UTC of a zone with a fixed offset, None for a named one."""
    if name == "UTC":
        return 0
    found = _OFFSET.fullmatch(name)
    if found is None:
        return None
    minutes = int(found.group(2)) * 60 + int(found.group(3) or 0)
    return minutes if found.group(1) == "+" else -minutes


@lru_cache(maxsize=1024)
def python_zone(name: str) -> tzinfo:
    """The zone for Python's datetime."""
    minutes = fixed_minutes(name)
    if minutes is None:
        return ZoneInfo(name)
    return timezone(timedelta(minutes=minutes)) if minutes else UTC
