"""Glue crawlers: start one, wait for that very crawl, say how it ended.

A crawl is billed ten minutes at least, so it is asked for only when a schema must be discovered.
What is done with the discovered schema stands in `raw_table`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lakehouse.aws.errors import AwsFailure, ExecutionFailed, NotFound, translated
from lakehouse.aws.polling import poll_until

CRAWL_TIMEOUT = 1800.0  # seconds


@dataclass(frozen=True)
class Crawl:
    """A crawl that succeeded: its crawler and wall-clock seconds as Glue reports them."""

    crawler: str
    seconds: float


@dataclass(frozen=True)
class Crawlers:
    """A boto3 Glue client, seen as its crawlers."""

    client: Any

    def ensure(self, request: Mapping[str, Any]) -> None:
        """Create the crawler of a CreateCrawler request unless one of that name exists."""
        try:
            self._get(request["Name"])
        except NotFound:
            with translated(f"create crawler {request['Name']}"):
                self.client.create_crawler(**request)

    def crawl(self, name: str, timeout: float = CRAWL_TIMEOUT) -> Crawl:
        """Run the crawler and wait for its end.

        A crawler that somebody else started is waited for and then started again: its crawl may
        have begun before our files or our target were there. Raises `ExecutionFailed` with Glue's
        words when the crawl fails, is cancelled, or outlasts `timeout` seconds.
        """
        self._wait(name, timeout)
        self._start(name, timeout)
        return _outcome(self._wait(name, timeout))

    def _start(self, name: str, timeout: float) -> None:
        for _ in range(3):
            try:
                with translated(f"start crawler {name}"):
                    self.client.start_crawler(Name=name)
                return
            except AwsFailure as failure:
                if failure.code != "CrawlerRunningException":
                    raise
                self._wait(name, timeout)
        raise ExecutionFailed(
            f"crawler {name}: others keep starting it, three tries failed. Try again later"
        )

    def _wait(self, name: str, timeout: float) -> Mapping[str, Any]:
        try:
            return poll_until(lambda: self._get(name), lambda c: c["State"] == "READY", timeout)
        except TimeoutError as error:
            raise ExecutionFailed(
                f"crawler {name} did not end within {timeout:g} s. Look at it in the Glue console "
                f"or stop it with `aws glue stop-crawler --name {name}`"
            ) from error

    def _get(self, name: str) -> Mapping[str, Any]:
        with translated(f"look at crawler {name}"):
            crawler: Mapping[str, Any] = self.client.get_crawler(Name=name)["Crawler"]
        return crawler


def _outcome(crawler: Mapping[str, Any]) -> Crawl:
    last = crawler.get("LastCrawl", {})
    if last.get("Status") != "SUCCEEDED":
        log = f"{last.get('LogGroup', '')}/{last.get('LogStream', '')}"
        raise ExecutionFailed(
            f"crawler {crawler['Name']}: {last.get('Status', 'never ran')}: "
            f"{last.get('ErrorMessage', 'no reason given')} (log {log})"
        )
    return Crawl(crawler["Name"], float(crawler.get("CrawlElapsedTime", 0)) / 1000)
