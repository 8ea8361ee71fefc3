"""Keys of stored JSON as the SerDes see them, before DuckDB reads the lines.

A struct's fields are found whatever the case of their keys, and OpenX reads `_` for a dot in a key.
Keys of maps, and everything inside a text column, stay as they were written. What a line means
belongs to `serdes`; CloudTrail's files, one JSON document each, become lines here too.
Source: Trino's JSON line deserializers, AWS "OpenX JSON SerDe", checked 2026-11.
"""

import json
import re
from collections.abc import Callable, Sequence

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.serdes import StoredColumn
from lakehouse.local_aws.athena.typed import MARK
from lakehouse.local_aws.athena.types import Type

Rewrite = Callable[[bytes], bytes]

_UPPER_KEY = re.compile(rb'"[^"]*[A-Z][^"]*"\s*:')
_DOTTED_KEY = re.compile(rb'"[^"]*\.[^"]*"\s*:')
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]')
_OPAQUE = t.VARCHAR  # its content is no struct's: its keys stay as they are


def key_rewrite(
    columns: Sequence[StoredColumn], mapping: dict[str, str], lower: bool, dots: bool
) -> Rewrite | None:
    """What changes a block of lines so that structs' keys are spelled like their fields."""
    if not lower and not dots:
        return None
    top = t.row_of([(mapping.get(c.name, c.name), c.type) for c in columns])
    wanted = [pattern for pattern, on in ((_UPPER_KEY, lower), (_DOTTED_KEY, dots)) if on]

    def spelled(key: bytes) -> bytes:
        key = key.replace(b".", b"_") if dots else key
        return key.lower() if lower else key

    def rewrite(block: bytes) -> bytes:
        if not any(pattern.search(block) for pattern in wanted):
            return block
        return b"\n".join(_with_keys(line, top, spelled) for line in block.split(b"\n"))

    return rewrite


def _with_keys(line: bytes, top: Type, spelled: Rewrite) -> bytes:
    """A line whose structs' keys are `spelled`; `top` is the type of the whole line."""
    parts, done = [], 0
    inside: list[Type] = []  # the types of the objects and arrays around the place
    value, at_key = top, False
    for token in _TOKEN.finditer(line):
        sign = token.group()
        if sign in b"{[":
            inside.append(_holder(value, sign == b"["))
            value, at_key = _item(inside[-1]), sign == b"{"
        elif sign in b"}]":
            inside = inside[:-1]
            at_key = False
        elif sign == b",":
            value = _item(inside[-1]) if inside else _OPAQUE
            at_key = bool(inside) and inside[-1].name != "array"
        elif sign != b":" and at_key and inside:
            holder = inside[-1]
            key = spelled(sign) if holder.name == "row" else sign
            parts += [line[done : token.start()], key]
            done, at_key, value = token.end(), False, _member(holder, key)
    return b"".join([*parts, line[done:]])


def _holder(kind: Type, is_array: bool) -> Type:
    """The type of an object or array, where one of type `kind` is declared."""
    if is_array:
        return kind if kind.name == "array" else t.array_of(_OPAQUE)
    return kind if kind.name in ("row", "map") else _OPAQUE


def _item(kind: Type) -> Type:
    return kind.items[-1] if kind.name in ("array", "map") else _OPAQUE


def _member(kind: Type, key: bytes) -> Type:
    if kind.name != "row":
        return _item(kind)
    names = [t.field_name(kind, index) for index in range(len(kind.items))]
    name = key[1:-1].decode("utf-8", "replace")
    return kind.items[names.index(name)] if name in names else _OPAQUE


def records(document: bytes) -> bytes:
    """The lines of a CloudTrail file: one for each element of its `Records`."""
    try:
        found = json.loads(document)["Records"]
    except (ValueError, KeyError, TypeError) as error:
        words = f"Cannot read the Records of a CloudTrail file: {error}"
        raise OSError(f"{MARK}HIVE_CURSOR_ERROR: {words}{MARK}") from error
    return "\n".join(
        json.dumps(r, ensure_ascii=False, separators=(",", ":")) for r in found
    ).encode()
