"""Files as Spark's own file system sees them: what a job has written is there before its end.

Listing through the JVM of the session, for `s3://` and every other scheme. What is read of them is
s3_source.py's affair.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from pyspark.sql import SparkSession

HIDDEN = ("_", ".")
"""First letters of names that Spark does not read."""


class Entry(NamedTuple):
    """A file or folder by its URI."""

    uri: str
    is_folder: bool

    @property
    def name(self) -> str:
        """The last part of the URI."""
        return self.uri.rpartition("/")[2]


def exists(session: SparkSession, uri: str) -> bool:
    """Whether there is a file or folder."""
    found: bool = _system(session, uri).exists(_path(session, uri))
    return found


def entries(session: SparkSession, uri: str) -> list[Entry]:
    """What is directly in a folder, or the file itself; hidden ones left out."""
    listed = _system(session, uri).listStatus(_path(session, uri))
    found = [Entry(str(status.getPath().toString()), status.isDirectory()) for status in listed]
    return [entry for entry in found if not entry.name.startswith(HIDDEN)]


def has_partition_folders(session: SparkSession, uri: str) -> bool:
    """Whether a folder has folders named `key=value`."""
    found = _system(session, uri).globStatus(_path(session, f"{uri.rstrip('/')}/*=*"))
    return any(status.isDirectory() for status in found or [])


def files_below(session: SparkSession, uri: str) -> Iterator[str]:
    """All files at any depth."""
    for entry in entries(session, uri):
        if entry.is_folder:
            yield from files_below(session, entry.uri)
        else:
            yield entry.uri


def partition_folder(session: SparkSession, key: str, value: str | None) -> str:
    """`key=value` as Spark names the folder of a partition."""
    utils = _jvm(session).org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils
    return str(utils.getPartitionPathString(key, value))


def _system(session: SparkSession, uri: str) -> Any:
    context: Any = session.sparkContext
    return _path(session, uri).getFileSystem(context._jsc.hadoopConfiguration())


def _path(session: SparkSession, uri: str) -> Any:
    return _jvm(session).org.apache.hadoop.fs.Path(uri)


def _jvm(session: SparkSession) -> Any:
    context: Any = session.sparkContext
    return context._jvm
