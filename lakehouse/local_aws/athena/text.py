"""Values as Athena's text: what stands in result files and in GetQueryResults.

One formatter a type. Source: Athena's result files and Java's Double.toString, checked 2026-11.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

import numpy as np

from lakehouse.local_aws.athena.python_formats import double_text
from lakehouse.local_aws.athena.python_network import address_text
from lakehouse.local_aws.athena.python_time import interval_text, months_text
from lakehouse.local_aws.athena.types import OWN_ZONE, Type, field_name, timestamp
from lakehouse.local_aws.athena.zones import python_zone

Formatter = Callable[[Any], str]


def formatter(kind: Type) -> Formatter:
    """The function that writes a value of this type (never NULL) as text."""
    if kind.name == "array":
        item = _nullable(kind.items[0])
        return lambda value: f"[{', '.join(item(v) for v in value)}]"
    if kind.name == "map":
        key, item = _nullable(kind.items[0]), _nullable(kind.items[1])
        return lambda value: "{" + ", ".join(f"{key(k)}={item(v)}" for k, v in value.items()) + "}"
    if kind.name == "row":
        return _row(kind)
    if kind.name == "timestamp with time zone":
        return _zoned(kind)
    if kind.name in ("timestamp", "time") and kind.params[0] > 3:
        digits = min(kind.params[0], 6)
        return lambda value: value.isoformat(*_SEPARATOR[kind.name], "microseconds")[
            : digits - 6 or None
        ]
    if kind.name == "char" and kind.params:
        return lambda value: str(value.ljust(kind.params[0]))
    return _PLAIN.get(kind.name, str)


_SEPARATOR: dict[str, tuple[str, ...]] = {"timestamp": (" ",), "time": ()}


def _zoned(kind: Type) -> Formatter:
    local = formatter(timestamp(kind.params[0]))
    if kind.zone == OWN_ZONE:
        return lambda value: (
            f"{local(_at(value['at'], python_zone(value['zone'])))} {value['zone']}"
        )
    zone = python_zone(kind.zone)
    return lambda value: f"{local(_at(value, zone))} {kind.zone}"


def _at(value: datetime, zone: tzinfo) -> datetime:
    return value.astimezone(zone).replace(tzinfo=None)


def _nullable(kind: Type) -> Formatter:
    write = formatter(kind)
    return lambda value: "null" if value is None else write(value)


def _row(kind: Type) -> Formatter:
    fields = [(field_name(kind, i), _nullable(item)) for i, item in enumerate(kind.items)]

    def write(value: dict[str, Any] | tuple[Any, ...]) -> str:
        values = value.values() if isinstance(value, dict) else value
        return (
            "{" + ", ".join(f"{n}={f(v)}" for (n, f), v in zip(fields, values, strict=True)) + "}"
        )

    return write


def real_text(value: float) -> str:
    """A REAL as Java writes a float."""
    return double_text(value, str(np.float32(value)))


def timestamp_text(value: datetime) -> str:
    """A timestamp(3): `2026-01-31 08:00:00.000`."""
    return value.isoformat(sep=" ", timespec="milliseconds")


def _time_text(value: time) -> str:
    return value.isoformat(timespec="milliseconds")


def _interval_text(value: timedelta) -> str:
    return interval_text(value // timedelta(milliseconds=1))


def _months_text(value: timedelta) -> str:
    return months_text(round(value / timedelta(days=30)))  # DuckDB gives a month as 30 days


def _date_text(value: date) -> str:
    return value.isoformat()[:10]


_PLAIN: dict[str, Formatter] = {
    "boolean": lambda value: "true" if value else "false",
    "double": double_text,
    "real": real_text,
    "decimal": lambda value: format(value, "f"),
    "date": _date_text,
    "timestamp": timestamp_text,
    "time": _time_text,
    "interval day to second": _interval_text,
    "interval year to month": _months_text,
    "ipaddress": address_text,
    "varbinary": lambda value: bytes(value).hex(" "),
}
