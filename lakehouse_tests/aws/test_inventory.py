"""Which raw files a day has, and which days there are."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from lakehouse.aws.account import Account
from lakehouse.aws.inventory import (
    day_files,
    days_to_read,
    newest_days,
    take_inventory,
)
from lakehouse.aws.s3 import S3, S3Object
from lakehouse_tests.sources import built_in

Client = Callable[..., Any]


def day(number: int) -> date:
    return date(2026, 1, number)


def bucket_with(client: Client, prefix: str, *keys: str) -> tuple[S3, Account]:
    account = Account(prefix=prefix)
    client("s3").create_bucket(Bucket=account.raw_bucket)
    for key in keys:
        client("s3").put_object(Bucket=account.raw_bucket, Key=key, Body=b"x")
    return S3(client("s3")), account


def test_a_day_has_the_files_under_its_prefix_and_no_hidden_ones(client: Client) -> None:
    s3, account = bucket_with(
        client,
        "inventory-files",
        "logs/event_date=2026-01-01/b.csv",
        "logs/event_date=2026-01-01/a/deep.csv",
        "logs/event_date=2026-01-01/",
        "logs/event_date=2026-01-01/_SUCCESS",
        "logs/event_date=2026-01-01/.tmp/c.csv",
        "logs/event_date=2026-01-010/other.csv",
    )
    found = take_inventory(s3, account, built_in("web_logs"), [day(2), day(1)])
    assert {d: [file.key for file in files.files] for d, files in found.items()} == {
        day(1): ["logs/event_date=2026-01-01/a/deep.csv", "logs/event_date=2026-01-01/b.csv"],
        day(2): [],
    }
    assert found[day(1)].bytes == 2


class PagesOfThree(S3):
    """S3 whose pages end after three keys; counts the calls that list for many days."""

    calls: list[str] = []

    def page(self, bucket: str, prefix: str, after: str) -> tuple[tuple[S3Object, ...], bool]:
        found = tuple(item for item in self.objects(bucket, prefix) if item.key > after)
        self.calls.append(after)
        return found[:3], len(found) > 3


def test_small_days_in_a_row_are_listed_together_and_found_as_one_by_one(client: Client) -> None:
    keys = {
        "2025-12-31": ["before.csv"],
        "2026-01-01": ["a.csv", "_hidden"],
        "2026-01-01-copy": ["stranger.csv"],
        "2026-01-02": [],
        "2026-01-03": ["a.csv", "b/c.csv"],
        "2026-01-04": ["a.csv", "b.csv", "c.csv", "d.csv"],
        "2026-01-05": ["a.csv"],
        "2026-01-06": ["after.csv"],
    }
    names = [f"logs/event_date={folder}/{name}" for folder in keys for name in keys[folder]]
    real, account = bucket_with(client, "inventory-shared", *names)
    source = built_in("web_logs")
    days = [day(1), day(2), day(3), day(4), day(5), day(9), day(11), day(12)]
    alone = {one: day_files(real, account, source, one) for one in days}
    assert take_inventory(real, account, source, reversed(days)) == alone
    assert [len(files.files) for files in alone.values()] == [1, 0, 2, 4, 1, 0, 0, 0]
    assert take_inventory(PagesOfThree(real.client), account, source, days) == alone
    first_days = ["logs/event_date=2026-01-01/", "logs/event_date=2026-01-11/"]
    assert sorted(PagesOfThree.calls) == first_days


def test_days_whose_folders_do_not_stand_in_their_order_are_listed_one_by_one(
    client: Client,
) -> None:
    source = built_in("web_logs")
    raw = source.raw.model_copy(update={"path": "logs/{day}-{month}-{year}/"})
    source = source.model_copy(update={"raw": raw})
    days = [date(2026, 1, 31) + timedelta(days=number) for number in range(3)]
    keys = [f"logs/{one:%d-%m-%Y}/a.csv" for one in days]
    s3, account = bucket_with(client, "inventory-disorder", *keys)
    found = take_inventory(s3, account, source, days)
    assert [[file.key for file in files.files] for files in found.values()] == [[k] for k in keys]


def test_the_version_moves_exactly_when_a_file_is_added_replaced_or_removed(
    client: Client,
) -> None:
    key = "logs/event_date=2026-01-01/a.csv"
    s3, account = bucket_with(client, "inventory-version", key)
    source, boto = built_in("web_logs"), client("s3")

    def version() -> str:
        return take_inventory(s3, account, source, [day(1)])[day(1)].version

    first = version()
    boto.put_object(Bucket=account.raw_bucket, Key=key, Body=b"x")
    assert version() == first
    boto.put_object(Bucket=account.raw_bucket, Key=key, Body=b"y")
    replaced = version()
    boto.put_object(Bucket=account.raw_bucket, Key=key + "2", Body=b"x")
    added = version()
    boto.delete_object(Bucket=account.raw_bucket, Key=key + "2")
    assert len({first, replaced, added}) == 3
    assert version() == replaced


def test_the_newest_days_are_found_from_folders(client: Client) -> None:
    keys = [f"logs/event_date=2026-01-{n:02}/a.csv" for n in range(1, 10)]
    s3, account = bucket_with(
        client, "inventory-newest", *keys, "logs/readme.txt", "logs/event_date=2025-12-31/old.csv"
    )
    assert newest_days(s3, account, built_in("web_logs"), 3) == [day(7), day(8), day(9)]
    assert newest_days(s3, account, built_in("web_logs"), 99) == [day(n) for n in range(1, 10)]


def test_folders_before_a_known_day_are_listed_only_if_too_few_follow(client: Client) -> None:
    keys = [f"logs/event_date=2026-01-{n:02}/a.csv" for n in range(1, 10)]
    _, account = bucket_with(client, "inventory-since", *keys)
    watched, listed = client("s3", region_name="us-east-1"), list[Any]()
    watched.meta.events.register(
        "provide-client-params.s3.ListObjectsV2", lambda params, **_: listed.append(params)
    )

    def newest(count: int, since: date) -> tuple[list[date], list[str]]:
        listed.clear()
        days = newest_days(S3(watched), account, built_in("web_logs"), count, since=since)
        return days, [call.get("StartAfter", "") for call in listed]

    seventh = "logs/event_date=2026-01-07"
    assert newest(3, day(7)) == ([day(7), day(8), day(9)], [seventh])
    assert newest(4, day(7)) == ([day(6), day(7), day(8), day(9)], [seventh, ""])


def test_days_of_nested_folders(client: Client) -> None:
    source = built_in("web_logs")
    raw = source.raw.model_copy(update={"path": "in/{year}/{month}/d{day}/"})
    nested = source.model_copy(update={"raw": raw})
    s3, account = bucket_with(
        client, "inventory-nested", "in/2026/01/d31/a", "in/2026/02/d01/a", "in/2026/02/x/a"
    )
    assert newest_days(s3, account, nested, 5) == [date(2026, 1, 31), date(2026, 2, 1)]


def test_late_days_are_read_too() -> None:
    assert days_to_read(built_in("web_logs"), [day(1), day(2)]) == [day(1), day(2), day(3)]
    assert days_to_read(built_in("access_logs"), [day(1)]) == [day(1)]
