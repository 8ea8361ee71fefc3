"""The beginning of one object, decompressed: all that a crawler reads of a text file.

Belongs here: the bound on what is read, how much of the object that was. Compression belongs to
`compression`, what the text means to `inference` and the modules of the formats.

Source: https://repost.aws/knowledge-center/glue-crawler-detect-schema (checked 2026-11): the first
megabyte of a file is read, up to ten of JSON whose first record is longer.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import BinaryIO

from lakehouse.local_aws.crawlers.formats.compression import (
    Compression,
    CompressionErrors,
    Reader,
    compression_of,
    opened,
)

_CHUNK = 1 << 16
_MOST_BUFFERED = 1 << 24


@dataclass(frozen=True)
class FileSample:
    """What was read of an object: whole lines of text, and which share of its bytes they are.

    `file` is the open object, for formats that are read elsewhere than at their start. `problem`
    says why a broken file could not be read further; `data` is what came before.
    """

    file: BinaryIO = field(repr=False, compare=False)
    size: int
    compression: Compression
    data: bytes
    share: float
    problem: str = ""

    @cached_property
    def text(self) -> str:
        """The sample as text; bytes that are not UTF-8 become replacement characters."""
        return self.data.decode("utf-8", errors="replace").removeprefix("\ufeff")

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines; only line feeds and carriage returns end one."""
        if "\r" in self.text:
            text = self.text.replace("\r\n", "\n").replace("\r", "\n")
        else:
            text = self.text
        return text.removesuffix("\n").split("\n") if text else []

    def estimated(self, sampled: float) -> float:
        """Return what a count over the sample is for the whole object."""
        return sampled / self.share if self.share else 0.0

    def longer(self, limit: int) -> "FileSample":
        """Return a sample of the same object that may be `limit` bytes long."""
        return replace(read_sample(self.file, self.size, limit), compression=self.compression)


def read_sample(file: BinaryIO, size: int, limit: int, name: str = "") -> FileSample:
    """Read at most `limit` decompressed bytes, cut after the last whole line if more follows.

    `size` is the object's size in bytes, `name` its key. A broken file gives what can be read.
    """
    file.seek(0)
    compression = compression_of(file, name)
    chunks: list[bytes] = []
    rest, problem = 0, ""
    try:
        reader = opened(file, compression)
        chunks += _chunks(reader, limit + 1)
        if compression != "none" and file.tell() >= size:
            # All was taken from the file, but not given out: bzip2 works in blocks of 900 kB.
            rest = sum(map(len, _chunks(reader, _MOST_BUFFERED)))
    except CompressionErrors as error:
        problem = f"The {compression} file cannot be read: {error}"
    data = b"".join(chunks)
    if len(data) <= limit:
        return FileSample(file, size, compression, data, 1.0, problem)
    whole = data[:limit].rpartition(b"\n")[0] or data[:limit]
    consumed = len(data) if compression == "none" else file.tell()
    share = min(1.0, consumed / max(size, 1)) * len(whole) / (len(data) + rest)
    return FileSample(file, size, compression, whole, share, problem)


def _chunks(reader: Reader, most: int) -> Iterator[bytes]:
    """Yield up to `most` bytes, those before the place where a file is broken, too."""
    while most > 0 and (chunk := reader.read1(min(most, _CHUNK))):
        yield chunk
        most -= len(chunk)
