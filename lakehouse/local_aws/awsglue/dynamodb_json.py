"""DynamoDB's JSON, in which every value stands under the name of its type: `{"S": "text"}`.

`unnest_ddb_json` takes the values out of `Item` into columns, one level deep; `simplify_ddb_json`
takes them out at any depth ("DynamicFrame class", checked 2026-11: a list with several types or
with maps in it stays as it is). Expressions for Spark.
"""

from pyspark.sql import functions as F  # noqa: N812  Spark's own convention

from .gluetypes import ArrayType, DataType, NullType, StructType
from .nodes import Node, Typed, children, frame_of, nodes_of, struct_node

_SCALARS = ("S", "N", "B", "BOOL")
_LISTS = ("SS", "NS", "BS", "L")
_WRAPPERS = {*_SCALARS, *_LISTS, "M", "NULL"}


def unnested_items(frame: Typed) -> Typed:
    """The attributes of `Item` as columns, each without its type's name."""
    return frame_of(frame, [_unwrapped(node) for node in _attributes(frame)])


def simplified_items(frame: Typed) -> Typed:
    """The attributes of `Item` as columns, without types' names at any depth."""
    return frame_of(frame, [_simplified(node) for node in _attributes(frame)])


def _attributes(frame: Typed) -> list[Node]:
    nodes = nodes_of(frame)
    return [
        inside
        for node in nodes
        for inside in (children(node) if node.name == "Item" and _struct(node.type) else [node])
    ]


def _unwrapped(node: Node) -> Node:
    name = _wrapper(node.type)
    if name is None:
        return node
    inner = _only(node)
    if name == "NULL":
        return Node(node.name, F.lit(None), NullType())
    return inner._replace(name=node.name)


def _simplified(node: Node) -> Node:
    name = _wrapper(node.type)
    if name is None:
        return node
    inner = _unwrapped(node)
    if name == "M" and isinstance(inner.type, StructType):
        fields = [_simplified(child) for child in children(inner)]
        return struct_node(node.name, fields, inner.column.isNotNull()) if fields else inner
    if name == "L" and isinstance(inner.type, ArrayType):
        return _simplified_list(inner, inner.type.elementType)
    return inner


def _simplified_list(node: Node, element: DataType) -> Node:
    if _wrapper(element) not in _SCALARS:
        return node
    kind = _only(Node("", F.lit(None), element)).type
    column = F.transform(node.column, lambda value: _only(Node("", value, element)).column)
    return Node(node.name, column, ArrayType(kind))


def _only(node: Node) -> Node:
    return children(node)[0]


def _wrapper(kind: DataType) -> str | None:
    """The type's name under which a value stands; None for another struct, or for several."""
    if not _struct(kind):
        return None
    assert isinstance(kind, StructType)
    names = [field.name for field in kind]
    return names[0] if len(names) == 1 and names[0] in _WRAPPERS else None


def _struct(kind: DataType) -> bool:
    return isinstance(kind, StructType)
