"""The first line of a file, whatever ends it, however long it is, packed or not."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from lakehouse.aws.errors import ExecutionFailed
from lakehouse.aws.first_lines import first_line, raw_file
from lakehouse.aws.s3 import S3, S3Object
from lakehouse.raw_lines import RawFile

LONG = b"a" * 300_000
FILES: dict[str, tuple[bytes, bytes | None]] = {
    "lf.csv": (b"a,b\nc", b"a,b"),
    "crlf.csv": (b"a,b\r\nc", b"a,b"),
    "cr.csv": (b"a,b\rc", b"a,b"),
    "mark.csv": (b"\xef\xbb\xbfa\n", b"a"),
    "separators.csv": ("a\u2028b\x0cc\n".encode(), "a\u2028b\x0cc".encode()),
    "no_end.csv": (b"a,b", b"a,b"),
    "blank.csv": (b"\na", b""),
    "empty.csv": (b"", None),
    "long.csv": (LONG + b"\nx", LONG),
    "packed.csv.gz": (gzip.compress(b"a,b\nc"), b"a,b"),
    "packed_twice.csv.gz": (gzip.compress(b"a") + gzip.compress(b",b\nc"), b"a,b"),
    "packed_empty.csv.gz": (gzip.compress(b""), None),
}


@pytest.fixture(scope="module")
def s3(client: Callable[..., Any]) -> S3:
    client("s3").create_bucket(Bucket="first-lines")
    return S3(client("s3"))


def landed(s3: S3, name: str, body: bytes) -> S3Object:
    s3.put("first-lines", name, body)
    return S3Object("first-lines", name, len(body), "", datetime.now(UTC))


@pytest.mark.parametrize("name", FILES)
def test_the_first_line(s3: S3, name: str) -> None:
    body, line = FILES[name]
    assert first_line(s3, landed(s3, name, body)) == line


def test_a_file_that_is_not_packed_is_named(s3: S3) -> None:
    with pytest.raises(ExecutionFailed, match=r"cannot be read to the end: s3://first-lines/x\.gz"):
        first_line(s3, landed(s3, "x.gz", b"plain"))


def test_a_line_that_is_no_utf8_equals_no_text() -> None:
    assert raw_file("u", "d", b"a\xe9") == RawFile("u", "d", "a\ufffd", exact=False)
    assert raw_file("u", "d", "a\ufffd".encode()) == RawFile("u", "d", "a\ufffd", exact=True)
    assert raw_file("u", "d", None) == RawFile("u", "d", None)
