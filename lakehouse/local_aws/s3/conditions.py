"""Conditional requests: If-Match and its siblings, for reads, writes and copies.

Belongs here: whether a condition holds.
Does not belong here: what is read or written under it.
"""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Literal

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.store import Condition, StoredObject

_COPY = "x-amz-copy-source-"
_MESSAGE = "At least one of the pre-conditions you specified did not hold"

Verdict = Literal["proceed", "not modified", "failed"]


def check_read(headers: Mapping[str, str], stored: StoredObject) -> Verdict:
    """What RFC 9110 says to a GET or HEAD with conditions; S3 follows it."""
    modified = int(stored.last_modified)
    if "if-match" in headers:
        if not _matches(headers["if-match"], stored.etag):
            return "failed"
    elif "if-unmodified-since" in headers:
        since = _seconds(headers["if-unmodified-since"])
        if since is not None and modified > since:
            return "failed"
    if "if-none-match" in headers:
        return "not modified" if _matches(headers["if-none-match"], stored.etag) else "proceed"
    since = _seconds(headers.get("if-modified-since", ""))
    return "not modified" if since is not None and modified <= since else "proceed"


def check_copy_source(headers: Mapping[str, str], stored: StoredObject) -> None:
    """Raise PreconditionFailed unless the x-amz-copy-source-if-* headers hold."""
    conditions = {
        name.removeprefix(_COPY): value for name, value in headers.items() if _COPY + "if" in name
    }
    if check_read(conditions, stored) != "proceed":
        raise precondition_failed()


def write_condition(headers: Mapping[str, str]) -> Condition:
    """The condition of a write: If-None-Match: * (only create), If-Match (only replace that)."""
    must_not_exist = headers.get("if-none-match")
    must_match = headers.get("if-match")
    if must_not_exist not in (None, "*"):
        message = "A header you provided implies functionality that is not implemented"
        raise AwsError("NotImplemented", f"{message}: If-None-Match with an ETag on a write", 501)

    def check(previous: StoredObject | None) -> None:
        if must_not_exist is not None and previous is not None:
            raise precondition_failed()
        if must_match is not None:
            if previous is None:
                raise AwsError("NoSuchKey", "The specified key does not exist.", 404)
            if not _matches(must_match, previous.etag):
                raise precondition_failed()

    return check


def precondition_failed() -> AwsError:
    """The error of a condition that does not hold."""
    return AwsError("PreconditionFailed", _MESSAGE, 412)


def _matches(header: str, etag: str) -> bool:
    tags = [tag.strip().removeprefix("W/").strip('"') for tag in header.split(",")]
    return "*" in tags or etag in tags


def _seconds(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None  # RFC 9110: a date that is none is ignored
