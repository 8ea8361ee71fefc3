"""Tags of work groups and of the one data catalog.

Source: AWS Athena API reference, checked 2026-11 (at most 50 tags of a resource).
"""

from collections.abc import Callable, Mapping
from typing import Any

from lakehouse.local_aws.athena.errors import refused
from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import State

Document = dict[str, Any]
_KIND = "athena.tags"
_MOST_TAGS = 50
_PAGE = 75


class Tags:
    """The tags of one account and region, by resource: `workgroup/<name>`, `datacatalog/<name>`.

    `exists` says whether there is such a resource.
    """

    def __init__(self, state: State, scope: str, exists: Callable[[str], bool]) -> None:
        self.state = state
        self.scope = scope
        self.exists = exists
        account, region = scope.split("/")
        self.prefix = f"arn:aws:athena:{region}:{account}:"

    def operations(self) -> Mapping[str, Operation]:
        """The API's operations on tags."""
        return {
            "TagResource": self.tag,
            "UntagResource": self.untag,
            "ListTagsForResource": self.list_tags,
        }

    def remove(self, resource: str) -> None:
        """A resource is gone, with its tags."""
        self.state.delete(self.scope, _KIND, resource)

    def add(self, resource: str, tags: list[Document]) -> None:
        """Add tags; those of the same key are replaced."""
        with self.state.transaction():
            known = self._find(resource)
            known.update({tag["Key"]: tag.get("Value", "") for tag in tags})
            if len(known) > _MOST_TAGS:
                raise refused(f"A resource can have at most {_MOST_TAGS} tags")
            self.state.put(self.scope, _KIND, resource, known)

    def _find(self, resource: str) -> Document:
        if not self.exists(resource):
            raise AwsError("ResourceNotFoundException", f"Resource {resource} was not found")
        return self.state.get(self.scope, _KIND, resource) or {}

    def _resource(self, arn: str) -> str:
        if not arn.startswith(self.prefix):
            raise refused(f"The resource ARN {arn} is not valid")
        return arn.removeprefix(self.prefix)

    def tag(self, body: Document) -> Document:
        """TagResource."""
        self.add(self._resource(body["ResourceARN"]), body["Tags"])
        return {}

    def untag(self, body: Document) -> Document:
        """UntagResource; keys that are not there are no error."""
        resource = self._resource(body["ResourceARN"])
        with self.state.transaction():
            known = self._find(resource)
            kept = {k: v for k, v in known.items() if k not in body["TagKeys"]}
            self.state.put(self.scope, _KIND, resource, kept)
        return {}

    def list_tags(self, body: Document) -> Document:
        """ListTagsForResource, by key."""
        known = sorted(self._find(self._resource(body["ResourceARN"])).items())
        start, limit = int(body.get("NextToken", "0")), body.get("MaxResults", _PAGE)
        page = [{"Key": k, "Value": v} for k, v in known[start : start + limit]]
        more = {"NextToken": str(start + limit)} if start + limit < len(known) else {}
        return {"Tags": page, **more}
