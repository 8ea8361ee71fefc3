"""Partition indexes of tables: kept and described, ACTIVE at once.

GetPartitions needs none here: every key is searched in the same time (`partition_store`).

Words and rules as measured on AWS by https://github.com/floci-io/floci/pull/3551, checked 2026-11.
"""

from collections.abc import Mapping
from typing import Any

from lakehouse.local_aws.catalog.records import (
    PARTITION_INDEX_KIND,
    SEPARATOR,
    Document,
    already_exists,
    invalid_input,
    key_of,
    not_found,
)
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import State

_MOST = 3


class PartitionIndexes:
    """The partition indexes of one account and region."""

    def __init__(self, state: State, scope: str) -> None:
        self._state = state
        self._scope = scope

    def create(self, table: Document, given: Mapping[str, Any]) -> None:
        """Create an index of a table from a PartitionIndex."""
        name, keys = given["IndexName"], [key.lower() for key in given["Keys"]]
        types = {key["Name"].lower(): key for key in table["PartitionKeys"]}
        unknown = [key for key in keys if key not in types]
        if unknown or not keys:
            shown = ", ".join(unknown)
            words = "IndexKeys not a part of PartitionColumns. Verify the indexKeys"
            raise invalid_input(f"{words} : [{shown}]")
        with self._state.transaction():
            self._check_others(self.all(table), name, keys)
            shown_keys = [{"Name": key, "Type": types[key].get("Type", "string")} for key in keys]
            index = {"IndexName": name, "Keys": shown_keys, "IndexStatus": "ACTIVE"}
            key = key_of(table["DatabaseName"], table["Name"], name)
            self._state.put(self._scope, PARTITION_INDEX_KIND, key, index)

    def all(self, table: Document) -> list[Document]:
        """Return the PartitionIndexDescriptors of a table, by name."""
        prefix = key_of(table["DatabaseName"], table["Name"]) + SEPARATOR
        found = self._state.list(self._scope, PARTITION_INDEX_KIND, prefix=prefix)
        return [index for _, index in found]

    def delete(self, table: Document, name: str) -> None:
        """Delete an index. Raises EntityNotFoundException."""
        key = key_of(table["DatabaseName"], table["Name"], name)
        if not self._state.delete(self._scope, PARTITION_INDEX_KIND, key):
            raise not_found(f"Index with the given indexName : {name} does not exist.")

    def _check_others(self, others: list[Document], name: str, keys: list[str]) -> None:
        if len(others) >= _MOST:
            message = f"Partition index limit exceeded. Maximum: {_MOST}"
            raise AwsError("ResourceNumberLimitExceededException", message)
        for other in others:
            shown = f"Partition Index {other['IndexName']} already exists with the same"
            if other["IndexName"] == name:
                raise already_exists(f"{shown} name.")
            if [key["Name"] for key in other["Keys"]] == keys:
                raise already_exists(f"{shown} keys.")
