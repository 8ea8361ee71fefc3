import json
from collections.abc import Callable
from typing import Any

import pytest

from lakehouse.local_aws.awsglue import transforms
from lakehouse.local_aws.awsglue.job import Job
from lakehouse.local_aws.awsglue.utils import GlueArgumentError, getResolvedOptions
from lakehouse_tests.local_aws.jobs.job_cases import create_job, log_lines, run

Client = Callable[[str], Any]
GLUES_OWN = {
    "job_bookmark_option": "job-bookmark-disable",
    "job_bookmark_from": None,
    "job_bookmark_to": None,
    "JOB_NAME": None,
    "JOB_ID": None,
    "JOB_RUN_ID": None,
    "SECURITY_CONFIGURATION": None,
    "encryption_type": None,
    "enable_data_lineage": None,
    "RedshiftTempDir": None,
    "TempDir": None,
}


@pytest.mark.parametrize(
    ("argv", "options", "expected"),
    [
        (["--day", "x"], ["day"], {"day": "x"}),
        (["--my-arg", "x"], ["my-arg"], {"my_arg": "x"}),
        (["--day=x=y"], ["day"], {"day": "x=y"}),
        (["--day", "x", "--other", "y"], ["day"], {"day": "x"}),
        (["--pla", "x"], ["plan"], {"plan": "x"}),
        (["--JOB_NAME", "j"], ["JOB_NAME"], {"JOB_NAME": "j"}),
        ([], ["JOB_NAME"], {}),
        (["--TempDir", "s3://t/"], ["TempDir"], {"TempDir": "s3://t/"}),
        (["--day", ""], ["day"], {"day": ""}),
    ],
)
def test_options_come_out_of_argv(
    argv: list[str], options: list[str], expected: dict[str, str]
) -> None:
    assert getResolvedOptions(["script.py", *argv], options) == {**GLUES_OWN, **expected}


@pytest.mark.parametrize(
    ("argv", "options", "message"),
    [
        ([], ["day"], "argument error: the following arguments are required: --day"),
        (["--day"], ["day"], "argument error: argument --day: expected one argument"),
        ([], ["TempDir"], "argument error: the following arguments are required: --TempDir"),
    ],
)
def test_a_missing_option_is_an_error(argv: list[str], options: list[str], message: str) -> None:
    with pytest.raises(GlueArgumentError) as error:
        getResolvedOptions(["script.py", *argv], options)
    assert str(error.value) == message


def test_what_is_not_there_refuses_by_name() -> None:
    with pytest.raises(NotImplementedError, match=r"awsglue: ResolveChoice\.apply is not"):
        resolve: Any = transforms.ResolveChoice
        resolve.apply(frame=None)
    with pytest.raises(NotImplementedError, match=r"awsglue: Job\.reset is not supported"):
        Job(None).reset()
    assert not hasattr(Job(None), "__wrapped__")
    assert set(transforms.__all__) >= {"Filter", "Relationalize", "Map", "ResolveChoice"}


NESTED = """
import json, sys
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.transforms import *
from pyspark.context import SparkContext
glue = GlueContext(SparkContext())
rows = ['{"id": 1, "at": {"x": 1, "tags": ["a", "b"]}, "items": [{"sku": "s", "subs": [7]}]}',
        '{"id": 2, "at": {"x": 2, "tags": []}, "items": null}']
df = glue.spark_session.read.json(glue.spark_session.sparkContext.parallelize(rows, 1))
frame = DynamicFrame.fromDF(df, glue, "nested")
frames = frame.relationalize("root", "s3://nowhere/")
result = {name: [row.asDict() for row in frames.select(name).toDF().collect()]
          for name in sorted(frames.keys())}
print(json.dumps(result))
mapped = ApplyMapping.apply(frame, mappings=[("at.x", "long", "x", "string"),
                                             ("id", "long", "number", "int")])
print(json.dumps(json.loads(mapped.toDF().schema.json())["fields"], default=str))
print(RenameField.apply(frame.drop_fields(["at", "items"]), "id", "key").toDF().columns)
glue.write_dynamic_frame.from_options(
    Filter.apply(mapped, f=lambda row: row["x"] == "2"), "s3",
    {"path": "s3://awsglue-out/csv", "partitionKeys": ["number"]}, "csv")
back = glue.create_dynamic_frame.from_options(
    "s3", {"paths": ["s3://awsglue-out/csv/number=2/"]}, format="csv",
    format_options={"withHeader": True})
print([row.asDict() for row in back.toDF().collect()])
for attempt in (lambda: frame.resolveChoice(specs=[]), lambda: glue.getSink("s3"),
                lambda: glue.create_dynamic_frame.from_options("jdbc", {})):
    try:
        attempt()
    except NotImplementedError as error:
        print(error)
"""


@pytest.mark.spark
def test_dynamic_frames_do_what_glues_do(client: Client) -> None:
    client("s3").create_bucket(Bucket="awsglue-out")
    create_job(client("glue"), client("s3"), "nested", NESTED, command="glueetl")
    done = run(client("glue"), "nested")
    assert done["JobRunState"] == "SUCCEEDED", done.get("ErrorMessage")
    frames, schema, columns, back, *refusals = log_lines(client("logs"), done["Id"], "output")
    assert json.loads(frames) == {
        "root": [
            {"id": 1, "at.x": 1, "at.tags": 1, "items": 1},
            {"id": 2, "at.x": 2, "at.tags": 2, "items": None},
        ],
        "root_at.tags": [
            {"id": 1, "index": 0, "at.tags.val": "a"},
            {"id": 1, "index": 1, "at.tags.val": "b"},
        ],
        "root_items": [{"id": 1, "index": 0, "items.val.sku": "s", "items.val.subs": 1}],
        "root_items.val.subs": [{"id": 1, "index": 0, "items.val.subs.val": 7}],
    }
    assert [(field["name"], field["type"]) for field in json.loads(schema)] == [
        ("x", "string"),
        ("number", "integer"),
    ]
    assert (columns, back) == ("['key']", "[{'x': '2'}]")
    assert refusals == [
        "awsglue: DynamicFrame.resolveChoice is not supported by the local AWS",
        "awsglue: GlueContext.getSink is not supported by the local AWS",
        "awsglue: connection type 'jdbc' is not supported by the local AWS: only s3",
    ]
