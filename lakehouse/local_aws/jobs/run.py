"""One run of a job: the thread that starts the child, watches it and records what happened.

STARTING -> RUNNING -> SUCCEEDED, FAILED, STOPPED or TIMEOUT, each from what the child process did;
ERROR if the local AWS itself failed. The terminal state becomes visible last: after the logs are
complete and the written files are objects. Which runs may start is decided in runs.py.
"""

import json
import logging
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from lakehouse.local_aws.jobs import process as job_process
from lakehouse.local_aws.jobs.arguments import script_argv, special_parameters
from lakehouse.local_aws.jobs.definition import Document, RunState, outcome
from lakehouse.local_aws.jobs.error import error_message
from lakehouse.local_aws.jobs.launch import JobHost, Launch, LaunchError, prepare
from lakehouse.local_aws.jobs.logs import JobLogs, log_stream
from lakehouse.local_aws.jobs.process import JobProcess
from lakehouse.local_aws.jobs.records import JobRecords

INTERRUPTED = "The job run was interrupted: the local AWS was stopped while it was in progress."
_TICK = 0.1  # seconds between looks at the child
_EXIT_SECONDS = 15.0  # for the JVM to end after its Python
_KILL_SECONDS = 2.0  # between SIGTERM and SIGKILL
logger = logging.getLogger(__name__)

Ending = Literal["exit", "stop", "timeout", "close"]
Verdict = tuple[RunState, str | None]


class JobRun:
    """A run in progress. `on_end` is called in the run's thread with the terminal document."""

    def __init__(
        self,
        host: JobHost,
        records: JobRecords,
        job: Document,
        run: Document,
        on_end: Callable[[Document], None],
    ) -> None:
        self._host, self._records, self._job, self._run = host, records, job, run
        self._spark = job["Command"]["Name"] == "glueetl"
        self._on_end = on_end
        self._wake = threading.Event()
        self._ending: Ending = "exit"
        self._seconds = 0.0
        self._thread = threading.Thread(target=self._execute, name=run["Id"], daemon=True)

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    def stop(self, ending: Literal["stop", "close"]) -> None:
        """Make the run end: as STOPPED, or as FAILED because the server closes."""
        self._ending = ending
        self._wake.set()

    def join(self, seconds: float) -> None:
        """Wait for the terminal state."""
        self._thread.join(seconds)

    def _execute(self) -> None:
        state, message = self._outcome()
        shutil.rmtree(self._host.folder / self._run["Id"], ignore_errors=True)
        current = self._records.run(self._run["JobName"], self._run["Id"]) or self._run
        self._on_end(outcome(current, state, message, self._seconds, time.time()))

    def _outcome(self) -> Verdict:
        """Run to the end, with everything taken in; whatever goes wrong is a state, too."""
        try:
            if not self._spark:
                return self._launched()
            self._host.spark_folders.begin(self._run["Id"])
            try:
                return self._launched()
            finally:
                self._host.spark_folders.end(self._run["Id"])
                self._host.archive.build_later()
        except LaunchError as error:
            return "FAILED", str(error)
        except Exception as error:
            logger.exception("run %s of job %s", self._run["Id"], self._run["JobName"])
            return "ERROR", f"Internal service error: {type(error).__name__}: {error}"

    def _launched(self) -> Verdict:
        launch = prepare(self._host, self._job, self._run)
        if self._wake.is_set():
            return self._forced(self._ending)
        began = time.time()
        try:
            return self._followed(self._start(launch), launch, began)
        finally:
            self._seconds = time.time() - began

    def _start(self, launch: Launch) -> JobProcess:
        order = {
            "script": str(launch.script),
            "arguments": script_argv(self._run),
            "report": str(launch.report),
            "driver": list(launch.driver),
            "driver_grace": 0,
        }
        return job_process.start(order, launch.folder, launch.environment)

    def _followed(self, process: JobProcess, launch: Launch, began: float) -> Verdict:
        try:
            self._records.started(self._run, process.identity, began)
            ending = self._follow(process, began + self._host.minute * self._run["Timeout"])
        finally:
            process.close()
        if ending != "exit":
            return self._forced(ending)
        code = process.exit_code() or 0
        if code:
            return "FAILED", error_message(self._job["Command"]["Name"], _read(launch.report), code)
        return "SUCCEEDED", None

    def _follow(self, process: JobProcess, deadline: float) -> Ending:
        """Stay with the child to the end of its session; all it printed is in the logs then."""
        logs = JobLogs(*process.outputs, self._run["LogGroupName"], self._put_lines)
        ending = self._watch(process, logs, deadline)
        if ending != "exit":
            process.terminate()
        silent = logs.drain(_EXIT_SECONDS if ending == "exit" else _KILL_SECONDS)
        # The end of both pipes means that nobody holds them any more: the session is gone.
        process.end(0.0 if silent else _KILL_SECONDS)
        logs.drain(1.0)
        logs.finish()
        return ending

    def _watch(self, process: JobProcess, logs: JobLogs, deadline: float) -> Ending:
        """Pass on the logs until the child ends or has to."""
        while process.exit_code() is None:
            if self._wake.is_set():
                return self._ending
            if time.time() >= deadline:
                return "timeout"
            if not logs.pump(_TICK):
                process.wait(_TICK)
        return "exit"

    def _forced(self, ending: Ending) -> Verdict:
        """How a run ends that does not end by itself."""
        if ending == "close":
            return "FAILED", INTERRUPTED
        return ("STOPPED" if ending == "stop" else "TIMEOUT"), None

    def _put_lines(self, group: str, lines: list[str]) -> None:
        stream = log_stream(self._run["Id"], special_parameters(self._run["Arguments"]))
        self._host.put_log_events(self._host.scope, group, stream, lines)


def clean_up_interrupted(host: JobHost, record: Document, run: Document) -> Document:
    """End what an earlier server left of a run; the run as FAILED."""
    job_process.kill_leftover(record["Pid"], record["Started"])
    host.spark_folders.take_in_all(run["StartedOn"])
    host.spark_folders.remove_unfinished(run["StartedOn"])
    shutil.rmtree(host.folder / run["Id"], ignore_errors=True)
    seconds = max(0.0, run["LastModifiedOn"] - run["StartedOn"])
    return outcome(run, "FAILED", INTERRUPTED, seconds, time.time())


def _read(report: Path) -> dict[str, Any] | None:
    if not report.exists():
        return None
    body: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    return body
