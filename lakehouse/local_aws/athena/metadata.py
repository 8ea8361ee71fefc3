"""Data catalogs, databases and tables through Athena's API: the Glue Data Catalog in other words.

Source: AWS Athena API reference, checked 2026-11.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lakehouse.local_aws.athena.tables import CatalogReader
from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.errors import AwsError

Document = dict[str, Any]
CATALOG = "AwsDataCatalog"


class Metadata:
    """GetDataCatalog, ListDatabases, GetTableMetadata and their kin."""

    def __init__(self, catalog: Any, scope: str) -> None:
        self.catalog: CatalogReader = catalog
        self.databases = catalog.databases
        self.tables = catalog.tables
        self.account = scope.partition("/")[0]

    def operations(self) -> Mapping[str, Operation]:
        """The API's operations on metadata."""
        return {
            "GetDataCatalog": self.get_data_catalog,
            "ListDataCatalogs": self.list_data_catalogs,
            "GetDatabase": self.get_database,
            "ListDatabases": self.list_databases,
            "GetTableMetadata": self.get_table,
            "ListTableMetadata": self.list_tables,
        }

    def get_data_catalog(self, body: Document) -> Document:
        """GetDataCatalog."""
        _check(body["Name"])
        return {
            "DataCatalog": {
                "Name": CATALOG,
                "Type": "GLUE",
                "Parameters": {"catalog-id": self.account},
            }
        }

    def list_data_catalogs(self, body: Document) -> Document:
        """ListDataCatalogs."""
        return {"DataCatalogsSummary": [{"CatalogName": CATALOG, "Type": "GLUE"}]}

    def get_database(self, body: Document) -> Document:
        """GetDatabase."""
        _check(body["CatalogName"])
        return {"Database": _database(self._database(body["DatabaseName"]))}

    def list_databases(self, body: Document) -> Document:
        """ListDatabases."""
        _check(body["CatalogName"])
        return _paged("DatabaseList", [_database(d) for d in self.databases()], body)

    def get_table(self, body: Document) -> Document:
        """GetTableMetadata."""
        _check(body["CatalogName"])
        try:
            table = self.catalog.table(body["DatabaseName"].lower(), body["TableName"].lower())
        except AwsError as error:
            raise _metadata_error(error, f"Table {body['TableName']} not found") from error
        return {"TableMetadata": _table(table)}

    def list_tables(self, body: Document) -> Document:
        """ListTableMetadata; Expression is a regular expression over names."""
        _check(body["CatalogName"])
        self._database(body["DatabaseName"])
        pattern = re.compile(body.get("Expression", ".*").replace("(?!.*)", "") or ".*")
        tables = [
            t for t in self.tables(body["DatabaseName"].lower()) if pattern.fullmatch(t["Name"])
        ]
        return _paged("TableMetadataList", [_table(t) for t in tables], body)

    def _database(self, name: str) -> Document:
        try:
            return self.catalog.database(name.lower())
        except AwsError as error:
            raise _metadata_error(error, f"Database {name} not found") from error


def _metadata_error(error: AwsError, message: str) -> AwsError:
    if error.code != "EntityNotFoundException":
        return error
    return AwsError(
        "MetadataException",
        f"{error.message or message} (Service: AmazonDataCatalog; Status Code: 400; "
        "Error Code: EntityNotFoundException)",
    )


def _check(catalog: str) -> None:
    if catalog.lower() != CATALOG.lower():
        raise AwsError("InvalidRequestException", f"Data catalog {catalog} was not found")


def _database(database: Document) -> Document:
    keys = {"Name": "Name", "Description": "Description", "Parameters": "Parameters"}
    return {k: database[v] for k, v in keys.items() if database.get(v)}


def _table(table: Document) -> Document:
    storage = table.get("StorageDescriptor", {})
    serde = storage.get("SerdeInfo", {})
    extra = {
        "location": storage.get("Location"),
        "inputformat": storage.get("InputFormat"),
        "outputformat": storage.get("OutputFormat"),
        "serde.serialization.lib": serde.get("SerializationLibrary"),
        **{f"serde.param.{k}": v for k, v in serde.get("Parameters", {}).items()},
    }
    parameters = {**table.get("Parameters", {}), **{k: v for k, v in extra.items() if v}}
    return {
        "Name": table["Name"],
        "CreateTime": table.get("CreateTime", 0.0),
        "LastAccessTime": table.get("LastAccessTime", 0.0),
        "TableType": table.get("TableType", "EXTERNAL_TABLE"),
        "Columns": [_column(c) for c in storage.get("Columns", [])],
        "PartitionKeys": [_column(c) for c in table.get("PartitionKeys") or []],
        "Parameters": parameters,
    }


def _column(column: Document) -> Document:
    return {k: column[k] for k in ("Name", "Type", "Comment") if column.get(k)}


def _paged(key: str, items: Sequence[Document], body: Document) -> Document:
    start, limit = int(body.get("NextToken", "0")), body.get("MaxResults", 50)
    page = items[start : start + limit]
    more = {"NextToken": str(start + limit)} if start + limit < len(items) else {}
    return {key: list(page), **more}
