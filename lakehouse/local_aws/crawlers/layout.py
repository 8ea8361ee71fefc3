"""Which folders are tables and which are partitions: the shape of a crawled S3 prefix.

Pure. Folders of compatible and similar files at equal depth are partitions of one table, with the
keys of their `k=v` names or `partition_0`, `partition_1`, ...; what is not becomes tables of its
own. Reading files belongs to `scan`, writing tables to `publish`.

Source: https://docs.aws.amazon.com/glue/latest/dg/crawler-s3-folder-table-partition.html,
https://repost.aws/knowledge-center/glue-crawler-detect-schema (more than 70% of one schema, at most
five schemas), crawler-grouping-policy.html and crawler-table-level.html (checked 2026-11).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote

from lakehouse.local_aws.crawlers.formats.schema import (
    FileSchema,
    compatible,
    merged_schemas,
    similar,
)

Parts = tuple[str, ...]

_THRESHOLD = 0.7
_MOST_SCHEMAS = 5
_HIVE_FOLDER = re.compile(r"([^=]+)=(.*)", re.DOTALL)


@dataclass(frozen=True)
class Leaf:
    """A folder with files, or one file that does not fit its neighbours.

    `path` is relative to the include path; `objects` and `size` (bytes) count all its files, also
    those that were not sampled.
    """

    path: Parts
    schema: FileSchema
    objects: int
    size: int
    is_file: bool = False


@dataclass(frozen=True)
class Grouping:
    """What a crawler says of tables: any compatible schemas are one (CombineCompatibleSchemas),
    and how many folders below the include path a table's root is, if that is fixed.
    """

    combine: bool = False
    table_depth: int | None = None


@dataclass(frozen=True)
class TablePlan:
    """A table to be: its root below the include path, its schema, its leaves and keys."""

    path: Parts
    schema: FileSchema
    keys: tuple[str, ...]
    leaves: tuple[Leaf, ...]

    @property
    def is_file(self) -> bool:
        """Whether the table is one file and not a folder."""
        return self.leaves[0].is_file

    def values(self, leaf: Leaf) -> list[str]:
        """Return a leaf's partition values, one for each key."""
        return [folder_value(part) for part in leaf.path[len(self.path) :]]


BY_SIMILARITY = Grouping()
"""What a crawler does unless it is told otherwise."""


def plan_tables(leaves: Sequence[Leaf], grouping: Grouping = BY_SIMILARITY) -> list[TablePlan]:
    """Group leaves into tables, from the include path downwards."""
    return _rooted(leaves, (), grouping) if leaves else []


def plan_single(leaves: Sequence[Leaf], keys: Sequence[str]) -> TablePlan:
    """Make one table of all leaves that fit the first: what a catalog target asks for.

    A catalog target's grouping is CombineCompatibleSchemas and its keys are the table's, so a
    leaf of another depth or another format is left out.
    """
    fitting = [leaf for leaf in leaves if len(_folder(leaf)) == len(keys)] or list(leaves)
    first = fitting[0].schema
    fitting = [leaf for leaf in fitting if compatible(first, leaf.schema)]
    schema = merged_schemas([leaf.schema for leaf in fitting])
    return TablePlan((), schema, tuple(keys), tuple(fitting))


def plan_more(
    plans: Sequence[TablePlan], fresh: Sequence[Leaf], grouping: Grouping
) -> tuple[list[TablePlan], list[Leaf]]:
    """Add leaves to tables that are known; return the tables with more, and what fits none.

    A leaf below a table's root fits if it has the depth and a schema like the table's; leaves
    below no table's root make tables of their own.
    """
    grown: list[TablePlan] = []
    rejected: list[Leaf] = []
    left = list(fresh)
    for plan in plans:
        below = [leaf for leaf in left if _is_below(leaf, plan)]
        left = [leaf for leaf in left if leaf not in below]
        fitting = [leaf for leaf in below if _fits(leaf, plan, grouping)]
        rejected += [leaf for leaf in below if leaf not in fitting]
        if fitting:
            schema = merged_schemas([plan.schema, *(leaf.schema for leaf in fitting)])
            grown.append(replace(plan, schema=schema, leaves=(*plan.leaves, *fitting)))
    beside: dict[Parts, list[Leaf]] = defaultdict(list)
    for leaf in left:
        beside[_root_beside(leaf, plans)].append(leaf)
    new = [plan for root, below in beside.items() for plan in _rooted(below, root, grouping)]
    return [*grown, *new], rejected


def are_one(schemas: Sequence[FileSchema], combine: bool = False) -> FileSchema | None:
    """Return the merged schema if the schemas make one table, else None.

    All are compatible, and unless `combine` more than 70% of them are variants of one schema and
    there are at most five. The most frequent one's columns come first.
    """
    if any(not compatible(schemas[0], other) for other in schemas[1:]):
        return None
    clusters = sorted(_clusters(schemas), key=len, reverse=True)
    alike = len(clusters[0]) > _THRESHOLD * len(schemas) and len(clusters) <= _MOST_SCHEMAS
    if not alike and not combine:
        return None
    return merged_schemas([schema for cluster in clusters for schema in cluster])


def _clusters(schemas: Sequence[FileSchema]) -> list[list[FileSchema]]:
    """Put schemas that are similar to the first one of a cluster together."""
    clusters: list[list[FileSchema]] = []
    for schema in schemas:
        for cluster in clusters:
            if cluster[0].columns == schema.columns or similar(cluster[0], schema):
                cluster.append(schema)
                break
        else:
            clusters.append([schema])
    return clusters


def folder_value(name: str) -> str:
    """Return the partition value that a folder's name stands for (`k=v` is v, unescaped)."""
    match = _HIVE_FOLDER.fullmatch(name)
    return unquote(match.group(2)) if match else name


def folder_key(name: str) -> str | None:
    """Return the key of a `k=v` folder in lower case, None for a plain folder."""
    match = _HIVE_FOLDER.fullmatch(name)
    return match.group(1).lower() if match else None


def _rooted(leaves: Sequence[Leaf], path: Parts, grouping: Grouping) -> list[TablePlan]:
    """Group leaves below a path, at the fixed level if there is one."""
    if grouping.table_depth is None:
        return _grouped(leaves, path, grouping)
    roots: dict[Parts, list[Leaf]] = defaultdict(list)
    for leaf in leaves:
        roots[_folder(leaf)[: grouping.table_depth]].append(leaf)
    forced = replace(grouping, combine=True)
    return [plan for root, below in roots.items() for plan in _tables_at(below, root, forced)]


def _root_beside(leaf: Leaf, plans: Sequence[TablePlan]) -> Parts:
    """Return the highest folder of a leaf that holds none of the tables."""
    folder = _folder(leaf)
    for depth in range(len(folder)):
        if not any(plan.path[:depth] == folder[:depth] for plan in plans):
            return folder[:depth]
    return folder


def _folder(leaf: Leaf) -> Parts:
    """Return the folder of a leaf: a file's is the one it stands in."""
    return leaf.path[:-1] if leaf.is_file else leaf.path


def _grouped(leaves: Sequence[Leaf], path: Parts, grouping: Grouping) -> list[TablePlan]:
    return _tables_at(leaves, _inner_root(leaves, path), grouping)


def _tables_at(leaves: Sequence[Leaf], path: Parts, grouping: Grouping) -> list[TablePlan]:
    """Make one table of a folder if that can be, else tables of what is in it."""
    plan = _one_table(leaves, path, grouping)
    if plan is not None:
        return [plan]
    children: dict[str, list[Leaf]] = defaultdict(list)
    plans = []
    for leaf in leaves:
        if leaf.path == path:
            plans.append(TablePlan(path, leaf.schema, (), (leaf,)))
        else:
            children[leaf.path[len(path)]].append(leaf)
    for name, below in children.items():
        plans += _grouped(below, (*path, name), grouping)
    return plans


def _inner_root(leaves: Sequence[Leaf], path: Parts) -> Parts:
    """Return the folder below a path in which the folders part, or one is named `k=v`.

    A plain folder without a neighbour is no partition: the tables are in it.
    """
    first = _folder(leaves[0])
    for depth in range(len(path), len(first)):
        if folder_key(first[depth]) is not None:
            return first[:depth]
        if any(_folder(leaf)[: depth + 1] != first[: depth + 1] for leaf in leaves):
            return first[:depth]
    return max(path, first, key=len)


def _one_table(leaves: Sequence[Leaf], path: Parts, grouping: Grouping) -> TablePlan | None:
    if len({len(leaf.path) for leaf in leaves}) > 1:
        return None
    if any(leaf.is_file for leaf in leaves) and leaves[0].path != path:
        return None
    schema = are_one([leaf.schema for leaf in leaves], grouping.combine)
    if schema is None:
        return None
    return TablePlan(
        path, schema, _keys([leaf.path[len(path) :] for leaf in leaves]), tuple(leaves)
    )


def _keys(paths: Sequence[Parts]) -> tuple[str, ...]:
    """Name each level by the one key that all its folders carry, or by its number."""
    return tuple(_key([path[level] for path in paths], level) for level in range(len(paths[0])))


def _key(names: Iterable[str], level: int) -> str:
    found = {folder_key(name) for name in names}
    key = found.pop() if len(found) == 1 else None
    return key or f"partition_{level}"


def _is_below(leaf: Leaf, plan: TablePlan) -> bool:
    return not plan.is_file and leaf.path[: len(plan.path)] == plan.path


def _fits(leaf: Leaf, plan: TablePlan, grouping: Grouping) -> bool:
    inside = leaf.path[len(plan.path) :]
    if leaf.is_file or len(inside) != len(plan.keys) or not compatible(plan.schema, leaf.schema):
        return False
    named = all(
        key.startswith("partition_") or folder_key(name) == key
        for name, key in zip(inside, plan.keys, strict=True)
    )
    return named and (grouping.combine or similar(plan.schema, leaf.schema))
