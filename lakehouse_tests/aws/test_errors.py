"""AWS's failures in the platform's words."""

from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from lakehouse.aws.catalog import Catalog
from lakehouse.aws.errors import (
    AccessDenied,
    AlreadyExists,
    AwsFailure,
    NotFound,
    Unavailable,
    Unreachable,
    translate,
    translated,
)
from lakehouse.aws.s3 import S3

Client = Callable[..., Any]


def test_a_missing_bucket_is_named_with_awss_code(client: Client) -> None:
    with pytest.raises(NotFound, match=r"list s3://errors-no-such/x/: NoSuchBucket: .*request"):
        S3(client("s3")).objects("errors-no-such", "x/")


def test_a_refused_call_keeps_awss_words(client: Client) -> None:
    catalog = Catalog(client("glue"))
    with pytest.raises(NotFound, match=r"create table errors_none\.t: EntityNotFoundException"):
        catalog.ensure_table("errors_none", {"Name": "t", "StorageDescriptor": {"Columns": []}})


def test_an_endpoint_that_does_not_answer_says_where_and_what_to_do() -> None:
    unreachable = boto3.client(
        "s3",
        endpoint_url="http://127.0.0.1:9",
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=Config(retries={"max_attempts": 0}),
    )
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9.*lakehouse dev"):
        S3(unreachable).objects("bucket", "x/")


def test_missing_credentials_say_which_variables_to_set(
    monkeypatch: pytest.MonkeyPatch, local_aws: object
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(AccessDenied, match=r"no usable AWS credentials.*AWS_ACCESS_KEY_ID"):
        S3(boto3.session.Session().client("s3")).objects("bucket", "x/")


def test_other_errors_are_not_touched() -> None:
    with pytest.raises(KeyError), translated("do nothing"):
        raise KeyError("x")


def test_a_failure_keeps_the_code() -> None:
    assert AwsFailure("words", "Throttling").code == "Throttling"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("InvalidClientTokenId", AccessDenied),
        ("UnrecognizedClientException", AccessDenied),
        ("SignatureDoesNotMatch", AccessDenied),
        ("ExpiredToken", AccessDenied),
        ("AccessDeniedException", AccessDenied),
        ("EntityNotFoundException", NotFound),
        ("NoSuchKey", NotFound),
        ("AlreadyExistsException", AlreadyExists),
        ("ThrottlingException", Unavailable),
        ("ValidationException", AwsFailure),
    ],
)
def test_awss_codes_become_the_platforms_kinds(code: str, kind: type[AwsFailure]) -> None:
    answer: Any = {
        "Error": {"Code": code, "Message": "Words."},
        "ResponseMetadata": {"RequestId": "r1"},
    }
    failure = translate("read x", ClientError(answer, "GetX"))
    assert type(failure) is kind
    assert str(failure).startswith(f"read x: {code}: Words. (request r1)")
