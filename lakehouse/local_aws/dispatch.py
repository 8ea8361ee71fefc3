"""AWS JSON services as tables of operations: checking a request and calling its operation.

Belongs here: the shape of a service, what its table says of an operation, the refusal of what is
not supported.
Does not belong here: HTTP (`gateway`), AWS's models (`validation`), what an operation does (the
services).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.validation import ServiceName, checked_request, service_model

Operation = Callable[[dict[str, Any]], dict[str, Any]]
Status = Literal["executed", "stored", "refused"]

_VALIDATION_CODES: Mapping[ServiceName, str] = {
    "glue": "ValidationException",
    "athena": "InvalidRequestException",
}


class JsonService(Protocol):
    """A service or a part of one."""

    def operations(self) -> Mapping[str, Operation]:
        """The supported operations by their AWS names, such as "CreateTable"."""


@dataclass(frozen=True)
class Described:
    """An operation with what the page of operations says of it (`docs/aws_operations.md`)."""

    operation: Operation
    status: Status = "executed"
    note: str = ""

    def __call__(self, body: dict[str, Any]) -> dict[str, Any]:
        """Call the operation."""
        return self.operation(body)


def stored(operation: Operation, note: str = "") -> Described:
    """Mark an operation whose input is kept and given back, and has no other effect."""
    return Described(operation, "stored", note)


def noted(operation: Operation, note: str) -> Described:
    """Add a short remark to an operation that is executed."""
    return Described(operation, note=note)


def described(operation: Operation) -> Described:
    """What is said of an operation; one without a mark is executed."""
    return operation if isinstance(operation, Described) else Described(operation)


def wrapped(operation: Operation, wrap: Callable[[Operation], Operation]) -> Described:
    """Put something around an operation and keep what is said of it."""
    said = described(operation)
    return replace(said, operation=wrap(said.operation))


def dispatch(
    service_name: ServiceName,
    operations: Mapping[str, Operation],
    operation: str,
    body: dict[str, Any],
) -> dict[str, Any]:
    """Check a request against AWS's own model of the service and call its operation.

    Members that are null count as absent, as on AWS. Raises `AwsError`: the service's validation
    error for a request that AWS's model forbids or does not know, UnknownOperationException for
    an operation that AWS does not have, UnsupportedOperationException (501) for one of AWS's that
    the local AWS does not.
    """
    model = service_model(service_name)
    if operation not in model.operation_names:
        message = f"{model.service_id} has no operation {operation}"
        raise AwsError("UnknownOperationException", message)
    if operation not in operations:
        raise unsupported_operation(model.service_id, operation)
    code = _VALIDATION_CODES[service_name]
    return operations[operation](checked_request(service_name, operation, body, code))


def unsupported_operation(service_id: str, operation: str) -> AwsError:
    """Build the refusal of an operation that AWS has and the local AWS has not."""
    message = f"{service_id} {operation} is not supported by the local AWS"
    return AwsError("UnsupportedOperationException", message, 501)
