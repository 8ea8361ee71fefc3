"""AWS's failures in the platform's words, translated once.

Every call to boto3 in this package runs inside `translated(...)`; above it nobody sees botocore.
The words name what was being done, AWS's code, message and request id, and the next step.
What to do about a failure (retry, wait, give up) stands with the caller, not here.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    ReadTimeoutError,
)

from lakehouse.errors import LakehouseError


class AwsFailure(LakehouseError):
    """AWS refused or failed a call; `code` is AWS's (empty if the call never arrived)."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class NotFound(AwsFailure):
    """The named thing (bucket, key, table, job, crawler, query) does not exist."""


class AlreadyExists(AwsFailure):
    """What was to be created is there already."""


class AccessDenied(AwsFailure):
    """The credentials are missing, wrong, expired or lack the permission."""


class Unavailable(AwsFailure):
    """AWS throttled the call or failed to answer it, at each of botocore's tries."""


class Unreachable(Unavailable):
    """No answer from the endpoint."""


class ExecutionFailed(AwsFailure):
    """A crawl, job run or query was accepted and then failed, was stopped or timed out."""


_NOT_FOUND = {
    "404",
    "AWS.SimpleQueueService.NonExistentQueue",
    "EntityNotFoundException",
    "NoSuchBucket",
    "NoSuchEntity",
    "NoSuchKey",
    "NotFound",
    "QueueDoesNotExist",
}
_EXISTS = {"AlreadyExistsException", "BucketAlreadyOwnedByYou"}
_DENIED = {
    "403",
    "AccessDenied",
    "AccessDeniedException",
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
}
_THROTTLED = {
    "ConcurrentModificationException",
    "LimitExceededException",
    "RequestLimitExceeded",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
}
_NO_WORK_GROUP = re.compile(r"workgroup .*not found", re.IGNORECASE)
_DEPLOY_HINT = ". Has `lakehouse deploy` made it? Is LAKEHOUSE_PREFIX right?"
_CREDENTIALS_HINT = (
    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE "
    "(any value does for the local AWS)"
)


def _from_response(doing: str, error: ClientError) -> AwsFailure:
    code = error.response["Error"].get("Code", "Unknown")
    request_id = error.response.get("ResponseMetadata", {}).get("RequestId", "none")
    words = error.response["Error"].get("Message", "")
    message = f"{doing}: {code}: {words} (request {request_id})"
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _NOT_FOUND:
        return NotFound(message + (_DEPLOY_HINT if code == "NoSuchBucket" else ""), code)
    if code == "InvalidRequestException" and _NO_WORK_GROUP.search(words):
        return NotFound(message + _DEPLOY_HINT, code)
    if code in _EXISTS:
        return AlreadyExists(message, code)
    if code in _DENIED:
        hint = "Check the credentials, the region and the permissions of the identity in use"
        return AccessDenied(f"{message}. {hint}", code)
    if code in _THROTTLED or status >= 500:
        return Unavailable(f"{message}. It was tried several times; run this again later", code)
    return AwsFailure(message, code)


def _from_client(doing: str, error: BotoCoreError) -> AwsFailure:
    match error:
        case EndpointConnectionError() | ConnectTimeoutError() | ConnectionClosedError():
            hint = "Is the local AWS running (`lakehouse dev`), and is AWS_ENDPOINT_URL right?"
            return Unreachable(f"{doing}: {error} {hint}")
        case ReadTimeoutError():
            return Unreachable(f"{doing}: {error} The service did not answer in time; try again")
        case NoCredentialsError() | PartialCredentialsError():
            return AccessDenied(f"{doing}: no usable AWS credentials: {error}. {_CREDENTIALS_HINT}")
        case ProfileNotFound():
            return AccessDenied(f"{doing}: {error}. Mend AWS_PROFILE or `aws configure` it")
        case NoRegionError():
            return AwsFailure(f"{doing}: no AWS region. Set AWS_DEFAULT_REGION, e.g. us-east-1")
        case _:
            return AwsFailure(f"{doing}: {error}")


def translate(doing: str, error: ClientError | BotoCoreError) -> AwsFailure:
    """The platform's error for a botocore error; `doing` says what was attempted, on what."""
    if isinstance(error, ClientError):
        return _from_response(doing, error)
    return _from_client(doing, error)


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Raise an `AwsFailure` that says `doing` for every botocore error inside the block."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise translate(doing, error) from error
    except S3UploadFailedError as error:  # boto3's word for a ClientError while uploading a file
        if isinstance(error.__context__, ClientError):
            raise translate(doing, error.__context__) from error
        raise AwsFailure(f"{doing}: {error}") from error


def pages(client: Any, operation: str, doing: str, **request: Any) -> Iterator[dict[str, Any]]:
    """Every page of a paginated boto3 operation, errors translated."""
    with translated(doing):
        yield from client.get_paginator(operation).paginate(**request)
