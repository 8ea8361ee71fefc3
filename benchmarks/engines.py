"""A day cleaned by Athena, by the Glue job and by DuckDB alone: `python -m benchmarks.engines`.

First the reference data (`web_logs` as CSV, 1% of the rows bad): Athena's statements in a local AWS
in this process, DuckDB alone as a process of its own; the clean rows must be the same, a checksum
per day. Then a small day through all four assets with each engine, after one that warms up. Exit
code 1 when rows differ or a mark is missed.
"""

import argparse
import logging
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path

import dagster as dg

from benchmarks.clean.__main__ import CONTENDERS, Checksums, checksums
from benchmarks.clean.process_tree import Cost, measured
from benchmarks.clean.raw_days import RawDays, raw_days
from benchmarks.figures import add_json_option, write_figures
from lakehouse.aws.account import Account
from lakehouse.aws.athena import Athena
from lakehouse.aws.catalog import Catalog
from lakehouse.aws.clean_queries import CleanQueries
from lakehouse.aws.deployment.deployment import Deployment, make_clients
from lakehouse.aws.inventory import take_inventory
from lakehouse.aws.publish import run_location
from lakehouse.aws.raw_files import RawFiles
from lakehouse.aws.run_records import RunRecords
from lakehouse.aws.s3 import S3
from lakehouse.aws.session import make_client
from lakehouse.local_aws.server import LocalAws
from lakehouse.pipeline.build import build_definitions
from lakehouse.pipeline.run import run_days
from lakehouse.source import LogSource, load_sources, raw_prefix
from lakehouse.source_folders import source_folders

MARK = 1.5  # Athena's time by the clock, of DuckDB alone
DAY_MARK = 5.0  # seconds of a small day through four assets
DAY_ROWS = 10_000
FIRST_DAY = date(2026, 3, 1)
ENGINES = ("athena", "glue")
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}


def main(arguments: Sequence[str]) -> int:
    """Measure, compare, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engines", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only-athena", action="store_true", help="no small day by the Glue job")
    add_json_option(parser)
    asked = parser.parse_args(arguments)
    logging.disable(logging.INFO)
    with tempfile.TemporaryDirectory(prefix="benchmarks-engines-") as name:
        folder = Path(name)
        raw = raw_days(folder, asked.rows, asked.days)
        print(f"{asked.rows:,} rows, {raw.bytes / 1e6:,.0f} MB, {asked.days} days; "
              f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")  # fmt: skip
        with local_aws(folder / "aws"):
            costs, equal = compare(folder, raw, asked.rounds)
            days = small_days(ENGINES[: 1 if asked.only_athena else 2])
    runs = {name: [asdict(cost) for cost in found] for name, found in costs.items()}
    write_figures("engines", asked, {"equal": equal, "runs": runs, "small_day_seconds": days})
    return int(not equal or against_duckdb(costs) > MARK or days["athena"] > DAY_MARK)


@contextmanager
def local_aws(folder: Path) -> Iterator[None]:
    """A local AWS in this process, which the environment points at."""
    aws = LocalAws(folder)
    aws.start()
    os.environ.update(ENVIRONMENT, AWS_ENDPOINT_URL=aws.endpoint_url)
    try:
        yield
    finally:
        aws.stop()


def web_logs(engine: str) -> LogSource:
    """The built-in source, cleaned by an engine."""
    source = load_sources(source_folders({}))["web_logs"]
    return source.model_copy(update={"engine": engine})


# ---- the reference data


def compare(folder: Path, raw: RawDays, rounds: int) -> tuple[dict[str, list[Cost]], bool]:
    """Both contenders in turn: what each round cost, and whether the rows are equal."""
    costs: dict[str, list[Cost]] = {"athena": [], "DuckDB": []}
    athena = AthenaDays(raw)
    for turn in range(rounds):
        costs["athena"].append(athena.run(f"run-{turn}"))
        costs["DuckDB"].append(duckdb_alone(folder, raw, turn))
    theirs, ours = checksums(folder / "duckdb-0"), athena.rows(folder / "clean", "run-0")
    for name, found in costs.items():
        cpu = statistics.median(cost.cpu for cost in found)
        print(f"{name:<8} {middle_wall(found):6.1f} s {cpu:6.1f} CPU s")
    ratio = against_duckdb(costs)
    print(f"athena takes {ratio:.2f} of DuckDB alone; rows equal: {ours == theirs}")
    return costs, ours == theirs


def middle_wall(found: Sequence[Cost]) -> float:
    """The median of seconds by the clock."""
    return statistics.median(cost.wall for cost in found)


def against_duckdb(costs: Mapping[str, Sequence[Cost]]) -> float:
    """Athena's time by the clock, of DuckDB alone."""
    return middle_wall(costs["athena"]) / middle_wall(costs["DuckDB"])


class AthenaDays:
    """The reference days in a local AWS, cleaned as often as asked."""

    def __init__(self, raw: RawDays) -> None:
        self.source = web_logs("athena").model_copy(update={"late_days": 0})
        self.account = Account(prefix="reference", database="reference")
        list(Deployment(self.account, make_clients()).apply([self.source]))
        self.s3 = S3(make_client("s3"))
        self.days = [date.fromisoformat(day) for day in raw.files]
        for day, paths in raw.files.items():
            prefix = raw_prefix(self.source, date.fromisoformat(day))
            for path in paths:
                self.s3.upload(path, self.account.raw_bucket, prefix + path.name)

    def run(self, run_id: str) -> Cost:
        """All days in one run: first lines, statements, checks and manifest."""
        client = make_client("athena")
        athena = Athena(client, self.account.work_group, self.account.database)
        catalog, records = Catalog(make_client("glue")), RunRecords(self.account, self.s3)
        queries = CleanQueries(self.account, self.s3, catalog, athena, records)
        files = take_inventory(self.s3, self.account, self.source, self.days)
        began, cpu = time.monotonic(), own_cpu()
        queries.run(self.source, run_id, self.days, files, lambda words: None)
        return Cost(wall=time.monotonic() - began, cpu=own_cpu() - cpu, peak_mb=0)

    def rows(self, folder: Path, run_id: str) -> Checksums:
        """What a run wrote, by day."""
        place = run_location(self.account, self.source.clean_table, run_id)
        prefix = place.removeprefix(f"s3://{self.account.clean_bucket}/")
        for item in self.s3.objects(self.account.clean_bucket, prefix):
            path = folder / f"{item.key.removeprefix(prefix)}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            self.s3.client.download_file(item.bucket, item.key, str(path))
        return checksums(folder)


def own_cpu() -> float:
    """CPU seconds of this process, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def duckdb_alone(folder: Path, raw: RawDays, turn: int) -> Cost:
    """The contender of `benchmarks.clean`."""
    script, out = CONTENDERS / "duckdb_days.py", folder / f"duckdb-{turn}"
    command = [sys.executable, str(script), str(raw.folder), str(out)]
    return measured(command, os.environ, folder / "log")


# ---- a small day through all assets


def small_days(engines: Sequence[str]) -> dict[str, float]:
    """Seconds of a small day through four assets, by engine."""
    seconds = {engine: small_day(engine) for engine in engines}
    for engine, took in seconds.items():
        print(f"{DAY_ROWS:,} rows through four assets, engine {engine}: {took:.1f} s")
    return seconds


def small_day(engine: str) -> float:
    """The median of three days, after a first one."""
    source = web_logs(engine)
    account = Account(prefix=f"small-{engine}", database=f"small_{engine}")
    list(Deployment(account, make_clients()).apply([source]))
    files = RawFiles(account, S3(make_client("s3")))
    definitions = build_definitions([source], account)
    took = []
    with dg.instance_for_test() as instance:
        for number in range(4):
            day = FIRST_DAY + timedelta(days=2 * number)
            files.land_synthetic(source, day)
            began = time.monotonic()
            run_days(definitions, source.name, day, day, instance)
            took.append(time.monotonic() - began)
    return statistics.median(took[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
