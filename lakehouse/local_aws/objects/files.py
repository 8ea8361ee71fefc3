"""Where the bytes of objects lie on disk: folders, temporary files, renames.

Belongs here: which path a key has, writing a body to a temporary file with its digests, moving it
to its path, removing it, walking a bucket's folder. Every path is inside the root by construction.
Does not belong here: which objects exist; the rows of `objects` are the truth about that.
"""

import contextlib
import hashlib
import itertools
import os
import shutil
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from lakehouse.local_aws.objects.spreading import spread

_LONGEST_PART = 255  # bytes of one file name on ext4, XFS, APFS
_REMEMBERED = 1000  # folders
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
    """A body written to a temporary file, not yet an object."""

    file: str
    fingerprint: Fingerprint
    md5: bytes
    digests: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """Where its bytes are."""
        return Path(self.file)


class ObjectFiles:
    """The files below one root.

    `objects/<bucket>/<key>` holds the keys that can be paths, so that Spark and DuckDB can read a
    bucket as a folder. Keys that cannot (empty, `.` or `..` parts, parts over 255 bytes, NUL, or
    `a/b` while `a` is a file, and `a` while it is a folder) lie in `objects-aside/<bucket>/`
    under the SHA-256 of the key. Temporary files lie in `tmp/<start of the server>/` of the same
    file system. Nothing is synced to the disk: what was written survives the end of the process,
    however it ends, but the last seconds before a loss of power may be lost.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        # texts, not paths: joining those takes longer than the system calls they are for
        self._objects, self._aside, self._temporary_root = (
            f"{self.root}/{name}" for name in ("objects", "objects-aside", "tmp")
        )
        self._temporary = f"{self._temporary_root}/{time.time_ns():x}"
        self._made: set[str] = set()  # folders that are known to be there
        self._count = itertools.count()

    def prepare(self) -> None:
        """Make the folders."""
        for folder in (self._objects, self._aside, self._temporary_root):
            Path(folder).mkdir(parents=True, exist_ok=True)
        spread(self._temporary_root)
        Path(self._temporary).mkdir()

    def leftovers(self) -> list[Path]:
        """Temporary files: at the start of a server, what a killed one left."""
        return [path for path in Path(self._temporary_root).rglob("*") if path.is_file()]

    def close(self) -> None:
        """Remove the folders of temporary files that are empty: ours, and those of earlier ones."""
        for folder in Path(self._temporary_root).iterdir():
            with contextlib.suppress(OSError):  # not empty: the next start sees to it
                folder.rmdir()

    def bucket_dir(self, bucket: str) -> Path:
        """The folder of a bucket's plain keys."""
        return Path(self._objects, bucket)

    def aside_dir(self, bucket: str) -> Path:
        """The folder of a bucket's keys that cannot be paths."""
        return Path(self._aside, bucket)

    def remove_bucket(self, bucket: str) -> None:
        """Remove both folders with all that is in them."""
        self._made.clear()
        shutil.rmtree(self.bucket_dir(bucket), ignore_errors=True)
        shutil.rmtree(self.aside_dir(bucket), ignore_errors=True)

    def path(self, bucket: str, key: str, aside: bool) -> str:
        """Where a key lies that was placed before."""
        return self.aside_path(bucket, key) if aside else f"{self._objects}/{bucket}/{key}"

    def plain_path(self, bucket: str, key: str) -> str | None:
        """The path that a key spells, None if no file can have it."""
        if not all(map(_is_file_name, key.split("/"))):
            return None
        path = f"{self._objects}/{bucket}/{key}"
        return path if len(os.fsencode(path)) < _LONGEST_PATH else None

    def aside_path(self, bucket: str, key: str) -> str:
        """The path of a key that cannot be spelled as one."""
        return f"{self._aside}/{bucket}/{hashlib.sha256(key.encode()).hexdigest()}"

    def is_aside(self, path: str) -> bool:
        """Whether a path is one that keys do not spell."""
        return path.startswith(f"{self._aside}/")

    def candidates(self, bucket: str, key: str) -> list[str]:
        """The paths where a key's file may lie, preferred first."""
        plain, aside = self.plain_path(bucket, key), self.aside_path(bucket, key)
        return [plain, aside] if plain and _is_straight(plain.rpartition("/")[0]) else [aside]

    def stage(self, body: Iterable[bytes], digests: Mapping[str, Digest]) -> StagedFile:
        """Write a body chunk by chunk; a body that raises leaves nothing behind."""
        md5 = hashlib.md5(usedforsecurity=False)
        path = f"{self._temporary}/{next(self._count)}"
        try:
            with _NewFile(path) as file:
                for chunk in body:
                    file.write(chunk)
                    md5.update(chunk)
                    for digest in digests.values():
                        digest.update(chunk)
                fingerprint = Fingerprint.of(file.status())
        except BaseException:
            Path(path).unlink(missing_ok=True)
            raise
        results = {name: digest.digest() for name, digest in digests.items()}
        return StagedFile(path, fingerprint, md5.digest(), results)

    def destination(self, bucket: str, key: str) -> str:
        """Where a key is to be placed now; its folder is made."""
        plain = self.plain_path(bucket, key)
        if plain is not None:
            try:
                if self._makes_folder(plain.rpartition("/")[0]) and not _is_folder(plain):
                    return plain
            except (FileExistsError, NotADirectoryError):
                pass  # a file stands where a folder is needed
        self._makes_folder(f"{self._aside}/{bucket}")
        return self.aside_path(bucket, key)

    def _makes_folder(self, folder: str) -> bool:
        """Make a folder, unless it was just made: `place` makes it again if it is gone.

        False if the way to it goes through a symbolic link, which may lead out of the root.
        """
        if folder not in self._made:
            if not _is_straight(folder):
                return False
            Path(folder).mkdir(parents=True, exist_ok=True)
            if len(self._made) >= _REMEMBERED:
                self._made.clear()
            self._made.add(folder)
        return True

    def place(self, staged: str, path: str) -> None:
        """Move a file over what is at a destination, in one step."""
        try:
            os.replace(staged, path)  # noqa: PTH105 - strings, for speed
        except FileNotFoundError:  # a job has just removed the folder
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            os.replace(staged, path)  # noqa: PTH105

    def remove(self, bucket: str, path: str) -> None:
        """Remove a file and the folders that it leaves empty: S3 has no empty folders."""
        Path(path).unlink(missing_ok=True)
        top = f"{self._objects}/{bucket}"
        folder = path.rpartition("/")[0]
        while len(folder) > len(top) and folder.startswith(top):
            try:
                Path(folder).rmdir()
            except OSError:
                return  # not empty, or already gone
            self._made.discard(folder)
            folder = folder.rpartition("/")[0]

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


class _NewFile:
    """A file being written without a buffer; plain system calls, because every PUT makes one."""

    def __init__(self, path: str) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)

    def write(self, chunk: bytes) -> None:
        """Write all of a chunk; the system may take less at a time."""
        written = os.write(self._handle, chunk)
        while written < len(chunk):
            written += os.write(self._handle, memoryview(chunk)[written:])

    def status(self) -> os.stat_result:
        """Size, time and inode as they are now."""
        return os.fstat(self._handle)

    def __enter__(self) -> "_NewFile":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._handle)


def _is_straight(folder: str) -> bool:
    """Whether no part of a path, as far as it exists, is a symbolic link."""
    return str(Path(folder).resolve()) == folder


def _is_folder(path: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except FileNotFoundError:
        return False


def is_key(key: str) -> bool:
    """Whether a text is UTF-8 of 1 to 1,024 bytes, as a key of S3 must be."""
    try:
        return 1 <= len(key.encode()) <= 1024
    except UnicodeEncodeError:
        return False


def _is_file_name(part: str) -> bool:
    return part not in ("", ".", "..") and "\0" not in part and len(part.encode()) <= _LONGEST_PART
