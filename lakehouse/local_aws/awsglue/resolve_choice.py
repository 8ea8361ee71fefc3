"""resolveChoice: one type for the fields that have several.

Actions from "resolveChoice", DynamicFrame class, and "ResolveChoice class" (checked 2026-11):
`cast:<type>`, `project:<type>` (other values become null: the class page and AWS's sample say so,
the method's page speaks of conversion), `make_cols`, `make_struct`, `match_catalog`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyspark.sql import functions as F  # noqa: N812  Spark's own convention
from pyspark.sql import types as spark

from .casting import cast
from .gluetypes import ArrayType, ChoiceType, DataType, Field, StructType
from .nodes import Change, Node, Typed, changed, children, frame_of, nodes_of
from .paths import ELEMENTS, Path, parsed_path
from .spark_types import to_spark, type_named

Spec = Sequence[str]
"""(path, action)"""


@dataclass(frozen=True)
class ResolveOption:
    """How `toDF` resolves the choice at a path: KeepAsStruct, or Project or Cast to a type."""

    path: str
    action: str
    target: spark.DataType | None = None

    def spec(self) -> Spec:
        """As resolveChoice takes it. Raises ValueError for an unknown action."""
        if self.action == "KeepAsStruct":
            return self.path, "make_struct"
        if self.action not in ("Project", "Cast") or self.target is None:
            raise ValueError(f"Unrecognized ResolveOption: {self.action} {self.target}")
        return self.path, f"{self.action.lower()}:{self.target.simpleString()}"


def resolved(frame: Typed, specs: Iterable[Spec]) -> Typed:
    """The frame with an action at each path."""
    nodes = nodes_of(frame)
    for path, action in specs:
        nodes = changed(nodes, parsed_path(path), change_of(action))
    return frame_of(frame, nodes)


def all_resolved(frame: Typed, action: str) -> Typed:
    """The frame with one action for all choices in it, also those a resolved one had inside."""
    nodes, change = nodes_of(frame), change_of(action)
    paths = choice_paths(frame.type)
    while paths:
        for path in paths:
            nodes = changed(nodes, path, change)
        left = choice_paths(frame_of(frame, nodes).type)
        paths = [path for path in left if path not in paths]
    return frame_of(frame, nodes)


def matched(frame: Typed, columns: Mapping[str, str]) -> Typed:
    """Each choice cast to the type of the catalog's column of that name, as far as there is one."""
    nodes = nodes_of(frame)
    for path in choice_paths(frame.type):
        if len(path) == 1 and path[0].lower() in columns:
            nodes = changed(nodes, path, change_of(f"cast:{columns[path[0].lower()]}"))
    return frame_of(frame, nodes)


def choice_paths(kind: DataType, above: Path = ()) -> list[Path]:
    """Where choices are, those inside other choices left out."""
    match kind:
        case ChoiceType():
            return [above]
        case StructType():
            return [
                path
                for field in kind
                for path in choice_paths(field.dataType, (*above, field.name))
            ]
        case ArrayType():
            return choice_paths(kind.elementType, (*above, ELEMENTS))
    return []


def change_of(action: str) -> Change:
    """What an action does to a node. Raises ValueError for an unknown one."""
    word, _, target = action.partition(":")
    if word == "cast" and target:
        return lambda node: [cast(node, type_named(target))]
    if word == "project" and target:
        return lambda node: [_projected(node, type_named(target))]
    if word == "make_cols":
        return _columns
    if word == "make_struct":
        return lambda node: [_struct(node)]
    raise ValueError(f"Unrecognized resolution action: {action}")


def _projected(node: Node, target: DataType) -> Node:
    if not isinstance(node.type, ChoiceType):
        return node
    for member in children(node):
        if member.name == target.typeName():
            return member._replace(name=node.name)
    return Node(node.name, F.lit(None).cast(to_spark(target)), target)


def _columns(node: Node) -> list[Node]:
    if not isinstance(node.type, ChoiceType):
        return [node]
    return [member._replace(name=f"{node.name}_{member.name}") for member in children(node)]


def _struct(node: Node) -> Node:
    if not isinstance(node.type, ChoiceType):
        return node
    fields = [Field(choice.typeName(), choice) for choice in node.type.choices]
    return node._replace(type=StructType(fields))
