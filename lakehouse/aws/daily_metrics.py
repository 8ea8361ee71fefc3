"""The daily metrics table: the source's measures, computed by Athena from the clean table.

UNLOAD writes the run's own prefix, at most 100 days a statement; then the catalog is pointed
there. Column types are what Athena itself says of the query, never guessed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lakehouse.aws.account import Account
from lakehouse.aws.athena import Athena, QueryRun
from lakehouse.aws.batches import batches
from lakehouse.aws.catalog import PARTITION_BATCH, Catalog
from lakehouse.aws.errors import ExecutionFailed
from lakehouse.aws.publish import (
    PARTITION_KEYS,
    ensure_published_table,
    parquet_table,
    publish,
    run_location,
)
from lakehouse.source import LogSource
from lakehouse.sql import metrics_select, unload

NO_DAY = "0001-01-01"  # before every start date: the query has columns but no rows
# Athena's result type -> the catalog's
_GLUE_TYPES = {"varchar": "string", "char": "string", "integer": "int", "real": "float"}


@dataclass(frozen=True)
class MetricsRun:
    """What was published: location of each day, the queries that made it, the table's columns.

    `columns` are (name, the catalog's type), without the partition key.
    """

    locations: Mapping[str, str]
    queries: tuple[QueryRun, ...]
    columns: tuple[tuple[str, str], ...] = ()

    @property
    def bytes_scanned(self) -> int:
        """Bytes billed over all queries."""
        return sum(query.bytes_scanned for query in self.queries)


@dataclass(frozen=True)
class MetricsTables:
    """Builds and publishes metrics partitions."""

    account: Account
    catalog: Catalog
    athena: Athena

    def build(self, source: LogSource, days: Sequence[str], run_id: str) -> MetricsRun:
        """Compute and publish the measures of `days`; `ExecutionFailed` has Athena's words."""
        table = self._ensure(source)
        queries: list[QueryRun] = []
        locations: dict[str, str] = {}
        for number, batch in enumerate(batches(days, PARTITION_BATCH)):
            # UNLOAD wants an empty target, so each statement gets a prefix of its own.
            run = run_location(self.account, source.metrics_table, f"{run_id}-{number}")
            select = metrics_select(source, self.account.database, batch)
            query = self.athena.execute(unload(select, run, ["event_date"]))
            queries.append(query)
            share = round(query.bytes_scanned / len(batch))
            locations |= publish(self.catalog, self.account, table, run, batch, scanned=share)
        columns = tuple((c["Name"], c["Type"]) for c in table["StorageDescriptor"]["Columns"])
        return MetricsRun(locations, tuple(queries), columns)

    def _ensure(self, source: LogSource) -> dict[str, Any]:
        described = self.athena.query(metrics_select(source, self.account.database, [NO_DAY]))
        partition_keys = {key["Name"] for key in PARTITION_KEYS}
        columns = [
            {"Name": name, "Type": glue_type(source, name, kind)}
            for name, kind in described.columns
            if name not in partition_keys
        ]
        words = f"Daily measures of {source.name} per {', '.join(source.metrics.group_by)}."
        wanted = parquet_table(self.account, source.metrics_table, words, columns)
        return ensure_published_table(self.catalog, self.account, wanted)


def glue_type(source: LogSource, column: str, athena_type: str) -> str:
    """The catalog's type for a result column.

    Raises `ExecutionFailed` for what a metrics column cannot be: nested values, which Athena's
    metadata does not describe, and zoned times, which Parquet cannot hold.
    """
    if column in source.column_types:
        return source.column_types[column]
    if athena_type in ("array", "map", "row", "varbinary") or "time zone" in athena_type:
        raise ExecutionFailed(
            f"{source.name}: metrics.measures.{column}: a measure must be a single value, "
            f"Athena says it is {athena_type}. Take an element or CAST it"
        )
    return _GLUE_TYPES.get(athena_type, athena_type)
