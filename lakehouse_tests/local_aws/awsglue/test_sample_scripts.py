"""Whole scripts in the style of AWS's samples, run as jobs over what a crawler found."""

import io
import json
from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
import pytest

from lakehouse_tests.local_aws.awsglue.test_seed_user_activity import crawl
from lakehouse_tests.local_aws.jobs.job_cases import create_job, log_lines, run

Client = Callable[[str], Any]
pytestmark = pytest.mark.spark

# Joining and relationalizing data in S3: legislators, what they belong to, and when.
JOIN_AND_RELATIONALIZE = """
import json, sys
from awsglue.transforms import Join
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job

args = getResolvedOptions(sys.argv, ["JOB_NAME", "database", "target"])
glueContext = GlueContext(SparkContext.getOrCreate())
job = Job(glueContext)
job.init(args["JOB_NAME"], args)

def table(name):
    return glueContext.create_dynamic_frame.from_catalog(database=args["database"], table_name=name)

persons, memberships, orgs = map(table, ["persons_json", "memberships_json", "organizations_json"])
orgs = orgs.drop_fields(["other_names", "identifiers"]).rename_field("id", "org_id") \\
    .rename_field("name", "org_name")
l_history = Join.apply(orgs, Join.apply(persons, memberships, "id", "person_id"),
                       "org_id", "organization_id").drop_fields(["person_id", "org_id"])
l_history.select_fields(["contact_details", "seats", "org_name"]).printSchema()
print("Count:", l_history.count())
glueContext.write_dynamic_frame.from_options(
    frame=l_history, connection_type="s3", format="parquet",
    connection_options={"path": args["target"] + "history", "partitionKeys": ["org_name"]})
dfc = l_history.relationalize("hist_root", args["target"] + "tmp/")
print(sorted(dfc.keys()))
root = dfc.select("hist_root").toDF()
details = dfc.select("hist_root_contact_details").toDF().withColumnRenamed("id", "key")
joined = root.join(details, root.contact_details == details.key)
rows = joined.orderBy("family_name", "index").select(
    "family_name", "index", "`contact_details.val.type`", "`contact_details.val.value`")
print(json.dumps([list(row) for row in rows.collect()]))
try:
    glueContext.write_dynamic_frame.from_jdbc_conf(frame=l_history, catalog_connection="redshift3")
except NotImplementedError as error:
    print(error)
job.commit()
"""
PERSONS: list[dict[str, Any]] = [
    {
        "id": "f4fc30ee",
        "family_name": "Ross",
        "contact_details": [
            {"type": "fax", "value": "202-225-1314"},
            {"type": "phone", "value": "202-225-3772"},
        ],
    },
    {"id": "e3c60f34", "family_name": "Capito", "contact_details": [{"type": "fax", "value": ""}]},
    {"id": "d56acebe", "family_name": "Nobody"},
]
MEMBERSHIPS: list[dict[str, Any]] = [
    {"person_id": "f4fc30ee", "organization_id": "house", "start_date": "2001"},
    {"person_id": "e3c60f34", "organization_id": "senate", "start_date": "2015"},
    {"person_id": "unknown", "organization_id": "senate", "start_date": "1999"},
]
ORGANIZATIONS: list[dict[str, Any]] = [
    {
        "id": "house",
        "name": "House of Representatives",
        "seats": 435,
        "other_names": [{"lang": "fr", "name": "Chambre"}],
        "identifiers": [{"scheme": "x", "identifier": "1"}],
    },
    {"id": "senate", "name": "Senate", "seats": 100},
]


def lines(records: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def test_join_and_relationalize(client: Client) -> None:
    s3, glue = client("s3"), client("glue")
    for bucket in ("sample-legislators", "sample-target"):
        s3.create_bucket(Bucket=bucket)
    tables = {"persons": PERSONS, "memberships": MEMBERSHIPS, "organizations": ORGANIZATIONS}
    for name, records in tables.items():
        key = f"all/{name}.json"
        s3.put_object(Bucket="sample-legislators", Key=key, Body=lines(records))
    crawl(glue, "s3://sample-legislators/all/", "legislators")
    create_job(glue, s3, "join-and-relationalize", JOIN_AND_RELATIONALIZE, command="glueetl")

    arguments = {"--database": "legislators", "--target": "s3://sample-target/out/"}
    done = run(glue, "join-and-relationalize", arguments)

    assert done["JobRunState"] == "SUCCEEDED", done.get("ErrorMessage")
    assert log_lines(client("logs"), done["Id"], "output") == [
        "root",
        "|-- contact_details: array",
        "|    |-- element: struct",
        "|    |    |-- type: string",
        "|    |    |-- value: string",
        "|-- seats: int",
        "|-- org_name: string",
        "Count: 2",
        "['hist_root', 'hist_root_contact_details']",
        '[["Capito", 0, "fax", ""], ["Ross", 0, "fax", "202-225-1314"],'
        ' ["Ross", 1, "phone", "202-225-3772"]]',
        "awsglue: write_dynamic_frame.from_jdbc_conf is not supported by the local AWS",
    ]
    assert sorted(folders(s3, "sample-target", "out/")) == [
        "out/history/org_name=House of Representatives",
        "out/history/org_name=Senate",
    ]


def folders(s3: Any, bucket: str, prefix: str) -> set[str]:
    found = s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]
    return {entry["Key"].rpartition("/")[0] for entry in found}


# Cleaning and processing: a choice resolved, values changed by a lambda, fields mapped, and the
# script that Glue Studio generates for a target with a table: SQL, null fields, a sink.
CLEAN_AND_PROCESS = """
import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.gluetypes import *
from awsglue import DynamicFrame
from pyspark.sql.functions import udf

def find_null_fields(schema, path, output):
    if isinstance(schema, StructType):
        for field in schema:
            prefix = path + "." if path != "" else path
            output = find_null_fields(field.dataType, prefix + field.name, output)
    elif isinstance(schema, NullType):
        output.append(path)
    return output

def sparkSqlQuery(glueContext, query, mapping, transformation_ctx) -> DynamicFrame:
    for alias, frame in mapping.items():
        frame.toDF().createOrReplaceTempView(alias)
    result = spark.sql(query)
    return DynamicFrame.fromDF(result, glueContext, transformation_ctx)

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args["JOB_NAME"], args)

medicare = glueContext.create_dynamic_frame.from_catalog(
    database="payments", table_name="medicare",
    push_down_predicate="(year == '2011')", transformation_ctx="medicare")
medicare.printSchema()
resolved = medicare.resolveChoice(specs=[("provider id", "cast:long")])
df = resolved.toDF()
df = df.where("`provider id` is NOT NULL")
chop_f = udf(lambda x: x[1:])
df = df.withColumn("ACC", chop_f(df["average covered charges"]))
nested = DynamicFrame.fromDF(df, glueContext, "nested").apply_mapping([
    ("provider id", "long", "provider_id", "long"),
    ("provider state", "string", "State", "string"),
    ("ACC", "string", "charges", "double"),
    ("year", "string", "year", "string")])
found = find_null_fields(nested.schema(), "", [])
query = sparkSqlQuery(glueContext, query="select *, charges * 2 as twice from t where charges > 1",
                      mapping={"t": DropFields.apply(frame=nested, paths=found)},
                      transformation_ctx="query")
sink = glueContext.getSink(path="s3://sample-medicare/clean/", connection_type="s3",
                           updateBehavior="UPDATE_IN_DATABASE", partitionKeys=["year", "State"],
                           enableUpdateCatalog=True, transformation_ctx="sink")
sink.setCatalogInfo(catalogDatabase="payments", catalogTableName="clean")
sink.setFormat("glueparquet", compression="snappy")
sink.writeFrame(query)
glueContext.get_logger().info("written")
job.commit()
"""
HEADER = "provider id,provider state,average covered charges\n"


def test_clean_and_process(client: Client) -> None:
    s3, glue = client("s3"), client("glue")
    s3.create_bucket(Bucket="sample-medicare")
    for key, rows in {
        "medicare/year=2010/a.csv": "1,AL,$1.00\n2,AL,$2.50\n",
        "medicare/year=2011/a.csv": "10001,AL,$32963.07\n10005,AL,$0.50\n10009,NY,$5787.57\n",
    }.items():
        s3.put_object(Bucket="sample-medicare", Key=key, Body=(HEADER + rows).encode())
    crawl(glue, "s3://sample-medicare/medicare/", "payments")
    late = f"{HEADER}INC,WI,$11961.41\n".encode()
    s3.put_object(Bucket="sample-medicare", Key="medicare/year=2011/late.csv", Body=late)
    create_job(glue, s3, "clean-and-process", CLEAN_AND_PROCESS, command="glueetl")

    done = run(glue, "clean-and-process")

    assert done["JobRunState"] == "SUCCEEDED", done.get("ErrorMessage")
    assert log_lines(client("logs"), done["Id"], "output") == [
        "root",
        "|-- provider id: choice",
        "|    |-- long",
        "|    |-- string",
        "|-- provider state: string",
        "|-- average covered charges: string",
        "|-- year: string",
    ]
    table = glue.get_table(DatabaseName="payments", Name="clean")["Table"]
    assert [(c["Name"], c["Type"]) for c in table["StorageDescriptor"]["Columns"]] == [
        ("provider_id", "bigint"),
        ("charges", "double"),
        ("twice", "double"),
    ]
    assert [key["Name"] for key in table["PartitionKeys"]] == ["year", "state"]
    found = glue.get_partitions(DatabaseName="payments", TableName="clean")["Partitions"]
    rows_by_place = {
        tuple(part["Values"]): parquet_rows(s3, part["StorageDescriptor"]["Location"])
        for part in found
    }
    assert rows_by_place == {
        ("2011", "AL"): [{"provider_id": 10001, "charges": 32963.07, "twice": 65926.14}],
        ("2011", "NY"): [{"provider_id": 10009, "charges": 5787.57, "twice": 11575.14}],
    }


def parquet_rows(s3: Any, location: str) -> list[Any]:
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    rows: list[Any] = []
    for entry in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]:
        body = s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
        rows += pq.read_table(io.BytesIO(body)).to_pylist()
    return rows
