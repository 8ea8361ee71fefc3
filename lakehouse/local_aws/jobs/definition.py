"""What a job and a run are: requests of the API checked, completed with Glue's defaults.

Pure functions from request to document, as CreateJob, UpdateJob and StartJobRun need them. What
the local AWS cannot honour is refused here, before anything is stored. Nothing is started and
nothing is kept here: see runs.py and run.py.
"""

from collections.abc import Mapping
from typing import Any, Literal

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.jobs.arguments import (
    check_arguments,
    merged_arguments,
    special_parameters,
)
from lakehouse.local_aws.jobs.capacity import CAPACITY_KEYS, capacity, same_capacity
from lakehouse.local_aws.jobs.logs import log_group

Document = dict[str, Any]
RunState = Literal[
    "STARTING", "RUNNING", "SUCCEEDED", "FAILED", "STOPPING", "STOPPED", "TIMEOUT", "ERROR"
]
TERMINAL_STATES: frozenset[RunState] = frozenset(
    {"SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR"}
)

COMMANDS = ("glueetl", "pythonshell")
SPARK_GLUE_VERSIONS = ("5.0", "5.1")
PYTHONSHELL_GLUE_VERSIONS = ("1.0", "3.0", "4.0", "5.0", "5.1")
PYTHON_VERSIONS = {"glueetl": ("3", "3.11"), "pythonshell": ("3", "3.6", "3.9", "3.11")}
MAX_TIMEOUT_MINUTES = 10_080
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
        **kept,
        "ExecutionClass": _execution_class(command["Name"], fields.get("ExecutionClass")),
        "Command": command,
        "Timeout": _timeout(fields.get("Timeout"), _default_timeout(version)),
        "GlueVersion": version,
        **capacity(command["Name"], version, fields),
        "CreatedOn": created,
        "LastModifiedOn": now,
    }


def run_document(job: Document, request: Mapping[str, Any], run_id: str, now: float) -> Document:
    """The JobRun of a StartJobRun request at its first moment (STARTING, attempt 0)."""
    _check_supported(request)
    check_arguments(request.get("Arguments") or {})
    command, version = job["Command"]["Name"], job["GlueVersion"]
    arguments = merged_arguments(job, request.get("Arguments") or {})
    given = {key: request[key] for key in CAPACITY_KEYS if key in request}
    notification = request.get("NotificationProperty", job.get("NotificationProperty"))
    return {
        "Id": run_id,
        "Attempt": 0,
        "JobName": job["Name"],
        "JobMode": job["JobMode"],
        "StartedOn": now,
        "LastModifiedOn": now,
        "JobRunState": "STARTING",
        "Arguments": arguments,
        "PredecessorRuns": [],
        "ExecutionTime": 0,
        "Timeout": _timeout(request.get("Timeout"), job["Timeout"]),
        **(capacity(command, version, given) if given else same_capacity(job)),
        **({"NotificationProperty": notification} if notification else {}),
        "LogGroupName": log_group(command, special_parameters(arguments)),
        "GlueVersion": version,
        "ExecutionClass": _execution_class(
            command, request.get("ExecutionClass", job["ExecutionClass"])
        ),
    }


def retry_document(run: Document, now: float, attempt: int | None = None) -> Document:
    """A further attempt of a run: id with the suffix _attempt_<n>, as Glue names them."""
    number = run["Attempt"] + 1 if attempt is None else attempt
    first = run["Id"].split("_attempt_")[0]
    left_out = ("ErrorMessage", "CompletedOn", "DPUSeconds")
    return {
        **{key: value for key, value in run.items() if key not in left_out},
        "Id": f"{first}_attempt_{number}",
        "Attempt": number,
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
    if name not in COMMANDS:
        raise invalid(
            f"Command name {name!r} is not supported by the local AWS: use glueetl or pythonshell."
        )
    location = command.get("ScriptLocation", "")
    if not location.startswith("s3://") or "/" not in location.removeprefix("s3://"):
        raise invalid(f"ScriptLocation must be an s3:// path of a script, not {location!r}.")
    version = command.get("PythonVersion", "3")
    if version not in PYTHON_VERSIONS[name]:
        raise invalid(
            f"PythonVersion {version!r} is not supported for {name} jobs by the local AWS, which "
            f"runs them with Python 3.11: use one of {', '.join(PYTHON_VERSIONS[name])}."
        )
    if command.get("Runtime"):
        raise invalid("Runtime is not supported: it is for glueray jobs.")
    return {"PythonVersion": "3", **command, "Name": name}


def _glue_version(command: str, version: str | None) -> str:
    shell = command == "pythonshell"
    allowed = PYTHONSHELL_GLUE_VERSIONS if shell else SPARK_GLUE_VERSIONS
    version = version or ("3.0" if shell else "6.0 (the default)")
    if version not in allowed:
        raise invalid(
            f"GlueVersion {version} is not supported for {command} jobs by the local AWS, which "
            f"runs them with PySpark 3.5: use one of {', '.join(allowed)}."
        )
    return version


def _execution_class(command: str, wanted: str | None) -> str:
    if wanted == "FLEX" and command != "glueetl":
        raise invalid("Execution class FLEX is only supported for jobs of type glueetl.")
    return wanted or "STANDARD"


def _default_timeout(version: str) -> int:
    return 480 if float(version) >= 5 else 2_880


def _timeout(minutes: int | None, default: int) -> int:
    if minutes is None:
        return default
    if not 1 <= minutes <= MAX_TIMEOUT_MINUTES:
        raise invalid(f"Timeout must be between 1 and {MAX_TIMEOUT_MINUTES} minutes: {minutes}.")
    return minutes


def invalid(message: str) -> AwsError:
    """Glue's InvalidInputException."""
    return AwsError("InvalidInputException", message)
