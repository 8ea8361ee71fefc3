"""What Athena counted for a run, read and compared: rows by outcome, and rows that were written.

Pure: between the answers to the queries of `lakehouse.clean_query` and the manifest. A run whose
numbers do not agree ends here, before anything is published.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from lakehouse.clean_query_limits import check_rows
from lakehouse.errors import LakehouseError
from lakehouse.manifest import Count, expected_rows
from lakehouse.raw_lines import CleanQuery, RawFile
from lakehouse.source_fields import PARTITION_KEY

Record = Mapping[str, str | None]
WrittenFile = tuple[tuple[str, str], int]
"""((clean or rejected, day), rows) of one file."""


class Unaccounted(LakehouseError):
    """What was read, counted and written does not add up; nothing was published."""


def counted_rows(files: Sequence[RawFile], records: Sequence[Record]) -> list[Count]:
    """The counts of `counts_query`; `Unsuitable` if a row has what Athena would not do alike."""
    check_rows(str(record["__flaw"]) for record in records if record["__flaw"])
    return [
        _count(files, record, str(record["__outcome"]), record["__reason"]) for record in records
    ]


def told_apart(counts: Iterable[Count], duplicates: Sequence[Count]) -> list[Count]:
    """Counts in which duplicates are no longer clean rows but an outcome of their own."""
    lost = {(count.file, count.event_day): count.rows for count in duplicates}
    clean = [
        replace(count, rows=count.rows - lost.get((count.file, count.event_day), 0))
        if count.outcome == "clean"
        else count
        for count in counts
    ]
    return [*clean, *duplicates]


def duplicate_rows(files: Sequence[RawFile], records: Iterable[Record]) -> list[Count]:
    """The counts of `duplicates_query`."""
    return [_count(files, record, "duplicate", None) for record in records]


def _count(files: Sequence[RawFile], record: Record, outcome: str, reason: str | None) -> Count:
    file = files[int(record["__file_no"] or 0)]
    day, rows = record["__event_date"], int(record["row_count"] or 0)
    return Count(file.uri, file.day, day, outcome, reason, rows)


def uris_by_day(files: Iterable[RawFile]) -> dict[str, list[str]]:
    """The addresses of each day's files."""
    found: dict[str, list[str]] = {}
    for file in files:
        found.setdefault(file.day, []).append(file.uri)
    return found


def written_rows(places: Mapping[str, str], records: Iterable[Record]) -> list[WrittenFile]:
    """The files of `written_query`; `places` has the run's prefix of clean and of rejected."""
    return [
        (_place(places, str(record["path"])), int(record["row_count"] or 0)) for record in records
    ]


def _place(places: Mapping[str, str], path: str) -> tuple[str, str]:
    what = next(name for name, place in places.items() if path.startswith(place))
    folder = path.removeprefix(places[what]).partition("/")[0]
    return what, folder.removeprefix(f"{PARTITION_KEY}=")


def check_read(query: CleanQuery, counts: Iterable[Count]) -> None:
    """`Unaccounted` unless every file of the days in which a line was seen gave rows."""
    read = {count.file for count in counts}
    for file in query.files:
        if file.day in query.days and file.header is not None and file.uri not in read:
            raise Unaccounted(f"{file.uri}: no line of it was read; was it removed meanwhile?")


def check_written(document: Mapping[str, Any], written: Iterable[WrittenFile]) -> None:
    """`Unaccounted` unless every written row is accounted for in the manifest."""
    found: dict[tuple[str, str], int] = {}
    for key, rows in written:
        found[key] = found.get(key, 0) + rows
    wanted = {
        (name, day): rows
        for day, pair in expected_rows(document).items()
        for name, rows in zip(("clean", "rejected"), pair, strict=True)
    }
    for name, day in sorted(wanted.keys() | found.keys()):
        there, accounted = found.get((name, day), 0), wanted.get((name, day), 0)
        if there != accounted:
            raise Unaccounted(
                f"{day}: {there} {name} rows written, {accounted} accounted for; nothing was "
                "published. Run the day again"
            )
