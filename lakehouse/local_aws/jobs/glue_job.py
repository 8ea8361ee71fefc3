"""Glue's job operations: definitions and runs, durable, executed by real child processes.

Belongs here: the API (CreateJob ... BatchStopJobRun), which runs may start, retries, what happens
at start and end of the server. What a request may say is in job_definition.py, how a run executes
in run.py.
"""

import secrets
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.jobs.class_archive import ClassArchive, cache_folder
from lakehouse.local_aws.jobs.definition import (
    TERMINAL_STATES,
    Document,
    invalid,
    job_document,
    retry_document,
    run_document,
)
from lakehouse.local_aws.jobs.launch import JobHost, PutLogEvents
from lakehouse.local_aws.jobs.records import JobRecords
from lakehouse.local_aws.jobs.run import JobRun, clean_up_interrupted
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.state import State

PAGE_SIZE = 100
_CLOSE_SECONDS = 10.0
Operation = Callable[[dict[str, Any]], dict[str, Any]]


class JobService:
    """The jobs of one scope. Runs that an earlier server left unfinished are FAILED at once."""

    def __init__(
        self,
        state: State,
        scope: str,
        objects: ObjectStore,
        endpoint_url: Callable[[], str],
        data_dir: Path,
        put_log_events: PutLogEvents,
    ) -> None:
        folder = (data_dir / "jobs" / scope.replace("/", "-")).resolve()
        archive = ClassArchive(cache_folder())
        self._host = JobHost(scope, objects, endpoint_url, folder, put_log_events, archive)
        self._records = JobRecords(state, scope)
        self._running: dict[str, JobRun] = {}
        self._lock = threading.Lock()
        self._closing = False
        self._clean_up()

    def operations(self) -> Mapping[str, Operation]:
        """The operations of the Glue API by name."""
        return {
            "CreateJob": self.create_job,
            "UpdateJob": self.update_job,
            "DeleteJob": self.delete_job,
            "GetJob": self.get_job,
            "GetJobs": self.get_jobs,
            "ListJobs": self.list_jobs,
            "BatchGetJobs": self.batch_get_jobs,
            "StartJobRun": self.start_job_run,
            "GetJobRun": self.get_job_run,
            "GetJobRuns": self.get_job_runs,
            "BatchStopJobRun": self.batch_stop_job_run,
        }

    def close(self) -> None:
        """End all runs (they are FAILED) and wait for it."""
        with self._lock:
            self._closing = True
            running = list(self._running.values())
        for run in running:
            run.stop("close")
        for run in running:
            run.join(_CLOSE_SECONDS)
        self._host.archive.close()

    def create_job(self, request: dict[str, Any]) -> dict[str, Any]:
        """Keep a new definition; the same request again is the same job."""
        name = request["Name"]
        now = time.time()
        job = job_document(name, request, now, now)
        known = self._records.job(name)
        if known is not None and _definition(known) != _definition(job):
            message = f"Job with name {name} already submitted with different configuration"
            raise AwsError("IdempotentParameterMismatchException", message)
        if known is None:
            self._records.put_job(job)
        return {"Name": name}

    def update_job(self, request: dict[str, Any]) -> dict[str, Any]:
        """Replace the whole definition: what JobUpdate does not name gets its default."""
        known = self._job(request["JobName"])
        update = {"Role": known["Role"], "Command": known["Command"], **request["JobUpdate"]}
        update.setdefault("GlueVersion", known["GlueVersion"])
        job = job_document(known["Name"], update, known["CreatedOn"], time.time())
        self._records.put_job(job)
        return {"JobName": known["Name"]}

    def delete_job(self, request: dict[str, Any]) -> dict[str, Any]:
        """Remove a definition; no error if there is none. Active runs go on."""
        self._records.delete_job(request["JobName"])
        return {"JobName": request["JobName"]}

    def get_job(self, request: dict[str, Any]) -> dict[str, Any]:
        """One definition."""
        return {"Job": self._job(request["JobName"])}

    def get_jobs(self, request: dict[str, Any]) -> dict[str, Any]:
        """All definitions, in pages."""
        return _page("Jobs", self._records.jobs(), request)

    def list_jobs(self, request: dict[str, Any]) -> dict[str, Any]:
        """All names, in pages."""
        if request.get("Tags"):
            raise invalid("Listing jobs by Tags is not supported by the local AWS.")
        return _page("JobNames", [job["Name"] for job in self._records.jobs()], request)

    def batch_get_jobs(self, request: dict[str, Any]) -> dict[str, Any]:
        """Several definitions, and the names that have none."""
        found = {name: self._records.job(name) for name in request["JobNames"]}
        return {
            "Jobs": [job for job in found.values() if job is not None],
            "JobsNotFound": [name for name, job in found.items() if job is None],
        }

    def start_job_run(self, request: dict[str, Any]) -> dict[str, Any]:
        """Start a run; it is STARTING when this returns."""
        job = self._records.job(request["JobName"])
        if job is None:
            message = "Failed to start job run due to missing metadata."
            raise AwsError("EntityNotFoundException", message)
        if "JobRunId" in request:
            raise invalid("JobRunId (retrying a run by hand) is not supported by the local AWS.")
        run = run_document(job, request, f"jr_{secrets.token_hex(32)}", time.time())
        self._start(job, run, job["ExecutionProperty"].get("MaxConcurrentRuns", 1))
        return {"JobRunId": run["Id"]}

    def get_job_run(self, request: dict[str, Any]) -> dict[str, Any]:
        """One run."""
        run = self._records.run(request["JobName"], request["RunId"])
        if run is None:
            message = f"Job run {request['RunId']} of job {request['JobName']} not found."
            raise AwsError("EntityNotFoundException", message)
        return {"JobRun": _timed(run)}

    def get_job_runs(self, request: dict[str, Any]) -> dict[str, Any]:
        """The runs of a job, the newest first, in pages."""
        self._job(request["JobName"])
        runs = [_timed(run) for run in self._records.runs(request["JobName"])]
        return _page("JobRuns", runs, request)

    def batch_stop_job_run(self, request: dict[str, Any]) -> dict[str, Any]:
        """Ask runs to stop; each becomes STOPPING, then STOPPED when its processes are gone."""
        done, errors = [], []
        for run_id in request["JobRunIds"]:
            names = {"JobName": request["JobName"], "JobRunId": run_id}
            problem = self._stop(request["JobName"], run_id)
            if problem is None:
                done.append(names)
            else:
                errors.append({**names, "ErrorDetail": problem})
        return {"SuccessfulSubmissions": done, "Errors": errors}

    def _job(self, name: str) -> Document:
        job = self._records.job(name)
        if job is None:
            raise AwsError("EntityNotFoundException", f"Job {name} not found.")
        return job

    def _start(self, job: Document, run: Document, most: int) -> None:
        with self._lock:
            if self._closing:
                raise AwsError("OperationTimeoutException", "The local AWS is stopping.")
            self._launch(job, run, most)

    def _launch(self, job: Document, run: Document, most: int) -> None:
        self._records.begin(run, most)
        execution = JobRun(
            self._host, self._records, job, run, lambda ended: self._ended(job, ended)
        )
        self._running[run["Id"]] = execution
        execution.start()

    def _ended(self, job: Document, run: Document) -> None:
        """Record the end; a failed run within MaxRetries is followed by the next attempt."""
        again = run["JobRunState"] == "FAILED" and run["Attempt"] < job["MaxRetries"]
        with self._lock:
            self._records.finish(run)
            del self._running[run["Id"]]
            if again and not self._closing:
                self._launch(job, retry_document(run, time.time()), most=sys.maxsize)

    def _stop(self, job: str, run_id: str) -> dict[str, str] | None:
        """Stop one run; what is wrong, or None."""
        with self._lock:
            run = self._records.run(job, run_id)
            execution = self._running.get(run_id)
            if run is None:
                return _problem("EntityNotFoundException", f"Job run {run_id} not found.")
            if execution is None or run["JobRunState"] in TERMINAL_STATES:
                state = run["JobRunState"]
                message = f"Job run {run_id} is in the terminal state {state}."
                return _problem("JobRunInTerminalStateException", message)
            now = time.time()
            self._records.change(job, run_id, JobRunState="STOPPING", LastModifiedOn=now)
            execution.stop("stop")
        return None

    def _clean_up(self) -> None:
        left = self._records.active()
        for record in left:
            run = self._records.run(record["JobName"], record["RunId"])
            if run is not None:
                self._records.finish(clean_up_interrupted(self._host, record, run))


def _definition(job: Document) -> Document:
    return {key: job[key] for key in job if key not in ("CreatedOn", "LastModifiedOn")}


def _timed(run: Document) -> Document:
    """A run with the execution time so far, in whole seconds."""
    if run["JobRunState"] in TERMINAL_STATES:
        return run
    return {**run, "ExecutionTime": round(time.time() - run["StartedOn"])}


def _page(key: str, items: Sequence[Any], request: Mapping[str, Any]) -> dict[str, Any]:
    """One page of a list; the token is the position of the next item."""
    token = request.get("NextToken", "0")
    if not token.isdecimal():
        raise invalid(f"Invalid NextToken: {token}")
    start, size = int(token), request.get("MaxResults", PAGE_SIZE)
    following = {"NextToken": str(start + size)} if start + size < len(items) else {}
    return {key: list(items[start : start + size]), **following}


def _problem(code: str, message: str) -> dict[str, str]:
    return {"ErrorCode": code, "ErrorMessage": message}
