"""Which days are to be built again."""

from collections.abc import Callable
from datetime import date
from typing import Any

from lakehouse.aws.account import Account
from lakehouse.aws.catalog import Catalog
from lakehouse.aws.inventory import day_version, days_to_read, take_inventory
from lakehouse.aws.publish import parquet_table, publish, run_location
from lakehouse.aws.s3 import S3
from lakehouse.aws.stale_days import stale_days
from lakehouse_tests.sources import built_in

WEB = built_in("web_logs")  # late_days: 1
ACCOUNT = Account(prefix="stale", database="stale")
LAST = date(2026, 1, 9)


def key(number: int, name: str = "a.csv") -> str:
    return f"logs/event_date=2026-01-{number:02}/{name}"


def test_days_that_were_never_built_or_whose_files_changed_since(
    client: Callable[..., Any],
) -> None:
    boto, catalog = client("s3"), Catalog(client("glue"))
    s3 = S3(boto)
    boto.create_bucket(Bucket=ACCOUNT.raw_bucket)
    catalog.ensure_database(ACCOUNT.database, "for tests")

    def found() -> dict[int, str]:
        stale = stale_days(s3, catalog, ACCOUNT, WEB, LAST)
        return {item.day.day: item.why for item in stale}

    for number in (1, 3, 5, 7, 11):
        boto.put_object(Bucket=ACCOUNT.raw_bucket, Key=key(number), Body=b"1")
    assert found() == dict.fromkeys((1, 3, 5, 7), "never built")  # the 11th has not closed

    days = [date(2026, 1, number) for number in (1, 2, 3, 5, 7)]
    files = take_inventory(s3, ACCOUNT, WEB, days_to_read(WEB, days))
    table = catalog.ensure_table(
        ACCOUNT.database,
        parquet_table(ACCOUNT, WEB.clean_table, "", [{"Name": "n", "Type": "int"}]),
    )
    versions = {day.isoformat(): day_version(WEB, day, files) for day in days}
    run = run_location(ACCOUNT, WEB.clean_table, "run-1")
    publish(catalog, ACCOUNT, table, run, versions, versions)
    assert found() == {}

    boto.put_object(Bucket=ACCOUNT.raw_bucket, Key=key(3), Body=b"2")
    boto.delete_object(Bucket=ACCOUNT.raw_bucket, Key=key(5))
    boto.put_object(Bucket=ACCOUNT.raw_bucket, Key=key(8), Body=b"late rows of the 7th?")
    assert found() == {
        2: "raw files changed",  # the 3rd's, in which late rows may stand
        3: "raw files changed",
        5: "raw files removed",
        7: "raw files changed",
        8: "never built",
    }
