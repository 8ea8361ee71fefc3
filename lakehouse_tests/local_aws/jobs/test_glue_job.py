import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lakehouse_tests.local_aws.jobs.job_cases import (
    PRINT_ARGUMENTS,
    SLEEP,
    create_job,
    ended,
    log_lines,
    run,
    wait_for,
)

Client = Callable[[str], Any]
ROLE = "arn:aws:iam::123456789012:role/glue"


def test_a_definition_comes_back_with_glues_defaults(client: Client) -> None:
    glue = client("glue")
    command = {"Name": "glueetl", "ScriptLocation": "s3://job-scripts/x.py"}
    glue.create_job(
        Name="defaults",
        Role=ROLE,
        Command=command,
        GlueVersion="5.1",
        WorkerType="G.2X",
        NumberOfWorkers=3,
    )
    job = glue.get_job(JobName="defaults")["Job"]
    del job["CreatedOn"], job["LastModifiedOn"]
    assert job == {
        "Name": "defaults",
        "JobMode": "SCRIPT",
        "Role": ROLE,
        "ExecutionProperty": {"MaxConcurrentRuns": 1},
        "Command": {**command, "PythonVersion": "3"},
        "MaxRetries": 0,
        "AllocatedCapacity": 6,
        "Timeout": 480,
        "MaxCapacity": 6.0,
        "WorkerType": "G.2X",
        "NumberOfWorkers": 3,
        "GlueVersion": "5.1",
        "ExecutionClass": "STANDARD",
    }


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"GlueVersion": "4.0"}, "GlueVersion 4.0 is not supported for glueetl jobs"),
        ({"GlueVersion": "6.0"}, "GlueVersion 6.0 is not supported for glueetl jobs"),
        ({}, "GlueVersion 6.0 (the default) is not supported"),
        ({"WorkerType": "G.1X"}, "Please set both Worker Type and Number of Workers."),
        ({"WorkerType": "Z.2X", "NumberOfWorkers": 2}, "Worker type Z.2X is not supported"),
        ({"WorkerType": "G.1X", "NumberOfWorkers": 1}, "Number of workers must be at least 2"),
        (
            {"WorkerType": "G.1X", "NumberOfWorkers": 2, "MaxCapacity": 2.0},
            "Please do not set Max Capacity",
        ),
        ({"Timeout": 20_000}, "Timeout must be between 1 and 10080 minutes"),
        ({"Command": {"Name": "glueray", "ScriptLocation": "s3://b/x"}}, "Command name 'glueray'"),
        ({"Command": {"Name": "glueetl", "ScriptLocation": "x.py"}}, "ScriptLocation must be"),
        ({"Connections": {"Connections": ["jdbc"]}}, "Connections is not supported"),
        ({"MaxCapacity": 10.0}, "Max Capacity cannot be specified for Glue version 5.1"),
        ({"DefaultArguments": {"--class": "Main"}}, "--class is not supported"),
        (
            {"DefaultArguments": {"--enable-glue-datacatalog": "perhaps"}},
            "--enable-glue-datacatalog perhaps is not supported by the local AWS: the values are",
        ),
        (
            {"DefaultArguments": {"--job-bookmark-option": "job-bookmark-enable"}},
            "--job-bookmark-option job-bookmark-enable is not supported",
        ),
        ({"DefaultArguments": {"--conf": "x=1"}}, "--conf x=1 is not supported"),
    ],
)
def test_what_cannot_be_honoured_is_refused_at_once(
    client: Client, fields: dict[str, Any], words: str
) -> None:
    versions = {"GlueVersion": "5.1"} if fields and "GlueVersion" not in fields else {}
    base = {"Command": {"Name": "glueetl", "ScriptLocation": "s3://b/x.py"}, **versions}
    with pytest.raises(ClientError) as refusal:
        client("glue").create_job(Name="refused", Role=ROLE, **{**base, **fields})
    assert refusal.value.response["Error"]["Code"] == "InvalidInputException"
    assert words in refusal.value.response["Error"]["Message"]


def test_the_same_request_is_the_same_job_and_another_is_a_mismatch(client: Client) -> None:
    glue, s3 = client("glue"), client("s3")
    create_job(glue, s3, "twice", "pass")
    create_job(glue, s3, "twice", "pass")
    with pytest.raises(ClientError) as refusal:
        create_job(glue, s3, "twice", "pass", MaxRetries=2)
    assert refusal.value.response["Error"] == {
        "Code": "IdempotentParameterMismatchException",
        "Message": "Job with name twice already submitted with different configuration",
    }


def test_an_update_replaces_the_whole_definition(client: Client) -> None:
    glue = client("glue")
    create_job(glue, client("s3"), "updated", "pass", MaxRetries=2, Description="old")
    command = glue.get_job(JobName="updated")["Job"]["Command"]
    answer = glue.update_job(
        JobName="updated", JobUpdate={"Role": ROLE, "Command": command, "Timeout": 7}
    )
    job = glue.get_job(JobName="updated")["Job"]
    assert answer["JobName"] == "updated"
    assert (job["Timeout"], job["MaxRetries"], "Description" in job) == (7, 0, False)


def test_jobs_are_listed_found_and_deleted(client: Client) -> None:
    glue = client("glue")
    for name in ("list-a", "list-b", "list-c"):
        create_job(glue, client("s3"), name, "pass")
    pages = glue.get_paginator("list_jobs").paginate(PaginationConfig={"PageSize": 2})
    names = [name for page in pages for name in page["JobNames"]]
    assert names == sorted(names) == [job["Name"] for job in glue.get_jobs()["Jobs"]]
    assert [name for name in names if name.startswith("list-")] == ["list-a", "list-b", "list-c"]
    assert glue.delete_job(JobName="list-b")["JobName"] == "list-b"
    assert glue.delete_job(JobName="list-b")["JobName"] == "list-b"
    found = glue.batch_get_jobs(JobNames=["list-a", "list-b"])
    assert ([job["Name"] for job in found["Jobs"]], found["JobsNotFound"]) == (
        ["list-a"],
        ["list-b"],
    )


@pytest.mark.parametrize(
    ("operation", "request_", "words"),
    [
        ("get_job", {"JobName": "nobody"}, "Job nobody not found."),
        ("get_job_runs", {"JobName": "nobody"}, "Job nobody not found."),
        ("get_job_run", {"JobName": "nobody", "RunId": "jr_1"}, "Job run jr_1 of job nobody"),
        ("start_job_run", {"JobName": "nobody"}, "Failed to start job run due to missing metadata"),
        ("update_job", {"JobName": "nobody", "JobUpdate": {}}, "Job nobody not found."),
    ],
)
def test_what_does_not_exist(
    client: Client, operation: str, request_: dict[str, Any], words: str
) -> None:
    with pytest.raises(ClientError) as refusal:
        getattr(client("glue"), operation)(**request_)
    assert refusal.value.response["Error"]["Code"] == "EntityNotFoundException"
    assert words in refusal.value.response["Error"]["Message"]


def test_a_run_gets_its_arguments_and_its_prints_are_in_the_log(client: Client) -> None:
    glue = client("glue")
    create_job(
        glue,
        client("s3"),
        "arguments",
        PRINT_ARGUMENTS,
        DefaultArguments={"--day": "none", "--my-arg": "a b", "--TempDir": "s3://t/"},
    )
    done = run(glue, "arguments", {"--day": "2026-01-01"})
    assert done["JobRunState"] == "SUCCEEDED"
    assert "ErrorMessage" not in done
    assert (done["Attempt"], done["MaxCapacity"], done["LogGroupName"]) == (
        0,
        0.0625,
        "/aws-glue/python-jobs",
    )
    assert done["StartedOn"] <= done["CompletedOn"] == done["LastModifiedOn"]
    assert log_lines(client("logs"), done["Id"], "output") == [
        '{"JOB_NAME": "arguments", "day": "2026-01-01", "my_arg": "a b", "TempDir": "s3://t/"}',
        "no line end",
    ]


def test_a_child_reaches_the_local_aws_and_no_internals(client: Client) -> None:
    script = """
import boto3, importlib.util
print(boto3.client("sts").get_caller_identity()["Account"])
print([name for name in ("state", "catalog", "objects") if importlib.util.find_spec(name)])
"""
    create_job(client("glue"), client("s3"), "reach", script)
    done = run(client("glue"), "reach")
    assert log_lines(client("logs"), done["Id"], "output") == ["123456789012", "[]"]


@pytest.mark.parametrize(
    ("name", "script", "message"),
    [
        ("raises", "x = 1\nraise ValueError('bad day')", "ValueError: bad day"),
        ("exits", "import sys\nsys.exit(3)", "SystemExit: 3"),
        ("syntax", "def", "SyntaxError: invalid syntax (syntax.py, line 1)"),
        ("missing-module", "import nothing_here", "ModuleNotFoundError: No module named"),
        ("dies", "import os\nos._exit(7)", "Command failed with exit code 7"),
        (
            "killed",
            "import os\nos.kill(os.getpid(), 9)",
            "Command failed with exit code 137 (SIGKILL",
        ),
        (
            "no-option",
            "import sys\nfrom awsglue.utils import getResolvedOptions\n"
            "getResolvedOptions(sys.argv, ['day'])",
            "GlueArgumentError: argument error: the following arguments are required: --day",
        ),
    ],
)
def test_a_failing_script_says_why(client: Client, name: str, script: str, message: str) -> None:
    create_job(client("glue"), client("s3"), name, script)
    done = run(client("glue"), name)
    assert done["JobRunState"] == "FAILED"
    assert done["ErrorMessage"].startswith(message)


def test_the_traceback_in_the_error_log_begins_in_the_script(client: Client) -> None:
    create_job(client("glue"), client("s3"), "trace", "raise KeyError('x')")
    lines = log_lines(client("logs"), run(client("glue"), "trace")["Id"], "error")
    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1].endswith('/script/trace.py", line 1, in <module>')
    assert lines[-1] == "KeyError: 'x'"


def test_a_script_that_exits_with_zero_has_succeeded(client: Client) -> None:
    create_job(client("glue"), client("s3"), "exit-zero", "import sys\nsys.exit(0)")
    assert run(client("glue"), "exit-zero")["JobRunState"] == "SUCCEEDED"


def test_a_missing_script_fails_the_run(client: Client) -> None:
    create_job(client("glue"), client("s3"), "no-script", "pass")
    client("s3").delete_object(Bucket="job-scripts", Key="scripts/no-script.py")
    done = run(client("glue"), "no-script")
    assert done["JobRunState"] == "FAILED"
    assert done["ErrorMessage"] == (
        "LAUNCH ERROR | Error downloading from S3 for bucket: job-scripts, key: scripts/"
        "no-script.py.The specified key does not exist. (Service: Amazon S3; Status Code: 404; "
        "Please refer logs for details."
    )


def test_extra_files_are_importable_and_modules_are_checked(client: Client) -> None:
    s3 = client("s3")
    create_job(client("glue"), s3, "extra", "import extra_code\nprint(extra_code.WORD)")
    s3.put_object(Bucket="job-scripts", Key="lib/extra_code.py", Body=b"WORD = 'found'")
    good = {"--extra-py-files": "s3://job-scripts/lib/extra_code.py"}
    done = run(client("glue"), "extra", {**good, "--additional-python-modules": "boto3>=1.0"})
    assert log_lines(client("logs"), done["Id"], "output") == ["found"]
    failed = run(client("glue"), "extra", {**good, "--additional-python-modules": "nonesuch==1"})
    assert failed["ErrorMessage"].startswith(
        "LAUNCH ERROR | Installation of Python module nonesuch==1 failed: it is not installed."
    )


def test_a_stopped_run_has_no_process_left(client: Client) -> None:
    glue = client("glue")
    script = "import subprocess, time\n" + SLEEP.replace(
        "time.sleep(600)", "subprocess.run(['sleep', '600'])"
    )
    create_job(glue, client("s3"), "stopped", script)
    run_id = glue.start_job_run(JobName="stopped")["JobRunId"]
    wait_for(glue, "stopped", run_id, {"RUNNING"})
    answer = glue.batch_stop_job_run(JobName="stopped", JobRunIds=[run_id, "jr_0"])
    assert answer["SuccessfulSubmissions"] == [{"JobName": "stopped", "JobRunId": run_id}]
    assert answer["Errors"][0]["ErrorDetail"]["ErrorCode"] == "EntityNotFoundException"
    assert ended(glue, "stopped", run_id)["JobRunState"] == "STOPPED"
    again = glue.batch_stop_job_run(JobName="stopped", JobRunIds=[run_id])["Errors"][0]
    assert again["ErrorDetail"]["ErrorCode"] == "JobRunInTerminalStateException"


def test_only_so_many_runs_at_once(client: Client) -> None:
    glue = client("glue")
    create_job(glue, client("s3"), "busy", SLEEP, ExecutionProperty={"MaxConcurrentRuns": 2})
    runs = [glue.start_job_run(JobName="busy")["JobRunId"] for _ in range(2)]
    with pytest.raises(ClientError) as refusal:
        glue.start_job_run(JobName="busy")
    assert refusal.value.response["Error"] == {
        "Code": "ConcurrentRunsExceededException",
        "Message": "Concurrent runs exceeded for busy",
    }
    glue.batch_stop_job_run(JobName="busy", JobRunIds=runs)
    assert [ended(glue, "busy", run_id)["JobRunState"] for run_id in runs] == ["STOPPED"] * 2


def test_a_failed_run_is_retried_under_a_name_of_its_own(client: Client) -> None:
    glue = client("glue")
    create_job(glue, client("s3"), "retried", "raise ValueError('no')", MaxRetries=2)
    first = run(glue, "retried")["Id"]
    last = _wait_for_run(glue, "retried", f"{first}_attempt_2")
    assert ended(glue, "retried", last)["Attempt"] == 2
    runs = glue.get_job_runs(JobName="retried")["JobRuns"]
    assert [(found["Id"], found.get("PreviousRunId")) for found in runs] == [
        (f"{first}_attempt_2", f"{first}_attempt_1"),
        (f"{first}_attempt_1", first),
        (first, None),
    ]


def _wait_for_run(glue: Any, job: str, run_id: str) -> str:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if run_id in {found["Id"] for found in glue.get_job_runs(JobName=job)["JobRuns"]}:
            return run_id
        time.sleep(0.01)
    raise AssertionError(f"no run {run_id}")


def test_runs_come_in_pages_newest_first(client: Client) -> None:
    glue = client("glue")
    create_job(glue, client("s3"), "paged", "pass")
    ids = [run(glue, "paged")["Id"] for _ in range(3)]
    pages = glue.get_paginator("get_job_runs").paginate(
        JobName="paged", PaginationConfig={"PageSize": 2}
    )
    assert [found["Id"] for page in pages for found in page["JobRuns"]] == ids[::-1]


def test_scratch_files_of_a_run_are_gone_at_its_end(client: Client, local_aws: Any) -> None:
    create_job(client("glue"), client("s3"), "tidy", "open('left', 'w').close()")
    done = run(client("glue"), "tidy")
    deadline = time.monotonic() + 5
    folder = Path(local_aws.data_dir) / "jobs" / "123456789012-us-east-1" / done["Id"]
    while folder.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not folder.exists()
