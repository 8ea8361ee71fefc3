"""Fixtures of the S3 tests."""

import http.client
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from lakehouse.local_aws.server import LocalAws

AUTHORIZATION = (
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request, "
    "SignedHeaders=host, Signature=0"
)


@dataclass(frozen=True)
class Answer:
    """What came back over plain HTTP."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def error_of(caught: "pytest.ExceptionInfo[ClientError]") -> Mapping[str, Any]:
    """All elements of the error that a client got."""
    return dict(caught.value.response["Error"])


@pytest.fixture(scope="session")
def s3(client: Callable[..., Any]) -> Any:
    return client("s3")


@pytest.fixture
def bucket(s3: Any) -> str:
    name = f"bucket-{uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture(scope="session")
def http_call(local_aws: LocalAws) -> Callable[..., Answer]:
    """A request exactly as given, signed for S3 in appearance unless headers say otherwise."""
    address = urlsplit(local_aws.endpoint_url).netloc

    def call(method: str, target: str, body: bytes | None = None, **headers: str | None) -> Answer:
        sent = {"Authorization": AUTHORIZATION} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        connection = http.client.HTTPConnection(address, timeout=10)
        known = {name: value for name, value in sent.items() if value is not None}
        connection.request(method, target, body, known)
        response = connection.getresponse()
        received = {name.lower(): value for name, value in response.getheaders()}
        answer = Answer(response.status, received, response.read())
        connection.close()
        return answer

    return call
