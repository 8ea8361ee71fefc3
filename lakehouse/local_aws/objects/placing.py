"""Changing the row of an object and its file together, so that a kill between leaves either whole.

Belongs here: the order of the steps, undoing them, the readers who saw a row before its file.
Does not belong here: which change is asked for and who is told of it (`store`), the next start's
part after a kill (`adoption`), paths (`files`), statements (`rows`).
"""

import os
import threading
import time
from typing import BinaryIO

from lakehouse.local_aws.objects.files import Fingerprint, ObjectFiles, StagedFile
from lakehouse.local_aws.objects.rows import Attributes, ObjectTable, StoredObject


class Placing:
    """Changes under the store's lock, which the callers of `put` and `remove` hold."""

    def __init__(self, table: ObjectTable, files: ObjectFiles, lock: threading.RLock) -> None:
        self._table = table
        self._files = files
        self._lock = lock
        self._moving: set[tuple[str, str]] = set()  # keys whose row is written, but not the file

    def object_of(
        self, staged: StagedFile, bucket: str, key: str, attributes: Attributes
    ) -> StoredObject:
        """The object that a staged body is to be, at its place; the folder of that is made."""
        return StoredObject(
            bucket=bucket,
            key=key,
            size=staged.fingerprint.size,
            etag=attributes.etag or staged.md5.hex(),
            last_modified=time.time(),
            file=self._files.destination(bucket, key),
            content_type=attributes.content_type,
            metadata=dict(attributes.metadata),
            headers=dict(attributes.headers),
            checksums=dict(attributes.checksums),
            part_sizes=attributes.part_sizes,
            fingerprint=staged.fingerprint,
            tags=dict(attributes.tags),
            part_checksums=attributes.part_checksums,
        )

    def put(self, staged: StagedFile, new: StoredObject, previous: StoredObject | None) -> None:
        """Row, rename, the replaced file goes; a rename that fails brings the row before back."""
        name = (new.bucket, new.key)
        moved_away = previous if previous is not None and previous.file != new.file else None
        self._moving.add(name)
        try:
            self._table.put(new, instead_of=moved_away)
            try:
                self._files.place(staged.file, new.file)
            except BaseException:
                self._table.restore(new, previous)
                raise
        finally:
            self._moving.discard(name)
        if moved_away is not None:
            self._files.remove(new.bucket, moved_away.file)

    def remove(self, stored: StoredObject) -> None:
        """Row first, with a note for the next start, then file."""
        self._table.intend_delete(stored)
        self._files.remove(stored.bucket, stored.file)
        self._table.deleted(stored)

    def wait_for(self, bucket: str, key: str) -> None:
        """Until the file of a key whose row was seen is at its place."""
        if (bucket, key) in self._moving:
            self._wait()

    def wait_for_all(self) -> None:
        """Until the files of all rows that were seen are at their places."""
        if self._moving:
            self._wait()

    def _wait(self) -> None:
        with self._lock:
            pass


def open_file(stored: StoredObject) -> BinaryIO | None:
    """An object's file; None if the one at its place is not the one that the row says."""
    try:
        file = open(stored.file, "rb", buffering=0)  # noqa: PTH123, SIM115 - closed by the caller
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    if Fingerprint.of(os.fstat(file.fileno())) == stored.fingerprint:
        return file
    file.close()
    return None
