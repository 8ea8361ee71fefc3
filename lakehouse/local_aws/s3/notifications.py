"""Bucket notifications: their configuration, which is durable, and telling queues of changes.

Belongs here: PutBucketNotificationConfiguration and its Get, which queues are told of an event.
Does not belong here: the rules themselves (`notification_rules`), messages (`events`), queues.
"""

import datetime
import json
from collections.abc import Sequence
from typing import Protocol

from lakehouse.local_aws.objects.events import ObjectEvent
from lakehouse.local_aws.objects.rows import Bucket
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.s3.body import small_body
from lakehouse.local_aws.s3.errors import S3Error, invalid_argument
from lakehouse.local_aws.s3.events import encoded_key, event_message, probe_message
from lakehouse.local_aws.s3.notification_rules import (
    Rule,
    from_text,
    read_rules,
    rule_fields,
    to_text,
)
from lakehouse.local_aws.s3.request import S3Request
from lakehouse.local_aws.s3.response import S3Response, xml_response

_KIND = "notifications"


class Queues(Protocol):
    """The queues of all accounts and regions, by ARN."""

    def exists(self, arn: str) -> bool:
        """Whether there is such a queue."""

    def send(self, arn: str, body: str) -> None:
        """Send a message to a queue; nothing if it is gone."""


class Notifications:
    """The notifications of all buckets of a store."""

    def __init__(self, objects: ObjectStore, queues: Queues) -> None:
        self._objects = objects
        self._queues = queues

    def get(self, request: S3Request) -> S3Response:
        """GetBucketNotificationConfiguration."""
        self._objects.bucket(request.bucket)
        fields = [("QueueConfiguration", rule_fields(rule)) for rule in self._rules(request.bucket)]
        return xml_response("NotificationConfiguration", fields)

    def put(self, request: S3Request) -> S3Response:
        """PutBucketNotificationConfiguration: every destination is tried before it is kept."""
        bucket = self._objects.bucket(request.bucket)
        rules = read_rules(small_body(request))
        if request.headers.get("x-amz-skip-destination-validation", "").lower() != "true":
            for rule in rules:
                self._check_destination(rule, bucket)
        probe = json.dumps(probe_message(bucket.name, _now()))
        self._objects.put_document(bucket.name, _KIND, to_text(rules))
        for arn in dict.fromkeys(rule.queue_arn for rule in rules):
            self._queues.send(arn, probe)
        return S3Response()

    def _check_destination(self, rule: Rule, bucket: Bucket) -> None:
        """Source: PutBucketNotificationConfiguration refuses what it cannot send to; a queue of
        another region, or a FIFO queue, counts as such."""
        if rule.queue_arn.endswith(".fifo"):
            reason = "FIFO SQS queues are not supported"
        elif rule.queue_arn.split(":")[3] != bucket.region:
            reason = "The notification destination service region is not valid for the bucket "
            reason += "location constraint"
            raise S3Error("InvalidArgument", reason)
        elif not self._queues.exists(rule.queue_arn):
            reason = "The destination queue does not exist"
        else:
            return
        message = "Unable to validate the following destination configurations"
        raise invalid_argument(message, rule.queue_arn, reason)

    def tell(self, event: ObjectEvent) -> None:
        """Tell the queues that want to know of a change."""
        name = event.stored.bucket
        rules = self._rules(name)
        key = encoded_key(event.stored.key) if rules else ""
        for rule in rules:
            if rule.matches(event.name, key):
                message = event_message(event, self._objects.bucket(name), rule.id, _now())
                self._queues.send(rule.queue_arn, json.dumps(message))

    def _rules(self, bucket: str) -> Sequence[Rule]:
        kept = self._objects.document(bucket, _KIND)
        return from_text(kept) if kept is not None else ()


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
