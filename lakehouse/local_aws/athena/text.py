"""Values as Athena's text: what stands in result files and in GetQueryResults.

One formatter a type. Source: Athena's result files and Java's Double.toString, checked 2026-11.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from lakehouse.local_aws.athena.errors import not_supported
from lakehouse.local_aws.athena.types import Type, field_name

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
        zone = ZoneInfo(kind.zone)
        return lambda value: (
            f"{timestamp_text(value.astimezone(zone).replace(tzinfo=None))} {kind.zone}"
        )
    if kind.name == "interval year to month":
        raise not_supported("A result of type interval year to month")
    return _PLAIN.get(kind.name, str)


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


def double_text(value: float, digits: str | None = None) -> str:
    """A double as Java writes it: 1.0, 0.001, 1.0E10, 1.5E-7, NaN, Infinity."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        text = format(Decimal(digits or repr(value)), "f")
        return text if "." in text else f"{text}.0"
    sign, numbers, exponent = Decimal(digits or repr(value)).normalize().as_tuple()
    mantissa = "".join(map(str, numbers))
    power = int(exponent) + len(mantissa) - 1
    return f"{'-' if sign else ''}{mantissa[0]}.{mantissa[1:] or '0'}E{power}"


def real_text(value: float) -> str:
    """A REAL as Java writes a float."""
    return double_text(value, str(np.float32(value)))


def timestamp_text(value: datetime) -> str:
    """A timestamp(3): `2026-01-31 08:00:00.000`."""
    return value.isoformat(sep=" ", timespec="milliseconds")


def _time_text(value: time) -> str:
    return value.isoformat(timespec="milliseconds")


def _interval_text(value: timedelta) -> str:
    sign, value = ("-", -value) if value < timedelta(0) else ("", value)
    minutes, seconds = divmod(value.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return (
        f"{sign}{value.days} {hours:02}:{minutes:02}:{seconds:02}.{value.microseconds // 1000:03}"
    )


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
    "varbinary": lambda value: bytes(value).hex(" "),
}
