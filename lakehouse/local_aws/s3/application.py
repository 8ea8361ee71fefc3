"""The WSGI application in front of moto: answers S3's object calls, passes on everything else.

Belongs here: choosing the handler of a request, errors on the wire, what moto must not see.
Does not belong here: the handlers.
"""

import io
import logging
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.s3 import deletes, listing, object_calls
from lakehouse.local_aws.s3.body import small_body
from lakehouse.local_aws.s3.multipart import MultipartUploads
from lakehouse.local_aws.s3.refusals import (
    not_implemented,
    refuse_bucket_configuration,
    refuse_headers,
    refuse_notification_targets,
    refuse_object_subresource,
)
from lakehouse.local_aws.s3.request import S3Request, WsgiEnvironment, raw_path, s3_request
from lakehouse.local_aws.s3.response import S3Response, error_response

_PIECE = 1 << 18
_LOGGER = logging.getLogger(__name__)
_LISTING_PARAMETERS = {
    "list-type",
    "prefix",
    "delimiter",
    "marker",
    "max-keys",
    "encoding-type",
    "continuation-token",
    "start-after",
    "fetch-owner",
    "allow-unordered",
    "x-id",
}


class S3Application:
    """WSGI. `account_of` names the account of an access key; `learn_buckets` tells moto of them."""

    def __init__(
        self,
        objects: ObjectStore,
        moto: Callable[..., Iterable[bytes]],
        account_of: Callable[[str], str],
        learn_buckets: Callable[[], None],
    ) -> None:
        self._objects = objects
        self._uploads = MultipartUploads(objects)
        self._moto = moto
        self._account_of = account_of
        self._learn_buckets = learn_buckets

    def __call__(
        self, environ: WsgiEnvironment, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        if raw_path(environ).startswith("/moto-api"):
            start_response("501 Not Implemented", [("Content-Type", "text/plain")])
            return [
                b"moto's own API is not part of the local AWS; stop it and use another --data-dir\n"
            ]
        request = s3_request(environ, self._account_of)
        response = None if request is None else self._response(request, environ)
        if response is None:
            return self._moto(_for_moto(environ, request), start_response)
        if request is not None:
            _drain(request)
        start_response(response.status_line, response.wire_headers())
        return [response.body] if isinstance(response.body, bytes) else response.body

    def _response(self, request: S3Request, environ: WsgiEnvironment) -> S3Response | None:
        try:
            self._check_owner(request)
            if request.key is not None:
                return self._object_call(request)
            return self._bucket_call(request, environ)
        except AwsError as error:
            return error_response(error, request.resource, request.method == "HEAD")
        except OSError as error:
            _LOGGER.exception("%s %s", request.method, request.resource)
            words = f"We encountered an internal error: {error.strerror or error}"
            internal = AwsError("InternalError", words, 500)
            return error_response(internal, request.resource, request.method == "HEAD")

    def _check_owner(self, request: S3Request) -> None:
        expected = request.headers.get("x-amz-expected-bucket-owner")
        if expected is None or not request.bucket:
            return
        owners = {bucket.name: bucket.account for bucket in self._objects.buckets()}
        if owners.get(request.bucket, expected) != expected:
            raise AwsError("AccessDenied", "Access Denied", 403)

    def _object_call(self, request: S3Request) -> S3Response:
        if "uploads" in request.query or "uploadId" in request.query:
            return self._uploads.answer(request)
        if request.method in ("GET", "HEAD"):
            return object_calls.get_object(request, self._objects)
        if request.method == "PUT":
            refuse_object_subresource(request)
            if "x-amz-copy-source" in request.headers:
                return object_calls.copy_object(request, self._objects)
            return object_calls.put_object(request, self._objects)
        if request.method == "DELETE":
            return deletes.delete_object(request, self._objects)
        refuse_object_subresource(request)
        message = "The specified method is not allowed against this resource."
        raise AwsError("MethodNotAllowed", message, 405)

    def _bucket_call(self, request: S3Request, environ: WsgiEnvironment) -> S3Response | None:
        """The answer to a call on a bucket, None for those that stay with moto."""
        if request.method == "GET" and request.bucket:
            if "uploads" in request.query:
                return self._uploads.listed(request)
            if "versions" in request.query:
                return listing.list_versions(request, self._objects)
            if _is_listing(request):
                return listing.list_objects(request, self._objects)
        if request.method == "POST" and request.bucket:
            if "delete" in request.query:
                return deletes.delete_objects(request, self._objects)
            raise not_implemented("uploads by browser forms (POST)")
        refuse_bucket_configuration(request)
        refuse_headers(request)
        if request.method == "PUT" and "notification" in request.query:
            self._check_notification(request, environ)
        self._learn_buckets()
        return None

    def _check_notification(self, request: S3Request, environ: WsgiEnvironment) -> None:
        document = small_body(request)
        refuse_notification_targets(document)
        environ["wsgi.input"] = io.BytesIO(document)
        environ["CONTENT_LENGTH"] = str(len(document))


def _is_listing(request: S3Request) -> bool:
    signature = {"AWSAccessKeyId", "Signature", "Expires"}
    names = {name for name in request.query if not name.startswith("X-Amz-")}
    return names <= _LISTING_PARAMETERS | signature


def _drain(request: S3Request) -> None:
    """Read away what is left of a refused body, so that the connection can be used again."""
    if request.length is None:
        while request.body.read(_PIECE):
            pass
    remaining = getattr(request.body, "remaining", 0)
    while remaining > 0 and request.body.read(min(remaining, _PIECE)):
        remaining = getattr(request.body, "remaining", 0)


def _for_moto(environ: WsgiEnvironment, request: S3Request | None) -> WsgiEnvironment:
    """The environment as moto reads it: path-style, with %2F decoded like everything else."""
    path = raw_path(environ)
    if request is not None:
        path = "/" + quote(request.bucket) + ("/" if request.bucket else "")
        environ["HTTP_HOST"] = f"localhost:{environ.get('SERVER_PORT', '')}"
        query = environ.get("QUERY_STRING", "")
        environ["REQUEST_URI"] = path + (f"?{query}" if query else "")
    environ["PATH_INFO"] = unquote_to_bytes(path).decode("latin-1")
    return environ
