"""split_rows: the rows that satisfy some comparisons, and the others.

Comparisons of one dictionary all have to hold ("split_rows", DynamicFrame class, checked 2026-11);
a row with a null in a compared field is among the others.
"""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from pyspark.sql import Column
from pyspark.sql import functions as F  # noqa: N812  Spark's own convention

from .gluetypes import ChoiceType
from .nodes import Node, Typed, found, nodes_of
from .paths import parsed_path
from .refusal import unsupported

Comparisons = Mapping[str, Mapping[str, Any]]
"""path -> comparator -> value"""
_COMPARATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def split(frame: Typed, comparisons: Comparisons) -> tuple[Typed, Typed]:
    """The rows that satisfy all comparisons, and those that do not. Raises ValueError."""
    condition: Column = F.lit(True)
    for path, wanted in comparisons.items():
        node = _field(frame, path)
        for comparator, value in wanted.items():
            condition &= _compared(node, comparator, value)
    satisfied = F.coalesce(condition, F.lit(False))
    return (
        Typed(frame.data.where(satisfied), frame.type),
        Typed(frame.data.where(~satisfied), frame.type),
    )


def _field(frame: Typed, path: str) -> Node:
    node = found(nodes_of(frame), parsed_path(path))
    if node is None:
        raise ValueError(f"split_rows: there is no field {path}")
    if isinstance(node.type, ChoiceType):
        raise unsupported(f"split_rows by the choice field {path}")
    return node


def _compared(node: Node, comparator: str, value: Any) -> Column:
    if comparator not in _COMPARATORS:
        raise ValueError(f"split_rows: unknown comparator {comparator!r}")
    compared: Column = _COMPARATORS[comparator](node.column, F.lit(value))
    return compared
