"""Columns are traced from the metrics table to the raw files' fields."""

from lakehouse.column_lineage import clean_lineage, metrics_lineage
from lakehouse_tests.sources import built_in


def test_a_csv_column_comes_from_the_header_it_names_and_the_partition_from_the_event_time() -> (
    None
):
    assert clean_lineage(built_in("web_logs")) == {
        "event_time": ("timestamp",),
        "request_id": ("request_id",),
        "client_ip": ("client_ip",),
        "method": ("method",),
        "endpoint": ("endpoint",),
        "status": ("status",),
        "latency_ms": ("latency_ms",),
        "bytes": ("bytes_sent",),
        "event_date": ("timestamp",),
    }


def test_computed_and_nested_columns_come_from_the_json_field_that_holds_them() -> None:
    lineage = clean_lineage(built_in("user_activity"))
    assert {name: lineage[name] for name in ("metadata", "device", "location")} == {
        "metadata": ("metadata",),
        "device": ("metadata",),
        "location": ("metadata",),
    }


def test_an_access_logs_columns_come_from_those_of_glues_classifier() -> None:
    lineage = clean_lineage(built_in("access_logs"))
    assert lineage["client_ip"] == ("clientip",)
    assert lineage["path"] == ("request",)


def test_a_measure_comes_from_the_columns_of_its_expression() -> None:
    assert metrics_lineage(built_in("web_logs")) == {
        "endpoint": ("endpoint",),
        "requests": (),
        "errors": ("status",),
        "error_rate": ("status",),
        "p50_latency_ms": ("latency_ms",),
        "p95_latency_ms": ("latency_ms",),
        "bytes": ("bytes",),
        "event_date": ("event_date",),
    }
