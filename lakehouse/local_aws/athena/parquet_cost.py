"""What scans of Parquet files cost in bytes: after a query, and before it as far as is known.

Athena bills the column chunks that are read and no footers. Running belongs to `engine`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from lakehouse.local_aws.athena import parquet_files
from lakehouse.local_aws.athena.table_sql import DataFile, Relation

Node = dict[str, Any]
_SCANS = ("READ_PARQUET", "PARQUET_SCAN")
_PARTIAL = ("LIMIT", "TOP_N", "JOIN")  # operators that may keep a scan from reading everything


def read(profile: Node, relations: Sequence[Relation]) -> int:
    """Bytes of column chunks that a query read, from DuckDB's profile of it.

    DuckDB reads the pages of lists and maps more than once; no chunk is counted twice.
    """
    scans = list(_scans(profile))
    opened = [_opened(info, relations) for info in scans]
    footers = sum(parquet_files.footer_bytes(file) for files in opened for file in files)
    measured = int(profile.get("io", {}).get("total_bytes_read", 0)) - footers
    most = sum(_chunks(info, files) for info, files in zip(scans, opened, strict=True))
    return max(0, min(measured, most))


def is_unread(profile: Node) -> bool:
    """Whether DuckDB answered without reading: count(*), min and max come from footers."""
    return not any(True for _ in _scans(profile))


def unread(plan: Node, relations: Sequence[Relation]) -> int:
    """Bytes that Athena reads where DuckDB took min and max from footers, from `explained`."""
    files = {relation.name: relation.parquet for relation in relations}
    total = 0
    for node in _nodes(plan):
        info = node.get("extra_info") or {}
        table = str(info.get("Table", "")).rsplit(".", 1)[-1].strip('"')
        total += _chunks(info, files.get(table, ()))
    return total


def whole_scan(plan: Node, files: Sequence[DataFile]) -> int:
    """Bytes that a plan will read of the files; 0 when that cannot be said before it runs."""
    scans = list(_scans(plan))
    if len(scans) != 1 or scans[0].get("Filters") or _is_partial(plan):
        return 0
    return _chunks(scans[0], files)


def _chunks(info: Node, files: Sequence[DataFile]) -> int:
    """Bytes of all chunks of the columns that a scan names, in its output or in a filter."""
    filters = " ".join(_texts(info, "Filters"))
    found = {path.replace('"', "").lower() for path in _texts(info, "Projections")}
    total = 0
    for file in files:
        footer = parquet_files.footer(file)
        filtered = {name for name in footer.columns if name in filters.lower()}
        total += sum(
            size
            for leaf, size in footer.leaves.items()
            if any(leaf == path or leaf.startswith(f"{path}.") for path in found | filtered)
        )
    return total


def _texts(info: Node, key: str) -> list[str]:
    value = info.get(key) or []
    return [value] if isinstance(value, str) else value


def _is_partial(node: Node) -> bool:
    return any(word in str(node.get("name", "")) for word in _PARTIAL) or any(
        _is_partial(child) for child in node.get("children") or []
    )


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.get("children") or node.get("operator") or []:
        yield from _nodes(child)


def _scans(node: Node) -> Iterator[Node]:
    infos = (found.get("extra_info") or {} for found in _nodes(node))
    return (info for info in infos if info.get("Function") in _SCANS)


def _opened(info: Node, relations: Sequence[Relation]) -> Sequence[DataFile]:
    """The files that a scan opened: from the first one it names, as many as it says."""
    first = str(info.get("Filename(s)", "")).split(",")[0].strip()
    files = next((r.parquet for r in relations if any(str(f.path) == first for f in r.parquet)), ())
    count = int(info.get("Total Files Read", len(files)) or len(files))
    start = next((i for i, f in enumerate(files) if str(f.path) == first), 0)
    return files[start : start + count]
