"""Runs and the local AWS killed with SIGKILL at step boundaries and in the middle of their work.

A re-run is all the repair there is: its tables equal those of a run that nothing disturbed.
"""

import random
import time

import boto3
import pytest

from lakehouse.aws.publish import run_of
from lakehouse_tests.faulty_aws import faulty_aws
from lakehouse_tests.pipeline.killable_lake import DAYS, LONG, SOURCE, Lake, Machine, Rows, ended

pytestmark = [pytest.mark.spark, pytest.mark.soak]

SEED = 20260101


def killed_in_the_middle_of_the_job(lake: Lake, machine: Machine, pause: float) -> None:
    """The local AWS is killed while its Glue job runs, and started again at once."""
    glue = boto3.client("glue")
    before = len(glue.get_job_runs(JobName=lake.account.clean_job)["JobRuns"])
    run = lake.start()
    deadline = time.monotonic() + LONG
    while len(glue.get_job_runs(JobName=lake.account.clean_job)["JobRuns"]) == before:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(pause)
    machine.kill()
    machine.restart()
    code, words = ended(run)
    assert (code, "of Glue job undone-clean-logs: " in words) == (1, True), words


def killed_in_the_middle_of_publishing(
    lake: Lake, machine: Machine, number: int, *more: str
) -> None:
    """The local AWS is killed as the nth creation of partitions arrives; back after the run."""

    def watch(operation: str, arrived: int) -> None:
        if (operation, arrived) == ("BatchCreatePartition", number):
            machine.kill()

    with faulty_aws(machine.endpoint_url) as proxy:
        proxy.watch = watch
        code, words = ended(lake.start(*more, endpoint_url=proxy.endpoint_url))
    assert (code, "publish partitions of undone." in words) == (1, True), words
    machine.restart()


def test_what_was_killed_anywhere_is_whole_after_a_rerun(
    machine: Machine, undisturbed: Rows
) -> None:
    lake, chance = Lake(machine.folder, "undone"), random.Random(SEED)
    for step in ("web_logs__raw_logs", "web_logs__raw_table", "web_logs__clean_table"):
        lake.killed(step)
    lake.killed("web_logs__clean_table", "--after", str(chance.uniform(0.5, 4)))
    killed_in_the_middle_of_the_job(lake, machine, chance.uniform(0, 4))
    assert lake.catalog.table("undone", SOURCE.clean_table) is None

    killed_in_the_middle_of_publishing(lake, machine, 2)
    assert sorted(lake.catalog.pointers("undone", SOURCE.rejected_table)) == DAYS
    assert lake.catalog.pointers("undone", SOURCE.clean_table) == {}

    lake.killed("web_logs__clean_table__reconciliation")
    rest = ("--assets", "daily_metrics")
    lake.killed("web_logs__daily_metrics", *rest)
    lake.killed("web_logs__daily_metrics", "--after", str(chance.uniform(0, 0.2)), *rest)
    killed_in_the_middle_of_publishing(lake, machine, 1, *rest)
    lake.killed("web_logs__daily_metrics__totals", *rest)
    lake.run(*rest)
    lake.assert_whole(undisturbed)
    lake.assert_vacuum_leaves_what_is_pointed_at()
    lake.assert_whole(undisturbed)


def test_two_runs_at_once_leave_one_result_whole(machine: Machine, undisturbed: Rows) -> None:
    lake = Lake(machine.folder, "twice")
    runs = [lake.start(), lake.start(home=lake.dagster_home("second"))]
    assert [ended(run) for run in runs] == [(0, ""), (0, "")]
    lake.assert_whole(undisturbed)
    for days in lake.pointed().values():
        assert len({run_of(place) for place in days.values()}) == 1
    lake.assert_vacuum_leaves_what_is_pointed_at()
    lake.assert_whole(undisturbed)
