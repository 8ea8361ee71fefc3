"""The built-in sources: what their tables are, and that a reader of the catalogue is told."""

from importlib.resources import files
from pathlib import Path

import pytest

from lakehouse.source import LogSource, load_sources
from lakehouse.synthetic.generate import day_composition, generate_day

SOURCES = load_sources([Path(str(files("lakehouse") / "sources"))])

CLEAN = {
    "access_logs": {
        "event_time": "timestamp",
        "client_ip": "string",
        "user_name": "string",
        "method": "string",
        "path": "string",
        "protocol": "string",
        "status": "int",
        "bytes": "bigint",
        "referrer": "string",
        "user_agent": "string",
    },
    "user_activity": {
        "event_time": "timestamp",
        "event_id": "string",
        "user_id": "int",
        "action": "string",
        "metadata": "struct<device:string,location:string>",
        "device": "string",
        "location": "string",
    },
    "web_logs": {
        "event_time": "timestamp",
        "request_id": "string",
        "client_ip": "string",
        "method": "string",
        "endpoint": "string",
        "status": "int",
        "latency_ms": "double",
        "bytes": "bigint",
    },
}
METRICS = {
    "access_logs": (
        "access_logs_daily_status_metrics",
        ["status", "method", "requests", "visitors", "bot_requests", "bytes"],
    ),
    "user_activity": (
        "user_activity_daily_location_metrics",
        ["location", "action", "events", "users"],
    ),
    "web_logs": (
        "logs_daily_endpoint_metrics",
        [
            *("endpoint", "requests", "errors", "error_rate"),
            *("p50_latency_ms", "p95_latency_ms", "bytes"),
        ],
    ),
}


def test_clean_columns() -> None:
    assert {name: source.column_types for name, source in SOURCES.items()} == CLEAN


def test_metrics_tables() -> None:
    assert {
        name: (source.metrics_table, [*source.metrics.group_by, *source.metrics.measures])
        for name, source in SOURCES.items()
    } == METRICS


def test_rules() -> None:
    assert {
        name: (source.unique_key, source.keep, source.late_days) for name, source in SOURCES.items()
    } == {
        "access_logs": ((), None, 0),
        "user_activity": (("event_id",), "action <> 'logout'", 0),
        "web_logs": (("request_id",), "status BETWEEN 100 AND 599", 1),
    }


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
def test_source_and_every_column_are_described(source: LogSource) -> None:
    texts = [source.description, *(column.description for column in source.columns.values())]
    assert [text for text in texts if not text or not text.endswith(".") or len(text) > 250] == []


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES.keys())
def test_a_synthetic_day_of_the_source_is_mostly_clean(source: LogSource) -> None:
    day = source.start_date.replace(day=20)
    composition = day_composition(source, day)
    assert source.synthetic is not None
    assert composition.raw == source.synthetic.rows_per_day
    assert 0 < composition.rejected / composition.raw < source.checks.max_rejected_ratio
    assert all(content for _, content in generate_day(source, day))
