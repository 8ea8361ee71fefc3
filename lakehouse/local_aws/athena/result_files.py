"""The files of a query in its output location: rows, their metadata, the manifest of a write.

What stands in them belongs to `results`.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from lakehouse.local_aws.athena import result_metadata, results
from lakehouse.local_aws.athena.query_job import Document, Job, Outcome
from lakehouse.local_aws.athena.types import VARCHAR


class ResultFiles:
    """Writes the result files of one job."""

    def __init__(self, job: Job, objects: Any) -> None:
        self.job = job
        self.objects = objects
        self.base = f"{job.output}{job.query_id}"

    def _put(self, location: str, body: Any) -> None:
        bucket, _, key = location.removeprefix("s3://").partition("/")
        self.objects.put(bucket, key, body, content_type="application/octet-stream")

    def _metadata(self, location: str, columns: list[Document]) -> None:
        self._put(f"{location}.metadata", result_metadata.encoded(self.job.query_id, columns))

    def rows(self, columns: results.Columns, blocks: Iterable[Any]) -> Outcome:
        """`<id>.csv`, the rows of a query."""
        location = f"{self.base}.csv"
        self._put(location, results.csv_blocks(columns, blocks))
        info = [results.column_info(name, kind) for name, kind in columns]
        self._metadata(location, info)
        return Outcome(location, info, "csv")

    def lines(self, lines: Sequence[str], columns: Sequence[str]) -> Outcome:
        """`<id>.txt`, the lines of a DDL or utility statement."""
        location = f"{self.base}.txt"
        self._put(location, "".join(f"{line}\n" for line in lines).encode())
        text = {"Type": "string", "Precision": 0, "CaseSensitive": False}
        info = [results.column_info(name, VARCHAR) | text for name in columns]
        self._metadata(location, info)
        return Outcome(location, info, "txt", rows=len(lines))

    def manifest(self, uris: Sequence[str]) -> str:
        """`<id>-manifest.csv`, the objects that a statement wrote."""
        location = f"{self.base}-manifest.csv"
        self._put(location, "".join(f"{uri}\n" for uri in uris).encode())
        return location
