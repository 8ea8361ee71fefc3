"""Bucket notifications: what queues are told, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
from botocore.exceptions import ClientError

from lakehouse.local_aws.server import LocalAws

Client = Callable[..., Any]
ACCOUNT = "123456789012"
SEVERAL = "Cannot specify more than one prefix rule in a filter."
OVERLAP = (
    "Configurations overlap. Configurations on the same bucket cannot share a common event type."
)


class Queue:
    """A queue of SQS and what has arrived in it."""

    def __init__(self, sqs: Any, name: str) -> None:
        self._sqs = sqs
        self.url = sqs.create_queue(QueueName=name)["QueueUrl"]
        found = sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=["QueueArn"])
        self.arn: str = found["Attributes"]["QueueArn"]

    def messages(self) -> list[dict[str, Any]]:
        taken: list[dict[str, Any]] = []
        while batch := self._sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in batch:
                taken.append(json.loads(message["Body"]))
                handle = message["ReceiptHandle"]
                self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=handle)
        return taken

    def records(self) -> list[dict[str, Any]]:
        return [record for message in self.messages() for record in message.get("Records", [])]

    def told(self) -> list[tuple[str, str]]:
        """(event, key), in the order of the sequencers."""
        records = sorted(
            self.records(), key=lambda record: str(record["s3"]["object"]["sequencer"])
        )
        return [
            (record["eventName"], unquote_plus(record["s3"]["object"]["key"])) for record in records
        ]


@pytest.fixture
def queue(client: Client, bucket: str) -> Queue:
    return Queue(client("sqs"), f"{bucket}-events")


def wanted(queue: Queue, *events: str, **filters: str) -> dict[str, Any]:
    rules = [{"Name": name, "Value": value} for name, value in filters.items()]
    key = {"Filter": {"Key": {"FilterRules": rules}}} if rules else {}
    return {"QueueArn": queue.arn, "Events": list(events), **key}


def configure(s3: Any, bucket: str, *configurations: dict[str, Any], **more: Any) -> None:
    s3.put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={"QueueConfigurations": list(configurations)},
        **more,
    )


def test_a_configuration_is_tried_kept_and_given_back(s3: Any, bucket: str, queue: Queue) -> None:
    rule = wanted(queue, "s3:ObjectCreated:*", prefix="logs/", suffix=".csv")
    configure(s3, bucket, {"Id": "new-logs", **rule})
    kept = s3.get_bucket_notification_configuration(Bucket=bucket)["QueueConfigurations"]
    rules = [{"Name": "Prefix", "Value": "logs/"}, {"Name": "Suffix", "Value": ".csv"}]
    assert kept == [{"Id": "new-logs", **rule, "Filter": {"Key": {"FilterRules": rules}}}]
    (probe,) = queue.messages()
    assert (probe["Service"], probe["Event"], probe["Bucket"]) == (
        "Amazon S3",
        "s3:TestEvent",
        bucket,
    )
    configure(s3, bucket)
    assert "QueueConfigurations" not in s3.get_bucket_notification_configuration(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="logs/a.csv", Body=b"")
    assert queue.messages() == []


def test_a_configuration_without_an_id_gets_one(s3: Any, bucket: str, queue: Queue) -> None:
    configure(s3, bucket, wanted(queue, "s3:ObjectCreated:Put"))
    (kept,) = s3.get_bucket_notification_configuration(Bucket=bucket)["QueueConfigurations"]
    assert len(kept["Id"]) > 0


def test_every_kind_of_change_is_told_in_order(s3: Any, bucket: str, queue: Queue) -> None:
    configure(s3, bucket, wanted(queue, "s3:ObjectCreated:*", "s3:ObjectRemoved:Delete"))
    s3.put_object(Bucket=bucket, Key="a", Body=b"12345")
    s3.copy_object(Bucket=bucket, Key="b", CopySource=f"{bucket}/a")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="c")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="c", UploadId=upload, PartNumber=1, Body=b"1")
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(Bucket=bucket, Key="c", UploadId=upload, MultipartUpload=parts)
    s3.put_object(Bucket=bucket, Key="a", Body=b"again")
    s3.delete_object(Bucket=bucket, Key="a")
    s3.delete_object(Bucket=bucket, Key="never-was")
    s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "b"}, {"Key": "c"}]})
    assert queue.told() == [
        ("ObjectCreated:Put", "a"),
        ("ObjectCreated:Copy", "b"),
        ("ObjectCreated:CompleteMultipartUpload", "c"),
        ("ObjectCreated:Put", "a"),
        ("ObjectRemoved:Delete", "a"),
        ("ObjectRemoved:Delete", "b"),
        ("ObjectRemoved:Delete", "c"),
    ]


def test_a_message_says_what_aws_says(s3: Any, bucket: str, queue: Queue) -> None:
    configure(s3, bucket, {"Id": "x", **wanted(queue, "s3:ObjectCreated:*", "s3:ObjectRemoved:*")})
    etag = s3.put_object(Bucket=bucket, Key="dt=1/a b+ü.csv", Body=b"12345")["ETag"]
    s3.delete_object(Bucket=bucket, Key="dt=1/a b+ü.csv")
    created, removed = queue.records()
    sequencers = [record["s3"]["object"].pop("sequencer") for record in (created, removed)]
    assert sequencers == sorted(sequencers)
    assert all(len(text) == 18 and int(text, 16) for text in sequencers)
    key = "dt%3D1/a+b%2B%C3%BC.csv"
    assert created["s3"]["object"] == {"key": key, "size": 5, "eTag": etag.strip('"')}
    assert removed["s3"]["object"] == {"key": key}
    assert created["s3"]["bucket"] == {
        "name": bucket,
        "arn": f"arn:aws:s3:::{bucket}",
        "ownerIdentity": {"principalId": ACCOUNT.rjust(64, "0")},
    }
    assert (created["s3"]["s3SchemaVersion"], created["s3"]["configurationId"]) == ("1.0", "x")
    assert (created["eventVersion"], created["eventSource"]) == ("2.1", "aws:s3")
    assert (created["awsRegion"], created["eventTime"][-1]) == ("us-east-1", "Z")


def test_tags_are_told_to_who_wants_to_know(s3: Any, bucket: str, queue: Queue) -> None:
    configure(s3, bucket, wanted(queue, "s3:ObjectTagging:*"))
    etag = s3.put_object(Bucket=bucket, Key="a", Body=b"")["ETag"]
    s3.put_object_tagging(Bucket=bucket, Key="a", Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
    s3.delete_object_tagging(Bucket=bucket, Key="a")
    records = queue.records()
    assert [record["eventName"] for record in records] == [
        "ObjectTagging:Put",
        "ObjectTagging:Delete",
    ]
    assert records[0]["s3"]["object"] == {"key": "a", "eTag": etag.strip('"')}


def test_rules_choose_by_event_prefix_and_suffix(s3: Any, bucket: str, queue: Queue) -> None:
    """Filters are compared with the encoded key, so = and space must be encoded in them."""
    configure(
        s3,
        bucket,
        wanted(queue, "s3:ObjectCreated:Put", prefix="dt%3D1/a+b", suffix=".csv"),
        wanted(queue, "s3:ObjectCreated:Put", prefix="dt=1/c"),
        wanted(queue, "s3:ObjectRemoved:*", prefix="dt%3D1/a+b"),
    )
    for key in ("dt=1/a b.csv", "dt=1/a b.txt", "dt=1/c.csv", "a b.csv"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"")
    s3.copy_object(Bucket=bucket, Key="dt=1/a b/copy.csv", CopySource=f"{bucket}/a b.csv")
    s3.delete_object(Bucket=bucket, Key="dt=1/a b.txt")
    assert queue.told() == [
        ("ObjectCreated:Put", "dt=1/a b.csv"),
        ("ObjectRemoved:Delete", "dt=1/a b.txt"),
    ]


def test_each_queue_gets_its_own(s3: Any, bucket: str, queue: Queue, client: Client) -> None:
    other = Queue(client("sqs"), f"{bucket}-other")
    configure(
        s3,
        bucket,
        wanted(queue, "s3:ObjectCreated:*", suffix=".csv"),
        wanted(other, "s3:ObjectCreated:*", suffix=".json"),
    )
    s3.put_object(Bucket=bucket, Key="a.csv", Body=b"")
    s3.put_object(Bucket=bucket, Key="a.json", Body=b"")
    assert [queue.told(), other.told()] == [
        [("ObjectCreated:Put", "a.csv")],
        [("ObjectCreated:Put", "a.json")],
    ]


def test_what_something_else_wrote_is_told_when_it_is_taken_in(
    s3: Any, bucket: str, queue: Queue, local_aws: LocalAws
) -> None:
    configure(s3, bucket, wanted(queue, "s3:ObjectCreated:*"))
    s3.put_object(Bucket=bucket, Key="out/part-0", Body=b"old")
    Path(local_aws.data_dir, "objects", bucket, "out", "part-0").write_bytes(b"by a job")
    assert s3.get_object(Bucket=bucket, Key="out/part-0")["Body"].read() == b"by a job"
    records = queue.records()
    assert [record["s3"]["object"]["size"] for record in records] == [3, 8]


def test_a_queue_that_is_gone_does_not_hurt(
    s3: Any, bucket: str, queue: Queue, client: Client
) -> None:
    configure(s3, bucket, wanted(queue, "s3:ObjectCreated:*"))
    client("sqs").delete_queue(QueueUrl=queue.url)
    s3.put_object(Bucket=bucket, Key="a", Body=b"")
    assert s3.head_object(Bucket=bucket, Key="a")["ContentLength"] == 0


def test_a_new_bucket_of_the_same_name_has_no_notifications(
    s3: Any, bucket: str, queue: Queue
) -> None:
    configure(s3, bucket, wanted(queue, "s3:ObjectCreated:*"))
    s3.delete_bucket(Bucket=bucket)
    with pytest.raises(ClientError, match="NoSuchBucket"):
        s3.get_bucket_notification_configuration(Bucket=bucket)
    s3.create_bucket(Bucket=bucket)
    assert "QueueConfigurations" not in s3.get_bucket_notification_configuration(Bucket=bucket)


MISSING = f"arn:aws:sqs:us-east-1:{ACCOUNT}:missing"
CREATED = ["s3:ObjectCreated:*"]


def rule(*filters: tuple[str, str], **fields: Any) -> dict[str, Any]:
    rules = [{"Name": name, "Value": value} for name, value in filters]
    return {
        "QueueArn": MISSING,
        "Events": CREATED,
        "Filter": {"Key": {"FilterRules": rules}},
        **fields,
    }


REFUSED = [
    ([rule()], "Unable to validate the following destination configurations"),
    (
        [rule(QueueArn=f"{MISSING}.fifo")],
        "Unable to validate the following destination configurations",
    ),
    (
        [rule(QueueArn=f"arn:aws:sqs:eu-west-1:{ACCOUNT}:missing")],
        "The notification destination service region is not valid for the bucket location "
        "constraint",
    ),
    ([rule(QueueArn="missing")], "The ARN is not well formed"),
    ([rule(Events=["s3:ObjectRead"])], "The event 's3:ObjectRead' is not supported for"),
    ([rule(("infix", "a"))], "filter rule name must be either prefix or suffix"),
    ([rule(("prefix", ""))], "filter value cannot be empty"),
    ([rule(("prefix", "a"), ("Prefix", "b"))], SEVERAL),
    ([rule(("prefix", "ü" * 513))], "Size of filter rule value cannot exceed 1024 bytes"),
    ([rule(), rule(("prefix", "a"))], OVERLAP),
    ([rule(("suffix", "v")), rule(("suffix", ".csv"), Events=["s3:ObjectCreated:Put"])], OVERLAP),
    ([rule(("prefix", "a"), Id="x"), rule(("prefix", "b"), Id="x")], "Same ID used for multiple"),
]


@pytest.mark.parametrize(("configurations", "words"), REFUSED)
def test_what_s3_refuses_is_refused_and_changes_nothing(
    s3: Any, bucket: str, queue: Queue, configurations: list[dict[str, Any]], words: str
) -> None:
    configure(s3, bucket, {"Id": "kept", **wanted(queue, "s3:ObjectCreated:*")})
    with pytest.raises(ClientError) as caught:
        configure(s3, bucket, *configurations)
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidArgument"
    assert error["Message"].startswith(words)
    (kept,) = s3.get_bucket_notification_configuration(Bucket=bucket)["QueueConfigurations"]
    assert kept["Id"] == "kept"


def test_the_destination_that_failed_is_named(s3: Any, bucket: str) -> None:
    with pytest.raises(ClientError) as caught:
        configure(s3, bucket, rule())
    error: Any = caught.value.response["Error"]
    assert (error["ArgumentName"], error["ArgumentValue"]) == (
        MISSING,
        "The destination queue does not exist",
    )


def test_the_destinations_need_not_be_tried(s3: Any, bucket: str) -> None:
    configure(s3, bucket, rule(), SkipDestinationValidation=True)
    (kept,) = s3.get_bucket_notification_configuration(Bucket=bucket)["QueueConfigurations"]
    assert kept["QueueArn"] == MISSING


@pytest.mark.parametrize(
    ("configuration", "named"),
    [
        (
            {"TopicConfigurations": [{"TopicArn": "arn:aws:sns:x", "Events": CREATED}]},
            "SNS topics (TopicConfiguration)",
        ),
        (
            {
                "LambdaFunctionConfigurations": [
                    {"LambdaFunctionArn": "arn:aws:lambda:x", "Events": CREATED}
                ]
            },
            "Lambda functions (CloudFunctionConfiguration)",
        ),
        ({"EventBridgeConfiguration": {}}, "EventBridge (EventBridgeConfiguration)"),
    ],
)
def test_other_destinations_are_refused_by_name(
    s3: Any, bucket: str, configuration: dict[str, Any], named: str
) -> None:
    with pytest.raises(ClientError) as caught:
        s3.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration=configuration
        )
    error = caught.value.response["Error"]
    assert error["Code"] == "NotImplemented"
    assert error["Message"].endswith(f"bucket notifications to {named}")
