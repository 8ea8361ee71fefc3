"""Glue crawlers: their definitions, their states, and the threads in which they crawl.

Belongs here: the crawler operations of the API, READY -> RUNNING -> STOPPING -> READY, LastCrawl,
ListCrawls and metrics. What a crawl does is in `crawl`, what a definition may ask for in
`request`.
"""

import threading
import time
from collections.abc import Mapping
from typing import Any

from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.catalog.paging import page, page_size, start_key
from lakehouse.local_aws.catalog.records import key_of
from lakehouse.local_aws.crawlers.crawl import run_crawl
from lakehouse.local_aws.crawlers.history import (
    crawler_metrics,
    ended_crawl,
    ready_crawler,
    started_crawl,
)
from lakehouse.local_aws.crawlers.publish import Changes
from lakehouse.local_aws.crawlers.request import new_crawler, refused, updated_crawler
from lakehouse.local_aws.crawlers.scan import CrawlStopped
from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.state import State

Document = dict[str, Any]

_CRAWLER = "glue_crawler"
_CRAWL = "glue_crawl"
_PAGE = 1000
_INTERRUPTED = "Internal Service Exception: the crawl was interrupted by a stop of the server."


class CrawlerService:
    """The crawlers of one account and region; each crawl runs in a thread of its own."""

    def __init__(self, state: State, scope: str, catalog: Catalog, objects: ObjectStore) -> None:
        self._state = state
        self._scope = scope
        self._catalog = catalog
        self._objects = objects
        self._lock = threading.RLock()
        self._stopping: dict[str, threading.Event] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._closed = False
        self._recover()

    def operations(self) -> Mapping[str, Operation]:
        """Name the API operations that this service answers."""
        return {
            "CreateCrawler": self.create,
            "GetCrawler": lambda body: {"Crawler": self._shown(self._get(body["Name"]))},
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
        """Stop the crawls that run; the next start of the server reports them as FAILED."""
        with self._lock:
            self._closed = True
            for event in self._stopping.values():
                event.set()
            threads = list(self._threads.values())
        for thread in threads:
            thread.join()

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer CreateCrawler."""
        crawler = new_crawler(body)
        with self._lock:
            if self._state.get(self._scope, _CRAWLER, crawler["Name"]):
                name = crawler["Name"]
                raise AwsError("AlreadyExistsException", f"Crawler {name} already exists.")
            self._put(crawler)
        return {}

    def get_page(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetCrawlers."""
        size = page_size(body, _PAGE)
        found = self._state.list(self._scope, _CRAWLER, after=start_key(body), limit=size + 1)
        return page(((key, self._shown(entry)) for key, entry in found), "Crawlers", size)

    def batch_get(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer BatchGetCrawlers."""
        found = {
            name: self._state.get(self._scope, _CRAWLER, name) for name in body["CrawlerNames"]
        }
        return {
            "Crawlers": [self._shown(entry) for entry in found.values() if entry],
            "CrawlersNotFound": [name for name, entry in found.items() if not entry],
        }

    def list_names(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer ListCrawlers."""
        if body.get("Tags"):
            raise refused("A filter by Tags")
        answer = self.get_page(body)
        names = [entry["Name"] for entry in answer.pop("Crawlers")]
        return {"CrawlerNames": names, **answer}

    def update(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer UpdateCrawler."""
        with self._lock:
            self._put(updated_crawler(self._get_ready(body["Name"]), body))
        return {}

    def delete(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer DeleteCrawler, with its history."""
        with self._lock, self._state.transaction():
            name = self._get_ready(body["Name"])["Name"]
            history = self._history(name)
            self._state.delete_many(self._scope, _CRAWL, [key for key, _ in history])
            self._state.delete(self._scope, _CRAWLER, name)
        return {}

    def start(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer StartCrawler: the crawl goes on in the background."""
        with self._lock:
            crawler = self._get_ready(body["Name"])
            name = crawler["Name"]
            crawl = started_crawl(name)
            with self._state.transaction():
                self._put({**crawler, "State": "RUNNING"})
                self._put_crawl(name, crawl)
            self._launch(crawler, crawl)
        return {}

    def stop(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer StopCrawler."""
        with self._lock:
            crawler = self._get(body["Name"])
            name = crawler["Name"]
            if crawler["State"] == "READY":
                raise AwsError(
                    "CrawlerNotRunningException", f"Crawler with name {name} isn't running"
                )
            if crawler["State"] == "STOPPING":
                raise AwsError("CrawlerStoppingException", f"Crawler with name {name} is stopping")
            self._put({**crawler, "State": "STOPPING"})
            self._stopping[name].set()
        return {}

    def get_metrics(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer GetCrawlerMetrics; of crawlers that are not there nothing is said."""
        found = self._state.list(self._scope, _CRAWLER)
        wanted = body.get("CrawlerNameList") or [key for key, _ in found]
        start = start_key(body)
        entries = (
            (key, crawler_metrics(key, [crawl for _, crawl in self._history(key)]))
            for key, _ in found
            if key in wanted and key > start
        )
        return page(entries, "CrawlerMetricsList", page_size(body, _PAGE))

    def list_crawls(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer ListCrawls: the newest first."""
        if body.get("Filters"):
            raise refused("Filters")
        name = self._get(body["CrawlerName"])["Name"]
        crawls = reversed(self._history(name))
        start = start_key(body)
        entries = (entry for entry in crawls if not start or entry[0] < start)
        return page(entries, "Crawls", int(body.get("MaxResults") or 20))

    def _launch(self, crawler: Document, crawl: Document) -> None:
        name = crawler["Name"]
        self._stopping[name] = threading.Event()
        thread = threading.Thread(
            target=self._run, args=(crawler, crawl), name=f"crawler-{name}", daemon=True
        )
        self._threads[name] = thread
        thread.start()

    def _run(self, crawler: Document, crawl: Document) -> None:
        """Crawl and record how it ended. Whatever goes wrong is the reason of a FAILED crawl."""
        name = crawler["Name"]
        changes = Changes()
        status, reason = "SUCCEEDED", ""
        try:
            changes = run_crawl(
                crawler,
                self._catalog,
                self._objects,
                self._stopping[name],
                on_write=lambda: self._begin_writing(name),
            )
        except CrawlStopped:
            status = "CANCELLED"
        except AwsError as error:
            status, reason = "FAILED", f"{error.message} ({error.code})"
        except Exception as error:  # noqa: BLE001 - the thread's last line: reported, not hidden
            status, reason = "FAILED", f"Internal Service Exception: {error!r}"
        self._finish(name, crawl, status, reason, changes)

    def _begin_writing(self, name: str) -> None:
        """Enter STOPPING, after which a crawl cannot be cancelled any more."""
        with self._lock:
            if self._stopping[name].is_set():
                raise CrawlStopped
            self._put({**self._get(name), "State": "STOPPING"})

    def _finish(
        self, name: str, crawl: Document, status: str, reason: str, changes: Changes
    ) -> None:
        with self._lock:
            self._threads.pop(name, None)
            if self._closed and status == "CANCELLED":
                return
            ended = ended_crawl(crawl, status, reason, changes)
            with self._state.transaction():
                self._put_crawl(name, ended)
                self._put(ready_crawler(self._get(name), ended, status))

    def _recover(self) -> None:
        """Report crawls that a stop of the server cut short as FAILED."""
        for name, crawler in self._state.list(self._scope, _CRAWLER):
            if crawler["State"] == "READY":
                continue
            history = self._history(name)
            ended = ended_crawl(history[-1][1], "FAILED", _INTERRUPTED, Changes())
            with self._state.transaction():
                self._put_crawl(name, ended)
                self._put(ready_crawler(crawler, ended, "FAILED"))

    def _get(self, name: str) -> Document:
        found = self._state.get(self._scope, _CRAWLER, name)
        if found is None:
            raise AwsError(
                "EntityNotFoundException", f"Crawler entry with name {name} does not exist"
            )
        return found

    def _get_ready(self, name: str) -> Document:
        crawler = self._get(name)
        if crawler["State"] != "READY":
            raise AwsError(
                "CrawlerRunningException", f"Crawler with name {name} has already started"
            )
        return crawler

    def _put(self, crawler: Document) -> None:
        self._state.put(self._scope, _CRAWLER, crawler["Name"], crawler)

    def _history(self, name: str) -> list[tuple[str, Document]]:
        return self._state.list(self._scope, _CRAWL, prefix=key_of(name, ""))

    def _put_crawl(self, name: str, crawl: Document) -> None:
        key = key_of(name, f"{crawl['StartTime']:020.6f}")
        self._state.put(self._scope, _CRAWL, key, crawl)

    def _shown(self, crawler: Document) -> Document:
        """Return the crawler as GetCrawler shows it: a running one with its time so far, in ms."""
        if crawler["State"] == "READY":
            return crawler
        history = self._history(crawler["Name"])
        elapsed = time.time() - history[-1][1]["StartTime"]
        return {**crawler, "CrawlElapsedTime": round(elapsed * 1000)}
