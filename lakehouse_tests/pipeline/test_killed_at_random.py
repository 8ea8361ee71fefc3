"""What is killed at any moment is whole after the next run; a cancelled run stops its work."""

import os
import random
import signal
import subprocess
import time
from contextlib import suppress

import boto3
import pytest

from lakehouse_tests.faulty_aws import Fault, FaultyAws, faulty_aws
from lakehouse_tests.pipeline.killable_lake import LONG, Lake, Machine, Rows, ended

pytestmark = [pytest.mark.spark, pytest.mark.soak]

KILLS = 6  # of a test
LATEST = 12.0  # seconds after a run's start


def wait_for_job(machine: Machine, run: "subprocess.Popen[str]") -> list[int]:
    """The processes of the run's job, once there is one; none if the run ends before."""
    deadline = time.monotonic() + LONG
    while not (found := machine.processes_of_jobs()) and run.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def kill_something(lake: Lake, machine: Machine, chance: random.Random) -> str:
    """Start a run; kill it, its job's script or JVM, or the local AWS, at a random moment."""
    victim = chance.choice(["run", "script", "JVM", "local AWS"])
    run = lake.start()
    if victim in ("script", "JVM"):
        wait_for_job(machine, run)
        time.sleep(chance.uniform(0.5, LATEST / 2))
        for pid in machine.processes_of_jobs()[victim == "JVM" :][:1]:
            kill(pid)
    else:
        time.sleep(chance.uniform(0, LATEST))
        run.kill() if victim == "run" else machine.kill()
    if victim == "local AWS":
        machine.restart()
    run.communicate(timeout=LONG)
    return f"{victim}: {run.returncode}"


@pytest.mark.parametrize("seed", [1, 2])
def test_what_was_killed_at_random_moments_is_whole_after_a_rerun(
    machine: Machine, undisturbed: Rows, seed: int
) -> None:
    lake, chance = Lake(machine.folder, f"random{seed}"), random.Random(seed)
    killed = [kill_something(lake, machine, chance) for _ in range(KILLS)]
    print(killed)  # noqa: T201  shown if the test fails
    lake.run()
    lake.assert_whole(undisturbed)
    lake.assert_vacuum_leaves_what_is_pointed_at()
    lake.assert_whole(undisturbed)


@pytest.mark.parametrize("place", [0, 1], ids=["script", "JVM"])
def test_a_killed_job_fails_its_run_with_its_words(
    machine: Machine, undisturbed: Rows, place: int
) -> None:
    lake = Lake(machine.folder, f"job{place}")
    run = lake.start()
    while len(wait_for_job(machine, run)) < 2:
        time.sleep(0.05)
    kill(machine.processes_of_jobs()[place])
    code, words = ended(run)
    (told,) = boto3.client("glue").get_job_runs(JobName=lake.account.clean_job)["JobRuns"]
    assert told["JobRunState"] == "FAILED"
    assert (code, f"run {told['Id']} of Glue job" in words) == (1, True), words
    assert told["ErrorMessage"].splitlines()[0] in words
    lake.run()
    lake.assert_whole(undisturbed)


def cancelled(lake: Lake, proxy: FaultyAws, operation: str) -> int:
    """A run that is interrupted, as Dagster interrupts a terminated one, at its first such call."""
    runs: list[subprocess.Popen[str]] = []

    def watch(called: str, number: int) -> None:
        if (called, number) == (operation, 1):
            runs[0].send_signal(signal.SIGINT)

    proxy.watch = watch
    runs.append(lake.start(endpoint_url=proxy.endpoint_url))
    runs[0].communicate(timeout=LONG)
    return runs[0].returncode


def test_a_cancelled_run_stops_its_glue_job(machine: Machine) -> None:
    lake = Lake(machine.folder, "cancelledjob")
    with faulty_aws(machine.endpoint_url) as proxy:
        assert cancelled(lake, proxy, "GetJobRun") == -signal.SIGINT
    (told,) = boto3.client("glue").get_job_runs(JobName=lake.account.clean_job)["JobRuns"]
    assert told["JobRunState"] in ("STOPPING", "STOPPED")
    assert lake.catalog.table(lake.account.database, "web_logs") is None


def test_a_cancelled_run_stops_its_athena_query(machine: Machine) -> None:
    lake = Lake(machine.folder, "cancelledquery")
    with faulty_aws(machine.endpoint_url) as proxy:
        proxy.faults.append(Fault("GetQueryExecution", "error", status=503))
        assert cancelled(lake, proxy, "GetQueryExecution") == -signal.SIGINT
        assert (proxy.calls["StartQueryExecution"], proxy.calls["StopQueryExecution"]) == (1, 1)
