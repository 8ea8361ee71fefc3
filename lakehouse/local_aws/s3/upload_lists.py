"""ListParts and ListMultipartUploads: pages of what is under way.

Belongs here: paging, delimiters, the XML of these lists.
Does not belong here: lists of objects (`listing`), how uploads are kept (`uploads`).
"""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from lakehouse.local_aws.s3.checksums import checksum_fields
from lakehouse.local_aws.s3.errors import invalid_argument
from lakehouse.local_aws.s3.kept import storage_class
from lakehouse.local_aws.s3.listing import owner_fields
from lakehouse.local_aws.s3.request import S3Request, number
from lakehouse.local_aws.s3.response import Fields, S3Response, iso_date, xml_response
from lakehouse.local_aws.s3.uploads import MultipartUpload, Part, Uploads

_MOST = 1000  # parts or uploads of a page


def list_parts(request: S3Request, uploads: Uploads) -> S3Response:
    """ListParts."""
    uploads.objects.list(request.bucket, limit=0)
    upload = uploads.get(request.bucket, request.key or "", request.query["uploadId"])
    after = number(request.query, "part-number-marker", 0)
    limit = min(number(request.query, "max-parts", _MOST), _MOST)
    parts = [part for part in uploads.parts(upload) if part.number > after]
    shown = parts[:limit]
    fields: Fields = [
        ("Bucket", upload.bucket),
        ("Key", _text(request, upload.key)),
        ("UploadId", upload.id),
        ("Initiator", owner_fields(request.account)),
        ("Owner", owner_fields(request.account)),
        ("StorageClass", storage_class(upload.attributes)),
        ("PartNumberMarker", after),
        ("NextPartNumberMarker", shown[-1].number if shown else 0),
        ("MaxParts", limit),
        ("IsTruncated", len(parts) > len(shown)),
        *_checksum(upload),
        *(("Part", _part_fields(upload, part)) for part in shown),
    ]
    return xml_response("ListPartsResult", fields)


def _checksum(upload: MultipartUpload) -> Fields:
    if upload.algorithm:
        yield "ChecksumAlgorithm", upload.algorithm.upper()
        yield "ChecksumType", upload.kind


def _part_fields(upload: MultipartUpload, part: Part) -> Fields:
    yield "PartNumber", part.number
    yield "LastModified", iso_date(part.last_modified)
    yield "ETag", f'"{part.etag}"'
    yield "Size", part.size
    if upload.algorithm:
        yield from checksum_fields({upload.algorithm: part.checksums[upload.algorithm]})


class _Page(NamedTuple):
    """Uploads and common prefixes in order; the markers of the next page, if there is one."""

    items: list[MultipartUpload | str]
    next_key: str
    next_upload: str


def list_multipart_uploads(request: S3Request, uploads: Uploads) -> S3Response:
    """ListMultipartUploads."""
    uploads.objects.list(request.bucket, limit=0)
    if request.query.get("encoding-type") not in (None, "url"):
        message = "Invalid Encoding Method specified in Request"
        raise invalid_argument(message, "encoding-type", request.query["encoding-type"])
    limit = min(number(request.query, "max-uploads", _MOST), _MOST)
    page = _page(request, uploads, limit)
    query = request.query
    fields: Fields = [
        ("Bucket", request.bucket),
        ("KeyMarker", _text(request, query.get("key-marker", ""))),
        ("UploadIdMarker", query.get("upload-id-marker", "") if "key-marker" in query else ""),
        ("NextKeyMarker", _text(request, page.next_key)),
        ("NextUploadIdMarker", page.next_upload),
        *([("Delimiter", _text(request, query["delimiter"]))] if query.get("delimiter") else []),
        *([("EncodingType", "url")] if "encoding-type" in query else []),
        ("Prefix", _text(request, query.get("prefix", ""))),
        ("MaxUploads", limit),
        ("IsTruncated", bool(page.next_key)),
        *_shown(request, page),
    ]
    return xml_response("ListMultipartUploadsResult", fields)


def _shown(request: S3Request, page: _Page) -> Fields:
    for item in page.items:
        if isinstance(item, MultipartUpload):
            yield "Upload", _upload_fields(request, item)
    for item in page.items:
        if isinstance(item, str):
            yield "CommonPrefixes", [("Prefix", _text(request, item))]


def _page(request: S3Request, uploads: Uploads, limit: int) -> _Page:
    items: list[MultipartUpload | str] = []
    next_key = next_upload = ""
    for item, upload in _items(request, uploads):
        if len(items) == limit:
            return _Page(items, next_key, next_upload)
        items.append(item)
        next_key = item if isinstance(item, str) else upload.key
        next_upload = "" if isinstance(item, str) else upload.id
    return _Page(items, "", "")


def _items(
    request: S3Request, uploads: Uploads
) -> Iterator[tuple[MultipartUpload | str, MultipartUpload]]:
    """Uploads and common prefixes after the markers, each with the upload it stands for."""
    prefix, delimiter = request.query.get("prefix", ""), request.query.get("delimiter", "")
    seen = ""
    for upload in _after_markers(request, uploads):
        if not upload.key.startswith(prefix):
            continue
        end = upload.key.find(delimiter, len(prefix)) if delimiter else -1
        if end < 0:
            yield upload, upload
            continue
        folded = upload.key[: end + len(delimiter)]
        if folded not in (seen, request.query.get("key-marker")):
            yield folded, upload
        seen = folded


def _after_markers(request: S3Request, uploads: Uploads) -> Iterator[MultipartUpload]:
    after = request.query.get("key-marker", "").encode()
    marker = request.query.get("upload-id-marker", "") if after else ""
    known = uploads.list(request.bucket)
    same = [upload.id for upload in known if upload.key.encode() == after]
    if marker and marker not in same:
        raise invalid_argument("Invalid uploadId marker", "upload-id-marker", marker)
    passed = set(same[: same.index(marker) + 1]) if marker else set(same)
    for upload in known:
        if upload.key.encode() >= after and upload.id not in passed:
            yield upload


def _upload_fields(request: S3Request, upload: MultipartUpload) -> Fields:
    yield "Key", _text(request, upload.key)
    yield "UploadId", upload.id
    yield "Initiator", owner_fields(request.account)
    yield "Owner", owner_fields(request.account)
    yield "StorageClass", storage_class(upload.attributes)
    yield "Initiated", iso_date(upload.initiated)
    yield from _checksum(upload)


def _text(request: S3Request, text: str) -> str:
    return quote(text) if request.query.get("encoding-type") == "url" else text
