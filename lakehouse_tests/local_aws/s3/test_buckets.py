"""Buckets, their configuration with moto, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lakehouse_tests.local_aws.s3.conftest import Answer

Client = Callable[..., Any]
KEY = "0" * 32


def test_buckets_are_created_listed_and_deleted(s3: Any, bucket: str) -> None:
    assert bucket in [item["Name"] for item in s3.list_buckets()["Buckets"]]
    s3.head_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="a", Body=b"")
    with pytest.raises(ClientError, match="BucketNotEmpty"):
        s3.delete_bucket(Bucket=bucket)
    s3.delete_object(Bucket=bucket, Key="a")
    s3.delete_bucket(Bucket=bucket)
    assert bucket not in [item["Name"] for item in s3.list_buckets()["Buckets"]]
    with pytest.raises(ClientError, match="404"):
        s3.head_bucket(Bucket=bucket)
    with pytest.raises(ClientError, match="NoSuchBucket"):
        s3.delete_bucket(Bucket=bucket)


def test_a_bucket_is_in_its_region(client: Client) -> None:
    s3 = client("s3", region_name="eu-west-1")
    configuration = {"LocationConstraint": "eu-west-1"}
    s3.create_bucket(Bucket="in-ireland", CreateBucketConfiguration=configuration)
    assert s3.get_bucket_location(Bucket="in-ireland")["LocationConstraint"] == "eu-west-1"
    with pytest.raises(ClientError, match="BucketAlreadyOwnedByYou"):
        s3.create_bucket(Bucket="in-ireland", CreateBucketConfiguration=configuration)


@pytest.mark.parametrize("name", ["Upper", "ab", "under_score", "a" * 64, "two..dots"])
def test_bucket_names_follow_the_rules(http_call: Callable[..., Answer], name: str) -> None:
    answer = http_call("PUT", f"/{name}")
    assert (answer.status, b"<Code>InvalidBucketName</Code>" in answer.body) == (400, True)


def test_configurations_that_change_no_object_stay_with_moto(s3: Any, bucket: str) -> None:
    s3.put_public_access_block(
        Bucket=bucket, PublicAccessBlockConfiguration={"BlockPublicAcls": True}
    )
    block = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert block["BlockPublicAcls"] is True
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    assert s3.get_bucket_tagging(Bucket=bucket)["TagSet"] == [{"Key": "a", "Value": "b"}]


REFUSED = [
    ("put_object", {"Key": "a", "StorageClass": "GLACIER"}, "storage class GLACIER"),
    ("put_object", {"Key": "a", "ServerSideEncryption": "aws:kms"}, "encryption aws:kms"),
    ("put_object", {"Key": "a", "SSECustomerAlgorithm": "AES256", "SSECustomerKey": KEY}, "SSE-C"),
    ("put_object", {"Key": "a", "ObjectLockLegalHoldStatus": "ON"}, "object lock"),
    ("put_object", {"Key": "a", "WebsiteRedirectLocation": "/b"}, "website redirects"),
    ("put_object", {"Key": "a", "WriteOffsetBytes": 0}, "appending to objects"),
    ("put_bucket_versioning", {"VersioningConfiguration": {"Status": "Enabled"}}, "Versioning"),
    ("delete_object", {"Key": "a", "IfMatchSize": 1}, "not implemented"),
    ("create_bucket", {"ObjectLockEnabledForBucket": True}, "object lock"),
    ("create_bucket", {"ObjectOwnership": "ObjectWriter"}, "object ownership ObjectWriter"),
    (
        "put_bucket_ownership_controls",
        {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}},
        "object ownership BucketOwnerPreferred",
    ),
    (
        "put_bucket_encryption",
        {
            "ServerSideEncryptionConfiguration": {
                "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]
            }
        },
        "server-side encryption aws:kms",
    ),
    (
        "put_bucket_notification_configuration",
        {"NotificationConfiguration": {"EventBridgeConfiguration": {}}},
        "EventBridgeConfiguration",
    ),
]


@pytest.mark.parametrize(("method", "arguments", "named"), REFUSED)
def test_what_is_not_supported_is_refused_by_name(
    s3: Any, bucket: str, method: str, arguments: dict[str, Any], named: str
) -> None:
    s3.put_object(Bucket=bucket, Key="a", Body=b"")
    with pytest.raises(ClientError) as caught:
        getattr(s3, method)(Bucket=bucket, **arguments)
    response = caught.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert response["Error"]["Code"] == "NotImplemented"
    assert named in response["Error"]["Message"]


def test_what_is_the_same_for_all_buckets_is_said(s3: Any, bucket: str) -> None:
    acl = s3.get_bucket_acl(Bucket=bucket)
    assert [grant["Permission"] for grant in acl["Grants"]] == ["FULL_CONTROL"]
    assert acl["Grants"][0]["Grantee"] == {"ID": acl["Owner"]["ID"], "Type": "CanonicalUser"}
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
    assert s3.get_bucket_request_payment(Bucket=bucket)["Payer"] == "BucketOwner"
    owned = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=owned)
    assert s3.get_bucket_ownership_controls(Bucket=bucket)["OwnershipControls"] == owned
    default = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    rules = {"Rules": [{**default, "BucketKeyEnabled": False}]}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=rules)
    s3.delete_bucket_encryption(Bucket=bucket)
    encryption = s3.get_bucket_encryption(Bucket=bucket)
    assert encryption["ServerSideEncryptionConfiguration"] == rules
    assert s3.head_bucket(Bucket=bucket)["BucketRegion"] == "us-east-1"


def test_buckets_are_listed_by_prefix_region_and_page(client: Client) -> None:
    s3 = client("s3", region_name="eu-west-2")
    region = {"LocationConstraint": "eu-west-2"}
    names = ["london-1", "london-2", "london-3"]
    for name in names:
        s3.create_bucket(Bucket=name, CreateBucketConfiguration=region)
    pages = list(
        s3.get_paginator("list_buckets").paginate(
            Prefix="london-", BucketRegion="eu-west-2", PaginationConfig={"PageSize": 2}
        )
    )
    assert [[item["Name"] for item in page["Buckets"]] for page in pages] == [names[:2], names[2:]]
    first = pages[0]["Buckets"][0]
    assert (first["BucketRegion"], first["BucketArn"]) == ("eu-west-2", "arn:aws:s3:::london-1")
    assert pages[0]["Prefix"] == "london-"
    assert s3.list_buckets(Prefix="london-", BucketRegion="us-east-1")["Buckets"] == []
    with pytest.raises(ClientError, match="InvalidArgument"):
        s3.list_buckets(MaxBuckets=10_001)


@pytest.mark.parametrize("acl", ["private", "public-read"])
def test_bucket_acls_are_off(s3: Any, bucket: str, acl: str) -> None:
    with pytest.raises(ClientError, match="AccessControlListNotSupported"):
        s3.put_bucket_acl(Bucket=bucket, ACL=acl)
    if acl != "private":
        with pytest.raises(ClientError, match="InvalidBucketAclWithObjectOwnership"):
            s3.create_bucket(Bucket=f"{bucket}-public", ACL=acl)


def test_an_upload_under_way_does_not_outlive_its_bucket(s3: Any, bucket: str) -> None:
    s3.create_multipart_upload(Bucket=bucket, Key="a")
    s3.delete_bucket(Bucket=bucket)
    s3.create_bucket(Bucket=bucket)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
