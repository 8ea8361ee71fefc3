"""Files that DuckDB does not write: ORC through pyarrow, and LazySimpleSerDe's text.

Rows come as Arrow batches and go to one file a partition. What becomes of the files belongs to
`unload`. Source: Hive's LazySimpleSerDe (separators \\001, \\002, \\003 by depth, NULL as \\N).
"""

import base64
import gzip
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

import pyarrow as pa
from pyarrow import orc

from lakehouse.local_aws.athena import text
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.types import Type
from lakehouse.local_aws.athena.write_targets import COMPRESSIONS, Target

_MOST_FILES = 100
_NULL = "__HIVE_DEFAULT_PARTITION__"
_GZIP_LEVEL = 6


class _File(Protocol):
    def write(self, batch: pa.RecordBatch) -> None: ...

    def close(self) -> None: ...


class FileWriter:
    """Writes rows to `data` files in a folder, in one subfolder for each partition."""

    def __init__(self, folder: Path, columns: Sequence[tuple[str, Type]], target: Target) -> None:
        self.folder = folder
        self.target = target
        stored = len(columns) - len(target.partitioned_by)
        self.columns, self.keys = columns[:stored], columns[stored:]
        self.key_texts = [text.formatter(kind) for _, kind in self.keys]
        self.files: dict[tuple[str, ...], _File] = {}

    def write(self, batches: Iterable[pa.RecordBatch]) -> int:
        """Write everything; the number of rows."""
        rows = 0
        try:
            for batch in batches:
                rows += batch.num_rows
                self._write(batch)
        finally:
            for file in self.files.values():
                file.close()
        return rows

    def _write(self, batch: pa.RecordBatch) -> None:
        stored = batch.select(range(len(self.columns)))
        if not self.keys:
            self._file(()).write(stored)
            return
        by_key: dict[tuple[str, ...], list[int]] = {}
        columns = [batch.column(len(self.columns) + i).to_pylist() for i in range(len(self.keys))]
        for index, values in enumerate(zip(*columns, strict=True)):
            by_key.setdefault(self._texts(values), []).append(index)
        for values, indexes in by_key.items():
            self._file(values).write(stored.take(pa.array(indexes)))

    def _texts(self, values: Sequence[Any]) -> tuple[str, ...]:
        pairs = zip(values, self.key_texts, strict=True)
        return tuple(_NULL if value is None else write(value) for value, write in pairs)

    def _file(self, values: tuple[str, ...]) -> _File:
        if values not in self.files:
            if len(self.files) >= _MOST_FILES:
                words = f"Exceeded limit of {_MOST_FILES} open writers for partitions/buckets"
                raise QueryError("HIVE_TOO_MANY_OPEN_PARTITIONS", words)
            pairs = zip(self.target.partitioned_by, values, strict=True)
            folder = self.folder.joinpath(*(f"{k}={quote(v, safe='')}" for k, v in pairs))
            folder.mkdir(parents=True, exist_ok=True)
            opened = _OrcFile if self.target.format == "ORC" else _TextFile
            self.files[values] = opened(folder / "data", self.columns, self.target)
        return self.files[values]


class _OrcFile:
    def __init__(self, path: Path, columns: Sequence[tuple[str, Type]], target: Target) -> None:
        compression = COMPRESSIONS["ORC"][target.compression]
        self.writer = orc.ORCWriter(str(path), compression=compression)

    def write(self, batch: pa.RecordBatch) -> None:
        self.writer.write(pa.Table.from_batches([batch]))

    def close(self) -> None:
        self.writer.close()


class _TextFile:
    def __init__(self, path: Path, columns: Sequence[tuple[str, Type]], target: Target) -> None:
        separators = [target.delimiter, *map(chr, range(2, 9))]
        self.fields = [lazy_text(kind, separators, 1) for _, kind in columns]
        self.delimiter = target.delimiter
        self.stream = _stream(path, target.compression)

    def write(self, batch: pa.RecordBatch) -> None:
        columns = [
            [write(value) for value in column.to_pylist()]
            for write, column in zip(self.fields, batch.columns, strict=True)
        ]
        lines = (self.delimiter.join(row) for row in zip(*columns, strict=True))
        self.stream.write("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))

    def close(self) -> None:
        self.stream.close()


def _stream(path: Path, compression: str) -> Any:
    if compression == "GZIP":
        return gzip.open(path, "wb", compresslevel=_GZIP_LEVEL)
    if compression == "ZSTD":
        return pa.CompressedOutputStream(str(path), "zstd")
    return path.open("wb")


def lazy_text(kind: Type, separators: Sequence[str], level: int) -> Callable[[Any], str]:
    """The function that writes a value (or None) as LazySimpleSerDe does at a depth."""
    write = _lazy_value(kind, separators, level)
    return lambda value: "\\N" if value is None else write(value)


def _lazy_value(kind: Type, separators: Sequence[str], level: int) -> Callable[[Any], str]:
    items = [lazy_text(item, separators, level + 1) for item in kind.items]
    mark = separators[level]
    if kind.name == "array":
        return lambda value: mark.join(map(items[0], value))
    if kind.name == "row":
        return lambda value: mark.join(
            write(item) for write, item in zip(items, value.values(), strict=True)
        )
    if kind.name == "map":
        inner = separators[level + 1]
        key, item = (lazy_text(i, separators, level + 2) for i in kind.items)
        return lambda value: mark.join(f"{key(k)}{inner}{item(v)}" for k, v in dict(value).items())
    if kind.name == "varbinary":
        return lambda value: base64.b64encode(value).decode()
    return text.formatter(kind)
