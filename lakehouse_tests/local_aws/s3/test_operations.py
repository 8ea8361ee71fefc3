"""Every operation of S3 in AWS's model does what the table of operations says of it."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.model import ListShape, Shape, StructureShape

from lakehouse.local_aws.s3.operations import s3_operations
from lakehouse_tests.local_aws.s3.conftest import Answer

OPERATIONS = s3_operations()
REFUSED = [name for name, outcome in OPERATIONS.items() if outcome == "refused"]
ANSWERED = [name for name, outcome in OPERATIONS.items() if outcome != "refused"]

POLICY = '{"Version": "2012-10-17", "Statement": []}'
BLOCK = {"BlockPublicAcls": True}
CORS = {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
LIFECYCLE = {"Rules": [{"Prefix": "", "Status": "Enabled", "Expiration": {"Days": 1}}]}
TAGS = {"TagSet": [{"Key": "a", "Value": "b"}]}
OWNED = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
AES = {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]}

ARGUMENTS: dict[str, dict[str, Any]] = {
    "AbortMultipartUpload": {"Key": "u", "UploadId": "<upload>"},
    "CompleteMultipartUpload": {
        "Key": "u",
        "UploadId": "<upload>",
        "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": "<etag>"}]},
    },
    "CopyObject": {"CopySource": "<bucket>/k", "Key": "copy"},
    "CreateBucket": {"Bucket": "<bucket>-2"},
    "DeleteBucket": {"Bucket": "<empty>"},
    "DeleteObjects": {"Delete": {"Objects": [{"Key": "k"}]}},
    "GetObjectAttributes": {"Key": "k", "ObjectAttributes": ["ETag"]},
    "ListBuckets": {"Bucket": None},
    "ListParts": {"Key": "u", "UploadId": "<upload>"},
    "PutBucketCors": {"CORSConfiguration": CORS},
    "PutBucketEncryption": {"ServerSideEncryptionConfiguration": AES},
    "PutBucketLifecycle": {"LifecycleConfiguration": LIFECYCLE},
    "PutBucketLifecycleConfiguration": {"LifecycleConfiguration": LIFECYCLE},
    "PutBucketNotification": {"NotificationConfiguration": {}},
    "PutBucketNotificationConfiguration": {"NotificationConfiguration": {}},
    "PutBucketOwnershipControls": {"OwnershipControls": OWNED},
    "PutBucketPolicy": {"Policy": POLICY},
    "PutBucketTagging": {"Tagging": TAGS},
    "PutObjectAcl": {"Key": "k", "ACL": "bucket-owner-full-control"},
    "PutObjectTagging": {"Key": "k", "Tagging": TAGS},
    "PutPublicAccessBlock": {"PublicAccessBlockConfiguration": BLOCK},
    "UploadPart": {"Key": "u", "UploadId": "<upload>", "PartNumber": 2},
    "UploadPartCopy": {
        "Key": "u",
        "UploadId": "<upload>",
        "PartNumber": 2,
        "CopySource": "<bucket>/k",
    },
}
"""What an operation needs to succeed, besides `Bucket`, and `Key` if it has one: an object k."""

ANSWERS_NONE = {
    "GetBucketCors": "NoSuchCORSConfiguration",
    "GetBucketLifecycle": "NoSuchLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "NoSuchLifecycleConfiguration",
    "GetBucketPolicy": "NoSuchBucketPolicy",
    "GetBucketPolicyStatus": "NoSuchBucketPolicy",
    "GetBucketReplication": "ReplicationConfigurationNotFoundError",
    "GetBucketTagging": "NoSuchTagSet",
    "GetBucketWebsite": "NoSuchWebsiteConfiguration",
    "GetObjectLockConfiguration": "ObjectLockConfigurationNotFoundError",
    "GetPublicAccessBlock": "NoSuchPublicAccessBlockConfiguration",
    "PutBucketAcl": "AccessControlListNotSupported",
}
"""What is asked of a bucket that has no such configuration, by AWS's code for that."""


@pytest.fixture(scope="module")
def plain(local_aws: Any) -> Any:
    """A client that sends what it is told to: no checks, no host prefixes."""
    return boto3.client("s3", config=Config(parameter_validation=False, inject_host_prefix=False))


def prepare(s3: Any, bucket: str) -> dict[str, str]:
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"1")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="u")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="u", UploadId=upload, PartNumber=1, Body=b"1")
    s3.create_bucket(Bucket=f"{bucket}-empty")
    return {
        "<bucket>": bucket,
        "<empty>": f"{bucket}-empty",
        "<upload>": upload,
        "<etag>": part["ETag"],
    }


@pytest.fixture
def prepared(s3: Any) -> dict[str, str]:
    return prepare(s3, f"prepared-{uuid4().hex[:12]}")


@pytest.fixture(scope="module")
def unchanged(s3: Any) -> dict[str, str]:
    """One bucket for all operations that are refused."""
    return prepare(s3, f"unchanged-{uuid4().hex[:12]}")


def filled(value: Any, known: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: filled(item, known) for name, item in value.items()}
    if isinstance(value, list):
        return [filled(item, known) for item in value]
    for placeholder, text in known.items():
        value = value.replace(placeholder, text) if isinstance(value, str) else value
    return value


def arguments_of(client: Any, operation: str, known: dict[str, str]) -> dict[str, Any]:
    members = client.meta.service_model.operation_model(operation).input_shape.members
    every = {"Bucket": "<bucket>", "Key": "k"}
    chosen = {name: text for name, text in every.items() if name in members}
    chosen |= ARGUMENTS.get(operation, {})
    given = {name: item for name, item in chosen.items() if item is not None}
    return {name: filled(item, known) for name, item in given.items()}


@pytest.mark.parametrize("operation", ANSWERED)
def test_what_is_said_to_be_answered_is(
    plain: Any, prepared: dict[str, str], operation: str
) -> None:
    arguments = arguments_of(plain, operation, prepared)
    try:
        answer = getattr(plain, xform_name(operation))(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == ANSWERS_NONE.get(operation)
    else:
        assert answer["ResponseMetadata"]["HTTPStatusCode"] in (200, 204)
        assert operation not in ANSWERS_NONE
        if "Body" in answer:
            answer["Body"].read()


def example(shape: Shape) -> Any:
    """The least that a shape allows."""
    if isinstance(shape, StructureShape):
        return {name: example(shape.members[name]) for name in shape.required_members}
    if isinstance(shape, ListShape):
        return [example(shape.member)]
    simple = {"integer": 1, "long": 1, "boolean": True, "timestamp": 0, "blob": b"x", "map": {}}
    return simple.get(shape.type_name, next(iter(getattr(shape, "enum", [])), "x"))


@pytest.mark.parametrize("operation", REFUSED)
def test_what_is_said_to_be_refused_is_by_its_name(
    plain: Any, unchanged: dict[str, str], operation: str
) -> None:
    shape = plain.meta.service_model.operation_model(operation).input_shape
    arguments = example(shape) | arguments_of(plain, operation, unchanged)
    with pytest.raises(ClientError) as caught:
        getattr(plain, xform_name(operation))(**arguments)
    response = caught.value.response
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert response["Error"]["Code"] == "NotImplemented"
    known = ("the operation ", "directory buckets")
    assert any(words in response["Error"]["Message"] for words in known)
    if "the operation " in response["Error"]["Message"]:
        assert response["Error"]["Message"].endswith(f"the operation {successor(operation)}")
    assert plain.get_object(Bucket=unchanged["<bucket>"], Key="k")["Body"].read() == b"1"


def successor(operation: str) -> str:
    """The name that an operation has today."""
    renamed = {"PutBucketLifecycle": "PutBucketLifecycleConfiguration"}
    return renamed.get(operation, operation)


def test_the_table_has_all_operations_of_the_model(plain: Any) -> None:
    assert set(OPERATIONS) == set(plain.meta.service_model.operation_names)
    assert OPERATIONS["PutObject"] == "executed"
    assert OPERATIONS["PutBucketCors"] == "stored"
    assert OPERATIONS["SelectObjectContent"] == "refused"


@pytest.mark.parametrize(
    ("body", "code"), [(b"", b"MissingRequestBodyError"), (b"<Tagging>", b"MalformedXML")]
)
@pytest.mark.parametrize("kind", ["tagging", "cors", "lifecycle", "publicAccessBlock"])
def test_a_configuration_must_be_a_document(
    bucket: str, http_call: Callable[..., Answer], kind: str, body: bytes, code: bytes
) -> None:
    answer = http_call("PUT", f"/{bucket}?{kind}", body)
    assert (answer.status, b"<Code>" + code + b"</Code>" in answer.body) == (400, True)


NOTHING = [
    ("POST", "?acl"),
    ("PUT", "/k?uploadId=1"),
    ("PUT", "/k?annotation"),
    ("DELETE", "?location"),
    ("HEAD", "/k?uploads"),
    ("POST", "/k"),
    ("PATCH", "/k"),
    ("OPTIONS", "/k"),
    ("GET", "?list-type=3"),
]


@pytest.mark.parametrize(("method", "target"), NOTHING)
def test_what_is_no_operation_does_nothing(
    s3: Any, bucket: str, http_call: Callable[..., Answer], method: str, target: str
) -> None:
    s3.put_object(Bucket=bucket, Key="k", Body=b"1")
    answer = http_call(method, f"/{bucket}{target}")
    assert answer.status == 405
    assert method == "HEAD" or b"<Code>MethodNotAllowed</Code>" in answer.body
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"1"
