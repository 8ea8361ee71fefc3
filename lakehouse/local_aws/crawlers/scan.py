"""Reads what a crawl needs of a prefix: its folders, and a bounded sample of their files.

Belongs here: listing, exclusions, how many files and bytes are read, telling one file from another
in a folder. What the samples mean belongs to `schema_inference`, the folders to `layout`.
"""

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from lakehouse.local_aws.crawlers.file_sample import read_sample
from lakehouse.local_aws.crawlers.file_schema import FileSchema
from lakehouse.local_aws.crawlers.layout import Leaf, Parts, glob_pattern
from lakehouse.local_aws.crawlers.schema_inference import classify, merged_schema, similar
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.store import ObjectStore, StoredObject

_SAMPLE_BYTES = 1_000_000
_LEAST_SAMPLE_BYTES = 16_000
_BUDGET_BYTES = 12_000_000
_BUDGET_FILES = 400
_MOST_FILES_PER_FOLDER = 20


class CrawlStopped(Exception):
    """The crawl was asked to stop."""


@dataclass(frozen=True)
class Prefix:
    """A place in a bucket; `key` is "" or ends with a slash, unless it names one object."""

    bucket: str
    key: str

    @property
    def location(self) -> str:
        """The place as an s3:// URI."""
        return f"s3://{self.bucket}/{self.key}"

    @property
    def name(self) -> str:
        """The last folder's name, the bucket's at its root."""
        return self.key.rstrip("/").rpartition("/")[2] or self.bucket


def parse_location(location: str) -> Prefix:
    """Read `s3://bucket/prefix/` (or `bucket/prefix`). Raises InvalidInputException."""
    scheme, separator, rest = location.partition("://")
    if separator and scheme not in ("s3", "s3a", "s3n"):
        raise AwsError("InvalidInputException", f"{location} is not an Amazon S3 path.")
    bucket, _, key = (rest if separator else location).partition("/")
    if not bucket:
        raise AwsError("InvalidInputException", f"{location} is not an Amazon S3 path.")
    return Prefix(bucket, f"{key.rstrip('/')}/" if key.strip("/") else "")


class Scanner:
    """Reads prefixes of the object store for one crawl, until that is asked to stop."""

    def __init__(self, objects: ObjectStore, stopping: threading.Event) -> None:
        self._objects = objects
        self._stopping = stopping

    def scan(
        self, prefix: Prefix, exclusions: Sequence[str] = (), sample_files: int | None = None
    ) -> list[Leaf]:
        """Return the leaves of a prefix in key order, each with the schema of its sampled files.

        Hidden names (`_x`, `.x`) and empty objects are left out, as Athena leaves them out.
        `sample_files` is the SampleSize of an S3 target: files read in each folder.
        Raises AwsError for a bucket or file that cannot be read, CrawlStopped when stopped.
        """
        folders = _folders(self._objects.list(prefix.bucket, prefix.key), prefix, exclusions)
        most = max(1, min(_MOST_FILES_PER_FOLDER, _BUDGET_FILES // max(1, len(folders))))
        chosen = {path: files[: min(most, sample_files or most)] for path, files in folders.items()}
        limit = _sample_limit(sum(map(len, chosen.values())))
        leaves: list[Leaf] = []
        for path, files in folders.items():
            leaves += self._leaves(path, files, chosen[path], limit)
        return leaves

    def _leaves(
        self,
        path: Parts,
        files: Sequence[StoredObject],
        sampled: Sequence[StoredObject],
        limit: int,
    ) -> list[Leaf]:
        """Make one leaf of a folder of similar files, else one leaf of every sampled file."""
        schemas = [self._schema(file, limit) for file in sampled]
        size = sum(file.size for file in files)
        if all(similar(schemas[0], other) for other in schemas[1:]):
            schema = reduce(merged_schema, schemas)
            share = sum(file.size for file in sampled) / size
            whole = replace(schema, records=schema.records / share, bytes=schema.bytes / share)
            return [Leaf(path, whole, len(files), size)]
        return [
            Leaf((*path, file.key.rpartition("/")[2]), schema, 1, file.size, is_file=True)
            for file, schema in zip(sampled, schemas, strict=True)
        ]

    def _schema(self, file: StoredObject, limit: int) -> FileSchema:
        if self._stopping.is_set():
            raise CrawlStopped
        try:
            return classify(read_sample(file.path, file.size, limit))
        except (AwsError, OSError) as error:
            reason = error.message if isinstance(error, AwsError) else str(error)
            message = f"s3://{file.bucket}/{file.key}: {reason}"
            raise AwsError("InvalidInputException", message) from error


def _folders(
    objects: Sequence[StoredObject], prefix: Prefix, exclusions: Sequence[str]
) -> Mapping[Parts, list[StoredObject]]:
    excluded = [glob_pattern(glob) for glob in exclusions]
    folders: dict[Parts, list[StoredObject]] = defaultdict(list)
    for stored in objects:
        relative = stored.key[len(prefix.key) :]
        *folder, name = relative.split("/")
        hidden = any(part.startswith(("_", ".")) for part in (*folder, name))
        if stored.size == 0 or not name or hidden:
            continue
        if not any(pattern.fullmatch(relative) for pattern in excluded):
            folders[tuple(folder)].append(stored)
    return folders


def _sample_limit(files: int) -> int:
    share = _BUDGET_BYTES // max(1, files)
    return min(_SAMPLE_BYTES, max(_LEAST_SAMPLE_BYTES, share))
