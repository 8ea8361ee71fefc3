"""The lines that a crawl writes to CloudWatch Logs, as Glue words them.

Source: log streams of real crawls: `[<prefix>] BENCHMARK : Running Start Crawl for Crawler <name>`
and on; "The crawl is running by consuming Amazon S3 events." and "Crawl is not running in S3 event
mode" of https://docs.aws.amazon.com/glue/latest/dg/crawler-s3-event-notifications.html (checked
2026-11). Lines that no source shows are chosen.
"""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any, Literal

from lakehouse.local_aws.crawlers.changes import Changes

LOG_GROUP = "/aws-glue/crawlers"

PutLines = Callable[[str, str, list[str]], None]
"""(log group, log stream, lines)."""

_MOST_WARNINGS = 100
_LOGGER = logging.getLogger(__name__)


class CrawlLog:
    """The log of one crawl: the stream has the crawler's name, each line the crawl's prefix."""

    def __init__(self, put: PutLines, crawler: str, prefix: str) -> None:
        self._put = put
        self._crawler = crawler
        self._prefix = prefix
        self._warnings = 0

    def started(self) -> None:
        """The crawl begins."""
        self._line("BENCHMARK", f"Running Start Crawl for Crawler {self._crawler}")

    def classified(self, crawler: Mapping[str, Any], database: str) -> None:
        """All files were read; the catalog is written from now on."""
        policy = json.dumps(crawler["SchemaChangePolicy"], separators=(",", ":"))
        self._line("BENCHMARK", f"Classification complete, writing results to database {database}")
        if crawler.get("Configuration"):
            self.info(
                f"Crawler configured with Configuration {crawler['Configuration']} and "
                f"SchemaChangePolicy {policy}. Note that values in the Configuration override "
                "values in the SchemaChangePolicy for S3 Targets."
            )
        else:
            self.info(f"Crawler configured with SchemaChangePolicy {policy}.")

    def written(self, changes: Changes) -> None:
        """The catalog was written."""
        self._line("BENCHMARK", "Finished writing to Catalog")
        for kind, counts in changes.counts().items():
            self.info(f"Run Summary For {kind}:")
            for action, count in counts.items():
                self.info(f"{action}: {count}")

    def ended(self) -> None:
        """The crawler is ready again."""
        self._line("BENCHMARK", "Crawler has finished running and is in state READY")

    def info(self, text: str) -> None:
        """Say what was done."""
        self._line("INFO", text)

    def warn(self, text: str) -> None:
        """Say what could not be read; after many such lines no more."""
        self._warnings += 1
        if self._warnings <= _MOST_WARNINGS:
            self._line("WARN", text)
        elif self._warnings == _MOST_WARNINGS + 1:
            self._line("WARN", "Not all read errors will be logged.")

    def error(self, text: str) -> None:
        """Say why the crawl failed."""
        self._line("ERROR", text)

    def _line(self, level: Literal["BENCHMARK", "INFO", "WARN", "ERROR"], text: str) -> None:
        line = f"[{self._prefix}] {level} : {text}"
        try:
            self._put(LOG_GROUP, self._crawler, [line])
        except Exception:  # a crawl does not fail, and goes on to its end, without its log
            _LOGGER.exception("log of crawler %s: %s", self._crawler, line)
