"""What cleans the days of a run: the Glue job, or Athena's queries.

The source asks (`engine`), the bytes decide for `auto`, and files that Athena would not read as the
Spark job does are the job's. Both write the same files to the same places and the same manifest;
what becomes of them stands in `clean_table`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from lakehouse.aws.account import Account
from lakehouse.aws.clean_queries import CleanQueries, QueriesRun
from lakehouse.aws.inventory import DayFiles, days_to_read
from lakehouse.aws.job_capacity import text_bytes, workers_for
from lakehouse.aws.jobs import JobRun, Jobs
from lakehouse.aws.publish import run_location
from lakehouse.aws.run_records import MANIFEST, RunRecords
from lakehouse.clean_query_limits import AUTO_BYTES, Unsuitable, limits
from lakehouse.plan import build_clean_plan
from lakehouse.source import LogSource

Files = Mapping[date, DayFiles]
Told = Callable[[str], None]


@dataclass(frozen=True)
class CleanWork:
    """What was run to clean days, and why that (empty where the source asks for it)."""

    by: JobRun | QueriesRun
    why: str = ""

    @property
    def words(self) -> str:
        """What it was, for messages."""
        if isinstance(self.by, QueriesRun):
            return f"Athena queries {', '.join(query.query_id for query in self.by.queries)}"
        return f"run {self.by.run_id} of Glue job {self.by.job}"


@dataclass(frozen=True)
class CleanEngines:
    """Runs one of the two engines."""

    account: Account
    jobs: Jobs
    queries: CleanQueries
    records: RunRecords

    def run(
        self, source: LogSource, days: Sequence[date], files: Files, run_id: str, tell: Told
    ) -> CleanWork:
        """Write the rows of `days` under the run's prefixes, and its manifest.

        `tell` hears of what is started. `ExecutionFailed` has the engine's words.
        """
        size = self._bytes(source, days, files)
        why = against_athena(source, size)
        if why is None:
            try:
                return CleanWork(self.queries.run(source, run_id, days, files, tell),
                                 _chosen(source, size))  # fmt: skip
            except Unsuitable as unsuitable:
                why = str(unsuitable)
                tell(f"Athena cannot clean these files, the Glue job does: {why}")
        return CleanWork(self._run_job(source, days, files, run_id, tell), why)

    def _bytes(self, source: LogSource, days: Sequence[date], files: Files) -> int:
        to_read = days_to_read(source, days)
        return sum(text_bytes(files[day].files) for day in to_read if day in files)

    def _run_job(
        self, source: LogSource, days: Sequence[date], files: Files, run_id: str, tell: Told
    ) -> JobRun:
        to_read = days_to_read(source, days)
        plan = build_clean_plan(
            source,
            run_id=run_id,
            days=days,
            files={d.isoformat(): [f.uri for f in files[d].files] for d in to_read if d in files},
            clean_location=run_location(self.account, source.clean_table, run_id),
            rejected_location=run_location(self.account, source.rejected_table, run_id),
            manifest_location=self.records.location(source, run_id, MANIFEST),
        )
        place = self.records.put_plan(source, run_id, plan)
        workers = workers_for(self._bytes(source, days, files))
        return self.jobs.run(
            self.account.clean_job,
            {"--plan": place},
            lambda started: tell(f"Glue run {started}"),
            workers=workers,
        )


def against_athena(source: LogSource, size: int) -> str | None:
    """Why a run that reads `size` bytes of text is the Glue job's; None if it is Athena's.

    Empty where the source asks for the job.
    """
    if source.engine == "athena":
        return None
    if source.engine == "glue":
        return ""
    for key, words in limits(source):
        return f"{'.'.join(key)}: {words}"
    if size > AUTO_BYTES:
        return f"{size:,} bytes of text; above {AUTO_BYTES:,} the job is quicker"
    return None


def _chosen(source: LogSource, size: int) -> str:
    if source.engine == "athena":
        return ""
    return f"{size:,} bytes of text; up to {AUTO_BYTES:,} Athena is quicker"
