"""Query executions as durable documents: an index by work group, and which are running.

States change through here only. Running queries belongs to `service` and `run`.
"""

import time
from collections.abc import Iterable
from typing import Any

from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import State

Document = dict[str, Any]
_QUERY, _ORDER, _ACTIVE, _TOKEN = (
    "athena.query",
    "athena.query_order",
    "athena.active",
    "athena.token",
)
_END_OF_TIME = 10**16  # microseconds; newest queries first in key order


class QueryStore:
    """The query executions of one account and region."""

    def __init__(self, state: State, scope: str) -> None:
        self.state = state
        self.scope = scope

    def _by_token(self, token: str) -> Document | None:
        """The query that was started with a ClientRequestToken."""
        found = self.state.get(self.scope, _TOKEN, token)
        return found and self.state.get(self.scope, _QUERY, found["QueryExecutionId"])

    def add(self, query: Document, token: str | None) -> Document | None:
        """Store a new, queued query, all or nothing.

        Stores nothing and returns the earlier query when there is one of the same token.
        """
        execution = query["QueryExecution"]
        query_id = execution["QueryExecutionId"]
        newest = f"{_END_OF_TIME - int(execution['Status']['SubmissionDateTime'] * 1e6):016d}"
        order = f"{execution['WorkGroup']}\x1f{newest}\x1f{query_id}"
        with self.state.transaction():
            previous = self._by_token(token) if token else None
            if previous is not None:
                return previous
            self.state.put(self.scope, _QUERY, query_id, query)
            self.state.put(self.scope, _ORDER, order, {"QueryExecutionId": query_id})
            self.state.put(self.scope, _ACTIVE, query_id, {})
            if token is not None:
                self.state.put(self.scope, _TOKEN, token, {"QueryExecutionId": query_id})
        return None

    def get(self, query_id: str) -> Document:
        """A query. InvalidRequestException when there is none."""
        found = self.state.get(self.scope, _QUERY, query_id)
        if found is None:
            raise AwsError("InvalidRequestException", f"QueryExecution {query_id} was not found")
        return found

    def end(self, query: Document) -> None:
        """Store a query that has ended."""
        query_id = query["QueryExecution"]["QueryExecutionId"]
        with self.state.transaction():
            self.state.put(self.scope, _QUERY, query_id, query)
            self.state.delete(self.scope, _ACTIVE, query_id)

    def page(self, group: str, after: str, limit: int) -> tuple[list[str], str | None]:
        """Ids of a work group's queries, newest first, and the token of the next page."""
        rows = self.state.list(self.scope, _ORDER, f"{group}\x1f", after=after, limit=limit + 1)
        ids = [row["QueryExecutionId"] for _, row in rows[:limit]]
        return ids, rows[limit - 1][0] if len(rows) > limit else None

    def any_in(self, group: str) -> bool:
        """Whether a work group has a history."""
        return bool(self.state.list(self.scope, _ORDER, f"{group}\x1f", limit=1))

    def forget(self, group: str) -> None:
        """Remove the history of a work group; what still runs is kept until the next one."""
        with self.state.transaction():
            for order, row in self.state.list(self.scope, _ORDER, f"{group}\x1f"):
                self.state.delete(self.scope, _ORDER, order)
                if self.state.get(self.scope, _ACTIVE, row["QueryExecutionId"]) is None:
                    self.state.delete(self.scope, _QUERY, row["QueryExecutionId"])

    def fail_interrupted(self) -> None:
        """After a start: what was running when the server ended has failed."""
        for query_id in self._active():
            query = self.get(query_id)
            error = QueryError(
                "INTERNAL_ERROR_QUERY_ENGINE", "The local AWS was stopped while the query ran", 1
            )
            failed(query, error, time.time())
            self.end(query)

    def _active(self) -> Iterable[str]:
        return [key for key, _ in self.state.list(self.scope, _ACTIVE)]


def same_request(previous: Document, query: Document) -> str:
    """The id of an earlier query with the same token, which must ask for the same."""
    keys = ("Query", "QueryExecutionContext", "ExecutionParameters", "WorkGroup")
    one, two = previous["QueryExecution"], query["QueryExecution"]
    if any(one.get(key) != two.get(key) for key in keys):
        raise AwsError("InvalidRequestException", "Idempotent parameters do not match")
    return str(one["QueryExecutionId"])


def failed(query: Document, error: QueryError, now: float) -> None:
    """Set a query's state to FAILED."""
    status = query["QueryExecution"]["Status"]
    status |= {
        "State": "FAILED",
        "StateChangeReason": error.reason,
        "AthenaError": error.athena_error(),
    }
    _complete(query, now)


def cancelled(query: Document, reason: str, now: float) -> None:
    """Set a query's state to CANCELLED."""
    query["QueryExecution"]["Status"] |= {
        "State": "CANCELLED",
        "StateChangeReason": reason or "Query cancelled by user",
    }
    _complete(query, now)


def succeeded(query: Document, now: float) -> None:
    """Set a query's state to SUCCEEDED."""
    query["QueryExecution"]["Status"] |= {"State": "SUCCEEDED"}
    _complete(query, now)


def _complete(query: Document, now: float) -> None:
    execution = query["QueryExecution"]
    execution["Status"]["CompletionDateTime"] = now
    took = int((now - execution["Status"]["SubmissionDateTime"]) * 1000)
    execution["Statistics"].setdefault("DataScannedInBytes", 0)
    execution["Statistics"].setdefault("EngineExecutionTimeInMillis", took)
    execution["Statistics"]["TotalExecutionTimeInMillis"] = took
