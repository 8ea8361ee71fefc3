"""AWS JSON services as tables of operations: checking a request and calling its operation.

Belongs here: the shape of a service, validation against botocore's model, the refusal of what is
not supported.
Does not belong here: HTTP and moto (`backends`), what an operation does (the services).
"""

import functools
from collections.abc import Callable, Mapping
from typing import Any, Literal, Protocol

import botocore.loaders
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

from lakehouse.local_aws.errors import AwsError

Operation = Callable[[dict[str, Any]], dict[str, Any]]
ServiceName = Literal["glue", "athena"]

_VALIDATION_CODES: Mapping[ServiceName, str] = {
    "glue": "ValidationException",
    "athena": "InvalidRequestException",
}


class JsonService(Protocol):
    """A service or a part of one."""

    def operations(self) -> Mapping[str, Operation]:
        """The supported operations by their AWS names, such as "CreateTable"."""


def dispatch(
    service_name: ServiceName,
    operations: Mapping[str, Operation],
    operation: str,
    body: Mapping[str, Any],
) -> dict[str, Any]:
    """Validate a request against AWS's own model of the service and call its operation.

    Members that are null count as absent, as on AWS. Raises `AwsError`: the service's validation
    error for a request that AWS's model forbids or does not know, UnknownOperationException for
    an operation that AWS does not have, UnsupportedOperationException (501) for one of AWS's that
    the local AWS does not.
    """
    model = _service_model(service_name)
    if operation not in model.operation_names:
        message = f"{model.service_id} has no operation {operation}"
        raise AwsError("UnknownOperationException", message)
    if operation not in operations:
        message = f"{model.service_id} {operation} is not supported by the local AWS"
        raise AwsError("UnsupportedOperationException", message, 501)
    request = {name: _without_nulls(value) for name, value in body.items() if value is not None}
    _validate(service_name, model, operation, request)
    return operations[operation](request)


def _validate(
    service_name: ServiceName, model: ServiceModel, operation: str, request: Mapping[str, Any]
) -> None:
    shape = model.operation_model(operation).input_shape
    if shape is None:
        return
    report = ParamValidator().validate(dict(request), shape)
    if report.has_errors():
        lines = report.generate_report().splitlines()
        noun = "validation error" if len(lines) == 1 else "validation errors"
        message = f"{len(lines)} {noun} detected: {'; '.join(lines)}"
        raise AwsError(_VALIDATION_CODES[service_name], message)


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


@functools.cache
def _service_model(service_name: ServiceName) -> ServiceModel:
    loader = botocore.loaders.create_loader()
    return ServiceModel(loader.load_service_model(service_name, "service-2"), service_name)
