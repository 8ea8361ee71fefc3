"""Conditional requests: If-Match and its siblings, for reads, writes and copies.

Belongs here: whether a condition holds.
Does not belong here: what is read or written under it.
"""

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from lakehouse.local_aws.objects.rows import StoredObject
from lakehouse.local_aws.objects.store import Condition
from lakehouse.local_aws.s3.errors import no_such_key, not_implemented, precondition_failed

_COPY_SOURCE = "x-amz-copy-source-"


def is_unmodified(headers: Mapping[str, str], stored: StoredObject) -> bool:
    """Whether the answer to a GET or HEAD is 304; PreconditionFailed.

    RFC 9110, section 13.2.2, which S3 follows: If-Match goes before If-Unmodified-Since,
    If-None-Match before If-Modified-Since, of which a date in the future counts for nothing.
    """
    _check_match(headers, stored, "")
    return _unmodified_by(headers, stored) is not None


def check_copy_source(headers: Mapping[str, str], stored: StoredObject) -> None:
    """Raise PreconditionFailed unless the x-amz-copy-source-if-* headers hold."""
    conditions = {
        name.removeprefix(_COPY_SOURCE): value
        for name, value in headers.items()
        if name.startswith(f"{_COPY_SOURCE}if")
    }
    _check_match(conditions, stored, _COPY_SOURCE)
    unmodified_by = _unmodified_by(conditions, stored)
    if unmodified_by is not None:
        raise precondition_failed(_COPY_SOURCE + unmodified_by)


def _check_match(headers: Mapping[str, str], stored: StoredObject, prefix: str) -> None:
    if "if-match" in headers:
        if not _matches(headers["if-match"], stored.etag):
            raise precondition_failed(f"{prefix}If-Match")
        return
    since = _seconds(headers.get("if-unmodified-since", ""))
    if since is not None and int(stored.last_modified) > since:
        raise precondition_failed(f"{prefix}If-Unmodified-Since")


def _unmodified_by(headers: Mapping[str, str], stored: StoredObject) -> str | None:
    """The condition that says that the object is still the one that the client knows."""
    if "if-none-match" in headers:
        return "If-None-Match" if _matches(headers["if-none-match"], stored.etag) else None
    since = _seconds(headers.get("if-modified-since", ""))
    if since is not None and int(stored.last_modified) <= since <= time.time():
        return "If-Modified-Since"
    return None


def write_condition(headers: Mapping[str, str], key: str) -> Condition:
    """The condition of a write: If-None-Match: * (only create), If-Match (only replace that).

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html and
    LocalStack's recorded answers of AWS, checked 2026-11.
    """
    must_not_exist, must_match = headers.get("if-none-match"), headers.get("if-match")
    if must_not_exist is not None and must_match is not None:
        message = "Multiple conditional request headers present in the request"
        raise not_implemented(message, header="If-Match,If-None-Match")
    if must_not_exist not in (None, "*"):
        raise _unaccepted("If-None-Match")
    if must_match == "*":
        raise _unaccepted("If-Match")

    def check(previous: StoredObject | None) -> None:
        if must_not_exist is not None and previous is not None:
            raise precondition_failed("If-None-Match")
        if must_match is not None:
            if previous is None:
                raise no_such_key(key)
            if not _matches(must_match, previous.etag):
                raise precondition_failed("If-Match")

    return check


def _unaccepted(header: str) -> Exception:
    message = f"We don't accept the provided value of {header} header for this API"
    return not_implemented(message, header=header)


def delete_condition(etag: str, key: str) -> Condition:
    """The condition of a deletion: an ETag, or * for any object that is there.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html.
    """

    def check(previous: StoredObject | None) -> None:
        if previous is None:
            raise no_such_key(key)
        if not _matches(etag, previous.etag):
            raise precondition_failed("If-Match")

    return check


def _matches(header: str, etag: str) -> bool:
    tags = [tag.strip().removeprefix("W/").strip('"') for tag in header.split(",")]
    return "*" in tags or etag in tags


def _seconds(text: str) -> float | None:
    try:
        return parsedate_to_datetime(text).timestamp()
    except ValueError:
        return None  # RFC 9110: a date that is none is ignored
