"""Types of the Data Catalog while a schema is inferred: how two observations become one type.

Pure. A type is a name ("bigint"), a struct or an array; `type_text` writes it as the catalog holds
it. Which text is which type belongs to the module of the format (`schema_csv`, `schema_json`, ...).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Union

HiveType = Union["str", "Struct", "Array"]

NOTHING = ""
"""The type of what was always null or empty: it gives way to any other."""

_WIDENING: Mapping[frozenset[str], str] = {
    frozenset({"int", "bigint"}): "bigint",
    frozenset({"int", "double"}): "double",
    frozenset({"bigint", "double"}): "double",
}


@dataclass(frozen=True)
class Struct:
    """A struct: named fields in the order in which they were first seen."""

    fields: tuple[tuple[str, HiveType], ...]


@dataclass(frozen=True)
class Array:
    """An array: the one type of its elements."""

    element: HiveType


@dataclass(frozen=True)
class Column:
    """A column of a table or file."""

    name: str
    type: HiveType


def merged_type(left: HiveType, right: HiveType) -> HiveType:
    """Return the narrowest type that holds both; what has none in common is a string."""
    if left == right or right == NOTHING:
        return left
    if left == NOTHING:
        return right
    if isinstance(left, Struct) and isinstance(right, Struct):
        return Struct(_merged_fields(left.fields, right.fields))
    if isinstance(left, Array) and isinstance(right, Array):
        return Array(merged_type(left.element, right.element))
    if isinstance(left, str) and isinstance(right, str):
        return _WIDENING.get(frozenset({left, right}), "string")
    return "string"


def merged_columns(left: Sequence[Column], right: Sequence[Column]) -> tuple[Column, ...]:
    """Merge columns by name: those of `left` first, then what only `right` has."""
    pairs = _merged_fields(
        [(column.name, column.type) for column in left],
        [(column.name, column.type) for column in right],
    )
    return tuple(Column(name, type_) for name, type_ in pairs)


def type_text(type_: HiveType) -> str:
    """Write a type as the catalog holds it; what was never seen is a string."""
    if isinstance(type_, Struct):
        fields = ",".join(f"{name}:{type_text(field)}" for name, field in type_.fields)
        return f"struct<{fields}>"
    if isinstance(type_, Array):
        return f"array<{type_text(type_.element)}>"
    return type_ or "string"


def _merged_fields(
    left: Sequence[tuple[str, HiveType]], right: Sequence[tuple[str, HiveType]]
) -> tuple[tuple[str, HiveType], ...]:
    merged = dict(left)
    for name, type_ in right:
        merged[name] = merged_type(merged.get(name, NOTHING), type_)
    return tuple(merged.items())
