"""Text objects as streams of lines for DuckDB: line ends, header lines, compression, encoding.

A `LineSource` can be scanned any number of times; each scan reads the files anew, a few megabytes
at a time. What a line means belongs to `serdes` and `row_parsers`.
Source: Hadoop's LineRecordReader (\\n, \\r\\n and \\r end a line; invalid UTF-8 becomes U+FFFD).
"""

import bz2
import gzip
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lakehouse.local_aws.athena.errors import QueryError, no_such_split
from lakehouse.local_aws.athena.typed import MARK

BLOCK_SIZE = 4 << 20  # bytes read at a time
Compression = Literal["none", "gzip", "bz2", "zstd"]
RowParser = Callable[[pa.Array], list[pa.Array]]


def compression_of(key: str) -> Compression:
    """The compression that a key's ending says. QueryError for one that is not read here."""
    ending = key.rsplit(".", 1)[-1].lower()
    if ending in ("gz", "gzip"):
        return "gzip"
    if ending == "bz2":
        return "bz2"
    if ending in ("zst", "zstd"):
        return "zstd"
    if ending in ("lz4", "snappy", "lzo", "deflate"):
        raise QueryError(
            "NOT_SUPPORTED", f"{ending} compressed text is not supported by the local AWS"
        )
    return "none"


@dataclass(frozen=True)
class TextFile:
    """A text object's file."""

    path: Path
    uri: str
    compression: Compression


@dataclass(frozen=True)
class LineSource:
    """Lines of files as an Arrow stream: the `columns` of `parser` (or `line`), and `file`.

    `header_lines` are skipped in every file. `rewrite` changes a block of bytes before it is split;
    `documents` makes lines of a file that is one document.
    """

    files: Sequence[TextFile]
    header_lines: int = 0
    columns: tuple[str, ...] = ("line",)
    parser: RowParser | None = None
    rewrite: Callable[[bytes], bytes] | None = None
    documents: Callable[[bytes], bytes] | None = None

    @property
    def schema(self) -> pa.Schema:
        """The stream's columns."""
        texts = [pa.field(f"c{i}", pa.string()) for i in range(len(self.columns))]
        return pa.schema([*texts, pa.field("file", pa.int32())])

    def __arrow_c_schema__(self) -> Any:
        return self.schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        reader = pa.RecordBatchReader.from_batches(self.schema, self.batches())
        return reader.__arrow_c_stream__(requested_schema)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The lines of all files, in order."""
        for index, file in enumerate(self.files):
            for lines in self._lines(file):
                columns = self.parser(lines) if self.parser else [lines]
                number = pa.array(np.full(len(lines), index, np.int32))
                yield pa.record_batch([*columns, number], schema=self.schema)

    def _lines(self, file: TextFile) -> Iterator[pa.Array]:
        skip = self.header_lines
        blocks = readable_blocks(file)
        if self.documents:
            blocks = iter([self.documents(b"\n".join(blocks))])
        for block in blocks:
            lines = _split(self.rewrite(block) if self.rewrite else block)
            if skip:
                lines, skip = lines[skip:], max(0, skip - len(lines))
            if len(lines):
                yield lines


def readable_blocks(file: TextFile) -> Iterator[bytes]:
    """`line_blocks`; a file that cannot be read fails the query by name, through DuckDB."""
    try:
        yield from line_blocks(file)
    except FileNotFoundError as error:
        gone = no_such_split(file.uri)
        raise OSError(f"{MARK}{gone}{MARK}") from error
    except (OSError, EOFError, zlib.error) as error:
        words = f"Failed to read file at {file.uri}: {error}"
        raise OSError(f"{MARK}HIVE_CURSOR_ERROR: {words}{MARK}") from error


def line_blocks(file: TextFile) -> Iterator[bytes]:
    """Whole lines, separated by \\n, without the last line end."""
    tail = b""
    with _open(file) as stream:
        first = True
        while block := stream.read(BLOCK_SIZE):
            if first:
                block, first = block.removeprefix(b"\xef\xbb\xbf"), False
            block = tail + block
            held = b"\r" if block.endswith(b"\r") else b""
            block = block[: len(block) - len(held)]
            if b"\r" in block:
                block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
            end = block.rfind(b"\n")
            tail = block[end + 1 :] + held
            if end >= 0:
                yield block[:end]
    if tail:
        yield tail.removesuffix(b"\r")


def _open(file: TextFile) -> BinaryIO:
    if file.compression == "gzip":
        return cast(BinaryIO, gzip.open(file.path, "rb"))
    if file.compression == "bz2":
        return cast(BinaryIO, bz2.open(file.path, "rb"))
    if file.compression == "zstd":
        return cast(BinaryIO, pa.input_stream(str(file.path), compression="zstd"))
    return file.path.open("rb")


def _split(block: bytes) -> pa.Array:
    lines = pc.split_pattern(pa.array([block], pa.large_binary()), pattern=b"\n").values
    try:
        return lines.cast(pa.large_string()).cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array(block.decode("utf-8", "replace").split("\n"), pa.string())
