"""The documents of a query execution that the API shows, from start to end. Pure.

Storing them and setting their states belongs to `queries`, the operations to `service`.
"""

import time
from typing import Any

from lakehouse.local_aws.athena import queries
from lakehouse.local_aws.athena.metadata import CATALOG
from lakehouse.local_aws.athena.query_job import Job, Outcome
from lakehouse.local_aws.athena.statements import statement_type

Document = dict[str, Any]
_NO_REUSE = {"ResultReuseByAgeConfiguration": {"Enabled": False}}


def new_execution(job: Job, body: Document, engine: Document) -> Document:
    """The QueryExecution of a job that was just submitted."""
    kind, substatement = statement_type(job.statement)
    result = {k: v for k, v in body.get("ResultConfiguration", {}).items() if k != "OutputLocation"}
    ending = "csv" if kind == "DML" else "txt"
    context = {"Database": job.database, "Catalog": CATALOG.lower()}
    execution: Document = {
        "QueryExecutionId": job.query_id,
        "Query": job.sql,
        "StatementType": kind,
        "SubstatementType": substatement,
        "ResultConfiguration": {**result, "OutputLocation": f"{job.output}{job.query_id}.{ending}"},
        "ResultReuseConfiguration": body.get("ResultReuseConfiguration", _NO_REUSE),
        "QueryExecutionContext": context if "QueryExecutionContext" in body else {},
        "Status": {"State": "QUEUED", "SubmissionDateTime": time.time()},
        "Statistics": {},
        "WorkGroup": job.group,
        "EngineVersion": engine,
    }
    return execution | ({"ExecutionParameters": list(job.parameters)} if job.parameters else {})


def succeeded(query: Document, outcome: Outcome, started: float, now: float) -> None:
    """Put what a query left behind into its documents, and set its state to SUCCEEDED."""
    execution = query["QueryExecution"]
    execution["ResultConfiguration"]["OutputLocation"] = outcome.location
    execution["Statistics"] |= _times(started, now) | {
        "DataScannedInBytes": outcome.bytes_scanned,
        "QueryPlanningTimeInMillis": int(outcome.planning * 1000),
        "ResultReuseInformation": {"ReusedPreviousResult": False},
    }
    if outcome.manifest:
        execution["Statistics"]["DataManifestLocation"] = outcome.manifest
    query |= {
        "Columns": outcome.columns,
        "Kind": outcome.kind,
        "Rows": outcome.rows,
        "UpdateCount": outcome.update_count,
    }
    queries.succeeded(query, now)


def reused(query: Document, previous: Document, now: float) -> None:
    """Let a query show the result of an earlier one; nothing is scanned."""
    execution, earlier = query["QueryExecution"], previous["QueryExecution"]
    location = earlier["ResultConfiguration"]["OutputLocation"]
    execution["ResultConfiguration"]["OutputLocation"] = location
    execution["Statistics"] |= _times(now, now) | {
        "DataScannedInBytes": 0,
        "QueryPlanningTimeInMillis": 0,
        "ResultReuseInformation": {"ReusedPreviousResult": True},
    }
    query |= {key: previous[key] for key in ("Columns", "Kind", "Rows", "UpdateCount")}
    queries.succeeded(query, now)


def _times(started: float, now: float) -> Document:
    return {
        "EngineExecutionTimeInMillis": int((now - started) * 1000),
        "ServicePreProcessingTimeInMillis": 0,
        "ServiceProcessingTimeInMillis": 0,
    }


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
