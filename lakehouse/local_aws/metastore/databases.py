"""Metastore calls on databases and functions, answered from the Data Catalog.

Belongs here: what AWS's catalog client for Hive does for these calls. The structs are built in
`structs`; tables are in `tables`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.metastore.folders import Folders, is_s3
from lakehouse.local_aws.metastore.interface import hive
from lakehouse.local_aws.metastore.structs import HiveStruct, database_input, hive_database

Call = Callable[..., Any]


class DatabaseCalls:
    """Databases; there are no functions in this catalog."""

    def __init__(self, catalog: Catalog, folders: Folders) -> None:
        self._catalog = catalog
        self._operations = catalog.operations()
        self._folders = folders

    def calls(self) -> Mapping[str, Call]:
        """The calls by their names in the interface."""
        return {
            "shutdown": lambda: None,
            "set_ugi": lambda user, groups: groups or [],
            "create_database": self.create,
            "get_database": lambda name: hive_database(self._catalog.database(name)),
            "get_databases": self.names,
            "get_all_databases": self.names,
            "alter_database": self.alter,
            "drop_database": self.drop,
            "get_all_functions": lambda: hive().GetAllFunctionsResponse(functions=[]),
            "get_functions": lambda database, pattern: [],
            "get_function": _no_function,
            "create_function": _refuse_function,
        }

    def create(self, database: HiveStruct) -> None:
        """Create a database; a location outside of S3 is not kept.

        Chosen: on AWS it would name a folder of the job's cluster, gone with it; without one, a
        table with no location of its own is refused instead of lost.
        """
        given = database_input(database)
        if is_s3(given.get("LocationUri", "")):
            self._folders.make(given["LocationUri"])
        else:
            given.pop("LocationUri", None)
        self._operations["CreateDatabase"]({"DatabaseInput": given})

    def names(self, pattern: str = "*") -> list[str]:
        """The names that match Hive's pattern."""
        matches = name_matcher(pattern)
        return [found["Name"] for found in self._catalog.databases() if matches(found["Name"])]

    def alter(self, name: str, database: HiveStruct) -> None:
        """Replace the description, the location and the parameters."""
        given = database_input(database)
        self._operations["UpdateDatabase"]({"Name": name, "DatabaseInput": given})

    def drop(self, name: str, delete_data: bool, cascade: bool) -> None:
        """Delete a database, and what lies at its location if asked; only an empty one."""
        location = self._catalog.database(name).get("LocationUri", "")
        if self._catalog.tables(name) and not cascade:
            raise hive().InvalidOperationException(message=f"Database {name} is not empty.")
        self._operations["DeleteDatabase"]({"Name": name})
        if delete_data and is_s3(location):
            self._folders.remove(location)


def name_matcher(pattern: str) -> Callable[[str], bool]:
    """Hive's patterns of names: `*` is any text, `|` separates alternatives, case is ignored."""
    alternatives = [re.escape(part).replace(r"\*", ".*") for part in pattern.split("|")]
    compiled = re.compile("|".join(alternatives), re.IGNORECASE)
    return lambda name: compiled.fullmatch(name) is not None


def _no_function(database: str, name: str) -> HiveStruct:
    raise AwsError("EntityNotFoundException", f"Function {database}.{name} not found.")


def _refuse_function(_function: HiveStruct) -> None:
    message = "Functions in the Data Catalog are not supported by the local AWS."
    raise AwsError("InvalidInputException", message)
