"""The raw files of each day: what stands in S3 now, and whether it changed.

A day's version is a hash over keys, sizes and ETags: it changes exactly when a file is added,
replaced or removed. Only the prefixes of the days asked for are listed. What is inside the files
is read elsewhere.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import islice

from lakehouse.aws.account import Account
from lakehouse.aws.s3 import S3, S3Object
from lakehouse.source import LogSource, raw_prefix, raw_root

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


def day_version(source: LogSource, day: date, files: Mapping[date, DayFiles]) -> str:
    """The version of all raw files that may hold rows of a day, its late days' too.

    So a change in the files of D moves the versions of D - late_days .. D.
    """
    return "-".join(files[file_day].version for file_day in source.file_days(day))


def days_to_read(source: LogSource, days: Iterable[date]) -> list[date]:
    """The file days that may hold rows of `days`: each day and the source's late days after it."""
    return sorted({file_day for day in days for file_day in source.file_days(day)})


_PATTERNS = {
    "{event_date}": r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)",
    "{year}": r"(?P<year>\d{4})",
    "{month}": r"(?P<month>\d\d)",
    "{day}": r"(?P<day>\d\d)",
}


def day_of_key(source: LogSource, key: str) -> date | None:
    """The day in whose folder a key stands; None for a key that is no raw file of the source."""
    match = _folder_pattern(source.raw.path).match(key)
    if match is None or _is_hidden(key, match.group()):
        return None
    try:
        return date(*(int(match[name]) for name in ("year", "month", "day")))
    except ValueError:  # a 31st of February
        return None


def newest_days(
    s3: S3,
    account: Account,
    source: LogSource,
    count: int | None,
    last: date = date.max,
    since: date | None = None,
) -> list[date]:
    """The newest `count` days up to `last` that have a folder, oldest first; all of them for None.

    Folders are listed level by level, newest first, so the cost follows `count` and the number of
    day folders, never the number of files. Where a folder names the whole day, those before `since`
    are listed only if too few days are found from it on: whoever knows a day that was among the
    newest does not pay for the history. Days before the source's start date do not exist.
    """
    root = raw_root(source)
    levels = source.raw.path.removeprefix(root).strip("/").split("/")
    days = _days_under(s3, account.raw_bucket, root, levels, {}, since)
    found = sorted(islice((day for day in days if source.start_date <= day <= last), count))
    if since is not None and len(found) != count:
        return newest_days(s3, account, source, count, last)
    return found


def _days_under(
    s3: S3, bucket: str, prefix: str, levels: list[str], known: dict[str, int], since: date | None
) -> Iterator[date]:
    if not levels:
        yield date(known["year"], known["month"], known["day"])
        return
    pattern = _folder_pattern(levels[0])
    from_ = levels[0].replace("{event_date}", str(since)) if since else ""
    from_ = from_ if from_ != levels[0] else ""
    for folder in reversed(s3.folders(bucket, prefix, from_)):
        match = pattern.fullmatch(folder)
        if match:
            parts = known | {name: int(text) for name, text in match.groupdict().items()}
            yield from _days_under(s3, bucket, f"{prefix}{folder}/", levels[1:], parts, since)


def _folder_pattern(level: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+\})", level)
    return re.compile("".join(_PATTERNS.get(part, re.escape(part)) for part in parts))
