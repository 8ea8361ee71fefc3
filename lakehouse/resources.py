"""Dagster resources: configuration in, plain boto3 clients out.

S3 comes from dagster-aws; Glue and Athena are here because dagster-aws's own cannot be pointed at
an endpoint, sleep five seconds between polls and leave a cancelled query running. Nothing above
asks where AWS is: an endpoint comes from AWS_ENDPOINT_URL or from the resource's configuration.
"""

from typing import Any

import dagster as dg
from dagster_aws.s3 import S3Resource
from pydantic import PrivateAttr

from lakehouse.aws.account import Account
from lakehouse.aws.athena import Athena
from lakehouse.aws.session import make_client


class LogBuckets(S3Resource):
    """dagster-aws's S3 resource with one client for all steps: making one takes 0.2 s."""

    _client: Any = PrivateAttr(default=None)

    def get_client(self) -> Any:
        """A boto3 S3 client, the same one each time."""
        if self._client is None:
            self._client = super().get_client()
        return self._client


class GlueResource(dg.ConfigurableResource[Any]):
    """A Glue client: Data Catalog, crawlers and jobs."""

    region_name: str | None = None
    endpoint_url: str | None = None
    _client: Any = PrivateAttr(default=None)

    def get_client(self) -> Any:
        """A boto3 Glue client, the same one each time."""
        if self._client is None:
            self._client = make_client("glue", self.region_name, self.endpoint_url)
        return self._client


class QueueResource(dg.ConfigurableResource[Any]):
    """An SQS client, for sensors that are told of raw files by S3."""

    region_name: str | None = None
    endpoint_url: str | None = None
    _client: Any = PrivateAttr(default=None)

    def get_client(self) -> Any:
        """A boto3 SQS client, the same one each time."""
        if self._client is None:
            self._client = make_client("sqs", self.region_name, self.endpoint_url)
        return self._client


class AthenaResource(dg.ConfigurableResource[Any]):
    """An Athena client bound to the platform's work group and database."""

    work_group: str
    database: str
    region_name: str | None = None
    endpoint_url: str | None = None
    _client: Any = PrivateAttr(default=None)

    def get_client(self) -> Athena:
        """The client, the same one each time, with its work group and database."""
        if self._client is None:
            self._client = make_client("athena", self.region_name, self.endpoint_url)
        return Athena(self._client, self.work_group, self.database)


def resources_for(account: Account) -> dict[str, Any]:
    """The resources of an account, under the names the assets ask for."""
    return {
        "s3": LogBuckets(),
        "glue": GlueResource(),
        "queues": QueueResource(),
        "athena": AthenaResource(work_group=account.work_group, database=account.database),
    }
