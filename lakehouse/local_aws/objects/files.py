"""Where the bytes of objects lie on disk: folders, temporary files, renames.

Belongs here: which path a key has, writing a body to a temporary file with its digests, moving it
to its path, removing it, walking a bucket's folder. Every path is inside the root by construction.
Does not belong here: which objects exist; the rows of `objects` are the truth about that.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

_LONGEST_PART = 255  # bytes of one file name on ext4, XFS, APFS
_LONGEST_PATH = 4000  # bytes of a whole path that the system takes (PATH_MAX is 4096)


class Digest(Protocol):
    """What `hashlib` objects are: fed with bytes, asked for the digest at the end."""

    def update(self, data: bytes, /) -> None:
        """Take in more bytes."""

    def digest(self) -> bytes:
        """The digest of all bytes so far."""


@dataclass(frozen=True)
class Fingerprint:
    """What tells a file apart from any other that ever stood at its path."""

    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, status: os.stat_result) -> "Fingerprint":
        """The fingerprint in a `stat` result."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ino)


@dataclass(frozen=True)
class StagedFile:
    """A body written and synced to a temporary file, not yet an object."""

    path: Path
    fingerprint: Fingerprint
    md5: bytes
    digests: Mapping[str, bytes] = field(default_factory=dict)


class ObjectFiles:
    """The files below one root.

    `objects/<bucket>/<key>` holds the keys that can be paths, so that Spark and DuckDB can read a
    bucket as a folder. Keys that cannot (empty, `.` or `..` parts, parts over 255 bytes, NUL, or
    `a/b` while `a` is a file, and `a` while it is a folder) lie in `objects-aside/<bucket>/`
    under the SHA-256 of the key. Temporary files lie in `tmp/` of the same file system.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._temporary = self.root / "tmp"

    def prepare(self) -> None:
        """Make the folders and sweep what a killed server left in `tmp/`."""
        shutil.rmtree(self._temporary, ignore_errors=True)
        for name in ("objects", "objects-aside", "tmp"):
            (self.root / name).mkdir(parents=True, exist_ok=True)

    def bucket_dir(self, bucket: str) -> Path:
        """The folder of a bucket's plain keys."""
        return self.root / "objects" / bucket

    def aside_dir(self, bucket: str) -> Path:
        """The folder of a bucket's keys that cannot be paths."""
        return self.root / "objects-aside" / bucket

    def remove_bucket(self, bucket: str) -> None:
        """Remove both folders with all that is in them."""
        shutil.rmtree(self.bucket_dir(bucket), ignore_errors=True)
        shutil.rmtree(self.aside_dir(bucket), ignore_errors=True)

    def plain_path(self, bucket: str, key: str) -> Path | None:
        """The path that a key spells, None if no file can have it."""
        parts = key.split("/")
        if any(not _is_file_name(part) for part in parts):
            return None
        path = self.bucket_dir(bucket).joinpath(*parts)
        return path if len(os.fsencode(path)) < _LONGEST_PATH else None

    def aside_path(self, bucket: str, key: str) -> Path:
        """The path of a key that cannot be spelled as one."""
        return self.aside_dir(bucket) / hashlib.sha256(key.encode()).hexdigest()

    def path(self, bucket: str, key: str, aside: bool) -> Path:
        """Where a key lies that was placed before."""
        return self.aside_path(bucket, key) if aside else self.bucket_dir(bucket) / key

    def candidates(self, bucket: str, key: str) -> list[Path]:
        """The paths where a key's file may lie, preferred first."""
        plain = self.plain_path(bucket, key)
        return (
            [self.aside_path(bucket, key)]
            if plain is None
            else [plain, self.aside_path(bucket, key)]
        )

    def stage(self, body: Iterable[bytes], digests: Mapping[str, Digest]) -> StagedFile:
        """Write a body chunk by chunk and sync it; a body that raises leaves nothing behind."""
        md5 = hashlib.md5(usedforsecurity=False)
        handle, name = tempfile.mkstemp(dir=self._temporary)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in body:
                    file.write(chunk)
                    md5.update(chunk)
                    for digest in digests.values():
                        digest.update(chunk)
                file.flush()
                os.fsync(file.fileno())
                fingerprint = Fingerprint.of(os.fstat(file.fileno()))
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        results = {name: digest.digest() for name, digest in digests.items()}
        return StagedFile(Path(name), fingerprint, md5.digest(), results)

    def place(self, staged: StagedFile, bucket: str, key: str) -> Path:
        """Move a staged file to its key's path, over what was there, in one step."""
        plain = self.plain_path(bucket, key)
        for _ in range(3):  # a job may remove the folder between the two calls
            if plain is None:
                break
            try:
                plain.parent.mkdir(parents=True, exist_ok=True)
                return staged.path.replace(plain)
            except FileNotFoundError:
                continue
            except (FileExistsError, NotADirectoryError, IsADirectoryError):
                break  # a file stands where a folder is needed, or the other way round
        aside = self.aside_path(bucket, key)
        aside.parent.mkdir(parents=True, exist_ok=True)
        return staged.path.replace(aside)

    def remove(self, bucket: str, path: Path) -> None:
        """Remove a file and the folders that it leaves empty: S3 has no empty folders."""
        path.unlink(missing_ok=True)
        top = self.bucket_dir(bucket)
        for folder in path.parents:
            if folder == top or not folder.is_relative_to(top):
                return
            try:
                folder.rmdir()
            except OSError:
                return  # not empty, or already gone

    def walk(self, bucket: str, prefix: str = "") -> Iterator[tuple[str, os.stat_result]]:
        """(key, stat) of every plain file that could be an object whose key has the prefix.

        Skipped is only what can be none: symbolic links and special files, names that are not
        UTF-8, keys over 1,024 bytes. Folders that cannot hold the prefix are not entered.
        """
        yield from _walk(self.bucket_dir(bucket), "", prefix)


def _walk(folder: Path, parent: str, prefix: str) -> Iterator[tuple[str, os.stat_result]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    for entry in entries:
        key = parent + entry.name
        if not is_key(key):
            continue
        if entry.is_dir(follow_symlinks=False):
            inside = key + "/"
            if inside.startswith(prefix[: len(inside)]):
                yield from _walk(Path(entry.path), inside, prefix)
        elif entry.is_file(follow_symlinks=False) and key.startswith(prefix):
            try:
                yield key, entry.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue  # removed while we walk


def is_key(key: str) -> bool:
    """Whether a text is UTF-8 of 1 to 1,024 bytes, as a key of S3 must be."""
    try:
        return 1 <= len(key.encode()) <= 1024
    except UnicodeEncodeError:
        return False


def _is_file_name(part: str) -> bool:
    return part not in ("", ".", "..") and "\0" not in part and len(part.encode()) <= _LONGEST_PART
