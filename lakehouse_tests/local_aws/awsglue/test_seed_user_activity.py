"""The Glue script of the user-activity document, unchanged, from raw JSON to cleaned JSON."""

import json
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from lakehouse_tests.local_aws.jobs.job_cases import create_job, run

Client = Callable[[str], Any]
SCRIPT = """
import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job

args = getResolvedOptions(sys.argv, ['JOB_NAME'])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args['JOB_NAME'], args)

datasource = glueContext.create_dynamic_frame.from_catalog(
    database="user_activity_db",
    table_name="logs"
)

flattened = datasource.relationalize("root", "s3://temp-bucket/tmp/")
main = flattened.select("root")

cleaned = Filter.apply(frame=main, f=lambda x: x["action"] != "logout")

glueContext.write_dynamic_frame.from_options(
    frame=cleaned,
    connection_type="s3",
    connection_options={"path": "s3://user-activity-cleaned-data/"},
    format="json"
)

job.commit()
"""
ACTIONS = ("login", "logout", "purchase", "view")
PLACES = ("US", "EU", "ASIA")


def activity(number: int) -> dict[str, Any]:
    return {
        "event_id": f"event-{number}",
        "user_id": number % 100 + 1,
        "action": ACTIONS[number % 4],
        "timestamp": "2026-01-01T00:00:00.000001",
        "metadata": {"device": "mobile", "location": PLACES[number % 3]},
    }


def crawl(glue: Any, path: str, database: str) -> None:
    """Make a database of what a crawler finds below a path."""
    name = f"raw-{database}-crawler"
    glue.create_database(DatabaseInput={"Name": database})
    glue.create_crawler(
        Name=name,
        Role="AWSGlueServiceRoleDefault",
        DatabaseName=database,
        Targets={"S3Targets": [{"Path": path}]},
    )
    glue.start_crawler(Name=name)
    deadline = time.monotonic() + 120
    while glue.get_crawler(Name=name)["Crawler"]["State"] != "READY":
        assert time.monotonic() < deadline, f"the crawl of {path} does not end"
        time.sleep(0.05)


@pytest.mark.spark
def test_the_documents_script_runs_unchanged(client: Client) -> None:
    s3, glue = client("s3"), client("glue")
    for bucket in ("user-activity-raw-data", "user-activity-cleaned-data"):
        s3.create_bucket(Bucket=bucket)
    raw = [activity(number) for number in range(1000)]
    body = "".join(json.dumps(line) + "\n" for line in raw)
    s3.put_object(Bucket="user-activity-raw-data", Key="logs/user_activity.json", Body=body)
    crawl(glue, "s3://user-activity-raw-data/logs/", "user_activity_db")
    create_job(glue, s3, "user-activity", SCRIPT, command="glueetl")

    done = run(glue, "user-activity")

    assert done["JobRunState"] == "SUCCEEDED", done.get("ErrorMessage")
    objects = s3.list_objects_v2(Bucket="user-activity-cleaned-data")["Contents"]
    texts = [
        s3.get_object(Bucket="user-activity-cleaned-data", Key=found["Key"])["Body"].read()
        for found in objects
    ]
    rows = [json.loads(line) for text in texts for line in text.splitlines()]
    kept = [line for line in raw if line["action"] != "logout"]
    expected = Counter((line["metadata"]["location"], line["action"]) for line in kept)
    assert Counter((row["metadata.location"], row["action"]) for row in rows) == expected
    assert sorted(row["event_id"] for row in rows) == sorted(line["event_id"] for line in kept)
    assert set(rows[0]) == {
        "event_id",
        "user_id",
        "action",
        "timestamp",
        "metadata.device",
        "metadata.location",
    }
