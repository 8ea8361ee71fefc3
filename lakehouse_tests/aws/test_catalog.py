"""Tables made true and partitions pointed, in the catalog of the local AWS."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from lakehouse.aws.account import Account
from lakehouse.aws.catalog import Catalog
from lakehouse.aws.publish import parquet_table, publish, run_location, run_of

Client = Callable[..., Any]

ACCOUNT = Account(prefix="publishing", database="publishing")
COLUMNS = [{"Name": "n", "Type": "int", "Comment": "a number"}]


def a_catalog(client: Client) -> Catalog:
    catalog = Catalog(client("glue"))
    catalog.ensure_database(ACCOUNT.database, "for tests")
    return catalog


def test_more_than_100_partitions_are_pointed_and_pointed_again(client: Client) -> None:
    catalog = a_catalog(client)
    wanted = parquet_table(ACCOUNT, "many", "many days", COLUMNS)
    table = catalog.ensure_table(ACCOUNT.database, wanted)
    days = [(date(2026, 1, 1) + timedelta(days=n)).isoformat() for n in range(230)]
    publish(catalog, ACCOUNT, table, run_location(ACCOUNT, "many", "run-1"), days[:150])
    publish(catalog, ACCOUNT, table, run_location(ACCOUNT, "many", "run-2"), days[120:])
    found = catalog.locations(ACCOUNT.database, "many", days)
    assert found == {
        day: f"s3://publishing-clean/many/run-{1 if n < 120 else 2}/event_date={day}/"
        for n, day in enumerate(days)
    }
    pointers = catalog.pointers(ACCOUNT.database, "many")
    assert {day: pointer.location for day, pointer in pointers.items()} == found
    assert run_of(found[days[0]]) == "run-1"


def test_a_table_is_created_then_left_alone_then_updated(client: Client) -> None:
    catalog = a_catalog(client)
    wanted = parquet_table(ACCOUNT, "kept", "first words", COLUMNS)
    catalog.ensure_table(ACCOUNT.database, wanted)
    first = catalog.table(ACCOUNT.database, "kept")
    catalog.ensure_table(ACCOUNT.database, wanted)
    assert catalog.table(ACCOUNT.database, "kept") == first
    more = [*COLUMNS, {"Name": "m", "Type": "string", "Comment": ""}]
    catalog.ensure_table(ACCOUNT.database, parquet_table(ACCOUNT, "kept", "new words", more))
    changed = catalog.table(ACCOUNT.database, "kept")
    assert changed is not None
    assert changed["Description"] == "new words"
    assert [c["Name"] for c in changed["StorageDescriptor"]["Columns"]] == ["n", "m"]


def test_a_database_is_made_once(client: Client) -> None:
    catalog = Catalog(client("glue"))
    assert catalog.ensure_database("publishing_once", "for tests") is True
    assert catalog.ensure_database("publishing_once", "for tests") is False


def test_a_table_that_is_not_there_is_none(client: Client) -> None:
    assert a_catalog(client).table(ACCOUNT.database, "absent") is None
