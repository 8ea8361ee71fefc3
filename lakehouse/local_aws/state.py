"""Small durable documents: the catalog, jobs, crawlers, query history of the local AWS.

Belongs here: keeping JSON documents by (scope, kind, key), in key order, in transactions.
Does not belong here: what a document means (its owner knows), and objects of S3 (`objects`).
"""

import json
import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lakehouse.local_aws.errors import STORAGE_ERRORS
from lakehouse.local_aws.sqlite import Database, key_range

_PATIENCE = 1.0  # seconds between two attempts of a write that must not be lost
_LOGGER = logging.getLogger(__name__)
_SCHEMA = """
CREATE TABLE IF NOT EXISTS documents (
  scope TEXT NOT NULL,
  kind  TEXT NOT NULL,
  key   BLOB NOT NULL,  -- UTF-8, so that the order is that of the bytes
  body  TEXT NOT NULL,
  PRIMARY KEY (scope, kind, key)
) WITHOUT ROWID
"""

_PUT = "INSERT OR REPLACE INTO documents VALUES (?, ?, ?, ?)"
_DELETE = "DELETE FROM documents WHERE scope = ? AND kind = ? AND key = ?"
_DELETE_RANGE = "DELETE FROM documents WHERE scope = ? AND kind = ? AND key >= ? AND key < ?"
_GET = "SELECT body FROM documents WHERE scope = ? AND kind = ? AND key = ?"
_LIST = """
SELECT key, body FROM documents
WHERE scope = ? AND kind = ? AND key >= ? AND key < ?
ORDER BY key LIMIT ?
"""

Documents = list[tuple[str, dict[str, Any]]]


class State:
    """Documents by scope ("<account>/<region>"), kind and key; safe from any thread.

    A call that returned survives `kill -9`. Keys may contain any text; they are ordered by their
    UTF-8 bytes.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = Database(path, _SCHEMA)

    @property
    def database(self) -> Database:
        """The file, for those who keep a table beside the documents, in the same transactions."""
        return self._database

    def get(self, scope: str, kind: str, key: str) -> dict[str, Any] | None:
        """The document, or None."""
        rows = self._database.query(_GET, (scope, kind, key.encode()))
        return _load(rows[0][0]) if rows else None

    def put(self, scope: str, kind: str, key: str, body: Mapping[str, Any]) -> None:
        """Create or replace one document."""
        self.put_many(scope, kind, {key: body})

    def put_many(self, scope: str, kind: str, bodies: Mapping[str, Mapping[str, Any]]) -> None:
        """Create or replace documents in one transaction."""
        rows = [(scope, kind, key.encode(), json.dumps(body)) for key, body in bodies.items()]
        with self._database.transaction() as connection:
            connection.executemany(_PUT, rows)

    def delete(self, scope: str, kind: str, key: str) -> bool:
        """Remove one document; False if there was none."""
        return self.delete_many(scope, kind, [key]) == 1

    def delete_many(self, scope: str, kind: str, keys: Iterable[str]) -> int:
        """Remove documents in one transaction; how many there were."""
        with self._database.transaction() as connection:
            return _execute_each(connection, [(scope, kind, key.encode()) for key in keys])

    def delete_below(self, scope: str, kind: str, prefix: str) -> None:
        """Remove the documents whose keys have a prefix, in one transaction."""
        with self._database.transaction() as connection:
            connection.execute(_DELETE_RANGE, (scope, kind, *key_range(prefix)))

    def list(
        self, scope: str, kind: str, prefix: str = "", after: str = "", limit: int | None = None
    ) -> Documents:
        """(key, document) of the keys with a prefix that come after `after`, in key order."""
        low, high = key_range(prefix, after)
        rows = self._database.query(_LIST, (scope, kind, low, high, -1 if limit is None else limit))
        return [(bytes(key).decode(), _load(body)) for key, body in rows]

    def scopes(self) -> tuple[str, ...]:
        """All scopes that have documents."""
        rows = self._database.query("SELECT DISTINCT scope FROM documents ORDER BY scope")
        return tuple(row[0] for row in rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make several calls of this thread one atomic step; re-entrant."""
        with self._database.transaction():
            yield

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Make several reads of this thread see the same moment."""
        with self._database.snapshot():
            yield

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


def _execute_each(connection: sqlite3.Connection, keys: Iterable[tuple[str, str, bytes]]) -> int:
    return sum(connection.execute(_DELETE, key).rowcount for key in keys)


def _load(body: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(body)
    return document


def insist(write: Callable[[], None], give_up: Callable[[], bool]) -> None:
    """Repeat a write that a full disk refuses, until it is taken or `give_up()` says so.

    For the ends of what runs in the background: nobody is there to be told of an error, and what
    has ended must not seem to run for ever.
    """
    while True:
        try:
            write()
        except STORAGE_ERRORS as error:
            if give_up():
                return
            _LOGGER.error("%s; trying again", error)
            time.sleep(_PATIENCE)
        else:
            return
