"""PostObject: an upload by a browser's form (multipart/form-data), with or without a policy.

Belongs here: reading the form piece by piece, its fields as headers of a write, the answer.
Does not belong here: the policy's rules (`post_policy`).
Source: https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html, checked 2026-11.
"""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from email.message import Message
from itertools import chain
from urllib.parse import parse_qsl, urlencode, urlsplit

from werkzeug.sansio.multipart import (
    Data,
    Epilogue,
    Event,
    Field,
    File,
    MultipartDecoder,
    NeedData,
)
from werkzeug.urls import iri_to_uri

from lakehouse.local_aws.objects.rows import Attributes, StoredObject
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.s3.body import body_of, stage_verified
from lakehouse.local_aws.s3.errors import S3Error, invalid_argument
from lakehouse.local_aws.s3.kept import META, attributes_of, header_value
from lakehouse.local_aws.s3.post_policy import PostPolicy, post_policy
from lakehouse.local_aws.s3.refusals import refuse_headers
from lakehouse.local_aws.s3.request import S3Request, object_url
from lakehouse.local_aws.s3.response import S3Response, xml_response
from lakehouse.local_aws.s3.tagging import tags_of_document
from lakehouse.local_aws.s3.writes import check_key, written_headers

_MOST_FIELDS = 20 * 1024  # bytes of all fields before the file
_NO_POLICY = PostPolicy((), None)
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")  # a token of RFC 9110
_GIVEN_BACK = {
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "expires",
}
_STATUSES = {"200": 200, "201": 201, "204": 204}


@dataclass(frozen=True)
class UploadForm:
    """The fields before the file, by lower-case name, and the file's bytes as they come."""

    fields: Mapping[str, str]
    content: Iterator[bytes]


def post_object(request: S3Request, objects: ObjectStore) -> S3Response:
    """PostObject."""
    objects.list(request.bucket, limit=0)  # NoSuchBucket
    form = read_form(request)
    if "key" not in form.fields:
        message = (
            "Bucket POST must contain a field named 'key'.  If it is specified, please check the "
            "order of the fields."
        )
        raise invalid_argument(message, "key", "")
    key = form.fields["key"]
    check_key(key)
    policy = _NO_POLICY
    if "policy" in form.fields:
        policy = post_policy(form.fields["policy"], time.time())
        policy.check({**form.fields, "bucket": request.bucket})
    headers = _headers(form.fields)
    refuse_headers(headers)
    attributes = _attributes(form.fields, headers)
    upload = stage_verified(headers, policy.limited(form.content), objects)
    attributes = replace(attributes, checksums=upload.checksums)
    stored = objects.publish(
        upload.staged, request.bucket, key, attributes, event="ObjectCreated:Post"
    )
    return _answer(request, form.fields, stored)


def read_form(request: S3Request) -> UploadForm:
    """The form in a request, up to its file; MalformedPOSTRequest, InvalidArgument."""
    events = _events(request)
    fields: dict[str, str] = {}
    for event in events:
        if not isinstance(event, Field | File):
            continue
        name = event.name.lower()
        if name == "file":
            filename = event.filename if isinstance(event, File) else ""
            expanded = {
                field: value.replace("${filename}", filename) for field, value in fields.items()
            }
            return UploadForm(expanded, _content(events))
        fields[name] = b"".join(_content(events)).decode("utf-8", "replace")
        if sum(map(len, fields.values())) > _MOST_FIELDS:
            message = "Your POST request fields preceding the upload file were too large."
            raise S3Error("MaxPostPreDataLengthExceeded", message)
    raise invalid_argument("POST requires exactly one file upload per request.", "file", "0")


def _events(request: S3Request) -> Iterator[Event]:
    header = Message()
    header["Content-Type"] = request.headers["content-type"]
    boundary = header.get_param("boundary")
    if not isinstance(boundary, str):
        raise _malformed()
    decoder = MultipartDecoder(boundary.encode())
    try:
        for piece in chain(body_of(request, {}), [None]):
            decoder.receive_data(piece)
            while not isinstance(event := decoder.next_event(), NeedData):
                yield event
                if isinstance(event, Epilogue):
                    return
    except ValueError as error:
        raise _malformed() from error


def _malformed() -> S3Error:
    message = "The body of your POST request is not well-formed multipart/form-data."
    return S3Error("MalformedPOSTRequest", message)


def _content(events: Iterator[Event]) -> Iterator[bytes]:
    for event in events:
        if isinstance(event, Data):
            yield event.data
            if not event.more_data:
                return


def _headers(fields: Mapping[str, str]) -> dict[str, str]:
    """The fields as the headers that they stand for, in UTF-8 as the form is."""
    headers = {}
    for name, value in fields.items():
        if name in _GIVEN_BACK:
            header_value(name, value)
        if _HEADER.fullmatch(name):
            headers[name] = value.encode().decode("latin-1")
        elif name.startswith(META):
            raise invalid_argument("This is no name of a header.", name, value)
    if "acl" in headers:
        headers["x-amz-acl"] = headers.pop("acl")
    return headers


def _attributes(fields: Mapping[str, str], headers: Mapping[str, str]) -> Attributes:
    attributes = attributes_of(headers)
    if "tagging" not in fields:
        return attributes
    return replace(attributes, tags=tags_of_document(fields["tagging"].encode()))


def _answer(request: S3Request, fields: Mapping[str, str], stored: StoredObject) -> S3Response:
    headers = {**written_headers(stored), "Location": object_url(request, stored.key)}
    target = _redirected(fields, stored)
    if target is not None:
        return S3Response(303, {**headers, "Location": target})
    status = _STATUSES.get(fields.get("success_action_status", ""), 204)
    if status != 201:
        return S3Response(status, headers)
    answer = [
        ("Location", headers["Location"]),
        ("Bucket", stored.bucket),
        ("Key", stored.key),
        ("ETag", f'"{stored.etag}"'),
    ]
    return xml_response("PostResponse", answer, 201, headers)


def _redirected(fields: Mapping[str, str], stored: StoredObject) -> str | None:
    """Where the browser is sent; a field that is no URL counts as not given."""
    try:
        url = urlsplit(fields.get("success_action_redirect") or fields.get("redirect", ""))
    except ValueError:
        return None
    if url.scheme not in ("http", "https"):
        return None
    said = {"bucket": stored.bucket, "key": stored.key, "etag": f'"{stored.etag}"'}
    query = urlencode([*parse_qsl(url.query, keep_blank_values=True), *said.items()])
    return iri_to_uri(url._replace(query=query).geturl())
