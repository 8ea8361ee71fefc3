"""The one error of the local AWS.

Every failure that a client may see is an `AwsError`: the code and the words of the real service.
How an error is written on the wire (JSON or XML) is the affair of the protocol modules.
"""


class AwsError(Exception):
    """An error of a service: `code` as botocore reads it, AWS's words, the HTTP `status`."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
