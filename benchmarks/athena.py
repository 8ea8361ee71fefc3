"""Athena of the local AWS beside ministack and DuckDB alone: `python -m benchmarks.athena`.

Repetitions of the peers are interleaved, so that a busy machine slows all of them; figures are
medians. All must give the rows that DuckDB alone gives. Exit code 1 when a mark is missed: a simple
query within 50 ms and twice as fast as ministack, twice its queries per second with 8 clients, a
full aggregate within 1.3 times of DuckDB alone over the same files, a typical statement translated
within 5 ms.
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

from benchmarks.athena_files import from_files, make_files
from benchmarks.figures import add_json_option, write_figures
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
SIMPLE = "SELECT status, count(*) AS n, avg(latency_ms) AS mean FROM {table} GROUP BY status"
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
        return _timed(lambda: self.rows(sql))

    def rows(self, sql: str) -> list[list[str]]:
        """Run a query that has no NULL in its rows; they come sorted."""
        query_id = self.athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": DATABASE},
            ResultConfiguration={"OutputLocation": f"s3://{BUCKET}/results/"},
        )["QueryExecutionId"]
        pause = (
            0.002  # seconds, longer each time: a client that keeps asking slows what it waits for
        )
        while True:
            found = self.athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
            if found["Status"]["State"] not in ("QUEUED", "RUNNING"):
                break
            time.sleep(pause)
            pause = min(pause * 1.1, 0.05)
        if found["Status"]["State"] != "SUCCEEDED":
            raise RuntimeError(f"{self.name}: {found['Status']}")
        rows = self.athena.get_query_results(QueryExecutionId=query_id)["ResultSet"]["Rows"]
        return sorted([cell["VarCharValue"] for cell in row["Data"]] for row in rows[1:])


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


def check(client: Client, sql: str, table: str, files: Sequence[Path]) -> None:
    """Raise RuntimeError unless a peer gives the rows that DuckDB gives, to 9 digits."""
    found = [_comparable(row) for row in client.rows(sql.format(table=table))]
    expected = duckdb.execute(from_files(sql, files)).fetchall()
    if sorted(found) != sorted(_comparable(row) for row in expected):
        raise RuntimeError(f"{client.name} gives other rows than DuckDB: {found[:3]}")


def _comparable(row: Sequence[object]) -> list[str]:
    return [text if text.startswith("/") else f"{float(text):.9g}" for text in map(str, row)]


def latencies(clients: Sequence[Client], repetitions: int) -> dict[str, float]:
    """Median milliseconds of the simple query, by peer."""
    figures: dict[str, list[float]] = {client.name: [] for client in clients}
    for _ in range(repetitions):
        for client in clients:
            figures[client.name].append(client.seconds(SIMPLE.format(table="small")) * 1000)
    return {name: statistics.median(values) for name, values in figures.items()}


def rates(clients: Sequence[Client], queries: int) -> dict[str, float]:
    """Simple queries a second with 8 clients at once, by peer; medians of 3 rounds."""
    sql = SIMPLE.format(table="small")
    figures: dict[str, list[float]] = {client.name: [] for client in clients}
    for _ in range(3):
        for client in clients:
            start = time.perf_counter()
            with ThreadPoolExecutor(CLIENTS) as pool:
                list(pool.map(client.seconds, [sql] * queries))
            figures[client.name].append(queries / (time.perf_counter() - start))
    return {name: statistics.median(values) for name, values in figures.items()}


def aggregate(client: Client, files: Sequence[Path], repetitions: int) -> tuple[float, float]:
    """Median seconds of the full aggregate: ours, DuckDB alone over the same files."""
    alone = from_files(FULL, files)
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
        subprocess.run([*pip, MINISTACK, f"duckdb=={duckdb.__version__}"], check=True)
    return environment


def _line(name: str, figures: Sequence[str], met: bool, mark: str) -> bool:
    shown = "  ".join(figures)
    print(f"{name:<42}{shown}   {mark}: {'yes' if met else 'NO'}", flush=True)
    return met


def measure(clients: Sequence[Client], big: Sequence[Path], options: argparse.Namespace) -> bool:
    """Measure everything, print a line each, write JSON; whether all marks are met."""
    ours = clients[0]
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
    figures = {
        "latency_milliseconds": found,
        "queries_per_second": rate,
        "aggregate_seconds": {"lakehouse": mine, "DuckDB": alone},
        "translation_milliseconds": took,
    }
    write_figures("athena", options, figures)
    return all(met)


def main(arguments: Sequence[str]) -> int:
    """Make the data, start the peers, measure."""
    options = _options(arguments)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder, ExitStack() as started:
        small = make_files(Path(folder), "small", 10_000, 2)
        big = make_files(Path(folder), "big", int(options.gigabytes * 66_000_000), 8)
        size = sum(file.stat().st_size for file in big)
        print(f"{size / 1e9:.2f} GB of Parquet in {len(big)} files")
        clients = []
        for name in options.peers.split(","):
            environment = _ministack(options.ministack_venv) if name == "ministack" else Path()
            peer = started.enter_context(running(name, Path(folder, name), environment))
            clients.append(Client(peer))
            ours = name == "lakehouse"
            clients[-1].prepare({"small": small, **({"big": big} if ours else {})})
            check(clients[-1], SIMPLE, "small", small)
        check(clients[0], FULL, "big", big)
        met = measure(clients, big, options)
    print("all marks met" if met else "a mark is MISSED")
    return 0 if met else 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    add_json_option(parser)
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
