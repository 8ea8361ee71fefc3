"""One crawl from its start to its end: scan the targets, plan the tables, write them.

Belongs here: the order of these steps for S3 and catalog targets. Scanning, planning and writing
are in `scan`, `layout` and `publish`; states and threads in `crawler`.
"""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.crawlers.layout import Leaf, TablePlan, plan_single, plan_tables
from lakehouse.local_aws.crawlers.publish import Changes, Policy, Publisher
from lakehouse.local_aws.crawlers.scan import Prefix, Scanner, parse_location
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.store import ObjectStore

Document = dict[str, Any]


def run_crawl(
    crawler: Document,
    catalog: Catalog,
    objects: ObjectStore,
    stopping: threading.Event,
    on_write: Callable[[], None],
) -> Changes:
    """Crawl all targets of a crawler definition and write what was found.

    Everything is read before anything is written, so a crawl that fails or is stopped changes
    nothing. `on_write` is called between the two. Raises AwsError with the reason of a failure,
    CrawlStopped when `stopping` is set.
    """
    scanner = Scanner(objects, stopping)
    changes = Changes()
    publisher = Publisher(catalog, policy_of(crawler), changes)
    found = [(target, _scan_s3(scanner, target)) for target in crawler["Targets"]["S3Targets"]]
    in_place = [
        (table, leaves)
        for target in crawler["Targets"]["CatalogTargets"]
        for table, leaves in _scan_tables(scanner, catalog, target)
    ]
    on_write()
    if found:
        _write_s3(crawler, catalog, publisher, found)
    for table, leaves in in_place:
        if leaves:
            keys = [key["Name"] for key in table["PartitionKeys"]]
            publisher.update_in_place(table, plan_single(leaves, keys))
    return changes


def policy_of(crawler: Mapping[str, Any]) -> Policy:
    """Resolve what the crawler may change from its SchemaChangePolicy and Configuration."""
    given = crawler.get("SchemaChangePolicy", {})
    output = json.loads(crawler.get("Configuration") or "{}").get("CrawlerOutput", {})
    partitions = output.get("Partitions", {}).get("AddOrUpdateBehavior")
    tables = output.get("Tables", {}).get("AddOrUpdateBehavior")
    return Policy(
        crawler["Name"],
        update=given.get("UpdateBehavior") != "LOG" or tables == "MergeNewColumns",
        delete=given.get("DeleteBehavior", "DEPRECATE_IN_DATABASE"),
        inherit=partitions == "InheritFromTable",
        merge_new=tables == "MergeNewColumns",
    )


def _scan_s3(scanner: Scanner, target: Document) -> tuple[Prefix, list[TablePlan]]:
    prefix = parse_location(target["Path"])
    leaves = scanner.scan(prefix, target.get("Exclusions", ()), target.get("SampleSize"))
    return prefix, plan_tables(leaves, bucket_root=not prefix.key)


def _scan_tables(
    scanner: Scanner, catalog: Catalog, target: Document
) -> list[tuple[Document, list[Leaf]]]:
    scanned = []
    for name in target["Tables"]:
        table = catalog.table(target["DatabaseName"], name)
        location = table.get("StorageDescriptor", {}).get("Location")
        if not location:
            raise AwsError("InvalidInputException", f"Table {name} has no location to crawl.")
        scanned.append((table, scanner.scan(parse_location(location))))
    return scanned


def _write_s3(
    crawler: Document,
    catalog: Catalog,
    publisher: Publisher,
    found: Sequence[tuple[Document, tuple[Prefix, list[TablePlan]]]],
) -> None:
    database = _ensured_database(catalog, crawler["DatabaseName"])
    names = [
        publisher.publish(database, prefix, plan, crawler.get("TablePrefix", "").lower())
        for _, (prefix, plans) in found
        for plan in plans
    ]
    publisher.retire(database, [prefix for _, (prefix, _) in found], names)


def _ensured_database(catalog: Catalog, name: str) -> str:
    """Return the database's name; Glue's crawlers create the database if it is missing."""
    try:
        return str(catalog.database(name)["Name"])
    except AwsError as error:
        if error.code != "EntityNotFoundException":
            raise
    catalog.create_database(name)
    return name.lower()
