"""Tables over raw objects: every SerDe's exact reading, partitions, names, hidden objects."""

import bz2
import gzip
import io
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lakehouse_tests.local_aws.athena.lake import Lake

SERDE = "ROW FORMAT SERDE"
OPENX = f"{SERDE} 'org.openx.data.jsonserde.JsonSerDe'"
HIVE_JSON = f"{SERDE} 'org.apache.hive.hcatalog.data.JsonSerDe'"
DELIMITED = "ROW FORMAT DELIMITED FIELDS TERMINATED BY ','"


def test_delimited_text_is_split_and_nothing_else(lake: Lake) -> None:
    lake.put(
        "t/a.csv",
        b'id,name,price,day\n1,"a,2.5,2026-01-01\nx,b\n\n 3,c,NaN,2026-13-01,extra\r\n'
        b"4,\\N,1e2,2026-01-02\n5.5,d,,",
    )
    lake.create(
        "id int, name string, price double, day date",
        f"{DELIMITED} TBLPROPERTIES ('skip.header.line.count'='1')",
    )
    assert lake.rows("SELECT * FROM $") == [
        ("1", '"a', "2.5", "2026-01-01"),
        (None, "b", None, None),
        (None, None, None, None),
        (None, "c", "NaN", None),
        ("4", None, "100.0", "2026-01-02"),
        (None, "d", None, None),
    ]
    assert lake.rows("SELECT count(*) FROM $") == [("6",)]


def test_header_lines_are_skipped_in_every_file_and_gzip_goes_by_the_key(lake: Lake) -> None:
    lake.put("t/a.csv", b"h\n1\n")
    lake.put("t/b.csv.gz", gzip.compress(b"h\n2\n3\n"))
    lake.put("t/sub/c.csv.bz2", bz2.compress(b"\xef\xbb\xbfh\r\n4\r\n"))
    lake.put("t/_hidden.csv", b"h\n9\n")
    lake.put("t/.hidden", b"h\n9\n")
    lake.put("t/_temporary/x.csv", b"h\n9\n")
    lake.put("t/", b"")
    lake.create("x bigint", f"{DELIMITED} TBLPROPERTIES ('skip.header.line.count'='1')")
    assert lake.rows("SELECT x FROM $ ORDER BY x") == [("1",), ("2",), ("3",), ("4",)]
    assert lake.rows('SELECT "$path" FROM $ WHERE x = 4') == [
        (f"s3://{lake.name}/t/sub/c.csv.bz2",)
    ]


def test_a_broken_gzip_object_fails_the_query_and_is_named(lake: Lake) -> None:
    lake.put("t/a.csv.gz", gzip.compress(b"1\n" * 1000)[:-9])
    lake.create("x int", DELIMITED)
    where = f"s3://{lake.name}/t/a.csv.gz"
    assert lake.reason("SELECT x FROM $").startswith(
        f"HIVE_CURSOR_ERROR: Failed to read file at {where}: "
    )


def test_escapes_collections_and_null_format_of_delimited_text(lake: Lake) -> None:
    lake.put("t/a.txt", b"a\\,b|c|d\\\\,1\nNONE,x\n")
    lake.create(
        "s string, l array<string>",
        "ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' ESCAPED BY '\\\\' "
        "COLLECTION ITEMS TERMINATED BY '|' NULL DEFINED AS 'NONE'",
    )
    assert lake.rows("SELECT s, l FROM $") == [("a,b|c|d\\", "[1]"), (None, "[x]")]


def test_json_reads_nested_fields_case_insensitively(lake: Lake) -> None:
    lake.put(
        "t/a.json",
        b'{"event_id": "e1", "User_Id": 7, "metadata": {"Device": "mobile", "location": "US"}, '
        b'"tags": ["a", null], "ok": true, "ts": "2026-01-01T10:00:00Z", "m": {"k": 1.5}, '
        b'"raw": {"x": 1}}\n'
        b'{"event_id": "e2", "user_id": "8", "metadata": null, "ok": "no"}\n\n{"price": 1.25}\n',
    )
    lake.create(
        "event_id string, user_id int, metadata struct<device:string,location:string>, "
        "tags array<string>, ok boolean, ts timestamp, m map<string,double>, raw string, "
        "price decimal(5,2)",
        OPENX,
    )
    assert lake.rows("SELECT * FROM $") == [
        (
            "e1", "7", "{device=mobile, location=US}", "[a, null]", "true",
            "2026-01-01 10:00:00.000", "{k=1.5}", '{"x":1}', None,
        ),
        ("e2", "8", None, None, None, None, None, None, None),
        (None,) * 9,
        (None,) * 8 + ("1.25",),
    ]  # fmt: skip
    assert lake.rows("SELECT metadata.location, count(*) FROM $ GROUP BY 1 ORDER BY 1") == [
        ("US", "1"),
        (None, "3"),
    ]


def test_a_malformed_json_line_fails_the_query_unless_it_is_ignored(lake: Lake) -> None:
    lake.put("t/a.json", b'{"a": 1}\n{"a": \n{"a": 3}\n')
    lake.create("a int", OPENX)
    lake.create(
        "a int", f"{OPENX} WITH SERDEPROPERTIES ('ignore.malformed.json'='true')", "ignored"
    )
    lake.put("ignored/a.json", b'{"a": 1}\n{"a": \n{"a": 3}\n')
    words = 'HIVE_CURSOR_ERROR: Row is not a valid JSON Object - JSONException: {"a": '
    assert lake.reason("SELECT a FROM $") == words
    rows = lake.queries.must(f"SELECT a FROM {lake.database}.ignored").rows
    assert rows == [("1",), (None,), ("3",)]


def test_the_hive_json_serde_refuses_values_of_another_type(lake: Lake) -> None:
    lake.put("t/a.json", b'{"a": "x"}\n')
    lake.create("a int", HIVE_JSON)
    assert lake.reason("SELECT a FROM $").startswith("HIVE_BAD_DATA: Error Parsing a column")


def test_open_csv_knows_quotes_and_escapes(lake: Lake) -> None:
    lake.put("t/a.csv", b'1,"a,b","c""d"\n2,plain\n3,"e\\"f",x,y\n')
    lake.create(
        "a int, b string, c string", f"{SERDE} 'org.apache.hadoop.hive.serde2.OpenCSVSerde'"
    )
    assert lake.rows("SELECT * FROM $") == [
        ("1", "a,b", 'c"d'),
        ("2", "plain", None),
        ("3", 'e"f', "x"),
    ]


def test_open_csv_reads_days_milliseconds_and_strict_numbers(lake: Lake) -> None:
    # https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html
    lake.put("t/a.csv", b'"x","18276","1579059880000","TRUE","2.5"\n')
    lake.create(
        "s string, d date, ts timestamp, b boolean, f double",
        f"{SERDE} 'org.apache.hadoop.hive.serde2.OpenCSVSerde'",
    )
    assert lake.rows("SELECT * FROM $") == [
        ("x", "2020-01-15", "2020-01-15 03:44:40.000", "true", "2.5")
    ]
    lake.put("t/b.csv", b'"y","1","2","no",""\n')
    assert lake.reason("SELECT f FROM $") == (
        "HIVE_BAD_DATA: Error parsing field value '' for field 4: For input string: \"\""
    )
    assert lake.rows("SELECT s, b FROM $ ORDER BY s") == [("x", "true"), ("y", "false")]


def test_maps_and_structs_of_delimited_text(lake: Lake) -> None:
    lake.put("t/a.txt", b"k1:1|k2:2,a|b\n,\nk3:\\N,c\n")
    lake.create(
        "m map<string,int>, s struct<x:string,y:string>",
        "ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' COLLECTION ITEMS TERMINATED BY '|' "
        "MAP KEYS TERMINATED BY ':'",
    )
    assert lake.rows("SELECT m, s FROM $") == [
        ("{k1=1, k2=2}", "{x=a, y=b}"),
        ("{}", "{x=, y=null}"),
        ("{k3=null}", "{x=c, y=null}"),
    ]


def test_json_keys_with_dots_have_underscores(lake: Lake) -> None:
    lake.put("t/a.json", b'{"a.b": 1, "C": "x.y"}\n')
    lake.create("a_b int, c string", f"{OPENX} WITH SERDEPROPERTIES ('dots.in.keys'='true')")
    assert lake.rows("SELECT * FROM $") == [("1", "x.y")]


def test_properties_that_would_change_the_reading_are_refused(lake: Lake) -> None:
    lake.put("t/a.csv", b"1\n")
    lake.create("a int", f"{SERDE} 'org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe' "
                "WITH SERDEPROPERTIES ('serialization.encoding'='ISO-8859-1')")  # fmt: skip
    assert lake.reason("SELECT * FROM $").startswith("NOT_SUPPORTED: The encoding ISO-8859-1")


def test_a_parquet_column_of_another_type_fails_the_queries_that_read_it(lake: Lake) -> None:
    stream = io.BytesIO()
    pq.write_table(pa.table({"a": [1, 2], "b": ["x", "y"]}), stream)
    lake.put("t/part.parquet", stream.getvalue())
    lake.create("a bigint, b double", "STORED AS PARQUET")
    assert lake.rows("SELECT sum(a), count(*) FROM $") == [("3", "2")]
    assert lake.reason("SELECT b FROM $") == (
        f"HIVE_BAD_DATA: Field b's type STRING in parquet file s3://{lake.name}/t/part.parquet is "
        "incompatible with type double defined in table schema"
    )


def test_parquet_columns_go_by_name_or_by_position(lake: Lake) -> None:
    made = f"{lake.database}.made"
    where = f"s3://{lake.name}/made/"
    lake.queries.must(
        f"CREATE TABLE {made} WITH (external_location = '{where}') AS SELECT 1 AS a, 2 AS b"
    )
    for access, expected in (("false", ("2", "1")), ("true", ("1", "2"))):
        name = f"{lake.database}.p{access}"
        lake.queries.must(
            f"CREATE EXTERNAL TABLE {name} (b int, a int) {SERDE} "
            "'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' WITH SERDEPROPERTIES "
            f"('parquet.column.index.access'='{access}') STORED AS PARQUET LOCATION '{where}'"
        )
        assert lake.queries.must(f"SELECT * FROM {name}").rows == [expected]


def test_a_line_that_a_regex_does_not_match_is_all_null(lake: Lake) -> None:
    lake.put("t/a.log", b"GET 200\nnonsense\nPOST 50x\n")
    lake.create(
        "verb string, status int",
        f"{SERDE} 'org.apache.hadoop.hive.serde2.RegexSerDe' "
        "WITH SERDEPROPERTIES ('input.regex'='^(\\\\S+) (\\\\S+)$')",
    )
    assert lake.rows("SELECT * FROM $") == [("GET", "200"), (None, None), ("POST", None)]


def test_grok_reads_the_combined_access_log(lake: Lake) -> None:
    line = (
        '83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET /a.png HTTP/1.1" 200 203023 '
        '"http://x.org/" "Mozilla/5.0 (X11)"'
    )
    lake.put("t/access", f"{line}\nbroken\n".encode())
    names = "clientip ident auth timestamp verb request httpversion response bytes referrer agent"
    lake.create(
        ", ".join(f"`{name}` string" for name in names.split()),
        f"{SERDE} 'com.amazonaws.glue.serde.GrokSerDe' "
        "WITH SERDEPROPERTIES ('input.format'='%{COMBINEDAPACHELOG}')",
    )
    assert lake.rows("SELECT * FROM $") == [
        (
            "83.149.9.216", "-", "-", "17/May/2015:10:05:03 +0000", "GET", "/a.png", "1.1", "200",
            "203023", '"http://x.org/"', '"Mozilla/5.0 (X11)"',
        ),
        (None,) * 11,
    ]  # fmt: skip


def test_only_partitions_of_the_catalog_are_read(lake: Lake) -> None:
    for day in ("2026-01-01", "2026-01-02", "2026-01-03"):
        lake.put(f"t/event_date={day}/a.csv", f"{day[-1]}\n".encode() * 3)
    lake.create("x int", f"PARTITIONED BY (event_date string) {DELIMITED}")
    assert lake.rows("SELECT count(*) FROM $") == [("0",)]
    t = f"{lake.database}.t"
    lake.queries.must(
        f"ALTER TABLE {t} ADD PARTITION (event_date='2026-01-01') "
        f"PARTITION (event_date='9') LOCATION 's3://{lake.name}/elsewhere/'"
    )
    assert lake.rows("SELECT event_date, count(*) FROM $ GROUP BY 1") == [("2026-01-01", "3")]
    lake.queries.must(f"MSCK REPAIR TABLE {t}")
    shown = [
        "event_date=2026-01-01",
        "event_date=2026-01-02",
        "event_date=2026-01-03",
        "event_date=9",
    ]
    assert [r[0] for r in lake.queries.must(f"SHOW PARTITIONS {t}").rows] == shown
    counts = (
        "SELECT event_date, count(*), sum(x) FROM $ WHERE event_date > '2026-01-01' "
        "GROUP BY 1 ORDER BY 1"
    )
    assert lake.rows(counts) == [("2026-01-02", "3", "6"), ("2026-01-03", "3", "9")]
    lake.queries.must(f"ALTER TABLE {t} DROP PARTITION (event_date='2026-01-02')")
    assert lake.rows(counts) == [("2026-01-03", "3", "9")]


def test_a_partition_has_the_serde_it_was_registered_with(lake: Lake, client: Any) -> None:
    lake.put("t/d=1/a", b"1;x\n")
    lake.put("t/d=2/a", b"2,y\n")
    lake.create("a int, b string", f"PARTITIONED BY (d int) {DELIMITED}")
    lake.queries.must(f"MSCK REPAIR TABLE {lake.database}.t")
    where = {"DatabaseName": lake.database, "TableName": "t"}
    one = client("glue").get_partition(**where, PartitionValues=["1"])["Partition"]
    one["StorageDescriptor"]["SerdeInfo"]["Parameters"]["field.delim"] = ";"
    update = {key: one[key] for key in ("Values", "StorageDescriptor")}
    client("glue").update_partition(**where, PartitionValueList=["1"], PartitionInput=update)
    assert lake.rows("SELECT * FROM $ ORDER BY d") == [("1", "x", "1"), ("2", "y", "2")]


def test_missing_tables_schemas_and_columns_are_named(lake: Lake) -> None:
    lake.create("a int", DELIMITED)
    assert lake.reason(f"SELECT * FROM {lake.database}.nope") == (
        f"TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.{lake.database}.nope' does not exist"
    )
    assert lake.reason("SELECT * FROM nodb.t") == (
        "SCHEMA_NOT_FOUND: line 1:15: Schema 'nodb' does not exist"
    )
    assert lake.reason("SELECT b FROM $").startswith(
        "COLUMN_NOT_FOUND: line 1:8: Column 'b' cannot"
    )
    assert lake.rows("SELECT T.A FROM $ AS T") == []


def test_ddl_answers_as_athena_prints_it(lake: Lake) -> None:
    lake.create("a int COMMENT 'x', b string", f"PARTITIONED BY (d string) {DELIMITED}")
    t = f"{lake.database}.t"
    assert lake.queries.must(f"DESCRIBE {t}").rows[:2] == [
        ("a                   \tint                 \tx                   ",),
        ("b                   \tstring              \t                    ",),
    ]
    assert lake.queries.must(f"SHOW COLUMNS IN {t}").rows == [
        ("a                   ",),
        ("b                   ",),
        ("d                   ",),
    ]
    assert lake.queries.must(f"SHOW TABLES IN {lake.database}").rows == [("t",)]
    assert (lake.database,) in lake.queries.must("SHOW DATABASES").rows
    created = "\n".join(r[0] or "" for r in lake.queries.must(f"SHOW CREATE TABLE {t}").rows)
    lake.queries.must(f"DROP TABLE {t}")
    lake.queries.must(created.replace(f"`{t}`", t))
    assert (
        "\n".join(r[0] or "" for r in lake.queries.must(f"SHOW CREATE TABLE {t}").rows) == created
    )
    done = lake.queries.run(f"DROP DATABASE {lake.database}")
    assert "is not empty" in done.reason
    lake.queries.must(f"DROP DATABASE {lake.database} CASCADE")


def test_views_are_stored_and_read(lake: Lake) -> None:
    lake.put("t/a", b"1\n2\n")
    lake.create("a int", DELIMITED)
    lake.queries.must(f"CREATE VIEW {lake.database}.v AS SELECT a * 2 AS b FROM {lake.database}.t")
    rows = f"SELECT sum(b) FROM {lake.database}.v"
    assert lake.queries.must(rows).rows == [("6",)]
    again = lake.queries.run(f"CREATE VIEW {lake.database}.v AS SELECT 1 AS b")
    assert again.reason.startswith("ALREADY_EXISTS")
    lake.queries.must(f"CREATE OR REPLACE VIEW {lake.database}.v AS SELECT 1 AS b")
    assert lake.queries.must(rows).rows == [("1",)]
    lake.queries.must(f"DROP VIEW {lake.database}.v")
    assert lake.queries.run(rows).reason.startswith("TABLE_NOT_FOUND")


def test_a_partition_of_another_schema_fails_where_hive_cannot_convert_it(lake: Lake) -> None:
    lake.put("t/d=1/a", b"1,x\n")
    lake.put("t/d=2/a", b"2,y\n")
    lake.create("a int, b string", f"PARTITIONED BY (d string) {DELIMITED}")
    t = f"{lake.database}.t"
    lake.queries.must(f"ALTER TABLE {t} ADD PARTITION (d='1')")
    lake.queries.must(f"ALTER TABLE {t} REPLACE COLUMNS (a double, b string)")
    lake.queries.must(f"ALTER TABLE {t} ADD PARTITION (d='2')")
    assert lake.reason("SELECT * FROM $") == (
        "HIVE_PARTITION_SCHEMA_MISMATCH: There is a mismatch between the table and partition "
        "schemas. The types are incompatible and cannot be coerced. The column 'a' in table "
        f"'{t}' is declared as type 'double', but partition 'd=1' declared column 'a' as type "
        "'int'."
    )
    assert lake.rows("SELECT * FROM $ WHERE d = '2'") == [("2.0", "y", "2")]
    lake.queries.must(f"ALTER TABLE {t} REPLACE COLUMNS (a bigint, b string, c string)")
    assert lake.rows("SELECT * FROM $ WHERE d = '1'") == [("1", "x", None, "1")]


def test_a_partition_value_that_is_no_number_is_named(lake: Lake) -> None:
    lake.put("t/d=x/a", b"1\n")
    lake.create("a int", f"PARTITIONED BY (d int) {DELIMITED}")
    lake.queries.must(f"MSCK REPAIR TABLE {lake.database}.t")
    assert lake.reason("SELECT * FROM $") == (
        "HIVE_INVALID_PARTITION_VALUE: Invalid partition value 'x' for INTEGER partition key: d"
    )


def test_input_formats_that_are_not_read_are_refused(lake: Lake, client: Any) -> None:
    lake.put("t/a", b"s3://other/file\n")
    lake.create("a string", DELIMITED)
    table = client("glue").get_table(DatabaseName=lake.database, Name="t")["Table"]
    storage = {
        **table["StorageDescriptor"],
        "InputFormat": "org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat",
    }
    client("glue").update_table(
        DatabaseName=lake.database, TableInput={"Name": "t", "StorageDescriptor": storage}
    )
    assert "input format org.apache.hadoop.hive.ql.io.SymlinkTextInputFormat is not" in (
        lake.reason("SELECT * FROM $")
    )


def test_char_columns_are_as_long_as_declared(lake: Lake) -> None:
    lake.put("t/a", b"a,abc\nabcd,abcd\n")
    lake.create("c char(3), v varchar(3)", DELIMITED)
    select = "SELECT c, length(c), c || '.', v, length(v), c = 'a' FROM $ ORDER BY c"
    assert lake.rows(select) == [
        ("a  ", "3", "a  .", "abc", "3", "true"),
        ("abc", "3", "abc.", "abc", "3", "false"),
    ]
