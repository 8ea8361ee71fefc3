"""The jobs of one account and region as one service: definitions and runs, durable and executed.

Belongs here: what is composed, and how it ends. The operations are in job_operations.py and
runs.py.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.jobs.class_archive import ClassArchive, cache_folder
from lakehouse.local_aws.jobs.job_operations import JobOperations
from lakehouse.local_aws.jobs.launch import JobHost, PutLogEvents
from lakehouse.local_aws.jobs.output import SparkFolders
from lakehouse.local_aws.jobs.records import JobRecords
from lakehouse.local_aws.jobs.runs import RunOperations
from lakehouse.local_aws.metastore.server import Metastore
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.resource_tags import ResourceTags


class JobService:
    """The jobs of one scope. Runs that an earlier server left unfinished are FAILED at once.

    `spark_folders` is shared by the services of all scopes. `minute`: see JobHost.
    """

    def __init__(
        self,
        catalog: Catalog,
        objects: ObjectStore,
        spark_folders: SparkFolders,
        endpoint_url: Callable[[], str],
        data_dir: Path,
        put_log_events: PutLogEvents,
        minute: float = 60.0,
    ) -> None:
        scope = catalog.scope
        self._metastore = Metastore(catalog, objects)
        self._archive = ClassArchive(cache_folder())
        host = JobHost(
            scope=scope,
            objects=objects,
            spark_folders=spark_folders,
            metastore=self._metastore,
            endpoint_url=endpoint_url,
            folder=(data_dir / "jobs" / scope.replace("/", "-")).resolve(),
            put_log_events=put_log_events,
            archive=self._archive,
            minute=minute,
        )
        records = JobRecords(catalog.state, scope)
        self._jobs = JobOperations(records, ResourceTags(catalog.state, scope))
        self._runs = RunOperations(host, records)

    def operations(self) -> Mapping[str, Operation]:
        """The operations of the Glue API by name."""
        return {**self._jobs.operations(), **self._runs.operations()}

    def close(self) -> None:
        """End all runs (they are FAILED) and wait for it."""
        self._runs.close()
        self._archive.close()
        self._metastore.close()
