"""Raw CSV to clean daily Parquet, ours beside the alternatives: `python -m benchmarks.clean`.

The same files, the contenders in turn, again and again; medians, and ratios to the plain PySpark
script (which has no quarantine). Clean rows must be the same for all: counted and summed up as a
checksum per day. Exit code 1 when they differ or the mark is missed.
"""

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from operator import attrgetter
from pathlib import Path

import duckdb

from benchmarks.clean.process_tree import Cost, measured
from benchmarks.clean.raw_days import RawDays, raw_days
from benchmarks.clean.spark_run import BUCKET, glue_script, spark_command
from benchmarks.figures import add_json_option, write_figures

OURS, PLAIN = "lakehouse", "plain PySpark"
UNFAITHFUL = {"Polars"}  # keeps over-long lines, cut: its rows cannot be the same
FIGURES = ("wall", "cpu", "peak_mb")
CONTENDERS = Path(__file__).with_name("contenders")
MARK = 1.0  # ours must not take longer than the plain PySpark script, by CPU time and by the clock
Contender = Callable[[Path, str], Cost]
"""Takes a scratch folder and the name of the output in the bucket; runs once."""
Checksums = Mapping[str, tuple[int, int]]
"""Day -> clean rows, and the sum of their hashes."""


def main(arguments: Sequence[str]) -> int:
    """Measure, compare, print, write JSON."""
    asked = _parser().parse_args(arguments)
    folder = Path(asked.folder or tempfile.mkdtemp(prefix="benchmarks-clean-"))
    folder.mkdir(parents=True, exist_ok=True)
    raw = raw_days(folder, asked.rows, asked.days)
    print(f"{asked.rows:,} rows, {raw.bytes / 1e6:,.0f} MB, {asked.days} days; "
          f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")  # fmt: skip
    chosen = {
        name: run
        for name, run in contenders(raw, folder, asked.polars).items()
        if not asked.only or name in asked.only
    }
    costs: dict[str, list[Cost]] = {name: [] for name in chosen}
    sums: dict[str, Checksums] = {}
    for turn in range(asked.rounds):
        for name, run in chosen.items():
            cost, sums[name] = one_run(folder, run)
            costs[name].append(cost)
            print(f"round {turn + 1}: {name:<14} {cost.wall:6.1f} s", file=sys.stderr, flush=True)
    report(costs, raw.bytes)
    same = [name for name, found in sums.items() if found == next(iter(sums.values()))]
    print(f"clean rows equal: {', '.join(same)}")
    tell_differences(sums)
    wrong = set(sums) - set(same) - UNFAITHFUL
    write_figures("clean", asked, document(raw, costs))
    if not asked.folder:
        shutil.rmtree(folder)
    return int(bool(wrong) or missed(costs))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.clean", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", help="where the raw files are kept for the next time")
    parser.add_argument("--polars", metavar="PYTHON", help="a Python that has Polars")
    parser.add_argument("--only", action="append", help="a contender; can be given again")
    add_json_option(parser)
    return parser


def contenders(raw: RawDays, bucket: Path, polars: str | None) -> dict[str, Contender]:
    """All that can run here, by name; `bucket` is the folder that Spark sees as s3://bench/."""

    def ours(scratch: Path, out: str) -> Cost:
        script, plan = glue_script(raw.files, bucket, out)
        arguments = ["--JOB_NAME", "clean", "--plan", f"s3://{BUCKET}/{plan.name}"]
        return _spark(scratch, bucket, script, arguments)

    def plain(scratch: Path, out: str) -> Cost:
        places = [f"s3://{BUCKET}/{raw.folder.name}", f"s3://{BUCKET}/{out}"]
        return _spark(scratch, bucket, CONTENDERS / "plain_spark.py", places)

    def by_itself(python: str, script: str) -> Contender:
        def run(scratch: Path, out: str) -> Cost:
            command = [python, str(CONTENDERS / script), str(raw.folder), str(bucket / out)]
            return measured(command, os.environ, scratch / "log")

        return run

    found = {OURS: ours, PLAIN: plain, "DuckDB": by_itself(sys.executable, "duckdb_days.py")}
    return found | ({"Polars": by_itself(polars, "polars_days.py")} if polars else {})


def _spark(scratch: Path, bucket: Path, script: Path, arguments: Sequence[str]) -> Cost:
    started = spark_command(scratch, bucket, script, arguments, {})
    return measured(started.command, started.environment, scratch / "log")


def one_run(folder: Path, run: Contender) -> tuple[Cost, Checksums]:
    """Run a contender and read what it wrote, which is removed."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="run-") as name:
        scratch = Path(name)
        out = f"{scratch.name}-clean"
        try:
            return run(scratch, out), checksums(folder / out)
        finally:
            for left in folder.glob(f"{out}*"):
                shutil.rmtree(left) if left.is_dir() else left.unlink()


def checksums(table: Path) -> Checksums:
    """What a contender wrote, by day."""
    files = f"{table}/event_date=*/*.parquet"
    found = duckdb.sql(
        f"""
        SELECT event_date::VARCHAR, count(*), sum(hash(epoch_us(event_time), request_id, client_ip,
            method, endpoint, status::INT, latency_ms::DOUBLE, bytes::BIGINT))::VARCHAR
        FROM read_parquet('{files}', hive_partitioning = true) GROUP BY 1 ORDER BY 1
        """
    ).fetchall()
    return {day: (count, int(total)) for day, count, total in found}


def report(costs: Mapping[str, Sequence[Cost]], size: int) -> None:
    """A line per contender: medians, and the time as a multiple of the plain script's."""
    head = f"{'':<14}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}{'MB/s':>7}"
    print(f"{head}{'wall':>8}{'CPU':>6} of plain")
    for name, runs in costs.items():
        wall, cpu, peak = (statistics.median(map(attrgetter(figure), runs)) for figure in FIGURES)
        line = f"{name:<14}{wall:>8.1f}{cpu:>8.1f}{peak:>9.0f}{size / 1e6 / wall:>7.0f}"
        if PLAIN in costs:
            line += f"{ratio(costs, name, 'wall'):>8.2f}{ratio(costs, name, 'cpu'):>6.2f}"
        print(line)


def ratio(costs: Mapping[str, Sequence[Cost]], name: str, figure: str) -> float:
    """The median of the ratios of neighbouring runs."""
    pairs = zip(costs[name], costs[PLAIN], strict=True)
    return statistics.median(getattr(a, figure) / getattr(b, figure) for a, b in pairs)


def missed(costs: Mapping[str, Sequence[Cost]]) -> bool:
    """Whether ours took longer than the plain script."""
    if not {OURS, PLAIN} <= set(costs):
        return False
    return max(ratio(costs, OURS, figure) for figure in ("wall", "cpu")) > MARK


def tell_differences(sums: Mapping[str, Checksums]) -> None:
    """The first day of each contender that differs from the first contender's."""
    first = next(iter(sums.values()))
    for name, found in sums.items():
        for day in sorted(set(first) | set(found)):
            if found.get(day) != first.get(day):
                print(f"{name}: {day}: {found.get(day)}, not {first.get(day)}")
                break


def document(raw: RawDays, costs: Mapping[str, Sequence[Cost]]) -> dict[str, object]:
    """All figures: bytes of text, and of each run the seconds and MB."""
    return {
        "bytes": raw.bytes,
        "runs": {name: [asdict(cost) for cost in runs] for name, runs in costs.items()},
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
