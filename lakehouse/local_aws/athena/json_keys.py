"""Keys of stored JSON as the SerDes see them, before DuckDB reads the lines.

A struct's fields are found whatever the case of their keys, and OpenX reads `_` for a dot in a key.
Keys of maps, and everything inside a text column, stay as they were written. What a line means
belongs to `serdes`; CloudTrail's files, one JSON document each, become lines here too.
Source: Trino's JSON line deserializers, AWS "OpenX JSON SerDe", checked 2026-11.
"""

import json
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.serdes import StoredColumn
from lakehouse.local_aws.athena.typed import MARK
from lakehouse.local_aws.athena.types import Type

Rewrite = Callable[[bytes], bytes]

_UPPER_KEY = re.compile(rb'"[^"]*[A-Z][^"]*"\s*:')
_DOTTED_KEY = re.compile(rb'"[^"]*\.[^"]*"\s*:')
_OPAQUE = t.VARCHAR  # its content is no struct's: its keys stay as they are


def key_rewrite(
    columns: Sequence[StoredColumn], mapping: dict[str, str], lower: bool, dots: bool
) -> Rewrite | None:
    """What changes a block of lines so that structs' keys are spelled like their fields."""
    if not lower and not dots:
        return None
    top = t.row_of([(mapping.get(c.name, c.name), c.type) for c in columns])
    wanted = [pattern for pattern, on in ((_UPPER_KEY, lower), (_DOTTED_KEY, dots)) if on]

    def spelled(key: str) -> str:
        key = key.replace(".", "_") if dots else key
        return key.lower() if lower else key

    def rewrite(block: bytes) -> bytes:
        if not any(pattern.search(block) for pattern in wanted):
            return block
        return b"\n".join(_with_keys(line, top, spelled) for line in block.split(b"\n"))

    return rewrite


def _with_keys(line: bytes, top: Type, spelled: Callable[[str], str]) -> bytes:
    """A line whose structs' keys are `spelled`; one that is no JSON object stays as it is."""
    try:
        found = json.loads(line, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return line
    if not isinstance(found, dict):
        return line
    renamed = _renamed(found, top, spelled)
    try:
        return json.dumps(renamed, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return json.dumps(renamed, separators=(",", ":")).encode()


def _refuse(name: str) -> None:
    raise ValueError(name)


def _renamed(value: Any, kind: Type, spelled: Callable[[str], str]) -> Any:
    """A value of a declared type with its structs' keys spelled."""
    if kind.name == "row" and isinstance(value, dict):
        fields = _fields(kind)
        keys = ((spelled(key), item) for key, item in value.items())
        return {key: _renamed(item, fields.get(key, _OPAQUE), spelled) for key, item in keys}
    if not kind.items or not kind.items[-1].items:
        return value
    if kind.name == "array" and isinstance(value, list):
        return [_renamed(item, kind.items[0], spelled) for item in value]
    if kind.name == "map" and isinstance(value, dict):
        return {key: _renamed(item, kind.items[1], spelled) for key, item in value.items()}
    return value


@lru_cache(maxsize=256)
def _fields(kind: Type) -> dict[str, Type]:
    return {t.field_name(kind, index): item for index, item in enumerate(kind.items)}


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
