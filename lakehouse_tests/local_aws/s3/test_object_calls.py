"""GetObject, PutObject and their kin, through boto3 and over plain HTTP."""

import base64
import hashlib
import http.client
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from botocore.exceptions import ClientError

from lakehouse.local_aws.server import LocalAws
from lakehouse_tests.local_aws.s3.conftest import Answer

Call = Callable[..., Answer]


def code(caught: "pytest.ExceptionInfo[ClientError]") -> tuple[str, int]:
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_an_object_comes_back_with_all_that_was_said_of_it(s3: Any, bucket: str) -> None:
    said = {
        "ContentType": "text/csv",
        "CacheControl": "no-cache",
        "ContentDisposition": 'attachment; filename="a.csv"',
        "ContentEncoding": "gzip",
        "ContentLanguage": "en",
        "StorageClass": "STANDARD_IA",
        "Metadata": {"my_key": "1", "my-key": "2", "upper": "Ä".encode().hex()},
    }
    put = s3.put_object(Bucket=bucket, Key="a", Body=b"hello", **said)
    for got in (s3.get_object(Bucket=bucket, Key="a"), s3.head_object(Bucket=bucket, Key="a")):
        assert {name: got[name] for name in said} == said
        assert got["ETag"] == put["ETag"] == f'"{hashlib.md5(b"hello").hexdigest()}"'
        assert (got["ContentLength"], got["AcceptRanges"]) == (5, "bytes")
        assert "Body" not in got or got["Body"].read() == b"hello"
    assert put["ChecksumCRC32"] == CHECKSUMS["x-amz-checksum-crc32"]


HARD_KEYS = ["a", "a/b", "..", "../x", "/", "//", "a//b", "a/", "%2F", "a+b c", "ü🦆", "a?b#c&d=e"]
HARD_KEYS += ["x" * 1024, "new\nline", "q'\"<>&;"]


def test_hard_keys_are_just_keys(s3: Any, bucket: str) -> None:
    for key in HARD_KEYS:
        s3.put_object(Bucket=bucket, Key=key, Body=key.encode())
    listed = [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]]
    assert listed == sorted(HARD_KEYS, key=str.encode)
    for key in HARD_KEYS:
        assert s3.get_object(Bucket=bucket, Key=key)["Body"].read() == key.encode()
        s3.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": key})
        assert s3.get_object(Bucket=bucket, Key="copy")["Body"].read() == key.encode()
    gone = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": k} for k in HARD_KEYS]})
    assert sorted(item["Key"] for item in gone["Deleted"]) == sorted(HARD_KEYS)
    assert [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["copy"]


RANGES = [
    ("bytes=0-0", b"0", "bytes 0-0/10"),
    ("bytes=2-4", b"234", "bytes 2-4/10"),
    ("bytes=7-", b"789", "bytes 7-9/10"),
    ("bytes=-3", b"789", "bytes 7-9/10"),
    ("bytes=-30", b"0123456789", "bytes 0-9/10"),
    ("bytes=5-99", b"56789", "bytes 5-9/10"),
    ("bytes=4-2", b"0123456789", None),
    ("bytes=0-1,3-4", b"0123456789", None),
    ("lines=1-2", b"0123456789", None),
]


@pytest.mark.parametrize(("header", "body", "content_range"), RANGES)
def test_ranges(s3: Any, bucket: str, header: str, body: bytes, content_range: str | None) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"0123456789")
    got = s3.get_object(Bucket=bucket, Key="a", Range=header)
    assert (got["Body"].read(), got.get("ContentRange")) == (body, content_range)
    assert got["ResponseMetadata"]["HTTPStatusCode"] == (206 if content_range else 200)


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=99-100", "bytes=-0"])
def test_a_range_outside_the_object_is_refused(s3: Any, bucket: str, header: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"0123456789")
    with pytest.raises(ClientError) as caught:
        s3.get_object(Bucket=bucket, Key="a", Range=header)
    assert code(caught) == ("InvalidRange", 416)


def test_conditional_reads(s3: Any, bucket: str) -> None:
    etag = s3.put_object(Bucket=bucket, Key="a", Body=b"1")["ETag"]
    past, future = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)
    for held in (
        {"IfMatch": etag},
        {"IfMatch": "*"},
        {"IfNoneMatch": '"other"'},
        {"IfModifiedSince": past},
        {"IfModifiedSince": future},  # RFC 9110: a date in the future counts for nothing
        {"IfUnmodifiedSince": future},
        {"IfMatch": etag, "IfUnmodifiedSince": past},
    ):
        assert s3.get_object(Bucket=bucket, Key="a", **held)["Body"].read() == b"1"
    for failing, expected in (
        ({"IfMatch": '"other"'}, ("PreconditionFailed", 412)),
        ({"IfUnmodifiedSince": past}, ("PreconditionFailed", 412)),
        ({"IfNoneMatch": etag}, ("304", 304)),
        ({"IfModifiedSince": s3.head_object(Bucket=bucket, Key="a")["LastModified"]}, ("304", 304)),
    ):
        with pytest.raises(ClientError) as caught:
            s3.get_object(Bucket=bucket, Key="a", **failing)
        assert code(caught) == expected


def test_conditional_writes(s3: Any, bucket: str) -> None:
    etag = s3.put_object(Bucket=bucket, Key="a", Body=b"1", IfNoneMatch="*")["ETag"]
    for arguments, expected in (
        ({"Key": "a", "IfNoneMatch": "*"}, ("PreconditionFailed", 412)),
        ({"Key": "a", "IfMatch": '"other"'}, ("PreconditionFailed", 412)),
        ({"Key": "b", "IfMatch": etag}, ("NoSuchKey", 404)),
    ):
        with pytest.raises(ClientError) as caught:
            s3.put_object(Bucket=bucket, Body=b"2", **arguments)
        assert code(caught) == expected
    s3.put_object(Bucket=bucket, Key="a", Body=b"3", IfMatch=etag)
    with pytest.raises(ClientError) as caught:
        s3.delete_object(Bucket=bucket, Key="a", IfMatch=etag)
    assert code(caught) == ("PreconditionFailed", 412)
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"3"


ERRORS = [
    ("get_object", {"Key": "missing"}, ("NoSuchKey", 404)),
    ("head_object", {"Key": "missing"}, ("404", 404)),
    ("get_object", {"Bucket": "no-such-bucket", "Key": "a"}, ("NoSuchBucket", 404)),
    ("put_object", {"Bucket": "no-such-bucket", "Key": "a"}, ("NoSuchBucket", 404)),
    ("delete_object", {"Bucket": "no-such-bucket", "Key": "a"}, ("NoSuchBucket", 404)),
    ("list_objects_v2", {"Bucket": "no-such-bucket"}, ("NoSuchBucket", 404)),
    ("list_objects", {"Bucket": "no-such-bucket"}, ("NoSuchBucket", 404)),
    ("put_object", {"Key": "x" * 1025}, ("KeyTooLongError", 400)),
    ("put_object", {"Key": "a", "Metadata": {"a": "x" * 2048}}, ("MetadataTooLarge", 400)),
    ("get_object", {"Key": "a", "VersionId": "1"}, ("InvalidArgument", 400)),
    ("put_object", {"Key": "a", "ExpectedBucketOwner": "9" * 12}, ("AccessDenied", 403)),
]


@pytest.mark.parametrize(("method", "arguments", "expected"), ERRORS)
def test_errors_are_those_of_s3(
    s3: Any, bucket: str, method: str, arguments: dict[str, Any], expected: tuple[str, int]
) -> None:
    with pytest.raises(ClientError) as caught:
        getattr(s3, method)(**{"Bucket": bucket, **arguments})
    assert code(caught) == expected


def test_a_deleted_object_is_gone_and_deleting_again_is_no_error(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    for _ in range(2):
        assert s3.delete_object(Bucket=bucket, Key="a")["ResponseMetadata"]["HTTPStatusCode"] == 204
    with pytest.raises(ClientError) as caught:
        s3.get_object(Bucket=bucket, Key="a")
    assert code(caught) == ("NoSuchKey", 404)


def test_delete_objects_quietly(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "a"}], "Quiet": True})
    assert "Deleted" not in answer
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_copies_keep_or_replace_what_is_said(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"1", ContentType="text/a", Metadata={"m": "1"})
    source = {"Bucket": bucket, "Key": "a"}
    kept = s3.copy_object(Bucket=bucket, Key="b", CopySource=source)
    got = s3.get_object(Bucket=bucket, Key="b")
    assert (got["ContentType"], got["Metadata"]) == ("text/a", {"m": "1"})
    assert kept["CopyObjectResult"]["ETag"] == got["ETag"]
    s3.copy_object(
        Bucket=bucket,
        Key="a",
        CopySource=source,
        MetadataDirective="REPLACE",
        ContentType="text/b",
        Metadata={"n": "2"},
    )
    got = s3.get_object(Bucket=bucket, Key="a")
    assert (got["ContentType"], got["Metadata"]) == ("text/b", {"n": "2"})


COPY_ERRORS = [
    ({"Key": "a"}, ("InvalidRequest", 400)),
    ({"Key": "b", "CopySourceIfMatch": '"other"'}, ("PreconditionFailed", 412)),
    ({"Key": "b", "CopySourceIfNoneMatch": "*"}, ("PreconditionFailed", 412)),
    ({"Key": "b", "CopySource": "no-such-bucket/a"}, ("NoSuchBucket", 404)),
]


@pytest.mark.parametrize(("arguments", "expected"), COPY_ERRORS)
def test_copies_that_are_refused(
    s3: Any, bucket: str, arguments: dict[str, Any], expected: tuple[str, int]
) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    with pytest.raises(ClientError) as caught:
        s3.copy_object(**{"Bucket": bucket, "CopySource": f"{bucket}/a", **arguments})
    assert code(caught) == expected


def b64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


CHECKSUMS = {
    "Content-MD5": b64(hashlib.md5(b"hello").digest()),
    "x-amz-checksum-crc32": b64(zlib.crc32(b"hello").to_bytes(4)),
    "x-amz-checksum-sha1": b64(hashlib.sha1(b"hello").digest()),
    "x-amz-checksum-sha256": b64(hashlib.sha256(b"hello").digest()),
    "x-amz-content-sha256": hashlib.sha256(b"hello").hexdigest(),
}


@pytest.mark.parametrize("name", CHECKSUMS)
def test_a_wrong_checksum_is_refused_and_nothing_is_stored(
    s3: Any, bucket: str, http_call: Call, name: str
) -> None:
    header = {name: CHECKSUMS[name]}
    assert http_call("PUT", f"/{bucket}/good", b"hello", **header).status == 200
    refused = http_call("PUT", f"/{bucket}/bad", b"hullo", **header)
    wrong = "XAmzContentSHA256Mismatch" if "content-sha" in name else "BadDigest"
    assert (refused.status, f"<Code>{wrong}</Code>".encode() in refused.body) == (400, True)
    assert [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["good"]


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_checksums_are_kept_and_given_back(s3: Any, bucket: str, algorithm: str) -> None:
    put = s3.put_object(Bucket=bucket, Key="a", Body=b"hello", ChecksumAlgorithm=algorithm)
    name = f"Checksum{algorithm}"
    assert put[name] == CHECKSUMS[f"x-amz-checksum-{algorithm.lower()}"]
    got = s3.get_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")
    assert (got[name], got["ChecksumType"]) == (put[name], "FULL_OBJECT")
    assert got["Body"].read() == b"hello"


def chunked(*chunks: bytes, trailers: str = "") -> bytes:
    parts = [b"%x;chunk-signature=%s\r\n%s\r\n" % (len(c), b"0" * 64, c) for c in chunks]
    return b"".join(parts) + b"0;chunk-signature=0\r\n" + trailers.encode() + b"\r\n"


def test_bodies_chunked_by_the_sdk_are_decoded_and_their_trailers_verified(
    s3: Any, bucket: str, http_call: Call
) -> None:
    headers = {
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-decoded-content-length": "5",
        "x-amz-trailer": "x-amz-checksum-crc32",
        "Content-Encoding": "aws-chunked",
    }
    for crc, status in ((CHECKSUMS["x-amz-checksum-crc32"], 200), ("AAAAAA==", 400)):
        body = chunked(b"he", b"llo", trailers=f"x-amz-checksum-crc32:{crc}\r\n")
        assert http_call("PUT", f"/{bucket}/a", body, **headers).status == status
    got = s3.get_object(Bucket=bucket, Key="a")
    assert (got["Body"].read(), "ContentEncoding" in got) == (b"hello", False)
    assert got["ChecksumCRC32"] == CHECKSUMS["x-amz-checksum-crc32"]
    headers["x-amz-decoded-content-length"] = "6"
    assert http_call("PUT", f"/{bucket}/a", chunked(b"hello"), **headers).status == 400
    assert http_call("PUT", f"/{bucket}/a", b"no chunk", **headers).status == 400


def test_a_body_that_breaks_off_is_not_stored(s3: Any, bucket: str, local_aws: LocalAws) -> None:
    address = urlsplit(local_aws.endpoint_url).netloc
    connection = http.client.HTTPConnection(address, timeout=5)
    connection.putrequest("PUT", f"/{bucket}/half")
    connection.putheader("Content-Length", "1000")
    connection.endheaders(b"only this")
    connection.close()
    s3.put_object(Bucket=bucket, Key="after", Body=b"")
    assert [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["after"]


def test_presigned_urls_work_without_credentials(s3: Any, bucket: str, http_call: Call) -> None:
    def target(operation: str, **arguments: str) -> str:
        url = urlsplit(s3.generate_presigned_url(operation, {"Bucket": bucket, **arguments}))
        return f"{url.path}?{url.query}"

    put = target("put_object", Key="a b")
    assert http_call("PUT", put, b"hello", Authorization=None).status == 200
    overrides = {"ResponseContentType": "text/x", "ResponseContentDisposition": "inline"}
    got = http_call("GET", target("get_object", Key="a b", **overrides), Authorization=None)
    shown = (got.body, got.headers["content-type"], got.headers["content-disposition"])
    assert shown == (b"hello", "text/x", "inline")
    listing = http_call("GET", target("list_objects_v2"), Authorization=None)
    assert b"<Key>a%20b</Key>" in listing.body


def test_older_signatures_and_no_signature_reach_s3(s3: Any, bucket: str, http_call: Call) -> None:
    target = f"/{bucket}/{quote('ä')}"
    assert http_call("PUT", target, b"1", Authorization="AWS test:abc=").status == 200
    assert http_call("GET", target, Authorization=None).body == b"1"


def test_an_answer_to_a_failing_head_has_no_body(bucket: str, http_call: Call) -> None:
    answer = http_call("HEAD", f"/{bucket}/missing")
    assert (answer.status, answer.body) == (404, b"")


def test_a_large_refused_body_leaves_the_connection_usable(
    bucket: str, local_aws: LocalAws
) -> None:
    connection = http.client.HTTPConnection(urlsplit(local_aws.endpoint_url).netloc, timeout=10)
    for _ in range(2):
        connection.request("PUT", "/no-such-bucket/a", b"x" * 3_000_000)
        response = connection.getresponse()
        assert (response.status, b"NoSuchBucket" in response.read()) == (404, True)
    connection.close()
