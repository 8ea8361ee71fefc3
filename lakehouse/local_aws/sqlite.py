"""SQLite as the local AWS uses it: one file, one writer, many readers.

Belongs here: opening a database in WAL mode, the write transaction, reading from any thread.
Does not belong here: tables and what they mean; these are in `state` and `objects`.
"""

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_CHECKPOINT_PAGES = 4000  # of 4 kB each: a checkpoint waits for the disk, so it is rare
_LOCK_TIMEOUT = 60.0  # seconds; only a checkpoint of our own can hold the file


class Database:
    """One SQLite file in WAL mode, shared by all threads of the server.

    Writes go through one connection under a re-entrant lock, so a transaction is seen by others
    as a whole or not at all. Each reading thread has a connection of its own and never waits for
    the writer. A commit that returned survives `kill -9`; after a loss of power the last ones may
    be missing, never a part of one (synchronous=NORMAL, which saves a fsync a transaction).
    """

    def __init__(self, path: Path, schema: str) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._depth = 0
        self._readers = threading.local()
        self._closed = False
        self._writer = self._connect()
        self._writer.execute("PRAGMA journal_mode = WAL")
        self._writer.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        self._writer.executescript(schema)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path,
            isolation_level=None,
            check_same_thread=False,
            timeout=_LOCK_TIMEOUT,
        )
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Several writes at once: all of them when the block ends, none if it raises.

        Re-entrant: an inner block that raises is undone alone, if its caller goes on.
        """
        with self._lock:
            name = f"level_{self._depth}"
            self._writer.execute("BEGIN IMMEDIATE" if self._depth == 0 else f"SAVEPOINT {name}")
            self._depth += 1
            try:
                yield self._writer
            except BaseException:
                self._depth -= 1
                self._undo(name)
                raise
            self._depth -= 1
            try:
                self._writer.execute("COMMIT" if self._depth == 0 else f"RELEASE {name}")
            except BaseException:  # the disk is full
                self._undo(name)
                raise

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        """One write: a transaction of its own, or a part of the one that this thread is in."""
        with self._lock:
            self._writer.execute(sql, parameters)

    def _undo(self, name: str) -> None:
        if not self._writer.in_transaction:
            return  # SQLite has done it: after some errors, such as a full disk, it does
        if self._depth == 0:
            self._writer.execute("ROLLBACK")
            return
        self._writer.execute(f"ROLLBACK TO {name}")
        self._writer.execute(f"RELEASE {name}")

    def query(self, sql: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
        """All rows of a SELECT; inside a transaction of this thread it sees that transaction."""
        if self._lock_is_mine():
            return self._writer.execute(sql, parameters).fetchall()
        return self._reader().execute(sql, parameters).fetchall()

    def newest(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """All rows of a SELECT, asked by the one who is about to write.

        Waits for other writers, and finds the pages that they wrote in the writer's own memory.
        """
        with self._lock:
            return self._writer.execute(sql, parameters).fetchall()

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Several reads of this thread that all see the same moment; writers are not held up."""
        reader = self._reader()
        if reader.in_transaction:
            yield
            return
        reader.execute("BEGIN")
        try:
            yield
        finally:
            reader.execute("COMMIT")

    def _lock_is_mine(self) -> bool:
        # An RLock tells only its owner apart, which is what is asked: depth belongs to the owner.
        if not self._lock.acquire(blocking=False):
            return False
        try:
            return self._depth > 0
        finally:
            self._lock.release()

    def _reader(self) -> sqlite3.Connection:
        if self._closed:
            raise sqlite3.ProgrammingError(f"{self._path} is closed")
        connection: sqlite3.Connection | None = getattr(self._readers, "connection", None)
        if connection is None:
            connection = self._readers.connection = self._connect()
        return connection

    def close(self) -> None:
        """Fold the write-ahead log into the file and let go of it."""
        with self._lock:
            self._closed = True
            self._writer.close()


def key_range(prefix: str, after: str = "") -> tuple[bytes, bytes]:
    """Bounds, low included and high not, of the UTF-8 keys with a prefix and greater than `after`.

    0x00 appended is the next greater string of bytes; 0xFF never occurs in UTF-8, so it is above
    all that starts with the prefix. An empty `after` excludes nothing, not even the empty key.
    """
    start = prefix.encode()
    low = max(start, after.encode() + b"\x00") if after else start
    return low, start + b"\xff"
