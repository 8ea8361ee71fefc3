"""Tags of Glue's resources, by the ARN of the resource, durable in State.

Belongs here: which resource has which tags. TagResource and its neighbours are answered in
`glue_service`; which resources there are is known to their services.
"""

from collections.abc import Iterable, Mapping

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import State

_KIND = "glue_tags"
_MOST_TAGS = 50


class ResourceTags:
    """The tags of one account and region."""

    def __init__(self, state: State, scope: str) -> None:
        self._state = state
        self._scope = scope

    def arn(self, kind: str, name: str) -> str:
        """The ARN of a resource, such as a `job`."""
        account, region = self._scope.split("/")
        return f"arn:aws:glue:{region}:{account}:{kind}/{name}"

    def of(self, arn: str) -> dict[str, str]:
        """The tags of a resource, none if nothing was tagged."""
        return self._state.get(self._scope, _KIND, arn) or {}

    def add(self, arn: str, tags: Mapping[str, str]) -> None:
        """Add tags, replacing those of the same key. Raises InvalidInputException over 50."""
        with self._state.transaction():
            merged = {**self.of(arn), **tags}
            if len(merged) > _MOST_TAGS:
                raise AwsError("InvalidInputException", f"At most {_MOST_TAGS} tags are allowed.")
            self._state.put(self._scope, _KIND, arn, merged)

    def remove(self, arn: str, keys: Iterable[str]) -> None:
        """Remove tags; keys that are not there are no error."""
        removed = set(keys)
        with self._state.transaction():
            kept = {key: value for key, value in self.of(arn).items() if key not in removed}
            self._state.put(self._scope, _KIND, arn, kept)

    def forget(self, arn: str) -> None:
        """Remove all tags of a resource that is gone."""
        self._state.delete(self._scope, _KIND, arn)
