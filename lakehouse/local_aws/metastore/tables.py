"""Metastore calls on tables, answered from the Data Catalog.

Belongs here: what AWS's catalog client for Hive does for these calls. The structs are built in
`structs`; databases and partitions have modules of their own.
"""

import time
from collections.abc import Mapping
from typing import Any

from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.metastore.databases import Call, name_matcher
from lakehouse.local_aws.metastore.folders import Folders
from lakehouse.local_aws.metastore.interface import hive
from lakehouse.local_aws.metastore.structs import DDL_TIME, HiveStruct, hive_table, table_input

_DATA_TABLES = ("MANAGED_TABLE", "EXTERNAL_TABLE")


class TableCalls:
    """Tables and views."""

    def __init__(self, catalog: Catalog, folders: Folders) -> None:
        self._catalog = catalog
        self._operations = catalog.operations()
        self._folders = folders

    def calls(self) -> Mapping[str, Call]:
        """The calls by their names in the interface."""
        return {
            "get_table": self.get,
            "get_table_req": self.get_requested,
            "get_table_objects_by_name_req": self.get_named,
            "get_tables": self.names,
            "get_tables_by_type": self.names,
            "get_all_tables": self.names,
            "create_table": self.create,
            "create_table_with_environment_context": self.create,
            "alter_table_with_environment_context": self.alter,
            "alter_table_with_cascade": self.alter_cascading,
            "drop_table_with_environment_context": self.drop,
        }

    def get(self, database: str, name: str) -> HiveStruct:
        """The table. Raises AwsError for one that Hive cannot use, as AWS's client does."""
        table = self._catalog.table(database, name)
        missing = missing_property(table)
        if missing:
            message = (
                f"Unable to fetch table {name}. {missing} cannot be null for table: {table['Name']}"
            )
            raise AwsError("InvalidInputException", message)
        return hive_table(table)

    def get_requested(self, request: HiveStruct) -> HiveStruct:
        """The table of a request."""
        return hive().GetTableResult(table=self.get(request.dbName, request.tblName))

    def get_named(self, request: HiveStruct) -> HiveStruct:
        """The tables of a request that there are."""
        wanted = {name.lower() for name in request.tblNames or []}
        found = [t for t in self._catalog.tables(request.dbName) if t["Name"] in wanted]
        return hive().GetTablesResult(tables=[hive_table(table) for table in found])

    def names(self, database: str, pattern: str = "*", table_type: str | None = None) -> list[str]:
        """The names that match Hive's pattern, of one type if one is given."""
        matches = name_matcher(pattern)
        return [
            table["Name"]
            for table in self._catalog.tables(database)
            if matches(table["Name"]) and table_type in (None, table.get("TableType"))
        ]

    def create(self, table: HiveStruct, _context: HiveStruct = None) -> None:
        """Create a table and its folder."""
        given = table_input(table)
        if table.tableType != "VIRTUAL_VIEW":
            location = given["StorageDescriptor"].get("Location") or self._default_location(table)
            given["StorageDescriptor"]["Location"] = location
            self._folders.make(location)
        given["Parameters"] = {**given["Parameters"], DDL_TIME: str(int(time.time()))}
        self._operations["CreateTable"]({"DatabaseName": table.dbName, "TableInput": given})

    def alter(self, database: str, name: str, table: HiveStruct, context: HiveStruct) -> None:
        """Replace a table's definition; partitions stay as they are."""
        properties = (context.properties if context else None) or {}
        self.alter_cascading(database, name, table, properties.get("CASCADE") == "true")

    def alter_cascading(self, database: str, name: str, table: HiveStruct, cascade: bool) -> None:
        """See alter; neither renames nor cascades, as on AWS."""
        if cascade:
            raise hive().MetaException(message="Cascade for alter_table is not supported")
        if name.lower() != table.tableName.lower():
            raise hive().MetaException(message="Table rename is not supported")
        given = table_input(table)
        given["TableType"] = _altered_type(given)
        self._operations["UpdateTable"]({"DatabaseName": database, "TableInput": given})

    def drop(self, database: str, name: str, delete_data: bool, _context: HiveStruct) -> None:
        """Delete a table with its partitions, and a managed one with its data if asked."""
        table = self._catalog.table(database, name)
        partitions = self._catalog.partitions(database, name)
        self._operations["DeleteTable"]({"DatabaseName": database, "Name": name})
        if delete_data and not is_external(table):
            for owner in (*partitions, table):
                location = owner.get("StorageDescriptor", {}).get("Location")
                if location:
                    self._folders.remove(location)

    def _default_location(self, table: HiveStruct) -> str:
        parent = self._catalog.database(table.dbName).get("LocationUri", "")
        return f"{parent.rstrip('/')}/{table.tableName.lower()}"


def is_external(table: Mapping[str, Any]) -> bool:
    """Whether the data of a table stay when it is dropped."""
    external = table.get("Parameters", {}).get("EXTERNAL")
    if external is not None:
        return bool(external.upper() == "TRUE")
    return str(table.get("TableType")).upper() == "EXTERNAL_TABLE"


def missing_property(table: Mapping[str, Any]) -> str | None:
    """The name of what Hive needs and this table lacks (HiveTableValidator of AWS's client)."""
    if table.get("TableType", "MANAGED_TABLE") not in _DATA_TABLES:
        return None
    if table.get("Parameters", {}).get("storage_handler"):
        return None
    storage = table.get("StorageDescriptor")
    found = {
        "TableType": table.get("TableType"),
        "StorageDescriptor": storage,
        "StorageDescriptor#InputFormat": (storage or {}).get("InputFormat"),
        "StorageDescriptor#OutputFormat": (storage or {}).get("OutputFormat"),
        "StorageDescriptor#SerdeInfo": (storage or {}).get("SerdeInfo"),
        "StorageDescriptor#SerdeInfo#SerializationLibrary": (
            (storage or {}).get("SerdeInfo", {}).get("SerializationLibrary")
        ),
    }
    return next((name for name, value in found.items() if value is None), None)


def _altered_type(table: Mapping[str, Any]) -> str | None:
    """The property EXTERNAL decides between the two kinds of tables with data."""
    given: str | None = table.get("TableType")
    if given not in _DATA_TABLES:
        return given
    external = str(table["Parameters"].get("EXTERNAL")).lower() == "true"
    return "EXTERNAL_TABLE" if external else "MANAGED_TABLE"
