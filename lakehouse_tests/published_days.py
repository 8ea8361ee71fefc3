"""Days of a source as the Spark job leaves them, made by hand in milliseconds: for tests of what is
built on the clean table (metrics, report, metadata)."""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from lakehouse.aws.account import Account
from lakehouse.aws.athena import Athena
from lakehouse.aws.catalog import Catalog
from lakehouse.aws.daily_metrics import MetricsRun, MetricsTables
from lakehouse.aws.deployment.deployment import Deployment, make_clients
from lakehouse.aws.publish import day_location, parquet_table, publish, run_location
from lakehouse.aws.run_records import MANIFEST, RunRecords
from lakehouse.aws.s3 import S3
from lakehouse.source import LogSource, raw_prefix
from lakehouse.sql import REJECTED_COLUMNS, clean_columns

Client = Callable[..., Any]
RUN = "byhand00-0"
ARROW_TYPES = {
    "string": pa.string(),
    "int": pa.int32(),
    "bigint": pa.int64(),
    "double": pa.float64(),
    "timestamp": pa.timestamp("us"),
}


class PublishedDays:
    """A deployed account, into which a test puts clean rows, counts and raw bytes."""

    def __init__(self, client: Client, account: Account, *sources: LogSource) -> None:
        list(Deployment(account, make_clients()).apply(sources))
        self.account, self.boto = account, client("s3")
        self.s3, self.catalog = S3(self.boto), Catalog(client("glue"))
        self.athena = Athena(client("athena"), account.work_group, account.database)
        self.records = RunRecords(account, self.s3)

    def land(self, source: LogSource, day: Any, body: bytes) -> None:
        """One raw file of a day."""
        key = f"{raw_prefix(source, day)}a.{source.raw.format}"
        self.boto.put_object(Bucket=self.account.raw_bucket, Key=key, Body=body)

    def clean(self, source: LogSource, days: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Publish rows of the clean table by day; columns that a row leaves out are NULL."""
        schema = pa.schema([(n, ARROW_TYPES[kind]) for n, kind in source.column_types.items()])
        self._publish(source.clean_table, clean_columns(source), schema, days)

    def rejected(self, source: LogSource, days: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
        """Publish rows of the rejected table by day."""
        schema = pa.schema([(column["Name"], pa.string()) for column in REJECTED_COLUMNS])
        self._publish(source.rejected_table, REJECTED_COLUMNS, schema, days)

    def counts(self, source: LogSource, days: Mapping[str, Mapping[str, Any]]) -> None:
        """Write the run's manifest."""
        place = self.records.location(source, RUN, MANIFEST)
        key = place.removeprefix(f"s3://{self.account.scripts_bucket}/")
        self.s3.put_json(self.account.scripts_bucket, key, {"days": days})

    def metrics(self, source: LogSource, days: Sequence[str]) -> MetricsRun:
        """Build the metrics table as the asset does."""
        tables = MetricsTables(self.account, self.catalog, self.athena)
        return tables.build(source, days, RUN)

    def _publish(
        self,
        name: str,
        columns: Sequence[Mapping[str, str]],
        schema: pa.Schema,
        days: Mapping[str, Sequence[Mapping[str, Any]]],
    ) -> None:
        run = run_location(self.account, name, RUN)
        for day, rows in days.items():
            body = io.BytesIO()
            pq.write_table(pa.Table.from_pylist([dict(row) for row in rows], schema), body)
            key = day_location(run, day).removeprefix(f"s3://{self.account.clean_bucket}/")
            self.s3.put(self.account.clean_bucket, f"{key}part-0.parquet", body.getvalue())
        wanted = parquet_table(self.account, name, "", columns)
        table = self.catalog.ensure_table(self.account.database, wanted)
        publish(self.catalog, self.account, table, run, days)


def counted(**outcomes: Any) -> dict[str, Any]:
    """A manifest's counts of one day; what is left out is 0."""
    names = ("raw", "clean", "rejected", "filtered", "duplicates", "other_day", "late")
    files = {"header_lines": 1, "raw_files": 1, "files": 1}
    return {**dict.fromkeys(names, 0), **files, "reasons": {}, **outcomes}
