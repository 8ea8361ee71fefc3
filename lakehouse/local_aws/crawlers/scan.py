"""Lists what a crawl looks at and reads the beginnings of its files: folders become leaves.

Belongs here: listing, exclusions, how many files and bytes are read, which files of a folder
belong together. What the samples mean belongs to `formats`, the folders to `layout`, which
folders need not be read again to `memory`.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b

from lakehouse.local_aws.crawlers.formats.certainty import CustomClassifier
from lakehouse.local_aws.crawlers.formats.inference import classify
from lakehouse.local_aws.crawlers.formats.sample import read_sample
from lakehouse.local_aws.crawlers.formats.schema import FileSchema
from lakehouse.local_aws.crawlers.globs import excluder
from lakehouse.local_aws.crawlers.layout import Leaf, Parts, are_one
from lakehouse.local_aws.crawlers.location import Prefix
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.rows import StoredObject
from lakehouse.local_aws.objects.store import ObjectStore

_SAMPLE_BYTES = 1_000_000
_LEAST_SAMPLE_BYTES = 8_000
_BUDGET_BYTES = 64_000_000
_FIRST_PAGE = 8
_PAGE = 1000
_LAST = b"\xff"  # above all that starts with a prefix: no byte of UTF-8


class CrawlStopped(Exception):
    """The crawl was asked to stop."""


@dataclass(frozen=True)
class Folder:
    """The data files that stand directly in one folder below an include path.

    `fingerprint` is another one as soon as a file is added, changed or removed.
    """

    path: Parts
    files: tuple[StoredObject, ...]
    fingerprint: str


@dataclass(frozen=True)
class Area:
    """A place to look at: the include path and the exclude patterns of a target.

    `sample_files` is SampleSize, the number of files that are read in each folder; all if None.
    With `combine` all compatible files of a folder belong together. `is_file` says that the include
    path names one object.
    """

    prefix: Prefix
    exclusions: tuple[str, ...] = ()
    sample_files: int | None = None
    combine: bool = False
    is_file: bool = False


class Scanner:
    """Reads areas of the object store for one crawl, until that is asked to stop.

    `warn` is called with a line for each file that cannot be read or recognized.
    """

    def __init__(
        self,
        objects: ObjectStore,
        classifiers: Sequence[CustomClassifier],
        stopping: threading.Event,
        warn: Callable[[str], None],
    ) -> None:
        self._objects = objects
        self._classifiers = classifiers
        self._stopping = stopping
        self._warn = warn

    def folders(self, area: Area) -> dict[Parts, Folder]:
        """List all folders of an area that hold files, in key order. Raises AwsError."""
        if area.is_file:
            stored = self._objects.get(area.prefix.bucket, area.prefix.key)
            return {(): Folder((), (stored,), _fingerprint([stored], area))}
        return _folders(self._objects.list(area.prefix.bucket, area.prefix.key), area)

    def touched(self, area: Area, paths: Iterable[Parts]) -> dict[Parts, Folder]:
        """List some folders of an area alone; those without files are not in the answer."""
        found: list[StoredObject] = []
        for path in paths:
            self._check()
            found += self._direct_files(area.prefix, "".join(f"{part}/" for part in path))
        return _folders(found, area)

    def leaves(self, area: Area, folders: Sequence[Folder]) -> dict[Parts, list[Leaf]]:
        """Read the files of folders: one leaf of similar files, else one of each file.

        Raises CrawlStopped when stopped.
        """
        chosen = {folder.path: folder.files[: area.sample_files] for folder in folders}
        limit = _sample_limit(sum(map(len, chosen.values())))
        return {
            folder.path: self._leaves(folder, chosen[folder.path], limit, area.combine)
            for folder in folders
        }

    def _leaves(
        self, folder: Folder, sampled: Sequence[StoredObject], limit: int, combine: bool
    ) -> list[Leaf]:
        read = [(file, self._schema(file, limit)) for file in sampled]
        known = [(file, schema) for file, schema in read if schema is not None]
        if not known:
            return []
        size = sum(file.size for file in folder.files)
        merged = are_one([schema for _, schema in known], combine)
        if merged is not None:
            share = sum(file.size for file, _ in known) / size
            whole = replace(merged, records=merged.records / share, bytes=merged.bytes / share)
            return [Leaf(folder.path, whole, len(folder.files), size)]
        return [
            Leaf((*folder.path, file.key.rpartition("/")[2]), schema, 1, file.size, is_file=True)
            for file, schema in known
        ]

    def _schema(self, stored: StoredObject, limit: int) -> FileSchema | None:
        """Classify a file; None for one that was removed since it was listed, or has no bytes."""
        self._check()
        try:
            stored, file = self._objects.open(stored.bucket, stored.key)
        except AwsError as error:
            if error.code != "NoSuchKey":
                raise
            return None
        with file:
            found = classify(read_sample(file, stored.size, limit, stored.key), self._classifiers)
        if found.problem:
            self._warn(f"s3://{stored.bucket}/{stored.key}: {found.problem}")
        return found.schema

    def _direct_files(self, prefix: Prefix, folder: str) -> list[StoredObject]:
        """List the objects of one folder without those of the folders in it."""
        start = (prefix.key + folder).encode()
        low, size, found = start, _FIRST_PAGE, list[StoredObject]()
        while page := self._objects.scan(prefix.bucket, low, start + _LAST, size):
            size = min(_PAGE, 2 * size)
            for stored in page:
                inner, slash, _ = stored.key[len(prefix.key + folder) :].partition("/")
                if slash:
                    low, size = start + f"{inner}/".encode() + _LAST, _FIRST_PAGE
                    break
                found.append(stored)
                low = stored.key.encode() + b"\x00"
        return found

    def _check(self) -> None:
        if self._stopping.is_set():
            raise CrawlStopped


def _folders(objects: Iterable[StoredObject], area: Area) -> dict[Parts, Folder]:
    is_excluded = excluder(area.exclusions)
    files: dict[Parts, list[StoredObject]] = defaultdict(list)
    for stored in objects:
        relative = stored.key[len(area.prefix.key) :]
        *folder, name = relative.split("/")
        if stored.size and name and not _is_hidden((*folder, name)) and not is_excluded(relative):
            files[tuple(folder)].append(stored)
    return {p: Folder(p, tuple(found), _fingerprint(found, area)) for p, found in files.items()}


def _is_hidden(parts: Sequence[str]) -> bool:
    """Tell whether Athena, too, would leave a file out."""
    return any(part.startswith(("_", ".")) for part in parts)


def _fingerprint(files: Sequence[StoredObject], area: Area) -> str:
    lines = [f"{area.sample_files} {area.combine}"]
    lines += [f"{file.key}\t{file.etag}\t{file.size}" for file in files]
    return blake2b("\n".join(lines).encode(), digest_size=16).hexdigest()


def _sample_limit(files: int) -> int:
    """Return how many bytes of each file are read: a megabyte, less of very many files."""
    share = _BUDGET_BYTES // max(1, files)
    return min(_SAMPLE_BYTES, max(_LEAST_SAMPLE_BYTES, share))
