"""The gateway: who answers a call, and what nobody answers is an AWS error."""

import io
import json
import logging
from collections.abc import Callable, Iterable
from typing import Any
from urllib.request import Request, urlopen

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.signers import RequestSigner

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.gateway import ApiCall, Gateway, api_call, parsed_json
from lakehouse.local_aws.server import LocalAws

Client = Callable[..., Any]

NOT_IN_MOTO = [
    ("sqs", "list_message_move_tasks", {"SourceArn": "arn:aws:sqs:us-east-1:1:q"}, "SQS"),
    ("logs", "describe_index_policies", {"logGroupIdentifiers": ["g"]}, "CloudWatch Logs"),
    ("iam", "list_service_specific_credentials", {}, "IAM"),
    ("sts", "decode_authorization_message", {"EncodedMessage": "m"}, "STS"),
]


@pytest.mark.parametrize(("service", "operation", "arguments", "shown"), NOT_IN_MOTO)
def test_an_operation_that_moto_has_not_is_refused_by_name(
    client: Client, service: str, operation: str, arguments: dict[str, Any], shown: str
) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(client(service), operation)(**arguments)
    error = refused.value.response["Error"]
    named = refused.value.operation_name
    assert error["Code"] == "UnsupportedOperationException"
    assert error["Message"] == f"{shown} {named} is not supported by the local AWS"


@pytest.mark.parametrize(
    ("service", "operation", "arguments"),
    [
        ("emr", "list_clusters", {}),
        ("stepfunctions", "list_state_machines", {}),
        ("lambda", "list_functions", {}),
        ("cloudformation", "list_stacks", {}),
        ("route53", "list_hosted_zones", {}),
        ("redshift-data", "list_databases", {"Database": "d"}),
    ],
)
def test_a_service_that_is_not_here_is_refused_by_name(
    local_aws: LocalAws, service: str, operation: str, arguments: dict[str, Any]
) -> None:
    client = boto3.client(service)  # type: ignore[call-overload]
    with pytest.raises(ClientError) as refused:
        getattr(client, operation)(**arguments)
    error = refused.value.response["Error"]
    assert error["Code"] == "UnsupportedOperationException"
    assert error["Message"].startswith("The local AWS has no service ")


def test_services_that_keep_and_give_back_data_are_motos(local_aws: LocalAws) -> None:
    secrets = boto3.client("secretsmanager")
    secrets.create_secret(Name="s", SecretString="x")
    assert secrets.get_secret_value(SecretId="s")["SecretString"] == "x"


def answer(gateway: Gateway, **environ: Any) -> tuple[str, dict[str, str], bytes]:
    seen: list[Any] = []
    content = gateway({"wsgi.input": io.BytesIO(), **environ}, lambda *start: seen.append(start))
    return seen[0][0], dict(seen[0][1]), b"".join(content)


def failing(*_: Any) -> Iterable[bytes]:
    raise ZeroDivisionError("no")


def no_services(account: str, region: str) -> Any:
    raise OSError(f"disk of {account} in {region} is full")


BROKEN = Gateway(no_services, lambda _: "1", failing, lambda _: frozenset({"ListUsers"}))
SIGNED = "AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/{}/aws4_request, SignedHeaders=host"


def test_a_broken_disk_and_what_fails_unforeseen_are_errors_in_the_services_own_form(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.CRITICAL)
    status, headers, body = answer(
        BROKEN, HTTP_AUTHORIZATION=SIGNED.format("glue"), HTTP_X_AMZ_TARGET="AWSGlue.GetTable"
    )
    assert status == "500 Internal Server Error"
    assert headers["x-amzn-ErrorType"] == "InternalServiceException"
    words = "We encountered an internal error: disk of 1 in eu-west-1 is full. Please try again."
    assert json.loads(body) == {"__type": "InternalServiceException", "Message": words}
    form = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "QUERY_STRING": "Action=ListUsers"}
    status, _, body = answer(BROKEN, HTTP_AUTHORIZATION=SIGNED.format("iam"), **form)
    assert status == "500 Internal Server Error"
    assert b"<Code>InternalFailure</Code><Message>ZeroDivisionError: no</Message>" in body


CALLS = [
    ({"HTTP_X_AMZ_TARGET": "AWSGlue.GetTable"}, ("glue", "us-east-1", "", "GetTable", "json")),
    (
        {"HTTP_AUTHORIZATION": SIGNED.format("sqs"), "HTTP_X_AMZ_TARGET": "AmazonSQS.ListQueues"},
        ("sqs", "eu-west-1", "k", "ListQueues", "json"),
    ),
    (
        {
            "CONTENT_TYPE": "application/x-www-form-urlencoded; charset=utf-8",
            "wsgi.input": io.BytesIO(b"Action=AssumeRoleWithWebIdentity&Version=1"),
            "CONTENT_LENGTH": "42",
        },
        ("sts", "us-east-1", "", "AssumeRoleWithWebIdentity", "query"),
    ),
    (
        {
            "QUERY_STRING": "Action=GetCallerIdentity&X-Amz-Credential="
            "k%2F20260101%2Feu-west-1%2Fsts%2Faws4_request"
        },
        ("sts", "eu-west-1", "k", "GetCallerIdentity", "query"),
    ),
    ({"PATH_INFO": "/bucket/key"}, ("s3", "us-east-1", "", "", "query")),
    ({"PATH_INFO": "/latest/meta-data/"}, ("ec2-instance-metadata", "us-east-1", "", "", "json")),
    (
        {"PATH_INFO": "/v20180820/jobs", "HTTP_AUTHORIZATION": SIGNED.format("s3")},
        ("s3-control", "eu-west-1", "k", "", "query"),
    ),
    ({"HTTP_X_AMZ_TARGET": "Elsewhere.Do"}, ("Elsewhere", "us-east-1", "", "Do", "json")),
]


@pytest.mark.parametrize(("environ", "expected"), CALLS)
def test_a_call_tells_its_service_and_operation(
    environ: dict[str, Any], expected: tuple[str, ...]
) -> None:
    assert api_call(environ) == ApiCall(*expected)  # type: ignore[arg-type]


@pytest.mark.parametrize("raw", [b"{", b"[]", b'{"Name": "\\ud800"}', b"[" * 100_000, b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(raw: bytes) -> None:
    with pytest.raises(AwsError) as refused:
        parsed_json(raw)
    assert refused.value.code == "SerializationException"


def test_text_beyond_the_basic_plane_is_read() -> None:
    assert parsed_json(b'{"Name": "\\ud83d\\ude00"}') == {"Name": "\U0001f600"}


def test_a_presigned_call_of_sts_is_answered(local_aws: LocalAws) -> None:
    session = boto3.Session()
    sts = session.client("sts")
    credentials = session.get_credentials()
    assert credentials is not None
    signer = RequestSigner(
        sts.meta.service_model.service_id,
        "us-east-1",
        "sts",
        "v4",
        credentials,
        session.events,
    )
    url = signer.generate_presigned_url(
        {
            "method": "GET",
            "url": f"{local_aws.endpoint_url}/?Action=GetCallerIdentity&Version=2011-06-15",
            "body": {},
            "headers": {},
            "context": {},
        },
        operation_name="",
    )
    with urlopen(Request(url), timeout=30) as response:
        assert b"<Account>123456789012</Account>" in response.read()
