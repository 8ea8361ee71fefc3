"""Crawlers and their crawls as documents in State: reading and writing them, nothing else.

What they mean belongs to `request` and `history`, when they change to `service`, `runs` and
`schedules`.
"""

from typing import Any

from lakehouse.local_aws.catalog.records import key_of
from lakehouse.local_aws.crawlers.memory import CrawlMemory
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.state import Documents, State

Document = dict[str, Any]

_CRAWLER = "glue_crawler"
_CRAWL = "glue_crawl"


class CrawlerStore:
    """The crawlers of one account and region."""

    def __init__(self, state: State, scope: str) -> None:
        self.state = state
        self.scope = scope

    def find(self, name: str) -> Document | None:
        """Return a crawler, or None."""
        return self.state.get(self.scope, _CRAWLER, name)

    def get(self, name: str) -> Document:
        """Return a crawler. Raises EntityNotFoundException."""
        found = self.find(name)
        if found is None:
            raise AwsError(
                "EntityNotFoundException", f"Crawler entry with name {name} does not exist"
            )
        return found

    def get_ready(self, name: str) -> Document:
        """Return a crawler that does not run. Raises CrawlerRunningException."""
        crawler = self.get(name)
        if crawler["State"] != "READY":
            raise AwsError(
                "CrawlerRunningException", f"Crawler with name {name} has already started"
            )
        return crawler

    def all(self, after: str = "", limit: int | None = None) -> Documents:
        """Return (name, crawler) in the order of names."""
        return self.state.list(self.scope, _CRAWLER, after=after, limit=limit)

    def put(self, crawler: Document) -> None:
        """Write a crawler."""
        self.state.put(self.scope, _CRAWLER, crawler["Name"], crawler)

    def delete(self, name: str) -> None:
        """Delete a crawler with its history and memory."""
        with self.state.transaction():
            self.state.delete_many(self.scope, _CRAWL, [key for key, _ in self.crawls(name)])
            self.state.delete(self.scope, _CRAWLER, name)
            self.memory(name).forget()

    def crawls(self, name: str) -> Documents:
        """Return (key, crawl) of a crawler, the oldest first."""
        return self.state.list(self.scope, _CRAWL, prefix=key_of(name, ""))

    def put_crawl(self, name: str, crawl: Document) -> None:
        """Write a crawl."""
        key = key_of(name, f"{crawl['StartTime']:020.6f}")
        self.state.put(self.scope, _CRAWL, key, crawl)

    def memory(self, name: str) -> CrawlMemory:
        """Return what a crawler remembers of its folders."""
        return CrawlMemory(self.state, self.scope, name)
