"""Reconciliation finds what the job's manifest says otherwise than raw files and tables do."""

import io
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lakehouse.aws.account import Account
from lakehouse.aws.athena import Athena
from lakehouse.aws.catalog import Catalog, partition_input
from lakehouse.aws.deployment.deployment import Deployment, make_clients
from lakehouse.aws.inventory import day_files
from lakehouse.aws.publish import day_location, parquet_table, publish, run_location
from lakehouse.aws.reconciliation import DayReconciliation, Reconciler
from lakehouse.aws.run_records import DayCounts, RunRecords
from lakehouse.aws.s3 import S3
from lakehouse.source import raw_prefix
from lakehouse.sql import REJECTED_COLUMNS
from lakehouse_tests.sources import built_in

ACCOUNT = Account(prefix="reconciled", database="reconciled")
WEB = built_in("web_logs")
DAY = date(2026, 1, 1)
KEY = DAY.isoformat()
RUN = "run-1"
COUNTS = DayCounts(
    raw=7,
    clean=3,
    rejected=2,
    filtered=1,
    duplicates=1,
    other_day=0,
    late=1,
    header_lines=2,
    raw_files=2,
    files=1,
    reasons={"malformed_line": 2},
)
EQUAL = {
    "rows in the raw files": (7, 7),
    "rows in the clean table": (4, 4),
    "rows in the rejected table": (2, 2),
    "raw rows without an outcome": (0, 0),
}


class Lake:
    """One day: two raw CSV files with seven rows, four clean rows, two rejected ones."""

    def __init__(self, client: Callable[..., Any]) -> None:
        list(Deployment(ACCOUNT, make_clients()).apply([WEB]))
        self.s3, self.catalog = client("s3"), Catalog(client("glue"))
        athena = Athena(client("athena"), ACCOUNT.work_group, ACCOUNT.database)
        self.reconciler = Reconciler(
            ACCOUNT, self.catalog, athena, RunRecords(ACCOUNT, S3(self.s3))
        )

    def lay(self) -> None:
        self.put_raw("a.csv", 4)
        self.put_raw("b.csv", 3)
        self.put_counts(COUNTS)
        csv = {
            "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
            "Parameters": {"field.delim": ","},
        }
        descriptor = {
            "Columns": [{"Name": "id", "Type": "string"}],
            "Location": f"s3://{ACCOUNT.raw_bucket}/logs/",
            "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
            "SerdeInfo": csv,
        }
        raw = {
            "Name": WEB.raw_table,
            "TableType": "EXTERNAL_TABLE",
            "PartitionKeys": [{"Name": "event_date", "Type": "string"}],
            "StorageDescriptor": descriptor,
            "Parameters": {"classification": "csv", "skip.header.line.count": "1"},
        }
        self.catalog.ensure_table(ACCOUNT.database, raw)
        location = day_files(S3(self.s3), ACCOUNT, WEB, DAY).location
        pointer = partition_input(descriptor, KEY, location)
        self.catalog.point(ACCOUNT.database, WEB.raw_table, [pointer])
        self.put_rows(WEB.clean_table, 4)
        self.put_rows(WEB.rejected_table, 2)

    def put_raw(self, name: str, rows: int) -> None:
        body = "id\n" + "x\n" * rows
        key = raw_prefix(WEB, DAY) + name
        self.s3.put_object(Bucket=ACCOUNT.raw_bucket, Key=key, Body=body.encode())

    def put_counts(self, counts: DayCounts) -> None:
        key = f"runs/{WEB.name}/{RUN}/manifest.json"
        body = json.dumps({"days": {KEY: asdict(counts)}})
        self.s3.put_object(Bucket=ACCOUNT.scripts_bucket, Key=key, Body=body.encode())

    def put_rows(self, name: str, rows: int) -> None:
        columns = [{"Name": "reason", "Type": "string"}]
        assert columns[0]["Name"] in {column["Name"] for column in REJECTED_COLUMNS}
        table = self.catalog.ensure_table(
            ACCOUNT.database, parquet_table(ACCOUNT, name, "", columns)
        )
        run = run_location(ACCOUNT, name, RUN)
        body = io.BytesIO()
        pq.write_table(pa.table({"reason": ["malformed_line"] * rows}), body)
        prefix = day_location(run, KEY).removeprefix(f"s3://{ACCOUNT.clean_bucket}/")
        self.s3.put_object(
            Bucket=ACCOUNT.clean_bucket, Key=f"{prefix}part-0.parquet", Body=body.getvalue()
        )
        publish(self.catalog, ACCOUNT, table, run, [KEY])

    def reconciled(self) -> DayReconciliation:
        (found,) = self.reconciler.reconcile(WEB, [KEY])
        return found


@pytest.fixture(scope="module")
def built(client: Callable[..., Any]) -> Lake:
    return Lake(client)


@pytest.fixture
def lake(built: Lake) -> Lake:
    built.lay()
    return built


def compared(found: DayReconciliation) -> dict[str, tuple[Any, Any]]:
    return {item.what: (item.expected, item.actual) for item in found.comparisons}


def test_a_day_of_which_all_is_accounted_for(lake: Lake) -> None:
    found = lake.reconciled()
    assert (found.passed, compared(found)) == (True, EQUAL)


def test_a_row_more_in_a_raw_file_than_the_job_counted(lake: Lake) -> None:
    lake.put_raw("b.csv", 4)
    found = lake.reconciled()
    assert not found.passed
    assert compared(found) == {**EQUAL, "rows in the raw files": (7, 8)}


@pytest.mark.parametrize(("table", "rows"), [("web_logs", 4), ("web_logs_rejected", 2)])
def test_a_row_less_in_a_table_than_the_job_wrote(lake: Lake, table: str, rows: int) -> None:
    lake.put_rows(table, rows - 1)
    found = lake.reconciled()
    assert not found.passed
    what = "rows in the rejected table" if rows == 2 else "rows in the clean table"
    assert compared(found) == {**EQUAL, what: (rows, rows - 1)}


def test_a_manifest_in_which_a_row_has_no_outcome(lake: Lake) -> None:
    lake.put_counts(DayCounts(**{**asdict(COUNTS), "filtered": 0}))
    found = lake.reconciled()
    assert not found.passed
    assert compared(found) == {**EQUAL, "raw rows without an outcome": (0, 1)}


def test_a_day_whose_manifest_is_gone(lake: Lake) -> None:
    key = f"runs/{WEB.name}/{RUN}/manifest.json"
    lake.s3.delete_object(Bucket=ACCOUNT.scripts_bucket, Key=key)
    assert lake.reconciled() == DayReconciliation(KEY, None, ())
    assert not lake.reconciled().passed
