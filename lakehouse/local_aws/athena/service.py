"""Amazon Athena of the local AWS: its API over query runs, work groups and what stands in them.

Belongs here: composing the parts, and the operations on query executions. Does not belong here:
running queries (`query_runs`, `run`), what SQL means (`statement`, `translate`).
Source: AWS Athena API reference, checked 2026-11.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lakehouse.local_aws.athena import queries, query_results
from lakehouse.local_aws.athena.engine import Engine
from lakehouse.local_aws.athena.errors import refused
from lakehouse.local_aws.athena.executions import new_execution, runtime_statistics
from lakehouse.local_aws.athena.metadata import Metadata
from lakehouse.local_aws.athena.named_queries import NamedQueries
from lakehouse.local_aws.athena.prepared_statements import PreparedStatements
from lakehouse.local_aws.athena.query_runs import QueryRuns
from lakehouse.local_aws.athena.result_reuse import ResultReuse
from lakehouse.local_aws.athena.run import Runner
from lakehouse.local_aws.athena.submissions import job_of
from lakehouse.local_aws.athena.work_groups import WorkGroups
from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import State

Document = dict[str, Any]


class AthenaService:
    """Athena for one account and region."""

    def __init__(
        self, state: State, scope: str, catalog: Any, objects: Any, data_dir: Path
    ) -> None:
        self.state = state
        self.objects = objects
        staging = data_dir / "athena" / scope.replace("/", "-")
        self.history = State(staging / "history.db")
        self.store = queries.QueryStore(self.history, scope)
        self.store.fail_interrupted()
        self.groups = WorkGroups(state, scope)
        self.named = NamedQueries(state, scope, self.groups)
        self.prepared = PreparedStatements(state, scope, self.groups)
        self.metadata = Metadata(catalog, scope)
        self.reuse = ResultReuse(self.history, scope)
        engine = Engine(objects.files.root, staging)
        runner = Runner(engine, catalog, objects, self.prepared)
        self.runs = QueryRuns(self.store, engine, runner, self.reuse)

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
            "DeleteWorkGroup": self.delete_group,
            **self.groups.operations(),
            **self.named.operations(),
            **self.prepared.operations(),
            **self.metadata.operations(),
        }

    def close(self) -> None:
        """Stop every query and end the engine."""
        self.runs.close()
        self.history.close()

    def start(self, body: Document) -> Document:
        """StartQueryExecution."""
        group = self.groups.find(body.get("WorkGroup", "primary"))
        job = job_of(body, group, self.objects.has_bucket)
        engine = group["Configuration"]["EngineVersion"]
        query = {
            "QueryExecution": new_execution(job, body, engine),
            "Columns": [],
            "Kind": "none",
        }
        reuse_of = self.reuse.find(job, body)
        token = body.get("ClientRequestToken")
        return {"QueryExecutionId": self.runs.submit(job, query, token, reuse_of)}

    def get(self, body: Document) -> Document:
        """GetQueryExecution."""
        return {"QueryExecution": self.runs.find_soon(body["QueryExecutionId"])["QueryExecution"]}

    def batch_get(self, body: Document) -> Document:
        """BatchGetQueryExecution; what is not there is listed apart."""
        found, missing = [], []
        for query_id in body["QueryExecutionIds"]:
            try:
                found.append(self.runs.find(query_id)["QueryExecution"])
            except AwsError as error:
                failure = {"ErrorCode": error.code, "ErrorMessage": error.message}
                missing.append({"QueryExecutionId": query_id, **failure})
        return {"QueryExecutions": found, "UnprocessedQueryExecutionIds": missing}

    def list_queries(self, body: Document) -> Document:
        """ListQueryExecutions, newest first."""
        group = self.groups.find(body.get("WorkGroup", "primary"))["Name"]
        ids, token = self.store.page(group, body.get("NextToken", ""), body.get("MaxResults", 50))
        return {"QueryExecutionIds": ids, **({"NextToken": token} if token else {})}

    def stop(self, body: Document) -> Document:
        """StopQueryExecution; a query that has ended stays as it is."""
        self.runs.stop(body["QueryExecutionId"])
        return {}

    def runtime_statistics(self, body: Document) -> Document:
        """GetQueryRuntimeStatistics: the timeline and the rows that came out."""
        return runtime_statistics(self.runs.find(body["QueryExecutionId"]))

    def get_results(self, body: Document) -> Document:
        """GetQueryResults."""
        query = self.runs.find(body["QueryExecutionId"])
        return query_results.answer(query, body, self.objects)

    def delete_group(self, body: Document) -> Document:
        """DeleteWorkGroup; with RecursiveDeleteOption also what stands in it."""
        name = self.groups.find(body["WorkGroup"])["Name"]
        if name == "primary":
            raise refused("The primary workgroup cannot be deleted.")
        filled = self.named.any_in(name) or self.store.any_in(name) or self.prepared.any_in(name)
        if filled and not body.get("RecursiveDeleteOption"):
            raise refused(f"WorkGroup {name} is not empty")
        self.store.forget(name)
        with self.state.transaction():
            self.named.delete_all(name)
            self.prepared.delete_all(name)
            self.groups.remove(name)
        return {}
