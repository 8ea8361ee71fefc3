"""DataScannedInBytes against footer arithmetic done by pyarrow alone, and object sizes for text."""

import functools
import gzip
import io
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lakehouse_tests.local_aws.athena.lake import Lake

DAYS = ("2026-01-01", "2026-01-02", "2026-01-03")


@functools.cache
def parquet_bytes(day: int, rows: int = 20_000) -> bytes:
    table = pa.table(
        {
            "id": pa.array(range(rows), pa.int64()),
            "name": [f"name-{(i * 7919) % 5000}" for i in range(rows)],
            "place": [{"city": f"c{i % 100}", "zip": i % 977} for i in range(rows)],
            "value": pa.array([(i * day) % 1000 / 8 for i in range(rows)], pa.float64()),
        }
    )
    stream = io.BytesIO()
    pq.write_table(table, stream, row_group_size=5_000, compression="zstd")
    return stream.getvalue()


def chunk_bytes(body: bytes, *columns: str, row_groups: range = range(4)) -> int:
    """Compressed bytes of the columns' chunks, from the footer."""
    metadata = pq.read_metadata(io.BytesIO(body))
    return sum(
        metadata.row_group(g).column(c).total_compressed_size
        for g in row_groups
        for c in range(metadata.num_columns)
        if metadata.row_group(g).column(c).path_in_schema.startswith(columns)
    )


@pytest.fixture
def days(lake: Lake) -> tuple[Lake, dict[str, bytes]]:
    bodies = {day: parquet_bytes(number) for number, day in enumerate(DAYS, 1)}
    for day, body in bodies.items():
        lake.put(f"t/event_date={day}/part.parquet", body)
    lake.create(
        "id bigint, name string, place struct<city:string,zip:bigint>, value double",
        "PARTITIONED BY (event_date string) STORED AS PARQUET",
    )
    lake.queries.must(f"MSCK REPAIR TABLE {lake.database}.t")
    return lake, bodies


def test_parquet_costs_the_chunks_of_the_columns_read(days: tuple[Lake, dict[str, bytes]]) -> None:
    lake, bodies = days
    everything = bodies.values()
    assert lake.scanned("SELECT count(*) FROM $") == 0
    assert lake.scanned("SELECT event_date, count(*) FROM $ GROUP BY 1") == 0
    assert lake.scanned("SELECT sum(value) FROM $") == sum(
        chunk_bytes(b, "value") for b in everything
    )
    assert lake.scanned("SELECT max(name), sum(id) FROM $") == sum(
        chunk_bytes(b, "name", "id") for b in everything
    )
    assert lake.scanned("SELECT v FROM (SELECT value AS v, name FROM $) WHERE v > 120.0") == sum(
        chunk_bytes(b, "value") for b in everything
    )


def test_partitions_and_row_groups_that_are_not_needed_cost_nothing(
    days: tuple[Lake, dict[str, bytes]],
) -> None:
    lake, bodies = days
    one = bodies["2026-01-02"]
    where = "WHERE event_date = '2026-01-02'"
    assert lake.scanned(f"SELECT sum(value) FROM $ {where}") == chunk_bytes(one, "value")
    assert lake.scanned(f"SELECT sum(value) FROM (SELECT * FROM $) AS x {where}") == chunk_bytes(
        one, "value"
    )
    assert lake.scanned(
        f"WITH x AS (SELECT * FROM $) SELECT sum(id) FROM x {where}"
    ) == chunk_bytes(one, "id")
    assert lake.scanned(f"SELECT count(*) FROM $ {where} AND id < 100") == chunk_bytes(
        one, "id", row_groups=range(1)
    )
    assert lake.scanned("SELECT sum(value) FROM $ WHERE event_date > '2027'") == 0


def test_a_field_of_a_struct_costs_its_own_chunks(days: tuple[Lake, dict[str, bytes]]) -> None:
    lake, bodies = days
    expected = sum(chunk_bytes(b, "place.city") for b in bodies.values())
    assert lake.scanned("SELECT place.city, count(*) FROM $ GROUP BY 1") == expected


def nested_bytes(rows: int = 20_000) -> bytes:
    table = pa.table(
        {
            "id": pa.array(range(rows), pa.int64()),
            "tags": [[f"t{i % 7}", f"u{i % 11}"] for i in range(rows)],
            "m": pa.array([[("k", i % 13)] for i in range(rows)], pa.map_(pa.string(), pa.int64())),
            "deep": [
                {"a": {"b": f"b{i % 5}", "c": i}, "l": [{"x": i, "y": 1.5}]} for i in range(rows)
            ],
        }
    )
    stream = io.BytesIO()
    pq.write_table(table, stream, row_group_size=5_000, compression="snappy")
    return stream.getvalue()


def test_nested_columns_cost_all_or_some_of_their_leaves(lake: Lake) -> None:
    body = nested_bytes()
    lake.put("t/part.parquet", body)
    lake.create(
        "id bigint, tags array<string>, m map<string,bigint>, "
        "deep struct<a:struct<b:string,c:bigint>,l:array<struct<x:bigint,y:double>>>",
        "STORED AS PARQUET",
    )
    assert lake.scanned("SELECT count(tags[1]) FROM $") == chunk_bytes(body, "tags.")
    assert lake.scanned("SELECT count(m['k']) FROM $") == chunk_bytes(body, "m.")
    assert lake.scanned("SELECT max(deep.a.b) FROM $") == chunk_bytes(body, "deep.a.b")
    everything = lake.scanned("SELECT max(cardinality(tags)), max(deep.l[1].x) FROM $")
    assert everything <= chunk_bytes(body, "tags.", "deep.l.")
    assert everything >= chunk_bytes(body, "tags.") + chunk_bytes(body, "deep.l.list.element.x")


def test_a_limit_costs_at_most_the_row_groups_it_reads(days: tuple[Lake, dict[str, bytes]]) -> None:
    lake, bodies = days
    whole = sum(chunk_bytes(body, "name") for body in bodies.values())
    one_group = min(chunk_bytes(body, "name", row_groups=range(1)) for body in bodies.values())
    scanned = lake.scanned("SELECT name FROM $ LIMIT 10")
    assert one_group <= scanned <= whole


def test_the_cutoff_holds_for_parquet_before_the_query_runs(lake: Lake) -> None:
    rows = 2_000_000
    table = pa.table({"a": pa.array(range(rows), pa.int64()), "b": pa.array([1] * rows, pa.int8())})
    stream = io.BytesIO()
    pq.write_table(table, stream, compression="none", use_dictionary=False)
    lake.put("t/part.parquet", stream.getvalue())
    lake.create("a bigint, b tinyint", "STORED AS PARQUET")
    lake.queries.athena.create_work_group(
        Name=lake.name, Configuration={"BytesScannedCutoffPerQuery": 10_000_000}
    )
    for sql in ("SELECT sum(a) FROM $", "SELECT sum(a) FROM $ WHERE a > 5"):
        done = lake.queries.run(lake.sql(sql), WorkGroup=lake.name)
        assert (done.state, done.reason) == ("CANCELLED", "Bytes scanned limit was exceeded")
    assert lake.queries.must(lake.sql("SELECT sum(b) FROM $"), WorkGroup=lake.name).rows == [
        (str(rows),)
    ]


def test_bytes_are_right_when_queries_run_side_by_side(days: tuple[Lake, dict[str, bytes]]) -> None:
    lake, bodies = days
    expected = {c: sum(chunk_bytes(b, c) for b in bodies.values()) for c in ("id", "value", "name")}
    columns = ["id", "value", "name"] * 4
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda c: lake.scanned(f"SELECT max({c}) FROM $"), columns))
    assert found == [expected[column] for column in columns]


def test_text_costs_whole_objects_as_they_are_stored(lake: Lake) -> None:
    plain, packed = b"1,a\n" * 500, gzip.compress(b"2,b\n" * 500)
    lake.put("t/d=1/a.csv", plain)
    lake.put("t/d=2/b.csv.gz", packed)
    lake.create(
        "x int, y string", "PARTITIONED BY (d int) ROW FORMAT DELIMITED FIELDS TERMINATED BY ','"
    )
    lake.queries.must(f"MSCK REPAIR TABLE {lake.database}.t")
    assert lake.scanned("SELECT count(*) FROM $") == len(plain) + len(packed)
    assert lake.scanned("SELECT y FROM $ WHERE d = 2") == len(packed)
    assert lake.scanned("SELECT y FROM $ WHERE d = 3") == 0


def test_the_cutoff_of_a_work_group_cancels(lake: Lake) -> None:
    lake.put("t/a.csv", b"1,a\n" * 3_000_000)
    lake.create("x int, y string", "ROW FORMAT DELIMITED FIELDS TERMINATED BY ','")
    lake.queries.athena.create_work_group(
        Name=lake.name, Configuration={"BytesScannedCutoffPerQuery": 10_000_000}
    )
    sql = lake.sql("SELECT count(*) FROM $")
    done = lake.queries.run(sql, WorkGroup=lake.name)
    assert (done.state, done.reason) == ("CANCELLED", "Bytes scanned limit was exceeded")
    assert lake.queries.must(sql).rows == [("3000000",)]


def total(bodies: dict[str, bytes], *columns: str) -> int:
    return sum(chunk_bytes(body, *columns) for body in bodies.values())


def test_every_reference_to_a_table_costs_what_it_reads(
    days: tuple[Lake, dict[str, bytes]],
) -> None:
    # Athena reads a table once for each place that names it, a common table expression too.
    lake, bodies = days
    ids, names, values = (total(bodies, column) for column in ("id", "name", "value"))
    cases = {
        "SELECT sum(value) FROM $ UNION ALL SELECT sum(value) FROM $": 2 * values,
        "SELECT sum(value) FROM $ UNION ALL SELECT max(id) FROM $ WHERE id >= 0": ids + values,
        "SELECT * FROM (SELECT sum(value) s FROM $), (SELECT max(name) n FROM $)": names + values,
        "SELECT sum(a.value) FROM $ a WHERE a.value > (SELECT avg(value) FROM $)": 2 * values,
        "SELECT count(a.name) FROM $ a JOIN $ b ON a.id = b.id": 2 * ids + names,
        "SELECT count(name) FROM $ WHERE id IN (SELECT id FROM $ WHERE value >= 0.0)": (
            2 * ids + names + values
        ),
        "WITH x AS (SELECT sum(value) AS s FROM $) SELECT * FROM x AS a, x AS b": 2 * values,
    }
    assert {
        sql: lake.scanned(sql.replace("JOIN $", f"JOIN {lake.database}.t")) for sql in cases
    } == cases


def test_a_view_costs_what_its_query_reads_of_what_is_asked(
    days: tuple[Lake, dict[str, bytes]],
) -> None:
    lake, bodies = days
    lake.queries.must(
        lake.sql(f"CREATE VIEW {lake.database}.v AS SELECT id, upper(name) AS n, event_date FROM $")
    )
    where = f"FROM {lake.database}.v"
    assert lake.scanned(f"SELECT max(n) {where}") == total(bodies, "name")
    assert lake.scanned(f"SELECT max(id) {where} WHERE event_date = '2026-01-03'") == chunk_bytes(
        bodies["2026-01-03"], "id"
    )
    assert lake.scanned(f"SELECT count(*) {where}") == 0


def test_statements_that_write_cost_what_their_query_reads_and_ddl_nothing(
    days: tuple[Lake, dict[str, bytes]],
) -> None:
    lake, bodies = days
    name, expected = lake.database, total(bodies, "id")
    assert lake.scanned(f"CREATE TABLE {name}.copy AS SELECT id FROM $") == expected
    assert lake.scanned(f"INSERT INTO {name}.copy SELECT id FROM $") == expected
    target = f"TO 's3://{lake.name}/unloaded/' WITH (format = 'PARQUET')"
    assert lake.scanned(f"UNLOAD (SELECT id FROM $) {target}") == expected
    assert lake.scanned(f"INSERT INTO {name}.copy VALUES 1") == 0
    assert lake.scanned(f"CREATE TABLE {name}.none AS SELECT id FROM $ WITH NO DATA") == 0
    for ddl in (
        f"SHOW PARTITIONS {name}.t",
        f"DESCRIBE {name}.t",
        f"MSCK REPAIR TABLE {name}.t",
        f"ALTER TABLE {name}.t DROP PARTITION (event_date = '2026-01-01')",
        f"DROP TABLE {name}.copy",
        f"EXPLAIN SELECT id FROM {name}.t",
    ):
        assert lake.scanned(ddl) == 0


def test_text_is_read_whole_for_every_reference_and_whatever_is_asked_of_it(lake: Lake) -> None:
    body = b"".join(b'{"a": %d, "b": "x"}\n' % i for i in range(3000))
    lake.put("t/a.json", body)
    lake.create("a int, b string", "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'")
    cases = {
        "SELECT a FROM $ LIMIT 1": len(body),
        "SELECT count(*) FROM $": len(body),
        "SELECT max(a) FROM $ UNION ALL SELECT min(a) FROM $": 2 * len(body),
        "WITH x AS (SELECT max(a) AS m FROM $) SELECT * FROM x AS p, x AS q": 2 * len(body),
        'SELECT "$path" FROM $ LIMIT 1': len(body),
    }
    assert {sql: lake.scanned(sql) for sql in cases} == cases
