"""Places in S3 that are crawled: `s3://bucket/folder/` and `s3://bucket/folder/file` as values.

Pure. What lies there belongs to `scan`.
"""

from dataclasses import dataclass

from lakehouse.local_aws.errors import AwsError


@dataclass(frozen=True)
class Prefix:
    """A place in a bucket; `key` is "" for the bucket or ends with a slash, unless it is a file."""

    bucket: str
    key: str

    @property
    def location(self) -> str:
        """The place as an s3:// URI."""
        return f"s3://{self.bucket}/{self.key}"

    @property
    def name(self) -> str:
        """The last folder's name, the bucket's at its root."""
        return self.key.rstrip("/").rpartition("/")[2] or self.bucket

    @property
    def level(self) -> int:
        """How deep it is, the bucket being 1 (the levels of TableLevelConfiguration)."""
        return 1 + len([part for part in self.key.split("/") if part])

    def file(self) -> "Prefix":
        """Return the object that an include path without a slash at its end may name."""
        return Prefix(self.bucket, self.key.removesuffix("/"))


def parse_location(location: str) -> Prefix:
    """Read `s3://bucket/prefix/` (or `bucket/prefix`). Raises InvalidInputException."""
    scheme, separator, rest = location.partition("://")
    if separator and scheme not in ("s3", "s3a", "s3n"):
        raise AwsError("InvalidInputException", f"{location} is not an Amazon S3 path.")
    bucket, _, key = (rest if separator else location).partition("/")
    if not bucket:
        raise AwsError("InvalidInputException", f"{location} is not an Amazon S3 path.")
    return Prefix(bucket, f"{key.rstrip('/')}/" if key.strip("/") else "")
