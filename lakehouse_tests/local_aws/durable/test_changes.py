"""Which calls are kept, and what they are about."""

import pytest

from lakehouse.local_aws.durable.changes import Change, change_of, change_of_bucket

CALLS = [
    ("sqs", "CreateQueue", {"QueueName": "q"}, Change("queue q", "", "create")),
    ("sqs", "DeleteQueue", {"QueueUrl": "http://h:1/123/q"}, Change("queue q", "", "delete")),
    ("sqs", "SendMessage", {"QueueUrl": "http://h:1/123/q"}, None),
    ("sqs", "DeleteMessage", {"QueueUrl": "http://h:1/123/q"}, None),
    ("sqs", "PurgeQueue", {"QueueUrl": "http://h:1/123/q"}, None),
    ("sqs", "GetQueueAttributes", {"QueueUrl": "http://h:1/123/q"}, None),
    ("iam", "CreateRole", {"RoleName": "r"}, Change("role r", "", "create")),
    ("iam", "DeleteRole", {"RoleName": "r"}, Change("role r", "", "delete")),
    ("iam", "CreatePolicy", {"PolicyName": "p"}, Change("policy p", "", "create")),
    ("iam", "DeletePolicy", {"PolicyArn": "arn:x:policy/p"}, Change("policy p", "", "delete")),
    ("iam", "CreateAccessKey", {"UserName": "u"}, Change("user u", "CreateAccessKey", "append")),
    ("iam", "ListRoles", {}, None),
    ("logs", "CreateLogGroup", {"logGroupName": "g"}, Change("group g", "", "create")),
    ("logs", "PutLogEvents", {"logGroupName": "g"}, None),
    ("sts", "AssumeRole", {"RoleArn": "a"}, None),
    ("dynamodb", "CreateTable", {"TableName": "t"}, None),
]


@pytest.mark.parametrize(("service", "operation", "parameters", "expected"), CALLS)
def test_a_call_is_about_a_resource_or_not_kept(
    service: str, operation: str, parameters: dict[str, str], expected: Change | None
) -> None:
    assert change_of(service, operation, parameters, b"") == expected


def test_a_setting_replaces_only_the_same_setting() -> None:
    parameters = {"RoleName": "r", "PolicyName": "p"}
    changes = [change_of("iam", "PutRolePolicy", parameters, body) for body in (b"1", b"1", b"2")]
    first, same, other = changes
    assert first is not None and other is not None
    assert (first.resource, first.effect) == ("role r", "replace")
    assert first == same and first.key != other.key


BUCKET_CALLS = [
    ("PUT", "tagging", Change("bucket raw", "tagging", "replace")),
    ("PUT", "cors=", Change("bucket raw", "cors", "replace")),
    ("DELETE", "policy", Change("bucket raw", "policy", "delete")),
    ("DELETE", "", Change("bucket raw", "", "delete")),
    ("DELETE", "x-id=DeleteBucket", Change("bucket raw", "", "delete")),
    ("GET", "tagging", None),
    ("PUT", "", None),
    ("DELETE", "lifecycle", None),
]


@pytest.mark.parametrize(("method", "query", "expected"), BUCKET_CALLS)
def test_a_call_on_a_bucket(method: str, query: str, expected: Change | None) -> None:
    assert change_of_bucket(method, "/raw/", query) == expected
