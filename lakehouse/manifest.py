"""The accounting of a run, from counted rows: the manifest that the Spark job writes, made here.

For days that Athena cleaned; `glue_scripts.clean_logs` counts its own, and a test holds both equal.
Pure: where the counts come from and where the document goes is not decided here.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Count:
    """How many rows of a file (of a day) have an outcome; `event_day` is None without event time.

    Outcomes: header, rejected, filtered, duplicate, clean, other_day.
    """

    file: str
    file_day: str
    event_day: str | None
    outcome: str
    reason: str | None
    rows: int


def manifest(
    source: str,
    run_id: str,
    days: Iterable[str],
    files: Mapping[str, Sequence[str]],
    counts: Sequence[Count],
    clean_files: Mapping[str, int],
) -> dict[str, Any]:
    """The document: rows by outcome per day and per file.

    `files` has the URIs of each file day, `clean_files` the number of Parquet files of each day.
    """
    days = sorted(days)
    return {
        "run_id": run_id,
        "source": source,
        "days": {day: _day(day, counts, clean_files.get(day, 0)) for day in days},
        "files": {day: _files(files.get(day, ()), counts) for day in days},
    }


def expected_rows(document: Mapping[str, Any]) -> dict[str, tuple[int, int]]:
    """Day -> rows that its clean and its rejected partition must hold."""
    return {
        day: (counted["clean"] + counted["late"], counted["rejected"])
        for day, counted in document["days"].items()
    }


def _day(day: str, counts: Sequence[Count], files: int) -> dict[str, Any]:
    here = [count for count in counts if count.file_day == day]
    late = sum(
        count.rows
        for count in counts
        if count.outcome == "clean" and count.event_day == day != count.file_day
    )
    raw_files = len({count.file for count in here})
    return {**_tally(here), "late": late, "raw_files": raw_files, "files": files}


def _files(uris: Sequence[str], counts: Sequence[Count]) -> dict[str, dict[str, Any]]:
    of_file: dict[str, list[Count]] = defaultdict(list)
    for count in counts:
        of_file[count.file].append(count)
    return {uri: _tally(of_file[uri]) for uri in sorted(uris)}


def _tally(counts: Iterable[Count]) -> dict[str, Any]:
    """Rows by outcome of some files of one day."""
    here: dict[str, int] = defaultdict(int)
    reasons: dict[str, int] = defaultdict(int)
    for count in counts:
        if count.outcome == "rejected":
            reasons[str(count.reason)] += count.rows
        else:
            elsewhere = count.outcome != "header" and count.event_day != count.file_day
            here["other_day" if elsewhere else count.outcome] += count.rows
    rows = {
        "clean": here["clean"],
        "rejected": sum(reasons.values()),
        "filtered": here["filtered"],
        "duplicates": here["duplicate"],
        "other_day": here["other_day"],
    }
    return {
        "raw": sum(rows.values()),
        **rows,
        "header_lines": here["header"],
        "reasons": dict(sorted(reasons.items())),
    }
