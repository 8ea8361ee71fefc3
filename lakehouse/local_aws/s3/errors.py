"""Errors of S3 with the elements that S3 adds to code and message.

Belongs here: `S3Error` and the errors that more than one module raises.
Does not belong here: writing them (`response`), errors that one module alone raises.
"""

from collections.abc import Mapping
from types import MappingProxyType

from lakehouse.local_aws.errors import AwsError

_NONE: Mapping[str, str] = MappingProxyType({})


class S3Error(AwsError):
    """An error with further elements by name, such as ArgumentName and ArgumentValue.

    `headers` are those of its answer.
    """

    def __init__(
        self,
        code: str,
        message: str,
        status: int = 400,
        details: Mapping[str, str] = _NONE,
        headers: Mapping[str, str] = _NONE,
    ) -> None:
        super().__init__(code, message, status)
        self.details = details
        self.headers = headers


def invalid_argument(message: str, name: str, value: str) -> S3Error:
    """An argument that S3 cannot read or does not allow."""
    details = {"ArgumentName": name, "ArgumentValue": value}
    return S3Error("InvalidArgument", message, 400, details)


def invalid_request(message: str) -> S3Error:
    """A request that contradicts itself or the state of what it is about."""
    return S3Error("InvalidRequest", message)


def not_implemented(what: str, header: str = "") -> S3Error:
    """S3's error for a functionality that is not implemented, naming it.

    `header` is given for what S3 itself does not implement either; its answer names the header.
    """
    if header:
        message = "A header you provided implies functionality that is not implemented"
        details = {"Header": header, "additionalMessage": what}
        return S3Error("NotImplemented", message, 501, details)
    message = "A header or query you provided implies functionality that is not implemented"
    return S3Error("NotImplemented", f"{message} by the local AWS: {what}", 501)


def precondition_failed(condition: str) -> S3Error:
    """A condition that does not hold, by the name of its header."""
    message = "At least one of the pre-conditions you specified did not hold"
    return S3Error("PreconditionFailed", message, 412, {"Condition": condition})


def method_not_allowed(method: str, resource_type: str) -> S3Error:
    """A method that means nothing for a resource."""
    message = "The specified method is not allowed against this resource."
    details = {"Method": method, "ResourceType": resource_type}
    return S3Error("MethodNotAllowed", message, 405, details)


def malformed_xml() -> S3Error:
    """A document that S3 cannot read."""
    message = (
        "The XML you provided was not well-formed or did not validate against our published schema"
    )
    return S3Error("MalformedXML", message)


def no_such_key(key: str) -> S3Error:
    """An object that does not exist."""
    return S3Error("NoSuchKey", "The specified key does not exist.", 404, {"Key": key})
