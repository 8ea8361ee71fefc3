"""An account in which a test lands raw files of one CSV source, runs days and looks at tables."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import dagster as dg

from lakehouse.aws.account import Account
from lakehouse.aws.athena import Athena
from lakehouse.aws.catalog import Catalog
from lakehouse.aws.deployment.deployment import Deployment, make_clients
from lakehouse.aws.publish import run_of
from lakehouse.pipeline.build import build_definitions
from lakehouse.pipeline.run import run_days
from lakehouse.source import LogSource, raw_prefix

Client = Callable[..., Any]


class LandedLake:
    """A deployed account with one source, whose definition may change."""

    def __init__(
        self, client: Client, instance: dg.DagsterInstance, account: Account, source: LogSource
    ) -> None:
        list(Deployment(account, make_clients()).apply([source]))
        self.account, self.source = account, source
        self.s3, self.instance = client("s3"), instance
        self.catalog = Catalog(client("glue"))
        self.athena = Athena(client("athena"), account.work_group, account.database)

    def land(self, day: date, text: str, name: str = "a.csv") -> None:
        key = raw_prefix(self.source, day) + name
        self.s3.put_object(Bucket=self.account.raw_bucket, Key=key, Body=text.encode())

    def remove(self, day: date, name: str) -> None:
        key = raw_prefix(self.source, day) + name
        self.s3.delete_object(Bucket=self.account.raw_bucket, Key=key)

    def run(self, first: date, last: date | None = None) -> str:
        definitions = build_definitions([self.source], self.account)
        return run_days(definitions, self.source.name, first, last or first, self.instance)

    def rows(self, sql: str) -> list[tuple[str | None, ...]]:
        return list(self.athena.query(sql).rows)

    def counts(self, table: str, what: str = "count(*)") -> dict[str, str]:
        """`what` of each day."""
        sql = f"SELECT event_date, {what} FROM {table} GROUP BY event_date"
        return {str(day): str(count) for day, count in self.rows(sql)}

    def runs(self, table: str) -> dict[str, str]:
        """The run that each day of a table points at."""
        found = self.catalog.pointers(self.account.database, table)
        return {day: run_of(pointer.location) for day, pointer in found.items()}

    def materialized(self, asset: str) -> dict[str, int]:
        """How often each day was."""
        key = dg.AssetKey([self.source.name, asset])
        events = self.instance.fetch_materializations(key, limit=50).records
        days = self.instance.get_materialized_partitions(key)
        return {day: sum(e.partition_key == day for e in events) for day in sorted(days)}

    def evaluations(self, check: str, run: str | None = None) -> Mapping[str, Any]:
        """The evaluation of each day by the given or the newest run."""
        run_id = run or next(iter(self.instance.get_runs(limit=1))).run_id
        events = self.instance.all_logs(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
        found = [e.dagster_event.asset_check_evaluation_data for e in events if e.dagster_event]
        return {str(e.partition): e for e in found if e.check_name == check}
