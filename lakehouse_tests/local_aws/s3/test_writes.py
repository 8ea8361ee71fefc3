"""PutObject, CopyObject and their conditions, ACLs, storage classes and user metadata.

Sources: the API reference of the operations; LocalStack's and Argmin's recorded answers of AWS,
checked 2026-11.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from botocore.exceptions import ClientError

from lakehouse_tests.local_aws.s3.conftest import Answer, error_of

Call = Callable[..., Answer]

PAST = datetime(2020, 1, 1, tzinfo=UTC)
FUTURE = datetime(2120, 1, 1, tzinfo=UTC)


def error(answer: Answer) -> dict[str, str]:
    return {child.tag: child.text or "" for child in ElementTree.fromstring(answer.body)}


def test_answers_say_aws_default_encryption(s3: Any, bucket: str) -> None:
    put = s3.put_object(Bucket=bucket, Key="a", Body=b"1", ServerSideEncryption="AES256")
    copy = s3.copy_object(Bucket=bucket, Key="b", CopySource=f"{bucket}/a")
    head = s3.head_object(Bucket=bucket, Key="a")
    assert {put["ServerSideEncryption"], copy["ServerSideEncryption"]} == {"AES256"}
    assert head["ServerSideEncryption"] == "AES256"


@pytest.mark.parametrize("name", ["STANDARD_IA", "GLACIER_IR", "INTELLIGENT_TIERING"])
def test_a_storage_class_is_kept_but_not_copied(s3: Any, bucket: str, name: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"1", StorageClass=name)
    assert s3.head_object(Bucket=bucket, Key="a")["StorageClass"] == name
    assert s3.list_objects_v2(Bucket=bucket)["Contents"][0]["StorageClass"] == name
    s3.copy_object(Bucket=bucket, Key="b", CopySource=f"{bucket}/a")
    assert "StorageClass" not in s3.head_object(Bucket=bucket, Key="b")
    s3.copy_object(Bucket=bucket, Key="b", CopySource=f"{bucket}/b", StorageClass=name)
    assert s3.head_object(Bucket=bucket, Key="b")["StorageClass"] == name


def test_a_storage_class_that_is_none_is_refused(s3: Any, bucket: str) -> None:
    with pytest.raises(ClientError) as caught:
        s3.put_object(Bucket=bucket, Key="a", Body=b"1", StorageClass="EXPRESS_ONEZONE")
    said = error_of(caught)
    assert (said["Code"], said["StorageClassRequested"]) == (
        "InvalidStorageClass",
        "EXPRESS_ONEZONE",
    )


ACLS = [
    ("private", None),
    ("bucket-owner-full-control", None),
    ("bucket-owner-read", None),
    ("public-read", "AccessControlListNotSupported"),
    ("public-read-write", "AccessControlListNotSupported"),
    ("authenticated-read", "AccessControlListNotSupported"),
    ("aws-exec-read", "AccessControlListNotSupported"),
    ("nobodys", "InvalidArgument"),
]


@pytest.mark.parametrize(("acl", "refused"), ACLS)
def test_acls_are_off(s3: Any, bucket: str, acl: str, refused: str | None) -> None:
    s3.put_object(Bucket=bucket, Key="source", Body=b"1")
    calls: list[Callable[[], Any]] = [
        lambda: s3.put_object(Bucket=bucket, Key="a", Body=b"1", ACL=acl),
        lambda: s3.copy_object(Bucket=bucket, Key="a", CopySource=f"{bucket}/source", ACL=acl),
        lambda: s3.create_multipart_upload(Bucket=bucket, Key="a", ACL=acl),
    ]
    for call in calls:
        if refused is None:
            call()
            continue
        with pytest.raises(ClientError) as caught:
            call()
        assert caught.value.response["Error"]["Code"] == refused


def test_grants_are_refused_and_an_objects_acl_is_its_owners(s3: Any, bucket: str) -> None:
    with pytest.raises(ClientError, match="The bucket does not allow ACLs"):
        s3.put_object(Bucket=bucket, Key="a", Body=b"1", GrantRead='id="1"')
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    with pytest.raises(ClientError, match="The bucket does not allow ACLs"):
        s3.put_object_acl(Bucket=bucket, Key="a", ACL="public-read")
    s3.put_object_acl(Bucket=bucket, Key="a", ACL="bucket-owner-full-control")
    acl = s3.get_object_acl(Bucket=bucket, Key="a")
    owner = {**acl["Owner"], "Type": "CanonicalUser"}
    assert acl["Grants"] == [{"Grantee": owner, "Permission": "FULL_CONTROL"}]
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.get_object_acl(Bucket=bucket, Key="missing")


WRITE_CONDITIONS: list[tuple[dict[str, str], int, str, str]] = [
    ({"If-None-Match": "*"}, 412, "PreconditionFailed", "If-None-Match"),
    ({"If-Match": '"other"'}, 412, "PreconditionFailed", "If-Match"),
    ({"If-None-Match": '"etag"'}, 501, "NotImplemented", "If-None-Match"),
    ({"If-Match": "*"}, 501, "NotImplemented", "If-Match"),
    ({"If-Match": "x", "If-None-Match": "*"}, 501, "NotImplemented", "If-Match,If-None-Match"),
]


@pytest.mark.parametrize(("headers", "status", "code", "named"), WRITE_CONDITIONS)
@pytest.mark.parametrize("copied", [False, True])
def test_conditions_of_writes_and_copies_are_named(
    bucket: str,
    http_call: Call,
    headers: dict[str, str],
    status: int,
    code: str,
    named: str,
    copied: bool,
) -> None:
    for key in ("source", "a"):
        http_call("PUT", f"/{bucket}/{key}", b"old")
    source = {"x-amz-copy-source": f"{bucket}/source"} if copied else {}
    answer = http_call("PUT", f"/{bucket}/a", b"" if copied else b"new", **headers, **source)
    said = error(answer)
    assert (answer.status, said["Code"]) == (status, code)
    assert said.get("Condition", said.get("Header")) == named
    assert http_call("GET", f"/{bucket}/a").body == b"old"


def test_conditions_of_writes_that_hold(s3: Any, bucket: str) -> None:
    etag = s3.put_object(Bucket=bucket, Key="a", Body=b"1", IfNoneMatch="*")["ETag"]
    s3.copy_object(Bucket=bucket, Key="b", CopySource=f"{bucket}/a", IfNoneMatch="*")
    s3.copy_object(Bucket=bucket, Key="b", CopySource=f"{bucket}/a", IfMatch=etag)
    s3.put_object(Bucket=bucket, Key="a", Body=b"2", IfMatch=etag.strip('"'))
    assert s3.get_object(Bucket=bucket, Key="a")["Body"].read() == b"2"


def test_conditional_deletions(s3: Any, bucket: str) -> None:
    etag = s3.put_object(Bucket=bucket, Key="a", Body=b"1")["ETag"]
    for key, condition, code in (
        ("a", '"other"', "PreconditionFailed"),
        ("missing", etag, "NoSuchKey"),
        ("missing", "*", "NoSuchKey"),
    ):
        with pytest.raises(ClientError, match=code):
            s3.delete_object(Bucket=bucket, Key=key, IfMatch=condition)
    s3.delete_object(Bucket=bucket, Key="a", IfMatch=etag)
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    s3.delete_object(Bucket=bucket, Key="a", IfMatch="*")
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_each_key_of_a_deletion_has_its_own_outcome(s3: Any, bucket: str) -> None:
    etag = s3.put_object(Bucket=bucket, Key="a", Body=b"1")["ETag"]
    s3.put_object(Bucket=bucket, Key="b", Body=b"1")
    asked = [
        {"Key": "a", "ETag": '"other"'},
        {"Key": "b", "ETag": etag},
        {"Key": "never was"},
        {"Key": "a", "VersionId": "1"},
    ]
    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": asked})
    assert [item["Key"] for item in answer["Deleted"]] == ["b", "never was"]
    assert [(item["Key"], item["Code"], item.get("VersionId")) for item in answer["Errors"]] == [
        ("a", "PreconditionFailed", None),
        ("a", "NoSuchVersion", "1"),
    ]
    with pytest.raises(ClientError, match="MalformedXML"):
        many = [{"Key": str(number)} for number in range(1001)]
        s3.delete_objects(Bucket=bucket, Delete={"Objects": many})


COPY_CONDITIONS: list[tuple[dict[str, Any], str | None]] = [
    ({"CopySourceIfMatch": "<etag>", "CopySourceIfUnmodifiedSince": PAST}, None),
    ({"CopySourceIfNoneMatch": '"other"', "CopySourceIfModifiedSince": PAST}, None),
    ({"CopySourceIfModifiedSince": FUTURE}, None),
    ({"CopySourceIfMatch": '"other"'}, "x-amz-copy-source-If-Match"),
    ({"CopySourceIfNoneMatch": "<etag>"}, "x-amz-copy-source-If-None-Match"),
    ({"CopySourceIfUnmodifiedSince": PAST}, "x-amz-copy-source-If-Unmodified-Since"),
    ({"CopySourceIfModifiedSince": "<modified>"}, "x-amz-copy-source-If-Modified-Since"),
]


@pytest.mark.parametrize(("conditions", "failed"), COPY_CONDITIONS)
def test_conditions_on_the_source_of_a_copy(
    s3: Any, bucket: str, conditions: dict[str, Any], failed: str | None
) -> None:
    etag = s3.put_object(Bucket=bucket, Key="a", Body=b"1")["ETag"]
    modified = s3.head_object(Bucket=bucket, Key="a")["LastModified"]
    known = {"<etag>": etag, "<modified>": modified}
    given = {
        name: known[value] if isinstance(value, str) and value in known else value
        for name, value in conditions.items()
    }
    if failed is None:
        s3.copy_object(Bucket=bucket, Key="b", CopySource=f"{bucket}/a", **given)
        return
    with pytest.raises(ClientError) as caught:
        s3.copy_object(Bucket=bucket, Key="b", CopySource=f"{bucket}/a", **given)
    said = error_of(caught)
    assert (said["Code"], said["Condition"]) == ("PreconditionFailed", failed)


SOURCES = [
    ("<bucket>/no-such-key", "NoSuchKey", {"Key": "no-such-key"}),
    ("no-such-bucket/a", "NoSuchBucket", {"BucketName": "no-such-bucket"}),
    ("<bucket>", "InvalidArgument", {"ArgumentName": "x-amz-copy-source"}),
    ("<bucket>/a?versionId=1", "InvalidArgument", {}),
]


@pytest.mark.parametrize(("source", "code", "details"), SOURCES)
def test_sources_that_are_none(
    bucket: str, http_call: Call, source: str, code: str, details: dict[str, str]
) -> None:
    http_call("PUT", f"/{bucket}/a", b"1")
    header = {"x-amz-copy-source": source.replace("<bucket>", bucket)}
    said = error(http_call("PUT", f"/{bucket}/b", b"", **header))
    assert said["Code"] == code
    assert {name: said[name] for name in details} == details


def test_a_plus_in_a_copy_source_is_a_space(bucket: str, http_call: Call) -> None:
    http_call("PUT", f"/{bucket}/a%20b", b"spaced")
    http_call("PUT", f"/{bucket}/a%2Bb", b"plus")
    for source, body in (("a+b", b"spaced"), ("a%20b", b"spaced"), ("a%2Bb", b"plus")):
        header = {"x-amz-copy-source": f"/{bucket}/{source}"}
        assert http_call("PUT", f"/{bucket}/copy", b"", **header).status == 200
        assert http_call("GET", f"/{bucket}/copy").body == body


def test_the_owner_of_a_source_can_be_expected(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    copy = {"Bucket": bucket, "Key": "b", "CopySource": f"{bucket}/a"}
    s3.copy_object(**copy, ExpectedSourceBucketOwner="123456789012")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.copy_object(**copy, ExpectedSourceBucketOwner="999999999999")


@pytest.mark.parametrize("name", ["MetadataDirective", "TaggingDirective"])
def test_a_directive_is_copy_or_replace(s3: Any, bucket: str, name: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    with pytest.raises(ClientError) as caught:
        s3.copy_object(Bucket=bucket, Key="b", CopySource=f"{bucket}/a", **{name: "MERGE"})
    said = error_of(caught)
    assert (said["Code"], said["ArgumentValue"]) == ("InvalidArgument", "MERGE")


METADATA = [
    ("AMAZONS3", "AMAZONS3"),
    # As in AWS's guide: bytes are taken for Latin-1, so that UTF-8 is encoded twice.
    ("ÄMÄZÕÑ S3".encode().decode("latin-1"), "=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?="),
    ("=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?=", "=?UTF-8?B?w4PChE3Dg8KEWsODwpXDg8KRIFMz?="),
]


@pytest.mark.parametrize(("sent", "given_back"), METADATA)
def test_user_metadata_beyond_ascii_comes_back_encoded(
    bucket: str, http_call: Call, sent: str, given_back: str
) -> None:
    http_call("PUT", f"/{bucket}/a", b"1", **{"x-amz-meta-Said": sent})
    assert http_call("HEAD", f"/{bucket}/a").headers["x-amz-meta-said"] == given_back


def test_too_much_metadata_is_refused(bucket: str, http_call: Call) -> None:
    said = error(http_call("PUT", f"/{bucket}/a", b"1", **{"x-amz-meta-a": "x" * 2048}))
    assert (said["Code"], said["Size"], said["MaxSizeAllowed"]) == (
        "MetadataTooLarge",
        "2049",
        "2048",
    )


def test_a_part_without_an_upload_is_no_object(s3: Any, bucket: str, http_call: Call) -> None:
    assert error(http_call("PUT", f"/{bucket}/a?partNumber=1", b"1"))["Code"] == "InvalidArgument"
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)


def test_more_than_five_gigabytes_at_once_are_refused(bucket: str, http_call: Call) -> None:
    size = str((5 << 30) + 1)
    headers = {
        "x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "x-amz-decoded-content-length": size,
    }
    said = error(http_call("PUT", f"/{bucket}/a", b"0\r\n\r\n", **headers))
    assert (said["Code"], said["ProposedSize"]) == ("EntityTooLarge", size)


def test_a_modified_since_date_is_compared_in_seconds(s3: Any, bucket: str) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"1")
    modified = s3.head_object(Bucket=bucket, Key="a")["LastModified"]
    s3.head_object(Bucket=bucket, Key="a", IfUnmodifiedSince=modified)
    s3.head_object(Bucket=bucket, Key="a", IfModifiedSince=modified - timedelta(seconds=1))
    with pytest.raises(ClientError, match="304"):
        s3.head_object(Bucket=bucket, Key="a", IfModifiedSince=modified)
