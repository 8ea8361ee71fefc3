"""PutObject and CopyObject.

Belongs here: writing one object from a body or from another object.
Does not belong here: multipart uploads, browser forms; each has a module beside this.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import BinaryIO
from urllib.parse import unquote

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.files import is_key
from lakehouse.local_aws.objects.rows import Attributes, StoredObject
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.s3.body import receive
from lakehouse.local_aws.s3.buckets import check_owner
from lakehouse.local_aws.s3.checksums import (
    ALGORITHMS,
    DEFAULT,
    checksum_fields,
    checksum_type,
    encoded,
    typed_checksum_headers,
)
from lakehouse.local_aws.s3.conditions import check_copy_source, write_condition
from lakehouse.local_aws.s3.errors import S3Error, invalid_argument, invalid_request, no_such_key
from lakehouse.local_aws.s3.kept import ENCRYPTION, STORAGE_CLASS, attributes_of
from lakehouse.local_aws.s3.reads import FilePieces
from lakehouse.local_aws.s3.refusals import refuse_headers
from lakehouse.local_aws.s3.request import S3Request
from lakehouse.local_aws.s3.response import S3Response, iso_date, xml_response
from lakehouse.local_aws.s3.tagging import tags_of_header

_LARGEST_COPY = 5 << 30  # bytes
_OF_SELF = (STORAGE_CLASS, "x-amz-server-side-encryption")
"""Headers that a copy of an object to itself is made for, besides new metadata."""


def put_object(request: S3Request, objects: ObjectStore) -> S3Response:
    """PutObject."""
    refuse_headers(request.headers)
    if "partNumber" in request.query:
        message = "This operation does not accept partNumber without uploadId"
        raise invalid_argument(message, "partNumber", request.query["partNumber"])
    key = request.key or ""
    condition = write_condition(request.headers, key)
    attributes = attributes_of(request.headers)
    objects.list(request.bucket, limit=0)  # NoSuchBucket before the body is taken
    upload = receive(request, objects)
    attributes = replace(attributes, checksums=upload.checksums)
    stored = objects.publish(upload.staged, request.bucket, key, attributes, condition)
    return S3Response(200, written_headers(stored))


def check_key(key: str) -> None:
    """Raise KeyTooLongError for a key over 1,024 bytes."""
    if not is_key(key):
        details = {"Size": str(len(key.encode())), "MaxSizeAllowed": "1024"}
        raise S3Error("KeyTooLongError", "Your key is too long", 400, details)


def written_headers(stored: StoredObject) -> dict[str, str]:
    """What is said of an object to the one who has just written it."""
    etag = {"ETag": f'"{stored.etag}"'}
    return {**etag, **ENCRYPTION, **typed_checksum_headers(stored.checksums)}


def copy_object(request: S3Request, objects: ObjectStore) -> S3Response:
    """CopyObject."""
    refuse_headers(request.headers)
    key = request.key or ""
    condition = write_condition(request.headers, key)
    objects.list(request.bucket, limit=0)
    source, file = source_of(request, objects)
    with file:
        attributes = _copied_attributes(request, source)
        algorithm = copied_algorithm(request.headers, source)
        digests = {algorithm: ALGORITHMS[algorithm].new()}
        staged = objects.stage(FilePieces(file, 0, source.size), digests)
    attributes = replace(attributes, checksums={algorithm: encoded(staged.digests[algorithm])})
    stored = objects.publish(
        staged, request.bucket, key, attributes, condition, "ObjectCreated:Copy"
    )
    fields = [
        ("LastModified", iso_date(stored.last_modified)),
        ("ETag", f'"{stored.etag}"'),
        *checksum_fields(stored.checksums),
        ("ChecksumType", checksum_type(stored.checksums)),
    ]
    return xml_response("CopyObjectResult", fields, headers=ENCRYPTION)


def source_of(request: S3Request, objects: ObjectStore) -> tuple[StoredObject, BinaryIO]:
    """The object that x-amz-copy-source names, opened, its conditions checked."""
    bucket, key = _source_name(request.headers["x-amz-copy-source"])
    check_owner(bucket, request.headers.get("x-amz-source-expected-bucket-owner"), objects)
    try:
        stored, file = objects.open(bucket, key)
    except AwsError as error:
        if error.code == "NoSuchKey":
            raise no_such_key(key) from error
        details = {"BucketName": bucket}
        raise S3Error(error.code, error.message, error.status, details) from error
    try:
        check_copy_source(request.headers, stored)
        if stored.size > _LARGEST_COPY:
            message = "The specified copy source is larger than the maximum allowable size for a"
            raise invalid_request(f"{message} copy source: {_LARGEST_COPY}")
    except AwsError:
        file.close()
        raise
    return stored, file


def _source_name(header: str) -> tuple[str, str]:
    """(bucket, key) of x-amz-copy-source; a plus sign is a space, as AWS reads it."""
    path, _, version = header.partition("?versionId=")
    bucket, _, key = unquote(path.replace("+", " ")).removeprefix("/").partition("/")
    if not bucket or not key:
        message = "Invalid copy source object key"
        raise invalid_argument(message, "x-amz-copy-source", header)
    if version not in ("", "null"):
        raise invalid_argument("Invalid version id specified", "x-amz-copy-source", header)
    return bucket, key


def _copied_attributes(request: S3Request, source: StoredObject) -> Attributes:
    headers = request.headers
    tags = source.tags
    if _is_replaced(headers, "x-amz-tagging-directive", "tagging"):
        tags = tags_of_header(headers)
    if _is_replaced(headers, "x-amz-metadata-directive", "metadata"):
        return replace(attributes_of(headers), tags=tags)
    if (source.bucket, source.key) == (request.bucket, request.key):
        _check_copy_to_itself(headers)
    kept = {name: text for name, text in source.headers.items() if name != STORAGE_CLASS}
    if STORAGE_CLASS in headers:
        kept[STORAGE_CLASS] = headers[STORAGE_CLASS]
    return Attributes(source.content_type, source.metadata, kept, tags=tags)


def _is_replaced(headers: Mapping[str, str], name: str, what: str) -> bool:
    directive = headers.get(name, "COPY")
    if directive not in ("COPY", "REPLACE"):
        raise invalid_argument(f"Unknown {what} directive.", name, directive)
    return directive == "REPLACE"


def _check_copy_to_itself(headers: Mapping[str, str]) -> None:
    if not any(name in headers for name in _OF_SELF):
        raise invalid_request(
            "This copy request is illegal because it is trying to copy an object to itself without "
            "changing the object's metadata, storage class, website redirect location or "
            "encryption attributes."
        )


def copied_algorithm(headers: Mapping[str, str], source: StoredObject) -> str:
    """The checksum that a copy gets: the one that is asked for, the source's, or the default."""
    asked = headers.get("x-amz-checksum-algorithm")
    if asked is None:
        return next(iter(source.checksums), DEFAULT)
    return checked_algorithm(asked)


def checked_algorithm(text: str) -> str:
    """The algorithm that x-amz-checksum-algorithm names; InvalidRequest."""
    if "," in text:
        message = "Invalid types are specified in x-amz-checksum-algorithm header."
        raise invalid_request(message)
    if text.lower() not in ALGORITHMS:
        names = ", ".join(sorted(name.upper() for name in ALGORITHMS))
        raise invalid_request(
            "Checksum algorithm provided is unsupported. Please try again with any of the valid "
            f"types: [{names}]"
        )
    return text.lower()
