"""The services an asset works with, put together from Dagster's resources.

Assets and checks ask for the three resources; this turns them into the plain objects of
`lakehouse.aws`, so that no business code ever sees a Dagster class.
"""

from dataclasses import dataclass

from dagster_aws.s3 import S3Resource

from lakehouse.aws.account import Account
from lakehouse.aws.athena import Athena
from lakehouse.aws.catalog import Catalog
from lakehouse.aws.clean_engines import CleanEngines
from lakehouse.aws.clean_queries import CleanQueries
from lakehouse.aws.clean_table import CleanTables
from lakehouse.aws.crawlers import Crawlers
from lakehouse.aws.daily_metrics import MetricsTables
from lakehouse.aws.jobs import Jobs
from lakehouse.aws.metrics_reader import MetricsReader
from lakehouse.aws.raw_files import RawFiles
from lakehouse.aws.raw_table import RawTables
from lakehouse.aws.reconciliation import Reconciler
from lakehouse.aws.run_records import RunRecords
from lakehouse.aws.s3 import S3
from lakehouse.aws.samples import Samples
from lakehouse.resources import AthenaResource, GlueResource


@dataclass(frozen=True)
class Services:
    """Everything the four layers of a source are made with."""

    account: Account
    catalog: Catalog
    s3: S3
    athena: Athena
    raw_files: RawFiles
    raw_tables: RawTables
    records: RunRecords
    clean_tables: CleanTables
    metrics_tables: MetricsTables
    reconciler: Reconciler
    samples: Samples
    metrics_reader: MetricsReader


def connect(
    account: Account, s3: S3Resource, glue: GlueResource, athena: AthenaResource
) -> Services:
    """Services over the resources' clients."""
    glue_client = glue.get_client()
    catalog = Catalog(glue_client)
    objects = S3(s3.get_client())
    queries = athena.get_client()
    records = RunRecords(account, objects)
    clean_queries = CleanQueries(account, objects, catalog, queries, records)
    engines = CleanEngines(account, Jobs(glue_client), clean_queries, records)
    return Services(
        account=account,
        catalog=catalog,
        s3=objects,
        athena=queries,
        raw_files=RawFiles(account, objects),
        raw_tables=RawTables(account, objects, catalog, Crawlers(glue_client)),
        records=records,
        clean_tables=CleanTables(account, objects, catalog, engines, records),
        metrics_tables=MetricsTables(account, catalog, queries),
        reconciler=Reconciler(account, catalog, queries, records),
        samples=Samples(queries),
        metrics_reader=MetricsReader(queries),
    )
