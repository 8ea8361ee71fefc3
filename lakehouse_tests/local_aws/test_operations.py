"""The page of operations is up to date, and every operation does what it says."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError

from lakehouse.local_aws import operations
from lakehouse.local_aws.operations import ServicePage, operations_page, service_pages
from lakehouse.local_aws.server import LocalAws
from lakehouse_tests.local_aws.minimal_requests import minimal_request

PAGE = Path(operations.__file__).parents[2] / "docs" / "aws_operations.md"
CLIENTS = {
    "Glue": "glue",
    "Athena": "athena",
    "SQS": "sqs",
    "CloudWatch Logs": "logs",
    "IAM": "iam",
    "STS": "sts",
}
REFUSAL = "UnsupportedOperationException"
NEVER = {REFUSAL, "UnknownOperationException", "SerializationException", "InternalFailure"}


@pytest.fixture(scope="module")
def pages() -> dict[str, ServicePage]:
    return {page.name: page for page in service_pages()}


@pytest.mark.skipif(
    f"botocore\n{version('botocore')} and the methods of moto {version('moto')};"
    not in PAGE.read_text(),
    reason="the page was generated from other versions of AWS's models and of moto",
)
def test_the_committed_page_is_the_generated_one() -> None:
    assert PAGE.read_text() == operations_page()


def test_every_operation_of_the_models_is_on_the_page(pages: dict[str, ServicePage]) -> None:
    for name, service in {**CLIENTS, "S3": "s3"}.items():
        model = boto3.client(service, region_name="us-east-1").meta.service_model  # type: ignore[call-overload]
        beyond = {"PostObject"} if service == "s3" else set()
        assert set(pages[name].statuses) - beyond == set(model.operation_names)


@pytest.mark.parametrize("name", CLIENTS)
def test_every_refused_operation_is_refused_by_name(
    local_aws: LocalAws, pages: dict[str, ServicePage], name: str
) -> None:
    refused = [op for op, status in pages[name].statuses.items() if status == "refused"]
    client = client_of(name)
    answers = {operation: answer(client, operation) for operation in refused}
    assert answers == {
        operation: (REFUSAL, f"{name} {operation} is not supported by the local AWS")
        for operation in refused
    }


@pytest.mark.parametrize("name", ["Glue", "Athena"])
def test_every_other_operation_is_answered_by_itself(
    local_aws: LocalAws, pages: dict[str, ServicePage], name: str
) -> None:
    own = [op for op, status in pages[name].statuses.items() if status != "refused"]
    client = client_of(name)
    codes = {operation: answer(client, operation)[0] for operation in own}
    assert {operation: code for operation, code in codes.items() if code in NEVER} == {}
    assert len(own) > 30


def client_of(name: str) -> Any:
    """A client in a region of its own: some of the calls leave something behind."""
    config = Config(
        parameter_validation=False, inject_host_prefix=False, retries={"max_attempts": 0}
    )
    return boto3.client(CLIENTS[name], region_name="sa-east-1", config=config)  # type: ignore[call-overload]


def answer(client: Any, operation: str) -> tuple[str, str]:
    """Code and message of the answer to the least valid request, ("", "") for a success."""
    call: Callable[..., Any] = getattr(client, xform_name(operation))
    try:
        call(**minimal_request(client.meta.service_model.operation_model(operation)))
    except ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    return "", ""
