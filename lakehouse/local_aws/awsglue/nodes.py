"""Fields of a frame as (name, column, type), and changing some of them wherever they are nested.

A transform takes the nodes of a frame, changes them, and makes the new frame of what it has: one
projection in Spark, no work record by record. What a change does is its caller's affair.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812  Spark's own convention

from .gluetypes import ArrayType, ChoiceType, DataType, Field, StructType
from .paths import ELEMENTS, Path, quoted
from .spark_types import struct_from_spark, struct_to_spark


@dataclass(frozen=True)
class Typed:
    """Rows and what Glue calls their type; a choice is a struct in the rows (spark_types.py)."""

    data: DataFrame
    type: StructType


class Node(NamedTuple):
    """A field: where its value is found, and what it is."""

    name: str
    column: Column
    type: DataType


Change = Callable[[Node], list[Node]]
"""What becomes of a node: nothing, itself, or several in its place."""


def typed(data: DataFrame) -> Typed:
    """A DataFrame as a frame without choices."""
    return Typed(data, struct_from_spark(data.schema))


def no_rows(session: SparkSession, kind: StructType) -> Typed:
    """A frame without rows."""
    return Typed(session.createDataFrame([], struct_to_spark(kind)), kind)


def nodes_of(frame: Typed) -> list[Node]:
    """The top-level fields."""
    return [
        Node(field.name, F.col(quoted(field.name)), field.dataType) for field in frame.type.fields
    ]


def frame_of(frame: Typed, nodes: Sequence[Node]) -> Typed:
    """The rows of a frame with these fields instead of its own."""
    columns = [node.column.alias(node.name) for node in nodes]
    return Typed(frame.data.select(*columns), type_of(nodes))


def type_of(nodes: Iterable[Node]) -> StructType:
    """The struct of some fields."""
    return StructType([Field(node.name, node.type) for node in nodes])


def children(node: Node) -> list[Node]:
    """The fields of a struct; of a choice, its types by their names."""
    if isinstance(node.type, StructType):
        inside = [(field.name, field.dataType) for field in node.type]
    elif isinstance(node.type, ChoiceType):
        inside = [(choice.typeName(), choice) for choice in node.type.choices]
    else:
        return []
    return [Node(name, node.column.getField(name), kind) for name, kind in inside]


def struct_node(name: str, nodes: Sequence[Node], present: Column | None = None) -> Node:
    """A struct of some fields; null where `present` says so."""
    column = F.struct(*[node.column.alias(node.name) for node in nodes])
    whole = column if present is None else F.when(present, column)
    return Node(name, whole, type_of(nodes))


def changed(nodes: Iterable[Node], path: Path, change: Change) -> list[Node]:
    """The nodes with a change where the path leads; a path that leads nowhere changes nothing.

    A name after an array means its elements' field, with or without `[]` between.
    """
    made: list[Node] = []
    for node in nodes:
        if node.name != path[0]:
            made.append(node)
        else:
            made += change(node) if len(path) == 1 else _changed_inside(node, path[1:], change)
    return made


def found(nodes: Iterable[Node], path: Path) -> Node | None:
    """The node a path leads to, through structs only."""
    for node in nodes:
        if node.name == path[0]:
            return node if len(path) == 1 else found(children(node), path[1:])
    return None


def _changed_inside(node: Node, path: Path, change: Change) -> list[Node]:
    match node.type:
        case StructType():
            inside = changed(children(node), path, change)
            return [struct_node(node.name, inside, node.column.isNotNull())] if inside else []
        case ArrayType(elementType=element):
            return _changed_elements(node, element, path, change)
        case ChoiceType():
            return [_changed_choice(node, path, change)]
    return [node]


def _changed_elements(node: Node, element: DataType, path: Path, change: Change) -> list[Node]:
    rest = path[1:] if path[0] == ELEMENTS else path
    types: list[DataType] = []

    def one(value: Column) -> Column:
        inner = Node("element", value, element)
        made = _changed_inside(inner, rest, change) if rest else change(inner)
        types[:] = [result.type for result in made]
        return made[0].column if made else F.lit(None)

    column = F.transform(node.column, one)
    return [Node(node.name, column, ArrayType(types[0]))] if types else []


def _changed_choice(node: Node, path: Path, change: Change) -> Node:
    members: list[Node] = []
    for member in children(node):
        made = _changed_inside(member, path, change)
        members += [Node(member.name, result.column, result.type) for result in made]
    column = struct_node(node.name, members, node.column.isNotNull()).column
    return Node(node.name, column, ChoiceType([member.type for member in members]))
