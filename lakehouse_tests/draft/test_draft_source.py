"""A source drafted from a sample: what it finds, and that the job then accepts the sample."""

import gzip
from datetime import date
from pathlib import Path

import pytest

from lakehouse.draft.columns import PATTERNS
from lakehouse.draft.json_schema import SCHEMA_FILE, source_schema
from lakehouse.draft.sample import SampleError, read_sample
from lakehouse.draft.source_text import draft_source
from lakehouse.event_day import day_reader
from lakehouse.source import LogSource, read_source
from lakehouse_tests.draft.samples import CASES, TILL


def drafted(folder: Path, name: str, body: bytes) -> LogSource:
    sample, path = folder / name, folder / "mine.yaml"
    sample.write_bytes(body)
    path.write_text(draft_source("mine", read_sample(sample), name))
    return read_source(path)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("packed", [False, True])
def test_columns_types_time_and_key_are_found(tmp_path: Path, name: str, packed: bool) -> None:
    text, types, formats, key = CASES[name]
    body = gzip.compress(text.encode()) if packed else b"\xef\xbb\xbf" + text.encode()
    source = drafted(tmp_path, name, body)
    assert source.column_types == types
    assert {n: c.format for n, c in source.columns.items() if c.format} == formats
    assert f"# unique_key: {key} " in (tmp_path / "mine.yaml").read_text()


@pytest.mark.parametrize(
    ("name", "day"), [("access.log", "2015-05-17"), ("till.csv", "2026-01-01")]
)
def test_partitions_start_with_the_first_day_seen(tmp_path: Path, name: str, day: str) -> None:
    source = drafted(tmp_path, name, CASES[name][0].encode())
    assert source.start_date == date.fromisoformat(day)


def test_metrics_count_by_a_column_with_few_values(tmp_path: Path) -> None:
    source = drafted(tmp_path, "access.log", CASES["access.log"][0].encode())
    assert source.metrics.group_by == ("method",)
    assert source.metrics.measures == {
        "row_count": "count(*)",
        "server_errors": "count_if(status >= 500)",
    }


@pytest.mark.parametrize(
    ("text", "kind", "time_format"),
    [
        ("2026-01-31", "timestamp", "yyyy-MM-dd"),
        ("2026-01-31T10:00:00.123456Z", "timestamp", None),
        ("2026-01-31 10:00:00,123", "timestamp", "yyyy-MM-dd HH:mm:ss,SSS"),
        ("31/01/2026 10:00:00", "timestamp", "dd/MM/yyyy HH:mm:ss"),
        ("01/31/2026 10:00:00", "timestamp", "MM/dd/yyyy HH:mm:ss"),
        ("1769853600123", "timestamp", "epoch_millis"),
    ],
)
def test_time_formats(tmp_path: Path, text: str, kind: str, time_format: str | None) -> None:
    source = drafted(tmp_path, "a.csv", f'id,time\n1,"{text}"\n2,"{text}"\n'.encode())
    column = source.columns["event_time"]
    assert (column.type, column.format, source.start_date) == (kind, time_format, date(2026, 1, 31))


def test_a_few_values_of_another_kind_do_not_change_a_type(tmp_path: Path) -> None:
    rows = "".join(f"{n},2026-01-01T00:00:00Z\n" for n in range(400))
    source = drafted(tmp_path, "a.csv", f"n,t\n{rows}oops,2026-01-01T00:00:00Z\n".encode())
    assert source.column_types == {"event_time": "timestamp", "n": "int"}
    assert source.columns["event_time"].from_ == "t"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("a;b\n1;2\n", "columns separated by ';': only commas"),
        ("2026-01-01,5\n2026-01-02,6\n", "the first line is no CSV header"),
        ("a,time\n", "a header and no rows"),
        ("a,b\n1,x\n", "no field holds a time"),
        ('[{"a": 1}]\n', "one object a line"),
        ('{\n  "a": 1\n}\n', "one object a line"),
        ("Jan  1 10:00:00 host sshd: hello\n", "neither CSV"),
        ("a,time\n1,2\n3\n4\n", "2 of 3 lines, the first of them line 2"),
    ],
)
def test_what_no_source_can_read_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SampleError, match=words):
        drafted(tmp_path, "sample.txt", text.encode())


def test_a_broken_gzip_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SampleError, match="cannot be read"):
        drafted(tmp_path, "a.gz", gzip.compress(TILL.encode() * 100)[:60])


def test_the_published_schema_is_current() -> None:
    published = Path(__file__).parents[2] / "docs" / SCHEMA_FILE
    assert published.read_text() == source_schema(), "run: lakehouse sources schema > " + str(
        published
    )


def test_every_time_pattern_gives_a_day() -> None:
    assert all(day_reader(pattern) for pattern in PATTERNS)
