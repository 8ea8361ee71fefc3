"""Writes the tables of a crawl to the catalog, as the crawler's policies ask.

Belongs here: create, update, deprecate, delete of tables; SchemaChangePolicy and the CrawlerOutput
configuration. Partitions are in `partitions`, what is found in `scan` and `layout`, what a table
looks like in `table`.

Source: https://docs.aws.amazon.com/glue/latest/dg/crawler-configuration.html and
crawler-schema-changes-prevent.html (checked 2026-11): an update removes the metadata that the
crawler did not set; MergeNewColumns adds columns and nested fields and changes nothing else, and a
table whose format, compression or delimiter changed is deprecated instead.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.crawlers.changes import Changes
from lakehouse.local_aws.crawlers.configuration import Configuration
from lakehouse.local_aws.crawlers.crawl_log import CrawlLog
from lakehouse.local_aws.crawlers.formats.schema import UNKNOWN
from lakehouse.local_aws.crawlers.layout import Parts, TablePlan
from lakehouse.local_aws.crawlers.location import Prefix
from lakehouse.local_aws.crawlers.merging import changed_attribute, merged_table_columns
from lakehouse.local_aws.crawlers.naming import distinct_name, table_name
from lakehouse.local_aws.crawlers.partitions import DEPRECATED, PartitionWriter, location_of
from lakehouse.local_aws.crawlers.table import (
    crawler_parameters,
    exclusions_parameter,
    storage_descriptor,
)
from lakehouse.local_aws.errors import AwsError

Document = dict[str, Any]

_TABLE_INPUT_FIELDS = (
    "Name",
    "Description",
    "Owner",
    "Retention",
    "StorageDescriptor",
    "PartitionKeys",
    "ViewOriginalText",
    "ViewExpandedText",
    "TableType",
    "Parameters",
)


@dataclass(frozen=True)
class Published:
    """A plan at its place: whose table it is to be, and which of its folders may be written.

    `only` restricts the partitions that are written to those of some folders; None is all, and
    then the table's partitions that were not found are treated as vanished.
    """

    prefix: Prefix
    plan: TablePlan
    exclusions: Sequence[str] = ()
    only: frozenset[Parts] | None = None

    @property
    def location(self) -> str:
        """The s3:// URI of the table's root; a folder's ends with a slash."""
        path = "/".join(self.plan.path)
        return self.prefix.location + (path if self.plan.is_file or not path else f"{path}/")

    @property
    def name(self) -> str:
        """The name of the folder or file."""
        return self.plan.path[-1] if self.plan.path else self.prefix.name


class Publisher:
    """Writes tables and partitions of one crawl."""

    def __init__(
        self,
        catalog: Catalog,
        crawler: str,
        configuration: Configuration,
        changes: Changes,
        log: CrawlLog,
    ) -> None:
        self._catalog = catalog
        self._crawler = crawler
        self._configuration = configuration
        self._changes = changes
        self._log = log
        self._partitions = PartitionWriter(catalog, crawler, configuration, changes, log)

    def publish(self, database: str, found: Published, table_prefix: str) -> str:
        """Create or update the table of a plan, write its partitions; return its name."""
        name = self._free_name(database, table_name(table_prefix, found.name), found.location)
        fresh = self._table_input(name, found)
        current = self._find(database, name)
        if current is None:
            self._catalog.put_table(database, fresh)
            self._partitions.index(database, name, found.plan.keys)
            self._changes.table("ADD", name)
            self._log.info(f"Created table {name} in database {database}")
        else:
            self._update(database, current, fresh)
        if found.plan.keys:
            self._partitions.write(database, name, found.plan, found.only)
        return name

    def update_in_place(self, table: Document, plan: TablePlan) -> None:
        """Give an existing table the schema found at its location; its keys and place stay."""
        database, name = table["DatabaseName"], table["Name"]
        if plan.schema.classification != UNKNOWN:
            fresh = self._input(name, location_of(table), plan, {})
            self._update(database, table, {**fresh, "PartitionKeys": table["PartitionKeys"]})
        if table["PartitionKeys"]:
            self._partitions.write(database, name, plan, None)

    def retire(self, database: str, prefixes: Sequence[Prefix], kept: Iterable[str]) -> None:
        """Treat the crawler's own tables whose data is gone as DeleteBehavior says."""
        names = set(kept)
        for table in self._catalog.tables(database):
            if table["Name"] not in names and self._is_ours(table, prefixes):
                self._retire(database, table)

    def _retire(self, database: str, table: Document) -> None:
        name = table["Name"]
        if self._configuration.delete == "DELETE_FROM_DATABASE":
            self._catalog.delete_table(database, name)
            self._changes.table("DELETE", name)
            self._log.info(f"Deleted table {name} in database {database}")
        elif self._configuration.delete == "DEPRECATE_IN_DATABASE":
            self._deprecate(database, table)
        else:
            self._log.info(f"Table {name} has no matching schema at the table's location.")

    def _deprecate(self, database: str, table: Document) -> None:
        mark = {DEPRECATED: str(round(time.time() * 1000))}
        self._put(database, table, {"Parameters": {**table.get("Parameters", {}), **mark}})
        self._log.info(
            f"Table {table['Name']} is marked deprecated because a matching schema was not found "
            "at the table's location."
        )

    def _is_ours(self, table: Document, prefixes: Sequence[Prefix]) -> bool:
        parameters = table.get("Parameters", {})
        if parameters.get("UPDATED_BY_CRAWLER") != self._crawler or DEPRECATED in parameters:
            return False
        return any(location_of(table).startswith(prefix.location) for prefix in prefixes)

    def _table_input(self, name: str, found: Published) -> Document:
        excluded = exclusions_parameter(found.prefix.location, found.exclusions)
        return self._input(name, found.location, found.plan, excluded)

    def _input(
        self, name: str, location: str, plan: TablePlan, more: Mapping[str, str]
    ) -> Document:
        parameters = {**crawler_parameters(plan.schema, plan.leaves, self._crawler), **more}
        return {
            "Name": name,
            "Owner": "owner",
            "Retention": 0,
            "StorageDescriptor": storage_descriptor(plan.schema, location, parameters),
            "PartitionKeys": [{"Name": key, "Type": "string"} for key in plan.keys],
            "TableType": "EXTERNAL_TABLE",
            "Parameters": parameters,
        }

    def _update(self, database: str, current: Document, fresh: Document) -> None:
        if self._configuration.merge_new:
            self._merge(database, current, fresh)
        elif self._configuration.update:
            self._replace(database, current, fresh)
        elif _schema(current) != _schema(fresh):
            self._log.info(
                f"The schema of table {current['Name']} changed; the UpdateBehavior LOG leaves it."
            )

    def _replace(self, database: str, current: Document, fresh: Document) -> None:
        """Write what was found. Where the schema is the same, what people added to it stays."""
        if _schema(current) == _schema(fresh):
            descriptor = {**fresh["StorageDescriptor"], "Columns": _columns(current)}
            parameters = {**_kept(current), **fresh["Parameters"]}
            changes = {"StorageDescriptor": descriptor, "Parameters": parameters}
            self._put(database, current, changes)
            return
        if _key_names(current) == _key_names(fresh):
            fresh = {**fresh, "PartitionKeys": current["PartitionKeys"]}
            self._put(database, current, fresh)
            return
        self._partitions.clear(database, current["Name"])
        self._put(database, current, fresh)
        self._partitions.index(database, current["Name"], _key_names(fresh))

    def _merge(self, database: str, current: Document, fresh: Document) -> None:
        known, found = current.get("Parameters", {}), fresh["Parameters"]
        changed = changed_attribute(known, found)
        if changed:
            self._log.warn(
                f"Table {current['Name']} has an incompatible {changed}: {known[changed]} in the "
                f"catalog, {found.get(changed)} at its location."
            )
            if DEPRECATED not in known:
                self._deprecate(database, current)
            return
        descriptor = current.get("StorageDescriptor", {})
        columns = merged_table_columns(_columns(current), _columns(fresh))
        merged = {**fresh["StorageDescriptor"], **descriptor, "Columns": columns}
        changes = {"StorageDescriptor": merged, "Parameters": {**_kept(current), **found}}
        self._put(database, current, changes)

    def _put(self, database: str, current: Document, changes: Mapping[str, Any]) -> None:
        """Write a table's changes, unless there are none: an update makes a new version."""
        if all(current.get(name) == value for name, value in changes.items()):
            return
        kept = {name: current[name] for name in _TABLE_INPUT_FIELDS if name in current}
        self._catalog.put_table(database, {**kept, **changes})
        self._changes.table("UPDATE", current["Name"])
        self._log.info(f"Updated table {current['Name']} in database {database}")

    def _free_name(self, database: str, name: str, location: str) -> str:
        """Return the name, made unique by a hash if a table of another place has it already."""
        current = self._find(database, name)
        if current is None or location_of(current).rstrip("/") == location.rstrip("/"):
            return name
        return distinct_name(name, location)

    def _find(self, database: str, name: str) -> Document | None:
        try:
            return self._catalog.table(database, name)
        except AwsError as error:
            if error.code != "EntityNotFoundException":
                raise
            return None


def _schema(table: Document) -> tuple[Any, ...]:
    """Return what a change of is a change of the schema: columns, keys, and how data is read."""
    descriptor = table.get("StorageDescriptor", {})
    columns = [(column["Name"], column.get("Type")) for column in _columns(table)]
    formats = [descriptor.get(name) for name in ("InputFormat", "OutputFormat", "SerdeInfo")]
    return (columns, _key_names(table), formats)


def _key_names(table: Document) -> list[str]:
    return [key["Name"] for key in table["PartitionKeys"]]


def _kept(table: Document) -> dict[str, str]:
    """Return a table's parameters without the mark of deprecation."""
    return {k: v for k, v in table.get("Parameters", {}).items() if k != DEPRECATED}


def _columns(table: Document) -> list[Document]:
    columns: list[Document] = table.get("StorageDescriptor", {}).get("Columns", [])
    return columns
