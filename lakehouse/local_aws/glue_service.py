"""Glue as one service: the tables of operations of catalog, crawlers and jobs, merged, and tags.

Belongs here: the merge, and TagResource, UntagResource, GetTags, which are the same for every kind
of resource. What each operation does belongs to its service.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.crawlers.service import CrawlerService
from lakehouse.local_aws.dispatch import JsonService, Operation, wrapped
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.resource_tags import ResourceTags

Body = dict[str, Any]


@dataclass(frozen=True)
class Taggable:
    """A kind of resource that has tags: its operations, and where they name the resource."""

    create: str
    created: Callable[[Body], str]
    read: tuple[str, str]
    """(operation, the name's parameter)"""
    delete: tuple[str, str]


_TAGGABLE: Mapping[str, Taggable] = {
    "database": Taggable(
        "CreateDatabase",
        lambda body: str(body["DatabaseInput"]["Name"]).lower(),
        ("GetDatabase", "Name"),
        ("DeleteDatabase", "Name"),
    ),
    "connection": Taggable(
        "CreateConnection",
        lambda body: str(body["ConnectionInput"]["Name"]),
        ("GetConnection", "Name"),
        ("DeleteConnection", "ConnectionName"),
    ),
    "crawler": Taggable(
        "CreateCrawler",
        lambda body: str(body["Name"]),
        ("GetCrawler", "Name"),
        ("DeleteCrawler", "Name"),
    ),
    "job": Taggable(
        "CreateJob",
        lambda body: str(body["Name"]),
        ("GetJob", "JobName"),
        ("DeleteJob", "JobName"),
    ),
}
"""By the word for them in an ARN. On AWS, tables have no tags."""


class GlueService:
    """All Glue operations of one account and region."""

    def __init__(self, catalog: Catalog, crawlers: CrawlerService, jobs: JsonService) -> None:
        self._tags = ResourceTags(catalog.state, catalog.scope)
        self._operations: dict[str, Operation] = {
            **catalog.operations(),
            **crawlers.operations(),
            **jobs.operations(),
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "GetTags": lambda body: {"Tags": self._tags.of(self._checked(body["ResourceArn"]))},
        }
        for kind in _TAGGABLE:
            self._follow(kind)

    def operations(self) -> Mapping[str, Operation]:
        """Name every Glue operation."""
        return self._operations

    def tag(self, body: Body) -> Body:
        """Answer TagResource: tags are added, those of the same key replaced."""
        self._tags.add(self._checked(body["ResourceArn"]), body["TagsToAdd"])
        return {}

    def untag(self, body: Body) -> Body:
        """Answer UntagResource: keys that are not there are no error."""
        self._tags.remove(self._checked(body["ResourceArn"]), body["TagsToRemove"])
        return {}

    def _checked(self, arn: str) -> str:
        """Return an ARN of an existing resource here. Raises EntityNotFoundException."""
        kind, _, name = arn.rpartition(":")[2].partition("/")
        if kind not in _TAGGABLE or arn != self._tags.arn(kind, name):
            raise AwsError("InvalidInputException", f"Tags of {arn} are not supported.")
        operation, parameter = _TAGGABLE[kind].read
        self._operations[operation]({parameter: name})
        return arn

    def _follow(self, kind: str) -> None:
        """Let the tags of a kind come with what is created and go with what is deleted."""
        taggable = _TAGGABLE[kind]
        delete, parameter = taggable.delete

        def creating(operation: Operation) -> Operation:
            def answer(body: Body) -> Body:
                outcome = operation(body)
                arn = self._tags.arn(kind, taggable.created(body))
                self._tags.forget(arn)
                self._tags.add(arn, body.get("Tags") or {})
                return outcome

            return answer

        def deleting(operation: Operation) -> Operation:
            def answer(body: Body) -> Body:
                outcome = operation(body)
                name = body[parameter].lower() if kind == "database" else body[parameter]
                self._tags.forget(self._tags.arn(kind, name))
                return outcome

            return answer

        self._operations[taggable.create] = wrapped(self._operations[taggable.create], creating)
        self._operations[delete] = wrapped(self._operations[delete], deleting)
