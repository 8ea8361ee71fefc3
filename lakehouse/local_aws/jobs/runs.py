"""Glue's operations on job runs, executed by real child processes.

Belongs here: the API (StartJobRun ... BatchStopJobRun), which runs may start, retries, what
happens at start and end of the server. How one run executes is in run.py.
"""

import secrets
import sys
import threading
import time
from collections.abc import Mapping
from typing import Any

from lakehouse.local_aws.catalog.paging import page, page_size, start_key
from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.jobs.definition import (
    TERMINAL_STATES,
    Document,
    invalid,
    retry_document,
    run_document,
)
from lakehouse.local_aws.jobs.job_operations import existing_job
from lakehouse.local_aws.jobs.launch import JobHost
from lakehouse.local_aws.jobs.records import JobRecords
from lakehouse.local_aws.jobs.run import JobRun, clean_up_interrupted
from lakehouse.local_aws.state import insist

_MOST = 200
_CLOSE_SECONDS = 10.0


class RunOperations:
    """The runs of one scope. Runs that an earlier server left unfinished are FAILED at once."""

    def __init__(self, host: JobHost, records: JobRecords) -> None:
        self._host = host
        self._records = records
        self._running: dict[str, JobRun] = {}
        self._lock = threading.Lock()
        self._closing = False
        self._clean_up()

    def operations(self) -> Mapping[str, Operation]:
        """The operations of the Glue API by name."""
        return {
            "StartJobRun": self.start,
            "GetJobRun": self.get,
            "GetJobRuns": self.get_page,
            "BatchStopJobRun": self.batch_stop,
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

    def start(self, request: dict[str, Any]) -> dict[str, Any]:
        """Start a run; it is STARTING when this returns."""
        job = self._records.job(request["JobName"])
        if job is None:
            message = "Failed to start job run due to missing metadata."
            raise AwsError("EntityNotFoundException", message)
        run = self._requested(job, request)
        self._start(job, run, job["ExecutionProperty"].get("MaxConcurrentRuns", 1))
        return {"JobRunId": run["Id"]}

    def get(self, request: dict[str, Any]) -> dict[str, Any]:
        """One run."""
        return {"JobRun": _timed(self._existing(request["JobName"], request["RunId"]))}

    def get_page(self, request: dict[str, Any]) -> dict[str, Any]:
        """The runs of a job, the newest first, in pages."""
        job = existing_job(self._records, request["JobName"])
        runs = [(run["Id"], _timed(run)) for run in self._records.runs(job["Name"])]
        after = start_key(request)
        if after:
            ids = [run_id for run_id, _ in runs]
            if after not in ids:
                raise invalid("The NextToken is not valid.")
            runs = runs[ids.index(after) + 1 :]
        return page(runs, "JobRuns", page_size(request, _MOST))

    def batch_stop(self, request: dict[str, Any]) -> dict[str, Any]:
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

    def _existing(self, job: str, run_id: str) -> Document:
        run = self._records.run(job, run_id)
        if run is None:
            message = f"Job run {run_id} of job {job} not found."
            raise AwsError("EntityNotFoundException", message)
        return run

    def _requested(self, job: Document, request: Mapping[str, Any]) -> Document:
        """A new run, or a further attempt of the run that JobRunId names.

        Chosen: an attempt has the arguments and settings of that run where the request says
        nothing, and the next free number; a run that has not ended has no further attempt.
        """
        now = time.time()
        if "JobRunId" not in request:
            return run_document(job, request, f"jr_{secrets.token_hex(32)}", now)
        previous = self._existing(job["Name"], request["JobRunId"])
        if previous["JobRunState"] not in TERMINAL_STATES:
            raise invalid(f"Job run {previous['Id']} is in progress and cannot be retried.")
        first = previous["Id"].split("_attempt_")[0]
        same = [run for run in self._records.runs(job["Name"]) if run["Id"].startswith(first)]
        attempt = 1 + max(run["Attempt"] for run in same)
        given = {"Arguments": previous["Arguments"], "Timeout": previous["Timeout"], **request}
        fresh = run_document(job, given, previous["Id"], now)
        return retry_document({**previous, **fresh}, now, attempt)

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
        insist(lambda: self._record_end(job, run), lambda: self._closing)

    def _record_end(self, job: Document, run: Document) -> None:
        again = run["JobRunState"] == "FAILED" and run["Attempt"] < job["MaxRetries"]
        with self._lock:
            self._records.finish(run)
            self._running.pop(run["Id"], None)
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
        for record in self._records.active():
            run = self._records.run(record["JobName"], record["RunId"])
            if run is not None:
                self._records.finish(clean_up_interrupted(self._host, record, run))


def _timed(run: Document) -> Document:
    """A run with the execution time so far, in whole seconds."""
    if run["JobRunState"] in TERMINAL_STATES:
        return run
    return {**run, "ExecutionTime": round(time.time() - run["StartedOn"])}


def _problem(code: str, message: str) -> dict[str, str]:
    return {"ErrorCode": code, "ErrorMessage": message}
