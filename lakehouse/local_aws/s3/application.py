"""The WSGI application in front of moto: answers S3's object calls, passes on everything else.

Belongs here: choosing the handler of a request, errors on the wire, what moto must not see.
Does not belong here: the handlers.
"""

import io
import logging
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from lakehouse.local_aws.errors import STORAGE_ERRORS, AwsError, storage_failure
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.s3.notifications import Notifications
from lakehouse.local_aws.s3.operations import S3Operations
from lakehouse.local_aws.s3.request import S3Request, WsgiEnvironment, raw_path, s3_request
from lakehouse.local_aws.s3.response import S3Response, error_response

_PIECE = 1 << 18
_LOGGER = logging.getLogger(__name__)
_OF_THE_BODY = (
    "HTTP_CONTENT_ENCODING",
    "HTTP_TRANSFER_ENCODING",
    "HTTP_X_AMZ_CONTENT_SHA256",
    "HTTP_X_AMZ_DECODED_CONTENT_LENGTH",
    "HTTP_X_AMZ_TRAILER",
    "wsgi.input_terminated",
)
"""What an environment says of a body that was read and decoded before moto gets it."""


class S3Application:
    """WSGI. `account_of` names the account of an access key; `learn_buckets` tells moto of them."""

    def __init__(
        self,
        objects: ObjectStore,
        notifications: Notifications,
        moto: Callable[..., Iterable[bytes]],
        account_of: Callable[[str], str],
        learn_buckets: Callable[[], None],
    ) -> None:
        self._operations = S3Operations(objects, notifications)
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
        """The answer to a request, None for those that moto answers."""
        try:
            answer = self._operations.answer(request)
            if isinstance(answer, S3Response):
                return answer
            self._learn_buckets()
        except AwsError as error:
            return error_response(error, request)
        except STORAGE_ERRORS as error:
            _LOGGER.error("%s %s: %s", request.method, request.resource, error)
            return error_response(AwsError("InternalError", storage_failure(error), 500), request)
        except Exception as error:
            _LOGGER.exception("%s %s", request.method, request.resource)
            words = f"We encountered an internal error: {type(error).__name__}: {error}"
            return error_response(AwsError("InternalError", words, 500), request)
        environ["wsgi.input"] = io.BytesIO(answer.document)
        environ["CONTENT_LENGTH"] = str(len(answer.document))
        for name in _OF_THE_BODY:
            environ.pop(name, None)
        return None


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
