"""Preparing an account: what is missing is made, what differs is mended, all can be removed.

The same code prepares AWS and the local AWS, and may be run again at any time, also after it
failed half-way. Data is never touched, unless a removal is told to delete it.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lakehouse.aws.account import Account
from lakehouse.aws.deployment.athena import WorkGroup
from lakehouse.aws.deployment.buckets import Bucket
from lakehouse.aws.deployment.glue import Crawler, Database, Job, Script
from lakehouse.aws.deployment.overlaps import require_apart
from lakehouse.aws.deployment.queues import Notifications, Place, Queue
from lakehouse.aws.deployment.resource import Change, Resource
from lakehouse.aws.deployment.role import Role
from lakehouse.aws.deployment.template import cloudformation
from lakehouse.aws.errors import translated
from lakehouse.aws.session import make_client
from lakehouse.source import LogSource

HOLDS_DATA = ("bucket", "database")  # kinds that a removal keeps unless it is told otherwise


@dataclass(frozen=True)
class Clients:
    """The boto3 clients of a deployment."""

    s3: Any
    glue: Any
    athena: Any
    iam: Any
    sqs: Any
    sts: Any


def make_clients() -> Clients:
    """Clients of the environment's AWS."""
    return Clients(*(make_client(n) for n in ("s3", "glue", "athena", "iam", "sqs", "sts")))


@dataclass(frozen=True)
class Deployment:
    """Makes an account ready for the sources, or removes what it made.

    `tell` is told, once, of each wait for AWS that takes more than a moment.
    """

    account: Account
    clients: Clients
    tell: Callable[[str], None] = lambda words: None

    def plan(self, sources: Iterable[LogSource]) -> Iterator[Change]:
        """What `apply` would do; nothing is done."""
        for resource in self._possible(list(sources)):
            yield resource.change()

    def template(self, sources: Iterable[LogSource]) -> dict[str, Any]:
        """What `apply` would make, as a CloudFormation template."""
        return cloudformation(self._possible(list(sources)))

    def apply(self, sources: Iterable[LogSource]) -> Iterator[Change]:
        """Make what is missing and mend what differs; one `Change` as each is done."""
        for resource in self._possible(list(sources)):
            change = resource.change()
            resource.apply(change, self.tell)
            yield change

    def removal(self, sources: Iterable[LogSource], delete_data: bool) -> list[Change]:
        """What `remove` would do with each thing that is there, in order."""
        return [
            Change(
                item.kind, item.name, "delete" if delete_data or not _holds_data(item) else "keep"
            )
            for item in reversed(self.resources(list(sources)))
            if item.present() is not None
        ]

    def remove(self, sources: Iterable[LogSource], delete_data: bool) -> Iterator[Change]:
        """Remove what is there, the last made first; one `Change` as each is done."""
        chosen = list(sources)
        by_name = {(item.kind, item.name): item for item in self.resources(chosen)}
        for change in self.removal(chosen, delete_data):
            if change.action == "delete":
                by_name[change.kind, change.name].delete()
            yield change

    def resources(self, sources: Sequence[LogSource]) -> list[Resource]:
        """Everything the account must have, in the order in which it can be made."""
        account, clients = self.account, self.clients
        databases = {
            account.database: "Logs: raw, clean, rejected and daily metrics tables.",
            account.crawl_database: "Samples that crawlers look at.",
        }
        return [
            *(Bucket(account, name, clients.s3) for name in account.buckets),
            *(Database(name, words, clients.glue) for name, words in databases.items()),
            *([] if account.glue_role.startswith("arn:") else [Role(account, clients.iam)]),
            Script(account, clients.s3),
            Job(account, clients.glue),
            WorkGroup(account, clients.athena),
            *(Crawler(account, source, clients.glue) for source in sources),
            *(self._queues(sources) if account.raw_events else []),
        ]

    def _possible(self, sources: Sequence[LogSource]) -> list[Resource]:
        """All resources; a refusal before anything is made, where AWS would refuse the last."""
        if self.account.raw_events:
            require_apart(sources)
        return self.resources(sources)

    def _queues(self, sources: Sequence[LogSource]) -> list[Resource]:
        account, sqs, place = self.account, self.clients.sqs, self._place()
        dead = account.dead_letter_queue
        return [
            Queue(account, dead, None, place, sqs),
            *(Queue(account, account.raw_queue(s.name), dead, place, sqs) for s in sources),
            Notifications(account, tuple(sources), place, self.clients.s3),
        ]

    def _place(self) -> Place:
        with translated("ask which account this is"):
            account_id = self.clients.sts.get_caller_identity()["Account"]
        where = self.clients.sqs.meta
        return Place(where.partition, account_id, where.region_name)


def _holds_data(resource: Resource) -> bool:
    return resource.kind in HOLDS_DATA
