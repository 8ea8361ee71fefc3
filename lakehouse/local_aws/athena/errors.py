"""Athena's errors: the names and words a failed or refused query carries.

Two places can fail: StartQueryExecution refuses what does not parse (InvalidRequestException), and
a started query fails with a state change reason and an AthenaError. Both are raised here as
`QueryError` or `refused(...)`; translating DuckDB's messages belongs to `engine_errors`.
Source: AWS "Athena error catalog" and Trino's StandardErrorCode, checked 2026-11.
"""

from typing import Any

from lakehouse.local_aws.athena.error_types import ERROR_TYPES, INTERNAL_ERROR, USER_ERROR
from lakehouse.local_aws.errors import AwsError

USER, SYSTEM = 2, 1


class QueryError(Exception):
    """A started query fails: `name` is Trino's error name, `message` its words without the name."""

    def __init__(self, name: str, message: str, category: int = USER) -> None:
        super().__init__(f"{name}: {message}" if name else message)
        self.name = name
        self.message = message
        self.category = category

    @property
    def reason(self) -> str:
        """The StateChangeReason as Athena words it."""
        return str(self)

    def athena_error(self) -> dict[str, Any]:
        """The AthenaError structure of GetQueryExecution."""
        other = USER_ERROR if self.category == USER else INTERNAL_ERROR
        return {
            "ErrorCategory": self.category,
            "ErrorType": ERROR_TYPES.get(self.name, other),
            "Retryable": False,
            "ErrorMessage": self.reason,
        }


class QueryCancelled(Exception):
    """The query was stopped; `reason` is its StateChangeReason ("" for a user's stop)."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


def refused(message: str) -> AwsError:
    """A request that StartQueryExecution refuses: InvalidRequestException."""
    return AwsError("InvalidRequestException", message)


def not_supported(what: str) -> QueryError:
    """A feature of Athena that the local AWS does not execute."""
    return QueryError("NOT_SUPPORTED", f"{what} is not supported by the local AWS")


def no_such_split(uri: str = "") -> QueryError:
    """An object of the plan that was removed before it was read."""
    words = "The specified key does not exist. (Service: Amazon S3; Status Code: 404; NoSuchKey)"
    return QueryError(
        "HIVE_CANNOT_OPEN_SPLIT", f"Error opening Hive split{uri and ' '}{uri}: {words}"
    )
