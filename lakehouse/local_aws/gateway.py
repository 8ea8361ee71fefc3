"""The WSGI application between S3 and moto: which service a call is for, and who answers it.

Belongs here: Glue and Athena in AWS JSON 1.1, passing on to moto what it executes, refusing what
nobody here does, errors on the wire.
Does not belong here: S3's own calls (`s3.application`), what an operation does (`dispatch` and the
services), moto itself (`backends`).
"""

import io
import json
import logging
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal, Protocol, cast
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from lakehouse.local_aws.dispatch import Operation, dispatch, unsupported_operation
from lakehouse.local_aws.errors import STORAGE_ERRORS, AwsError, storage_failure
from lakehouse.local_aws.moto_services import COMPANIONS, MOTO_SERVICES, refuse_log_pattern
from lakehouse.local_aws.validation import ServiceName

WsgiEnvironment = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApplication = Callable[[WsgiEnvironment, StartResponse], Iterable[bytes]]

_OWN_SERVICES: Mapping[str, ServiceName] = {"glue": "glue", "athena": "athena"}
_TARGETS = {
    "AWSGlue": "glue",
    "AmazonAthena": "athena",
    "AmazonSQS": "sqs",
    "Logs_20140328": "logs",
}
_FAILURES = {
    "athena": "InternalServerException",
    "glue": "InternalServiceException",
    "iam": "ServiceFailure",
    "logs": "ServiceUnavailableException",
    "s3": "InternalError",
}
"""How services call a failure of their own, here a full or broken disk."""
_SIGNED = re.compile(r"Credential=([^/\s]+)/\d+/([^/\s]+)/([^/\s]+)/aws4_request")
_DEFAULT_REGION = "us-east-1"
_LOGGER = logging.getLogger(__name__)


class Services(Protocol):
    """The services of one account and region."""

    def operations(self, service_name: ServiceName) -> Mapping[str, Operation]:
        """The operations of one service."""


ServicesOf = Callable[[str, str], Services]
"""(account, region) -> its services, made at the first call."""


Style = Literal["json", "query"]
"""How errors are written: as JSON, or as the XML of the query protocol."""


@dataclass(frozen=True)
class ApiCall:
    """One call: the service by its signing name ("s3" if it names none), and the operation's name.

    `operation` is "" where it stands in method and path (REST services).
    """

    service: str
    region: str
    access_key: str
    operation: str
    style: Style


class Gateway:
    """WSGI. `account_of` names the account of an access key, `implemented` what moto has."""

    def __init__(
        self,
        services_of: ServicesOf,
        account_of: Callable[[str], str],
        moto: WsgiApplication,
        implemented: Callable[[str], frozenset[str]],
    ) -> None:
        self._services_of = services_of
        self._account_of = account_of
        self._moto = moto
        self._implemented = implemented

    def __call__(self, environ: WsgiEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one call; what fails unforeseen is logged and InternalFailure on the wire."""
        call = api_call(environ)
        try:
            if call.service in _OWN_SERVICES:
                return self._own(call, environ, start_response)
            self._check(call, environ)
            return self._moto(_for_moto(call, environ), start_response)
        except AwsError as error:
            return _error(call, error, start_response)
        except NotImplementedError:
            refusal = unsupported_operation(call.service, call.operation or "call")
            return _error(call, refusal, start_response)
        except STORAGE_ERRORS as error:
            _LOGGER.error("%s %s: %s", call.service, call.operation, error)
            code = _FAILURES.get(call.service, "InternalFailure")
            return _error(call, AwsError(code, storage_failure(error), 500), start_response)
        except Exception as error:
            _LOGGER.exception("%s %s", call.service, call.operation)
            failure = AwsError("InternalFailure", f"{type(error).__name__}: {error}", 500)
            return _error(call, failure, start_response)

    def _own(
        self, call: ApiCall, environ: WsgiEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        service = _OWN_SERVICES[call.service]
        services = self._services_of(self._account_of(call.access_key), call.region)
        request = parsed_json(_body(environ))
        answer = dispatch(service, services.operations(service), call.operation, request)
        return _json(200, answer, {}, start_response)

    def _check(self, call: ApiCall, environ: WsgiEnvironment) -> None:
        """Refuse what moto would answer with words only, or not at all."""
        if call.service == "s3" or call.service in COMPANIONS:
            return
        service = MOTO_SERVICES.get(call.service)
        if service is None:
            message = (
                f"The local AWS has no service {call.service}: it is S3, Glue, Athena, SQS, "
                "CloudWatch Logs, IAM and STS"
            )
            raise AwsError("UnsupportedOperationException", message, 501)
        implemented = self._implemented(call.service)
        if call.operation and service.status(call.operation, implemented) == "refused":
            raise unsupported_operation(service.name, call.operation)
        if (call.service, call.operation) == ("logs", "FilterLogEvents"):
            refuse_log_pattern(parsed_json(_kept_body(environ)))


def api_call(environ: WsgiEnvironment) -> ApiCall:
    """Read from a request which service and operation it is for, signed or not."""
    target, _, operation = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")
    query = parse_qs(environ.get("QUERY_STRING", ""))
    form = environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded")
    parameters = (
        query
        if target or not form
        else {**query, **parse_qs(_kept_body(environ).decode("utf-8", "replace"))}
    )
    action = parameters.get("Action", [""])[0]
    presigned = f"Credential={query.get('X-Amz-Credential', [''])[0]}"
    signed = _SIGNED.search(environ.get("HTTP_AUTHORIZATION") or presigned)
    access_key, region, service = signed.groups() if signed else ("", _DEFAULT_REGION, "")
    service = service.lower() or _TARGETS.get(target, target) or ("sts" if action else "s3")
    for prefix, other in _OTHER_PATHS.items():
        if service == "s3" and environ.get("PATH_INFO", "").startswith(prefix):
            service = other
    style: Style = "query" if action or service in _REST_XML else "json"
    return ApiCall(service, region, access_key, operation or action, style)


def _for_moto(call: ApiCall, environ: WsgiEnvironment) -> WsgiEnvironment:
    """The environment as moto reads it: it looks for the service in this header only."""
    if call.service in MOTO_SERVICES and "HTTP_AUTHORIZATION" not in environ:
        scope = f"{call.access_key}/19700101/{call.region}/{call.service}/aws4_request"
        environ["HTTP_AUTHORIZATION"] = f"AWS4-HMAC-SHA256 Credential={scope}, Signature=none"
    return environ


_REST_XML = frozenset({"s3", "s3-control", "cloudfront", "route53"})
_OTHER_PATHS = {"/v20180820/": "s3-control", "/latest/": "ec2-instance-metadata"}
"""Not S3's, though signed for it or not at all."""


def parsed_json(raw: bytes) -> dict[str, Any]:
    """The JSON object of a request. Raises SerializationException for anything else."""
    try:
        request = json.loads(raw or b"{}")
        if rb"\ud" in raw.lower():  # perhaps half a surrogate pair, which no text has
            json.dumps(request, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise AwsError("SerializationException", f"The body is not JSON: {error}") from error
    if not isinstance(request, dict):
        raise AwsError("SerializationException", "The body is not a JSON object")
    return request


def _kept_body(environ: WsgiEnvironment) -> bytes:
    """The body, which can be read again."""
    raw = _body(environ)
    environ["wsgi.input"] = io.BytesIO(raw)
    environ["wsgi.input_terminated"] = True
    environ["CONTENT_LENGTH"] = str(len(raw))
    return raw


def _body(environ: WsgiEnvironment) -> bytes:
    stream = environ["wsgi.input"]
    if environ.get("wsgi.input_terminated"):
        content: bytes = stream.read()
        return content
    return cast(bytes, stream.read(int(environ.get("CONTENT_LENGTH") or 0)))


def _error(call: ApiCall, error: AwsError, start_response: StartResponse) -> Iterable[bytes]:
    if call.style == "json":
        body = {"__type": error.code, "Message": error.message}
        return _json(error.status, body, {"x-amzn-ErrorType": error.code}, start_response)
    fields = f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
    text = f"<ErrorResponse><Error><Type>Sender</Type>{fields}</Error></ErrorResponse>"
    return _answer(error.status, text.encode(), {"Content-Type": "text/xml"}, start_response)


def _json(
    status: int, body: Mapping[str, Any], headers: Mapping[str, str], start_response: StartResponse
) -> Iterable[bytes]:
    every = {"Content-Type": "application/x-amz-json-1.1", **headers}
    return _answer(status, json.dumps(body).encode(), every, start_response)


def _answer(
    status: int, body: bytes, headers: Mapping[str, str], start_response: StartResponse
) -> Iterable[bytes]:
    every = {
        "x-amzn-RequestId": str(uuid.uuid4()),
        "Content-Length": str(len(body)),
        **headers,
    }
    start_response(f"{status} {HTTPStatus(status).phrase}", list(every.items()))
    return [body]
