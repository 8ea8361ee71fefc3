"""Writing a query's rows: UNLOAD, CREATE TABLE AS and INSERT INTO make objects of them.

DuckDB (or `row_writers`) writes into a staging folder; each finished file then becomes an object in
one step, so that no reader meets half a file. Where and how is `write_targets`' affair, what the
catalog learns of it `table_runs`'.
Source: AWS "UNLOAD", "CREATE TABLE AS", "Considerations" and limits, checked 2026-11.
"""

import shutil
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from lakehouse.local_aws.athena import row_writers
from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.engine import Plan, Session
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.partition_paths import escaped
from lakehouse.local_aws.athena.tables import split_location
from lakehouse.local_aws.athena.types import Type
from lakehouse.local_aws.athena.write_targets import COMPRESSIONS, Target

MAX_PARTITIONS = 100
_BLOCK = 1 << 20
_ENDINGS = {"GZIP": ".gz", "ZSTD": ".zst"}


@dataclass(frozen=True)
class Written:
    """What was written: the objects' addresses, rows, and each partition's values."""

    uris: tuple[str, ...]
    rows: int
    partitions: tuple[tuple[str, ...], ...] = field(default=())


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
        if target.format in ("ORC", "TEXTFILE"):
            writer = row_writers.FileWriter(self.folder, columns, target)
            self.session.rows_written = writer.write(self.session.batches(plan))
        elif target.partitioned_by:
            keys = ", ".join(t.duckdb_identifier(k) for k in target.partitioned_by)
            by = f"PARTITION_BY ({keys}), WRITE_PARTITION_COLUMNS false, OVERWRITE_OR_IGNORE true"
            self.session.copy(plan, str(self.folder), f"{_format_options(target)}, {by}")
        else:
            self.session.copy(plan, str(self.folder / "data"), _format_options(target))
        files = sorted(path for path in self.folder.rglob("*") if path.is_file())
        return files if self.session.rows_written else []

    def _put(self, file: Path, target: Target) -> str:
        bucket, prefix = split_location(target.location)
        values = _values(self.folder, file, target)
        folder = "".join(
            f"{k}={escaped(v)}/" for k, v in zip(target.partitioned_by, values, strict=True)
        )
        text = target.format in ("JSON", "TEXTFILE")
        name = (
            f"{self.query_id}_{uuid.uuid4()}{_ENDINGS.get(target.compression, '') if text else ''}"
        )
        key = f"{prefix}{folder}{name}"
        self.objects.put(bucket, key, file_blocks(file))
        return f"s3://{bucket}/{key}"


def _format_options(target: Target) -> str:
    compression = COMPRESSIONS[target.format][target.compression]
    level = f", COMPRESSION_LEVEL {target.level}" if target.level is not None else ""
    return f"FORMAT {target.format.lower()}, COMPRESSION {compression}{level}"


def _values(folder: Path, file: Path, target: Target) -> tuple[str, ...]:
    parts = file.parent.relative_to(folder).parts
    values = [unquote(part.partition("=")[2]) for part in parts]
    return tuple(values[: len(target.partitioned_by)])


def file_blocks(path: Path) -> Iterator[bytes]:
    """A file's bytes in blocks."""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block
