"""A bucket, a database and crawlers of one test, through boto3."""

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

Client = Callable[..., Any]

CSV = b"id,name\n1,ann\n2,bob\n"
WIDER_CSV = b"id,name,score\n1,ann,1.5\n2,bob,2.5\n"
JSON = b'{"id": 1, "meta": {"os": "x"}}\n{"id": 2, "meta": {"os": "y"}}\n'
ACCESS_LOG = (
    b'83.149.9.216 - - [17/May/2015:10:05:03 +0000] "GET /a HTTP/1.1" 200 203023 "-" "curl"\n'
)


class Lake:
    """A bucket, a database and crawlers of one test."""

    def __init__(self, client: Client) -> None:
        self.s3 = client("s3")
        self.glue = client("glue")
        self.name = f"crawl-{uuid4().hex[:8]}"
        self.database = self.name.replace("-", "_")
        self.s3.create_bucket(Bucket=self.name)

    def put(self, **files: bytes) -> None:
        for key, body in files.items():
            self.s3.put_object(Bucket=self.name, Key=key, Body=body)

    def delete(self, *keys: str) -> None:
        for key in keys:
            self.s3.delete_object(Bucket=self.name, Key=key)

    def crawler(self, path: str = "", target: dict[str, Any] | None = None, **options: Any) -> str:
        """Create a crawler of an S3 path in the bucket and return its name."""
        name = f"c-{uuid4().hex[:8]}"
        targets = {"S3Targets": [{"Path": f"s3://{self.name}/{path}", **(target or {})}]}
        request = {"DatabaseName": self.database, "Targets": targets, **options}
        self.glue.create_crawler(Name=name, Role="role", **request)
        return name

    def run(self, name: str) -> dict[str, Any]:
        """Start a crawler and return its LastCrawl when it is READY again."""
        self.glue.start_crawler(Name=name)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            crawler = self.glue.get_crawler(Name=name)["Crawler"]
            if crawler["State"] == "READY":
                last: dict[str, Any] = crawler["LastCrawl"]
                return last
            time.sleep(0.01)
        raise TimeoutError(name)

    def crawl(self, path: str = "", **options: Any) -> str:
        """Create a crawler, let it succeed, and return its name."""
        name = self.crawler(path, **options)
        self.crawl_again(name)
        return name

    def crawl_again(self, name: str) -> None:
        last = self.run(name)
        assert last["Status"] == "SUCCEEDED", last

    def table(self, name: str) -> dict[str, Any]:
        table: dict[str, Any] = self.glue.get_table(DatabaseName=self.database, Name=name)["Table"]
        return table

    def tables(self) -> list[str]:
        found = self.glue.get_tables(DatabaseName=self.database)["TableList"]
        return [table["Name"] for table in found]

    def columns(self, name: str) -> dict[str, str]:
        columns = self.table(name)["StorageDescriptor"]["Columns"]
        return {column["Name"]: column["Type"] for column in columns}

    def keys(self, name: str) -> list[str]:
        return [key["Name"] for key in self.table(name)["PartitionKeys"]]

    def indexes(self, name: str) -> dict[str, list[str]]:
        found = self.glue.get_partition_indexes(DatabaseName=self.database, TableName=name)
        return {
            index["IndexName"]: [key["Name"] for key in index["Keys"]]
            for index in found["PartitionIndexDescriptorList"]
        }

    def partitions(self, name: str) -> dict[str, dict[str, Any]]:
        found = self.glue.get_partitions(DatabaseName=self.database, TableName=name)
        return {"/".join(entry["Values"]): entry for entry in found["Partitions"]}

    def partition_columns(self, name: str) -> dict[str, list[str]]:
        return {
            values: [column["Name"] for column in entry["StorageDescriptor"]["Columns"]]
            for values, entry in self.partitions(name).items()
        }
