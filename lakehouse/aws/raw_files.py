"""Putting raw files where they belong: each under the prefix of its day.

Both ways in end here: a user's file cut by day, and synthetic days. Keys derive from file names, so
landing the same file again replaces it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from lakehouse.aws.account import Account
from lakehouse.aws.inventory import DayFiles, take_inventory
from lakehouse.aws.s3 import S3
from lakehouse.landing import split_by_day
from lakehouse.source import LogSource, raw_prefix


@dataclass(frozen=True)
class Landed:
    """One uploaded file: its day, address, `rows` (None where they were not counted) and bytes."""

    day: date
    uri: str
    bytes: int
    rows: int | None = None


@dataclass(frozen=True)
class RawFiles:
    """Uploads raw files."""

    account: Account
    s3: S3

    def inventory(self, source: LogSource, days: Iterable[date]) -> dict[date, DayFiles]:
        """The raw files that stand under each day's prefix."""
        return take_inventory(self.s3, self.account, source, days)

    def land(self, source: LogSource, path: Path, scratch: Path) -> Iterable[Landed]:
        """Cut a user's file by event day (parts go to `scratch`) and upload each part."""
        for part in split_by_day(source, path, scratch):
            key = raw_prefix(source, part.day) + part.path.name
            self.s3.upload(part.path, self.account.raw_bucket, key)
            yield Landed(part.day, self._uri(key), part.path.stat().st_size, part.rows)

    def land_synthetic(self, source: LogSource, day: date) -> list[Landed]:
        """Generate a source's synthetic day and upload its files."""
        # Its generators import numpy: 0.2 s that a code location without them need not wait.
        from lakehouse.synthetic.generate import generate_day

        landed = []
        for name, body in generate_day(source, day):
            key = raw_prefix(source, day) + name
            self.s3.put(self.account.raw_bucket, key, body, "application/octet-stream")
            landed.append(Landed(day, self._uri(key), len(body)))
        return landed

    def _uri(self, key: str) -> str:
        return f"s3://{self.account.raw_bucket}/{key}"
