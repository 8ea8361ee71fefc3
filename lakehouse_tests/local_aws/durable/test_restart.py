"""What moto holds in memory is there again after `kill -9`, on another port."""

import json
from pathlib import Path
from typing import Any

import pytest

from lakehouse_tests.local_aws.servers import Server, running

STATEMENT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
TRUST = json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT]})
CORS = {"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
QUEUE = "raw-events"


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
        "deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead",
        "maxReceiveCount": 3,
    }
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "0"})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": json.dumps(dead_letters)})
    sqs.tag_queue(QueueUrl=url, Tags={"c": "d"})
    sqs.untag_queue(QueueUrl=url, TagKeys=["a"])
    sqs.delete_queue(QueueUrl=url.replace(QUEUE, "gone"))
    configuration = {
        "Id": "new",
        "QueueArn": f"arn:aws:sqs:us-east-1:123456789012:{QUEUE}",
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


def test_a_deployment_survives_kill_9(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        deploy(server)
        before = state(server)
        server.kill()
    for _ in range(2):  # the second time from what the first replay has left
        with running(tmp_path) as server:
            after = state(server)
            with pytest.raises(server.client("s3").exceptions.ClientError, match="NoSuchPublic"):
                server.client("s3").get_public_access_block(Bucket="gone")
            server.kill()
        assert after == before
    assert before["roles"][0]["RoleName"] == "etl"
    assert before["tags"] == [{"Key": "stage", "Value": "second"}]
    assert before["queues"] == ["dead", QUEUE]
    assert before["queue tags"] == {"c": "d"}


def test_messages_survive_kill_9(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        sqs, s3 = server.client("sqs"), server.client("s3")
        url = sqs.create_queue(QueueName="q", Attributes={"VisibilityTimeout": "600"})["QueueUrl"]
        attributes = {
            "text": {"DataType": "String", "StringValue": "ü"},
            "bytes": {"DataType": "Binary", "BinaryValue": b"\0\xff"},
        }
        for body in ("taken", "deleted", "kept"):
            sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=attributes)
        taken, deleted = (sqs.receive_message(QueueUrl=url)["Messages"][0] for _ in range(2))
        sqs.delete_message(QueueUrl=url, ReceiptHandle=deleted["ReceiptHandle"])
        s3.create_bucket(Bucket="raw")
        configuration = {
            "QueueArn": "arn:aws:sqs:us-east-1:123456789012:q",
            "Events": ["s3:ObjectCreated:*"],
        }
        s3.put_bucket_notification_configuration(
            Bucket="raw", NotificationConfiguration={"QueueConfigurations": [configuration]}
        )
        s3.put_object(Bucket="raw", Key="a", Body=b"")
        server.kill()
    with running(tmp_path) as server:
        sqs = server.client("sqs")
        url = sqs.get_queue_url(QueueName="q")["QueueUrl"]
        assert url.startswith(f"http://127.0.0.1:{server.port}/")
        found = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        )["Messages"]
        assert found[0]["Body"] == "kept"
        assert found[0]["MessageAttributes"] == attributes
        assert found[0]["Attributes"]["ApproximateReceiveCount"] == "1"
        assert json.loads(found[1]["Body"])["Event"] == "s3:TestEvent"
        assert json.loads(found[2]["Body"])["Records"][0]["s3"]["object"]["key"] == "a"
        assert len(found) == 3
        handle = taken["ReceiptHandle"]
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
        (again,) = sqs.receive_message(
            QueueUrl=url, MessageSystemAttributeNames=["ApproximateReceiveCount"]
        )["Messages"]
        assert (again["Body"], again["MessageId"]) == ("taken", taken["MessageId"])
        assert again["Attributes"]["ApproximateReceiveCount"] == "2"
        sqs.purge_queue(QueueUrl=url)
        server.kill()
    with running(tmp_path) as server:
        attributes_now = server.client("sqs").get_queue_attributes(
            QueueUrl=url, AttributeNames=["ApproximateNumberOfMessagesNotVisible"]
        )["Attributes"]
        assert attributes_now == {"ApproximateNumberOfMessagesNotVisible": "0"}


def test_a_message_that_went_to_the_dead_letters_stays_there(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        sqs = server.client("sqs")
        dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
        policy = {
            "deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:dead",
            "maxReceiveCount": 1,
        }
        url = sqs.create_queue(
            QueueName="q",
            Attributes={"VisibilityTimeout": "0", "RedrivePolicy": json.dumps(policy)},
        )["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody="poison")
        assert len(sqs.receive_message(QueueUrl=url)["Messages"]) == 1
        assert "Messages" not in sqs.receive_message(QueueUrl=url)
        server.kill()
    with running(tmp_path) as server:
        sqs = server.client("sqs")
        assert "Messages" not in sqs.receive_message(QueueUrl=url)
        assert sqs.receive_message(QueueUrl=dead)["Messages"][0]["Body"] == "poison"


def test_log_events_survive_kill_9(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        logs = server.client("logs")
        logs.create_log_group(logGroupName="/app", tags={"a": "b"})
        logs.put_retention_policy(logGroupName="/app", retentionInDays=7)
        for stream in ("kept", "gone"):
            logs.create_log_stream(logGroupName="/app", logStreamName=stream)
        (group,) = logs.describe_log_groups()["logGroups"]
        now = group["creationTime"]
        for stream in ("kept", "gone"):
            for number in range(3):
                event = {"timestamp": now + number, "message": f"line {number}"}
                logs.put_log_events(logGroupName="/app", logStreamName=stream, logEvents=[event])
        logs.delete_log_stream(logGroupName="/app", logStreamName="gone")
        server.kill()
    with running(tmp_path) as server:
        logs = server.client("logs")
        assert logs.describe_log_groups()["logGroups"] == [{**group, "storedBytes": 18}]
        streams = logs.describe_log_streams(logGroupName="/app")["logStreams"]
        assert [stream["logStreamName"] for stream in streams] == ["kept"]
        found = logs.get_log_events(logGroupName="/app", logStreamName="kept", startFromHead=True)
        assert [(event["timestamp"], event["message"]) for event in found["events"]] == [
            (now + number, f"line {number}") for number in range(3)
        ]
        assert logs.list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"] == {
            "a": "b"
        }
        logs.delete_log_group(logGroupName="/app")
        server.kill()
    with running(tmp_path) as server:
        assert server.client("logs").describe_log_groups()["logGroups"] == []
