"""What is deployed to Athena: the work group of all the platform's queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lakehouse.aws.account import Account
from lakehouse.aws.deployment.resource import Resource, Settings
from lakehouse.aws.errors import AwsFailure, NotFound, translated

CUTOFF = 1_000_000_000_000  # bytes: no query of ours may cost more than $5


@dataclass(frozen=True)
class WorkGroup(Resource):
    """Results go to the platform's bucket, clients cannot differ, a query has a limit."""

    account: Account
    client: Any
    kind = "work group"

    @property
    def name(self) -> str:  # type: ignore[override]
        """The work group's name."""
        return self.account.work_group

    def wanted(self) -> Settings:
        """The work group's configuration."""
        return {
            "EnforceWorkGroupConfiguration": True,
            "BytesScannedCutoffPerQuery": CUTOFF,
            "ResultConfiguration": {
                "OutputLocation": f"s3://{self.account.athena_bucket}/results/"
            },
        }

    def present(self) -> Settings | None:
        """The configuration that Athena has."""
        try:
            with translated(f"look at work group {self.name}"):
                group = self.client.get_work_group(WorkGroup=self.name)["WorkGroup"]
        except NotFound:
            return None
        except AwsFailure as failure:
            # Athena says InvalidRequestException for a work group that does not exist.
            if failure.code == "InvalidRequestException" and "not found" in str(failure):
                return None
            raise
        found: Settings = group["Configuration"]
        return found

    def create(self) -> None:
        """Make it."""
        with translated(f"create work group {self.name}"):
            self.client.create_work_group(
                Name=self.name,
                Configuration=self.wanted(),
                Description="Queries of the log tables.",
            )

    def update(self, differences: tuple[str, ...]) -> None:
        """Write the whole configuration."""
        wanted = dict(self.wanted())
        updates = {**wanted, "ResultConfigurationUpdates": wanted.pop("ResultConfiguration")}
        updates.pop("ResultConfiguration")
        with translated(f"update work group {self.name}"):
            self.client.update_work_group(WorkGroup=self.name, ConfigurationUpdates=updates)

    def delete(self) -> None:
        """Remove it with its query history."""
        with translated(f"delete work group {self.name}"):
            self.client.delete_work_group(WorkGroup=self.name, RecursiveDeleteOption=True)

    def template(self) -> Mapping[str, Any]:
        """A work group."""
        properties = {"Name": self.name, "WorkGroupConfiguration": dict(self.wanted())}
        return {"WorkGroup": {"Type": "AWS::Athena::WorkGroup", "Properties": properties}}
