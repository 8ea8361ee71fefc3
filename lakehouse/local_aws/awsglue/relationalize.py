"""Relationalize: nested structs to dotted columns, arrays to frames of their own.

As Glue does ("relationalize", DynamicFrame class, checked 2026-11): a struct field becomes
`outer.inner`; an array column becomes a number that is `id` in the child frame `<root>_<column>`,
whose rows have `id`, `index` (from 0) and `<column>.val` or, for structs, `<column>.val.<field>`.
"""

from collections.abc import Sequence

from pyspark.sql import Column
from pyspark.sql import functions as F  # noqa: N812  Spark's own convention

from .gluetypes import ArrayType, Field, IntegerType, LongType, MapType, StructType
from .nodes import Node, Typed, frame_of, nodes_of
from .paths import quoted
from .projections import flat_nodes
from .refusal import unsupported

_ID = "\x1fid"


def relationalized(frame: Typed, root: str) -> dict[str, Typed]:
    """The flat root frame and one frame for each array, at any depth, by name."""
    return _frames(frame, root, root)


def _frames(frame: Typed, name: str, root: str) -> dict[str, Typed]:
    nodes = list(flat_nodes(nodes_of(frame)))
    _refuse_maps(nodes)
    arrays = [node for node in nodes if isinstance(node.type, ArrayType)]
    if not arrays:
        return {name: frame_of(frame, nodes)}
    # Kept, so that the ids of root and children come from one and the same evaluation.
    numbered = frame_of(frame, [*nodes, *_ids(arrays)])
    numbered.data.persist()
    frames = {name: frame_of(numbered, _root_nodes(numbered, arrays))}
    for array in arrays:
        frames |= _frames(_child(numbered, array), f"{root}_{array.name}", root)
    return frames


def _refuse_maps(nodes: Sequence[Node]) -> None:
    for node in nodes:
        if isinstance(node.type, MapType):
            raise unsupported(f"relationalize of the map column {node.name}")


def _ids(arrays: Sequence[Node]) -> list[Node]:
    """For each array, the number that links a row to the rows of its elements."""
    number = F.monotonically_increasing_id() + F.lit(1)
    return [
        Node(array.name + _ID, F.when(array.column.isNotNull(), number), LongType())
        for array in arrays
    ]


def _root_nodes(numbered: Typed, arrays: Sequence[Node]) -> list[Node]:
    columns = {node.name: node for node in nodes_of(numbered)}
    ids = {array.name: columns.pop(array.name + _ID) for array in arrays}
    return [ids.get(name, node)._replace(name=name) for name, node in columns.items()]


def _child(numbered: Typed, array: Node) -> Typed:
    assert isinstance(array.type, ArrayType)
    value = f"{array.name}.val"
    elements = F.posexplode(F.col(quoted(array.name))).alias("index", value)
    data = numbered.data.select(_column(array.name + _ID).alias("id"), elements)
    fields = [Field("id", LongType()), Field("index", IntegerType())]
    return Typed(data, StructType([*fields, Field(value, array.type.elementType)]))


def _column(name: str) -> Column:
    return F.col(quoted(name))
