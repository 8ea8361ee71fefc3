"""Athena of the local AWS beside ministack and DuckDB alone: `python -m benchmarks.athena`.

Repetitions of the peers are interleaved, so that a busy machine slows all of them; figures are
medians. Exit code 1 when a mark is missed: a simple query within 50 ms and twice as fast as
ministack, twice its queries per second with 8 clients, a full aggregate within 1.3 times of DuckDB
alone over the same files, a typical statement translated within 5 ms.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import boto3
import duckdb

from benchmarks.s3.peers import MINISTACK, Peer, running
from lakehouse.local_aws.athena.scans import TableColumn, TableShape
from lakehouse.local_aws.athena.statement import parse
from lakehouse.local_aws.athena.statements import Select
from lakehouse.local_aws.athena.tables import CatalogTables
from lakehouse.local_aws.athena.translate import translate
from lakehouse.local_aws.athena.type_syntax import parse_type

BUCKET, DATABASE = "athena-benchmark", "bench"
CLIENTS = 8
COLUMNS = {
    "id": "bigint", "endpoint": "string", "status": "int", "latency_ms": "double",
    "bytes": "bigint", "user_id": "string",
}  # fmt: skip
ROWS = (
    "SELECT i AS id, '/path/' || (hash(i) % 500) AS endpoint, "
    "CAST(200 + (hash(i * 3) % 4) * 100 AS INTEGER) AS status, "
    "(hash(i * 7) % 1000003) / 977.0 AS latency_ms, CAST(hash(i * 11) >> 30 AS BIGINT) AS bytes, "
    "'user-' || (hash(i * 13) % 1000000) AS user_id FROM range({start}, {stop}) AS r(i)"
)
SIMPLE = "SELECT status, count(*) AS n, avg(latency_ms) AS mean FROM small GROUP BY status"
FULL = (
    "SELECT endpoint, count(*) AS n, sum(bytes) AS total, avg(latency_ms) AS mean, "
    "max(id) AS newest, count(DISTINCT user_id) AS users FROM {table} GROUP BY endpoint"
)
TYPICAL = """
WITH days AS (SELECT date_trunc('hour', from_unixtime(id)) AS hour, * FROM big WHERE status < 500)
SELECT hour, endpoint, count(*) AS requests, count_if(status >= 400) AS errors,
       approx_percentile(latency_ms, 0.95) AS p95, sum(bytes) / 1024 AS kilobytes,
       CAST(count_if(status >= 400) AS double) / count(*) AS error_rate
FROM days WHERE endpoint LIKE '/path/%' GROUP BY hour, endpoint HAVING count(*) > 10
ORDER BY requests DESC LIMIT 100
"""
LATENCY_MARK, TRANSLATION_MARK = 50.0, 5.0  # milliseconds
PEER_MARK, DUCKDB_MARK = 2.0, 1.3


class Client:
    """Athena and S3 of one peer, with its tables."""

    def __init__(self, peer: Peer) -> None:
        more: dict[str, Any] = {
            "endpoint_url": f"http://127.0.0.1:{peer.port}",
            "region_name": "us-east-1",
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
        }
        self.name = peer.name
        self.athena = boto3.client("athena", **more)
        self.glue = boto3.client("glue", **more)
        self.s3 = boto3.client("s3", **more)

    def prepare(self, tables: dict[str, Sequence[Path]]) -> None:
        """Upload the files and make a table of each set."""
        self.s3.create_bucket(Bucket=BUCKET)
        self.glue.create_database(DatabaseInput={"Name": DATABASE})
        for table, files in tables.items():
            for file in files:
                self.s3.upload_file(str(file), BUCKET, f"{table}/{file.name}")
            self.glue.create_table(DatabaseName=DATABASE, TableInput=_table(table))

    def seconds(self, sql: str) -> float:
        """Seconds from StartQueryExecution to the rows."""
        start = time.perf_counter()
        query_id = self.athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": DATABASE},
            ResultConfiguration={"OutputLocation": f"s3://{BUCKET}/results/"},
        )["QueryExecutionId"]
        while True:
            found = self.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
            if found["Status"]["State"] not in ("QUEUED", "RUNNING"):
                break
            time.sleep(0.002)
        rows = self.athena.get_query_results(QueryExecutionId=query_id)["ResultSet"]["Rows"]
        if found["Status"]["State"] != "SUCCEEDED" or len(rows) < 2:
            raise RuntimeError(f"{self.name}: {found['Status']}")
        return time.perf_counter() - start


def _table(name: str) -> dict[str, Any]:
    serde = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    formats = "org.apache.hadoop.hive.ql.io.parquet.MapredParquet{}Format"
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {"EXTERNAL": "TRUE", "classification": "parquet"},
        "PartitionKeys": [],
        "StorageDescriptor": {
            "Columns": [{"Name": n, "Type": kind} for n, kind in COLUMNS.items()],
            "Location": f"s3://{BUCKET}/{name}/",
            "InputFormat": formats.format("Input"),
            "OutputFormat": formats.format("Output"),
            "SerdeInfo": {"SerializationLibrary": serde},
        },
    }


def make_files(folder: Path, name: str, rows: int, files: int) -> list[Path]:
    """Parquet files of synthetic requests (about 30 bytes a row)."""
    step = rows // files
    made = []
    for index in range(files):
        path = folder / f"{name}-{index}.parquet"
        sql = ROWS.format(start=index * step, stop=(index + 1) * step)
        duckdb.sql(sql).write_parquet(str(path), compression="zstd")
        made.append(path)
    return made


def latencies(clients: Sequence[Client], repetitions: int) -> dict[str, float]:
    """Median milliseconds of the simple query, by peer."""
    figures: dict[str, list[float]] = {client.name: [] for client in clients}
    for _ in range(repetitions):
        for client in clients:
            figures[client.name].append(client.seconds(SIMPLE) * 1000)
    return {name: statistics.median(values) for name, values in figures.items()}


def rates(clients: Sequence[Client], queries: int) -> dict[str, float]:
    """Simple queries a second with 8 clients at once, by peer; medians of 3 rounds."""
    figures: dict[str, list[float]] = {client.name: [] for client in clients}
    for _ in range(3):
        for client in clients:
            start = time.perf_counter()
            with ThreadPoolExecutor(CLIENTS) as pool:
                list(pool.map(client.seconds, [SIMPLE] * queries))
            figures[client.name].append(queries / (time.perf_counter() - start))
    return {name: statistics.median(values) for name, values in figures.items()}


def aggregate(client: Client, files: Sequence[Path], repetitions: int) -> tuple[float, float]:
    """Median seconds of the full aggregate: ours, DuckDB alone over the same files."""
    listed = ", ".join(f"'{file}'" for file in files)
    alone = FULL.format(table=f"read_parquet([{listed}])")
    connection = duckdb.connect()
    ours, its = [], []
    for _ in range(repetitions):
        ours.append(client.seconds(FULL.format(table="big")))
        its.append(_timed(lambda: connection.execute(alone).fetchall()))
    return statistics.median(ours), statistics.median(its)


def _timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


class _OneTable(CatalogTables):
    """A catalog that knows the benchmark's columns and nothing else."""

    def __init__(self) -> None:
        super().__init__(None, None, DATABASE)  # type: ignore[arg-type]

    def shape(self, database: str | None, name: str, where: str) -> TableShape:
        columns = (TableColumn(n, parse_type(kind)) for n, kind in COLUMNS.items())
        return TableShape(database or DATABASE, name, tuple(columns))


def translation(repetitions: int) -> float:
    """Median milliseconds of parsing and translating a typical statement."""

    def once() -> None:
        statement = parse(TYPICAL)
        if not isinstance(statement, Select):
            raise TypeError("the typical statement is no SELECT")
        translate(statement.tree, TYPICAL, _OneTable())

    return statistics.median(_timed(once) for _ in range(repetitions)) * 1000


def _ministack(environment: Path) -> Path:
    """An environment with ministack and the DuckDB it runs Athena's queries on."""
    if not (environment / "bin" / "ministack").exists():
        venv.create(environment, with_pip=True)
        pip = [str(environment / "bin" / "python"), "-m", "pip", "install", "-q"]
        subprocess.run([*pip, MINISTACK, "duckdb"], check=True)
    return environment


def _line(name: str, figures: Sequence[str], met: bool, mark: str) -> bool:
    shown = "  ".join(figures)
    print(f"{name:<42}{shown}   {mark}: {'yes' if met else 'NO'}", flush=True)
    return met


def measure(clients: Sequence[Client], big: Sequence[Path], options: argparse.Namespace) -> bool:
    """Measure everything, print a line each; whether all marks are met."""
    ours = clients[0]
    ours.seconds(SIMPLE)
    met = []
    found = latencies(clients, options.repetitions * 4)
    shown = [f"{name} {value:.0f} ms" for name, value in found.items()]
    ratio = min((v / found[ours.name] for n, v in found.items() if n != ours.name), default=99.0)
    good = found[ours.name] < LATENCY_MARK and ratio >= PEER_MARK
    met.append(_line("simple query, start to rows", shown, good, "< 50 ms, 2 x"))
    rate = rates(clients, options.repetitions * CLIENTS)
    shown = [f"{name} {value:.0f}/s" for name, value in rate.items()]
    ratio = min((rate[ours.name] / v for n, v in rate.items() if n != ours.name), default=99.0)
    met.append(_line("queries, 8 clients", shown, ratio >= PEER_MARK, "2 x"))
    mine, alone = aggregate(ours, big, options.repetitions)
    shown = [f"ours {mine:.2f} s", f"DuckDB {alone:.2f} s", f"{mine / alone:.2f} x"]
    met.append(_line("full aggregate", shown, mine / alone <= DUCKDB_MARK, "<= 1.3 x"))
    took = translation(20 * options.repetitions)
    met.append(_line("translation", [f"{took:.1f} ms"], took < TRANSLATION_MARK, "< 5 ms"))
    return all(met)


def main(arguments: Sequence[str]) -> int:
    """Make the data, start the peers, measure."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder, ExitStack() as started:
        small = make_files(Path(folder), "small", 10_000, 2)
        big = make_files(Path(folder), "big", int(options.gigabytes * 32_000_000), 8)
        size = sum(file.stat().st_size for file in big)
        print(f"{size / 1e9:.2f} GB of Parquet in {len(big)} files")
        clients = []
        for name in options.peers.split(","):
            environment = _ministack(options.ministack_venv) if name == "ministack" else Path()
            peer = started.enter_context(running(name, Path(folder, name), environment))
            clients.append(Client(peer))
            ours = name == "lakehouse"
            clients[-1].prepare({"small": small, **({"big": big} if ours else {})})
        met = measure(clients, big, options)
    print("all marks met" if met else "a mark is MISSED")
    return 0 if met else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", default="lakehouse,ministack", help="default: %(default)s")
    parser.add_argument("--repetitions", type=int, default=5, help="default: %(default)s")
    parser.add_argument("--gigabytes", type=float, default=1.0, help="of Parquet; default: 1")
    parser.add_argument(
        "--folder", type=Path, default=None, help="where data lies; default: the system's"
    )
    parser.add_argument(
        "--ministack-venv",
        type=Path,
        default=Path(tempfile.gettempdir(), "ministack-1.5.33-athena"),
        help="environment of ministack, made if it is missing; default: %(default)s",
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
