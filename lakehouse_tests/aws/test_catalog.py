"""Tables made true and partitions pointed, in the catalog of the local AWS."""

import os
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from lakehouse.aws.account import Account
from lakehouse.aws.catalog import Catalog
from lakehouse.aws.publish import parquet_table, publish, run_location, run_of
from lakehouse_tests.faulty_aws import Fault, faulty_aws

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


def test_what_another_run_created_meanwhile_is_pointed_too(client: Client) -> None:
    with faulty_aws(os.environ["AWS_ENDPOINT_URL"]) as proxy:
        first, second = a_catalog(client), Catalog(proxy.client("glue"))
        wanted = parquet_table(ACCOUNT, "raced", "two runs at once", COLUMNS)
        days = ["2026-01-01", "2026-01-02", "2026-01-03"]

        def other_run(operation: str, number: int) -> None:
            if operation == "CreateTable":
                first.ensure_table(ACCOUNT.database, wanted)
            if operation == "BatchCreatePartition":
                place = run_location(ACCOUNT, "raced", "run-1")
                publish(first, ACCOUNT, wanted, place, days[:2])

        proxy.watch = other_run
        table = second.ensure_table(ACCOUNT.database, wanted)
        publish(second, ACCOUNT, table, run_location(ACCOUNT, "raced", "run-2"), days)
    found = first.locations(ACCOUNT.database, "raced", days)
    assert {day: run_of(place) for day, place in found.items()} == dict.fromkeys(days, "run-2")


def test_partitions_whose_creation_was_not_answered_are_pointed(client: Client) -> None:
    with faulty_aws(os.environ["AWS_ENDPOINT_URL"]) as proxy:
        proxy.faults = [
            Fault("CreateTable", "lose answer", 1),
            Fault("BatchCreatePartition", "lose answer", 1),
        ]
        a_catalog(client)
        catalog = Catalog(proxy.client("glue"))
        wanted = parquet_table(ACCOUNT, "unanswered", "", COLUMNS)
        table = catalog.ensure_table(ACCOUNT.database, wanted)
        place = run_location(ACCOUNT, "unanswered", "run-1")
        published = publish(catalog, ACCOUNT, table, place, ["2026-01-01"])
    assert a_catalog(client).locations(ACCOUNT.database, "unanswered", published) == published
