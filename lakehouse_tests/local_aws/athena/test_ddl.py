"""ALTER, DESCRIBE, SHOW and MSCK: what changes in the catalog, and the texts they print."""

from typing import Any

import pytest

from lakehouse_tests.local_aws.athena.lake import Lake

DELIMITED = "ROW FORMAT DELIMITED FIELDS TERMINATED BY ','"


@pytest.fixture
def logs(lake: Lake) -> Lake:
    for day in ("1", "2"):
        lake.put(f"t/d={day}/a.csv", f"{day},x,y\n".encode())
    lake.create("a int COMMENT 'number', b string", f"PARTITIONED BY (d string) {DELIMITED}")
    lake.queries.must(f"MSCK REPAIR TABLE {lake.database}.t")
    return lake


def alter(lake: Lake, rest: str) -> str:
    return lake.queries.run(f"ALTER TABLE {lake.database}.t {rest}").reason


def lines(lake: Lake, sql: str) -> list[str]:
    done = lake.queries.must(sql.replace("$", f"{lake.database}.t"))
    assert done.execution["ResultConfiguration"]["OutputLocation"].endswith(".txt")
    return [row[0] or "" for row in done.rows]


def test_columns_are_added_replaced_and_changed(logs: Lake, client: Any) -> None:
    assert alter(logs, "ADD COLUMNS (c string COMMENT 'third')") == ""
    assert logs.rows("SELECT * FROM $ ORDER BY a") == [("1", "x", "y", "1"), ("2", "x", "y", "2")]
    assert alter(logs, "CHANGE COLUMN c first_c string FIRST") == ""
    assert alter(logs, "CHANGE b bb varchar(10) COMMENT 'text' AFTER first_c") == ""
    where = {"DatabaseName": logs.database, "Name": "t"}
    columns = client("glue").get_table(**where)["Table"]["StorageDescriptor"]["Columns"]
    assert columns == [
        {"Name": "first_c", "Type": "string", "Comment": "third"},
        {"Name": "bb", "Type": "varchar(10)", "Comment": "text"},
        {"Name": "a", "Type": "int", "Comment": "number"},
    ]
    assert alter(logs, "REPLACE COLUMNS (a bigint)") == ""
    assert logs.rows("SELECT * FROM $ ORDER BY a") == [("1", "1"), ("2", "2")]
    assert "Duplicate column name: d" in alter(logs, "ADD COLUMNS (d int)")
    assert "Invalid column reference nope" in alter(logs, "CHANGE nope x int")


def test_partitions_are_renamed_and_moved(logs: Lake) -> None:
    assert alter(logs, "PARTITION (d='1') RENAME TO PARTITION (d='9')") == ""
    assert logs.rows("SELECT a, d FROM $ ORDER BY a") == [("1", "9"), ("2", "2")]
    logs.put("other/a.csv", b"5,z\n")
    where = f"s3://{logs.name}/other/"
    assert alter(logs, f"PARTITION (d='2') SET LOCATION '{where}'") == ""
    assert logs.rows("SELECT a, d FROM $ ORDER BY a") == [("1", "9"), ("5", "2")]
    assert "Partition not found" in alter(logs, "PARTITION (d='7') RENAME TO PARTITION (d='8')")
    assert "not an S3 path" in alter(logs, "SET LOCATION '/tmp/x'")


def test_a_table_s_location_and_properties_change(logs: Lake) -> None:
    assert alter(logs, f"SET LOCATION 's3://{logs.name}/new/'") == ""
    assert alter(logs, "SET TBLPROPERTIES ('k'='v', 'l'='w')") == ""
    assert lines(logs, "SHOW TBLPROPERTIES $ ('k')") == ["v"]
    assert lines(logs, "SHOW TBLPROPERTIES $") == ["EXTERNAL\tTRUE", "k\tv", "l\tw"]
    missing = f"Table {logs.database}.t does not have property: nope"
    assert lines(logs, "SHOW TBLPROPERTIES $ ('nope')") == [missing]
    assert f"  's3://{logs.name}/new/'" in lines(logs, "SHOW CREATE TABLE $")


def test_a_database_s_properties_change(lake: Lake, client: Any) -> None:
    lake.queries.must(f"ALTER DATABASE {lake.database} SET DBPROPERTIES ('owner'='me')")
    found = client("glue").get_database(Name=lake.database)["Database"]
    assert found["Parameters"] == {"owner": "me"}
    reason = lake.queries.run("ALTER DATABASE nope SET DBPROPERTIES ('a'='b')").reason
    assert reason == "FAILED: SemanticException [Error 10072]: Database does not exist: nope"


def test_describe_formatted_shows_table_and_storage(logs: Lake) -> None:
    found = lines(logs, "DESCRIBE FORMATTED $")
    assert found[:7] == [
        "a                   \tint                 \tnumber              ",
        "b                   \tstring              \t                    ",
        "d                   \tstring              \t                    ",
        "\t \t ",
        "# Partition Information\t \t ",
        "# col_name            \tdata_type           \tcomment             ",
        "\t \t ",
    ]
    assert f"Location:           \ts3://{logs.name}/t/\t " in found
    assert "# Storage Information\t \t " in found
    assert "SerDe Library:      \torg.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe\t " in found
    assert "Table Type:         \tEXTERNAL_TABLE      \t " in found
    extended = lines(logs, "DESCRIBE EXTENDED $")
    assert extended[-1].startswith(
        f"Detailed Table Information\tTable(tableName:t, dbName:{logs.database}, owner:"
    )
    assert lines(logs, "DESCRIBE $ b") == [found[1]]


def test_columns_of_other_serdes_come_from_the_deserializer(lake: Lake) -> None:
    lake.create("a int", "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'")
    assert lines(lake, "DESCRIBE $") == [
        "a                   \tint                 \tfrom deserializer   "
    ]


def test_show_create_view_prints_its_query(logs: Lake) -> None:
    view = f"{logs.database}.v"
    logs.queries.must(f"CREATE VIEW {view} AS\nSELECT a\nFROM {logs.database}.t")
    assert lines(logs, f"SHOW CREATE VIEW {view}") == [
        f"CREATE VIEW {view} AS",
        "SELECT a",
        f"FROM {logs.database}.t",
    ]
    assert lines(logs, f"SHOW VIEWS IN {logs.database}") == ["v"]
    assert lines(logs, f"SHOW TABLES IN {logs.database} 'v|x*'") == ["v"]
    reason = logs.queries.run(f"SHOW CREATE TABLE {view}").reason
    assert reason == f"FAILED: SemanticException {view} is not a table"


def test_repair_says_what_it_added_and_what_is_gone(logs: Lake) -> None:
    logs.put("t/d=3/a.csv", b"3,x,y\n")
    logs.queries.s3.delete_object(Bucket=logs.name, Key="t/d=1/a.csv")
    assert lines(logs, "MSCK REPAIR TABLE $") == [
        "Partitions not in metastore:\tt:d=3",
        "Partitions missing from filesystem:\tt:d=1",
        "Repair: Added partition to metastore t:d=3",
    ]


def test_tables_without_external_are_refused_by_name(lake: Lake) -> None:
    with pytest.raises(Exception, match="Iceberg tables, which are not supported"):
        lake.queries.start(
            f"CREATE TABLE {lake.database}.i (a int) LOCATION 's3://{lake.name}/i/' "
            "TBLPROPERTIES ('table_type'='ICEBERG')"
        )


def test_a_column_stands_once_in_a_table(lake: Lake) -> None:
    t, where = f"{lake.database}.t", f"LOCATION 's3://{lake.name}/t/'"
    twice = lake.queries.run(f"CREATE EXTERNAL TABLE {t} (id int, ID string) {where}").reason
    assert twice == "FAILED: SemanticException [Error 10036]: Duplicate column name: id"
    keys = f"CREATE EXTERNAL TABLE {t} (id int) PARTITIONED BY (id string) {where}"
    assert lake.queries.run(keys).reason == (
        "FAILED: SemanticException [Error 10035]: Column repeated in partitioning columns"
    )
