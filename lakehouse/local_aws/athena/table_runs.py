"""Statements that write rows: UNLOAD, CREATE TABLE AS and INSERT INTO.

How rows become objects belongs to `unload`, what columns and catalog entries mean to
`table_writes`. Source: AWS "CREATE TABLE AS", "INSERT INTO" and "UNLOAD", checked 2026-11.
"""

from typing import Any

from lakehouse.local_aws.athena import write_targets
from lakehouse.local_aws.athena.catalog_inputs import partition_input
from lakehouse.local_aws.athena.ddl import DdlExecutor
from lakehouse.local_aws.athena.engine import Engine, Plan, Session
from lakehouse.local_aws.athena.errors import QueryError
from lakehouse.local_aws.athena.planning import Planner
from lakehouse.local_aws.athena.query_job import Job, Outcome
from lakehouse.local_aws.athena.result_files import ResultFiles
from lakehouse.local_aws.athena.statements import CreateTableAs, InsertInto, Unload
from lakehouse.local_aws.athena.table_sql import partition_keys, stored_columns
from lakehouse.local_aws.athena.table_writes import as_declared, as_typed, table_of
from lakehouse.local_aws.athena.translate import Translation
from lakehouse.local_aws.athena.unload import Writer, Written, check_empty

_ENFORCED = (
    "The Create Table As Select query failed because it was submitted with an 'external_location' "
    "property to an Athena Workgroup that enforces a centralized output location for all queries. "
    "Please remove the 'external_location' property and resubmit the query."
)


class TableRun:
    """Runs one statement that writes."""

    def __init__(
        self, job: Job, session: Session, engine: Engine, catalog: Any, objects: Any
    ) -> None:
        self.job = job
        self.session = session
        self.engine = engine
        self.catalog = catalog
        self.objects = objects
        self.planner = Planner(job, catalog, objects, session)

    def unload(self, statement: Unload) -> Outcome:
        """UNLOAD."""
        target = write_targets.unload_target(statement.properties, statement.location)
        check_empty(self.objects, target.location)
        translation, plan = self.planner.plan(statement.tree)
        write_targets.check_columns(translation.columns, target.partitioned_by)
        outcome, _ = self._write(translation, as_typed(translation, plan), target)
        outcome.update_count = None
        return outcome

    def create_table_as(self, statement: CreateTableAs) -> Outcome:
        """CREATE TABLE AS: objects first, then the table that shows them."""
        database, name = statement.table.database or self.job.database, statement.table.name
        if self._exists(database, name):
            if statement.if_not_exists:
                return Outcome(f"{self.job.output}{self.job.query_id}")
            words = f"line 1:1: Table 'awsdatacatalog.{database}.{name}' already exists"
            raise QueryError("TABLE_ALREADY_EXISTS", words)
        location = self._external_location(statement)
        target = write_targets.table_target(statement.properties, location)
        check_empty(self.objects, location)
        translation, plan = self.planner.plan(statement.tree)
        write_targets.check_columns(translation.columns, target.partitioned_by)
        outcome = Outcome(f"{self.job.output}{self.job.query_id}", planning=self.planner.seconds)
        written = Written((), 0)
        if statement.with_data:
            outcome, written = self._write(translation, as_typed(translation, plan), target)
        body = table_of(statement.table, translation.columns, target)
        DdlExecutor(self.catalog, self.objects, database).create(database, body, False)
        self._register(database, name, written)
        return outcome

    def insert(self, statement: InsertInto) -> Outcome:
        """INSERT INTO: more objects under the table's location, in its own format."""
        database, name = statement.table.database or self.job.database, statement.table.name
        table = self.planner.tables.table(database, name)
        target = write_targets.insert_target(table)
        declared = [(c.name, c.type) for c in (*stored_columns(table), *partition_keys(table))]
        translation, plan = self.planner.plan(statement.tree)
        translation, plan = as_declared(translation, plan, declared, statement.columns)
        outcome, written = self._write(translation, plan, target)
        self._register(database, name, written)
        return outcome

    def _write(
        self, translation: Translation, plan: Plan, target: write_targets.Target
    ) -> tuple[Outcome, Written]:
        writer = Writer(
            self.session,
            self.objects,
            self.engine.staging,
            self.job.query_id,
            self.planner.checker(),
        )
        written = writer.write(plan, translation.columns, target)
        outcome = Outcome(
            f"{self.job.output}{self.job.query_id}",
            bytes_scanned=self.session.bytes_scanned(plan),
            rows=written.rows,
            manifest=ResultFiles(self.job, self.objects).manifest(written.uris),
            planning=self.planner.seconds,
            update_count=written.rows,
        )
        return outcome, written

    def _external_location(self, statement: CreateTableAs) -> str:
        properties = statement.properties
        given = properties.get("external_location") or properties.get("location")
        if given is None:
            return f"{self.job.output}tables/{self.job.query_id}/"
        if self.job.enforced_output:
            raise QueryError("INVALID_TABLE_PROPERTY", _ENFORCED)
        return f"{str(given).rstrip('/')}/"

    def _exists(self, database: str, name: str) -> bool:
        return any(table["Name"] == name for table in self.catalog.tables(database))

    def _register(self, database: str, name: str, written: Written) -> None:
        """Add the partitions that were written and are not in the catalog yet."""
        if not written.partitions:
            return
        table = self.catalog.table(database, name)
        if table.get("Parameters", {}).get("projection.enabled", "").lower() == "true":
            return
        known = {tuple(p["Values"]) for p in self.catalog.partitions(database, name)}
        new = [v for v in written.partitions if v not in known]
        inputs = [partition_input(table, list(values), None) for values in new]
        self.catalog.put_partitions(database, name, inputs)
