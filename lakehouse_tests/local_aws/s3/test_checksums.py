"""Checksums of uploads: verified, kept, given back; refused as AWS refuses them.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html and
the tests that OpenStack Swift and Argmin run against AWS, checked 2026-11. The values for
"123456789" are Swift's and those of the algorithms' own specifications.
"""

import base64
import hashlib
import http.client
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from botocore.exceptions import ClientError

from lakehouse.local_aws.server import LocalAws
from lakehouse_tests.local_aws.s3.conftest import Answer

Call = Callable[..., Answer]

BODY = b"123456789"
VALUES = {
    "CRC32": "y/Q5Jg==",
    "CRC32C": "4waSgw==",
    "CRC64NVME": "rosUhgp5mIg=",
    "MD5": "JfnnlDI7RTiF9RgfG2JNCw==",
    "SHA1": "98O8HYCOBHMq32eZZczDTKeuNEE=",
    "SHA256": "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=",
    "SHA512": base64.b64encode(hashlib.sha512(BODY).digest()).decode(),
    "XXHASH64": base64.b64encode(bytes.fromhex("8cb841db40e6ae83")).decode(),
}
"""What the body sums up to. https://xxhash.com gives XXH64 of it with seed 0."""


def code(answer: Answer) -> tuple[int, str, str]:
    root = ElementTree.fromstring(answer.body)
    return answer.status, root.findtext("Code") or "", root.findtext("Message") or ""


@pytest.mark.parametrize("algorithm", VALUES)
def test_a_checksum_is_verified_kept_and_given_back(
    s3: Any, bucket: str, http_call: Call, algorithm: str
) -> None:
    header = f"x-amz-checksum-{algorithm.lower()}"
    put = http_call("PUT", f"/{bucket}/a", BODY, **{header: VALUES[algorithm]})
    assert (put.status, put.headers[header]) == (200, VALUES[algorithm])
    assert put.headers["x-amz-checksum-type"] == "FULL_OBJECT"
    refused = http_call("PUT", f"/{bucket}/b", b"987654321", **{header: VALUES[algorithm]})
    words = f"The {algorithm} you specified did not match the calculated checksum."
    assert code(refused) == (400, "BadDigest", words)
    silent = http_call("GET", f"/{bucket}/a")
    assert not [name for name in silent.headers if name.startswith("x-amz-checksum")]
    asked = http_call("GET", f"/{bucket}/a", **{"x-amz-checksum-mode": "ENABLED"})
    assert (asked.headers[header], asked.headers["x-amz-checksum-type"]) == (
        VALUES[algorithm],
        "FULL_OBJECT",
    )
    listed = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert [(item["Key"], item["ChecksumAlgorithm"]) for item in listed] == [("a", [algorithm])]
    assert listed[0]["ChecksumType"] == "FULL_OBJECT"


@pytest.mark.parametrize("algorithm", [*(set(VALUES) - {"MD5"}), "XXHASH3", "XXHASH128"])
def test_boto3_and_the_server_agree_on_every_algorithm(
    s3: Any, bucket: str, algorithm: str
) -> None:
    put = s3.put_object(Bucket=bucket, Key="a", Body=BODY, ChecksumAlgorithm=algorithm)
    got = s3.get_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")
    assert got[f"Checksum{algorithm}"] == put[f"Checksum{algorithm}"]
    assert got["Body"].read() == BODY  # boto3 verifies while it reads


def test_s3_computes_a_checksum_when_none_is_sent(bucket: str, http_call: Call) -> None:
    put = http_call("PUT", f"/{bucket}/a", BODY)
    assert put.headers["x-amz-checksum-crc64nvme"] == VALUES["CRC64NVME"]
    head = http_call("HEAD", f"/{bucket}/a", **{"x-amz-checksum-mode": "ENABLED"})
    assert head.headers["x-amz-checksum-crc64nvme"] == VALUES["CRC64NVME"]


INVALID = "Value for x-amz-checksum-crc32 header is invalid."
SINGLE = "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
ALGORITHM = "Value for x-amz-sdk-checksum-algorithm header is invalid."
LONELY = (
    "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or "
    "x-amz-trailer headers were found."
)
MD5 = "The Content-MD5 you specified was invalid."
HEADERS: list[tuple[dict[str, str], str, str]] = [
    ({"x-amz-checksum-crc32": "short==="}, "InvalidRequest", INVALID),
    ({"x-amz-checksum-crc32": "shrt"}, "InvalidRequest", INVALID),
    ({"x-amz-checksum-crc32": "toolong="}, "InvalidRequest", INVALID),
    ({"x-amz-checksum-crc32": "^^^^^^=="}, "InvalidRequest", INVALID),
    ({"x-amz-checksum-crc32": "y/Q5Jh=="}, "InvalidRequest", INVALID),  # not canonical
    (
        {"x-amz-checksum-crc32": "y/Q5Jg==", "x-amz-checksum-sha1": VALUES["SHA1"]},
        "InvalidRequest",
        SINGLE,
    ),
    (
        {"x-amz-checksum-crc32": "y/Q5Jg==", "x-amz-sdk-checksum-algorithm": "SHA1"},
        "InvalidRequest",
        ALGORITHM,
    ),
    ({"x-amz-sdk-checksum-algorithm": "CRC32"}, "InvalidRequest", LONELY),
    ({"Content-MD5": "y/Q5Jg=="}, "InvalidDigest", MD5),
    ({"Content-MD5": "no"}, "InvalidDigest", MD5),
    (
        {"x-amz-trailer": "x-amz-checksum-nope"},
        "InvalidRequest",
        "The value specified in the x-amz-trailer header is not supported",
    ),
]


@pytest.mark.parametrize(("headers", "wanted", "words"), HEADERS)
def test_headers_that_make_no_sense_are_refused(
    s3: Any, bucket: str, http_call: Call, headers: dict[str, str], wanted: str, words: str
) -> None:
    assert code(http_call("PUT", f"/{bucket}/a", BODY, **headers)) == (400, wanted, words)
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_a_wrong_digest_is_named(bucket: str, http_call: Call) -> None:
    answer = http_call("PUT", f"/{bucket}/a", b"other", **{"Content-MD5": VALUES["MD5"]})
    root = ElementTree.fromstring(answer.body)
    assert root.findtext("Code") == "BadDigest"
    assert root.findtext("ExpectedDigest") == base64.b64decode(VALUES["MD5"]).hex()
    assert (
        root.findtext("CalculatedDigest")
        == base64.b64encode(hashlib.md5(b"other").digest()).decode()
    )


def chunked(*chunks: bytes, trailers: str = "") -> bytes:
    parts = [b"%x;chunk-signature=%s\r\n%s\r\n" % (len(c), b"0" * 64, c) for c in chunks]
    return b"".join(parts) + b"0;chunk-signature=0\r\n" + trailers.encode() + b"\r\n"


STREAMED = {
    "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    "x-amz-decoded-content-length": "9",
    "Content-Encoding": "aws-chunked",
}


@pytest.mark.parametrize("algorithm", VALUES)
def test_checksums_in_trailers_are_verified(bucket: str, http_call: Call, algorithm: str) -> None:
    name = f"x-amz-checksum-{algorithm.lower()}"
    headers = {**STREAMED, "x-amz-trailer": name}
    body = chunked(b"12345", b"6789", trailers=f"{name}:{VALUES[algorithm]}\r\n")
    put = http_call("PUT", f"/{bucket}/a", body, **headers)
    assert (put.status, put.headers[name]) == (200, VALUES[algorithm])
    body = chunked(b"12345", b"67890"[:4][::-1], trailers=f"{name}:{VALUES[algorithm]}\r\n")
    assert code(http_call("PUT", f"/{bucket}/a", body, **headers))[1] == "BadDigest"
    assert http_call("GET", f"/{bucket}/a").body == BODY


CRC = {"x-amz-trailer": "x-amz-checksum-crc32"}
BROKEN: list[tuple[bytes, dict[str, str], str]] = [
    (chunked(BODY), CRC, "MalformedTrailerError"),
    (chunked(BODY, trailers="x-amz-checksum-sha1:AA==\r\n"), CRC, "MalformedTrailerError"),
    (chunked(BODY, trailers="x-amz-checksum-crc32:no\r\n"), CRC, "InvalidRequest"),
    (chunked(b"12345"), {}, "IncompleteBody"),
    (chunked(b"1234567890"), {}, "IncompleteBody"),
    (b"no chunk", {}, "IncompleteBody"),
    (b"9\r\n1234", {}, "IncompleteBody"),
    (chunked(BODY), {"x-amz-decoded-content-length": ""}, "MissingContentLength"),
    (chunked(BODY), {"x-amz-content-sha256": "STREAMING-OTHER"}, "InvalidArgument"),
    (BODY, {"x-amz-content-sha256": "neither"}, "InvalidArgument"),
]


@pytest.mark.parametrize(("body", "headers", "wanted"), BROKEN)
def test_broken_chunks_and_trailers_are_refused(
    s3: Any, bucket: str, http_call: Call, body: bytes, headers: dict[str, str], wanted: str
) -> None:
    answer = http_call("PUT", f"/{bucket}/a", body, **{**STREAMED, **headers})
    assert code(answer)[1] == wanted
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_signed_chunks_are_decoded(bucket: str, http_call: Call) -> None:
    headers = {**STREAMED, "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"}
    assert http_call("PUT", f"/{bucket}/a", chunked(b"1234", b"56789"), **headers).status == 200
    assert http_call("GET", f"/{bucket}/a").body == BODY


def test_chunks_in_chunks_are_decoded(bucket: str, http_call: Call) -> None:
    """As the SDK for C++ sends them: aws-chunked inside of HTTP's own chunked coding."""
    name = "x-amz-checksum-crc64nvme"
    body = b"5\r\n12345\r\n4\r\n6789\r\n0\r\n" + f"{name}:{VALUES['CRC64NVME']}\r\n\r\n".encode()
    pieces = [body[:7], body[7:20], body[20:]]
    wire = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
    headers = {**STREAMED, "x-amz-trailer": name, "Transfer-Encoding": "chunked"}
    put = http_call("PUT", f"/{bucket}/a", wire, **headers)
    assert (put.status, put.headers[name]) == (200, VALUES["CRC64NVME"])
    assert http_call("GET", f"/{bucket}/a").body == BODY


def test_other_codings_than_the_sdks_own_are_kept(bucket: str, http_call: Call) -> None:
    headers = {**STREAMED, "Content-Encoding": "gzip,aws-chunked"}
    assert http_call("PUT", f"/{bucket}/a", chunked(BODY), **headers).status == 200
    assert http_call("HEAD", f"/{bucket}/a").headers["content-encoding"] == "gzip"


def test_documents_are_verified_too(s3: Any, bucket: str, http_call: Call) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"")
    document = b"<Delete><Object><Key>a</Key></Object></Delete>"
    target = f"/{bucket}?delete"
    words = "Missing required header for this request: Content-MD5 OR x-amz-checksum-*"
    assert code(http_call("POST", target, document)) == (400, "InvalidRequest", words)
    wrong = http_call("POST", target, document, **{"Content-MD5": VALUES["MD5"]})
    assert code(wrong)[1] == "BadDigest"
    assert [item["Key"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]] == ["a"]
    md5 = base64.b64encode(hashlib.md5(document).digest()).decode()
    assert http_call("POST", target, document, **{"Content-MD5": md5}).status == 200
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_a_checksum_is_given_for_the_whole_object_only(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=BODY, ChecksumSHA1=VALUES["SHA1"])
    asked = {"Bucket": bucket, "Key": "a", "ChecksumMode": "ENABLED"}
    assert s3.head_object(**asked, Range="bytes=0-8")["ChecksumSHA1"] == VALUES["SHA1"]
    assert s3.head_object(**asked, PartNumber=1)["ChecksumSHA1"] == VALUES["SHA1"]
    assert "ChecksumSHA1" not in s3.head_object(**asked, Range="bytes=0-7")
    with pytest.raises(ClientError) as caught:
        s3.get_object(**{**asked, "ChecksumMode": "DISABLED"})
    assert caught.value.response["Error"]["Code"] == "InvalidRequest"


def test_a_copy_has_the_sources_checksum_or_the_one_asked_for(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=BODY, ChecksumSHA1=VALUES["SHA1"])
    copy = {"Bucket": bucket, "CopySource": f"{bucket}/a"}
    result = s3.copy_object(**copy, Key="b")["CopyObjectResult"]
    assert (result["ChecksumSHA1"], result["ChecksumType"]) == (VALUES["SHA1"], "FULL_OBJECT")
    result = s3.copy_object(**copy, Key="c", ChecksumAlgorithm="CRC32C")["CopyObjectResult"]
    assert result["ChecksumCRC32C"] == VALUES["CRC32C"]
    got = s3.head_object(Bucket=bucket, Key="c", ChecksumMode="ENABLED")
    assert (got["ChecksumCRC32C"], "ChecksumSHA1" in got) == (VALUES["CRC32C"], False)
    with pytest.raises(ClientError, match="Checksum algorithm provided is unsupported"):
        s3.copy_object(**copy, Key="d", ChecksumAlgorithm="ADLER32")


def test_a_body_of_unsaid_length_is_refused(
    bucket: str, local_aws: LocalAws, http_call: Call
) -> None:
    body = b"9\r\n" + BODY + b"\r\n0\r\n\r\n"
    refused = http_call("PUT", f"/{bucket}/a", body, **{"Transfer-Encoding": "chunked"})
    assert code(refused)[:2] == (501, "NotImplemented")
    connection = http.client.HTTPConnection(urlsplit(local_aws.endpoint_url).netloc, timeout=10)
    connection.putrequest("PUT", f"/{bucket}/a")
    connection.endheaders()
    response = connection.getresponse()
    silent = Answer(response.status, {}, response.read())
    connection.close()
    words = "You must provide the Content-Length HTTP header."
    assert code(silent) == (411, "MissingContentLength", words)
