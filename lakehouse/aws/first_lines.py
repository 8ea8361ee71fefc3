"""The first line of raw CSV files, from as few of their first bytes as it takes.

A header says which field stands where, and only whoever reads a file from its start knows which
line it is. Line ends are those of Hadoop's text files: \\n, \\r and \\r\\n.
"""

import re
import zlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from lakehouse.aws.errors import ExecutionFailed
from lakehouse.aws.s3 import S3, S3Object
from lakehouse.raw_lines import RawFile

HEAD_BYTES = 16 * 1024
GROWTH = 16  # how much more is read where the first bytes hold no whole line
THREADS = 16
_LINE_END = re.compile(rb"[\r\n]")
_MARK = b"\xef\xbb\xbf"


def with_headers(s3: S3, files: Sequence[tuple[str, S3Object]]) -> list[RawFile]:
    """The files (of days), each with its first line; `ExecutionFailed` names one not unpacked."""
    with ThreadPoolExecutor(THREADS) as pool:
        lines = list(pool.map(lambda file: first_line(s3, file[1]), files))
    return [raw_file(file.uri, day, line) for (day, file), line in zip(files, lines, strict=True)]


def raw_file(uri: str, day: str, line: bytes | None) -> RawFile:
    """The file with its first line as text."""
    if line is None:
        return RawFile(uri, day, None)
    text = line.decode(errors="replace")
    return RawFile(uri, day, text, exact=text.encode() == line)


def first_line(s3: S3, file: S3Object) -> bytes | None:
    """A file's first line without byte order mark, unpacked by its suffix; None if it is empty."""
    count = HEAD_BYTES
    while True:
        head = s3.head_bytes(file.bucket, file.key, count) if file.size else b""
        text = _unpacked(file, head).removeprefix(_MARK)
        if end := _LINE_END.search(text):
            return text[: end.start()]
        if count >= file.size:
            return text or None
        count *= GROWTH


def _unpacked(file: S3Object, head: bytes) -> bytes:
    if not file.key.endswith(".gz"):
        return head
    text = b""
    while head:  # a file may be several packed ones, one behind the other
        unpacker = zlib.decompressobj(wbits=31)
        try:
            text += unpacker.decompress(head)
        except zlib.error as error:
            raise ExecutionFailed(f"cannot be read to the end: {file.uri} ({error})") from error
        head = unpacker.unused_data
    return text
