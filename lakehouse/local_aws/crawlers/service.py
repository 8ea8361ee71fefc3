"""Glue's crawlers and classifiers as one service: definitions, and what they are asked for.

Belongs here: creating, changing, showing and listing crawlers. Runs are in `runs`, schedules in
`schedules`, classifiers in `classifiers`, what a definition may ask for in `request`.
"""

import time
from collections.abc import Callable, Mapping
from typing import Any

from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.catalog.paging import page, page_size, start_key
from lakehouse.local_aws.crawlers.classifiers import Classifiers
from lakehouse.local_aws.crawlers.crawl import Surroundings
from lakehouse.local_aws.crawlers.crawl_log import PutLines
from lakehouse.local_aws.crawlers.events import Queues
from lakehouse.local_aws.crawlers.history import crawl_filter, crawler_metrics
from lakehouse.local_aws.crawlers.request import new_crawler, updated_crawler
from lakehouse.local_aws.crawlers.runs import CrawlRuns
from lakehouse.local_aws.crawlers.schedules import Schedules
from lakehouse.local_aws.crawlers.store import CrawlerStore
from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.resource_tags import ResourceTags
from lakehouse.local_aws.state import State

Document = dict[str, Any]

_PAGE = 1000
_CRAWLS_PAGE = 20


class CrawlerService:
    """The crawlers of one account and region."""

    def __init__(
        self,
        state: State,
        scope: str,
        catalog: Catalog,
        objects: ObjectStore,
        queues: Queues,
        put_lines: PutLines,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._crawlers = CrawlerStore(state, scope)
        self._classifiers = Classifiers(state, scope)
        self._tags = ResourceTags(state, scope)
        surroundings = Surroundings(catalog, objects, queues)
        self._runs = CrawlRuns(self._crawlers, self._classifiers, surroundings, put_lines)
        self.schedules = Schedules(self._crawlers, self._runs.lock, self._runs.start, clock)

    def operations(self) -> Mapping[str, Operation]:
        """Name the API operations that this service answers."""
        return {
            **self._classifiers.operations(),
            **self.schedules.operations(),
            "CreateCrawler": self.create,
            "GetCrawler": lambda body: {"Crawler": self._shown(self._crawlers.get(body["Name"]))},
            "GetCrawlers": self.get_page,
            "BatchGetCrawlers": self.batch_get,
            "ListCrawlers": self.list_names,
            "UpdateCrawler": self.update,
            "DeleteCrawler": self.delete,
            "StartCrawler": self.start,
            "StopCrawler": self.stop,
            "GetCrawlerMetrics": self.get_metrics,
            "ListCrawls": self.list_crawls,
        }

    def close(self) -> None:
        """Stop schedules and crawls; the next start of the server reports those as FAILED."""
        self.schedules.close()
        self._runs.close()

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer CreateCrawler."""
        crawler = new_crawler(body)
        self._classifiers.check(crawler["Classifiers"])
        with self._runs.lock:
            name = crawler["Name"]
            if self._crawlers.find(name):
                raise AwsError("AlreadyExistsException", f"Crawler {name} already exists.")
            self._crawlers.put(crawler)
        self._schedule(crawler)
        return {}

    def update(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer UpdateCrawler."""
        with self._runs.lock:
            crawler = updated_crawler(self._crawlers.get_ready(body["Name"]), body)
            self._classifiers.check(crawler["Classifiers"])
            self._crawlers.put(crawler)
        self._schedule(crawler)
        return {}

    def delete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer DeleteCrawler, with its history and what it remembers."""
        with self._runs.lock:
            self._crawlers.delete(self._crawlers.get_ready(body["Name"])["Name"])
        return {}

    def start(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer StartCrawler: the crawl goes on in the background."""
        self._runs.start(body["Name"])
        return {}

    def stop(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer StopCrawler."""
        self._runs.stop(body["Name"])
        return {}

    def get_page(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetCrawlers."""
        size = page_size(body, _PAGE)
        found = self._crawlers.all(after=start_key(body), limit=size + 1)
        return page(((key, self._shown(entry)) for key, entry in found), "Crawlers", size)

    def batch_get(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer BatchGetCrawlers."""
        found = {name: self._crawlers.find(name) for name in body["CrawlerNames"]}
        return {
            "Crawlers": [self._shown(entry) for entry in found.values() if entry],
            "CrawlersNotFound": [name for name, entry in found.items() if not entry],
        }

    def list_names(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer ListCrawlers: all, or those that have all the tags asked for."""
        wanted = (body.get("Tags") or {}).items()
        entries = (
            (name, {"Name": name})
            for name, _ in self._crawlers.all(after=start_key(body))
            if wanted <= self._tags.of(self._tags.arn("crawler", name)).items()
        )
        answer = page(entries, "CrawlerNames", page_size(body, _PAGE))
        return {**answer, "CrawlerNames": [entry["Name"] for entry in answer["CrawlerNames"]]}

    def get_metrics(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetCrawlerMetrics; of crawlers that are not there nothing is said."""
        names = [name for name, _ in self._crawlers.all(after=start_key(body))]
        wanted = set(body.get("CrawlerNameList") or names)
        entries = (
            (name, crawler_metrics(name, [crawl for _, crawl in self._crawlers.crawls(name)]))
            for name in names
            if name in wanted
        )
        return page(entries, "CrawlerMetricsList", page_size(body, _PAGE))

    def list_crawls(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer ListCrawls: the newest first."""
        passes = crawl_filter(body.get("Filters", ()))
        name = self._crawlers.get(body["CrawlerName"])["Name"]
        start = start_key(body)
        size = page_size({"MaxResults": _CRAWLS_PAGE, **body}, _PAGE)
        entries = (
            (key, crawl)
            for key, crawl in reversed(self._crawlers.crawls(name))
            if (not start or key < start) and passes(crawl)
        )
        return page(entries, "Crawls", size)

    def _schedule(self, crawler: Mapping[str, Any]) -> None:
        if crawler.get("Schedule"):
            self.schedules.run()

    def _shown(self, crawler: Document) -> Document:
        """Return the crawler as GetCrawler shows it: a running one with its time so far, in ms."""
        if crawler["State"] == "READY":
            return crawler
        _, crawl = self._crawlers.crawls(crawler["Name"])[-1]
        return {**crawler, "CrawlElapsedTime": round((time.time() - crawl["StartTime"]) * 1000)}
