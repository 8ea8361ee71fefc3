"""Schedules of crawlers: their operations, and the thread that starts what is due.

Belongs here: UpdateCrawlerSchedule, StartCrawlerSchedule, StopCrawlerSchedule, waiting for the next
time. Times of an expression belong to `cron`. Times while the server does not run are missed.

Source: https://docs.aws.amazon.com/glue/latest/webapi/API_StartCrawlerSchedule.html and its
neighbours (checked 2026-11).
"""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from lakehouse.local_aws.crawlers.cron import next_time, parse_cron
from lakehouse.local_aws.crawlers.request import scheduled
from lakehouse.local_aws.crawlers.store import CrawlerStore
from lakehouse.local_aws.dispatch import Operation
from lakehouse.local_aws.errors import AwsError

Document = dict[str, Any]

_LONGEST_WAIT = 60.0  # seconds; a clock that was set is noticed after this


class Schedules:
    """The schedules of one account and region; `start` starts a crawler by its name."""

    def __init__(
        self,
        crawlers: CrawlerStore,
        lock: threading.RLock,
        start: Callable[[str], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._crawlers = crawlers
        self._lock = lock
        self._start = start
        self._clock = clock
        self._wake = threading.Event()
        self._closed = False
        self._thread: threading.Thread | None = None
        if any(_is_scheduled(crawler) for _, crawler in crawlers.all()):
            self.run()

    def operations(self) -> Mapping[str, Operation]:
        """Name the API operations that this class answers."""
        return {
            "UpdateCrawlerSchedule": self.update,
            "StartCrawlerSchedule": self.resume,
            "StopCrawlerSchedule": self.pause,
        }

    def update(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer UpdateCrawlerSchedule; without a Schedule the crawler has none any more."""
        with self._lock:
            crawler = dict(self._crawlers.get(body["CrawlerName"]))
            crawler.pop("Schedule", None)
            if body.get("Schedule"):
                crawler["Schedule"] = scheduled(body["Schedule"])
            self._crawlers.put(crawler)
        self.run()
        return {}

    def resume(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer StartCrawlerSchedule."""
        with self._lock:
            crawler = self._crawlers.get(body["CrawlerName"])
            name = crawler["Name"]
            if "Schedule" not in crawler:
                raise AwsError("NoScheduleException", f"Crawler {name} has no schedule.")
            if _is_scheduled(crawler):
                raise AwsError(
                    "SchedulerRunningException", f"The schedule of crawler {name} is running."
                )
            self._set_state(crawler, "SCHEDULED")
        self.run()
        return {}

    def pause(self, body: dict[str, Any]) -> dict[str, Any]:
        """Answer StopCrawlerSchedule: a crawl that runs goes on."""
        with self._lock:
            crawler = self._crawlers.get(body["CrawlerName"])
            if not _is_scheduled(crawler):
                raise AwsError(
                    "SchedulerNotRunningException",
                    f"The schedule of crawler {crawler['Name']} is not running.",
                )
            self._set_state(crawler, "NOT_SCHEDULED")
        return {}

    def run(self) -> None:
        """See to it that what is scheduled is started in time."""
        with self._lock:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(
                    target=self._wait, name="crawler-schedules", daemon=True
                )
                self._thread.start()
        self._wake.set()

    def start_due(self, since: float, until: float) -> list[str]:
        """Start the crawlers with a time later than `since` and not later than `until`.

        Returns their names. A crawler that still runs misses its time, as on AWS.
        """
        started = []
        for name, crawler in self._crawlers.all():
            due = _next(crawler, since)
            if due is None or due > until:
                continue
            try:
                self._start(name)
            except AwsError as error:
                if error.code not in ("CrawlerRunningException", "EntityNotFoundException"):
                    raise
            else:
                started.append(name)
        return started

    def close(self) -> None:
        """Start nothing any more."""
        with self._lock:
            self._closed = True
        self._wake.set()
        if self._thread is not None:
            self._thread.join()

    def _wait(self) -> None:
        since = self._clock()
        while not self._closed:
            self._wake.wait(self._seconds_left(since))
            self._wake.clear()
            now = self._clock()
            if not self._closed and now > since:
                self.start_due(since, now)
                since = now

    def _seconds_left(self, since: float) -> float:
        times = [_next(crawler, since) for _, crawler in self._crawlers.all()]
        due = min((at for at in times if at is not None), default=None)
        left = _LONGEST_WAIT if due is None else due - self._clock()
        return min(_LONGEST_WAIT, max(0.0, left))

    def _set_state(self, crawler: Document, state: str) -> None:
        self._crawlers.put({**crawler, "Schedule": {**crawler["Schedule"], "State": state}})


def _is_scheduled(crawler: Mapping[str, Any]) -> bool:
    return bool(crawler.get("Schedule", {}).get("State") == "SCHEDULED")


def _next(crawler: Mapping[str, Any], since: float) -> float | None:
    if not _is_scheduled(crawler):
        return None
    return next_time(parse_cron(crawler["Schedule"]["ScheduleExpression"]), since)
