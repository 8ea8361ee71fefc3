"""The beginning of one object, decompressed: all that a crawler reads of a text file.

Belongs here: compression by magic bytes, the bound on what is read, how much of the object that
was. What the text means belongs to `schema_inference` and the modules of the formats.
"""

import bz2
import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal

import pyarrow as pa

from lakehouse.local_aws.errors import AwsError

Compression = Literal["none", "gzip", "bzip2", "zstd"]
"""How an object is compressed, in the words of the table parameter compressionType."""

_MAGIC: dict[bytes, Compression] = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\x28\xb5\x2f\xfd": "zstd",
}


@dataclass(frozen=True)
class FileSample:
    """What was read of an object: whole lines of text, and which share of its bytes they are."""

    path: Path
    size: int
    compression: Compression
    data: bytes
    share: float

    @property
    def text(self) -> str:
        """The sample as text; bytes that are not UTF-8 become replacement characters."""
        return self.data.decode("utf-8", errors="replace").removeprefix("\ufeff")


def read_sample(path: Path, size: int, limit: int) -> FileSample:
    """Read at most `limit` decompressed bytes, cut after the last whole line if more follows.

    Raises AwsError for a compressed file that cannot be decompressed.
    """
    with path.open("rb") as raw:
        compression = _compression(raw)
        try:
            data, consumed = _read(raw, compression, limit)
        except (OSError, EOFError, zlib.error, pa.ArrowException) as error:
            raise AwsError(
                "InvalidInputException", f"The {compression} file cannot be read: {error}"
            ) from error
    if len(data) <= limit:
        return FileSample(path, size, compression, data, 1.0)
    whole = data[:limit].rpartition(b"\n")[0] or data[:limit]
    share = min(1.0, consumed / max(size, 1)) * (len(whole) / len(data))
    return FileSample(path, size, compression, whole, share)


def _compression(raw: BinaryIO) -> Compression:
    head = raw.read(4)
    raw.seek(0)
    return next((name for magic, name in _MAGIC.items() if head.startswith(magic)), "none")


def _read(raw: BinaryIO, compression: Compression, limit: int) -> tuple[bytes, int]:
    """Return up to `limit + 1` bytes, and how many of the stored bytes were used for them."""
    opened = _OPENERS[compression](raw)
    data = opened.read(limit + 1)
    return data, raw.tell() if compression != "none" else len(data)


def _open_zstd(raw: BinaryIO) -> Any:
    return pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd")


_OPENERS: dict[Compression, Callable[[BinaryIO], Any]] = {
    "none": lambda raw: raw,
    "gzip": lambda raw: gzip.GzipFile(fileobj=raw),
    "bzip2": bz2.BZ2File,
    "zstd": _open_zstd,
}
