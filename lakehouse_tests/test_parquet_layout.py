"""Sort order and encodings of clean Parquet files, from what the metrics of a source read."""

import pytest

from lakehouse.parquet_layout import sort_columns, sort_key, writer_options
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


def test_a_key_has_the_groups_what_measures_read_and_the_last_of_it_as_a_value() -> None:
    number = "CAST(`{}` AS double)"
    magnitude = "COALESCE(SIGN({0}) * LOG2(1 + ABS({0})), 0D) / 128 + 0.5D"
    assert sort_key(built_in("web_logs")) == [
        "XXHASH64(`endpoint`)",
        "XXHASH64(`status`)",
        magnitude.format(number.format("bytes")),
    ]
    assert sort_key(built_in("user_activity")) == [
        "XXHASH64(`location`, `action`)",
        "0L",
        magnitude.format(number.format("user_id")),
    ]
    assert sort_key(built_in("access_logs")) == [
        "XXHASH64(`status`, `method`)",
        "XXHASH64(`client_ip`, `user_agent`)",
        magnitude.format(number.format("bytes")),
    ]


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
    assert sort_key(source) == ["0L", "0L", "PMOD(UNIX_MILLIS(`event_time`), 86400000) / 86400000D"]
    assert list(writer_options(source)) == [
        "compression",
        "parquet.writer.version",
        "parquet.enable.dictionary#event_time",
        "parquet.enable.dictionary#id",
    ]
