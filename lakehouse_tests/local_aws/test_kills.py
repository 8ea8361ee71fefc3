"""`kill -9` at random moments while clients write: nothing acknowledged is lost, nothing is half.

The moments are drawn from a seed; how far the clients are at each depends on the machine.
"""

import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lakehouse_tests.local_aws.ledger import Ledger, ServerGoneError
from lakehouse_tests.local_aws.servers import Server, running

pytestmark = pytest.mark.soak

ROUNDS = 5
BUCKET = "logs"
COLUMNS = [{"Name": "x", "Type": "string"}]


def body_of(version: int) -> bytes:
    """Bytes that say which version they are, from none to more than a connection takes at once."""
    return f"{version};".encode() * (version * 7919 % 60_000)


class Objects:
    """A client that puts, copies, completes and deletes objects under keys of its own."""

    def __init__(self, name: str, seed: int) -> None:
        self.ledger = Ledger()
        self._name = name
        self._random = random.Random(seed)
        self._version = 0

    def run(self, server: Server) -> None:
        """Change objects until the server is gone."""
        s3 = server.client("s3")
        actions: list[Callable[[Any, str], None]]
        actions = [self._put, self._put, self._multipart, self._copy, self._delete]
        try:
            while True:
                key = f"{self._name}/{self._random.randrange(6)}"
                self._version += 1
                self._random.choice(actions)(s3, key)
        except ServerGoneError:
            pass

    def _put(self, s3: Any, key: str) -> None:
        version = self._version
        metadata = {"version": str(version)}
        self.ledger.change(
            key,
            version,
            lambda: s3.put_object(Bucket=BUCKET, Key=key, Body=body_of(version), Metadata=metadata),
        )

    def _copy(self, s3: Any, key: str) -> None:
        sources = [
            (name, allowed[0])
            for name, allowed in self.ledger.allowed.items()
            if len(allowed) == 1 and allowed[0] is not None and name != key
        ]
        if sources:
            source, version = self._random.choice(sources)
            self.ledger.change(
                key,
                version,
                lambda: s3.copy_object(Bucket=BUCKET, Key=key, CopySource=f"{BUCKET}/{source}"),
            )

    def _multipart(self, s3: Any, key: str) -> None:
        version = self._version
        metadata = {"version": str(version)}

        def upload() -> None:
            made = s3.create_multipart_upload(Bucket=BUCKET, Key=key, Metadata=metadata)
            names = {"Bucket": BUCKET, "Key": key, "UploadId": made["UploadId"]}
            part = s3.upload_part(**names, PartNumber=1, Body=body_of(version))
            parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
            s3.complete_multipart_upload(**names, MultipartUpload=parts)

        self.ledger.change(key, version, upload)

    def _delete(self, s3: Any, key: str) -> None:
        self.ledger.change(key, None, lambda: s3.delete_object(Bucket=BUCKET, Key=key))

    def verify(self, server: Server) -> None:
        """Compare what the server has with what it has acknowledged."""
        s3 = server.client("s3")
        listed = s3.list_objects_v2(Bucket=BUCKET, Prefix=f"{self._name}/").get("Contents", [])
        found = {item["Key"]: version_of(s3, item["Key"]) for item in listed}
        for key in self.ledger.allowed:
            self.ledger.check(key, found.get(key))


def version_of(s3: Any, key: str) -> int:
    """The version of an object, whose bytes and metadata must be of the same one."""
    answer = s3.get_object(Bucket=BUCKET, Key=key)
    version = int(answer["Metadata"]["version"])
    assert answer["Body"].read() == body_of(version)
    return version


class Configuration:
    """A client that changes the catalog, a bucket's tags and a queue."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self._count = 0

    def run(self, server: Server) -> None:
        """Change things until the server is gone."""
        try:
            while True:
                self._count += 1
                self._change(server)
        except ServerGoneError:
            pass

    def _change(self, server: Server) -> None:
        glue, s3, sqs = server.client("glue"), server.client("s3"), server.client("sqs")
        count, change = self._count, self.ledger.change
        tables = [table(name, count) for name in ("t", f"t{count}")]
        change("t", str(count), lambda: update_or_create(glue, tables[0], count))
        change(
            f"t{count}",
            str(count),
            lambda: glue.create_table(DatabaseName="lake", TableInput=tables[1]),
        )
        change(
            f"partitions of t{count}",
            20,
            lambda: glue.batch_create_partition(
                DatabaseName="lake",
                TableName=f"t{count}",
                PartitionInputList=[{"Values": [str(number)]} for number in range(20)],
            ),
        )
        tags = {"TagSet": [{"Key": "count", "Value": str(count)}]}
        change("tag", str(count), lambda: s3.put_bucket_tagging(Bucket=BUCKET, Tagging=tags))
        timeout = str(count % 40_000)
        change(
            "timeout",
            timeout,
            lambda: sqs.set_queue_attributes(
                QueueUrl="http://localhost/123456789012/q",
                Attributes={"VisibilityTimeout": timeout},
            ),
        )

    def verify(self, server: Server) -> None:
        """Compare what the server has with what it has acknowledged."""
        glue, s3, sqs = server.client("glue"), server.client("s3"), server.client("sqs")
        tables = glue.get_paginator("get_tables").paginate(DatabaseName="lake").search("TableList")
        found: dict[str, Any] = {item["Name"]: item["Parameters"]["count"] for item in tables}
        newest = f"t{self._count}"
        if newest in found:
            partitions = glue.get_partitions(DatabaseName="lake", TableName=newest)["Partitions"]
            found[f"partitions of {newest}"] = len(partitions) or None
            self.ledger.check(f"partitions of {newest}", found[f"partitions of {newest}"])
        found["tag"] = tag_of(s3)
        attributes = sqs.get_queue_attributes(
            QueueUrl="http://localhost/123456789012/q", AttributeNames=["VisibilityTimeout"]
        )["Attributes"]
        found["timeout"] = attributes["VisibilityTimeout"]
        for name in self.ledger.allowed:
            if not name.startswith("partitions"):
                self.ledger.check(name, found.get(name))


def table(name: str, count: int) -> dict[str, Any]:
    return {
        "Name": name,
        "Parameters": {"count": str(count)},
        "PartitionKeys": [{"Name": "p", "Type": "string"}],
        "StorageDescriptor": {"Columns": COLUMNS, "Location": f"s3://{BUCKET}/{name}/"},
    }


def update_or_create(glue: Any, table_input: dict[str, Any], count: int) -> None:
    call = glue.create_table if count == 1 else glue.update_table
    try:
        call(DatabaseName="lake", TableInput=table_input)
    except glue.exceptions.EntityNotFoundException:  # the first was never made
        glue.create_table(DatabaseName="lake", TableInput=table_input)


def tag_of(s3: Any) -> str | None:
    try:
        value: str = s3.get_bucket_tagging(Bucket=BUCKET)["TagSet"][0]["Value"]
    except ClientError as error:
        assert error.response["Error"]["Code"] == "NoSuchTagSet"
        return None
    return value


def stray_files(server: Server, data_dir: Path) -> list[Path]:
    """Files that belong to nothing: no object, no part of an open upload."""
    s3 = server.client("s3")
    listed = s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])
    belonging = {data_dir / "objects" / BUCKET / item["Key"] for item in listed}
    files = [path for path in (data_dir / "objects").rglob("*") if path.is_file()]
    leftovers = [*(data_dir / "tmp").glob("*/*"), *(data_dir / "objects-aside").rglob("*")]
    uploads = s3.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
    parts = sum(
        len(
            s3.list_parts(Bucket=BUCKET, Key=upload["Key"], UploadId=upload["UploadId"]).get(
                "Parts", []
            )
        )
        for upload in uploads
    )
    surplus = len(list((data_dir / "parts").iterdir())) - parts
    return [
        *(path for path in files if path not in belonging),
        *(path for path in leftovers if path.is_file()),
        *(data_dir / "parts" for _ in range(surplus)),
    ]


def test_nothing_acknowledged_is_lost_by_kills(tmp_path: Path) -> None:
    moments = random.Random(20261101)
    configuration = Configuration()
    clients: list[Objects | Configuration]
    clients = [configuration, *(Objects(f"c{number}", number) for number in range(3))]
    for number in range(ROUNDS + 1):
        with running(tmp_path) as server:
            if number == 0:
                server.client("s3").create_bucket(Bucket=BUCKET)
                server.client("glue").create_database(DatabaseInput={"Name": "lake"})
                attributes = {"VisibilityTimeout": "0"}
                server.client("sqs").create_queue(QueueName="q", Attributes=attributes)
                configuration.ledger.allowed["timeout"] = ("0",)
            else:
                assert stray_files(server, tmp_path) == []
                for client in clients:
                    client.verify(server)
            if number < ROUNDS:
                run_until_killed(server, clients, moments.uniform(0.2, 1.5))
    acknowledged = sum(client.ledger.acknowledged for client in clients)
    assert acknowledged > 20 * ROUNDS


def run_until_killed(
    server: Server, clients: list[Objects | Configuration], seconds: float
) -> None:
    threads = [threading.Thread(target=client.run, args=(server,)) for client in clients]
    before = sum(client.ledger.acknowledged for client in clients)
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 60
    while sum(client.ledger.acknowledged for client in clients) < before + 20:
        assert time.monotonic() < deadline  # a busy machine needs longer to get going
        time.sleep(0.01)
    time.sleep(seconds)
    server.kill()
    for thread in threads:
        thread.join()
