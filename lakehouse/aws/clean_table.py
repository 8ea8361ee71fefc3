"""The clean and rejected tables: one run of an engine for all days asked for, then publish.

The engine (`clean_engines`) does the work and writes a manifest. A day is published if the manifest
accounts for every one of its rows, not too many were rejected and its files could be read; else it
is held back, and its partition stays what it was. What is done with a row stands in
`glue_scripts`, and again, for Athena, in `lakehouse.clean_query`.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lakehouse.aws.account import Account
from lakehouse.aws.catalog import Catalog
from lakehouse.aws.clean_engines import CleanEngines, CleanWork
from lakehouse.aws.errors import ExecutionFailed, NotFound
from lakehouse.aws.inventory import DayFiles, day_version, days_to_read, take_inventory
from lakehouse.aws.publish import (
    ensure_published_table,
    parquet_table,
    publish,
    run_location,
)
from lakehouse.aws.run_records import DayCounts, Outcome, RunRecords
from lakehouse.aws.s3 import S3
from lakehouse.source import LogSource
from lakehouse.source_fields import PARTITION_KEY
from lakehouse.sql import REJECTED_COLUMNS, clean_columns

Files = Mapping[date, DayFiles]


@dataclass(frozen=True)
class CleanRun:
    """One run: what did the work, counts of each day, and what came of it."""

    work: CleanWork
    days: Mapping[str, DayCounts]
    outcome: Outcome


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


def unreadable_days(
    source: LogSource, days: Iterable[date], files: Files, words: str
) -> dict[str, str]:
    """The days that need a file which a failed run's `words` name: day -> words."""
    named = {
        day: [file.uri for file in found.files if file.uri in words] for day, found in files.items()
    }
    needed = {day: [uri for d in source.file_days(day) for uri in named.get(d, [])] for day in days}
    return {
        day.isoformat(): f"cannot read {', '.join(uris)}" for day, uris in needed.items() if uris
    }


def vanished_days(
    account: Account, source: LogSource, days: Iterable[date], files: Files, built: Container[str]
) -> dict[str, str]:
    """The days that were built of files of which none is left: day -> words.

    Nobody is to lose a table because its raw files expired.
    """
    table = f"{account.database}.{source.clean_table}"
    return {
        day.isoformat(): f"its raw files are gone; ALTER TABLE {table} DROP PARTITION "
        f"({PARTITION_KEY} = '{day}') takes out what was built of them"
        for day in days
        if day.isoformat() in built and not (day in files and files[day].files)
    }


@dataclass(frozen=True)
class CleanTables:
    """Builds and publishes clean partitions."""

    account: Account
    s3: S3
    catalog: Catalog
    engines: CleanEngines
    records: RunRecords

    def build(
        self,
        source: LogSource,
        days: Sequence[date],
        files: Files,
        run_id: str,
        tell: Callable[[str], None] = lambda words: None,
    ) -> CleanRun:
        """Clean the `files` of `days` (and their late days), verify, publish.

        A run that fails on files of some days is made again without those days, which are held
        back, and so are published days whose raw files are gone.
        Rejected rows are published for every day, so that they can be looked at; clean ones only
        for days that are not held back. A day that was built meanwhile of newer files, which this
        run does not know, keeps those. Raises `ExecutionFailed` when no day is left, or the
        manifest does not account for every row; partitions then still point where they did.
        """
        left_out = vanished_days(self.account, source, days, files, self._built(source, days))
        if len(left_out) == len(days):
            raise ExecutionFailed("; ".join(f"{day}: {why}" for day, why in left_out.items()))
        while True:
            rest = [day for day in days if day.isoformat() not in left_out]
            run = f"{run_id}-{len(left_out)}"
            try:
                work = self.engines.run(source, rest, files, run, tell)
                break
            except ExecutionFailed as error:
                found = unreadable_days(source, rest, files, str(error))
                if not found or len(found) == len(rest):
                    raise
                left_out |= found
        counts = self._verified_counts(source, [day.isoformat() for day in rest], run, work)
        held = held_back(source, counts)
        versions = {day.isoformat(): day_version(source, day, files) for day in rest}
        published = self._publish(source, versions, held, run)
        outcome = Outcome(run, published, {**left_out, **held})
        self.records.put_outcome(source, outcome)
        return CleanRun(work, counts, outcome)

    def _built(self, source: LogSource, days: Iterable[date]) -> Container[str]:
        """Those of the days that have a clean partition."""
        keys = [day.isoformat() for day in days]
        try:
            return self.catalog.locations(self.account.database, source.clean_table, keys)
        except NotFound:
            return ()

    def _verified_counts(
        self, source: LogSource, days: Sequence[str], run_id: str, work: CleanWork
    ) -> dict[str, DayCounts]:
        counts = self.records.manifest(source, run_id)
        where = f"{work.words} ({source.name})"
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
        self, source: LogSource, days: Mapping[str, str], held: Container[str], run_id: str
    ) -> dict[str, str]:
        rejected = self._ensure(source.rejected_table, REJECTED_COLUMNS, _rejected_words(source))
        clean = self._ensure(source.clean_table, clean_columns(source), source.description)
        overtaken = self._overtaken(source, days)
        days = {day: version for day, version in days.items() if day not in overtaken}
        # Rejected rows first: whoever sees the new clean rows can look up what is missing.
        run = run_location(self.account, source.rejected_table, run_id)
        publish(self.catalog, self.account, rejected, run, days)
        run = run_location(self.account, source.clean_table, run_id)
        good = [day for day in days if day not in held]
        return publish(self.catalog, self.account, clean, run, good, days)

    def _overtaken(self, source: LogSource, versions: Mapping[str, str]) -> set[str]:
        """The days that a run which began later has built of the files that stand there now."""
        database, table = self.account.database, source.clean_table
        built = {
            date.fromisoformat(day): pointer.raw_version
            for day, pointer in self.catalog.pointers_of(database, table, versions).items()
            if pointer.raw_version not in ("", versions[day])
        }
        files = take_inventory(self.s3, self.account, source, days_to_read(source, built))
        return {str(day) for day in built if day_version(source, day, files) == built[day]}

    def _ensure(
        self, name: str, columns: Sequence[Mapping[str, str]], words: str
    ) -> dict[str, Any]:
        wanted = parquet_table(self.account, name, words, columns)
        return ensure_published_table(self.catalog, self.account, wanted)


def _rejected_words(source: LogSource) -> str:
    return f"Rows of {source.name} that could not be used: raw text, file, reason and run of each."
