"""The calls that make objects from parts: create, upload and copy parts, complete, abort.

Belongs here: requests and answers.
Does not belong here: how uploads are kept (`uploads`), what a completion must name
(`completion`), the lists (`upload_lists`), a part's bytes on the wire (`body`).
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from lakehouse.local_aws.objects.events import EventName
from lakehouse.local_aws.s3.body import Upload, receive, small_body
from lakehouse.local_aws.s3.checksums import (
    ALGORITHMS,
    DEFAULT,
    ChecksumType,
    Claim,
    checksum_fields,
    checksum_headers,
    checksum_type,
    claimed,
    encoded,
)
from lakehouse.local_aws.s3.completion import (
    check_mode,
    check_object,
    check_size,
    chosen_parts,
    claims,
)
from lakehouse.local_aws.s3.conditions import write_condition
from lakehouse.local_aws.s3.errors import S3Error, invalid_argument, invalid_request
from lakehouse.local_aws.s3.kept import ENCRYPTION, attributes_of
from lakehouse.local_aws.s3.reads import FilePieces, Span, part_number
from lakehouse.local_aws.s3.refusals import refuse_headers
from lakehouse.local_aws.s3.request import S3Request, object_url
from lakehouse.local_aws.s3.response import S3Response, iso_date, xml_response
from lakehouse.local_aws.s3.uploads import MultipartUpload, Uploads
from lakehouse.local_aws.s3.writes import checked_algorithm, source_of

_COPY_RANGE = re.compile(r"bytes=(\d+)-(\d+)")


def create_multipart_upload(request: S3Request, uploads: Uploads) -> S3Response:
    """CreateMultipartUpload."""
    refuse_headers(request.headers)
    uploads.objects.list(request.bucket, limit=0)
    algorithm, kind = _asked_checksum(request.headers)
    attributes = attributes_of(request.headers)
    upload = uploads.create(request.bucket, request.key or "", attributes, algorithm, kind)
    fields = [("Bucket", upload.bucket), ("Key", upload.key), ("UploadId", upload.id)]
    headers = dict(ENCRYPTION)
    if algorithm:
        headers |= {"x-amz-checksum-algorithm": algorithm.upper(), "x-amz-checksum-type": kind}
    return xml_response("InitiateMultipartUploadResult", fields, headers=headers)


def _asked_checksum(headers: Mapping[str, str]) -> tuple[str, ChecksumType]:
    """(algorithm or "", type) of an upload's checksum, as its creator wants it."""
    asked, said = headers.get("x-amz-checksum-algorithm"), headers.get("x-amz-checksum-type")
    if asked is None:
        if said is not None:
            raise invalid_request(
                "The x-amz-checksum-type header can only be used with the "
                "x-amz-checksum-algorithm header."
            )
        return "", ALGORITHMS[DEFAULT].types[0]
    algorithm = checked_algorithm(asked)
    types = ALGORITHMS[algorithm].types
    if said is None:
        return algorithm, types[0]
    if said not in ("COMPOSITE", "FULL_OBJECT"):
        raise invalid_request("Value for x-amz-checksum-type header is invalid.")
    kind = next((kind for kind in types if kind == said), None)
    if kind is None:
        raise invalid_request(
            f"The {said} checksum type cannot be used with the {algorithm} checksum algorithm."
        )
    return algorithm, kind


def _upload(request: S3Request, uploads: Uploads) -> MultipartUpload:
    uploads.objects.list(request.bucket, limit=0)  # NoSuchBucket
    return uploads.get(request.bucket, request.key or "", request.query["uploadId"])


def upload_part(request: S3Request, uploads: Uploads) -> S3Response:
    """UploadPart."""
    refuse_headers(request.headers)
    upload = _upload(request, uploads)
    number = part_number(request.query["partNumber"])
    claim = claimed(request.headers)
    _check_part_checksum(upload, claim)
    part = uploads.put_part(upload, number, receive(request, uploads.objects, [upload.computed]))
    said = {claim.algorithm: part.checksums[claim.algorithm]} if claim else {}
    return S3Response(200, {"ETag": f'"{part.etag}"', **ENCRYPTION, **checksum_headers(said)})


def _check_part_checksum(upload: MultipartUpload, claim: Claim | None) -> None:
    """Refuse a part with another checksum than its upload's; a whole object's may come later."""
    if not upload.algorithm or (claim is None and upload.kind == "FULL_OBJECT"):
        return
    said = claim.algorithm if claim else "null"
    if said != upload.algorithm:
        raise invalid_request(
            f"Checksum Type mismatch occurred, expected checksum Type: {upload.algorithm}, "
            f"actual checksum Type: {said}"
        )


def upload_part_copy(request: S3Request, uploads: Uploads) -> S3Response:
    """UploadPartCopy."""
    upload = _upload(request, uploads)
    number = part_number(request.query["partNumber"])
    source, file = source_of(request, uploads.objects)
    algorithm = upload.computed
    with file:
        start, end = _copied_span(request.headers.get("x-amz-copy-source-range"), source.size)
        digests = {algorithm: ALGORITHMS[algorithm].new()}
        staged = uploads.objects.stage(FilePieces(file, start, end), digests)
    checksums = {algorithm: encoded(staged.digests[algorithm])}
    part = uploads.put_part(upload, number, Upload(staged, checksums))
    fields = [
        ("LastModified", iso_date(part.last_modified)),
        ("ETag", f'"{part.etag}"'),
        *(checksum_fields(part.checksums) if upload.algorithm else []),
    ]
    return xml_response("CopyPartResult", fields, headers=ENCRYPTION)


def _copied_span(header: str | None, size: int) -> Span:
    """The bytes of x-amz-copy-source-range, which is stricter than Range; InvalidArgument."""
    if header is None:
        return Span(0, size)
    found = _COPY_RANGE.fullmatch(header)
    if found is None or int(found[1]) > int(found[2]):
        message = (
            "The x-amz-copy-source-range value must be of the form bytes=first-last where first "
            "and last are the zero-based offsets of the first and last bytes to copy"
        )
        raise invalid_argument(message, "x-amz-copy-source-range", header)
    if int(found[1]) >= size:
        raise invalid_request("The specified copy range is invalid for the source object size")
    if int(found[2]) >= size:
        message = f"Range specified is not valid for source object of size: {size}"
        raise invalid_argument(message, "x-amz-copy-source-range", header)
    return Span(int(found[1]), int(found[2]) + 1)


def complete_multipart_upload(request: S3Request, uploads: Uploads) -> S3Response:
    """CompleteMultipartUpload."""
    upload = _upload(request, uploads)
    condition = write_condition(request.headers, upload.key)
    check_mode(request.headers, upload)
    document = small_body(_of_document(request))
    parts = chosen_parts(upload, claims(document), uploads.parts(upload))
    check_size(request.headers, parts)
    staged, attributes = uploads.compose(upload, parts)
    try:
        check_object(request.headers, attributes)
    except S3Error:
        uploads.objects.discard(staged)
        raise
    event: EventName = "ObjectCreated:CompleteMultipartUpload"
    stored = uploads.objects.publish(
        staged, upload.bucket, upload.key, attributes, condition, event
    )
    uploads.remove(upload)
    fields = [
        ("Location", object_url(request, upload.key)),
        ("Bucket", upload.bucket),
        ("Key", upload.key),
        ("ETag", f'"{stored.etag}"'),
        *checksum_fields(stored.checksums),
        ("ChecksumType", checksum_type(stored.checksums)),
    ]
    return xml_response("CompleteMultipartUploadResult", fields, headers=ENCRYPTION)


def _of_document(request: S3Request) -> S3Request:
    """The request without its checksums: those of a completion are the object's."""
    headers = {
        name: text
        for name, text in request.headers.items()
        if not name.startswith("x-amz-checksum-")
    }
    return replace(request, headers=headers)


def abort_multipart_upload(request: S3Request, uploads: Uploads) -> S3Response:
    """AbortMultipartUpload."""
    uploads.remove(_upload(request, uploads))
    return S3Response(204)
