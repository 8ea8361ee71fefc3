"""Whatever stands in the files: every line has one outcome, and the rows say so themselves."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lakehouse.source import LogSource
from lakehouse_tests.glue_scripts.clean_run import lay_files, rows_by_day, run_job

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::ResourceWarning")]

DAYS = ["2026-01-01", "2026-01-02", "2026-01-03"]
START = datetime(2026, 1, 1, tzinfo=UTC)
SOURCE = LogSource.model_validate(
    {
        "name": "drawn",
        "start_date": "2026-01-01",
        "raw": {"path": "drawn/{event_date}/", "format": "csv"},
        "columns": {
            "event_time": {"type": "timestamp"},
            "id": {"type": "string"},
            "n": {"type": "int", "required": True},
        },
        "event_time": "event_time",
        "unique_key": ["id"],
        "keep": "n >= 0",
        "late_days": 1,
        "metrics": {"table": "drawn_daily", "measures": {"c": "count(*)"}},
    }
)

moments = st.integers(-30, 80).map(
    lambda hour: f"{START + timedelta(hours=hour):%Y-%m-%dT%H:%M:%SZ}"
)
good = st.tuples(moments, st.sampled_from(["", *"abcdefgh"]), st.integers(-1, 5).map(str))
soiled = st.tuples(
    st.one_of(moments, st.just("?")), st.just("k"), st.sampled_from(["", "x", "1.5"])
)
text = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=12)
line = st.one_of(good.map(",".join), good.map(",".join), soiled.map(",".join), text)
files = st.fixed_dictionaries({day: st.lists(line, max_size=60) for day in DAYS})


@given(files)
@settings(
    max_examples=4,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_rows_out_are_rows_in(spark: "SparkSession", drawn: dict[str, list[str]]) -> None:
    texts = {
        day: {"x.csv": "event_time,id,n\n" + "".join(f"{row}\n" for row in rows)}
        for day, rows in drawn.items()
    }
    with TemporaryDirectory() as name:
        folder = Path(name)
        days = run_job(spark, SOURCE, DAYS[:2], lay_files(folder / "raw", texts), folder)
        clean, rejected = rows_by_day(folder / "clean"), rows_by_day(folder / "rejected")
    for day in DAYS[:2]:
        counted = days[day]
        headers = 1 + drawn[day].count("event_time,id,n")
        assert counted["raw"] == len(drawn[day]) + 1 - headers
        assert counted["raw"] == sum(
            counted[name] for name in ("clean", "rejected", "filtered", "duplicates", "other_day")
        )
        assert len(clean.get(day, [])) == counted["clean"] + counted["late"]
        assert Counter(row[2] for row in rejected.get(day, [])) == counted["reasons"]
        assert not Counter(row[0] for row in rejected.get(day, [])) - Counter(drawn[day])
        keys = [row[1] for row in clean.get(day, []) if row[1] is not None]
        assert len(keys) == len(set(keys))
        assert all(f"{row[0]:%Y-%m-%d}" == day and row[2] >= 0 for row in clean.get(day, []))
