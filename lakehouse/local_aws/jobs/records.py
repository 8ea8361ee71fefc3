"""Jobs and runs as durable records: definitions, runs, and which runs are active.

Every change is one transaction of State. An active run also has a small record with the identity of
its process, so that a server that starts again finds what an earlier one left behind.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.jobs.definition import Document
from lakehouse.local_aws.jobs.process import Identity
from lakehouse.local_aws.state import State

_JOB, _RUN, _ACTIVE = "glue_job", "glue_job_run", "glue_job_active_run"


class JobRecords:
    """The records of one scope ("<account>/<region>")."""

    def __init__(self, state: State, scope: str) -> None:
        self._state = state
        self._scope = scope
        self._lock = threading.RLock()

    def job(self, name: str) -> Document | None:
        """A job's definition, None if there is none."""
        return self._state.get(self._scope, _JOB, name)

    def jobs(self, after: str = "", most: int | None = None) -> list[tuple[str, Document]]:
        """Definitions by name, those after a name, at most some."""
        return self._state.list(self._scope, _JOB, after=after, limit=most)

    def put_job(self, job: Document) -> None:
        """Create or replace a definition."""
        self._state.put(self._scope, _JOB, job["Name"], job)

    def delete_job(self, name: str) -> None:
        """Remove a definition; its runs stay readable by their id."""
        self._state.delete(self._scope, _JOB, name)

    def run(self, job: str, run_id: str) -> Document | None:
        """A run, None if there is none."""
        return self._state.get(self._scope, _RUN, _run_key(job, run_id))

    def runs(self, job: str) -> list[Document]:
        """The runs of a job, the newest first."""
        found = [run for _, run in self._state.list(self._scope, _RUN, prefix=_run_key(job, ""))]
        return sorted(found, key=lambda run: (run["StartedOn"], run["Attempt"]), reverse=True)

    def active(self) -> list[Document]:
        """JobName, RunId, Pid and Started of the runs without a terminal state."""
        return [record for _, record in self._state.list(self._scope, _ACTIVE)]

    def begin(self, run: Document, most: int) -> None:
        """Record a new run. Raises ConcurrentRunsExceededException if `most` are active."""
        with self._writing():
            same = [record for record in self.active() if record["JobName"] == run["JobName"]]
            if len(same) >= most:
                message = f"Concurrent runs exceeded for {run['JobName']}"
                raise AwsError("ConcurrentRunsExceededException", message)
            self._put(run)
            self._put_active(run, Identity(0, ""))

    def change(self, job: str, run_id: str, **fields: Any) -> Document:
        """Change fields of an active run; the run as it is now."""
        with self._writing():
            run = {**(self.run(job, run_id) or {}), **fields}
            self._put(run)
            return run

    def started(self, run: Document, process: Identity, now: float) -> None:
        """The child runs: RUNNING (unless a stop was asked for already), its identity kept."""
        with self._writing():
            self._put_active(run, process)
            current = self.run(run["JobName"], run["Id"]) or run
            if current["JobRunState"] == "STARTING":
                self._put({**current, "JobRunState": "RUNNING", "LastModifiedOn": now})

    def finish(self, run: Document) -> None:
        """Record a terminal run; it is active no longer."""
        with self._writing():
            self._put(run)
            self._state.delete(self._scope, _ACTIVE, run["Id"])

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._lock, self._state.transaction():
            yield

    def _put(self, run: Document) -> None:
        self._state.put(self._scope, _RUN, _run_key(run["JobName"], run["Id"]), run)

    def _put_active(self, run: Document, process: Identity) -> None:
        record = {
            "JobName": run["JobName"],
            "RunId": run["Id"],
            "Pid": process.pid,
            "Started": process.started,
        }
        self._state.put(self._scope, _ACTIVE, run["Id"], record)


def _run_key(job: str, run_id: str) -> str:
    return f"{job}\x1f{run_id}"
