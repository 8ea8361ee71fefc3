"""Dagster's default event log in SQLite, with its connections kept open.

Dagster opens two to four connections for each event and ends each with a sync of the disk: a year
of days makes 4,000 events. Here a file's connection is opened once, its statements are compiled
once, and the disk is not waited for: events survive the end of the process, however it ends; a loss
of power may take the last ones. Files and tables are Dagster's own, so either may follow the other.
"""

import os
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import dagster as dg
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, StaticPool, create_engine, event

_MOST_OPEN = 8  # files: the index of all runs, and the runs that were looked at last


class LocalEventLog(SqliteEventLogStorage):
    """`event_log_storage` of a dagster.yaml; `home` is where Dagster keeps everything."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._open: OrderedDict[str, tuple[Engine, int]] = OrderedDict()
        self._tables: set[str] = set()  # of the index, known to be there
        super().__init__(base_dir, inst_data)

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """What dagster.yaml may say."""
        return {"home": dg.StringSource}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> Self:
        """The event log in the folder that Dagster's default takes."""
        return cls(str(Path(config_value["home"], "history", "runs")), inst_data)

    def has_table(self, table_name: str) -> bool:
        """Whether the index has a table; Dagster asks for each event."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        """A transaction in the file of a run, or of the index: one at a time in this process."""
        with self._db_lock:
            engine = self._engine(shard)
            try:
                with engine.begin() as connection:
                    yield connection
            except BaseException:
                self._close(shard)
                raise
            if shard != INDEX_SHARD_NAME:
                # The web UI watches a run's file, not the write-ahead log that holds the event.
                os.utime(self.path_for_shard(shard))

    def _engine(self, shard: str) -> Engine:
        """The file's engine; a new one if another process has removed the file."""
        engine, inode = self._open.get(shard, (None, 0))
        if engine is None or inode != _inode(self.path_for_shard(shard)):
            self._close(shard)
            engine = _opened(self.conn_string_for_shard(shard))
            self._initdb(engine)
            self._open[shard] = engine, _inode(self.path_for_shard(shard))
        self._open.move_to_end(shard)
        while len(self._open) > _MOST_OPEN:
            self._close(next(iter(self._open)))
        return engine

    def _close(self, shard: str) -> None:
        engine, _ = self._open.pop(shard, (None, 0))
        if engine is not None:
            engine.dispose()

    def dispose(self) -> None:
        """Close everything."""
        with self._db_lock:
            for shard in list(self._open):
                self._close(shard)
        super().dispose()


def _opened(url: str) -> Engine:
    """An engine with one connection, used by one thread at a time."""
    engine = create_engine(
        url,
        poolclass=StaticPool,
        connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _without_syncs)
    return engine


def _without_syncs(connection: Any, _: object) -> None:
    connection.execute("PRAGMA synchronous=NORMAL")


def _inode(path: str) -> int:
    try:
        return Path(path).stat().st_ino
    except FileNotFoundError:
        return 0
