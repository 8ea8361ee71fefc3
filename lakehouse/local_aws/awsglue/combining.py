"""Two frames into one: union, equality join, merge by primary keys.

Rules from "DynamicFrame class" and "Join class" of the Glue developer guide (checked 2026-11). The
types of both are merged as those of self-describing records are: a column that differs is a choice.
"""

from collections.abc import Sequence

from pyspark.sql import Column
from pyspark.sql import functions as F  # noqa: N812  Spark's own convention

from .casting import cast
from .gluetypes import ArrayType, ChoiceType, DataType, MapType, StructType
from .nodes import Node, Typed, children, found, frame_of, nodes_of, struct_node
from .paths import Path, parsed_path
from .refusal import unsupported
from .schema_tree import merged
from .spark_types import to_spark

_SIDES = ("\x1fleft", "\x1fright")


def united(one: Typed, other: Typed) -> Typed:
    """The rows of both."""
    kind = merged(one.type, other.type)
    assert isinstance(kind, StructType)
    left, right = (_conformed_frame(frame, kind) for frame in (one, other))
    return Typed(left.data.union(right.data), kind)


def joined(one: Typed, other: Typed, keys: Sequence[str], other_keys: Sequence[str]) -> Typed:
    """The pairs of rows with equal keys, all fields of both.

    A field of the second frame whose name the first has, too, gets a dot before it. (That one of
    the two gets it is documented; that it is the second one is chosen.)
    """
    left, right = (_packed(frame, side) for frame, side in zip((one, other), _SIDES, strict=True))
    condition = _equal(left, right, keys, other_keys)
    names = {field.name for field in one.type}
    fields = [
        *children(left),
        *[
            node._replace(name=f".{node.name}") if node.name in names else node
            for node in children(right)
        ],
    ]
    pairs = one.data.select(_whole(one).alias(_SIDES[0])).join(
        other.data.select(_whole(other).alias(_SIDES[1])), condition
    )
    return frame_of(Typed(pairs, StructType()), fields)


def merged_by_keys(source: Typed, staging: Typed, keys: Sequence[str]) -> Typed:
    """The staging rows, and the source rows whose keys are in none of them."""
    left, right = (
        _packed(frame, side) for frame, side in zip((source, staging), _SIDES, strict=True)
    )
    condition = _equal(left, right, keys, keys)
    kept = source.data.select(_whole(source).alias(_SIDES[0])).join(
        staging.data.select(_whole(staging).alias(_SIDES[1])), condition, "left_anti"
    )
    return united(staging, frame_of(Typed(kept, StructType()), children(left)))


def conformed(node: Node, kind: DataType) -> Node:
    """The node as a value of a type that its own was merged into."""
    if node.type == kind:
        return node
    match node.type, kind:
        case (ChoiceType(), ChoiceType()) | (StructType(), StructType()):
            column = _filled(node, children(Node("", F.lit(None), kind)))
        case _, ChoiceType():
            column = _one_of(node, kind)
        case ArrayType(elementType=element), ArrayType(elementType=wider):
            column = F.transform(
                node.column, lambda value: conformed(Node("", value, element), wider).column
            )
        case MapType(valueType=value), MapType(valueType=wider):
            column = F.transform_values(
                node.column, lambda _, found: conformed(Node("", found, value), wider).column
            )
        case _:
            column = cast(node, kind).column if node.type.typeName() == "decimal" else node.column
    return Node(node.name, column.cast(to_spark(kind)), kind)


def _conformed_frame(frame: Typed, kind: StructType) -> Typed:
    nodes = {node.name: node for node in nodes_of(frame)}
    wanted = [
        conformed(nodes[field.name], field.dataType)
        if field.name in nodes
        else Node(field.name, F.lit(None).cast(to_spark(field.dataType)), field.dataType)
        for field in kind
    ]
    return frame_of(frame, wanted)


def _filled(node: Node, wanted: Sequence[Node]) -> Column:
    """A struct with the fields of another: its own conformed, the others null."""
    own = {child.name: child for child in children(node)}
    fields = [
        conformed(own[field.name], field.type)
        if field.name in own
        else field._replace(column=F.lit(None).cast(to_spark(field.type)))
        for field in wanted
    ]
    return struct_node(node.name, fields, node.column.isNotNull()).column


def _one_of(node: Node, kind: ChoiceType) -> Column:
    members = children(Node("", F.lit(None), kind))
    fields = [
        conformed(node._replace(name=member.name), member.type)
        if member.name == node.type.typeName()
        else member._replace(column=F.lit(None).cast(to_spark(member.type)))
        for member in members
    ]
    return struct_node(node.name, fields, node.column.isNotNull()).column


def _packed(frame: Typed, side: str) -> Node:
    return Node(side, F.col(side), frame.type)


def _whole(frame: Typed) -> Column:
    return F.struct(*[node.column.alias(node.name) for node in nodes_of(frame)])


def _equal(left: Node, right: Node, keys: Sequence[str], other_keys: Sequence[str]) -> Column:
    if len(keys) != len(other_keys) or not keys:
        raise ValueError(f"a join needs as many keys of both frames: {keys} and {other_keys}")
    condition = F.lit(True)
    for key, other_key in zip(keys, other_keys, strict=True):
        pair = _key(left, parsed_path(key)), _key(right, parsed_path(other_key))
        condition &= pair[0].column == pair[1].column
    return condition


def _key(side: Node, path: Path) -> Node:
    node = found(children(side), path)
    if node is None:
        raise ValueError(f"there is no field {'.'.join(path)} to join by")
    if isinstance(node.type, ChoiceType):
        raise unsupported(f"joining by the choice field {node.name}")
    return node
