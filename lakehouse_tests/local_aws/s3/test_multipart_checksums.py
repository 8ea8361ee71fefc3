"""Checksums of multipart uploads: of parts, of the whole, composite and full.

Sources: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html and
the tests that OpenStack Swift and Argmin run against AWS, checked 2026-11. Composites of one part
"123456789" are Swift's.
"""

from typing import Any
from uuid import uuid4

import pytest
from botocore.exceptions import ClientError

from lakehouse_tests.local_aws.s3.conftest import error_of
from lakehouse_tests.local_aws.s3.test_checksums import BODY, VALUES

BIG = b"\0" * (5 * 1024 * 1024)
COMPOSITES = {
    "CRC32": "7kxlUA==",
    "CRC32C": "pzJFoA==",
    "SHA1": "zGcEPHvP9e6lVmvZsfPHT9mlz10=",
    "SHA256": "KSsNAHVmgy25S/rmic1w0at3KBH9RLn0nYVQ7p6mpJQ=",
}


class Upload:
    """One upload to key a, with its parts' claims."""

    def __init__(self, s3: Any, bucket: str, **arguments: Any) -> None:
        self._s3 = s3
        self._asked = {"Bucket": bucket, "Key": "a"}
        self.created = s3.create_multipart_upload(**self._asked, **arguments)
        self._asked["UploadId"] = self.created["UploadId"]
        self.parts: list[dict[str, Any]] = []

    def part(self, number: int, body: Any = BODY, **arguments: Any) -> dict[str, Any]:
        sent = self._s3.upload_part(**self._asked, PartNumber=number, Body=body, **arguments)
        known = {name: sent[name] for name in sent if name.startswith(("Checksum", "ETag"))}
        self.parts.append({"PartNumber": number, **known})
        return dict(sent)

    def complete(self, **arguments: Any) -> dict[str, Any]:
        parts = {"MultipartUpload": {"Parts": self.parts}, **arguments}
        return dict(self._s3.complete_multipart_upload(**self._asked, **parts))

    def listed(self) -> dict[str, Any]:
        return dict(self._s3.list_parts(**self._asked))


def refused(call: Any, **arguments: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**arguments)
    said = error_of(caught)
    return said["Code"], said["Message"]


@pytest.mark.parametrize("algorithm", COMPOSITES)
def test_a_composite_checksum(s3: Any, bucket: str, algorithm: str) -> None:
    upload = Upload(s3, bucket, ChecksumAlgorithm=algorithm)
    said = (upload.created["ChecksumAlgorithm"], upload.created["ChecksumType"])
    assert said == (algorithm, "COMPOSITE")
    name = f"Checksum{algorithm}"
    assert upload.part(1, **{name: VALUES[algorithm]})[name] == VALUES[algorithm]
    listed = upload.listed()
    assert (listed["ChecksumAlgorithm"], listed["ChecksumType"]) == (algorithm, "COMPOSITE")
    assert listed["Parts"][0][name] == VALUES[algorithm]
    done = upload.complete(**{name: COMPOSITES[algorithm]})
    assert (done[name], done["ChecksumType"]) == (f"{COMPOSITES[algorithm]}-1", "COMPOSITE")
    head = s3.head_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED")
    assert (head[name], head["ChecksumType"]) == (f"{COMPOSITES[algorithm]}-1", "COMPOSITE")


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "CRC64NVME"])
def test_a_full_checksum_is_that_of_the_same_bytes_sent_whole(
    s3: Any, bucket: str, algorithm: str
) -> None:
    name = f"Checksum{algorithm}"
    whole = s3.put_object(Bucket=bucket, Key="b", Body=BIG + BODY, ChecksumAlgorithm=algorithm)
    upload = Upload(s3, bucket, ChecksumAlgorithm=algorithm, ChecksumType="FULL_OBJECT")
    upload.part(1, BIG, ChecksumAlgorithm=algorithm)
    upload.part(2, BODY, ChecksumAlgorithm=algorithm)
    wrong = refused(upload.complete, **{name: VALUES[algorithm]})
    words = f"The {algorithm.lower()} you specified did not match the calculated checksum."
    assert wrong == ("BadDigest", words)
    done = upload.complete(**{name: whole[name]}, ChecksumType="FULL_OBJECT")
    assert (done[name], done["ChecksumType"]) == (whole[name], "FULL_OBJECT")
    got = s3.get_object(Bucket=bucket, Key="a", ChecksumMode="ENABLED", PartNumber=2)
    assert (got[name], got["ChecksumType"]) == (VALUES[algorithm], "FULL_OBJECT")
    assert got["Body"].read() == BODY


CREATIONS = [
    (
        {"ChecksumType": "COMPOSITE"},
        "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.",
    ),
    (
        {"ChecksumAlgorithm": "CRC32", "ChecksumType": "NEITHER"},
        "Value for x-amz-checksum-type header is invalid.",
    ),
    (
        {"ChecksumAlgorithm": "SHA256", "ChecksumType": "FULL_OBJECT"},
        "The FULL_OBJECT checksum type cannot be used with the sha256 checksum algorithm.",
    ),
    (
        {"ChecksumAlgorithm": "CRC64NVME", "ChecksumType": "COMPOSITE"},
        "The COMPOSITE checksum type cannot be used with the crc64nvme checksum algorithm.",
    ),
    (
        {"ChecksumAlgorithm": "CRC32,CRC32C"},
        "Invalid types are specified in x-amz-checksum-algorithm header.",
    ),
    (
        {"ChecksumAlgorithm": "NOPE"},
        "Checksum algorithm provided is unsupported. Please try again with any of the valid types:"
        " [CRC32, CRC32C, CRC64NVME, MD5, SHA1, SHA256, SHA512, XXHASH128, XXHASH3, XXHASH64]",
    ),
]


@pytest.mark.parametrize(("arguments", "words"), CREATIONS)
def test_creations_that_are_refused(
    s3: Any, bucket: str, arguments: dict[str, str], words: str
) -> None:
    assert refused(s3.create_multipart_upload, Bucket=bucket, Key="a", **arguments) == (
        "InvalidRequest",
        words,
    )


def test_parts_must_have_the_checksum_of_their_upload(s3: Any, bucket: str) -> None:
    upload = Upload(s3, bucket, ChecksumAlgorithm="CRC32C")
    wrong = refused(upload.part, number=1, ChecksumSHA1=VALUES["SHA1"])
    words = "Checksum Type mismatch occurred, expected checksum Type: crc32c, actual checksum Type:"
    assert wrong == ("InvalidRequest", f"{words} sha1")
    bad = refused(upload.part, number=1, ChecksumCRC32C="5waSgw==")
    assert bad == (
        "BadDigest",
        "The CRC32C you specified did not match the calculated checksum.",
    )
    assert "Parts" not in upload.listed()


def test_completions_must_name_the_checksums_of_parts(s3: Any, bucket: str) -> None:
    upload = Upload(s3, bucket, ChecksumAlgorithm="CRC32C")
    upload.part(1, ChecksumCRC32C=VALUES["CRC32C"])
    part = upload.parts[0]
    plain = {"PartNumber": 1, "ETag": part["ETag"]}
    missing = (
        "The upload was created using a crc32c checksum. The complete request must include the "
        "checksum for each part. It was missing for part 1 in the request."
    )
    not_found = (
        "One or more of the specified parts could not be found.  The part may not have been "
        "uploaded, or the specified entity tag may not match the part's entity tag."
    )
    other = "The crc32 you specified for part 1 did not match what we received."
    unreadable = "Invalid Base64 or multiple checksums present in request"
    for claim, code, words in (
        (plain, "InvalidRequest", missing),
        ({**plain, "ChecksumCRC32": VALUES["CRC32"]}, "BadDigest", other),
        ({**plain, "ChecksumCRC32C": "5waSgw=="}, "InvalidPart", not_found),
        ({**plain, "ChecksumCRC32C": "4waSgx=="}, "InvalidArgument", unreadable),
        ({**part, "ChecksumCRC32": VALUES["CRC32"]}, "InvalidArgument", unreadable),
    ):
        claimed = {"Parts": [claim]}
        assert refused(upload.complete, MultipartUpload=claimed) == (code, words)
    upload.complete()


OF_THE_WHOLE: list[tuple[dict[str, Any], str, str]] = [
    ({"ChecksumCRC32C": "5waSgw=="}, "BadDigest", "The crc32c you specified did not match"),
    ({"ChecksumCRC32C": "pzJFoA==-2"}, "BadDigest", "The crc32c you specified did not match"),
    ({"ChecksumCRC32C": "pzJFoA==-a"}, "InvalidRequest", "Value for x-amz-checksum-crc32c header"),
    ({"ChecksumCRC32C": "no"}, "InvalidRequest", "Value for x-amz-checksum-crc32c header"),
    ({"ChecksumType": "FULL_OBJECT"}, "InvalidRequest", "The upload was created using the COMPOS"),
    ({"MpuObjectSize": 10}, "InvalidRequest", "The provided 'x-amz-mp-object-size' header value"),
]


@pytest.mark.parametrize(("arguments", "code", "words"), OF_THE_WHOLE)
def test_what_a_completion_says_of_the_whole_is_verified(
    s3: Any, bucket: str, arguments: dict[str, Any], code: str, words: str
) -> None:
    upload = Upload(s3, bucket, ChecksumAlgorithm="CRC32C")
    upload.part(1, ChecksumCRC32C=VALUES["CRC32C"])
    said = refused(upload.complete, **arguments)
    assert (said[0], said[1][: len(words)]) == (code, words)
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
    upload.complete(ChecksumCRC32C="pzJFoA==-1", ChecksumType="COMPOSITE", MpuObjectSize=9)


def test_parts_with_checksums_are_numbered_without_gaps(s3: Any, bucket: str) -> None:
    upload = Upload(s3, bucket, ChecksumAlgorithm="CRC32C")
    upload.part(2, ChecksumCRC32C=VALUES["CRC32C"])
    assert refused(upload.complete)[0] == "InvalidRequest"


def test_an_upload_without_a_checksum_gets_s3s_own(s3: Any, bucket: str) -> None:
    upload = Upload(s3, bucket)
    sent = upload.part(1, ChecksumSHA1=VALUES["SHA1"])
    assert sent["ChecksumSHA1"] == VALUES["SHA1"]
    assert "ChecksumAlgorithm" not in upload.listed()
    wrong = {"Parts": [{**upload.parts[0], "ChecksumSHA1": COMPOSITES["SHA1"]}]}
    assert refused(upload.complete, MultipartUpload=wrong)[0] == "InvalidPart"
    done = upload.complete()
    assert (done["ChecksumCRC64NVME"], done["ChecksumType"]) == (
        VALUES["CRC64NVME"],
        "FULL_OBJECT",
    )


def test_a_copied_part_has_the_checksum_of_its_upload(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="source", Body=BODY, ChecksumAlgorithm="SHA256")
    upload = Upload(s3, bucket, ChecksumAlgorithm="CRC32C")
    asked = {"Bucket": bucket, "Key": "a", "UploadId": upload.created["UploadId"]}
    copied = s3.upload_part_copy(**asked, PartNumber=1, CopySource=f"{bucket}/source")
    result = copied["CopyPartResult"]
    assert result["ChecksumCRC32C"] == VALUES["CRC32C"]
    claim = {name: result[name] for name in ("ETag", "ChecksumCRC32C")}
    done = upload.complete(MultipartUpload={"Parts": [{"PartNumber": 1, **claim}]})
    assert done["ChecksumCRC32C"] == f"{COMPOSITES['CRC32C']}-1"


COPY_RANGES = [
    ("bytes=0-8", None),
    ("bytes=8-8", None),
    ("bytes=0-9", "InvalidArgument"),
    ("bytes=9-9", "InvalidRequest"),
    ("bytes=5-4", "InvalidArgument"),
    ("bytes=5-", "InvalidArgument"),
    ("bytes=-3", "InvalidArgument"),
    ("0-8", "InvalidArgument"),
]


@pytest.mark.parametrize(("copied", "code"), COPY_RANGES)
def test_ranges_of_copied_parts_are_strict(
    s3: Any, bucket: str, copied: str, code: str | None
) -> None:
    s3.put_object(Bucket=bucket, Key="source", Body=BODY)
    upload = Upload(s3, bucket).created["UploadId"]
    asked = {"Bucket": bucket, "Key": "a", "UploadId": upload, "PartNumber": 1}
    asked |= {"CopySource": f"{bucket}/source", "CopySourceRange": copied}
    if code is None:
        s3.upload_part_copy(**asked)
    else:
        assert refused(s3.upload_part_copy, **asked)[0] == code


def test_refused_completions_name_the_part(s3: Any, bucket: str) -> None:
    upload = Upload(s3, bucket)
    upload.part(1)
    upload.part(2)
    with pytest.raises(ClientError) as caught:
        upload.complete()
    said = error_of(caught)
    shown = [said[name] for name in ("Code", "PartNumber", "ProposedSize", "MinSizeAllowed")]
    assert shown == ["EntityTooSmall", "1", "9", "5242880"]
    with pytest.raises(ClientError) as caught:
        upload.complete(MultipartUpload={"Parts": [{"PartNumber": 7, "ETag": '"x"'}]})
    said = error_of(caught)
    shown = [said[name] for name in ("Code", "PartNumber", "ETag", "UploadId")]
    assert shown == ["InvalidPart", "7", "x", upload.created["UploadId"]]


@pytest.fixture(scope="module")
def under_way(s3: Any) -> tuple[str, list[tuple[str, str]]]:
    """A bucket with uploads under way: (key, upload) in the order of a list."""
    bucket = f"under-way-{uuid4().hex[:12]}"
    s3.create_bucket(Bucket=bucket)
    keys = ["a b", "a/1", "a/1", "a/2", "b/1", "c"]
    uploads = [s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"] for key in keys]
    return bucket, list(zip(keys, uploads, strict=True))


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_uploads_are_listed_in_pages(
    s3: Any, under_way: tuple[str, list[tuple[str, str]]], size: int
) -> None:
    bucket, uploads = under_way
    pages = list(
        s3.get_paginator("list_multipart_uploads").paginate(
            Bucket=bucket, PaginationConfig={"PageSize": size}
        )
    )
    shown = [(item["Key"], item["UploadId"]) for page in pages for item in page.get("Uploads", [])]
    assert shown == uploads
    assert [page["IsTruncated"] for page in pages] == [True] * (len(pages) - 1) + [False]


def test_uploads_are_folded_by_a_delimiter(
    s3: Any, under_way: tuple[str, list[tuple[str, str]]]
) -> None:
    bucket, _ = under_way

    def listed(**arguments: Any) -> tuple[list[str], list[str], bool]:
        found = s3.list_multipart_uploads(Bucket=bucket, **arguments)
        keys = [item["Key"] for item in found.get("Uploads", [])]
        prefixes = [item["Prefix"] for item in found.get("CommonPrefixes", [])]
        return keys, prefixes, found["IsTruncated"]

    assert listed(Delimiter="/") == (["a b", "c"], ["a/", "b/"], False)
    assert listed(Prefix="a/", Delimiter="/") == (["a/1", "a/1", "a/2"], [], False)
    assert listed(Delimiter="/", MaxUploads=2) == (["a b"], ["a/"], True)
    assert listed(Delimiter="/", KeyMarker="a/") == (["c"], ["b/"], False)
    assert listed(KeyMarker="a/2") == (["b/1", "c"], [], False)
    with pytest.raises(ClientError, match="Invalid uploadId marker"):
        listed(KeyMarker="a/2", UploadIdMarker="no")
    with pytest.raises(ClientError, match="InvalidArgument"):
        listed(EncodingType="base64")
