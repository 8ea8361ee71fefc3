"""Answers of S3: status, headers, a body in pieces; XML documents and errors.

Belongs here: writing answers.
Does not belong here: what to answer.
"""

import functools
import random
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from xml.sax.saxutils import escape

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.s3.errors import S3Error
from lakehouse.local_aws.s3.request import S3Request

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
Fields = Iterable[tuple[str, "str | int | bool | Fields"]]
"""Elements by name, in order; a name may be followed by a space and attributes."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f]")
_SUBJECTS: Mapping[str, str] = {
    "BucketAlreadyExists": "BucketName",
    "BucketAlreadyOwnedByYou": "BucketName",
    "BucketNotEmpty": "BucketName",
    "InvalidBucketName": "BucketName",
    "NoSuchBucket": "BucketName",
    "NoSuchKey": "Key",
}
"""The element that names what an error is about, where whoever raised it did not."""

_PHRASES: Mapping[int, str] = {status.value: status.phrase for status in HTTPStatus}


class Markup(str):
    """XML that is written as it is."""

    __slots__ = ()


@dataclass(frozen=True)
class S3Response:
    """An answer; `length` is the body's in bytes if it comes in pieces."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | Iterable[bytes] = b""
    length: int | None = None

    @property
    def status_line(self) -> str:
        """As WSGI wants it."""
        return f"{self.status} {_PHRASES[self.status]}"

    def wire_headers(self) -> list[tuple[str, str]]:
        """The headers with those that every answer has."""
        every = _identifiers()
        if self.length is not None:
            every["Content-Length"] = str(self.length)
        elif isinstance(self.body, bytes) and self.status not in (204, 304):
            every["Content-Length"] = str(len(self.body))
        return list({**every, **self.headers}.items())


def _identifiers() -> dict[str, str]:
    request_id = f"{random.getrandbits(64):016X}"
    return {"x-amz-request-id": request_id, "x-amz-id-2": request_id, "Server": "AmazonS3"}


def xml_response(
    root: str, content: str | Fields, status: int = 200, headers: Mapping[str, str] | None = None
) -> S3Response:
    """An XML document; values that are fields themselves nest, repeated names are lists."""
    document = _document(f'{root} xmlns="{NAMESPACE}"', content)
    return S3Response(status, {"Content-Type": "application/xml", **(headers or {})}, document)


def error_response(error: AwsError, request: S3Request) -> S3Response:
    """AWS's error document; an answer to HEAD has none, as on AWS."""
    details = dict(error.details) if isinstance(error, S3Error) else {}
    headers = {"Content-Type": "application/xml", **_identifiers()}
    headers |= error.headers if isinstance(error, S3Error) else {}
    if request.method == "HEAD":
        return S3Response(error.status, headers)
    subject = _SUBJECTS.get(error.code)
    if subject is not None:
        details.setdefault(subject, request.bucket if subject != "Key" else request.key or "")
    fields = {
        "Code": error.code,
        "Message": error.message,
        **details,
        "Resource": request.resource,
        "RequestId": headers["x-amz-request-id"],
        "HostId": headers["x-amz-id-2"],
    }
    return S3Response(error.status, headers, _document("Error", fields.items()))


def _document(root: str, content: str | Fields) -> bytes:
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n{_xml([(root, content)])}'
    return text.encode("utf-8", "surrogatepass")


def _xml(fields: Fields) -> str:
    return "".join(f"<{name}>{_value(value)}</{name.partition(' ')[0]}>" for name, value in fields)


def _value(value: "str | int | bool | Fields") -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Markup):
        return value
    return escaped(value) if isinstance(value, str) else _xml(value)


def escaped(text: str) -> str:
    """A text in XML. Control characters become references, as on AWS: XML 1.0 allows them in no
    form, which is why clients ask for keys with encoding-type=url."""
    return _CONTROL.sub(lambda found: f"&#x{ord(found[0]):x};", escape(text))


def http_date(seconds: float) -> str:
    """A time as in Last-Modified: whole seconds."""
    return _http_second(int(seconds))


@functools.lru_cache(maxsize=4096)
def _http_second(seconds: int) -> str:
    return formatdate(seconds, usegmt=True)


def iso_date(seconds: float) -> str:
    """A time as in S3's XML: whole seconds, written with milliseconds."""
    return _iso_second(int(seconds))


@functools.lru_cache(maxsize=4096)  # objects listed together were often written together
def _iso_second(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(seconds))


def amz_date(seconds: float) -> str:
    """A time as in S3's errors: whole seconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
