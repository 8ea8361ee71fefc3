"""UNLOAD, CREATE TABLE AS and INSERT INTO: objects, catalog, limits, refusals."""

import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lakehouse_tests.local_aws.athena.lake import Lake

LOGS = (
    b"/a,200,10.5,100,2026-01-01\n/a,500,20.5,200,2026-01-01\n/b,200,1.5,300,2026-01-02\n"
    b"/a,404,2.5,50,2026-01-02\n"
)
METRICS = (
    "SELECT endpoint, count(*) AS requests, count_if(status >= 500) AS errors, "
    "CAST(count_if(status >= 500) AS double) / count(*) AS error_rate, "
    "approx_percentile(latency_ms, 0.95) AS p95, sum(bytes) AS bytes, event_date "
    "FROM $ WHERE event_date IN ('2026-01-01', '2026-01-02') GROUP BY endpoint, event_date"
)
OPTIONS = "(format = 'PARQUET', compression = 'ZSTD', partitioned_by = ARRAY['event_date'])"


@pytest.fixture
def logs(lake: Lake) -> Lake:
    lake.put("t/a.csv", LOGS)
    lake.create(
        "endpoint string, status int, latency_ms double, bytes bigint, event_date string",
        "ROW FORMAT DELIMITED FIELDS TERMINATED BY ','",
    )
    return lake


def parquet(lake: Lake, key: str) -> Any:
    body = lake.queries.s3.get_object(Bucket=lake.name, Key=key)["Body"].read()
    return pq.ParquetFile(io.BytesIO(body))


def test_metrics_are_unloaded_by_day(logs: Lake) -> None:
    where = f"s3://{logs.name}/metrics/run1/"
    sql = f"UNLOAD (\n{METRICS}\n)\nTO '{where}'\nWITH {OPTIONS}"
    done = logs.queries.must(logs.sql(sql))
    assert done.execution["SubstatementType"] == "UNLOAD"
    assert done.rows == []
    assert done.scanned == len(LOGS)
    keys = logs.keys("metrics/")
    folders = [key.rpartition("/")[0] for key in keys]
    assert folders == ["metrics/run1/event_date=2026-01-01", "metrics/run1/event_date=2026-01-02"]
    first = parquet(logs, keys[0])
    assert first.metadata.row_group(0).column(0).compression == "ZSTD"
    assert first.read().to_pylist() == [
        {"endpoint": "/a", "requests": 2, "errors": 1, "error_rate": 0.5, "p95": 20.5, "bytes": 300}
    ]
    assert first.schema_arrow.field("requests").type == pa.int64()
    bucket, _, key = done.execution["Statistics"]["DataManifestLocation"][5:].partition("/")
    manifest = logs.queries.s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    assert manifest.split() == [f"s3://{logs.name}/{key}" for key in keys]


def test_the_types_of_a_query_are_known_without_reading_a_row(logs: Lake) -> None:
    done = logs.queries.must(logs.sql(METRICS.replace("WHERE", "WHERE false AND")))
    assert done.types == ["varchar", "bigint", "bigint", "double", "double", "bigint", "varchar"]
    assert done.rows == []


def test_unload_wants_an_empty_target(logs: Lake) -> None:
    logs.put("full/x", b"1")
    reason = logs.reason(
        f"UNLOAD (SELECT 1 AS a) TO 's3://{logs.name}/full/' WITH (format = 'PARQUET')"
    )
    assert reason.startswith("HIVE_PATH_ALREADY_EXISTS: Target directory for table")
    assert logs.keys("full/") == ["full/x"]


@pytest.mark.parametrize(
    ("select", "options", "name"),
    [
        ("SELECT x AS d, 1 AS a FROM UNNEST(sequence(1, 3)) AS u(x)", "partitioned_by = ARRAY['d']",
         "HIVE_COLUMN_ORDER_MISMATCH"),
        ("SELECT 1 AS a, x AS d FROM UNNEST(sequence(1, 101)) AS u(x)",
         "partitioned_by = ARRAY['d']", "HIVE_TOO_MANY_OPEN_PARTITIONS"),
        ("SELECT 1 AS a, 2 AS a", "compression = 'ZSTD'", "DUPLICATE_COLUMN_NAME"),
        ("SELECT now() AS a", "compression = 'ZSTD'", "NOT_SUPPORTED"),
        ("SELECT NULL AS a", "compression = 'ZSTD'", "NOT_SUPPORTED"),
        ("SELECT 1 AS a", "compression = 'BROTLI'", "NOT_SUPPORTED"),
        ("SELECT 1 AS a", "bucketed_by = ARRAY['a']", "NOT_SUPPORTED"),
    ],
)  # fmt: skip
def test_unload_refuses_and_writes_nothing(
    lake: Lake, select: str, options: str, name: str
) -> None:
    sql = f"UNLOAD ({select}) TO 's3://{lake.name}/out/' WITH (format = 'PARQUET', {options})"
    assert lake.reason(sql).startswith(f"{name}: ")
    assert lake.keys("out/") == []


def test_unload_of_no_rows_writes_no_object(logs: Lake) -> None:
    logs.queries.must(
        logs.sql(
            f"UNLOAD (SELECT * FROM $ WHERE status = 1) TO 's3://{logs.name}/none/' "
            "WITH (format = 'PARQUET')"
        )
    )
    assert logs.keys("none/") == []


def test_unload_writes_json_lines(lake: Lake) -> None:
    sql = "SELECT 1 AS a, ARRAY['x'] AS b"
    lake.queries.must(
        f"UNLOAD ({sql}) TO 's3://{lake.name}/json/' WITH (format = 'JSON', compression = 'NONE')"
    )
    (key,) = lake.keys("json/")
    body = lake.queries.s3.get_object(Bucket=lake.name, Key=key)["Body"].read()
    assert body == b'{"a":1,"b":["x"]}\n'


def test_create_table_as_makes_a_partitioned_table(logs: Lake) -> None:
    made = f"{logs.database}.made"
    done = logs.queries.must(
        logs.sql(
            f"CREATE TABLE {made} WITH (format = 'PARQUET', write_compression = 'SNAPPY', "
            f"external_location = 's3://{logs.name}/made', "
            "partitioned_by = ARRAY['event_date']) AS "
            "SELECT endpoint, status, CAST(1.5 AS decimal(4,2)) AS d, event_date FROM $"
        )
    )
    assert done.execution["SubstatementType"] == "CREATE_TABLE_AS_SELECT"
    rows = logs.queries.must(
        f"SELECT event_date, count(*), max(d) FROM {made} GROUP BY 1 ORDER BY 1"
    ).rows
    assert rows == [("2026-01-01", "2", "1.50"), ("2026-01-02", "2", "1.50")]
    shown = logs.queries.must(f"SHOW PARTITIONS {made}").rows
    assert shown == [("event_date=2026-01-01",), ("event_date=2026-01-02",)]
    again = logs.queries.run(f"CREATE TABLE {made} AS SELECT 1 AS a")
    assert again.reason.startswith("TABLE_ALREADY_EXISTS")
    logs.queries.must(f"CREATE TABLE IF NOT EXISTS {made} AS SELECT 1 AS a")


def test_insert_adds_rows_and_partitions(logs: Lake) -> None:
    made = f"{logs.database}.made"
    logs.queries.must(
        f"CREATE TABLE {made} WITH (partitioned_by = ARRAY['d']) AS "
        "SELECT 1 AS a, 'x' AS b, '1' AS d"
    )
    logs.queries.must(f"INSERT INTO {made} VALUES (2, 'y', '1'), (3, NULL, '2')")
    logs.queries.must(f"INSERT INTO {made} (d, a) SELECT '3', 4")
    rows = logs.queries.must(f"SELECT * FROM {made} ORDER BY a").rows
    assert rows == [("1", "x", "1"), ("2", "y", "1"), ("3", None, "2"), ("4", None, "3")]
    wrong = logs.queries.run(f"INSERT INTO {made} VALUES ('a', 'b', 'c')")
    assert wrong.reason.startswith("TYPE_MISMATCH: Insert query has mismatched column types")


def test_partition_values_are_escaped_in_paths_and_read_back(lake: Lake) -> None:
    made = f"{lake.database}.made"
    lake.queries.must(
        f"CREATE TABLE {made} WITH (external_location = 's3://{lake.name}/made/', "
        "partitioned_by = ARRAY['d']) AS "
        "SELECT 1 AS a, 'x:/y z' AS d UNION ALL SELECT 2, CAST(NULL AS varchar)"
    )
    folders = sorted(key.split("/")[1] for key in lake.keys("made/"))
    assert folders == ["d=__HIVE_DEFAULT_PARTITION__", "d=x%3A%2Fy z"]
    rows = lake.queries.must(f"SELECT a, d FROM {made} ORDER BY a").rows
    assert rows == [("1", "x:/y z"), ("2", None)]


def test_a_work_group_that_enforces_its_location_forbids_another(lake: Lake) -> None:
    group = lake.name
    lake.queries.athena.create_work_group(
        Name=group,
        Configuration={"ResultConfiguration": {"OutputLocation": f"s3://{lake.name}/out/"}},
    )
    where = f"(external_location = 's3://{lake.name}/x/')"
    sql = f"CREATE TABLE {lake.database}.x WITH {where} AS SELECT 1 AS a"
    done = lake.queries.run(sql, WorkGroup=group)
    assert "enforces a centralized output location" in done.reason
    lake.queries.must(f"CREATE TABLE {lake.database}.y AS SELECT 1 AS a", WorkGroup=group)
    assert [key.split("/")[:2] for key in lake.keys("out/tables/")] == [["out", "tables"]]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ("SELECT 1e0, 'x'", "TYPE_MISMATCH: Insert query has mismatched column types: Table: "
         "[integer, varchar(1)], Query: [double, varchar(1)]"),
        ("SELECT BIGINT '5', 'x'", "TYPE_MISMATCH: Insert query has mismatched column types: "),
        ("VALUES (1)", "TYPE_MISMATCH: Insert query has mismatched column types: "),
        ("SELECT 1, 'xyz'", "INVALID_CAST_ARGUMENT: Cannot truncate non-space characters when "
         "casting from varchar(3) to varchar(1) on INSERT"),
    ],
)  # fmt: skip
def test_insert_converts_no_value_by_itself(lake: Lake, values: str, reason: str) -> None:
    made = f"{lake.database}.made"
    lake.queries.must(f"CREATE TABLE {made} AS SELECT 1 AS a, 'x' AS b")
    assert lake.queries.run(f"INSERT INTO {made} {values}").reason.startswith(reason)
    assert lake.queries.must(f"SELECT * FROM {made}").rows == [("1", "x")]


def test_insert_widens_numbers_and_names_the_fields_of_rows(lake: Lake) -> None:
    made = f"{lake.database}.made"
    row = "CAST(ROW(1, ARRAY[1]) AS ROW(x bigint, y ARRAY(bigint)))"
    lake.queries.must(f"CREATE TABLE {made} AS SELECT {row} AS r, 1e0 AS d, DECIMAL '1.50' AS m")
    lake.queries.must(f"INSERT INTO {made} VALUES (ROW(2, ARRAY[3]), 5, 1.2), (NULL, 1.5, NULL)")
    assert lake.queries.must(f"SELECT * FROM {made} ORDER BY d").rows == [
        ("{x=1, y=[1]}", "1.0", "1.50"),
        (None, "1.5", None),
        ("{x=2, y=[3]}", "5.0", "1.20"),
    ]


def test_nothing_is_inserted_into_a_view(lake: Lake) -> None:
    lake.queries.must(f"CREATE VIEW {lake.database}.v AS SELECT 1 AS a")
    reason = lake.queries.run(f"INSERT INTO {lake.database}.v VALUES (1)").reason
    assert reason == "NOT_SUPPORTED: Inserting into views is not supported"
