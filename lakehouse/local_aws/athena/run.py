"""Executing one query: from its parsed statement to result files and statistics.

Knows nothing of states, threads or the API; those are `service`'s and `queries`'. Raises
QueryError or QueryCancelled when it does not succeed.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlglot import exp

from lakehouse.local_aws.athena import results, unload
from lakehouse.local_aws.athena.catalog_inputs import partition_input
from lakehouse.local_aws.athena.ddl import DdlExecutor
from lakehouse.local_aws.athena.engine import Engine, Plan, Session
from lakehouse.local_aws.athena.errors import QueryCancelled, QueryError, not_supported
from lakehouse.local_aws.athena.parameters import bind
from lakehouse.local_aws.athena.show import DdlResult
from lakehouse.local_aws.athena.statement import (
    CreateTableAs,
    CreateView,
    InsertInto,
    QueryStatement,
    Select,
    Statement,
    Unload,
)
from lakehouse.local_aws.athena.storage_formats import SERDES
from lakehouse.local_aws.athena.table_sql import partition_keys, stored_columns
from lakehouse.local_aws.athena.table_writes import as_declared, table_of
from lakehouse.local_aws.athena.tables import CatalogTables
from lakehouse.local_aws.athena.translate import Translation, translate
from lakehouse.local_aws.athena.types import VARCHAR

Document = dict[str, Any]
LIMIT_EXCEEDED = "Bytes scanned limit was exceeded"


@dataclass(frozen=True)
class Job:
    """A query to run: ids and settings that are fixed when it starts."""

    query_id: str
    sql: str
    statement: Statement
    database: str
    output: str
    parameters: tuple[str, ...] = ()
    bytes_cutoff: int | None = None
    enforced_output: bool = False


@dataclass
class Outcome:
    """What a query that succeeded leaves behind."""

    location: str
    columns: list[Document] = field(default_factory=list)
    kind: str = "none"
    bytes_scanned: int = 0
    rows: int = 0
    manifest: str | None = None
    planning: float = 0.0
    update_count: int | None = None


class Runner:
    """Runs jobs on the engine, over the catalog and the object store."""

    def __init__(self, engine: Engine, catalog: Any, objects: Any) -> None:
        self.engine = engine
        self.catalog = catalog
        self.objects = objects

    def run(self, job: Job, session: Session) -> Outcome:
        """Execute the job to its end."""
        statement = job.statement
        if isinstance(statement, Select):
            return self._select(job, statement, session)
        if isinstance(statement, Unload):
            return self._unload(job, statement, session)
        if isinstance(statement, CreateTableAs):
            return self._create_table_as(job, statement, session)
        if isinstance(statement, InsertInto):
            return self._insert(job, statement, session)
        ddl = DdlExecutor(self.catalog, self.objects, job.database)
        if isinstance(statement, CreateView):
            translation = self._translate(job, statement.tree)
            unload.check_columns(translation.columns, ())
            return self._ddl(job, ddl.create_view(statement, translation.columns))
        return self._ddl(job, ddl.execute(statement))

    def _tables(self, job: Job) -> CatalogTables:
        return CatalogTables(self.catalog, self.objects, job.database)

    def _translate(self, job: Job, tree: exp.Query) -> Translation:
        return translate(bind(tree.copy(), job.parameters), job.sql, self._tables(job))

    def _plan(
        self, job: Job, statement: QueryStatement, session: Session
    ) -> tuple[Translation, Plan, float]:
        start = time.monotonic()
        translation = self._translate(job, statement.tree)
        plan = session.plan(translation, self._tables(job))
        self._check_text(job, plan)
        return translation, plan, time.monotonic() - start

    def _check_text(self, job: Job, plan: Plan) -> None:
        known = sum(relation.text_bytes for relation in plan.relations)
        if job.bytes_cutoff is not None and known > job.bytes_cutoff:
            raise QueryCancelled(LIMIT_EXCEEDED)

    def _check(self, job: Job, session: Session) -> Callable[[Plan], None]:
        def check(plan: Plan) -> None:
            if session.cancelled:
                raise QueryCancelled
            if job.bytes_cutoff is not None and session.bytes_scanned(plan) > job.bytes_cutoff:
                raise QueryCancelled(LIMIT_EXCEEDED)

        return check

    # SELECT

    def _select(self, job: Job, statement: Select, session: Session) -> Outcome:
        translation, plan, planning = self._plan(job, statement, session)
        counted = [0]

        def blocks() -> Iterator[Any]:
            for block in session.run(plan):
                counted[0] += len(block)
                yield block
            self._check(job, session)(plan)

        location = f"{job.output}{job.query_id}.csv"
        self._put(location, results.csv_blocks(translation.columns, blocks()))
        columns = [results.column_info(name, kind) for name, kind in translation.columns]
        self._metadata(location, columns)
        return Outcome(
            location, columns, "csv", session.bytes_scanned(plan), counted[0], planning=planning
        )

    def _put(self, location: str, body: Any) -> None:
        bucket, _, key = location.removeprefix("s3://").partition("/")
        self.objects.put(bucket, key, body, content_type="application/octet-stream")

    def _metadata(self, location: str, columns: list[Document]) -> None:
        self._put(f"{location}.metadata", json.dumps({"ColumnInfo": columns}).encode())

    def _ddl(self, job: Job, result: DdlResult) -> Outcome:
        location = f"{job.output}{job.query_id}.txt"
        self._put(location, "".join(f"{line}\n" for line in result.lines).encode())
        info = results.column_info("", VARCHAR) | {
            "Type": "string",
            "Precision": 0,
            "CaseSensitive": False,
        }
        columns = [info | {"Name": name, "Label": name} for name in result.columns]
        self._metadata(location, columns)
        return Outcome(location, columns, "txt", rows=len(result.lines))

    # writing

    def _write(
        self, job: Job, statement: QueryStatement, session: Session, target: unload.Target
    ) -> Outcome:
        translation, plan, planning = self._plan(job, statement, session)
        unload.check_columns(translation.columns, target.partitioned_by)
        outcome, _ = self._written(job, session, translation, plan, target)
        outcome.planning = planning
        return outcome

    def _written(
        self,
        job: Job,
        session: Session,
        translation: Translation,
        plan: Plan,
        target: unload.Target,
    ) -> tuple[Outcome, unload.Written]:
        writer = unload.Writer(
            session, self.objects, self.engine.staging, job.query_id, self._check(job, session)
        )
        written = writer.write(plan, translation.columns, target)
        manifest = f"{job.output}{job.query_id}-manifest.csv"
        self._put(manifest, "".join(f"{uri}\n" for uri in written.uris).encode())
        scanned = session.bytes_scanned(plan)
        return Outcome(
            f"{job.output}{job.query_id}",
            [],
            "none",
            scanned,
            written.rows,
            manifest,
            update_count=written.rows,
        ), written

    def _unload(self, job: Job, statement: Unload, session: Session) -> Outcome:
        target = unload.target_of(statement.properties, statement.location, "PARQUET")
        if "format" not in statement.properties:
            raise QueryError("INVALID_TABLE_PROPERTY", "UNLOAD needs the property 'format'")
        unload.check_empty(self.objects, target.location)
        outcome = self._write(job, statement, session, target)
        outcome.update_count = None
        return outcome

    def _create_table_as(self, job: Job, statement: CreateTableAs, session: Session) -> Outcome:
        database = statement.table.database or job.database
        if self._exists(database, statement.table.name):
            if statement.if_not_exists:
                return Outcome(f"{job.output}{job.query_id}", rows=0)
            raise QueryError(
                "TABLE_ALREADY_EXISTS",
                f"line 1:1: Table 'awsdatacatalog.{database}.{statement.table.name}' "
                "already exists",
            )
        location = self._external_location(job, statement)
        target = unload.target_of(statement.properties, location, "PARQUET")
        if target.format != "PARQUET":
            raise not_supported(f"CREATE TABLE AS with the format {target.format}")
        unload.check_empty(self.objects, location)
        translation, plan, planning = self._plan(job, statement, session)
        unload.check_columns(translation.columns, target.partitioned_by)
        outcome, written = Outcome(f"{job.output}{job.query_id}", rows=0), unload.Written((), 0)
        if statement.with_data:
            outcome, written = self._written(job, session, translation, plan, target)
        body = table_of(statement.table, translation.columns, target)
        DdlExecutor(self.catalog, self.objects, database).create(database, body, False)
        self._register(database, statement.table.name, target, written)
        outcome.planning = planning
        return outcome

    def _external_location(self, job: Job, statement: CreateTableAs) -> str:
        given = statement.properties.get("external_location") or statement.properties.get(
            "location"
        )
        if given is None:
            return f"{job.output}tables/{job.query_id}/"
        if job.enforced_output:
            raise QueryError(
                "INVALID_TABLE_PROPERTY",
                "The Create Table As Select query failed because it was submitted with an "
                "'external_location' property to an Athena Workgroup that enforces a centralized "
                "output location for all queries. "
                "Please remove the 'external_location' property and resubmit the query.",
            )
        return f"{str(given).rstrip('/')}/"

    def _exists(self, database: str, name: str) -> bool:
        return any(table["Name"] == name for table in self.catalog.tables(database))

    def _register(
        self, database: str, name: str, target: unload.Target, written: unload.Written
    ) -> None:
        table = self.catalog.table(database, name)
        known = (
            {tuple(p["Values"]) for p in self.catalog.partitions(database, name)}
            if written.partitions
            else set()
        )
        new = [partition_input(table, list(v), None) for v in written.partitions if v not in known]
        if new:
            self.catalog.put_partitions(database, name, new)

    def _insert(self, job: Job, statement: InsertInto, session: Session) -> Outcome:
        database = statement.table.database or job.database
        table = self._tables(job).table(database, statement.table.name)
        library = table["StorageDescriptor"].get("SerdeInfo", {}).get("SerializationLibrary", "")
        if SERDES.get(library) != "parquet":
            raise not_supported(f"INSERT INTO a table of SerDe {library}")
        keys = tuple(k.name for k in partition_keys(table))
        declared = [(c.name, c.type) for c in (*stored_columns(table), *partition_keys(table))]
        translation, plan, planning = self._plan(job, statement, session)
        translation, plan = as_declared(translation, plan, declared, statement.columns)
        target = unload.Target(table["StorageDescriptor"]["Location"], "PARQUET", "SNAPPY", keys)
        outcome, written = self._written(job, session, translation, plan, target)
        self._register(database, statement.table.name, target, written)
        outcome.planning = planning
        return outcome


def output_folder(location: str) -> str:
    """An output location with its closing slash."""
    return location if location.endswith("/") else f"{location}/"


def staging_folder(data_dir: Path, scope: str) -> Path:
    """Where the engine stages files and spills."""
    return data_dir / "athena" / scope.replace("/", "-")
