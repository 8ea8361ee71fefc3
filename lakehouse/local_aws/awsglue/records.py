"""Records as scripts' functions see them (dicts with plain values), made of rows and made rows of.

Belongs here: a converter for each type, built once and then run for every record, and which place
of a choice a value takes. Runs in Spark's Python workers; no Spark of its own.
Does not belong here: which types records have (`observed_types`).
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from .gluetypes import ArrayType, ChoiceType, DataType, MapType, StructType
from .observed_types import kind_of

Record = dict[str, Any]
Convert = Callable[[Any], Any]
_WIDER = {"int": ("long", "double"), "long": ("double",), "double": ("float",)}
"""Where a number goes that has no place of its own kind; the rest goes to decimal or string."""


def natural(kind: DataType) -> Convert | None:
    """What makes a plain value of one out of a row; None if it is plain already."""
    match kind:
        case StructType():
            return _natural_struct(kind)
        case ChoiceType():
            return _natural_choice(kind)
        case ArrayType():
            return _each(natural(kind.elementType))
        case MapType():
            return _each_value(natural(kind.valueType))
    return None


def rows(kind: DataType) -> Convert:
    """What makes a value of a row out of a plain one."""
    match kind:
        case StructType():
            return _row_of(kind)
        case ChoiceType():
            return _choice_row(kind)
        case ArrayType():
            return _each(rows(kind.elementType)) or _same
        case MapType():
            return _each_value(rows(kind.valueType)) or _same
    return _ATOMIC_ROWS.get(kind.typeName(), _same)


def _natural_struct(kind: StructType) -> Convert:
    names = [field.name for field in kind]
    converters = [(i, natural(field.dataType)) for i, field in enumerate(kind)]
    nested = [(names[i], convert) for i, convert in converters if convert]

    def convert(row: Any) -> Any:
        if row is None:
            return None
        record = dict(zip(names, row, strict=True))
        for name, inner in nested:
            record[name] = inner(record[name])
        return record

    return convert


def _natural_choice(kind: ChoiceType) -> Convert:
    converters = [natural(choice) or _same for choice in kind.choices]

    def convert(row: Any) -> Any:
        for value, inner in zip(row or (), converters, strict=False):
            if value is not None:
                return inner(value)
        return None

    return convert


def _row_of(kind: StructType) -> Convert:
    fields = [(field.name, rows(field.dataType)) for field in kind]

    def convert(record: Any) -> Any:
        if record is None:
            return None
        return tuple([inner(record.get(name)) for name, inner in fields])

    return convert


def _choice_row(kind: ChoiceType) -> Convert:
    places = {choice.typeName(): i for i, choice in enumerate(kind.choices)}
    converters = [rows(choice) for choice in kind.choices]

    def convert(value: Any) -> Any:
        if value is None:
            return None
        row: list[Any] = [None] * len(converters)
        place = _place(kind_of(value), places)
        row[place] = converters[place](value)
        return tuple(row)

    return convert


def _place(kind: str, places: Mapping[str, int]) -> int:
    for name in (kind, *_WIDER.get(kind, ()), "decimal", "string"):
        if name in places:
            return places[name]
    raise TypeError(f"no place for a value of type {kind} among {', '.join(places)}")


def _each(inner: Convert | None) -> Convert | None:
    if inner is None:
        return None
    return lambda values: None if values is None else [inner(value) for value in values]


def _each_value(inner: Convert | None) -> Convert | None:
    if inner is None:
        return None
    return lambda values: (
        None if values is None else {key: inner(value) for key, value in values.items()}
    )


def _same(value: Any) -> Any:
    return value


def _floating(value: Any) -> Any:
    return None if value is None else float(value)


def _decimal(value: Any) -> Any:
    return None if value is None else Decimal(value)


_ATOMIC_ROWS: dict[str, Convert] = {
    "double": _floating,
    "float": _floating,
    "decimal": _decimal,
}
