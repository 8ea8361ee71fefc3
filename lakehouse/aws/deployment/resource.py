"""What a deployed thing is: how it should be, how it is, and what is done about the difference.

Each kind (bucket, queue, job ...) is a class of its own in this package. The order of making and
removing them, and what a user sees of it, stand in `deployment`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from lakehouse.aws.catalog import covers
from lakehouse.aws.deployment.propagation import when_propagated

Action = Literal["create", "update", "unchanged", "delete", "keep"]
Settings = Mapping[str, Any]
# Where an ARN of a template names its partition (aws, aws-cn, aws-us-gov): the stack knows it.
STACK_PARTITION = "${AWS::Partition}"


@dataclass(frozen=True)
class Change:
    """One thing of the account, what is to be done about it, and in which settings it differs."""

    kind: str
    name: str
    action: Action
    differences: tuple[str, ...] = ()


class Resource(ABC):
    """One thing that the account must have."""

    kind: str
    name: str

    @abstractmethod
    def wanted(self) -> Settings:
        """The settings it must have; what AWS adds of its own does not count."""

    @abstractmethod
    def present(self) -> Settings | None:
        """The settings it has now, or None where it does not exist."""

    @abstractmethod
    def create(self) -> None:
        """Make it as wanted."""

    @abstractmethod
    def update(self, differences: tuple[str, ...]) -> None:
        """Mend the settings named."""

    @abstractmethod
    def delete(self) -> None:
        """Remove it."""

    @abstractmethod
    def template(self) -> Mapping[str, Any]:
        """The same as CloudFormation resources: logical id -> resource."""

    def change(self) -> Change:
        """What is to be done about it now."""
        present = self.present()
        if present is None:
            return Change(self.kind, self.name, "create")
        found = differences(present, self.wanted())
        return Change(self.kind, self.name, "update" if found else "unchanged", found)

    def apply(self, change: Change, tell: Callable[[str], None] = lambda words: None) -> None:
        """Do what `change` says; `tell` is told of a wait for AWS."""
        if change.action == "create":
            when_propagated(self.create, tell)
        elif change.action == "update":
            when_propagated(lambda: self.update(change.differences), tell)


def differences(present: Settings, wanted: Settings) -> tuple[str, ...]:
    """The names of the wanted settings that are missing or other."""
    return tuple(key for key in wanted if not covers(present.get(key), wanted[key]))


def logical_id(*words: str) -> str:
    """A CloudFormation logical id: letters and digits only."""
    parts = "-".join(words).replace("_", "-").replace("/", "-").replace(".", "-").split("-")
    return "".join(part[:1].upper() + part[1:] for part in parts if part)
