"""Writes the partitions of one crawled table, as the crawler's policies ask.

Belongs here: which partitions are new, changed or gone, and what they inherit. The tables are in
`publish`, what a partition looks like in `table`.

Source: https://docs.aws.amazon.com/glue/latest/dg/crawler-configuration.html (checked 2026-11): new
partitions are always added; InheritFromTable also changes those that are there. Logs of real crawls
that deprecate show of a vanished partition only the line, no change.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.crawlers.changes import Changes
from lakehouse.local_aws.crawlers.configuration import Configuration
from lakehouse.local_aws.crawlers.crawl_log import CrawlLog
from lakehouse.local_aws.crawlers.layout import Leaf, Parts, TablePlan
from lakehouse.local_aws.crawlers.merging import merged_partition
from lakehouse.local_aws.crawlers.table import partition_input

Document = dict[str, Any]
Values = tuple[str, ...]

DEPRECATED = "DEPRECATED_BY_CRAWLER"
_INDEX = "crawler_partition_index"
_MOST_LINES = 100


class PartitionWriter:
    """Writes partitions of one crawl."""

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

    def write(
        self,
        database: str,
        name: str,
        plan: TablePlan,
        only: frozenset[Parts] | None,
    ) -> None:
        """Add and update the partitions of a plan's leaves, of `only` some folders if given.

        Without `only` a partition below the table's location that no leaf stands for is gone.
        """
        table = self._catalog.table(database, name)
        leaves = [leaf for leaf in plan.leaves if only is None or leaf.path in only]
        found = {tuple(entry["Values"]): entry for entry in self._inputs(table, plan, leaves)}
        present = {tuple(p["Values"]): p for p in self._catalog.partitions(database, name)}
        new = [entry for values, entry in found.items() if values not in present]
        changed = self._changed(present, found)
        self._catalog.put_partitions(database, name, [*new, *changed])
        self._note(name, database, len(new), len(changed))
        if only is None:
            gone = [entry for values, entry in present.items() if values not in found]
            below = [e for e in gone if location_of(e).startswith(location_of(table))]
            self._retire(database, name, below)

    def index(self, database: str, name: str, keys: Sequence[str]) -> None:
        """Give a new table the partition index that crawlers make unless they are told not to.

        Source: https://docs.aws.amazon.com/glue/latest/dg/crawler-configure-partition-indexes.html
        (checked 2026-11); the name is that of indexes on tables of real crawlers.
        """
        if keys and self._configuration.partition_index:
            index = {"IndexName": _INDEX, "Keys": list(keys)}
            table = {"DatabaseName": database, "TableName": name}
            self._catalog.operations()["CreatePartitionIndex"]({**table, "PartitionIndex": index})

    def clear(self, database: str, name: str) -> None:
        """Delete all partitions and our index of a table whose partition keys are others now."""
        operations, table = (
            self._catalog.operations(),
            {"DatabaseName": database, "TableName": name},
        )
        for index in operations["GetPartitionIndexes"](table)["PartitionIndexDescriptorList"]:
            if index["IndexName"] == _INDEX:
                operations["DeletePartitionIndex"]({**table, "IndexName": _INDEX})
        present = self._catalog.partitions(database, name)
        self._catalog.delete_partitions(database, name, [entry["Values"] for entry in present])
        self._changes.partition("DELETE", len(present))

    def _changed(
        self, present: Mapping[Values, Document], found: Mapping[Values, Document]
    ) -> list[Document]:
        if not self._configuration.update and not self._configuration.inherit:
            return []
        known = {values: entry for values, entry in found.items() if values in present}
        if self._configuration.merge_new and not self._configuration.inherit:
            known = {values: merged_partition(present[values], e) for values, e in known.items()}
        return [entry for values, entry in known.items() if _differs(present[values], entry)]

    def _inputs(self, table: Document, plan: TablePlan, leaves: Sequence[Leaf]) -> list[Document]:
        width, location = len(table["PartitionKeys"]), location_of(table)
        inputs = []
        for leaf in leaves:
            if leaf.is_file or len(leaf.path) - len(plan.path) != width:
                folder = f"{location.rstrip('/')}/{'/'.join(leaf.path[len(plan.path) :])}"
                self._log.warn(
                    f"Folder partition keys do not match table partition keys, skipping {folder}"
                )
                continue
            entry = self._input(plan, leaf, location)
            inputs.append(self._inherited(table, entry) if self._configuration.inherit else entry)
        return inputs

    def _input(self, plan: TablePlan, leaf: Leaf, location: str) -> Document:
        below = "/".join(leaf.path[len(plan.path) :])
        place = f"{location.rstrip('/')}/{below}/"
        return partition_input(plan.values(leaf), leaf.schema, leaf, place, self._crawler)

    def _inherited(self, table: Document, entry: Document) -> Document:
        """Give a partition its table's schema and SerDe (AddOrUpdateBehavior InheritFromTable)."""
        own = entry["StorageDescriptor"]
        descriptor = {**table["StorageDescriptor"], "Location": own["Location"]}
        return {**entry, "StorageDescriptor": {**descriptor, "Parameters": own["Parameters"]}}

    def _note(self, name: str, database: str, new: int, changed: int) -> None:
        self._changes.partition("ADD", new)
        self._changes.partition("UPDATE", changed)
        if new:
            self._log.info(f"Created {new} partitions of table {name} in database {database}")
        if changed:
            self._log.info(f"Updated {changed} partitions of table {name} in database {database}")

    def _retire(self, database: str, name: str, gone: Sequence[Document]) -> None:
        for entry in gone[:_MOST_LINES]:
            self._log.info(
                f"Found partition of table {name} with partition values "
                f"[{', '.join(entry['Values'])}] with no matching schema at the partition's S3 "
                "location"
            )
        if gone and self._configuration.delete == "DELETE_FROM_DATABASE":
            self._catalog.delete_partitions(database, name, [entry["Values"] for entry in gone])
            self._changes.partition("DELETE", len(gone))
            count = len(gone)
            self._log.info(f"Deleted {count} partitions of table {name} in database {database}")


def location_of(entry: Document) -> str:
    """Return the location of a table or partition, "" if it has none."""
    return str(entry.get("StorageDescriptor", {}).get("Location", ""))


def _differs(present: Document, wanted: Document) -> bool:
    return bool(present.get("StorageDescriptor") != wanted["StorageDescriptor"])
