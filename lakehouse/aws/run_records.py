"""What is kept of each run that cleans days, in the scripts bucket under `runs/<source>/<run id>/`.

`plan.json` is what the job (or Athena) was told, `manifest.json` what it counted (rows by outcome
per day and per file), `outcome.json` what came of it: which days were published, which held back
and why.
What is done with a run stands in `clean_table`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from lakehouse.aws.account import Account
from lakehouse.aws.s3 import S3
from lakehouse.source import LogSource

ROOT: Final = "runs/"
MANIFEST: Final = "manifest.json"
OUTCOME: Final = "outcome.json"
PLAN: Final = "plan.json"


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
class Outcome:
    """What came of a run: location of each published day, words for each one held back."""

    run_id: str = ""
    published: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[str, str] = field(default_factory=dict)


def runs_root(source: LogSource) -> str:
    """The prefix under which each run of a source has a folder."""
    return f"{ROOT}{source.name}/"


def counts_of(manifest: Mapping[str, Any]) -> dict[str, DayCounts]:
    """The manifest's days; `KeyError`/`TypeError` if it is not one."""
    return {day: DayCounts(**counts) for day, counts in manifest["days"].items()}


@dataclass(frozen=True)
class RunRecords:
    """Reads and writes the documents of runs."""

    account: Account
    s3: S3

    def location(self, source: LogSource, run_id: str, name: str) -> str:
        """The `s3://` address of one document."""
        return f"s3://{self.account.scripts_bucket}/{runs_root(source)}{run_id}/{name}"

    def put_plan(self, source: LogSource, run_id: str, plan: Mapping[str, Any]) -> str:
        """Write what the job is told; its address."""
        return self._put(source, run_id, PLAN, plan)

    def put_manifest(self, source: LogSource, run_id: str, manifest: Mapping[str, Any]) -> None:
        """Write what a run without a job counted; the job writes its own."""
        self._put(source, run_id, MANIFEST, manifest)

    def put_outcome(self, source: LogSource, outcome: Outcome) -> None:
        """Write what came of a run, as the last thing that is done for it."""
        self._put(source, outcome.run_id, OUTCOME, asdict(outcome))

    def manifest(self, source: LogSource, run_id: str) -> dict[str, DayCounts] | None:
        """The counts of a run, or None if its manifest is gone."""
        document = self._get(source, run_id, MANIFEST)
        return counts_of(document) if document else None

    def newest_outcome(self, source: LogSource, run_prefix: str) -> Outcome:
        """Of the runs whose ids begin with `run_prefix`, the outcome of the last; empty if none."""
        prefix = f"{runs_root(source)}{run_prefix}"
        found = self.s3.objects(self.account.scripts_bucket, prefix)
        outcomes = [item for item in found if item.key.endswith(f"/{OUTCOME}")]
        if not outcomes:
            return Outcome()
        newest = max(outcomes, key=lambda item: item.last_modified)
        return Outcome(**(self._get(source, newest.key.split("/")[-2], OUTCOME) or {}))

    def _put(self, source: LogSource, run_id: str, name: str, document: Mapping[str, Any]) -> str:
        key = f"{runs_root(source)}{run_id}/{name}"
        return self.s3.put_json(self.account.scripts_bucket, key, document)

    def _get(self, source: LogSource, run_id: str, name: str) -> dict[str, Any] | None:
        key = f"{runs_root(source)}{run_id}/{name}"
        return self.s3.get_json(self.account.scripts_bucket, key)
