"""Executing one query: from its parsed statement to result files and statistics.

Knows nothing of states, threads or the API; those are `query_runs`' and `service`'s. Statements
that write rows are in `table_runs`. Raises QueryError or QueryCancelled when it does not succeed.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lakehouse.local_aws.athena import explain
from lakehouse.local_aws.athena.ddl import DdlExecutor
from lakehouse.local_aws.athena.engine import Engine, Session
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.planning import Planner
from lakehouse.local_aws.athena.prepared_statements import PreparedStatements
from lakehouse.local_aws.athena.query_job import Job, Outcome
from lakehouse.local_aws.athena.result_files import ResultFiles
from lakehouse.local_aws.athena.statement import parse
from lakehouse.local_aws.athena.statements import (
    CreateTableAs,
    CreateView,
    Deallocate,
    Execute,
    Explain,
    InsertInto,
    Prepare,
    Select,
    Unload,
)
from lakehouse.local_aws.athena.table_runs import TableRun
from lakehouse.local_aws.athena.write_targets import check_columns
from lakehouse.local_aws.errors import AwsError


class Runner:
    """Runs jobs on the engine, over the catalog and the object store."""

    def __init__(
        self, engine: Engine, catalog: Any, objects: Any, prepared: PreparedStatements
    ) -> None:
        self.engine = engine
        self.catalog = catalog
        self.objects = objects
        self.prepared = prepared

    def run(self, job: Job, session: Session) -> Outcome:
        """Execute the job to its end."""
        statement = job.statement
        if isinstance(statement, Select):
            return self._select(job, statement, session)
        if isinstance(statement, Unload | CreateTableAs | InsertInto):
            return self._write(job, statement, session)
        if isinstance(statement, Explain):
            return self._explain(job, statement, session)
        if isinstance(statement, Execute):
            return self.run(self._prepared(job, statement), session)
        if isinstance(statement, Prepare | Deallocate):
            return self._prepare(job, statement)
        ddl = DdlExecutor(self.catalog, self.objects, job.database)
        if isinstance(statement, CreateView):
            translation = self._planner(job, session).translate(statement.tree)
            check_columns(translation.columns, ())
            answer = ddl.create_view(statement, translation.columns)
        else:
            answer = ddl.execute(statement)
        return ResultFiles(job, self.objects).lines(answer.lines, answer.columns)

    def _planner(self, job: Job, session: Session) -> Planner:
        return Planner(job, self.catalog, self.objects, session)

    def _select(self, job: Job, statement: Select, session: Session) -> Outcome:
        planner = self._planner(job, session)
        translation, plan = planner.plan(statement.tree)
        counted = [0]

        def blocks() -> Iterator[Any]:
            for block in session.run(plan):
                counted[0] += len(block)
                yield block
            planner.checker()(plan)

        outcome = ResultFiles(job, self.objects).rows(translation.columns, blocks())
        outcome.bytes_scanned = session.bytes_scanned(plan)
        outcome.rows, outcome.planning = counted[0], planner.seconds
        return outcome

    def _write(
        self, job: Job, statement: Unload | CreateTableAs | InsertInto, session: Session
    ) -> Outcome:
        run = TableRun(job, session, self.engine, self.catalog, self.objects)
        if isinstance(statement, Unload):
            return run.unload(statement)
        if isinstance(statement, CreateTableAs):
            return run.create_table_as(statement)
        return run.insert(statement)

    # statements about statements

    def _explain(self, job: Job, statement: Explain, session: Session) -> Outcome:
        planner = self._planner(job, session)
        lines = explain.lines(statement, planner)
        column = "Valid" if statement.type == "VALIDATE" else "Query Plan"
        return ResultFiles(job, self.objects).lines(lines, (column,))

    def _prepared(self, job: Job, statement: Execute) -> Job:
        try:
            text = self.prepared.find(job.group, statement.name)["QueryStatement"]
        except AwsError as error:
            words = f"Prepared statement not found: {statement.name}"
            raise QueryError("NOT_FOUND", words) from error
        values = statement.values or job.parameters
        return replace(job, sql=text, statement=parse(text), parameters=values)

    def _prepare(self, job: Job, statement: Prepare | Deallocate) -> Outcome:
        if isinstance(statement, Prepare):
            self.prepared.put(job.group, statement.name, statement.text)
        else:
            try:
                self.prepared.remove(job.group, statement.name)
            except AwsError as error:
                words = f"Prepared statement not found: {statement.name}"
                raise QueryError("NOT_FOUND", words) from error
        return ResultFiles(job, self.objects).lines((), ())
