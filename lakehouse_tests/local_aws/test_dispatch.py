"""Dispatch: validation and refusals before an operation is called."""

from typing import Any

import pytest

from lakehouse.local_aws.dispatch import dispatch
from lakehouse.local_aws.errors import AwsError


def echo(request: dict[str, Any]) -> dict[str, Any]:
    return {"request": request}


OPERATIONS = {"GetTable": echo}


def test_a_valid_request_reaches_its_operation_without_nulls() -> None:
    request = {"DatabaseName": "d", "Name": "t", "CatalogId": None}
    answer = dispatch("glue", OPERATIONS, "GetTable", request)
    assert answer == {"request": {"DatabaseName": "d", "Name": "t"}}


REFUSED = [
    ("GetTable", {"Name": "t"}, "ValidationException", "DatabaseName"),
    ("GetTable", {"DatabaseName": 1, "Name": "t"}, "ValidationException", "DatabaseName"),
    ("GetTable", {"DatabaseName": "d", "Name": "t", "New": 1}, "ValidationException", "New"),
    ("CreateMLTransform", {}, "UnsupportedOperationException", "Glue CreateMLTransform"),
    ("Nothing", {}, "UnknownOperationException", "Nothing"),
]


@pytest.mark.parametrize(("operation", "request_", "code", "named"), REFUSED)
def test_other_requests_are_refused(
    operation: str, request_: dict[str, Any], code: str, named: str
) -> None:
    with pytest.raises(AwsError) as caught:
        dispatch("glue", OPERATIONS, operation, request_)
    assert caught.value.code == code
    assert named in caught.value.message


def test_athena_calls_invalid_requests_by_its_own_name() -> None:
    with pytest.raises(AwsError, match="InvalidRequestException: 1 validation error detected"):
        dispatch("athena", {"GetWorkGroup": echo}, "GetWorkGroup", {})
