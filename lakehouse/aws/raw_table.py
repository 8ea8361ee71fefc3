"""The raw table: what a Glue crawler discovered, with one partition per day.

The crawler sees one day's folder through a sample table of its own (a catalog target), so a crawl
costs the same after ten years as on the first day; what it finds is carried over to the raw table.
A day whose files have a known shape costs one partition call and no crawl.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from lakehouse.aws.account import Account
from lakehouse.aws.catalog import Catalog, partition_input
from lakehouse.aws.crawlers import Crawl, Crawlers
from lakehouse.aws.drift import Drift, table_drift
from lakehouse.aws.errors import ExecutionFailed
from lakehouse.aws.inventory import DayFiles
from lakehouse.aws.publish import PARTITION_KEYS
from lakehouse.aws.raw_shape import shapes_of_days
from lakehouse.aws.s3 import S3
from lakehouse.source import LogSource, raw_root

SHAPES = "lakehouse.shapes"  # table parameter: the shapes the columns cover, a JSON list

Columns = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class RawTableUpdate:
    """What was done: the days registered, crawls run (usually none), columns and drift found."""

    days: tuple[date, ...]
    columns: tuple[tuple[str, str], ...]
    crawls: tuple[Crawl, ...] = ()
    drift: Drift = field(default_factory=Drift)


@dataclass(frozen=True)
class RawTables:
    """Keeps raw tables true."""

    account: Account
    s3: S3
    catalog: Catalog
    crawlers: Crawlers

    def update(self, source: LogSource, days: Iterable[DayFiles]) -> RawTableUpdate:
        """Discover new shapes, then register a partition for each day that has files."""
        with_files = [day for day in days if day.files]
        table = self.catalog.table(self.account.database, source.raw_table)
        known = known_shapes(table)
        crawls: list[Crawl] = []
        found = shapes_of_days(self.s3, source, with_files)
        for day, shapes in zip(with_files, found, strict=True):
            if table is None or not shapes <= known:
                crawls.append(self._crawl(source, day))
                known |= shapes
                table = self._carry_over(source, table, known) or table
        if not with_files:
            return RawTableUpdate((), ())
        if table is None:
            raise ExecutionFailed(
                f"crawler {self.account.crawler(source.name)} found no columns in the raw files of "
                f"{source.name}. Are they {source.raw.format}, as the source file says?"
            )
        self._register(source, table, with_files)
        columns = tuple((c["Name"], c["Type"]) for c in table["StorageDescriptor"]["Columns"])
        return RawTableUpdate(
            tuple(day.day for day in with_files),
            columns,
            tuple(crawls),
            table_drift(source, columns),
        )

    def _crawl(self, source: LogSource, day: DayFiles) -> Crawl:
        sample = {
            "Name": source.raw_table,
            "Description": f"What the crawler saw last of the raw files of {source.name}.",
            "TableType": "EXTERNAL_TABLE",
            "StorageDescriptor": {"Columns": [], "Location": day.location},
            "Parameters": {},
        }
        self.catalog.ensure_database(self.account.crawl_database, "Samples that crawlers look at.")
        self.catalog.ensure_table(self.account.crawl_database, sample)
        # A source is one YAML file: its crawler is made here if nobody deployed since it was added.
        self.crawlers.ensure(crawler_request(self.account, source))
        return self.crawlers.crawl(self.account.crawler(source.name))

    def _carry_over(
        self, source: LogSource, present: Mapping[str, Any] | None, shapes: set[str]
    ) -> dict[str, Any] | None:
        """The raw table with what the crawler found; None if that is nothing, or of another kind.

        A day whose files are something else must not stop the others: the job rejects its rows.
        """
        sample = self.catalog.table(self.account.crawl_database, source.raw_table)
        if sample is None or not sample["StorageDescriptor"].get("Columns"):
            return None
        if present is not None and _kind(present) != _kind(sample):
            return None
        location = f"s3://{self.account.raw_bucket}/{raw_root(source)}"
        wanted = raw_table_input(source, sample, present, location, shapes)
        return self.catalog.ensure_table(self.account.database, wanted)

    def _register(
        self, source: LogSource, table: Mapping[str, Any], days: Iterable[DayFiles]
    ) -> None:
        inputs = [
            partition_input(table["StorageDescriptor"], day.day.isoformat(), day.location)
            for day in days
        ]
        self.catalog.point(self.account.database, source.raw_table, inputs)


def crawler_request(account: Account, source: LogSource) -> dict[str, Any]:
    """CreateCrawler request: one catalog target, the source's sample table.

    A catalog target must log deletions, not act on them
    (https://docs.aws.amazon.com/glue/latest/dg/define-crawler-choose-data-sources.html,
    checked 2026-11).
    """
    target = {"DatabaseName": account.crawl_database, "Tables": [source.raw_table]}
    return {
        "Name": account.crawler(source.name),
        "Role": account.glue_role,
        "Description": f"Discovers the schema of the raw files of {source.name}.",
        "Targets": {"CatalogTargets": [target]},
        "SchemaChangePolicy": {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"},
    }


def known_shapes(table: Mapping[str, Any] | None) -> set[str]:
    """The shapes that the raw table's columns already cover."""
    return set(json.loads((table or {}).get("Parameters", {}).get(SHAPES, "[]")))


def raw_table_input(
    source: LogSource,
    sample: Mapping[str, Any],
    present: Mapping[str, Any] | None,
    location: str,
    shapes: set[str],
) -> dict[str, Any]:
    """The raw table: the crawled sample's formats, columns merged with those already there."""
    crawled = sample["StorageDescriptor"]
    old = present["StorageDescriptor"]["Columns"] if present else []
    merge = merged_by_name if source.raw.format == "json" else merged_by_position
    parameters = {**sample.get("Parameters", {}), SHAPES: json.dumps(sorted(shapes))}
    return {
        "Name": source.raw_table,
        "Description": f"Raw files of {source.name}, as the crawler discovered them.",
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": PARTITION_KEYS,
        "StorageDescriptor": {
            **crawled,
            "SerdeInfo": _lenient(crawled["SerdeInfo"], source.raw.format),
            "Columns": merge(old, crawled["Columns"]),
            "Location": location,
        },
        "Parameters": parameters,
    }


def _kind(table: Mapping[str, Any]) -> str | None:
    """How the crawler classified what a table is made from, such as json."""
    kind: str | None = table.get("Parameters", {}).get("classification")
    return kind


def _lenient(serde: Mapping[str, Any], file_format: str) -> Mapping[str, Any]:
    """A malformed JSON line is a row of NULLs instead of the end of every query that meets it.

    Source: "OpenX JSON SerDe", Athena user guide (checked 2026-11).
    """
    if file_format != "json":
        return serde
    parameters = {**serde.get("Parameters", {}), "ignore.malformed.json": "true"}
    return {**serde, "Parameters": parameters}


def merged_by_name(old: Columns, new: Columns) -> list[dict[str, str]]:
    """All columns of both; where types differ the new one holds (JSON is read by name)."""
    types = {column["Name"]: column["Type"] for column in [*old, *new]}
    return [{"Name": name, "Type": kind} for name, kind in types.items()]


def merged_by_position(old: Columns, new: Columns) -> list[dict[str, str]]:
    """The longer list; a position whose type differs becomes string (text is read by position)."""
    longer, shorter = (new, old) if len(new) >= len(old) else (old, new)
    merged = [{"Name": c["Name"], "Type": c["Type"]} for c in longer]
    for column, other in zip(merged, shorter, strict=False):
        if column["Type"] != other["Type"]:
            column["Type"] = "string"
    return merged
