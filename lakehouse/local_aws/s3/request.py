"""An S3 request as its handlers see it, read from a WSGI environment.

Belongs here: telling S3 requests from others, path-style and virtual-host addressing, headers,
query, the account.
Does not belong here: reading the body (`body`), doing what is asked (`application` and others).
"""

import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from urllib.parse import parse_qsl, quote, unquote

WsgiEnvironment = dict[str, Any]
RAW_HEADERS = "lakehouse.raw_headers"
"""Where the server leaves the headers with their names as sent, in lower case: WSGI's own names
do not tell `my_key` from `my-key`, which user metadata needs."""

_SIGNED_FOR = re.compile(r"Credential=([^/]+)/\d+/[^/]+/([^/]+)/aws4_request")
_VIRTUAL_HOST = re.compile(
    r"(?P<bucket>[a-z0-9][a-z0-9.-]*?)\.(?:s3(?:[.-][a-z0-9-]+)?\.)?localhost"
)
_SERVICE_HOST = re.compile(r"s3([.-][a-z0-9-]+)?\.localhost")


@dataclass(frozen=True)
class S3Request:
    """One request: `key` is None for calls on a bucket, `bucket` "" for the list of buckets.

    Header names are in lower case. `length` is Content-Length, None if the body is chunked.
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

    def header(self, name: str) -> str | None:
        """A header by its lower-case name."""
        return self.headers.get(name)


def s3_request(environ: WsgiEnvironment, account_of: Callable[[str], str]) -> S3Request | None:
    """The S3 request in a WSGI environment, None if it is for another service."""
    headers: Mapping[str, str] = environ[RAW_HEADERS]
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    signer = _signer(headers, query)
    path = raw_path(environ)
    if signer is None or path.startswith(("/v20180820/", "/latest/")):
        return None
    bucket, key = _address(path, headers.get("host", ""))
    chunked = environ.get("wsgi.input_terminated") is True
    return S3Request(
        method=environ["REQUEST_METHOD"],
        bucket=bucket,
        key=key or None,
        query=query,
        headers=headers,
        body=environ.get("wsgi.input") or io.BytesIO(),
        length=None if chunked else int(headers.get("content-length") or 0),
        account=account_of(signer),
        resource=unquote(path),
    )


def _signer(headers: Mapping[str, str], query: Mapping[str, str]) -> str | None:
    """The access key of a request to S3 ("" if it is not signed), None if it is not to S3."""
    authorization = headers.get("authorization")
    if authorization is None and "X-Amz-Credential" in query:
        authorization = f"Credential={query['X-Amz-Credential']}/"
        authorization = authorization.replace("/aws4_request/", "/aws4_request")
    if authorization is not None:
        signed = _SIGNED_FOR.search(authorization)
        if signed is not None:
            return signed.group(1) if signed.group(2) == "s3" else None
        version_2 = re.match(r"AWS ([^:]+):", authorization)
        return version_2.group(1) if version_2 else None
    if "AWSAccessKeyId" in query and "Signature" in query:
        return query["AWSAccessKeyId"]
    unsigned_call = "x-amz-target" in headers or "Action" in query or _is_form(headers)
    return None if unsigned_call else ""


def _is_form(headers: Mapping[str, str]) -> bool:
    return headers.get("content-type", "").startswith("application/x-www-form-urlencoded")


def raw_path(environ: WsgiEnvironment) -> str:
    """The path as sent, still percent-encoded."""
    uri: str = environ.get("REQUEST_URI") or quote(environ.get("PATH_INFO", "/"))
    return re.sub(r"^https?://[^/]+", "", uri).partition("?")[0]


def _address(path: str, host: str) -> tuple[str, str]:
    """(bucket, key) of a path and host, both decoded."""
    bucket = virtual_bucket(host)
    if bucket is not None:
        return bucket, unquote(path[1:])
    bucket, _, key = path[1:].partition("/")
    return unquote(bucket), unquote(key)


def virtual_bucket(host: str) -> str | None:
    """The bucket named by a host like logs.localhost:4566 or logs.s3.us-east-1.localhost."""
    name = host.partition(":")[0].lower()
    if _SERVICE_HOST.fullmatch(name):
        return None
    found = _VIRTUAL_HOST.fullmatch(name)
    return found.group("bucket") if found else None
