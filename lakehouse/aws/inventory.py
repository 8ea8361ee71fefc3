"""The raw files of each day: what stands in S3 now, and whether it changed.

A day's version is a hash over keys, sizes and ETags: it changes exactly when a file is added,
replaced or removed. Only the prefixes of the days asked for are listed. What is inside the files
is read elsewhere.
"""

import hashlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date

from lakehouse.aws.account import Account
from lakehouse.aws.s3 import S3, S3Object
from lakehouse.source import LogSource, raw_prefix

LIST_THREADS = 8


@dataclass(frozen=True)
class DayFiles:
    """The raw files of one day, in key order."""

    day: date
    location: str
    files: tuple[S3Object, ...]

    @property
    def bytes(self) -> int:
        """Total size in bytes, as stored (compressed files count compressed)."""
        return sum(file.size for file in self.files)

    @property
    def version(self) -> str:
        """Hash of the manifest (key, size, ETag of each file): 16 hexadecimal digits."""
        lines = "".join(f"{file.key}\t{file.size}\t{file.etag}\n" for file in self.files)
        return hashlib.sha256(lines.encode()).hexdigest()[:16]


def day_files(s3: S3, account: Account, source: LogSource, day: date) -> DayFiles:
    """List one day's files. Folder markers and empty `$folder$` objects are not files."""
    prefix = raw_prefix(source, day)
    found = s3.objects(account.raw_bucket, prefix)
    files = tuple(file for file in found if not _is_hidden(file.key, prefix))
    return DayFiles(day, f"s3://{account.raw_bucket}/{prefix}", files)


def _is_hidden(key: str, prefix: str) -> bool:
    # Athena and Spark skip names that begin with _ or . at any level below the location.
    parts = key.removeprefix(prefix).split("/")
    return not parts[-1] or any(part.startswith(("_", ".")) for part in parts)


def take_inventory(
    s3: S3, account: Account, source: LogSource, days: Iterable[date]
) -> dict[date, DayFiles]:
    """The files of each of `days`, in day order; days without files are there, empty."""
    wanted = sorted(set(days))
    with ThreadPoolExecutor(LIST_THREADS) as pool:
        listed = pool.map(lambda day: day_files(s3, account, source, day), wanted)
        return dict(zip(wanted, listed, strict=True))


def days_to_read(source: LogSource, days: Iterable[date]) -> list[date]:
    """The file days that may hold rows of `days`: each day and the source's late days after it."""
    return sorted({file_day for day in days for file_day in source.file_days(day)})
