"""Casts between Glue's types, as resolveChoice and apply_mapping make them.

A value that cannot be cast becomes null ("Data preparation using ResolveChoice", Glue developer
guide, checked 2026-11); a number that does not fit, too. Expressions for Spark; what has no
documented meaning (numbers as moments, text as structs) is refused by name.
"""

from pyspark.sql import Column
from pyspark.sql import functions as F  # noqa: N812  Spark's own convention

from .gluetypes import ArrayType, ChoiceType, DataType, MapType, StructType
from .nodes import Node, children
from .refusal import unsupported
from .spark_types import to_spark

_WHOLE = {"byte": 8, "short": 16, "int": 32, "long": 64}  # bits
_NUMBERS = {*_WHOLE, "float", "double", "decimal"}
_MOMENTS = {"date", "timestamp"}
_FROM_TEXT = {
    **dict.fromkeys(_WHOLE, r"^\s*[+-]?\d+\s*$"),
    **dict.fromkeys(
        ("float", "double", "decimal"), r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"
    ),
    "boolean": r"^\s*(?i:true|false)\s*$",
}
"""What text has to look like: Spark alone would read 1.5 as the whole number 1, `1d` as 1.0."""


def cast(node: Node, target: DataType) -> Node:
    """The node with its value cast; for a complex target, only if it is that already."""
    if isinstance(node.type, ChoiceType):
        members = [cast(member, target) for member in children(node)]
        column = F.coalesce(*[member.column for member in members])
        return Node(node.name, column, members[0].type)
    if _complex(target):
        if target.typeName() != node.type.typeName():
            raise unsupported(
                f"casting {node.name} from {node.type.typeName()} to {target.typeName()}"
            )
        return node
    return Node(node.name, _cast_column(node, target), target)


def _complex(kind: DataType) -> bool:
    return isinstance(kind, ArrayType | MapType | StructType)


def _cast_column(node: Node, target: DataType) -> Column:
    source, goal = node.type.typeName(), target.typeName()
    spark = to_spark(target)
    if node.type == target:
        return node.column
    if _complex(node.type) and goal == "string":
        return F.to_json(node.column)
    if source in _NUMBERS and goal in _NUMBERS:
        return _number(node, target)
    if source == "string" and goal in _FROM_TEXT:
        return F.when(node.column.rlike(_FROM_TEXT[goal]), node.column.cast(spark))
    if _known(source, goal):
        return node.column.cast(spark)
    raise unsupported(f"casting {node.name} from {source} to {goal}")


def _known(source: str, goal: str) -> bool:
    return (
        source in ("null", "unknown")
        or goal == "string"
        or (source == "string" and goal in {*_MOMENTS, "binary"})
        or (source in _MOMENTS and goal in _MOMENTS)
        or (source == "boolean" and goal in _NUMBERS)
    )


def _number(node: Node, target: DataType) -> Column:
    bits = _WHOLE.get(target.typeName())
    if bits is None or _WHOLE.get(node.type.typeName(), 65) <= bits:
        return node.column.cast(to_spark(target))
    limit = 2 ** (bits - 1)
    fits = (node.column >= F.lit(-limit)) & (node.column <= F.lit(limit - 1))
    return F.when(fits, node.column.cast(to_spark(target)))
