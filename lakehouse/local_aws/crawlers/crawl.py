"""One crawl from its start to its end: look at the targets, plan the tables, write them.

Belongs here: the order of these steps for S3 and catalog targets, and the recrawl behaviours.
Reading, planning and writing are in `look`, `layout` and `publish`; states and threads in `runs`.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.crawlers.changes import Changes
from lakehouse.local_aws.crawlers.configuration import (
    Configuration,
    configuration_of,
    invalid,
)
from lakehouse.local_aws.crawlers.crawl_log import CrawlLog
from lakehouse.local_aws.crawlers.events import Events, Queues
from lakehouse.local_aws.crawlers.formats.certainty import CustomClassifier
from lakehouse.local_aws.crawlers.layout import TablePlan, plan_more, plan_single, plan_tables
from lakehouse.local_aws.crawlers.look import (
    Look,
    look_at_everything,
    look_at_folders,
    look_at_new_folders,
)
from lakehouse.local_aws.crawlers.memory import CrawlMemory
from lakehouse.local_aws.crawlers.publish import Published, Publisher
from lakehouse.local_aws.crawlers.scan import Scanner
from lakehouse.local_aws.crawlers.targets import Target, definition_digest, targets_of
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.store import ObjectStore

Document = dict[str, Any]


@dataclass(frozen=True)
class Surroundings:
    """What crawls of one account and region work with."""

    catalog: Catalog
    objects: ObjectStore
    queues: Queues


class Crawl:
    """One run of a crawler.

    Everything is read before anything is written, so a crawl that fails or is stopped changes
    nothing. `on_write` is called between the two.
    """

    def __init__(
        self,
        crawler: Document,
        classifiers: Sequence[CustomClassifier],
        surroundings: Surroundings,
        memory: CrawlMemory,
        log: CrawlLog,
        stopping: threading.Event,
        on_write: Callable[[], None],
    ) -> None:
        self._crawler = crawler
        self._configuration = configuration_of(crawler)
        self._surroundings = surroundings
        self._memory = memory
        self._log = log
        self._on_write = on_write
        self._scanner = Scanner(surroundings.objects, classifiers, stopping, log.warn)
        self._definition = definition_digest(crawler)
        self._behavior = crawler["RecrawlPolicy"]["RecrawlBehavior"]

    def run(self) -> Changes:
        """Crawl all targets and write what was found.

        Raises AwsError with the reason of a failure, CrawlStopped when asked to stop.
        """
        surroundings = self._surroundings
        targets = targets_of(
            self._crawler, self._configuration, surroundings.catalog, surroundings.objects
        )
        events = self._events(targets)
        try:
            changes = self._crawled(targets, events)
        except BaseException:
            if events:
                events.release()
            raise
        if events:
            events.settle(targets[0].dead_letter_queue)
        return changes

    def _crawled(self, targets: Sequence[Target], events: Events | None) -> Changes:
        looks: list[Look] = []
        found: list[Published] = []
        for target in targets:
            look, placed = self._planned(self._look(target, events))
            looks.append(look)
            found += placed
        _check_threshold(self._configuration, found, self._log)
        self._on_write()
        self._log.classified(self._crawler, self._database_of(targets))
        changes = self._write(looks, found, self._database_of(targets))
        self._log.written(changes)
        self._remember(looks, events)
        return changes

    def _database_of(self, targets: Sequence[Target]) -> str:
        """Return the database that is written; that of the tables for catalog targets.

        Source: https://docs.aws.amazon.com/glue/latest/dg/crawler-running.html ("If your crawler
        does not specify a database, your tables are placed in the default database").
        """
        tables = sorted({target.table["DatabaseName"] for target in targets if target.table})
        return ", ".join(tables) or self._crawler.get("DatabaseName") or "default"

    def _events(self, targets: Sequence[Target]) -> Events | None:
        """Return the events to crawl by, None for a crawl that lists."""
        if self._behavior != "CRAWL_EVENT_MODE":
            return None
        if any(target.area.is_file for target in targets):
            raise invalid("The target of a crawler in event mode must be a folder.")
        if self._memory.listed() != self._definition:
            self._log.info("Crawl is not running in S3 event mode")
            return None
        self._log.info("The crawl is running by consuming Amazon S3 events.")
        events = Events(self._surroundings.queues, str(targets[0].queue))
        events.read()
        return events

    def _look(self, target: Target, events: Events | None) -> Look:
        before = self._memory.folders(target.key)
        if events is not None:
            paths = events.folders(target.area.prefix)
            return look_at_folders(self._scanner, target, before, paths)
        if self._is_incremental():
            return look_at_new_folders(self._scanner, target, before)
        return look_at_everything(self._scanner, target, before)

    def _is_incremental(self) -> bool:
        """Tell whether only new folders count: after a first crawl that listed everything."""
        behavior = self._behavior == "CRAWL_NEW_FOLDERS_ONLY"
        return behavior and self._memory.listed() is not None

    def _planned(self, look: Look) -> tuple[Look, list[Published]]:
        """Plan the tables of an S3 target; in an incremental crawl those with new folders alone.

        What does not fit its table in an incremental crawl is logged and forgotten.
        """
        area = look.target.area
        if look.target.table is not None:
            return look, []
        grouping = self._configuration.grouping(area.prefix)
        if not self._is_incremental():
            plans = plan_tables(look.leaves(), grouping)
            return look, [Published(area.prefix, plan, area.exclusions) for plan in plans]
        known = plan_tables(look.leaves_before(), grouping)
        plans, rejected = plan_more(known, look.leaves(known=False), grouping)
        for leaf in rejected:
            folder = area.prefix.location + "/".join(leaf.path)
            self._log.warn(f"Schema or folders of {folder} do not match its table, skipping it")
        placed = [Published(area.prefix, plan, area.exclusions, look.read) for plan in plans]
        return look.without(rejected), placed

    def _write(self, looks: Sequence[Look], found: Sequence[Published], database: str) -> Changes:
        changes = Changes()
        catalog = self._surroundings.catalog
        name = self._crawler["Name"]
        publisher = Publisher(catalog, name, self._configuration, changes, self._log)
        for look in looks:
            if look.target.table is not None and look.leaves():
                publisher.update_in_place(look.target.table, _single_plan(look))
        prefixes = [look.target.area.prefix for look in looks if look.target.table is None]
        if prefixes:
            database = _ensured_database(catalog, database)
            prefix = self._crawler.get("TablePrefix", "")
            names = [publisher.publish(database, placed, prefix) for placed in found]
            if not self._is_incremental():
                publisher.retire(database, prefixes, names)
        return changes

    def _remember(self, looks: Sequence[Look], events: Events | None) -> None:
        for look in looks:
            self._memory.keep(look.target.key, look.before, look.now)
        if events is None:
            self._memory.keep_listed(self._definition, [look.target.key for look in looks])


def _single_plan(look: Look) -> TablePlan:
    assert look.target.table is not None
    keys = [key["Name"] for key in look.target.table["PartitionKeys"]]
    return plan_single(look.leaves(), keys)


def _check_threshold(
    configuration: Configuration, found: Sequence[Published], log: CrawlLog
) -> None:
    """Fail a crawl that found more tables than its TableThreshold allows, in Glue's words.

    Source: https://docs.aws.amazon.com/glue/latest/dg/crawler-maximum-number-of-tables.html
    """
    most, count = configuration.table_threshold, len(found)
    if most is None or count <= most:
        return
    log.info(f"Table Threshold value = {most}, Tables detected - {count}")
    for placed in found:
        log.info(f"Table location: {placed.location}")
    raise AwsError(
        "InvalidInputException",
        f"The number of tables detected by crawler: {count} is greater than the table threshold "
        f"value provided: {most}. Failing crawler without writing to Data Catalog.",
    )


def _ensured_database(catalog: Catalog, name: str) -> str:
    """Return the database's name; Glue's crawlers create the database if it is missing.

    Source: AWS's own getting-started example of crawlers, "the database that is created by the
    crawler" (github.com/awsdocs/aws-doc-sdk-examples, python/example_code/glue, checked 2026-11).
    """
    try:
        return str(catalog.database(name)["Name"])
    except AwsError as error:
        if error.code != "EntityNotFoundException":
            raise
    catalog.create_database(name)
    return name.lower()
