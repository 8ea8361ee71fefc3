"""Many small days through all four assets: `python -m benchmarks.backfill [--days 365]`.

First all days in one run, as a backfill in Dagster's UI makes it, then some days one by one, each a
run of its own; raw files are there before. Dagster's own share is measured, not guessed: assets and
checks that do nothing but tell Dagster again what the run told it, on the same kind of storage, the
one that `lakehouse dev` sets up. Exit code 1 when the one run misses its mark.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from benchmarks.figures import add_json_option, write_figures
from benchmarks.s3.peers import running
from benchmarks.scale import ACCOUNT, ENVIRONMENT, counted
from lakehouse.aws.deployment.deployment import Deployment, make_clients
from lakehouse.aws.raw_files import RawFiles
from lakehouse.aws.s3 import S3
from lakehouse.aws.session import make_client
from lakehouse.cli.local_server import LocalFolder
from lakehouse.pipeline.build import build_definitions
from lakehouse.pipeline.partitions import daily_partitions
from lakehouse.pipeline.run import run_days, step_logger
from lakehouse.source import LogSource, load_sources
from lakehouse.source_folders import source_folders

FIRST = date(2024, 1, 1)
MARK = 90.0  # seconds of the one run over 365 days
OWN_EVENTS = {"__source_asset_observation__": True}  # an output whose events are logged by the step

Told = dict[dg.AssetKey, list[dg.AssetMaterialization]]
Evaluated = dict[dg.AssetCheckKey, list[dg.AssetCheckEvaluation]]


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, and CPU seconds of this process: Dagster's and the platform's."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Run:
    """A run: what it took, by step, which calls it made, how many events Dagster keeps of it."""

    spent: Spent
    steps: Mapping[str, float]
    calls: Mapping[str, int]
    events: int
    run_id: str


def main(arguments: Sequence[str]) -> int:
    """Measure, print, write JSON; 1 when the mark is missed."""
    asked = _options(arguments)
    source = measured_source(asked.rows, asked.engine)
    with tempfile.TemporaryDirectory() as name, lake(Path(name), source, asked.days):
        with instance_in(Path(name, "many")) as instance:
            many = one_run(source, FIRST, FIRST + timedelta(days=asked.days - 1), instance)
            job = sum(glue_seconds())
            told, evaluated = told_by(instance, many.run_id)
        alone = dagster_alone(source, told, evaluated, Path(name, "alone"), asked.days)
        show_many(asked, many, alone, job)
        singles = one_by_one(source, asked.single, Path(name, "single")) if asked.single else None
    figures = {"many": asdict(many), "dagster": asdict(alone), "job": job, "single": singles}
    write_figures("backfill", asked, figures)
    return int(many.spent.wall > MARK)


def measured_source(rows: int, engine: str | None) -> LogSource:
    """web_logs with small days."""
    built_in = load_sources(source_folders({}))["web_logs"]
    assert built_in.synthetic is not None
    small = built_in.synthetic.model_copy(update={"rows_per_day": rows})
    more = {"engine": engine} if engine else {}
    if engine and "engine" not in LogSource.model_fields:
        raise SystemExit("--engine: sources have no such key")
    return built_in.model_copy(update={"start_date": FIRST, "synthetic": small, **more})


@contextmanager
def lake(folder: Path, source: LogSource, days: int) -> Iterator[None]:
    """A local AWS in which the raw files of all days stand."""
    with running("lakehouse", folder / "aws", folder) as server:
        os.environ.update(ENVIRONMENT | {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.port}"})
        list(Deployment(ACCOUNT, make_clients()).apply([source]))
        uploads = RawFiles(ACCOUNT, S3(make_client("s3")))
        for number in range(days):
            uploads.land_synthetic(source, FIRST + timedelta(days=number))
        yield


@contextmanager
def instance_in(folder: Path) -> Iterator[dg.DagsterInstance]:
    """Dagster's storage as `lakehouse dev` and `lakehouse demo` set it up."""
    local = LocalFolder(folder)
    local.prepare()
    os.environ["DAGSTER_HOME"] = str(local.dagster)
    with dg.DagsterInstance.get() as instance:
        yield instance


def timed(work: Callable[[], str]) -> tuple[str, Spent]:
    """What work returns, and what it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = work()
    return found, Spent(time.perf_counter() - wall, time.process_time() - cpu)


def one_run(source: LogSource, first: date, last: date, instance: dg.DagsterInstance) -> Run:
    """All four assets and their checks for some days, as one run."""
    definitions = build_definitions([source], ACCOUNT, {"none": step_logger(lambda _: None)})
    with counted() as calls:
        run_id, spent = timed(lambda: run_days(definitions, source.name, first, last, instance))
    events = [e.dagster_event for e in instance.all_logs(run_id) if e.dagster_event]
    return Run(spent, step_seconds(instance, run_id), dict(calls), len(events), run_id)


def step_seconds(instance: dg.DagsterInstance, run_id: str) -> dict[str, float]:
    """How long each step of a run took."""
    return {
        stats.step_key: (stats.end_time or 0.0) - (stats.start_time or 0.0)
        for stats in sorted(instance.get_run_step_stats(run_id), key=lambda s: s.start_time or 0.0)
    }


def glue_seconds() -> list[float]:
    """Execution time of each run of the Glue job so far; each started a JVM."""
    pages = make_client("glue").get_paginator("get_job_runs").paginate(JobName=ACCOUNT.clean_job)
    return [float(run["ExecutionTime"]) for page in pages for run in page["JobRuns"]]


# ---- Dagster alone


def told_by(instance: dg.DagsterInstance, run_id: str) -> tuple[Told, Evaluated]:
    """The materializations and check evaluations of a run."""
    told, evaluated = defaultdict(list), defaultdict(list)
    for entry in instance.all_logs(run_id):
        event = entry.dagster_event
        if event is not None and event.is_step_materialization:
            found = event.step_materialization_data.materialization
            told[found.asset_key].append(found)
        elif event is not None and event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            evaluation = event.asset_check_evaluation_data
            evaluated[evaluation.asset_check_key].append(evaluation)
    return dict(told), dict(evaluated)


def dagster_alone(
    source: LogSource, told: Told, evaluated: Evaluated, folder: Path, days: int
) -> Spent:
    """A run that does nothing but tell all this."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)
        warnings.simplefilter("ignore", dg.PreviewWarning)
        definitions = dg.Definitions(
            assets=[telling_asset(source, events) for events in told.values()],
            asset_checks=[telling_check(source, found) for found in evaluated.values()],
            jobs=[dg.define_asset_job("alone", dg.AssetSelection.all())],
            executor=dg.in_process_executor,
            loggers={"none": step_logger(lambda _: None)},
        )
    last = FIRST + timedelta(days=days - 1)
    with instance_in(folder) as instance:
        _, spent = timed(lambda: run_days(definitions, "alone", FIRST, last, instance))
    return spent


def telling_asset(
    source: LogSource, events: Sequence[dg.AssetMaterialization]
) -> dg.AssetsDefinition:
    """An asset whose materialization only tells these events."""

    nothing: dict[str, Any] = {"dagster_type": dg.Nothing}  # its stub knows no type but DagsterType
    declare: Callable[[Callable[..., Any]], dg.AssetsDefinition] = dg.asset(
        key=events[0].asset_key,
        partitions_def=daily_partitions(source),
        backfill_policy=dg.BackfillPolicy.single_run(),
        **nothing,
    )

    def telling(context: dg.AssetExecutionContext) -> Iterator[dg.Output[None]]:
        for event in events:
            context.log_event(event)
        yield dg.Output(None, metadata=OWN_EVENTS)

    return declare(telling)


def telling_check(
    source: LogSource, found: Sequence[dg.AssetCheckEvaluation]
) -> dg.AssetChecksDefinition:
    """A check that only tells these evaluations."""
    key = found[0].asset_check_key
    spec = dg.AssetCheckSpec(key.name, asset=key.asset_key, partitions_def=daily_partitions(source))
    name = "__".join([*key.asset_key.path, key.name])

    @dg.multi_asset_check(name=name, specs=[spec])
    def telling(context: dg.AssetCheckExecutionContext) -> Iterator[Any]:
        yield from found
        yield dg.Output(None, output_name=next(iter(context.op_def.output_dict)))

    return telling


# ---- one by one


def one_by_one(source: LogSource, count: int, folder: Path) -> dict[str, Any]:
    """A run for each of the first days; printed, and returned."""
    before = len(glue_seconds())
    with instance_in(folder) as instance:
        days = [FIRST + timedelta(days=number) for number in range(count)]
        runs = [one_run(source, day, day, instance) for day in days]
    jobs = glue_seconds()
    jobs = jobs[: len(jobs) - before]
    seconds = [run.spent.wall for run in runs]
    figures = {
        "runs": count,
        "total": sum(seconds),
        "median": statistics.median(seconds),
        "cpu": statistics.median(run.spent.cpu for run in runs),
        "jvms": len(jobs),
        "job": statistics.median(jobs) if jobs else 0.0,
    }
    print(f"\n{count} days, a run each; load {os.getloadavg()[0]:.1f}")
    print(
        f"total {figures['total']:.0f} s; a run {figures['median']:.1f} s, with "
        f"{figures['cpu']:.1f} CPU seconds of this process; {figures['jvms']} JVMs were started, "
        f"a job took {figures['job']:.0f} s of its run"
    )
    return figures


def show_many(asked: argparse.Namespace, run: Run, alone: Spent, job: float) -> None:
    """The one run, step by step."""
    print(f"{asked.days} days of {asked.rows:,} rows in one run; load {os.getloadavg()[0]:.1f}")
    for step, seconds in run.steps.items():
        print(f"  {step.replace('__', ' / '):<44}{seconds:>8.1f} s")
    between = run.spent.wall - sum(run.steps.values())
    print(f"  {'planning, and between steps':<44}{between:>8.1f} s")
    total = run.spent.wall
    missed = "" if total <= MARK else ", MISSED"
    print(f"total {total:.1f} s (mark {MARK:.0f} s{missed}), of them the Glue job {job:.0f} s")
    print(
        f"Dagster alone, {run.events:,} events: {alone.wall:.1f} s, {alone.wall / total:.0%} of "
        f"the total; {alone.cpu:.1f} of {run.spent.cpu:.1f} CPU seconds of this process"
    )
    calls = sorted(run.calls.items(), key=lambda item: -item[1])
    print("calls: " + ", ".join(f"{name} {count}" for name, count in calls))


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.backfill", description=__doc__)
    parser.add_argument("--days", type=int, default=365, help="default: %(default)s")
    parser.add_argument("--rows", type=int, default=1_000, help="a day; default: %(default)s")
    parser.add_argument("--single", type=int, default=30, help="days one by one; default: 30")
    parser.add_argument("--engine", help="what builds the clean table, as sources name it")
    add_json_option(parser)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
