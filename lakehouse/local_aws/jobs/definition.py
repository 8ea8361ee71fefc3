"""What a job and a run are: requests of the API checked, completed with Glue's defaults.

Pure functions from request to document, as CreateJob, UpdateJob and StartJobRun need them. What
the local AWS cannot honour is refused here, before anything is stored. Nothing is started and
nothing is kept here: see glue_job.py and run.py.
"""

from collections.abc import Mapping
from typing import Any, Literal

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.jobs.arguments import check_arguments, merged_arguments

Document = dict[str, Any]
RunState = Literal["STARTING", "RUNNING", "SUCCEEDED", "FAILED", "STOPPING", "STOPPED", "TIMEOUT"]
TERMINAL_STATES: frozenset[RunState] = frozenset({"SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT"})

SPARK_GLUE_VERSIONS = ("5.0", "5.1")
PYTHONSHELL_GLUE_VERSIONS = ("1.0", "3.0", "4.0", "5.0", "5.1")
LOG_GROUP = "/aws-glue/jobs"
MAX_TIMEOUT_MINUTES = 10_080
DPU_PER_WORKER = {
    "Standard": 1.0,
    "G.025X": 0.25,
    "G.1X": 1.0,
    "G.2X": 2.0,
    "G.4X": 4.0,
    "G.8X": 8.0,
    "G.12X": 12.0,
    "G.16X": 16.0,
    "R.1X": 1.0,
    "R.2X": 2.0,
    "R.4X": 4.0,
    "R.8X": 8.0,
}
CAPACITY_KEYS = ("AllocatedCapacity", "MaxCapacity", "WorkerType", "NumberOfWorkers")
UNSUPPORTED_FIELDS = (
    "Connections",
    "SecurityConfiguration",
    "JobRunQueuingEnabled",
    "CodeGenConfigurationNodes",
    "SourceControlDetails",
    "MaintenanceWindow",
    "ExecutionRoleSessionPolicy",
)


def job_document(name: str, fields: Mapping[str, Any], created: float, now: float) -> Document:
    """The Job as GetJob returns it, from CreateJob's or JobUpdate's fields. Times: epoch seconds.

    Raises AwsError InvalidInputException for what is wrong or not supported.
    """
    _check_supported(fields)
    command = _command(fields.get("Command") or {})
    check_arguments(fields.get("DefaultArguments") or {})
    check_arguments(fields.get("NonOverridableArguments") or {})
    version = _glue_version(command["Name"], fields.get("GlueVersion"))
    kept = {key: value for key, value in fields.items() if key not in ("Name", "Tags")}
    return {
        "Name": name,
        "JobMode": "SCRIPT",
        "ExecutionProperty": {"MaxConcurrentRuns": 1},
        "MaxRetries": 0,
        "ExecutionClass": "STANDARD",
        **kept,
        "Command": command,
        "Timeout": _timeout(fields.get("Timeout"), _default_timeout(version)),
        "GlueVersion": version,
        **_capacity(command["Name"], fields),
        "CreatedOn": created,
        "LastModifiedOn": now,
    }


def run_document(job: Document, request: Mapping[str, Any], run_id: str, now: float) -> Document:
    """The JobRun of a StartJobRun request at its first moment (STARTING, attempt 0)."""
    _check_supported(request)
    check_arguments(request.get("Arguments") or {})
    given = {key: request[key] for key in CAPACITY_KEYS if key in request}
    return {
        "Id": run_id,
        "Attempt": 0,
        "JobName": job["Name"],
        "JobMode": job["JobMode"],
        "StartedOn": now,
        "LastModifiedOn": now,
        "JobRunState": "STARTING",
        "Arguments": merged_arguments(job, request.get("Arguments") or {}),
        "PredecessorRuns": [],
        "ExecutionTime": 0,
        "Timeout": _timeout(request.get("Timeout"), job["Timeout"]),
        **(_capacity(job["Command"]["Name"], given) if given else _same_capacity(job)),
        "LogGroupName": LOG_GROUP,
        "GlueVersion": job["GlueVersion"],
        "ExecutionClass": request.get("ExecutionClass", job["ExecutionClass"]),
    }


def retry_document(run: Document, now: float) -> Document:
    """The next attempt of a failed run: id with the suffix _attempt_<n>, as Glue names them."""
    attempt = run["Attempt"] + 1
    first = run["Id"].split("_attempt_")[0]
    kept = {
        key: run[key] for key in run if key not in ("ErrorMessage", "CompletedOn", "DPUSeconds")
    }
    return {
        **kept,
        "Id": f"{first}_attempt_{attempt}",
        "Attempt": attempt,
        "PreviousRunId": run["Id"],
        "StartedOn": now,
        "LastModifiedOn": now,
        "JobRunState": "STARTING",
        "ExecutionTime": 0,
    }


def outcome(
    run: Document, state: RunState, message: str | None, seconds: float, now: float
) -> Document:
    """The run at its end: state, message, execution time (whole seconds) and DPU-seconds."""
    error = {"ErrorMessage": message} if message else {}
    return {
        **run,
        **error,
        "JobRunState": state,
        "CompletedOn": now,
        "LastModifiedOn": now,
        "ExecutionTime": round(seconds),
        "DPUSeconds": round(seconds * run["MaxCapacity"], 3),
    }


def _check_supported(fields: Mapping[str, Any]) -> None:
    for key in UNSUPPORTED_FIELDS:
        value = fields.get(key)
        if value and value != {"Connections": []}:
            raise invalid(f"{key} is not supported by the local AWS.")


def _command(command: Mapping[str, Any]) -> Document:
    name = command.get("Name", "glueetl")
    if name not in ("glueetl", "pythonshell"):
        raise invalid(f"Command name {name!r} is not supported: use glueetl or pythonshell.")
    location = command.get("ScriptLocation", "")
    if not location.startswith("s3://") or "/" not in location.removeprefix("s3://"):
        raise invalid(f"ScriptLocation must be an s3:// path of a script, not {location!r}.")
    version = command.get("PythonVersion", "3")
    if not version.startswith("3"):
        raise invalid(f"PythonVersion {version!r} is not supported: use 3.")
    return {"PythonVersion": "3", **command, "Name": name}


def _glue_version(command: str, version: str | None) -> str:
    shell = command == "pythonshell"
    allowed = PYTHONSHELL_GLUE_VERSIONS if shell else SPARK_GLUE_VERSIONS
    version = version or ("3.0" if shell else "6.0 (the default)")
    if version not in allowed:
        raise invalid(
            f"GlueVersion {version} is not supported for {command} jobs by the local AWS: "
            f"use one of {', '.join(allowed)}."
        )
    return version


def _default_timeout(version: str) -> int:
    return 480 if float(version) >= 5 else 2_880


def _timeout(minutes: int | None, default: int) -> int:
    if minutes is None:
        return default
    if not 1 <= minutes <= MAX_TIMEOUT_MINUTES:
        raise invalid(f"Timeout must be between 1 and {MAX_TIMEOUT_MINUTES} minutes: {minutes}.")
    return minutes


def _capacity(command: str, fields: Mapping[str, Any]) -> Document:
    worker, workers = fields.get("WorkerType"), fields.get("NumberOfWorkers")
    dpus = fields.get("MaxCapacity", fields.get("AllocatedCapacity"))
    if command == "pythonshell":
        return _shell_capacity(0.0625 if dpus is None else float(dpus), worker or workers)
    if (worker is None) != (workers is None):
        raise invalid("Please set both Worker Type and Number of Workers.")
    if worker is not None and dpus is not None:
        raise invalid("Please do not set Max Capacity if using Worker Type and Number of Workers.")
    if worker is None:
        worker, workers = "G.1X", int(10 if dpus is None else dpus)
    if worker not in DPU_PER_WORKER:
        raise invalid(f"Worker type {worker} is not supported for glueetl jobs.")
    if workers is None or workers < 2:
        raise invalid(f"Number of workers must be at least 2 for glueetl jobs: {workers}.")
    total = DPU_PER_WORKER[worker] * workers
    return {
        "AllocatedCapacity": int(total),
        "MaxCapacity": total,
        "WorkerType": worker,
        "NumberOfWorkers": workers,
    }


def _shell_capacity(dpus: float, workers: object) -> Document:
    if workers:
        raise invalid("Worker Type and Number of Workers are not supported for pythonshell jobs.")
    if dpus not in (0.0625, 1.0):
        raise invalid(f"MaxCapacity of a pythonshell job is 0.0625 or 1 DPU, not {dpus}.")
    return {"AllocatedCapacity": int(dpus), "MaxCapacity": dpus}


def _same_capacity(job: Document) -> Document:
    return {key: job[key] for key in CAPACITY_KEYS if key in job}


def invalid(message: str) -> AwsError:
    """Glue's InvalidInputException."""
    return AwsError("InvalidInputException", message)
