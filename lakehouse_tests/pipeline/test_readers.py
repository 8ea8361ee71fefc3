"""Readers of clean and metrics tables while whole runs replace a week of them."""

import threading
from collections.abc import Iterator
from datetime import date
from itertools import cycle, islice

import dagster as dg
import pytest

from lakehouse.aws.account import Account
from lakehouse_tests.pipeline.landed_lake import Client, LandedLake
from lakehouse_tests.pipeline.test_changing_source import HEADER, row, source_of

pytestmark = [pytest.mark.spark, pytest.mark.soak]

RUNS = 4  # and 50 by hand: as many minutes as a busy machine needs
DAYS = [date(2026, 1, number) for number in range(1, 8)]
FEW, MANY = 20, 33
QUERIES = (
    "SELECT event_date, count(*) FROM orders GROUP BY event_date",
    "SELECT event_date, sum(orders) FROM orders_daily GROUP BY event_date",
)


class Reader(threading.Thread):
    """Asks the same question until told to stop; every answer and error is kept."""

    def __init__(self, lake: LandedLake, sql: str) -> None:
        super().__init__()
        self.lake, self.sql, self.stopped = lake, sql, threading.Event()
        self.seen: list[dict[str, int]] = []
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            while not self.stopped.wait(0.05):
                rows = self.lake.rows(self.sql)
                self.seen.append({str(day): int(str(count)) for day, count in rows})
        except Exception as error:  # noqa: BLE001  told to the test, in the thread that asserts
            self.error = error


@pytest.fixture(scope="module")
def lake(client: Client) -> Iterator[LandedLake]:
    account = Account(prefix="readers", database="readers")
    with dg.instance_for_test() as instance:
        yield LandedLake(client, instance, account, source_of())


def land(lake: LandedLake, count: int) -> None:
    for day in DAYS:
        lake.land(day, HEADER + "".join(row(day, f"{day}-{n},x,1") for n in range(count)))


def test_readers_see_each_day_as_it_was_or_as_it_is_while_runs_replace_it(
    lake: LandedLake,
) -> None:
    land(lake, FEW)
    lake.run(DAYS[0], DAYS[-1])
    readers = [Reader(lake, sql) for sql in QUERIES]
    for reader in readers:
        reader.start()
    try:
        for count in islice(cycle([MANY, FEW]), RUNS):
            land(lake, count)
            lake.run(DAYS[0], DAYS[-1])
    finally:
        for reader in readers:
            reader.stopped.set()
            reader.join()
    assert [reader.error for reader in readers] == [None, None]
    for reader in readers:
        assert all(sorted(seen) == [str(day) for day in DAYS] for seen in reader.seen)
        counts = [{seen[str(day)] for seen in reader.seen} for day in DAYS]
        assert counts == [{FEW, MANY}] * len(DAYS)
