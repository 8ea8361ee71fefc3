"""Dirty input of every kind: rows come out right, or are rejected with a reason; none is lost.

Each case is the one raw file of a day of its own, so that one run of the job serves them all.
`{day}` in a body is that day.
"""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lakehouse.source import LogSource
from lakehouse_tests.glue_scripts.clean_run import rows_by_day, run_job

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::ResourceWarning")]

FIRST = date(2026, 1, 1)
HEADER = "time,id,n,x,note\n"


@dataclass(frozen=True)
class Case:
    """A file's bytes; the (id, n, x, note) of its clean rows; how many are rejected and why."""

    name: str
    body: bytes
    clean: Sequence[Sequence[Any]] = ()
    rejected: Mapping[str, int] = field(default_factory=dict)
    headers: int = 1


def csv(name: str, body: str, *clean: Sequence[Any], headers: int = 1, **rejected: int) -> Case:
    reasons = {reason.replace("__", ":"): count for reason, count in rejected.items()}
    return Case(name, body.encode(), clean, reasons, headers)


def row(rest: str) -> str:
    return f"{{day}}T10:00:00Z,{rest}\n"


LONG = "x" * 10_000_000
CSV_CASES = [
    csv("empty file", "", headers=0),
    csv("header only", HEADER),
    csv("header without line end", HEADER.strip()),
    csv("byte order mark", "\ufeff" + HEADER + row("a,1,1.5,n"), ("a", 1, 1.5, "n")),
    csv("crlf", (HEADER + row("a,1,1.5,n")).replace("\n", "\r\n"), ("a", 1, 1.5, "n")),
    csv("no header", row("a,1,1.5,n") * 2, headers=0, malformed_line=2),
    csv("columns in another order", "note,x,n,id,time\nn,1.5,1,a,{day}T10:00:00Z\n",
        ("a", 1, 1.5, "n")),
    csv("a column more", "time,id,new,n,x,note\n" + row("a,?,1,1.5,n"), ("a", 1, 1.5, "n")),
    csv("a column less", "time,id,n,note\n" + row("a,1,n"), ("a", 1, None, "n")),
    csv("a required column less", "time,n,x,note\n" + row("1,1.5,n"), missing_required__id=1),
    csv("quotes, commas, escaped quotes", HEADER + row('"a,b",1,1.5,"say ""n"""'),
        ("a,b", 1, 1.5, 'say "n"')),
    csv("a line break in quotes", HEADER + row('a,1,1.5,"two\nlines"') + row("b,2,2.5,n"),
        ("b", 2, 2.5, "n"), malformed_line=2),
    csv("a quote that never ends", HEADER + row('a,1,1.5,"open') + row("b,2,2.5,n"),
        ("b", 2, 2.5, "n"), malformed_line=1),
    csv("fields too many and too few", HEADER + row("a,1,1.5,n,more") + row("a,1"),
        malformed_line=2),
    csv("blank lines", HEADER + "\n   \n" + row("a,1,1.5,n"), ("a", 1, 1.5, "n"),
        malformed_line=2),
    csv("a header in the middle", HEADER + row("a,1,1.5,n") + HEADER + row("b,2,2.5,n"),
        ("a", 1, 1.5, "n"), ("b", 2, 2.5, "n"), headers=2),
    Case("latin-1", (HEADER + row("a,1,1.5,caf\xe9") + row("b,2,2.5,n")).encode("latin-1"),
         [("b", 2, 2.5, "n")], {"malformed_line": 1}),
    Case("windows quotes", (HEADER + row("a,1,1.5,\u201cn\u201d")).encode("cp1252"),
         [], {"malformed_line": 1}),
    csv("any utf-8", HEADER + row("é,1,1.5,漢字 🎉"), ("é", 1, 1.5, "漢字 🎉")),
    csv("bytes lost before", HEADER + row("a,1,1.5,\ufffd"), malformed_line=1),
    csv("quotes inside fields", HEADER + row('a"b"c,1,1.5,"n"') + row('"a"b,1,1.5,"'),
        ('a"b"c', 1, 1.5, "n"), malformed_line=1),
    csv("text behind a quote", HEADER + row('"a" ,1,1.5,n') + row('"a"b"c",1,1.5,n'),
        malformed_line=2),
    Case("utf-16", (HEADER + row("a,1,1.5,n")).encode("utf-16"), [], {"malformed_line": 3}, 0),
    csv("nul bytes", HEADER + row("a\0b,1,1.5,n") + row("c,\x001,1.5,n") + row("d,1\x002,1,n"),
        ("a\0b", 1, 1.5, "n"), ("c", 1, 1.5, "n"), bad_type__n=1),
    csv("a line of 10 MB", HEADER + row(f"a,1,1.5,{LONG}"), ("a", 1, 1.5, LONG)),
    csv("integers over 64 bits", HEADER + row(f"a,{2**63 - 1},1.5,n") + row(f"b,{2**63},1,n"),
        ("a", 2**63 - 1, 1.5, "n"), bad_type__n=1),
    csv("numbers that are none", HEADER + "".join(row(f"a,{n},1,n") for n in ("1.5", "1e3", "0x1",
        "1_000", "one", "--1")), bad_type__n=6),
    csv("not a number and infinity", HEADER + row("a,1,NaN,n") + row("b,2,Infinity,n")
        + row("c,3,-Infinity,n"), bad_type__x=3),
    csv("times that are none", HEADER + "".join(f"{t},a,1,1.5,n\n" for t in (
        "{day}T24:00:01Z", "{day}T23:59:60Z", "2026-02-30T00:00:00Z", "0000-01-01T00:00:00Z",
        "yesterday", "1767225600", "")), bad_event_time=7),
    csv("years at the ends", HEADER + "0001-01-01T00:00:00Z,a,1,1,n\n"
        "9999-12-31T23:59:59Z,a,1,1,n\n", outside_day=2),
    csv("zones", HEADER + "{day}T23:30:00-00:30,a,1,1,n\n{day}T00:30:00+00:30,b,1,1,n\n"
        "{day}T10:00:00+14:00,c,1,1,n\n", ("b", 1, 1.0, "n"), outside_day=2),
    csv("a quoted field of three lines, the middle one like a row of its own", HEADER
        + row('a,1,1.5,"one') + row("b,2,2.5,n") + 'three"\n' + row("c,3,3.5,n"),
        ("c", 3, 3.5, "n"), malformed_line=3),
    csv("two fields with line breaks around a row, doubled quotes and commas in them", HEADER
        + row('"a') + row('b,2,2.5,""n""') + 'c",3,3.5,"n\n' + row("d,4,4.5,n") + '"\n'
        + row("e,5,5.5,n"), ("e", 5, 5.5, "n"), malformed_line=5),
    csv("a stray quote before a row with quotes", HEADER + row('a,1,1.5,"n') + row("b,2,2.5,n")
        + row('c,3,3.5,"n"'), ("b", 2, 2.5, "n"), ("c", 3, 3.5, "n"), malformed_line=1),
    csv("stray quotes that leave no record between them", HEADER + row('a,1,1.5,"n')
        + row("b,2,2.5,n") + row('c,3,3.5",n'), ("b", 2, 2.5, "n"), malformed_line=2),
    csv("a header with a line break", 'time,id,n,x,note,"\nmore"\n' + row("a,1,1.5,n,1"), headers=0,
        malformed_line=3),
    csv("a day on which clocks change", HEADER + "{day}T01:30:00+01:00,a,1,1,n\n"
        "{day}T03:30:00+02:00,b,1,1,n\n{day}T02:30:00,c,1,1,n\n", ("a", 1, 1.0, "n"),
        ("b", 1, 1.0, "n"), ("c", 1, 1.0, "n")),
    Case("parquet in a csv folder", b"<parquet>", [], {"malformed_line": 0}, 0),
]  # fmt: skip

JSON_CASES = [
    csv("as it should be", '{"time":"{day}T10:00:00Z","id":"a","n":1,"x":1.5,"note":"n"}\n',
        ("a", 1, 1.5, "n"), headers=0),
    csv("numbers as strings", '{"time":"{day}T10:00:00Z","id":7,"n":"1","x":"1.5","note":5}\n',
        ("7", 1, 1.5, "5"), headers=0),
    csv("nulls and missing", '{"time":"{day}T10:00:00Z","id":"a","n":null}\n'
        '{"time":"{day}T10:00:00Z","id":null,"n":1}\n', ("a", None, None, None), headers=0,
        missing_required__id=1),
    csv("other types", '{"time":"{day}T10:00:00Z","id":"a","n":true}\n'
        '{"time":"{day}T10:00:00Z","id":"a","n":[1]}\n'
        '{"time":"{day}T10:00:00Z","id":"a","n":{"v":1}}\n'
        '{"time":"{day}T10:00:00Z","id":"a","n":1.5}\n', headers=0, bad_type__n=4),
    csv("arrays, values and words at the top", '[{"id":"a"}]\n7\n"text"\nnull\n', headers=0,
        malformed_line=4),
    csv("cut and trailing", '{"time":"{day}T10:00:00Z","id":"a"\n{"id":"a"} {"id":"b"}\n',
        headers=0, malformed_line=2),
    csv("integers over 64 bits", '{"time":"{day}T10:00:00Z","id":"a","n":9223372036854775808}\n',
        headers=0, bad_type__n=1),
    csv("a key twice", '{"time":"{day}T10:00:00Z","id":"a","n":1,"n":2}\n', ("a", 2, None, None),
        headers=0),
    csv("not a number and infinity", '{"time":"{day}T10:00:00Z","id":"a","x":NaN}\n'
        '{"time":"{day}T10:00:00Z","id":"a","x":-Infinity}\n'
        '{"time":"{day}T10:00:00Z","id":"a","x":"NaN"}\n', headers=0, malformed_line=2,
        bad_type__x=1),
    csv("a leap second and years at the ends", '{"time":"{day}T23:59:60Z","id":"a"}\n'
        '{"time":"0001-01-01T00:00:00Z","id":"a"}\n{"time":"9999-12-31T23:59:59Z","id":"a"}\n',
        headers=0, bad_event_time=1, outside_day=2),
    csv("blank lines", '\n{"time":"{day}T10:00:00Z","id":"a","n":1}\n\n',
        ("a", 1, None, None), headers=0, malformed_line=2),
]  # fmt: skip


def source_of(file_format: str) -> LogSource:
    return LogSource.model_validate(
        {
            "name": "dirty",
            "start_date": "2026-01-01",
            "raw": {"path": "dirty/{event_date}/", "format": file_format},
            "columns": {
                "event_time": {"type": "timestamp", "from": "time"},
                "id": {"type": "string", "required": True},
                "n": {"type": "bigint"},
                "x": {"type": "double"},
                "note": {"type": "string"},
            },
            "event_time": "event_time",
            "metrics": {"table": "dirty_daily", "group_by": ["n"], "measures": {"c": "count(*)"}},
        }
    )


@dataclass(frozen=True)
class Outcome:
    """What the one run made of all cases of a format."""

    clean: Mapping[str, list[list[Any]]]
    manifest: Mapping[str, Any]


def run_cases(
    spark: "SparkSession",
    folder: Path,
    file_format: str,
    cases: Sequence[Case],
) -> Outcome:
    files: dict[str, list[str]] = {}
    for day, case in days_of(cases).items():
        path = folder / "raw" / day / f"file.{file_format}"
        path.parent.mkdir(parents=True)
        path.write_bytes(case.body.replace(b"{day}", day.encode()))
        if case.body == b"<parquet>":
            pq.write_table(pa.table({"id": list(range(1000))}), path)
        files[day] = [str(path)]
    manifest = run_job(spark, source_of(file_format), list(files), files, folder)
    return Outcome(rows_by_day(folder / "clean"), manifest)


def days_of(cases: Sequence[Case]) -> dict[str, Case]:
    return {(FIRST + timedelta(days=at)).isoformat(): case for at, case in enumerate(cases)}


@pytest.fixture(scope="module")
def outcomes(spark: "SparkSession", tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    return {
        kind: run_cases(spark, tmp_path_factory.mktemp(kind), kind, cases)
        for kind, cases in (("csv", CSV_CASES), ("json", JSON_CASES))
    }


def check(outcome: Outcome, day: str, case: Case) -> None:
    counted = outcome.manifest[day]
    found = [tuple(row[1:]) for row in outcome.clean.get(day, [])]
    assert found == sorted((tuple(row) for row in case.clean), key=repr)
    if case.rejected != {"malformed_line": 0}:
        assert (counted["reasons"], counted["header_lines"]) == (dict(case.rejected), case.headers)
    assert set(counted["reasons"]) == set(case.rejected)
    assert counted["raw"] == counted["clean"] + counted["rejected"]


@pytest.mark.parametrize(
    ("day", "case"), days_of(CSV_CASES).items(), ids=[case.name for case in CSV_CASES]
)
def test_csv(outcomes: dict[str, Outcome], day: str, case: Case) -> None:
    check(outcomes["csv"], day, case)


@pytest.mark.parametrize(
    ("day", "case"), days_of(JSON_CASES).items(), ids=[case.name for case in JSON_CASES]
)
def test_json(outcomes: dict[str, Outcome], day: str, case: Case) -> None:
    check(outcomes["json"], day, case)


def test_five_thousand_tiny_files_of_a_day(spark: "SparkSession", tmp_path: Path) -> None:
    day = FIRST.isoformat()
    (tmp_path / "raw").mkdir()
    paths = [tmp_path / "raw" / f"{n}.json.gz" for n in range(5000)]
    for number, path in enumerate(paths):
        line = {"time": f"{day}T10:00:00Z", "id": str(number), "n": number}
        path.write_bytes(gzip.compress(json.dumps(line).encode(), 1))
    files = {day: [str(path) for path in paths]}
    manifest = run_job(spark, source_of("json"), [day], files, tmp_path)
    assert (manifest[day]["raw_files"], manifest[day]["clean"]) == (5000, 5000)
