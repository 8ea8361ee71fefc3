"""What Athena would not clean as the Spark job does is refused, and is the job's in a run."""

from typing import Any

import pytest

from lakehouse.aws.clean_engines import against_athena
from lakehouse.clean_query_limits import AUTO_BYTES, Unsuitable, check_run, check_statement
from lakehouse.source import LogSource, SourceError, read_source
from lakehouse_tests.sources import built_in

SOURCE: dict[str, Any] = {
    "name": "visits",
    "start_date": "2026-01-01",
    "engine": "athena",
    "raw": {"path": "visits/{event_date}/", "format": "csv"},
    "columns": {"at": {"type": "timestamp"}, "n": {"type": "int"}, "x": {"type": "double"}},
    "event_time": "at",
    "metrics": {"table": "daily_visits", "measures": {"c": "count(*)"}},
}
ONLY = (
    "only comparisons, AND, OR, NOT, IN, BETWEEN, IS NULL, CASE and COALESCE are known to mean the "
    "same in both engines"
)


def with_column(**column: str) -> dict[str, Any]:
    return {"columns": {**SOURCE["columns"], "c": column}}


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "json": (
        {"raw": {"path": "v/{event_date}/", "format": "json"}},
        "raw.format: json lines are read by the Spark job alone: Athena's functions write numbers "
        "otherwise, and take lines that Spark's parser refuses",
    ),
    "a pattern": (
        with_column(type="timestamp", format="dd/MM/yyyy"),
        "columns.c.format: Athena reads iso8601, epoch_seconds and epoch_millis, no patterns",
    ),
    "a struct": (
        with_column(type="struct<a:int>"),
        "columns.c.type: struct<a:int> is read from JSON by the Spark job alone",
    ),
    "a double as key": (
        {"unique_key": ["x"]},
        "unique_key: 'x' is a double: the engines differ about 0.0 and -0.0",
    ),
    "arithmetic": ({"keep": "n + 1 > 2"}, f"keep: 'n + 1': {ONLY}"),
    "a function": (
        with_column(type="string", expr="CASE WHEN n = 1 THEN upper('a') END"),
        f"columns.c.expr: 'UPPER('a')': {ONLY}",
    ),
}


@pytest.mark.parametrize("changes, words", REFUSED.values(), ids=REFUSED)
def test_a_source_is_refused_with_the_reason(
    changes: dict[str, Any], words: str, tmp_path: Any
) -> None:
    path = tmp_path / "visits.yaml"
    path.write_text(str(SOURCE | changes))  # JSON enough for YAML
    with pytest.raises(SourceError) as refused:
        read_source(path)
    assert str(refused.value) == f"{path}: engine: 'athena' cannot clean this source: {words}"
    as_auto = LogSource.model_validate(SOURCE | changes | {"engine": "auto"})
    assert against_athena(as_auto, 1) == words


def test_what_means_the_same_is_taken() -> None:
    keep = "n BETWEEN -1 AND 5 OR (at >= TIMESTAMP '2026-01-01 00:00:00' AND NOT x IS NULL)"
    source = LogSource.model_validate(SOURCE | {"keep": keep})
    assert against_athena(source, 10**12) is None


def test_auto_goes_by_the_bytes() -> None:
    source = built_in("web_logs").model_copy(update={"engine": "auto"})
    assert against_athena(source, AUTO_BYTES) is None
    words = "536,870,913 bytes of text; above 536,870,912 the job is quicker"
    assert against_athena(source, AUTO_BYTES + 1) == words
    assert against_athena(built_in("web_logs"), 1) == ""


def test_runs_that_are_the_jobs() -> None:
    check_run(["2026-01-01"] * 100, ["s3://b/a.csv", "s3://b/a.csv.gz"])
    with pytest.raises(Unsuitable, match="101 days are more than the 100 that Athena writes"):
        check_run(["2026-01-01"] * 101, [])
    with pytest.raises(Unsuitable, match=r"a\.csv\.bz2 is packed otherwise than by gzip"):
        check_run([], ["s3://b/a.csv.bz2"])
    with pytest.raises(Unsuitable, match="a statement of 262,145 bytes; Athena takes 262,144"):
        check_statement(["x", "y" * 262_145])
