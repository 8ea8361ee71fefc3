"""S3 as the platform uses it: listings of one prefix, small documents, uploads.

Nothing here lists a whole bucket: a prefix is always asked for, and it names one day or one run.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lakehouse.aws.batches import batches
from lakehouse.aws.errors import AwsFailure, NotFound, pages, translated

DELETE_BATCH = 1000  # keys that DeleteObjects takes (checked 2026-11)


@dataclass(frozen=True)
class S3Object:
    """One object of a listing: `size` in bytes, `etag` without quotes, when it was written."""

    bucket: str
    key: str
    size: int
    etag: str
    last_modified: datetime

    @property
    def uri(self) -> str:
        """The object's `s3://` address."""
        return f"s3://{self.bucket}/{self.key}"


def _object(bucket: str, item: Mapping[str, Any]) -> S3Object:
    """An entry of a listing."""
    etag = item["ETag"].strip('"')
    return S3Object(bucket, item["Key"], item["Size"], etag, item["LastModified"])


@dataclass(frozen=True)
class S3:
    """A boto3 S3 client with the platform's few calls."""

    client: Any

    def objects(self, bucket: str, prefix: str) -> tuple[S3Object, ...]:
        """All objects under a prefix, in key order; `NotFound` if the bucket is missing."""
        doing = f"list s3://{bucket}/{prefix}"
        found = pages(self.client, "list_objects_v2", doing, Bucket=bucket, Prefix=prefix)
        return tuple(_object(bucket, item) for page in found for item in page.get("Contents", []))

    def page(self, bucket: str, prefix: str, after: str) -> tuple[tuple[S3Object, ...], bool]:
        """At most 1,000 objects under a prefix whose keys come after `after`; whether more follow.

        One call: for prefixes that are expected to hold few objects.
        """
        with translated(f"list s3://{bucket}/{prefix}"):
            page = self.client.list_objects_v2(Bucket=bucket, Prefix=prefix, StartAfter=after)
        return tuple(_object(bucket, item) for item in page.get("Contents", [])), page[
            "IsTruncated"
        ]

    def folders(self, bucket: str, prefix: str, first: str = "") -> tuple[str, ...]:
        """Names of the folders directly under a prefix (which ends with `/` or is empty), sorted.

        From the folder called `first` on, or all. One LIST call for each 1,000 folders, however
        many objects they hold.
        """
        doing = f"list the folders of s3://{bucket}/{prefix}"
        # A folder's keys come after its name, for they are longer.
        start = {"StartAfter": prefix + first} if first else {}
        found = pages(
            self.client,
            "list_objects_v2",
            doing,
            Bucket=bucket,
            Prefix=prefix,
            Delimiter="/",
            **start,
        )
        return tuple(
            item["Prefix"][len(prefix) : -1]
            for page in found
            for item in page.get("CommonPrefixes", [])
        )

    def put(self, bucket: str, key: str, body: bytes, content_type: str = "text/plain") -> None:
        """Write one small object."""
        with translated(f"write s3://{bucket}/{key}"):
            self.client.put_object(Bucket=bucket, Key=key, Body=body, ContentType=content_type)

    def upload(self, path: Path, bucket: str, key: str) -> None:
        """Upload a local file of any size."""
        with translated(f"upload {path} to s3://{bucket}/{key}"):
            self.client.upload_file(str(path), bucket, key)

    def head_bytes(self, bucket: str, key: str, count: int) -> bytes:
        """The first `count` bytes of an object; fewer if it is shorter."""
        with translated(f"read s3://{bucket}/{key}"):
            answer = self.client.get_object(Bucket=bucket, Key=key, Range=f"bytes=0-{count - 1}")
            return bytes(answer["Body"].read())

    def put_json(self, bucket: str, key: str, document: Mapping[str, Any]) -> str:
        """Write a JSON document; its `s3://` address is returned."""
        body = json.dumps(document, indent=1).encode()
        self.put(bucket, key, body, "application/json")
        return f"s3://{bucket}/{key}"

    def get_json(self, bucket: str, key: str) -> dict[str, Any] | None:
        """Read a JSON document; None if there is no such key."""
        try:
            with translated(f"read s3://{bucket}/{key}"):
                answer = self.client.get_object(Bucket=bucket, Key=key)
                return dict(json.loads(answer["Body"].read()))
        except NotFound:
            return None

    def delete(self, bucket: str, keys: Iterable[str]) -> None:
        """Delete objects, 1,000 a call; `AwsFailure` names the first that S3 kept, and why."""
        for batch in batches(keys, DELETE_BATCH):
            wanted = {"Objects": [{"Key": key} for key in batch], "Quiet": True}
            with translated(f"delete {len(batch)} objects of {bucket}"):
                answer = self.client.delete_objects(Bucket=bucket, Delete=wanted)
            for error in answer.get("Errors", []):
                raise AwsFailure(
                    f"delete s3://{bucket}/{error['Key']}: {error['Code']}: {error['Message']}",
                    error["Code"],
                )

    def bucket_exists(self, bucket: str) -> bool:
        """Whether the bucket is there and may be read; `AccessDenied` if it is somebody else's."""
        try:
            with translated(f"look at bucket {bucket}"):
                self.client.head_bucket(Bucket=bucket)
        except NotFound:
            return False
        return True
