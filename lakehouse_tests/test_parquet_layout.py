"""Sort order and encodings of clean Parquet files, from what the metrics of a source read."""

import pytest

from lakehouse.parquet_layout import sort_columns, writer_options
from lakehouse.source import LogSource
from lakehouse_tests.sources import built_in


@pytest.mark.parametrize(
    ("source", "order", "without_dictionary"),
    [
        (
            "web_logs",
            ["endpoint", "status", "bytes", "event_time"],
            ["event_time", "request_id", "status", "bytes"],
        ),
        (
            "user_activity",
            ["location", "action", "user_id", "event_time"],
            ["event_time", "event_id", "user_id"],
        ),
        (
            "access_logs",
            ["status", "method", "client_ip", "user_agent", "bytes", "event_time"],
            ["event_time", "bytes"],
        ),
    ],
)
def test_built_in_sources(source: str, order: list[str], without_dictionary: list[str]) -> None:
    assert sort_columns(built_in(source)) == order
    assert writer_options(built_in(source)) == {
        "compression": "zstd",
        "parquet.writer.version": "v2",
        **{f"parquet.enable.dictionary#{name}": "false" for name in without_dictionary},
    }


def test_the_unique_key_and_what_cannot_be_sorted_by_stay_out_of_the_order() -> None:
    source = LogSource.model_validate(
        {
            "name": "orders",
            "start_date": "2026-01-01",
            "raw": {"path": "orders/{event_date}/", "format": "json"},
            "columns": {
                "event_time": {"type": "timestamp"},
                "id": {"type": "string"},
                "price": {"type": "decimal(10,2)"},
                "items": {"type": "array<string>"},
            },
            "event_time": "event_time",
            "unique_key": ["id"],
            "metrics": {
                "table": "orders_daily",
                "measures": {
                    "orders": "count(DISTINCT id)",
                    "paid": "sum(price)",
                    "lines": "sum(cardinality(items))",
                },
            },
        }
    )
    assert sort_columns(source) == ["event_time"]
    assert list(writer_options(source)) == [
        "compression",
        "parquet.writer.version",
        "parquet.enable.dictionary#event_time",
        "parquet.enable.dictionary#id",
    ]
