"""What was observed in records: the type of a value, the types of many, what of them is kept.

Belongs here: the schema that records themselves show, with a choice where they disagree. Whole
numbers are `int`, or `long` beyond 32 bits, as in the schemas of JSON data that Glue's
documentation shows.
Does not belong here: values on their way to rows and back (`records`). No Spark of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from .gluetypes import (
    ATOMIC,
    ArrayType,
    DataType,
    DecimalType,
    Field,
    MapType,
    NullType,
    StructType,
    UnknownType,
)
from .schema_tree import choices, merged, merged_all

_INT, _LONG = 2**31, 2**63
_KINDS: dict[type, str] = {
    bool: "boolean",
    str: "string",
    float: "double",
    datetime: "timestamp",
    date: "date",
    bytes: "binary",
    bytearray: "binary",
    dict: "struct",
    list: "array",
    tuple: "array",
}
_ONE_KIND = ("boolean", "string", "double")
"""Kinds that a value's Python type alone tells, and that have nothing inside."""
_SAME_IN_PYTHON = {"int": ("byte", "short", "long"), "double": ("float",)}


def kind_of(value: Any) -> str:
    """The name of the Glue type of a value that is not None. Raises TypeError."""
    if type(value) is int:
        return _whole_kind(value)
    if isinstance(value, Decimal):
        return "decimal"
    kind = _KINDS.get(type(value))
    if kind is None:
        raise TypeError(f"a record cannot hold a value of type {type(value).__name__}")
    return kind


class Observed:
    """What the values of one field were, in all the records so far."""

    def __init__(self) -> None:
        self._kinds: set[str] = set()
        self._known: type | None = None  # a Python type of which another value says nothing new
        self._fields: dict[str, Observed] = {}
        self._elements: Observed | None = None
        self._digits = (0, 0)  # before and after the point

    def add(self, value: Any) -> None:
        """Observe one more value. Raises TypeError for one that Glue has no type for."""
        if value is None:
            return
        kind = kind_of(value)
        self._kinds.add(kind)
        self._known = type(value) if kind in _ONE_KIND else None
        if kind == "struct":
            self._add_fields(value)
        elif kind == "array":
            self._elements = self._elements or Observed()
            for element in value:
                self._elements.add(element)
        elif kind == "decimal":
            self._add_digits(Decimal(value))

    def type(self) -> DataType:
        """The type of all values: null if there was none."""
        return (
            merged_all(self._type(kind) for kind in sorted(self._kinds))
            if self._kinds
            else NullType()
        )

    def record_type(self) -> StructType:
        """The type of values that are all records."""
        kind = self.type()
        return kind if isinstance(kind, StructType) else StructType()

    def _add_fields(self, record: Mapping[str, Any]) -> None:
        fields = self._fields
        for name, value in record.items():
            field = fields.get(name)
            if field is None:
                field = fields[name] = Observed()
            elif field._known is type(value):
                continue
            field.add(value)

    def _add_digits(self, value: Decimal) -> None:
        _, digits, exponent = value.as_tuple()
        scale = max(0, -int(exponent))
        whole = max(0, len(digits) + int(exponent))
        self._digits = (max(self._digits[0], whole), max(self._digits[1], scale))

    def _type(self, kind: str) -> DataType:
        if kind == "struct":
            return StructType([Field(name, seen.type()) for name, seen in self._fields.items()])
        if kind == "array":
            return ArrayType(_known(self._elements.type() if self._elements else NullType()))
        if kind == "decimal":
            whole, scale = self._digits
            return DecimalType(min(max(whole + scale, 1), 38), min(scale, 38))
        return ATOMIC[kind]()


def observed_type(records: Iterable[Any]) -> StructType:
    """The type of some records."""
    seen = Observed()
    for record in records:
        seen.add(record)
    return seen.record_type()


def kept_types(new: DataType, old: DataType) -> DataType:
    """An observed type with what Python's values cannot tell taken from the type before.

    Python has one whole and one floating number and no null of a type: a field that keeps its name
    keeps its long, its float, its map. (Chosen: Glue's documentation does not say.)
    """
    if isinstance(new, NullType | UnknownType):
        return old
    before = choices(old)
    return merged_all(_kept_kind(kind, before) for kind in choices(new))


def _whole_kind(value: int) -> str:
    if -_INT <= value < _INT:
        return "int"
    return "long" if -_LONG <= value < _LONG else "decimal"


def _known(kind: DataType) -> DataType:
    return UnknownType() if isinstance(kind, NullType) else kind


def _kept_kind(new: DataType, before: Sequence[DataType]) -> DataType:
    for old in before:
        match new, old:
            case StructType(), StructType():
                return StructType([Field(f.name, _kept_field(f, old)) for f in new])
            case StructType(), MapType():
                return MapType(kept_types(merged_all(f.dataType for f in new), old.valueType))
            case ArrayType(), ArrayType():
                return ArrayType(kept_types(new.elementType, old.elementType))
        if _holds(old, new):
            return old
    return new


def _kept_field(field: Field, old: StructType) -> DataType:
    before = old.getField(field.name)
    return field.dataType if before is None else kept_types(field.dataType, before.dataType)


def _holds(old: DataType, new: DataType) -> bool:
    """Whether all values of the new type are values of the old one, too."""
    if isinstance(new, DecimalType) and isinstance(old, DecimalType):
        return merged(old, new) == old
    return old.typeName() in _SAME_IN_PYTHON.get(new.typeName(), ())
