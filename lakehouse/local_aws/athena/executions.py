"""The documents of a query execution that the API shows, and the refusals about them. Pure.

Storing and changing them belongs to `queries`, the operations to `service`.
"""

import time
from typing import Any

from lakehouse.local_aws.athena.metadata import CATALOG
from lakehouse.local_aws.athena.run import Job
from lakehouse.local_aws.athena.statement import statement_type
from lakehouse.local_aws.athena.work_groups import ENGINE
from lakehouse.local_aws.errors import AwsError

Document = dict[str, Any]


def result_offset(token: str | None) -> int:
    """Where a NextToken of GetQueryResults starts."""
    if token is None:
        return 0
    if not token.isdigit():
        raise AwsError("InvalidRequestException", "NextToken is not valid")
    return int(token)


def require_succeeded(query: Document) -> None:
    """InvalidRequestException for a query that has no results (yet)."""
    state = query["QueryExecution"]["Status"]["State"]
    if state in ("QUEUED", "RUNNING"):
        raise AwsError(
            "InvalidRequestException", f"Query has not yet finished. Current state: {state}"
        )
    if state != "SUCCEEDED":
        words = f"Query did not finish successfully. Final query state: {state}"
        raise AwsError("InvalidRequestException", words)


def restarted(previous: Document, body: Document) -> Document:
    """The answer to a StartQueryExecution whose token is known."""
    execution = previous["QueryExecution"]
    if execution["Query"] != body["QueryString"]:
        raise AwsError("InvalidRequestException", "Idempotent parameters do not match")
    return {"QueryExecutionId": execution["QueryExecutionId"]}


def new_execution(job: Job, body: Document, group: str) -> Document:
    """The QueryExecution of a job that was just submitted."""
    kind, substatement = statement_type(job.sql)
    result = {k: v for k, v in body.get("ResultConfiguration", {}).items() if k != "OutputLocation"}
    execution: Document = {
        "QueryExecutionId": job.query_id,
        "Query": job.sql,
        "StatementType": kind,
        "SubstatementType": substatement,
        "ResultConfiguration": {**result, "OutputLocation": f"{job.output}{job.query_id}.csv"},
        "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": False}},
        "QueryExecutionContext": {"Database": job.database, "Catalog": CATALOG.lower()},
        "Status": {"State": "QUEUED", "SubmissionDateTime": time.time()},
        "Statistics": {},
        "WorkGroup": group,
        "EngineVersion": ENGINE,
    }
    if "QueryExecutionContext" not in body:
        execution["QueryExecutionContext"] = {}
    return execution | ({"ExecutionParameters": list(job.parameters)} if job.parameters else {})


def runtime_statistics(query: Document) -> Document:
    """The answer of GetQueryRuntimeStatistics: milliseconds, and rows and bytes of the query."""
    times = query["QueryExecution"]["Statistics"]
    keys = (
        "QueryQueueTimeInMillis",
        "QueryPlanningTimeInMillis",
        "EngineExecutionTimeInMillis",
        "TotalExecutionTimeInMillis",
    )
    rows = {"OutputRows": query.get("Rows", 0), "InputBytes": times.get("DataScannedInBytes", 0)}
    timeline = {key: times.get(key, 0) for key in keys}
    return {"QueryRuntimeStatistics": {"Timeline": timeline, "Rows": rows}}
