"""What the job tests share: scripts, a job over a script in S3, waiting for the end of a run."""

import json
import time
from collections.abc import Mapping
from typing import Any

TERMINAL = {"SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR"}
PRINT_ARGUMENTS = """
import json, sys
from awsglue.utils import getResolvedOptions
args = getResolvedOptions(sys.argv, ["JOB_NAME", "day", "my-arg"])
print(json.dumps({key: args[key] for key in ("JOB_NAME", "day", "my_arg", "TempDir")}))
print("no line end", end="")
"""
SLEEP = "import time\nprint('asleep', flush=True)\ntime.sleep(600)\n"


def put_script(s3: Any, bucket: str, name: str, text: str) -> str:
    """Store a script in a bucket (made if needed); its s3:// location."""
    if bucket not in {found["Name"] for found in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key=f"scripts/{name}.py", Body=text.encode())
    return f"s3://{bucket}/scripts/{name}.py"


def create_job(
    glue: Any, s3: Any, name: str, script: str, *, command: str = "pythonshell", **fields: Any
) -> str:
    """Create a job over a script text; its name."""
    location = put_script(s3, "job-scripts", name, script)
    versions = {"GlueVersion": "5.1"} if command == "glueetl" else {}
    glue.create_job(
        Name=name,
        Role="arn:aws:iam::123456789012:role/glue",
        Command={"Name": command, "ScriptLocation": location},
        **{**versions, **fields},
    )
    return name


def run(glue: Any, name: str, arguments: Mapping[str, str] | None = None, **fields: Any) -> Any:
    """Start a run and wait for its end; the JobRun."""
    run_id = glue.start_job_run(JobName=name, Arguments=dict(arguments or {}), **fields)["JobRunId"]
    return ended(glue, name, run_id)


def ended(glue: Any, name: str, run_id: str) -> Any:
    """Wait for the end of a run; the JobRun."""
    return wait_for(glue, name, run_id, TERMINAL)


def wait_for(glue: Any, name: str, run_id: str, states: set[str], seconds: float = 180) -> Any:
    """Wait until a run is in one of the states; the JobRun."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = glue.get_job_run(JobName=name, RunId=run_id)["JobRun"]
        if found["JobRunState"] in states:
            return found
        time.sleep(0.01)
    raise AssertionError(f"run {run_id} of {name} is still {json.dumps(found, default=str)}")


def log_lines(logs: Any, run_id: str, name: str) -> list[str]:
    """The lines of a run's stream in the group .../<name> of Spark or Python shell jobs."""
    for kind in ("jobs", "python-jobs"):
        group = f"/aws-glue/{kind}/{name}"
        found = logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]
        streams = (
            found
            and logs.describe_log_streams(logGroupName=group, logStreamNamePrefix=run_id)[
                "logStreams"
            ]
        )
        if streams:
            events = logs.get_log_events(
                logGroupName=group, logStreamName=run_id, startFromHead=True
            )
            return [event["message"] for event in events["events"]]
    return []
