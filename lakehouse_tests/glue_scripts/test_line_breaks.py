"""CSV records with line breaks in quoted fields: every line of theirs is rejected, and no other.

The files are written by Python's csv module, so that what a record is does not come from the job.
Spark reads each file in several pieces, and a record may begin in one and end in another.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Literal

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lakehouse.source import LogSource
from lakehouse_tests.glue_scripts.clean_run import lay_files, rows_by_day, run_job

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::ResourceWarning")]

DAYS = ["2026-01-01", "2026-01-02"]
BYTES_PER_PIECE = 150
SOURCE = LogSource.model_validate(
    {
        "name": "broken",
        "start_date": "2026-01-01",
        "raw": {"path": "broken/{event_date}/", "format": "csv"},
        "columns": {
            "event_time": {"type": "timestamp"},
            "before": {"type": "string"},
            "id": {"type": "int", "required": True},
            "after": {"type": "string"},
        },
        "event_time": "event_time",
        "late_days": 1,
        "metrics": {"table": "broken_daily", "measures": {"c": "count(*)"}},
    }
)
HEADER = "event_time,before,id,after"

# A line inside a field may be a whole record, or a piece of one.
whole = st.sampled_from([f"{DAYS[0]}T10:00:00Z,x,999,y", f'{DAYS[0]}T10:00:00Z,"x",999,y'])
piece = st.one_of(st.text('a,"\n ', max_size=8), st.sampled_from(['",', ',"', '"', ""]))
note = st.lists(st.one_of(piece, whole, st.just("\n")), max_size=4).map("".join)
record = st.tuples(
    st.sampled_from(DAYS), note, note, st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
)
Record = tuple[str, str, str, Literal[0, 1]]


def written(number: int, drawn: Record) -> str:
    """The record as CSV, without its line end."""
    day, before, after, quoting = drawn
    out = io.StringIO()
    writer = csv.writer(out, quoting=quoting, lineterminator="\n")
    writer.writerow([f"{day}T10:00:00Z", before, number, after])
    return out.getvalue().removesuffix("\n")


@pytest.fixture(scope="module")
def in_pieces(spark: "SparkSession") -> Iterator["SparkSession"]:
    names = ("spark.sql.files.maxPartitionBytes", "spark.sql.files.openCostInBytes")
    for name in names:
        spark.conf.set(name, str(BYTES_PER_PIECE))
    yield spark
    for name in names:
        spark.conf.unset(name)


@given(st.lists(record, max_size=30), st.lists(record, max_size=8))
@example([(DAYS[0], "", f"\n{DAYS[0]}T10:00:00Z,x,999,y\n", csv.QUOTE_MINIMAL)] * 2, [])
@example([], [(DAYS[1], "", f"\n{DAYS[0]}T10:00:00Z,x,999,y\n", csv.QUOTE_MINIMAL)])
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_a_record_is_clean_or_all_its_lines_are_rejected(
    in_pieces: "SparkSession", first: list[Record], second: list[Record]
) -> None:
    lines = {
        DAYS[0]: [written(number, drawn) for number, drawn in enumerate(first)],
        DAYS[1]: [written(number + 100, drawn) for number, drawn in enumerate(second)],
    }
    texts = {day: {"x.csv": "\n".join([HEADER, *rows, ""])} for day, rows in lines.items()}
    with TemporaryDirectory() as name:
        folder = Path(name)
        days = run_job(in_pieces, SOURCE, DAYS[:1], lay_files(folder / "raw", texts), folder)
        clean, rejected = rows_by_day(folder / "clean"), rows_by_day(folder / "rejected")
    good = {
        number
        for day, start, drawn in ((DAYS[0], 0, first), (DAYS[1], 100, second))
        for number, (at, *_) in enumerate(drawn, start)
        if at == DAYS[0] and "\n" not in lines[day][number - start]
    }
    assert {row[2] for row in clean.get(DAYS[0], [])} == good
    bad = Counter(
        part
        for row, (at, *_) in zip(lines[DAYS[0]], first, strict=True)
        if "\n" in row
        for part in row.split("\n")
    )
    found = Counter(row[0] for row in rejected.get(DAYS[0], []) if row[2] == "malformed_line")
    assert found == bad
    assert days[DAYS[0]]["reasons"].get("malformed_line", 0) == bad.total()
