"""Compressed objects as streams of plain bytes: gzip, bzip2, zstd, lz4, snappy, zip.

Belongs here: telling the compression (by magic bytes, Hadoop's snappy by the name) and opening it.
How much is read and what it means belongs to `sample` and the formats.

Source: https://docs.aws.amazon.com/glue/latest/dg/add-classifier.html#classifier-built-in (ZIP of
one file, BZIP, GZIP, LZ4, Snappy standard and Hadoop native; checked 2026-11). zstd is chosen.
"""

import bz2
import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, Literal, Protocol

import pyarrow as pa

Compression = Literal["none", "gzip", "bzip2", "zstd", "lz4", "snappy", "zip"]
"""How an object is compressed, in the words of the table parameter compressionType."""

CompressionErrors = (OSError, EOFError, zlib.error, zipfile.BadZipFile, pa.ArrowException)
"""What reading a broken stream raises."""

_FRAMED_SNAPPY = b"\xff\x06\x00\x00sNaPpY"
_MAGIC: Mapping[bytes, Compression] = {
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"\x04\x22\x4d\x18": "lz4",
    _FRAMED_SNAPPY: "snappy",
    b"PK\x03\x04": "zip",
}
_SNAPPY_COMPRESSED, _SNAPPY_PLAIN = 0x00, 0x01


class Reader(Protocol):
    """What gives decompressed bytes."""

    def read1(self, size: int, /) -> bytes:
        """Up to `size` bytes, what is at hand; none at the end."""


def compression_of(raw: BinaryIO, name: str) -> Compression:
    """Tell the compression of an open file that is called `name`; it stays at its start."""
    head = raw.read(16)
    raw.seek(0)
    found = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), None)
    if found is None and name.lower().endswith(".snappy"):
        return "snappy"
    return found or "none"


def opened(raw: BinaryIO, compression: Compression) -> Reader:
    """Open a file for reading its plain bytes. Raises one of `CompressionErrors`."""
    reader: Reader = _OPENERS[compression](raw)
    return reader


def _open_zip(raw: BinaryIO) -> Any:
    archive = zipfile.ZipFile(raw)
    members = archive.infolist()
    if len(members) != 1:
        raise zipfile.BadZipFile(f"an archive of {len(members)} files is not supported")
    return archive.open(members[0])


def _open_arrow(codec: str) -> Callable[[BinaryIO], Any]:
    return lambda raw: pa.CompressedInputStream(pa.PythonFile(_KeptOpen(raw), mode="r"), codec)


class _KeptOpen:
    """A file that Arrow cannot close with its own."""

    closed = False

    def __init__(self, raw: BinaryIO) -> None:
        self.read = raw.read

    def close(self) -> None:
        """Leave the file open."""


def _open_snappy(raw: BinaryIO) -> Any:
    framed = raw.read(len(_FRAMED_SNAPPY)) == _FRAMED_SNAPPY
    if not framed:
        raw.seek(0)
    return _Chunks(_framed_chunks(raw) if framed else _hadoop_chunks(raw))


class _Unbuffered:
    """A file whose every read is one of the file, buffered or not."""

    def __init__(self, raw: BinaryIO) -> None:
        self.read1 = raw.read


class _Chunks:
    """Chunks of bytes, read as one stream."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = io.BytesIO()

    def read1(self, size: int) -> bytes:
        data = self._rest.read(size)
        while not data:
            chunk = next(self._chunks, None)
            if chunk is None:
                return b""
            self._rest = io.BytesIO(chunk)
            data = self._rest.read(size)
        return data


def _framed_chunks(raw: BinaryIO) -> Iterator[bytes]:
    """Chunks of the snappy framing format: type, 24-bit length, CRC, data."""
    while head := raw.read(4):
        kind, length = head[0], int.from_bytes(head[1:], "little")
        body = _exactly(raw, length)
        if kind == _SNAPPY_COMPRESSED:
            yield _snappy(body[4:])
        elif kind == _SNAPPY_PLAIN:
            yield body[4:]


def _hadoop_chunks(raw: BinaryIO) -> Iterator[bytes]:
    """Blocks of Hadoop's SnappyCodec: plain length, then chunks with their compressed lengths."""
    while head := raw.read(4):
        (left,) = struct.unpack(">I", head.rjust(4))
        while left > 0:
            (length,) = struct.unpack(">I", _exactly(raw, 4))
            chunk = _snappy(_exactly(raw, length))
            left -= len(chunk)
            yield chunk


def _exactly(raw: BinaryIO, length: int) -> bytes:
    data = raw.read(length)
    if len(data) < length:
        raise EOFError("the snappy stream is cut off")
    return data


def _snappy(block: bytes) -> bytes:
    """Decompress one raw block, whose plain length stands first as a varint."""
    size, shift = 0, 0
    for byte in block[:5]:
        size |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    if size > _LONGEST_BLOCK:
        raise OSError(f"a snappy block of {size} bytes")
    return bytes(pa.decompress(block, decompressed_size=size, codec="snappy"))


_LONGEST_BLOCK = 1 << 26

_OPENERS: Mapping[Compression, Callable[[BinaryIO], Any]] = {
    "none": _Unbuffered,
    "gzip": lambda raw: gzip.GzipFile(fileobj=raw),
    "bzip2": bz2.BZ2File,
    "zstd": _open_arrow("zstd"),
    "lz4": _open_arrow("lz4"),
    "snappy": _open_snappy,
    "zip": _open_zip,
}
