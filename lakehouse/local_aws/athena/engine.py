"""The engine: one shared in-memory DuckDB, a cursor a query, sandboxed, bounded in memory.

Runs SQL that `translate` and `tables` made, measures the bytes scanned, can be interrupted. DuckDB
never sees a user's text, and can reach nothing but the object store and the staging folder.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from lakehouse.local_aws.athena import parquet_cost
from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.engine_errors import query_error, translated
from lakehouse.local_aws.athena.errors import QueryCancelled
from lakehouse.local_aws.athena.extensions import Extensions
from lakehouse.local_aws.athena.scans import Scan
from lakehouse.local_aws.athena.table_sql import Relation
from lakehouse.local_aws.athena.tables import CatalogTables
from lakehouse.local_aws.athena.translate import Translation

_EXTREMES = re.compile(r"\b(min|max)\(", re.I)
FETCH_ROWS = 10_000
INTERRUPT_EVERY = 0.02  # seconds
IDLE_CURSORS = 8  # kept for the next queries: making one and setting it up costs as much as a scan


class Engine:
    """The shared DuckDB. `close` ends it; it keeps nothing."""

    def __init__(self, readable: Path, staging: Path, memory: int | None = None) -> None:
        """`memory` in bytes, half of the machine's by default; what needs more is spilled."""
        self.staging = staging
        staging.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = duckdb.connect(":memory:")
        for statement in _settings(readable, staging, memory or _half_of_memory()):
            self._connection.execute(statement)
        self._extensions = Extensions(self._connection)
        self._idle: list[duckdb.DuckDBPyConnection] = []

    def cursor(self) -> Session:
        """A session for one query."""
        return Session(self._taken(), self._extensions, self._given_back)

    def _taken(self) -> duckdb.DuckDBPyConnection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
            cursor = self._connection.cursor()
        cursor.execute("PRAGMA enable_profiling = 'no_output'")
        return cursor

    def _given_back(self, cursor: duckdb.DuckDBPyConnection) -> None:
        with self._lock:
            if len(self._idle) < IDLE_CURSORS:
                self._idle.append(cursor)
                return
        cursor.close()

    def close(self) -> None:
        """End all sessions."""
        with self._lock:
            while self._idle:
                self._idle.pop().close()
            self._connection.close()


def _half_of_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def _settings(readable: Path, staging: Path, memory: int) -> list[str]:
    folders = ", ".join(t.duckdb_string(f"{p.resolve()}/") for p in (readable, staging))
    spill = staging / "spill"
    return [
        "SET TimeZone = 'UTC'",
        f"SET memory_limit = '{memory >> 20}MB'",
        f"SET temp_directory = {t.duckdb_string(str(spill))}",
        "SET preserve_insertion_order = true",
        "SET autoinstall_known_extensions = false",
        "SET autoload_known_extensions = false",
        "SET python_enable_replacements = false",
        f"SET allowed_directories = [{folders}]",
        "SET enable_external_access = false",
    ]


@dataclass(frozen=True)
class Plan:
    """DuckDB SQL ready to run, with the relations it reads."""

    sql: str
    relations: tuple[Relation, ...]


class Session:
    """One query's cursor: planning, running, interrupting, measuring."""

    def __init__(
        self,
        cursor: duckdb.DuckDBPyConnection,
        extensions: Extensions,
        give_back: Callable[[duckdb.DuckDBPyConnection], None],
    ) -> None:
        self._cursor = cursor
        self._extensions = extensions
        self._give_back = give_back
        self._is_clean = True  # nothing is registered on the cursor and no result waits in it
        self._closed = threading.Event()
        self._lock = threading.Lock()  # an interrupt never meets a closed cursor
        self._translation: Translation | None = None
        self.cancelled = False
        self.rows_written = 0

    def interrupt(self) -> None:
        """Stop what is running, or is about to run; it fails with QueryCancelled.

        DuckDB forgets an interrupt of an idle cursor, so it is repeated until the session ends.
        """
        self.cancelled = True
        threading.Thread(target=self._interrupt_until_closed, daemon=True).start()

    def _interrupt_until_closed(self) -> None:
        while not self._closed.wait(INTERRUPT_EVERY):
            with self._lock:
                if not self._closed.is_set():
                    self._cursor.interrupt()

    def close(self) -> None:
        """Give the cursor back."""
        with self._lock:
            self._closed.set()
            if self._is_clean and not self.cancelled:
                self._give_back(self._cursor)
            else:
                self._cursor.close()

    def plan(self, translation: Translation, tables: CatalogTables) -> Plan:
        """Choose partitions, list objects, and put the scans in front of the query."""
        self._translation = translation
        relations = tuple(
            tables.relation(scan, self._select, _named_in(translation.sql, scan))
            for scan in translation.scans
        )
        for relation in relations:
            for name, stream in relation.streams.items():
                self._is_clean = False
                self._cursor.register(name, stream)
        sql = _with_scans(translation.sql, translation.scans, relations)
        self._extensions.prepare(sql)
        return Plan(sql, relations)

    def kept_partitions(self, scan: Scan, tables: CatalogTables) -> list[tuple[str, ...]] | None:
        """The values of the partitions that a scan would read; None if nothing chooses them."""
        if not scan.conditions:
            return None
        return [p.values for p in tables.partitions(scan, self._select)]

    def _select(self, sql: str) -> list[Any]:
        self._extensions.prepare(sql)
        with translated(self):
            return [row[0] for row in self._cursor.execute(sql).fetchall()]

    def run(self, plan: Plan) -> Iterator[Sequence[Sequence[Any]]]:
        """The rows of a plan in blocks."""
        with translated(self), self._result():
            self._cursor.execute(plan.sql)
            while rows := self._cursor.fetchmany(FETCH_ROWS):
                self._go_on()
                yield rows

    def batches(self, plan: Plan) -> Iterator[pa.RecordBatch]:
        """The rows of a plan as Arrow batches."""
        with translated(self), self._result():
            for batch in self._cursor.sql(plan.sql).to_arrow_reader(FETCH_ROWS):
                self._go_on()
                yield batch

    def _go_on(self) -> None:
        """DuckDB has nothing to interrupt while a result that it has found is read."""
        if self.cancelled:
            raise QueryCancelled

    @contextmanager
    def _result(self) -> Iterator[None]:
        """Around reading a result; one that is not read to its end stays in the cursor."""
        was_clean, self._is_clean = self._is_clean, False
        yield
        self._is_clean = was_clean

    def _explained(self, sql: str) -> dict[str, Any]:
        self._extensions.prepare(sql)
        with translated(self):
            rows = self._cursor.execute(f"EXPLAIN (FORMAT json) {sql}").fetchall()
        tree: dict[str, Any] = json.loads(rows[0][1])[0]
        return tree

    def bytes_ahead(self, plan: Plan) -> int:
        """What running the plan will cost at least, in bytes, as far as that is known before.

        Text: whole objects. Parquet: the columns' chunks, if one scan reads them all.
        """
        text = sum(relation.text_bytes for relation in plan.relations)
        files = [relation.parquet for relation in plan.relations if relation.parquet]
        if len(files) != 1:
            return text
        return text + parquet_cost.whole_scan(self._explained(plan.sql), files[0])

    def copy(self, plan: Plan, target: str, options: str) -> None:
        """Write a plan's rows to files under the staging folder."""
        with translated(self):
            sql = f"COPY ({plan.sql}) TO {t.duckdb_string(target)} ({options})"
            self.rows_written = int((self._cursor.execute(sql).fetchone() or (0,))[0])

    def bytes_scanned(self, plan: Plan) -> int:
        """What Athena would bill for the plan that just ran, in bytes.

        Text: whole objects, compressed. Parquet: the column chunks that DuckDB read, footers off.
        """
        text = sum(relation.text_bytes for relation in plan.relations)
        if not any(relation.parquet for relation in plan.relations):
            return text
        profile = json.loads(self._cursor.get_profiling_information(format="json"))
        if parquet_cost.is_unread(profile) and self._translation is not None:
            if _EXTREMES.search(self._translation.sql):
                return text + parquet_cost.unread(explained(self._translation), plan.relations)
            return text
        return text + parquet_cost.read(profile, plan.relations)


def explained(translation: Translation) -> dict[str, Any]:
    """DuckDB's plan of a query, over empty tables in place of its scans, in an instance of its own.

    What DuckDB would conclude from the tables' emptiness is switched off.
    """
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("SET disabled_optimizers = 'statistics_propagation,empty_result_pullup'")
        for scan in translation.scans:
            shape = ", ".join(
                f"{t.duckdb_identifier(c.name)} {t.duckdb_name(c.type)}" for c in scan.shape.columns
            )
            connection.execute(f"CREATE TABLE {t.duckdb_identifier(scan.name)} ({shape})")
        Extensions(connection).prepare(translation.sql)
        rows = connection.execute(f"EXPLAIN (FORMAT json) {translation.sql}").fetchall()
    except duckdb.Error as error:
        raise query_error(str(error)) from error
    finally:
        connection.close()
    tree: dict[str, Any] = json.loads(rows[0][1])[0]
    return tree


def _named_in(sql: str, scan: Scan) -> frozenset[str]:
    """The columns of a scan that a query may read: translation writes names in quotes always."""
    return frozenset(c.name for c in scan.shape.columns if t.duckdb_identifier(c.name) in sql)


def _with_scans(sql: str, scans: Sequence[Scan], relations: Sequence[Relation]) -> str:
    if not scans:
        return sql
    parts = [
        f"{t.duckdb_identifier(s.name)} AS NOT MATERIALIZED ({r.sql})"
        for s, r in zip(scans, relations, strict=True)
    ]
    return f"WITH {', '.join(parts)} {sql}"
