"""Rows of buckets and objects: the records, their tables, and the statements over them.

Belongs here: `StoredObject` and its neighbours, how they are written to and read from SQLite.
Does not belong here: when a row may change and what happens to files then (`objects`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lakehouse.local_aws.objects.files import Fingerprint, ObjectFiles
from lakehouse.local_aws.sqlite import Database, key_range

SCHEMA = """
CREATE TABLE IF NOT EXISTS buckets (
  name TEXT PRIMARY KEY, created REAL NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS bucket_documents (
  bucket TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (bucket, kind)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS objects (
  bucket TEXT NOT NULL, key BLOB NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
  last_modified REAL NOT NULL, content_type TEXT NOT NULL, extra TEXT NOT NULL,
  aside INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
  PRIMARY KEY (bucket, key)
) WITHOUT ROWID;
-- Files that are about to go: removed by the next start after a kill.
CREATE TABLE IF NOT EXISTS pending_deletes (
  bucket TEXT NOT NULL, key BLOB NOT NULL,
  size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
  PRIMARY KEY (bucket, key)
) WITHOUT ROWID;
"""
_PUT = "INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_DELETE = "DELETE FROM objects WHERE bucket = ? AND key = ?"
_INTEND_DELETE = "INSERT OR REPLACE INTO pending_deletes VALUES (?, ?, ?, ?, ?)"
_FORGET_DELETE = "DELETE FROM pending_deletes WHERE bucket = ? AND key = ?"
_GET = "SELECT * FROM objects WHERE bucket = ? AND key = ?"
_OF_INODES = "SELECT * FROM objects WHERE inode IN (SELECT value FROM json_each(?))"
_SCAN = "SELECT * FROM objects WHERE bucket = ? AND key >= ? AND key < ? ORDER BY key LIMIT ?"
# From each key to the next one that is not in the same folder below the prefix (0x2f is "/", 0xff
# is above all UTF-8): a search for each name, however many objects a folder holds.
_CHILDREN = """
WITH RECURSIVE child(key, slash) AS (
  SELECT min(key), instr(substr(min(key), :start), x'2f')
  FROM objects WHERE bucket = :bucket AND key >= :low AND key < :high
  UNION ALL
  SELECT n.key, instr(substr(n.key, :start), x'2f') FROM child JOIN objects AS n
  ON n.bucket = :bucket AND n.key = (
    SELECT min(key) FROM objects WHERE bucket = :bucket AND key < :high AND key > iif(
      child.slash, CAST(substr(child.key, 1, :start + child.slash - 1) || x'ff' AS BLOB), child.key
    )
  )
)
SELECT iif(slash, substr(key, :start, slash), substr(key, :start)) FROM child
WHERE key IS NOT NULL
"""

_EXTRA = ("metadata", "headers", "checksums", "part_sizes", "part_checksums", "tags")
"""What most objects have little of: kept as JSON in one column."""

DEFAULT_CONTENT_TYPE = "binary/octet-stream"


@dataclass(frozen=True)
class Bucket:
    """A bucket: `created` in epoch seconds, the account that owns it, its region."""

    name: str
    created: float
    account: str
    region: str


@dataclass(frozen=True)
class Attributes:
    """What a writer says about an object besides its bytes.

    `headers` are the system headers kept with it (Cache-Control and such); `checksums` are by
    algorithm, base64; `part_sizes` are those of a multipart upload and `part_checksums` the
    checksums its parts were sent with, none or one for each; `etag` is given only for a multipart
    upload, otherwise it is the MD5 of the bytes.
    """

    content_type: str = DEFAULT_CONTENT_TYPE
    metadata: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    checksums: Mapping[str, str] = field(default_factory=dict)
    part_sizes: tuple[int, ...] = ()
    etag: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    part_checksums: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoredObject:
    """An object as its row says: `size` in bytes, `etag` without quotes, times in epoch seconds."""

    bucket: str
    key: str
    size: int
    etag: str
    last_modified: float
    file: str
    content_type: str
    metadata: Mapping[str, str]
    headers: Mapping[str, str]
    checksums: Mapping[str, str]
    part_sizes: tuple[int, ...]
    fingerprint: Fingerprint
    tags: Mapping[str, str] = field(default_factory=dict)
    part_checksums: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """Where its bytes are; only `ObjectStore.open` is sure to get these and no newer ones."""
        return Path(self.file)


class ObjectTable:
    """The rows; every writing method is a part of the caller's transaction or one of its own.

    Buckets and what is configured for them are few and asked for by every call: they are kept in
    memory, too.
    """

    def __init__(self, database: Database, files: ObjectFiles) -> None:
        self._database = database
        self._files = files
        self._removed: list[tuple[str, bytes]] = []
        rows = database.query("SELECT * FROM buckets ORDER BY name")
        self._buckets = {row[0]: Bucket(*row) for row in rows}
        documents = database.query("SELECT * FROM bucket_documents")
        self._documents = {(bucket, kind): body for bucket, kind, body in documents}

    def buckets(self) -> list[Bucket]:
        """All buckets by name."""
        return list(self._buckets.values())

    def bucket(self, name: str) -> Bucket | None:
        """The bucket of a name."""
        return self._buckets.get(name)

    def put_bucket(self, bucket: Bucket) -> None:
        """Add a bucket."""
        row = (bucket.name, bucket.created, bucket.account, bucket.region)
        self._database.execute("INSERT INTO buckets VALUES (?, ?, ?, ?)", row)
        self._buckets = dict(sorted({**self._buckets, bucket.name: bucket}.items()))

    def forget_bucket(self, name: str) -> None:
        """Remove a bucket's row."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM buckets WHERE name = ?", (name,))
            connection.execute("DELETE FROM bucket_documents WHERE bucket = ?", (name,))
        self._buckets = {other: known for other, known in self._buckets.items() if other != name}
        self._documents = {key: body for key, body in self._documents.items() if key[0] != name}

    def document(self, bucket: str, kind: str) -> str | None:
        """What is configured for a bucket."""
        return self._documents.get((bucket, kind))

    def put_document(self, bucket: str, kind: str, body: str) -> None:
        """Configure something for a bucket, over what was there."""
        row = (bucket, kind, body)
        self._database.execute("INSERT OR REPLACE INTO bucket_documents VALUES (?, ?, ?)", row)
        self._documents = {**self._documents, (bucket, kind): body}

    def find(self, bucket: str, key: str) -> StoredObject | None:
        """The object of a key."""
        rows = self._database.query(_GET, (bucket, key.encode()))
        return self._from_row(rows[0]) if rows else None

    def find_to_change(self, bucket: str, key: str) -> StoredObject | None:
        """The object of a key, whose row the caller is about to write."""
        rows = self._database.newest(_GET, (bucket, key.encode()))
        return self._from_row(rows[0]) if rows else None

    def scan(self, bucket: str, low: bytes, high: bytes, limit: int | None) -> list[StoredObject]:
        """Objects whose UTF-8 key is at least `low` and below `high`, in that order."""
        rows = self._database.query(_SCAN, (bucket, low, high, -1 if limit is None else limit))
        return [self._from_row(row) for row in rows]

    def children(self, bucket: str, prefix: str) -> list[str]:
        """What follows a prefix up to the next `/`, which is included: names of files, folders."""
        low, high = key_range(prefix)
        bound = {"bucket": bucket, "low": low, "high": high, "start": len(low) + 1}
        return [bytes(name).decode() for (name,) in self._database.query(_CHILDREN, bound)]

    def put(self, stored: StoredObject, instead_of: StoredObject | None = None) -> None:
        """Write an object's row; note that the file of the one it replaces is about to go."""
        row = self._to_row(stored)
        if instead_of is None:
            self._database.execute(_PUT, row)
            return
        with self._database.transaction() as connection:
            connection.execute(_PUT, row)
            connection.execute(_INTEND_DELETE, _file_of(instead_of))

    def restore(self, stored: StoredObject, previous: StoredObject | None) -> None:
        """Undo a put."""
        if previous is None:
            self.forget(stored)
        else:
            self.put(previous)

    def forget(self, stored: StoredObject) -> None:
        """Remove an object's row."""
        self._database.execute(_DELETE, (stored.bucket, stored.key.encode()))

    def intend_delete(self, stored: StoredObject) -> None:
        """Remove an object's row and note that its file is about to go."""
        removed, self._removed = self._removed, []
        with self._database.transaction() as connection:
            connection.executemany(_FORGET_DELETE, removed)
            connection.execute(_INTEND_DELETE, _file_of(stored))
            connection.execute(_DELETE, (stored.bucket, stored.key.encode()))

    def deleted(self, stored: StoredObject) -> None:
        """Say that the file is gone; its note goes with the next one's transaction."""
        self._removed.append((stored.bucket, stored.key.encode()))

    def of_inodes(self, inodes: Iterable[int]) -> list[StoredObject]:
        """Objects whose files have these inodes; reads the whole table."""
        rows = self._database.query(_OF_INODES, (json.dumps(list(inodes)),))
        return [self._from_row(row) for row in rows]

    def pending_deletes(self) -> list[tuple[str, str, Fingerprint]]:
        """(bucket, key, fingerprint) of files that a killed server was about to remove."""
        rows = self._database.query("SELECT * FROM pending_deletes")
        return [(row[0], bytes(row[1]).decode(), Fingerprint(*row[2:])) for row in rows]

    def clear_pending(self) -> None:
        """Forget all intents, after they were finished."""
        self._database.execute("DELETE FROM pending_deletes")

    def _to_row(self, stored: StoredObject) -> tuple[Any, ...]:
        extra = {name: getattr(stored, name) for name in _EXTRA if getattr(stored, name)}
        mark = stored.fingerprint
        aside = self._files.is_aside(stored.file)
        return (
            stored.bucket,
            stored.key.encode(),
            stored.size,
            stored.etag,
            stored.last_modified,
            stored.content_type,
            json.dumps(extra),
            aside,
            mark.mtime_ns,
            mark.inode,
        )

    def _from_row(self, row: tuple[Any, ...]) -> StoredObject:
        bucket, raw_key, size, etag, modified, content_type, extra, aside, mtime_ns, inode = row
        key = bytes(raw_key).decode()
        said = json.loads(extra)
        return StoredObject(
            bucket=bucket,
            key=key,
            size=size,
            etag=etag,
            last_modified=modified,
            file=self._files.path(bucket, key, aside),
            content_type=content_type,
            metadata=said.get("metadata", {}),
            headers=said.get("headers", {}),
            checksums=said.get("checksums", {}),
            part_sizes=tuple(said.get("part_sizes", ())),
            fingerprint=Fingerprint(size, mtime_ns, inode),
            tags=said.get("tags", {}),
            part_checksums=tuple(said.get("part_checksums", ())),
        )


def _file_of(stored: StoredObject) -> tuple[str, bytes, int, int, int]:
    mark = stored.fingerprint
    return stored.bucket, stored.key.encode(), mark.size, mark.mtime_ns, mark.inode
