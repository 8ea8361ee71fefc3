"""CREATE TABLE AS, INSERT INTO and UNLOAD in every format: what is written is read back."""

import gzip
import io
from typing import Any

import pytest
from pyarrow import orc

from lakehouse_tests.local_aws.athena.lake import Lake

ROWS = (
    "SELECT 1 AS i, 2.5e0 AS d, DECIMAL '1.50' AS dec, 'x,y' AS s, true AS t, DATE '2026-01-31' AS "
    "day, TIMESTAMP '2026-01-31 08:00:00' AS ts, ARRAY['a', 'b'] AS a, "
    "CAST(ROW(1, 'z') AS ROW(n integer, w varchar)) AS r, '1' AS p "
    "UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2'"
)
READ = [
    ("1", "2.5", "1.50", "x,y", "true", "2026-01-31", "2026-01-31 08:00:00.000", "[a, b]",
     "{n=1, w=z}", "1"),
    (None, None, None, None, None, None, None, None, None, "2"),
]  # fmt: skip


def body(lake: Lake, key: str) -> bytes:
    found: bytes = lake.queries.s3.get_object(Bucket=lake.name, Key=key)["Body"].read()
    return found


@pytest.mark.parametrize(
    "options",
    [
        "format = 'PARQUET', write_compression = 'ZSTD', compression_level = 5",
        "format = 'ORC'",
        "format = 'ORC', orc_compression = 'SNAPPY'",
        "format = 'JSON'",
        "format = 'TEXTFILE'",
        "format = 'TEXTFILE', field_delimiter = '|', write_compression = 'ZSTD'",
        "format = 'TEXTFILE', write_compression = 'NONE'",
    ],
)
def test_a_table_in_any_format_gives_its_rows_back(lake: Lake, options: str) -> None:
    made = f"{lake.database}.made"
    where = f"external_location = 's3://{lake.name}/made/'"
    sql = f"CREATE TABLE {made} WITH ({where}, partitioned_by = ARRAY['p'], {options}) AS {ROWS}"
    lake.queries.must(sql)
    assert lake.queries.must(f"SELECT * FROM {made} ORDER BY p").rows == READ
    lake.queries.must(f"INSERT INTO {made} SELECT * FROM {made} WHERE p = '1'")
    counted = lake.queries.must(f"SELECT p, count(i) FROM {made} GROUP BY p ORDER BY p")
    assert counted.rows == [("1", "2"), ("2", "0")]
    shown = lake.queries.must(f"SHOW PARTITIONS {made}").rows
    assert shown == [("p=1",), ("p=2",)]


def test_unload_writes_text_and_orc(lake: Lake) -> None:
    select = "SELECT 1 AS a, 'x' AS b, CAST(NULL AS varchar) AS c, MAP(ARRAY['k'], ARRAY[2]) AS m"
    for kind, more in (("TEXTFILE", ", field_delimiter = ','"), ("ORC", "")):
        where = f"s3://{lake.name}/{kind}/"
        lake.queries.must(f"UNLOAD ({select}) TO '{where}' WITH (format = '{kind}'{more})")
    (text,) = lake.keys("TEXTFILE/")
    assert gzip.decompress(body(lake, text)) == b"1,x,\\N,k\x032\n"
    (stored,) = lake.keys("ORC/")
    file = orc.ORCFile(io.BytesIO(body(lake, stored)))
    assert (file.compression, file.nrows) == ("ZLIB", 1)
    rows = file.read().to_pylist()
    assert rows == [{"a": 1, "b": "x", "c": None, "m": [("k", 2)]}]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("format = 'AVRO'", "NOT_SUPPORTED: Writing the format AVRO"),
        ("format = 'ORC', write_compression = 'BZIP2'", "NOT_SUPPORTED: Compression BZIP2 for ORC"),
        ("bucketed_by = ARRAY['a'], bucket_count = 2", "NOT_SUPPORTED: The property 'bucketed_by'"),
        ("table_type = 'ICEBERG'", "NOT_SUPPORTED: The table type ICEBERG"),
        ("field_delimiter = ','", "INVALID_TABLE_PROPERTY: Cannot specify field_delimiter"),
        ("write_compression = 'ZSTD', compression_level = 23", "INVALID_TABLE_PROPERTY: comp"),
    ],
)
def test_what_is_not_written_is_refused(lake: Lake, options: str, words: str) -> None:
    sql = f"CREATE TABLE {lake.database}.x WITH ({options}) AS SELECT 1 AS a"
    assert lake.queries.run(sql).reason.startswith(words)


def test_a_text_write_opens_at_most_100_partitions(lake: Lake) -> None:
    sql = (
        f"CREATE TABLE {lake.database}.x WITH (format = 'ORC', partitioned_by = ARRAY['p']) AS "
        "SELECT 1 AS a, p FROM UNNEST(sequence(1, 101)) AS t(p)"
    )
    assert lake.queries.run(sql).reason == (
        "HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers for partitions/buckets"
    )


def test_orc_columns_go_by_position_or_by_name(lake: Lake, client: Any) -> None:
    made = f"{lake.database}.made"
    where = f"external_location = 's3://{lake.name}/made/'"
    lake.queries.must(
        f"CREATE TABLE {made} WITH ({where}, format = 'ORC') AS SELECT 1 AS a, 2 AS b"
    )
    for access, expected in (("true", ("1", "2")), ("false", ("2", "1"))):
        name = f"{lake.database}.o{access}"
        lake.queries.must(
            f"CREATE EXTERNAL TABLE {name} (b int, a int) ROW FORMAT SERDE "
            "'org.apache.hadoop.hive.ql.io.orc.OrcSerde' WITH SERDEPROPERTIES "
            f"('orc.column.index.access'='{access}') STORED AS ORC "
            f"LOCATION 's3://{lake.name}/made/'"
        )
        assert lake.queries.must(f"SELECT * FROM {name}").rows == [expected]
