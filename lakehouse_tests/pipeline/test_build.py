"""The asset graph of a source, as Dagster sees it."""

from datetime import timedelta

import dagster as dg
import pytest

from lakehouse.aws.account import Account
from lakehouse.pipeline.build import build_definitions
from lakehouse.source_fields import Checks
from lakehouse_tests.sources import built_in


@pytest.fixture(scope="module")
def repository() -> dg.RepositoryDefinition:
    definitions = build_definitions([built_in("web_logs")], Account())
    return definitions.get_repository_def()


def test_keys_dependencies_groups_kinds_owners(repository: dg.RepositoryDefinition) -> None:
    graph = repository.asset_graph
    found = {
        key.to_user_string(): (
            sorted(parent.to_user_string() for parent in graph.get(key).parent_keys),
            graph.get(key).group_name,
            sorted(graph.get(key).kinds),
            graph.get(key).owners,
        )
        for key in graph.get_all_asset_keys()
    }
    owners = ["team:web-platform"]
    assert found == {
        "maintenance/removed_files": ([], "maintenance", ["s3"], owners),
        "maintenance/stale_partitions": ([], "maintenance", ["glue", "s3"], owners),
        "reports/logs": (["web_logs/daily_metrics"], "reports", ["athena", "html"], owners),
        "web_logs/raw_logs": ([], "web_logs", ["csv", "s3"], owners),
        "web_logs/raw_table": (["web_logs/raw_logs"], "web_logs", ["glue"], owners),
        "web_logs/clean_table": (
            ["web_logs/raw_table"],
            "web_logs",
            ["glue", "parquet", "spark"],
            owners,
        ),
        "web_logs/daily_metrics": (
            ["web_logs/clean_table"],
            "web_logs",
            ["athena", "parquet"],
            owners,
        ),
    }


def test_every_asset_is_daily_described_and_backfilled_in_one_run(
    repository: dg.RepositoryDefinition,
) -> None:
    graph = repository.asset_graph
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description
        if node.group_name in ("maintenance", "reports"):
            continue
        assert node.backfill_policy == dg.BackfillPolicy.single_run()
        assert node.partitions_def == dg.DailyPartitionsDefinition("2026-01-01")


def test_raw_logs_is_overdue_after_the_hours_that_the_source_says() -> None:
    web = built_in("web_logs")
    hours = {"fresh_within_hours": 7}
    said = web.model_copy(update={"checks": web.checks.model_copy(update=hours)})
    unsaid = web.model_copy(update={"checks": Checks()})
    found = [
        {
            key.path[1]: node.freshness_policy
            for key in graph.get_all_asset_keys()
            if (node := graph.get(key)).freshness_policy
        }
        for source in (said, unsaid)
        for graph in [build_definitions([source], Account()).get_repository_def().asset_graph]
    ]
    assert found == [{"raw_logs": dg.FreshnessPolicy.time_window(timedelta(hours=7))}, {}]


def test_checks_jobs_sensors_and_schedules(repository: dg.RepositoryDefinition) -> None:
    checks = {
        f"{key.asset_key.to_user_string()}:{key.name}"
        for key in repository.asset_graph.asset_check_keys
    }
    assert checks == {
        "maintenance/stale_partitions:all_days_are_current",
        "web_logs/clean_table:reconciliation",
        "web_logs/clean_table:rejected_ratio",
        "web_logs/daily_metrics:totals",
        "web_logs/raw_table:schema_drift",
    }
    assert {job.name for job in repository.get_all_jobs()} >= {"vacuum", "web_logs"}
    sensors = sorted(sensor.name for sensor in repository.sensor_defs)
    assert sensors == ["report_refresh", "web_logs_raw_files"]
    schedules = {schedule.name: schedule.cron_schedule for schedule in repository.schedule_defs}
    assert schedules == {
        "stale_partitions_weekly": "0 4 * * 1",
        "vacuum_daily": "30 3 * * *",
        "web_logs_daily": "0 1 * * *",
    }
