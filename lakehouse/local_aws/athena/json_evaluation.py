"""Walking a JSON value by a path: the sequence of items it selects, in lax and strict mode.

Reading paths belongs to `json_paths`. All pure.
Source: Trino "JSON path language", checked 2026-11.
"""

import math
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from lakehouse.local_aws.athena.json_paths import Node, Path

_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "<>": operator.ne, "!=": operator.ne, "<": operator.lt,
    ">": operator.gt, "<=": operator.le, ">=": operator.ge,
}  # fmt: skip


class PathError(ValueError):
    """A path does not fit a value (a structural error, a wrong type, a division by zero)."""


@dataclass(frozen=True)
class _At:
    """Where evaluation stands: the whole input, the filtered item, the last index, variables."""

    lax: bool
    context: Any
    variables: dict[str, Any]
    item: Any = None
    last: int | None = None


def evaluate(path: Path, value: Any, variables: dict[str, Any]) -> list[Any]:
    """The items that a path selects. PathError."""
    return _items(path.root, _At(path.lax, value, variables))


def _items(node: Node, at: _At) -> list[Any]:
    if node.kind == "literal":
        return [node.value]
    if node.kind == "context":
        return [at.context]
    if node.kind == "item":
        return [at.item]
    if node.kind == "variable":
        if node.value not in at.variables:
            raise PathError(f"no value passed for parameter {node.value}")
        return [at.variables[node.value]]
    if node.kind == "last":
        if at.last is None:
            raise PathError("accessing the last array index outside array")
        return [at.last]
    return _ACCESS[node.kind](node, at)


def _binary(node: Node, at: _At) -> list[Any]:
    left, right = (_number(_unwrapped(_items(part, at), at)) for part in node.parts)
    if node.value in "/%" and right == 0:
        raise PathError("division by zero")
    if isinstance(left, int) and isinstance(right, int):
        if node.value == "/":
            return [int(abs(left) // abs(right)) * (1 if (left < 0) == (right < 0) else -1)]
        if node.value == "%":
            return [int(math.fmod(left, right))]
    actions: dict[str, Callable[[Any, Any], Any]] = {
        "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
        "%": math.fmod,
    }  # fmt: skip
    return [actions[node.value](left, right)]


def _number(items: list[Any]) -> Any:
    if len(items) != 1 or not _is_number(items[0]):
        raise PathError("a single number is expected")
    return items[0]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _unary(node: Node, at: _At) -> list[Any]:
    items = _unwrapped(_items(node.parts[0], at), at)
    if not all(map(_is_number, items)):
        raise PathError("a number is expected")
    return [-i if node.value == "-" else i for i in items]


def _unwrapped(items: list[Any], at: _At) -> list[Any]:
    if not at.lax:
        return items
    return [inner for item in items for inner in (item if isinstance(item, list) else [item])]


def _objects(node: Node, at: _At) -> Iterator[dict[str, Any]]:
    for item in _unwrapped(_items(node.parts[0], at), at):
        if isinstance(item, dict):
            yield item
        elif not at.lax:
            raise PathError("a JSON object is expected")


def _member(node: Node, at: _At) -> list[Any]:
    found = []
    for item in _objects(node, at):
        if node.value in item:
            found.append(item[node.value])
        elif not at.lax:
            raise PathError(f"missing member '{node.value}' in JSON object")
    return found


def _members(node: Node, at: _At) -> list[Any]:
    return [value for item in _objects(node, at) for value in item.values()]


def _descendants(node: Node, at: _At) -> list[Any]:
    found: list[Any] = []

    def visit(value: Any) -> None:
        if isinstance(value, dict):
            if node.value in value:
                found.append(value[node.value])
            for inner in value.values():
                visit(inner)
        elif isinstance(value, list):
            for inner in value:
                visit(inner)

    for item in _items(node.parts[0], at):
        visit(item)
    return found


def _arrays(node: Node, at: _At) -> Iterator[list[Any]]:
    for item in _items(node.parts[0], at):
        if isinstance(item, list):
            yield item
        elif at.lax:
            yield [item]
        else:
            raise PathError("a JSON array is expected")


def _elements(node: Node, at: _At) -> list[Any]:
    return [value for array in _arrays(node, at) for value in array]


def _subscripts(node: Node, at: _At) -> list[Any]:
    found = []
    for array in _arrays(node, at):
        inside = replace(at, last=len(array) - 1)
        for part in node.parts[1:]:
            found += _range(array, part, inside)
    return found


def _range(array: list[Any], part: Node, at: _At) -> list[Any]:
    ends = [int(_number(_unwrapped(_items(p, at), at))) for p in part.parts]
    low, high = ends[0], ends[-1]
    if not at.lax and not 0 <= low <= high < len(array):
        raise PathError("invalid array subscript")
    return array[max(low, 0) : high + 1] if high >= 0 else []


def _filter(node: Node, at: _At) -> list[Any]:
    items = _unwrapped(_items(node.parts[0], at), at)
    return [i for i in items if _test(node.parts[1], replace(at, item=i)) is True]


def _method(node: Node, at: _At) -> list[Any]:
    items = _items(node.parts[0], at)
    if node.value == "type":
        return [_type_name(i) for i in items]
    if node.value == "size":
        return [len(array) for array in _arrays(node, at)]
    if node.value == "keyvalue":
        objects = list(_objects(node, at))
        return [
            {"name": k, "value": v, "id": n} for n, o in enumerate(objects) for k, v in o.items()
        ]
    return [_calculated(node.value, i) for i in _unwrapped(items, at)]


def _calculated(name: str, value: Any) -> Any:
    if name == "double":
        try:
            if isinstance(value, bool | None):
                raise ValueError(value)
            return float(value)
        except (ValueError, TypeError) as error:
            raise PathError("no double") from error
    if not _is_number(value):
        raise PathError("a number is expected")
    if name == "abs":
        return abs(value)
    if isinstance(value, int):
        return value
    whole = math.ceil(value) if name == "ceiling" else math.floor(value)
    return type(value)(whole)


def _type_name(value: Any) -> str:
    if value is None:
        return "null"
    names = {bool: "boolean", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "number")


_ACCESS: dict[str, Callable[[Node, _At], list[Any]]] = {
    "binary": _binary,
    "unary": _unary,
    "member": _member,
    "members": _members,
    "descendants": _descendants,
    "elements": _elements,
    "subscripts": _subscripts,
    "filter": _filter,
    "method": _method,
}


def _test(node: Node, at: _At) -> bool | None:
    """A condition of a filter: true, false, or None for unknown. It never fails."""
    if node.kind == "not":
        inner = _test(node.parts[0], at)
        return None if inner is None else not inner
    if node.kind in ("and", "or"):
        sides = [_test(part, at) for part in node.parts]
        decided = node.kind == "or"
        return decided if decided in sides else None if None in sides else not decided
    if node.kind == "unknown":
        return _test(node.parts[0], at) is None
    try:
        if node.kind == "exists":
            return bool(_items(node.parts[0], at))
        left, right = (_unwrapped(_items(part, at), at) for part in node.parts)
    except PathError:
        return None
    pairs = [(a, b) for a in left for b in right]
    if node.kind == "starts":
        return _any([_starts(a, b) for a, b in pairs], at.lax)
    return _any([_compared(node.value, a, b) for a, b in pairs], at.lax)


def _any(results: list[bool | None], lax: bool) -> bool | None:
    if not lax:
        return None if None in results else True in results
    return next((r for r in results if r is not False), False)  # the first that decides


def _starts(text: Any, prefix: Any) -> bool | None:
    return text.startswith(prefix) if isinstance(text, str) and isinstance(prefix, str) else None


def _compared(sign: str, one: Any, two: Any) -> bool | None:
    if one is None or two is None:
        both = one is None and two is None
        return both if sign == "==" else (not both if sign in ("<>", "!=") and both else False)
    same = type(one) is type(two) or (_is_number(one) and _is_number(two))
    if not same or isinstance(one, list | dict):
        return None
    return _COMPARE[sign](one, two)
