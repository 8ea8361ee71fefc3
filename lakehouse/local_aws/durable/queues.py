"""Messages of SQS that survive a restart: with their ids, receipt handles and time-outs.

Belongs here: moto's queues, whose messages are kept after every call that changes them.
Does not belong here: queues and their attributes, which `journal` makes again.
"""

import base64
import itertools
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from moto.sqs import urls
from moto.sqs.models import Message, Queue, SQSBackend, sqs_backends

from lakehouse.local_aws.state import State

_SCOPE, _KIND = "moto", "message"
_position = itertools.count(time.time_ns())

_FIELDS = (
    "id",
    "body",
    "system_attributes",
    "receipt_handle",
    "_old_receipt_handles",
    "sender_id",
    "sent_timestamp",
    "approximate_first_receive_timestamp",
    "approximate_receive_count",
    "deduplication_id",
    "group_id",
    "sequence_number",
    "visible_at",
    "delayed_until",
)
"""What moto's messages consist of, besides their attributes, which may hold bytes."""


@dataclass(frozen=True)
class _Kept:
    key: str
    version: tuple[float, float, int]


class DurableQueues(SQSBackend):
    """Moto's queues of one account and region; `state` keeps their messages."""

    state: State

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self._kept: dict[str, dict[str, _Kept]] = {}
        self._keeping = threading.Lock()

    @property
    def _url_module(self) -> Any:
        return urls

    def send_message(self, queue_name: str, *args: Any, **more: Any) -> Message:
        """Send, then keep."""
        message = super().send_message(queue_name, *args, **more)
        self._keep(queue_name)
        return message

    def receive_message(self, queue_name: str, *args: Any, **more: Any) -> list[Message]:
        """Receive, then keep who has seen what and until when."""
        messages = super().receive_message(queue_name, *args, **more)
        self._keep(queue_name)
        return messages

    def delete_message(self, queue_name: str, *args: Any, **more: Any) -> None:
        """Delete, then forget."""
        super().delete_message(queue_name, *args, **more)
        self._keep(queue_name)

    def change_message_visibility(self, queue_name: str, *args: Any, **more: Any) -> None:
        """Change, then keep."""
        super().change_message_visibility(queue_name, *args, **more)
        self._keep(queue_name)

    def purge_queue(self, queue_name: str) -> None:
        """Purge, then forget."""
        super().purge_queue(queue_name)
        self._keep(queue_name)

    def delete_queue(self, queue_name: str) -> None:
        """Delete, then forget its messages."""
        super().delete_queue(queue_name)
        self._keep(queue_name)

    def restore(self, queue_name: str, key: str, document: dict[str, Any]) -> None:
        """Put a kept message back into its queue."""
        message = _message(document)
        self.queues[queue_name]._messages.append(message)
        kept = self._kept.setdefault(queue_name, {})
        kept[message.id] = _Kept(key, _version(message))

    def _keep(self, queue_name: str) -> None:
        """Make the kept messages of a queue, and of its dead-letter queue, those it has."""
        queue = self.queues.get(queue_name)
        beside = queue.dead_letter_queue if queue is not None else None
        with self._keeping:
            self._keep_one(queue_name, queue)
            if beside is not None:
                self._keep_one(beside.name, beside)

    def _keep_one(self, queue_name: str, queue: Queue | None) -> None:
        known = self._kept.get(queue_name, {})
        messages = [] if queue is None else list(queue._messages)
        prefix = f"{self.account_id}/{self.region_name}/{queue_name}\x1f"
        now = {message.id: _kept_as(prefix, known, message) for message in messages}
        changed = {
            now[message.id].key: _document(message)
            for message in messages
            if known.get(message.id) != now[message.id]
        }
        gone = [kept.key for message_id, kept in known.items() if message_id not in now]
        if changed or gone:
            with self.state.transaction():
                self.state.put_many(_SCOPE, _KIND, changed)
                self.state.delete_many(_SCOPE, _KIND, gone)
            self._kept[queue_name] = now


def durable_queues(state: State) -> type[SQSBackend]:
    """Moto's SQS backend, keeping messages in `state`."""
    return type("Queues", (DurableQueues,), {"state": state})


def restore_messages(state: State) -> None:
    """Give the queues their messages back; those whose queue is gone are forgotten."""
    orphans = []
    for key, document in state.list(_SCOPE, _KIND):
        account, region, queue_name = key.partition("\x1f")[0].split("/")
        backend: Any = sqs_backends[account][region]
        if queue_name in backend.queues:
            backend.restore(queue_name, key, document)
        else:
            orphans.append(key)
    state.delete_many(_SCOPE, _KIND, orphans)


def _kept_as(prefix: str, known: dict[str, _Kept], message: Message) -> _Kept:
    before = known.get(message.id)
    key = f"{prefix}{next(_position):020}" if before is None else before.key
    return _Kept(key, _version(message))


def _version(message: Message) -> tuple[float, float, int]:
    return message.visible_at, message.delayed_until, message.approximate_receive_count


def _document(message: Message) -> dict[str, Any]:
    attributes = {name: _plain(value) for name, value in message.message_attributes.items()}
    return {**{name: getattr(message, name) for name in _FIELDS}, "message_attributes": attributes}


def _plain(attribute: dict[str, Any]) -> dict[str, Any]:
    return {
        name: {"base64": base64.b64encode(value).decode()} if isinstance(value, bytes) else value
        for name, value in attribute.items()
    }


def _message(document: dict[str, Any]) -> Message:
    message = Message(document["id"], document["body"])
    for name in _FIELDS:
        setattr(message, name, document[name])
    message.message_attributes = {
        name: dict(_restored(value.items()))
        for name, value in document["message_attributes"].items()
    }
    return message


def _restored(items: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, Any]]:
    for name, value in items:
        yield name, base64.b64decode(value["base64"]) if isinstance(value, dict) else value
