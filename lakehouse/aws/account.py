"""The names of everything the platform owns in one AWS account. Pure.

All names derive from one prefix, so several installations can share an account. Where the account
is (endpoint, region, credentials) is boto3's affair: nothing here or above knows it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lakehouse.errors import LakehouseError


class SettingsError(LakehouseError):
    """A LAKEHOUSE_* environment variable has an unusable value."""


@dataclass(frozen=True)
class Account:
    """Names of buckets, databases, job, work group; `glue_role` is the role of crawlers and job.

    With `raw_events`, S3 tells each source's SQS queue of its raw files, and sensors read it.
    """

    prefix: str = "lakehouse"
    database: str = "lakehouse"
    glue_role: str = "LakehouseGlueRole"
    raw_events: bool = False

    def __post_init__(self) -> None:
        """Refuse names that S3 or Glue would refuse, before anything is made."""
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,50}", self.prefix):
            raise SettingsError(
                f"LAKEHOUSE_PREFIX: {self.prefix!r} cannot begin a bucket name: use 2 to 51 "
                "lower-case letters, digits and hyphens"
            )
        if not re.fullmatch(r"[a-z_][a-z0-9_]{0,99}", self.database):
            raise SettingsError(
                f"LAKEHOUSE_DATABASE: {self.database!r} is not a database name: use lower-case "
                "letters, digits and underscores"
            )

    @property
    def raw_bucket(self) -> str:
        """Where log files land."""
        return f"{self.prefix}-raw"

    @property
    def clean_bucket(self) -> str:
        """Where published tables' Parquet lives."""
        return f"{self.prefix}-clean"

    @property
    def athena_bucket(self) -> str:
        """Where Athena writes query results."""
        return f"{self.prefix}-athena"

    @property
    def scripts_bucket(self) -> str:
        """The Glue script, and the plan and manifest of each job run."""
        return f"{self.prefix}-scripts"

    @property
    def buckets(self) -> tuple[str, ...]:
        """All buckets of the platform."""
        return (self.raw_bucket, self.clean_bucket, self.athena_bucket, self.scripts_bucket)

    @property
    def crawl_database(self) -> str:
        """Where each crawler's sample table lives, out of the sight of those who query."""
        return f"{self.database}_crawl"

    @property
    def work_group(self) -> str:
        """The Athena work group of all the platform's queries."""
        return self.prefix

    @property
    def clean_job(self) -> str:
        """The one Glue job."""
        return f"{self.prefix}-clean-logs"

    @property
    def dead_letter_queue(self) -> str:
        """Where messages go that could not be read."""
        return f"{self.prefix}-raw-events-dead"

    def raw_queue(self, source: str) -> str:
        """The queue that S3 tells of a source's raw files."""
        return f"{self.prefix}-{source}-raw-events"

    def crawler(self, source: str) -> str:
        """The crawler of a source."""
        return f"{self.prefix}-{source}-raw"


def account_from(environ: Mapping[str, str]) -> Account:
    """The account named by LAKEHOUSE_PREFIX, LAKEHOUSE_DATABASE and LAKEHOUSE_GLUE_ROLE.

    LAKEHOUSE_SENSORS says how new raw files are seen: `listing` (the default) or `sqs`.
    """
    default = Account()
    sensors = environ.get("LAKEHOUSE_SENSORS", "listing")
    if sensors not in ("listing", "sqs"):
        raise SettingsError(f"LAKEHOUSE_SENSORS: {sensors!r} is neither listing nor sqs")
    return Account(
        prefix=environ.get("LAKEHOUSE_PREFIX", default.prefix),
        database=environ.get("LAKEHOUSE_DATABASE", default.database),
        glue_role=environ.get("LAKEHOUSE_GLUE_ROLE", default.glue_role),
        raw_events=sensors == "sqs",
    )
