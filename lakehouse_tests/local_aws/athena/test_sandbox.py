# ruff: noqa: E501 - tables of hostile texts
"""Hostile SQL: a query reads nothing but its tables' objects and writes only where it says."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lakehouse_tests.local_aws.athena.lake import Lake
from lakehouse_tests.local_aws.athena.queries import Queries

CSV = "ROW FORMAT DELIMITED FIELDS TERMINATED BY ','"
TABLE_FUNCTIONS = (
    "read_csv('{secret}')", "read_csv_auto('{secret}')", "read_text('{secret}')", "read_blob('{secret}')",
    "read_json('{secret}')", "read_parquet('{secret}')", "glob('/*')", "sniff_csv('{secret}')",
    "duckdb_settings()", "duckdb_tables()", "duckdb_secrets()", "pragma_version()", "sqlite_scan('x', 'y')",
    "query('SELECT 1')", "query_table('x')", "arrow_scan(1, 2, 3)", "parquet_metadata('{secret}')", "range(5)",
)  # fmt: skip
TABLES = (
    "'{secret}'", '"{secret}"', '"main"."sqlite_master"', "duckdb_tables", "sqlite_master", "pg_catalog.pg_class",
    '"scan 0"', '"t 1"',
)  # fmt: skip
SCALARS = (
    "getenv('HOME')", "current_setting('memory_limit')", "current_database()", "read_text('{secret}')",
    "list_files('/')", "which_secret('a', 's3')", "getvariable('x')", "pg_typeof(1)", "error('x')",
    "write_log('x')", "struct_extract(row(1), 'a')", "trino_double('1')", "float_divide(1, 0)", "nextval('s')",
    "query('SELECT 1')", "quantile_disc(1, 0.5)", "list_value(1)", "regexp_matches('a', 'a')", "strftime(now(), '%Y')",
)  # fmt: skip


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "secret.csv"
    path.write_text("top,secret\n")
    return path


def outcome(queries: Queries, sql: str) -> str:
    try:
        done = queries.run(sql)
    except ClientError as error:
        return error.response["Error"]["Code"]
    assert done.state == "FAILED", sql
    return done.reason.partition(":")[0]


@pytest.mark.parametrize("function", TABLE_FUNCTIONS)
def test_no_table_function_of_the_engine_exists(
    queries: Queries, secret: Path, function: str
) -> None:
    call = function.format(secret=secret)
    for sql in (
        f"SELECT * FROM {call}",
        f"SELECT * FROM TABLE({call})",
        f"SELECT 1 FROM {call} AS x(y)",
    ):
        assert outcome(queries, sql) in (
            "FUNCTION_NOT_FOUND",
            "InvalidRequestException",
            "NOT_SUPPORTED",
        )


@pytest.mark.parametrize("table", TABLES)
def test_no_file_and_no_table_of_the_engine_is_a_table(
    queries: Queries, secret: Path, table: str
) -> None:
    sql = f"SELECT * FROM {table.format(secret=secret)}"
    assert outcome(queries, sql) in (
        "TABLE_NOT_FOUND",
        "SCHEMA_NOT_FOUND",
        "InvalidRequestException",
    )


@pytest.mark.parametrize("call", SCALARS)
def test_no_function_outside_the_table_exists(queries: Queries, secret: Path, call: str) -> None:
    call = call.format(secret=secret)
    assert outcome(queries, f"SELECT {call}") == "FUNCTION_NOT_FOUND"
    assert outcome(queries, f"SELECT count(*) FROM (VALUES 1) AS t(x) ORDER BY {call}") in (
        "FUNCTION_NOT_FOUND",
    )


@pytest.mark.parametrize(
    "text",
    [
        "x'); DROP TABLE y; --", "a''b", "\\'; SELECT 1", "⟦FAKE: x", '"; --', "\x00", "%s{0}", "/* */",
    ],
)  # fmt: skip
def test_texts_stay_texts(queries: Queries, text: str) -> None:
    literal = text.replace("'", "''").replace("\x00", "")
    done = queries.must(
        f"SELECT '{literal}' AS \"{text.replace(chr(34), '')[:5] or 'x'}\"".replace("\x00", "")
    )
    assert done.rows == [(text.replace("\x00", "") or None,)] if text != "\x00" else [("",)]


@pytest.mark.parametrize("location", ["/etc/", "file:///etc/", "s3://", "../x", "http://x/y"])
def test_locations_are_s3_locations(lake: Lake, location: str) -> None:
    for sql in (
        f"CREATE EXTERNAL TABLE {lake.database}.x (a int) STORED AS PARQUET LOCATION '{location}'",
        f"UNLOAD (SELECT 1 AS a) TO '{location}' WITH (format = 'PARQUET')",
        f"CREATE TABLE {lake.database}.x WITH (external_location = '{location}') AS SELECT 1 AS a",
    ):
        assert outcome(lake.queries, sql) == "HIVE_METASTORE_ERROR"


def test_another_bucket_is_reached_only_through_a_table(lake: Lake) -> None:
    lake.put("private/a.csv", b"1\n")
    for name in (f"s3://{lake.name}/private/a.csv", "private"):
        assert outcome(lake.queries, f'SELECT * FROM "{name}"') in (
            "TABLE_NOT_FOUND",
            "SCHEMA_NOT_FOUND",
        )


def test_dots_in_a_location_are_a_part_of_the_key(lake: Lake) -> None:
    other = f"{lake.name}-other"
    lake.queries.s3.create_bucket(Bucket=other)
    lake.queries.put(other, "p/a.csv", b"secret\n")
    for number, way in enumerate((f"../{other}/p", f"t/../../{other}/p", ".", "..%2F")):
        where = f"s3://{lake.name}/{way}/"
        name = f"{lake.database}.x{number}"
        lake.queries.must(f"CREATE EXTERNAL TABLE {name} (a string) {CSV} LOCATION '{where}'")
        assert lake.queries.must(f"SELECT * FROM {name}").rows == []
        lake.queries.must(f"UNLOAD (SELECT 1 AS a) TO '{where}' WITH (format = 'JSON')")
        assert len(lake.keys(f"{way}/")) == 1
    listed = lake.queries.s3.list_objects_v2(Bucket=other)["Contents"]
    assert [item["Key"] for item in listed] == ["p/a.csv"]


def test_values_of_partitions_are_no_paths(lake: Lake) -> None:
    values = ["../../../escape", "/etc/x", "..", "a'b", 'c"; DROP TABLE t', "x=y/z"]
    lake.queries.must(
        f"CREATE EXTERNAL TABLE {lake.database}.t (a string) PARTITIONED BY (k string) "
        f"STORED AS PARQUET LOCATION 's3://{lake.name}/t/'"
    )
    for value in values:
        literal = value.replace("'", "''")
        lake.queries.must(f"INSERT INTO {lake.database}.t SELECT 'v', '{literal}'")
    assert lake.rows("SELECT k FROM $ ORDER BY k") == [(value,) for value in sorted(values)]
    assert sorted(key.split("/")[1] for key in lake.keys("")) == sorted(
        [
            "k=..%2F..%2F..%2Fescape",
            "k=%2Fetc%2Fx",
            "k=..",
            "k=a%27b",
            "k=c%22; DROP TABLE t",
            "k=x%3Dy%2Fz",
        ]
    )


def test_what_other_clients_put_into_the_catalog_is_data(lake: Lake, secret: Path) -> None:
    lake.put("t/a.csv", b"1,x\n")
    smuggled = f"') FROM read_text('{secret}') --"
    tables: list[tuple[dict[str, Any], dict[str, str]]] = [
        ({"Location": str(secret.parent)}, {}),
        ({"Location": f"file://{secret.parent}/"}, {}),
        ({"Columns": [{"Name": f'a"{smuggled}', "Type": "string"}]}, {}),
        ({"Columns": [{"Name": "a", "Type": f"struct<x:string> {smuggled}"}]}, {}),
        ({}, {"field.delim": smuggled}),
        ({}, {"serialization.null.format": smuggled}),
        ({}, {"escape.delim": smuggled}),
    ]
    for number, (storage, parameters) in enumerate(tables):
        lake.queries.glue.create_table(
            DatabaseName=lake.database,
            TableInput={
                "Name": f"g{number}",
                "TableType": "EXTERNAL_TABLE",
                "StorageDescriptor": {
                    "Columns": [{"Name": "a", "Type": "string"}],
                    "Location": f"s3://{lake.name}/t/",
                    "SerdeInfo": {
                        "SerializationLibrary": (
                            "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
                        ),
                        "Parameters": parameters,
                    },
                    **storage,
                },
            },
        )
        done = lake.queries.run(f"SELECT * FROM {lake.database}.g{number}")
        assert "secret" not in str(done.rows)
        assert done.state == "SUCCEEDED" or not done.reason.startswith("GENERIC_INTERNAL_ERROR")


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("SELECT * FROM read_text('{secret}')", "FUNCTION_NOT_FOUND"),
        ("SELECT * FROM '{secret}'", "TABLE_NOT_FOUND"),
        ('SELECT * FROM "{secret}"', "TABLE_NOT_FOUND"),
        ("COPY (SELECT 1) TO '{secret}'", "NOT_SUPPORTED"),
        ("SELECT 1 AS x; SELECT 2", "InvalidRequestException"),
        ("SELECT getenv('HOME') AS x", "FUNCTION_NOT_FOUND"),
    ],
)
def test_a_view_that_another_client_made_smuggles_nothing(
    lake: Lake, secret: Path, sql: str, name: str
) -> None:
    body = {
        "originalSql": sql.format(secret=secret),
        "catalog": "awsdatacatalog",
        "schema": lake.database,
        "columns": [{"name": "x", "type": "varchar"}],
    }
    text = base64.b64encode(json.dumps(body).encode()).decode()
    lake.queries.glue.create_table(
        DatabaseName=lake.database,
        TableInput={
            "Name": "v",
            "TableType": "VIRTUAL_VIEW",
            "ViewOriginalText": f"/* Presto View: {text} */",
            "ViewExpandedText": "/* Presto View */",
            "Parameters": {"presto_view": "true"},
            "StorageDescriptor": {"Columns": [{"Name": "x", "Type": "string"}]},
        },
    )
    assert outcome(lake.queries, f"SELECT * FROM {lake.database}.v") == name
    assert secret.read_text() == "top,secret\n"
