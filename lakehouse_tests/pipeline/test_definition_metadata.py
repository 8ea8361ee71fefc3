"""What an asset's page says before anything ran."""

from typing import Any

import dagster as dg
import pytest

from lakehouse.aws.account import Account
from lakehouse.pipeline.build import build_definitions
from lakehouse_tests.sources import built_in


@pytest.fixture(scope="module")
def pages() -> dict[str, Any]:
    """Asset -> its metadata, of web_logs."""
    graph = build_definitions([built_in("web_logs")], Account()).get_repository_def().asset_graph
    keys = graph.get_all_asset_keys()
    return {key.to_user_string(): graph.get(key).metadata for key in keys}


def test_the_clean_table_shows_types_meanings_and_origins(pages: dict[str, Any]) -> None:
    schema = pages["web_logs/clean_table"]["dagster/column_schema"]
    assert [(c.name, c.type) for c in schema.columns] == [
        ("event_time", "timestamp"),
        ("request_id", "string"),
        ("client_ip", "string"),
        ("method", "string"),
        ("endpoint", "string"),
        ("status", "int"),
        ("latency_ms", "double"),
        ("bytes", "bigint"),
        ("event_date", "string"),
    ]
    size = schema.columns[7]
    assert size.description == "Size of the response's body, in bytes."
    assert size.constraints == dg.TableColumnConstraints(nullable=True, other=["from bytes_sent"])
    assert schema.constraints.other == [
        "one row per request_id and day",
        "keep: status BETWEEN 100 AND 599",
    ]


def test_columns_are_traced_to_the_asset_before(pages: dict[str, Any]) -> None:
    lineage = pages["web_logs/daily_metrics"]["dagster/column_lineage"].deps_by_column
    clean = dg.AssetKey(["web_logs", "clean_table"])
    assert lineage["errors"] == [dg.TableColumnDep(asset_key=clean, column_name="status")]
    lineage = pages["web_logs/clean_table"]["dagster/column_lineage"].deps_by_column
    raw = dg.AssetKey(["web_logs", "raw_table"])
    assert lineage["bytes"] == [dg.TableColumnDep(asset_key=raw, column_name="bytes_sent")]


def test_each_asset_names_its_table_its_place_and_a_query(pages: dict[str, Any]) -> None:
    named = {
        asset: (found.get("dagster/table_name"), found.get("dagster/uri"))
        for asset, found in pages.items()
        if asset.startswith("web_logs/")
    }
    clean = "s3://lakehouse-clean"
    assert named == {
        "web_logs/raw_logs": (None, "s3://lakehouse-raw/logs/"),
        "web_logs/raw_table": ("lakehouse.web_logs_raw", "s3://lakehouse-raw/logs/"),
        "web_logs/clean_table": ("lakehouse.web_logs", f"{clean}/web_logs/"),
        "web_logs/daily_metrics": (
            "lakehouse.logs_daily_endpoint_metrics",
            f"{clean}/logs_daily_endpoint_metrics/",
        ),
    }
    assert pages["web_logs/clean_table"]["query"].value == (
        "```shell\nlakehouse query \"SELECT * FROM web_logs WHERE event_date = '2026-01-01' "
        'LIMIT 10"\n```'
    )
    assert "count_if(status >= 500)" in pages["web_logs/daily_metrics"]["sql"].value.lower()
