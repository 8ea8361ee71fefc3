"""The engine: one shared in-memory DuckDB, a cursor a query, sandboxed, bounded in memory.

Runs SQL that `translate` and `tables` made, measures the bytes scanned, can be interrupted. DuckDB
never sees a user's text, and can reach nothing but the object store and the staging folder.
"""

import json
import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from lakehouse.local_aws.athena import parquet_files
from lakehouse.local_aws.athena import types as t
from lakehouse.local_aws.athena.engine_errors import translated
from lakehouse.local_aws.athena.macros import MACROS
from lakehouse.local_aws.athena.scans import Scan
from lakehouse.local_aws.athena.table_sql import Relation
from lakehouse.local_aws.athena.tables import CatalogTables
from lakehouse.local_aws.athena.translate import Translation

FETCH_ROWS = 10_000
INTERRUPT_EVERY = 0.02  # seconds
MEMORY_SHARE = 0.5  # of the machine's memory; more is spilled to disk


class Engine:
    """The shared DuckDB. `close` ends it; it keeps nothing."""

    def __init__(self, readable: Path, staging: Path) -> None:
        self.staging = staging
        staging.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._connection = duckdb.connect(":memory:")
        for statement in _settings(readable, staging):
            self._connection.execute(statement)

    def cursor(self) -> "Session":
        """A session for one query."""
        with self._lock:
            return Session(self._connection.cursor())

    def close(self) -> None:
        """End all sessions."""
        with self._lock:
            self._connection.close()


def _settings(readable: Path, staging: Path) -> list[str]:
    memory = int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * MEMORY_SHARE)
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
        *MACROS,
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

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self._closed = threading.Event()
        self._lock = threading.Lock()  # an interrupt never meets a closed cursor
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
            self._cursor.close()

    def plan(self, translation: Translation, tables: CatalogTables) -> Plan:
        """Choose partitions, list objects, and put the scans in front of the query."""
        relations = tuple(tables.relation(scan, self._indexes) for scan in translation.scans)
        for relation in relations:
            for name, stream in relation.streams.items():
                self._cursor.register(name, stream)
        return Plan(_with_scans(translation.sql, translation.scans, relations), relations)

    def _indexes(self, sql: str) -> list[int]:
        with translated(self):
            return [row[0] for row in self._cursor.execute(sql).fetchall()]

    def run(self, plan: Plan) -> Iterator[Sequence[Sequence[Any]]]:
        """The rows of a plan in blocks."""
        with translated(self):
            self._cursor.execute("PRAGMA enable_profiling = 'no_output'")
            self._cursor.execute(plan.sql)
            while rows := self._cursor.fetchmany(FETCH_ROWS):
                yield rows

    def copy(self, plan: Plan, target: str, options: str) -> None:
        """Write a plan's rows to files under the staging folder."""
        with translated(self):
            self._cursor.execute("PRAGMA enable_profiling = 'no_output'")
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
        footers = sum(_footer_bytes(node, plan.relations) for node in _parquet_scans(profile))
        return text + max(0, int(profile["io"]["total_bytes_read"]) - footers)


def _with_scans(sql: str, scans: Sequence[Scan], relations: Sequence[Relation]) -> str:
    if not scans:
        return sql
    parts = [
        f"{t.duckdb_identifier(s.name)} AS NOT MATERIALIZED ({r.sql})"
        for s, r in zip(scans, relations, strict=True)
    ]
    return f"WITH {', '.join(parts)} {sql}"


def _parquet_scans(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    info = node.get("extra_info") or {}
    if info.get("Function") in ("READ_PARQUET", "PARQUET_SCAN"):
        yield info
    for child in node.get("children") or node.get("operator") or []:
        yield from _parquet_scans(child)


def _footer_bytes(info: dict[str, Any], relations: Sequence[Relation]) -> int:
    first = str(info.get("Filename(s)", "")).split(",")[0].strip()
    files = next((r.parquet for r in relations if any(str(f.path) == first for f in r.parquet)), ())
    opened = int(info.get("Total Files Read", len(files)) or len(files))
    start = next((i for i, f in enumerate(files) if str(f.path) == first), 0)
    return sum(parquet_files.footer_bytes(file) for file in files[start : start + opened])
