"""The role of crawlers and the Glue job, with exactly what they use.

Its inline policy bears the platform's name; other policies of a role that was there before are left
alone. What the identity that runs Dagster needs stands in the documentation.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lakehouse.aws.account import Account
from lakehouse.aws.deployment.resource import STACK_PARTITION, Resource, Settings
from lakehouse.aws.errors import NotFound, translated

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "glue.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def role_policy(account: Account, partition: str) -> dict[str, Any]:
    """Read raw files and scripts, write tables and manifests, catalogue samples, write logs.

    Scoped down from the managed policy AWSGlueServiceRole ("Crawler prerequisites", Glue developer
    guide, checked 2026-11): a crawler of a catalog target makes partitions, but no tables.
    """
    s3, catalog = f"arn:{partition}:s3:::", f"arn:{partition}:glue:*:*"

    def objects(*buckets: str) -> list[str]:
        return [f"{s3}{bucket}/*" for bucket in buckets]

    buckets = (account.raw_bucket, account.clean_bucket, account.scripts_bucket)
    database = account.crawl_database
    return {
        "Version": "2012-10-17",
        "Statement": [
            _allow(
                "List",
                ["s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads"],
                [f"{s3}{bucket}" for bucket in buckets],
            ),
            _allow("Read", ["s3:GetObject"], objects(*buckets)),
            _allow(
                "Write",
                ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload",
                 "s3:ListMultipartUploadParts"],
                objects(account.clean_bucket, account.scripts_bucket),
            ),
            _allow(
                "Crawl",
                ["glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:UpdateTable",
                 "glue:GetPartition", "glue:GetPartitions", "glue:BatchGetPartition",
                 "glue:CreatePartition", "glue:BatchCreatePartition", "glue:UpdatePartition",
                 "glue:BatchUpdatePartition"],
                [f"{catalog}:catalog", f"{catalog}:database/{database}",
                 f"{catalog}:table/{database}/*"],
            ),
            _allow(
                "Log",
                ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
                [f"arn:{partition}:logs:*:*:log-group:/aws-glue/*"],
            ),
            _allow("Measure", ["cloudwatch:PutMetricData"], ["*"]),
        ],
    }  # fmt: skip


def _allow(sid: str, actions: list[str], resources: list[str]) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resources}


@dataclass(frozen=True)
class Role(Resource):
    """The role named by LAKEHOUSE_GLUE_ROLE; one given as an ARN is somebody else's to make."""

    account: Account
    client: Any
    kind = "role"

    @property
    def name(self) -> str:  # type: ignore[override]
        """The role's name."""
        return self.account.glue_role

    @property
    def _policy(self) -> str:
        return f"{self.account.prefix}-glue"

    def wanted(self) -> Settings:
        """Who may take the role, and what it may do."""
        return {"trust": TRUST, "policy": self._wanted_policy()}

    def present(self) -> Settings | None:
        """Both as IAM has them."""
        try:
            with translated(f"look at role {self.name}"):
                role = self.client.get_role(RoleName=self.name)["Role"]
        except NotFound:
            return None
        return {"trust": role["AssumeRolePolicyDocument"], "policy": self._present_policy()}

    def _wanted_policy(self) -> dict[str, Any]:
        return role_policy(self.account, self.client.meta.partition)

    def _present_policy(self) -> Any:
        try:
            with translated(f"look at policy {self._policy} of role {self.name}"):
                found = self.client.get_role_policy(RoleName=self.name, PolicyName=self._policy)
        except NotFound:
            return None
        return found["PolicyDocument"]

    def create(self) -> None:
        """Make it with its policy."""
        with translated(f"create role {self.name}"):
            self.client.create_role(
                RoleName=self.name,
                AssumeRolePolicyDocument=json.dumps(TRUST),
                Description="Crawlers and Glue job of the log tables.",
            )
        self.update(("policy",))

    def update(self, differences: tuple[str, ...]) -> None:
        """Write what differs."""
        with translated(f"update role {self.name}"):
            if "trust" in differences:
                self.client.update_assume_role_policy(
                    RoleName=self.name, PolicyDocument=json.dumps(TRUST)
                )
            if "policy" in differences:
                self.client.put_role_policy(
                    RoleName=self.name,
                    PolicyName=self._policy,
                    PolicyDocument=json.dumps(self._wanted_policy()),
                )

    def delete(self) -> None:
        """Remove our policy, and the role if it has no other."""
        if self._present_policy() is not None:  # else an earlier removal got so far
            with translated(f"delete policy {self._policy} of role {self.name}"):
                self.client.delete_role_policy(RoleName=self.name, PolicyName=self._policy)
        with translated(f"delete role {self.name}"):
            inline = self.client.list_role_policies(RoleName=self.name)["PolicyNames"]
            attached = self.client.list_attached_role_policies(RoleName=self.name)
            if not inline and not attached["AttachedPolicies"]:
                self.client.delete_role(RoleName=self.name)

    def template(self) -> Mapping[str, Any]:
        """A role with its policy."""
        document = role_policy(self.account, STACK_PARTITION)
        policy = {"PolicyName": self._policy, "PolicyDocument": document}
        properties = {
            "RoleName": self.name,
            "AssumeRolePolicyDocument": TRUST,
            "Policies": [policy],
        }
        return {"GlueRole": {"Type": "AWS::IAM::Role", "Properties": properties}}
