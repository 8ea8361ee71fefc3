"""Values of partition keys: what a text means by the key's type, and its form that sorts in SQLite.

Pure. What an expression says of values belongs to `partition_expression`.

Sources, checked 2026-11: https://docs.aws.amazon.com/glue/latest/webapi/API_GetPartitions.html
("Supported Partition Key Types"); the words of errors and the leniency are those that the authors
of moto (https://github.com/getmoto/moto/pull/5013) and https://github.com/aws/aws-sdk/issues/670
got from AWS.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from lakehouse.local_aws.catalog.records import invalid_input

Kind = Literal["string", "integer", "decimal", "date", "timestamp"]

_KINDS: Mapping[str, Kind] = {
    "string": "string",
    "char": "string",
    "varchar": "string",
    "int": "integer",
    "integer": "integer",
    "bigint": "integer",
    "long": "integer",
    "tinyint": "integer",
    "smallint": "integer",
    "decimal": "decimal",
    "date": "date",
    "timestamp": "timestamp",
}
_INTEGER = re.compile(r"[+-]?\d{1,19}", re.ASCII)
_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_TIMESTAMP = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2}) (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?", re.ASCII
)
_EXPONENTS = 10**9  # decimals of larger exponents are no decimals


@dataclass(frozen=True)
class Key:
    """A partition key of a table: its place among the values, its declared type, its kind."""

    position: int
    type_name: str
    kind: Kind

    def read(self, text: str) -> Any:
        """Convert a value to what compares as the type does. ValueError, in AWS's words."""
        return _READERS[self.kind](text)

    def sortable(self, text: str) -> str | int:
        """Convert a value to what compares the same way in SQLite. ValueError as `read`."""
        return _SORTABLE[self.kind](self.read(text))


def key_of_type(position: int, type_name: str) -> Key:
    """A key of a declared type. Raises InvalidInputException for one that AWS cannot filter by."""
    kind = kind_of(type_name)
    if kind is None:
        raise invalid_input(f"Unknown type : '{type_name}'")
    return Key(position, type_name, kind)


def kind_of(type_name: str) -> Kind | None:
    """The kind of a declared type such as `varchar(10)`; None for types without an order here."""
    return _KINDS.get(type_name.partition("(")[0].strip().lower())


def sortable_values(
    values: Sequence[str], keys: Sequence[Mapping[str, Any]]
) -> list[str | int | None]:
    """Convert a partition's values by its table's keys; None is one that is not of its type.

    Values without a key, or with one of a type that has no order here, stay text.
    """
    types = [str(key.get("Type", "string")) for key in keys]
    return [
        _sortable_or_none(position, value, types[position]) if position < len(types) else value
        for position, value in enumerate(values)
    ]


def _sortable_or_none(position: int, value: str, type_name: str) -> str | int | None:
    kind = kind_of(type_name)
    if kind is None:
        return value
    try:
        return Key(position, type_name, kind).sortable(value)
    except ValueError:
        return None


def _integer(text: str) -> int:
    number = int(text) if _INTEGER.fullmatch(text) else 1 << 63
    if not -(1 << 63) <= number < 1 << 63:
        raise ValueError(f'For input string: "{text}" is not an integer.')
    return number


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text) if text.isascii() and "_" not in text else Decimal("nan")
    except InvalidOperation:
        number = Decimal("nan")
    if not number.is_finite() or abs(number.adjusted()) >= _EXPONENTS:
        raise ValueError(f"{text} is not a decimal.")
    return number


def _date(text: str) -> date:
    found = _DATE.fullmatch(text)
    try:
        year, month, day = map(int, found.groups() if found else (0, 0, 0))
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(f"{text} is not a date.") from error


def _timestamp(text: str) -> tuple[datetime, int]:
    """Date and time, and the nanoseconds of the second."""
    found = _TIMESTAMP.fullmatch(text)
    try:
        *parts, fraction = found.groups("") if found else ("0",) * 7
        year, month, day, hour, minute, second = map(int, parts)
        return datetime(year, month, day, hour, minute, second), int(fraction.ljust(9, "0"))
    except ValueError as error:
        words = "Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff]"
        raise ValueError(f"{words} {text} is not a timestamp.") from error


_READERS: Mapping[Kind, Callable[[str], Any]] = {
    "string": str,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "timestamp": _timestamp,
}


def _sortable_decimal(number: Decimal) -> str:
    """A decimal as a text that sorts as decimals do: sign, exponent, digits.

    The digits of a negative one are complemented, and it ends with what sorts after any digit.
    """
    sign, digits, _ = number.as_tuple()
    text = "".join(map(str, digits)).strip("0")
    if not text:
        return "1"
    text = f"{number.adjusted() + _EXPONENTS:010d}{text}"
    return f"0{text.translate(_COMPLEMENT)}~" if sign else f"2{text}"


_COMPLEMENT = str.maketrans("0123456789", "9876543210")


def _same(value: Any) -> Any:
    return value


_SORTABLE: Mapping[Kind, Callable[[Any], str | int]] = {
    "string": _same,
    "integer": _same,
    "decimal": _sortable_decimal,
    "date": date.isoformat,
    "timestamp": lambda value: f"{value[0].isoformat(' ')}.{value[1]:09d}",
}
