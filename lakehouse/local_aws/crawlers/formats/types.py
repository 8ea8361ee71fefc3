"""Types of the Data Catalog while a schema is inferred: how two observations become one type.

Pure. A type is a name ("bigint"), a struct or an array; `type_text` writes it as the catalog holds
it, `parse_type` reads it back. Which text is which type belongs to the module of the format.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Union

HiveType = Union["str", "Struct", "Array"]

NOTHING = ""
"""The type of what was always null or empty: it gives way to any other."""

_WIDENING: Mapping[frozenset[str], str] = {
    frozenset({"tinyint", "smallint"}): "smallint",
    frozenset({"tinyint", "int"}): "int",
    frozenset({"smallint", "int"}): "int",
    frozenset({"tinyint", "bigint"}): "bigint",
    frozenset({"smallint", "bigint"}): "bigint",
    frozenset({"int", "bigint"}): "bigint",
    frozenset({"int", "double"}): "double",
    frozenset({"bigint", "double"}): "double",
    frozenset({"float", "double"}): "double",
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
    if left == right:
        return tuple(left)
    pairs = _merged_fields(
        [(column.name, column.type) for column in left],
        [(column.name, column.type) for column in right],
    )
    return tuple(Column(name, type_) for name, type_ in pairs)


def extended_type(known: HiveType, found: HiveType) -> HiveType:
    """Return the known type with the nested fields that only `found` has; nothing else changes."""
    if isinstance(known, Struct) and isinstance(found, Struct):
        new = dict(found.fields)
        kept = [(name, extended_type(t, new.pop(name, t))) for name, t in known.fields]
        return Struct((*kept, *new.items()))
    if isinstance(known, Array) and isinstance(found, Array):
        return Array(extended_type(known.element, found.element))
    return known


def type_text(type_: HiveType) -> str:
    """Write a type as the catalog holds it; what was never seen is a string."""
    if isinstance(type_, Struct):
        fields = ",".join(f"{name}:{type_text(field)}" for name, field in type_.fields)
        return f"struct<{fields}>"
    if isinstance(type_, Array):
        return f"array<{type_text(type_.element)}>"
    return type_ or "string"


def parse_type(text: str) -> HiveType:
    """Read a type as the catalog holds it; what is no struct or array stays text."""
    if text.startswith("struct<") and text.endswith(">"):
        parts = (part.partition(":") for part in _split(text[len("struct<") : -1]))
        return Struct(tuple((name, parse_type(field)) for name, _, field in parts))
    if text.startswith("array<") and text.endswith(">"):
        return Array(parse_type(text[len("array<") : -1]))
    return text


def type_document(type_: HiveType) -> Any:
    """Return a type as JSON that tells every type from every other, NOTHING included."""
    if isinstance(type_, Struct):
        return {"struct": [[name, type_document(field)] for name, field in type_.fields]}
    if isinstance(type_, Array):
        return {"array": type_document(type_.element)}
    return type_


def type_of_document(document: Any) -> HiveType:
    """Read what `type_document` wrote."""
    if isinstance(document, str):
        return document
    if "array" in document:
        return Array(type_of_document(document["array"]))
    return Struct(tuple((name, type_of_document(field)) for name, field in document["struct"]))


def _merged_fields(
    left: Sequence[tuple[str, HiveType]], right: Sequence[tuple[str, HiveType]]
) -> tuple[tuple[str, HiveType], ...]:
    merged = dict(left)
    for name, type_ in right:
        merged[name] = merged_type(merged.get(name, NOTHING), type_)
    return tuple(merged.items())


def _split(text: str) -> Iterator[str]:
    """Yield the parts between the commas that stand in no brackets."""
    depth, start = 0, 0
    for at, character in enumerate(text):
        depth += (character in "<(") - (character in ">)")
        if character == "," and depth == 0:
            yield text[start:at]
            start = at + 1
    if text:
        yield text[start:]
