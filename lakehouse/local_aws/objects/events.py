"""What happens to objects, by AWS's names, and who is told.

Only the words: the changes themselves are made in `store` and `adoption`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from lakehouse.local_aws.objects.rows import StoredObject

EventName = Literal[
    "ObjectCreated:Put",
    "ObjectCreated:Copy",
    "ObjectCreated:Post",
    "ObjectCreated:CompleteMultipartUpload",
    "ObjectRemoved:Delete",
    "ObjectTagging:Put",
    "ObjectTagging:Delete",
]


@dataclass(frozen=True)
class ObjectEvent:
    """One change. `order` grows with every change, so the events of one key have the order of its
    changes, in whatever order observers are told of them."""

    name: EventName
    stored: StoredObject
    order: int


Observer = Callable[[ObjectEvent], None]
"""Told of every change after it is durable, whoever made it: a client, a query, a job."""


class FolderUser(Protocol):
    """Something else that works in the folders of buckets, as Spark does while a job runs."""

    def take_in(self, bucket: str, prefix: str) -> None:
        """Make objects of what it has finished below a prefix; called before a listing."""

    def buckets_changed(self) -> None:
        """A bucket was made or removed."""
