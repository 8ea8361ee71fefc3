"""Conditions on partition values as SQL over SQLite, and the part of the keys they can be in.

Pure. `partition_store` runs the SQL over its table `v`, whose columns `value_columns` fills: the
values of a partition in the form that sorts as their types do (`partition_values`).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lakehouse.local_aws.catalog.partition_expression import (
    Both,
    Comparison,
    Condition,
    Either,
    Like,
    Membership,
    Never,
    Not,
)
from lakehouse.local_aws.catalog.partition_values import Key

_GLOB = {"%": "*", "_": "?", "*": "[*]", "?": "[?]", "[": "[[]"}


@dataclass(frozen=True)
class Sql:
    """A condition with its parameters, in order."""

    text: str
    parameters: tuple[str | int, ...] = ()


def condition_sql(condition: Condition) -> Sql:
    """Write a condition; for values of their types it is true where `holds` is."""
    match condition:
        case Comparison(key, sign, text):
            return Sql(f"{_value(key)} {sign} ?", (key.sortable(text),))
        case Membership(key, texts):
            marks = ", ".join("?" * len(texts))
            return Sql(f"{_value(key)} IN ({marks})", tuple(key.sortable(t) for t in texts))
        case Like(key, pattern):
            glob = "".join(_GLOB.get(character, character) for character in pattern)
            return Sql(f"{_value(key)} GLOB ?", (glob,))
        case Never():
            return Sql("0")
        case Not(inner):
            written = condition_sql(inner)
            return Sql(f"NOT ({written.text})", written.parameters)
        case Both(left, right):
            return _joined("AND", condition_sql(left), condition_sql(right))
        case Either(left, right):
            return _joined("OR", condition_sql(left), condition_sql(right))


def _joined(word: str, left: Sql, right: Sql) -> Sql:
    return Sql(f"({left.text} {word} {right.text})", left.parameters + right.parameters)


VALUE_COLUMNS = ("value_0", "value_1", "value_2", "value_3", "other_values")
"""The first values of a partition each in a column, which SQLite reads fastest; a JSON array."""

_OTHERS = len(VALUE_COLUMNS) - 1


def value_columns(typed: Sequence[str | int | None]) -> tuple[str | int | None, ...]:
    """What stands in the columns for a partition's values; NULL is one that is not of its type."""
    padded = (*typed, *[None] * _OTHERS)[:_OTHERS]
    return (*padded, json.dumps(typed[_OTHERS:]))


def _value(key: Key) -> str:
    if key.position < _OTHERS:
        return f"v.{VALUE_COLUMNS[key.position]}"
    return f"json_extract(v.other_values, '$[{key.position - _OTHERS}]')"


Bounds = tuple[str, str | None]
"""The least value ("" is below all) and the greatest (None is above all)."""


def first_value_bounds(condition: Condition) -> Bounds:
    """Return what the conditions joined by AND say of a first key of strings.

    Its values lead the stored keys, so bounds spare reading; they never exclude a match.
    """
    found = [_leaf_bounds(leaf) for leaf in _conjuncts(condition)]
    highs = [high for _, high in found if high is not None]
    return max(low for low, _ in found), min(highs, default=None)


def _conjuncts(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, Both):
        yield from _conjuncts(condition.left)
        yield from _conjuncts(condition.right)
    else:
        yield condition


def _leaf_bounds(leaf: Condition) -> Bounds:
    if not isinstance(leaf, Comparison | Membership) or not _leads(leaf.key):
        return "", None
    if isinstance(leaf, Membership):
        return min(leaf.texts), max(leaf.texts)
    low = leaf.text if leaf.operator in ("=", ">", ">=") else ""
    return low, leaf.text if leaf.operator in ("=", "<", "<=") else None


def _leads(key: Key) -> bool:
    return key.position == 0 and key.kind == "string"
