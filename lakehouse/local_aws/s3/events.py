"""Messages about changed objects, as S3 sends them to queues.

Belongs here: the shape of a message.
Does not belong here: which queues get it (`notifications`) and how (`backends`).
"""

import datetime
import uuid
from typing import Any
from urllib.parse import quote_plus

from lakehouse.local_aws.objects.events import ObjectEvent
from lakehouse.local_aws.objects.rows import Bucket
from lakehouse.local_aws.s3.listing import owner_id


def encoded_key(key: str) -> str:
    """A key as messages have it: URL-encoded, a space as +, slashes as they are.

    Filter rules are compared with this form: a prefix `dt=1/` must be written `dt%3D1/`. Source:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html and
    aws-cdk pull request 28012, checked 2026-11.
    """
    return quote_plus(key, safe="/")


def event_message(
    event: ObjectEvent, bucket: Bucket, configuration_id: str, now: datetime.datetime
) -> dict[str, Any]:
    """The message of one event, which was processed at `now` (UTC).

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html,
    checked 2026-11. The request's ids and address are not known here: they are made up.
    """
    tagging = event.name.startswith("ObjectTagging:")
    request_id = uuid.uuid4().hex[:16].upper()
    record = {
        "eventVersion": "2.3" if tagging else "2.1",
        "eventSource": "aws:s3",
        "awsRegion": bucket.region,
        "eventTime": _iso(now),
        "eventName": event.name,
        "userIdentity": {"principalId": f"AWS:{bucket.account}"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": request_id, "x-amz-id-2": request_id},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration_id,
            "bucket": {
                "name": bucket.name,
                "ownerIdentity": {"principalId": owner_id(bucket.account)},
                "arn": f"arn:aws:s3:::{bucket.name}",
            },
            "object": _object(event),
        },
    }
    return {"Records": [record]}


def _object(event: ObjectEvent) -> dict[str, Any]:
    key, stored = {"key": encoded_key(event.stored.key)}, event.stored
    sequencer = {"sequencer": f"{event.order:018X}"}
    if event.name.startswith("ObjectRemoved:"):
        return key | sequencer
    if event.name.startswith("ObjectTagging:"):
        return key | {"eTag": stored.etag}
    return key | {"size": stored.size, "eTag": stored.etag} | sequencer


def probe_message(bucket: str, now: datetime.datetime) -> dict[str, Any]:
    """The message by which S3 tries a destination when it is configured."""
    request_id = uuid.uuid4().hex[:16].upper()
    return {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": _iso(now),
        "Bucket": bucket,
        "RequestId": request_id,
        "HostId": request_id,
    }


def _iso(moment: datetime.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
