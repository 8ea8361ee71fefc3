"""Which folders are tables and which are partitions: the shape of a crawled S3 prefix.

Pure. Folders of similar files at equal depth are partitions of one table, with the keys of their
`k=v` names or `partition_0`, `partition_1`, ...; what is not similar becomes tables of its own.
Reading files belongs to `scan`, writing tables to `publish`.

Source: https://docs.aws.amazon.com/glue/latest/dg/crawler-s3-folder-table-partition.html and
https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html#crawler-data-stores-exclude
(checked 2026-11).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from urllib.parse import unquote

from lakehouse.local_aws.crawlers.file_schema import FileSchema
from lakehouse.local_aws.crawlers.schema_inference import merged_schema, similar

Parts = tuple[str, ...]

_MAJORITY = 0.7
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


def plan_tables(leaves: Sequence[Leaf], bucket_root: bool = False) -> list[TablePlan]:
    """Group leaves into tables, from the include path downwards.

    At the root of a bucket plain folders are tables of their own: there is no folder above them
    whose table they could be partitions of.
    """
    return _grouped(leaves, (), bucket_root) if leaves else []


def plan_single(leaves: Sequence[Leaf], keys: Sequence[str]) -> TablePlan:
    """Make one table of all leaves, whatever their folders: what a catalog target asks for."""
    schema, _ = _common_schema(leaves)
    return TablePlan((), schema, tuple(keys), tuple(leaves))


def folder_value(name: str) -> str:
    """Return the partition value that a folder's name stands for (`k=v` is v, unescaped)."""
    match = _HIVE_FOLDER.fullmatch(name)
    return unquote(match.group(2)) if match else name


def folder_key(name: str) -> str | None:
    """Return the key of a `k=v` folder in lower case, None for a plain folder."""
    match = _HIVE_FOLDER.fullmatch(name)
    return match.group(1).lower() if match else None


def sanitized(name: str) -> str:
    """Return a folder's or file's name as a table name: lower case, `_` for all but a-z 0-9 _."""
    return re.sub(r"[^a-z0-9_]", "_", name.lower())


def glob_pattern(glob: str) -> re.Pattern[str]:
    """Compile an exclusion: `*` within a folder, `**` across, `?`, `[a-z]`, `[!x]`, `{a,b}`."""
    pattern = "".join(
        _GLOB_PARTS.get(part) or _bracket(part) or re.escape(part)
        for part in re.findall(r"\*\*|\*|\?|\[[^\]]+\]|\\.|[{},]|.", glob, re.DOTALL)
    )
    return re.compile(pattern, re.DOTALL)


_GLOB_PARTS = {"**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")", ",": "|"}


def _bracket(part: str) -> str:
    if part.startswith("\\") and len(part) == 2:
        return re.escape(part[1])
    if len(part) < 3 or not part.startswith("["):
        return ""
    inner = part[1:-1]
    negated = inner.startswith("!")
    return f"[{'^' if negated else ''}{inner[negated:].replace(chr(92), chr(92) * 2)}]"


def _grouped(leaves: Sequence[Leaf], path: Parts, bucket_root: bool) -> list[TablePlan]:
    plan = _one_table(leaves, path, bucket_root)
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
        plans += _grouped(below, (*path, name), bucket_root=False)
    return plans


def _one_table(leaves: Sequence[Leaf], path: Parts, bucket_root: bool) -> TablePlan | None:
    depths = {len(leaf.path) for leaf in leaves}
    if len(depths) > 1 or (any(leaf.is_file for leaf in leaves) and leaves[0].path != path):
        return None
    keys = _keys([leaf.path[len(path) :] for leaf in leaves])
    if bucket_root and keys and keys[0].startswith("partition_"):
        return None
    schema, alike = _common_schema(leaves)
    if alike < _MAJORITY * len(leaves):
        return None
    return TablePlan(path, schema, keys, tuple(leaves))


def _keys(paths: Sequence[Parts]) -> tuple[str, ...]:
    """Name each level by the one key that all its folders carry, or by its number."""
    named = []
    for level in range(len(paths[0])):
        found = {folder_key(path[level]) for path in paths}
        key = found.pop() if len(found) == 1 else None
        named.append(key or f"partition_{level}")
    return tuple(named)


def _common_schema(leaves: Sequence[Leaf]) -> tuple[FileSchema, int]:
    """Merge the schemas that are similar to the most frequent one, and count them."""
    shapes = Counter(_shape(leaf.schema) for leaf in leaves)
    most_frequent = shapes.most_common(1)[0][0]
    reference = next(leaf.schema for leaf in leaves if _shape(leaf.schema) == most_frequent)
    alike = [leaf.schema for leaf in leaves if similar(reference, leaf.schema)]
    return reduce(merged_schema, alike), len(alike)


def _shape(schema: FileSchema) -> tuple[str, Parts]:
    return schema.classification, tuple(column.name for column in schema.columns)
