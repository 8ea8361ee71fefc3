"""A user's file cut by day: lines kept, days right, errors clear."""

import gzip
import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakehouse import landing
from lakehouse.landing import LandingError, Part, part_name, split_by_day, split_stream
from lakehouse.source import LogSource

DAY = [date(2026, 1, 1) + timedelta(days=n) for n in range(40)]


def source(file_format: str, **event_time: Any) -> LogSource:
    return LogSource.model_validate(
        {
            "name": "events",
            "start_date": "2026-01-01",
            "raw": {"path": "events/event_date={event_date}/", "format": file_format},
            "columns": {
                "at": {"type": "timestamp", **event_time},
                "referrer": {"type": "timestamp"},
            },
            "event_time": "at",
            "metrics": {"table": "events_daily", "measures": {"events": "count(*)"}},
        }
    )


CSV = source("csv", **{"from": "time"})
JSON = source("json", **{"from": "meta.time"})
COMBINED = source("combined", **{"from": "time"})


def contents(parts: list[Part]) -> dict[str, tuple[bytes, int]]:
    return {str(part.day): (part.path.read_bytes(), part.rows) for part in parts}


def split_bytes(log: LogSource, content: bytes, folder: Path) -> dict[str, tuple[bytes, int]]:
    return contents(split_stream(log, io.BufferedReader(io.BytesIO(content)), "a.log", folder))


def request(time: str, path: str = "/") -> bytes:
    return f'10.0.0.1 - - [{time}] "GET {path} HTTP/1.1" 200 5 "-" "curl/8"\n'.encode()


def test_combined_log_is_cut_by_utc_day(tmp_path: Path) -> None:
    first = request("01/Jan/2026:23:59:59 +0000")
    ahead = request("02/Jan/2026:00:30:00 +0100")
    broken = b'10.0.0.1 - - [02/Jan/2026:08:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "curl\n'
    later = request("02/Jan/2026:09:00:00 +0000")
    log = tmp_path / "access.log"
    log.write_bytes(first + broken + ahead + later)
    parts = split_by_day(COMBINED, log, tmp_path / "parts")
    assert parts == [
        Part(DAY[0], tmp_path / "parts/2026-01-01/landed-access.log", 2),
        Part(DAY[1], tmp_path / "parts/2026-01-02/landed-access.log", 2),
    ]
    assert contents(parts) == {
        "2026-01-01": (first + ahead, 2),
        "2026-01-02": (broken + later, 2),
    }


def test_gzip_gives_the_parts_of_the_plain_file(tmp_path: Path) -> None:
    lines = request("01/Jan/2026:10:00:00 +0000") + request("02/Jan/2026:10:00:00 +0000")
    (tmp_path / "access.log").write_bytes(lines)
    (tmp_path / "access.log.gz").write_bytes(gzip.compress(lines[:50]) + gzip.compress(lines[50:]))
    plain = split_by_day(COMBINED, tmp_path / "access.log", tmp_path / "parts")
    before = contents(plain)
    assert split_by_day(COMBINED, tmp_path / "access.log.gz", tmp_path / "parts") == plain
    assert contents(plain) == before


def test_csv_parts_repeat_the_header_and_keep_bytes(tmp_path: Path) -> None:
    header = b"\xef\xbb\xbfid,time\r\n"
    content = header + b'1,2026-01-01T01:00:00\r\n"2,b","2026-01-02T01:00:00"\r\nid\r\n3,2026-01-01'
    assert split_bytes(CSV, content, tmp_path) == {
        "2026-01-01": (header + b"1,2026-01-01T01:00:00\r\n3,2026-01-01", 2),
        "2026-01-02": (header + b'"2,b","2026-01-02T01:00:00"\r\nid\r\n', 2),
    }


def test_a_header_inside_a_csv_file_is_kept_but_no_row(tmp_path: Path) -> None:
    content = b"id,time\n1,2026-01-01\nid,time\n2,2026-01-01\n"
    assert split_bytes(CSV, content, tmp_path) == {"2026-01-01": (content, 2)}


def test_json_days_come_from_the_path(tmp_path: Path) -> None:
    lines = [
        json.dumps({"meta": {"time": f"2026-01-0{day}T10:00:00"}, "n": day}).encode() + b"\n"
        for day in (2, 1, 2)
    ]
    garbage = b'{"meta": {"time": \n'
    assert split_bytes(JSON, lines[0] + lines[1] + garbage + lines[2], tmp_path) == {
        "2026-01-01": (lines[1] + garbage, 2),
        "2026-01-02": (lines[0] + lines[2], 2),
    }


@pytest.mark.parametrize(
    ("time_format", "first", "second"),
    [
        ("epoch_seconds", 1767225600, 1767312000),
        ("epoch_millis", 1767311999999, 1767312000000),
        ("dd.MM.yyyy HH:mm", "01.01.2026 23:59", "02.01.2026 00:00"),
    ],
)
def test_time_formats(time_format: str, first: object, second: object, tmp_path: Path) -> None:
    log = source("json", format=time_format)
    lines = [json.dumps({"at": value}).encode() + b"\n" for value in (first, second)]
    assert split_bytes(log, lines[0] + lines[1], tmp_path) == {
        "2026-01-01": (lines[0], 1),
        "2026-01-02": (lines[1], 1),
    }


def test_first_lines_without_time_join_the_first_day_read(tmp_path: Path) -> None:
    noise = b"# started\n\n"
    second, first = request("02/Jan/2026:10:00:00 +0000"), request("01/Jan/2026:10:00:00 +0000")
    assert split_bytes(COMBINED, noise + second + first, tmp_path) == {
        "2026-01-01": (first, 1),
        "2026-01-02": (noise + second, 3),
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026-01-01", "2026-01-02"]


def test_many_days_with_few_open_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "MAX_OPEN_PARTS", 3)
    lines = [f"{n},{DAY[n % 40]}\n".encode() for n in range(200)]
    expected = {str(DAY[n]): (b"id,time\n" + b"".join(lines[n::40]), 5) for n in range(40)}
    assert split_bytes(CSV, b"id,time\n" + b"".join(lines), tmp_path) == expected


@given(
    rows=st.lists(
        st.one_of(
            st.integers(0, 39).map(lambda n: f"x,{DAY[n]}"),
            st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=20),
        ),
        min_size=1,
        max_size=60,
    ),
    last_newline=st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_parts_hold_every_line_once_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str], last_newline: bool
) -> None:
    lines = [f"{row}\n".encode() for row in ["x,2026-01-01", *rows]]
    lines[-1] = lines[-1] if last_newline else lines[-1][:-1]
    marked: dict[date, list[bytes]] = {day: [] for day in DAY}
    day = DAY[0]
    for line in filter(None, lines):
        second = line.decode().strip().split(",")[1:2]
        day = next((known for known in DAY if second == [str(known)]), day)
        marked[day].append(line)
    parts = split_bytes(CSV, b"id,time\n" + b"".join(lines), tmp_path_factory.mktemp("parts"))
    assert parts == {
        str(day): (b"id,time\n" + b"".join(held), len(held)) for day, held in marked.items() if held
    }


def write(content: bytes) -> Callable[[Path], None]:
    def written(path: Path) -> None:
        path.write_bytes(content)

    return written


@pytest.mark.parametrize(
    ("log", "make", "message"),
    [
        (CSV, lambda _: None, "{path}: no such file"),
        (CSV, Path.mkdir, "{path} is a folder: name the file to land"),
        (CSV, write(b""), "{path} is empty: there is nothing to land for source events"),
        (
            CSV,
            write(gzip.compress(b"")),
            "{path} is empty: there is nothing to land for source events",
        ),
        (CSV, write(b"id,time\n"), "{path} holds a header and no rows: there is nothing to land"),
        (
            CSV,
            write(b"id,timestamp\n1,2026-01-01\n"),
            "{path} is no CSV file of source events: its first line does not name the column "
            "'time' (event_time); it names id, timestamp",
        ),
        (
            CSV,
            write(b"id,time\n1,soon\n"),
            "{path}: no line has a readable event time ('time', csv format of source events)",
        ),
        (
            JSON,
            write(b'[{"meta":\n{"time": "2026-01-01"}}]\n'),
            "{path}: no line has a readable event time ('meta.time', json format of source "
            "events); JSON files hold one object a line, as jq -c . writes them (jq -c '.[]' an "
            "array)",
        ),
        (
            COMBINED,
            write(gzip.compress(request("01/Jan/2026:10:00:00 +0000"), mtime=0)[:-10]),
            "{path}: broken gzip file after line 0: "
            "Compressed file ended before the end-of-stream marker was reached",
        ),
        (
            source("csv", format="yyyy-DDD-MM-dd"),
            write(b"at\n1\n"),
            "source events: at: time pattern 'yyyy-DDD-MM-dd': the day cannot be read from 'DDD'; "
            "the letters understood are y u M L d H h a m s S E X x Z",
        ),
        (
            source("csv", expr="referrer"),
            write(b"id\n1\n"),
            "source events computes at by an expression: its files cannot be cut by day; "
            "upload them to their day's folder",
        ),
    ],
)
def test_errors_name_the_file(
    log: LogSource, make: Callable[[Path], None], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.log"
    make(path)
    with pytest.raises(LandingError) as refused:
        split_by_day(log, path, tmp_path / "parts")
    assert str(refused.value) == message.format(path=path)
    assert not list((tmp_path / "parts").rglob("*")) or "gzip" in message


def test_a_line_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "MAX_LINE_BYTES", 100)
    with pytest.raises(LandingError, match=r"a\.log: line 2 is over 16 MiB"):
        split_bytes(CSV, b"id,time\n" + b"x" * 200, tmp_path)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("/var/log/apache_logs", "landed-apache_logs"),
        ("apache_logs.gz", "landed-apache_logs"),
        ("access.log.1", "landed-access.log.1"),
        ("_hidden.csv", "landed-_hidden.csv"),
        ("a b.csv", "landed-e3fbea7c-a_b.csv"),
        ("a{b.csv", "landed-85b21248-a_b.csv"),
    ],
)
def test_part_names(name: str, part: str) -> None:
    assert part_name(name) == part


def test_a_csv_record_of_several_lines_goes_with_its_first_one(tmp_path: Path) -> None:
    record = b'2026-01-01T10:00:00Z,"two\n2026-01-02T10:00:00Z,lines\nof"\n'
    stray = b'2026-01-01T11:00:00Z,"5\n'
    after = b"2026-01-02T12:00:00Z,x\n"
    found = split_bytes(CSV, b"time,note\n" + record + stray + after, tmp_path)
    assert found == {
        "2026-01-01": (b"time,note\n" + record + stray, 4),
        "2026-01-02": (b"time,note\n" + after, 1),
    }
