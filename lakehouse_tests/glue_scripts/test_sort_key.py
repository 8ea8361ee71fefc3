"""The one number that clean rows are sorted by: days apart, equal groups together, values in order.

The numbers of a plan are drawn here; that they are hashes and values of columns is
`parquet_layout`'s affair, that files hold sorted rows `test_clean_logs`'.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glue_scripts import clean_logs
from lakehouse.parquet_layout import sort_key
from lakehouse.source import LogSource

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore::ResourceWarning")]

FIRST = date(2026, 1, 1)
BIGINTS = st.integers(-(2**63), 2**63 - 1)
SPANS = (1, 2, 31, 366, 5000)


def keys(spark: "SparkSession", plan: dict[str, Any], rows: list[Any], types: str) -> list[int]:
    frame = spark.createDataFrame(rows, types)
    return [row[0] for row in frame.select(clean_logs.sort_key(plan)).collect()]


def days(span: int) -> list[str]:
    return [FIRST.isoformat(), (FIRST + timedelta(span - 1)).isoformat()]


@settings(max_examples=10, deadline=None)
@given(
    st.sampled_from(SPANS),
    st.lists(st.tuples(st.integers(0, 4999), BIGINTS, BIGINTS, st.floats(0, 1, exclude_max=True))),
)
def test_days_come_first_and_values_grow_within_a_group(
    spark: "SparkSession", span: int, drawn: list[tuple[int, Any, Any, Any]]
) -> None:
    rows = [(FIRST + timedelta(at % span), *rest) for at, *rest in drawn]
    plan = {"days": days(span), "sort_key": ["group", "rest", "value"]}
    types = "event_date date, group bigint, rest bigint, value double"
    found = keys(spark, plan, rows, types) if rows else []
    assert all(0 <= key < 2**63 for key in found)
    for key, (day, *group, value) in zip(found, rows, strict=True):
        for other, (their_day, *theirs, their_value) in zip(found, rows, strict=True):
            if day < their_day:
                assert key < other
            if (day, group) == (their_day, theirs) and value < their_value:
                assert key <= other


def test_values_of_every_type_grow_with_the_key(spark: "SparkSession") -> None:
    edges: dict[str, list[Any]] = {
        "bigint": [-(2**63), -(10**9), -2, -1, 0, 1, 2, 1000, 32_000, 10**6, 2**40, 2**63 - 1],
        "int": [-(2**31), -1, 0, 1, 404, 2**31 - 1],
        "boolean": [False, True],
        "date": [date(1900, 1, 1), FIRST, FIRST + timedelta(1), date(2100, 1, 1)],
    }
    for kind, values in edges.items():
        plan = {"days": days(31), "sort_key": sort_key(measuring(kind))}
        rows = [(FIRST, "a", value) for value in values]
        types = f"event_date date, name string, value {kind}"
        found = keys(spark, plan, rows, types)
        assert found == sorted(set(found)), kind
        (unknown,) = keys(
            spark, plan, [(FIRST, "a", None)], f"event_date date, name string, value {kind}"
        )
        assert found[0] <= unknown <= found[-1]


def measuring(kind: str) -> LogSource:
    """A source with metrics of one column of a type."""
    return LogSource.model_validate(
        {
            "name": "measured",
            "start_date": "2026-01-01",
            "raw": {"path": "measured/{event_date}/", "format": "csv"},
            "columns": {
                "event_time": {"type": "timestamp"},
                "name": {"type": "string"},
                "value": {"type": kind},
            },
            "event_time": "event_time",
            "metrics": {
                "table": "measured_daily",
                "group_by": ["name"],
                "measures": {"most": "max(value)"},
            },
        }
    )
