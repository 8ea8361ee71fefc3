"""What a sensor tick decides."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from lakehouse.aws.inventory import DayFiles
from lakehouse.aws.s3 import S3Object
from lakehouse.pipeline.sensors import MAX_REQUESTS, Seen, closed_days, decide, remember
from lakehouse_tests.sources import built_in

WEB = built_in("web_logs")  # late_days: 1
WRITTEN = datetime(2026, 2, 1, tzinfo=UTC)


def files(**etags: str) -> dict[date, DayFiles]:
    """`d01="x"`: 1 January has a file with the ETag x; days up to the 31st are empty otherwise."""
    found = {}
    for number in range(1, 32):
        day = date(2026, 1, number)
        etag = etags.get(f"d{number:02}")
        objects = (S3Object("b", f"{day}/a.csv", 1, etag, WRITTEN),) if etag else ()
        found[day] = DayFiles(day, f"s3://b/{day}/", objects)
    return found


def tick(cursor: str | None, *numbers: int, **etags: str) -> tuple[list[int], str]:
    days = [date(2026, 1, number) for number in numbers]
    decided = decide(WEB, days, files(**etags), Seen.read(cursor))
    cursor = remember(decided.seen, days).written()
    return [int(day[-2:]) for day in decided.requested], cursor


def test_new_days_run_once() -> None:
    changed, cursor = tick(None, 1, 2, d01="a", d02="b")
    assert changed == [1, 2]
    assert tick(cursor, 1, 2, d01="a", d02="b") == ([], cursor)


def test_a_changed_file_runs_its_day_and_the_day_before_whose_late_rows_it_may_hold() -> None:
    _, cursor = tick(None, 1, 2, 3, d01="a", d02="b", d03="c")
    changed, _ = tick(cursor, 1, 2, 3, d01="a", d02="changed", d03="c")
    assert changed == [1, 2]


def test_a_removed_file_runs_its_day() -> None:
    _, cursor = tick(None, 1, 3, d01="a", d03="c")
    changed, _ = tick(cursor, 1, 3, d01="a")
    assert changed == [3]


def test_requests_over_the_limit_wait_for_the_next_tick() -> None:
    etags: dict[str, Any] = {f"d{n:02}": "x" for n in range(1, MAX_REQUESTS + 4)}
    days = range(1, MAX_REQUESTS + 4)
    first, cursor = tick(None, *days, **etags)
    second, cursor = tick(cursor, *days, **etags)
    assert (first, second) == ([*days][:MAX_REQUESTS], [*days][MAX_REQUESTS:])
    assert tick(cursor, *days, **etags)[0] == []


def test_the_cursor_forgets_days_out_of_the_window() -> None:
    _, cursor = tick(None, 1, 2, d01="a", d02="b")
    _, later = tick(cursor, 2, 3, d02="b", d03="c")
    assert sorted(json.loads(later)["days"]) == ["2026-01-02", "2026-01-03"]


def test_a_restored_file_runs_again_under_a_key_of_its_own() -> None:
    numbers, seen = [], Seen()
    for etag in ("a", "b", "a"):
        decided = decide(WEB, [date(2026, 1, 1)], files(d01=etag), seen)
        seen = decided.seen
        numbers.append((len(decided.requested), seen.number))
    assert numbers == [(1, 1), (1, 2), (1, 3)]
    again = decide(WEB, [date(2026, 1, 1)], files(d01="a"), seen)
    assert (again.requested, again.seen) == ({}, seen)


def test_the_same_content_has_the_same_version_and_other_content_another() -> None:
    _, first = tick(None, 1, d01="a")
    _, again = tick(None, 1, d01="a")
    _, other = tick(None, 1, d01="b")
    assert first == again
    assert first != other


def test_a_day_has_a_partition_from_its_close_on() -> None:
    today = datetime.now(UTC).date()
    closed = closed_days(WEB)
    days = [WEB.start_date - timedelta(days=1), WEB.start_date, today + timedelta(days=1)]
    assert [closed(day) for day in days] == [False, True, False]
