"""GetObject, HeadObject and GetObjectAttributes: parts, overrides, what is said of ranges.

Sources: the API reference of the three operations; LocalStack's and Argmin's recorded answers of
AWS, checked 2026-11.
"""

import hashlib
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from botocore.exceptions import ClientError

from lakehouse_tests.local_aws.s3.conftest import Answer

Call = Callable[..., Answer]

BIG = b"x" * (5 * 1024 * 1024)


def code(caught: "pytest.ExceptionInfo[ClientError]") -> tuple[str, int]:
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def in_parts(s3: Any, bucket: str, key: str, bodies: list[bytes], **arguments: Any) -> None:
    upload = s3.create_multipart_upload(Bucket=bucket, Key=key, **arguments)["UploadId"]
    checksum = {name: arguments[name] for name in arguments if name == "ChecksumAlgorithm"}
    parts = []
    for number, body in enumerate(bodies, 1):
        sent = s3.upload_part(
            Bucket=bucket, Key=key, UploadId=upload, PartNumber=number, Body=body, **checksum
        )
        names = [name for name in sent if name == "ETag" or name.startswith("Checksum")]
        parts.append({"PartNumber": number, **{name: sent[name] for name in names}})
    s3.complete_multipart_upload(
        Bucket=bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}
    )


def test_a_range_outside_says_what_there_is(bucket: str, http_call: Call) -> None:
    http_call("PUT", f"/{bucket}/a", b"0123456789")
    answer = http_call("GET", f"/{bucket}/a", Range="bytes=10-20")
    assert (answer.status, answer.headers["content-range"]) == (416, "bytes */10")
    root = ElementTree.fromstring(answer.body)
    said = {name: root.findtext(name) for name in ("Code", "RangeRequested", "ActualObjectSize")}
    assert said == {
        "Code": "InvalidRange",
        "RangeRequested": "bytes=10-20",
        "ActualObjectSize": "10",
    }


def test_every_answer_says_that_it_is_of_s3(bucket: str, http_call: Call) -> None:
    written = http_call("PUT", f"/{bucket}/a", b"1")
    answers = [written, http_call("GET", f"/{bucket}/a"), http_call("GET", f"/{bucket}/absent")]
    assert [(answer.status, answer.headers["server"]) for answer in answers] == [
        (200, "AmazonS3"),
        (200, "AmazonS3"),
        (404, "AmazonS3"),
    ]


def test_head_takes_ranges_too(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"0123456789")
    head = s3.head_object(Bucket=bucket, Key="a", Range="bytes=-3")
    assert head["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert (head["ContentLength"], head["ContentRange"]) == (3, "bytes 7-9/10")


def test_parts_are_read_by_their_number(s3: Any, bucket: str) -> None:
    in_parts(s3, bucket, "a", [BIG, b"end"], ChecksumAlgorithm="SHA256")
    asked = {"Bucket": bucket, "Key": "a", "ChecksumMode": "ENABLED"}
    second = s3.get_object(**asked, PartNumber=2)
    assert second["Body"].read() == b"end"
    assert (second["PartsCount"], second["ContentRange"]) == (
        2,
        f"bytes {len(BIG)}-{len(BIG) + 2}/{len(BIG) + 3}",
    )
    assert second["ChecksumType"] == "COMPOSITE"
    first = s3.head_object(**asked, PartNumber=1)
    assert (first["ContentLength"], first["ResponseMetadata"]["HTTPStatusCode"]) == (len(BIG), 206)
    for number, expected in ((3, ("416", 416)), (0, ("400", 400)), (10_001, ("400", 400))):
        with pytest.raises(ClientError) as caught:
            s3.head_object(**asked, PartNumber=number)
        assert code(caught) == expected
    with pytest.raises(ClientError) as caught:
        s3.get_object(**asked, PartNumber=1, Range="bytes=0-1")
    assert code(caught) == ("InvalidRequest", 400)


def test_an_object_that_was_sent_whole_is_its_own_first_part(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"0123456789")
    got = s3.get_object(Bucket=bucket, Key="a", PartNumber=1)
    assert got["Body"].read() == b"0123456789"
    assert (got["ResponseMetadata"]["HTTPStatusCode"], "PartsCount" in got) == (206, False)


OVERRIDES = {
    "response-content-type": "text/x",
    "response-content-language": "de",
    "response-expires": "Thu, 01 Dec 1994 16:00:00 GMT",
    "response-cache-control": "no-store",
    "response-content-disposition": "attachment",
    "response-content-encoding": "x-none",
}


def test_headers_of_an_answer_can_be_overridden(bucket: str, http_call: Call) -> None:
    http_call("PUT", f"/{bucket}/a", b"1", **{"Content-Type": "text/plain", "Expires": "0"})
    query = "&".join(f"{name}={value.replace(' ', '%20')}" for name, value in OVERRIDES.items())
    for method in ("GET", "HEAD"):
        answer = http_call(method, f"/{bucket}/a?{query}&response-x-other=1")
        shown = {name: answer.headers[name.removeprefix("response-")] for name in OVERRIDES}
        assert shown == OVERRIDES
        assert "x-other" not in answer.headers
    anonymous = http_call("GET", f"/{bucket}/a?{query}", Authorization=None)
    assert (anonymous.status, b"<Code>InvalidRequest</Code>" in anonymous.body) == (400, True)


@pytest.mark.parametrize("value", ["text/x%0D%0ASet-Cookie:%20a", "%E2%82%AC"])
def test_an_override_must_fit_in_a_header(bucket: str, http_call: Call, value: str) -> None:
    http_call("PUT", f"/{bucket}/a", b"1")
    answer = http_call("GET", f"/{bucket}/a?response-content-type={value}")
    assert (answer.status, b"<Code>InvalidArgument</Code>" in answer.body) == (400, True)


def test_expires_comes_back_as_it_was_sent(bucket: str, http_call: Call) -> None:
    http_call("PUT", f"/{bucket}/a", b"1", Expires="whenever")
    assert http_call("HEAD", f"/{bucket}/a").headers["expires"] == "whenever"


ALL_ATTRIBUTES = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"]


def attributes(s3: Any, bucket: str, **arguments: Any) -> dict[str, Any]:
    arguments = {"ObjectAttributes": ALL_ATTRIBUTES, **arguments}
    found = s3.get_object_attributes(Bucket=bucket, Key="a", **arguments)
    assert found.pop("LastModified") == s3.head_object(Bucket=bucket, Key="a")["LastModified"]
    del found["ResponseMetadata"]
    return dict(found)


def test_attributes_of_an_object_sent_whole(s3: Any, bucket: str) -> None:
    s3.put_object(
        Bucket=bucket,
        Key="a",
        Body=b"123456789",
        StorageClass="GLACIER_IR",
        ChecksumAlgorithm="CRC32C",
    )
    assert attributes(s3, bucket) == {
        "ETag": hashlib.md5(b"123456789").hexdigest(),
        "Checksum": {"ChecksumCRC32C": "4waSgw==", "ChecksumType": "FULL_OBJECT"},
        "StorageClass": "GLACIER_IR",
        "ObjectSize": 9,
    }
    assert attributes(s3, bucket, ObjectAttributes=["ObjectSize"]) == {"ObjectSize": 9}


def test_attributes_of_an_object_in_parts(s3: Any, bucket: str) -> None:
    in_parts(s3, bucket, "a", [BIG, b"123456789"], ChecksumAlgorithm="CRC32C")
    found = attributes(s3, bucket)
    assert "-" not in found["Checksum"]["ChecksumCRC32C"]
    assert found["Checksum"]["ChecksumType"] == "COMPOSITE"
    assert (found["ObjectSize"], found["StorageClass"]) == (len(BIG) + 9, "STANDARD")
    parts = found["ObjectParts"]
    assert (parts["TotalPartsCount"], parts["IsTruncated"]) == (2, False)
    assert [(part["PartNumber"], part["Size"]) for part in parts["Parts"]] == [
        (1, len(BIG)),
        (2, 9),
    ]
    assert parts["Parts"][1]["ChecksumCRC32C"] == "4waSgw=="
    page = attributes(s3, bucket, MaxParts=1, ObjectAttributes=["ObjectParts"])["ObjectParts"]
    assert (page["IsTruncated"], page["NextPartNumberMarker"], page["MaxParts"]) == (True, 1, 1)
    rest = attributes(s3, bucket, PartNumberMarker=1)["ObjectParts"]
    assert [part["PartNumber"] for part in rest["Parts"]] == [2]


def test_parts_are_only_counted_if_they_had_no_checksums(
    s3: Any, bucket: str, http_call: Call
) -> None:
    started = http_call("POST", f"/{bucket}/a?uploads")
    upload = ElementTree.fromstring(started.body)[2].text
    part = http_call("PUT", f"/{bucket}/a?partNumber=1&uploadId={upload}", b"123456789")
    document = f"<Part><PartNumber>1</PartNumber><ETag>{part.headers['etag']}</ETag></Part>"
    body = f"<CompleteMultipartUpload>{document}</CompleteMultipartUpload>".encode()
    assert http_call("POST", f"/{bucket}/a?uploadId={upload}", body).status == 200
    found = attributes(s3, bucket)
    assert found["ObjectParts"] == {"TotalPartsCount": 1}
    assert found["Checksum"] == {
        "ChecksumCRC64NVME": "rosUhgp5mIg=",
        "ChecksumType": "FULL_OBJECT",
    }


@pytest.mark.parametrize(
    ("header", "wanted"), [(None, b"InvalidRequest"), ("ETag,Nothing", b"InvalidArgument")]
)
def test_attributes_must_be_named(
    bucket: str, http_call: Call, header: str | None, wanted: bytes
) -> None:
    http_call("PUT", f"/{bucket}/a", b"1")
    answer = http_call("GET", f"/{bucket}/a?attributes", **{"x-amz-object-attributes": header})
    assert (answer.status, b"<Code>" + wanted + b"</Code>" in answer.body) == (400, True)
