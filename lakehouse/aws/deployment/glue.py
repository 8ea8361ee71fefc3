"""What is deployed to Glue: databases, the job with its script, a crawler for each source.

Tables are made by runs, not by a deployment.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from lakehouse.aws.account import Account
from lakehouse.aws.catalog import Catalog
from lakehouse.aws.deployment.resource import Resource, Settings, logical_id
from lakehouse.aws.errors import NotFound, translated
from lakehouse.aws.job_capacity import MIN_WORKERS, WORKER_TYPE
from lakehouse.aws.raw_table import crawler_request
from lakehouse.aws.s3 import S3
from lakehouse.source import LogSource

SCRIPT = "clean_logs.py"


def script_bytes() -> bytes:
    """The Glue script as it stands in this installation."""
    return (files("glue_scripts") / SCRIPT).read_bytes()


def script_key(script: bytes) -> str:
    """Key of the script under its content's hash: a running job never sees another version."""
    return f"glue_scripts/{hashlib.sha256(script).hexdigest()[:16]}/{SCRIPT}"


def script_location(account: Account) -> str:
    """Where the job finds this installation's script."""
    return f"s3://{account.scripts_bucket}/{script_key(script_bytes())}"


def job_definition(account: Account) -> dict[str, Any]:
    """The Glue job: Spark of Glue 5.1, many runs side by side; a run says how many workers."""
    return {
        "Description": "Types, quarantines, filters and deduplicates raw logs into Parquet.",
        "Role": account.glue_role,
        "GlueVersion": "5.1",
        "WorkerType": WORKER_TYPE,
        "NumberOfWorkers": MIN_WORKERS,
        "Timeout": 360,
        "MaxRetries": 0,  # Dagster retries: it knows which days are still missing
        "ExecutionProperty": {"MaxConcurrentRuns": 20},
        "Command": {
            "Name": "glueetl",
            "ScriptLocation": script_location(account),
            "PythonVersion": "3",
        },
        "DefaultArguments": {"--job-language": "python"},
    }


@dataclass(frozen=True)
class Database(Resource):
    """A database of the Data Catalog."""

    name: str
    description: str
    client: Any
    kind = "database"

    def wanted(self) -> Settings:
        """It only has to be there; its description is the user's to change."""
        return {}

    def present(self) -> Settings | None:
        """Whether it is there."""
        try:
            with translated(f"look up database {self.name}"):
                self.client.get_database(Name=self.name)
        except NotFound:
            return None
        return {}

    def create(self) -> None:
        """Make it."""
        Catalog(self.client).ensure_database(self.name, self.description)

    def update(self, differences: tuple[str, ...]) -> None:
        """Nothing of it can differ."""

    def delete(self) -> None:
        """Remove it with its tables; their files are the buckets'."""
        with translated(f"delete database {self.name}"):
            self.client.delete_database(Name=self.name)

    def template(self) -> Mapping[str, Any]:
        """A database; a stack that is deleted leaves it, with its tables."""
        described = {"Name": self.name, "Description": self.description}
        properties = {"CatalogId": {"Ref": "AWS::AccountId"}, "DatabaseInput": described}
        return {
            logical_id(self.name, "database"): {
                "Type": "AWS::Glue::Database",
                "DeletionPolicy": "Retain",
                "UpdateReplacePolicy": "Retain",
                "Properties": properties,
            }
        }


@dataclass(frozen=True)
class Script(Resource):
    """The job's script in the scripts bucket, under the hash of its content."""

    account: Account
    s3: Any
    kind = "script"

    @property
    def name(self) -> str:  # type: ignore[override]
        """Its address."""
        return script_location(self.account)

    def wanted(self) -> Settings:
        """The address says all of its content."""
        return {}

    def present(self) -> Settings | None:
        """Whether it is there."""
        bucket = self.account.scripts_bucket
        try:
            return {} if S3(self.s3).objects(bucket, script_key(script_bytes())) else None
        except NotFound:
            return None

    def create(self) -> None:
        """Upload it."""
        script = script_bytes()
        S3(self.s3).put(self.account.scripts_bucket, script_key(script), script, "text/x-python")

    def update(self, differences: tuple[str, ...]) -> None:
        """Nothing of it can differ."""

    def delete(self) -> None:
        """Remove this installation's script."""
        S3(self.s3).delete(self.account.scripts_bucket, [script_key(script_bytes())])

    def template(self) -> Mapping[str, Any]:
        """CloudFormation uploads no files."""
        return {}


@dataclass(frozen=True)
class Job(Resource):
    """The one Glue job."""

    account: Account
    client: Any
    kind = "job"

    @property
    def name(self) -> str:  # type: ignore[override]
        """The job's name."""
        return self.account.clean_job

    def wanted(self) -> Settings:
        """The job's definition."""
        return job_definition(self.account)

    def present(self) -> Settings | None:
        """The definition that Glue has."""
        try:
            with translated(f"look at job {self.name}"):
                found: Settings = self.client.get_job(JobName=self.name)["Job"]
        except NotFound:
            return None
        return found

    def create(self) -> None:
        """Make it."""
        with translated(f"create job {self.name}"):
            self.client.create_job(Name=self.name, **self.wanted())

    def update(self, differences: tuple[str, ...]) -> None:
        """UpdateJob replaces the whole definition."""
        with translated(f"update job {self.name}"):
            self.client.update_job(JobName=self.name, JobUpdate=self.wanted())

    def delete(self) -> None:
        """Remove it; its runs' logs stay."""
        with translated(f"delete job {self.name}"):
            self.client.delete_job(JobName=self.name)

    def template(self) -> Mapping[str, Any]:
        """A job."""
        properties = {"Name": self.name, **self.wanted()}
        return {"CleanLogsJob": {"Type": "AWS::Glue::Job", "Properties": properties}}


@dataclass(frozen=True)
class Crawler(Resource):
    """The crawler of a source."""

    account: Account
    source: LogSource
    client: Any
    kind = "crawler"

    @property
    def name(self) -> str:  # type: ignore[override]
        """The crawler's name."""
        return self.account.crawler(self.source.name)

    def wanted(self) -> Settings:
        """The crawler's definition."""
        return crawler_request(self.account, self.source)

    def present(self) -> Settings | None:
        """The definition that Glue has."""
        try:
            with translated(f"look at crawler {self.name}"):
                found: Settings = self.client.get_crawler(Name=self.name)["Crawler"]
        except NotFound:
            return None
        # Glue gives back the name of a role that it was given as an ARN.
        if self.account.glue_role.endswith(f"/{found['Role']}"):
            return {**found, "Role": self.account.glue_role}
        return found

    def create(self) -> None:
        """Make it."""
        with translated(f"create crawler {self.name}"):
            self.client.create_crawler(**self.wanted())

    def update(self, differences: tuple[str, ...]) -> None:
        """UpdateCrawler replaces what it is given."""
        with translated(f"update crawler {self.name}"):
            self.client.update_crawler(**self.wanted())

    def delete(self) -> None:
        """Remove it."""
        with translated(f"delete crawler {self.name}"):
            self.client.delete_crawler(Name=self.name)

    def template(self) -> Mapping[str, Any]:
        """A crawler; its sample table is made by the first run."""
        own = logical_id(self.source.name, "crawler")
        return {own: {"Type": "AWS::Glue::Crawler", "Properties": dict(self.wanted())}}
