"""From a statement to a plan that DuckDB can run, within the limits of the work group.

Running plans belongs to `engine`, what is done with their rows to `run` and `table_runs`.
"""

import time
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from lakehouse.local_aws.athena.engine import Plan, Session
from lakehouse.local_aws.athena.errors import QueryCancelled
from lakehouse.local_aws.athena.parameters import bind
from lakehouse.local_aws.athena.query_job import Job
from lakehouse.local_aws.athena.scans import Scan
from lakehouse.local_aws.athena.tables import CatalogTables
from lakehouse.local_aws.athena.translate import Translation, translate

LIMIT_EXCEEDED = "Bytes scanned limit was exceeded"


class Planner:
    """Plans one job, over the catalog as it stands when the planner is made."""

    def __init__(self, job: Job, catalog: Any, objects: Any, session: Session) -> None:
        self.job = job
        self.session = session
        self.catalog = catalog
        self.tables = CatalogTables(catalog, objects, job.database)
        self.seconds = 0.0

    def translate(self, tree: exp.Query) -> Translation:
        """A query in DuckDB's SQL, its parameters bound. QueryError for what is wrong in it."""
        start = time.monotonic()
        bound = bind(tree.copy(), self.job.parameters)
        translation = translate(bound, self.job.sql, self.tables)
        self.seconds += time.monotonic() - start
        return translation

    def plan(self, tree: exp.Query) -> tuple[Translation, Plan]:
        """A query ready to run. QueryCancelled when it would read more than it may."""
        with self.catalog.state.snapshot():  # tables and partitions of one moment
            translation = self.translate(tree)
            start = time.monotonic()
            plan = self.session.plan(translation, self.tables)
        cutoff = self.job.bytes_cutoff
        if cutoff is not None and self.session.bytes_ahead(plan) > cutoff:
            raise QueryCancelled(LIMIT_EXCEEDED)
        self.seconds += time.monotonic() - start
        return translation, plan

    def kept_partitions(self, scan: Scan) -> list[tuple[str, ...]] | None:
        """The values of the partitions that a scan would read; None if nothing chooses them."""
        return self.session.kept_partitions(scan, self.tables)

    def checker(self) -> Callable[[Plan], None]:
        """What ends a query between running and publishing: a stop, or too many bytes."""

        def check(plan: Plan) -> None:
            if self.session.cancelled:
                raise QueryCancelled
            cutoff = self.job.bytes_cutoff
            if cutoff is not None and self.session.bytes_scanned(plan) > cutoff:
                raise QueryCancelled(LIMIT_EXCEEDED)

        return check
