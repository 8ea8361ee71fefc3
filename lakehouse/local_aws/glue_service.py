"""Glue as one service: the tables of operations of catalog, crawlers and jobs, merged, and tags.

Belongs here: the merge, and TagResource, UntagResource, GetTags, which are the same for every kind
of resource. What each operation does belongs to its service.
"""

from collections.abc import Mapping
from typing import Any

from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.crawlers.crawler import CrawlerService
from lakehouse.local_aws.dispatch import JsonService, Operation
from lakehouse.local_aws.errors import AwsError

_KIND = "glue_tags"
_MOST_TAGS = 50

_NAMES = {
    "database": ("CreateDatabase", "GetDatabase", "DeleteDatabase", "Name"),
    "crawler": ("CreateCrawler", "GetCrawler", "DeleteCrawler", "Name"),
    "job": ("CreateJob", "GetJob", "DeleteJob", "JobName"),
}
"""Resource of an ARN -> operations that create, read and delete it, and the name's parameter."""


class GlueService:
    """All Glue operations of one account and region."""

    def __init__(self, catalog: Catalog, crawlers: CrawlerService, jobs: JsonService) -> None:
        self._state = catalog.state
        self._scope = catalog.scope
        self._operations: dict[str, Operation] = {
            **catalog.operations(),
            **crawlers.operations(),
            **jobs.operations(),
        }

    def operations(self) -> Mapping[str, Operation]:
        """Name every Glue operation."""
        return {
            **self._operations,
            **{names[0]: self._creating(kind) for kind, names in _NAMES.items()},
            **{names[2]: self._deleting(kind) for kind, names in _NAMES.items()},
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "GetTags": lambda body: {"Tags": self._tags(self._checked(body["ResourceArn"]))},
        }

    def tag(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer TagResource: tags are added, those of the same key replaced."""
        arn = self._checked(body["ResourceArn"])
        with self._state.transaction():
            tags = {**self._tags(arn), **body["TagsToAdd"]}
            if len(tags) > _MOST_TAGS:
                raise AwsError("InvalidInputException", f"At most {_MOST_TAGS} tags are allowed.")
            self._state.put(self._scope, _KIND, arn, tags)
        return {}

    def untag(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer UntagResource: keys that are not there are no error."""
        arn = self._checked(body["ResourceArn"])
        with self._state.transaction():
            removed = set(body["TagsToRemove"])
            kept = {key: value for key, value in self._tags(arn).items() if key not in removed}
            self._state.put(self._scope, _KIND, arn, kept)
        return {}

    def _tags(self, arn: str) -> dict[str, str]:
        return self._state.get(self._scope, _KIND, arn) or {}

    def _arn(self, kind: str, name: str) -> str:
        account, region = self._scope.split("/")
        shown = name.lower() if kind == "database" else name
        return f"arn:aws:glue:{region}:{account}:{kind}/{shown}"

    def _checked(self, arn: str) -> str:
        """Return an ARN of an existing resource here. Raises EntityNotFoundException."""
        kind, _, name = arn.rpartition(":")[2].partition("/")
        if kind not in _NAMES or arn != self._arn(kind, name):
            raise AwsError("InvalidInputException", f"Tags of {arn} are not supported.")
        _, read, _, parameter = _NAMES[kind]
        self._operations[read]({parameter: name})
        return arn

    def _creating(self, kind: str) -> Operation:
        create, _, _, _ = _NAMES[kind]

        def answer(body: dict[str, Any]) -> dict[str, Any]:
            outcome = self._operations[create](body)
            if body.get("Tags"):
                name = body.get("Name") or body["DatabaseInput"]["Name"]
                self._state.put(self._scope, _KIND, self._arn(kind, name), body["Tags"])
            return outcome

        return answer

    def _deleting(self, kind: str) -> Operation:
        _, _, delete, parameter = _NAMES[kind]

        def answer(body: dict[str, Any]) -> dict[str, Any]:
            outcome = self._operations[delete](body)
            self._state.delete(self._scope, _KIND, self._arn(kind, body[parameter]))
            return outcome

        return answer
