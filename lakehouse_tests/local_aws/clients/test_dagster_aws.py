"""dagster-aws against the local AWS: its S3 and Athena resources, IO manager and Glue Pipes client.

S3Resource takes an endpoint, the others find theirs in AWS_ENDPOINT_URL.
"""

import time
from types import SimpleNamespace
from typing import Any

import boto3
import dagster as dg
import pytest
from dagster_aws.athena import AthenaClientResource
from dagster_aws.athena.resources import AthenaError
from dagster_aws.pipes import PipesGlueClient, PipesS3ContextInjector
from dagster_aws.pipes.clients import glue
from dagster_aws.s3 import S3PickleIOManager, S3Resource

from lakehouse.local_aws.server import LocalAws

pytestmark = [  # dagster's own, of its IO manager and of Pipes
    pytest.mark.filterwarnings("ignore:InitResourceContext.dagster_run:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:AssetExecutionContext.run_id:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Function `PipesMessageReader.expected_writer_count`"),
]
PIPED = b"""
import boto3
from dagster_pipes import PipesCliArgsParamsLoader, PipesS3ContextLoader, open_dagster_pipes

with open_dagster_pipes(
    context_loader=PipesS3ContextLoader(client=boto3.client("s3")),
    params_loader=PipesCliArgsParamsLoader(),
) as pipes:
    rows = pipes.get_extra("rows")
    pipes.log.info("counting")
    pipes.report_asset_materialization(metadata={"rows": rows + 1, "day": pipes.partition_key})
"""


@pytest.fixture
def s3_resource(local_aws: LocalAws) -> S3Resource:
    return S3Resource(endpoint_url=local_aws.endpoint_url, region_name="us-east-1")


@pytest.mark.slow
def test_an_asset_is_kept_by_the_io_manager(s3_resource: S3Resource, bucket: str) -> None:
    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["a/b", "c"]))
    def numbers() -> list[int]:
        return [1, 2, 3]

    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["a/b", "c"]))
    def total(numbers: list[int]) -> int:
        return sum(numbers)

    manager = S3PickleIOManager(s3_resource=s3_resource, s3_bucket=bucket, s3_prefix="kept")
    done = dg.materialize([numbers, total], partition_key="a/b", resources={"io_manager": manager})
    assert done.output_for_node("total") == 6
    listed = s3_resource.get_client().list_objects_v2(Bucket=bucket)["Contents"]
    assert sorted(item["Key"] for item in listed) == ["kept/numbers/a/b", "kept/total/a/b"]


def test_athena_answers_the_resource(local_aws: LocalAws, bucket: str) -> None:
    boto3.client("athena").create_work_group(
        Name=bucket,
        Configuration={"ResultConfiguration": {"OutputLocation": f"s3://{bucket}/results/"}},
    )
    athena: Any = AthenaClientResource(
        workgroup=bucket, polling_interval=1, max_polls=30
    ).get_client()
    rows = athena.execute_query(
        "SELECT * FROM (VALUES (1, 'a \"b\"'), (2, NULL)) AS t(x, y) ORDER BY x",
        fetch_results=True,
    )
    assert rows == [("1", 'a "b"'), ("2", "")]
    with pytest.raises(AthenaError, match="DIVISION_BY_ZERO: Division by zero"):
        athena.execute_query("SELECT 1/0")


@pytest.mark.slow
def test_a_glue_job_talks_through_pipes(
    local_aws: LocalAws, bucket: str, s3: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = SimpleNamespace(sleep=lambda _seconds: time.sleep(0.1))
    monkeypatch.setattr(glue, "time", quick)  # it looks every five seconds
    s3.put_object(Bucket=bucket, Key="piped.py", Body=PIPED)
    boto3.client("glue").create_job(
        Name=bucket,
        Role="any",
        Command={
            "Name": "pythonshell",
            "PythonVersion": "3.9",
            "ScriptLocation": f"s3://{bucket}/piped.py",
        },
    )

    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["2026-01-01"]))
    def counted(context: dg.AssetExecutionContext, pipes: PipesGlueClient) -> Any:
        return pipes.run(
            context=context, start_job_run_params={"JobName": bucket}, extras={"rows": 41}
        ).get_materialize_result()

    client = PipesGlueClient(PipesS3ContextInjector(client=s3, bucket=bucket))
    done = dg.materialize([counted], partition_key="2026-01-01", resources={"pipes": client})
    (event,) = done.asset_materializations_for_node("counted")
    assert event.metadata["rows"].value == 42
    assert event.metadata["day"].value == "2026-01-01"
    assert event.metadata["AWS Glue Job Name"].value == bucket
