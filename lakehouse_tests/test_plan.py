"""The Spark job's plan: a JSON document, the same for the same arguments."""

import json
from pathlib import Path
from typing import Any

from lakehouse.plan import build_clean_plan, plan_json
from lakehouse.source import LogSource, load_sources, read_source
from lakehouse_tests.test_source import GOOD

SOURCES = Path(__file__).parents[1] / "lakehouse" / "sources"


def plan_of(source: LogSource) -> dict[str, Any]:
    return build_clean_plan(
        source,
        run_id="r",
        days=["2026-01-02", "2026-01-01"],
        files={"2026-01-02": [], "2026-01-01": ["s3://raw/b.csv", "s3://raw/a.csv"]},
        clean_location="s3://clean/shop/r/",
        rejected_location="s3://clean/shop_rejected/r/",
        manifest_location="s3://clean/manifests/r.json",
    )


def test_a_whole_plan(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(GOOD)
    plan = plan_of(read_source(path))
    reason = plan.pop("reason")
    values = plan.pop("values")
    assert plan == {
        "version": 3,
        "run_id": "r",
        "source": "shop",
        "days": ["2026-01-01", "2026-01-02"],
        "files": {"2026-01-01": ["s3://raw/a.csv", "s3://raw/b.csv"], "2026-01-02": []},
        "fields": ["timestamp", "id", "status", "price"],
        "time_field": "timestamp",
        "line": None,
        "columns": ["event_time", "id", "status", "price", "ok"],
        "types": [
            ("event_time", "timestamp"),
            ("id", "string"),
            ("status", "int"),
            ("price", "decimal(10,2)"),
            ("ok", "boolean"),
        ],
        "computed": [("ok", "TRY_CAST((`status` < 500) AS BOOLEAN)")],
        "keep": "(`status` BETWEEN 100 AND 599)",
        "event_time": "event_time",
        "unique_key": ["id"],
        "sort_key": [
            "XXHASH64(`status`)",
            "0L",
            "PMOD(UNIX_MILLIS(`event_time`), 86400000) / 86400000D",
        ],
        "writer_options": {
            "compression": "zstd",
            "parquet.writer.version": "v2",
            "parquet.enable.dictionary#event_time": "false",
            "parquet.enable.dictionary#id": "false",
        },
        "clean_location": "s3://clean/shop/r/",
        "rejected_location": "s3://clean/shop_rejected/r/",
        "manifest_location": "s3://clean/manifests/r.json",
    }
    assert [name for name, _ in values] == ["event_time", "id", "status", "price"]
    assert values[2] == ("status", "TRY_CAST(__r2 AS INT)")
    assert reason.startswith(
        "CASE WHEN __malformed THEN 'malformed_line' WHEN `event_time` IS NULL "
        "THEN 'bad_event_time' WHEN NOT (NULLIF(__r1, '') IS NOT NULL) THEN 'missing_required:id' "
    )
    assert reason.endswith(
        "WHEN NOT __event_date BETWEEN DATE_SUB(__file_day, 1) AND __file_day "
        "THEN 'outside_day' END"
    )


def test_every_built_in_source_has_a_plan() -> None:
    for source in load_sources([SOURCES]).values():
        text = plan_json(plan_of(source))
        assert text == plan_json(plan_of(source))
        assert json.loads(text)["source"] == source.name
