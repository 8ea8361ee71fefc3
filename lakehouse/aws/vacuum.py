"""Vacuum: what runs wrote and no partition needs any more is found, and removed.

A run's files are needed while a partition points at them, and for a grace period after it stopped
to: a query planned before may still be reading, a run may not have published yet. Only prefixes
that runs of the sources' own tables write are ever looked at; raw files belong to the user.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from lakehouse.aws.account import Account
from lakehouse.aws.catalog import Catalog, Pointer
from lakehouse.aws.errors import NotFound
from lakehouse.aws.publish import run_of
from lakehouse.aws.run_records import ROOT, runs_root
from lakehouse.aws.s3 import S3, S3Object
from lakehouse.raw_lines import own_tables, typed_root
from lakehouse.source import LogSource


@dataclass(frozen=True)
class Leftover:
    """A prefix of one run that no partition needs, with the objects found there.

    `tables` are those whose partitions might; `location` is an `s3://` prefix; `unneeded_since` is
    when it was last written or when its day was pointed elsewhere, whichever came later.
    """

    tables: tuple[str, ...]
    run_id: str
    location: str
    objects: tuple[S3Object, ...]
    unneeded_since: datetime
    own_tables: tuple[str, ...] = ()
    """Tables of the crawl database that the run made for itself, dropped with the objects."""

    @property
    def bytes(self) -> int:
        """Total size in bytes."""
        return sum(item.size for item in self.objects)


def unneeded_since(
    objects: Sequence[S3Object], days: Iterable[str], pointers: Mapping[str, Pointer]
) -> datetime:
    """The latest of: an object's writing, and the publication that replaced one of the days."""
    published = [pointers[day].published_at for day in days if day in pointers]
    return max([item.last_modified for item in objects] + [at for at in published if at])


def days_in(objects: Iterable[S3Object]) -> set[str]:
    """The days whose folders the objects stand in."""
    return {
        part.removeprefix("event_date=")
        for item in objects
        for part in PurePosixPath(item.key).parts
        if part.startswith("event_date=")
    }


@dataclass(frozen=True)
class Vacuum:
    """Finds and removes leftovers of the sources' tables."""

    account: Account
    s3: S3
    catalog: Catalog

    def leftovers(self, source: LogSource, now: datetime, grace: timedelta) -> list[Leftover]:
        """What no partition of the source's tables has needed for longer than `grace`."""
        tables = (source.clean_table, source.rejected_table, source.metrics_table)
        found = [leftover for table in tables for leftover in self._of_table(table)]
        found += self._of_manifests(source)
        found += self._of_typed_rows(source)
        return [item for item in found if item.unneeded_since + grace <= now]

    def remove(self, leftover: Leftover) -> bool:
        """Delete a leftover's objects; False, and nothing done, if a partition needs it now."""
        pointers = [p for table in leftover.tables for p in self._pointers(table).values()]
        if any(_needs(pointer, leftover) for pointer in pointers):
            return False
        for table in leftover.own_tables:
            self.catalog.drop_table(self.account.crawl_database, table)
        self.s3.delete(leftover.objects[0].bucket, [item.key for item in leftover.objects])
        return True

    def _pointers(self, table: str) -> dict[str, Pointer]:
        try:
            return self.catalog.pointers(self.account.database, table)
        except NotFound:
            return {}

    def _of_table(self, table: str) -> Iterator[Leftover]:
        # Written first, pointed second: what is published in between is seen as needed.
        bucket = self.account.clean_bucket
        runs = self.s3.folders(bucket, f"{table}/")
        written = {run: self._folders(f"{table}/{run}/") for run in runs}
        pointers = self._pointers(table)
        pointed = {_prefix(pointer) for pointer in pointers.values()}
        for run, folders in written.items():
            free = [folder for folder in folders if f"s3://{bucket}/{folder}" not in pointed]
            whole = len(free) == len(folders)
            for prefix in [f"{table}/{run}/"] if whole else free:
                yield from self._leftover((table,), run, bucket, prefix, pointers)

    def _of_manifests(self, source: LogSource) -> Iterator[Leftover]:
        # A manifest is needed as long as its run: while it is pointed at, or its files are kept.
        root, bucket = runs_root(source), self.account.scripts_bucket
        runs = self.s3.folders(bucket, root)
        tables = (source.clean_table, source.rejected_table)
        kept = {run for t in tables for run in self.s3.folders(self.account.clean_bucket, f"{t}/")}
        kept |= {run_of(p.location) for t in tables for p in self._pointers(t).values()}
        for run in (run for run in runs if run not in kept):
            yield from self._leftover(tables, run, bucket, f"{root}{run}/", {})

    def _of_typed_rows(self, source: LogSource) -> Iterator[Leftover]:
        # A run of Athena's removes its typed rows and its tables itself, unless it was killed.
        root, bucket = typed_root(source), self.account.athena_bucket
        for run in self.s3.folders(bucket, root):
            found = self._leftover((source.clean_table,), run, bucket, f"{root}{run}/", {})
            yield from (replace(item, own_tables=own_tables(source, run)) for item in found)

    def _folders(self, prefix: str) -> list[str]:
        names = self.s3.folders(self.account.clean_bucket, prefix)
        return [f"{prefix}{name}/" for name in names]

    def _leftover(
        self,
        tables: tuple[str, ...],
        run: str,
        bucket: str,
        prefix: str,
        pointers: Mapping[str, Pointer],
    ) -> Iterator[Leftover]:
        objects = self.s3.objects(bucket, prefix)
        if objects:
            since = unneeded_since(objects, days_in(objects), pointers)
            yield Leftover(tables, run, f"s3://{bucket}/{prefix}", objects, since)


def _prefix(pointer: Pointer) -> str:
    return pointer.location.rstrip("/") + "/"


def _needs(pointer: Pointer, leftover: Leftover) -> bool:
    in_a_day = _prefix(pointer).startswith(leftover.location)
    is_manifest = leftover.objects[0].key.startswith(ROOT)
    return in_a_day or (is_manifest and run_of(pointer.location) == leftover.run_id)
