"""Workers follow the bytes of a run."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from lakehouse.aws.job_capacity import BYTES_PER_WORKER, text_bytes, workers_for
from lakehouse.aws.jobs import Jobs
from lakehouse.aws.s3 import S3Object

Client = Callable[..., Any]
GIB = 1024**3


def file(key: str, size: int) -> S3Object:
    return S3Object("raw", key, size, "etag", datetime(2026, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("size", "workers"),
    [
        (0, 2),
        (BYTES_PER_WORKER, 2),
        (BYTES_PER_WORKER + 1, 3),
        (100 * GIB, 8),
        (99 * BYTES_PER_WORKER, 100),
        (10 * 1024 * GIB, 100),
    ],
)
def test_a_driver_and_a_worker_for_each_16_gib_between_two_and_a_hundred(
    size: int, workers: int
) -> None:
    assert workers_for(size) == workers


def test_a_compressed_file_counts_as_the_text_it_holds() -> None:
    assert text_bytes([file("a.csv", 100), file("b.csv.gz", 100)]) == 900


def test_a_run_has_the_workers_asked_for_not_those_of_its_job(client: Client) -> None:
    client("s3").create_bucket(Bucket="capacity")
    client("s3").put_object(Bucket="capacity", Key="nothing.py", Body=b"print('done')\n")
    client("glue").create_job(
        Name="capacity",
        Role="any",
        GlueVersion="5.1",
        WorkerType="G.1X",
        NumberOfWorkers=2,
        Command={"Name": "glueetl", "ScriptLocation": "s3://capacity/nothing.py"},
    )
    ended = Jobs(client("glue")).run("capacity", {}, workers=7)
    run = client("glue").get_job_run(JobName="capacity", RunId=ended.run_id)["JobRun"]
    assert (run["WorkerType"], run["NumberOfWorkers"], run["MaxCapacity"]) == ("G.1X", 7, 7.0)
