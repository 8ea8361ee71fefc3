"""Writes the outcome of a crawl to the catalog, as the crawler's policies ask.

Belongs here: create, update, deprecate, delete of tables and partitions; SchemaChangePolicy and
the CrawlerOutput configuration. What is found belongs to `scan` and `layout`, what a
table looks like to `table`.

Source: https://docs.aws.amazon.com/glue/latest/dg/crawler-schema-changes-prevent.html
(checked 2026-11).
"""

import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.crawlers.file_schema import UNKNOWN
from lakehouse.local_aws.crawlers.layout import Leaf, TablePlan, sanitized
from lakehouse.local_aws.crawlers.scan import Prefix
from lakehouse.local_aws.crawlers.table import (
    crawler_parameters,
    partition_input,
    storage_descriptor,
)
from lakehouse.local_aws.errors import AwsError

Document = dict[str, Any]

DEPRECATED = "DEPRECATED_BY_CRAWLER"
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
class Policy:
    """What a crawler may change: SchemaChangePolicy and CrawlerOutput, resolved."""

    crawler: str
    update: bool = True
    delete: str = "DEPRECATE_IN_DATABASE"
    inherit: bool = False
    merge_new: bool = False


@dataclass
class Changes:
    """What a crawl changed, by name of table; the counts of GetCrawlerMetrics."""

    created: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    partitions: int = 0


class Publisher:
    """Writes tables and partitions of one crawl."""

    def __init__(self, catalog: Catalog, policy: Policy, changes: Changes) -> None:
        self._catalog = catalog
        self._policy = policy
        self._changes = changes

    def publish(self, database: str, prefix: Prefix, plan: TablePlan, table_prefix: str) -> str:
        """Create or update the table of a plan; return its name."""
        location = plan_location(prefix, plan)
        name = self._free_name(database, table_prefix + table_name(prefix, plan), location)
        fresh = self._table_input(name, location, plan)
        current = self._find(database, name)
        if current is None:
            self._catalog.put_table(database, fresh)
            self._changes.created.append(name)
        else:
            self._update(database, current, fresh)
        if plan.keys:
            self._publish_partitions(database, name, location, plan, prune=True)
        return name

    def update_in_place(self, table: Document, plan: TablePlan) -> None:
        """Give an existing table the schema found at its location; its keys and place stay."""
        database, name = table["DatabaseName"], table["Name"]
        location = table["StorageDescriptor"]["Location"]
        if plan.schema.classification != UNKNOWN:
            fresh = self._table_input(name, location, plan)
            fresh["PartitionKeys"] = table["PartitionKeys"]
            self._update(database, table, fresh)
        if table["PartitionKeys"]:
            self._publish_partitions(database, name, location, plan, prune=False)

    def retire(self, database: str, prefixes: Sequence[Prefix], kept: Iterable[str]) -> None:
        """Treat the crawler's own tables whose data is gone as DeleteBehavior says."""
        names = set(kept)
        for table in self._catalog.tables(database):
            if table["Name"] in names or not self._is_ours(table, prefixes):
                continue
            if self._policy.delete == "DELETE_FROM_DATABASE":
                self._catalog.delete_table(database, table["Name"])
                self._changes.deleted.append(table["Name"])
            elif self._policy.delete == "DEPRECATE_IN_DATABASE":
                self._put(database, table, {"Parameters": self._deprecated(table["Parameters"])})

    def _is_ours(self, table: Document, prefixes: Sequence[Prefix]) -> bool:
        location = table.get("StorageDescriptor", {}).get("Location", "")
        parameters = table.get("Parameters", {})
        if parameters.get("UPDATED_BY_CRAWLER") != self._policy.crawler or DEPRECATED in parameters:
            return False
        return any(location.startswith(prefix.location) for prefix in prefixes)

    def _deprecated(self, parameters: Mapping[str, str]) -> dict[str, str]:
        return {**parameters, DEPRECATED: str(round(time.time() * 1000))}

    def _table_input(self, name: str, location: str, plan: TablePlan) -> Document:
        parameters = crawler_parameters(plan.schema, plan.leaves, self._policy.crawler)
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
        if not self._policy.update:
            return
        descriptor = fresh["StorageDescriptor"]
        before = current.get("StorageDescriptor", {}).get("Columns", [])
        columns = merged_table_columns(before, descriptor["Columns"], self._policy.merge_new)
        kept = {k: v for k, v in current.get("Parameters", {}).items() if k != DEPRECATED}
        changes = {
            "StorageDescriptor": {**descriptor, "Columns": columns},
            "PartitionKeys": fresh["PartitionKeys"],
            "Parameters": {**kept, **fresh["Parameters"]},
            "TableType": current.get("TableType") or fresh["TableType"],
        }
        self._put(database, current, changes)

    def _put(self, database: str, current: Document, changes: Mapping[str, Any]) -> None:
        """Write a table's changes, unless there are none: an update makes a new version."""
        if all(current.get(name) == value for name, value in changes.items()):
            return
        kept = {name: current[name] for name in _TABLE_INPUT_FIELDS if name in current}
        self._catalog.put_table(database, {**kept, **changes})
        self._changes.updated.append(current["Name"])

    def _publish_partitions(
        self, database: str, name: str, location: str, plan: TablePlan, prune: bool
    ) -> None:
        found = {tuple(entry["Values"]): entry for entry in self._inputs(database, name, plan)}
        present = {tuple(p["Values"]): p for p in self._catalog.partitions(database, name)}
        wanted = [
            entry
            for values, entry in found.items()
            if values not in present or (self._policy.update and _differs(present[values], entry))
        ]
        self._catalog.put_partitions(database, name, wanted)
        self._changes.partitions += len(wanted)
        if prune:
            gone = [entry for values, entry in present.items() if values not in found]
            below = [e for e in gone if _location(e).startswith(location)]
            self._retire_partitions(database, name, below)

    def _inputs(self, database: str, name: str, plan: TablePlan) -> list[Document]:
        table = self._catalog.table(database, name)
        location = table["StorageDescriptor"]["Location"]
        return [
            self._inherited(table, entry) if self._policy.inherit else entry
            for leaf in plan.leaves
            if len(leaf.path) - len(plan.path) == len(table["PartitionKeys"])
            for entry in [_leaf_input(plan, leaf, location, self._policy.crawler)]
        ]

    def _inherited(self, table: Document, entry: Document) -> Document:
        """Give a partition its table's schema and SerDe (AddOrUpdateBehavior InheritFromTable)."""
        own = entry["StorageDescriptor"]
        descriptor = {**table["StorageDescriptor"], "Location": own["Location"]}
        return {**entry, "StorageDescriptor": {**descriptor, "Parameters": own["Parameters"]}}

    def _retire_partitions(self, database: str, name: str, gone: Sequence[Document]) -> None:
        if self._policy.delete == "DELETE_FROM_DATABASE":
            self._catalog.delete_partitions(database, name, [entry["Values"] for entry in gone])
        elif self._policy.delete == "DEPRECATE_IN_DATABASE":
            fresh = [entry for entry in gone if DEPRECATED not in entry.get("Parameters", {})]
            inputs = [
                {**entry, "Parameters": self._deprecated(entry.get("Parameters", {}))}
                for entry in fresh
            ]
            self._catalog.put_partitions(database, name, inputs)

    def _free_name(self, database: str, name: str, location: str) -> str:
        """Return the name, made unique by a hash if a table of another place has it already."""
        current = self._find(database, name)
        if current is None or _location(current).rstrip("/") == location.rstrip("/"):
            return name
        digest = hashlib.md5(location.encode(), usedforsecurity=False).hexdigest()
        return f"{name}_{digest}"

    def _find(self, database: str, name: str) -> Document | None:
        try:
            return self._catalog.table(database, name)
        except AwsError as error:
            if error.code != "EntityNotFoundException":
                raise
            return None


def plan_location(prefix: Prefix, plan: TablePlan) -> str:
    """Return the s3:// URI of a plan's root; a folder's ends with a slash."""
    path = "/".join(plan.path)
    return prefix.location + (path if plan.is_file or not path else f"{path}/")


def table_name(prefix: Prefix, plan: TablePlan) -> str:
    """Return the table name of a plan: its folder's or file's name, sanitized."""
    return sanitized(plan.path[-1] if plan.path else prefix.name)


def merged_table_columns(
    before: Sequence[Document], found: Sequence[Document], merge_new: bool
) -> list[Document]:
    """Return the columns to write: those found, or with `merge_new` the old ones and the new.

    Comments that people gave to columns stay. Source: crawler-configuration, MergeNewColumns.
    """
    known = {column["Name"]: column for column in before}
    if merge_new:
        return [*before, *(column for column in found if column["Name"] not in known)]
    comments = {name: column["Comment"] for name, column in known.items() if "Comment" in column}
    return [
        {**column, "Comment": comments[column["Name"]]} if column["Name"] in comments else column
        for column in found
    ]


def _leaf_input(plan: TablePlan, leaf: Leaf, location: str, crawler: str) -> Document:
    below = "/".join(leaf.path[len(plan.path) :])
    root = location if location.endswith("/") else f"{location}/"
    return partition_input(plan.values(leaf), leaf.schema, leaf, f"{root}{below}/", crawler)


def _location(entry: Document) -> str:
    return str(entry.get("StorageDescriptor", {}).get("Location", ""))


def _differs(present: Document, wanted: Document) -> bool:
    if DEPRECATED in present.get("Parameters", {}):
        return True
    return bool(present.get("StorageDescriptor") != wanted["StorageDescriptor"])
