"""What a day costs beside a long history: `python -m benchmarks.scale [--sizes 1,10,100]`.

Size 1 is 100 days of history with 10,000 raw keys, size 100 is 10,000 days with 1,000,000 keys;
each of the source's four tables has a partition per day. For each size a server of its own is
filled, then measured: a tick of the sensor that lists, with the cursor of earlier ones, and a
materialization of the newest day through all four assets. Seconds and calls to AWS are printed;
calls must be equal at all sizes. Exit code 1 if they are not, or if a tick takes two seconds.
"""

import argparse
import logging
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import dagster as dg

from benchmarks.figures import add_json_option, write_figures
from benchmarks.s3.peers import running
from lakehouse.aws.account import Account
from lakehouse.aws.batches import batches
from lakehouse.aws.deployment.deployment import Deployment, make_clients
from lakehouse.aws.raw_files import RawFiles
from lakehouse.aws.s3 import S3
from lakehouse.aws.session import make_client
from lakehouse.local_aws.objects.store import ObjectStore
from lakehouse.pipeline.build import build_definitions
from lakehouse.pipeline.run import run_days, step_logger
from lakehouse.resources import resources_for
from lakehouse.source import LogSource, load_sources, raw_prefix
from lakehouse.source_folders import source_folders

DAY = date(2026, 11, 1)
DAYS, FILES = 100, 100  # of history at size 1, and raw files in each of these days
TICK_MARK = 2.0  # seconds
HEADER = b"timestamp,request_id,client_ip,method,endpoint,status,latency_ms,bytes_sent\n"
ACCOUNT = Account(prefix="scale", database="scale")
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}


Taken = tuple[float, Counter[str]]
"""Seconds, and the requests made."""


@dataclass(frozen=True)
class Figures:
    """Medians of one size: seconds of a tick and of a day, and the calls each made."""

    days: int
    tick: float
    tick_calls: dict[str, int]
    day: float
    day_calls: dict[str, int]

    def line(self) -> str:
        """A line of the table."""
        calls, day_calls = sum(self.tick_calls.values()), sum(self.day_calls.values())
        return (
            f"{self.days:>7,}{self.days * FILES:>11,}{self.tick:>7.2f} s{calls:>7}"
            f"{self.day:>8.2f} s{day_calls:>7}"
        )


class Calls(logging.Handler):
    """Counts botocore's requests by operation, as it logs them."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.seen: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """One request: `Making request for OperationModel(name=ListObjectsV2) ...`."""
        if "Making request for" in str(record.msg) and isinstance(record.args, tuple):
            self.seen[str(getattr(record.args[0], "name", record.args[0]))] += 1


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """The requests that botocore makes meanwhile."""
    log, handler = logging.getLogger("botocore.endpoint"), Calls()
    before = log.level
    log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    try:
        yield handler.seen
    finally:
        log.removeHandler(handler)
        log.setLevel(before)


def fill(data_dir: Path, source: LogSource, days: int) -> None:
    """A raw bucket with `days` days of `FILES` files before DAY, taken in at once."""
    store = ObjectStore(data_dir)
    store.create_bucket(ACCOUNT.raw_bucket)
    root = store.bucket_dir(ACCOUNT.raw_bucket)
    for number in range(1, days + 1):
        folder = root / raw_prefix(source, DAY - timedelta(days=number))
        folder.mkdir(parents=True)
        for at in range(FILES):
            (folder / f"{at:05}.csv").write_bytes(HEADER)
    store.adopt(ACCOUNT.raw_bucket)
    store.close()


def add_history(source: LogSource, days: int) -> None:
    """A partition for each past day in all four tables, as like the newest one as can be."""
    glue = make_client("glue")
    for table in source.tables:
        where = {"DatabaseName": ACCOUNT.database, "TableName": table}
        newest = glue.get_partition(**where, PartitionValues=[DAY.isoformat()])["Partition"]
        past = [(DAY - timedelta(days=number)).isoformat() for number in range(1, days + 1)]
        for some in batches(past, 100):
            glue.batch_create_partition(
                **where,
                PartitionInputList=[
                    {"Values": [day], "StorageDescriptor": newest["StorageDescriptor"]}
                    for day in some
                ],
            )


@dataclass(frozen=True)
class Grown:
    """A server with a history, and everything to measure it with."""

    days: int
    port: int
    source: LogSource
    definitions: dg.Definitions
    instance: dg.DagsterInstance
    cursor: str | None = None

    def reached(self) -> None:
        """Point the platform's clients at this server."""
        os.environ.update(ENVIRONMENT | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}"})

    def tick(self) -> Taken:
        """One tick of the sensor."""
        self.reached()
        return timed(lambda: tick(self.definitions, self.instance, self.cursor))

    def day(self) -> Taken:
        """One materialization of the newest day."""
        self.reached()
        return timed(lambda: run_days(self.definitions, self.source.name, DAY, DAY, self.instance))


def prepared(port: int, source: LogSource, days: int, instance: dg.DagsterInstance) -> Grown:
    """Deploy, build the newest day once, add the history."""
    definitions = build_definitions([source], ACCOUNT, {"none": step_logger(lambda _: None)})
    grown = Grown(days, port, source, definitions, instance)
    grown.reached()
    list(Deployment(ACCOUNT, make_clients()).apply([source]))
    RawFiles(ACCOUNT, S3(make_client("s3"))).land_synthetic(source, DAY)
    grown.day()
    add_history(source, days)
    cursor = None
    for _ in range(2):  # the window is longer than a tick's requests
        cursor = tick(definitions, instance, cursor)
    return replace(grown, cursor=cursor)


def tick(definitions: dg.Definitions, instance: dg.DagsterInstance, cursor: str | None) -> str:
    """One tick; the cursor it leaves."""
    sensor = definitions.get_repository_def().get_sensor_def("web_logs_raw_files")
    resources = resources_for(ACCOUNT)
    with dg.build_sensor_context(instance, cursor=cursor, resources=resources) as context:
        found = sensor(context)
    if not isinstance(found, dg.SensorResult):
        raise RuntimeError(f"the tick did not end as one: {found}")
    return str(found.cursor)


def timed(work: Callable[[], object]) -> Taken:
    """Seconds, and the requests made."""
    with counted() as calls:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began, calls


def middle(taken: Sequence[Taken]) -> tuple[float, dict[str, int]]:
    """Median seconds, and the calls of the last repetition; polls depend on speed and are left."""
    seconds = statistics.median(spent for spent, _ in taken)
    polls = ("GetJobRun", "GetQueryExecution", "GetCrawler")
    return seconds, {name: n for name, n in sorted(taken[-1][1].items()) if name not in polls}


@contextmanager
def at_size(size: int, rows: int, folder: Path) -> Iterator[Grown]:
    """A server filled for a size."""
    built_in = load_sources(source_folders({}))["web_logs"]
    assert built_in.synthetic is not None
    days = DAYS * size
    source = built_in.model_copy(
        update={
            "start_date": DAY - timedelta(days=days),
            "synthetic": built_in.synthetic.model_copy(update={"rows_per_day": rows}),
        }
    )
    fill(folder / "lakehouse" / "data", source, days)
    with (
        running("lakehouse", folder / "lakehouse", folder) as server,
        dg.instance_for_test() as instance,
    ):
        yield prepared(server.port, source, days, instance)


def main(arguments: Sequence[str]) -> int:
    """Print a line per size; 1 when a mark is missed."""
    options = _options(arguments)
    with ExitStack() as opened:
        grown = []
        for size in map(int, options.sizes.split(",")):
            folder = Path(opened.enter_context(tempfile.TemporaryDirectory()))
            grown.append(opened.enter_context(at_size(size, options.rows, folder)))
        # In turn, so that a busy machine slows all sizes.
        taken = [[(one.tick(), one.day()) for one in grown] for _ in range(options.repetitions)]
    found = [
        Figures(one.days, *middle([t for t, _ in turns]), *middle([d for _, d in turns]))
        for one, turns in zip(grown, zip(*taken, strict=True), strict=True)
    ]
    print(f"{'days':>7}{'raw keys':>11}{'tick':>9}{'calls':>7}{'one day':>10}{'calls':>7}")
    for figures in found:
        print(figures.line())
    print("calls: the same at all sizes" if same_calls(found) else calls_that_differ(found))
    write_figures("scale", options, {f"{one.days} days": asdict(one) for one in found})
    return 0 if same_calls(found) and all(f.tick < TICK_MARK for f in found) else 1


def same_calls(found: Sequence[Figures]) -> bool:
    """Whether a tick and a day ask AWS as often at all sizes."""
    return len({(*f.tick_calls.items(), *f.day_calls.items()) for f in found}) == 1


def calls_that_differ(found: Sequence[Figures]) -> str:
    """Where the number of calls depends on the size."""
    lines = [f"{figures.tick_calls} {figures.day_calls}" for figures in found]
    return "calls DIFFER:\n" + "\n".join(lines)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1,10,100", help="default: %(default)s")
    parser.add_argument("--rows", type=int, default=10_000, help="of the day; default: %(default)s")
    parser.add_argument("--repetitions", type=int, default=3, help="default: %(default)s")
    add_json_option(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
