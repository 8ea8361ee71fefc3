"""The raw files of each day: what stands in S3 now, and whether it changed.

A day's version is a hash over keys, sizes and ETags: it changes exactly when a file is added,
replaced or removed. Only the prefixes of the days asked for are listed; where small days share a
page, also what follows them on it. What is inside the files is read elsewhere.
"""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from lakehouse.aws.account import Account
from lakehouse.aws.s3 import S3, S3Object
from lakehouse.source import LogSource, raw_prefix, raw_root

LIST_THREADS = 8
SHARED_DAYS = 31  # in a row that are listed together, if they are small


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
    return _day_files(account, prefix, day, s3.objects(account.raw_bucket, prefix))


def _day_files(account: Account, prefix: str, day: date, objects: Iterable[S3Object]) -> DayFiles:
    files = tuple(
        item for item in objects if item.key.startswith(prefix) and not _is_hidden(item.key, prefix)
    )
    return DayFiles(day, f"s3://{account.raw_bucket}/{prefix}", files)


def _is_hidden(key: str, prefix: str) -> bool:
    # Athena and Spark skip names that begin with _ or . at any level below the location.
    parts = key.removeprefix(prefix).split("/")
    return not parts[-1] or any(part.startswith(("_", ".")) for part in parts)


def take_inventory(
    s3: S3, account: Account, source: LogSource, days: Iterable[date]
) -> dict[date, DayFiles]:
    """The files of each of `days`, in day order; days without files are there, empty.

    A call answers for as many days in a row as it has room for: small days cost less than a call.
    """
    wanted = sorted(set(days))
    with ThreadPoolExecutor(LIST_THREADS) as pool:
        shared = pool.map(lambda some: _small_days(s3, account, source, some), _spans(wanted))
        found = {files.day: files for some in shared for files in some}
        rest = [day for day in wanted if day not in found]
        listed = pool.map(lambda day: day_files(s3, account, source, day), rest)
        found |= dict(zip(rest, listed, strict=True))
    return {day: found[day] for day in wanted}


def _spans(days: Sequence[date]) -> Iterator[list[date]]:
    """Days in a row, at least two and at most `SHARED_DAYS` each."""
    span: list[date] = []
    for day in days:
        if span and (day - span[-1] != timedelta(days=1) or len(span) == SHARED_DAYS):
            yield from [span] if len(span) > 1 else []
            span = []
        span.append(day)
    yield from [span] if len(span) > 1 else []


def _small_days(
    s3: S3, account: Account, source: LogSource, days: Sequence[date]
) -> list[DayFiles]:
    """Those of some days in a row whose files are all in the first page of a listing."""
    prefixes = [raw_prefix(source, day) for day in days]
    if prefixes != sorted(prefixes):  # a path that does not begin with the year
        return []
    page, more = s3.page(account.raw_bucket, raw_root(source), prefixes[0])
    last = page[-1].key if more else ""
    by_day: dict[str, list[S3Object]] = {prefix: [] for prefix in prefixes}
    for item in page:
        at = bisect_right(prefixes, item.key) - 1
        if at >= 0 and item.key.startswith(prefixes[at]):
            by_day[prefixes[at]].append(item)
    return [
        _day_files(account, prefix, day, by_day[prefix])
        for day, prefix in zip(days, prefixes, strict=True)
        if not more or (prefix < last and not last.startswith(prefix))
    ]


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
