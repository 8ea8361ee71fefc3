"""Multipart uploads as they are kept: rows and part files, durable until completed or aborted.

Belongs here: uploads and parts, composing the staged object out of parts.
Does not belong here: the protocol (`multipart`), making the object visible (`objects`).
"""

import hashlib
import json
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from lakehouse.local_aws.objects.adoption import chunks
from lakehouse.local_aws.objects.files import StagedFile
from lakehouse.local_aws.objects.rows import Attributes
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.s3.body import Upload
from lakehouse.local_aws.s3.checksums import (
    ALGORITHMS,
    DEFAULT,
    ChecksumType,
    composite,
    encoded,
)
from lakehouse.local_aws.s3.errors import S3Error

_TABLES = (
    """
    CREATE TABLE IF NOT EXISTS uploads (
      id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key BLOB NOT NULL, initiated REAL NOT NULL,
      content_type TEXT NOT NULL, said TEXT NOT NULL, algorithm TEXT NOT NULL, type TEXT NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE IF NOT EXISTS parts (
      upload TEXT NOT NULL, number INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
      checksums TEXT NOT NULL, file TEXT NOT NULL, last_modified REAL NOT NULL,
      PRIMARY KEY (upload, number)
    ) WITHOUT ROWID
    """,
)


@dataclass(frozen=True)
class MultipartUpload:
    """An upload under way; `algorithm` is the checksum's that its creator asked for, or ""."""

    id: str
    bucket: str
    key: str
    initiated: float
    attributes: Attributes
    algorithm: str
    kind: ChecksumType

    @property
    def computed(self) -> str:
        """The algorithm of the object's checksum: S3's own if the creator named none."""
        return self.algorithm or DEFAULT


@dataclass(frozen=True)
class Part:
    """A part that was received; checksums in base64 by algorithm."""

    number: int
    size: int
    etag: str
    checksums: dict[str, str]
    path: Path
    last_modified: float


class Uploads:
    """All uploads under way, over the object store's database and root folder."""

    def __init__(self, objects: ObjectStore) -> None:
        self.objects = objects
        self._database = objects.database
        self._root = objects.files.root / "parts"
        self._root.mkdir(exist_ok=True)
        with self._database.transaction() as connection:
            for table in _TABLES:
                connection.execute(table)
        self._sweep()

    def _sweep(self) -> None:
        """Remove part files that a killed server left without a row."""
        known = {row[0] for row in self._database.query("SELECT file FROM parts")}
        for file in self._root.iterdir():
            if file.name not in known:
                file.unlink()

    def create(
        self, bucket: str, key: str, attributes: Attributes, algorithm: str, kind: ChecksumType
    ) -> MultipartUpload:
        """Start an upload."""
        upload = MultipartUpload(
            uuid.uuid4().hex, bucket, key, time.time(), attributes, algorithm, kind
        )
        said = [dict(attributes.metadata), dict(attributes.headers), dict(attributes.tags)]
        row = (upload.id, bucket, key.encode(), upload.initiated)
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, attributes.content_type, json.dumps(said), algorithm, kind),
            )
        return upload

    def get(self, bucket: str, key: str, upload_id: str) -> MultipartUpload:
        """The upload; NoSuchUpload."""
        sql = "SELECT * FROM uploads WHERE id = ? AND bucket = ? AND key = ?"
        rows = self._database.query(sql, (upload_id, bucket, key.encode()))
        if not rows:
            message = (
                "The specified upload does not exist. The upload ID may be invalid, or the upload "
                "may have been aborted or completed."
            )
            raise S3Error("NoSuchUpload", message, 404, {"UploadId": upload_id})
        return _upload(rows[0])

    def list(self, bucket: str) -> "Sequence[MultipartUpload]":
        """The uploads of a bucket by key, then by start."""
        sql = "SELECT * FROM uploads WHERE bucket = ? ORDER BY key, initiated, id"
        return [_upload(row) for row in self._database.query(sql, (bucket,))]

    def forget_bucket(self, bucket: str) -> None:
        """Remove what was under way in a bucket that is gone."""
        for upload in self.list(bucket):
            self.remove(upload)

    def put_part(self, upload: MultipartUpload, number: int, received: Upload) -> Part:
        """Keep a part, in place of an earlier one of that number."""
        old = [part.path for part in self.parts(upload) if part.number == number]
        path = self._root / f"{upload.id}.{number}.{uuid.uuid4().hex}"
        staged = received.staged
        staged.path.replace(path)
        etag, size, now = staged.md5.hex(), staged.fingerprint.size, time.time()
        checksums = dict(received.checksums)
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO parts VALUES (?, ?, ?, ?, ?, ?, ?)",
                (upload.id, number, size, etag, json.dumps(checksums), path.name, now),
            )
        for former in old:
            former.unlink(missing_ok=True)
        return Part(number, size, etag, checksums, path, now)

    def parts(self, upload: MultipartUpload) -> "Sequence[Part]":
        """The parts by number."""
        sql = "SELECT * FROM parts WHERE upload = ? ORDER BY number"
        rows = self._database.query(sql, (upload.id,))
        return [self._part(row) for row in rows]

    def _part(self, row: tuple[Any, ...]) -> Part:
        _, number, size, etag, checksums, file, modified = row
        return Part(number, size, etag, json.loads(checksums), self._root / file, modified)

    def compose(
        self, upload: MultipartUpload, parts: "Sequence[Part]"
    ) -> tuple[StagedFile, Attributes]:
        """The parts one after another in a staged file, and what the object will say of itself."""
        algorithm = upload.computed
        whole = upload.kind == "FULL_OBJECT"
        digests = {algorithm: ALGORITHMS[algorithm].new()} if whole else {}
        staged = self.objects.stage(_joined(parts), digests)
        sums = [part.checksums.get(algorithm, "") for part in parts]  # "": of earlier versions
        checksum = encoded(staged.digests[algorithm]) if whole else composite(algorithm, sums)
        attributes = replace(
            upload.attributes,
            checksums={algorithm: checksum},
            part_sizes=tuple(part.size for part in parts),
            part_checksums=tuple(sums) if upload.algorithm and all(sums) else (),
            etag=_etag(parts),
        )
        return staged, attributes

    def remove(self, upload: MultipartUpload) -> None:
        """Forget an upload and its parts."""
        files = [part.path for part in self.parts(upload)]
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM uploads WHERE id = ?", (upload.id,))
            connection.execute("DELETE FROM parts WHERE upload = ?", (upload.id,))
        for file in files:
            file.unlink(missing_ok=True)


def _upload(row: tuple[Any, ...]) -> MultipartUpload:
    upload_id, bucket, key, initiated, content_type, said, algorithm, kind = row
    metadata, headers, *more = json.loads(said)  # earlier versions kept no tags
    attributes = Attributes(content_type, metadata, headers, tags=more[0] if more else {})
    return MultipartUpload(
        upload_id,
        bucket,
        bytes(key).decode(),
        initiated,
        attributes,
        algorithm,
        kind if algorithm else "FULL_OBJECT",
    )


def _joined(parts: "Sequence[Part]") -> Iterator[bytes]:
    for part in parts:
        with part.path.open("rb") as file:
            yield from chunks(file)


def _etag(parts: "Sequence[Part]") -> str:
    """The MD5 of the parts' MD5s, with their number."""
    md5s = b"".join(bytes.fromhex(part.etag) for part in parts)
    return f"{hashlib.md5(md5s, usedforsecurity=False).hexdigest()}-{len(parts)}"
