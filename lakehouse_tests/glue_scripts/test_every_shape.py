"""Any rows in any supported shape come out equal, or are rejected for the reason they deserve.

Each drawn example is a file; one run of the job reads all of them, as files of one day.
"""

import gzip
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakehouse.source import LogSource
from lakehouse_tests.glue_scripts.clean_run import plain, rows_by_day, run_job
from lakehouse_tests.glue_scripts.drawn_rows import (
    COLUMNS,
    DAY,
    FIELDS,
    Drawn,
    combined_rows,
    csv_rows,
    json_rows,
)

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::ResourceWarning")]

FILES = 150
DAY_KEY = f"{DAY:%Y-%m-%d}"
ends = st.sampled_from([b"\n", b"\r\n"])
ACCESS_LOG = {
    "event_time": {"type": "timestamp", "from": "time"},
    "client_ip": {"type": "string", "required": True},
    "method": {"type": "string"},
    "path": {"type": "string"},
    "status": {"type": "int"},
    "size": {"type": "bigint", "from": "bytes"},
    "user_agent": {"type": "string"},
}


def source_of(file_format: str, columns: Mapping[str, Any]) -> LogSource:
    return LogSource.model_validate(
        {
            "name": "shape",
            "start_date": DAY_KEY,
            "raw": {"path": "shape/{event_date}/", "format": file_format},
            "columns": columns,
            "event_time": "event_time",
            "metrics": {"table": "shape_daily", "measures": {"c": "count(*)"}},
        }
    )


def drawn_files(rows: st.SearchStrategy[Drawn]) -> list[Any]:
    """Rows, the end of their lines, whether the file begins with a mark, whether it is packed."""
    found = []

    @settings(max_examples=FILES, deadline=None, derandomize=True, database=None)
    @given(st.lists(rows, min_size=1, max_size=8), ends, st.booleans(), st.booleans())
    def draw(rows: list[Drawn], end: bytes, mark: bool, packed: bool) -> None:
        found.append((rows, end, mark, packed))

    draw()
    assert len(found) == FILES
    return found


def lay(folder: Path, files: Sequence[Any], header: Sequence[bytes]) -> list[str]:
    """The paths of the files, written to a new folder."""
    folder.mkdir()
    paths = []
    for at, (rows, end, mark, packed) in enumerate(files):
        lines = [*header, *(row.line for row in rows)]
        body = (b"\xef\xbb\xbf" if mark else b"") + b"".join(line + end for line in lines)
        path = folder / (f"{at}.log.gz" if packed else f"{at}.log")
        path.write_bytes(gzip.compress(body, 1) if packed else body)
        paths.append(str(path))
    return paths


def check(
    spark: "SparkSession",
    source: LogSource,
    drawn: st.SearchStrategy[Drawn],
    header: Sequence[bytes] = (),
) -> None:
    files = drawn_files(drawn)
    rows = [row for drawn_rows, *_ in files for row in drawn_rows]
    assert sum(not row.reason for row in rows) > FILES // 2
    with TemporaryDirectory() as name:
        folder = Path(name)
        paths = {DAY_KEY: lay(folder / "raw", files, header)}
        counted = run_job(spark, source, [DAY_KEY], paths, folder)[DAY_KEY]
        clean = rows_by_day(folder / "clean").get(DAY_KEY, [])
        rejected = rows_by_day(folder / "rejected").get(DAY_KEY, [])
    good = Counter(repr([plain(value) for value in row.values]) for row in rows if not row.reason)
    found = Counter(map(repr, clean))
    assert (found - good, good - found) == (Counter(), Counter())
    bad = Counter((row.line.decode(errors="replace"), row.reason) for row in rows if row.reason)
    told = Counter((text, reason) for text, _, reason, _ in rejected)
    assert (told - bad, bad - told) == (Counter(), Counter())
    assert (counted["raw"], counted["clean"]) == (len(rows), sum(good.values()))


def test_csv(spark: "SparkSession") -> None:
    check(spark, source_of("csv", COLUMNS), csv_rows(), [",".join(FIELDS).encode()])


def test_json(spark: "SparkSession") -> None:
    nested = {**COLUMNS, "note": {"type": "string", "from": "more.note"}}
    check(spark, source_of("json", nested), json_rows())


def test_combined(spark: "SparkSession") -> None:
    check(spark, source_of("combined", ACCESS_LOG), combined_rows())
