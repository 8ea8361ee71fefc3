"""Generated days: deterministic, of the right size, and of exactly the composition they tell."""

import csv
import gzip
import io
import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from lakehouse.source import LogSource
from lakehouse.synthetic.day import Composition
from lakehouse.synthetic.generate import SyntheticError, day_composition, generate_day

DAY = date(2026, 1, 15)
FORMATS = {"web_logs": "csv", "user_activity": "json", "access_logs": "combined"}
NAMES = {
    "web_logs": ["00.csv", "12.csv"],
    "user_activity": ["00.json"],
    "access_logs": ["00.log.gz"],
}
GENERATORS = list(FORMATS)


def source(
    generator: str | None, *, rows: int = 4000, seed: int = 7, late_days: int = 1
) -> LogSource:
    synthetic = {"generator": generator, "rows_per_day": rows, "seed": seed}
    return LogSource.model_validate(
        {
            "name": "events",
            "start_date": "2026-01-01",
            "raw": {
                "path": "events/event_date={event_date}/",
                "format": FORMATS.get(str(generator), "csv"),
            },
            "columns": {"time": {"type": "timestamp"}},
            "event_time": "time",
            "late_days": late_days,
            "metrics": {"table": "events_daily", "measures": {"events": "count(*)"}},
            "synthetic": synthetic if generator else None,
        }
    )


def texts(files: list[tuple[str, bytes]]) -> list[str]:
    return [
        (gzip.decompress(content) if name.endswith(".gz") else content).decode()
        for name, content in files
    ]


def parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def web_outcome(line: str) -> str:
    fields = next(csv.reader([line]))
    if len(fields) != 8:
        return "malformed_line"
    time, request_id, _, _, _, status, latency, _ = fields
    if not request_id or not status:
        return "missing_required:" + ("status" if request_id else "request_id")
    if not status.isdigit() or not re.fullmatch(r"[\d.]+", latency):
        return "bad_type:" + ("latency_ms" if status.isdigit() else "status")
    return day_outcome(parsed(time), 100 <= int(status) <= 599)


def activity_outcome(line: str) -> str:
    try:
        event: dict[str, Any] = json.loads(line)
    except ValueError:
        return "malformed_line"
    if missing := [name for name in ("event_id", "action") if event.get(name) is None]:
        return f"missing_required:{missing[0]}"
    if not isinstance(event["user_id"], int):
        return "bad_type:user_id"
    return day_outcome(parsed(event["timestamp"]), event["action"] != "logout")


def access_outcome(line: str) -> str:
    form = r'\S+ - \S+ \[(.+)\] "\S+ \S+ HTTP/1\.1" (\d{3}|-) (?:\d+|-) "[^"]+" "[^"]+"'
    match = re.fullmatch(form, line)
    if match is None:
        return "malformed_line"
    try:
        time = datetime.strptime(match[1], "%d/%b/%Y:%H:%M:%S +0000")
    except ValueError:
        return "bad_event_time"
    return "missing_required:status" if match[2] == "-" else day_outcome(time, True)


def day_outcome(time: datetime | None, kept: bool) -> str:
    if time is None:
        return "bad_event_time"
    if time.date() == DAY - timedelta(days=1):
        return "other_day"
    assert time.date() == DAY
    return "clean" if kept else "filtered"


OUTCOME: dict[str, Callable[[str], str]] = {
    "web_logs": web_outcome,
    "user_activity": activity_outcome,
    "access_logs": access_outcome,
}


def data_lines(generator: str, files: list[tuple[str, bytes]]) -> list[str]:
    skip = 1 if generator == "web_logs" else 0
    return [line for text in texts(files) for line in text.splitlines()[skip:]]


def counted(generator: str, files: list[tuple[str, bytes]]) -> Composition:
    """The composition of files as an independent reader finds it."""
    lines = data_lines(generator, files)
    distinct = lines if generator == "access_logs" else list(dict.fromkeys(lines))
    outcomes = Counter(map(OUTCOME[generator], distinct))
    usual = ("clean", "filtered", "other_day")
    return Composition(
        raw=len(lines),
        reasons={reason: outcomes[reason] for reason in sorted(outcomes) if reason not in usual},
        filtered=outcomes["filtered"],
        duplicates=len(lines) - len(distinct),
        other_day=outcomes["other_day"],
    )


@pytest.mark.parametrize("generator", GENERATORS)
@pytest.mark.parametrize("late_days", [0, 1])
def test_composition_is_what_the_files_hold(generator: str, late_days: int) -> None:
    log = source(generator, late_days=late_days)
    composition = day_composition(log, DAY)
    assert counted(generator, generate_day(log, DAY)) == composition
    assert composition.raw == 4000
    assert bool(composition.other_day) == bool(late_days)
    assert 0.003 <= (composition.rejected + composition.duplicates) / 4000 <= 0.008


@pytest.mark.parametrize(
    ("generator", "composition"),
    [
        (
            "web_logs",
            Composition(
                raw=10_000,
                reasons={
                    "bad_event_time": 3,
                    "bad_type:latency_ms": 4,
                    "bad_type:status": 5,
                    "malformed_line": 15,
                    "missing_required:request_id": 4,
                    "missing_required:status": 4,
                },
                filtered=10,
                duplicates=15,
                other_day=20,
            ),
        ),
        (
            "access_logs",
            Composition(
                raw=10_000,
                reasons={
                    "bad_event_time": 10,
                    "malformed_line": 25,
                    "missing_required:status": 15,
                },
                filtered=0,
                duplicates=0,
                other_day=20,
            ),
        ),
    ],
)
def test_dirt_of_ten_thousand_rows(generator: str, composition: Composition) -> None:
    assert day_composition(source(generator, rows=10_000), DAY) == composition


@pytest.mark.parametrize("generator", GENERATORS)
def test_a_day_is_the_same_however_often_and_in_whatever_order_it_is_made(generator: str) -> None:
    log = source(generator)
    first = generate_day(log, DAY)
    other = generate_day(log, DAY + timedelta(days=1))
    assert [name for name, _ in first] == NAMES[generator]
    assert generate_day(log, DAY) == first
    assert set(data_lines(generator, first)).isdisjoint(data_lines(generator, other))
    assert generate_day(source(generator, seed=8), DAY) != first


@pytest.mark.parametrize("generator", GENERATORS)
@pytest.mark.parametrize("rows", [0, 1, 50])
def test_small_days_are_clean(generator: str, rows: int) -> None:
    composition = day_composition(source(generator, rows=rows), DAY)
    assert composition.raw == rows
    assert (composition.rejected, composition.duplicates, composition.other_day) == (0, 0, 0)
    assert counted(generator, generate_day(source(generator, rows=rows), DAY)) == composition


@pytest.mark.parametrize("generator", GENERATORS)
def test_no_row_of_the_day_before_the_first(generator: str) -> None:
    assert day_composition(source(generator), date(2026, 1, 1)).other_day == 0


def test_late_rows_stand_near_the_start() -> None:
    log = source("web_logs")
    outcomes = [web_outcome(line) for line in data_lines("web_logs", generate_day(log, DAY))]
    late = [index for index, outcome in enumerate(outcomes) if outcome == "other_day"]
    assert len(late) == 8
    assert max(late) < 60


def test_web_logs_files_are_half_days_with_a_header() -> None:
    first, second = texts(generate_day(source("web_logs"), DAY))
    header = "timestamp,request_id,client_ip,method,endpoint,status,latency_ms,bytes_sent"
    assert first.splitlines()[0] == second.splitlines()[0] == header
    hours = [
        [
            time.hour
            for row in csv.DictReader(io.StringIO(text))
            if (time := parsed(row["timestamp"]))
        ]
        for text in (first, second)
    ]
    assert (min(hours[1]), max(hours[1])) == (12, 23)
    assert max(hours[0][40:]) == 11


def test_activity_lines_have_the_text_of_json_dumps() -> None:
    lines = data_lines("user_activity", generate_day(source("user_activity", rows=100), DAY))
    assert [json.dumps(json.loads(line)) for line in lines] == lines
    event = json.loads(lines[0])
    assert list(event) == ["event_id", "user_id", "action", "timestamp", "metadata"]
    assert list(event["metadata"]) == ["device", "location"]


def test_the_error_rate_varies_by_day() -> None:
    log = source("web_logs")
    rates = []
    for offset in range(14):
        text = "".join(texts(generate_day(log, DAY + timedelta(days=offset))))
        rates.append(len(re.findall(r",5\d\d,", text)) / 4000)
    assert min(rates) < 0.012
    assert max(rates) > 0.02
    assert max(rates) < 0.25


def test_an_unknown_generator_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SyntheticError) as refused:
        generate_day(source("weblogs"), DAY)
    assert str(refused.value) == (
        "source events: synthetic.generator 'weblogs' is not known; "
        "the generators are access_logs, user_activity, web_logs"
    )


def test_a_source_of_real_files_only_makes_none() -> None:
    with pytest.raises(SyntheticError, match="source events has no `synthetic` part"):
        generate_day(source(None), DAY)
