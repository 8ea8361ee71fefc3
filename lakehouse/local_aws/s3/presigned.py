"""Presigned URLs: what must be in their query, and until when they hold.

Belongs here: the checks of the two forms, Signature Version 4 and 2.
Does not belong here: headers that such a URL carries (`request`); the signature itself, which the
local AWS cannot check, because it takes any access key.
Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html, 2026-11.
"""

import calendar
import time
from collections.abc import Mapping

from lakehouse.local_aws.s3.errors import S3Error
from lakehouse.local_aws.s3.response import amz_date

_LONGEST = 604_800  # seconds: a week
_CLOCK_SKEW = 900  # seconds that a client's clock may be ahead
_VERSION_4 = {
    "X-Amz-Algorithm",
    "X-Amz-Credential",
    "X-Amz-Date",
    "X-Amz-Expires",
    "X-Amz-Signature",
    "X-Amz-SignedHeaders",
}
_VERSION_2 = {"AWSAccessKeyId", "Expires", "Signature"}


def check_presigned(query: Mapping[str, str], now: float) -> None:
    """Refuse a presigned request that is not complete or not in its time (`now`, epoch seconds).

    Raises AuthorizationQueryParametersError and AccessDenied.
    """
    if query.keys() & (_VERSION_4 - {"X-Amz-Date"}):
        _check_version_4(query, now)
    elif query.keys() & {"AWSAccessKeyId", "Signature"}:
        _check_version_2(query, now)


def _check_version_4(query: Mapping[str, str], now: float) -> None:
    if not query.keys() >= _VERSION_4:
        raise _bad_parameters(
            "Query-string authentication version 4 requires the X-Amz-Algorithm, "
            "X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and "
            "X-Amz-Expires parameters."
        )
    lasting, begin = _lasting(query["X-Amz-Expires"]), _begin(query["X-Amz-Date"])
    times = {"Expires": amz_date(begin + lasting), "ServerTime": amz_date(now)}
    if begin > now + _CLOCK_SKEW:
        raise _denied("Request is not valid yet", {"X-Amz-Date": query["X-Amz-Date"], **times})
    if begin + lasting < now:
        raise _denied("Request has expired", {"X-Amz-Expires": query["X-Amz-Expires"], **times})


def _lasting(text: str) -> int:
    try:
        seconds = int(text)
    except ValueError as error:
        raise _bad_parameters("X-Amz-Expires should be a number") from error
    if seconds < 0:
        raise _bad_parameters("X-Amz-Expires must be non-negative")
    if seconds > _LONGEST:
        raise _bad_parameters(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given "
            f"X-Amz-Expires must be less than {_LONGEST} seconds"
        )
    return seconds


def _begin(text: str) -> float:
    try:
        return float(calendar.timegm(time.strptime(text, "%Y%m%dT%H%M%SZ")))
    except ValueError as error:
        message = "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""
        raise _bad_parameters(message) from error


def _check_version_2(query: Mapping[str, str], now: float) -> None:
    if not query.keys() >= _VERSION_2:
        raise _denied(
            "Query-string authentication requires the Signature, Expires and AWSAccessKeyId "
            "parameters",
            {},
        )
    if not query["Expires"].isdecimal():
        raise _denied(f"Invalid date (should be seconds since epoch): {query['Expires']}", {})
    end = int(query["Expires"])
    if end < now:
        times = {"Expires": amz_date(end), "ServerTime": amz_date(now)}
        raise _denied("Request has expired", times)


def _bad_parameters(message: str) -> S3Error:
    return S3Error("AuthorizationQueryParametersError", message)


def _denied(message: str, details: Mapping[str, str]) -> S3Error:
    return S3Error("AccessDenied", message, 403, details)
