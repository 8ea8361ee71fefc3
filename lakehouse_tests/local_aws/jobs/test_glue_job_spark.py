import io
import json
import re
import time
from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
import pytest

from lakehouse_tests.local_aws.jobs.job_cases import (
    create_job,
    log_lines,
    run,
    wait_for,
)

Client = Callable[[str], Any]
pytestmark = pytest.mark.spark

WRITE_PARQUET = """
import sys
from awsglue.utils import getResolvedOptions
from pyspark.sql import SparkSession
args = getResolvedOptions(sys.argv, ["target"])
spark = SparkSession.builder.getOrCreate()
print(spark.version, spark.conf.get("spark.sql.shuffle.partitions"))
rows = spark.range(10).selectExpr("id", "CAST(id % 2 AS STRING) AS odd")
rows.coalesce(1).write.partitionBy("odd").parquet(args["target"])
"""
MISSING_COLUMN = """
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
spark.range(3).select("nothing").show()
"""
MISSING_BUCKET = """
from pyspark.sql import SparkSession
SparkSession.builder.getOrCreate().range(3).write.parquet("s3://no-such-bucket-here/x")
"""
REWRITE = """
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
spark.read.csv("s3a://spark-rewrite/in").write.mode("overwrite").json("s3a://spark-rewrite/out")
"""
HALF_WRITTEN = """
import time
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
def slow(x):
    print("writing")
    time.sleep(600)
rows = spark.sparkContext.parallelize([1], 1).map(slow)
rows.toDF("a int, b int").write.json("s3://spark-half/out")
"""


def keys(s3: Any, bucket: str, prefix: str = "") -> list[str]:
    return [e["Key"] for e in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", [])]


def test_what_a_job_writes_is_in_s3_when_it_has_succeeded(client: Client) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="spark.out")
    create_job(client("glue"), s3, "parquet", WRITE_PARQUET, command="glueetl")
    done = run(client("glue"), "parquet", {"--target": "s3://spark.out/t=1/x", "--conf": SHUFFLE})
    assert done["JobRunState"] == "SUCCEEDED", done.get("ErrorMessage")
    assert done["DPUSeconds"] >= 10 * (done["ExecutionTime"] - 1) > 0
    assert log_lines(client("logs"), done["Id"], "output") == ["3.5.6 3"]
    written = keys(s3, "spark.out")
    assert [key.rpartition("/")[0] for key in written] == ["t=1/x/odd=0", "t=1/x/odd=1"]
    body = s3.get_object(Bucket="spark.out", Key=written[1])["Body"].read()
    assert pq.read_table(io.BytesIO(body)).to_pydict() == {"id": [1, 3, 5, 7, 9]}


SHUFFLE = "spark.sql.shuffle.partitions=3 --conf spark.sql.ansi.enabled=false"


@pytest.mark.parametrize(
    ("name", "script", "message"),
    [
        (
            "missing-column",
            MISSING_COLUMN,
            "Error Category: QUERY_ERROR; Failed Line Number: 4; AnalysisException: "
            "[UNRESOLVED_COLUMN.WITH_SUGGESTION]",
        ),
        (
            "missing-bucket",
            MISSING_BUCKET,
            "Error Category: UNCLASSIFIED_ERROR; Failed Line Number: 3; An error occurred while "
            "calling o.parquet. Could not initialize target File System for URI : "
            "s3://no-such-bucket-here/",
        ),
    ],
)
def test_a_failing_spark_script_says_why(
    client: Client, name: str, script: str, message: str
) -> None:
    create_job(client("glue"), client("s3"), name, script, command="glueetl")
    done = run(client("glue"), name)
    assert done["JobRunState"] == "FAILED"
    said = re.sub(r" o\d+\.", " o.", done["ErrorMessage"])
    assert said[: len(message)] == message


def test_an_overwrite_replaces_the_objects(client: Client) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="spark-rewrite")
    for key in ("in/a b.csv", "out/old.json", "out2/kept.json"):
        s3.put_object(Bucket="spark-rewrite", Key=key, Body=b"1\n")
    create_job(client("glue"), s3, "rewrite", REWRITE, command="glueetl")
    done = run(client("glue"), "rewrite")
    assert done["JobRunState"] == "SUCCEEDED", done.get("ErrorMessage")
    first, new, kept = keys(s3, "spark-rewrite")
    assert (first, kept) == ("in/a b.csv", "out2/kept.json")
    assert new.startswith("out/part-00000-")
    assert json.loads(s3.get_object(Bucket="spark-rewrite", Key=new)["Body"].read()) == {"_c0": "1"}


def test_a_stopped_job_leaves_nothing_half_written(client: Client) -> None:
    glue, s3 = client("glue"), client("s3")
    s3.create_bucket(Bucket="spark-half")
    create_job(glue, s3, "half", HALF_WRITTEN, command="glueetl")
    run_id = glue.start_job_run(JobName="half")["JobRunId"]
    wait_for(glue, "half", run_id, {"RUNNING"})
    _wait_for_line(client("logs"), run_id, "writing")
    glue.batch_stop_job_run(JobName="half", JobRunIds=[run_id])
    assert wait_for(glue, "half", run_id, {"STOPPED"})["JobRunState"] == "STOPPED"
    assert keys(s3, "spark-half") == []
    s3.delete_bucket(Bucket="spark-half")


def _wait_for_line(logs: Any, run_id: str, line: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if line in log_lines(logs, run_id, "error"):
            return
        time.sleep(0.1)
    raise AssertionError(f"{line!r} was never printed")
