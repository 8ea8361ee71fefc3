"""The targets of a crawler as values: where to look, for which table, told by which queue.

Belongs here: resolving the definition's S3 and catalog targets against the catalog and the store.
Whether a definition is acceptable belongs to `request`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.crawlers.configuration import Configuration
from lakehouse.local_aws.crawlers.location import parse_location
from lakehouse.local_aws.crawlers.scan import Area
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.store import ObjectStore

Document = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """One place to crawl. `table` is the catalog's table of a catalog target, else None."""

    area: Area
    table: Document | None = None
    queue: str | None = None
    dead_letter_queue: str | None = None

    @property
    def key(self) -> str:
        """What tells it from the crawler's other targets, in this crawl and in later ones."""
        digest = blake2b(json.dumps(self.area.exclusions).encode(), digest_size=6).hexdigest()
        return f"{self.area.prefix.location}#{digest}"


def targets_of(
    crawler: Mapping[str, Any], configuration: Configuration, catalog: Catalog, objects: ObjectStore
) -> list[Target]:
    """Resolve all targets. Raises AwsError for a table that is not there or has no location."""
    targets = crawler["Targets"]
    return [
        *(_s3_target(entry, configuration, objects) for entry in targets["S3Targets"]),
        *(target for entry in targets["CatalogTargets"] for target in _tables(entry, catalog)),
    ]


def definition_digest(crawler: Mapping[str, Any]) -> str:
    """Return what changes with the properties that may change what a crawl finds."""
    names = ("Targets", "Classifiers", "Configuration", "DatabaseName", "TablePrefix")
    text = json.dumps([crawler.get(name) for name in names], sort_keys=True)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _s3_target(entry: Document, configuration: Configuration, objects: ObjectStore) -> Target:
    prefix = parse_location(entry["Path"])
    file = prefix.file()
    is_file = not entry["Path"].endswith("/") and objects.find(file.bucket, file.key) is not None
    area = Area(
        file if is_file else prefix,
        tuple(entry.get("Exclusions", ())),
        entry.get("SampleSize"),
        configuration.combine,
        is_file,
    )
    return Target(area, None, entry.get("EventQueueArn"), entry.get("DlqEventQueueArn"))


def _tables(entry: Document, catalog: Catalog) -> Iterator[Target]:
    for name in entry["Tables"]:
        table = catalog.table(entry["DatabaseName"], name)
        location = table.get("StorageDescriptor", {}).get("Location")
        if not location:
            raise AwsError("InvalidInputException", f"Table {name} has no location to crawl.")
        area = Area(parse_location(location), combine=True)
        yield Target(area, table, entry.get("EventQueueArn"), entry.get("DlqEventQueueArn"))
