"""What Spark jobs do to the folders of the buckets, taken into the object store.

Spark reaches buckets as folders (spark.py), so its files become objects here: before anybody lists
a folder or asks for a key while a job runs, and completely when a run ends. Only folders that
changed since the run began are looked at, and what a committer has not finished never becomes
objects, neither of this run (killed) nor of another one that is still writing.
"""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lakehouse.local_aws.jobs.mounts import Mounts
from lakehouse.local_aws.objects.store import ObjectStore

UNFINISHED = ("_temporary", ".spark-staging", ".hive-staging")
_CLOCK_SLACK = 1.0  # seconds; file times come from a coarser clock than time.time()


@dataclass(frozen=True)
class Folder:
    """A changed folder of a bucket; `whole` if nothing below it is old or unfinished."""

    path: Path
    whole: bool


class SparkFolders:
    """The folders of all buckets, as long as Spark jobs work in them; one for all runs.

    `folder` takes the mount table, which follows the buckets while a job runs.
    """

    def __init__(self, objects: ObjectStore, folder: Path) -> None:
        self._objects = objects
        self._mounts = Mounts(objects, folder)
        self._active: set[str] = set()
        self._since = 0.0  # when the first of the active runs began
        self._lock = threading.RLock()  # runs begin and end, unfinished files are removed
        self._taking = threading.RLock()  # one at a time, so that each change is told once

    @property
    def mount_table(self) -> Path:
        """The file by which Spark finds the buckets' folders."""
        return self._mounts.path

    def begin(self, run_id: str) -> None:
        """A run starts to work in the folders; what it finishes can be seen from now on."""
        with self._lock:
            if not self._active:
                self._since = time.time()
            self._active.add(run_id)
            self._mounts.write()
            self._objects.share(self)

    def end(self, run_id: str) -> None:
        """A run works in them no longer: all it finished becomes objects."""
        self.take_in_all(self._since)
        with self._lock:
            self._active.discard(run_id)
            if not self._active:
                self._objects.share(None)
                self.remove_unfinished(self._since)

    def take_in_all(self, since: float) -> None:
        """Make objects of everything that was finished after `since` (epoch seconds)."""
        for bucket in self._objects.buckets():
            self._take_in(bucket.name, "", since)

    def remove_unfinished(self, since: float) -> None:
        """Remove what killed runs left half written after `since`, if no run is active.

        Objects put there through S3 stay.
        """
        with self._lock:
            for bucket in [] if self._active else self._objects.buckets():
                root = self._objects.bucket_dir(bucket.name)
                for path in unfinished_folders(root, since - _CLOCK_SLACK):
                    prefix = f"{path.relative_to(root).as_posix()}/"
                    if not self._objects.list(bucket.name, prefix, limit=1):
                        shutil.rmtree(path, ignore_errors=True)

    def take_in(self, bucket: str, prefix: str) -> None:
        """Make objects of what running jobs have finished below a prefix."""
        self._take_in(bucket, prefix, self._since)

    def buckets_changed(self) -> None:
        """Let running jobs find a new bucket."""
        self._mounts.write()

    def _take_in(self, bucket: str, prefix: str, since: float) -> None:
        parts = prefix.split("/")[:-1]
        if any(part in ("", ".", "..") or part.startswith(UNFINISHED) for part in parts):
            return
        root = self._objects.bucket_dir(bucket)
        start = root.joinpath(*parts)
        with self._taking:
            if not start.is_dir():
                self._objects.adopt(bucket, prefix)
                return
            for folder in changed_folders(start, since - _CLOCK_SLACK):
                self._adopt(bucket, root, folder, since - _CLOCK_SLACK)

    def _adopt(self, bucket: str, root: Path, folder: Folder, since: float) -> None:
        relative = folder.path.relative_to(root).as_posix()
        prefix = "" if relative == "." else f"{relative}/"
        if folder.whole:
            self._objects.adopt(bucket, prefix)
            return
        for key in self._changed_keys(bucket, prefix, folder.path, since):
            self._objects.adopt(bucket, key)

    def _changed_keys(self, bucket: str, prefix: str, folder: Path, since: float) -> Iterator[str]:
        """Keys directly in a folder whose file is new or gone, prefixes whose folder is gone."""
        entries = _entries(folder)
        for entry in entries:
            if entry.is_file(follow_symlinks=False) and entry.stat().st_mtime >= since:
                yield prefix + entry.name
        present = {entry.name for entry in entries}
        for name in self._objects.children(bucket, prefix):
            if name.removesuffix("/") not in present:
                yield prefix + name


def changed_folders(root: Path, since: float) -> Iterator[Folder]:
    """The changed folders at and below `root`; below a whole one nothing more is named."""
    try:
        status = root.stat()
    except FileNotFoundError:
        return
    yield from _scan(str(root), status, since)[0]


def unfinished_folders(root: Path, since: float) -> Iterator[Path]:
    """The folders below `root` that a committer made after `since` and did not remove."""
    for entry, status in _folders(str(root)):
        if entry.name.startswith(UNFINISHED):
            if status.st_mtime >= since:
                yield Path(entry.path)
        elif not _has_no_folders(status, since):
            yield from unfinished_folders(Path(entry.path), since)


def _scan(folder: str, status: os.stat_result, since: float) -> tuple[list[Folder], bool]:
    """The changed folders and whether this one is whole."""
    if _has_no_folders(status, since):
        return [], False
    found: list[Folder] = []
    whole = changed = status.st_mtime >= since
    for entry, inner in _folders(folder):
        if entry.name.startswith(UNFINISHED):
            whole = False
            continue
        below, below_whole = _scan(entry.path, inner, since)
        found += below
        whole = whole and below_whole
    if whole:
        return [Folder(Path(folder), whole=True)], True
    return ([Folder(Path(folder), whole=False)] if changed else []) + found, False


def _has_no_folders(status: os.stat_result, since: float) -> bool:
    """Whether an unchanged folder surely has none below it, so that it need not be read.

    Most file systems count a folder's folders in its links: 2 are the folder itself.
    """
    return status.st_mtime < since and status.st_nlink == 2


def _folders(folder: str) -> Iterator[tuple[os.DirEntry[str], os.stat_result]]:
    """The folders in a folder. There may be one for each day of many years: no paths are made."""
    for entry in _entries(folder):
        if entry.is_dir(follow_symlinks=False):
            try:
                yield entry, entry.stat(follow_symlinks=False)
            except FileNotFoundError:  # a job has just removed it
                continue


def _entries(folder: str | Path) -> list[os.DirEntry[str]]:
    """What is in a folder; nothing if a job has just removed it."""
    try:
        return list(os.scandir(folder))
    except FileNotFoundError:
        return []
