"""Queries on their way: started in a pool of threads, watched, stopped, ended.

Belongs here: states, the threads and sessions of what runs, results that are used again. Does not
belong here: what a statement does (`run`), what the API shows (`service`, `executions`).
"""

import copy
import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
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
_log = logging.getLogger(__name__)


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
        self._lock = threading.Lock()
        self._running: dict[str, Document] = {}
        self._sessions: dict[str, Session] = {}

    def close(self) -> None:
        """Stop every query and end the engine."""
        with self._lock:
            sessions = list(self._sessions.values())
        for session in sessions:
            session.interrupt()
        self.pool.shutdown(wait=True, cancel_futures=True)
        self.engine.close()

    def submit(self, job: Job, query: Document, token: str | None, reuse_of: str | None) -> str:
        """Store a query and run it; the id of the query (an earlier one of the same token)."""
        with self._lock:
            previous = self.store.by_token(token) if token else None
            if previous is not None:
                return queries.same_request(previous, query)
            self.store.add(query, token)
            self._running[job.query_id] = query
            self._sessions[job.query_id] = self.engine.cursor()
        self.pool.submit(self._run, job, query, reuse_of)
        return job.query_id

    def find(self, query_id: str) -> Document:
        """A query as it stands. InvalidRequestException when there is none."""
        with self._lock:
            running = self._running.get(query_id)
        return self.store.get(query_id) if running is None else running

    def stop(self, query_id: str) -> None:
        """Stop a query; one that has ended stays as it is."""
        self.find(query_id)
        with self._lock:
            session = self._sessions.get(query_id)
            if session is not None:
                session.interrupt()

    def _run(self, job: Job, submitted: Document, reuse_of: str | None) -> None:
        session, query = self._sessions[job.query_id], copy.deepcopy(submitted)
        started = time.time()
        try:
            self._begin(query, session, started)
            if reuse_of is not None and self._reuse(query, reuse_of):
                return
            succeeded(query, self.runner.run(job, session), started, time.time())
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
            self._end(job.query_id, query, session)

    def _reuse(self, query: Document, reuse_of: str) -> bool:
        try:
            previous = self.find(reuse_of)
        except AwsError:  # its work group is gone, and its history with it
            return False
        reused(query, previous, time.time())
        return True

    def _begin(self, query: Document, session: Session, now: float) -> None:
        if session.cancelled:
            raise QueryCancelled
        execution = query["QueryExecution"]
        waited = int((now - execution["Status"]["SubmissionDateTime"]) * 1000)
        execution["Status"]["State"] = "RUNNING"
        execution["Statistics"]["QueryQueueTimeInMillis"] = waited
        with self._lock:  # what others may read is never changed, only replaced
            self._running[execution["QueryExecutionId"]] = copy.deepcopy(query)

    def _end(self, query_id: str, query: Document, session: Session) -> None:
        kept = self._keep_end(query)  # an end that a client has seen is never forgotten
        with self._lock:
            if kept:
                self._running.pop(query_id, None)
            else:
                self._running[query_id] = query
            self._sessions.pop(query_id, None)
        session.close()

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
