"""A source over time: its definition is corrected, its files change, rows come late."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any

import dagster as dg
import pytest

from lakehouse.aws.account import Account
from lakehouse.local_aws.server import LocalAws
from lakehouse.pipeline.run import RunFailed
from lakehouse.source import LogSource
from lakehouse_tests.faulty_aws import faulty_aws
from lakehouse_tests.pipeline.landed_lake import Client, LandedLake

pytestmark = pytest.mark.spark

FIRST, SECOND, THIRD, FOURTH, FIFTH = (date(2026, 1, number) for number in range(1, 6))
HEADER = "time,id,kind,n\n"
DOCUMENT: dict[str, Any] = {
    "name": "orders",
    "start_date": "2026-01-01",
    "raw": {"path": "orders/{event_date}/", "format": "csv"},
    "columns": {
        "event_time": {"type": "timestamp", "from": "time"},
        "id": {"type": "string", "required": True},
        "kind": {"type": "string", "required": True},
        "n": {"type": "int"},
    },
    "event_time": "event_time",
    "unique_key": ["id"],
    "late_days": 1,
    "checks": {"max_rejected_ratio": 0.4},
    "metrics": {"table": "orders_daily", "measures": {"orders": "count(*)", "total": "sum(n)"}},
}


def source_of(**columns: dict[str, Any]) -> LogSource:
    return LogSource.model_validate({**DOCUMENT, "columns": {**DOCUMENT["columns"], **columns}})


def row(day: date, rest: str, clock: str = "10:00:00") -> str:
    return f"{day}T{clock},{rest}\n"


@pytest.fixture(scope="module")
def lake(client: Client) -> Iterator[LandedLake]:
    account = Account(prefix="changing-source", database="changing_source")
    with dg.instance_for_test() as instance:
        yield LandedLake(client, instance, account, source_of())


def test_rejected_rows_disappear_when_the_definition_is_corrected_and_the_day_run_again(
    lake: LandedLake,
) -> None:
    lake.land(FIRST, HEADER + row(FIRST, "a,x,1") + row(FIRST, "b,x,2") + row(FIRST, "c,,3"))
    lake.run(FIRST)
    assert lake.rows("SELECT raw_text, reason FROM orders_rejected") == [
        ("2026-01-01T10:00:00,c,,3", "missing_required:kind")
    ]
    assert lake.counts("orders") == {"2026-01-01": "2"}

    lake.source = source_of(kind={"type": "string"})
    lake.run(FIRST)
    assert lake.rows("SELECT raw_text, reason FROM orders_rejected") == []
    assert lake.rows("SELECT id, kind, n FROM orders ORDER BY id") == [
        ("a", "x", "1"),
        ("b", "x", "2"),
        ("c", None, "3"),
    ]
    assert lake.rows("SELECT orders, total FROM orders_daily") == [("3", "6")]
    found = lake.evaluations("reconciliation")["2026-01-01"]
    assert (found.passed, found.severity) == (True, dg.AssetCheckSeverity.ERROR)
    assert found.description == "All 3 raw rows are accounted for."
    assert [record.data for record in found.metadata["comparisons"].records] == [
        {"what": "rows in the raw files", "expected": 3, "actual": 3},
        {"what": "rows in the clean table", "expected": 3, "actual": 3},
        {"what": "rows in the rejected table", "expected": 0, "actual": 0},
        {"what": "raw rows without an outcome", "expected": 0, "actual": 0},
    ]


def test_a_new_raw_column_is_a_warning_and_loses_no_row(lake: LandedLake) -> None:
    lake.land(SECOND, "time,id,kind,new,n\n" + row(SECOND, "d,x,?,4") + row(SECOND, "e,x,?,5"))
    lake.run(SECOND)
    (found,) = lake.evaluations("schema_drift").values()
    assert (found.passed, found.severity, found.description) == (
        False,
        dg.AssetCheckSeverity.WARN,
        "not declared, so not read: new",
    )
    assert {name: value.value for name, value in found.metadata.items()} == {
        "undeclared_fields": ["new"],
        "missing_fields": [],
    }
    assert lake.counts("orders", "sum(n)") == {"2026-01-01": "6", "2026-01-02": "9"}
    assert lake.counts("orders_rejected") == {}


def test_a_column_added_to_the_source_is_null_in_days_built_before(lake: LandedLake) -> None:
    lake.source = source_of(kind={"type": "string"}, new={"type": "string"})
    lake.run(SECOND)
    assert lake.evaluations("schema_drift")["2026-01-02"].passed
    assert lake.rows("SELECT id, new FROM orders ORDER BY id") == [
        ("a", None),
        ("b", None),
        ("c", None),
        ("d", "?"),
        ("e", "?"),
    ]


def test_a_changed_type_and_a_missing_required_column_keep_what_was_published(
    lake: LandedLake,
) -> None:
    before, metrics = lake.runs("orders"), lake.runs("orders_daily")
    lake.land(FIRST, HEADER + row(FIRST, "a,x,one") + row(FIRST, "b,x,two"))
    lake.land(SECOND, "time,kind,n\n" + row(SECOND, "x,1"))
    with pytest.raises(RunFailed) as failed:
        lake.run(FIRST, SECOND)
    assert str(failed.value) == (
        "rejected_ratio of orders/clean_table failed. "
        "2026-01-01: 2 of 2 rows rejected (100.00%, 40.0% allowed), most often bad_type:n; "
        "2026-01-02: 1 of 1 rows rejected (100.00%, 40.0% allowed), most often missing_required:id"
    )
    drifted = lake.evaluations("schema_drift")["2026-01-02"]
    assert drifted.description == "declared, but not in the files: id, new"
    ratio = lake.evaluations("rejected_ratio")["2026-01-01"]
    assert (ratio.passed, ratio.severity) == (False, dg.AssetCheckSeverity.ERROR)
    assert {name: value.value for name, value in ratio.metadata.items()} == {
        "allowed": 0.4,
        "ratio": 1.0,
        "reasons": {"bad_type:n": 2},
    }
    assert (lake.runs("orders"), lake.runs("orders_daily")) == (before, metrics)
    assert lake.counts("orders") == {"2026-01-01": "3", "2026-01-02": "2"}


def test_a_late_row_is_in_its_own_day_once_whichever_file_has_it(lake: LandedLake) -> None:
    lake.land(THIRD, HEADER + row(THIRD, "f,early,1"))
    lake.land(FOURTH, HEADER + row(FOURTH, "g,x,1"))
    lake.run(THIRD, FOURTH)
    before = lake.runs("orders")

    late = row(THIRD, "h,late,1") + row(THIRD, "f,late copy,1", "10:00:01")
    lake.land(FOURTH, HEADER + late, "late.csv")
    lake.run(THIRD, FOURTH)
    days = "WHERE event_date >= '2026-01-03' ORDER BY 1, 2"
    assert lake.rows(f"SELECT event_date, id, kind FROM orders {days}") == [
        ("2026-01-03", "f", "early"),
        ("2026-01-03", "h", "late"),
        ("2026-01-04", "g", "x"),
    ]
    after = lake.runs("orders")
    assert {day for day in after if after[day] != before[day]} == {"2026-01-03", "2026-01-04"}

    lake.remove(FOURTH, "late.csv")
    lake.land(THIRD, HEADER)
    lake.land(FOURTH, HEADER + row(FOURTH, "g,x,1") + row(THIRD, "f,late copy,1"))
    lake.run(THIRD, FOURTH)
    assert lake.rows(f"SELECT event_date, id, kind FROM orders {days}") == [
        ("2026-01-03", "f", "late copy"),
        ("2026-01-04", "g", "x"),
    ]


def test_a_file_that_changes_while_its_day_is_built_stops_the_run_before_the_metrics(
    lake: LandedLake, local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = HEADER + row(FIFTH, "i,x,1")
    lake.land(FIFTH, rows)

    def change(operation: str, number: int) -> None:
        if (operation, number) == ("StartQueryExecution", 1):  # the job has ended
            lake.land(FIFTH, rows + row(FIFTH, "j,x,1"))

    with faulty_aws(local_aws.endpoint_url) as proxy, monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", proxy.endpoint_url)
        proxy.watch = change
        with pytest.raises(RunFailed) as failed:
            lake.run(FIFTH)
    assert str(failed.value) == (
        "reconciliation of orders/clean_table failed. "
        "2026-01-05: rows in the raw files: expected 1, found 2"
    )
    assert "2026-01-05" not in lake.runs("orders_daily")
    lake.run(FIFTH)  # as the sensor asks, which sees that the file has changed
    assert lake.counts("orders_daily", "sum(orders)")["2026-01-05"] == "2"


def test_a_run_that_was_overtaken_does_not_put_older_rows_back(
    lake: LandedLake, local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest, older = (HEADER + row(FIFTH, rest) for rest in ("new,x,1", "old,x,1"))
    lake.land(FIFTH, newest)
    lake.run(FIFTH)
    by_newest = lake.runs("orders")["2026-01-05"], lake.runs("orders_rejected")["2026-01-05"]
    lake.land(FIFTH, older)

    def change(operation: str, number: int) -> None:
        if (operation, number) == ("GetJobRun", 1):  # the job has its plan
            lake.land(FIFTH, newest)

    with faulty_aws(local_aws.endpoint_url) as proxy, monkeypatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", proxy.endpoint_url)
        proxy.watch = change
        with suppress(RunFailed):  # the older file is gone: the job may see that, or have read it
            lake.run(FIFTH)
    after = lake.runs("orders")["2026-01-05"], lake.runs("orders_rejected")["2026-01-05"]
    assert after == by_newest
    assert lake.rows("SELECT id FROM orders WHERE event_date = '2026-01-05'") == [("new",)]


def test_days_whose_raw_files_expired_keep_their_tables(lake: LandedLake) -> None:
    lake.land(FOURTH, HEADER + row(FOURTH, "g,x,1") + row(FOURTH, "k,x,1"))
    lake.remove(FIRST, "a.csv")
    orders, rejected = lake.runs("orders"), lake.runs("orders_rejected")
    words = (
        "2026-01-01: its raw files are gone; ALTER TABLE changing_source.orders DROP PARTITION "
        "(event_date = '2026-01-01') takes out what was built of them"
    )
    lake.land(SECOND, HEADER + row(SECOND, "d,x,4") + row(SECOND, "e,x,5"))
    with pytest.raises(RunFailed) as failed:
        lake.run(FIRST, FOURTH)
    assert str(failed.value) == f"rejected_ratio of orders/clean_table failed. {words}"
    assert lake.counts("orders")["2026-01-01"] == "3"
    assert lake.counts("orders")["2026-01-04"] == "2"
    for table, before in (("orders", orders), ("orders_rejected", rejected)):
        after = lake.runs(table)
        kept = {day for day in after if after[day] == before[day]}
        assert kept == {"2026-01-01", "2026-01-05"}
