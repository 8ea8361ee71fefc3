"""A lake whose runs, jobs and local AWS can be killed, and what must hold afterwards."""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3

from lakehouse.aws.account import Account
from lakehouse.aws.athena import Athena
from lakehouse.aws.catalog import Catalog
from lakehouse.aws.deployment.deployment import Deployment, make_clients
from lakehouse.aws.publish import run_of
from lakehouse.aws.reconciliation import Reconciler
from lakehouse.aws.run_records import RunRecords, runs_root
from lakehouse.aws.s3 import S3
from lakehouse.aws.vacuum import Vacuum
from lakehouse_tests.local_aws.servers import Server, free_port, running
from lakehouse_tests.pipeline.killed_run import small_web_logs

SOURCE = small_web_logs()
DAYS = ["2026-01-01", "2026-01-02"]
TABLES = (SOURCE.clean_table, SOURCE.rejected_table, SOURCE.metrics_table)
QUERIES = {
    SOURCE.clean_table: f"SELECT * FROM {SOURCE.clean_table}",
    # Its other columns say which run and which bucket a row came from.
    SOURCE.rejected_table: f"SELECT event_date, raw_text, reason FROM {SOURCE.rejected_table}",
    SOURCE.metrics_table: f"SELECT * FROM {SOURCE.metrics_table}",
}
LONG = 300.0  # seconds that a run may take on a busy machine

Rows = dict[str, list[tuple[str | None, ...]]]


class Lake:
    """An account on a server that can be killed and started again over the same data."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self.account = Account(prefix=prefix, database=prefix)
        self.folder = folder
        self.home = self.dagster_home("first")
        list(Deployment(self.account, make_clients()).apply([SOURCE]))
        self.s3, self.catalog = S3(boto3.client("s3")), Catalog(boto3.client("glue"))
        self.athena = Athena(boto3.client("athena"), self.account.work_group, self.account.database)
        self.records = RunRecords(self.account, self.s3)

    def dagster_home(self, name: str) -> Path:
        """A new Dagster instance."""
        home = self.folder / f"dagster-{self.account.prefix}-{name}"
        home.mkdir()
        (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
        return home

    def start(
        self, *more: str, endpoint_url: str = "", home: Path | None = None
    ) -> "subprocess.Popen[str]":
        """A run in a process of its own."""
        environment = {
            **os.environ,
            "DAGSTER_HOME": str(home or self.home),
            "LAKEHOUSE_PREFIX": self.account.prefix,
            "LAKEHOUSE_DATABASE": self.account.database,
        }
        if endpoint_url:
            environment["AWS_ENDPOINT_URL"] = endpoint_url
        command = [sys.executable, "-m", "lakehouse_tests.pipeline.killed_run"]
        return subprocess.Popen(
            [*command, DAYS[0], DAYS[-1], *more],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *more: str) -> None:
        """A run that nothing disturbs."""
        assert ended(self.start(*more)) == (0, "")

    def killed(self, step: str, *more: str) -> None:
        """A run that is killed at a step."""
        code, words = ended(self.start("--kill-at", step, *more))
        assert (code, words) == (-signal.SIGKILL, "")

    def rows(self) -> Rows:
        return {
            table: sorted(self.athena.query(sql).rows, key=repr) for table, sql in QUERIES.items()
        }

    def pointed(self) -> dict[str, dict[str, str]]:
        """Table -> day -> location."""
        database = self.account.database
        return {
            table: {day: p.location for day, p in self.catalog.pointers(database, table).items()}
            for table in TABLES
        }

    def keys(self, bucket: str, prefix: str) -> set[str]:
        return {item.uri for item in self.s3.objects(bucket, prefix)}

    def assert_whole(self, expected: Rows) -> None:
        """The expected rows; every day pointed at a prefix with a manifest; nothing unaccounted."""
        assert self.rows() == expected
        pointed = self.pointed()
        assert {table: sorted(days) for table, days in pointed.items()} == dict.fromkeys(
            TABLES, DAYS
        )
        reconciler = Reconciler(self.account, self.catalog, self.athena, self.records)
        for result in reconciler.reconcile(SOURCE, DAYS):
            assert result.passed, result
        for totals in reconciler.totals(SOURCE, DAYS).values():
            assert all(item.equal for item in totals)

    def assert_vacuum_leaves_what_is_pointed_at(self) -> None:
        vacuum = Vacuum(self.account, self.s3, self.catalog)
        later = datetime.now(UTC) + timedelta(seconds=5)  # after everything that was written
        pointed = self.pointed()
        needed = {
            uri
            for days in pointed.values()
            for place in days.values()
            for uri in self.keys(
                self.account.clean_bucket, place.removeprefix(f"s3://{self.account.clean_bucket}/")
            )
        }
        for _ in ("files", "manifests of runs that have none left"):
            for leftover in vacuum.leftovers(SOURCE, later, timedelta(0)):
                assert vacuum.remove(leftover)
        assert vacuum.leftovers(SOURCE, later, timedelta(0)) == []
        left = {
            uri for table in TABLES for uri in self.keys(self.account.clean_bucket, f"{table}/")
        }
        assert left == needed
        manifests = self.s3.folders(self.account.scripts_bucket, runs_root(SOURCE))
        places = [
            place
            for table in (SOURCE.clean_table, SOURCE.rejected_table)
            for place in pointed[table].values()
        ]
        assert set(manifests) == {run_of(place) for place in places}


def ended(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """Exit code, and the last line of what it said if it failed by itself."""
    _, words = process.communicate(timeout=LONG)
    told = words.strip().splitlines()
    return process.returncode, told[-1] if told and process.returncode > 0 else ""


def parents_of_processes() -> dict[int, int]:
    """Process id -> its parent's; of Linux."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended
            found[int(folder.name)] = int(
                (folder / "stat").read_text().rpartition(")")[2].split()[1]
            )
    return found


def command_of(pid: int) -> bytes:
    """The command line of a process; empty if it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


class Machine:
    """The server, killed and started again over its data directory and port."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port, self.opened = folder, free_port(), ExitStack()
        self.server = self.start()

    @property
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Server:
        return self.opened.enter_context(running(self.folder / "aws", self.port))

    def kill(self) -> None:
        self.server.kill()

    def processes_of_jobs(self) -> list[int]:
        """The first process of each job that runs, and its JVM if it has one by now."""
        parents = parents_of_processes()
        scripts = [
            pid
            for pid, parent in parents.items()
            if parent == self.server.process.pid and b"bootstrap.py" in command_of(pid)
        ]
        return [*scripts, *(pid for pid, parent in parents.items() if parent in scripts)]

    def restart(self) -> None:
        self.server = self.start()
