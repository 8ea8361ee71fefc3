"""The services of one account and region, composed; and all that were composed so far.

Belongs here: which service needs which, made at the first call and closed at the end.
Does not belong here: HTTP (`server`), moto (`backends`), what the services do.

Glue and Athena are imported when they are needed: DuckDB, pyarrow and sqlglot take longer to load
than all the rest of the server, which answers S3 meanwhile.
"""

import functools
import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.jobs.output import SparkFolders
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.state import State
from lakehouse.local_aws.validation import ServiceName

if TYPE_CHECKING:
    from lakehouse.local_aws.athena.service import AthenaService
    from lakehouse.local_aws.catalog.catalog import Catalog
    from lakehouse.local_aws.crawlers.events import Queues
    from lakehouse.local_aws.crawlers.service import CrawlerService
    from lakehouse.local_aws.glue_service import GlueService
    from lakehouse.local_aws.jobs.glue_job import JobService

PutLogEvents = Callable[[str, str, str, list[str]], None]
"""(scope, log group, log stream, lines)"""

_MOST_LIKELY = "123456789012/us-east-1"
_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class Host:
    """What the services of all scopes share."""

    state: State
    objects: ObjectStore
    endpoint_url: Callable[[], str]
    data_dir: Path
    put_log_events: PutLogEvents
    queues: "Queues"
    spark_folders: SparkFolders


class ScopedServices:
    """What answers for one account and region; Glue and Athena share a catalog."""

    def __init__(self, host: Host, scope: str) -> None:
        self._host = host
        self._scope = scope

    def operations(self, service_name: ServiceName) -> Mapping[str, Operation]:
        """The operations of one service."""
        return self._glue.operations() if service_name == "glue" else self._athena.operations()

    @cached_property
    def _catalog(self) -> "Catalog":
        from lakehouse.local_aws.catalog.catalog import Catalog

        return Catalog(self._host.state, self._scope)

    @cached_property
    def _crawlers(self) -> "CrawlerService":
        from lakehouse.local_aws.crawlers.service import CrawlerService

        host = self._host
        put_lines = functools.partial(host.put_log_events, self._scope)
        return CrawlerService(
            host.state, self._scope, self._catalog, host.objects, host.queues, put_lines
        )

    @cached_property
    def _jobs(self) -> "JobService":
        from lakehouse.local_aws.jobs.glue_job import JobService

        host = self._host
        return JobService(
            self._catalog,
            host.objects,
            host.spark_folders,
            host.endpoint_url,
            host.data_dir,
            host.put_log_events,
        )

    @cached_property
    def _glue(self) -> "GlueService":
        from lakehouse.local_aws.glue_service import GlueService

        return GlueService(self._catalog, self._crawlers, self._jobs)

    @cached_property
    def _athena(self) -> "AthenaService":
        from lakehouse.local_aws.athena.service import AthenaService

        host = self._host
        return AthenaService(host.state, self._scope, self._catalog, host.objects, host.data_dir)

    def warm_up(self) -> None:
        """Make all of them before they are called; runs that a killed server left end now."""
        for service_name in ("glue", "athena"):
            self.operations(service_name)

    def close(self) -> None:
        """Stop queries, crawls and the child processes of jobs, of what was made."""
        for name in ("_athena", "_crawlers", "_jobs"):
            if name in self.__dict__:
                getattr(self, name).close()


class ServiceRegistry:
    """The services of every account and region that was called so far."""

    def __init__(
        self,
        state: State,
        objects: ObjectStore,
        endpoint_url: Callable[[], str],
        data_dir: Path,
        put_log_events: PutLogEvents,
        queues: "Queues",
    ) -> None:
        spark_folders = SparkFolders(objects, (data_dir / "jobs").resolve())
        self._host = Host(
            state, objects, endpoint_url, data_dir, put_log_events, queues, spark_folders
        )
        self._lock = threading.Lock()
        self._scopes: dict[str, ScopedServices] = {}

    def of(self, account: str, region: str) -> ScopedServices:
        """The services of an account and region, composed at the first call."""
        scope = f"{account}/{region}"
        with self._lock:
            if scope not in self._scopes:
                self._scopes[scope] = ScopedServices(self._host, scope)
            return self._scopes[scope]

    def warm_up(self) -> None:
        """Make the services of all scopes that have ever been used, and import their modules."""
        used = [scope for scope in self._host.state.scopes() if scope.count("/") == 1]
        for scope in used or [_MOST_LIKELY]:
            try:
                self.of(*scope.split("/")).warm_up()
            except Exception:
                _LOGGER.exception("services of %s", scope)

    def close(self) -> None:
        """Close all of them."""
        with self._lock:
            for services in self._scopes.values():
                services.close()
            self._scopes.clear()
