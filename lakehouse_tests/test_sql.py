"""The Athena SQL of a source, whole texts; each must parse as Athena SQL."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlglot

from lakehouse import sql
from lakehouse.source import LogSource, read_source
from lakehouse_tests.test_source import GOOD

MEASURES = """\
    requests: count(*)
    errors: count_if(status >= 500)
    users: count(DISTINCT id)
    total: sum(status)
    spent: sum(price)
    "rate": CAST(count_if(status >= 500) AS double) / count(*)
"""

METRICS = """\
SELECT
  "status",
  count(*) AS "requests",
  count_if(status >= 500) AS "errors",
  count(DISTINCT id) AS "users",
  sum(status) AS "total",
  sum(price) AS "spent",
  CAST(count_if(status >= 500) AS double) / count(*) AS "rate",
  event_date
FROM "lake"."shop"
WHERE event_date IN ('2026-01-01', '2026-01-02')
GROUP BY "status", event_date"""

QUERIES: list[tuple[Callable[[LogSource], str], str]] = [
    (lambda source: sql.metrics_select(source, "lake", ["2026-01-01", "2026-01-02"]), METRICS),
    (
        lambda source: sql.metrics_totals(source, "lake", ["2026-01-01"]),
        'SELECT\n  sum("requests") AS "requests",\n  sum("errors") AS "errors",\n'
        '  sum("total") AS "total",\n  sum("spent") AS "spent",\n  event_date\n'
        'FROM "lake"."shop_daily"\n'
        "WHERE event_date IN ('2026-01-01')\nGROUP BY event_date",
    ),
    (
        lambda source: sql.clean_totals(source, "lake", ["2026-01-01"]),
        'SELECT\n  count(*) AS "requests",\n  count_if(status >= 500) AS "errors",\n'
        '  sum(status) AS "total",\n  sum(price) AS "spent",\n  event_date\nFROM "lake"."shop"\n'
        "WHERE event_date IN ('2026-01-01')\nGROUP BY event_date",
    ),
    (
        lambda source: sql.rows_per_day("lake", source.raw_table, ["2026-01-01"]),
        'SELECT\n  count(*) AS row_count,\n  event_date\nFROM "lake"."shop_raw"\n'
        "WHERE event_date IN ('2026-01-01')\nGROUP BY event_date",
    ),
    (
        lambda source: sql.rejected_reasons(source, "lake", ["2026-01-01"]),
        "SELECT\n  reason,\n  count(*) AS row_count,\n  event_date\n"
        'FROM "lake"."shop_rejected"\nWHERE event_date IN (\'2026-01-01\')\n'
        "GROUP BY reason, event_date",
    ),
    (
        lambda source: sql.rejected_sample(source, "lake", ["2026-01-01"], 3),
        'SELECT event_date, reason, file, raw_text\nFROM "lake"."shop_rejected"\n'
        "WHERE event_date IN ('2026-01-01')\nORDER BY event_date, reason, file, raw_text\nLIMIT 3",
    ),
]


@pytest.fixture
def shop(tmp_path: Path) -> LogSource:
    path = tmp_path / "shop.yaml"
    path.write_text(GOOD.replace("    requests: count(*)\n", MEASURES))
    return read_source(path)


@pytest.mark.parametrize(("query", "text"), QUERIES)
def test_queries(shop: LogSource, query: Callable[[LogSource], str], text: str) -> None:
    assert query(shop) == text
    sqlglot.parse_one(text, read="athena")


def test_unload_quotes_its_location() -> None:
    assert sql.unload("SELECT 1 AS x, event_date", "s3://b/it's/", ["event_date"]) == (
        "UNLOAD (\nSELECT 1 AS x, event_date\n)\nTO 's3://b/it''s/'\n"
        "WITH (format = 'PARQUET', compression = 'ZSTD', partitioned_by = ARRAY['event_date'])"
    )


def test_no_day_is_an_error() -> None:
    with pytest.raises(ValueError, match="no day is asked for"):
        sql.rows_per_day("lake", "shop", [])


def test_glue_columns(shop: LogSource) -> None:
    assert sql.clean_columns(shop)[:2] == [
        {"Name": "event_time", "Type": "timestamp", "Comment": ""},
        {"Name": "id", "Type": "string", "Comment": ""},
    ]
    assert [column["Name"] for column in sql.REJECTED_COLUMNS] == [
        *("raw_text", "file", "reason", "run_id"),
    ]
