"""One run of the job on files in a local folder, and what it left there, read without Spark."""

import gzip
import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from glue_scripts import clean_logs
from lakehouse.plan import build_clean_plan, plan_json
from lakehouse.source import LogSource

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def lay_files(folder: Path, files: Mapping[str, Mapping[str, str]]) -> dict[str, list[str]]:
    """Write day -> file name -> text (a .gz name is packed); day -> paths."""
    paths: dict[str, list[str]] = {}
    for day, texts in files.items():
        (folder / day).mkdir(parents=True)
        paths[day] = [str(folder / day / name) for name in texts]
        for name, text in texts.items():
            body = text.encode()
            (folder / day / name).write_bytes(gzip.compress(body) if name.endswith("gz") else body)
    return paths


def run_job(
    spark: "SparkSession",
    source: LogSource,
    days: Iterable[str],
    files: Mapping[str, list[str]],
    out: Path,
) -> dict[str, Any]:
    """Plan, run, and the manifest's days as they stand in its file."""
    plan = build_clean_plan(
        source,
        run_id="run-1",
        days=days,
        files=files,
        clean_location=f"{out}/clean/",
        rejected_location=f"{out}/rejected/",
        manifest_location=f"{out}/manifest.json",
    )
    clean_logs.run(spark, json.loads(plan_json(plan)))
    manifest = json.loads((out / "manifest.json").read_text())
    assert (manifest["run_id"], manifest["source"]) == ("run-1", source.name)
    return dict(manifest["days"])


def rows_by_day(folder: Path) -> dict[str, list[list[Any]]]:
    """Day -> rows of all its Parquet files, sorted, as plain values."""
    rows: dict[str, list[list[Any]]] = {}
    for path in sorted(folder.glob("event_date=*/*.parquet")):
        table = pq.ParquetFile(path).read()
        day = path.parent.name.removeprefix("event_date=")
        rows.setdefault(day, []).extend(
            [plain(value) for value in record.values()] for record in table.to_pylist()
        )
    return {day: sorted(found, key=repr) for day, found in rows.items()}


def plain(value: Any) -> Any:
    """A value as a case file can say it: naive UTC, a struct as the list of its values."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, dict):
        return list(value.values())
    return str(value) if isinstance(value, Decimal) else value
