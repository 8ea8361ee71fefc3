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

RANKED = (
    'SELECT "status", "requests", "errors", "users", "total", "spent", "rate", '
    '"event_date", "__rank"\nFROM (\n'
)

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
        lambda source: sql.rejected_examples(source, "lake", ["2026-01-01"]),
        "SELECT\n  reason,\n  count(*) AS row_count,\n  min(raw_text) AS raw_text,\n"
        "  min_by(file, raw_text) AS file,\n  event_date\n"
        'FROM "lake"."shop_rejected"\nWHERE event_date IN (\'2026-01-01\')\n'
        "GROUP BY reason, event_date",
    ),
    (
        lambda source: sql.clean_sample(source, "lake", "2026-01-01", 3),
        'SELECT "event_time", "id", "status", "price", "ok"\nFROM "lake"."shop"\n'
        "WHERE event_date IN ('2026-01-01')\nLIMIT 3",
    ),
    (
        lambda source: sql.metrics_per_day(source, "lake", ["2026-01-01"]),
        'SELECT\n  count(*) AS "__groups",\n  sum("requests") AS "requests",\n'
        '  sum("errors") AS "errors",\n  sum("total") AS "total",\n  sum("spent") AS "spent",\n'
        '  event_date\nFROM "lake"."shop_daily"\n'
        "WHERE event_date IN ('2026-01-01')\nGROUP BY event_date",
    ),
    (
        lambda source: sql.first_groups(source, "lake", ["2026-01-01"], 3),
        f'{RANKED}SELECT *, row_number() OVER (PARTITION BY event_date ORDER BY "requests" DESC, '
        '"status") AS "__rank"\nFROM "lake"."shop_daily"\nWHERE event_date IN (\'2026-01-01\')\n'
        ')\nWHERE "__rank" <= 3\nORDER BY event_date, "__rank"',
    ),
    (
        lambda source: sql.largest_groups(source, "lake", ["2026-01-01"], 3),
        f'{RANKED}SELECT *, dense_rank() OVER (ORDER BY "__size" DESC, "status") AS "__rank"\n'
        'FROM (\nSELECT *, sum("requests") OVER (PARTITION BY "status") AS "__size"\n'
        'FROM "lake"."shop_daily"\nWHERE event_date IN (\'2026-01-01\')\n)\n)\n'
        'WHERE "__rank" <= 3\nORDER BY event_date, "__rank"',
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


@pytest.mark.parametrize(
    ("text", "ratios"),
    [
        ("CAST(count_if(status >= 500) AS double) / count(*)", {"rate": ("errors", "requests")}),
        ("count_if(status >= 500) / CAST(count(*) AS double)", {"rate": ("errors", "requests")}),
        ("count_if(status >= 500) / count(*)", {}),
        ("CAST(count_if(status >= 400) AS double) / count(*)", {}),
        ("100.0 * count_if(status >= 500) / count(*)", {}),
        ("avg(CAST(status AS double))", {}),
    ],
    ids=["cast above", "cast below", "integers", "undeclared", "scaled", "no quotient"],
)
def test_a_ratio_is_a_quotient_of_two_measures_that_add_up(
    shop: LogSource, text: str, ratios: dict[str, tuple[str, str]]
) -> None:
    measures = {**shop.metrics.measures, "rate": text}
    metrics = shop.metrics.model_copy(update={"measures": measures})
    assert sql.ratio_measures(shop.model_copy(update={"metrics": metrics})) == ratios
