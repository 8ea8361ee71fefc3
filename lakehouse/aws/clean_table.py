"""The clean and rejected tables: one Glue job run for all days asked for, then publish.

The plan goes to S3, the job does the work and writes a manifest; nothing is published unless the
manifest accounts for every row, and no day of which too many rows were rejected: its partition
stays what it was. What the job does with a row stands in `glue_scripts`.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lakehouse.aws.account import Account
from lakehouse.aws.catalog import Catalog
from lakehouse.aws.errors import ExecutionFailed
from lakehouse.aws.inventory import DayFiles
from lakehouse.aws.jobs import JobRun, Jobs
from lakehouse.aws.publish import day_location, parquet_table, publish, run_location
from lakehouse.aws.s3 import S3
from lakehouse.plan import build_clean_plan
from lakehouse.source import LogSource
from lakehouse.sql import REJECTED_COLUMNS, clean_columns

MANIFESTS = "runs/"
MANIFEST_NAME = "manifest.json"


@dataclass(frozen=True)
class DayCounts:
    """Rows of one day by outcome, as the job counted them.

    `raw` rows stand in the day's files; each is clean, rejected, filtered, a duplicate or belongs
    to another day. `late` rows are in the day's clean partition but stand in later files.
    `raw_files` have at least one line; `files` are the clean partition's Parquet files.
    """

    raw: int
    clean: int
    rejected: int
    filtered: int
    duplicates: int
    other_day: int
    late: int
    header_lines: int
    raw_files: int
    files: int
    reasons: Mapping[str, int]

    @property
    def published(self) -> int:
        """Rows in the day's clean partition."""
        return self.clean + self.late

    @property
    def unaccounted(self) -> int:
        """Raw rows with no outcome: anything but 0 is a defect."""
        outcomes = self.clean + self.rejected + self.filtered + self.duplicates + self.other_day
        return self.raw - outcomes

    @property
    def rejected_ratio(self) -> float:
        """Rejected rows per raw row; 0 for a day without rows."""
        return self.rejected / self.raw if self.raw else 0.0


@dataclass(frozen=True)
class CleanRun:
    """One job run: counts of each day, clean location of each published one.

    `held` are the days that were not published, with the reason.
    """

    run_id: str
    job_run: JobRun
    days: Mapping[str, DayCounts]
    locations: Mapping[str, str]
    held: Mapping[str, str]


def held_back(source: LogSource, days: Mapping[str, DayCounts]) -> dict[str, str]:
    """The days of which more rows were rejected than the source allows: day -> words."""
    allowed = source.checks.max_rejected_ratio
    return {
        day: f"{counts.rejected:,} of {counts.raw:,} rows rejected ({counts.rejected_ratio:.2%}, "
        f"{allowed:.1%} allowed), most often {_commonest(counts.reasons)}"
        for day, counts in days.items()
        if counts.rejected_ratio > allowed
    }


def _commonest(reasons: Mapping[str, int]) -> str:
    return max(sorted(reasons), key=lambda reason: reasons[reason])


def manifest_root(source: LogSource) -> str:
    """The prefix in the scripts bucket under which each run of a source has a folder."""
    return f"{MANIFESTS}{source.name}/"


def manifest_key(source: LogSource, run_id: str) -> str:
    """Where the scripts bucket keeps a run's manifest."""
    return f"{manifest_root(source)}{run_id}/{MANIFEST_NAME}"


def counts_of(manifest: Mapping[str, Any]) -> dict[str, DayCounts]:
    """The manifest's days; `KeyError`/`TypeError` if it is not one."""
    return {day: DayCounts(**counts) for day, counts in manifest["days"].items()}


@dataclass(frozen=True)
class CleanTables:
    """Builds and publishes clean partitions."""

    account: Account
    s3: S3
    catalog: Catalog
    jobs: Jobs

    def build(
        self,
        source: LogSource,
        days: Sequence[date],
        files: Mapping[date, DayFiles],
        run_id: str,
        started: Callable[[str], None] = lambda run_id: None,
    ) -> CleanRun:
        """Run the job over the `files` of `days` (and their late days), verify, publish.

        Rejected rows are published for every day, so that they can be looked at; clean ones only
        for days that are not held back. Raises `ExecutionFailed` when the job fails or its manifest
        does not account for every row; the partitions then still point where they did.
        """
        plan = self._plan(source, days, files, run_id)
        place = self.s3.put_json(
            self.account.scripts_bucket, f"{manifest_root(source)}{run_id}/plan.json", plan
        )
        job_run = self.jobs.run(self.account.clean_job, {"--plan": place}, started)
        counts = self._verified_counts(source, [day.isoformat() for day in days], run_id, job_run)
        held = held_back(source, counts)
        return CleanRun(run_id, job_run, counts, self._publish(source, counts, held, run_id), held)

    def manifest(self, source: LogSource, run_id: str) -> dict[str, DayCounts] | None:
        """The counts of an earlier run, or None if its manifest is gone."""
        document = self.s3.get_json(self.account.scripts_bucket, manifest_key(source, run_id))
        return counts_of(document) if document else None

    def attempt(self, source: LogSource, run_prefix: str) -> dict[str, DayCounts]:
        """The counts of the newest run whose id begins with `run_prefix`; empty if none ended."""
        prefix = f"{manifest_root(source)}{run_prefix}"
        found = self.s3.objects(self.account.scripts_bucket, prefix)
        manifests = [item for item in found if item.key.endswith(MANIFEST_NAME)]
        if not manifests:
            return {}
        newest = max(manifests, key=lambda item: item.last_modified)
        return self.manifest(source, newest.key.split("/")[-2]) or {}

    def _plan(
        self,
        source: LogSource,
        days: Sequence[date],
        files: Mapping[date, DayFiles],
        run_id: str,
    ) -> dict[str, Any]:
        bucket = self.account.scripts_bucket
        return build_clean_plan(
            source,
            run_id=run_id,
            days=days,
            files={d.isoformat(): [f.uri for f in day.files] for d, day in files.items()},
            clean_location=run_location(self.account, source.clean_table, run_id),
            rejected_location=run_location(self.account, source.rejected_table, run_id),
            manifest_location=f"s3://{bucket}/{manifest_key(source, run_id)}",
        )

    def _verified_counts(
        self, source: LogSource, days: Sequence[str], run_id: str, job_run: JobRun
    ) -> dict[str, DayCounts]:
        counts = self.manifest(source, run_id)
        where = f"run {job_run.run_id} of Glue job {job_run.job} ({source.name})"
        if counts is None:
            raise ExecutionFailed(f"{where} succeeded but wrote no manifest; nothing was published")
        wrong = [day for day in days if day not in counts or counts[day].unaccounted]
        if wrong:
            raise ExecutionFailed(
                f"{where}: the manifest does not account for every row of {', '.join(wrong)}; "
                "nothing was published"
            )
        return {day: counts[day] for day in days}

    def _publish(
        self, source: LogSource, days: Iterable[str], held: Container[str], run_id: str
    ) -> dict[str, str]:
        rejected = self._ensure(source.rejected_table, REJECTED_COLUMNS, _rejected_words(source))
        clean = self._ensure(source.clean_table, clean_columns(source), source.description)
        # Rejected rows first: whoever sees the new clean rows can look up what is missing.
        run = run_location(self.account, source.rejected_table, run_id)
        publish(self.catalog, self.account, rejected, run, days)
        run = run_location(self.account, source.clean_table, run_id)
        good = [day for day in days if day not in held]
        return publish(self.catalog, self.account, clean, run, good)

    def _ensure(
        self, name: str, columns: Sequence[Mapping[str, str]], words: str
    ) -> dict[str, Any]:
        wanted = parquet_table(self.account, name, words, columns)
        return self.catalog.ensure_table(self.account.database, wanted)

    def published_files(self, source: LogSource, run_id: str, day: str) -> tuple[int, int]:
        """Number of Parquet files and their bytes in a day's clean partition."""
        location = day_location(run_location(self.account, source.clean_table, run_id), day)
        prefix = location.removeprefix(f"s3://{self.account.clean_bucket}/")
        objects = self.s3.objects(self.account.clean_bucket, prefix)
        return len(objects), sum(item.size for item in objects)


def _rejected_words(source: LogSource) -> str:
    return f"Rows of {source.name} that could not be used: raw text, file, reason and run of each."
