"""Amazon Athena of the local AWS: its API over the runner, the query store and the work groups.

Belongs here: starting, watching and stopping queries, and reading their results. Does not belong
here: what a statement does (`run`), what SQL means (`statement`, `translate`).
Source: AWS Athena API reference, checked 2026-11.
"""

import copy
import logging
import threading
import time
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from lakehouse.local_aws.athena import queries, results
from lakehouse.local_aws.athena.engine import Engine, Session
from lakehouse.local_aws.athena.errors import SYSTEM, QueryCancelled, QueryError
from lakehouse.local_aws.athena.executions import (
    new_execution,
    require_succeeded,
    restarted,
    result_offset,
    runtime_statistics,
)
from lakehouse.local_aws.athena.metadata import CATALOG, Metadata
from lakehouse.local_aws.athena.run import Job, Outcome, Runner, output_folder, staging_folder
from lakehouse.local_aws.athena.statement import parse
from lakehouse.local_aws.athena.work_groups import WorkGroups
from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import State

Document = dict[str, Any]
CONCURRENT_QUERIES = 8
MAX_QUERY_LENGTH = 262144  # bytes
_log = logging.getLogger(__name__)


class AthenaService:
    """Athena for one account and region."""

    def __init__(
        self, state: State, scope: str, catalog: Any, objects: Any, data_dir: Path
    ) -> None:
        self.objects = objects
        self.store = queries.QueryStore(state, scope)
        self.store.fail_interrupted()
        self.groups = WorkGroups(state, scope)
        self.metadata = Metadata(catalog, scope)
        self.engine = Engine(objects.files.root, staging_folder(data_dir, scope))
        self.runner = Runner(self.engine, catalog, objects)
        self.pool = ThreadPoolExecutor(CONCURRENT_QUERIES, thread_name_prefix="athena")
        self.lock = threading.Lock()
        self.running: dict[str, Document] = {}
        self.sessions: dict[str, Session] = {}

    def operations(self) -> Mapping[str, Operation]:
        """The supported operations of the API."""
        return {
            "StartQueryExecution": self.start,
            "GetQueryExecution": self.get,
            "BatchGetQueryExecution": self.batch_get,
            "ListQueryExecutions": self.list_queries,
            "StopQueryExecution": self.stop,
            "GetQueryResults": self.get_results,
            "GetQueryRuntimeStatistics": self.runtime_statistics,
            **self.groups.operations(),
            **self.metadata.operations(),
        }

    def close(self) -> None:
        """Stop every query and end the engine."""
        with self.lock:
            sessions = list(self.sessions.values())
        for session in sessions:
            session.interrupt()
        self.pool.shutdown(wait=True, cancel_futures=True)
        self.engine.close()

    # starting

    def start(self, body: Document) -> Document:
        """StartQueryExecution."""
        token = body.get("ClientRequestToken")
        with self.lock:
            previous = self.store.by_token(token) if token else None
            if previous is not None:
                return restarted(previous, body)
            query, job = self._new(body)
            self.store.add(query, token)
            self.running[job.query_id] = query
            self.sessions[job.query_id] = self.engine.cursor()
        self.pool.submit(self._run, job, query)
        return {"QueryExecutionId": job.query_id}

    def _new(self, body: Document) -> tuple[Document, Job]:
        sql = body["QueryString"]
        if len(sql.encode()) > MAX_QUERY_LENGTH:
            raise AwsError(
                "InvalidRequestException", "The query string is too long (max 262144 bytes)"
            )
        group = self.groups.find(body.get("WorkGroup", "primary"))
        if group["State"] != "ENABLED":
            raise AwsError("InvalidRequestException", f"WorkGroup {group['Name']} is disabled.")
        context = body.get("QueryExecutionContext", {})
        if context.get("Catalog", CATALOG).lower() != CATALOG.lower():
            raise AwsError("InvalidRequestException", f"Catalog {context['Catalog']} is not found")
        output = self._output(group, body)
        settings = group["Configuration"]
        job = Job(
            str(uuid.uuid4()),
            sql,
            parse(sql),
            context.get("Database", "default").lower(),
            output,
            tuple(body.get("ExecutionParameters", ())),
            settings.get("BytesScannedCutoffPerQuery"),
            bool(
                settings["EnforceWorkGroupConfiguration"]
                and settings["ResultConfiguration"].get("OutputLocation")
            ),
        )
        return {
            "QueryExecution": new_execution(job, body, group["Name"]),
            "Columns": [],
            "Kind": "none",
        }, job

    def _output(self, group: Document, body: Document) -> str:
        settings = group["Configuration"]
        own = settings["ResultConfiguration"].get("OutputLocation")
        given = body.get("ResultConfiguration", {}).get("OutputLocation")
        location = own if own and settings["EnforceWorkGroupConfiguration"] else given or own
        if not location:
            raise AwsError(
                "InvalidRequestException",
                "No output location provided. An output location is required either through the "
                "Workgroup result configuration setting or as an API input.",
            )
        bucket, _, _ = location.removeprefix("s3://").partition("/")
        if not location.startswith("s3://"):
            raise AwsError(
                "InvalidRequestException", f"outputLocation is not a valid S3 path: {location}"
            )
        if not self.objects.has_bucket(bucket):
            raise AwsError(
                "InvalidRequestException", f"Unable to verify/create output bucket {bucket}"
            )
        return output_folder(location)

    # running

    def _run(self, job: Job, submitted: Document) -> None:
        session, query = self.sessions[job.query_id], copy.deepcopy(submitted)
        started = time.time()
        try:
            self._begin(query, session, started)
            outcome = self.runner.run(job, session)
            self._succeed(query, outcome, started)
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

    def _begin(self, query: Document, session: Session, now: float) -> None:
        if session.cancelled:
            raise QueryCancelled
        execution = query["QueryExecution"]
        waited = int((now - execution["Status"]["SubmissionDateTime"]) * 1000)
        execution["Status"]["State"] = "RUNNING"
        execution["Statistics"]["QueryQueueTimeInMillis"] = waited
        with self.lock:  # what others may read is never changed, only replaced
            self.running[execution["QueryExecutionId"]] = copy.deepcopy(query)

    def _succeed(self, query: Document, outcome: Outcome, started: float) -> None:
        execution, now = query["QueryExecution"], time.time()
        execution["ResultConfiguration"]["OutputLocation"] = outcome.location
        execution["Statistics"] |= {
            "EngineExecutionTimeInMillis": int((now - started) * 1000),
            "DataScannedInBytes": outcome.bytes_scanned,
            "QueryPlanningTimeInMillis": int(outcome.planning * 1000),
            "ServicePreProcessingTimeInMillis": 0,
            "ServiceProcessingTimeInMillis": 0,
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

    def _end(self, query_id: str, query: Document, session: Session) -> None:
        self.store.end(query)  # an end that a client has seen is never forgotten
        with self.lock:
            self.running.pop(query_id, None)
            self.sessions.pop(query_id, None)
        session.close()

    # watching and stopping

    def _find(self, query_id: str) -> Document:
        with self.lock:
            running = self.running.get(query_id)
        return self.store.get(query_id) if running is None else running

    def get(self, body: Document) -> Document:
        """GetQueryExecution."""
        return {"QueryExecution": self._find(body["QueryExecutionId"])["QueryExecution"]}

    def batch_get(self, body: Document) -> Document:
        """BatchGetQueryExecution."""
        found, missing = [], []
        for query_id in body["QueryExecutionIds"]:
            try:
                found.append(self._find(query_id)["QueryExecution"])
            except AwsError as error:
                missing.append(
                    {
                        "QueryExecutionId": query_id,
                        "ErrorCode": error.code,
                        "ErrorMessage": error.message,
                    }
                )
        return {"QueryExecutions": found, "UnprocessedQueryExecutionIds": missing}

    def list_queries(self, body: Document) -> Document:
        """ListQueryExecutions, newest first."""
        group = self.groups.find(body.get("WorkGroup", "primary"))["Name"]
        ids, token = self.store.page(group, body.get("NextToken", ""), body.get("MaxResults", 50))
        return {"QueryExecutionIds": ids, **({"NextToken": token} if token else {})}

    def stop(self, body: Document) -> Document:
        """StopQueryExecution; a query that has ended stays as it is."""
        self._find(body["QueryExecutionId"])
        with self.lock:
            session = self.sessions.get(body["QueryExecutionId"])
            if session is not None:
                session.interrupt()
        return {}

    def runtime_statistics(self, body: Document) -> Document:
        """GetQueryRuntimeStatistics: the timeline and the rows that came out."""
        return runtime_statistics(self._find(body["QueryExecutionId"]))

    # results

    def get_results(self, body: Document) -> Document:
        """GetQueryResults: a page of rows as text; the first row of a SELECT is its header."""
        query = self._find(body["QueryExecutionId"])
        require_succeeded(query)
        if body.get("QueryResultType", "DATA_ROWS") != "DATA_ROWS":
            raise AwsError(
                "InvalidRequestException", "QueryResultType is not supported by the local AWS"
            )
        page = self._page(query, result_offset(body.get("NextToken")), body.get("MaxResults", 1000))
        rows = [
            {"Data": [{} if v is None else {"VarCharValue": v} for v in row]} for row in page.rows
        ]
        answer: Document = {
            "UpdateCount": query.get("UpdateCount") or 0,
            "ResultSet": {"Rows": rows, "ResultSetMetadata": {"ColumnInfo": query["Columns"]}},
        }
        return answer | (
            {"NextToken": str(page.next_offset)} if page.next_offset is not None else {}
        )

    def _page(self, query: Document, offset: int, count: int) -> results.Page:
        if query["Kind"] == "none":
            return results.Page([], None)
        location = query["QueryExecution"]["ResultConfiguration"]["OutputLocation"]
        bucket, _, key = location.removeprefix("s3://").partition("/")
        try:
            path = self.objects.get(bucket, key).path
        except AwsError as error:
            words = "Could not find results; they were removed from the output location"
            raise AwsError("InvalidRequestException", words) from error
        if query["Kind"] == "txt":
            return results.read_text_page(path, offset, count)
        return results.read_csv_page(path, offset, count, len(query["Columns"]))
