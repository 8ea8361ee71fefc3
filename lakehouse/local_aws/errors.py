"""The one error of the local AWS, and the failures that become one.

Every failure that a client may see is an `AwsError`: the code and the words of the real service.
How an error is written on the wire (JSON or XML) is the affair of the protocol modules.
"""

import sqlite3

STORAGE_ERRORS = (OSError, sqlite3.Error)
"""What a full, broken or read-only disk raises."""


def storage_failure(error: Exception) -> str:
    """The words of an error for a client whose call could not be kept."""
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return f"We encountered an internal error: {reason or error}. Please try again."


class AwsError(Exception):
    """An error of a service: `code` as botocore reads it, AWS's words, the HTTP `status`."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
