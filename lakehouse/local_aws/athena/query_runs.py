"""Queries on their way: started in a pool of threads, watched, stopped, ended.

Belongs here: states, the threads and sessions of what runs, results that are used again. Does not
belong here: what a statement does (`run`), what the API shows (`service`, `executions`).
"""

import copy
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from lakehouse.local_aws.athena import queries
from lakehouse.local_aws.athena.engine import Engine, Session
from lakehouse.local_aws.athena.errors import SYSTEM, QueryCancelled, QueryError
from lakehouse.local_aws.athena.executions import reused, succeeded
from lakehouse.local_aws.athena.query_job import Job
from lakehouse.local_aws.athena.result_reuse import ResultReuse
from lakehouse.local_aws.athena.run import Runner
from lakehouse.local_aws.errors import STORAGE_ERRORS, AwsError, storage_failure

Document = dict[str, Any]
CONCURRENT_QUERIES = 8
_SOON = 0.1  # seconds after its start in which a query is told of when it has ended
_WAITING_CALLS = 8  # that wait for such a query at a time; the server's threads are needed for more
_log = logging.getLogger(__name__)


@dataclass
class _Running:
    """A query that has not ended. `query` is never changed, only replaced."""

    query: Document
    session: Session
    ended: threading.Event = field(default_factory=threading.Event)


class QueryRuns:
    """The queries of one account and region that run or have run."""

    def __init__(
        self, store: queries.QueryStore, engine: Engine, runner: Runner, reuse: ResultReuse
    ) -> None:
        self.store = store
        self.engine = engine
        self.runner = runner
        self.reuse = reuse
        self.pool = ThreadPoolExecutor(CONCURRENT_QUERIES, thread_name_prefix="athena")
        self._running: dict[str, _Running] = {}  # each step on it is one of the interpreter's
        self._waiting = threading.BoundedSemaphore(_WAITING_CALLS)

    def close(self) -> None:
        """Stop every query and end the engine."""
        for running in list(self._running.values()):
            running.session.interrupt()
        self.pool.shutdown(wait=True, cancel_futures=True)
        self.engine.close()

    def submit(self, job: Job, query: Document, token: str | None, reuse_of: str | None) -> str:
        """Store a query and run it; the id of the query (an earlier one of the same token)."""
        previous = self.store.add(query, token)
        if previous is not None:
            return queries.same_request(previous, query)
        running = self._running[job.query_id] = _Running(query, self.engine.cursor())
        self.pool.submit(self._run, job, running, reuse_of)
        return job.query_id

    def find(self, query_id: str) -> Document:
        """A query as it stands. InvalidRequestException when there is none."""
        running = self._running.get(query_id)
        return self.store.get(query_id) if running is None else running.query

    def find_soon(self, query_id: str) -> Document:
        """A query as it stands; one that has just started, when it has ended or a moment later.

        Most clients look, then sleep for a second or more: a quick query is told of at once.
        """
        running = self._running.get(query_id)
        if running is not None and self._waiting.acquire(blocking=False):
            try:
                submitted = running.query["QueryExecution"]["Status"]["SubmissionDateTime"]
                running.ended.wait(max(0.0, submitted + _SOON - time.time()))
            finally:
                self._waiting.release()
        return self.find(query_id)

    def stop(self, query_id: str) -> None:
        """Stop a query; one that has ended stays as it is."""
        self.find(query_id)
        running = self._running.get(query_id)
        if running is not None:
            running.session.interrupt()

    def _run(self, job: Job, running: _Running, reuse_of: str | None) -> None:
        query, started = copy.deepcopy(running.query), time.time()
        try:
            self._begin(query, running, started)
            if reuse_of is not None and self._reuse(query, reuse_of):
                return
            succeeded(query, self.runner.run(job, running.session), started, time.time())
            self.reuse.remember(job, time.time())
        except QueryCancelled as stopped:
            queries.cancelled(query, stopped.reason, time.time())
        except QueryError as error:
            queries.failed(query, error, time.time())
        except AwsError as error:
            queries.failed(query, QueryError(error.code, error.message), time.time())
        except Exception as error:  # noqa: BLE001 - a query must end in a state, whatever happens
            _log.exception("query %s failed inside the local AWS", job.query_id)
            internal = QueryError("GENERIC_INTERNAL_ERROR", str(error), SYSTEM)
            queries.failed(query, internal, time.time())
        finally:
            self._end(job.query_id, query, running)

    def _reuse(self, query: Document, reuse_of: str) -> bool:
        try:
            previous = self.find(reuse_of)
        except AwsError:  # its work group is gone, and its history with it
            return False
        reused(query, previous, time.time())
        return True

    def _begin(self, query: Document, running: _Running, now: float) -> None:
        if running.session.cancelled:
            raise QueryCancelled
        execution = query["QueryExecution"]
        waited = int((now - execution["Status"]["SubmissionDateTime"]) * 1000)
        execution["Status"]["State"] = "RUNNING"
        execution["Statistics"]["QueryQueueTimeInMillis"] = waited
        running.query = copy.deepcopy(query)

    def _end(self, query_id: str, query: Document, running: _Running) -> None:
        if self._keep_end(query):  # an end that a client has seen is never forgotten
            self._running.pop(query_id, None)
        else:
            running.query = query
        running.session.close()
        running.ended.set()

    def _keep_end(self, query: Document) -> bool:
        """Keep how a query ended. What a full disk does not take is FAILED, now and after a restart
        of the server, which finds it unfinished."""
        try:
            self.store.end(query)
        except STORAGE_ERRORS as error:
            _log.error("query %s: %s", query["QueryExecution"]["QueryExecutionId"], error)
            internal = QueryError("GENERIC_INTERNAL_ERROR", storage_failure(error), SYSTEM)
            queries.failed(query, internal, time.time())
            return False
        return True
