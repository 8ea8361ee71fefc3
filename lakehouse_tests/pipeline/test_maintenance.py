"""Vacuum as a Dagster asset."""

from collections.abc import Callable
from typing import Any

import dagster as dg
import pytest

from lakehouse.aws.account import Account
from lakehouse.aws.deployment.deployment import Deployment, make_clients
from lakehouse.pipeline import maintenance
from lakehouse.resources import resources_for
from lakehouse_tests.sources import built_in

pytestmark = pytest.mark.slow
Client = Callable[..., Any]
ACCOUNT = Account(prefix="maintenance", database="maintenance")
OF_A_FAILED_RUN = "web_logs/failed/event_date=2026-01-01/part.parquet"


def removed_by_a_run(source: Any) -> tuple[int, int]:
    asset = maintenance.removed_files([source], ACCOUNT)
    result = dg.materialize([asset], resources=resources_for(ACCOUNT))
    (event,) = result.asset_materializations_for_node("maintenance__removed_files")
    return int(event.metadata["files"].value), int(event.metadata["bytes"].value)  # type: ignore[arg-type]


def test_a_failed_runs_files_are_removed_a_day_later(client: Client, monkeypatch: Any) -> None:
    source = built_in("web_logs")
    list(Deployment(ACCOUNT, make_clients()).apply([source]))
    client("s3").put_object(Bucket=ACCOUNT.clean_bucket, Key=OF_A_FAILED_RUN, Body=b"1234")
    assert removed_by_a_run(source) == (0, 0)
    monkeypatch.setattr(maintenance, "GRACE", maintenance.GRACE * 0)
    assert removed_by_a_run(source) == (1, 4)
    assert "Contents" not in client("s3").list_objects_v2(Bucket=ACCOUNT.clean_bucket)


def test_a_file_that_came_to_a_past_day_is_reported(client: Client) -> None:
    source = built_in("web_logs")
    list(Deployment(ACCOUNT, make_clients()).apply([source]))
    key = "logs/event_date=2026-01-05/a.csv"
    client("s3").put_object(Bucket=ACCOUNT.raw_bucket, Key=key, Body=b"1")
    asset = maintenance.stale_partitions([source], ACCOUNT)
    result = dg.materialize([asset], resources=resources_for(ACCOUNT))
    (check,) = result.get_asset_check_evaluations()
    assert (check.passed, check.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert check.description == "1 days to build again: web_logs 2026-01-05 (never built)"
