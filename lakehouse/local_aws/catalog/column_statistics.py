"""Statistics of columns, of tables and of partitions: kept and given back.

Words of errors as measured on AWS by https://github.com/floci-io/floci/pull/1315 and
https://github.com/trinodb/trino/issues/7035, checked 2026-11. AWS deletes statistics that do not
exist without an error.
"""

from collections.abc import Mapping
from typing import Any

from lakehouse.local_aws.catalog.partition_store import PartitionStore, partition_key
from lakehouse.local_aws.catalog.records import (
    PARTITION_STATISTICS_KIND,
    TABLE_STATISTICS_KIND,
    Document,
    checked_values,
    error_detail,
    key_of,
    not_found,
)
from lakehouse.local_aws.catalog.tables import Tables
from lakehouse.local_aws.dispatch import Operation, stored
from lakehouse.local_aws.state import State

_NOTE = "no query uses them"


class ColumnStatistics:
    """The column statistics of one account and region."""

    def __init__(self, state: State, scope: str, tables: Tables) -> None:
        self._state = state
        self._scope = scope
        self._tables = tables
        self._partitions = PartitionStore(state, scope)

    def operations(self) -> dict[str, Operation]:
        """Name the API operations that this class answers."""
        return {
            "UpdateColumnStatisticsForTable": stored(self.update, _NOTE),
            "GetColumnStatisticsForTable": stored(self.get),
            "DeleteColumnStatisticsForTable": stored(self.delete),
            "UpdateColumnStatisticsForPartition": stored(self.update, _NOTE),
            "GetColumnStatisticsForPartition": stored(self.get),
            "DeleteColumnStatisticsForPartition": stored(self.delete),
        }

    def update(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer UpdateColumnStatisticsForTable and ...ForPartition."""
        with self._state.transaction():
            kind, owner = self._owner(body)
            statistics = {
                key_of(owner, entry["ColumnName"].lower()): entry
                for entry in body["ColumnStatisticsList"]
            }
            self._state.put_many(self._scope, kind, statistics)
        return {"Errors": []}

    def get(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetColumnStatisticsForTable and ...ForPartition."""
        kind, owner = self._owner(body)
        missing = error_detail(not_found("Statistics do not exist for this column"))
        found: list[Document] = []
        errors: list[Document] = []
        for name in body["ColumnNames"]:
            statistics = self._state.get(self._scope, kind, key_of(owner, name.lower()))
            if statistics is None:
                errors.append({"ColumnName": name, "Error": missing})
            else:
                found.append(statistics)
        return {"ColumnStatisticsList": found, "Errors": errors}

    def delete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer DeleteColumnStatisticsForTable and ...ForPartition."""
        kind, owner = self._owner(body)
        self._state.delete(self._scope, kind, key_of(owner, body["ColumnName"].lower()))
        return {}

    def _owner(self, body: Mapping[str, Any]) -> tuple[str, str]:
        """The kind of statistics a request is about, and the key of their table or partition."""
        table = self._tables.get(body["DatabaseName"], body["TableName"])
        if "PartitionValues" not in body:
            return TABLE_STATISTICS_KIND, key_of(table["DatabaseName"], table["Name"])
        values = checked_values(body["PartitionValues"], table)
        if not self._partitions.known(table, [values]):
            raise not_found(f"Partition [{', '.join(values)}] not found")
        return PARTITION_STATISTICS_KIND, partition_key(table, values)
