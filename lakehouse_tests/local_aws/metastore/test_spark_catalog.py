"""Spark SQL over the Data Catalog in a Glue job: --enable-glue-datacatalog."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from lakehouse_tests.local_aws.jobs.job_cases import create_job, log_lines, run

Client = Callable[..., Any]
pytestmark = pytest.mark.spark

CSV_SERDE = {
    "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    "SerdeInfo": {
        "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
        "Parameters": {"field.delim": ","},
    },
}
SCRIPT = """
import json
import sys
import boto3
from awsglue.context import GlueContext
from pyspark import SparkContext

spark = GlueContext(SparkContext()).spark_session
sql = spark.sql

def show(name, frame):
    print(json.dumps([name, [list(row) for row in frame.collect()]]), flush=True)

def refused(name, statement):
    try:
        sql(statement)
    except Exception as error:
        print(json.dumps([name, type(error).__name__, str(error).splitlines()[0]]), flush=True)

show("read", sql("SELECT id, word FROM shop.clicks WHERE day = '2026-01-02' ORDER BY id"))
show("pruned", sql("SELECT day, count(*) FROM shop.clicks WHERE day LIKE '2026-01%' GROUP BY day"))
show("databases", sql("SHOW DATABASES LIKE 'shop*'"))
show("partitions", sql("SHOW PARTITIONS shop.clicks"))

sql("CREATE DATABASE shop_out LOCATION 's3://spark-catalog/out'")
sql("CREATE TABLE shop_out.parquet (id int, word string) PARTITIONED BY (day string) "
    "STORED AS PARQUET")
sql("INSERT INTO shop_out.parquet PARTITION (day) SELECT id, word, day FROM shop.clicks")
sql("INSERT OVERWRITE shop_out.parquet PARTITION (day = '2026-01-01') VALUES (9, 'new')")
show("parquet", sql("SELECT * FROM shop_out.parquet ORDER BY day, id"))
prefix = "out/parquet/day=2026-01-01/"
found = boto3.client("s3").list_objects_v2(Bucket="spark-catalog", Prefix=prefix)["Contents"]
print(json.dumps(["seen by boto3", len(found), "part-" in found[0]["Key"]]))

sql("CREATE TABLE shop_out.orc STORED AS ORC AS "
    "SELECT word, count(*) AS n FROM shop.clicks GROUP BY word")
show("orc", spark.table("shop_out.orc").orderBy("word"))
sql("CREATE TABLE shop_out.csv (a string, b string) ROW FORMAT SERDE "
    "'org.apache.hadoop.hive.serde2.OpenCSVSerde' WITH SERDEPROPERTIES ('separatorChar' = ';')")
sql("INSERT INTO shop_out.csv VALUES ('1;2', 'x')")
show("csv", sql("SELECT * FROM shop_out.csv"))
rows = spark.range(4).selectExpr("id", "id % 2 AS odd")
rows.write.partitionBy("odd").saveAsTable("shop_out.saved")
show("saved", sql("SELECT odd, sum(id) FROM shop_out.saved GROUP BY odd ORDER BY odd"))

sql("ALTER TABLE shop_out.parquet ADD PARTITION (day = '2026-01-09') LOCATION 's3://spark-catalog/else'")
sql("ALTER TABLE shop_out.parquet DROP PARTITION (day = '2026-01-02')")
sql("MSCK REPAIR TABLE shop.loose")
show("repaired", sql("SELECT day, count(*) FROM shop.loose GROUP BY day ORDER BY day"))
sql("CREATE TABLE shop_out.dropped (a int) STORED AS PARQUET")
sql("INSERT INTO shop_out.dropped VALUES (1)")
sql("DROP TABLE shop_out.dropped")

refused("unknown table", "SELECT * FROM shop.nothing")
refused("no place", "CREATE TABLE shop.homeless (a int)")
refused("rename", "ALTER TABLE shop_out.orc RENAME TO shop_out.orc2")
"""


@pytest.fixture(scope="module")
def clicks(client: Client) -> None:
    """A CSV table of two days, and a table whose partitions are not registered."""
    s3, glue = client("s3"), client("glue")
    s3.create_bucket(Bucket="spark-catalog")
    glue.create_database(DatabaseInput={"Name": "shop"})
    for day, text in (("2026-01-01", "1,one\n2,two\n"), ("2026-01-02", "3,one\n")):
        for name in ("clicks", "loose"):
            s3.put_object(Bucket="spark-catalog", Key=f"{name}/day={day}/f.csv", Body=text.encode())
    for name in ("clicks", "loose"):
        glue.create_table(DatabaseName="shop", TableInput=_table(name))
    partitions = [
        {"Values": [day], "StorageDescriptor": _storage(f"clicks/day={day}/")}
        for day in ("2026-01-01", "2026-01-02")
    ]
    glue.batch_create_partition(
        DatabaseName="shop", TableName="clicks", PartitionInputList=partitions
    )


def _storage(prefix: str) -> dict[str, Any]:
    columns = [{"Name": "id", "Type": "int"}, {"Name": "word", "Type": "string"}]
    return {"Columns": columns, "Location": f"s3://spark-catalog/{prefix}", **CSV_SERDE}


def _table(name: str) -> dict[str, Any]:
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "StorageDescriptor": _storage(f"{name}/"),
        "PartitionKeys": [{"Name": "day", "Type": "string"}],
    }


def test_spark_sql_works_on_the_catalogs_tables(client: Client, clicks: None) -> None:
    glue, s3 = client("glue"), client("s3")
    arguments = {
        "--enable-glue-datacatalog": "true",
        "--conf": "spark.hadoop.hive.exec.dynamic.partition.mode=nonstrict",
    }
    create_job(glue, s3, "catalog", SCRIPT, command="glueetl", DefaultArguments=arguments)
    done = run(glue, "catalog")
    assert done["JobRunState"] == "SUCCEEDED", done.get("ErrorMessage")
    lines = log_lines(client("logs"), done["Id"], "output")
    said = {name: rest for name, *rest in map(json.loads, lines)}
    homeless = said.pop("no place")
    assert homeless[1].endswith("Can not create a Path from an empty string")
    renamed = said.pop("rename")
    assert renamed[1].endswith("Table rename is not supported")
    unknown = said.pop("unknown table")
    assert unknown[1].startswith("[TABLE_OR_VIEW_NOT_FOUND]")
    assert said == {
        "read": [[[3, "one"]]],
        "pruned": [[["2026-01-01", 2], ["2026-01-02", 1]]],
        "databases": [[["shop"]]],
        "partitions": [[["day=2026-01-01"], ["day=2026-01-02"]]],
        "parquet": [[[9, "new", "2026-01-01"], [3, "one", "2026-01-02"]]],
        "seen by boto3": [1, True],
        "orc": [[["one", 2], ["two", 1]]],
        "csv": [[["1;2", "x"]]],
        "saved": [[[0, 2], [1, 4]]],
        "repaired": [[["2026-01-01", 2], ["2026-01-02", 1]]],
    }
    _check_what_is_left(glue, s3)


def _check_what_is_left(glue: Any, s3: Any) -> None:
    tables = glue.get_tables(DatabaseName="shop_out")["TableList"]
    assert [table["Name"] for table in tables] == ["csv", "orc", "parquet", "saved"]
    partitions = glue.get_partitions(DatabaseName="shop_out", TableName="parquet")["Partitions"]
    assert [(one["Values"], one["StorageDescriptor"]["Location"]) for one in partitions] == [
        (["2026-01-01"], "s3://spark-catalog/out/parquet/day=2026-01-01"),
        (["2026-01-09"], "s3://spark-catalog/else"),
    ]
    listed = s3.list_objects_v2(Bucket="spark-catalog", Prefix="out/")["Contents"]
    folders = sorted({entry["Key"].rpartition("/")[0] for entry in listed})
    assert folders == [
        "out/csv",
        "out/orc",
        "out/parquet/day=2026-01-01",
        "out/saved/odd=0",
        "out/saved/odd=1",
    ]
