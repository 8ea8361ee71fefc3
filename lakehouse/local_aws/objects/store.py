"""The one object store of the local AWS: plain files, and rows that say which of them exist.

Belongs here: buckets and objects, their atomic creation, replacement and removal, listing in key
order, reading a whole object while others write.
Does not belong here: the S3 protocol (`s3`), where files lie (`files`), the tables (`rows`), the
steps of a change to both (`placing`), what to do about files that others touched (`adoption`).
"""

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.adoption import Adoption
from lakehouse.local_aws.objects.events import EventName, FolderUser, ObjectEvent, Observer
from lakehouse.local_aws.objects.files import Digest, ObjectFiles, StagedFile, is_key
from lakehouse.local_aws.objects.names import bucket_exists, is_bucket_name
from lakehouse.local_aws.objects.placing import Placing, open_file
from lakehouse.local_aws.objects.rows import (
    DEFAULT_CONTENT_TYPE,
    SCHEMA,
    Attributes,
    Bucket,
    ObjectTable,
    StoredObject,
)
from lakehouse.local_aws.sqlite import Database, key_range

_NOTHING: Mapping[str, str] = MappingProxyType({})
_NO_DIGESTS: Mapping[str, Digest] = MappingProxyType({})

StoredObjects = list[StoredObject]
Condition = Callable[[StoredObject | None], None]
"""Called with the object that a write would replace, under the lock; raises to refuse the write."""


class ObjectStore:
    """Buckets and objects under one root folder; safe from any thread of one process.

    A row is the truth: a file without one is not an object. A put is temporary file, row, rename:
    after `kill -9` at any point the next start finds the old object or the new one, whole, for a
    temporary file whose fingerprint a row names is moved to its place. Nothing is synced to the
    disk: a loss of power may cost what was written last.
    """

    def __init__(self, root: Path, observer: Observer = lambda _event: None) -> None:
        self._observer = observer
        self.files = ObjectFiles(root)
        self.files.prepare()
        self.database = Database(self.files.root / "objects.db", SCHEMA)
        self._table = ObjectTable(self.database, self.files)
        self._lock = threading.RLock()  # held while files and rows change, never while bytes flow
        self._order = itertools.count(time.time_ns())
        self._placing = Placing(self._table, self.files, self._lock)
        self._adoption = Adoption(self._table, self.files, self._lock, self._order, observer)
        self._folder_user: FolderUser | None = None
        self._adoption.recover()
        for bucket in self._table.buckets():
            self.bucket_dir(bucket.name).mkdir(exist_ok=True)

    def create_bucket(
        self, name: str, account: str = "123456789012", region: str = "us-east-1"
    ) -> None:
        """Make a bucket; InvalidBucketName, BucketAlreadyOwnedByYou, BucketAlreadyExists."""
        if not is_bucket_name(name):
            raise AwsError("InvalidBucketName", "The specified bucket is not valid.")
        with self._lock:
            owner = next((bucket.account for bucket in self.buckets() if bucket.name == name), None)
            if owner is not None:
                raise bucket_exists(mine=owner == account)
            self.bucket_dir(name).mkdir(exist_ok=True)
            self._table.put_bucket(Bucket(name, time.time(), account, region))
            self._tell_folder_user()

    def delete_bucket(self, name: str) -> None:
        """Remove an empty bucket; BucketNotEmpty also for files that a job has just written."""
        with self._lock:
            self._require_bucket(name)
            rows = self.scan(name, *key_range(""), 1)  # what a job has written, walk() finds
            if rows or next(self.files.walk(name), None) is not None:
                message = "The bucket you tried to delete is not empty"
                raise AwsError("BucketNotEmpty", message, 409)
            self._table.forget_bucket(name)
            self.files.remove_bucket(name)
            self._tell_folder_user()

    def buckets(self) -> list[Bucket]:
        """All buckets of all accounts, by name."""
        return self._table.buckets()

    def has_bucket(self, name: str) -> bool:
        """Whether the bucket exists."""
        return self._table.bucket(name) is not None

    def bucket(self, name: str) -> Bucket:
        """The bucket; NoSuchBucket."""
        found = self._table.bucket(name)
        if found is None:
            raise AwsError("NoSuchBucket", "The specified bucket does not exist", 404)
        return found

    def document(self, bucket: str, kind: str) -> str | None:
        """What is configured for a bucket under some name, None if nothing is."""
        return self._table.document(bucket, kind)

    def put_document(self, bucket: str, kind: str, body: str) -> None:
        """Configure something for a bucket; goes with the bucket; NoSuchBucket."""
        with self._lock:
            self.bucket(bucket)
            self._table.put_document(bucket, kind, body)

    def bucket_dir(self, name: str) -> Path:
        """The folder where the bucket's ordinary keys are plain paths (see `ObjectFiles`)."""
        return self.files.bucket_dir(name)

    def put(
        self,
        bucket: str,
        key: str,
        body: Iterable[bytes] | bytes,
        *,
        content_type: str = DEFAULT_CONTENT_TYPE,
        metadata: Mapping[str, str] = _NOTHING,
    ) -> StoredObject:
        """Store a body under a key, over what was there; NoSuchBucket, KeyTooLongError."""
        self._require_bucket(bucket)
        attributes = Attributes(content_type=content_type, metadata=metadata)
        return self.publish(self.stage(body), bucket, key, attributes)

    def stage(
        self, body: Iterable[bytes] | bytes, digests: Mapping[str, Digest] = _NO_DIGESTS
    ) -> StagedFile:
        """Write a body to a temporary file, fed to the digests on its way."""
        return self.files.stage([body] if isinstance(body, bytes) else body, digests)

    def discard(self, staged: StagedFile) -> None:
        """Drop a staged body that does not become an object."""
        staged.path.unlink(missing_ok=True)

    def publish(
        self,
        staged: StagedFile,
        bucket: str,
        key: str,
        attributes: Attributes,
        condition: Condition | None = None,
        event: EventName = "ObjectCreated:Put",
    ) -> StoredObject:
        """Make a staged body the object of a key, in one step; dropped if this raises."""
        try:
            _require_key(key)
            with self._lock:
                self._require_bucket(bucket)
                previous = self._previous(bucket, key)
                if condition is not None:
                    condition(previous)
                new = self._placing.object_of(staged, bucket, key, attributes)
                self._placing.put(staged, new, previous)
                order = next(self._order)
        except BaseException:
            self.discard(staged)
            raise
        self._observer(ObjectEvent(event, new, order))
        return new

    def _previous(self, bucket: str, key: str) -> StoredObject | None:
        """The object that a change is about to replace or remove; asked under the lock."""
        if self._folder_user is not None or not is_key(key):
            return self.find(bucket, key)
        return self._table.find_to_change(bucket, key)

    def set_tags(self, bucket: str, key: str, tags: Mapping[str, str]) -> None:
        """Replace the tags of an object, whose bytes and time stay; NoSuchKey, NoSuchBucket."""
        with self._lock:
            tagged = replace(self.get(bucket, key), tags=dict(tags))
            self._table.put(tagged)
            order = next(self._order)
        name: EventName = "ObjectTagging:Put" if tags else "ObjectTagging:Delete"
        self._observer(ObjectEvent(name, tagged, order))

    def share(self, folder_user: FolderUser | None) -> None:
        """Begin (None: end) to look at files before rows: something else works in the folders."""
        self._folder_user = folder_user

    def catch_up(self, bucket: str, prefix: str) -> None:
        """Take in what a running job has finished below a prefix; NoSuchBucket."""
        self._require_bucket(bucket)
        if self._folder_user is not None:
            self._folder_user.take_in(bucket, prefix)

    def find(self, bucket: str, key: str) -> StoredObject | None:
        """The object, or None."""
        if not is_key(key):
            return None
        shared = self._folder_user is not None
        found = self._adoption.current(bucket, key) if shared else self._table.find(bucket, key)
        self._placing.wait_for(bucket, key)
        return found

    def get(self, bucket: str, key: str) -> StoredObject:
        """The object; NoSuchKey, NoSuchBucket."""
        found = self.find(bucket, key)
        if found is None:
            self._require_bucket(bucket)
            raise AwsError("NoSuchKey", "The specified key does not exist.", 404)
        return found

    def open(self, bucket: str, key: str) -> tuple[StoredObject, BinaryIO]:
        """The object and its file, which stays this object's even while it is overwritten.

        A file that a job has changed or removed under its row is taken in first.
        """
        opened = self._open(bucket, key)
        for _ in range(3):
            if opened is None:  # a put came between, or something else changed the file
                with self._lock:
                    opened = self._open(bucket, key)
            if opened is not None:
                return opened
            self._adoption.adopt_key(bucket, key)
        raise AwsError("InternalError", f"The file of {key} keeps changing while read.", 500)

    def _open(self, bucket: str, key: str) -> tuple[StoredObject, BinaryIO] | None:
        """The object and its file; None if the file is not the one that the row says."""
        found = self.get(bucket, key)
        file = open_file(found)
        return None if file is None else (found, file)

    def delete(
        self, bucket: str, key: str, condition: Condition | None = None
    ) -> StoredObject | None:
        """Remove an object and return it; None if there is none; NoSuchBucket."""
        with self._lock:
            self._require_bucket(bucket)
            found = self._previous(bucket, key)
            if condition is not None:
                condition(found)
            if found is None:
                return None
            self._placing.remove(found)
            order = next(self._order)
        self._observer(ObjectEvent("ObjectRemoved:Delete", found, order))
        return found

    def list(
        self, bucket: str, prefix: str = "", *, start_after: str = "", limit: int | None = None
    ) -> StoredObjects:
        """Objects with a prefix after a key, in UTF-8 byte order: one indexed range scan."""
        self._require_bucket(bucket)
        if limit == 0:
            return []
        self.catch_up(bucket, prefix)
        low, high = key_range(prefix, start_after)
        return self.scan(bucket, low, high, limit)

    def scan(self, bucket: str, low: bytes, high: bytes, limit: int | None) -> StoredObjects:
        """Objects whose UTF-8 key is at least `low` and below `high`, in that order."""
        found = self._table.scan(bucket, low, high, limit)
        self._placing.wait_for_all()
        return found

    def children(self, bucket: str, prefix: str) -> Sequence[str]:
        """Names directly below a prefix, in order; those of folders end with `/`."""
        return self._table.children(bucket, prefix)

    def adopt(self, bucket: str, prefix: str = "") -> StoredObjects:
        """Take in what a job did to the files of a bucket (below a prefix): rows := files.

        Compares (size, mtime, inode). New and changed files become objects (MD5 as ETag, default
        content type), rows of vanished files go. Nothing is left out for its name, `_temporary/`
        and `.crc` files neither: S3 would hold them too. Left out is only what can be no object:
        symbolic links, special files, names that are not UTF-8, keys over 1,024 bytes.
        """
        self._require_bucket(bucket)
        return self._adoption.adopt(bucket, prefix)

    def close(self) -> None:
        """Let go of the database file and of the folder of temporary files."""
        self.database.close()
        self.files.close()

    def _tell_folder_user(self) -> None:
        if self._folder_user is not None:
            self._folder_user.buckets_changed()

    def _require_bucket(self, bucket: str) -> None:
        self.bucket(bucket)


def _require_key(key: str) -> None:
    if not is_key(key):
        raise AwsError("KeyTooLongError", "Your key is too long")
