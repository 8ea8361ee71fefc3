"""EXPLAIN: validation, the plan with its scans and partitions, the tables of TYPE IO."""

import json

import pytest

from lakehouse_tests.local_aws.athena.lake import Lake


@pytest.fixture
def orders(lake: Lake) -> Lake:
    for day in ("2026-01-01", "2026-01-02"):
        lake.put(f"t/d={day}/a.csv", b"1,x\n")
    lake.create("a int, b string", "PARTITIONED BY (d string) ROW FORMAT DELIMITED "
                "FIELDS TERMINATED BY ','")  # fmt: skip
    lake.queries.must(f"MSCK REPAIR TABLE {lake.database}.t")
    return lake


def text(lake: Lake, sql: str) -> str:
    done = lake.queries.must(lake.sql(sql))
    assert done.execution["StatementType"] == "UTILITY"
    assert done.scanned == 0
    return "\n".join(row[0] or "" for row in done.rows)


def test_validate_says_true_or_fails(orders: Lake) -> None:
    assert text(orders, "EXPLAIN (TYPE VALIDATE) SELECT a FROM $") == "true"
    reason = orders.reason("EXPLAIN (TYPE VALIDATE) SELECT c FROM $")
    assert reason.startswith("COLUMN_NOT_FOUND: line 1:32: Column 'c'")


def test_the_plan_names_scans_columns_and_partitions(orders: Lake) -> None:
    plan = text(
        orders, "EXPLAIN SELECT b, count(*) AS n FROM $ WHERE d = '2026-01-01' AND a > 1 GROUP BY b"
    )
    assert plan.splitlines()[:4] == [
        "Fragment 0 [SINGLE]",
        "    Output layout: [b, n]",
        "    Output partitioning: SINGLE []",
        "    - Output[b, n]",
    ]
    assert "- Aggregate" in plan
    assert f"- TableScan[awsdatacatalog:{orders.database}:t]" in plan
    assert "d := d:varchar:PARTITION_KEY" in plan
    assert ":: [[2026-01-01]]" in plan
    assert "2026-01-02" not in plan


def test_a_plan_as_json(orders: Lake) -> None:
    plan = json.loads(text(orders, "EXPLAIN (TYPE LOGICAL, FORMAT JSON) SELECT a FROM $"))
    assert plan["name"] == "Output[a]"


def test_io_lists_the_tables_and_partitions_read_and_the_table_written(orders: Lake) -> None:
    sql = "EXPLAIN (TYPE IO) INSERT INTO other SELECT a FROM $ WHERE d > '2026-01-01'"
    place = {"value": "2026-01-02", "bound": "EXACTLY"}
    column = {
        "columnName": "d",
        "type": "varchar",
        "domain": {"nullsAllowed": False, "ranges": [{"low": place, "high": place}]},
    }
    assert json.loads(text(orders, sql)) == {
        "inputTableColumnInfos": [
            {
                "table": {
                    "catalog": "awsdatacatalog",
                    "schemaTable": {"schema": orders.database, "table": "t"},
                },
                "constraint": {"none": False, "columnConstraints": [column]},
            }
        ],
        "outputTable": {
            "catalog": "awsdatacatalog",
            "schemaTable": {"schema": "default", "table": "other"},
        },
    }
