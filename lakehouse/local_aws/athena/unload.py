"""Writing a query's rows: UNLOAD, CREATE TABLE AS and INSERT INTO make objects of them.

DuckDB writes into a staging folder; each finished file then becomes an object in one step, so that
no reader meets half a file. What the catalog learns of it belongs to `ddl`.
Source: AWS "UNLOAD", "CREATE TABLE AS", "Considerations" and limits, checked 2026-11.
"""

import shutil
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.engine import Plan, Session
from lakehouse.local_aws.athena.errors import QueryError, not_supported
from lakehouse.local_aws.athena.partition_paths import escaped
from lakehouse.local_aws.athena.statement import PropertyValue
from lakehouse.local_aws.athena.tables import split_location
from lakehouse.local_aws.athena.types import Type

MAX_PARTITIONS = 100
OutputFormat = Literal["PARQUET", "TEXTFILE", "JSON"]
_COMPRESSIONS = {
    "PARQUET": {
        "GZIP": "gzip",
        "SNAPPY": "snappy",
        "ZSTD": "zstd",
        "NONE": "uncompressed",
        "LZ4": "lz4",
    },
    "JSON": {"GZIP": "gzip", "NONE": "none", "ZSTD": "zstd"},
}
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Target:
    """Where and how rows are written; `partitioned_by` names the last columns, in order."""

    location: str
    format: OutputFormat = "PARQUET"
    compression: str = "GZIP"
    partitioned_by: tuple[str, ...] = ()
    delimiter: str = "\x01"


@dataclass(frozen=True)
class Written:
    """What was written: the objects' addresses, rows, and each partition's values."""

    uris: tuple[str, ...]
    rows: int
    partitions: tuple[tuple[str, ...], ...] = field(default=())


def target_of(properties: dict[str, PropertyValue], location: str, default: OutputFormat) -> Target:
    """The target that WITH (...) describes. QueryError for what is not supported."""
    names = {"format": "format", "compression": "compression", "write_compression": "compression",
             "parquet_compression": "compression", "partitioned_by": "partitioned_by",
             "field_delimiter": "delimiter"}  # fmt: skip
    given: dict[str, Any] = {}
    for key, value in properties.items():
        if key in ("external_location", "table_type", "is_external", "compression_level"):
            _check_ignored(key, value)
        elif key in names:
            given[names[key]] = (
                value if key in ("partitioned_by", "field_delimiter") else str(value).upper()
            )
        else:
            raise not_supported(f"The property '{key}'")
    kind = given.setdefault("format", default)
    if kind not in _COMPRESSIONS:
        raise not_supported(f"Writing the format {kind}")
    compression = given.setdefault("compression", "GZIP")
    if compression not in _COMPRESSIONS[kind]:
        raise not_supported(f"Compression {compression} for {kind}")
    if isinstance(given.get("partitioned_by"), str):
        given["partitioned_by"] = (given["partitioned_by"].lower(),)
    return Target(location, **given)


def _check_ignored(key: str, value: PropertyValue) -> None:
    if key == "table_type" and str(value).upper() != "HIVE":
        raise not_supported(f"The table type {value}")
    if key == "is_external" and value is not True:
        raise not_supported("A table that is not external")
    if key == "compression_level":
        raise not_supported("The property 'compression_level'")


def check_columns(columns: Sequence[tuple[str, Type]], partitioned_by: Sequence[str]) -> None:
    """Partition columns must come last, no name twice, and every type be storable."""
    names = [name for name, _ in columns]
    if len(set(names)) != len(names):
        twice = next(n for n in names if names.count(n) > 1)
        raise QueryError("DUPLICATE_COLUMN_NAME", f"Column name '{twice}' specified more than once")
    if partitioned_by and tuple(names[-len(partitioned_by) :]) != tuple(partitioned_by):
        raise QueryError(
            "HIVE_COLUMN_ORDER_MISMATCH",
            "Partition keys must be the last columns in the table and in the same order as the "
            f"table properties: [{', '.join(partitioned_by)}]",
        )
    if len(partitioned_by) >= len(names):
        raise QueryError("INVALID_TABLE_PROPERTY", "Table contains only partition columns")
    for name, kind in columns:
        if _unstorable(kind):
            raise QueryError("NOT_SUPPORTED", f"Unsupported Hive type: {kind} (column {name})")


def _unstorable(kind: Type) -> bool:
    bad = (
        "unknown",
        "json",
        "time",
        "timestamp with time zone",
        "interval day to second",
        "interval year to month",
    )
    return kind.name in bad or any(_unstorable(item) for item in kind.items)


def check_empty(objects: Any, location: str) -> None:
    """HIVE_PATH_ALREADY_EXISTS when anything stands under the location."""
    bucket, prefix = split_location(location)
    if objects.list(bucket, prefix, limit=1):
        raise QueryError(
            "HIVE_PATH_ALREADY_EXISTS",
            f"Target directory for table '{location}' already exists: {location}",
        )


class Writer:
    """Writes one query's rows to objects; `check` may end it between running and publishing."""

    def __init__(
        self,
        session: Session,
        objects: Any,
        staging: Path,
        query_id: str,
        check: Callable[[Plan], None],
    ) -> None:
        self.session = session
        self.objects = objects
        self.folder = staging / query_id
        self.query_id = query_id
        self.check = check

    def write(self, plan: Plan, columns: Sequence[tuple[str, Type]], target: Target) -> Written:
        """Run the plan, stage its files, and put them under the target location."""
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            files = self._stage(plan, columns, target)
            self.check(plan)
            partitions = tuple(dict.fromkeys(_values(self.folder, f, target) for f in files))
            if target.partitioned_by and len(partitions) > MAX_PARTITIONS:
                words = f"Exceeded limit of {MAX_PARTITIONS} open writers for partitions/buckets"
                raise QueryError("HIVE_TOO_MANY_OPEN_PARTITIONS", words)
            rows = self.session.rows_written
            uris = tuple(self._put(file, target) for file in files)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)
        return Written(uris, rows, partitions if target.partitioned_by else ())

    def _stage(self, plan: Plan, columns: Sequence[tuple[str, Type]], target: Target) -> list[Path]:
        options = [*_format_options(target)]
        if target.partitioned_by:
            keys = ", ".join(t.duckdb_identifier(k) for k in target.partitioned_by)
            options += [
                f"PARTITION_BY ({keys})",
                "WRITE_PARTITION_COLUMNS false",
                "OVERWRITE_OR_IGNORE true",
            ]
            self.session.copy(plan, str(self.folder), ", ".join(options))
        else:
            path = self.folder / "data"
            self.session.copy(plan, str(path), ", ".join(options))
        files = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return files if self.session.rows_written else []

    def _put(self, file: Path, target: Target) -> str:
        bucket, prefix = split_location(target.location)
        values = _values(self.folder, file, target)
        folder = "".join(
            f"{k}={escaped(v)}/" for k, v in zip(target.partitioned_by, values, strict=True)
        )
        ending = (
            {"GZIP": ".gz", "ZSTD": ".zst"}.get(target.compression, "")
            if target.format != "PARQUET"
            else ""
        )
        name = f"{self.query_id}_{uuid.uuid4()}{ending}"
        key = f"{prefix}{folder}{name}"
        self.objects.put(bucket, key, file_blocks(file))
        return f"s3://{bucket}/{key}"


def _format_options(target: Target) -> Iterator[str]:
    compression = _COMPRESSIONS[target.format][target.compression]
    yield f"FORMAT {target.format.lower()}"
    yield f"COMPRESSION {compression}"


def _values(folder: Path, file: Path, target: Target) -> tuple[str, ...]:
    parts = file.parent.relative_to(folder).parts
    values = [unquote(part.partition("=")[2]) for part in parts]
    return tuple(values[: len(target.partitioned_by)])


def file_blocks(path: Path) -> Iterator[bytes]:
    """A file's bytes in blocks."""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block
