"""What a reader of a published table sees while its columns change and its days are replaced."""

import io
import threading
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lakehouse.aws.account import Account
from lakehouse.aws.athena import Athena
from lakehouse.aws.catalog import Catalog
from lakehouse.aws.deployment.deployment import Deployment, make_clients
from lakehouse.aws.publish import (
    TypeChanged,
    day_location,
    ensure_published_table,
    parquet_table,
    publish,
    run_location,
)

Client = Callable[..., Any]
ACCOUNT = Account(prefix="changing", database="changing")
TYPES = {"n": pa.int32(), "m": pa.string()}
GLUE_TYPES = {"n": "int", "m": "string"}


class Lake:
    """An account in which tables are published by hand."""

    def __init__(self, client: Client) -> None:
        list(Deployment(ACCOUNT, make_clients()).apply([]))
        self.s3, self.catalog = client("s3"), Catalog(client("glue"))
        self.athena = Athena(client("athena"), ACCOUNT.work_group, ACCOUNT.database)

    def write(self, table: str, run: str, day: str, **columns: list[Any]) -> str:
        location = run_location(ACCOUNT, table, run)
        body = io.BytesIO()
        arrays = {name: pa.array(values, TYPES[name]) for name, values in columns.items()}
        pq.write_table(pa.table(arrays), body)
        prefix = day_location(location, day).removeprefix(f"s3://{ACCOUNT.clean_bucket}/")
        self.s3.put_object(
            Bucket=ACCOUNT.clean_bucket, Key=f"{prefix}part-0.parquet", Body=body.getvalue()
        )
        return location

    def publish(self, table: str, run: str, day: str, **columns: list[Any]) -> None:
        location = self.write(table, run, day, **columns)
        wanted = self.table(table, {name: GLUE_TYPES[name] for name in columns})
        made = ensure_published_table(self.catalog, ACCOUNT, wanted)
        publish(self.catalog, ACCOUNT, made, location, [day])

    def table(self, name: str, types: dict[str, str]) -> dict[str, Any]:
        columns = [{"Name": n, "Type": kind, "Comment": ""} for n, kind in types.items()]
        return parquet_table(ACCOUNT, name, "", columns)


@pytest.fixture(scope="module")
def lake(client: Client) -> Lake:
    return Lake(client)


def test_a_new_column_is_null_in_days_published_before(lake: Lake) -> None:
    lake.publish("growing", "run-1", "2026-01-01", n=[1])
    lake.publish("growing", "run-2", "2026-01-02", m=["x"], n=[2])
    rows = lake.athena.query("SELECT event_date, n, m FROM growing ORDER BY event_date").rows
    assert rows == (("2026-01-01", "1", None), ("2026-01-02", "2", "x"))


def test_a_column_that_is_no_longer_declared_is_no_longer_read(lake: Lake) -> None:
    lake.publish("shrinking", "run-1", "2026-01-01", n=[1], m=["x"])
    lake.publish("shrinking", "run-2", "2026-01-02", m=["y"])
    rows = lake.athena.query("SELECT * FROM shrinking ORDER BY event_date").rows
    assert rows == (("x", "2026-01-01"), ("y", "2026-01-02"))


def test_a_changed_type_is_refused_while_days_have_the_old_one(lake: Lake) -> None:
    lake.publish("typed", "run-1", "2026-01-01", n=[1])
    before = lake.catalog.table(ACCOUNT.database, "typed")
    with pytest.raises(TypeChanged) as refused:
        ensure_published_table(lake.catalog, ACCOUNT, lake.table("typed", {"n": "string"}))
    assert str(refused.value) == (
        "changing.typed: column n is int in published days and declared string now; queries over "
        "both would fail (HIVE_PARTITION_SCHEMA_MISMATCH). Give the column another name, or "
        "DROP TABLE changing.typed and build its days again"
    )
    assert lake.catalog.table(ACCOUNT.database, "typed") == before


def test_a_changed_type_of_a_table_without_days_is_made(lake: Lake) -> None:
    for kind in ("int", "string"):
        made = ensure_published_table(lake.catalog, ACCOUNT, lake.table("empty", {"n": kind}))
        assert made["StorageDescriptor"]["Columns"][0]["Type"] == kind


class Reader(threading.Thread):
    """Counts the rows of every day until told to stop."""

    def __init__(self, athena: Athena) -> None:
        super().__init__()
        self.athena, self.stopped = athena, threading.Event()
        self.seen: list[dict[str, int]] = []
        self.error: Exception | None = None

    def run(self) -> None:
        sql = "SELECT event_date, count(*) FROM replaced GROUP BY event_date"
        try:
            while not self.stopped.is_set():
                rows = self.athena.query(sql).rows
                self.seen.append({str(day): int(str(count)) for day, count in rows})
        except Exception as error:  # noqa: BLE001  told to the test, in the thread that asserts
            self.error = error


@pytest.mark.soak
def test_readers_see_the_old_or_the_new_rows_of_every_day_while_it_is_replaced(
    lake: Lake,
) -> None:
    days = [f"2026-01-0{number}" for number in range(1, 8)]
    for day in days:
        lake.publish("replaced", "run-0", day, n=list(range(100)))
    readers = [Reader(lake.athena) for _ in range(2)]
    for reader in readers:
        reader.start()
    wanted = lake.table("replaced", {"n": "int"})
    for number in range(1, 51):
        run = f"run-{number}"
        for day in days:
            lake.write("replaced", run, day, n=list(range(100 + number)))
        publish(lake.catalog, ACCOUNT, wanted, run_location(ACCOUNT, "replaced", run), days)
    for reader in readers:
        reader.stopped.set()
        reader.join()
    assert [reader.error for reader in readers] == [None, None]
    for reader in readers:
        assert len(reader.seen) > 20
        for before, after in pairwise(reader.seen):
            assert sorted(after) == days
            assert all(before[day] <= after[day] <= 150 for day in days)
