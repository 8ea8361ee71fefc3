"""What is left of a run when its server dies: nothing, and the run says so."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.jobs.definition import job_document, run_document
from lakehouse.local_aws.jobs.glue_job import JobService
from lakehouse.local_aws.jobs.output import SparkFolders
from lakehouse.local_aws.jobs.process import Identity, kill_leftover, start_time
from lakehouse.local_aws.jobs.records import JobRecords
from lakehouse.local_aws.jobs.run import INTERRUPTED
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.state import State

SCOPE = "123456789012/us-east-1"
COMMAND = {"Name": "glueetl", "ScriptLocation": "s3://scripts/x.py"}
SERVER = """
import sys, time
from collections.abc import Callable
from pathlib import Path
from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.jobs.glue_job import JobService
from lakehouse.local_aws.jobs.output import SparkFolders
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.state import State
root = Path(sys.argv[1])
objects = ObjectStore(root)
objects.create_bucket("scripts")
script = "import os, time; open(os.environ['MARK'], 'w').write(str(os.getpid())); time.sleep(60)"
objects.put("scripts", "x.py", script.encode())
catalog = Catalog(State(root / "state.db"), "123456789012/us-east-1")
jobs = JobService(catalog, objects, SparkFolders(objects, root / "jobs"),
                  lambda: "http://127.0.0.1:1", root, lambda *_: None)
command = {"Name": "pythonshell", "ScriptLocation": "s3://scripts/x.py"}
operations = jobs.operations()
operations["CreateJob"]({"Name": "long", "Role": "r", "Command": command})
print(operations["StartJobRun"]({"JobName": "long"})["JobRunId"], flush=True)
time.sleep(60)
"""


def service(root: Path, state: State, objects: ObjectStore, minute: float = 60.0) -> JobService:
    folders = SparkFolders(objects, root / "jobs")
    return JobService(
        Catalog(state, SCOPE),
        objects,
        folders,
        lambda: "http://127.0.0.1:1",
        root,
        lambda *_: None,
        minute,
    )


def call(jobs: JobService, operation: str, request: dict[str, Any]) -> dict[str, Any]:
    return jobs.operations()[operation](request)


def wait_until(done: Callable[[], object], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def test_an_interrupted_run_is_failed_and_its_output_taken_in(tmp_path: Path) -> None:
    state, objects = State(tmp_path / "state.db"), ObjectStore(tmp_path)
    objects.create_bucket("out")
    now = time.time()
    job = job_document("j", {"Role": "r", "Command": COMMAND, "GlueVersion": "5.1"}, now, now)
    records = JobRecords(state, SCOPE)
    records.begin(run_document(job, {}, "jr_1", now), most=1)
    child = subprocess.Popen(["/bin/sleep", "60"], start_new_session=True)
    run = records.run("j", "jr_1") or {}
    records.started(run, Identity(child.pid, start_time(child.pid) or ""), now)
    (objects.bucket_dir("out") / "part-0").write_text("committed")

    jobs = service(tmp_path, state, objects)

    assert child.wait(timeout=10) == -9
    ended = call(jobs, "GetJobRun", {"JobName": "j", "RunId": "jr_1"})["JobRun"]
    assert (ended["JobRunState"], ended["ErrorMessage"]) == ("FAILED", INTERRUPTED)
    assert [stored.key for stored in objects.list("out")] == ["part-0"]
    assert records.active() == []
    jobs.close()
    state.close()
    objects.close()


def test_a_process_that_is_not_ours_is_left_alone() -> None:
    child = subprocess.Popen(["/bin/sleep", "60"], start_new_session=True)
    try:
        assert not kill_leftover(child.pid, "another time")
        assert not kill_leftover(child.pid, "")
        assert child.poll() is None
    finally:
        child.kill()
        child.wait()


@pytest.mark.slow
def test_a_child_dies_with_its_server(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(tmp_path)],
        stdout=subprocess.PIPE,
        env={"MARK": str(mark), "PATH": "/usr/bin:/bin"},
        cwd=Path(__file__).parents[3],
    )
    assert server.stdout is not None
    run_id = server.stdout.readline().decode().strip()
    wait_until(lambda: mark.exists() and mark.read_text())
    child = int(mark.read_text())
    server.kill()
    server.wait()
    server.stdout.close()
    wait_until(lambda: _is_gone(child))

    state, objects = State(tmp_path / "state.db"), ObjectStore(tmp_path)
    jobs = service(tmp_path, state, objects)
    ended = call(jobs, "GetJobRun", {"JobName": "long", "RunId": run_id})["JobRun"]
    assert (ended["JobRunState"], ended["ErrorMessage"]) == ("FAILED", INTERRUPTED)
    jobs.close()
    state.close()
    objects.close()


def test_closing_ends_the_runs(tmp_path: Path) -> None:
    state, objects = State(tmp_path / "state.db"), ObjectStore(tmp_path)
    objects.create_bucket("scripts")
    objects.put("scripts", "x.py", b"import time; time.sleep(60)")
    jobs = service(tmp_path, state, objects)
    command = {**COMMAND, "Name": "pythonshell"}
    call(jobs, "CreateJob", {"Name": "long", "Role": "r", "Command": command, "MaxRetries": 3})
    run_id = call(jobs, "StartJobRun", {"JobName": "long"})["JobRunId"]
    jobs.close()
    ended = call(jobs, "GetJobRun", {"JobName": "long", "RunId": run_id})["JobRun"]
    assert (ended["JobRunState"], ended["ErrorMessage"]) == ("FAILED", INTERRUPTED)
    assert len(call(jobs, "GetJobRuns", {"JobName": "long"})["JobRuns"]) == 1
    state.close()
    objects.close()


def _is_gone(pid: int) -> bool:
    """Gone, or a zombie that nobody reaps."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"
    return start_time(pid) is None


def test_a_run_over_its_time_is_a_timeout(tmp_path: Path) -> None:
    state, objects = State(tmp_path / "state.db"), ObjectStore(tmp_path)
    objects.create_bucket("scripts")
    objects.put("scripts", "x.py", b"import time; time.sleep(60)")
    jobs = service(tmp_path, state, objects, minute=0.3)
    command = {**COMMAND, "Name": "pythonshell"}
    job = {"Name": "short", "Role": "r", "Command": command, "MaxRetries": 1, "Timeout": 1}
    call(jobs, "CreateJob", job)
    run_id = call(jobs, "StartJobRun", {"JobName": "short"})["JobRunId"]

    def run() -> dict[str, object]:
        found = call(jobs, "GetJobRun", {"JobName": "short", "RunId": run_id})["JobRun"]
        assert isinstance(found, dict)
        return found

    wait_until(lambda: run()["JobRunState"] == "TIMEOUT")
    assert len(call(jobs, "GetJobRuns", {"JobName": "short"})["JobRuns"]) == 1
    jobs.close()
    state.close()
    objects.close()
