"""The local event log beside Dagster's own: the same rows, also after a kill, and never stale."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage

from lakehouse.cli.local_server import LocalFolder
from lakehouse.pipeline.event_log import LocalEventLog

pytestmark = pytest.mark.slow
KEY = dg.AssetKey("measured")
DAYS = [f"2026-01-0{number}" for number in range(1, 6)]
# What no two runs have in common: moments, ids (days come in any order), documents with them
VARIES = {
    *("timestamp", "event_timestamp", "create_timestamp", "evaluation_event_timestamp"),
    *("event", "evaluation_event", "last_materialization", "last_materialization_timestamp"),
    *("id", "event_id", "run_id", "last_run_id", "value", "migration_completed"),
}
KILLED = """
import os, signal
import dagster as dg
with dg.DagsterInstance.get() as instance:
    for number in range(100):
        event = dg.AssetMaterialization("measured", partition=str(number))
        instance.report_runless_asset_event(event)
    os.kill(os.getpid(), signal.SIGKILL)
"""

Rows = dict[str, list[tuple[object, ...]]]


@dg.multi_asset_check(specs=[dg.AssetCheckSpec("even", asset=KEY)])
def even(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
    yield dg.AssetCheckResult(asset_key=KEY, check_name="even", passed=True)


@dg.asset(key=KEY, partitions_def=dg.StaticPartitionsDefinition(DAYS))
def measured(context: dg.AssetExecutionContext) -> None:
    for day in DAYS:
        context.add_asset_metadata({"day": day}, asset_key=KEY, partition_key=day)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A DAGSTER_HOME as `lakehouse dev` makes it."""
    folder = LocalFolder(tmp_path / "ours")
    folder.prepare()
    monkeypatch.setenv("DAGSTER_HOME", str(folder.dagster))
    return folder.dagster


def materialized(instance: dg.DagsterInstance) -> str:
    """Materialize all days in one run; its id."""
    tags = {
        "dagster/asset_partition_range_start": DAYS[0],
        "dagster/asset_partition_range_end": DAYS[-1],
    }
    return dg.materialize([measured, even], instance=instance, tags=tags).run_id


def rows(folder: Path, shard: str) -> Rows:
    """All rows of a file's tables, without what varies."""
    with sqlite3.connect(folder / "history" / "runs" / f"{shard}.db") as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {str(name): table_rows(connection, str(name)) for (name,) in names.fetchall()}


def table_rows(connection: sqlite3.Connection, name: str) -> list[tuple[object, ...]]:
    found = connection.execute(f"SELECT * FROM {name}")
    kept = [at for at, column in enumerate(found.description) if column[0] not in VARIES]
    return sorted((tuple(row[at] for at in kept) for row in found), key=repr)


def days(instance: dg.DagsterInstance) -> set[str]:
    return instance.get_materialized_partitions(KEY)


def test_dev_keeps_the_same_rows_in_the_same_files_as_dagsters_default(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dg.DagsterInstance.get() as instance:
        assert isinstance(instance.event_log_storage, LocalEventLog)
        run = materialized(instance)
        index, shard = rows(home, "index"), rows(home, run)
    (tmp_path / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    with dg.DagsterInstance.get() as instance:
        assert type(instance.event_log_storage) is SqliteEventLogStorage
        run = materialized(instance)
        assert (index, shard) == (rows(tmp_path, "index"), rows(tmp_path, run))
        assert len(index["event_logs"]) == 14  # 5 days planned and materialized, check, run


def test_dagsters_default_goes_on_with_what_dev_kept_and_the_other_way_round(home: Path) -> None:
    settings = home / "dagster.yaml"
    ours = settings.read_text()
    with dg.DagsterInstance.get() as instance:
        materialized(instance)
    settings.write_text("telemetry: {enabled: false}\n")
    with dg.DagsterInstance.get() as instance:
        assert days(instance) == set(DAYS)
        instance.report_runless_asset_event(dg.AssetMaterialization(KEY, partition="more"))
    settings.write_text(ours)
    with dg.DagsterInstance.get() as instance:
        assert days(instance) == {*DAYS, "more"}


def test_events_survive_the_kill_of_the_process_that_told_them(home: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", KILLED], env=dict(os.environ), check=False)
    assert killed.returncode == -signal.SIGKILL
    with dg.DagsterInstance.get() as instance:
        assert days(instance) == {str(number) for number in range(100)}


def test_whoever_watches_a_run_from_another_process_is_told_at_once(home: Path) -> None:
    told = threading.Event()
    with dg.DagsterInstance.get() as instance, dg.DagsterInstance.get() as other:
        run = materialized(instance)
        other.event_log_storage.watch(run, None, lambda *_: told.set())
        instance.report_engine_event("one more", job_name="job", run_id=run)
        assert told.wait(10)


def test_files_that_another_process_removed_are_made_anew(home: Path) -> None:
    with dg.DagsterInstance.get() as instance, dg.DagsterInstance.get() as other:
        run = materialized(instance)
        other.event_log_storage.wipe()
        assert days(instance) == set()
        instance.report_engine_event("after the wipe", job_name="job", run_id=run)
        assert [entry.message for entry in other.all_logs(run)] == ["after the wipe"]


def test_many_runs_are_written_and_read_by_several_threads(home: Path) -> None:
    with dg.DagsterInstance.get() as instance:
        runs = [dg.DagsterRun(job_name=f"job{number}").run_id for number in range(12)]

        def tell(part: int) -> None:
            for run in runs[part::3]:
                for number in range(5):
                    instance.report_engine_event(f"{run} {number}", job_name="job", run_id=run)

        threads = [threading.Thread(target=tell, args=(part,)) for part in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        found = {run: [entry.message for entry in instance.all_logs(run)] for run in runs}
        assert found == {run: [f"{run} {number}" for number in range(5)] for run in runs}
