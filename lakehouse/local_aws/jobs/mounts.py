"""The mount table of the buckets, as Hadoop's ViewFileSystemOverloadScheme reads it.

A file beside the runs that every Spark reads when it meets a bucket for the first time, so a bucket
that is made during a run can be used in that run, too. Rewritten whole, in one step.
"""

import threading
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from lakehouse.local_aws.objects.store import ObjectStore

_NAME = "mount-table.1.xml"  # Hadoop reads the file with the highest number


class Mounts:
    """The file of all buckets' folders in `folder`, kept true while it is watched."""

    def __init__(self, objects: ObjectStore, folder: Path) -> None:
        self._objects = objects
        self._lock = threading.Lock()
        self.path = folder / _NAME

    def write(self) -> None:
        """Say what the buckets are now."""
        with self._lock:
            buckets = {b.name: self._objects.bucket_dir(b.name) for b in self._objects.buckets()}
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self.path.with_suffix(".tmp")
            fresh.write_text(mount_table(buckets), encoding="utf-8")
            fresh.replace(self.path)


def mount_table(buckets: Mapping[str, Path]) -> str:
    """The table: each bucket's root is its folder."""
    links = "".join(
        f"<property><name>fs.viewfs.mounttable.{escape(bucket)}.linkFallback</name>"
        f"<value>{escape(folder.as_uri())}</value></property>\n"
        for bucket, folder in buckets.items()
    )
    return f"<configuration>\n{links}</configuration>\n"
