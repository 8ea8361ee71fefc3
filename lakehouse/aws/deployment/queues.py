"""Queues that S3 tells of raw files: one for each source, and one for what cannot be read.

They exist where sensors read events instead of listing (`Account.raw_events`).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from lakehouse.aws.account import Account
from lakehouse.aws.deployment.overlaps import require_free
from lakehouse.aws.deployment.resource import (
    STACK_PARTITION,
    Change,
    Resource,
    Settings,
    logical_id,
)
from lakehouse.aws.errors import NotFound, translated
from lakehouse.source import LogSource, raw_root

KEPT = 14 * 24 * 3600  # seconds: the longest that SQS keeps a message
HIDDEN = 30  # seconds that a message is hidden after it was received; a tick is shorter
RECEIVES = 20  # a message is seen twice by design (see `pipeline.event_sensors`)
EVENTS = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]


def queue_policy(queue_arn: str, bucket: str, partition: str) -> dict[str, Any]:
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
                "Condition": {"ArnEquals": {"aws:SourceArn": f"arn:{partition}:s3:::{bucket}"}},
            }
        ],
    }


@dataclass(frozen=True)
class Place:
    """Where queues are: their ARNs hold partition, account and region."""

    partition: str
    account_id: str
    region: str

    def arn(self, queue: str) -> str:
        """The ARN of a queue."""
        return f"arn:{self.partition}:sqs:{self.region}:{self.account_id}:{queue}"


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
            arn, bucket = self.place.arn(self.name), self.account.raw_bucket
            policy = queue_policy(arn, bucket, self.place.partition)
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
            policy = queue_policy("*", self.account.raw_bucket, STACK_PARTITION)
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
        """The configurations that the bucket has, if one of ours is among them."""
        found = self._found().get("QueueConfigurations", [])
        ours = {source.name for source in self.sources}
        if ours.isdisjoint(item["Id"] for item in found):
            return None
        return {item["Id"]: _lower_names(item) for item in found}

    def change(self) -> Change:
        """What is to be done; refused where S3 would refuse it for the notifications of others."""
        wanted = {source.name: _encoded_root(source) for source in self.sources}
        require_free(self.name, self._found(), wanted)
        return super().change()

    def create(self) -> None:
        """Set them beside those of others."""
        self.update(())

    def update(self, differences: tuple[str, ...]) -> None:
        """Write ours, and keep those of others."""
        with translated(f"set the notifications of bucket {self.name}"):
            found = self._found()
            ours = self.wanted()
            others = [i for i in found.get("QueueConfigurations", []) if i["Id"] not in ours]
            found["QueueConfigurations"] = [*others, *ours.values()]
            self.client.put_bucket_notification_configuration(
                Bucket=self.name, NotificationConfiguration=found
            )

    def delete(self) -> None:
        """Remove ours."""
        with translated(f"remove the notifications of bucket {self.name}"):
            found = self._found()
            kept = [i for i in found.get("QueueConfigurations", []) if i["Id"] not in self.wanted()]
            found["QueueConfigurations"] = kept
            self.client.put_bucket_notification_configuration(
                Bucket=self.name, NotificationConfiguration=found
            )

    def template(self) -> Mapping[str, Any]:
        """CloudFormation keeps them in the bucket's resource; see `deployment.template`."""
        return {}

    def _found(self) -> dict[str, Any]:
        """The bucket's whole configuration; empty while there is no bucket."""
        try:
            with translated(f"look at the notifications of bucket {self.name}"):
                found = self.client.get_bucket_notification_configuration(Bucket=self.name)
        except NotFound:
            return {}
        return {kind: items for kind, items in found.items() if kind != "ResponseMetadata"}

    def _configuration(self, source: LogSource) -> dict[str, Any]:
        root = _encoded_root(source)
        rules = [{"Name": "prefix", "Value": root}] if root else []  # S3 takes no empty prefix
        return {
            "Id": source.name,
            "QueueArn": self.place.arn(self.account.raw_queue(source.name)),
            "Events": EVENTS,
            "Filter": {"Key": {"FilterRules": rules}},
        }


def _encoded_root(source: LogSource) -> str:
    """S3 compares with the encoded key: a raw "=" would never match (checked 2026-11)."""
    return quote_plus(raw_root(source), safe="/")


def _lower_names(configuration: Mapping[str, Any]) -> dict[str, Any]:
    """S3 takes `prefix` and tells `Prefix`."""
    rules = configuration.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    lower = [{**rule, "Name": rule["Name"].lower()} for rule in rules]
    return {**configuration, "Filter": {"Key": {"FilterRules": lower}}}
