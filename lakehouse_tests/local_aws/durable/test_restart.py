"""What moto holds in memory is there again after `kill -9`, on another port.

One server is filled, killed and started again for all tests of this module; a further kill, after
the first replay, is a test of its own.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lakehouse_tests.local_aws.servers import Server, running

pytestmark = pytest.mark.slow
STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT]})
CORS = {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
QUEUE = "raw-events"
ARN = "arn:aws:sqs:us-east-1:123456789012"
ATTRIBUTES = {
    "text": {"DataType": "String", "StringValue": "ü"},
    "bytes": {"DataType": "Binary", "BinaryValue": b"\0\xff"},
}


def deploy(server: Server) -> None:
    """What a deployment makes, some of it twice, some of it taken back."""
    s3, sqs, iam = server.client("s3"), server.client("sqs"), server.client("iam")
    s3.create_bucket(Bucket="raw")
    s3.create_bucket(Bucket="gone")
    for value in ("first", "second"):
        s3.put_bucket_tagging(Bucket="raw", Tagging={"TagSet": [{"Key": "stage", "Value": value}]})
    s3.put_bucket_cors(Bucket="raw", CORSConfiguration=CORS)
    s3.put_bucket_tagging(Bucket="gone", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.put_public_access_block(
        Bucket="raw", PublicAccessBlockConfiguration={"BlockPublicAcls": True}
    )
    s3.put_public_access_block(
        Bucket="gone", PublicAccessBlockConfiguration={"BlockPublicAcls": True}
    )
    s3.delete_public_access_block(Bucket="gone")

    for name in ("dead", QUEUE, "gone"):
        sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "60"}, tags={"a": "b"})
    url = sqs.create_queue(QueueName=QUEUE, Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
    dead_letters = {
        "deadLetterTargetArn": f"{ARN}:dead",
        "maxReceiveCount": 3,
    }
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "0"})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": json.dumps(dead_letters)})
    sqs.tag_queue(QueueUrl=url, Tags={"c": "d"})
    sqs.untag_queue(QueueUrl=url, TagKeys=["a"])
    sqs.delete_queue(QueueUrl=url.replace(QUEUE, "gone"))
    configuration = {
        "Id": "new",
        "QueueArn": f"{ARN}:{QUEUE}",
        "Events": ["s3:ObjectCreated:*"],
    }
    s3.put_bucket_notification_configuration(
        Bucket="raw", NotificationConfiguration={"QueueConfigurations": [configuration]}
    )

    for role in ("etl", "gone"):
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=TRUST, Description=role)
    arn = iam.create_policy(PolicyName="read", PolicyDocument=TRUST)["Policy"]["Arn"]
    for role in ("etl", "gone"):
        iam.put_role_policy(RoleName=role, PolicyName="inline", PolicyDocument=TRUST)
        iam.attach_role_policy(RoleName=role, PolicyArn=arn)
    iam.detach_role_policy(RoleName="gone", PolicyArn=arn)
    iam.delete_role_policy(RoleName="gone", PolicyName="inline")
    iam.delete_role(RoleName="gone")
    iam.create_user(UserName="alice")
    iam.create_access_key(UserName="alice")


def state(server: Server) -> dict[str, Any]:
    """What clients see of all that."""
    s3, sqs, iam = server.client("s3"), server.client("sqs"), server.client("iam")
    url = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    del attributes["LastModifiedTimestamp"]
    return {
        "buckets": [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]],
        "tags": s3.get_bucket_tagging(Bucket="raw")["TagSet"],
        "other tags": s3.get_bucket_tagging(Bucket="gone")["TagSet"],
        "cors": s3.get_bucket_cors(Bucket="raw")["CORSRules"],
        "block": s3.get_public_access_block(Bucket="raw")["PublicAccessBlockConfiguration"],
        "notifications": s3.get_bucket_notification_configuration(Bucket="raw")[
            "QueueConfigurations"
        ],
        "queues": sorted(url.rpartition("/")[2] for url in sqs.list_queues()["QueueUrls"]),
        "attributes": attributes,
        "queue tags": sqs.list_queue_tags(QueueUrl=url)["Tags"],
        "roles": iam.list_roles()["Roles"],
        "policies": iam.list_policies(Scope="Local")["Policies"],
        "inline": iam.list_role_policies(RoleName="etl")["PolicyNames"],
        "attached": iam.list_attached_role_policies(RoleName="etl")["AttachedPolicies"],
        "keys": iam.list_access_keys(UserName="alice")["AccessKeyMetadata"],
    }


def fill_queues(server: Server) -> dict[str, Any]:
    """Messages in every state; what is needed to look for them."""
    sqs = server.client("sqs")
    url = sqs.create_queue(QueueName="q", Attributes={"VisibilityTimeout": "600"})["QueueUrl"]
    for body in ("taken", "deleted", "kept"):
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=ATTRIBUTES)
    taken, deleted = (sqs.receive_message(QueueUrl=url)["Messages"][0] for _ in range(2))
    sqs.delete_message(QueueUrl=url, ReceiptHandle=deleted["ReceiptHandle"])

    policy = {"deadLetterTargetArn": f"{ARN}:dead", "maxReceiveCount": 1}
    attributes = {"VisibilityTimeout": "0", "RedrivePolicy": json.dumps(policy)}
    poisoned = sqs.create_queue(QueueName="poisoned", Attributes=attributes)["QueueUrl"]
    sqs.send_message(QueueUrl=poisoned, MessageBody="poison")
    assert len(sqs.receive_message(QueueUrl=poisoned)["Messages"]) == 1
    assert "Messages" not in sqs.receive_message(QueueUrl=poisoned)

    purged = sqs.create_queue(QueueName="purged")["QueueUrl"]
    sqs.send_message(QueueUrl=purged, MessageBody="purged")
    sqs.purge_queue(QueueUrl=purged)
    server.client("s3").put_object(Bucket="raw", Key="a", Body=b"")
    return taken  # type: ignore[no-any-return]


def fill_logs(server: Server) -> dict[str, Any]:
    """A log group with a stream that stays and one that goes; the group as it is described."""
    logs = server.client("logs")
    for group in ("/app", "/gone"):
        logs.create_log_group(logGroupName=group, tags={"a": "b"})
        for stream in ("kept", "gone"):
            logs.create_log_stream(logGroupName=group, logStreamName=stream)
    logs.put_retention_policy(logGroupName="/app", retentionInDays=7)
    described: dict[str, Any] = logs.describe_log_groups()["logGroups"][0]
    for number in range(3):
        event = {"timestamp": described["creationTime"] + number, "message": f"line {number}"}
        for group, stream in [("/app", "kept"), ("/app", "gone"), ("/gone", "gone")]:
            logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[event])
    logs.delete_log_stream(logGroupName="/app", logStreamName="gone")
    logs.delete_log_group(logGroupName="/gone")
    return described


@dataclass(frozen=True)
class Restarted:
    """A server that was started again after a kill, and what was known before."""

    server: Server
    state: dict[str, Any]
    taken: dict[str, Any]
    group: dict[str, Any]


@pytest.fixture(scope="module")
def restarted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restarted]:
    data_dir = tmp_path_factory.mktemp("restarted")
    with running(data_dir) as server:
        deploy(server)
        taken, group = fill_queues(server), fill_logs(server)
        before = state(server)
        server.kill()
    with running(data_dir) as server:
        yield Restarted(server, before, taken, group)


def test_a_deployment_is_there_again(restarted: Restarted) -> None:
    assert state(restarted.server) == restarted.state
    s3 = restarted.server.client("s3")
    with pytest.raises(s3.exceptions.ClientError, match="NoSuchPublicAccessBlock"):
        s3.get_public_access_block(Bucket="gone")


def test_what_is_compared_is_what_was_deployed(restarted: Restarted) -> None:
    before = restarted.state
    assert [role["RoleName"] for role in before["roles"]] == ["etl"]
    assert before["tags"] == [{"Key": "stage", "Value": "second"}]
    assert before["queues"] == ["dead", "poisoned", "purged", "q", QUEUE]
    assert before["queue tags"] == {"c": "d"}
    assert before["attributes"]["VisibilityTimeout"] == "0"


def test_messages_are_there_again(restarted: Restarted) -> None:
    sqs = restarted.server.client("sqs")
    url = sqs.get_queue_url(QueueName="q")["QueueUrl"]
    assert url.startswith(f"http://127.0.0.1:{restarted.server.port}/")
    (kept,) = sqs.receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=10,
        MessageAttributeNames=["All"],
        MessageSystemAttributeNames=["All"],
    )["Messages"]
    assert (kept["Body"], kept["MessageAttributes"]) == ("kept", ATTRIBUTES)
    assert kept["Attributes"]["ApproximateReceiveCount"] == "1"


def test_a_message_that_was_taken_is_hidden_until_its_time_is_over(restarted: Restarted) -> None:
    sqs, taken = restarted.server.client("sqs"), restarted.taken
    url = sqs.get_queue_url(QueueName="q")["QueueUrl"]
    handle = taken["ReceiptHandle"]
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    (again,) = sqs.receive_message(
        QueueUrl=url, MessageSystemAttributeNames=["ApproximateReceiveCount"]
    )["Messages"]
    assert (again["Body"], again["MessageId"]) == ("taken", taken["MessageId"])
    assert again["Attributes"]["ApproximateReceiveCount"] == "2"
    sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)


def test_events_of_buckets_are_there_again(restarted: Restarted) -> None:
    sqs = restarted.server.client("sqs")
    found = sqs.receive_message(
        QueueUrl=sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"], MaxNumberOfMessages=10
    )["Messages"]
    bodies = [json.loads(message["Body"]) for message in found]
    assert bodies[0]["Event"] == "s3:TestEvent"
    assert bodies[1]["Records"][0]["s3"]["object"]["key"] == "a"
    assert len(bodies) == 2


def test_dead_letters_stay_dead_and_purged_messages_gone(restarted: Restarted) -> None:
    sqs = restarted.server.client("sqs")
    found = {
        name: [
            message["Body"]
            for message in sqs.receive_message(
                QueueUrl=sqs.get_queue_url(QueueName=name)["QueueUrl"]
            ).get("Messages", [])
        ]
        for name in ("poisoned", "dead", "purged")
    }
    assert found == {"poisoned": [], "dead": ["poison"], "purged": []}


def test_log_events_are_there_again(restarted: Restarted) -> None:
    logs, group = restarted.server.client("logs"), restarted.group
    assert logs.describe_log_groups()["logGroups"] == [{**group, "storedBytes": 18}]
    streams = logs.describe_log_streams(logGroupName="/app")["logStreams"]
    assert [stream["logStreamName"] for stream in streams] == ["kept"]
    found = logs.get_log_events(logGroupName="/app", logStreamName="kept", startFromHead=True)
    assert [(event["timestamp"], event["message"]) for event in found["events"]] == [
        (group["creationTime"] + number, f"line {number}") for number in range(3)
    ]
    arn = group["arn"].removesuffix(":*")
    assert logs.list_tags_for_resource(resourceArn=arn)["tags"] == {"a": "b"}


@pytest.mark.soak
def test_a_replay_leaves_nothing_out_for_the_next_one(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        deploy(server)
        before = state(server)
        server.kill()
    for _ in range(3):
        with running(tmp_path) as server:
            assert state(server) == before
            deployed_again(server)
            server.kill()


def deployed_again(server: Server) -> None:
    """What a deployment does that finds everything made: nothing may change by it."""
    server.client("sqs").create_queue(QueueName=QUEUE)
    server.client("s3").put_bucket_cors(Bucket="raw", CORSConfiguration=CORS)
    iam = server.client("iam")
    iam.put_role_policy(RoleName="etl", PolicyName="inline", PolicyDocument=TRUST)
    with pytest.raises(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName="etl", AssumeRolePolicyDocument=TRUST)
