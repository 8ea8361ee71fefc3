"""Metastore calls on partitions, answered from the Data Catalog.

Belongs here: what AWS's catalog client for Hive does for these calls. Names and filters are
translated in `partition_names`, structs in `structs`.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.metastore.databases import Call
from lakehouse.local_aws.metastore.folders import Folders
from lakehouse.local_aws.metastore.interface import hive
from lakehouse.local_aws.metastore.partition_names import (
    catalog_expression,
    has_values,
    partial_expression,
    partition_name,
    values_of_name,
)
from lakehouse.local_aws.metastore.structs import (
    DDL_TIME,
    Document,
    HiveStruct,
    hive_partition,
    partition_input,
)
from lakehouse.local_aws.metastore.tables import is_external

_BATCH = 100  # of BatchCreatePartition
_ALL = -1


class PartitionCalls:
    """Partitions of tables."""

    def __init__(self, catalog: Catalog, folders: Folders) -> None:
        self._catalog = catalog
        self._operations = catalog.operations()
        self._folders = folders

    def calls(self) -> Mapping[str, Call]:
        """The calls by their names in the interface."""
        return {
            "add_partition_with_environment_context": self.add_one,
            "add_partitions": lambda partitions: len(self._add(partitions, False)),
            "add_partitions_req": self.add_requested,
            "drop_partition_with_environment_context": self.drop,
            "rename_partition": self.rename,
            "alter_partition_with_environment_context": self.alter_one,
            "alter_partitions_with_environment_context": self.alter,
            "get_partition": self.get,
            "get_partition_with_auth": lambda db, table, values, *_: self.get(db, table, values),
            "get_partitions": self.all,
            "get_partitions_with_auth": lambda db, table, most, *_: self.all(db, table, most),
            "get_partitions_ps_with_auth": self.matching,
            "get_partitions_by_filter": self.filtered,
            "get_partitions_by_names": self.named,
            "get_partition_names": self.names,
            "get_partition_names_ps": self.matching_names,
        }

    def add_one(self, partition: HiveStruct, _context: HiveStruct) -> HiveStruct:
        """Create one partition and its folder."""
        return self._add([partition], if_not_exists=False)[0]

    def add_requested(self, request: HiveStruct) -> HiveStruct:
        """Create the partitions of a request and their folders."""
        added = self._add(request.parts, request.ifNotExists)
        return hive().AddPartitionsResult(partitions=added if request.needResult else None)

    def _add(self, partitions: Sequence[HiveStruct], if_not_exists: bool) -> list[HiveStruct]:
        """Create them all but those that are there; then raise the first error, if any."""
        if not partitions:
            return []
        table = self._catalog.table(partitions[0].dbName, partitions[0].tableName)
        inputs = [_located(partition_input(partition), table) for partition in partitions]
        for given in inputs:
            if given["StorageDescriptor"].get("Location"):
                self._folders.make(given["StorageDescriptor"]["Location"])
        failed = self._create(table, inputs)
        for values, error in failed.items():
            if not (if_not_exists and error["ErrorCode"] == "AlreadyExistsException"):
                raise AwsError(error["ErrorCode"], f"{values}: {error['ErrorMessage']}")
        return [partition for partition in partitions if tuple(partition.values) not in failed]

    def _create(
        self, table: Document, inputs: Sequence[Document]
    ) -> dict[tuple[str, ...], dict[str, str]]:
        names = {"DatabaseName": table["DatabaseName"], "TableName": table["Name"]}
        errors: list[Document] = []
        for start in range(0, len(inputs), _BATCH):
            batch = {**names, "PartitionInputList": inputs[start : start + _BATCH]}
            errors += self._operations["BatchCreatePartition"](batch)["Errors"]
        return {tuple(error["PartitionValues"]): error["ErrorDetail"] for error in errors}

    def drop(
        self,
        database: str,
        table: str,
        values: list[str],
        delete_data: bool,
        _context: HiveStruct = None,
    ) -> bool:
        """Delete a partition, and its data if asked and the table is a managed one."""
        names = {"DatabaseName": database, "TableName": table, "PartitionValues": values}
        partition = self._operations["GetPartition"](names)["Partition"]
        self._operations["DeletePartition"](names)
        location = partition.get("StorageDescriptor", {}).get("Location")
        if delete_data and location and not is_external(self._catalog.table(database, table)):
            self._folders.remove(location)
        return True

    def rename(self, database: str, table: str, values: list[str], partition: HiveStruct) -> None:
        """Give a partition other values; its data stay where they are."""
        self._update(database, table, values, partition)

    def alter_one(
        self, database: str, table: str, partition: HiveStruct, _context: HiveStruct
    ) -> None:
        """Replace a partition's definition."""
        self._update(database, table, partition.values, partition)

    def alter(
        self, database: str, table: str, partitions: list[HiveStruct], _context: HiveStruct
    ) -> None:
        """Replace the definitions of partitions."""
        for partition in partitions:
            self._update(database, table, partition.values, partition)

    def _update(self, database: str, table: str, values: list[str], partition: HiveStruct) -> None:
        given = partition_input(partition)
        given["Parameters"] = {DDL_TIME: str(int(time.time())), **given["Parameters"]}
        self._operations["UpdatePartition"](
            {
                "DatabaseName": database,
                "TableName": table,
                "PartitionValueList": values,
                "PartitionInput": given,
            }
        )

    def get(self, database: str, table: str, values: list[str]) -> HiveStruct:
        """The partition with these values."""
        names = {"DatabaseName": database, "TableName": table, "PartitionValues": values}
        return hive_partition(self._operations["GetPartition"](names)["Partition"])

    def all(self, database: str, table: str, most: int = _ALL) -> list[HiveStruct]:
        """The partitions of a table, at most some."""
        return _structs(self._catalog.partitions(database, table), most)

    def matching(
        self, database: str, table: str, values: list[str], most: int = _ALL, *_: Any
    ) -> list[HiveStruct]:
        """The partitions that have the given values; an empty one stands for any."""
        return _structs(self._matching(database, table, values), most)

    def filtered(
        self, database: str, table: str, hive_filter: str, most: int = _ALL
    ) -> list[HiveStruct]:
        """The partitions a filter is true for, and perhaps more."""
        keys = self._keys(database, table)
        expression = catalog_expression(hive_filter, keys) if hive_filter else None
        return _structs(self._catalog.partitions(database, table, expression), most)

    def named(self, database: str, table: str, names: list[str]) -> list[HiveStruct]:
        """The partitions with these names that there are."""
        wanted = [{"Values": values_of_name(name)} for name in names]
        request = {"DatabaseName": database, "TableName": table}
        found: list[Document] = []
        for start in range(0, len(wanted), 10 * _BATCH):
            batch = {**request, "PartitionsToGet": wanted[start : start + 10 * _BATCH]}
            found += self._operations["BatchGetPartition"](batch)["Partitions"]
        return _structs(found, _ALL)

    def names(self, database: str, table: str, most: int = _ALL) -> list[str]:
        """The names of a table's partitions."""
        return self._names(database, table, self._catalog.partitions(database, table), most)

    def matching_names(
        self, database: str, table: str, values: list[str], most: int = _ALL
    ) -> list[str]:
        """The names of the partitions that have the given values."""
        return self._names(database, table, self._matching(database, table, values), most)

    def _names(self, database: str, table: str, found: Iterable[Document], most: int) -> list[str]:
        keys = self._keys(database, table)
        return [partition_name(keys, partition["Values"]) for partition in _first(found, most)]

    def _matching(self, database: str, table: str, values: list[str]) -> list[Document]:
        expression = partial_expression(self._keys(database, table), values)
        found = self._catalog.partitions(database, table, expression)
        return [partition for partition in found if has_values(partition, values)]

    def _keys(self, database: str, table: str) -> list[Document]:
        keys: list[Document] = self._catalog.table(database, table)["PartitionKeys"]
        return keys


def _located(given: Document, table: Document) -> Document:
    """A partition's input with its location: below the table's by default."""
    storage = given["StorageDescriptor"]
    root = table["StorageDescriptor"].get("Location")
    if storage.get("Location") or not root:
        return given
    name = partition_name(table["PartitionKeys"], given["Values"])
    return {**given, "StorageDescriptor": {**storage, "Location": f"{root.rstrip('/')}/{name}"}}


def _first(found: Iterable[Document], most: int) -> list[Document]:
    listed = list(found)
    return listed if most < 0 else listed[:most]


def _structs(found: Iterable[Document], most: int) -> list[HiveStruct]:
    return [hive_partition(partition) for partition in _first(found, most)]
