"""What a day of logs costs on AWS, on paper: arithmetic from measured rates, prices and quotas.

Belongs here: the rates and prices with their sources, and the closed form of one day's work.
Does not belong here: randomness (`simulation`), pages and printing (`__main__`).
"""

from dataclasses import dataclass
from typing import Final

from lakehouse.aws.job_capacity import workers_for
from lakehouse.aws.jobs import DOLLARS_PER_DPU_HOUR
from lakehouse.pipeline.sensors import TICK_SECONDS, WINDOW_DAYS

GB: Final = 10**9

# Measured, by the benchmark named.
CORE_RATE: Final = 9.7e6  # bytes of CSV a second and core in the Spark job: benchmarks.clean
PARQUET_SHARE: Final = 0.26  # bytes of zstd Parquet per byte of CSV: benchmarks.layout
METRICS_SHARE: Final = 1 / 54  # bytes the metrics query reads per byte of CSV: benchmarks.layout
QUERIES: Final = 7  # that one run of a day starts: benchmarks.scale
DAGSTER_EVENTS: Final = 80  # rows in the event log for one run of a day, about
EVENT_SECONDS: Final = 0.025  # to store one in SQLite

# Assumed: nobody measured them here.
VCPU: Final = 0.6  # of a measured core: Glue's vCPUs are hyperthreads
WRITE_SHARE: Final = 0.4  # of a row's work: the sort and the Parquet, after the shuffle
JOB_SECONDS: Final = 40.0  # of a run that no worker shortens: session, listing, commit
RAW_FILE: Final = 128 * 10**6  # bytes of one raw file
SPLIT: Final = 128 * 2**20  # bytes of one task (spark.sql.files.maxPartitionBytes)
OUTPUT_TEXT: Final = 512 * 2**20  # bytes of raw text whose rows go to one Parquet file
PART: Final = 64 * 10**6  # bytes of one part of a multipart upload

# Prices of us-east-1 (https://aws.amazon.com/{athena,s3,sqs}/pricing/, checked 2026-11).
ATHENA_BYTE: Final = 5 / 2**40  # dollars; 10 MB at least a query
ATHENA_LEAST: Final = 10 * 2**20
PUT_OR_LIST: Final = 0.005 / 1000
PAGE: Final = 1000  # keys that a LIST call answers
GET: Final = 0.0004 / 1000
SQS_REQUEST: Final = 0.40 / 10**6
STORED_GB_MONTH: Final = 0.023


@dataclass(frozen=True)
class Load:
    """One source: bytes of raw text a day, and for how many days rows may come late."""

    bytes: int
    late_days: int = 0

    @property
    def read(self) -> int:
        """Bytes of text that all runs of one day read, from its first build to its last.

        A day is built when it has closed and again when each of its late days has; the build after
        k late days reads k + 1 days.
        """
        return self.bytes * sum(k + 1 for k in range(self.late_days + 1))


@dataclass(frozen=True)
class Cost:
    """A day of one source: seconds and workers of its largest run, dollars by service."""

    workers: int
    seconds: float
    dpu_hours: float
    athena_bytes: int
    glue: float
    athena: float
    requests: float
    listing: float
    storage_month: float

    @property
    def dollars(self) -> float:
        """All of a day without storage."""
        return self.glue + self.athena + self.requests + self.listing


def job_seconds(text: int, workers: int) -> float:
    """Wall-clock seconds of one run that reads `text` bytes.

    Reading is spread over all cores; writing is done by a task for each file, in waves.
    """
    cores, rate = (workers - 1) * 4, CORE_RATE * VCPU
    waves = -(-text // OUTPUT_TEXT // cores)
    written = waves * min(text, OUTPUT_TEXT) * WRITE_SHARE / rate
    return JOB_SECONDS + text * (1 - WRITE_SHARE) / (rate * cores) + written


def dpu_hours(seconds: float, workers: int) -> float:
    """Billed DPU-hours; a minute at least."""
    return workers * max(seconds, 60.0) / 3600


def builds(load: Load) -> list[int]:
    """Bytes of text that each run of a day reads."""
    return [load.bytes * (late + 1) for late in range(load.late_days + 1)]


def requests_dollars(load: Load) -> float:
    """S3's requests of a day's runs: reads of splits, headers and footers, parts written."""
    reads = 2 * load.read / SPLIT + 2 * load.read / RAW_FILE
    parquet = load.bytes * PARQUET_SHARE * len(builds(load))
    writes = parquet / PART + 3 * load.bytes * len(builds(load)) / OUTPUT_TEXT + 20
    return reads * GET + writes * PUT_OR_LIST


def listing_dollars(load: Load, queue: bool) -> float:
    """A day of sensor ticks: LIST calls, or the queue.

    A tick lists folders, and a page of 1,000 files from the window's first day on; days that it has
    no room for are listed by themselves.
    """
    ticks = 86_400 / TICK_SECONDS
    if queue:
        return (ticks + 3 * load.bytes / RAW_FILE) * SQS_REQUEST
    days, files = WINDOW_DAYS + load.late_days, -(-load.bytes // RAW_FILE)
    pages = 2 if days * files <= PAGE else 2 + days * -(-files // PAGE)
    return ticks * pages * PUT_OR_LIST


def cost(load: Load, queue: bool = False) -> Cost:
    """What one day of a source costs."""
    runs = [(workers_for(text), text) for text in builds(load)]
    hours = sum(dpu_hours(job_seconds(text, workers), workers) for workers, text in runs)
    scanned = int(load.bytes * METRICS_SHARE) * 2  # the metrics, and the check that they add up
    billed = max(scanned, 2 * ATHENA_LEAST) + (QUERIES - 2) * ATHENA_LEAST
    workers, text = runs[-1]
    return Cost(
        workers=workers,
        seconds=job_seconds(text, workers),
        dpu_hours=hours,
        athena_bytes=scanned * len(runs),
        glue=hours * DOLLARS_PER_DPU_HOUR,
        athena=billed * len(runs) * ATHENA_BYTE,
        requests=requests_dollars(load),
        listing=listing_dollars(load, queue),
        storage_month=load.bytes * (1 + PARQUET_SHARE) / GB * 30 * STORED_GB_MONTH,
    )
