"""Tags of objects, by calls and by headers, on writes and copies.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html, LocalStack's and
Argmin's recorded answers of AWS, checked 2026-11.
"""

from typing import Any

import pytest
from botocore.exceptions import ClientError


def tags(s3: Any, bucket: str, key: str = "a") -> dict[str, str]:
    found = s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
    return {tag["Key"]: tag["Value"] for tag in found}


def tagging(**tags: str) -> dict[str, Any]:
    return {"TagSet": [{"Key": key, "Value": value} for key, value in tags.items()]}


def test_tags_are_put_replaced_and_removed(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    before = s3.head_object(Bucket=bucket, Key="a")
    assert tags(s3, bucket) == {}
    s3.put_object_tagging(Bucket=bucket, Key="a", Tagging=tagging(old="1", other="2"))
    s3.put_object_tagging(Bucket=bucket, Key="a", Tagging=tagging(new="a/b c=@é", empty=""))
    assert tags(s3, bucket) == {"new": "a/b c=@é", "empty": ""}
    head = s3.head_object(Bucket=bucket, Key="a")
    assert (head["TagCount"], head["LastModified"]) == (2, before["LastModified"])
    got = s3.get_object(Bucket=bucket, Key="a")
    assert (got["TagCount"], got["Body"].read()) == (2, b"1")
    for _ in range(2):
        s3.delete_object_tagging(Bucket=bucket, Key="a")
    assert tags(s3, bucket) == {}
    assert "TagCount" not in s3.head_object(Bucket=bucket, Key="a")


def test_tags_come_with_a_write_and_go_with_the_next(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"1", Tagging="foo=b%20r&bar&caf%C3%A9=1")
    assert tags(s3, bucket) == {"foo": "b r", "bar": "", "café": "1"}
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    assert tags(s3, bucket) == {}


def test_tags_come_with_an_upload_in_parts(s3: Any, bucket: str) -> None:
    upload = s3.create_multipart_upload(Bucket=bucket, Key="a", Tagging="a=1")["UploadId"]
    asked = {"Bucket": bucket, "Key": "a", "UploadId": upload}
    etag = s3.upload_part(**asked, PartNumber=1, Body=b"1")["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    s3.complete_multipart_upload(**asked, MultipartUpload=parts)
    assert tags(s3, bucket) == {"a": "1"}


def test_a_copy_has_the_sources_tags_unless_they_are_replaced(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"1", Tagging="a=1")
    copy = {"Bucket": bucket, "CopySource": f"{bucket}/a"}
    s3.copy_object(**copy, Key="b", Tagging="ignored=1")
    s3.copy_object(**copy, Key="c", Tagging="c=3", TaggingDirective="REPLACE")
    s3.copy_object(**copy, Key="d", TaggingDirective="REPLACE")
    s3.copy_object(**copy, Key="e", MetadataDirective="REPLACE")
    found = [tags(s3, bucket, key) for key in "bcde"]
    assert found == [{"a": "1"}, {"c": "3"}, {}, {"a": "1"}]


MANY = {f"k{number}": "" for number in range(11)}
REFUSED = [
    (tagging(**MANY), "BadRequest"),
    (tagging(**{"aws:x": "1"}), "InvalidTag"),
    (tagging(**{"k" * 129: "1"}), "InvalidTag"),
    (tagging(k="v" * 257), "InvalidTag"),
    (tagging(**{"a;b": "1"}), "InvalidTag"),
    (tagging(k="<v>"), "InvalidTag"),
    ({"TagSet": [{"Key": "a", "Value": "1"}, {"Key": "a", "Value": "2"}]}, "InvalidTag"),
]


@pytest.mark.parametrize(("document", "code"), REFUSED)
def test_tags_follow_the_rules(s3: Any, bucket: str, document: dict[str, Any], code: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"1", Tagging="kept=1")
    with pytest.raises(ClientError) as caught:
        s3.put_object_tagging(Bucket=bucket, Key="a", Tagging=document)
    assert caught.value.response["Error"]["Code"] == code
    assert tags(s3, bucket) == {"kept": "1"}


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("a=1&a=2", "InvalidArgument"),
        ("a=%FF", "InvalidArgument"),
        ("&".join(MANY), "BadRequest"),
        ("aws:x=1", "InvalidTag"),
    ],
)
def test_tags_in_a_header_follow_the_rules(s3: Any, bucket: str, header: str, code: str) -> None:
    with pytest.raises(ClientError) as caught:
        s3.put_object(Bucket=bucket, Key="a", Body=b"1", Tagging=header)
    assert caught.value.response["Error"]["Code"] == code
    with pytest.raises(ClientError, match="NoSuchKey"):
        tags(s3, bucket)


def test_tags_of_what_is_not_there(s3: Any, bucket: str) -> None:
    for name, arguments in (
        ("get_object_tagging", {}),
        ("put_object_tagging", {"Tagging": tagging(a="1")}),
        ("delete_object_tagging", {}),
    ):
        with pytest.raises(ClientError, match="NoSuchKey"):
            getattr(s3, name)(Bucket=bucket, Key="missing", **arguments)
