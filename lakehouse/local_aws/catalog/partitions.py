"""Partitions of the Glue Data Catalog: single and batch calls, and GetPartitions with a filter.

A partition's key holds its values, so a batch is a handful of point reads and writes and a page
of GetPartitions is one range scan. What an expression means belongs to `partition_filter`.
"""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from lakehouse.local_aws.catalog.paging import page, page_size, start_key
from lakehouse.local_aws.catalog.partition_filter import compile_filter
from lakehouse.local_aws.catalog.records import (
    PARTITION_KIND,
    Document,
    already_exists,
    at_most,
    checked_values,
    error_detail,
    key_of,
    not_found,
    partition_document,
)
from lakehouse.local_aws.catalog.tables import Tables
from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import State

_PAGE = 1000
_FIRST_CHUNK = 100
_CHUNK = 2000
_CREATE_LIMIT = 100
_UPDATE_LIMIT = 100
_DELETE_LIMIT = 25
_GET_LIMIT = 1000


class Partitions:
    """The partitions of one account and region."""

    def __init__(self, state: State, scope: str, tables: Tables) -> None:
        self._state = state
        self._scope = scope
        self._tables = tables

    def operations(self) -> dict[str, Operation]:
        """Name the API operations that this class answers."""
        return {
            "CreatePartition": self.create,
            "BatchCreatePartition": self.batch_create,
            "GetPartition": self.get,
            "GetPartitions": self.get_page,
            "BatchGetPartition": self.batch_get,
            "UpdatePartition": self.update,
            "BatchUpdatePartition": self.batch_update,
            "DeletePartition": self.delete,
            "BatchDeletePartition": self.batch_delete,
        }

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer CreatePartition."""
        with self._state.transaction():
            self._create(self._table(body), body["PartitionInput"])
        return {}

    def batch_create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer BatchCreatePartition: the good entries are made, the others are in Errors."""
        inputs = body["PartitionInputList"]
        at_most("partitionInputList", inputs, _CREATE_LIMIT)
        errors = self._each(body, inputs, self._create)
        return {
            "Errors": [{"PartitionValues": given.get("Values", []), **e} for given, e in errors]
        }

    def get(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetPartition."""
        return {"Partition": self._get(self._table(body), body["PartitionValues"])}

    def batch_get(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer BatchGetPartition: partitions that do not exist are left out, as on AWS."""
        wanted = body["PartitionsToGet"]
        at_most("partitionsToGet", wanted, _GET_LIMIT)
        table = self._table(body)
        keys = [_key(table, checked_values(entry["Values"], table)) for entry in wanted]
        found = [self._state.get(self._scope, PARTITION_KIND, key) for key in keys]
        return {"Partitions": [entry for entry in found if entry], "UnprocessedKeys": []}

    def get_page(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetPartitions: filtered, one segment of a parallel scan if asked, in pages."""
        table = self._table(body)
        entries = self._scan(table, body.get("Expression"), start_key(body))
        segment = body.get("Segment")
        if segment:
            entries = (entry for entry in entries if _in_segment(entry[0], segment))
        answer = page(entries, "Partitions", page_size(body, _PAGE))
        if body.get("ExcludeColumnSchema"):
            answer["Partitions"] = [_without_columns(entry) for entry in answer["Partitions"]]
        return answer

    def all(self, database: str, table: str, expression: str | None = None) -> list[Document]:
        """Return every Partition that the expression is true for."""
        found = self._scan(self._tables.get(database, table), expression, "")
        return [body for _, body in found]

    def update(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer UpdatePartition; other values in the input rename the partition."""
        with self._state.transaction():
            self._update(self._table(body), body)
        return {}

    def batch_update(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer BatchUpdatePartition: the good entries are written, the others in Errors."""
        entries = body["Entries"]
        at_most("entries", entries, _UPDATE_LIMIT)
        errors = self._each(body, entries, self._update)
        field = "PartitionValueList"
        return {"Errors": [{field: given[field], **detail} for given, detail in errors]}

    def delete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer DeletePartition."""
        self._delete(self._table(body), {"Values": body["PartitionValues"]})
        return {}

    def batch_delete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer BatchDeletePartition: what is not there is an entry of Errors."""
        entries = body["PartitionsToDelete"]
        at_most("partitionsToDelete", entries, _DELETE_LIMIT)
        errors = self._each(body, entries, self._delete)
        return {"Errors": [{"PartitionValues": given["Values"], **e} for given, e in errors]}

    def put_many(self, database: str, table: str, inputs: Sequence[Mapping[str, Any]]) -> None:
        """Create or replace partitions in one transaction."""
        if not inputs:
            return
        owner = self._tables.get(database, table)
        documents = [partition_document(given, owner) for given in inputs]
        keyed = {_key(owner, entry["Values"]): entry for entry in documents}
        self._state.put_many(self._scope, PARTITION_KIND, keyed)

    def delete_many(self, database: str, table: str, values: Sequence[Sequence[str]]) -> None:
        """Delete partitions in one transaction; those that are not there are no error."""
        owner = self._tables.get(database, table)
        keys = [_key(owner, entry) for entry in values]
        self._state.delete_many(self._scope, PARTITION_KIND, keys)

    def _table(self, body: Mapping[str, Any]) -> Document:
        return self._tables.get(body["DatabaseName"], body["TableName"])

    def _each(
        self,
        body: Mapping[str, Any],
        entries: Sequence[Mapping[str, Any]],
        act: Callable[[Document, Mapping[str, Any]], None],
    ) -> list[tuple[Mapping[str, Any], Document]]:
        """Act on every entry in one transaction and return those that failed, with the reason."""
        failed: list[tuple[Mapping[str, Any], Document]] = []
        with self._state.transaction():
            table = self._table(body)
            for entry in entries:
                try:
                    act(table, entry)
                except AwsError as error:
                    failed.append((entry, {"ErrorDetail": error_detail(error)}))
        return failed

    def _create(self, table: Document, given: Mapping[str, Any]) -> None:
        partition = partition_document(given, table)
        key = _key(table, partition["Values"])
        if self._state.get(self._scope, PARTITION_KIND, key):
            raise already_exists("Partition already exists.")
        self._state.put(self._scope, PARTITION_KIND, key, partition)

    def _get(self, table: Document, values: Sequence[str]) -> Document:
        key = _key(table, checked_values(values, table))
        found = self._state.get(self._scope, PARTITION_KIND, key)
        if found is None:
            raise not_found("Cannot find partition.")
        return found

    def _update(self, table: Document, entry: Mapping[str, Any]) -> None:
        current = self._get(table, entry["PartitionValueList"])
        given = {"Values": current["Values"], **entry["PartitionInput"]}
        if given["Values"] == current["Values"]:
            fresh = {**partition_document(given, table), "CreationTime": current["CreationTime"]}
            self._state.put(self._scope, PARTITION_KIND, _key(table, fresh["Values"]), fresh)
        else:
            self._create(table, given)
            self._state.delete(self._scope, PARTITION_KIND, _key(table, current["Values"]))

    def _delete(self, table: Document, entry: Mapping[str, Any]) -> None:
        key = _key(table, checked_values(entry["Values"], table))
        if not self._state.delete(self._scope, PARTITION_KIND, key):
            raise not_found("Cannot find partition.")

    def _scan(
        self, table: Document, expression: str | None, after: str
    ) -> Iterator[tuple[str, Document]]:
        """Walk the table's partitions by key, in chunks, filtered by values alone.

        Values are part of the key, so bounds on the first one bound the walk. It starts a little
        before `low`: a key that is `low` itself must come after the start.
        """
        wanted = compile_filter(expression, table["PartitionKeys"])
        first = max(after, _key(table, [wanted.low[:-1]])) if wanted.low else after
        for key, partition in self._walk(table, first):
            if wanted.high is not None and partition["Values"][0] > wanted.high:
                return
            if wanted.matches(partition["Values"]):
                yield key, partition

    def _walk(self, table: Document, after: str) -> Iterator[tuple[str, Document]]:
        prefix = _key(table, [""])
        chunk_size = _FIRST_CHUNK
        while True:
            chunk = self._state.list(
                self._scope, PARTITION_KIND, prefix=prefix, after=after, limit=chunk_size
            )
            yield from chunk
            if len(chunk) < chunk_size:
                return
            after, chunk_size = chunk[-1][0], _CHUNK


def _key(table: Mapping[str, Any], values: Sequence[str]) -> str:
    return key_of(table["DatabaseName"], table["Name"], *values)


def _in_segment(key: str, segment: Mapping[str, int]) -> bool:
    return zlib.crc32(key.encode()) % segment["TotalSegments"] == segment["SegmentNumber"]


def _without_columns(partition: Document) -> Document:
    descriptor = partition.get("StorageDescriptor")
    if not descriptor:
        return partition
    kept = {name: value for name, value in descriptor.items() if name != "Columns"}
    return {**partition, "StorageDescriptor": kept}
