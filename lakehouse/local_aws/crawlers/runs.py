"""Crawls that run: starting, stopping, and how they end, each in a thread of its own.

Belongs here: READY -> RUNNING -> STOPPING -> READY, LastCrawl, recovery after a kill. What a crawl
does is in `crawl`, what its record looks like in `history`.
"""

import threading
from collections.abc import Callable
from typing import Any

from lakehouse.local_aws.crawlers.changes import Changes
from lakehouse.local_aws.crawlers.classifiers import Classifiers
from lakehouse.local_aws.crawlers.crawl import Crawl, Surroundings
from lakehouse.local_aws.crawlers.crawl_log import CrawlLog, PutLines
from lakehouse.local_aws.crawlers.history import ended_crawl, ready_crawler, started_crawl
from lakehouse.local_aws.crawlers.scan import CrawlStopped
from lakehouse.local_aws.crawlers.store import CrawlerStore
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import insist

Document = dict[str, Any]

_INTERRUPTED = "Internal Service Exception: the crawl was interrupted by a stop of the server."


class CrawlRuns:
    """The running crawls of one account and region."""

    def __init__(
        self,
        crawlers: CrawlerStore,
        classifiers: Classifiers,
        surroundings: Surroundings,
        put_lines: PutLines,
    ) -> None:
        self._crawlers = crawlers
        self._classifiers = classifiers
        self._surroundings = surroundings
        self._put_lines = put_lines
        self.lock = threading.RLock()  # held while a crawler's state changes
        self._stopping: dict[str, threading.Event] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._closed = False
        self._recover()

    def start(self, name: str) -> None:
        """Start a crawl in the background. Raises CrawlerRunningException."""
        with self.lock:
            crawler = self._crawlers.get_ready(name)
            crawl = started_crawl(name)
            with self._crawlers.state.transaction():
                self._crawlers.put({**crawler, "State": "RUNNING"})
                self._crawlers.put_crawl(name, crawl)
            self._stopping[name] = threading.Event()
            thread = threading.Thread(
                target=self._run, args=(crawler, crawl), name=f"crawler-{name}", daemon=True
            )
            self._threads[name] = thread
            thread.start()

    def stop(self, name: str) -> None:
        """Ask a crawl to stop. Raises CrawlerNotRunningException, CrawlerStoppingException."""
        with self.lock:
            crawler = self._crawlers.get(name)
            if crawler["State"] == "READY":
                raise AwsError(
                    "CrawlerNotRunningException", f"Crawler with name {name} isn't running"
                )
            if crawler["State"] == "STOPPING":
                raise AwsError("CrawlerStoppingException", f"Crawler with name {name} is stopping")
            self._crawlers.put({**crawler, "State": "STOPPING"})
            self._stopping[name].set()

    def close(self) -> None:
        """Stop the crawls that run; the next start of the server reports them as FAILED."""
        with self.lock:
            self._closed = True
            for event in self._stopping.values():
                event.set()
            threads = list(self._threads.values())
        for thread in threads:
            thread.join()

    def _run(self, crawler: Document, crawl: Document) -> None:
        """Crawl and record how it ended. Whatever goes wrong is the reason of a FAILED crawl."""
        log = CrawlLog(self._put_lines, crawler["Name"], crawl["MessagePrefix"])
        changes = Changes()
        status, reason = "SUCCEEDED", ""
        try:
            log.started()
            changes = self._crawl(crawler, log).run()
        except CrawlStopped:
            status = "CANCELLED"
        except AwsError as error:
            status, reason = "FAILED", f"{error.message} ({error.code})"
        except Exception as error:  # noqa: BLE001 - the thread's last line: reported, not hidden
            status, reason = "FAILED", f"Internal Service Exception: {error!r}"
        insist(
            lambda: self._finish(crawler["Name"], crawl, status, reason, changes, log),
            lambda: self._closed,
        )

    def _crawl(self, crawler: Document, log: CrawlLog) -> Crawl:
        name = crawler["Name"]
        return Crawl(
            crawler,
            self._classifiers.of(crawler),
            self._surroundings,
            self._crawlers.memory(name),
            log,
            self._stopping[name],
            on_write=self._writing(name),
        )

    def _writing(self, name: str) -> Callable[[], None]:
        """Return what enters STOPPING, after which a crawl cannot be cancelled any more."""

        def begin() -> None:
            with self.lock:
                if self._stopping[name].is_set():
                    raise CrawlStopped
                self._crawlers.put({**self._crawlers.get(name), "State": "STOPPING"})

        return begin

    def _finish(
        self,
        name: str,
        crawl: Document,
        status: str,
        reason: str,
        changes: Changes,
        log: CrawlLog,
    ) -> None:
        if reason:
            log.error(reason)
        if not self._closed:
            log.ended()
        with self.lock:
            self._threads.pop(name, None)
            if self._closed and status == "CANCELLED":
                return
            self._end(self._crawlers.get(name), ended_crawl(crawl, status, reason, changes), status)

    def _end(self, crawler: Document, ended: Document, status: str) -> None:
        with self._crawlers.state.transaction():
            self._crawlers.put_crawl(crawler["Name"], ended)
            self._crawlers.put(ready_crawler(crawler, ended, status))

    def _recover(self) -> None:
        """Report crawls that a stop of the server cut short as FAILED."""
        for name, crawler in self._crawlers.all():
            if crawler["State"] != "READY":
                _, crawl = self._crawlers.crawls(name)[-1]
                ended = ended_crawl(crawl, "FAILED", _INTERRUPTED, Changes())
                self._end(crawler, ended, "FAILED")
