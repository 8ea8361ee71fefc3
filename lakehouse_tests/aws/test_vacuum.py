"""What vacuum finds and removes, and what it leaves alone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from lakehouse.aws.account import Account
from lakehouse.aws.catalog import Catalog, Pointer
from lakehouse.aws.publish import parquet_table, publish, run_location
from lakehouse.aws.s3 import S3, S3Object
from lakehouse.aws.vacuum import Vacuum, unneeded_since
from lakehouse_tests.sources import built_in

Client = Callable[..., Any]

WEB = built_in("web_logs")
COLUMNS = [{"Name": "n", "Type": "int", "Comment": ""}]
NO_GRACE = timedelta(0)
A_DAY = timedelta(days=1)


def later(**time: int) -> datetime:
    """A moment after everything that a test wrote."""
    return datetime.now(UTC) + timedelta(**time)


class Lake:
    """An installation of its own, with runs written and published by hand."""

    def __init__(self, client: Client, prefix: str) -> None:
        self.account = Account(prefix=prefix, database=prefix.replace("-", "_"))
        self.boto, self.catalog = client("s3"), Catalog(client("glue"))
        for bucket in self.account.buckets:
            self.boto.create_bucket(Bucket=bucket)
        self.catalog.ensure_database(self.account.database, "for tests")
        self.catalog.ensure_database(self.account.crawl_database, "for tests")
        self.vacuum = Vacuum(self.account, S3(self.boto), self.catalog)

    def write(self, run: str, *days: str) -> None:
        for day in days:
            key = f"{WEB.clean_table}/{run}/event_date={day}/part-0.parquet"
            self.boto.put_object(Bucket=self.account.clean_bucket, Key=key, Body=b"1234")
        manifest = f"runs/{WEB.name}/{run}/manifest.json"
        self.boto.put_object(Bucket=self.account.scripts_bucket, Key=manifest, Body=b"{}")

    def publish(self, run: str, *days: str) -> None:
        wanted = parquet_table(self.account, WEB.clean_table, "", COLUMNS)
        table = self.catalog.ensure_table(self.account.database, wanted)
        location = run_location(self.account, WEB.clean_table, run)
        publish(self.catalog, self.account, table, location, days)

    def keys(self) -> list[str]:
        return [
            item["Key"]
            for bucket in (self.account.clean_bucket, self.account.scripts_bucket)
            for item in self.boto.list_objects_v2(Bucket=bucket).get("Contents", [])
        ]

    def found(self, now: datetime, grace: timedelta) -> list[str]:
        return [item.location for item in self.vacuum.leftovers(WEB, now, grace)]

    def clean_up(self, now: datetime, grace: timedelta = NO_GRACE) -> None:
        for item in self.vacuum.leftovers(WEB, now, grace):
            assert self.vacuum.remove(item)


def test_what_a_later_run_replaced_is_removed_day_by_day(client: Client) -> None:
    lake = Lake(client, "vacuum-replaced")
    lake.write("run-1", "2026-01-01", "2026-01-02")
    lake.publish("run-1", "2026-01-01", "2026-01-02")
    lake.write("run-2", "2026-01-02")
    lake.publish("run-2", "2026-01-02")
    lake.clean_up(later(seconds=5))
    assert lake.keys() == [
        "web_logs/run-1/event_date=2026-01-01/part-0.parquet",
        "web_logs/run-2/event_date=2026-01-02/part-0.parquet",
        "runs/web_logs/run-1/manifest.json",
        "runs/web_logs/run-2/manifest.json",
    ]
    assert lake.found(later(days=400), NO_GRACE) == []


def test_a_run_that_was_never_published_goes_with_all_it_wrote(client: Client) -> None:
    lake = Lake(client, "vacuum-failed")
    lake.write("failed", "2026-01-01")
    for name in ("web_logs/failed/_temporary/0/part", "web_logs/failed/_SUCCESS"):
        lake.boto.put_object(Bucket=lake.account.clean_bucket, Key=name, Body=b"")
    lake.clean_up(later(seconds=5))
    assert lake.keys() == ["runs/web_logs/failed/manifest.json"]
    lake.clean_up(later(seconds=5))
    assert lake.keys() == []


def test_a_grace_period_begins_when_the_day_was_pointed_elsewhere(client: Client) -> None:
    lake = Lake(client, "vacuum-grace")
    lake.write("old", "2026-01-01")
    lake.publish("old", "2026-01-01")
    lake.write("new", "2026-01-01")
    lake.publish("new", "2026-01-01")
    old = ["s3://vacuum-grace-clean/web_logs/old/"]
    assert lake.found(later(hours=23), A_DAY) == []
    assert lake.found(later(hours=25), A_DAY) == old


def test_publication_counts_where_it_came_after_the_writing() -> None:
    written, published = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
    objects = (S3Object("b", "t/old/event_date=2026-01-01/p", 1, "e", written),)
    pointers = {"2026-01-01": Pointer("s3://b/t/new/event_date=2026-01-01/", published)}
    assert unneeded_since(objects, ["2026-01-01"], pointers) == published
    assert unneeded_since(objects, ["2026-01-02"], pointers) == written
    unknown = {"2026-01-01": Pointer("s3://b/t/new/event_date=2026-01-01/", None)}
    assert unneeded_since(objects, ["2026-01-01"], unknown) == written


def test_what_was_published_after_it_was_found_stays(client: Client) -> None:
    lake = Lake(client, "vacuum-race")
    lake.write("slow", "2026-01-01")
    (files,) = lake.vacuum.leftovers(WEB, later(days=2), A_DAY)
    lake.publish("slow", "2026-01-01")
    assert lake.vacuum.remove(files) is False
    assert len(lake.keys()) == 2


def test_the_manifest_of_an_empty_day_stays_while_it_is_published(client: Client) -> None:
    lake = Lake(client, "vacuum-empty")
    lake.write("run-1")
    lake.publish("run-1", "2026-01-01")
    assert lake.found(later(days=400), NO_GRACE) == []
    lake.publish("run-2", "2026-01-01")
    lake.clean_up(later(seconds=5))
    assert lake.keys() == []


def test_what_no_run_of_the_table_wrote_is_not_looked_at(client: Client) -> None:
    lake = Lake(client, "vacuum-foreign")
    for key in (
        "web_logs_of_another_team/run/event_date=2026-01-01/part.parquet",
        "web_logs/notes.txt",
        "elsewhere/data.csv",
    ):
        lake.boto.put_object(Bucket=lake.account.clean_bucket, Key=key, Body=b"")
    assert lake.found(later(days=400), NO_GRACE) == []


def test_what_a_killed_run_of_athena_left_is_removed_with_its_tables(client: Client) -> None:
    lake = Lake(client, "vacuum-typed")
    bucket, database = lake.account.athena_bucket, lake.account.crawl_database
    for name in ("web_logs_typed_ab_0", "web_logs_clean_ab_0", "web_logs_lines"):
        lake.catalog.create_table(database, parquet_table(lake.account, name, "", COLUMNS))
    lake.boto.put_object(Bucket=bucket, Key="typed/web_logs/ab-0/x", Body=b"1")
    lake.boto.put_object(Bucket=bucket, Key="typed/web_logs_2/ab-0/x", Body=b"1")
    assert lake.found(later(hours=1), A_DAY) == []
    lake.clean_up(later(seconds=5))
    tables = lake.catalog.client.get_tables(DatabaseName=database)["TableList"]
    assert [table["Name"] for table in tables] == ["web_logs_lines"]
    left = lake.boto.list_objects_v2(Bucket=bucket)["Contents"]
    assert [item["Key"] for item in left] == ["typed/web_logs_2/ab-0/x"]
