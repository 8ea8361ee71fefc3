"""The Configuration of a crawler and its SchemaChangePolicy, read into one value.

Pure. What is not known is refused when the crawler is defined, in Glue's words where they are
known.

Source: https://docs.aws.amazon.com/glue/latest/dg/crawler-configuration.html with its pages on
schema changes, grouping, table level, table threshold and partition indexes (checked 2026-11).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from lakehouse.local_aws.crawlers.layout import Grouping
from lakehouse.local_aws.crawlers.location import Prefix
from lakehouse.local_aws.errors import AwsError

Document = dict[str, Any]
DeleteBehavior = Literal["LOG", "DELETE_FROM_DATABASE", "DEPRECATE_IN_DATABASE"]

_KNOWN: Mapping[str, Sequence[str]] = {
    "": ("Version", "CrawlerOutput", "Grouping", "CreatePartitionIndex"),
    "CrawlerOutput": ("Partitions", "Tables"),
    "CrawlerOutput.Partitions": ("AddOrUpdateBehavior",),
    "CrawlerOutput.Tables": ("AddOrUpdateBehavior", "TableThreshold"),
    "Grouping": ("TableGroupingPolicy", "TableLevelConfiguration"),
}


@dataclass(frozen=True)
class Configuration:
    """What a crawler may write and how it groups: Configuration and SchemaChangePolicy, resolved.

    `table_level` counts from the bucket, which is 1. `text` is the Configuration as it was given.
    """

    update: bool = True
    delete: DeleteBehavior = "DEPRECATE_IN_DATABASE"
    inherit: bool = False
    merge_new: bool = False
    combine: bool = False
    table_level: int | None = None
    table_threshold: int | None = None
    partition_index: bool = True

    def grouping(self, prefix: Prefix) -> Grouping:
        """Return how the folders below an include path are grouped."""
        if self.table_level is None:
            return Grouping(self.combine)
        return Grouping(self.combine, max(0, self.table_level - prefix.level))


def configuration_of(crawler: Mapping[str, Any]) -> Configuration:
    """Resolve the configuration of a stored crawler. Raises InvalidInputException."""
    policy = crawler.get("SchemaChangePolicy", {})
    given = _parsed(crawler.get("Configuration"))
    output, grouping = given.get("CrawlerOutput", {}), given.get("Grouping", {})
    tables = output.get("Tables", {})
    merge_new = _choice("CrawlerOutput.Tables", tables, "AddOrUpdateBehavior", "MergeNewColumns")
    partitions = output.get("Partitions", {})
    return Configuration(
        update=merge_new or policy.get("UpdateBehavior") != "LOG",
        delete=policy.get("DeleteBehavior", "DEPRECATE_IN_DATABASE"),
        inherit=_choice(
            "CrawlerOutput.Partitions", partitions, "AddOrUpdateBehavior", "InheritFromTable"
        ),
        merge_new=merge_new,
        combine=_choice("Grouping", grouping, "TableGroupingPolicy", "CombineCompatibleSchemas"),
        table_level=_positive("Grouping", grouping, "TableLevelConfiguration"),
        table_threshold=_positive("CrawlerOutput.Tables", tables, "TableThreshold"),
        partition_index=_flag(given, "CreatePartitionIndex", default=True),
    )


def invalid(message: str) -> AwsError:
    """Build Glue's error for a definition that is not acceptable."""
    return AwsError("InvalidInputException", message)


def _parsed(text: str | None) -> Document:
    if not text:
        return {}
    try:
        given = json.loads(text)
    except ValueError as error:
        raise invalid(f"The Configuration is not valid JSON: {error}") from error
    if not isinstance(given, dict) or given.get("Version") not in (1, 1.0, "1.0"):
        raise invalid('The Configuration must be an object with "Version": 1.0.')
    for path, known in _KNOWN.items():
        _check_keys(path, known, given)
    return given


def _check_keys(path: str, known: Sequence[str], given: Document) -> None:
    part: Any = given
    for name in filter(None, path.split(".")):
        part = part.get(name, {})
    if not isinstance(part, dict):
        raise invalid(f"{path} must be an object.")
    unknown = ", ".join(part.keys() - set(known))
    if unknown:
        raise invalid(f"{path or 'Configuration'} contains unsupported keys: {unknown}.")


def _choice(where: str, given: Document, name: str, only: str) -> bool:
    value = given.get(name)
    if value not in (None, only):
        raise invalid(f"{where}.{name} {value} is not supported.")
    return value is not None


def _positive(where: str, given: Document, name: str) -> int | None:
    value = given.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise invalid(f"{where}.{name} must be an integer greater than 0.")
    return value


def _flag(given: Document, name: str, default: bool) -> bool:
    value = given.get(name, default)
    if not isinstance(value, bool):
        raise invalid(f"{name} must be true or false.")
    return value
