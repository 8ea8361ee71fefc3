"""Sources drafted from samples, run: the job accepts what the draft has seen."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lakehouse.draft.columns import PATTERNS
from lakehouse.expressions.typing_sql import typed
from lakehouse.landing import split_by_day
from lakehouse_tests.draft.samples import CASES
from lakehouse_tests.draft.test_draft_source import drafted
from lakehouse_tests.glue_scripts.clean_run import run_job

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.mark.parametrize("name", CASES)
def test_no_row_of_a_clean_sample_is_rejected(
    spark: "SparkSession", tmp_path: Path, name: str
) -> None:
    source = drafted(tmp_path, name, CASES[name][0].encode())
    parts = split_by_day(source, tmp_path / name, tmp_path / "landed")
    files = {part.day.isoformat(): [str(part.path)] for part in parts}
    counts = run_job(spark, source, files, files, tmp_path / "out")
    rows = len(CASES[name][0].splitlines()) - (source.raw.format == "csv")
    assert sum(day["rejected"] for day in counts.values()) == 0
    assert sum(day["clean"] for day in counts.values()) == rows


def test_spark_reads_every_time_pattern(spark: "SparkSession") -> None:
    samples = {
        "yyyy": "2026", "MMM": "Jan", "MM": "01", "dd": "31", "HH": "10", "mm": "20", "ss": "30",
        "SSSSSS": "000000", "SSS": "000", "XXX": "+00:00",
    }  # fmt: skip
    for pattern in PATTERNS:
        text = pattern.replace("'Z'", "\0").replace("'UTC'", "\1").replace("'T'", "\2")
        text = text.replace("Z", "+0000")
        for letters, value in samples.items():
            text = text.replace(letters, value)
        text = text.replace("\0", "Z").replace("\1", "UTC").replace("\2", "T")
        sql = f"SELECT UNIX_SECONDS({typed(repr(text), 'timestamp', pattern)})"
        moment = datetime(2026, 1, 31, 10, 20, 30 if "ss" in pattern else 0, tzinfo=UTC)
        assert spark.sql(sql).collect()[0][0] == int(moment.timestamp()), (pattern, text)
