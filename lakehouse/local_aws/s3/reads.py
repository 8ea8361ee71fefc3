"""GetObject and HeadObject: whole objects, ranges and parts.

Belongs here: which bytes are asked for, the headers of the answer.
Does not belong here: conditions, what was said of an object (`kept`), GetObjectAttributes.
"""

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.rows import StoredObject
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.s3.checksums import (
    checksum_headers,
    checksum_type,
    typed_checksum_headers,
)
from lakehouse.local_aws.s3.conditions import is_unmodified
from lakehouse.local_aws.s3.errors import S3Error, invalid_argument, invalid_request
from lakehouse.local_aws.s3.kept import header_value, kept_headers
from lakehouse.local_aws.s3.refusals import refuse_customer_key, refuse_version
from lakehouse.local_aws.s3.request import S3Request
from lakehouse.local_aws.s3.response import S3Response, http_date

_PIECE = 1 << 18
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_OVERRIDES: Mapping[str, str] = {
    "response-cache-control": "Cache-Control",
    "response-content-disposition": "Content-Disposition",
    "response-content-encoding": "Content-Encoding",
    "response-content-language": "Content-Language",
    "response-content-type": "Content-Type",
    "response-expires": "Expires",
}
MOST_PARTS = 10_000


class Span(NamedTuple):
    """Bytes of an object from `start` to before `end`."""

    start: int
    end: int


class FilePieces:
    """A span of an open file in pieces of bounded size; closes the file when it is done with."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file = file
        self._start = start
        self._end = end

    def __iter__(self) -> Iterator[bytes]:
        left = self._end - self._start
        self._file.seek(self._start)
        while left > 0 and (piece := self._file.read(min(_PIECE, left))):
            left -= len(piece)
            yield piece

    def close(self) -> None:
        """Called by the server at the end of the answer, complete or not (WSGI)."""
        self._file.close()


def get_object(request: S3Request, objects: ObjectStore) -> S3Response:
    """GetObject and HeadObject."""
    refuse_version(request.query)
    refuse_customer_key(request.headers)
    stored, file = objects.open(request.bucket, request.key or "")
    try:
        response = _read_response(request, stored, file)
    except AwsError:
        file.close()
        raise
    if isinstance(response.body, bytes):
        file.close()
    return response


def _read_response(request: S3Request, stored: StoredObject, file: BinaryIO) -> S3Response:
    if is_unmodified(request.headers, stored):
        return S3Response(304, _identity(stored))
    span = _asked_span(request, stored)
    start, end = span or Span(0, stored.size)
    headers = {**_identity(stored), "Accept-Ranges": "bytes", **kept_headers(stored)}
    headers |= _counts(request, stored) | _checksums(request, stored, span)
    headers |= _overrides(request)
    if span is not None:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{stored.size}"
    body = b"" if request.method == "HEAD" else FilePieces(file, start, end)
    return S3Response(200 if span is None else 206, headers, body, end - start)


def _identity(stored: StoredObject) -> dict[str, str]:
    return {"ETag": f'"{stored.etag}"', "Last-Modified": http_date(stored.last_modified)}


def _counts(request: S3Request, stored: StoredObject) -> dict[str, str]:
    counts = {"x-amz-tagging-count": len(stored.tags)}
    if "partNumber" in request.query:
        counts["x-amz-mp-parts-count"] = len(stored.part_sizes)
    return {name: str(count) for name, count in counts.items() if count}


def _checksums(request: S3Request, stored: StoredObject, span: Span | None) -> dict[str, str]:
    """The checksums of what is answered, if asked for: of the whole object or one of its parts."""
    mode = request.headers.get("x-amz-checksum-mode")
    if mode is None:
        return {}
    if mode.upper() != "ENABLED":
        raise invalid_request("Value for x-amz-checksum-mode header is invalid.")
    if "partNumber" in request.query and stored.part_sizes:
        return _part_checksum(int(request.query["partNumber"]), stored)
    whole = span in (None, (0, stored.size))
    return typed_checksum_headers(stored.checksums) if whole else {}


def _part_checksum(number: int, stored: StoredObject) -> dict[str, str]:
    if not stored.part_checksums:
        return {}
    part = dict.fromkeys(stored.checksums, stored.part_checksums[number - 1])
    return {**checksum_headers(part), "x-amz-checksum-type": checksum_type(stored.checksums)}


def _overrides(request: S3Request) -> dict[str, str]:
    asked = {
        _OVERRIDES[name]: header_value(name, text)
        for name, text in request.query.items()
        if name in _OVERRIDES
    }
    if asked and request.signed == "no":
        message = "Request specific response headers cannot be used for anonymous GET requests."
        raise invalid_request(message)
    return asked


def _asked_span(request: S3Request, stored: StoredObject) -> Span | None:
    """The bytes that Range or partNumber ask for, None for all; InvalidRange."""
    header = request.headers.get("range")
    if "partNumber" in request.query:
        if header is not None:
            message = "Cannot specify both Range header and partNumber query parameter"
            raise invalid_request(message)
        return _part_span(request.query["partNumber"], stored)
    if request.headers.get("if-range", stored.etag).strip('"') != stored.etag:
        return None
    return range_span(header, stored.size)


def range_span(header: str | None, size: int) -> Span | None:
    """The bytes of a Range header; None, meaning all, for one that S3 ignores."""
    found = _RANGE.fullmatch(header.strip()) if header else None
    if header is None or found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if first == "":
        span = Span(max(0, size - int(last)), size)
    else:
        if last and int(last) < int(first):
            return None
        span = Span(int(first), min(size, int(last) + 1) if last else size)
    if span.start >= span.end:
        details = {"RangeRequested": header, "ActualObjectSize": str(size)}
        message = "The requested range is not satisfiable"
        headers = {"Content-Range": f"bytes */{size}"}
        raise S3Error("InvalidRange", message, 416, details, headers)
    return span


def _part_span(text: str, stored: StoredObject) -> Span | None:
    sizes = stored.part_sizes or (stored.size,)
    number = part_number(text)
    if number > len(sizes):
        message = "The requested partnumber is not satisfiable"
        details = {"ActualPartCount": str(len(sizes)), "PartNumberRequested": text}
        raise S3Error("InvalidPartNumber", message, 416, details)
    start = sum(sizes[: number - 1])
    return Span(start, start + sizes[number - 1]) if stored.size else None


def part_number(text: str) -> int:
    """The number of a part, from 1 to 10,000; InvalidArgument."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST_PARTS:
        message = f"Part number must be an integer between 1 and {MOST_PARTS}, inclusive"
        raise invalid_argument(message, "partNumber", text)
    return int(text)
