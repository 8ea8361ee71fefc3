"""Making rows and files agree where something else than the store has touched the files.

Belongs here: taking in what a job wrote, changed or deleted in a bucket's folder; finishing what
a killed server had begun.
Does not belong here: the ordinary life of objects (`objects`).
"""

import hashlib
import os
import stat
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from lakehouse.local_aws.objects.events import ObjectEvent, Observer
from lakehouse.local_aws.objects.files import Fingerprint, ObjectFiles
from lakehouse.local_aws.objects.rows import DEFAULT_CONTENT_TYPE, ObjectTable, StoredObject
from lakehouse.local_aws.sqlite import key_range


class Adoption:
    """Rows := files, for the plain files of a bucket."""

    def __init__(
        self,
        table: ObjectTable,
        files: ObjectFiles,
        lock: threading.RLock,
        order: Iterator[int],
        observer: Observer,
    ) -> None:
        self._table = table
        self._files = files
        self._lock = lock
        self._order = order
        self._observer = observer

    def adopt(self, bucket: str, prefix: str) -> list[StoredObject]:
        """Take in new and changed files, drop the rows of vanished ones; what was taken in."""
        low, high = key_range(prefix)
        rows = {stored.key: stored for stored in self._table.scan(bucket, low, high, None)}
        taken = []
        for key, status in self._files.walk(bucket, prefix):
            known = rows.pop(key, None)
            if known is None or known.fingerprint != Fingerprint.of(status):
                taken.append(self.adopt_key(bucket, key))
        for stored in rows.values():
            if _fingerprint(stored.file) is None:
                self.adopt_key(bucket, stored.key)
        return [stored for stored in taken if stored is not None]

    def current(self, bucket: str, key: str) -> StoredObject | None:
        """The object of a key, whose file is taken in first if it is another than its row says."""
        known = self._table.find(bucket, key)
        path = self._present_path(bucket, key)
        if _fingerprint(path) == (None if known is None else known.fingerprint):
            return known
        return self.adopt_key(bucket, key)

    def adopt_key(self, bucket: str, key: str) -> StoredObject | None:
        """Make the row of one key say what its file is; None if there is no file (any more)."""
        now, event = self._adopt_key(bucket, key)
        if event is not None:
            self._observer(event)
        return now

    def _adopt_key(self, bucket: str, key: str) -> tuple[StoredObject | None, ObjectEvent | None]:
        """What the row says now, and what has changed by that."""
        while True:
            known = self._table.find(bucket, key)
            path = self._present_path(bucket, key)
            new = _read(bucket, key, path)
            with self._lock:
                if self._table.find(bucket, key) != known or not _is_still(path, new):
                    continue  # a put or a job was faster: look again
                return self._take_in(known, new)

    def _take_in(
        self, known: StoredObject | None, new: StoredObject | None
    ) -> tuple[StoredObject | None, ObjectEvent | None]:
        if new is None:
            if known is None:
                return None, None
            self._table.forget(known)
            return None, ObjectEvent("ObjectRemoved:Delete", known, next(self._order))
        if known is not None and known.fingerprint == new.fingerprint:
            return known, None  # a put has just moved its file here
        self._table.put(new)
        return new, ObjectEvent("ObjectCreated:Put", new, next(self._order))

    def _present_path(self, bucket: str, key: str) -> str:
        """Where the key's file is; a job's plain file goes before an older one put aside."""
        candidates = self._files.candidates(bucket, key)
        return next((path for path in candidates if _fingerprint(path)), candidates[-1])

    def recover(self) -> None:
        """Finish the puts whose row is written already and all deletes; sweep what is left."""
        left = {path: path.stat() for path in self._files.leftovers()}
        rows = self._table.of_inodes(status.st_ino for status in left.values()) if left else []
        owners = {stored.fingerprint: stored for stored in rows}
        for path, status in left.items():
            stored = owners.get(Fingerprint.of(status))
            if stored is None:
                path.unlink()
            else:
                self._finish_put(path, stored)
        for bucket, key, fingerprint in self._table.pending_deletes():
            for candidate in self._files.candidates(bucket, key):
                if _fingerprint(candidate) == fingerprint and self._is_free(candidate, bucket, key):
                    self._files.remove(bucket, candidate)
        self._table.clear_pending()

    def _finish_put(self, path: Path, stored: StoredObject) -> None:
        file = self._files.destination(stored.bucket, stored.key)
        if file != stored.file:
            self._table.put(replace(stored, file=file))
        self._files.place(str(path), file)

    def _is_free(self, path: str, bucket: str, key: str) -> bool:
        stored = self._table.find(bucket, key)
        return stored is None or stored.file != path


def _read(bucket: str, key: str, path: str) -> StoredObject | None:
    """What an object written by something else is: its bytes, with the default attributes."""
    try:
        with Path(path).open("rb") as file:
            md5 = hashlib.md5(usedforsecurity=False)
            for chunk in chunks(file):
                md5.update(chunk)
            status = Path(path).stat()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    return StoredObject(
        bucket=bucket,
        key=key,
        size=status.st_size,
        etag=md5.hexdigest(),
        last_modified=status.st_mtime,
        file=path,
        content_type=DEFAULT_CONTENT_TYPE,
        metadata={},
        headers={},
        checksums={},
        part_sizes=(),
        fingerprint=Fingerprint.of(status),
    )


def _is_still(path: str, read: StoredObject | None) -> bool:
    return _fingerprint(path) == (None if read is None else read.fingerprint)


def _fingerprint(path: str) -> Fingerprint | None:
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return Fingerprint.of(status) if stat.S_ISREG(status.st_mode) else None


def chunks(file: BinaryIO, size: int = 1 << 20) -> Iterator[bytes]:
    """The rest of a file in pieces of bounded size."""
    while chunk := file.read(size):
        yield chunk
