"""Answers of S3: status, headers, a body in pieces; XML documents and errors.

Belongs here: writing answers.
Does not belong here: what to answer.
"""

import time
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from xml.sax.saxutils import escape

from lakehouse.local_aws.errors import AwsError

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"
Fields = Iterable[tuple[str, "str | int | bool | Fields"]]


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
        return f"{self.status} {HTTPStatus(self.status).phrase}"

    def wire_headers(self) -> list[tuple[str, str]]:
        """The headers with those that every answer has."""
        request_id = uuid.uuid4().hex[:16].upper()
        every = {"x-amz-request-id": request_id, "x-amz-id-2": request_id}
        if self.length is not None:
            every["Content-Length"] = str(self.length)
        elif isinstance(self.body, bytes) and self.status not in (204, 304):
            every["Content-Length"] = str(len(self.body))
        return list({**every, **self.headers}.items())


def xml_response(root: str, fields: Fields, status: int = 200) -> S3Response:
    """An XML document; values that are fields themselves nest, repeated names are lists."""
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NAMESPACE}">{_xml(fields)}'
    headers = {"Content-Type": "application/xml"}
    return S3Response(status, headers, f"{text}</{root}>".encode("utf-8", "surrogatepass"))


def error_response(error: AwsError, resource: str, head: bool) -> S3Response:
    """AWS's error document; an answer to HEAD has none, as on AWS."""
    if head:
        return S3Response(error.status, {"Content-Type": "application/xml"})
    fields = _xml([("Code", error.code), ("Message", error.message), ("Resource", resource)])
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{fields}</Error>'
    return S3Response(error.status, {"Content-Type": "application/xml"}, text.encode())


def _xml(fields: Fields) -> str:
    return "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields)


def _value(value: "str | int | bool | Fields") -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return escape(value, {"\r": "&#13;"}) if isinstance(value, str) else _xml(value)


def http_date(seconds: float) -> str:
    """A time as in Last-Modified: whole seconds."""
    return formatdate(int(seconds), usegmt=True)


def iso_date(seconds: float) -> str:
    """A time as in S3's XML: whole seconds, written with milliseconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(seconds))
