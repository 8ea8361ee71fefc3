"""A run that is terminated in Dagster's UI, through its real launcher, stops its Glue job."""

from collections.abc import Iterator
from typing import Any

import pytest

from lakehouse_tests.browser.dagster_facts import materialized, runs
from lakehouse_tests.browser.dev_server import DevServer, dev_server, wait_until

pytestmark = pytest.mark.spark

DAY = "2026-01-02"
SECONDS = 240.0  # on a machine that has other work too
LAUNCH = """mutation($params: ExecutionParams!) { launchRun(executionParams: $params) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
TERMINATE = "mutation($run: String!) { terminateRun(runId: $run) { __typename } }"


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevServer]:
    with dev_server(tmp_path_factory.mktemp("terminated") / "data") as server:
        yield server


def launch(dev: DevServer) -> str:
    """Materialize a day of web_logs as the UI does; the run's id."""
    assets = ("raw_logs", "raw_table", "clean_table", "daily_metrics")
    selector = {
        "repositoryName": "__repository__",
        "repositoryLocationName": "lakehouse",
        "pipelineName": "__ASSET_JOB",
        "assetSelection": [{"path": ["web_logs", asset]} for asset in assets],
        "assetCheckSelection": [],
    }
    tags = [{"key": "dagster/partition", "value": DAY}]
    params = {"selector": selector, "executionMetadata": {"tags": tags}}
    launched = dev.ask(LAUNCH, params=params)["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    return str(launched["run"]["runId"])


def job_runs(dev: DevServer) -> list[Any]:
    return [
        run
        for name in dev.client("glue").list_jobs()["JobNames"]
        for run in dev.client("glue").get_job_runs(JobName=name)["JobRuns"]
    ]


def test_a_terminated_run_stops_its_glue_job(dev: DevServer) -> None:
    run = launch(dev)
    wait_until(
        lambda: [job for job in job_runs(dev) if job["JobRunState"] == "RUNNING"],
        SECONDS,
        "the Glue job runs",
    )
    assert dev.ask(TERMINATE, run=run)["terminateRun"]["__typename"] == "TerminateRunSuccess"
    wait_until(
        lambda: runs(dev, runIds=[run])[0][0] not in ("STARTED", "CANCELING"),
        SECONDS,
        "the run ends",
    )
    wait_until(lambda: job_runs(dev)[0]["JobRunState"] != "STOPPING", SECONDS, "the job stops")
    assert runs(dev, runIds=[run])[0][0] == "CANCELED"
    assert [job["JobRunState"] for job in job_runs(dev)] == ["STOPPED"]
    assert [materialized(dev, "web_logs", name) for name in ("raw_table", "clean_table")] == [1, 0]
