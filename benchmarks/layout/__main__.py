"""Bytes that queries need of clean Parquet, by layout: `python -m benchmarks.layout`.

The job makes the clean table; Spark writes it again in each layout, ours sorted as the job does it.
Counted are the bytes of the column chunks that a query reads, from the files' footers, against the
bytes of the CSV files. With each layout: what it costs to write, against that of zstd 3 sorted by
group and time. Exit code 1 when ours misses the mark of bytes or costs more than that.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.clean.process_tree import measured
from benchmarks.clean.raw_days import RawDays, raw_days
from benchmarks.clean.spark_run import BUCKET, glue_script, spark_command
from benchmarks.figures import add_json_option, write_figures
from lakehouse.parquet_layout import sort_columns, sort_key, writer_options
from lakehouse.source import LogSource, load_sources
from lakehouse.source_folders import source_folders

WRITER = Path(__file__).with_name("writer.py")
OURS, SORTED = "lakehouse", "zstd 3, endpoint and time"
METRICS = ("endpoint", "status", "latency_ms", "bytes")
MARK = 45.0
ZSTD = {"compression": "zstd"}
Variant = tuple[Sequence[str], Mapping[str, str], bool]
"""Columns to sort by, options of Spark's Parquet writer; whether they are the job's own key."""


@dataclass(frozen=True)
class Layout:
    """Bytes of a table's files, and of the column chunks that some queries read."""

    table: int
    metrics: int
    """The daily metrics: groups and measures."""
    top_endpoints: int
    needle: int
    """All columns of one request id's row: the ids, and the rest of the row group that has it."""
    count: int
    """count(*): footers have it."""


def variants(source: LogSource) -> dict[str, Variant]:
    """All layouts compared, the project's own last."""
    ours, options = sort_columns(source), writer_options(source)
    sorted_ones: dict[str, Mapping[str, str]] = {
        "zstd 3, our columns": ZSTD,
        "snappy, our columns": {"compression": "snappy"},
        "no dictionaries, our columns": {**ZSTD, "parquet.enable.dictionary": "false"},
        "version 2, our columns": {**ZSTD, "parquet.writer.version": "v2"},
        "ours, rows compared": options,
    }
    key = sort_key(source)
    return {
        "zstd 3, arrival order": ((), ZSTD, False),
        SORTED: (("endpoint", "event_time"), ZSTD, False),
        **{name: (ours, own, False) for name, own in sorted_ones.items()},
        "ours, row groups of 1 MB": (key, {**options, "parquet.block.size": str(1 << 20)}, True),
        OURS: (key, options, True),
    }


def main(arguments: Sequence[str]) -> int:
    """Write, measure, print, write JSON; 1 when the mark is missed."""
    asked = _parser().parse_args(arguments)
    folder = Path(asked.folder or tempfile.mkdtemp(prefix="benchmarks-layout-"))
    folder.mkdir(parents=True, exist_ok=True)
    raw = raw_days(folder, asked.rows, asked.days)
    print(f"{asked.rows:,} rows, {raw.bytes / 1e6:,.0f} MB of CSV, {asked.days} days; "
          f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")  # fmt: skip
    with tempfile.TemporaryDirectory(dir=folder, prefix="layout-") as name:
        layouts, costs = written(folder, Path(name), raw, asked.rounds)
    report(layouts, costs, raw.bytes)
    found = {n: {**asdict(layouts[n]), "write_cpu_seconds": costs[n]} for n in layouts}
    write_figures("layout", asked, {"csv_bytes": raw.bytes, "layout_bytes": found})
    if not asked.folder:
        shutil.rmtree(folder)
    return int(raw.bytes / layouts[OURS].metrics < MARK or against_sorted(costs, OURS) > 1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.layout", description=__doc__)
    parser.add_argument("--rows", type=int, default=4_000_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", help="where the raw files are kept for the next time")
    add_json_option(parser)
    return parser


def written(
    bucket: Path, scratch: Path, raw: RawDays, rounds: int
) -> tuple[dict[str, Layout], dict[str, list[float]]]:
    """Each layout's bytes, and the CPU seconds of its writes."""
    out = f"{scratch.name}/clean"
    script, plan = glue_script(raw.files, bucket, out)
    _run(scratch / "job", bucket, script, ["--JOB_NAME", "clean", "--plan", _uri(bucket, plan)])
    chosen = variants(load_sources(source_folders({}))["web_logs"])
    places = [f"s3://{BUCKET}/{out}/", f"s3://{BUCKET}/{scratch.name}"]
    costs = scratch / "costs.json"
    numbered = {f"v{at}": variant for at, variant in enumerate(chosen.values())}
    _run(
        scratch / "writer", bucket, WRITER, [*places, json.dumps(numbered), str(rounds), str(costs)]
    )
    seconds = json.loads(costs.read_text())
    return (
        {name: layout(scratch / f"v{at}") for at, name in enumerate(chosen)},
        {name: seconds[f"v{at}"] for at, name in enumerate(chosen)},
    )


def _uri(bucket: Path, path: Path) -> str:
    return f"s3://{BUCKET}/{path.relative_to(bucket)}"


def _run(folder: Path, bucket: Path, script: Path, arguments: Sequence[str]) -> None:
    started = spark_command(folder, bucket, script, arguments, {})
    measured(started.command, started.environment, folder / "log")


def layout(table: Path) -> Layout:
    """The bytes of a table's files, from their footers. The needle is in the first row group."""
    files = sorted(table.glob("event_date=*/*.parquet"))
    chunks = [chunk for path in files for chunk in _chunks(path)]
    first = chunks[0]
    rest = sum(size for name, size in first.items() if name != "request_id")
    return Layout(
        table=sum(path.stat().st_size for path in files),
        metrics=_bytes(chunks, METRICS),
        top_endpoints=_bytes(chunks, ["endpoint"]),
        needle=_bytes(chunks, ["request_id"]) + rest,
        count=_bytes(chunks, []),
    )


def _chunks(path: Path) -> list[dict[str, int]]:
    """For each row group of a file its columns' bytes."""
    footer = pq.ParquetFile(path).metadata
    groups = [footer.row_group(at) for at in range(footer.num_row_groups)]
    return [
        {
            group.column(at).path_in_schema: group.column(at).total_compressed_size
            for at in range(group.num_columns)
        }
        for group in groups
    ]


def _bytes(chunks: Iterable[Mapping[str, int]], columns: Iterable[str]) -> int:
    wanted = list(columns)
    return sum(chunk[name] for chunk in chunks for name in wanted)


def report(layouts: Mapping[str, Layout], costs: Mapping[str, Sequence[float]], size: int) -> None:
    """A line per layout: how many times fewer bytes than CSV; CPU time of its write."""
    head = f"{'CSV bytes per byte read':<28}{'metrics':>9}{'endpoints':>11}{'needle':>8}"
    print(f"{head}{'table':>7}{'count(*)':>10}{'write CPU s':>13}{'of sorted':>11}")
    for name, found in layouts.items():
        cells = (
            f"{size / found.metrics:>9.1f}{size / found.top_endpoints:>11.0f}"
            f"{size / found.needle:>8.1f}{size / found.table:>7.2f}{found.count:>8} B"
        )
        cost = statistics.median(costs[name])
        print(f"{name:<28}{cells}{cost:>13.2f}{against_sorted(costs, name):>11.2f}")


def against_sorted(costs: Mapping[str, Sequence[float]], name: str) -> float:
    """CPU time of a layout's write, of that of zstd 3 sorted: the median over rounds."""
    pairs = zip(costs[name], costs[SORTED], strict=True)
    return statistics.median(mine / theirs for mine, theirs in pairs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
