"""Result reuse by age: the last result of the very same query stands in for running it again.

Source: AWS "Reuse query results in Athena", checked 2026-11: same text, database, parameters, work
group and result configuration, a SELECT that is deterministic, not older than MaxAgeInMinutes (60
by default). That functions of the current time are not deterministic is chosen.
"""

import hashlib
import json
import time
from typing import Any

from sqlglot import exp

from lakehouse.local_aws.athena.query_job import Job
from lakehouse.local_aws.athena.statements import Select
from lakehouse.local_aws.state import State

Document = dict[str, Any]
_KIND = "athena.reusable"
_RANDOM = (
    "rand", "random", "uuid", "shuffle", "now", "current_date", "current_timestamp",
    "current_time", "localtime", "localtimestamp",
)  # fmt: skip


class ResultReuse:
    """Which results can be used again, for one account and region."""

    def __init__(self, state: State, scope: str) -> None:
        self.state = state
        self.scope = scope

    def find(self, job: Job, body: Document) -> str | None:
        """The id of the query whose result can be used for a request, or None."""
        wanted = body.get("ResultReuseConfiguration", {}).get("ResultReuseByAgeConfiguration", {})
        if not wanted.get("Enabled") or not is_reusable(job):
            return None
        found = self.state.get(self.scope, _KIND, _key(job))
        age = 60 * wanted.get("MaxAgeInMinutes", 60)
        if found is None or found["CompletionDateTime"] < time.time() - age:
            return None
        return str(found["QueryExecutionId"])

    def remember(self, job: Job, completed: float) -> None:
        """A query has succeeded at a time; its result is the one to use from now on."""
        if is_reusable(job):
            body = {"QueryExecutionId": job.query_id, "CompletionDateTime": completed}
            self.state.put(self.scope, _KIND, _key(job), body)


def is_reusable(job: Job) -> bool:
    """Whether a job is a SELECT that gives the same rows whenever it reads the same data."""
    if not isinstance(job.statement, Select):
        return False
    tree = job.statement.tree
    if any(not node.args.get("order") for node in _limited(tree)):
        return False
    names = {f.name.lower() for f in tree.find_all(exp.Anonymous)}
    names |= {type(f).__name__.lower() for f in tree.find_all(exp.Func)}
    return not any(name.replace("_", "") in names or name in names for name in _RANDOM)


def _limited(tree: exp.Expr) -> list[exp.Expr]:
    return [node for node in tree.find_all(exp.Query) if node.args.get("limit") is not None]


def _key(job: Job) -> str:
    parts = [job.group, job.sql, job.database, job.output, list(job.parameters)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
