"""The calls of multipart uploads: create, upload and copy parts, complete, abort, list.

Belongs here: requests and answers, what a completion must name.
Does not belong here: how uploads are kept (`uploads`), a part's bytes on the wire (`body`).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.s3.body import ALGORITHMS, Upload, receive, small_body
from lakehouse.local_aws.s3.conditions import write_condition
from lakehouse.local_aws.s3.documents import children, local_name, malformed_xml, parsed_xml
from lakehouse.local_aws.s3.listing import owner_fields
from lakehouse.local_aws.s3.object_calls import (
    FilePieces,
    Span,
    attributes_of,
    checksum_headers,
    range_span,
    source_of,
)
from lakehouse.local_aws.s3.refusals import refuse_headers
from lakehouse.local_aws.s3.request import S3Request
from lakehouse.local_aws.s3.response import Fields, S3Response, iso_date, xml_response
from lakehouse.local_aws.s3.uploads import MultipartUpload, Part, Uploads

_SMALLEST_PART = 5 * 1024 * 1024  # bytes of every part but the last
_MOST_PARTS = 10_000


class Claim(NamedTuple):
    """A part as a completion names it."""

    number: int
    etag: str
    checksums: Mapping[str, str]


class MultipartUploads:
    """Answers the calls that have `uploads` or `uploadId` in their query."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects
        self._uploads = Uploads(objects)

    def answer(self, request: S3Request) -> S3Response:
        """The answer to a call on the uploads of one key."""
        if request.method == "POST" and "uploads" in request.query:
            return self._create(request)
        handler = {
            "PUT": self._put_part,
            "POST": self._complete,
            "DELETE": self._abort,
            "GET": self._list_parts,
        }.get(request.method)
        if handler is None or "uploadId" not in request.query:
            message = "The specified method is not allowed against this resource."
            raise AwsError("MethodNotAllowed", message, 405)
        self._objects.list(request.bucket, limit=0)  # NoSuchBucket
        upload_id = request.query["uploadId"]
        return handler(request, self._uploads.get(request.bucket, request.key or "", upload_id))

    def _create(self, request: S3Request) -> S3Response:
        refuse_headers(request)
        self._objects.list(request.bucket, limit=0)
        algorithm = request.headers.get("x-amz-checksum-algorithm", "").lower()
        kind = request.headers.get("x-amz-checksum-type", "COMPOSITE").upper()
        upload = self._uploads.create(
            request.bucket, request.key or "", attributes_of(request), algorithm, kind
        )
        fields = [("Bucket", upload.bucket), ("Key", upload.key), ("UploadId", upload.id)]
        response = xml_response("InitiateMultipartUploadResult", fields)
        if algorithm not in ALGORITHMS:
            return response
        said = {"x-amz-checksum-algorithm": algorithm.upper(), "x-amz-checksum-type": kind}
        return S3Response(200, {**response.headers, **said}, response.body)

    def _put_part(self, request: S3Request, upload: MultipartUpload) -> S3Response:
        number = _part_number(request)
        if "x-amz-copy-source" in request.headers:
            return self._copy_part(request, upload, number)
        part = self._uploads.put_part(upload, number, receive(request, self._objects))
        headers = checksum_headers(part.checksums)
        headers.pop("x-amz-checksum-type", None)
        return S3Response(200, {"ETag": f'"{part.etag}"', **headers})

    def _copy_part(self, request: S3Request, upload: MultipartUpload, number: int) -> S3Response:
        source, file = source_of(request, self._objects)
        with file:
            asked = range_span(request.headers.get("x-amz-copy-source-range"), source.size)
            start, end = asked or Span(0, source.size)
            names = {upload.algorithm} & set(ALGORITHMS)
            digests = {name: ALGORITHMS[name]() for name in names}
            staged = self._objects.stage(FilePieces(file, start, end), digests)
        part = self._uploads.put_part(upload, number, Upload.of(staged, names))
        fields = [("LastModified", iso_date(part.last_modified)), ("ETag", f'"{part.etag}"')]
        return xml_response("CopyPartResult", fields)

    def _complete(self, request: S3Request, upload: MultipartUpload) -> S3Response:
        condition = write_condition(request.headers)
        parts = chosen_parts(_claims(small_body(request)), self._uploads.parts(upload))
        staged, attributes = self._uploads.compose(upload, parts)
        stored = self._objects.publish(
            staged,
            upload.bucket,
            upload.key,
            attributes,
            condition,
            "ObjectCreated:CompleteMultipartUpload",
        )
        self._uploads.remove(upload)
        host = request.headers.get("host", "localhost")
        location = f"http://{host}/{upload.bucket}/{quote(upload.key)}"
        fields: list[tuple[str, str]] = [
            ("Location", location),
            ("Bucket", upload.bucket),
            ("Key", upload.key),
            ("ETag", f'"{stored.etag}"'),
            *((f"Checksum{name.upper()}", text) for name, text in stored.checksums.items()),
            *([("ChecksumType", upload.kind)] if stored.checksums else []),
        ]
        return xml_response("CompleteMultipartUploadResult", fields)

    def _abort(self, _request: S3Request, upload: MultipartUpload) -> S3Response:
        self._uploads.remove(upload)
        return S3Response(204)

    def _list_parts(self, request: S3Request, upload: MultipartUpload) -> S3Response:
        after = _number(request.query.get("part-number-marker", "0"), "part-number-marker")
        limit = min(_number(request.query.get("max-parts", "1000"), "max-parts"), 1000)
        parts = [part for part in self._uploads.parts(upload) if part.number > after]
        shown = parts[:limit]
        fields: Fields = [
            ("Bucket", upload.bucket),
            ("Key", upload.key),
            ("UploadId", upload.id),
            ("Initiator", owner_fields(request.account)),
            ("Owner", owner_fields(request.account)),
            ("StorageClass", upload.attributes.headers.get("x-amz-storage-class", "STANDARD")),
            ("PartNumberMarker", after),
            ("NextPartNumberMarker", shown[-1].number if shown else 0),
            ("MaxParts", limit),
            ("IsTruncated", len(parts) > len(shown)),
            *(("Part", _part_fields(part)) for part in shown),
        ]
        return xml_response("ListPartsResult", fields)

    def listed(self, request: S3Request) -> S3Response:
        """ListMultipartUploads, all in one page."""
        self._objects.list(request.bucket, limit=0)
        if "delimiter" in request.query:
            raise AwsError("NotImplemented", "delimiter in ListMultipartUploads", 501)
        prefix = request.query.get("prefix", "")
        after = request.query.get("key-marker", "")
        uploads = [
            upload
            for upload in self._uploads.list(request.bucket)
            if upload.key.startswith(prefix) and (not after or upload.key > after)
        ]
        encoded = request.query.get("encoding-type") == "url"
        fields: Fields = [
            ("Bucket", request.bucket),
            ("KeyMarker", after),
            ("Prefix", prefix),
            *([("EncodingType", "url")] if encoded else []),
            ("MaxUploads", max(1000, len(uploads))),
            ("IsTruncated", False),
            *(("Upload", _upload_fields(request, upload, encoded)) for upload in uploads),
        ]
        return xml_response("ListMultipartUploadsResult", fields)


def chosen_parts(claims: Sequence[Claim], received: Sequence[Part]) -> list[Part]:
    """The parts that a completion names; InvalidPart, InvalidPartOrder, EntityTooSmall."""
    by_number = {part.number: part for part in received}
    chosen = []
    for claim in claims:
        part = by_number.get(claim.number)
        if part is None or part.etag != claim.etag or _contradicts(claim, part):
            message = (
                "One or more of the specified parts could not be found. The part may not have been "
                "uploaded, or the specified entity tag may not match the part's entity tag."
            )
            raise AwsError("InvalidPart", message)
        chosen.append(part)
    numbers = [part.number for part in chosen]
    if numbers != sorted(set(numbers)):
        message = (
            "The list of parts was not in ascending order. Parts must be ordered by part number."
        )
        raise AwsError("InvalidPartOrder", message)
    if any(part.size < _SMALLEST_PART for part in chosen[:-1]):
        message = "Your proposed upload is smaller than the minimum allowed size"
        raise AwsError("EntityTooSmall", message)
    return chosen


def _contradicts(claim: Claim, part: Part) -> bool:
    return any(part.checksums.get(name, text) != text for name, text in claim.checksums.items())


def _claims(document: bytes) -> list[Claim]:
    root = parsed_xml(document)
    named = [children(entry) for entry in root if local_name(entry.tag) == "Part"]
    if not named:
        raise malformed_xml()
    return [_claim(fields) for fields in named]


def _claim(fields: Mapping[str, str]) -> Claim:
    if not {"PartNumber", "ETag"} <= set(fields) or not fields["PartNumber"].isdecimal():
        raise malformed_xml()
    checksums = {
        name.removeprefix("Checksum").lower(): text
        for name, text in fields.items()
        if name.startswith("Checksum")
    }
    return Claim(int(fields["PartNumber"]), fields["ETag"].strip('"'), checksums)


def _part_number(request: S3Request) -> int:
    number = _number(request.query.get("partNumber", ""), "partNumber")
    if not 1 <= number <= _MOST_PARTS:
        message = f"Part number must be an integer between 1 and {_MOST_PARTS}, inclusive"
        raise AwsError("InvalidArgument", message)
    return number


def _number(text: str, name: str) -> int:
    if not text.isdecimal():
        raise AwsError("InvalidArgument", f"Provided {name} not an integer or within integer range")
    return int(text)


def _part_fields(part: Part) -> Fields:
    yield "PartNumber", part.number
    yield "LastModified", iso_date(part.last_modified)
    yield "ETag", f'"{part.etag}"'
    yield "Size", part.size
    yield from ((f"Checksum{name.upper()}", text) for name, text in part.checksums.items())


def _upload_fields(request: S3Request, upload: MultipartUpload, encoded: bool) -> Fields:
    yield "Key", quote(upload.key) if encoded else upload.key
    yield "UploadId", upload.id
    yield "Initiator", owner_fields(request.account)
    yield "Owner", owner_fields(request.account)
    yield "StorageClass", upload.attributes.headers.get("x-amz-storage-class", "STANDARD")
    yield "Initiated", iso_date(upload.initiated)
