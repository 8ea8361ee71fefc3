"""S3's messages about raw files, from a source's SQS queue.

SQS delivers at least once and in any order, so a message only says which day to look at; what
stands there is asked of S3. A message is deleted by the caller when nothing more is to be done for
it; one that cannot be read is left alone, and SQS moves it to the dead-letter queue.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import unquote_plus

from lakehouse.aws.account import Account
from lakehouse.aws.batches import batches
from lakehouse.aws.errors import translated
from lakehouse.aws.inventory import day_of_key
from lakehouse.source import LogSource

SQS_BATCH = 10  # messages that ReceiveMessage gives and DeleteMessageBatch takes (checked 2026-11)


class UnreadableMessage(ValueError):
    """A message in the queue is not from S3."""


@dataclass(frozen=True)
class RawEvent:
    """A message: the days whose raw files it tells of; None if it cannot be read."""

    message_id: str
    receipt: str
    days: frozenset[date] | None


def changed_keys(body: str) -> list[str]:
    """The object keys in a message of S3; none in its test message.

    Keys come URL-encoded with + for a space. Raises `UnreadableMessage` for anything else.
    Source: "Event message structure", S3 user guide (checked 2026-11).
    """
    try:
        document = json.loads(body)
        if document.get("Event") == "s3:TestEvent":
            return []
        return [unquote_plus(record["s3"]["object"]["key"]) for record in document["Records"]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableMessage(body[:200]) from error


def days_told(source: LogSource, body: str) -> frozenset[date] | None:
    """The days of the source's files that a message tells of; None if it cannot be read."""
    try:
        days = (day_of_key(source, key) for key in changed_keys(body))
        return frozenset(day for day in days if day is not None)
    except UnreadableMessage:
        return None


@dataclass(frozen=True)
class RawEvents:
    """A boto3 SQS client, seen as the sources' queues of raw files."""

    account: Account
    client: Any

    def receive(self, source: LogSource, limit: int) -> list[RawEvent]:
        """Up to `limit` messages; they stay in the queue, hidden for its visibility timeout."""
        found: list[RawEvent] = []
        while len(found) < limit:
            messages = self._receive(source)
            if not messages:
                break
            found += [
                RawEvent(m["MessageId"], m["ReceiptHandle"], days_told(source, m["Body"]))
                for m in messages
            ]
        return found

    def delete(self, source: LogSource, events: Iterable[RawEvent]) -> list[str]:
        """Delete messages for which nothing is left to do; words for each that SQS kept.

        What is kept is received again, and changes nothing then.
        """
        queue, kept = self.account.raw_queue(source.name), []
        for batch in batches(events, SQS_BATCH):
            entries = [
                {"Id": str(at), "ReceiptHandle": event.receipt} for at, event in enumerate(batch)
            ]
            with translated(f"delete messages of {queue}"):
                answer = self.client.delete_message_batch(
                    QueueUrl=self._url(queue), Entries=entries
                )
            kept += [
                f"message {batch[int(error['Id'])].message_id} of {queue} was not deleted: "
                f"{error['Code']}: {error.get('Message', '')}"
                for error in answer.get("Failed", [])
            ]
        return kept

    def _receive(self, source: LogSource) -> list[dict[str, Any]]:
        queue = self.account.raw_queue(source.name)
        with translated(f"receive messages of {queue}"):
            answer = self.client.receive_message(
                QueueUrl=self._url(queue), MaxNumberOfMessages=SQS_BATCH
            )
        return list(answer.get("Messages", []))

    def _url(self, queue: str) -> str:
        with translated(f"look up queue {queue}"):
            return str(self.client.get_queue_url(QueueName=queue)["QueueUrl"])
