"""Tags of objects: GetObjectTagging, PutObjectTagging, DeleteObjectTagging, x-amz-tagging.

Belongs here: reading tags from documents and headers, the rules they follow.
Does not belong here: tags of buckets, which stay with moto.
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html and LocalStack's
recorded answers of AWS, checked 2026-11.
"""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl

from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.s3.body import small_body
from lakehouse.local_aws.s3.documents import named, parsed_xml, texts
from lakehouse.local_aws.s3.errors import S3Error, invalid_argument, malformed_xml
from lakehouse.local_aws.s3.refusals import refuse_version
from lakehouse.local_aws.s3.request import S3Request
from lakehouse.local_aws.s3.response import Fields, S3Response, xml_response

_MOST_TAGS = 10
_LONGEST_KEY = 128  # characters
_LONGEST_VALUE = 256
_ALLOWED = re.compile(r"[\w\s.:/=+\-@]*")


def get_object_tagging(request: S3Request, objects: ObjectStore) -> S3Response:
    """GetObjectTagging."""
    refuse_version(request.query)
    stored = objects.get(request.bucket, request.key or "")
    tags: Fields = [("Tag", [("Key", key), ("Value", text)]) for key, text in stored.tags.items()]
    return xml_response("Tagging", [("TagSet", tags)])


def put_object_tagging(request: S3Request, objects: ObjectStore) -> S3Response:
    """PutObjectTagging."""
    refuse_version(request.query)
    tags = tags_of_document(small_body(request))
    objects.set_tags(request.bucket, request.key or "", tags)
    return S3Response()


def delete_object_tagging(request: S3Request, objects: ObjectStore) -> S3Response:
    """DeleteObjectTagging."""
    refuse_version(request.query)
    objects.set_tags(request.bucket, request.key or "", {})
    return S3Response(204)


def tags_of_document(document: bytes) -> dict[str, str]:
    """The tags of a Tagging document; MalformedXML, InvalidTag, BadRequest."""
    sets = list(named(parsed_xml(document, "Tagging"), "TagSet"))
    if len(sets) != 1:
        raise malformed_xml()
    tags = [texts(tag) for tag in sets[0]]
    if any(set(tag) != {"Key", "Value"} for tag in tags):
        raise malformed_xml()
    return _checked((tag["Key"], tag["Value"]) for tag in tags)


def tags_of_header(headers: Mapping[str, str]) -> dict[str, str]:
    """The tags in x-amz-tagging, which has the form of a URL's query; InvalidArgument."""
    text = headers.get("x-amz-tagging", "")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict")
    except ValueError as error:
        raise _bad_header(text) from error
    if len({key for key, _ in pairs}) < len(pairs):
        raise _bad_header(text)
    return _checked(pairs)


def _bad_header(text: str) -> S3Error:
    message = (
        "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters "
        "without tag name duplicates."
    )
    return invalid_argument(message, "x-amz-tagging", text)


def _checked(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    tags: dict[str, str] = {}
    for key, text in pairs:
        if key in tags:
            raise _invalid("Cannot provide multiple Tags with the same key", TagKey=key)
        if key.startswith("aws:"):
            raise _invalid("Your TagKey cannot be prefixed with aws:", TagKey=key)
        if not 1 <= len(key) <= _LONGEST_KEY or not _ALLOWED.fullmatch(key):
            raise _invalid("The TagKey you have provided is invalid", TagKey=key)
        if len(text) > _LONGEST_VALUE or not _ALLOWED.fullmatch(text):
            raise _invalid("The TagValue you have provided is invalid", TagKey=key, TagValue=text)
        tags[key] = text
    if len(tags) > _MOST_TAGS:
        raise S3Error("BadRequest", f"Object tags cannot be greater than {_MOST_TAGS}")
    return tags


def _invalid(message: str, **details: str) -> S3Error:
    return S3Error("InvalidTag", message, 400, details)
