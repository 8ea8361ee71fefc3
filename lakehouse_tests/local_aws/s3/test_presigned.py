"""Presigned URLs: in their time, complete, with the headers they carry; both signature versions.

Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html and the
recorded answers of AWS in LocalStack, checked 2026-11.
"""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.etree import ElementTree

import boto3
import pytest
from botocore.config import Config

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.s3.presigned import check_presigned
from lakehouse_tests.local_aws.s3.conftest import Answer

Call = Callable[..., Answer]

NOW = 1_767_225_600.0  # 2026-01-01T00:00:00Z
COMPLETE = {
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-Credential": "test/20260101/us-east-1/s3/aws4_request",
    "X-Amz-Date": "20260101T000000Z",
    "X-Amz-Expires": "60",
    "X-Amz-Signature": "0",
    "X-Amz-SignedHeaders": "host",
}
OLDER = {"AWSAccessKeyId": "test", "Signature": "0", "Expires": str(int(NOW))}


def test_a_url_holds_for_its_time() -> None:
    check_presigned({"prefix": "x"}, NOW)
    check_presigned(COMPLETE, NOW)
    check_presigned(COMPLETE, NOW + 60)
    check_presigned(COMPLETE, NOW - 900)  # a client's clock may be ahead
    check_presigned(OLDER, NOW)


REFUSED: list[tuple[dict[str, str], float, str, str]] = [
    (COMPLETE, 61, "AccessDenied", "Request has expired"),
    (COMPLETE, -901, "AccessDenied", "Request is not valid yet"),
    ({**COMPLETE, "X-Amz-Expires": "604801"}, 0, "AuthorizationQueryParametersError", "a week"),
    ({**COMPLETE, "X-Amz-Expires": "-1"}, 0, "AuthorizationQueryParametersError", "non-negative"),
    ({**COMPLETE, "X-Amz-Expires": "x"}, 0, "AuthorizationQueryParametersError", "a number"),
    ({**COMPLETE, "X-Amz-Date": "now"}, 0, "AuthorizationQueryParametersError", "X-Amz-Date must"),
    (OLDER, 1, "AccessDenied", "Request has expired"),
    ({**OLDER, "Expires": "soon"}, 0, "AccessDenied", "Invalid date"),
]


@pytest.mark.parametrize(("query", "later", "code", "words"), REFUSED)
def test_a_url_out_of_its_time_is_refused(
    query: dict[str, str], later: float, code: str, words: str
) -> None:
    with pytest.raises(AwsError) as caught:
        check_presigned(query, NOW + later)
    assert caught.value.code == code
    assert words in caught.value.message


@pytest.mark.parametrize("missing", COMPLETE)
def test_a_url_must_be_complete(missing: str) -> None:
    query = {name: value for name, value in COMPLETE.items() if name != missing}
    with pytest.raises(AwsError) as caught:
        check_presigned(query, NOW)
    assert caught.value.code == "AuthorizationQueryParametersError"


@pytest.mark.parametrize("missing", ["Expires", "Signature"])
def test_a_url_of_the_older_version_must_be_complete(missing: str) -> None:
    query = {name: value for name, value in OLDER.items() if name != missing}
    with pytest.raises(AwsError, match="requires the Signature, Expires and AWSAccessKeyId"):
        check_presigned(query, NOW)


def target(url: str, **changes: str) -> str:
    split = urlsplit(url)
    query = dict(parse_qsl(split.query)) | changes
    return f"{split.path}?{urlencode(query)}"


@pytest.mark.parametrize("version", ["s3v4", "s3"])
def test_put_and_get_without_credentials_until_they_expire(
    bucket: str, local_aws: Any, http_call: Call, version: str
) -> None:
    s3 = boto3.client("s3", config=Config(signature_version=version))
    named = {"Bucket": bucket, "Key": "a b"}
    put = s3.generate_presigned_url("put_object", named)
    assert http_call("PUT", target(put), b"hello", Authorization=None).status == 200
    get = s3.generate_presigned_url("get_object", named)
    assert http_call("GET", target(get), Authorization=None).body == b"hello"
    old = {"X-Amz-Date": "20200101T000000Z"} if version == "s3v4" else {"Expires": "1577836800"}
    for method, url in (("GET", get), ("PUT", put)):
        answer = http_call(method, target(url, **old), b"new", Authorization=None)
        root = ElementTree.fromstring(answer.body)
        assert (answer.status, root.findtext("Code")) == (403, "AccessDenied")
        assert root.findtext("Message") == "Request has expired"
        assert (root.findtext("Expires") or "").startswith("2020-01-01T")
        server_time = time.strptime(root.findtext("ServerTime") or "", "%Y-%m-%dT%H:%M:%SZ")
        assert abs(time.mktime(server_time) - time.mktime(time.gmtime())) < 120
    assert http_call("GET", target(get), Authorization=None).body == b"hello"


def test_headers_may_stand_in_the_query(s3: Any, bucket: str, http_call: Call) -> None:
    url = s3.generate_presigned_url("put_object", {"Bucket": bucket, "Key": "a"})
    carried = {
        "x-amz-meta-said": "this",
        "x-amz-storage-class": "STANDARD_IA",
        "x-amz-tagging": "a=1",
        "x-amz-checksum-crc32": "y/Q5Jg==",
    }
    refused = http_call("PUT", target(url, **carried), b"other", Authorization=None)
    assert b"<Code>BadDigest</Code>" in refused.body
    put = http_call("PUT", target(url, **carried), b"123456789", Authorization=None)
    assert put.status == 200
    head = s3.head_object(Bucket=bucket, Key="a")
    assert (head["Metadata"], head["StorageClass"]) == ({"said": "this"}, "STANDARD_IA")
    assert head["TagCount"] == 1
