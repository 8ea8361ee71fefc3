"""Files that hold no lines of UTF-8 text, told by their first bytes; and how to make them so. Pure.

Only what people have lying around as logs is known here. What a file of lines says is the affair
of `landing` and of `draft.sample`.
"""

from typing import Final

_CONVERT: Final = "only plain text and gzip are read: unpack it first, e.g. with "
_KINDS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\xfd7zXZ\x00", f"xz: {_CONVERT}xz -dk"),
    (b"BZh", f"bzip2: {_CONVERT}bunzip2 -k"),
    (b"\x28\xb5\x2f\xfd", f"Zstandard: {_CONVERT}zstd -dk"),
    (b"PK\x03\x04", f"a ZIP archive (or a spreadsheet): {_CONVERT}unzip"),
    (b"PAR1", "a Parquet file, not lines of text: write it as CSV or JSON lines first"),
    (b"ORC", "an ORC file, not lines of text: write it as CSV or JSON lines first"),
    (b"Obj\x01", "an Avro file, not lines of text: write it as CSV or JSON lines first"),
    (b"\xff\xfe", "UTF-16 text: convert it first, with iconv -f UTF-16 -t UTF-8"),
    (b"\xfe\xff", "UTF-16 text: convert it first, with iconv -f UTF-16 -t UTF-8"),
)
LONGEST: Final = max(len(start) for start, _ in _KINDS)


def unreadable_kind(start: bytes) -> str | None:
    """What a file is that begins so, and what to do with it; None if it may be lines of text."""
    return next((words for begin, words in _KINDS if start.startswith(begin)), None)
