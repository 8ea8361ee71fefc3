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
    """Bytes of column chunks that a query read, from DuckDB's profile of it."""
    footers = sum(_footer_bytes(info, relations) for info in _scans(profile))
    return max(0, int(profile["io"]["total_bytes_read"]) - footers)


def whole_scan(plan: Node, files: Sequence[DataFile]) -> int:
    """Bytes that a plan will read of the files; 0 when that cannot be said before it runs."""
    scans = list(_scans(plan))
    if len(scans) != 1 or scans[0].get("Filters") or _is_partial(plan):
        return 0
    projections = scans[0].get("Projections", [])
    names = [projections] if isinstance(projections, str) else projections
    return sum(_column_bytes(file, name.strip('"').lower()) for file in files for name in names)


def _column_bytes(file: DataFile, name: str) -> int:
    found = parquet_files.footer(file)
    return found.sizes[name] if found.leaves.get(name) == 1 else 0


def _is_partial(node: Node) -> bool:
    return any(word in str(node.get("name", "")) for word in _PARTIAL) or any(
        _is_partial(child) for child in node.get("children") or []
    )


def _scans(node: Node) -> Iterator[Node]:
    info = node.get("extra_info") or {}
    if info.get("Function") in _SCANS:
        yield info
    for child in node.get("children") or node.get("operator") or []:
        yield from _scans(child)


def _footer_bytes(info: Node, relations: Sequence[Relation]) -> int:
    first = str(info.get("Filename(s)", "")).split(",")[0].strip()
    files = next((r.parquet for r in relations if any(str(f.path) == first for f in r.parquet)), ())
    opened = int(info.get("Total Files Read", len(files)) or len(files))
    start = next((i for i, f in enumerate(files) if str(f.path) == first), 0)
    return sum(parquet_files.footer_bytes(file) for file in files[start : start + opened])
