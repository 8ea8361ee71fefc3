"""Messages about changed objects, as S3 sends them to queues.

Belongs here: the shape of an event message.
Does not belong here: which queues get it and how (`backends`).
"""

import datetime
from typing import Any
from urllib.parse import quote_plus

from lakehouse.local_aws.objects.store import EventName, StoredObject


def event_message(
    event: EventName, stored: StoredObject, region: str, configuration_id: str, now_ns: int
) -> dict[str, Any]:
    """The message of one event; the key is URL-encoded with + for a space.

    `now_ns` is the time in nanoseconds since 1970; it is the sequencer too, which orders the
    events of one key. Source: "Event message structure", S3 user guide, checked 2026-11.
    """
    time = datetime.datetime.fromtimestamp(now_ns / 1e9, datetime.UTC)
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": region,
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03}Z",
        "eventName": event,
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": configuration_id,
            "bucket": {"name": stored.bucket, "arn": f"arn:aws:s3:::{stored.bucket}"},
            "object": _object(event, stored, f"{now_ns:016X}"),
        },
    }
    return {"Records": [record]}


def _object(event: EventName, stored: StoredObject, sequencer: str) -> dict[str, Any]:
    key = quote_plus(stored.key)
    if event == "ObjectRemoved:Delete":
        return {"key": key, "sequencer": sequencer}
    return {"key": key, "size": stored.size, "eTag": stored.etag, "sequencer": sequencer}
