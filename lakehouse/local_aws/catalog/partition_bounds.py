"""Bounds that a GetPartitions expression sets to the values of the first partition key.

Pure, over a condition that `partition_filter` has compiled, so its literals and columns are known
to be good. Only for a key of strings, whose order is the order of the stored keys.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlglot import exp

from lakehouse.local_aws.catalog.partition_values import literal_text

Bounds = tuple[str, str | None]
"""The least value ("" is below all) and the greatest (None is above all)."""

_FROM = exp.EQ | exp.GTE | exp.GT
_TO = exp.EQ | exp.LTE | exp.LT


def bounds(condition: exp.Expression, first_key: Mapping[str, Any]) -> Bounds:
    """Return what the conditions joined by AND say of the first key; others say nothing."""
    if str(first_key.get("Type", "string")).lower() != "string":
        return "", None
    name = str(first_key["Name"]).lower()
    found = [_leaf_bounds(node, name) for node in _conjuncts(condition)]
    highs = [high for _, high in found if high is not None]
    return max(low for low, _ in found), min(highs, default=None)


def _conjuncts(node: exp.Expression) -> Iterator[exp.Expression]:
    if isinstance(node, exp.Paren):
        yield from _conjuncts(node.this)
    elif isinstance(node, exp.And):
        yield from _conjuncts(node.this)
        yield from _conjuncts(node.expression)
    else:
        yield node


def _leaf_bounds(node: exp.Expression, name: str) -> Bounds:
    column = node.this
    if not isinstance(column, exp.Column) or column.name.lower() != name:
        return "", None
    if isinstance(node, exp.Between):
        return literal_text(node.args["low"]), literal_text(node.args["high"])
    if isinstance(node, exp.In):
        members = [literal_text(member) for member in node.expressions]
        return min(members), max(members)
    low = literal_text(node.expression) if isinstance(node, _FROM) else ""
    return low, literal_text(node.expression) if isinstance(node, _TO) else None
