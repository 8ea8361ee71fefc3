"""The policy of an upload by a browser's form: what its fields may be, and until when.

Belongs here: reading the document, matching its conditions.
Does not belong here: the form itself (`forms`); the signature over the policy, which is not
checked. Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
and LocalStack's recorded answers of AWS, checked 2026-11.
"""

import base64
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from lakehouse.local_aws.s3.errors import S3Error

Operator = Literal["eq", "starts-with"]

_UNCHECKED = {"awsaccesskeyid", "file", "policy", "signature", "x-amz-signature"}
_LISTS = {"content-type"}  # fields whose value is matched item by item: starts-with each of them


@dataclass(frozen=True)
class FieldCondition:
    """What a field, by its lower-case name, must be or begin with; `said` is the policy's JSON."""

    operator: Operator
    field: str
    value: str
    said: str

    def holds(self, fields: Mapping[str, str]) -> bool:
        """Whether the fields meet it."""
        value = fields.get(self.field, "")
        if self.operator == "eq":
            return value == self.value
        items = value.split(",") if self.field in _LISTS else [value]
        return all(item.strip().startswith(self.value) for item in items)


@dataclass(frozen=True)
class PostPolicy:
    """The conditions of a policy; `sizes` are the bytes that the file may have."""

    fields: Sequence[FieldCondition]
    sizes: tuple[int, int] | None

    def check(self, fields: Mapping[str, str]) -> None:
        """Raise AccessDenied unless all fields are as the policy says, and no others."""
        for condition in self.fields:
            if not condition.holds(fields):
                raise _denied(f"Policy Condition failed: {condition.said}")
        allowed = {condition.field for condition in self.fields} | _UNCHECKED
        extra = [name for name in fields if name not in allowed and not name.startswith("x-ignore")]
        extra = [name for name in extra if name != "bucket"]
        if extra:
            raise _denied(f"Extra input fields: {extra[0]}")

    def limited(self, content: Iterable[bytes]) -> Iterator[bytes]:
        """A file's bytes while they are as many as content-length-range allows.

        Raises EntityTooLarge, and EntityTooSmall at the end.
        """
        least, most = self.sizes or (0, sys.maxsize)
        size = 0
        for piece in content:
            size += len(piece)
            if size > most:
                message = "Your proposed upload exceeds the maximum allowed size"
                details = {"ProposedSize": str(size), "MaxSizeAllowed": str(most)}
                raise S3Error("EntityTooLarge", message, 400, details)
            yield piece
        if size < least:
            message = "Your proposed upload is smaller than the minimum allowed size"
            details = {"ProposedSize": str(size), "MinSizeAllowed": str(least)}
            raise S3Error("EntityTooSmall", message, 400, details)


def post_policy(encoded: str, now: float) -> PostPolicy:
    """The policy in a form's field; InvalidPolicyDocument, AccessDenied if it has expired."""
    try:
        document = json.loads(base64.b64decode(encoded))
        expiration = datetime.fromisoformat(document["expiration"])
        conditions = list(document["conditions"])
    except (ValueError, KeyError, TypeError) as error:
        raise _invalid("Invalid JSON.") from error
    if expiration.replace(tzinfo=expiration.tzinfo or UTC).timestamp() < now:
        raise _denied("Policy expired.")
    ranges = [item for item in conditions if _is_range(item)]
    fields = [found for item in conditions if not _is_range(item) for found in _condition(item)]
    sizes = (int(ranges[-1][1]), int(ranges[-1][2])) if ranges else None
    return PostPolicy(fields, sizes)


def _is_range(item: Any) -> bool:
    return isinstance(item, list) and len(item) == 3 and item[0] == "content-length-range"


def _condition(item: Any) -> Iterator[FieldCondition]:
    if isinstance(item, dict) and len(item) == 1:
        for name, value in item.items():
            said = json.dumps(["eq", f"${name}", value])
            yield FieldCondition("eq", name.lower(), str(value), said)
        return
    operator = str(item[0]).lower() if isinstance(item, list) and len(item) == 3 else ""
    if operator not in ("eq", "starts-with") or not str(item[1]).startswith("$"):
        raise _invalid(
            "Invalid Simple-Condition: Simple-Conditions must have exactly one property."
        )
    kind: Operator = "eq" if operator == "eq" else "starts-with"
    yield FieldCondition(kind, item[1][1:].lower(), str(item[2]), json.dumps(item))


def _invalid(message: str) -> S3Error:
    return S3Error("InvalidPolicyDocument", f"Invalid Policy: {message}")


def _denied(message: str) -> S3Error:
    return S3Error("AccessDenied", f"Invalid according to Policy: {message}", 403)
