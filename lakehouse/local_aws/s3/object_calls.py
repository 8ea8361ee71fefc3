"""Calls on one object: GetObject, HeadObject, PutObject, CopyObject.

Belongs here: headers in and out, ranges, copying.
Does not belong here: conditions, bodies, lists, multipart uploads; each has a module beside this.
"""

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple
from urllib.parse import unquote

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.store import (
    DEFAULT_CONTENT_TYPE,
    Attributes,
    ObjectStore,
    StoredObject,
)
from lakehouse.local_aws.s3.body import receive
from lakehouse.local_aws.s3.conditions import (
    check_copy_source,
    check_read,
    precondition_failed,
    write_condition,
)
from lakehouse.local_aws.s3.listing import owner_fields
from lakehouse.local_aws.s3.refusals import refuse_headers, refuse_object_subresource
from lakehouse.local_aws.s3.request import S3Request
from lakehouse.local_aws.s3.response import (
    Fields,
    S3Response,
    http_date,
    iso_date,
    xml_response,
)

_PIECE = 1 << 18
_META = "x-amz-meta-"
_KEPT_HEADERS = {
    "cache-control": "Cache-Control",
    "content-disposition": "Content-Disposition",
    "content-encoding": "Content-Encoding",
    "content-language": "Content-Language",
    "expires": "Expires",
    "x-amz-storage-class": "x-amz-storage-class",
}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


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
    """GetObject and HeadObject, and the subresources whose truth is known without storing them."""
    if request.method == "GET" and "acl" in request.query:
        return _acl(request, _known(request, objects))
    if request.method == "GET" and "tagging" in request.query:
        _known(request, objects)
        return xml_response("Tagging", [("TagSet", [])])
    refuse_object_subresource(request)
    stored, file = objects.open(request.bucket, request.key or "")
    try:
        response = _read_response(request, stored, file)
    except AwsError:
        file.close()
        raise
    if isinstance(response.body, bytes):
        file.close()
    return response


def _known(request: S3Request, objects: ObjectStore) -> StoredObject:
    return objects.get(request.bucket, request.key or "")


def _read_response(request: S3Request, stored: StoredObject, file: BinaryIO) -> S3Response:
    verdict = check_read(request.headers, stored)
    if verdict == "failed":
        raise precondition_failed()
    if verdict == "not modified":
        return S3Response(304, _identity(stored))
    span = _asked_span(request, stored)
    whole = span is None
    start, end = span or Span(0, stored.size)
    headers = {**_headers(request, stored, whole), "Accept-Ranges": "bytes"}
    if not whole:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{stored.size}"
    body = b"" if request.method == "HEAD" else FilePieces(file, start, end)
    return S3Response(200 if whole else 206, headers, body, end - start)


def _identity(stored: StoredObject) -> dict[str, str]:
    return {"ETag": f'"{stored.etag}"', "Last-Modified": http_date(stored.last_modified)}


def _headers(request: S3Request, stored: StoredObject, whole: bool) -> dict[str, str]:
    headers = {**_identity(stored), "Content-Type": stored.content_type, **stored.headers}
    headers |= {_META + name: value for name, value in stored.metadata.items()}
    if headers.get("x-amz-storage-class") == "STANDARD":
        del headers["x-amz-storage-class"]
    if whole and request.headers.get("x-amz-checksum-mode", "").upper() == "ENABLED":
        headers |= checksum_headers(stored.checksums)
    if "partNumber" in request.query and stored.part_sizes:
        headers["x-amz-mp-parts-count"] = str(len(stored.part_sizes))
    for name, value in request.query.items():
        if name.startswith("response-"):
            headers[name.removeprefix("response-").title()] = value
    return headers


def checksum_headers(checksums: Mapping[str, str]) -> dict[str, str]:
    """The checksums of an object or part as headers; a composite one ends in -<parts>."""
    if not checksums:
        return {}
    composite = any("-" in value for value in checksums.values())
    kind = "COMPOSITE" if composite else "FULL_OBJECT"
    named = {f"x-amz-checksum-{name}": value for name, value in checksums.items()}
    return {**named, "x-amz-checksum-type": kind}


def _asked_span(request: S3Request, stored: StoredObject) -> Span | None:
    """The bytes that Range or partNumber ask for, None for all; InvalidRange."""
    if "partNumber" in request.query:
        return _part_span(request.query["partNumber"], stored)
    if_range = request.headers.get("if-range", stored.etag).strip('"')
    if if_range != stored.etag:
        return None
    return range_span(request.headers.get("range"), stored.size)


def range_span(header: str | None, size: int) -> Span | None:
    """The bytes of a Range header; None, meaning all, for one that S3 ignores."""
    found = _RANGE.fullmatch(header.strip()) if header else None
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if first == "":
        span = Span(max(0, size - int(last)), size)
    else:
        if last and int(last) < int(first):
            return None
        span = Span(int(first), min(size, int(last) + 1) if last else size)
    if span.start >= span.end:
        raise AwsError("InvalidRange", "The requested range is not satisfiable", 416)
    return span


def _part_span(number: str, stored: StoredObject) -> Span | None:
    sizes = stored.part_sizes or (stored.size,)
    if not number.isdecimal() or not 1 <= int(number) <= len(sizes):
        message = "The requested partnumber is not satisfiable"
        raise AwsError("InvalidPartNumber", message, 416)
    start = sum(sizes[: int(number) - 1])
    end = start + sizes[int(number) - 1]
    return Span(start, end) if stored.size else None


def _acl(request: S3Request, _stored: StoredObject) -> S3Response:
    """Every object is its owner's alone: no other access list can be set."""
    owner: Fields = [("Owner", owner_fields(request.account))]
    grant = (
        '<AccessControlList><Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:type="CanonicalUser"><ID>{}</ID></Grantee><Permission>FULL_CONTROL</Permission>'
        "</Grant></AccessControlList>"
    ).format(request.account.rjust(64, "0"))
    document = xml_response("AccessControlPolicy", owner)
    assert isinstance(document.body, bytes)
    end = b"</AccessControlPolicy>"
    body = document.body.removesuffix(end) + grant.encode() + end
    return S3Response(200, document.headers, body)


def attributes_of(request: S3Request) -> Attributes:
    """What the headers of an upload say about the object."""
    headers = request.headers
    kept = {name: headers[low] for low, name in _KEPT_HEADERS.items() if low in headers}
    codings = [text.strip() for text in kept.pop("Content-Encoding", "").split(",")]
    codings = [text for text in codings if text not in ("", "aws-chunked")]
    if codings:
        kept["Content-Encoding"] = ",".join(codings)
    metadata = {
        name.removeprefix(_META): value for name, value in headers.items() if name.startswith(_META)
    }
    if sum(len(name) + len(value) for name, value in metadata.items()) > 2048:
        message = "Your metadata headers exceed the maximum allowed metadata size"
        raise AwsError("MetadataTooLarge", message)
    content_type = headers.get("content-type") or DEFAULT_CONTENT_TYPE
    return Attributes(content_type=content_type, metadata=metadata, headers=kept)


def put_object(request: S3Request, objects: ObjectStore) -> S3Response:
    """PutObject."""
    refuse_headers(request)
    condition = write_condition(request.headers)
    attributes = attributes_of(request)
    objects.list(request.bucket, limit=0)  # NoSuchBucket before the body is taken
    upload = receive(request, objects)
    said = Attributes(
        attributes.content_type, attributes.metadata, attributes.headers, upload.checksums
    )
    stored = objects.publish(upload.staged, request.bucket, request.key or "", said, condition)
    etag = {"ETag": f'"{stored.etag}"'}
    return S3Response(200, {**etag, **checksum_headers(stored.checksums)})


def source_of(request: S3Request, objects: ObjectStore) -> tuple[StoredObject, BinaryIO]:
    """The object that x-amz-copy-source names, opened, its conditions checked."""
    path, _, version = request.headers["x-amz-copy-source"].partition("?versionId=")
    bucket, _, key = unquote(path).removeprefix("/").partition("/")
    if version not in ("", "null"):
        raise AwsError("InvalidArgument", "Invalid version id specified")
    stored, file = objects.open(bucket, key)
    try:
        check_copy_source(request.headers, stored)
    except AwsError:
        file.close()
        raise
    return stored, file


def copy_object(request: S3Request, objects: ObjectStore) -> S3Response:
    """CopyObject."""
    refuse_headers(request)
    condition = write_condition(request.headers)
    objects.list(request.bucket, limit=0)
    source, file = source_of(request, objects)
    with file:
        attributes = _copied_attributes(request, source)
        staged = objects.stage(FilePieces(file, 0, source.size))
    stored = objects.publish(
        staged, request.bucket, request.key or "", attributes, condition, "ObjectCreated:Copy"
    )
    fields = [("LastModified", iso_date(stored.last_modified)), ("ETag", f'"{stored.etag}"')]
    return xml_response("CopyObjectResult", fields)


def _copied_attributes(request: S3Request, source: StoredObject) -> Attributes:
    directive = request.headers.get("x-amz-metadata-directive", "COPY")
    tagging = request.headers.get("x-amz-tagging-directive", "COPY")
    if directive not in ("COPY", "REPLACE") or tagging not in ("COPY", "REPLACE"):
        raise AwsError("InvalidArgument", "Unknown metadata directive.")
    checksums = {name: text for name, text in source.checksums.items() if "-" not in text}
    if directive == "REPLACE":
        new = attributes_of(request)
        return Attributes(new.content_type, new.metadata, new.headers, checksums)
    if (source.bucket, source.key) == (request.bucket, request.key):
        message = (
            "This copy request is illegal because it is trying to copy an object to itself without "
            "changing the object's metadata, storage class, website redirect location or "
            "encryption attributes."
        )
        if "x-amz-storage-class" not in request.headers:
            raise AwsError("InvalidRequest", message)
    return Attributes(source.content_type, source.metadata, source.headers, checksums)
