"""Partitions of the Glue Data Catalog: single and batch calls, filters, indexes.

How partitions are kept and found belongs to `partition_store`, what an expression means to
`partition_expression`.

Words of errors as measured on AWS by https://github.com/floci-io/floci/pull/1315 and
https://github.com/trinodb/trino/issues/7035, checked 2026-11.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any

from lakehouse.local_aws.catalog.paging import page, page_size, start_key
from lakehouse.local_aws.catalog.partition_expression import parsed_expression
from lakehouse.local_aws.catalog.partition_indexes import PartitionIndexes
from lakehouse.local_aws.catalog.partition_store import PartitionStore, Wanted
from lakehouse.local_aws.catalog.records import (
    Document,
    already_exists,
    checked_values,
    error_detail,
    invalid_input,
    not_found,
    partition_document,
)
from lakehouse.local_aws.catalog.tables import Tables
from lakehouse.local_aws.dispatch import Operation, noted
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import State

_PAGE = 1000
_INDEX_NOTE = "every expression is as fast without it"


class Partitions:
    """The partitions of one account and region."""

    def __init__(self, state: State, scope: str, tables: Tables) -> None:
        self._state = state
        self._tables = tables
        self._store = PartitionStore(state, scope)
        self._indexes = PartitionIndexes(state, scope)

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
            "CreatePartitionIndex": noted(self.create_index, _INDEX_NOTE),
            "GetPartitionIndexes": self.get_indexes,
            "DeletePartitionIndex": self.delete_index,
        }

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer CreatePartition."""
        with self._state.transaction():
            table = self._table(body)
            self._store.put(table, [self._new(table, body["PartitionInput"])])
        return {}

    def batch_create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer BatchCreatePartition: the good entries are made, the others are in Errors."""
        inputs = body["PartitionInputList"]
        fresh: list[Document] = []
        failed: list[Document] = []
        with self._state.transaction():
            table = self._table(body)
            taken = self._store.known(table, [given.get("Values", []) for given in inputs])
            for given in inputs:
                try:
                    fresh.append(_new_partition(table, given, taken))
                except AwsError as error:
                    values = given.get("Values", [])
                    failed.append({"PartitionValues": values, "ErrorDetail": error_detail(error)})
                else:
                    taken.add(tuple(fresh[-1]["Values"]))
            self._store.put(table, fresh)
        return {"Errors": failed}

    def get(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetPartition."""
        found = self._find(self._table(body), body["PartitionValues"])
        if found is None:
            raise not_found("Cannot find partition.")
        return {"Partition": found}

    def batch_get(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer BatchGetPartition: partitions that do not exist are left out, as on AWS."""
        table = self._table(body)
        found = [self._find(table, entry["Values"]) for entry in body["PartitionsToGet"]]
        return {"Partitions": [entry for entry in found if entry], "UnprocessedKeys": []}

    def get_page(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetPartitions: filtered, one segment of a parallel scan if asked, in pages."""
        table = self._table(body)
        condition = parsed_expression(body.get("Expression"), table["PartitionKeys"])
        wanted = Wanted(condition, _segment(body))
        size = page_size(body, _PAGE)
        entries = self._store.find(table, wanted, start_key(body), size + 1)
        answer = page(entries, "Partitions", size)
        if body.get("ExcludeColumnSchema"):
            answer["Partitions"] = [_without_columns(entry) for entry in answer["Partitions"]]
        return answer

    def all(self, database: str, table: str, expression: str | None = None) -> list[Document]:
        """Return every Partition that the expression is true for."""
        owner = self._tables.get(database, table)
        condition = parsed_expression(expression, owner["PartitionKeys"])
        return [body for _, body in self._store.find(owner, Wanted(condition))]

    def update(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer UpdatePartition; other values in the input rename the partition."""
        with self._state.transaction():
            table = self._table(body)
            if not self._update(table, body):
                raise not_found("Partition not found.")
        return {}

    def batch_update(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer BatchUpdatePartition: the good entries are written, the others in Errors."""
        errors = self._each(body, body["Entries"], self._update_or_refuse)
        field = "PartitionValueList"
        return {"Errors": [{field: given[field], **detail} for given, detail in errors]}

    def delete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer DeletePartition."""
        self._delete(self._table(body), {"Values": body["PartitionValues"]})
        return {}

    def batch_delete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer BatchDeletePartition: what is not there is an entry of Errors."""
        errors = self._each(body, body["PartitionsToDelete"], self._delete)
        return {"Errors": [{"PartitionValues": given["Values"], **e} for given, e in errors]}

    def put_many(self, database: str, table: str, inputs: Sequence[Mapping[str, Any]]) -> None:
        """Create or replace partitions in one transaction."""
        owner = self._tables.get(database, table)
        self._store.put(owner, [partition_document(given, owner) for given in inputs])

    def delete_many(self, database: str, table: str, values: Sequence[Sequence[str]]) -> None:
        """Delete partitions in one transaction; those that are not there are no error."""
        self._store.delete(self._tables.get(database, table), values)

    def create_index(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer CreatePartitionIndex."""
        with self._state.transaction():
            self._indexes.create(self._table(body), body["PartitionIndex"])
        return {}

    def get_indexes(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetPartitionIndexes; there are at most three, so one page."""
        return {"PartitionIndexDescriptorList": self._indexes.all(self._table(body))}

    def delete_index(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer DeletePartitionIndex."""
        self._indexes.delete(self._table(body), body["IndexName"])
        return {}

    def _table(self, body: Mapping[str, Any]) -> Document:
        return self._tables.get(body["DatabaseName"], body["TableName"])

    def _find(self, table: Document, values: Sequence[str]) -> Document | None:
        return self._store.get(table, checked_values(values, table))

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

    def _new(self, table: Document, given: Mapping[str, Any]) -> Document:
        taken = self._store.known(table, [given.get("Values", [])])
        return _new_partition(table, given, taken)

    def _update(self, table: Document, entry: Mapping[str, Any]) -> bool:
        """Replace or rename a partition; False if it is not there."""
        current = self._find(table, entry["PartitionValueList"])
        if current is None:
            return False
        given = {"Values": current["Values"], **entry["PartitionInput"]}
        if given["Values"] == current["Values"]:
            fresh = {**partition_document(given, table), "CreationTime": current["CreationTime"]}
            self._store.put(table, [fresh])
        else:
            self._store.put(table, [self._new(table, given)])
            self._store.delete(table, [current["Values"]])
        return True

    def _update_or_refuse(self, table: Document, entry: Mapping[str, Any]) -> None:
        if not self._update(table, entry):
            shown = ", ".join(entry["PartitionValueList"])
            raise not_found(f"Partition [{shown}] not found")

    def _delete(self, table: Document, entry: Mapping[str, Any]) -> None:
        if not self._store.delete(table, [checked_values(entry["Values"], table)]):
            raise not_found("Cannot find partition.")


def _new_partition(
    table: Document, given: Mapping[str, Any], taken: Container[tuple[str, ...]]
) -> Document:
    """Build a partition whose values are not taken."""
    partition = partition_document(given, table)
    if tuple(partition["Values"]) in taken:
        raise already_exists("Partition already exists.")
    return partition


def _segment(body: Mapping[str, Any]) -> tuple[int, int] | None:
    segment = body.get("Segment")
    if segment is None:
        return None
    number, total = int(segment["SegmentNumber"]), int(segment["TotalSegments"])
    if number >= total:
        raise invalid_input("SegmentNumber must be less than TotalSegments.")
    return number, total


def _without_columns(partition: Document) -> Document:
    descriptor = partition.get("StorageDescriptor")
    if not descriptor:
        return partition
    kept = {name: value for name, value in descriptor.items() if name != "Columns"}
    return {**partition, "StorageDescriptor": kept}
