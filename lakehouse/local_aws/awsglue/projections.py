"""Transforms that choose, rename, cast or unnest fields; rows stay as they are.

Rules from "DynamicFrame class" of the Glue developer guide (checked 2026-11). A path that leads
nowhere changes nothing, because no record has such a field.
"""

from collections.abc import Iterable, Iterator, Sequence

from pyspark.sql import functions as F  # noqa: N812  Spark's own convention

from .casting import cast
from .gluetypes import ChoiceType, StructType
from .nodes import Node, Typed, changed, children, found, frame_of, nodes_of, struct_node
from .paths import Path, parsed_path
from .spark_types import type_named

Mapping = Sequence[str]
"""(source column, source type, target column, target type)"""


def dropped(frame: Typed, paths: Iterable[str]) -> Typed:
    """The frame without some fields, nested ones and those of an array's elements too."""
    nodes = nodes_of(frame)
    for path in paths:
        nodes = changed(nodes, parsed_path(path), lambda node: [])
    return frame_of(frame, nodes)


def selected(frame: Typed, paths: Iterable[str]) -> Typed:
    """Some fields only, in the order of the paths; of a nested one, its struct with it alone."""
    wanted = _by_first(map(parsed_path, paths))
    nodes = {node.name: node for node in nodes_of(frame)}
    chosen = [_pruned(nodes[name], rest) for name, rest in wanted.items() if name in nodes]
    return frame_of(frame, [node for node in chosen if node is not None])


def renamed(frame: Typed, old: str, new: str) -> Typed:
    """A field under another name; beside its siblings if the new path says so, else moved."""
    source, target = parsed_path(old), parsed_path(new)
    nodes = nodes_of(frame)
    if source[:-1] == target[:-1]:
        return frame_of(
            frame, changed(nodes, source, lambda node: [node._replace(name=target[-1])])
        )
    moved = found(nodes, source)
    if moved is None:
        return frame
    rest = changed(nodes, source, lambda node: [])
    return frame_of(frame, [*rest, *_nested([(target, moved)])])


def mapped_fields(frame: Typed, mappings: Iterable[Mapping]) -> Typed:
    """The mapped fields only, cast and renamed; a target with dots is made of structs."""
    nodes = nodes_of(frame)
    made = []
    for source, _, target, kind in mappings:
        node = found(nodes, parsed_path(source))
        if node is not None:
            made.append((parsed_path(target), cast(node, type_named(kind))))
    return frame_of(frame, _nested(made))


def unnested(frame: Typed) -> Typed:
    """All fields of structs as columns with dotted names; arrays stay."""
    return frame_of(frame, list(flat_nodes(nodes_of(frame))))


def flat_nodes(nodes: Iterable[Node], prefix: str = "") -> Iterator[Node]:
    """The fields inside structs, under dotted names; a choice is a struct of its types."""
    for node in nodes:
        if isinstance(node.type, StructType | ChoiceType):
            yield from flat_nodes(children(node), f"{prefix}{node.name}.")
        else:
            yield node._replace(name=prefix + node.name)


def without_nulls(frame: Typed) -> Typed:
    """The frame without the fields that are null in every row, as DropNullFields does."""
    paths = [path for node in nodes_of(frame) for path in _struct_paths(node, ())]
    nodes = nodes_of(frame)
    present = [found(nodes, path) for path in paths]
    columns = [F.max(node.column.isNotNull()) for node in present if node is not None]
    seen = frame.data.select(*columns).first() if columns else None
    for path, some in zip(paths, seen or [], strict=False):
        if not some:
            nodes = changed(nodes, path, lambda node: [])
    return frame_of(frame, nodes)


def _pruned(node: Node, rests: Sequence[Path]) -> Node | None:
    """A node with only what some paths inside it lead to; an empty path means all of it."""
    if not all(rests) or not isinstance(node.type, StructType):
        return node
    wanted = _by_first(rests)
    kept = [_pruned(child, wanted[child.name]) for child in children(node) if child.name in wanted]
    fields = [child for child in kept if child is not None]
    return struct_node(node.name, fields, node.column.isNotNull()) if fields else None


def _by_first(paths: Iterable[Path]) -> dict[str, list[Path]]:
    groups: dict[str, list[Path]] = {}
    for path in paths:
        groups.setdefault(path[0], []).append(path[1:])
    return groups


def _nested(made: Sequence[tuple[Path, Node]]) -> list[Node]:
    """Nodes at their target paths: structs for what the paths have in common."""
    groups: dict[str, list[tuple[Path, Node]]] = {}
    for path, node in made:
        groups.setdefault(path[0], []).append((path[1:], node))
    return [_grouped(name, group) for name, group in groups.items()]


def _grouped(name: str, group: list[tuple[Path, Node]]) -> Node:
    inside = [(path, node) for path, node in group if path]
    if not inside:
        return group[-1][1]._replace(name=name)
    return struct_node(name, _nested(inside))


def _struct_paths(node: Node, above: Path) -> Iterator[Path]:
    path = (*above, node.name)
    yield path
    if isinstance(node.type, StructType):
        for child in children(node):
            yield from _struct_paths(child, path)
