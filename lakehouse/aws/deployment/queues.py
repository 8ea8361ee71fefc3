"""Queues that S3 tells of raw files: one for each source, and one for what cannot be read.

They exist where sensors read events instead of listing (`Account.raw_events`).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from lakehouse.aws.account import Account
from lakehouse.aws.deployment.resource import Resource, Settings, logical_id
from lakehouse.aws.errors import NotFound, translated
from lakehouse.source import LogSource, raw_root

KEPT = 14 * 24 * 3600  # seconds: the longest that SQS keeps a message
HIDDEN = 30  # seconds that a message is hidden after it was received; a tick is shorter
RECEIVES = 20  # a message is seen twice by design (see `pipeline.event_sensors`)
EVENTS = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]


def queue_policy(queue_arn: str, bucket: str) -> dict[str, Any]:
    """Lets S3 send messages for one bucket, and nobody else."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "RawFiles",
                "Effect": "Allow",
                "Principal": {"Service": "s3.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": queue_arn,
                "Condition": {"ArnEquals": {"aws:SourceArn": f"arn:aws:s3:::{bucket}"}},
            }
        ],
    }


@dataclass(frozen=True)
class Place:
    """Where queues are: their ARNs hold account and region."""

    account_id: str
    region: str

    def arn(self, queue: str) -> str:
        """The ARN of a queue."""
        return f"arn:aws:sqs:{self.region}:{self.account_id}:{queue}"


@dataclass(frozen=True)
class Queue(Resource):
    """One queue; `dead_letters` names the queue for what is received too often, if any."""

    account: Account
    name: str
    dead_letters: str | None
    place: Place
    client: Any
    kind = "queue"

    def wanted(self) -> Settings:
        """The queue's attributes, as SQS writes them."""
        attributes: dict[str, Any] = {
            "MessageRetentionPeriod": str(KEPT),
            "VisibilityTimeout": str(HIDDEN),
        }
        if self.dead_letters:
            redrive = {
                "deadLetterTargetArn": self.place.arn(self.dead_letters),
                "maxReceiveCount": RECEIVES,
            }
            policy = queue_policy(self.place.arn(self.name), self.account.raw_bucket)
            attributes |= {"RedrivePolicy": redrive, "Policy": policy}
        return attributes

    def present(self) -> Settings | None:
        """The attributes that SQS has."""
        try:
            with translated(f"look at queue {self.name}"):
                found = self.client.get_queue_attributes(
                    QueueUrl=self._url(), AttributeNames=["All"]
                )
        except NotFound:
            return None
        attributes = dict(found.get("Attributes", {}))
        for name in ("RedrivePolicy", "Policy"):
            if name in attributes:
                attributes[name] = json.loads(attributes[name])
        return attributes

    def create(self) -> None:
        """Make it."""
        with translated(f"create queue {self.name}"):
            self.client.create_queue(QueueName=self.name, Attributes=self._written())

    def update(self, differences: tuple[str, ...]) -> None:
        """Write all attributes."""
        with translated(f"update queue {self.name}"):
            self.client.set_queue_attributes(QueueUrl=self._url(), Attributes=self._written())

    def delete(self) -> None:
        """Remove it with its messages."""
        with translated(f"delete queue {self.name}"):
            self.client.delete_queue(QueueUrl=self._url())

    def template(self) -> Mapping[str, Any]:
        """A queue, and its policy."""
        own, wanted = logical_id(self.name), self.wanted()
        properties = {
            "QueueName": self.name,
            "MessageRetentionPeriod": KEPT,
            "VisibilityTimeout": HIDDEN,
        }
        made: dict[str, Any] = {own: {"Type": "AWS::SQS::Queue", "Properties": properties}}
        if self.dead_letters:
            target = {"Fn::GetAtt": [logical_id(self.dead_letters), "Arn"]}
            properties["RedrivePolicy"] = {
                "deadLetterTargetArn": target,
                "maxReceiveCount": RECEIVES,
            }
            policy = queue_policy("*", self.account.raw_bucket)
            policy["Statement"][0]["Resource"] = {"Fn::GetAtt": [own, "Arn"]}
            made[f"{own}Policy"] = {
                "Type": "AWS::SQS::QueuePolicy",
                "Properties": {"Queues": [{"Ref": own}], "PolicyDocument": policy},
            }
        return made if wanted else {}

    def _url(self) -> str:
        return str(self.client.get_queue_url(QueueName=self.name)["QueueUrl"])

    def _written(self) -> dict[str, str]:
        return {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in self.wanted().items()
        }


@dataclass(frozen=True)
class Notifications(Resource):
    """The raw bucket tells each source's queue of the files under the source's prefix."""

    account: Account
    sources: Sequence[LogSource]
    place: Place
    client: Any
    kind = "notifications"

    @property
    def name(self) -> str:  # type: ignore[override]
        """The bucket's name."""
        return self.account.raw_bucket

    def wanted(self) -> Settings:
        """One configuration for each source."""
        return {source.name: self._configuration(source) for source in self.sources}

    def present(self) -> Settings | None:
        """The configurations that the bucket has; a bucket always has a set of them."""
        try:
            with translated(f"look at the notifications of bucket {self.name}"):
                found = self.client.get_bucket_notification_configuration(Bucket=self.name)
        except NotFound:
            return {}
        return {i["Id"]: _lower_names(i) for i in found.get("QueueConfigurations", [])}

    def create(self) -> None:
        """Notifications are a setting: they are updated."""
        self.update(())

    def update(self, differences: tuple[str, ...]) -> None:
        """Write ours, and keep those of others."""
        with translated(f"set the notifications of bucket {self.name}"):
            found = self.client.get_bucket_notification_configuration(Bucket=self.name)
            found.pop("ResponseMetadata", None)
            ours = self.wanted()
            others = [i for i in found.get("QueueConfigurations", []) if i["Id"] not in ours]
            found["QueueConfigurations"] = [*others, *ours.values()]
            self.client.put_bucket_notification_configuration(
                Bucket=self.name, NotificationConfiguration=found
            )

    def delete(self) -> None:
        """Remove ours."""
        with translated(f"remove the notifications of bucket {self.name}"):
            found = self.client.get_bucket_notification_configuration(Bucket=self.name)
            found.pop("ResponseMetadata", None)
            kept = [i for i in found.get("QueueConfigurations", []) if i["Id"] not in self.wanted()]
            found["QueueConfigurations"] = kept
            self.client.put_bucket_notification_configuration(
                Bucket=self.name, NotificationConfiguration=found
            )

    def template(self) -> Mapping[str, Any]:
        """CloudFormation keeps them in the bucket's resource; see `deployment.template`."""
        return {}

    def _configuration(self, source: LogSource) -> dict[str, Any]:
        # S3 compares with the encoded key: a raw "=" would never match (checked 2026-11).
        rules = [{"Name": "prefix", "Value": quote_plus(raw_root(source), safe="/")}]
        return {
            "Id": source.name,
            "QueueArn": self.place.arn(self.account.raw_queue(source.name)),
            "Events": EVENTS,
            "Filter": {"Key": {"FilterRules": rules}},
        }


def _lower_names(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """S3 takes `prefix` and tells `Prefix`."""
    rules = configuration.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    lower = [{**rule, "Name": rule["Name"].lower()} for rule in rules]
    return {**configuration, "Filter": {"Key": {"FilterRules": lower}}}
