"""An S3 request as its handlers see it, read from a WSGI environment.

Belongs here: telling S3 requests from others, path-style and virtual-host addressing, headers
(those of presigned URLs too), query, the account.
Does not belong here: reading the body (`body`), doing what is asked (`operations` and others).
"""

import functools
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Literal
from urllib.parse import parse_qsl, quote, unquote, unquote_to_bytes

from lakehouse.local_aws.s3.errors import invalid_argument

WsgiEnvironment = dict[str, Any]
RAW_HEADERS = "lakehouse.raw_headers"
"""Where the server leaves the headers with their names as sent, in lower case: WSGI's own names
do not tell `my_key` from `my-key`, which user metadata needs."""

Signed = Literal["header", "query", "no"]
"""Where a request has its signature."""

_SIGNED_FOR = re.compile(r"Credential=([^/]+)/\d+/[^/]+/([^/]+)/aws4_request")
_S3_SERVICES = {"s3", "s3express", "s3-object-lambda"}
_S3_HOST = re.compile(r"(?:(?P<bucket>.+)\.)?s3(?:-[a-z]{2}(?:-[a-z]+)+-\d)?(?:\.[a-z0-9-]+)+")
_PLAIN_HOST = re.compile(r"(?P<bucket>[a-z0-9][a-z0-9.-]*)\.localhost")
_SIGNATURE_PARAMETERS = {
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-security-token",
    "x-amz-signature",
    "x-amz-signedheaders",
}


@dataclass(frozen=True)
class S3Request:
    """One request: `key` is None for calls on a bucket, `bucket` "" for the list of buckets.

    Header names are in lower case. `length` is Content-Length, None if the body is chunked.
    `service` is what the signature was made for: s3, or s3express for directory buckets.
    `readable` is false if the path is not UTF-8; bucket and key have gaps then.
    """

    method: str
    bucket: str
    key: str | None
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: BinaryIO
    length: int | None
    account: str
    resource: str = field(default="/")
    signed: Signed = field(default="header")
    service: str = field(default="s3")
    readable: bool = field(default=True)


def s3_request(environ: WsgiEnvironment, account_of: Callable[[str], str]) -> S3Request | None:
    """The S3 request in a WSGI environment, None if it is for another service."""
    headers: Mapping[str, str] = environ[RAW_HEADERS]
    query_text = environ.get("QUERY_STRING")
    query = dict(parse_qsl(query_text, keep_blank_values=True)) if query_text else {}
    signer = _signer(headers, query)
    path = raw_path(environ)
    if signer is None or path.startswith(("/v20180820/", "/latest/")):
        return None
    access_key, service, signed = signer
    bucket, key = _address(path, headers.get("host", ""))
    resource = unquote(path)
    chunked = environ.get("wsgi.input_terminated") is True
    return S3Request(
        method=environ["REQUEST_METHOD"],
        bucket=bucket,
        key=key or None,
        query=query,
        headers={**_hoisted(query), **headers} if signed == "query" else headers,
        body=environ.get("wsgi.input") or io.BytesIO(),
        length=None if chunked else int(headers.get("content-length") or 0),
        account=account_of(access_key),
        resource=resource,
        signed=signed,
        service=service,
        readable="\ufffd" not in resource or _is_utf8(path),
    )


def _is_utf8(path: str) -> bool:
    try:
        unquote_to_bytes(path).decode()
    except UnicodeDecodeError:
        return False
    return True


def _signer(headers: Mapping[str, str], query: Mapping[str, str]) -> tuple[str, str, Signed] | None:
    """(access key or "", service, where the signature is), None if the request is not to S3."""
    if "X-Amz-Credential" in query:
        key, _, scope = query["X-Amz-Credential"].partition("/")
        service = scope.split("/")[2] if scope.count("/") >= 2 else "s3"
        return (key, service, "query") if service in _S3_SERVICES else None
    if "authorization" in headers:
        signed = _SIGNED_FOR.search(headers["authorization"])
        if signed is not None:
            key, service = signed.groups()
            return (key, service, "header") if service in _S3_SERVICES else None
        version_2 = re.match(r"AWS ([^:]+):", headers["authorization"])
        return (version_2.group(1), "s3", "header") if version_2 else None
    if query.keys() & {"AWSAccessKeyId", "X-Amz-Algorithm", "X-Amz-Signature"}:
        return query.get("AWSAccessKeyId", ""), "s3", "query"
    unsigned_call = "x-amz-target" in headers or "Action" in query or _is_form(headers)
    return None if unsigned_call else ("", "s3", "no")


def _is_form(headers: Mapping[str, str]) -> bool:
    return headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


def _hoisted(query: Mapping[str, str]) -> dict[str, str]:
    """The headers that a presigned URL carries in its query, as if they were sent as such."""
    named = {name.lower(): value for name, value in query.items()}
    return {
        name: value.encode().decode("latin-1")
        for name, value in named.items()
        if name.startswith("x-amz-") and name not in _SIGNATURE_PARAMETERS
    }


def raw_path(environ: WsgiEnvironment) -> str:
    """The path as sent, still percent-encoded."""
    uri: str = environ.get("REQUEST_URI") or quote(environ.get("PATH_INFO", "/"))
    path = uri if uri.startswith("/") else re.sub(r"^https?://[^/]+", "", uri)
    return path.partition("?")[0]


def _address(path: str, host: str) -> tuple[str, str]:
    """(bucket, key) of a path and host, both decoded."""
    bucket = virtual_bucket(host)
    if bucket is not None:
        return bucket, unquote(path[1:])
    bucket, _, key = path[1:].partition("/")
    return unquote(bucket), unquote(key)


@functools.lru_cache(maxsize=1000)
def virtual_bucket(host: str) -> str | None:
    """The bucket named by a host, None for a host of the service itself.

    `logs.localhost`, and `logs.s3.<domain>` with or without a region: `logs.s3.localhost`,
    `my.logs.s3.eu-west-1.amazonaws.com`, `logs.s3.us-east-1.localhost.localstack.cloud`.
    """
    name = host.rpartition(":")[0] if re.search(r":\d+$", host) else host
    name = name.lower()
    found = _S3_HOST.fullmatch(name) or _PLAIN_HOST.fullmatch(name)
    return found["bucket"] if found else None


def number(values: Mapping[str, str], name: str, default: int) -> int:
    """A number in a query or in headers, `default` if it is not given; InvalidArgument."""
    text = values.get(name, str(default))
    if not text.isdecimal() or int(text) > 2**31 - 1:
        message = f"Provided {name} not an integer or within integer range"
        raise invalid_argument(message, name, text)
    return int(text)


def object_url(request: S3Request, key: str) -> str:
    """Where an object is found by the client that made a request to its bucket."""
    host = request.headers.get("host", "localhost")
    path = quote(key) if virtual_bucket(host) else f"{request.bucket}/{quote(key)}"
    return f"http://{host}/{path}"
