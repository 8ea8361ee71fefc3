"""Partitions on disk: their documents, and beside each its values in a form that SQLite filters by.

Belongs here: reading and writing partitions by table and values, finding those that a condition is
true for.
Does not belong here: what a partition looks like (`records`), what a condition means
(`partition_expression`), the operations of the API (`partitions`).
"""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lakehouse.local_aws.catalog.partition_expression import Condition
from lakehouse.local_aws.catalog.partition_filter import holds
from lakehouse.local_aws.catalog.partition_sql import (
    VALUE_COLUMNS,
    Sql,
    condition_sql,
    first_value_bounds,
    value_columns,
)
from lakehouse.local_aws.catalog.partition_values import sortable_values
from lakehouse.local_aws.catalog.records import (
    PARTITION_KIND,
    PARTITION_STATISTICS_KIND,
    SEPARATOR,
    TABLE_KIND,
    Document,
    key_of,
)
from lakehouse.local_aws.sqlite import key_range
from lakehouse.local_aws.state import Documents, State

_TABLE = f"""
CREATE TABLE typed_partitions (
  scope     TEXT NOT NULL,
  key       BLOB NOT NULL,     -- that of the document
  malformed INTEGER NOT NULL,  -- whether there is a value that is not of its key's type
  segment   INTEGER NOT NULL,  -- a hash of the key
  {", ".join(VALUE_COLUMNS)},
  PRIMARY KEY (scope, key)
) WITHOUT ROWID
"""
_INDEX = "CREATE INDEX typed_partitions_malformed ON typed_partitions (scope, key) WHERE malformed"
_IS_THERE = "SELECT 1 FROM sqlite_schema WHERE name = 'typed_partitions'"
_SCOPES = "SELECT DISTINCT scope FROM documents"
_KNOWN = "SELECT key FROM typed_partitions WHERE scope = ? AND key IN ({marks})"
_PUT = "INSERT OR REPLACE INTO typed_partitions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_DELETE = "DELETE FROM typed_partitions WHERE scope = ? AND key = ?"
_DELETE_RANGE = "DELETE FROM typed_partitions WHERE scope = ? AND key >= ? AND key < ?"
_MALFORMED = """
SELECT key FROM typed_partitions INDEXED BY typed_partitions_malformed
WHERE malformed AND scope = ? AND key >= ? AND key < ? ORDER BY key
"""
# CROSS JOIN keeps the order of the tables: values first, then the documents of those that match.
_MATCHING = """
SELECT v.key, d.body
FROM typed_partitions AS v CROSS JOIN documents AS d
WHERE v.scope = ? AND v.key >= ? AND v.key < ? AND {condition}
  AND d.scope = v.scope AND d.kind = ? AND d.key = v.key
ORDER BY v.key LIMIT ?
"""


@dataclass(frozen=True)
class Wanted:
    """Which partitions of a table to find: a condition, and a part of a parallel scan."""

    condition: Condition | None = None
    segment: tuple[int, int] | None = None
    """(number, of how many)"""


class PartitionStore:
    """The partitions of one account and region."""

    def __init__(self, state: State, scope: str) -> None:
        self._state = state
        self._scope = scope
        with state.transaction():
            if not state.database.query(_IS_THERE):
                _create(state)

    def get(self, table: Document, values: Sequence[str]) -> Document | None:
        """The partition of these values, or None."""
        return self._state.get(self._scope, PARTITION_KIND, partition_key(table, values))

    def known(self, table: Document, values: Iterable[Sequence[str]]) -> set[tuple[str, ...]]:
        """Those of some values, at most thousands, that there are partitions of."""
        keys = {partition_key(table, entry).encode(): tuple(entry) for entry in values}
        sql = _KNOWN.format(marks=", ".join("?" * len(keys)))
        rows = self._state.database.query(sql, (self._scope, *keys))
        return {keys[bytes(key)] for (key,) in rows}

    def put(self, table: Document, partitions: Iterable[Document]) -> None:
        """Create or replace partitions in one transaction."""
        keyed = {partition_key(table, entry["Values"]): entry for entry in partitions}
        with self._state.transaction():
            self._state.put_many(self._scope, PARTITION_KIND, keyed)
            self._put_values(table, [(key, entry["Values"]) for key, entry in keyed.items()])

    def delete(self, table: Document, values: Iterable[Sequence[str]]) -> int:
        """Delete partitions with their statistics in one transaction; how many there were."""
        keys = [partition_key(table, entry) for entry in values]
        with self._state.database.transaction() as connection:
            connection.executemany(_DELETE, [(self._scope, key.encode()) for key in keys])
            for key in keys:
                below = key + SEPARATOR
                self._state.delete_below(self._scope, PARTITION_STATISTICS_KIND, below)
            return self._state.delete_many(self._scope, PARTITION_KIND, keys)

    def delete_below(self, *owner: str) -> None:
        """Delete all partitions of a table, or of a database."""
        prefix = key_of(*owner, "")
        with self._state.database.transaction() as connection:
            connection.execute(_DELETE_RANGE, (self._scope, *key_range(prefix)))
            self._state.delete_below(self._scope, PARTITION_KIND, prefix)

    def find(
        self, table: Document, wanted: Wanted, after: str = "", limit: int | None = None
    ) -> Documents:
        """(key, partition) of those that are wanted and come after a key, in the keys' order.

        Raises InvalidStateException if the condition compares a value that is not of its key's
        type, in whatever partition of the table.
        """
        if wanted.condition is not None:
            self._refuse_malformed(table, wanted.condition)
        if wanted == Wanted():
            prefix = _prefix(table)
            return self._state.list(self._scope, PARTITION_KIND, prefix, after, limit)
        written = _where(wanted)
        sql = _MATCHING.format(condition=written.text)
        low, high = _bounds(table, wanted.condition, after)
        parameters = (*written.parameters, PARTITION_KIND, -1 if limit is None else limit)
        rows = self._state.database.query(sql, (self._scope, low, high, *parameters))
        return [(bytes(key).decode(), json.loads(body)) for key, body in rows]

    def retype(self, table: Document) -> None:
        """Read the values of a table's partitions again, for keys of other types."""
        partitions = self._state.list(self._scope, PARTITION_KIND, _prefix(table))
        self._put_values(table, [(key, entry["Values"]) for key, entry in partitions])

    def _refuse_malformed(self, table: Document, condition: Condition) -> None:
        prefix = _prefix(table)
        for (key,) in self._state.database.query(_MALFORMED, (self._scope, *key_range(prefix))):
            holds(condition, bytes(key).decode()[len(prefix) :].split(SEPARATOR))

    def _put_values(self, table: Document, values: Iterable[tuple[str, Sequence[str]]]) -> None:
        rows = [_row(self._scope, key, entry, table["PartitionKeys"]) for key, entry in values]
        with self._state.database.transaction() as connection:
            connection.executemany(_PUT, rows)


def partition_key(table: Mapping[str, Any], values: Sequence[str]) -> str:
    """The key of a partition: database, table, values."""
    return key_of(table["DatabaseName"], table["Name"], *values)


def _prefix(table: Mapping[str, Any]) -> str:
    return partition_key(table, [""])


def _row(
    scope: str, key: str, values: Sequence[str], keys: Sequence[Mapping[str, Any]]
) -> tuple[str | bytes | int | None, ...]:
    typed = sortable_values(values, keys)
    encoded = key.encode()
    return (scope, encoded, None in typed, zlib.crc32(encoded), *value_columns(typed))


def _where(wanted: Wanted) -> Sql:
    condition = Sql("1") if wanted.condition is None else condition_sql(wanted.condition)
    if wanted.segment is None:
        return condition
    number, total = wanted.segment
    text = f"({condition.text}) AND v.segment % ? = ?"
    return Sql(text, (*condition.parameters, total, number))


def _bounds(table: Document, condition: Condition | None, after: str) -> tuple[bytes, bytes]:
    """The keys that can match. Values have no character below a space, the separator is one."""
    low, high = key_range(_prefix(table), after)
    if condition is None:
        return low, high
    least, greatest = first_value_bounds(condition)
    low = max(low, partition_key(table, [least]).encode())
    if greatest is not None:
        high = min(high, f"{partition_key(table, [greatest])} ".encode())
    return low, high


def _create(state: State) -> None:
    """Create the table of values, with those of the partitions that an earlier version wrote."""
    with state.database.transaction() as connection:
        connection.execute(_TABLE)
        connection.execute(_INDEX)
        for (scope,) in state.database.query(_SCOPES):
            for _, table in state.list(scope, TABLE_KIND):
                PartitionStore(state, scope).retype(table)
