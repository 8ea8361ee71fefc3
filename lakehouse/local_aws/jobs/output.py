"""What a Spark job did to the folders of the buckets, taken into the object store at its end.

Spark reaches buckets as folders (spark.py), so its files become objects here: only folders that
changed since the run began are looked at, and a committer's unfinished `_temporary` never becomes
objects, neither of this run (killed) nor of another one that is still writing.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lakehouse.local_aws.objects.store import ObjectStore

UNFINISHED = ("_temporary", ".spark-staging")
_CLOCK_SLACK = 1.0  # seconds; file times come from a coarser clock than time.time()


@dataclass(frozen=True)
class Folder:
    """A changed folder of a bucket; `whole` if nothing below it is old or unfinished."""

    path: Path
    whole: bool


def adopt_outputs(objects: ObjectStore, since: float, alone: bool) -> None:
    """Rows := files, for every folder changed after `since` (epoch seconds).

    `alone`: no other Spark run is active, so unfinished files were left by a killed run: removed.
    """
    for bucket in objects.buckets():
        root = objects.bucket_dir(bucket.name)
        if alone:
            _remove_unfinished(objects, bucket.name, root)
        for folder in changed_folders(root, since - _CLOCK_SLACK):
            _adopt(objects, bucket.name, root, folder, since - _CLOCK_SLACK)


def changed_folders(root: Path, since: float) -> Iterator[Folder]:
    """The changed folders at and below `root`; below a whole one nothing more is named."""
    found, _ = _scan(root, since)
    yield from found


def _scan(folder: Path, since: float) -> tuple[list[Folder], bool]:
    """The changed folders and whether this one is whole."""
    found: list[Folder] = []
    whole = changed = folder.stat().st_mtime >= since
    for entry in os.scandir(folder):
        if not entry.is_dir(follow_symlinks=False):
            continue
        if entry.name.startswith(UNFINISHED):
            whole = False
            continue
        below, below_whole = _scan(Path(entry.path), since)
        found += below
        whole = whole and below_whole
    if whole:
        return [Folder(folder, whole=True)], True
    return ([Folder(folder, whole=False)] if changed else []) + found, False


def _adopt(objects: ObjectStore, bucket: str, root: Path, folder: Folder, since: float) -> None:
    relative = folder.path.relative_to(root).as_posix()
    prefix = "" if relative == "." else f"{relative}/"
    if folder.whole:
        objects.adopt(bucket, prefix)
        return
    for key in _changed_keys(objects, bucket, prefix, folder.path, since):
        objects.adopt(bucket, key)


def _changed_keys(
    objects: ObjectStore, bucket: str, prefix: str, folder: Path, since: float
) -> Iterator[str]:
    """Keys directly in a folder whose file is new or gone."""
    for entry in os.scandir(folder):
        if entry.is_file(follow_symlinks=False) and entry.stat().st_mtime >= since:
            yield prefix + entry.name
    for stored in objects.list(bucket, prefix):
        if "/" not in stored.key[len(prefix) :] and not stored.path.exists():
            yield stored.key


def _remove_unfinished(objects: ObjectStore, bucket: str, root: Path) -> None:
    """Remove committers' leftovers of killed runs; objects put there through S3 stay."""
    for folder, names, _ in os.walk(root):
        for name in [name for name in names if name.startswith(UNFINISHED)]:
            names.remove(name)
            path = Path(folder, name)
            if not objects.list(bucket, f"{path.relative_to(root).as_posix()}/", limit=1):
                shutil.rmtree(path)
