"""Folders of tables and partitions in the object store, as a metastore makes and removes them.

Spark sees a bucket as a folder, so a new table needs one to be listed, and the data of a dropped
managed table goes with it. Locations outside of S3 are none: what lies on this machine would be
lost with the run that wrote it.
"""

import shutil
from pathlib import Path

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.store import ObjectStore

_SCHEMES = ("s3", "s3a", "s3n")


class Folders:
    """Folders behind s3:// locations."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    def make(self, location: str) -> None:
        """Make a location's folder. Raises InvalidInputException if it is not in a bucket here."""
        bucket, prefix = split_location(location)
        if not self._objects.has_bucket(bucket):
            raise AwsError("InvalidInputException", f"Unable to create path: {location}")
        path = self._path(bucket, prefix)
        if path is not None:
            path.mkdir(parents=True, exist_ok=True)

    def remove(self, location: str) -> None:
        """Remove everything below a location: the objects, and what a job has just written."""
        bucket, prefix = split_location(location)
        if not self._objects.has_bucket(bucket):
            return
        self._objects.adopt(bucket, prefix)
        for stored in self._objects.list(bucket, prefix):
            self._objects.delete(bucket, stored.key)
        path = self._path(bucket, prefix)
        if path is not None and prefix:
            shutil.rmtree(path, ignore_errors=True)

    def _path(self, bucket: str, prefix: str) -> Path | None:
        if not prefix:
            return self._objects.bucket_dir(bucket)
        path = self._objects.files.plain_path(bucket, prefix.rstrip("/"))
        return None if path is None else Path(path)


def is_s3(location: str) -> bool:
    """Whether a location is one of S3."""
    return location.partition("://")[0] in _SCHEMES


def split_location(location: str) -> tuple[str, str]:
    """Bucket and prefix (with a slash at its end, or empty). Raises InvalidInputException."""
    if not is_s3(location):
        message = (
            f"{location} is not a location in S3: give the table a LOCATION, or its database a "
            "LocationUri, of the form s3://bucket/prefix"
        )
        raise AwsError("InvalidInputException", message)
    bucket, _, key = location.partition("://")[2].partition("/")
    prefix = key.rstrip("/")
    return bucket, f"{prefix}/" if prefix else ""
