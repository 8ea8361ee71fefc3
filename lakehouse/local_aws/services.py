"""The services of one account and region, composed; and all that were composed so far.

Belongs here: which service needs which, made at the first call and closed at the end.
Does not belong here: HTTP (`server`), moto (`backends`), what the services do.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lakehouse.local_aws.athena.service import AthenaService
from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.crawlers.crawler import CrawlerService
from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.glue_service import GlueService
from lakehouse.local_aws.jobs.glue_job import JobService
from lakehouse.local_aws.jobs.launch import PutLogEvents
from lakehouse.local_aws.jobs.output import SparkFolders
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.state import State
from lakehouse.local_aws.validation import ServiceName


@dataclass(frozen=True)
class ScopedServices:
    """What answers for one account and region; they share a catalog."""

    catalog: Catalog
    crawlers: CrawlerService
    jobs: JobService
    glue: GlueService
    athena: AthenaService

    def operations(self, service_name: ServiceName) -> Mapping[str, Operation]:
        """The operations of one service."""
        return self.glue.operations() if service_name == "glue" else self.athena.operations()

    def close(self) -> None:
        """Stop queries, crawls and the child processes of jobs."""
        self.athena.close()
        self.crawlers.close()
        self.jobs.close()


class ServiceRegistry:
    """The services of every account and region that was called so far."""

    def __init__(
        self,
        state: State,
        objects: ObjectStore,
        endpoint_url: Callable[[], str],
        data_dir: Path,
        put_log_events: PutLogEvents,
    ) -> None:
        self._state = state
        self._objects = objects
        self._endpoint_url = endpoint_url
        self._data_dir = data_dir
        self._spark_folders = SparkFolders(objects, (data_dir / "jobs").resolve())
        self._put_log_events = put_log_events
        self._lock = threading.Lock()
        self._scopes: dict[str, ScopedServices] = {}

    def of(self, account: str, region: str) -> ScopedServices:
        """The services of an account and region, composed at the first call."""
        scope = f"{account}/{region}"
        with self._lock:
            if scope not in self._scopes:
                self._scopes[scope] = self._compose(scope)
            return self._scopes[scope]

    def _compose(self, scope: str) -> ScopedServices:
        state, objects = self._state, self._objects
        catalog = Catalog(state, scope)
        crawlers = CrawlerService(state, scope, catalog, objects)
        jobs = JobService(
            catalog,
            objects,
            self._spark_folders,
            self._endpoint_url,
            self._data_dir,
            self._put_log_events,
        )
        glue = GlueService(catalog, crawlers, jobs)
        athena = AthenaService(state, scope, catalog, objects, self._data_dir)
        return ScopedServices(catalog, crawlers, jobs, glue, athena)

    def close(self) -> None:
        """Close all of them."""
        with self._lock:
            for services in self._scopes.values():
                services.close()
            self._scopes.clear()
