"""Multipart uploads through boto3."""

import base64
import hashlib
import io
import random
import zlib
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

MB = 1024 * 1024
BIG = bytes(range(256)) * (5 * MB // 256)


def start(s3: Any, bucket: str, **arguments: Any) -> str:
    upload_id = s3.create_multipart_upload(Bucket=bucket, Key="a", **arguments)["UploadId"]
    assert isinstance(upload_id, str)
    return upload_id


def part(s3: Any, bucket: str, upload_id: str, number: int, body: bytes) -> dict[str, Any]:
    sent = s3.upload_part(Bucket=bucket, Key="a", UploadId=upload_id, PartNumber=number, Body=body)
    return {"PartNumber": number, "ETag": sent["ETag"]}


def complete(s3: Any, bucket: str, upload_id: str, parts: list[dict[str, Any]]) -> Any:
    return s3.complete_multipart_upload(
        Bucket=bucket, Key="a", UploadId=upload_id, MultipartUpload={"Parts": parts}
    )


def test_parts_become_one_object(s3: Any, bucket: str) -> None:
    upload_id = start(s3, bucket, ContentType="text/csv", Metadata={"m": "1"})
    parts = [part(s3, bucket, upload_id, 1, b"replaced"), part(s3, bucket, upload_id, 3, b"end")]
    parts[0] = part(s3, bucket, upload_id, 1, BIG)
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
    done = complete(s3, bucket, upload_id, parts)
    md5s = hashlib.md5(BIG).digest() + hashlib.md5(b"end").digest()
    assert done["ETag"] == f'"{hashlib.md5(md5s).hexdigest()}-2"'
    got = s3.get_object(Bucket=bucket, Key="a")
    assert got["Body"].read() == BIG + b"end"
    assert (got["ContentType"], got["Metadata"], got["ETag"]) == (
        "text/csv",
        {"m": "1"},
        done["ETag"],
    )
    second = s3.get_object(Bucket=bucket, Key="a", PartNumber=2)
    assert (second["Body"].read(), second["PartsCount"]) == (b"end", 2)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)


def test_uploads_and_parts_are_listed(s3: Any, bucket: str) -> None:
    upload_id = start(s3, bucket)
    for number in (2, 1, 7):
        part(s3, bucket, upload_id, number, b"x" * number)
    uploads = s3.list_multipart_uploads(Bucket=bucket)["Uploads"]
    assert [(item["Key"], item["UploadId"]) for item in uploads] == [("a", upload_id)]
    pages = s3.get_paginator("list_parts").paginate(
        Bucket=bucket, Key="a", UploadId=upload_id, PaginationConfig={"PageSize": 2}
    )
    parts = [[(item["PartNumber"], item["Size"]) for item in page["Parts"]] for page in pages]
    assert parts == [[(1, 1), (2, 2)], [(7, 7)]]


def test_an_aborted_upload_is_gone(s3: Any, bucket: str) -> None:
    upload_id = start(s3, bucket)
    sent = part(s3, bucket, upload_id, 1, b"x")
    s3.abort_multipart_upload(Bucket=bucket, Key="a", UploadId=upload_id)
    for call in (
        lambda: complete(s3, bucket, upload_id, [sent]),
        lambda: part(s3, bucket, upload_id, 2, b"x"),
        lambda: s3.list_parts(Bucket=bucket, Key="a", UploadId=upload_id),
        lambda: s3.abort_multipart_upload(Bucket=bucket, Key="a", UploadId=upload_id),
    ):
        with pytest.raises(ClientError, match="NoSuchUpload"):
            call()


def test_completions_that_are_refused(s3: Any, bucket: str) -> None:
    upload_id = start(s3, bucket)
    small, last = (part(s3, bucket, upload_id, number, b"x") for number in (1, 2))
    wrong = {**last, "ETag": '"0"'}
    for parts, code in (
        ([small, last], "EntityTooSmall"),
        ([last, small], "InvalidPartOrder"),
        ([small, small], "InvalidPartOrder"),
        ([wrong], "InvalidPart"),
        ([{**last, "PartNumber": 5}], "InvalidPart"),
        ([], "MalformedXML"),
    ):
        with pytest.raises(ClientError) as caught:
            complete(s3, bucket, upload_id, parts)
        assert caught.value.response["Error"]["Code"] == code
    for number in (0, 10_001):
        with pytest.raises(ClientError, match="InvalidArgument"):
            part(s3, bucket, upload_id, number, b"x")
    complete(s3, bucket, upload_id, [last])
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"x"


def test_parts_are_copied_from_objects(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="source", Body=b"0123456789")
    upload_id = start(s3, bucket)
    copied = s3.upload_part_copy(
        Bucket=bucket,
        Key="a",
        UploadId=upload_id,
        PartNumber=1,
        CopySource={"Bucket": bucket, "Key": "source"},
        CopySourceRange="bytes=2-4",
    )
    etag = copied["CopyPartResult"]["ETag"]
    complete(s3, bucket, upload_id, [{"PartNumber": 1, "ETag": etag}])
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"234"


def test_a_composite_checksum_is_that_of_the_parts_checksums(s3: Any, bucket: str) -> None:
    upload_id = start(s3, bucket, ChecksumAlgorithm="CRC32")
    sent = s3.upload_part(
        Bucket=bucket,
        Key="a",
        UploadId=upload_id,
        PartNumber=1,
        Body=b"hello",
        ChecksumAlgorithm="CRC32",
    )
    claim = {name: sent[name] for name in ("ETag", "ChecksumCRC32")} | {"PartNumber": 1}
    with pytest.raises(ClientError, match="InvalidPart"):
        complete(s3, bucket, upload_id, [{**claim, "ChecksumCRC32": "AAAAAA=="}])
    done = complete(s3, bucket, upload_id, [claim])
    of_parts = zlib.crc32(zlib.crc32(b"hello").to_bytes(4)).to_bytes(4)
    assert done["ChecksumCRC32"] == base64.b64encode(of_parts).decode() + "-1"
    assert done["ChecksumType"] == "COMPOSITE"


def test_boto3_transfers_large_files_in_parallel_parts(s3: Any, bucket: str) -> None:
    body = random.Random(1).randbytes(12 * MB)
    config = TransferConfig(multipart_threshold=5 * MB, multipart_chunksize=5 * MB)
    s3.upload_fileobj(io.BytesIO(body), bucket, "big", Config=config)
    received = io.BytesIO()
    s3.download_fileobj(bucket, "big", received, Config=config)
    assert received.getvalue() == body
    s3.copy({"Bucket": bucket, "Key": "big"}, bucket, "copy", Config=config)
    assert s3.head_object(Bucket=bucket, Key="copy")["ContentLength"] == len(body)
