"""S3 events of a crawl in event mode: which folders changed since the last one.

Belongs here: reading messages from the target's queue, what they name, removing them when the
crawl has succeeded. What is done with the folders belongs to `look`.

Source: https://docs.aws.amazon.com/glue/latest/dg/crawler-s3-event-notifications.html (checked
2026-11): at most 100,000 messages a crawl; events may come through SNS. Messages that cannot be
read go to the dead-letter queue if there is one, else stay (chosen).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import unquote_plus

from lakehouse.local_aws.crawlers.layout import Parts
from lakehouse.local_aws.crawlers.location import Prefix

_MOST_MESSAGES = 100_000
_BATCH = 1000
_HIDDEN_SECONDS = 3600


class Queues(Protocol):
    """Queues of SQS by their ARN; receiving and deleting raise AwsError if there is none."""

    def receive(self, arn: str, most: int, hidden_seconds: int) -> Sequence[tuple[str, str]]:
        """Take some messages (receipt, body), which others do not see for a while."""

    def delete(self, arn: str, receipts: Sequence[str]) -> None:
        """Remove messages that were taken."""

    def release(self, arn: str, receipts: Sequence[str]) -> None:
        """Let others see messages that were taken."""

    def send(self, arn: str, body: str) -> None:
        """Put a message."""


@dataclass
class Events:
    """What a queue said: the keys that its messages name, by bucket.

    `taken` are the receipts of messages that were understood, `unreadable` those of the others
    with their bodies.
    """

    queues: Queues
    queue: str
    taken: list[str] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)
    keys: dict[str, set[str]] = field(default_factory=dict)

    def folders(self, prefix: Prefix) -> set[Parts]:
        """Return the folders below a place in which an object was created or removed."""
        below = (key for key in self.keys.get(prefix.bucket, ()) if key.startswith(prefix.key))
        return {tuple(key[len(prefix.key) :].split("/")[:-1]) for key in below}

    def settle(self, dead_letter_queue: str | None) -> None:
        """Remove the messages after the crawl has succeeded."""
        self.queues.delete(self.queue, self.taken)
        if dead_letter_queue:
            for body in self.unreadable.values():
                self.queues.send(dead_letter_queue, body)
            self.queues.delete(self.queue, list(self.unreadable))

    def release(self) -> None:
        """Leave the messages to the next crawl, because this one did not succeed."""
        self.queues.release(self.queue, [*self.taken, *self.unreadable])

    def _take(self, receipt: str, body: str) -> None:
        try:
            named = named_keys(body)
        except ValueError:
            self.unreadable[receipt] = body
            return
        self.taken.append(receipt)
        for bucket, key in named:
            self.keys.setdefault(bucket, set()).add(key)

    def read(self) -> None:
        """Take the messages that the queue has, at most 100,000."""
        while len(self.taken) + len(self.unreadable) < _MOST_MESSAGES:
            messages = self.queues.receive(self.queue, _BATCH, _HIDDEN_SECONDS)
            if not messages:
                return
            for receipt, body in messages:
                self._take(receipt, body)


def named_keys(body: str) -> list[tuple[str, str]]:
    """Return the (bucket, key) that a message names. Raises ValueError for no S3 event."""
    try:
        return list(_records(json.loads(body)))
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"This is no S3 event: {body[:200]}") from error


def _records(event: Any) -> Iterator[tuple[str, str]]:
    if "Message" in event and "Records" not in event:
        yield from _records(json.loads(event["Message"]))
    elif event.get("Event") != "s3:TestEvent":
        for record in event["Records"]:
            yield record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"])
