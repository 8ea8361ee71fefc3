"""Dispatch: what is refused before an operation is called, and what is said of operations."""

from typing import Any

import pytest

from lakehouse.local_aws.dispatch import described, dispatch, noted, stored, wrapped
from lakehouse.local_aws.errors import AwsError


def echo(request: dict[str, Any]) -> dict[str, Any]:
    return {"request": request}


OPERATIONS = {"GetTable": echo}


def test_a_valid_request_reaches_its_operation_without_nulls() -> None:
    request = {"DatabaseName": "d", "Name": "t", "CatalogId": None}
    answer = dispatch("glue", OPERATIONS, "GetTable", request)
    assert answer == {"request": {"DatabaseName": "d", "Name": "t"}}


REFUSED = [
    (
        "GetTable",
        {"Name": "t"},
        "ValidationException",
        "1 validation error detected: Value null at 'databaseName' failed to satisfy constraint: "
        "Member must not be null",
    ),
    (
        "GetTable",
        {"DatabaseName": "d", "Name": "t", "New": 1},
        "ValidationException",
        "1 validation error detected: Unknown member 'New'",
    ),
    (
        "CreateMLTransform",
        {},
        "UnsupportedOperationException",
        "Glue CreateMLTransform is not supported by the local AWS",
    ),
    ("Nothing", {}, "UnknownOperationException", "Glue has no operation Nothing"),
]


@pytest.mark.parametrize(("operation", "request_", "code", "message"), REFUSED)
def test_other_requests_are_refused(
    operation: str, request_: dict[str, Any], code: str, message: str
) -> None:
    with pytest.raises(AwsError) as caught:
        dispatch("glue", OPERATIONS, operation, request_)
    assert (caught.value.code, caught.value.message) == (code, message)


def test_athena_calls_invalid_requests_by_its_own_name() -> None:
    with pytest.raises(AwsError, match="InvalidRequestException: 1 validation error detected"):
        dispatch("athena", {"GetWorkGroup": echo}, "GetWorkGroup", {})


def test_an_operation_keeps_what_is_said_of_it_when_something_is_put_around_it() -> None:
    def twice(operation: Any) -> Any:
        return lambda body: {"again": operation(body)}

    outer = wrapped(stored(echo, "kept"), twice)
    assert (outer.status, outer.note, outer({})) == ("stored", "kept", {"again": {"request": {}}})
    assert (described(echo).status, described(noted(echo, "n")).note) == ("executed", "n")
