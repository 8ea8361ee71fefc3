"""A crawler service of its own over a data directory, for what needs a restart, size or counts."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from lakehouse.local_aws.catalog.catalog import Catalog
from lakehouse.local_aws.crawlers.service import CrawlerService
from lakehouse.local_aws.errors import AwsError
from lakehouse.local_aws.objects.rows import StoredObject
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.local_aws.state import State

SCOPE = "123456789012/us-east-1"
BUCKET = "big"


class CountingStore(ObjectStore):
    """An object store that notes which objects were opened and which listed; it can be held up."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.opened: list[str] = []
        self.listed: list[str] = []
        self.gate = threading.Event()  # while it is closed, who opens an object waits
        self.gate.set()

    def open(self, bucket: str, key: str) -> tuple[StoredObject, BinaryIO]:
        self.opened.append(key)
        assert self.gate.wait(60), "nobody opened the gate"
        return super().open(bucket, key)

    def scan(self, bucket: str, low: bytes, high: bytes, limit: int | None) -> list[StoredObject]:
        found = super().scan(bucket, low, high, limit)
        self.listed += [stored.key for stored in found]
        return found

    def forget_counts(self) -> None:
        self.opened, self.listed = [], []


class ListQueue:
    """A queue's messages by their receipts."""

    def __init__(self) -> None:
        self.messages: dict[str, str] = {}
        self.hidden: set[str] = set()

    def send(self, body: str) -> None:
        self.messages[str(len(self.messages))] = body


class ListQueues(dict[str, ListQueue]):
    """Queues in memory, by ARN."""

    def send(self, arn: str, body: str) -> None:
        self._queue(arn).send(body)

    def receive(self, arn: str, most: int, hidden_seconds: int) -> Sequence[tuple[str, str]]:
        queue = self._queue(arn)
        seen = [item for item in queue.messages.items() if item[0] not in queue.hidden][:most]
        queue.hidden.update(receipt for receipt, _ in seen)
        return seen

    def delete(self, arn: str, receipts: Sequence[str]) -> None:
        for receipt in receipts:
            del self._queue(arn).messages[receipt]

    def release(self, arn: str, receipts: Sequence[str]) -> None:
        self[arn].hidden.difference_update(receipts)

    def _queue(self, arn: str) -> ListQueue:
        if arn not in self:
            raise AwsError("AWS.SimpleQueueService.NonExistentQueue", f"No queue {arn}")
        return self[arn]


class Shop:
    """Object store, catalog and crawlers over one directory."""

    def __init__(self, root: Path, clock: Callable[[], float] = time.time) -> None:
        self.objects = CountingStore(root)
        self.state = State(root / "state.db")
        self.catalog = Catalog(self.state, SCOPE)
        self.queues = ListQueues()
        self.lines: list[str] = []
        self.service = CrawlerService(
            self.state, SCOPE, self.catalog, self.objects, self.queues, self._log, clock
        )
        self.call = self.service.operations()

    def _log(self, _group: str, _stream: str, lines: Iterable[str]) -> None:
        self.lines += [line.partition("] ")[2] for line in lines]

    def put(self, **files: bytes) -> None:
        if not self.objects.has_bucket(BUCKET):
            self.objects.create_bucket(BUCKET)
        for key, body in files.items():
            self.objects.put(BUCKET, key, body)

    def fill(self, files: dict[str, bytes]) -> None:
        """Put very many files at once."""
        self.objects.create_bucket(BUCKET)
        for key, body in files.items():
            path = self.objects.bucket_dir(BUCKET) / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body)
        self.objects.adopt(BUCKET)

    def create(self, path: str = "t/", target: dict[str, Any] | None = None, **more: Any) -> None:
        """Create the crawler `c` of a path in the bucket."""
        targets = {"S3Targets": [{"Path": f"s3://{BUCKET}/{path}", **(target or {})}]}
        request = {"Name": "c", "Role": "r", "DatabaseName": "d", "Targets": targets, **more}
        self.call["CreateCrawler"](request)

    def status(self) -> dict[str, Any]:
        crawler: dict[str, Any] = self.call["GetCrawler"]({"Name": "c"})["Crawler"]
        return crawler

    def start(self) -> None:
        self.call["StartCrawler"]({"Name": "c"})

    def wait(self) -> dict[str, Any]:
        deadline = time.monotonic() + 120
        while self.status()["State"] != "READY":
            assert time.monotonic() < deadline, "the crawl did not end"
            time.sleep(0.005)
        last: dict[str, Any] = self.status()["LastCrawl"]
        return last

    def crawl(self) -> None:
        """Crawl with success, and with counts of this crawl alone."""
        self.objects.forget_counts()
        self.start()
        last = self.wait()
        assert last["Status"] == "SUCCEEDED", last

    def tables(self) -> dict[str, list[str]]:
        """The columns of each table."""
        return {
            table["Name"]: [c["Name"] for c in table["StorageDescriptor"]["Columns"]]
            for table in self.catalog.tables("d")
        }

    def partitions(self, table: str = "t") -> list[list[str]]:
        return [entry["Values"] for entry in self.catalog.partitions("d", table)]

    def close(self) -> None:
        self.service.close()
        self.objects.close()
        self.state.close()
