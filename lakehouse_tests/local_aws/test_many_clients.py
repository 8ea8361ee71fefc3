"""Eight clients at once, mixing S3, Glue and Athena: no error, no answer of somebody else's.

`LAKEHOUSE_SOAK_SECONDS` says for how long (10 by default). Whether the server grows is looked at
too: open files, threads and memory after a first part and at the end.
"""

import json
import os
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lakehouse_tests.local_aws.servers import Server, running

pytestmark = pytest.mark.soak

CLIENTS = 8
SECONDS = float(os.environ.get("LAKEHOUSE_SOAK_SECONDS", "10"))
GROWTH = 64 * 1024 * 1024  # bytes that caches may still take after the first part
TEXT = {
    "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"},
}


@dataclass(frozen=True)
class Held:
    """What the server holds."""

    files: int
    threads: int
    resident: int

    @classmethod
    def of(cls, server: Server) -> "Held":
        process = Path(f"/proc/{server.process.pid}")
        status = dict(
            line.split(":", 1) for line in (process / "status").read_text().splitlines() if line
        )
        return cls(
            len(list((process / "fd").iterdir())),
            int(status["Threads"]),
            int(status["VmRSS"].split()[0]) * 1024,
        )


class Worker:
    """One client: what it wrote it must find, whatever the seven others do."""

    def __init__(self, server: Server, number: int) -> None:
        self.s3, self.glue, self.athena = (server.client(n) for n in ("s3", "glue", "athena"))
        self.chance = random.Random(number)
        self.bucket, self.table = f"client-{number}", f"t{number}"
        self.objects: dict[str, bytes] = {}
        self.days: set[str] = set()
        self.done: Counter[str] = Counter()
        self.s3.create_bucket(Bucket=self.bucket)
        self.glue.create_table(
            DatabaseName="soak",
            TableInput={
                "Name": self.table,
                "PartitionKeys": [{"Name": "day", "Type": "string"}],
                "StorageDescriptor": self.descriptor(f"s3://{self.bucket}/t/"),
            },
        )

    def descriptor(self, location: str) -> dict[str, Any]:
        columns = [{"Name": "n", "Type": "int"}]
        return {"Columns": columns, "Location": location, **TEXT}

    def work(self, until: float) -> Counter[str]:
        steps = [self.put, self.get, self.remove, self.list, self.add_day, self.query]
        while time.monotonic() < until:
            step = self.chance.choice(steps)
            step()
            self.done[step.__name__] += 1
        return self.done

    def put(self) -> None:
        key = f"o/{self.chance.randrange(50)}"
        self.objects[key] = self.chance.randbytes(self.chance.choice([0, 10, 1000, 100_000]))
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=self.objects[key])

    def get(self) -> None:
        for key in self.chance.sample(sorted(self.objects), min(3, len(self.objects))):
            body = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
            assert body == self.objects[key]

    def remove(self) -> None:
        if self.objects:
            key = self.chance.choice(sorted(self.objects))
            self.s3.delete_object(Bucket=self.bucket, Key=key)
            del self.objects[key]

    def list(self) -> None:
        listed = self.s3.list_objects_v2(Bucket=self.bucket, Prefix="o/").get("Contents", [])
        assert {item["Key"]: item["Size"] for item in listed} == {
            key: len(body) for key, body in self.objects.items()
        }

    def add_day(self) -> None:
        day = f"d{self.chance.randrange(100_000):05}"
        if day not in self.days and len(self.days) < 20:
            location = f"s3://{self.bucket}/t/{day}/"
            self.s3.put_object(Bucket=self.bucket, Key=f"t/{day}/a.csv", Body=b"1\n2\n")
            descriptor = self.descriptor(location)
            self.glue.create_partition(
                DatabaseName="soak",
                TableName=self.table,
                PartitionInput={"Values": [day], "StorageDescriptor": descriptor},
            )
            self.days.add(day)

    def query(self) -> None:
        started = self.athena.start_query_execution(
            QueryString=f"SELECT count(*), count(DISTINCT day) FROM soak.{self.table}",
            ResultConfiguration={"OutputLocation": f"s3://{self.bucket}/results/"},
        )["QueryExecutionId"]
        while (status := self.status(started))["State"] in ("QUEUED", "RUNNING"):
            time.sleep(0.01)
        assert status["State"] == "SUCCEEDED", json.dumps(status, default=str)
        rows = self.athena.get_query_results(QueryExecutionId=started)["ResultSet"]["Rows"]
        expected = [str(2 * len(self.days)), str(len(self.days))]
        assert [cell["VarCharValue"] for cell in rows[1]["Data"]] == expected

    def status(self, query_id: str) -> dict[str, Any]:
        found = self.athena.get_query_execution(QueryExecutionId=query_id)
        status: dict[str, Any] = found["QueryExecution"]["Status"]
        return status


def test_eight_clients_at_once_see_their_own_work_and_the_server_does_not_grow(
    tmp_path: Path,
) -> None:
    with running(tmp_path) as server, ThreadPoolExecutor(CLIENTS) as pool:
        server.client("glue").create_database(DatabaseInput={"Name": "soak"})
        workers = [Worker(server, number) for number in range(CLIENTS)]
        started = time.monotonic()
        list(pool.map(lambda w: w.work(started + SECONDS / 2), workers))
        middle = Held.of(server)
        done = list(pool.map(lambda w: w.work(started + SECONDS), workers))
        end = Held.of(server)
    for counts in done:
        assert set(counts) == {"put", "get", "remove", "list", "add_day", "query"}
    assert end.files <= middle.files + CLIENTS
    assert end.threads <= middle.threads + CLIENTS
    assert end.resident <= middle.resident + GROWTH
