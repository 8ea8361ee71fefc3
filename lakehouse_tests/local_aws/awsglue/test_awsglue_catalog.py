"""Tables of the Data Catalog as a Glue script sees them: partitions, formats, whole buckets."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from lakehouse_tests.local_aws.jobs.job_cases import create_job, log_lines, run

Client = Callable[[str], Any]
SCRIPT = """
import json
from awsglue.context import GlueContext
from pyspark.context import SparkContext
glue = GlueContext(SparkContext())
def show(name, **options):
    frame = glue.create_dynamic_frame.from_catalog("awsglue_db", name, **options)
    print(json.dumps(sorted(map(list, frame.toDF().collect()))))
show("by_day")
show("by_day", push_down_predicate="event_date = '2026-01-02'")
show("by_day", additional_options={"catalogPartitionPredicate": "event_date = '2026-01-01'"})
show("whole_bucket")
show("nothing_there")
for name in ("bad_values", "logs_of_a_kind"):
    try:
        show(name)
    except Exception as error:
        print(type(error).__name__, "MALFORMED" if "alformed" in str(error) else error)
"""


def storage(location: str, serde: str = "org.openx.data.jsonserde.JsonSerDe") -> dict[str, Any]:
    columns = [{"Name": "id", "Type": "int"}, {"Name": "name", "Type": "string"}]
    info = {"SerializationLibrary": serde}
    return {"Columns": columns, "Location": location, "SerdeInfo": info}


def create_tables(glue: Any) -> None:
    glue.create_database(DatabaseInput={"Name": "awsglue_db"})
    csv = storage("s3://awsglue-in/day/", "org.apache.hadoop.hive.serde2.OpenCSVSerde")
    header = {"classification": "csv", "skip.header.line.count": "1"}
    keys = [{"Name": "event_date", "Type": "string"}]
    tables: dict[str, dict[str, Any]] = {
        "by_day": {"StorageDescriptor": csv, "PartitionKeys": keys, "Parameters": header},
        "whole_bucket": {
            "StorageDescriptor": storage("s3://awsglue-whole/"),
            "Parameters": {"classification": "json"},
        },
        "nothing_there": {
            "StorageDescriptor": storage("s3://awsglue-in/nothing/"),
            "Parameters": {"classification": "parquet"},
        },
        "bad_values": {
            "StorageDescriptor": storage("s3://awsglue-in/bad/"),
            "Parameters": {"classification": "json"},
        },
        "logs_of_a_kind": {
            "StorageDescriptor": storage("s3://awsglue-in/bad/", "com.amazonaws.glue.GrokSerDe")
        },
    }
    for name, table in tables.items():
        glue.create_table(DatabaseName="awsglue_db", TableInput={"Name": name, **table})
    for day in ("2026-01-01", "2026-01-02"):
        place = {**csv, "Location": f"s3://awsglue-in/elsewhere/{day[-1]}/"}
        values = {"Values": [day], "StorageDescriptor": place}
        glue.create_partition(DatabaseName="awsglue_db", TableName="by_day", PartitionInput=values)


@pytest.mark.spark
def test_tables_are_read_as_the_catalog_says(client: Client) -> None:
    s3 = client("s3")
    for bucket in ("awsglue-in", "awsglue-whole"):
        s3.create_bucket(Bucket=bucket)
    for key, body in {
        "elsewhere/1/a.csv": 'id,name\n1,"x, y"\n',
        "elsewhere/1/b.csv": "id,name\n2,z\n",
        "elsewhere/2/deep/a.csv": "id,name\n3,\n",
        "bad/a.json": '{"id": "many", "name": "x"}\n',
    }.items():
        s3.put_object(Bucket="awsglue-in", Key=key, Body=body.encode())
    s3.put_object(Bucket="awsglue-whole", Key="a.json", Body=b'{"id": 1, "name": "top"}\n')
    s3.put_object(Bucket="awsglue-whole", Key="in/a.json", Body=b'{"id": 2, "name": "in"}\n')
    create_tables(client("glue"))
    create_job(client("glue"), s3, "catalog-tables", SCRIPT, command="glueetl")

    done = run(client("glue"), "catalog-tables")

    assert done["JobRunState"] == "SUCCEEDED", done.get("ErrorMessage")
    *rows, bad, kind = log_lines(client("logs"), done["Id"], "output")
    first = [[1, "x, y", "2026-01-01"], [2, "z", "2026-01-01"]]
    second = [[3, None, "2026-01-02"]]
    assert [json.loads(line) for line in rows] == [
        [*first, *second],
        second,
        first,
        [[1, "top"], [2, "in"]],
        [],
    ]
    assert bad == "Py4JJavaError MALFORMED"
    assert kind == (
        "NotImplementedError awsglue: table logs_of_a_kind has a format that is not supported by "
        "the local AWS: com.amazonaws.glue.GrokSerDe"
    )
