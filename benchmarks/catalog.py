"""The Data Catalog side by side with plain moto: `python -m benchmarks.catalog [partitions]`.

Both get a table of the same shape (day, hour, region; 10 columns a partition). Answers are timed
until their last byte, without boto3, which takes longer to parse a page of 1,000 partitions than
the server to make it. Repetitions are interleaved, so that a busy machine slows both; figures are
medians. Moto keeps `--moto-partitions` only, for it evaluates each in Python, and answers all that
match at once. Exit code 1 when the first page of an expression takes 200 ms or more.
"""

import argparse
import datetime
import itertools
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from benchmarks.figures import add_json_option, write_figures
from benchmarks.s3.peers import Peer, running

MARK = 200  # milliseconds
_BATCH = 100
_COLUMNS = [{"Name": f"column_{n}", "Type": "string"} for n in range(10)]
_KEYS = [
    {"Name": "event_date", "Type": "date"},
    {"Name": "hour", "Type": "int"},
    {"Name": "region", "Type": "string"},
]
_TABLE = {"Name": "events", "PartitionKeys": _KEYS, "StorageDescriptor": {"Columns": _COLUMNS}}
_WHERE = {"DatabaseName": "benchmark", "TableName": "events"}
_SIGNED = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/glue/aws4_request, Signature=none"
EXPRESSIONS = [
    "event_date = '2025-01-09'",
    "hour = 5",
    "region = 'r11'",
    "region = 'r11' AND hour = 23",
    "region LIKE '%1' OR hour BETWEEN 2 AND 3",
    "region NOT IN ('r3', 'r4') AND hour > 21",
    "region = 'none'",
]


@dataclass(frozen=True)
class Catalog:
    """A server's Glue: one connection, JSON in and out."""

    peer: Peer
    connection: HTTPConnection

    def call(self, operation: str, **request: Any) -> float:
        """Make a call: how many milliseconds its answer took."""
        headers = {"X-Amz-Target": f"AWSGlue.{operation}", "Authorization": _SIGNED}
        body = json.dumps(request)
        began = time.perf_counter()
        self.connection.request("POST", "/", body, headers)
        answer = self.connection.getresponse()
        content = answer.read()
        taken = (time.perf_counter() - began) * 1000
        if answer.status != 200:
            raise RuntimeError(f"{self.peer.name} {operation}: {content.decode()}")
        return taken


def main(arguments: Sequence[str]) -> int:
    """Start both, load both, print a line per measure; 1 when a mark is missed."""
    options = _options(arguments)
    counts = {"lakehouse": options.partitions, "moto": options.moto_partitions}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as started:
        peers = [
            started.enter_context(running(name, Path(folder, name), Path(folder)))
            for name in counts
        ]
        catalogs = [Catalog(peer, HTTPConnection("127.0.0.1", peer.port)) for peer in peers]
        print(f"{'':<56}" + "".join(f"{f'{name} {n:,}':>20}" for name, n in counts.items()))
        rates = [load(catalog, counts[catalog.peer.name]) for catalog in catalogs]
        _line("BatchCreatePartition, 100 a call", rates, "/s", rates[0] / rates[1])
        requests = [("GetTable", {"DatabaseName": "benchmark", "Name": "events"})]
        requests += [("GetPartitions", {**_WHERE, "Expression": text}) for text in EXPRESSIONS]
        figures: dict[str, list[float]] = {"partitions created per second": rates}
        for operation, request in requests:
            ours, theirs = interleaved(operation, request, catalogs, options.repetitions)
            shown = f"{operation} {request.get('Expression', '')}"
            _line(shown, [ours, theirs], "ms", theirs / ours)
            figures[f"{shown} ms"] = [ours, theirs]
    slowest = max(ours for name, (ours, _) in figures.items() if name.endswith("ms"))
    write_figures("catalog", options, {"peers": [*counts], **figures})
    met = slowest < MARK
    print(f"slowest first page {slowest:.0f} ms, mark {MARK} ms: {'met' if met else 'MISSED'}")
    return 0 if met else 1


def load(catalog: Catalog, count: int) -> float:
    """Create the table and its partitions: partitions a second."""
    catalog.call("CreateDatabase", DatabaseInput={"Name": "benchmark"})
    catalog.call("CreateTable", DatabaseName="benchmark", TableInput=_TABLE)
    inputs = itertools.islice(partitions(), count)
    taken = 0.0
    while batch := list(itertools.islice(inputs, _BATCH)):
        taken += catalog.call("BatchCreatePartition", **_WHERE, PartitionInputList=batch)
    return count / (taken / 1000)


def partitions() -> Iterator[dict[str, Any]]:
    """Endless inputs: 24 hours of 12 regions a day."""
    for day in itertools.count():
        shown = str(datetime.date(2025, 1, 1) + datetime.timedelta(day))
        for hour, region in itertools.product(range(24), range(12)):
            values = [shown, str(hour), f"r{region}"]
            location = "s3://bucket/events/" + "/".join(values)
            descriptor = {"Columns": _COLUMNS, "Location": location}
            yield {"Values": values, "StorageDescriptor": descriptor}


def interleaved(
    operation: str, request: dict[str, Any], catalogs: Sequence[Catalog], repetitions: int
) -> list[float]:
    """The median milliseconds of a call, for each catalog."""
    taken: list[list[float]] = [[] for _ in catalogs]
    for _ in range(repetitions):
        for catalog, figures in zip(catalogs, taken, strict=True):
            figures.append(catalog.call(operation, **request))
    return [statistics.median(figures) for figures in taken]


def _line(name: str, figures: Sequence[float], unit: str, ratio: float) -> None:
    shown = "".join(f"{figure:>17,.1f} {unit}" for figure in figures)
    print(f"{name:<56}{shown}{ratio:>9.1f} x", flush=True)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("partitions", nargs="?", type=int, default=100_000)
    parser.add_argument("--moto-partitions", type=int, default=5_000)
    parser.add_argument("--repetitions", type=int, default=7)
    add_json_option(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
