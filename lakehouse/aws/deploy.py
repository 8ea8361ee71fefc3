"""Preparing an account: buckets, databases, crawlers, the Glue job with its script, the work group.

The same code prepares AWS and the local AWS, and may be run again at any time: what is there and
right is left alone, what differs is updated. Request bodies are built by pure functions. Data is
never touched here.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

from lakehouse.aws.account import Account
from lakehouse.aws.catalog import Catalog, covers
from lakehouse.aws.errors import AlreadyExists, AwsFailure, NotFound, translated
from lakehouse.aws.raw_table import crawler_request
from lakehouse.aws.s3 import S3
from lakehouse.source import LogSource

Action = Literal["created", "updated", "unchanged"]
SCRIPT = "clean_logs.py"


@dataclass(frozen=True)
class Change:
    """One thing the account must have, and what was done about it."""

    kind: str
    name: str
    action: Action


def script_bytes() -> bytes:
    """The Glue script as it stands in this installation."""
    return (files("glue_scripts") / SCRIPT).read_bytes()


def script_key(script: bytes) -> str:
    """Key of the script under its content's hash: a running job never sees another version."""
    return f"glue_scripts/{hashlib.sha256(script).hexdigest()[:16]}/{SCRIPT}"


def job_definition(account: Account, script_location: str) -> dict[str, Any]:
    """The Glue job: Spark of Glue 5.1, two G.1X workers, many runs side by side."""
    return {
        "Description": "Types, quarantines, filters and deduplicates raw logs into Parquet.",
        "Role": account.glue_role,
        "GlueVersion": "5.1",
        "WorkerType": "G.1X",
        "NumberOfWorkers": 2,
        "Timeout": 360,
        "MaxRetries": 0,  # Dagster retries: it knows which days are still missing
        "ExecutionProperty": {"MaxConcurrentRuns": 20},
        "Command": {
            "Name": "glueetl",
            "ScriptLocation": script_location,
            "PythonVersion": "3",
        },
        "DefaultArguments": {"--job-language": "python"},
    }


def work_group_configuration(account: Account) -> dict[str, Any]:
    """The work group's settings: results go to the platform's bucket, clients cannot differ."""
    return {
        "EnforceWorkGroupConfiguration": True,
        "ResultConfiguration": {"OutputLocation": f"s3://{account.athena_bucket}/results/"},
    }


@dataclass(frozen=True)
class Deployment:
    """Makes an account ready for the sources."""

    account: Account
    s3: Any
    glue: Any
    athena: Any

    def apply(self, sources: Iterable[LogSource]) -> Iterator[Change]:
        """Make what is missing and mend what differs; one `Change` as each is done."""
        for bucket in self.account.buckets:
            yield Change("bucket", bucket, self._bucket(bucket))
        yield from self._databases()
        location = self._script()
        yield Change("job", self.account.clean_job, self._job(location))
        yield Change("work group", self.account.work_group, self._work_group())
        for source in sources:
            name = self.account.crawler(source.name)
            yield Change("crawler", name, self._crawler(source))

    def _bucket(self, bucket: str) -> Action:
        if S3(self.s3).bucket_exists(bucket):
            return "unchanged"
        region = self.s3.meta.region_name
        place = {} if region == "us-east-1" else {"LocationConstraint": region}
        with translated(f"create bucket {bucket}"):
            self.s3.create_bucket(
                Bucket=bucket, **({"CreateBucketConfiguration": place} if place else {})
            )
        return "created"

    def _databases(self) -> Iterator[Change]:
        catalog = Catalog(self.glue)
        wanted = {
            self.account.database: "Logs: raw, clean, rejected and daily metrics tables.",
            self.account.crawl_database: "Samples that crawlers look at.",
        }
        for name, description in wanted.items():
            made = catalog.ensure_database(name, description)
            yield Change("database", name, "created" if made else "unchanged")

    def _script(self) -> str:
        script = script_bytes()
        bucket, key = self.account.scripts_bucket, script_key(script)
        S3(self.s3).put(bucket, key, script, "text/x-python")
        return f"s3://{bucket}/{key}"

    def _job(self, script_location: str) -> Action:
        name, wanted = self.account.clean_job, job_definition(self.account, script_location)
        try:
            with translated(f"look at job {name}"):
                present = self.glue.get_job(JobName=name)["Job"]
        except NotFound:
            with translated(f"create job {name}"):
                self.glue.create_job(Name=name, **wanted)
            return "created"
        return _update_if_different(
            f"update job {name}",
            present,
            wanted,
            lambda: self.glue.update_job(JobName=name, JobUpdate=wanted),
        )

    def _crawler(self, source: LogSource) -> Action:
        wanted = crawler_request(self.account, source)
        name = wanted["Name"]
        try:
            with translated(f"look at crawler {name}"):
                present = self.glue.get_crawler(Name=name)["Crawler"]
        except NotFound:
            with translated(f"create crawler {name}"):
                self.glue.create_crawler(**wanted)
            return "created"
        return _update_if_different(
            f"update crawler {name}", present, wanted, lambda: self.glue.update_crawler(**wanted)
        )

    def _work_group(self) -> Action:
        name, wanted = self.account.work_group, work_group_configuration(self.account)
        try:
            with translated(f"create work group {name}"):
                self.athena.create_work_group(
                    Name=name, Configuration=wanted, Description="Queries of the log tables."
                )
            return "created"
        except AlreadyExists:
            return self._update_work_group(name, wanted)
        except AwsFailure as failure:
            # Athena says InvalidRequestException for a work group that exists.
            if failure.code != "InvalidRequestException" or "already" not in str(failure):
                raise
            return self._update_work_group(name, wanted)

    def _update_work_group(self, name: str, wanted: Mapping[str, Any]) -> Action:
        with translated(f"look at work group {name}"):
            group = self.athena.get_work_group(WorkGroup=name)["WorkGroup"]
        update = {
            "EnforceWorkGroupConfiguration": True,
            "ResultConfigurationUpdates": wanted["ResultConfiguration"],
        }
        return _update_if_different(
            f"update work group {name}",
            group["Configuration"],
            wanted,
            lambda: self.athena.update_work_group(WorkGroup=name, ConfigurationUpdates=update),
        )


def _update_if_different(
    doing: str, present: Mapping[str, Any], wanted: Mapping[str, Any], update: Callable[[], object]
) -> Action:
    if covers(present, wanted):
        return "unchanged"
    with translated(doing):
        update()
    return "updated"
