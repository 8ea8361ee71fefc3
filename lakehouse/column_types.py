"""The types a clean column may have, written as Athena and Glue write them.

Here a type's text is read, checked and given its one normal spelling (`decimal(10, 2)` becomes
`decimal(10,2)`). The spelling is valid in the Glue Data Catalog and in Spark alike. How a raw
string becomes a value of the type does not belong here: see `lakehouse.expressions.typing_sql`.
"""

import difflib
import re
from collections.abc import Iterator
from typing import Final

SCALARS: Final = ("string", "int", "bigint", "double", "boolean", "date", "timestamp")
NESTABLE: Final = ("string", "int", "bigint", "double", "boolean")
NAMES: Final = (*SCALARS, "decimal(p,s)", "struct<...>", "array<...>")
IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9_]*")

_TOKEN: Final = re.compile(r"\s*([a-z_][a-z0-9_]*|\d+|[<>(),:])", re.IGNORECASE)
_SYNONYMS: Final = {"integer": "int", "varchar": "string"}


def normal_type(text: str) -> str:
    """The normal spelling of a column type; ValueError says what is wrong with it."""
    tokens = _tokens(text)
    result = _read(tokens, nested=False)
    if (rest := next(tokens)) != "":
        raise ValueError(f"unknown type '{text}': '{rest}' is left over")
    return result


def is_nested(column_type: str) -> bool:
    """Whether the (normal) type is a struct or an array."""
    return column_type.startswith(("struct<", "array<"))


def decimal_digits(column_type: str) -> tuple[int, int]:
    """Precision and scale of a (normal) decimal type."""
    precision, scale = column_type.removeprefix("decimal(").removesuffix(")").split(",")
    return int(precision), int(scale)


def struct_fields(column_type: str) -> dict[str, str]:
    """Name -> type of a (normal) struct type's fields, in order."""
    fields: dict[str, str] = {}
    depth, start = 0, 0
    body = column_type.removeprefix("struct<").removesuffix(">") + ","
    for at, character in enumerate(body):
        depth += (character in "<(") - (character in ">)")
        if character == "," and depth == 0:
            name, _, kind = body[start:at].partition(":")
            fields[name] = kind
            start = at + 1
    return fields


def _tokens(text: str) -> Iterator[str]:
    at = 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ValueError(f"unknown type '{text}': '{text[at:].strip()}' is not understood")
        yield match[1].lower()
        at = match.end()
    while True:
        yield ""


def _read(tokens: Iterator[str], *, nested: bool) -> str:
    name = next(tokens)
    if name == "decimal":
        return _decimal(tokens)
    if name == "array":
        _expect(tokens, "<", "array<type>")
        element = _read(tokens, nested=True)
        _expect(tokens, ">", "array<type>")
        return f"array<{element}>"
    if name == "struct":
        return _struct(tokens)
    if name in SCALARS:
        if nested and name not in NESTABLE:
            raise ValueError(f"'{name}' inside struct or array: name the field by its path")
        return name
    raise ValueError(_unknown(name))


def _struct(tokens: Iterator[str]) -> str:
    _expect(tokens, "<", "struct<name:type,...>")
    fields: dict[str, str] = {}
    separator = ","
    while separator == ",":
        name = next(tokens)
        if not IDENTIFIER.fullmatch(name) or name in fields:
            raise ValueError(f"struct<name:type,...>: '{name}' is not a new field name")
        _expect(tokens, ":", "struct<name:type,...>")
        fields[name] = _read(tokens, nested=True)
        separator = next(tokens)
    if separator != ">":
        raise ValueError("struct<name:type,...>: '>' is missing")
    return "struct<" + ",".join(f"{name}:{kind}" for name, kind in fields.items()) + ">"


def _decimal(tokens: Iterator[str]) -> str:
    usage = "decimal(precision,scale)"
    _expect(tokens, "(", usage)
    precision = next(tokens)
    _expect(tokens, ",", usage)
    scale = next(tokens)
    _expect(tokens, ")", usage)
    if not (precision.isdigit() and scale.isdigit()):
        raise ValueError(f"{usage}: both are whole numbers")
    if not (1 <= int(precision) <= 38 and int(scale) <= int(precision)):
        raise ValueError(f"{usage}: 1 <= precision <= 38 and scale <= precision")
    return f"decimal({int(precision)},{int(scale)})"


def _expect(tokens: Iterator[str], wanted: str, usage: str) -> None:
    if (found := next(tokens)) != wanted:
        raise ValueError(f"{usage}: '{wanted}' expected, found '{found}'")


def _unknown(name: str) -> str:
    known = [*SCALARS, "decimal", "struct", "array"]
    guess = _SYNONYMS.get(name) or next(iter(difflib.get_close_matches(name, known, n=1)), None)
    hint = f"did you mean '{guess}'?" if guess else f"one of {', '.join(NAMES)}"
    return f"unknown type '{name}'; {hint}"
